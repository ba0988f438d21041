//! Searches of the cursor: what stands next, or before, by the masks of its byte sets.

use super::Cursor;
use super::cursor::WINDOW_BLOCKS;
use crate::simd::{BLOCK_BYTES, SETS_MAX};
use crate::units::ByteOffset;

impl Cursor<'_> {
    /// The first place from `from` on whose byte is in set number `SET`; [`Cursor::end`] if there is none.
    #[inline]
    #[must_use]
    pub fn next_in<const SET: usize>(&mut self, from: ByteOffset) -> ByteOffset {
        self.next(from, |masks| masks[SET])
    }

    /// As [`Cursor::next_in`], for what is as likely more than 64 bytes away as less: which of the two cannot be foretold, so
    /// no branch asks.
    #[inline]
    #[must_use]
    pub fn next_in_line<const SET: usize>(&mut self, from: ByteOffset) -> ByteOffset {
        self.next_where_in_line(from, |masks| masks[SET])
    }

    /// As [`Cursor::next_in_line`], for the places that `pick` makes of a block's masks.
    #[inline]
    #[must_use]
    pub fn next_where_in_line(
        &mut self,
        from: ByteOffset,
        pick: impl Fn(&[u64; SETS_MAX]) -> u64,
    ) -> ByteOffset {
        match self.two_blocks(from, &pick) {
            Some(places) if places != 0 => from + u64::from(places.trailing_zeros()),
            _ => self.next(from, pick),
        }
    }

    /// The places that `pick` makes of masks, among two blocks' bytes from `from` on, if they are at hand.
    #[inline(always)]
    fn two_blocks(
        &self,
        from: ByteOffset,
        pick: &impl Fn(&[u64; SETS_MAX]) -> u64,
    ) -> Option<u128> {
        const FURTHER: u64 = BLOCK_BYTES as u64;
        let place = from.wrapping_sub(self.window_start);
        (place < self.near_bytes.saturating_sub(FURTHER)).then(|| {
            let near = self.near_mask(place, pick);
            let far = self.near_mask(place + FURTHER, pick);
            u128::from(near) | u128::from(far) << FURTHER
        })
    }

    /// The first place among those that `pick` makes of a block's masks, from `from` on and less than `bytes_max` bytes away, which
    /// may be as well more than 64 as less. `None` if there is none at hand.
    #[inline]
    #[must_use]
    pub fn next_near(
        &mut self,
        mut from: ByteOffset,
        bytes_max: u64,
        pick: impl Fn(&[u64; SETS_MAX]) -> u64,
    ) -> Option<ByteOffset> {
        let limit = from + bytes_max;
        if let Some(places) = self.two_blocks(from, &pick) {
            if places != 0 {
                let at = from + u64::from(places.trailing_zeros());
                return (at < limit).then_some(at);
            }
            from += 2 * BLOCK_BYTES as u64;
        }
        while from < limit {
            let ([places], next) = self.places_where(from, |masks| [pick(masks)])?;
            if places != 0 {
                let at = from + u64::from(places.trailing_zeros());
                return (at < limit).then_some(at);
            }
            from = next;
        }
        None
    }

    /// The first place from `from` on whose byte is not in set number `SET`; [`Cursor::end`] if there is none.
    #[inline]
    #[must_use]
    pub fn next_out<const SET: usize>(&mut self, from: ByteOffset) -> ByteOffset {
        self.next(from, |masks| !masks[SET])
    }

    /// The first place from `from` on whose byte is in set number `A` or `B`. Asking for each by itself may run far ahead
    /// for the rarer one, again and again.
    #[inline]
    #[must_use]
    pub fn next_in_either<const A: usize, const B: usize>(
        &mut self,
        from: ByteOffset,
    ) -> ByteOffset {
        self.next(from, |masks| masks[A] | masks[B])
    }

    /// The first place from `from` on whose byte is in set number `IN`, or not in set number `OUT`.
    #[inline]
    #[must_use]
    pub fn next_in_or_out_of<const IN: usize, const OUT: usize>(
        &mut self,
        from: ByteOffset,
    ) -> ByteOffset {
        self.next(from, |masks| masks[IN] | !masks[OUT])
    }

    /// The first place in set number `SET` from `from` on and before `end`. Asking for the next place at all may run far ahead,
    /// again and again.
    #[inline]
    #[must_use]
    pub fn next_before<const SET: usize>(
        &mut self,
        mut from: ByteOffset,
        end: ByteOffset,
    ) -> Option<ByteOffset> {
        while from < end {
            let (places, next) = self.places_in::<SET>(from)?;
            if places != 0 {
                return Some(from + u64::from(places.trailing_zeros())).filter(|at| *at < end);
            }
            from = next;
        }
        None
    }

    /// The places in set number `SET` among the bytes from `from` on, as a mask whose lowest bit is `from`, and where those
    /// bytes end: 64 of them, or less. `None` at [`Cursor::end`]. For loops that take place after place without asking anew.
    #[inline]
    #[must_use]
    pub fn places_in<const SET: usize>(&mut self, from: ByteOffset) -> Option<(u64, ByteOffset)> {
        let start = self.reach(from)?;
        let (places, length) = self.window_at(start, |masks| masks[SET]);
        Some((places, from + length as u64))
    }

    /// As [`Cursor::places_in`], for two sets.
    #[inline]
    #[must_use]
    pub fn places_in_both<const A: usize, const B: usize>(
        &mut self,
        from: ByteOffset,
    ) -> Option<(u64, u64, ByteOffset)> {
        let ([in_a, in_b], end) = self.places_in_each(from, [A, B])?;
        Some((in_a, in_b, end))
    }

    /// As [`Cursor::places_in`], for the sets of these numbers.
    #[inline(always)]
    #[must_use]
    pub fn places_in_each<const N: usize>(
        &mut self,
        from: ByteOffset,
        sets: [usize; N],
    ) -> Option<([u64; N], ByteOffset)> {
        let start = self.reach(from)?;
        let (mut places, mut length) = ([0; N], 0);
        for (places, set) in places.iter_mut().zip(sets) {
            (*places, length) = self.window_at(start, |masks| masks[set]);
        }
        Some((places, from + length as u64))
    }

    /// As [`Cursor::places_in`], for the places that `pick` makes of a block's masks.
    #[inline(always)]
    #[must_use]
    pub fn places_where<const N: usize>(
        &mut self,
        from: ByteOffset,
        pick: impl Fn(&[u64; SETS_MAX]) -> [u64; N],
    ) -> Option<([u64; N], ByteOffset)> {
        let place = from.wrapping_sub(self.window_start);
        if place < self.near_bytes && from + (BLOCK_BYTES as u64) < self.end() {
            let (block, bit) = (place as usize / BLOCK_BYTES, place as usize % BLOCK_BYTES);
            let mut places = pick(&self.masks.0[block % WINDOW_BLOCKS]);
            let after = pick(&self.masks.0[block % WINDOW_BLOCKS + 1]);
            for (places, after) in places.iter_mut().zip(after) {
                *places = *places >> bit | (after << 1) << (BLOCK_BYTES - 1 - bit);
            }
            return Some((places, from + BLOCK_BYTES as u64));
        }
        let start = self.reach(from)?;
        let mut length = 0;
        let places = std::array::from_fn(|i| {
            let places;
            (places, length) = self.window_at(start, |masks| pick(masks)[i]);
            places
        });
        Some((places, from + length as u64))
    }

    /// As [`Cursor::places_in`], and in between the places that are not in set number `OUT`, and all of those beyond the end.
    #[inline(always)]
    #[must_use]
    pub fn places_in_and_out<const SET: usize, const OUT: usize>(
        &mut self,
        from: ByteOffset,
    ) -> Option<(u64, u64, ByteOffset)> {
        let place = from.wrapping_sub(self.window_start);
        if place < self.near_bytes && from + (BLOCK_BYTES as u64) < self.end() {
            let near = |pick: fn(&[u64; SETS_MAX]) -> u64| self.near_mask(place, pick);
            let (places, out) = (near(|masks| masks[SET]), near(|masks| !masks[OUT]));
            return Some((places, out, from + BLOCK_BYTES as u64));
        }
        self.far_places_in_and_out::<SET, OUT>(from)
    }

    /// As [`Cursor::places_in_and_out`], where a window or the text ends.
    #[inline(never)]
    fn far_places_in_and_out<const SET: usize, const OUT: usize>(
        &mut self,
        from: ByteOffset,
    ) -> Option<(u64, u64, ByteOffset)> {
        let start = self.reach(from)?;
        let (places, length) = self.window_at(start, |masks| masks[SET]);
        let (out, _) = self.window_at(start, |masks| !masks[OUT]);
        let beyond = if length < BLOCK_BYTES { !0 << length } else { 0 };
        Some((places, out | beyond, from + length as u64))
    }

    /// The places in the sets of these numbers among the 64 bytes from `from` on, as masks whose lowest bit is `from`. `None` where
    /// that would ask for more than the masks at hand.
    #[inline(always)]
    #[must_use]
    pub fn near_places<const N: usize>(
        &self,
        sets: [usize; N],
        from: ByteOffset,
    ) -> Option<[u64; N]> {
        let place = from.wrapping_sub(self.window_start);
        (place < self.near_bytes).then(|| sets.map(|set| self.near_mask(place, |masks| masks[set])))
    }

    /// Where the run of bytes in set number `RUN` begins that ends before `end`. `None` if it is long, if it holds a byte
    /// of set number `ODD`, or if its masks are not at hand: then it is to be gone through byte by byte.
    #[inline(always)]
    #[must_use]
    pub fn run_before<const RUN: usize, const ODD: usize>(
        &self,
        end: ByteOffset,
    ) -> Option<ByteOffset> {
        let (run, odd) = (self.window_before(end, RUN)?, self.window_before(end, ODD)?);
        let length = run.leading_ones();
        if length == BLOCK_BYTES as u32 || odd.leading_zeros() < length {
            return None;
        }
        Some(end - u64::from(length))
    }

    /// How long the run of bytes in set number `RUN` and not in set number `ODD` is that ends before `end`; of 63 or more, and
    /// where its masks are not at hand, it is told of none.
    #[inline(always)]
    #[must_use]
    pub fn run_length<const RUN: usize, const ODD: usize>(&self, end: ByteOffset) -> u64 {
        let place = end.wrapping_sub(self.base) as usize;
        let (block, bits) = (place / BLOCK_BYTES, place % BLOCK_BYTES);
        if block / WINDOW_BLOCKS != self.window {
            return 0;
        }
        let in_window = block % WINDOW_BLOCKS;
        let pick = |masks: &[u64; SETS_MAX]| masks[RUN] & !masks[ODD];
        let before = pick(match in_window.checked_sub(1) {
            Some(before) => &self.masks.0[before],
            None => &self.before,
        });
        let here = pick(&self.masks.0[in_window]);
        let run = before >> bits | (here << 1) << (BLOCK_BYTES - 1 - bits);
        // One more than what is told of is not a run that ends.
        let length = u64::from(run.leading_ones());
        if length < BLOCK_BYTES as u64 - 1 { length } else { 0 }
    }

    /// Where the run of bytes in set number `RUN` begins that ends before `end`. `None` if it is long, or if its masks are
    /// not at hand: then it is to be gone through byte by byte.
    #[inline]
    #[must_use]
    pub fn run_start<const RUN: usize>(&self, end: ByteOffset) -> Option<ByteOffset> {
        let length = self.window_before(end, RUN)?.leading_ones();
        if length == BLOCK_BYTES as u32 { None } else { Some(end - u64::from(length)) }
    }

    /// The mask by set number `set` of the 64 bytes before `end`, the last one highest. `None` if it is not at hand.
    #[inline(always)]
    fn window_before(&self, end: ByteOffset, set: usize) -> Option<u64> {
        let end_place = end.wrapping_sub(self.base) as usize;
        let (block, bits) = (end_place / BLOCK_BYTES, end_place % BLOCK_BYTES);
        let in_window = block % WINDOW_BLOCKS;
        if block / WINDOW_BLOCKS != self.window {
            return None;
        }
        let before = match in_window.checked_sub(1) {
            Some(before) => self.masks.0[before][set],
            None => self.before[set],
        };
        let here = self.masks.0[in_window][set];
        Some(before >> bits | (here << 1) << (63 - bits))
    }

    /// The first place from `from` on among those that `pick` makes of a block's masks; [`Cursor::end`] if there is none.
    #[inline]
    #[must_use]
    pub fn next_where(
        &mut self,
        from: ByteOffset,
        pick: impl Fn(&[u64; SETS_MAX]) -> u64,
    ) -> ByteOffset {
        self.next(from, pick)
    }

    #[inline]
    fn next(&mut self, from: ByteOffset, pick: impl Fn(&[u64; SETS_MAX]) -> u64) -> ByteOffset {
        let place = from.wrapping_sub(self.window_start);
        if place < self.near_bytes {
            // Beyond the text nothing is in a set.
            let near = self.near_mask(place, &pick);
            if near != 0 {
                return from + u64::from(near.trailing_zeros());
            }
        }
        self.next_far(from, pick)
    }

    /// As [`Cursor::next`], block by block.
    #[inline(never)]
    fn next_far(&mut self, from: ByteOffset, pick: impl Fn(&[u64; SETS_MAX]) -> u64) -> ByteOffset {
        let start = from.wrapping_sub(self.base) as usize;
        if start >= self.text.len() {
            return self.end();
        }
        let mut block = start / BLOCK_BYTES;
        let mut mask = pick(self.masks_of(block)) & (!0 << (start % BLOCK_BYTES));
        while mask == 0 {
            block += 1;
            if block * BLOCK_BYTES >= self.text.len() {
                return self.end();
            }
            mask = pick(self.masks_of(block));
        }
        let found = block * BLOCK_BYTES + mask.trailing_zeros() as usize;
        self.base + found.min(self.text.len()) as u64
    }

    /// The mask of the 64 bytes from `place` in the window on; there is a block behind its own.
    #[inline(always)]
    fn near_mask(&self, place: u64, pick: impl Fn(&[u64; SETS_MAX]) -> u64) -> u64 {
        let (block, bit) = (place as usize / BLOCK_BYTES, place as usize % BLOCK_BYTES);
        let here = &self.masks.0[block % WINDOW_BLOCKS];
        let after = &self.masks.0[block % WINDOW_BLOCKS + 1];
        pick(here) >> bit | (pick(after) << 1) << (BLOCK_BYTES - 1 - bit)
    }

    /// Where `from` is in the text; its masks are made. `None` at the end.
    #[inline]
    fn reach(&mut self, from: ByteOffset) -> Option<usize> {
        let start = from.wrapping_sub(self.base) as usize;
        if start >= self.text.len() {
            return None;
        }
        self.masks_of(start / BLOCK_BYTES);
        Some(start)
    }

    /// The mask of the bytes from `start` on, wherever blocks begin, and how many bytes it tells of.
    #[inline]
    fn window_at(&self, start: usize, pick: impl Fn(&[u64; SETS_MAX]) -> u64) -> (u64, usize) {
        let (block, bit) = (start / BLOCK_BYTES % WINDOW_BLOCKS, start % BLOCK_BYTES);
        let here = pick(&self.masks.0[block]) >> bit;
        let (places, length) = match self.masks.0[..WINDOW_BLOCKS].get(block + 1) {
            Some(after) => (here | (pick(after) << 1) << (BLOCK_BYTES - 1 - bit), BLOCK_BYTES),
            None => (here, BLOCK_BYTES - bit),
        };
        // Beyond the text the masks mean nothing.
        let rest = self.text.len() - start;
        if rest < length { (places & !(!0 << rest), rest) } else { (places, length) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{ByteSet, SetTable};
    use proptest::prelude::*;

    static SETS: SetTable = SetTable::of(&[ByteSet::of(b"\0x\""), ByteSet::word()]);

    proptest! {
        #[test]
        fn the_next_byte_of_a_set_is_found_from_anywhere(
            text in prop::collection::vec(prop::sample::select(b"ab x\"\0\xff".to_vec()), 0..9000),
            base in 0u64..3,
            from in 0usize..9000,
        ) {
            let mut cursor = Cursor::new(crate::simd::best(), (&SETS, None), &text, base, base, true);
            let naive = |set: &ByteSet, inside: bool| {
                let rest = text.iter().enumerate().skip(from);
                let found = rest.into_iter().find(|(_, byte)| set.has(**byte) == inside);
                base + found.map_or(text.len(), |(at, _)| at) as u64
            };
            prop_assert_eq!(cursor.next_in::<0>(base + from as u64), naive(&SETS.sets()[0], true));
            prop_assert_eq!(cursor.next_out::<1>(base + from as u64), naive(&SETS.sets()[1], false));
            let rest_mask = |masks: &[u64; crate::simd::SETS_MAX]| masks[0] | masks[1];
            prop_assert_eq!(
                cursor.next_where(base + from as u64, rest_mask),
                naive(&SETS.sets()[0], true).min(naive(&SETS.sets()[1], true))
            );
            prop_assert_eq!(cursor.next_in::<1>(base), {
                let found = text.iter().position(|byte| SETS.sets()[1].has(*byte));
                base + found.unwrap_or(text.len()) as u64
            });
        }
    }

    #[test]
    fn a_run_is_found_that_begins_before_a_window_of_masks() {
        const WINDOW: u64 = (WINDOW_BLOCKS * BLOCK_BYTES) as u64;
        let mut text = vec![b'a'; 3 * WINDOW as usize];
        for start in [3, WINDOW - 5, 2 * WINDOW - 60] {
            text[start as usize - 1] = b' ';
        }
        let mut cursor = Cursor::new(crate::simd::best(), (&SETS, None), &text, 0, 0, true);
        let ends = [1, 40, WINDOW + 2, WINDOW + 30, 2 * WINDOW + 3, 2 * WINDOW + 4];
        let runs = ends.map(|end| {
            assert_eq!(cursor.next_in::<1>(end), end);
            cursor.run_start::<1>(end)
        });
        let starts = [0, 3, WINDOW - 5, WINDOW - 5, 2 * WINDOW - 60].map(Some);
        assert_eq!(runs[..5], starts);
        assert_eq!(runs[5], None, "it is too long");
        // The masks before a window are not at hand where a scanner has jumped to it.
        assert_eq!(cursor.next_in::<1>(0), 0);
        assert_eq!(cursor.next_in::<1>(2 * WINDOW), 2 * WINDOW);
        assert_eq!(cursor.run_start::<1>(2 * WINDOW + 3), None);
    }
}
