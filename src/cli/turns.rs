//! Two threads that work on one stream: each reads a block, looks at it, and puts it where it is taken in order.
//!
//! Blocks are read in order and taken in order, as one thread would do it. What of a block depends on nothing that stands before
//! it, or can be guessed, is done in between, by the thread that read it, out of the cache that it was read into. Nobody waits for a
//! turn: whoever has put a block down takes all that are next, unless somebody does that already. (With turns, threads slept and
//! were woken on the core of whoever woke them: on some machines two took longer than one.)

use std::collections::VecDeque;
use std::sync::{Condvar, LockResult, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use crate::stream::Block;
use crate::units::ByteOffset;

/// How many threads there are.
const THREADS: usize = 2;

/// Blocks of a thread: one that it works on, and others that wait to be taken. All of them stay in its second-level cache if they have
/// 64 KiB; with reads of 128 KiB or more copying out of the page cache takes three times as long (269 MB on a Zen 3: 180 ms for 135).
const BLOCKS_EACH: usize = 3;

/// How long a thread looks whether it may read before it sleeps: somewhat longer than a read out of memory takes.
const LOOKING: Duration = Duration::from_micros(100);

/// Calls `read`, `look` and `take` with one block after the other, until there is nothing more to read or `take` says that it
/// has seen the last. A block without bytes is taken, and is the last. `look` is for what can be done out of order: it is told how
/// many bytes were read before the block, and `take` is given what it says.
///
/// # Errors
/// What `read` gives; blocks that were read before are taken.
pub(super) fn by_turns<E: Send, L: Send>(
    room: usize,
    read: impl FnMut(&mut Block) -> Result<usize, E> + Send,
    look: impl Fn(&Block, ByteOffset) -> L + Sync,
    take: impl FnMut(&mut Block, L) -> bool + Send,
) -> Result<(), E> {
    let free = || (0..BLOCKS_EACH).map(|_| Block::new(room)).collect();
    let turns = Turns {
        reading: Mutex::new(Reading { read, n_read: 0, bytes: 0, ended: false }),
        look,
        taking: Mutex::new(take),
        blocks: Mutex::new(Blocks {
            free: [free(), free()],
            next: 0,
            seen: VecDeque::new(),
            over: false,
            n_asleep: 0,
        }),
        changed: Condvar::new(),
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| turns.work(1));
        let mine = turns.work(0);
        let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        mine.and(other)
    })
}

struct Turns<R, L, T, S> {
    reading: Mutex<Reading<R>>,
    look: L,
    taking: Mutex<T>,
    blocks: Mutex<Blocks<S>>,
    /// A block is free, or all is over.
    changed: Condvar,
}

struct Reading<R> {
    read: R,
    /// Blocks so far, and their bytes.
    n_read: u64,
    bytes: u64,
    ended: bool,
}

struct Blocks<S> {
    /// Of each thread, so that it reads into its own cache.
    free: [Vec<Block>; THREADS],
    /// Number of the block that is to be taken next; from it on, what was put down.
    next: u64,
    seen: VecDeque<Option<Seen<S>>>,
    over: bool,
    /// Threads that wait for a free block.
    n_asleep: usize,
}

/// A block that was looked at, and whose it is.
struct Seen<S> {
    block: Block,
    said: S,
    thread: usize,
}

/// Ends the work of all if it is dropped because of a panic.
struct Guard<'t, S>(&'t Mutex<Blocks<S>>, &'t Condvar);

impl<S> Drop for Guard<'_, S> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            locked(self.0).over = true;
            self.1.notify_all();
        }
    }
}

/// Nothing is left half done in there by a panic.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As `lock`, but looks for a while before it sleeps.
fn lock_soon<T>(mutex: &Mutex<T>) -> LockResult<MutexGuard<'_, T>> {
    let begin = Instant::now();
    loop {
        match mutex.try_lock() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::WouldBlock) if begin.elapsed() < LOOKING => {
                // On a busy machine somebody else has a use for the core.
                std::thread::yield_now();
            }
            Err(_) => return mutex.lock(),
        }
    }
}

impl<E, S, R, L, T> Turns<R, L, T, S>
where
    R: FnMut(&mut Block) -> Result<usize, E>,
    L: Fn(&Block, ByteOffset) -> S,
    T: FnMut(&mut Block, S) -> bool,
{
    /// What thread number `thread` does.
    fn work(&self, thread: usize) -> Result<(), E> {
        let _guard = Guard(&self.blocks, &self.changed);
        while let Some(mut block) = self.free_block(thread) {
            let Some((number, at)) = self.read(&mut block)? else { break };
            let said = (self.look)(&block, at);
            self.put(number, Seen { block, said, thread });
            self.take_all();
        }
        Ok(())
    }

    /// A block to read into; none if all is over.
    fn free_block(&self, thread: usize) -> Option<Block> {
        let mut blocks = locked(&self.blocks);
        loop {
            if blocks.over {
                return None;
            }
            if let Some(block) = blocks.free[thread].pop() {
                return Some(block);
            }
            blocks.n_asleep += 1;
            blocks = self.changed.wait(blocks).unwrap_or_else(PoisonError::into_inner);
            blocks.n_asleep -= 1;
        }
    }

    /// Reads the next block; its number and the bytes before it, or nothing after the last one.
    fn read(&self, block: &mut Block) -> Result<Option<(u64, ByteOffset)>, E> {
        // A thread that panicked while it read leaves nothing to go on from.
        let Ok(mut reading) = lock_soon(&self.reading) else { return Ok(None) };
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

    /// Puts down a block to be taken when it is next.
    fn put(&self, number: u64, seen: Seen<S>) {
        let mut blocks = locked(&self.blocks);
        let place = usize::try_from(number - blocks.next).unwrap_or(usize::MAX);
        while blocks.seen.len() <= place {
            blocks.seen.push_back(None);
        }
        blocks.seen[place] = Some(seen);
    }

    /// Takes the blocks that are next, unless another thread is at it. That one looks once more when it has done so, and finds what
    /// was put down meanwhile.
    fn take_all(&self) {
        while self.next_is_there() {
            let mut take = match self.taking.try_lock() {
                Ok(take) => take,
                Err(TryLockError::WouldBlock | TryLockError::Poisoned(_)) => return,
            };
            while let Some(Seen { mut block, said, thread }) = self.next() {
                let goes_on = take(&mut block, said);
                let mut blocks = locked(&self.blocks);
                blocks.free[thread].push(block);
                blocks.over |= !goes_on;
                let n_asleep = blocks.n_asleep;
                drop(blocks);
                if n_asleep > 0 {
                    self.changed.notify_all();
                }
            }
        }
    }

    fn next_is_there(&self) -> bool {
        let blocks = locked(&self.blocks);
        !blocks.over && blocks.seen.front().is_some_and(Option::is_some)
    }

    fn next(&self) -> Option<Seen<S>> {
        let mut blocks = locked(&self.blocks);
        if blocks.over || !blocks.seen.front().is_some_and(Option::is_some) {
            return None;
        }
        blocks.next += 1;
        blocks.seen.pop_front().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            by_turns(7, read, |_, before| before, take).expect("there is no error");
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
            assert_eq!(by_turns(7, read, |_, _| (), take), Err("no more"));
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
            let run = || by_turns(7, read, |_, _| (), take);
            assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err());
        }
    }
}
