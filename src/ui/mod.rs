//! The screen: drain events, update the state, draw once.

pub mod action;
pub mod panes;
pub mod theme;
pub mod widgets;
