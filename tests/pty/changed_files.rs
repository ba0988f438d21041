//! Files that change while they are open: each change is told as it is, and keys go to places that are there.

use std::fs::{self, File};
use std::time::Duration;

use crate::harness::Start;

/// Bytes of each line.
const LINE_BYTES: u64 = 40;

fn lines(n: u64) -> String {
    (0..n).map(|i| format!("{{\"n\": {i:10}, \"text\": \"abcdefghij\"}}\n")).collect()
}

#[test]
fn a_file_that_is_cut_is_shown_as_far_as_it_goes() {
    assert_eq!(lines(7).len() as u64, 7 * LINE_BYTES);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.jsonl");
    fs::write(&path, lines(60_000)).unwrap();
    let file = File::options().write(true).open(&path).unwrap();
    let mut session = Start::new(&[&path]).size(120, 40).start();
    session.until_text("indexed in");
    session.type_keys("G").until_text("line 60,000 ").until_text("$[59999]");
    // In the middle of a line, and of a part of 64 KiB.
    file.set_len(1_000_010).unwrap();
    session.until_text("the file was cut to 977 KiB; R scans it again");
    session.until_text("   byte 1,000,009").until_text("100 %");
    session.type_keys("g").until_text("line 1 ");
    session.type_keys("G").until_text("line 25,001 ").until_text("   byte 1,000,000");
    session.type_keys(":@900000\r").until_text("line 22,501 ").until_text("$[22500]");
    session.type_keys(":@2000000\r").until_text("   byte 1,000,009");
    session.until_text("the file was cut to 977 KiB; R scans it again");
    file.set_len(0).unwrap();
    session.until_text("the file was cut to 0 B; R scans it again");
    session.until_text("empty: no bytes").until_text("   byte 0 ");
    session.type_keys("G").until_quiet(Duration::from_millis(300));
    session.until_text("   byte 0 ");
    fs::write(&path, lines(70_000)).unwrap();
    session.until_text("the file was rewritten; R scans it again");
    session.type_keys("R").until_text("2.67 MiB").until_text("indexed in");
    session.type_keys("G").until_text("line 70,000 ").until_text("$[69999]");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn a_file_that_is_removed_stays_readable_and_another_one_takes_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("a.jsonl"), folder.path().join("b.jsonl"));
    fs::write(&path, lines(10_000)).unwrap();
    fs::write(&other, lines(20)).unwrap();
    let mut session = Start::new(&[&path]).size(120, 40).start();
    session.until_text("indexed in");
    fs::remove_file(&path).unwrap();
    session.until_text("the file was removed; what is open can still be read");
    session.type_keys("G").until_text("line 10,000 ").until_text("$[9999]");
    fs::rename(&other, &path).unwrap();
    session.until_text("the file was replaced; R scans the new one");
    session.type_keys("R").until_text("line 20 ");
    session.type_keys("gG").until_text("$[19]").until_text("   byte 760");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn a_file_that_is_removed_is_not_said_to_be_followed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    fs::write(&path, lines(10)).unwrap();
    let mut session = Start::new(&[&path]).size(120, 40).start();
    session.until_text("indexed in");
    session.type_keys("F").until_text("following").until_text("line 10 ");
    let kept = File::options().append(true).open(&path).unwrap();
    fs::remove_file(&path).unwrap();
    session.until_text("the file was removed; another one under its name is followed on");
    session.until("nothing followed", |screen| !screen.contents().contains("following"));
    // What cannot be opened again cannot be begun anew either.
    kept.set_len(LINE_BYTES).unwrap();
    session.until_text("the file was cut").until_text("cannot open");
    session.until("nothing followed", |screen| !screen.contents().contains("following"));
    fs::write(&path, lines(3)).unwrap();
    session.until_text("following").until_text("line 3 ").until_text("$[2]");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}
