//! Types that are one word: most annotations are.

use super::WORD;
use super::scan::Scan;
use super::state::{Frame, Kind, Last};
use super::words::Word;
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

/// Bytes of a word that is read in one go.
const NAME_BYTES_MAX: u64 = 64;

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Reads a type that is one word, or a list of it, if that is what follows the `:` at `at`. The cursor then stands
    /// behind it. As begun by [`Scan::begin_annotation`] and ended by what comes next.
    #[inline]
    pub(super) fn plain_annotation(&mut self, at: u64, result: bool) -> bool {
        let start = at + 1 + u64::from(self.cur.byte(at + 1) == b' ');
        if !self.cur.byte(start).is_ascii_alphabetic() {
            return false;
        }
        let name_end = self.cur.next_out::<WORD>(start);
        // A list of it, perhaps.
        let is_list = self.cur.near(name_end) == *b"[]";
        let end = name_end + if is_list { 2 } else { 0 };
        let next = end + u64::from(self.cur.byte(end) == b' ');
        let ends = matches!(self.cur.byte(next), b',' | b')' | b';' | b'=' | b'}' | b'{' | b']');
        if !ends || self.is_near_unknown(next) || name_end - start > NAME_BYTES_MAX {
            return false;
        }
        if Word::of(self.cur.slice(start, name_end)).is_type_prefix() {
            return false;
        }
        let st = &mut *self.st;
        if is_list {
            self.sink.open_bracket(name_end, Class::BracketOpen);
            self.sink.close_bracket(name_end + 1, Class::BracketClose);
            st.group = (name_end, end);
        }
        st.before = Last::Op(b':');
        st.word = (start, name_end);
        st.end = end;
        st.gap = next;
        st.newline = false;
        self.cur.at = next;
        self.pattern(at, end, PatternKind::TypeAnnotation, None);
        if self.st.frame.kind.is_type() {
            self.st.frame.value = false;
            self.st.last = Last::Close;
            return true;
        }
        let frame = Frame { kind: Kind::Annotation, special: result, ..Frame::default() };
        self.st.last = self.last_after_type(frame, next, end, false);
        self.st.group = (0, 0);
        self.st.group_special = false;
        true
    }

    /// A name in types and what mostly follows it: a colon, a type that is one word, a semicolon.
    #[inline]
    pub(super) fn colon_at_once(&mut self, end: u64) -> bool {
        if self.is_open_type() || self.is_near_unknown(end + 2) {
            return true;
        }
        let is_member = self.st.frame.kind == Kind::Members;
        let colon = match self.cur.near(end) {
            [b':', _] => end,
            [b'?', b':'] if is_member => {
                self.st.end = end + 1;
                end + 1
            }
            _ => return true,
        };
        let went_on = self.type_colon(colon);
        let next = self.cur.at;
        if is_member && self.st.frame.kind == Kind::Members && self.cur.byte(next) == b';' {
            return self.type_semicolon(next);
        }
        went_on
    }
}
