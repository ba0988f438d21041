//! `warp-tui tune`: throughput by kernel, thread count and chunk size, from memory and from the file, beside what the
//! machine can read at all. Runs of different settings take turns, after a warm-up, so that the machine's drift hits all.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::ArgMatches;

use super::{Failure, Settings, text_of};
use crate::error::Error;
use crate::lang::{LanguageId, detect};
use crate::limits::{CHUNK_BYTES, TUNED_BYTES_MAX};
use crate::report::escape::shown;
use crate::report::{Best, ReadLimits, Spread, TuneReport, TuneRun};
use crate::scan::{ScanJob, scan_source};
use crate::simd;
use crate::source::{FileSource, ReadAt};

/// Chunk sizes that are tried.
const CHUNK_SIZES: [usize; 3] = [CHUNK_BYTES / 4, CHUNK_BYTES, CHUNK_BYTES * 4];

/// Measures and reports.
pub(super) fn run(
    matches: &ArgMatches,
    settings: &Settings,
    out: &mut dyn Write,
) -> Result<u8, Failure> {
    settings.engine().map_err(Failure::usage)?;
    let Some(path) = matches.get_one::<PathBuf>("file") else { return Ok(2) };
    let runs = matches.get_one::<u64>("runs").copied().unwrap_or(5) as usize;
    let report =
        measure(path, settings.language(), runs).map_err(|error| anyhow::anyhow!("{error}"))?;
    let print = match matches.get_one::<String>("format").map_or("", String::as_str) {
        "json" => serde_json::to_writer_pretty(&mut *out, &report)
            .map_err(anyhow::Error::from)
            .and_then(|()| Ok(writeln!(out)?)),
        "csv" => csv(&report, out).map_err(anyhow::Error::from),
        _ => text(&report, out).map_err(anyhow::Error::from),
    };
    print.map(|()| 0).map_err(Failure::from)
}

fn measure(path: &Path, language: Option<LanguageId>, n: usize) -> Result<TuneReport, Error> {
    let file = Arc::new(FileSource::open(path)?);
    let bytes = file.bytes().min(TUNED_BYTES_MAX);
    let read = |at: u64, reason| Error::Read { at, reason };
    let mut memory = vec![0; bytes as usize];
    let got = file.read_at(0, &mut memory).map_err(|reason| read(0, reason))?;
    memory.truncate(got);
    let language = language.unwrap_or_else(|| detect(path, &memory[..got.min(4096)]));
    let memory = Arc::new(memory);
    let mut settings = Vec::new();
    for kernel in simd::available() {
        for threads in thread_counts() {
            for chunk_bytes in CHUNK_SIZES {
                for from_memory in [true, false] {
                    let bytes_total = got as u64;
                    let job = ScanJob {
                        language,
                        kernel,
                        threads,
                        chunk_bytes,
                        bytes_total,
                        give_way: None,
                    };
                    settings.push((job, from_memory));
                }
            }
        }
    }
    let mut rates = vec![Vec::with_capacity(n); settings.len()];
    let mut misses = vec![0; settings.len()];
    // The first round warms up and is not counted.
    for round in 0..=n {
        for (i, (job, from_memory)) in settings.iter().enumerate() {
            let source: Arc<dyn ReadAt> =
                if *from_memory { Arc::clone(&memory) as _ } else { Arc::clone(&file) as _ };
            let outcome = scan_source(&source, job)?;
            if round > 0 {
                rates[i].push(got as f64 / outcome.elapsed.as_secs_f64().max(1e-9));
                misses[i] = outcome.speculation_misses;
            }
        }
    }
    let runs: Vec<TuneRun> = settings
        .into_iter()
        .zip(rates)
        .zip(misses)
        .map(|(((job, from_memory), rates), speculation_misses)| TuneRun {
            kernel: job.kernel.name(),
            threads: job.threads,
            chunk: job.chunk_bytes,
            from: if from_memory { "memory" } else { "file" },
            runs: n,
            bytes_per_second: Spread::of(rates),
            speculation_misses,
        })
        .collect();
    let limits =
        ReadLimits { memory: memory_limit(&memory, n), file: file_limit(&file, bytes, n)? };
    Ok(TuneReport {
        file: text_of(path),
        language: language.info().name,
        bytes: got as u64,
        cores: cores(),
        read_bytes_per_second: limits,
        best: best(&runs),
        runs,
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// 1, 2, 4, ... and the number of cores.
fn thread_counts() -> Vec<usize> {
    let mut counts: Vec<usize> =
        std::iter::successors(Some(1), |n| Some(n * 2)).take_while(|n| *n < cores()).collect();
    counts.push(cores());
    counts
}

fn best(runs: &[TuneRun]) -> Best {
    let best = runs
        .iter()
        .filter(|run| run.from == "file")
        .max_by(|a, b| a.bytes_per_second.median.total_cmp(&b.bytes_per_second.median));
    match best {
        Some(run) => Best { kernel: run.kernel, threads: run.threads, chunk: run.chunk },
        None => Best { kernel: simd::best().name(), threads: cores(), chunk: CHUNK_BYTES },
    }
}

/// The fastest of some runs over `bytes` bytes, in bytes a second.
fn fastest(n: usize, bytes: usize, mut work: impl FnMut()) -> f64 {
    let seconds = (0..=n).map(|_| {
        let begin = Instant::now();
        work();
        begin.elapsed().as_secs_f64()
    });
    bytes as f64 / seconds.fold(f64::MAX, f64::min).max(1e-9)
}

/// Sums memory up, eight bytes and many sums at a time: as fast as one thread can read.
fn memory_limit(memory: &[u8], n: usize) -> f64 {
    fastest(n, memory.len(), || {
        let mut sums = [0u64; 32];
        let (wide, _) = memory.as_chunks::<256>();
        for chunk in wide {
            let (words, _) = chunk.as_chunks::<8>();
            for (sum, word) in sums.iter_mut().zip(words) {
                *sum ^= u64::from_le_bytes(*word);
            }
        }
        std::hint::black_box(sums);
    })
}

/// Reads the file into one small buffer.
fn file_limit(file: &FileSource, bytes: u64, n: usize) -> Result<f64, Error> {
    let mut buffer = vec![0; 256 << 10];
    let mut failed = None;
    let rate = fastest(n, bytes as usize, || {
        let mut at = 0;
        while at < bytes && failed.is_none() {
            match file.read_at(at, &mut buffer) {
                Ok(0) => break,
                Ok(n) => at += n as u64,
                Err(reason) => failed = Some(Error::Read { at, reason }),
            }
        }
    });
    failed.map_or(Ok(rate), Err)
}

fn text(report: &TuneReport, out: &mut dyn Write) -> std::io::Result<()> {
    let TuneReport { file, language, bytes, cores, read_bytes_per_second: limits, best, .. } =
        report;
    writeln!(out, "{}: {language}, {bytes} bytes, {cores} cores", shown(file))?;
    let (memory, from_file) = (limits.memory / 1e9, limits.file / 1e9);
    writeln!(
        out,
        "one thread reads {memory:.2} GB/s from memory, {from_file:.2} GB/s from the file\n"
    )?;
    writeln!(
        out,
        "kernel  threads   chunk  from       min  median     max GB/s  of limit  misses"
    )?;
    for run in &report.runs {
        let limit = if run.from == "memory" { limits.memory } else { limits.file };
        let Spread { min, median, max } = run.bytes_per_second;
        writeln!(
            out,
            "{:7} {:7} {:7}  {:6} {:7.2} {:7.2} {:7.2} {:12.2} x {:7}",
            run.kernel,
            run.threads,
            run.chunk,
            run.from,
            min / 1e9,
            median / 1e9,
            max / 1e9,
            median / limit.max(1.0),
            run.speculation_misses
        )?;
    }
    writeln!(
        out,
        "\nbest from the file: --kernel {} --threads {} --chunk {}",
        best.kernel, best.threads, best.chunk
    )
}

fn csv(report: &TuneReport, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "kernel,threads,chunk,from,runs,min,median,max,speculation_misses")?;
    for run in &report.runs {
        let Spread { min, median, max } = run.bytes_per_second;
        writeln!(
            out,
            "{},{},{},{},{},{min:.0},{median:.0},{max:.0},{}",
            run.kernel, run.threads, run.chunk, run.from, run.runs, run.speculation_misses
        )?;
    }
    Ok(())
}
