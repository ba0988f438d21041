//! Python where no token by itself matters: brackets, strings, comments, line ends, and the lines that begin with a name or
//! with a keyword that needs no more than to be known.
//!
//! Most of a program passes through here, line after line, so what is common is done at once, without going through the
//! modes; whatever else comes is left to `lexer.rs`, which would do the same with all of it. Which bracket comes next
//! cannot be foretold: those, and the colons between them, go one way without a branch between them.

use super::annotation::{self, Reach};
use super::lexer::{end_before_semicolons, is_word};
use super::line::{self, Begun};
use super::statement::Kind;
use super::strings::is_plain_escape;
use super::{BRACKET_OR_SPACE, Bracket, Frame, LINE_END, STRING_END, State, WAKE, syntax};
use crate::lang::code::{Cursor, INNERMOST_MAX, Pattern, Sink};
use crate::lang::{Class, PatternKind, SpanKind};
use crate::units::ByteOffset;

/// What a byte does to depth, and what it asks of the bracket that it stands in.
#[derive(Clone, Copy)]
#[repr(align(8))]
pub(super) struct Mark {
    pub(super) class: Class,
    pub(super) change: i8,
    /// The closer of the bracket that it opens.
    pub(super) closer: u8,
    /// These bits of [`Bracket::quick`] must be as in `wants`.
    pub(super) cares: u8,
    pub(super) wants: u8,
    /// By how much to shift the bytes of what is open.
    pub(super) up: u8,
    pub(super) down: u8,
}

/// A bit that all closers have.
const ANY_CLOSER: u8 = b')' & b']' & b'}' & 1;

/// By byte: brackets, and the colon between them.
pub(super) static MARKS: [Mark; 128] = {
    let none =
        Mark { class: Class::Colon, change: 0, closer: 0, cares: 0, wants: 1, up: 0, down: 0 };
    let mut marks = [none; 128];
    let mut i = 0;
    let opens = [Class::ParenOpen, Class::BracketOpen, Class::BraceOpen];
    let closes = [Class::ParenClose, Class::BracketClose, Class::BraceClose];
    while i < 3 {
        let (open, closer) = (b"([{"[i], b")]}"[i]);
        let class = opens[i];
        marks[open as usize] = Mark { class, change: 1, closer, wants: 0, up: 8, ..none };
        let class = closes[i];
        let (cares, wants) = (0xFF, closer);
        marks[closer as usize] = Mark { class, change: -1, cares, wants, down: 8, ..none };
        i += 1;
    }
    let (cares, wants) = (ANY_CLOSER, ANY_CLOSER);
    marks[b':' as usize] = Mark { cares, wants, ..none };
    marks
};

enum Step {
    /// To the next place.
    On,
    /// From this place on.
    Past(ByteOffset),
    /// The thing at this place is not for this loop.
    Stop(ByteOffset),
    /// From this place on, but not in this loop.
    Leave(ByteOffset),
}

/// Goes on to the next thing that is not for this loop, and leaves the cursor there; to the end of what is at hand if there
/// is none. No annotation is open, and no token is waited for. Returns whether that thing is to be taken as such; else
/// more may have changed.
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let mut from = cursor.at;
    while let Some((places, brackets, end)) = cursor.places_in_both::<WAKE, BRACKET_OR_SPACE>(from)
    {
        match in_window(state, cursor, sink, (from, end), (places, brackets)) {
            Step::On => from = end,
            Step::Past(next) => from = next,
            Step::Stop(at) => {
                cursor.at = at;
                return at < cursor.end();
            }
            Step::Leave(at) => {
                cursor.at = at;
                return false;
            }
        }
    }
    cursor.at = cursor.end();
    false
}

/// Takes the places of the bytes from `from` to `end`.
#[inline(always)]
fn in_window<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (from, end): (ByteOffset, ByteOffset),
    (mut places, brackets): (u64, u64),
) -> Step {
    let mut top = state.frames.innermost_mut().len();
    loop {
        if places == 0 {
            state.frames.cut(top);
            return Step::On;
        }
        let at = from + u64::from(places.trailing_zeros());
        let place_bit = places & places.wrapping_neg();
        places ^= place_bit;
        let byte = cursor.byte(at);
        // Asked of the masks, so that a wrong guess is found out before the byte has been looked up.
        if brackets & place_bit != 0 {
            let mark = MARKS[usize::from(byte & 0x7F)];
            if top >= INNERMOST_MAX {
                top = state.frames.cut(top);
            }
            let frames = state.frames.innermost_mut();
            let quick = match top.checked_sub(1).map(|below| &frames[below]) {
                Some(Frame::Bracket(bracket)) => bracket.quick,
                _ => 0,
            };
            // The parameters of a `def` are another matter.
            let is_plain = quick & mark.cares == mark.wants;
            if is_plain && !(byte == b'(' && syntax::are_parameters_next(&state.statement)) {
                // The frame is written whether the byte opens or not: beyond the top it means nothing.
                let frame = Frame::Bracket(Bracket::plain(at, mark.closer));
                match frames.get_mut(top) {
                    Some(place) => *place = frame,
                    None => frames.push(frame),
                }
                sink.punctuation(at, mark.class, i64::from(mark.change));
                top = top.wrapping_add_signed(isize::from(mark.change));
                continue;
            }
        }
        state.frames.cut(top);
        match place(state, cursor, sink, at, byte) {
            Step::On => {}
            Step::Past(next) if next < end => places &= !0 << (next - from),
            step => return step,
        }
        top = state.frames.innermost_mut().len();
    }
}

/// Anything but a bracket that is like most.
#[inline(always)]
fn place<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    byte: u8,
) -> Step {
    match byte {
        b'\n' if matches!(state.frames.last(), Some(Frame::Bracket(_))) => Step::On,
        b'\n' if in_line(state) && line::ends(state, cursor, at) => {
            next_statement(state, cursor, sink, at + 1)
        }
        b'"' | b'\'' => match string_end(cursor, at, byte) {
            Some((start, end, kind)) => {
                sink.span(start, end, kind);
                Step::Past(end)
            }
            None => Step::Stop(at),
        },
        b'#' => {
            let end = cursor.next_in::<LINE_END>(at);
            if end == cursor.end() {
                return Step::Stop(at);
            }
            state.comment = (end, end_before_semicolons(state, cursor, at));
            sink.span(at, end, SpanKind::Comment);
            Step::Past(end)
        }
        b':' => colon(state, cursor, sink, at),
        b'(' if in_line(state) => {
            sink.open_bracket(at, Class::ParenOpen);
            state.statement.kind = Kind::Definition;
            let bracket = Bracket { parameters: true, quick: 0, ..Bracket::plain(at, b')') };
            state.frames.push(Frame::Bracket(bracket));
            Step::On
        }
        b')' | b']' | b'}' => close(state, cursor, sink, at, byte),
        // Words that begin like `for` or `lambda`.
        b'f' if !matches!(cursor.byte(at + 2), b'r' | 0) => Step::On,
        b'l' if !matches!(cursor.byte(at + 2), b'm' | 0) => Step::On,
        _ => Step::Stop(at),
    }
}

/// Begins the statement after the line break before `at`.
#[inline(always)]
fn next_statement<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Step {
    match line::begin(state, cursor, sink, at) {
        Begun::Plain(at) => Step::Past(at),
        Begun::Other(at) => Step::Leave(at),
    }
}

/// A closer that is not as simple as most: of a comprehension or of parameters, or where an annotation goes on behind it.
#[inline(never)]
fn close<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    byte: u8,
) -> Step {
    let Some(Frame::Bracket(bracket)) = state.frames.last() else { return Step::Stop(at) };
    if bracket.closer != byte || bracket.annotation.is_some() || state.statement.has_decorator() {
        return Step::Stop(at);
    }
    if bracket.parameters {
        return end_of_parameters(state, cursor, sink, at);
    }
    sink.close_bracket(at, Class::of(byte).unwrap_or(Class::ParenClose));
    if bracket.comprehension {
        let (start, end) = (bracket.open, at + 1);
        sink.pattern(Pattern { start, end, kind: PatternKind::Comprehension, name: None });
    }
    state.frames.pop();
    if syntax::has_open_annotation(state) { Step::Leave(at + 1) } else { Step::On }
}

/// The closer at `at` of a `def`'s parameters.
fn end_of_parameters<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Step {
    let has_result = cursor.stands(at + 1, b" -> ");
    let holds_for = matches!(state.frames.last(), Some(Frame::Bracket(it)) if it.comprehension);
    if holds_for || !has_result && cursor.byte(at + 1) != b':' {
        return Step::Stop(at);
    }
    state.frames.pop();
    sink.close_bracket(at, Class::ParenClose);
    if !has_result {
        return Step::On;
    }
    let arrow = at + 2;
    state.statement.annotation = Some(arrow);
    match annotation::follow(state, cursor, sink, (arrow, arrow + 2), b":") {
        Reach::End(end) => {
            state.statement.annotation = None;
            Step::Past(end)
        }
        Reach::Open(at) => Step::Leave(at),
    }
}

/// The colon at `at` behind a parameter.
fn parameter<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Step {
    sink.structural(at, Class::Colon);
    set_annotation(state, Some(at));
    match annotation::follow(state, cursor, sink, (at, at + 1), b",=)") {
        Reach::End(end) => {
            set_annotation(state, None);
            Step::Past(end)
        }
        Reach::Open(at) => Step::Leave(at),
    }
}

fn set_annotation(state: &mut State, start: Option<ByteOffset>) {
    if let Some(Frame::Bracket(bracket)) = state.frames.last_mut() {
        bracket.annotation = start;
    }
}

/// A colon that is not simply one in a bracket: one that ends a line and begins a block, or one that does more.
#[inline(always)]
fn colon<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Step {
    if let Some(Frame::Bracket(bracket)) = state.frames.last() {
        if bracket.lambdas > 0 || cursor.is_unknown(at + 1) {
            return Step::Stop(at);
        }
        if bracket.parameters {
            let is_walrus = cursor.byte(at + 1) == b'=';
            return if is_walrus { Step::Stop(at) } else { parameter(state, cursor, sink, at) };
        }
        sink.structural(at, Class::Colon);
        return Step::On;
    }
    if cursor.byte(at + 1) == b'\n' && in_line(state) && syntax::block_begins(state, at) {
        sink.structural(at, Class::Colon);
        return next_statement(state, cursor, sink, at + 2);
    }
    Step::Stop(at)
}

/// Whether neither brackets nor f-strings are open.
#[inline(always)]
fn in_line(state: &State) -> bool {
    matches!(state.frames.last(), Some(Frame::Block(_)) | None)
}

/// Start, end and kind of the string on one line whose first quote stands at `quote_at`, if its end is at hand and its prefix has
/// at most one letter and is not that of an f-string.
#[inline(always)]
fn string_end(
    cursor: &mut Cursor<'_>,
    quote_at: ByteOffset,
    quote: u8,
) -> Option<(ByteOffset, ByteOffset, SpanKind)> {
    let (mut start, mut kind, mut raw) = (quote_at, SpanKind::String, false);
    let before = cursor.byte(quote_at.wrapping_sub(1));
    if is_word(before) {
        kind = match before {
            b'b' | b'B' => SpanKind::Bytes,
            b'r' | b'R' => {
                raw = true;
                SpanKind::String
            }
            b'u' | b'U' => SpanKind::String,
            _ => return None,
        };
        start -= 1;
        if is_word(cursor.byte(start.wrapping_sub(1))) {
            return None;
        }
    }
    let mut at = quote_at;
    loop {
        at = cursor.next_in_either::<STRING_END, LINE_END>(at + 1);
        match cursor.byte(at) {
            byte if byte == quote => break,
            b'"' | b'\'' => {}
            b'\\' if raw && !matches!(cursor.byte(at + 1), b'\r' | 0) => at += 1,
            b'\\' if !raw && is_plain_escape(cursor, at, kind == SpanKind::Bytes) => at += 1,
            _ => return None,
        }
    }
    // Three quotes begin another sort of string.
    let empty = at == quote_at + 1;
    let ends = !empty || !cursor.is_unknown(at + 1) && cursor.byte(at + 1) != quote;
    ends.then_some((start, at + 1, kind))
}
