//! Partners of brackets, and the bracket around a place.

use super::super::part_view::Structural;
use super::Navigator;
use crate::error::Error;
use crate::units::{ByteOffset, Depth, PartIndex};

/// Parts in which the rest of a line is searched for a bracket.
const LINE_PARTS_MAX: PartIndex = 16;

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
        let bracket = |found: &Structural| found.opens() || found.closes();
        for part in part..self.parts().min(part + LINE_PARTS_MAX) {
            let view = self.view(part)?;
            let from = view.range().start.max(at);
            let rest = &view.bytes[(from - view.range().start) as usize..];
            let line_end = memchr::memchr(b'\n', rest);
            let line = line_end.unwrap_or(rest.len()) as u64;
            // A block of Python ends at a line break, which answers for itself alone.
            let line = if from == at { line.max(1) } else { line };
            let found = view.structurals(from..from + line).find(bracket);
            if found.is_some() || line_end.is_some() {
                return Ok(found.map(|found| found.at));
            }
        }
        Ok(None)
    }

    /// The closing bracket of the opening one at `open`, before which `depth` levels are open.
    pub(super) fn closer(
        &self,
        open: ByteOffset,
        depth: Depth,
    ) -> Result<Option<ByteOffset>, Error> {
        let Some(mut part) = self.part_of(open) else { return Ok(None) };
        let closes = |found: &Structural| found.closes() && found.depth == depth + 1;
        let view = self.view(part)?;
        if let Some(found) = view.structurals(open + 1..view.range().end).find(closes) {
            return Ok(Some(found.at));
        }
        // What a part ends with may be counted by the next one. So the part before may have the closer, or the opener was not
        // counted yet where a part is as low as that.
        while let Some(lower) = self.first(part + 1..self.parts(), |node| node.depth <= depth)? {
            if lower > part + 1 {
                let view = self.view(lower - 1)?;
                if let Some(found) = view.structurals(view.range()).find(closes) {
                    return Ok(Some(found.at));
                }
            }
            let view = self.view(lower)?;
            let late = view.recognised_late().filter(|found| found.at > open);
            if let Some(found) = late.chain(view.structurals(view.range())).find(closes) {
                return Ok(Some(found.at));
            }
            part = lower;
        }
        Ok(None)
    }

    /// The last opening bracket before `at` with `depth` levels open before it.
    pub(super) fn opener_before(
        &self,
        at: ByteOffset,
        depth: Depth,
    ) -> Result<Option<ByteOffset>, Error> {
        let Some(mut part) = self.part(at) else { return Ok(None) };
        let opens = |found: &Structural| found.opens() && found.depth == depth;
        let mut end = at;
        loop {
            let view = self.view(part)?;
            let inside = view.recognised_late().chain(view.structurals(view.range().start..end));
            if let Some(found) = inside.rev().find(opens) {
                return Ok(Some(found.at));
            }
            // Where the opener is counted by the part behind its own, both are as low as that.
            let Some(lower) = self.last(0..part, |node| node.depth <= depth)? else {
                return Ok(None);
            };
            (part, end) = (lower, self.reader.range(self.index, lower).end);
        }
    }
}
