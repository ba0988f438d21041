//! The summary: what a stretch of bytes adds. Summaries of neighbours merge into the summary of both.

use crate::lang::{Class, PatternKind, ProblemKind, SpanKind};
use crate::simd::{self, KernelId};
use crate::units::{ByteOffset, Depth};

/// What a stretch of bytes adds to the counts, and how depth moves in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Bytes covered.
    pub bytes: u64,
    /// LF bytes, wherever they stand.
    pub line_breaks: u64,
    /// Structural characters by [`Class`] number.
    pub classes: [u64; Class::ALL.len()],
    /// Spans by [`SpanKind`] number, each counted where it is recognised: a string at its first quote, a comment at its
    /// second byte (so that a cut between the two changes no sum).
    pub spans: [u64; SpanKind::ALL.len()],
    /// Patterns by [`PatternKind`] number, each counted where its end is recognised.
    pub patterns: [u64; PatternKind::ALL.len()],
    /// The first problem that the scanner of a code language saw. JSON's are found by the checking pass.
    pub problem: Option<(ByteOffset, ProblemKind)>,
    /// Depth after the stretch less depth before it.
    pub depth_change: Depth,
    /// Lowest depth in the stretch less depth before it; 0 or less.
    pub depth_min: Depth,
    /// Highest depth in the stretch less depth before it; 0 or more.
    pub depth_max: Depth,
    /// Commas that stand at the lowest depth. With the range-min-max tree they number a container's members.
    pub commas_at_min: u64,
    /// Closing brackets that bring depth down to the lowest. At the top level, where no commas stand between values,
    /// they number the values.
    pub closes_at_min: u64,
}

impl Default for Summary {
    fn default() -> Self {
        Summary {
            bytes: 0,
            line_breaks: 0,
            classes: [0; Class::ALL.len()],
            spans: [0; SpanKind::ALL.len()],
            patterns: [0; PatternKind::ALL.len()],
            problem: None,
            depth_change: 0,
            depth_min: 0,
            depth_max: 0,
            commas_at_min: 0,
            closes_at_min: 0,
        }
    }
}

impl Summary {
    /// Counts `bytes`, and line breaks among them, which a scanner has left out.
    pub(crate) fn count_lines(&mut self, kernel: KernelId, bytes: &[u8]) {
        self.bytes = bytes.len() as u64;
        self.line_breaks = simd::count::<b'\n'>(kernel, bytes);
    }

    /// Whether depth has moved in this stretch as in `other`.
    pub(crate) fn moves_depth_as(&self, other: &Summary) -> bool {
        let depth = |summary: &Summary| {
            let Summary {
                depth_change, depth_min, depth_max, commas_at_min, closes_at_min, ..
            } = *summary;
            (depth_change, depth_min, depth_max, commas_at_min, closes_at_min)
        };
        depth(self) == depth(other)
    }

    /// Goes on as a stretch did that `before` told of and then `after`, and in which depth had moved as in this one. Problems,
    /// bytes and line breaks aside.
    pub(crate) fn go_on_as(&mut self, before: &Summary, after: &Summary) {
        let add = |counts: &mut [u64], before: &[u64], after: &[u64]| {
            let more = after.iter().zip(before).map(|(after, before)| after - before);
            counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
        };
        add(&mut self.classes, &before.classes, &after.classes);
        add(&mut self.spans, &before.spans, &after.spans);
        add(&mut self.patterns, &before.patterns, &after.patterns);
        (self.depth_change, self.depth_min) = (after.depth_change, after.depth_min);
        self.depth_max = after.depth_max;
        (self.commas_at_min, self.closes_at_min) = (after.commas_at_min, after.closes_at_min);
    }

    /// The summary of this stretch and the one right after it.
    #[must_use]
    pub fn then(&self, next: &Summary) -> Summary {
        let mut both = self.clone();
        both.append(next);
        both
    }

    /// Adds the stretch right after this one. A summary has some 700 bytes: where chunks are summed up one by one, to make a new one each
    /// time is a twentieth of their scan.
    pub fn append(&mut self, next: &Summary) {
        let add = |counts: &mut [u64], more: &[u64]| {
            counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
        };
        let next_min = self.depth_change + next.depth_min;
        let depth_min = self.depth_min.min(next_min);
        let (mine, theirs) = (self.depth_min == depth_min, next_min == depth_min);
        let at_min = |here: u64, there: u64| u64::from(mine) * here + u64::from(theirs) * there;
        self.bytes += next.bytes;
        self.line_breaks += next.line_breaks;
        add(&mut self.classes, &next.classes);
        add(&mut self.spans, &next.spans);
        add(&mut self.patterns, &next.patterns);
        let problems = [self.problem, next.problem];
        self.problem = problems.into_iter().flatten().min_by_key(|(at, _)| *at);
        self.depth_min = depth_min;
        self.depth_max = self.depth_max.max(self.depth_change + next.depth_max);
        self.depth_change += next.depth_change;
        self.commas_at_min = at_min(self.commas_at_min, next.commas_at_min);
        self.closes_at_min = at_min(self.closes_at_min, next.closes_at_min);
    }
}
