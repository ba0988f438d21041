//! A structural index written down, and made again: columns of small numbers, each told by what it differs in from the one
//! before, and the states of a code language behind them.
//!
//! What is read is never believed for its own sake: every number that another one could contradict is held against it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Kept, StructuralIndex};
use crate::index::{DepthTree, Lowest};
use crate::lang::code::{Segments, reading, writing};
use crate::lang::{Class, LanguageId, PatternKind, ProblemKind, SpanKind};
use crate::limits::CHECKPOINTS_MAX;
use crate::scan::{Mode, State, Summary};
use crate::units::{ByteOffset, Depth};

/// An index in a form that serde takes.
#[derive(Debug, Serialize, Deserialize)]
pub struct WrittenIndex<'b> {
    chunk_bytes: u64,
    rows: Vec<Row>,
    totals: Sums,
    before_last: Sums,
    /// States in the table of states. The state at the end follows them.
    n_states: u32,
    #[serde(borrow)]
    states: Cow<'b, [u8]>,
    segments: Segments,
}

/// A chunk, as it differs from the one before.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    lines: u64,
    depth: Depth,
    state: i32,
    /// The lowest depth, from the depth at the chunk's start.
    lowest: Depth,
    commas: u64,
    closes: u64,
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
    /// The index to be written. `None` if it is not one that could be read again: its last chunk is given up, or a state
    /// cannot be written.
    #[must_use]
    pub fn to_written(&self) -> Option<WrittenIndex<'static>> {
        if self.reopened {
            return None;
        }
        let mut rows = Vec::with_capacity(self.chunks.len());
        let mut before = Kept { line: 0, depth: 0, state: 0 };
        for (chunk, kept) in self.chunks.iter().enumerate() {
            let lowest = self.tree.leaf(chunk)?;
            rows.push(Row {
                lines: kept.line.checked_sub(before.line)?,
                depth: kept.depth.checked_sub(before.depth)?,
                state: i32::try_from(i64::from(kept.state) - i64::from(before.state)).ok()?,
                lowest: lowest.depth.checked_sub(kept.depth)?,
                commas: lowest.commas,
                closes: lowest.closes,
            });
            before = *kept;
        }
        let (states, segments) = writing(|| {
            let mut bytes = Vec::new();
            self.states.iter().chain([&self.end]).try_for_each(|state| put(state, &mut bytes))?;
            Some(bytes)
        });
        Some(WrittenIndex {
            chunk_bytes: self.chunk_bytes,
            rows,
            totals: Sums::from(&self.totals),
            before_last: Sums::from(&self.before_last),
            n_states: u32::try_from(self.states.len()).ok()?,
            states: Cow::Owned(states?),
            segments,
        })
    }

    /// The index of a document of `bytes` bytes in `language`, begun with chunks of `chunk_bytes`. `None` if `written`
    /// cannot be that.
    #[must_use]
    pub fn from_written(
        written: WrittenIndex<'_>,
        language: LanguageId,
        chunk_bytes: u64,
        bytes: u64,
    ) -> Option<StructuralIndex> {
        let grown = written.chunk_bytes.checked_div(chunk_bytes)?;
        let is_grown =
            grown.is_power_of_two() && grown.checked_mul(chunk_bytes)? == written.chunk_bytes;
        let n = written.rows.len();
        let is_all = n as u64 == bytes.div_ceil(written.chunk_bytes) && n <= CHECKPOINTS_MAX;
        let totals = written.totals.summary()?;
        let before_last = written.before_last.summary()?;
        let before = (n as u64).saturating_sub(1) * written.chunk_bytes;
        let are_sums = totals.bytes == bytes && before_last.bytes == before;
        if !(is_grown && is_all && are_sums) {
            return None;
        }
        let n_states = written.n_states;
        let mut states =
            reading(written.segments, || take_all(&written.states, n_states, language))?;
        let end = states.pop()?;
        let mut index = StructuralIndex::new(written.chunk_bytes);
        let mut leaves = Vec::with_capacity(n);
        let mut last = Kept { line: 0, depth: 0, state: 0 };
        for row in written.rows {
            last = Kept {
                line: last.line.checked_add(row.lines)?,
                depth: last.depth.checked_add(row.depth)?,
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
        are_true.then_some(index)
    }
}

/// Appends a state: its mode, and a code language's own with a 1 in front, or a 0.
fn put(state: &State, bytes: &mut Vec<u8>) -> Option<()> {
    bytes.extend(postcard::to_allocvec(&state.mode).ok()?);
    bytes.push(u8::from(state.code.is_some()));
    if let Some(code) = &state.code {
        bytes.extend(code.write()?);
    }
    Some(())
}

/// `n` states and the one at the end.
fn take_all(mut bytes: &[u8], n: u32, language: LanguageId) -> Option<Vec<State>> {
    let mut states = Vec::new();
    for _ in 0..=n {
        let (mode, rest) = postcard::take_from_bytes::<Mode>(bytes).ok()?;
        let (has_code, rest) = rest.split_first()?;
        let code = match has_code {
            0 => (None, rest),
            1 => {
                let (code, rest) = language.info().scanner?.read_state(rest)?;
                (Some(code), rest)
            }
            _ => return None,
        };
        states.push(State { mode, code: code.0 });
        bytes = code.1;
    }
    bytes.is_empty().then_some(states)
}
