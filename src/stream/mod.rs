//! Streams: what flows is scanned while it flows, with the state carried over each seam, in constant memory.
//!
//! ```text
//! reader thread ──blocks──> consumer: scan from the carried state, keep in the spool ──> whoever listens
//!      ^────────empty blocks────┘
//! ```
//!
//! There is a fixed number of blocks, used again and again: when the consumer is slower than the source the reader waits,
//! and so does whoever writes into the other end.

mod ahead;
mod block;
mod feed;
mod found;
mod head;
mod pump;
mod scanner;
mod spool;
mod verify;

pub use ahead::{Ahead, Scout};
pub use block::Block;
pub use feed::Feed;
pub(crate) use found::{Found, Joiner};
pub use head::Headed;
pub use pump::{Flow, Pump, PumpEvent, PumpMonitor};
pub use scanner::{StreamOptions, StreamScanner, Token};
pub use spool::{SpillPlan, SpillState, Spool};
pub use verify::{Difference, Verified, verify};
