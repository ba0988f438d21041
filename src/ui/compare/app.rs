//! The compare view in the application: how it is opened and left, and which keys it takes.

use super::{CompareView, usual};
use crate::explorer::Request;
use crate::explorer::compare::{CompareWanted, SideError, SideSpec};
use crate::ui::action::{Action, Group};
use crate::ui::app::{App, Command, Overlay};
use crate::ui::panes::Outcome;
use crate::ui::prompt::{Prompt, PromptKind};
use crate::ui::safe_text::safe;

impl App {
    /// Opens the compare view on what one most likely wants to see.
    pub(in crate::ui) fn compare_as_usual(&mut self) {
        let sides = usual(self.snapshot.document.language);
        self.open_compare(CompareWanted { sides, ..CompareWanted::default() });
    }

    /// Opens the compare view.
    pub(in crate::ui) fn open_compare(&mut self, wanted: CompareWanted) {
        let view = CompareView::new(wanted, self.cursor, self.wake.clone());
        self.compare = Some(Box::new(view));
        self.place();
        self.with_compare(|view, _, _| view.begin());
    }

    fn leave_compare(&mut self) {
        self.compare = None;
        self.ask(Request::EndCompare);
    }

    /// Another scanner for a side, as it was typed.
    pub(in crate::ui) fn change_side(&mut self, side: usize, line: &str) {
        match side_of(line) {
            Ok(spec) => {
                self.compared_sides.push(line);
                self.with_compare(|view, _, _| view.change(side, spec));
            }
            Err(why) => self.warn(why),
        }
    }

    fn ask_for_side(&mut self, side: usize) {
        let written = self.compare.as_ref().map_or(String::new(), |view| view.written(side));
        let prompt = Prompt::begun(PromptKind::Side(side), &written);
        self.overlays.push(Overlay::Prompt(prompt));
        self.command(Command::Paste(true));
    }

    /// Does what an action asks while the view is open. False: it is the document's or the screen's, as always.
    pub(in crate::ui) fn act_in_compare(&mut self, action: Action, count: Option<u64>) -> bool {
        match action {
            Action::Compare | Action::Quit => self.leave_compare(),
            Action::Cancel if !self.is_finding() => self.leave_compare(),
            Action::CompareLeft => self.ask_for_side(0),
            Action::CompareRight => self.ask_for_side(1),
            _ => return self.is_handled_by_compare(action, count) || self.is_out_of_sight(action),
        }
        true
    }

    fn is_handled_by_compare(&mut self, action: Action, count: Option<u64>) -> bool {
        let mut handled = false;
        self.with_compare(|view, _, looks| match view.act(action, count, looks) {
            Outcome::Consumed(effects) => {
                handled = true;
                effects
            }
            Outcome::Ignored => Vec::new(),
        });
        handled
    }

    /// What would change panes that lie under the view is refused, so that nothing happens unseen.
    fn is_out_of_sight(&mut self, action: Action) -> bool {
        let about_panes = match action {
            Action::NextTheme | Action::Redraw | Action::ToggleMouse => false,
            Action::Layout | Action::Wrap => false,
            Action::Enter | Action::ToggleFold | Action::Files => true,
            Action::NextSeam | Action::PreviousSeam => true,
            _ => matches!(action.info().group, Group::Screen | Group::Outline),
        };
        if about_panes {
            let leave = self.keymap.hint(Action::Cancel);
            self.warn(format!("`{}` is of no use here; {leave} leaves", action.info().name));
        }
        about_panes
    }
}

/// The side that a line describes, if there is one and the processor can do it; else what is wrong, safe to be shown.
pub(in crate::ui) fn side_of(line: &str) -> Result<SideSpec, String> {
    let is_possible = |spec: SideSpec| {
        spec.scanner(crate::lang::LanguageId::Text).map(|_| spec).map_err(SideError::from)
    };
    let spec = line.parse::<SideSpec>().and_then(is_possible);
    spec.map_err(|why| safe(why.to_string().as_bytes()))
}
