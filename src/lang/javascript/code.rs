//! Code: what wakes the scanner between brackets.

use super::ahead::Ahead;
use super::gap::GAP_BYTES_MAX;
use super::literals::has_line_break;
use super::scan::Scan;
use super::skim::Out;
use super::state::{Frame, Kind, Last, Mode, Pending};
use super::words::{Word, is_word};
use super::{STRING_END, WAKE};
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Code, up to what is not plain and one token more; false if it cannot be decided on yet.
    pub(super) fn in_code(&mut self) -> bool {
        if self.cur.at == 0 && self.st.gap == 0 {
            if self.is_near_unknown(0) {
                return false;
            }
            if self.cur.stands(0, b"#!") {
                self.st.mode = Mode::Shebang(0);
                self.cur.at = 2;
                return true;
            }
        }
        if let Err(out) = self.skim() {
            return matches!(out, Out::Left);
        }
        let from = self.cur.at;
        let mut at = self.cur.next_in::<WAKE>(from);
        if self.equals_matters() {
            let places = memchr::memchr(b'=', self.cur.slice(from, at));
            at = places.map_or(at, |i| from + i as u64);
        }
        self.settle_long_gap(at);
        self.cur.at = at;
        if at == self.cur.end() {
            return true;
        }
        if self.is_near_unknown(at) {
            return false;
        }
        self.code_token(at)
    }

    /// The token of code at `at`; false if it cannot be decided on yet.
    pub(super) fn code_token(&mut self, at: u64) -> bool {
        match self.cur.byte(at) {
            b'(' => self.open_paren(at),
            b')' => self.close_paren(at),
            b'{' => self.open_brace(at),
            b'}' => self.close_brace(at),
            b'[' => self.open_bracket(at),
            b']' => self.close_bracket(at),
            b';' => self.semicolon(at),
            b':' => self.colon(at),
            quote @ (b'"' | b'\'') => {
                if self.st.frame.kind == Kind::Class && self.st.frame.value {
                    self.check_member_break(at);
                }
                let end = self.cur.next_in::<STRING_END>(at + 1);
                self.st.mode = Mode::String(at, quote);
                self.cur.at = end;
                self.cur.byte(end) != quote || self.end_string(at, end + 1)
            }
            b'`' => {
                self.settle(at);
                self.begin_template(at, false);
                true
            }
            b'/' => self.slash(at),
            b'=' if self.equals_matters() => self.equals(at),
            b'<' => self.less(at),
            b'>' => self.greater(at),
            b'?' => self.question(at),
            b'@' => self.decorator(at),
            b'=' => {
                self.cur.at = at + 1;
                true
            }
            _ => self.head(at),
        }
    }

    /// An operator or opening bracket ended at `end`.
    pub(super) fn operator_ended(&mut self, last: Last, end: u64) {
        let st = &mut *self.st;
        st.last = last;
        st.gap = end;
        st.newline = false;
        self.cur.at = end;
    }

    #[inline]
    pub(super) fn semicolon(&mut self, at: u64) -> bool {
        self.sink.structural(at, Class::Semicolon);
        if TYPES {
            if self.st.frame.pending == Pending::Params {
                self.st.frame.pending = Pending::None;
                self.end_definition(at + 1);
            } else if self.st.last == Last::Literal {
                self.end_module_without_body(at);
            }
        }
        let frame = &mut self.st.frame;
        frame.ternaries = 0;
        let last = if frame.kind == Kind::For { Last::Op(b';') } else { Last::Start };
        if frame.kind == Kind::Class {
            frame.value = false;
        }
        self.operator_ended(last, at + 1);
        true
    }

    /// `module "name"` and its `;`.
    fn end_module_without_body(&mut self, at: u64) {
        let name = self.st.word;
        if let Some(start) = self.module_before(name.0) {
            let name = (name.0 + 1, name.1 - 1);
            self.tell_name(start, PatternKind::Namespace, name);
            self.pattern(start, at + 1, PatternKind::Namespace, Some(name));
        }
    }

    /// Where the word `module` stands, if it is the last one before `at`.
    pub(super) fn module_before(&self, at: u64) -> Option<u64> {
        let end = self.skip_gap_back(at);
        let start = end.checked_sub(6)?;
        let before = if start == 0 { 0 } else { self.cur.byte(start - 1) };
        let is_module = end < at + 1 && self.cur.slice(start, end) == b"module";
        // On a line of its own it is a variable.
        let is_module = is_module && !has_line_break(self.cur.slice(end, at));
        (is_module && !is_word(before) && before != b'.').then_some(start)
    }

    fn slash(&mut self, at: u64) -> bool {
        if self.st.frame.kind == Kind::Class {
            self.check_member_break(at);
        }
        self.settle(at);
        if self.begin_comment(at) {
            if TYPES {
                self.keep_head(at);
            }
            return true;
        }
        if self.st.last.is_operand() && !self.has_ended() {
            self.operator_ended(Last::Op(b'/'), at + 1);
        } else {
            self.st.mode = Mode::Regex(at, false);
            self.cur.at = at + 1;
        }
        true
    }

    /// Whether the last token, on a line before, is the last one of its statement for what cannot stand behind it: `let a`, `import "a"`.
    #[inline(never)]
    pub(super) fn has_ended(&self) -> bool {
        let is_near = self.st.gap.saturating_sub(self.st.word.0) <= GAP_BYTES_MAX;
        if !self.st.newline || !is_near {
            return false;
        }
        match self.st.last {
            Last::Word(Word::Plain) => {
                matches!(self.st.before, Last::Word(word) if word.declares())
            }
            Last::Literal => {
                let end = self.skip_gap_back(self.st.word.0);
                let stands = |word: &[u8]| {
                    let start = end.wrapping_sub(word.len() as u64);
                    self.cur.stands(start, word) && !is_word(self.cur.byte(start.wrapping_sub(1)))
                };
                let is_string = matches!(self.cur.byte(self.st.word.0), b'"' | b'\'');
                is_string && (stands(b"from") || stands(b"import"))
            }
            _ => false,
        }
    }

    /// A comment at `at` stands in the list of what an interface extends: its head is not looked back on over that.
    pub(super) fn keep_head(&mut self, at: u64) {
        let in_list = matches!(self.st.last, Last::Word(Word::Extends) | Last::Op(b','));
        let frame = *self.st.frame;
        if in_list
            && frame.kind == Kind::Block
            && frame.pending == Pending::None
            && let Some((kind, start, name)) = self.long_head(at)
        {
            self.begin_head(kind, start, name);
        }
    }

    fn question(&mut self, at: u64) -> bool {
        let next = self.cur.byte(at + 1);
        if next == b'.' && !self.cur.byte(at + 2).is_ascii_digit() {
            self.operator_ended(Last::Dot, at + 2);
            return true;
        }
        if next == b'?' {
            if self.cur.byte(at + 2) == b'=' {
                return self.assign(at, at + 3);
            }
            self.operator_ended(Last::Op(b'?'), at + 2);
            return true;
        }
        if TYPES {
            let in_class = self.st.frame.kind == Kind::Class;
            if in_class {
                self.check_member_break(at);
            }
            match self.next_significant(at + 1) {
                None => return false,
                // A mark: what stands before it stays the last token.
                Some((_, b':' | b',' | b')' | b'=' | b';' | b'}')) => {
                    self.settle(at);
                    self.st.gap = at + 1;
                    self.cur.at = at + 1;
                    return true;
                }
                Some((_, b'(' | b'<')) if in_class && !self.st.frame.value => {
                    self.settle(at);
                    self.st.gap = at + 1;
                    self.cur.at = at + 1;
                    return true;
                }
                _ => {}
            }
            if self.is_behind_extends(at) {
                self.begin_condition(at);
                return true;
            }
        }
        self.st.frame.ternaries += 1;
        self.operator_ended(Last::Op(b'?'), at + 1);
        true
    }

    fn colon(&mut self, at: u64) -> bool {
        if self.st.frame.ternaries > 0 {
            return self.ternary_colon(at);
        }
        match self.st.frame.kind {
            Kind::Object => {
                self.settle(at);
                if TYPES && matches!(self.st.last, Last::Params | Last::Close | Last::Group) {
                    return self.typed_or_plain_colon(at);
                }
                self.sink.structural(at, Class::Colon);
                self.st.target = self.name_of_last();
                self.operator_ended(Last::Op(b':'), at + 1);
                true
            }
            Kind::Block => self.statement_colon(at),
            _ if TYPES => {
                if self.st.frame.kind == Kind::Class {
                    self.check_member_break(at);
                }
                self.typed_colon(at)
            }
            _ => {
                self.sink.structural(at, Class::Colon);
                self.operator_ended(Last::Op(b'~'), at + 1);
                true
            }
        }
    }

    /// A `:` in an object after a bracket: before the type of a function's result, else of a property.
    fn typed_or_plain_colon(&mut self, at: u64) -> bool {
        let is_type = match self.st.last {
            Last::Params => Ahead::Yes(at),
            Last::Group => self.arrow_after(at),
            _ => Ahead::No,
        };
        match is_type {
            Ahead::Unknown => return false,
            Ahead::Yes(_) => {
                self.sink.structural(at, Class::Colon);
                return self.begin_annotation(at, true);
            }
            Ahead::No => {}
        }
        self.sink.structural(at, Class::Colon);
        self.operator_ended(Last::Op(b':'), at + 1);
        true
    }

    fn ternary_colon(&mut self, at: u64) -> bool {
        if TYPES && self.st.last == Last::Params {
            self.settle(at);
            if self.st.last == Last::Params {
                self.sink.structural(at, Class::Colon);
                return self.begin_annotation(at, true);
            }
        }
        if TYPES && self.st.last == Last::Group && self.skip_back(at).0 == self.st.gap {
            match self.arrow_in_ternary(at) {
                Ahead::Unknown => return false,
                Ahead::Yes(_) => {
                    self.sink.structural(at, Class::Colon);
                    return self.begin_annotation(at, true);
                }
                Ahead::No => {}
            }
        }
        self.sink.structural(at, Class::Colon);
        self.st.frame.ternaries -= 1;
        self.operator_ended(Last::Op(b'?'), at + 1);
        true
    }

    /// A `:` among statements: of a label, a `case`, or before a type.
    fn statement_colon(&mut self, at: u64) -> bool {
        self.settle(at);
        if TYPES {
            let is_type = match self.st.last {
                Last::Params => true,
                Last::Word(_) => match self.st.before {
                    Last::Word(word) => word.declares(),
                    Last::Op(byte) => byte == b',',
                    _ => false,
                },
                Last::Close if self.st.group_special => true,
                Last::Group => match self.arrow_after(at) {
                    Ahead::Unknown => return false,
                    ahead => matches!(ahead, Ahead::Yes(_)),
                },
                _ => false,
            };
            if is_type {
                let result = !matches!(self.st.last, Last::Word(_)) && !self.st.group_special;
                self.sink.structural(at, Class::Colon);
                return self.begin_annotation(at, result);
            }
        }
        self.sink.structural(at, Class::Colon);
        self.operator_ended(Last::Start, at + 1);
        true
    }

    /// A `:` where no ternary waits for one, in parentheses, brackets or a class: a type follows.
    fn typed_colon(&mut self, at: u64) -> bool {
        self.settle(at);
        let mut result = self.st.last == Last::Params;
        if self.st.last == Last::Group && !result {
            match self.arrow_after(at) {
                Ahead::Unknown => return false,
                ahead => result = matches!(ahead, Ahead::Yes(_)),
            }
        }
        self.sink.structural(at, Class::Colon);
        self.begin_annotation(at, result)
    }

    /// Whether nothing but white space and comments stands before `at` on its line.
    pub(super) fn begins_line(&self, at: u64) -> bool {
        let (end, newline) = self.skip_back(at);
        let at_gap = end == self.st.gap;
        newline || at_gap && (self.st.newline || self.is_file_start(at))
    }

    fn is_file_start(&self, at: u64) -> bool {
        self.cur.begin() == 0 && {
            let mut text = self.cur.slice(0, at).trim_ascii_start();
            while let Some(comment) = text.strip_prefix(b"/*") {
                let end = memchr::memmem::find(comment, b"*/").map_or(comment.len(), |n| n + 2);
                text = comment[end..].trim_ascii_start();
            }
            text.is_empty()
        }
    }

    fn decorator(&mut self, at: u64) -> bool {
        if self.st.frame.kind == Kind::Class {
            self.check_member_break(at);
        }
        self.settle(at);
        let Some((from, first)) = self.next_significant(at + 1) else { return false };
        if first == b'(' {
            self.tell_comments(at + 1, from);
            self.sink.open_bracket(from, Class::ParenOpen);
            let kind = Kind::Decorator;
            self.st.frame.push(Frame { kind, start: at, value: true, ..Frame::default() });
            self.operator_ended(Last::Op(b'('), from + 1);
            return true;
        }
        let Some(name) = self.dotted_name(from) else { return false };
        let Some((next, byte)) = self.next_significant(name.1) else { return false };
        let mut arguments = false;
        if TYPES && byte == b'<' {
            match self.type_arguments(next) {
                Ahead::Unknown => return false,
                Ahead::Yes(end) => {
                    let Some((_, behind)) = self.next_significant(end) else { return false };
                    if behind != b'(' {
                        self.tell_comments(at + 1, next);
                        self.pattern(at, end, PatternKind::Decorator, None);
                        return self.begin_angle_before(next, Last::Start);
                    }
                    arguments = true;
                }
                Ahead::No => {}
            }
        }
        let end = if byte == b'(' || arguments { next } else { name.1 };
        self.tell_comments(at + 1, end);
        if byte == b'(' {
            self.sink.open_bracket(next, Class::ParenOpen);
            let kind = Kind::Decorator;
            self.st.frame.push(Frame { kind, start: at, name, value: true, ..Frame::default() });
            self.operator_ended(Last::Op(b'('), next + 1);
        } else if arguments {
            // The call is found where the types end.
            self.st.frame.push(Frame {
                kind: Kind::Decorator,
                start: at,
                name,
                ..Frame::default()
            });
            self.st.gap = next;
            self.cur.at = next;
            return self.begin_angle(next, true);
        } else {
            // An `@` by itself is a mistake: what is looked over behind it does not belong to it.
            let is_named = name.0 < name.1;
            let end = if is_named { name.1 } else { at + 1 };
            self.pattern(at, end, PatternKind::Decorator, is_named.then_some(name));
            self.operator_ended(Last::Start, name.1);
        }
        true
    }
}
