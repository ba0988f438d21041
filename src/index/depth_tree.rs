//! A tree over the lowest depth of each chunk, with what stands at that depth counted.
//!
//! The range-min-max tree of succinct tree representations (Navarro, Sadakane: "Fully functional static and dynamic
//! succinct trees", 2014), cut down to what is asked here: it is binary, lives in one vector a level, grows at its right
//! end, and its leaves are chunks, not blocks of bits.

use std::ops::Range;

use crate::units::{ChunkIndex, Depth};

/// The lowest depth of a stretch, and what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lowest {
    /// The lowest depth, counted from the document's top level; depth before the stretch counts too.
    pub depth: Depth,
    /// Commas at that depth.
    pub commas: u64,
    /// Closing brackets that bring depth down to it.
    pub closes: u64,
}

impl Lowest {
    /// Of this stretch and the one after it.
    #[must_use]
    pub fn then(self, next: Lowest) -> Lowest {
        match self.depth.cmp(&next.depth) {
            std::cmp::Ordering::Less => self,
            std::cmp::Ordering::Greater => next,
            std::cmp::Ordering::Equal => Lowest {
                depth: self.depth,
                commas: self.commas + next.commas,
                closes: self.closes + next.closes,
            },
        }
    }
}

/// The tree.
#[derive(Clone, Debug, Default)]
pub struct DepthTree {
    /// `levels[0]` are the leaves; each level above has half as many, rounded up.
    levels: Vec<Vec<Lowest>>,
}

impl DepthTree {
    /// The tree over these leaves. O(n).
    #[must_use]
    pub fn of(leaves: Vec<Lowest>) -> DepthTree {
        let mut levels = Vec::new();
        let mut level = leaves;
        while level.len() > 1 {
            let node = |pair: &[Lowest]| pair.get(1).map_or(pair[0], |right| pair[0].then(*right));
            let above = level.chunks(2).map(node).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        if !level.is_empty() {
            levels.push(level);
        }
        DepthTree { levels }
    }

    /// Leaves in the tree.
    #[must_use]
    pub fn len(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// Whether there are no leaves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The leaf of a chunk.
    #[must_use]
    pub fn leaf(&self, chunk: ChunkIndex) -> Option<Lowest> {
        self.levels.first()?.get(chunk).copied()
    }

    /// Appends a leaf. O(log n).
    pub fn push(&mut self, leaf: Lowest) {
        if self.levels.is_empty() {
            self.levels.push(Vec::new());
        }
        self.levels[0].push(leaf);
        self.update(self.len() - 1);
    }

    /// Replaces the last leaf. O(log n).
    pub fn replace_last(&mut self, leaf: Lowest) {
        if let Some(last) = self.levels.first_mut().and_then(|leaves| leaves.last_mut()) {
            *last = leaf;
            self.update(self.len() - 1);
        }
    }

    /// Makes again what stands above a leaf.
    fn update(&mut self, leaf: usize) {
        let mut at = leaf;
        let mut level = 0;
        while self.levels[level].len() > 1 {
            at /= 2;
            let below = &self.levels[level];
            let (left, right) = (below[2 * at], below.get(2 * at + 1));
            let node = right.map_or(left, |right| left.then(*right));
            level += 1;
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            match self.levels[level].get_mut(at) {
                Some(old) => *old = node,
                None => self.levels[level].push(node),
            }
        }
    }

    /// The first leaf in `range` for which `wanted` holds. `wanted` must hold for a node whenever it holds for a leaf
    /// under it, as "the lowest depth is at most d" does. O(log n).
    #[must_use]
    pub fn first(
        &self,
        range: Range<ChunkIndex>,
        wanted: impl Fn(Lowest) -> bool,
    ) -> Option<ChunkIndex> {
        let end = range.end.min(self.len());
        let (mut level, mut at) = (0, range.start);
        // Up, over the widest nodes that begin here and are not wanted; then down into the first that is.
        loop {
            if at << level >= end {
                return None;
            }
            let node = self.levels[level][at];
            if wanted(node) {
                if level == 0 {
                    return Some(at);
                }
                (level, at) = (level - 1, 2 * at);
                continue;
            }
            at += 1;
            while level + 1 < self.levels.len()
                && at.is_multiple_of(2)
                && at >> 1 < self.levels[level + 1].len()
            {
                (level, at) = (level + 1, at / 2);
            }
            if at >= self.levels[level].len() {
                return None;
            }
        }
    }

    /// The last leaf in `range` for which `wanted` holds; `wanted` as in [`DepthTree::first`]. O(log n).
    #[must_use]
    pub fn last(
        &self,
        range: Range<ChunkIndex>,
        wanted: impl Fn(Lowest) -> bool,
    ) -> Option<ChunkIndex> {
        let mut level = 0;
        // One past the node looked at, in its level.
        let mut end = range.end.min(self.len());
        loop {
            if end == 0 || (end << level) <= range.start {
                return None;
            }
            let at = end - 1;
            if wanted(self.levels[level][at]) {
                if level == 0 {
                    return (at >= range.start).then_some(at);
                }
                // The right child may be missing at the tree's right end.
                end = (2 * at + 2).min(self.levels[level - 1].len());
                level -= 1;
                continue;
            }
            end -= 1;
            while level + 1 < self.levels.len() && end > 0 && end.is_multiple_of(2) {
                (level, end) = (level + 1, end / 2);
            }
        }
    }

    /// The lowest depth over `range`; `None` for an empty one. O(log n).
    #[must_use]
    pub fn lowest(&self, range: Range<ChunkIndex>) -> Option<Lowest> {
        let (mut from, mut to) = (range.start, range.end.min(self.len()));
        let mut all: Option<Lowest> = None;
        // Sums do not depend on the order in which they are taken.
        let mut take = |node: Lowest| all = Some(all.map_or(node, |all| all.then(node)));
        let mut level = 0;
        while from < to {
            let nodes = &self.levels[level];
            if from % 2 == 1 {
                take(nodes[from]);
                from += 1;
            }
            if to % 2 == 1 && from < to {
                to -= 1;
                take(nodes[to]);
            }
            (from, to) = (from / 2, to / 2);
            level += 1;
        }
        all
    }

    /// Over `range`, whose lowest depth is `depth` or more: goes on to the leaf in which the `n`-th (from 0) of what
    /// `count` counts at `depth` stands. Returns the leaf and how many stand before it. O(log n).
    ///
    /// # Errors
    /// How many there are in all, if there are not so many.
    pub fn find_nth(
        &self,
        range: Range<ChunkIndex>,
        depth: Depth,
        n: u64,
        count: impl Fn(Lowest) -> u64,
    ) -> Result<(ChunkIndex, u64), u64> {
        let at_depth = |node: Lowest| if node.depth == depth { count(node) } else { 0 };
        let end = range.end.min(self.len());
        let (mut level, mut at, mut before) = (0, range.start, 0);
        loop {
            if at << level >= end || at >= self.levels[level].len() {
                return Err(before);
            }
            let whole = (at + 1) << level <= end;
            let here = at_depth(self.levels[level][at]);
            if before + here > n || !whole {
                if level == 0 {
                    return Ok((at, before));
                }
                (level, at) = (level - 1, 2 * at);
                continue;
            }
            before += here;
            at += 1;
            while level + 1 < self.levels.len()
                && at.is_multiple_of(2)
                && at / 2 < self.levels[level + 1].len()
            {
                (level, at) = (level + 1, at / 2);
            }
        }
    }

    /// Bytes that the tree takes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.levels.iter().map(|level| level.capacity() * size_of::<Lowest>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn leaves() -> impl Strategy<Value = Vec<Lowest>> {
        let leaf = (-2i64..6, 0u64..4, 0u64..4).prop_map(|(depth, commas, closes)| Lowest {
            depth,
            commas,
            closes,
        });
        prop::collection::vec(leaf, 0..70)
    }

    fn tree(leaves: &[Lowest]) -> DepthTree {
        let mut tree = DepthTree::default();
        for leaf in leaves {
            tree.push(Lowest { depth: 9, commas: 9, closes: 9 });
            tree.replace_last(*leaf);
        }
        tree
    }

    proptest! {
        #[test]
        fn the_tree_answers_as_a_walk_over_its_leaves_does(
            leaves in leaves(), from in 0usize..75, n in 0usize..75, depth in -3i64..7, nth in 0u64..40,
        ) {
            let tree = tree(&leaves);
            prop_assert_eq!(&DepthTree::of(leaves.clone()).levels, &tree.levels);
            let range = from..from + n;
            let cut = range.start.min(leaves.len())..range.end.min(leaves.len());
            let inside = &leaves[cut.clone()];
            let wanted = |node: Lowest| node.depth <= depth;
            let found = inside.iter().position(|leaf| wanted(*leaf)).map(|i| cut.start + i);
            prop_assert_eq!(tree.first(range.clone(), wanted), found);
            let found = inside.iter().rposition(|leaf| wanted(*leaf)).map(|i| cut.start + i);
            prop_assert_eq!(tree.last(range.clone(), wanted), found);
            let lowest = inside.iter().copied().reduce(Lowest::then);
            prop_assert_eq!(tree.lowest(range.clone()), lowest);
            if let Some(lowest) = lowest {
                let mut before = 0;
                let mut expected = Err(0);
                for (i, leaf) in inside.iter().enumerate() {
                    let here = if leaf.depth == lowest.depth { leaf.commas } else { 0 };
                    if before + here > nth {
                        expected = Ok((cut.start + i, before));
                        break;
                    }
                    before += here;
                    expected = Err(before);
                }
                prop_assert_eq!(tree.find_nth(range, lowest.depth, nth, |l| l.commas), expected);
            }
        }
    }
}
