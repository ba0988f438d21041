//! Looking back from a place in code at the token before it, over white space and comments.

use serde::{Deserialize, Serialize};

use super::token::Word;
use super::{BLANK, NAME, State};
use crate::lang::code::Cursor;
use crate::units::ByteOffset;

/// White space that is looked back over; behind more of it nothing is seen.
const BLANK_BYTES_MAX: u64 = 1 << 10;

/// The longest word that is looked back over whole.
const WORD_BYTES_MAX: u64 = 1 << 11;

/// The token before a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Before {
    #[default]
    Nothing,
    /// Where it begins, what it is, whether it is `macro_rules`, and whether it can name a macro.
    Word { start: ByteOffset, word: Word, is_macro_rules: bool, is_name: bool },
    /// `::`
    Separator,
    /// Another character.
    Punct(u8),
}

/// Comments in a row with nothing but white space between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Gap {
    /// The last one's end; 0 if there is none.
    end: ByteOffset,
    before: Before,
}

impl Gap {
    /// Notes that a comment begins at `at`.
    pub(super) fn begin(state: &mut State, cursor: &Cursor<'_>, at: ByteOffset) {
        let before = before(state, cursor, at);
        state.gap.before = before;
    }

    /// As [`Gap::begin`], behind a character and white space. False if a comment may stand between.
    #[inline(always)]
    pub(super) fn begin_behind(&mut self, last: u8) -> bool {
        if self.end != 0 {
            return false;
        }
        self.before = Before::Punct(last);
        true
    }

    /// Notes that a comment has ended.
    pub(super) fn end(&mut self, end: ByteOffset) {
        self.end = end;
    }

    /// As [`Gap::forget`], for code before `end` that has been gone over.
    #[inline]
    pub(super) fn forget_before(&mut self, end: ByteOffset) {
        if self.end != 0 && self.end < end {
            *self = Gap::default();
        }
    }

    /// Forgets what no one can look back on any more, so that equal places have equal states.
    pub(super) fn forget(&mut self) {
        if self.end != 0 {
            *self = Gap::default();
        }
    }
}

/// Whether words are made of it.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether a word ends before `end`, or goes on there, and no white space beyond ASCII, which is made of the same bytes.
pub(super) fn ends_word(cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    is_word(cursor.byte(end.wrapping_sub(1))) && wide_blank_before(cursor, end) == 0
}

/// The length of the white space beyond ASCII that ends before `end`: next line, the separators of lines and paragraphs,
/// the two direction marks; and a byte order mark, which is right at the text's beginning only.
pub(super) fn wide_blank_before(cursor: &Cursor<'_>, end: ByteOffset) -> u64 {
    if cursor.byte(end.wrapping_sub(1)) < 0x80 {
        return 0;
    }
    wide_blank(cursor.slice(end.saturating_sub(3), end))
        .or_else(|| wide_blank(cursor.slice(end.saturating_sub(2), end)))
        .unwrap_or(0)
}

/// The length of `bytes` if they are one character of white space beyond ASCII.
pub(super) fn wide_blank(bytes: &[u8]) -> Option<u64> {
    match bytes {
        [0xC2, 0x85] => Some(2),
        [0xE2, 0x80, 0x8E | 0x8F | 0xA8 | 0xA9] | [0xEF, 0xBB, 0xBF] => Some(3),
        _ => None,
    }
}

/// The token that ends before `at`, but for white space and comments.
pub(super) fn before(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> Before {
    near_before(state, cursor, at).unwrap_or_else(|| far_before(state, cursor, at))
}

/// As [`before`], if no comment stands between, all is ASCII and its masks are at hand.
#[inline]
fn near_before(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> Option<Before> {
    if state.gap.end != 0 {
        return None;
    }
    let end = cursor.run_start::<BLANK>(at)?;
    let last = cursor.byte(end.wrapping_sub(1));
    if last >= 0x80 || last == 0 {
        return None;
    }
    if last == b':' && cursor.byte(end.wrapping_sub(2)) == b':' {
        return Some(Before::Separator);
    }
    let start = cursor.run_start::<NAME>(end)?;
    if start == end {
        return Some(Before::Punct(last));
    }
    if matches!(cursor.byte(start.wrapping_sub(1)), b'#' | b'\'' | 0 | 0x80..) {
        return None;
    }
    let bytes = cursor.slice(start, end);
    let word = Word::of(bytes);
    let is_macro_rules = bytes == b"macro_rules";
    Some(Before::Word { start, word, is_macro_rules, is_name: word.is_name(bytes) })
}

#[inline(never)]
fn far_before(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> Before {
    let limit = cursor.begin().max(at.saturating_sub(BLANK_BYTES_MAX));
    let mut end = at;
    loop {
        if end == state.gap.end && end != 0 {
            return state.gap.before;
        }
        if end <= limit {
            return Before::Nothing;
        }
        match cursor.byte(end - 1) {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => end -= 1,
            _ => match wide_blank_before(cursor, end) {
                0 => break,
                length => end -= length,
            },
        }
    }
    match cursor.byte(end - 1) {
        byte if is_word(byte) => word_before(cursor, end),
        b':' if cursor.byte(end.wrapping_sub(2)) == b':' => Before::Separator,
        byte => Before::Punct(byte),
    }
}

fn word_before(cursor: &Cursor<'_>, end: ByteOffset) -> Before {
    let limit = cursor.begin().max(end.saturating_sub(WORD_BYTES_MAX));
    let mut start = end;
    while start > limit && ends_word(cursor, start) {
        start -= 1;
    }
    let bytes = cursor.slice(start, end);
    let is_raw = is_raw(cursor, start);
    // A lifetime names nothing: `&'a !`, `&'a <T>::B`.
    let quote = cursor.byte(start.wrapping_sub(if is_raw { 3 } else { 1 }));
    if quote == b'\'' {
        return Before::Punct(quote);
    }
    if is_raw {
        let start = start - 2;
        return Before::Word { start, word: Word::Name, is_macro_rules: false, is_name: true };
    }
    let word = Word::of(bytes);
    let is_macro_rules = bytes == b"macro_rules";
    Before::Word { start, word, is_macro_rules, is_name: word.is_name(bytes) }
}

/// Whether the word at `start` has an `r#` before it.
pub(super) fn is_raw(cursor: &Cursor<'_>, start: ByteOffset) -> bool {
    cursor.byte(start.wrapping_sub(1)) == b'#'
        && cursor.byte(start.wrapping_sub(2)) == b'r'
        && !ends_word(cursor, start.wrapping_sub(2))
        && !cursor.byte(start).is_ascii_digit()
}
