//! `scan`: its forms, golden outputs, and that no setting changes a result.

use serde_json::{Value, json};

use crate::harness::{file, folder, run};

const SMALL: [&str; 2] = ["fixtures/comments.jsonc", "fixtures/broken/mismatched.json"];

fn scan(rest: &[&str]) -> String {
    run(["scan"].iter().chain(rest)).ok()
}

#[test]
fn the_forms_of_a_summary() {
    for format in ["text", "json", "jsonl", "csv"] {
        let both = scan(&[SMALL[0], SMALL[1], "--format", format]);
        insta::assert_snapshot!(format!("summary_{format}"), both);
    }
    insta::assert_snapshot!("summary_of_one_json", scan(&[SMALL[0], "--format", "json"]));
}

#[test]
fn the_forms_of_tokens() {
    for format in ["text", "json", "jsonl", "csv"] {
        let found = scan(&[SMALL[1], "--emit", "tokens", "--format", format]);
        insta::assert_snapshot!(format!("tokens_{format}"), found);
    }
}

#[test]
fn one_file_is_an_object_and_several_are_an_array() {
    for emit in ["summary", "tokens"] {
        let json = |files: &[&str]| {
            let more = ["scan", "--emit", emit, "--format", "json"];
            serde_json::from_str::<Value>(&run(more.iter().chain(files)).out).expect("it is JSON")
        };
        assert!(json(&[SMALL[0]]).is_object(), "{emit}");
        assert_eq!(json(&SMALL).as_array().map(Vec::len), Some(2), "{emit}");
        // What came of them does not change the shape.
        assert_eq!(json(&["no-such", SMALL[0]]).as_array().map(Vec::len), Some(1), "{emit}");
    }
}

#[test]
fn timing_is_told_when_asked_for() {
    let path = "fixtures/observatories.json";
    let plain = run(["scan", path, "--format", "json"]).json();
    assert_eq!(plain.get("seconds"), None);
    let timed = run(["scan", path, "--format", "json", "--timing", "--threads", "1"]).json();
    assert!(timed["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    assert!(timed["bytes_per_second"].as_f64().is_some_and(|rate| rate > 0.0));
    assert_eq!(timed["threads"], 1);
    assert_eq!(timed["cache"], json!({"hits": 0, "misses": 0}));
    let kernel = timed["kernel"].as_str().expect("the kernel is named");
    assert!(["scalar", "avx2", "avx512"].contains(&kernel));
    assert!(scan(&[path, "--timing"]).contains("GB/s"));
}

#[test]
fn no_setting_changes_a_result() {
    for path in ["fixtures/observatories.json", "fixtures/events.jsonl", "fixtures/deep.json"] {
        for emit in ["summary", "tokens"] {
            let report = |more: &[&str]| {
                let args = ["scan", path, "--emit", emit, "--format", "jsonl"];
                run(args.iter().chain(more)).ok()
            };
            let wanted = report(&[]);
            for more in [
                &["--kernel", "scalar"][..],
                &["--threads", "1"],
                &["--threads", "3", "--chunk", "64"],
                &["--chunk", "1048576"],
                &["--cache", "off"],
                &["--stream", "997"],
                &["--stream", "65536"],
            ] {
                assert_eq!(report(more), wanted, "{path} {emit} {more:?}");
            }
        }
    }
}

#[test]
fn a_stream_cut_anywhere_gives_what_the_whole_gives() {
    let folder = folder();
    let hard = file(
        &folder,
        "hard.json",
        "// only\n{\"a\\\\\\\"\": /**/ [1, \"\\\\\"], // x\n /* y\n*/ \"\\u0022\": \"/*\"} // end\n/ /\n/",
    );
    let small = ["fixtures/comments.jsonc", "fixtures/crlf.json", "fixtures/escapes.json", &hard];
    for path in small {
        for emit in ["summary", "tokens"] {
            let args = ["scan", path, "--emit", emit, "--format", "jsonl"];
            let wanted = run(args).ok();
            for block in [1, 2, 3, 5, 7, 13, 64, 100] {
                let cut = ["--stream".to_owned(), block.to_string()];
                let found = run(args.iter().map(ToString::to_string).chain(cut)).ok();
                assert_eq!(found, wanted, "{path} {emit} in blocks of {block}");
            }
        }
    }
}

#[test]
fn a_file_that_is_read_ahead_in_blocks_gives_what_the_whole_gives() {
    let folder = folder();
    let rows = "{\"a\": [1, \"\\\\\"], \"b\": \"{\"}\n\n".repeat(30_000);
    let code = "def f(a)\n  x = <<~A # said\n    #{a}\n  A\n  [a, x]\nend\n".repeat(12_000);
    for path in [file(&folder, "rows.jsonl", &rows), file(&folder, "code.rb", &code)] {
        let args = ["scan", &path, "--format", "json"];
        let wanted = run(args).ok();
        for (threads, block) in [("1", "1000"), ("2", "97"), ("2", "65536"), ("2", "300000")] {
            let cut = ["--threads", threads, "--stream", block];
            assert_eq!(run(args.iter().chain(&cut)).ok(), wanted, "{path} in {block}, {threads}");
        }
    }
}

#[test]
fn lines_are_counted_by_what_is_on_them() {
    let folder = folder();
    let lines = |content: &str| {
        let path = file(&folder, "lines.json", content);
        run(["scan", &path, "--format", "json"]).json()["lines"].clone()
    };
    let counts = |total: u64, code: u64, comment: u64, blank: u64| json!({"total": total, "code": code, "comment": comment, "blank": blank});
    assert_eq!(lines(""), counts(0, 0, 0, 0));
    assert_eq!(lines("\n"), counts(1, 0, 0, 1));
    assert_eq!(lines("1"), counts(1, 1, 0, 0));
    assert_eq!(lines("1\r\n\r\n"), counts(2, 1, 0, 1));
    assert_eq!(lines("// a\n/* b\n\n c */ 1\n  2 // d\n"), counts(5, 2, 2, 1));
    assert_eq!(lines("\"/* no comment\n\n*/\"\n"), counts(3, 2, 0, 1));
}

#[test]
fn a_language_can_be_chosen() {
    let path = "fixtures/crlf.json";
    let found = run(["scan", path, "--format", "json", "--lang", "text"]).json();
    assert_eq!(found["language"], "text");
    assert!(found["structural"].as_object().is_some_and(serde_json::Map::is_empty));
    assert_eq!(found["lines"]["total"], 10);
    let by_content = run(["scan", "LICENSE-MIT", "--format", "json"]).json();
    assert_eq!(by_content["language"], "text");
}

#[test]
fn a_file_named_like_a_command_is_a_file_after_two_dashes() {
    let ran = run(["--", "scan"]);
    assert!(!ran.err.contains("Usage"), "{}", ran.err);
    run(["--", "scan"]).fails(2, "");
}

#[test]
fn a_file_whose_size_lies_is_read_all_the_same() {
    let found = run(["scan", "/proc/version", "--format", "json"]).json();
    let bytes = std::fs::read("/proc/version").expect("the system tells its version").len();
    assert_eq!(found["bytes"], bytes);
}

#[test]
fn a_hole_is_scanned_like_any_file() {
    let folder = folder();
    let path = folder.path().join("hole.json");
    let hole = std::fs::File::create(&path).expect("a temporary file can be made");
    hole.set_len(8 << 20).expect("a hole costs nothing");
    let path = path.to_str().expect("temporary paths are text");
    let found = run(["scan", path, "--format", "json", "--lang", "json"]).json();
    assert_eq!(found["bytes"], 8 << 20);
}

#[test]
fn several_files_have_a_total() {
    let text = scan(&["fixtures/crlf.json", "fixtures/bom.json", "fixtures/broken/stray.json"]);
    let last = text.lines().last().expect("there is a total");
    assert!(last.starts_with("json: 3 files, "), "{last}");
    assert!(last.ends_with("1 with errors"), "{last}");
}

#[test]
fn totals_by_language_are_the_sums_of_the_files_in_every_form() {
    let args = |format: &'static str| ["scan", SMALL[0], SMALL[1], "--format", format, "--total"];
    let whole = run(args("json")).json();
    let (files, totals) = (&whole["files"], whole["totals"].as_array().expect("there are totals"));
    let sum = |place: &str| {
        let of = |file: &Value| file.pointer(place).and_then(Value::as_u64).unwrap_or(0);
        files.as_array().expect("there are files").iter().map(of).sum::<u64>()
    };
    assert_eq!(totals.len(), 1, "both are JSON");
    assert_eq!(totals[0]["files"], 2);
    for place in ["/bytes", "/lines/total", "/lines/code", "/structural/{", "/spans/string"] {
        assert_eq!(totals[0].pointer(place), Some(&sum(place).into()), "{place}");
    }
    let lines = run(args("jsonl")).ok();
    let last: Value =
        serde_json::from_str(lines.lines().last().expect("there are lines")).expect("it is JSON");
    assert_eq!(last["total"], totals[0]);
    let table = run(args("csv")).ok();
    let last = table.lines().last().expect("there are rows");
    assert!(last.starts_with(&format!(",json,false,{},", sum("/bytes"))), "{last}");
}

#[test]
fn the_page_about_scan_names_every_column_and_every_problem() {
    let page = include_str!("../../docs/scan.md");
    let head = scan(&[SMALL[0], "--format", "csv"]);
    let head = head.lines().next().expect("there is a head");
    let is_name = |column: &&str| column.starts_with(|c: char| c.is_ascii_lowercase());
    let mut columns = head.split(',').filter(is_name).peekable();
    assert!(columns.peek().is_some());
    for column in columns {
        assert!(page.contains(&format!("`{column}`")), "{column}");
    }
    for (name, text) in [
        ("unterminated_string", &b"x = 'a"[..]),
        ("unterminated_comment", b"=begin\n"),
        ("unterminated_regex", b"x = /a"),
        ("unterminated_heredoc", b"x = <<A\na\n"),
        ("unclosed_bracket", b"x = ["),
        ("stray_closer", b"x = 1 ]"),
        ("mismatched_bracket", b"x([1)"),
        ("missing_end", b"while x\n"),
        ("stray_end", b"x\nend\n"),
        ("invalid_utf8", b"x = '\xff'"),
    ] {
        let folder = folder();
        let path = file(&folder, "a.rb", text);
        let found = run(["scan", &path, "--format", "json"]).json();
        assert_eq!(found["errors"][0][1], name, "{found}");
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
    let folder = folder();
    let path = file(&folder, "a.py", "if x:\n        a\n  b\n");
    let found = run(["scan", &path, "--format", "json"]).json();
    assert_eq!(found["errors"], json!([[18, "bad_indentation"]]));
    assert!(page.contains("| `bad_indentation` |"));
}
