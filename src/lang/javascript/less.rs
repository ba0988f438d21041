//! `<` and `>` in code: elements of JSX, types, and comparisons.

use super::ahead::Ahead;
use super::scan::Scan;
use super::state::{Kind, Last, Mode, Pending};
use super::words::Word;
use crate::lang::code::Sink;

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    pub(super) fn less(&mut self, at: u64) -> bool {
        if !TYPES && self.cur.stands(at, b"<!--") {
            self.settle(at);
            self.st.mode = Mode::Line(at);
            self.cur.at = at + 4;
            return true;
        }
        if self.st.frame.kind == Kind::Class {
            self.check_member_break(at);
        }
        self.settle(at);
        if TYPES && self.begin_as(at) {
            return true;
        }
        let operand = self.st.last.is_operand() && !self.has_ended()
            || matches!(self.st.last, Last::Dot | Last::Word(Word::Extends))
            || self.method_head().is_some();
        if TYPES && (operand || self.st.frame.pending != Pending::None) {
            return self.less_after_operand(at);
        }
        if !operand {
            if JSX && !TYPES {
                return self.begin_tag(at);
            }
            if TYPES {
                return self.less_before_operand(at);
            }
        }
        self.operator_ended(Last::Op(b'<'), self.less_end(at));
        true
    }

    /// One past the operator that begins with `<`.
    fn less_end(&self, at: u64) -> u64 {
        let shift = u64::from(self.cur.byte(at + 1) == b'<');
        at + 1 + shift + u64::from(self.cur.byte(at + 1 + shift) == b'=')
    }

    fn less_after_operand(&mut self, at: u64) -> bool {
        let frame = *self.st.frame;
        // Behind a mistake a body may still be to come, which takes the place of this declaration's.
        if !matches!(frame.pending, Pending::Body | Pending::Function)
            && let Some((kind, start, name)) = self.declaration_before(at)
        {
            self.begin_head(kind, start, name);
            return self.begin_angle(at, true);
        }
        if frame.pending != Pending::None {
            if frame.pending == Pending::Function {
                self.name_function();
                self.st.frame.pending = Pending::Generic;
            }
            return self.begin_angle(at, true);
        }
        if let Some(start) = self.method_head() {
            self.begin_method(start);
            self.st.frame.pending = Pending::Generic;
            return self.begin_angle(at, true);
        }
        let is_name = matches!(self.st.last, Last::Word(_));
        let is_type = match self.st.before {
            Last::Word(Word::As | Word::Satisfies) => true,
            Last::Op(b'|' | b'&') => self.is_after_as(self.st.word.0),
            Last::Dot => self.is_qualified_after_as(),
            Last::Word(word) if word.is_type_prefix() => self.is_prefix_after_as(self.st.word.0),
            _ => false,
        };
        if is_name && is_type && self.cur.byte(at + 1) != b'=' {
            return self.begin_angle(at, true);
        }
        match self.type_arguments(at) {
            Ahead::Unknown => false,
            Ahead::Yes(_) => {
                // What is called is no member's name.
                if self.st.last == Last::Literal {
                    self.st.last = Last::Close;
                }
                self.begin_angle(at, true)
            }
            Ahead::No => {
                self.operator_ended(Last::Op(b'<'), self.less_end(at));
                true
            }
        }
    }

    /// A `<` where an operand is to come: a tag, a cast, or the type parameters of an arrow function.
    fn less_before_operand(&mut self, at: u64) -> bool {
        let ahead = self.generic_arrow(at, JSX);
        match ahead {
            Ahead::Unknown => false,
            Ahead::Yes(_) => self.begin_angle(at, true),
            Ahead::No if JSX => self.begin_tag(at),
            Ahead::No => self.begin_angle(at, false),
        }
    }

    pub(super) fn greater(&mut self, at: u64) -> bool {
        if self.is_arrow(at) {
            return self.arrow(at - 1);
        }
        let closes_html = !TYPES
            && at >= self.st.gap + 2
            && self.cur.slice(at - 2, at) == b"--"
            && self.begins_line(at - 2);
        if closes_html {
            self.settle(at - 2);
            self.st.mode = Mode::Line(at - 2);
            self.cur.at = at + 1;
            return true;
        }
        let mut end = at + 1;
        while matches!(self.cur.byte(end), b'>' | b'=') && end < at + 4 {
            end += 1;
        }
        self.operator_ended(Last::Op(b'>'), end);
        true
    }
}
