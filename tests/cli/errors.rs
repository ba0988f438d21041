//! What goes wrong: told on standard error with the file in front, and by the exit code.

use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use crate::harness::{file, folder, run, stop_listening};

#[test]
fn a_missing_file_is_named() {
    run(["scan", "no/such.json"]).fails(1, "warp-tui: no/such.json: cannot open: No such file");
}

#[test]
fn a_directory_cannot_be_measured_on() {
    run(["tune", "fixtures"]).fails(1, "warp-tui: fixtures: is a directory");
}

#[test]
fn what_is_read_once_only_is_not_measured_on() {
    let folder = folder();
    let fifo = folder.path().join("fifo");
    let made = rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    );
    made.expect("a FIFO can be made");
    let fifo = fifo.to_str().expect("temporary paths are text");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"{}").expect("memory can be written");
    let packed = file(&folder, "a.json.gz", packed.finish().expect("memory can be written"));
    for stream in [fifo, "/dev/zero", "-", &packed] {
        let said = "a stream comes once; settings are measured on a file, again and again";
        run(["tune", stream]).fails(1, &format!("{stream}: {said}"));
    }
}

#[test]
fn what_has_no_structure_is_not_measured_on() {
    let folder = folder();
    let said = "the document is empty: there is nothing to measure on";
    run(["tune", &file(&folder, "empty.json", "")]).fails(1, &format!("empty.json: {said}"));
    let notes = file(&folder, "notes.txt", "some words\n");
    let said = "plain text has no structure to scan; `--lang NAME` takes it for a language";
    run(["tune", &notes]).fails(1, &format!("notes.txt: {said}"));
    run(["tune", "fixtures/crlf.json", "--lang", "text"]).fails(1, &format!("crlf.json: {said}"));
    run(["tune", &notes, "--lang", "ruby", "--runs", "1", "--kernel", "scalar"]).ok();
}

#[test]
fn a_socket_is_refused() {
    let folder = folder();
    let path = folder.path().join("socket");
    let _listener = UnixListener::bind(&path).expect("a socket can be made");
    run(["scan".as_ref(), path.as_os_str()]).fails(1, "socket: is a socket");
}

#[test]
fn a_link_that_leads_to_itself_is_refused() {
    let folder = folder();
    let path = folder.path().join("loop");
    symlink(&path, &path).expect("a link can be made");
    run(["scan".as_ref(), path.as_os_str()]).fails(1, "loop: cannot open");
}

#[test]
fn a_file_without_permission_is_refused() {
    let folder = folder();
    let path = file(&folder, "secret.json", "{}");
    let none = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(&path, none).expect("permissions can be set");
    // Root reads anything: then there is nothing to refuse.
    if std::fs::File::open(&path).is_err() {
        run(["scan", &path]).fails(1, "secret.json: cannot open: Permission denied");
    }
}

#[test]
fn the_other_files_are_still_scanned() {
    let ran = run(["scan", "no-such", "fixtures/crlf.json", "/dev/null/x", "--format", "jsonl"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.out.lines().count(), 1);
    assert!(ran.out.starts_with(r#"{"path":"fixtures/crlf.json""#), "{}", ran.out);
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
}

#[test]
fn what_cannot_be_read_leaves_no_report() {
    for emit in ["summary", "tokens"] {
        for format in ["json", "jsonl"] {
            run(["scan", "no-such", "--emit", emit, "--format", format]).fails(1, "no-such");
        }
    }
}

#[test]
fn wrong_usage_is_code_2() {
    run(["scan", "--emit", "nothing", "x"]).fails(2, "--emit");
    run(["scan", "--format", "xml", "x"]).fails(2, "xml");
    run(["scan", "--stream", "0", "x"]).fails(2, "--stream");
    run(["scan", "--no-such-flag", "x"]).fails(2, "--no-such-flag");
    run(["tune"]).fails(2, "FILE");
    run(["tune", "--runs", "0", "x"]).fails(2, "--runs");
    run(["tune", "--format", "jsonl", "x"]).fails(2, "jsonl");
    run(["completions", "tcsh"]).fails(2, "tcsh");
    run(["completions"]).fails(2, "SHELL");
    run::<&str>([]).fails(2, "");
}

#[test]
fn without_a_terminal_there_is_no_screen_and_scan_is_named() {
    run(["fixtures/crlf.json"]).fails(2, "scan");
}

#[test]
fn hostile_names_and_arguments_are_shown_and_not_sent() {
    let hostile = "a\x1b[2J\x07\u{9b}31m\u{202e}b";
    for args in [vec!["scan", hostile], vec!["tune", hostile], vec!["scan", "--emit", hostile, "x"]]
    {
        let ran = run(&args);
        assert_ne!(ran.code, 0);
        let sent = ran.err.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(sent, None, "{args:?}: {:?}", ran.err);
    }
    let not_text = std::ffi::OsStr::from_bytes(b"\xff\x1b.json");
    let ran = run(["scan".as_ref(), not_text]);
    assert_eq!(ran.code, 1);
    assert!(!ran.err.contains('\x1b'), "{:?}", ran.err);
}

#[test]
fn a_report_keeps_hostile_names_harmless() {
    let folder = folder();
    let path = file(&folder, "a\x1b[31m\nb.json", "{}");
    let text = run(["scan", &path]).ok();
    assert!(!text.contains('\x1b'), "{text:?}");
    assert_eq!(text.lines().count(), 5, "{text:?}");
}

#[test]
fn nobody_listening_is_a_quiet_end() {
    let files: Vec<&str> = std::iter::repeat_n("fixtures/observatories.json", 20).collect();
    for format in ["text", "json", "jsonl", "csv"] {
        let args = ["scan", "--emit", "tokens", "--format", format];
        let ran = stop_listening(args.iter().chain(&files));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{format}");
    }
}

#[test]
fn broken_documents_are_reported_and_are_no_failure() {
    let kinds = [
        ("unterminated", "unterminated_string", 36),
        ("unclosed", "unclosed_bracket", 6),
        ("stray", "stray_closer", 13),
        ("mismatched", "mismatched_bracket", 11),
        ("invalid_utf8", "invalid_utf8", 18),
        ("cut_in_escape", "unterminated_string", 1),
        ("cut_in_comment", "unterminated_comment", 7),
        ("string_over_lines", "unterminated_string", 6),
        ("bad_escape", "bad_escape", 62),
        ("comma", "unexpected", 33),
        ("word", "unexpected", 42),
        ("cut_in_word", "unterminated_word", 13),
    ];
    for (name, kind, at) in kinds {
        let path = format!("fixtures/broken/{name}.json");
        let summary = run(["scan", &path, "--format", "json"]).json();
        assert_eq!(summary["ok"], false, "{name}");
        assert_eq!(summary["errors"], serde_json::json!([[at, kind]]), "{name}");
        let tokens = run(["scan", &path, "--format", "jsonl", "--emit", "tokens"]).json();
        assert_eq!(tokens["problems"], serde_json::json!([[at, kind]]), "{name}");
        assert_eq!(tokens["ok"], false, "{name}");
    }
}

#[test]
fn escapes_that_there_are_not_are_told_in_each_language() {
    let files = [
        ("crystal/broken_escapes.cr", 10),
        ("go/broken_escapes.go", 35),
        ("javascript/broken_escapes.js", 16),
        ("typescript/broken_escapes.ts", 16),
        ("python/broken_escapes.py", 3),
        ("ruby/broken_escapes.rb", 10),
        ("rust/broken_escapes.rs", 33),
    ];
    for (name, at) in files {
        let summary = run(["scan", &format!("fixtures/{name}"), "--format", "json"]).json();
        assert_eq!(summary["errors"], serde_json::json!([[at, "bad_escape"]]), "{name}");
        let good = format!("fixtures/{}", name.replace("broken_", ""));
        assert_eq!(run(["scan", &good, "--format", "json"]).json()["ok"], true, "{good}");
    }
}
