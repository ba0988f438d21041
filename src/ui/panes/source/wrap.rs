//! Where a row ends that is wider than its columns.

use std::ops::Range;

use super::layout::RowCell;
use crate::limits::CUT_ROW_COLUMNS;

/// Most columns of a row that stay free for the sake of a word that does not fit: hardly any is longer.
const FREE_MAX: u16 = 80;

/// Columns that may stay free of so many: half of them at most. A row that is wider than screens are is never seen whole, and goes
/// on as if it had no end.
pub(super) fn free_max(room: u16) -> u16 {
    if room < CUT_ROW_COLUMNS / 2 { (room / 2).min(FREE_MAX) } else { 0 }
}

/// A row that is being filled. It ends where it is full, if a blank comes next, which is its own then and hangs over the edge; else
/// behind the last blank that has text before it and does not leave too much free, if there is one.
#[derive(Debug)]
pub(super) struct Wrap {
    room: u16,
    used: u16,
    has_text: bool,
    /// One past the last blank that the row may end behind.
    blank: Option<usize>,
}

impl Wrap {
    /// A row with room for so many columns, of which nothing is filled.
    pub(super) fn new(room: u16) -> Wrap {
        Wrap { room, used: 0, has_text: false, blank: None }
    }

    /// Takes the next cell, which is so wide and stands for `bytes`, the row's first one being 0. If there is no room for it: where
    /// the row ends.
    ///
    /// The first cell stands on the row even where it is wider than that.
    pub(super) fn end_before(
        &mut self,
        width: u16,
        is_blank: bool,
        bytes: &Range<usize>,
    ) -> Option<usize> {
        self.used = self.used.saturating_add(width);
        if self.used > self.room && bytes.start > 0 {
            let hangs = is_blank && self.has_text;
            return Some(if hangs { bytes.end } else { self.blank.unwrap_or(bytes.start) });
        }
        if !is_blank {
            self.has_text = true;
        } else if self.has_text && self.used >= self.room - free_max(self.room) {
            self.blank = Some(bytes.end);
        }
        None
    }
}

/// Takes the blank that hangs over the edge of a row with so much room off its cells: the one before stands for it.
pub(super) fn take_in(cells: &mut Vec<RowCell<'_>>, room: u16) {
    let width: u32 = cells.iter().map(|cell| u32::from(cell.width)).sum();
    if let [.., before, blank] = &mut cells[..]
        && blank.text == " "
        && width > u32::from(room)
    {
        before.bytes.end = blank.bytes.end;
        cells.pop();
    }
}
