//! Where the parts of the tune view stand: pure arithmetic over the size.

use ratatui::layout::Rect;

/// Where everything stands. What has no place has an empty area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// All of it.
    pub(super) body: Rect,
    /// The chart with its border.
    pub(super) chart: Rect,
    /// The table of runs with its border.
    pub(super) table: Rect,
    /// What is said of it, in words; with a border if there are more than two rows.
    pub(super) words: Rect,
    /// Whether parts have borders.
    pub(super) borders: bool,
}

/// Borders are drawn from this size on.
const BORDER_COLUMNS_MIN: u16 = 24;
const BORDER_ROWS_MIN: u16 = 8;

/// Columns from which on chart and table stand side by side, and those that the table takes then.
const SIDE_BY_SIDE_MIN: u16 = 130;
const TABLE_COLUMNS: u16 = 82;

/// Rows from which on there is a chart beside or over the table.
const CHART_ROWS_MIN: u16 = 15;

/// Rows from which on the words have a border.
const WORDS_BORDER_MIN: u16 = 26;

/// Rows of a chart beyond which it says no more.
const CHART_ROWS_MAX: u16 = 26;

/// Places everything on `body`.
pub(super) fn lay_out(body: Rect) -> Places {
    let borders = body.width >= BORDER_COLUMNS_MIN && body.height >= BORDER_ROWS_MIN;
    let words_rows = match body.height {
        WORDS_BORDER_MIN.. => 4,
        5..WORDS_BORDER_MIN => 2,
        3..5 => 1,
        _ => 0,
    };
    let rows = body.height - words_rows;
    let words = Rect { y: body.y + rows, height: words_rows, ..body };
    let above = Rect { height: rows, ..body };
    let (chart, table) = if rows < CHART_ROWS_MIN {
        (Rect { height: 0, ..above }, above)
    } else if body.width >= SIDE_BY_SIDE_MIN {
        let columns = body.width - TABLE_COLUMNS;
        let table = Rect { x: body.x + columns, width: TABLE_COLUMNS, ..above };
        (Rect { width: columns, ..above }, table)
    } else {
        let chart_rows = (rows / 2).clamp(9, CHART_ROWS_MAX);
        let table = Rect { y: above.y + chart_rows, height: rows - chart_rows, ..above };
        (Rect { height: chart_rows, ..above }, table)
    };
    Places { body, chart, table, words, borders }
}

impl Places {
    /// The area inside of a part's border.
    pub(super) fn inside(&self, area: Rect) -> Rect {
        if !self.borders || area.height < 3 {
            return area;
        }
        Rect {
            x: area.x + 2,
            y: area.y + 1,
            width: area.width.saturating_sub(4),
            height: area.height - 2,
        }
    }

    /// Rows of the table that have a place, its heading not counted.
    pub(super) fn table_rows(&self) -> u16 {
        self.inside(self.table).height.saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_cover_every_body_and_never_overlap() {
        for width in (0..60).chain([80, 117, 128, 200]) {
            for height in (0..30).chain([37, 57, 200]) {
                let body = Rect::new(0, 1, width, height);
                let places = lay_out(body);
                let all = [places.chart, places.table, places.words];
                let covered: u32 = all.iter().map(|area| area.area()).sum();
                assert_eq!(covered, body.area(), "{width}x{height}");
                for area in all {
                    let inside = places.inside(area);
                    assert_eq!(inside.intersection(area).area(), inside.area());
                }
                assert!(body.is_empty() || !places.table.is_empty(), "{width}x{height}");
            }
        }
    }
}
