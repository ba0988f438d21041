//! What keys do, seen from outside.

use super::*;
use crate::explorer::{Answer, Motion, Request, SearchOutcome, StreamStatus};
use crate::stream::{Flow, SpillState};
use crate::ui::files::Files;
use crate::ui::geometry::PaneId;

fn last_asked(bench: &Bench, is_it: impl Fn(&Request) -> bool) -> Option<Request> {
    bench.engine.asked.borrow().iter().rev().find(|request| is_it(request)).cloned()
}

fn last_motion(bench: &Bench) -> Option<Motion> {
    match last_asked(bench, |request| matches!(request, Request::Jump { .. }))? {
        Request::Jump { motion, .. } => Some(motion),
        _ => None,
    }
}

#[test]
fn the_first_turn_asks_for_a_page_and_the_cursors_place() {
    let bench = Bench::new(80, 24);
    assert!(last_asked(&bench, |r| matches!(r, Request::Page { .. })).is_some());
    assert_eq!(
        last_asked(&bench, |r| matches!(r, Request::Locate { .. })),
        Some(Request::Locate { at: 0 })
    );
}

#[test]
fn a_cursor_that_moves_often_in_a_turn_is_located_once() {
    let mut bench = Bench::new(80, 24);
    bench.engine.asked.borrow_mut().clear();
    for _ in 0..5 {
        bench.app.key(KeyEvent::new(KeyCode::Char('j'), KeyModifiers::NONE));
    }
    bench.settle();
    let asked = bench.engine.asked.borrow();
    assert_eq!(asked.iter().filter(|r| matches!(r, Request::Locate { .. })).count(), 1);
}

/// On a small screen too, where it takes the room of others.
#[test]
fn a_key_of_a_pane_brings_it_and_then_puts_it_away() {
    for (columns, rows) in [(120, 40), (80, 24), (60, 12), (40, 10)] {
        let mut bench = Bench::new(columns, rows);
        for (key, pane) in [
            ("f2", PaneId::Outline),
            ("f3", PaneId::Monitor),
            ("f4", PaneId::Cache),
            ("f5", PaneId::Patterns),
            ("f6", PaneId::Boundaries),
        ] {
            if bench.app.geometry.has(pane) {
                bench.keys(key);
            }
            bench.keys(key);
            assert!(bench.app.geometry.has(pane), "{key} at {columns}x{rows}");
            bench.keys(key);
            assert!(!bench.app.geometry.has(pane), "{key} again at {columns}x{rows}");
            assert!(bench.app.geometry.has(PaneId::Source));
        }
    }
}

#[test]
fn counts_choose_lines_and_shares() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5 G");
    assert_eq!(last_motion(&bench), Some(Motion::Line(4)));
    assert_eq!(bench.app.location.as_ref().and_then(|l| l.line), Some(4));
    bench.keys("5 0 %");
    assert_eq!(last_motion(&bench), Some(Motion::Percent(50.0)));
    bench.keys("G");
    assert_eq!(last_motion(&bench), Some(Motion::End));
    bench.keys("g");
    assert_eq!(bench.app.cursor, 0);
}

#[test]
fn structure_keys_ask_for_their_motions() {
    let motions = [
        ("%", Motion::Matching),
        ("h", Motion::Parent),
        ("l", Motion::Into),
        ("J", Motion::NextSibling),
        ("K", Motion::PreviousSibling),
    ];
    for (key, motion) in motions {
        let mut bench = Bench::new(80, 24);
        bench.keys(key);
        assert_eq!(last_motion(&bench), Some(motion), "{key}");
    }
}

#[test]
fn a_counted_step_is_made_that_often() {
    let mut bench = Bench::new(80, 24);
    bench.keys("l 3 J");
    let at = usize::try_from(bench.app.cursor).unwrap();
    assert!(DOCUMENT[at..].starts_with("\"telescopes\""), "{}", &DOCUMENT[at..]);
}

#[test]
fn back_and_forward_follow_jumps() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5 G");
    let there = bench.app.cursor;
    bench.keys("ctrl-o");
    assert_eq!(bench.app.cursor, 0);
    bench.keys("ctrl-n");
    assert_eq!(bench.app.cursor, there);
    bench.keys("ctrl-n");
    assert!(bench.message().contains("no jump"), "{}", bench.message());
}

#[test]
fn an_answer_to_an_older_question_moves_nothing() {
    let mut bench = Bench::new(80, 24);
    bench.app.jump(Motion::End, 1);
    bench.app.jump(Motion::Parent, 1);
    bench.app.take_answer(&Answer::Jumped { id: 1, target: Ok(50) });
    assert_eq!(bench.app.cursor, 0);
    bench.app.take_answer(&Answer::Jumped { id: 2, target: Ok(9) });
    assert_eq!(bench.app.cursor, 9);
}

#[test]
fn a_search_goes_on_in_both_directions() {
    let mut bench = Bench::new(80, 24);
    let first = DOCUMENT.find("name").unwrap() as u64;
    bench.keys("/").text("name").keys("enter");
    assert_eq!(bench.app.cursor, first);
    bench.keys("n");
    assert!(bench.app.cursor > first);
    bench.keys("N");
    assert_eq!(bench.app.cursor, first);
    bench.keys("?").text("Mauna").keys("enter");
    assert_eq!(bench.app.cursor, DOCUMENT.find("Mauna").unwrap() as u64);
    bench.keys("/").text("nirvana").keys("enter");
    assert!(bench.message().contains("`nirvana` is nowhere"), "{}", bench.message());
}

/// Rows in which a match is lit.
fn lit_rows(bench: &Bench) -> usize {
    let (buffer, _) = bench.frame();
    let lit = bench.app.theme().style(crate::ui::theme::Role::Match);
    let width = usize::from(buffer.area.width);
    let is_lit = |row: &&[ratatui::buffer::Cell]| row.iter().any(|cell| Some(cell.bg) == lit.bg);
    buffer.content.chunks(width).filter(is_lit).count()
}

#[test]
fn a_counted_search_goes_to_that_match_in_one_jump() {
    let starts: Vec<u64> = DOCUMENT.match_indices("name").map(|(at, _)| at as u64).collect();
    let mut bench = Bench::new(80, 24);
    bench.keys("/").text("name").keys("enter g 2 n");
    assert_eq!((bench.app.cursor, bench.message()), (starts[1], ""));
    bench.keys("ctrl-o");
    assert_eq!(bench.app.cursor, 0, "one jump");
    bench.keys("3 N");
    assert_eq!(bench.app.cursor, starts[0]);
    assert!(bench.message().contains("went over the end"), "{}", bench.message());
    bench.keys("1 n");
    assert_eq!((bench.app.cursor, bench.message()), (starts[1], ""));
    // Three make a round: the seventh from here is the first from here, and so is that of the long count.
    for keys in ["7 n", "1 0 0 0 0 0 0 0 0 3 n"] {
        bench.engine.asked.borrow_mut().clear();
        bench.keys("g 2 n").keys(keys);
        assert_eq!(bench.app.cursor, starts[2], "{keys}");
        assert!(bench.message().contains("went over the end"), "{}", bench.message());
        assert!(bench.engine.asked.borrow().len() < 30, "{keys}");
    }
    bench.keys("/").text("nirvana").keys("enter 5 n");
    assert!(bench.message().contains("`nirvana` is nowhere"), "{}", bench.message());
}

#[test]
fn esc_cancels_a_counted_search_where_it_began() {
    let mut bench = Bench::new(80, 24);
    bench.keys("/").text("name").keys("enter g");
    bench.app.search_on(false, 5);
    let first = bench.app.finder.searching().expect("it searches");
    bench.app.take_answer(&Answer::Searched { id: first, outcome: SearchOutcome::Found(180) });
    let second = bench.app.finder.searching().expect("it searches on");
    bench.app.take_key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
    assert!(bench.app.take_commands().contains(&Command::Ask(Request::CancelSearch)));
    bench.app.take_answer(&Answer::Searched { id: second, outcome: SearchOutcome::Cancelled });
    assert_eq!((bench.app.cursor, bench.message()), (0, "search cancelled"));
    assert_eq!(bench.app.finder.searching(), None);
}

#[test]
fn keys_wait_for_all_steps_of_a_count_no_longer_than_for_one() {
    let mut bench = Bench::new(80, 24);
    bench.keys("/").text("name").keys("enter g");
    bench.app.search_on(false, 5);
    let begun = std::time::Instant::now();
    let id = bench.app.finder.searching().expect("it searches");
    bench.app.take_answer(&Answer::Searched { id, outcome: SearchOutcome::Found(180) });
    assert!(bench.app.is_finding() && !bench.app.has_just_asked(begun.elapsed()));
    let mut bench = Bench::new(80, 24);
    bench.app.jump(Motion::NextSibling, 5);
    let begun = std::time::Instant::now();
    bench.app.take_answer(&Answer::Jumped { id: 1, target: Ok(9) });
    assert!(bench.app.is_finding() && !bench.app.has_just_asked(begun.elapsed()));
}

#[test]
fn esc_takes_the_light_off_matches_until_the_search_goes_on() {
    let mut bench = Bench::new(80, 24);
    bench.keys("/").text("name").keys("enter");
    assert_eq!(lit_rows(&bench), 3);
    bench.keys("esc");
    assert_eq!(
        (lit_rows(&bench), bench.message()),
        (0, "matches are lit no longer; n searches on")
    );
    bench.keys("esc");
    assert_eq!(bench.message(), "nothing is going on; q quits");
    bench.keys("n");
    assert_eq!(lit_rows(&bench), 3);
    bench.keys("/").text("nirvana").keys("enter esc");
    assert_eq!(bench.message(), "nothing is going on; q quits");
}

#[test]
fn a_prompt_keeps_all_keys_and_marks_pastes() {
    let mut bench = Bench::new(80, 24);
    bench.keys(":").text("q");
    assert_eq!(bench.commands, [Command::Paste(true)]);
    let (_, cursor) = bench.frame();
    assert_eq!(cursor, Some(Position { x: 2, y: 23 }));
    bench.keys("esc");
    assert_eq!(bench.commands, [Command::Paste(true), Command::Paste(false)]);
    assert!(bench.picture().contains("quit"));
}

#[test]
fn what_is_pasted_is_never_taken_for_keys() {
    let mut bench = Bench::new(80, 24);
    bench.app.paste("qqq".to_owned());
    bench.keys(":");
    bench.app.paste("@40\nq".to_owned());
    bench.keys("enter");
    assert_eq!(bench.app.cursor, 40);
    assert!(!bench.commands.contains(&Command::Quit));
}

#[test]
fn go_to_takes_every_form() {
    let mut bench = Bench::new(80, 24);
    bench.keys(":").text("3").keys("enter");
    assert_eq!(last_motion(&bench), Some(Motion::Line(2)));
    bench.keys(":").text("$.telescopes[1]").keys("enter");
    assert_eq!(last_motion(&bench), Some(Motion::Path("$.telescopes[1]".to_owned())));
    assert_eq!(bench.message(), "there is no such place");
    bench.keys(":").text("nowhere").keys("enter");
    assert!(bench.message().contains("try 120"), "{}", bench.message());
}

#[test]
fn esc_ends_things_and_never_the_program() {
    let mut bench = Bench::new(80, 24);
    bench.keys("esc esc f1 esc / esc 1 2 esc z esc ctrl-c");
    assert!(bench.app.overlays.is_empty() && bench.app.typing.is_empty());
    assert!(!bench.commands.contains(&Command::Quit));
    bench.keys("q");
    assert_eq!(bench.commands.last(), Some(&Command::Quit));
}

#[test]
fn esc_cancels_a_search_that_runs() {
    let mut bench = Bench::new(80, 24);
    bench.app.search("x", crate::explorer::Direction::Forward);
    let first = bench.app.finder.searching().expect("it searches");
    bench.app.search("y", crate::explorer::Direction::Forward);
    let second = bench.app.finder.searching().expect("it searches");
    bench.app.take_answer(&Answer::Searched { id: first, outcome: SearchOutcome::Cancelled });
    assert_eq!(bench.app.finder.searching(), Some(second), "an older search gave way");
    assert!(bench.picture().contains("searching"));
    bench.app.key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
    bench.app.take_answer(&Answer::Searched { id: second, outcome: SearchOutcome::Cancelled });
    assert_eq!(bench.app.finder.searching(), None);
    assert_eq!(bench.message(), "search cancelled");
}

#[test]
fn what_is_not_found_is_said_of_what_was_searched() {
    let search = |text: &str, kept_from: u64| {
        let mut snapshot = testing::snapshot(DOCUMENT.as_bytes());
        snapshot.stream = Some(StreamStatus {
            kind: "standard input",
            flow: Flow::Ended,
            bytes_total: None,
            kept: kept_from..DOCUMENT.len() as u64,
            spill: SpillState::default(),
            trouble: None,
            waited_for_source: Duration::ZERO,
            held_back: Duration::ZERO,
        });
        let mut bench = Bench::on(DOCUMENT.as_bytes(), snapshot, 80, 24);
        bench.app.search(text, crate::explorer::Direction::Forward);
        bench.settle();
        bench.message().to_owned()
    };
    assert_eq!(search("qqq", 0), "`qqq` is nowhere in the document");
    assert_eq!(search("qqq", 9), "`qqq` is nowhere in what is kept");
}

#[test]
fn a_late_match_of_an_older_search_moves_nothing() {
    let mut bench = Bench::new(80, 24);
    bench.app.search("x", crate::explorer::Direction::Forward);
    let first = bench.app.finder.searching().expect("it searches");
    bench.app.search("y", crate::explorer::Direction::Forward);
    let before = bench.app.cursor;
    let outcome = SearchOutcome::Found(before + 9);
    bench.app.take_answer(&Answer::Searched { id: first, outcome });
    assert_eq!(bench.app.cursor, before);
}

#[test]
fn tab_goes_through_the_panes_that_are_not_hidden() {
    let mut bench = Bench::new(120, 40);
    bench.keys("tab");
    assert_eq!(bench.app.focus, PaneId::Outline);
    bench.keys("f2");
    assert_eq!(bench.app.focus, PaneId::Source);
    bench.keys("tab");
    assert_eq!(bench.app.focus, PaneId::Monitor);
    bench.keys("tab tab");
    assert_eq!(bench.app.focus, PaneId::Source);
}

#[test]
fn a_pane_that_is_shown_on_a_small_screen_gets_the_focus() {
    let mut bench = Bench::new(40, 12);
    bench.keys("f2");
    assert_eq!(bench.app.focus, PaneId::Outline);
    bench.keys("f2");
    assert_eq!(bench.app.focus, PaneId::Source);
}

#[test]
fn the_cache_view_takes_the_screen_and_gives_it_back() {
    let mut bench = Bench::new(100, 30);
    bench.keys("c");
    assert_eq!((bench.app.focus, bench.app.zoom), (PaneId::Cache, true));
    bench.keys("s");
    assert_eq!(bench.message(), "sorted by hits");
    bench.keys("c");
    assert_eq!((bench.app.focus, bench.app.zoom), (PaneId::Source, false));
}

#[test]
fn keys_without_a_use_are_said_so() {
    let mut bench = Bench::new(80, 24);
    bench.keys("u");
    assert_eq!(bench.message(), "u is not bound; F1 lists what is");
    bench.keys("ctrl-w x");
    assert_eq!(bench.message(), "^w x is not bound; F1 lists what is");
}

#[test]
fn moving_in_a_pane_without_rows_moves_the_source() {
    let mut bench = Bench::new(120, 40);
    bench.keys("tab tab j");
    assert_eq!(bench.app.focus, PaneId::Monitor);
    assert!(bench.app.cursor > 0);
}

#[test]
fn workers_are_counted_from_what_was_asked_for() {
    let mut bench = Bench::new(120, 40);
    bench.keys("+ +");
    assert_eq!(
        last_asked(&bench, |r| matches!(r, Request::SetThreads(_))),
        Some(Request::SetThreads(4))
    );
    assert!(bench.picture().contains("4 threads"));
    bench.keys("9 9 -");
    assert_eq!(
        last_asked(&bench, |r| matches!(r, Request::SetThreads(_))),
        Some(Request::SetThreads(1))
    );
    bench.keys("-");
    assert!(bench.message().contains("stay at 1"), "{}", bench.message());
}

#[test]
fn layouts_go_round_and_stay_with_the_next_document() {
    let document = br#"{"a":[1,{"b":"c"}],"d":{}}"#;
    let mut bench = Bench::on(document, testing::snapshot(document), 100, 24);
    bench.keys("$");
    let cursor = bench.app.cursor;
    bench.keys("=");
    assert_eq!(bench.message(), "pretty: a row for each member");
    assert_eq!(bench.app.cursor, cursor);
    let picture = bench.picture();
    let rows = picture.lines().skip(2).take(9).map(|row| row.chars().skip(1).take(24).collect());
    let rows: Vec<String> = rows.collect();
    let wanted =
        ["  1  {", "       \"a\": [", "         1,", "         {", "           \"b\": \"c\""];
    assert_eq!(rows[..5].iter().map(|row| row.trim_end()).collect::<Vec<_>>(), wanted, "{picture}");
    bench.keys("g j j j l");
    assert_eq!(bench.app.cursor, 9, "the row of the object, and into it");
    bench.app.opened(bench.engine.snapshot());
    bench.app.resize(100, 24);
    bench.settle();
    assert!(bench.picture().contains("Source, pretty"));
    bench.keys("=");
    assert!(bench.picture().contains("Source, hex"), "{}", bench.picture());
    assert!(bench.picture().contains("7b 22 61 22 3a 5b 31 2c"), "{}", bench.picture());
    bench.keys("=");
    assert!(bench.picture().contains("─ Source ─"), "{}", bench.picture());
}

#[test]
fn rows_of_numbers_are_neither_cut_nor_wrapped_and_it_is_said() {
    let mut bench = Bench::new(100, 24);
    bench.keys("= =");
    for key in ["W", "(", ")", "W"] {
        let (wraps, picture) = (bench.app.wraps, bench.picture());
        bench.keys(key);
        assert!(bench.message().starts_with("rows of numbers are as wide as the pane"), "{key}");
        assert_eq!(bench.app.wraps, wraps);
        let source = |picture: &str| picture.lines().take(20).collect::<String>();
        assert_eq!(source(&bench.picture()), source(&picture));
    }
    bench.keys("= W");
    assert!(bench.message().starts_with("long lines are cut"), "{}", bench.message());
}

#[test]
fn text_that_is_no_json_is_plain_or_hex() {
    let mut snapshot = testing::snapshot(b"fn main() {}");
    snapshot.document.language = crate::lang::LanguageId::Rust;
    let mut bench = Bench::on(b"fn main() {}", snapshot, 100, 24);
    bench.app.layout = crate::ui::panes::source::LayoutKind::Pretty;
    bench.keys("=");
    assert!(bench.picture().contains("Source, hex"), "{}", bench.picture());
    bench.keys("=");
    assert!(bench.picture().contains("─ Source ─"), "{}", bench.picture());
}

#[test]
fn a_message_is_seen_under_the_list_of_files_at_any_size() {
    for (columns, rows) in [(20, 5), (40, 6), (80, 24), (120, 40), (120, 41), (200, 60)] {
        let mut bench = Bench::new(columns, rows);
        let names = (0..99).map(|n| format!("{}{n}.rs", "deep/".repeat(9)).into());
        let wake = bench.app.wake.clone();
        bench.app.files = Files::named(names.collect(), wake);
        bench.keys("o");
        let picture = bench.picture();
        let last = picture.lines().last().unwrap_or_default();
        assert!(rows < 8 || last.starts_with(" Up Down choose"), "{picture}");
        bench.app.warn("a.rs: cannot open");
        let picture = bench.picture();
        assert!(picture.ends_with("\n a.rs: cannot open"), "{columns}x{rows}\n{picture}");
        // Of long names the end is shown.
        assert!(picture.contains("0.rs"), "{picture}");
        assert!(bench.keys("down").picture().contains("Files 99 of 99"));
    }
}

#[test]
fn a_filter_that_no_file_matches_says_so() {
    let mut bench = Bench::new(80, 24);
    let wake = bench.app.wake.clone();
    bench.app.files = Files::named(vec!["a.rs".into(), "b.rs".into()], wake);
    bench.keys("o");
    assert!(!bench.picture().contains("no file matches"));
    assert!(bench.text("zzz").picture().contains("no file matches"), "{}", bench.picture());
}

#[test]
fn themes_go_round() {
    let mut bench = Bench::new(80, 24);
    let first = bench.app.theme().name.clone();
    let mut seen = vec![first.clone()];
    for _ in 0..5 {
        bench.keys("T");
        seen.push(bench.app.theme().name.clone());
    }
    assert_eq!(seen.last(), Some(&first));
    assert_eq!(seen.len(), 6);
}

#[test]
fn a_guess_is_asked_again_once_the_scan_has_been_there() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5 G");
    let mut snapshot = testing::snapshot(DOCUMENT.as_bytes());
    snapshot.generation = 2;
    snapshot.scan.bytes_done = 10;
    bench.app.take_snapshot(std::sync::Arc::new(snapshot.clone()));
    let _ = bench.app.take_commands();
    if let Some(location) = &mut bench.app.location {
        location.indexed = false;
    }
    assert!(bench.app.take_commands().is_empty());
    snapshot.generation = 3;
    snapshot.scan.bytes_done = DOCUMENT.len() as u64;
    bench.app.take_snapshot(std::sync::Arc::new(snapshot));
    let commands = bench.app.take_commands();
    let at = bench.app.cursor;
    assert!(commands.contains(&Command::Ask(Request::Locate { at })), "{commands:?}");
}
