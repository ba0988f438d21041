//! The innermost level of some sort, found segment by segment: what lies in one is looked at once, however often it is asked.
//!
//! A closer without an opener looks outwards for one that it fits. In a document of nothing but those each of them would go over
//! the same levels again.

use super::{SEGMENT, Segment, Stack};

/// A set of sorts: a bit for each. Whoever has a stack says of what sort a level is, always in the same way.
type SortSet = u32;

/// How many sorts there are at most.
const SORTS_MAX: usize = 4;

/// For each sort, how many levels of a segment and of those below it are inside of the innermost one of that sort.
pub(super) type Distances = [u32; SORTS_MAX];

/// There is no level of that sort, or it is so far that nobody asks.
const FAR: u32 = u32::MAX;

impl<T: Clone> Stack<T> {
    /// How many levels are inside of the innermost one whose sort is in `sorts`, and what sort it is; none if they are not less
    /// than `n_max`.
    pub(crate) fn nearest(
        &self,
        n_max: usize,
        sorts: SortSet,
        sort_of: impl Fn(&T) -> SortSet,
    ) -> Option<(usize, SortSet)> {
        let mut at_hand = self.hot.iter().rev().map(|level| sort_of(level) & sorts).enumerate();
        let nearest = at_hand.find(|(_, sort)| *sort != 0).or_else(|| {
            let distances = self.cold.as_ref()?.distances(&sort_of);
            let asked = distances.into_iter().enumerate();
            let asked = asked.filter(|(sort, n)| sorts & 1 << sort != 0 && *n != FAR);
            let (sort, n) = asked.min_by_key(|(_, n)| *n)?;
            Some((self.hot.len() + n as usize, 1 << sort))
        });
        nearest.filter(|(n, _)| *n < n_max)
    }
}

impl<T> Segment<T> {
    /// Its distances. They are made once, and those of what lies below it before them.
    fn distances(&self, sort_of: &impl Fn(&T) -> SortSet) -> Distances {
        let mut known = None;
        let mut unknown = Vec::new();
        let mut next = Some(self);
        while let Some(segment) = next {
            known = segment.distances.get().copied();
            if known.is_some() {
                break;
            }
            unknown.push(segment);
            next = segment.below.as_deref();
        }
        let mut distances = known.unwrap_or([FAR; SORTS_MAX]);
        for segment in unknown.into_iter().rev() {
            distances = segment.distances_over(distances, sort_of);
            _ = segment.distances.set(distances);
        }
        distances
    }

    /// Its distances, by those of what lies below it.
    fn distances_over(&self, below: Distances, sort_of: &impl Fn(&T) -> SortSet) -> Distances {
        let n_levels = u32::try_from(SEGMENT.saturating_mul(self.times)).unwrap_or(FAR);
        let mut distances = below.map(|distance| distance.saturating_add(n_levels));
        // From the outermost level to the innermost: that is the one that stays.
        for (n, level) in (0..SEGMENT as u32).rev().zip(self.items.iter()) {
            let sorts = sort_of(level);
            for (sort, distance) in distances.iter_mut().enumerate() {
                if sorts & 1 << sort != 0 {
                    *distance = n;
                }
            }
        }
        distances
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    /// The lowest bits of a level tell its sort.
    fn sort_of(level: &u32) -> SortSet {
        1 << (level % 8) & 0b1111
    }

    proptest! {
        /// As going over all levels, whatever was asked before and however high the stack has become.
        #[test]
        fn the_nearest_is_the_first_of_all_levels(
            steps in prop::collection::vec((0_u32..8, 0_usize..90, 0_usize..60, 1_u32..16), 1..30),
            n_max in 0_usize..2000,
        ) {
            let mut stack = Stack::new();
            for (sort, n_pushed, n_popped, sorts) in steps {
                (0..n_pushed).for_each(|_| stack.push(sort));
                (0..n_popped).for_each(|_| _ = stack.pop());
                let mut levels = stack.iter().take(n_max).map(|level| sort_of(level) & sorts).enumerate();
                let first = levels.find(|(_, sort)| *sort != 0);
                prop_assert_eq!(stack.nearest(n_max, sorts, sort_of), first);
            }
        }
    }

    /// The work of a look does not grow with how much is open: what has gone under is looked at once.
    #[test]
    fn no_segment_is_looked_at_twice() {
        let n_looked_at = Cell::new(0);
        let counted = |level: &u32| {
            n_looked_at.set(n_looked_at.get() + 1);
            sort_of(level)
        };
        // Fewer than are kept in tests: what is forgotten stands for what lies above it.
        let n_levels = crate::limits::LEVELS_KEPT / 2;
        let mut stack = Stack::new();
        stack.push(1);
        for n in 1..=n_levels {
            stack.push(0);
            assert_eq!(stack.nearest(100, 2, counted), (n < 100).then_some((n, 2)));
        }
        assert!(n_looked_at.get() <= n_levels * (super::super::INNERMOST_MAX + 1));
    }
}
