//! Types: read token by token, because where one ends is said by no bracket.

use super::WORD;
use super::ahead::AHEAD_BYTES_MAX;
use super::scan::Scan;
use super::state::{Frame, Kind, Last, Mode, Pending};
use super::words::{Word, is_word};
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// The `:` at `at` has a type after it. `result`: of a function.
    pub(super) fn begin_annotation(&mut self, at: u64, result: bool) -> bool {
        if self.plain_annotation(at, result) {
            return true;
        }
        self.begin_types(Kind::Annotation, at, at + 1, result);
        true
    }

    /// A type follows that gives `type A` its meaning.
    pub(super) fn begin_alias(&mut self) -> bool {
        self.st.frame.pending = Pending::None;
        let at = self.cur.at;
        self.begin_types(Kind::Alias, at, at, false);
        true
    }

    /// A `<` at `at` that types follow; `special` if it is a pattern.
    pub(super) fn begin_angle(&mut self, at: u64, special: bool) -> bool {
        let after =
            if special && self.st.last.is_operand() { self.st.last } else { Last::Op(b'<') };
        if special {
            return self.begin_angle_before(at, after);
        }
        self.begin_types(Kind::Angle, at, at + 1, special);
        self.st.frame.after = after;
        true
    }

    /// Types in angle brackets from `at` on, which are `after` to what follows them.
    pub(super) fn begin_angle_before(&mut self, at: u64, after: Last) -> bool {
        if !self.plain_angle(at, after) {
            self.begin_types(Kind::Angle, at, at + 1, true);
            self.st.frame.after = after;
        }
        true
    }

    pub(super) fn begin_types(&mut self, kind: Kind, start: u64, from: u64, special: bool) {
        self.st.frame.push(Frame { kind, start, special, value: true, ..Frame::default() });
        self.st.last = Last::Op(b':');
        self.st.newline = false;
        self.st.gap = from;
        self.st.end = from;
        self.cur.at = from;
    }

    /// Types, up to what is none; false if a token cannot be decided on yet.
    pub(super) fn in_types(&mut self) -> bool {
        loop {
            if self.st.word_goes_on {
                self.go_on_in_word();
            } else if !self.next_in_type() {
                return false;
            }
            let goes_on = self.st.mode == Mode::Code && self.st.frame.kind.is_type();
            if !goes_on || self.cur.at >= self.cur.end() {
                return true;
            }
        }
    }

    /// Members that are plain, and one token more.
    #[inline(always)]
    fn next_in_type(&mut self) -> bool {
        self.plain_members() || self.in_type()
    }

    /// One token of a type; false if it cannot be decided on yet.
    #[inline(always)]
    fn in_type(&mut self) -> bool {
        let mut at = self.cur.at;
        if !matches!(self.cur.byte(at), b'!'..0x80) {
            at = self.past_type_blanks(at);
        }
        self.cur.at = at.min(self.cur.end());
        if self.cur.at == self.cur.end() {
            return true;
        }
        if self.is_near_unknown(at) {
            return false;
        }
        match self.cur.byte(at) {
            b'(' => self.type_paren(at),
            b')' => self.type_paren_end(at),
            b'[' => self.type_bracket(at),
            b']' => self.type_bracket_end(at),
            b'{' => self.type_brace(at),
            b'}' => self.type_brace_end(at),
            b'<' => self.type_less(at),
            b'>' if self.st.frame.kind == Kind::Angle => self.end_angle(at),
            b';' => self.type_semicolon(at),
            b':' => self.type_colon(at),
            b',' if self.is_open_type() => self.end_type(at),
            b',' => {
                self.end_member(at, false);
                self.type_operator(at, 1)
            }
            b'=' => self.type_equals(at),
            b'?' => self.type_question(at),
            // `a as { b: C } && d`
            byte @ (b'|' | b'&') if self.cur.byte(at + 1) == byte && self.is_open_type() => {
                self.end_type(at)
            }
            b'|' | b'&' => self.type_operator(at, 1),
            b'.' if self.cur.stands(at, b"...") => self.type_operator(at, 3),
            b'.' => {
                self.type_operator(at, 1);
                self.st.last = Last::Dot;
                true
            }
            b'"' | b'\'' | b'`' => self.type_literal(at),
            b'/' if self.whole_comment(at) || self.begin_comment(at) => true,
            b'-' | b'+' if !self.is_open_type() || self.st.frame.value => {
                self.cur.at = at + 1;
                true
            }
            b'-' | b'+' if self.is_exponent(at) => self.exponent(at),
            b'#' | b'@' | b'*' | b'/' | b'-' | b'+' | b'!' | b'%' | b'^' | b'~' | b'>' => {
                if self.is_open_type() {
                    return self.end_type(at);
                }
                self.cur.at = at + 1;
                true
            }
            byte if is_word(byte) => self.type_word(at),
            _ => {
                self.cur.at = at + 1;
                true
            }
        }
    }

    /// The first token of a type from `at` on; a line break before it is noted.
    fn past_type_blanks(&mut self, mut at: u64) -> u64 {
        loop {
            (at, self.st.newline) = self.past_blanks(at, self.st.newline);
            at += match self.cur.near(at) {
                [0xC2, 0xA0] => 2,
                [0xE1..=0xEF, _] if self.space_before(at + 3) == 3 => 3,
                _ => return at,
            };
        }
    }

    /// Whether no bracket says where the type ends.
    pub(super) fn is_open_type(&self) -> bool {
        matches!(self.st.frame.kind, Kind::Annotation | Kind::Alias | Kind::As)
    }

    /// Whether a token that begins an operand would go on with the type.
    pub(super) fn wants_operand(&self) -> bool {
        self.st.frame.value || matches!(self.st.last, Last::Word(word) if word.is_type_prefix())
    }

    fn type_operator(&mut self, at: u64, bytes: u64) -> bool {
        self.st.frame.value = true;
        let byte = self.cur.byte(at);
        self.type_token(Last::Op(byte), at + bytes);
        true
    }

    /// A token of the type ended at `end`.
    pub(super) fn type_token(&mut self, last: Last, end: u64) {
        let st = &mut *self.st;
        st.last = last;
        st.newline = false;
        st.end = end;
        st.gap = end;
        self.cur.at = end;
    }

    pub(super) fn type_operand(&mut self, last: Last, end: u64) {
        self.st.frame.value = false;
        self.type_token(last, end);
    }

    fn type_word(&mut self, at: u64) -> bool {
        let end = self.cur.next_out::<WORD>(at);
        if self.cur.is_unknown(end) && end - at < AHEAD_BYTES_MAX {
            return false;
        }
        let (whole, end) = (end, end.min(at + AHEAD_BYTES_MAX));
        self.st.word_goes_on = end < whole || self.cur.is_unknown(whole);
        let word = self.word_of(at, end);
        if self.st.frame.kind == Kind::Members {
            return self.member_word(at, end, word);
        }
        if self.is_open_type() && !self.wants_operand() {
            let goes_on = match word {
                Word::Extends | Word::Is => !self.st.newline,
                _ => false,
            };
            if !goes_on {
                return self.end_type(at);
            }
        }
        // Behind `typeof` and a dot every word is a name, but for `typeof import("a")`.
        let is_name = match self.st.last {
            Last::Dot => true,
            Last::Word(Word::Typeof) => word != Word::Import,
            _ => false,
        };
        let operator = !self.st.frame.value
            && !is_name
            && (word == Word::Extends
                || word == Word::Is && !self.wants_operand()
                || matches!(word, Word::In | Word::As) && self.st.frame.kind == Kind::TypeBracket);
        if operator {
            self.st.frame.conditions += u32::from(word == Word::Extends);
            self.st.frame.value = true;
            self.type_token(Last::Op(b'|'), end);
            return true;
        }
        let word = if is_name { Word::Plain } else { word };
        let word = match word {
            // A prefix before another word only.
            Word::Asserts | Word::Abstract => match self.next_significant(end) {
                None => return false,
                Some((_, next)) if is_word(next) => word,
                Some(_) => Word::Plain,
            },
            _ => word,
        };
        self.st.before = self.st.last;
        self.st.word = (at, end);
        self.type_operand(Last::Word(word), end);
        self.colon_at_once(end)
    }

    /// Whether the sign at `at` belongs to the number before it: `1.5e+3`.
    fn is_exponent(&self, at: u64) -> bool {
        let starts = self.cur.byte(self.st.word.0).is_ascii_digit() && self.st.end == at;
        let [mark, digit] = [self.cur.byte(at.wrapping_sub(1)), self.cur.byte(at + 1)];
        starts && matches!(mark, b'e' | b'E') && digit.is_ascii_digit()
    }

    /// The exponent of a number, from its sign on.
    fn exponent(&mut self, at: u64) -> bool {
        let end = self.cur.next_out::<WORD>(at + 1);
        if self.cur.is_unknown(end) && end - at < AHEAD_BYTES_MAX {
            return false;
        }
        self.st.word_goes_on = self.cur.is_unknown(end);
        self.type_operand(Last::Word(Word::Plain), end);
        true
    }

    /// The rest of a word that was too long to be left undecided.
    fn go_on_in_word(&mut self) {
        let end = self.cur.next_out::<WORD>(self.cur.at);
        self.st.word_goes_on = self.cur.is_unknown(end);
        self.st.word.1 = end;
        self.st.end = end;
        self.st.gap = end;
        self.cur.at = end;
    }

    /// A word among members: a name, or a modifier before one.
    fn member_word(&mut self, at: u64, end: u64, word: Word) -> bool {
        let newline = self.st.newline;
        self.end_member(at, false);
        self.st.before = if newline { Last::Start } else { self.st.last };
        self.st.word = (at, end);
        self.type_operand(Last::Word(word), end);
        self.colon_at_once(end)
    }

    /// A member without a mark at its end is over when another token comes: ends the method that it may be.
    pub(super) fn end_member(&mut self, at: u64, at_semicolon: bool) {
        if self.st.frame.kind == Kind::Members && self.st.frame.pending == Pending::Params {
            let end = if at_semicolon { at + 1 } else { self.st.end };
            self.st.frame.pending = Pending::None;
            self.end_definition(end);
        }
    }

    fn type_literal(&mut self, at: u64) -> bool {
        let byte = self.cur.byte(at);
        if self.is_open_type() && !self.wants_operand() {
            return self.end_type(at);
        }
        self.end_member(at, false);
        if byte == b'`' {
            self.begin_template(at, true);
        } else {
            self.st.mode = Mode::String(at, byte);
            self.cur.at = at + 1;
        }
        true
    }

    pub(super) fn type_semicolon(&mut self, at: u64) -> bool {
        match self.st.frame.kind {
            Kind::Alias => {
                self.sink.structural(at, Class::Semicolon);
                self.st.frame.pop();
                self.end_definition(at + 1);
                self.operator_ended(Last::Start, at + 1);
            }
            Kind::Annotation | Kind::As => return self.end_type(at),
            _ => {
                self.sink.structural(at, Class::Semicolon);
                self.end_member(at, true);
                self.type_token(Last::Start, at + 1);
            }
        }
        true
    }

    pub(super) fn type_colon(&mut self, at: u64) -> bool {
        let frame = &mut self.st.frame;
        if frame.ternaries > 0 {
            frame.ternaries -= 1;
            frame.value = true;
            self.sink.structural(at, Class::Colon);
            self.type_token(Last::Op(b'|'), at + 1);
            return true;
        }
        if self.is_open_type() {
            return self.end_type(at);
        }
        self.sink.structural(at, Class::Colon);
        self.st.frame.value = false;
        if frame_takes_annotation(self.st.frame.kind) {
            return self.begin_annotation(at, false);
        }
        self.type_token(Last::Op(b':'), at + 1);
        true
    }

    fn type_equals(&mut self, at: u64) -> bool {
        if self.cur.byte(at + 1) == b'>' {
            if self.is_open_type() && self.st.last != Last::Params {
                return self.end_type(at);
            }
            self.st.frame.value = true;
            self.type_token(Last::Op(b'|'), at + 2);
            return true;
        }
        if self.is_open_type() {
            return self.end_type(at);
        }
        self.type_operator(at, 1)
    }

    fn type_question(&mut self, at: u64) -> bool {
        if self.st.frame.kind == Kind::Members {
            // What stands before it stays the last token.
            self.cur.at = at + 1;
            self.st.end = at + 1;
            return true;
        }
        let Some((_, next)) = self.next_significant(at + 1) else { return false };
        let marks = matches!(next, b':' | b',' | b')' | b']' | b'=' | b'>' | b';');
        if self.st.frame.conditions > 0 && !marks {
            self.st.frame.conditions -= 1;
            self.st.frame.ternaries += 1;
            return self.type_operator(at, 1);
        }
        if self.is_open_type() {
            return self.end_type(at);
        }
        self.st.end = at + 1;
        self.cur.at = at + 1;
        true
    }

    /// The type ends before the token at `at`, which is not part of it.
    pub(super) fn end_type(&mut self, at: u64) -> bool {
        let frame = *self.st.frame;
        let end = self.st.end;
        let newline = self.st.newline;
        // What follows decides what the function's end is.
        self.st.frame.pop();
        match frame.kind {
            Kind::Annotation => {
                self.pattern(frame.start, end, PatternKind::TypeAnnotation, None);
            }
            Kind::Alias => self.end_definition(end),
            _ => {}
        }
        self.st.gap = at;
        self.cur.at = at;
        if self.st.frame.kind.is_type() {
            self.st.frame.value = false;
            self.st.last = Last::Close;
            return true;
        }
        self.st.last = self.last_after_type(frame, at, end, newline);
        self.st.newline = newline;
        self.st.group_special = false;
        true
    }

    /// What a type that ended before the token at `at` means for it.
    pub(super) fn last_after_type(
        &mut self,
        frame: Frame,
        at: u64,
        end: u64,
        newline: bool,
    ) -> Last {
        let byte = self.cur.byte(at);
        if frame.special && self.st.frame.pending == Pending::Params {
            return match byte {
                b'{' | b';' => Last::Params,
                _ => self.end_signature(end),
            };
        }
        if frame.kind == Kind::Alias {
            return Last::Start;
        }
        let goes_on = matches!(byte, b'=' | b',' | b')' | b']' | b'}' | b';' | b':' | b'?' | b'.');
        if newline && !goes_on { Last::Start } else { Last::Close }
    }
}

fn frame_takes_annotation(kind: Kind) -> bool {
    matches!(kind, Kind::TypeParen | Kind::TypeBracket | Kind::Members)
}
