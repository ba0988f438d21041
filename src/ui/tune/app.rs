//! The tune view in the application: how it is opened and left, and which keys it takes.

use super::TuneView;
use crate::explorer::Request;
use crate::ui::action::Action;
use crate::ui::app::{App, Command};
use crate::ui::panes::{Effect, Outcome};
use crate::ui::safe_text::safe;

impl App {
    /// Opens the tune view, which begins to measure at once.
    pub(in crate::ui) fn open_tune(&mut self) {
        self.tune = Some(Box::new(TuneView::new(self.cursor)));
        self.place();
        self.with_tune(|view, _| view.begin());
    }

    fn leave_tune(&mut self) {
        self.tune = None;
        self.ask(Request::EndTune);
    }

    /// Changes the tune view, if it is open, and does what it wants.
    pub(in crate::ui) fn with_tune(
        &mut self,
        change: impl FnOnce(&mut TuneView, &crate::explorer::Snapshot) -> Vec<Effect>,
    ) {
        let Some(view) = &mut self.tune else { return };
        let effects = change(view, &self.snapshot);
        self.perform(effects);
    }

    /// Does what an action asks while the view is open. False: it is the screen's, as always.
    pub(in crate::ui) fn act_in_tune(&mut self, action: Action, count: Option<u64>) -> bool {
        match action {
            Action::Tune | Action::Quit => self.leave_tune(),
            Action::Cancel | Action::Interrupt => self.stop_or_leave(action),
            Action::KeepTuned => self.keep_tuned(),
            Action::NextTheme | Action::Redraw | Action::Help => return false,
            Action::Suspend | Action::ToggleMouse => return false,
            Action::MoreThreads | Action::FewerThreads => return false,
            _ => {
                let Some(view) = &mut self.tune else { return false };
                match view.act(action, count) {
                    Outcome::Consumed(effects) => self.perform(effects),
                    Outcome::Ignored => {
                        let leave = self.keymap.hint(Action::Quit);
                        let name = action.info().name;
                        self.warn(format!("`{name}` is of no use here; {leave} leaves"));
                    }
                }
            }
        }
        true
    }

    /// Stops what is measured; where nothing is, Escape leaves.
    fn stop_or_leave(&mut self, action: Action) {
        let leave = self.keymap.hint(Action::Quit);
        match &self.tune {
            Some(view) if view.is_measuring() => {
                self.ask(Request::StopTune);
                self.say(format!("stopped; what was measured stays; {leave} leaves"));
            }
            _ if action == Action::Cancel => self.leave_tune(),
            _ => self.say(format!("nothing is measured now; {leave} leaves")),
        }
    }

    /// How the writing of a setting went.
    pub(in crate::ui) fn take_kept(&mut self, told: Result<String, String>) {
        match told {
            Ok(said) => self.say(safe(said.as_bytes())),
            Err(why) => self.warn(safe(why.as_bytes())),
        }
    }

    fn keep_tuned(&mut self) {
        match self.tune.as_ref().and_then(|view| view.chosen_run()).map(|run| run.tuning) {
            Some(tuning) => self.command(Command::Keep(tuning)),
            None => self.warn("nothing is measured yet"),
        }
    }
}
