//! Looking ahead where TypeScript's grammar must: is this `<` a list of types or a comparison, does this parenthesis belong
//! to an arrow function. Bounded: what takes more than [`AHEAD_BYTES_MAX`] to decide is decided for the plain reading.

use super::scan::Scan;
use super::types_ahead::Types;
use super::words::{Word, is_word};
use crate::lang::code::Sink;

/// Bytes that are looked ahead. Half of what may be left undecided at a cut.
pub(super) const AHEAD_BYTES_MAX: u64 = 2 << 10;

/// Bytes of white space, comments and names that are looked ahead over.
const NEAR_AHEAD_BYTES_MAX: u64 = 512;

/// Brackets that may be open in what is looked at.
pub(super) const DEPTH_MAX: usize = 64;

/// A `<` that begins the type parameters of a function type, on the stack of what is open.
pub(super) const FUNCTION_ANGLE: u8 = b'F';

/// Stands for a `(` that begins no parameters.
pub(super) const PLAIN_PAREN: u8 = 0;

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ahead {
    /// Yes, and it ends here.
    Yes(u64),
    No,
    /// More bytes must be at hand to say.
    Unknown,
}

/// A token that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    End,
    Unknown,
    Word(Word),
    Number,
    Literal,
    Arrow,
    Dots,
    Byte(u8),
}

/// Reads tokens ahead.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub(super) at: u64,
    /// Nothing is read from here on.
    limit: u64,
    /// Where the last token began.
    start: u64,
    /// A line break stood before it.
    newline: bool,
}

impl Reader {
    /// Whether all has been read that may be.
    pub(super) fn is_spent(&self) -> bool {
        self.at >= self.limit
    }
}

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    pub(super) fn reader(&self, at: u64) -> Reader {
        Reader { at, limit: at + AHEAD_BYTES_MAX, start: at, newline: false }
    }

    pub(super) fn near_reader(&self, at: u64) -> Reader {
        Reader { limit: at + NEAR_AHEAD_BYTES_MAX, ..self.reader(at) }
    }

    /// Where the next token from `at` on begins, and its first byte (0 at the document's end, or if only white space and
    /// comments can be seen). `None`: not known yet.
    pub(super) fn next_significant(&self, at: u64) -> Option<(u64, u8)> {
        // Mostly it is near.
        let byte = self.cur.byte(at);
        if byte > b' ' && byte < 0x80 && byte != b'/' {
            return Some((at, byte));
        }
        let mut reader = self.near_reader(at);
        self.skip_trivia(&mut reader).then(|| (reader.at, self.byte_in(&reader, reader.at)))
    }

    fn byte_in(&self, reader: &Reader, at: u64) -> u8 {
        if at < reader.limit { self.cur.byte(at) } else { 0 }
    }

    /// Skips white space and comments; false if what comes is not known yet.
    fn skip_trivia(&self, reader: &mut Reader) -> bool {
        reader.newline = false;
        loop {
            if reader.at >= reader.limit {
                return true;
            }
            if self.cur.is_unknown(reader.at + 2) {
                return false;
            }
            match self.cur.byte(reader.at) {
                b'\n' | b'\r' => {
                    reader.newline = true;
                    reader.at += 1;
                }
                0 if reader.at >= self.cur.end() => return true,
                0..=b' ' => reader.at += 1,
                b'/' if self.cur.byte(reader.at + 1) == b'/' => {
                    while reader.at < reader.limit
                        && !matches!(self.cur.byte(reader.at), b'\n' | b'\r')
                    {
                        if reader.at >= self.cur.end() {
                            return self.cur.is_last();
                        }
                        reader.at += 1;
                    }
                }
                b'/' if self.cur.byte(reader.at + 1) == b'*' => {
                    reader.at += 2;
                    while reader.at < reader.limit && !self.cur.stands(reader.at, b"*/") {
                        if reader.at >= self.cur.end() {
                            return self.cur.is_last();
                        }
                        reader.newline |= self.cur.byte(reader.at) == b'\n';
                        reader.at += 1;
                    }
                    reader.at += 2;
                }
                0xC2 if self.cur.byte(reader.at + 1) == 0xA0 => reader.at += 2,
                0xEF if self.cur.stands(reader.at, "\u{feff}".as_bytes()) => reader.at += 3,
                _ => return true,
            }
        }
    }

    pub(super) fn token(&self, reader: &mut Reader) -> Token {
        if !self.skip_trivia(reader) {
            return Token::Unknown;
        }
        reader.start = reader.at;
        if reader.at >= reader.limit || reader.at >= self.cur.end() {
            return Token::End;
        }
        let byte = self.cur.byte(reader.at);
        if is_word(byte) || byte == b'#' {
            return self.word_token(reader);
        }
        if byte == b'"' || byte == b'\'' || byte == b'`' {
            return self.literal_token(reader, byte);
        }
        if self.cur.is_unknown(reader.at + 2) {
            return Token::Unknown;
        }
        if byte == b'=' && self.cur.byte(reader.at + 1) == b'>' {
            reader.at += 2;
            return Token::Arrow;
        }
        if self.cur.stands(reader.at, b"...") {
            reader.at += 3;
            return Token::Dots;
        }
        reader.at += 1;
        Token::Byte(byte)
    }

    fn word_token(&self, reader: &mut Reader) -> Token {
        reader.at += 1;
        while reader.at < reader.limit && is_word(self.cur.byte(reader.at)) {
            reader.at += 1;
        }
        if self.cur.is_unknown(reader.at) {
            return Token::Unknown;
        }
        if self.cur.byte(reader.start).is_ascii_digit() {
            return Token::Number;
        }
        Token::Word(self.word_of(reader.start, reader.at))
    }

    /// A string, or a template with all that stands in it.
    fn literal_token(&self, reader: &mut Reader, quote: u8) -> Token {
        reader.at += 1;
        let mut braces = 0u32;
        while reader.at < reader.limit {
            if self.cur.is_unknown(reader.at + 1) {
                return Token::Unknown;
            }
            match self.cur.byte(reader.at) {
                b'\\' => reader.at += 1,
                b'$' if quote == b'`' && self.cur.byte(reader.at + 1) == b'{' => {
                    braces += 1;
                    reader.at += 1;
                }
                b'{' if braces > 0 => braces += 1,
                b'}' if braces > 0 => braces -= 1,
                byte if byte == quote && braces == 0 => {
                    reader.at += 1;
                    return Token::Literal;
                }
                b'\n' if quote != b'`' => return Token::End,
                _ if reader.at >= self.cur.end() => return Token::End,
                _ => {}
            }
            reader.at += 1;
        }
        Token::End
    }

    /// Whether the `<` at `at`, after an operand, begins type arguments.
    pub(super) fn type_arguments(&mut self, at: u64) -> Ahead {
        if let Some(end) = self.plain_angle_end(at) {
            let mut reader = Reader { at: end, ..self.reader(at) };
            return self.type_arguments_may_end(end, &mut reader);
        }
        let mut reader = self.reader(at);
        match self.skip_angle(&mut reader) {
            Ahead::Yes(end) if reader.is_spent() => Ahead::Yes(end),
            // A long comment stands first.
            Ahead::No if reader.is_spent() && self.is_at_ends(at) => Ahead::Yes(reader.at),
            Ahead::Yes(end) => self.type_arguments_may_end(end, &mut reader),
            ahead => ahead,
        }
    }

    /// Whether the `<` at `at` stands right behind a word and right before a line break, as no comparison is written.
    fn is_at_ends(&self, at: u64) -> bool {
        is_word(self.cur.byte(at.wrapping_sub(1))) && self.cur.byte(at + 1) == b'\n'
    }

    /// Whether type arguments may stand before what follows them, at `end`. As TypeScript's
    /// `canFollowTypeArgumentsInExpression` has it.
    fn type_arguments_may_end(&self, end: u64, reader: &mut Reader) -> Ahead {
        if self.cur.is_unknown(end) {
            return Ahead::Unknown;
        }
        if matches!(self.cur.byte(end), b'>' | b'=') && !self.cur.stands(end, b"=>") {
            return Ahead::No;
        }
        let token = self.token(reader);
        if token == Token::Unknown {
            return Ahead::Unknown;
        }
        let follows = match token {
            Token::Literal if self.cur.byte(reader.start) == b'`' => true,
            Token::Byte(b'(') => true,
            Token::Byte(b'<') if self.cur.byte(reader.at) == b'=' => true,
            Token::Byte(b'<' | b'>' | b'+' | b'-') => false,
            _ if reader.newline => true,
            Token::Byte(byte) => !matches!(byte, b'{' | b'[' | b'!' | b'~' | b'@'),
            Token::Word(Word::In | Word::Instanceof | Word::As | Word::Satisfies) => true,
            Token::Word(Word::Extends | Word::Implements) => true,
            Token::End | Token::Arrow => true,
            _ => false,
        };
        if follows { Ahead::Yes(end) } else { Ahead::No }
    }

    /// Skips `<` to `>`; the reader stands at the `<`. If there is more than may be looked at, that which reads as types with
    /// brackets among them is taken for types: a comparison would have been found out.
    pub(super) fn skip_angle(&self, reader: &mut Reader) -> Ahead {
        let mut types = Types::new(Token::Byte(b'<'));
        types.open[0] = b'<';
        types.depth = 1;
        reader.at += 1;
        loop {
            let token = self.token(reader);
            if token == Token::Unknown {
                return Ahead::Unknown;
            }
            if !types.step(token, reader.newline, self.cur.byte(reader.at)) {
                let is_cut = token == Token::End && reader.is_spent() && types.nested;
                return if is_cut { Ahead::Yes(reader.at) } else { Ahead::No };
            }
            if types.depth == 0 {
                return Ahead::Yes(reader.at);
            }
        }
    }

    /// Skips to the bracket that closes the one just read.
    pub(super) fn skip_balanced(&self, reader: &mut Reader) -> Ahead {
        let mut depth = 1u32;
        while depth > 0 {
            match self.token(reader) {
                Token::Unknown => return Ahead::Unknown,
                Token::End => return Ahead::No,
                Token::Byte(b'(' | b'[' | b'{') => depth += 1,
                Token::Byte(b')' | b']' | b'}') => depth -= 1,
                _ => {}
            }
        }
        Ahead::Yes(reader.at)
    }

    /// Whether a type and an arrow follow.
    pub(super) fn type_then_arrow(&self, reader: &mut Reader) -> Ahead {
        let mut types = Types::new(Token::Byte(b':'));
        loop {
            let token = self.token(reader);
            match token {
                Token::Unknown => return Ahead::Unknown,
                Token::Arrow
                    if types.depth == 0 && types.last != Token::Byte(b')') && !types.wanted =>
                {
                    return Ahead::Yes(reader.at);
                }
                _ => {}
            }
            let newline_ends = reader.newline && !types.wanted && matches!(token, Token::Word(_));
            if types.depth == 0 && newline_ends {
                return Ahead::No;
            }
            if token == Token::Byte(b'(') && types.last == Token::Word(Word::Import) {
                types.plain = true;
            } else if token == Token::Byte(b'(') && (types.wanted || types.is_after_new()) {
                match self.parameters_ahead(reader.at) {
                    Ahead::Unknown => return Ahead::Unknown,
                    ahead => types.plain = ahead == Ahead::No,
                }
            }
            if !types.step(token, reader.newline, self.cur.byte(reader.at)) {
                return Ahead::No;
            }
        }
    }

    /// Whether the `:` at `at`, after a [`Last::Group`], begins the type of an arrow function's result.
    pub(super) fn arrow_after(&mut self, at: u64) -> Ahead {
        if let Some(plain) = self.plain_type(at + 1, false) {
            return if self.cur.stands(plain.next, b"=>") {
                Ahead::Yes(plain.next + 2)
            } else {
                Ahead::No
            };
        }
        let mut reader = self.reader(at + 1);
        match self.type_then_arrow(&mut reader) {
            // So much that reads as a type is one: statements behind a `case` would have been found out.
            Ahead::No if reader.is_spent() && self.has_many_tokens(at + 1) => Ahead::Yes(reader.at),
            ahead => ahead,
        }
    }

    /// Whether what can be looked at from `at` on is more than a comment.
    fn has_many_tokens(&self, at: u64) -> bool {
        let mut reader = self.reader(at);
        (0..8).all(|_| !matches!(self.token(&mut reader), Token::End | Token::Unknown))
    }

    /// As [`Self::arrow_after`], where a ternary waits for a `:`: then another one must follow the function's body.
    pub(super) fn arrow_in_ternary(&self, at: u64) -> Ahead {
        let mut reader = self.reader(at + 1);
        match self.type_then_arrow(&mut reader) {
            Ahead::Yes(_) => self.colon_ahead(&mut reader),
            ahead => ahead,
        }
    }

    /// Whether a `:` follows the expression that begins here.
    fn colon_ahead(&self, reader: &mut Reader) -> Ahead {
        let mut ternaries = 0u32;
        let mut first = true;
        // An operand has ended: a word on the next line begins a statement.
        let mut ended = false;
        loop {
            let token = self.token(reader);
            match token {
                Token::Unknown => return Ahead::Unknown,
                Token::End | Token::Byte(b',' | b';' | b')' | b']' | b'}') => return Ahead::No,
                Token::Word(word) if ended && reader.newline && !word.is_infix() => {
                    return Ahead::No;
                }
                Token::Byte(open @ (b'(' | b'[' | b'{')) => {
                    match self.skip_balanced(reader) {
                        Ahead::Yes(_) => {}
                        ahead => return ahead,
                    }
                    if first && open == b'{' {
                        return match self.token(reader) {
                            Token::Unknown => Ahead::Unknown,
                            Token::Byte(b':') => Ahead::Yes(reader.at),
                            _ => Ahead::No,
                        };
                    }
                }
                Token::Byte(b'?') => match self.cur.byte(reader.at) {
                    b'?' => reader.at += 1,
                    b'.' if !self.cur.byte(reader.at + 1).is_ascii_digit() => reader.at += 1,
                    _ => ternaries += 1,
                },
                Token::Byte(b':') if ternaries == 0 => return Ahead::Yes(reader.at),
                Token::Byte(b':') => ternaries -= 1,
                _ => {}
            }
            first = false;
            ended = match token {
                Token::Word(word) => !word.wants_operand() && !word.is_infix(),
                Token::Number | Token::Literal | Token::Byte(b'(' | b'[' | b'{') => true,
                _ => false,
            };
        }
    }

    /// Whether what follows a `(` in a type may be parameters: `)`, `...`, a pattern, or a name and what may follow one.
    pub(super) fn parameters_ahead(&self, at: u64) -> Ahead {
        let mut reader = self.reader(at);
        let may_be = match self.token(&mut reader) {
            Token::Unknown => return Ahead::Unknown,
            Token::Byte(byte) => matches!(byte, b')' | b'{' | b'['),
            Token::Word(_) => match self.token(&mut reader) {
                Token::Unknown => return Ahead::Unknown,
                Token::Byte(byte) => matches!(byte, b':' | b',' | b'?' | b'=' | b')'),
                _ => false,
            },
            token => token == Token::Dots,
        };
        if may_be { Ahead::Yes(at) } else { Ahead::No }
    }

    /// Whether the `{` at `at`, where a type or a parameter is to come, is a parameter's pattern: then a `:` or `?:` follows its
    /// `}`, another parameter, or the arrow.
    pub(super) fn pattern_ahead(&self, at: u64) -> Ahead {
        let mut reader = self.reader(at + 1);
        match self.skip_balanced(&mut reader) {
            Ahead::Yes(_) => {
                let mut token = self.token(&mut reader);
                if matches!(token, Token::Byte(b'?')) {
                    token = self.token(&mut reader);
                }
                match token {
                    Token::Unknown => Ahead::Unknown,
                    Token::Byte(b':' | b',') => Ahead::Yes(reader.at),
                    Token::Byte(b')') => match self.token(&mut reader) {
                        Token::Unknown => Ahead::Unknown,
                        Token::Arrow => Ahead::Yes(reader.at),
                        _ => Ahead::No,
                    },
                    _ => Ahead::No,
                }
            }
            ahead => ahead,
        }
    }

    /// The dotted name at `at`.
    pub(super) fn dotted_name(&self, at: u64) -> Option<(u64, u64)> {
        let mut reader = self.near_reader(at);
        let mut end = at;
        loop {
            match self.token(&mut reader) {
                Token::Unknown => return None,
                Token::Word(_) => end = reader.at,
                _ => return Some((at, end)),
            }
            match self.token(&mut reader) {
                Token::Unknown => return None,
                Token::Byte(b'.') => {}
                _ => return Some((at, end)),
            }
        }
    }
}
