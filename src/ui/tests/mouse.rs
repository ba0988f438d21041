//! What clicks and the wheel do.

use super::*;
use crate::ui::app::Overlay;
use crate::ui::geometry::PaneId;
use crate::ui::mouse::{Pointed, Pointing};

impl Bench {
    fn point(&mut self, what: Pointing, x: u16, y: u16) -> &mut Bench {
        self.app.point(Pointed { what, at: Position { x, y } });
        self.settle();
        self
    }

    fn click(&mut self, x: u16, y: u16) -> &mut Bench {
        self.point(Pointing::Click, x, y)
    }

    fn wheel(&mut self, down: bool, x: u16, y: u16) -> &mut Bench {
        self.point(Pointing::Wheel { down }, x, y)
    }

    /// Where a text stands in the frame.
    fn find(&self, text: &str) -> (u16, u16) {
        let picture = self.picture();
        let (y, row) = picture.lines().enumerate().find(|(_, row)| row.contains(text)).unwrap();
        let x = row.split(text).next().unwrap().chars().count();
        (x as u16, y as u16)
    }
}

#[test]
fn a_click_in_the_source_puts_the_cursor_there() {
    let mut bench = Bench::new(120, 40);
    bench.keys("tab");
    let (x, y) = bench.find("\"altitude_m\": 4205");
    bench.click(x + 5, y);
    assert_eq!(bench.app.focus, PaneId::Source);
    let at = DOCUMENT.find("\"altitude_m\"").unwrap() as u64 + 5;
    assert_eq!(bench.app.cursor, at);
    // Behind the end of a row it is the row's last character, and moves by rows keep to the column of the click.
    bench.click(x + 40, y);
    assert_eq!(bench.app.cursor, DOCUMENT.find("4205,").unwrap() as u64 + 4);
    bench.keys("j j");
    assert_eq!(bench.app.cursor, DOCUMENT.find("\"telescopes\": [").unwrap() as u64 + 14);
    // On the numbers of lines it is the row's first.
    bench.click(3, y);
    assert_eq!(bench.app.cursor, DOCUMENT.find("  \"altitude_m\"").unwrap() as u64);
}

#[test]
fn a_click_on_a_row_goes_where_it_leads_and_one_on_its_mark_folds() {
    let mut bench = Bench::new(120, 40);
    let (x, y) = bench.find("▸ telescopes");
    bench.click(x, y);
    assert_eq!((bench.app.focus, bench.app.cursor), (PaneId::Outline, 0));
    bench.find("▾ telescopes");
    bench.find("Keck I");
    bench.click(x, y);
    bench.find("▸ telescopes");
    let (x, y) = bench.find("director:");
    bench.click(x, y);
    assert_eq!(bench.app.cursor, DOCUMENT.find("\"director\"").unwrap() as u64);
    bench.keys("ctrl-o");
    assert_eq!(bench.app.cursor, 0, "a click is a jump");
}

#[test]
fn the_wheel_scrolls_what_lies_under_it() {
    let document: String = (0..500).map(|i| format!("{i}\n")).collect();
    let snapshot = testing::snapshot(document.as_bytes());
    let mut bench = Bench::on(document.as_bytes(), snapshot, 80, 24);
    bench.keys("1 0 0 j");
    let cursor = bench.app.cursor;
    let (_, before) = bench.find("100");
    bench.wheel(true, 10, 10);
    assert_eq!(bench.app.cursor, cursor, "the cursor stays while it is in sight");
    let (_, after) = bench.find("100");
    assert_eq!(before - after, 3);
    for _ in 0..100 {
        bench.wheel(true, 10, 10);
    }
    assert!(bench.app.cursor > cursor, "it goes along where it would get out of sight");
    bench.find("400");
    for _ in 0..200 {
        bench.wheel(false, 10, 10);
    }
    let at_top = |bench: &Bench| bench.picture().lines().any(|row| row.contains("  1  0"));
    assert!(at_top(&bench), "{}", bench.picture());
    bench.keys("ctrl-e");
    assert!(!at_top(&bench));
}

#[test]
fn the_wheel_goes_sideways_where_lines_are_cut() {
    let document = format!("{{\"a\": \"{}right\"}}\n", "left ".repeat(40));
    let snapshot = testing::snapshot(document.as_bytes());
    let mut bench = Bench::on(document.as_bytes(), snapshot, 80, 24);
    let before = bench.picture();
    let sideways = Pointing::Sideways { right: true };
    bench.point(sideways, 10, 5);
    assert_eq!(bench.picture(), before, "lines that go on below have nothing to the right");
    bench.keys("W");
    for _ in 0..60 {
        bench.point(sideways, 10, 5);
    }
    let (x, y) = bench.find("right");
    bench.click(x, y);
    assert_eq!(bench.app.cursor, document.find("right").unwrap() as u64);
    for _ in 0..60 {
        bench.point(Pointing::Sideways { right: false }, 10, 5);
    }
    bench.find("{\"a\": ");
    assert!(bench.app.cursor < 60, "the cursor goes along");
    bench.keys("W");
    bench.find("right");
}

#[test]
fn a_click_on_the_edge_goes_to_the_place_that_it_stands_for() {
    let document: String = (0..500).map(|i| format!("{i}\n")).collect();
    let snapshot = testing::snapshot(document.as_bytes());
    let mut bench = Bench::on(document.as_bytes(), snapshot, 80, 24);
    let (x, first) = bench.find("▐");
    bench.click(x, first + 9);
    let share = bench.app.cursor as f64 / document.len() as f64;
    assert!((0.45..0.55).contains(&share), "{share}");
    assert!(bench.find("▐").1 > first + 5);
    bench.click(x, first);
    assert_eq!(bench.app.cursor, 0);
}

#[test]
fn the_wheel_over_a_list_leaves_what_is_chosen() {
    let members: Vec<String> = (0..500).map(|i| format!("\"key{i}\": {i}")).collect();
    let document = format!("{{{}}}", members.join(","));
    let snapshot = testing::snapshot(document.as_bytes());
    let mut bench = Bench::on(document.as_bytes(), snapshot, 120, 40);
    let (x, y) = bench.find("key3: 3");
    bench.wheel(true, x, y);
    assert_eq!(bench.app.focus, PaneId::Source);
    assert_eq!(bench.find("key6: 6"), (x, y));
    bench.keys("tab j");
    bench.find("key0: 0");
}

#[test]
fn what_lies_on_top_has_the_mouse_first() {
    let mut bench = Bench::new(80, 20);
    bench.keys("f1");
    bench.wheel(true, 40, 10);
    assert!(matches!(bench.app.overlays.last(), Some(Overlay::Help { scroll: 3 })));
    bench.wheel(false, 40, 10).wheel(false, 40, 10);
    assert!(matches!(bench.app.overlays.last(), Some(Overlay::Help { scroll: 0 })));
    bench.click(40, 10);
    assert!(bench.app.overlays.is_empty());
    bench.keys("/").text("abc").click(10, 5).wheel(true, 10, 5);
    assert!(matches!(bench.app.overlays.last(), Some(Overlay::Prompt(_))));
    assert_eq!(bench.app.cursor, 0);
}

#[test]
fn the_mouse_is_taken_and_given_back() {
    let mut bench = Bench::new(80, 24);
    bench.keys("M");
    assert!(bench.message().contains("Shift"), "{}", bench.message());
    bench.keys("M");
    assert_eq!(bench.commands, [Command::Mouse(true), Command::Mouse(false)]);
}

#[test]
fn clicks_anywhere_at_any_size_are_survived() {
    for (columns, rows) in [(1, 1), (20, 5), (40, 12), (66, 8), (80, 24), (140, 50)] {
        for keys in ["esc", "W", "C", "t", "c", "f1"] {
            let mut bench = Bench::new(columns, rows);
            bench.keys(keys);
            for y in (0..rows + 2).step_by(1 + usize::from(rows) / 8) {
                for x in (0..columns + 2).step_by(1 + usize::from(columns) / 8) {
                    bench.click(x, y).wheel(true, x, y).click(x, y);
                    bench.point(Pointing::Sideways { right: true }, x, y).frame();
                }
            }
        }
    }
}
