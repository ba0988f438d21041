//! Strings of one piece or with short interpolations, and definitions whose names are written as most are.

use super::sparse::Step;
use super::{Frame, FrameKind, SPECIAL, State, WAKE, WORD, before, start, words};
use crate::lang::code::shared::literal::{Delimiters, Literal, has_argument};
use crate::lang::code::{Cursor, Definition, Pattern, Sink};
use crate::lang::{Class, PatternKind, SpanKind};
use crate::units::ByteOffset;

/// Bytes of an interpolation that are looked at before it is left to others.
const INTERPOLATION_MAX: u64 = 64;

/// Bytes of a longer name are for others to count.
const NAME_MAX: u64 = 256;

/// The string that begins at `start`, unless it is a symbol. What is not plain in it is left to `text.rs`.
#[inline(always)]
pub(super) fn string<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
    quote: u8,
) -> Step {
    if matches!(cursor.byte(start.wrapping_sub(1)), b'$' | b':') {
        return Step::Stop(start);
    }
    let (mut piece, mut from) = (start, start + 1);
    loop {
        let at = cursor.next_in::<SPECIAL>(from);
        if at + 2 >= cursor.end() {
            return in_string(state, cursor, (start, piece, at), quote);
        }
        let [byte, next] = cursor.near(at);
        from = at + 1;
        if byte == quote {
            if next == b':' {
                return in_string(state, cursor, (start, piece, at), quote);
            }
            sink.span(piece, from, SpanKind::String);
            state.value_end = from;
            return Step::Past(from);
        }
        match (byte, next) {
            (b'#', b'{') if quote == b'"' => {
                let Some(end) = interpolation_end(cursor, at) else {
                    return in_string(state, cursor, (start, piece, at), quote);
                };
                sink.span(piece, at + 2, SpanKind::String);
                let kind = PatternKind::Interpolation;
                sink.pattern(Pattern { start: at, end, kind, name: None });
                (piece, from) = (end - 1, end);
            }
            (b'\\', next) if quote == b'"' && has_argument(next) => {
                return in_string(state, cursor, (start, piece, at), quote);
            }
            (b'\\', _) => from = at + 2,
            _ => {}
        }
    }
}

/// The end of the interpolation at `at`, if nothing in it wakes the scanner but words that are no keywords.
#[inline(never)]
fn interpolation_end(cursor: &mut Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    let mut place = at + 2;
    while place < at + INTERPOLATION_MAX {
        place = cursor.next_in::<WAKE>(place);
        match cursor.byte(place) {
            b'}' => return Some(place + 1),
            b'b'..=b'w' if words::find(cursor.eight(place)).is_none() => place += 1,
            _ => return None,
        }
    }
    None
}

/// Leaves the string that began at `start` to `text.rs`, its present piece from `piece`, from `at` on.
#[inline(never)]
fn in_string(
    state: &mut State,
    cursor: &Cursor<'_>,
    (start, piece, at): (ByteOffset, ByteOffset, ByteOffset),
    quote: u8,
) -> Step {
    state.literal = Some(Literal {
        start,
        piece,
        kind: SpanKind::String,
        pattern: None,
        delimiters: Delimiters { open: 0, close: quote, nested: 0 },
        interpolates: quote == b'"',
        may_be_label: start::may_be_label(state, cursor, start),
        body: None,
    });
    Step::Leave(at)
}

/// The class or module whose keyword stands at `start`.
#[inline(never)]
pub(super) fn class<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
    pattern: PatternKind,
) -> Step {
    let (length, kind) = match pattern {
        PatternKind::Class => (5, FrameKind::Class),
        _ => (6, FrameKind::Module),
    };
    let name_start = start + length + 1;
    if cursor.byte(name_start - 1) != b' ' || !before::is_word(cursor.byte(name_start)) {
        return Step::Stop(start);
    }
    let mut name_end = name_start;
    loop {
        name_end = cursor.next_out::<WORD>(name_end);
        match cursor.near(name_end) {
            _ if name_end > name_start + NAME_MAX => return Step::Stop(start),
            [b':', b':'] if before::is_word(cursor.byte(name_end + 2)) => name_end += 2,
            [b':' | b'.' | b'@' | b'$' | b'(' | b'[' | 0, _] => return Step::Stop(start),
            _ => break,
        }
    }
    let definition = Definition { start, kind: pattern, name: (name_start, name_end) };
    sink.define(definition);
    sink.open_level(start);
    state.definitions.push(definition);
    state.frames.push(Frame { at: start, kind, waits: false });
    Step::Past(name_end)
}

/// The method whose `def` begins at `start`.
#[inline(always)]
pub(super) fn method<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
) -> Step {
    const SELF: u64 = u64::from_le_bytes(*b"self.\0\0\0");
    if cursor.byte(start + 3) != b' ' {
        return Step::Stop(start);
    }
    let name_start = start + 4;
    let of_self = cursor.eight(name_start) & 0xFF_FFFF_FFFF == SELF;
    let word_start = name_start + if of_self { 5 } else { 0 };
    let word_end = cursor.next_out::<WORD>(word_start);
    if word_end == word_start || word_end > word_start + NAME_MAX {
        return Step::Stop(start);
    }
    let name_end = word_end + u64::from(matches!(cursor.byte(word_end), b'?' | b'!'));
    let definition = Definition { start, kind: PatternKind::Method, name: (name_start, name_end) };
    match cursor.byte(name_end) {
        b'(' => {
            state.definitions.push(definition);
            sink.open_bracket(name_end, Class::ParenOpen);
            let kind = FrameKind::Parameters;
            state.frames.push(Frame { at: name_end, kind, waits: false });
            Step::Past(name_end + 1)
        }
        b'\n' => {
            state.definitions.push(definition);
            begin_body(state, sink, definition);
            Step::Past(name_end)
        }
        _ => Step::Stop(start),
    }
}

/// The `)` at `at`, if it ends the parameters of a method, and their line.
#[inline(always)]
pub(super) fn parameters_end<S: Sink>(
    state: &mut State,
    cursor: &Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Step {
    let is_plain = state.frames.last().is_some_and(|frame| frame.kind == FrameKind::Parameters)
        && cursor.byte(at + 1) == b'\n';
    if !is_plain {
        return Step::Stop(at);
    }
    let Some(definition) = state.definitions.last().copied() else { return Step::Stop(at) };
    sink.close_bracket(at, Class::ParenClose);
    state.frames.pop();
    state.parameters_end = at + 1;
    begin_body(state, sink, definition);
    Step::On
}

#[inline(always)]
fn begin_body<S: Sink>(state: &mut State, sink: &mut S, definition: Definition) {
    sink.define(definition);
    sink.open_level(definition.start);
    state.frames.push(Frame { at: definition.start, kind: FrameKind::Method, waits: false });
}
