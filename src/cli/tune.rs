//! `warp-tui tune`: what [`crate::explorer::tune`] measures on a file, as a table, JSON or CSV. A setting that is given is the
//! only one that is tried.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::progress::Progress;
use super::{Failure, Settings, text_of, with_path};
use crate::error::Error;
use crate::explorer::tune::{Plan, ReadFrom, Run, Subject, Tuned, Unfit, measure};
use crate::lang::{LanguageId, detect};
use crate::limits::{CHUNK_BYTES, TUNED_BYTES_MAX};
use crate::report::escape::shown;
use crate::report::{
    Best, ReadLimitReport, ReadLimits, Scaling, SpreadReport, TuneReport, TuneRun,
};
use crate::scan::State;
use crate::simd::{self, KernelId};
use crate::source::{self, ReadAt, Source};
use crate::units::counted;

/// What is tried: all that there is, or what the settings name.
fn plan(settings: &Settings, rounds: usize) -> Plan {
    let number = |name| settings.given(name).and_then(|n| n.parse().ok()).filter(|n| *n > 0);
    let kernel = settings.given("kernel").and_then(KernelId::by_name);
    let all = Plan::everything(cores());
    Plan {
        kernels: kernel.map_or(all.kernels, |kernel| vec![kernel]),
        threads: number("threads").map_or(all.threads, |n| vec![n]),
        chunks: number("chunk").map_or(all.chunks, |n| vec![n]),
        rounds,
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
    let rounds = matches.get_one::<u64>("runs").copied().unwrap_or(5) as usize;
    let tuned = measured(path, settings.language(), &plan(settings, rounds))?;
    let report = report(path, &tuned);
    let print = match matches.get_one::<String>("format").map_or("", String::as_str) {
        "json" => serde_json::to_writer_pretty(&mut *out, &report)
            .map_err(anyhow::Error::from)
            .and_then(|()| Ok(writeln!(out)?)),
        "csv" => csv(&report, out).map_err(anyhow::Error::from),
        _ => text(&report, out).map_err(anyhow::Error::from),
    };
    print.map(|()| 0).map_err(Failure::from)
}

fn measured(path: &Path, language: Option<LanguageId>, plan: &Plan) -> anyhow::Result<Tuned> {
    let unfit = |why: Unfit| anyhow::anyhow!("{}: {why}", text_of(path));
    let failed = |error: Error| anyhow::anyhow!("{}", with_path(path, &error));
    let source = match source::open(path).map_err(failed)? {
        Source::File(file) => file,
        Source::Stream(_) => return Err(unfit(Unfit::Stream)),
    };
    let mut head = vec![0; 4096];
    let read = source.read_at(0, &mut head).map_err(|reason| Error::read(0, reason));
    let n = read.map_err(failed)?;
    let language = language.unwrap_or_else(|| detect(path, &head[..n]));
    Unfit::look(language, source.bytes(), "--lang NAME").map_err(unfit)?;
    let range = 0..source.bytes().min(TUNED_BYTES_MAX);
    let progress = Progress::on_stderr();
    let (bytes, mut told) = (range.end, 0);
    progress.expect(plan.runs() as u64 * bytes);
    let subject = Subject { source, range, state: State::default(), language };
    let tuned = measure(&subject, plan, cores(), |now, _| {
        progress.add((now.done - told) as u64 * bytes);
        told = now.done;
        true
    });
    progress.end();
    tuned.map_err(failed)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn report(path: &Path, tuned: &Tuned) -> TuneReport {
    let limits = tuned.limits.iter().map(|limit| ReadLimitReport {
        threads: limit.threads,
        memory: limit.memory,
        file: limit.file,
    });
    TuneReport {
        file: text_of(path),
        language: tuned.language.info().name,
        bytes: tuned.bytes,
        cores: tuned.cores,
        read_bytes_per_second: ReadLimits::of(limits.collect()),
        best: best(tuned),
        scaling: ReadFrom::ALL.into_iter().filter_map(|from| scaling(tuned, from)).collect(),
        runs: tuned.runs.iter().map(|run| run_report(tuned, run)).collect(),
    }
}

fn run_report(tuned: &Tuned, run: &Run) -> TuneRun {
    let spread = run.spread();
    TuneRun {
        kernel: run.tuning.kernel.name(),
        threads: run.tuning.threads,
        chunk: run.tuning.chunk_bytes,
        from: run.from.name(),
        runs: run.rates.len(),
        bytes_per_second: SpreadReport { min: spread.min, median: spread.median, max: spread.max },
        speculation_misses: run.misses,
        rescanned_bytes: run.rescanned_bytes,
        efficiency: tuned.efficiency(run),
        of_limit: tuned.of_limit(run),
    }
}

fn best(tuned: &Tuned) -> Best {
    match tuned.best(ReadFrom::File).map(|run| run.tuning) {
        Some(best) => {
            Best { kernel: best.kernel.name(), threads: best.threads, chunk: best.chunk_bytes }
        }
        None => Best { kernel: simd::best().name(), threads: cores(), chunk: CHUNK_BYTES },
    }
}

/// Why the fastest setting with the most threads is no faster.
fn scaling(tuned: &Tuned, from: ReadFrom) -> Option<Scaling> {
    let scaled = tuned.scaled(tuned.with_most_threads(from)?)?;
    Some(Scaling { from: from.name(), threads: scaled.threads, why: scaled.sentence() })
}

fn text(report: &TuneReport, out: &mut dyn Write) -> std::io::Result<()> {
    let TuneReport { file, language, bytes, cores, read_bytes_per_second: limits, best, .. } =
        report;
    let (bytes, cores) = (counted(*bytes, "byte"), counted(*cores as u64, "core"));
    writeln!(out, "{}: {language}, {bytes}, {cores}", shown(file))?;
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
        let SpreadReport { min, median, max } = run.bytes_per_second;
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
        let SpreadReport { min, median, max } = run.bytes_per_second;
        writeln!(
            out,
            "{},{},{},{},{},{min:.0},{median:.0},{max:.0},{}",
            run.kernel, run.threads, run.chunk, run.from, run.runs, run.speculation_misses
        )?;
    }
    Ok(())
}
