//! How the tune view looks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{TuneView, chart, tell};
use crate::explorer::Snapshot;
use crate::explorer::tune::{ReadFrom, Run, TuneEnd, Tuned, Tuning};
use crate::ui::action::Action;
use crate::ui::compare::Looks;
use crate::ui::safe_text::{fit_end, fit_start, safe, safe_path};
use crate::ui::theme::Role;
use crate::ui::view::{border, title, title_columns};
use crate::ui::widgets::{Gauge, Pen, draw_thumb, format, width};

/// Columns of the progress bar.
const BAR_COLUMNS: u16 = 16;

/// The keys that the line under the view names.
pub(in crate::ui) const fn hints() -> &'static [(Action, &'static str)] {
    &[
        (Action::Down, "choose"),
        (Action::Enter, "apply"),
        (Action::KeepTuned, "write config"),
        (Action::Right, "memory or file"),
        (Action::NextPane, "chunk size"),
        (Action::Rescan, "again"),
        (Action::Cancel, "stop, leave"),
        (Action::Help, "keys"),
    ]
}

/// Draws it: its own header and status line, and what stands between them.
pub(in crate::ui) fn render(
    view: &TuneView,
    snapshot: &Snapshot,
    [header, status]: [Rect; 2],
    looks: Looks<'_>,
    buffer: &mut Buffer,
) {
    let drawing = Drawing { view, snapshot, looks };
    drawing.header(header, buffer);
    drawing.chart(buffer);
    drawing.table(buffer);
    drawing.words(buffer);
    drawing.status(status, buffer);
}

struct Drawing<'a> {
    view: &'a TuneView,
    snapshot: &'a Snapshot,
    looks: Looks<'a>,
}

/// A column of the table: its heading, its columns, its rank: the highest goes first where there is no room.
struct Column {
    name: &'static str,
    columns: u16,
    rank: u8,
    text: fn(&Tuned, &Run) -> String,
}

fn rate(rate: f64) -> String {
    format!("{:.2}", rate / 1e9)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

const COLUMNS: [Column; 10] = [
    Column {
        name: "kernel",
        columns: 7,
        rank: 0,
        text: |_, run| run.tuning.kernel.name().to_owned(),
    },
    Column { name: "threads", columns: 8, rank: 0, text: |_, run| run.tuning.threads.to_string() },
    Column {
        name: "chunk",
        columns: 9,
        rank: 1,
        text: |_, run| format::bytes(run.tuning.chunk_bytes as u64),
    },
    Column { name: "from", columns: 8, rank: 8, text: |_, run| run.from.name().to_owned() },
    Column { name: "min", columns: 7, rank: 5, text: |_, run| rate(run.spread().min) },
    Column { name: "GB/s", columns: 7, rank: 0, text: |_, run| rate(run.median()) },
    Column { name: "max", columns: 7, rank: 6, text: |_, run| rate(run.spread().max) },
    Column {
        name: "each",
        columns: 7,
        rank: 2,
        text: |tuned, run| tuned.efficiency(run).map_or_else(|| "-".to_owned(), percent),
    },
    Column { name: "limit", columns: 7, rank: 3, text: |tuned, run| percent(tuned.of_limit(run)) },
    Column { name: "misses", columns: 7, rank: 4, text: |_, run| format::short_count(run.misses) },
];

/// What the chart is called.
const CHART: &str = "GB/s by threads";

/// Columns of the mark of the best run.
const MARK_COLUMNS: u16 = 2;

impl Drawing<'_> {
    fn style(&self, role: Role) -> Style {
        self.looks.theme.style(role)
    }

    fn mark(&self, ascii: &'static str, other: &'static str) -> &'static str {
        if self.looks.ascii { ascii } else { other }
    }

    fn fit(&self, text: &str, columns: u16) -> String {
        fit_start(text, columns, self.mark(">", "…"))
    }

    /// What is measured on, and how far it is.
    fn header(&self, area: Rect, buffer: &mut Buffer) {
        let (plain, strong) = (self.style(Role::Bar), self.style(Role::BarStrong));
        buffer.set_style(area, plain);
        let (said, role) = self.stand();
        let share = self.view.status.as_ref().filter(|status| status.outcome.is_none());
        let share = share.map_or(0.0, |status| {
            status.progress.done as f64 / status.progress.total.max(1) as f64
        });
        let bar = if share > 0.0 && area.width >= 60 { BAR_COLUMNS + 1 } else { 0 };
        let right = width(&said) + bar + 1;
        let what = self.subject();
        let room = area.width.saturating_sub(right + 10);
        let name = safe_path(&self.snapshot.document.path);
        let name_room = room.saturating_sub(width(&what) + 2);
        let mut pen = Pen::new(buffer, area, 0);
        pen.put(" Tune  ", plain);
        if name_room >= 8 {
            pen.put(&fit_end(&name, name_room, self.mark("<", "…")), strong);
            pen.put("  ", plain).put(&what, plain);
        } else {
            pen.put(&fit_end(&name, room, self.mark("<", "…")), strong);
        }
        let gap = pen.left().saturating_sub(right);
        pen.skip(gap);
        if bar > 0 {
            let filled = plain.patch(self.on_bar(Role::Gauge));
            let empty = plain.patch(self.on_bar(Role::Dim));
            let gauge = Gauge { share, filled, empty, ascii: self.looks.ascii };
            pen.field(BAR_COLUMNS, |area, buffer| gauge.render(area, buffer)).put(" ", plain);
        }
        pen.put(&said, plain.patch(self.on_bar(role)));
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

    /// What is measured on, in words.
    fn subject(&self) -> String {
        let language = self.snapshot.document.language.info().title;
        let Some(status) = self.view.status.as_ref().filter(|it| !it.range.is_empty()) else {
            return language.to_owned();
        };
        let bytes = format::bytes(status.range.end - status.range.start);
        match status.range.start {
            0 if status.range.end >= self.snapshot.document.bytes => format!("{language}, {bytes}"),
            at => format!("{language}, {bytes} from byte {}", format::count(at)),
        }
    }

    /// How the measurement stands, in a few words.
    fn stand(&self) -> (String, Role) {
        let strong = Role::BarStrong;
        let Some(status) = &self.view.status else { return ("begins".to_owned(), strong) };
        let rounds = self.view.tuned().map_or(0, |tuned| tuned.rounds);
        let s = if rounds == 1 { "" } else { "s" };
        match &status.outcome {
            None if status.progress.total == 0 => ("waits".to_owned(), strong),
            None if status.progress.round == 0 => ("warms up".to_owned(), strong),
            None => {
                let now = status.progress;
                (format!("round {} of {}", now.round, now.rounds), strong)
            }
            Some(Ok(TuneEnd::Whole)) => (format!("{rounds} rounds"), Role::Good),
            Some(Ok(TuneEnd::Stopped | TuneEnd::Rescanned)) => {
                (format!("stopped after {rounds} round{s}"), Role::Warning)
            }
            Some(Err(_)) => ("not measured".to_owned(), Role::Error),
        }
    }

    /// Why there is nothing to be seen yet.
    fn nothing(&self) -> (String, Role) {
        let dim = Role::Dim;
        let Some(status) = &self.view.status else { return ("begins".to_owned(), dim) };
        match &status.outcome {
            None if status.progress.total == 0 => (
                "waits until the document is scanned; two scans would slow each other".to_owned(),
                dim,
            ),
            None => ("warms up: every setting once, which does not count".to_owned(), dim),
            Some(Err(why)) => (safe(why.as_bytes()), Role::Error),
            Some(Ok(TuneEnd::Rescanned)) => {
                ("the document was scanned anew; R measures again".to_owned(), dim)
            }
            Some(Ok(_)) => ("stopped before a round was whole; R measures again".to_owned(), dim),
        }
    }

    fn frame(&self, area: Rect, text: &str, focused: bool, buffer: &mut Buffer) {
        if !self.view.places.borders || area.height < 3 {
            return;
        }
        let style = self.style(if focused { Role::BorderFocused } else { Role::Border });
        border(area, self.looks.ascii, style, buffer);
        let title_style = if focused { style } else { self.style(Role::Dim) };
        title(area, &self.fit(text, title_columns(area)), title_style, buffer);
    }

    fn chart(&self, buffer: &mut Buffer) {
        let area = self.view.places.chart;
        if area.is_empty() {
            return;
        }
        let (tuned, chosen) = (self.view.tuned(), self.view.chosen_run());
        let (Some(tuned), Some(chosen)) = (tuned, chosen) else {
            self.frame(area, CHART, false, buffer);
            let inside = self.view.places.inside(area);
            let (text, role) = self.nothing();
            let text = self.fit(&text, inside.width);
            let middle = inside.height / 2;
            let gap = (inside.width - width(&text).min(inside.width)) / 2;
            Pen::new(buffer, inside, middle).skip(gap).put(&text, self.style(role));
            return;
        };
        let chunk = format::bytes(chosen.tuning.chunk_bytes as u64);
        let from = chart::tell_from(chosen.from);
        let forms = [
            format!("{CHART}  {from}  chunks of {chunk}"),
            format!("GB/s  {from}  chunks of {chunk}"),
            format!("GB/s  {from}  {chunk}"),
            CHART.to_owned(),
        ];
        let fits = forms.iter().find(|form| width(form) <= title_columns(area));
        self.frame(area, fits.map_or("GB/s", String::as_str), false, buffer);
        let best = tuned.best(chosen.from).map(|run| run.tuning);
        let inside = self.view.places.inside(area);
        chart::render(tuned, chosen, best, self.looks, inside, buffer);
    }

    fn table(&self, buffer: &mut Buffer) {
        let places = &self.view.places;
        let (area, view) = (places.table, self.view);
        if area.is_empty() {
            return;
        }
        let inside = places.inside(area);
        let rows = view.rows();
        let n = if rows.is_empty() { String::new() } else { format!("  {}", rows.len()) };
        self.frame(area, &format!("Runs {}{n}", chart::tell_from(view.from)), true, buffer);
        let Some(tuned) = view.tuned() else {
            if places.chart.is_empty() {
                let (text, role) = self.nothing();
                let text = self.fit(&text, inside.width);
                Pen::new(buffer, inside, 0).put(&text, self.style(role));
            }
            return;
        };
        let list = Rect { width: inside.width.saturating_sub(2), ..inside };
        let columns = columns(list.width);
        let dim = self.style(Role::Dim);
        let mut pen = Pen::new(buffer, list, 0);
        pen.skip(MARK_COLUMNS);
        for column in &columns {
            put(&mut pen, column, column.name, dim);
        }
        let best = tuned.best(view.from).map(|run| run.tuning);
        let top = view.seen.top as usize;
        let shown = rows.iter().enumerate().skip(top).take(usize::from(view.seen.height));
        for (line, (i, run)) in (1..).zip(shown) {
            let is_chosen = i == view.chosen_row();
            let base = if is_chosen { self.style(Role::Cursor) } else { Style::new() };
            let row = Rect { y: list.y + line, height: 1, ..list };
            buffer.set_style(row, base);
            let is_best = best == Some(run.tuning);
            let mut pen = Pen::new(buffer, row, 0);
            let mark = if is_best { self.mark("* ", "★ ") } else { "  " };
            pen.put(mark, self.style(Role::Good).patch(base));
            for column in &columns {
                let role = match column.name {
                    "kernel" => chart::role(run.tuning.kernel),
                    "GB/s" if is_best => Role::Good,
                    "min" | "max" | "from" => Role::Dim,
                    "misses" if run.misses == 0 => Role::Dim,
                    _ => Role::Text,
                };
                let text = (column.text)(tuned, run);
                put(&mut pen, column, &text, self.style(role).patch(base));
            }
        }
        let below = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
        let thumb = self.style(Role::Border);
        draw_thumb(view.seen, rows.len() as u64, below, buffer, self.looks.ascii, thumb);
    }

    /// Why the chosen kernel is no faster with more threads; the best setting.
    fn words(&self, buffer: &mut Buffer) {
        let places = &self.view.places;
        let (area, inside) = (places.words, places.inside(places.words));
        if area.is_empty() {
            return;
        }
        self.frame(area, "Why it is no faster", false, buffer);
        let (Some(tuned), Some(chosen)) = (self.view.tuned(), self.view.chosen_run()) else {
            return;
        };
        let gap = if places.borders && area.height < 3 { " " } else { "" };
        let room = inside.width.saturating_sub(width(gap));
        let text = self.style(Role::Text);
        let why = why(tuned, chosen);
        let (first, rest) = if inside.height > 1 { broken(&why, room) } else { (&*why, "") };
        Pen::new(buffer, inside, 0).put(gap, Style::new()).put(&self.fit(first, room), text);
        // The table marks the best one, too: the rest of why goes before it.
        let (second, style) = match rest {
            "" => (best_of(tuned, chosen.from), self.style(Role::Dim)),
            rest => (rest.to_owned(), text),
        };
        Pen::new(buffer, inside, 1).put(gap, Style::new()).put(&self.fit(&second, room), style);
    }

    /// What is chosen, and what is in use.
    fn status(&self, area: Rect, buffer: &mut Buffer) {
        let (plain, strong) = (self.style(Role::Bar), self.style(Role::BarStrong));
        buffer.set_style(area, plain);
        let document = &self.snapshot.document;
        let in_use = Tuning {
            kernel: document.kernel,
            threads: document.threads,
            // A file is read in chunks as they are set, whatever the index has made of them.
            chunk_bytes: usize::try_from(document.block_bytes).unwrap_or(usize::MAX),
        };
        let right = format!("in use: {} ", tell(in_use));
        let chosen = self.view.chosen_run();
        let mut pen = Pen::new(buffer, area, 0);
        pen.put(" ", plain);
        if let Some(run) = chosen {
            let (setting, rate) = (tell(run.tuning), format::rate(run.median()));
            pen.put(&self.fit(&setting, pen.left()), strong);
            pen.put_whole(&[("  ", strong), (&rate, strong)]);
        }
        if pen.left() > width(&right) + 2 {
            let gap = pen.left() - width(&right);
            pen.skip(gap).put(&right, plain);
        }
    }
}

/// What of `text` fits into a line, broken between words, and the rest.
fn broken(text: &str, columns: u16) -> (&str, &str) {
    if width(text) <= columns {
        return (text, "");
    }
    let breaks = text.match_indices(' ').map(|(at, _)| at);
    let last = breaks.take_while(|at| width(&text[..*at]) <= columns).last();
    last.map_or((text, ""), |at| (&text[..at], &text[at + 1..]))
}

/// The columns that there is room for.
fn columns(room: u16) -> Vec<&'static Column> {
    let taken = |columns: &[&Column]| {
        columns.iter().map(|column| column.columns).sum::<u16>() + MARK_COLUMNS
    };
    let mut columns: Vec<&Column> = COLUMNS.iter().collect();
    while taken(&columns) > room {
        let Some(last) = columns.iter().map(|it| it.rank).max().filter(|rank| *rank > 0) else {
            break;
        };
        columns.retain(|column| column.rank < last);
    }
    columns
}

/// The kernel stands at the left of its field, numbers at the right of theirs.
fn put(pen: &mut Pen<'_>, column: &Column, text: &str, style: Style) {
    match column.name {
        "kernel" => pen.put_left(text, column.columns, style),
        "from" => pen.put("  ", style).put_left(text, column.columns - 2, style),
        _ => pen.put_right(text, column.columns, style),
    };
}

/// Why the chosen kernel and chunk size are no faster with the most threads.
fn why(tuned: &Tuned, chosen: &Run) -> String {
    let most = Tuning { threads: tuned.threads_max(), ..chosen.tuning };
    let scaled = tuned.run(most, chosen.from).and_then(|run| tuned.scaled(run));
    let kernel = chosen.tuning.kernel.name();
    match scaled {
        Some(scaled) => {
            format!("{kernel} {}: {}", chart::tell_from(chosen.from), scaled.sentence())
        }
        None => format!("{kernel}: one thread was not tried, so nothing can be held against it"),
    }
}

/// The best setting, and what it is by that of one thread.
fn best_of(tuned: &Tuned, from: ReadFrom) -> String {
    let Some(best) = tuned.best(from) else { return String::new() };
    let several = tuned.efficiency(best).filter(|_| best.tuning.threads > 1);
    let times = several.map_or_else(String::new, |each| {
        format!(", {:.2} times one thread", each * best.tuning.threads as f64)
    });
    format!("best {}: {}{times}", chart::tell_from(from), tell(best.tuning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_between_words() {
        assert_eq!(broken("one two three", 20), ("one two three", ""));
        assert_eq!(broken("one two three", 8), ("one two", "three"));
        assert_eq!(broken("one two three", 3), ("one", "two three"));
        assert_eq!(broken("one two", 2), ("one two", ""));
        assert_eq!(broken("", 0), ("", ""));
    }

    #[test]
    fn columns_go_by_their_ranks() {
        let names = |room| columns(room).iter().map(|it| it.name).collect::<Vec<_>>().join(" ");
        assert_eq!(names(76), "kernel threads chunk from min GB/s max each limit misses");
        assert_eq!(names(75), "kernel threads chunk min GB/s max each limit misses");
        assert_eq!(names(0), "kernel threads GB/s");
    }
}
