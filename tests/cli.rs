//! The built binary without a screen: every form, every error, exit codes, and agreement with serde_json.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;
use serde_json::{Value, json};

fn warp_tui(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_warp-tui"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("XDG_CONFIG_HOME", directory)
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

/// A directory with a good file, a broken one, and one with comments.
fn samples() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| {
        std::fs::write(directory.path().join(name), text).expect("written");
    };
    write("good.json", "{\"a\": [1, 2]}\n");
    write("broken.json", "[1, {]\n");
    write("notes.jsonc", "// one\n\n[] /* two */\n");
    write("windows.jsonc", "// one\r\n[\"a\"] // two\r\n/**/ {]}\r\n");
    directory
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn scan_json(directory: &Path, arguments: &[&str]) -> Value {
    let output = warp_tui(directory, arguments);
    assert_eq!((err(&output), output.status.code()), (String::new(), Some(0)));
    serde_json::from_str(&out(&output)).expect("JSON")
}

#[test]
fn a_summary_has_the_documented_shape() {
    let directory = samples();
    let found = scan_json(directory.path(), &["scan", "--format", "json", "good.json"]);
    let expected = json!({
        "path": "good.json", "language": "json", "ok": true, "bytes": 14,
        "lines": {"total": 1, "code": 1, "comment": 0, "blank": 0},
        "structural": {"{": 1, "}": 1, "[": 1, "]": 1, ",": 1, ":": 1},
        "spans": {"string": 1},
        "patterns": {}, "max_depth": 2, "unclosed": 0, "errors": []
    });
    assert_eq!(found, expected);
}

#[test]
fn tokens_have_the_documented_shape_and_order() {
    let directory = samples();
    let arguments = ["scan", "--emit", "tokens", "--format", "jsonl", "good.json", "broken.json"];
    let output = warp_tui(directory.path(), &arguments);
    let expected = concat!(
        r#"{"path":"good.json","language":"json","ok":true,"bytes":14,"structural":[0,4,6,8,11,12],"#,
        r#""spans":[[1,4,"string"]],"patterns":[],"levels":[[0,12],[6,11]],"problems":[]}"#,
        "\n",
        r#"{"path":"broken.json","language":"json","ok":false,"bytes":7,"structural":[0,2,4,5],"#,
        r#""spans":[],"patterns":[],"levels":[],"problems":[[5,"mismatched_bracket"]]}"#,
        "\n"
    );
    assert_eq!(out(&output), expected);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn text_and_csv_say_the_same() {
    let directory = samples();
    let output = warp_tui(directory.path(), &["scan", "notes.jsonc"]);
    assert!(out(&output).contains("lines       3 (1 code, 1 comment, 1 blank)"), "{output:?}");
    let output = warp_tui(directory.path(), &["scan", "--format", "csv", "notes.jsonc"]);
    let expected = "path,language,ok,bytes,lines,code,comment,blank,{,},[,],\",\",:,strings,\
        max_depth,unclosed,error_at,error,seconds,bytes_per_second\n\
        notes.jsonc,json,true,21,3,1,1,1,0,0,1,1,0,0,0,1,0,,,,\n";
    assert_eq!(out(&output), expected);
    let arguments = ["scan", "--emit", "tokens", "--format", "csv", "notes.jsonc"];
    let expected = "path,what,start,end,kind\n\
        notes.jsonc,structural,8,9,\nnotes.jsonc,structural,9,10,\n\
        notes.jsonc,span,0,6,line_comment\nnotes.jsonc,span,11,20,block_comment\n\
        notes.jsonc,level,8,9,\n";
    assert_eq!(out(&warp_tui(directory.path(), &arguments)), expected);
}

#[test]
fn several_files_have_totals_by_language() {
    let directory = samples();
    let output = warp_tui(directory.path(), &["scan", "good.json", "broken.json"]);
    let total = "json: 2 files, 21 bytes, 2 lines, 10 structurals, 1 with errors";
    assert!(out(&output).ends_with(&format!("{total}\n")), "{}", out(&output));
    let arguments = ["scan", "--format", "json", "good.json", "broken.json"];
    let found = scan_json(directory.path(), &arguments);
    assert_eq!(found.as_array().map(Vec::len), Some(2));
}

#[test]
fn timing_tells_how_the_scan_ran() {
    let directory = samples();
    let arguments =
        ["scan", "--timing", "--format=json", "--kernel=scalar", "--threads=2", "good.json"];
    let found = scan_json(directory.path(), &arguments);
    assert!(found["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    assert!(found["bytes_per_second"].as_f64().is_some_and(|rate| rate > 0.0));
    assert_eq!((&found["threads"], &found["kernel"]), (&json!(2), &json!("scalar")));
    assert_eq!(found["cache"], json!({"hits": 0, "misses": 0}));
}

#[test]
fn the_settings_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
    let made = warp_tui::cli::settings::document();
    if std::env::var_os("WARP_TUI_UPDATE").is_some() {
        std::fs::write(&path, &made).expect("written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, made, "WARP_TUI_UPDATE=1 cargo test --test cli writes it anew");
}

#[test]
fn a_stream_cut_anywhere_gives_the_same() {
    let directory = samples();
    let files = ["notes.jsonc", "windows.jsonc"];
    for (emit, file) in [("summary", files[0]), ("tokens", files[0]), ("tokens", files[1])] {
        let base = ["scan", "--emit", emit, "--format", "jsonl", file];
        let whole = scan_json(directory.path(), &base);
        for block in ["1", "2", "3", "7", "64", "4096"] {
            let cut = [&base[..], &["--stream", block]].concat();
            assert_eq!(scan_json(directory.path(), &cut), whole, "blocks of {block}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_told_and_the_others_are_done() {
    let directory = samples();
    let arguments = ["scan", "--format", "jsonl", "none.json", ".", "good.json"];
    let output = warp_tui(directory.path(), &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(out(&output).lines().count(), 1);
    let told = err(&output);
    assert!(told.starts_with("warp-tui: none.json: cannot open: No such file"), "{told}");
    assert!(told.contains("warp-tui: .: is a directory"), "{told}");
    let output = warp_tui(directory.path(), &["scan", "-"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("streams come with a later version"));
}

#[test]
fn wrong_usage_ends_with_2_and_one_clear_first_line() {
    let directory = samples();
    for (arguments, told) in [
        (&[][..], "warp-tui: name a file"),
        (&["scan"], "warp-tui: the following required arguments"),
        (&["scan", "--format", "xml", "good.json"], "warp-tui: invalid value 'xml'"),
        (&["scan", "--stream", "0", "good.json"], "warp-tui: invalid value '0'"),
        (&["--bogus"], "warp-tui: unexpected argument '--bogus'"),
        (&["--threads", "999", "scan", "good.json"], "warp-tui: invalid value '999'"),
        (&["scan", "--threads=-1", "good.json"], "warp-tui: invalid value '-1'"),
        (&["scan", "--chunk", "100", "good.json"], "warp-tui: invalid value '100'"),
        (&["scan", "--lang", "x", "good.json"], "warp-tui: invalid value 'x'"),
        (&["scan", "--config", "none", "good.json"], "warp-tui: none: No such file"),
        (&["good.json", "broken.json"], "warp-tui: one file at a time"),
    ] {
        let output = warp_tui(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).starts_with(told), "{arguments:?}: {}", err(&output));
        assert_eq!(out(&output), "", "{arguments:?}");
    }
}

#[test]
fn a_strange_name_cannot_steer_the_terminal() {
    let directory = samples();
    for arguments in [&["scan", "\x1b[2J\n"][..], &["scan", "--kernel=\x1b[2J", "good.json"]] {
        let told = err(&warp_tui(directory.path(), arguments));
        assert!(told.starts_with("warp-tui: ") && !told.contains('\x1b'), "{told:?}");
    }
    // Of a flag that is none, the sequence is not even shown.
    let told = err(&warp_tui(directory.path(), &["--\x1b[2J"]));
    assert!(told.contains("unexpected argument") && !told.contains('\x1b'), "{told:?}");
    std::fs::write(directory.path().join("\x1b[2J.json"), "[]").expect("written");
    let shown = out(&warp_tui(directory.path(), &["scan", "\x1b[2J.json"]));
    assert!(shown.starts_with("<U+001B>[2J.json: json"), "{shown:?}");
}

#[test]
fn a_file_named_like_a_command_can_be_opened() {
    let directory = samples();
    // The explorer is asked for, and says that there is no terminal.
    let asked = err(&warp_tui(directory.path(), &["good.json"]));
    for arguments in [&["./scan"][..], &["--", "scan"]] {
        assert_eq!(err(&warp_tui(directory.path(), arguments)), asked);
    }
}

#[test]
fn settings_can_stand_before_the_command() {
    let directory = samples();
    let arguments = ["--threads", "2", "scan", "--timing", "--format=json", "good.json"];
    assert_eq!(scan_json(directory.path(), &arguments)["threads"], json!(2));
}

#[test]
fn stray_closers_hide_no_unclosed_bracket() {
    let directory = samples();
    std::fs::write(directory.path().join("stray.json"), "]]]{[\n").expect("written");
    let found = scan_json(directory.path(), &["scan", "--format=json", "stray.json"]);
    assert_eq!(found["unclosed"], json!(2));
}

#[test]
fn an_unknown_key_is_warned_of_and_the_scan_goes_on() {
    let directory = samples();
    std::fs::create_dir(directory.path().join("warp-tui")).expect("made");
    let file = directory.path().join("warp-tui/config.toml");
    std::fs::write(&file, "threads = 1\ncolour = 1\n").expect("written");
    let output = warp_tui(directory.path(), &["scan", "--timing", "--format=json", "good.json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(err(&output).contains("config.toml:2: unknown setting \"colour\""));
    assert!(out(&output).contains("\"threads\": 1,"));
    std::fs::write(&file, "\nthreads = 'two'\n").expect("written");
    let output = warp_tui(directory.path(), &["scan", "good.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("config.toml:2: threads: \"two\" must be a whole number"));
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let directory = samples();
    let many = format!("[{}0]", "0,".repeat(200_000));
    std::fs::write(directory.path().join("many.json"), many).expect("written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_warp-tui"))
        .args(["scan", "--emit", "tokens", "many.json"])
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()));
}

#[test]
fn help_version_languages_completions_and_man_are_printed() {
    let directory = samples();
    for (arguments, part) in [
        (&["--help"][..], "--cache-ttl <SECONDS>"),
        (&["scan", "--help"], "--stream <BLOCK>"),
        (&["--version"], "warp-tui 0."),
        (&["languages"], "json     JSON"),
        (&["completions", "bash"], "complete -F"),
        (&["completions", "zsh"], "#compdef warp-tui"),
        (&["completions", "fish"], "complete -c warp-tui"),
        (&["man"], ".TH warp-tui"),
    ] {
        let output = warp_tui(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(out(&output).contains(part), "{arguments:?}: {}", out(&output));
    }
}

#[test]
fn a_log_file_is_made_where_it_is_named() {
    let directory = samples();
    let output = warp_tui(directory.path(), &["scan", "--log-file", "log", "good.json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(directory.path().join("log").is_file());
    let output = warp_tui(directory.path(), &["scan", "--log-file", "no/log", "good.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).starts_with("warp-tui: no/log: cannot write the log"));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[{}\\[\\],:\"\\\\/* \n]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z\"{\\\\]{0,6}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Containers, members' commas, colons, strings and depth, by a walk over the parsed value.
#[derive(Default)]
struct Counted {
    objects: u64,
    arrays: u64,
    commas: u64,
    colons: u64,
    strings: u64,
    depth: u64,
}

impl Counted {
    fn walk(&mut self, value: &Value, depth: u64) {
        self.depth = self.depth.max(depth);
        match value {
            Value::Object(members) => {
                self.objects += 1;
                self.depth = self.depth.max(depth + 1);
                let n = members.len() as u64;
                self.commas += n.saturating_sub(1);
                self.colons += n;
                self.strings += n;
                members.values().for_each(|member| self.walk(member, depth + 1));
            }
            Value::Array(elements) => {
                self.arrays += 1;
                self.depth = self.depth.max(depth + 1);
                self.commas += (elements.len() as u64).saturating_sub(1);
                elements.iter().for_each(|element| self.walk(element, depth + 1));
            }
            Value::String(_) => self.strings += 1,
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn summaries_agree_with_serde_json(values in prop::collection::vec((any_json(), any::<bool>()), 1..20)) {
        let directory = tempfile::tempdir().expect("a directory");
        let mut arguments = vec!["scan".to_owned(), "--format=jsonl".into(), "--lang=json".into()];
        for (idx, (value, pretty)) in values.iter().enumerate() {
            let text = if *pretty { format!("{value:#}") } else { value.to_string() };
            std::fs::write(directory.path().join(idx.to_string()), text).expect("written");
            arguments.push(idx.to_string());
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = out(&warp_tui(directory.path(), &arguments));
        for ((value, _), line) in values.iter().zip(output.lines()) {
            let found: Value = serde_json::from_str(line).expect("JSON");
            let mut counted = Counted::default();
            counted.walk(value, 0);
            let Counted { objects, arrays, commas, colons, strings, depth } = counted;
            let expected = [
                ("{", objects), ("}", objects), ("[", arrays), ("]", arrays), (",", commas),
                (":", colons),
            ];
            for (class, n) in expected {
                prop_assert_eq!(found["structural"][class].as_u64().unwrap_or(0), n, "{}", class);
            }
            prop_assert_eq!(found["spans"]["string"].as_u64().unwrap_or(0), strings);
            prop_assert_eq!(&found["max_depth"], &json!(depth));
            prop_assert_eq!(&found["errors"], &json!([]));
        }
        prop_assert_eq!(output.lines().count(), values.len());
    }

    #[test]
    fn what_is_cut_short_is_broken_for_both(
        values in prop::collection::vec((any_json(), any::<prop::sample::Index>()), 1..20),
    ) {
        let directory = tempfile::tempdir().expect("a directory");
        let mut arguments = vec!["scan", "--emit=tokens", "--format=jsonl", "--lang=json"]
            .into_iter().map(str::to_owned).collect::<Vec<_>>();
        let mut expected = Vec::new();
        for (idx, (value, cut)) in values.iter().enumerate() {
            // Inside an array every cut leaves a bracket open.
            let text = json!([value]).to_string().into_bytes();
            let cut = 1 + cut.index(text.len());
            let bytes = &text[..cut.min(text.len())];
            expected.push(serde_json::from_slice::<Value>(bytes).is_ok());
            std::fs::write(directory.path().join(idx.to_string()), bytes).expect("written");
            arguments.push(idx.to_string());
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = warp_tui(directory.path(), &arguments);
        prop_assert_eq!(output.status.code(), Some(0));
        let found: Vec<bool> = out(&output)
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["ok"] == json!(true))
            .collect();
        prop_assert_eq!(found, expected);
    }
}
