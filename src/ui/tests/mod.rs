//! The screen as a whole, without a terminal: keys in, frames out.

mod compare;
mod fake;
mod keys;
mod looks;
mod mouse;
mod tune;

use std::time::Duration;

use crossbeam_channel::bounded;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use self::fake::Fake;
use super::app::{App, Command};
use super::engine::Engine;
use super::panes::testing;
use super::theme_file::{Colours, Themes};
use super::view;
use crate::explorer::Snapshot;

/// A small document with something of everything.
const DOCUMENT: &str = r#"{
  "observatory": "Mauna Kea",
  "altitude_m": 4205,
  "open": true,
  "telescopes": [
    {"name": "Keck I", "mirror_m": 10.0, "first_light": 1993},
    {"name": "Subaru", "mirror_m": 8.2, "first_light": 1998},
    {"name": "Gemini North", "mirror_m": 8.1, "first_light": 1999}
  ],
  "director": null,
  "note": "clear skies \u2014 日本語 too"
}
"#;

/// A screen on a document, with an engine that answers at once.
struct Bench {
    app: App,
    engine: Fake,
    /// What the loop was asked to do, requests left out.
    commands: Vec<Command>,
}

impl Bench {
    fn new(columns: u16, rows: u16) -> Bench {
        Bench::on(DOCUMENT.as_bytes(), testing::snapshot(DOCUMENT.as_bytes()), columns, rows)
    }

    fn on(document: &[u8], snapshot: Snapshot, columns: u16, rows: u16) -> Bench {
        let engine = Fake::new(document, snapshot);
        let themes = Themes::load("fjord", None, Colours::Rgb).unwrap();
        let (wake, _) = bounded(1);
        let app = App::new(engine.snapshot(), themes, false, wake);
        let mut bench = Bench { app, engine, commands: Vec::new() };
        bench.app.resize(columns, rows);
        bench.settle();
        bench
    }

    /// Turns until nothing is left to do.
    fn settle(&mut self) {
        for _ in 0..100 {
            let commands = self.app.take_commands();
            let mut is_idle = commands.is_empty();
            for command in commands {
                match command {
                    Command::Ask(request) => assert!(self.engine.request(request)),
                    command => self.commands.push(command),
                }
            }
            self.app.take_snapshot(self.engine.snapshot());
            while let Some(answer) = self.engine.try_answer() {
                is_idle = false;
                self.app.take_answer(&answer);
            }
            if is_idle && (self.app.is_holding() || self.app.is_listing()) {
                // This engine ends no comparison: keys wait for it as long as they do. The list of files has a thread of its own.
                std::thread::sleep(Duration::from_millis(10));
                self.app.take_files();
                self.app.release();
            } else if is_idle {
                return;
            }
        }
        panic!("the screen never comes to rest");
    }

    /// Types keys as the keymap writes them, separated by spaces.
    fn keys(&mut self, keys: &str) -> &mut Bench {
        for key in keys.split(' ') {
            let (code, modifiers) = match key {
                "esc" => (KeyCode::Esc, KeyModifiers::NONE),
                "enter" => (KeyCode::Enter, KeyModifiers::NONE),
                "tab" => (KeyCode::Tab, KeyModifiers::NONE),
                "space" => (KeyCode::Char(' '), KeyModifiers::NONE),
                "up" => (KeyCode::Up, KeyModifiers::NONE),
                "down" => (KeyCode::Down, KeyModifiers::NONE),
                "left" => (KeyCode::Left, KeyModifiers::NONE),
                "f1" => (KeyCode::F(1), KeyModifiers::NONE),
                "f2" => (KeyCode::F(2), KeyModifiers::NONE),
                "f3" => (KeyCode::F(3), KeyModifiers::NONE),
                "f4" => (KeyCode::F(4), KeyModifiers::NONE),
                "f5" => (KeyCode::F(5), KeyModifiers::NONE),
                "f6" => (KeyCode::F(6), KeyModifiers::NONE),
                _ => match key.strip_prefix("ctrl-") {
                    Some(c) => (KeyCode::Char(c.chars().next().unwrap()), KeyModifiers::CONTROL),
                    None => (KeyCode::Char(key.chars().next().unwrap()), KeyModifiers::NONE),
                },
            };
            self.app.key(KeyEvent::new(code, modifiers));
            self.settle();
        }
        self
    }

    /// Types each character.
    fn text(&mut self, text: &str) -> &mut Bench {
        for c in text.chars() {
            self.app.key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
            self.settle();
        }
        self
    }

    fn frame(&self) -> (Buffer, Option<Position>) {
        let (buffer, cursor) = view::frame(&self.app);
        testing::check_cells(&buffer);
        (buffer, cursor)
    }

    /// The frame as text, spaces at the ends of rows taken off.
    fn picture(&self) -> String {
        let (buffer, _) = self.frame();
        let rows = (0..buffer.area.height).map(|y| {
            let mut row = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                row.push_str(symbol);
                x += super::widgets::width(symbol).max(1);
            }
            row.trim_end().to_owned()
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    fn message(&self) -> &str {
        self.app.message.as_ref().map_or("", |message| &message.text)
    }
}
