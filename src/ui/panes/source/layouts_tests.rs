//! What holds for all layouts, over any bytes; and pretty JSON against `serde_json`.

use std::ops::Range;
use std::sync::Arc;

use proptest::prelude::*;

use super::hex::Hex;
use super::layout::{Layout, PageText, Row};
use super::pretty::Pretty;
use super::raw::Raw;
use super::wrap::Wrap;
use crate::limits::{CUT_ROW_COLUMNS, ROW_SEGMENT_BYTES};
use crate::ui::panes::testing;
use crate::ui::safe_text::cells;

const SEGMENT: usize = ROW_SEGMENT_BYTES as usize;

fn layouts() -> [Box<dyn Layout>; 3] {
    [Box::new(Raw), Box::new(Pretty), Box::new(Hex { ascii: false })]
}

fn text(document: &[u8], range: Range<usize>, layout: &dyn Layout) -> PageText {
    PageText::new(Arc::new(testing::page_of(document, range)), layout)
}

/// The rows of a page, from the first that it knows on.
fn rows(text: &PageText, layout: &dyn Layout, columns: u16) -> Vec<Row> {
    let mut places = text.page.range.clone();
    let mut rows = Vec::new();
    let mut next = places.find_map(|at| text.row_at(layout, columns, at));
    while let Some(row) = next {
        rows.push(row);
        next = text.next(layout, columns, &row);
    }
    rows
}

/// What is drawn of a row.
fn drawn(text: &PageText, layout: &dyn Layout, columns: u16, row: &Row) -> String {
    let mut drawn = " ".repeat(usize::from(text.indent(layout, columns, row)));
    drawn.extend(text.cells(layout, columns, row).iter().map(|cell| cell.text.as_ref()));
    drawn
}

fn all_drawn(document: &str) -> Vec<String> {
    let text = text(document.as_bytes(), 0..document.len(), &Pretty);
    rows(&text, &Pretty, 4000).iter().map(|row| drawn(&text, &Pretty, 4000, row)).collect()
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        "[ -~é日,:\\[\\]{}\"\\\\]{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec(("[a-z \"]{0,4}", inner), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A document with white space wherever it may stand, by the numbers.
fn spread(document: &str, numbers: &[u8]) -> String {
    const WHITE: [&str; 8] = ["", "", "", " ", "\n", "\r\n", "\t", "  \n\n "];
    let page = testing::page_of(document.as_bytes(), 0..document.len());
    let mut numbers = numbers.iter().cycle().map(|n| WHITE[usize::from(*n) % WHITE.len()]);
    let mut spread = String::new();
    let mut from = 0;
    for mark in &page.marks {
        let at = mark.at as usize;
        spread.push_str(&document[from..at]);
        spread.push_str(numbers.next().unwrap_or(""));
        spread.push_str(&document[at..=at]);
        spread.push_str(numbers.next().unwrap_or(""));
        from = at + 1;
    }
    spread.push_str(&document[from..]);
    spread
}

/// JSON, broken JSON, anything.
fn documents() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => (json(), prop::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(value, numbers)| spread(&value.to_string(), &numbers).into_bytes()),
        1 => "(\\{|\\}|\\[|\\]|,|:|\"|// a|/\\* b \n c \\*/|\n| |1|é|日){0,40}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..40),
        1 => "(é|日|👍|e\u{301}|\t|\u{1b}|\u{202e}|\r\n){0,30}".prop_map(String::into_bytes),
        1 => (0..2usize, 0..4usize).prop_map(|(n, cut)| {
            let mut long = format!("[\"{}\"]", "日".repeat(n * SEGMENT / 3 + 10)).into_bytes();
            long.truncate(long.len() - cut);
            long
        }),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// What is drawn of each row of a document.
fn plainly_drawn(document: &str, columns: u16) -> Vec<String> {
    let text = text(document.as_bytes(), 0..document.len(), &Raw);
    rows(&text, &Raw, columns).iter().map(|row| drawn(&text, &Raw, columns, row)).collect()
}

#[test]
fn a_long_line_goes_on_below_its_indentation_and_is_broken_behind_blanks() {
    let code = "fn a() {\n    let total = first_part + second_part + third;\n}\n";
    let wanted = [
        "fn a() {",
        "    let total = ",
        "    first_part + ",
        "    second_part + ",
        "    third;",
        "}",
    ];
    assert_eq!(plainly_drawn(code, 20), wanted);
    // Where a blank is so far back that half of the row were lost, the row is filled.
    assert_eq!(plainly_drawn("ab abcdefghijklm", 10), ["ab abcdefg", "hijklm"]);
    assert_eq!(plainly_drawn("日本 日本日本日 日", 9), ["日本 ", "日本日本", "日 日"]);
    // A blank behind a full row is that row's, so that no row begins with it; of blanks alone there are rows as well.
    assert_eq!(plainly_drawn("  ab cd ef", 7), ["  ab cd", "  ef"]);
    assert_eq!(plainly_drawn("日本 日 ", 4), ["日本", "日 "]);
    assert_eq!(plainly_drawn("abcd \nef", 4), ["abcd", "ef"]);
    // Half of the columns at most stay free, and of blanks alone nothing is made.
    assert_eq!(plainly_drawn("            abcdefghij", 16), ["            abcd", "        efghij"]);
    assert_eq!(plainly_drawn(&" ".repeat(12), 5), ["     ", "     ", "  "]);
    assert_eq!(plainly_drawn("\tabc defg", 9), ["    abc ", "    defg"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn pretty_json_is_that_of_serde(value in json(), numbers in prop::collection::vec(any::<u8>(), 1..20)) {
        let wanted = serde_json::to_string_pretty(&value).expect("it can be written");
        let wanted: Vec<&str> = wanted.lines().collect();
        for document in [value.to_string(), wanted.join("\n"), wanted.join("\r\n"), spread(&value.to_string(), &numbers)] {
            prop_assert_eq!(all_drawn(&document), wanted.clone(), "{}", document);
        }
    }

    /// Rows of plain ASCII are found without going from cell to cell.
    #[test]
    fn rows_of_ascii_end_where_their_cells_say(document in "([a-c]{1,9}|[d]{60,120}| {1,3}){0,30}", columns in prop_oneof![1..40u16, 150..200u16]) {
        let text = text(document.as_bytes(), 0..document.len(), &Raw);
        for row in rows(&text, &Raw, columns) {
            let room = columns - text.indent(&Raw, columns, &row).min(columns - 1);
            let mut wrap = Wrap::new(room);
            let rest = &document.as_bytes()[row.start as usize..];
            let mut cells = cells(rest);
            let end = cells.find_map(|cell| wrap.end_before(cell.width, cell.text == " ", &cell.bytes));
            prop_assert_eq!((row.end - row.start) as usize, end.unwrap_or(rest.len()));
        }
    }

    #[test]
    fn rows_partition_the_bytes_whichever_way_one_comes(
        document in documents(), columns in prop_oneof![1..130u16, Just(CUT_ROW_COLUMNS)], at in any::<prop::sample::Index>()
    ) {
        prop_assume!(!document.is_empty());
        for layout in layouts() {
            let layout = layout.as_ref();
            let text = text(&document, 0..document.len(), layout);
            let rows = rows(&text, layout, columns);
            let mut end = 0;
            for row in &rows {
                prop_assert_eq!(row.start, end);
                prop_assert!(row.end > row.start);
                end = row.end;
            }
            prop_assert_eq!(end, document.len() as u64);
            let at = at.index(rows.len());
            prop_assert_eq!(text.row_at(layout, columns, rows[at].start), Some(rows[at]));
            prop_assert_eq!(text.row_at(layout, columns, rows[at].end - 1), Some(rows[at]));
            for n in [1, 2, 7, 1_000] {
                let back = text.back(layout, columns, rows[at], n);
                prop_assert_eq!(back, rows[at.saturating_sub(n as usize)]);
            }
        }
    }

    /// Of the bytes of a row each is seen once, or is white space of its begin or end, and what is drawn fits.
    #[test]
    fn cells_stand_for_the_bytes_of_their_row(document in documents(), columns in prop_oneof![1..130u16, Just(CUT_ROW_COLUMNS)]) {
        for layout in layouts() {
            let layout = layout.as_ref();
            let text = text(&document, 0..document.len(), layout);
            for row in rows(&text, layout, columns) {
                let cells = text.cells(layout, columns, &row);
                let (mut seen, mut width) = (row.start as usize, text.indent(layout, columns, &row));
                for cell in &cells {
                    prop_assert!(cell.bytes.is_empty() || cell.bytes.start >= seen || cell.repeats);
                    prop_assert!(cell.at >= row.start as usize && cell.at < row.end as usize);
                    if !cell.repeats {
                        prop_assert!(cell.bytes.contains(&cell.at));
                        seen = cell.bytes.end;
                    }
                    width += cell.width;
                }
                let n_seen = cells.iter().filter(|cell| !cell.repeats).count();
                prop_assert!(width <= columns || n_seen <= 1, "{width} of {columns}: {row:?} in {layout:?}");
            }
        }
    }

    #[test]
    fn pages_agree_on_the_rows_they_share(
        document in documents(), columns in prop_oneof![3..130u16, Just(CUT_ROW_COLUMNS)], cut in any::<prop::sample::Index>(),
        start in any::<prop::sample::Index>()
    ) {
        prop_assume!(!document.is_empty());
        // As the engine has them begin: behind a line break, or at a multiple in a long line.
        let mut starts: Vec<usize> = memchr::memchr_iter(b'\n', &document).map(|i| i + 1).collect();
        starts.extend((0..document.len()).step_by(SEGMENT).filter(|at| {
            memchr::memchr(b'\n', &document[at.saturating_sub(SEGMENT)..*at]).is_none()
        }));
        starts.retain(|start| *start < document.len());
        let start = starts[start.index(starts.len())];
        let end = start + 1 + cut.index(document.len() - start);
        for layout in layouts() {
            let layout = layout.as_ref();
            let whole_text = text(&document, 0..document.len(), layout);
            let whole = rows(&whole_text, layout, columns);
            let part = text(&document, start..end, layout);
            for row in rows(&part, layout, columns) {
                prop_assert!(whole.contains(&row), "{row:?} of page {start}..{end} in {layout:?}");
                let look = |text: &PageText| drawn(text, layout, columns, &row);
                prop_assert_eq!(look(&part), look(&whole_text), "{:?} of page {}..{} in {:?}", row, start, end, layout);
            }
        }
    }
}

#[test]
fn what_stands_on_the_top_level_and_comments_have_rows() {
    let drawn = |document: &str| all_drawn(document).join("|");
    assert_eq!(drawn("1\n2 3\n\n\"a\"\n"), "1|2 3|\"a\"");
    assert_eq!(drawn("{\"a\":1}\n{}{\"b\":[]}\n"), "{|  \"a\": 1|}|{}|{|  \"b\": []|}");
    assert_eq!(
        drawn("[1, // one\n2 /* two */,\n// three\n3\n]"),
        "[|  1, // one|  2 /* two */,|  // three|  3|]"
    );
    assert_eq!(drawn("/* a\n   b */\n{ // c\n}"), "/* a|   b */|{ // c|}");
    assert_eq!(drawn("[1,\n]"), "[|  1,|]");
    assert_eq!(drawn("  "), "");
}

#[test]
fn rows_have_the_number_of_the_line_that_they_begin() {
    let document = b"{\n \"a\": [1,\n2\n ], \"b\": {}\n// c\n}\n";
    let text = text(document, 0..document.len(), &Pretty);
    let lines: Vec<(Option<u64>, bool)> =
        rows(&text, &Pretty, 80).iter().map(|row| text.line(&Pretty, row)).collect();
    let begun = |line, begins| (Some(line), begins);
    let wanted = [begun(0, true), begun(1, true), begun(1, false), begun(2, true), begun(3, true)];
    assert_eq!(lines[..5], wanted);
    assert_eq!(lines[5..], [begun(3, false), begun(4, true), begun(5, true)]);
}

#[test]
fn numbers_stand_beside_characters() {
    let document = b"{\"a\": \"\xc3\xa9\"}\n\x00";
    for (columns, wanted) in [
        (70, "7b 22 61 22 3a 20 22 c3  a9 22 7d 0a 00          {\"a\": \"··\"}··"),
        (33, "7b 22 61 22 3a 20 22 c3 {\"a\": \"·"),
        (3, "7b {"),
    ] {
        let text = text(document, 0..document.len(), &Hex { ascii: false });
        let row = text.row_at(&Hex { ascii: false }, columns, 0).expect("there is a row");
        assert_eq!(drawn(&text, &Hex { ascii: false }, columns, &row), wanted);
    }
}
