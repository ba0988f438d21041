//! What the loop wakes up for, besides the engine.

use crossterm::event::KeyEvent;

use super::mouse::Pointed;

/// From the terminal.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    /// A key.
    Key(KeyEvent),
    /// A click, or a turn of the wheel.
    Pointed(Pointed),
    /// Text that was pasted into a prompt.
    Paste(String),
    /// The terminal's background has become known.
    Background {
        /// Whether it is light.
        light: bool,
    },
    /// Nothing: one more turn is wanted.
    Nothing,
    /// The terminal is gone.
    Gone,
}

/// From the operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// The window has another size.
    Resized,
    /// Stop, as the shell's user asks.
    Stop,
    /// The program goes on after it was stopped.
    Continued,
    /// End, by the signal of this number.
    End(i32),
}
