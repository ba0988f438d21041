//! The compare view: how it is opened, what its keys do, how it looks.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::explorer::Request;
use crate::explorer::compare::{
    CompareProgress, CompareStatus, Difference, Differences, How, ItemKind, KindCount,
    SideMeasured, SideScanner, SideSpec, SideStatus,
};
use crate::lang::{Class, LanguageId, ProblemKind, SpanKind};
use crate::simd::KernelId;

/// Of the document: a string that the right side takes for a character, a colon that only it tells, and a comma that only
/// the left one does.
fn differences() -> Differences {
    let at = |text: &str| DOCUMENT.find(text).expect("it is there") as u64;
    let one = |start: u64, n: u64, left, right| Difference { start, end: start + n, left, right };
    let first = vec![
        one(
            at("\"Mauna"),
            11,
            Some(ItemKind::Span(SpanKind::String)),
            Some(ItemKind::Span(SpanKind::Char)),
        ),
        one(at(",\n  \"open"), 1, Some(ItemKind::Structural(Class::Comma)), None),
        one(at(": null"), 1, None, Some(ItemKind::Structural(Class::Colon))),
    ];
    let kinds = first.iter().map(|it| KindCount { left: it.left, right: it.right, count: 1 });
    Differences { kinds: kinds.collect(), total: 3, same: 70, first, ..Differences::default() }
}

fn side(language: LanguageId, how: How, problem: Option<(u64, ProblemKind)>) -> SideStatus {
    let bytes = DOCUMENT.len() as u64;
    SideStatus {
        path: "sample.json".into(),
        bytes,
        scanner: SideScanner { language, kernel: KernelId::Scalar, how },
        bytes_indexed: bytes,
        line_breaks: 11,
        measured: Some(SideMeasured {
            elapsed: Duration::from_micros(12),
            bytes_per_second: 3.4e9,
            structurals: 52,
            spans: 21,
            patterns: 0,
            depth_max: 3,
            problem,
            problem_place: Some((10, 4)),
        }),
    }
}

/// A screen that has been asked to compare, and an engine that has done it.
fn comparing(columns: u16, rows: u16, differences: Differences) -> Bench {
    let mut bench = Bench::new(columns, rows);
    bench.keys("C");
    let mut snapshot = testing::snapshot(DOCUMENT.as_bytes());
    snapshot.generation = 2;
    let left = side(LanguageId::Json, How::Whole { chunk_bytes: 65536 }, None);
    let problem = Some((300, ProblemKind::UnterminatedString));
    let right = side(LanguageId::JavaScript, How::Stream { block_bytes: 7 }, problem);
    snapshot.compare = Some(CompareStatus {
        number: 1,
        sides: Some([left, right]),
        progress: CompareProgress { bytes_done: 8, bytes_total: 8 },
        differences: Arc::new(differences),
        found_all: true,
        outcome: Some(Ok(())),
    });
    bench.engine.snapshot.replace(Arc::new(snapshot));
    // What the snapshot makes the view ask for is asked in the turn after it.
    bench.settle();
    bench.settle();
    bench
}

fn wanted(bench: &Bench) -> [SideSpec; 2] {
    let asked = bench.engine.asked.borrow();
    let compare = asked.iter().rev().find_map(|request| match request {
        Request::Compare(wanted) => Some(wanted.sides),
        _ => None,
    });
    compare.expect("a comparison was asked for")
}

#[test]
fn it_looks_like_this_at_80_by_24() {
    insta::assert_snapshot!(comparing(80, 24, differences()).picture());
}

#[test]
fn it_looks_like_this_at_130_by_40() {
    insta::assert_snapshot!(comparing(130, 40, differences()).keys("] d").picture());
}

#[test]
fn json_is_compared_with_itself_cut_into_blocks() {
    let bench = comparing(80, 24, Differences::default());
    let [left, right] = wanted(&bench);
    assert_eq!(left.to_string(), "lang=json");
    assert_eq!(right.to_string(), "lang=json,block=1021");
    assert!(bench.picture().contains("no difference"), "{}", bench.picture());
}

#[test]
fn keys_go_from_difference_to_difference_and_both_sources_show_it() {
    let mut bench = comparing(120, 40, differences());
    let starts: Vec<u64> = differences().first.iter().map(|it| it.start).collect();
    bench.keys("] d");
    assert_eq!(bench.app.cursor, starts[0]);
    bench.keys("2 ] d");
    assert_eq!(bench.app.cursor, starts[2]);
    assert!(bench.picture().contains("3 of 3"), "{}", bench.picture());
    bench.keys("] d");
    assert_eq!(bench.message(), "this is the last difference");
    bench.keys("[ d [ d [ d");
    assert_eq!((bench.app.cursor, bench.message()), (starts[0], "this is the first difference"));
    // What the keys do elsewhere they do here.
    bench.keys(": 1 enter");
    assert_eq!(bench.app.cursor, 0);
}

#[test]
fn the_list_takes_the_source_along_and_enter_goes_into_it() {
    let mut bench = comparing(120, 40, differences());
    let starts: Vec<u64> = differences().first.iter().map(|it| it.start).collect();
    bench.keys("j");
    assert_eq!(bench.app.cursor, starts[1]);
    bench.keys("g");
    assert_eq!(bench.app.cursor, starts[0]);
    bench.keys("G enter j");
    // One row down in the source now.
    assert!(bench.app.cursor > starts[2]);
    bench.keys("tab tab g");
    assert_eq!(bench.app.cursor, starts[0]);
}

#[test]
fn either_side_can_be_changed_and_swapped() {
    let mut bench = comparing(120, 40, differences());
    bench.keys(">");
    assert!(bench.picture().contains(">lang=javascript,kernel=scalar,block=7"));
    bench.keys("ctrl-u").text("ruby,scalar").keys("enter");
    assert_eq!(wanted(&bench)[1].to_string(), "lang=ruby,kernel=scalar");
    bench.keys("x");
    assert_eq!(wanted(&bench)[0].to_string(), "lang=ruby,kernel=scalar");
    assert_eq!(wanted(&bench)[1].to_string(), "lang=json");
}

#[test]
fn a_side_that_will_not_do_stays_as_typed_beside_what_is_wrong_with_it() {
    for (columns, rows) in [(120, 40), (80, 24), (44, 10), (20, 6)] {
        let mut bench = comparing(columns, rows, differences());
        let before = wanted(&bench);
        let picture = bench.keys("< ctrl-u").text("cobol").keys("enter").picture();
        let last: Vec<&str> = picture.lines().rev().take(2).collect();
        assert_eq!(last[0], "<cobol", "{picture}");
        assert!(last[1].starts_with(" \"cobol\" is no lan"), "{picture}");
        assert_eq!(wanted(&bench), before);
        // The next key takes the message away, and what was typed can be mended.
        let picture = bench.keys("ctrl-w").text("rub").picture();
        assert!(!picture.contains("no language"), "{picture}");
        bench.text("y").keys("enter");
        assert_eq!(wanted(&bench)[0].to_string(), "lang=ruby");
    }
}

#[test]
fn enter_is_named_where_it_is_bound() {
    let mut bench = comparing(80, 24, differences());
    assert!(bench.picture().contains("begins here; Enter goes to"), "{}", bench.picture());
    bench.keys("tab");
    assert!(bench.picture().contains(" no difference begins here  "), "{}", bench.picture());
}

/// Of no number a piece is shown that reads as another one.
#[test]
fn numbers_are_shown_whole_or_not_at_all() {
    let many = Differences { total: 19_000, same: 128_003, ..differences() };
    let none = Differences { same: 128_003, ..Differences::default() };
    for found in [many, none] {
        for keys in ["] d", "tab", "tab tab"] {
            let mut bench = comparing(80, 24, found.clone());
            bench.keys(keys);
            for columns in 10..=130 {
                for rows in [6, 10, 14, 24] {
                    bench.app.resize(columns, rows);
                    bench.settle();
                    let picture = bench.picture();
                    let words = picture.split(|c: char| c.is_whitespace() || c == '\u{2502}');
                    for word in words.filter(|word| word.contains(',')) {
                        let cut = ["19,", "19,0", "19,00", "128,", "128,0", "128,00"];
                        assert!(!cut.contains(&word), "{word} at {columns}x{rows}\n{picture}");
                    }
                }
            }
        }
    }
}

#[test]
fn it_is_left_by_escape_and_by_q_and_the_comparison_ends() {
    for key in ["esc", "q", "C"] {
        let mut bench = comparing(80, 24, differences());
        bench.keys(key);
        assert!(bench.app.compare.is_none() && bench.commands.is_empty());
        assert_eq!(bench.engine.asked.borrow().last(), Some(&Request::EndCompare));
        bench.keys("] d");
        assert!(bench.message().starts_with("C compares two scanners"), "{}", bench.message());
    }
}

#[test]
fn keys_of_panes_that_are_not_in_sight_do_nothing_unseen() {
    let mut bench = comparing(80, 24, differences());
    bench.keys("f2");
    assert_eq!(bench.message(), "`show-outline` is of no use here; Esc leaves");
}

#[test]
fn where_the_cursor_is_keeps_its_place_in_a_narrow_status_line() {
    let bench = comparing(60, 20, differences());
    let picture = bench.picture();
    assert!(
        picture.contains(" no difference begins here; Enter goes to the chos…  byte 0\n"),
        "{picture}"
    );
}

#[test]
fn every_size_is_drawn() {
    for keys in ["] d", "tab", "tab tab", "z"] {
        let mut bench = comparing(80, 24, differences());
        bench.keys(keys);
        for columns in (0..=40).chain([56, 80, 118, 300]) {
            for rows in (0..=14).chain([24, 60]) {
                bench.app.resize(columns, rows);
                bench.frame();
            }
        }
    }
}

#[test]
fn keys_wait_for_a_comparison_that_was_just_begun() {
    let mut bench = Bench::new(100, 30);
    let press = |bench: &mut Bench, c| {
        bench.app.key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
    };
    press(&mut bench, 'C');
    press(&mut bench, 'G');
    assert!(bench.app.is_holding(), "the list it goes to is empty yet");
    // The engine takes longer than anybody waits.
    bench.settle();
    assert!(!bench.app.is_holding());
}
