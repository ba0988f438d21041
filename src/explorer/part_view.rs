//! A part of the document laid open: its bytes with everything in them, and depth beside each structural character.

use std::ops::Range;
use std::sync::Arc;

use crate::index::Checkpoint;
use crate::lang::{Class, LanguageId};
use crate::scan::{Detail, LevelChange};
use crate::units::{ByteOffset, Depth};

/// A part laid open.
#[derive(Debug)]
pub struct PartView {
    /// What is known where it begins.
    pub checkpoint: Checkpoint,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its positions.
    pub detail: Arc<Detail>,
    /// Structural characters and changes of depth, ascending. Those before the part are changes that were recognised in it.
    marks: Vec<Mark>,
    /// How many stand before the part.
    n_before: usize,
    /// Depth after the last of them, above what was known where the part begins.
    depth_after: i32,
}

/// As [`Structural`], counted from the part's start.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: i32,
    depth: i32,
    change: i8,
    class: Option<Class>,
}

/// A structural character, or another place where depth changes (a keyword, the end of an indented block).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Structural {
    /// Where it stands.
    pub at: ByteOffset,
    /// What it is, if it is a structural character.
    pub class: Option<Class>,
    /// Levels open before it.
    pub depth: Depth,
    /// 1 if it opens a level, -1 if it closes one.
    change: i8,
}

impl Structural {
    /// Whether it opens a level.
    #[must_use]
    pub fn opens(&self) -> bool {
        self.change > 0
    }

    /// Whether it closes a level.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.change < 0
    }
}

impl PartView {
    /// A stretch of bytes laid open.
    pub(super) fn new(
        language: LanguageId,
        checkpoint: Checkpoint,
        bytes: Vec<u8>,
        detail: Arc<Detail>,
    ) -> Self {
        let mut marks = Vec::with_capacity(detail.structurals.len() + detail.levels.len());
        let mut depth = 0;
        let mut levels = detail.levels.iter().peekable();
        let mut mark = |at: i32, class: Option<Class>, change: i8| {
            marks.push(Mark { at, depth, change, class });
            depth += i32::from(change);
        };
        let change = |opens: bool| if opens { 1 } else { -1 };
        for place in &detail.structurals {
            let at = place.cast_signed();
            while let Some(level) = levels.next_if(|level| level.at < at) {
                mark(level.at, None, change(level.opens));
            }
            let class = bytes.get(*place as usize).and_then(|byte| Class::of(*byte));
            let bracket = class.filter(|class| class.opens() || class.closes());
            // In JSON brackets are all levels there are; elsewhere levels are told beside them.
            let moves = match bracket.map(Class::opens) {
                Some(opens) if language == LanguageId::Json => change(opens),
                Some(opens) => {
                    let here = |level: &&LevelChange| level.at == at && level.opens == opens;
                    levels.next_if(here).map_or(0, |level| change(level.opens))
                }
                None => 0,
            };
            mark(at, class, moves);
        }
        levels.for_each(|level| mark(level.at, None, change(level.opens)));
        let n_before = marks.partition_point(|mark| mark.at < 0);
        PartView { checkpoint, bytes, detail, marks, n_before, depth_after: depth }
    }

    /// The bytes covered.
    #[must_use]
    pub fn range(&self) -> Range<ByteOffset> {
        self.checkpoint.at..self.checkpoint.at + self.bytes.len() as u64
    }

    /// The number of the first structural character at or after a place.
    fn place(&self, at: ByteOffset) -> usize {
        let at = i32::try_from(at.saturating_sub(self.checkpoint.at)).unwrap_or(i32::MAX);
        self.marks.partition_point(|mark| mark.at < at)
    }

    fn structural(&self, i: usize) -> Option<Structural> {
        let Mark { at, depth, change, class } = *self.marks.get(i)?;
        let depth = self.checkpoint.depth + Depth::from(depth);
        let at = self.checkpoint.at.saturating_add_signed(i64::from(at));
        Some(Structural { at, class, depth, change })
    }

    /// Levels open before a byte of the part (or the byte after it).
    #[must_use]
    pub fn depth_before(&self, at: ByteOffset) -> Depth {
        let i = self.place(at);
        let depth = self.marks.get(i).map_or(self.depth_after, |mark| mark.depth);
        self.checkpoint.depth + Depth::from(depth)
    }

    /// The structural characters of `range`, in order, and from its end backwards.
    pub fn structurals(
        &self,
        range: Range<ByteOffset>,
    ) -> impl DoubleEndedIterator<Item = Structural> {
        (self.place(range.start)..self.place(range.end)).filter_map(|i| self.structural(i))
    }

    /// Where depth changes before the part and that was recognised in it, in order, and from its end backwards. The part before knows
    /// of it too, if it is recognised soon behind its end.
    pub fn recognised_late(&self) -> impl DoubleEndedIterator<Item = Structural> {
        (0..self.n_before).filter_map(|i| self.structural(i))
    }
}
