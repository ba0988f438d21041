//! What is open: a small plain level for each bracket, head and `<`, and what is to be remembered of those few that are
//! more than brackets. Most levels come and go in the hot loop, which touches nothing but their stack.

use serde::{Deserialize, Serialize};

use super::{Frame, Role, Stage, State};
use crate::limits::LEVELS_LOOKED_AT;
use crate::units::ByteOffset;

/// Something open: where, and in the lowest byte what closes it, so that it is written and read in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Level(u64);

impl Level {
    /// None is open.
    pub(super) const NONE: Level = Level(NOTHING as u64);

    /// The level that opens at `open`; see [`Level::quick`].
    #[inline(always)]
    pub(super) const fn new(open: ByteOffset, quick: u8) -> Level {
        Level(open << u8::BITS | quick as u64)
    }

    /// Where it opens.
    #[inline(always)]
    pub(super) fn open(self) -> ByteOffset {
        self.0 >> u8::BITS
    }

    /// What closes a bracket that changes nothing but depth, with [`BARE`] where only tokens are looked at; else
    /// [`BRACKET`], [`LIST`] or [`VALUE`], and the innermost of `State::frames` tells more.
    #[inline(always)]
    pub(super) fn quick(self) -> u8 {
        self.0 as u8
    }
}

/// A bracket that means more than depth.
const BRACKET: u8 = 0;
/// The head of an item or a `<`, in which brackets are no quick ones: when they close, their place is noted.
pub(super) const LIST: u8 = 1;
/// The head of a `const` or `static` behind its `=`: brackets in it are quick, and a `;` ends it.
pub(super) const VALUE: u8 = 2;
/// Added to the closer of a quick bracket inside the delimiters of a macro or an attribute.
pub(super) const BARE: u8 = 0x80;
/// Closes nothing.
pub(super) const NOTHING: u8 = 0x7e;

impl State {
    /// What is innermost, if it is more than a quick bracket.
    #[inline]
    pub(super) fn frame(&self) -> Option<&Frame> {
        if self.levels.last()?.quick() > VALUE { None } else { self.frames.last() }
    }

    /// Whether items may stand here, and not the rest of an item's head or of what `<` begins.
    #[inline]
    pub(super) fn is_in_items(&self) -> bool {
        matches!(self.frame(), None | Some(Frame::Bracket { .. }))
    }

    /// As [`State::frame`], to change it.
    #[inline]
    pub(super) fn frame_mut(&mut self) -> Option<&mut Frame> {
        if self.levels.last()?.quick() > VALUE { None } else { self.frames.last_mut() }
    }

    /// What is innermost and what is around it, if both are more than quick brackets.
    pub(super) fn two_frames_mut(&mut self) -> Option<(&mut Frame, &mut Frame)> {
        let (inner, outer) = self.levels.last_two()?;
        if inner.quick() > VALUE || outer.quick() > VALUE {
            None
        } else {
            self.frames.last_two_mut()
        }
    }

    /// Opens a bracket.
    #[inline(always)]
    pub(super) fn push_bracket(&mut self, open: ByteOffset, closer: u8, role: Role, bare: bool) {
        let in_list = self.levels.last().is_some_and(|level| level.quick() == LIST);
        let quick = if role == Role::Plain && !in_list {
            closer | if bare { BARE } else { 0 }
        } else {
            self.frames.push(Frame::Bracket { open, closer, role, bare });
            BRACKET
        };
        self.levels.push(Level::new(open, quick));
    }

    /// Opens the head of an item or a `<`.
    pub(super) fn push_list(&mut self, open: ByteOffset, frame: Frame) {
        let is_value = matches!(frame, Frame::Head { stage: Stage::Value, .. });
        self.levels.push(Level::new(open, if is_value { VALUE } else { LIST }));
        self.frames.push(frame);
    }

    /// The head that is innermost has come to its value.
    pub(super) fn begin_value(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            *level = Level::new(level.open(), VALUE);
        }
    }

    /// As [`State::pop_frame`], for who does not ask what it was.
    #[inline(always)]
    pub(super) fn drop_frame(&mut self) {
        if self.levels.pop().is_some_and(|level| level.quick() <= VALUE) {
            self.frames.pop();
        }
    }

    /// Closes what is innermost.
    #[inline]
    pub(super) fn pop_frame(&mut self) -> Option<Frame> {
        let level = self.levels.pop()?;
        let (open, quick) = (level.open(), level.quick());
        let plain = Frame::Bracket {
            open,
            closer: quick & !BARE,
            role: Role::Plain,
            bare: quick & BARE != 0,
        };
        // Both are there unless nesting is so deep that some of it was forgotten.
        Some(if quick > VALUE { plain } else { self.frames.pop().unwrap_or(plain) })
    }

    /// Whether this is inside the delimiters of a macro or an attribute.
    #[inline]
    pub(super) fn is_bare(&self) -> bool {
        match self.levels.last() {
            None => false,
            Some(level) if level.quick() > VALUE => level.quick() & BARE != 0,
            Some(_) => matches!(self.frames.last(), Some(Frame::Bracket { bare: true, .. })),
        }
    }

    /// Whether an attribute is open, not too far out.
    pub(super) fn is_in_attribute(&self) -> bool {
        let near = self.levels.iter().take(LEVELS_LOOKED_AT);
        let n_frames = near.filter(|level| level.quick() <= VALUE).count();
        let is_attribute =
            |frame: &Frame| matches!(frame, Frame::Bracket { role: Role::Attribute(..), .. });
        self.frames.iter().take(n_frames).any(is_attribute)
    }
}
