//! Ruby's escapes, as Prism reads them where a literal has any.

use super::Ruby;
use crate::lang::SpanKind;
use crate::lang::code::shared::escape::{braced, hex, is_character, value};
use crate::lang::code::shared::literal::Escapes;

impl Escapes for Ruby {
    const CONTROLS: bool = true;

    fn has_escapes(_: SpanKind, interpolates: bool) -> bool {
        interpolates
    }

    fn is_good(text: &[u8], kind: SpanKind) -> bool {
        let (mut rest, mut control, mut meta) = (text, false, false);
        loop {
            let argument = match rest {
                [b'x', digit, ..] => return digit.is_ascii_hexdigit(),
                [b'u', digits @ ..] => return !control && !meta && unicode(digits, kind),
                [b'c', argument @ ..] | [b'C', b'-', argument @ ..] if !control => {
                    control = true;
                    argument
                }
                [b'M', b'-', argument @ ..] if !meta => {
                    meta = true;
                    argument
                }
                [b'c' | b'C' | b'M', ..] => return false,
                [byte, ..] => return !control && !meta || byte.is_ascii() && *byte != b'U',
                [] => return true,
            };
            match argument {
                [b'\\', nested @ ..] => rest = nested,
                [byte, ..] => return byte.is_ascii(),
                [] => return true,
            }
        }
    }
}

/// Whether `text` stands behind the `u` of an escape: four digits, or numbers of characters in braces: in a string
/// any, in a regex at least one, for a single character no two.
fn unicode(text: &[u8], kind: SpanKind) -> bool {
    if text.first() != Some(&b'{') {
        return hex(text, 4, is_character);
    }
    braced(text, |list| {
        let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0B;
        let numbers = list.split(is_blank).filter(|number| !number.is_empty());
        let is_good = |number: &[u8]| number.len() <= 6 && value(number).is_some_and(is_character);
        let are_enough = match (kind, numbers.clone().count()) {
            (SpanKind::Regex, n) => n > 0,
            (SpanKind::Char, n) => n < 2,
            _ => true,
        };
        are_enough && numbers.clone().all(is_good)
    })
}
