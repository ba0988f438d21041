//! The kernel for any processor: one block at a time, eight bytes at a time.

use super::lanes::one_lane;
use super::utf8::ByMasks;
use super::{Alphabet, BLOCK_BYTES, DepthRun, Group, Kernel, Lanes, Parities, SETS_MAX, SetTable};

/// The kernel for any processor.
#[derive(Clone, Copy, Debug)]
pub struct Scalar;

/// The one lane of a group of one block.
#[derive(Clone, Copy, Debug)]
pub struct Lane(u64);

/// The bytes of a block.
#[derive(Clone, Copy, Debug)]
pub struct Block([u64; 8]);

impl Kernel for Scalar {
    type Lanes = Lane;
    type Group = Block;
    type Coded<A: Alphabet> = Block;
    type Utf8 = ByMasks<Lane>;

    #[inline(always)]
    fn load(self, bytes: &[u8]) -> Block {
        let (words, _) = bytes[..BLOCK_BYTES].as_chunks::<8>();
        Block(std::array::from_fn(|i| u64::from_le_bytes(words[i])))
    }

    #[inline(always)]
    fn load_coded<A: Alphabet>(self, bytes: &[u8]) -> Block {
        self.load(bytes)
    }

    #[inline(always)]
    fn splat(self, value: u64) -> Lane {
        Lane(value)
    }

    /// Eight bytes are looked up, then turned: of each byte's eight memberships into each set's eight bytes.
    #[inline(always)]
    fn in_sets(self, block: &[u8; BLOCK_BYTES], sets: &SetTable, masks: &mut [u64; SETS_MAX]) {
        *masks = [0; SETS_MAX];
        for (i, bytes) in block.as_chunks::<8>().0.iter().enumerate() {
            let members = bytes.map(|byte| sets.members(byte));
            let turned = turn(u64::from_le_bytes(members)).to_le_bytes();
            for (mask, of_set) in masks.iter_mut().zip(turned) {
                *mask |= u64::from(of_set) << (8 * i);
            }
        }
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// Which of eight bytes are zero, one bit each. Exact: a byte's high bit is taken out before the addition that could
/// carry into the next one (Hacker's Delight, section 6-1). The product gathers the eight high bits.
#[inline(always)]
fn zero_bytes(word: u64) -> u64 {
    const LOW: u64 = 0x7F * ONES;
    let nonzero = ((word & LOW) + LOW) | word;
    let zero = !nonzero & !LOW;
    (zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

impl Group for Block {
    type Lanes = Lane;

    #[inline(always)]
    fn matching<const VALUE: u8, const CARE: u8>(&self) -> Lane {
        let mut mask = 0;
        for (i, word) in self.0.iter().enumerate() {
            let differs = (word ^ (u64::from(VALUE) * ONES)) & (u64::from(CARE) * ONES);
            mask |= zero_bytes(differs) << (8 * i);
        }
        Lane(mask)
    }
}

#[inline(always)]
fn prefix_parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

one_lane!(Lane, prefix_parity, DepthRun::walk);

/// The 8 x 8 bits of a word turned over their diagonal (Warren, Hacker's Delight, 7-3): bit `p` of byte `i` becomes bit `i`
/// of byte `p`.
#[inline(always)]
fn turn(mut x: u64) -> u64 {
    for (shift, mask) in
        [(7, 0x00AA_00AA_00AA_00AA), (14, 0x0000_CCCC_0000_CCCC), (28, 0x0000_0000_F0F0_F0F0)]
    {
        let swapped = (x ^ x >> shift) & mask;
        x ^= swapped ^ swapped << shift;
    }
    x
}
