//! The spool: what has been read of a stream, so that one can go back to it. The newest bytes lie in memory, all of them in
//! a temporary file that no name leads to. Where that file may not grow further it is written over from its start: what is
//! kept is then a window of the newest bytes.
//!
//! One thread appends; any number read. A read of bytes that are no longer kept fails, and so does one that was overtaken
//! while it was under way: nothing is ever given out as what it is not.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use crate::limits::{SPOOL_MEMORY_BYTES, SPOOL_PIECE_BYTES};
use crate::source::ReadAt;
use crate::units::ByteOffset;

/// Where and how much of a stream is kept.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum SpillPlan {
    /// In memory only: a window of [`SPOOL_MEMORY_BYTES`].
    #[default]
    Off,
    /// In a temporary file in this directory.
    In {
        /// The directory.
        directory: PathBuf,
        /// The most bytes that the file may have; all that is free on its disk, less a tenth, if not given.
        limit: Option<u64>,
    },
}

/// How the temporary file fares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpillState {
    /// Where it is; none if nothing is spilled.
    pub directory: Option<PathBuf>,
    /// Bytes in it.
    pub bytes: u64,
    /// The most bytes that it may have.
    pub limit: u64,
    /// Why it stopped growing before its limit.
    pub trouble: Option<String>,
}

/// What has been read of a stream.
#[derive(Debug)]
pub struct Spool {
    memory: RwLock<Memory>,
    spill: Option<Spill>,
    /// Bytes that have come.
    bytes: AtomicU64,
    /// The first byte that is kept.
    start: AtomicU64,
    complete: AtomicBool,
}

/// The newest bytes: byte `at` of the stream lies at `at % SPOOL_MEMORY_BYTES`.
#[derive(Debug)]
struct Memory {
    ring: Vec<u8>,
    bytes: u64,
}

/// The temporary file: byte `at` of the stream lies at `at % limit`.
#[derive(Debug)]
struct Spill {
    file: File,
    directory: PathBuf,
    /// Falls when the disk is full; 0 if nothing can be kept.
    limit: AtomicU64,
    /// Bytes of the stream that have been written to it.
    bytes: AtomicU64,
    trouble: Mutex<Option<String>>,
}

impl Spool {
    /// An empty spool. If there can be no temporary file it keeps what fits into memory, and says why.
    #[must_use]
    pub fn new(plan: &SpillPlan) -> (Spool, Option<String>) {
        let (spill, trouble) = match plan {
            SpillPlan::Off => (None, None),
            SpillPlan::In { directory, limit } => match Spill::open(directory, *limit) {
                Ok(spill) => (Some(spill), None),
                Err(reason) => {
                    let what = format!("cannot keep what is read in {}", directory.display());
                    (None, Some(format!("{what}: {reason}")))
                }
            },
        };
        let spool = Spool {
            memory: RwLock::new(Memory { ring: Vec::new(), bytes: 0 }),
            spill,
            bytes: AtomicU64::new(0),
            start: AtomicU64::new(0),
            complete: AtomicBool::new(false),
        };
        (spool, trouble)
    }

    /// Appends `bytes`. Only one thread may.
    pub fn append(&self, bytes: &[u8]) {
        for piece in bytes.chunks(SPOOL_PIECE_BYTES) {
            self.spill(piece.len() as u64);
            let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
            let end = memory.bytes + piece.len() as u64;
            let oldest = end.saturating_sub(SPOOL_MEMORY_BYTES as u64);
            // Told before it is so: a reader looks again after it has read.
            let spilled = self.spill.as_ref().map_or(ByteOffset::MAX, |it| it.oldest());
            self.start.fetch_max(oldest.min(spilled), Ordering::SeqCst);
            memory.append(piece);
            self.bytes.store(end, Ordering::SeqCst);
        }
    }

    /// Writes to the file what memory would lose with `more` bytes.
    fn spill(&self, more: u64) {
        let Some(spill) = &self.spill else { return };
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        let written = spill.bytes.load(Ordering::Relaxed);
        if memory.bytes - written + more > SPOOL_MEMORY_BYTES as u64 {
            spill.write(&memory, &self.start);
        }
    }

    /// No more will come.
    pub fn complete(&self) {
        self.complete.store(true, Ordering::SeqCst);
    }

    /// What is kept.
    #[must_use]
    pub fn kept(&self) -> Range<ByteOffset> {
        let end = self.bytes.load(Ordering::SeqCst);
        self.start.load(Ordering::SeqCst).min(end)..end
    }

    /// How the temporary file fares.
    #[must_use]
    pub fn spill_state(&self) -> SpillState {
        let Some(spill) = &self.spill else { return SpillState::default() };
        let limit = spill.limit.load(Ordering::Relaxed);
        SpillState {
            directory: Some(spill.directory.clone()),
            bytes: spill.bytes.load(Ordering::Relaxed).min(limit),
            limit,
            trouble: spill.trouble.lock().ok().and_then(|trouble| trouble.clone()),
        }
    }

    fn read(&self, offset: ByteOffset, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.bytes.load(Ordering::SeqCst);
        let n = buffer.len().min(usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX));
        let buffer = &mut buffer[..n];
        let mut filled = 0;
        while filled < n {
            let at = offset + filled as u64;
            let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
            let oldest = memory.bytes.saturating_sub(SPOOL_MEMORY_BYTES as u64);
            if at >= oldest {
                memory.copy(at, &mut buffer[filled..]);
                filled = n;
            } else {
                drop(memory);
                let Some(spill) = &self.spill else { return Err(self.gone(at)) };
                let most = usize::try_from(oldest - at).unwrap_or(usize::MAX).min(n - filled);
                filled += spill.read(at, &mut buffer[filled..filled + most])?;
            }
        }
        // What was read may have been overtaken by what came meanwhile.
        if offset < self.start.load(Ordering::SeqCst) { Err(self.gone(offset)) } else { Ok(n) }
    }

    fn gone(&self, at: ByteOffset) -> io::Error {
        let start = self.start.load(Ordering::SeqCst);
        io::Error::other(format!("byte {at} is no longer kept; what is begins at byte {start}"))
    }
}

impl ReadAt for Spool {
    fn read_at(&self, offset: ByteOffset, buffer: &mut [u8]) -> io::Result<usize> {
        self.read(offset, buffer)
    }

    fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::SeqCst)
    }

    fn is_complete(&self) -> bool {
        self.complete.load(Ordering::SeqCst)
    }

    fn kept_from(&self) -> ByteOffset {
        self.start.load(Ordering::SeqCst)
    }
}

impl Memory {
    fn append(&mut self, bytes: &[u8]) {
        let at = (self.bytes % SPOOL_MEMORY_BYTES as u64) as usize;
        let wanted = (at + bytes.len()).min(SPOOL_MEMORY_BYTES);
        if self.ring.len() < wanted {
            self.ring.resize(wanted.next_power_of_two().min(SPOOL_MEMORY_BYTES), 0);
        }
        let first = bytes.len().min(SPOOL_MEMORY_BYTES - at);
        self.ring[at..at + first].copy_from_slice(&bytes[..first]);
        self.ring[..bytes.len() - first].copy_from_slice(&bytes[first..]);
        self.bytes += bytes.len() as u64;
    }

    fn copy(&self, from: ByteOffset, buffer: &mut [u8]) {
        let at = (from % SPOOL_MEMORY_BYTES as u64) as usize;
        let first = buffer.len().min(SPOOL_MEMORY_BYTES - at);
        let (head, rest) = buffer.split_at_mut(first);
        head.copy_from_slice(&self.ring[at..at + first]);
        rest.copy_from_slice(&self.ring[..rest.len()]);
    }
}

impl Spill {
    fn open(directory: &Path, limit: Option<u64>) -> io::Result<Spill> {
        let file = tempfile::tempfile_in(directory)?;
        let disk = rustix::fs::fstatvfs(&file)?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let limit = limit.unwrap_or(free - free / 10) / SPOOL_PIECE_BYTES as u64;
        Ok(Spill {
            file,
            directory: directory.to_owned(),
            limit: AtomicU64::new(limit * SPOOL_PIECE_BYTES as u64),
            bytes: AtomicU64::new(0),
            trouble: Mutex::new(None),
        })
    }

    /// The first byte of the stream that the file holds; with nothing in it, the last of what it lost.
    fn oldest(&self) -> ByteOffset {
        let limit = self.limit.load(Ordering::Relaxed);
        match self.bytes.load(Ordering::Relaxed) {
            _ if limit == 0 => ByteOffset::MAX,
            bytes => bytes.saturating_sub(limit),
        }
    }

    /// Writes the whole pieces that memory has and the file has not. What is written over is told in `start` before it is.
    fn write(&self, memory: &Memory, start: &AtomicU64) {
        let mut piece = vec![0; SPOOL_PIECE_BYTES];
        let n = piece.len() as u64;
        let mut at = self.bytes.load(Ordering::Relaxed);
        while at + n <= memory.bytes {
            let limit = self.limit.load(Ordering::Relaxed);
            if limit == 0 {
                break;
            }
            let in_memory = memory.bytes.saturating_sub(SPOOL_MEMORY_BYTES as u64);
            start.fetch_max((at + n).saturating_sub(limit).min(in_memory), Ordering::SeqCst);
            memory.copy(at, &mut piece);
            match self.file.write_all_at(&piece, at % limit) {
                Ok(()) => at += n,
                Err(reason) => self.shrink(at, limit, &reason),
            }
            self.bytes.store(at, Ordering::Relaxed);
        }
    }

    /// The disk is full, or worse: the file stays as large as it is and is written over from its start.
    fn shrink(&self, at: ByteOffset, limit: u64, reason: &io::Error) {
        // If it cannot be written over either, nothing of it is sure any more.
        let limit = if at >= limit { 0 } else { at };
        self.limit.store(limit, Ordering::Relaxed);
        if limit == 0 {
            let _ = self.file.set_len(0);
        }
        if let Ok(mut trouble) = self.trouble.lock() {
            *trouble = Some(reason.to_string());
        }
    }

    /// Reads from one place of the file, which may end before the buffer is full.
    fn read(&self, at: ByteOffset, buffer: &mut [u8]) -> io::Result<usize> {
        let limit = self.limit.load(Ordering::Relaxed);
        if limit == 0 {
            return Err(io::Error::other(format!("byte {at} is no longer kept")));
        }
        let n = (buffer.len() as u64).min(limit - at % limit) as usize;
        self.file.read_exact_at(&mut buffer[..n], at % limit)?;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stream(bytes: usize) -> Vec<u8> {
        // A period that divides nothing here, so that no byte is mistaken for another.
        (0..bytes).map(|at| (at % 251) as u8).collect()
    }

    fn plan(directory: &Path, pieces: u64) -> SpillPlan {
        let limit = Some(pieces * SPOOL_PIECE_BYTES as u64);
        SpillPlan::In { directory: directory.to_owned(), limit }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        /// Whatever is kept reads as it came, and what is not kept is refused.
        #[test]
        fn what_is_kept_is_what_came(
            parts in prop::collection::vec(1_usize..1_500_000, 1..30),
            places in prop::collection::vec((0.0..1.0, 1_usize..300_000), 20),
            pieces in prop::option::of(0_u64..70),
        ) {
            let directory = tempfile::tempdir().expect("a directory");
            let plan = pieces.map_or(SpillPlan::Off, |pieces| plan(directory.path(), pieces));
            let (spool, trouble) = Spool::new(&plan);
            prop_assert_eq!(trouble, None);
            let all = stream(parts.iter().sum());
            let mut end = 0;
            for part in parts {
                spool.append(&all[end..end + part]);
                end += part;
                let kept = spool.kept();
                prop_assert_eq!(kept.end, end as u64);
                let least = SPOOL_MEMORY_BYTES.max(pieces.unwrap_or(0) as usize * SPOOL_PIECE_BYTES);
                prop_assert!(kept.end - kept.start >= end.min(least) as u64 - SPOOL_PIECE_BYTES.min(end) as u64);
                for (share, length) in &places {
                    let at = (end as f64 * share) as usize;
                    let mut buffer = vec![0; *length];
                    match spool.read_at(at as u64, &mut buffer) {
                        Ok(n) => {
                            prop_assert_eq!(n, (*length).min(end - at));
                            prop_assert_eq!(&buffer[..n], &all[at..at + n]);
                            prop_assert!(at as u64 >= kept.start);
                        }
                        Err(_) => prop_assert!((at as u64) < kept.start),
                    }
                }
            }
        }
    }

    #[test]
    fn a_directory_that_is_not_there_leaves_the_window_in_memory() {
        let (spool, trouble) = Spool::new(&plan(Path::new("/nowhere/at/all"), 9));
        assert!(trouble.is_some_and(|it| it.starts_with("cannot keep what is read in /nowhere")));
        spool.append(b"abc");
        let mut buffer = [0; 8];
        assert_eq!(spool.read_at(1, &mut buffer).ok(), Some(2));
        assert_eq!(&buffer[..2], b"bc");
    }

    /// Readers beside the writer see no byte that is not its own.
    #[test]
    fn readers_are_never_given_what_has_been_written_over() {
        let directory = tempfile::tempdir().expect("a directory");
        let (spool, _) = Spool::new(&plan(directory.path(), 4));
        let all = stream(60_000_000);
        let read_all = || {
            let mut buffer = vec![0; 70_000];
            while !spool.is_complete() {
                let kept = spool.kept();
                let at = kept.start;
                if let Ok(n) = spool.read_at(at, &mut buffer) {
                    assert_eq!(buffer[..n], all[at as usize..at as usize + n]);
                }
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(read_all);
            scope.spawn(read_all);
            all.chunks(65_536).for_each(|part| spool.append(part));
            spool.complete();
        });
    }
}
