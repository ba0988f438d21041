//! `warp-tui scan`: counts or positions of files, without a screen.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use clap::ArgMatches;
use rayon::prelude::*;

use super::progress::Progress;
use super::{Failure, Settings, tell, text_of};
use crate::error::Error;
use crate::explorer::EngineOptions;
use crate::lang::{Class, LanguageId, SpanKind, detect};
use crate::report::escape::shown;
use crate::report::{CacheReport, FileSummary, LineReport, Tokens, Total, counts};
use crate::scan::{
    Checker, Detail, LineCounter, Mode, ScanJob, State, Summary, detail, scan_source, summarize,
};
use crate::source::{FileSource, ReadAt};

/// A problem: its place and the name of its kind.
type Found = (u64, &'static str);

/// What to do with each file.
#[derive(Clone, Copy)]
struct Task<'a> {
    progress: &'a Progress<std::io::Stderr>,
    engine: &'a EngineOptions,
    language: Option<LanguageId>,
    timing: bool,
    /// Bytes of a block, if the file is to be scanned as a stream.
    block: Option<u64>,
}

/// Scans the files named; 1 if one of them could not be read.
pub(super) fn run(
    matches: &ArgMatches,
    settings: &Settings,
    out: &mut dyn Write,
) -> Result<u8, Failure> {
    let engine = settings.engine().map_err(Failure::usage)?;
    let word = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let progress = Progress::on_stderr();
    let task = Task {
        progress: &progress,
        engine: &engine,
        language: settings.language(),
        timing: matches.get_flag("timing"),
        block: matches.get_one::<u64>("stream").copied(),
    };
    let files: Vec<&PathBuf> = matches.get_many("file").into_iter().flatten().collect();
    let failed = if word("emit") == "tokens" {
        let found = each(&files, &progress, |path| task.tokens(path));
        print_tokens(&found, word("format"), out)?;
        complain(&found)
    } else {
        let found = each(&files, &progress, |path| task.summary(path));
        print_summaries(&found, word("format"), out)?;
        complain(&found)
    };
    Ok(u8::from(failed))
}

/// What was found of each file, in the order in which they were named. Several files are scanned in parallel.
fn each<T: Send>(
    files: &[&PathBuf],
    progress: &Progress<std::io::Stderr>,
    work: impl Fn(&Path) -> Result<T, Error> + Sync,
) -> Vec<Result<T, (PathBuf, Error)>> {
    let one = |path: &&PathBuf| work(path).map_err(|error| ((*path).clone(), error));
    let found = if files.len() == 1 {
        files.iter().map(one).collect()
    } else {
        files.par_iter().map(one).collect()
    };
    progress.end();
    found
}

fn complain<T>(found: &[Result<T, (PathBuf, Error)>]) -> bool {
    let mut failed = false;
    for (path, error) in found.iter().filter_map(|found| found.as_ref().err()) {
        failed = true;
        tell(&match error {
            // These name the path themselves.
            Error::Open { .. } | Error::NotReadable { .. } => error.to_string(),
            _ => format!("{}: {error}", text_of(path)),
        });
    }
    failed
}

impl Task<'_> {
    fn open(&self, path: &Path) -> Result<(Arc<FileSource>, LanguageId), Error> {
        let source = Arc::new(FileSource::open(path)?);
        let mut head = [0; 4096];
        let n = source.read_at(0, &mut head).map_err(|reason| Error::Read { at: 0, reason })?;
        let language = self.language.unwrap_or_else(|| detect(path, &head[..n]));
        Ok((source, language))
    }

    fn chunk_bytes(&self) -> u64 {
        self.block.unwrap_or(self.engine.chunk_bytes as u64)
    }

    /// Calls `chunk` with the file's bytes, piece by piece.
    fn read(&self, source: &FileSource, mut chunk: impl FnMut(u64, &[u8])) -> Result<(), Error> {
        let mut buffer = vec![0; self.chunk_bytes() as usize];
        let (mut at, expected) = (0, source.bytes());
        while at < expected {
            let n = source.read_at(at, &mut buffer).map_err(|reason| Error::Read { at, reason })?;
            if n == 0 {
                return Err(Error::Truncated { at, expected });
            }
            chunk(at, &buffer[..n]);
            self.progress.add(n as u64);
            at += n as u64;
        }
        Ok(())
    }

    fn summary(&self, path: &Path) -> Result<FileSummary, Error> {
        let (source, language) = self.open(path)?;
        // Once for the counts, once for what is looked at byte by byte.
        self.progress.expect(source.bytes() * 2);
        let begin = Instant::now();
        let summary = self.counts(&source, language)?;
        let seconds = begin.elapsed().as_secs_f64();
        let (lines, problem) = self.look(&source, language, &summary)?;
        let (structural, spans) = counts(&summary);
        let timing = |value: f64| self.timing.then_some(value);
        Ok(FileSummary {
            path: text_of(path),
            language: language.info().name,
            ok: problem.is_none(),
            bytes: summary.bytes,
            lines,
            structural,
            spans,
            patterns: BTreeMap::new(),
            max_depth: summary.depth_max,
            // Stray closers took the depth below 0: from there up the openers are unclosed.
            unclosed: summary.depth_change - summary.depth_min,
            errors: problem.into_iter().collect(),
            seconds: timing(seconds),
            bytes_per_second: timing(summary.bytes as f64 / seconds.max(1e-9)),
            threads: self.timing.then_some(self.engine.threads),
            kernel: self.timing.then_some(self.engine.kernel.name()),
            // Scanning from one end to the other looks nothing up.
            cache: self.timing.then_some(CacheReport { hits: 0, misses: 0 }),
        })
    }

    fn counts(&self, source: &Arc<FileSource>, language: LanguageId) -> Result<Summary, Error> {
        if self.block.is_none() {
            let job = ScanJob {
                language,
                kernel: self.engine.kernel,
                threads: self.engine.threads,
                chunk_bytes: self.engine.chunk_bytes,
                bytes_total: source.bytes(),
                background: false,
            };
            let source: Arc<dyn ReadAt> = Arc::clone(source) as _;
            let outcome = scan_source(&source, &job)?;
            self.progress.add(outcome.summary.bytes);
            return Ok(outcome.summary);
        }
        let (mut state, mut sum) = (State::default(), Summary::default());
        self.read(source, |_, chunk| {
            let (summary, end) = summarize(self.engine.kernel, language, &state, chunk);
            sum = sum.then(&summary);
            state = end;
        })?;
        Ok(sum)
    }

    /// The lines by kind, and the first problem.
    fn look(
        &self,
        source: &FileSource,
        language: LanguageId,
        summary: &Summary,
    ) -> Result<(LineReport, Option<Found>), Error> {
        let mut checker = Checker::new(self.engine.kernel, language);
        let (mut state, mut lines) = (State::default(), LineCounter::default());
        let comments = summary.spans[SpanKind::LineComment as usize]
            + summary.spans[SpanKind::BlockComment as usize];
        let nothing = Detail::empty(0, State::default());
        self.read(source, |_, chunk| {
            checker.chunk(chunk);
            if comments == 0 {
                // Only comments matter, and nothing has to be looked for.
                lines.chunk(chunk, &nothing);
                return;
            }
            let found = detail(self.engine.kernel, language, &state, chunk);
            lines.chunk(chunk, &found);
            state = found.end;
        })?;
        let problem = checker.finish().map(|(at, kind)| (at, kind.name()));
        Ok((lines.finish().into(), problem))
    }

    fn tokens(&self, path: &Path) -> Result<Tokens, Error> {
        let (source, language) = self.open(path)?;
        self.progress.expect(source.bytes());
        let mut checker = Checker::new(self.engine.kernel, language);
        let mut gather = Gather::default();
        self.read(&source, |at, chunk| {
            checker.chunk(chunk);
            let found = detail(self.engine.kernel, language, &gather.state, chunk);
            gather.add(at, chunk, found);
        })?;
        let problem = checker.finish().map(|(at, kind)| (at, kind.name()));
        gather.levels.sort_unstable();
        Ok(Tokens {
            path: text_of(path),
            language: language.info().name,
            ok: problem.is_none(),
            bytes: source.bytes(),
            structural: gather.structural,
            spans: gather.spans,
            patterns: Vec::new(),
            levels: gather.levels,
            problems: problem.into_iter().collect(),
        })
    }
}

/// Positions of a whole file, out of those of its chunks.
#[derive(Debug, Default)]
struct Gather {
    state: State,
    structural: Vec<u64>,
    spans: Vec<(u64, u64, &'static str)>,
    levels: Vec<(u64, u64)>,
    open: Vec<u64>,
    /// The last byte of the chunk before.
    previous: u8,
}

impl Gather {
    fn add(&mut self, at: u64, chunk: &[u8], found: Detail) {
        for place in &found.structurals {
            let place_in_file = at + u64::from(*place);
            self.structural.push(place_in_file);
            if let Some(class) = Class::of(chunk[*place as usize]) {
                self.bracket(class, place_in_file);
            }
        }
        // A CR before the LF belongs to the line break, also where a seam parts them.
        if self.state.mode == Mode::LineComment
            && self.previous == b'\r'
            && chunk.first() == Some(&b'\n')
            && let Some(comment) = self.spans.last_mut()
        {
            comment.1 -= 1;
        }
        for span in &found.spans {
            let (start, end) = (at + u64::from(span.start), at + u64::from(span.end));
            match self.spans.last_mut() {
                // The rest of a span that the last chunk cut.
                Some(last) if span.continues && last.1 == at && last.2 == span.kind.name() => {
                    last.1 = end;
                }
                // A comment whose slash was the last byte of the chunk before.
                _ if span.continues => {
                    self.spans.push((start.saturating_sub(1), end, span.kind.name()))
                }
                _ => self.spans.push((start, end, span.kind.name())),
            }
        }
        self.previous = chunk.last().copied().unwrap_or(self.previous);
        self.state = found.end;
    }

    /// Pairs go by depth, as in the index: a closer closes what is open, of whatever sort. The problems tell the rest.
    fn bracket(&mut self, class: Class, at: u64) {
        if class.opens() {
            self.open.push(at);
        } else if class.closes()
            && let Some(open) = self.open.pop()
        {
            self.levels.push((open, at));
        }
    }
}

fn print_tokens(
    found: &[Result<Tokens, (PathBuf, Error)>],
    format: &str,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let files: Vec<&Tokens> = found.iter().filter_map(|file| file.as_ref().ok()).collect();
    match format {
        "json" => write_json(found.len(), &files, out)?,
        "jsonl" => write_json_lines(&files, out)?,
        _ => {
            let separator = if format == "csv" { "," } else { "\t" };
            let row = |fields: [String; 5]| fields.join(separator);
            let head = ["path", "what", "start", "end", "kind"].map(str::to_owned);
            writeln!(out, "{}", row(head))?;
            for file in files {
                let path = if format == "csv" { csv_field(&file.path) } else { shown(&file.path) };
                let mut line = |what: &str, start: u64, end: u64, kind: &str| {
                    let fields = [
                        path.clone(),
                        what.into(),
                        start.to_string(),
                        end.to_string(),
                        kind.into(),
                    ];
                    writeln!(out, "{}", row(fields))
                };
                for at in &file.structural {
                    line("structural", *at, at + 1, "")?;
                }
                for (start, end, kind) in &file.spans {
                    line("span", *start, *end, kind)?;
                }
                for (open, close) in &file.levels {
                    line("level", *open, *close, "")?;
                }
                for (at, kind) in &file.problems {
                    line("problem", *at, *at, kind)?;
                }
            }
        }
    }
    Ok(())
}

fn print_summaries(
    found: &[Result<FileSummary, (PathBuf, Error)>],
    format: &str,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let files: Vec<&FileSummary> = found.iter().filter_map(|file| file.as_ref().ok()).collect();
    match format {
        "json" => write_json(found.len(), &files, out),
        "jsonl" => write_json_lines(&files, out),
        "csv" => csv(&files, out),
        _ => text(&files, out),
    }
}

/// An object for one file, an array for several: by how many were named, so that the shape does not depend on what
/// became of them. Nothing for one that could not be read.
fn write_json<T: serde::Serialize>(
    n_named: usize,
    files: &[T],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match files {
        [] if n_named == 1 => return Ok(()),
        [one] if n_named == 1 => serde_json::to_writer_pretty(&mut *out, one),
        _ => serde_json::to_writer_pretty(&mut *out, files),
    }
    .context("standard output")?;
    writeln!(out).context("standard output")
}

fn write_json_lines<T: serde::Serialize>(values: &[T], out: &mut dyn Write) -> anyhow::Result<()> {
    for value in values {
        serde_json::to_writer(&mut *out, value).context("standard output")?;
        writeln!(out).context("standard output")?;
    }
    Ok(())
}

fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

fn csv(files: &[&FileSummary], out: &mut dyn Write) -> anyhow::Result<()> {
    let classes: Vec<String> =
        Class::ALL.iter().map(|c| char::from(c.byte()).to_string()).collect();
    let classes: Vec<String> = classes.iter().map(|class| csv_field(class)).collect();
    writeln!(
        out,
        "path,language,ok,bytes,lines,code,comment,blank,{},strings,max_depth,unclosed,error_at,error,seconds,bytes_per_second",
        classes.join(",")
    )?;
    for file in files {
        let counts = Class::ALL.iter().map(|class| {
            file.structural.get(&char::from(class.byte())).copied().unwrap_or(0).to_string()
        });
        let mut fields = vec![
            csv_field(&file.path),
            file.language.to_owned(),
            file.ok.to_string(),
            file.bytes.to_string(),
            file.lines.total.to_string(),
            file.lines.code.to_string(),
            file.lines.comment.to_string(),
            file.lines.blank.to_string(),
        ];
        fields.extend(counts);
        let (at, error) =
            file.errors.first().map_or((String::new(), ""), |e| (e.0.to_string(), e.1));
        let seconds = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        fields.extend([
            file.spans.get("string").copied().unwrap_or(0).to_string(),
            file.max_depth.to_string(),
            file.unclosed.to_string(),
            at,
            error.to_owned(),
            seconds(file.seconds),
            seconds(file.bytes_per_second),
        ]);
        writeln!(out, "{}", fields.join(","))?;
    }
    Ok(())
}

fn text(files: &[&FileSummary], out: &mut dyn Write) -> anyhow::Result<()> {
    let mut totals: BTreeMap<&str, Total> = BTreeMap::new();
    for file in files {
        totals.entry(file.language).or_default().add(file);
        writeln!(out, "{}: {}, {} bytes", shown(&file.path), file.language, file.bytes)?;
        let LineReport { total, code, comment, blank } = file.lines;
        writeln!(out, "  lines       {total} ({code} code, {comment} comment, {blank} blank)")?;
        let counts = |(name, n): (&char, &u64)| format!("{name} {n}");
        let structural: Vec<String> = file.structural.iter().map(counts).collect();
        writeln!(out, "  structural  {}", structural.join("  "))?;
        let spans: Vec<String> = file.spans.iter().map(|(name, n)| format!("{name} {n}")).collect();
        writeln!(
            out,
            "  spans       {}",
            if spans.is_empty() { "none".into() } else { spans.join("  ") }
        )?;
        writeln!(out, "  depth       {} at most, {} unclosed", file.max_depth, file.unclosed)?;
        for (at, kind) in &file.errors {
            writeln!(out, "  error       {kind} at byte {at}")?;
        }
        if let (Some(seconds), Some(rate), Some(kernel)) =
            (file.seconds, file.bytes_per_second, file.kernel)
        {
            let threads = file.threads.unwrap_or(1);
            let (ms, rate) = (seconds * 1e3, rate / 1e9);
            writeln!(out, "  time        {ms:.3} ms, {rate:.2} GB/s, {kernel}, {threads} threads")?;
        }
    }
    if files.len() > 1 {
        for (language, total) in totals {
            writeln!(
                out,
                "{language}: {} files, {} bytes, {} lines, {} structurals, {} with errors",
                total.files, total.bytes, total.lines.total, total.structurals, total.with_errors
            )?;
        }
    }
    Ok(())
}
