//! Two scanners over the same bytes, or one over two documents: what only one of them tells, told with its place, counted
//! by class and kind, in memory that does not grow with the document.
//!
//! ```text
//! left side  ──what it finds, piece by piece──┐
//!                                             ├─> matcher, one for each sort ──> tally: counts, the first ones
//! right side ──what it finds, piece by piece──┘
//! ```
//!
//! The side that is behind goes on, so that neither gets more than a piece ahead. After that each side is scanned once more
//! for its counts, its first problem and its throughput: finding places costs much more than counting, and two scanners
//! that take turns on a core tell nothing of either.

mod job;
mod matcher;
mod measure;
mod run;
mod side;
mod spec;
mod tally;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use job::{CompareRow, CompareRows, CompareStatus, CompareWanted, SideMeasured, SideStatus};
pub(super) use job::{Compared, begin, end};
pub use run::compare;
pub use spec::{SideError, SideSpec};
pub use tally::{Differences, KindCount};

use crate::lang::{Class, LanguageId, PatternKind, ProblemKind, SpanKind};
use crate::scan::Account;
use crate::simd::KernelId;
use crate::source::ReadAt;
use crate::units::ByteOffset;

/// One of the two: bytes, and the scanner that goes over them.
#[derive(Clone, Debug)]
pub struct Side {
    /// Where the bytes come from.
    pub source: Arc<dyn ReadAt>,
    /// How many of them are looked at, from the first one on: what stream and growing file had when it was begun.
    pub bytes: u64,
    /// Scanned as what.
    pub scanner: SideScanner,
}

/// The scanner of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SideScanner {
    /// The language.
    pub language: LanguageId,
    /// The kernel.
    pub kernel: KernelId,
    /// How the bytes are handed to it.
    pub how: How,
}

/// How the bytes are handed to a scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// From one end to the other by one thread, in chunks of so many bytes where it is timed. Where places are compared, in
    /// one piece up to [`crate::limits::COMPARED_PIECE_BYTES`].
    Whole {
        /// Bytes in a chunk, 64 or more.
        chunk_bytes: usize,
    },
    /// As a stream of blocks of so many bytes, 1 or more.
    Stream {
        /// Bytes in a block.
        block_bytes: usize,
    },
    /// By several threads, each of which guesses the state that its batch begins in.
    Threads {
        /// Threads, 2 or more.
        threads: usize,
        /// Bytes in a chunk, 64 or more.
        chunk_bytes: usize,
    },
}

impl How {
    /// For a person: `whole`, `blocks of 4096`, `4 threads`.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            How::Whole { .. } => "whole".to_owned(),
            How::Stream { block_bytes } => format!("blocks of {block_bytes}"),
            How::Threads { threads, .. } => format!("{threads} threads"),
        }
    }

    /// Threads at work.
    #[must_use]
    pub fn threads(self) -> usize {
        match self {
            How::Threads { threads, .. } => threads,
            How::Whole { .. } | How::Stream { .. } => 1,
        }
    }

    /// Bytes of a block, if it is a stream.
    #[must_use]
    pub fn block_bytes(self) -> Option<usize> {
        match self {
            How::Stream { block_bytes } => Some(block_bytes),
            How::Whole { .. } | How::Threads { .. } => None,
        }
    }
}

/// The sorts of what is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// Structural characters.
    Structural,
    /// Spans.
    Span,
    /// Patterns. JSON and text have none.
    Pattern,
    /// Where levels open and close.
    Level,
    /// Problems, where the scanners of both sides tell them: those of code languages do.
    Problem,
}

impl What {
    /// All sorts, in the order of reports.
    pub const ALL: [What; 5] =
        [What::Structural, What::Span, What::Pattern, What::Level, What::Problem];

    /// The name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            What::Structural => "structural",
            What::Span => "span",
            What::Pattern => "pattern",
            What::Level => "level",
            What::Problem => "problem",
        }
    }
}

/// What something is: its sort and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// A structural character of this class.
    Structural(Class),
    /// A span of this kind.
    Span(SpanKind),
    /// A pattern of this kind.
    Pattern(PatternKind),
    /// A level opens (true) or closes.
    Level(bool),
    /// A problem of this kind.
    Problem(ProblemKind),
}

impl ItemKind {
    /// Its sort.
    #[must_use]
    pub fn what(self) -> What {
        match self {
            ItemKind::Structural(_) => What::Structural,
            ItemKind::Span(_) => What::Span,
            ItemKind::Pattern(_) => What::Pattern,
            ItemKind::Level(_) => What::Level,
            ItemKind::Problem(_) => What::Problem,
        }
    }

    /// The kind's name in reports; of a structural character the character.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            ItemKind::Structural(class) => char::from(class.byte()).to_string(),
            ItemKind::Span(kind) => kind.name().to_owned(),
            ItemKind::Pattern(kind) => kind.name().to_owned(),
            ItemKind::Level(opens) => if opens { "open" } else { "close" }.to_owned(),
            ItemKind::Problem(kind) => kind.name().to_owned(),
        }
    }
}

/// How two sides differ at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceClass {
    /// Only the left side tells it.
    OnlyLeft,
    /// Only the right side tells it.
    OnlyRight,
    /// Both tell something from there to there, of the same sort and of other kinds.
    OtherKind,
}

impl DifferenceClass {
    /// All classes, in the order of reports.
    pub const ALL: [DifferenceClass; 3] =
        [DifferenceClass::OnlyLeft, DifferenceClass::OnlyRight, DifferenceClass::OtherKind];

    /// The name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DifferenceClass::OnlyLeft => "only_left",
            DifferenceClass::OnlyRight => "only_right",
            DifferenceClass::OtherKind => "other_kind",
        }
    }

    /// For a person.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            DifferenceClass::OnlyLeft => "only left",
            DifferenceClass::OnlyRight => "only right",
            DifferenceClass::OtherKind => "other kind",
        }
    }
}

/// Something that the sides do not tell alike. Ordered by where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Its first byte.
    pub start: ByteOffset,
    /// One past its last byte; a level has none, and ends where it starts.
    pub end: ByteOffset,
    /// What the left side says it is; none if it says nothing.
    pub left: Option<ItemKind>,
    /// What the right side says it is.
    pub right: Option<ItemKind>,
}

impl Difference {
    /// Its class.
    #[must_use]
    pub fn class(&self) -> DifferenceClass {
        match (self.left, self.right) {
            (Some(_), None) => DifferenceClass::OnlyLeft,
            (None, _) => DifferenceClass::OnlyRight,
            (Some(_), Some(_)) => DifferenceClass::OtherKind,
        }
    }

    /// Its sort.
    #[must_use]
    pub fn what(&self) -> What {
        self.left.or(self.right).map_or(What::Structural, ItemKind::what)
    }
}

/// Where a comparison stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompareProgress {
    /// Bytes gone over so far, of both sides, for places and for counts.
    pub bytes_done: u64,
    /// Bytes to go over in all.
    pub bytes_total: u64,
}

/// What a comparison found.
#[derive(Debug)]
pub struct Comparison {
    /// The differences.
    pub differences: Differences,
    /// What each side is: left, right.
    pub sides: [SideOutcome; 2],
    /// Whether somebody asked to stop before the end: then all is as far as it had come.
    pub stopped: bool,
}

impl Comparison {
    /// Bytes in which the sides were compared: those of the shorter one.
    #[must_use]
    pub fn compared_bytes(&self) -> u64 {
        self.sides[0].bytes.min(self.sides[1].bytes)
    }
}

/// What one side is, by itself.
#[derive(Debug)]
pub struct SideOutcome {
    /// Its bytes.
    pub bytes: u64,
    /// What scanned them.
    pub scanner: SideScanner,
    /// Its counts and its first problem, and how long it took to find them; none if somebody asked to stop before.
    pub measured: Option<Measured>,
}

/// The counts of a side, and how long they took.
#[derive(Debug)]
pub struct Measured {
    /// The counts, as `scan` gives them.
    pub account: Account,
    /// The fastest run.
    pub elapsed: Duration,
    /// Runs; several where one takes no time.
    pub runs: usize,
}

impl Measured {
    /// Bytes a second in the fastest run.
    #[must_use]
    pub fn bytes_per_second(&self) -> f64 {
        self.account.summary.bytes as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }
}
