//! The stack of what is open: cheap to keep at every checkpoint however deep it is, and bounded whatever comes.
//!
//! A checkpoint holds a copy of the state, so a plain vector of a million open brackets would be copied at each chunk.
//! Here only the innermost levels lie in a vector; those around them are segments that never change and that all copies
//! share (a persistent list, see Okasaki, Purely Functional Data Structures). Beyond [`LEVELS_KEPT`] levels a segment
//! that goes under is not kept: the one below it stands for it too. So the innermost and the outermost levels are always
//! what they were, and only of nesting that no person writes is something between them forgotten.

mod nearest;
mod written;

use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

pub use written::{Segments, reading, writing};

use crate::limits::LEVELS_KEPT;

/// Levels in a segment.
const SEGMENT: usize = 16;
/// Levels at hand: when one more opens, a segment of them goes under.
pub const INNERMOST_MAX: usize = 2 * SEGMENT;

/// A stack whose copies share what lies deep in it.
#[derive(Clone, Debug)]
pub struct Stack<T> {
    /// The innermost levels, the last one innermost. Not empty if there is a segment.
    hot: Vec<T>,
    cold: Option<Arc<Segment<T>>>,
}

/// [`SEGMENT`] levels, perhaps many times over, and what they lie in.
#[derive(Debug)]
struct Segment<T> {
    items: Arc<[T]>,
    times: usize,
    /// Levels in this segment and below it.
    levels: usize,
    /// Segments in memory: this one and those below it.
    kept: usize,
    below: Option<Arc<Segment<T>>>,
    /// How far levels of some sorts are, once somebody has asked.
    distances: OnceLock<nearest::Distances>,
}

impl<T> Default for Stack<T> {
    fn default() -> Self {
        Stack { hot: Vec::new(), cold: None }
    }
}

impl<T: Clone> Stack<T> {
    /// A stack with nothing on it.
    #[must_use]
    pub const fn new() -> Self {
        Stack { hot: Vec::new(), cold: None }
    }

    /// How many levels are open.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.cold.as_ref().map_or(0, |segment| segment.levels) + self.hot.len()
    }

    /// Whether none is open.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.hot.is_empty()
    }

    /// The innermost level.
    #[must_use]
    #[inline]
    pub fn last(&self) -> Option<&T> {
        self.hot.last()
    }

    /// The innermost level, to change it.
    #[inline]
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.hot.last_mut()
    }

    /// The innermost level and the one around it, to change them.
    pub fn last_two_mut(&mut self) -> Option<(&mut T, &mut T)> {
        if self.hot.len() == 1 {
            self.thaw();
        }
        match &mut self.hot[..] {
            [.., outer, inner] => Some((inner, outer)),
            _ => None,
        }
    }

    /// Opens a level.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.hot.len() >= INNERMOST_MAX {
            self.settle();
        }
        self.hot.push(item);
    }

    /// Closes the innermost level.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        let item = self.hot.pop();
        if self.hot.is_empty() && self.cold.is_some() {
            self.thaw();
        }
        item
    }

    /// Closes the innermost level if it is as asked for.
    #[inline]
    pub fn pop_if(&mut self, is_it: impl FnOnce(&T) -> bool) -> Option<T> {
        if is_it(self.last()?) { self.pop() } else { None }
    }

    /// Closes all.
    pub fn clear(&mut self) {
        *self = Stack::new();
    }

    /// All levels, the innermost first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let segments = std::iter::successors(self.cold.as_deref(), |it| it.below.as_deref());
        let cold = segments.flat_map(|it| std::iter::repeat_n(&it.items, it.times));
        self.hot.iter().rev().chain(cold.flat_map(|items| items.iter().rev()))
    }

    /// Some of the innermost levels, for a loop that opens and closes many. Call [`Stack::cut`] or [`Stack::settle`] before one
    /// opens above [`INNERMOST_MAX`] of them, and when the loop ends.
    #[inline]
    pub fn innermost_mut(&mut self) -> &mut Vec<T> {
        &mut self.hot
    }

    /// How many of the innermost levels are at hand.
    pub(crate) fn n_at_hand(&self) -> usize {
        self.hot.len()
    }

    /// All levels, outermost first, unless some lie too deep.
    pub(crate) fn all_mut(&mut self) -> Option<&mut [T]> {
        if self.cold.is_none() { Some(&mut self.hot) } else { None }
    }

    /// Takes off what lies around the innermost `n` levels, if those are at hand.
    pub(crate) fn take_outer(&mut self, n: usize) -> Option<Stack<T>> {
        let n_outer = self.hot.len().checked_sub(n)?;
        let hot = self.hot.drain(..n_outer).collect();
        let mut outer = Stack { hot, cold: self.cold.take() };
        outer.settle();
        Some(outer)
    }

    /// Opens all levels of another stack in this one.
    pub(crate) fn push_all(&mut self, inner: &Stack<T>) {
        let mut levels: Vec<&T> = inner.iter().collect();
        levels.reverse();
        levels.into_iter().cloned().for_each(|level| self.push(level));
    }

    /// Takes away what lies above `top`, counted among the innermost levels, makes good whatever was done to them, and tells
    /// how many of them there are now.
    #[inline(always)]
    pub fn cut(&mut self, top: usize) -> usize {
        self.hot.truncate(top);
        self.settle();
        self.hot.len()
    }

    /// Makes good whatever was done to the innermost levels.
    #[inline]
    pub fn settle(&mut self) {
        if self.hot.is_empty() && self.cold.is_some() {
            self.thaw();
        }
        while self.hot.len() >= INNERMOST_MAX {
            self.freeze();
        }
    }

    /// Moves the outermost levels of the vector into a segment.
    #[cold]
    fn freeze(&mut self) {
        let items = self.hot.drain(..SEGMENT);
        let below = self.cold.take();
        let (levels, kept) = below.as_ref().map_or((0, 0), |it| (it.levels, it.kept));
        let levels = levels + SEGMENT;
        self.cold = Some(Arc::new(match below {
            Some(it) if kept >= LEVELS_KEPT / SEGMENT => {
                let (items, below) = (Arc::clone(&it.items), it.below.clone());
                Segment {
                    items,
                    times: it.times + 1,
                    levels,
                    kept,
                    below,
                    distances: OnceLock::new(),
                }
            }
            below => Segment {
                items: items.collect(),
                times: 1,
                levels,
                kept: kept + 1,
                below,
                distances: OnceLock::new(),
            },
        }));
    }

    /// Takes the innermost segment back into the vector.
    #[cold]
    fn thaw(&mut self) {
        let Some(segment) = self.cold.take() else { return };
        self.hot.splice(..0, segment.items.iter().cloned());
        self.cold = match segment.times {
            1 => segment.below.clone(),
            times => Some(Arc::new(Segment {
                items: Arc::clone(&segment.items),
                times: times - 1,
                levels: segment.levels - SEGMENT,
                kept: segment.kept,
                below: segment.below.clone(),
                distances: OnceLock::new(),
            })),
        };
    }
}

impl<T: PartialEq + Clone> PartialEq for Stack<T> {
    fn eq(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        // Segments begin at the same levels in both, but one may have a segment more in its vector.
        if self.hot.len() != other.hot.len() {
            let more = self.hot.len() > other.hot.len();
            let (more, mut less) = if more { (self, other.clone()) } else { (other, self.clone()) };
            while less.hot.len() < more.hot.len() {
                less.thaw();
            }
            return *more == less;
        }
        if self.hot != other.hot {
            return false;
        }
        let (mut a, mut b) = (self.cold.as_ref(), other.cold.as_ref());
        while let (Some(x), Some(y)) = (a, b) {
            if Arc::ptr_eq(x, y) {
                return true;
            }
            if x.times != y.times || x.items != y.items {
                return false;
            }
            (a, b) = (x.below.as_ref(), y.below.as_ref());
        }
        true
    }
}

impl<T: Eq + Clone> Eq for Stack<T> {}

impl<T: Hash + Clone> Hash for Stack<T> {
    /// Its height and the innermost levels: as much as is at hand.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let levels = self.len();
        levels.hash(state);
        let begun = levels.saturating_sub(1) % SEGMENT + 1;
        self.hot[self.hot.len().saturating_sub(begun)..].hash(state);
    }
}

impl<T> Drop for Stack<T> {
    /// Segment by segment: what the compiler makes would go down the list by recursion.
    fn drop(&mut self) {
        let mut next = self.cold.take();
        while let Some(mut segment) = next.and_then(Arc::into_inner) {
            next = segment.below.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::hash::{BuildHasher, RandomState};

    proptest! {
        /// Against a vector, with a copy compared and dropped on the way.
        #[test]
        fn is_a_stack(steps in prop::collection::vec((any::<bool>(), 1_usize..60), 0..60)) {
            let (mut stack, mut naive, mut next) = (Stack::new(), Vec::new(), 0_u32);
            for (push, times) in steps {
                let before = (stack.clone(), naive.clone());
                for _ in 0..times {
                    if push && naive.len() < LEVELS_KEPT {
                        next += 1;
                        stack.push(next);
                        naive.push(next);
                    } else if !push {
                        prop_assert_eq!(stack.pop(), naive.pop());
                    }
                    prop_assert_eq!(stack.last(), naive.last());
                    prop_assert_eq!(stack.len(), naive.len());
                    prop_assert_eq!(stack.is_empty(), naive.is_empty());
                }
                prop_assert!(before.0.iter().eq(before.1.iter().rev()));
                prop_assert!(stack.iter().eq(naive.iter().rev()));
                let mut same = Stack::new();
                naive.iter().for_each(|item| same.push(*item));
                prop_assert_eq!(&same, &stack);
                let hasher = RandomState::new();
                prop_assert_eq!(hasher.hash_one(&same), hasher.hash_one(&stack));
                prop_assert_eq!(before.0 == stack, before.1 == naive);
                if let Some(first) = naive.first_mut() {
                    *first += 1;
                    let mut other = Stack::new();
                    naive.iter().for_each(|item| other.push(*item));
                    prop_assert_ne!(&other, &stack);
                    naive[0] -= 1;
                }
            }
        }
    }

    /// The innermost and the outermost levels are kept; a copy costs nothing; dropping does not recurse.
    #[test]
    fn a_height_beyond_all_bounds_is_kept_in_bounded_memory() {
        let (mut stack, height) = (Stack::new(), 10 * LEVELS_KEPT);
        for level in 0..height {
            stack.push(level);
        }
        let copy = stack.clone();
        assert_eq!(copy.len(), height);
        assert!(copy.cold.as_ref().is_some_and(|it| it.kept <= LEVELS_KEPT / SEGMENT));
        for level in (height - SEGMENT..height).rev() {
            assert_eq!(stack.pop(), Some(level));
        }
        while stack.len() > LEVELS_KEPT - SEGMENT {
            stack.pop();
        }
        for level in (0..LEVELS_KEPT - SEGMENT).rev() {
            assert_eq!(stack.pop(), Some(level));
        }
        assert_eq!(stack, Stack::new());
        assert_ne!(stack, copy);
    }

    /// Cut or whole: what is forgotten is the same, in every language, and nothing falls over.
    #[test]
    fn what_is_forgotten_does_not_depend_on_cuts() {
        let kernel = crate::simd::best();
        let levels = 3 * LEVELS_KEPT;
        let openers = "func f(a, b[c]) { \"#{x ".repeat(levels / 4) + &"([{\n".repeat(levels / 3);
        let closers = "}])\n".repeat(levels / 2) + &") } \"".repeat(levels);
        let mixed = "[(\n]{[)}(".repeat(levels) + "def x(a: [";
        let text = openers + &mixed + &closers;
        for info in crate::lang::languages() {
            let Some(scanner) = info.scanner else { continue };
            let whole = scanner.tokens(kernel, text.as_bytes(), &[]);
            assert!(!whole.structural.is_empty(), "{}", info.name);
            for step in [1, 7, 64, 1000] {
                let cuts: Vec<usize> = (1..text.len()).step_by(step).collect();
                let cut = scanner.tokens(kernel, text.as_bytes(), &cuts);
                assert!(cut == whole, "{} each {step}", info.name);
            }
        }
    }
}
