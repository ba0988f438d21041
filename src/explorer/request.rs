//! What the screen asks of the engine, and what comes back.
//!
//! Requests go down by value and are answered in order by the query thread; slow ones (search) go through a
//! newest-wins slot. A failure is an answer too.

use std::sync::Arc;

use super::boundaries::{SeamFilter, Seams};
use super::compare::{CompareRows, CompareWanted};
use super::kinds::Kinds;
use super::page::Page;
use super::tune::Tuning;
use crate::cache::{CacheListing, CacheSort};
use crate::lang::{LanguageId, PatternKind};
use crate::units::{ByteOffset, Depth, LineNumber, MemberIndex};

/// A request to an opened document. None of them blocks the one who asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// The bytes around `around` with their structure, ready to be laid out: [`Answer::Page`].
    Page {
        /// The byte that should stand near the page's middle.
        around: ByteOffset,
    },
    /// Everything the status line says of a position: [`Answer::Location`].
    Locate {
        /// The cursor.
        at: ByteOffset,
    },
    /// Where a motion leads from the cursor: [`Answer::Jumped`].
    Jump {
        /// Comes back in the answer, so that a late answer to an old question can be told.
        id: u64,
        /// The cursor.
        from: ByteOffset,
        /// The motion.
        motion: Motion,
    },
    /// The bytes of what stands at a place, to be copied: [`Answer::Copied`].
    Copy {
        /// The cursor.
        at: ByteOffset,
        /// What of it.
        what: CopyWhat,
    },
    /// A window of a container's members: [`Answer::Children`].
    Children {
        /// The container's opening bracket; `None` for the document's own top level.
        open: Option<ByteOffset>,
        /// The first member wanted.
        first: MemberIndex,
        /// How many, at most [`crate::limits::CHILDREN_PER_ANSWER`].
        count: usize,
    },
    /// A window of the patterns of some kinds: [`Answer::Patterns`].
    Patterns {
        /// The kinds.
        kinds: Kinds,
        /// The first one wanted, counted among those.
        first: u64,
        /// How many, at most [`crate::limits::CHILDREN_PER_ANSWER`].
        count: usize,
        /// The cursor.
        at: ByteOffset,
    },
    /// A window of the seams of the document cut into blocks: [`Answer::Seams`].
    Seams {
        /// Bytes of a block, 1 or more.
        block: u64,
        /// Which seams.
        filter: SeamFilter,
        /// The number of the first one looked at, 1 or more.
        first: u64,
        /// The most that are given.
        count: usize,
    },
    /// Compare the document cut into blocks of so many bytes with the whole; the outcome is in the snapshot.
    Verify(u64),
    /// Compare two scanners on the document, or it with another one; how that stands is in the snapshot. One that runs ends.
    Compare(CompareWanted),
    /// The same as [`Request::Page`], of a side of the comparison: [`Answer::ComparePage`].
    ComparePage {
        /// 0 for the left side, 1 for the right one.
        side: usize,
        /// The byte that should stand near the page's middle.
        around: ByteOffset,
    },
    /// A window of the differences that the comparison has found: [`Answer::CompareRows`].
    CompareRows {
        /// The first one.
        first: usize,
        /// How many, at most [`crate::limits::COMPARE_ROWS_MAX`].
        count: usize,
    },
    /// End the comparison and forget it.
    EndCompare,
    /// Measure all settings on the document, or on a window of it around `around`; how that stands is in the snapshot. A
    /// measurement that runs ends.
    Tune {
        /// The byte that should stand near the window's middle.
        around: ByteOffset,
    },
    /// Stop the measurement that runs, and keep what it has found.
    StopTune,
    /// End the measurement and forget it.
    EndTune,
    /// Work with this setting from now on: with another kernel or chunk size the document is scanned again.
    Apply(Tuning),
    /// Search for literal bytes; the progress is in the snapshot, the end of it in [`Answer::Searched`].
    Search {
        /// Comes back in the answer, so that a late answer to an old question can be told.
        id: u64,
        /// The bytes.
        pattern: Vec<u8>,
        /// Where to begin: forward looks at or after it, backward looks strictly before it.
        from: ByteOffset,
        /// Whether the match that begins there, or the byte there, is passed over. Of backward it always is.
        past: bool,
        /// The direction.
        direction: Direction,
    },
    /// End the search that runs, if one does.
    CancelSearch,
    /// Change the number of worker threads, 1 to [`crate::limits::THREADS_MAX`].
    SetThreads(usize),
    /// Drop everything known and scan again, the file as it is now.
    Rescan,
    /// The same, as another language; none: as the one that its name or its first bytes tell.
    Language(Option<LanguageId>),
    /// Empty the detail cache.
    ClearCache,
    /// A window of the detail cache's entries, and its last seconds: [`Answer::CacheRows`].
    CacheRows {
        /// What they are sorted by.
        sort: CacheSort,
        /// The place of the first one.
        first: usize,
    },
    /// Drop the entry of this number from the detail cache.
    DropCached(u64),
    /// Change how much the detail cache keeps, as far as said.
    ResizeCache {
        /// The most entries.
        entries: Option<usize>,
        /// The most bytes.
        bytes: Option<usize>,
    },
    /// Pause the reading of a stream, or go on with it.
    PauseStream(bool),
    /// End the reading of a stream; what has come stays.
    EndStream,
    /// Follow a file while it grows. A stream is followed anyway.
    Follow,
}

/// A motion whose target the engine has to find.
#[derive(Clone, Debug, PartialEq)]
pub enum Motion {
    /// The partner of the bracket at (or, failing that, next after the cursor on its line).
    Matching,
    /// The opening bracket of the container around the cursor.
    Parent,
    /// The first member of the container at the cursor.
    Into,
    /// The next member of the same container.
    NextSibling,
    /// The previous member of the same container.
    PreviousSibling,
    /// The first byte of a line; beyond the last line: the last line.
    Line(LineNumber),
    /// A byte; beyond the end: the last byte.
    Byte(ByteOffset),
    /// A share of the document's bytes, in percent, 0 to 100.
    Percent(f64),
    /// The first byte of the last line.
    End,
    /// A JSON path as a person types it: `$.a[3]["b c"]`.
    Path(String),
    /// The next pattern of these kinds.
    NextPattern(Kinds),
    /// The pattern of these kinds before.
    PreviousPattern(Kinds),
}

/// What is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyWhat {
    /// The line, without its line break.
    Line,
    /// The brackets at the cursor with all between them; where none stand, the value of the member of JSON, or the innermost level of
    /// code.
    Value,
}

/// Which way a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the end.
    Forward,
    /// Towards the start.
    Backward,
}

/// What comes back.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A page.
    Page(Arc<Page>),
    /// A position explained.
    Location(Location),
    /// A motion's end.
    Jumped {
        /// The request's own number.
        id: u64,
        /// The target, or why there is none, as a sentence for the person.
        target: Result<ByteOffset, String>,
    },
    /// The bytes that were asked for, or why there are none, as a sentence for the person.
    Copied(Result<Vec<u8>, String>),
    /// Members of a container.
    Children(Children),
    /// Patterns.
    Patterns(Patterns),
    /// Seams.
    Seams(Seams),
    /// A page of a side of a comparison.
    ComparePage {
        /// The comparison's number.
        number: u64,
        /// 0 for the left side, 1 for the right one.
        side: usize,
        /// The page.
        page: Arc<Page>,
    },
    /// Differences.
    CompareRows(CompareRows),
    /// Entries of the detail cache.
    CacheRows(CacheListing),
    /// A search's end: [`super::snapshot::SearchProgress`] has the same and more.
    Searched {
        /// The request's own number.
        id: u64,
        /// How it ended.
        outcome: super::snapshot::SearchOutcome,
    },
    /// Something failed that no other answer tells of.
    Failed(String),
}

/// A position explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// The position asked for.
    pub at: ByteOffset,
    /// Its line, if the index reaches that far.
    pub line: Option<LineNumber>,
    /// Bytes between the line's start and the position, if the start is known.
    pub column: Option<u64>,
    /// Levels open at the position, if known.
    pub depth: Option<Depth>,
    /// From the outermost container to the member at the position. Empty at top level or where not known.
    pub path: Vec<PathStep>,
    /// In code, the definition that the position belongs to though it is not inside of it: it begins on the same line, or it
    /// is the nearest one where none is around. It follows the last step of the path.
    pub beside: Option<PathStep>,
    /// If a bracket stands at the position: it and its partner (opening, closing).
    pub pair: Option<(ByteOffset, Option<ByteOffset>)>,
    /// The container around the position (opening, closing), if there is one.
    pub enclosing: Option<(ByteOffset, Option<ByteOffset>)>,
    /// The innermost short pattern of code that the position lies in: start, end, kind.
    pub pattern: Option<(ByteOffset, ByteOffset, PatternKind)>,
    /// Whether the answer rests on the index; if not (not scanned that far yet) the open fields are `None`.
    pub indexed: bool,
}

impl Location {
    /// A position of which nothing can be told.
    pub(crate) fn unknown(at: ByteOffset) -> Location {
        Location {
            at,
            line: None,
            column: None,
            depth: None,
            path: Vec::new(),
            beside: None,
            pair: None,
            enclosing: None,
            pattern: None,
            indexed: true,
        }
    }

    /// Whether the place stands in something of which the window over a stream holds no more than this.
    #[must_use]
    pub fn began_before_window(&self) -> bool {
        // A closing bracket stands around what it closes.
        let closes = self.pair.is_some_and(|(_, close)| close == Some(self.at));
        let is_inside = self.depth.is_some_and(|depth| depth > i64::from(closes));
        is_inside && self.enclosing.is_none() && self.path.is_empty()
    }
}

/// One step of a path: the member of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathStep {
    /// The container's opening bracket; `None` for the document's own top level.
    pub open: Option<ByteOffset>,
    /// The member's place in it.
    pub index: MemberIndex,
    /// The key as written, quotes taken off, cut at [`crate::limits::PREVIEW_BYTES`]; `None` in arrays.
    pub key: Option<Vec<u8>>,
    /// The member's first byte: its key's quote in an object, its value in an array.
    pub member: ByteOffset,
    /// What is defined, in code.
    pub definition: Option<PatternKind>,
}

/// A window of a container's members.
#[derive(Clone, Debug, PartialEq)]
pub struct Children {
    /// The container's opening bracket; `None` for the document's own top level.
    pub open: Option<ByteOffset>,
    /// The place of the first one in `items`.
    pub first: MemberIndex,
    /// How many members the container has in all, as far as it is indexed.
    pub total: u64,
    /// Whether `total` is final: false while the scan has not reached the container's end.
    pub complete: bool,
    /// The members, in order.
    pub items: Vec<Child>,
}

impl Children {
    /// No members, so far.
    pub(super) fn nothing(open: Option<ByteOffset>, first: MemberIndex) -> Children {
        Children { open, first, total: 0, complete: false, items: Vec::new() }
    }
}

/// One member of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// Its place.
    pub index: MemberIndex,
    /// Its first byte: the key's quote in an object, the value's first byte in an array.
    pub at: ByteOffset,
    /// The value's first byte.
    pub value: ByteOffset,
    /// The key as written, quotes taken off, cut at [`crate::limits::PREVIEW_BYTES`].
    pub key: Option<Vec<u8>>,
    /// What the value is.
    pub kind: ValueKind,
    /// For scalars the value as written, for containers its first bytes; cut at [`crate::limits::PREVIEW_BYTES`].
    pub preview: Vec<u8>,
    /// Members of the value, if it is a container that is closed in the index.
    pub members: Option<u64>,
}

/// What a value is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `{`
    Object,
    /// `[`
    Array,
    /// `"`
    String,
    /// A digit or `-`.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// A definition in code.
    Definition(PatternKind),
    /// Anything else: broken input.
    Other,
}

impl ValueKind {
    /// Whether it has members.
    #[must_use]
    pub fn is_container(self) -> bool {
        matches!(self, ValueKind::Object | ValueKind::Array | ValueKind::Definition(_))
    }
}

/// A window of patterns.
#[derive(Clone, Debug, PartialEq)]
pub struct Patterns {
    /// The kinds asked for.
    pub kinds: Kinds,
    /// The place of the first one in `items`.
    pub first: u64,
    /// How many of these kinds there are.
    pub total: u64,
    /// The last one that starts at or before the cursor.
    pub here: Option<u64>,
    /// The patterns, by start.
    pub items: Vec<PatternRow>,
    /// The document has too many to keep: these are the ones around the cursor.
    pub is_part: bool,
}

/// One pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternRow {
    /// Its first byte.
    pub at: ByteOffset,
    /// One past its last byte.
    pub end: ByteOffset,
    /// What it is.
    pub kind: PatternKind,
    /// Whether `text` is its name.
    pub named: bool,
    /// Its name, or itself as written; cut at [`crate::limits::PREVIEW_BYTES`].
    pub text: Vec<u8>,
}
