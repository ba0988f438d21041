//! Streams without a screen: standard input, named pipes, blocks, and the comparison with the whole.

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::harness::{Ran, command, file, folder, run};

/// Runs it with these arguments, and with `parts` written to its standard input one after the other.
fn fed(args: &[&str], parts: &[&[u8]]) -> Ran {
    let home = folder();
    let mut child = command(home.path())
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut input = child.stdin.take().expect("its input is a pipe");
    for part in parts {
        // One that has ended early reads no more.
        if input.write_all(part).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    drop(input);
    let ended = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("all that is printed is UTF-8");
    Ran {
        code: ended.status.code().unwrap_or(-1),
        out: text(ended.stdout),
        err: text(ended.stderr),
    }
}

#[test]
fn standard_input_is_counted_as_the_file_is() {
    for (path, language) in [
        ("fixtures/observatories.json", "json"),
        ("fixtures/ruby/heredocs.rb", "ruby"),
        ("fixtures/typescript/generics.ts", "typescript"),
    ] {
        let text = std::fs::read(path).expect("the fixture is there");
        let options = ["scan", "--format=json", "--lang", language];
        let mut whole = run(options.iter().copied().chain([path])).json();
        let parts: Vec<&[u8]> = text.chunks(97).collect();
        for dash in [&["-"][..], &[]] {
            let args: Vec<&str> = options.iter().chain(dash).copied().collect();
            let cut = fed(&args, &parts).json();
            whole["path"] = json!("-");
            assert_eq!(cut, whole, "{path}");
        }
    }
}

#[test]
fn the_language_is_told_by_more_than_the_first_write() {
    for (parts, language) in [
        (&[&b"\n"[..], b" {\"a\": 1}\n"][..], "json"),
        (&[b"\xEF\xBB", b"\xBF", b"[1]"], "json"),
        (&[b"#!/usr/bin/e", b"nv ruby", b"\ndef a\nend\n"], "ruby"),
    ] {
        for args in [&["scan", "--format=json"][..], &["scan", "--format=json", "--stream=7"]] {
            let report = fed(args, parts).json();
            assert_eq!(report["language"], language, "{args:?}");
            assert_eq!(report["bytes"], parts.iter().map(|part| part.len()).sum::<usize>());
        }
    }
}

/// Each as it comes out of a pipe: at once, and a line at a time.
#[test]
fn code_without_a_name_is_told_by_what_it_looks_like() {
    let texts = [
        (
            "go",
            "// Package a is one.\npackage a\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(1) }\n",
        ),
        ("rust", "//! One.\n\nuse std::fmt;\n\npub fn a() {}\n"),
        ("python", "# One.\nimport os\n\n\ndef a(b):\n    return os.path\n"),
        ("ruby", "# frozen_string_literal: true\n\nmodule A\n  def b; end\nend\n"),
        ("crystal", "require \"json\"\n\nclass A\n  def b(c : Int32) : String\n  end\nend\n"),
        ("javascript", "/* One. */\n'use strict';\nconst a = require('a');\n"),
        ("typescript", "import { a } from 'a';\n\nexport interface B {\n  c: string;\n}\n"),
        ("text", "Dear reader,\n\nimport os\nis a line of Python.\n"),
        ("text", "import of goods\n"),
        ("text", "[package]\nname = \"a\"\n"),
        ("text", "[    0.000000] Linux version 6.1\n"),
        ("text", "[2026-11-30 12:00:00] started\n"),
        ("json", "[1, 2]"),
        ("text", "# A heading\n\nSome words.\n\n    def a():\n"),
    ];
    for (language, text) in texts {
        let lines: Vec<&[u8]> = text.as_bytes().split_inclusive(|byte| *byte == b'\n').collect();
        for parts in [&[text.as_bytes()][..], &lines] {
            let report = fed(&["scan", "--format=json"], parts).json();
            assert_eq!(report["language"], language, "{text}");
            assert_eq!(report["bytes"], text.len());
        }
    }
    // A name of any other kind is believed: it is no code of ours.
    let directory = folder();
    for (name, language) in [("a.txt", "text"), ("a.java", "text"), ("a", "python")] {
        let path = directory.path().join(name);
        std::fs::write(&path, "import os\n").expect("it can be written");
        let report = run(["scan", "--format=json", path.to_str().expect("text")]).json();
        assert_eq!(report["language"], language, "{name}");
    }
}

/// Not where the block begins that was read when it failed.
#[test]
fn a_stream_that_fails_is_told_of_with_the_byte() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&b"{\"a\": 1}\n".repeat(10_000)).expect("it packs");
    let mut packed = packed.finish().expect("it packs");
    // The sum behind the content.
    let n = packed.len();
    packed[n - 8] ^= 1;
    for args in [&["scan"][..], &["scan", "--stream=65536"], &["scan", "--stream=7"]] {
        fed(args, &[&packed]).fails(1, "cannot read at byte 90000: ");
    }
}

/// Characters that lie over the ends of blocks and reads, whole and broken, on one thread and on two.
#[test]
fn the_first_wrong_character_is_found_at_any_cut_and_by_any_number_of_threads() {
    let folder = folder();
    let mut text = "[\"\u{e9}\u{20ac}\u{1f600}\", 1]\n".repeat(60_000).into_bytes();
    let report = |path: &str, stream: &str, threads: &str| {
        let args = ["scan", "--format=json", "--stream", stream, "--threads", threads, path];
        run(args).json()
    };
    for wrong_at in [None, Some(600_123), Some(300_005), Some(3)] {
        if let Some(at) = wrong_at {
            text[at] = 0xff;
        }
        let path = folder.path().join("characters.json");
        std::fs::write(&path, &text).expect("written");
        let path = path.to_str().expect("it is text");
        let expected = report(path, "1048576", "1");
        assert_eq!(expected["ok"], wrong_at.is_none(), "{expected}");
        for block in ["1021", "4096", "65536", "100003", "262144", "300001"] {
            for threads in ["1", "2"] {
                assert_eq!(report(path, block, threads), expected, "{block}, {threads} threads");
            }
        }
    }
}

#[test]
fn tokens_of_standard_input_are_those_of_the_file() {
    let path = "fixtures/observatories.json";
    let text = std::fs::read(path).expect("the fixture is there");
    let options = ["scan", "--emit=tokens", "--format=jsonl"];
    let mut whole = run(options.iter().copied().chain([path])).json();
    whole["path"] = json!("-");
    assert_eq!(fed(&[&options[..], &["-"]].concat(), &[&text]).json(), whole);
    let nothing = fed(&["scan", "--emit=tokens", "--spill=/nowhere", "-"], &[&text]);
    assert_eq!(nothing.code, 0, "what fits into memory needs no directory: {}", nothing.err);
}

#[test]
fn more_than_may_be_kept_is_an_error_for_tokens_and_none_for_counts() {
    let text = b"[1, 2, 3]\n".repeat(1_000_000);
    let once = "warp-tui: -: a stream of more than 8388608 bytes, which is read more than once, cannot be kept with";
    for more_than_once in [
        &["scan", "--emit=tokens", "--format=jsonl", "-"][..],
        &["scan", "--stream=4096", "--verify", "-"],
        &["compare", "--right=block=4096", "-"],
    ] {
        for kept in ["--spill=off", "--spill-limit=1000000"] {
            let said = format!("{once} {}", kept.replace('=', " "));
            fed(&[more_than_once, &[kept]].concat(), &[&text]).fails(1, &said);
        }
    }
    let tokens = ["scan", "--emit=tokens", "--format=jsonl", "--spill=/nowhere", "-"];
    fed(&tokens, &[&text]).fails(1, "cannot use a temporary file in /nowhere: ");
    let counted = fed(&["scan", "--spill=off", "--format=json", "-"], &[&text]).json();
    assert_eq!(counted["structural"]["["], json!(1_000_000));
}

#[test]
fn nothing_at_all_is_an_empty_document() {
    assert_eq!(fed(&["scan", "--format=json", "-"], &[]).json()["bytes"], json!(0));
    assert_eq!(run(["scan", "--format=json", "/dev/null"]).json()["bytes"], json!(0));
}

#[test]
fn a_file_as_standard_input_is_a_file() {
    let home = folder();
    let input = std::fs::File::open("fixtures/deep.json").expect("the fixture is there");
    let mut scan = command(home.path());
    let ran = crate::harness::finish(scan.args(["scan", "--format=json", "-"]).stdin(input));
    assert_eq!(
        ran.json()["bytes"],
        run(["scan", "--format=json", "fixtures/deep.json"]).json()["bytes"]
    );
}

#[test]
fn a_named_pipe_waits_for_its_writer() {
    let folder = folder();
    let path = folder.path().join("pipe");
    let kind = (rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600));
    rustix::fs::mknodat(rustix::fs::CWD, &path, kind.0, kind.1, 0).expect("a FIFO can be made");
    let writer = std::thread::spawn({
        let path = path.clone();
        move || {
            std::thread::sleep(Duration::from_millis(50));
            std::fs::write(path, "{\"a\": [1, 2]}\n").expect("somebody reads");
        }
    });
    let path = path.to_str().expect("temporary paths are text");
    let found = run(["scan", "--format=json", path]).json();
    writer.join().expect("it wrote");
    assert_eq!((&found["language"], &found["max_depth"]), (&json!("json"), &json!(2)));
}

#[test]
fn a_cut_stream_is_verified_against_the_whole() {
    let found =
        run(["scan", "--stream=7", "--verify", "fixtures/deep.json", "fixtures/ruby/heredocs.rb"])
            .ok();
    assert_eq!(found.lines().count(), 2);
    assert!(found.lines().all(|line| line.ends_with("found alike, 0 differences")), "{found}");
    let found =
        run(["scan", "--stream=1", "--verify", "--format=json", "fixtures/deep.json"]).json();
    assert_eq!((&found["ok"], &found["difference"]), (&json!(true), &json!(null)));
    run(["scan", "--verify", "fixtures/deep.json"]).fails(2, "--stream");
}

#[test]
fn an_input_that_never_ends_is_read_in_bounded_memory_until_somebody_stops_it() {
    let home = folder();
    let path = file(&home, "unused", "");
    let mut limited = std::process::Command::new("sh");
    limited.args([
        "-c",
        "ulimit -v 500000; exec timeout 0.5 \"$0\" scan - < /dev/zero",
        env!("CARGO_BIN_EXE_warp-tui"),
        &path,
    ]);
    let ran = crate::harness::finish(&mut limited);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (124, ""),
        "it is still reading when the time is over"
    );
}
