//! How the compare view looks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::layout::Places;
use super::{CompareView, Focus, Looks, marks};
use crate::explorer::compare::{
    CompareStatus, Difference, DifferenceClass, ItemKind, SideMeasured, SideStatus, What,
};
use crate::ui::action::Action;
use crate::ui::panes::{Pane, drawable};
use crate::ui::safe_text::{fit_end, fit_start, safe, safe_path};
use crate::ui::status::byte_as_counted;
use crate::ui::theme::Role;
use crate::ui::view::{border, draw_part, right_edge, title};
use crate::ui::widgets::{Gauge, Pen, draw_thumb, format, width};

/// Columns of the progress bar.
const BAR_COLUMNS: u16 = 16;

/// Columns that a class takes in the list.
const CLASS_COLUMNS: usize = 10;

/// Columns of the list from which on sorts have a place in it.
const SORT_COLUMNS_MIN: u16 = 52;

/// The keys that the line under the view names.
pub(in crate::ui) const fn hints() -> &'static [(Action, &'static str)] {
    &[
        (Action::NextDifference, "next"),
        (Action::PreviousDifference, "before"),
        (Action::CompareLeft, "left side"),
        (Action::CompareRight, "right side"),
        (Action::SwapSides, "swap"),
        (Action::Cancel, "leave"),
        (Action::NextPane, "panes"),
        (Action::Zoom, "zoom"),
        (Action::Help, "keys"),
    ]
}

/// Draws it: its own header and status line, and what stands between them.
pub(in crate::ui) fn render(
    view: &CompareView,
    [header, status]: [Rect; 2],
    looks: Looks<'_>,
    buffer: &mut Buffer,
) {
    let drawing = Drawing { view, looks };
    drawing.header(header, buffer);
    for side in 0..2 {
        drawing.side(side, buffer);
    }
    drawing.list(buffer);
    drawing.status(status, buffer);
}

struct Drawing<'a> {
    view: &'a CompareView,
    looks: Looks<'a>,
}

impl Drawing<'_> {
    fn style(&self, role: Role) -> Style {
        self.looks.theme.style(role)
    }

    fn dots(&self) -> &'static str {
        if self.looks.ascii { "..." } else { "…" }
    }

    fn places(&self) -> &Places {
        &self.view.places
    }

    fn status_of(&self) -> Option<&CompareStatus> {
        self.view.status.as_ref()
    }

    fn side_status(&self, side: usize) -> Option<&SideStatus> {
        self.status_of()?.sides.as_ref().map(|sides| &sides[side])
    }

    /// What is compared, what came of it, how far it is.
    fn header(&self, area: Rect, buffer: &mut Buffer) {
        let (plain, strong) = (self.style(Role::Bar), self.style(Role::BarStrong));
        buffer.set_style(area, plain);
        let names =
            self.status_of().and_then(|status| status.sides.as_ref()).map(|[left, right]| {
                let (left, right) = (safe_path(&left.path), safe_path(&right.path));
                if left == right { left } else { format!("{left} | {right}") }
            });
        let (said, role) = self.outcome();
        let share = self.status_of().filter(|status| status.outcome.is_none()).map(|status| {
            status.progress.bytes_done as f64 / status.progress.bytes_total.max(1) as f64
        });
        let bar = share.filter(|_| area.width >= 60).map_or(0, |_| BAR_COLUMNS + 1);
        let right = width(&said) + bar + 1;
        let name_columns = area.width.saturating_sub(right + 14);
        let name = fit_end(&names.unwrap_or_default(), name_columns, self.mark("<", "…"));
        let mut pen = Pen::new(buffer, area, 0);
        pen.put(" Compare  ", plain).put(&name, strong);
        let gap = pen.left().saturating_sub(right);
        pen.skip(gap);
        if let Some(share) = share.filter(|_| bar > 0) {
            let filled = plain.patch(self.on_bar(Role::Gauge));
            let empty = plain.patch(self.on_bar(Role::Dim));
            let gauge = Gauge { share, filled, empty, ascii: self.looks.ascii };
            pen.field(BAR_COLUMNS, |area, buffer| gauge.render(area, buffer)).put(" ", plain);
        }
        pen.put(&said, plain.patch(self.on_bar(role)));
    }

    fn mark(&self, ascii: &'static str, other: &'static str) -> &'static str {
        if self.looks.ascii { ascii } else { other }
    }

    /// A role's colour for text on a bar; where bars are reversed a colour would become the background.
    fn on_bar(&self, role: Role) -> Style {
        let mut style = self.style(role);
        style.bg = None;
        if self.style(Role::Bar).bg.is_none() {
            style.fg = None;
        }
        style
    }

    fn outcome(&self) -> (String, Role) {
        let Some(status) = self.status_of() else { return (String::new(), Role::Text) };
        let total = status.differences.total;
        let n = match total {
            0 => "no difference".to_owned(),
            1 => "1 difference".to_owned(),
            n => format!("{} differences", format::count(n)),
        };
        match &status.outcome {
            Some(Err(_)) => ("broken off".to_owned(), Role::Error),
            _ if status.found_all && total == 0 => (n, Role::Good),
            _ if status.found_all => (n, Role::BarStrong),
            _ if total == 0 => ("comparing".to_owned(), Role::BarStrong),
            _ => (format!("{n} so far"), Role::BarStrong),
        }
    }

    /// A side: what it is in its border, what it is by itself, its source.
    fn side(&self, side: usize, buffer: &mut Buffer) {
        let (area, view) = (self.places().sides[side], self.view);
        if area.is_empty() {
            return;
        }
        let mut name = self.side_title(side);
        let room = area.width.saturating_sub(6);
        if width(&name) > room {
            name = name.replace("  ", " ");
        }
        let name = fit_start(&name, room, self.mark(">", "…"));
        self.frame(area, &name, view.focus == Focus::Side(side), buffer);
        self.facts(side, buffer);
        let source = self.places().sources[side];
        let Some(context) = view.context(side, self.looks) else {
            let text = match self.status_of().and_then(|status| status.outcome.as_ref()) {
                Some(Err(why)) => safe(why.as_bytes()),
                _ => self.dots().to_owned(),
            };
            Pen::new(buffer, source, 0).put(" ", Style::new()).put(&text, self.style(Role::Dim));
            return;
        };
        let marks = view.marks(side);
        let context = crate::ui::panes::Context { marks: marks.as_ref(), ..context };
        view.panes[side].render(source, buffer, &context);
        if let Some(seen) = view.panes[side].share_in_sight(&context)
            && self.places().borders
        {
            self.draw_edge(area, seen, context.focused, buffer);
        }
    }

    /// On the right edge: where in the document differences are, and which part of it is seen.
    fn draw_edge(&self, area: Rect, seen: (u64, u64, u64), focused: bool, buffer: &mut Buffer) {
        let edge = right_edge(area).intersection(buffer.area);
        let (_, _, bytes) = seen;
        let differences = self.view.list.differences();
        // Of very many the last are not known, and none would look like there are none.
        let is_all = differences.first.len() as u64 == differences.total;
        let found = if is_all { &differences.first[..] } else { &[] };
        let place = |row: u16| {
            let share = u128::from(bytes) * u128::from(row) / u128::from(edge.height.max(1));
            found.partition_point(|it| u128::from(it.start) < share)
        };
        let style = self.style(Role::Warning);
        for row in (0..edge.height).filter(|row| place(*row) < place(row + 1)) {
            buffer.set_stringn(edge.x, edge.y + row, self.mark("!", "┃"), 1, style);
        }
        let style = self.style(if focused { Role::BorderFocused } else { Role::Border });
        draw_part(area, seen, self.looks.ascii, style, buffer);
    }

    fn frame(&self, area: Rect, text: &str, focused: bool, buffer: &mut Buffer) {
        if !self.places().borders {
            return;
        }
        let style = self.style(if focused { Role::BorderFocused } else { Role::Border });
        border(area, self.looks.ascii, style, buffer);
        let title_style = if focused { style } else { self.style(Role::Dim) };
        title(area, text, title_style, buffer);
    }

    fn side_title(&self, side: usize) -> String {
        let name = ["Left", "Right"][side];
        let Some(status) = self.side_status(side) else { return name.to_owned() };
        let scanner = status.scanner;
        let language = scanner.language.info().title;
        let file = if self.view.has_two_files() {
            let name = status.path.file_name().map_or(status.path.as_path(), std::path::Path::new);
            format!("{}  ", safe_path(name))
        } else {
            String::new()
        };
        // What differs most often stands where it is cut last.
        format!("{name}  {file}{language}  {}  {}", scanner.how.describe(), scanner.kernel.name())
    }

    /// Throughput, time, size; counts; the first problem; and a line that parts them from the source.
    fn facts(&self, side: usize, buffer: &mut Buffer) {
        let area = self.places().facts[side];
        let Some(status) = self.side_status(side).filter(|_| !area.is_empty()) else { return };
        let (text, dim) = (self.style(Role::Text), self.style(Role::Dim));
        let strong = self.style(Role::Gauge);
        let size = format::bytes(status.bytes);
        let Some(it) = &status.measured else {
            let stopped = self.status_of().is_some_and(|status| status.outcome.is_some());
            let what = if stopped { "not measured" } else { "measured after the comparison" };
            Pen::new(buffer, area, 0).put(&size, text).put("  ", dim).put(what, dim);
            self.rule(area, buffer);
            return;
        };
        let mut pen = Pen::new(buffer, area, 0);
        pen.put(&format::rate(it.bytes_per_second), strong);
        pen.put("  ", dim).put(&size, text).put(" in ", dim);
        pen.put(&format::duration(it.elapsed), text);
        if area.height >= 4 {
            self.counts_of(it, area, buffer);
        }
        let line = if area.height >= 4 { 2 } else { 1 };
        let (said, role) = problem(it);
        let said = fit_start(&said, area.width, self.mark(">", "…"));
        Pen::new(buffer, area, line).put(&said, self.style(role));
        self.rule(area, buffer);
    }

    fn counts_of(&self, it: &SideMeasured, area: Rect, buffer: &mut Buffer) {
        let (text, dim) = (self.style(Role::Text), self.style(Role::Dim));
        let counts = [
            (it.structurals, "structurals"),
            (it.spans, "spans"),
            (it.patterns, "patterns"),
            (it.depth_max.unsigned_abs(), "deep"),
        ];
        let mut pen = Pen::new(buffer, area, 1);
        for (i, (n, what)) in counts.into_iter().enumerate() {
            let n = format::short_count(n);
            if pen.left() < width(&n) + width(what) + 3 {
                break;
            }
            pen.put(if i > 0 { "  " } else { "" }, dim).put(&n, text).put(" ", dim).put(what, dim);
        }
    }

    fn rule(&self, area: Rect, buffer: &mut Buffer) {
        if area.height >= 4 {
            let line = self.mark("-", "─").repeat(usize::from(area.width));
            Pen::new(buffer, area, 3).put(&line, self.style(Role::Border));
        }
    }

    fn list(&self, buffer: &mut Buffer) {
        let (places, list) = (self.places(), &self.view.list);
        if places.list.is_empty() {
            return;
        }
        self.frame(places.list, &self.list_title(), self.view.focus == Focus::List, buffer);
        self.table(buffer);
        let area = places.list_inside;
        if list.len() == 0 {
            let (text, role) = self.nothing_listed();
            Pen::new(buffer, area, 0).put(&text, self.style(role));
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
        said.join("  ")
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
        [place.min(area.width / 3), said.min(said_max)]
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
            base = self.style(if focused { Role::Cursor } else { Role::CursorRow });
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
        pen.put_left(&either(it), said_columns, put(Role::Text)).put("  ", base);
        if let Some(known) = list.row(row) {
            let text = excerpt(&known.text);
            let text = fit_start(&text, pen.left(), self.mark(">", "…"));
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

    /// Which difference the cursor is at, and where that is.
    fn status(&self, area: Rect, buffer: &mut Buffer) {
        let (plain, strong) = (self.style(Role::Bar), self.style(Role::BarStrong));
        buffer.set_style(area, plain);
        let (list, at) = (&self.view.list, self.view.cursor);
        let chosen = list.chosen().filter(|it| it.start == at);
        let right = byte_as_counted(at, self.looks.layout) + " ";
        let (number, what) = match chosen {
            Some(it) => {
                let number = format::count(list.chosen as u64 + 1);
                let total = format::count(list.differences().total);
                (format!("{number} of {total}  "), tell(it))
            }
            None if list.len() > 0 => {
                let what = "no difference begins here; Enter goes to the chosen one";
                (String::new(), what.to_owned())
            }
            None => Default::default(),
        };
        let mut pen = Pen::new(buffer, area, 0);
        pen.put(" ", plain).put(&number, strong);
        let room = pen.left().saturating_sub(width(&right) + 2);
        pen.put(&fit_start(&what, room, self.mark(">", "…")), plain);
        let gap = pen.left().saturating_sub(width(&right));
        pen.skip(gap).put(&right, plain);
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

/// A difference as a sentence.
fn tell(it: &Difference) -> String {
    let what = it.what().name();
    let name = |kind: Option<ItemKind>| kind.map_or_else(String::new, ItemKind::name);
    match it.class() {
        DifferenceClass::OnlyLeft => {
            format!("{what} {}, told by the left side only", name(it.left))
        }
        DifferenceClass::OnlyRight => {
            format!("{what} {}, told by the right side only", name(it.right))
        }
        DifferenceClass::OtherKind => {
            format!("{what}: {} left, {} right", name(it.left), name(it.right))
        }
    }
}

/// The first line of what stands there, white space made one space.
fn excerpt(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let words: Vec<&str> = text.trim_end_matches('\u{FFFD}').split_whitespace().collect();
    safe(words.join(" ").as_bytes())
}

/// The first thing that is wrong with a side.
fn problem(it: &SideMeasured) -> (String, Role) {
    match it.problem {
        None => ("nothing wrong".to_owned(), Role::Good),
        Some((at, kind)) => {
            let place = match it.problem_place {
                Some((line, column)) => format!("{}:{}", line + 1, column + 1),
                None => format!("byte {}", format::count(at)),
            };
            (format!("{place} {}", kind.describe()), Role::Error)
        }
    }
}
