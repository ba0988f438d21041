//! Crystal's escapes, as its compiler's lexer reads them.

use super::Crystal;
use crate::lang::SpanKind;
use crate::lang::code::shared::escape::{braced, hex, is_character, value};
use crate::lang::code::shared::literal::Escapes;

impl Escapes for Crystal {
    const CONTROLS: bool = false;

    fn has_escapes(kind: SpanKind, interpolates: bool) -> bool {
        match kind {
            // What stands behind a backslash there is left to PCRE.
            SpanKind::Regex => false,
            SpanKind::Symbol => true,
            _ => interpolates,
        }
    }

    fn is_good(text: &[u8], _: SpanKind) -> bool {
        match text {
            [b'x', digits @ ..] => hex(digits, 2, |_| true),
            [b'u', b'{', ..] => braced(&text[1..], |list| {
                let mut numbers = list.split(|byte| *byte == b' ');
                let last = numbers.next_back();
                // Behind six digits the compiler takes no space.
                numbers.all(|number| number.len() < 6 && is_number(number))
                    && last.is_some_and(is_number)
            }),
            [b'u', digits @ ..] => hex(digits, 4, is_character),
            _ => octal(text) <= u32::from(u8::MAX),
        }
    }
}

/// The value of the up to four octal digits that `text` begins with.
fn octal(text: &[u8]) -> u32 {
    let digits = text.iter().take(4).map_while(|byte| char::from(*byte).to_digit(8));
    digits.fold(0, |value, digit| value * 8 + digit)
}

/// Whether there is the escape that `text` stands behind the backslash of, between the quotes of a character.
pub(super) fn is_good_in_character(text: &[u8]) -> bool {
    match text {
        [b'u', b'{', ..] => braced(&text[1..], is_number),
        [b'u', digits @ ..] => hex(digits, 4, is_character),
        [byte, ..] => b"\\'abefnrtv0".contains(byte),
        [] => true,
    }
}

/// Whether these are the digits of a character's number.
fn is_number(digits: &[u8]) -> bool {
    digits.len() <= 6 && value(digits).is_some_and(is_character)
}
