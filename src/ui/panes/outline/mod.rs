//! The outline pane: the keys and elements of a document as a tree that is fetched where it is looked at.
//!
//! State: `tree` (what is unfolded), `windows` (members fetched), the chosen row and the rows in sight. Whatever
//! happens, the pane ends by asking for the members it sees and does not have. The cursor's path unfolds the way to its
//! member, and folds it again when the cursor goes elsewhere; while the person is using the outline, only if something else
//! moved the cursor.

#[cfg(test)]
mod tests;
mod tree;
mod view;
mod windows;

use std::ops::Range;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::tree::{NodeId, Place, Tree};
use self::windows::Windows;
use super::scan_watch::ScanWatch;
use super::{Context, Effect, Outcome, Pane, scrolls_down};
use crate::explorer::{Answer, Child, Children, Location, PathStep, Phase, Snapshot};
use crate::ui::action::Action;
use crate::ui::widgets::{TreeRow, Window, format};
use crate::units::ByteOffset;

/// Levels that the cursor's path may unfold. Deeper rows would be nothing but guides.
const REVEALED_LEVELS_MAX: usize = 200;

/// The outline pane.
#[derive(Debug)]
pub struct OutlinePane {
    tree: Tree,
    windows: Windows,
    chosen: Place,
    /// Whether the cursor is in none of the members: nothing is chosen for it.
    is_outside: bool,
    seen: Window,
    /// Columns of the pane.
    columns: u16,
    /// Whether the only value of the document was unfolded when it was first seen.
    opened_top: bool,
    scan: ScanWatch,
    /// Where the outline itself has led the cursor.
    led: Option<ByteOffset>,
    /// Where something else has led it while the outline has the focus, until the way there is known.
    follows: Option<ByteOffset>,
    /// How often the definitions of code had been gathered.
    gathered: u64,
}

impl Default for OutlinePane {
    fn default() -> Self {
        OutlinePane {
            tree: Tree::default(),
            windows: Windows::default(),
            chosen: Place { node: None, member: 0 },
            is_outside: false,
            seen: Window::default(),
            columns: 0,
            opened_top: false,
            scan: ScanWatch::default(),
            led: None,
            follows: None,
            gathered: 0,
        }
    }
}

impl Pane for OutlinePane {
    fn title(&self, context: &Context<'_>) -> String {
        // Of a document with too many definitions those around the cursor are kept.
        let part = context.snapshot.gathered_part.as_ref();
        let kept = part.map(|Range { start, end }| match start {
            0 => format!("first {}", format::bytes(*end)),
            _ => {
                let (start, end) = (format::bytes(*start), format::bytes(*end));
                // Said once, the unit leaves room for both ends at 80 columns.
                let unit = end.find(' ').map_or("", |space| &end[space..]);
                format!("{} to {end}", start.strip_suffix(unit).unwrap_or(&start))
            }
        });
        let node = self.tree.node(self.chosen.node);
        let Some(node) = node.filter(|it| it.total > 0 && self.chosen.node.is_some()) else {
            return kept.map_or_else(|| "Outline".to_owned(), |kept| format!("Outline, {kept}"));
        };
        let more = match (node.complete, context.ascii) {
            (true, _) => "",
            (false, true) => "+",
            (false, false) => "…",
        };
        let (at, total) = (format::count(self.chosen.member + 1), format::count(node.total));
        // As the patterns say it: where the part lies would be cut off at 80 columns.
        let here = if kept.is_some() { " around here" } else { "" };
        format!("Outline {at} of {total}{more}{here}")
    }

    fn resize(&mut self, area: Rect) -> Vec<Effect> {
        (self.seen.height, self.columns) = (area.height, area.width);
        self.windows.make_room(area.height);
        let row = self.chosen_row();
        self.seen.follow(row, self.tree.rows());
        self.wanted(self.scan.bytes_done)
    }

    fn act(&mut self, action: Action, count: Option<u64>, context: &Context<'_>) -> Outcome {
        let mut effects = Vec::new();
        (self.led, self.follows) = (None, None);
        if let Some(down) = scrolls_down(action) {
            self.seen.scroll(count.unwrap_or(1), down, self.tree.rows());
        } else if let Some(row) = self.target_row(action, count) {
            self.choose_row(row);
        } else {
            match action {
                Action::Left => self.fold_or_leave(),
                Action::Right | Action::Into => self.unfold_or_enter(),
                Action::ToggleFold => self.toggle_fold(),
                Action::Enter => effects.push(self.jump(context)),
                _ => return Outcome::Ignored,
            }
        }
        effects.extend(self.wanted(progress(context.snapshot)));
        Outcome::Consumed(effects)
    }

    fn click(&mut self, column: u16, row: u16, context: &Context<'_>) -> Vec<Effect> {
        let place = self.seen.row_at(row, self.tree.rows());
        let Some(place) = place.and_then(|row| self.tree.place_of(row)) else { return Vec::new() };
        let level = self.tree.node(place.node).map_or(0, |node| node.level);
        let mark = TreeRow::fold_column(level, text_columns(self.columns), context.ascii);
        self.choose(place);
        (self.led, self.follows) = (None, None);
        let mut effects = Vec::new();
        if (mark..mark + 2).contains(&column) && self.is_container(place) {
            self.toggle_fold();
        } else {
            effects.push(self.jump(context));
        }
        effects.extend(self.wanted(progress(context.snapshot)));
        effects
    }

    fn answer(&mut self, answer: &Answer, context: &Context<'_>) -> Vec<Effect> {
        match answer {
            Answer::Children(children) => self.take(children),
            Answer::Location(location) if self.is_followed(location, context) => {
                self.reveal(location, context);
            }
            _ => return Vec::new(),
        }
        self.wanted(progress(context.snapshot))
    }

    fn cursor_moved(&mut self, at: ByteOffset, _context: &Context<'_>) -> Vec<Effect> {
        // The location of the new cursor is on its way; it says where in the tree it is.
        self.follows = (self.led.take() != Some(at)).then_some(at);
        Vec::new()
    }

    fn is_waiting(&self, patience: Duration) -> bool {
        let first_below = self.tree.unfolded_at(self.chosen).filter(|open| {
            self.tree.node(Some(*open)).is_some_and(|it| it.total == 0 && !it.complete)
        });
        let below = first_below.map(|open| Place { node: Some(open), member: 0 });
        let is_asked = |place: Place| self.windows.is_asked(place, patience);
        is_asked(self.chosen) || below.is_some_and(is_asked)
    }

    fn snapshot_changed(&mut self, context: &Context<'_>) -> Vec<Effect> {
        if self.scan.is_new(&context.snapshot.scan) {
            self.forget();
        }
        if self.gathered != context.snapshot.gathered {
            // Other definitions may be known now, of another part of the document.
            self.gathered = context.snapshot.gathered;
            self.windows.ask_anew();
        }
        self.wanted(progress(context.snapshot))
    }

    fn render(&self, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
        view::render(self, area, buffer, context);
    }
}

/// How far the scan has come, in steps: a growing container is asked for again at most this often.
fn progress(snapshot: &Snapshot) -> u64 {
    let scan = &snapshot.scan;
    let step = (scan.bytes_total / 64).max(1);
    let done = scan.bytes_done;
    if scan.phase == Phase::Running { done / step * step } else { done }
}

/// The last column belongs to the thumb, so that text does not move when it comes.
fn text_columns(columns: u16) -> u16 {
    columns.saturating_sub(u16::from(columns > 8))
}

impl OutlinePane {
    fn child(&self, place: Place) -> Option<&Child> {
        self.windows.get(place)
    }

    fn chosen_row(&self) -> u64 {
        self.tree.row_of(self.chosen).unwrap_or(0)
    }

    /// The row that a list key leads to.
    fn target_row(&self, action: Action, count: Option<u64>) -> Option<u64> {
        let n = count.unwrap_or(1);
        let height = u64::from(self.seen.height.max(1));
        let page = n.saturating_mul(height);
        let half = n.saturating_mul((height / 2).max(1));
        let row = self.chosen_row();
        let last = self.tree.rows().saturating_sub(1);
        let target = match (action, count) {
            (Action::Down, _) => row.saturating_add(n),
            (Action::Up, _) => row.saturating_sub(n),
            (Action::PageDown, _) => row.saturating_add(page),
            (Action::PageUp, _) => row.saturating_sub(page),
            (Action::HalfPageDown, _) => row.saturating_add(half),
            (Action::HalfPageUp, _) => row.saturating_sub(half),
            (Action::Top | Action::Bottom, Some(n)) => n.saturating_sub(1),
            (Action::Top, None) => 0,
            (Action::Bottom, None) => last,
            (Action::NextSibling | Action::PreviousSibling | Action::Parent, _) => {
                return Some(self.relative_row(action, n).unwrap_or(row));
            }
            _ => return None,
        };
        Some(target.min(last))
    }

    fn relative_row(&self, action: Action, n: u64) -> Option<u64> {
        let node = self.tree.node(self.chosen.node)?;
        let member = self.chosen.member;
        let place = match action {
            Action::NextSibling => {
                let member = member.saturating_add(n).min(node.total.saturating_sub(1));
                Place { member, ..self.chosen }
            }
            Action::PreviousSibling => Place { member: member.saturating_sub(n), ..self.chosen },
            _ => node.parent?,
        };
        self.tree.row_of(place)
    }

    fn choose_row(&mut self, row: u64) {
        if let Some(place) = self.tree.place_of(row) {
            self.choose(place);
        }
    }

    fn choose(&mut self, place: Place) {
        (self.chosen, self.is_outside) = (place, false);
        let row = self.chosen_row();
        self.seen.follow(row, self.tree.rows());
    }

    fn fold_or_leave(&mut self) {
        if self.tree.unfolded_at(self.chosen).is_some() {
            self.tree.fold(self.chosen);
            self.choose(self.chosen);
        } else if let Some(parent) = self.tree.node(self.chosen.node).and_then(|node| node.parent) {
            self.choose(parent);
        }
    }

    fn unfold_or_enter(&mut self) {
        if let Some(open) = self.tree.unfolded_at(self.chosen) {
            if self.tree.node(Some(open)).is_some_and(|node| node.total > 0) {
                self.choose(Place { node: Some(open), member: 0 });
            }
        } else {
            self.unfold();
        }
    }

    fn toggle_fold(&mut self) {
        if self.tree.unfolded_at(self.chosen).is_some() {
            self.tree.fold(self.chosen);
            self.choose(self.chosen);
        } else {
            self.unfold();
        }
    }

    /// Whether there is a member there that can be folded and unfolded.
    fn is_container(&self, place: Place) -> bool {
        let child = self.child(place);
        child.is_some_and(|child| child.kind.is_container() && child.members != Some(0))
    }

    fn unfold(&mut self) {
        let Some(child) = self.child(self.chosen).filter(|_| self.is_container(self.chosen)) else {
            return;
        };
        let (open, members) = (child.value, child.members);
        self.tree.unfold(self.chosen, open, true);
        if let Some(members) = members {
            self.tree.set_total(Some(open), members, true);
        }
        self.choose(self.chosen);
    }

    fn jump(&mut self, context: &Context<'_>) -> Effect {
        match self.child(self.chosen).map(|child| child.at) {
            Some(at) => {
                self.led = Some(at);
                Effect::MoveTo { at, jump: true }
            }
            None if self.tree.rows() == 0 => Effect::Say(view::without_rows(context).to_owned()),
            None => Effect::Say("this row is still being fetched".to_owned()),
        }
    }

    /// Takes members in. The chosen row keeps its place on the screen while rows above it come and go.
    fn take(&mut self, children: &Children) {
        self.windows.take(children);
        let Some(node) = self.tree.node(children.open) else { return };
        // What is still growing never shrinks: an answer may be older than what the cursor's path told.
        let total = if children.complete { children.total } else { children.total.max(node.total) };
        let row = self.chosen_row();
        self.tree.set_total(children.open, total, children.complete);
        self.open_only_value(children);
        if self.tree.row_of(self.chosen).is_none() {
            let last = self.tree.rows().saturating_sub(1);
            let home = Place { node: None, member: 0 };
            self.chosen = self.tree.place_of(row.min(last)).unwrap_or(home);
        }
        let moved = self.chosen_row() as i64 - row as i64;
        self.seen.top = self.seen.top.saturating_add_signed(moved);
        self.seen.clamp(self.tree.rows());
    }

    /// A document of one value shows that value's members at once. A value that is closed while the scan goes on may be
    /// the first of many (JSON Lines): that one stays folded.
    fn open_only_value(&mut self, children: &Children) {
        if self.opened_top || children.open.is_some() || children.total == 0 {
            return;
        }
        let Some(child) = children.items.first() else { return };
        let is_alone = children.total == 1 && (children.complete || child.members.is_none());
        if is_alone && child.kind.is_container() && child.members != Some(0) {
            self.tree.unfold(Place { node: None, member: 0 }, child.value, true);
            if let Some(members) = child.members {
                self.tree.set_total(Some(child.value), members, true);
            }
        }
        self.opened_top = is_alone || children.total > 1;
    }

    /// Whether the outline goes where the cursor is. With the focus it does so once for each time that something else moved it, so
    /// that rows stay where the person is looking at them.
    fn is_followed(&mut self, location: &Location, context: &Context<'_>) -> bool {
        let has_moved = self.follows == Some(location.at);
        self.follows.take_if(|at| *at == location.at && location.indexed);
        has_moved || !context.focused
    }

    /// Unfolds the way to where the cursor is, folds what was unfolded for where it was, and chooses its row.
    fn reveal(&mut self, location: &Location, context: &Context<'_>) {
        let mut place = None;
        let steps = location.path.iter().chain(&location.beside);
        for step in steps.take(REVEALED_LEVELS_MAX) {
            let Some(here) = self.reveal_step(step, place) else { break };
            place = Some(here);
        }
        if let Some(place) = place {
            self.tree.fold_left_behind(place);
            self.choose(place);
        } else if location.path.is_empty() && location.beside.is_none() && location.indexed {
            // The place is the document itself, of which one value is the only row, or outside of all members.
            let top = Place { node: None, member: 0 };
            self.tree.fold_left_behind(top);
            self.choose(top);
            let is_code = context.snapshot.document.language.info().scanner.is_some();
            let is_one_value = self.tree.node(None).is_some_and(|node| node.total <= 1);
            self.is_outside = is_code || !is_one_value || location.began_before_window();
        }
    }

    fn reveal_step(&mut self, step: &PathStep, parent: Option<Place>) -> Option<Place> {
        let node: NodeId = step.open;
        if let (Some(open), None) = (step.open, self.tree.node(node)) {
            let top = Place { node: None, member: 0 };
            // A path may begin below the top level when there is only one value on it.
            let parent = parent.or_else(|| (self.tree.node(None)?.total <= 1).then_some(top))?;
            if self.tree.node(parent.node)?.total <= parent.member {
                self.tree.set_total(parent.node, parent.member + 1, false);
            }
            self.tree.unfold(parent, open, false);
        }
        let known = self.tree.node(node)?;
        if known.total <= step.index {
            self.tree.set_total(node, step.index + 1, false);
        }
        Some(Place { node, member: step.index })
    }

    /// Requests for the members that are seen and not there, those nearest to the chosen row first.
    fn wanted(&mut self, bytes_done: u64) -> Vec<Effect> {
        let mut places = self.seen_places();
        let chosen = self.chosen_row();
        places.sort_by_key(|(row, _)| row.abs_diff(chosen));
        let mut effects = Vec::new();
        for (_, place) in places {
            let growing = self.tree.node(place.node).is_some_and(|node| !node.complete);
            effects.extend(self.windows.want(place, bytes_done, growing).map(Effect::Ask));
        }
        effects
    }

    /// The members in sight, each with its row.
    fn seen_places(&self) -> Vec<(u64, Place)> {
        let mut places = Vec::with_capacity(usize::from(self.seen.height) + 1);
        let mut place = self.tree.place_of(self.seen.top);
        if place.is_none() {
            places.push((0, Place { node: None, member: 0 }));
        }
        for row in (self.seen.top..).take(usize::from(self.seen.height)) {
            let Some(here) = place else { break };
            places.push((row, here));
            // An unfolded container whose members are not counted yet has no row of its own to ask for them.
            if let Some(open) = self.tree.unfolded_at(here)
                && self.tree.node(Some(open)).is_some_and(|node| node.total == 0)
            {
                places.push((row, Place { node: Some(open), member: 0 }));
            }
            place = self.tree.next(here);
        }
        places
    }

    /// The document is scanned anew: nothing known of it holds.
    fn forget(&mut self) {
        self.tree = Tree::default();
        self.windows.clear();
        self.chosen = Place { node: None, member: 0 };
        (self.seen.top, self.is_outside) = (0, false);
        self.opened_top = false;
    }
}
