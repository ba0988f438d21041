//! Moves of the cursor and of the view over rows. They end where the page ends; by then the next one has been asked for.

use super::SourcePane;
use super::layout::Row;
use crate::ui::action::Action;
use crate::units::ByteOffset;

/// Rows kept in sight beyond the cursor, where there are as many.
const MARGIN: u64 = 3;

impl SourcePane {
    /// Does a move of this pane's; false if `action` is none.
    pub(super) fn go(&mut self, action: Action, n: u64) -> bool {
        let height = u64::from(self.area.height.max(1));
        // A screen less one row: the last row seen becomes the first.
        let page = n.saturating_mul((height - 1).max(1));
        let half = n.saturating_mul((height / 2).max(1));
        match action {
            Action::Down => self.step_rows(n, true),
            Action::Up => self.step_rows(n, false),
            Action::PageDown => self.scroll(page, true),
            Action::PageUp => self.scroll(page, false),
            Action::HalfPageDown => self.scroll(half, true),
            Action::HalfPageUp => self.scroll(half, false),
            Action::ScrollDown => self.scroll_view(n, true),
            Action::ScrollUp => self.scroll_view(n, false),
            Action::Left => self.step_cells(n, false),
            Action::Right => self.step_cells(n, true),
            Action::RowStart => self.go_to_row_edge(false),
            Action::RowEnd => self.go_to_row_edge(true),
            Action::RowText => self.go_to_row_text(),
            _ => return false,
        }
        self.follow();
        // On the way up or down the view stays where it is, also over rows that end to the left of it.
        let goes_sideways = matches!(
            action,
            Action::Left | Action::Right | Action::RowStart | Action::RowEnd | Action::RowText
        );
        if goes_sideways {
            self.follow_sideways();
        }
        true
    }

    /// The row `n` rows on or back, or the last one on the way that the page has.
    fn walk(&self, row: Row, n: u64, down: bool) -> Row {
        let Some(text) = &self.text else { return row };
        let (layout, columns) = (self.layout.as_ref(), self.columns());
        if !down {
            return text.back(layout, columns, row, n);
        }
        let mut row = row;
        for _ in 0..n {
            let Some(next) = text.next(layout, columns, &row) else { break };
            row = next;
        }
        row
    }

    /// The row at `at`, or the page's last where `at` lies beyond it. `None` while the page has only a part of that row.
    pub(super) fn row_near(&self, at: ByteOffset) -> Option<Row> {
        let text = self.text.as_ref()?;
        let (layout, columns) = (self.layout.as_ref(), self.columns());
        let last = text.end().checked_sub(1)?;
        text.row_at(layout, columns, at.min(last))
    }

    /// The cells of a row that the cursor moves over: (byte, column) of each.
    fn row_cells(&self, row: &Row) -> Vec<(ByteOffset, u16)> {
        let all = self.all_cells(row).into_iter();
        all.filter(|(.., repeats)| !repeats).map(|(at, column, _)| (at, column)).collect()
    }

    /// The cells of a row: byte and column of each, and whether it repeats what stands in the row already.
    fn all_cells(&self, row: &Row) -> Vec<(ByteOffset, u16, bool)> {
        let Some(text) = &self.text else { return Vec::new() };
        let (layout, columns) = (self.layout.as_ref(), self.columns());
        let mut column = text.indent(layout, columns, row);
        let cells = text.cells(layout, columns, row).into_iter().map(|cell| {
            let place = (text.page.range.start + cell.at as u64, column, cell.repeats);
            column = column.saturating_add(cell.width);
            place
        });
        cells.collect()
    }

    /// Remembers the column of the cursor for moves by rows.
    pub(super) fn keep_column(&mut self) {
        let Some(row) = self.row_near(self.cursor) else { return };
        let places = self.row_cells(&row);
        let before = places.partition_point(|(at, _)| *at <= self.cursor);
        self.column = places.get(before.saturating_sub(1)).map_or(0, |place| place.1);
    }

    /// The byte of `row` at the column that moves by rows keep, or the row's last.
    pub(super) fn at_column(&self, row: &Row) -> ByteOffset {
        let places = self.row_cells(row);
        let before = places.partition_point(|(_, column)| *column <= self.column);
        places.get(before.saturating_sub(1)).map_or(row.start, |place| place.0)
    }

    fn step_rows(&mut self, n: u64, down: bool) {
        let Some(row) = self.row_near(self.cursor) else { return };
        let target = self.walk(row, n, down);
        if target != row {
            self.cursor = self.at_column(&target);
        }
    }

    /// Moves view and cursor together, so that the cursor stays where it is on the screen while the view can move.
    fn scroll(&mut self, n: u64, down: bool) {
        let (Some(top), Some(row)) = (self.row_near(self.top), self.row_near(self.cursor)) else {
            return;
        };
        self.top = self.walk(top, n, down).start;
        let target = self.walk(row, n, down);
        if target != row {
            self.cursor = self.at_column(&target);
        }
    }

    /// Moves the view alone. The cursor goes along where it would get out of sight.
    fn scroll_view(&mut self, n: u64, down: bool) {
        let height = u64::from(self.area.height);
        let (Some(top), Some(row)) = (self.row_near(self.top), self.row_near(self.cursor)) else {
            return;
        };
        let target = self.walk(top, n, down);
        let top = if down { self.fill_below(target, height.max(1)) } else { target };
        self.top = top.start;
        let margin = MARGIN.min(height.saturating_sub(1) / 2);
        let first = self.walk(top, margin, true);
        let last = self.walk(top, height.saturating_sub(1 + margin), true);
        let is_above = row.start < first.start && top.start > 0;
        if is_above {
            self.cursor = self.at_column(&first);
        } else if row.start > last.start {
            self.cursor = self.at_column(&last);
        }
    }

    /// Puts the cursor into the cell at a column of the screen of a row in sight, or on that row's last one.
    pub(super) fn point(&mut self, column: u16, row: u16) {
        let Some(row) = self.rows.get(usize::from(row)).copied() else { return };
        self.column = column.saturating_sub(self.gutter).saturating_add(self.left);
        let cells = self.all_cells(&row);
        let before = cells.partition_point(|(_, start, _)| *start <= self.column);
        match before.checked_sub(1).map(|i| cells[i]) {
            // A byte that stands there twice: the cursor keeps to the first of the two.
            Some((at, _, true)) => {
                self.cursor = at;
                self.keep_column();
            }
            _ => self.cursor = self.at_column(&row),
        }
        self.follow();
    }

    fn step_cells(&mut self, n: u64, right: bool) {
        for _ in 0..n {
            let Some(row) = self.row_near(self.cursor) else { return };
            let places = self.row_cells(&row);
            let i = places.partition_point(|(at, _)| *at <= self.cursor).saturating_sub(1);
            let in_row =
                if right { places.get(i + 1) } else { i.checked_sub(1).map(|i| &places[i]) };
            let target = match in_row {
                Some((at, _)) => *at,
                None if right => {
                    let next = self.walk(row, 1, true);
                    self.row_cells(&next).first().map_or(next.start, |(at, _)| *at)
                }
                None => {
                    let before = self.walk(row, 1, false);
                    self.row_cells(&before).last().map_or(before.start, |(at, _)| *at)
                }
            };
            let is_edge = (right && target <= self.cursor) || (!right && target >= self.cursor);
            if is_edge {
                break;
            }
            self.cursor = target;
        }
        self.keep_column();
    }

    fn go_to_row_edge(&mut self, end: bool) {
        let Some(row) = self.row_near(self.cursor) else { return };
        let places = self.row_cells(&row);
        let edge = if end { places.last() } else { places.first() };
        self.cursor = edge.map_or(row.start, |(at, _)| *at);
        self.keep_column();
    }

    /// To the row's first character that is no blank; of a blank row to its last one.
    fn go_to_row_text(&mut self) {
        let (Some(row), Some(text)) = (self.row_near(self.cursor), &self.text) else { return };
        let places = self.row_cells(&row);
        let is_text = |at: &ByteOffset| !matches!(text.bytes(*at..*at + 1), [b' ' | b'\t']);
        let first = places.iter().map(|(at, _)| *at).find(is_text);
        self.cursor = first.or(places.last().map(|(at, _)| *at)).unwrap_or(row.start);
        self.keep_column();
    }

    /// Moves the view so that the cursor is seen: by as little as it takes if it is near, else so that it stands a third from
    /// the top. Leaves no room below the document's last row that rows above could fill.
    pub(super) fn follow(&mut self) {
        let height = u64::from(self.area.height);
        let Some(row) = self.row_near(self.cursor).filter(|_| height > 0) else { return };
        let margin = MARGIN.min((height - 1) / 2);
        let back = |n| self.walk(row, n, false);
        let top_row = self.row_near(self.top);
        let top = match top_row {
            Some(top) if top.start <= row.start => match self.rows_between(top, row, 2 * height) {
                Some(n) if n < margin => back(margin),
                Some(n) if n + margin < height => top,
                Some(_) => back(height - 1 - margin),
                None => back(height / 3),
            },
            Some(top) => match self.rows_between(row, top, height) {
                Some(_) => back(margin),
                None => back(height / 3),
            },
            None => back(height / 3),
        };
        self.top = self.fill_below(top, height).start;
        self.lay_out();
    }

    /// How many rows `to` is below `from`, if that is at most `most`.
    fn rows_between(&self, from: Row, to: Row, most: u64) -> Option<u64> {
        let mut row = from;
        for n in 0..=most {
            if row.start >= to.start {
                return Some(n);
            }
            let next = self.walk(row, 1, true);
            if next == row {
                return None;
            }
            row = next;
        }
        None
    }

    fn fill_below(&self, top: Row, height: u64) -> Row {
        let last = self.walk(top, height - 1, true);
        let ends_here = self.text.as_ref().is_some_and(|t| last.end >= t.page.document_bytes);
        if ends_here { self.walk(last, height - 1, false) } else { top }
    }
}
