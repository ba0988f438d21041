//! Lists of what a module imports and exports: mostly they stand one below the other where a file begins, and are taken in
//! one go, without a wake for each bracket, string and semicolon.

use super::scan::Scan;
use super::skim::Next;
use super::state::{Kind, Last, Pending};
use super::words::is_word;
use super::{STRING_END, WAKE, WORD};
use crate::lang::code::Sink;
use crate::lang::{Class, SpanKind};

/// The first bytes of such a statement, in memory.
const IMPORT: u64 = u64::from_le_bytes(*b"import \0");
const EXPORT: u64 = u64::from_le_bytes(*b"export \0");
const FROM: u64 = u64::from_le_bytes(*b" from \0\0");

/// The lowest `n` bytes.
const fn bytes(n: u32) -> u64 {
    !0 >> (u64::BITS - 8 * n)
}

/// A statement that has been looked at.
struct PlainList {
    /// The `{` and `}`, if there are any.
    braces: Option<(u64, u64)>,
    /// The string, from its quote to one past the other.
    string: Option<(u64, u64)>,
    /// One past the last token that is no semicolon.
    end: u64,
    semicolon: bool,
}

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Reads what the `{` at `at` begins if it is plainly such a list, and the statements below it that are.
    #[inline(always)]
    pub(super) fn plain_lists(&mut self, at: u64) -> Option<Next> {
        let word = self.cur.eight(at.wrapping_sub(7)) & bytes(7);
        if word != IMPORT && word != EXPORT { None } else { self.lists_from(at) }
    }

    #[inline(never)]
    fn lists_from(&mut self, at: u64) -> Option<Next> {
        let frame = &*self.st.frame;
        let start = at.wrapping_sub(7);
        let may_come = frame.kind == Kind::Block
            && frame.pending == Pending::None
            && frame.ternaries == 0
            && start >= self.st.gap
            && (start == self.st.gap || !is_word(self.cur.byte(start - 1)))
            && self.is_keyword_place(start);
        if !may_come {
            return None;
        }
        let mut list = self.list_with_braces(at)?;
        loop {
            let next = self.tell_list(&list);
            match self.next_list(next) {
                Some(other) => list = other,
                None => return Some(next),
            }
        }
    }

    /// The statement on the line behind the one that ended at `end`.
    #[inline(always)]
    fn next_list(&mut self, end: u64) -> Option<PlainList> {
        if self.cur.byte(end) != b'\n' {
            return None;
        }
        let mut at = end + 1;
        let eight = self.cur.eight(at);
        if eight & bytes(7) != IMPORT && eight & bytes(7) != EXPORT {
            return None;
        }
        if eight & bytes(7) == IMPORT && self.cur.stands(at + 7, b"type ") {
            at += if self.cur.stands(at + 12, b"from ") { 0 } else { 5 };
        }
        match self.cur.byte(at + 7) {
            b'{' => self.list_with_braces(at + 7),
            b'*' if self.cur.eight(at + 8) & bytes(6) == FROM => self.list_from(None, at + 8),
            b'*' if self.cur.eight(at + 8) & bytes(4) == u64::from_le_bytes(*b" as \0\0\0\0") => {
                self.list_behind_name(at + 12)
            }
            _ if eight & bytes(7) == IMPORT => self.list_behind_name(at + 7),
            _ => None,
        }
    }

    /// The rest of a statement from a name at `start` on.
    #[inline(always)]
    fn list_behind_name(&mut self, start: u64) -> Option<PlainList> {
        let end = self.cur.next_out::<WORD>(start);
        let first = self.cur.byte(start);
        let is_name = first.is_ascii_alphabetic() || first == b'_' || first == b'$';
        if !is_name || self.run_before(end) != Some(start) {
            return None;
        }
        self.list_from(None, end)
    }

    /// The rest of a statement from its `{` at `at` on.
    #[inline(always)]
    fn list_with_braces(&mut self, at: u64) -> Option<PlainList> {
        let mut close = at + 1;
        loop {
            close = self.cur.next_in::<WAKE>(close);
            match self.cur.byte(close) {
                b'}' => break,
                b't' => close += 1,
                b'c' | b'f' => {
                    let eight = self.cur.eight(close);
                    let is_head = eight & bytes(5) == u64::from_le_bytes(*b"class\0\0\0")
                        || eight == u64::from_le_bytes(*b"function");
                    if is_head {
                        return None;
                    }
                    close += 1;
                }
                _ => return None,
            }
        }
        self.list_from(Some((at, close)), close + 1)
    }

    /// The rest of a statement from `at` on, where ` from ` and a string may stand.
    #[inline(always)]
    fn list_from(&mut self, braces: Option<(u64, u64)>, at: u64) -> Option<PlainList> {
        let mut end = at;
        let mut string = None;
        if self.cur.eight(at) & bytes(6) == FROM {
            let quote = self.cur.byte(at + 6);
            end = self.cur.next_in::<STRING_END>(at + 7) + 1;
            if !matches!(quote, b'"' | b'\'') || self.cur.byte(end - 1) != quote {
                return None;
            }
            string = Some((at + 6, end));
        } else if braces.is_none() {
            return None;
        }
        let semicolon = self.cur.byte(end) == b';';
        let ends = semicolon || string.is_some() && self.cur.byte(end) == b'\n';
        (ends && !self.is_near_unknown(end)).then_some(PlainList { braces, string, end, semicolon })
    }

    /// Tells of a statement, and where the tokens behind it begin.
    #[inline(always)]
    fn tell_list(&mut self, list: &PlainList) -> u64 {
        if let Some((open, close)) = list.braces {
            self.sink.open_bracket(open, Class::BraceOpen);
            self.sink.close_bracket(close, Class::BraceClose);
        }
        let mut last = Last::Close;
        if let Some((start, end)) = list.string {
            self.sink.span(start, end, SpanKind::String);
            self.st.word = (start, end);
            self.st.end = end;
            last = Last::Literal;
        }
        let mut end = list.end;
        if list.semicolon {
            self.sink.structural(end, Class::Semicolon);
            last = Last::Start;
            end += 1;
        }
        self.quick_ended(last, end)
    }
}
