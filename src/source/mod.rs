//! Sources: where bytes come from. Positioned reads into the caller's buffer, never mmap: a file that is cut under us
//! gives a short read, not a signal.

mod compressed;
mod file;
mod http;
mod identity;
mod open;
mod stream;
mod trust;

pub use compressed::{decompressed, is_compressed};
pub use file::FileSource;
pub use http::{HttpTimeouts, http, without_credentials};
pub use identity::{Change, Identity};
pub use open::{Source, open};
pub use stream::ByteStream;

use std::io;

use crate::units::ByteOffset;

/// Something that can be read at any position by many threads at once.
pub trait ReadAt: Send + Sync + std::fmt::Debug {
    /// Reads bytes from `offset` into `buffer` until it is full or the source ends, over interrupted and short reads.
    /// Returns how many; fewer than asked means that the source ends there now.
    ///
    /// # Errors
    /// What the operating system reports for the read, other than an interruption; as a [`crate::error::FailedAt`] if bytes
    /// before that could be read.
    fn read_at(&self, offset: ByteOffset, buffer: &mut [u8]) -> io::Result<usize>;

    /// Bytes in the source, as far as known now.
    fn bytes(&self) -> u64;

    /// One past the last byte that is there now: less than [`ReadAt::bytes`] once a file has been cut under us.
    fn end_now(&self) -> ByteOffset {
        self.bytes()
    }

    /// Whether no more bytes will come. A file has all it had when it was opened.
    fn is_complete(&self) -> bool {
        true
    }

    /// The first byte that can still be read: only of a stream without end is what came first given up.
    fn kept_from(&self) -> ByteOffset {
        0
    }

    /// A pass over all of the source has done with these bytes. A hint; they can be read as before.
    fn done_with(&self, _offset: ByteOffset, _bytes: u64) {}

    /// The whole source, if it is in memory anyway and need not be copied to be scanned.
    fn in_memory(&self) -> Option<&[u8]> {
        None
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, offset: ByteOffset, buffer: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        let n = buffer.len().min(self.len() - start);
        buffer[..n].copy_from_slice(&self[start..start + n]);
        Ok(n)
    }

    fn bytes(&self) -> u64 {
        self.len() as u64
    }

    fn in_memory(&self) -> Option<&[u8]> {
        Some(self)
    }
}
