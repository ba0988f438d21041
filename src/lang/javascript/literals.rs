//! Strings, templates, regular expressions, comments: where each ends, and what it is to the token after it.

use super::escape::{self, has_argument, has_argument_in_template};
use super::scan::Scan;
use super::state::{Comment, Frame, Kind, Last, Mode, Template};
use super::words::is_word;
use super::{LINE_END, STRING_END, WORD};
use crate::lang::code::Sink;
use crate::lang::code::shared::escape::judge;
use crate::lang::{PatternKind, ProblemKind, SpanKind};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// A token of no name ended at `end`, an operand.
    pub(super) fn operand_ended(&mut self, last: Last, end: u64) {
        let st = &mut *self.st;
        st.last = last;
        st.gap = end;
        st.newline = false;
        st.end = end;
        if TYPES && st.frame.kind.is_type() {
            st.frame.value = false;
        }
        self.cur.at = end;
    }

    pub(super) fn in_string(&mut self, start: u64, quote: u8) -> bool {
        let in_tag = JSX && self.st.frame.kind.is_jsx_tag();
        let at = self.cur.next_in::<STRING_END>(self.cur.at);
        self.cur.at = at;
        if at == self.cur.end() {
            return true;
        }
        match self.cur.byte(at) {
            byte if byte == quote => return self.end_string(start, at + 1),
            b'\\' if !in_tag => {
                if self.cur.is_unknown(at + 2) {
                    return false;
                }
                if has_argument(self.cur.byte(at + 1))
                    && !judge(self.cur, self.sink, at, escape::is_good)
                {
                    return false;
                }
                // CR LF is one line break.
                let is_crlf = self.cur.stands(at + 1, b"\r\n");
                self.cur.at = (at + 2 + u64::from(is_crlf)).min(self.cur.end());
            }
            b'\n' | b'\r' if !in_tag => {
                self.sink.problem(start, ProblemKind::UnterminatedString);
                self.string_ended(start, at);
            }
            _ => self.cur.at = at + 1,
        }
        true
    }

    pub(super) fn end_string(&mut self, start: u64, end: u64) -> bool {
        let module = if TYPES && self.st.frame.kind == Kind::Block {
            self.module_before(start)
        } else {
            None
        };
        let Some(module) = module else {
            self.string_ended(start, end);
            return true;
        };
        // `declare module "name"` may do without body and `;`.
        let Some((_, next)) = self.next_significant(end) else { return false };
        self.string_ended(start, end);
        if !matches!(next, b'{' | b';') {
            let name = (start + 1, end - 1);
            self.tell_name(module, PatternKind::Namespace, name);
            self.pattern(module, end, PatternKind::Namespace, Some(name));
        }
        true
    }

    pub(super) fn string_ended(&mut self, start: u64, end: u64) {
        self.sink.span(start, end, SpanKind::String);
        self.st.mode = Mode::Code;
        self.st.word = (start, end);
        self.operand_ended(Last::Literal, end);
    }

    /// A template begins at `at`, behind what its tag may end with: the gap before it must be settled.
    pub(super) fn begin_template(&mut self, at: u64, in_type: bool) {
        let tagged = !in_type && self.st.last.is_operand();
        self.st.templates.push(Template { start: at, tagged });
        self.st.mode = Mode::Template(at);
        self.cur.at = at + 1;
    }

    pub(super) fn in_template(&mut self, start: u64) -> bool {
        let rest = self.cur.slice(self.cur.at, self.cur.end());
        let length = memchr::memchr3(b'`', b'\\', b'$', rest).unwrap_or(rest.len());
        let at = self.cur.at + length as u64;
        self.cur.at = at;
        if at == self.cur.end() {
            return true;
        }
        if self.cur.is_unknown(at + 1) {
            return false;
        }
        match self.cur.byte(at) {
            b'`' => {
                self.sink.span(start, at + 1, SpanKind::Template);
                if let Some(Template { start, .. }) = self.st.templates.pop() {
                    self.pattern(start, at + 1, PatternKind::Template, None);
                }
                self.st.mode = Mode::Code;
                self.literal_ended(at + 1);
            }
            b'$' if self.cur.byte(at + 1) == b'{' => {
                self.sink.span(start, at + 2, SpanKind::Template);
                let in_type = TYPES && self.st.frame.kind.is_type();
                let kind = if in_type { Kind::TypeTemplate } else { Kind::Template };
                self.st.frame.push(Frame { kind, start: at, value: in_type, ..Frame::default() });
                self.st.mode = Mode::Code;
                self.operator_ended(Last::Op(b'{'), at + 2);
            }
            b'\\' => {
                let may_be_bad = has_argument_in_template(self.cur.byte(at + 1));
                if may_be_bad
                    && self.st.templates.last().is_some_and(|template| !template.tagged)
                    && !judge(self.cur, self.sink, at, escape::is_good_in_template)
                {
                    return false;
                }
                self.cur.at = (at + 2).min(self.cur.end());
            }
            _ => self.cur.at = at + 1,
        }
        true
    }

    pub(super) fn in_regex(&mut self, start: u64, mut in_class: bool) -> bool {
        let mut at = self.cur.at;
        while at < self.cur.end() {
            match self.cur.byte(at) {
                b'\\' if self.cur.is_unknown(at + 1) => {
                    self.cur.at = at;
                    self.st.mode = Mode::Regex(start, in_class);
                    return false;
                }
                b'\\' if !matches!(self.cur.byte(at + 1), b'\n' | b'\r') => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.st.mode = Mode::RegexFlags(start);
                    self.cur.at = at + 1;
                    return true;
                }
                b'\n' | b'\r' => {
                    self.sink.problem(start, ProblemKind::UnterminatedRegex);
                    self.sink.span(start, at, SpanKind::Regex);
                    self.st.mode = Mode::Code;
                    self.literal_ended(at);
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        self.cur.at = at.min(self.cur.end());
        self.st.mode = Mode::Regex(start, in_class);
        true
    }

    pub(super) fn in_regex_flags(&mut self, start: u64) -> bool {
        let end = self.cur.next_out::<WORD>(self.cur.at);
        self.cur.at = end;
        if self.cur.is_unknown(end) {
            return true;
        }
        self.end_regex(start, end);
        true
    }

    fn end_regex(&mut self, start: u64, end: u64) {
        self.sink.span(start, end, SpanKind::Regex);
        self.pattern(start, end, PatternKind::Regex, None);
        self.st.mode = Mode::Code;
        self.literal_ended(end);
    }

    /// A template or regex ended, which is no pattern of declared variables.
    fn literal_ended(&mut self, end: u64) {
        self.st.group_special = false;
        self.operand_ended(Last::Close, end);
    }

    /// Begins the comment at `at`, if one stands there. The gap before it must be settled.
    pub(super) fn begin_comment(&mut self, at: u64) -> bool {
        match self.cur.byte(at + 1) {
            b'/' => {
                self.st.mode = Mode::Line(at);
                self.cur.at = at + 2;
            }
            b'*' => {
                let stars = self.cur.byte(at + 2) == b'*' && self.cur.byte(at + 3) != b'/';
                let comment = if stars { Comment::Stars } else { Comment::Plain };
                self.st.mode = Mode::Block(at, comment);
                self.cur.at = at + 2;
            }
            _ => return false,
        }
        true
    }

    pub(super) fn in_line(&mut self, start: u64, kind: SpanKind) -> bool {
        let at = self.cur.next_in::<LINE_END>(self.cur.at);
        self.cur.at = at;
        if at == self.cur.end() {
            return true;
        }
        let byte = self.cur.byte(at);
        if byte >= 0x80 {
            if self.cur.is_unknown(at + 2) {
                return false;
            }
            let separator = byte == 0xE2
                && self.cur.byte(at + 1) == 0x80
                && self.cur.byte(at + 2) & 0xFE == 0xA8;
            if !separator {
                self.cur.at = at + 1;
                return true;
            }
        }
        self.sink.span(start, at, kind);
        self.comment_ended(at);
        true
    }

    pub(super) fn in_block_comment(&mut self, start: u64, comment: Comment) -> bool {
        let mut at = self.cur.at;
        if comment == Comment::Stars {
            while self.cur.byte(at) == b'*' {
                at += 1;
            }
            self.cur.at = at.min(self.cur.end());
            if self.cur.is_unknown(at) || self.cur.at == self.cur.end() {
                return true;
            }
            if self.cur.byte(at) == b'/' {
                self.sink.span(start, at + 1, SpanKind::BlockComment);
                self.comment_ended(at + 1);
                return true;
            }
            self.st.mode = Mode::Block(start, Comment::Doc);
        }
        let star = self.cur.next_byte(b'*', at);
        // A line break in the comment is one for the tokens around it.
        if !self.st.newline {
            // One of three bytes may have begun before.
            let from = self.cur.at.saturating_sub(2).max(self.cur.begin()).max(start);
            self.st.newline = has_line_break(self.cur.slice(from, star));
        }
        self.cur.at = star;
        if star == self.cur.end() {
            return true;
        }
        if self.cur.is_unknown(star + 1) {
            return false;
        }
        if self.cur.byte(star + 1) != b'/' {
            self.cur.at = star + 1;
            return true;
        }
        let comment = if let Mode::Block(_, comment) = self.st.mode { comment } else { comment };
        self.sink.span(start, star + 2, comment.kind());
        self.comment_ended(star + 2);
        true
    }

    fn comment_ended(&mut self, end: u64) {
        self.st.mode = Mode::Code;
        self.st.gap = end;
        self.cur.at = end;
    }

    /// Tells of the comments between `from` and `to`, where nothing else that is a span can stand.
    pub(super) fn tell_comments(&mut self, from: u64, to: u64) {
        let mut at = from;
        while at < to {
            let start = at;
            at += 1;
            if self.cur.byte(start) != b'/' {
                continue;
            }
            let is_line = self.cur.byte(at) == b'/';
            while at < to {
                let ends = if is_line {
                    matches!(self.cur.byte(at), b'\n' | b'\r')
                } else {
                    at > start + 3 && self.cur.slice(at - 2, at) == b"*/"
                };
                if ends {
                    break;
                }
                at += 1;
            }
            let text = self.cur.slice(start, at);
            let inside = text.get(3..text.len().saturating_sub(2)).unwrap_or_default();
            let kind = if is_line {
                SpanKind::LineComment
            } else if text.get(2) == Some(&b'*') && inside.iter().any(|byte| *byte != b'*') {
                SpanKind::DocComment
            } else {
                SpanKind::BlockComment
            };
            self.sink.span(start, at, kind);
        }
    }

    /// Whether the word at `at` is `word`, and no longer one.
    pub(super) fn is_word_at(&self, at: u64, word: &[u8]) -> bool {
        self.cur.stands(at, word) && !is_word(self.cur.byte(at + word.len() as u64))
    }
}

pub(super) fn has_line_break(text: &[u8]) -> bool {
    memchr::memchr2(b'\n', b'\r', text).is_some()
        || text.windows(3).any(|bytes| matches!(bytes, [0xE2, 0x80, 0xA8 | 0xA9]))
}
