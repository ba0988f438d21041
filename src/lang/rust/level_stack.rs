//! The stack of levels. While a piece is scanned the innermost ones lie spread out in an array of fixed length, so that the hot
//! loop writes and reads them without asking how many there are or whether there is room.

use serde::{Deserialize, Serialize};

use super::levels::Level;
use crate::lang::code::{INNERMOST_MAX, Stack};

/// Places for innermost levels: a power of two, so that no place need be checked, and more than are ever in use.
pub(super) const PLACES: usize = 2 * INNERMOST_MAX;

/// Where a place is, whatever `at` is.
#[inline(always)]
pub(super) fn place(at: usize) -> usize {
    at % PLACES
}

/// The levels that are open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Levels {
    /// All of them; while a piece is scanned, those around the innermost ones.
    stack: Stack<Level>,
    /// The innermost ones and places for more; empty unless a piece is scanned.
    #[serde(skip)]
    near: Vec<Level>,
    /// How many of `near` are open. Not 0 if there is anything in `stack`.
    #[serde(skip)]
    top: usize,
    /// To how many of `near` may be closed while the others stay where they are: 1 if there is anything in `stack`.
    #[serde(skip)]
    lowest: usize,
}

impl Levels {
    /// All of them between pieces, outermost first, unless some lie too deep.
    pub(super) fn all_mut(&mut self) -> Option<&mut [Level]> {
        self.stack.all_mut()
    }

    /// Spreads out the innermost ones, at the beginning of a piece.
    pub(super) fn spread(&mut self) {
        let mut near = std::mem::take(self.stack.innermost_mut());
        self.top = near.len();
        near.resize(PLACES, Level::NONE);
        self.near = near;
        self.lowest = self.stack.len().min(1);
    }

    /// Puts them back, at its end.
    pub(super) fn gather(&mut self) {
        self.near.truncate(self.top);
        *self.stack.innermost_mut() = std::mem::take(&mut self.near);
        (self.top, self.lowest) = (0, 0);
    }

    /// Makes room for more, or gets what is around the last one that was closed.
    #[cold]
    fn settle(&mut self) {
        self.gather();
        self.stack.settle();
        self.spread();
    }

    /// The places of the innermost levels, for a loop that opens and closes many: those before [`Levels::top`] are open. It may
    /// open up to [`INNERMOST_MAX`] of them and close them down to [`Levels::lowest`], and tells how many there are
    /// by [`Levels::set_top`].
    #[inline(always)]
    pub(super) fn near_mut(&mut self) -> Option<&mut [Level; PLACES]> {
        self.near.first_chunk_mut()
    }

    /// What closes the innermost of `top` levels; see [`Level::quick`].
    #[inline(always)]
    pub(super) fn near_quick(&self, top: usize) -> u8 {
        self.near.get(place(top.wrapping_sub(1))).map_or(0, |level| level.quick())
    }

    /// How many of the innermost levels are open.
    #[inline(always)]
    pub(super) fn top(&self) -> usize {
        self.top
    }

    #[inline(always)]
    pub(super) fn set_top(&mut self, top: usize) {
        self.top = top;
    }

    /// To how many of them a loop may close.
    #[inline(always)]
    pub(super) fn lowest(&self) -> usize {
        self.lowest
    }

    /// The innermost level.
    #[inline(always)]
    pub(super) fn last(&self) -> Option<Level> {
        self.near[..self.top].last().copied()
    }

    /// The innermost level, to change it.
    #[inline]
    pub(super) fn last_mut(&mut self) -> Option<&mut Level> {
        self.near[..self.top].last_mut()
    }

    /// The innermost level and the one around it.
    pub(super) fn last_two(&mut self) -> Option<(Level, Level)> {
        if self.top == 1 && self.lowest == 1 {
            self.gather();
            self.stack.last_two_mut();
            self.spread();
        }
        match self.near[..self.top] {
            [.., outer, inner] => Some((inner, outer)),
            _ => None,
        }
    }

    /// Opens a level.
    #[inline]
    pub(super) fn push(&mut self, level: Level) {
        if self.top >= INNERMOST_MAX {
            self.settle();
        }
        if let Some(place) = self.near.get_mut(self.top) {
            *place = level;
            self.top += 1;
        }
    }

    /// Closes the innermost level.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<Level> {
        let level = self.last()?;
        self.top -= 1;
        if self.top < self.lowest {
            self.settle();
        }
        Some(level)
    }

    /// The innermost of `top` levels and the one around it; [`Level::NONE`] where there is none.
    #[inline(always)]
    pub(super) fn two(&self, top: usize) -> [Level; 2] {
        let at = |at: usize| self.near.get(place(at)).copied().unwrap_or(Level::NONE);
        [at(top.wrapping_sub(2)), at(top.wrapping_sub(1))]
    }

    /// All levels, the innermost first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Level> {
        self.near[..self.top].iter().rev().chain(self.stack.iter())
    }
}
