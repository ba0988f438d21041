//! Words: numbers, `true`, `false`, `null`.

/// A word, as far as it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) enum Word {
    #[default]
    None,
    Minus,
    Zero,
    Whole,
    Point,
    Fraction,
    E,
    ESign,
    Exponent,
    /// A name, and what is to come of it.
    Name(&'static [u8]),
    /// It is none of these.
    Wrong,
}

impl Word {
    /// Goes on by a byte.
    #[must_use]
    #[inline]
    pub(in super::super) fn then(self, byte: u8) -> Self {
        use Word::{E, ESign, Exponent, Fraction, Minus, Name, None, Point, Whole, Wrong, Zero};
        match (self, byte) {
            (None, b'-') => Minus,
            (None | Minus, b'0') => Zero,
            (None | Minus, b'1'..=b'9') | (Whole, b'0'..=b'9') => Whole,
            (Zero | Whole, b'.') => Point,
            (Point | Fraction, b'0'..=b'9') => Fraction,
            (Zero | Whole | Fraction, b'e' | b'E') => E,
            (E, b'+' | b'-') => ESign,
            (E | ESign | Exponent, b'0'..=b'9') => Exponent,
            (None, b't') => Name(b"rue"),
            (None, b'f') => Name(b"alse"),
            (None, b'n') => Name(b"ull"),
            (Name([next, rest @ ..]), byte) if *next == byte => Name(rest),
            _ => Wrong,
        }
    }

    /// Whether it may end here.
    pub(super) fn is_whole(self) -> bool {
        self.is_number() || matches!(self, Word::None | Word::Name([]))
    }

    /// Whether it is a number, if it ends here.
    pub(in super::super) fn is_number(self) -> bool {
        matches!(self, Word::Zero | Word::Whole | Word::Fraction | Word::Exponent)
    }
}

/// Whether a byte of code goes on with a word, well spelled or not.
pub(super) fn is_of_word(byte: u8) -> bool {
    !matches!(
        byte,
        b' ' | b'\t' | b'\r' | b'\n' | b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"' | b'/'
    )
}
