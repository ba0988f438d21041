//! The summary pass over JSON: counts only, at memory speed.

use super::classify::{
    BATCH_BYTES_MAX, BATCH_GROUPS, Batch, Carry, Spans, classify, mode_before_padding,
};
use crate::lang::{Class, SpanKind};
use crate::scan::{Mode, State, Summary};
use crate::simd::{Kernel, KernelId, Lanes, Quoted, Tally, Task, run};

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
        if !K::TALLIES {
            return self.count(kernel);
        }
        let (n, counted, mode) = tally(kernel, self.bytes, self.start.mode);
        let mut sum = summary_of(n as u64, &counted);
        let (mut state, mut rest) = (State::of(mode), &self.bytes[n..]);
        let mut aside_bytes = ASIDE_BYTES;
        while !rest.is_empty() {
            let (part, later) = rest.split_at(rest.len().min(aside_bytes));
            let (summary, end) = Summarize { start: &state, bytes: part }.count(kernel);
            sum.append(&summary);
            let (n, counted, mode) = tally(kernel, later, end.mode);
            sum.append(&summary_of(n as u64, &counted));
            aside_bytes = if n == 0 { 4 * aside_bytes } else { ASIDE_BYTES };
            (state, rest) = (State::of(mode), &later[n..]);
        }
        (sum, state)
    }
}

/// What the kernel's own pass leaves is counted by masks, so much at a time before it is asked again; four times as much
/// whenever it was asked in vain.
const ASIDE_BYTES: usize = 4 * 1024;

/// Counts the front of `bytes`, which begin in `mode`, by the kernel's own pass. Returns how many bytes of them, what was counted, and the mode
/// behind those.
#[inline(always)]
fn tally<K: Kernel>(kernel: K, bytes: &[u8], mode: Mode) -> (usize, Tally, Mode) {
    let mut tally = Tally::default();
    let mut quoted = match mode {
        Mode::Code => Quoted { in_string: false, escaped: false },
        Mode::String => Quoted { in_string: true, escaped: false },
        Mode::StringAfterEscape => Quoted { in_string: true, escaped: true },
        _ => return (0, tally, mode),
    };
    let n = kernel.tally(bytes, &mut quoted, &mut tally);
    let mode = match (quoted.in_string, quoted.escaped) {
        (false, _) => Mode::Code,
        (true, false) => Mode::String,
        (true, true) => Mode::StringAfterEscape,
    };
    (n, tally, mode)
}

impl Summarize<'_> {
    /// Counts by masks.
    #[inline(always)]
    fn count<K: Kernel>(self, kernel: K) -> (Summary, State) {
        let mut carry = Carry::new(kernel, self.start.mode);
        let mut counts = Counts::<K::Lanes>::default();
        let batch_bytes = BATCH_GROUPS * K::GROUP_BYTES;
        // While the groups of one batch get their first look, those of the one before are counted: the two have nothing
        // to wait for in each other.
        let (mut even, mut odd) = (Batch::none(kernel), Batch::none(kernel));
        let mut last_is_even = false;
        let mut pairs = self.bytes.chunks_exact(2 * batch_bytes);
        for pair in &mut pairs {
            let (first, second) = pair.split_at(batch_bytes);
            step(kernel, first, &mut even, &odd, &mut carry, &mut counts);
            step(kernel, second, &mut odd, &even, &mut carry, &mut counts);
        }
        let mut batches = pairs.remainder().chunks_exact(batch_bytes);
        for bytes in &mut batches {
            step(kernel, bytes, &mut even, &odd, &mut carry, &mut counts);
            last_is_even = true;
        }
        counts.add(if last_is_even { &even } else { &odd });
        let rest = batches.remainder();
        if rest.is_empty() {
            return (counts.summary(self.bytes.len() as u64), State::of(carry.mode()));
        }
        let mut padded = [b' '; BATCH_BYTES_MAX];
        padded[..rest.len()].copy_from_slice(rest);
        let (padded, batch) = (&padded[..batch_bytes], &mut even);
        classify(kernel, padded, rest.len(), &mut carry, batch, &mut counts.careful);
        counts.add(batch);
        let mode = mode_before_padding(carry.mode(), self.start, self.bytes);
        (counts.summary(self.bytes.len() as u64), State::of(mode))
    }
}

/// Takes in the batch `bytes` while it counts the one before.
#[inline(always)]
fn step<K: Kernel>(
    kernel: K,
    bytes: &[u8],
    batch: &mut Batch<K>,
    before: &Batch<K>,
    carry: &mut Carry<K>,
    counts: &mut Counts<K::Lanes>,
) {
    batch.begin(kernel, carry);
    for (i, group) in bytes.chunks_exact(K::GROUP_BYTES).enumerate().take(BATCH_GROUPS) {
        // Half of the lines now, half below: asked in one go, memory lags behind.
        if i % 2 == 0 {
            kernel.prefetch(group);
        }
        batch.look(kernel, i, group, carry);
    }
    kernel.prefetch(&bytes[K::GROUP_BYTES..]);
    kernel.prefetch(&bytes[3 * K::GROUP_BYTES..]);
    counts.add(before);
    batch.settle(kernel, bytes, carry, &mut counts.careful);
}

/// The running counts, in registers.
pub(super) struct Counts<L: Lanes> {
    line_breaks: L::Counter,
    open: L::Counter,
    open_brace: L::Counter,
    close_brace: L::Counter,
    comma: L::Counter,
    colon: L::Counter,
    string: L::Counter,
    /// Spans that were found with care.
    pub(super) careful: Spans,
    depth: L::Depth,
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
            careful: Spans::default(),
            depth: L::Depth::default(),
        }
    }
}

impl<L: Lanes> Counts<L> {
    /// Counts what the masks of a batch say.
    #[inline(always)]
    pub(super) fn add<K: Kernel<Lanes = L>>(&mut self, batch: &Batch<K>) {
        let [a, b, c, d] = &batch.masks;
        // Written out: function pointers and closures may stay calls, and a call has not the kernel's instructions.
        let open = [a.code(a.open()), b.code(b.open()), c.code(c.open()), d.code(d.open())];
        let close = [a.code(a.close()), b.code(b.close()), c.code(c.close()), d.code(d.close())];
        let comma = [a.code(a.comma()), b.code(b.comma()), c.code(c.comma()), d.code(d.comma())];
        let colon = [a.code(a.colon()), b.code(b.colon()), c.code(c.colon()), d.code(d.colon())];
        let brace = [a.brace(), b.brace(), c.brace(), d.brace()];
        let line_break = [a.line_break(), b.line_break(), c.line_break(), d.line_break()];
        L::count(line_break, &mut self.line_breaks);
        L::count(open, &mut self.open);
        L::count(both(open, brace), &mut self.open_brace);
        L::count(both(close, brace), &mut self.close_brace);
        L::count(comma, &mut self.comma);
        L::count(colon, &mut self.colon);
        if !batch.careful {
            let quote = [a.quote, b.quote, c.quote, d.quote];
            let covered = [a.covered, b.covered, c.covered, d.covered];
            L::count(both(quote, covered), &mut self.string);
        }
        L::depth(&open, &close, &comma, &mut self.depth);
    }

    /// The summary of all that was added, which is `bytes` bytes.
    #[inline(always)]
    pub(super) fn summary(&mut self, bytes: u64) -> Summary {
        let tally = Tally {
            line_breaks: L::total(self.line_breaks),
            opens: L::total(self.open),
            open_braces: L::total(self.open_brace),
            close_braces: L::total(self.close_brace),
            commas: L::total(self.comma),
            colons: L::total(self.colon),
            strings: L::total(self.string),
            depth: L::depth_run(&mut self.depth),
        };
        let mut summary = summary_of(bytes, &tally);
        for (all, careful) in summary.spans.iter_mut().zip(&self.careful) {
            *all += careful;
        }
        summary
    }
}

#[inline(always)]
fn summary_of(bytes: u64, tally: &Tally) -> Summary {
    let depth = &tally.depth;
    let mut summary = Summary { bytes, ..Summary::default() };
    // Every closer lowers depth by one and every opener raises it: their numbers differ by its change.
    let closes = tally.opens.wrapping_sub(depth.depth.cast_unsigned());
    summary.line_breaks = tally.line_breaks;
    summary.classes[Class::BraceOpen as usize] = tally.open_braces;
    summary.classes[Class::BracketOpen as usize] = tally.opens - tally.open_braces;
    summary.classes[Class::BraceClose as usize] = tally.close_braces;
    summary.classes[Class::BracketClose as usize] = closes - tally.close_braces;
    summary.classes[Class::Comma as usize] = tally.commas;
    summary.classes[Class::Colon as usize] = tally.colons;
    summary.spans[SpanKind::String as usize] = tally.strings;
    summary.depth_change = depth.depth;
    summary.depth_min = depth.lowest;
    summary.depth_max = depth.highest;
    summary.commas_at_min = depth.commas_at_lowest;
    summary.closes_at_min = depth.closes_at_lowest;
    summary
}

#[inline(always)]
fn both<L: Lanes>(these: [L; BATCH_GROUPS], those: [L; BATCH_GROUPS]) -> [L; BATCH_GROUPS] {
    let ([a, b, c, d], [e, f, g, h]) = (these, those);
    [a.and(e), b.and(f), c.and(g), d.and(h)]
}
