//! Escapes in strings: whether a language has the one that stands there.
//!
//! A scanner steps over an escape by its first byte or two, whatever follows. Where it meets one whose first byte does not make
//! it a good one by itself, it asks here for the bytes behind the backslash and hands them to its language's rules.

use crate::lang::ProblemKind;
use crate::lang::code::{Cursor, Sink};
use crate::units::ByteOffset;

/// How many bytes behind a backslash are looked at. The longest escape that anybody writes is Python's `\N{...}`, whose names have
/// up to 88; of what is longer nobody says that it is bad.
const LOOK_AHEAD: u64 = 128;

/// What stands behind the backslash at `at`: as much as rules look at, or all that the document has. None where that is not at
/// hand.
#[inline(never)]
pub(crate) fn behind<'t>(cursor: &Cursor<'t>, at: ByteOffset) -> Option<&'t [u8]> {
    let end = at + 1 + LOOK_AHEAD;
    (!cursor.is_unknown(end - 1)).then(|| cursor.slice(at + 1, end))
}

/// Tells of the escape at `at` unless what stands behind its backslash `is_good`. False where that is not at hand: nothing is told.
#[inline(never)]
pub(crate) fn judge<S: Sink>(
    cursor: &Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    is_good: impl FnOnce(&[u8]) -> bool,
) -> bool {
    let Some(text) = behind(cursor, at) else { return false };
    if !is_good(text) {
        sink.problem(at, ProblemKind::BadEscape);
    }
    true
}

/// Whether `text` begins with `n` hexadecimal digits whose value `is_good`.
pub(crate) fn hex(text: &[u8], n: usize, is_good: impl Fn(u32) -> bool) -> bool {
    text.get(..n).and_then(value).is_some_and(is_good)
}

/// Whether `text`, which stands behind an escape's letter, begins with braces around what `is_good`. Where the closing one is too
/// far to be seen, what is there instead of an end of the string passes for good.
pub(crate) fn braced(text: &[u8], is_good: impl Fn(&[u8]) -> bool) -> bool {
    let Some(inside) = text.strip_prefix(b"{") else { return false };
    match inside.iter().position(|byte| *byte == b'}') {
        Some(n) => is_good(&inside[..n]),
        None => text.len() as u64 == LOOK_AHEAD - 1,
    }
}

/// The value of hexadecimal digits, `u32::MAX` if it is larger; none if there are no digits, or other bytes.
pub(crate) fn value(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u32, |value, byte| {
        let digit = char::from(*byte).to_digit(16)?;
        Some(value.checked_mul(16).map_or(u32::MAX, |value| value | digit))
    })
}

/// Whether this is the number of a character: no surrogate, and not beyond the last one.
pub(crate) fn is_character(value: u32) -> bool {
    char::from_u32(value).is_some()
}

/// Whether this is the number of a character or surrogate.
pub(crate) fn is_code_point(value: u32) -> bool {
    value <= u32::from(char::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_do_not_overflow() {
        assert_eq!(value(b"10FFFF"), Some(0x10_FFFF));
        assert_eq!(value(b"00000000000000000000000000000061"), Some(0x61));
        assert_eq!(value(b"100000000"), Some(u32::MAX));
        assert_eq!(value(b"FFFFFFFF1"), Some(u32::MAX));
        assert_eq!(value(b""), None);
        assert_eq!(value(b"1_0"), None);
    }
}
