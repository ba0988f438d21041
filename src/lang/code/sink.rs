//! Sinks: what a scan writes into.

use serde::{Deserialize, Serialize};

use crate::lang::{Class, PatternKind, ProblemKind, SpanKind};
use crate::scan::Summary;
use crate::units::{ByteOffset, Depth};

/// A span with meaning. Offsets are absolute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// Its first byte.
    pub start: ByteOffset,
    /// One past its last byte.
    pub end: ByteOffset,
    /// What it is.
    pub kind: PatternKind,
    /// Where its name stands, if it has one.
    pub name: Option<(ByteOffset, ByteOffset)>,
}

/// A definition whose name is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Definition {
    /// Where its pattern starts.
    pub start: ByteOffset,
    /// What its pattern is.
    pub kind: PatternKind,
    /// Where its name stands.
    pub name: (ByteOffset, ByteOffset),
}

impl Definition {
    /// Hands over where it begins, and its name, to be renamed.
    pub(crate) fn places(&mut self, visit: &mut dyn FnMut(&mut ByteOffset)) {
        visit(&mut self.start);
        visit(&mut self.name.0);
        visit(&mut self.name.1);
    }
}

/// What a scan writes into. All offsets are absolute. Structurals and spans come in ascending order, patterns in the
/// order of their ends (of the tokens that decide on them), levels in the order in which they are recognised.
pub trait Sink {
    /// Whether places matter. If not, a scanner may tell separators by [`Sink::separators`], many at once.
    const PLACES: bool = true;

    /// A structural character.
    fn structural(&mut self, at: ByteOffset, class: Class);

    /// A span that has ended.
    fn span(&mut self, start: ByteOffset, end: ByteOffset, kind: SpanKind);

    /// A pattern that has ended.
    fn pattern(&mut self, pattern: Pattern);

    /// A definition whose name is known and whose body may still come: it becomes a line of the outline. The pattern
    /// itself follows at its end. Tell it before the level of its body opens.
    fn define(&mut self, definition: Definition);

    /// A level opens at `place`; from here on depth is one higher.
    fn open_level(&mut self, place: ByteOffset);

    /// The innermost level closes at `place`; from here on depth is one lower.
    fn close_level(&mut self, place: ByteOffset);

    /// Something is wrong at `at`.
    fn problem(&mut self, at: ByteOffset, kind: ProblemKind);

    /// A structural character that opens a level (`change` 1), closes one (-1) or does neither (0), for scanners that do
    /// not want to branch on which.
    #[inline]
    fn punctuation(&mut self, at: ByteOffset, class: Class, change: i64) {
        match change {
            1 => self.open_bracket(at, class),
            -1 => self.close_bracket(at, class),
            _ => self.structural(at, class),
        }
    }

    /// A level that opens (`change` 1) or closes (-1) at `place`, for scanners that do not want to branch on which.
    #[inline]
    fn level(&mut self, place: ByteOffset, change: i64) {
        if change > 0 { self.open_level(place) } else { self.close_level(place) }
    }

    /// So many structural characters that open and close nothing, for sinks to which places do not matter.
    #[inline]
    fn separators(&mut self, class: Class, n: u32) {
        let _ = (class, n);
    }

    /// How far depth may go down before it comes to where places are counted by, and how far up before it is higher than ever:
    /// within, a scanner need tell of no level by itself if it tells of all of them by [`Sink::shift_depth`]. For sinks to which
    /// places do not matter.
    #[inline]
    fn room(&self) -> (Depth, Depth) {
        (0, 0)
    }

    /// Depth has moved by `change`, and never further than [`Sink::room`] told.
    #[inline]
    fn shift_depth(&mut self, change: Depth) {
        let _ = change;
    }

    /// A bracket that opens a level.
    #[inline]
    fn open_bracket(&mut self, at: ByteOffset, class: Class) {
        self.structural(at, class);
        self.open_level(at);
    }

    /// A bracket that closes a level.
    #[inline]
    fn close_bracket(&mut self, at: ByteOffset, class: Class) {
        self.structural(at, class);
        self.close_level(at);
    }
}

/// A comment: start, end.
pub type Comment = (ByteOffset, ByteOffset);

/// Counts: the summary, less bytes and line breaks; and where comments stand, if that is asked for.
///
/// One sink for both, and for run-ups, which want neither: each sort of sink is all of the scanners once more, to compile and
/// to hold in memory.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// What was counted.
    pub summary: Summary,
    /// Comments that have ended, if they are asked for.
    pub comments: Option<Vec<Comment>>,
}

impl Counts {
    /// Keeps where comments stand, to tell lines by kind.
    #[must_use]
    pub fn with_comments() -> Self {
        Counts { comments: Some(Vec::new()), ..Counts::default() }
    }

    #[inline(never)]
    fn keep(&mut self, comment: Comment) {
        if let Some(comments) = &mut self.comments {
            comments.push(comment);
        }
    }
}

impl Sink for Counts {
    const PLACES: bool = false;

    #[inline]
    fn separators(&mut self, class: Class, n: u32) {
        self.summary.classes[class as usize] += u64::from(n);
    }

    #[inline]
    fn structural(&mut self, _: ByteOffset, class: Class) {
        self.summary.classes[class as usize] += 1;
    }

    #[inline]
    fn span(&mut self, start: ByteOffset, end: ByteOffset, kind: SpanKind) {
        self.summary.spans[kind as usize] += 1;
        if kind.is_comment() && self.comments.is_some() {
            self.keep((start, end));
        }
    }

    #[inline]
    fn pattern(&mut self, pattern: Pattern) {
        self.summary.patterns[pattern.kind as usize] += 1;
    }

    #[inline]
    fn define(&mut self, _: Definition) {}

    #[inline]
    fn open_level(&mut self, _: ByteOffset) {
        let summary = &mut self.summary;
        summary.depth_change += 1;
        summary.depth_max = summary.depth_max.max(summary.depth_change);
    }

    #[inline]
    fn close_level(&mut self, _: ByteOffset) {
        let summary = &mut self.summary;
        summary.depth_change -= 1;
        if summary.depth_change < summary.depth_min {
            summary.depth_min = summary.depth_change;
            summary.closes_at_min = 0;
        }
        summary.closes_at_min += u64::from(summary.depth_change == summary.depth_min);
    }

    #[inline]
    fn punctuation(&mut self, at: ByteOffset, class: Class, change: i64) {
        self.summary.classes[class as usize] += 1;
        self.level(at, change);
    }

    #[inline]
    fn level(&mut self, _: ByteOffset, change: i64) {
        let summary = &mut self.summary;
        let depth = summary.depth_change + change;
        let lower = depth < summary.depth_min;
        summary.depth_change = depth;
        summary.depth_max = summary.depth_max.max(depth);
        summary.depth_min = summary.depth_min.min(depth);
        let closes = if lower { 0 } else { summary.closes_at_min };
        summary.closes_at_min = closes + u64::from((change < 0) & (depth == summary.depth_min));
    }

    #[inline]
    fn room(&self) -> (Depth, Depth) {
        let summary = &self.summary;
        // A closer that comes down to the lowest depth is counted.
        let down = summary.depth_change - summary.depth_min - 1;
        (down, summary.depth_max - summary.depth_change)
    }

    #[inline]
    fn shift_depth(&mut self, change: Depth) {
        self.summary.depth_change += change;
    }

    #[inline]
    fn problem(&mut self, at: ByteOffset, kind: ProblemKind) {
        if self.summary.problem.is_none_or(|(before, _)| at < before) {
            self.summary.problem = Some((at, kind));
        }
    }
}
