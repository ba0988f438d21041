//! The compare view: two scanners over the same bytes. Two source panes that scroll as one, each with what its side is by
//! itself; the differences marked in both and listed under them.
//!
//! The view lies over the panes of the document and shares their cursor: searches, jumps and places that are typed go
//! where they go without it.

mod app;
mod layout;
mod list;
mod list_view;
mod marks;
mod view;

use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use ratatui::layout::{Position, Rect};

use self::layout::Places;
use self::list::List;
use super::action::Action;
use super::panes::source::{LayoutKind, SourcePane};
use super::panes::{Context, Effect, Outcome, Pane};
use super::theme::Theme;
use super::view::percent_at;
use crate::explorer::compare::{CompareStatus, CompareWanted, SideSpec, SideStatus};
use crate::explorer::{Answer, Motion, Phase, Request, ScanProgress, Snapshot};
use crate::lang::LanguageId;
use crate::units::ByteOffset;

pub(super) use self::app::side_of;
pub(super) use self::view::{hints, render};

/// What has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    /// A source pane: 0 for the left one, 1 for the right one.
    Side(usize),
    /// The list of differences.
    List,
}

/// The compare view.
pub(super) struct CompareView {
    wanted: CompareWanted,
    /// The newest picture of the comparison.
    status: Option<CompareStatus>,
    /// The number of the comparison that the panes show.
    number: u64,
    panes: [SourcePane; 2],
    /// What each pane takes for its document.
    snapshots: Option<[Snapshot; 2]>,
    focus: Focus,
    list: List,
    places: Places,
    /// Whether the list is hidden for more of the source.
    zoom: bool,
    cursor: ByteOffset,
    /// When the comparison was asked for, and the number of the one before.
    begun: (Instant, u64),
    wake: Sender<()>,
}

/// How things look, for panes.
#[derive(Clone, Copy)]
pub(super) struct Looks<'a> {
    pub(super) theme: &'a Theme,
    pub(super) ascii: bool,
    pub(super) layout: LayoutKind,
    pub(super) wraps: bool,
    pub(super) lights_matches: bool,
}

/// What one most likely wants to hold against a document: the language's nearest relative, or else its own scanner over a
/// stream of blocks.
pub(super) fn usual(language: LanguageId) -> [SideSpec; 2] {
    let relative = match language {
        LanguageId::TypeScript | LanguageId::Tsx => Some(LanguageId::JavaScript),
        LanguageId::JavaScript => Some(LanguageId::TypeScript),
        LanguageId::Ruby => Some(LanguageId::Crystal),
        LanguageId::Crystal => Some(LanguageId::Ruby),
        _ => None,
    };
    let left = SideSpec { language: Some(language), ..SideSpec::default() };
    let right = match relative {
        Some(relative) => SideSpec { language: Some(relative), ..SideSpec::default() },
        None => SideSpec { block_bytes: Some(USUAL_BLOCK_BYTES), ..left },
    };
    [left, right]
}

/// Small enough that a file of a few pages has seams, and no divisor of anything.
const USUAL_BLOCK_BYTES: usize = 1021;

impl CompareView {
    /// A view of a comparison that is still to be begun.
    pub(super) fn new(wanted: CompareWanted, cursor: ByteOffset, wake: Sender<()>) -> CompareView {
        let panes = [SourcePane::new(wake.clone()), SourcePane::new(wake.clone())];
        CompareView {
            wanted,
            status: None,
            number: 0,
            panes,
            snapshots: None,
            focus: Focus::List,
            list: List::default(),
            places: Places::default(),
            zoom: false,
            cursor,
            begun: (Instant::now(), 0),
            wake,
        }
    }

    /// Whether it waits for what was asked for less than `patience` ago: the comparison, or a page to move in.
    pub(super) fn is_waiting(&self, patience: Duration) -> bool {
        let (when, number) = self.begun;
        let has_ended = self.status.as_ref().is_some_and(|status| {
            status.number > number && (status.found_all || status.outcome.is_some())
        });
        let is_comparing = !has_ended && when.elapsed() < patience;
        is_comparing || self.panes[self.leader()].is_waiting(patience)
    }

    /// Begins the comparison, or begins it again.
    pub(super) fn begin(&mut self) -> Vec<Effect> {
        self.begun = (Instant::now(), self.number);
        vec![Effect::Ask(Request::Compare(self.wanted.clone()))]
    }

    /// What a side is, as one would write it.
    pub(super) fn written(&self, side: usize) -> String {
        let sides = self.status.as_ref().and_then(|status| status.sides.as_ref());
        let now = sides.map(|sides| SideSpec::of(sides[side].scanner));
        now.unwrap_or(self.wanted.sides[side]).to_string()
    }

    /// Has a side scanned by something else; the rest stays as it is.
    pub(super) fn change(&mut self, side: usize, spec: SideSpec) -> Vec<Effect> {
        self.wanted.sides[side] = spec;
        self.begin()
    }

    fn swap(&mut self) -> Vec<Effect> {
        self.wanted.sides.swap(0, 1);
        self.wanted.files.swap(0, 1);
        self.begin()
    }

    /// The view has the rows between header and status line.
    pub(super) fn resize(&mut self, body: Rect, looks: Looks<'_>) -> Vec<Effect> {
        self.places = layout::lay_out(body, self.zoom, self.focus);
        let mut effects = self.list.resize(self.places.list_rows);
        let sources = self.places.sources;
        effects.extend(self.with_panes(looks, |pane, i, _| pane.resize(sources[i])));
        effects.extend(self.keep_together());
        effects
    }

    fn context<'a>(&'a self, side: usize, looks: Looks<'a>) -> Option<Context<'a>> {
        let snapshot = &self.snapshots.as_ref()?[side];
        Some(context(snapshot, looks, self.focus == Focus::Side(side)))
    }

    /// Changes both source panes, if there is something to show in them.
    fn with_panes(
        &mut self,
        looks: Looks<'_>,
        mut change: impl FnMut(&mut SourcePane, usize, &Context<'_>) -> Vec<Effect>,
    ) -> Vec<Effect> {
        let Some(snapshots) = &self.snapshots else { return Vec::new() };
        let mut effects = Vec::new();
        for (i, (pane, snapshot)) in self.panes.iter_mut().zip(snapshots).enumerate() {
            let context = context(snapshot, looks, self.focus == Focus::Side(i));
            effects.extend(of_side(i, change(pane, i, &context)));
        }
        effects
    }

    /// The pane that the other one follows.
    fn leader(&self) -> usize {
        usize::from(self.focus == Focus::Side(1))
    }

    /// The pane that leads shows where the other one is, too.
    fn keep_together(&mut self) -> Vec<Effect> {
        if self.snapshots.is_none() {
            return Vec::new();
        }
        let leads = self.leader();
        let corner = self.panes[leads].corner();
        of_side(1 - leads, self.panes[1 - leads].show_from(corner))
    }

    /// Takes notice of a new snapshot of the engine.
    pub(super) fn snapshot_changed(
        &mut self,
        snapshot: &Snapshot,
        looks: Looks<'_>,
    ) -> Vec<Effect> {
        let Some(status) = &snapshot.compare else { return Vec::new() };
        let mut effects = self.list.take(status);
        self.status = Some(status.clone());
        let Some(sides) = &status.sides else { return effects };
        self.snapshots = Some(std::array::from_fn(|i| self.of(snapshot, i, &sides[i])));
        let is_new = status.number != self.number;
        if is_new {
            self.number = status.number;
            self.panes = [SourcePane::new(self.wake.clone()), SourcePane::new(self.wake.clone())];
            let (sources, cursor) = (self.places.sources, self.cursor);
            effects.extend(self.with_panes(looks, |pane, i, context| {
                let mut effects = pane.cursor_moved(cursor, context);
                effects.extend(pane.resize(sources[i]));
                effects
            }));
        }
        effects.extend(self.with_panes(looks, |pane, _, context| pane.snapshot_changed(context)));
        effects.extend(self.keep_together());
        effects
    }

    /// What a side's pane takes for its document.
    fn of(&self, snapshot: &Snapshot, i: usize, side: &SideStatus) -> Snapshot {
        let mut of_side = snapshot.clone();
        let document = &mut of_side.document;
        document.path.clone_from(&side.path);
        (document.bytes, document.language) = (side.bytes, side.scanner.language);
        let is_done = side.bytes_indexed >= side.bytes;
        of_side.scan = ScanProgress {
            number: 0,
            phase: if is_done { Phase::Done } else { Phase::Running },
            bytes_done: side.bytes_indexed,
            bytes_total: side.bytes,
            elapsed: std::time::Duration::ZERO,
            bytes_per_second: 0.0,
        };
        of_side.totals.line_breaks = side.line_breaks;
        (of_side.stream, of_side.followed, of_side.first_byte) = (None, false, 0);
        if self.wanted.files[i].is_some() {
            of_side.search = None;
        }
        of_side
    }

    /// Takes notice of an answer of the engine.
    pub(super) fn answer(&mut self, answer: &Answer, looks: Looks<'_>) -> Vec<Effect> {
        match answer {
            Answer::ComparePage { number, side, page } if *number == self.number => {
                let page = Answer::Page(std::sync::Arc::clone(page));
                let mut effects = self.with_panes(looks, |pane, i, context| {
                    if i == *side { pane.answer(&page, context) } else { Vec::new() }
                });
                effects.extend(self.keep_together());
                effects
            }
            Answer::CompareRows(rows) => self.list.answer(rows),
            _ => Vec::new(),
        }
    }

    /// Takes notice of the cursor having moved.
    pub(super) fn cursor_moved(&mut self, at: ByteOffset, looks: Looks<'_>) -> Vec<Effect> {
        self.cursor = at;
        let mut effects = if self.focus == Focus::List && self.list.is_at(at) {
            Vec::new()
        } else {
            self.list.follow(at)
        };
        effects.extend(self.with_panes(looks, |pane, _, context| pane.cursor_moved(at, context)));
        effects.extend(self.keep_together());
        effects
    }

    /// Does what an action asks, if it is one of the view's.
    pub(super) fn act(&mut self, action: Action, count: Option<u64>, looks: Looks<'_>) -> Outcome {
        let n = count.unwrap_or(1);
        match action {
            Action::NextDifference => {
                return Outcome::Consumed(self.list.step(self.cursor, n, true));
            }
            Action::PreviousDifference => {
                return Outcome::Consumed(self.list.step(self.cursor, n, false));
            }
            Action::NextPane | Action::PreviousPane => {
                self.move_focus(action == Action::NextPane);
                return Outcome::Consumed(self.resize(self.places.body, looks));
            }
            Action::Zoom => {
                self.zoom = !self.zoom;
                if self.zoom && self.focus == Focus::List {
                    self.focus = Focus::Side(0);
                }
                return Outcome::Consumed(self.resize(self.places.body, looks));
            }
            Action::SwapSides => {
                let mut effects = self.swap();
                effects.push(Effect::Say("left and right have changed places".to_owned()));
                return Outcome::Consumed(effects);
            }
            // Both sides go sideways as one, whatever has the keys.
            Action::ScrollLeft | Action::ScrollRight => {
                return self.act_in_source(self.leader(), action, count, looks);
            }
            Action::Rescan => return Outcome::Consumed(self.begin()),
            Action::ToggleOffsets => {
                let effects = self.with_panes(looks, |pane, _, context| {
                    match pane.act(action, count, context) {
                        Outcome::Consumed(effects) => effects,
                        Outcome::Ignored => Vec::new(),
                    }
                });
                return Outcome::Consumed(effects);
            }
            _ => {}
        }
        match self.focus {
            Focus::List => {
                if action == Action::Enter {
                    self.focus = Focus::Side(0);
                    let mut effects = self.list.jump();
                    effects.extend(self.resize(self.places.body, looks));
                    return Outcome::Consumed(effects);
                }
                self.list.act(action, count)
            }
            Focus::Side(side) => self.act_in_source(side, action, count, looks),
        }
    }

    fn act_in_source(
        &mut self,
        side: usize,
        action: Action,
        count: Option<u64>,
        looks: Looks<'_>,
    ) -> Outcome {
        let Some(snapshots) = &self.snapshots else { return Outcome::Ignored };
        let context = context(&snapshots[side], looks, true);
        match self.panes[side].act(action, count, &context) {
            Outcome::Consumed(effects) => {
                let mut effects = of_side(side, effects);
                effects.extend(self.keep_together());
                Outcome::Consumed(effects)
            }
            Outcome::Ignored => Outcome::Ignored,
        }
    }

    /// A click on a cell of the screen: what stands there gets the keys, and the cursor, or is gone to.
    pub(super) fn click(&mut self, at: Position, looks: Looks<'_>) -> Vec<Effect> {
        let places = self.places;
        let Some(focus) = self.part_at(at) else { return Vec::new() };
        self.focus = focus;
        let mut effects = self.resize(places.body, looks);
        match focus {
            Focus::Side(side) if places.sources[side].contains(at) => {
                let Some(snapshots) = &self.snapshots else { return effects };
                let (area, context) =
                    (places.sources[side], context(&snapshots[side], looks, true));
                let clicked = self.panes[side].click(at.x - area.x, at.y - area.y, &context);
                effects.extend(of_side(side, clicked));
            }
            Focus::Side(side) if places.borders => {
                let percent = percent_at(places.sides[side], at).map(Motion::Percent);
                effects.extend(percent.map(|motion| Effect::Jump { motion, times: 1 }));
            }
            Focus::List if places.list_inside.contains(at) => {
                effects.extend(self.list.click(at.y - places.list_inside.y));
            }
            _ => {}
        }
        effects
    }

    /// The wheel was turned over a cell of the screen.
    pub(super) fn wheel(
        &mut self,
        at: Position,
        action: Action,
        n: u64,
        looks: Looks<'_>,
    ) -> Vec<Effect> {
        let outcome = match self.part_at(at) {
            Some(Focus::List) => self.list.act(action, Some(n)),
            // They scroll as one, and one leads.
            Some(Focus::Side(_)) => self.act_in_source(self.leader(), action, Some(n), looks),
            None => Outcome::Ignored,
        };
        match outcome {
            Outcome::Consumed(effects) => effects,
            Outcome::Ignored => Vec::new(),
        }
    }

    /// What stands there.
    fn part_at(&self, at: Position) -> Option<Focus> {
        let Places { sides, list, .. } = &self.places;
        let side = sides.iter().position(|side| side.contains(at));
        side.map(Focus::Side).or_else(|| list.contains(at).then_some(Focus::List))
    }

    fn move_focus(&mut self, forward: bool) {
        let mut order = vec![Focus::Side(0), Focus::Side(1), Focus::List];
        if self.zoom {
            order.pop();
        }
        let at = order.iter().position(|focus| *focus == self.focus).unwrap_or(0);
        let step = if forward { 1 } else { order.len() - 1 };
        self.focus = order[(at + step) % order.len()];
    }

    /// Whether the sides are two files.
    fn has_two_files(&self) -> bool {
        self.wanted.files.iter().any(Option::is_some)
    }

    /// Whether the list takes keys as lists do.
    pub(super) fn is_list_focused(&self) -> bool {
        self.focus == Focus::List
    }
}

fn context<'a>(snapshot: &'a Snapshot, looks: Looks<'a>, focused: bool) -> Context<'a> {
    Context {
        snapshot,
        theme: looks.theme,
        ascii: looks.ascii,
        focused,
        layout: looks.layout,
        wraps: looks.wraps,
        block: 0,
        lights_matches: looks.lights_matches,
        marks_seams: false,
        token: None,
        marks: None,
    }
}

/// What a source pane wants, as the view wants it: pages of its side.
fn of_side(side: usize, effects: Vec<Effect>) -> Vec<Effect> {
    let change = |effect| match effect {
        Effect::Ask(Request::Page { around }) => Effect::Ask(Request::ComparePage { side, around }),
        effect => effect,
    };
    effects.into_iter().map(change).collect()
}
