//! The bytes as they are. A line that is wider than the pane goes on below its own indentation.

use std::ops::Range;

use super::layout::{Anchors, Layout, PageText, RowCell};
use super::wrap::{Wrap, free_max, take_in};
use crate::explorer::Page;
use crate::ui::safe_text::{Cell, TAB_COLUMNS, cells};

/// The bytes as they are: a row is full when its columns are, and ends behind a blank if that leaves less than half of it free.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Raw;

impl Layout for Raw {
    fn anchors(&self, page: &Page) -> Anchors {
        let behind = |at: usize| u32::try_from(at + 1).ok();
        let starts = memchr::memchr_iter(b'\n', &page.bytes).filter_map(behind).collect();
        Anchors { starts, at_start: page.starts_line, ..Anchors::default() }
    }

    fn cells<'a>(&self, text: &'a PageText, row: Range<usize>, columns: u16) -> Vec<RowCell<'a>> {
        self.cells_near(text, row, columns, 0..u16::MAX).1
    }

    fn cells_near<'a>(
        &self,
        text: &'a PageText,
        row: Range<usize>,
        columns: u16,
        seen: Range<u16>,
    ) -> (u16, Vec<RowCell<'a>>) {
        let indent = self.indent(text, row.clone(), columns);
        let bytes = without_break(text.page.bytes.get(row.clone()).unwrap_or_default());
        // Plain ASCII is a byte a column. What follows must not combine with the last of them, and tabs must stop where they do.
        let before = seen.start.saturating_sub(indent) / TAB_COLUMNS as u16 * TAB_COLUMNS as u16;
        let is_plain = |bytes: &[u8]| bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
        let is_skipped = bytes.get(..=usize::from(before)).is_some_and(is_plain);
        let skipped = if is_skipped { before } else { 0 };
        let first = indent.saturating_add(skipped);
        let start = usize::from(skipped);
        let mut column = first;
        let mut placed = Vec::new();
        for cell in cells(&bytes[start..]) {
            if column >= seen.end {
                return (first, placed);
            }
            column = column.saturating_add(cell.width);
            placed.push(placed_at(row.start + start, cell));
        }
        take_in(&mut placed, self.room(text, row, columns).saturating_sub(skipped));
        (first, placed)
    }

    fn row_bytes(&self, text: &PageText, rest: Range<usize>, columns: u16) -> usize {
        let room = self.room(text, rest.clone(), columns);
        let stretch = text.page.bytes.get(rest).unwrap_or_default();
        let text = without_break(stretch);
        // Plain ASCII, nearly always: a byte a column. What follows must not combine with the last of them.
        let n = text.len().min(usize::from(room));
        let is_plain = text[..n].iter().all(|byte| matches!(byte, b' '..=b'~'));
        if is_plain && text.get(n).is_none_or(u8::is_ascii) {
            let end = if n == text.len() { n } else { end_of_full(text, n) };
            return if end == text.len() { stretch.len() } else { end };
        }
        let mut wrap = Wrap::new(room);
        for cell in cells(text) {
            if let Some(end) = wrap.end_before(cell.width, cell.text == " ", &cell.bytes) {
                return if end == text.len() { stretch.len() } else { end };
            }
        }
        stretch.len()
    }

    /// Rows that go on with a line stand below its first character that is no blank; at most half of the columns stay free.
    fn indent(&self, text: &PageText, row: Range<usize>, columns: u16) -> u16 {
        let line = text.anchor_near(row.start).filter(|line| *line < row.start);
        let Some(before) = line.and_then(|line| text.page.bytes.get(line..row.start)) else {
            return 0;
        };
        // A line of nothing but blanks so far has no indentation yet.
        let n_blanks = before.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(0);
        let most = columns / 2;
        let blanks = cells(&before[..n_blanks]).take(usize::from(most));
        blanks.fold(0u16, |indent, blank| indent.saturating_add(blank.width)).min(most)
    }
}

/// A cell of bytes that begin at `start` of the page.
fn placed_at(start: usize, cell: Cell<'_>) -> RowCell<'_> {
    let bytes = start + cell.bytes.start..start + cell.bytes.end;
    let (at, repeats) = (bytes.start, false);
    RowCell { text: cell.text, width: cell.width, hidden: cell.hidden, at, bytes, repeats }
}

/// As [`Wrap`] says, where a row ends that is full with the first `n` of these bytes, plain ASCII.
fn end_of_full(text: &[u8], n: usize) -> usize {
    let is_text = |row: &[u8]| row.iter().any(|byte| *byte != b' ');
    if text.get(n) == Some(&b' ') && is_text(&text[..n]) {
        return n + 1;
    }
    let free_max = usize::from(free_max(n as u16));
    let blank = memchr::memrchr(b' ', &text[..n]).filter(|blank| blank + 1 + free_max >= n);
    blank.filter(|blank| is_text(&text[..*blank])).map_or(n, |blank| blank + 1)
}

/// A row's bytes without the line break that ends them.
fn without_break(bytes: &[u8]) -> &[u8] {
    match bytes {
        [text @ .., b'\r', b'\n'] | [text @ .., b'\n'] => text,
        text => text,
    }
}
