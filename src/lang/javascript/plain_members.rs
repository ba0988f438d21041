//! Members of interfaces and type literals that are a name and a plain type, with comments between them: one after the
//! other, without a way back to the loop of types for each. As that reads them (`types.rs`), with the same result.

use super::WORD;
use super::plain_types::PlainType;
use super::scan::Scan;
use super::state::{Kind, Last, Pending, Range};
use super::words::{Word, is_word};
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Reads such members, if they are what comes, and says whether their `}` was read too. The cursor stands behind them.
    #[inline(always)]
    pub(super) fn plain_members(&mut self) -> bool {
        let frame = &*self.st.frame;
        let may_come = frame.kind == Kind::Members
            && frame.pending == Pending::None
            && frame.ternaries == 0
            && (self.st.last == Last::Start || self.st.last == Last::Close && self.st.newline);
        if !may_come {
            return false;
        }
        while self.plain_member() {}
        let (at, _) = self.past_blanks(self.cur.at, false);
        self.cur.byte(at) == b'}' && self.plain_members_end(at)
    }

    /// Ends the members with the `}` at `at`, if that can be decided on yet.
    #[inline(always)]
    fn plain_members_end(&mut self, at: u64) -> bool {
        !self.is_near_unknown(at) && self.type_brace_end(at)
    }

    /// Reads a member or a comment; false if what comes is not so plain.
    #[inline(always)]
    fn plain_member(&mut self) -> bool {
        let (mut start, newline) = self.past_blanks(self.cur.at, self.st.newline);
        let byte = self.cur.byte(start);
        if byte == b'/' && !self.is_near_unknown(start) {
            self.st.newline = newline;
            return self.whole_comment(start);
        }
        if !byte.is_ascii_alphabetic() && byte != b'_' {
            return false;
        }
        let mut end = self.cur.next_out::<WORD>(start);
        if self.cur.eight(start) == u64::from_le_bytes(*b"readonly") && end == start + 8 {
            start = end + 1;
            end = self.cur.next_out::<WORD>(start);
            if self.cur.byte(start - 1) != b' ' || !is_word(self.cur.byte(start)) {
                return false;
            }
        }
        let colon = match self.cur.near(end) {
            [b':', _] => end,
            [b'?', b':'] => end + 1,
            [b'(', _] => return self.plain_method((start, end), end),
            [b'?', b'('] => return self.plain_method((start, end), end + 1),
            _ => return false,
        };
        let plain = match self.plain_member_type(colon + 1) {
            Some(plain) => {
                self.sink.structural(colon, Class::Colon);
                plain
            }
            None => match self.plain_function_type(colon + 1, true) {
                Some((params, plain)) if self.ends_member(&plain) => {
                    self.sink.structural(colon, Class::Colon);
                    self.tell_params(&params);
                    plain
                }
                _ => return false,
            },
        };
        self.tell_plain(plain.start, &plain);
        self.pattern(colon, plain.end, PatternKind::TypeAnnotation, None);
        self.member_ended(&plain);
        true
    }

    /// Reads the method whose name stands at `name` and whose parameters begin with the `(` at `at`.
    #[inline(never)]
    fn plain_method(&mut self, name: Range, at: u64) -> bool {
        if self.word_of(name.0, name.1) == Word::New {
            return false;
        }
        let Some(params) = self.plain_params(at, false) else { return false };
        let colon = params.end;
        if self.cur.byte(colon) == b';' {
            self.tell_name(name.0, PatternKind::Method, name);
            self.tell_params(&params);
            self.sink.structural(colon, Class::Semicolon);
            self.pattern(name.0, colon + 1, PatternKind::Method, Some(name));
            self.st.frame.value = false;
            self.type_token(Last::Start, colon + 1);
            return true;
        }
        if self.cur.byte(colon) != b':' {
            return false;
        }
        let Some(plain) = self.plain_member_type(colon + 1) else { return false };
        self.tell_name(name.0, PatternKind::Method, name);
        self.tell_params(&params);
        self.sink.structural(colon, Class::Colon);
        self.tell_plain(colon + 1, &plain);
        self.pattern(colon, plain.end, PatternKind::TypeAnnotation, None);
        let end = if plain.by_line { plain.end } else { plain.next + 1 };
        self.member_ended(&plain);
        self.pattern(name.0, end, PatternKind::Method, Some(name));
        true
    }

    /// A member ended with `plain`, and a `;` or a line behind it.
    #[inline(always)]
    fn member_ended(&mut self, plain: &PlainType) {
        let st = &mut *self.st;
        st.frame.value = false;
        st.before = Last::Op(b':');
        st.word = plain.word;
        st.group = plain.list;
        if plain.by_line {
            st.last = Last::Close;
            st.newline = true;
            st.end = plain.end;
            st.gap = plain.next;
            self.cur.at = plain.next;
        } else {
            self.sink.structural(plain.next, Class::Semicolon);
            self.type_token(Last::Start, plain.next + 1);
        }
    }
}
