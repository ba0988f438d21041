//! The outline as a person meets it. [`Bench`] stands in for the engine: it answers from a document in memory, by reading
//! it from the container's bracket on.

use super::*;
use crate::explorer::{Request, ValueKind};
use crate::lang::{Class, LanguageId};
use crate::limits::PREVIEW_BYTES;
use crate::scan::{State, naive};
use crate::ui::panes::testing;
use crate::ui::theme::{Role, Theme};
use crate::ui::theme_file::{Colours, Themes};

/// Reads members, naively.
struct Reader<'a> {
    document: &'a [u8],
    structurals: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn new(document: &'a [u8]) -> Reader<'a> {
        let (_, detail) = naive::scan(&State::default(), document);
        let structurals = detail.structurals.iter().map(|at| *at as usize).collect();
        Reader { document, structurals }
    }

    fn class(&self, at: usize) -> Class {
        Class::of(self.document[at]).expect("a structural")
    }

    fn skip_space(&self, at: usize) -> usize {
        let space = self.document[at..].iter().take_while(|byte| byte.is_ascii_whitespace());
        at + space.count()
    }

    /// The first byte of each member of a container (or the top level), and the container's end.
    fn members(&self, open: Option<u64>) -> Vec<usize> {
        let first = open.map_or(0, |open| open as usize + 1);
        let mut depth = 0;
        let mut starts = vec![self.skip_space(first)];
        for at in self.structurals.iter().copied().filter(|at| *at >= first) {
            let class = self.class(at);
            depth += i32::from(class.opens()) - i32::from(class.closes());
            if depth < 0 {
                break;
            }
            let ends_value = open.is_none() && class.closes();
            if depth == 0 && (class == Class::Comma || ends_value) {
                starts.push(self.skip_space(at + 1));
            }
        }
        let is_end = |at: usize| self.document.get(at).is_none_or(|b| matches!(b, b'}' | b']'));
        starts.retain(|at| !is_end(*at));
        starts
    }

    fn child(&self, in_object: bool, index: u64, at: usize) -> Child {
        let document = self.document;
        let mut value = at;
        let mut key = None;
        if in_object {
            let colon = self.structurals.iter().find(|s| **s >= at).copied().expect("a colon");
            let text = std::str::from_utf8(&document[at..colon]).expect("text").trim();
            key = Some(text.trim_matches('"').as_bytes().to_vec());
            value = self.skip_space(colon + 1);
        }
        let kind = match document[value] {
            b'{' => ValueKind::Object,
            b'[' => ValueKind::Array,
            b'"' => ValueKind::String,
            b't' | b'f' => ValueKind::Bool,
            b'n' => ValueKind::Null,
            _ => ValueKind::Number,
        };
        let end = self.structurals.iter().find(|s| **s > value).copied().unwrap_or(document.len());
        let end = if kind.is_container() { document.len() } else { end };
        let preview = document[value..end.min(value + PREVIEW_BYTES)].trim_ascii_end().to_vec();
        let members = kind.is_container().then(|| self.members(Some(value as u64)).len() as u64);
        Child { index, at: at as u64, value: value as u64, key, kind, preview, members }
    }

    fn children(&self, open: Option<u64>, first: u64, count: usize) -> Children {
        let starts = self.members(open);
        let in_object = open.is_some_and(|open| self.document[open as usize] == b'{');
        let all = starts.iter().enumerate().skip(first as usize).take(count);
        let items = all.map(|(i, at)| self.child(in_object, i as u64, *at)).collect();
        Children { open, first, total: starts.len() as u64, complete: true, items }
    }
}

struct Bench {
    document: Vec<u8>,
    snapshot: Snapshot,
    theme: Theme,
    focused: bool,
    ascii: bool,
    pane: OutlinePane,
    moved: Vec<u64>,
    said: String,
    size: (u16, u16),
}

impl Bench {
    fn new(document: &[u8], columns: u16, rows: u16) -> Bench {
        let mut bench = Bench {
            document: document.to_vec(),
            snapshot: testing::snapshot(document),
            theme: Theme::default(),
            focused: true,
            ascii: false,
            pane: OutlinePane::default(),
            moved: Vec::new(),
            said: String::new(),
            size: (columns, rows),
        };
        let effects = bench.pane.resize(Rect::new(0, 0, columns, rows));
        bench.answer_all(effects);
        bench.with_context(|pane, context| pane.snapshot_changed(context));
        bench
    }

    fn with_context(&mut self, act: impl FnOnce(&mut OutlinePane, &Context<'_>) -> Vec<Effect>) {
        let context = testing::context(&self.snapshot, &self.theme, self.ascii);
        let context = Context { focused: self.focused, ..context };
        let effects = act(&mut self.pane, &context);
        self.answer_all(effects);
    }

    fn answer_all(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(Request::Children { open, first, count }) => {
                    let children = Reader::new(&self.document).children(open, first, count);
                    let answer = Answer::Children(children);
                    self.with_context(|pane, context| pane.answer(&answer, context));
                }
                Effect::MoveTo { at, .. } => self.moved.push(at),
                Effect::Say(text) => self.said = text,
                other => panic!("{other:?}"),
            }
        }
    }

    fn press(&mut self, action: Action) -> &mut Self {
        self.with_context(|pane, context| testing::press(pane, action, None, context));
        self
    }

    /// The engine's word on where a byte is: the path of members around it.
    fn locate(&mut self, at: u64) -> &mut Self {
        let reader = Reader::new(&self.document);
        let mut path = Vec::new();
        let mut open = None;
        loop {
            let starts = reader.members(open);
            let Some(index) = starts.partition_point(|s| *s as u64 <= at).checked_sub(1) else {
                break;
            };
            let in_object = open.is_some_and(|open: u64| self.document[open as usize] == b'{');
            let child = reader.child(in_object, index as u64, starts[index]);
            let index = index as u64;
            let (key, definition) = (child.key.clone(), None);
            path.push(PathStep { open, index, key, member: child.at, definition });
            if !child.kind.is_container() || at <= child.value {
                break;
            }
            open = Some(child.value);
        }
        self.take(Location { path, ..Location::unknown(at) })
    }

    /// The engine's word on a byte that is in no member.
    fn locate_outside(&mut self) -> &mut Self {
        self.take(Location::unknown(0))
    }

    fn take(&mut self, location: Location) -> &mut Self {
        let answer = Answer::Location(location);
        self.with_context(|pane, context| pane.answer(&answer, context));
        self
    }

    fn context(&self) -> Context<'_> {
        let context = testing::context(&self.snapshot, &self.theme, self.ascii);
        Context { focused: self.focused, ..context }
    }

    fn title(&self) -> String {
        self.pane.title(&self.context())
    }

    fn drawn(&self) -> String {
        testing::drawn(&self.pane, &self.context(), self.size.0, self.size.1)
    }

    /// The row with the light on it.
    fn lit_row(&self) -> Option<u16> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        let themes = Themes::load("fjord", None, Colours::Rgb).unwrap();
        let context = Context { theme: themes.current(), ..self.context() };
        self.pane.render(buffer.area, &mut buffer, &context);
        let role = if self.focused { Role::Cursor } else { Role::CursorRow };
        let lit = context.theme.style(role).bg;
        (0..self.size.1).find(|y| Some(buffer[(0, *y)].bg) == lit)
    }

    fn chosen(&self) -> String {
        let row = (self.pane.chosen_row() - self.pane.seen.top) as usize;
        self.drawn().lines().nth(row).unwrap_or_default().trim().to_owned()
    }
}

const SAMPLE: &[u8] = br#"{"statuses": [{"id": 1, "user": {"name": "ann", "tags": []}},
 {"id": 2, "user": {"name": "bob", "ok": true}}, null], "count": 2, "": -1.5e3,
 "meta": {"a": {"b": {"c": "deep"}}}}"#;

fn at_of(word: &str) -> u64 {
    let at = memchr::memmem::find(SAMPLE, word.as_bytes());
    at.expect("the word is in the sample") as u64
}

#[test]
fn the_only_value_shows_its_members_at_once() {
    insta::assert_snapshot!(Bench::new(SAMPLE, 40, 8).drawn());
}

#[test]
fn members_unfold_and_fold() {
    let mut bench = Bench::new(SAMPLE, 40, 12);
    bench.press(Action::Down).press(Action::Right).press(Action::Right).press(Action::ToggleFold);
    insta::assert_snapshot!(bench.drawn());
    bench.press(Action::Left).press(Action::Left);
    assert_eq!(bench.chosen(), "│ ▾ statuses [3]");
    bench.press(Action::Left);
    assert!(bench.chosen().starts_with("│ ▸ statuses [3]"));
}

#[test]
fn ascii_marks_stand_in_for_all_glyphs() {
    let mut bench = Bench::new("{\"é\": [\"日本\", {\"x\": 1}]}".as_bytes(), 30, 6);
    bench.ascii = true;
    bench.press(Action::Down).press(Action::Right);
    let drawn = bench.drawn();
    assert!(drawn.is_ascii(), "{drawn}");
    insta::assert_snapshot!(drawn);
}

#[test]
fn the_cursor_s_path_is_unfolded_and_left_folded_again() {
    let mut bench = Bench::new(SAMPLE, 40, 14);
    bench.focused = false;
    bench.locate(at_of("\"deep\""));
    insta::assert_snapshot!(bench.drawn());
    assert!(bench.chosen().ends_with("c: \"deep\""));
    bench.locate(at_of("\"bob\""));
    assert!(bench.chosen().ends_with("name: \"bob\""));
    assert!(!bench.drawn().contains("deep\"") || bench.drawn().contains("▸ meta"));
    bench.locate(at_of("\"count\""));
    assert_eq!(bench.pane.tree.rows(), 5, "only what the person unfolded stays");
}

#[test]
fn where_the_cursor_comes_back_to_all_members_are_there_again() {
    let mut bench = Bench::new(SAMPLE, 40, 14);
    bench.focused = false;
    bench.locate(at_of("{\"id\": 2"));
    let (drawn, title) = (bench.drawn(), bench.title());
    assert_eq!(title, "Outline 2 of 3");
    bench.locate(at_of("\"count\"")).locate(at_of("{\"id\": 2"));
    assert_eq!((bench.drawn(), bench.title()), (drawn, title));
}

#[test]
fn at_the_document_itself_the_outline_is_as_at_first() {
    let mut bench = Bench::new(SAMPLE, 40, 14);
    bench.focused = false;
    let (drawn, title) = (bench.drawn(), bench.title());
    bench.locate(at_of("\"deep\"")).locate_outside();
    assert_eq!((bench.drawn(), bench.title()), (drawn, title));
    assert_eq!(bench.lit_row(), Some(0));
}

#[test]
fn outside_of_all_members_none_is_lit() {
    let mut bench = Bench::new(b"{\"a\": 1}\n{\"a\": 2}\n", 30, 5);
    bench.focused = false;
    assert_eq!(bench.locate(12).lit_row(), Some(2));
    bench.locate_outside();
    assert_eq!((bench.lit_row(), bench.title().as_str()), (None, "Outline"));
    bench.focused = true;
    assert_eq!(bench.lit_row(), Some(0), "who uses the outline sees where they are in it");
}

#[test]
fn the_outline_in_use_stays_where_it_is_unless_something_else_moves_the_cursor() {
    let mut bench = Bench::new(SAMPLE, 40, 14);
    let before = bench.drawn();
    bench.locate(at_of("\"deep\""));
    assert_eq!(bench.drawn(), before, "the cursor has not moved");
    // Gone to by a path or a search.
    let deep = at_of("\"deep\"");
    bench.with_context(|pane, context| pane.cursor_moved(deep, context));
    bench.locate(deep);
    assert!(bench.chosen().ends_with("c: \"deep\""), "{}", bench.drawn());
    // Gone to by the outline's own key: the row that was chosen stays, whatever is told of the place.
    bench.press(Action::Top).press(Action::Enter);
    let (chosen, led) = (bench.chosen(), *bench.moved.last().expect("a jump"));
    bench.with_context(|pane, context| pane.cursor_moved(led, context));
    bench.press(Action::Down).locate(led);
    assert_ne!(bench.chosen(), chosen);
}

#[test]
fn keys_wait_for_members_that_were_asked_for() {
    let mut bench = Bench::new(b"[[1, 2], 3]", 30, 6);
    let patience = Duration::from_secs(60);
    assert!(!bench.pane.is_waiting(patience), "all that is seen is here");
    let child = bench.pane.windows.get(bench.pane.chosen).cloned().expect("the document's value");
    bench.pane.windows.clear();
    let effects = bench.pane.wanted(0);
    assert!(bench.pane.is_waiting(patience) && !bench.pane.is_waiting(Duration::ZERO));
    bench.answer_all(effects);
    assert!(!bench.pane.is_waiting(patience));
    // A definition's members are counted when they are asked for.
    bench.pane.tree.fold(bench.pane.chosen);
    bench.pane.tree.unfold(bench.pane.chosen, child.value, true);
    bench.pane.windows.clear();
    let effects = bench.pane.wanted(0);
    assert!(bench.pane.is_waiting(patience));
    bench.answer_all(effects);
    assert!(!bench.pane.is_waiting(patience));
}

#[test]
fn enter_jumps_to_the_member() {
    let mut bench = Bench::new(SAMPLE, 40, 8);
    bench.press(Action::Down).press(Action::Down).press(Action::Enter);
    assert_eq!(bench.moved, [at_of("\"count\"")]);
}

#[test]
fn enter_on_nothing_says_why_there_is_nothing() {
    let mut bench = Bench::new(b" ", 40, 8);
    assert_eq!(bench.press(Action::Enter).said, "no members");
    bench.snapshot.document.language = LanguageId::Text;
    assert_eq!(bench.press(Action::Enter).said, "text has no members");
    assert!(bench.moved.is_empty());
}

#[test]
fn long_arrays_are_fetched_where_they_are_looked_at() {
    let items: Vec<String> = (0..5_000).map(|i| i.to_string()).collect();
    let mut bench = Bench::new(format!("[{}]", items.join(",")).as_bytes(), 30, 10);
    bench.press(Action::Bottom);
    assert!(bench.chosen().starts_with("│   4999 4999"), "{}", bench.chosen());
    bench.press(Action::Top).press(Action::PageDown);
    assert!(bench.chosen().starts_with("│   9 9"), "{}", bench.chosen());
}

#[test]
fn a_hundred_unfolded_containers_in_sight_are_all_there() {
    let items = vec!["[7]"; 100].join(",");
    let mut bench = Bench::new(format!("[{items}]").as_bytes(), 30, 250);
    bench.press(Action::Bottom);
    for _ in 0..100 {
        bench.press(Action::Right).press(Action::Up);
    }
    assert!(!bench.drawn().contains('…'));
    assert_eq!(bench.pane.tree.rows(), 201);
    assert_eq!(bench.pane.wanted(7), [], "nothing is asked for again");
}

#[test]
fn records_of_json_lines_stay_folded() {
    let bench = Bench::new(b"{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3}\n", 30, 5);
    insta::assert_snapshot!(bench.drawn());
}

#[test]
fn hostile_keys_and_values_never_reach_the_screen_raw() {
    let document = "{\"\u{1b}[2Jkey\u{202e}\": \"\u{7}\u{9b}31m\", \"o\": {\"\u{200b}\": 1}}";
    let mut bench = Bench::new(document.as_bytes(), 60, 5);
    bench.press(Action::Bottom).press(Action::Right);
    insta::assert_snapshot!(bench.drawn());
}

#[test]
fn rows_grow_while_the_scan_goes_on_and_the_chosen_one_stays() {
    let mut bench = Bench::new(b"[1,2,3]", 30, 6);
    bench.press(Action::Down).press(Action::Down);
    bench.snapshot.scan.phase = Phase::Running;
    let children = |total, complete| {
        let mut children = Reader::new(b"[1,2,3]").children(Some(0), 0, 256);
        children.total = total;
        children.complete = complete;
        Answer::Children(children)
    };
    let snapshot = bench.snapshot.clone();
    let theme = Theme::default();
    let context = testing::context(&snapshot, &theme, false);
    bench.pane.answer(&children(900, false), &context);
    assert_eq!(bench.pane.tree.rows(), 901);
    assert!(bench.chosen().starts_with("│   1 2"));
    bench.pane.answer(&children(3, true), &context);
    assert_eq!(bench.pane.tree.rows(), 4);
}

#[test]
fn a_growing_container_is_asked_again_when_the_scan_has_come_further() {
    let mut bench = Bench::new(b"[1,2,3]", 30, 6);
    let theme = Theme::default();
    let mut snapshot = bench.snapshot.clone();
    snapshot.scan.bytes_total = 1 << 30;
    snapshot.scan.phase = Phase::Running;
    let children = Reader::new(b"[1,2,3]").children(Some(0), 0, 256);
    bench.pane.take(&Children { complete: false, ..children });
    snapshot.scan.bytes_done = 1 << 20;
    let context = testing::context(&snapshot, &theme, false);
    let asked = bench.pane.snapshot_changed(&context).len();
    let mut further = snapshot.clone();
    further.scan.bytes_done = 1 << 29;
    let context = testing::context(&further, &theme, false);
    let asked_later = bench.pane.snapshot_changed(&context).len();
    assert_eq!((asked, asked_later), (0, 1));
}

#[test]
fn every_size_is_drawn() {
    for columns in 0..40 {
        for rows in 0..12 {
            let mut bench = Bench::new(SAMPLE, columns, rows);
            bench.focused = false;
            bench.locate(at_of("\"deep\"")).drawn();
            bench.press(Action::PageDown).drawn();
        }
    }
    Bench::new(SAMPLE, 500, 200).drawn();
}
