//! Lines by what is on them: code, comment only, white space only. For reports; the index counts line breaks only.

use memchr::memchr_iter;

use super::{Detail, Mode};
use crate::lang::SpanKind;

/// Lines by what is on them. A last line without a line break counts if it has bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineKinds {
    /// With something that is neither white space nor comment.
    pub code: u64,
    /// With a comment and nothing else.
    pub comment: u64,
    /// With white space only.
    pub blank: u64,
}

/// Counts lines chunk by chunk.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineCounter {
    kinds: LineKinds,
    has_code: bool,
    has_comment: bool,
    has_bytes: bool,
    /// The last chunk ended in a slash of which it is not known yet whether it begins a comment.
    has_slash: bool,
}

impl LineCounter {
    /// Goes on with a chunk and what is in it.
    pub fn chunk(&mut self, bytes: &[u8], detail: &Detail) {
        let spans = &detail.spans;
        if std::mem::take(&mut self.has_slash) {
            let begins = spans.first().is_some_and(|span| span.continues);
            self.has_comment |= begins;
            self.has_code |= !begins;
        }
        self.has_slash = detail.end.mode == Mode::CodeAfterSlash && !bytes.is_empty();
        let bytes = &bytes[..bytes.len() - usize::from(self.has_slash)];
        let mut at = 0;
        for span in spans {
            let (start, end) = (span.start as usize, span.end as usize);
            self.stretch(&bytes[at..start], false);
            self.stretch(&bytes[start..end], span.kind != SpanKind::String);
            at = end;
        }
        self.stretch(&bytes[at..], false);
        // The slash stands on the line that the chunk ends in.
        self.has_bytes |= self.has_slash;
    }

    fn stretch(&mut self, bytes: &[u8], is_comment: bool) {
        // Most lines are settled by their first character; memchr takes the rest of them.
        let mut at = 0;
        for line_break in memchr_iter(b'\n', bytes).chain([bytes.len()]) {
            let line = &bytes[at..line_break];
            if at > 0 {
                self.end_line();
            }
            at = line_break + 1;
            self.has_bytes |= !line.is_empty();
            if !line.iter().all(u8::is_ascii_whitespace) {
                self.has_code |= !is_comment;
                self.has_comment |= is_comment;
            }
        }
    }

    fn end_line(&mut self) {
        match (self.has_code, self.has_comment) {
            (true, _) => self.kinds.code += 1,
            (false, true) => self.kinds.comment += 1,
            (false, false) => self.kinds.blank += 1,
        }
        (self.has_code, self.has_comment, self.has_bytes) = (false, false, false);
    }

    /// The lines of everything.
    #[must_use]
    pub fn finish(mut self) -> LineKinds {
        self.has_code |= self.has_slash;
        if self.has_bytes {
            self.end_line();
        }
        self.kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::{State, naive};

    fn lines(bytes: &[u8], cut: usize) -> LineKinds {
        let (mut state, mut counter) = (State::default(), LineCounter::default());
        for chunk in bytes.chunks(cut) {
            let (_, detail) = naive::scan(&state, chunk);
            counter.chunk(chunk, &detail);
            state = detail.end;
        }
        counter.finish()
    }

    #[test]
    fn lines_are_told_apart_at_any_cut() {
        let text = b"{ // c\n  // only\n\n \t\n/* a\n b */\n\"x\n\n\": 1 /* */ }";
        for cut in 1..=text.len() {
            assert_eq!(lines(text, cut), LineKinds { code: 3, comment: 3, blank: 3 }, "{cut}");
        }
        let slashes = b"1\n/ /\n/";
        for cut in 1..=slashes.len() {
            assert_eq!(lines(slashes, cut), LineKinds { code: 3, ..LineKinds::default() }, "{cut}");
        }
        assert_eq!(lines(b"", 1), LineKinds::default());
        assert_eq!(lines(b"1\n", 1), LineKinds { code: 1, ..LineKinds::default() });
    }
}
