//! `compare`: every form, every error, the exit codes, and what it says of fixtures.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use warp_tui::lang::{LanguageId, detect};

use crate::harness::{command, file, finish, folder, run};

/// The report as JSON, and the exit code.
#[track_caller]
fn compared(args: &[&str]) -> (Value, i32) {
    let ran = run(["compare", "--format", "json"].iter().chain(args));
    assert_eq!(ran.err, "", "{args:?}");
    (serde_json::from_str(&ran.out).expect("the report is JSON"), ran.code)
}

/// All fixtures with a language.
fn fixtures() -> Vec<(String, LanguageId)> {
    let mut folders = vec![PathBuf::from("fixtures")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder));
        for entry in entries.expect("there are fixtures").flatten() {
            let (path, name) = (entry.path(), folder.join(entry.file_name()));
            if path.is_dir() {
                folders.push(name);
                continue;
            }
            let text = std::fs::read(&path).expect("fixtures can be read");
            let language = detect(&path, &text);
            if language != LanguageId::Text {
                found.push((name.display().to_string(), language));
            }
        }
    }
    assert!(found.len() > 100, "{} fixtures", found.len());
    found
}

#[test]
fn a_string_of_ruby_is_a_character_of_crystal() {
    let folder = folder();
    let path = file(&folder, "a.rb", "a = 1\nb = 'x'\n");
    let (report, code) = compared(&[&path, "--left", "ruby", "--right", "lang=crystal"]);
    assert_eq!(code, 1);
    let expected = json!([{"class": "other_kind", "what": "span", "start": 10, "end": 13, "line": 2, "column": 5,
        "left": "string", "right": "char"}]);
    assert_eq!(report["differences"]["first"], expected);
    assert_eq!(report["differences"]["by_class"]["other_kind"]["span"], 1);
    assert_eq!(report["differences"]["total"], 1);
    assert_eq!(
        (&report["left"]["spans"], &report["right"]["spans"]),
        (&json!({"string": 1}), &json!({"char": 1}))
    );
}

#[test]
fn the_report_has_the_shape_that_is_documented() {
    let (report, code) =
        compared(&["fixtures/comments.jsonc", "--left", "scalar", "--right", "block=5"]);
    assert_eq!(code, 0);
    let names = |value: &Value| value.as_object().map(|it| it.keys().cloned().collect::<Vec<_>>());
    let has = |value: &Value, expected: &str| {
        let mut expected: Vec<String> = expected.split(' ').map(str::to_owned).collect();
        let mut found = names(value).expect("it is an object");
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    };
    has(&report, "left right compared_bytes same differences");
    let side = "path language kernel how block threads bytes seconds bytes_per_second runs lines structural spans \
                patterns max_depth first_error";
    has(&report["left"], side);
    has(&report["right"], side);
    has(&report["differences"], "total by_class by_kind late beyond first");
    has(&report["differences"]["by_class"], "only_left only_right other_kind");
    has(&report["differences"]["by_class"]["only_left"], "structural span pattern level problem");
    assert_eq!(
        (&report["left"]["kernel"], &report["left"]["how"]),
        (&json!("scalar"), &json!("whole"))
    );
    assert_eq!((&report["right"]["how"], &report["right"]["block"]), (&json!("stream"), &json!(5)));
    assert!(report["left"]["bytes_per_second"].as_f64().is_some_and(|rate| rate > 0.0));
    assert_eq!(report["left"]["bytes"], report["compared_bytes"]);
    assert_eq!((&report["differences"]["late"], &report["same"]), (&json!(0), &report["same"]));
    assert!(report["same"].as_u64().is_some_and(|n| n > 20));
    let documented =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/compare.md"));
    let documented = documented.expect("it is documented");
    for field in side
        .split_whitespace()
        .chain("compared_bytes same by_class by_kind late beyond first".split(' '))
    {
        assert!(documented.contains(&format!("`{field}`")), "{field}");
    }
}

#[test]
fn types_are_what_javascript_does_not_know() {
    let path = "fixtures/typescript/annotations.ts";
    let (report, code) = compared(&[path, "--left", "typescript", "--right", "javascript"]);
    assert_eq!(code, 1);
    let kinds = report["differences"]["by_kind"].as_array().expect("there are some");
    let is_annotation = |it: &&Value| it["left"] == "type_annotation" && it["right"].is_null();
    let annotations = kinds.iter().find(is_annotation).expect("annotations are told by one");
    assert_eq!(annotations["class"], "only_left");
    assert_eq!(annotations["count"], report["left"]["patterns"]["type_annotation"]);
}

#[test]
fn counts_by_class_and_by_kind_are_the_total() {
    for (path, left, right) in [
        ("fixtures/ruby/heredocs.rb", "ruby", "crystal"),
        ("fixtures/ruby/strings.rb", "crystal", "ruby"),
        ("fixtures/typescript/declarations.ts", "typescript", "javascript"),
        ("fixtures/observatories.json", "json", "javascript"),
        ("fixtures/observatories.json", "text", "python"),
    ] {
        let (report, _) = compared(&[path, "--left", left, "--right", right, "--limit", "60000"]);
        let differences = &report["differences"];
        let total = differences["total"].as_u64().expect("it is a number");
        let classes = differences["by_class"].as_object().expect("there are classes").values();
        let sorts = classes.flat_map(|sorts| sorts.as_object().expect("there are sorts").values());
        assert_eq!(sorts.filter_map(Value::as_u64).sum::<u64>(), total, "{path}");
        let kinds = differences["by_kind"].as_array().expect("there are kinds").iter();
        assert_eq!(kinds.filter_map(|it| it["count"].as_u64()).sum::<u64>(), total, "{path}");
        let first = differences["first"].as_array().expect("there are differences");
        assert_eq!(first.len() as u64, total);
        assert!(first.is_sorted_by_key(|it| it["start"].as_u64()));
    }
}

#[test]
fn a_side_swapped_is_a_report_swapped() {
    let path = "fixtures/ruby/strings.rb";
    let (one, _) = compared(&[path, "--left", "ruby", "--right", "crystal"]);
    let (other, _) = compared(&[path, "--left", "crystal", "--right", "ruby"]);
    assert_eq!(one["left"]["spans"], other["right"]["spans"]);
    let count = |report: &Value, class: &str| report["differences"]["by_class"][class].clone();
    assert_eq!(count(&one, "only_left"), count(&other, "only_right"));
    assert_eq!(count(&one, "other_kind"), count(&other, "other_kind"));
}

#[test]
fn every_kernel_any_cut_and_any_threads_tell_the_same_of_every_fixture() {
    let kernels = warp_tui::simd::available();
    let home = folder();
    for (i, (path, language)) in fixtures().into_iter().enumerate() {
        let others = ["block=1", "block=61,scalar", "threads=3,chunk=64", "block=4096"];
        let kernel = kernels[i % kernels.len()].name();
        let left = format!("{},kernel={kernel}", language.info().name);
        let mut command = command(home.path());
        command.args(["compare", &path, "--left", &left, "--right", others[i % others.len()]]);
        command.args(["--lang", language.info().name]);
        let ran = finish(&mut command);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{path} {left} {i}: {}", ran.out);
        assert!(ran.out.contains("no difference in "), "{}", ran.out);
    }
}

#[test]
fn text_is_a_short_table_and_the_first_differences() {
    let folder = folder();
    let path = file(&folder, "a.rb", "b = 'x'\nc = 'y'\nd = \"\x1b\u{202e}'\n");
    let ran = run(["compare", &path, "--left", "ruby", "--right", "crystal", "--limit", "2"]);
    assert_eq!(ran.code, 1);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[0].ends_with("a.rb"), "{}", ran.out);
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(lines[1]), ["left", "right"]);
    assert_eq!(words(lines[2]), ["language", "Ruby", "Crystal"]);
    assert!(ran.out.contains("3:5 string never ends"), "{}", ran.out);
    assert!(ran.out.contains("1:5  span  string | char  'x'\n"), "{}", ran.out);
    assert!(!ran.out.contains(['\x1b', '\u{202e}']));
}

#[test]
fn limit_bounds_what_is_told_and_not_what_is_counted() {
    let args = ["fixtures/ruby/strings.rb", "--left", "ruby", "--right", "crystal", "--limit", "1"];
    let (report, _) = compared(&args);
    assert_eq!(report["differences"]["first"].as_array().map(Vec::len), Some(1));
    assert!(report["differences"]["total"].as_u64().is_some_and(|n| n > 1));
    let ran = run(["compare"].iter().chain(&args));
    assert!(ran.out.ends_with("more; --limit tells more of them\n"), "{}", ran.out);
}

#[test]
fn two_files_are_compared_as_far_as_the_shorter_one_goes() {
    let folder = folder();
    let short = file(&folder, "a.json", "[1, {}]");
    let long = file(&folder, "b.json", "[1, []]\n[1]");
    let (report, code) = compared(&[&short, &long]);
    assert_eq!((code, &report["compared_bytes"]), (1, &json!(7)));
    assert_eq!((&report["left"]["bytes"], &report["right"]["bytes"]), (&json!(7), &json!(11)));
    let first = report["differences"]["first"].as_array().expect("there are differences");
    let said: Vec<_> = first.iter().map(|it| (&it["start"], &it["left"], &it["right"])).collect();
    assert_eq!(
        said,
        [(&json!(4), &json!("{"), &json!("[")), (&json!(5), &json!("}"), &json!("]"))]
    );
    assert_eq!(report["differences"]["beyond"], json!({"left": 0, "right": 4}));
    let text = run(["compare", &short, &long]).out;
    assert!(text.contains("in the first 7 bytes"), "{text}");
    assert!(text.contains("4 things more stand in the rest of the right file"), "{text}");
    let (_, code) = compared(&[&short, &short]);
    assert_eq!(code, 0);
    // White space at the end is nothing that a scanner tells.
    let spaced = file(&folder, "c.json", "[1, {}]\n");
    assert_eq!(compared(&[&short, &spaced]).1, 0);
    // What is only in one file stands at its place in that file.
    let broken = file(&folder, "d.json", "[\n1 {}]");
    let (report, _) = compared(&[&short, &broken]);
    assert_eq!(report["differences"]["first"][0]["left"], ",");
}

#[test]
fn a_stream_is_compared_like_a_file() {
    let home = folder();
    let mut command = command(home.path());
    command.args(["compare", "-", "--left", "ruby", "--right", "crystal", "--format", "json"]);
    let text =
        std::fs::File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ruby/strings.rb"));
    let mut cat = std::process::Command::new("cat")
        .stdin(text.expect("the fixture is there"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("cat starts");
    command.stdin(cat.stdout.take().expect("its output is a pipe"));
    let ran = finish(&mut command);
    cat.wait().expect("it ends");
    let report: Value = serde_json::from_str(&ran.out).expect("the report is JSON");
    let (file, _) = compared(&["fixtures/ruby/strings.rb", "--left", "ruby", "--right", "crystal"]);
    assert_eq!(report["differences"], file["differences"]);
}

#[test]
fn settings_hold_for_both_sides_where_a_side_does_not_say_otherwise() {
    let path = "fixtures/observatories.json";
    let args = [
        path,
        "--right",
        "lang=json,block=64",
        "--lang",
        "javascript",
        "--kernel",
        "scalar",
        "--threads",
        "2",
    ];
    let (report, code) = compared(&args);
    assert_eq!(code, 1);
    let side = |side: &str, field: &str| report[side][field].clone();
    assert_eq!(
        (side("left", "language"), side("right", "language")),
        (json!("javascript"), json!("json"))
    );
    assert_eq!(
        (side("left", "kernel"), side("right", "kernel")),
        (json!("scalar"), json!("scalar"))
    );
    assert_eq!((side("left", "how"), side("right", "how")), (json!("threads"), json!("stream")));
    assert_eq!((side("left", "threads"), side("right", "threads")), (json!(2), json!(1)));
}

#[test]
fn what_is_asked_for_in_a_wrong_way_is_told() {
    let path = "fixtures/crlf.json";
    let fails = |args: &[&str], said: &str| run(["compare"].iter().chain(args)).fails(2, said);
    fails(&[path], "name a second file, or what shall differ");
    fails(&[], "required arguments were not provided");
    fails(&[path, path, path], "unexpected value");
    fails(&["-", "-"], "standard input can be read once only");
    fails(&[path, "--left", "lang=cobol"], "lang: \"cobol\" must be one of auto, crystal");
    fails(&[path, "--right", "size=3"], "\"size\" is no setting of a side");
    fails(&[path, "--right", "block=0"], "must be a whole number from 1");
    fails(&[path, "--right", "block=4,threads=2"], "one thread");
    fails(&[path, "--left", "x\x1b[2J"], "is no language and no kernel");
    assert!(!run(["compare", path, "--left", "x\x1b[2J"]).err.contains('\x1b'));
    fails(&[path, "--right", "block=4", "--format", "csv"], "invalid value 'csv'");
    fails(&[path, "--right", "block=4", "--limit=-1"], "--limit");
}

#[test]
fn a_side_that_says_nothing_or_two_things_is_refused() {
    for (side, said) in [
        ("", "nothing is said: write it as in lang=ruby"),
        (",", "nothing is said"),
        ("block=7,whole", "leave out whole, or block and threads"),
        ("lang=ruby,lang=go", "lang is said twice"),
    ] {
        run(["compare", "fixtures/crlf.json", "--right", side]).fails(2, said);
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    run(["compare", "no-such", "--right", "block=4"]).fails(1, "no-such: cannot open");
    run(["compare", "fixtures/crlf.json", "no-such"]).fails(1, "no-such: cannot open");
    run(["compare", "fixtures", "--right", "block=4"]).fails(1, "fixtures: is a directory");
}

#[test]
fn help_explains_a_side_with_examples() {
    let help = run(["compare", "--help"]).ok();
    for said in ["lang=LANG", "block=BYTES", "warp-tui compare old.json new.json", "exit code"] {
        assert!(help.contains(said), "{said}");
    }
}

#[cfg(feature = "tui")]
#[test]
fn the_screen_is_asked_for_a_comparison_in_the_right_way() {
    let path = "fixtures/crlf.json";
    let fails = |args: &[&str], said: &str| run(args).fails(2, said);
    fails(&["--compare", path, path, path], "--compare takes one file, or two");
    fails(&["--compare", "fixtures"], "--compare takes files, not directories");
    fails(&["--compare", path, "-"], "standard input can be the left side only");
    fails(&["--left", "ruby", path], "--compare");
    fails(&["--compare", "--left", "cobol", path], "is no language and no kernel");
}
