//! The matcher: takes what two sides tell of one sort, finds what both tell, and hands on the rest.
//!
//! Mostly both tell the same things in the same order, and the fronts of two queues go away together. Where they differ, the
//! one whose place comes first waits in an ordered map for the other side to tell it too: some things are told late (a
//! bracket that is never closed is told at the document's end). Only where too much waits are the foremost ones taken for
//! differences before the end. Something told even later than that is counted where it comes, and is said to be.

use std::collections::{BTreeMap, VecDeque};

use super::side::Item;
use super::tally::Tally;
use super::{Difference, ItemKind};
use crate::units::ByteOffset;

/// Where something ends and begins.
type Place = (ByteOffset, ByteOffset);

/// Takes what two sides tell of one sort.
#[derive(Debug)]
pub(super) struct Matcher {
    queues: [VecDeque<Item>; 2],
    /// What only one side has told so far, and how often.
    waiting: [BTreeMap<(Place, ItemKind), u32>; 2],
    /// The most that wait on both sides.
    waiting_max: usize,
    /// The last place of which it was decided before the end.
    decided: Option<Place>,
}

impl Matcher {
    /// A matcher that keeps so many waiting.
    pub(super) fn new(waiting_max: usize) -> Matcher {
        Matcher {
            queues: [VecDeque::new(), VecDeque::new()],
            waiting: [BTreeMap::new(), BTreeMap::new()],
            waiting_max,
            decided: None,
        }
    }

    /// Side 0 (left) or 1 (right) tells this.
    pub(super) fn push(&mut self, side: usize, item: Item) {
        self.queues[side].push_back(item);
    }

    /// Matches what was told. Of what ends before `horizon`, both sides have told what they had to, but for what comes late.
    pub(super) fn advance(&mut self, horizon: ByteOffset, tally: &mut Tally) {
        loop {
            let side = match (self.queues[0].front(), self.queues[1].front()) {
                (Some(left), Some(right)) if left == right => {
                    for queue in &mut self.queues {
                        queue.pop_front();
                    }
                    tally.same += 1;
                    continue;
                }
                (Some(left), Some(right)) => usize::from(right.place() < left.place()),
                (Some(left), None) if left.end < horizon => 0,
                (None, Some(right)) if right.end < horizon => 1,
                _ => break,
            };
            if let Some(item) = self.queues[side].pop_front() {
                self.match_one(side, item, tally);
            }
        }
        self.decide(horizon, self.waiting_max, tally);
    }

    /// Both sides have ended: what only one has told is a difference.
    pub(super) fn finish(&mut self, tally: &mut Tally) {
        self.advance(ByteOffset::MAX, tally);
        self.decide(ByteOffset::MAX, 0, tally);
    }

    fn match_one(&mut self, side: usize, item: Item, tally: &mut Tally) {
        let key = (item.place(), item.kind);
        if let Some(n) = self.waiting[1 - side].get_mut(&key) {
            *n -= 1;
            if *n == 0 {
                self.waiting[1 - side].remove(&key);
            }
            tally.same += 1;
        } else if self.decided.is_some_and(|decided| item.place() <= decided) {
            tally.late += 1;
            let Item { start, end, kind } = item;
            let mut sides = [None, None];
            sides[side] = Some(kind);
            let [left, right] = sides;
            tally.add(Difference { start, end, left, right });
        } else {
            *self.waiting[side].entry(key).or_default() += 1;
        }
    }

    /// Takes for differences what waits before `horizon`, the foremost first, until only `most` wait.
    fn decide(&mut self, horizon: ByteOffset, most: usize, tally: &mut Tally) {
        while self.waiting[0].len() + self.waiting[1].len() > most {
            let first = |side: usize| self.waiting[side].first_key_value().map(|(key, _)| key.0);
            let Some(place) = [first(0), first(1)].into_iter().flatten().min() else { return };
            if place.0 >= horizon {
                return;
            }
            let [left, right] = [self.take(0, place), self.take(1, place)];
            for i in 0..left.len().max(right.len()) {
                let (end, start) = place;
                let (left, right) = (left.get(i).copied(), right.get(i).copied());
                tally.add(Difference { start, end, left, right });
            }
            self.decided = self.decided.max(Some(place));
        }
    }

    /// Takes all that waits at `place`, the foremost one of `side` or a later one; by kind.
    fn take(&mut self, side: usize, place: Place) -> Vec<ItemKind> {
        let mut kinds = Vec::new();
        while let Some(entry) = self.waiting[side].first_entry()
            && entry.key().0 == place
        {
            let ((_, kind), n) = entry.remove_entry();
            kinds.extend((0..n).map(|_| kind));
        }
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::SpanKind;

    fn item(at: ByteOffset) -> Item {
        Item { start: at, end: at + 1, kind: ItemKind::Span(SpanKind::String) }
    }

    /// What comes of two lists, told in steps of ten, the right side's last one told only at the end.
    fn told(waiting_max: usize) -> (u64, u64, u64) {
        let (mut matcher, mut tally) = (Matcher::new(waiting_max), Tally::default());
        for step in 0..10 {
            for at in (step * 10)..(step * 10 + 10) {
                matcher.push(0, item(2 * at));
                if at % 10 == 5 && at != 15 {
                    matcher.push(1, item(2 * at));
                }
            }
            matcher.advance(step * 20, &mut tally);
        }
        matcher.push(1, item(30));
        matcher.finish(&mut tally);
        (tally.differences().total, tally.same, tally.late)
    }

    #[test]
    fn what_is_told_late_is_matched_as_long_as_it_is_waited_for() {
        assert_eq!(told(1000), (90, 10, 0));
        assert_eq!(told(100), (90, 10, 0));
    }

    #[test]
    fn what_is_told_too_late_is_counted_and_said_to_be() {
        // The left side's was taken for a difference, and so is the right side's.
        assert_eq!(told(0), (92, 9, 1));
    }
}
