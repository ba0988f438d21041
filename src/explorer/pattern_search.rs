//! The next pattern of some kinds and the one before, wherever they are: what is gathered knows of those around the cursor, the
//! index which kinds end in which chunk, and a chunk read again the rest.

use super::gather::{ReadChunk, read_chunk};
use super::opened::Opened;
use super::shared::Shared;
use super::{Kinds, findings::Findings};
use crate::lang::PatternKind;
use crate::units::{ByteOffset, ChunkIndex};

/// What is searched for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sought {
    kinds: Kinds,
    /// Of patterns those alone that open a level of the outline.
    definitions_only: bool,
}

impl Sought {
    /// Any definition.
    pub(super) const DEFINITIONS: Sought = Sought { kinds: Kinds::ALL, definitions_only: true };
}

/// The first pattern of `kinds` that starts after `from`, or the last one that starts before it.
pub(super) fn find(
    shared: &Shared,
    opened: &Opened,
    findings: &Findings,
    (from, kinds, forward): (ByteOffset, Kinds, bool),
) -> Option<ByteOffset> {
    let part = findings.part();
    let near = findings.next_pattern(from, kinds, forward);
    let Some(part) = part else { return near };
    // Of what goes on behind the part no more is there than where it begins.
    let unended = findings.next_unended(from, kinds, forward);
    let near = near.into_iter().chain(unended);
    let near = if forward { near.min() } else { near.max() };
    if part.contains(&from) && near.is_some_and(|near| part.contains(&near)) {
        return near;
    }
    let sought = Sought { kinds, definitions_only: false };
    if forward { after(shared, opened, from, sought) } else { before(shared, opened, from, sought) }
}

/// From the place on. Whatever ends in a chunk may have begun before it, but not before what is open where it begins.
pub(super) fn after(
    shared: &Shared,
    opened: &Opened,
    from: ByteOffset,
    sought: Sought,
) -> Option<ByteOffset> {
    let mut chunk = opened.chunk_of(from)?;
    while shared.wanted(opened.era) {
        let kinds_here = kinds_of(opened, chunk)?;
        if sought.kinds.meet(kinds_here) {
            let read = read_chunk(shared, opened, chunk)?;
            let found = starts(&read, sought).filter(|start| *start > from).min();
            if found.is_some() {
                return found;
            }
        }
        chunk += 1;
    }
    None
}

/// Back from the place. What begins before it may end in any chunk behind, but is then open at its chunk's begin.
pub(super) fn before(
    shared: &Shared,
    opened: &Opened,
    from: ByteOffset,
    sought: Sought,
) -> Option<ByteOffset> {
    let mut found: Option<ByteOffset> = None;
    let mut chunk = opened.chunk_of(from)?;
    while shared.wanted(opened.era) {
        let is_first = opened.chunk_of(from) == Some(chunk);
        if is_first || sought.kinds.meet(kinds_of(opened, chunk)?) {
            let read = read_chunk(shared, opened, chunk)?;
            found = found.max(starts(&read, sought).filter(|start| *start < from).max());
        }
        // What began further ahead than this chunk is the last one.
        if found.is_some_and(|start| opened.chunk_of(start) >= Some(chunk)) || chunk == 0 {
            return found;
        }
        chunk -= 1;
    }
    None
}

/// Where what a chunk tells of begins: patterns that end in it, definitions that begin in it or before it.
fn starts(read: &ReadChunk, sought: Sought) -> impl Iterator<Item = ByteOffset> {
    let Sought { kinds, definitions_only } = sought;
    let patterns = if definitions_only { &[][..] } else { &read.detail.patterns };
    let patterns = patterns.iter().map(|it| (it.start, it.kind));
    let definitions = read.around.iter().chain(&read.detail.definitions);
    let all = patterns.chain(definitions.map(|it| (it.start, it.kind)));
    all.filter(move |(_, kind): &(_, PatternKind)| kinds.has(*kind)).map(|(start, _)| start)
}

fn kinds_of(opened: &Opened, chunk: ChunkIndex) -> Option<u64> {
    let index = opened.index.read().ok()?;
    (chunk < index.chunks()).then(|| index.kinds(chunk))
}
