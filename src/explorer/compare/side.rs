//! A side read from its start to its end: what its scanner finds, piece by piece, each with its place.

use std::io::{self, Read};
use std::sync::Arc;

use crossbeam_channel::{Receiver, bounded};

use super::{How, ItemKind, Side, What};
use crate::error::Error;
use crate::lang::LanguageId;
use crate::limits::COMPARED_PIECE_BYTES;
use crate::scan::{Driver, ScanEvent, ScanJob};
use crate::source::ReadAt;
use crate::stream::{Found, Joiner, StreamOptions, StreamScanner};
use crate::units::ByteOffset;

/// Something told, with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) start: ByteOffset,
    pub(super) end: ByteOffset,
    pub(super) kind: ItemKind,
}

impl Item {
    /// Places are ordered by their ends: that is when they are known.
    pub(super) fn place(&self) -> (ByteOffset, ByteOffset) {
        (self.end, self.start)
    }
}

/// A side under way.
pub(super) struct Reading {
    pieces: Pieces,
    language: LanguageId,
    at: ByteOffset,
    ended: bool,
}

enum Pieces {
    /// By this thread.
    Here(Box<StreamScanner<FromStart>>),
    /// By those of a driver, which must go before the channel that its workers may wait on.
    Behind { _driver: Driver<Found>, told: Receiver<Told>, joiner: Joiner, queue: Vec<Found> },
}

/// What a driver tells: the next stretches, last first; none at the end.
type Told = Result<Option<Vec<Found>>, Error>;

/// Batches of a driver that wait to be compared: the next one is there when it is wanted.
const TOLD_MAX: usize = 1;

impl Reading {
    /// Begins.
    pub(super) fn new(side: &Side) -> Result<Reading, Error> {
        let language = side.scanner.language;
        let here = |block_bytes: usize| {
            let reader = FromStart { source: Arc::clone(&side.source), at: 0, end: side.bytes };
            let language = Some(language);
            let options = StreamOptions { language, kernel: side.scanner.kernel, block_bytes };
            Pieces::Here(Box::new(StreamScanner::new(reader, options)))
        };
        let pieces = match side.scanner.how {
            How::Whole { .. } => {
                let whole = usize::try_from(side.bytes).unwrap_or(usize::MAX);
                here(whole.clamp(1, COMPARED_PIECE_BYTES))
            }
            How::Stream { block_bytes } => here(block_bytes.max(1)),
            How::Threads { .. } => behind(side)?,
        };
        Ok(Reading { pieces, language, at: 0, ended: false })
    }

    /// Bytes gone over so far.
    pub(super) fn at(&self) -> ByteOffset {
        self.at
    }

    /// Whether all has been told.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Calls `each` with what the next piece holds, sort by sort. Each sort comes in an order of its own.
    pub(super) fn advance(&mut self, mut each: impl FnMut(Item)) -> Result<(), Error> {
        if let Some(found) = self.next()? {
            tell(self.language, &found, &mut each);
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Found>, Error> {
        match &mut self.pieces {
            Pieces::Here(scanner) => {
                let found = scanner.next_block()?;
                (self.at, self.ended) = (scanner.at(), scanner.has_ended());
                Ok(found)
            }
            Pieces::Behind { told, joiner, queue, .. } => {
                if queue.is_empty() {
                    let gone = |_| Error::WorkerPanic {
                        at: self.at,
                        message: "the workers ended early".to_owned(),
                    };
                    *queue = told.recv().map_err(gone)??.unwrap_or_default();
                }
                // An empty stretch ends what is open.
                self.ended = queue.is_empty();
                let mut found = queue.pop().unwrap_or_default();
                joiner.join(&mut found, self.ended);
                self.at += found.bytes;
                Ok(Some(found))
            }
        }
    }
}

/// Begins to scan on several threads.
fn behind(side: &Side) -> Result<Pieces, Error> {
    let How::Threads { threads, chunk_bytes } = side.scanner.how else {
        return Err(Error::Pool { threads: 0, reason: "none were asked for".to_owned() });
    };
    let job = ScanJob {
        language: side.scanner.language,
        kernel: side.scanner.kernel,
        threads,
        chunk_bytes,
        bytes_total: side.bytes,
        give_way: None,
    };
    let (send, told) = bounded(TOLD_MAX);
    // Where nobody listens any more there is nobody to tell.
    let sink = move |event: ScanEvent<Found>| {
        let _ = match event {
            ScanEvent::Chunks { chunks, .. } => {
                let mut found: Vec<Found> = chunks.into_iter().map(|(found, _)| found).collect();
                found.reverse();
                send.send(Ok(Some(found)))
            }
            ScanEvent::Done => send.send(Ok(None)),
            ScanEvent::Failed(error) => send.send(Err(error)),
        };
    };
    let driver = Driver::start(Arc::clone(&side.source), job, Box::new(sink))?;
    Ok(Pieces::Behind { _driver: driver, told, joiner: Joiner::default(), queue: Vec::new() })
}

fn tell(language: LanguageId, found: &Found, each: &mut impl FnMut(Item)) {
    let tokens = &found.tokens;
    let knows_levels = language.info().scanner.is_some();
    for (at, class) in tokens.structural.iter().zip(&found.classes) {
        each(Item { start: *at, end: at + 1, kind: ItemKind::Structural(*class) });
        // In JSON brackets are all levels there are; elsewhere levels are told beside them.
        if !knows_levels && (class.opens() || class.closes()) {
            each(Item { start: *at, end: *at, kind: ItemKind::Level(class.opens()) });
        }
    }
    for (start, end, kind) in &tokens.spans {
        each(Item { start: *start, end: *end, kind: ItemKind::Span(*kind) });
    }
    for pattern in &tokens.patterns {
        let kind = ItemKind::Pattern(pattern.kind);
        each(Item { start: pattern.start, end: pattern.end, kind });
    }
    for (at, opens) in &tokens.level_changes {
        each(Item { start: *at, end: *at, kind: ItemKind::Level(*opens) });
    }
    for (at, kind) in &tokens.problems {
        each(Item { start: *at, end: *at, kind: ItemKind::Problem(*kind) });
    }
}

/// Whether the scanner of `language` tells such things.
pub(super) fn tells(language: LanguageId, what: What) -> bool {
    what != What::Problem || language.info().scanner.is_some()
}

/// A source read from its start to where it ended when it was begun.
pub(super) struct FromStart {
    pub(super) source: Arc<dyn ReadAt>,
    pub(super) at: ByteOffset,
    pub(super) end: ByteOffset,
}

impl Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let want = buffer.len().min(left);
        let n = self.source.read_at(self.at, &mut buffer[..want])?;
        if n < want {
            let why = format!("the file ends at byte {}", self.at + n as u64);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        self.at += n as u64;
        Ok(n)
    }
}
