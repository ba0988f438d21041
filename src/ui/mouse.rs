//! The mouse: a click puts the cursor where it is, chooses a row, or goes where the row leads; the wheel scrolls what lies under the
//! pointer. Keys can do all of it too, and nothing takes two clicks in time: what a terminal sends has no clock.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::action::Action;
use super::app::{App, Overlay};
use super::geometry::PaneId;
use super::view::percent_at;
use crate::explorer::Motion;

/// Rows for one turn of the wheel.
const WHEEL_ROWS: u64 = 3;

/// Columns for one turn of it sideways.
const WHEEL_COLUMNS: u64 = 6;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pointing {
    /// The left button was pressed.
    Click,
    /// The wheel was turned, and down.
    Wheel {
        /// Towards the end.
        down: bool,
    },
    /// The same sideways, as touch pads do.
    Sideways {
        /// Towards the ends of lines.
        right: bool,
    },
}

/// What was done with the mouse, and over which cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pointed {
    pub(super) what: Pointing,
    pub(super) at: Position,
}

impl Pointed {
    /// What a terminal tells, if it is of use.
    pub(super) fn of(event: &MouseEvent) -> Option<Pointed> {
        let what = match event.kind {
            MouseEventKind::Down(MouseButton::Left) => Pointing::Click,
            MouseEventKind::ScrollDown => Pointing::Wheel { down: true },
            MouseEventKind::ScrollUp => Pointing::Wheel { down: false },
            MouseEventKind::ScrollRight => Pointing::Sideways { right: true },
            MouseEventKind::ScrollLeft => Pointing::Sideways { right: false },
            _ => return None,
        };
        Some(Pointed { what, at: Position { x: event.column, y: event.row } })
    }
}

impl App {
    /// Takes what was done with the mouse. What lies on top has it first.
    pub(super) fn take_pointed(&mut self, Pointed { what, at }: Pointed) {
        self.message = None;
        self.typing = Default::default();
        match (self.overlays.last_mut(), what) {
            // What is typed says where it leads; a slip of the hand does not.
            (Some(Overlay::Prompt(_)), _) => {}
            (Some(_), Pointing::Sideways { .. }) => {}
            (Some(Overlay::Help { .. }), Pointing::Click) => drop(self.overlays.pop()),
            (Some(Overlay::Help { scroll }), Pointing::Wheel { down }) => {
                let rows = WHEEL_ROWS as u16;
                let to =
                    if down { scroll.saturating_add(rows) } else { scroll.saturating_sub(rows) };
                *scroll = to.min(super::help::scroll_max(&self.keymap, self.area));
            }
            (Some(Overlay::Files(_)), _) => self.point_at_files(what, at),
            (None, _) if self.tune.is_some() => self.with_tune(|view, _| {
                match what {
                    Pointing::Click => view.click(at),
                    Pointing::Wheel { down } => view.scroll(WHEEL_ROWS, down),
                    Pointing::Sideways { .. } => {}
                }
                Vec::new()
            }),
            (None, _) if self.compare.is_some() => {
                self.with_compare(|view, _, looks| match what.scrolling() {
                    None => view.click(at, looks),
                    Some((action, n)) => view.wheel(at, action, n, looks),
                })
            }
            (None, _) => match what.scrolling() {
                None => self.click_on_pane(at),
                Some((action, n)) => self.scroll_pane(at, action, n),
            },
        }
    }

    fn pane_at(&self, at: Position) -> Option<PaneId> {
        PaneId::ALL.into_iter().find(|id| self.geometry.panes[id.index()].contains(at))
    }

    /// The pane gets the keys, and what it makes of the click is done.
    fn click_on_pane(&mut self, at: Position) {
        let Some(id) = self.pane_at(at) else { return };
        if self.focus != id {
            self.focus = id;
            self.place();
        }
        let inside = self.geometry.inside(id);
        if !inside.contains(at) {
            return self.click_on_border(id, at);
        }
        self.begin_motion();
        let (column, row) = (at.x - inside.x, at.y - inside.y);
        let effects = self.with_pane(id, |pane, context| pane.click(column, row, context));
        self.perform(effects);
    }

    /// The right edge of a border that shows where one is goes there.
    fn click_on_border(&mut self, id: PaneId, at: Position) {
        let (pane, context) = self.pane(id);
        let tells = self.geometry.borders && pane.share_in_sight(&context).is_some();
        let percent = percent_at(self.geometry.panes[id.index()], at);
        if let Some(percent) = percent.filter(|_| tells) {
            self.begin_motion();
            self.jump(Motion::Percent(percent), 1);
        }
    }

    fn scroll_pane(&mut self, at: Position, action: Action, n: u64) {
        let Some(id) = self.pane_at(at) else { return };
        if id == PaneId::Source {
            self.begin_motion();
        }
        // A pane in which nothing can be scrolled stays as it is.
        let _ = self.is_handled_by(id, action, Some(n));
    }

    /// A click chooses a file; one on what is chosen opens it; one beside the list closes it.
    fn point_at_files(&mut self, what: Pointing, at: Position) {
        let (Some(Overlay::Files(picker)), Some(files)) = (self.overlays.last_mut(), &self.files)
        else {
            return;
        };
        let picked = match what {
            Pointing::Click => picker.click(at, self.area, files),
            Pointing::Wheel { down } => picker.scroll(WHEEL_ROWS, down, files),
            Pointing::Sideways { .. } => return,
        };
        self.take_picked(picked);
    }
}

impl Pointing {
    /// What scrolls as it says, and how far; none of a click.
    fn scrolling(self) -> Option<(Action, u64)> {
        match self {
            Pointing::Click => None,
            Pointing::Wheel { down: true } => Some((Action::ScrollDown, WHEEL_ROWS)),
            Pointing::Wheel { down: false } => Some((Action::ScrollUp, WHEEL_ROWS)),
            Pointing::Sideways { right: true } => Some((Action::ScrollRight, WHEEL_COLUMNS)),
            Pointing::Sideways { right: false } => Some((Action::ScrollLeft, WHEEL_COLUMNS)),
        }
    }
}
