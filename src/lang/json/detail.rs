//! The detail pass over JSON: every position.

use std::ops::Range;

use super::careful;
use super::classify::{
    BATCH_BYTES_MAX, BATCH_GROUPS, Batch, Carry, Spans, classify, mode_before_padding,
};
use crate::scan::{Detail, Span, State};
use crate::simd::{Kernel, KernelId, Lanes, Task, Utf8, Utf8Check, Utf8Entered, run};
use crate::units::ByteOffset;

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
    run(kernel, Structurals::<false> { start, bytes, inside: 0..0, out }).0
}

/// As [`structurals`], and goes on with the check of UTF-8 in the same pass. Returns what [`Utf8::check`] does, too.
pub(crate) fn structurals_checked(
    kernel: KernelId,
    start: &State,
    bytes: &[u8],
    utf8: &mut Utf8,
    out: &mut Vec<u32>,
) -> (State, Option<ByteOffset>) {
    let inside = match utf8.enter(bytes) {
        Utf8Entered::Inside(inside) => inside,
        Utf8Entered::Cut => return (structurals(kernel, start, bytes, out), None),
        Utf8Entered::Wrong(at) => return (structurals(kernel, start, bytes, out), Some(at)),
    };
    let task = Structurals::<true> { start, bytes, inside: inside.clone(), out };
    let (end, valid) = run(kernel, task);
    (end, utf8.leave(bytes, inside, valid))
}

struct Structurals<'a, const CHECKED: bool> {
    start: &'a State,
    bytes: &'a [u8],
    /// What is checked to be UTF-8, if anything is.
    inside: Range<usize>,
    out: &'a mut Vec<u32>,
}

impl<const CHECKED: bool> Task for Structurals<'_, CHECKED> {
    /// The state after the bytes, and whether what was checked is UTF-8.
    type Output = (State, bool);

    /// The places of a batch are written when the next one has been looked at: so memory is read all the while, and the
    /// processor has work that does not wait for the batch's carry.
    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> (State, bool) {
        let mut carry = Carry::new(kernel, self.start.mode);
        let mut spans = Spans::default();
        let mut masks = Batch::none(kernel);
        let mut check = Utf8Check::new(kernel);
        let mut before = [kernel.splat(0); BATCH_GROUPS];
        let batch_bytes = BATCH_GROUPS * K::GROUP_BYTES;
        let mut batches = self.bytes.chunks_exact(batch_bytes);
        let mut at = 0;
        for batch in &mut batches {
            let plain = CHECKED && self.inside.start <= at && at + batch_bytes <= self.inside.end;
            masks.begin(kernel, &carry);
            for (i, group) in batch.chunks_exact(K::GROUP_BYTES).enumerate().take(BATCH_GROUPS) {
                kernel.prefetch(group);
                masks.look(kernel, i, group, &mut carry);
                if plain {
                    check.group(kernel, group);
                }
            }
            if CHECKED && !plain {
                self.check_seam(kernel, &mut check, at);
            }
            if at > 0 {
                write::<K>(&before, at - batch_bytes, self.out);
            }
            masks.settle(kernel, batch, &mut carry, &mut spans);
            before = found(&masks);
            at += batch_bytes;
        }
        if at > 0 {
            write::<K>(&before, at - batch_bytes, self.out);
        }
        let rest = batches.remainder();
        let mut end = State::of(carry.mode());
        if !rest.is_empty() {
            let mut padded = [b' '; BATCH_BYTES_MAX];
            padded[..rest.len()].copy_from_slice(rest);
            let batch = &padded[..batch_bytes];
            classify(kernel, batch, rest.len(), &mut carry, &mut masks, &mut spans);
            write::<K>(&found(&masks), at, self.out);
            end = State::of(mode_before_padding(carry.mode(), self.start, self.bytes));
        }
        if CHECKED {
            self.check_seam(kernel, &mut check, at);
        }
        (end, check.is_valid())
    }
}

impl<const CHECKED: bool> Structurals<'_, CHECKED> {
    /// Checks the batch at `at`, with spaces for what is not to be checked; a sequence that is cut shows as an error there.
    #[inline(always)]
    fn check_seam<K: Kernel>(&self, kernel: K, check: &mut Utf8Check<K>, at: usize) {
        let mut padded = [b' '; BATCH_BYTES_MAX];
        let end = at + BATCH_GROUPS * K::GROUP_BYTES;
        let (from, to) = (self.inside.start.clamp(at, end), self.inside.end.clamp(at, end));
        padded[from - at..to - at].copy_from_slice(&self.bytes[from..to]);
        for group in padded.chunks_exact(K::GROUP_BYTES).take(BATCH_GROUPS) {
            check.group(kernel, group);
        }
    }
}

/// The structural characters of a batch.
#[inline(always)]
fn found<K: Kernel>(batch: &Batch<K>) -> [K::Lanes; BATCH_GROUPS] {
    let [a, b, c, d] = &batch.masks;
    [a.structural(), b.structural(), c.structural(), d.structural()]
}

/// Appends the places of a batch at `at`.
#[inline(always)]
fn write<K: Kernel>(batch: &[K::Lanes; BATCH_GROUPS], at: usize, out: &mut Vec<u32>) {
    for (group, found) in batch.iter().enumerate() {
        found.positions((at + group * K::GROUP_BYTES) as u32, out);
    }
}
