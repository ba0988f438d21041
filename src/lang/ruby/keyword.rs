//! Words of code that may be keywords: those that open a level, and `end`.

use super::before::{self, Before, is_word};
use super::{Frame, FrameKind, LOOK_AHEAD, State, code, definition, endless, start};
use crate::lang::code::{Cursor, Sink};
use crate::units::ByteOffset;

/// Bytes that say all of a keyword and of what stands after it.
const KEYWORD_BYTES: u64 = 8;

/// A word at the cursor that begins as a keyword does. False if it cannot be decided yet.
#[inline]
pub(super) fn word<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    if cursor.is_unknown(at + KEYWORD_BYTES) {
        return false;
    }
    let length = keyword_length(eight_bytes(cursor, at));
    if length == 0 || !stands_alone(cursor, at, at + length) {
        // Whatever follows in the same word does not wake the scanner.
        cursor.at += 1;
        return true;
    }
    keyword(state, cursor, sink, length)
}

/// The keyword of `length` bytes at the cursor, unless it is a name.
fn keyword<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, length: u64) -> bool {
    let at = cursor.at;
    if is_name(state, cursor, at, at + length) {
        cursor.at += length;
        return true;
    }
    let kind = match (cursor.byte(at), length) {
        (b'e', _) => {
            code::end(state, cursor, sink);
            return true;
        }
        (b'd', 3) => return definition::method(state, cursor, sink),
        (b'd', _) => return keyword_do(state, cursor, sink),
        (b'c', 5) => return definition::class(state, cursor, sink),
        (b'm', _) => return definition::module(state, cursor, sink),
        (b'b' | b'c', _) => FrameKind::Keyword,
        (b'f', _) => FrameKind::Loop,
        (b'w', _) | (b'u', 5) if is_statement(state, cursor, sink, at) => FrameKind::Loop,
        (b'i', _) | (b'u', 6) if is_statement(state, cursor, sink, at) => FrameKind::Keyword,
        _ => {
            cursor.at += length;
            return true;
        }
    };
    open(state, cursor, sink, length, kind);
    true
}

/// The bytes from `at` on, the first one lowest; NULs after the document's end.
#[inline]
fn eight_bytes(cursor: &Cursor<'_>, at: ByteOffset) -> u64 {
    let bytes = cursor.slice(at, at + KEYWORD_BYTES);
    if let Ok(eight) = bytes.try_into() {
        return u64::from_le_bytes(eight);
    }
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// A word as its bytes stand in the low bytes of an integer.
pub(super) const fn packed(word: &[u8]) -> u64 {
    let (mut packed, mut i) = (0, word.len());
    while i > 0 {
        i -= 1;
        packed = packed << 8 | word[i] as u64;
    }
    packed
}

/// The length of the keyword that `bytes` begin with, or 0.
#[inline]
fn keyword_length(bytes: u64) -> u64 {
    const fn low(n: u32) -> u64 {
        (1 << (8 * n)) - 1
    }
    let is = |word: &[u8]| bytes & low(word.len() as u32) == packed(word);
    let length = |word: &[u8]| if is(word) { word.len() as u64 } else { 0 };
    match bytes as u8 {
        b'e' => length(b"end"),
        b'd' => length(b"def").max(length(b"do")),
        b'i' => length(b"if"),
        b'c' => length(b"class").max(length(b"case")),
        b'b' => length(b"begin"),
        b'm' => length(b"module"),
        b'u' => length(b"unless").max(length(b"until")),
        b'w' => length(b"while"),
        b'f' => length(b"for"),
        _ => 0,
    }
}

/// Whether the bytes from `start` to `end` are a whole word.
#[inline]
fn stands_alone(cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) -> bool {
    let begins = start == 0
        || !is_word(cursor.byte(start - 1))
        || start == 3 && cursor.stands(0, b"\xEF\xBB\xBF");
    begins && !is_word(cursor.byte(end))
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

/// Whether the word at `start..end`, spelt as a keyword, is a name here: of a method after a `.`, of a variable, a symbol,
/// a label, or with a `?` or `!` behind it.
fn is_name(state: &State, cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) -> bool {
    let at = |offset: ByteOffset| cursor.byte(offset);
    match (at(end), at(end + 1)) {
        (b'?' | b'!', next) if next != b'=' => return true,
        (b':', next) if next != b':' && !ends_branch(state, cursor, start, end) => return true,
        _ => {}
    }
    if start == 0 {
        return false;
    }
    let further = if start > 1 { at(start - 2) } else { 0 };
    match at(start - 1) {
        b'@' | b'$' => return true,
        // Behind two dots a value begins, unless the first is no operator: `$..class`, `?..class`.
        b'.' => {
            let is_variable = start > 2 && at(start - 3) == b'$';
            return further != b'.' || is_variable || start - 1 == state.value_end;
        }
        b':' => {
            return further == b':'
                || before::is_symbol_colon(cursor, start) && !state.literal_ends(start - 1);
        }
        b' ' | b'\t' | b'\n' => {}
        _ => return false,
    }
    // `foo. end`, with a line break too, is a name, and so is what follows `alias` and `undef`.
    let far = start.saturating_sub(LOOK_AHEAD);
    let mut before = start;
    while before > far && matches!(at(before - 1), b' ' | b'\t') {
        before -= 1;
    }
    let same_line = before > 0 && at(before - 1) != b'\n';
    if before > 0 && !same_line {
        before -= 1;
        before -= u64::from(before > 0 && at(before - 1) == b'\r');
    }
    if before > 0 && before == state.comment.1 {
        return before::is_comment_behind_dot(state, cursor, start);
    }
    match before.checked_sub(1).map(at) {
        Some(b'.') if before == state.value_end => false,
        Some(b'.') => before < 2 || !matches!(at(before - 2), b'.' | b'$'),
        Some(b',') if same_line => before::is_renamed(cursor, far, start),
        Some(byte) if same_line && is_word(byte) => follows_alias(cursor, before),
        _ => false,
    }
}

/// Whether the word at `start..end`, with a colon behind it, is an `end` that ends the first branch of `? :`, not a label.
#[inline(never)]
fn ends_branch(state: &State, cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) -> bool {
    let is_open = state.frames.last().is_some_and(|frame| frame.kind.is_keyword());
    if !is_open || !cursor.stands(start, b"end") {
        return false;
    }
    match before::before(state, cursor, start) {
        (Before::Begin, at) if cursor.stands(at.saturating_sub(2), b"=>") => false,
        (Before::Dot | Before::Definition, _) => false,
        _ => !start::may_end_label(state, cursor, end),
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
                || matches!(cursor.byte(start - 1), b';' | b'{' | b'('))
    };
    if ends_with(end, b"alias") || ends_with(end, b"undef") || ends_with(end, b"def") {
        return true;
    }
    let mut at = end;
    while at > 0 && end - at < 64 && is_word(cursor.byte(at - 1)) {
        at -= 1;
    }
    let name_start = at;
    while at > 0 && end - at < 64 && matches!(cursor.byte(at - 1), b' ' | b'\t') {
        at -= 1;
    }
    at < name_start && ends_with(at, b"alias")
}

/// Whether `if`, `unless`, `while` or `until` at `at` begins a statement; else it follows one.
fn is_statement<S: Sink>(
    state: &mut State,
    cursor: &Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> bool {
    let (before, end) = before::before(state, cursor, at);
    if matches!(before, Before::Begin | Before::Class) && !is_aliased_keyword(cursor, end)
        || before == Before::Middle && before::is_modifier_rescue(state, cursor, end)
    {
        return true;
    }
    endless::end(state, cursor, sink, at);
    false
}

/// Whether a keyword ends at `end` that is a name for the `alias` before it.
fn is_aliased_keyword(cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    let mut start = end;
    while start > cursor.begin() && end - start < 64 && is_word(cursor.byte(start - 1)) {
        start -= 1;
    }
    let before = start - cursor.spaces_before(start);
    start < end && before < start && follows_alias(cursor, before)
}

fn keyword_do<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let length = b"do".len() as u64;
    if begins_loop(state, cursor) {
        if let Some(frame) = state.frames.last_mut() {
            frame.waits = false;
        }
        cursor.at += length;
        return true;
    }
    open(state, cursor, sink, length, FrameKind::Keyword);
    true
}

/// Whether the `do` at the cursor belongs to a loop that waits for it, not to a lambda in its condition.
fn begins_loop(state: &State, cursor: &Cursor<'_>) -> bool {
    let Some(frame) = state.frames.last().filter(|frame| frame.waits) else { return false };
    let far = frame.at.max(cursor.at.saturating_sub(LOOK_AHEAD)).max(cursor.begin());
    let condition = cursor.slice(far, cursor.at);
    frame.kind == FrameKind::Loop
        && !memchr::memmem::rfind(condition, b"->")
            .is_some_and(|arrow| is_parameter_list(&condition[arrow + 2..]))
}

/// Whether `text` is nothing but the parameters of a lambda, with parentheses or without.
fn is_parameter_list(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let text = text.strip_suffix(b"\\").unwrap_or(text).trim_ascii();
    let Some(inside) = text.strip_prefix(b"(") else {
        let is_list = text.iter().all(|byte| is_word(*byte) || b" \t,*&:".contains(byte));
        return is_list && !text.split(|byte| !is_word(*byte)).any(|word| word == b"do");
    };
    let mut depth = 1;
    let end = inside.iter().position(|byte| {
        depth += i32::from(*byte == b'(') - i32::from(*byte == b')');
        depth == 0
    });
    end.is_some_and(|end| end + 1 == inside.len())
}
