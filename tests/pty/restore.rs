//! However the program ends, the terminal is as it was.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tempfile::NamedTempFile;

use crate::harness::{Session, Start, ended};

pub(crate) fn document() -> NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
    let rows: Vec<String> =
        (0..300).map(|i| format!("  {{\"n\": {i}, \"even\": {}}}", i % 2 == 0)).collect();
    write!(file, "[\n{}\n]\n", rows.join(",\n")).unwrap();
    file
}

/// A session that has painted its document.
fn opened(file: &Path) -> Session {
    let session = Start::new(&[file]).start();
    session.until_text("\"even\"");
    session.assert_claimed();
    session
}

#[test]
fn after_q() {
    let file = document();
    let mut session = opened(file.path());
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn after_q_from_an_open_prompt_and_help() {
    let file = document();
    let mut session = opened(file.path());
    session.type_keys("/abc");
    session.until("marked pastes", vt100::Screen::bracketed_paste);
    session.type_keys("\x1b");
    session.until("unmarked pastes", |screen| !screen.bracketed_paste());
    session.type_keys("H").until_text("one row down");
    session.type_keys("qq");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn after_each_signal_that_ends_it() {
    let file = document();
    for (signal, number) in
        [(Signal::TERM, 15), (Signal::HUP, 1), (Signal::INT, 2), (Signal::QUIT, 3)]
    {
        let mut session = opened(file.path());
        session.signal(signal);
        assert_eq!(session.exit_code(), 128 + number, "{signal:?}");
        session.assert_restored();
    }
}

#[test]
fn after_a_signal_while_a_prompt_is_open() {
    let file = document();
    let mut session = opened(file.path());
    session.type_keys("/abc");
    session.until("marked pastes", vt100::Screen::bracketed_paste);
    session.signal(Signal::TERM);
    assert_eq!(session.exit_code(), 143);
    session.assert_restored();
}

#[test]
fn while_stopped_and_claimed_again_when_continued() {
    let file = document();
    let mut session = opened(file.path());
    for _ in 0..3 {
        session.signal(Signal::TSTP).until_state('T');
        session.assert_restored();
        session.signal(Signal::CONT);
        session.assert_claimed();
        session.until_text("\"even\"");
    }
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn when_the_mouse_was_taken() {
    let file = document();
    let takes = |screen: &vt100::Screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::PressRelease
            && screen.mouse_protocol_encoding() == vt100::MouseProtocolEncoding::Sgr
    };
    let mut session = Start::new(&[file.path()]).env("WARP_TUI_MOUSE", "on").start();
    session.until("the mouse is taken", takes).until_text("\"even\"");
    // The third row of the source, and then the wheel.
    session.type_keys("\x1b[<0;12;5M\x1b[<0;12;5m").until_text("line 3 ");
    session.type_keys("\x1b[<65;12;5M").until("rows go up", |screen| {
        screen.contents().lines().nth(2).is_some_and(|row| row.starts_with("│  4 "))
    });
    session.signal(Signal::TSTP).until_state('T');
    session.assert_restored();
    session.signal(Signal::CONT);
    session.until("the mouse is taken again", takes);
    session.type_keys("M").until("the mouse is given back", |screen| !takes(screen));
    session.type_keys("M").until("the mouse is taken again", takes);
    session.signal(Signal::TERM);
    assert_eq!(session.exit_code(), 143);
    session.assert_restored();
}

#[test]
fn suspend_goes_to_the_shell_and_fg_comes_back() {
    let file = document();
    let mut session = Start::as_job(file.path()).start();
    session.until_text("\"even\"");
    session.type_keys("\x1a");
    session.until("the shell and back", |screen| {
        screen.alternate_screen() && screen.contents().contains("\"even\"")
    });
    session.type_keys("j").until_text("line 2 ");
    session.type_keys("q");
    session.exit_code();
    session.assert_restored();
    session.until_text("back");
}

#[test]
fn without_a_shell_suspend_says_so_and_stays() {
    let file = document();
    let mut session = opened(file.path());
    session.type_keys("\x1a").until_text("there is no shell to go back to");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn after_a_stop_that_it_could_not_see() {
    let file = document();
    let mut session = opened(file.path());
    session.signal(Signal::STOP).until_state('T');
    session.resize(60, 20).signal(Signal::CONT);
    session.until_text("\"even\"");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn when_a_file_cannot_be_opened_nothing_is_claimed() {
    let mut session = Start::new(&[Path::new("/nonexistent/file.json")]).start();
    assert_eq!(session.exit_code(), 1);
    session.until_text("/nonexistent/file.json").assert_restored();
    assert!(!String::from_utf8_lossy(&session.raw()).contains("\x1b[?1049h"));
}

#[test]
fn a_terminal_that_can_show_nothing_is_refused() {
    let file = document();
    for start in
        [Start::new(&[file.path()]).env("TERM", "dumb"), Start::new(&[file.path()]).without("TERM")]
    {
        let mut session = start.start();
        assert_eq!(session.exit_code(), 2);
        session.until_text("warp-tui scan").assert_restored();
        assert!(!session.raw().contains(&0x1B));
    }
}

#[test]
fn without_a_terminal_for_output_it_says_what_works() {
    let file = document();
    let program = std::env::var_os("WARP_TUI_BIN");
    let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_warp-tui").into());
    let output = Command::new(program).arg(file.path()).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("warp-tui scan") && said.lines().count() == 1, "{said}");
}

#[test]
fn a_terminal_that_vanishes_ends_it_within_a_second_or_so() {
    let file = document();
    // A shell that ignores HUP stands for nohup: then only the hang-up on the terminal itself tells.
    for first in ["", "trap '' HUP;"] {
        let mut child = Start::by_shell(first, file.path()).start_and_vanish("\"even\"");
        let vanished = Instant::now();
        ended(child.as_mut());
        assert!(vanished.elapsed() < Duration::from_secs(5), "{first:?}: {:?}", vanished.elapsed());
    }
}

#[test]
fn signals_that_were_ignored_stay_ignored() {
    let file = document();
    let mut session = Start::by_shell("trap '' INT;", file.path()).start();
    session.until_text("\"even\"");
    session.signal(Signal::INT);
    session.type_keys("5j").until_text("line 6");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

/// Faults on purpose are only in builds with debug assertions, as that of the tests is; see `src/ui/fault.rs`.
#[cfg(debug_assertions)]
mod panics {
    use super::*;

    #[test]
    fn after_a_panic_of_the_screen_thread_which_is_told_then() {
        let file = document();
        let session = Start::new(&[file.path()]).env("WARP_TUI_PANIC", "screen");
        let mut session = session.env("RUST_BACKTRACE", "0").start();
        session.until_text("\"even\"");
        session.type_keys("/");
        session.until("marked pastes", vt100::Screen::bracketed_paste);
        session.type_keys("a");
        assert_eq!(session.exit_code(), 101);
        session.assert_restored();
        session.until_text("WARP_TUI_PANIC asks for it");
    }

    #[test]
    fn a_panic_of_a_worker_is_an_error_on_the_screen_and_the_screen_goes_on() {
        let file = document();
        // So long that it is still being scanned when the screen has been painted.
        file.as_file().set_len(1 << 40).unwrap();
        let mut session =
            Start::new(&[file.path()]).env("WARP_TUI_PANIC", "worker").size(120, 40).start();
        session.until_text("\"even\"").until_text("WARP_TUI_PANIC asks for it");
        session.assert_claimed();
        session.type_keys("j").until_text("byte 2");
        session.type_keys("q");
        assert_eq!(session.exit_code(), 0);
        session.assert_restored();
    }
}
