//! The screen: drain events, update the state, draw once.

pub mod action;
mod background;
mod event;
pub mod highlight;
mod input;
pub mod keymap;
pub mod panes;
pub mod safe_text;
mod screen;
mod signals;
mod term;
pub mod theme;
pub mod theme_file;
pub mod widgets;
