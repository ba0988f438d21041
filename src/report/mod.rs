//! Reports: serialisable twins of engine types, and what makes text from outside safe to print.

pub mod escape;
mod scan;
mod tune;

pub use scan::{CacheReport, FileSummary, LineReport, Total, counts};
pub use tune::{Best, ReadLimit, ReadLimits, Spread, TuneReport, TuneRun};
