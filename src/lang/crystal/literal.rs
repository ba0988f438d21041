//! Literals and heredocs: where they begin, their pieces and interpolations, what comes after them.

use super::code::is_word;
use super::locals;
use super::{Frame, FrameKind, HEREDOC, LINE_END, LOOK_AHEAD, Previous, SPECIAL, State, WORD};
use crate::lang::code::shared::literal::{
    Delimiters, Heredoc, Literal, Stop, skip_body, skip_text,
};
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{PatternKind, ProblemKind, SpanKind};
use crate::units::ByteOffset;

/// Enters a literal that begins at the cursor and whose first byte of text stands at `text`.
fn enter(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    (kind, interpolates): (SpanKind, bool),
    delimiters: Delimiters,
    text: ByteOffset,
) -> bool {
    let at = cursor.at;
    let opener = cursor.byte(state.last_end.wrapping_sub(1));
    let may_be_label = state.previous == Previous::Name
        || state.last_end > 0 && matches!(opener, b'(' | b'{' | b',' | b'[');
    state.literal = Some(Literal {
        start: at,
        piece: at,
        kind,
        pattern: (kind == SpanKind::Regex).then_some(PatternKind::Regex),
        delimiters,
        interpolates,
        may_be_label: may_be_label && kind == SpanKind::String,
        body: None,
    });
    cursor.at = text;
    true
}

/// A quote, `/` or `%` at the cursor.
pub(super) fn begin<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    let quotes = |byte| Delimiters::of(byte);
    let byte = cursor.byte(at);
    match byte {
        b'"' => enter(state, cursor, (SpanKind::String, true), quotes(byte), at + 1),
        b'`' if state.previous != Previous::Dot => {
            enter(state, cursor, (SpanKind::Command, true), quotes(byte), at + 1)
        }
        b'/' if begins_regex(state, cursor) => {
            enter(state, cursor, (SpanKind::Regex, true), quotes(byte), at + 1)
        }
        b'\'' => character(state, cursor, sink),
        b'%' if state.previous != Previous::Dot => percent(state, cursor),
        b'/' if cursor.byte(at + 1) == b'/' => {
            state.token(cursor, at + 2, Previous::Begin);
            true
        }
        _ => {
            let is_name = state.previous == Previous::Dot;
            let previous = if is_name { Previous::Name } else { Previous::Begin };
            state.token(cursor, at + 1, previous);
            true
        }
    }
}

/// Whether the `/` at the cursor begins a regex.
fn begins_regex(state: &State, cursor: &Cursor<'_>) -> bool {
    let at = cursor.at;
    let next = cursor.byte(at + 1);
    match state.previous {
        Previous::Begin | Previous::Middle => true,
        Previous::Name => {
            let spaced = state.last_end < at;
            spaced
                && !next.is_ascii_whitespace()
                && !matches!(next, b'=' | b'/' | 0)
                && !locals::divides(state, cursor)
        }
        _ => false,
    }
}

/// `:"` at the cursor.
pub(super) fn symbol(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    let text = cursor.at + 2;
    enter(state, cursor, (SpanKind::Symbol, false), Delimiters::of(b'"'), text)
}

/// A `%` at the cursor: a literal if a delimiter follows, whatever stands before it.
fn percent(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
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
    if !b"([{<|".contains(&delimiter) {
        state.token(cursor, at + 1, Previous::Begin);
        return true;
    }
    enter(state, cursor, kind, Delimiters::of(delimiter), delimiter_at + 1)
}

/// Bytes of the longest character with its quotes: `'\u{10FFFF}'`.
const CHARACTER_BYTES: u64 = 16;

/// A `'` at the cursor.
fn character<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
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
            state.token(cursor, at + 1, Previous::Value);
            return true;
        }
    };
    sink.span(at, end, SpanKind::Char);
    state.token(cursor, end, Previous::Value);
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
        state.token(cursor, at + 2, Previous::Begin);
        return true;
    }
    let end = to + quotes;
    sink.span(at, end, SpanKind::HeredocStart);
    state.pending.push_back(Heredoc {
        start: at,
        name: (from, to),
        word: cursor.slice(from, to).into(),
        indented: true,
        interpolates: quotes == 0,
    });
    state.token(cursor, end, Previous::Value);
    true
}

/// Goes on in the literal that `state` is in. False if it cannot decide yet.
pub(super) fn text<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let Some(literal) = &mut state.literal else { return true };
    let is_raw = literal.kind == SpanKind::String && !literal.interpolates;
    let stop = match &mut literal.body {
        Some(body) => skip_body::<HEREDOC, LINE_END>(body, cursor, false),
        None if is_raw => skip_raw(&mut literal.delimiters, cursor),
        None => skip_text::<SPECIAL, WORD, LINE_END>(literal, cursor, false),
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
    state.outer.push(Some(literal));
    state.push(at, FrameKind::Interpolation);
    state.token(cursor, at + 2, Previous::Begin);
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
    state.token(cursor, end, Previous::Value);
    state.literal = state.outer.pop().flatten();
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
    let mut previous = Previous::Value;
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
            previous = Previous::Begin;
        }
    }
    literal.end(end, sink);
    state.literal = None;
    state.token(cursor, end, previous);
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
    state.literal = state.outer.pop().flatten();
}
