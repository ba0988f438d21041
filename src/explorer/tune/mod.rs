//! Tuning: the same bytes scanned again and again with every setting, from memory and from the file, beside what as many
//! threads of the machine can read at all.
//!
//! A [`Plan`] says what is tried. [`measure`] runs it: a round goes through all settings once, so that they take turns and
//! the machine's drift hits all alike; the first round warms up and is not counted. [`Tuned`] is what came of it, and what
//! follows from that: the best setting, and why more threads are no faster.

mod job;
mod measure;
mod plan;
mod reading;
mod results;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

pub use self::job::{TuneEnd, TuneStatus};
pub(super) use self::job::{TuneJob, begin, end, stop};
pub use self::measure::measure;
pub use self::plan::{CHUNK_SIZES, Plan, thread_counts};
pub use self::results::{ReadLimit, Run, Spread, Tuned};

use crate::lang::LanguageId;
use crate::scan::State;
use crate::simd::KernelId;
use crate::source::ReadAt;
use crate::units::ByteOffset;

/// How long a run takes at least: what is over sooner is done again until then. A few KiB are scanned in less time than it
/// takes to look at a clock.
const RUN_TIME_MIN: Duration = Duration::from_millis(1);

/// What can be set for a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tuning {
    /// The kernel.
    pub kernel: KernelId,
    /// Worker threads, 1 or more.
    pub threads: usize,
    /// Bytes in a chunk.
    pub chunk_bytes: usize,
}

/// Where the bytes of a run come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadFrom {
    /// Memory: nothing is read.
    Memory,
    /// The file, which the system most likely has in its cache.
    File,
}

impl ReadFrom {
    /// Both, in the order of reports.
    pub const ALL: [ReadFrom; 2] = [ReadFrom::Memory, ReadFrom::File];

    /// The name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ReadFrom::Memory => "memory",
            ReadFrom::File => "file",
        }
    }
}

/// What is measured on: a document, or a window of it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The document.
    pub source: Arc<dyn ReadAt>,
    /// The bytes of it that are scanned.
    pub range: Range<ByteOffset>,
    /// The state before the first one.
    pub state: State,
    /// Scanned as what.
    pub language: LanguageId,
}

/// Why a document cannot be measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Its bytes come once.
    #[error("a stream comes once; settings are measured on a file, again and again")]
    Stream,
    /// It is in no language.
    #[error("plain text has no structure to scan; `{taker}` takes it for a language")]
    Text {
        /// What a person gives to have it taken for one.
        taker: &'static str,
    },
    /// It has no bytes.
    #[error("the document is empty: there is nothing to measure on")]
    Empty,
}

impl Unfit {
    /// Looks at a document that is no stream; `taker` takes text for a language.
    ///
    /// # Errors
    /// Why it cannot be measured on.
    pub fn look(language: LanguageId, bytes: u64, taker: &'static str) -> Result<(), Unfit> {
        match (language, bytes) {
            (_, 0) => Err(Unfit::Empty),
            (LanguageId::Text, _) => Err(Unfit::Text { taker }),
            _ => Ok(()),
        }
    }
}

/// How far a measurement has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TuneProgress {
    /// Runs done, those of the first round and plain reading included.
    pub done: usize,
    /// All of them.
    pub total: usize,
    /// The round that runs: 0 warms up.
    pub round: usize,
    /// Rounds that count.
    pub rounds: usize,
}
