//! Where files of ours lie: the configuration, what can be made again, what is kept of a stream.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::limits::CONFIG_BYTES_MAX;

/// The system's temporary directory; if that lies in memory, the one that does not.
pub(super) fn spill_directory() -> PathBuf {
    const IN_MEMORY: u64 = 0x0102_1994;
    let directory = std::env::temp_dir();
    #[cfg(target_os = "linux")]
    if rustix::fs::statfs(&directory).is_ok_and(|disk| disk.f_type as u64 == IN_MEMORY) {
        let on_disk = PathBuf::from("/var/tmp");
        if on_disk.is_dir() {
            return on_disk;
        }
    }
    directory
}

/// Where the configuration file is looked for.
pub(super) fn config_path(environment: &impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    config_dir(environment).map(|dir| dir.join("config.toml"))
}

/// The directory of the configuration: `$XDG_CONFIG_HOME/warp-tui`, else `~/.config/warp-tui`. A relative path in the
/// variable does not count, as the XDG rules say.
pub(super) fn config_dir(environment: &impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    base_dir(environment, "XDG_CONFIG_HOME", ".config")
}

/// The directory of what can be made again: `$XDG_CACHE_HOME/warp-tui`, else `~/.cache/warp-tui`; likewise.
pub(super) fn cache_dir(environment: &impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    base_dir(environment, "XDG_CACHE_HOME", ".cache")
}

fn base_dir(
    environment: &impl Fn(&str) -> Option<String>,
    variable: &str,
    below_home: &str,
) -> Option<PathBuf> {
    let named = environment(variable).map(PathBuf::from).filter(|dir| dir.is_absolute());
    let home = || environment("HOME").map(|home| Path::new(&home).join(below_home));
    named.or_else(home).map(|dir| dir.join("warp-tui"))
}

/// A configuration file's text. A path that never ends is an error like any other.
pub(super) fn read_bounded(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(CONFIG_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > CONFIG_BYTES_MAX {
        let why = format!("longer than {CONFIG_BYTES_MAX} bytes, which no configuration is");
        return Err(io::Error::other(why));
    }
    Ok(text)
}
