//! Settings: what the table's values come to, default < configuration file < environment < flags.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::config;
use super::table::{Kind, SETTINGS, Setting, by_name};
use crate::explorer::EngineOptions;
use crate::lang::{LanguageId, languages};
use crate::limits::{CACHE_BYTES, CACHE_ENTRIES, CACHE_TTL_SECONDS, CHUNK_BYTES, THREADS_MAX};
use crate::simd::{KernelId, available, best};

/// Whether to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorWhen {
    /// As the terminal and NO_COLOR say.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// All settings, resolved and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The language; `None`: by name, then by content.
    pub language: Option<LanguageId>,
    /// Worker threads.
    pub threads: usize,
    /// The kernel, one that this processor can run.
    pub kernel: KernelId,
    /// Bytes in a chunk.
    pub chunk_bytes: usize,
    /// Whether details are cached.
    pub cache: bool,
    /// The most entries of the cache.
    pub cache_entries: usize,
    /// The most bytes of the cache.
    pub cache_bytes: usize,
    /// Seconds that a cached detail lives.
    pub cache_ttl_seconds: u64,
    /// The theme's name; `None`: by the terminal's background.
    pub theme: Option<String>,
    /// Colours.
    pub color: ColorWhen,
    /// Where log lines go, if anywhere.
    pub log_file: Option<PathBuf>,
    /// Least important level that is logged.
    pub log_level: String,
}

/// Where a value came from: what an error names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag.
    Flag,
    /// An environment variable.
    Environment,
    /// A line of the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

/// A value as given, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The text of it.
    pub text: String,
    /// Where it came from.
    pub origin: Origin,
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(pub String);

/// Values by setting name; the last one given wins.
pub type Layer = BTreeMap<&'static str, Given>;

impl Settings {
    /// Merges the layers and checks what comes out. `variable` reads the environment; it is passed in, so that tests
    /// own it. Warnings are sentences for the person.
    ///
    /// # Errors
    /// If a value is of the wrong type, out of range, or cannot be had on this machine, or the file cannot be read.
    pub fn resolve(
        flags: Layer,
        variable: impl Fn(&str) -> Option<String>,
        config_file: Option<&Path>,
    ) -> Result<(Settings, Vec<String>), SettingsError> {
        let (mut values, warnings) = config::load(config_file, &variable)?;
        for setting in SETTINGS {
            // An empty variable is as good as none: that is how shells unset one for a command.
            if let Some(text) = variable(&setting.variable()).filter(|text| !text.is_empty()) {
                values.insert(setting.name, Given { text, origin: Origin::Environment });
            }
        }
        values.extend(flags);
        for (name, given) in &values {
            if let Some(setting) = by_name(name) {
                check(setting, given)?;
            }
        }
        Ok((Settings::from_checked(&values)?, warnings))
    }

    /// How the engine is to work.
    #[must_use]
    pub fn engine_options(&self) -> EngineOptions {
        EngineOptions {
            threads: self.threads,
            kernel: self.kernel,
            chunk_bytes: self.chunk_bytes,
            cache: self.cache,
            cache_entries: self.cache_entries,
            cache_bytes: self.cache_bytes,
            cache_ttl_seconds: self.cache_ttl_seconds,
        }
    }

    fn from_checked(values: &Layer) -> Result<Settings, SettingsError> {
        let text = |name: &str| values.get(name).map(|given| given.text.as_str());
        let number = |name: &str| text(name).and_then(|text| text.parse::<u64>().ok());
        let size = |name: &str, default: usize| {
            number(name).and_then(|n| usize::try_from(n).ok()).unwrap_or(default)
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
        Ok(Settings {
            language: text("lang").and_then(LanguageId::by_name),
            threads: size("threads", cores),
            kernel: kernel(values.get("kernel"))?,
            chunk_bytes: size("chunk", CHUNK_BYTES),
            cache: text("cache") != Some("off"),
            cache_entries: size("cache-size", CACHE_ENTRIES),
            cache_bytes: size("cache-bytes", CACHE_BYTES),
            cache_ttl_seconds: number("cache-ttl").unwrap_or(CACHE_TTL_SECONDS),
            theme: text("theme").map(str::to_owned),
            color: match text("color") {
                Some("always") => ColorWhen::Always,
                Some("never") => ColorWhen::Never,
                _ => ColorWhen::Auto,
            },
            log_file: text("log-file").map(PathBuf::from),
            log_level: text("log-level").unwrap_or("info").to_owned(),
        })
    }
}

fn kernel(given: Option<&Given>) -> Result<KernelId, SettingsError> {
    let Some(kernel) = given.and_then(|given| KernelId::by_name(&given.text)) else {
        return Ok(best());
    };
    if available().contains(&kernel) {
        return Ok(kernel);
    }
    Err(SettingsError(crate::error::Error::KernelUnavailable { name: kernel.name() }.to_string()))
}

fn check(setting: &Setting, given: &Given) -> Result<(), SettingsError> {
    let number = given.text.parse::<u64>().ok();
    let right = match setting.kind {
        Kind::Choice(words) => words.contains(&given.text.as_str()),
        Kind::Language => LanguageId::by_name(&given.text).is_some(),
        Kind::Whole { min, max } => number.is_some_and(|n| (min..=max).contains(&n)),
        Kind::PowerOfTwo { min, max } => {
            number.is_some_and(|n| (min..=max).contains(&n) && n.is_power_of_two())
        }
        Kind::Path | Kind::Word => !given.text.is_empty(),
    };
    if right {
        return Ok(());
    }
    let (place, text) = (place(setting, &given.origin), &given.text);
    Err(SettingsError(format!("{place}: \"{text}\" is not {}", setting.kind)))
}

fn place(setting: &Setting, origin: &Origin) -> String {
    match origin {
        Origin::Flag => format!("--{}", setting.name),
        Origin::Environment => setting.variable(),
        Origin::File { path, line } => {
            format!("{}: line {line}: {}", path.display(), setting.name)
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Choice(words) => write!(f, "one of {}", words.join(", ")),
            Kind::Language => {
                let names: Vec<&str> = languages().iter().map(|info| info.name).collect();
                write!(f, "one of {}", names.join(", "))
            }
            Kind::Whole { min, max } => write!(f, "a whole number from {min} to {max}"),
            Kind::PowerOfTwo { min, max } => write!(f, "a power of two from {min} to {max}"),
            Kind::Path => f.write_str("a path"),
            Kind::Word => f.write_str("a name"),
        }
    }
}

/// `docs/settings.md`, made from the table.
#[must_use]
pub fn docs() -> String {
    let mut out = String::from(
        "# Settings\n\n\
        Each setting has one name. `--name` sets it for one run, `WARP_TUI_NAME` (capitals, `_` for `-`) in the\n\
        environment, `name = value` in `config.toml`. A flag beats the environment, the environment beats the file.\n\n\
        The file is `warp-tui/config.toml` in `$XDG_CONFIG_HOME` or, without that, in `~/.config`; `--config FILE` names\n\
        another. Unknown keys are warned of with their line; wrong values are refused.\n\n\
        | setting | environment | value | default | what it does |\n\
        |---|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let scope = if setting.scope == super::table::Scope::Explorer { " (explorer)" } else { "" };
        out.push_str(&format!(
            "| `{}` | `{}` | {} | {} | {}{scope} |\n",
            setting.name,
            setting.variable(),
            setting.kind,
            setting.default,
            setting.doc,
        ));
    }
    out
}
