//! The check: the first thing that is wrong with a document, by its place.
//!
//! The summary pass cannot know that `[}` does not match or that a string ran over a line break, and need not. The check
//! takes a [`Survey`] of each stretch, in order, and keeps the brackets on a stack of its own. Nearly all surveys say that
//! nothing is wrong; a stretch of which that is not certain is looked at bracket by bracket, and so is the last one.

use super::{Mode, Span, State, Survey, detail, survey};
use crate::lang::{LanguageId, ProblemKind, SpanKind};
use crate::limits::{CHECKED_LEVELS_MAX, LOCATED_LEVELS_MAX};
use crate::simd::{KernelId, Utf8};
use crate::units::{ByteOffset, Depth};

/// A problem: where, and what.
type Found = (ByteOffset, ProblemKind);

/// A check that goes on from stretch to stretch and stops at the first problem.
#[derive(Debug)]
pub struct Checker {
    kernel: KernelId,
    language: LanguageId,
    at: ByteOffset,
    state: State,
    utf8: Utf8,
    levels: Levels,
    /// Where the span that is open now began.
    span_start: ByteOffset,
    found: Option<Found>,
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

    /// Whether the closers of a survey close what is open, and no level is too deep to be remembered.
    fn match_all(&self, survey: &Survey) -> bool {
        let brackets = &survey.brackets;
        let n = brackets.closers.len() as u64;
        let deepest = self.depth.saturating_add_signed(brackets.depth_max);
        !brackets.mismatch
            && n <= self.depth
            && deepest <= CHECKED_LEVELS_MAX
            && (1..)
                .zip(&brackets.closers)
                .all(|(up, brace)| self.is_brace(self.depth - up) == *brace)
    }

    fn is_brace(&self, level: u64) -> bool {
        self.braces[(level / 64) as usize] >> (level % 64) & 1 == 1
    }

    /// Goes over brackets that [`Levels::match_all`] cleared, of a stretch that begins at `at`.
    fn go_over(&mut self, survey: &Survey, at: ByteOffset) {
        let brackets = &survey.brackets;
        let deepest = self.depth.saturating_add_signed(brackets.depth_max);
        self.depth_max = self.depth_max.max(deepest);
        self.depth -= brackets.closers.len() as u64;
        self.places.truncate(usize::try_from(self.depth).unwrap_or(usize::MAX));
        for opener in &brackets.openers {
            self.open(opener.brace, at + u64::from(opener.at));
        }
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
            span_start: 0,
            found: None,
        }
    }

    /// Goes on with `chunk`. False: the first problem is known, and what comes after it does not matter.
    pub fn chunk(&mut self, chunk: &[u8]) -> bool {
        if self.is_done() {
            return false;
        }
        let (survey, end) = survey(self.kernel, self.language, &self.state, chunk);
        if !self.go_on(&survey, &end, chunk.len() as u64) {
            self.look(chunk);
        }
        !self.is_done()
    }

    /// Goes on with a stretch of `bytes` bytes whose survey was made from the state that is true before it, and that ends
    /// in `end`. False: something may be wrong in it, and it must be gone over with [`Checker::look`].
    #[must_use]
    pub fn go_on(&mut self, survey: &Survey, end: &State, bytes: u64) -> bool {
        if self.is_done() {
            return true;
        }
        if self.found.is_some() || survey.breaks_string || !self.levels.match_all(survey) {
            return false;
        }
        let Some(utf8) = self.utf8.then(&survey.utf8) else { return false };
        self.utf8 = utf8;
        self.levels.go_over(survey, self.at);
        self.span_start = survey.last_span_at(self.at).unwrap_or(self.span_start);
        self.state = end.clone();
        self.at += bytes;
        true
    }

    /// Goes on with `chunk`, character by character: it says where the problem is that a survey suspects.
    pub fn look(&mut self, chunk: &[u8]) {
        if self.is_done() {
            return;
        }
        if self.language != LanguageId::Json {
            // What the scanner of a code language has to tell it tells itself. Its state is not that of these bytes alone:
            // it may have held back some of those before.
            self.found = self.found.or_else(|| {
                let at = self.utf8.check(self.kernel, chunk)?;
                Some((at, ProblemKind::InvalidUtf8))
            });
            self.at += chunk.len() as u64;
            return;
        }
        let (mut invalid, mut bracket) = (None, None);
        let found = detail(self.kernel, self.language, &self.state, chunk);
        if self.found.is_none() {
            let at = self.utf8.check(self.kernel, chunk);
            invalid = at.map(|at| (at, ProblemKind::InvalidUtf8));
            bracket = self.brackets(&found.structurals, chunk);
        }
        let string = self.strings(&found.spans, chunk);
        self.state = found.end;
        self.at += chunk.len() as u64;
        let all = [self.found, invalid, bracket, string];
        self.found = all.into_iter().flatten().min_by_key(|(at, _)| *at);
    }

    /// The first problem of the whole document.
    #[must_use]
    pub fn finish(self) -> Option<Found> {
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

    /// The first problem, once nothing that comes later can change it.
    #[must_use]
    pub fn found(&self) -> Option<Found> {
        self.found.filter(|_| self.is_done())
    }

    /// Highest depth seen so far, in levels; true for all that was checked before the first problem.
    #[must_use]
    pub fn depth_max(&self) -> Depth {
        self.levels.depth_max.cast_signed()
    }

    /// Whether the first problem is known. Bytes that are not UTF-8 inside a string that is still open leave a doubt: if
    /// that string runs over a line break, its start is the first place where something is wrong.
    fn is_done(&self) -> bool {
        let in_string = matches!(self.state.mode, Mode::String | Mode::StringAfterEscape);
        self.found.is_some_and(|(at, kind)| {
            kind != ProblemKind::InvalidUtf8 || !in_string || self.span_start > at
        })
    }

    fn brackets(&mut self, structurals: &[u32], chunk: &[u8]) -> Option<Found> {
        for position in structurals {
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
    fn strings(&mut self, spans: &[Span], chunk: &[u8]) -> Option<Found> {
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
    use proptest::prelude::*;

    use super::*;
    use crate::scan::summarize;
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

    /// The twin: every chunk is gone over character by character.
    fn first_by_looking(bytes: &[u8], cut: usize) -> Option<(u64, ProblemKind)> {
        let mut checker = Checker::new(best(), LanguageId::Json);
        bytes.chunks(cut).for_each(|chunk| checker.look(chunk));
        checker.finish()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn surveys_find_what_looking_finds_at_any_cut(
            bytes in prop::collection::vec(
                prop::sample::select(&b"[]{}\"\"\\/*\n\r ,:a\xff\xe2\x82\xac"[..]), 0..1500),
            cut in 1usize..1600,
        ) {
            let expected = first_by_looking(&bytes, bytes.len().max(1));
            prop_assert_eq!(first_by_looking(&bytes, cut), expected);
            prop_assert_eq!(first(&bytes, cut), expected);
        }

        #[test]
        fn surveys_of_good_json_with_one_wrong_byte_find_it(
            at in any::<prop::sample::Index>(), byte: u8, cut in 1usize..3000,
        ) {
            let text = r#"{"a b":["\"c\\",{"d":"e,}{é"}],/* " */ "f":"\\\"g"} // " "#;
            let mut bytes = text.repeat(60).into_bytes();
            bytes.push(b'\n');
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let expected = first_by_looking(&bytes, bytes.len());
            prop_assert_eq!(first_by_looking(&bytes, cut), expected);
            prop_assert_eq!(first(&bytes, cut), expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Longer than what brackets are matched in at a time.
        #[test]
        fn surveys_of_long_stretches_find_one_wrong_byte(
            at in any::<prop::sample::Index>(), byte in prop::sample::select(&b"[]{} "[..]),
            open in 0usize..3, cut in 100_000usize..400_000,
        ) {
            let text = r#"{"a":[[1,[]],[{}, 2]], "b": [[[["text, of no account"]]]]}, "#;
            let pad = " ".repeat(3000) + &"[".repeat(open) + &"[{}], ".repeat(2000);
            let mut bytes = [text.repeat(2000), pad, text.repeat(2000)].concat().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let expected = first_by_looking(&bytes, bytes.len());
            prop_assert_eq!(first(&bytes, cut), expected);
            prop_assert_eq!(first(&bytes, bytes.len()), expected);
            let (summary, _) = summarize(best(), LanguageId::Json, &State::default(), &bytes[..]);
            let (survey, _) = survey(best(), LanguageId::Json, &State::default(), &bytes);
            prop_assert_eq!(survey.brackets.depth_max, summary.depth_max);
        }
    }

    #[test]
    fn a_string_that_breaks_after_bytes_that_are_not_utf8_is_the_first_problem_at_any_cut() {
        for (bytes, expected) in [
            (&b"[\"a\xff b c d\n\"]"[..], (1, ProblemKind::UnterminatedString)),
            (b"[\"a\xff b c d\", \"\n\"]", (3, ProblemKind::InvalidUtf8)),
            (b"[\"a\xff b c d", (3, ProblemKind::InvalidUtf8)),
        ] {
            for cut in 1..=bytes.len() {
                assert_eq!(first(bytes, cut), Some(expected), "cut at {cut}");
            }
        }
    }

    /// As many levels as a survey keeps at hand, and some more and less.
    #[test]
    fn the_outermost_of_many_levels_is_the_one_that_is_not_closed() {
        for n in 20..200 {
            let bytes = [" {", &"[".repeat(n), &"]".repeat(n)].concat().into_bytes();
            let (whole, _) = survey(best(), LanguageId::Json, &State::default(), &bytes);
            assert!(!whole.brackets.mismatch, "{n} levels");
            for cut in [1, 7, bytes.len()] {
                assert_eq!(
                    first(&bytes, cut),
                    Some((1, ProblemKind::UnclosedBracket)),
                    "{n} {cut}"
                );
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
