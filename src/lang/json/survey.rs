//! The survey of JSON: brackets, lines and strings on masks; span by span only where there are comments. And the counts.

use super::careful;
use super::classify::{
    BATCH_BYTES_MAX, BATCH_GROUPS, Batch, Carry, Spans, classify, mode_before_padding,
};
use super::detail::span_of;
use super::pairs::Row;
use super::summary::summarize;
use crate::scan::{GroupLines, Span, State, Summary, Survey};
use crate::simd::{BLOCK_BYTES, GROUP_BLOCKS_MAX, Kernel, KernelId, Lanes, Task, run};

/// The survey of `bytes` scanned from `start`, and the state after them.
pub(crate) fn survey(kernel: KernelId, start: &State, bytes: &[u8]) -> (Survey, State) {
    run(kernel, Look { start, bytes })
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
        let mut found = Found::new(kernel, self.start);
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
struct Found<K: Kernel> {
    survey: Survey,
    lines: GroupLines<K::Lanes>,
    masks: Batch<K>,
    /// Opening quotes of the last group that has any, and where it begins.
    opening: (K::Lanes, u32),
    row: Row,
}

impl<K: Kernel> Found<K> {
    #[inline(always)]
    fn new(kernel: K, start: &State) -> Self {
        Found {
            survey: Survey::new(start),
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
        let careful = self.masks.careful;
        if careful {
            self.settle();
            span_by_span(&start, &batch[..n], at, &mut self.survey);
            self.lines = GroupLines::new(kernel);
        }
        let mut broken = kernel.splat(0);
        let groups = batch.chunks_exact(K::GROUP_BYTES).zip(&self.masks.masks);
        for (i, (bytes, masks)) in groups.enumerate() {
            let place = at + (i * K::GROUP_BYTES) as u32;
            let (open, close) = (masks.code(masks.open()), masks.code(masks.close()));
            self.row.add(kernel, open, close, masks.brace());
            if !careful {
                let breaks = masks.line_break();
                self.lines.group(kernel, breaks, bytes, &mut self.survey.lines);
                broken = broken.or(breaks.and(masks.covered));
                let opening = masks.quote.and(masks.covered);
                if opening.any() {
                    self.opening = (opening, place);
                }
            }
        }
        if self.row.is_full() {
            self.row.empty_into(kernel, &mut self.survey);
        }
        self.survey.breaks_string |= broken.any();
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
        self.row.empty_into(kernel, &mut self.survey);
        self.survey
    }
}

/// Comments are rare in JSON: a batch that may hold one goes span by span.
#[inline(never)]
fn span_by_span(start: &State, bytes: &[u8], at: u32, survey: &mut Survey) {
    let mut spans: Vec<Span> = Vec::new();
    let end = careful::walk(start, bytes, |found| spans.extend(span_of(&found)));
    survey.spans(at, bytes, &spans, &end);
}
