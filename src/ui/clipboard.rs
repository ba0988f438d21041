//! Copying: the terminal is given bytes for the clipboard of whoever sits in front of it, near or far.

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;

use super::app::{App, Command};
use super::safe_text::{fit_start, safe};
use super::status::path_here;
use super::widgets::format;
use crate::explorer::{CopyWhat, Request};

/// Columns of a text that is told to have been copied; of a longer one it is told how long it is.
const TOLD_COLUMNS: u16 = 40;

/// What makes the terminal put `bytes` on its clipboard (OSC 52). It is letters and digits whatever they are, and a terminal that
/// does not know it shows nothing.
pub(super) fn copying(bytes: &[u8]) -> Vec<u8> {
    let mut text = String::new();
    // A string takes whatever is written to it.
    let _ = CopyToClipboard::to_clipboard_from(bytes).write_ansi(&mut text);
    text.into_bytes()
}

impl App {
    pub(super) fn copy(&mut self, what: CopyWhat) {
        self.ask(Request::Copy { at: self.cursor, what });
    }

    /// Copies the path at the cursor, as soon as it is known.
    pub(super) fn copy_path(&mut self) {
        self.copies_path = self.location.as_ref().is_none_or(|it| it.at != self.cursor);
        if self.copies_path {
            return;
        }
        let path = path_here(self, |bytes| String::from_utf8_lossy(bytes).into_owned());
        if path.is_empty() {
            self.warn("no path is known here");
        } else {
            self.copied(path.into_bytes());
        }
    }

    /// These bytes are to be copied.
    pub(super) fn copied(&mut self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return self.warn("there is nothing to copy here");
        }
        let shown = safe(&bytes);
        let is_short = !bytes.contains(&b'\n') && fit_start(&shown, TOLD_COLUMNS, "") == shown;
        self.say(if is_short {
            format!("copied {shown}")
        } else {
            format!("copied {}", format::bytes(bytes.len() as u64))
        });
        self.command(Command::Copy(bytes));
    }
}
