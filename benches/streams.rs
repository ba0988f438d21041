//! How soon the first token of a stream is told after its first bytes came, in each language, by way of a pipe.
//!
//! `cargo bench --bench streams`. Budget: 1 ms. Beside it what the pipe alone takes: the same bytes read and nothing done.

use std::io::{self, Read, Write};
use std::sync::mpsc::channel;
use std::time::Instant;

use warp_tui::lang::{LanguageId, languages};
use warp_tui::stream::{StreamOptions, StreamScanner};

const RUNS: usize = 400;

/// A token of every language, and as many bytes behind it as the one that looks furthest ahead wants to see.
const FIRST: &[u8] = b"[(1), 2]\n[(1), 2]\n[(1), 2]\n[(1), 2]\n[(1), 2]\n[(1), 2]\n[(1), 2]\n";

fn main() -> io::Result<()> {
    println!("{:12} median     99 %       the pipe alone", "first token");
    let alone = measure(|reader| reader.take(1).read_to_end(&mut Vec::new()).is_ok_and(|n| n > 0))?;
    // Text has no tokens.
    for language in languages().iter().filter(|it| it.id != LanguageId::Text) {
        let options = StreamOptions { language: Some(language.id), ..StreamOptions::default() };
        let scanned = measure(|reader| {
            let mut tokens = StreamScanner::new(reader, options.clone()).tokens();
            tokens.next().is_some_and(|token| token.is_ok())
        })?;
        println!(
            "{:12} {:6.1} us  {:6.1} us  {:6.1} us",
            language.name, scanned.0, scanned.1, alone.0
        );
    }
    Ok(())
}

/// Median and 99th percentile of the microseconds from a write to the end of `first`, which the pipe outlives.
fn measure(first: impl Fn(io::PipeReader) -> bool) -> io::Result<(f64, f64)> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let (reader, mut writer) = io::pipe()?;
        let (started, starts) = channel();
        let (ended, ends) = channel::<()>();
        std::thread::scope(|scope| -> io::Result<()> {
            scope.spawn(move || {
                // The reader is to be waiting by then, as it is for a slow source.
                std::thread::sleep(std::time::Duration::from_micros(300));
                let _ = started.send(Instant::now());
                let _ = writer.write_all(FIRST);
                let _ = ends.recv();
            });
            assert!(first(reader), "nothing was found");
            let now = Instant::now();
            drop(ended);
            let began: Instant = starts.recv().map_err(io::Error::other)?;
            times.push(now.duration_since(began).as_secs_f64() * 1e6);
            Ok(())
        })?;
    }
    times.sort_by(f64::total_cmp);
    Ok((times[RUNS / 2], times[RUNS * 99 / 100]))
}
