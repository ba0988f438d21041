//! Colons that what stands before them tells for what they are: of keys, labels, ternaries, and before types.

use super::scan::Scan;
use super::skim::{LEFT, Next};
use super::state::{Kind, Last, Pending};
use super::words::is_word;
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    #[inline(always)]
    pub(super) fn quick_colon(&mut self, at: u64) -> Next {
        let st = &mut *self.st;
        if st.frame.ternaries > 0 {
            if TYPES && matches!(st.last, Last::Params | Last::Group) {
                return self.any_token(at);
            }
            st.frame.ternaries -= 1;
            self.sink.structural(at, Class::Colon);
            return self.quick_ended(Last::Op(b'?'), at + 1);
        }
        if TYPES && st.last == Last::Params && st.gap == at {
            let result = !st.group_special;
            return self.quick_annotation(at, result);
        }
        if TYPES && st.last == Last::Group && st.gap == at {
            return self.quick_arrow_type(at);
        }
        match st.frame.kind {
            Kind::Object => self.quick_key(at),
            Kind::Block => match self.declares_type(at) {
                Some(true) => self.quick_annotation(at, false),
                Some(false) => {
                    self.sink.structural(at, Class::Colon);
                    self.quick_ended(Last::Start, at + 1)
                }
                None => self.any_token(at),
            },
            _ if TYPES => self.quick_typed_colon(at),
            _ => self.any_token(at),
        }
    }

    /// A `:` behind parentheses: before the type of an arrow function's result, if an arrow follows that.
    #[inline(never)]
    fn quick_arrow_type(&mut self, at: u64) -> Next {
        if self.st.frame.kind == Kind::Class || self.st.frame.pending != Pending::None {
            return self.any_token(at);
        }
        // Not by masks: those take names and marks in any order.
        let plain = self.plain_type(at + 1, false);
        let Some(plain) = plain.filter(|plain| self.cur.stands(plain.next, b"=>")) else {
            return self.any_token(at);
        };
        self.sink.structural(at, Class::Colon);
        self.tell_plain(at + 1, &plain);
        self.pattern(at, plain.end, PatternKind::TypeAnnotation, None);
        let st = &mut *self.st;
        st.before = Last::Op(b':');
        st.word = plain.word;
        st.group = plain.list;
        st.group_special = false;
        st.end = plain.end;
        self.quick_ended(Last::Arrow, plain.next + 2)
    }

    /// Whether a type follows the `:` at `at` among statements, if that is plain: one does behind a declared name, none
    /// behind a label or a `case`.
    #[inline(always)]
    fn declares_type(&self, at: u64) -> Option<bool> {
        if !TYPES {
            return Some(false);
        }
        let st = &*self.st;
        if at == st.gap {
            return (st.last == Last::Literal).then_some(false);
        }
        let start = self.run_before(at)?;
        if start >= at || start < st.gap || self.cur.byte(start).is_ascii_digit() {
            return None;
        }
        let end = self.end_before(start);
        if end == st.gap {
            return match st.last {
                Last::Word(_) => None,
                last => Some(last == Last::Op(b',')),
            };
        }
        match self.cur.byte(end - 1) {
            b'#' => None,
            byte if is_word(byte) => {
                let from = self.run_before(end)?;
                let is_whole = from > st.gap && !matches!(self.cur.byte(from - 1), b'.' | b'#')
                    || from == st.gap && st.last != Last::Dot;
                is_whole.then(|| self.word_of(from, end).declares())
            }
            byte => Some(byte == b','),
        }
    }

    /// A `:` in parentheses, brackets or a class, behind a name or its `?`: a type follows.
    #[inline(always)]
    fn quick_typed_colon(&mut self, at: u64) -> Next {
        let st = &*self.st;
        let behind_name = if at > st.gap {
            is_word(self.cur.byte(at - 1))
        } else {
            matches!(st.last, Last::Word(_) | Last::Close)
        };
        if !behind_name || st.frame.kind == Kind::Class && st.frame.value {
            return self.any_token(at);
        }
        self.quick_annotation(at, false)
    }

    /// A `?` and the `:` behind it.
    #[inline(always)]
    pub(super) fn quick_mark(&mut self, at: u64) -> Next {
        let st = &*self.st;
        let is_plain = st.frame.ternaries == 0
            && !matches!(st.frame.kind, Kind::Object | Kind::Block)
            && !(st.frame.kind == Kind::Class && st.frame.value)
            && at > st.gap
            && is_word(self.cur.byte(at - 1));
        if !is_plain {
            return self.any_token(at);
        }
        self.quick_annotation(at + 1, false)
    }

    #[inline(always)]
    fn quick_annotation(&mut self, at: u64, result: bool) -> Next {
        let (mut at, mut result) = (at, result);
        loop {
            self.sink.structural(at, Class::Colon);
            self.begin_annotation(at, result);
            if self.st.frame.kind.is_type() {
                return LEFT;
            }
            // Mostly what ends the type ends more than that.
            let next = self.cur.at;
            match self.cur.byte(next) {
                b';' => {
                    self.semicolon(next);
                    return self.again_in_class(next + 1);
                }
                b')' if self.st.frame.kind == Kind::Params && self.is_before_body(next + 1) => {
                    self.quick_params_end(next);
                }
                _ => return self.again_in_class(next),
            }
            if self.cur.byte(next + 1) != b':' {
                return self.again_in_class(next + 1);
            }
            (at, result) = (next + 1, true);
        }
    }

    /// The `:` behind an object's key.
    #[inline(always)]
    fn quick_key(&mut self, at: u64) -> Next {
        let gap = self.st.gap;
        if TYPES && at > gap && matches!(self.cur.byte(at - 1), b'!'..0x80) {
            // Nobody asks for its name.
            if !is_word(self.cur.byte(at - 1)) {
                return self.any_token(at);
            }
            self.sink.structural(at, Class::Colon);
            return self.quick_ended(Last::Op(b':'), at + 1);
        }
        let is_told = matches!(self.st.last, Last::Literal | Last::Computed);
        let target = if at == gap && is_told {
            self.name_of_last()
        } else {
            let Some(start) = self.run_before(at) else {
                return self.any_token(at);
            };
            if start < gap || start == at {
                return self.any_token(at);
            }
            let before = self.end_before(start);
            let is_plain = if before == gap {
                !matches!(self.st.last, Last::Word(_))
            } else {
                // Neither private nor the label of a `break` or `continue`.
                !matches!(self.cur.byte(before - 1), b'k' | b'e' | b'#' | 0x80..)
            };
            if !is_plain {
                return self.any_token(at);
            }
            (start, at)
        };
        self.sink.structural(at, Class::Colon);
        self.st.target = target;
        self.quick_ended(Last::Op(b':'), at + 1)
    }
}
