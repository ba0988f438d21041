//! Types behind `as` and `satisfies`: that a token belongs to one is told by what stands before it, for names wake nobody.

use super::gap::GAP_BYTES_MAX;
use super::scan::Scan;
use super::state::{Kind, Last, Pending};
use super::words::{Word, is_word};
use super::{LINE_END, WORD};
use crate::lang::code::Sink;

/// Bytes that the names behind an `as` are looked back over.
const TYPE_NAME_BYTES: u64 = 120;

/// Bytes of ` extends A `.
const EXTENDS_BYTES_MIN: u64 = 11;

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// `as {`, `as (`, `as [`, `as <`: a type, if those are the last tokens.
    pub(super) fn begin_as(&mut self, at: u64) -> bool {
        let is_as = match self.st.last {
            Last::Word(Word::As | Word::Satisfies) => {
                self.st.before.is_operand() && !self.is_declared()
            }
            Last::Word(Word::Readonly | Word::Keyof | Word::New) => {
                self.is_prefix_after_as(self.st.word.0)
            }
            Last::Op(b'|' | b'&') => self.is_after_as(at),
            _ => false,
        };
        if is_as {
            self.begin_types(Kind::As, at, at, false);
        }
        is_as
    }

    /// Whether the last word is the name of a method, a function or the like.
    fn is_declared(&self) -> bool {
        use Word::{Class, Enum, Function, Interface};
        matches!(self.st.before, Last::Word(Class | Enum | Function | Interface))
            || self.st.frame.pending == Pending::Function
            || self.method_head().is_some()
    }

    /// Whether `as A |` stands before `at`, or `as |`. A brace after a single `|` or `&` is hardly ever an operand of it.
    pub(super) fn is_after_as(&self, at: u64) -> bool {
        let end = self.skip_blank_back(at);
        let doubled = self.cur.byte(end.wrapping_sub(1)) == self.cur.byte(end.wrapping_sub(2));
        if doubled || self.cur.byte(at) == b'{' {
            return !doubled;
        }
        let text = self.cur.slice(at.saturating_sub(TYPE_NAME_BYTES), at);
        let stands = |i: &usize| {
            let around = [i.checked_sub(1).map(|before| text[before]), text.get(i + 2).copied()];
            around.iter().all(|byte| byte.is_some_and(|byte| byte.is_ascii_whitespace()))
        };
        let Some(i) = memchr::memmem::rfind_iter(text, b"as").find(stands) else { return false };
        let names = |byte: &u8| {
            is_word(*byte) || byte.is_ascii_whitespace() || matches!(byte, b'.' | b'|' | b'&')
        };
        text[i..].iter().all(names)
    }

    /// Whether `as A.` or `satisfies A.` stands before the last word.
    pub(super) fn is_qualified_after_as(&self) -> bool {
        let name = self.st.word.0;
        let text = self.cur.slice(name.saturating_sub(TYPE_NAME_BYTES).max(self.cur.begin()), name);
        let names = text.iter().rev().take_while(|byte| is_word(**byte) || **byte == b'.').count();
        self.is_prefix_after_as(name - names as u64)
    }

    /// Whether `as` or `satisfies` stands before `at`, or an operator or prefixes of types behind one of them.
    pub(super) fn is_prefix_after_as(&self, at: u64) -> bool {
        let least = at.saturating_sub(TYPE_NAME_BYTES).max(self.cur.begin());
        let mut text = self.cur.slice(least, at);
        loop {
            let front = text.trim_ascii_end();
            if let Some(b'|' | b'&') = front.last() {
                return self.is_after_as(least + text.len() as u64);
            }
            let n = front.iter().rev().take_while(|byte| is_word(**byte)).count();
            let (before, word) = front.split_at(front.len() - n);
            match word {
                b"as" | b"satisfies" => return front.len() < text.len(),
                b"readonly" | b"keyof" | b"typeof" | b"abstract" => text = before,
                _ => return false,
            }
        }
    }

    /// Whether `extends` and a type stand before the `?` at `at`, in code: it is that of a type behind `as`, of which names alone
    /// did not tell that it is one.
    #[inline(always)]
    pub(super) fn is_behind_extends(&self, at: u64) -> bool {
        // Mostly what stands before it since the last token that woke is too short, or a call.
        let near = self.cur.byte(at.wrapping_sub(2));
        let may_be = at.saturating_sub(self.st.gap) >= EXTENDS_BYTES_MIN
            || matches!(near, b']' | b'>' | b'"' | b'\'' | b'`');
        may_be && near != b')' && self.follows_extends(at)
    }

    /// As [`Scan::is_behind_extends`], where that may be.
    #[inline(never)]
    fn follows_extends(&self, at: u64) -> bool {
        const EXTENDS: u64 = u64::from_le_bytes(*b"extends ");
        let end = self.skip_blank_back(at).max(at.saturating_sub(GAP_BYTES_MAX));
        let byte = self.cur.byte(end.wrapping_sub(1));
        if !is_word(byte) {
            return matches!(byte, b']' | b'>' | b'"' | b'\'' | b'`') && self.extends_by(end);
        }
        let Some(start) = self.cur.run_before::<WORD, LINE_END>(end) else { return false };
        if self.cur.eight(start.wrapping_sub(8)) == EXTENDS {
            return self.cur.byte(start.wrapping_sub(9)).is_ascii_whitespace();
        }
        // `A.B`, `keyof A`, `readonly A`.
        let before = self.cur.near(start.wrapping_sub(2));
        (before[1] == b'.' || matches!(before, [b'f' | b'y', b' '])) && self.extends_by(end)
    }

    /// As [`Scan::is_behind_extends`], for a type of more than a name that ends at `end`.
    #[inline(never)]
    fn extends_by(&self, end: u64) -> bool {
        let least = end.saturating_sub(TYPE_NAME_BYTES).max(self.cur.begin());
        let text = self.cur.slice(least, end);
        let Some(at) = memchr::memmem::rfind(text, b" extends ") else { return false };
        text[at..].iter().all(|byte| {
            is_word(*byte) || byte.is_ascii_whitespace() || b".,<>[]|&\"'`".contains(byte)
        })
    }

    /// The `?` at `at` is that of a type whose condition stands before it.
    #[cold]
    pub(super) fn begin_condition(&mut self, at: u64) {
        self.begin_types(Kind::As, at, at + 1, false);
        self.st.frame.ternaries = 1;
    }
}
