//! The command line: arguments, settings, and one file for each headless command.

mod args;
mod cache;
mod closers;
mod compare;
#[cfg(feature = "tui")]
mod config_file;
mod directories;
mod doctor;
mod log;
mod progress;
mod scan;
pub mod settings;
mod stream;
mod summaries;
mod table;
mod tokens;
mod tree;
mod tune;
mod turns;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::ArgMatches;

pub use args::command;
pub use settings::Settings;

use crate::error::Error;
use crate::lang::{LanguageId, language_names};
use crate::report::escape::shown;

/// Something that went wrong, and the exit code that tells of it.
#[derive(Debug)]
pub struct Failure {
    /// 2 for what was asked for in a wrong way, 1 for a failure.
    pub code: u8,
    /// What, where, and what to do; not yet made safe to print.
    pub error: anyhow::Error,
}

impl Failure {
    /// Asked for in a wrong way.
    fn usage(error: impl Into<anyhow::Error>) -> Self {
        Failure { code: 2, error: error.into() }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure { code: 1, error }
    }
}

/// The environment variable `name`, if it is set to something.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Commands that a broken configuration file does not stop: they tell of the program, and the first one of that file too.
const WITHOUT_CONFIG: [&str; 4] = ["doctor", "completions", "man", "languages"];

/// Does what the command line asks for; the exit code.
///
/// # Errors
/// Whatever keeps it from being done.
pub fn run(matches: &ArgMatches) -> Result<u8, Failure> {
    let config = matches.get_one::<PathBuf>("config").map(PathBuf::as_path);
    let asked = matches.subcommand_name();
    let needs_config = asked.is_none_or(|name| !WITHOUT_CONFIG.contains(&name));
    let settings =
        Settings::gather(matches, environment, config, needs_config).map_err(Failure::usage)?;
    // `doctor` has a place for them in its report.
    for warning in settings.warnings.iter().filter(|_| asked != Some("doctor")) {
        tell(warning);
    }
    let _log = log::begin(&settings)?;
    for warning in &settings.warnings {
        tracing::warn!("{}", shown(warning));
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    if let (Some((command, _)), Some(_)) = (matches.subcommand(), matches.get_raw("file")) {
        let hint = format!("a file stands in front of the command {command}: give one of them");
        return Err(Failure::usage(anyhow!(hint)));
    }
    let code = match matches.subcommand() {
        Some(("scan", sub)) => scan::run(sub, &settings, &mut out)?,
        Some(("compare", sub)) => compare::run(sub, &settings, &mut out)?,
        Some(("tune", sub)) => tune::run(sub, &settings, &mut out)?,
        Some(("cache", sub)) => cache::run(sub, &settings, &mut out).map(|()| 0)?,
        Some(("languages", _)) => languages(&mut out).map(|()| 0)?,
        Some(("doctor", _)) => doctor::run(&settings, config, &mut out).map(|()| 0)?,
        Some(("completions", sub)) => completions(sub, &mut out).map(|()| 0)?,
        Some(("man", sub)) => {
            let page = sub.get_one::<String>("page").map(String::as_str);
            let about = args::command_of(page).ok_or_else(|| anyhow!("there is no such page"))?;
            clap_mangen::Man::new(about).render(&mut out).context("standard output")?;
            0
        }
        _ => {
            drop(out);
            return explore(matches, &settings);
        }
    };
    out.flush().context("standard output")?;
    Ok(code)
}

fn languages(out: &mut dyn Write) -> anyhow::Result<()> {
    let names = language_names();
    let columns = names.iter().map(|name| name.len()).max().unwrap_or(0);
    for info in names.into_iter().filter_map(LanguageId::by_name).map(LanguageId::info) {
        let extensions: Vec<String> = info.extensions.iter().map(|e| format!(".{e}")).collect();
        let extensions = extensions.join(" ");
        writeln!(out, "{:columns$}  {:columns$}  {extensions}", info.name, info.title)?;
    }
    Ok(())
}

fn completions(matches: &ArgMatches, out: &mut dyn Write) -> anyhow::Result<()> {
    let shell = matches
        .get_one::<clap_complete::Shell>("shell")
        .copied()
        .ok_or_else(|| anyhow!("name a shell"))?;
    // Into memory first: the generator panics where a pipe breaks.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "warp-tui", &mut script);
    out.write_all(&script).context("standard output")
}

#[cfg(feature = "tui")]
fn explore(matches: &ArgMatches, settings: &Settings) -> Result<u8, Failure> {
    use crate::ui::panes::source::LayoutKind;
    use crate::ui::{self, ScreenOptions};

    let mut files: Vec<PathBuf> = matches.get_many("file").into_iter().flatten().cloned().collect();
    if files.is_empty() && !io::IsTerminal::is_terminal(&io::stdin()) {
        files.push(PathBuf::from("-"));
    }
    if files.is_empty() {
        let hint = "name a file to open, as in warp-tui big.json; warp-tui --help tells more";
        return Err(Failure::usage(anyhow!(hint)));
    }
    let engine = settings.engine().map_err(Failure::usage)?;
    let compare = compare::wanted(matches, settings, &mut files)?;
    let colour = match settings.text("color") {
        "always" => true,
        "never" => false,
        _ => environment("NO_COLOR").is_none(),
    };
    let named = matches.get_one::<PathBuf>("config").cloned();
    let config = named.or_else(|| directories::config_path(&environment));
    let config = config.map(|path| ui::ConfigFile { path, keep: config_file::keep });
    let screen = ScreenOptions {
        theme: settings.text("theme").to_owned(),
        themes_dir: directories::config_dir(&environment).map(|dir| dir.join("themes")),
        colour,
        layout: LayoutKind::by_name(settings.text("layout")).unwrap_or_default(),
        wraps: settings.text("wrap") == "on",
        mouse: settings.text("mouse") == "on",
        compare,
        config,
    };
    ui::run(&files, settings.language(), &engine, &screen)
        .map_err(|error| Failure { code: error.exit_code(), error: error.into() })
}

#[cfg(not(feature = "tui"))]
fn explore(_: &ArgMatches, _: &Settings) -> Result<u8, Failure> {
    let why =
        "this build has no screen; warp-tui scan works, and so does a build with --features tui";
    Err(Failure::usage(anyhow!(why)))
}

/// Tells the person on standard error, made safe. Where that is closed there is nobody to tell.
pub fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "warp-tui: {}", shown(message));
}

/// Whether an error is that nobody reads what we print: that is success.
#[must_use]
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json =
            cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}

/// An error with the path in front.
fn with_path(path: &Path, error: &Error) -> String {
    match error {
        // These name the path themselves.
        Error::Open { .. } | Error::NotReadable { .. } => error.to_string(),
        _ => format!("{}: {error}", text_of(path)),
    }
}

/// A path as text, for reports.
fn text_of(path: &Path) -> String {
    crate::source::without_credentials(&path.to_string_lossy())
}
