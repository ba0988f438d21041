//! How the compare view looks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::layout::Places;
use super::{CompareView, Focus, Looks};
use crate::explorer::compare::{
    CompareStatus, Difference, DifferenceClass, ItemKind, SideMeasured, SideStatus,
};
use crate::ui::action::Action;
use crate::ui::panes::Pane;
use crate::ui::safe_text::{fit_end, fit_start, safe, safe_path};
use crate::ui::status::byte_as_counted;
use crate::ui::theme::Role;
use crate::ui::view::{border, draw_part, right_edge, title, title_columns};
use crate::ui::widgets::{Gauge, Pen, format, width};

/// What the header begins with.
const HEADING: &str = "Compare  ";

/// Columns from which on it goes on with a name.
const NAME_COLUMNS_MIN: u16 = 6;

/// Columns of the progress bar.
const BAR_COLUMNS: u16 = 16;

/// Columns from which on the status line tells of a difference in words.
const TOLD_COLUMNS_MIN: u16 = 8;

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

/// The view and what it is drawn with.
pub(super) struct Drawing<'a> {
    pub(super) view: &'a CompareView,
    pub(super) looks: Looks<'a>,
}

impl Drawing<'_> {
    pub(super) fn style(&self, role: Role) -> Style {
        self.looks.theme.style(role)
    }

    pub(super) fn dots(&self) -> &'static str {
        if self.looks.ascii { "..." } else { "…" }
    }

    pub(super) fn places(&self) -> &Places {
        &self.view.places
    }

    pub(super) fn status_of(&self) -> Option<&CompareStatus> {
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
        pen.put(" ", plain);
        // What came of it is worth more than what this is.
        if width(HEADING) + right < area.width {
            pen.put(HEADING, plain);
        }
        if name_columns >= NAME_COLUMNS_MIN {
            pen.put(&name, strong);
        }
        let gap = pen.left().saturating_sub(right);
        pen.skip(gap);
        if let Some(share) = share.filter(|_| bar > 0) {
            let filled = plain.patch(self.on_bar(Role::Gauge));
            let empty = plain.patch(self.on_bar(Role::Dim));
            let gauge = Gauge { share, filled, empty, ascii: self.looks.ascii };
            pen.field(BAR_COLUMNS, |area, buffer| gauge.render(area, buffer)).put(" ", plain);
        }
        pen.put(&self.fit(&said, pen.left()), plain.patch(self.on_bar(role)));
    }

    pub(super) fn mark(&self, ascii: &'static str, other: &'static str) -> &'static str {
        if self.looks.ascii { ascii } else { other }
    }

    /// The start of `text` that fits, with a mark where it is cut.
    pub(super) fn fit(&self, text: &str, columns: u16) -> String {
        fit_start(text, columns, self.mark(">", "…"))
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
        if width(&name) > title_columns(area) {
            name = name.replace("  ", " ");
        }
        let name = self.fit(&name, title_columns(area));
        self.frame(area, &name, view.focus == Focus::Side(side), buffer);
        self.facts(side, buffer);
        let source = self.places().sources[side];
        let Some(context) = view.context(side, self.looks) else {
            let text = match self.status_of().and_then(|status| status.outcome.as_ref()) {
                Some(Err(why)) => safe(why.as_bytes()),
                _ => self.dots().to_owned(),
            };
            let text = self.fit(&text, source.width.saturating_sub(1));
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

    pub(super) fn frame(&self, area: Rect, text: &str, focused: bool, buffer: &mut Buffer) {
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
            let mut pen = Pen::new(buffer, area, 0);
            pen.put_whole(&[(&size, text)]).put_whole(&[("  ", dim), (what, dim)]);
            self.rule(area, buffer);
            return;
        };
        let mut pen = Pen::new(buffer, area, 0);
        let (rate, time) = (format::rate(it.bytes_per_second), format::duration(it.elapsed));
        pen.put_whole(&[(&rate, strong)]).put_whole(&[("  ", dim), (&size, text)]);
        pen.put_whole(&[(" in ", dim), (&time, text)]);
        if area.height >= 4 {
            self.counts_of(it, area, buffer);
        }
        let line = if area.height >= 4 { 2 } else { 1 };
        let (said, role) = problem(it);
        Pen::new(buffer, area, line).put(&self.fit(&said, area.width), self.style(role));
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
            // Enter is a key of lists.
            None if list.len() > 0 && self.view.is_list_focused() => {
                let what = "no difference begins here; Enter goes to the chosen one";
                (String::new(), what.to_owned())
            }
            None if list.len() > 0 => (String::new(), "no difference begins here".to_owned()),
            None => Default::default(),
        };
        let mut pen = Pen::new(buffer, area, 0);
        pen.put(" ", plain).put_whole(&[(&number, strong)]);
        let room = pen.left().saturating_sub(width(&right) + 2);
        if room >= TOLD_COLUMNS_MIN {
            pen.put(&self.fit(&what, room), plain);
        }
        let gap = pen.left().saturating_sub(width(&right));
        pen.skip(gap).put_whole(&[(&right, plain)]);
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
