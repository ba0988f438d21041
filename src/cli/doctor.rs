//! `warp-tui doctor`: what was found of processor, terminal and paths, to be put into a report of a fault.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::{Settings, directories, environment, settings};
use crate::limits;
use crate::report::escape::shown;
use crate::simd;

/// The bounds that a person may run into.
const LIMITS: [(&str, u64, &str); 8] = [
    ("checkpoints", limits::CHECKPOINTS_MAX as u64, "of a document"),
    ("matched", limits::CHECKED_LEVELS_MAX, "levels whose brackets are matched"),
    ("located", limits::LOCATED_LEVELS_MAX, "levels whose place is told if they are never closed"),
    (
        "no size",
        limits::UNSIZED_FILE_BYTES_MAX as u64,
        "bytes of a file that does not tell its size",
    ),
    ("pattern", limits::SEARCH_PATTERN_BYTES_MAX as u64, "bytes to search for"),
    ("tuned", limits::TUNED_BYTES_MAX, "bytes that tune measures on"),
    ("disk cached", limits::STORED_BYTES_MAX, "bytes of indexes on disk"),
    ("config size", limits::CONFIG_BYTES_MAX, "bytes"),
];

/// Tells all. `config` is the configuration file that was named, if one was.
pub(super) fn run(
    settings: &Settings,
    config: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut line = |name: &str, value: String| writeln!(out, "{name:12} {}", shown(&value));
    let kernels: Vec<&str> = simd::available().iter().map(|kernel| kernel.name()).collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let variable = |name: &str| environment(name).unwrap_or_else(|| "not set".to_owned());
    let is_terminal = |is: bool| if is { "a terminal" } else { "no terminal" };
    line("version", env!("CARGO_PKG_VERSION").to_owned())?;
    line("screen", if cfg!(feature = "tui") { "built in" } else { "not built in" }.to_owned())?;
    line("kernels", format!("{} (best first)", kernels.join(", ")))?;
    line("cores", cores.to_string())?;
    line("memory", memory().unwrap_or_else(|| "not known".to_owned()))?;
    line("input", is_terminal(std::io::stdin().is_terminal()).to_owned())?;
    line("output", is_terminal(std::io::stdout().is_terminal()).to_owned())?;
    line("size", size())?;
    for name in ["TERM", "COLORTERM", "NO_COLOR", "LANG", "TMUX"] {
        line(name, variable(name))?;
    }
    let or_no_home = |path: Option<PathBuf>| match path {
        Some(path) if path.exists() => path.display().to_string(),
        Some(path) => format!("{} (not there)", path.display()),
        None => "no home".to_owned(),
    };
    let config = config.map(Path::to_owned).or_else(|| directories::config_path(&environment));
    line("config", or_no_home(config))?;
    for warning in &settings.warnings {
        line("warning", warning.clone())?;
    }
    let themes = directories::config_dir(&environment).map(|dir| dir.join("themes"));
    line("themes", or_no_home(themes))?;
    let log = settings.text("log-file");
    line("log", if log.is_empty() { "none; --log-file names one" } else { log }.to_owned())?;
    let store = settings.index_store().map(|store| store.directory);
    let off = || "off: indexes are kept in memory only".to_owned();
    line("disk cache", store.map_or_else(off, |store| or_no_home(Some(store))))?;
    line("temporary", std::env::temp_dir().display().to_string())?;
    for setting in settings::SETTINGS {
        line(setting.name, settings.text(setting.name).to_owned())?;
    }
    for (name, limit, unit) in LIMITS {
        line(name, format!("at most {limit} {unit}"))?;
    }
    Ok(())
}

fn memory() -> Option<String> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(total.trim().to_owned())
}

fn size() -> String {
    match rustix::termios::tcgetwinsize(std::io::stdout()) {
        Ok(size) => format!("{}x{}", size.ws_col, size.ws_row),
        Err(_) => "not known".to_owned(),
    }
}
