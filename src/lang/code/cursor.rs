//! The cursor: a scanner's view of a piece of a document, bytes and masks, in absolute offsets.

use super::Heads;
use crate::simd::{BLOCK_BYTES, KernelId, SETS_MAX, SetTable, masks};
use crate::units::ByteOffset;

/// Blocks whose masks are made in one go: 4 KiB of text, 4 KiB of masks, both in the first-level cache.
const WINDOW_BLOCKS: usize = 64;

/// A scanner's view of a piece of a document.
pub struct Cursor<'t> {
    /// Where the scanner is. It reads nothing before it but what it looks back on.
    pub at: ByteOffset,
    text: &'t [u8],
    base: ByteOffset,
    last: bool,
    kernel: KernelId,
    sets: &'static SetTable,
    heads: Option<Heads>,
    /// The first block of the window, and the masks of its blocks by set.
    window: usize,
    masks: Masks,
}

/// Masks by block and set, each block's in a cache line of its own: kernels write them with one store.
#[repr(align(64))]
struct Masks([[u64; SETS_MAX]; WINDOW_BLOCKS]);

impl std::fmt::Debug for Cursor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cursor at {} in {}..{}", self.at, self.base, self.end())
    }
}

impl<'t> Cursor<'t> {
    /// A cursor at `at` over `text`, whose first byte stands at `base`. `last`: the document ends with it.
    #[inline(always)]
    pub(super) fn new(
        kernel: KernelId,
        (sets, heads): (&'static SetTable, Option<Heads>),
        text: &'t [u8],
        base: ByteOffset,
        at: ByteOffset,
        last: bool,
    ) -> Self {
        let masks = Masks([[0; SETS_MAX]; WINDOW_BLOCKS]);
        Cursor { at, text, base, last, kernel, sets, heads, window: usize::MAX, masks }
    }

    /// One past the last byte at hand.
    #[inline]
    #[must_use]
    pub fn end(&self) -> ByteOffset {
        self.base + self.text.len() as u64
    }

    /// The first byte at hand: where the piece begins, less what can be looked back on.
    #[inline]
    #[must_use]
    pub fn begin(&self) -> ByteOffset {
        self.base
    }

    /// Whether the document ends at [`Cursor::end`].
    #[inline]
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.last
    }

    /// Whether what stands at `at` is not known yet: it lies beyond the bytes at hand, and the document goes on.
    #[inline]
    #[must_use]
    pub fn is_unknown(&self, at: ByteOffset) -> bool {
        at >= self.end() && !self.last
    }

    /// The byte at `at`; 0 where there is none, or none at hand.
    #[inline]
    #[must_use]
    pub fn byte(&self, at: ByteOffset) -> u8 {
        self.text.get(at.wrapping_sub(self.base) as usize).copied().unwrap_or(0)
    }

    /// The bytes from `start` to `end`, as far as they are at hand.
    #[inline]
    #[must_use]
    pub fn slice(&self, start: ByteOffset, end: ByteOffset) -> &'t [u8] {
        let place =
            |at: ByteOffset| at.clamp(self.base, self.end()).wrapping_sub(self.base) as usize;
        let (start, end) = (place(start), place(end));
        self.text.get(start..end).unwrap_or_default()
    }

    /// Whether `bytes` stand at `at`. False where they are cut off by [`Cursor::end`]: ask [`Cursor::is_unknown`] first.
    #[inline]
    #[must_use]
    pub fn stands(&self, at: ByteOffset, bytes: &[u8]) -> bool {
        self.slice(at, at + bytes.len() as u64) == bytes
    }

    /// The first place from `from` on whose byte is in set number `SET`; [`Cursor::end`] if there is none.
    #[inline]
    #[must_use]
    pub fn next_in<const SET: usize>(&mut self, from: ByteOffset) -> ByteOffset {
        self.next(from, |masks| masks[SET])
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

    /// The first place from `from` on whose byte is in one of the sets of these numbers.
    #[inline]
    #[must_use]
    pub fn next_in_any<const N: usize>(
        &mut self,
        from: ByteOffset,
        sets: [usize; N],
    ) -> ByteOffset {
        self.next(from, |masks| sets.iter().fold(0, |places, set| places | masks[*set]))
    }

    /// The first place from `from` on where `byte` stands; [`Cursor::end`] if there is none. For what is likely far: no
    /// masks are made on the way.
    #[inline]
    #[must_use]
    pub fn next_byte(&self, byte: u8, from: ByteOffset) -> ByteOffset {
        let rest = self.slice(from, self.end());
        let length = memchr::memchr(byte, rest).unwrap_or(rest.len());
        from + length as u64
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

    /// The places in set number `SET` among the bytes from `from` on, as a mask whose lowest bit is `from`, and where those
    /// bytes end: 64 of them, or less. `None` at [`Cursor::end`]. For loops that take place after place without asking anew.
    #[inline]
    #[must_use]
    pub fn places_in<const SET: usize>(&mut self, from: ByteOffset) -> Option<(u64, ByteOffset)> {
        let start = self.reach(from)?;
        let (places, length) = self.window_at(start, |masks| masks[SET]);
        Some((places, from + length as u64))
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

    /// As [`Cursor::places_in`], and in between the places that are not in set number `OUT`.
    #[inline]
    #[must_use]
    pub fn places_in_and_out<const SET: usize, const OUT: usize>(
        &mut self,
        from: ByteOffset,
    ) -> Option<(u64, u64, ByteOffset)> {
        let start = self.reach(from)?;
        let (places, length) = self.window_at(start, |masks| masks[SET]);
        let (out, _) = self.window_at(start, |masks| !masks[OUT]);
        Some((places, out, from + length as u64))
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
        let (places, length) = match self.masks.0.get(block + 1) {
            Some(after) => (here | (pick(after) << 1) << (BLOCK_BYTES - 1 - bit), BLOCK_BYTES),
            None => (here, BLOCK_BYTES - bit),
        };
        // Beyond the text the masks mean nothing.
        let rest = self.text.len() - start;
        if rest < length { (places & !(!0 << rest), rest) } else { (places, length) }
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
        if block / WINDOW_BLOCKS != self.window || in_window == 0 {
            return None;
        }
        let (before, here) = (self.masks.0[in_window - 1][set], self.masks.0[in_window][set]);
        Some(before >> bits | (here << 1) << (63 - bits))
    }

    /// How many spaces stand right before `end`; of more than 15 it is told of 15 or more.
    #[inline(always)]
    #[must_use]
    pub fn spaces_before(&self, end: ByteOffset) -> u64 {
        const SPACES: u128 = u128::from_le_bytes([b' '; 16]);
        let end = end.wrapping_sub(self.base) as usize;
        let before = self.text.get(..end).unwrap_or_default();
        match before.last_chunk() {
            // No space is a bit that differs, and the last byte is the highest.
            Some(last) => {
                u64::from((u128::from_le_bytes(*last) ^ SPACES).leading_zeros() / u8::BITS)
            }
            None => before.iter().rev().take_while(|byte| **byte == b' ').count() as u64,
        }
    }

    /// The first place from `from` on whose byte is no space; [`Cursor::end`] if there is none.
    #[inline(always)]
    #[must_use]
    pub fn past_spaces(&self, from: ByteOffset) -> ByteOffset {
        const SPACES: u128 = u128::from_le_bytes([b' '; 16]);
        let mut start = from.wrapping_sub(self.base) as usize;
        while let Some(some) = self.text.get(start..).and_then(|rest| rest.first_chunk()) {
            // No space is a bit that differs, and the first byte is the lowest.
            let others = u128::from_le_bytes(*some) ^ SPACES;
            start += (others.trailing_zeros() / u8::BITS) as usize;
            if others != 0 {
                return self.base + start as u64;
            }
        }
        let rest = self.text.get(start..).unwrap_or_default();
        let n = rest.iter().take_while(|byte| **byte == b' ').count();
        self.base + (start + n) as u64
    }

    /// The eight bytes from `at` on, the first one lowest; 0 where there are none, or none at hand.
    #[inline]
    #[must_use]
    pub fn eight(&self, at: ByteOffset) -> u64 {
        let start = at.wrapping_sub(self.base) as usize;
        match self.text.get(start..).and_then(|rest| rest.first_chunk()) {
            Some(eight) => u64::from_le_bytes(*eight),
            None => (0..8).fold(0, |word, i| word | u64::from(self.byte(at + i)) << (8 * i)),
        }
    }

    /// The bytes at `at` and behind it; 0 where there are none, or none at hand.
    #[inline]
    #[must_use]
    pub fn near(&self, at: ByteOffset) -> [u8; 2] {
        let start = at.wrapping_sub(self.base) as usize;
        match self.text.get(start..).and_then(|rest| rest.first_chunk()) {
            Some(pair) => *pair,
            None => [self.byte(at), 0],
        }
    }

    #[inline]
    fn next(&mut self, from: ByteOffset, pick: impl Fn(&[u64; SETS_MAX]) -> u64) -> ByteOffset {
        let start = from.wrapping_sub(self.base) as usize;
        if start >= self.text.len() {
            return self.end();
        }
        // The 64 bytes from there on lie in two blocks: what is found in them is found without asking where one ends.
        let (block, bit) = (start / BLOCK_BYTES, start % BLOCK_BYTES);
        let in_window = block % WINDOW_BLOCKS;
        if block / WINDOW_BLOCKS == self.window && in_window + 1 < WINDOW_BLOCKS {
            let (here, after) = (&self.masks.0[in_window], &self.masks.0[in_window + 1]);
            let near = pick(here) >> bit | (pick(after) << 1) << (BLOCK_BYTES - 1 - bit);
            if near != 0 {
                // Beyond the text the masks mean nothing.
                let found = start + near.trailing_zeros() as usize;
                return self.base + found.min(self.text.len()) as u64;
            }
        }
        self.next_far(start, pick)
    }

    /// As [`Cursor::next`], block by block.
    #[inline(never)]
    fn next_far(&mut self, start: usize, pick: impl Fn(&[u64; SETS_MAX]) -> u64) -> ByteOffset {
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

    #[inline]
    fn masks_of(&mut self, block: usize) -> &[u64; SETS_MAX] {
        let window = block / WINDOW_BLOCKS;
        if window != self.window {
            self.fill(window);
        }
        &self.masks.0[block % WINDOW_BLOCKS]
    }

    #[inline(never)]
    fn fill(&mut self, window: usize) {
        self.window = window;
        let text = &self.text[window * WINDOW_BLOCKS * BLOCK_BYTES..];
        let text = &text[..text.len().min(WINDOW_BLOCKS * BLOCK_BYTES)];
        let whole = text.len() / BLOCK_BYTES;
        let (blocks, rest) = text.split_at(whole * BLOCK_BYTES);
        masks(self.kernel, blocks, self.sets, &mut self.masks.0);
        if !rest.is_empty() {
            let mut padded = [0; BLOCK_BYTES];
            padded[..rest.len()].copy_from_slice(rest);
            masks(self.kernel, &padded, self.sets, &mut self.masks.0[whole..]);
            if let Some(heads) = self.heads {
                // What follows the last byte at hand is not known: it may be the second byte of a head.
                self.masks.0[whole][heads.second] |= 1 << rest.len();
            }
        }
        if let Some(heads) = self.heads {
            heads.add(&mut self.masks.0[..text.len().div_ceil(BLOCK_BYTES)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::ByteSet;
    use proptest::prelude::*;

    #[test]
    fn a_head_whose_second_byte_is_not_at_hand_wakes() {
        static SETS: SetTable = SetTable::of(&[
            ByteSet::of(b""),
            ByteSet::of(b"d"),
            ByteSet::of(b"e"),
            ByteSet::word(),
        ]);
        let heads = Heads { first: 1, second: 2, word: 3, bound: 3, into: 0 };
        for n in 1..200 {
            let mut text = vec![b' '; n];
            text[n - 1] = b'd';
            let sets = (&SETS, Some(heads));
            let mut cursor = Cursor::new(crate::simd::best(), sets, &text, 0, 0, false);
            assert_eq!(cursor.next_in::<0>(0), n as u64 - 1);
        }
    }

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
            prop_assert_eq!(cursor.next_in::<1>(base), {
                let found = text.iter().position(|byte| SETS.sets()[1].has(*byte));
                base + found.unwrap_or(text.len()) as u64
            });
        }
    }
}
