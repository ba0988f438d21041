//! Members of classes and objects: methods, and where a member without a `;` ends.

use super::scan::Scan;
use super::state::{Kind, Last, Pending};
use super::words::{Word, is_word};
use crate::lang::PatternKind;
use crate::lang::code::Sink;

/// Comments that are looked back over.
const COMMENTS_BYTES_MAX: u64 = 2 << 10;

/// How far back the head of a generator may begin.
const HEAD_BYTES_MAX: u64 = 3 << 10;

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Where the member begins whose name is the last token, if that is what it is.
    pub(super) fn method_head(&self) -> Option<u64> {
        let st = &*self.st;
        if st.frame.pending != Pending::None {
            return None;
        }
        match st.frame.kind {
            Kind::Class if st.frame.value => return None,
            Kind::Class | Kind::Object => {}
            _ => return None,
        }
        match st.last {
            Last::Computed => Some(st.group.0),
            Last::Literal => self.begins_member(st.word.0).then_some(st.word.0),
            Last::Word(_) if st.frame.kind == Kind::Class => Some(st.word.0),
            Last::Word(_) => {
                let in_place = match st.before {
                    Last::Op(b'{' | b',') => true,
                    Last::Op(b'*') => self.star_begins_name(),
                    Last::Word(Word::Get | Word::Set | Word::Async | Word::Static) => true,
                    _ => false,
                };
                in_place.then_some(st.word.0)
            }
            _ => None,
        }
    }

    /// Whether the literal at `start`, in a class or an object, is a member's name and not its value: `{ a: 1 << 2 }`.
    fn begins_member(&self, start: u64) -> bool {
        if self.st.frame.kind == Kind::Class {
            return true;
        }
        let end = self.skip_gap_back(start);
        match self.cur.byte(end.wrapping_sub(1)) {
            b'{' | b',' => true,
            b'*' => self.star_begins_name(),
            _ => {
                let stands =
                    |word: &[u8]| self.cur.stands(end.wrapping_sub(word.len() as u64), word);
                stands(b"get") || stands(b"set") || stands(b"async")
            }
        }
    }

    /// Whether the `*` before the last word is that of a generator, not a multiplication.
    #[inline(never)]
    fn star_begins_name(&self) -> bool {
        let least = self.st.gap.saturating_sub(HEAD_BYTES_MAX);
        if self.st.word.0 < least {
            return false;
        }
        let star = self.skip_gap_back_to(self.st.word.0, least).saturating_sub(1);
        let end = self.skip_gap_back_to(star, least);
        let byte = self.cur.byte(end.wrapping_sub(1));
        let is_async = end >= 5 && self.cur.slice(end - 5, end) == b"async";
        matches!(byte, b',' | b'{') || is_async
    }

    /// The end of what stands before the white space and comments before `at`, as far as they can be told from behind.
    pub(super) fn skip_gap_back(&self, at: u64) -> u64 {
        self.skip_gap_back_to(at, at.saturating_sub(COMMENTS_BYTES_MAX))
    }

    /// As [`Scan::skip_gap_back`], no farther back than to `least`.
    fn skip_gap_back_to(&self, at: u64, least: u64) -> u64 {
        let least = least.max(self.cur.begin());
        let mut start = at;
        loop {
            let end = self.skip_blank_back(start).max(least.min(start));
            let text = self.cur.slice(least.min(end), end);
            let comment = if text.ends_with(b"*/") {
                memchr::memmem::rfind(text, b"/*")
            } else if memchr::memchr(b'\n', self.cur.slice(end, start)).is_some()
                && !matches!(text.last(), Some(b',' | b'{'))
            {
                let line = memchr::memrchr(b'\n', text).map_or(0, |line_break| line_break + 1);
                memchr::memmem::find(&text[line..], b"//").map(|i| line + i)
            } else {
                None
            };
            match comment {
                Some(i) => start = least + i as u64,
                None => return end,
            }
        }
    }

    /// A method begins, whose name is the last token.
    pub(super) fn begin_method(&mut self, start: u64) {
        let (from, to) = self.st.word;
        let name = match self.st.last {
            Last::Word(_) => (from, to),
            Last::Literal if matches!(self.cur.byte(from), b'"' | b'\'') => (from + 1, to - 1),
            Last::Literal => (from, to),
            _ => (0, 0),
        };
        let after = if self.st.frame.kind == Kind::Class { Last::Start } else { Last::Close };
        self.begin_definition(PatternKind::Method, start, name, after);
        self.st.frame.pending = Pending::Function;
    }

    /// In a class, after a value: whether a line break has begun a new member in the gap before `at`.
    pub(super) fn check_member_break(&mut self, at: u64) {
        if !self.st.frame.value || self.st.gap >= at {
            return;
        }
        let mut operand = self.st.last.is_operand() || self.st.last == Last::Start;
        let mut newline = self.st.newline;
        let mut from = self.st.gap;
        let mut behind_dot = self.st.last == Last::Dot;
        let mut behind_digits = false;
        while from < at {
            let byte = self.cur.byte(from);
            if byte == b'\n' || byte == b'\r' {
                newline = true;
                from += 1;
            } else if byte <= b' ' {
                from += 1;
            } else if is_word(byte) || byte == b'#' {
                let mut end = from + 1;
                while end < at && is_word(self.cur.byte(end)) {
                    end += 1;
                }
                let word = if behind_dot { Word::Plain } else { self.word_of(from, end) };
                let goes_on = word.is_infix();
                if operand && newline && !goes_on {
                    self.begin_member(from);
                    return;
                }
                // An `of` is a name where no `for` is.
                operand = !goes_on && (word == Word::Of || !word.wants_operand());
                (newline, behind_dot) = (false, false);
                behind_digits = byte.is_ascii_digit();
                from = end;
            } else {
                let pair = self.cur.near(from);
                let postfix = match pair {
                    [b'+', b'+'] | [b'-', b'-'] => 2,
                    [b'!', next] => u64::from(TYPES && next != b'='),
                    [b'.', _] => u64::from(behind_digits),
                    _ => 0,
                };
                let ends = operand && !newline && postfix > 0;
                (behind_dot, behind_digits) = (byte == b'.' && !ends, false);
                from += if ends { postfix } else { 1 };
                (operand, newline) = (ends, false);
            }
        }
        let begins = matches!(self.cur.byte(at), b'"' | b'\'' | b'@' | b'{');
        if operand && newline && begins {
            self.begin_member(at);
        }
    }

    fn begin_member(&mut self, at: u64) {
        let st = &mut *self.st;
        st.frame.value = false;
        st.frame.ternaries = 0;
        st.last = Last::Start;
        st.gap = at;
        st.newline = false;
    }
}
