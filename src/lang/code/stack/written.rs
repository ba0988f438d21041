//! Stacks written down: a segment that many stacks share is written once, and shared again when they are read.
//!
//! serde hands on nothing beside the value itself, so the segments written or read so far stand beside the thread for the
//! time of one [`writing`] or [`reading`]. Outside of them a stack with segments is an error, never half a stack. A segment
//! is written after the one below it and tells that one's number, so what is read can have no circle.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{LEVELS_KEPT, SEGMENT, Segment, Stack};

/// The segments of all stacks that were written in one go, each in bytes of its own, outermost first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Segments(Vec<Vec<u8>>);

/// What was written so far.
#[derive(Default)]
struct Writing {
    segments: Vec<Vec<u8>>,
    /// Numbers by where a segment stands in memory, and by what it is: the same levels may have been met twice.
    by_place: HashMap<usize, u32>,
    by_content: HashMap<Vec<u8>, u32>,
}

/// What was read so far.
struct Reading {
    segments: Arc<Segments>,
    /// A stack of nothing but that segment and those below it, of whatever type: dropping one does not recurse.
    read: HashMap<usize, Box<dyn Any>>,
}

thread_local! {
    static WRITING: RefCell<Option<Writing>> = const { RefCell::new(None) };
    static READING: RefCell<Option<Reading>> = const { RefCell::new(None) };
}

/// Writes stacks with `write`; what it gives, and the segments that [`reading`] needs. What was written must live until
/// `write` returns.
pub fn writing<R>(write: impl FnOnce() -> R) -> (R, Segments) {
    WRITING.set(Some(Writing::default()));
    let written = write();
    let segments = WRITING.take().map(|writing| writing.segments).unwrap_or_default();
    (written, Segments(segments))
}

/// Reads stacks with `read` that were written with `segments`.
pub fn reading<R>(segments: &Arc<Segments>, read: impl FnOnce() -> R) -> R {
    READING.set(Some(Reading { segments: Arc::clone(segments), read: HashMap::new() }));
    let result = read();
    drop(READING.take());
    result
}

impl<T: Serialize> Serialize for Stack<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cold = self.cold.as_ref().map(number_of).transpose().map_err(S::Error::custom)?;
        (&self.hot, cold).serialize(serializer)
    }
}

/// The number of a segment, which is written if it was not yet.
fn number_of<T: Serialize>(segment: &Arc<Segment<T>>) -> Result<u32, &'static str> {
    WRITING.with(|writing| {
        let mut writing = writing.try_borrow_mut().map_err(|_| "a stack inside of a stack")?;
        let writing = writing.as_mut().ok_or("a stack outside of a writing")?;
        let (mut new, mut below, mut next) = (Vec::new(), None, Some(segment));
        while let Some(segment) = next {
            below = writing.by_place.get(&(Arc::as_ptr(segment) as usize)).copied();
            if below.is_some() {
                break;
            }
            new.push(segment);
            next = segment.below.as_ref();
        }
        for segment in new.into_iter().rev() {
            let row = (segment.times, below, &segment.items[..]);
            let bytes =
                postcard::to_allocvec(&row).map_err(|_| "a level that cannot be written")?;
            let number = match writing.by_content.get(&bytes) {
                Some(number) => *number,
                None => {
                    let n = u32::try_from(writing.segments.len()).map_err(|_| "too many levels")?;
                    writing.segments.push(bytes.clone());
                    writing.by_content.insert(bytes, n);
                    n
                }
            };
            writing.by_place.insert(Arc::as_ptr(segment) as usize, number);
            below = Some(number);
        }
        below.ok_or("a segment without a number")
    })
}

impl<'de, T: DeserializeOwned + Clone + 'static> Deserialize<'de> for Stack<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (hot, cold) = <(Vec<T>, Option<u32>)>::deserialize(deserializer)?;
        let Some(number) = cold else { return Ok(Stack { hot, cold: None }) };
        if hot.is_empty() {
            return Err(D::Error::custom("nothing lies on a segment"));
        }
        let mut below = segment_of::<T>(number as usize).map_err(D::Error::custom)?;
        Ok(Stack { hot, cold: below.cold.take() })
    }
}

/// The segment of that number, as a stack of nothing else.
fn segment_of<T: DeserializeOwned + Clone + 'static>(
    number: usize,
) -> Result<Stack<T>, &'static str> {
    READING.with(|reading| {
        let mut reading = reading.try_borrow_mut().map_err(|_| "a stack inside of a stack")?;
        let Reading { segments, read } = reading.as_mut().ok_or("a stack outside of a reading")?;
        let (mut new, mut below, mut next) = (Vec::new(), Stack::<T>::new(), Some(number));
        while let Some(number) = next {
            if let Some(known) = read.get(&number) {
                below = known.downcast_ref::<Stack<T>>().ok_or("levels of another sort")?.clone();
                break;
            }
            let bytes = segments.0.get(number).ok_or("a segment that is not there")?;
            let (times, under, items) = postcard::from_bytes::<(usize, Option<u32>, Vec<T>)>(bytes)
                .map_err(|_| "a segment that cannot be read")?;
            let under = under.map(|under| under as usize);
            if items.len() != SEGMENT || times == 0 || under.is_some_and(|it| it >= number) {
                return Err("a segment that cannot be");
            }
            new.push((number, times, items));
            next = under;
        }
        for (number, times, items) in new.into_iter().rev() {
            let cold = below.cold.take();
            let (levels, kept) = cold.as_ref().map_or((0, 0), |it| (it.levels, it.kept));
            let levels = times.checked_mul(SEGMENT).and_then(|more| more.checked_add(levels));
            let levels = levels.ok_or("more levels than can be counted")?;
            if kept >= LEVELS_KEPT / SEGMENT {
                return Err("more segments than are kept");
            }
            let items = items.into();
            let distances = OnceLock::new();
            let segment = Segment { items, times, levels, kept: kept + 1, below: cold, distances };
            below.cold = Some(Arc::new(segment));
            read.insert(number, Box::new(below.clone()));
        }
        Ok(below)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(stacks: &[Stack<u32>]) -> (Vec<u8>, Segments) {
        let (bytes, segments) = writing(|| postcard::to_allocvec(stacks));
        (bytes.expect("it can be written"), segments)
    }

    proptest! {
        /// What is read is what was written, and takes its further levels alike.
        #[test]
        fn stacks_are_read_as_they_were_written(
            steps in prop::collection::vec((any::<bool>(), 1_usize..80), 0..40),
        ) {
            let (mut stack, mut all, mut next) = (Stack::new(), Vec::new(), 0);
            for (push, times) in steps {
                for _ in 0..times {
                    next += 1;
                    if push { stack.push(next) } else { stack.pop(); }
                }
                all.push(stack.clone());
            }
            let (bytes, segments) = written(&all);
            let read: Vec<Stack<u32>> =
                reading(&Arc::new(segments), || postcard::from_bytes(&bytes)).expect("it can be read");
            for (mut a, mut b) in all.into_iter().zip(read) {
                prop_assert_eq!(&a, &b);
                prop_assert_eq!(a.len(), b.len());
                a.push(7);
                b.push(7);
                while let Some(level) = a.pop() {
                    prop_assert_eq!(b.pop(), Some(level));
                }
                prop_assert!(b.is_empty());
            }
        }
    }

    /// A thousand checkpoints in a deep document cost what one does, written and read, and none goes down by recursion.
    #[test]
    fn what_is_shared_is_written_once_and_shared_again() {
        let mut stack = Stack::new();
        (0..10 * LEVELS_KEPT as u32).for_each(|level| stack.push(level));
        let (_, one) = written(std::slice::from_ref(&stack));
        let (bytes, segments) = written(&vec![stack.clone(); 1000]);
        assert_eq!(segments.0, one.0);
        let read = reading(&Arc::new(segments), || postcard::from_bytes(&bytes));
        let read: Vec<Stack<u32>> = read.unwrap();
        let cold = |i: usize| read[i].cold.as_ref().expect("it is deep");
        assert!(Arc::ptr_eq(cold(0), cold(999)));
        assert!(read[999] == stack && read[0].len() == stack.len());
    }

    #[test]
    fn segments_that_cannot_be_are_refused() {
        let mut stack = Stack::new();
        (0..100).for_each(|level| stack.push(level));
        let (bytes, segments) = written(&[stack.clone()]);
        let read = |segments: Vec<Vec<u8>>, bytes: &[u8]| {
            let segments = Arc::new(Segments(segments));
            reading(&segments, || postcard::from_bytes::<Vec<Stack<u32>>>(bytes)).is_ok()
        };
        assert!(read(segments.0.clone(), &bytes));
        assert!(postcard::from_bytes::<Vec<Stack<u32>>>(&bytes).is_err(), "outside of a reading");
        assert!(postcard::to_allocvec(&stack).is_err(), "outside of a writing");
        assert!(!read(Vec::new(), &bytes));
        let row = |times: usize, below: Option<u32>, levels: usize| {
            postcard::to_allocvec(&(times, below, vec![1_u32; levels])).unwrap()
        };
        for bad in [
            row(1, None, SEGMENT - 1),
            row(0, None, SEGMENT),
            row(1, Some(0), SEGMENT),
            row(usize::MAX, None, SEGMENT),
        ] {
            let mut damaged = segments.0.clone();
            damaged[0] = bad;
            assert!(!read(damaged, &bytes));
        }
        let nothing_on_it = postcard::to_allocvec(&vec![(Vec::<u32>::new(), Some(0_u32))]).unwrap();
        assert!(!read(segments.0.clone(), &nothing_on_it));
    }
}
