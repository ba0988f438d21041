//! warp-tui: an explorer for the structure of files of any size.
//!
//! The library is the engine (scanning, index, cache, navigation) and, behind the feature `tui`, the screen. The
//! engine knows no terminal: no colours, no printing, no environment. `docs/architecture.md` shows the rooms and
//! the arrows between them; `tests/architecture.rs` holds the code to it.

pub mod cache;
pub mod cli;
pub mod error;
pub mod explorer;
pub mod index;
pub mod lang;
pub mod limits;
pub mod report;
pub mod scan;
#[allow(unsafe_code, reason = "the kernels are the one place where intrinsics are called")]
pub mod simd;
pub mod source;
pub mod stream;
#[cfg(feature = "tui")]
pub mod ui;
pub mod units;
