//! The arguments.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint, value_parser};
use std::path::PathBuf;

use super::settings::SETTINGS;
use crate::explorer::compare::SideSpec;
use crate::limits::DIFFERENCES_KEPT_MAX;

/// The whole command line, from which help, the man page and completions come too.
#[must_use]
pub fn command() -> Command {
    let file = |help: &'static str| {
        Arg::new("file")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath)
            .help(help)
    };
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath)
        .global(true)
        .help("Read settings from this file instead of ~/.config/warp-tui/config.toml");
    let all_but_man = Command::new("warp-tui")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Explore the structure of files of any size in a terminal")
        .after_help(
            "Keys are listed by F1 in the explorer. A file named like a command is opened as ./scan or after --.",
        )
        .disable_help_subcommand(true)
        .arg(file("The file to open, or - for standard input; of several, or of a directory, the list to choose from").num_args(0..))
        .arg(
            Arg::new("compare").long("compare").action(ArgAction::SetTrue).help(
                "Open the compare view: two scanners on the file, or two files",
            ),
        )
        .args(sides().map(|side| side.requires("compare")))
        .args(SETTINGS.iter().map(super::settings::Setting::arg))
        .arg(config)
        .subcommand(scan(file("Files and directories to scan; - or none for standard input").num_args(0..)))
        .subcommand(compare(file("The file to compare with itself, or two of them; - for standard input").num_args(1..=2).required(true)))
        .subcommand(tune(file("The file to measure on").required(true)))
        .subcommand(cache())
        .subcommand(Command::new("languages").about("List the languages and their extensions"))
        .subcommand(
            Command::new("doctor")
                .about("Tell what was found: processor, kernels, terminal, paths, limits"),
        )
        .subcommand(
            Command::new("completions").about("Print completions for a shell").arg(
                Arg::new("shell")
                    .value_name("SHELL")
                    .required(true)
                    .value_parser(value_parser!(clap_complete::Shell)),
            ),
        );
    let pages = pages(&all_but_man, "");
    all_but_man.subcommand(man(pages))
}

/// The names of the man pages of a command's subcommands, without `warp-tui-` in front.
fn pages(command: &Command, before: &str) -> Vec<String> {
    let mut names = Vec::new();
    for subcommand in command.get_subcommands() {
        let name = format!("{before}{}", subcommand.get_name());
        let below = pages(subcommand, &format!("{name}-"));
        names.push(name);
        names.extend(below);
    }
    names
}

fn man(mut pages: Vec<String>) -> Command {
    pages.push("man".to_owned());
    Command::new("man")
        .about("Print the man page, or that of a command, as in warp-tui man scan | man -l -")
        .arg(
            Arg::new("page")
                .value_name("COMMAND")
                .value_parser(PossibleValuesParser::new(pages))
                .help("The command whose page warp-tui-COMMAND(1) to print"),
        )
}

/// The command that a man page is about, with all that it inherits.
pub(super) fn command_of(page: Option<&str>) -> Option<Command> {
    fn named<'c>(command: &'c Command, name: &str) -> Option<&'c Command> {
        let is_it = command.get_display_name() == Some(name);
        let below = || command.get_subcommands().find_map(|below| named(below, name));
        if is_it { Some(command) } else { below() }
    }
    let mut all = command();
    all.build();
    match page {
        Some(page) => named(&all, &format!("warp-tui-{page}")).cloned(),
        None => Some(all),
    }
}

fn scan(files: Arg) -> Command {
    let choice = |name: &'static str, words: &'static [&'static str], help: &'static str| {
        Arg::new(name).long(name).value_name("WHAT").value_parser(words.to_vec()).help(help)
    };
    Command::new("scan")
        .about("Scan files without a screen")
        .arg(files)
        .arg(
            choice("emit", &["summary", "tokens"], "Counts, or everything with its place")
                .default_value("summary"),
        )
        .arg(
            choice("format", &["text", "json", "jsonl", "csv"], "How to print")
                .default_value("text"),
        )
        .arg(
            Arg::new("timing")
                .long("timing")
                .action(ArgAction::SetTrue)
                .help("Tell how long scanning took, and how"),
        )
        .arg(
            Arg::new("total").long("total").action(ArgAction::SetTrue).help(
                "Add totals by language to a summary; text has them for several files anyway",
            ),
        )
        .arg(
            Arg::new("files").long("files").action(ArgAction::SetTrue).help(
                "Tell of each file in a directory too, where text would tell of languages only",
            ),
        )
        .arg(
            Arg::new("stream")
                .long("stream")
                .value_name("BLOCK")
                .value_parser(value_parser!(u64).range(1..=1 << 30))
                .help("Scan as a stream cut in blocks of that many bytes"),
        )
        .arg(Arg::new("verify").long("verify").action(ArgAction::SetTrue).requires("stream").help(
            "Compare what the cut stream tells with what the whole does; exit 1 on a difference",
        ))
}

/// What stands at the end of `compare --help`.
const COMPARE_HELP: &str = "\
A SIDE says what scans the bytes, in words separated by commas:
  lang=LANG, or LANG        the language; by name and content if it is not said
  kernel=KERNEL, or KERNEL  the instructions
  whole                     from one end to the other, by one thread: so it is if nothing else is said
  block=BYTES               as a stream cut in blocks of that many bytes
  threads=N                 by N threads, each of which guesses its first state; 0 is one for each core
  chunk=BYTES               bytes in a chunk, a power of two
What a side does not say, --lang, --kernel, --threads and --chunk say for both.

Examples:
  warp-tui compare app.js --left typescript --right javascript
  warp-tui compare big.json --left kernel=scalar --right kernel=avx2
  warp-tui compare script.rb --right block=37
  warp-tui compare big.json --right threads=0
  warp-tui compare old.json new.json

Two files are compared byte by byte from their starts, as far as the shorter one goes.
The exit code is 0 where nothing differs, 1 where something does or a file cannot be read, 2 for wrong usage.";

/// What scans either side of a comparison.
fn sides() -> [Arg; 2] {
    let side = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("SIDE")
            .value_parser(|text: &str| text.parse::<SideSpec>())
            .help(help)
    };
    [
        side("left", "What scans the left side of a comparison, as in lang=ruby,kernel=scalar"),
        side("right", "What scans the right side, as in block=4096"),
    ]
}

fn compare(files: Arg) -> Command {
    Command::new("compare")
        .about("Compare two scanners on the same bytes, or one on two files")
        .after_help(COMPARE_HELP)
        .arg(files)
        .args(sides())
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("WHAT")
                .value_parser(["text", "json"])
                .default_value("text")
                .help("How to print"),
        )
        .arg(
            Arg::new("limit")
                .long("limit")
                .value_name("N")
                .value_parser(value_parser!(u64).range(0..=DIFFERENCES_KEPT_MAX as u64))
                .default_value("20")
                .help("Differences told one by one; all are counted"),
        )
}

fn tune(file: Arg) -> Command {
    Command::new("tune")
        .about("Measure throughput by kernel, thread count and chunk size")
        .arg(file)
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("WHAT")
                .value_parser(["text", "json", "csv"])
                .default_value("text")
                .help("How to print"),
        )
        .arg(
            Arg::new("runs")
                .long("runs")
                .value_name("N")
                .value_parser(value_parser!(u64).range(1..=1000))
                .default_value("5")
                .help("Runs of each setting"),
        )
}

fn cache() -> Command {
    let format = Arg::new("format")
        .long("format")
        .value_name("WHAT")
        .value_parser(["text", "json"])
        .default_value("text")
        .global(true)
        .help("How to print");
    let stale = Arg::new("stale")
        .long("stale")
        .action(ArgAction::SetTrue)
        .help("Only those of no use any more: their file was written or is gone");
    Command::new("cache")
        .about("List the indexes of big files that are kept on disk")
        .arg(format)
        .subcommand(Command::new("clear").about("Remove these indexes").arg(stale))
}
