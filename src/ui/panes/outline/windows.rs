//! The members that have been fetched, in windows of equal size, the least recently seen ones dropped first.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use lru::LruCache;

use super::tree::{NodeId, Place};
use crate::explorer::{Child, Children, Request};
use crate::limits::CHILDREN_PER_ANSWER;
use crate::units::MemberIndex;

/// Windows kept, unless more are in sight. A screen shows a few at a time; the rest is for scrolling back. At 32 members of
/// at most 400 bytes each they take 6 MiB at worst, and a tenth of that as a rule.
const WINDOWS_KEPT: usize = 512;

/// After this long an answer is taken for lost (the engine drops requests when its queue is full) and asked for again.
const PATIENCE: Duration = Duration::from_millis(500);

/// Which window of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    node: NodeId,
    window: u64,
}

#[derive(Clone, Debug, Default)]
struct Window {
    items: Vec<Child>,
    /// Whether all members of the container were counted when it was answered.
    counted: bool,
    /// How far the scan had come when this was asked for; `None` before the first answer.
    known_at: Option<u64>,
    /// When it was asked for and how far the scan had come then, while the answer is under way.
    asked: Option<(Instant, u64)>,
}

/// Fetched members.
#[derive(Debug)]
pub(super) struct Windows {
    kept: LruCache<Key, Window>,
}

impl Default for Windows {
    fn default() -> Self {
        Windows {
            kept: LruCache::new(NonZeroUsize::new(WINDOWS_KEPT).unwrap_or(NonZeroUsize::MIN)),
        }
    }
}

fn key_of(place: Place) -> Key {
    Key { node: place.node, window: place.member / CHILDREN_PER_ANSWER as u64 }
}

impl Windows {
    /// Makes room for what `rows` can show. Each row may be of a container of its own, and an unfolded one besides wants its
    /// first members; with less room they would push each other out and be asked for without end.
    pub(super) fn make_room(&mut self, rows: u16) {
        let windows = (2 * usize::from(rows) + 2).max(WINDOWS_KEPT);
        self.kept.resize(NonZeroUsize::new(windows).unwrap_or(NonZeroUsize::MIN));
    }

    /// A member, if it has been fetched.
    pub(super) fn get(&self, place: Place) -> Option<&Child> {
        let window = self.kept.peek(&key_of(place))?;
        let i = place.member % CHILDREN_PER_ANSWER as u64;
        window.items.get(usize::try_from(i).ok()?).filter(|child| child.index == place.member)
    }

    /// Whether a member that is not here was asked for less than `patience` ago.
    pub(super) fn is_asked(&self, place: Place, patience: Duration) -> bool {
        let asked = self.kept.peek(&key_of(place)).and_then(|window| window.asked);
        self.get(place).is_none() && asked.is_some_and(|(when, _)| when.elapsed() < patience)
    }

    /// What has to be asked to have the member at `place`, as of a scan that has come to `bytes_done`. Nothing if it is here
    /// and final, or was asked for a moment ago. `growing` says that an answer of an earlier moment may have changed.
    pub(super) fn want(&mut self, place: Place, bytes_done: u64, growing: bool) -> Option<Request> {
        let key = key_of(place);
        let window = self.kept.get_or_insert_mut(key, Window::default);
        let is_fresh = match window.known_at {
            None => false,
            Some(known_at) => {
                let open_ends =
                    window.items.iter().any(|c| c.kind.is_container() && c.members.is_none());
                // Folded and unfolded again, a container's members are here and their number is not.
                let is_forgotten = growing && window.counted;
                !is_forgotten && (known_at >= bytes_done || !(growing || open_ends))
            }
        };
        let is_waited_for = window.asked.is_some_and(|(when, _)| when.elapsed() < PATIENCE);
        if is_fresh || is_waited_for {
            return None;
        }
        window.asked = Some((Instant::now(), bytes_done));
        let first = key.window * CHILDREN_PER_ANSWER as u64;
        Some(Request::Children { open: key.node, first, count: CHILDREN_PER_ANSWER })
    }

    /// Takes an answer in. An answer to no question of ours is dropped.
    pub(super) fn take(&mut self, children: &Children) {
        let first: MemberIndex = children.first;
        if !first.is_multiple_of(CHILDREN_PER_ANSWER as u64) {
            return;
        }
        let key = Key { node: children.open, window: first / CHILDREN_PER_ANSWER as u64 };
        let Some(window) = self.kept.peek_mut(&key) else { return };
        window.known_at = window.asked.take().map(|(_, bytes_done)| bytes_done).or(window.known_at);
        (window.items, window.counted) = (children.items.clone(), children.complete);
    }

    /// What is here may be of another moment: it is shown until it has been asked for again.
    pub(super) fn ask_anew(&mut self) {
        for (_, window) in self.kept.iter_mut() {
            (window.known_at, window.asked) = (None, None);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explorer::ValueKind;

    fn child(index: u64) -> Child {
        let kind = ValueKind::Number;
        let preview = b"1".to_vec();
        Child { index, at: index, value: index, key: None, kind, preview, members: None }
    }

    fn answer(first: u64, n: u64) -> Children {
        let items = (first..first + n).map(child).collect();
        Children { open: None, first, total: first + n, complete: true, items }
    }

    #[test]
    fn a_member_is_asked_for_once() {
        let mut windows = Windows::default();
        let place = Place { node: None, member: 40 };
        let request = windows.want(place, 10, false);
        let first = CHILDREN_PER_ANSWER as u64;
        let count = CHILDREN_PER_ANSWER;
        assert_eq!(request, Some(Request::Children { open: None, first, count }));
        assert_eq!(windows.want(place, 10, false), None);
        windows.take(&answer(first, 20));
        assert_eq!(windows.get(place).map(|child| child.index), Some(40));
        assert_eq!(windows.want(place, 20, false), None);
        assert!(windows.want(place, 20, true).is_some(), "a growing container is asked again");
    }

    #[test]
    fn a_container_whose_number_of_members_was_forgotten_is_asked_again() {
        let mut windows = Windows::default();
        let place = Place { node: None, member: 0 };
        windows.want(place, 10, true);
        windows.take(&Children { complete: false, ..answer(0, 20) });
        assert_eq!(windows.want(place, 10, true), None, "nobody knows it yet");
        assert!(windows.want(place, 20, true).is_some());
        windows.take(&answer(0, 20));
        assert_eq!(windows.want(place, 20, false), None);
        assert!(windows.want(place, 20, true).is_some());
    }

    #[test]
    fn what_is_final_is_asked_for_anew_and_shown_until_it_comes() {
        let mut windows = Windows::default();
        let place = Place { node: None, member: 0 };
        windows.want(place, 10, false);
        windows.take(&answer(0, 20));
        windows.ask_anew();
        assert!(windows.get(place).is_some());
        assert!(windows.want(place, 10, false).is_some());
        windows.take(&answer(0, 3));
        assert_eq!(windows.want(place, 10, false), None);
        assert!(windows.get(Place { node: None, member: 3 }).is_none());
    }

    #[test]
    fn windows_are_bounded() {
        let mut windows = Windows::default();
        for window in 0..1_000 {
            let first = window * CHILDREN_PER_ANSWER as u64;
            windows.want(Place { node: None, member: first }, 0, false);
            windows.take(&answer(first, 3));
        }
        assert_eq!(windows.kept.len(), WINDOWS_KEPT);
        assert!(windows.get(Place { node: None, member: 0 }).is_none());
    }
}
