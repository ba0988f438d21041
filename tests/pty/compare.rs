//! Two scanners side by side, on a real terminal.

use std::path::Path;
use std::time::Duration;

use crate::harness::Start;

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

#[test]
fn ruby_is_compared_with_crystal_and_left_again() {
    let file = fixture("ruby/strings.rb");
    let mut session = Start::new(&[&file]).size(120, 40).start();
    session.until_text("string");
    session.type_keys("C");
    session.until_text("Left  Ruby").until_text("Right  Crystal").until_text("11 differences");
    session.until_text("1:24 string never ends");
    session.type_keys("]d").until_text("1 of 11").until_text("span: string left, char right");
    session.type_keys("]d]d").until_text("3 of 11");
    session.type_keys("[d").until_text("2 of 11");
    // The right side as a stream of the left side's language: then nothing differs.
    session.type_keys(">").until_text(">lang=crystal");
    session.type_keys(",blok=3\r").until_text("blok=3").until_text("is no setting of a side");
    session.type_keys("\x15ruby,scalar,block=3\r").until_text("blocks of 3");
    session.until_text("no difference").until_text("both sides tell the same");
    // A comparison that is over costs nothing more.
    session.until_quiet(Duration::from_millis(700));
    assert!(session.is_quiet_for(Duration::from_millis(1000)));
    session.type_keys("x").until_text("Left  Ruby  blocks of 3  scalar");
    session.type_keys("q").until_text("Outline");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn two_files_are_opened_side_by_side() {
    let (left, right) = (fixture("observatories.json"), fixture("observatories.min.json"));
    let flag = Path::new("--compare");
    let mut session = Start::new(&[flag, &left, &right]).size(140, 40).start();
    session.until_text("Left  observatories.json").until_text("Right  observatories.min.json");
    session.until_text("in the first 35 KiB");
    session.type_keys("]d").until_text("1 of ");
    session.type_keys("\x1b").until_text("Outline");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn a_file_that_is_not_there_is_said_on_the_screen() {
    let (flag, left) = (Path::new("--compare"), fixture("crlf.json"));
    let missing = Path::new("/no/such/file");
    let mut session = Start::new(&[flag, &left, missing]).size(100, 30).start();
    session.until_text("broken off").until_text("cannot open");
    session.type_keys("qq");
    assert_eq!(session.exit_code(), 0);
}
