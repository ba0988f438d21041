//! What is open: a small plain level for each bracket, head and `<`, and what is to be remembered of those few that are
//! more than brackets. Most levels come and go in the hot loop, which touches nothing but their stack.

use serde::{Deserialize, Serialize};

use super::{Frame, Role, Stage, State};
use crate::limits::LEVELS_LOOKED_AT;
use crate::units::ByteOffset;

/// Something open, in one number, so that it is written and read in one go: where, as far as 48 bits go (256 TB), how far before
/// it a macro's name begins, and in the lowest byte what closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Level(u64);

impl Level {
    /// None is open.
    pub(super) const NONE: Level = Level(NOTHING as u64);

    /// The level that opens at `open`; see [`Level::quick`].
    #[inline(always)]
    pub(super) const fn new(open: ByteOffset, quick: u8) -> Level {
        Level(open << 16 | quick as u64)
    }

    /// The arguments of the macro call that begins at `start`, if its name is not too long.
    #[inline(always)]
    pub(super) fn call(start: ByteOffset, open: ByteOffset, closer: u8) -> Option<Level> {
        let back = u8::try_from(open - start).ok()?;
        Some(Level(open << 16 | u64::from(back) << 8 | u64::from(closer | CALL | BARE)))
    }

    /// As this one, but so many bytes further on, and closed by `closer` with what this one has.
    #[inline(always)]
    pub(super) const fn further(self, bytes: u32, closer: u8) -> Level {
        Level(self.0 + ((bytes as u64) << 16) + closer as u64)
    }

    /// Where it opens.
    #[inline(always)]
    pub(super) fn open(self) -> ByteOffset {
        self.0 >> 16
    }

    /// This one, as it would be if it opened at `open`.
    pub(super) fn at(self, open: ByteOffset) -> Level {
        Level(open << 16 | self.0 & 0xffff)
    }

    /// What closes a bracket that changes nothing but depth, with [`BARE`] where only tokens are looked at, or one of a macro call,
    /// with [`CALL`]; else [`BRACKET`], [`LIST`] or [`VALUE`], and the innermost of `State::frames` tells more.
    #[inline(always)]
    pub(super) fn quick(self) -> u8 {
        self.0 as u8
    }

    /// What closes it, and what it is, if no frame tells more.
    #[inline(always)]
    pub(super) fn role(self) -> (u8, Role) {
        let quick = self.quick();
        let is_call = quick > VALUE && quick & CALL != 0;
        let start = self.open() - (self.0 >> 8 & 0xff);
        let role = if is_call { Role::MacroCall(start) } else { Role::Plain };
        (quick & !(BARE | CALL), role)
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
/// Added to the closer of a macro call's arguments. No closer has this bit.
pub(super) const CALL: u8 = 0x02;
/// Closes nothing.
pub(super) const NOTHING: u8 = 0x10;

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
        let level = match role {
            _ if in_list => None,
            Role::Plain => Some(Level::new(open, closer | if bare { BARE } else { 0 })),
            Role::MacroCall(start) => Level::call(start, open, closer),
            _ => None,
        };
        if level.is_none() {
            self.frames.push(Frame::Bracket { open, closer, role, bare });
        }
        self.levels.push(level.unwrap_or(Level::new(open, BRACKET)));
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
        let (quick, (closer, role)) = (level.quick(), level.role());
        let plain = Frame::Bracket { open: level.open(), closer, role, bare: quick & BARE != 0 };
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
        let sort_of = |frame: &Frame| {
            u32::from(matches!(frame, Frame::Bracket { role: Role::Attribute(..), .. }))
        };
        let Some((n, _)) = self.frames.nearest(LEVELS_LOOKED_AT, 1, sort_of) else {
            return false;
        };
        // Not each level has a frame.
        let near = self.levels.iter().take(LEVELS_LOOKED_AT);
        near.filter(|level| level.quick() <= VALUE).nth(n).is_some()
    }
}
