//! The keys of an object, by what they are once escapes are resolved.

use std::borrow::Cow;
use std::collections::HashSet;

/// Keys that are looked through one by one; of more a set is made.
const FEW: usize = 16;

/// What an object's keys hash to, with a key that nobody knows beforehand: two that differ are taken for one key as often
/// as 64 random bits are equal.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    few: Vec<u64>,
    many: HashSet<u64>,
}

impl Keys {
    pub(super) fn has(&self, key: u64) -> bool {
        self.few.contains(&key) || self.many.contains(&key)
    }

    pub(super) fn add(&mut self, key: u64) {
        if self.few.len() < FEW {
            self.few.push(key);
        } else {
            self.many.insert(key);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.few.len() + self.many.len()
    }
}

/// A string's bytes with escapes resolved; half of a surrogate pair becomes three bytes, as if it were a character. What is no
/// escape stays as it is.
pub(super) fn unescaped(raw: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', raw) else { return Cow::Borrowed(raw) };
    let mut out = raw[..first].to_vec();
    let mut rest = &raw[first..];
    while let [byte, after @ ..] = rest {
        rest = after;
        match (byte, after) {
            (b'\\', [b'u', digits @ ..]) if code(digits).is_some() => {
                let mut unit = code(digits).unwrap_or_default();
                rest = &digits[4..];
                if let (0xD800..0xDC00, [b'\\', b'u', digits @ ..]) = (unit, rest)
                    && let Some(low @ 0xDC00..0xE000) = code(digits)
                {
                    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                    rest = &digits[4..];
                }
                push(&mut out, unit);
            }
            (b'\\', [letter, after @ ..]) => {
                rest = after;
                match letter {
                    b'b' => out.push(0x08),
                    b'f' => out.push(0x0C),
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'"' | b'\\' | b'/' => out.push(*letter),
                    _ => out.extend([b'\\', *letter]),
                }
            }
            _ => out.push(*byte),
        }
    }
    Cow::Owned(out)
}

/// The unit that four digits name.
fn code(digits: &[u8]) -> Option<u32> {
    let digits = digits.first_chunk::<4>()?;
    let mut unit = 0;
    for digit in digits {
        unit = unit << 4 | char::from(*digit).to_digit(16)?;
    }
    Some(unit)
}

/// Appends a code point as UTF-8 does, surrogates too (WTF-8).
fn push(out: &mut Vec<u8>, unit: u32) {
    match char::from_u32(unit) {
        Some(c) => out.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        None => out.extend([
            0xE0 | (unit >> 12) as u8,
            0x80 | (unit >> 6 & 0x3F) as u8,
            0x80 | (unit & 0x3F) as u8,
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against serde_json, which refuses halves of pairs.
        #[test]
        fn escapes_are_what_serde_json_takes_them_for(
            raw in "([a-zé日]|\\\\[bfnrt\"\\\\/]|\\\\u00[0-9a-fA-F]{2}|\\\\u[0-9a-cA-C][0-9a-f]{3}|\\\\ud83d\\\\ude0[0-9]){0,8}"
        ) {
            let expected: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            prop_assert_eq!(unescaped(raw.as_bytes()).into_owned(), expected.into_bytes());
        }

        #[test]
        fn anything_is_survived(raw in prop::collection::vec(prop::sample::select(b"\\ud8Dc0x\"".to_vec()), 0..20)) {
            let _ = unescaped(&raw);
        }
    }

    #[test]
    fn halves_of_pairs_stay_apart() {
        assert_ne!(unescaped(br"\ud800"), unescaped(br"\ud801"));
        assert_eq!(unescaped(br"\uD800x"), unescaped(br"\ud800x"));
        assert_eq!(unescaped(br"\u12"), br"\u12".as_slice());
    }
}
