//! A file that is followed while it grows: looked at several times a second, what is new scanned with the state carried. A
//! file that is cut, replaced or rewritten under us is begun anew, and that is said.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::opened::Opened;
use super::shared::Shared;
use super::{Phase, SourceChange, gather, jobs};
use crate::error::Error;
use crate::lang::code::LOOK_BACK_MAX;
use crate::limits::BLOCK_BYTES;
use crate::scan::Summary;
use crate::source::{Change, FileSource, ReadAt};
use crate::stream::{Block, Feed};
use crate::units::ByteOffset;

/// Time between two looks at the file.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// Looks without growth after which definitions and patterns are gathered anew.
const QUIET_LOOKS: u32 = 3;

/// Bytes before the end that are compared when the file has grown: rewritten ones would not be the same.
const COMPARED_BYTES: usize = 256;

/// A file as far as it has been scanned. More may come.
#[derive(Debug)]
struct Growing {
    file: Arc<FileSource>,
    bytes: AtomicU64,
}

impl ReadAt for Growing {
    fn read_at(&self, offset: ByteOffset, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.bytes().saturating_sub(offset);
        let n = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.file.read_at(offset, &mut buffer[..n])
    }

    fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::SeqCst)
    }

    fn end_now(&self) -> ByteOffset {
        self.file.bytes_now().map_or(self.bytes(), |now| now.min(self.bytes()))
    }

    fn is_complete(&self) -> bool {
        false
    }
}

/// Begins to follow the file that is open, once it is scanned. A file that is followed already stays so.
pub(super) fn begin(shared: &Arc<Shared>) -> Result<(), Error> {
    if shared.live.get().is_some() || shared.followed.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    let following = Arc::clone(shared);
    let thread = std::thread::Builder::new().name("warp-follow".to_owned());
    let started = thread.spawn(move || {
        while !following.closed.load(Ordering::Relaxed) {
            if let Err(error) = follow(&following) {
                following.set_source_change(Some(SourceChange::Unreadable(error.to_string())));
                following.publish();
                std::thread::sleep(LOOK_INTERVAL);
            }
        }
    });
    started.map(|_| ()).map_err(|error| Error::Pool { threads: 1, reason: error.to_string() })
}

/// Follows one file until it is another, or the document is scanned anew.
fn follow(shared: &Arc<Shared>) -> Result<(), Error> {
    if shared.phase() == Phase::Running {
        std::thread::sleep(Duration::from_millis(5));
        return Ok(());
    }
    let opened = shared.opened.load_full();
    let mut follower = Follower::new(shared, &opened)?;
    shared.forgive_source();
    let (mut looks_since_growth, mut was_removed) = (None, false);
    while shared.wanted(opened.era) {
        let is_removed = follower.file.check() == Change::Removed;
        if is_removed != was_removed {
            tell_removed(shared, is_removed);
            was_removed = is_removed;
        }
        looks_since_growth = looks_since_growth.map(|looks: u32| looks + 1);
        match follower.look() {
            Look::Same if looks_since_growth >= Some(QUIET_LOOKS) => {
                looks_since_growth = None;
                gather::gather_behind(shared, &follower.opened);
            }
            Look::Same => {}
            Look::Grown(bytes) => {
                shared.forgive_end(follower.growing.bytes());
                follower.advance(shared, bytes)?;
                shared.publish();
                looks_since_growth = Some(0);
            }
            Look::Another(why) => {
                // Under a name that is gone for a moment nothing can be opened yet.
                let Err(error) = jobs::rescan(shared, None) else {
                    tracing::warn!(why, "followed on from the start");
                    shared.set_source_change(Some(SourceChange::StartedOver(why)));
                    shared.publish();
                    return wait_for_scan(shared);
                };
                let unreadable = SourceChange::Unreadable(format!("{why}, {error}"));
                if shared.set_source_change(Some(unreadable)) {
                    shared.publish();
                }
            }
        }
        std::thread::sleep(LOOK_INTERVAL);
    }
    Ok(())
}

/// Says that nothing stands under the file's name any more, or that it does again. What is open is followed all the while.
fn tell_removed(shared: &Shared, is_removed: bool) {
    if is_removed {
        tracing::warn!("the file that is followed was removed");
        shared.set_source_change(Some(SourceChange::Removed));
    } else {
        shared.forgive_source();
    }
    shared.publish();
}

/// Waits until what was begun anew is scanned, and keeps saying why it was.
fn wait_for_scan(shared: &Arc<Shared>) -> Result<(), Error> {
    while shared.phase() == Phase::Running && !shared.closed.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// What became of the file since the last look.
enum Look {
    Same,
    /// It has so many bytes now.
    Grown(u64),
    Another(&'static str),
}

/// A file, and the scan at its end.
struct Follower {
    file: Arc<FileSource>,
    growing: Arc<Growing>,
    opened: Arc<Opened>,
    feed: Feed,
    /// The last bytes, which must not change.
    tail: Vec<u8>,
}

impl Follower {
    /// Takes over the file where its scan ended: its last chunk is scanned anew, as one that goes on.
    fn new(shared: &Shared, opened: &Arc<Opened>) -> Result<Follower, Error> {
        let Some(file) = opened.file.clone() else {
            return Err(Error::Truncated { at: 0, expected: opened.bytes() });
        };
        let bytes = opened.bytes();
        let growing = Arc::new(Growing { file: Arc::clone(&file), bytes: AtomicU64::new(bytes) });
        let (options, source) = (&shared.options(), Arc::clone(&growing) as _);
        let file_again = Some(Arc::clone(&file));
        let again =
            Opened::new(opened.era, source, file_again, opened.language, options, &shared.cache);
        let mut at = 0;
        if let (Ok(mut index), Ok(before)) = (again.index.write(), opened.index.read()) {
            *index = before.clone();
            at = index.reopen_last();
        }
        again.findings.store(opened.findings.load_full());
        again.looked_at.store(opened.looked_at.load(Ordering::Relaxed), Ordering::Relaxed);
        again.gathered.store(opened.gathered.load(Ordering::Relaxed), Ordering::Relaxed);
        let state = again.index.read().map(|index| index.end().clone()).unwrap_or_default();
        let behind = again.reader.bytes(at.saturating_sub(LOOK_BACK_MAX as u64)..at)?;
        let feed = Feed::from(options.kernel, again.language, at, state, behind);
        let opened = Arc::new(again);
        let mut follower = Follower { file, growing, opened, feed, tail: Vec::new() };
        follower.advance(shared, bytes)?;
        shared.opened.store(Arc::clone(&follower.opened));
        shared.publish();
        Ok(follower)
    }

    fn look(&self) -> Look {
        let known = self.growing.bytes();
        let now = match self.file.check() {
            Change::Truncated { .. } => return Look::Another("the file was cut"),
            Change::Rewritten => return Look::Another("the file was rewritten"),
            Change::Replaced => return Look::Another("another file has its name now"),
            // What was open can still be read; something may come under the name again.
            Change::Unchanged | Change::Removed => self.file.bytes_now().unwrap_or(known),
            Change::Grown { bytes } => bytes,
        };
        let start = known - self.tail.len() as u64;
        let mut tail = vec![0; self.tail.len()];
        let is_same = self.file.read_at(start, &mut tail).is_ok() && tail == self.tail;
        match () {
            () if now < known => Look::Another("the file was cut"),
            () if !is_same => Look::Another("the file was rewritten"),
            () if now > known => Look::Grown(now),
            () => Look::Same,
        }
    }

    /// Scans up to `bytes`.
    fn advance(&mut self, shared: &Shared, bytes: u64) -> Result<(), Error> {
        let mut block = Block::new(BLOCK_BYTES);
        while self.feed.at() < bytes && !shared.closed.load(Ordering::Relaxed) {
            let at = self.feed.at();
            let mut reader = Rest { file: &self.file, at, end: bytes };
            let n = block.fill(&mut reader).map_err(|reason| Error::read(at, reason))?;
            if n == 0 {
                break;
            }
            // The bytes can be read before the index tells of them.
            self.growing.bytes.fetch_max(at + n as u64, Ordering::SeqCst);
            let mut parts = Vec::new();
            let cut = shared.options().chunk_bytes as u64;
            self.feed.take(&mut block, false, cut, |found: Summary, end, _| {
                parts.push((found, end.clone()));
            });
            if let Ok(mut index) = self.opened.index.write() {
                parts.into_iter().for_each(|(summary, end)| index.append(&summary, end));
            }
            self.tail = block.bytes()[n.saturating_sub(COMPARED_BYTES)..].to_vec();
        }
        Ok(())
    }
}

/// What is to be read of a file.
struct Rest<'f> {
    file: &'f FileSource,
    at: u64,
    end: u64,
}

impl std::io::Read for Rest<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = buffer.len().min(usize::try_from(self.end - self.at).unwrap_or(usize::MAX));
        let n = self.file.read_at(self.at, &mut buffer[..n])?;
        self.at += n as u64;
        Ok(n)
    }
}
