//! `warp-tui scan`: counts or positions of files, without a screen.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::ArgMatches;
use rayon::prelude::*;

use super::progress::Progress;
use super::summaries::{self, Shape};
use super::{Failure, Settings, tell, text_of, with_path};
use super::{stream, tokens, tree};
use crate::error::Error;
use crate::explorer::EngineOptions;
use crate::lang::code::{LOOK_BACK_MAX, Piece};
use crate::lang::{LanguageId, detect};
use crate::report::{CacheReport, FileSummary, counts};
use crate::scan::{Account, ScanJob, account_of};
use crate::simd::KernelId;
use crate::source::{self, ReadAt, Source};

/// What to do with each file.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    progress: &'a Arc<Progress<std::io::Stderr>>,
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
    let progress = Arc::new(Progress::on_stderr());
    let task = Task {
        progress: &progress,
        engine: &engine,
        language: settings.language(),
        timing: matches.get_flag("timing"),
        block: matches.get_one::<u64>("stream").copied(),
    };
    let mut named: Vec<&PathBuf> = matches.get_many("file").into_iter().flatten().collect();
    let standard_input = PathBuf::from("-");
    if named.is_empty() {
        if std::io::stdin().is_terminal() {
            let hint =
                "name a file or directory, or pipe something in; warp-tui scan --help tells more";
            return Err(Failure::usage(anyhow::anyhow!(hint)));
        }
        named.push(&standard_input);
    }
    if matches.get_flag("verify") {
        return super::stream::verify(&task, &named, word("format"), out);
    }
    let shape = Shape {
        format: word("format"),
        total: matches.get_flag("total"),
        files: matches.get_flag("files"),
        tree: named.iter().any(|path| path.is_dir()),
        one: named.len() == 1 && !named[0].is_dir(),
        named: named.iter().filter(|path| !path.is_dir()).map(|path| text_of(path)).collect(),
    };
    let failed = if word("emit") == "tokens" {
        let (files, mut failed, notes) = tree::files(&task, &named);
        failed.extend(tokens::print(task, &files, shape.format, shape.one, out)?);
        progress.end();
        notes.iter().for_each(|note| tell(note));
        complain(failed.iter().map(|(path, error)| (path, error)))
    } else {
        let begin = Instant::now();
        let Everything { found, notes, threads } =
            each(&task, &named).map_err(anyhow::Error::from)?;
        let elapsed = begin.elapsed();
        progress.end();
        summaries::print(&found, &shape, out)?;
        if task.timing && shape.tree && shape.format == "text" {
            let files = found.iter().filter_map(|file| file.as_ref().ok());
            let bytes = files.map(|file| file.bytes).sum();
            summaries::text_timing(
                bytes,
                elapsed.as_secs_f64(),
                engine.kernel.name(),
                threads,
                out,
            )?;
        }
        notes.iter().for_each(|note| tell(note));
        complain(found.iter().filter_map(|file| file.as_ref().err()).map(|(path, why)| (path, why)))
    };
    Ok(u8::from(failed))
}

/// What was found of a file, or why it could not be read.
pub(super) type Found<T> = Result<T, (PathBuf, Error)>;

/// What was found of all files.
struct Everything {
    found: Vec<Found<FileSummary>>,
    /// What is to be told besides.
    notes: Vec<String>,
    /// The most threads that scanned at the same time.
    threads: usize,
}

/// What was found, in the order in which files and directories were named, and what is to be told besides. Files that
/// stand side by side are scanned in parallel, and so are those of a directory.
///
/// # Errors
/// When the threads cannot be started.
fn each(task: &Task<'_>, named: &[&PathBuf]) -> Result<Everything, Error> {
    let one = |path: &&PathBuf| task.summary(path, None).map_err(|error| ((*path).clone(), error));
    let (mut found, mut notes, mut threads) = (Vec::new(), Vec::new(), 1);
    for alike in named.chunk_by(|a, b| !a.is_dir() && !b.is_dir()) {
        match alike {
            [path] if path.is_dir() => {
                let walked = tree::summaries(task, path);
                found.extend(walked.found);
                notes.extend(walked.notes);
                threads = threads.max(walked.threads);
            }
            [path] => found.push(one(path)),
            files => {
                let pool = pool(task.threads())?;
                pool.install(|| found.par_extend(files.par_iter().map(one)));
                threads = threads.max(task.threads().min(files.len()));
            }
        }
    }
    let by_file = found.iter().filter_map(|file| file.as_ref().ok()?.threads).max();
    Ok(Everything { found, notes, threads: threads.max(by_file.unwrap_or(1)) })
}

/// Workers that take a file each.
fn pool(threads: usize) -> Result<rayon::ThreadPool, Error> {
    let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    built.map_err(|error| Error::Pool { threads, reason: error.to_string() })
}

/// Tells why files could not be read; whether there was one.
pub(super) fn complain<'a>(found: impl Iterator<Item = (&'a PathBuf, &'a Error)>) -> bool {
    let mut failed = false;
    for (path, error) in found {
        failed = true;
        tell(&with_path(path, error));
    }
    failed
}

impl Task<'_> {
    /// What `path` names, to be read at any position: what is kept of a stream, if it is one. `found`: the language that
    /// it is known to be of.
    pub(super) fn open(
        &self,
        path: &Path,
        found: Option<LanguageId>,
    ) -> Result<(Arc<dyn ReadAt>, LanguageId), Error> {
        let source: Arc<dyn ReadAt> = match source::open(path)? {
            Source::File(file) => file,
            Source::Stream(stream) => Arc::new(stream::spooled(stream, self.engine)?),
        };
        let language = found.map_or_else(|| self.language_of(path, &*source), Ok)?;
        Ok((source, language))
    }

    fn language_of(&self, path: &Path, source: &dyn ReadAt) -> Result<LanguageId, Error> {
        let mut head = [0; 4096];
        let n = source.read_at(0, &mut head).map_err(|reason| Error::read(0, reason))?;
        Ok(self.language.unwrap_or_else(|| detect(path, &head[..n])))
    }

    /// `times` times the bytes of `source` are to be done.
    pub(super) fn expect(&self, source: &dyn ReadAt, times: u64) {
        self.progress.expect(source.bytes().saturating_mul(times));
    }

    /// So many bytes more were found, and are done.
    pub(super) fn advance(&self, bytes: u64) {
        self.progress.expect(bytes);
        self.done(bytes);
    }

    /// So many bytes that were expected are done.
    pub(super) fn done(&self, bytes: u64) {
        self.progress.add(bytes);
    }

    /// Worker threads.
    pub(super) fn threads(&self) -> usize {
        self.engine.threads
    }

    /// The language that `--lang` names.
    pub(super) fn asked_for(&self) -> Option<LanguageId> {
        self.language
    }

    /// What reports call a language: what `--lang` calls it, else by its family, so that TSX counts as TypeScript.
    pub(super) fn told(&self, language: LanguageId) -> &'static str {
        self.language.map_or(language.info().family, |asked| asked.info().name)
    }

    /// Whether files are to be scanned as streams.
    pub(super) fn streams(&self) -> bool {
        self.block.is_some()
    }

    /// Bytes of a block of what is a stream by itself.
    pub(super) fn block_bytes(&self) -> usize {
        self.block.map_or(self.engine.block_bytes, |bytes| bytes as usize)
    }

    /// The kernel to scan with.
    pub(super) fn kernel(&self) -> KernelId {
        self.engine.kernel
    }

    fn chunk_bytes(&self) -> u64 {
        self.block.unwrap_or(self.engine.chunk_bytes as u64)
    }

    /// Calls `each` with the file's bytes, piece by piece.
    pub(super) fn read<E: From<Error>>(
        &self,
        source: &dyn ReadAt,
        mut each: impl FnMut(Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        // In front of each piece stand the last bytes of the one before it, to look back on.
        let mut buffer = vec![0; LOOK_BACK_MAX + self.chunk_bytes() as usize];
        let (mut at, mut from, expected) = (0, 0, source.bytes());
        while at < expected {
            let want = (expected - at).min(self.chunk_bytes()) as usize;
            let read = source.read_at(at, &mut buffer[from..from + want]);
            let n = read.map_err(|reason| Error::read(at, reason))?;
            if n == 0 {
                return Err(Error::Truncated { at, expected }.into());
            }
            let (to, last) = (from + n, at + n as u64 == expected);
            each(Piece { text: &buffer[..to], from, to, at, last, text_ends: last })?;
            self.progress.add(n as u64);
            at += n as u64;
            buffer.copy_within(to.saturating_sub(LOOK_BACK_MAX)..to, 0);
            from = to.min(LOOK_BACK_MAX);
        }
        Ok(())
    }

    /// All counts of what `path` names. `found`: the language that it is known to be of.
    pub(super) fn summary(
        &self,
        path: &Path,
        found: Option<LanguageId>,
    ) -> Result<FileSummary, Error> {
        let begin = Instant::now();
        let (account, language) = match source::open(path)? {
            Source::File(file) => {
                let source: Arc<dyn ReadAt> = file;
                let language = found.map_or_else(|| self.language_of(path, &*source), Ok)?;
                self.expect(&*source, 1);
                (self.account(&source, language)?, language)
            }
            Source::Stream(stream) => stream::account(self, stream)?,
        };
        Ok(self.report(path, language, account, begin))
    }

    /// The report of a file whose scan began at `begin` and has just ended.
    pub(super) fn report(
        &self,
        path: &Path,
        language: LanguageId,
        account: Account,
        begin: Instant,
    ) -> FileSummary {
        let seconds = begin.elapsed().as_secs_f64();
        let Account { summary, lines, problem, threads } = account;
        let problem = problem.map(|(at, kind)| (at, kind.name()));
        let (structural, spans, patterns) = counts(language, &summary);
        let timing = |value: f64| self.timing.then_some(value);
        FileSummary {
            path: text_of(path),
            language: self.told(language),
            ok: problem.is_none(),
            bytes: summary.bytes,
            lines: lines.into(),
            structural,
            spans,
            patterns,
            max_depth: summary.depth_max,
            // Stray closers took the depth below 0: from there up the openers are unclosed.
            unclosed: summary.depth_change - summary.depth_min,
            errors: problem.into_iter().collect(),
            seconds: timing(seconds),
            bytes_per_second: timing(summary.bytes as f64 / seconds.max(1e-9)),
            threads: self.timing.then_some(threads),
            kernel: self.timing.then_some(self.engine.kernel.name()),
            // Scanning from one end to the other looks nothing up.
            cache: self.timing.then_some(CacheReport { hits: 0, misses: 0 }),
        }
    }

    pub(super) fn job(&self, language: LanguageId, bytes_total: u64) -> ScanJob {
        ScanJob {
            language,
            kernel: self.engine.kernel,
            threads: self.engine.threads,
            chunk_bytes: self.engine.chunk_bytes,
            bytes_total,
            give_way: None,
        }
    }

    /// All counts, in one pass.
    pub(super) fn account(
        &self,
        source: &Arc<dyn ReadAt>,
        language: LanguageId,
    ) -> Result<Account, Error> {
        let job = self.job(language, source.bytes());
        if self.streams() {
            return stream::account_of_file(self, &**source, language);
        }
        let progress = Arc::clone(self.progress);
        account_of(source, &job, move |n| progress.add(n))
    }
}
