//! The one table of settings. Flags, environment, `config.toml` and `docs/settings.md` all come from it.
//!
//! A setting's value is taken from its default, then the configuration file, then the environment, then the flag: the
//! last one that names it wins.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgMatches, ValueHint};

use super::directories::{cache_dir, config_path, read_bounded, spill_directory};
use crate::explorer::EngineOptions;
use crate::index::store::Store;
use crate::lang::{self, LanguageId};
use crate::limits::{
    BLOCK_BYTES, CACHE_BYTES, CACHE_BYTES_MAX, CACHE_ENTRIES, CACHE_TTL_SECONDS, CHUNK_BYTES,
    THREADS_MAX,
};
use crate::simd::{self, KernelId};
use crate::stream::SpillPlan;

/// What a setting's value may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One of these words.
    OneOf(fn() -> Vec<&'static str>),
    /// A whole number in this range, both ends included.
    Number(u64, u64),
    /// A power of two in this range, both ends included.
    PowerOfTwo(u64, u64),
    /// Any text.
    Text,
    /// A path.
    Path,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Name of the flag and, with `_` for `-`, of the key in the configuration file.
    pub name: &'static str,
    /// What stands for the value in help.
    pub value: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// The default, as a person would write it; empty for none.
    pub default: &'static str,
    /// One line for help and docs.
    pub doc: &'static str,
}

fn language_names() -> Vec<&'static str> {
    std::iter::once("auto").chain(lang::language_names()).collect()
}

fn kernel_names() -> Vec<&'static str> {
    std::iter::once("auto").chain(KernelId::ALL.iter().map(|kernel| kernel.name())).collect()
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "lang",
        value: "LANG",
        kind: Kind::OneOf(language_names),
        default: "auto",
        doc: "Scan as this language; auto goes by the name, then by the content",
    },
    Setting {
        name: "threads",
        value: "N",
        kind: Kind::Number(0, THREADS_MAX as u64),
        default: "0",
        doc: "Worker threads; 0 is one for each core",
    },
    Setting {
        name: "kernel",
        value: "KERNEL",
        kind: Kind::OneOf(kernel_names),
        default: "auto",
        doc: "Instructions to scan with; auto takes the widest that the processor has",
    },
    Setting {
        name: "chunk",
        value: "BYTES",
        kind: Kind::PowerOfTwo(64, 64 << 20),
        default: "65536",
        doc: "Bytes in a chunk of the index, a power of two",
    },
    Setting {
        name: "cache",
        value: "on|off",
        kind: Kind::OneOf(|| vec!["on", "off"]),
        default: "on",
        doc: "Whether details made on demand are kept",
    },
    Setting {
        name: "cache-size",
        value: "N",
        kind: Kind::Number(1, 1_000_000),
        default: "100",
        doc: "Most entries of the detail cache",
    },
    Setting {
        name: "cache-bytes",
        value: "BYTES",
        kind: Kind::Number(0, CACHE_BYTES_MAX as u64),
        default: "16777216",
        doc: "Most bytes that the entries of the detail cache take",
    },
    Setting {
        name: "cache-ttl",
        value: "SECONDS",
        kind: Kind::Number(1, 1_000_000),
        default: "300",
        doc: "Seconds that an entry of the detail cache lives",
    },
    Setting {
        name: "index-cache",
        value: "auto|off|DIR",
        kind: Kind::Text,
        default: "auto",
        doc: "Where indexes of big files are kept for their next opening: auto for warp-tui/index in $XDG_CACHE_HOME or ~/.cache",
    },
    Setting {
        name: "block",
        value: "BYTES",
        kind: Kind::Number(1, 1 << 30),
        default: "65536",
        doc: "Bytes in a block of a stream: what one read takes at most",
    },
    Setting {
        name: "spill",
        value: "auto|off|DIR",
        kind: Kind::Text,
        default: "auto",
        doc: "Where what was read of a stream is kept to go back to: auto for the system's temporary directory, off for a few MiB in memory",
    },
    Setting {
        name: "spill-limit",
        value: "BYTES",
        kind: Kind::Number(0, 1 << 60),
        default: "0",
        doc: "Most bytes of a stream kept on disk, the newest; 0 for nine tenths of what is free",
    },
    Setting {
        name: "theme",
        value: "NAME",
        kind: Kind::Text,
        default: "auto",
        doc: "Theme by name (fjord, ember, paper, ansi, mono), or the path of a theme file; auto asks the terminal whether it is light or dark",
    },
    Setting {
        name: "color",
        value: "WHEN",
        kind: Kind::OneOf(|| vec!["auto", "always", "never"]),
        default: "auto",
        doc: "Whether to use colours; auto respects NO_COLOR",
    },
    Setting {
        name: "layout",
        value: "LAYOUT",
        kind: Kind::OneOf(|| vec!["plain", "pretty", "hex"]),
        default: "plain",
        doc: "Rows of the source: lines as they are, a row for each member of JSON, or bytes as numbers",
    },
    Setting {
        name: "wrap",
        value: "on|off",
        kind: Kind::OneOf(|| vec!["on", "off"]),
        default: "on",
        doc: "Whether lines wider than their pane go on below; off cuts them, and the pane follows the cursor sideways",
    },
    Setting {
        name: "mouse",
        value: "on|off",
        kind: Kind::OneOf(|| vec!["on", "off"]),
        default: "off",
        doc: "Whether clicks and the wheel are taken; the terminal then selects text with Shift held down",
    },
    Setting {
        name: "log-file",
        value: "FILE",
        kind: Kind::Path,
        default: "",
        doc: "Write a log to this file; without it nothing is logged",
    },
    Setting {
        name: "log-level",
        value: "LEVEL",
        kind: Kind::OneOf(|| vec!["error", "warn", "info", "debug", "trace"]),
        default: "info",
        doc: "How much is logged",
    },
];

impl Setting {
    /// The name of its environment variable.
    #[must_use]
    pub fn env(&self) -> String {
        format!("WARP_TUI_{}", self.name.replace('-', "_").to_uppercase())
    }

    /// Its key in the configuration file.
    #[must_use]
    pub fn key(&self) -> String {
        self.name.replace('-', "_")
    }

    /// A value of the configuration file as a person would write it for the flag.
    fn in_toml(&self, value: toml::Value) -> Result<String, String> {
        let is_text = matches!(self.kind, Kind::Text | Kind::Path);
        // Some that are text have a word to turn them off.
        let takes = |word: &str| !is_text || self.value.split('|').any(|it| it == word);
        match value {
            toml::Value::String(text) => Ok(text),
            toml::Value::Integer(number) if !is_text => Ok(number.to_string()),
            toml::Value::Boolean(true) if takes("on") => Ok("on".to_owned()),
            toml::Value::Boolean(false) if takes("off") => Ok("off".to_owned()),
            other if is_text => {
                Err(format!("{} is no value; write text in quotes", other.type_str()))
            }
            other => Err(format!("{} is no value", other.type_str())),
        }
    }

    /// What is wrong with a value, if something is.
    fn complain(&self, value: &str) -> Option<String> {
        let number = |low: u64, high: u64| value.parse().ok().filter(|n| (low..=high).contains(n));
        match self.kind {
            Kind::OneOf(words) if !words().contains(&value) => {
                Some(format!("must be one of {}", words().join(", ")))
            }
            Kind::Number(low, high) if number(low, high).is_none() => {
                Some(format!("must be a whole number from {low} to {high}"))
            }
            Kind::PowerOfTwo(low, high) if !number(low, high).is_some_and(u64::is_power_of_two) => {
                Some(format!("must be a power of two from {low} to {high}"))
            }
            _ => None,
        }
    }

    /// Its flag.
    #[must_use]
    pub fn arg(&self) -> Arg {
        let setting = *self;
        let default = if self.default.is_empty() {
            String::new()
        } else {
            format!(" [default: {}]", self.default)
        };
        // Words are told apart by the parser, which names them in help and completions.
        let parser: ValueParser = match self.kind {
            Kind::OneOf(words) => PossibleValuesParser::new(words()).into(),
            _ => ValueParser::from(move |value: &str| match setting.complain(value) {
                Some(why) => Err(why),
                None => Ok(value.to_owned()),
            }),
        };
        let hint = match self.kind {
            Kind::Path => ValueHint::FilePath,
            Kind::Text if self.value.ends_with("DIR") => ValueHint::DirPath,
            _ => ValueHint::Unknown,
        };
        Arg::new(self.name)
            .long(self.name)
            .value_name(self.value)
            .value_hint(hint)
            .global(true)
            .help(format!("{}{default} [env: {}]", self.doc, self.env()))
            .value_parser(parser)
    }
}

/// The settings of one run.
#[derive(Clone, Debug)]
pub struct Settings {
    values: BTreeMap<&'static str, String>,
    /// Those that someone named, be it with the default's value.
    given: BTreeSet<&'static str>,
    /// What is odd but no reason to stop: unknown keys of the configuration file, with their lines, or that it cannot be used.
    pub warnings: Vec<String>,
}

/// A setting that cannot be used: where it stands and why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SettingError(String);

impl Settings {
    /// Gathers the settings: the flags in `matches`, the variables that `environment` gives, and the configuration file.
    /// `needs_config`: a broken configuration file is an error; else it is warned of and says nothing.
    ///
    /// # Errors
    /// If a value is out of range or of the wrong sort, or a configuration file that was named cannot be read.
    pub fn gather(
        matches: &ArgMatches,
        environment: impl Fn(&str) -> Option<String>,
        config: Option<&Path>,
        needs_config: bool,
    ) -> Result<Settings, SettingError> {
        let mut settings = Settings::defaults();
        let read = match (config, config_path(&environment)) {
            (Some(path), _) => settings.read_config(path, true),
            (None, Some(path)) => settings.read_config(&path, false),
            (None, None) => Ok(()),
        };
        match read {
            Ok(()) => {}
            Err(fault) if needs_config => return Err(fault),
            Err(fault) => {
                // What it said before the fault does not count either.
                settings = Settings::defaults();
                settings.warnings.push(format!("{fault}; goes on without it"));
            }
        }
        for setting in SETTINGS {
            let variable = setting.env();
            if let Some(value) = environment(&variable) {
                settings.set(setting, value, &variable)?;
            }
            if let Some(value) = matches.get_one::<String>(setting.name) {
                settings.set(setting, value.clone(), &format!("--{}", setting.name))?;
            }
        }
        Ok(settings)
    }

    fn defaults() -> Settings {
        Settings {
            values: SETTINGS.iter().map(|s| (s.name, s.default.to_owned())).collect(),
            given: BTreeSet::new(),
            warnings: Vec::new(),
        }
    }

    fn set(&mut self, setting: &Setting, value: String, place: &str) -> Result<(), SettingError> {
        if let Some(why) = setting.complain(&value) {
            return Err(SettingError(format!("{place}: {value:?} {why}")));
        }
        self.values.insert(setting.name, value);
        self.given.insert(setting.name);
        Ok(())
    }

    fn read_config(&mut self, path: &Path, must_exist: bool) -> Result<(), SettingError> {
        let shown = path.display();
        let text = match read_bounded(path) {
            Ok(text) => text,
            Err(error) if !must_exist => {
                // A file that is not there says nothing; one that cannot be read may say what matters.
                let is_missing =
                    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
                if !is_missing {
                    self.warnings.push(format!("{shown}: {error}; goes on without it"));
                }
                return Ok(());
            }
            Err(error) => return Err(SettingError(format!("{shown}: {error}"))),
        };
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or("");
            let line = before.matches('\n').count() + 1;
            // Some messages go over several lines.
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            SettingError(format!("{shown}:{line}: {message}"))
        })?;
        for (key, value) in table {
            let line = line_of_key(&text, &key);
            let place = format!("{shown}:{line}: {key}");
            let Some(setting) = SETTINGS.iter().find(|setting| setting.key() == key) else {
                self.warnings.push(format!("{shown}:{line}: unknown setting {key:?} is ignored"));
                continue;
            };
            let value = setting.in_toml(value).map_err(|why| format!("{place}: {why}"));
            self.set(setting, value.map_err(SettingError)?, &place)?;
        }
        Ok(())
    }

    /// A setting's value as text. Empty if it has none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// A setting's value, if a flag, the environment or the configuration file names it.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&str> {
        self.given.contains(name).then(|| self.text(name))
    }

    fn number(&self, name: &str, otherwise: usize) -> usize {
        self.text(name).parse().unwrap_or(otherwise)
    }

    /// The language to scan as; `None` to go by name and content.
    #[must_use]
    pub fn language(&self) -> Option<LanguageId> {
        LanguageId::by_name(self.text("lang"))
    }

    /// Where what was read of a stream is kept.
    fn spill(&self) -> SpillPlan {
        let limit = Some(self.number("spill-limit", 0) as u64).filter(|bytes| *bytes > 0);
        match self.text("spill") {
            "off" => SpillPlan::Off,
            "auto" => SpillPlan::In { directory: spill_directory(), limit },
            directory => SpillPlan::In { directory: PathBuf::from(directory), limit },
        }
    }

    /// Where indexes of big files are kept, if they are.
    #[must_use]
    pub fn index_store(&self) -> Option<Store> {
        match self.text("index-cache") {
            "off" | "" => None,
            "auto" => cache_dir(&super::environment).map(|dir| Store::new(dir.join("index"))),
            directory => Some(Store::new(PathBuf::from(directory))),
        }
    }

    /// How documents are worked on.
    ///
    /// # Errors
    /// If the processor cannot run the kernel asked for.
    pub fn engine(&self) -> Result<EngineOptions, crate::error::Error> {
        let kernel = match KernelId::by_name(self.text("kernel")) {
            None => simd::best(),
            Some(kernel) if simd::available().contains(&kernel) => kernel,
            Some(kernel) => {
                return Err(crate::error::Error::KernelUnavailable { name: kernel.name() });
            }
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(EngineOptions {
            threads: Some(self.number("threads", 0)).filter(|n| *n > 0).unwrap_or(cores),
            kernel,
            chunk_bytes: self.number("chunk", CHUNK_BYTES),
            cache: self.text("cache") == "on",
            cache_entries: self.number("cache-size", CACHE_ENTRIES),
            cache_bytes: self.number("cache-bytes", CACHE_BYTES),
            cache_ttl_seconds: self.number("cache-ttl", CACHE_TTL_SECONDS as usize) as u64,
            block_bytes: self.number("block", BLOCK_BYTES),
            spill: self.spill(),
            index_store: self.index_store(),
        })
    }
}

fn line_of_key(text: &str, key: &str) -> usize {
    let begins =
        |line: &str| {
            line.trim_start().trim_start_matches('"').strip_prefix(key).is_some_and(|rest| {
                rest.trim_start_matches('"').trim_start().starts_with(['=', '.'])
            }) || line.trim() == format!("[{key}]")
        };
    text.lines().position(begins).map_or(1, |i| i + 1)
}

/// The page of docs about settings.
#[must_use]
pub fn document() -> String {
    let mut page = String::from(
        "# Settings\n\nMade from the table in `src/cli/settings.rs`; `WARP_TUI_UPDATE=1 cargo test --test cli` writes it \
         anew.\n\nA setting is taken from its default, then `config.toml` (in `$XDG_CONFIG_HOME/warp-tui` or \
         `~/.config/warp-tui`, or where `--config FILE` says), then the environment, then the flag: the last one wins.\n\n\
         A configuration file that is broken ends a command with exit code 2. `doctor`, which tells of the fault, `completions`, \
         `man` and `languages` go on without it.\n\n\
         | flag | key | environment | default | meaning |\n|---|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let values = match setting.kind {
            Kind::OneOf(words) => format!(" One of {}.", words().join(", ")),
            Kind::Number(low, high) => format!(" From {low} to {high}."),
            Kind::PowerOfTwo(low, high) => format!(" From {low} to {high}."),
            Kind::Text | Kind::Path => String::new(),
        };
        page.push_str(&format!(
            "| `--{}` | `{}` | `{}` | {} | {}.{values} |\n",
            setting.name,
            setting.key(),
            setting.env(),
            if setting.default.is_empty() {
                "none".to_owned()
            } else {
                format!("`{}`", setting.default)
            },
            setting.doc,
        ));
    }
    page
}
