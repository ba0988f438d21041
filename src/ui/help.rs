//! Help: every key that is bound, from the table of actions and the keymap.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::action::{ACTIONS, Action, Group};
use super::app::App;
use super::keymap::Keymap;
use super::theme::Role;
use super::view::{border, clear, draw_part, title};
use super::widgets::{Pen, width};

/// Columns of one column of help: keys and what they do.
const KEYS_COLUMNS: u16 = 22;
const ENTRY_COLUMNS: u16 = 58;

/// Columns of the gap between two columns of help.
const GAP_COLUMNS: u16 = 2;

enum Line {
    Heading(&'static str),
    /// Keys, and what they do.
    Entry(String, String),
    /// What there was no room for on the row above: of keys, and of what they do.
    More(String, String),
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
                Line::Entry(keys, doc) | Line::More(keys, doc) => {
                    pen.put_left(keys, keys_columns(left.width), on_popup(Role::Key));
                    pen.put(" ", on_popup(Role::Popup)).put(doc, on_popup(Role::Popup));
                }
                Line::Space => {}
            }
        }
        let step = (ENTRY_COLUMNS + GAP_COLUMNS).min(left.width);
        left = Rect { x: left.x + step, width: left.width - step, ..left };
    }
    draw_foot(app, scroll, area, on_popup(Role::Dim), buffer);
}

/// On the lower edge how to see more and to leave, on the right one which part is seen.
fn draw_foot(app: &App, scroll: u16, area: Rect, style: Style, buffer: &mut Buffer) {
    if area.height < 2 {
        return;
    }
    let hidden = scroll_max(&app.keymap, app.area);
    let hint = |action| app.keymap.hint(action);
    let close = format!("{} closes ", hint(Action::Cancel));
    let scrolls = format!(" {} {} scroll   ", hint(Action::Down), hint(Action::Up));
    let edge =
        Rect { y: area.bottom() - 1, height: 1, width: area.width.saturating_sub(2), ..area };
    let said = if hidden > 0 { format!("{scrolls}{close}") } else { format!(" {close}") };
    // Where there is room for one of them, more is hidden than how to close it.
    let said = if width(&said) < edge.width { &said } else { scrolls.trim_end() };
    Pen::new(buffer, edge, 0).put_at_end(said, style);
    let rows = u64::from(inside(area).height);
    let (from, all) = (u64::from(scroll), rows + u64::from(hidden));
    draw_part(area, (from, from + rows, all), app.ascii, style, buffer);
}

/// Columns of keys in a column of help that is so wide.
fn keys_columns(width: u16) -> u16 {
    KEYS_COLUMNS.min(width / 2)
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
    let n_columns = if width >= ENTRY_COLUMNS * 2 + GAP_COLUMNS { 2 } else { 1 };
    let column = width.min(ENTRY_COLUMNS);
    let groups = Group::ALL.into_iter();
    let groups: Vec<Vec<Line>> = groups.map(|group| lines(group, keymap, column)).collect();
    let total: usize = groups.iter().map(Vec::len).sum();
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

/// A group in a column that is so wide.
fn lines(group: Group, keymap: &Keymap, width: u16) -> Vec<Line> {
    let mut lines = vec![Line::Heading(group.title())];
    if group == Group::Move {
        let example = |n: u8, action| format!("{n}{}", keymap.hint(action));
        let (down, next) = (example(5, Action::Down), example(3, Action::NextMatch));
        lines.extend(entry("N KEY", &format!("that key N times: {down}, {next}"), width));
    }
    for info in ACTIONS.iter().filter(|info| info.group == group) {
        let keys = keymap.shown(info.action, info.scope);
        if keys.is_empty() {
            continue;
        }
        lines.extend(entry(&fitting(&keys), info.doc, width));
        if let Some((keys, doc)) = info.counted {
            lines.extend(entry(keys, doc, width));
        }
    }
    lines
}

/// Keys and what they do, on as many rows as they need in a column that is so wide.
fn entry(keys: &str, doc: &str, width: u16) -> Vec<Line> {
    let of_keys = keys_columns(width);
    let mut keys = wrapped(keys, of_keys).into_iter();
    let mut docs = wrapped(doc, width.saturating_sub(of_keys + 1)).into_iter();
    let mut lines = Vec::new();
    loop {
        let (keys, doc) = (keys.next(), docs.next());
        let is_over = keys.is_none() && doc.is_none();
        let (keys, doc) = (keys.unwrap_or_default(), doc.unwrap_or_default());
        match lines.is_empty() {
            true => lines.push(Line::Entry(keys, doc)),
            false if is_over => return lines,
            false => lines.push(Line::More(keys, doc)),
        }
    }
}

/// A text in rows of so many columns, broken between words; a word that is longer is broken.
fn wrapped(text: &str, columns: u16) -> Vec<String> {
    let columns = columns.max(1);
    let (mut rows, mut row) = (Vec::new(), String::new());
    for word in text.split_inclusive(' ') {
        if width(&row) + width(word.trim_end()) > columns && !row.is_empty() {
            rows.push(std::mem::take(&mut row));
        }
        for c in word.chars() {
            if width(&row) >= columns && c != ' ' {
                rows.push(std::mem::take(&mut row));
            }
            row.push(c);
        }
    }
    rows.push(row);
    rows.iter().map(|row| row.trim_end().to_owned()).collect()
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
            // The first one tells of numbers before a key.
            assert_eq!(listed, 1 + ACTIONS.len() + counted);
        }
        for info in ACTIONS {
            let keys = keymap.shown(info.action, info.scope);
            let text = fitting(&keys);
            assert!(keys.iter().all(|key| text.contains(key)), "{}: {text}", info.name);
        }
    }

    #[test]
    fn however_narrow_a_column_is_nothing_of_it_is_left_out() {
        for columns in 4..=ENTRY_COLUMNS {
            for info in ACTIONS {
                let (mut keys, mut doc) = (String::new(), String::new());
                let of_keys = keys_columns(columns);
                for line in entry(info.keys[0], info.doc, columns) {
                    let (Line::Entry(of_key, of_doc) | Line::More(of_key, of_doc)) = line else {
                        panic!("an entry has no other lines");
                    };
                    assert!(width(&of_key) <= of_keys, "{of_key} in {columns}");
                    assert!(width(&of_doc) < (columns - of_keys).max(2), "{of_doc} in {columns}");
                    keys += &of_key;
                    doc += &of_doc;
                }
                let letters = |text: &str| text.replace(' ', "");
                assert_eq!(letters(&keys), letters(info.keys[0]));
                assert_eq!(letters(&doc), letters(info.doc), "in {columns} columns");
            }
        }
    }

    #[test]
    fn rows_are_broken_between_words() {
        assert_eq!(wrapped("one character left", 16), ["one character", "left"]);
        assert_eq!(wrapped("one", 16), ["one"]);
        assert_eq!(wrapped("characters", 4), ["char", "acte", "rs"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
