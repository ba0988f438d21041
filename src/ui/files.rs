//! Several files to choose from: the list of a directory or of those that were named, and the picker over it.
//!
//! A directory is walked in the background; the list grows while the person types. Matching is fuzzy, as in editors
//! (nucleo): the best matches stand first, and without a text the paths in order.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use super::app::App;
use super::safe_text::safe;
use super::theme::Role;
use super::view::{border, clear, title};
use super::widgets::{Pen, Window, draw_thumb, format, width};
use crate::explorer::files_below;
use crate::lang::detect_by_name;

/// How long the first file of a directory is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Files kept; a directory with more is too large to choose from by name.
const FILES_MAX: usize = 1 << 20;

/// Files that are worth a thread of their own when they are matched.
const FILES_EACH_MIN: usize = 4 << 10;

/// Columns and rows of the picker at most.
const COLUMNS_MAX: u16 = 120;
const ROWS_MAX: u16 = 40;

/// The keys that the line under the picker names.
pub(super) const HINTS: [(&str, &str); 3] =
    [("Up Down", "choose"), ("Enter", "open"), ("Esc", "back")];

/// Files to choose from.
#[derive(Debug)]
pub(super) struct Files {
    /// What stands before each path and need not be shown.
    root: PathBuf,
    found: Arc<Found>,
    /// Sorted, as of the last look at what was found.
    paths: Vec<PathBuf>,
}

/// What a walk has found so far.
#[derive(Debug, Default)]
struct Found {
    new: Mutex<Vec<PathBuf>>,
    is_done: AtomicBool,
    /// Nobody wants more.
    is_closed: AtomicBool,
}

impl Files {
    /// The files that were named.
    pub(super) fn named(mut paths: Vec<PathBuf>) -> Files {
        paths.dedup();
        let found = Arc::new(Found { is_done: AtomicBool::new(true), ..Found::default() });
        Files { root: PathBuf::new(), found, paths }
    }

    /// The files of directories, and those that were `named` beside them. Returns when the first one is found; `None` if there
    /// is none. The walk goes on in the background and tells `wake` from time to time.
    pub(super) fn below(
        directories: Vec<PathBuf>,
        named: Vec<PathBuf>,
        wake: Sender<()>,
    ) -> Option<Files> {
        let root = match &directories[..] {
            [only] if named.is_empty() => only.clone(),
            _ => PathBuf::new(),
        };
        let found = Arc::new(Found::default());
        let walked = Arc::clone(&found);
        let (first, began) = crossbeam_channel::bounded(1);
        let walk = move || {
            let n_found = std::sync::atomic::AtomicUsize::new(0);
            let take = |path| {
                let mut new = walked.new.lock().unwrap_or_else(PoisonError::into_inner);
                new.push(path);
                drop(new);
                let n = n_found.fetch_add(1, Ordering::Relaxed);
                if n == 0 {
                    let _ = first.try_send(());
                }
                if n.is_multiple_of(256) {
                    let _ = wake.try_send(());
                }
                n < FILES_MAX && !walked.is_closed.load(Ordering::Relaxed)
            };
            for directory in &directories {
                files_below(directory, take);
            }
            walked.is_done.store(true, Ordering::Relaxed);
            drop(first);
            let _ = wake.try_send(());
        };
        std::thread::Builder::new().name("warp-files".to_owned()).spawn(walk).ok()?;
        if named.is_empty() {
            began.recv_deadline(Instant::now() + PATIENCE).ok()?;
        }
        let mut files = Files { root, found, paths: named };
        files.look();
        Some(files)
    }

    /// Takes what was found since the last look; true if there was something.
    pub(super) fn look(&mut self) -> bool {
        let mut new = self.found.new.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = !new.is_empty();
        self.paths.append(&mut new);
        drop(new);
        if is_news {
            // Mostly sorted already: the stable sort takes what is as it is. What was named may lie in a directory that was, too.
            self.paths.sort();
            self.paths.dedup();
        }
        is_news
    }

    /// Those that are known, in order.
    pub(super) fn so_far(&self) -> &[PathBuf] {
        &self.paths
    }

    /// A path as it is shown, if its bytes can be shown as they are: most can, and need not be copied.
    fn plain_name(&self, i: usize) -> Option<&[u8]> {
        let path = self.paths.get(i)?.as_os_str().as_encoded_bytes();
        let root = self.root.as_os_str().as_encoded_bytes();
        let name = match path.strip_prefix(root.strip_suffix(b"/").unwrap_or(root))? {
            name if root.is_empty() => name,
            [b'/', name @ ..] => name,
            _ => return None,
        };
        name.iter().all(|byte| matches!(byte, b' '..=b'~')).then_some(name)
    }

    /// A path as it is shown.
    fn name(&self, i: usize) -> String {
        let path = self.paths.get(i).map_or(Path::new(""), PathBuf::as_path);
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        safe(path.as_os_str().as_encoded_bytes())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.found.is_closed.store(true, Ordering::Relaxed);
    }
}

/// The picker.
#[derive(Clone, Debug, Default)]
pub(super) struct Picker {
    input: Input,
    /// Numbers of the files that match, the best first.
    matched: Vec<usize>,
    chosen: usize,
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
        let mut picker = Picker::default();
        picker.refresh(files, chosen);
        picker.resize(rows);
        picker
    }

    pub(super) fn key(&mut self, key: KeyEvent, files: &Files) -> Picked {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let page = usize::from(self.seen.height.max(1));
        let last = self.matched.len().saturating_sub(1);
        let chosen = match key.code {
            KeyCode::Enter => {
                let path = self.matched.get(self.chosen).and_then(|i| files.paths.get(*i));
                return path.map_or(Picked::Open, |path| Picked::File(path.clone()));
            }
            KeyCode::Esc => return Picked::GivenUp,
            KeyCode::Char('c') if ctrl => return Picked::GivenUp,
            KeyCode::Up => self.chosen.saturating_sub(1),
            KeyCode::Char('p' | 'k') if ctrl => self.chosen.saturating_sub(1),
            KeyCode::Down => self.chosen + 1,
            KeyCode::Char('n' | 'j') if ctrl => self.chosen + 1,
            KeyCode::PageUp => self.chosen.saturating_sub(page),
            KeyCode::PageDown => self.chosen + page,
            KeyCode::Home => 0,
            KeyCode::End => last,
            _ => {
                let change = self.input.handle_event(&Event::Key(key));
                if change.is_some_and(|change| change.value) {
                    self.filter(files);
                    0
                } else {
                    self.chosen
                }
            }
        };
        self.chosen = chosen.min(last);
        self.seen.follow(self.chosen as u64, self.matched.len() as u64);
        Picked::Open
    }

    /// A click on a cell of the screen: a file is chosen, or opened if it was chosen already. Beside the list it is given up.
    pub(super) fn click(&mut self, at: Position, screen: Rect, files: &Files) -> Picked {
        let area = popup(screen);
        if !area.contains(at) {
            return Picked::GivenUp;
        }
        let list = list_area(inside(area));
        let line = at.y.checked_sub(list.y).filter(|_| list.contains(at));
        let row = line.and_then(|line| self.seen.row_at(line, self.matched.len() as u64));
        let Some(row) = row.map(|row| row as usize) else { return Picked::Open };
        if row == self.chosen
            && let Some(path) = self.matched.get(row).and_then(|i| files.paths.get(*i))
        {
            return Picked::File(path.clone());
        }
        self.chosen = row;
        Picked::Open
    }

    /// The wheel was turned over the list.
    pub(super) fn scroll(&mut self, n: u64, down: bool) -> Picked {
        self.seen.scroll(n, down, self.matched.len() as u64);
        Picked::Open
    }

    /// Puts in the first line of what was pasted.
    pub(super) fn paste(&mut self, text: &str, files: &Files) {
        let line = text.lines().next().unwrap_or_default();
        for c in line.chars().filter(|c| !c.is_control()).take(200) {
            self.input.handle(tui_input::InputRequest::InsertChar(c));
        }
        self.filter(files);
        self.chosen = 0;
    }

    /// Finds anew what matches.
    pub(super) fn filter(&mut self, files: &Files) {
        let text = self.input.value();
        if text.trim().is_empty() {
            self.matched = (0..files.paths.len()).collect();
            return;
        }
        let (matcher, pattern) = matching(text);
        let score = |(matcher, buffer): &mut (Matcher, Vec<char>), i: usize| {
            let score = match files.plain_name(i) {
                Some(name) => pattern.score(Utf32Str::Ascii(name), matcher)?,
                None => pattern.score(Utf32Str::new(&files.name(i), buffer), matcher)?,
            };
            Some((score, i))
        };
        // Where there are few files a pool costs more than it saves.
        let mut scored: Vec<(u32, usize)> = (0..files.paths.len())
            .into_par_iter()
            .with_min_len(FILES_EACH_MIN)
            .map_init(|| (matcher.clone(), Vec::new()), score)
            .flatten_iter()
            .collect();
        scored.sort_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
        self.matched = scored.into_iter().map(|(_, i)| i).collect();
        self.chosen = self.chosen.min(self.matched.len().saturating_sub(1));
    }

    /// The file that was chosen with care; the first row is where everyone begins.
    pub(super) fn chosen_path(&self, files: &Files) -> Option<PathBuf> {
        let i = self.matched.get(self.chosen).filter(|_| self.chosen > 0)?;
        files.paths.get(*i).cloned()
    }

    /// Finds anew what matches after the list has grown; what was chosen stays chosen.
    pub(super) fn refresh(&mut self, files: &Files, chosen: Option<&Path>) {
        self.filter(files);
        if let Some(path) = chosen
            && let Some(row) = self.matched.iter().position(|i| files.paths[*i] == path)
        {
            self.chosen = row;
            self.seen.follow(self.chosen as u64, self.matched.len() as u64);
        }
    }

    /// The screen has so many rows.
    pub(super) fn resize(&mut self, rows: u16) {
        self.seen.height = popup_rows(rows).saturating_sub(CHROME_ROWS);
        self.seen.follow(self.chosen as u64, self.matched.len() as u64);
    }
}

/// Rows that are no files: the border and the line that is typed in.
const CHROME_ROWS: u16 = 3;

fn matching(text: &str) -> (Matcher, Pattern) {
    let matcher = Matcher::new(Config::DEFAULT.match_paths());
    (matcher, Pattern::parse(text, CaseMatching::Smart, Normalization::Smart))
}

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
    let (n, of) = (picker.matched.len() as u64, files.paths.len() as u64);
    let more = if files.found.is_done.load(Ordering::Relaxed) { "" } else { ", looking on" };
    let heading = format!("Files {} of {}{more}", format::count(n), format::count(of));
    title(area, &heading, on_popup(Role::BorderFocused), buffer);
    let inside = inside(area);
    let cursor = draw_input(app, picker, inside, buffer, on_popup(Role::Key), on_popup(Role::Text));
    let list = list_area(inside);
    let text = picker.input.value();
    let (mut matcher, pattern) = matching(text);
    for (line, row) in (0..list.height).zip(picker.seen.top as usize..picker.matched.len()) {
        let i = picker.matched[row];
        let name = files.name(i);
        let mut lit = Vec::new();
        if !text.trim().is_empty() {
            pattern.indices(Utf32Str::new(&name, &mut Vec::new()), &mut matcher, &mut lit);
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
    let fits = |from: &(usize, char)| width(&name[from.0..]) < columns;
    name.char_indices().position(|from| fits(&from)).unwrap_or(name.chars().count())
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
