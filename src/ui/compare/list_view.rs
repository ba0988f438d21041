//! How the list of differences looks, and the table of counts beside it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::view::Drawing;
use super::{Focus, marks};
use crate::explorer::compare::{CompareStatus, Difference, DifferenceClass, ItemKind, What};
use crate::ui::panes::drawable;
use crate::ui::safe_text::safe;
use crate::ui::theme::Role;
use crate::ui::view::title_columns;
use crate::ui::widgets::{Pen, draw_thumb, format, width};

/// Columns that a class takes in the list.
const CLASS_COLUMNS: usize = 10;

/// Columns of the list from which on sorts have a place in it.
const SORT_COLUMNS_MIN: u16 = 52;

impl Drawing<'_> {
    /// Draws the list, and the table beside it if it has a place.
    pub(super) fn list(&self, buffer: &mut Buffer) {
        let (places, list) = (self.places(), &self.view.list);
        if places.list.is_empty() {
            return;
        }
        self.frame(places.list, &self.list_title(), self.view.focus == Focus::List, buffer);
        self.table(buffer);
        let area = places.list_inside;
        if list.len() == 0 {
            let (text, role) = self.nothing_listed();
            Pen::new(buffer, area, 0).put(&self.fit(&text, area.width), self.style(role));
            return;
        }
        let rows = Rect { width: area.width.saturating_sub(2), ..area };
        let seen = list.seen.top..list.seen.end(list.len());
        let columns = self.columns(seen.clone());
        for (line, row) in (0..area.height).zip(seen) {
            self.row(row as usize, columns, rows, line, buffer);
        }
        let thumb = self.style(Role::Border);
        draw_thumb(list.seen, list.len(), area, buffer, self.looks.ascii, thumb);
    }

    fn nothing_listed(&self) -> (String, Role) {
        match self.status_of() {
            Some(CompareStatus { outcome: Some(Err(why)), .. }) => {
                (safe(why.as_bytes()), Role::Error)
            }
            Some(status) if status.found_all => {
                let same = format::count(status.differences.same);
                (format!("both sides tell the same: {same} things"), Role::Good)
            }
            _ => ("comparing".to_owned(), Role::Dim),
        }
    }

    fn list_title(&self) -> String {
        let differences = self.view.list.differences();
        let mut said = vec!["Differences".to_owned()];
        if differences.total > 0 && self.places().counts.is_empty() {
            said.extend(DifferenceClass::ALL.iter().map(|class| {
                let n = format::short_count(differences.count_of(*class));
                format!("{n} {}", class.describe())
            }));
        }
        if differences.beyond != [0, 0]
            && let Some([left, right]) = self.status_of().and_then(|it| it.sides.as_ref())
        {
            said.push(format!("in the first {}", format::bytes(left.bytes.min(right.bytes))));
        }
        // What there is no room for is left out whole.
        let (room, dots) = (title_columns(self.places().list), self.dots());
        let mut text = said.remove(0);
        for (i, part) in said.iter().enumerate() {
            let behind = if i + 1 < said.len() { 2 + width(dots) } else { 0 };
            if width(&text) + 2 + width(part) + behind > room {
                return format!("{text}  {dots}");
            }
            text = format!("{text}  {part}");
        }
        text
    }

    /// Columns of the place, and of what both say, for the rows in sight.
    fn columns(&self, rows: std::ops::Range<u64>) -> [u16; 2] {
        let list = &self.view.list;
        let (mut place, mut said) = (4, 8);
        for row in rows {
            let Some(it) = list.differences().first.get(row as usize) else { continue };
            place = place.max(width(&self.place(row as usize, it)));
            said = said.max(width(&either(it)));
        }
        let area = self.places().list_inside;
        let said_max = if area.width < SORT_COLUMNS_MIN { area.width / 2 } else { area.width / 3 };
        [place, said.min(said_max)]
    }

    /// Line and column, or the byte as long as those are not known.
    fn place(&self, row: usize, it: &Difference) -> String {
        let known = self.view.list.row(row);
        match known.and_then(|known| Some((known.line?, known.column?))) {
            Some((line, column)) => format!("{}:{}", line + 1, column + 1),
            None => format!("@{}", it.start),
        }
    }

    fn row(&self, row: usize, columns: [u16; 2], area: Rect, line: u16, buffer: &mut Buffer) {
        let list = &self.view.list;
        let Some(it) = list.differences().first.get(row) else { return };
        let is_chosen = row == list.chosen;
        let mut base = Style::new();
        if is_chosen {
            let focused = self.view.focus == Focus::List;
            base = self.looks.theme.chosen_row(focused);
            buffer.set_style(Rect { y: area.y + line, height: 1, ..area }, base);
        }
        let put = |role: Role| self.style(role).patch(base);
        let [place_columns, said_columns] = columns;
        let mut pen = Pen::new(buffer, area, line);
        let place = self.place(row, it);
        pen.put_right(&place, place_columns, put(Role::LineNumber)).put("  ", base);
        let class = it.class();
        // The colours of classes say what the marks in the source are.
        let covered = is_chosen && self.view.focus == Focus::List;
        let badge = if covered { base } else { self.style(marks::role(class)) };
        let name = class.describe();
        pen.put(&format!(" {name:CLASS_COLUMNS$} "), badge);
        if area.width >= SORT_COLUMNS_MIN {
            pen.put("  ", base).put_left(it.what().name(), 10, put(Role::Dim));
        }
        pen.put("  ", base);
        let said = self.fit(&either(it), said_columns.min(pen.left()));
        pen.put_left(&said, said_columns, put(Role::Text)).put("  ", base);
        if let Some(known) = list.row(row) {
            let text = self.fit(&excerpt(&known.text), pen.left());
            pen.put(&drawable(text, self.looks.ascii), put(Role::String));
        }
    }

    /// Counts by sort and class.
    fn table(&self, buffer: &mut Buffer) {
        let area = self.places().counts;
        let differences = self.view.list.differences();
        if area.is_empty() || differences.total == 0 {
            return;
        }
        let (text, dim) = (self.style(Role::Text), self.style(Role::Dim));
        let mut pen = Pen::new(buffer, area, 0);
        pen.put_left("", 12, dim);
        for class in DifferenceClass::ALL {
            pen.put(" ", dim).put_right(
                &format!(" {} ", class.describe()),
                12,
                self.style(marks::role(class)),
            );
        }
        for (line, what) in (1..).zip(What::ALL) {
            let counts = DifferenceClass::ALL.map(|class| differences.count(class, what));
            let mut pen = Pen::new(buffer, area, line);
            pen.put_left(what.name(), 12, dim);
            for n in counts {
                let style = if n == 0 { dim } else { text };
                pen.put(" ", dim).put_right(&format::short_count(n), 11, style).put(" ", dim);
            }
        }
        let mut pen = Pen::new(buffer, area, 6);
        pen.put_left("in all", 12, dim);
        for class in DifferenceClass::ALL {
            let n = format::short_count(differences.count_of(class));
            pen.put(" ", dim).put_right(&n, 11, self.style(Role::Gauge)).put(" ", dim);
        }
    }
}

/// What the left side says, and what the right one does.
fn either(it: &Difference) -> String {
    let side = |kind: Option<ItemKind>| kind.map_or_else(|| "-".to_owned(), ItemKind::name);
    match it.class() {
        DifferenceClass::OtherKind => format!("{} | {}", side(it.left), side(it.right)),
        _ => side(it.left.or(it.right)),
    }
}

/// The first line of what stands there, white space made one space.
fn excerpt(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let words: Vec<&str> = text.trim_end_matches('\u{FFFD}').split_whitespace().collect();
    safe(words.join(" ").as_bytes())
}
