//! The survey of JSON: brackets, lines and strings on masks; span by span only where there are comments. And the counts.

use super::careful;
use super::classify::{
    BATCH_BYTES_MAX, BATCH_GROUPS, Batch, Carry, Spans, classify, mode_before_padding,
};
use super::detail::span_of;
use super::summary::summarize;
use super::syntax::{Spelling, Stretch, Syntax};
use super::tokens::Row;
use crate::lang::SpanKind;
use crate::scan::{GroupLines, Mode, Span, State, Summary, Survey};
use crate::simd::{BLOCK_BYTES, GROUP_BLOCKS_MAX, Kernel, KernelId, Lanes, Task, run};

/// The survey of `bytes` scanned from `start`, and the state after them.
pub(crate) fn survey(kernel: KernelId, start: &State, bytes: &[u8]) -> (Survey, State) {
    run(kernel, Look { start, bytes })
}

/// The same by a kernel of eight lanes, wherever that is.
#[cfg(test)]
pub(crate) fn survey_by_lanes(start: &State, bytes: &[u8]) -> (Survey, State) {
    Look { start, bytes }.run(crate::simd::Wide)
}

/// The same, with what the bytes add to the counts.
///
/// Those are a pass of their own: the kernels' is several times as fast as counting by masks, and leaves the bytes in the second-level
/// cache for the other.
pub(crate) fn survey_and_summary(
    kernel: KernelId,
    start: &State,
    bytes: &[u8],
) -> (Survey, Summary, State) {
    let (summary, end) = summarize(kernel, start, bytes);
    let (survey, _) = survey(kernel, start, bytes);
    (survey, summary, end)
}

struct Look<'a> {
    start: &'a State,
    bytes: &'a [u8],
}

impl Task for Look<'_> {
    type Output = (Survey, State);

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> Self::Output {
        let mut found = Found::new(kernel, self.start, self.bytes);
        let mut carry = Carry::new(kernel, self.start.mode);
        let batch_bytes = BATCH_GROUPS * K::GROUP_BYTES;
        let mut batches = self.bytes.chunks_exact(batch_bytes);
        let mut at = 0u32;
        for batch in &mut batches {
            found.add(kernel, batch, batch.len(), at, &mut carry);
            at += batch_bytes as u32;
        }
        let rest = batches.remainder();
        let mut mode = carry.mode();
        if !rest.is_empty() {
            let mut padded = [b' '; BATCH_BYTES_MAX];
            padded[..rest.len()].copy_from_slice(rest);
            found.add(kernel, &padded[..batch_bytes], rest.len(), at, &mut carry);
            mode = mode_before_padding(carry.mode(), self.start, self.bytes);
        }
        (found.finish(kernel), State::of(mode))
    }
}

/// What has been found so far, and what is kept in registers until it is asked for.
struct Found<'a, K: Kernel> {
    survey: Survey,
    spelling: Spelling<'a, K>,
    lines: GroupLines<K::Lanes>,
    masks: Batch<K>,
    /// Opening quotes of the last group that has any, and where it begins.
    opening: (K::Lanes, u32),
    row: Row,
}

impl<'a, K: Kernel> Found<'a, K> {
    #[inline(always)]
    fn new(kernel: K, start: &State, bytes: &'a [u8]) -> Self {
        let syntax = Stretch::of(bytes);
        let (head, tail) = syntax.cut_words();
        let head = if start.mode == Mode::Code { head } else { 0 };
        let inside = head..bytes.len() - tail;
        let escaped = start.mode == Mode::StringAfterEscape;
        Found {
            survey: Survey { syntax, ..Survey::new(start) },
            spelling: Spelling::before(kernel, bytes, inside, escaped),
            lines: GroupLines::new(kernel),
            masks: Batch::none(kernel),
            opening: (kernel.splat(0), 0),
            row: Row::new(),
        }
    }

    /// Adds a batch that begins at `at`; bytes from `n` on are padding.
    #[inline(always)]
    fn add(&mut self, kernel: K, batch: &[u8], n: usize, at: u32, carry: &mut Carry<K>) {
        let start = State::of(carry.mode());
        classify(kernel, batch, n, carry, &mut self.masks, &mut Spans::default());
        let Batch { careful, slashed, .. } = self.masks;
        if careful {
            self.settle();
            self.span_by_span(&start, &batch[..n], at);
            self.lines = GroupLines::new(kernel);
        }
        let groups = batch.chunks_exact(K::GROUP_BYTES).zip(&self.masks.masks);
        for (i, (bytes, masks)) in groups.enumerate() {
            let place = at + (i * K::GROUP_BYTES) as u32;
            let (open, close) = (masks.code(masks.open()), masks.code(masks.close()));
            let (comma, colon) = (masks.code(masks.comma()), masks.code(masks.colon()));
            let string = masks.quote.and(masks.covered);
            let bracket = open.or(close);
            let signs = bracket.or(comma).or(colon);
            let (word, ink) =
                self.spelling.check(masks, signs, bytes, place as usize, (careful, slashed));
            let opens = open.or(comma).or(colon);
            let braces = bracket.and(masks.brace()).or(colon).or(string);
            let tokens = signs.or(string).or(word);
            self.row.add(kernel, tokens, [bracket, opens, braces]);
            if !careful {
                let breaks = masks.line_break();
                self.lines.inked(kernel, breaks, ink, bytes, &mut self.survey.lines);
                if string.any() {
                    self.opening = (string, place);
                }
            }
        }
        if self.row.is_full() {
            self.row.empty_into(kernel, &mut self.survey, false);
        }
    }

    /// Tells the survey what was put off.
    #[inline(always)]
    fn settle(&mut self) {
        self.lines.settle(&mut self.survey.lines);
        let (opening, at) = self.opening;
        let mut blocks = [0; GROUP_BLOCKS_MAX];
        opening.store(&mut blocks);
        let blocks = &blocks[..K::Lanes::COUNT];
        if let Some(block) = blocks.iter().rposition(|opening| *opening != 0) {
            let last = (block * BLOCK_BYTES) as u32 + 63 - blocks[block].leading_zeros();
            self.survey.last_span = Some(i64::from(at + last));
        }
        self.opening = (opening.and_not(opening), 0);
    }

    #[inline(always)]
    fn finish(mut self, kernel: K) -> Survey {
        self.settle();
        self.row.empty_into(kernel, &mut self.survey, true);
        self.survey.syntax.suspect |= self.spelling.is_wrong();
        self.survey
    }

    /// Comments are rare in JSON: a batch that may hold one goes span by span.
    #[inline(never)]
    fn span_by_span(&mut self, start: &State, bytes: &[u8], at: u32) {
        let mut spans: Vec<Span> = Vec::new();
        let end = careful::walk(start, bytes, |found| spans.extend(span_of(&found)));
        self.survey.spans(at, bytes, &spans, &end);
        let mut syntax = Syntax::in_string(self.spelling.hex());
        let mut wrong = start.mode == Mode::CodeAfterSlash
            && !spans.first().is_some_and(|span| span.slash_before);
        for span in spans.iter().filter(|span| span.kind == SpanKind::String) {
            let escaped = span.continues && start.mode == Mode::StringAfterEscape;
            let inside = &bytes[span.start as usize..span.end as usize];
            wrong |= syntax.string(0, inside, escaped).is_some();
        }
        self.survey.syntax.suspect |= wrong;
        self.spelling.resume(end.mode == Mode::StringAfterEscape, syntax.hex());
    }
}
