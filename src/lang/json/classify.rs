//! From bytes to the masks that JSON needs, a batch of groups at a time.
//!
//! A batch is worked on in stages, each over all its groups, because one group's chain of instructions (planes, escapes,
//! parities, depth) is longer than the processor can look ahead: stage by stage the groups of a batch overlap. On 256
//! KiB in the second-level cache that alone took the summary pass from 26 to 40 GB/s.

use super::careful;
use crate::lang::SpanKind;
use crate::scan::{Mode, State};
use crate::simd::{GROUP_BLOCKS_MAX, Group, Json, Kernel, Lanes, Parities};

/// Groups in a batch. Two are too few to overlap, eight spill the first-level cache.
pub(super) const BATCH_GROUPS: usize = 4;

/// Bytes of the largest batch of any kernel.
pub(super) const BATCH_BYTES_MAX: usize =
    BATCH_GROUPS * GROUP_BLOCKS_MAX * crate::simd::BLOCK_BYTES;

/// The masks of one group. Each is named by what its set bits mean.
#[derive(Clone, Copy)]
pub(super) struct Masks<K: Kernel> {
    /// Answers for all classes. They are asked when needed: that costs an instruction or two, keeping them costs two.
    group: K::Coded<Json>,
    /// `"` that no backslash escapes; after `careful` those that open a string.
    pub(super) quote: K::Lanes,
    /// In a string, its opening quote included, its closing quote not; after `careful` also in a comment.
    pub(super) covered: K::Lanes,
}

impl<K: Kernel> Masks<K> {
    /// `{` and `[`. They differ in bit 5 only, and so do the closers.
    #[inline(always)]
    pub(super) fn open(&self) -> K::Lanes {
        self.group.matching::<0x5B, 0xDF>()
    }

    /// `}` and `]`.
    #[inline(always)]
    pub(super) fn close(&self) -> K::Lanes {
        self.group.matching::<0x5D, 0xDF>()
    }

    /// Among brackets, the braces.
    #[inline(always)]
    pub(super) fn brace(&self) -> K::Lanes {
        self.group.matching::<0x20, 0x20>()
    }

    /// `,`
    #[inline(always)]
    pub(super) fn comma(&self) -> K::Lanes {
        self.group.matching::<b',', 0xFF>()
    }

    /// `:`
    #[inline(always)]
    pub(super) fn colon(&self) -> K::Lanes {
        self.group.matching::<b':', 0xFF>()
    }

    /// LF.
    #[inline(always)]
    pub(super) fn line_break(&self) -> K::Lanes {
        self.group.matching::<b'\n', 0xFF>()
    }

    /// Those of `mask` that are not covered.
    #[inline(always)]
    pub(super) fn code(&self, mask: K::Lanes) -> K::Lanes {
        mask.and_not(self.covered)
    }

    /// Backslash.
    #[inline(always)]
    pub(super) fn backslash(&self) -> K::Lanes {
        self.group.matching::<b'\\', 0xFF>()
    }

    /// All structural characters.
    #[inline(always)]
    pub(super) fn structural(&self) -> K::Lanes {
        self.code(self.open().or(self.close()).or(self.comma()).or(self.colon()))
    }

    /// `/` and backslash: in code, a reason to look with care.
    #[inline(always)]
    fn suspect(&self) -> K::Lanes {
        self.group.matching::<b'/', 0xFF>().or(self.backslash())
    }
}

/// What goes on from batch to batch.
#[derive(Clone, Copy)]
pub(super) struct Carry<K: Kernel> {
    in_string: bool,
    /// The last lane is 1 if the next byte is escaped.
    escape: K::Lanes,
    /// The mode, if it is neither code nor string: then all is done with care.
    aside: Option<Mode>,
}

impl<K: Kernel> Carry<K> {
    #[inline(always)]
    pub(super) fn new(kernel: K, mode: Mode) -> Self {
        let in_string = matches!(mode, Mode::String | Mode::StringAfterEscape);
        let aside = (!in_string && mode != Mode::Code).then_some(mode);
        let escape = kernel.splat(u64::from(mode == Mode::StringAfterEscape));
        Carry { in_string, escape, aside }
    }

    #[inline(always)]
    pub(super) fn mode(&self) -> Mode {
        match (self.aside, self.in_string, self.escape.last() == 1) {
            (Some(mode), _, _) => mode,
            (None, false, _) => Mode::Code,
            (None, true, false) => Mode::String,
            (None, true, true) => Mode::StringAfterEscape,
        }
    }
}

/// How often each span kind was found with care, by [`SpanKind`] number.
pub(super) type Spans = [u64; SpanKind::ALL.len()];

/// The masks of a batch, made in two looks: the second settles what depends on the bytes before.
#[derive(Clone, Copy)]
pub(super) struct Batch<K: Kernel> {
    pub(super) masks: [Masks<K>; BATCH_GROUPS],
    /// Whether spans were found with care, and counted; if not, strings are to be counted by their quotes.
    pub(super) careful: bool,
    /// Whether there is a backslash, or one before the batch that escapes its first byte.
    pub(super) slashed: bool,
    parities: [Parities; BATCH_GROUPS],
    /// The carry's, as it was before the batch.
    escape: K::Lanes,
    doubt: K::Lanes,
}

impl<K: Kernel> Batch<K> {
    /// A batch to be overwritten.
    #[inline(always)]
    pub(super) fn none(kernel: K) -> Self {
        let zero = kernel.splat(0);
        let group = kernel.load_coded::<Json>(&[0; GROUP_BLOCKS_MAX * crate::simd::BLOCK_BYTES]);
        Batch {
            masks: [Masks { group, quote: zero, covered: zero }; BATCH_GROUPS],
            careful: false,
            slashed: false,
            parities: [0; BATCH_GROUPS],
            escape: zero,
            doubt: zero,
        }
    }

    /// Begins a batch of which `carry` is the state before it.
    #[inline(always)]
    pub(super) fn begin(&mut self, kernel: K, carry: &Carry<K>) {
        self.escape = carry.escape;
        self.slashed = false;
        self.doubt = kernel.splat(0);
    }

    /// The first look at group number `i`, which `bytes` begin with: classes, escapes, and parities of quotes lane by lane.
    #[inline(always)]
    pub(super) fn look(&mut self, kernel: K, i: usize, bytes: &[u8], carry: &mut Carry<K>) {
        let group = kernel.load_coded::<Json>(bytes);
        let backslash = group.matching::<b'\\', 0xFF>();
        let mut quote = group.matching::<b'"', 0xFF>();
        // A branch: most groups of most documents have no backslash, and twenty instructions are a quarter of a look.
        if backslash.or(carry.escape).any() {
            self.slashed = true;
            quote = quote.and_not(backslash.escaped(&mut carry.escape, &mut self.doubt));
        }
        let (covered, parities) = quote.prefix_parity();
        self.masks[i] = Masks { group, quote, covered };
        self.parities[i] = parities;
    }

    /// The second look: covers the strings, and moves `carry` over the batch. `bytes` are the batch without its padding
    /// (spaces after the document's or chunk's end).
    #[inline(always)]
    pub(super) fn settle(
        &mut self,
        kernel: K,
        bytes: &[u8],
        carry: &mut Carry<K>,
        spans: &mut Spans,
    ) {
        let before = Carry { escape: self.escape, ..*carry };
        let flips = K::Lanes::odd_before(&self.parities, &mut carry.in_string);
        let mut reasons = self.doubt.and(kernel.splat(1 << 63));
        for (masks, flips) in self.masks.iter_mut().zip(flips) {
            masks.covered = masks.covered.flip(flips);
            reasons = reasons.or(masks.suspect().and_not(masks.covered));
        }
        self.careful = before.aside.is_some() || reasons.any();
        if self.careful {
            let mode = self.look_with_care(before.mode(), bytes, spans);
            *carry = Carry::new(kernel, mode);
        }
    }

    /// Covers the spans of a batch by finding them one by one; returns the mode after it.
    #[inline(never)]
    fn look_with_care(&mut self, mode: Mode, bytes: &[u8], spans: &mut Spans) -> Mode {
        let mut covered = [0u64; BATCH_GROUPS * GROUP_BLOCKS_MAX];
        let mut quotes = covered;
        let end = careful::walk(&State::of(mode), bytes, |span| {
            spans[span.kind as usize] += u64::from(span.recognised);
            careful::set_bits(&mut covered, span.start..span.end);
            if span.kind == SpanKind::String && !span.continues {
                careful::set_bits(&mut quotes, span.start..span.start + 1);
            }
        });
        for (group, masks) in self.masks.iter_mut().enumerate() {
            let n = K::Lanes::COUNT;
            let lanes = |all: &[u64]| {
                let mut lanes = [0u64; GROUP_BLOCKS_MAX];
                lanes[..n].copy_from_slice(&all[group * n..(group + 1) * n]);
                masks.covered.restore(&lanes)
            };
            (masks.covered, masks.quote) = (lanes(&covered), lanes(&quotes));
        }
        end.mode
    }
}

/// Both looks at a whole batch.
#[inline(always)]
pub(super) fn classify<K: Kernel>(
    kernel: K,
    padded: &[u8],
    n: usize,
    carry: &mut Carry<K>,
    batch: &mut Batch<K>,
    spans: &mut Spans,
) {
    batch.begin(kernel, carry);
    for (i, group) in padded.chunks_exact(K::GROUP_BYTES).enumerate().take(BATCH_GROUPS) {
        kernel.prefetch(group);
        batch.look(kernel, i, group, carry);
    }
    batch.settle(kernel, &padded[..n], carry, spans);
}

/// The mode after `bytes`, where `mode` is the one after spaces that were put behind them: a space after a backslash was
/// taken for the escaped byte. In all other modes a space changes nothing, or `careful` saw no padding.
#[inline(always)]
pub(super) fn mode_before_padding(mode: Mode, start: &State, bytes: &[u8]) -> Mode {
    if mode != Mode::String {
        return mode;
    }
    let run = bytes.iter().rev().take_while(|byte| **byte == b'\\').count();
    let first_is_escaped = run == bytes.len() && start.mode == Mode::StringAfterEscape;
    let escaping = run - usize::from(first_is_escaped && run > 0);
    if escaping % 2 == 1 { Mode::StringAfterEscape } else { Mode::String }
}
