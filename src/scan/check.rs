//! The checking pass: the first thing that is wrong with a document, off the hot path.
//!
//! The summary pass cannot know that `[}` does not match or that a string ran over a line break, and need not: this pass
//! follows it at its own pace, in order, with the brackets on a stack of its own.

use super::{Mode, State, detail, structurals};
use crate::lang::{LanguageId, ProblemKind, SpanKind};
use crate::limits::{CHECKED_LEVELS_MAX, LOCATED_LEVELS_MAX};
use crate::simd::{KernelId, Utf8};
use crate::units::{ByteOffset, Depth};

/// A check that goes on from chunk to chunk and stops at the first problem.
#[derive(Debug)]
pub struct Checker {
    kernel: KernelId,
    language: LanguageId,
    at: ByteOffset,
    state: State,
    utf8: Utf8,
    levels: Levels,
    positions: Vec<u32>,
    /// Where the span that is open now began.
    span_start: ByteOffset,
    found: Option<(ByteOffset, ProblemKind)>,
}

/// The open brackets: for each level one bit (set: a brace), and for the outermost ones where they stand.
#[derive(Debug, Default)]
struct Levels {
    braces: Vec<u64>,
    places: Vec<ByteOffset>,
    depth: u64,
    depth_max: u64,
}

impl Levels {
    fn open(&mut self, brace: bool, at: ByteOffset) {
        let (word, bit) = ((self.depth / 64) as usize, self.depth % 64);
        if self.depth < CHECKED_LEVELS_MAX {
            if word == self.braces.len() {
                self.braces.push(0);
            }
            self.braces[word] = self.braces[word] & !(1 << bit) | u64::from(brace) << bit;
        }
        if self.depth < LOCATED_LEVELS_MAX {
            self.places.push(at);
        }
        self.depth += 1;
        self.depth_max = self.depth_max.max(self.depth);
    }

    fn close(&mut self, brace: bool) -> Option<ProblemKind> {
        let Some(depth) = self.depth.checked_sub(1) else { return Some(ProblemKind::StrayCloser) };
        self.depth = depth;
        self.places.truncate(usize::try_from(depth).unwrap_or(usize::MAX));
        let known = depth < CHECKED_LEVELS_MAX;
        let opened = known && self.braces[(depth / 64) as usize] >> (depth % 64) & 1 == 1;
        (known && opened != brace).then_some(ProblemKind::MismatchedBracket)
    }
}

impl Checker {
    /// A check of a document from its first byte.
    #[must_use]
    pub fn new(kernel: KernelId, language: LanguageId) -> Self {
        Checker {
            kernel,
            language,
            at: 0,
            state: State::default(),
            utf8: Utf8::default(),
            levels: Levels::default(),
            positions: Vec::new(),
            span_start: 0,
            found: None,
        }
    }

    /// Goes on with `chunk`; what comes after the first problem is not looked at. True while none was found.
    pub fn chunk(&mut self, chunk: &[u8]) -> bool {
        if self.found.is_some() {
            return false;
        }
        let invalid = self.utf8.check(self.kernel, chunk).map(|at| (at, ProblemKind::InvalidUtf8));
        let in_code = if self.language == LanguageId::Json { self.structure(chunk) } else { None };
        self.found = [invalid, in_code].into_iter().flatten().min_by_key(|(at, _)| *at);
        self.at += chunk.len() as u64;
        self.found.is_none()
    }

    /// The first problem of the whole document.
    #[must_use]
    pub fn finish(self) -> Option<(ByteOffset, ProblemKind)> {
        let unfinished = self.utf8.unfinished().map(|at| (at, ProblemKind::InvalidUtf8));
        let open_span = match self.state.mode {
            Mode::String | Mode::StringAfterEscape => Some(ProblemKind::UnterminatedString),
            Mode::BlockComment | Mode::BlockCommentAfterStar => {
                Some(ProblemKind::UnterminatedComment)
            }
            Mode::Code | Mode::CodeAfterSlash | Mode::LineComment => None,
        };
        let unclosed = self.levels.places.last().map(|at| (*at, ProblemKind::UnclosedBracket));
        self.found.or(unfinished).or(open_span.map(|kind| (self.span_start, kind))).or(unclosed)
    }

    /// The first problem found so far.
    #[must_use]
    pub fn found(&self) -> Option<(ByteOffset, ProblemKind)> {
        self.found
    }

    /// Highest depth seen so far, in levels; true for all that was checked before the first problem.
    #[must_use]
    pub fn depth_max(&self) -> Depth {
        self.levels.depth_max.cast_signed()
    }

    /// The first problem of brackets and strings in `chunk`.
    fn structure(&mut self, chunk: &[u8]) -> Option<(ByteOffset, ProblemKind)> {
        self.positions.clear();
        let start = self.state.clone();
        let end = structurals(self.kernel, self.language, &start, chunk, &mut self.positions);
        let brackets = self.brackets(chunk);
        let strings = self.strings(&start, chunk);
        self.state = end;
        [brackets, strings].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    fn brackets(&mut self, chunk: &[u8]) -> Option<(ByteOffset, ProblemKind)> {
        for position in &self.positions {
            let at = self.at + u64::from(*position);
            let problem = match chunk[*position as usize] {
                b'{' | b'[' => {
                    self.levels.open(chunk[*position as usize] == b'{', at);
                    None
                }
                b'}' => self.levels.close(true),
                b']' => self.levels.close(false),
                _ => None,
            };
            if let Some(kind) = problem {
                return Some((at, kind));
            }
        }
        None
    }

    /// The first string that runs over a line break; notes where the last span began if it goes on after the chunk.
    fn strings(&mut self, start: &State, chunk: &[u8]) -> Option<(ByteOffset, ProblemKind)> {
        let spans = detail(self.kernel, self.language, start, chunk).spans;
        let mut problem = None;
        for span in spans {
            self.span_start = span.begins(self.at).unwrap_or(self.span_start);
            let bytes = &chunk[span.start as usize..span.end as usize];
            if problem.is_none()
                && span.kind == SpanKind::String
                && memchr::memchr(b'\n', bytes).is_some()
            {
                problem = Some((self.span_start, ProblemKind::UnterminatedString));
            }
        }
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::best;

    fn first(bytes: &[u8], cut: usize) -> Option<(u64, ProblemKind)> {
        let mut checker = Checker::new(best(), LanguageId::Json);
        for chunk in bytes.chunks(cut) {
            checker.chunk(chunk);
        }
        checker.finish()
    }

    #[test]
    fn the_first_problem_is_found_at_any_cut() {
        use ProblemKind::*;
        type Case = (&'static [u8], Option<(u64, ProblemKind)>);
        let cases: [Case; 14] = [
            (b"", None),
            (b"{\"a\":[1,2,{}]}\n[]\n", None),
            (b"[1, // ]\n /* [ */ 2]", None),
            (b"[1,2}", Some((4, MismatchedBracket))),
            (b"{\"a\":1]", Some((6, MismatchedBracket))),
            (b"[]]", Some((2, StrayCloser))),
            (b"[1,[2,3]", Some((0, UnclosedBracket))),
            (b"[1,[2,3", Some((3, UnclosedBracket))),
            (b"[\"ab", Some((1, UnterminatedString))),
            (b"[\"ab\\", Some((1, UnterminatedString))),
            (b"[\"a\nb\"]", Some((1, UnterminatedString))),
            (b"[] /* *", Some((3, UnterminatedComment))),
            (b"[\"\xff\"}", Some((2, InvalidUtf8))),
            (b"[\"a\"] \xe2\x82", Some((6, InvalidUtf8))),
        ];
        for (bytes, expected) in cases {
            for cut in 1..=bytes.len().max(1) {
                let text = String::from_utf8_lossy(bytes);
                assert_eq!(first(bytes, cut), expected, "{text} cut at {cut}");
            }
        }
    }

    #[test]
    fn a_million_levels_are_checked() {
        let n = 1_000_000;
        let mut bytes = vec![b'['; n];
        bytes.extend(vec![b']'; n]);
        assert_eq!(first(&bytes, 65536), None);
        bytes[n + 10] = b'}';
        assert_eq!(first(&bytes, 65536), Some((n as u64 + 10, ProblemKind::MismatchedBracket)));
    }
}
