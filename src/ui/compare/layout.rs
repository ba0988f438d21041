//! Where the parts of the compare view stand: pure arithmetic over the size and the focus.

use ratatui::layout::Rect;

use super::Focus;

/// Where everything stands. What has no place has an empty area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// All of it.
    pub(super) body: Rect,
    /// The sides with their borders.
    pub(super) sides: [Rect; 2],
    /// What is told of the sides, inside of the borders.
    pub(super) facts: [Rect; 2],
    /// The source, under that.
    pub(super) sources: [Rect; 2],
    /// The list of differences with its border.
    pub(super) list: Rect,
    /// Its rows and what stands beside them, inside of the border.
    pub(super) list_inside: Rect,
    /// Rows of differences in it.
    pub(super) list_rows: u16,
    /// The table of counts beside the list, if there is room for it.
    pub(super) counts: Rect,
    /// Whether parts have borders.
    pub(super) borders: bool,
}

/// Below this many columns only one side is shown.
const TWO_COLUMNS_MIN: u16 = 56;

/// Borders are drawn from this size on.
const BORDER_COLUMNS_MIN: u16 = 24;
const BORDER_ROWS_MIN: u16 = 8;

/// Rows from which on the list has a place beside the sides.
const LIST_ROWS_MIN: u16 = 12;

/// Columns from which on counts have a table of their own beside the list, and those that it takes.
const COUNTS_COLUMNS_MIN: u16 = 118;
const COUNTS_COLUMNS: u16 = 51;

/// Rows of that table: a heading, five sorts, the sum.
const COUNTS_ROWS: u16 = 7;

/// Places everything on `body`. With `zoom` the list has no place.
pub(super) fn lay_out(body: Rect, zoom: bool, focus: Focus) -> Places {
    let borders = body.width >= BORDER_COLUMNS_MIN && body.height >= BORDER_ROWS_MIN;
    let mut places = Places { body, borders, ..Places::default() };
    let list_rows = match body.height {
        _ if zoom => 0,
        rows if rows >= LIST_ROWS_MIN => (rows * 2 / 5).clamp(6, 20),
        rows if focus == Focus::List => rows,
        _ => 0,
    };
    let sides = Rect { height: body.height - list_rows, ..body };
    places.list = Rect { y: sides.bottom(), height: list_rows, ..body };
    let shown = if focus == Focus::Side(1) { 1 } else { 0 };
    if sides.width >= TWO_COLUMNS_MIN {
        let left = Rect { width: sides.width.div_ceil(2), ..sides };
        let right = Rect { x: left.right(), width: sides.width - left.width, ..sides };
        places.sides = [left, right];
    } else {
        places.sides[shown] = sides;
    }
    for i in 0..2 {
        let inside = inside(places.sides[i], borders, 1);
        let facts_rows = match inside.height {
            11.. => 4,
            7..11 => 2,
            _ => 0,
        };
        // The source brings its own gap at the left.
        let facts = Rect { height: facts_rows, ..inside };
        let gap = u16::from(facts.width > 30);
        places.facts[i] =
            Rect { x: facts.x + gap, width: facts.width.saturating_sub(2 * gap), ..facts };
        places.sources[i] =
            Rect { y: inside.y + facts_rows, height: inside.height - facts_rows, ..inside };
    }
    places.list_inside = inside(places.list, borders, 2);
    places.list_rows = places.list_inside.height;
    if places.list.width >= COUNTS_COLUMNS_MIN && places.list_inside.height >= COUNTS_ROWS {
        let area = places.list_inside;
        let width = area.width - COUNTS_COLUMNS;
        places.counts = Rect { x: area.x + width, width: COUNTS_COLUMNS, ..area };
        places.list_inside.width = width - 3;
    }
    places
}

/// The area inside of a border that leaves so many columns free at the sides.
fn inside(area: Rect, borders: bool, sides: u16) -> Rect {
    if !borders || area.is_empty() || area.height < 2 {
        return area;
    }
    Rect {
        x: area.x + sides,
        y: area.y + 1,
        width: area.width.saturating_sub(2 * sides),
        height: area.height - 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_cover_every_body_and_never_overlap() {
        for focus in [Focus::Side(0), Focus::Side(1), Focus::List] {
            for zoom in [false, true] {
                for width in (0..60).chain([80, 117, 118, 200]) {
                    for height in (0..20).chain([24, 40, 60]) {
                        let body = Rect::new(0, 1, width, height);
                        let places = lay_out(body, zoom, focus);
                        let [left, right] = places.sides;
                        let all = [left, right, places.list];
                        let covered: u32 = all.iter().map(|area| area.area()).sum();
                        assert_eq!(covered, body.area(), "{width}x{height} {focus:?} {zoom}");
                        let within = places.sources.iter().chain(&places.facts);
                        for part in within.chain([&places.list_inside, &places.counts]) {
                            assert_eq!(part.intersection(body).area(), part.area());
                        }
                        let has_place = match focus {
                            Focus::Side(side) => !places.sides[side].is_empty(),
                            Focus::List => zoom || !places.list.is_empty(),
                        };
                        assert!(has_place || body.is_empty(), "{width}x{height} {focus:?}");
                    }
                }
            }
        }
    }
}
