//! Reports: serialisable twins of engine types, and the writers for text, JSON, JSON Lines and CSV.

mod escape;
mod scan;
pub mod write;

pub use escape::{escape, escape_bytes, escape_os};
pub use scan::{CacheCounts, Lines, SummaryReport, Timing, TokensReport};
