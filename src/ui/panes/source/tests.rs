//! The source pane as a person meets it: pages in, keys in, picture out. [`Bench`] stands in for the engine and answers
//! page requests from a document in memory.

use crossbeam_channel::bounded;
use proptest::prelude::*;
use ratatui::buffer::Cell;
use ratatui::style::Modifier;

use super::*;
use crate::explorer::{Location, Needle, Problem, SearchOutcome, SearchProgress};
use crate::lang::ProblemKind;
use crate::limits::ROW_SEGMENT_BYTES;
use crate::ui::panes::testing;
use crate::ui::theme::{Role, Theme};
use crate::ui::theme_file::{Colours, Themes};

/// A document, its snapshot, and a pane that shows it.
pub(super) struct Bench {
    document: Vec<u8>,
    snapshot: Snapshot,
    theme: Theme,
    ascii: bool,
    page_bytes: usize,
    layout: LayoutKind,
    pub(super) wraps: bool,
    pub(super) pane: SourcePane,
    n_pages: usize,
}

impl Bench {
    pub(super) fn new(document: &[u8], columns: u16, rows: u16) -> Bench {
        let mut bench = Bench::without_pages(document);
        let effects = bench.pane.resize(Rect::new(0, 0, columns, rows));
        bench.answer_all(effects);
        let snapshot = bench.snapshot.clone();
        let theme = bench.theme.clone();
        let effects = bench.pane.snapshot_changed(&testing::context(&snapshot, &theme, false));
        bench.answer_all(effects);
        bench
    }

    fn without_pages(document: &[u8]) -> Bench {
        Bench {
            document: document.to_vec(),
            snapshot: testing::snapshot(document),
            theme: Theme::default(),
            ascii: false,
            page_bytes: PAGE_BYTES,
            layout: LayoutKind::Plain,
            wraps: true,
            pane: SourcePane::new(bounded(1).0),
            n_pages: 0,
        }
    }

    /// The page around a byte: it begins at a line's start or a multiple, as the engine's do.
    fn page(&self, around: u64) -> Page {
        let around = (around as usize).min(self.document.len());
        let start = around.saturating_sub(self.page_bytes / 2);
        let line = memchr::memrchr(b'\n', &self.document[..start]).map_or(0, |at| at + 1);
        let multiple = start / ROW_SEGMENT_BYTES as usize * ROW_SEGMENT_BYTES as usize;
        let is_anchor = multiple >= line + ROW_SEGMENT_BYTES as usize;
        let start = if is_anchor { multiple } else { line };
        testing::page_of(&self.document, start..(start + self.page_bytes).min(self.document.len()))
    }

    fn answer_all(&mut self, effects: Vec<Effect>) {
        let mut effects = effects;
        while let Some(effect) = effects.pop() {
            let snapshot = self.snapshot.clone();
            let theme = self.theme.clone();
            let layout = self.layout;
            let context = testing::context(&snapshot, &theme, self.ascii);
            let context = Context { layout, wraps: self.wraps, ..context };
            match effect {
                Effect::Ask(Request::Page { around }) => {
                    self.n_pages += 1;
                    assert!(self.n_pages < 10_000, "pages are asked for without end");
                    let page = Arc::new(self.page(around));
                    effects.extend(self.pane.answer(&Answer::Page(page), &context));
                }
                Effect::MoveTo { at, .. } => {
                    effects.extend(self.pane.cursor_moved(at, &context));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    pub(super) fn press(&mut self, action: Action, count: Option<u64>) -> &mut Self {
        let snapshot = self.snapshot.clone();
        let theme = self.theme.clone();
        let context = testing::context(&snapshot, &theme, self.ascii);
        let context = Context { layout: self.layout, wraps: self.wraps, ..context };
        let effects = testing::press(&mut self.pane, action, count, &context);
        self.answer_all(effects);
        self
    }

    pub(super) fn laid_out(mut self, layout: LayoutKind) -> Self {
        self.layout = layout;
        let (snapshot, theme) = (self.snapshot.clone(), self.theme.clone());
        let context = testing::context(&snapshot, &theme, self.ascii);
        let context = Context { layout, wraps: self.wraps, ..context };
        let effects = self.pane.snapshot_changed(&context);
        self.answer_all(effects);
        self
    }

    pub(super) fn go_to(&mut self, at: u64) -> &mut Self {
        self.answer_all(vec![Effect::MoveTo { at, jump: true }]);
        self
    }

    pub(super) fn drawn(&self) -> String {
        let context = testing::context(&self.snapshot, &self.theme, self.ascii);
        testing::drawn(&self.pane, &context, self.pane.area.width, self.pane.area.height)
    }

    pub(super) fn render(&self, buffer: &mut Buffer) {
        let context = testing::context(&self.snapshot, &self.theme, self.ascii);
        self.pane.render(self.pane.area, buffer, &context);
    }

    /// How far below the top row the cursor is drawn.
    fn cursor_row(&self) -> usize {
        let cursor = self.pane.cursor;
        self.pane.rows.iter().position(|row| row.contains(cursor)).expect("the cursor is in sight")
    }
}

fn lines(n: usize) -> Vec<u8> {
    (0..n).map(|i| format!("[{i}, \"line\"]\n")).collect::<String>().into_bytes()
}

const SAMPLE: &[u8] = b"{\n  \"name\": \"warp\",\n  \"tags\": [1, -2.5e3, true, null],\n  \"text\": \"a long one that has to be wrapped \\\"here\\\" or there\"\n}\n";

#[test]
fn a_small_document_is_shown_with_line_numbers() {
    insta::assert_snapshot!(Bench::new(SAMPLE, 44, 9).drawn());
}

#[test]
fn offsets_take_the_place_of_line_numbers() {
    let mut bench = Bench::new(SAMPLE, 44, 9);
    bench.press(Action::ToggleOffsets, None);
    insta::assert_snapshot!(bench.drawn());
}

#[test]
fn ascii_marks_stand_in_for_all_glyphs() {
    let mut bench = Bench::new(SAMPLE, 30, 9);
    bench.ascii = true;
    let drawn = bench.drawn();
    assert!(drawn.is_ascii());
    insta::assert_snapshot!(drawn);
}

#[test]
fn hostile_bytes_are_shown_and_not_sent() {
    let document =
        b"\"\x1b]0;owned\x07\x1b[2J\"\n\xff\xfe\xe2\x80\xae<- rtl\n\x00\x7f\xc2\x85\r\ttab\r\n";
    insta::assert_snapshot!(Bench::new(document, 40, 6).drawn());
}

#[test]
fn nothing_is_drawn_as_if_it_were_known_before_the_first_page() {
    let mut bench = Bench::without_pages(SAMPLE);
    let effects = bench.pane.resize(Rect::new(0, 0, 20, 3));
    assert_eq!(effects, [Effect::Ask(Request::Page { around: 0 })]);
    assert_eq!(bench.drawn(), "…\n\n");
}

#[test]
fn an_empty_document_says_so() {
    assert_eq!(Bench::new(b"", 30, 2).drawn().trim(), "empty: no bytes");
}

#[test]
fn a_far_target_is_shown_a_third_from_the_top() {
    let document = lines(20_000);
    let mut bench = Bench::new(&document, 60, 30);
    let at = document.len() as u64 / 2;
    bench.go_to(at);
    assert_eq!(bench.cursor_row(), 10);
}

#[test]
fn what_stands_where_a_page_ends_is_shown() {
    for document in [lines(20_000), vec![b'x'; 200_000]] {
        assert!(document.len() > 120_000);
        for page_bytes in [80_000, 80_013] {
            for at in page_bytes as u64 - 20..page_bytes as u64 + 20 {
                let mut bench = Bench::without_pages(&document);
                bench.page_bytes = page_bytes;
                let effects = bench.pane.resize(Rect::new(0, 0, 40, 9));
                bench.answer_all(effects);
                bench.go_to(at).cursor_row();
            }
        }
    }
}

#[test]
fn the_document_s_end_stands_at_the_bottom() {
    let document = lines(20_000);
    let mut bench = Bench::new(&document, 60, 30);
    bench.go_to(document.len() as u64 - 2);
    assert_eq!(bench.cursor_row(), 29);
    assert!(bench.drawn().ends_with("20000  [19999, \"line\"]"));
}

#[test]
fn a_whole_file_is_walked_by_pages_without_a_gap() {
    let document = lines(30_000);
    let mut bench = Bench::new(&document, 60, 30);
    bench.page_bytes = 160 << 10;
    let mut seen = bench.pane.bytes_in_sight().unwrap().end;
    while seen < document.len() as u64 {
        bench.press(Action::PageDown, None);
        let now = bench.pane.bytes_in_sight().unwrap();
        assert!(now.start <= seen && now.end > seen, "{now:?} after {seen}");
        assert_eq!(bench.pane.rows.len(), 30, "no row is missing at {seen}");
        seen = now.end;
    }
    assert!(bench.n_pages < 60, "{} pages for {} bytes", bench.n_pages, document.len());
}

#[test]
fn an_endless_line_is_walked_like_any_other() {
    let document = vec![b'7'; 600 << 10];
    let mut bench = Bench::new(&document, 80, 24);
    bench.go_to(400 << 10);
    let first = bench.pane.top;
    for _ in 0..500 {
        bench.press(Action::HalfPageUp, None);
    }
    assert_eq!((bench.pane.cursor, bench.pane.top), (0, 0));
    bench.go_to(400 << 10);
    assert_eq!(bench.pane.top, first, "the same rows whichever way one came");
}

#[test]
fn a_missing_page_is_dots() {
    let document = lines(20_000);
    let mut bench = Bench::new(&document, 40, 10);
    let page = testing::page_of(&document, 0..100);
    bench.pane.text = Some(PageText::new(Arc::new(page), &Raw));
    bench.pane.lay_out();
    let n_rows = bench.pane.rows.len();
    assert!(n_rows < 10);
    assert_eq!(bench.drawn().lines().nth(n_rows).map(str::trim), Some("…"));
}

#[test]
fn what_was_guessed_is_asked_for_again_once_scanned() {
    let mut bench = Bench::without_pages(SAMPLE);
    bench.pane.resize(Rect::new(0, 0, 40, 8));
    let theme = Theme::default();
    let mut snapshot = bench.snapshot.clone();
    snapshot.scan.bytes_done = 0;
    snapshot.scan.phase = Phase::Running;
    let guessed = Arc::new(Page { exact: false, first_line: None, ..testing::page(SAMPLE) });
    let context = testing::context(&snapshot, &theme, false);
    assert!(bench.pane.answer(&Answer::Page(guessed), &context).is_empty());
    let context = testing::context(&bench.snapshot, &theme, false);
    let effects = bench.pane.snapshot_changed(&context);
    assert_eq!(effects, [Effect::Ask(Request::Page { around: 0 })]);
}

#[test]
fn a_page_guessed_before_the_scan_came_by_is_asked_for_again_at_once() {
    let mut bench = Bench::without_pages(SAMPLE);
    bench.pane.resize(Rect::new(0, 0, 40, 8));
    let theme = Theme::default();
    let context = testing::context(&bench.snapshot, &theme, false);
    // The scan ends while the page is under way.
    bench.pane.snapshot_changed(&context);
    let guessed = Arc::new(Page { exact: false, ..testing::page(SAMPLE) });
    let effects = bench.pane.answer(&Answer::Page(Arc::clone(&guessed)), &context);
    assert_eq!(effects, [Effect::Ask(Request::Page { around: 0 })]);
    assert!(bench.pane.answer(&Answer::Page(guessed), &context).is_empty(), "but only once");
}

#[test]
fn a_cursor_beyond_the_end_of_a_file_that_shrank_moves_to_its_last_byte() {
    let mut bench = Bench::new(SAMPLE, 40, 8);
    bench.go_to(SAMPLE.len() as u64 - 1);
    let theme = Theme::default();
    let context = testing::context(&bench.snapshot, &theme, false);
    let effects = bench.pane.answer(&Answer::Page(Arc::new(testing::page(b"[1]"))), &context);
    assert_eq!(effects, [Effect::MoveTo { at: 2, jump: false }]);
}

#[test]
fn the_lit_pair_is_the_one_at_the_cursor() {
    let mut bench = Bench::new(SAMPLE, 44, 9);
    let location = Location {
        at: 0,
        line: Some(0),
        column: Some(0),
        depth: Some(0),
        path: Vec::new(),
        beside: None,
        pair: Some((0, Some(SAMPLE.len() as u64 - 2))),
        enclosing: None,
        pattern: None,
        indexed: true,
    };
    let theme = Theme::default();
    let context = testing::context(&bench.snapshot, &theme, false);
    bench.pane.answer(&Answer::Location(location), &context);
    assert!(bench.pane.pair.is_some());
    bench.press(Action::Down, None);
    assert_eq!(bench.pane.pair, None);
}

#[test]
fn the_cursor_is_seen_on_a_seam() {
    let mut bench = Bench::new(b"0123456789\n\t\tab\n", 40, 3);
    let themes = Themes::load("paper", None, Colours::Rgb).expect("it is built in");
    let theme = themes.current();
    for at in [4, 12] {
        bench.go_to(at);
        let context = testing::context(&bench.snapshot, theme, false);
        let context = Context { block: 4, marks_seams: true, ..context };
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 3));
        bench.pane.render(buffer.area, &mut buffer, &context);
        let cursor = theme.style(Role::Cursor);
        let is_seam = |cell: &Cell| cell.modifier.contains(Modifier::REVERSED);
        let is_cursor = |cell: &Cell| Some(cell.bg) == cursor.bg && !is_seam(cell);
        assert!(buffer.content.iter().any(is_cursor), "byte {at}");
        assert!(buffer.content.iter().any(is_seam), "the other seams are marked");
    }
}

#[test]
fn the_place_of_the_first_problem_is_marked() {
    let text = "{\"a\": 0,}\n".as_bytes();
    for name in ["ember", "paper", "mono"] {
        let themes = Themes::load(name, None, Colours::Rgb).expect("it is built in");
        let mut bench = Bench::new(text, 40, 3);
        bench.snapshot.first_problem =
            Some(Problem { at: 8, line: Some(0), kind: ProblemKind::Unexpected });
        let context = testing::context(&bench.snapshot, themes.current(), false);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 3));
        bench.pane.render(buffer.area, &mut buffer, &context);
        let error = themes.current().style(Role::Error);
        let is_marked = |cell: &&Cell| cell.modifier.contains(Modifier::UNDERLINED);
        let marked: Vec<&Cell> = buffer.content.iter().filter(is_marked).collect();
        assert_eq!(marked.iter().map(|cell| cell.symbol()).collect::<String>(), "}", "{name}");
        assert!(error.fg.is_none() || Some(marked[0].fg) == error.fg, "{name}");
    }
}

#[test]
fn moves_by_rows_keep_the_column() {
    let mut bench = Bench::new(b"0123456789\nab\n0123456789\n", 40, 5);
    bench.go_to(7).press(Action::Down, None);
    assert_eq!(bench.pane.cursor, 12);
    bench.press(Action::Down, None);
    assert_eq!(bench.pane.cursor, 14 + 7);
    bench.press(Action::RowStart, None).press(Action::Left, None);
    assert_eq!(bench.pane.cursor, 12);
    bench.press(Action::Right, None).press(Action::RowEnd, None);
    assert_eq!(bench.pane.cursor, 14 + 9);
}

#[test]
fn a_row_has_a_first_character_that_is_no_blank() {
    let mut bench = Bench::new(b"a\n \t b c\n   \n\n", 40, 5);
    for (from, to) in [(2, 5), (8, 5), (10, 11), (13, 13), (0, 0)] {
        bench.go_to(from).press(Action::RowText, None);
        assert_eq!(bench.pane.cursor, to, "{from}");
    }
}

#[test]
fn matches_of_a_search_are_lit_in_every_row() {
    let document = b"[\"warp\", \"wa\", \"warp\"]";
    let mut bench = Bench::new(document, 40, 2);
    bench.snapshot.search = Some(SearchProgress {
        needle: Needle::new(b"warp").unwrap(),
        bytes_done: 0,
        bytes_total: 0,
        outcome: SearchOutcome::Running,
        wrapped: false,
    });
    let theme = Theme::default();
    let context = testing::context(&bench.snapshot, &theme, false);
    let text = bench.pane.text.as_ref().unwrap();
    assert_eq!(view::found_in_sight(&bench.pane, text, &context), [2..6, 16..20]);
}

#[test]
fn every_size_is_drawn() {
    let document =
        ["{\"日本\": [1, \"\u{202e}\", \"".as_bytes(), &[0x1b; 90], b"\"]}\n\n\xff"].concat();
    for layout in LayoutKind::ALL {
        for (columns, rows) in (0..40).flat_map(|columns| (0..12).map(move |rows| (columns, rows)))
        {
            let mut bench = Bench::new(&document, columns, rows).laid_out(layout);
            bench.drawn();
            bench.press(Action::PageDown, None).press(Action::Right, Some(3)).drawn();
        }
    }
    Bench::new(&document, 500, 200).press(Action::Down, None).drawn();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn down_and_up_again_returns(
        start in 0..200_000u64, n in 1..400u64, columns in 20..100u16, rows in 1..40u16,
        layout in prop::sample::select(&LayoutKind::ALL[..])
    ) {
        let mut document = lines(8_000);
        document.extend(vec![b'x'; 60_000]);
        document.extend(lines(2_000));
        let mut bench = Bench::new(&document, columns, rows).laid_out(layout);
        bench.go_to(start).press(Action::RowStart, None);
        let cursor = bench.pane.cursor;
        for _ in 0..n {
            bench.press(Action::Down, None);
        }
        bench.press(Action::Up, Some(n));
        prop_assert_eq!(bench.pane.cursor, cursor);
        bench.cursor_row();
    }
}
