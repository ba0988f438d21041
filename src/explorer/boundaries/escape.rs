//! The escape that a place in a string is inside of: `\u00e9` is one of six bytes, and each of its five seams lies across it.

use std::ops::Range;

use crate::lang::LanguageId;

/// Bytes of an escape at most: of braces what a code point can have.
pub(super) const ESCAPE_BYTES_MAX: usize = 12;

/// The escape in `text` that begins before `at` and goes on there, as bytes of `text`.
pub(super) fn around(language: LanguageId, text: &[u8], at: usize) -> Option<Range<usize>> {
    let first = at.saturating_sub(ESCAPE_BYTES_MAX - 1);
    let start = (first..at).rev().find(|i| text.get(*i) == Some(&b'\\'))?;
    // A backslash behind one that escapes it begins nothing.
    let slashes = text[..=start].iter().rev().take_while(|byte| **byte == b'\\').count();
    let end = start + 1 + bytes_behind(language, &text[start + 1..]);
    (slashes % 2 == 1 && at < end).then_some(start..end)
}

/// How many bytes behind its backslash an escape has. What is no escape of the language takes one.
fn bytes_behind(language: LanguageId, text: &[u8]) -> usize {
    use LanguageId::{Crystal, Go, Json, Python, Ruby, Rust};
    let digits = |n: usize, is_digit: fn(&u8) -> bool| {
        text.iter().skip(1).take(n).take_while(|byte| is_digit(byte)).count()
    };
    let hex = |n| digits(n, u8::is_ascii_hexdigit);
    match text.first() {
        Some(b'u') if text.get(1) == Some(&b'{') && !matches!(language, Json | Go | Python) => {
            let inside = text.iter().take(ESCAPE_BYTES_MAX - 1);
            inside.clone().position(|byte| *byte == b'}').map_or(1, |brace| brace + 1)
        }
        Some(b'u') if language != Rust => 1 + hex(4),
        Some(b'U') if matches!(language, Go | Python) => 1 + hex(8),
        Some(b'x') if language != Json => 1 + hex(2),
        Some(b'0'..=b'7') if matches!(language, Go | Python | Ruby | Crystal) => {
            1 + digits(2, |byte| matches!(byte, b'0'..=b'7'))
        }
        Some(_) => 1,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seams of `text` that lie in an escape, each with the escape's ends.
    fn seams(language: LanguageId, text: &str) -> Vec<(usize, usize, usize)> {
        let around = |at| around(language, text.as_bytes(), at).map(|it| (at, it.start, it.end));
        (0..=text.len()).filter_map(around).collect()
    }

    #[test]
    fn each_seam_of_an_escape_is_in_it() {
        let inside = |start, end| (start + 1..end).map(|at| (at, start, end)).collect::<Vec<_>>();
        assert_eq!(seams(LanguageId::Json, r"a\u00e9b"), inside(1, 7));
        assert_eq!(seams(LanguageId::Json, r"a\nb"), inside(1, 3));
        assert_eq!(seams(LanguageId::Json, r"\x41"), inside(0, 2));
        assert_eq!(seams(LanguageId::Rust, r"\u{10FFFF}7"), inside(0, 10));
        assert_eq!(seams(LanguageId::Rust, r"\x417"), inside(0, 4));
        assert_eq!(seams(LanguageId::Go, r"\U0010FFFF1"), inside(0, 10));
        assert_eq!(seams(LanguageId::Go, r"\1234"), inside(0, 4));
        assert_eq!(seams(LanguageId::Python, r"\8"), inside(0, 2));
    }

    #[test]
    fn a_backslash_that_is_escaped_begins_none() {
        assert_eq!(seams(LanguageId::Json, r"\\u00e9"), [(1, 0, 2)]);
        assert_eq!(seams(LanguageId::Json, r"\\\u00e9").len(), 1 + 5);
    }

    #[test]
    fn one_that_is_cut_ends_where_its_digits_do() {
        assert_eq!(seams(LanguageId::Json, "\\u00\"b"), [(1, 0, 4), (2, 0, 4), (3, 0, 4)]);
        assert_eq!(seams(LanguageId::Rust, "\\u{\"b"), [(1, 0, 2)]);
        assert_eq!(seams(LanguageId::Json, "\\"), [(0, 0, 1); 0]);
    }
}
