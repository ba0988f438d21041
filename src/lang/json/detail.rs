//! The detail pass over JSON: every position.

use super::careful;
use super::classify::{
    BATCH_BYTES_MAX, BATCH_GROUPS, Batch, Carry, Spans, classify, mode_before_padding,
};
use crate::scan::{Detail, Span, State};
use crate::simd::{Kernel, KernelId, Lanes, Task, run};

/// Everything inside `bytes`, scanned from `start`.
pub(crate) fn detail(kernel: KernelId, start: &State, bytes: &[u8]) -> Detail {
    let mut structurals = Vec::new();
    self::structurals(kernel, start, bytes, &mut structurals);
    let mut spans = Vec::new();
    let end = careful::walk(start, bytes, |found| spans.extend(span_of(&found)));
    Detail { structurals, spans, ..Detail::empty(bytes.len() as u32, end) }
}

/// A span as others see it, unless nothing of it is left.
pub(super) fn span_of(found: &careful::Found) -> Option<Span> {
    (found.start < found.end).then_some(Span {
        start: found.start as u32,
        end: found.end as u32,
        kind: found.kind,
        continues: found.continues,
        unfinished: found.unfinished,
        slash_before: found.continues && found.recognised,
    })
}

/// Appends the positions of the structural characters of `bytes`, scanned from `start`; returns the state after them.
pub(crate) fn structurals(
    kernel: KernelId,
    start: &State,
    bytes: &[u8],
    out: &mut Vec<u32>,
) -> State {
    run(kernel, Structurals { start, bytes, out })
}

struct Structurals<'a> {
    start: &'a State,
    bytes: &'a [u8],
    out: &'a mut Vec<u32>,
}

impl Task for Structurals<'_> {
    type Output = State;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> State {
        let mut carry = Carry::new(kernel, self.start.mode);
        let mut spans = Spans::default();
        let mut masks = Batch::none(kernel);
        let batch_bytes = BATCH_GROUPS * K::GROUP_BYTES;
        let mut batches = self.bytes.chunks_exact(batch_bytes);
        let mut at = 0u32;
        for batch in &mut batches {
            classify(kernel, batch, batch.len(), &mut carry, &mut masks, &mut spans);
            write(&masks, at, self.out);
            at += batch_bytes as u32;
        }
        let rest = batches.remainder();
        if !rest.is_empty() {
            let mut padded = [b' '; BATCH_BYTES_MAX];
            padded[..rest.len()].copy_from_slice(rest);
            let batch = &padded[..batch_bytes];
            classify(kernel, batch, rest.len(), &mut carry, &mut masks, &mut spans);
            write(&masks, at, self.out);
            return State::of(mode_before_padding(carry.mode(), self.start, self.bytes));
        }
        State::of(carry.mode())
    }
}

#[inline(always)]
fn write<K: Kernel>(batch: &Batch<K>, at: u32, out: &mut Vec<u32>) {
    for (group, masks) in batch.masks.iter().enumerate() {
        let all = masks.open().or(masks.close()).or(masks.comma()).or(masks.colon());
        let base = at + (group * K::GROUP_BYTES) as u32;
        all.and_not(masks.covered).positions(base, out);
    }
}
