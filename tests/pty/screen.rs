//! What a person sees.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use crate::harness::Start;
use crate::restore::document;

fn json(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[test]
fn keys_move_and_the_status_line_follows() {
    let file = document();
    let mut session = Start::new(&[file.path()]).start();
    session.until_text("\"even\"").until_text("line 1 ");
    session.type_keys("j").until_text("line 2 ");
    session.type_keys("120G").until_text("line 120 ");
    session.type_keys(":200\r").until_text("line 200 ");
    session.type_keys("/\"n\": 42,\r").until_text("line 44 ");
    session.type_keys("g").until_text("line 1 ");
}

#[test]
fn keys_typed_at_once_go_through_the_outline_as_if_typed_one_by_one() {
    let file = json(br#"{"a": {"b": {"c": [10, {"d": [0, 1, 2]}]}}, "e": 5}"#);
    let mut session = Start::new(&[file.path()]).start();
    session.until_text("indexed in").until_text("line 1 ");
    // Into a, b, c, its second element, d, and to d's last element.
    let keys = format!("\t{right}j{}jj\r", "\x1b[C".repeat(4), right = "\x1b[C".repeat(7));
    session.type_keys(&keys).until_text("$.a.b.c[1].d[2]");
    // A place that something else leads to is where the outline is then.
    session.type_keys(":$.e\r").until_text("Outline 2 of 2");
}

#[test]
fn one_line_of_8_gib_is_walked_like_any_other() {
    let file = json(b"{\"a\": \"");
    file.as_file().set_len(8 << 30).expect("a hole costs nothing");
    let mut session = Start::new(&[file.path()]).start();
    session.until_text("\"a\"").until_text("line 1 ");
    session.type_keys(":@5000000000\r").until_text("byte 5,000,000,000 ");
    session.type_keys("j").until("the next row", |screen| {
        let text = screen.contents();
        text.contains("byte 5,000,000,0") && !text.contains("byte 5,000,000,000 ")
    });
    session.type_keys("G").until_text("byte 8,589,9");
    session.type_keys("g").until_text("byte 0 ");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn behind_closers_of_nothing_depth_is_none() {
    let file = json(b"]]]\n[1]\n2\n");
    let mut session = Start::new(&[file.path()]).start();
    session.until_text("without an opening one");
    session.type_keys("G").until_text("line 3 ").until_text("depth 0");
}

#[test]
fn what_is_copied_goes_to_the_terminal() {
    // Nothing of a document comes to the terminal as it is.
    let file = json(b"{\"a\": {\"b\x1b[2J\": [1, 2]}}\n");
    let mut session = Start::new(&[file.path()]).start();
    session.until_text("line 1 ").until_text("indexed in");
    let mut sent = |keys: &str, told: &str, base64: &str| {
        session.type_keys(keys).until_text(told);
        let sent = format!("\x1b]52;c;{base64}\x1b\\");
        let raw = session.raw();
        assert!(raw.windows(sent.len()).any(|bytes| bytes == sent.as_bytes()), "{keys}");
    };
    sent("lyp", "copied $.a", "JC5h");
    sent("lyv", "copied [1, 2]", "WzEsIDJd");
    sent("yp", "copied $.a[\"b", "JC5hWyJiG1sySiJd");
    sent("yy", "copied {\"a\": ", "eyJhIjogeyJiG1sySiI6IFsxLCAyXX19");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn keys_typed_at_once_are_taken_one_after_the_other() {
    let file = json(b"{\"a\": {\"b\": {\"c\": [1, 2, 3]}}}\n");
    let mut session = Start::new(&[file.path()]).start();
    session.until_text("line 1 ").until_text("indexed in");
    session.type_keys("llllJJ").until_text("$.a.b.c[2]");
    session.type_keys("hh").until_text("$.a.b ");
    // A jump that begins nowhere in particular takes the place of those.
    session.type_keys("llhhh:@0\r").until_text("byte 0 ").until_text(" $ ");
    session.type_keys("%").until_text("byte 29 ").until_text(" $ ");
    session.type_keys("%llyp").until_text("copied $.a.b");
    session.type_keys("g/, \rn").until_text("byte 23 ").until_text("$.a.b.c[1]");
    session.type_keys("gl:\x1b[200~@18\x1b[201~\r").until_text("byte 18 ");
    // What was asked for first does not come in between.
    session.type_keys("h/2\r$:@7\rhJ\x0f").until_text("byte 7 ").until_text("$.a.b ");
}

#[test]
fn a_new_size_is_painted_whole() {
    let file = document();
    let mut session = Start::new(&[file.path()]).start();
    session.until_text("\"even\"").until_text("Outline");
    for (columns, rows) in [(40, 12), (1, 1), (200, 60), (80, 24)] {
        session.resize(columns, rows);
    }
    session.until_text("Outline").until_text("q quit");
    session.resize(40, 10).until("only one pane", |screen| !screen.contents().contains("Outline"));
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

#[test]
fn an_idle_screen_writes_nothing() {
    let file = document();
    let session = Start::new(&[file.path()]).start();
    session.until_text("\"even\"");
    session.until_quiet(Duration::from_millis(700));
    assert!(session.is_quiet_for(Duration::from_millis(1500)));
}

/// With the focus on the patterns, `]p` had that pane ask where the cursor is for ever.
#[test]
fn whatever_pane_has_the_focus_the_program_comes_to_rest() {
    let code = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rust/attributes.rs");
    // Where there is no room for all panes, the keys that bring one give it the focus.
    let mut session = Start::new(&[&code]).size(80, 24).start();
    session.until_text("indexed in");
    for pane in ["\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~"] {
        session.type_keys(pane).until_at_rest();
        for keys in ["jj]p]p[p", "\r \r", ":20\r/fn\rn", "Gg"] {
            session.type_keys(keys).until_at_rest();
        }
    }
    // The chosen pattern goes along.
    session.type_keys("\x1b[15~:1\r").until_text("Patterns 1 of");
    session.type_keys("]p]p").until_text("Patterns 3 of");
}

#[test]
fn a_light_terminal_gets_the_light_theme() {
    let file = document();
    let mut session = Start::new(&[file.path()]).without("COLORFGBG").start();
    session.until_text("\"even\"");
    session.type_keys("\x1b]11;rgb:ffff/ffff/f0f0\x07\x1b[?62;22c");
    let is_light = |screen: &vt100::Screen| {
        screen
            .cell(10, 10)
            .is_some_and(|cell| cell.bgcolor() == vt100::Color::Rgb(0xFB, 0xF8, 0xF1))
    };
    session.until("the light theme", is_light);
    session.type_keys("j").until_text("line 2 ");
}

#[test]
fn a_terminal_that_tells_no_background_loses_no_key() {
    let file = document();
    let mut session = Start::new(&[file.path()]).without("COLORFGBG").start();
    session.type_keys("jjj").until_text("line 4 ");
    session.type_keys("\x1b]11;rgb:0000/0000/0000\x07\x1b[?62cj").until_text("line 5 ");
}

/// The last cell of a row of the outline that the outline draws over.
fn outline_row(screen: &vt100::Screen, row: u16) -> Option<&vt100::Cell> {
    let contents = screen.contents();
    let top = contents.lines().position(|line| line.contains("Outline"))?;
    let columns = screen.size().1.get();
    screen.cell(u16::try_from(top).ok()? + 1 + row, columns - 6)
}

#[test]
fn without_colour_none_is_sent() {
    let file = document();
    let mut session = Start::new(&[file.path()]).env("NO_COLOR", "1").start();
    session.until_text("\"even\"");
    // The row that is chosen in a list is told from others all the same.
    session.type_keys("\tgj").until("the chosen row is reversed", |screen| {
        outline_row(screen, 1).is_some_and(|cell| cell.inverse())
    });
    session.type_keys("\x1b[Z").until("it is underlined without the focus", |screen| {
        let is_told =
            outline_row(screen, 1).is_some_and(|cell| cell.underline() && !cell.inverse());
        is_told && outline_row(screen, 2).is_some_and(|cell| !cell.underline())
    });
    let raw = String::from_utf8_lossy(&session.raw()).into_owned();
    for code in ["\x1b[38;", "\x1b[48;", ";38;", ";48;", "\x1b[3m1"] {
        assert!(!raw.contains(code), "{code:?}");
    }
}

#[test]
fn a_small_terminal_shows_the_document() {
    let file = document();
    let session = Start::new(&[file.path()]).size(20, 4).start();
    session.until_text("{\"n\": 0");
}

#[test]
fn the_log_tells_of_opening_scan_and_check() {
    let file = document();
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let path = log.to_string_lossy().into_owned();
    let mut session = Start::new(&[file.path()]).env("WARP_TUI_LOG_FILE", &path).start();
    session.until_text("indexed");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
    let log = std::fs::read_to_string(log).unwrap();
    for said in ["begin", "opened path=", "scan begins", "checked: no problem", "scan ended"] {
        assert!(log.contains(said), "{said} is not in {log}");
    }
}

#[test]
fn code_shows_its_definitions_and_patterns() {
    let folder = tempfile::tempdir().expect("a directory");
    let path = folder.path().join("shapes.py");
    let text = "import math\n\n\nclass Circle:\n    \"\"\"Round.\"\"\"\n\n    def area(self, r: float) -> float:\n        return math.pi * r\n\n\ndef main():\n    print([Circle().area(n) for n in range(3)])\n";
    std::fs::write(&path, text).expect("a file");
    let mut session = Start::new(&[&path]).size(120, 40).start();
    session.until_text("class Circle").until_text("def main").until_text("[x] type_annotation");
    // To the first pattern after the start, then to the first of one kind.
    session.type_keys("]p").until_text("Patterns 1 of");
    session.type_keys("G").until_text("line 12 ");
    session.type_keys("[p");
    session.until_text("def main").until_text("comprehension");
    // Into the method by its line: the path is made of the definitions around.
    session.type_keys(":8\r").until_text("Circle.area");
    session.type_keys("J").until_text("this is the last definition here");
    session.type_keys(":lang json\r").until_text("scanning as JSON").until_text("   JSON  ");
    session.type_keys(":lang cobol\r").until_text("lang takes auto crystal go");
    session.type_keys(":lang python\r").until_text("class Circle");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}

/// There are more kinds than rows for them, and none is scrolled out before a pattern is chosen.
#[test]
fn the_patterns_pane_opens_at_its_first_kinds() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rust/definitions.rs");
    let mut session = Start::new(&[&file]).size(80, 24).start();
    session.until_text("Outline").until_text("indexed in");
    session.type_keys("\x1b[15~").until_text("[x] struct").until_text("[x] trait ");
    session
        .type_keys("\x1b[15~")
        .until("it is hidden", |screen| !screen.contents().contains("[x]"));
    session.type_keys("\x1b[15~").until_text("[x] struct");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    // Where the focus is elsewhere it goes with the cursor, and back.
    let mut session = Start::new(&[&file]).size(120, 40).start();
    session.until_text("[x] struct");
    session.type_keys("]p").until_text("Patterns 1 of").until_text("unsafe             unsafe");
    session.type_keys("g").until_text("─ Patterns ─").until_text("[x] struct");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

#[test]
fn a_pattern_on_one_line_is_underlined_and_a_whole_function_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.rs");
    std::fs::write(&path, "fn one<T>(it: T) -> T {\n    it\n}\n").unwrap();
    let mut session = Start::new(&[&path]).size(120, 40).start();
    let lined = |screen: &vt100::Screen| {
        let cells = (0..40).flat_map(|row| (0..60).map(move |column| (row, column)));
        let lined = cells.filter_map(|(row, column)| screen.cell(row, column));
        lined.filter(|cell| cell.underline()).map(|cell| cell.contents()).collect::<String>()
    };
    // By the second line no pattern but the function holds the cursor.
    session.until_text("one<T>");
    session.type_keys("2G").until_text("line 2 ").until_text(" fn   line");
    session.until("nothing underlined", |screen| lined(screen).is_empty());
    session.type_keys(":@6\r").until("the generic", |screen| lined(screen).trim() == "<T>");
}

#[test]
fn an_outline_of_too_many_definitions_says_what_it_is_of_and_follows_the_cursor() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.py");
    std::fs::write(&path, "def a(): pass\n".repeat(70_000)).unwrap();
    let mut session = Start::new(&[&path]).size(200, 40).start();
    session.until_text("def a").until_text("Outline, first 512 KiB");
    session.type_keys("G").until_text(" to 957 KiB");
}

#[test]
fn text_has_lines_and_no_structure() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, "even true: [words]\nand more\n").unwrap();
    let mut session = Start::new(&[&file]).start();
    session.until_text("even true").until_text("text has no members").until_text("line 1 ");
    session.type_keys("j").until("the second line, and no path", |screen| {
        let status = screen.contents();
        status.contains("line 2 ") && !status.contains("depth") && !status.contains(" $")
    });
}

#[test]
fn the_first_file_that_can_be_opened_is() {
    let file = json(b"{\"a\": 1}");
    let (one, two) = (Path::new("/no/such.json"), Path::new("/no/other.json"));
    let mut session = Start::new(&[one, two, file.path()]).size(120, 40).start();
    session.until_text("Files 3 of 3").until_text("/no/such.json: cannot open");
    session.type_keys("\x1b").until_text("{\"a\": 1}");
    session.until_text("/no/such.json: cannot open").until_text("(and one more");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    for (columns, rows) in [(80, 24), (40, 6)] {
        let session = Start::new(&[one, file.path()]).size(columns, rows).start();
        session.until_text("Files 2 of 2").until_text("/no/such.json: cannot open");
    }
    let mut session = Start::new(&[one, two]).start();
    session.until_text("warp-tui: /no/such.json: cannot open");
    assert_eq!(session.exit_code(), 1);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("b.json"), "[7, 8]").unwrap();
    let mut session = Start::new(&[one, folder.path()]).size(120, 40).start();
    session.until_text("Files 1 of 1");
    session.type_keys("\x1b").until_text("[7, 8]").until_text("/no/such.json: cannot open");
}

#[test]
fn a_file_that_cannot_be_opened_keeps_no_other_one_of_its_directory_away() {
    let folder = tempfile::tempdir().unwrap();
    let (unreadable, other) = (folder.path().join("a.json"), folder.path().join("b.json"));
    std::fs::write(&unreadable, "[]").unwrap();
    std::fs::write(&other, "[7, 8]").unwrap();
    std::fs::set_permissions(&unreadable, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&unreadable).is_ok() {
        // To root nothing is forbidden.
        return;
    }
    let mut session = Start::new(&[folder.path()]).size(120, 40).start();
    session.until_text("Files 2 of 2").until_text("a.json: cannot open");
    session.type_keys("\x1b").until_text("[7, 8]");
}

#[test]
fn a_directory_opens_as_a_list_to_choose_from() {
    let folder = tempfile::tempdir().expect("a directory");
    for (name, text) in [
        ("a/first.py", "class First:\n    pass\n"),
        ("b/second.rb", "class Second\nend\n"),
        ("notes.txt", "nothing\n"),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it is below")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }
    let mut session = Start::new(&[folder.path()]).size(100, 30).start();
    session.until_text("Files 2 of 2").until_text("a/first.py").until_text("b/second.rb");
    session.type_keys("sec\r").until_text("class Second").until_text("second.rb   Ruby");
    session.type_keys("o").until_text("Files 2 of 2");
    session.type_keys("\x1b[B");
    session.type_keys("\x1b[A\r").until_text("class First").until_text("first.py   Python");
    session.type_keys("o").until_text("Files 2 of 2");
    session.type_keys("zzz").until_text("Files 0 of 2");
    session.type_keys("\x1b").until("the list is closed", |s| !s.contents().contains("Files"));
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
    // A file that is named with it is opened first, and a click chooses another.
    let (directory, file) = (folder.path(), folder.path().join("notes.txt"));
    let session = &mut Start::new(&[directory, &file]).size(100, 30).start();
    session.until_text("Files 3 of 3").until_text("notes.txt");
    let row = std::cell::Cell::new(0);
    session.until("the file is listed", |screen| {
        let contents = screen.contents();
        let place = contents.lines().position(|row| row.contains("b/second.rb"));
        place.inspect(|place| row.set(place + 1)).is_some()
    });
    let row = row.get();
    let click = format!("\x1b[<0;20;{row}M\x1b[<0;20;{row}m");
    session.type_keys(&click.repeat(2)).until_text("second.rb   Ruby");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
}

/// Of more definitions than are kept those around the cursor are listed, even where no definition is around it.
#[test]
fn the_outline_goes_with_the_cursor_to_another_part() {
    let class = |i: usize| format!("class {}{i}\nend\n", if i < 40_000 { "Near" } else { "Far" });
    let comments = "# nothing\n".repeat(100);
    let text: String = (0..80_000).map(class).chain([comments]).collect();
    let mut file = tempfile::Builder::new().suffix(".rb").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let mut session = Start::new(&[file.path()]).start();
    session.until_text("Outline, first").until_text("class Near0");
    session.type_keys("G").until_text("nothing").until_text("class Far");
    session.type_keys("g").until_text("class Near0").until_text("class Near4");
}

/// A cursor that no definition is around has its place in the outline all the same.
#[test]
fn the_outline_shows_where_the_cursor_is_between_definitions() {
    let class = |i: usize| format!("export class C{i} {{}}\n\n");
    let text: String = (0..300).map(class).collect();
    let mut file = tempfile::Builder::new().suffix(".ts").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let mut session = Start::new(&[file.path()]).start();
    session.until_text("│  class C0");
    session.type_keys("G").until_text("│  class C299");
    session.type_keys("g").until_text("│  class C0");
    session.type_keys(":301\r").until_text("│  class C150");
}

/// A line of many MiB is laid out with a row for each member from anywhere, and the cursor stays where it is.
#[test]
fn minified_json_is_laid_out_pretty() {
    let records: Vec<String> =
        (0..200_000).map(|i| format!("{{\"n\":{i},\"tags\":[\"a\",{{}}]}}")).collect();
    let mut file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
    write!(file, "[{}]", records.join(",")).unwrap();
    let mut session =
        Start::new(&[file.path()]).env("WARP_TUI_LAYOUT", "pretty").size(100, 30).start();
    session.until_text("Source, pretty").until_text("\"n\": 0,").until_text("\"tags\": [");
    session.until_text("indexed in");
    session
        .type_keys(":$[123456].tags\r")
        .until_text("\"n\": 123456,")
        .until_text("$[123456].tags");
    session.type_keys("kk").until_text("$[123456] ").until_text("\"n\": 123457,");
    session.type_keys("G").until_text("\"n\": 199999,").until_text("100 %");
    session.type_keys("\x02").until_text("\"n\": 199996,");
    session.type_keys("=").until_text("Source, hex");
    session.type_keys("=").until_text("─ Source ─");
    session.type_keys("q");
    assert_eq!(session.exit_code(), 0);
    session.assert_restored();
}
