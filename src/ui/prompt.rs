//! The prompt: a line that a person types, with what was typed before.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use super::safe_text::cells;
use crate::limits::SEARCH_PATTERN_BYTES_MAX;

/// Lines remembered for each kind.
const HISTORY_MAX: usize = 100;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PromptKind {
    /// A text to look for, towards the end.
    SearchForward,
    /// A text to look for, towards the start.
    SearchBackward,
    /// A place to go to.
    GoTo,
    /// What shall scan a side of a comparison: 0 for the left one, 1 for the right one.
    Side(usize),
}

impl PromptKind {
    /// What stands before the line.
    pub(super) fn sign(self) -> &'static str {
        match self {
            PromptKind::SearchForward => "/",
            PromptKind::SearchBackward => "?",
            PromptKind::GoTo => ":",
            PromptKind::Side(0) => "<",
            PromptKind::Side(_) => ">",
        }
    }
}

/// A prompt that is open.
#[derive(Clone, Debug)]
pub(super) struct Prompt {
    pub(super) kind: PromptKind,
    input: Input,
    /// Which remembered line is shown, counted back from the newest; `None`: what is being typed.
    recalled: Option<usize>,
    draft: String,
    /// Why the line that was finished last will not do; until the next key.
    pub(super) wrong: Option<String>,
}

/// What a key did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The prompt stays open.
    Open,
    /// The line is finished.
    Done(String),
    /// The prompt was given up.
    GivenUp,
}

impl Prompt {
    pub(super) fn new(kind: PromptKind) -> Prompt {
        Prompt { kind, input: Input::default(), recalled: None, draft: String::new(), wrong: None }
    }

    /// As [`Prompt::new`], with the beginning of the line typed already.
    pub(super) fn begun(kind: PromptKind, text: &str) -> Prompt {
        Prompt { input: Input::from(text), ..Prompt::new(kind) }
    }

    pub(super) fn key(&mut self, key: KeyEvent, history: &History) -> Asked {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        self.wrong = None;
        match key.code {
            KeyCode::Enter => return Asked::Done(self.input.value().to_owned()),
            KeyCode::Esc => return Asked::GivenUp,
            KeyCode::Char('c') if ctrl => return Asked::GivenUp,
            KeyCode::Backspace if self.input.value().is_empty() => return Asked::GivenUp,
            KeyCode::Up => self.recall(history, true),
            KeyCode::Char('p') if ctrl => self.recall(history, true),
            KeyCode::Down => self.recall(history, false),
            KeyCode::Char('n') if ctrl => self.recall(history, false),
            KeyCode::Char(_) if self.input.value().len() + 4 > SEARCH_PATTERN_BYTES_MAX => {}
            _ => {
                self.input.handle_event(&Event::Key(key));
            }
        }
        Asked::Open
    }

    /// Puts in the first line of what was pasted, without controls.
    pub(super) fn paste(&mut self, text: &str) {
        self.wrong = None;
        let line = text.lines().next().unwrap_or_default();
        let room = SEARCH_PATTERN_BYTES_MAX.saturating_sub(self.input.value().len());
        let mut taken = 0;
        for c in line.chars().filter(|c| !c.is_control()) {
            taken += c.len_utf8();
            if taken > room {
                break;
            }
            self.input.handle(tui_input::InputRequest::InsertChar(c));
        }
    }

    /// What is seen of the line in `columns`, and the cursor's column in it.
    pub(super) fn seen(&self, columns: u16) -> (String, u16) {
        let before: String = self.input.value().chars().take(self.input.cursor()).collect();
        let after = &self.input.value()[before.len()..];
        let mut shown: Vec<(String, u16)> = Vec::new();
        shown.extend(cells(before.as_bytes()).map(|cell| (cell.text.into_owned(), cell.width)));
        // The cursor keeps a column for itself.
        let room = u32::from(columns.saturating_sub(1));
        let mut width: u32 = shown.iter().map(|(_, width)| u32::from(*width)).sum();
        let mut from = 0;
        while width > room && from < shown.len() {
            width -= u32::from(shown[from].1);
            from += 1;
        }
        let mut text: String = shown[from..].iter().map(|(text, _)| text.as_str()).collect();
        text.extend(cells(after.as_bytes()).map(|cell| cell.text.into_owned()));
        (text, u16::try_from(width).unwrap_or(columns))
    }

    /// Whether nothing is typed.
    pub(super) fn is_empty(&self) -> bool {
        self.input.value().is_empty()
    }

    fn recall(&mut self, history: &History, older: bool) {
        let recalled = match (self.recalled, older) {
            (None, true) => Some(0),
            (None, false) => None,
            (Some(i), true) => Some(i + 1),
            (Some(i), false) => i.checked_sub(1),
        };
        let line = match recalled {
            None => self.draft.clone(),
            Some(i) => match history.line(i) {
                Some(line) => line.to_owned(),
                None => return,
            },
        };
        if self.recalled.is_none() {
            self.draft = self.input.value().to_owned();
        }
        self.recalled = recalled;
        self.input = Input::new(line);
    }
}

/// Lines typed before, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    lines: Vec<String>,
}

impl History {
    /// Remembers a line as the newest; the same line elsewhere is forgotten.
    pub(super) fn push(&mut self, line: &str) {
        self.lines.retain(|known| known != line);
        if self.lines.len() >= HISTORY_MAX {
            self.lines.remove(0);
        }
        self.lines.push(line.to_owned());
    }

    fn line(&self, back: usize) -> Option<&str> {
        let at = self.lines.len().checked_sub(back + 1)?;
        self.lines.get(at).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(prompt: &mut Prompt, history: &History, code: KeyCode) -> Asked {
        prompt.key(KeyEvent::new(code, KeyModifiers::NONE), history)
    }

    fn typed(text: &str) -> Prompt {
        let mut prompt = Prompt::new(PromptKind::SearchForward);
        for c in text.chars() {
            press(&mut prompt, &History::default(), KeyCode::Char(c));
        }
        prompt
    }

    #[test]
    fn enter_gives_the_line_and_esc_gives_it_up() {
        let history = History::default();
        assert_eq!(
            press(&mut typed("née"), &history, KeyCode::Enter),
            Asked::Done("née".to_owned())
        );
        assert_eq!(press(&mut typed("x"), &history, KeyCode::Esc), Asked::GivenUp);
        assert_eq!(press(&mut typed(""), &history, KeyCode::Backspace), Asked::GivenUp);
    }

    #[test]
    fn lines_typed_before_come_back_and_so_does_the_draft() {
        let mut history = History::default();
        for line in ["one", "two", "one"] {
            history.push(line);
        }
        let mut prompt = typed("dra");
        let mut seen = Vec::new();
        for code in [KeyCode::Up, KeyCode::Up, KeyCode::Up, KeyCode::Down, KeyCode::Down] {
            press(&mut prompt, &history, code);
            seen.push(prompt.input.value().to_owned());
        }
        assert_eq!(seen, ["one", "two", "two", "one", "dra"]);
    }

    #[test]
    fn a_paste_is_one_line_without_controls_and_has_an_end() {
        let mut prompt = typed("a");
        prompt.paste("b\x1bc\tq\nrm -rf");
        assert_eq!(prompt.input.value(), "abcq");
        prompt.paste(&"x".repeat(1 << 20));
        assert_eq!(prompt.input.value().len(), SEARCH_PATTERN_BYTES_MAX);
    }

    #[test]
    fn the_cursor_is_always_in_sight() {
        for columns in 0..12 {
            let (_, column) = typed("日本語の長い文").seen(columns);
            assert!(column < columns.max(1), "{column} of {columns}");
        }
        assert_eq!(typed("abc").seen(10), ("abc".to_owned(), 3));
    }
}
