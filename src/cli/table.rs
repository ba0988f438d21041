//! The one table of settings. Flags, environment, configuration file and `docs/settings.md` are made from it.

use crate::limits::THREADS_MAX;

/// What values a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The name of a language in the registry.
    Language,
    /// A whole number in this range, ends included.
    Whole {
        /// The lowest.
        min: u64,
        /// The highest.
        max: u64,
    },
    /// A power of two in this range, ends included.
    PowerOfTwo {
        /// The lowest.
        min: u64,
        /// The highest.
        max: u64,
    },
    /// A path.
    Path,
    /// Any word.
    Word,
}

/// What a setting is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every command.
    All,
    /// The explorer alone.
    Explorer,
}

/// One setting. Its flag is `--name`, its environment variable `WARP_TUI_NAME` with `_` for `-`, its key in
/// `config.toml` the name.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The name.
    pub name: &'static str,
    /// What stands for the value in help.
    pub value: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// The default, as a person would read it.
    pub default: &'static str,
    /// What it does: one sentence.
    pub doc: &'static str,
    /// What it is for.
    pub scope: Scope,
}

impl Setting {
    /// The environment variable.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("WARP_TUI_{}", self.name.to_ascii_uppercase().replace('-', "_"))
    }
}

const fn row(
    name: &'static str,
    value: &'static str,
    kind: Kind,
    default: &'static str,
    doc: &'static str,
) -> Setting {
    Setting { name, value, kind, default, doc, scope: Scope::All }
}

/// All settings, in the order of help and docs.
pub const SETTINGS: &[Setting] = &[
    row("lang", "LANG", Kind::Language, "by name, then by content", "Language to scan as"),
    row(
        "threads",
        "N",
        Kind::Whole { min: 1, max: THREADS_MAX as u64 },
        "all cores",
        "Worker threads",
    ),
    row(
        "kernel",
        "KERNEL",
        Kind::Choice(&["auto", "scalar", "avx2", "avx512"]),
        "auto",
        "Instructions that scan: auto takes the best that this processor has",
    ),
    row(
        "chunk",
        "BYTES",
        Kind::PowerOfTwo { min: 64, max: 64 << 20 },
        "65536",
        "Bytes in a chunk, the unit of parallel work and of the index",
    ),
    row("cache", "on|off", Kind::Choice(&["on", "off"]), "on", "Keep what was scanned on demand"),
    row(
        "cache-size",
        "N",
        Kind::Whole { min: 0, max: 1_000_000 },
        "100",
        "Most entries that the cache keeps",
    ),
    row(
        "cache-bytes",
        "BYTES",
        Kind::Whole { min: 0, max: 1 << 40 },
        "16777216",
        "Most bytes that the cache keeps",
    ),
    row(
        "cache-ttl",
        "SECONDS",
        Kind::Whole { min: 1, max: 31_536_000 },
        "300",
        "Seconds that a cached entry lives",
    ),
    Setting {
        scope: Scope::Explorer,
        ..row("theme", "NAME", Kind::Word, "by the terminal's background", "Colour theme")
    },
    row(
        "color",
        "WHEN",
        Kind::Choice(&["auto", "always", "never"]),
        "auto",
        "When to use colours: auto looks at the terminal and at NO_COLOR",
    ),
    row("log-file", "FILE", Kind::Path, "no log", "File that log lines are added to"),
    row(
        "log-level",
        "LEVEL",
        Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
        "info",
        "Least important lines that are logged",
    ),
];

/// The setting of that name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{CACHE_BYTES, CACHE_ENTRIES, CACHE_TTL_SECONDS, CHUNK_BYTES};

    #[test]
    fn the_defaults_shown_are_the_ones_in_force() {
        for (name, value) in [
            ("chunk", CHUNK_BYTES as u64),
            ("cache-size", CACHE_ENTRIES as u64),
            ("cache-bytes", CACHE_BYTES as u64),
            ("cache-ttl", CACHE_TTL_SECONDS),
        ] {
            assert_eq!(by_name(name).map(|setting| setting.default), Some(&*value.to_string()));
        }
    }
}
