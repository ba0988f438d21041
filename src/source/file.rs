//! A file on disk: positioned reads through one descriptor that many threads share. Never mmap.
//!
//! Opening never waits: a FIFO is opened without blocking, looked at and refused. Files of the kernel (/proc, /sys) say
//! that they have no bytes and have some: they are read once, into memory.

use std::fs::File;
use std::io;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use rustix::fs::{Advice, FileType, Mode, OFlags, fadvise};

use super::ReadAt;
use super::identity::Identity;
use crate::error::{Error, FailedAt};
use crate::limits::UNSIZED_FILE_BYTES_MAX;
use crate::units::ByteOffset;

/// An opened file. Its size is the one at opening; later changes are told by [`FileSource::check`].
#[derive(Debug)]
pub struct FileSource {
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) identity: Identity,
    /// The whole content, where the size that the system gives is not true.
    pub(super) content: Option<Vec<u8>>,
    /// The fewest bytes that were seen in it.
    pub(super) fewest_bytes: AtomicU64,
    /// Whether the file is so large that a pass over it would drive all else out of the system's cache, and itself too.
    /// Then the pass drops what lies behind it: filling memory to the brim costs everyone more than it can save, and the
    /// screen's threads hang in the kernel meanwhile.
    drops_behind: bool,
}

/// The share of memory that a file may take of the system's cache: one in so many.
const CACHED_SHARE: u64 = 2;

impl FileSource {
    /// Opens the file at `path` for reading at any position. Never waits for another process.
    ///
    /// # Errors
    /// [`Error::Open`] with the system's reason (missing, no permission, a loop of links), [`Error::NotReadable`] for
    /// what is not a plain file or is a file without a size that does not fit into memory, [`Error::Read`] if such a
    /// file cannot be read.
    pub fn open(path: &Path) -> Result<FileSource, Error> {
        let cannot_open = |reason: io::Error| Error::Open { path: path.to_owned(), reason };
        // Looked at before it is opened: opening a device can do things (a tape rewinds), and a socket cannot be opened.
        let before = rustix::fs::stat(path).map_err(|errno| cannot_open(errno.into()))?;
        refuse_what_is_no_file(path, FileType::from_raw_mode(before.st_mode))?;
        // Without waiting, because something else may stand there by now.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let descriptor = over_interruptions(|| rustix::fs::open(path, flags, Mode::empty()))
            .map_err(cannot_open)?;
        FileSource::from_file(path, File::from(descriptor))
    }

    /// As [`FileSource::open`], for a file that is open already under the name `path`.
    ///
    /// # Errors
    /// As [`FileSource::open`].
    pub fn from_file(path: &Path, file: File) -> Result<FileSource, Error> {
        let cannot_open = |reason: io::Error| Error::Open { path: path.to_owned(), reason };
        let opened = rustix::fs::fstat(&file).map_err(|errno| cannot_open(errno.into()))?;
        refuse_what_is_no_file(path, FileType::from_raw_mode(opened.st_mode))?;
        let identity = Identity::of(&opened);
        let content = if identity.bytes == 0 { unsized_content(path, &file)? } else { None };
        let memory = rustix::system::sysinfo();
        let memory_bytes = (memory.totalram as u64).saturating_mul(u64::from(memory.mem_unit));
        let drops_behind = identity.bytes > memory_bytes / CACHED_SHARE;
        let (path, fewest_bytes) = (path.to_owned(), AtomicU64::new(identity.bytes));
        Ok(FileSource { path, file, identity, content, fewest_bytes, drops_behind })
    }

    /// The path as given, not yet made safe for a terminal.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl ReadAt for FileSource {
    fn read_at(&self, offset: ByteOffset, buffer: &mut [u8]) -> io::Result<usize> {
        match &self.content {
            Some(content) => content.read_at(offset, buffer),
            None => read_until_full(offset, buffer, |at, rest| {
                rustix::io::pread(&self.file, rest, at).map_err(io::Error::from)
            }),
        }
    }

    fn done_with(&self, offset: ByteOffset, bytes: u64) {
        if self.drops_behind {
            // A file system that does not take the hint works as without it.
            let _ = fadvise(&self.file, offset, NonZeroU64::new(bytes), Advice::DontNeed);
        }
    }

    fn end_now(&self) -> ByteOffset {
        // Of a descriptor that tells nothing any more the file system is gone; its reads say so.
        self.bytes_now().map_or(self.bytes(), |now| now.min(self.bytes()))
    }

    fn bytes(&self) -> u64 {
        self.content.as_ref().map_or(self.identity.bytes, |content| content.len() as u64)
    }
}

const A_STREAM: &str = "it can be read once only; name a file";

const A_DIRECTORY: &str = "name a file, or scan all of it with warp-tui scan";

fn not_readable(path: &Path, what: &str, advice: &str) -> Error {
    Error::NotReadable { path: path.to_owned(), what: format!("{what}{advice}") }
}

fn refuse_what_is_no_file(path: &Path, file_type: FileType) -> Result<(), Error> {
    let what = match file_type {
        FileType::RegularFile => return Ok(()),
        FileType::Directory => return Err(not_readable(path, "is a directory; ", A_DIRECTORY)),
        FileType::Fifo => "is a named pipe: ",
        FileType::Socket => "is a socket: ",
        FileType::CharacterDevice => "is a character device: ",
        FileType::BlockDevice => "is a block device: ",
        _ => "is not a plain file: ",
    };
    Err(not_readable(path, what, A_STREAM))
}

/// What a file of no size holds, if it holds anything after all.
fn unsized_content(path: &Path, file: &File) -> Result<Option<Vec<u8>>, Error> {
    let mut content = Vec::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        let at = content.len() as u64;
        let n = over_interruptions(|| rustix::io::pread(file, &mut piece[..], at))
            .map_err(|reason| Error::read(at, reason))?;
        if n == 0 {
            break;
        }
        if content.len() + n > UNSIZED_FILE_BYTES_MAX {
            let what = format!(
                "has no size of its own and more than {} MiB; ",
                UNSIZED_FILE_BYTES_MAX >> 20
            );
            return Err(not_readable(path, &what, "copy it to a plain file first"));
        }
        content.extend_from_slice(&piece[..n]);
    }
    Ok(if content.is_empty() { None } else { Some(content) })
}

/// Reads with `read(offset, rest of the buffer)` until the buffer is full or nothing comes any more.
fn read_until_full(
    offset: ByteOffset,
    buffer: &mut [u8],
    mut read: impl FnMut(ByteOffset, &mut [u8]) -> io::Result<usize>,
) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read(offset + filled as u64, &mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(reason) if reason.kind() == io::ErrorKind::Interrupted => {}
            Err(reason) if filled == 0 => return Err(reason),
            Err(reason) => return Err(FailedAt { at: offset + filled as u64, reason }.into()),
        }
    }
    Ok(filled)
}

/// Calls the system again for as long as signals interrupt the call.
fn over_interruptions<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(rustix::io::Errno::INTR) => {}
            result => return result.map_err(io::Error::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_too_large_for_memory_is_dropped_behind_and_reads_as_before() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        std::fs::write(file.path(), "[1]").expect("it can be written");
        let source = FileSource::open(file.path()).expect("it opens");
        assert!(!source.drops_behind);
        file.as_file().set_len(1 << 43).expect("a sparse file takes no room");
        let source = FileSource::open(file.path()).expect("it opens");
        assert!(source.drops_behind);
        source.done_with(0, 1 << 20);
        let mut head = [0; 3];
        assert_eq!(source.read_at(0, &mut head).ok(), Some(3));
        assert_eq!(&head, b"[1]");
    }

    fn refusal(path: &Path) -> String {
        match FileSource::open(path) {
            Ok(_) => panic!("{} was opened", path.display()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn any_part_of_a_file_can_be_read() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("digits");
        std::fs::write(&path, "0123456789").expect("written");
        let source = FileSource::open(&path).expect("opened");
        assert_eq!(source.bytes(), 10);
        for (offset, length, expected) in
            [(0, 10, "0123456789"), (3, 4, "3456"), (8, 9, "89"), (10, 3, ""), (99, 1, "")]
        {
            let mut buffer = vec![0; length];
            let n = source.read_at(offset, &mut buffer).expect("read");
            assert_eq!(&buffer[..n], expected.as_bytes());
        }
    }

    #[test]
    fn interruptions_and_short_reads_lose_no_byte() {
        let content: Vec<u8> = (0..=255).collect();
        let mut calls = 0;
        let mut buffer = [0; 300];
        let n = read_until_full(6, &mut buffer, |at, rest| {
            calls += 1;
            if calls % 2 == 0 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let length = rest.len().min(7);
            content.read_at(at, &mut rest[..length])
        });
        assert_eq!(n.expect("read"), 250);
        assert_eq!(&buffer[..250], &content[6..]);
    }

    #[test]
    fn a_failed_read_is_told() {
        let result =
            read_until_full(0, &mut [0; 4], |_, _| Err(io::ErrorKind::PermissionDenied.into()));
        assert_eq!(result.map_err(|e| e.kind()), Err(io::ErrorKind::PermissionDenied));
    }

    /// A bad sector is not where the read of many began.
    #[test]
    fn the_byte_that_cannot_be_read_is_told() {
        let result = read_until_full(1000, &mut [0; 64], |at, rest| match at {
            1000..1021 => Ok(rest.len().min(7)),
            _ => Err(io::ErrorKind::PermissionDenied.into()),
        });
        let error = Error::read(1000, result.expect_err("it fails"));
        assert_eq!(error.to_string(), "cannot read at byte 1021: permission denied");
    }

    #[test]
    fn what_is_not_a_file_is_refused_by_name_without_waiting() {
        let directory = tempfile::tempdir().expect("a directory");
        assert!(
            refusal(directory.path()).contains("is a directory; name a file, or scan all of it")
        );
        let fifo = directory.path().join("fifo");
        let kind = (rustix::fs::CWD, &fifo, FileType::Fifo, Mode::from_raw_mode(0o600), 0);
        rustix::fs::mknodat(kind.0, kind.1, kind.2, kind.3, kind.4).expect("a FIFO");
        assert!(refusal(&fifo).contains("named pipe: it can be read once only"));
        let socket = directory.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        assert!(refusal(&socket).contains("is a socket"));
        assert!(refusal(Path::new("/dev/null")).contains("is a character device"));
    }

    #[test]
    fn what_cannot_be_opened_says_why() {
        let directory = tempfile::tempdir().expect("a directory");
        assert!(refusal(&directory.path().join("none")).contains("No such file"));
        let circle = directory.path().join("loop");
        std::os::unix::fs::symlink(&circle, &circle).expect("a link");
        assert!(refusal(&circle).contains("symbolic links"));
    }

    #[test]
    fn a_file_whose_size_lies_is_read_into_memory() {
        let source = FileSource::open(Path::new("/proc/self/status")).expect("opened");
        assert!(source.bytes() > 0);
        let mut head = [0; 5];
        assert_eq!(source.read_at(0, &mut head).expect("read"), 5);
        assert_eq!(&head, b"Name:");
    }

    #[test]
    fn an_empty_file_has_no_bytes() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let source = FileSource::open(file.path()).expect("opened");
        assert_eq!(source.bytes(), 0);
        assert_eq!(source.read_at(0, &mut [0; 8]).expect("read"), 0);
    }
}
