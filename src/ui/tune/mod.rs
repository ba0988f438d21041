//! The tune view: throughput of every kernel against threads as a chart, the runs as a table, and in words why more threads
//! are no faster. It measures while it is open; the chart grows with every round.
//!
//! One run is chosen. The chart shows its source and its chunk size; what is applied or kept is its setting. As long as no
//! key has chosen one it is the fastest.

mod app;
mod chart;
mod layout;
mod view;

use ratatui::layout::{Position, Rect};

use self::layout::Places;
use super::action::Action;
use super::panes::{Effect, Outcome, list_target};
use super::widgets::{Window, format};
use crate::explorer::tune::{ReadFrom, Run, TuneStatus, Tuned, Tuning};
use crate::explorer::{Request, Snapshot};
use crate::units::ByteOffset;

pub(super) use self::view::{hints, render};

/// The tune view.
pub(super) struct TuneView {
    /// The place in the document that the window measured on stands around.
    around: ByteOffset,
    /// The newest picture of the measurement.
    status: Option<TuneStatus>,
    /// Where the bytes of the chosen run come from.
    from: ReadFrom,
    /// The setting of the chosen run; none as long as that is the fastest one.
    chosen: Option<Tuning>,
    seen: Window,
    places: Places,
}

impl TuneView {
    /// A view of a measurement that is still to be begun.
    pub(super) fn new(around: ByteOffset) -> TuneView {
        TuneView {
            around,
            status: None,
            // Documents are read from their files.
            from: ReadFrom::File,
            chosen: None,
            seen: Window { top: 0, height: 0 },
            places: Places::default(),
        }
    }

    /// Begins to measure, or begins again.
    pub(super) fn begin(&self) -> Vec<Effect> {
        vec![Effect::Ask(Request::Tune { around: self.around })]
    }

    /// Whether something is measured now, or is going to be.
    fn is_measuring(&self) -> bool {
        self.status.as_ref().is_none_or(|status| status.outcome.is_none())
    }

    /// What was measured, if a round is whole.
    fn tuned(&self) -> Option<&Tuned> {
        let tuned = self.status.as_ref()?.tuned.as_deref()?;
        (tuned.rounds > 0).then_some(tuned)
    }

    /// The runs of the table, the fastest first.
    fn rows(&self) -> Vec<&Run> {
        self.tuned().map_or_else(Vec::new, |tuned| tuned.ranked(self.from))
    }

    /// The row of the chosen run.
    fn chosen_row(&self) -> usize {
        let Some(chosen) = self.chosen else { return 0 };
        self.rows().iter().position(|run| run.tuning == chosen).unwrap_or(0)
    }

    /// The chosen run.
    fn chosen_run(&self) -> Option<&Run> {
        self.rows().get(self.chosen_row()).copied()
    }

    /// The view has the rows between header and status line.
    pub(super) fn resize(&mut self, body: Rect) -> Vec<Effect> {
        self.places = layout::lay_out(body);
        self.seen.height = self.places.table_rows();
        self.follow();
        Vec::new()
    }

    fn follow(&mut self) {
        let (row, total) = (self.chosen_row() as u64, self.rows().len() as u64);
        self.seen.follow(row, total);
    }

    /// Takes notice of a new snapshot of the engine.
    pub(super) fn snapshot_changed(&mut self, snapshot: &Snapshot) -> Vec<Effect> {
        if let Some(status) = &snapshot.tune {
            self.status = Some(status.clone());
            self.follow();
        }
        Vec::new()
    }

    /// Does what an action asks, if it is one of the view's.
    fn act(&mut self, action: Action, count: Option<u64>) -> Outcome {
        match action {
            Action::Left | Action::Right | Action::Parent | Action::Into => {
                self.from = match self.from {
                    ReadFrom::Memory => ReadFrom::File,
                    ReadFrom::File => ReadFrom::Memory,
                };
            }
            Action::NextPane => self.change_chunk(true),
            Action::PreviousPane => self.change_chunk(false),
            Action::Rescan => {
                self.status = None;
                return Outcome::Consumed(self.begin());
            }
            Action::Enter => return Outcome::Consumed(self.apply()),
            Action::ScrollDown | Action::ScrollUp => {
                self.scroll(count.unwrap_or(1), action == Action::ScrollDown);
                return Outcome::Consumed(Vec::new());
            }
            _ => {
                let (row, total) = (self.chosen_row() as u64, self.rows().len() as u64);
                let Some(target) = list_target(action, count, row, self.seen, total) else {
                    return Outcome::Ignored;
                };
                self.chosen = self.rows().get(target as usize).map(|run| run.tuning);
            }
        }
        self.follow();
        Outcome::Consumed(Vec::new())
    }

    /// A click on a cell of the screen chooses the run that stands there.
    pub(super) fn click(&mut self, at: Position) {
        let table = self.places.inside(self.places.table);
        // Under its heading.
        let line = at.y.checked_sub(table.y + 1).filter(|_| table.contains(at));
        let total = self.rows().len() as u64;
        if let Some(row) = line.and_then(|line| self.seen.row_at(line, total)) {
            self.chosen = self.rows().get(row as usize).map(|run| run.tuning);
        }
    }

    /// The wheel was turned over the view.
    pub(super) fn scroll(&mut self, n: u64, down: bool) {
        let total = self.rows().len() as u64;
        self.seen.scroll(n, down, total);
    }

    /// The same kernel and threads with the next chunk size.
    fn change_chunk(&mut self, larger: bool) {
        let (Some(tuned), Some(run)) = (self.tuned(), self.chosen_run()) else { return };
        let mut sizes: Vec<usize> = tuned.runs.iter().map(|run| run.tuning.chunk_bytes).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let at = sizes.iter().position(|size| *size == run.tuning.chunk_bytes).unwrap_or(0);
        let step = if larger { 1 } else { sizes.len() - 1 };
        let chunk_bytes = sizes[(at + step) % sizes.len()];
        self.chosen = Some(Tuning { chunk_bytes, ..run.tuning });
    }

    fn apply(&self) -> Vec<Effect> {
        let Some(run) = self.chosen_run() else {
            return vec![Effect::Say("nothing is measured yet".to_owned())];
        };
        let said = format!("in use from now on: {}", tell(run.tuning));
        vec![Effect::Ask(Request::Apply(run.tuning)), Effect::Say(said)]
    }
}

/// A setting in words.
fn tell(tuning: Tuning) -> String {
    let Tuning { kernel, threads, chunk_bytes } = tuning;
    let s = if threads == 1 { "" } else { "s" };
    format!(
        "{}, {threads} thread{s}, chunks of {}",
        kernel.name(),
        format::bytes(chunk_bytes as u64)
    )
}
