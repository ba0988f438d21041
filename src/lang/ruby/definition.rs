//! `class`, `module` and `def`: their names, and where a method begins that has no `end`.

use super::before::{self, is_word};
use super::{Frame, FrameKind, LINE_END, LOOK_AHEAD, State};
use crate::lang::code::{Cursor, Definition, Sink};
use crate::lang::{Class, PatternKind, SpanKind};
use crate::units::ByteOffset;

/// Over blanks from `at` on.
fn skip_blanks(cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    skip_while(cursor, at, |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0B | 0x0C))
}

/// Over blanks from `at` on, up to the line's end.
fn skip_inline_blanks(cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    skip_while(cursor, at, |byte| matches!(byte, b' ' | b'\t'))
}

/// Over such bytes, and line breaks behind a backslash. Where a backslash is the last that is known, what is behind it decides.
fn skip_while(cursor: &Cursor<'_>, mut at: ByteOffset, skips: fn(u8) -> bool) -> ByteOffset {
    let limit = at + LOOK_AHEAD / 2;
    while at < limit {
        at += match cursor.byte(at) {
            byte if skips(byte) => 1,
            b'\\' if cursor.is_unknown(at + 1) => return at + 1,
            b'\\' if cursor.byte(at + 1) == b'\n' => 2,
            b'\\' if cursor.byte(at + 1) == b'\r' && cursor.is_unknown(at + 2) => return at + 2,
            b'\\' if cursor.stands(at + 1, b"\r\n") => 3,
            _ => break,
        };
    }
    at
}

/// Over blanks and comments from `at` on.
fn skip_gap(cursor: &mut Cursor<'_>, at: ByteOffset) -> ByteOffset {
    let limit = at + LOOK_AHEAD / 2;
    let mut at = skip_blanks(cursor, at);
    while at < limit && cursor.byte(at) == b'#' {
        let line_end = cursor.next_in::<LINE_END>(at);
        if line_end - at > LOOK_AHEAD {
            break;
        }
        at = skip_blanks(cursor, line_end);
    }
    at
}

/// Tells of the comments in the head of a definition between `from` and `to`, where nothing else has a `#`.
fn tell_comments<S: Sink>(cursor: &mut Cursor<'_>, sink: &mut S, from: ByteOffset, to: ByteOffset) {
    let mut at = from;
    while let Some(n) = memchr::memchr(b'#', cursor.slice(at, to)) {
        let start = at + n as u64;
        at = cursor.next_in::<LINE_END>(start);
        sink.span(start, at - u64::from(cursor.byte(at - 1) == b'\r'), SpanKind::Comment);
    }
}

/// The end of a path (`A::B`, `self.class::C`) that begins at `at`. Blanks and comments may stand behind `::`.
fn path_end(cursor: &mut Cursor<'_>, mut at: ByteOffset) -> ByteOffset {
    let limit = at + LOOK_AHEAD / 2;
    loop {
        while at < limit && (is_word(cursor.byte(at)) || b":.@$".contains(&cursor.byte(at))) {
            at += 1;
        }
        let next = if cursor.byte(at - 1) == b':' { skip_gap(cursor, at) } else { at };
        let is_known = !cursor.is_unknown(next);
        if next == at || is_known && (next >= limit || !is_word(cursor.byte(next))) {
            return at;
        }
        if !is_known {
            return next;
        }
        at = next;
    }
}

/// The end of a path with brackets in it (`(a).b("c")::D`), of which what stands before `at` is known; none if it is not all at
/// hand. What is in the brackets is left for others to read, and brackets in strings count as they do not.
fn bracketed_path_end(cursor: &mut Cursor<'_>, mut at: ByteOffset) -> Option<ByteOffset> {
    let (begin, limit) = (at, at + LOOK_AHEAD / 2);
    while matches!(cursor.byte(at), b'(' | b'[') {
        let mut depth = 0;
        loop {
            match cursor.byte(at) {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth -= 1,
                _ => {}
            }
            at += 1;
            if cursor.is_unknown(at) {
                return None;
            }
            if at >= limit || at >= cursor.end() {
                return Some(begin);
            }
            if depth == 0 {
                break;
            }
        }
        if matches!(cursor.byte(at), b'.' | b':') {
            at = path_end(cursor, at);
        }
        if cursor.is_unknown(at) {
            return None;
        }
    }
    Some(at)
}

/// `class` at the cursor.
pub(super) fn class<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let start = cursor.at;
    let keyword_end = start + b"class".len() as u64;
    let name_start = skip_gap(cursor, keyword_end);
    if cursor.is_unknown(name_start + 2) {
        return false;
    }
    if !cursor.stands(name_start, b"<<") {
        return named(state, cursor, sink, name_start, FrameKind::Class, PatternKind::Class);
    }
    let expression = skip_gap(cursor, name_start + 2);
    if cursor.is_unknown(expression) {
        return false;
    }
    tell_comments(cursor, sink, keyword_end, expression);
    let name = (expression, expression);
    state.definitions.push(Definition { start, kind: PatternKind::SingletonClass, name });
    state.frames.push(Frame { at: start, kind: FrameKind::SingletonClass, waits: true });
    cursor.at = expression;
    true
}

/// What follows `class <<` ends before `at`.
pub(super) fn end_of_singleton_name<S: Sink>(
    state: &mut State,
    cursor: &Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) {
    let end = before::token_end(state, cursor, at);
    if let Some(definition) = state.definitions.last_mut() {
        definition.name.1 = end.max(definition.name.0);
        sink.define(*definition);
        sink.open_level(definition.start);
    }
}

/// `module` at the cursor.
pub(super) fn module<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let name_start = skip_gap(cursor, cursor.at + b"module".len() as u64);
    named(state, cursor, sink, name_start, FrameKind::Module, PatternKind::Module)
}

fn named<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    name_start: ByteOffset,
    frame: FrameKind,
    kind: PatternKind,
) -> bool {
    let start = cursor.at;
    let end = path_end(cursor, name_start);
    if cursor.is_unknown(end) {
        return false;
    }
    let Some(name_end) = bracketed_path_end(cursor, end) else { return false };
    tell_comments(cursor, sink, start, end);
    let name = (name_start, name_end);
    let definition = Definition { start, kind, name };
    sink.define(definition);
    sink.open_level(start);
    state.definitions.push(definition);
    state.frames.push(Frame { at: start, kind: frame, waits: false });
    cursor.at = end;
    true
}

/// `def` at the cursor: its name, up to its parameters.
pub(super) fn method<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let start = cursor.at;
    let keyword_end = start + b"def".len() as u64;
    let name_start = skip_gap(cursor, keyword_end);
    if cursor.byte(name_start) == b'(' {
        tell_comments(cursor, sink, keyword_end, name_start);
        let name = (name_start, name_start);
        state.definitions.push(Definition { start, kind: PatternKind::Method, name });
        sink.open_bracket(name_start, Class::ParenOpen);
        let kind = FrameKind::Receiver;
        state.frames.push(Frame { at: name_start, kind, waits: false });
        cursor.at = name_start + 1;
        return true;
    }
    let Some(name_end) = method_name_end(cursor, name_start) else { return false };
    let Some(after) = after_name(cursor, name_end) else { return false };
    tell_comments(cursor, sink, keyword_end, name_end);
    cursor.at = name_start;
    begin_parameters(state, cursor, sink, (start, name_start), (name_end, after));
    true
}

/// The name of the method that begins at `start` is the text from `name_start` to `name_end`; what follows stands at
/// `after`.
fn begin_parameters<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (start, name_start): (ByteOffset, ByteOffset),
    (name_end, after): (ByteOffset, ByteOffset),
) {
    for at in cursor.at..name_end {
        bracket(cursor, sink, at);
    }
    let name = (name_start, name_end);
    state.definitions.push(Definition { start, kind: PatternKind::Method, name });
    cursor.at = name_end;
    if cursor.byte(after) == b'(' {
        sink.open_bracket(after, Class::ParenOpen);
        state.frames.push(Frame { at: after, kind: FrameKind::Parameters, waits: false });
        cursor.at = after + 1;
        return;
    }
    let endless = after > name_end && is_assignment(cursor, after);
    begin_body(state, cursor, sink, endless, after);
}

/// The brackets of a name (`def [](i)`) are code.
fn bracket<S: Sink>(cursor: &Cursor<'_>, sink: &mut S, at: ByteOffset) {
    match cursor.byte(at) {
        b'[' => sink.open_bracket(at, Class::BracketOpen),
        b']' => sink.close_bracket(at, Class::BracketClose),
        _ => {}
    }
}

/// A `=` that gives a method its expression.
fn is_assignment(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    cursor.byte(at) == b'=' && !matches!(cursor.byte(at + 1), b'=' | b'~' | b'>')
}

/// The `)` at the cursor ends the parameters of a method.
pub(super) fn end_of_parameters<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    let at = cursor.at;
    let after = skip_inline_blanks(cursor, at + 1);
    if cursor.is_unknown(after + 1) {
        return false;
    }
    sink.close_bracket(at, Class::ParenClose);
    state.frames.pop();
    cursor.at = at + 1;
    state.parameters_end = cursor.at;
    begin_body(state, cursor, sink, is_assignment(cursor, after), after);
    true
}

/// The `)` at the cursor ends what a method is defined on.
pub(super) fn end_of_receiver<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    let at = cursor.at;
    let dot = skip_blanks(cursor, at + 1);
    if cursor.is_unknown(dot + 2) {
        return false;
    }
    let dots = if cursor.stands(dot, b"::") { 2 } else { u64::from(cursor.byte(dot) == b'.') };
    let name_start = skip_gap(cursor, dot + dots);
    let Some(name_end) = method_name_end(cursor, name_start) else { return false };
    let Some(definition) = state.definitions.last().copied() else { return true };
    cursor.at = at + 1;
    let Some(after) = after_name(cursor, name_end) else {
        cursor.at = at;
        return false;
    };
    sink.close_bracket(at, Class::ParenClose);
    tell_comments(cursor, sink, dot, name_end);
    state.frames.pop();
    state.definitions.pop();
    begin_parameters(state, cursor, sink, (definition.start, definition.name.0), (name_end, after));
    true
}

/// Where the parameters or body of a method go on whose name ends at `name_end`; none if that is not at hand.
fn after_name(cursor: &Cursor<'_>, name_end: ByteOffset) -> Option<ByteOffset> {
    let after = skip_inline_blanks(cursor, name_end);
    (!cursor.is_unknown(after + 1)).then_some(after)
}

fn begin_body<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    endless: bool,
    assignment: ByteOffset,
) {
    let Some(definition) = state.definitions.last().copied() else { return };
    sink.define(definition);
    let (at, waits) = (definition.start, endless);
    if endless {
        cursor.at = assignment + 1;
        state.frames.push(Frame { at, kind: FrameKind::Endless, waits });
    } else {
        sink.open_level(at);
        state.frames.push(Frame { at, kind: FrameKind::Method, waits });
    }
}

/// The end of a method's name, receiver included, that begins at `at`; none if it is not all at hand.
fn method_name_end(cursor: &mut Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    let limit = at + LOOK_AHEAD / 2;
    let mut at = at;
    loop {
        let end = part_end(cursor, at);
        if cursor.is_unknown(end + 3) {
            return None;
        }
        if at >= limit {
            return Some(end);
        }
        let dot = skip_inline_blanks(cursor, end);
        if cursor.is_unknown(dot + 2) {
            return None;
        }
        let part_is_name = end > at && is_word(cursor.byte(end - 1));
        let next = match (cursor.byte(dot), cursor.byte(dot + 1)) {
            (b'.', next) if next != b'.' && part_is_name => dot + 1,
            (b':', b':') if part_is_name => dot + 2,
            _ => return Some(suffix_end(cursor, at, end)),
        };
        at = skip_gap(cursor, next);
    }
}

/// The end of a name or an operator that begins at `at`.
fn part_end(cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    let limit = at + LOOK_AHEAD / 2;
    let mut end = at;
    match cursor.byte(at) {
        b'@' | b'$' => end += 1,
        byte if !is_word(byte) => return operator_end(cursor, at),
        _ => {}
    }
    while end < limit && (is_word(cursor.byte(end)) || cursor.byte(end) == b'@') {
        end += 1;
    }
    end
}

/// Names of methods that are operators, longest first.
const OPERATORS: [&[u8]; 29] = [
    b"[]=", b"<=>", b"===", b"[]", b"==", b"=~", b"!=", b"!~", b"**", b"<<", b">>", b"<=", b">=",
    b"+@", b"-@", b"~@", b"!@", b"+", b"-", b"*", b"/", b"%", b"<", b">", b"!", b"~", b"^", b"&",
    b"|",
];

fn operator_end(cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    let operator = OPERATORS.iter().find(|operator| cursor.stands(at, operator));
    let length = operator.map_or(usize::from(cursor.byte(at) == b'`'), |operator| operator.len());
    at + length as u64
}

/// The end of the name at `start..end` with a `?`, `!` or `=` that belongs to it.
fn suffix_end(cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) -> ByteOffset {
    if end == start || !is_word(cursor.byte(end - 1)) {
        return end;
    }
    let (next, further) = (cursor.byte(end + 1), cursor.byte(end + 2));
    let belongs = match cursor.byte(end) {
        b'?' | b'!' => next != b'=' || matches!(further, b'=' | b'~' | b'>'),
        b'=' => !matches!(next, b'~' | b'>') && (next != b'=' || further == b'>'),
        _ => false,
    };
    end + u64::from(belongs)
}
