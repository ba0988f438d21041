//! Words of code that may be keywords: those that open a level, and `end`.

use super::before::{self, Before, is_word};
use super::{Frame, FrameKind, State, code, definition};
use crate::lang::code::{Cursor, Sink};
use crate::units::ByteOffset;

/// Bytes that say all of a keyword and of what stands after it.
const KEYWORD_BYTES: u64 = 8;

/// A word at the cursor, or the middle of one. False if it cannot be decided yet.
pub(super) fn word<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    if cursor.is_unknown(at + KEYWORD_BYTES) {
        return false;
    }
    let Some(length) = keyword_length(cursor, at) else {
        code::skip_word(cursor);
        return true;
    };
    if is_name(state, cursor, at, at + length) {
        cursor.at += length;
        return true;
    }
    let kind = match cursor.slice(at, at + length) {
        b"end" => {
            code::end(state, cursor, sink);
            return true;
        }
        b"def" => return definition::method(state, cursor, sink),
        b"class" => return definition::class(state, cursor, sink),
        b"module" => return definition::module(state, cursor, sink),
        b"do" => return keyword_do(state, cursor, sink),
        b"begin" | b"case" => FrameKind::Keyword,
        b"for" => FrameKind::Loop,
        b"while" | b"until" if is_statement(state, cursor, sink, at) => FrameKind::Loop,
        b"if" | b"unless" if is_statement(state, cursor, sink, at) => FrameKind::Keyword,
        _ => {
            cursor.at += length;
            return true;
        }
    };
    open(state, cursor, sink, length, kind);
    true
}

fn open<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    length: u64,
    kind: FrameKind,
) {
    sink.open_level(cursor.at);
    state.frames.push(Frame { at: cursor.at, kind, waits: kind == FrameKind::Loop });
    cursor.at += length;
}

/// The length of the keyword at `at`, if one stands there.
fn keyword_length(cursor: &Cursor<'_>, at: ByteOffset) -> Option<u64> {
    if at > 0 && is_word(cursor.byte(at - 1)) && !(at == 3 && cursor.byte(0) == 0xEF) {
        return None;
    }
    let word = cursor.slice(at, at + KEYWORD_BYTES);
    let length = word.iter().position(|byte| !is_word(*byte)).unwrap_or(word.len());
    let known = matches!(
        &word[..length],
        b"end"
            | b"def"
            | b"do"
            | b"if"
            | b"class"
            | b"module"
            | b"begin"
            | b"case"
            | b"unless"
            | b"while"
            | b"until"
            | b"for"
    );
    known.then_some(length as u64)
}

/// Whether the word at `start..end`, spelt as a keyword, is a name here: of a method after a `.`, of a variable, a symbol,
/// a label, or with a `?` or `!` behind it.
fn is_name(state: &State, cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) -> bool {
    let at = |offset: ByteOffset| cursor.byte(offset);
    match (at(end), at(end + 1)) {
        (b'?' | b'!', next) if next != b'=' => return true,
        (b':', next) if next != b':' => return true,
        _ => {}
    }
    if start == 0 {
        return false;
    }
    let further = if start > 1 { at(start - 2) } else { 0 };
    match at(start - 1) {
        b'@' | b'$' => return true,
        b'.' => return further != b'.',
        b':' => {
            return further == b':' || before::is_symbol_colon(cursor, start);
        }
        b' ' | b'\t' | b'\n' => {}
        _ => return false,
    }
    // `foo. end`, with a line break too, is a name, and so is what follows `alias` and `undef`.
    let far = start.saturating_sub(super::LOOK_AHEAD);
    let mut before = start;
    while before > far && matches!(at(before - 1), b' ' | b'\t') {
        before -= 1;
    }
    let same_line = before > 0 && at(before - 1) != b'\n';
    if before > 0 && !same_line {
        before -= 1;
        before -= u64::from(before > 0 && at(before - 1) == b'\r');
    }
    match before.checked_sub(1).map(at) {
        Some(b'.') if before == state.value_end || before == state.comment.1 => false,
        Some(b'.') => before < 2 || !matches!(at(before - 2), b'.' | b'$'),
        Some(byte) if same_line && is_word(byte) => follows_alias(cursor, before),
        _ => false,
    }
}

/// Whether `alias`, `alias NAME` or `undef` ends at `end`.
fn follows_alias(cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    let ends_with = |end: ByteOffset, word: &[u8]| {
        let start = end.wrapping_sub(word.len() as u64);
        end >= word.len() as u64
            && cursor.stands(start, word)
            && (start == 0
                || cursor.byte(start - 1).is_ascii_whitespace()
                || cursor.byte(start - 1) == b';')
    };
    if ends_with(end, b"alias") || ends_with(end, b"undef") || ends_with(end, b"def") {
        return true;
    }
    let mut at = end;
    while at > 0 && end - at < 64 && is_word(cursor.byte(at - 1)) {
        at -= 1;
    }
    at > 0 && matches!(cursor.byte(at - 1), b' ') && ends_with(at - 1, b"alias")
}

/// Whether `if`, `unless`, `while` or `until` at `at` begins a statement; else it follows one.
fn is_statement<S: Sink>(
    state: &mut State,
    cursor: &Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> bool {
    let (before, _) = before::before(state, cursor, at);
    if matches!(before, Before::Begin | Before::Class) {
        return true;
    }
    code::end_endless(state, cursor, sink, at);
    false
}

fn keyword_do<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let length = b"do".len() as u64;
    if let Some(frame) = state.frames.last_mut()
        && frame.kind == FrameKind::Loop
        && frame.waits
    {
        frame.waits = false;
        cursor.at += length;
        return true;
    }
    open(state, cursor, sink, length, FrameKind::Keyword);
    true
}
