//! What a `=` means: a value of something that has a name, a type's meaning, an arrow.
//!
//! Mostly it only says that an operand is to come, and what stands before a token says that as well. So it wakes nobody but
//! where it matters: in classes, and behind a word `type`. Where an arrow function asks for its name it is looked back on.

use super::scan::Scan;
use super::state::{Kind, Last, Pending, Range};
use super::words::{Word, is_word};
use crate::lang::PatternKind;
use crate::lang::code::Sink;

/// Bytes in parentheses that are looked at for a name.
const GROUP_BYTES_MAX: u64 = 256;

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Whether a `=` may mean more than that an operand is to come: a class's member has a value behind it, an alias a type.
    /// Elsewhere it wakes nobody.
    #[inline(always)]
    pub(super) fn equals_matters(&self) -> bool {
        self.st.frame.kind == Kind::Class || TYPES && self.st.type_wants_equals
    }

    /// The word at `at` begins with `type`: notes if it may be followed by what it declares.
    pub(super) fn word_type(&mut self, at: u64) {
        let [near, after] = self.cur.near(at + 4);
        let is_mark = after.is_ascii_punctuation() && !matches!(after, b'/' | b'_' | b'$' | b'\\');
        let may_declare = match near {
            b' ' => !is_mark,
            0..=b' ' | b'/' | 0x80.. => true,
            _ => false,
        };
        self.st.type_wants_equals |= may_declare;
    }

    pub(super) fn equals(&mut self, at: u64) -> bool {
        match self.cur.byte(at + 1) {
            b'>' => return self.arrow(at),
            b'=' => {
                let end = at + 2 + u64::from(self.cur.byte(at + 2) == b'=');
                self.operator_ended(Last::Op(b'~'), end);
                return true;
            }
            _ => {}
        }
        let before = if at > self.st.gap { self.cur.byte(at - 1) } else { 0 };
        match before {
            b'!' | b'+' | b'-' | b'*' | b'%' | b'^' => {
                self.operator_ended(Last::Op(b'~'), at + 1);
                true
            }
            b'|' | b'&' if self.cur.byte(at.wrapping_sub(2)) != before => {
                self.operator_ended(Last::Op(b'~'), at + 1);
                true
            }
            b'|' | b'&' => self.assign(at - 2, at + 1),
            _ => self.assign(at, at + 1),
        }
    }

    /// `=` and its logical sisters, from `at` to `end`.
    pub(super) fn assign(&mut self, at: u64, end: u64) -> bool {
        self.st.type_wants_equals = false;
        if TYPES && self.st.frame.pending == Pending::Alias {
            self.operator_ended(Last::Op(b'='), end);
            return self.begin_alias();
        }
        if self.st.frame.kind == Kind::Class {
            self.check_member_break(at);
            self.st.frame.value = true;
        }
        if let Some(target) = self.plain_target(at) {
            self.st.target = target;
            self.operator_ended(Last::Op(b'='), end);
            return true;
        }
        self.settle(at);
        if let Some((start, name)) = self.alias_head() {
            self.begin_definition(PatternKind::Type, start, name, Last::Start);
            self.operator_ended(Last::Op(b'='), end);
            return self.begin_alias();
        }
        self.st.target = self.name_of_last();
        self.operator_ended(Last::Op(b'='), end);
        true
    }

    /// Where `type A` begins, and its name, if those are the last tokens of a declaration.
    fn alias_head(&self) -> Option<(u64, Range)> {
        let is_head = TYPES
            && self.st.frame.kind == Kind::Block
            && matches!(self.st.last, Last::Word(_))
            && self.st.before == Last::Word(Word::Type);
        if !is_head {
            return None;
        }
        // Not `import type A = require("a")`, nor a variable `type` on the line before.
        let start = self.st.before_at;
        let end = self.skip_blank_back(start);
        let is_behind = |word: &[u8]| self.cur.slice(end.saturating_sub(6), end) == word;
        let between = self.cur.slice(start, self.st.word.0);
        let broken = memchr::memchr2(b'\n', b'\r', between).is_some() && !is_behind(b"export");
        (!broken && !is_behind(b"import")).then_some((start, self.st.word))
    }

    /// What the last token names: a word, a string's text.
    pub(super) fn name_of_last(&self) -> Range {
        let (start, end) = self.st.word;
        match self.st.last {
            Last::Word(_) => (start, end),
            Last::Literal if matches!(self.cur.byte(start), b'"' | b'\'') => {
                (start + 1, end.saturating_sub(1).max(start + 1))
            }
            // A string that was read long ago: its quotes are not at hand.
            Last::Literal => (start, end),
            _ => (0, 0),
        }
    }

    /// What the parentheses just closed name, if they hold a name or members of one: `(a.b)`.
    #[cold]
    fn name_in_group(&self) -> Range {
        let (start, end) = (self.st.group.0 + 1, self.st.group.1.saturating_sub(1));
        if start >= end || end - start > GROUP_BYTES_MAX {
            return (0, 0);
        }
        let text = self.cur.slice(start, end);
        let name = text.iter().rev().take_while(|byte| is_word(**byte)).count() as u64;
        let is_path = text.iter().all(|byte| is_word(*byte) || *byte == b'.');
        if is_path && name > 0 { (end - name, end) } else { (0, 0) }
    }

    pub(super) fn arrow(&mut self, at: u64) -> bool {
        if !TYPES {
            let (start, name) = self.arrow_head(at);
            // The key `''` is a name too.
            let name = (name != (0, 0)).then_some(name);
            self.pattern(start, at + 2, PatternKind::ArrowFunction, name);
        }
        self.operator_ended(Last::Arrow, at + 2);
        true
    }

    /// Where the parameters before the `=>` at `at` begin (or the `async` before them), and the function's name.
    fn arrow_head(&mut self, at: u64) -> (u64, Range) {
        let none = (0, 0);
        let (end, _) = self.skip_back(at);
        if end == self.st.gap {
            // Comments may stand between a lone parameter and its arrow.
            return match self.st.last {
                Last::Word(_) if self.st.before == Last::Word(Word::Async) => {
                    (self.st.before_at, self.st.target)
                }
                Last::Word(_) => {
                    let named = matches!(self.st.before, Last::Op(b'=' | b':'));
                    (self.st.word.0, if named { self.st.target } else { none })
                }
                Last::Group => (self.st.group.0, self.st.group_name),
                _ => (at, none),
            };
        }
        let mut start = self.word_start(end);
        if start == end {
            // No parameter: a mistake.
            return (at, none);
        }
        let (mut from, newline) = self.skip_back(start);
        let newline = newline || from == self.st.gap && self.st.newline;
        if from == self.st.gap && self.st.last == Last::Word(Word::Async) && !newline {
            // A comment stands between.
            let named = matches!(self.st.before, Last::Op(b'=' | b':'));
            return (self.st.word.0, if named { self.st.target } else { none });
        }
        let before = self.word_start(from);
        if self.cur.slice(before, from) == b"async" && !newline {
            start = before;
            from = self.skip_back(start).0;
        }
        let name = match self.st.last {
            Last::Op(b'=' | b':') if from == self.st.gap => self.st.target,
            _ if from > self.st.gap && self.cur.byte(from - 1) == b'=' => self.target_of(from - 1),
            _ => none,
        };
        (start, name)
    }

    /// What a `=` at `at` gives a value to, if what stands before it says so.
    #[inline(always)]
    pub(super) fn plain_target(&self, at: u64) -> Option<Range> {
        if self.st.word_goes_on {
            return None;
        }
        let end = self.end_before(at);
        let gap = self.st.gap;
        if end == gap {
            // A word is no more at hand; it may be what a `type` declares.
            return match self.st.last {
                Last::Word(_) => None,
                Last::Group => Some(self.name_in_group()),
                _ => Some(self.name_of_last()),
            };
        }
        let start = self.run_before(end)?;
        if start >= end || start < gap {
            return None;
        }
        if self.is_behind_dot(start) {
            return Some((start, end));
        }
        let before = self.end_before(start);
        let is_plain = if before == gap {
            // A word before it stands beyond a comment.
            !matches!(self.st.last, Last::Word(_))
        } else {
            // Neither the label of a `break` or `continue`, nor what a `type` declares, nor private or behind an escape.
            !matches!(self.cur.byte(before - 1), b'k' | b'e' | b'#' | b'}' | 0x80..)
        };
        is_plain.then_some((start, end))
    }

    /// What the `=` at `at` gives a value to, which is in the gap.
    pub(super) fn target_of(&self, at: u64) -> Range {
        let gap = self.st.gap;
        let before = |n: u64| if at >= gap + n { self.cur.byte(at - n) } else { 0 };
        let end = match before(1) {
            b'=' | b'!' | b'<' | b'>' => return (0, 0),
            byte @ (b'|' | b'&' | b'*') if before(2) == byte => at - 2,
            b'|' | b'&' | b'*' | b'+' | b'-' | b'%' | b'^' => at - 1,
            _ => at,
        };
        if let Some(target) = self.plain_target(end) {
            return target;
        }
        let (end, _) = self.skip_back(end);
        if end == gap {
            return self.name_of_last();
        }
        if !is_word(self.cur.byte(end - 1)) && self.cur.byte(end - 1) != b'}' {
            return (0, 0);
        }
        let start = self.word_start(end);
        let is_private = start > gap && self.cur.byte(start - 1) == b'#';
        (start - u64::from(is_private), end)
    }

    /// Whether the `>` at `at` ends an arrow.
    #[inline(always)]
    pub(super) fn is_arrow(&self, at: u64) -> bool {
        let gap = self.st.gap;
        let behind_equals = (gap..at).rev().take_while(|at| self.cur.byte(*at) == b'=').count();
        // `==>` is `==` and `>`, `====>` is `===` and `=>`.
        behind_equals % 3 == 1
    }
}
