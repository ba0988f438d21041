//! Scanning: from bytes and a start state to summaries (counts) or details (positions).

mod buffer;
mod check;
mod chunk;
mod counters;
mod detail;
mod doubt;
mod driver;
mod give_way;
mod line_kinds;
pub mod naive;
mod run;
pub mod speculate;
mod state;
pub mod stitch;
mod summary;
mod survey;
mod whole;
mod worker;

pub use check::Checker;
pub use chunk::{Guess, Scanned, detail, structurals, structurals_checked, summarize};
pub use counters::{DriverMonitor, WorkerCounters};
pub use detail::{Detail, LevelChange, Span};
pub(crate) use driver::take_low_priority;
pub use driver::{Driver, ScanEvent, ScanJob, chunks_per_batch};
pub use give_way::GiveWay;
pub(crate) use line_kinds::GroupLines;
pub use line_kinds::{LineCounter, LineKinds};
pub use run::Run;
pub use state::{Mode, State};
pub use summary::Summary;
pub use survey::{Survey, Surveyed, WithoutCharacters, survey};
pub use whole::{Account, Accountant, ScanOutcome, account_of, scan_source, scan_source_from};
