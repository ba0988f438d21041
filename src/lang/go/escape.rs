//! Go's escapes, as its specification has them under "Rune literals".

use crate::lang::code::shared::escape::{hex, is_character};

/// Whether the byte behind a backslash makes a good escape by itself, in strings and runes alike.
#[inline(always)]
pub(super) fn is_plain(byte: u8) -> bool {
    matches!(byte, b'n' | b't' | b'\\' | b'r' | b'a' | b'b' | b'f' | b'v')
}

/// Whether there is the escape that `text` stands behind the backslash of, between such quotes.
pub(super) fn is_good(text: &[u8], quote: u8) -> bool {
    match *text {
        [b'x', ..] => hex(&text[1..], 2, |_| true),
        [b'u', ..] => hex(&text[1..], 4, is_character),
        [b'U', ..] => hex(&text[1..], 8, is_character),
        // No more than a byte's value.
        [b'0'..=b'3', b'0'..=b'7', b'0'..=b'7', ..] => true,
        [byte, ..] => byte == quote || is_plain(byte),
        [] => true,
    }
}
