//! Code: from one byte of interest to the next.

use super::before::{self, Before, is_word};
use super::{
    Frame, FrameKind, LINE_END, LOOK_AHEAD, Mode, State, WAKE, comment, definition, endless,
    keyword, sparse, start, text,
};
use crate::lang::code::shared::closer;
use crate::lang::code::shared::literal::Literal;
use crate::lang::code::{Cursor, Definition, Pattern, Sink};
use crate::lang::{Class, ProblemKind};
use crate::units::ByteOffset;

/// Goes on in code. False if it cannot decide yet.
pub(super) fn code<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    if cursor.at == 0 && !skip_byte_order_mark(state, cursor, sink) {
        return false;
    }
    loop {
        if !state.is_watchful() && !sparse::skim(state, cursor, sink) {
            if cursor.at == cursor.end() || state.literal.is_some() {
                return true;
            }
            continue;
        }
        let mut at = cursor.next_in::<WAKE>(cursor.at);
        if state.is_watchful() {
            at = cursor.next_before::<LINE_END>(cursor.at, at).unwrap_or(at);
            if endless::is_innermost(state) {
                match endless::go_on(state, cursor, sink, at) {
                    None => return false,
                    Some(true) => {}
                    Some(false) => continue,
                }
            }
        }
        cursor.at = at;
        if at == cursor.end() {
            return true;
        }
        let went_on = match cursor.byte(at) {
            b'(' => open(state, cursor, sink, FrameKind::Paren, Class::ParenOpen),
            b'[' => open(state, cursor, sink, FrameKind::Bracket, Class::BracketOpen),
            b'{' => open(state, cursor, sink, FrameKind::Brace, Class::BraceOpen),
            b')' => close(state, cursor, sink, Class::ParenClose),
            b']' => close(state, cursor, sink, Class::BracketClose),
            b'}' => close(state, cursor, sink, Class::BraceClose),
            b'#' => comment::begin(state, cursor, sink),
            b'"' | b'\'' | b'`' => start::quote(state, cursor, sink),
            b'/' => start::slash(state, cursor),
            b'%' => start::percent(state, cursor),
            b'<' => start::less(state, cursor, sink),
            b'?' => start::question(state, cursor, sink),
            b'=' | b'_' => {
                if begins_line(cursor, at) {
                    comment::begin_block(state, cursor)
                } else {
                    cursor.at += 1;
                    true
                }
            }
            b'\n' => line_break(state, cursor, sink),
            b';' if is_variable(cursor, at) => {
                cursor.at += 1;
                true
            }
            b';' => {
                statement_end(state, cursor, sink, at);
                cursor.at += 1;
                true
            }
            0 | 4 | 0x1A => {
                end_of_document(state, cursor, sink);
                state.mode = Mode::Ended;
                return true;
            }
            _ => keyword::word(state, cursor, sink),
        };
        if !went_on {
            return false;
        }
        if state.literal.is_some() || state.mode != Mode::Code {
            return true;
        }
    }
}

/// After a NUL, a control D or a control Z nothing is read; brackets are still bytes outside of all spans.
pub(super) fn after_the_end<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    cursor.at = cursor.next_in::<WAKE>(cursor.at);
    if cursor.at == cursor.end() {
        return true;
    }
    match cursor.byte(cursor.at) {
        b'(' => open(state, cursor, sink, FrameKind::Paren, Class::ParenOpen),
        b'[' => open(state, cursor, sink, FrameKind::Bracket, Class::BracketOpen),
        b'{' => open(state, cursor, sink, FrameKind::Brace, Class::BraceOpen),
        b')' => close(state, cursor, sink, Class::ParenClose),
        b']' => close(state, cursor, sink, Class::BracketClose),
        b'}' => close(state, cursor, sink, Class::BraceClose),
        _ => {
            cursor.at += 1;
            true
        }
    }
}

/// A byte order mark is no part of the first word.
fn skip_byte_order_mark<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    let head = cursor.slice(0, 3);
    if MARK.starts_with(head) && cursor.is_unknown(3) {
        return false;
    }
    if head == MARK {
        cursor.at = 3;
        if cursor.byte(3).is_ascii_lowercase() {
            return keyword::word(state, cursor, sink) || {
                // Looked at again from the beginning.
                cursor.at = 0;
                false
            };
        }
    }
    true
}

/// Whether the `;` at `at` is the name of the variable `$;`.
fn is_variable(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    before::byte_before(cursor, at, 1) == b'$' && before::byte_before(cursor, at, 2) != b'$'
}

fn begins_line(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    at == 0 || cursor.byte(at - 1) == b'\n'
}

#[inline]
fn open<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    kind: FrameKind,
    class: Class,
) -> bool {
    sink.open_bracket(cursor.at, class);
    state.frames.push(Frame { at: cursor.at, kind, waits: false });
    cursor.at += 1;
    true
}

#[inline]
fn close<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, class: Class) -> bool {
    let at = cursor.at;
    if endless::is_innermost(state) {
        endless::end(state, cursor, sink, at);
    }
    let Some(frame) = state.frames.last().copied() else {
        sink.structural(at, class);
        sink.problem(at, ProblemKind::StrayCloser);
        cursor.at += 1;
        return true;
    };
    match (frame.kind, class) {
        (FrameKind::Interpolation, Class::BraceClose) => {
            text::end_interpolation(state, cursor, sink, frame);
        }
        (FrameKind::Parameters, Class::ParenClose) => {
            return definition::end_of_parameters(state, cursor, sink);
        }
        (FrameKind::Receiver, Class::ParenClose) => {
            return definition::end_of_receiver(state, cursor, sink);
        }
        (FrameKind::Paren, Class::ParenClose)
        | (FrameKind::Bracket, Class::BracketClose)
        | (FrameKind::Brace, Class::BraceClose) => {
            state.frames.pop();
            sink.close_bracket(at, class);
            cursor.at += 1;
        }
        _ => {
            mismatch(state, sink, at, class);
            cursor.at += 1;
        }
    }
    true
}

/// A closing bracket that does not fit what is open: it closes the innermost that it fits, and all in between.
fn mismatch<S: Sink>(state: &mut State, sink: &mut S, at: ByteOffset, class: Class) {
    let sort_of = |frame: &Frame| match frame.kind {
        FrameKind::Paren | FrameKind::Parameters | FrameKind::Receiver => closer::PAREN,
        FrameKind::Bracket => closer::BRACKET,
        FrameKind::Brace => closer::BRACE,
        FrameKind::Interpolation => closer::WALL,
        _ => closer::OTHER,
    };
    let Some(depth) = closer::levels_inside(&state.frames, class, sort_of) else {
        sink.structural(at, class);
        sink.problem(at, ProblemKind::StrayCloser);
        return;
    };
    sink.problem(at, ProblemKind::MismatchedBracket);
    for _ in 0..depth {
        drop_frame(state, sink, at);
    }
    state.frames.pop();
    sink.close_bracket(at, class);
}

/// Ends the innermost frame at `at`, where something else ends that holds it.
fn drop_frame<S: Sink>(state: &mut State, sink: &mut S, at: ByteOffset) {
    let Some(frame) = state.frames.pop() else { return };
    let opened = frame.kind != FrameKind::Endless
        && !(frame.kind == FrameKind::SingletonClass && frame.waits);
    if opened {
        sink.close_level(at);
    }
    if frame.kind.is_definition()
        || matches!(frame.kind, FrameKind::Parameters | FrameKind::Receiver)
    {
        state.definitions.pop();
    }
}

/// The keyword `end` at the cursor.
pub(super) fn end<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let at = cursor.at;
    cursor.at += b"end".len() as u64;
    if endless::is_innermost(state) {
        endless::end(state, cursor, sink, at);
    }
    let Some(frame) = state.frames.last().copied().filter(|frame| frame.kind.is_keyword()) else {
        sink.problem(at, ProblemKind::StrayEnd);
        return;
    };
    if frame.kind == FrameKind::SingletonClass && frame.waits {
        definition::end_of_singleton_name(state, cursor, sink, at);
    }
    state.frames.pop();
    sink.close_level(at);
    if frame.kind.is_definition()
        && let Some(definition) = state.definitions.pop()
    {
        end_definition(definition, cursor.at, sink);
    }
}

pub(super) fn end_definition<S: Sink>(definition: Definition, end: ByteOffset, sink: &mut S) {
    let Definition { start, kind, name } = definition;
    sink.pattern(Pattern { start, end, kind, name: Some(name) });
}

/// What the end of a statement at `at` ends.
fn statement_end<S: Sink>(state: &mut State, cursor: &Cursor<'_>, sink: &mut S, at: ByteOffset) {
    endless::end(state, cursor, sink, at);
    if state.frames.last().is_some_and(|frame| frame.waits) {
        if state.frames.last().is_some_and(|frame| frame.kind == FrameKind::SingletonClass) {
            definition::end_of_singleton_name(state, cursor, sink, at);
        }
        if let Some(frame) = state.frames.last_mut() {
            frame.waits = false;
        }
    }
}

/// A line break while something waits for it.
fn line_break<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    if state.frames.last().is_some_and(|frame| frame.waits) {
        match ends_statement(state, cursor, at) {
            None => return false,
            Some(true) => statement_end(state, cursor, sink, at),
            Some(false) => {}
        }
    }
    cursor.at = at + 1;
    if !state.pending.is_empty() {
        let end = before::token_end(state, cursor, at);
        let last = if end == state.value_end { 0 } else { before::byte_before(cursor, end, 1) };
        state.announced = (if b"([{,|".contains(&last) { last } else { 0 }, 0);
        begin_heredocs(state, cursor.at, None);
    }
    true
}

/// Begins the bodies of the heredocs that wait, at `at`. `outer` goes on after them.
pub(super) fn begin_heredocs(state: &mut State, at: ByteOffset, outer: Option<Literal>) {
    let queue = std::mem::take(&mut state.pending);
    if let Some(literal) = Literal::of_heredocs(queue, at) {
        state.outer.push(outer);
        state.literal = Some(literal);
    }
}

/// Whether the line break at `at` ends a statement; none if that depends on what is not at hand.
fn ends_statement(state: &State, cursor: &mut Cursor<'_>, at: ByteOffset) -> Option<bool> {
    let (before, end) = before::before(state, cursor, at);
    let continued = end == at && end > 0 && before::continues(cursor, end);
    // Of a heredoc's body: its line has decided.
    let is_announced = state.announced.1 == at;
    if continued
        || is_announced
        || !matches!(before, Before::Value | Before::Name(..) | Before::Middle)
        || before == Before::Middle && before::is_modifier_rescue(state, cursor, end)
    {
        return Some(false);
    }
    if !state.pending.is_empty() {
        return Some(true);
    }
    let mut next = at + 1;
    loop {
        while next < cursor.end() && cursor.byte(next).is_ascii_whitespace() {
            next += 1;
        }
        if next - at > LOOK_AHEAD {
            return Some(true);
        }
        if cursor.is_unknown(next + 3) {
            return None;
        }
        if cursor.byte(next) != b'#' {
            break;
        }
        next = cursor.next_in::<LINE_END>(next);
    }
    let goes_on = match cursor.slice(next, next + 4) {
        [b'.', second, ..] => *second != b'.',
        [b'&', b'.' | b'&', ..] | [b'|', b'|', ..] => true,
        [b'a', b'n', b'd', after] | [b'o', b'r', after, _] => !is_word(*after),
        _ => false,
    };
    Some(!goes_on)
}

/// The document ends in code, or not in code; what waits for the end of its statement has it.
pub(super) fn end_of_document<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    if state.literal.is_none() && matches!(state.mode, Mode::Code | Mode::Comment(_)) {
        if let Mode::Comment(start) = state.mode {
            state.comment = (start, cursor.end());
        }
        let at = cursor.at;
        statement_end(state, cursor, sink, at);
    }
}
