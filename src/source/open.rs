//! What a person names to be looked at: a file to be read at any position, or a stream to be read once.
//!
//! Opening never waits for another process: a named pipe without a writer is opened by its first read.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{FileType, Mode, OFlags};

use super::http::is_url;
use super::{ByteStream, FileSource, HttpTimeouts, ReadAt, decompressed, http, is_compressed};
use crate::error::Error;

/// What was opened.
#[derive(Debug)]
pub enum Source {
    /// A file.
    File(Arc<FileSource>),
    /// A stream.
    Stream(ByteStream),
}

/// Opens what `target` names: `-` for standard input, or a path.
///
/// # Errors
/// [`Error::Open`] with the system's reason, [`Error::NotReadable`] for what can be neither a file nor a stream (a directory,
/// a socket, a terminal).
pub fn open(target: &Path) -> Result<Source, Error> {
    if target.as_os_str() == "-" {
        return standard_input(target);
    }
    if let Some(url) = target.to_str().filter(|name| is_url(name)) {
        return Ok(Source::Stream(decompressed(http(url, HttpTimeouts::default()))));
    }
    let cannot_open = |reason: io::Error| Error::Open { path: target.to_owned(), reason };
    let file_type = match rustix::fs::stat(target) {
        Ok(stat) => FileType::from_raw_mode(stat.st_mode),
        Err(errno) => return Err(cannot_open(errno.into())),
    };
    let reader: Box<dyn Read + Send> = match file_type {
        FileType::Fifo => Box::new(Fifo { path: target.to_owned(), file: None }),
        FileType::CharacterDevice | FileType::BlockDevice => {
            // Without waiting, and without becoming the program's terminal.
            let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
            let opened = rustix::fs::open(target, flags, Mode::empty());
            let file = File::from(opened.map_err(|errno| cannot_open(errno.into()))?);
            if file.is_terminal() {
                return Err(terminal(target, "is a terminal"));
            }
            rustix::io::ioctl_fionbio(&file, false).map_err(|errno| cannot_open(errno.into()))?;
            Box::new(file)
        }
        _ => return opened_file(target, FileSource::open(target)?),
    };
    let kind = if file_type == FileType::Fifo { "named pipe" } else { "device" };
    Ok(stream(target, kind, reader))
}

fn standard_input(name: &Path) -> Result<Source, Error> {
    let cannot_open = |reason: io::Error| Error::Open { path: name.to_owned(), reason };
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Err(terminal(name, "standard input is a terminal"));
    }
    let input = stdin.as_fd().try_clone_to_owned().map_err(cannot_open)?;
    let stat = rustix::fs::fstat(&input).map_err(|errno| cannot_open(errno.into()))?;
    if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile {
        return opened_file(name, FileSource::from_file(name, File::from(input))?);
    }
    widen(&input);
    Ok(stream(name, "standard input", Box::new(File::from(input))))
}

/// A stream, unpacked if it turns out to be compressed.
fn stream(name: &Path, kind: &'static str, reader: Box<dyn Read + Send>) -> Source {
    let name = name.to_owned();
    let stream = ByteStream { name, kind, bytes_total: Arc::default(), reader };
    Source::Stream(decompressed(stream))
}

/// A file; one that is compressed is a stream, for it can be read from the front only.
fn opened_file(name: &Path, file: FileSource) -> Result<Source, Error> {
    let mut head = [0; 4];
    let n = file.read_at(0, &mut head).map_err(|reason| Error::read(0, reason))?;
    if !is_compressed(&head[..n]) {
        return Ok(Source::File(Arc::new(file)));
    }
    Ok(stream(name, "compressed file", Box::new(FromStart { file, at: 0 })))
}

/// A file read from its start to its end.
#[derive(Debug)]
struct FromStart {
    file: FileSource,
    at: u64,
}

impl Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read_at(self.at, buffer)?;
        self.at += n as u64;
        Ok(n)
    }
}

fn terminal(path: &Path, what: &str) -> Error {
    let what =
        format!("{what}: name a file, or let a program write into it, as in ls | warp-tui -");
    Error::NotReadable { path: path.to_owned(), what }
}

/// Bytes that a pipe is asked to hold: the writer is woken less often. More takes a privilege.
const PIPE_BYTES: usize = 1 << 20;

/// Makes a pipe hold more, where that can be done.
fn widen(pipe: &OwnedFd) {
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_BYTES);
    #[cfg(not(target_os = "linux"))]
    let _ = (pipe, PIPE_BYTES);
}

/// A named pipe, opened by the first read, which waits for a writer.
#[derive(Debug)]
struct Fifo {
    path: PathBuf,
    file: Option<File>,
}

impl Read for Fifo {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.file.is_none() {
            let file = OwnedFd::from(File::open(&self.path)?);
            widen(&file);
            self.file = Some(File::from(file));
        }
        self.file.as_mut().map_or(Ok(0), |file| file.read(buffer))
    }
}
