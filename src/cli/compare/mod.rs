//! `warp-tui compare`: two scanners on the same bytes, or one on two files, without a screen.

mod places;
mod text;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::ArgMatches;

use self::places::Lines;
use super::progress::Progress;
use super::{Failure, Settings, stream, text_of, with_path};
use crate::error::Error;
use crate::explorer::EngineOptions;
#[cfg(feature = "tui")]
use crate::explorer::compare::CompareWanted;
use crate::explorer::compare::{
    Comparison, Difference, DifferenceClass, Differences, How, ItemKind, KindCount, Measured, Side,
    SideOutcome, SideSpec, What, compare,
};
use crate::lang::{LanguageId, detect};
use crate::report::{
    BeyondReport, CompareReport, DifferenceReport, DifferencesReport, ErrorReport, KindReport,
    SideReport, counts,
};
use crate::simd::KernelId;
use crate::source::{self, ReadAt, Source};

/// Compares and reports; 1 if something differs.
pub(super) fn run(
    matches: &ArgMatches,
    settings: &Settings,
    out: &mut dyn Write,
) -> Result<u8, Failure> {
    let engine = settings.engine().map_err(Failure::usage)?;
    let files: Vec<&PathBuf> = matches.get_many("file").into_iter().flatten().collect();
    let side = |name: &str| matches.get_one::<SideSpec>(name).copied();
    let asked = [side("left"), side("right")];
    if files.len() == 1 && asked == [None, None] {
        let hint = "name a second file, or what shall differ, as in --left lang=ruby --right lang=crystal; \
                    warp-tui compare --help tells more";
        return Err(Failure::usage(anyhow!(hint)));
    }
    if files.len() == 2 && files.iter().all(|path| path.as_os_str() == "-") {
        let hint = "standard input can be read once only: give one side of it a file";
        return Err(Failure::usage(anyhow!(hint)));
    }
    let specs = asked.map(|asked| asked.unwrap_or_default().or(for_both(settings)));
    // A kernel that this processor does not have is no matter of the files.
    for spec in &specs {
        spec.scanner(LanguageId::Text).map_err(Failure::usage)?;
    }
    let paths = [files[0], files.get(1).copied().unwrap_or(files[0])];
    let sides = open(paths, &specs, &engine)?;
    let sources = [Arc::clone(&sides[0].source), Arc::clone(&sides[1].source)];
    let progress = Progress::on_stderr();
    progress.expect(2 * (sides[0].bytes + sides[1].bytes));
    let mut told = 0;
    let found = compare(sides, |now, _| {
        progress.add(now.bytes_done - told);
        told = now.bytes_done;
        true
    });
    progress.end();
    let found = found.map_err(|error| anyhow!("{}: {error}", text_of(paths[0])))?;
    let limit = matches.get_one::<u64>("limit").copied().unwrap_or_default() as usize;
    let report = report(&found, paths, &sources, limit)
        .map_err(|error| anyhow!("{}: {error}", text_of(paths[0])))?;
    if matches.get_one::<String>("format").is_some_and(|format| format == "json") {
        serde_json::to_writer_pretty(&mut *out, &report).context("standard output")?;
        writeln!(out).context("standard output")?;
    } else {
        text::print(&report, paths[0] == paths[1], out).context("standard output")?;
    }
    let Differences { total, beyond, .. } = found.differences;
    Ok(u8::from(total > 0 || beyond != [0, 0]))
}

/// What `--compare` asks the screen for; takes the second file out of `files`.
#[cfg(feature = "tui")]
pub(super) fn wanted(
    matches: &ArgMatches,
    settings: &Settings,
    files: &mut Vec<PathBuf>,
) -> Result<Option<CompareWanted>, Failure> {
    if !matches.get_flag("compare") {
        return Ok(None);
    }
    let refuse = |hint: &str| Err(Failure::usage(anyhow!(hint.to_owned())));
    if files.len() > 2 {
        return refuse("--compare takes one file, or two");
    }
    if files.iter().any(|path| path.is_dir()) {
        return refuse("--compare takes files, not directories");
    }
    let other = if files.len() == 2 { files.pop() } else { None };
    if other.as_deref().is_some_and(|path| path.as_os_str() == "-") {
        return refuse("standard input can be the left side only: name it first");
    }
    let side = |name: &str| matches.get_one::<SideSpec>(name).copied();
    let asked = [side("left"), side("right")];
    if other.is_none() && asked == [None, None] {
        // The view knows best.
        return Ok(Some(CompareWanted::default()));
    }
    let sides = asked.map(|asked| asked.unwrap_or_default().or(for_both(settings)));
    for spec in &sides {
        spec.scanner(LanguageId::Text).map_err(Failure::usage)?;
    }
    Ok(Some(CompareWanted { sides, files: [None, other] }))
}

/// What the settings say for both sides. One thread each, if nobody asks for more: the sides are compared, not the cores.
fn for_both(settings: &Settings) -> SideSpec {
    let number = |name| settings.given(name).and_then(|n| n.parse::<usize>().ok());
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    SideSpec {
        language: settings.language(),
        kernel: KernelId::by_name(settings.text("kernel")),
        block_bytes: None,
        threads: number("threads").map(|n| if n == 0 { cores() } else { n }),
        chunk_bytes: number("chunk"),
    }
}

/// Opens both sides; one file is opened once.
fn open(
    paths: [&PathBuf; 2],
    specs: &[SideSpec; 2],
    engine: &EngineOptions,
) -> Result<[Side; 2], Failure> {
    let left = open_source(paths[0], engine)?;
    let right =
        if paths[0] == paths[1] { Arc::clone(&left) } else { open_source(paths[1], engine)? };
    Ok([side(paths[0], left, specs[0])?, side(paths[1], right, specs[1])?])
}

/// What `path` names, to be read at any position: what is kept of a stream, if it is one.
fn open_source(path: &Path, engine: &EngineOptions) -> Result<Arc<dyn ReadAt>, Failure> {
    let opened = source::open(path).and_then(|opened| match opened {
        Source::File(file) => Ok(file as Arc<dyn ReadAt>),
        Source::Stream(stream) => Ok(Arc::new(stream::spooled(stream, engine)?) as _),
    });
    opened.map_err(|error| failure(path, &error))
}

fn side(path: &Path, source: Arc<dyn ReadAt>, spec: SideSpec) -> Result<Side, Failure> {
    let mut head = [0; 4096];
    let read = source.read_at(0, &mut head).map_err(|reason| Error::read(0, reason));
    let n = read.map_err(|error| failure(path, &error))?;
    let scanner = spec.scanner(detect(path, &head[..n])).map_err(Failure::usage)?;
    let bytes = source.bytes();
    Ok(Side { source, bytes, scanner })
}

fn failure(path: &Path, error: &Error) -> Failure {
    Failure::from(anyhow!("{}", with_path(path, error)))
}

fn report(
    found: &Comparison,
    paths: [&PathBuf; 2],
    sources: &[Arc<dyn ReadAt>; 2],
    limit: usize,
) -> Result<CompareReport, Error> {
    let side = |i: usize| side_report(&found.sides[i], paths[i], &*sources[i]);
    let Differences { total, late, beyond: [left, right], ref first, .. } = found.differences;
    let sorts = |class: DifferenceClass| {
        let count = |what: &What| (what.name(), found.differences.count(class, *what));
        What::ALL.iter().map(count).collect::<BTreeMap<_, _>>()
    };
    let by_class = DifferenceClass::ALL.iter().map(|class| (class.name(), sorts(*class)));
    // Of two files each has its own lines: those of the side that tells it, the left one if both do.
    let mut lines = [Lines::new(&*sources[0]), Lines::new(&*sources[1])];
    let told = first.iter().take(limit).map(|it| {
        let side = usize::from(it.class() == DifferenceClass::OnlyRight);
        difference_report(it, &mut lines[side])
    });
    Ok(CompareReport {
        left: side(0)?,
        right: side(1)?,
        compared_bytes: found.compared_bytes(),
        same: found.differences.same,
        differences: DifferencesReport {
            total,
            by_class: by_class.collect(),
            by_kind: found.differences.kinds.iter().map(kind_report).collect(),
            late,
            beyond: BeyondReport { left, right },
            first: told.collect::<Result<_, _>>()?,
        },
    })
}

fn side_report(side: &SideOutcome, path: &Path, source: &dyn ReadAt) -> Result<SideReport, Error> {
    let SideOutcome { bytes, scanner, measured } = side;
    // Nobody stops a comparison here.
    let gone = || Error::WorkerPanic { at: 0, message: "a side was not measured".to_owned() };
    let measured = measured.as_ref().ok_or_else(gone)?;
    let Measured { account, elapsed, runs } = measured;
    let first_error = match account.problem {
        Some((at, kind)) => {
            let (line, column) = Lines::new(source).place(at)?;
            Some(ErrorReport { at, line, column, kind: kind.name(), says: kind.describe() })
        }
        None => None,
    };
    let (structural, spans, patterns) = counts(scanner.language, &account.summary);
    let lines = account.lines;
    Ok(SideReport {
        path: text_of(path),
        language: scanner.language.info().name,
        kernel: scanner.kernel.name(),
        how: match scanner.how {
            How::Whole { .. } => "whole",
            How::Stream { .. } => "stream",
            How::Threads { .. } => "threads",
        },
        block: scanner.how.block_bytes(),
        threads: scanner.how.threads(),
        bytes: *bytes,
        seconds: elapsed.as_secs_f64(),
        bytes_per_second: measured.bytes_per_second(),
        runs: *runs,
        lines: lines.code + lines.comment + lines.blank,
        structural,
        spans,
        patterns,
        max_depth: account.summary.depth_max,
        first_error,
    })
}

fn kind_report(it: &KindCount) -> KindReport {
    KindReport {
        class: it.class().name(),
        what: it.what().name(),
        left: it.left.map(ItemKind::name),
        right: it.right.map(ItemKind::name),
        count: it.count,
    }
}

/// Bytes of the source told beside a difference.
const SOURCE_BYTES: u64 = 48;

fn difference_report(it: &Difference, lines: &mut Lines<'_>) -> Result<DifferenceReport, Error> {
    let (line, column) = lines.place(it.start)?;
    // A level has no bytes of its own: what stands there shows which one it is.
    let end = if it.end > it.start { it.end } else { it.start + SOURCE_BYTES };
    Ok(DifferenceReport {
        class: it.class().name(),
        what: it.what().name(),
        start: it.start,
        end: it.end,
        line,
        column,
        left: it.left.map(ItemKind::name),
        right: it.right.map(ItemKind::name),
        source: lines.bytes(it.start, end.min(it.start + SOURCE_BYTES))?,
    })
}
