//! Anything typed at anything: the program neither dies nor hangs, and gives the terminal back.
//!
//! `WARP_TUI_MONKEYS=N` sends N of them; `WARP_TUI_CORPUS=DIR` has them type at files of a corpus instead of the fixtures.

use std::path::{Path, PathBuf};

use crate::harness::Start;
use crate::numbers::Numbers;

const MONKEYS: usize = 12;
const KEYS_OF_EACH: usize = 120;

/// Keys, lines typed into prompts, clicks, wheels and drags; not what quits or suspends.
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "t", "C", "=", "M", "\x05", "\x19", "v", "w", "j", "k", "h", "l", "J", "K", "g", "G", "%", "n", "N", " ", "b", "f", "z",
    "o", "c", "s", "d", "x", "<", ">", "+", "-", "F", "p", "T", "B", "0", "$", "5", "12", "\r",
    "\t", "\x1b[Z", "\x1b", "]p", "[p", "]b", "[b", "]d", "[d", "\x02", "\x04", "\x06", "\x0c",
    "\x0e", "\x0f", "\x15", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1b[H",
    "\x1b[F", "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[18~",
    "\x1b[19~", "\x1b[20~", ":7\r", ":@99\r", ":@18446744073709551615\r", ":50%\r", ":$.a[3]\r",
    ":$[0]\r", ":$[\r", ":lang rust\r", ":lang json\r", ":lang text\r", ":lang x\r", ":block 1\r",
    ":block 64\r", ":cache 0\r", ":cache 9\r", ":\r", "/e\r", "?\u{e9}\r", "/\r", "/(\r",
    "99999999999999999999G", "200%", "\x1b[<0;3;3M\x1b[<0;3;3m",
    "\x1b[<0;70;9M\x1b[<32;20;20M\x1b[<0;20;20m", "\x1b[<64;9;9M", "\x1b[<65;9;9M",
    "\x1b[200~a\x1b[201~",
];

/// Files of all languages, or of a corpus, among them some that are no text.
fn files() -> Vec<PathBuf> {
    let corpus = std::env::var_os("WARP_TUI_CORPUS").map(PathBuf::from);
    let fixtures = || Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let (mut found, mut folders) = (Vec::new(), vec![corpus.unwrap_or_else(fixtures)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn anything_typed_at_anything_is_survived() {
    let monkeys = std::env::var("WARP_TUI_MONKEYS").ok();
    let monkeys = monkeys.and_then(|n| n.parse().ok()).unwrap_or(MONKEYS);
    let files = files();
    let folder = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    for monkey in 0..monkeys {
        let file = &files[numbers.below(files.len())];
        // Each third one types at a stream.
        let start = if monkey % 3 == 2 {
            Start::by_line(&format!("cat '{}' | \"$0\"", file.display()))
        } else {
            Start::new(&[file])
        };
        let mut session = start.env("XDG_CONFIG_HOME", folder.path().to_str().unwrap()).start();
        session.assert_claimed();
        let mut typed = String::new();
        for _ in 0..KEYS_OF_EACH {
            let key = KEYS[numbers.below(KEYS.len())];
            typed.push_str(key);
            if numbers.below(40) == 0 {
                let (columns, rows) = (1 + numbers.below(150), 1 + numbers.below(60));
                session.resize(columns as u16, rows as u16);
            }
            assert!(session.is_running(), "monkey {monkey}, {}: {typed:?}", file.display());
            session.type_keys(key);
        }
        // Out of all prompts and views, then the end.
        session.resize(80, 24);
        for _ in 0..VIEWS_MAX {
            session.type_keys("\x1b").until_quiet(SETTLED);
        }
        // On a busy machine the last escape may still wait for what follows it: not for the `q`.
        session.type_keys("\x0c").until_quiet(SETTLED);
        session.type_keys("q");
        let code = session.exit_code();
        assert_eq!(code, 0, "monkey {monkey}, {}: {typed:?}", file.display());
        session.assert_restored();
    }
}

/// Views and prompts that can lie on top of each other, of which each may take an escape to stop and one to leave.
const VIEWS_MAX: usize = 6;

/// An escape is a key of its own once nothing follows it for so long.
const SETTLED: std::time::Duration = std::time::Duration::from_millis(120);
