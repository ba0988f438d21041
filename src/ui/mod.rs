//! The screen: drain events, update the state, draw once.

pub mod action;
pub mod highlight;
pub mod panes;
pub mod safe_text;
pub mod theme;
pub mod theme_file;
pub mod widgets;
