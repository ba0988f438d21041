//! Help: every key that is bound, from the table of actions and the keymap.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::{ACTIONS, Action, Group};
use super::app::App;
use super::keymap::Keymap;
use super::theme::Role;
use super::view::{border, clear, title};
use super::widgets::{Pen, width};

/// Columns of one column of help: keys and what they do.
const KEYS_COLUMNS: u16 = 22;
const ENTRY_COLUMNS: u16 = 58;

/// Columns of the gap between two columns of help.
const GAP_COLUMNS: u16 = 2;

enum Line {
    Heading(&'static str),
    Entry(String, &'static str),
    Space,
}

/// The rows that can be scrolled out at the top on a screen of this size.
pub(super) fn scroll_max(keymap: &Keymap, screen: Rect) -> u16 {
    let inside = inside(popup(screen, keymap));
    let rows = columns(keymap, inside.width).iter().map(Vec::len).max().unwrap_or(0);
    u16::try_from(rows).unwrap_or(u16::MAX).saturating_sub(inside.height)
}

/// Draws it over the whole screen.
pub(super) fn render(app: &App, scroll: u16, buffer: &mut Buffer) {
    let theme = app.theme();
    let area = popup(app.area, &app.keymap);
    clear(area, buffer);
    buffer.set_style(area, theme.style(Role::Text));
    buffer.set_style(area, theme.style(Role::Popup));
    let popup_bg = theme.style(Role::Popup).bg;
    let on_popup = |role: Role| {
        let style = theme.style(role);
        popup_bg.map_or(style, |bg| style.bg(bg))
    };
    border(area, app.ascii, on_popup(Role::BorderFocused), buffer);
    title(area, "Keys", on_popup(Role::BorderFocused), buffer);
    let inside = inside(area);
    let mut left = inside;
    for column in columns(&app.keymap, inside.width) {
        let lines = column.iter().skip(usize::from(scroll)).take(usize::from(inside.height));
        for (row, line) in (0..).zip(lines) {
            let mut pen = Pen::new(buffer, left, row);
            match line {
                Line::Heading(text) => {
                    pen.put(text, on_popup(Role::Dim));
                }
                Line::Entry(keys, doc) => {
                    let keys_columns = KEYS_COLUMNS.min(left.width / 2);
                    pen.put_left(keys, keys_columns, on_popup(Role::Key));
                    pen.put(" ", on_popup(Role::Popup)).put(doc, on_popup(Role::Popup));
                }
                Line::Space => {}
            }
        }
        let step = (ENTRY_COLUMNS + GAP_COLUMNS).min(left.width);
        left = Rect { x: left.x + step, width: left.width - step, ..left };
    }
    let more = if scroll_max(&app.keymap, app.area) > 0 { "j k scroll   " } else { "" };
    let close = format!(" {more}{} closes ", app.keymap.hint(Action::Cancel));
    let edge = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    let edge = Rect { width: edge.width.saturating_sub(2), ..edge };
    if area.height >= 2 {
        Pen::new(buffer, edge, 0).put_at_end(&close, on_popup(Role::Dim));
    }
}

/// The popup's area: as large as its content, in the middle of the screen.
fn popup(screen: Rect, keymap: &Keymap) -> Rect {
    let two = ENTRY_COLUMNS * 2 + GAP_COLUMNS + 4;
    let wished = if screen.width >= two { two } else { ENTRY_COLUMNS + 4 };
    let width = wished.min(screen.width);
    let rows = columns(keymap, width.saturating_sub(4)).iter().map(Vec::len).max().unwrap_or(0);
    let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2).min(screen.height);
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    }
}

fn inside(popup: Rect) -> Rect {
    let sides = if popup.width >= 20 { 2 } else { 0 };
    let ends = u16::from(popup.height >= 2);
    Rect {
        x: popup.x + sides,
        y: popup.y + ends,
        width: popup.width - 2 * sides,
        height: popup.height - 2 * ends,
    }
}

/// The lines, in one column or, where there is room, two of about the same length.
fn columns(keymap: &Keymap, width: u16) -> Vec<Vec<Line>> {
    let groups: Vec<Vec<Line>> = Group::ALL.into_iter().map(|group| lines(group, keymap)).collect();
    let total: usize = groups.iter().map(Vec::len).sum();
    let n_columns = if width >= ENTRY_COLUMNS * 2 + GAP_COLUMNS { 2 } else { 1 };
    let mut columns: Vec<Vec<Line>> = vec![Vec::new()];
    let mut taken = 0;
    for group in groups {
        if columns.len() < n_columns && taken * 2 >= total {
            columns.push(Vec::new());
        }
        taken += group.len();
        if let Some(column) = columns.last_mut() {
            if !column.is_empty() {
                column.push(Line::Space);
            }
            column.extend(group);
        }
    }
    columns
}

fn lines(group: Group, keymap: &Keymap) -> Vec<Line> {
    let mut lines = vec![Line::Heading(group.title())];
    for info in ACTIONS.iter().filter(|info| info.group == group) {
        let keys = keymap.shown(info.action, info.scope);
        if keys.is_empty() {
            continue;
        }
        lines.push(Line::Entry(fitting(&keys), info.doc));
        if let Some((keys, doc)) = info.counted {
            lines.push(Line::Entry(keys.to_owned(), doc));
        }
    }
    lines
}

/// As many of the keys as fit into their columns.
fn fitting(keys: &[String]) -> String {
    let mut text = String::new();
    for key in keys {
        let gap = if text.is_empty() { "" } else { "  " };
        if !text.is_empty() && width(&text) + width(key) + 2 > KEYS_COLUMNS {
            break;
        }
        text.push_str(gap);
        text.push_str(key);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_that_is_bound_is_listed_with_all_its_keys() {
        let keymap = Keymap::default();
        for width in [40, 200] {
            let listed: usize = columns(&keymap, width)
                .iter()
                .flatten()
                .filter(|line| matches!(line, Line::Entry(..)))
                .count();
            let counted = ACTIONS.iter().filter(|info| info.counted.is_some()).count();
            assert_eq!(listed, ACTIONS.len() + counted);
        }
        for info in ACTIONS {
            let keys = keymap.shown(info.action, info.scope);
            let text = fitting(&keys);
            assert!(keys.iter().all(|key| text.contains(key)), "{}: {text}", info.name);
        }
    }
}
