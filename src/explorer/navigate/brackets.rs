//! Partners of brackets, and the bracket around a place.

use super::super::part_view::Structural;
use super::Navigator;
use crate::error::Error;
use crate::units::{ByteOffset, Depth};

impl Navigator<'_> {
    /// The structural character at a place, if one stands there.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn structural_at(&self, at: ByteOffset) -> Result<Option<Structural>, Error> {
        let Some(part) = self.part_of(at) else { return Ok(None) };
        Ok(self.view(part)?.structurals(at..at + 1).next())
    }

    /// The partner of the bracket at a place; `None` if no bracket stands there or it has none.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn matching(&self, at: ByteOffset) -> Result<Option<ByteOffset>, Error> {
        match self.structural_at(at)? {
            Some(found) if found.opens() => self.closer(at, found.depth),
            Some(found) if found.closes() => self.opener_before(at, found.depth - 1),
            _ => Ok(None),
        }
    }

    /// The first bracket at or after a place on its line, as `%` takes it.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn bracket_on_line(&self, at: ByteOffset) -> Result<Option<ByteOffset>, Error> {
        let Some(part) = self.part_of(at) else { return Ok(None) };
        let view = self.view(part)?;
        let rest = &view.bytes[(at - view.range().start) as usize..];
        // A block of Python ends at a line break, which answers for itself alone.
        let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len()).max(1) as u64;
        let bracket = |found: &Structural| found.opens() || found.closes();
        Ok(view.structurals(at..at + line).find(bracket).map(|found| found.at))
    }

    /// The closing bracket of the opening one at `open`, before which `depth` levels are open.
    pub(super) fn closer(
        &self,
        open: ByteOffset,
        depth: Depth,
    ) -> Result<Option<ByteOffset>, Error> {
        let Some(part) = self.part_of(open) else { return Ok(None) };
        let closes = |found: &Structural| found.closes() && found.depth == depth + 1;
        let view = self.view(part)?;
        if let Some(found) = view.structurals(open + 1..view.range().end).find(closes) {
            return Ok(Some(found.at));
        }
        let later = part + 1..self.parts();
        let Some(part) = self.first(later, |node| node.depth <= depth)? else {
            return Ok(None);
        };
        let view = self.view(part)?;
        Ok(view.structurals(view.range()).find(closes).map(|found| found.at))
    }

    /// The last opening bracket before `at` with `depth` levels open before it.
    pub(super) fn opener_before(
        &self,
        at: ByteOffset,
        depth: Depth,
    ) -> Result<Option<ByteOffset>, Error> {
        let Some(part) = self.part(at) else { return Ok(None) };
        let opens = |found: &Structural| found.opens() && found.depth == depth;
        let view = self.view(part)?;
        if let Some(found) = view.structurals(view.range().start..at).rev().find(opens) {
            return Ok(Some(found.at));
        }
        let Some(part) = self.last(0..part, |node| node.depth <= depth)? else {
            return Ok(None);
        };
        let view = self.view(part)?;
        Ok(view.structurals(view.range()).rev().find(opens).map(|found| found.at))
    }
}
