//! `scan --emit tokens`: everything with its place, in memory that does not grow with the file.
//!
//! The forms have their arrays one after the other, so a file is read once for each of them, and once before: `ok` stands
//! in front. Reading and scanning again is cheap beside writing numbers in decimal. Pairs of brackets are told by the
//! opening one, whose closer may stand at the far end of the file: a first pass over them keeps a [`Closers`] of those
//! that their chunk leaves open, the second one tells them.

use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use serde::ser::{Error as _, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use super::closers::{Closers, NEVER};
use super::scan::Task;
use super::summaries::csv_field;
use super::text_of;
use super::tree::ToScan;
use crate::error::Error;
use crate::lang::code::{Pattern, Scanner, Tokens};
use crate::lang::{Class, LanguageId, PatternKind, json};
use crate::report::escape::shown;
use crate::scan::{Mode, Span, State, detail, structurals};
use crate::source::ReadAt;

/// Passes over a file: problems, structural characters, spans, patterns, and levels twice.
const PASSES: u64 = 6;

/// A file whose tokens are made while they are written.
struct TokenFile<'a> {
    task: Task<'a>,
    path: String,
    source: Arc<dyn ReadAt>,
    language: LanguageId,
    problem: Option<(u64, &'static str)>,
    /// Everything in a file of a code language. Its patterns are told by their starts and known by their ends, so they
    /// are kept; a file of code is small beside what else is scanned.
    code: Option<Tokens>,
    /// Why it could not be read to its end, after writing began.
    failed: RefCell<Option<Error>>,
}

/// A span: start, end, kind.
type Place = (u64, u64, &'static str);

/// Why a pass ended early.
enum Stop<E> {
    /// The file.
    Read(Error),
    /// Whoever was told.
    Told(E),
}

impl<E> From<Error> for Stop<E> {
    fn from(error: Error) -> Self {
        Stop::Read(error)
    }
}

impl<'a> TokenFile<'a> {
    fn open(task: Task<'a>, path: &Path, found: Option<LanguageId>) -> Result<Self, Error> {
        let (source, language) = task.open(path, found)?;
        task.expect(&*source, PASSES);
        let problem = task.account(&source, language)?.problem;
        let code = language.info().scanner.map(|scanner| code_tokens(task, &*source, scanner));
        Ok(TokenFile {
            task,
            code: code.transpose()?,
            path: text_of(path),
            source,
            language,
            problem: problem.map(|(at, kind)| (at, kind.name())),
            failed: RefCell::new(None),
        })
    }

    /// Calls `each` with every chunk: its place, its bytes, where its structural characters are.
    fn chunks<E>(
        &self,
        mut each: impl FnMut(u64, &[u8], &[u32]) -> Result<(), Stop<E>>,
    ) -> Result<(), Stop<E>> {
        let (mut state, mut places) = (State::default(), Vec::new());
        self.task.read(&*self.source, |piece| {
            places.clear();
            let kernel = self.task.kernel();
            state = structurals(kernel, self.language, &state, piece.bytes(), &mut places);
            each(piece.at, piece.bytes(), &places)
        })
    }

    fn structural<E>(&self, mut tell: impl FnMut(u64) -> Result<(), E>) -> Result<(), Stop<E>> {
        if let Some(code) = &self.code {
            return code.structural.iter().copied().try_for_each(tell).map_err(Stop::Told);
        }
        self.chunks(|at, _, places| {
            places.iter().try_for_each(|place| tell(at + u64::from(*place)).map_err(Stop::Told))
        })
    }

    fn spans<E>(&self, mut tell: impl FnMut(Place) -> Result<(), E>) -> Result<(), Stop<E>> {
        if let Some(code) = &self.code {
            let mut spans = code.spans.iter().map(|(start, end, kind)| (*start, *end, kind.name()));
            return spans.try_for_each(tell).map_err(Stop::Told);
        }
        let mut joiner = Joiner::default();
        self.task.read(&*self.source, |piece| {
            let found = detail(self.task.kernel(), self.language, &joiner.state, piece);
            joiner.enter(piece.bytes());
            for span in &found.spans {
                joiner.add(piece.at, span).map_or(Ok(()), &mut tell).map_err(Stop::Told)?;
            }
            joiner.state = found.end;
            Ok::<_, Stop<E>>(())
        })?;
        joiner.last.map_or(Ok(()), &mut tell).map_err(Stop::Told)
    }

    fn patterns<E>(
        &self,
        mut tell: impl FnMut((u64, u64, &'static str, Option<String>)) -> Result<(), E>,
    ) -> Result<(), Stop<E>> {
        let mut tell = |pattern: Pattern| {
            let name = name_of(&*self.source, &pattern)?;
            tell((pattern.start, pattern.end, pattern.kind.name(), name)).map_err(Stop::Told)
        };
        if let Some(code) = &self.code {
            return code.patterns.iter().copied().try_for_each(tell);
        }
        if self.language != LanguageId::Json {
            return Ok(());
        }
        let (mut patterns, mut state) = (json::Patterns::default(), State::default());
        self.task.read(&*self.source, |piece| {
            let found = detail(self.task.kernel(), self.language, &state, piece);
            patterns.take(piece.at, piece.bytes(), &found, &mut tell)?;
            state = found.end;
            Ok::<_, Stop<E>>(())
        })?;
        patterns.finish(crate::source::ReadAt::bytes(&*self.source), tell)
    }

    fn levels<E>(&self, mut tell: impl FnMut((u64, u64)) -> Result<(), E>) -> Result<(), Stop<E>> {
        if let Some(code) = &self.code {
            return code.levels.iter().copied().try_for_each(tell).map_err(Stop::Told);
        }
        let mut closers = Closers::default();
        self.chunks::<E>(|at, chunk, places| {
            Pairs::of(at, chunk, places, |closer| closers.close(closer))?
                .left_open()
                .try_for_each(|_| closers.open())
                .map_err(Stop::Read)
        })?;
        closers.end()?;
        let mut n = 0;
        self.chunks(|at, chunk, places| {
            let mut pairs = Pairs::of(at, chunk, places, |_| Ok(()))?;
            for i in pairs.open {
                pairs.all[i].1 = closers.get(n)?;
                n += 1;
            }
            let mut closed = pairs.all.into_iter().filter(|(_, close)| *close != NEVER);
            closed.try_for_each(&mut tell).map_err(Stop::Told)
        })
    }
}

/// Everything in a file of a code language.
fn code_tokens(
    task: Task<'_>,
    source: &dyn ReadAt,
    scanner: &dyn Scanner,
) -> Result<Tokens, Error> {
    let (mut found, mut state) = (Tokens::default(), None);
    task.read(source, |piece| {
        let (part, end) = scanner.find(task.kernel(), state.as_ref(), &piece);
        found.append(part);
        state = Some(end);
        Ok::<_, Error>(())
    })?;
    found.sort();
    Ok(found)
}

/// The name of a pattern as reports give it: of an `impl`, white space as one space.
fn name_of(source: &dyn ReadAt, pattern: &Pattern) -> Result<Option<String>, Error> {
    let Some((start, end)) = pattern.name else { return Ok(None) };
    let mut bytes = vec![0; (end - start) as usize];
    let read = source.read_at(start, &mut bytes);
    let n = read.map_err(|reason| Error::read(start, reason))?;
    let name = String::from_utf8_lossy(&bytes[..n]);
    Ok(Some(match pattern.kind {
        PatternKind::Impl => name.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => name.into_owned(),
    }))
}

/// Spans of a whole file, out of those of its chunks.
#[derive(Default)]
struct Joiner {
    state: State,
    /// The span that may go on.
    last: Option<Place>,
    /// The last byte of the chunk before.
    previous: u8,
}

impl Joiner {
    /// Begins a chunk.
    fn enter(&mut self, chunk: &[u8]) {
        // A CR before the LF belongs to the line break, also where a seam parts them.
        if self.state.mode == Mode::LineComment
            && self.previous == b'\r'
            && chunk.first() == Some(&b'\n')
            && let Some(comment) = &mut self.last
        {
            comment.1 -= 1;
        }
        self.previous = chunk.last().copied().unwrap_or(self.previous);
    }

    /// Adds a span of the chunk that begins at `at`; gives the span before it, if that is whole now.
    fn add(&mut self, at: u64, span: &Span) -> Option<Place> {
        let end = at + u64::from(span.end);
        match (span.begins(at), &mut self.last) {
            // The rest of a span that the last chunk cut.
            (None, Some(last)) => {
                last.1 = end;
                None
            }
            (begins, _) => self.last.replace((begins.unwrap_or(at), end, span.kind.name())),
        }
    }
}

/// The brackets of a chunk. Pairs go by depth, as in the index: a closer closes what is open, of whatever sort. The
/// problems tell the rest.
#[derive(Default)]
struct Pairs {
    /// Place of the opener and of the closer, or [`NEVER`], by the opener.
    all: Vec<(u64, u64)>,
    /// Which are still open, outermost first.
    open: Vec<usize>,
}

impl Pairs {
    /// The pairs of the chunk that begins at `at`. A closer of what was opened before it is given to `close`.
    fn of(
        at: u64,
        chunk: &[u8],
        places: &[u32],
        mut close: impl FnMut(u64) -> Result<(), Error>,
    ) -> Result<Pairs, Error> {
        let mut pairs = Pairs::default();
        for place in places {
            let place_in_file = at + u64::from(*place);
            match Class::of(chunk[*place as usize]) {
                Some(class) if class.opens() => {
                    pairs.open.push(pairs.all.len());
                    pairs.all.push((place_in_file, NEVER));
                }
                Some(class) if class.closes() => match pairs.open.pop() {
                    Some(i) => pairs.all[i].1 = place_in_file,
                    None => close(place_in_file)?,
                },
                _ => {}
            }
        }
        Ok(pairs)
    }

    fn left_open(&self) -> impl Iterator<Item = usize> {
        self.open.iter().copied()
    }
}

impl Serialize for TokenFile<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Tokens", 9)?;
        object.serialize_field("path", &self.path)?;
        object.serialize_field("language", self.task.told(self.language))?;
        object.serialize_field("ok", &self.problem.is_none())?;
        object.serialize_field("bytes", &crate::source::ReadAt::bytes(&*self.source))?;
        object.serialize_field("structural", &Array(self, Part::Structural))?;
        object.serialize_field("spans", &Array(self, Part::Spans))?;
        object.serialize_field("patterns", &Array(self, Part::Patterns))?;
        object.serialize_field("levels", &Array(self, Part::Levels))?;
        object.serialize_field("problems", self.problem.as_slice())?;
        object.end()
    }
}

#[derive(Clone, Copy)]
enum Part {
    Structural,
    Spans,
    Patterns,
    Levels,
}

/// One of the arrays, made while it is written.
struct Array<'a>(&'a TokenFile<'a>, Part);

impl Serialize for Array<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(None)?;
        let Array(file, part) = self;
        let done = match part {
            Part::Structural => file.structural(|at| array.serialize_element(&at)),
            Part::Spans => file.spans(|span| array.serialize_element(&span)),
            Part::Patterns => file.patterns(|pattern| array.serialize_element(&pattern)),
            Part::Levels => file.levels(|pair| array.serialize_element(&pair)),
        };
        match done {
            Ok(()) => array.end(),
            Err(Stop::Told(error)) => Err(error),
            Err(Stop::Read(error)) => {
                let message = error.to_string();
                file.failed.replace(Some(error));
                Err(S::Error::custom(message))
            }
        }
    }
}

/// Files that could not be read, with why.
pub(super) type Failed = Vec<(PathBuf, Error)>;

/// Writes the tokens of `files`, one after the other; gives those that could not be read. One that changes while it is
/// read leaves its part unfinished.
pub(super) fn print(
    task: Task<'_>,
    files: &[ToScan],
    format: &str,
    one: bool,
    out: &mut dyn Write,
) -> anyhow::Result<Failed> {
    let mut failed = Vec::new();
    match format {
        "json" if !one => {
            let mut serializer = serde_json::Serializer::pretty(&mut *out);
            let mut array = serializer.serialize_seq(None).context("standard output")?;
            each(task, files, &mut failed, |file| array.serialize_element(file))?;
            SerializeSeq::end(array).context("standard output")?;
            writeln!(out).context("standard output")?;
        }
        "json" => each(task, files, &mut failed, |file| {
            serde_json::to_writer_pretty(&mut *out, file)?;
            writeln!(out).map_err(serde_json::Error::io)
        })?,
        "jsonl" => each(task, files, &mut failed, |file| {
            // A line that had to be left unfinished ends all the same.
            let written = serde_json::to_writer(&mut *out, file);
            writeln!(out).map_err(serde_json::Error::io).and(written)
        })?,
        _ => {
            let separator = if format == "csv" { "," } else { "\t" };
            let head = ["path", "what", "start", "end", "kind", "name"].join(separator);
            writeln!(out, "{head}").context("standard output")?;
            each(task, files, &mut failed, |file| {
                rows(file, separator, out).or_else(|stop| match stop {
                    Stop::Told(error) => Err(serde_json::Error::io(error)),
                    Stop::Read(error) => {
                        file.failed.replace(Some(error));
                        Ok(())
                    }
                })
            })?;
        }
    }
    Ok(failed)
}

/// Calls `write` for each file that can be opened. What keeps a file from being read is noted; an error of `write` for
/// any other reason ends all.
fn each(
    task: Task<'_>,
    files: &[ToScan],
    failed: &mut Failed,
    mut write: impl FnMut(&TokenFile<'_>) -> Result<(), serde_json::Error>,
) -> anyhow::Result<()> {
    for (path, found) in files {
        let file = match TokenFile::open(task, path, *found) {
            Ok(file) => file,
            Err(error) => {
                failed.push((path.clone(), error));
                continue;
            }
        };
        let written = write(&file);
        match file.failed.take() {
            Some(error) => failed.push((path.clone(), error)),
            None => written.context("standard output")?,
        }
    }
    Ok(())
}

/// Writes a row for each token.
fn rows(
    file: &TokenFile<'_>,
    separator: &str,
    out: &mut dyn Write,
) -> Result<(), Stop<std::io::Error>> {
    let path = if separator == "," { csv_field(&file.path) } else { shown(&file.path) };
    let mut named = |what: &str, start: u64, end: u64, kind: &str, name: &str| {
        let name = if separator == "," { csv_field(name) } else { shown(name) };
        let fields = [&path, what, &start.to_string(), &end.to_string(), kind, &name];
        writeln!(out, "{}", fields.join(separator))
    };
    file.patterns(|(start, end, kind, name)| {
        named("pattern", start, end, kind, name.as_deref().unwrap_or_default())
    })?;
    let mut row = |what: &str, start, end, kind: &str| named(what, start, end, kind, "");
    file.structural(|at| row("structural", at, at + 1, ""))?;
    file.spans(|(start, end, kind)| row("span", start, end, kind))?;
    file.levels(|(open, close)| row("level", open, close, ""))?;
    let mut problems = file.problem.iter();
    problems.try_for_each(|(at, kind)| row("problem", *at, *at, kind)).map_err(Stop::Told)
}
