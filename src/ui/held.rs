//! Keys and clicks that wait for the engine. What a key does may go by where those before it lead, and that the engine has to find: so that
//! keys typed at once do what they do one by one, they wait for it, though not for long.

use std::collections::VecDeque;
use std::time::Duration;

use crossterm::event::KeyEvent;

use super::app::{App, Overlay};
use super::files::Picker;
use super::geometry::PaneId;
use super::mouse::Pointed;

/// How long keys wait: the engine mostly takes a millisecond. What takes longer is overtaken.
pub(super) const PATIENCE: Duration = Duration::from_millis(100);

/// Keys that wait at most. More is no typing.
const KEYS_MAX: usize = 4096;

/// What was typed.
#[derive(Clone, Debug)]
enum Typed {
    Key(KeyEvent),
    /// Pasted.
    Text(String),
    /// Clicked, or the wheel turned.
    Pointed(Pointed),
}

/// The keys, and what was pasted between them.
#[derive(Clone, Debug, Default)]
pub(super) struct Held(VecDeque<Typed>);

impl App {
    /// A key was pressed.
    pub(super) fn key(&mut self, key: KeyEvent) {
        self.typed(Typed::Key(key));
    }

    /// Text was pasted.
    pub(super) fn paste(&mut self, text: String) {
        self.typed(Typed::Text(text));
    }

    /// The mouse was used.
    pub(super) fn point(&mut self, pointed: Pointed) {
        self.typed(Typed::Pointed(pointed));
    }

    fn typed(&mut self, typed: Typed) {
        if self.held.0.len() < KEYS_MAX {
            self.held.0.push_back(typed);
        }
        self.release();
    }

    /// Takes the keys that need not wait any more.
    pub(super) fn release(&mut self) {
        while !self.waits()
            && let Some(typed) = self.held.0.pop_front()
        {
            match typed {
                Typed::Key(key) => self.take_key(key),
                Typed::Text(text) => self.take_paste(&text),
                Typed::Pointed(pointed) => self.take_pointed(pointed),
            }
        }
    }

    /// Whether keys wait.
    pub(super) fn is_holding(&self) -> bool {
        !self.held.0.is_empty()
    }

    fn waits(&self) -> bool {
        // However long that takes: Enter must not open what matched a shorter text.
        if let (Some(Typed::Key(key)), Some(Overlay::Files(_)), Some(files)) =
            (self.held.0.front(), self.overlays.last(), &self.files)
            && Picker::waits(*key, files)
        {
            return true;
        }
        match (&self.tune, &self.compare) {
            (Some(_), _) => false,
            (None, Some(view)) => self.has_just_asked(PATIENCE) || view.is_waiting(PATIENCE),
            (None, None) => {
                let waits = |id| self.pane(id).0.is_waiting(PATIENCE);
                self.has_just_asked(PATIENCE) || waits(PaneId::Source) || waits(self.focus)
            }
        }
    }
}
