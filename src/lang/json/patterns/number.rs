//! JSON's numbers, byte by byte: whether a 64-bit float holds what is written.
//!
//! A number is lossy if the nearest float is infinite or, written with as many significant digits, is another number. No more
//! is kept of one than can decide: a gigabyte of digits takes as much memory as eight hundred.

use crate::lang::json::syntax::Word;

/// Significant digits beyond which no float equals a number: the longest expansion of one has 767.
const DIGITS_MAX: usize = 800;

/// A decimal of so many significant digits comes back from the float that is nearest to it, wherever floats are normal
/// (`DBL_DIG`).
const SAFE_DIGITS: usize = 15;

/// Powers of ten up to which that holds, and beyond which numbers are infinite or zero, with room to spare.
const SAFE_POWER: i64 = 300;
const POWER_MAX: i64 = 400;

/// A word that may be a number, as far as it has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Number {
    shape: Word,
    /// Significant digits, and zeros behind them that are none unless another digit follows.
    digits: Vec<u8>,
    zeros: u64,
    /// There are more digits than can be kept.
    too_long: bool,
    /// The number is `0.digits` times ten to this power and the exponent.
    point: i64,
    exponent: i64,
    exponent_is_negative: bool,
}

impl Number {
    pub(super) fn clear(&mut self) {
        self.digits.clear();
        let digits = std::mem::take(&mut self.digits);
        *self = Number { digits, ..Number::default() };
    }

    /// Goes on by a byte of the word.
    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        self.shape = self.shape.then(byte);
        match self.shape {
            Word::Whole => {
                self.point = self.point.saturating_add(1);
                self.digit(byte);
            }
            Word::Fraction if byte == b'0' && self.digits.is_empty() => {
                self.point = self.point.saturating_sub(1);
            }
            Word::Fraction => self.digit(byte),
            Word::ESign => self.exponent_is_negative = byte == b'-',
            Word::Exponent => {
                let digit = i64::from(byte - b'0');
                self.exponent = self.exponent.saturating_mul(10).saturating_add(digit);
            }
            _ => {}
        }
    }

    fn digit(&mut self, byte: u8) {
        if byte == b'0' {
            self.zeros += 1;
            return;
        }
        let n = self.digits.len() as u64 + self.zeros + 1;
        if n > DIGITS_MAX as u64 {
            self.too_long = true;
            return;
        }
        self.digits.resize(self.digits.len() + self.zeros as usize, b'0');
        self.zeros = 0;
        self.digits.push(byte);
    }

    /// Whether the word is a number that a float does not hold.
    pub(super) fn is_lossy(&self) -> bool {
        if !self.shape.is_number() || self.digits.is_empty() {
            return false;
        }
        let exponent = if self.exponent_is_negative { -self.exponent } else { self.exponent };
        let power = self.point.saturating_add(exponent);
        if self.too_long || power.saturating_abs() > POWER_MAX {
            return true;
        }
        if self.digits.len() <= SAFE_DIGITS && power.abs() <= SAFE_POWER {
            return false;
        }
        let digits = std::str::from_utf8(&self.digits).unwrap_or("0");
        let nearest: f64 = format!("0.{digits}e{power}").parse().unwrap_or(f64::INFINITY);
        // `d.ddde-7`, as many digits.
        let written = format!("{nearest:.*e}", digits.len() - 1);
        let is_same = written.split_once('e').is_some_and(|(written, exponent)| {
            let mut written = written.bytes().filter(|byte| *byte != b'.');
            exponent.parse::<i64>().is_ok_and(|exponent| exponent + 1 == power)
                && digits.bytes().all(|digit| written.next() == Some(digit))
        });
        !is_same
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_lossy(text: &str) -> bool {
        let mut number = Number::default();
        number.push(b'x');
        number.clear();
        text.bytes().for_each(|byte| number.push(byte));
        number.is_lossy()
    }

    /// As the contract says it, by strings: the digits without zeros at either end, and where the point stands before them.
    fn normal(text: &str) -> (String, i64) {
        let text = text.trim_start_matches('-').to_lowercase();
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let n_leading = all.len() - all.trim_start_matches('0').len();
        let power = whole.len() as i64 - n_leading as i64 + exponent.parse::<i64>().unwrap();
        (all.trim_matches('0').to_owned(), power)
    }

    fn is_lossy_by_contract(text: &str) -> bool {
        let (digits, power) = normal(text);
        let nearest: f64 = text.parse().unwrap();
        if digits.is_empty() || nearest.is_infinite() {
            return nearest.is_infinite();
        }
        let (mut written, written_power) = normal(&format!("{nearest:.*e}", digits.len() - 1));
        written.extend(std::iter::repeat_n('0', digits.len().saturating_sub(written.len())));
        (written, written_power) != (digits, power)
    }

    #[test]
    fn the_contract_s_examples() {
        for lossy in ["9007199254740993", "1e400", "1E-999", "0.12345678901234567", "-1e400"] {
            assert!(is_lossy(lossy) && is_lossy_by_contract(lossy), "{lossy}");
        }
        for exact in [
            "0.1",
            "0.10",
            "-0",
            "1e23",
            "-65.613616999999977",
            "9007199254740992",
            "18446744073709551616",
            "0e999",
            "0.0000",
            "1000000000000000000000",
            "1.7976931348623157e308",
            "4.9406564584124654e-324",
            "5e-324",
        ] {
            assert!(!is_lossy(exact) && !is_lossy_by_contract(exact), "{exact}");
        }
        for none in
            ["", "-", "01", "1.", ".5", "1e", "1e+", "+1", "NaN", "9007199254740993x", "true"]
        {
            assert!(!is_lossy(none), "{none}");
        }
    }

    #[test]
    fn however_long_it_is() {
        assert!(!is_lossy(&format!("1.{}", "0".repeat(5000))));
        assert!(!is_lossy(&format!("0.{}1e5001", "0".repeat(5000))));
        assert!(is_lossy(&format!("0.{}1", "0".repeat(5000))));
        assert!(is_lossy(&format!("1{}", "0".repeat(5000))));
        assert!(!is_lossy(&format!("1{}e-5000", "0".repeat(5000))));
        assert!(is_lossy(&format!("0.{}", "3".repeat(5000))));
        assert!(is_lossy(&format!("1e{}", "9".repeat(50))));
        assert!(is_lossy(&format!("1e-{}", "9".repeat(50))));
        // The smallest float and its half, written out.
        let smallest = format!("{:.1074}", f64::from_bits(1));
        assert!(!is_lossy(&smallest));
        assert!(is_lossy(&(smallest + "1")));
    }

    proptest! {
        #[test]
        fn it_is_as_the_contract_says(
            text in "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?"
        ) {
            prop_assert_eq!(is_lossy(&text), is_lossy_by_contract(&text), "{}", text);
        }

        /// With 17 digits, that is: of fewer, half way between two, either may be written for a float.
        #[test]
        fn floats_as_they_are_written_are_held(bits in any::<u64>(), more in 16_usize..60) {
            let float = f64::from_bits(bits);
            if float.is_finite() {
                for digits in [16, more] {
                    let text = format!("{float:.digits$e}");
                    prop_assert!(!is_lossy(&text), "{}", text);
                }
            }
        }
    }
}
