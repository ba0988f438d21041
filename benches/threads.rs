//! Two threads against one over large files: how much faster two are, and what became of their guesses.
//!
//! `cargo bench --bench threads -- FILE...`. One thread and two take turns over each file, in memory, so that the machine's
//! drift hits both; the ratio is best against best. Beside it stands the limit in the same run: two scans of one thread each,
//! side by side, which share the machine and nothing else.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use warp_tui::lang::{LanguageId, detect};
use warp_tui::limits::CHUNK_BYTES;
use warp_tui::scan::{ScanJob, ScanOutcome, scan_source};
use warp_tui::simd;
use warp_tui::source::ReadAt;

const ROUNDS: usize = 9;

fn main() {
    let files: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if files.is_empty() {
        println!("threads: name large files to measure on; without any there is nothing to do");
        return;
    }
    println!(
        "file: MB; MB/s of one thread, of two, ratio; ratio of two scans side by side; guesses, wrong ones, MB scanned again"
    );
    for file in files {
        match std::fs::read(&file) {
            Ok(bytes) => measure(Path::new(&file), bytes),
            Err(error) => println!("{file}: {error}"),
        }
    }
}

fn measure(path: &Path, bytes: Vec<u8>) {
    let language = detect(path, &bytes[..bytes.len().min(4096)]);
    let source: Arc<dyn ReadAt> = Arc::new(bytes);
    let mut best = [f64::MAX; 3];
    let mut guesses = (0, 0, 0);
    // The first round warms up.
    for round in 0..=ROUNDS {
        let one = seconds(|| drop(scan(&source, language, 1)));
        let two = seconds(|| {
            if let Some(outcome) = scan(&source, language, 2) {
                let misses = outcome.speculation_misses;
                guesses = (misses + outcome.speculation_hits, misses, outcome.rescanned_bytes);
            }
        });
        let beside = seconds(|| {
            std::thread::scope(|threads| {
                for _ in 0..2 {
                    threads.spawn(|| drop(scan(&source, language, 1)));
                }
            });
        });
        if round > 0 {
            for (best, time) in best.iter_mut().zip([one, two, beside]) {
                *best = best.min(time);
            }
        }
    }
    let [one, two, beside] = best;
    let rate = |time: f64| source.bytes() as f64 / time / 1e6;
    println!(
        "{}: {} MB; {:.0}, {:.0}, {:.2}; {:.2}; {}, {}, {:.1}",
        path.display(),
        source.bytes() / 1_000_000,
        rate(one),
        rate(two),
        one / two,
        2.0 * one / beside,
        guesses.0,
        guesses.1,
        guesses.2 as f64 / 1e6,
    );
}

fn scan(source: &Arc<dyn ReadAt>, language: LanguageId, threads: usize) -> Option<ScanOutcome> {
    let job = ScanJob {
        language,
        kernel: simd::best(),
        threads,
        chunk_bytes: CHUNK_BYTES,
        bytes_total: source.bytes(),
        give_way: None,
    };
    scan_source(source, &job).ok()
}

fn seconds(work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    begin.elapsed().as_secs_f64()
}
