//! How the state changes: by keys, pastes, sizes, and what the engine tells.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::action::{Action, Group};
use super::app::{App, Command, Overlay};
use super::files::{Picked, Picker};
use super::geometry::PaneId;
use super::goto::{self, GoTo};
use super::keymap::{Key, Typed};
use super::panes::Outcome;
use super::prompt::{Asked, Prompt, PromptKind};
use super::signals;
use super::widgets::format;
use crate::explorer::{Answer, Direction, Motion, Request, Snapshot};
use crate::limits::THREADS_MAX;
use crate::stream::Flow;
use crate::ui::safe_text::safe;

impl App {
    /// The screen has another size.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.area = Rect::new(0, 0, columns, rows);
        for overlay in &mut self.overlays {
            if let Overlay::Files(picker) = overlay {
                picker.resize(rows);
            }
        }
        self.place();
    }

    /// The engine has a newer picture.
    pub(super) fn take_snapshot(&mut self, snapshot: Arc<Snapshot>) {
        if snapshot.generation == self.snapshot.generation {
            return;
        }
        if snapshot.source_change.is_some() && snapshot.source_change != self.snapshot.source_change
        {
            // What happened to the file is more than what was said before.
            self.message = None;
        }
        self.snapshot = snapshot;
        if self.scan_watch.is_new(&self.snapshot.scan) {
            // What was known of the cursor's place was of the document as it was.
            self.cursor = self.cursor.min(self.snapshot.document.bytes.saturating_sub(1));
            (self.located, self.location) = (None, None);
        }
        self.threads_wanted.take_if(|wanted| *wanted == self.snapshot.document.threads);
        if self.cursor < self.snapshot.first_byte {
            // The window over the stream has moved on.
            self.move_to(self.snapshot.first_byte, false);
        }
        if self.following && self.snapshot.document.bytes != self.followed_to {
            self.followed_to = self.snapshot.document.bytes;
            self.jump_quietly(Motion::End);
        }
        self.with_panes(|pane, context| pane.snapshot_changed(context));
        self.with_compare(|view, snapshot, looks| view.snapshot_changed(snapshot, looks));
        self.with_tune(|view, snapshot| view.snapshot_changed(snapshot));
    }

    /// The engine answers.
    pub(super) fn take_answer(&mut self, answer: &Answer) {
        match answer {
            Answer::Jumped { id, target } => self.jumped(*id, target),
            Answer::Searched { id, outcome } => self.searched(*id, outcome),
            Answer::Location(location) if location.at == self.cursor => {
                self.location = Some(location.clone());
            }
            Answer::Failed(why) => self.warn(safe(why.as_bytes())),
            _ => {}
        }
        self.with_panes(|pane, context| pane.answer(answer, context));
        self.with_compare(|view, _, looks| view.answer(answer, looks));
    }

    /// Text was pasted. Outside of a prompt it is nothing: it never becomes keys.
    pub(super) fn paste(&mut self, text: &str) {
        match (self.overlays.last_mut(), &self.files) {
            (Some(Overlay::Prompt(prompt)), _) => prompt.paste(text),
            (Some(Overlay::Files(picker)), Some(files)) => picker.paste(text, files),
            _ => {}
        }
    }

    /// Opens the list of files, if there is one.
    pub(super) fn choose_file(&mut self) {
        let Some(files) = &self.files else { return };
        self.overlays.push(Overlay::Files(Picker::new(files, self.area.height)));
        self.command(Command::Paste(true));
    }

    /// Takes files that a walk has found.
    pub(super) fn take_files(&mut self) {
        let Some(files) = &mut self.files else { return };
        let picker = self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Files(picker) => Some(picker),
            _ => None,
        });
        let chosen = picker.as_ref().and_then(|picker| picker.chosen_path(files));
        if files.look()
            && let Some(picker) = picker
        {
            picker.refresh(files, chosen.as_deref());
        }
    }

    fn key_in_files(&mut self, key: KeyEvent) {
        let (Some(Overlay::Files(picker)), Some(files)) = (self.overlays.last_mut(), &self.files)
        else {
            return;
        };
        let picked = picker.key(key, files);
        if picked == Picked::Open {
            return;
        }
        self.overlays.pop();
        self.command(Command::Paste(false));
        if let Picked::File(path) = picked {
            self.command(Command::Open(path));
        }
    }

    /// A key was pressed. What lies on top has it first.
    pub(super) fn key(&mut self, key: KeyEvent) {
        match self.overlays.last_mut() {
            Some(Overlay::Prompt(_)) => self.key_in_prompt(key),
            Some(Overlay::Help { .. }) => self.key_in_help(key),
            Some(Overlay::Files(_)) => self.key_in_files(key),
            None => self.key_in_panes(key),
        }
    }

    /// Whether a prompt is open.
    pub(super) fn is_prompting(&self) -> bool {
        let takes_text =
            |overlay: &Overlay| matches!(overlay, Overlay::Prompt(_) | Overlay::Files(_));
        self.overlays.iter().any(takes_text)
    }

    fn key_in_prompt(&mut self, key: KeyEvent) {
        let Some(Overlay::Prompt(prompt)) = self.overlays.last_mut() else { return };
        let kind = prompt.kind;
        let history = match kind {
            PromptKind::GoTo => &self.places,
            PromptKind::Side(_) => &self.compared_sides,
            PromptKind::SearchForward | PromptKind::SearchBackward => &self.searches,
        };
        let asked = prompt.key(key, history);
        if asked != Asked::Open {
            self.overlays.pop();
            self.command(Command::Paste(false));
        }
        let Asked::Done(line) = asked else { return };
        match kind {
            PromptKind::SearchForward => self.search(&line, Direction::Forward),
            PromptKind::SearchBackward => self.search(&line, Direction::Backward),
            PromptKind::GoTo => self.go_to(&line),
            PromptKind::Side(side) => self.change_side(side, &line),
        }
    }

    fn go_to(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        self.places.push(line);
        match goto::parse(line) {
            Ok(GoTo::To(motion)) => self.jump(motion, 1),
            Ok(GoTo::Quit) => self.command(Command::Quit),
            Ok(GoTo::Language(language)) => {
                self.say(format!("scanning as {}", language.info().title));
                self.show_patterns_of(language);
                self.ask(Request::Language(language));
            }
            Ok(GoTo::Block(bytes)) => {
                self.block = Some(bytes);
                self.show_boundaries();
                self.with_panes(|pane, context| pane.snapshot_changed(context));
            }
            Ok(GoTo::Cache { entries, bytes }) => {
                self.ask(Request::ResizeCache { entries, bytes });
                self.say(match (entries, bytes) {
                    (Some(entries), _) => format!("the cache keeps {entries} entries at most"),
                    (_, bytes) => {
                        let bytes = format::bytes(bytes.unwrap_or(0) as u64);
                        format!("the cache keeps {bytes} at most")
                    }
                });
            }
            Err(why) => self.warn(safe(why.as_bytes())),
        }
    }

    fn key_in_help(&mut self, key: KeyEvent) {
        let Typed::Action(action, _) = self.typing.push(Key::of(&key), &self.keymap, false) else {
            return;
        };
        let Some(Overlay::Help { scroll }) = self.overlays.last_mut() else { return };
        let page = self.area.height.saturating_sub(4).max(1);
        *scroll = match action {
            Action::Down => scroll.saturating_add(1),
            Action::Up => scroll.saturating_sub(1),
            Action::PageDown => scroll.saturating_add(page),
            Action::PageUp => scroll.saturating_sub(page),
            Action::HalfPageDown => scroll.saturating_add(page / 2),
            Action::HalfPageUp => scroll.saturating_sub(page / 2),
            Action::Top => 0,
            Action::Bottom => u16::MAX,
            Action::NextTheme | Action::Redraw | Action::Suspend => return self.act(action, None),
            Action::Help | Action::Cancel | Action::Interrupt | Action::Quit => {
                self.overlays.pop();
                return;
            }
            _ => return,
        };
        *scroll = (*scroll).min(super::help::scroll_max(&self.keymap, self.area));
    }

    fn key_in_panes(&mut self, key: KeyEvent) {
        self.message = None;
        if key.code == KeyCode::Esc && !self.typing.is_empty() {
            self.typing = Default::default();
            return;
        }
        let in_outline = match &self.compare {
            _ if self.tune.is_some() => true,
            Some(view) => view.is_list_focused(),
            None => self.focus != PaneId::Source,
        };
        match self.typing.push(Key::of(&key), &self.keymap, in_outline) {
            Typed::Action(action, count) => self.act(action, count),
            Typed::Unknown(keys) => {
                let help = self.keymap.hint(Action::Help);
                self.warn(format!("{} is not bound; {help} lists what is", safe(keys.as_bytes())));
            }
            Typed::Pending => {}
        }
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
        if moves && std::mem::take(&mut self.following) {
            self.say("no longer at the end; F follows again");
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

    fn is_handled_by(&mut self, pane: PaneId, action: Action, count: Option<u64>) -> bool {
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
            (Action::NextMatch, _) => self.search_on(false),
            (Action::PreviousMatch, _) => self.search_on(true),
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
            Action::Files if self.files.is_some() => self.choose_file(),
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
            Action::Cancel | Action::Interrupt => {
                if !self.cancel_finding() {
                    self.say("nothing is going on; q quits");
                }
            }
            Action::Quit => self.command(Command::Quit),
            _ => return false,
        }
        true
    }

    fn show_boundaries(&mut self) {
        if !self.shown[PaneId::Boundaries.index()] {
            self.toggle_shown(PaneId::Boundaries);
        }
    }

    /// Whether the document is a stream, and flows.
    fn flow(&self) -> Option<Flow> {
        self.snapshot.stream.as_ref().map(|stream| stream.flow)
    }

    fn begin_following(&mut self) {
        self.following = true;
        self.followed_to = self.snapshot.document.bytes;
        self.jump(Motion::End, 1);
        match self.flow() {
            Some(Flow::Ended) => self.say("at the end; the stream has ended"),
            Some(_) => self.say("following; any motion stops it"),
            None => {
                self.ask(Request::Follow);
                self.say("following while it grows; any motion stops it");
            }
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
        let shown = &mut self.shown[pane.index()];
        *shown = !*shown;
        if !*shown && self.focus == pane {
            self.focus = PaneId::Source;
        }
        if *shown && (self.zoom || !self.geometry.has(pane)) {
            self.zoom = false;
            self.place();
            if !self.geometry.has(pane) {
                self.focus = pane;
            }
        }
        self.place();
    }
}

/// Whether an action is the boundaries pane's, whichever pane has the focus.
fn is_about_seams(action: Action) -> bool {
    matches!(action, Action::NextSeam | Action::PreviousSeam | Action::FilterSeams | Action::Verify)
}
