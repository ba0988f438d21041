//! The list of differences: which one is chosen, which are in sight, and their lines, which the engine finds for those.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::explorer::Request;
use crate::explorer::compare::{CompareRow, CompareRows, CompareStatus, Difference, Differences};
use crate::ui::action::Action;
use crate::ui::panes::{Effect, Outcome, scrolls_down};
use crate::ui::widgets::{Window, format};
use crate::units::ByteOffset;

/// After this long an answer is taken for lost and asked for again.
const PATIENCE: Duration = Duration::from_millis(500);

/// The list.
#[derive(Debug, Default)]
pub(super) struct List {
    number: u64,
    differences: Arc<Differences>,
    /// Those in sight and around, with their lines.
    rows: Vec<CompareRow>,
    first: usize,
    /// The one that is chosen, counted from the first difference.
    pub(super) chosen: usize,
    pub(super) seen: Window,
    asked: Option<Instant>,
}

impl List {
    /// The differences found so far.
    pub(super) fn differences(&self) -> &Differences {
        &self.differences
    }

    /// Differences that are listed.
    pub(super) fn len(&self) -> u64 {
        self.differences.first.len() as u64
    }

    /// The one that is chosen.
    pub(super) fn chosen(&self) -> Option<&Difference> {
        self.differences.first.get(self.chosen)
    }

    /// A row with its line, if that is here.
    pub(super) fn row(&self, row: usize) -> Option<&CompareRow> {
        let known = self.rows.get(row.checked_sub(self.first)?)?;
        (self.differences.first.get(row) == Some(&known.difference)).then_some(known)
    }

    /// The list has so many rows.
    pub(super) fn resize(&mut self, rows: u16) -> Vec<Effect> {
        self.seen.height = rows;
        self.seen.follow(self.chosen as u64, self.len());
        self.wanted()
    }

    /// Takes what was found.
    pub(super) fn take(&mut self, status: &CompareStatus) -> Vec<Effect> {
        if status.number != self.number {
            *self = List { seen: Window { top: 0, ..self.seen }, ..List::default() };
            self.number = status.number;
        }
        if !Arc::ptr_eq(&status.differences, &self.differences) {
            let before = self.chosen().copied();
            self.differences = Arc::clone(&status.differences);
            self.asked = None;
            // What was chosen stays so, wherever it stands now.
            if let Some(before) = before
                && let Ok(at) = self.differences.first.binary_search(&before)
            {
                self.chosen = at;
            }
            self.chosen = self.chosen.min(self.differences.first.len().saturating_sub(1));
            self.seen.clamp(self.len());
        }
        self.wanted()
    }

    /// Takes rows with their lines.
    pub(super) fn answer(&mut self, rows: &CompareRows) -> Vec<Effect> {
        if rows.number != self.number {
            return Vec::new();
        }
        (self.asked, self.first) = (None, rows.first);
        self.rows.clone_from(&rows.items);
        Vec::new()
    }

    /// Asks for the lines of what is in sight.
    fn wanted(&mut self) -> Vec<Effect> {
        let is_waiting = self.asked.is_some_and(|when| when.elapsed() < PATIENCE);
        if is_waiting || self.seen.height == 0 || self.len() == 0 {
            return Vec::new();
        }
        let (top, end) = (self.seen.top as usize, self.seen.end(self.len()) as usize);
        let is_here = |row| self.row(row).is_some_and(|row| row.line.is_some());
        if (top..end).all(is_here) {
            return Vec::new();
        }
        let height = usize::from(self.seen.height);
        let first = top.saturating_sub(height);
        self.asked = Some(Instant::now());
        vec![Effect::Ask(Request::CompareRows { first, count: 3 * height })]
    }

    /// Whether the chosen one stands there.
    pub(super) fn is_at(&self, at: ByteOffset) -> bool {
        self.chosen().is_some_and(|it| it.start == at)
    }

    /// The cursor is there: what stands there, or before it, is chosen.
    pub(super) fn follow(&mut self, at: ByteOffset) -> Vec<Effect> {
        if !self.is_at(at) {
            let first = &self.differences.first;
            let here = first.partition_point(|it| it.start < at);
            let is_here = first.get(here).is_some_and(|it| it.start == at);
            self.choose(if is_here { here } else { here.saturating_sub(1) });
        }
        self.wanted()
    }

    fn choose(&mut self, row: usize) {
        self.chosen = row.min(self.differences.first.len().saturating_sub(1));
        self.seen.follow(self.chosen as u64, self.len());
    }

    /// Goes to the place of the difference `n` further from `at`.
    pub(super) fn step(&mut self, at: ByteOffset, n: u64, forward: bool) -> Vec<Effect> {
        let Differences { first, total, .. } = self.differences.as_ref();
        let (mut at, mut target) = (at, None);
        for _ in 0..n.min(first.len() as u64) {
            let found = if forward {
                Some(first.partition_point(|it| it.start <= at)).filter(|i| *i < first.len())
            } else {
                let before = first.partition_point(|it| it.start < at).checked_sub(1);
                // The first of those that begin at the same byte.
                before.map(|i| first.partition_point(|it| it.start < first[i].start))
            };
            let Some(found) = found else { break };
            (at, target) = (first[found].start, Some(found));
        }
        match target {
            Some(row) => {
                self.choose(row);
                let mut effects = self.jump();
                effects.extend(self.wanted());
                effects
            }
            None => vec![Effect::Say(match (first.is_empty(), forward) {
                (true, _) => "there is no difference".to_owned(),
                (_, false) => "this is the first difference".to_owned(),
                (_, true) if first.len() as u64 == *total => {
                    "this is the last difference".to_owned()
                }
                (_, true) => {
                    let n = format::count(first.len() as u64);
                    format!("of the differences only the first {n} are kept")
                }
            })],
        }
    }

    /// Goes to where the chosen one stands.
    pub(super) fn jump(&self) -> Vec<Effect> {
        let target = self.chosen().map(|it| Effect::MoveTo { at: it.start, jump: true });
        target.into_iter().collect()
    }

    /// A click on one of its lines: what is listed there is gone to.
    pub(super) fn click(&mut self, line: u16) -> Vec<Effect> {
        let Some(row) = self.seen.row_at(line, self.len()) else { return Vec::new() };
        self.choose(row as usize);
        let mut effects = self.jump();
        effects.extend(self.wanted());
        effects
    }

    /// Moves in the list; the source goes along.
    pub(super) fn act(&mut self, action: Action, count: Option<u64>) -> Outcome {
        if let Some(down) = scrolls_down(action) {
            self.seen.scroll(count.unwrap_or(1), down, self.len());
            return Outcome::Consumed(self.wanted());
        }
        let n = usize::try_from(count.unwrap_or(1)).unwrap_or(usize::MAX);
        let page = n.saturating_mul(usize::from(self.seen.height.max(1)));
        let last = self.differences.first.len().saturating_sub(1);
        let row = match action {
            Action::Down => self.chosen.saturating_add(n),
            Action::Up => self.chosen.saturating_sub(n),
            Action::PageDown | Action::ToggleFold => self.chosen.saturating_add(page),
            Action::PageUp => self.chosen.saturating_sub(page),
            Action::HalfPageDown => self.chosen.saturating_add(page / 2),
            Action::HalfPageUp => self.chosen.saturating_sub(page / 2),
            Action::Top => {
                count.map_or(0, |n| usize::try_from(n).unwrap_or(last).saturating_sub(1))
            }
            Action::Bottom => {
                count.map_or(last, |n| usize::try_from(n).unwrap_or(last).saturating_sub(1))
            }
            _ => return Outcome::Ignored,
        };
        self.choose(row);
        let mut effects = self.wanted();
        effects.extend(self.chosen().map(|it| Effect::MoveTo { at: it.start, jump: false }));
        Outcome::Consumed(effects)
    }
}
