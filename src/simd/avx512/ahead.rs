//! Asking memory for bytes before they are wanted. What helps depends on the processor: on one what is gained by another's
//! way is lost (figures: `docs/decisions/0005-avx512-codes-and-put-off-walks.md`).

use std::arch::x86_64::*;

use crate::simd::{BLOCK_BYTES, GROUP_BLOCKS_MAX};

/// How memory is asked ahead.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ahead {
    /// Not: processors that were not measured know best.
    Not,
    /// AMD's Zen 4: into the second-level cache, and a little less than two pages ahead. Requests for the first level fill
    /// the few places that its own misses need, and from two pages on half of the gain is lost.
    Zen4,
    /// AMD's Zen 5: into the first level only, for what is read once need not stay in the second.
    Zen5,
}

const ZEN_4_BYTES: usize = 15 * 512;
const ZEN_5_BYTES: usize = 12 * 1024;

impl Ahead {
    /// What this processor likes.
    pub(super) fn of_this_processor() -> Self {
        // The family: what four bits cannot say is added by eight more.
        let version = __cpuid(1).eax;
        let family = (version >> 8 & 0xF) + (version >> 20 & 0xFF);
        let vendor = __cpuid(0);
        let amd = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes).as_flattened()
            == b"AuthenticAMD";
        match family {
            // Zen 3 has the same family, and no AVX-512.
            0x19 if amd => Ahead::Zen4,
            0x1A.. if amd => Ahead::Zen5,
            _ => Ahead::Not,
        }
    }

    /// Asks for a group's worth of bytes ahead of `group`, line by line in order: asked for in another, they come a tenth
    /// slower.
    #[inline(always)]
    pub(super) fn ask(self, group: &[u8]) {
        for block in 0..GROUP_BLOCKS_MAX {
            let line = group.as_ptr().wrapping_add(block * BLOCK_BYTES);
            // SAFETY: a prefetch never faults, wherever it points.
            unsafe {
                match self {
                    Ahead::Not => {}
                    Ahead::Zen4 => {
                        _mm_prefetch::<_MM_HINT_T1>(line.wrapping_add(ZEN_4_BYTES).cast())
                    }
                    Ahead::Zen5 => {
                        _mm_prefetch::<_MM_HINT_NTA>(line.wrapping_add(ZEN_5_BYTES).cast());
                    }
                }
            }
        }
    }
}
