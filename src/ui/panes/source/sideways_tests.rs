//! Lines that are cut at the pane's edges.

use proptest::prelude::*;
use ratatui::style::{Color, Style};

use super::tests::Bench;
use super::*;
use crate::ui::action::Action;
use crate::ui::widgets::width;

const LONG: &[u8] =
    b"short\n{\"a\": \"one that is wider than the pane\", \"b\": [1, 2, 3]}\n\tx \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E and so on until it is wide as well\n\n";

fn cut(document: &[u8], columns: u16, rows: u16) -> Bench {
    let mut bench = Bench::new(document, columns, rows);
    bench.wraps = false;
    bench.laid_out(LayoutKind::Plain)
}

#[test]
fn each_line_has_a_row_of_its_own() {
    insta::assert_snapshot!(cut(LONG, 30, 6).drawn());
}

#[test]
fn the_view_follows_the_cursor_to_a_row_s_end_and_back() {
    let mut bench = cut(LONG, 30, 6);
    bench.press(Action::Down, None).press(Action::RowEnd, None);
    insta::assert_snapshot!("at_a_row_s_end", bench.drawn());
    let (column, left) = (bench.pane.column, bench.pane.left);
    // The row above ends to the left of the view, which stays.
    bench.press(Action::Up, None);
    assert_eq!((bench.pane.cursor, bench.pane.left), (4, left));
    bench.press(Action::Down, None);
    assert_eq!((bench.pane.column, bench.pane.left), (column, left));
    bench.press(Action::RowStart, None);
    assert_eq!(bench.drawn(), cut(LONG, 30, 6).press(Action::Down, None).drawn());
}

#[test]
fn what_is_left_of_a_tab_is_blank() {
    let mut bench = cut(LONG, 30, 6);
    bench.press(Action::ScrollRight, Some(2));
    insta::assert_snapshot!(bench.drawn());
}

#[test]
fn the_view_goes_sideways_as_far_as_there_is_text() {
    let mut bench = cut(LONG, 30, 6);
    bench.press(Action::ScrollRight, Some(1000));
    let widest = 56;
    assert_eq!(bench.pane.left, widest - bench.pane.columns_seen());
    // The first row does not reach so far, and the cursor stays on it, out of sight.
    assert_eq!(bench.pane.cursor, 4);
    bench.press(Action::ScrollLeft, Some(1000));
    assert_eq!(bench.pane.left, 0);
}

/// A theme's background lies under all that is drawn, half characters at both edges too.
#[test]
fn no_cell_loses_the_background() {
    let line = format!("{}{}", "日本語".repeat(30), "\n");
    let mut bench = cut((line.clone() + "x" + &line).as_bytes(), 30, 4);
    for _ in 0..6 {
        let area = bench.pane.area;
        let mut buffer = Buffer::empty(area);
        buffer.set_style(area, Style::new().bg(Color::White));
        bench.render(&mut buffer);
        for y in 0..2 {
            let mut x = 0;
            while x < area.width {
                let cell = &buffer[(x, y)];
                assert_ne!(cell.bg, Color::Reset, "{x}, {y} in {buffer:?}");
                x += width(cell.symbol()).max(1);
            }
        }
        bench.press(Action::ScrollRight, Some(1));
    }
}

#[test]
fn numbers_are_not_cut() {
    let mut bench = Bench::new(LONG, 30, 6);
    bench.wraps = false;
    let bench = bench.laid_out(LayoutKind::Hex);
    assert_eq!(bench.drawn(), Bench::new(LONG, 30, 6).laid_out(LayoutKind::Hex).drawn());
}

fn line() -> impl Strategy<Value = String> {
    let some = prop_oneof![
        4 => "[ -~]{1,40}",
        1 => "[\ta日é\u{301}\u{7}]{1,12}",
    ];
    prop::collection::vec(some, 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// What is drawn of a row is what its columns hold, and the cursor is in sight after every move of it, unless its row ends before.
    #[test]
    fn what_is_in_sight_is_what_stands_there(
        lines in prop::collection::vec(line(), 1..12),
        columns in 16_u16..50,
        actions in prop::collection::vec(
            prop::sample::select(vec![
                Action::Down, Action::Up, Action::Right, Action::Left, Action::RowEnd, Action::RowStart,
                Action::ScrollRight, Action::ScrollLeft, Action::PageDown,
            ]),
            0..20,
        ),
        counts in prop::collection::vec(prop::option::of(1_u64..20), 20),
    ) {
        let document = lines.join("\n");
        let mut bench = cut(document.as_bytes(), columns, 8);
        for (action, count) in actions.into_iter().zip(counts) {
            bench.press(action, count);
            let pane = &bench.pane;
            let (left, seen) = (pane.left, pane.columns_seen());
            let Some(text) = &pane.text else { continue };
            let (layout, width) = (pane.layout.as_ref(), pane.columns());
            for row in &pane.rows {
                let mut column = text.indent(layout, width, row);
                let near = text.cells_near(layout, width, row, left..left + seen);
                let mut near_column = near.0;
                let mut near = near.1.into_iter().peekable();
                for cell in text.cells(layout, width, row) {
                    if column < left + seen && column + cell.width > left {
                        while near.next_if(|it| it.bytes.start < cell.bytes.start).inspect(|it| near_column += it.width).is_some() {}
                        prop_assert_eq!(near_column, column);
                        prop_assert_eq!(near.peek(), Some(&cell));
                    }
                    column += cell.width;
                }
            }
            if !matches!(action, Action::ScrollRight | Action::ScrollLeft) {
                let Some(row) = pane.row_near(pane.cursor) else { continue };
                let (at, end) = pane.cursor_columns(&row);
                let is_left = at.start < left && at.end >= end;
                let is_seen = left < at.end && at.start < left + seen;
                prop_assert!(is_seen || is_left && action != Action::RowEnd, "{at:?} in {left}+{seen}");
            }
        }
    }
}
