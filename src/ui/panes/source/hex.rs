//! The bytes as numbers: sixteen a row, or as many as fit, and beside them as characters.

use std::borrow::Cow;
use std::ops::Range;

use super::layout::{Anchors, Layout, PageText, RowCell};
use crate::explorer::Page;
use crate::units::ByteOffset;

/// Bytes of a row where there is room: rows begin at multiples of it.
const ROW_BYTES: usize = 16;

/// Bytes after which a row has a wider gap.
const GROUP_BYTES: usize = 8;

/// The bytes as numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hex {
    /// Whether to draw in ASCII.
    pub(super) ascii: bool,
}

impl Hex {
    /// Bytes of a row at so many columns: a power of two.
    fn row_bytes_at(columns: u16) -> usize {
        let fits = |n: usize| numbers_columns(n) + n <= usize::from(columns);
        [ROW_BYTES, 8, 4, 2].into_iter().find(|n| fits(*n)).unwrap_or(1)
    }
}

/// Columns of so many numbers with the gaps behind them.
fn numbers_columns(n: usize) -> usize {
    3 * n + n.div_ceil(GROUP_BYTES) - 1
}

/// What keeps others apart.
fn gap(at: usize, columns: usize) -> RowCell<'static> {
    let (text, width) = (Cow::Owned(" ".repeat(columns)), columns as u16);
    RowCell { text, width, hidden: false, at, bytes: at..at, repeats: true }
}

impl Layout for Hex {
    fn anchors(&self, page: &Page) -> Anchors {
        let start = page.range.start;
        let first = start.next_multiple_of(ROW_BYTES as u64) - start;
        let starts = (first as u32..page.bytes.len() as u32).step_by(ROW_BYTES);
        Anchors {
            starts: starts.filter(|start| *start > 0).collect(),
            levels: Vec::new(),
            at_start: first == 0 || page.is_first,
            segments_from: ByteOffset::MAX,
        }
    }

    fn row_bytes(&self, text: &PageText, rest: Range<usize>, columns: u16) -> usize {
        let n = Hex::row_bytes_at(columns);
        // Where the first row kept is none of sixteen, those of its begin are missing.
        let at = (text.page.range.start as usize % ROW_BYTES + rest.start) % n;
        (n - at).min(rest.len())
    }

    fn cells<'a>(&self, text: &'a PageText, row: Range<usize>, columns: u16) -> Vec<RowCell<'a>> {
        let bytes = text.page.bytes.get(row.clone()).unwrap_or_default();
        let n = Hex::row_bytes_at(columns);
        let mut placed = Vec::with_capacity(3 * bytes.len() + 1);
        for (i, byte) in bytes.iter().enumerate() {
            let at = row.start + i;
            let number = Cow::Owned(format!("{byte:02x}"));
            let bytes = at..at + 1;
            let (hidden, repeats) = (false, false);
            placed.push(RowCell { text: number, width: 2, hidden, at, bytes, repeats });
            let ends_group = (i + 1) % GROUP_BYTES == 0 && i + 1 < n;
            placed.push(gap(at, if ends_group { 2 } else { 1 }));
        }
        let used: usize = placed.iter().map(|cell| usize::from(cell.width)).sum();
        let missing = numbers_columns(n).saturating_sub(used);
        placed.push(gap(row.end.saturating_sub(1), missing));
        for (at, byte) in (row.start..).zip(bytes) {
            let is_drawn = matches!(byte, b' '..=b'~');
            let other = if self.ascii { '.' } else { '·' };
            let text = if is_drawn { char::from(*byte) } else { other };
            let (text, hidden, bytes) = (Cow::Owned(text.to_string()), !is_drawn, at..at + 1);
            placed.push(RowCell { text, width: 1, hidden, at, bytes, repeats: true });
        }
        placed
    }
}
