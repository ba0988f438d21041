//! The patterns pane: the kinds of patterns that a document of code has, with counts, and the patterns themselves.
//!
//! The rows are the kinds, which can be switched on and off, and below them the patterns of those that are on. Patterns are
//! fetched in windows where they are looked at; the list follows the cursor while the focus is elsewhere.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::scan_watch::ScanWatch;
use super::{Context, Effect, Outcome, Pane, drawable, list_target, scrolls_down};
use crate::explorer::{Answer, Kinds, Motion, PatternRow, Patterns, Request, Snapshot};
use crate::lang::PatternKind;
use crate::limits::CHILDREN_PER_ANSWER;
use crate::ui::action::Action;
use crate::ui::safe_text::{fit_start, safe};
use crate::ui::theme::Role;
use crate::ui::widgets::{Pen, Window, draw_thumb, format, width};
use crate::units::ByteOffset;

/// Windows kept. All are dropped when there are more: those in sight come back at once.
const WINDOWS_MAX: usize = 64;

/// After this long an answer is taken for lost and asked for again.
const PATIENCE: Duration = Duration::from_millis(500);

/// Columns of the kinds' names in front of patterns: the longest names fit, but half of the pane is for what is found.
const KIND_COLUMNS: u16 = 18;

/// The box in front of a kind that is on, and of one that is off.
const ON: &str = "[x] ";
const OFF: &str = "[ ] ";

/// The patterns pane.
#[derive(Debug, Default)]
pub struct PatternsPane {
    /// The kinds that are on.
    on: Kinds,
    /// The kinds that there are, with their counts.
    present: Vec<(PatternKind, u64)>,
    /// The chosen row: kinds first, then patterns.
    chosen: u64,
    seen: Window,
    /// Patterns of the kinds that are on.
    total: u64,
    windows: HashMap<u64, Vec<PatternRow>>,
    asked: Option<Instant>,
    /// There are more than are kept: these are the ones around the cursor.
    is_part: bool,
    cursor: ByteOffset,
    /// What is chosen is to go where the cursor is, with the next answer.
    follows: bool,
    /// Where the pane itself has led the cursor: what is chosen there stays so.
    led: Option<ByteOffset>,
    gathered: u64,
    scan: ScanWatch,
}

impl Pane for PatternsPane {
    fn title(&self, _: &Context<'_>) -> String {
        match self.chosen.checked_sub(self.n_kinds()) {
            Some(place) if place < self.total => {
                let here = if self.is_part { " around here" } else { "" };
                let (place, total) = (format::count(place + 1), format::count(self.total));
                format!("Patterns {place} of {total}{here}")
            }
            _ => "Patterns".to_owned(),
        }
    }

    fn resize(&mut self, area: Rect) -> Vec<Effect> {
        self.seen.height = area.height;
        self.show_chosen();
        self.wanted()
    }

    fn act(&mut self, action: Action, count: Option<u64>, _: &Context<'_>) -> Outcome {
        self.led = None;
        if let Some(motion) = self.motion(action) {
            return Outcome::Consumed(vec![Effect::Jump { motion, times: count.unwrap_or(1) }]);
        }
        if matches!(action, Action::Enter | Action::ToggleFold) {
            return Outcome::Consumed(self.choose(action));
        }
        if let Some(down) = scrolls_down(action) {
            self.seen.scroll(count.unwrap_or(1), down, self.n_rows());
            return Outcome::Consumed(self.wanted());
        }
        let Some(target) = list_target(action, count, self.chosen, self.seen, self.n_rows()) else {
            return Outcome::Ignored;
        };
        (self.chosen, self.follows) = (target, false);
        self.seen.follow(self.chosen, self.n_rows());
        Outcome::Consumed(self.wanted())
    }

    fn click(&mut self, column: u16, row: u16, _: &Context<'_>) -> Vec<Effect> {
        let Some(row) = self.seen.row_at(row, self.n_rows()) else { return Vec::new() };
        (self.chosen, self.follows, self.led) = (row, false, None);
        self.seen.follow(self.chosen, self.n_rows());
        // The box in front of a kind's name switches it.
        let is_on_box = row < self.n_kinds() && column < width(OFF);
        self.choose(if is_on_box { Action::ToggleFold } else { Action::Enter })
    }

    fn answer(&mut self, answer: &Answer, _: &Context<'_>) -> Vec<Effect> {
        let Answer::Patterns(patterns) = answer else { return Vec::new() };
        if patterns.kinds != self.on {
            return self.wanted();
        }
        self.take(patterns);
        self.wanted()
    }

    fn cursor_moved(&mut self, at: ByteOffset, _: &Context<'_>) -> Vec<Effect> {
        self.cursor = at;
        self.follows = self.led.take() != Some(at);
        self.wanted()
    }

    fn snapshot_changed(&mut self, context: &Context<'_>) -> Vec<Effect> {
        let snapshot = context.snapshot;
        if self.scan.is_new(&snapshot.scan) || snapshot.gathered != self.gathered {
            self.follows |= !context.focused;
            self.forget();
        }
        self.gathered = snapshot.gathered;
        let n_kinds = self.n_kinds();
        self.present = present(snapshot);
        // A pattern that is chosen stays so when kinds come to stand above it.
        if self.n_kinds() != n_kinds && n_kinds > 0 && self.chosen >= n_kinds {
            self.chosen = self.chosen - n_kinds + self.n_kinds();
            self.show_chosen();
        }
        self.wanted()
    }

    fn render(&self, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
        let area = area.intersection(buffer.area);
        if self.present.is_empty() {
            let style = context.theme.style(Role::Dim);
            Pen::new(buffer, area, 0).put("no patterns", style);
            return;
        }
        // The last column is the thumb's, and a blank stands before it where there is room.
        let beside = u16::from(area.width > 8) + u16::from(area.width > 20);
        let text = Rect { width: area.width.saturating_sub(beside), ..area };
        for (line, row) in (0..area.height).zip(self.seen.top..self.n_rows()) {
            self.draw_row(row, text, line, buffer, context);
        }
        if area.width > 8 {
            let style = context.theme.style(Role::Border);
            draw_thumb(self.seen, self.n_rows(), area, buffer, context.ascii, style);
        }
    }
}

/// The kinds that were counted so far.
fn present(snapshot: &Snapshot) -> Vec<(PatternKind, u64)> {
    let counts = &snapshot.totals.patterns;
    let count = |kind: &PatternKind| (*kind, counts[*kind as usize]);
    PatternKind::ALL.iter().map(count).filter(|(_, n)| *n > 0).collect()
}

impl PatternsPane {
    fn n_kinds(&self) -> u64 {
        self.present.len() as u64
    }

    fn n_rows(&self) -> u64 {
        self.n_kinds() + self.total
    }

    /// Where `]p` and `[p` lead, whichever pane has the focus.
    fn motion(&self, action: Action) -> Option<Motion> {
        match action {
            Action::NextPattern => Some(Motion::NextPattern(self.on)),
            Action::PreviousPattern => Some(Motion::PreviousPattern(self.on)),
            _ => None,
        }
    }

    /// Enter on a kind shows it alone, or all again; Space switches it. On a pattern both go to it.
    fn choose(&mut self, action: Action) -> Vec<Effect> {
        let kind = usize::try_from(self.chosen).ok().and_then(|i| self.present.get(i));
        let Some((kind, _)) = kind.copied() else {
            let Some(row) = self.pattern(self.chosen - self.n_kinds()) else {
                return vec![Effect::Say("not fetched yet".to_owned())];
            };
            let at = row.at;
            self.led = Some(at);
            return vec![Effect::MoveTo { at, jump: true }];
        };
        let alone = Kinds::only(kind);
        self.on = match action {
            Action::Enter if self.on == alone => Kinds::ALL,
            Action::Enter => alone,
            _ => self.on.toggled(kind),
        };
        self.forget();
        self.wanted()
    }

    fn pattern(&self, place: u64) -> Option<&PatternRow> {
        let size = CHILDREN_PER_ANSWER as u64;
        let window = self.windows.get(&(place / size))?;
        window.get(usize::try_from(place % size).ok()?)
    }

    fn take(&mut self, patterns: &Patterns) {
        self.asked = None;
        self.total = patterns.total;
        self.is_part = patterns.is_part;
        if self.windows.len() >= WINDOWS_MAX {
            self.windows.clear();
        }
        let window = patterns.first / CHILDREN_PER_ANSWER as u64;
        self.windows.insert(window, patterns.items.clone());
        let before = self.chosen;
        if std::mem::take(&mut self.follows) {
            // Before the first pattern none is chosen.
            self.chosen = patterns.here.map_or(0, |here| self.n_kinds() + here);
        }
        self.chosen = self.chosen.min(self.n_rows().saturating_sub(1));
        // What was scrolled to by hand stays in sight.
        if self.chosen != before {
            self.show_chosen();
        }
        self.seen.clamp(self.n_rows());
    }

    /// Brings the chosen row in sight, from the top on if it is seen from there.
    fn show_chosen(&mut self) {
        if self.chosen < u64::from(self.seen.height) {
            self.seen.top = 0;
        } else {
            self.seen.follow(self.chosen, self.n_rows());
        }
    }

    /// Asks for a window in sight that is not there, or for where the cursor is among the patterns.
    fn wanted(&mut self) -> Vec<Effect> {
        let is_waiting = self.asked.is_some_and(|when| when.elapsed() < PATIENCE);
        if self.gathered == 0 || is_waiting || self.seen.height == 0 {
            return Vec::new();
        }
        let size = CHILDREN_PER_ANSWER as u64;
        let first = self.seen.top.saturating_sub(self.n_kinds());
        let end = self.seen.end(self.n_rows()).saturating_sub(self.n_kinds()).max(first + 1);
        let missing = (first / size..=(end - 1) / size).find(|i| !self.windows.contains_key(i));
        let window = match missing {
            Some(window) => window,
            None if self.follows => first / size,
            None => return Vec::new(),
        };
        self.asked = Some(Instant::now());
        vec![Effect::Ask(Request::Patterns {
            kinds: self.on,
            first: window * size,
            count: CHILDREN_PER_ANSWER,
            at: self.cursor,
        })]
    }

    /// Forgets the patterns: others are to be shown.
    fn forget(&mut self) {
        self.windows.clear();
        (self.total, self.asked) = (0, None);
    }

    fn draw_row(
        &self,
        row: u64,
        area: Rect,
        line: u16,
        buffer: &mut Buffer,
        context: &Context<'_>,
    ) {
        let style = |role| context.theme.style(role);
        let mut pen = Pen::new(buffer, area, line);
        let kind = usize::try_from(row).ok().and_then(|i| self.present.get(i));
        if let Some((kind, n)) = kind {
            let is_on = self.on.has(*kind);
            let mark = if is_on { ON } else { OFF };
            let role = if is_on { Role::Text } else { Role::Dim };
            pen.put(mark, style(Role::Mark)).put(kind.name(), style(role));
            pen.put_at_end(&format::count(*n), style(role));
        } else if let Some(pattern) = self.pattern(row - self.n_kinds()) {
            let kind_columns = KIND_COLUMNS.min(area.width / 2);
            let mark = if context.ascii { ">" } else { "…" };
            let kind = fit_start(pattern.kind.keyword(), kind_columns, mark);
            pen.put_left(&kind, kind_columns, style(Role::Constant));
            let words: Vec<&[u8]> = pattern.text.split(u8::is_ascii_whitespace).collect();
            let words: Vec<&[u8]> = words.into_iter().filter(|word| !word.is_empty()).collect();
            let text = safe(&words.join(&b" "[..]));
            let role = if pattern.named { Role::KeyString } else { Role::String };
            let text = fit_start(&text, pen.left().saturating_sub(1), mark);
            pen.put(" ", Style::new()).put(&drawable(text, context.ascii), style(role));
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
