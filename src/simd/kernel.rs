//! What a kernel is, the one list of kernels, best first, and which of them this processor can run.

use super::utf8::CheckGroup;
use super::{
    Alphabet, BLOCK_BYTES, GROUP_BLOCKS_MAX, Lanes, Quoted, SETS_MAX, Scalar, SetTable, Tally,
};
#[cfg(target_arch = "x86_64")]
use super::{Avx2, Avx512};

/// A kernel: a value that proves that the processor has the instructions. Only `detect` of each kernel hands one out.
pub trait Kernel: Copy {
    /// One u64 for each block of a group.
    type Lanes: Lanes;
    /// The bytes of a group, in registers, ready to be asked about.
    type Group: Group<Lanes = Self::Lanes>;
    /// The same, of which only questions about an alphabet will be asked.
    type Coded<A: Alphabet>: Group<Lanes = Self::Lanes>;

    /// How UTF-8 is checked.
    type Utf8: CheckGroup<Self>;

    /// Bytes in a group.
    const GROUP_BYTES: usize = Self::Lanes::COUNT * BLOCK_BYTES;

    /// Whether [`Kernel::tally`] does anything.
    const TALLIES: bool = false;

    /// Loads the group that `bytes` begins with.
    ///
    /// # Panics
    /// If there are fewer than [`Kernel::GROUP_BYTES`] bytes.
    fn load(self, bytes: &[u8]) -> Self::Group;

    /// As [`Kernel::load`], for questions about the bytes of `A` only: what is said of other bytes is right where none of
    /// them matches, and left open for all of them where one does.
    ///
    /// # Panics
    /// If there are fewer than [`Kernel::GROUP_BYTES`] bytes.
    fn load_coded<A: Alphabet>(self, bytes: &[u8]) -> Self::Coded<A>;

    /// The bytes of the group that `bytes` begins with that are neither white space nor a line break.
    ///
    /// # Panics
    /// If there are fewer than [`Kernel::GROUP_BYTES`] bytes.
    #[inline(always)]
    fn ink(self, bytes: &[u8]) -> Self::Lanes {
        let group = self.load(bytes);
        let white = group
            .matching::<b' ', 0xFF>()
            .or(group.matching::<b'\t', 0xFF>())
            .or(group.matching::<b'\n', 0xFF>())
            // 0x0C and 0x0D: form feed and CR.
            .or(group.matching::<0x0C, 0xFE>());
        self.splat(!0).and_not(white)
    }

    /// Whether the group that `bytes` begins with is ASCII and nothing else.
    ///
    /// # Panics
    /// If there are fewer than [`Kernel::GROUP_BYTES`] bytes.
    #[inline(always)]
    fn is_ascii(self, bytes: &[u8]) -> bool {
        !self.load(bytes).matching::<0x80, 0x80>().any()
    }

    /// Asks memory for bytes that will be wanted soon if `group` is at hand now, and the rest of the text lies behind it.
    #[inline(always)]
    fn prefetch(self, group: &[u8]) {
        let _ = group;
    }

    /// Lanes that all hold `value`.
    fn splat(self, value: u64) -> Self::Lanes;

    /// The bits of `bits` where `mask` has ones, moved together at the low end: PEXT.
    #[inline(always)]
    fn squeeze(self, bits: u64, mask: u64) -> u64 {
        let (mut squeezed, mut left, mut to) = (0, mask, 1u64);
        while left != 0 {
            let lowest = left & left.wrapping_neg();
            squeezed |= if bits & lowest == 0 { 0 } else { to };
            (left, to) = (left ^ lowest, to << 1);
        }
        squeezed
    }

    /// The low bits of `bits`, moved to where `mask` has ones: PDEP.
    #[inline(always)]
    fn spread(self, bits: u64, mask: u64) -> u64 {
        let (mut spread, mut left, mut from) = (0, mask, bits);
        while left != 0 {
            let lowest = left & left.wrapping_neg();
            spread |= if from & 1 == 0 { 0 } else { lowest };
            (left, from) = (left ^ lowest, from >> 1);
        }
        spread
    }

    /// Counts what JSON's summary wants of the bytes that `bytes` begin with, outside comments. Returns of how many: it
    /// stops in front of comments and of what cannot be told from them, and where little is left. `quoted` and
    /// `tally` are moved over these bytes.
    #[inline(always)]
    fn tally(self, bytes: &[u8], quoted: &mut Quoted, tally: &mut Tally) -> usize {
        let _ = (bytes, quoted, tally);
        0
    }

    /// For each set of `sets` by number the bytes of one block that are in it; of numbers without a set nothing is said.
    fn in_sets(self, block: &[u8; BLOCK_BYTES], sets: &SetTable, masks: &mut [u64; SETS_MAX]);

    /// What [`Kernel::in_sets`] said of the blocks of a group, set by set.
    ///
    /// # Panics
    /// If there are fewer blocks than in a group.
    #[inline(always)]
    fn by_set(self, masks: &[[u64; SETS_MAX]]) -> [Self::Lanes; SETS_MAX] {
        let blocks = &masks[..Self::Lanes::COUNT];
        let mut sets = [self.splat(0); SETS_MAX];
        for (set, lanes) in sets.iter_mut().enumerate() {
            let mut values = [0; GROUP_BLOCKS_MAX];
            for (value, of_block) in values.iter_mut().zip(blocks) {
                *value = of_block[set];
            }
            *lanes = lanes.restore(&values);
        }
        sets
    }
}

/// The bytes of a group.
pub trait Group: Copy {
    /// One u64 for each block.
    type Lanes: Lanes;

    /// The bytes that equal `VALUE` in the bits that are set in `CARE`. Each answer costs a few instructions; bits not
    /// cared for make it cheaper on one kernel and not dearer on the others.
    fn matching<const VALUE: u8, const CARE: u8>(&self) -> Self::Lanes;

    /// `0` to `9`. Of an alphabet, `:` to `?` are to have codes.
    #[inline(always)]
    fn digits(&self) -> Self::Lanes {
        let behind = self.matching::<b':', 0xFE>().or(self.matching::<b'<', 0xFC>());
        self.matching::<b'0', 0xF0>().and_not(behind)
    }
}

/// What [`Kernel::ink`] looks bytes up in by their low four bits: a byte that it finds there is white space. The others find
/// a byte of other low bits, and 0 finds a space.
pub(super) const WHITE: [u8; 16] = {
    let mut white = [0; 16];
    let mut i = 0;
    while i < WHITE_BYTES.len() {
        white[(WHITE_BYTES[i] & 15) as usize] = WHITE_BYTES[i];
        i += 1;
    }
    white
};

const WHITE_BYTES: [u8; 5] = *b" \t\n\x0C\r";

/// Work that is written once and compiled for each kernel. [`run`] calls it inside a function that has the kernel's
/// instructions switched on, so everything that it does must be `#[inline(always)]`.
pub trait Task {
    /// What comes out.
    type Output;

    /// Does the work with this kernel.
    fn run<K: Kernel>(self, kernel: K) -> Self::Output;
}

/// Does `task` with the kernel asked for, or with the next one down that this processor can run.
#[inline]
pub fn run<T: Task>(kernel: KernelId, task: T) -> T::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if kernel == KernelId::Avx512
            && let Some(token) = Avx512::detect()
        {
            return token.run(task);
        }
        if kernel != KernelId::Scalar
            && let Some(token) = Avx2::detect()
        {
            return token.run(task);
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = kernel;
    task.run(Scalar)
}

/// A kernel by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KernelId {
    /// AVX-512 with VBMI, VBMI2, GFNI, BITALG, VPOPCNTDQ and VPCLMULQDQ: Ice Lake, Zen 4 and later.
    Avx512,
    /// AVX2 with PCLMULQDQ, BMI1, BMI2 and POPCNT: Haswell, Zen and later.
    Avx2,
    /// Any processor.
    Scalar,
}

impl KernelId {
    /// All kernels, best first.
    pub const ALL: [KernelId; 3] = [KernelId::Avx512, KernelId::Avx2, KernelId::Scalar];

    /// The name for `--kernel` and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            KernelId::Avx512 => "avx512",
            KernelId::Avx2 => "avx2",
            KernelId::Scalar => "scalar",
        }
    }

    /// The kernel of that name, if there is one; it may still be one that this processor lacks.
    #[must_use]
    pub fn by_name(name: &str) -> Option<KernelId> {
        KernelId::ALL.into_iter().find(|kernel| kernel.name() == name)
    }
}

/// The kernels that this processor can run, best first. Never empty.
#[must_use]
pub fn available() -> Vec<KernelId> {
    KernelId::ALL.into_iter().filter(|kernel| supported(*kernel)).collect()
}

/// The best kernel that this processor can run.
#[must_use]
pub fn best() -> KernelId {
    available().first().copied().unwrap_or(KernelId::Scalar)
}

fn supported(kernel: KernelId) -> bool {
    match kernel {
        #[cfg(target_arch = "x86_64")]
        KernelId::Avx512 => Avx512::detect().is_some(),
        #[cfg(target_arch = "x86_64")]
        KernelId::Avx2 => Avx2::detect().is_some(),
        KernelId::Scalar => true,
        #[cfg(not(target_arch = "x86_64"))]
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::GROUP_BLOCKS_MAX;

    struct Ink<'a>(&'a [u8]);

    impl Task for Ink<'_> {
        type Output = Vec<bool>;

        fn run<K: Kernel>(self, kernel: K) -> Vec<bool> {
            let mut blocks = [0; GROUP_BLOCKS_MAX];
            let group = |bytes: &[u8]| {
                kernel.ink(bytes).store(&mut blocks);
                (0..K::GROUP_BYTES).map(|i| blocks[i / 64] >> (i % 64) & 1 == 1).collect::<Vec<_>>()
            };
            self.0.chunks_exact(K::GROUP_BYTES).flat_map(group).collect()
        }
    }

    #[test]
    fn every_byte_is_ink_or_white_in_every_place_of_a_block() {
        let bytes: Vec<u8> = (0..64 * 512).map(|i| (i / 64 + i) as u8).collect();
        let expected: Vec<bool> = bytes.iter().map(|byte| !byte.is_ascii_whitespace()).collect();
        for kernel in available() {
            assert!(run(kernel, Ink(&bytes)) == expected, "{}", kernel.name());
        }
    }
}
