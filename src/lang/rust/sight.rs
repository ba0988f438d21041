//! What stands within 64 bytes, by masks held at hand.
//!
//! To go from token to token through the cursor is to wait each time for masks whose place depends on where the last token
//! ended, and for their shift. Here they are fetched and shifted once for a stretch, and each step is a shift and a count.

use super::{BLANK, NAME, WAKE};
use crate::lang::code::Cursor;
use crate::simd::BLOCK_BYTES;
use crate::units::ByteOffset;

/// Masks of the bytes from a place on. Where they are not at hand they are empty, and the cursor is asked.
#[derive(Clone, Copy)]
pub(super) struct Sight {
    from: ByteOffset,
    /// No white space.
    dark: u64,
    /// Nothing that names are made of.
    no_name: u64,
    wake: u64,
}

/// The cursor, and what is seen around it.
pub(super) type Place<'a, 't> = (&'a mut Cursor<'t>, &'a mut Sight);

impl Sight {
    /// What is seen from `from` on.
    #[inline(always)]
    pub(super) fn new(cursor: &Cursor<'_>, from: ByteOffset) -> Sight {
        match cursor.near_places([BLANK, NAME, WAKE], from) {
            Some([blank, name, wake]) => Sight { from, dark: !blank, no_name: !name, wake },
            None => Sight { from, dark: 0, no_name: 0, wake: 0 },
        }
    }

    /// As [`Cursor::next_out`] with [`BLANK`].
    #[inline(always)]
    pub(super) fn next_dark(&mut self, cursor: &mut Cursor<'_>, from: ByteOffset) -> ByteOffset {
        self.next(cursor, from, |sight| sight.dark, |cursor| cursor.next_out::<BLANK>(from))
    }

    /// As [`Cursor::next_out`] with [`NAME`].
    #[inline(always)]
    pub(super) fn name_end(&mut self, cursor: &mut Cursor<'_>, from: ByteOffset) -> ByteOffset {
        self.next(cursor, from, |sight| sight.no_name, |cursor| cursor.next_out::<NAME>(from))
    }

    /// As [`Cursor::next_in`] with [`WAKE`].
    #[inline(always)]
    pub(super) fn next_wake(&mut self, cursor: &mut Cursor<'_>, from: ByteOffset) -> ByteOffset {
        self.next(cursor, from, |sight| sight.wake, |cursor| cursor.next_in::<WAKE>(from))
    }

    #[inline(always)]
    fn next(
        &mut self,
        cursor: &mut Cursor<'_>,
        from: ByteOffset,
        pick: impl Fn(&Sight) -> u64,
        far: impl FnOnce(&mut Cursor<'_>) -> ByteOffset,
    ) -> ByteOffset {
        let place = from.wrapping_sub(self.from);
        let places = if place < BLOCK_BYTES as u64 { pick(self) >> place } else { 0 };
        if places != 0 {
            return from + u64::from(places.trailing_zeros());
        }
        let at = far(cursor);
        *self = Sight::new(cursor, at);
        at
    }
}
