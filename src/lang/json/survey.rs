//! The survey of JSON: brackets, lines and strings on masks; span by span only where there are comments.

use super::careful;
use super::classify::{
    BATCH_BYTES_MAX, BATCH_GROUPS, Batch, Carry, Masks, Spans, classify, mode_before_padding,
};
use super::detail::span_of;
use crate::scan::{Span, State, Survey};
use crate::simd::{BLOCK_BYTES, GROUP_BLOCKS_MAX, Kernel, KernelId, Lanes, Task, filled, run};

/// The survey of `bytes` scanned from `start`, and the state after them.
pub(crate) fn survey(kernel: KernelId, start: &State, bytes: &[u8]) -> (Survey, State) {
    run(kernel, Look { start, bytes })
}

struct Look<'a> {
    start: &'a State,
    bytes: &'a [u8],
}

impl Task for Look<'_> {
    type Output = (Survey, State);

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> Self::Output {
        let mut survey = Survey::new(self.start);
        let mut carry = Carry::new(kernel, self.start.mode);
        let mut masks = Batch::none(kernel);
        let batch_bytes = BATCH_GROUPS * K::GROUP_BYTES;
        let mut batches = self.bytes.chunks_exact(batch_bytes);
        let mut at = 0u32;
        for batch in &mut batches {
            add(kernel, batch, batch.len(), at, &mut carry, &mut masks, &mut survey);
            at += batch_bytes as u32;
        }
        let rest = batches.remainder();
        if !rest.is_empty() {
            let mut padded = [b' '; BATCH_BYTES_MAX];
            padded[..rest.len()].copy_from_slice(rest);
            let batch = &padded[..batch_bytes];
            add(kernel, batch, rest.len(), at, &mut carry, &mut masks, &mut survey);
            let mode = mode_before_padding(carry.mode(), self.start, self.bytes);
            return (survey, State::of(mode));
        }
        (survey, State::of(carry.mode()))
    }
}

/// Adds a batch that begins at `at`; bytes from `n` on are padding.
#[inline(always)]
fn add<K: Kernel>(
    kernel: K,
    batch: &[u8],
    n: usize,
    at: u32,
    carry: &mut Carry<K>,
    masks: &mut Batch<K>,
    survey: &mut Survey,
) {
    let start = State::of(carry.mode());
    classify(kernel, batch, n, carry, masks, &mut Spans::default());
    let careful = masks.careful;
    if careful {
        span_by_span(&start, &batch[..n], at, survey);
    }
    let mut broken = kernel.splat(0);
    let groups = batch.chunks_exact(K::GROUP_BYTES).zip(masks.masks.iter());
    for (i, (bytes, masks)) in groups.enumerate() {
        let at = at + (i * K::GROUP_BYTES) as u32;
        brackets(masks, at, survey);
        if !careful {
            let ink = filled(&kernel.load(bytes), masks.line_break(), kernel.splat(!0));
            lines_and_strings(masks, ink, at, survey);
            broken = broken.or(masks.line_break().and(masks.covered));
        }
    }
    survey.breaks_string |= broken.any();
}

#[inline(always)]
fn brackets<K: Kernel>(masks: &Masks<K>, at: u32, survey: &mut Survey) {
    let none = [0; GROUP_BLOCKS_MAX];
    let (mut open, mut close, mut brace) = (none, none, none);
    masks.open().and_not(masks.covered).store(&mut open);
    masks.close().and_not(masks.covered).store(&mut close);
    masks.brace().store(&mut brace);
    for block in 0..K::Lanes::COUNT {
        let at = at + (block * BLOCK_BYTES) as u32;
        survey.brackets.block(at, open[block], close[block], brace[block]);
    }
}

#[inline(always)]
fn lines_and_strings<K: Kernel>(masks: &Masks<K>, ink: K::Lanes, at: u32, survey: &mut Survey) {
    let none = [0; GROUP_BLOCKS_MAX];
    let (mut breaks, mut inked, mut opening) = (none, none, none);
    masks.line_break().store(&mut breaks);
    ink.store(&mut inked);
    masks.quote.and(masks.covered).store(&mut opening);
    for block in 0..K::Lanes::COUNT {
        survey.lines.block(breaks[block], inked[block]);
        if opening[block] != 0 {
            let last = 63 - opening[block].leading_zeros();
            survey.last_span = Some(i64::from(at + (block * BLOCK_BYTES) as u32 + last));
        }
    }
}

/// Comments are rare in JSON: a batch that may hold one goes span by span.
#[inline(never)]
fn span_by_span(start: &State, bytes: &[u8], at: u32, survey: &mut Survey) {
    let mut spans: Vec<Span> = Vec::new();
    let end = careful::walk(start, bytes, |found| spans.extend(span_of(&found)));
    survey.spans(at, bytes, &spans, &end);
}
