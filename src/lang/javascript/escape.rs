//! JavaScript's escapes, as ECMAScript has them under "String Literals" and "Template Literals". Letters that mean nothing stand for
//! themselves, so bad ones are only those with an argument that they need, and in templates octal ones.

use crate::lang::code::shared::escape::{braced, hex, is_code_point, value};

/// Whether the byte behind a backslash may begin a bad escape in a string.
#[inline(always)]
pub(super) fn has_argument(byte: u8) -> bool {
    matches!(byte, b'x' | b'u')
}

/// As [`has_argument`], in a template.
pub(super) fn has_argument_in_template(byte: u8) -> bool {
    has_argument(byte) || byte.is_ascii_digit()
}

/// Whether there is the escape that `text` stands behind the backslash of, in a string.
pub(super) fn is_good(text: &[u8]) -> bool {
    match *text {
        [b'x', ref digits @ ..] => hex(digits, 2, |_| true),
        [b'u', b'{', ..] => braced(&text[1..], |digits| value(digits).is_some_and(is_code_point)),
        [b'u', ref digits @ ..] => hex(digits, 4, |_| true),
        _ => true,
    }
}

/// As [`is_good`], in a template without a tag. (One with a tag may have any.)
pub(super) fn is_good_in_template(text: &[u8]) -> bool {
    match *text {
        [b'0', next, ..] => !next.is_ascii_digit(),
        [b'1'..=b'9', ..] => false,
        _ => is_good(text),
    }
}
