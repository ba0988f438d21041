//! The first bytes of a stream: read until they tell its language, and given out once more in front of what follows.

use std::io::{self, Read};
use std::path::Path;

use crate::lang::{LanguageId, detect, detect_early};
use crate::limits::HEAD_BYTES;

/// A reader whose first bytes may have been looked at before they are read.
#[derive(Debug)]
pub struct Headed<R> {
    head: Vec<u8>,
    /// Bytes of it that were given out.
    given: usize,
    reader: R,
}

impl<R: Read> Headed<R> {
    /// A reader of which nothing has been looked at.
    #[must_use]
    pub fn new(reader: R) -> Self {
        Headed { head: Vec::new(), given: 0, reader }
    }

    /// The language that `name` or the first bytes tell. Waits until they do, the stream ends, or there are [`HEAD_BYTES`].
    ///
    /// # Errors
    /// What the reader gives, other than an interruption; [`Headed::looked_at`] says where.
    pub fn language(&mut self, name: &Path) -> io::Result<LanguageId> {
        let mut piece = [0; HEAD_BYTES as usize];
        loop {
            if let Some(language) = detect_early(name, &self.head) {
                return Ok(language);
            }
            let room = piece.len() - self.head.len();
            match self.reader.read(&mut piece[..room]) {
                Ok(0) => return Ok(detect(name, &self.head)),
                Ok(n) => self.head.extend_from_slice(&piece[..n]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Bytes that were looked at.
    #[must_use]
    pub fn looked_at(&self) -> u64 {
        self.head.len() as u64
    }
}

impl<R: Read> Read for Headed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = &self.head[self.given..];
        if left.is_empty() {
            return self.reader.read(buffer);
        }
        let n = left.len().min(buffer.len());
        buffer[..n].copy_from_slice(&left[..n]);
        self.given += n;
        Ok(n)
    }
}
