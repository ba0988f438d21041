//! The screen: drain events, update the state, draw once.
//!
//! [`run`] claims the terminal, opens the document and hands over to the loop in `main_loop`. Events come in by
//! `input`, `signals` and the engine's wake; `update` and `acts` change `app`; `view` draws it; `screen` sends what
//! differs. Nothing reaches the terminal but through [`safe_text`] and `screen`.

pub mod action;
mod acts;
mod app;
mod background;
mod clipboard;
mod compare;
mod engine;
mod event;
mod fault;
mod files;
mod finder;
mod frame;
pub mod geometry;
mod goto;
mod header;
mod held;
mod help;
pub mod highlight;
mod input;
mod jumps;
mod keeper;
pub mod keymap;
mod main_loop;
mod mouse;
pub mod panes;
mod prompt;
pub mod safe_text;
mod screen;
mod signals;
mod status;
mod term;
pub mod theme;
pub mod theme_file;
mod tune;
mod update;
mod view;
pub mod widgets;

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use crossbeam_channel::bounded;

use self::background::Known;
use self::files::Files;
use self::main_loop::MainLoop;
use self::panes::source::LayoutKind;
use self::safe_text::safe;
use self::theme_file::{Colours, ThemeError, Themes};
use crate::explorer::compare::CompareWanted;
use crate::explorer::tune::Tuning;
use crate::explorer::{EngineOptions, Explorer};
use crate::lang::LanguageId;

/// How the screen looks.
#[derive(Clone, Debug)]
pub struct ScreenOptions {
    /// `auto`, the name of a theme, or the path of a theme's file.
    pub theme: String,
    /// Where theme files are looked for by name.
    pub themes_dir: Option<PathBuf>,
    /// Whether colours are wanted: `--color never` and `NO_COLOR` say no.
    pub colour: bool,
    /// How bytes become rows.
    pub layout: LayoutKind,
    /// Whether lines wider than their pane go on below; else they are cut.
    pub wraps: bool,
    /// Whether clicks and the wheel are taken from the terminal.
    pub mouse: bool,
    /// What to compare at once: the document as it says, or as the compare view would by itself if nothing is said.
    pub compare: Option<CompareWanted>,
    /// Where settings are written to, and how; none where there is no place for it.
    pub config: Option<ConfigFile>,
}

/// The configuration file, as far as the screen has to do with it.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// Its path; it need not be there yet.
    pub path: PathBuf,
    /// Writes a setting into it. What goes wrong comes back as a sentence.
    pub keep: fn(&Path, Tuning) -> Result<(), String>,
}

impl Default for ScreenOptions {
    fn default() -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        ScreenOptions {
            theme: "auto".to_owned(),
            themes_dir: None,
            colour: !no_colour,
            layout: LayoutKind::Plain,
            wraps: true,
            mouse: false,
            compare: None,
            config: None,
        }
    }
}

/// Why there is no screen, or no longer one. Texts may hold paths that are not made safe yet.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no terminal, or none that can show a screen.
    #[error("{0}; `warp-tui scan` works without a screen")]
    NoTerminal(&'static str),
    /// The theme cannot be used.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// A directory has nothing to show.
    #[error("{}: no file of a known language", .0.display())]
    NoFiles(PathBuf),
    /// The document cannot be opened.
    #[error(transparent)]
    Engine(#[from] crate::error::Error),
    /// The terminal cannot be set up or written to.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
}

impl Error {
    /// The exit code that tells of it: 2 for what was asked for in a wrong way, 1 for a failure.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::NoTerminal(_) | Error::Theme(_) => 2,
            Error::NoFiles(_) | Error::Engine(_) | Error::Terminal(_) => 1,
        }
    }
}

/// Opens what `paths` name and shows it until the person quits, a signal ends the program or the terminal is gone. Returns the exit
/// code: 0, or 128 and the signal's number. The terminal is as it was, whatever happens. Of several files, or those of a
/// directory, the first that can be is opened, and the list of them to choose from lies over it.
///
/// # Errors
/// If there is no terminal, the theme or the document cannot be used, or the terminal fails.
pub fn run(
    paths: &[PathBuf],
    language: Option<LanguageId>,
    engine: &EngineOptions,
    screen: &ScreenOptions,
) -> Result<u8, Error> {
    if let Some(why) = term::refusal() {
        return Err(Error::NoTerminal(why));
    }
    let colours = if screen.colour { terminal_colours() } else { Colours::None };
    let mut themes = Themes::load(&screen.theme, screen.themes_dir.as_deref(), colours)?;
    let is_auto = screen.theme == "auto" && matches!(colours, Colours::Indexed | Colours::Rgb);
    let known = if is_auto { background::known(variable) } else { Known::Dark };
    if is_auto && known == Known::Light {
        themes.suit(true);
    }
    // One place in the channel: a wake that waits already says all that a second one would.
    let (wake, woken) = bounded(1);
    let app_wake = wake.clone();
    let (directories, named): (Vec<_>, Vec<_>) = paths.iter().cloned().partition(|it| it.is_dir());
    let open = {
        let wake = wake.clone();
        move |path: &Path| Explorer::open(path, language, &engine.clone(), wake.clone())
    };
    let walks = !directories.is_empty();
    let (mut opened, mut refused) = open_first(named.iter().map(PathBuf::as_path), &open);
    let files = match directories.first().cloned() {
        None if paths.len() < 2 => None,
        None => Files::named(named, wake),
        Some(directory) => {
            // Of files that cannot be opened none would be waited for.
            let named = if opened.is_some() { named } else { Vec::new() };
            let files = Files::below(directories, named, wake);
            Some(files.ok_or(Error::NoFiles(directory))?)
        }
    };
    if opened.is_none() && walks {
        // One file that cannot be opened must not keep all the others away.
        let known = files.iter().flat_map(Files::so_far);
        let (below, refused_below) = open_first(known, &open);
        opened = below;
        refused.extend(refused_below);
    }
    let refusal = refused_as_a_whole(&refused);
    let (first, explorer) = match (opened, refused.into_iter().next()) {
        (Some(opened), _) => opened,
        (None, Some(error)) => return Err(error.into()),
        (None, None) => return Err(Error::NoFiles(paths.first().cloned().unwrap_or_default())),
    };
    let mut app = app::App::new(explorer.snapshot(), themes, !is_utf8(), app_wake);
    app.files = files;
    (app.layout, app.wraps, app.has_mouse) = (screen.layout, screen.wraps, screen.mouse);
    app.choose_file(Some(&first));
    if let Some(refusal) = refusal {
        app.warn(refusal);
    }
    match &screen.compare {
        Some(wanted) if *wanted == CompareWanted::default() => app.compare_as_usual(),
        Some(wanted) => app.open_compare(wanted.clone()),
        None => {}
    }
    MainLoop::new(app, explorer, woken, Box::new(open))?
        .with_config(screen.config.clone())
        .run(known == Known::Ask)
}

/// Opens the first of `paths` that can be opened. Beside it, why those before it cannot be.
fn open_first<'p, E>(
    mut paths: impl Iterator<Item = &'p Path>,
    open: impl Fn(&Path) -> Result<E, crate::error::Error>,
) -> (Option<(PathBuf, E)>, Vec<crate::error::Error>) {
    let mut refused = Vec::new();
    let opened = paths.find_map(|path| match open(path) {
        Ok(engine) => Some((path.to_owned(), engine)),
        Err(error) => {
            refused.push(error);
            None
        }
    });
    (opened, refused)
}

/// What is said of files that cannot be opened while another one can.
fn refused_as_a_whole(refused: &[crate::error::Error]) -> Option<String> {
    let first = safe(refused.first()?.to_string().as_bytes());
    Some(match refused.len() - 1 {
        0 => first,
        1 => format!("{first} (and one more cannot be opened)"),
        n => format!("{first} (and {n} more cannot be opened)"),
    })
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What the terminal can show, by what it says of itself.
fn terminal_colours() -> Colours {
    const DIRECT: [&str; 7] =
        ["direct", "truecolor", "kitty", "alacritty", "ghostty", "wezterm", "foot"];
    let term = variable("TERM").unwrap_or_default();
    let is_direct = DIRECT.iter().any(|name| term.contains(name));
    let says_so = matches!(variable("COLORTERM").as_deref(), Some("truecolor" | "24bit"));
    match () {
        () if is_direct || says_so => Colours::Rgb,
        () if term.contains("256color") => Colours::Indexed,
        () if term.starts_with("vt") => Colours::None,
        () => Colours::Sixteen,
    }
}

/// Whether the locale's characters are UTF-8. Where none is set, ours are.
fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
