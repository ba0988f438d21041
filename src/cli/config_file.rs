//! Writing to the configuration file: single keys are changed, all else stays as it stands, comments too.
//!
//! The new text is written beside the file and renamed over it, so that whoever reads sees the old file or the new one. A
//! file that cannot be read, or that is no valid configuration, is not touched.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Value};

use super::directories::read_bounded;
use super::settings::SETTINGS;
use crate::explorer::tune::Tuning;

/// Writes kernel, threads and chunk size to the file at `path`, which is made if it is not there.
///
/// # Errors
/// What keeps it from being written, as a sentence; the file is as it was then.
pub(super) fn keep(path: &Path, tuning: Tuning) -> Result<(), String> {
    let number = |n: usize| i64::try_from(n).map(Value::from).map_err(|error| error.to_string());
    let values = [
        ("kernel", Value::from(tuning.kernel.name())),
        ("threads", number(tuning.threads)?),
        ("chunk", number(tuning.chunk_bytes)?),
    ];
    write(path, values).map_err(|error| error.to_string())
}

/// Why a configuration file was not written.
#[derive(Debug, thiserror::Error)]
enum WriteError {
    /// It is there and is no TOML, or no text: whoever wrote it will want to look at it first.
    #[error("not written, because what stands there is broken: {0}")]
    Broken(String),
    #[error("not written: {0}")]
    Io(#[from] io::Error),
}

fn write(path: &Path, values: [(&str, Value); 3]) -> Result<(), WriteError> {
    // What a link points to is written, the link stays.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let old = match read_bounded(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(WriteError::Broken(error.to_string()));
        }
        Err(error) => return Err(WriteError::Io(error)),
    };
    let text = changed(old.as_deref().unwrap_or(""), values)?;
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    fs::create_dir_all(&directory)?;
    let mut file = tempfile::Builder::new().prefix(".config.").tempfile_in(&directory)?;
    file.write_all(text.as_bytes())?;
    if old.is_some() {
        fs::set_permissions(file.path(), fs::metadata(&path)?.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|failed| failed.error)?;
    Ok(())
}

/// The text with these keys at its top level set to these values.
fn changed(text: &str, values: [(&str, Value); 3]) -> Result<String, WriteError> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        let line = error.span().and_then(|span| text.get(..span.start));
        let line = line.map_or(1, |before| before.matches('\n').count() + 1);
        WriteError::Broken(format!("line {line}: {message}"))
    })?;
    for (name, mut value) in values {
        debug_assert!(SETTINGS.iter().any(|setting| setting.name == name), "{name}");
        match document.get_mut(name) {
            Some(Item::Value(old)) => {
                // Space and comment around the old value stay.
                *value.decor_mut() = old.decor().clone();
                *old = value;
            }
            Some(_) => return Err(WriteError::Broken(format!("{name} is no value there"))),
            None => {
                document.insert(name, Item::Value(value));
            }
        }
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::KernelId;

    const TUNING: Tuning = Tuning { kernel: KernelId::Scalar, threads: 3, chunk_bytes: 16384 };

    fn kept(before: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("config.toml");
        fs::write(&path, before).expect("it can be written");
        let done = keep(&path, TUNING);
        let after = fs::read_to_string(&path).expect("it is there");
        assert_eq!(fs::read_dir(folder.path()).expect("it is listed").count(), 1);
        match done {
            Ok(()) => Ok(after),
            Err(why) => {
                assert_eq!(after, before, "what failed has changed nothing");
                Err(why)
            }
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_made_with_its_folder() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("warp-tui").join("config.toml");
        keep(&path, TUNING).expect("it can be written");
        let text = fs::read_to_string(&path).expect("it is there");
        assert_eq!(text, "kernel = \"scalar\"\nthreads = 3\nchunk = 16384\n");
    }

    #[test]
    fn only_these_keys_change_and_comments_stay() {
        let before = "# mine\ntheme = \"fjord\"  # dark\n\n# as measured\nthreads   = 8 # of 8\nkernel=\"auto\"\n\
                      cache_size = 7\n# the end\n";
        let after = "# mine\ntheme = \"fjord\"  # dark\n\n# as measured\nthreads   = 3 # of 8\nkernel=\"scalar\"\n\
                     cache_size = 7\nchunk = 16384\n# the end\n";
        assert_eq!(kept(before).as_deref(), Ok(after));
        assert_eq!(kept(after).as_deref(), Ok(after), "the second time changes nothing");
    }

    #[test]
    fn what_is_broken_is_not_touched() {
        let why = kept("theme = \"fjord\"\nthreads = \n").expect_err("it is no TOML");
        assert!(
            why.starts_with("not written, because what stands there is broken: line 2"),
            "{why}"
        );
        let why = kept("[threads]\nn = 3\n").expect_err("it is no setting");
        assert!(why.contains("threads is no value there"), "{why}");
    }

    #[test]
    fn what_is_no_file_is_not_written() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let why = keep(folder.path(), TUNING).expect_err("it is a folder");
        assert!(why.starts_with("not written: "), "{why}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_permissions_stay() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().expect("a folder can be made");
        let (file, link) = (folder.path().join("real.toml"), folder.path().join("config.toml"));
        fs::write(&file, "theme = \"fjord\"\n").expect("it can be written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("they can be set");
        std::os::unix::fs::symlink(&file, &link).expect("a link can be made");
        keep(&link, TUNING).expect("it can be written");
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        let mode = fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        assert!(fs::read_to_string(&file).expect("it is there").contains("threads = 3"));
    }
}
