//! A structural index written down, and made again: columns of small numbers, each told by what it differs in from the one
//! before, and the states of a code language behind them.
//!
//! What is read is never believed for its own sake: every number that another one could contradict is held against it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Serialize};

use super::{Kept, StructuralIndex};
use crate::index::states::{States, Stored, put};
use crate::index::{DepthTree, Lowest};
use crate::lang::code::{Segments, writing};
use crate::lang::{Class, LanguageId, PatternKind, ProblemKind, SpanKind};
use crate::limits::CHECKPOINTS_MAX;
use crate::scan::Summary;
use crate::units::{ByteOffset, Depth};

/// An index in a form that serde takes, but for its states: these are bytes as they are, and are kept as they are read.
#[derive(Debug, Serialize, Deserialize)]
pub struct WrittenIndex<'b> {
    chunk_bytes: u64,
    n_rows: u32,
    /// The rows one after the other: as a list they would be seven megabytes to be made and thrown away.
    #[serde(borrow)]
    rows: Cow<'b, [u8]>,
    totals: Sums,
    before_last: Sums,
    /// States in the table of states. The state at the end is the last one.
    n_states: u32,
    segments: Segments,
}

/// A chunk, as it differs from the one before.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    lines: u64,
    depth: Depth,
    kinds: u64,
    state: i32,
    /// The lowest depth, from the depth at the chunk's start.
    lowest: Depth,
    commas: u64,
    closes: u64,
}

/// States to be written, once each.
struct StatesInUse {
    /// New places by old ones.
    places: HashMap<u32, u32>,
    n: u32,
    bytes: Vec<u8>,
    segments: Segments,
}

/// A summary. Its counts are as many as there are kinds.
#[derive(Debug, Serialize, Deserialize)]
struct Sums {
    bytes: u64,
    line_breaks: u64,
    classes: Vec<u64>,
    spans: Vec<u64>,
    patterns: Vec<u64>,
    problem: Option<(ByteOffset, ProblemKind)>,
    depth: [Depth; 3],
    commas_at_min: u64,
    closes_at_min: u64,
}

impl From<&Summary> for Sums {
    fn from(it: &Summary) -> Self {
        Sums {
            bytes: it.bytes,
            line_breaks: it.line_breaks,
            classes: it.classes.to_vec(),
            spans: it.spans.to_vec(),
            patterns: it.patterns.to_vec(),
            problem: it.problem,
            depth: [it.depth_change, it.depth_min, it.depth_max],
            commas_at_min: it.commas_at_min,
            closes_at_min: it.closes_at_min,
        }
    }
}

impl Sums {
    fn summary(self) -> Option<Summary> {
        let [depth_change, depth_min, depth_max] = self.depth;
        Some(Summary {
            bytes: self.bytes,
            line_breaks: self.line_breaks,
            classes: <[u64; Class::ALL.len()]>::try_from(self.classes).ok()?,
            spans: <[u64; SpanKind::ALL.len()]>::try_from(self.spans).ok()?,
            patterns: <[u64; PatternKind::ALL.len()]>::try_from(self.patterns).ok()?,
            problem: self.problem,
            depth_change,
            depth_min,
            depth_max,
            commas_at_min: self.commas_at_min,
            closes_at_min: self.closes_at_min,
        })
    }
}

impl StructuralIndex {
    /// The index to be written, and its states. `None` if it is not one that could be read again: its last chunk is given up, or a state
    /// cannot be written.
    #[must_use]
    pub fn to_written(&self) -> Option<(WrittenIndex<'static>, Vec<u8>)> {
        if self.reopened {
            return None;
        }
        let StatesInUse { places, n, bytes, segments } = self.states_in_use()?;
        let mut rows = Vec::new();
        let mut before = Kept::default();
        for (chunk, kept) in self.chunks.iter().enumerate() {
            let kept = Kept { state: *places.get(&kept.state)?, ..*kept };
            let lowest = self.tree.leaf(chunk)?;
            let row = Row {
                lines: kept.line.checked_sub(before.line)?,
                depth: kept.depth.checked_sub(before.depth)?,
                kinds: kept.kinds,
                state: i32::try_from(i64::from(kept.state) - i64::from(before.state)).ok()?,
                lowest: lowest.depth.checked_sub(kept.depth)?,
                commas: lowest.commas,
                closes: lowest.closes,
            };
            rows = postcard::to_extend(&row, rows).ok()?;
            before = kept;
        }
        let written = WrittenIndex {
            chunk_bytes: self.chunk_bytes,
            n_rows: u32::try_from(self.chunks.len()).ok()?,
            rows: Cow::Owned(rows),
            totals: Sums::from(&self.totals),
            before_last: Sums::from(&self.before_last),
            n_states: n,
            segments,
        };
        Some((written, bytes))
    }

    /// The states that chunks begin in, and the one at the end behind them.
    fn states_in_use(&self) -> Option<StatesInUse> {
        let mut places = HashMap::new();
        let mut bytes = Vec::new();
        // The states must live while segments are told apart by where they lie; those from disk are made for this.
        let mut states = Vec::new();
        for kept in &self.chunks {
            if let Entry::Vacant(place) = places.entry(kept.state) {
                place.insert(u32::try_from(states.len()).ok()?);
                states.push(self.states.get(kept.state)?);
            }
        }
        states.push(self.end.clone());
        let n = u32::try_from(states.len()).ok()?;
        let (whole, segments) =
            writing(|| states.iter().try_for_each(|state| put(state, &mut bytes)));
        whole.map(|()| StatesInUse { places, n, bytes, segments })
    }

    /// The index of a document of `bytes` bytes in `language`, begun with chunks of `chunk_bytes`. `None` if `written` and
    /// `states` cannot be that.
    #[must_use]
    pub fn from_written(
        written: WrittenIndex<'_>,
        states: Vec<u8>,
        language: LanguageId,
        chunk_bytes: u64,
        bytes: u64,
    ) -> Option<StructuralIndex> {
        let grown = written.chunk_bytes.checked_div(chunk_bytes)?;
        if !grown.is_power_of_two() || grown.checked_mul(chunk_bytes)? != written.chunk_bytes {
            return None;
        }
        let n = written.n_rows as usize;
        if n as u64 != bytes.div_ceil(written.chunk_bytes) || n > CHECKPOINTS_MAX {
            return None;
        }
        let totals = written.totals.summary()?;
        let before_last = written.before_last.summary()?;
        let before = (n as u64).saturating_sub(1) * written.chunk_bytes;
        if totals.bytes != bytes || before_last.bytes != before {
            return None;
        }
        // Each chunk begins in one state, and the last one is the end's.
        let end = written.n_states.checked_sub(1).filter(|it| *it as usize <= n)?;
        let states = Stored::new(language, states, written.n_states, written.segments)?;
        let states = States::of(states);
        let (n_states, end) = (end, states.get(end)?);
        let mut index = StructuralIndex::new(written.chunk_bytes);
        index.chunks.reserve_exact(n);
        let mut leaves = Vec::with_capacity(n);
        let mut last = Kept::default();
        let mut rows = &written.rows[..];
        for _ in 0..n {
            let (row, rest) = postcard::take_from_bytes::<Row>(rows).ok()?;
            rows = rest;
            last = Kept {
                line: last.line.checked_add(row.lines)?,
                depth: last.depth.checked_add(row.depth)?,
                kinds: row.kinds,
                state: last.state.checked_add_signed(row.state).filter(|it| *it < n_states)?,
            };
            let depth = last.depth.checked_add(row.lowest)?;
            leaves.push(Lowest { depth, commas: row.commas, closes: row.closes });
            index.chunks.push(last);
        }
        let are_true =
            last.line == before_last.line_breaks && last.depth == before_last.depth_change;
        index.tree = DepthTree::of(leaves);
        (index.states, index.totals, index.before_last) = (states, totals, before_last);
        index.end = end;
        (are_true && rows.is_empty()).then_some(index)
    }
}
