//! Scanning: from bytes and a start state to summaries (counts) or details (positions).

mod check;
mod chunk;
mod detail;
mod driver;
mod line_kinds;
pub mod naive;
pub mod speculate;
mod state;
pub mod stitch;
mod summary;
mod whole;

pub use check::Checker;
pub use chunk::{detail, structurals, summarize};
pub use detail::{Detail, LevelChange, Span};
pub use driver::{Driver, DriverMonitor, ScanEvent, ScanJob, WorkerCounters};
pub use line_kinds::{LineCounter, LineKinds};
pub use state::{Mode, State};
pub use summary::Summary;
pub use whole::{ScanOutcome, scan_source};
