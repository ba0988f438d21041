//! `config.toml`: read, its keys looked up in the table of settings, unknown ones warned of with their line.

use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use toml::de::{DeTable, DeValue};

use super::settings::{Given, Layer, Origin, SettingsError};
use super::table::by_name;

/// Bytes that a configuration file may have; a larger one is a mistake.
const CONFIG_BYTES_MAX: u64 = 1 << 20;

/// The file's values and what to warn of. Without `named`, the file in the user's configuration directory, if it is there.
///
/// # Errors
/// If the file cannot be read or is not TOML, or a value is not of a type that a setting can have.
pub(super) fn load(
    named: Option<&Path>,
    variable: &impl Fn(&str) -> Option<String>,
) -> Result<(Layer, Vec<String>), SettingsError> {
    let Some(path) = named.map(Path::to_owned).or_else(|| usual_place(variable)) else {
        return Ok(Default::default());
    };
    match read(&path) {
        Ok(text) => parse(&path, &text),
        Err(reason) if named.is_none() && reason.kind() == io::ErrorKind::NotFound => {
            Ok(Default::default())
        }
        Err(reason) => Err(SettingsError(format!("{}: cannot read: {reason}", path.display()))),
    }
}

/// XDG says that a relative path in its variable is to be ignored.
fn usual_place(variable: &impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let given = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = variable("HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let directory = given
        .or_else(|| home.map(|home| home.join(".config")))
        .or_else(|| etcetera::choose_base_strategy().ok().map(|base| base.config_dir()))?;
    Some(directory.join("warp-tui").join("config.toml"))
}

fn read(path: &Path) -> io::Result<String> {
    let about = std::fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::other("not a plain file"));
    }
    if about.len() > CONFIG_BYTES_MAX {
        return Err(io::Error::other("larger than 1 MiB"));
    }
    std::fs::read_to_string(path)
}

fn parse(path: &Path, text: &str) -> Result<(Layer, Vec<String>), SettingsError> {
    let refuse = |at: usize, what: &str| {
        SettingsError(format!("{}: line {}: {what}", path.display(), line_of(text, at)))
    };
    let table = DeTable::parse(text)
        .map_err(|error| refuse(error.span().map_or(0, |span| span.start), error.message()))?;
    let (mut layer, mut warnings) = (Layer::new(), Vec::new());
    for (key, value) in table.get_ref() {
        let line = line_of(text, key.span().start);
        let Some(setting) = by_name(key.get_ref()) else {
            warnings.push(format!(
                "{}: line {line}: there is no setting \"{}\"",
                path.display(),
                key.get_ref()
            ));
            continue;
        };
        let Some(given) = scalar(value.get_ref()) else {
            let what = format!("{}: needs {}", setting.name, setting.kind);
            return Err(refuse(key.span().start, &what));
        };
        let origin = Origin::File { path: path.to_owned(), line };
        layer.insert(setting.name, Given { text: given, origin });
    }
    Ok((layer, warnings))
}

/// `cache = true` means on: that is what TOML has for a switch.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            i128::from_str_radix(&digits, number.radix()).ok().map(|n| n.to_string())
        }
        DeValue::Boolean(on) => Some(if *on { "on" } else { "off" }.to_owned()),
        _ => None,
    }
}

/// The line of a byte, from 1.
fn line_of(text: &str, at: usize) -> usize {
    1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::settings::Settings;
    use crate::simd::KernelId;

    fn resolve(
        file: &str,
        environment: &[(&str, &str)],
        flags: &[(&'static str, &str)],
    ) -> Result<(Settings, Vec<String>), String> {
        let written = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(written.path(), file).expect("written");
        let variable = |name: &str| {
            environment.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
        };
        let flags = flags
            .iter()
            .map(|(n, text)| (*n, Given { text: (*text).to_owned(), origin: Origin::Flag }))
            .collect();
        Settings::resolve(flags, variable, Some(written.path())).map_err(|error| error.to_string())
    }

    #[test]
    fn a_flag_beats_the_environment_and_that_the_file() {
        let threads = |environment: &[_], flags: &[_]| {
            resolve("threads = 2\ncache-size = 7", environment, flags).map(|(s, _)| s.threads)
        };
        assert_eq!(threads(&[], &[]), Ok(2));
        assert_eq!(threads(&[("WARP_TUI_THREADS", "3")], &[]), Ok(3));
        assert_eq!(threads(&[("WARP_TUI_THREADS", "")], &[]), Ok(2));
        assert_eq!(threads(&[("WARP_TUI_THREADS", "3")], &[("threads", "4")]), Ok(4));
    }

    #[test]
    fn values_of_every_sort_are_read() {
        let file =
            "cache = false\nkernel = \"scalar\"\nchunk = 1_024\ncache-ttl = 0x10\ntheme = 'x'\n";
        let (settings, warnings) = resolve(file, &[], &[]).expect("right");
        assert!(!settings.cache);
        assert_eq!((settings.kernel, settings.chunk_bytes), (KernelId::Scalar, 1024));
        assert_eq!((settings.cache_ttl_seconds, settings.theme.as_deref()), (16, Some("x")));
        assert_eq!(warnings, Vec::<String>::new());
    }

    #[test]
    fn an_unknown_key_is_warned_of_with_its_line() {
        let (_, warnings) = resolve("threads = 1\n\nthraeds = 2\n", &[], &[]).expect("right");
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].ends_with("line 3: there is no setting \"thraeds\""), "{warnings:?}");
    }

    #[test]
    fn wrong_values_are_refused_with_place_and_range() {
        for (file, what) in [
            ("\nthreads = 0", "line 2: threads: \"0\" is not a whole number from 1 to 256"),
            ("threads = -1", "line 1: threads: \"-1\" is not a whole number from 1 to 256"),
            ("chunk = 100", "line 1: chunk: \"100\" is not a power of two from 64"),
            ("lang = \"klingon\"", "line 1: lang: \"klingon\" is not one of json, text"),
            ("threads = [1]", "line 1: threads: needs a whole number from 1 to 256"),
            ("cache = 3", "line 1: cache: \"3\" is not one of on, off"),
            ("a = 1\nb = = 2", "line 2: "),
        ] {
            let error = resolve(file, &[], &[]).expect_err(file);
            assert!(error.contains(what), "{error}");
        }
        let error = resolve("", &[("WARP_TUI_CACHE_TTL", "x")], &[]).expect_err("not a number");
        assert!(error.starts_with("WARP_TUI_CACHE_TTL: \"x\" is not"), "{error}");
        let error = resolve("", &[], &[("kernel", "sse")]).expect_err("no such kernel");
        assert!(error.starts_with("--kernel: \"sse\" is not one of auto,"), "{error}");
    }

    #[test]
    fn a_missing_file_matters_only_if_it_was_named() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("none.toml");
        assert!(Settings::resolve(Layer::new(), |_| None, Some(&path)).is_err());
        let home = directory.path().to_str().map(str::to_owned);
        let variable = |name: &str| if name == "XDG_CONFIG_HOME" { home.clone() } else { None };
        assert!(Settings::resolve(Layer::new(), variable, None).is_ok());
        let usual = directory.path().join("warp-tui");
        std::fs::create_dir(&usual).expect("made");
        std::fs::write(usual.join("config.toml"), "threads = 5").expect("written");
        let found = Settings::resolve(Layer::new(), variable, None).map(|(s, _)| s.threads);
        assert_eq!(found, Ok(5));
    }

    #[test]
    fn the_settings_page_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
        let made = crate::cli::settings::docs();
        if std::env::var_os("WARP_TUI_UPDATE").is_some() {
            std::fs::write(&path, &made).expect("written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, made, "run the test with WARP_TUI_UPDATE=1 to write the page again");
    }
}
