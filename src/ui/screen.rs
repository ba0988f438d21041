//! Frames to the terminal: what differs from the last one, in one write, as one synchronised update.

use std::io::{self, Write};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::frame;

const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
const END_FRAME: &[u8] = b"\x1b[0m\x1b[?2026l";
const CLEAR: &[u8] = b"\x1b[0m\x1b[2J";

/// What the terminal shows.
#[derive(Debug)]
pub(super) struct Screen<W: Write> {
    out: W,
    shown: Buffer,
    cursor: Option<Position>,
    /// Bytes that go out with the next frame, after it.
    after: Vec<u8>,
}

impl<W: Write> Screen<W> {
    /// A screen of which is known only that it is clear.
    pub(super) fn new(out: W) -> Screen<W> {
        Screen { out, shown: Buffer::empty(Rect::ZERO), cursor: None, after: Vec::new() }
    }

    /// Forgets what is shown, so that the next frame is painted whole.
    pub(super) fn forget(&mut self) {
        self.shown = Buffer::empty(Rect::ZERO);
        self.cursor = None;
    }

    /// Sends `bytes` to the terminal after the next frame.
    pub(super) fn send_after(&mut self, bytes: &[u8]) {
        self.after.extend_from_slice(bytes);
    }

    /// Shows `next`, and the cursor where it stands if it is to be seen. Writes nothing where nothing differs.
    ///
    /// # Errors
    /// If the terminal cannot be written to.
    pub(super) fn draw(&mut self, next: Buffer, cursor: Option<Position>) -> io::Result<()> {
        let anew = self.shown.area != next.area;
        if anew {
            self.shown = Buffer::empty(next.area);
        }
        let mut changes = Vec::new();
        frame::write_changes(&self.shown, &next, &mut changes);
        let moves = cursor != self.cursor;
        if changes.is_empty() && !anew && !moves && self.after.is_empty() {
            return Ok(());
        }
        let mut frame = Vec::with_capacity(changes.len() + 64);
        frame.extend_from_slice(BEGIN_FRAME);
        if anew {
            frame.extend_from_slice(CLEAR);
        }
        if self.cursor.is_some() {
            frame.extend_from_slice(b"\x1b[?25l");
        }
        frame.append(&mut changes);
        if let Some(Position { x, y }) = cursor {
            write!(frame, "\x1b[{};{}H\x1b[?25h", u32::from(y) + 1, u32::from(x) + 1)?;
        }
        frame.extend_from_slice(END_FRAME);
        frame.append(&mut self.after);
        (self.shown, self.cursor) = (next, cursor);
        self.out.write_all(&frame)?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    fn frame(text: &str) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 2));
        buffer.set_string(0, 0, text, Style::new());
        buffer
    }

    #[test]
    fn a_frame_that_changes_nothing_writes_nothing() {
        let mut screen = Screen::new(Vec::new());
        screen.draw(frame("hello"), None).unwrap();
        let written = screen.out.len();
        assert!(written > 0);
        screen.draw(frame("hello"), None).unwrap();
        assert_eq!(screen.out.len(), written);
    }

    #[test]
    fn only_what_differs_is_written_inside_one_update() {
        let mut screen = Screen::new(Vec::new());
        screen.draw(frame("hello"), None).unwrap();
        screen.out.clear();
        screen.draw(frame("help!"), None).unwrap();
        let written = String::from_utf8(std::mem::take(&mut screen.out)).unwrap();
        assert!(
            written.starts_with("\x1b[?2026h") && written.ends_with("\x1b[?2026l"),
            "{written:?}"
        );
        assert!(written.contains("p!") && !written.contains("hel"), "{written:?}");
    }

    #[test]
    fn a_forgotten_screen_is_painted_whole() {
        let mut screen = Screen::new(Vec::new());
        screen.draw(frame("hello"), None).unwrap();
        let whole = std::mem::take(&mut screen.out);
        screen.forget();
        screen.draw(frame("hello"), None).unwrap();
        assert_eq!(screen.out, whole);
    }

    #[test]
    fn the_cursor_is_shown_where_it_stands_and_hidden_when_it_goes() {
        let mut screen = Screen::new(Vec::new());
        screen.draw(frame("ab"), Some(Position { x: 2, y: 1 })).unwrap();
        assert!(String::from_utf8_lossy(&screen.out).contains("\x1b[2;3H\x1b[?25h"));
        screen.out.clear();
        screen.draw(frame("ab"), None).unwrap();
        assert!(String::from_utf8_lossy(&screen.out).contains("\x1b[?25l"));
    }
}
