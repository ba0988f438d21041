//! The structural index: checkpoints, summaries, and the range-min-max tree over depth.
//!
//! What is kept of a chunk is where it begins (state, line, depth) and what depth does in it; positions are made again on
//! demand. At most [`crate::limits::CHECKPOINTS_MAX`] chunks are kept whatever the document's size: beyond that
//! neighbours merge and the chunk size doubles.

mod depth_tree;
mod states;
pub mod store;
mod structural_index;

pub use depth_tree::{DepthTree, Lowest};
pub use structural_index::{Checkpoint, StructuralIndex, WrittenIndex};
