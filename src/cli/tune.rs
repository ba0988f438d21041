//! `warp-tui tune`: throughput by kernel, thread count and chunk size, from memory and from the file, beside what as many
//! threads of the machine can read at all. Runs of different settings take turns with each other and with plain reading,
//! after a warm-up, so that the machine's drift hits all. A setting that is given is the only one that is tried.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::ArgMatches;

use super::{Failure, Settings, text_of};
use crate::error::Error;
use crate::explorer::Scaled;
use crate::lang::{LanguageId, detect};
use crate::limits::{CHUNK_BYTES, CHUNKS_PER_BATCH, TUNED_BYTES_MAX};
use crate::report::escape::shown;
use crate::report::{Best, ReadLimit, ReadLimits, Scaling, Spread, TuneReport, TuneRun};
use crate::scan::{ScanJob, scan_source};
use crate::simd::{self, KernelId};
use crate::source::{FileSource, ReadAt};

/// Chunk sizes that are tried.
const CHUNK_SIZES: [usize; 3] = [CHUNK_BYTES / 4, CHUNK_BYTES, CHUNK_BYTES * 4];

/// What is tried: all that there is, or what the settings name.
struct Tried {
    kernels: Vec<KernelId>,
    threads: Vec<usize>,
    chunks: Vec<usize>,
}

impl Tried {
    fn of(settings: &Settings) -> Tried {
        let number = |name| settings.given(name).and_then(|n| n.parse().ok()).filter(|n| *n > 0);
        let kernel = settings.given("kernel").and_then(KernelId::by_name);
        Tried {
            kernels: kernel.map_or_else(simd::available, |kernel| vec![kernel]),
            threads: number("threads").map_or_else(thread_counts, |n| vec![n]),
            chunks: number("chunk").map_or(CHUNK_SIZES.to_vec(), |n| vec![n]),
        }
    }

    /// Every combination, from memory and from the file.
    fn jobs(&self, language: LanguageId, bytes_total: u64) -> Vec<(ScanJob, bool)> {
        let mut jobs = Vec::new();
        for kernel in self.kernels.iter().copied() {
            for threads in self.threads.iter().copied() {
                for chunk_bytes in self.chunks.iter().copied() {
                    let job = ScanJob {
                        language,
                        kernel,
                        threads,
                        chunk_bytes,
                        bytes_total,
                        give_way: None,
                    };
                    jobs.extend([(job.clone(), true), (job, false)]);
                }
            }
        }
        jobs
    }
}

/// Measures and reports.
pub(super) fn run(
    matches: &ArgMatches,
    settings: &Settings,
    out: &mut dyn Write,
) -> Result<u8, Failure> {
    settings.engine().map_err(Failure::usage)?;
    let Some(path) = matches.get_one::<PathBuf>("file") else { return Ok(2) };
    let runs = matches.get_one::<u64>("runs").copied().unwrap_or(5) as usize;
    let report = measure(path, settings.language(), &Tried::of(settings), runs)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let print = match matches.get_one::<String>("format").map_or("", String::as_str) {
        "json" => serde_json::to_writer_pretty(&mut *out, &report)
            .map_err(anyhow::Error::from)
            .and_then(|()| Ok(writeln!(out)?)),
        "csv" => csv(&report, out).map_err(anyhow::Error::from),
        _ => text(&report, out).map_err(anyhow::Error::from),
    };
    print.map(|()| 0).map_err(Failure::from)
}

fn measure(
    path: &Path,
    language: Option<LanguageId>,
    tried: &Tried,
    n: usize,
) -> Result<TuneReport, Error> {
    let file = Arc::new(FileSource::open(path)?);
    let mut memory = vec![0; file.bytes().min(TUNED_BYTES_MAX) as usize];
    let got = file.read_at(0, &mut memory).map_err(|reason| Error::Read { at: 0, reason })?;
    memory.truncate(got);
    let language = language.unwrap_or_else(|| detect(path, &memory[..got.min(4096)]));
    let memory = Arc::new(memory);
    let jobs = tried.jobs(language, got as u64);
    let mut rates = vec![Vec::with_capacity(n); jobs.len()];
    let mut misses = vec![(0, 0); jobs.len()];
    let mut limits = limits_to_measure(&tried.threads);
    // The first round warms up and is not counted.
    for round in 0..=n {
        for limit in &mut limits {
            let from_memory = read_memory(&memory, limit.threads);
            let from_file = read_file(&file, got as u64, limit.threads)?;
            if round > 0 {
                limit.memory = limit.memory.max(from_memory);
                limit.file = limit.file.max(from_file);
            }
        }
        for (i, (job, from_memory)) in jobs.iter().enumerate() {
            let source: Arc<dyn ReadAt> =
                if *from_memory { Arc::clone(&memory) as _ } else { Arc::clone(&file) as _ };
            let outcome = scan_source(&source, job)?;
            if round > 0 {
                rates[i].push(got as f64 / outcome.elapsed.as_secs_f64().max(1e-9));
                misses[i] = (outcome.speculation_misses, outcome.rescanned_bytes);
            }
        }
    }
    let limits = ReadLimits::of(limits);
    let mut runs: Vec<TuneRun> = jobs
        .into_iter()
        .zip(rates)
        .zip(misses)
        .map(|(((job, from_memory), rates), (speculation_misses, rescanned_bytes))| TuneRun {
            kernel: job.kernel.name(),
            threads: job.threads,
            chunk: job.chunk_bytes,
            from: if from_memory { "memory" } else { "file" },
            runs: n,
            bytes_per_second: Spread::of(rates),
            speculation_misses,
            rescanned_bytes,
            efficiency: None,
            of_limit: 0.0,
        })
        .collect();
    compare_with_limits(&mut runs, &limits);
    Ok(TuneReport {
        scaling: scaling(&runs, got as u64),
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

/// Limits not yet measured: of one thread, and of as many as are tried.
fn limits_to_measure(threads: &[usize]) -> Vec<ReadLimit> {
    let others = threads.iter().copied().filter(|n| *n != 1);
    std::iter::once(1)
        .chain(others)
        .map(|threads| ReadLimit { threads, ..ReadLimit::default() })
        .collect()
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

/// Says of each run how it stands to one thread, and to plain reading.
fn compare_with_limits(runs: &mut [TuneRun], limits: &ReadLimits) {
    let medians: Vec<_> = runs
        .iter()
        .filter(|run| run.threads == 1)
        .map(|run| ((run.kernel, run.chunk, run.from), run.bytes_per_second.median))
        .collect();
    for run in runs {
        let key = (run.kernel, run.chunk, run.from);
        let one = medians.iter().find(|(other, _)| *other == key).map(|(_, median)| *median);
        let median = run.bytes_per_second.median;
        run.of_limit = median / limits.of_run(run).max(1.0);
        run.efficiency = one.map(|one| median / one.max(1.0) / run.threads as f64);
    }
}

/// Why the fastest setting with the most threads is no faster, from memory and from the file.
fn scaling(runs: &[TuneRun], bytes: u64) -> Vec<Scaling> {
    let most = runs.iter().map(|run| run.threads).max().unwrap_or(1);
    let why = |from: &'static str| {
        let with_most = runs.iter().filter(|run| run.threads == most && run.from == from);
        let run = with_most
            .max_by(|a, b| a.bytes_per_second.median.total_cmp(&b.bytes_per_second.median))?;
        let batches = bytes as f64 / (run.chunk * CHUNKS_PER_BATCH) as f64;
        let scaled = Scaled {
            threads: most,
            cores: cores(),
            efficiency: run.efficiency?,
            of_limit: run.of_limit,
            batches_per_thread: batches / most as f64,
            rescanned: run.rescanned_bytes as f64 / bytes.max(1) as f64,
        };
        Some(Scaling { from, threads: most, why: scaled.sentence() })
    };
    ["memory", "file"].into_iter().filter_map(why).collect()
}

/// Sums memory up, eight bytes and many sums at a time, each thread a part: as fast as so many threads can read. Gives
/// bytes a second.
fn read_memory(memory: &[u8], threads: usize) -> f64 {
    let begin = Instant::now();
    let part_bytes = memory.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let mut parts = memory.chunks(part_bytes);
        // The first part is ours: one thread needs no other.
        let ours = parts.next().unwrap_or_default();
        parts.for_each(|part| drop(scope.spawn(|| sum_up(part))));
        sum_up(ours);
    });
    memory.len() as f64 / begin.elapsed().as_secs_f64().max(1e-9)
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

/// Reads `bytes` bytes of the file, each thread a part, into a small buffer of its own. Gives bytes a second.
fn read_file(file: &FileSource, bytes: u64, threads: usize) -> Result<f64, Error> {
    let begin = Instant::now();
    let part_bytes = bytes.div_ceil(threads as u64);
    let part = |i: u64| read_part(file, i * part_bytes, ((i + 1) * part_bytes).min(bytes));
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads as u64).map(|i| scope.spawn(move || part(i))).collect();
        let ours = part(0);
        let gone = || Error::WorkerPanic { at: 0, message: "a reading thread".to_owned() };
        others.into_iter().try_for_each(|other| other.join().map_err(|_| gone())?).and(ours)
    })?;
    Ok(bytes as f64 / begin.elapsed().as_secs_f64().max(1e-9))
}

fn read_part(file: &FileSource, mut at: u64, end: u64) -> Result<(), Error> {
    let mut buffer = vec![0; 256 << 10];
    while at < end {
        let want = (end - at).min(buffer.len() as u64) as usize;
        let n =
            file.read_at(at, &mut buffer[..want]).map_err(|reason| Error::Read { at, reason })?;
        if n == 0 {
            break;
        }
        at += n as u64;
    }
    Ok(())
}

fn text(report: &TuneReport, out: &mut dyn Write) -> std::io::Result<()> {
    let TuneReport { file, language, bytes, cores, read_bytes_per_second: limits, best, .. } =
        report;
    writeln!(out, "{}: {language}, {bytes} bytes, {cores} cores", shown(file))?;
    for limit in &limits.by_threads {
        let (memory, from_file) = (limit.memory / 1e9, limit.file / 1e9);
        let threads = if limit.threads == 1 { "thread reads" } else { "threads read" };
        writeln!(
            out,
            "{} {threads} {memory:.2} GB/s from memory, {from_file:.2} GB/s from the file",
            limit.threads
        )?;
    }
    writeln!(
        out,
        "\nkernel  threads   chunk  from       min  median     max GB/s  of limit  each  misses"
    )?;
    for run in &report.runs {
        let each = run.efficiency.map_or("-".to_owned(), |it| format!("{:.0} %", it * 100.0));
        let Spread { min, median, max } = run.bytes_per_second;
        writeln!(
            out,
            "{:7} {:7} {:7}  {:6} {:7.2} {:7.2} {:7.2} {:12.2} x {each:>5} {:7}",
            run.kernel,
            run.threads,
            run.chunk,
            run.from,
            min / 1e9,
            median / 1e9,
            max / 1e9,
            run.of_limit,
            run.speculation_misses
        )?;
    }
    writeln!(out)?;
    for Scaling { from, why, .. } in &report.scaling {
        writeln!(out, "from {from:6}  {why}")?;
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
