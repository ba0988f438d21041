//! The pump: one thread reads a stream into blocks, another consumes them in order. Reading can be paused, and ended,
//! without losing a byte of what has come.
//!
//! A read that waits for the other side cannot be called back. When the reading is ended the consumer is told at once; the
//! reader's thread is left to its read, and whatever that brings is dropped.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::Block;
use crate::error::Error;
use crate::limits::BLOCKS_WAITING_MAX;

/// What the consumer is told.
#[derive(Debug)]
pub enum PumpEvent<'b> {
    /// The next bytes.
    Bytes(&'b mut Block),
    /// Nothing more comes: the stream has ended, or the reading was ended.
    End,
    /// The stream failed; what came before stands.
    Failed(io::Error),
}

/// Whether a stream flows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// It is read.
    #[default]
    Reading,
    /// It is not read until somebody says so.
    Paused,
    /// It has ended, or its reading was ended.
    Ended,
}

/// How reading and scanning go.
#[derive(Clone, Copy, Debug, Default)]
pub struct PumpMonitor {
    /// Whether it flows.
    pub flow: Flow,
    /// Blocks read and not yet consumed.
    pub waiting: usize,
    /// The bound of that.
    pub waiting_max: usize,
    /// Nanoseconds that the reader waited for the source.
    pub source_wait_ns: u64,
    /// Nanoseconds that the reader waited for an empty block: the consumer is slower than the source.
    pub pressure_ns: u64,
}

/// A stream that is read and consumed in the background. Dropping it ends the reading and waits for nothing.
#[derive(Debug)]
pub struct Pump {
    control: Arc<Control>,
}

#[derive(Debug)]
struct Control {
    paused: Mutex<bool>,
    resumed: Condvar,
    ended: AtomicBool,
    source_wait_ns: AtomicU64,
    pressure_ns: AtomicU64,
    /// Looked at for its length only.
    full: Receiver<Full>,
    /// Tells the consumer that the reading was ended.
    stop: Sender<()>,
}

/// What the reader hands over.
#[derive(Debug)]
enum Full {
    Block(Block),
    End,
    Failed(io::Error),
}

impl Pump {
    /// Begins to read `reader` into blocks of `block_bytes`, and to call `consume` with them on another thread.
    ///
    /// # Errors
    /// If threads cannot be started.
    pub fn start(
        reader: Box<dyn Read + Send>,
        block_bytes: usize,
        consume: impl FnMut(PumpEvent<'_>) + Send + 'static,
    ) -> Result<Pump, Error> {
        let (filled, full) = bounded(BLOCKS_WAITING_MAX);
        let (emptied, empty) = bounded(BLOCKS_WAITING_MAX + 1);
        let (stop, stopped) = bounded(1);
        for _ in 0..=BLOCKS_WAITING_MAX {
            // There is a place for each.
            let _ = emptied.send(Block::new(block_bytes));
        }
        let control = Arc::new(Control {
            paused: Mutex::new(false),
            resumed: Condvar::new(),
            ended: AtomicBool::new(false),
            source_wait_ns: AtomicU64::new(0),
            pressure_ns: AtomicU64::new(0),
            full: full.clone(),
            stop,
        });
        let reading = Arc::clone(&control);
        spawn("warp-read", move || reading.read(reader, &filled, &empty))?;
        let consuming = Arc::clone(&control);
        spawn("warp-stream", move || consuming.consume(&full, &emptied, &stopped, consume))?;
        Ok(Pump { control })
    }

    /// Pauses the reading, or goes on with it. What was read is consumed all the same.
    pub fn pause(&self, paused: bool) {
        *self.control.paused.lock().unwrap_or_else(PoisonError::into_inner) = paused;
        self.control.resumed.notify_all();
    }

    /// Ends the reading: what has been read is consumed, then the consumer is told of the end.
    pub fn end(&self) {
        self.control.end();
    }

    /// How it goes.
    #[must_use]
    pub fn monitor(&self) -> PumpMonitor {
        let control = &self.control;
        let paused = *control.paused.lock().unwrap_or_else(PoisonError::into_inner);
        PumpMonitor {
            flow: match (control.ended.load(Ordering::Relaxed), paused) {
                (true, _) => Flow::Ended,
                (false, true) => Flow::Paused,
                (false, false) => Flow::Reading,
            },
            waiting: control.full.len(),
            waiting_max: BLOCKS_WAITING_MAX,
            source_wait_ns: control.source_wait_ns.load(Ordering::Relaxed),
            pressure_ns: control.pressure_ns.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.control.end();
    }
}

impl Control {
    fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
        self.resumed.notify_all();
        // One message is as good as many.
        let _ = self.stop.try_send(());
    }

    /// Waits while paused. False once the reading was ended.
    fn may_read(&self) -> bool {
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        while *paused && !self.ended.load(Ordering::SeqCst) {
            paused = self.resumed.wait(paused).unwrap_or_else(PoisonError::into_inner);
        }
        !self.ended.load(Ordering::SeqCst)
    }

    fn read(
        &self,
        mut reader: Box<dyn Read + Send>,
        filled: &Sender<Full>,
        empty: &Receiver<Block>,
    ) {
        while self.may_read() {
            let began = Instant::now();
            let Ok(mut block) = empty.recv() else { return };
            add(&self.pressure_ns, began.elapsed());
            let began = Instant::now();
            let result = block.read(&mut reader);
            add(&self.source_wait_ns, began.elapsed());
            // What a read brings that was under way when the reading was paused is kept; when it was ended, not.
            let (full, is_end) = match result {
                _ if self.ended.load(Ordering::SeqCst) => return,
                Ok(0) => (Full::End, true),
                Ok(_) => (Full::Block(block), false),
                Err(error) => (Full::Failed(error), true),
            };
            if filled.send(full).is_err() || is_end {
                return;
            }
        }
    }

    fn consume(
        &self,
        full: &Receiver<Full>,
        emptied: &Sender<Block>,
        stopped: &Receiver<()>,
        mut consume: impl FnMut(PumpEvent<'_>),
    ) {
        loop {
            let next = crossbeam_channel::select_biased! {
                recv(full) -> next => next.unwrap_or(Full::End),
                recv(stopped) -> _ => Full::End,
            };
            match next {
                Full::Block(mut block) => {
                    consume(PumpEvent::Bytes(&mut block));
                    // A reader that has ended needs no blocks.
                    let _ = emptied.try_send(block);
                }
                Full::End => {
                    self.ended.store(true, Ordering::SeqCst);
                    return consume(PumpEvent::End);
                }
                Full::Failed(error) => {
                    self.ended.store(true, Ordering::SeqCst);
                    return consume(PumpEvent::Failed(error));
                }
            }
        }
    }
}

fn add(counter: &AtomicU64, time: Duration) {
    counter.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map(|_| ()).map_err(|error| Error::Pool { threads: 1, reason: error.to_string() })
}
