//! What actions do: to the focused pane, to the document, to the screen.

use super::action::{Action, Group};
use super::app::{App, Command, Overlay};
use super::geometry::PaneId;
use super::panes::Outcome;
use super::panes::source::LayoutKind;
use super::prompt::{Prompt, PromptKind};
use super::{signals, status};
use crate::explorer::{CopyWhat, Motion, Phase, Request};
use crate::limits::THREADS_MAX;
use crate::stream::Flow;
use crate::ui::safe_text::safe;

/// What is said while a stream is followed.
const FOLLOWING: &str = "following; any motion stops it";

/// Why nothing goes sideways in hex, and nothing goes on below.
const ROWS_OF_NUMBERS: &str =
    "rows of numbers are as wide as the pane: none is cut or goes on below";

impl App {
    /// A motion of the person's: the view stays at the end no longer, and a jump under way is forgotten.
    pub(super) fn begin_motion(&mut self) {
        if std::mem::take(&mut self.following) {
            self.say("no longer at the end; F follows again");
        }
        // The newest wins.
        self.drop_jump();
    }

    /// Does what an action asks: the focused pane has the first say, then the screen, then the source pane.
    pub(super) fn act(&mut self, action: Action, count: Option<u64>) {
        if self.tune.is_some() && self.act_in_tune(action, count) {
            return;
        }
        if self.compare.is_some() && self.act_in_compare(action, count) {
            return;
        }
        if is_about_seams(action) {
            self.show_boundaries();
        }
        let moves = matches!(action.info().group, Group::Move | Group::Structure | Group::Find);
        if moves {
            self.begin_motion();
        }
        if self.is_handled_by(self.focus, action, count)
            || self.act_on_document(action, count)
            || self.act_on_screen(action)
            || (self.focus != PaneId::Source && self.is_handled_by(PaneId::Source, action, count))
            || (matches!(action, Action::NextPattern | Action::PreviousPattern)
                && self.is_handled_by(PaneId::Patterns, action, count))
            || (is_about_seams(action) && self.is_handled_by(PaneId::Boundaries, action, count))
        {
            return;
        }
        let (pane, context) = self.pane(self.focus);
        let title = pane.title(&context);
        self.warn(format!("`{}` does nothing in {title}", action.info().name));
    }

    pub(super) fn is_handled_by(
        &mut self,
        pane: PaneId,
        action: Action,
        count: Option<u64>,
    ) -> bool {
        match self.with_pane(pane, |pane, context| pane.act(action, count, context)) {
            Outcome::Consumed(effects) => {
                self.perform(effects);
                true
            }
            Outcome::Ignored => false,
        }
    }

    /// Actions on the document as a whole. False if this is none.
    fn act_on_document(&mut self, action: Action, count: Option<u64>) -> bool {
        let times = count.unwrap_or(1);
        match (action, count) {
            (Action::Top | Action::Bottom, Some(line)) => {
                self.jump(Motion::Line(line.saturating_sub(1)), 1);
            }
            (Action::Top, None) => self.move_to(0, true),
            (Action::Bottom, None) => self.jump(Motion::End, 1),
            (Action::Matching, Some(percent)) => {
                self.jump(Motion::Percent(percent.min(100) as f64), 1);
            }
            (Action::Matching, None) => self.jump(Motion::Matching, 1),
            (Action::Parent, _) => self.jump(Motion::Parent, times),
            (Action::Into, _) => self.jump(Motion::Into, times),
            (Action::NextSibling, _) => self.jump(Motion::NextSibling, times),
            (Action::PreviousSibling, _) => self.jump(Motion::PreviousSibling, times),
            (Action::SearchForward, _) => self.open_prompt(PromptKind::SearchForward),
            (Action::SearchBackward, _) => self.open_prompt(PromptKind::SearchBackward),
            (Action::GoTo, _) => self.open_prompt(PromptKind::GoTo),
            (Action::NextMatch, _) => self.search_on(false, times),
            (Action::PreviousMatch, _) => self.search_on(true, times),
            (Action::CopyPath, _) => self.copy_path(),
            (Action::CopyValue, _) => self.copy(CopyWhat::Value),
            (Action::CopyLine, _) => self.copy(CopyWhat::Line),
            (Action::Back, _) => self.go_back(),
            (Action::Forward, _) => self.go_forward(),
            (Action::MoreThreads, _) => self.change_threads(times, true),
            (Action::FewerThreads, _) => self.change_threads(times, false),
            (Action::Follow, _) => self.begin_following(),
            (Action::Pause, _) => self.pause(),
            (Action::Rescan, _) => {
                self.say("scanning again");
                self.ask(Request::Rescan);
            }
            (Action::ClearCache, _) => {
                self.say("the cache is empty");
                self.ask(Request::ClearCache);
            }
            _ => return false,
        }
        true
    }

    /// Actions on the screen. False if this is none.
    fn act_on_screen(&mut self, action: Action) -> bool {
        match action {
            Action::NextPane => self.move_focus(true),
            Action::PreviousPane => self.move_focus(false),
            Action::Zoom => {
                self.zoom = !self.zoom;
                self.place();
            }
            Action::ShowOutline => self.toggle_shown(PaneId::Outline),
            Action::ShowPatterns => self.toggle_shown(PaneId::Patterns),
            Action::ShowBoundaries => {
                self.toggle_shown(PaneId::Boundaries);
                // A tool of its own: whoever opens it wants to use it.
                if self.shown[PaneId::Boundaries.index()] {
                    self.focus = PaneId::Boundaries;
                    self.place();
                }
            }
            Action::BlockSize => {
                self.overlays.push(Overlay::Prompt(Prompt::begun(PromptKind::GoTo, "block ")));
                self.command(Command::Paste(true));
            }
            Action::Compare => self.compare_as_usual(),
            Action::NextDifference
            | Action::PreviousDifference
            | Action::CompareLeft
            | Action::CompareRight
            | Action::SwapSides => {
                let key = self.keymap.hint(Action::Compare);
                self.warn(format!("{key} compares two scanners; this is a key of that view"));
            }
            Action::Tune => self.open_tune(),
            Action::KeepTuned => {
                let key = self.keymap.hint(Action::Tune);
                self.warn(format!("{key} measures settings; this is a key of that view"));
            }
            Action::ShowMonitor => self.toggle_shown(PaneId::Monitor),
            Action::ShowCache => self.toggle_shown(PaneId::Cache),
            Action::CacheView => self.toggle_cache_view(),
            Action::SortCache | Action::DropCached => {
                let key = self.keymap.hint(Action::CacheView);
                self.warn(format!("{key} shows what the cache keeps; this is a key of that view"));
            }
            Action::NextTheme => {
                self.themes.next();
                self.say(format!("theme {}", safe(self.theme().name.as_bytes())));
            }
            Action::Layout => self.change_layout(),
            Action::Wrap => self.change_wrap(),
            Action::ScrollLeft | Action::ScrollRight if self.layout == LayoutKind::Hex => {
                self.warn(ROWS_OF_NUMBERS);
            }
            Action::ScrollLeft | Action::ScrollRight if self.wraps => {
                let key = self.keymap.hint(Action::Wrap);
                self.warn(format!("long lines go on below; {key} cuts them"));
            }
            Action::ToggleMouse => {
                self.has_mouse = !self.has_mouse;
                self.command(Command::Mouse(self.has_mouse));
                self.say(if self.has_mouse {
                    "the mouse is taken; Shift held down selects text as before"
                } else {
                    "the mouse is the terminal's"
                });
            }
            Action::Files if self.files.is_some() => {
                let open = self.snapshot.document.path.clone();
                self.choose_file(Some(&open));
            }
            Action::Files => self.warn("one file was named; name several, or a directory"),
            Action::Help => self.overlays.push(Overlay::Help { scroll: 0 }),
            Action::Redraw => self.command(Command::Repaint),
            Action::Suspend if signals::has_shell() => self.command(Command::Suspend),
            Action::Suspend => self.warn("there is no shell to go back to; q quits"),
            Action::Interrupt if !self.is_finding() && self.flow() == Some(Flow::Ended) => {
                self.say("all has been read; q quits");
            }
            Action::Interrupt if !self.is_finding() && self.flow().is_some() => {
                self.say("reading ended; what has come stays");
                self.ask(Request::EndStream);
            }
            Action::Cancel | Action::Interrupt => self.cancel(),
            Action::Quit => self.command(Command::Quit),
            _ => return false,
        }
        true
    }

    /// Ends what is under way; if nothing is, takes away what lies over the text.
    fn cancel(&mut self) {
        if self.cancel_finding() {
            return;
        }
        if self.put_out_matches() {
            let next = self.keymap.hint(Action::NextMatch);
            return self.say(format!("matches are lit no longer; {next} searches on"));
        }
        if let Some(problem) = status::told_problem(self) {
            self.put_away = Some((problem.at, problem.kind));
            return;
        }
        self.say("nothing is going on; q quits");
    }

    pub(super) fn show_boundaries(&mut self) {
        if !self.shown[PaneId::Boundaries.index()] {
            self.toggle_shown(PaneId::Boundaries);
        }
    }

    /// Whether the document is a stream, and flows.
    fn flow(&self) -> Option<Flow> {
        self.snapshot.stream.as_ref().map(|stream| stream.flow)
    }

    fn begin_following(&mut self) {
        self.following = self.flow() != Some(Flow::Ended);
        self.followed_to = self.snapshot.document.bytes;
        self.jump(Motion::End, 1);
        match self.flow() {
            Some(Flow::Ended) => self.say("at the end; the stream has ended"),
            Some(_) => self.say(FOLLOWING),
            None => {
                self.ask(Request::Follow);
                self.say("following while it grows; any motion stops it");
            }
        }
    }

    /// Nothing more comes of the stream: it is followed no longer, and not said to be.
    pub(super) fn end_following(&mut self) {
        self.following = false;
        let is_said = self.message.take_if(|message| message.text == FOLLOWING).is_some();
        if is_said && self.snapshot.scan.phase == Phase::Done {
            self.say("at the end; the stream has ended");
        }
    }

    fn pause(&mut self) {
        match self.flow() {
            None => self.warn("a file is not read as a stream; there is nothing to pause"),
            Some(Flow::Ended) => self.warn("the stream has ended"),
            Some(flow) => {
                let pauses = flow == Flow::Reading;
                self.say(if pauses { "paused; p goes on" } else { "reading goes on" });
                self.ask(Request::PauseStream(pauses));
            }
        }
    }

    fn open_prompt(&mut self, kind: PromptKind) {
        self.overlays.push(Overlay::Prompt(Prompt::new(kind)));
        self.command(Command::Paste(true));
    }

    fn go_back(&mut self) {
        match self.jumps.back(self.cursor) {
            Some(at) => self.return_to(at),
            None => self.warn("there was no jump before"),
        }
    }

    fn go_forward(&mut self) {
        match self.jumps.forward(self.cursor) {
            Some(at) => self.return_to(at),
            None => self.warn("there is no jump to go forward to"),
        }
    }

    /// Goes to a remembered place without remembering this one again.
    fn return_to(&mut self, at: u64) {
        self.move_to(at, false);
    }

    fn change_threads(&mut self, by: u64, more: bool) {
        let now = self.threads_wanted.unwrap_or(self.snapshot.document.threads);
        let by = usize::try_from(by).unwrap_or(usize::MAX);
        let wanted = if more { now.saturating_add(by) } else { now.saturating_sub(by) };
        let wanted = wanted.clamp(1, THREADS_MAX);
        if wanted == now {
            return self.warn(format!("workers stay at {now}: 1 to {THREADS_MAX} can be set"));
        }
        self.threads_wanted = Some(wanted);
        self.say(format!("{wanted} {}", if wanted == 1 { "worker" } else { "workers" }));
        self.ask(Request::SetThreads(wanted));
    }

    /// Rows become others in all panes that show the bytes.
    fn change_layout(&mut self) {
        let language = self.snapshot.document.language;
        self.layout = self.layout.next(language);
        self.say(match self.layout {
            LayoutKind::Plain => "plain: lines as they are",
            LayoutKind::Pretty => "pretty: a row for each member",
            LayoutKind::Hex => "hex: bytes as numbers",
        });
        self.with_panes(|pane, context| pane.snapshot_changed(context));
        self.with_compare(|view, snapshot, looks| view.snapshot_changed(snapshot, looks));
    }

    /// Lines that are wider than the pane go on below, or are cut.
    fn change_wrap(&mut self) {
        if self.layout == LayoutKind::Hex {
            return self.warn(ROWS_OF_NUMBERS);
        }
        self.wraps = !self.wraps;
        let along = self.keymap.hint(Action::ScrollRight);
        self.say(match self.wraps {
            true => "long lines go on below".to_owned(),
            false => format!("long lines are cut; {along} shows more of them"),
        });
        self.with_panes(|pane, context| pane.snapshot_changed(context));
        self.with_compare(|view, snapshot, looks| view.snapshot_changed(snapshot, looks));
    }

    /// The focus goes on to the next pane that is not hidden.
    fn move_focus(&mut self, forward: bool) {
        let step = if forward { 1 } else { PaneId::COUNT - 1 };
        let mut at = self.focus.index();
        for _ in 0..PaneId::COUNT {
            at = (at + step) % PaneId::COUNT;
            if self.shown[at] {
                break;
            }
        }
        self.focus = PaneId::ALL[at];
        self.place();
    }

    /// The cache alone on the screen, or all panes again.
    fn toggle_cache_view(&mut self) {
        let is_view = self.zoom && self.focus == PaneId::Cache;
        (self.zoom, self.focus) =
            if is_view { (false, PaneId::Source) } else { (true, PaneId::Cache) };
        self.shown[PaneId::Cache.index()] |= !is_view;
        self.place();
        self.with_panes(|pane, context| pane.snapshot_changed(context));
    }

    fn toggle_shown(&mut self, pane: PaneId) {
        // What is wanted and has no room is not seen: the key brings it, and takes the room from others.
        let shows = !self.geometry.has(pane);
        self.shown[pane.index()] = shows;
        if shows {
            self.zoom = false;
            self.place();
            if !self.geometry.has(pane) {
                self.focus = pane;
            }
        } else if self.focus == pane {
            self.focus = PaneId::Source;
        }
        self.place();
    }
}

/// Whether an action is the boundaries pane's, whichever pane has the focus.
fn is_about_seams(action: Action) -> bool {
    matches!(action, Action::NextSeam | Action::PreviousSeam | Action::FilterSeams | Action::Verify)
}
