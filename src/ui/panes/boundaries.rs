//! The boundaries pane: the seams of the document cut into blocks, what is carried over each, what lies across it, and the
//! comparison of the cut with the whole.
//!
//! Seams are made where they are looked at. With a filter they have to be searched for: a stretch at a time, for as long as
//! there is room in sight that nothing fills yet.

use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::scan_watch::ScanWatch;
use super::{Context, Effect, Outcome, Pane, list_target, scrolls_down};
use crate::explorer::{Answer, Guess, Request, Seam, SeamFilter, Seams, VerifyProgress};
use crate::ui::action::Action;
use crate::ui::safe_text::{fit_start, safe};
use crate::ui::theme::Role;
use crate::ui::widgets::{Pen, Window, draw_thumb, format, width};
use crate::units::ByteOffset;

/// Seams found with a filter that are listed; the next ones are found from the last of these.
const FOUND_MAX: usize = 4096;

/// After this long an answer is taken for lost and asked for again.
const PATIENCE: Duration = Duration::from_millis(500);

/// Rows from which on there is a line of headings, and one that tells of the comparison.
const HEADED_ROWS_MIN: u16 = 5;

/// Columns that depth leaves to what lies across; with fewer it has no place.
const ACROSS_COLUMNS_MIN: u16 = 16;

/// Columns from which on lines and the pending bytes have a place.
const WIDE_COLUMNS_MIN: u16 = 72;

/// Columns for what is carried over a seam.
const CARRIED_COLUMNS: u16 = 10;

/// The boundaries pane.
#[derive(Debug)]
pub struct BoundariesPane {
    block: u64,
    filter: SeamFilter,
    /// Seams in all.
    total: u64,
    /// The first seam of what can be gone to: 1, but in a window over a stream.
    first_kept: u64,
    /// Without a filter those in sight and around; with one all that were found so far.
    items: Vec<Seam>,
    /// With a filter: the number to search on from; none at the end.
    next: Option<u64>,
    chosen: u64,
    seen: Window,
    height: u16,
    asked: Option<Instant>,
    cursor: ByteOffset,
    bytes_done: u64,
    scan: ScanWatch,
}

impl Default for BoundariesPane {
    fn default() -> Self {
        BoundariesPane {
            block: 0,
            filter: SeamFilter::All,
            total: 0,
            first_kept: 1,
            items: Vec::new(),
            next: Some(1),
            chosen: 0,
            seen: Window::default(),
            height: 0,
            asked: None,
            cursor: 0,
            bytes_done: 0,
            scan: ScanWatch::default(),
        }
    }
}

impl Pane for BoundariesPane {
    fn title(&self, _: &Context<'_>) -> String {
        let block = format::bytes(self.block);
        match self.filter {
            SeamFilter::All => format!("Boundaries each {block}"),
            filter => format!("Boundaries each {block}, {}", filter.name()),
        }
    }

    fn resize(&mut self, area: Rect) -> Vec<Effect> {
        self.height = area.height;
        let frame = if area.height >= HEADED_ROWS_MIN { 2 } else { 0 };
        self.seen.height = area.height - frame;
        self.seen.follow(self.chosen, self.rows());
        self.wanted()
    }

    fn act(&mut self, action: Action, count: Option<u64>, context: &Context<'_>) -> Outcome {
        let n = count.unwrap_or(1);
        match action {
            Action::NextSeam => return self.step(n, true),
            Action::PreviousSeam => return self.step(n, false),
            Action::FilterSeams => {
                let at = SeamFilter::ALL.iter().position(|it| *it == self.filter).unwrap_or(0);
                self.filter = SeamFilter::ALL[(at + 1) % SeamFilter::ALL.len()];
                self.forget();
                let mut effects = vec![Effect::Say(format!("seams: {}", self.filter.name()))];
                effects.extend(self.wanted());
                return Outcome::Consumed(effects);
            }
            Action::Verify => {
                let effects = vec![Effect::Ask(Request::Verify(self.block))];
                return Outcome::Consumed(effects);
            }
            _ if !context.focused => return Outcome::Ignored,
            Action::Enter | Action::ToggleFold => return Outcome::Consumed(self.choose()),
            _ => {}
        }
        if let Some(down) = scrolls_down(action) {
            self.seen.scroll(n, down, self.rows());
            return Outcome::Consumed(self.wanted());
        }
        let Some(target) = list_target(action, count, self.chosen, self.seen, self.rows()) else {
            return Outcome::Ignored;
        };
        self.chosen = target;
        self.seen.follow(self.chosen, self.rows());
        Outcome::Consumed(self.wanted())
    }

    fn click(&mut self, _column: u16, row: u16, _: &Context<'_>) -> Vec<Effect> {
        let line = row.checked_sub(u16::from(self.height >= HEADED_ROWS_MIN));
        let row = line.and_then(|line| self.seen.row_at(line, self.rows()));
        let Some(row) = row else { return Vec::new() };
        self.chosen = row;
        self.seen.follow(self.chosen, self.rows());
        self.choose()
    }

    fn answer(&mut self, answer: &Answer, _: &Context<'_>) -> Vec<Effect> {
        let Answer::Seams(seams) = answer else { return Vec::new() };
        if seams.block == self.block && seams.filter == self.filter {
            self.take(seams);
        }
        self.wanted()
    }

    fn cursor_moved(&mut self, at: ByteOffset, context: &Context<'_>) -> Vec<Effect> {
        self.cursor = at;
        if !context.focused && self.filter == SeamFilter::All && self.block > 0 {
            // The seam at or before the cursor.
            let row = (at / self.block).saturating_sub(self.first_kept);
            self.chosen = row.min(self.rows().saturating_sub(1));
            self.seen.follow(self.chosen, self.rows());
        }
        self.wanted()
    }

    fn snapshot_changed(&mut self, context: &Context<'_>) -> Vec<Effect> {
        let scan = &context.snapshot.scan;
        let first_kept = context.snapshot.first_byte.div_ceil(context.block.max(1)).max(1);
        if self.scan.is_new(scan) || self.block != context.block {
            (self.block, self.first_kept) = (context.block, first_kept);
            self.forget();
        }
        if scan.bytes_done != self.bytes_done {
            self.bytes_done = scan.bytes_done;
            self.total = scan.bytes_done.saturating_sub(1) / self.block.max(1);
            let was_at_end = self.next.is_none();
            if was_at_end {
                self.next = Some(self.items.last().map_or(first_kept, |seam| seam.number + 1));
            }
        }
        self.keep_from(first_kept);
        self.wanted()
    }

    fn render(&self, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let style = |role| context.theme.style(role);
        let headed = self.height >= HEADED_ROWS_MIN;
        let wide = area.width >= WIDE_COLUMNS_MIN;
        let first = u16::from(headed);
        // The last column belongs to the thumb.
        let text = Rect { width: area.width.saturating_sub(u16::from(area.width > 8)), ..area };
        if headed {
            let pen = Pen::new(buffer, text, 0);
            draw_headings(pen, self.byte_columns(), wide, style(Role::Dim));
            let line = area.height - 1;
            let (texts, role) = told(context.snapshot.verify.as_ref(), self.block);
            let fits = texts.iter().find(|text| width(text) <= area.width);
            let text = fits.or(texts.last()).map_or("", String::as_str);
            Pen::new(buffer, area, line).put(text, style(role));
        }
        if self.rows() == 0 {
            let text = match (self.filter, self.next) {
                (SeamFilter::All, _) if self.first_kept > 1 => "no seam in what is kept",
                (SeamFilter::All, _) => "one block holds all: no seams",
                (_, Some(_)) => "searching",
                (_, None) => "no such seam",
            };
            Pen::new(buffer, area, first).put(text, style(Role::Dim));
            return;
        }
        let list = Rect { y: area.y + first, height: self.seen.height.min(area.height), ..area };
        let text = list.intersection(text);
        for (line, row) in (0..list.height).zip(self.seen.top..self.rows()) {
            self.draw_row(row, text, line, wide, buffer, context);
        }
        if list.width > 8 {
            draw_thumb(self.seen, self.rows(), list, buffer, context.ascii, style(Role::Border));
        }
    }
}

fn draw_headings(mut pen: Pen<'_>, columns: u16, wide: bool, style: ratatui::style::Style) {
    pen.put_right("byte", columns, style);
    if wide {
        pen.put_right("line", 12, style);
    }
    pen.put("  ", style).put_left("carried", CARRIED_COLUMNS, style);
    let has_depth = pen.left() >= ACROSS_COLUMNS_MIN;
    if has_depth {
        pen.put_right("depth", 6, style);
    }
    if wide {
        pen.put_right("undecided", 11, style);
    }
    pen.put(gap(has_depth), style).put("token", style);
}

/// What is said of the comparison: in full, and in short.
fn told(verify: Option<&VerifyProgress>, block: u64) -> (Vec<String>, Role) {
    let Some(verify) = verify.filter(|verify| verify.block == block) else {
        let hints = ["v verify   b block size   f filter", "v verify  b size  f filter"];
        return (hints.map(str::to_owned).to_vec(), Role::Dim);
    };
    let (full, role) = match &verify.outcome {
        None => (format!("comparing: {}", format::bytes(verify.bytes_done)), Role::Text),
        Some(Err(why)) => (format!("cannot compare: {}", safe(why.as_bytes())), Role::Error),
        Some(Ok(found)) => match &found.difference {
            None if found.stopped => ("the comparison was stopped".to_owned(), Role::Warning),
            None => {
                let (seams, same) = (format::count(found.seams), format::count(found.same));
                let short = format!("0 differences, {seams} seams");
                let full = format!("0 differences over {seams} seams, {same} found alike");
                return (vec![full, short, "0 differences".to_owned()], Role::Good);
            }
            Some(it) => {
                let side = |said: &Option<String>| said.clone().unwrap_or("nothing".to_owned());
                let (whole, cut) = (side(&it.whole), side(&it.cut));
                let what = format!("{} at byte {}", it.what, it.at);
                (format!("{what}: whole {whole}, cut {cut}"), Role::Error)
            }
        },
    };
    (vec![full], role)
}

impl BoundariesPane {
    /// Rows of the list.
    fn rows(&self) -> u64 {
        match self.filter {
            SeamFilter::All => (self.total + 1).saturating_sub(self.first_kept),
            _ => self.items.len() as u64,
        }
    }

    /// The seam of a row, if it is here.
    fn row(&self, row: u64) -> Option<&Seam> {
        let place = match self.filter {
            SeamFilter::All => (self.first_kept + row).checked_sub(self.items.first()?.number)?,
            _ => row,
        };
        self.items.get(usize::try_from(place).ok()?)
    }

    /// Columns for the largest offset.
    fn byte_columns(&self) -> u16 {
        u16::try_from(format::count(self.bytes_done).len()).unwrap_or(20).max(5)
    }

    fn forget(&mut self) {
        self.items.clear();
        self.total = self.bytes_done.saturating_sub(1) / self.block.max(1);
        (self.next, self.asked, self.chosen) = (Some(self.first_kept), None, 0);
        self.seen.top = 0;
    }

    /// The list begins with the seam `first`: what is chosen and in sight stays, for as long as it is kept.
    fn keep_from(&mut self, first: u64) {
        let before = std::mem::replace(&mut self.first_kept, first);
        let stays = |row: u64, gone: u64, come: u64| (row + come).saturating_sub(gone);
        let (gone, come) = match self.filter {
            SeamFilter::All => (first.saturating_sub(before), before.saturating_sub(first)),
            // They were not searched; a window that has ended gives back what it kept in reserve.
            _ if first < before => return self.forget(),
            _ => {
                let gone = self.items.partition_point(|seam| seam.number < first);
                self.items.drain(..gone);
                (gone as u64, 0)
            }
        };
        (self.chosen, self.seen.top) =
            (stays(self.chosen, gone, come), stays(self.seen.top, gone, come));
        self.seen.clamp(self.rows());
    }

    fn take(&mut self, seams: &Seams) {
        self.asked = None;
        if self.filter == SeamFilter::All {
            self.items = seams.items.clone();
        } else if self.next == Some(seams.first) {
            self.items.extend(seams.items.iter().cloned());
            self.items.truncate(FOUND_MAX);
            self.next = seams.next.filter(|_| self.items.len() < FOUND_MAX);
        }
        self.total = seams.total;
        self.seen.clamp(self.rows());
    }

    /// Asks for what is in sight and not here.
    fn wanted(&mut self) -> Vec<Effect> {
        let is_waiting = self.asked.is_some_and(|when| when.elapsed() < PATIENCE);
        if is_waiting || self.seen.height == 0 || self.block == 0 {
            return Vec::new();
        }
        let end = self.seen.end(self.rows());
        let (first, count) = if self.filter == SeamFilter::All {
            let missing = (self.seen.top..end).find(|row| self.row(*row).is_none());
            if missing.is_none() {
                return Vec::new();
            }
            (self.seen.top + self.first_kept, usize::from(self.seen.height))
        } else {
            let Some(next) = self.next else { return Vec::new() };
            let is_filled = self.rows() >= self.seen.top + 2 * u64::from(self.seen.height);
            if is_filled || next > self.total {
                return Vec::new();
            }
            (next, usize::from(self.seen.height))
        };
        self.asked = Some(Instant::now());
        let (block, filter) = (self.block, self.filter);
        vec![Effect::Ask(Request::Seams { block, filter, first, count })]
    }

    /// Goes to the seam `n` further.
    fn step(&mut self, n: u64, forward: bool) -> Outcome {
        let block = self.block.max(1);
        let at = match (self.filter, forward) {
            (SeamFilter::All, true) => Some((self.cursor / block).saturating_add(n)),
            (SeamFilter::All, false) => (self.cursor.div_ceil(block)).checked_sub(n),
            (_, true) => self
                .items
                .iter()
                .filter(|it| it.at > self.cursor)
                .nth(n as usize - 1)
                .map(|it| it.number),
            (_, false) => {
                let before = self.items.iter().rev().filter(|it| it.at < self.cursor);
                before.into_iter().nth(n as usize - 1).map(|it| it.number)
            }
        };
        let at = at.filter(|number| (self.first_kept..=self.total).contains(number));
        let row = at.and_then(|number| match self.filter {
            SeamFilter::All => Some(number - self.first_kept),
            _ => self.items.iter().position(|it| it.number == number).map(|i| i as u64),
        });
        if let Some(row) = row {
            self.chosen = row;
            self.seen.follow(row, self.rows());
        }
        let effect = match at {
            Some(number) => Effect::MoveTo { at: number * block, jump: true },
            None if forward => Effect::Say("there is no seam after this one".to_owned()),
            None => Effect::Say("there is no seam before this one".to_owned()),
        };
        Outcome::Consumed(vec![effect])
    }

    fn choose(&self) -> Vec<Effect> {
        let Some(seam) = self.row(self.chosen) else {
            return vec![Effect::Say("not made yet".to_owned())];
        };
        let token = seam
            .token
            .map(|token| (token.start.unwrap_or(0), token.end.unwrap_or(ByteOffset::MAX)));
        vec![Effect::Token(token), Effect::MoveTo { at: seam.at, jump: true }]
    }

    fn draw_row(
        &self,
        row: u64,
        area: Rect,
        line: u16,
        wide: bool,
        buffer: &mut Buffer,
        context: &Context<'_>,
    ) {
        let style = |role| context.theme.style(role);
        let mut pen = Pen::new(buffer, area, line);
        if let Some(seam) = self.row(row) {
            let columns = self.byte_columns();
            pen.put_right(&format::count(seam.at), columns, style(Role::Number));
            if wide {
                pen.put_right(&format::count(seam.line + 1), 12, style(Role::LineNumber));
            }
            let role = if seam.mode == "code" { Role::Text } else { Role::String };
            // Of a `block comment` what it is.
            let fits = width(seam.mode) <= CARRIED_COLUMNS;
            let mode = if fits { seam.mode } else { seam.mode.rsplit(' ').next().unwrap_or("") };
            pen.put("  ", style(Role::Text)).put_left(mode, CARRIED_COLUMNS, style(role));
            let has_depth = pen.left() >= ACROSS_COLUMNS_MIN;
            if has_depth {
                // Behind closers of nothing it is below the document's own, as the status line tells it too.
                let depth = format::count(seam.depth.max(0).unsigned_abs());
                pen.put_right(&depth, 6, style(Role::Text));
            }
            if wide {
                pen.put_right(&seam.pending.to_string(), 11, style(Role::Text));
            }
            pen.put(gap(has_depth), style(Role::Text));
            let across = across(seam, pen.left(), context.ascii);
            pen.put(&across, style(Role::Constant));
            for (text, role) in besides(seam) {
                if width(&text) <= pen.left() {
                    pen.put(&text, style(role));
                }
            }
        } else {
            pen.put(if context.ascii { "..." } else { "…" }, style(Role::Dim));
        }
        if row == self.chosen {
            let row = Rect { y: area.y + line, height: 1, ..area };
            let chosen = context.theme.chosen_row(context.focused);
            buffer.set_style(row.intersection(buffer.area), chosen);
        }
    }
}

/// What stands before the last column: less where there is no room for depth either.
fn gap(has_depth: bool) -> &'static str {
    if has_depth { "  " } else { " " }
}

/// What lies across a seam: how many of its bytes before and after, and what it is, if there is room to say that.
fn across(seam: &Seam, columns: u16, ascii: bool) -> String {
    let Some(token) = seam.token else { return String::new() };
    let dots = if ascii { "..." } else { "…" };
    let before = token.start.map_or(dots.to_owned(), |start| (seam.at - start).to_string());
    let after = token.end.map_or(dots.to_owned(), |end| end.saturating_sub(seam.at).to_string());
    let full = format!("{} {before}|{after}", token.kind);
    if width(&full) <= columns {
        return full;
    }
    fit_start(&format!("{before}|{after}"), columns, if ascii { ">" } else { dots })
}

/// What else there is to say of a seam.
fn besides(seam: &Seam) -> impl Iterator<Item = (String, Role)> {
    let heredocs = match seam.heredocs {
        0 => None,
        1 => Some(("  1 heredoc to come".to_owned(), Role::Warning)),
        n => Some((format!("  {n} heredocs to come"), Role::Warning)),
    };
    let guess = seam.guess.map(|guess| match guess {
        Guess::Right => ("  guessed".to_owned(), Role::Good),
        Guess::Wrong(bytes) => (format!("  missed, {} again", format::bytes(bytes)), Role::Warning),
    });
    heredocs.into_iter().chain(guess)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::testing;
    use crate::ui::theme::Theme;

    /// The pane in use does not follow the cursor, but it does follow what it moves the cursor by.
    #[test]
    fn the_seam_that_is_gone_to_is_the_chosen_one() {
        let snapshot = testing::snapshot(&vec![b' '; 5000]);
        let theme = Theme::default();
        let context = testing::context(&snapshot, &theme, false);
        let context = Context { block: 1000, ..context };
        let mut pane = BoundariesPane::default();
        pane.resize(Rect::new(0, 0, 30, 9));
        pane.snapshot_changed(&context);
        for (count, forward, row) in [(1, true, 0), (2, true, 2), (1, false, 1), (9, true, 1)] {
            let action = if forward { Action::NextSeam } else { Action::PreviousSeam };
            pane.act(action, Some(count), &context);
            assert_eq!(pane.chosen, row, "{count} {forward}");
            pane.cursor_moved((row + 1) * 1000, &context);
        }
    }
}
