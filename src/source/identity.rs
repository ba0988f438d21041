//! Identity: whether the file that was opened is still the one under its name, and still what it was.
//!
//! Two calls tell: `fstat` of the open descriptor (what we read) and `stat` of the path (what a person means by it).

use std::sync::atomic::Ordering;

use rustix::fs::Stat;

use super::FileSource;

/// What tells one file, at one moment, from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The device it lives on.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// Size in bytes.
    pub bytes: u64,
    /// When its content was last written: nanoseconds since 1970.
    pub modified_ns: i128,
}

impl Identity {
    /// Of what `stat` tells.
    pub(crate) fn of(stat: &Stat) -> Identity {
        Identity {
            device: stat.st_dev,
            inode: stat.st_ino,
            bytes: u64::try_from(stat.st_size).unwrap_or(0),
            modified_ns: i128::from(stat.st_mtime) * 1_000_000_000 + i128::from(stat.st_mtime_nsec),
        }
    }

    fn same_file(&self, other: &Identity) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

/// What became of a file since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Unchanged,
    /// It is longer.
    Grown {
        /// The size now.
        bytes: u64,
    },
    /// It is shorter.
    Truncated {
        /// The size now.
        bytes: u64,
    },
    /// What was in it was written over: it is as long as it was, or was shorter meanwhile.
    Rewritten,
    /// Another file stands under its name.
    Replaced,
    /// Nothing that can be found stands under its name any more.
    Removed,
}

impl FileSource {
    /// What became of the file since it was opened. What happened to the bytes that we read comes before what happened
    /// to the name. A file held in memory (see [`FileSource::open`]) never changes.
    #[must_use]
    pub fn check(&self) -> Change {
        if self.content.is_some() {
            return Change::Unchanged;
        }
        // The descriptor is ours and open: a failure means that the file system under it is gone.
        let Ok(stat) = rustix::fs::fstat(&self.file) else { return Change::Removed };
        let now = Identity::of(&stat);
        self.fewest_bytes.fetch_min(now.bytes, Ordering::Relaxed);
        if now.bytes < self.identity.bytes {
            return Change::Truncated { bytes: now.bytes };
        }
        // What was handed over open has no name to look under.
        if self.path.as_os_str() == "-" {
            return self.compare(&now);
        }
        match rustix::fs::stat(&self.path) {
            Ok(named) if Identity::of(&named).same_file(&now) => self.compare(&now),
            Ok(_) => Change::Replaced,
            Err(_) => Change::Removed,
        }
    }

    /// Bytes in the open file now, whatever became of its name.
    #[must_use]
    pub fn bytes_now(&self) -> Option<u64> {
        if let Some(content) = &self.content {
            return Some(content.len() as u64);
        }
        let now = rustix::fs::fstat(&self.file).ok().map(|stat| Identity::of(&stat).bytes)?;
        self.fewest_bytes.fetch_min(now, Ordering::Relaxed);
        Some(now)
    }

    /// The identity at opening.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.identity
    }

    fn compare(&self, now: &Identity) -> Change {
        let was_cut = self.fewest_bytes.load(Ordering::Relaxed) < self.identity.bytes;
        if now.bytes > self.identity.bytes && !was_cut {
            Change::Grown { bytes: now.bytes }
        } else if was_cut || now.modified_ns != self.identity.modified_ns {
            Change::Rewritten
        } else {
            Change::Unchanged
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::path::PathBuf;
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::source::ReadAt;

    fn opened() -> (tempfile::TempDir, PathBuf, FileSource) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("file");
        fs::write(&path, "[1, 2, 3]").expect("written");
        let source = FileSource::open(&path).expect("opened");
        (directory, path, source)
    }

    #[test]
    fn an_untouched_file_is_unchanged() {
        let (_directory, _, source) = opened();
        assert_eq!(source.check(), Change::Unchanged);
    }

    #[test]
    fn an_appended_file_has_grown() {
        let (_directory, path, source) = opened();
        let mut file = fs::OpenOptions::new().append(true).open(path).expect("opened");
        file.write_all(b"[4]").expect("written");
        assert_eq!(source.check(), Change::Grown { bytes: 12 });
    }

    #[test]
    fn a_cut_file_is_truncated() {
        let (_directory, path, source) = opened();
        fs::OpenOptions::new().write(true).open(path).and_then(|f| f.set_len(4)).expect("cut");
        assert_eq!(source.check(), Change::Truncated { bytes: 4 });
    }

    #[test]
    fn a_file_written_over_in_place_is_rewritten() {
        let (_directory, path, source) = opened();
        let file = fs::OpenOptions::new().write(true).open(path).expect("opened");
        file.set_modified(SystemTime::now() + Duration::from_secs(5)).expect("time set");
        assert_eq!(source.check(), Change::Rewritten);
    }

    #[test]
    fn a_file_that_was_cut_and_has_grown_again_is_not_what_it_was() {
        let (_directory, path, source) = opened();
        let file = fs::OpenOptions::new().write(true).open(path).expect("opened");
        file.set_len(4).expect("cut");
        assert_eq!((source.check(), source.end_now()), (Change::Truncated { bytes: 4 }, 4));
        for bytes in [9, 20] {
            file.set_len(bytes).expect("grown");
            assert_eq!((source.check(), source.end_now()), (Change::Rewritten, 9));
        }
    }

    #[test]
    fn another_file_under_the_name_is_replaced() {
        let (directory, path, source) = opened();
        let other = directory.path().join("other");
        fs::write(&other, "[1, 2, 3]").expect("written");
        fs::rename(other, path).expect("renamed");
        assert_eq!(source.check(), Change::Replaced);
    }

    #[test]
    fn a_deleted_file_is_removed() {
        let (_directory, path, source) = opened();
        fs::remove_file(path).expect("removed");
        assert_eq!(source.check(), Change::Removed);
    }
}
