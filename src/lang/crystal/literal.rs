//! Literals and heredocs: where they begin, their pieces and interpolations, what comes after them.

use super::before::{self, Before, byte_before};
use super::code::is_word;
use super::escape::is_good_in_character;
use super::{
    Crystal, Frame, FrameKind, LINE_END, LOOK_AHEAD, Outer, SPECIAL, State, WORD, definition,
    later, locals,
};
use crate::lang::code::shared::literal::{
    Delimiters, Heredoc, Literal, Stop, plain_end, skip_body, skip_text,
};
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{PatternKind, ProblemKind, SpanKind};
use crate::limits::HEREDOCS_WAITING_MAX;
use crate::units::ByteOffset;

/// Enters a literal that begins at `start` and whose first byte of text stands at `text`.
fn enter(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    start: ByteOffset,
    (kind, interpolates): (SpanKind, bool),
    delimiters: Delimiters,
    text: ByteOffset,
) -> bool {
    let may_be_label = kind == SpanKind::String && may_be_label(state, cursor, start);
    state.literal = Some(Literal {
        start,
        piece: start,
        kind,
        pattern: (kind == SpanKind::Regex).then_some(PatternKind::Regex),
        delimiters,
        interpolates,
        may_be_label,
        body: None,
    });
    cursor.at = text.min(cursor.end());
    true
}

/// Whether a string at `at` is a label if a colon follows: after an opening bracket or a comma, or as the first argument
/// of a call.
fn may_be_label(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let last = before::last(state, cursor, at);
    matches!(byte_before(cursor, last.end, 1), b'(' | b'{' | b',' | b'[')
        || before::kind(state, cursor, last) == Before::Name
}

/// A `"` at the cursor: of a string, or of a symbol whose colon stands before it.
#[inline]
pub(super) fn quote<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    let delimiters = Delimiters::of(b'"');
    if byte_before(cursor, at, 1) == b':' && before::is_symbol_colon(cursor, at - 1) {
        return enter(state, cursor, at - 1, (SpanKind::Symbol, false), delimiters, at + 1);
    }
    if let Some(end) = plain_end::<SPECIAL>(cursor, at + 1, b'"', true)
        && cursor.byte(end) != b':'
    {
        sink.span(at, end, SpanKind::String);
        cursor.at = end;
        return true;
    }
    enter(state, cursor, at, (SpanKind::String, true), delimiters, at + 1)
}

/// A backtick at the cursor: a command, unless it is the name of a method.
pub(super) fn backtick(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    let at = cursor.at;
    if before::follows_dot(state, cursor, at) {
        cursor.at += 1;
        return true;
    }
    enter(state, cursor, at, (SpanKind::Command, true), Delimiters::of(b'`'), at + 1)
}

/// Goes over the operator that the colon before the cursor makes a symbol of (`:/`, `:<=>`), if it does.
pub(super) fn symbol_operator(cursor: &mut Cursor<'_>) -> bool {
    let at = cursor.at;
    if byte_before(cursor, at, 1) != b':' || !before::is_symbol_colon(cursor, at - 1) {
        return false;
    }
    let mut end = at;
    while end < at + 3 && b"+-*/=!<>&|^~%".contains(&cursor.byte(end)) {
        end += 1;
    }
    cursor.at = end;
    true
}

/// A `/` at the cursor: a regex, a division, or the name of a method.
pub(super) fn slash(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    if symbol_operator(cursor) {
        return true;
    }
    let at = cursor.at;
    let (before, last) = before::before(state, cursor, at);
    let next = cursor.byte(at + 1);
    let is_spaced =
        last.end < at && !next.is_ascii_whitespace() && !matches!(next, b'=' | b'/' | 0);
    let begins_regex = match before {
        Before::Begin => true,
        Before::Middle => is_spaced,
        Before::Name => is_spaced && !locals::divides(state, cursor, last.end),
        Before::Value => {
            let is_bracket = before::byte_before(cursor, last.end, 1) == b')';
            is_bracket && definition::ends_parameters(state, cursor, last.end)
        }
        Before::Dot => false,
    };
    if begins_regex {
        return enter(state, cursor, at, (SpanKind::Regex, true), Delimiters::of(b'/'), at + 1);
    }
    cursor.at += 1 + u64::from(next == b'/');
    true
}

/// A `%` at the cursor: a literal if a delimiter follows, whatever stands before it but a dot.
pub(super) fn percent(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    let at = cursor.at;
    let letter = cursor.byte(at + 1);
    let kind = match letter {
        b'q' => (SpanKind::String, false),
        b'w' => (SpanKind::Words, false),
        b'i' => (SpanKind::Symbols, false),
        b'x' => (SpanKind::Command, true),
        b'r' => (SpanKind::Regex, true),
        _ => (SpanKind::String, true),
    };
    let delimiter_at = at + 1 + u64::from(b"qQwixr".contains(&letter));
    let delimiter = cursor.byte(delimiter_at);
    if !b"([{<|".contains(&delimiter) || before::follows_dot(state, cursor, at) {
        cursor.at += 1;
        return true;
    }
    if symbol_operator(cursor) {
        return true;
    }
    enter(state, cursor, at, kind, Delimiters::of(delimiter), delimiter_at + 1)
}

/// Bytes of the longest character with its quotes: `'\u{10FFFF}'`.
const CHARACTER_BYTES: u64 = 16;

/// A `'` at the cursor.
pub(super) fn character<S: Sink>(cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    if cursor.is_unknown(at + CHARACTER_BYTES) {
        return false;
    }
    let escaped = cursor.byte(at + 1) == b'\\';
    let from = at + if escaped { 3 } else { 2 };
    let quote = (from..at + CHARACTER_BYTES).find(|place| cursor.byte(*place) == b'\'');
    let end = match quote {
        Some(quote) if !cursor.slice(at, quote).contains(&b'\n') || quote == from => quote + 1,
        _ => {
            sink.problem(at, ProblemKind::UnterminatedString);
            cursor.at = at + 1;
            return true;
        }
    };
    if escaped && !is_good_in_character(cursor.slice(at + 2, end)) {
        sink.problem(at + 1, ProblemKind::BadEscape);
    }
    sink.span(at, end, SpanKind::Char);
    cursor.at = end.min(cursor.end());
    true
}

/// `<<-` at the cursor: the announcement of a heredoc, if a word follows.
pub(super) fn heredoc<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    let quotes = u64::from(cursor.byte(at + 3) == b'\'');
    let from = at + 3 + quotes;
    let mut to = from;
    let inside = |byte: u8| {
        if quotes == 1 { !matches!(byte, b'\'' | b'\n' | 0) } else { is_word(byte) }
    };
    while to - from < LOOK_AHEAD && inside(cursor.byte(to)) {
        to += 1;
    }
    if cursor.is_unknown(to + 1) {
        return false;
    }
    let closed = quotes == 0 || cursor.byte(to) == b'\'';
    if to == from || !is_word(cursor.byte(from)) || !closed {
        cursor.at = at + 2;
        return true;
    }
    let end = to + quotes;
    sink.span(at, end, SpanKind::HeredocStart);
    if state.pending.len() < HEREDOCS_WAITING_MAX {
        state.pending.push_back(Heredoc {
            start: at,
            name: (from, to),
            word: cursor.slice(from, to).into(),
            indented: true,
            interpolates: quotes == 0,
        });
    }
    cursor.at = end.min(cursor.end());
    true
}

/// Goes on in the literal that `state` is in. False if it cannot decide yet.
pub(super) fn text<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let Some(literal) = &mut state.literal else { return true };
    let is_raw = literal.kind == SpanKind::String && !literal.interpolates;
    let stop = match &mut literal.body {
        Some(body) => skip_body::<Crystal, S, SPECIAL, LINE_END>(body, cursor, sink, false),
        None if is_raw => skip_raw(&mut literal.delimiters, cursor),
        None => skip_text::<Crystal, S, SPECIAL, WORD, LINE_END>(literal, cursor, sink, false),
    };
    match stop {
        Stop::End | Stop::LineBreak => true,
        Stop::Unknown => false,
        Stop::Closing if literal.body.is_some() => {
            end_body(state, cursor, sink);
            true
        }
        Stop::Closing => end_literal(state, cursor, sink),
        Stop::Interpolation => {
            begin_interpolation(state, cursor, sink);
            true
        }
    }
}

/// The text of `%q`, in which a backslash is a byte like others.
fn skip_raw(delimiters: &mut Delimiters, cursor: &mut Cursor<'_>) -> Stop {
    loop {
        cursor.at = cursor.next_out::<WORD>(cursor.at);
        if cursor.at == cursor.end() {
            return Stop::End;
        }
        let byte = cursor.byte(cursor.at);
        if byte == delimiters.close {
            if delimiters.nested == 0 {
                return Stop::Closing;
            }
            delimiters.nested -= 1;
        } else if byte == delimiters.open && byte != 0 {
            delimiters.nested += 1;
        }
        cursor.at += 1;
    }
}

fn begin_interpolation<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let at = cursor.at;
    let Some(literal) = state.literal.take() else { return };
    sink.span(literal.piece, at + 2, literal.kind);
    state.outer.push(Outer { literal: Some(literal), token_end: 0 });
    state.push(cursor, at, FrameKind::Interpolation);
    cursor.at = at + 2;
}

/// The `}` at the cursor ends the interpolation `frame`.
pub(super) fn end_interpolation<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    frame: Frame,
) {
    state.frames.pop();
    let at = cursor.at;
    let (start, end) = (frame.at, at + 1);
    sink.pattern(Pattern { start, end, kind: PatternKind::Interpolation, name: None });
    cursor.at = end;
    state.literal = state.outer.pop().and_then(|outer| outer.literal);
    if let Some(literal) = &mut state.literal {
        literal.piece = at;
        if let Some(body) = &mut literal.body {
            body.at_line_start = false;
        }
    }
}

/// The closing delimiter at the cursor.
fn end_literal<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let Some(literal) = &state.literal else { return true };
    let mut end = cursor.at + 1;
    let mut is_label = false;
    if literal.kind == SpanKind::Regex {
        while matches!(cursor.byte(end), b'i' | b'm' | b'x') && end - cursor.at < 32 {
            end += 1;
        }
        if cursor.is_unknown(end) {
            return false;
        }
    } else if literal.may_be_label {
        if cursor.is_unknown(end + 1) {
            return false;
        }
        if cursor.byte(end) == b':' && cursor.byte(end + 1) != b':' {
            end += 1;
            is_label = true;
        }
    }
    literal.end(end, sink);
    state.literal = None;
    if !is_label {
        later::mark(state);
        state.value_end = end;
    }
    cursor.at = end.min(cursor.end());
    true
}

/// The terminator of a heredoc's body has ended at the cursor: the next body begins on the next line, or what stands
/// around them goes on.
fn end_body<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let Some(literal) = state.literal.take() else { return };
    literal.end(cursor.at, sink);
    let Some(body) = literal.body else { return };
    if !body.queue.is_empty() {
        let line_break = u64::from(cursor.byte(cursor.at) == b'\r') + 1;
        cursor.at = (cursor.at + line_break).min(cursor.end());
        state.literal = Literal::of_heredocs(body.queue, cursor.at);
        return;
    }
    if let Some(outer) = state.outer.pop() {
        state.literal = outer.literal;
        later::mark(state);
        state.aside = (outer.token_end, cursor.at);
    }
}
