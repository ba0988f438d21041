//! Lines: from number to place and back.

use super::Navigator;
use crate::error::Error;
use crate::units::{ByteOffset, LineNumber};

impl Navigator<'_> {
    /// The line of a byte; `None` where the index does not reach.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn line_of(&self, at: ByteOffset) -> Result<Option<LineNumber>, Error> {
        if at > self.index.bytes() {
            return Ok(None);
        }
        let Some(part) = self.part(at) else { return Ok(None) };
        let checkpoint = self.reader.checkpoint(self.index, part)?;
        let bytes = self.reader.bytes(checkpoint.at..at)?;
        Ok(Some(checkpoint.line + memchr::memchr_iter(b'\n', &bytes).count() as u64))
    }

    /// The first byte of a line; `None` if there are not so many in what is indexed.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn line_start(&self, line: LineNumber) -> Result<Option<ByteOffset>, Error> {
        if line == 0 {
            return Ok(Some(0));
        }
        if line > self.index.totals().line_breaks {
            return Ok(None);
        }
        let Some(part) = self.part_of_line(line)? else { return Ok(None) };
        let checkpoint = self.reader.checkpoint(self.index, part)?;
        let bytes = self.reader.bytes(self.reader.range(self.index, part))?;
        let nth = usize::try_from(line - checkpoint.line - 1).unwrap_or(usize::MAX);
        let at = memchr::memchr_iter(b'\n', &bytes).nth(nth);
        Ok(at.map(|at| checkpoint.at + at as u64 + 1))
    }

    /// The first byte of the last line that has a byte, or the end if nothing is indexed.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn last_line_start(&self) -> Result<ByteOffset, Error> {
        let lines = self.index.totals().line_breaks;
        let at = self.line_start(lines)?.unwrap_or(0);
        if at < self.index.bytes() || lines == 0 {
            return Ok(at);
        }
        Ok(self.line_start(lines - 1)?.unwrap_or(0))
    }
}
