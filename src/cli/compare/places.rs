//! Lines and columns of places that are asked for from front to back, in one pass over a document.

use crate::error::Error;
use crate::source::ReadAt;
use crate::units::ByteOffset;

/// Bytes read at a time.
const PIECE_BYTES: usize = 256 << 10;

/// Goes through a document and counts its lines.
pub(super) struct Lines<'s> {
    source: &'s dyn ReadAt,
    buffer: Vec<u8>,
    at: ByteOffset,
    /// Line breaks before `at`, and where the line there begins.
    line_breaks: u64,
    line_start: ByteOffset,
}

impl<'s> Lines<'s> {
    /// Before the first byte.
    pub(super) fn new(source: &'s dyn ReadAt) -> Self {
        Lines { source, buffer: Vec::new(), at: 0, line_breaks: 0, line_start: 0 }
    }

    /// The line and the column (in bytes) of a place at or after the one asked for before; both counted from 1.
    pub(super) fn place(&mut self, at: ByteOffset) -> Result<(u64, u64), Error> {
        self.buffer.resize(PIECE_BYTES, 0);
        while self.at < at {
            let want = usize::try_from(at - self.at).unwrap_or(usize::MAX).min(PIECE_BYTES);
            let from = self.at;
            let read = self.source.read_at(from, &mut self.buffer[..want]);
            let n = read.map_err(|reason| Error::read(from, reason))?;
            if n == 0 {
                return Err(Error::Truncated { at: from, expected: at });
            }
            let bytes = &self.buffer[..n];
            self.line_breaks += memchr::memchr_iter(b'\n', bytes).count() as u64;
            if let Some(last) = memchr::memrchr(b'\n', bytes) {
                self.line_start = from + last as u64 + 1;
            }
            self.at += n as u64;
        }
        Ok((self.line_breaks + 1, at.saturating_sub(self.line_start) + 1))
    }

    /// The bytes from there to there, as far as the document goes.
    pub(super) fn bytes(&self, start: ByteOffset, end: ByteOffset) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; usize::try_from(end - start).unwrap_or(0)];
        let read = self.source.read_at(start, &mut bytes);
        let n = read.map_err(|reason| Error::read(start, reason))?;
        bytes.truncate(n);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_an_editor() {
        let text = format!("a\n{}\nb", "x".repeat(2 * PIECE_BYTES)).into_bytes();
        let mut lines = Lines::new(&text);
        let last = text.len() as u64 - 1;
        let places = [
            (0, (1, 1)),
            (1, (1, 2)),
            (2, (2, 1)),
            (last - 1, (2, 2 * PIECE_BYTES as u64 + 1)),
            (last, (3, 1)),
        ];
        for (at, place) in places {
            assert_eq!(lines.place(at).expect("memory can be read"), place, "{at}");
        }
        assert!(lines.place(last + 2).is_err());
    }
}
