//! What stands before a byte of code: whether a value has just ended, or one may begin.
//!
//! This takes the place of a state carried from token to token: the few bytes that have two readings ask here. It reads
//! backwards over blanks and line breaks, and leaps over comments and the bodies of heredocs, to the token before.

use super::code::is_word;
use super::{FrameKind, LOOK_BACK, State, WORD};
use crate::lang::code::Cursor;
use crate::lang::code::shared::keyword::{BYTES_MAX, key};
use crate::units::ByteOffset;

/// What the last token was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing that a value would have to be joined to: a value begins here.
    Begin,
    /// `return` and its like: a value or a modifier may follow.
    Middle,
    /// A value.
    Value,
    /// A name that may be a call.
    Name,
    /// `.` or `::`: the name of a method follows.
    Dot,
}

/// Where the last token ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    /// One past its last byte; 0 if there is none, or none near enough to matter.
    pub(super) end: ByteOffset,
    /// Whether it stands on an earlier line.
    pub(super) crossed: bool,
}

/// The byte `n` before `at`; 0 where there is none.
#[inline]
pub(super) fn byte_before(cursor: &Cursor<'_>, at: ByteOffset, n: u64) -> u8 {
    at.checked_sub(n).map_or(0, |at| cursor.byte(at))
}

/// The end of the last token before `at`.
#[inline(always)]
pub(super) fn last(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> Last {
    let aside_to = state.aside.1;
    // Most tokens follow the one before but for spaces, or begin a line behind one that ends with a token.
    let end = at - cursor.spaces_before(at);
    let byte = byte_before(cursor, end, 1);
    if ENDS_TOKEN[usize::from(byte)] && end != aside_to {
        return Last { end, crossed: false };
    }
    if byte == b'\n' && end != aside_to {
        let end = end - 1;
        if ENDS_TOKEN[usize::from(byte_before(cursor, end, 1))] && end != aside_to {
            return Last { end, crossed: true };
        }
    }
    last_near(state, cursor, at, end)
}

/// As [`last`], of a token before a comment, perhaps with an empty line in between. Nothing but spaces stands from `end`
/// to `at`.
#[inline(never)]
fn last_near(state: &State, cursor: &Cursor<'_>, at: ByteOffset, mut end: ByteOffset) -> Last {
    let (token_end, aside_to) = state.aside;
    let far = at.saturating_sub(LOOK_BACK).max(cursor.begin());
    for crossed in [false, true, true] {
        if end == aside_to {
            if token_end > far.max(3) {
                return Last { end: token_end, crossed: true };
            }
            break;
        }
        let byte = byte_before(cursor, end, 1);
        if ENDS_TOKEN[usize::from(byte)] {
            return Last { end, crossed };
        }
        if byte != b'\n' {
            break;
        }
        end -= 1;
    }
    last_far(cursor, state.aside, at)
}

/// By byte: whether the last one of a token may be it, and nothing else. A byte order mark is no token.
static ENDS_TOKEN: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = b'!';
    while byte < 0x7F {
        ends[byte as usize] = byte != b'\\';
        byte += 1;
    }
    ends
};

/// As [`last`], byte by byte.
fn last_far(cursor: &Cursor<'_>, aside: (ByteOffset, ByteOffset), at: ByteOffset) -> Last {
    let far = at.saturating_sub(LOOK_BACK).max(cursor.begin());
    let mut end = at;
    let mut crossed = false;
    while end > far {
        if end == aside.1 {
            end = aside.0;
            crossed = true;
            continue;
        }
        match cursor.byte(end - 1) {
            b' ' | b'\t' | b'\r' | 0x0B | 0x0C => end -= 1,
            b'\n' => {
                end -= 1;
                let before = end - u64::from(byte_before(cursor, end, 1) == b'\r');
                if end != aside.1 && before != aside.1 && byte_before(cursor, before, 1) == b'\\' {
                    // The line goes on.
                    end = before - 1;
                } else {
                    crossed = true;
                }
            }
            _ if end == 3 && cursor.stands(0, b"\xEF\xBB\xBF") => break,
            _ => return Last { end, crossed },
        }
    }
    Last { end: 0, crossed: true }
}

/// The last token before `at`, and where it ended.
pub(super) fn before(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> (Before, Last) {
    let last = last(state, cursor, at);
    (kind(state, cursor, last), last)
}

/// What the token `last` is to what follows.
pub(super) fn kind(state: &State, cursor: &Cursor<'_>, last: Last) -> Before {
    let end = last.end;
    if end == 0 {
        return Before::Begin;
    }
    if is_dot(cursor, end) && end != state.value_end {
        return Before::Dot;
    }
    if last.crossed { Before::Begin } else { token(state, cursor, end) }
}

/// Whether `.`, but not that of a range, or `::` ends at `end`.
#[inline]
fn is_dot(cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    match byte_before(cursor, end, 1) {
        b'.' => byte_before(cursor, end, 2) != b'.',
        b':' => byte_before(cursor, end, 2) == b':',
        _ => false,
    }
}

/// Whether a `.` or `::` calls what begins at `at`, on this line or an earlier one.
#[inline]
pub(super) fn follows_dot(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let last = last(state, cursor, at);
    is_dot(cursor, last.end) && last.end != state.value_end
}

/// Whether a `->` right before `at` makes a value of the method by the name that begins there: `->select`.
#[inline]
pub(super) fn follows_arrow(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    byte_before(cursor, at, 1) == b'>' && byte_before(cursor, at, 2) == b'-'
}

/// The token that ends at `end`, on the line that is asked from.
fn token(state: &State, cursor: &Cursor<'_>, end: ByteOffset) -> Before {
    let (byte, further) = (byte_before(cursor, end, 1), byte_before(cursor, end, 2));
    if end == state.value_end {
        return Before::Value;
    }
    match byte {
        _ if is_word(byte) => word(state, cursor, end),
        b']' => closed_bracket(cursor, end),
        b')' | b'}' | b'"' | b'\'' | b'`' => Before::Value,
        b'?' if further == b']' => closed_bracket(cursor, end - 1),
        b'?' | b'~' if further == b'$' => Before::Value,
        b'?' | b'!' if has_suffix(cursor, end) => suffixed(state, cursor, end),
        b'?' if further.is_ascii_digit() => match_group(state, cursor, end),
        b'=' if is_word(further) || further == b']' => setter(state, cursor, end),
        _ => operator(state, cursor, end),
    }
}

/// A `]` that ends at `end`: that of a value, or of the method `[]` that a dot calls by its name.
fn closed_bracket(cursor: &Cursor<'_>, end: ByteOffset) -> Before {
    let is_called = byte_before(cursor, end, 2) == b'[' && is_dot(cursor, end - 2);
    if is_called { Before::Name } else { Before::Value }
}

/// Where the word begins that ends at `end`.
fn word_start(cursor: &Cursor<'_>, end: ByteOffset) -> ByteOffset {
    if let Some(start) = cursor.run_start::<WORD>(end) {
        return start;
    }
    let limit = end.saturating_sub(LOOK_BACK / 2).max(cursor.begin());
    let mut start = end;
    while start > limit && is_word(cursor.byte(start - 1)) {
        start -= 1;
    }
    start
}

/// Whether the `?` or `!` that ends at `end` belongs to the word before it.
fn has_suffix(cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    let start = word_start(cursor, end - 1);
    let first = cursor.byte(start);
    start < end - 1 && !first.is_ascii_uppercase() && !first.is_ascii_digit()
}

/// The word with a `?` or `!` behind it that ends at `end`.
fn suffixed(state: &State, cursor: &Cursor<'_>, end: ByteOffset) -> Before {
    let start = word_start(cursor, end - 1);
    // It takes no arguments, but in a tag it is a method like others.
    let is_nil = || state.tags == 0 && cursor.slice(start, end) == b"nil?";
    if is_marked(cursor, start) || is_nil() { Before::Value } else { Before::Name }
}

/// A `?` that ends at `end`, behind a number: that of `$1?`, or an operator.
fn match_group(state: &State, cursor: &Cursor<'_>, end: ByteOffset) -> Before {
    let start = word_start(cursor, end - 1);
    let is_group = byte_before(cursor, start, 1) == b'$';
    if is_group { Before::Value } else { operator(state, cursor, end) }
}

/// Whether the word at `start` is that of a variable or a symbol.
fn is_marked(cursor: &Cursor<'_>, start: ByteOffset) -> bool {
    match byte_before(cursor, start, 1) {
        b'@' | b'$' => true,
        b':' => is_symbol_colon(cursor, start - 1),
        _ => false,
    }
}

/// Whether the `:` at `at` begins a symbol: neither the end of a label, nor that of a path, nor right behind a value.
pub(super) fn is_symbol_colon(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    match byte_before(cursor, at, 1) {
        b':' | b')' | b']' | b'}' | b'"' | b'\'' | b'`' => false,
        b'.' => byte_before(cursor, at, 2) == b'.',
        b'?' if matches!(byte_before(cursor, at, 2), b']' | b'$') => false,
        b'?' | b'!' => !has_suffix(cursor, at),
        byte => !is_word(byte),
    }
}

/// A word of code that ends at `end`.
fn word(state: &State, cursor: &Cursor<'_>, end: ByteOffset) -> Before {
    let start = word_start(cursor, end);
    if cursor.byte(start).is_ascii_digit() || is_marked(cursor, start) {
        return Before::Value;
    }
    let known = known(cursor, start, end);
    let announces = byte_before(cursor, start, 1) == b'-'
        && byte_before(cursor, start, 2) == b'<'
        && byte_before(cursor, start, 3) == b'<';
    match known {
        Before::Name if announces => Before::Value,
        Before::Name => Before::Name,
        _ if follows_dot(state, cursor, start) || follows_arrow(cursor, start) => Before::Name,
        _ => known,
    }
}

/// What the word at `start..end` is to what follows, if it is no name of a method.
#[inline(always)]
fn known(cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) -> Before {
    let length = end - start;
    if length > BYTES_MAX as u64 {
        let is_known = cursor.slice(start, end) == b"protected";
        return if is_known { Before::Begin } else { Before::Name };
    }
    let name = cursor.eight(start) & !(!1 << (8 * length - 1));
    let (known, before) = WORDS[slot(name)];
    if known == name { before } else { Before::Name }
}

const WORDS_BITS: u32 = 6;

/// Where a word is in [`WORDS`].
const fn slot(name: u64) -> usize {
    /// A number for which no two words fall into one slot, found by trying.
    const SPREAD: u64 = 0x404D_4DB5_AF47_9535;
    (name.wrapping_mul(SPREAD) >> (64 - WORDS_BITS)) as usize
}

/// Words that are no names, but `protected`.
static WORDS: [(u64, Before); 1 << WORDS_BITS] = {
    const fn add<const N: usize>(
        mut words: [(u64, Before); 1 << WORDS_BITS],
        before: Before,
        added: [&[u8]; N],
    ) -> [(u64, Before); 1 << WORDS_BITS] {
        let mut i = 0;
        while i < N {
            let name = key(added[i]);
            assert!(words[slot(name)].0 == 0, "two words in one slot");
            words[slot(name)] = (name, before);
            i += 1;
        }
        words
    }
    let words = [(0, Before::Name); 1 << WORDS_BITS];
    let words = add(words, Before::Middle, [b"return", b"break", b"next", b"yield"]);
    let words = add(words, Before::Value, [b"self", b"true", b"false", b"nil", b"end"]);
    let words = add(
        words,
        Before::Begin,
        [
            b"if", b"unless", b"while", b"until", b"case", b"when", b"in", b"then", b"else",
            b"elsif", b"begin", b"do", b"ensure", b"select", b"of", b"include", b"extend",
        ],
    );
    add(words, Before::Begin, [b"require", b"with", b"private", b"rescue", b"out", b"abstract"])
};

/// A `=` that ends at `end`, right behind a name: the end of a symbol (`:name=`, `:[]=`), or an assignment.
fn setter(state: &State, cursor: &Cursor<'_>, end: ByteOffset) -> Before {
    let start = if byte_before(cursor, end, 2) == b']' {
        end.saturating_sub(3)
    } else {
        word_start(cursor, end - 1)
    };
    let is_symbol =
        byte_before(cursor, start, 1) == b':' && is_symbol_colon(cursor, start.saturating_sub(1));
    if is_symbol || is_pointed_at(cursor, start) {
        Before::Value
    } else {
        operator(state, cursor, end)
    }
}

/// Whether a `->` makes a value of the method whose name begins at `start`: `->name=`, `->Type.name=`.
fn is_pointed_at(cursor: &Cursor<'_>, start: ByteOffset) -> bool {
    let limit = start.saturating_sub(LOOK_BACK / 2).max(cursor.begin());
    let mut at = start;
    while at > limit && (is_word(cursor.byte(at - 1)) || b".:@".contains(&cursor.byte(at - 1))) {
        at -= 1;
    }
    follows_arrow(cursor, at)
}

/// An operator that ends at `end`: a value follows, unless it is the name of a method or of a symbol.
fn operator(state: &State, cursor: &Cursor<'_>, end: ByteOffset) -> Before {
    let byte = byte_before(cursor, end, 1);
    let mut start = end;
    while end - start < 3 && b"+-*/=!<>&|^~%".contains(&byte_before(cursor, start, 1)) {
        start -= 1;
    }
    if start < end && is_dot(cursor, start) {
        return Before::Name;
    }
    let is_symbol = start < end
        && byte_before(cursor, start, 1) == b':'
        && is_symbol_colon(cursor, start.saturating_sub(1));
    // The last token of a type: `A?`, `A*`, `A ->`.
    let ends_type = || {
        matches!(byte, b'?' | b'*' | b'>')
            && state.frames.last().is_some_and(|frame| frame.kind == FrameKind::AbstractDef)
    };
    if is_symbol || ends_type() { Before::Value } else { Before::Begin }
}
