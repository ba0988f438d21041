//! Settings measured, applied and kept, on a real terminal.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::harness::{Session, Start};

/// A folder with a document of so many lines, and no configuration.
fn folder(lines: usize) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("[\n");
    for i in 0..lines {
        writeln!(text, "  {{\"id\": {i}, \"name\": \"number {i}\", \"tags\": [\"a\", \"b\"]}},")
            .unwrap();
    }
    text.push_str("  null\n]\n");
    let document = folder.path().join("some.json");
    fs::write(&document, text).unwrap();
    (folder, document)
}

fn start(folder: &TempDir, arguments: &[&Path]) -> Session {
    let config = folder.path().to_str().unwrap().to_owned();
    Start::new(arguments).env("XDG_CONFIG_HOME", &config).size(120, 40).start()
}

#[test]
fn settings_are_measured_applied_and_written_to_the_configuration() {
    let (folder, document) = folder(5000);
    let config = folder.path().join("mine.toml");
    fs::write(&config, "# mine\ntheme = \"fjord\" # dark\nthreads = 1 # one\n").unwrap();
    let mut session = start(&folder, &[Path::new("--config"), &config, &document]);
    session.until_text("Outline");
    session.type_keys("t").until_text("Runs from the file").until_text("5 rounds");
    session.until_text("★ ").until_text("best from the file").until_text("scalar");
    // What is over costs nothing more.
    session.until_quiet(Duration::from_millis(700));
    assert!(session.is_quiet_for(Duration::from_millis(1000)));
    // The slowest: it is another one than what is in use, whatever the machine.
    session.type_keys("G\r").until_text("in use from now on: ");
    session.type_keys("w").until_text("written to ").until_text("mine.toml");
    let text = fs::read_to_string(&config).unwrap();
    assert!(text.starts_with("# mine\ntheme = \"fjord\" # dark\nthreads = "), "{text}");
    assert!(text.contains(" # one\n") && text.contains("\nkernel = \""), "{text}");
    session.type_keys("\x1b").until_text("Outline");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn a_measurement_can_be_stopped_and_begun_again() {
    // Several MB, on which no machine is done before the key comes.
    let (folder, document) = folder(100_000);
    let mut session = start(&folder, &[&document]);
    session.until_text("Outline");
    session.type_keys("t").until_text("warms up");
    session.type_keys("\x1b").until_text("stopped after");
    session.until_quiet(Duration::from_millis(700));
    session.type_keys("R").until_text("warms up");
    session.type_keys("\x03").until_text("stopped after");
    session.type_keys("q").until_text("Outline");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn a_configuration_is_made_where_there_is_none_and_a_broken_one_is_not_touched() {
    let (folder, document) = folder(5000);
    let mut session = start(&folder, &[&document]);
    session.until_text("Outline");
    session.type_keys("t").until_text("5 rounds");
    session.type_keys("w").until_text("written to ");
    let config = folder.path().join("warp-tui").join("config.toml");
    assert!(fs::read_to_string(&config).unwrap().contains("kernel = \""));
    fs::write(&config, "threads = = 2\n").unwrap();
    session.type_keys("w").until_text("what stands there is broken");
    assert_eq!(fs::read_to_string(&config).unwrap(), "threads = = 2\n");
    session.type_keys("qq");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn a_stream_is_refused_in_words() {
    let mut session = Start::by_line("echo '[1, 2]' | \"$0\"").size(100, 30).start();
    session.until_text("[1, 2]");
    session.type_keys("t").until_text("a stream comes once");
    session.type_keys("\x1b").until_text("Outline");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}
