//! Every key that the table of actions binds, typed at the built program: it does what help says of it.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use warp_tui::ui::action::ACTIONS;

use crate::harness::{Session, Start};

const F2: &str = "\x1bOQ";
const F3: &str = "\x1bOR";
const F4: &str = "\x1bOS";
const F5: &str = "\x1b[15~";
const F6: &str = "\x1b[17~";

/// Keys typed before, the action's name, its key as the table writes it, and what is on the screen then.
type Step = (&'static str, &'static str, &'static str, &'static str);

/// At the document of [`document`], 120 columns wide and 40 rows high.
#[rustfmt::skip]
const STEPS: &[Step] = &[
    (":1\r", "down", "j", "line 2 "),
    (":1\r", "down", "down", "line 2 "),
    (":5\r", "up", "k", "line 4 "),
    (":5\r", "up", "up", "line 4 "),
    (":@9\r", "left", "left", "byte 8 "),
    (":@8\r", "right", "right", "byte 9 "),
    (":@40\r", "row-start", "0", "line 3   column 1 "),
    (":@40\r", "row-text", "^", "line 3   column 5 "),
    (":@40\r", "row-start", "home", "line 3   column 1 "),
    (":@20\r", "row-end", "$", "line 3   column 31 "),
    (":@20\r", "row-end", "end", "line 3   column 31 "),
    (":@0\r", "page-down", "space", "line 26 "),
    (":@0\r", "page-down", "ctrl-f", "line 26 "),
    (":@0\r", "page-down", "pagedown", "line 26 "),
    (":100\r", "page-up", "ctrl-b", "line 75 "),
    (":100\r", "page-up", "pageup", "line 75 "),
    (":@0\r", "half-page-down", "ctrl-d", "line 14 "),
    (":100\r", "half-page-up", "ctrl-u", "line 87 "),
    (":@0\r", "scroll-down", "ctrl-e", "line 5 "),
    (":125\r", "scroll-up", "ctrl-y", "line 121 "),
    (":50\r", "top", "g", "line 1 "),
    (":50\r", "top", "ctrl-home", "line 1 "),
    (":50\r7", "top", "g", "line 7 "),
    (":50\r", "bottom", "G", "line 125 "),
    (":50\r", "bottom", "ctrl-end", "line 125 "),
    (":50\r9", "bottom", "G", "line 9 "),
    (":@0\r", "matching", "%", "line 125 "),
    (":@0\r50", "matching", "%", "50 %"),
    (":$.list[3].n\r", "parent", "h", "$.list[3] "),
    (":$.list[3]\r", "into", "l", "$.list[3].n "),
    (":$.list[3]\r", "next-sibling", "J", "$.list[4] "),
    (":$.list[3]\r", "previous-sibling", "K", "$.list[2] "),
    (":block 64\r:@0\r", "next-seam", "] b", "byte 64 "),
    (":@200\r", "previous-seam", "[ b", "byte 192 "),
    (":@0\r", "search", "/", "/ text"),
    ("alpha\r:125\r", "search-backward", "?", "? text"),
    ("\"n\": 5,\r:@0\r/deep\r", "next-match", "n", "line 4 "),
    ("", "previous-match", "N", "line 3 "),
    ("", "go-to", ":", ": 120 line"),
    ("7\r:90\r", "back", "ctrl-o", "line 7 "),
    (":90\r", "back", "backspace", "line 7 "),
    ("", "forward", "ctrl-n", "line 90 "),
    (":$.text\r", "copy-path", "y p", "copied $.text"),
    ("", "copy-value", "y v", "copied \"alpha"),
    ("", "copy-line", "y y", "copied "),
    (":@0\r", "next-pane", "tab", "▸ list"),
    ("gj", "toggle-fold", "space", "▾ list"),
    ("", "fold", "left", "▸ list"),
    ("", "unfold", "right", "▾ list"),
    ("jj", "enter", "enter", "$.list[1] "),
    ("", "previous-pane", "backtab", "$.list[1] "),
    ("", "down", "j", "line 5 "),
    ("", "next-pane", "ctrl-w w", "line 5 "),
    ("g", "enter", "enter", "line 1 "),
    ("", "previous-pane", "ctrl-w W", "line 1 "),
    ("", "down", "j", "line 2 "),
    ("", "zoom", "z", "-Monitor"),
    ("", "zoom", "ctrl-w o", "Monitor"),
    ("", "show-outline", "f2", "-Outline"),
    (F2, "show-monitor", "f3", "-Monitor"),
    (F3, "show-cache", "f4", "-hit rate"),
    (F4, "show-patterns", "f5", "no patterns"),
    (F5, "show-boundaries", "f6", "-carried"),
    ("", "block-size", "b", ":block"),
    ("\x1b", "filter-seams", "f", "seams: in strings"),
    ("ffff", "verify", "v", "0 differences"),
    (F6, "cache-view", "c", "by last used"),
    ("", "sort-cache", "s", "sorted by"),
    ("", "drop-cached", "d", "0 of 100"),
    ("c", "offsets", "#", "by byte"),
    ("#", "layout", "=", "pretty: a row for each member"),
    ("==", "next-theme", "T", "theme "),
    ("", "mouse", "M", "the mouse is taken"),
    ("M", "redraw", "ctrl-l", "\"list\""),
    ("", "files", "o", "one file was named"),
    ("j", "files", "ctrl-p", "one file was named"),
    ("", "more-threads", "+", "3 workers"),
    ("", "fewer-threads", "-", "2 workers"),
    ("", "follow", "F", "following while it grows"),
    ("", "pause", "p", "a file is not read as a stream"),
    ("", "rescan", "R", "scanning again"),
    ("", "clear-cache", "X", "the cache is empty"),
    ("", "help", "f1", "one row down"),
    ("", "cancel", "esc", "-one row down"),
    ("", "help", "H", "one row down"),
    ("", "interrupt", "ctrl-c", "-one row down"),
    ("", "compare", "C", "both sides tell the same"),
    ("", "next-difference", "] d", "there is no difference"),
    ("", "previous-difference", "[ d", "there is no difference"),
    ("", "compare-left", "<", "<lang=json"),
    ("\x1b", "compare-right", ">", ">lang=json"),
    ("\x1b", "swap-sides", "x", "have changed places"),
    ("C", "tune", "t", "  5 rounds"),
    ("", "keep-tuned", "w", "written to "),
];

/// At a file of Rust.
const IN_CODE: &[Step] = &[
    (":4\r", "previous-pattern", "[ p", "line 3 "),
    (":1\r", "next-pattern", "] p", "line 2 "),
    ("", "wrap", "W", "long lines are cut"),
    ("", "scroll-right", "ctrl-right", "‹"),
    ("", "scroll-left", "ctrl-left", "-‹"),
    ("", "scroll-right", ")", "‹"),
    ("", "scroll-left", "(", "-‹"),
];

fn document() -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
    let mut text = String::from("{\n  \"list\": [\n");
    for n in 0..120 {
        let comma = if n < 119 { "," } else { "" };
        text += &format!("    {{\"n\": {n}, \"deep\": [{n}, [1]]}}{comma}\n");
    }
    text += "  ],\n  \"text\": \"alpha beta\"\n}\n";
    file.write_all(text.as_bytes()).unwrap();
    file
}

/// What a terminal sends for a key, or for the two of a chord.
fn sent(key: &str) -> String {
    let one = |key: &str| match key {
        "up" => "\x1b[A".to_owned(),
        "down" => "\x1b[B".to_owned(),
        "right" => "\x1b[C".to_owned(),
        "left" => "\x1b[D".to_owned(),
        "home" => "\x1b[H".to_owned(),
        "end" => "\x1b[F".to_owned(),
        "ctrl-right" => "\x1b[1;5C".to_owned(),
        "ctrl-left" => "\x1b[1;5D".to_owned(),
        "ctrl-home" => "\x1b[1;5H".to_owned(),
        "ctrl-end" => "\x1b[1;5F".to_owned(),
        "pageup" => "\x1b[5~".to_owned(),
        "pagedown" => "\x1b[6~".to_owned(),
        "backtab" => "\x1b[Z".to_owned(),
        "f1" => "\x1bOP".to_owned(),
        "f2" => "\x1bOQ".to_owned(),
        "f3" => "\x1bOR".to_owned(),
        "f4" => "\x1bOS".to_owned(),
        "f5" => "\x1b[15~".to_owned(),
        "f6" => "\x1b[17~".to_owned(),
        "tab" => "\t".to_owned(),
        "enter" => "\r".to_owned(),
        "esc" => "\x1b".to_owned(),
        "space" => " ".to_owned(),
        "backspace" => "\x7f".to_owned(),
        other => match other.strip_prefix("ctrl-") {
            Some(letter) => char::from(letter.as_bytes()[0] & 0x1F).to_string(),
            None => other.to_owned(),
        },
    };
    key.split(' ').map(one).collect()
}

/// Types what comes before a step, part by part, and waits until the cursor has come to where each part sends it.
fn go(session: &mut Session, before: &str) {
    for part in before.split_inclusive('\r') {
        session.type_keys(part);
        let place = part.trim_end_matches('\r');
        match place.as_bytes() {
            [b':', b'@', ..] => session.until_text(&format!("byte {} ", &place[2..])),
            [b':', b'$', ..] => session.until_text(&format!(" {} ", &place[1..])),
            [b':', b'0'..=b'9', ..] => session.until_text(&format!("line {} ", &place[1..])),
            _ => {
                session.until_quiet(Duration::from_millis(60));
                continue;
            }
        };
    }
}

/// Does `steps`, one after the other. What is wanted with a `-` in front is to go from the screen.
fn follow(session: &mut Session, steps: &[Step]) {
    for (before, name, key, wanted) in steps {
        go(session, before);
        session.type_keys(&sent(key));
        let is_so = |screen: &vt100::Screen| match wanted.strip_prefix('-') {
            Some(gone) => !screen.contents().contains(gone),
            None => screen.contents().contains(wanted),
        };
        session.until(&format!("{name} ({key}): {wanted}"), is_so);
    }
}

#[test]
fn every_key_does_what_help_says() {
    let file = document();
    let config = tempfile::tempdir().unwrap();
    let config_home = config.path().to_str().unwrap();
    let start =
        Start::new(&[file.path()]).env("XDG_CONFIG_HOME", config_home).env("WARP_TUI_THREADS", "2");
    let mut session = start.size(120, 40).start();
    session.until_text("\"list\"").until_text("indexed in");
    follow(&mut session, STEPS);
    assert!(config.path().join("warp-tui/config.toml").exists());
    session.type_keys("\x1b").until_text("alpha beta");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();

    let code = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rust/attributes.rs");
    let mut session = Start::new(&[&code]).size(120, 40).start();
    session.until_text("line 1 ").until_text("indexed in");
    follow(&mut session, IN_CODE);

    // Suspending has tests of its own (`restore`), and quitting was done above.
    let mut tried: Vec<(&str, &str)> = vec![("suspend", "ctrl-z"), ("quit", "q")];
    tried.extend(STEPS.iter().chain(IN_CODE).map(|(_, name, key, _)| (*name, *key)));
    for info in ACTIONS {
        for key in info.keys {
            assert!(tried.contains(&(info.name, *key)), "{} ({key}) was not tried", info.name);
        }
    }
}
