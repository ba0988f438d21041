//! What can go wrong in the engine: what, where, and what to do about it.

use std::io;
use std::path::PathBuf;

/// Why a read failed that had brought some bytes already, and at which byte of the source. [`io::Error`] cannot say where.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct FailedAt {
    /// The byte that could not be read.
    pub at: u64,
    /// What the operating system said.
    pub reason: io::Error,
}

impl From<FailedAt> for io::Error {
    fn from(failed: FailedAt) -> io::Error {
        io::Error::new(failed.reason.kind(), failed)
    }
}

/// An error of the engine. Paths in messages are as given; whoever prints them makes them safe first.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be opened.
    #[error("{}: cannot open: {reason}", path.display())]
    Open {
        /// The path as given.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// The path names something that is not a file we can read at any position.
    #[error("{}: {what}", path.display())]
    NotReadable {
        /// The path as given.
        path: PathBuf,
        /// What it is, and what to do.
        what: String,
    },
    /// A read failed.
    #[error("cannot read at byte {at}: {reason}")]
    Read {
        /// Where.
        at: u64,
        /// What the operating system said.
        reason: io::Error,
    },
    /// The file became shorter while it was open.
    #[error(
        "the file was cut: it ends at byte {at}, and went on to byte {expected} when it was opened"
    )]
    Truncated {
        /// Where it ends now.
        at: u64,
        /// Up to where it was to be read; it had that when it was opened.
        expected: u64,
    },
    /// The temporary file for what does not fit into memory could not be written or read.
    #[error("cannot use a temporary file in {}: {reason}", directory.display())]
    Spill {
        /// Where it is.
        directory: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// A kernel was asked for that this processor cannot run.
    #[error("this processor cannot run the kernel {name}; try --kernel auto")]
    KernelUnavailable {
        /// The kernel's name.
        name: &'static str,
    },
    /// The worker threads could not be started.
    #[error("cannot start {threads} worker threads: {reason}")]
    Pool {
        /// How many were asked for.
        threads: usize,
        /// Why not.
        reason: String,
    },
    /// A worker panicked: a fault of ours.
    #[error(
        "a worker failed at byte {at}: {message} (this is a fault in warp-tui, please report it)"
    )]
    WorkerPanic {
        /// The first byte of what it was scanning.
        at: u64,
        /// The panic's message.
        message: String,
    },
}

impl Error {
    /// A read that began at `at` failed: there, or at the byte that the source says.
    #[must_use]
    pub fn read(at: u64, reason: io::Error) -> Error {
        match reason.downcast::<FailedAt>() {
            Ok(FailedAt { at, reason }) => Error::Read { at, reason },
            Err(reason) => Error::Read { at, reason },
        }
    }
}
