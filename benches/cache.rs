//! What a hit of the detail cache costs beside the miss that it saves, on chunks of a file: both with the hash of the bytes.
//!
//! `cargo bench --bench cache -- FILE...`. Budget of a hit: 10 microseconds.

use std::time::{Duration, Instant};

use warp_tui::cache::{CacheLimits, DetailCache};
use warp_tui::lang::code::Piece;
use warp_tui::lang::detect;
use warp_tui::limits::CHUNK_BYTES;
use warp_tui::scan::{State, detail};
use warp_tui::simd;

const CHUNKS: usize = 64;

fn main() -> std::io::Result<()> {
    let files = std::env::args().skip(1).filter(|arg| !arg.starts_with("--"));
    let files: Vec<String> = files.collect();
    if files.is_empty() {
        println!("cache: name files to measure on; without any there is nothing to do");
    }
    for file in files {
        let text = std::fs::read(&file)?;
        let language = detect(file.as_ref(), &text[..text.len().min(4096)]);
        let cache = DetailCache::new(CacheLimits { bytes: 1 << 30, ..CacheLimits::default() });
        let pieces: Vec<Piece<'_>> = Piece::whole(&text).chunks(CHUNK_BYTES).take(CHUNKS).collect();
        let state = State::default();
        // Each chunk the first time, and the best of many later times.
        let mut look_up = |piece: &Piece<'_>| {
            let begin = Instant::now();
            let make = || detail(simd::best(), language, &state, *piece);
            let found = cache.get_or_insert_with(language, piece, &state, begin, make);
            std::hint::black_box(found);
            begin.elapsed()
        };
        let misses = median(pieces.iter().map(&mut look_up).collect());
        let best = |piece| (0..50).map(|_| look_up(piece)).min().unwrap_or_default();
        let hits = median(pieces.iter().map(best).collect());
        let ratio = misses.as_secs_f64() / hits.as_secs_f64().max(1e-12);
        println!(
            "{file}: {} chunks of {CHUNK_BYTES} bytes: hit {hits:.1?}, miss {misses:.1?}, {ratio:.0} x",
            pieces.len()
        );
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
