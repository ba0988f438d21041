//! How the state changes: by sizes, what the engine tells, pastes and keys. What the actions do that keys mean stands in
//! `acts`.

use std::path::Path;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::action::Action;
use super::app::{App, Command, Overlay};
use super::compare::side_of;
use super::files::{Files, Picked, Picker};
use super::geometry::PaneId;
use super::goto::{self, GoTo};
use super::keymap::{Key, Typed};
use super::prompt::{Asked, PromptKind};
use super::widgets::format;
use crate::explorer::{Answer, Direction, Motion, Phase, Request, Snapshot};
use crate::lang::detect_by_name;
use crate::ui::safe_text::safe;

impl App {
    /// The screen has another size.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.area = Rect::new(0, 0, columns, rows);
        for overlay in &mut self.overlays {
            if let (Overlay::Files(picker), Some(files)) = (overlay, &self.files) {
                picker.resize(rows, files);
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
        if self.cursor >= self.snapshot.document.bytes && !self.grows() {
            // The file was cut before it.
            self.move_to(self.snapshot.document.bytes.saturating_sub(1), false);
        }
        if self.following && self.snapshot.document.bytes != self.followed_to {
            self.followed_to = self.snapshot.document.bytes;
            self.jump_quietly(Motion::End);
        }
        let is_read = self.snapshot.scan.phase == Phase::Running;
        if self.following && self.snapshot.stream.is_some() && !is_read {
            self.end_following();
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
                if self.copies_path {
                    self.copy_path();
                }
            }
            Answer::Copied(Ok(bytes)) => self.copied(bytes.clone()),
            Answer::Copied(Err(why)) => self.warn(safe(why.as_bytes())),
            Answer::Location(location) => {
                // Whoever comes back there asks again.
                self.located.take_if(|located| located.at == location.at);
            }
            Answer::Failed(why) => self.warn(safe(why.as_bytes())),
            _ => {}
        }
        self.with_panes(|pane, context| pane.answer(answer, context));
        self.with_compare(|view, _, looks| view.answer(answer, looks));
    }

    /// Text was pasted. Outside of a prompt it is nothing: it never becomes keys.
    pub(super) fn take_paste(&mut self, text: &str) {
        match (self.overlays.last_mut(), &self.files) {
            (Some(Overlay::Prompt(prompt)), _) => prompt.paste(text),
            (Some(Overlay::Files(picker)), Some(files)) => picker.paste(text, files),
            _ => {}
        }
    }

    /// Opens the list of files, if there is one, with `chosen` chosen if it is one of them.
    pub(super) fn choose_file(&mut self, chosen: Option<&Path>) {
        let Some(files) = &self.files else { return };
        self.overlays.push(Overlay::Files(Picker::new(files, self.area.height, chosen)));
        self.command(Command::Paste(true));
    }

    /// Takes files that a walk has found.
    pub(super) fn take_files(&mut self) {
        let Some(files) = &mut self.files else { return };
        let picker = self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Files(picker) => Some(picker),
            _ => None,
        });
        match picker {
            Some(picker) if files.has_news() => {
                picker.keep_chosen(files);
                files.look();
                picker.listed(files);
            }
            _ => files.look(),
        }
    }

    fn key_in_files(&mut self, key: KeyEvent) {
        let (Some(Overlay::Files(picker)), Some(files)) = (self.overlays.last_mut(), &self.files)
        else {
            return;
        };
        let picked = picker.key(key, files);
        self.take_picked(picked);
    }

    /// Does what came of the list of files.
    pub(super) fn take_picked(&mut self, picked: Picked) {
        if picked == Picked::Open {
            return;
        }
        self.overlays.pop();
        self.command(Command::Paste(false));
        if let Picked::File(path) = picked {
            self.command(Command::Open(path));
        }
    }

    /// Takes a key. What lies on top has it first.
    pub(super) fn take_key(&mut self, key: KeyEvent) {
        match self.overlays.last_mut() {
            Some(Overlay::Prompt(_)) => self.key_in_prompt(key),
            Some(Overlay::Help { .. }) => self.key_in_help(key),
            Some(Overlay::Files(_)) => self.key_in_files(key),
            None => self.key_in_panes(key),
        }
    }

    /// Whether the list of files is still to follow what was typed into it.
    pub(super) fn is_listing(&self) -> bool {
        let is_open = self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Files(_)));
        is_open && self.files.as_ref().is_some_and(Files::is_matching)
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
        if let (Asked::Done(line), PromptKind::Side(_)) = (&asked, kind)
            && let Err(why) = side_of(line)
        {
            // It stays as it was typed, to be mended.
            prompt.wrong = Some(why);
            return;
        }
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
            Ok(GoTo::Language(asked)) => {
                let told = detect_by_name(&self.snapshot.document.path);
                if let Some(language) = asked.or(told) {
                    self.say(format!("scanning as {}", language.info().title));
                    self.show_patterns_of(language);
                }
                self.ask(Request::Language(asked));
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
}
