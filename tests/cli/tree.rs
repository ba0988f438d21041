//! `scan DIR`: what is walked, what is passed over, and that nothing of it depends on threads.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::harness::{folder, run};

/// Writes files below `root`: name, text.
fn plant(root: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("it is below the root")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
}

fn paths(report: &Value, root: &Path) -> Vec<String> {
    let files = report.as_array().expect("a directory gives an array");
    let path = |file: &Value| file["path"].as_str().expect("a path").to_owned();
    let below =
        |path: String| Path::new(&path).strip_prefix(root).expect("below").display().to_string();
    files.iter().map(path).map(below).collect()
}

fn scanned(root: &Path, rest: &[&str]) -> Vec<String> {
    let root_text = root.to_str().expect("UTF-8");
    let report = run(["scan", root_text, "--format", "json"].iter().chain(rest)).json();
    paths(&report, root)
}

#[test]
fn files_of_known_languages_are_scanned_in_the_order_of_their_paths() {
    let folder = folder();
    let root = folder.path();
    plant(
        root,
        &[
            ("b.py", "x = 1\n"),
            ("a/z.go", "package a\n"),
            ("a/b/c.json", "{}"),
            ("tool", "#!/usr/bin/env ruby\nputs 1\n"),
            ("notes.txt", "text\n"),
            ("README", "text\n"),
            ("picture.png", "text\n"),
        ],
    );
    assert_eq!(scanned(root, &[]), ["a/b/c.json", "a/z.go", "b.py", "tool"]);
    assert_eq!(scanned(root, &["--lang", "go"]), ["a/z.go"]);
}

#[test]
fn a_name_that_is_no_text_has_its_extension_all_the_same() {
    let folder = folder();
    for name in [&b"b\xff.py"[..], b"c\xff.Go", b"\xff.tar", b"\xff.rs.gz"] {
        let path = folder.path().join(OsStr::from_bytes(name));
        fs::write(path, "x = 1\n").expect("a file");
    }
    let report = run(["scan".as_ref(), folder.path().as_os_str(), "--format=json".as_ref()]).json();
    let languages: Vec<&Value> =
        report.as_array().expect("an array").iter().map(|file| &file["language"]).collect();
    assert_eq!(languages, ["python", "go", "rust"], "{report}");
    let named = folder.path().join(OsStr::from_bytes(b"b\xff.py"));
    let report = run(["scan".as_ref(), named.as_os_str(), "--format=json".as_ref()]).json();
    assert_eq!(report["language"], "python");
}

#[test]
fn ignore_files_hidden_files_and_links_are_respected() {
    let folder = folder();
    let root = folder.path();
    plant(
        root,
        &[
            (".ignore", "skipped\n*.gen.py\n"),
            ("skipped/a.py", "x = 1\n"),
            ("b.gen.py", "x = 1\n"),
            ("c.py", "x = 1\n"),
            (".hidden/d.py", "x = 1\n"),
            (".e.py", "x = 1\n"),
            ("sub/f.py", "x = 1\n"),
        ],
    );
    std::os::unix::fs::symlink(root, root.join("sub/loop")).expect("a link");
    assert_eq!(scanned(root, &[]), ["c.py", "sub/f.py"]);
}

#[test]
fn what_cannot_be_scanned_is_told_and_stops_nothing() {
    let folder = folder();
    let root = folder.path();
    plant(root, &[("video.ts", "\u{47}\0\0\0"), ("a.ts", "let a: number = 1\n")]);
    let root_text = root.to_str().expect("UTF-8");
    let done = run(["scan", root_text, "no-such-file", "--format", "json"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("passed over 1 binary file\n"), "{}", done.err);
    assert!(done.err.contains("no-such-file: cannot open"), "{}", done.err);
    let report = serde_json::from_str(&done.out).expect("it is JSON");
    assert_eq!(paths(&report, root), ["a.ts"]);
    let empty = root.join("empty");
    fs::create_dir(&empty).expect("a directory");
    let done = run(["scan", empty.to_str().expect("UTF-8"), "--format", "json"]);
    assert_eq!((done.code, done.out.trim()), (0, "[]"));
    assert!(done.err.contains("no file of a known language"), "{}", done.err);
    let done = run(["scan", root_text, "--format", "json", "--lang", "rust"]);
    assert_eq!((done.code, done.out.trim()), (0, "[]"));
    assert!(done.err.contains("no file of Rust\n"), "{}", done.err);
}

#[test]
fn only_the_head_of_a_binary_file_decides_and_large_files_are_scanned_like_small_ones() {
    let folder = folder();
    let root = folder.path();
    let line = "let text = \"a line of some length\"; // told\n";
    let large = line.repeat((9 << 20) / line.len());
    // One is read at once after its head, the other by all threads, and the last ends where the head does.
    let middle = &large[..1 << 20];
    plant(root, &[("large.rs", &large), ("middle.rs", middle), ("small.rs", &large[..8192])]);
    fs::write(root.join("program"), [b"\x7fELF\0".as_slice(), &vec![0; 1 << 20]].concat())
        .expect("a file");
    let report = run(["scan", root.to_str().expect("UTF-8"), "--format", "json"]).json();
    assert_eq!(paths(&report, root), ["large.rs", "middle.rs", "small.rs"]);
    for file in report.as_array().expect("an array") {
        let path = file["path"].as_str().expect("a path");
        let alone = run(["scan", path, "--format", "json"]).json();
        assert_eq!(*file, alone, "{path}");
    }
}

#[test]
fn files_named_beside_a_directory_are_told_one_by_one() {
    let folder = folder();
    let root = folder.path();
    plant(root, &[("dir/a.py", "x = 1\n"), ("b.py", "x = 1\n"), ("c.py", "x = 1\n")]);
    let text = |name: &str| root.join(name).to_str().expect("UTF-8").to_owned();
    let (dir, b, c) = (text("dir"), text("b.py"), text("c.py"));
    let report = run(["scan", &b, &dir, &c]).ok();
    assert!(report.contains(&format!("{b}: python")), "{report}");
    assert!(report.contains(&format!("{c}: python")), "{report}");
    assert!(!report.contains("a.py"), "{report}");
    assert!(report.contains("Python        3      3"), "{report}");
    let report = run(["scan", &b, &dir, &c, "--format", "json"]).json();
    assert_eq!(paths(&report, root), ["b.py", "dir/a.py", "c.py"]);
}

#[test]
fn a_directory_without_permission_is_told_and_stops_nothing() {
    let folder = folder();
    let root = folder.path();
    plant(root, &[("a.py", "x = 1\n"), ("shut/b.py", "x = 1\n"), ("c.py", "x = 1\n")]);
    let shut = |bits| {
        let permissions = fs::Permissions::from_mode(bits);
        fs::set_permissions(root.join("shut"), permissions).expect("permissions can be set");
    };
    shut(0o000);
    // Root reads anything: then there is nothing to refuse.
    let refused = fs::read_dir(root.join("shut")).is_err();
    let done = run(["scan", root.to_str().expect("UTF-8"), "--format", "json"]);
    shut(0o755);
    if refused {
        assert_eq!(done.code, 1);
        assert!(done.err.contains("shut: cannot open"), "{}", done.err);
        let report = serde_json::from_str(&done.out).expect("it is JSON");
        assert_eq!(paths(&report, root), ["a.py", "c.py"]);
    }
}

#[test]
fn the_table_has_a_row_a_language_and_the_total() {
    let folder = folder();
    let root = folder.path();
    plant(
        root,
        &[
            ("a.rs", "// one\n\nfn a() {}\n"),
            ("b.rs", "/* a\n/* nested */ */ fn b() {}\n"),
            ("c.py", "\"\"\"doc\"\"\"\nx = [1]\n"),
            ("broken.json", "{"),
        ],
    );
    let root_text = root.to_str().expect("UTF-8");
    let table = run(["scan", root_text]).ok();
    insta::assert_snapshot!("tree_table", table);
    let files = run(["scan", root_text, "--files"]).ok();
    assert!(files.contains("a.rs: rust") && files.ends_with(&table), "{files}");
    let report = run(["scan", root_text, "--format", "json", "--total"]).json();
    assert_eq!(report["totals"].as_array().map(Vec::len), Some(3));
    assert_eq!(report["totals"][2]["patterns"]["fn"], 2);
}

#[test]
fn no_thread_count_and_no_kernel_changes_the_report_of_a_tree() {
    for emit in ["summary", "tokens"] {
        for format in ["text", "jsonl", "csv"] {
            let scan = |more: &[&str]| {
                let all = ["scan", "fixtures", "--emit", emit, "--format", format];
                run(all.iter().chain(more)).out
            };
            let one = scan(&["--threads", "1"]);
            assert!(one.len() > 300);
            assert!(scan(&["--threads", "4"]) == one, "{emit} {format}, four threads");
            assert!(scan(&["--kernel", "scalar"]) == one, "{emit} {format}, scalar");
        }
    }
}

#[test]
fn a_dialect_is_taken_alone_if_it_is_asked_for_and_with_its_language_else() {
    let folder = folder();
    let root = folder.path();
    for name in ["cast.ts", "cast.mts", "tag.tsx", "plain.js"] {
        plant(root, &[(name, "x = 1;\n")]);
    }
    let told = |rest: &[&'static str]| {
        let root_text = root.to_str().expect("UTF-8");
        let report = run(["scan", root_text, "--format", "json"].iter().chain(rest)).json();
        let languages = report.as_array().expect("an array").iter().map(|file| &file["language"]);
        let languages: Vec<Value> = languages.cloned().collect();
        (paths(&report, root), languages)
    };
    for form in [&[][..], &["--emit", "tokens"], &["--stream", "8"]] {
        let with = |language: &'static str| told(&[&["--lang", language], form].concat());
        assert_eq!(with("tsx"), (vec!["tag.tsx".into()], vec!["tsx".into()]), "{form:?}");
        let names = ["cast.mts", "cast.ts", "tag.tsx"].map(String::from).to_vec();
        assert_eq!(with("typescript"), (names, vec!["typescript".into(); 3]), "{form:?}");
        let (names, languages) = told(form);
        assert_eq!(names, ["cast.mts", "cast.ts", "plain.js", "tag.tsx"], "{form:?}");
        assert_eq!(languages, ["typescript", "typescript", "javascript", "typescript"]);
    }
}

#[test]
fn what_a_walk_found_to_be_a_dialect_is_scanned_as_one_in_every_form() {
    let folder = folder();
    plant(folder.path(), &[("tag.tsx", "x = <b>it's {y}</b>;\n"), ("cast.ts", "x = <T>(y);\n")]);
    let root = folder.path().to_str().expect("UTF-8");
    for form in [&[][..], &["--emit", "tokens"], &["--stream", "8"]] {
        for language in ["typescript", "auto"] {
            let command = ["scan", root, "--format", "json", "--lang", language];
            let report = run(command.iter().chain(form)).json();
            for file in report.as_array().expect("an array") {
                assert_eq!(file["ok"], true, "{form:?} {language}: {file}");
            }
        }
    }
}
