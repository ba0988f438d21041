//! Comments all of which is at hand, taken in one go.

use super::literals::has_line_break;
use super::scan::Scan;
use super::{LINE_END, PLAIN_TYPE, SPACE};
use crate::lang::SpanKind;
use crate::lang::code::Sink;

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Reads the comment at `at`, if one stands there and all of it is at hand. The gap before it must be settled.
    pub(super) fn whole_comment(&mut self, at: u64) -> bool {
        let Some((end, kind)) = self.comment_at(at) else { return false };
        self.tell_comment(at, end, kind);
        self.cur.at = end;
        true
    }

    /// The end and kind of the comment at `at`, if one stands there and all of it is at hand.
    #[inline]
    pub(super) fn comment_at(&mut self, at: u64) -> Option<(u64, SpanKind)> {
        match self.cur.byte(at + 1) {
            b'/' => self.line_comment(at),
            b'*' => self.block_comment(at),
            _ => None,
        }
    }

    /// Brings up to `at` what is known of the tokens before a comment there.
    #[inline]
    pub(super) fn settle_before_comment(&mut self, at: u64) {
        let (past, newline) = self.past_blanks(self.st.gap, self.st.newline);
        if past == at && !self.st.word_goes_on {
            self.st.newline = newline;
            self.st.gap = at;
        } else {
            self.settle(at);
        }
    }

    #[inline]
    pub(super) fn tell_comment(&mut self, at: u64, end: u64, kind: SpanKind) {
        if kind != SpanKind::LineComment && !self.st.newline {
            self.st.newline = self.has_line_break(at, end);
        }
        self.sink.span(at, end, kind);
        self.st.gap = end;
    }

    /// The end and kind of the line's comment at `at`, if it is at hand.
    #[inline(always)]
    fn line_comment(&mut self, at: u64) -> Option<(u64, SpanKind)> {
        let end = self.cur.next_in::<LINE_END>(at + 2);
        matches!(self.cur.byte(end), b'\n' | b'\r').then_some((end, SpanKind::LineComment))
    }

    /// The end and kind of the comment between markers at `at`, if it is at hand.
    fn block_comment(&mut self, at: u64) -> Option<(u64, SpanKind)> {
        let stars = self.cur.byte(at + 2) == b'*' && self.cur.byte(at + 3) != b'/';
        let mut from = at + 2;
        if stars {
            while self.cur.byte(from) == b'*' {
                from += 1;
            }
            if self.cur.byte(from) == b'/' {
                return Some((from + 1, SpanKind::BlockComment));
            }
        }
        // Each line of a comment begins with a star, but few slashes stand in one.
        loop {
            let slash = self.next_slash(from + 1);
            if slash >= self.cur.end() {
                return None;
            }
            if self.cur.byte(slash - 1) == b'*' {
                let kind = if stars { SpanKind::DocComment } else { SpanKind::BlockComment };
                return Some((slash + 1, kind));
            }
            from = slash;
        }
    }

    /// The first slash from `from` on. By masks: for a search by itself comments are too short.
    #[inline(always)]
    fn next_slash(&mut self, from: u64) -> u64 {
        self.cur.next_where(from, |masks| masks[SPACE] & !masks[PLAIN_TYPE])
    }

    /// Whether a line ends in the comment from `at` to `end`.
    fn has_line_break(&mut self, at: u64, end: u64) -> bool {
        match self.cur.next_before::<LINE_END>(at, end).map(|found| self.cur.byte(found)) {
            None => false,
            Some(b'\n' | b'\r') => true,
            Some(_) => has_line_break(self.cur.slice(at, end)),
        }
    }
}
