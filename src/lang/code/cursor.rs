//! The cursor: a scanner's view of a piece of a document, bytes and masks, in absolute offsets.

use super::heads::Blocks;
use crate::simd::{BLOCK_BYTES, KernelId, SETS_MAX, SetTable, masks};
use crate::units::ByteOffset;

/// Blocks whose masks are made in one go: 4 KiB of text, 4 KiB of masks, both in the first-level cache.
pub(super) const WINDOW_BLOCKS: usize = 64;

/// Adds to masks what wakes by more than one byte. A function for each language: what it goes by are constants then.
pub(super) type Derive = fn(KernelId, Blocks<'_>);

/// A scanner's view of a piece of a document.
pub struct Cursor<'t> {
    /// Where the scanner is. It reads nothing before it but what it looks back on.
    pub at: ByteOffset,
    pub(super) text: &'t [u8],
    pub(super) base: ByteOffset,
    last: bool,
    kernel: KernelId,
    sets: &'static SetTable,
    derive: Option<Derive>,
    /// The first block of the window, and the masks of its blocks by set.
    pub(super) window: usize,
    /// Where the window begins, and how many bytes from there on have a whole block behind their own in it: what follows
    /// them is found without asking where a block ends. None before the first window.
    pub(super) window_start: ByteOffset,
    pub(super) near_bytes: u64,
    pub(super) masks: Masks,
    /// The masks of the block before the window; as if it were all in no set where there is none, and all in each where it is not
    /// at hand.
    pub(super) before: [u64; SETS_MAX],
    /// From near here on the scanner is asked to stop, once; [`ByteOffset::MAX`]: nowhere.
    stop: ByteOffset,
    stopped: bool,
}

/// All of a cursor that says how a scan goes on, besides the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    at: ByteOffset,
    window: usize,
    before: [u64; SETS_MAX],
}

/// Masks by block and set, each block's in a cache line of its own: kernels write them with one store. What lies behind the last
/// block is there so that a block and the next can be had without asking whether there is one.
#[repr(align(64))]
pub(super) struct Masks(pub(super) [[u64; SETS_MAX]; WINDOW_BLOCKS + 1]);

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
        (sets, derive): (&'static SetTable, Option<Derive>),
        text: &'t [u8],
        base: ByteOffset,
        at: ByteOffset,
        last: bool,
    ) -> Self {
        Cursor {
            at,
            text,
            base,
            last,
            kernel,
            sets,
            derive,
            window: usize::MAX,
            window_start: 0,
            near_bytes: 0,
            // Right where they will stay: from a name of their own they would be copied, 4 KiB for each piece.
            masks: Masks([[0; SETS_MAX]; WINDOW_BLOCKS + 1]),
            before: [0; SETS_MAX],
            stop: ByteOffset::MAX,
            stopped: false,
        }
    }

    /// Asks the scanner to stop at the first place from a block before `stop` on where it asks; [`ByteOffset::MAX`]: nowhere.
    pub(super) fn stop_at(&mut self, stop: ByteOffset) {
        (self.stop, self.stopped) = (stop, false);
    }

    /// Whether the scanner has stopped because it was asked to.
    pub(super) fn has_stopped(&self) -> bool {
        self.stopped
    }

    /// From where on the scanner is to stop if the 64 bytes at hand reach beyond it.
    #[inline]
    #[must_use]
    pub fn stop(&self) -> ByteOffset {
        self.stop
    }

    /// Whether the scanner is to return to its caller, which will call it again right away. Ask where how it goes on is said
    /// by the state and the cursor alone, and leave both as they are.
    #[inline]
    #[must_use]
    pub fn stops(&mut self) -> bool {
        let stops = self.at.saturating_add(BLOCK_BYTES as u64) > self.stop;
        if stops {
            (self.stop, self.stopped) = (ByteOffset::MAX, true);
        }
        stops
    }

    pub(super) fn place(&self) -> Place {
        Place { at: self.at, window: self.window, before: self.before }
    }

    /// Goes on where another cursor over the same text stood.
    pub(super) fn go_on_at(&mut self, place: &Place) {
        self.at = place.at;
        if place.window != usize::MAX {
            self.fill(place.window);
        }
        self.before = place.before;
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

    /// The `N` bytes from `at` on; `None` where there are less.
    #[inline(always)]
    #[must_use]
    pub fn chunk<const N: usize>(&self, at: ByteOffset) -> Option<&'t [u8; N]> {
        self.text.get(at.wrapping_sub(self.base) as usize..)?.first_chunk()
    }

    /// The `N` bytes from `at` on; 0 where there are none, or none at hand.
    #[cold]
    #[must_use]
    pub fn padded<const N: usize>(&self, at: ByteOffset) -> [u8; N] {
        let bytes = self.slice(at, at + N as u64);
        let mut padded = [0; N];
        padded[..bytes.len()].copy_from_slice(bytes);
        padded
    }

    /// Whether `bytes` stand at `at`. False where they are cut off by [`Cursor::end`]: ask [`Cursor::is_unknown`] first.
    #[inline]
    #[must_use]
    pub fn stands(&self, at: ByteOffset, bytes: &[u8]) -> bool {
        self.slice(at, at.wrapping_add(bytes.len() as u64)) == bytes
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

    /// As [`Cursor::next_byte`], for one byte or another.
    #[inline]
    #[must_use]
    pub fn next_of_two(&self, a: u8, b: u8, from: ByteOffset) -> ByteOffset {
        let rest = self.slice(from, self.end());
        let length = memchr::memchr2(a, b, rest).unwrap_or(rest.len());
        from + length as u64
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
            None => {
                let byte = |i| u64::from(self.byte(at.wrapping_add(i)));
                (0..8).fold(0, |word, i| word | byte(i) << (8 * i))
            }
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
    pub(super) fn masks_of(&mut self, block: usize) -> &[u64; SETS_MAX] {
        let window = block / WINDOW_BLOCKS;
        if window != self.window {
            self.fill(window);
        }
        &self.masks.0[block % WINDOW_BLOCKS]
    }

    #[inline(never)]
    fn fill(&mut self, window: usize) {
        self.before = match window {
            0 => [0; SETS_MAX],
            _ if window == self.window.wrapping_add(1) => self.masks.0[WINDOW_BLOCKS - 1],
            _ => [!0; SETS_MAX],
        };
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
        }
        if let Some(derive) = self.derive {
            let n_blocks = text.len().div_ceil(BLOCK_BYTES);
            derive(self.kernel, Blocks { masks: &mut self.masks.0, n_blocks, n_last: rest.len() });
        }
        // Beyond the text nothing is in a set.
        if let Some(last) = self.masks.0.get_mut(whole) {
            last.iter_mut().for_each(|mask| *mask &= !(!0 << rest.len()));
        }
        if let Some(after) = self.masks.0.get_mut(whole + 1) {
            *after = [0; SETS_MAX];
        }
        self.window_start = self.base + (window * WINDOW_BLOCKS * BLOCK_BYTES) as u64;
        self.near_bytes = text.len().min((WINDOW_BLOCKS - 1) * BLOCK_BYTES) as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::code::heads::{Wakes, add};
    use crate::lang::code::{Heads, Tails};
    use crate::simd::ByteSet;

    const HEADS: Heads = Heads { first: 1, second: 2, word: 3, bound: 3, odd: None, into: 0 };

    #[test]
    fn a_head_whose_second_byte_is_not_at_hand_wakes() {
        static SETS: SetTable = SetTable::of(&[
            ByteSet::of(b""),
            ByteSet::of(b"d"),
            ByteSet::of(b"e"),
            ByteSet::word(),
        ]);
        struct Plain;
        impl Wakes for Plain {
            const HEADS: Option<Heads> = Some(HEADS);
            const TAILS: Option<Tails> = None;
        }
        for n in 1..200 {
            let mut text = vec![b' '; n];
            text[n - 1] = b'd';
            let sets = (&SETS, Some(add::<Plain> as Derive));
            let mut cursor = Cursor::new(crate::simd::best(), sets, &text, 0, 0, false);
            assert_eq!(cursor.next_in::<0>(0), n as u64 - 1);
        }
    }

    #[test]
    fn a_head_behind_white_space_beyond_ascii_wakes() {
        static SETS: SetTable = SetTable::of(&[
            ByteSet::of(b""),
            ByteSet::of(b"d"),
            ByteSet::of(b"e"),
            ByteSet::word(),
            ByteSet::of(b"").and_beyond_ascii(),
        ]);
        struct Plain;
        impl Wakes for Plain {
            const HEADS: Option<Heads> = Some(HEADS);
            const TAILS: Option<Tails> = None;
        }
        struct Odd;
        impl Wakes for Odd {
            const HEADS: Option<Heads> = Some(Heads { odd: Some(4), ..HEADS });
            const TAILS: Option<Tails> = None;
        }
        let text = "\u{a0}def".as_bytes();
        let cases: [(Derive, u64); 2] = [(add::<Odd>, 2), (add::<Plain>, text.len() as u64)];
        for (derive, place) in cases {
            let sets = (&SETS, Some(derive));
            let mut cursor = Cursor::new(crate::simd::best(), sets, text, 0, 0, true);
            assert_eq!(cursor.next_in::<0>(0), place);
        }
    }
}
