//! `warp-tui scan`: what the scanners find, without a screen.
//!
//! A summary takes two passes: the scanning pass on all threads, then one in order that checks and counts lines by
//! kind. Tokens take one pass in order, cut where asked: the cut changes nothing.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::args::{Emit, Format, ScanArgs};
use super::settings::Settings;
use super::tokens::Tokens;
use crate::error::Error;
use crate::lang::{SpanKind, detect};
use crate::report::{CacheCounts, SummaryReport, Timing, TokensReport, write};
use crate::scan::{
    Checker, LineCounter, LineKinds, ScanJob, State, Summary, detail, scan_source, summarize,
};
use crate::source::{FileSource, ReadAt};

/// Bytes at a file's start by which its language is found.
const HEAD_BYTES: usize = 4096;

/// Scans the files and prints; `complain` gets what is wrong with a file, and the others are still done. True if none
/// failed.
///
/// # Errors
/// If `out` cannot be written.
pub(super) fn run(
    args: &ScanArgs,
    settings: &Settings,
    out: &mut dyn Write,
    mut complain: impl FnMut(&Path, &Error),
) -> io::Result<bool> {
    let mut printer = Printer { args, out, summaries: Vec::new(), tokens: Vec::new() };
    printer.begin()?;
    let mut all_done = true;
    for path in &args.files {
        let printed = match args.emit {
            Emit::Summary => summary(path, args, settings).map(|report| printer.summary(report)),
            Emit::Tokens => tokens(path, args, settings).map(|report| printer.tokens(report)),
        };
        match printed {
            Ok(result) => result?,
            Err(error) => {
                complain(path, &error);
                all_done = false;
            }
        }
    }
    printer.end()?;
    Ok(all_done)
}

/// Offset and kind, as reports have it.
type Problem = (u64, &'static str);

struct Opened {
    source: Arc<dyn ReadAt>,
    job: ScanJob,
}

fn open(path: &Path, settings: &Settings) -> Result<Opened, Error> {
    let source = FileSource::open(path)?;
    let mut head = vec![0; HEAD_BYTES];
    let n = source.read_at(0, &mut head).map_err(|reason| Error::Read { at: 0, reason })?;
    let job = ScanJob {
        language: settings.language.unwrap_or_else(|| detect(path, &head[..n])),
        kernel: settings.kernel,
        threads: settings.threads,
        chunk_bytes: settings.chunk_bytes,
        bytes_total: source.bytes(),
    };
    Ok(Opened { source: Arc::new(source), job })
}

fn summary(path: &Path, args: &ScanArgs, settings: &Settings) -> Result<SummaryReport, Error> {
    let Opened { source, job } = open(path, settings)?;
    let (found, elapsed, threads) = match args.stream_block_bytes {
        Some(block_bytes) => {
            let (summary, elapsed) = streamed(&*source, &job, block_bytes)?;
            (summary, elapsed, 1)
        }
        None => {
            let outcome = scan_source(&source, &job)?;
            (outcome.summary, outcome.elapsed, job.threads)
        }
    };
    let (lines, problem) = check(&*source, &job, &found, args.stream_block_bytes)?;
    let mut report = SummaryReport::new(job.language.info().name, &found);
    report.path = Some(path.to_string_lossy().into_owned());
    report.lines = lines.into();
    report.errors.extend(problem);
    report.timing = args.timing.then(|| timing(&job, threads, elapsed));
    Ok(report)
}

/// The scanning pass, in order, as over a stream that comes in blocks.
fn streamed(
    source: &dyn ReadAt,
    job: &ScanJob,
    block_bytes: usize,
) -> Result<(Summary, Duration), Error> {
    let begin = Instant::now();
    let (mut sum, mut state) = (Summary::default(), State::default());
    in_order(source, job.bytes_total, block_bytes, |block| {
        let (summary, end) = summarize(job.kernel, job.language, &state, block);
        sum = sum.then(&summary);
        state = end;
    })?;
    Ok((sum, begin.elapsed()))
}

/// The pass that follows: lines by kind, and the first problem.
fn check(
    source: &dyn ReadAt,
    job: &ScanJob,
    found: &Summary,
    block_bytes: Option<usize>,
) -> Result<(LineKinds, Option<Problem>), Error> {
    let mut checker = Checker::new(job.kernel, job.language);
    let (mut lines, mut state) = (LineCounter::default(), State::default());
    let n_comments =
        found.spans[SpanKind::LineComment as usize] + found.spans[SpanKind::BlockComment as usize];
    in_order(source, job.bytes_total, block_bytes.unwrap_or(job.chunk_bytes), |chunk| {
        checker.chunk(chunk);
        if n_comments == 0 {
            lines.chunk(chunk, &[]);
        } else {
            let detail = detail(job.kernel, job.language, &state, chunk);
            lines.chunk(chunk, &detail.spans);
            state = detail.end;
        }
    })?;
    let problem = checker.finish().map(|(at, kind)| (at, kind.name()));
    Ok((lines.finish(), problem))
}

fn tokens(path: &Path, args: &ScanArgs, settings: &Settings) -> Result<TokensReport, Error> {
    let Opened { source, job } = open(path, settings)?;
    let begin = Instant::now();
    let mut checker = Checker::new(job.kernel, job.language);
    let (mut tokens, mut state) = (Tokens::default(), State::default());
    let block_bytes = args.stream_block_bytes.unwrap_or(job.chunk_bytes);
    in_order(&*source, job.bytes_total, block_bytes, |chunk| {
        checker.chunk(chunk);
        let detail = detail(job.kernel, job.language, &state, chunk);
        tokens.chunk(chunk, &state, &detail);
        state = detail.end;
    })?;
    let problem = checker.finish().map(|(at, kind)| (at, kind.name()));
    Ok(TokensReport {
        path: path.to_string_lossy().into_owned(),
        language: job.language.info().name,
        ok: problem.is_none(),
        bytes: job.bytes_total,
        structural: tokens.structural,
        spans: tokens.spans.iter().map(|(start, end, kind)| (*start, *end, kind.name())).collect(),
        patterns: Vec::new(),
        levels: tokens.levels.finish(),
        problems: problem.into_iter().collect(),
        timing: args.timing.then(|| timing(&job, 1, begin.elapsed())),
    })
}

/// Hands over the whole source in order, in pieces of `piece_bytes`.
fn in_order(
    source: &dyn ReadAt,
    bytes_total: u64,
    piece_bytes: usize,
    mut piece: impl FnMut(&[u8]),
) -> Result<(), Error> {
    let room = usize::try_from(bytes_total).unwrap_or(usize::MAX).min(piece_bytes);
    let mut buffer = vec![0; room];
    let mut at = 0;
    while at < bytes_total {
        let want = usize::try_from(bytes_total - at).unwrap_or(usize::MAX).min(room);
        let n =
            source.read_at(at, &mut buffer[..want]).map_err(|reason| Error::Read { at, reason })?;
        if n < want {
            return Err(Error::Truncated { at: at + n as u64, expected: bytes_total });
        }
        piece(&buffer[..n]);
        at += n as u64;
    }
    Ok(())
}

fn timing(job: &ScanJob, threads: usize, elapsed: Duration) -> Timing {
    let seconds = elapsed.as_secs_f64();
    Timing {
        seconds,
        bytes_per_second: if seconds > 0.0 { job.bytes_total as f64 / seconds } else { 0.0 },
        threads,
        kernel: job.kernel.name(),
        // A scan without a screen reads everything once: there is nothing to look up.
        cache: CacheCounts::default(),
    }
}

/// Several reports as one JSON document.
#[derive(Serialize)]
struct Files<'a, T> {
    files: &'a [T],
    #[serde(skip_serializing_if = "Option::is_none")]
    totals: Option<Vec<SummaryReport>>,
}

struct Printer<'a> {
    args: &'a ScanArgs,
    out: &'a mut dyn Write,
    /// Kept for the totals, and where the format is one document for all files.
    summaries: Vec<SummaryReport>,
    tokens: Vec<TokensReport>,
}

impl Printer<'_> {
    fn begin(&mut self) -> io::Result<()> {
        if self.args.format != Format::Csv {
            return Ok(());
        }
        match self.args.emit {
            Emit::Tokens => writeln!(self.out, "{}", write::TOKEN_COLUMNS),
            Emit::Summary if self.args.timing => {
                writeln!(self.out, "{},{}", write::SUMMARY_COLUMNS, write::TIMING_COLUMNS)
            }
            Emit::Summary => writeln!(self.out, "{}", write::SUMMARY_COLUMNS),
        }
    }

    fn summary(&mut self, report: SummaryReport) -> io::Result<()> {
        match self.args.format {
            Format::Text => write::summary_text(self.out, &report)?,
            Format::JsonLines => line(self.out, &report)?,
            Format::Csv => write::summary_csv(self.out, &report)?,
            Format::Json => {}
        }
        self.summaries.push(report);
        Ok(())
    }

    fn tokens(&mut self, report: TokensReport) -> io::Result<()> {
        match self.args.format {
            Format::Text => write::tokens_text(self.out, &report),
            Format::JsonLines => line(self.out, &report),
            Format::Csv => write::tokens_csv(self.out, &report),
            Format::Json => {
                self.tokens.push(report);
                Ok(())
            }
        }
    }

    fn end(&mut self) -> io::Result<()> {
        let several = self.args.files.len() > 1;
        let summaries = self.args.emit == Emit::Summary;
        match self.args.format {
            Format::Text if several && summaries => {
                for total in totals(&self.summaries) {
                    write::summary_text(self.out, &total)?;
                }
            }
            Format::Json if several && summaries => {
                let totals = Some(totals(&self.summaries));
                line(self.out, &Files { files: &self.summaries, totals })?;
            }
            Format::Json if several => {
                line(self.out, &Files { files: &self.tokens, totals: None })?;
            }
            Format::Json => {
                self.summaries.iter().try_for_each(|report| line(self.out, report))?;
                self.tokens.iter().try_for_each(|report| line(self.out, report))?;
            }
            _ => {}
        }
        self.out.flush()
    }
}

fn line(out: &mut dyn Write, report: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, report).map_err(io::Error::from)?;
    writeln!(out)
}

/// A total for each language, by name.
fn totals(reports: &[SummaryReport]) -> Vec<SummaryReport> {
    let mut by_language: BTreeMap<&str, SummaryReport> = BTreeMap::new();
    for report in reports {
        let nothing = || SummaryReport::new(report.language, &Summary::default());
        by_language.entry(report.language).or_insert_with(nothing).add(report);
    }
    by_language.into_values().collect()
}

/// The languages, a line each.
///
/// # Errors
/// If `out` cannot be written.
pub(super) fn languages(out: &mut dyn Write) -> io::Result<()> {
    for info in crate::lang::languages() {
        writeln!(out, "{:<8} {:<8} {}", info.name, info.title, info.extensions.join(" "))?;
    }
    out.flush()
}
