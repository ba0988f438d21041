//! The heads of classes and functions: whether the word is a keyword where it stands, and what is defined.

use super::WORD;
use super::scan::Scan;
use super::skim::{LEFT, Next};
use super::state::{Def, Frame, Kind, Last, Pending, Range};
use super::words::{Word, is_word};
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// A word that begins like `class` or `function`.
    pub(super) fn head(&mut self, at: u64) -> bool {
        if TYPES && self.cur.stands(at, b"type") {
            self.word_type(at);
        }
        let is_class = self.is_word_at(at, b"class");
        let before = if at == 0 { 0 } else { self.cur.byte(at - 1) };
        let goes_on = before == b'#' || is_word(before) && self.space_before(at) == 0;
        if !is_class && !self.is_word_at(at, b"function") || goes_on {
            self.cur.at = self.cur.next_out::<WORD>(at);
            return true;
        }
        let end = at + if is_class { 5 } else { 8 };
        let Some((_, next)) = self.next_significant(end) else { return false };
        if self.st.frame.kind == Kind::Class {
            self.check_member_break(at);
        }
        self.settle(at);
        if self.has_open_signature() {
            self.st.last = self.end_signature(self.st.end);
        }
        if self.is_name_here(next, is_class) {
            self.cur.at = end;
            return true;
        }
        let after = if self.is_statement_here() { Last::Start } else { Last::Close };
        let kind = if is_class { PatternKind::Class } else { PatternKind::Function };
        let name = if is_class { self.class_name(end) } else { Some((0, 0)) };
        let Some(name) = name else { return false };
        self.begin_definition(kind, at, name, after);
        self.st.frame.pending = if is_class { Pending::Body } else { Pending::Function };
        self.cur.at = end;
        true
    }

    /// `function (` or `function name(` at `at`: where its parameters begin.
    pub(super) fn plain_function(&mut self, at: u64) -> Option<u64> {
        let before = self.cur.byte(at.wrapping_sub(1));
        let is_special = matches!(self.st.frame.kind, Kind::Class | Kind::Decorator);
        if is_special || is_word(before) || before == b'#' {
            return None;
        }
        let from = at + 8 + u64::from(self.cur.byte(at + 8) == b' ');
        let end = self.cur.next_out::<WORD>(from);
        // A name must stand by itself, and be of ASCII.
        let stands = end == from || from > at + 8 && self.run_before(end) == Some(from);
        // Nor may it be a number or a keyword: those are read otherwise.
        let is_plain =
            self.word_of(from, end) == Word::Plain && !self.cur.byte(from).is_ascii_digit();
        if !stands || !is_plain || self.is_near_unknown(end) {
            return None;
        }
        let types = match self.cur.byte(end) {
            b'(' => None,
            b'<' if TYPES => Some(self.plain_type(end + 1, true)?),
            _ => return None,
        };
        let paren = types.as_ref().map_or(end, |types| types.end);
        if self.cur.byte(paren) != b'(' || self.is_near_unknown(paren) {
            return None;
        }
        self.settle(at);
        if self.has_open_signature() {
            self.st.last = self.end_signature(self.st.end);
        }
        if self.is_name_here(self.cur.byte(from), false) {
            return None;
        }
        let after = if self.is_statement_here() { Last::Start } else { Last::Close };
        let name = if end > from { (from, end) } else { (0, 0) };
        self.begin_definition(PatternKind::Function, at, name, after);
        let mut pending = Pending::Function;
        if let Some(types) = types {
            self.tell_plain(end, &types);
            pending = Pending::Generic;
        }
        let st = &mut *self.st;
        st.frame.pending = pending;
        st.frame.push(Frame { kind: Kind::Params, start: paren, ..Frame::default() });
        st.last = Last::Op(b'(');
        st.gap = paren + 1;
        st.newline = false;
        self.sink.open_bracket(paren, Class::ParenOpen);
        Some(paren + 1)
    }

    /// Whether `interface` and a name stand right before the `{` at `at`, perhaps with what it extends: then the definition begins.
    #[inline(never)]
    pub(super) fn begins_interface(&mut self, at: u64) -> bool {
        let st = &*self.st;
        let (gap, end) = (st.gap, at.wrapping_sub(1));
        if st.frame.kind != Kind::Block
            || st.frame.pending != Pending::None
            || self.cur.byte(end) != b' '
        {
            return false;
        }
        let Some(start) = self.run_before(end).filter(|start| *start < end) else { return false };
        if start >= gap + 9
            && self.cur.stands(start - 8, b"extends ")
            && !is_word(self.cur.byte(start - 9))
            && !self.cur.byte(start).is_ascii_digit()
            && self.word_of(start, end) == Word::Plain
            && self.is_keyword_place(start - 8)
            && let Some((PatternKind::Interface, head, name)) = self.long_head(at)
        {
            self.begin_head(PatternKind::Interface, head, name);
            return true;
        }
        let head = start.wrapping_sub(10);
        let before = self.cur.byte(head.wrapping_sub(1));
        let stands = start >= gap + 10
            && self.cur.stands(head, b"interface ")
            && self.word_of(start, end) == Word::Plain
            && !self.cur.byte(start).is_ascii_digit();
        if !stands || is_word(before) || matches!(before, b'.' | b'#') || self.has_open_signature()
        {
            return false;
        }
        self.begin_definition(PatternKind::Interface, head, (start, end), Last::Start);
        self.st.frame.pending = Pending::Body;
        true
    }

    /// The `=` at `at` of a `type`, if its head is plain; with what it means, if that is.
    #[inline(always)]
    pub(super) fn quick_alias(&mut self, at: u64) -> Option<Next> {
        match self.st.frame.pending {
            Pending::Alias if at == self.st.gap || self.cur.byte(at - 1) == b' ' => {}
            Pending::None => {
                let (start, name) = self.plain_alias_head(at)?;
                self.begin_definition(PatternKind::Type, start, name, Last::Start);
            }
            _ => return None,
        }
        self.st.frame.pending = Pending::None;
        self.st.type_wants_equals = false;
        let found = match self.plain_names(at + 1, true) {
            Some(plain) => Some((None, plain)),
            None => self.plain_type_or_function(at + 1, true),
        };
        let Some((params, plain)) = found.filter(|(_, plain)| self.ends_member(plain)) else {
            self.cur.at = at + 1;
            self.begin_alias();
            return Some(LEFT);
        };
        if let Some(params) = params {
            self.tell_params(&params);
        }
        self.tell_plain(plain.start, &plain);
        let st = &mut *self.st;
        st.word = plain.word;
        st.end = plain.end;
        st.group_special = false;
        if plain.by_line {
            self.end_definition(plain.end);
            self.quick_ended(Last::Start, plain.next);
            self.st.newline = true;
            return Some(plain.next);
        }
        self.sink.structural(plain.next, Class::Semicolon);
        self.end_definition(plain.next + 1);
        Some(self.quick_ended(Last::Start, plain.next + 1))
    }

    /// Where `type` and a name begin that stand right before the `=` at `at`, and the name.
    #[inline(always)]
    fn plain_alias_head(&self, at: u64) -> Option<(u64, Range)> {
        let gap = self.st.gap;
        let end = at.wrapping_sub(u64::from(self.cur.byte(at.wrapping_sub(1)) == b' '));
        let start = self.run_before(end).filter(|start| *start < end && *start >= gap + 5)?;
        let head = start - 5;
        let before = self.cur.byte(head.wrapping_sub(1));
        let stands = self.cur.stands(head, b"type ")
            && !self.cur.byte(start).is_ascii_digit()
            && !is_word(before)
            && !matches!(before, b'.' | b'#');
        // An `import type A = ...` is none.
        let behind = self.skip_blank_back(head);
        let is_imported = self.cur.byte(behind.wrapping_sub(1)) == b't'
            && !self.cur.stands(behind.wrapping_sub(6), b"export");
        (stands && !is_imported).then_some((head, (start, end)))
    }

    /// Whether `class` or `function` is a name where it stands; `next` is the byte of the token after it.
    fn is_name_here(&self, next: u8, is_class: bool) -> bool {
        match self.st.last {
            Last::Dot => return true,
            Last::Word(Word::As | Word::Import | Word::Function) if is_class => return true,
            _ => {}
        }
        let is_member_place = match self.st.frame.kind {
            Kind::Class => !self.st.frame.value,
            Kind::Object | Kind::Enum => match self.st.last {
                Last::Op(byte) => matches!(byte, b'{' | b',' | b'*'),
                Last::Word(Word::Get | Word::Set | Word::Async) => {
                    matches!(self.st.before, Last::Op(b'{' | b','))
                }
                _ => false,
            },
            _ => false,
        };
        let name_ends =
            matches!(next, b':' | b',' | b'=' | b';' | b'}' | b')' | b'?' | b'!' | b'.');
        name_ends || is_member_place
    }

    /// The name of the class whose keyword ends at `end`.
    fn class_name(&mut self, end: u64) -> Option<Range> {
        let (start, first) = self.next_significant(end)?;
        if !is_word(first) {
            return Some((0, 0));
        }
        let limit = start + super::ahead::AHEAD_BYTES_MAX;
        let end = self.name_end(start, limit);
        if self.cur.is_unknown(end) && end < limit {
            return None;
        }
        let end = end.min(limit);
        let word = self.word_of(start, end);
        let is_name = !matches!(word, Word::Extends)
            && (word != Word::Implements || !is_word(self.next_significant(end)?.1));
        Some(if is_name { (start, end) } else { (0, 0) })
    }

    /// Where the name ends that begins at `start`, escapes with braces included; what is not at hand if it cannot be told yet.
    #[inline(never)]
    fn name_end(&mut self, start: u64, limit: u64) -> u64 {
        let mut end = self.cur.next_out::<WORD>(start);
        while end < limit && self.cur.stands(end - 2, b"\\u{") {
            let mut close = end + 1;
            while close < limit && self.cur.byte(close).is_ascii_hexdigit() {
                close += 1;
            }
            if self.cur.byte(close) != b'}' {
                return if self.cur.is_unknown(close) { close } else { end };
            }
            end = self.cur.next_out::<WORD>(close + 1);
        }
        end
    }

    /// Whether a statement begins at the token after the last one: then a function or class is a declaration.
    fn is_statement_here(&self) -> bool {
        let begins = |last: Last, newline: bool| match last {
            Last::Start => true,
            Last::Word(word) if word.begins_statement() => true,
            Last::Word(Word::Export | Word::Declare | Word::Abstract) => true,
            Last::Word(Word::Default) => true,
            // Nothing of a `return` stands on the next line.
            Last::Word(Word::Return | Word::Break | Word::Continue | Word::Debugger) => newline,
            last => last.is_operand() && newline,
        };
        let kind = self.st.frame.kind;
        if kind != Kind::Block {
            return false;
        }
        match self.st.last {
            Last::Word(Word::Async) if !self.st.newline => begins(self.st.before, true),
            last => begins(last, self.st.newline),
        }
    }

    pub(super) fn begin_definition(
        &mut self,
        kind: PatternKind,
        start: u64,
        name: Range,
        after: Last,
    ) {
        self.tell_name(start, kind, name);
        let st = &mut *self.st;
        match st.frame.pending {
            // Nothing but this frame knew of a function whose body has not come.
            Pending::Function | Pending::Generic | Pending::Params => drop(st.defs.pop()),
            // What is left of mistakes in this body.
            Pending::None if st.frame.kind == Kind::Block => {
                let body = st.frame.start;
                while st.defs.pop_if(|def| def.start > body).is_some() {}
            }
            _ => {}
        }
        self.st.defs.push(Def { kind, start, name, after });
    }
}
