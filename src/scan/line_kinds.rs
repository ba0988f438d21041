//! Lines by kind: code, comment, blank. Counted apart from the summary pass, for reports.
//!
//! A line is code if a character of it that is not white space stands outside comments, else comment if one stands
//! inside, else blank. Most lines are settled by their first character; the rest of them is skipped by memchr.

use memchr::memchr;

use super::Span;
use crate::lang::SpanKind;

/// How many lines of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineKinds {
    /// Lines with something outside comments.
    pub code: u64,
    /// Lines with comments alone.
    pub comment: u64,
    /// Lines with white space alone.
    pub blank: u64,
}

/// A count that goes on from chunk to chunk.
#[derive(Clone, Debug, Default)]
pub struct LineCounter {
    kinds: LineKinds,
    /// What the line that is open now has had so far.
    code: bool,
    comment: bool,
    any: bool,
    /// Whether the last chunk ended with a slash outside spans: the next one tells whether it began a comment.
    slash: bool,
}

impl LineCounter {
    /// Goes on with `chunk`, whose spans are `spans` (only the comments among them matter).
    pub fn chunk(&mut self, chunk: &[u8], spans: &[Span]) {
        let mut comments =
            spans.iter().filter(|span| span.kind != SpanKind::String).map(|s| (s.start, s.end));
        let mut comment = comments.next();
        if chunk.is_empty() {
            return;
        }
        if std::mem::take(&mut self.slash) {
            self.byte(b'/', comment.is_some_and(|(start, _)| start == 0));
        }
        self.any = !chunk.ends_with(b"\n");
        let mut at = 0;
        while at < chunk.len() {
            if self.code {
                // Settled: on to the line's end.
                let Some(line_break) = memchr(b'\n', &chunk[at..]) else { break };
                at += line_break;
            }
            while comment.is_some_and(|(_, end)| end as usize <= at) {
                comment = comments.next();
            }
            let inside = comment.is_some_and(|(start, _)| start as usize <= at);
            if chunk[at] == b'/' && at + 1 == chunk.len() && !inside {
                self.slash = true;
                return;
            }
            self.byte(chunk[at], inside);
            at += 1;
        }
    }

    /// The counts, with a last line that has no line break.
    #[must_use]
    pub fn finish(mut self) -> LineKinds {
        if std::mem::take(&mut self.slash) {
            self.byte(b'/', false);
        }
        if self.any {
            self.end_line();
        }
        self.kinds
    }

    fn byte(&mut self, byte: u8, inside: bool) {
        if byte == b'\n' {
            self.end_line();
        } else if !byte.is_ascii_whitespace() {
            self.comment |= inside;
            self.code |= !inside;
        }
    }

    fn end_line(&mut self) {
        if self.code {
            self.kinds.code += 1;
        } else if self.comment {
            self.kinds.comment += 1;
        } else {
            self.kinds.blank += 1;
        }
        (self.code, self.comment) = (false, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::LanguageId;
    use crate::scan::{State, detail};
    use crate::simd::best;

    fn count(text: &str, cut: usize) -> (u64, u64, u64) {
        let (mut counter, mut state) = (LineCounter::default(), State::default());
        for chunk in text.as_bytes().chunks(cut) {
            let detail = detail(best(), LanguageId::Json, &state, chunk);
            counter.chunk(chunk, &detail.spans);
            state = detail.end;
        }
        let kinds = counter.finish();
        (kinds.code, kinds.comment, kinds.blank)
    }

    #[test]
    fn lines_are_counted_by_kind() {
        for (text, expected) in [
            ("", (0, 0, 0)),
            ("\n", (0, 0, 1)),
            ("{}", (1, 0, 0)),
            ("{}\n", (1, 0, 0)),
            ("{ // a\n  // b\r\n \t\n/* c\n\nd */ }\n/* e */", (2, 3, 2)),
            ("\"// no\"\n/* x */ 1\n", (2, 0, 0)),
        ] {
            assert_eq!(count(text, 4096), expected, "{text:?}");
        }
    }

    #[test]
    fn a_cut_beside_a_comment_changes_nothing() {
        let text = "{ // a\n  /* b */\n\n/* c\n\nd */ }\n// e\n\"f\"";
        let expected = count(text, 4096);
        for cut in 1..text.len() {
            assert_eq!(count(text, cut), expected, "cut at {cut}");
        }
    }
}
