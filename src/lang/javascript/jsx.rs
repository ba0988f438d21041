//! JSX: tags, their attributes, and the text between them.

use super::scan::Scan;
use super::state::{Frame, Kind, Last, Mode, Range};
use super::words::is_word;
use super::{PLAIN_TYPE, STRING_END, WAKE, WORD};
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind, SpanKind};

/// Bytes of a tag's name that may be left undecided.
const NAME_BYTES_MAX: u64 = 1 << 10;

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// An element or fragment begins at `at`, where an operand is to come.
    pub(super) fn begin_tag(&mut self, at: u64) -> bool {
        self.begin_tag_behind(at, at)
    }

    /// As [`Scan::begin_tag`], behind text that began at `text`.
    fn begin_tag_behind(&mut self, text: u64, at: u64) -> bool {
        let Some((from, first)) = self.next_significant(at + 1) else { return false };
        if first == b'>' {
            // A fragment.
            self.end_text(text, at);
            self.tell_comments(at + 1, from);
            self.st.frame.push(Frame { kind: Kind::JsxChildren, start: at, ..Frame::default() });
            self.cur.at = from + 1;
            self.begin_text(from + 1);
            return true;
        }
        if !is_word(first) {
            self.end_text(text, at);
            self.operator_ended(Last::Op(b'<'), at + 1);
            return true;
        }
        let Some((name, has_colons)) = self.tag_name(from) else { return false };
        self.end_text(text, at);
        self.tell_comments(at + 1, from);
        self.st.frame.push(Frame { kind: Kind::JsxTag, start: at, name, ..Frame::default() });
        self.cur.at = from;
        // The name's own bytes: a `:` in it is structural.
        if has_colons {
            for i in memchr::memchr_iter(b':', self.cur.slice(from, name.1)) {
                self.sink.structural(from + i as u64, Class::Colon);
            }
        }
        self.operator_ended(Last::Word(super::words::Word::Plain), name.1);
        true
    }

    /// The name of a tag: words joined by `.`, `-`, `:`; and whether one is a `:`.
    #[inline(always)]
    fn tag_name(&mut self, start: u64) -> Option<(Range, bool)> {
        let mut end = start;
        let mut has_colons = false;
        loop {
            end = self.cur.next_out::<WORD>(end);
            let byte = self.cur.byte(end);
            if !matches!(byte, b'.' | b'-' | b':') || end - start >= NAME_BYTES_MAX {
                break;
            }
            has_colons |= byte == b':';
            end += 1;
        }
        let end = end.min(start + NAME_BYTES_MAX);
        let is_known = !self.cur.is_unknown(end + 1) || end - start >= NAME_BYTES_MAX;
        is_known.then_some(((start, end), has_colons))
    }

    /// A tag, up to what stands in none; false if a token cannot be decided on yet.
    pub(super) fn in_tags(&mut self) -> bool {
        loop {
            if !self.in_tag() {
                return false;
            }
            let goes_on = self.st.mode == Mode::Code && self.st.frame.kind.is_jsx_tag();
            if !goes_on || self.cur.at >= self.cur.end() {
                return true;
            }
        }
    }

    /// One token of a tag.
    #[inline(always)]
    fn in_tag(&mut self) -> bool {
        let mut at = self.cur.at;
        if self.cur.byte(at) <= b' ' {
            (at, _) = self.past_blanks(at, false);
        }
        self.cur.at = at.min(self.cur.end());
        if self.cur.at == self.cur.end() {
            return true;
        }
        if self.is_near_unknown(at) {
            return false;
        }
        match self.cur.byte(at) {
            b'/' if self.begin_comment(at) => {}
            b'/' => {
                // `/>`: white space may stand between.
                let Some((next, byte)) = self.next_significant(at + 1) else { return false };
                if byte == b'>' && self.st.frame.kind == Kind::JsxTag {
                    self.tell_comments(at + 1, next);
                    let frame = *self.st.frame;
                    self.st.frame.pop();
                    self.end_element(frame, next + 1);
                } else {
                    self.cur.at = at + 1;
                }
            }
            b'>' => self.end_tag(at),
            quote @ (b'"' | b'\'') => {
                self.st.mode = Mode::String(at, quote);
                self.cur.at = at + 1;
            }
            b'{' => {
                self.sink.open_bracket(at, Class::BraceOpen);
                self.st.frame.push(Frame { kind: Kind::JsxBraces, start: at, ..Frame::default() });
                self.operator_ended(Last::Op(b'{'), at + 1);
            }
            b':' => {
                self.sink.structural(at, Class::Colon);
                self.cur.at = at + 1;
            }
            b'<' if TYPES && self.st.last != Last::Op(b'=') => return self.begin_angle(at, true),
            b'<' => return self.begin_tag(at),
            b'=' => self.operator_ended(Last::Op(b'='), at + 1),
            byte if is_word(byte) => {
                let end = self.cur.next_out::<WORD>(at);
                self.cur.at = end;
                self.st.last = Last::Word(super::words::Word::Plain);
                if self.cur.byte(end) == b'=' {
                    self.operator_ended(Last::Op(b'='), end + 1);
                    self.plain_value(end + 1);
                }
            }
            _ => self.cur.at = at + 1,
        }
        true
    }

    /// An attribute's value at `at`, if it is a string that ends within what is at hand, or braces.
    #[inline(always)]
    fn plain_value(&mut self, at: u64) {
        match self.cur.byte(at) {
            b'{' => self.begin_braces(at),
            quote @ (b'"' | b'\'') => {
                let mut close = self.cur.next_in::<STRING_END>(at + 1);
                while close < self.cur.end() && self.cur.byte(close) != quote {
                    close = self.cur.next_in::<STRING_END>(close + 1);
                }
                if close < self.cur.end() {
                    self.string_ended(at, close + 1);
                }
            }
            _ => {}
        }
    }

    /// The `{` of JSX at `at`: with its `}` if nothing but names and dots stand between.
    #[inline(always)]
    fn begin_braces(&mut self, at: u64) {
        self.sink.open_bracket(at, Class::BraceOpen);
        let end = self.cur.next_out::<PLAIN_TYPE>(at + 1);
        if self.cur.byte(end) == b'}' && !self.is_near_unknown(end) {
            self.sink.close_bracket(end, Class::BraceClose);
            self.operator_ended(Last::Close, end + 1);
            self.go_on_in_jsx(end + 1);
            return;
        }
        self.st.frame.push(Frame { kind: Kind::JsxBraces, start: at, ..Frame::default() });
        self.operator_ended(Last::Op(b'{'), at + 1);
    }

    /// The `>` of a tag.
    fn end_tag(&mut self, at: u64) {
        let frame = *self.st.frame;
        self.cur.at = at + 1;
        if frame.kind == Kind::JsxTag {
            self.st.frame.kind = Kind::JsxChildren;
            self.begin_text(at + 1);
            return;
        }
        // A closing tag: the element's own frame lies below.
        self.st.frame.pop();
        if self.st.frame.kind == Kind::JsxChildren {
            let element = *self.st.frame;
            self.st.frame.pop();
            self.end_element(element, at + 1);
        } else {
            self.operator_ended(Last::Close, at + 1);
        }
    }

    fn end_element(&mut self, element: Frame, end: u64) {
        if !TYPES {
            let name = (element.name.0 < element.name.1).then_some(element.name);
            self.pattern(element.start, end, PatternKind::Jsx, name);
        }
        self.operator_ended(Last::Close, end);
        self.go_on_in_jsx(end);
    }

    /// After an element or braces: text goes on if they are children.
    pub(super) fn go_on_in_jsx(&mut self, at: u64) {
        if self.st.frame.kind == Kind::JsxChildren {
            self.begin_text(at);
        } else if self.st.frame.kind.is_jsx_tag() {
            self.st.last = Last::Close;
        }
    }

    fn begin_text(&mut self, at: u64) {
        self.st.mode = Mode::JsxText(at);
    }

    /// Text up to the next `<` or `{`.
    pub(super) fn in_jsx_text(&mut self, start: u64) -> bool {
        let mut at = self.cur.next_in::<WAKE>(self.cur.at);
        while at < self.cur.end() && !matches!(self.cur.byte(at), b'<' | b'{') {
            at = self.cur.next_in::<WAKE>(at + 1);
        }
        self.cur.at = at;
        if at >= self.cur.end() {
            return true;
        }
        if self.is_near_unknown(at) {
            return false;
        }
        let closes = if self.cur.byte(at) == b'<' {
            let Some((next, byte)) = self.next_significant(at + 1) else { return false };
            if byte == b'/' { Some(next) } else { None }
        } else {
            None
        };
        if let Some(slash) = closes {
            self.end_text(start, at);
            self.tell_comments(at + 1, slash);
            if let Some(end) = self.plain_closing(slash + 1) {
                let element = *self.st.frame;
                self.st.frame.pop();
                self.end_element(element, end);
                return true;
            }
            self.st.frame.push(Frame { kind: Kind::JsxClosing, start: at, ..Frame::default() });
            self.operator_ended(Last::Op(b'/'), slash + 1);
            return true;
        }
        if self.cur.byte(at) == b'{' {
            self.end_text(start, at);
            self.begin_braces(at);
            return true;
        }
        self.begin_tag_behind(start, at)
    }

    /// One past the `>` of the closing tag whose name begins at `from`, if nothing else stands in it.
    fn plain_closing(&mut self, from: u64) -> Option<u64> {
        let ((_, end), has_colons) = self.tag_name(from)?;
        let is_plain =
            self.st.frame.kind == Kind::JsxChildren && self.cur.byte(end) == b'>' && !has_colons;
        is_plain.then_some(end + 1)
    }

    /// Code follows; no text where it would be empty.
    fn end_text(&mut self, start: u64, end: u64) {
        if start < end {
            self.sink.span(start, end, SpanKind::JsxText);
        }
        self.st.mode = Mode::Code;
    }
}
