//! Trees of files: directories are walked with ignore files respected, and each file of a known language is scanned by the
//! thread that comes upon it.
//!
//! Nothing here has an order of its own: what was found is sorted by path, so that no thread count changes a report.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::scan::{Found, Task};
use super::text_of;
use super::tokens::Failed;
use crate::error::Error;
use crate::lang::code::Piece;
use crate::lang::{LanguageId, detect, detect_by_name};
use crate::limits;
use crate::report::FileSummary;
use crate::scan::{Account, Accountant, Scanned, State, Surveyed};
use crate::units::counted;

/// Larger files are scanned by all threads together, chunk by chunk.
const AT_ONCE_BYTES_MAX: u64 = 8 << 20;

/// A file with a NUL in so many of its first bytes is none of a language, whatever its name says.
const HEAD_BYTES: usize = 8 << 10;

/// So many tell its language, as of a file that is named.
const LANGUAGE_BYTES: usize = limits::HEAD_BYTES as usize;

/// What to make of a file.
enum Look<T> {
    Take(T),
    /// It is of no known language.
    Leave,
    /// It is binary, though its name tells otherwise.
    Binary,
}

impl<T> Look<T> {
    fn map<U>(self, made: impl FnOnce(T) -> U) -> Look<U> {
        match self {
            Look::Take(taken) => Look::Take(made(taken)),
            Look::Leave => Look::Leave,
            Look::Binary => Look::Binary,
        }
    }
}

/// What a walk gives.
pub(super) struct Walked<T> {
    /// What was found of each file, by path.
    pub(super) found: Vec<Found<T>>,
    /// What a person should know besides, told when the report is written.
    pub(super) notes: Vec<String>,
    /// Threads that found something, 1 at least.
    pub(super) threads: usize,
}

/// What is in the files below `directory` that are of a known language.
pub(super) fn summaries(task: &Task<'_>, directory: &Path) -> Walked<FileSummary> {
    walk(task, directory, |path, buffer| summary(task, path, buffer))
}

/// A file to be scanned, and the language that a walk has found it to be of: a dialect of the one that `--lang` names.
pub(super) type ToScan = (PathBuf, Option<LanguageId>);

/// The files that are named, and for each directory those below it that are of a known language; what cannot be read;
/// and what is to be told besides.
pub(super) fn files(task: &Task<'_>, named: &[&PathBuf]) -> (Vec<ToScan>, Failed, Vec<String>) {
    let (mut files, mut failed, mut notes) = (Vec::new(), Failed::new(), Vec::new());
    for path in named {
        if !path.is_dir() {
            files.push(((*path).clone(), None));
            continue;
        }
        let take = |path: &Path, buffer: &mut Vec<u8>| {
            let (_, head) = open(task, path, buffer)?;
            Ok(head.map(|language| (path.to_owned(), Some(language))))
        };
        let walked = walk(task, path, take);
        notes.extend(walked.notes);
        for found in walked.found {
            match found {
                Ok(file) => files.push(file),
                Err(why) => failed.push(why),
            }
        }
    }
    (files, failed, notes)
}

/// Calls `take` with each plain file below `directory` whose name does not tell that it is of no interest, and with a
/// buffer to read it into; gives what it found, sorted by path.
fn walk<T: Send>(
    task: &Task<'_>,
    directory: &Path,
    take: impl Fn(&Path, &mut Vec<u8>) -> Result<Look<T>, Error> + Sync,
) -> Walked<T> {
    let (found, n_binary) = (Mutex::new(Vec::new()), AtomicU64::new(0));
    let threads = AtomicUsize::new(0);
    let keep = |path: &Path, result: Result<T, Error>| {
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.push((path.to_owned(), result));
    };
    let walker = WalkBuilder::new(directory).threads(task.threads()).build_parallel();
    walker.run(|| {
        let (mut buffer, mut has_found) = (Vec::new(), false);
        let (keep, take, n_binary, threads) = (&keep, &take, &n_binary, &threads);
        Box::new(move |entry| {
            match entry {
                Ok(entry) if may_interest(task, &entry) => match take(entry.path(), &mut buffer) {
                    Ok(Look::Take(found)) => {
                        if !std::mem::replace(&mut has_found, true) {
                            threads.fetch_add(1, Ordering::Relaxed);
                        }
                        keep(entry.path(), Ok(found));
                    }
                    Ok(Look::Leave) => {}
                    Ok(Look::Binary) => {
                        n_binary.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(error) => keep(entry.path(), Err(error)),
                },
                Ok(_) => {}
                Err(error) => {
                    let (path, error) = cannot_walk(directory, error);
                    keep(&path, Err(error));
                }
            }
            WalkState::Continue
        })
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut notes = Vec::new();
    let n_binary = n_binary.into_inner();
    if n_binary > 0 {
        let binary = counted(n_binary, "binary file");
        notes.push(format!("{}: passed over {binary}", text_of(directory)));
    }
    if found.is_empty() {
        let language = task.asked_for().map_or("a known language", |it| it.info().title);
        notes.push(format!("{}: no file of {language}", text_of(directory)));
    }
    let found = found.into_iter().map(|(path, found)| found.map_err(|error| (path, error)));
    Walked { found: found.collect(), notes, threads: threads.into_inner().max(1) }
}

/// The path that an error of the walk names, and what to say of it.
fn cannot_walk(directory: &Path, error: ignore::Error) -> (PathBuf, Error) {
    let path = path_of(&error).unwrap_or(directory).to_owned();
    let message = error.to_string();
    let reason = error.into_io_error().unwrap_or_else(|| std::io::Error::other(message));
    (path.clone(), Error::Open { path, reason })
}

/// The path stands below how deep the walk was.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } => path_of(err),
        _ => None,
    }
}

/// Whether it is a plain file that may be of a known language, as far as its name tells.
fn may_interest(task: &Task<'_>, entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
        && match detect_by_name(entry.path()) {
            Some(language) => is_wanted(task, language),
            None => entry.path().extension().is_none(),
        }
}

/// With `--lang` only files of that language and its dialects are taken, of a dialect only its own: TypeScript is TSX too,
/// TSX is no other TypeScript. Text is taken by nobody.
fn is_wanted(task: &Task<'_>, language: LanguageId) -> bool {
    let is_of =
        |asked: LanguageId| asked == language || asked.info().name == language.info().family;
    language != LanguageId::Text && task.asked_for().is_none_or(is_of)
}

/// The language of the file that begins with `text`, if it is to be scanned.
fn language(task: &Task<'_>, path: &Path, text: &[u8]) -> Look<LanguageId> {
    let head = &text[..text.len().min(HEAD_BYTES)];
    let language = detect(path, &head[..head.len().min(LANGUAGE_BYTES)]);
    match is_wanted(task, language) {
        false => Look::Leave,
        true if memchr::memchr(0, head).is_some() => Look::Binary,
        true => Look::Take(language),
    }
}

/// Opens a file and fills `buffer` with its first bytes; its language by them, if it is to be scanned. Only those are
/// read of what turns out to be of no interest: a large program without an extension, a film named like TypeScript.
fn open(
    task: &Task<'_>,
    path: &Path,
    buffer: &mut Vec<u8>,
) -> Result<(File, Look<LanguageId>), Error> {
    let file = File::open(path).map_err(|reason| Error::Open { path: path.to_owned(), reason })?;
    buffer.clear();
    read(&file, HEAD_BYTES as u64, buffer)?;
    let language = language(task, path, buffer);
    Ok((file, language))
}

/// Appends up to `limit` bytes to `buffer`.
fn read(file: &File, limit: u64, buffer: &mut Vec<u8>) -> Result<(), Error> {
    let read = file.take(limit).read_to_end(buffer);
    read.map(drop).map_err(|reason| Error::read(buffer.len() as u64, reason))
}

fn summary(task: &Task<'_>, path: &Path, buffer: &mut Vec<u8>) -> Result<Look<FileSummary>, Error> {
    let begin = Instant::now();
    let (file, look) = open(task, path, buffer)?;
    let language = match look {
        Look::Take(language) => language,
        Look::Leave => return Ok(Look::Leave),
        Look::Binary => return Ok(Look::Binary),
    };
    let cannot_open = |reason| Error::Open { path: path.to_owned(), reason };
    let bytes = file.metadata().map_err(cannot_open)?.len();
    if bytes > AT_ONCE_BYTES_MAX || task.streams() {
        return task.summary(path, Some(language)).map(Look::Take);
    }
    if buffer.len() == HEAD_BYTES {
        read(&file, AT_ONCE_BYTES_MAX - HEAD_BYTES as u64, buffer)?;
    }
    task.advance(buffer.len() as u64);
    let account = account(task, language, buffer);
    Ok(Look::Take(task.report(path, language, account, begin)))
}

/// All counts of a file that is in memory.
fn account(task: &Task<'_>, language: LanguageId, text: &[u8]) -> Account {
    let job = task.job(language, text.len() as u64);
    let (mut state, mut accountant) = (State::default(), Accountant::new(&job));
    for piece in Piece::whole(text).chunks(job.chunk_bytes) {
        let (scanned, end) = Surveyed::scan(job.kernel, language, &state, piece);
        let Ok(()) =
            accountant.take(&scanned, &end, || Ok::<_, std::convert::Infallible>(piece.bytes()));
        state = end;
    }
    accountant.finish()
}
