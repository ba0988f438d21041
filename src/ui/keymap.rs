//! Keys: how they are written, and which action a sequence of them means.
//!
//! A key is written as what it types (`j`, `G`, `%`), or by name (`space`, `pagedown`, `f1`), with `ctrl-` or `alt-` before
//! it. A binding is one key, or several with spaces between them. A number typed before a binding is its count.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::{ACTIONS, Action, Scope};

/// The largest count that can be typed: more digits change nothing.
const COUNT_MAX: u64 = 999_999_999_999_999;

const NAMES: [(&str, KeyCode); 15] = [
    ("space", KeyCode::Char(' ')),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("enter", KeyCode::Enter),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("esc", KeyCode::Esc),
];

/// One key with the modifiers that count: shift is part of what a key types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

impl Key {
    /// The key of an event.
    #[must_use]
    pub fn of(event: &KeyEvent) -> Key {
        Key { code: event.code, modifiers: event.modifiers - KeyModifiers::SHIFT }
    }

    /// Reads a key as it is written; `None` if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Key> {
        let (mut rest, mut modifiers) = (text, KeyModifiers::NONE);
        for (prefix, modifier) in [("ctrl-", KeyModifiers::CONTROL), ("alt-", KeyModifiers::ALT)] {
            if let Some(after) = rest.strip_prefix(prefix) {
                (rest, modifiers) = (after, modifiers | modifier);
            }
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) => KeyCode::Char(c),
            (Some('f'), Some('1'..='9')) => KeyCode::F(rest[1..].parse().ok()?),
            _ => NAMES.iter().find(|(name, _)| *name == rest).map(|(_, code)| *code)?,
        };
        Some(Key { code, modifiers })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            f.write_str("^")?;
        }
        if self.modifiers.contains(KeyModifiers::ALT) {
            f.write_str("Alt-")?;
        }
        let shown = match self.code {
            KeyCode::Char(' ') => "Space",
            KeyCode::Up => "Up",
            KeyCode::Down => "Down",
            KeyCode::Left => "Left",
            KeyCode::Right => "Right",
            KeyCode::PageUp => "PgUp",
            KeyCode::PageDown => "PgDn",
            KeyCode::Home => "Home",
            KeyCode::End => "End",
            KeyCode::Enter => "Enter",
            KeyCode::Tab => "Tab",
            KeyCode::BackTab => "S-Tab",
            KeyCode::Backspace => "Backspace",
            KeyCode::Delete => "Del",
            KeyCode::Esc => "Esc",
            KeyCode::F(n) => return write!(f, "F{n}"),
            KeyCode::Char(c) => return write!(f, "{c}"),
            _ => "?",
        };
        f.write_str(shown)
    }
}

/// What is bound: sequences of keys to actions.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

#[derive(Clone, Debug)]
struct Binding {
    keys: Vec<Key>,
    action: Action,
    scope: Scope,
}

impl Default for Keymap {
    fn default() -> Self {
        let mut bindings = Vec::new();
        for info in ACTIONS {
            for written in info.keys {
                let keys: Option<Vec<Key>> = written.split(' ').map(Key::parse).collect();
                let keys = keys.unwrap_or_default();
                bindings.push(Binding { keys, action: info.action, scope: info.scope });
            }
        }
        Keymap { bindings }
    }
}

impl Keymap {
    /// The keys of an action in a scope, as help shows them.
    #[must_use]
    pub fn shown(&self, action: Action, scope: Scope) -> Vec<String> {
        let bound = self.bindings.iter().filter(|b| b.action == action && b.scope == scope);
        bound.map(|b| b.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")).collect()
    }

    /// The first key of an action, for hints: one that is bound everywhere, or else one of lists.
    #[must_use]
    pub fn hint(&self, action: Action) -> String {
        let bound = [Scope::Everywhere, Scope::Outline].map(|scope| self.shown(action, scope));
        bound.into_iter().flatten().next().unwrap_or_default()
    }

    fn look_up(&self, typed: &[Key], in_outline: bool) -> Look {
        let scopes: &[Scope] =
            if in_outline { &[Scope::Outline, Scope::Everywhere] } else { &[Scope::Everywhere] };
        let mut look = Look::None;
        for scope in scopes {
            for binding in self.bindings.iter().filter(|binding| binding.scope == *scope) {
                if binding.keys == typed {
                    return Look::Found(binding.action);
                }
                if binding.keys.starts_with(typed) {
                    look = Look::More;
                }
            }
        }
        look
    }
}

enum Look {
    Found(Action),
    More,
    None,
}

/// What the keys so far come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// An action, with the number typed before it.
    Action(Action, Option<u64>),
    /// More keys must follow.
    Pending,
    /// Nothing is bound to them; as they are shown.
    Unknown(String),
}

/// The keys typed so far.
#[derive(Clone, Debug, Default)]
pub struct Typing {
    count: Option<u64>,
    keys: Vec<Key>,
}

impl Typing {
    /// Takes one more key.
    pub fn push(&mut self, key: Key, keymap: &Keymap, in_outline: bool) -> Typed {
        if let Some(digit) = digit(key).filter(|digit| self.begins_count(*digit)) {
            let count = self.count.unwrap_or(0).saturating_mul(10).saturating_add(digit);
            self.count = Some(count.min(COUNT_MAX));
            return Typed::Pending;
        }
        self.keys.push(key);
        match keymap.look_up(&self.keys, in_outline) {
            Look::Found(action) => Typed::Action(action, std::mem::take(self).count),
            Look::More => Typed::Pending,
            Look::None => Typed::Unknown(std::mem::take(self).to_string()),
        }
    }

    /// Whether anything is typed and waits for more.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count.is_none() && self.keys.is_empty()
    }

    /// A number cannot begin with 0, and none is typed inside a sequence.
    fn begins_count(&self, digit: u64) -> bool {
        self.keys.is_empty() && (digit > 0 || self.count.is_some())
    }
}

impl fmt::Display for Typing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(count) = self.count {
            write!(f, "{count} ")?;
        }
        let keys: Vec<String> = self.keys.iter().map(Key::to_string).collect();
        f.write_str(&keys.join(" "))
    }
}

fn digit(key: Key) -> Option<u64> {
    match key.code {
        KeyCode::Char(c) if key.modifiers.is_empty() => c.to_digit(10).map(u64::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str, in_outline: bool) -> Typed {
        let (keymap, mut typing) = (Keymap::default(), Typing::default());
        let keys = keys.split(' ').map(|key| Key::parse(key).unwrap());
        keys.map(|key| typing.push(key, &keymap, in_outline)).last().unwrap()
    }

    #[test]
    fn every_binding_of_the_table_can_be_read_and_stands_once() {
        let keymap = Keymap::default();
        for (i, binding) in keymap.bindings.iter().enumerate() {
            assert!(!binding.keys.is_empty(), "{:?}", binding.action);
            for other in &keymap.bindings[..i] {
                let same_scope = other.scope == binding.scope;
                let clash =
                    other.keys.starts_with(&binding.keys) || binding.keys.starts_with(&other.keys);
                assert!(!(same_scope && clash), "{:?} and {:?}", other.action, binding.action);
            }
        }
    }

    #[test]
    fn a_number_before_a_key_is_its_count() {
        assert_eq!(typed("1 2 0 G", false), Typed::Action(Action::Bottom, Some(120)));
        assert_eq!(typed("5 0 %", false), Typed::Action(Action::Matching, Some(50)));
        assert_eq!(typed("G", false), Typed::Action(Action::Bottom, None));
        assert_eq!(typed("1 2", false), Typed::Pending);
    }

    #[test]
    fn a_count_has_an_end() {
        let keys = ["9"; 40].join(" ");
        assert_eq!(
            typed(&format!("{keys} j"), false),
            Typed::Action(Action::Down, Some(COUNT_MAX))
        );
    }

    #[test]
    fn several_keys_can_mean_one_action() {
        assert_eq!(typed("ctrl-w", false), Typed::Pending);
        assert_eq!(typed("ctrl-w o", false), Typed::Action(Action::Zoom, None));
        assert_eq!(typed("ctrl-w 5", false), Typed::Unknown("^w 5".to_owned()));
    }

    #[test]
    fn the_outline_has_its_own_keys_first() {
        assert_eq!(typed("space", true), Typed::Action(Action::ToggleFold, None));
        assert_eq!(typed("space", false), Typed::Action(Action::PageDown, None));
        assert_eq!(typed("j", true), Typed::Action(Action::Down, None));
        assert_eq!(typed("enter", false), Typed::Unknown("Enter".to_owned()));
    }

    #[test]
    fn shift_is_part_of_what_a_key_types() {
        let event = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Some(Key::of(&event)), Key::parse("G"));
    }
}
