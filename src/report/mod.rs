//! Reports: serialisable twins of engine types, and what makes text from outside safe to print.

mod cache;
mod compare;
pub mod escape;
mod scan;
mod tune;

pub use cache::{ClearedReport, StoreReport, StoredReport};
pub use compare::{
    BeyondReport, CompareReport, DifferenceReport, DifferencesReport, ErrorReport, KindReport,
    SideReport,
};
pub use scan::{CacheReport, FileSummary, LineReport, Total, counts};
pub use tune::{Best, ReadLimitReport, ReadLimits, Scaling, SpreadReport, TuneReport, TuneRun};
