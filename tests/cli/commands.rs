//! The other commands: `tune`, `languages`, `doctor`, `completions`, `man`, help and version.

use serde_json::Value;

use crate::harness::{file, folder, run};

const SAMPLE: &str = "fixtures/crlf.json";

#[test]
fn tune_reports_in_the_documented_shape() {
    let report = run(["tune", SAMPLE, "--format", "json", "--runs", "2"]).json();
    let names = |value: &Value| {
        let mut names: Vec<String> =
            value.as_object().expect("it is an object").keys().cloned().collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(names(&report), "best bytes cores file language read_bytes_per_second runs scaling");
    assert_eq!(names(&report["read_bytes_per_second"]), "by_threads file memory");
    assert_eq!(names(&report["best"]), "chunk kernel threads");
    assert_eq!((&report["file"], &report["language"]), (&SAMPLE.into(), &"json".into()));
    let runs = report["runs"].as_array().expect("there are runs");
    for run in runs {
        assert_eq!(
            names(run),
            "bytes_per_second chunk efficiency from kernel of_limit rescanned_bytes runs speculation_misses threads"
        );
        assert_eq!(run["runs"], 2);
        let rate = |name: &str| run["bytes_per_second"][name].as_f64().expect("it is a number");
        assert!(
            0.0 < rate("min") && rate("min") <= rate("median") && rate("median") <= rate("max")
        );
    }
    for wanted in ["memory", "file"] {
        assert!(runs.iter().any(|run| run["from"] == wanted), "{wanted}");
    }
    for run in runs.iter().filter(|run| run["threads"] == 1) {
        let efficiency = run["efficiency"].as_f64().expect("one thread is held against itself");
        assert!((efficiency - 1.0).abs() < 1e-9, "{efficiency}");
    }
    let scaling = report["scaling"].as_array().expect("there is why");
    for (found, from) in scaling.iter().zip(["memory", "file"]) {
        assert_eq!((names(found).as_str(), &found["from"]), ("from threads why", &from.into()));
        assert!(found["why"].as_str().is_some_and(|why| !why.is_empty()));
    }
    assert_eq!(scaling.len(), 2);
    let best = &report["best"];
    let is_best = |run: &&Value| {
        run["kernel"] == best["kernel"]
            && run["threads"] == best["threads"]
            && run["chunk"] == best["chunk"]
    };
    assert!(runs.iter().any(|run| is_best(&run)), "the best is one that was run");
}

#[test]
fn tune_reports_to_people_and_to_tables() {
    let text = run(["tune", SAMPLE, "--runs", "1"]).ok();
    assert!(text.contains("GB/s from memory"), "{text}");
    assert!(text.contains("best from the file: --kernel "), "{text}");
    let csv = run(["tune", SAMPLE, "--runs", "1", "--format", "csv"]).ok();
    let columns = |line: &str| line.split(',').count();
    let n = columns(csv.lines().next().expect("there is a head"));
    assert!(csv.lines().count() > 3 && csv.lines().all(|line| columns(line) == n), "{csv}");
}

#[test]
fn tune_tries_only_what_the_settings_name() {
    let tried = |more: &[&str]| {
        let args = [&["tune", SAMPLE, "--format", "json", "--runs", "1"], more].concat();
        let report = run(args).json();
        let runs = report["runs"].as_array().expect("there are runs").clone();
        let one_of = |name: &str| {
            let mut values: Vec<String> = runs.iter().map(|run| run[name].to_string()).collect();
            values.sort();
            values.dedup();
            values
        };
        (one_of("kernel"), one_of("threads"), one_of("chunk"), report)
    };
    let (kernels, threads, chunks, _) = tried(&["--kernel", "scalar"]);
    assert_eq!(kernels, ["\"scalar\""]);
    assert!(!threads.is_empty() && chunks.len() == 3);
    let (_, threads, chunks, report) = tried(&["--threads", "3", "--chunk", "65536"]);
    assert_eq!((threads, chunks), (vec!["3".to_owned()], vec!["65536".to_owned()]));
    let limits =
        report["read_bytes_per_second"]["by_threads"].as_array().expect("there are limits");
    let by: Vec<u64> = limits.iter().filter_map(|limit| limit["threads"].as_u64()).collect();
    assert_eq!(by, [1, 3], "one thread stands beside those that were tried");
    let read =
        |limit: &Value| limit["memory"].as_f64() > Some(0.0) && limit["file"].as_f64() > Some(0.0);
    assert!(limits.iter().all(read), "{limits:?}");
}

#[test]
fn languages_are_listed_with_their_extensions() {
    let text = run(["languages"]).ok();
    let json = text.lines().find(|line| line.starts_with("json")).expect("JSON is there");
    assert!(json.contains("JSON") && json.contains(".jsonl"), "{json}");
    let names: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn doctor_tells_what_it_found() {
    let text = run(["doctor"]).ok();
    for name in [
        "version",
        "kernels",
        "cores",
        "output",
        "config",
        "themes",
        "log",
        "disk cache",
        "temporary",
        "cache-bytes",
        "checkpoints",
        "tuned",
    ] {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name}: {text}");
    }
    assert!(text.contains("scalar"), "{text}");
    assert!(text.contains("no terminal"), "{text}");
}

#[test]
fn doctor_tells_which_configuration_file_and_which_log_are_used() {
    let folder = folder();
    let config = file(&folder, "mine.toml", "cache_bytes = 4096\n");
    let log = format!("{}/warp.log", folder.path().display());
    let text = run(["--config", &config, "--log-file", &log, "doctor"]).ok();
    let value = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line[12..].trim().to_owned()
    };
    assert_eq!(value("config "), config);
    assert_eq!(value("log "), log);
    assert_eq!(value("cache-bytes"), "4096");
}

#[test]
fn completions_are_made_for_each_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let text = run(["completions", shell]).ok();
        assert!(text.contains("warp-tui") && text.contains("threads"), "{shell}");
    }
}

#[test]
fn the_man_page_names_every_command() {
    let page = run(["man"]).ok();
    assert!(page.contains(".TH"), "{page}");
    for name in ["scan", "tune", "languages", "doctor", "completions"] {
        assert!(page.contains(name), "{name}");
    }
}

#[test]
fn each_command_has_a_man_page_of_its_own() {
    let top = run(["man"]).ok();
    for name in ["scan", "compare", "tune", "cache", "cache-clear", "doctor", "man"] {
        let page = run(["man", name]).ok();
        assert!(page.contains(&format!(".TH warp-tui-{name} 1")), "{page}");
        let is_below = name == "cache-clear";
        assert!(is_below || top.contains(&format!("warp\\-tui\\-{name}(1)")), "{name}: {top}");
    }
    let page = run(["man", "scan"]).ok();
    for flag in ["emit", "stream", "threads"] {
        assert!(page.contains(flag), "{flag}");
    }
    run(["man", "nothing"]).fails(2, "nothing");
}

#[test]
fn the_words_that_a_setting_takes_are_named_and_completed() {
    use warp_tui::cli::settings::{Kind, SETTINGS};

    let help = run(["--help"]).ok();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let scripts = ["bash", "zsh", "fish"].map(|shell| run(["completions", shell]).ok());
    for setting in SETTINGS {
        let Kind::OneOf(words) = setting.kind else { continue };
        let words = words();
        assert!(help.contains(&format!("[possible values: {}]", words.join(", "))), "{words:?}");
        for (script, parted) in scripts.iter().zip([" ", " ", "\\t''\n"]) {
            assert!(script.contains(&words.join(parted)), "{words:?}");
        }
    }
}

#[test]
fn help_names_every_setting_and_command() {
    let help = run(["--help"]).ok();
    for setting in warp_tui::cli::settings::SETTINGS {
        assert!(help.contains(&format!("--{}", setting.name)), "{}", setting.name);
    }
    for name in ["scan", "tune", "languages", "doctor", "completions", "man"] {
        assert!(help.contains(name), "{name}");
        run([name, "--help"]).ok();
    }
    assert_eq!(run(["--version"]).ok(), format!("warp-tui {}\n", env!("CARGO_PKG_VERSION")));
}
