//! Lanes: one u64 for each block of a group, and the arithmetic on them that scanners need.

use super::DepthRun;

/// One bit for each lane: whether the lane has an odd number of bits set. Lane 0 is bit 0.
pub type Parities = u32;

/// One u64 for each block of a group. Bit `i` of lane `b` stands for byte `64 * b + i` of the group.
pub trait Lanes: Copy {
    /// How many lanes there are: 1 or 8.
    const COUNT: usize;

    /// Sums of bits, kept in registers. Empty it with [`Lanes::total`].
    type Counter: Copy + Default;

    /// Depth over a stretch of bytes, as far as it was followed. Ask [`Lanes::depth_run`] what it is.
    type Depth: Copy + Default;

    /// The intersection.
    fn and(self, other: Self) -> Self;
    /// The union.
    fn or(self, other: Self) -> Self;
    /// The bits of `self` that are not in `other`.
    fn and_not(self, other: Self) -> Self;
    /// Whether any bit is set.
    fn any(self) -> bool;
    /// Adds the number of bits set in all of `masks` to a counter.
    fn count(masks: [Self; 4], counter: &mut Self::Counter);
    /// What a counter has counted.
    fn total(counter: Self::Counter) -> u64;

    /// The bytes that a backslash escapes, `self` being the backslashes. The last lane of `carry` is 1 if the group's
    /// first byte is escaped by the byte before it, and is set for the next group. If a bit 63 of `doubt` is set
    /// afterwards, the answer cannot be relied on (a whole block of backslashes) and the caller must look with care.
    fn escaped(self, carry: &mut Self, doubt: &mut Self) -> Self;

    /// The last lane.
    fn last(self) -> u64;

    /// All bits `N` places (1 to 63) on in the group; the last `N` bits of `before`, the same masks of the group before,
    /// come in at the front.
    fn advance<const N: u32>(self, before: Self) -> Self;

    /// All bits one place back in the group; the lowest bit of `after` comes in at the end.
    fn retreat(self, after: u64) -> Self;

    /// For each lane by itself: bit `i` is the parity of the bits 0 to `i`. With the parities of the whole lanes this
    /// becomes the parity over the group by [`Lanes::odd_before`] and [`Lanes::flip`].
    fn prefix_parity(self) -> (Self, Parities);

    /// For each lane of four groups: whether an odd number of bits stands before it, `parities` being those of the lanes,
    /// and `carry` counting as one more. Sets `carry` to the parity after the groups.
    fn odd_before(parities: &[Parities; 4], carry: &mut bool) -> [Parities; 4];

    /// Flips the lanes whose bit is set in `lanes`.
    fn flip(self, lanes: Parities) -> Self;

    /// Follows depth over four groups: `open` raises it, `close` lowers it, and commas are counted where it is lowest.
    fn depth(open: &[Self; 4], close: &[Self; 4], commas: &[Self; 4], depth: &mut Self::Depth);
    /// What was followed.
    fn depth_run(depth: &mut Self::Depth) -> DepthRun;

    /// Appends the places of all bits set, in order, `base` being the place of the first bit.
    fn positions(self, base: u32, out: &mut Vec<u32>);

    /// Writes the lanes, in order, to the front of `out`.
    fn store(self, out: &mut [u64; super::GROUP_BLOCKS_MAX]);

    /// Lanes out of their numbers; `values` has [`Lanes::COUNT`] or more.
    fn restore(self, values: &[u64; super::GROUP_BLOCKS_MAX]) -> Self;
}

/// The bytes that a backslash escapes, within one block, and whether it escapes the next block's first byte.
/// `carried` is 1 if the block's own first byte is escaped.
///
/// A run of backslashes escapes every second byte after its first. Subtracting the backslashes from their own left
/// shift, with every odd bit set, borrows through each run and so marks where it ends, odd or even: the escape scanner
/// of simdjson's stage 1 (Langdale, Lemire: "Parsing gigabytes of JSON per second", 2019). Seven operations.
#[inline(always)]
pub(super) fn escaped_in_block(backslash: u64, carried: u64) -> (u64, u64) {
    const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
    let escaping = backslash & !carried;
    let after = escaping << 1;
    let ends = (after | ODD).wrapping_sub(escaping) ^ ODD;
    (ends ^ (backslash | carried), (ends & backslash) >> 63)
}

/// Appends the places of the bits of `mask`, `base` being the place of bit 0.
///
/// Four at a time whether there are so many or not: a loop that ends when the bits do is mispredicted once a block (the
/// way of simdjson's index writer).
#[inline(always)]
pub(super) fn positions_in_block(mask: u64, base: u32, out: &mut Vec<u32>) {
    let n = mask.count_ones() as usize;
    let had = out.len();
    out.reserve(64 + 4);
    let spare = out.spare_capacity_mut();
    let mut left = mask;
    let mut written = 0;
    while written < n {
        for place in &mut spare[written..written + 4] {
            place.write(base.wrapping_add(left.trailing_zeros()));
            left &= left.wrapping_sub(1);
        }
        written += 4;
    }
    // SAFETY: at least `n` places after the old end have been written, and that many were reserved.
    unsafe { out.set_len(had + n) }
}

macro_rules! one_lane {
    ($name:ident, $prefix_parity:expr, $walk:expr) => {
        impl Lanes for $name {
            const COUNT: usize = 1;
            type Counter = u64;
            type Depth = DepthRun;

            #[inline(always)]
            fn and(self, other: Self) -> Self {
                $name(self.0 & other.0)
            }

            #[inline(always)]
            fn or(self, other: Self) -> Self {
                $name(self.0 | other.0)
            }

            #[inline(always)]
            fn and_not(self, other: Self) -> Self {
                $name(self.0 & !other.0)
            }

            #[inline(always)]
            fn any(self) -> bool {
                self.0 != 0
            }

            #[inline(always)]
            fn count(masks: [Self; 4], counter: &mut u64) {
                for mask in masks {
                    *counter += u64::from(mask.0.count_ones());
                }
            }

            #[inline(always)]
            fn total(counter: u64) -> u64 {
                counter
            }

            #[inline(always)]
            fn escaped(self, carry: &mut Self, _doubt: &mut Self) -> Self {
                let (escaped, out) = $crate::simd::lanes::escaped_in_block(self.0, carry.0);
                *carry = $name(out);
                $name(escaped)
            }

            #[inline(always)]
            fn last(self) -> u64 {
                self.0
            }

            #[inline(always)]
            fn advance<const N: u32>(self, before: Self) -> Self {
                $name(self.0 << N | before.0 >> (64 - N))
            }

            #[inline(always)]
            fn retreat(self, after: u64) -> Self {
                $name(self.0 >> 1 | after << 63)
            }

            #[inline(always)]
            fn prefix_parity(self) -> (Self, Parities) {
                let prefix: fn(u64) -> u64 = $prefix_parity;
                let parities = prefix(self.0);
                ($name(parities), (parities >> 63) as Parities)
            }

            #[inline(always)]
            fn odd_before(parities: &[Parities; 4], carry: &mut bool) -> [Parities; 4] {
                parities.map(|parity| {
                    let before = Parities::from(*carry);
                    *carry ^= parity & 1 == 1;
                    before
                })
            }

            #[inline(always)]
            fn flip(self, lanes: Parities) -> Self {
                $name(self.0 ^ 0u64.wrapping_sub(u64::from(lanes & 1)))
            }

            #[inline(always)]
            fn depth_run(run: &mut DepthRun) -> DepthRun {
                *run
            }

            #[inline(always)]
            fn depth(open: &[Self; 4], close: &[Self; 4], commas: &[Self; 4], run: &mut DepthRun) {
                for ((open, close), commas) in open.iter().zip(close).zip(commas) {
                    if run.may_turn(open.0, close.0) {
                        let walk: fn(&mut DepthRun, u64, u64, u64) = $walk;
                        walk(run, open.0, close.0, commas.0);
                    } else {
                        run.step_over(open.0, close.0);
                    }
                }
            }

            #[inline(always)]
            fn positions(self, base: u32, out: &mut Vec<u32>) {
                $crate::simd::lanes::positions_in_block(self.0, base, out);
            }

            #[inline(always)]
            fn store(self, out: &mut [u64; $crate::simd::GROUP_BLOCKS_MAX]) {
                out[0] = self.0;
            }

            #[inline(always)]
            fn restore(self, values: &[u64; $crate::simd::GROUP_BLOCKS_MAX]) -> Self {
                $name(values[0])
            }
        }
    };
}
pub(super) use one_lane;
