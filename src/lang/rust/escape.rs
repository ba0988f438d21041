//! Rust's escapes, as its reference has them under "Tokens": which there are depends on the sort of literal.

use serde::{Deserialize, Serialize};

use crate::lang::code::shared::escape::{braced, hex, is_character, value};

/// What a literal with escapes is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Sort {
    /// Characters.
    Text,
    /// Bytes: `b""`, `b''`.
    Bytes,
    /// Bytes and characters, but no NUL: `c""`.
    C,
}

impl Sort {
    /// That of a literal with such a byte before its quote, if it is a prefix.
    pub(super) fn of(prefix: Option<u8>) -> Self {
        match prefix {
            Some(b'b') => Sort::Bytes,
            Some(b'c') => Sort::C,
            _ => Sort::Text,
        }
    }
}

/// Whether the byte behind a backslash makes a good escape by itself, in literals of each sort.
#[inline(always)]
pub(super) fn is_plain(byte: u8) -> bool {
    matches!(byte, b'n' | b'"' | b'\\' | b't' | b'r' | b'\'')
}

/// Whether there is the escape that `text` stands behind the backslash of.
pub(super) fn is_good(text: &[u8], sort: Sort) -> bool {
    match *text {
        [b'0', ..] => sort != Sort::C,
        [b'x', ..] => hex(&text[1..], 2, |value| match sort {
            Sort::Text => value < 0x80,
            Sort::Bytes => true,
            Sort::C => value > 0,
        }),
        [b'u', ref braces @ ..] => {
            sort != Sort::Bytes
                && braced(braces, |inside| {
                    let digits: Vec<u8> =
                        inside.iter().copied().filter(|byte| *byte != b'_').collect();
                    inside.first() != Some(&b'_')
                        && digits.len() <= 6
                        && value(&digits).is_some_and(|value| {
                            is_character(value) && (sort, value) != (Sort::C, 0)
                        })
                })
        }
        [byte, ..] => is_plain(byte),
        [] => true,
    }
}
