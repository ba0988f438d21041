//! How the whole screen looks, and that it looks like something at every size.

use super::*;
use crate::explorer::{Answer, Phase, Problem, SourceChange};
use crate::lang::ProblemKind;
use crate::ui::geometry::PaneId;
use crate::ui::panes::source::LayoutKind;

fn busy(columns: u16, rows: u16) -> Bench {
    let document = DOCUMENT.as_bytes();
    let mut snapshot = testing::busy_snapshot(2);
    let quiet = testing::snapshot(document);
    snapshot.document = quiet.document;
    snapshot.scan.bytes_total = document.len() as u64;
    snapshot.scan.bytes_done = document.len() as u64 * 2 / 5;
    Bench::on(document, snapshot, columns, rows)
}

#[test]
fn the_screen_at_80_by_24() {
    insta::assert_snapshot!(busy(80, 24).picture());
}

#[test]
fn the_screen_at_120_by_40() {
    insta::assert_snapshot!(busy(120, 40).picture());
}

#[test]
fn the_screen_at_200_by_60() {
    insta::assert_snapshot!(busy(200, 60).picture());
}

#[test]
fn the_screen_at_20_by_6() {
    insta::assert_snapshot!(busy(20, 6).picture());
}

#[test]
fn help_on_a_large_screen() {
    insta::assert_snapshot!(Bench::new(130, 40).keys("f1").picture());
}

#[test]
fn help_on_a_small_screen_scrolls() {
    let mut bench = Bench::new(60, 14);
    let top = bench.keys("f1").picture();
    assert_ne!(bench.keys("j").picture(), top);
    let bottom = bench.keys("G").picture();
    assert_eq!(bench.keys("j j j").picture(), bottom);
    assert_eq!(bench.keys("g").picture(), top);
    insta::assert_snapshot!(bottom);
}

#[test]
fn help_on_a_narrow_screen_breaks_what_does_not_fit() {
    let mut bench = Bench::new(40, 10);
    let mut seen = bench.keys("f1").picture();
    insta::assert_snapshot!(seen);
    for _ in 0..200 {
        seen = format!("{seen}\n{}", bench.keys("j").picture());
    }
    // The end of what was cut there.
    for said in ["that key N times: ", "5j, 3n", "first character", "of the row", "reading"] {
        assert!(seen.contains(said), "{said}");
    }
    for row in seen.lines().filter(|row| row.starts_with('╰')) {
        assert!(row.ends_with("j k scroll   Esc closes ─╯"), "{row}");
    }
}

#[test]
fn every_size_is_drawn_in_every_state() {
    let states: [&str; 6] = ["", "tab", "tab tab tab z", "f1", ": 1 2", "/ x enter"];
    for state in states {
        let mut bench = busy(80, 24);
        if !state.is_empty() {
            bench.keys(state);
        }
        for columns in 0..=40 {
            for rows in 0..=12 {
                bench.app.resize(columns, rows);
                let (_, cursor) = bench.frame();
                assert!(cursor.is_none_or(|c| c.x < columns && c.y < rows));
            }
        }
        bench.app.resize(500, 200);
        bench.settle();
        bench.frame();
    }
}

#[test]
fn a_resize_storm_comes_to_rest() {
    let mut bench = Bench::new(80, 24);
    for i in 0..200_u16 {
        bench.app.resize(i * 7 % 211, i * 3 % 67);
    }
    bench.app.resize(80, 24);
    bench.settle();
    assert_eq!(bench.picture(), Bench::new(80, 24).picture());
}

#[test]
fn a_hostile_name_is_shown_not_sent() {
    let mut snapshot = testing::snapshot(b"{}");
    snapshot.document.path = "\u{1b}]0;owned\u{7}\u{202e}nosj.x".into();
    let bench = Bench::on(b"{}", snapshot, 120, 10);
    let picture = bench.picture();
    assert!(picture.contains("\u{241b}]0;owned\u{2407}<U+202E>nosj.x"), "{picture}");
}

#[test]
fn trouble_has_a_line_of_its_own() {
    let mut snapshot = testing::snapshot(DOCUMENT.as_bytes());
    snapshot.first_problem =
        Some(Problem { at: 120, line: Some(3), kind: ProblemKind::StrayCloser });
    let picture =
        |snapshot: &Snapshot| Bench::on(DOCUMENT.as_bytes(), snapshot.clone(), 100, 20).picture();
    assert!(picture(&snapshot).contains("line 4: closing bracket without an opening one"));
    snapshot.source_change = Some(SourceChange::Truncated { bytes: 100 });
    assert!(picture(&snapshot).contains("the file was cut to 100 B; R scans it again"));
    snapshot.scan.phase = Phase::Failed("cannot read at byte 7: \u{1b}[31m".to_owned());
    assert!(picture(&snapshot).contains("the scan stopped: cannot read at byte 7: \u{241b}[31m"));
    assert!(picture(&snapshot).contains("stopped at 100 %"));
}

#[test]
fn of_an_empty_document_the_place_is_known() {
    let mut bench = Bench::on(b"", testing::snapshot(b""), 100, 20);
    bench.app.location = None;
    assert!(
        bench.picture().contains("line 1   column 1   byte 0   depth 0"),
        "{}",
        bench.picture()
    );
    bench.app.take_answer(&Answer::Copied(Ok(Vec::new())));
    assert_eq!(bench.message(), "there is nothing to copy here");
    assert!(bench.commands.is_empty());
}

#[test]
fn depth_is_grouped_as_other_numbers_are() {
    let mut bench = Bench::new(100, 20);
    bench.app.location.as_mut().expect("it is known").depth = Some(3000);
    assert!(bench.picture().contains("depth 3,000"), "{}", bench.picture());
}

#[test]
fn where_rows_are_numbered_in_hexadecimal_so_is_the_cursor_s_byte() {
    let mut bench = Bench::new(100, 20);
    bench.keys(":").text("@300").keys("enter");
    assert!(!bench.picture().contains("0x"));
    bench.app.layout = LayoutKind::Hex;
    assert!(bench.picture().contains("byte 300 (0x12c)"), "{}", bench.picture());
}

#[test]
fn esc_puts_a_problem_away_until_there_is_another() {
    let mut snapshot = testing::snapshot(DOCUMENT.as_bytes());
    let problem = |at, kind| Some(Problem { at, line: Some(3), kind });
    snapshot.first_problem = problem(120, ProblemKind::StrayCloser);
    let mut bench = Bench::on(DOCUMENT.as_bytes(), snapshot.clone(), 100, 20);
    assert!(bench.keys("j").picture().contains("line 4: closing bracket"));
    assert!(bench.keys("esc").picture().contains("F1 keys"), "{}", bench.picture());
    assert!(bench.keys("j j").picture().contains("F1 keys"));
    bench.keys("esc");
    assert_eq!(bench.message(), "nothing is going on; q quits");
    snapshot.generation = 100;
    snapshot.first_problem = problem(0, ProblemKind::Utf16);
    *bench.engine.snapshot.borrow_mut() = std::sync::Arc::new(snapshot);
    bench.keys("j");
    assert!(bench.picture().contains(" UTF-16, which is not read as text"), "{}", bench.picture());
    bench.keys("esc");
    bench.app.opened(bench.engine.snapshot());
    bench.app.resize(100, 20);
    bench.settle();
    assert!(bench.picture().contains("UTF-16"), "another document");
}

#[test]
fn the_focused_pane_always_has_a_place() {
    for (columns, rows) in [(80, 24), (40, 10), (120, 40), (70, 12), (10, 3)] {
        let mut bench = Bench::new(columns, rows);
        for _ in 0..PaneId::COUNT {
            assert!(bench.app.geometry.has(bench.app.focus));
            bench.keys("tab");
        }
    }
}
