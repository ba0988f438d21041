//! Brackets inside of types: what each one is, and what its end means for what comes.

use super::ahead::Ahead;
use super::scan::Scan;
use super::state::{Frame, Kind, Last, Mode, Pending};
use super::words::Word;
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    pub(super) fn type_paren(&mut self, at: u64) -> bool {
        if self.st.frame.kind == Kind::Members {
            return self.member_paren(at);
        }
        let import = self.st.last == Last::Word(Word::Import);
        if self.is_open_type() && !self.wants_operand() && !import {
            return self.end_type(at);
        }
        if !import
            && let Some(params) = self.plain_params(at, false)
            && let (arrow, _) = self.past_blanks(params.end, false)
            && self.cur.stands(arrow, b"=>")
        {
            self.tell_params(&params);
            self.st.frame.value = true;
            self.type_token(Last::Op(b'|'), arrow + 2);
            return true;
        }
        let parameters = self.parameters_ahead(at + 1);
        if parameters == Ahead::Unknown {
            return false;
        }
        self.sink.open_bracket(at, Class::ParenOpen);
        self.open_types(Kind::TypeParen, at, parameters != Ahead::No);
        if import {
            self.st.frame.after = Last::Dot;
        }
        true
    }

    fn open_types(&mut self, kind: Kind, at: u64, special: bool) {
        self.st.frame.push(Frame { kind, start: at, special, value: true, ..Frame::default() });
        self.type_token(Last::Op(b'('), at + 1);
    }

    /// The parameters of a method, or of a call or construct signature.
    fn member_paren(&mut self, at: u64) -> bool {
        if self.st.frame.pending != Pending::Function {
            self.end_member(at, false);
            if let Some(start) = self.member_name() {
                self.begin_method(start);
            }
        }
        self.sink.open_bracket(at, Class::ParenOpen);
        self.open_types(Kind::TypeParen, at, true);
        true
    }

    /// Where the member begins whose name is the last token, if it has one.
    fn member_name(&self) -> Option<u64> {
        match self.st.last {
            // With a mark behind it, it is a name: `new?()`.
            Last::Word(Word::New) if self.st.end <= self.st.word.1 => None,
            Last::Word(_) | Last::Literal => Some(self.st.word.0),
            Last::Computed => Some(self.st.group.0),
            _ => None,
        }
    }

    pub(super) fn type_paren_end(&mut self, at: u64) -> bool {
        if self.is_open_type() {
            return self.end_type(at);
        }
        if self.st.frame.kind != Kind::TypeParen {
            return self.wrong_closer(at, Class::ParenClose);
        }
        self.sink.close_bracket(at, Class::ParenClose);
        let last = if self.st.frame.special { Last::Params } else { Last::Close };
        self.st.frame.pop();
        if self.st.frame.kind == Kind::Members && self.st.frame.pending == Pending::Function {
            self.st.frame.pending = Pending::Params;
        }
        self.type_operand(last, at + 1);
        true
    }

    pub(super) fn type_bracket(&mut self, at: u64) -> bool {
        if self.is_open_type() && !self.wants_operand() && self.st.newline {
            return self.end_type(at);
        }
        match self.begins_pattern(at) {
            Ahead::Unknown => return false,
            Ahead::Yes(_) => return self.open_pattern(at, Class::BracketOpen, Kind::Bracket),
            Ahead::No => {}
        }
        self.end_member(at, false);
        self.sink.open_bracket(at, Class::BracketOpen);
        self.open_types(Kind::TypeBracket, at, false);
        true
    }

    /// Whether the brace or bracket at `at` begins a parameter's pattern.
    #[inline(always)]
    fn begins_pattern(&self, at: u64) -> Ahead {
        let begins_parameter = matches!(self.st.last, Last::Op(b'(' | b',' | b'.'));
        if self.st.frame.kind == Kind::TypeParen && begins_parameter {
            self.parameter_begins_pattern(at)
        } else {
            Ahead::No
        }
    }

    /// Whether the brace or bracket at `at`, with which a parameter or a type in parentheses begins, is that parameter's pattern.
    #[inline(never)]
    fn parameter_begins_pattern(&self, at: u64) -> Ahead {
        // The options of `import()` are an object too.
        let import = self.st.frame.after == Last::Dot;
        let of_member = || {
            let around = self.st.frame.levels().nth(1);
            around.is_some_and(|frame| frame.kind == Kind::Members)
        };
        if import || of_member() { Ahead::Yes(at) } else { self.pattern_ahead(at) }
    }

    /// Opens a parameter's pattern at `at`: it is read as code.
    fn open_pattern(&mut self, at: u64, class: Class, kind: Kind) -> bool {
        self.sink.open_bracket(at, class);
        self.st.frame.push(Frame { kind, start: at, after: Last::Close, ..Frame::default() });
        self.operator_ended(Last::Op(self.cur.byte(at)), at + 1);
        true
    }

    pub(super) fn type_bracket_end(&mut self, at: u64) -> bool {
        if self.is_open_type() {
            return self.end_type(at);
        }
        if self.st.frame.kind != Kind::TypeBracket {
            return self.wrong_closer(at, Class::BracketClose);
        }
        self.sink.close_bracket(at, Class::BracketClose);
        self.st.group = (self.st.frame.start, at + 1);
        self.st.frame.pop();
        let is_member = self.st.frame.kind == Kind::Members;
        let last = if is_member { Last::Computed } else { Last::Close };
        self.type_operand(last, at + 1);
        true
    }

    pub(super) fn type_brace(&mut self, at: u64) -> bool {
        if self.is_open_type() && !self.wants_operand() {
            return self.end_type(at);
        }
        match self.begins_pattern(at) {
            Ahead::Unknown => return false,
            Ahead::Yes(_) => return self.open_pattern(at, Class::BraceOpen, Kind::Object),
            Ahead::No => {}
        }
        self.sink.open_bracket(at, Class::BraceOpen);
        self.st.frame.push(Frame { kind: Kind::Members, start: at, ..Frame::default() });
        self.type_token(Last::Start, at + 1);
        true
    }

    pub(super) fn type_brace_end(&mut self, at: u64) -> bool {
        if self.is_open_type() {
            return self.end_type(at);
        }
        let frame = *self.st.frame;
        match frame.kind {
            Kind::Members => {}
            Kind::TypeTemplate => {
                self.st.frame.pop();
                self.st.mode = Mode::Template(at);
                self.cur.at = at + 1;
                return true;
            }
            _ => return self.wrong_closer(at, Class::BraceClose),
        }
        self.end_member(at, false);
        self.sink.close_bracket(at, Class::BraceClose);
        self.st.frame.pop();
        if frame.defines {
            self.end_definition(at + 1);
            self.operator_ended(Last::Start, at + 1);
        } else {
            self.type_operand(Last::Close, at + 1);
        }
        true
    }

    pub(super) fn type_less(&mut self, at: u64) -> bool {
        if self.is_open_type() && !self.st.frame.value {
            let takes = matches!(self.st.last, Last::Word(_)) && !self.st.newline;
            // `import("a")<T>`
            let import = !self.st.newline && self.cur.byte(self.st.end.wrapping_sub(1)) == b')';
            let is_operator = self.cur.byte(at + 1) == b'=';
            if !takes && !import || is_operator {
                return self.end_type(at);
            }
        }
        if self.st.frame.kind == Kind::Members {
            self.end_member(at, false);
            if let Some(start) = self.member_name() {
                self.begin_method(start);
            }
        }
        let operand = !self.wants_operand();
        let after = if operand { Last::Close } else { Last::Op(b'<') };
        if self.plain_angle(at, after) {
            return true;
        }
        self.st.frame.push(Frame {
            kind: Kind::Angle,
            start: at,
            special: true,
            value: true,
            after,
            ..Frame::default()
        });
        self.type_token(Last::Op(b'<'), at + 1);
        true
    }

    pub(super) fn end_angle(&mut self, at: u64) -> bool {
        let frame = *self.st.frame;
        if frame.kind == Kind::Angle && frame.special {
            self.pattern(frame.start, at + 1, PatternKind::Generic, None);
        }
        self.st.frame.pop();
        let outer = self.st.frame.kind;
        if outer.is_type() {
            self.st.frame.value = frame.after == Last::Op(b'<') && outer != Kind::Members;
            self.type_token(frame.after, at + 1);
            return true;
        }
        self.operator_ended(frame.after, at + 1);
        self.st.before = Last::Op(0);
        if outer.is_jsx_tag() {
            self.st.last = Last::Close;
        }
        true
    }
}
