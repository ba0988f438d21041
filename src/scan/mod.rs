//! Scanning: from bytes and a start state to summaries (counts) or details (positions).

mod chunk;
mod detail;
pub mod naive;
mod state;
mod summary;

pub use chunk::{detail, structurals, summarize};
pub use detail::{Detail, Span};
pub use state::{Mode, State};
pub use summary::Summary;
