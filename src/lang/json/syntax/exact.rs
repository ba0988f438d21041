//! Token by token, with the place of what is wrong.

use super::word::Word;
use crate::lang::ProblemKind;
use crate::units::ByteOffset;

/// A problem: where, and what.
type Found = (ByteOffset, ProblemKind);

/// The mark that may stand in front of UTF-8.
const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// What a token is to its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// `{`
    OpenBrace,
    /// `[`
    OpenBracket,
    /// `}` or `]`: which of them is the brackets' business.
    Close,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// A string, key or value.
    String,
    /// A number, `true`, `false`, `null`.
    Word,
}

/// What a token stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Around {
    /// Nothing.
    Top,
    /// An array.
    Array,
    /// An object.
    Object,
    /// Something that lies too deep to be remembered.
    Unknown,
}

impl Around {
    /// What stands around what an object (`in_object`) or an array holds.
    pub(crate) fn of(in_object: bool) -> Self {
        if in_object { Around::Object } else { Around::Array }
    }
}

/// What may come next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Expect {
    /// What follows a value: a comma or a closer; at the top another value. So it is before the first byte.
    #[default]
    AfterValue,
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    Colon,
}

/// Where a document is between two bytes, as far as the order of its tokens and their spelling goes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Syntax {
    pub(super) expect: Expect,
    /// The word that goes on, and where it began.
    pub(super) word: Word,
    pub(super) word_start: ByteOffset,
    /// Digits that the `\u` of an open string still wants.
    pub(super) hex: u8,
    /// Whether a byte of the mark in front was passed over.
    marked: bool,
}

impl Syntax {
    /// Takes the next token; false if it may not stand here. `around`: what it stands in; for a closer what stands around that
    /// which it closes.
    #[must_use]
    pub(crate) fn take(&mut self, token: Token, around: Around) -> bool {
        use Expect::{AfterValue, Colon, Key, KeyOrClose, Value, ValueOrClose};
        let before = self.expect;
        let wants_value =
            matches!(before, Value | ValueOrClose) || before == AfterValue && around == Around::Top;
        let (may, then) = match token {
            Token::OpenBrace => (wants_value, KeyOrClose),
            Token::OpenBracket => (wants_value, ValueOrClose),
            Token::Word => (wants_value, AfterValue),
            Token::String if matches!(before, Key | KeyOrClose) => (true, Colon),
            Token::String => (wants_value, AfterValue),
            Token::Close => (matches!(before, AfterValue | KeyOrClose | ValueOrClose), AfterValue),
            Token::Colon => (before == Colon, Value),
            Token::Comma => (
                before == AfterValue && around != Around::Top,
                if around == Around::Object { Key } else { Value },
            ),
        };
        if around == Around::Unknown {
            let opens = matches!(token, Token::OpenBrace | Token::OpenBracket);
            self.expect = if opens { then } else { AfterValue };
            return true;
        }
        self.expect = then;
        may
    }

    /// Takes bytes of code at `at` that are no structural characters: words, white space, slashes that begin no comment.
    pub(crate) fn between(
        &mut self,
        at: ByteOffset,
        bytes: &[u8],
        around: Around,
    ) -> Option<Found> {
        for (at, byte) in (at..).zip(bytes) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {
                    if let Some(found) = self.end_word() {
                        return Some(found);
                    }
                }
                b'/' => return self.end_word().or(Some((at, ProblemKind::Unexpected))),
                _ => {
                    if let Some(found) = self.word_byte(at, *byte, around) {
                        return Some(found);
                    }
                }
            }
        }
        None
    }

    /// Takes a byte of a word.
    pub(super) fn word_byte(&mut self, at: ByteOffset, byte: u8, around: Around) -> Option<Found> {
        let may_be_mark = self.word == Word::None && at < BOM.len() as u64;
        if may_be_mark && BOM[at as usize] == byte && (at == 0 || self.marked) {
            self.marked = true;
            return None;
        }
        if self.word == Word::None {
            // A character that only begins like the mark.
            let begun = may_be_mark && self.marked && byte & 0xC0 == 0x80;
            self.word_start = if begun { 0 } else { at };
            if !self.take(Token::Word, around) {
                return Some((self.word_start, ProblemKind::Unexpected));
            }
        }
        self.word = self.word.then(byte);
        (self.word == Word::Wrong).then_some((self.word_start, ProblemKind::Unexpected))
    }

    /// Ends the word that goes on, if one does: before a structural character, a string, a comment, white space, or the end.
    pub(crate) fn end_word(&mut self) -> Option<Found> {
        let word = std::mem::take(&mut self.word);
        (!word.is_whole()).then_some((self.word_start, ProblemKind::Unexpected))
    }

    /// In a string, of which an escape still wants so many digits.
    pub(in super::super) fn in_string(hex: u8) -> Self {
        Syntax { hex, ..Syntax::default() }
    }

    /// Digits that an escape still wants.
    pub(in super::super) fn hex(&self) -> u8 {
        self.hex
    }

    /// Takes the part at `at` of a string, quotes included; `escaped`: a backslash before it escapes its first byte. Line breaks
    /// are told as other controls are.
    pub(crate) fn string(
        &mut self,
        at: ByteOffset,
        bytes: &[u8],
        mut escaped: bool,
    ) -> Option<Found> {
        for (at, byte) in (at..).zip(bytes) {
            if self.hex > 0 {
                if !byte.is_ascii_hexdigit() {
                    // Behind the backslash, the `u` and the digits that came.
                    return Some((
                        (at + u64::from(self.hex)).saturating_sub(6),
                        ProblemKind::BadEscape,
                    ));
                }
                self.hex -= 1;
            } else if escaped {
                escaped = false;
                match byte {
                    b'u' => self.hex = 4,
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    _ => return Some((at.saturating_sub(1), ProblemKind::BadEscape)),
                }
            } else if *byte == b'\\' {
                escaped = true;
            } else if *byte < 0x20 {
                return Some((at, ProblemKind::Unexpected));
            }
        }
        None
    }
}
