//! Widgets: plain values that draw themselves into a buffer. They know styles and text, no types of the application.
//!
//! Every widget takes any area, clips to the buffer, and draws nothing where there is no room. Text handed to them must be
//! safe already: ours, or through the safe-text type.

mod bars;
pub mod format;
mod gauge;
mod graph;
mod pen;
mod tree_row;
mod virtual_list;

pub use bars::{Bar, BarGroup, Bars};
pub use gauge::Gauge;
pub use graph::{Graph, nice_ceiling};
pub use pen::{Pen, width};
pub use tree_row::{Fold, TreeRow, TreeStyles};
pub use virtual_list::{Window, draw_thumb, thumb_rows};
