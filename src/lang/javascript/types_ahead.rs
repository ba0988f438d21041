//! Types that are looked ahead over: whether what comes can be one, and where it ends.

use super::ahead::{DEPTH_MAX, FUNCTION_ANGLE, PLAIN_PAREN, Token};
use super::words::Word;

/// What stands between the brackets that are open while types are skipped.
pub(super) struct Types {
    pub(super) open: [u8; DEPTH_MAX],
    pub(super) depth: usize,
    /// An operand is to come.
    pub(super) wanted: bool,
    pub(super) last: Token,
    /// For each depth: `extends` that wait for a `?`, and `?` that wait for a `:`.
    waiting: [Waiting; DEPTH_MAX + 1],
    /// The next `(` begins no parameters; the last one that was closed held none.
    pub(super) plain: bool,
    closed_plain: bool,
    /// A bracket has been opened other than `<`, which a comparison would hardly have.
    pub(super) nested: bool,
}

/// Parts of conditional types that are to come, of which there are fewer than bytes that are looked at.
#[derive(Clone, Copy, Default)]
struct Waiting {
    conditions: u16,
    ternaries: u16,
}

impl Types {
    pub(super) fn new(last: Token) -> Self {
        Types {
            open: [0; DEPTH_MAX],
            depth: 0,
            wanted: true,
            last,
            waiting: [Waiting::default(); DEPTH_MAX + 1],
            plain: false,
            closed_plain: false,
            nested: false,
        }
    }

    /// Takes a token; false if it cannot stand in types. `next` is the byte after it.
    pub(super) fn step(&mut self, token: Token, newline: bool, next: u8) -> bool {
        let top = if self.depth == 0 { 0 } else { self.open[self.depth - 1] };
        let goes_on = match token {
            Token::End | Token::Unknown => false,
            Token::Word(word) => self.word(word, top, newline),
            Token::Number | Token::Literal => {
                let fits = self.takes_operand() || top == b'{';
                self.wanted = false;
                fits
            }
            Token::Arrow => {
                let fits = self.last == Token::Byte(b')');
                self.wanted = true;
                fits
            }
            Token::Dots => {
                self.wanted = true;
                top != 0
            }
            Token::Byte(byte) => self.byte(byte, top, newline, next),
        };
        // A parenthesis that held no parameters is an operand as any other.
        let plain = token == Token::Byte(b')') && self.closed_plain;
        self.last = if plain { Token::Number } else { token };
        goes_on
    }

    /// Whether an operand may come: one is wanted, or a word stands before that may be a prefix.
    fn takes_operand(&self) -> bool {
        self.wanted || matches!(self.last, Token::Word(last) if last.is_type_prefix())
    }

    pub(super) fn word(&mut self, word: Word, top: u8, newline: bool) -> bool {
        if self.takes_operand() {
            self.wanted = false;
            return true;
        }
        match word {
            // A type parameter's may stand on the next line, that of a conditional type may not.
            Word::Extends if !newline || matches!(top, b'<' | FUNCTION_ANGLE) => {
                self.waiting[self.depth].conditions += 1;
                self.wanted = true;
                true
            }
            Word::Is | Word::In | Word::As => {
                self.wanted = true;
                true
            }
            _ => top == b'{',
        }
    }

    pub(super) fn byte(&mut self, byte: u8, top: u8, newline: bool, next: u8) -> bool {
        match byte {
            b'<' => {
                // A member may begin with a line.
                let function = self.wanted || self.is_after_new() || newline && top == b'{';
                let named = match self.last {
                    Token::Word(_) => true,
                    // A method that may be left out, or whose name is no word.
                    Token::Literal | Token::Number | Token::Byte(b'?' | b']') => top == b'{',
                    _ => false,
                };
                let fits = function || named;
                fits && self.push(if function { FUNCTION_ANGLE } else { byte })
            }
            b'(' => {
                let special = matches!(self.last, Token::Word(Word::New | Word::Import));
                let kind = if std::mem::take(&mut self.plain) { PLAIN_PAREN } else { byte };
                (self.takes_operand() || top == b'{' || special) && self.push(kind)
            }
            b'[' => self.push(byte),
            b'{' => self.takes_operand() && self.push(byte),
            // Behind the type parameters of a function type come its parameters.
            b'>' if top == FUNCTION_ANGLE => {
                let fits = self.last != Token::Byte(b'<') && self.pop(top);
                self.wanted = true;
                fits
            }
            b'>' => self.last != Token::Byte(b'<') && self.pop(b'<'),
            b')' => {
                self.closed_plain = top == PLAIN_PAREN;
                self.pop(if self.closed_plain { PLAIN_PAREN } else { b'(' })
            }
            b']' => self.pop(b'['),
            b'}' => self.pop(b'{'),
            b',' => {
                self.wanted = true;
                top != 0
            }
            b';' => {
                self.wanted = true;
                top == b'{'
            }
            b':' if self.waiting[self.depth].ternaries > 0 => {
                self.waiting[self.depth].ternaries -= 1;
                self.wanted = true;
                true
            }
            b':' => {
                self.wanted = true;
                matches!(top, b'(' | b'[' | b'{')
            }
            b'?' if self.waiting[self.depth].conditions > 0 => {
                let waiting = &mut self.waiting[self.depth];
                waiting.conditions -= 1;
                waiting.ternaries += 1;
                self.wanted = true;
                true
            }
            b'?' => matches!(top, b'(' | b'[' | b'{') && next != b'.' && next != b'?',
            b'|' | b'&' => {
                let doubled = self.last == Token::Byte(byte);
                self.wanted = true;
                !doubled && next != byte
            }
            b'.' => {
                self.wanted = true;
                matches!(self.last, Token::Word(_) | Token::Number | Token::Byte(b')'))
            }
            b'=' => {
                self.wanted = true;
                matches!(top, b'<' | FUNCTION_ANGLE) && next != b'='
            }
            b'-' => self.wanted || top == b'{',
            b'+' => top == b'{',
            _ => false,
        }
    }

    pub(super) fn is_after_new(&self) -> bool {
        self.last == Token::Word(Word::New)
    }

    pub(super) fn push(&mut self, byte: u8) -> bool {
        self.wanted = true;
        let fits = self.depth < DEPTH_MAX;
        if fits {
            self.nested |= !matches!(byte, b'<' | FUNCTION_ANGLE);
            self.open[self.depth] = byte;
            self.depth += 1;
            self.waiting[self.depth] = Waiting::default();
        }
        fits
    }

    pub(super) fn pop(&mut self, byte: u8) -> bool {
        let fits = self.depth > 0 && self.open[self.depth - 1] == byte;
        if fits {
            self.depth -= 1;
        }
        self.wanted = false;
        fits
    }
}
