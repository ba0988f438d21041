//! One opened document: its background scan, its index, and the answers to what the screen asks.
//!
//! The screen holds an [`Explorer`], reads [`Explorer::snapshot`] without waiting, sends [`Request`]s and drains
//! [`Explorer::try_answer`] whenever it is woken. Dropping the handle cancels everything and waits for nothing.

mod boundaries;
pub mod compare;
mod copying;
mod diagnosis;
mod findings;
mod follow;
mod gather;
mod handle;
mod jobs;
mod kinds;
mod listing;
mod live;
pub mod navigate;
mod needle;
mod opened;
mod page;
mod pages;
pub mod part_reader;
pub mod part_view;
mod parts;
mod pattern_search;
mod query;
mod recall;
mod request;
mod sampler;
mod scaling;
mod search;
mod shared;
mod sibling_search;
mod snapshot;
pub mod tune;
mod waiting;

pub use boundaries::{Guess, Seam, SeamFilter, Seams, Straddling, VerifyProgress};
pub use diagnosis::{Bound, TimeShares};
pub use handle::{EngineOptions, Explorer};
pub use kinds::Kinds;
pub use listing::files_below;
pub use needle::Needle;
pub use page::{Mark, Page, PageSpan};
pub use request::{
    Answer, Child, Children, CopyWhat, Direction, Location, Motion, PathStep, PatternRow, Patterns,
    Request, ValueKind,
};
pub use scaling::{Limit, Scaled};
pub use snapshot::{
    DocumentInfo, IndexOrigin, Monitor, Phase, Problem, ScanProgress, SearchOutcome,
    SearchProgress, Snapshot, SourceChange, StreamStatus, WorkerStat,
};
