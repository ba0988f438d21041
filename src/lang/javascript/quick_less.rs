//! `<` that what stands next to it tells for what it is: a tag, types behind a name that is called or has parameters, a
//! comparison. As `less.rs` decides, which knows all cases.

use super::WORD;
use super::scan::Scan;
use super::skim::{AGAIN, LEFT, Near, Next};
use super::state::{Frame, Kind, Last, Pending};
use super::words::{Word, is_word};
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    #[inline(never)]
    pub(super) fn quick_less(&mut self, at: u64) -> Next {
        let end = self.end_before(at);
        if TYPES
            && end > self.st.gap
            && is_word(self.cur.byte(end - 1))
            && let Some(next) = self.less_behind_word(at, end)
        {
            return next;
        }
        if !TYPES && self.compares(at, end) {
            return self.quick_ended(Last::Op(b'<'), at + 1);
        }
        let may_begin = JSX
            && self.is_tag_wanted(end)
            && self.st.frame.pending == Pending::None
            && self.st.frame.kind != Kind::Class
            && (self.cur.byte(at + 1) == b'>' || self.is_plain_tag(at));
        if may_begin && self.begin_tag(at) { LEFT } else { self.any_token(at) }
    }

    /// Whether the `<` at `at` behind code that ends at `end` plainly is less than, where there are no types.
    #[inline(always)]
    fn compares(&self, at: u64, end: u64) -> bool {
        let [before, _, near] = *self.cur.chunk(at.wrapping_sub(1)).unwrap_or(&[0; 3]);
        // On a line of its own it may be a tag behind `let a`.
        let is_close = end == at || end + 1 == at && before == b' ';
        let may_be = end > self.st.gap
            && is_close
            && self.st.frame.kind != Kind::Class
            && (near == b' ' || is_word(near));
        may_be
            && is_word(self.cur.byte(end - 1))
            && self.run_before(end).is_some_and(|start| {
                start >= self.st.gap
                    && start < end
                    && self.word_of(start, end) == Word::Plain
                    && !self.may_be_label(start)
            })
    }

    /// Whether a `break` or `continue` may stand before the word at `start`.
    #[inline(always)]
    fn may_be_label(&self, start: u64) -> bool {
        let end = self.end_before(start);
        if end == self.st.gap {
            return matches!(self.st.last, Last::Word(_));
        }
        matches!(self.cur.byte(end - 1), b'k' | b'e')
    }

    /// Whether an operand is plainly to come behind the code that ends at `end`.
    #[inline(always)]
    fn is_tag_wanted(&self, end: u64) -> bool {
        let st = &*self.st;
        let last = if end == st.gap { st.last } else { Last::Op(self.cur.byte(end - 1)) };
        match last {
            Last::Arrow => true,
            Last::Op(b'n') => {
                let start = end.wrapping_sub(6);
                start >= st.gap
                    && self.cur.stands(start, b"return")
                    && self.run_before(end) == Some(start)
                    && self.is_keyword_place(start)
            }
            // `as &` may stand before a type.
            Last::Op(b'&') => {
                !TYPES || end > st.gap && self.cur.near(end.wrapping_sub(2)) == *b"&&"
            }
            Last::Op(byte) => matches!(byte, b'(' | b'?' | b':' | b'[' | b'{' | b',' | b'='),
            _ => false,
        }
    }

    /// A `<` at `at` behind a word that ends at `end`, if what it begins is plain: types behind a name, or a comparison.
    #[inline(always)]
    fn less_behind_word(&mut self, at: u64, end: u64) -> Option<Next> {
        let kind = self.st.frame.kind;
        let [near, after] = self.cur.near(at + 1);
        let is_near = end == at && near.is_ascii_alphabetic();
        if self.st.frame.pending == Pending::Body && is_near && kind != Kind::Class {
            return self.generic_head(at);
        }
        if self.st.frame.pending != Pending::None || kind == Kind::Decorator {
            return None;
        }
        if kind == Kind::Class {
            return if is_near { self.generic_method(at) } else { None };
        }
        let start = self.run_before(end).filter(|start| *start >= self.st.gap)?;
        if self.word_of(start, end) != Word::Plain {
            return None;
        }
        if !self.is_value_place(start) {
            let may_declare = is_near && kind == Kind::Block;
            return if may_declare { self.generic_declaration(at, start) } else { None };
        }
        if is_near {
            return self.generic_call(at);
        }
        let compares = near == b' ' && is_word(after) && self.ends_comparison(at + 2);
        compares.then(|| self.quick_ended(Last::Op(b'<'), at + 1))
    }

    /// Whether what stands before a name at `start` makes it a value's: not what a keyword declares or extends, nor a type.
    #[inline(always)]
    fn is_value_place(&self, mut start: u64) -> bool {
        let gap = self.st.gap;
        while self.is_behind_dot(start) {
            match self.run_before(start - 1) {
                Some(before) if before >= gap && before < start - 1 => start = before,
                _ => return false,
            }
        }
        let end = self.end_before(start);
        let byte = match self.st.last {
            Last::Op(byte) if end == gap => byte,
            Last::Arrow if end == gap => return true,
            _ if end == gap => return false,
            _ => self.cur.byte(end - 1),
        };
        if is_word(byte) {
            if end == gap {
                return false;
            }
            let Some(from) = self.run_before(end).filter(|from| *from >= gap) else { return false };
            let is_prefix = matches!(
                self.word_of(from, end),
                Word::New | Word::Return | Word::Await | Word::Throw
            );
            return is_prefix && self.is_keyword_place(from);
        }
        match byte {
            b'{' | b',' | b'*' => self.st.frame.kind != Kind::Object && byte == b'{',
            b'=' | b'(' | b':' | b'[' | b'?' | b'!' | b'+' => true,
            _ => false,
        }
    }

    /// The `<` at `at` in the head of a class or interface, with types.
    #[inline(always)]
    fn generic_head(&mut self, at: u64) -> Option<Next> {
        let start = self.run_before(at).filter(|start| *start >= self.st.gap)?;
        let end = start.wrapping_sub(1);
        let from = self.run_before(end).filter(|from| *from >= self.st.gap && *from < end);
        let is_plain = self.word_of(start, at) == Word::Plain
            && !self.cur.byte(start).is_ascii_digit()
            && self.cur.byte(end) == b' '
            && from.is_some_and(|from| {
                let word = self.word_of(from, end);
                matches!(word, Word::Class | Word::Extends | Word::Implements)
            });
        if !is_plain {
            return None;
        }
        let plain = self.plain_type(at + 1, true)?;
        self.tell_plain(at, &plain);
        self.st.before = Last::Op(0);
        Some(self.quick_ended(Last::Word(Word::Plain), plain.end))
    }

    /// The `<` at `at` behind the name at `start` that an `interface` or a `type` declares or an interface extends, with types.
    #[inline(always)]
    fn generic_declaration(&mut self, at: u64, start: u64) -> Option<Next> {
        let end = start.wrapping_sub(1);
        let from = self.run_before(end).filter(|from| *from >= self.st.gap && *from < end)?;
        if self.cur.byte(end) != b' ' || self.cur.byte(start).is_ascii_digit() {
            return None;
        }
        let (kind, head, name) = match self.word_of(from, end) {
            _ if !self.is_keyword_place(from) => return None,
            Word::Interface => (PatternKind::Interface, from, (start, at)),
            Word::Type => (PatternKind::Type, from, (start, at)),
            Word::Extends => self.long_head(at)?,
            _ => return None,
        };
        let plain = self.plain_type(at + 1, true)?;
        self.begin_head(kind, head, name);
        self.tell_plain(at, &plain);
        self.st.before = Last::Op(0);
        Some(self.quick_ended(Last::Word(Word::Plain), plain.end) | AGAIN)
    }

    /// The `<` at `at` behind a name, with types and what is called with them.
    #[inline(always)]
    fn generic_call(&mut self, at: u64) -> Option<Next> {
        let plain = self.plain_type(at + 1, true)?;
        let paren = plain.end;
        if self.cur.byte(paren) != b'(' || self.is_near_unknown(paren) {
            return None;
        }
        self.tell_plain(at, &plain);
        self.st.before = Last::Op(0);
        let near = Near::Next(paren + 1, self.cur.byte(paren + 1));
        Some(self.open_quick_paren(paren, near, Kind::Call, Last::Close, (0, 0)))
    }

    /// The `<` at `at` behind a method's name, with its type parameters and the `(` behind them.
    #[inline(always)]
    fn generic_method(&mut self, at: u64) -> Option<Next> {
        let start = self.method_before(at)?;
        let plain = self.plain_type(at + 1, true)?;
        let paren = plain.end;
        if self.cur.byte(paren) != b'(' || self.is_near_unknown(paren) {
            return None;
        }
        self.begin_definition(PatternKind::Method, start, (start, at), Last::Start);
        self.tell_plain(at, &plain);
        self.st.frame.pending = Pending::Generic;
        self.sink.open_bracket(paren, Class::ParenOpen);
        self.st.frame.push(Frame { kind: Kind::Params, start: paren, ..Frame::default() });
        Some(self.quick_ended(Last::Op(b'('), paren + 1))
    }

    /// Whether the `<` before the word at `from` is plainly a comparison: no list of types goes on so.
    #[inline(always)]
    fn ends_comparison(&mut self, from: u64) -> bool {
        let mut end = self.cur.next_out::<WORD>(from);
        if self.word_of(from, end) != Word::Plain {
            return false;
        }
        while self.cur.byte(end) == b'.' && self.cur.byte(end + 1).is_ascii_alphabetic() {
            end = self.cur.next_out::<WORD>(end + 1);
        }
        end += u64::from(self.cur.byte(end) == b' ');
        if self.is_near_unknown(end) || end - from > 200 {
            return false;
        }
        matches!(
            self.cur.near(end),
            [b';' | b')' | b'?' | b'+' | b']' | b'}' | b':', _] | [b'&', b'&'] | [b'|', b'|']
        )
    }
}
