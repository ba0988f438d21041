//! From bytes to the masks that JSON needs, a batch of groups at a time.
//!
//! A batch is worked on in stages, each over all its groups, because one group's chain of instructions (planes, escapes,
//! parities, depth) is longer than the processor can look ahead: stage by stage the groups of a batch overlap. On 256
//! KiB in the second-level cache that alone took the summary pass from 26 to 40 GB/s.

use super::careful;
use crate::scan::{Mode, State};
use crate::simd::{Alphabet, GROUP_BLOCKS_MAX, Group, Kernel, Lanes, Parities};

/// Groups in a batch. Two are too few to overlap, eight spill the first-level cache.
pub(super) const BATCH_GROUPS: usize = 4;

/// Bytes of the largest batch of any kernel.
pub(super) const BATCH_BYTES_MAX: usize =
    BATCH_GROUPS * GROUP_BLOCKS_MAX * crate::simd::BLOCK_BYTES;

/// What JSON looks for. In the codes, bit 0 is the byte's bit 5; the others are one pair of codes for each class, so that
/// a class needs no more than three planes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Json;

impl Alphabet for Json {
    const CODES: [u8; 128] = {
        let mut codes = [0; 128];
        codes[b'\n' as usize] = 0b0010;
        codes[b'"' as usize] = 0b0101;
        codes[b'\\' as usize] = 0b0110;
        codes[b'/' as usize] = 0b0111;
        codes[b'[' as usize] = 0b1000;
        codes[b'{' as usize] = 0b1001;
        codes[b']' as usize] = 0b1010;
        codes[b'}' as usize] = 0b1011;
        codes[b',' as usize] = 0b1101;
        codes[b':' as usize] = 0b1111;
        codes
    };
}

/// The masks of one group. Each is named by what its set bits mean.
#[derive(Clone, Copy)]
pub(super) struct Masks<L> {
    /// `{` and `[`.
    pub(super) open: L,
    /// `}` and `]`.
    pub(super) close: L,
    /// `,`
    pub(super) comma: L,
    /// `:`
    pub(super) colon: L,
    /// Bytes with bit 5 set: among brackets, the braces.
    pub(super) brace: L,
    /// LF.
    pub(super) line_break: L,
    /// `"` that no backslash escapes.
    pub(super) quote: L,
    /// In a string, its opening quote included, its closing quote not; after `careful` also in a comment.
    pub(super) covered: L,
    /// `/` and backslash: in code, a reason to look with care.
    suspect: L,
    parities: Parities,
}

/// What goes on from batch to batch.
#[derive(Clone, Copy)]
pub(super) struct Carry {
    pub(super) mode: Mode,
}

/// Spans found with care in a batch; the fast path counts its own.
#[derive(Clone, Copy, Default)]
pub(super) struct CarefulSpans {
    /// Whether the batch was looked at with care; if not, the counts mean nothing.
    pub(super) careful: bool,
    /// By [`crate::lang::SpanKind`] number.
    pub(super) spans: [u64; crate::lang::SpanKind::ALL.len()],
}

impl<L: Lanes> Masks<L> {
    /// All zeros, to be overwritten.
    #[inline(always)]
    pub(super) fn none<K: Kernel<Lanes = L>>(kernel: K) -> Self {
        let zero = kernel.splat(0);
        Masks {
            open: zero,
            close: zero,
            comma: zero,
            colon: zero,
            brace: zero,
            line_break: zero,
            quote: zero,
            covered: zero,
            suspect: zero,
            parities: 0,
        }
    }
}

/// Fills `masks` from `batch` and moves `carry` over it. Bytes from `n` on are padding (spaces) after the document's or
/// chunk's end.
#[inline(always)]
pub(super) fn classify<K: Kernel>(
    kernel: K,
    batch: &[u8],
    n: usize,
    carry: &mut Carry,
    masks: &mut [Masks<K::Lanes>; BATCH_GROUPS],
) -> CarefulSpans {
    let mut in_string = matches!(carry.mode, Mode::String | Mode::StringAfterEscape);
    let mut escape = kernel.splat(u64::from(carry.mode == Mode::StringAfterEscape));
    let mut doubt = kernel.splat(0);
    let in_comment = !in_string && carry.mode != Mode::Code;
    for (group, masks) in batch.chunks_exact(K::GROUP_BYTES).zip(masks.iter_mut()) {
        let group = kernel.load_coded::<Json>(group);
        let backslash = group.matching::<b'\\', 0xFF>();
        masks.quote = group.matching::<b'"', 0xFF>();
        // A branch: most groups of most documents have no backslash, and twenty instructions are a quarter of this loop.
        if backslash.or(escape).any() {
            masks.quote = masks.quote.and_not(backslash.escaped(&mut escape, &mut doubt));
        }
        (masks.covered, masks.parities) = masks.quote.prefix_parity();
        masks.suspect = backslash.or(group.matching::<b'/', 0xFF>());
        // `[` and `{` differ in bit 5 only, and so do `]` and `}`.
        masks.open = group.matching::<0x5B, 0xDF>();
        masks.close = group.matching::<0x5D, 0xDF>();
        masks.brace = group.matching::<0x20, 0x20>();
        masks.comma = group.matching::<b',', 0xFF>();
        masks.colon = group.matching::<b':', 0xFF>();
        masks.line_break = group.matching::<b'\n', 0xFF>();
    }
    let mut suspects = kernel.splat(0);
    for masks in masks.iter_mut() {
        masks.covered = masks.covered.flip_odd(masks.parities, &mut in_string);
        suspects = suspects.or(masks.suspect.and_not(masks.covered));
    }
    let reasons = suspects.or(doubt.and(kernel.splat(1 << 63)));
    if in_comment || reasons.any() {
        return look_with_care(&batch[..n], carry, masks);
    }
    carry.mode = match (in_string, escape.last() == 1) {
        (false, _) => Mode::Code,
        (true, false) => Mode::String,
        (true, true) => Mode::StringAfterEscape,
    };
    CarefulSpans::default()
}

/// Sets the covered masks of a batch by finding its spans one by one.
#[inline(never)]
fn look_with_care<L: Lanes>(
    bytes: &[u8],
    carry: &mut Carry,
    masks: &mut [Masks<L>; BATCH_GROUPS],
) -> CarefulSpans {
    let mut covered = [0u64; BATCH_GROUPS * GROUP_BLOCKS_MAX];
    let mut found = CarefulSpans { careful: true, ..CarefulSpans::default() };
    let end = careful::walk(&State { mode: carry.mode }, bytes, |span| {
        found.spans[span.kind as usize] += u64::from(span.recognised);
        careful::set_bits(&mut covered, span.start..span.end);
    });
    carry.mode = end.mode;
    for (group, masks) in masks.iter_mut().enumerate() {
        let mut lanes = [0u64; GROUP_BLOCKS_MAX];
        lanes[..L::COUNT].copy_from_slice(&covered[group * L::COUNT..(group + 1) * L::COUNT]);
        masks.covered = masks.covered.restore(&lanes);
    }
    found
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
