//! Several files to choose from: the picker over those of a directory, or over those that were named.
//!
//! What it shows is made in the background ([`list`]): it grows while the person types.

mod list;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use nucleo_matcher::Utf32Str;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use super::app::App;
use super::safe_text::safe;
use super::theme::Role;
use super::view::{border, clear, title};
use super::widgets::{Pen, Window, draw_thumb, format, width};
use crate::lang::detect_by_name;

pub(super) use self::list::Files;

/// Columns and rows of the picker at most.
const COLUMNS_MAX: u16 = 120;
const ROWS_MAX: u16 = 40;

/// The keys that the line under the picker names.
pub(super) const HINTS: [(&str, &str); 3] =
    [("Up Down", "choose"), ("Enter", "open"), ("Esc", "back")];

/// The picker.
#[derive(Clone, Debug, Default)]
pub(super) struct Picker {
    input: Input,
    /// A row of the list.
    chosen: usize,
    /// The file to choose when the next list comes.
    keep: Option<PathBuf>,
    seen: Window,
}

/// What a key did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Picked {
    /// The picker stays open.
    Open,
    /// This file is wanted.
    File(PathBuf),
    /// Closed without a choice.
    GivenUp,
}

impl Picker {
    /// A picker over all files, with `chosen` chosen if it is one of them.
    pub(super) fn new(files: &Files, rows: u16, chosen: Option<&Path>) -> Picker {
        let mut picker = Picker { keep: chosen.map(Path::to_owned), ..Picker::default() };
        if files.is_matching() || !files.list().is_of("") {
            files.want("");
        }
        picker.listed(files);
        picker.resize(rows, files);
        picker
    }

    /// Takes a key. One that chooses must wait for the list that it chooses from: [`Picker::waits`].
    pub(super) fn key(&mut self, key: KeyEvent, files: &Files) -> Picked {
        let page = usize::from(self.seen.height.max(1));
        let last = files.list().len().saturating_sub(1);
        let chosen = match action(key) {
            Act::Take => {
                let path = files.list().path(self.chosen);
                return path.map_or(Picked::Open, |path| Picked::File(path.to_owned()));
            }
            Act::GiveUp => return Picked::GivenUp,
            Act::Up(n) => self.chosen.saturating_sub(n.unwrap_or(page)),
            Act::Down(n) => self.chosen + n.unwrap_or(page),
            Act::First => 0,
            Act::Last => last,
            Act::Edit => {
                let change = self.input.handle_event(&Event::Key(key));
                if change.is_some_and(|change| change.value) {
                    self.changed(files);
                }
                self.chosen
            }
        };
        self.choose(chosen, files);
        Picked::Open
    }

    /// Whether a key has to wait until what was typed is matched.
    pub(super) fn waits(key: KeyEvent, files: &Files) -> bool {
        files.is_matching() && !matches!(action(key), Act::Edit | Act::GiveUp)
    }

    fn choose(&mut self, row: usize, files: &Files) {
        let n = files.list().len();
        self.chosen = row.min(n.saturating_sub(1));
        self.seen.follow(self.chosen as u64, n as u64);
    }

    /// Another text was typed: the best match is the one that is wanted.
    fn changed(&mut self, files: &Files) {
        files.want(self.input.value());
        (self.chosen, self.keep) = (0, None);
    }

    /// A click on a cell of the screen: a file is chosen, or opened if it was chosen already. Beside the list it is given up.
    pub(super) fn click(&mut self, at: Position, screen: Rect, files: &Files) -> Picked {
        let area = popup(screen);
        if !area.contains(at) {
            return Picked::GivenUp;
        }
        let list = list_area(inside(area));
        let line = at.y.checked_sub(list.y).filter(|_| list.contains(at));
        let row = line.and_then(|line| self.seen.row_at(line, files.list().len() as u64));
        let Some(row) = row.map(|row| row as usize) else { return Picked::Open };
        if row == self.chosen
            && let Some(path) = files.list().path(row)
        {
            return Picked::File(path.to_owned());
        }
        self.chosen = row;
        Picked::Open
    }

    /// The wheel was turned over the list.
    pub(super) fn scroll(&mut self, n: u64, down: bool, files: &Files) -> Picked {
        self.seen.scroll(n, down, files.list().len() as u64);
        Picked::Open
    }

    /// Puts in the first line of what was pasted.
    pub(super) fn paste(&mut self, text: &str, files: &Files) {
        let line = text.lines().next().unwrap_or_default();
        for c in line.chars().filter(|c| !c.is_control()).take(200) {
            self.input.handle(tui_input::InputRequest::InsertChar(c));
        }
        self.changed(files);
    }

    /// Another list is about to come: the file that was chosen with care stays so. In the first row is where everyone begins.
    pub(super) fn keep_chosen(&mut self, files: &Files) {
        let chosen = files.list().path(self.chosen).filter(|_| self.chosen > 0);
        if let Some(path) = chosen {
            self.keep = Some(path.to_owned());
        }
    }

    /// Another list has come.
    pub(super) fn listed(&mut self, files: &Files) {
        let row = if files.is_matching() { None } else { self.keep.take() };
        let row = row.and_then(|path| files.list().row(&path));
        self.choose(row.unwrap_or(self.chosen), files);
    }

    /// The screen has so many rows.
    pub(super) fn resize(&mut self, rows: u16, files: &Files) {
        self.seen.height = popup_rows(rows).saturating_sub(CHROME_ROWS);
        self.choose(self.chosen, files);
    }
}

/// What a key is for.
enum Act {
    Take,
    GiveUp,
    /// So many rows, or a page.
    Up(Option<usize>),
    Down(Option<usize>),
    First,
    Last,
    /// The line that is typed in has it.
    Edit,
}

fn action(key: KeyEvent) -> Act {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => Act::Take,
        KeyCode::Esc => Act::GiveUp,
        KeyCode::Char('c') if ctrl => Act::GiveUp,
        KeyCode::Up => Act::Up(Some(1)),
        KeyCode::Char('p' | 'k') if ctrl => Act::Up(Some(1)),
        KeyCode::Down => Act::Down(Some(1)),
        KeyCode::Char('n' | 'j') if ctrl => Act::Down(Some(1)),
        KeyCode::PageUp => Act::Up(None),
        KeyCode::PageDown => Act::Down(None),
        KeyCode::Home => Act::First,
        KeyCode::End => Act::Last,
        _ => Act::Edit,
    }
}

/// Rows that are no files: the border and the line that is typed in.
const CHROME_ROWS: u16 = 3;

/// Draws the picker over the panes; where its cursor is.
pub(super) fn render(
    app: &App,
    picker: &Picker,
    files: &Files,
    buffer: &mut Buffer,
) -> Option<Position> {
    let theme = app.theme();
    let popup_bg = theme.style(Role::Popup).bg;
    let on_popup = |role: Role| {
        let style = theme.style(role);
        popup_bg.map_or(style, |bg| style.bg(bg))
    };
    let area = popup(app.area);
    clear(area, buffer);
    buffer.set_style(area, theme.style(Role::Text));
    buffer.set_style(area, theme.style(Role::Popup));
    border(area, app.ascii, on_popup(Role::BorderFocused), buffer);
    let shown = files.list();
    let (n, of) = (shown.len() as u64, shown.n_all() as u64);
    let more = match () {
        () if files.is_matching() => ", matching",
        () if !shown.is_whole => ", looking on",
        () => "",
    };
    let heading = format!("Files {} of {}{more}", format::count(n), format::count(of));
    title(area, &heading, on_popup(Role::BorderFocused), buffer);
    let inside = inside(area);
    let cursor = draw_input(app, picker, inside, buffer, on_popup(Role::Key), on_popup(Role::Text));
    let list = list_area(inside);
    let mut pattern = shown.pattern();
    for (line, row) in (0..list.height).zip(picker.seen.top as usize..shown.len()) {
        let name = shown.shown(row);
        let mut lit = Vec::new();
        if let Some((matcher, pattern)) = &mut pattern {
            pattern.indices(Utf32Str::new(&name, &mut Vec::new()), matcher, &mut lit);
        }
        let mut pen = Pen::new(buffer, list, line);
        let cut = n_cut(&name, list.width);
        if cut > 0 {
            pen.put(if app.ascii { "<" } else { "…" }, on_popup(Role::Mark));
        }
        for (i, c) in (0..).zip(name.chars()).skip(cut) {
            let role = if lit.contains(&i) { Role::Key } else { Role::Text };
            pen.put(c.encode_utf8(&mut [0; 4]), on_popup(role));
        }
        let language = detect_by_name(Path::new(&name)).map_or("", |id| id.info().title);
        if usize::from(width(&name)) + language.len() + 2 < usize::from(list.width) {
            pen.put_at_end(language, on_popup(Role::Dim));
        }
        if row == picker.chosen {
            let row = Rect { y: list.y + line, height: 1, ..list };
            buffer.set_style(row.intersection(buffer.area), theme.style(Role::Cursor));
        }
    }
    if n == 0 && of > 0 {
        Pen::new(buffer, list, 0).put("no file matches", on_popup(Role::Dim));
    }
    let edge = Rect { x: area.x, width: area.width.saturating_sub(1), ..list };
    draw_thumb(picker.seen, n, edge, buffer, app.ascii, on_popup(Role::Border));
    cursor
}

/// Characters of a name that are left out at its start where it is too long: its end tells more.
fn n_cut(name: &str, columns: u16) -> usize {
    if width(name) <= columns {
        return 0;
    }
    // The mark takes a column.
    let mut left = columns.saturating_sub(1);
    let fits = |c: &char| {
        let rest = left.checked_sub(width(c.encode_utf8(&mut [0; 4])));
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    name.chars().count() - name.chars().rev().take_while(fits).count()
}

fn draw_input(
    app: &App,
    picker: &Picker,
    area: Rect,
    buffer: &mut Buffer,
    sign: ratatui::style::Style,
    text: ratatui::style::Style,
) -> Option<Position> {
    let room = usize::from(area.width.saturating_sub(3));
    let skipped = picker.input.visual_scroll(room.max(1));
    let shown: String = picker.input.value().chars().skip(skipped).take(room).collect();
    let mut pen = Pen::new(buffer, area, 0);
    pen.put(if app.ascii { "> " } else { "› " }, sign).put(&safe(shown.as_bytes()), text);
    let column = picker.input.visual_cursor().saturating_sub(skipped);
    let column = u16::try_from(column).unwrap_or(0).saturating_add(2);
    (!area.is_empty()).then(|| Position { x: area.x.saturating_add(column), y: area.y })
}

/// In the middle of the screen, as large as it may be.
fn popup(screen: Rect) -> Rect {
    let columns =
        screen.width.saturating_sub(if screen.width > 60 { 8 } else { 0 }).min(COLUMNS_MAX);
    let rows = popup_rows(screen.height);
    Rect {
        x: screen.x + (screen.width - columns) / 2,
        y: screen.y + (screen.height - rows) / 2,
        width: columns,
        height: rows,
    }
}

/// Rows of the picker: the screen's last one is left to what is to be said, as long as there is one for a file besides.
fn popup_rows(screen_rows: u16) -> u16 {
    let left = u16::from(screen_rows > CHROME_ROWS + 1);
    (screen_rows - left).min(ROWS_MAX)
}

fn inside(popup: Rect) -> Rect {
    Rect {
        x: popup.x + 2.min(popup.width),
        y: popup.y + 1.min(popup.height),
        width: popup.width.saturating_sub(4),
        height: popup.height.saturating_sub(2),
    }
}

/// The rows of files, under the line that is typed in.
fn list_area(inside: Rect) -> Rect {
    Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside }
}
