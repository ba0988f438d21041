//! Positions of a whole document, put together from the details of its chunks: what is cut at a seam becomes whole.

use crate::lang::{Class, SpanKind};
use crate::scan::{Detail, Mode, State};
use crate::units::ByteOffset;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) structural: Vec<ByteOffset>,
    pub(super) spans: Vec<(ByteOffset, ByteOffset, SpanKind)>,
    pub(super) levels: Levels,
    at: ByteOffset,
    /// The last byte of the chunk before.
    previous: u8,
    /// Whether the last span goes on after the chunk before.
    unfinished: bool,
}

/// Bracket pairs. A closer of the wrong sort or without an opener closes nothing.
#[derive(Debug, Default)]
pub(super) struct Levels {
    open: Vec<(ByteOffset, Class)>,
    pairs: Vec<(ByteOffset, ByteOffset)>,
}

impl Tokens {
    /// Goes on with `chunk`, its detail, and the state before it.
    pub(super) fn chunk(&mut self, chunk: &[u8], start: &State, detail: &Detail) {
        for position in &detail.structurals {
            let at = self.at + u64::from(*position);
            self.structural.push(at);
            if let Some(class) = Class::of(chunk[*position as usize]) {
                self.levels.bracket(class, at);
            }
        }
        // A CR before the LF belongs to the line break, also when a seam parts them.
        if start.mode == Mode::LineComment
            && self.previous == b'\r'
            && chunk.first() == Some(&b'\n')
            && let Some(comment) = self.spans.last_mut()
        {
            comment.1 -= 1;
        }
        for span in &detail.spans {
            let end = self.at + u64::from(span.end);
            match self.spans.last_mut() {
                Some(last) if span.continues && self.unfinished => last.1 = end,
                _ => {
                    // A comment whose first slash ends the chunk before began there.
                    let start = self.at + u64::from(span.start) - u64::from(span.continues);
                    self.spans.push((start, end, span.kind));
                }
            }
            self.unfinished = span.unfinished;
        }
        if detail.spans.is_empty() {
            self.unfinished = false;
        }
        self.previous = chunk.last().copied().unwrap_or(self.previous);
        self.at += chunk.len() as u64;
    }
}

impl Levels {
    fn bracket(&mut self, class: Class, at: ByteOffset) {
        if class.opens() {
            self.open.push((at, class));
        } else if class.closes()
            && let Some((open, opener)) = self.open.last()
            && (*opener == Class::BraceOpen) == (class == Class::BraceClose)
        {
            self.pairs.push((*open, at));
            self.open.pop();
        }
    }

    /// The pairs, by opener.
    pub(super) fn finish(mut self) -> Vec<(ByteOffset, ByteOffset)> {
        self.pairs.sort_unstable();
        self.pairs
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lang::LanguageId;
    use crate::scan::detail;
    use crate::simd::best;

    type Found = (Vec<u64>, Vec<(u64, u64, SpanKind)>, Vec<(u64, u64)>);

    fn tokens(bytes: &[u8], cut: usize) -> Found {
        let (mut tokens, mut state) = (Tokens::default(), State::default());
        for chunk in bytes.chunks(cut) {
            let detail = detail(best(), LanguageId::Json, &state, chunk);
            tokens.chunk(chunk, &state, &detail);
            state = detail.end;
        }
        (tokens.structural, tokens.spans, tokens.levels.finish())
    }

    #[test]
    fn pairs_are_found_and_strays_close_nothing() {
        let (structural, spans, levels) = tokens(b"{\"a]\": [1}]]", 64);
        assert_eq!(structural, [0, 5, 7, 9, 10, 11]);
        assert_eq!(spans, [(1, 5, SpanKind::String)]);
        assert_eq!(levels, [(7, 10)]);
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_tokens(
            bytes in prop::collection::vec(prop::sample::select(&b"{}[],:\"\\/*/ \r\na"[..]), 0..300),
            cut in 1usize..40,
        ) {
            prop_assert_eq!(tokens(&bytes, cut), tokens(&bytes, 4096));
        }
    }
}
