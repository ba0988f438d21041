//! A window over a list of any length: which rows are seen, and how that follows the chosen one. Row numbers are 64 bits
//! wide, and only rows that are seen are ever made.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// The rows of a list that are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first row seen.
    pub top: u64,
    /// How many fit.
    pub height: u16,
}

/// Rows kept in sight beyond the chosen one, where there are as many.
const MARGIN: u64 = 2;

impl Window {
    /// One past the last row seen of a list of `total`.
    #[must_use]
    pub fn end(&self, total: u64) -> u64 {
        self.top.saturating_add(u64::from(self.height)).min(total)
    }

    /// Moves so that `row` of `total` is seen: by as little as it takes if it is near, else so that it stands a third from
    /// the top.
    pub fn follow(&mut self, row: u64, total: u64) {
        let height = u64::from(self.height);
        if height == 0 {
            return;
        }
        let margin = MARGIN.min((height - 1) / 2);
        let is_near =
            row.saturating_add(height) >= self.top && row < self.top.saturating_add(2 * height);
        if !is_near {
            self.top = row.saturating_sub(height / 3);
        } else if row < self.top.saturating_add(margin) {
            self.top = row.saturating_sub(margin);
        } else if row.saturating_add(margin) >= self.top.saturating_add(height) {
            self.top = row.saturating_add(margin + 1).saturating_sub(height);
        }
        self.clamp(total);
    }

    /// Moves `n` rows down or up, as far as there are rows of `total`.
    pub fn scroll(&mut self, n: u64, down: bool, total: u64) {
        self.top = if down { self.top.saturating_add(n) } else { self.top.saturating_sub(n) };
        self.clamp(total);
    }

    /// The row of `total` that stands on line `line`.
    #[must_use]
    pub fn row_at(&self, line: u16, total: u64) -> Option<u64> {
        let row = self.top.saturating_add(u64::from(line));
        (line < self.height && row < total).then_some(row)
    }

    /// Leaves no room below the last row that rows above could fill.
    pub fn clamp(&mut self, total: u64) {
        self.top = self.top.min(total.saturating_sub(u64::from(self.height)));
    }
}

/// Draws in the last column of `area` which part of `total` rows is seen. Nothing if all of them are.
pub fn draw_thumb(
    window: Window,
    total: u64,
    area: Rect,
    buffer: &mut Buffer,
    ascii: bool,
    style: Style,
) {
    let area = area.intersection(buffer.area);
    let height = u64::from(area.height);
    if area.is_empty() || total <= u64::from(window.height) || height == 0 {
        return;
    }
    let seen = window.top..window.top.saturating_add(u64::from(window.height));
    let symbol = if ascii { "|" } else { "▐" };
    for row in thumb_rows(seen, total, area.height) {
        buffer.set_stringn(area.right() - 1, area.y + row, symbol, 1, style);
    }
}

/// The rows of `height`, which is not 0, that stand for what is seen of `total`: one or more. They touch an end only when that does.
#[must_use]
pub fn thumb_rows(seen: Range<u64>, total: u64, height: u16) -> Range<u16> {
    let scale = |n: u64| (u128::from(n) * u128::from(height) / u128::from(total.max(1))) as u16;
    let rows = scale(seen.end.saturating_sub(seen.start).min(total)).clamp(1, height);
    let room = height - rows;
    let first = match seen.start {
        0 => 0,
        _ if seen.end >= total => room,
        top => scale(top).clamp(u16::from(room > 1), room.saturating_sub(u16::from(room > 1))),
    };
    first..first + rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_row_moves_the_window_by_little() {
        let mut window = Window { top: 0, height: 10 };
        window.follow(8, 100);
        assert_eq!(window.top, 1);
        window.follow(2, 100);
        assert_eq!(window.top, 0);
    }

    #[test]
    fn a_far_row_is_shown_a_third_from_the_top() {
        let mut window = Window { top: 0, height: 9 };
        window.follow(1_000_000, 100_000_000);
        assert_eq!(window.top, 999_997);
    }

    #[test]
    fn the_last_row_stands_at_the_bottom() {
        let mut window = Window { top: 0, height: 10 };
        window.follow(99, 100);
        assert_eq!(window.top, 90);
        window.follow(u64::MAX - 1, u64::MAX);
        assert_eq!(window.end(u64::MAX), u64::MAX);
    }

    #[test]
    fn the_chosen_row_is_always_seen() {
        for height in 1..12u16 {
            for total in 1..40u64 {
                let mut window = Window { top: 0, height };
                for row in (0..total).chain((0..total).rev()).chain([total - 1, 0, total / 2]) {
                    window.follow(row, total);
                    assert!(
                        window.top <= row && row < window.end(total),
                        "{window:?} {row} {total}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_thumb_touches_an_end_only_when_the_window_does() {
        let at = |top| thumb_rows(top..top + 10, 1_000, 10);
        assert_eq!(at(0), 0..1);
        assert_eq!(at(1), 1..2);
        assert_eq!(at(989), 8..9);
        assert_eq!(at(990), 9..10);
    }
}
