//! The definition after the one around a place, among its siblings, and the one before, wherever they are: what is gathered knows of
//! those around the cursor; beyond, the states between chunks say what is open there, and chunks read again what begins and ends.

use std::ops::Range;

use super::findings::{Findings, OnLine};
use super::gather::{ReadChunk, read_chunk};
use super::opened::Opened;
use super::pattern_search::{Sought, after, before};
use super::shared::Shared;
use crate::lang::code::{CodeState, Definition, Pattern};
use crate::limits::PREVIEW_BYTES;
use crate::units::{ByteOffset, ChunkIndex};

/// As [`Findings::first_inside`].
pub(super) fn first_inside(
    opened: &Opened,
    findings: &Findings,
    from: ByteOffset,
) -> Option<ByteOffset> {
    findings.first_inside(from, &OnLine(&|range| near(opened, range)))
}

/// What stands between two places that are near to each other.
fn near(opened: &Opened, range: Range<ByteOffset>) -> Option<Vec<u8>> {
    let is_near = range.end - range.start <= PREVIEW_BYTES as u64;
    is_near.then(|| opened.reader.bytes(range).ok()).flatten()
}

/// As [`Findings::sibling`], in all of the document.
pub(super) fn find(
    shared: &Shared,
    opened: &Opened,
    findings: &Findings,
    from: ByteOffset,
    forward: bool,
) -> Option<ByteOffset> {
    let between = |range| near(opened, range);
    let line = OnLine(&between);
    let found = findings.sibling(from, forward, &line);
    let Some(part) = findings.part() else { return found };
    if part.contains(&from) && found.is_some_and(|found| part.contains(&found)) {
        return found;
    }
    let here = around(shared, opened, from)?;
    let inner = here.last();
    if inner.is_none_or(|inner| !line.is_head(inner.start, from)) {
        let container = inner.map(|inner| inner.start);
        let next = after(shared, opened, from, Sought::DEFINITIONS);
        let next = next.and_then(|next| around(shared, opened, next));
        let next = next.filter(|next| parent_in(next) == container);
        if let Some(next) = next {
            if next.last().is_some_and(|it| line.leads_to(from, it.start)) {
                return step(shared, opened, &next, forward);
            }
            if forward {
                return next.last().map(|it| it.start);
            }
        }
        if !forward && let Some(last) = last_in(shared, opened, container, from) {
            return Some(last);
        }
    }
    inner?;
    step(shared, opened, &here, forward)
}

/// The definition after the innermost of these, or before it, among its siblings.
fn step(
    shared: &Shared,
    opened: &Opened,
    here: &[Definition],
    forward: bool,
) -> Option<ByteOffset> {
    let (inner, parent) = (here.last()?, parent_in(here));
    if !forward {
        return last_in(shared, opened, parent, inner.start);
    }
    let last = last_byte(shared, opened, inner.start, inner)?;
    let next = after(shared, opened, last, Sought::DEFINITIONS)?;
    // It may be behind all that the other one is inside of.
    let is_sibling = parent_in(&around(shared, opened, next)?) == parent;
    is_sibling.then_some(next)
}

/// The last definition before `from` directly inside of the one that begins at `container`, or of the outermost ones.
fn last_in(
    shared: &Shared,
    opened: &Opened,
    container: Option<ByteOffset>,
    from: ByteOffset,
) -> Option<ByteOffset> {
    // The last one of all may be deep inside of it.
    let last = around(shared, opened, before(shared, opened, from, Sought::DEFINITIONS)?)?;
    let place = match container {
        Some(container) => last.iter().position(|it| it.start == container)? + 1,
        None => 0,
    };
    last.get(place).map(|it| it.start)
}

/// Where the definition around the innermost of these begins.
fn parent_in(around: &[Definition]) -> Option<ByteOffset> {
    around.iter().rev().nth(1).map(|it| it.start)
}

/// The definitions around `at`, one that begins there too, outermost first.
fn around(shared: &Shared, opened: &Opened, at: ByteOffset) -> Option<Vec<Definition>> {
    let chunk = opened.chunk_of(at)?;
    let here = read_chunk(shared, opened, chunk)?;
    // What stands before a cut may be told behind it.
    let next = read_chunk(shared, opened, chunk + 1);
    let all: Vec<&ReadChunk> = std::iter::once(&here).chain(&next).collect();
    let begun = all.iter().flat_map(|read| &read.detail.definitions);
    let mut around: Vec<Definition> =
        here.around.iter().chain(begun).filter(|it| it.start <= at).copied().collect();
    around.sort_by_key(|it| it.start);
    around.dedup_by_key(|it| it.start);
    around.retain(|it| all.iter().all(|read| end_in(read, it).is_none_or(|end| end > at)));
    Some(around)
}

/// Where a definition ends, if the chunk tells.
fn end_in(read: &ReadChunk, definition: &Definition) -> Option<ByteOffset> {
    let mut patterns = read.detail.patterns.iter();
    let is_it = |it: &&Pattern| (it.start, it.kind) == (definition.start, definition.kind);
    patterns.find(is_it).map(|it| it.end)
}

/// The last byte of the definition around `from`. Chunks that it spans are passed over by what is open between them.
fn last_byte(
    shared: &Shared,
    opened: &Opened,
    from: ByteOffset,
    definition: &Definition,
) -> Option<ByteOffset> {
    let mut chunk = opened.chunk_of(from)?;
    while is_open_before(opened, chunk + 1, definition) {
        if !shared.wanted(opened.era) {
            return None;
        }
        chunk += 1;
    }
    // That it has ended may be told behind the cut.
    let mut chunks = [chunk, chunk + 1].into_iter();
    let end = chunks.find_map(|chunk| end_in(&read_chunk(shared, opened, chunk)?, definition))?;
    Some(end - 1)
}

/// Whether a definition is open where a chunk begins.
fn is_open_before(opened: &Opened, chunk: ChunkIndex, definition: &Definition) -> bool {
    let Ok(index) = opened.index.read() else { return false };
    let state = index.checkpoint(chunk).and_then(|it| it.state.code);
    let open = state.as_ref().map_or_else(Vec::new, CodeState::open_definitions);
    open.iter().any(|it| it.start == definition.start)
}
