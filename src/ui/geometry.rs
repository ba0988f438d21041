//! Where everything stands on a screen of any size: pure arithmetic over the size, the focus and what is shown.
//!
//! Invariant: all areas lie inside the screen, and those that are not empty do not overlap, but for the line that prompts
//! and messages share with the status where rows are few. The focused pane always has a place.

use ratatui::layout::Rect;

/// A pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PaneId {
    /// The document's bytes.
    Source,
    /// Its members as a tree.
    Outline,
    /// Its patterns, if it is code.
    Patterns,
    /// Its seams, cut into blocks.
    Boundaries,
    /// The engine at work.
    Monitor,
    /// The detail cache.
    Cache,
}

impl PaneId {
    /// How many there are.
    pub const COUNT: usize = 6;

    /// All, in the order in which the focus goes through them.
    pub const ALL: [PaneId; PaneId::COUNT] = [
        PaneId::Source,
        PaneId::Outline,
        PaneId::Patterns,
        PaneId::Boundaries,
        PaneId::Monitor,
        PaneId::Cache,
    ];

    /// Its place in arrays.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

/// Below this many columns or rows of panes, only the focused one is shown.
const MANY_COLUMNS_MIN: u16 = 66;
const MANY_ROWS_MIN: u16 = 8;

/// From this size on, monitor and cache have a strip of their own under source and outline.
const STRIP_COLUMNS_MIN: u16 = 100;
const STRIP_ROWS_MIN: u16 = 26;

/// From so many rows on, outline and patterns share a column.
const SHARED_ROWS_MIN: u16 = 16;

/// Panes have borders from this size of the screen on.
const BORDER_COLUMNS_MIN: u16 = 24;
const BORDER_ROWS_MIN: u16 = 9;

/// From this width on, a column is left free at both sides inside a border.
const AIRY_COLUMNS_MIN: u16 = 36;

/// Rows from which prompts and messages have a line of their own.
const LINE_ROWS_MIN: u16 = 8;

/// What is to be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The focused pane.
    pub focus: PaneId,
    /// Whether it has the screen for itself.
    pub zoom: bool,
    /// Which panes are not hidden, by [`PaneId::index`].
    pub shown: [bool; PaneId::COUNT],
}

/// Where everything stands. What has no place has an empty area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Geometry {
    /// The header.
    pub header: Rect,
    /// The panes with their borders, by [`PaneId::index`].
    pub panes: [Rect; PaneId::COUNT],
    /// Whether panes have borders.
    pub borders: bool,
    /// The status line.
    pub status: Rect,
    /// The line of prompts and messages.
    pub line: Rect,
    /// Whether that line is its own, or the status line's (or, on one row, the pane's).
    pub line_is_own: bool,
}

impl Geometry {
    /// The area inside a pane's border.
    #[must_use]
    pub fn inside(&self, pane: PaneId) -> Rect {
        let area = self.panes[pane.index()];
        if !self.borders || area.is_empty() {
            return area;
        }
        // The source needs every column, and brings its own gap; the others breathe where there is room.
        let is_airy = pane != PaneId::Source && area.width >= AIRY_COLUMNS_MIN;
        let side = if is_airy { 2 } else { 1 };
        Rect {
            x: area.x.saturating_add(side),
            y: area.y.saturating_add(1),
            width: area.width.saturating_sub(2 * side),
            height: area.height.saturating_sub(2),
        }
    }

    /// Whether a pane has a place.
    #[must_use]
    pub fn has(&self, pane: PaneId) -> bool {
        !self.panes[pane.index()].is_empty()
    }
}

/// Places everything on `screen`.
#[must_use]
pub fn lay_out(screen: Rect, wanted: Wanted) -> Geometry {
    let height = screen.height;
    let header_rows = u16::from(height >= 4);
    let status_rows = u16::from(height >= 2);
    let line_rows = u16::from(height >= LINE_ROWS_MIN);
    let body_rows = height - header_rows - status_rows - line_rows;
    let row = |y: u16, height: u16| Rect { y: screen.y + y, height, ..screen };
    let status = row(header_rows + body_rows, status_rows);
    let line = match (line_rows, status_rows) {
        (1, _) => row(height - 1, 1),
        (_, 1) => status,
        _ => row(0, height.min(1)),
    };
    Geometry {
        header: row(0, header_rows),
        panes: panes(row(header_rows, body_rows), wanted),
        borders: screen.width >= BORDER_COLUMNS_MIN && height >= BORDER_ROWS_MIN,
        status,
        line,
        line_is_own: line_rows == 1,
    }
}

fn panes(body: Rect, wanted: Wanted) -> [Rect; PaneId::COUNT] {
    let mut places = [Rect::default(); PaneId::COUNT];
    if wanted.zoom || body.width < MANY_COLUMNS_MIN || body.height < MANY_ROWS_MIN {
        places[wanted.focus.index()] = body;
        return places;
    }
    let is_shown = |pane: PaneId| wanted.shown[pane.index()] || wanted.focus == pane;
    let gauges: Vec<PaneId> =
        [PaneId::Monitor, PaneId::Cache].into_iter().filter(|pane| is_shown(*pane)).collect();
    let (outline, patterns) = (is_shown(PaneId::Outline), is_shown(PaneId::Patterns));
    let boundaries = is_shown(PaneId::Boundaries);
    let side = outline || patterns || boundaries;
    let is_side = matches!(wanted.focus, PaneId::Patterns | PaneId::Boundaries);
    let focus = if is_side { PaneId::Outline } else { wanted.focus };
    if body.width >= STRIP_COLUMNS_MIN && body.height >= STRIP_ROWS_MIN {
        wide(&mut places, body, side, &gauges);
    } else {
        narrow(&mut places, body, side, &gauges, focus);
    }
    if boundaries && !matches!(wanted.focus, PaneId::Outline | PaneId::Patterns) {
        // Who looks at seams looks at nothing else beside the source.
        places.swap(PaneId::Outline.index(), PaneId::Boundaries.index());
    } else {
        share_side(&mut places, outline, patterns, wanted.focus);
    }
    places
}

/// Source and outline above, monitor and cache in a strip below.
fn wide(places: &mut [Rect; PaneId::COUNT], body: Rect, outline: bool, gauges: &[PaneId]) {
    let strip_rows = if gauges.is_empty() { 0 } else { (body.height / 4).clamp(9, 12) };
    let (top, strip) = split_rows(body, body.height - strip_rows);
    let side_columns = if outline { (body.width * 36 / 100).min(72) } else { 0 };
    let (source, side) = split_columns(top, body.width - side_columns);
    places[PaneId::Source.index()] = source;
    places[PaneId::Outline.index()] = side;
    match gauges {
        [one] => places[one.index()] = strip,
        [first, second] => {
            // The cache's numbers need no more than the outline's columns; the monitor's graph takes what there is.
            let columns = strip.width - (body.width * 36 / 100).min(56);
            let (left, right) = split_columns(strip, columns);
            places[first.index()] = left;
            places[second.index()] = right;
        }
        _ => {}
    }
}

/// Source at the left, all else in a column at its side, as far as rows reach.
fn narrow(
    places: &mut [Rect; PaneId::COUNT],
    body: Rect,
    outline: bool,
    gauges: &[PaneId],
    focus: PaneId,
) {
    let mut column: Vec<PaneId> = outline.then_some(PaneId::Outline).into_iter().collect();
    column.extend(gauges);
    let room = match body.height {
        0..16 => 1,
        16..28 => 2,
        _ => 3,
    };
    while column.len() > room {
        // The least important goes, unless it has the focus.
        let last = column.iter().rposition(|pane| *pane != focus).unwrap_or(0);
        column.remove(last);
    }
    let side_columns = if column.is_empty() { 0 } else { (body.width * 2 / 5).clamp(26, 44) };
    let (source, mut side) = split_columns(body, body.width - side_columns);
    places[PaneId::Source.index()] = source;
    let n_below = u16::try_from(column.len().saturating_sub(1)).unwrap_or(0);
    let below_rows = if body.height >= 19 { 9 } else { 7 };
    let first_rows = side.height.saturating_sub(n_below * below_rows);
    for (i, pane) in column.iter().enumerate() {
        let rows = if i == 0 { first_rows } else { below_rows };
        (places[pane.index()], side) = split_rows(side, rows);
    }
}

/// Outline and patterns share the place at the source's side; where rows are few, one of them has it.
fn share_side(places: &mut [Rect; PaneId::COUNT], outline: bool, patterns: bool, focus: PaneId) {
    if !patterns {
        return;
    }
    let side = places[PaneId::Outline.index()];
    let (above, below) = match (outline, side.height >= SHARED_ROWS_MIN) {
        (true, true) => split_rows(side, side.height.div_ceil(2)),
        (true, false) if focus != PaneId::Patterns => (side, Rect::default()),
        _ => (Rect::default(), side),
    };
    places[PaneId::Outline.index()] = above;
    places[PaneId::Patterns.index()] = below;
}

fn split_rows(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let below = Rect { y: area.y + rows, height: area.height - rows, ..area };
    (Rect { height: rows, ..area }, below)
}

fn split_columns(area: Rect, columns: u16) -> (Rect, Rect) {
    let columns = columns.min(area.width);
    let right = Rect { x: area.x + columns, width: area.width - columns, ..area };
    (Rect { width: columns, ..area }, right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_wanted() -> Vec<Wanted> {
        let mut all = Vec::new();
        for focus in PaneId::ALL {
            for bits in 0..32_u8 {
                for zoom in [false, true] {
                    let boundaries = bits & 16 > 0;
                    let (monitor, cache) = (bits & 2 > 0, bits & 4 > 0);
                    let shown = [true, bits & 1 > 0, bits & 8 > 0, boundaries, monitor, cache];
                    all.push(Wanted { focus, zoom, shown });
                }
            }
        }
        all
    }

    fn check(width: u16, height: u16, wanted: Wanted) {
        let screen = Rect::new(0, 0, width, height);
        let geometry = lay_out(screen, wanted);
        let mut areas = vec![geometry.header, geometry.status];
        areas.extend(geometry.panes);
        if geometry.line_is_own {
            areas.push(geometry.line);
        }
        for (i, area) in areas.iter().enumerate() {
            assert_eq!(
                area.intersection(screen).area(),
                area.area(),
                "{width}x{height} {wanted:?}"
            );
            let clear = areas[..i].iter().all(|other| other.intersection(*area).is_empty());
            assert!(clear, "{width}x{height} {wanted:?}: {area:?}");
        }
        let covered: u32 = areas.iter().map(|area| area.area()).sum();
        assert_eq!(covered, screen.area(), "{width}x{height} {wanted:?}");
        assert!(screen.is_empty() || geometry.has(wanted.focus), "{width}x{height} {wanted:?}");
    }

    #[test]
    fn areas_cover_every_screen_and_never_overlap() {
        for wanted in all_wanted() {
            for width in (0..40).chain([65, 66, 80, 99, 100, 120, 200, 500]) {
                for height in (0..=12).chain([16, 20, 24, 30, 40, 60, 200]) {
                    check(width, height, wanted);
                }
            }
        }
    }
}
