//! Rust's literals and lifetimes: what a quote begins, and where it ends.

use super::escape::Sort;
use super::lexer::{begins_name, wide_blank_at, word_end};
use super::look_back::{self, is_word};
use super::token::{Kind, Token};
use super::{Mode, STRING_END, State, escape, items};
use crate::lang::code::shared::escape::judge;
use crate::lang::code::{Cursor, Sink};
use crate::lang::{ProblemKind, SpanKind};
use crate::units::ByteOffset;

/// The most `#` that a raw string may have.
const HASHES_MAX: u64 = 255;

/// A `'`: a lifetime, or a char.
pub(super) fn open_quote(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    let at = cursor.at;
    let length = match cursor.byte(at + 1) {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    };
    if cursor.is_unknown(at + 1) || cursor.is_unknown(at + 1 + length) {
        return false;
    }
    let is_byte = has_prefix(state, cursor, at, b"b");
    let start = at - u64::from(is_byte);
    let sort = if is_byte { Sort::Bytes } else { Sort::Text };
    let first = cursor.byte(at + 1);
    if first != b'\\' && cursor.byte(at + 1 + length) == b'\'' {
        // The closing quote is left for the mode to see.
        cursor.at = at + 1 + length;
        state.mode = Mode::Char { start, sort };
    } else if !is_byte && is_word(first) && wide_blank_at(cursor, at + 1).is_none() {
        cursor.at = at + 1;
        state.mode = Mode::Lifetime { start: at };
    } else {
        cursor.at = at + 1;
        state.mode = Mode::Char { start, sort };
    }
    true
}

/// Whether the quote at `at` has one of the letters `prefixes` before it, which is no part of a word or a suffix.
fn has_prefix(state: &State, cursor: &Cursor<'_>, at: ByteOffset, prefixes: &[u8]) -> bool {
    let before = cursor.byte(at.wrapping_sub(2));
    prefixes.contains(&cursor.byte(at.wrapping_sub(1)))
        && !look_back::ends_word(cursor, at.wrapping_sub(1))
        && before != b'\''
        && !look_back::is_raw(cursor, at.wrapping_sub(1))
        && (state.literal_end == 0 || state.literal_end != at.wrapping_sub(1))
}

/// A char from behind its opening quote on.
pub(super) fn char<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (start, sort): (ByteOffset, Sort),
) -> bool {
    while cursor.at < cursor.end() {
        let at = cursor.at;
        match cursor.byte(at) {
            b'\'' => {
                cursor.at = at + 1;
                literal(state, cursor, sink, (start, at + 1, SpanKind::Char));
                return true;
            }
            b'\\' | b'\n' if cursor.is_unknown(at + 1) => return false,
            b'\\' => {
                let is_good = |text: &[u8]| escape::is_good(text, sort);
                let is_plain = escape::is_plain(cursor.byte(at + 1));
                if !is_plain && !judge(cursor, sink, at, is_good) {
                    return false;
                }
                cursor.at = (at + 2).min(cursor.end());
            }
            b'\n' if cursor.byte(at + 1) == b'\'' => cursor.at = at + 1,
            b'/' | b'\n' => {
                sink.problem(start, ProblemKind::UnterminatedString);
                state.mode = Mode::Code;
                if state.is_slow() {
                    let token = Token { kind: Kind::Literal, start, end: at };
                    items::dispatch(state, cursor, sink, token);
                }
                return true;
            }
            _ => cursor.at = at + 1,
        }
    }
    true
}

/// The name behind a `'`.
pub(super) fn lifetime<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
) -> bool {
    let end = word_end(cursor, cursor.at);
    if cursor.is_unknown(end + 2) {
        if end - cursor.at < 4 {
            return false;
        }
        cursor.at = end - 3;
        return true;
    }
    if end == start + 2
        && cursor.byte(start + 1) == b'r'
        && cursor.byte(end) == b'#'
        && begins_name(cursor.byte(end + 1))
    {
        cursor.at = end + 1;
        return true;
    }
    let is_raw = cursor.byte(start + 1) == b'r' && cursor.byte(start + 2) == b'#';
    if cursor.byte(end) == b'\'' && !is_raw {
        cursor.at = end + 1;
        literal(state, cursor, sink, (start, end + 1, SpanKind::Char));
        return true;
    }
    cursor.at = end;
    state.mode = Mode::Code;
    items::dispatch(state, cursor, sink, Token { kind: Kind::Lifetime, start, end });
    true
}

/// What stands behind the hashes from `at` on, no more than a raw string may have; `None` while that is not known.
pub(super) fn behind_hashes(cursor: &Cursor<'_>, mut at: ByteOffset) -> Option<ByteOffset> {
    let most = at + HASHES_MAX;
    while at < most && cursor.byte(at) == b'#' {
        at += 1;
    }
    (!cursor.is_unknown(at)).then_some(at)
}

/// A `"`: what stands before it says which sort of string it begins.
pub(super) fn open_string(state: &mut State, cursor: &mut Cursor<'_>) {
    let at = cursor.at;
    let mut hashes = 0;
    while hashes <= HASHES_MAX && cursor.byte(at.wrapping_sub(1 + hashes)) == b'#' {
        hashes += 1;
    }
    cursor.at = at + 1;
    let word_end = at.wrapping_sub(hashes);
    state.mode = if cursor.byte(word_end.wrapping_sub(1)) == b'r' {
        let letter = word_end - 1;
        if has_prefix(state, cursor, letter, b"bc") {
            Mode::RawStr { start: letter - 1, hashes }
        } else if has_prefix(state, cursor, word_end, b"r") {
            Mode::RawStr { start: letter, hashes }
        } else {
            Mode::Str { start: at, sort: Sort::Text }
        }
    } else {
        let is_prefixed = hashes == 0 && has_prefix(state, cursor, at, b"bc");
        let prefix = is_prefixed.then(|| cursor.byte(at - 1));
        Mode::Str { start: at - u64::from(is_prefixed), sort: Sort::of(prefix) }
    };
}

pub(super) fn string<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (start, sort): (ByteOffset, Sort),
) -> bool {
    loop {
        let at = cursor.next_in::<STRING_END>(cursor.at);
        cursor.at = at;
        if at >= cursor.end() {
            return true;
        }
        if cursor.byte(at) == b'"' {
            cursor.at = at + 1;
            literal(state, cursor, sink, (start, at + 1, SpanKind::String));
            return true;
        }
        if cursor.is_unknown(at + 2) {
            return false;
        }
        let near = cursor.near(at + 1);
        let goes_on = near[0] == b'\n' || near == *b"\r\n";
        let is_good = |text: &[u8]| escape::is_good(text, sort);
        if !goes_on && !escape::is_plain(near[0]) && !judge(cursor, sink, at, is_good) {
            return false;
        }
        cursor.at = (at + 2).min(cursor.end());
    }
}

pub(super) fn raw_string<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
    hashes: u64,
) -> bool {
    loop {
        let at = cursor.next_in::<STRING_END>(cursor.at);
        cursor.at = at;
        if at >= cursor.end() {
            return true;
        }
        let mut n = 0;
        while n < hashes && cursor.byte(at + 1 + n) == b'#' {
            n += 1;
        }
        if n < hashes && cursor.is_unknown(at + 1 + n) {
            return false;
        }
        if n == hashes && cursor.byte(at) == b'"' {
            let end = at + 1 + hashes;
            cursor.at = end;
            literal(state, cursor, sink, (start, end, SpanKind::String));
            return true;
        }
        cursor.at = at + 1;
    }
}

/// A string or char has ended.
fn literal<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (start, end, kind): (ByteOffset, ByteOffset, SpanKind),
) {
    sink.span(start, end, kind);
    state.mode = Mode::Code;
    state.literal_end = end;
    if state.is_slow() {
        items::dispatch(state, cursor, sink, Token { kind: Kind::Literal, start, end });
    }
}
