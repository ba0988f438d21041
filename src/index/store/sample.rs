//! Samples of a file's content: what must still be there if an index of it is to be believed.

use std::io;

use xxhash_rust::xxh3::Xxh3;

use crate::limits::{SAMPLE_BYTES, SAMPLES};
use crate::source::ReadAt;

/// Head and tail, in samples.
const ENDS: u64 = 4;

/// The hash of the head, the tail and samples at equal distances of the first `bytes` bytes of `source`.
///
/// # Errors
/// What reading gives; [`io::ErrorKind::UnexpectedEof`] if there are fewer bytes.
pub fn content_hash(source: &dyn ReadAt, bytes: u64) -> io::Result<u128> {
    let mut hash = Xxh3::new();
    hash.update(&bytes.to_le_bytes());
    let mut buffer = vec![0; (ENDS * SAMPLE_BYTES) as usize];
    for (at, n) in places(bytes) {
        let piece = &mut buffer[..n as usize];
        if source.read_at(at, piece)? < piece.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        hash.update(piece);
    }
    Ok(hash.digest128())
}

/// Where the samples begin, ascending, and how long they are: at most [`ENDS`] times [`SAMPLE_BYTES`].
fn places(bytes: u64) -> impl Iterator<Item = (u64, u64)> {
    let end = (ENDS * SAMPLE_BYTES).min(bytes);
    let between = bytes - end;
    // On a page's border one sample is one page to be read.
    let inner = (1..=SAMPLES)
        .map(move |i| (u128::from(between) * u128::from(i) / u128::from(SAMPLES + 1)) as u64)
        .map(|at| at - at % SAMPLE_BYTES)
        .map(move |at| (at, SAMPLE_BYTES.min(bytes - at)));
    [(0, end)].into_iter().chain(inner).chain([(between, end)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_tail_and_samples_all_count_and_the_size_does() {
        let content: Vec<u8> = (0..1 << 20).map(|i: u32| (i / 7) as u8).collect();
        let hash = content_hash(&content, 1 << 20).unwrap();
        let (places, n) = (places(1 << 20).collect::<Vec<_>>(), SAMPLES as usize + 2);
        assert_eq!(places.len(), n);
        assert!(places.is_sorted() && places[n - 1].0 + places[n - 1].1 == 1 << 20);
        for (at, n) in places {
            let mut changed = content.clone();
            changed[(at + n - 1) as usize] ^= 1;
            assert_ne!(content_hash(&changed, 1 << 20).unwrap(), hash, "{at}");
        }
        let longer = [&content[..], b"more"].concat();
        assert_eq!(content_hash(&longer, 1 << 20).unwrap(), hash, "what has grown");
        assert_ne!(content_hash(&longer, (1 << 20) + 4).unwrap(), hash);
        assert!(content_hash(&content, (1 << 20) + 1).is_err(), "what is shorter");
    }

    #[test]
    fn small_content_is_hashed_as_a_whole() {
        for bytes in [0_u64, 1, 4095, 4096, 20_000, 100_000] {
            let content = vec![7; bytes as usize];
            assert!(content_hash(&content, bytes).is_ok(), "{bytes}");
        }
    }
}
