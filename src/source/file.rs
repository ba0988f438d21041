//! A regular file, read by positioned reads.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{Mode, OFlags};

use super::ReadAt;
use crate::error::Error;
use crate::limits::UNSIZED_FILE_BYTES_MAX;
use crate::units::ByteOffset;

/// An open file.
#[derive(Debug)]
pub struct FileSource {
    path: PathBuf,
    file: File,
    /// Files of /proc and /sys say that they are empty and are not: read once, when opened.
    content: Option<Vec<u8>>,
    bytes: AtomicU64,
    opened: Identity,
}

/// What tells a file from another one, or from itself at another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
}

impl Identity {
    fn of(metadata: &std::fs::Metadata) -> Self {
        Identity {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

/// What has become of a file since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// It has more bytes now.
    Grown {
        /// The size now.
        bytes: u64,
    },
    /// It has fewer bytes now.
    Truncated {
        /// The size now.
        bytes: u64,
    },
    /// Its content was rewritten, or another file stands under its name.
    Replaced,
    /// Nothing stands under its name any more.
    Removed,
}

impl FileSource {
    /// Opens the file at `path`. Never waits, whatever stands there.
    ///
    /// # Errors
    /// If nothing stands there, it may not be read, or it is no regular file.
    pub fn open(path: &Path) -> Result<FileSource, Error> {
        let fail = |reason: io::Error| Error::Open { path: path.to_owned(), reason };
        // Opening a FIFO waits for its writer unless told not to.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = File::from(
            rustix::fs::open(path, flags, Mode::empty()).map_err(|error| fail(error.into()))?,
        );
        let metadata = file.metadata().map_err(fail)?;
        let kind = metadata.file_type();
        let what = if kind.is_dir() {
            "is a directory; name a file in it"
        } else if kind.is_fifo() || kind.is_socket() || kind.is_char_device() {
            "is a stream; streams cannot be opened yet, write it to a file first"
        } else {
            ""
        };
        if !what.is_empty() {
            return Err(Error::NotReadable { path: path.to_owned(), what: what.to_owned() });
        }
        let opened = Identity::of(&metadata);
        let mut source = FileSource {
            path: path.to_owned(),
            file,
            content: None,
            bytes: AtomicU64::new(opened.bytes),
            opened,
        };
        if opened.bytes == 0 {
            source.read_unsized().map_err(fail)?;
        }
        Ok(source)
    }

    /// Reads a file that says it is empty. One byte tells whether it lies.
    fn read_unsized(&mut self) -> io::Result<()> {
        let mut content = Vec::new();
        let mut window = vec![0; 64 << 10];
        while content.len() < UNSIZED_FILE_BYTES_MAX {
            let n = read_once(&self.file, content.len() as u64, &mut window)?;
            if n == 0 {
                break;
            }
            content.extend_from_slice(&window[..n]);
        }
        if !content.is_empty() {
            self.bytes.store(content.len() as u64, Ordering::Relaxed);
            self.content = Some(content);
        }
        Ok(())
    }

    /// The path as given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What has become of the file since it was opened: two system calls.
    #[must_use]
    pub fn check(&self) -> Change {
        if self.content.is_some() {
            return Change::None;
        }
        let Ok(open) = self.file.metadata().map(|metadata| Identity::of(&metadata)) else {
            return Change::Removed;
        };
        if open.bytes < self.opened.bytes {
            return Change::Truncated { bytes: open.bytes };
        }
        match std::fs::metadata(&self.path) {
            Ok(named) if Identity::of(&named).inode != open.inode => Change::Replaced,
            Ok(_) if open.bytes > self.opened.bytes => Change::Grown { bytes: open.bytes },
            Ok(_) if open.modified != self.opened.modified => Change::Replaced,
            Ok(_) => Change::None,
            Err(_) => Change::Removed,
        }
    }
}

fn read_once(file: &File, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match rustix::io::pread(file, &mut *buffer, at) {
            Err(rustix::io::Errno::INTR) => {}
            other => return Ok(other?),
        }
    }
}

impl ReadAt for FileSource {
    fn read_at(&self, offset: ByteOffset, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(content) = &self.content {
            return content.read_at(offset, buffer);
        }
        let mut had = 0;
        while had < buffer.len() {
            match read_once(&self.file, offset + had as u64, &mut buffer[had..])? {
                0 => break,
                n => had += n,
            }
        }
        Ok(had)
    }

    fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}
