//! Plain reading: as fast as so many threads of the machine can read, whatever they would do with the bytes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::RUN_TIME_MIN;
use crate::error::Error;
use crate::source::ReadAt;
use crate::units::ByteOffset;

/// The most bytes that a thread reads at a time.
const BUFFER_BYTES: usize = 256 << 10;

/// How long is waited for all threads to have begun: one that the system does not start never does.
const BEGIN_TIME_MAX: Duration = Duration::from_millis(100);

/// Sums memory up, eight bytes and many sums at a time, each thread a part: as fast as so many threads can read. Gives
/// bytes a second.
pub(super) fn read_memory(memory: &[u8], threads: usize) -> f64 {
    let parts = memory.chunks(memory.len().div_ceil(threads).max(1));
    let rate = rate_of(parts, |part| {
        sum_up(part);
        Ok::<_, std::convert::Infallible>(part.len() as u64)
    });
    rate.unwrap_or_else(|never| match never {})
}

/// Reads the first `bytes` bytes of the source, each thread a part, into a small buffer of its own. Gives bytes a second.
pub(super) fn read_file(source: &dyn ReadAt, bytes: u64, threads: usize) -> Result<f64, Error> {
    let part_bytes = bytes.div_ceil(threads as u64).max(1);
    let buffer_bytes = part_bytes.min(BUFFER_BYTES as u64) as usize;
    let part = |i: u64| Part {
        range: (i * part_bytes, ((i + 1) * part_bytes).min(bytes)),
        buffer: vec![0; buffer_bytes],
    };
    let n_parts = bytes.div_ceil(part_bytes);
    // Buffers are made before the time begins: a scan has its own at hand too.
    let parts: Vec<Part> = (0..n_parts).map(part).collect();
    rate_of(parts.into_iter(), |part| part.read(source))
}

/// Reads each part by a thread, again and again until there is a time to go by and all have begun: a few KiB are read before
/// a clock has moved, and long before another thread has begun. Gives bytes a second of all together.
fn rate_of<P: Send, E: Send>(
    mut parts: impl ExactSizeIterator<Item = P>,
    read: impl Fn(&mut P) -> Result<u64, E> + Sync,
) -> Result<f64, E> {
    let (n_parts, n_begun) = (parts.len(), AtomicUsize::new(0));
    let begin = Instant::now();
    let again = |mut part: P| {
        n_begun.fetch_add(1, Ordering::Relaxed);
        let mut bytes = 0;
        loop {
            bytes += read(&mut part)?;
            let have_begun = n_begun.load(Ordering::Relaxed) == n_parts;
            let least = if have_begun { RUN_TIME_MIN } else { BEGIN_TIME_MAX };
            if begin.elapsed() >= least {
                return Ok(bytes);
            }
        }
    };
    let bytes = std::thread::scope(|scope| {
        // The first part is ours: one thread needs no other.
        let ours = parts.next();
        let others: Vec<_> = parts.map(|part| scope.spawn(|| again(part))).collect();
        let mut bytes = ours.map_or(Ok(0), again)?;
        for other in others {
            bytes += other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        Ok(bytes)
    })?;
    Ok(bytes as f64 / begin.elapsed().as_secs_f64())
}

fn sum_up(part: &[u8]) {
    let mut sums = [0u64; 32];
    let (wide, _) = part.as_chunks::<256>();
    for chunk in wide {
        let (words, _) = chunk.as_chunks::<8>();
        for (sum, word) in sums.iter_mut().zip(words) {
            *sum ^= u64::from_le_bytes(*word);
        }
    }
    std::hint::black_box(sums);
}

/// What a thread reads of a source, and into what.
struct Part {
    range: (ByteOffset, ByteOffset),
    buffer: Vec<u8>,
}

impl Part {
    /// Reads all of it once; how many bytes there were.
    fn read(&mut self, source: &dyn ReadAt) -> Result<u64, Error> {
        let (start, end) = self.range;
        let mut at = start;
        while at < end {
            let want = (end - at).min(self.buffer.len() as u64) as usize;
            let read = source.read_at(at, &mut self.buffer[..want]);
            let n = read.map_err(|reason| Error::read(at, reason))?;
            if n == 0 {
                break;
            }
            at += n as u64;
        }
        Ok(at - start)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::io;
    use std::sync::Mutex;
    use std::thread::{ThreadId, current};

    use super::*;

    /// A source that keeps who read of it, and into how much room at most.
    #[derive(Debug, Default)]
    struct Watched {
        bytes: u64,
        readers: Mutex<(HashSet<ThreadId>, usize, usize)>,
    }

    impl ReadAt for Watched {
        fn read_at(&self, offset: ByteOffset, buffer: &mut [u8]) -> io::Result<usize> {
            let mut readers = self.readers.lock().expect("nobody panics");
            readers.0.insert(current().id());
            readers.1 = readers.1.max(buffer.len());
            readers.2 += 1;
            Ok(buffer.len().min((self.bytes - offset) as usize))
        }

        fn bytes(&self) -> u64 {
            self.bytes
        }
    }

    #[test]
    fn each_thread_reads_little_again_and_again() {
        for (threads, room) in [(1, 16), (2, 8), (3, 6)] {
            let source = Watched { bytes: 16, ..Watched::default() };
            let rate = read_file(&source, 16, threads).expect("it can be read");
            let (readers, most, times) = source.readers.into_inner().expect("nobody panics");
            assert_eq!((readers.len(), most), (threads, room));
            assert!(rate > 0.0 && times > 10 * threads, "{rate} {times}");
        }
    }

    #[test]
    fn more_threads_than_bytes_and_nothing_at_all_are_read_too() {
        let three = b"abc".to_vec();
        assert!(read_file(&three, 3, 8).expect("it can be read") > 0.0);
        assert!(read_memory(&three, 8) > 0.0);
        assert_eq!(read_file(&three, 0, 2).expect("there is nothing to read"), 0.0);
        assert_eq!(read_memory(&[], 2), 0.0);
    }
}
