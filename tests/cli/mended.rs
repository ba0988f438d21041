//! Faults of the command line that were mended: each as the fact that holds now.

use serde_json::json;

use crate::harness::{command, file, finish, finish_into, folder, run};

#[test]
fn settings_can_stand_before_the_command() {
    let folder = folder();
    let path = file(&folder, "a.json", "[]");
    let found = run(["--kernel", "scalar", "scan", "--timing", "--format=json", &path]).json();
    assert_eq!(found["kernel"], json!("scalar"));
}

#[test]
fn a_file_in_front_of_a_command_is_wrong_usage() {
    run(["a.json", "--threads=1", "scan", "b.json"]).fails(2, "");
}

#[test]
fn stray_closers_hide_no_unclosed_bracket() {
    let folder = folder();
    let path = file(&folder, "a.json", "]]]{[\n");
    assert_eq!(run(["scan", "--format=json", &path]).json()["unclosed"], json!(2));
}

#[test]
fn a_seam_between_cr_and_lf_moves_no_end_of_a_comment() {
    let folder = folder();
    let path = file(&folder, "a.jsonc", "// one\r\n[] // two\r\n/**/ {}\r\n");
    for block in ["1", "7", "4096"] {
        let stream = format!("--stream={block}");
        let found = run(["scan", "--emit=tokens", "--format=jsonl", &stream, &path]).json();
        let spans =
            json!([[0, 6, "line_comment"], [11, 17, "line_comment"], [19, 23, "block_comment"]]);
        assert_eq!(found["spans"], spans, "blocks of {block}");
    }
}

/// Every checkpoint held a copy of all that was open: eight million brackets took gigabytes.
#[test]
#[cfg(target_os = "linux")]
fn deep_nesting_takes_bounded_memory_in_every_language() {
    let (folder, levels) = (folder(), 8_000_000);
    for extension in ["json", "rb", "cr", "ts", "js", "go", "rs", "py"] {
        let path = file(&folder, &format!("deep.{extension}"), "[".repeat(levels));
        let mut limited = std::process::Command::new("sh");
        limited
            .args(["-c", "ulimit -v 1000000 && exec \"$0\" scan --threads 2 --format=json \"$1\""]);
        limited.args([env!("CARGO_BIN_EXE_warp-tui"), &path]);
        let found = finish(&mut limited).json();
        assert_eq!(found["unclosed"], json!(levels), "{extension}");
        assert_eq!(found["max_depth"], json!(levels), "{extension}");
    }
}

#[test]
fn bytes_that_are_not_utf8_in_code_cut_anywhere_are_the_problem_and_nothing_else_is() {
    let folder = folder();
    // The closer's opener lies blocks before it.
    let text = [&b"x = [\n  1,\n  '"[..], b"\xe9", b"'] # end\n"].concat();
    let path = file(&folder, "latin1.py", text);
    for block in ["1", "2", "5", "14", "1000"] {
        let report = run(["scan", &path, "--stream", block, "--format", "json"]).json();
        assert_eq!(report["errors"], serde_json::json!([[14, "invalid_utf8"]]), "{block}");
    }
}

#[test]
fn help_that_cannot_be_written_is_a_failure() {
    let home = folder();
    for flag in ["--help", "--version"] {
        let full = std::fs::File::create("/dev/full").expect("the device is there");
        let ran = finish_into(command(home.path()).arg(flag), full);
        ran.fails(1, "warp-tui: standard output: No space left on device");
    }
}

#[test]
fn one_is_told_as_one() {
    let folder = folder();
    let one = file(&folder, "a.json", "[");
    let text = run(["scan", &one, "--total", "--timing", "--threads", "1"]).ok();
    for said in
        ["a.json: json, 1 byte\n", ", 1 thread\n", "json: 1 file, 1 byte, 1 line, 1 structural,"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    let two = file(&folder, "b.json", "[]");
    let text = run(["scan", &two, "--stream", "1", "--verify"]).ok();
    assert!(text.contains("1 seam in 2 bytes"), "{text}");
}

#[test]
fn timing_tells_how_many_threads_took_part() {
    let folder = folder();
    let small = file(&folder, "a.json", "[]");
    let large = file(&folder, "b.json", b"[1, 2, 3]\n".repeat(400_000));
    let threads = |args: &[&str]| {
        let scan = ["scan", "--threads", "3", "--timing", "--format=json"];
        run(scan.iter().chain(args)).json()["threads"].as_u64().expect("it is told")
    };
    assert_eq!(threads(&[&small]), 1);
    assert!((1..=2).contains(&threads(&[&large, "--stream", "65536"])));
    let code = file(&folder, "c.rs", "fn a() {}\n".repeat(400_000));
    assert_eq!(threads(&[&code, "--stream", "65536"]), 1);
    assert!((1..=3).contains(&threads(&[&large])));
}

#[test]
fn timing_of_a_directory_is_told_to_people_too() {
    let folder = folder();
    file(&folder, "a.json", "[]");
    let root = folder.path().to_str().expect("temporary paths are text");
    let plain = run(["scan", root]).ok();
    let timed = run(["scan", root, "--timing", "--threads", "4"]).ok();
    let last = timed.strip_prefix(&plain).expect("a line more");
    assert!(last.starts_with("time  ") && last.ends_with(", 1 thread\n"), "{last}");
    assert_eq!(last.lines().count(), 1);
}
