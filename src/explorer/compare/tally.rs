//! The tally of differences: all counted, by class and kind; the first ones kept.

use std::collections::{BTreeMap, BinaryHeap};

use super::{Difference, DifferenceClass, ItemKind, What};
use crate::limits::DIFFERENCES_KEPT_MAX;

/// How often the sides differ in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// What the left side says; none if it says nothing.
    pub left: Option<ItemKind>,
    /// What the right side says.
    pub right: Option<ItemKind>,
    /// How often.
    pub count: u64,
}

/// The differences between two sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// The first ones, by place: all, or [`DIFFERENCES_KEPT_MAX`].
    pub first: Vec<Difference>,
    /// How many there are in all.
    pub total: u64,
    /// In which ways, the most frequent first.
    pub kinds: Vec<KindCount>,
    /// Things that both sides tell.
    pub same: u64,
    /// Things told so late that what the other side told may have been counted before: then two of the total may be one,
    /// or none. 0 unless very much differs.
    pub late: u64,
    /// Of two documents: things beyond the shorter one's end, by side. They are not compared.
    pub beyond: [u64; 2],
}

impl Differences {
    /// How many of a class and a sort there are.
    #[must_use]
    pub fn count(&self, class: DifferenceClass, what: What) -> u64 {
        let of = |it: &&KindCount| it.class() == class && it.what() == what;
        self.kinds.iter().filter(of).map(|it| it.count).sum()
    }

    /// How many of a class there are.
    #[must_use]
    pub fn count_of(&self, class: DifferenceClass) -> u64 {
        What::ALL.iter().map(|what| self.count(class, *what)).sum()
    }
}

impl KindCount {
    fn one(&self) -> Difference {
        Difference { start: 0, end: 0, left: self.left, right: self.right }
    }

    /// The class of these differences.
    #[must_use]
    pub fn class(&self) -> DifferenceClass {
        self.one().class()
    }

    /// The sort of these differences.
    #[must_use]
    pub fn what(&self) -> What {
        self.one().what()
    }
}

/// Counts differences as they are found.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) same: u64,
    pub(super) late: u64,
    pub(super) beyond: [u64; 2],
    total: u64,
    kinds: BTreeMap<(Option<ItemKind>, Option<ItemKind>), u64>,
    /// The first ones; the last of them on top.
    first: BinaryHeap<Difference>,
}

impl Tally {
    /// One more.
    pub(super) fn add(&mut self, difference: Difference) {
        self.total += 1;
        *self.kinds.entry((difference.left, difference.right)).or_default() += 1;
        if self.first.len() < DIFFERENCES_KEPT_MAX {
            self.first.push(difference);
        } else if let Some(mut last) = self.first.peek_mut()
            && difference < *last
        {
            *last = difference;
        }
    }

    /// The differences so far.
    pub(super) fn differences(&self) -> Differences {
        let mut first: Vec<Difference> = self.first.iter().copied().collect();
        first.sort_unstable();
        let counted = self.kinds.iter();
        let mut kinds: Vec<KindCount> = counted
            .map(|((left, right), count)| KindCount { left: *left, right: *right, count: *count })
            .collect();
        kinds.sort_by_key(|it| std::cmp::Reverse(it.count));
        let Tally { same, late, beyond, total, .. } = *self;
        Differences { first, total, kinds, same, late, beyond }
    }
}
