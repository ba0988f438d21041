//! A kernel of eight lanes for any processor, so that what is written for lanes is tested where AVX-512 is not at hand.

use super::lanes::{escaped_in_block, positions_in_block};
use super::utf8::ByMasks;
use super::{
    Alphabet, BLOCK_BYTES, DepthRun, GROUP_BLOCKS_MAX, Group, Kernel, Lanes, Parities, SETS_MAX,
    Scalar, SetTable,
};

/// Eight blocks at a time, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wide;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Eight([u64; GROUP_BLOCKS_MAX]);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocks([[u8; BLOCK_BYTES]; GROUP_BLOCKS_MAX]);

impl Kernel for Wide {
    type Lanes = Eight;
    type Group = Blocks;
    type Coded<A: Alphabet> = Blocks;
    type Utf8 = ByMasks<Eight>;

    fn load(self, bytes: &[u8]) -> Blocks {
        let (blocks, _) = bytes.as_chunks::<BLOCK_BYTES>();
        Blocks(*blocks.first_chunk().expect("a group has eight blocks"))
    }

    fn load_coded<A: Alphabet>(self, bytes: &[u8]) -> Blocks {
        self.load(bytes)
    }

    fn splat(self, value: u64) -> Eight {
        Eight([value; GROUP_BLOCKS_MAX])
    }

    fn in_sets(self, block: &[u8; BLOCK_BYTES], sets: &SetTable, masks: &mut [u64; SETS_MAX]) {
        Scalar.in_sets(block, sets, masks);
    }
}

impl Group for Blocks {
    type Lanes = Eight;

    fn matching<const VALUE: u8, const CARE: u8>(&self) -> Eight {
        Eight(self.0.map(|block| {
            let matches = |byte: &u8| (byte ^ VALUE) & CARE == 0;
            (0..).zip(&block).map(|(i, byte)| u64::from(matches(byte)) << i).sum()
        }))
    }
}

impl Eight {
    fn with(self, other: Self, of_two: impl Fn(u64, u64) -> u64) -> Self {
        Eight(std::array::from_fn(|i| of_two(self.0[i], other.0[i])))
    }
}

impl Lanes for Eight {
    const COUNT: usize = GROUP_BLOCKS_MAX;
    type Counter = u64;
    type Depth = DepthRun;

    fn and(self, other: Self) -> Self {
        self.with(other, |a, b| a & b)
    }

    fn or(self, other: Self) -> Self {
        self.with(other, |a, b| a | b)
    }

    fn and_not(self, other: Self) -> Self {
        self.with(other, |a, b| a & !b)
    }

    fn any(self) -> bool {
        self.0 != [0; GROUP_BLOCKS_MAX]
    }

    fn count(masks: [Self; 4], counter: &mut u64) {
        let bits = masks.iter().flat_map(|mask| mask.0).map(u64::count_ones);
        *counter += u64::from(bits.sum::<u32>());
    }

    fn total(counter: u64) -> u64 {
        counter
    }

    fn escaped(self, carry: &mut Self, _doubt: &mut Self) -> Self {
        let mut carried = carry.last();
        let escaped = self.0.map(|backslash| {
            let (escaped, out) = escaped_in_block(backslash, carried);
            carried = out;
            escaped
        });
        *carry = Eight([carried; GROUP_BLOCKS_MAX]);
        Eight(escaped)
    }

    fn last(self) -> u64 {
        self.0[GROUP_BLOCKS_MAX - 1]
    }

    fn advance<const N: u32>(self, before: Self) -> Self {
        let mut before = before.last();
        Eight(self.0.map(|lane| {
            let advanced = lane << N | before >> (64 - N);
            before = lane;
            advanced
        }))
    }

    fn retreat(self, after: u64) -> Self {
        let after = |i: usize| self.0.get(i + 1).copied().unwrap_or(after);
        Eight(std::array::from_fn(|i| self.0[i] >> 1 | after(i) << 63))
    }

    fn prefix_parity(self) -> (Self, Parities) {
        let prefix = |lane: u64| (0..6).fold(lane, |lane, shift| lane ^ lane << (1 << shift));
        let all = self.0.map(prefix);
        let parities = (0..).zip(all).map(|(i, lane)| ((lane >> 63) as Parities) << i).sum();
        (Eight(all), parities)
    }

    fn odd_before(parities: &[Parities; 4], carry: &mut bool) -> [Parities; 4] {
        parities.map(|parities| {
            let odd = |i: usize| {
                let before = Parities::from(*carry);
                *carry ^= parities >> i & 1 == 1;
                before << i
            };
            (0..GROUP_BLOCKS_MAX).map(odd).sum()
        })
    }

    fn flip(self, lanes: Parities) -> Self {
        Eight(std::array::from_fn(|i| if lanes >> i & 1 == 1 { !self.0[i] } else { self.0[i] }))
    }

    fn depth(open: &[Self; 4], close: &[Self; 4], commas: &[Self; 4], run: &mut DepthRun) {
        for ((open, close), commas) in open.iter().zip(close).zip(commas) {
            for i in 0..GROUP_BLOCKS_MAX {
                run.walk(open.0[i], close.0[i], commas.0[i]);
            }
        }
    }

    fn depth_run(run: &mut DepthRun) -> DepthRun {
        *run
    }

    fn positions(self, base: u32, out: &mut Vec<u32>) {
        for (at, lane) in (base..).step_by(BLOCK_BYTES).zip(self.0) {
            positions_in_block(lane, at, out);
        }
    }

    fn store(self, out: &mut [u64; GROUP_BLOCKS_MAX]) {
        *out = self.0;
    }

    fn restore(self, values: &[u64; GROUP_BLOCKS_MAX]) -> Self {
        Eight(*values)
    }
}
