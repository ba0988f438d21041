//! Lines that are cut at the pane's edges: which of their columns are seen, and how the view moves sideways.

use super::layout::Row;
use super::{LayoutKind, SourcePane};
use crate::limits::CUT_ROW_COLUMNS;

impl SourcePane {
    /// Columns of text that are seen.
    pub(super) fn columns_seen(&self) -> u16 {
        self.area.width.saturating_sub(self.gutter).max(1)
    }

    /// Columns that a row may have: where lines are cut, more than are seen.
    pub(super) fn columns(&self) -> u16 {
        let seen = self.columns_seen();
        if self.cuts() { seen.max(CUT_ROW_COLUMNS) } else { seen }
    }

    /// Whether rows may be wider than the pane.
    pub(super) fn cuts(&self) -> bool {
        !self.wraps && self.laid_out != LayoutKind::Hex
    }

    /// Moves the view sideways if the cursor is out of sight, so that it stands in the middle, or its row ends with the pane; back
    /// to the first column where that is enough. A mark takes a column at an edge beyond which there is more.
    pub(super) fn follow_sideways(&mut self) {
        let row = self.row_near(self.cursor).filter(|_| self.cuts());
        let Some(row) = row else {
            self.left = 0;
            return;
        };
        let seen = self.columns_seen();
        let (at, row_end) = self.cursor_columns(&row);
        let first = self.left + u16::from(self.left > 0);
        let right = self.left.saturating_add(seen);
        let last = right - u16::from(row_end > right);
        if at.start < first || at.end > last {
            let row_end = row_end.max(at.end);
            let fits = at.end < seen || row_end <= seen;
            let middle = at.start.saturating_sub(seen / 2).min(row_end.saturating_sub(seen));
            self.left = if fits { 0 } else { middle };
        }
    }

    /// The columns of the cursor in its row, and where the row's last cell ends. On a line break it stands behind that.
    pub(super) fn cursor_columns(&self, row: &Row) -> (std::ops::Range<u16>, u16) {
        let Some(text) = &self.text else { return (0..1, 0) };
        let (layout, columns) = (self.layout.as_ref(), self.columns());
        let mut end = text.indent(layout, columns, row);
        let mut at = None;
        for cell in text.cells(layout, columns, row) {
            let start = end;
            end = end.saturating_add(cell.width);
            if !cell.repeats && text.page.range.start + cell.bytes.end as u64 > self.cursor {
                at = at.or(Some(start..end));
            }
        }
        (at.unwrap_or(end..end.saturating_add(1)), end)
    }

    /// Moves the view by half a screen, or by `n` columns, as far as there is something to see. The cursor goes along where its row
    /// reaches.
    pub(super) fn scroll_sideways(&mut self, n: Option<u64>, right: bool) {
        let seen = self.columns_seen();
        let by = n.map_or((seen / 2).max(1), |n| u16::try_from(n).unwrap_or(u16::MAX));
        let most = self.left_max();
        self.left = match right {
            true => self.left.saturating_add(by).min(most.max(self.left)),
            false => self.left.saturating_sub(by).min(most),
        };
        let Some(row) = self.row_near(self.cursor) else { return };
        let (at, row_end) = self.cursor_columns(&row);
        let first = self.left + u16::from(self.left > 0);
        let last = self.left.saturating_add(seen - 1);
        let last = last - u16::from(row_end > last + 1).min(last);
        // Rows that the cursor comes to may reach where this one does not.
        self.column = self.column.clamp(first, last.max(first));
        if at.start < first || at.start > last {
            self.cursor = self.at_column(&row);
        }
    }

    /// Columns to the left of the view if what is widest in it ends with the pane.
    fn left_max(&self) -> u16 {
        let widest = self.rows.iter().map(|row| self.cursor_columns(row).1).max().unwrap_or(0);
        widest.saturating_sub(self.columns_seen())
    }

    /// Shows no more to the right of what is widest than there must be.
    pub(super) fn fill_sideways(&mut self) {
        if self.left > 0 {
            self.left = self.left.min(self.left_max());
        }
    }
}
