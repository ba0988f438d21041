//! Members of containers: which one a place lies in, where the n-th begins, how many there are.

use std::ops::Range;

use super::super::part_view::{PartView, Structural};
use super::super::request::{Child, Children, ValueKind};
use super::Navigator;
use crate::error::Error;
use crate::index::Lowest;
use crate::lang::Class;
use crate::limits::{CHILDREN_PER_ANSWER, PREVIEW_BYTES, SKIPPED_BYTES_MAX};
use crate::units::{ByteOffset, Depth, MemberIndex, PartIndex};

/// A container: a bracket pair, or the document's top level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Container {
    /// The opening bracket; `None` for the top level.
    pub open: Option<ByteOffset>,
    /// Levels open inside it.
    pub inside: Depth,
}

impl Container {
    /// The document's top level.
    pub const TOP: Container = Container { open: None, inside: 0 };

    fn first_byte(self) -> ByteOffset {
        self.open.map_or(0, |open| open + 1)
    }

    /// Whether a structural character ends one of its members, and others may follow.
    fn separates(self, found: &Structural) -> bool {
        match self.open {
            Some(_) => found.class == Some(Class::Comma) && found.depth == self.inside,
            None => found.closes() && found.depth == 1,
        }
    }

    fn separators_in(self, node: Lowest) -> u64 {
        if node.depth != self.inside {
            return 0;
        }
        if self.open.is_some() { node.commas } else { node.closes }
    }

    fn count(self, view: &PartView, range: Range<ByteOffset>) -> u64 {
        view.structurals(range).filter(|found| self.separates(found)).count() as u64
    }
}

impl Navigator<'_> {
    /// The container around a place. An opening and a closing bracket lie in the container around their pair.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn container_at(&self, at: ByteOffset) -> Result<Container, Error> {
        let Some(depth) = self.depth_before(at)? else { return Ok(Container::TOP) };
        let closes = self.structural_at(at)?.is_some_and(|found| found.closes());
        let inside = depth - Depth::from(closes);
        if inside <= 0 {
            return Ok(Container::TOP);
        }
        Ok(match self.opener_before(at, inside - 1)? {
            Some(open) => Container { open: Some(open), inside },
            None => Container::TOP,
        })
    }

    /// The container that the opening bracket at `open` begins; `None` if no opening bracket stands there.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn container_of(&self, open: Option<ByteOffset>) -> Result<Option<Container>, Error> {
        let Some(open) = open else { return Ok(Some(Container::TOP)) };
        let found = self.structural_at(open)?.filter(|found| found.opens());
        Ok(found.map(|found| Container { open: Some(open), inside: found.depth + 1 }))
    }

    /// The closing bracket of a container; `None` for the top level or where there is none (yet).
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn close_of(&self, container: Container) -> Result<Option<ByteOffset>, Error> {
        container.open.map_or(Ok(None), |open| self.closer(open, container.inside - 1))
    }

    /// Where a container ends, if it does: the top level at the first closer that nothing was opened for. Behind that depth
    /// counts from below, and no value can be told to stand at the top.
    fn end_of(&self, container: Container) -> Result<Option<ByteOffset>, Error> {
        if container.open.is_some() {
            return self.close_of(container);
        }
        let below = |node: Lowest| node.depth < container.inside;
        let Some(part) = self.first(0..self.parts(), below)? else {
            return Ok(None);
        };
        let view = self.view(part)?;
        let mut all = view.structurals(view.range());
        Ok(all.find(|found| found.closes() && found.depth == container.inside).map(|it| it.at))
    }

    /// The member of `container` that a place inside it lies in.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn member_index(&self, container: Container, at: ByteOffset) -> Result<MemberIndex, Error> {
        let first = container.first_byte();
        // A bracket's own end is behind whatever is asked for; that of the top level may not be.
        let end = if container.open.is_some() { None } else { self.end_of(container)? };
        let at = at.min(end.unwrap_or(self.index.bytes())).min(self.index.bytes());
        let (Some(from), Some(to)) = (self.part(first), self.part(at)) else { return Ok(0) };
        if from >= to {
            let view = self.view(from)?;
            return Ok(container.count(&view, first..at));
        }
        let (next, before) = self.count_to_border(container, first, from)?;
        let between = self.lowest(next..to)?;
        let back = self.view(to)?;
        Ok(before
            + between.map_or(0, |node| container.separators_in(node))
            + container.count(&back, back.range().start..at))
    }

    /// The separators from `first` on in its part, and the part after it. Where `first` begins its part, the tree speaks of that one too, and
    /// nothing is laid open: of a stream's top level it may have gone long ago.
    fn count_to_border(
        &self,
        container: Container,
        first: ByteOffset,
        part: PartIndex,
    ) -> Result<(PartIndex, u64), Error> {
        if first == self.reader.range(self.index, part).start {
            return Ok((part, 0));
        }
        let view = self.view(part)?;
        Ok((part + 1, container.count(&view, first..view.range().end)))
    }

    /// The first byte of a container's `n`-th member; `None` if there are not so many.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn nth_member(
        &self,
        container: Container,
        n: MemberIndex,
    ) -> Result<Option<ByteOffset>, Error> {
        let begin = match n.checked_sub(1) {
            None => Some(container.first_byte()),
            Some(before) => self.nth_separator(container, before)?.map(|at| at + 1),
        };
        begin.map_or(Ok(None), |at| self.member_from(at))
    }

    /// The first byte of the member that begins at or after `at`, white space and comments skipped; `None` if a closing
    /// bracket or the end comes first.
    fn member_from(&self, at: ByteOffset) -> Result<Option<ByteOffset>, Error> {
        let Some((at, byte)) = self.skip_space(at)? else { return Ok(None) };
        Ok((!matches!(byte, b'}' | b']')).then_some(at))
    }

    fn nth_separator(
        &self,
        container: Container,
        n: MemberIndex,
    ) -> Result<Option<ByteOffset>, Error> {
        let first = container.first_byte();
        let Some(part) = self.part(first) else { return Ok(None) };
        let close = self.end_of(container)?;
        let end = close.unwrap_or(self.index.bytes());
        let here = |view: &PartView, from: ByteOffset, n: u64| {
            let n = usize::try_from(n).unwrap_or(usize::MAX);
            let mut all = view
                .structurals(from..end.min(view.range().end).max(from))
                .filter(|found| container.separates(found));
            all.nth(n).map(|found| found.at)
        };
        let (next, before) = self.count_to_border(container, first, part)?;
        // The part that the container ends in may fall below its depth: the tree speaks of those before it.
        let last = close.and_then(|close| self.part(close)).unwrap_or(self.parts());
        if next > part && (n < before || last <= part) {
            return Ok(here(&*self.view(part)?, first, n));
        }
        let left = n - before;
        let between = next..last;
        let count = |node: Lowest| if container.open.is_some() { node.commas } else { node.closes };
        let (part, before) = match self.find_nth(between, container.inside, left, count)? {
            Ok(found) => found,
            Err(before) => (last, before),
        };
        if part >= self.parts() {
            return Ok(None);
        }
        let view = self.view(part)?;
        Ok(here(&view, view.range().start, left - before))
    }

    /// The first separator of `container` at or after `at`; `None` if the container ends first.
    fn next_separator(
        &self,
        container: Container,
        at: ByteOffset,
    ) -> Result<Option<ByteOffset>, Error> {
        let Some(part) = self.part_of(at) else { return Ok(None) };
        let view = self.view(part)?;
        let stops = |found: &Structural| {
            container.separates(found) || found.closes() && found.depth == container.inside
        };
        let mut found = view.structurals(at..view.range().end).find(stops);
        if found.is_none() {
            let wanted =
                |node: Lowest| node.depth < container.inside || container.separators_in(node) > 0;
            let later = part + 1..self.parts();
            if let Some(part) = self.first(later, wanted)? {
                let view = self.view(part)?;
                found = view.structurals(view.range()).find(stops);
            }
        }
        Ok(found.filter(|found| container.separates(found)).map(|found| found.at))
    }

    /// The member after the one that `at` lies in.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn next_member(
        &self,
        container: Container,
        at: ByteOffset,
    ) -> Result<Option<ByteOffset>, Error> {
        let separator = self.next_separator(container, at)?;
        separator.map_or(Ok(None), |separator| self.member_from(separator + 1))
    }

    /// How many members a container has as far as it is indexed, and whether that is final.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn members(&self, container: Container) -> Result<(u64, bool), Error> {
        let close = self.close_of(container)?;
        let end = close.unwrap_or(self.index.bytes());
        let separators = self.member_index(container, end)?;
        let known = close.is_some() || self.complete;
        if container.open.is_none() {
            // Something after the last closing bracket is one more member.
            let after = match separators.checked_sub(1) {
                None => 0,
                Some(last) => self.nth_separator(container, last)?.map_or(0, |at| at + 1),
            };
            let more = self.member_from(after)?.is_some();
            return Ok((separators + u64::from(more), known));
        }
        let any = separators > 0 || self.nth_member(container, 0)?.is_some();
        Ok((separators + u64::from(any), known))
    }

    /// Whether several values stand at the top level.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn is_sequence(&self) -> Result<bool, Error> {
        if self.reader.source.kept_from() > 0 {
            // The first two may have gone; that there were more is known.
            return Ok(self.member_index(Container::TOP, self.index.bytes())? > 1);
        }
        Ok(self.nth_member(Container::TOP, 1)?.is_some())
    }

    /// A window of a container's members.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn children(
        &self,
        container: Container,
        first: MemberIndex,
        count: usize,
    ) -> Result<Children, Error> {
        let (total, complete) = self.members(container)?;
        let mut items = Vec::new();
        let mut next = self.nth_member(container, first)?;
        while let Some(at) = next {
            if items.len() == count.min(CHILDREN_PER_ANSWER) {
                break;
            }
            let index = first + items.len() as u64;
            items.push(self.child(container, index, at)?);
            next = self.next_member(container, at)?;
        }
        let open = container.open;
        Ok(Children { open, first, total, complete, items })
    }

    fn child(
        &self,
        container: Container,
        index: MemberIndex,
        at: ByteOffset,
    ) -> Result<Child, Error> {
        let key = self.key_at(container, at)?;
        let value = self.value_at(container, at)?;
        let mut preview = self.reader.bytes(value..value + PREVIEW_BYTES as u64)?;
        let kind = kind_of(preview.first().copied());
        if !matches!(kind, ValueKind::Object | ValueKind::Array) {
            preview.truncate(scalar_bytes(&preview));
        }
        let members = match (kind, self.container_of(Some(value))?) {
            (ValueKind::Object | ValueKind::Array, Some(inner)) => {
                let (members, complete) = self.members(inner)?;
                complete.then_some(members)
            }
            _ => None,
        };
        Ok(Child { index, at, value, key, kind, preview, members })
    }

    /// The key of the member that begins at `at`, quotes taken off, cut at [`PREVIEW_BYTES`]; `None` outside of objects.
    pub(super) fn key_at(
        &self,
        container: Container,
        at: ByteOffset,
    ) -> Result<Option<Vec<u8>>, Error> {
        let Some(open) = container.open else { return Ok(None) };
        if self.reader.bytes(open..open + 1)? != b"{" {
            return Ok(None);
        }
        let mut bytes = self.reader.bytes(at..at + PREVIEW_BYTES as u64 + 2)?;
        if bytes.first() != Some(&b'"') {
            return Ok(None);
        }
        bytes.truncate(scalar_bytes(&bytes));
        bytes.remove(0);
        if bytes.last() == Some(&b'"') {
            bytes.pop();
        }
        bytes.truncate(PREVIEW_BYTES);
        Ok(Some(bytes))
    }

    /// The first byte of the value of the member of `container` that begins at `at`.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn value_at(&self, container: Container, at: ByteOffset) -> Result<ByteOffset, Error> {
        if self.key_at(container, at)?.is_some() { self.value_of(at) } else { Ok(at) }
    }

    /// The first byte of the value of the member of an object that begins at `at`; `at` itself if no colon follows soon.
    pub(super) fn value_of(&self, at: ByteOffset) -> Result<ByteOffset, Error> {
        let Some(part) = self.part_of(at) else { return Ok(at) };
        // A key may reach over the end of its part.
        for part in part..self.parts().min(part + KEY_PARTS_MAX) {
            let view = self.view(part)?;
            let range = view.range();
            if let Some(found) = view.structurals(range.start.max(at)..range.end).next() {
                if found.class != Some(Class::Colon) {
                    return Ok(at);
                }
                return Ok(self.skip_space(found.at + 1)?.map_or(at, |(value, _)| value));
            }
        }
        Ok(at)
    }

    /// One past the last byte of the scalar that begins at `at`, as far as it is looked at: `most` bytes and one.
    ///
    /// # Errors
    /// If the document cannot be read.
    pub fn scalar_end(&self, at: ByteOffset, most: usize) -> Result<ByteOffset, Error> {
        let bytes = self.reader.bytes(at..at + most as u64 + 1)?;
        Ok(at + scalar_bytes(&bytes) as u64)
    }

    /// The first byte at or after `at` that is neither white space nor in a comment, and its place; `None` at the end, or
    /// if there are more than [`SKIPPED_BYTES_MAX`] such bytes.
    pub(super) fn skip_space(&self, at: ByteOffset) -> Result<Option<(ByteOffset, u8)>, Error> {
        let mut space = Space::White;
        let mut begin = at;
        let mut window = 256;
        while begin - at < SKIPPED_BYTES_MAX {
            let bytes = self.reader.bytes(begin..begin + window)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let mut i = space.run(&bytes);
            while let Some(byte) = bytes.get(i) {
                space = match space.next(*byte) {
                    Some(space) => space,
                    // A slash that begins no comment is what we stopped at.
                    None if space == Space::Slash => {
                        return Ok(Some((begin + i as u64 - 1, b'/')));
                    }
                    None => return Ok(Some((begin + i as u64, *byte))),
                };
                i += 1;
                i += space.run(&bytes[i..]);
            }
            begin += bytes.len() as u64;
            window = 64 << 10;
        }
        Ok(None)
    }
}

/// Parts that a key is followed over in search of its colon.
const KEY_PARTS_MAX: PartIndex = 4;

/// What is skipped between values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Space {
    White,
    Slash,
    Line,
    Block,
    BlockStar,
}

impl Space {
    /// How many of `bytes` at least leave all as it is: a document may have megabytes of them, which a key must not wait for one by one.
    fn run(self, bytes: &[u8]) -> usize {
        const GROUP: usize = 64;
        match self {
            // Groups without a branch on each byte are looked at many bytes at once.
            Space::White => {
                let is_white = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
                let is_blank =
                    |group: &&[u8]| group.iter().fold(true, |all, byte| all & is_white(byte));
                bytes.chunks_exact(GROUP).take_while(is_blank).count() * GROUP
            }
            Space::Line => memchr::memchr(b'\n', bytes).unwrap_or(bytes.len()),
            Space::Block => memchr::memchr(b'*', bytes).unwrap_or(bytes.len()),
            Space::Slash | Space::BlockStar => 0,
        }
    }

    fn next(self, byte: u8) -> Option<Space> {
        match (self, byte) {
            // A byte order mark may stand at the start.
            (Space::White, b' ' | b'\t' | b'\n' | b'\r' | 0xEF | 0xBB | 0xBF) => Some(Space::White),
            (Space::White, b'/') => Some(Space::Slash),
            (Space::White, _) => None,
            (Space::Slash, b'/') => Some(Space::Line),
            (Space::Slash, b'*') => Some(Space::Block),
            (Space::Slash, _) => None,
            (Space::Line, b'\n') | (Space::BlockStar, b'/') => Some(Space::White),
            (Space::Line, _) => Some(Space::Line),
            (Space::Block | Space::BlockStar, b'*') => Some(Space::BlockStar),
            (Space::Block | Space::BlockStar, _) => Some(Space::Block),
        }
    }
}

fn kind_of(byte: Option<u8>) -> ValueKind {
    match byte {
        Some(b'{') => ValueKind::Object,
        Some(b'[') => ValueKind::Array,
        Some(b'"') => ValueKind::String,
        Some(b'-' | b'0'..=b'9') => ValueKind::Number,
        Some(b't' | b'f') => ValueKind::Bool,
        Some(b'n') => ValueKind::Null,
        _ => ValueKind::Other,
    }
}

/// How many of `bytes` the scalar takes that they begin with; all of them if it goes on after them.
fn scalar_bytes(bytes: &[u8]) -> usize {
    if bytes.first() == Some(&b'"') {
        let mut escaped = false;
        for (i, byte) in bytes.iter().enumerate().skip(1) {
            if !escaped && *byte == b'"' {
                return i + 1;
            }
            escaped = !escaped && *byte == b'\\';
        }
        return bytes.len();
    }
    let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b':') || byte.is_ascii_whitespace();
    bytes.iter().position(ends).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Space;

    proptest! {
        /// What is passed over at once changes nothing byte by byte, from whatever state.
        #[test]
        fn a_run_leaves_all_as_it_is(
            pieces in prop::collection::vec((prop::sample::select(&b" \n\t/*x"[..]), 1..200usize), 0..8),
        ) {
            let bytes: Vec<u8> = pieces.iter().flat_map(|(byte, n)| vec![*byte; *n]).collect();
            for space in [Space::White, Space::Slash, Space::Line, Space::Block, Space::BlockStar] {
                let n = space.run(&bytes);
                prop_assert!(n <= bytes.len());
                prop_assert!(bytes[..n].iter().all(|byte| space.next(*byte) == Some(space)));
            }
        }
    }
}
