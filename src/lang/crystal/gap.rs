//! What may stand between a keyword and the name that it announces, and between the parts of that: white space, line
//! breaks, lines that go on behind a backslash, comments.

use super::{LINE_END, LOOK_AHEAD};
use crate::lang::SpanKind;
use crate::lang::code::{Cursor, Sink};
use crate::units::ByteOffset;

/// The end of what separates a name from what ends at `at`. None if it is not at hand.
#[inline]
pub(super) fn end(cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    // Most names stand one space away.
    let [byte, next] = cursor.near(at);
    if byte == b' ' && next > b' ' && next != b'#' && next != b'\\' {
        Some(at + 1)
    } else {
        end_far(cursor, at)
    }
}

#[inline(never)]
fn end_far(cursor: &Cursor<'_>, mut at: ByteOffset) -> Option<ByteOffset> {
    let limit = at + LOOK_AHEAD / 2;
    while at < limit {
        match cursor.near(at) {
            [b' ' | b'\t' | b'\n' | b'\r', _] => at += 1,
            [b'\\', b'\n' | b'\r'] => at += 2,
            [b'#', _] => {
                let line_break = cursor.next_byte(b'\n', at);
                if line_break >= limit {
                    // Too long a comment, or one that ends the document or what is at hand.
                    return if cursor.is_unknown(limit) { None } else { Some(at) };
                }
                at = line_break;
            }
            _ => break,
        }
    }
    if cursor.is_unknown(at + 1) { None } else { Some(at) }
}

/// The end of the one blank token that may stand at `at`: it goes on over the ends of lines that a backslash continues.
/// None if it is not at hand.
pub(super) fn blanks_end(cursor: &Cursor<'_>, mut at: ByteOffset) -> Option<ByteOffset> {
    let limit = at + LOOK_AHEAD / 2;
    while at < limit {
        match cursor.near(at) {
            [b' ' | b'\t', _] => at += 1,
            [b'\\', b'\n'] => at += 2,
            [b'\\', b'\r'] => at += 3,
            _ => break,
        }
    }
    if cursor.is_unknown(at + 2) { None } else { Some(at) }
}

/// Tells of the comments from `at` to `end`, between which nothing stands but names and what [`end`] goes over.
#[inline]
pub(super) fn comments<S: Sink>(
    cursor: &mut Cursor<'_>,
    at: ByteOffset,
    end: ByteOffset,
    sink: &mut S,
) {
    // Names are short: eight bytes at once are told faster than a search is begun.
    let mut place = at;
    while place < end {
        if holds_mark(cursor.eight(place)) {
            return comments_far(cursor, at, end, sink);
        }
        place += 8;
    }
}

/// Whether a `#` is among eight bytes (Mycroft's test for a zero byte).
#[inline(always)]
fn holds_mark(eight: u64) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let differs = eight ^ u64::from_ne_bytes([b'#'; 8]);
    differs.wrapping_sub(ONES) & !differs & (ONES << 7) != 0
}

#[cold]
fn comments_far<S: Sink>(
    cursor: &mut Cursor<'_>,
    mut at: ByteOffset,
    end: ByteOffset,
    sink: &mut S,
) {
    loop {
        let start = cursor.next_byte(b'#', at);
        if start >= end {
            return;
        }
        let line_break = cursor.next_in::<LINE_END>(start).min(end);
        let has_return = cursor.byte(line_break - 1) == b'\r';
        sink.span(start, line_break - u64::from(has_return), SpanKind::Comment);
        at = line_break;
    }
}

/// The length of the sign at `at`, no bracket and no quote, that is one token; 0 if there is none.
#[cold]
pub(super) fn sign_length(cursor: &Cursor<'_>, at: ByteOffset) -> u64 {
    const SIGNS: [&[u8]; 23] = [
        b"::", b"=>", b"->", b"...", b"..", b"**", b"&&", b"||", b"==", b"!=", b"<=", b">=", b"=",
        b".", b";", b",", b"+", b"-", b"*", b"|", b"&", b"~", b"!",
    ];
    SIGNS.iter().find(|sign| cursor.stands(at, sign)).map_or(0, |sign| sign.len() as u64)
}
