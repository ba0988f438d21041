//! Lines by what is on them: code, comment only, white space only. For reports; the index counts line breaks only.

use memchr::memchr_iter;

use super::{Mode, Span, State};
use crate::lang::SpanKind;
use crate::simd::{GROUP_BLOCKS_MAX, Kernel, Lanes};
use crate::units::ByteOffset;

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

/// Counts the lines of a stretch of bytes. The line that the stretch begins in may have begun before it, and the one that
/// it ends in may go on: both are left open until the counts of neighbours are put together with [`LineCounter::then`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineCounter {
    /// Lines that begin and end in the stretch.
    kinds: LineKinds,
    /// What is on the line that ends at the first line break, if there was one.
    first: Option<Line>,
    /// What is on the line after the last line break.
    line: Line,
    /// The stretch ended in a slash of which it is not known yet whether it begins a comment.
    has_slash: bool,
}

/// What is on a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Line {
    code: bool,
    comment: bool,
    bytes: bool,
}

impl Line {
    fn with(self, other: Line) -> Line {
        Line {
            code: self.code | other.code,
            comment: self.comment | other.comment,
            bytes: self.bytes | other.bytes,
        }
    }
}

impl LineKinds {
    fn add(&mut self, line: Line) {
        match (line.code, line.comment) {
            (true, _) => self.code += 1,
            (false, true) => self.comment += 1,
            (false, false) => self.blank += 1,
        }
    }
}

impl LineCounter {
    /// Before bytes that are scanned from `start`.
    #[must_use]
    pub fn from_state(start: &State) -> Self {
        LineCounter { has_slash: start.mode == Mode::CodeAfterSlash, ..Self::default() }
    }

    /// Goes on with `bytes` whose spans are `spans` and that end in the state `end`. What stands between spans is code.
    pub fn spans(&mut self, bytes: &[u8], spans: &[Span], end: &State) {
        if bytes.is_empty() {
            return;
        }
        if std::mem::take(&mut self.has_slash) {
            let begins = spans.first().is_some_and(|span| span.slash_before);
            self.line.comment |= begins;
            self.line.code |= !begins;
        }
        self.has_slash = end.mode == Mode::CodeAfterSlash;
        self.line.bytes |= self.has_slash;
        let bytes = &bytes[..bytes.len() - usize::from(self.has_slash)];
        let mut at = 0;
        for span in spans {
            let (start, end) = (span.start as usize, span.end as usize);
            self.stretch(&bytes[at..start], false);
            self.stretch(&bytes[start..end], span.kind != SpanKind::String);
            at = end;
        }
        self.stretch(&bytes[at..], false);
        // The slash stands on the line that the bytes end in.
        self.line.bytes |= self.has_slash;
    }

    /// Goes on with `bytes`, which begin at `base` and hold these comments (absolute, in order, some perhaps outside).
    pub(crate) fn comments(
        &mut self,
        bytes: &[u8],
        base: ByteOffset,
        comments: &[(ByteOffset, ByteOffset)],
    ) {
        let place = |at: ByteOffset| at.saturating_sub(base).min(bytes.len() as u64) as usize;
        let mut at = 0;
        for (start, end) in comments {
            let (start, end) = (place(*start).max(at), place(*end).max(at));
            self.stretch(&bytes[at..start], false);
            self.stretch(&bytes[start..end], true);
            at = end;
        }
        self.stretch(&bytes[at..], false);
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
            self.line.bytes |= !line.is_empty();
            if !line.iter().all(u8::is_ascii_whitespace) {
                self.line.code |= !is_comment;
                self.line.comment |= is_comment;
            }
        }
    }

    /// Goes on with a block without comments: `breaks` are its line breaks, `ink` all that is no white space.
    ///
    /// A line between two breaks is blank if the first thing after the one is the other. Adding the white bytes that
    /// begin lines to all white bytes carries each over the rest of its run, on to that first thing:
    /// ```text
    /// bytes (space: _, line break: $)   a $ _ _ b $ _ _ $ c
    /// white                             . . 1 1 . . 1 1 . .
    /// white that begins a line          . . 1 . . . 1 . . .
    /// their sum, off white              . . . . 1 . . . 1 .
    /// ```
    /// `b` says that its line is not blank, the break under the second 1 that its line is.
    #[inline(always)]
    pub(crate) fn block(&mut self, breaks: u64, ink: u64) {
        if breaks == 0 {
            self.line.code |= ink != 0;
            return;
        }
        let first = breaks & breaks.wrapping_neg();
        self.line.code |= ink & (first - 1) != 0;
        self.end_line();
        let white = !(ink | breaks);
        let starts = breaks << 1;
        let first_things = ((starts & white).wrapping_add(white) | starts) & !white;
        let others = breaks ^ first;
        let blank = (others & first_things).count_ones();
        self.kinds.blank += u64::from(blank);
        self.kinds.code += u64::from(others.count_ones() - blank);
        self.line.code = ink & (!0 << (63 - breaks.leading_zeros())) != 0;
    }

    /// After blocks: `last` is the last byte that was no padding.
    pub(crate) fn ends_with(&mut self, last: Option<u8>) {
        self.line.bytes = last.is_some_and(|byte| byte != b'\n');
    }

    #[inline(always)]
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        match self.first {
            None => self.first = Some(line),
            Some(_) => self.kinds.add(line),
        }
    }

    /// The lines of this stretch and the one right after it.
    #[must_use]
    pub fn then(&self, next: &LineCounter) -> LineCounter {
        let mut both = *self;
        // What the slash was, the next stretch says on its first line; an empty one says nothing.
        both.has_slash = next.has_slash;
        both.line = self.line.with(next.first.unwrap_or(next.line));
        if next.first.is_some() {
            both.end_line();
            both.line = next.line;
        }
        both.kinds.code += next.kinds.code;
        both.kinds.comment += next.kinds.comment;
        both.kinds.blank += next.kinds.blank;
        both
    }

    /// The lines of everything.
    #[must_use]
    pub fn finish(mut self) -> LineKinds {
        self.line.code |= self.has_slash;
        if let Some(first) = self.first {
            self.kinds.add(first);
        }
        if self.line.bytes {
            self.kinds.add(self.line);
        }
        self.kinds
    }
}

/// Counts lines group by group: by the block only around blank lines, which most groups have none of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupLines<L: Lanes> {
    /// Whether white space or a line break ends the group before; so it is before the first.
    after_white: bool,
    /// Line breaks that end lines of code, not told to the counter yet.
    breaks: L::Counter,
    /// The last group with line breaks, if it was not told to the counter: its breaks and its ink.
    last: (L, L),
    none: L,
    all: L,
}

impl<L: Lanes> GroupLines<L> {
    #[inline(always)]
    pub(crate) fn new<K: Kernel<Lanes = L>>(kernel: K) -> Self {
        let (none, all) = (kernel.splat(0), kernel.splat(!0));
        let breaks = L::Counter::default();
        GroupLines { after_white: true, breaks, last: (none, none), none, all }
    }

    /// Goes on with the group `bytes`, which has no comments; `breaks` are its line breaks.
    #[inline(always)]
    pub(crate) fn group<K: Kernel<Lanes = L>>(
        &mut self,
        kernel: K,
        breaks: L,
        bytes: &[u8],
        lines: &mut LineCounter,
    ) {
        // Asked only where it matters: in a line of many KiB of code nowhere.
        let matters = breaks.any() || !lines.line.code;
        let ink = if matters { kernel.ink(bytes) } else { self.all };
        self.inked(kernel, breaks, ink, bytes, lines);
    }

    /// As [`GroupLines::group`], where the ink is at hand.
    #[inline(always)]
    pub(crate) fn inked<K: Kernel<Lanes = L>>(
        &mut self,
        _: K,
        breaks: L,
        ink: L,
        bytes: &[u8],
        lines: &mut LineCounter,
    ) {
        let was_after_white = self.after_white;
        let last = bytes.get(K::GROUP_BYTES - 1);
        self.after_white = last.is_some_and(|last| is_white(*last));
        if !breaks.any() {
            lines.line.code = lines.line.code || ink.any();
            return;
        }
        let before = if was_after_white { self.all } else { self.none };
        let after_white = self.all.and_not(ink).advance::<1>(before);
        if breaks.and(after_white).any() || lines.first.is_none() {
            self.settle(lines);
            let mut blocks = ([0; GROUP_BLOCKS_MAX], [0; GROUP_BLOCKS_MAX]);
            breaks.store(&mut blocks.0);
            ink.store(&mut blocks.1);
            for (breaks, ink) in blocks.0.into_iter().zip(blocks.1).take(L::COUNT) {
                lines.block(breaks, ink);
            }
        } else {
            // Ink stands before each of them.
            L::count([breaks, self.none, self.none, self.none], &mut self.breaks);
            self.last = (breaks, ink);
            (lines.line.code, lines.line.comment) = (false, false);
        }
    }

    /// Tells the counter what was put off.
    #[inline(always)]
    pub(crate) fn settle(&mut self, lines: &mut LineCounter) {
        lines.kinds.code += L::total(std::mem::take(&mut self.breaks));
        let (mut breaks, mut ink) = ([0; GROUP_BLOCKS_MAX], [0; GROUP_BLOCKS_MAX]);
        self.last.0.store(&mut breaks);
        self.last.1.store(&mut ink);
        self.last = (self.none, self.none);
        if let Some(block) = breaks[..L::COUNT].iter().rposition(|breaks| *breaks != 0) {
            let behind = !0 << (63 - breaks[block].leading_zeros());
            let later = ink[block + 1..L::COUNT].iter().any(|ink| *ink != 0);
            lines.line.code |= later || ink[block] & behind != 0;
        }
    }
}

/// What [`Kernel::ink`] leaves out.
#[inline(always)]
fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0C | b'\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lang::LanguageId;
    use crate::scan::{naive, survey};
    use crate::simd::{KernelId, available};

    fn lines(bytes: &[u8], cut: usize) -> LineKinds {
        let (mut state, mut counter) = (State::default(), LineCounter::default());
        for chunk in bytes.chunks(cut) {
            let (_, detail) = naive::scan(&state, chunk);
            counter.spans(chunk, &detail.spans, &detail.end);
            state = detail.end;
        }
        counter.finish()
    }

    /// The same by surveys, each made by itself.
    fn surveyed(kernel: KernelId, language: LanguageId, bytes: &[u8], cut: usize) -> LineKinds {
        let (mut state, mut lines) = (State::default(), LineCounter::default());
        for chunk in bytes.chunks(cut) {
            let (part, end) = survey(kernel, language, &state, chunk);
            lines = lines.then(&part.lines);
            state = end;
        }
        lines.finish()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn surveys_count_the_lines_that_are_counted_span_by_span(
            bytes in prop::collection::vec(
                prop::sample::select(&b"\n\n\n \t\r\x0c\x0b\"a//*,\\"[..]), 0..1500),
            cut in 1usize..1600,
        ) {
            let expected = lines(&bytes, bytes.len().max(1));
            prop_assert_eq!(lines(&bytes, cut), expected);
            for kernel in available() {
                prop_assert_eq!(surveyed(kernel, LanguageId::Json, &bytes, cut), expected);
            }
        }

        #[test]
        fn lines_of_text_are_those_that_have_something_on_them(
            text in "[a \t\r\n\n]{0,900}", cut in 1usize..1000,
        ) {
            let blank = |line: &&str| line.bytes().all(|byte| byte.is_ascii_whitespace());
            let all = text.split_inclusive('\n').count() as u64;
            let blank = text.split_inclusive('\n').filter(blank).count() as u64;
            let expected = LineKinds { code: all - blank, comment: 0, blank };
            for kernel in available() {
                prop_assert_eq!(surveyed(kernel, LanguageId::Text, text.as_bytes(), cut), expected);
            }
        }
    }

    /// The batch with the comment is gone through span by span, those behind it by masks.
    #[test]
    fn a_comment_is_forgotten_where_its_line_ends_batches_later() {
        for n in 0..1200 {
            let (begun, after) = ("2".repeat(n), "3".repeat(1400));
            let text = format!("1\n/* a */ {begun}\n{after}\n\n4\n");
            let expected = lines(text.as_bytes(), text.len());
            assert_eq!((expected.comment, expected.blank), (u64::from(n == 0), 1));
            for kernel in available() {
                let found = surveyed(kernel, LanguageId::Json, text.as_bytes(), text.len());
                assert_eq!(found, expected, "{n}, {kernel:?}");
            }
        }
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
