//! Whether a `<` where an operand is to come begins the type parameters of an arrow function, a tag or a cast.

use super::WORD;
use super::ahead::{Ahead, Reader, Token};
use super::scan::Scan;
use super::words::Word;
use crate::lang::code::Sink;

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Whether the `<` at `at`, where an operand is to come, begins the type parameters of an arrow function. With `tags`
    /// it must look less like a tag.
    pub(super) fn generic_arrow(&mut self, at: u64, tags: bool) -> Ahead {
        if tags && self.is_plain_tag(at) {
            return Ahead::No;
        }
        let mut reader = self.reader(at);
        if tags {
            match self.is_no_tag(at) {
                Ahead::Yes(_) => {}
                ahead => return ahead,
            }
        }
        match self.skip_angle(&mut reader) {
            Ahead::Yes(end) if tags => Ahead::Yes(end),
            Ahead::No if tags && reader.is_spent() => Ahead::Yes(reader.at),
            _ if reader.is_spent() => self.is_no_tag(at),
            Ahead::Yes(end) => match self.arrow_ahead(&mut reader) {
                Ahead::No if reader.is_spent() => self.long_generic_arrow(at, end),
                ahead => ahead,
            },
            ahead => ahead,
        }
    }

    /// Whether parameters and an arrow follow.
    fn arrow_ahead(&mut self, reader: &mut Reader) -> Ahead {
        match self.token(reader) {
            Token::Unknown => return Ahead::Unknown,
            Token::Byte(b'(') => {}
            _ => return Ahead::No,
        }
        match self.skip_parameters(reader) {
            Ahead::Yes(_) => {}
            ahead => return ahead,
        }
        match self.token(reader) {
            Token::Unknown => Ahead::Unknown,
            Token::Arrow => Ahead::Yes(reader.at),
            Token::Byte(b':') => self.type_then_arrow(reader),
            _ => Ahead::No,
        }
    }

    /// As [`Scan::skip_balanced`], behind a `(`. Where nothing closes is not gone over again: of nothing but openers each would look
    /// at as much as may be looked at.
    fn skip_parameters(&mut self, reader: &mut Reader) -> Ahead {
        let start = reader.at;
        let known = self.unclosed.contains(&start).then(|| self.unclosed.clone());
        let (first, seen) = known.map_or((start, start), |known| (known.start, known.end));
        reader.at = seen;
        let ahead = self.skip_balanced(reader);
        // Behind what was not gone over a closer may be another one's.
        let closes = |byte: &u8| matches!(byte, b')' | b']' | b'}');
        if seen > start && self.cur.slice(seen, reader.at).iter().any(closes) {
            reader.at = start;
            return self.skip_balanced(reader);
        }
        let odd = |byte: &u8| closes(byte) || matches!(byte, b'"' | b'\'' | b'`' | b'/');
        if ahead == Ahead::No {
            let is_plain = seen < reader.at && !self.cur.slice(seen, reader.at).iter().any(odd);
            self.unclosed = if is_plain { first..reader.at } else { 0..0 };
        }
        ahead
    }

    /// As [`Self::generic_arrow`] where the arrow is too far away to be seen: told by what stands in the brackets from `at` to
    /// `end`, and by the first parameter behind them. A cast has one type, and behind it an expression.
    fn long_generic_arrow(&self, at: u64, end: u64) -> Ahead {
        let first = self.is_no_tag(at);
        if first != Ahead::No {
            return first;
        }
        let mut reader = self.near_reader(end);
        let tokens = [(); 4].map(|()| self.token(&mut reader));
        let begins = match tokens {
            [_, Token::Dots, ..] => true,
            [_, Token::Word(_), Token::Byte(b':'), _] => true,
            [_, Token::Word(_), Token::Byte(b'?'), Token::Byte(b':')] => true,
            _ if tokens.contains(&Token::Unknown) => return Ahead::Unknown,
            _ => false,
        };
        if begins { Ahead::Yes(end) } else { Ahead::No }
    }

    /// Whether a name stands behind the `<` at `at`, and behind it what ends a tag, or an attribute.
    pub(super) fn is_plain_tag(&mut self, at: u64) -> bool {
        let start = at + 1;
        let end = self.cur.next_out::<WORD>(start);
        if !self.cur.byte(start).is_ascii_alphabetic() || self.cur.is_unknown(end + 2) {
            return false;
        }
        match self.cur.near(end) {
            [b'>' | b'.', _] | [b' ', b'>' | b'{'] | [b'/', b'>'] => true,
            // Not `extends`, nor the name behind a `const`.
            [b' ', byte] if byte.is_ascii_alphabetic() => {
                byte != b'e' && self.word_of(start, end) != Word::Const
            }
            [b'\n', _] => {
                let (next, _) = self.past_blanks(end, true);
                let byte = self.cur.byte(next);
                let goes_on =
                    byte.is_ascii_alphabetic() && byte != b'e' || matches!(byte, b'{' | b'>');
                goes_on && !self.cur.is_unknown(next) && self.word_of(start, end) != Word::Const
            }
            _ => false,
        }
    }

    /// `<T,`, `<T = U` or `<T extends U` are type parameters even where tags may stand. No tag has a `=` behind its name.
    fn is_no_tag(&self, at: u64) -> Ahead {
        let mut reader = self.reader(at);
        reader.at += 1;
        let mut first = self.token(&mut reader);
        if first == Token::Word(Word::Const) {
            first = self.token(&mut reader);
        }
        let second = self.token(&mut reader);
        match (first, second) {
            (Token::Unknown, _) | (_, Token::Unknown) => Ahead::Unknown,
            (Token::Word(_), Token::Byte(b',' | b'=')) => Ahead::Yes(reader.at),
            (Token::Word(_), Token::Word(Word::Extends)) => match self.token(&mut reader) {
                Token::Unknown => Ahead::Unknown,
                Token::Byte(b'=' | b'>' | b'/') => Ahead::No,
                _ => Ahead::Yes(reader.at),
            },
            _ => Ahead::No,
        }
    }
}
