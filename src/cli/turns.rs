//! Two threads that take turns at a stream: while one scans a block the other one reads the next.
//!
//! Blocks are read in order and scanned in order, as one thread would do it, but each by the thread that read it: so it is
//! scanned out of the cache that it was read into; and what needs no turn is done before it comes. Handed from a reader to a scanner, every byte went from one core's cache
//! to the other's, and 256 MB took a third longer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::stream::Block;
use crate::units::ByteOffset;

/// How long a thread looks for its turn before it sleeps. Longer is no faster where cores are free, and where they are not it
/// keeps both threads on one core: a thread that is woken is put where there is room.
const LOOKING: Duration = Duration::from_micros(10);

/// Number of a turn at which everybody stops.
const OVER: u64 = u64::MAX;

/// Calls `read`, `look` and `take` with one block after the other, until there is nothing more to read or `take` says that it
/// has seen the last. A block without bytes is taken, and is the last. `look` is for what needs no turn: it is told how many
/// bytes were read before the block, and `take` is given what it says.
///
/// # Errors
/// What `read` gives; blocks that were read before are taken.
pub(super) fn by_turns<E: Send, L>(
    blocks: [Block; 2],
    read: impl FnMut(&mut Block) -> Result<usize, E> + Send,
    look: impl Fn(&Block, ByteOffset) -> L + Sync,
    take: impl FnMut(&mut Block, L) -> bool + Send,
) -> Result<(), E> {
    let turns = Turns {
        reading: Mutex::new(Reading { read, n_read: 0, bytes: 0, ended: false }),
        look,
        taking: Mutex::new(take),
        turn: AtomicU64::new(0),
        asleep: Mutex::new(()),
        changed: Condvar::new(),
    };
    let [mine, other] = blocks;
    std::thread::scope(|scope| {
        let other = scope.spawn(|| turns.work(other));
        let mine = turns.work(mine);
        let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        mine.and(other)
    })
}

struct Turns<R, L, T> {
    reading: Mutex<Reading<R>>,
    look: L,
    taking: Mutex<T>,
    /// Number of the block that is to be taken next.
    turn: AtomicU64,
    asleep: Mutex<()>,
    changed: Condvar,
}

struct Reading<R> {
    read: R,
    /// Blocks so far, and their bytes.
    n_read: u64,
    bytes: u64,
    ended: bool,
}

/// A block's turn. It passes to the next one when this is dropped, and is over for all if that is because of a panic.
struct Turn<'t>(&'t AtomicU64, &'t Mutex<()>, &'t Condvar, u64);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Turn(turn, asleep, changed, next) = *self;
        let next = if std::thread::panicking() { OVER } else { next };
        turn.store(next, Ordering::Release);
        // Whoever looked before the turn passed is asleep once the lock is free.
        drop(asleep.lock());
        changed.notify_all();
    }
}

impl<E, S, R, L, T> Turns<R, L, T>
where
    R: FnMut(&mut Block) -> Result<usize, E>,
    L: Fn(&Block, ByteOffset) -> S,
    T: FnMut(&mut Block, S) -> bool,
{
    fn work(&self, mut block: Block) -> Result<(), E> {
        while let Some((number, at)) = self.read(&mut block)? {
            let seen = (self.look)(&block, at);
            if !self.wait_for(number) {
                break;
            }
            let mut turn = Turn(&self.turn, &self.asleep, &self.changed, number + 1);
            // Nobody else is here: the lock hands over what the other thread wrote.
            let take = &mut *self.taking.lock().unwrap_or_else(PoisonError::into_inner);
            if !take(&mut block, seen) {
                turn.3 = OVER;
            }
        }
        Ok(())
    }

    /// Reads the next block; its number and the bytes before it, or nothing after the last one.
    fn read(&self, block: &mut Block) -> Result<Option<(u64, ByteOffset)>, E> {
        // A thread that panicked while it read leaves nothing to go on from.
        let Ok(mut reading) = self.reading.lock() else { return Ok(None) };
        if reading.ended {
            return Ok(None);
        }
        let read = (reading.read)(block);
        reading.ended = !read.as_ref().is_ok_and(|n| *n > 0);
        let before = (reading.n_read, reading.bytes);
        reading.bytes += read? as u64;
        reading.n_read += 1;
        Ok(Some(before))
    }

    /// Waits for the turn of a block; false if it does not come any more.
    fn wait_for(&self, number: u64) -> bool {
        let now = || self.turn.load(Ordering::Acquire);
        let is_waiting = |turn: u64| turn < number;
        let begin = Instant::now();
        while is_waiting(now()) && begin.elapsed() < LOOKING {
            // On a busy machine somebody else has a use for the core.
            std::thread::yield_now();
        }
        if is_waiting(now()) {
            let mut asleep = self.asleep.lock().unwrap_or_else(PoisonError::into_inner);
            while is_waiting(now()) {
                asleep = self.changed.wait(asleep).unwrap_or_else(PoisonError::into_inner);
            }
        }
        now() == number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks() -> [Block; 2] {
        [Block::new(7), Block::new(7)]
    }

    /// Reads what is there at once, slowly, and in bits; all of it arrives once and in order.
    #[test]
    fn blocks_are_taken_in_the_order_in_which_they_were_read() {
        let text: Vec<u8> = (0..5000_u32).map(|i| (i % 251) as u8).collect();
        for pause in [0, 150] {
            let text = &text[..if pause == 0 { 5000 } else { 700 }];
            let (mut rest, mut taken) = (text, Vec::new());
            let read = |block: &mut Block| block.fill(&mut rest);
            let take = |block: &mut Block, before: u64| {
                assert_eq!(before, taken.len() as u64);
                std::thread::sleep(Duration::from_micros(pause * (taken.len() as u64 / 7 % 3)));
                taken.extend_from_slice(block.bytes());
                !block.bytes().is_empty()
            };
            by_turns(blocks(), read, |_, before| before, take).expect("there is no error");
            assert_eq!(taken, text);
        }
    }

    #[test]
    fn an_error_comes_back_and_ends_it() {
        for fails_at in [0, 1, 2, 9] {
            let (mut reads, mut taken) = (0, 0);
            let read = |_: &mut Block| {
                reads += 1;
                if reads > fails_at { Err("no more") } else { Ok(1) }
            };
            let take = |_: &mut Block, ()| {
                taken += 1;
                true
            };
            assert_eq!(by_turns(blocks(), read, |_, _| (), take), Err("no more"));
            assert_eq!((reads, taken), (fails_at + 1, fails_at));
        }
    }

    #[test]
    fn a_panic_leaves_nobody_waiting() {
        for in_read in [true, false] {
            let mut n = 0;
            let mut count = move || {
                n += 1;
                n
            };
            let mut other = count;
            let read = move |_: &mut Block| {
                assert!(!in_read || count() < 5, "while it reads");
                Ok::<_, ()>(1)
            };
            let take = move |_: &mut Block, ()| {
                assert!(in_read || other() < 5, "while it takes");
                true
            };
            let run = || by_turns(blocks(), read, |_, _| (), take);
            assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err());
        }
    }
}
