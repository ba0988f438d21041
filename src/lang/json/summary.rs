//! The summary pass over JSON: counts only, at memory speed.

use super::classify::{BATCH_BYTES_MAX, BATCH_GROUPS, CarefulSpans, Carry, Masks, classify};
use crate::lang::{Class, SpanKind};
use crate::scan::{State, Summary};
use crate::simd::{DepthRun, Kernel, KernelId, Lanes, Task, run};

/// What `bytes` scanned from `start` add, and the state after them.
pub(crate) fn summarize(kernel: KernelId, start: &State, bytes: &[u8]) -> (Summary, State) {
    run(kernel, Summarize { start, bytes })
}

struct Summarize<'a> {
    start: &'a State,
    bytes: &'a [u8],
}

impl Task for Summarize<'_> {
    type Output = (Summary, State);

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> Self::Output {
        let mut carry = Carry { mode: self.start.mode };
        let mut counts = Counts::<K::Lanes>::default();
        let mut masks = [Masks::none(kernel); BATCH_GROUPS];
        let mut batches = self.bytes.chunks_exact(BATCH_GROUPS * K::GROUP_BYTES);
        for batch in &mut batches {
            let careful = classify(kernel, batch, batch.len(), &mut carry, &mut masks);
            counts.add(&masks, &careful);
        }
        let rest = batches.remainder();
        if !rest.is_empty() {
            let mut padded = [b' '; BATCH_BYTES_MAX];
            padded[..rest.len()].copy_from_slice(rest);
            let batch = &padded[..BATCH_GROUPS * K::GROUP_BYTES];
            let careful = classify(kernel, batch, rest.len(), &mut carry, &mut masks);
            counts.add(&masks, &careful);
            carry.mode = super::classify::mode_before_padding(carry.mode, self.start, self.bytes);
        }
        (counts.summary(self.bytes.len() as u64), State { mode: carry.mode })
    }
}

/// The running counts, in registers.
struct Counts<L: Lanes> {
    line_breaks: L::Counter,
    open: L::Counter,
    open_brace: L::Counter,
    close_brace: L::Counter,
    comma: L::Counter,
    colon: L::Counter,
    string: L::Counter,
    careful: [u64; SpanKind::ALL.len()],
    depth: DepthRun,
}

impl<L: Lanes> Default for Counts<L> {
    #[inline(always)]
    fn default() -> Self {
        let zero = L::Counter::default();
        Counts {
            line_breaks: zero,
            open: zero,
            open_brace: zero,
            close_brace: zero,
            comma: zero,
            colon: zero,
            string: zero,
            careful: [0; SpanKind::ALL.len()],
            depth: DepthRun::default(),
        }
    }
}

impl<L: Lanes> Counts<L> {
    #[inline(always)]
    fn add(&mut self, masks: &[Masks<L>; BATCH_GROUPS], careful: &CarefulSpans) {
        let code = |of: fn(&Masks<L>) -> L| masks.each_ref().map(|m| of(m).and_not(m.covered));
        let (open, close, comma) = (code(|m| m.open), code(|m| m.close), code(|m| m.comma));
        L::count(masks.each_ref().map(|m| m.line_break), &mut self.line_breaks);
        L::count(open, &mut self.open);
        L::count(std::array::from_fn(|i| open[i].and(masks[i].brace)), &mut self.open_brace);
        L::count(std::array::from_fn(|i| close[i].and(masks[i].brace)), &mut self.close_brace);
        L::count(comma, &mut self.comma);
        L::count(code(|m| m.colon), &mut self.colon);
        if careful.careful {
            for (sum, n) in self.careful.iter_mut().zip(careful.spans) {
                *sum += n;
            }
        } else {
            L::count(masks.each_ref().map(|m| m.quote.and(m.covered)), &mut self.string);
        }
        L::depth(&open, &close, &comma, &mut self.depth);
    }

    #[inline(always)]
    fn summary(self, bytes: u64) -> Summary {
        let mut summary = Summary { bytes, ..Summary::default() };
        let (open, open_brace) = (L::total(self.open), L::total(self.open_brace));
        // Every closer lowers depth by one and every opener raises it: their numbers differ by its change.
        let close = open.wrapping_sub(self.depth.depth.cast_unsigned());
        let close_brace = L::total(self.close_brace);
        summary.line_breaks = L::total(self.line_breaks);
        summary.classes[Class::BraceOpen as usize] = open_brace;
        summary.classes[Class::BracketOpen as usize] = open - open_brace;
        summary.classes[Class::BraceClose as usize] = close_brace;
        summary.classes[Class::BracketClose as usize] = close - close_brace;
        summary.classes[Class::Comma as usize] = L::total(self.comma);
        summary.classes[Class::Colon as usize] = L::total(self.colon);
        summary.spans = self.careful;
        summary.spans[SpanKind::String as usize] += L::total(self.string);
        summary.depth_change = self.depth.depth;
        summary.depth_min = self.depth.lowest;
        summary.depth_max = self.depth.highest;
        summary.commas_at_min = self.depth.commas_at_lowest;
        summary.closes_at_min = self.depth.closes_at_lowest;
        summary
    }
}
