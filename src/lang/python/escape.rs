//! Python's escapes, as its reference has them under "String and bytes literals". Letters that mean nothing are kept with their
//! backslash, so bad ones are only those with an argument that they need.

use crate::lang::code::shared::escape::{braced, hex, is_code_point};

/// Whether the byte behind a backslash may begin a bad escape.
#[inline(always)]
pub(super) fn has_argument(byte: u8) -> bool {
    matches!(byte, b'x' | b'u' | b'U' | b'N')
}

/// Whether there is the escape that `text` stands behind the backslash of, in bytes or characters.
pub(super) fn is_good(text: &[u8], bytes: bool) -> bool {
    match *text {
        [b'x', ref digits @ ..] => hex(digits, 2, |_| true),
        [b'u', ref digits @ ..] if !bytes => hex(digits, 4, |_| true),
        [b'U', ref digits @ ..] if !bytes => hex(digits, 8, is_code_point),
        [b'N', ref name @ ..] if !bytes => braced(name, |name| {
            let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-');
            !name.is_empty() && name.iter().all(is_letter)
        }),
        _ => true,
    }
}
