//! Reports: serialisable twins of engine types, and what makes text from outside safe to print.

mod cache;
pub mod escape;
mod scan;
mod tune;

pub use cache::{ClearedReport, StoreReport, StoredReport};
pub use scan::{CacheReport, FileSummary, LineReport, Total, counts};
pub use tune::{Best, ReadLimit, ReadLimits, Spread, TuneReport, TuneRun};
