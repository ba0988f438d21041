//! `warp-tui doctor`: what was found of processor, terminal and paths, to be put into a report of a fault.

use std::io::{IsTerminal, Write};

use super::{Settings, environment, settings};
use crate::limits;
use crate::report::escape::shown;
use crate::simd;

/// Tells all.
pub(super) fn run(settings: &Settings, out: &mut dyn Write) -> anyhow::Result<()> {
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
    let config = settings::config_path(&environment);
    line("config", config.map_or("no home".to_owned(), |path| path.display().to_string()))?;
    for setting in settings::SETTINGS {
        line(setting.name, settings.text(setting.name).to_owned())?;
    }
    line("checkpoints", format!("{} at most", limits::CHECKPOINTS_MAX))?;
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
