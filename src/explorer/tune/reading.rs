//! Plain reading: as fast as so many threads of the machine can read, whatever they would do with the bytes.

use std::time::Instant;

use super::RUN_TIME_MIN;
use crate::error::Error;
use crate::source::ReadAt;

/// Sums memory up, eight bytes and many sums at a time, each thread a part: as fast as so many threads can read. Gives
/// bytes a second.
pub(super) fn read_memory(memory: &[u8], threads: usize) -> f64 {
    let rate = rate_of(memory.len() as u64, || {
        sum_up_by(memory, threads);
        Ok::<_, std::convert::Infallible>(())
    });
    rate.unwrap_or_else(|never| match never {})
}

/// Does it again and again until there is a time to go by: a few KiB are read before a clock has moved. Gives bytes a second.
fn rate_of<E>(bytes: u64, mut read: impl FnMut() -> Result<(), E>) -> Result<f64, E> {
    let (begin, mut times) = (Instant::now(), 0u32);
    loop {
        read()?;
        times += 1;
        let elapsed = begin.elapsed();
        if elapsed >= RUN_TIME_MIN {
            return Ok(bytes as f64 * f64::from(times) / elapsed.as_secs_f64());
        }
    }
}

fn sum_up_by(memory: &[u8], threads: usize) {
    let part_bytes = memory.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let mut parts = memory.chunks(part_bytes);
        // The first part is ours: one thread needs no other.
        let ours = parts.next().unwrap_or_default();
        parts.for_each(|part| drop(scope.spawn(|| sum_up(part))));
        sum_up(ours);
    });
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

/// Reads the first `bytes` bytes of the source, each thread a part, into a small buffer of its own. Gives bytes a second.
pub(super) fn read_file(source: &dyn ReadAt, bytes: u64, threads: usize) -> Result<f64, Error> {
    rate_of(bytes, || read_by(source, bytes, threads))
}

fn read_by(source: &dyn ReadAt, bytes: u64, threads: usize) -> Result<(), Error> {
    let part_bytes = bytes.div_ceil(threads as u64);
    let part = |i: u64| read_part(source, i * part_bytes, ((i + 1) * part_bytes).min(bytes));
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads as u64).map(|i| scope.spawn(move || part(i))).collect();
        let ours = part(0);
        let gone = || Error::WorkerPanic { at: 0, message: "a reading thread".to_owned() };
        others.into_iter().try_for_each(|other| other.join().map_err(|_| gone())?).and(ours)
    })
}

fn read_part(source: &dyn ReadAt, mut at: u64, end: u64) -> Result<(), Error> {
    let mut buffer = vec![0; 256 << 10];
    while at < end {
        let want = (end - at).min(buffer.len() as u64) as usize;
        let n =
            source.read_at(at, &mut buffer[..want]).map_err(|reason| Error::Read { at, reason })?;
        if n == 0 {
            break;
        }
        at += n as u64;
    }
    Ok(())
}
