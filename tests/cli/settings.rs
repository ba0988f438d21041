//! Settings: default, then file, then environment, then flag; what is wrong with one is told with its place.

use std::path::Path;

use crate::harness::{Ran, command, file, finish, folder, run};
use warp_tui::cli::settings::{SETTINGS, document};

/// The value of a setting, as `doctor` tells it.
fn told(ran: Ran, name: &str) -> String {
    let text = ran.ok();
    let line = text.lines().find(|line| line.split_whitespace().next() == Some(name));
    let line = line.unwrap_or_else(|| panic!("{name} is not in {text}"));
    line[name.len()..].trim().to_owned()
}

#[test]
fn the_last_one_that_names_a_setting_wins() {
    let home = folder();
    let config = file(&home, "my.toml", "threads = 3\nlang = \"text\"\ncache = false\n");
    let doctor = |variable: Option<&str>, flag: Option<&str>| {
        let mut command = command(home.path());
        command.args(["doctor", "--config", &config]);
        variable.map(|value| command.env("WARP_TUI_THREADS", value));
        flag.map(|value| command.args(["--threads", value]));
        told(finish(&mut command), "threads")
    };
    assert_eq!(told(run(["doctor"]), "threads"), "0");
    assert_eq!(doctor(None, None), "3");
    assert_eq!(doctor(Some("5"), None), "5");
    assert_eq!(doctor(Some("5"), Some("7")), "7");
    // An empty variable is as good as none.
    assert_eq!(doctor(Some(""), None), "3");
    assert_eq!(told(run(["doctor", "--config", &config]), "cache"), "off");
}

#[test]
fn the_configuration_file_is_found_where_xdg_puts_it() {
    let home = folder();
    let write = |dir: &str, threads: &str| {
        let dir = home.path().join(dir).join("warp-tui");
        std::fs::create_dir_all(&dir).expect("a folder can be made");
        std::fs::write(dir.join("config.toml"), format!("threads = {threads}\n"))
            .expect("a file can be written");
    };
    write(".config", "11");
    write("elsewhere", "12");
    let doctor = |xdg: Option<&Path>| {
        let mut command = command(home.path());
        xdg.map(|dir| command.env("XDG_CONFIG_HOME", dir));
        told(finish(command.arg("doctor")), "threads")
    };
    assert_eq!(doctor(None), "11");
    assert_eq!(doctor(Some(&home.path().join("elsewhere"))), "12");
    assert_eq!(doctor(Some(Path::new("relative"))), "11", "a relative path does not count");
    assert_eq!(doctor(Some(&home.path().join("nowhere"))), "0");
}

#[test]
fn a_configuration_file_that_cannot_be_read_is_told_of() {
    let home = folder();
    let config = home.path().join(".config/warp-tui/config.toml");
    // A folder in its place cannot be read, whoever asks.
    std::fs::create_dir_all(&config).expect("a folder can be made");
    let ran = finish(command(home.path()).args(["scan", "fixtures/crlf.json"]));
    assert!(ran.err.contains("config.toml") && ran.err.contains("without it"), "{}", ran.err);
    assert!(ran.code == 0 && ran.out.contains("crlf.json"), "{}", ran.out);
    let text = finish(command(home.path()).arg("doctor")).ok();
    let warning = text.lines().find(|line| line.starts_with("warning ")).unwrap_or_default();
    assert!(warning.contains("config.toml") && warning.contains("without it"), "{text}");
}

#[test]
fn a_broken_configuration_does_not_stop_what_tells_of_the_program() {
    let home = folder();
    let config = file(&home, "my.toml", "threads = 7\nchunk = 100\n");
    let fault = "my.toml:2: chunk: \"100\" must be a power of two";
    run(["scan", "fixtures/crlf.json", "--config", &config]).fails(2, fault);
    let text = run(["doctor", "--config", &config]).ok();
    let warning = text.lines().find(|line| line.starts_with("warning ")).unwrap_or_default();
    assert!(warning.contains(fault) && warning.ends_with("goes on without it"), "{text}");
    assert_eq!(told(run(["doctor", "--config", &config]), "threads"), "0");
    for args in [vec!["completions", "bash"], vec!["man"], vec!["languages"]] {
        let ran = run(args.iter().chain(&["--config", &config]));
        assert!(ran.code == 0 && ran.err.contains(fault), "{args:?}: {}", ran.err);
        assert_eq!(ran.out, run(args).ok());
    }
}

#[test]
fn unknown_keys_are_warned_of_with_their_line() {
    let home = folder();
    let config = file(&home, "my.toml", "# mine\nthreads = 2\n\nspeed = \"warp\"\n");
    let ran = run(["scan", "fixtures/crlf.json", "--config", &config]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("my.toml:4: unknown setting \"speed\""), "{}", ran.err);
}

#[test]
fn a_value_out_of_range_is_refused_with_file_and_line() {
    let home = folder();
    for (line, said) in [
        ("threads = 100000", "must be a whole number from 0 to 256"),
        ("threads = -1", "must be a whole number"),
        ("threads = 1.5", "no value"),
        ("chunk = 100", "must be a power of two"),
        ("kernel = \"mmx\"", "must be one of auto, avx512, avx2, scalar"),
        ("lang = \"klingon\"", "must be one of"),
        ("cache = \"maybe\"", "must be one of on, off"),
        ("color = [1]", "no value"),
        ("theme = 7", "integer is no value; write text in quotes"),
        ("theme = true", "boolean is no value"),
        ("log_file = 7", "integer is no value"),
        ("index_cache = true", "boolean is no value"),
    ] {
        let config = file(&home, "my.toml", format!("\n# two\n{line}\n"));
        let ran = run(["scan", "fixtures/crlf.json", "--config", &config]);
        assert!(ran.err.contains("my.toml:3: "), "{line}: {}", ran.err);
        ran.fails(2, said);
    }
}

#[test]
fn a_configuration_that_is_none_is_refused() {
    let home = folder();
    run(["scan", "-", "--config", "no-such.toml"]).fails(2, "warp-tui: no-such.toml: ");
    let config = file(&home, "my.toml", "threads = = 2\n");
    let ran = run(["scan", "-", "--config", &config]);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    ran.fails(2, "my.toml:1: ");
    let config = file(&home, "my.toml", "threads = 3\n\nthreads = 4\n");
    run(["scan", "-", "--config", &config]).fails(2, "my.toml:3: duplicate key");
    run(["scan", "-", "--config", "/dev/zero"]).fails(2, "/dev/zero: longer than");
    let config = file(&home, "my.toml", "spill = false\nindex_cache = false\n");
    assert_eq!(told(run(["doctor", "--config", &config]), "spill"), "off");
    run(["scan", "-", "--config", "fixtures"]).fails(2, "warp-tui: fixtures: ");
}

#[test]
fn a_setting_may_stand_before_the_command() {
    let after = run(["scan", "fixtures/crlf.json", "--lang", "text"]).ok();
    assert_eq!(run(["--lang", "text", "scan", "fixtures/crlf.json"]).ok(), after);
    assert_eq!(told(run(["--threads", "7", "doctor"]), "threads"), "7");
    assert_eq!(told(run(["--threads", "7", "doctor", "--threads", "8"]), "threads"), "8");
}

#[test]
fn a_wrong_flag_or_variable_is_refused_by_name() {
    for (flag, value) in [
        ("--threads", "257"),
        ("--threads", "-1"),
        ("--kernel", "mmx"),
        ("--chunk", "100"),
        ("--chunk", "32"),
        ("--cache", "maybe"),
        ("--cache-size", "0"),
        ("--cache-ttl", "x"),
        ("--lang", "klingon"),
        ("--color", "sometimes"),
        ("--log-level", "loud"),
    ] {
        run(["doctor", &format!("{flag}={value}")]).fails(2, flag);
        let home = folder();
        let variable = flag.replacen("--", "WARP_TUI_", 1).replace('-', "_").to_uppercase();
        finish(command(home.path()).arg("doctor").env(&variable, value)).fails(2, &variable);
    }
}

#[test]
fn a_kernel_that_the_processor_lacks_is_refused() {
    use warp_tui::simd::{KernelId, available};
    for kernel in KernelId::ALL {
        let ran = run(["scan", "fixtures/crlf.json", "--kernel", kernel.name()]);
        if available().contains(&kernel) {
            ran.ok();
        } else {
            ran.fails(2, "this processor cannot run the kernel");
        }
    }
}

#[test]
fn the_log_goes_to_its_file_and_only_there() {
    let home = folder();
    let log = home.path().join("warp.log");
    let path = log.to_str().expect("temporary paths are text");
    let plain = run(["scan", "fixtures/crlf.json"]).ok();
    let logged = run(["scan", "fixtures/crlf.json", "--log-file", path]).ok();
    assert_eq!(plain, logged);
    let text = std::fs::read_to_string(&log).expect("the log was written");
    assert!(text.contains("INFO") && !text.contains('\x1b'), "{text}");
    run(["doctor", "--log-file", "/no/such/folder/log"]).fails(1, "/no/such/folder/log: cannot");
}

#[test]
fn an_overlong_log_is_put_aside() {
    let home = folder();
    let line = b"2026-01-01T00:00:00Z  INFO an old line\n";
    let log = file(&home, "warp.log", line.repeat(300_000));
    run(["doctor", "--log-file", &log]).ok();
    let bytes = |path: &str| std::fs::metadata(path).expect("it is there").len();
    assert!((1..1 << 20).contains(&bytes(&log)));
    assert_eq!(bytes(&format!("{log}.1")), line.len() as u64 * 300_000);
}

#[test]
fn a_document_is_never_taken_for_a_log() {
    let home = folder();
    let document = file(&home, "big.json", "{\"a\": 1}\n");
    let said = "big.json: cannot write the log: the file is there and is no log";
    run(["doctor", "--log-file", &document]).fails(1, said);
    assert_eq!(std::fs::read(&document).ok().as_deref(), Some(&b"{\"a\": 1}\n"[..]));
    run(["doctor", "--log-file", "/dev/stderr"]).fails(1, "not a plain file");
}

#[test]
fn the_page_about_settings_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
    if std::env::var_os("WARP_TUI_UPDATE").is_some() {
        std::fs::write(&path, document()).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, document(), "WARP_TUI_UPDATE=1 cargo test --test cli writes it anew");
    assert!(SETTINGS.iter().all(|setting| written.contains(&setting.env())));
}

/// The table of settings is there without a screen too, and cannot ask it for the names.
#[cfg(feature = "tui")]
#[test]
fn every_layout_can_be_set() {
    use warp_tui::cli::settings::Kind;
    use warp_tui::ui::panes::source::LayoutKind;

    let setting = SETTINGS.iter().find(|setting| setting.name == "layout");
    let Some(Kind::OneOf(names)) = setting.map(|setting| setting.kind) else {
        panic!("it is one of some words")
    };
    assert_eq!(names(), LayoutKind::ALL.map(LayoutKind::name));
}
