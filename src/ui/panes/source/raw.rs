//! The bytes as they are.

use std::ops::Range;

use super::layout::{Anchors, Layout, PageText, RowCell};
use crate::explorer::Page;
use crate::ui::safe_text::cells;

/// The bytes as they are: a row is full when its columns are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Raw;

impl Layout for Raw {
    fn anchors(&self, page: &Page) -> Anchors {
        let behind = |at: usize| u32::try_from(at + 1).ok();
        let starts = memchr::memchr_iter(b'\n', &page.bytes).filter_map(behind).collect();
        Anchors { starts, at_start: page.starts_line, ..Anchors::default() }
    }

    fn cells<'a>(&self, text: &'a PageText, row: Range<usize>, _: u16) -> Vec<RowCell<'a>> {
        let bytes = without_break(text.page.bytes.get(row.clone()).unwrap_or_default());
        let placed = cells(bytes).map(|cell| {
            let bytes = row.start + cell.bytes.start..row.start + cell.bytes.end;
            let (at, repeats) = (bytes.start, false);
            RowCell { text: cell.text, width: cell.width, hidden: cell.hidden, at, bytes, repeats }
        });
        placed.collect()
    }

    fn row_bytes(&self, text: &PageText, rest: Range<usize>, columns: u16) -> usize {
        let stretch = text.page.bytes.get(rest).unwrap_or_default();
        let columns = usize::from(columns.max(1));
        let text = without_break(stretch);
        // Plain ASCII, nearly always: a byte a column. What follows must not combine with the last of them.
        let n = text.len().min(columns);
        let is_plain = text[..n].iter().all(|byte| matches!(byte, b' '..=b'~'));
        if is_plain && text.get(n).is_none_or(u8::is_ascii) {
            return if n == text.len() { stretch.len() } else { n };
        }
        let mut used = 0;
        for cell in cells(text) {
            used += usize::from(cell.width);
            // The first cell stands on the row even where it is wider than the pane.
            if used > columns && cell.bytes.start > 0 {
                return cell.bytes.start;
            }
        }
        stretch.len()
    }
}

/// A row's bytes without the line break that ends them.
fn without_break(bytes: &[u8]) -> &[u8] {
    match bytes {
        [text @ .., b'\r', b'\n'] | [text @ .., b'\n'] => text,
        text => text,
    }
}
