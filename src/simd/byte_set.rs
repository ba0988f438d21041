//! Sets of bytes, and the masks of a run of blocks for several sets at once.
//!
//! Bytes beyond ASCII are in a set all together or not at all. A kernel that can look bytes up in a table of 128 finds
//! all the sets that a byte is in at once. AVX2 goes by the two nibbles, set by set: the low one gives, for each of the
//! eight rows of ASCII, whether the set has a byte there; the high one picks the row ("shufti" in Hyperscan; Wang et al.,
//! NSDI 2019).

use super::{BLOCK_BYTES, Kernel, KernelId, Task, run};

/// Sets that one [`masks`] call can answer for: a cache line of masks a block.
pub const SETS_MAX: usize = 8;

/// A set of bytes: any ASCII bytes, and all bytes from 0x80 on or none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(16))]
pub struct ByteSet {
    /// By low nibble: bit `r` is set if byte `16 r + nibble` is in the set.
    pub(super) rows: [u8; 16],
    /// Whether the bytes from 0x80 on are in the set.
    pub(super) beyond_ascii: bool,
}

impl ByteSet {
    /// The set of these ASCII bytes.
    ///
    /// # Panics
    /// If one is not ASCII.
    #[must_use]
    pub const fn of(bytes: &[u8]) -> Self {
        let mut set = ByteSet { rows: [0; 16], beyond_ascii: false };
        let mut i = 0;
        while i < bytes.len() {
            set = set.with(bytes[i], bytes[i]);
            i += 1;
        }
        set
    }

    /// This set and the ASCII bytes from `first` to `last`.
    ///
    /// # Panics
    /// If they are not ASCII.
    #[must_use]
    pub const fn with(mut self, first: u8, last: u8) -> Self {
        assert!(last < 0x80, "a set names ASCII bytes");
        let mut byte = first;
        while byte <= last {
            self.rows[(byte & 15) as usize] |= 1 << (byte >> 4);
            byte += 1;
        }
        self
    }

    /// This set and all bytes from 0x80 on.
    #[must_use]
    pub const fn and_beyond_ascii(mut self) -> Self {
        self.beyond_ascii = true;
        self
    }

    /// Letters, digits, `_` and all that is not ASCII: what words are made of in most languages.
    #[must_use]
    pub const fn word() -> Self {
        ByteSet::of(b"_").with(b'a', b'z').with(b'A', b'Z').with(b'0', b'9').and_beyond_ascii()
    }

    /// Whether `byte` is in the set.
    #[inline(always)]
    #[must_use]
    pub const fn has(&self, byte: u8) -> bool {
        if byte < 0x80 {
            self.rows[(byte & 15) as usize] >> (byte >> 4) & 1 == 1
        } else {
            self.beyond_ascii
        }
    }
}

/// Up to [`SETS_MAX`] sets, in the forms that kernels want.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct SetTable {
    /// By ASCII byte: bit `n` is set if it is in set number `n`.
    by_byte: [u8; 128],
    beyond_ascii: u8,
    n_sets: usize,
    sets: [ByteSet; SETS_MAX],
}

impl SetTable {
    /// The table of `sets`.
    ///
    /// # Panics
    /// If there are more than [`SETS_MAX`].
    #[must_use]
    pub const fn of(sets: &[ByteSet]) -> Self {
        assert!(sets.len() <= SETS_MAX, "too many sets");
        let empty = [ByteSet::of(b""); SETS_MAX];
        let mut table =
            SetTable { by_byte: [0; 128], beyond_ascii: 0, n_sets: sets.len(), sets: empty };
        let mut n = 0;
        while n < sets.len() {
            table.sets[n] = sets[n];
            table.beyond_ascii |= (sets[n].beyond_ascii as u8) << n;
            let mut byte = 0;
            while byte < 128 {
                table.by_byte[byte] |= (sets[n].has(byte as u8) as u8) << n;
                byte += 1;
            }
            n += 1;
        }
        table
    }

    /// The sets.
    #[inline(always)]
    #[must_use]
    pub fn sets(&self) -> &[ByteSet] {
        &self.sets[..self.n_sets]
    }

    /// By ASCII byte: bit `n` is set if it is in set number `n`.
    #[inline(always)]
    pub(super) fn by_byte(&self) -> &[u8; 128] {
        &self.by_byte
    }

    /// Bit `n` is set if the bytes from 0x80 on are in set number `n`.
    #[inline(always)]
    pub(super) fn beyond_ascii(&self) -> u8 {
        self.beyond_ascii
    }

    /// The sets that `byte` is in: bit `n` for set number `n`.
    #[inline(always)]
    pub(super) fn members(&self, byte: u8) -> u8 {
        self.by_byte.get(usize::from(byte)).copied().unwrap_or(self.beyond_ascii)
    }
}

/// For each whole block of `text` the masks of the bytes that are in each of `sets`, by set number.
///
/// # Panics
/// If `text` is not a whole number of blocks, or `out` has fewer entries.
pub fn masks(kernel: KernelId, text: &[u8], sets: &SetTable, out: &mut [[u64; SETS_MAX]]) {
    run(kernel, Masks { text, sets, out });
}

struct Masks<'a> {
    text: &'a [u8],
    sets: &'a SetTable,
    out: &'a mut [[u64; SETS_MAX]],
}

impl Task for Masks<'_> {
    type Output = ();

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) {
        let (blocks, rest) = self.text.as_chunks::<BLOCK_BYTES>();
        assert!(
            rest.is_empty() && blocks.len() <= self.out.len(),
            "whole blocks, with room for each"
        );
        for (block, out) in blocks.iter().zip(self.out) {
            kernel.in_sets(block, self.sets, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::available;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_kernel_gives_the_masks_of_the_plain_test(
            text in prop::collection::vec(any::<u8>(), 64 * 5),
            members in prop::collection::vec(0u8..0x80, 0..40),
            beyond in any::<bool>(),
        ) {
            let set = ByteSet::of(&members);
            let set = if beyond { set.and_beyond_ascii() } else { set };
            let plain = |byte: u8| members.contains(&byte) || beyond && byte >= 0x80;
            for kernel in available() {
                let mut out = [[0; SETS_MAX]; 5];
                masks(kernel, &text, &SetTable::of(&[ByteSet::word(), set]), &mut out);
                for (i, byte) in text.iter().enumerate() {
                    let found = out[i / 64][1] >> (i % 64) & 1 == 1;
                    prop_assert_eq!(found, plain(*byte));
                    prop_assert_eq!(set.has(*byte), plain(*byte));
                    let word = byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
                    prop_assert_eq!(out[i / 64][0] >> (i % 64) & 1 == 1, word);
                }
            }
        }
    }
}
