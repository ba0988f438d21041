//! Members of interfaces and type literals that are a name and a plain type, with comments between them: one after the
//! other, without a way back to the loop of types for each. As that reads them (`types.rs`), with the same result.

use super::WORD;
use super::scan::Scan;
use super::state::{Kind, Last, Pending};
use super::words::is_word;
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Reads such members, if they are what comes. The cursor then stands behind the last of them.
    #[inline(always)]
    pub(super) fn plain_members(&mut self) {
        let frame = &*self.st.frame;
        let may_come = frame.kind == Kind::Members
            && frame.pending == Pending::None
            && frame.ternaries == 0
            && (self.st.last == Last::Start || self.st.last == Last::Close && self.st.newline);
        if may_come {
            while self.plain_member() {}
        }
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
            _ => return false,
        };
        let Some(plain) = self.plain_member_type(colon + 1) else { return false };
        self.sink.structural(colon, Class::Colon);
        self.tell_plain(colon + 1, &plain);
        self.pattern(colon, plain.end, PatternKind::TypeAnnotation, None);
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
        true
    }
}
