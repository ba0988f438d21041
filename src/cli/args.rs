//! Arguments: the command line's grammar, made from the table of settings and the list of commands.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, StringValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::settings::{Given, Layer, Origin};
use super::table::{Kind, SETTINGS, Scope, Setting};

/// What a person asked for.
#[derive(Clone, Debug)]
pub(super) struct Invocation {
    pub(super) command: Asked,
    pub(super) flags: Layer,
    pub(super) config: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub(super) enum Asked {
    Explore(PathBuf),
    Scan(ScanArgs),
    Languages,
    Completions(clap_complete::Shell),
    Man,
}

/// The arguments of `scan`.
#[derive(Clone, Debug)]
pub(super) struct ScanArgs {
    pub(super) files: Vec<PathBuf>,
    pub(super) emit: Emit,
    pub(super) format: Format,
    pub(super) timing: bool,
    /// Scan as a stream, in order, cut into blocks of so many bytes.
    pub(super) stream_block_bytes: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Emit {
    Summary,
    Tokens,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Json,
    JsonLines,
    Csv,
}

/// The whole grammar.
pub(super) fn command() -> Command {
    Command::new("warp-tui")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Explore the structure of files of any size")
        .after_help("A file named like a command opens as ./scan or after --.")
        .disable_help_subcommand(true)
        .arg(Arg::new("FILE").help("File to open").value_parser(value_parser!(PathBuf)))
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .help("Configuration file to read in place of the usual one")
                .value_parser(value_parser!(PathBuf))
                .global(true),
        )
        .args(SETTINGS.iter().map(setting))
        .subcommand(scan())
        .subcommand(Command::new("languages").about("List the languages"))
        .subcommand(Command::new("completions").about("Print a completion script for a shell").arg(
            Arg::new("SHELL").required(true).value_parser(value_parser!(clap_complete::Shell)),
        ))
        .subcommand(Command::new("man").about("Print the manual page"))
}

fn scan() -> Command {
    Command::new("scan")
        .about("Scan files without a screen")
        .arg(
            Arg::new("FILES")
                .help("Files to scan")
                .value_name("FILE")
                .required(true)
                .num_args(1..)
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            choice("emit", &["summary", "tokens"], "summary")
                .help("What to print: counts, or every position"),
        )
        .arg(choice("format", &["text", "json", "jsonl", "csv"], "text").help("How to print it"))
        .arg(
            Arg::new("timing")
                .long("timing")
                .help("Print time and throughput too")
                .action(ArgAction::SetTrue),
        )
        .arg(
            Arg::new("stream")
                .long("stream")
                .value_name("BLOCK")
                .help("Scan as a stream that is cut into blocks of so many bytes")
                .value_parser(value_parser!(u32).range(1..=1 << 30)),
        )
}

fn choice(name: &'static str, words: &'static [&'static str], default: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("WHAT")
        .default_value(default)
        .value_parser(PossibleValuesParser::new(words))
}

fn setting(setting: &'static Setting) -> Arg {
    let scope = if setting.scope == Scope::Explorer { " (explorer)" } else { "" };
    let help = format!("{}{scope} [default: {}]", setting.doc, setting.default);
    let arg = Arg::new(setting.name)
        .long(setting.name)
        .value_name(setting.value)
        .help(help)
        .allow_hyphen_values(matches!(setting.kind, Kind::Whole { .. } | Kind::PowerOfTwo { .. }))
        .global(true);
    match setting.kind {
        // Known to clap for the sake of completions.
        Kind::Choice(words) => arg.value_parser(PossibleValuesParser::new(words)),
        _ => arg.value_parser(StringValueParser::new()),
    }
}

/// Parses the command line.
///
/// # Errors
/// What clap says: a mistake, or a request for help or version.
pub(super) fn parse(arguments: Vec<OsString>) -> Result<Invocation, clap::Error> {
    let matches = command().try_get_matches_from(arguments)?;
    let flags = flags(&matches);
    let config = matches.get_one::<PathBuf>("config").cloned();
    let file = matches.get_one::<PathBuf>("FILE").cloned();
    let missing =
        |what: &str| command().error(clap::error::ErrorKind::MissingRequiredArgument, what);
    let command = match (matches.subcommand(), file) {
        (None, Some(file)) => Asked::Explore(file),
        (None, None) => return Err(missing("name a file to open, or a command")),
        (Some((name, _)), Some(file)) => {
            let what =
                format!("a file ({}) and the command {name}: give one of them", file.display());
            return Err(command().error(clap::error::ErrorKind::ArgumentConflict, what));
        }
        (Some(("scan", scan)), None) => Asked::Scan(scan_args(scan)),
        (Some(("languages", _)), None) => Asked::Languages,
        (Some(("completions", matches)), None) => match matches.get_one("SHELL") {
            Some(shell) => Asked::Completions(*shell),
            None => return Err(missing("name a shell")),
        },
        (Some(_), None) => Asked::Man,
    };
    Ok(Invocation { command, flags, config })
}

fn flags(matches: &ArgMatches) -> Layer {
    let mut layer = Layer::new();
    for setting in SETTINGS {
        if let Some(text) = matches.get_one::<String>(setting.name) {
            layer.insert(setting.name, Given { text: text.clone(), origin: Origin::Flag });
        }
    }
    layer
}

fn scan_args(matches: &ArgMatches) -> ScanArgs {
    let word = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    ScanArgs {
        files: matches.get_many::<PathBuf>("FILES").into_iter().flatten().cloned().collect(),
        emit: if word("emit") == Some("tokens") { Emit::Tokens } else { Emit::Summary },
        format: match word("format") {
            Some("json") => Format::Json,
            Some("jsonl") => Format::JsonLines,
            Some("csv") => Format::Csv,
            _ => Format::Text,
        },
        timing: matches.get_flag("timing"),
        stream_block_bytes: matches.get_one::<u32>("stream").map(|bytes| *bytes as usize),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_holds_together() {
        super::command().debug_assert();
    }
}
