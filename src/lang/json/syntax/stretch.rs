//! What is known of a stretch's tokens from the stretch alone, and how a document goes on over it.
//!
//! Inside of the stretch nothing is wrong, unless it is suspect. What its neighbours must know stands at its ends: the
//! first token, the last two, and the bytes, of which a word or an escape may be cut.

use super::exact::{Around, Expect, Syntax, Token};
use super::word::{Word, is_of_word};
use crate::scan::Mode;
use crate::units::ByteOffset;

/// Bytes kept of each end. Longer words at an end make a stretch suspect.
const END_BYTES: usize = 32;

/// A stretch's tokens, as its neighbours see them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stretch {
    /// Whether something may be wrong in it, or cannot be told.
    pub(crate) suspect: bool,
    /// The first token that does not go on from before, and, if it is a string and not the last token, whether a colon follows.
    first: Option<(Token, Option<bool>)>,
    /// The last but one, and the last; the first too, if there are so few.
    last: [Option<Token>; 2],
    /// The first and the last bytes, and how many: all, if they are so few.
    front: [u8; END_BYTES],
    back: [u8; END_BYTES],
    n: usize,
    bytes: u64,
}

impl Stretch {
    /// The ends of `bytes`; their tokens are not known yet.
    pub(in super::super) fn of(bytes: &[u8]) -> Self {
        let n = bytes.len().min(END_BYTES);
        let mut stretch = Stretch { n, bytes: bytes.len() as u64, ..Stretch::default() };
        stretch.front[..n].copy_from_slice(&bytes[..n]);
        stretch.back[..n].copy_from_slice(&bytes[bytes.len() - n..]);
        stretch
    }

    /// The first token, and whether a colon follows it, if that is known.
    #[inline(always)]
    pub(in super::super) fn begin(&mut self, first: Token, is_key: Option<bool>) {
        self.first = Some((first, is_key));
    }

    /// The last two tokens so far.
    #[inline(always)]
    pub(in super::super) fn end(&mut self, last_but_one: Option<Token>, last: Token) {
        self.last = [last_but_one, Some(last)];
    }

    /// The last token so far.
    #[inline(always)]
    pub(in super::super) fn last_token(&self) -> Option<Token> {
        self.last[1]
    }

    /// Bytes at the front of a stretch that begins in code, and at its back if it ends there, that may be part of a word that is
    /// cut.
    pub(in super::super) fn cut_words(&self) -> (usize, usize) {
        let (front, back) = (&self.front[..self.n], &self.back[..self.n]);
        let is_of_word = |byte: &&u8| is_of_word(**byte);
        (
            front.iter().take_while(is_of_word).count(),
            back.iter().rev().take_while(is_of_word).count(),
        )
    }

    /// Whether all bytes of the stretch are kept.
    fn is_short(&self) -> bool {
        self.bytes <= END_BYTES as u64
    }

    /// Goes over the stretch, which begins at `at` between the modes `start` and `end`; `before` and `after` is what stands around
    /// its ends. Nothing: something may be wrong in it.
    #[must_use]
    pub(crate) fn go_over(
        &self,
        syntax: &Syntax,
        at: ByteOffset,
        (start, end): (Mode, Mode),
        (before, after): (Around, Around),
    ) -> Option<Syntax> {
        let mut syntax = *syntax;
        let slash = [start, end].contains(&Mode::CodeAfterSlash);
        if self.suspect || slash || [before, after].contains(&Around::Unknown) {
            return None;
        }
        let (head, tail) = self.cut_words();
        if self.n == 0 {
            return Some(syntax);
        }
        if start == Mode::String {
            let n = usize::from(syntax.hex).min(self.n);
            if !self.front[..n].iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            syntax.hex -= n as u8;
            if n as u64 == self.bytes {
                return Some(syntax);
            }
        }
        if start == Mode::Code {
            let is_all = head as u64 == self.bytes;
            if head == END_BYTES && !is_all {
                return None;
            }
            for (at, byte) in (at..).zip(&self.front[..head]) {
                if syntax.word_byte(at, *byte, before).is_some() {
                    return None;
                }
            }
            if is_all {
                return Some(syntax);
            }
            if syntax.end_word().is_some() {
                return None;
            }
        }
        self.tokens(&mut syntax, before, after)?;
        if end == Mode::Code && tail > 0 {
            if tail == END_BYTES && !self.is_short() {
                return None;
            }
            let word = &self.back[self.n - tail..self.n];
            syntax.word = word.iter().fold(Word::None, |word, byte| word.then(*byte));
            syntax.word_start = at + self.bytes - tail as u64;
            if syntax.word == Word::Wrong {
                return None;
            }
        }
        if end == Mode::String {
            syntax.hex = self.hex_wanted(start)?;
        }
        Some(syntax)
    }

    /// Goes over the tokens that begin in it.
    fn tokens(&self, syntax: &mut Syntax, before: Around, after: Around) -> Option<()> {
        let Some((first, is_key)) = self.first else { return Some(()) };
        if !syntax.take(first, before) {
            return None;
        }
        if is_key.is_some_and(|is_key| (syntax.expect == Expect::Colon) != is_key) {
            return None;
        }
        let [Some(last_but_one), Some(last)] = self.last else { return Some(()) };
        syntax.expect = match (last_but_one, last) {
            (_, Token::OpenBrace) => Expect::KeyOrClose,
            (_, Token::OpenBracket) => Expect::ValueOrClose,
            (_, Token::Colon) => Expect::Value,
            (_, Token::Close | Token::Word) => Expect::AfterValue,
            (_, Token::Comma) if after == Around::Object => Expect::Key,
            (_, Token::Comma) if after == Around::Array => Expect::Value,
            (Token::OpenBrace, Token::String) => Expect::Colon,
            (Token::OpenBracket | Token::Colon, Token::String) => Expect::AfterValue,
            (Token::Comma, Token::String) if after == Around::Object => Expect::Colon,
            (Token::Comma, Token::String) if after == Around::Array => Expect::AfterValue,
            (Token::Close | Token::Word | Token::String, Token::String) if after == Around::Top => {
                Expect::AfterValue
            }
            _ => return None,
        };
        Some(())
    }

    /// Digits that an escape at the end of a stretch still wants that ends in a string. Nothing: too many backslashes to tell.
    fn hex_wanted(&self, start: Mode) -> Option<u8> {
        let back = &self.back[..self.n];
        let n_hex = back.iter().rev().take(3).take_while(|byte| byte.is_ascii_hexdigit()).count();
        let Some((b'u', before)) = back[..self.n - n_hex].split_last() else { return Some(0) };
        let mut n_slashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
        if n_slashes == before.len() {
            if !self.is_short() {
                return None;
            }
            // One that is escaped itself escapes nothing, and one before the stretch escapes.
            n_slashes += usize::from(start == Mode::StringAfterEscape);
        }
        Some(if n_slashes % 2 == 1 { 4 - n_hex as u8 } else { 0 })
    }
}
