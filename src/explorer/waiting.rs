//! Requests that wait for the query thread, and which one is next.
//!
//! Whatever a key may wait for goes first, in order; of pages, locations and patterns only the newest counts. Windows of members
//! take milliseconds and come last: those asked for last before those asked for earlier, which may be out of sight by now,
//! and only so many of them wait. What is dropped is asked for again if it is still to be seen.

use std::collections::VecDeque;

use super::Request;
use crate::limits::CHILDREN_WAITING_MAX;

/// What waits.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    urgent: VecDeque<Request>,
    /// Windows of members, the next one first.
    children: VecDeque<Request>,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.urgent.is_empty() && self.children.is_empty()
    }

    /// Takes in what was asked since the last time, the nearest windows first among themselves.
    pub(super) fn take(&mut self, requests: impl Iterator<Item = Request>) {
        let mut newer = VecDeque::new();
        for request in requests {
            if matches!(request, Request::Children { .. }) {
                newer.push_back(request);
                continue;
            }
            let newest_counts = matches!(
                request,
                Request::Page { .. }
                    | Request::Locate { .. }
                    | Request::Patterns { .. }
                    | Request::Seams { .. }
                    | Request::ComparePage { .. }
                    | Request::CompareRows { .. }
                    | Request::CacheRows { .. }
            );
            if newest_counts {
                let kind = std::mem::discriminant(&request);
                self.urgent.retain(|older| {
                    std::mem::discriminant(older) != kind || is_of_other_side(older, &request)
                });
            }
            self.urgent.push_back(request);
        }
        self.children.retain(|older| !newer.contains(older));
        newer.append(&mut self.children);
        newer.truncate(CHILDREN_WAITING_MAX);
        self.children = newer;
    }

    /// The next one to answer.
    pub(super) fn next(&mut self) -> Option<Request> {
        self.urgent.pop_front().or_else(|| self.children.pop_front())
    }
}

/// Each side of a comparison has a page of its own.
fn is_of_other_side(older: &Request, newer: &Request) -> bool {
    match (older, newer) {
        (Request::ComparePage { side, .. }, Request::ComparePage { side: other, .. }) => {
            side != other
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(first: u64) -> Request {
        Request::Children { open: None, first, count: 1 }
    }

    fn order(mut waiting: Waiting) -> Vec<Request> {
        std::iter::from_fn(|| waiting.next()).collect()
    }

    #[test]
    fn what_a_key_waits_for_overtakes_windows_of_members() {
        let mut waiting = Waiting::default();
        waiting.take([window(1), Request::Locate { at: 5 }].into_iter());
        assert_eq!(order(waiting), [Request::Locate { at: 5 }, window(1)]);
    }

    #[test]
    fn of_pages_and_places_the_newest_counts() {
        let mut waiting = Waiting::default();
        waiting.take([Request::Page { around: 1 }, Request::Locate { at: 1 }].into_iter());
        waiting.take([Request::Page { around: 2 }, Request::Locate { at: 2 }].into_iter());
        assert_eq!(order(waiting), [Request::Page { around: 2 }, Request::Locate { at: 2 }]);
    }

    #[test]
    fn newer_windows_overtake_older_ones_and_keep_their_own_order() {
        let mut waiting = Waiting::default();
        waiting.take([window(1), window(2)].into_iter());
        waiting.take([window(8), window(7), window(2)].into_iter());
        assert_eq!(order(waiting), [window(8), window(7), window(2), window(1)]);
    }

    #[test]
    fn only_so_many_windows_wait() {
        let mut waiting = Waiting::default();
        for first in 0..1_000 {
            waiting.take(std::iter::once(window(first)));
        }
        let order = order(waiting);
        assert_eq!((order.len(), &order[0]), (CHILDREN_WAITING_MAX, &window(999)));
    }
}
