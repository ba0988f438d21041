//! Reports: serialisable twins of engine types, and the writers for text, JSON, JSON Lines and CSV.

mod escape;

pub use escape::{escape, escape_bytes, escape_os};
