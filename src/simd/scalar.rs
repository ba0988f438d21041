//! The kernel for any processor: one block at a time, eight bytes at a time.

use super::lanes::one_lane;
use super::{Alphabet, BLOCK_BYTES, ByteSet, DepthRun, Group, Kernel, Lanes, Parities};

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

    #[inline(always)]
    fn in_set(self, block: &[u8; BLOCK_BYTES], set: &ByteSet) -> u64 {
        let bit = |(i, byte): (usize, &u8)| u64::from(set.has(*byte)) << i;
        block.iter().enumerate().map(bit).fold(0, |all, one| all | one)
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
