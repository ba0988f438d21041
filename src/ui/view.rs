//! How the state looks: every cell of a frame is drawn here or by a pane that is called from here. Nothing is changed.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::app::{App, Overlay};
use super::compare;
use super::geometry::PaneId;
use super::safe_text::fit_start;
use super::theme::Role;
use super::widgets::{Pen, thumb_rows};
use super::{files, header, help, status, tune};

/// A frame, and where the cursor is to be seen in it.
pub(super) fn frame(app: &App) -> (Buffer, Option<Position>) {
    let mut buffer = Buffer::empty(app.area);
    buffer.set_style(app.area, app.theme().style(Role::Text));
    let bars = [app.geometry.header, app.geometry.status];
    let looks = app.looks();
    match (&app.compare, &app.tune) {
        (_, Some(view)) => tune::render(view, &app.snapshot, bars, looks, &mut buffer),
        (Some(view), None) => compare::render(view, bars, looks, &mut buffer),
        (None, None) => {
            header::render(app, app.geometry.header, &mut buffer);
            for id in PaneId::ALL {
                pane(app, id, &mut buffer);
            }
            status::render(app, app.geometry.status, &mut buffer);
        }
    }
    let mut cursor = status::render_line(app, &mut buffer);
    for overlay in &app.overlays {
        match (overlay, &app.files) {
            (Overlay::Help { scroll }, _) => help::render(app, *scroll, &mut buffer),
            (Overlay::Files(picker), Some(list)) => {
                cursor = files::render(app, picker, list, &mut buffer);
            }
            _ => {}
        }
    }
    (buffer, cursor.filter(|cursor| app.area.contains(*cursor)))
}

fn pane(app: &App, id: PaneId, buffer: &mut Buffer) {
    let area = app.geometry.panes[id.index()];
    if area.is_empty() {
        return;
    }
    let (pane, context) = app.pane(id);
    if app.geometry.borders {
        let role = if context.focused { Role::BorderFocused } else { Role::Border };
        let style = app.theme().style(role);
        border(area, app.ascii, style, buffer);
        let title_style = if context.focused { style } else { app.theme().style(Role::Dim) };
        let mark = if app.ascii { ">" } else { "…" };
        let text = fit_start(&pane.title(&context), title_columns(area), mark);
        title(area, &text, title_style, buffer);
        if let Some(seen) = pane.share_in_sight(&context) {
            draw_part(area, seen, app.ascii, style, buffer);
        }
    }
    pane.render(app.geometry.inside(id), buffer, &context);
}

/// Blanks `area` for what lies over other things. A wide character that reaches into it goes as a whole: it would be shown, and
/// not what is drawn over its second half.
pub(super) fn clear(area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    for position in area.positions() {
        buffer[position].reset();
    }
    if area.x == buffer.area.x {
        return;
    }
    for y in area.top()..area.bottom() {
        let before = &mut buffer[(area.x - 1, y)];
        if before.symbol().cell_width() > 1 {
            before.set_symbol(" ");
        }
    }
}

/// A frame around `area`, on its outermost cells.
pub(super) fn border(area: Rect, ascii: bool, style: Style, buffer: &mut Buffer) {
    let [top_left, top_right, bottom_left, bottom_right, across, down] = if ascii {
        ["+", "+", "+", "+", "-", "|"]
    } else {
        ["╭", "╮", "╰", "╯", "─", "│"]
    };
    let area = area.intersection(buffer.area);
    if area.width < 2 || area.height < 2 {
        return;
    }
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for x in area.x..=right {
        buffer.set_stringn(x, area.y, across, 1, style);
        buffer.set_stringn(x, bottom, across, 1, style);
    }
    for y in area.y..=bottom {
        buffer.set_stringn(area.x, y, down, 1, style);
        buffer.set_stringn(right, y, down, 1, style);
    }
    buffer.set_stringn(area.x, area.y, top_left, 1, style);
    buffer.set_stringn(right, area.y, top_right, 1, style);
    buffer.set_stringn(area.x, bottom, bottom_left, 1, style);
    buffer.set_stringn(right, bottom, bottom_right, 1, style);
}

/// The right edge of a border, without its corners.
pub(super) fn right_edge(area: Rect) -> Rect {
    let (x, y) = (area.right().saturating_sub(1), area.y.saturating_add(1));
    Rect { x, y, width: area.width.min(1), height: area.height.saturating_sub(2) }
}

/// Where in all there is a cell of the right edge stands for: percent.
pub(super) fn percent_at(area: Rect, at: Position) -> Option<f64> {
    let edge = right_edge(area);
    let last = edge.height.saturating_sub(1).max(1);
    edge.contains(at).then(|| f64::from(at.y - edge.y) / f64::from(last) * 100.0)
}

/// Draws on the right edge of a border which part of all is seen. Nothing if all of it is.
pub(super) fn draw_part(
    area: Rect,
    (from, to, total): (u64, u64, u64),
    ascii: bool,
    style: Style,
    buffer: &mut Buffer,
) {
    let edge = right_edge(area).intersection(buffer.area);
    if edge.is_empty() || to.saturating_sub(from) >= total {
        return;
    }
    for row in thumb_rows(from..to, total, edge.height) {
        buffer.set_stringn(edge.x, edge.y + row, if ascii { "#" } else { "▐" }, 1, style);
    }
}

/// Columns that a title has in the upper edge of `area`: the corners, what is left of the edge, and a blank on either side.
pub(super) fn title_columns(area: Rect) -> u16 {
    area.width.saturating_sub(6)
}

/// A title in the upper edge of a border. What is longer than [`title_columns`] is cut.
pub(super) fn title(area: Rect, text: &str, style: Style, buffer: &mut Buffer) {
    let edge = Rect { x: area.x + 2, width: area.width.saturating_sub(4), height: 1, ..area };
    Pen::new(buffer, edge, 0).put(" ", style).put(text, style).put(" ", style);
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::super::frame::write_changes;
    use super::*;

    #[test]
    fn a_wide_character_does_not_reach_into_what_lies_over_it() {
        let size = |n| NonZero::new(n).expect("it is not zero");
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 3));
        for y in 0..3 {
            buffer.set_string(0, y, "界界界界界界", Style::new());
        }
        let area = Rect::new(3, 0, 6, 3);
        clear(area, &mut buffer);
        border(area, false, Style::new(), &mut buffer);
        let mut out = Vec::new();
        write_changes(&Buffer::empty(buffer.area), &buffer, &mut out);
        let mut screen = vt100::Parser::new(size(3), size(12), 0);
        screen.process(&out);
        assert_eq!(screen.screen().contents(), "界 ╭────╮ 界\n界 │    │ 界\n界 ╰────╯ 界");
    }
}
