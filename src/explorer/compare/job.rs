//! A comparison behind the screen: the document as two sides, each laid open so that pages of it can be shown, compared on a
//! thread of its own. A newer one ends it, and so does a new scan of the document.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use super::{
    CompareProgress, Difference, Differences, Measured, Side, SideScanner, SideSpec, compare,
};
use crate::error::Error;
use crate::explorer::opened::Opened;
use crate::explorer::query::with_navigator;
use crate::explorer::shared::Shared;
use crate::explorer::{Page, handle, pages};
use crate::lang::ProblemKind;
use crate::lang::code::{LOOK_BACK_MAX, Piece};
use crate::limits::{COMPARE_ROWS_MAX, PREVIEW_BYTES};
use crate::scan::{State, summarize};
use crate::source::FileSource;
use crate::units::{ByteOffset, LineNumber};

/// What is to be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompareWanted {
    /// What scans each side. What they do not say is as the document is scanned, by one thread.
    pub sides: [SideSpec; 2],
    /// The file of each side; none for the document that is open.
    pub files: [Option<PathBuf>; 2],
}

/// How a comparison stands.
#[derive(Clone, Debug)]
pub struct CompareStatus {
    /// Its number: a newer one has a higher.
    pub number: u64,
    /// The sides, left and right; none before they are opened.
    pub sides: Option<[SideStatus; 2]>,
    /// How far it has come.
    pub progress: CompareProgress,
    /// The differences found so far. The same `Arc` as long as they have not changed.
    pub differences: Arc<Differences>,
    /// Whether all are found: only the measurements are missing then, if anything is.
    pub found_all: bool,
    /// Whether it is over; or why it could not be made, as a sentence.
    pub outcome: Option<Result<(), String>>,
}

/// How a side stands.
#[derive(Clone, Debug)]
pub struct SideStatus {
    /// Its path, not yet made safe for a terminal.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// What scans it.
    pub scanner: SideScanner,
    /// Bytes of which the structure is known, for the pages of it.
    pub bytes_indexed: u64,
    /// Line breaks in them.
    pub line_breaks: u64,
    /// What was measured, once it is.
    pub measured: Option<SideMeasured>,
}

/// What was measured of a side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SideMeasured {
    /// The fastest run.
    pub elapsed: Duration,
    /// Bytes a second in it.
    pub bytes_per_second: f64,
    /// Structural characters.
    pub structurals: u64,
    /// Spans.
    pub spans: u64,
    /// Patterns.
    pub patterns: u64,
    /// Most levels open at once.
    pub depth_max: i64,
    /// The first problem.
    pub problem: Option<(ByteOffset, ProblemKind)>,
    /// Its line, and the bytes between the line's start and it, if the index knew them.
    pub problem_place: Option<(LineNumber, u64)>,
}

/// Differences with their lines.
#[derive(Clone, Debug, PartialEq)]
pub struct CompareRows {
    /// The comparison's number.
    pub number: u64,
    /// The place of the first one among the differences kept.
    pub first: usize,
    /// The rows, in order.
    pub items: Vec<CompareRow>,
}

/// A difference with what stands there.
#[derive(Clone, Debug, PartialEq)]
pub struct CompareRow {
    /// The difference.
    pub difference: Difference,
    /// Its line on the side that tells it, if that is known by now.
    pub line: Option<LineNumber>,
    /// Bytes between the line's start and it.
    pub column: Option<u64>,
    /// What stands there, cut at [`PREVIEW_BYTES`].
    pub text: Vec<u8>,
}

/// A comparison under way or over.
#[derive(Debug)]
pub(in crate::explorer) struct Compared {
    number: u64,
    state: Mutex<Progressing>,
    differences: ArcSwap<Differences>,
}

#[derive(Debug, Default)]
struct Progressing {
    sides: Option<[LaidOpen; 2]>,
    progress: CompareProgress,
    found_all: bool,
    outcome: Option<Result<(), String>>,
}

/// A side that pages can be made of.
#[derive(Clone, Debug)]
struct LaidOpen {
    opened: Arc<Opened>,
    path: PathBuf,
    bytes: u64,
    scanner: SideScanner,
    measured: Option<SideMeasured>,
}

/// Between two looks of the screen at the differences found so far.
const TELL_INTERVAL: Duration = Duration::from_millis(200);

impl Compared {
    fn state(&self) -> MutexGuard<'_, Progressing> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it goes on by itself.
    pub(in crate::explorer) fn is_moving(&self) -> bool {
        self.state().outcome.is_none()
    }

    /// How it stands.
    pub(in crate::explorer) fn status(&self) -> CompareStatus {
        let state = self.state();
        let side = |side: &LaidOpen| {
            let known = side.opened.index.read().map(|index| {
                let totals = index.totals();
                (totals.bytes, totals.line_breaks)
            });
            let (bytes_indexed, line_breaks) = known.unwrap_or_default();
            SideStatus {
                path: side.path.clone(),
                bytes: side.bytes,
                scanner: side.scanner,
                bytes_indexed,
                line_breaks,
                measured: side.measured,
            }
        };
        CompareStatus {
            number: self.number,
            sides: state.sides.as_ref().map(|[left, right]| [side(left), side(right)]),
            progress: state.progress,
            differences: self.differences.load_full(),
            found_all: state.found_all,
            outcome: state.outcome.clone(),
        }
    }

    fn opened(&self, side: usize) -> Option<Arc<Opened>> {
        self.state().sides.as_ref().map(|sides| Arc::clone(&sides[side].opened))
    }

    /// The page of a side around a byte; none before the sides are opened.
    pub(in crate::explorer) fn page(
        &self,
        side: usize,
        around: ByteOffset,
    ) -> Result<Option<(u64, Arc<Page>)>, Error> {
        let Some(opened) = self.opened(side) else { return Ok(None) };
        Ok(Some((self.number, Arc::new(pages::page(&opened, around)?))))
    }

    /// Up to `count` differences from number `first` on, with their lines.
    pub(in crate::explorer) fn rows(
        &self,
        first: usize,
        count: usize,
    ) -> Result<Option<CompareRows>, Error> {
        let (Some(left), Some(right)) = (self.opened(0), self.opened(1)) else { return Ok(None) };
        let differences = self.differences.load_full();
        let wanted = differences.first.iter().skip(first).take(count.min(COMPARE_ROWS_MAX));
        let row = |it: &Difference| {
            let opened = if it.left.is_some() { &left } else { &right };
            let end = it.end.max(it.start + 1).min(it.start + PREVIEW_BYTES as u64);
            let (line, column) = place(opened, it.start)?;
            let text = opened.reader.bytes(it.start..end)?;
            Ok::<_, Error>(CompareRow { difference: *it, line, column, text })
        };
        let items = wanted.map(row).collect::<Result<_, _>>()?;
        Ok(Some(CompareRows { number: self.number, first, items }))
    }
}

/// The line of a place and the bytes before it on that line, as far as they are known.
fn place(opened: &Opened, at: ByteOffset) -> Result<(Option<LineNumber>, Option<u64>), Error> {
    with_navigator(opened, |navigator| {
        let line = navigator.line_of(at)?;
        let start = line.map_or(Ok(None), |line| navigator.line_start(line))?;
        Ok((line, start.map(|start| at.saturating_sub(start))))
    })
}

/// Begins a comparison; one under way ends.
pub(in crate::explorer) fn begin(shared: &Arc<Shared>, wanted: CompareWanted) {
    let number = shared.compare_number.fetch_add(1, Ordering::SeqCst) + 1;
    let compared = Arc::new(Compared {
        number,
        state: Mutex::default(),
        differences: ArcSwap::from_pointee(Differences::default()),
    });
    shared.compared.store(Some(Arc::clone(&compared)));
    shared.publish();
    let era = shared.opened.load().era;
    let shared = Arc::clone(shared);
    let thread = std::thread::Builder::new().name("warp-compare".to_owned());
    let spawned = thread.spawn({
        let compared = Arc::clone(&compared);
        move || {
            let done = work(&shared, &compared, &wanted, era);
            if done.is_err() || shared.wanted(era) {
                compared.state().outcome = Some(done.map_err(|error| error.to_string()));
            } else {
                let why = "the document is scanned anew".to_owned();
                compared.state().outcome = Some(Err(why));
            }
            shared.publish();
        }
    });
    if let Err(error) = spawned {
        compared.state().outcome = Some(Err(error.to_string()));
    }
}

/// Ends the comparison, if there is one.
pub(in crate::explorer) fn end(shared: &Shared) {
    shared.compare_number.fetch_add(1, Ordering::SeqCst);
    shared.compared.store(None);
    shared.publish();
}

fn goes_on(shared: &Shared, compared: &Compared, era: u64) -> bool {
    shared.wanted(era) && shared.compare_number.load(Ordering::Relaxed) == compared.number
}

fn work(
    shared: &Arc<Shared>,
    compared: &Arc<Compared>,
    wanted: &CompareWanted,
    era: u64,
) -> Result<(), Error> {
    let document = shared.opened.load_full();
    let [left, right] = [0, 1].map(|i| {
        let file = wanted.files[i].as_deref();
        lay_open(shared, &document, file, wanted.sides[i])
    });
    let sides = [left?, right?];
    for side in &sides {
        if !Arc::ptr_eq(&side.opened, &document) {
            index_behind(shared, compared, &side.opened, era);
        }
    }
    compared.state().sides = Some(sides.clone());
    let _ = shared.moving.try_send(());
    shared.publish();
    let compare_sides = sides.each_ref().map(|side| Side {
        source: Arc::clone(&side.opened.source),
        bytes: side.bytes,
        scanner: side.scanner,
    });
    let (once, mut told) = (sides[0].bytes + sides[1].bytes, Instant::now());
    let found = compare(compare_sides, |progress, differences| {
        shared.give_way.look_and_pass();
        let mut state = compared.state();
        let found_all = progress.bytes_done > once || progress.bytes_total == 0;
        let is_news = found_all != state.found_all || told.elapsed() > TELL_INTERVAL;
        if is_news && !state.found_all {
            told = Instant::now();
            compared.differences.store(Arc::new(differences()));
        }
        (state.progress, state.found_all) = (progress, found_all);
        drop(state);
        goes_on(shared, compared, era)
    })?;
    compared.differences.store(Arc::new(found.differences));
    let mut state = compared.state();
    state.found_all = !found.stopped;
    for (side, outcome) in state.sides.iter_mut().flatten().zip(found.sides) {
        side.measured = outcome.measured.as_ref().map(|it| measured(it, &side.opened));
    }
    Ok(())
}

fn measured(it: &Measured, opened: &Opened) -> SideMeasured {
    let summary = &it.account.summary;
    let problem = it.account.problem;
    // What cannot be read any more has no line.
    let found = problem.and_then(|(at, _)| place(opened, at).ok());
    SideMeasured {
        elapsed: it.elapsed,
        bytes_per_second: it.bytes_per_second(),
        structurals: summary.classes.iter().sum(),
        spans: summary.spans.iter().sum(),
        patterns: summary.patterns.iter().sum(),
        depth_max: summary.depth_max,
        problem,
        problem_place: found.and_then(|(line, column)| line.zip(column)),
    }
}

/// A side that pages can be made of: the document itself if it is scanned as that language.
fn lay_open(
    shared: &Shared,
    document: &Arc<Opened>,
    file: Option<&Path>,
    spec: SideSpec,
) -> Result<LaidOpen, Error> {
    let Some(path) = file else {
        let scanner = as_document(shared, spec).scanner(document.language)?;
        if document.source.kept_from() > 0 {
            let what = "its beginning is no longer kept, and scanners begin there".to_owned();
            return Err(Error::NotReadable { path: shared.path.clone(), what });
        }
        let opened = if scanner.language == document.language {
            Arc::clone(document)
        } else {
            let (source, file) = (Arc::clone(&document.source), document.file.clone());
            let language = scanner.language;
            let (options, cache) = (&shared.options(), &shared.cache);
            Arc::new(Opened::new(document.era, source, file, language, options, cache))
        };
        let bytes = document.bytes();
        return Ok(LaidOpen { opened, path: shared.path.clone(), bytes, scanner, measured: None });
    };
    let source = Arc::new(FileSource::open(path)?);
    let spec = as_document(shared, spec);
    let (options, cache) = (&shared.options(), &shared.cache);
    let opened = handle::opened_file(path, source, spec.language, options, cache, document.era)?;
    let scanner = spec.scanner(opened.language)?;
    let bytes = opened.bytes();
    let opened = Arc::new(opened);
    Ok(LaidOpen { opened, path: path.to_owned(), bytes, scanner, measured: None })
}

/// What is not said is as the document is scanned, but for its threads: that would be another comparison.
fn as_document(shared: &Shared, spec: SideSpec) -> SideSpec {
    let kernel = Some(shared.options().kernel);
    let chunk_bytes = Some(shared.options().chunk_bytes);
    spec.or(SideSpec { kernel, chunk_bytes, ..SideSpec::default() })
}

/// Bytes summed up at a time.
const INDEX_BYTES: u64 = 1 << 20;

/// Fills the index of a side that nobody scans otherwise, on a thread of its own.
fn index_behind(shared: &Arc<Shared>, compared: &Arc<Compared>, side: &Arc<Opened>, era: u64) {
    let (shared, compared, side) = (Arc::clone(shared), Arc::clone(compared), Arc::clone(side));
    let thread = std::thread::Builder::new().name("warp-compare-index".to_owned());
    // Without it pages are guessed, as before a document is scanned.
    let _ = thread.spawn(move || {
        let (mut at, mut state, end) = (0, State::default(), side.bytes());
        while at < end && goes_on(&shared, &compared, era) {
            shared.give_way.look_and_pass();
            let before = at - at.min(LOOK_BACK_MAX as u64);
            let to = (at + INDEX_BYTES).min(end);
            let Ok(text) = side.reader.bytes(before..to) else { return };
            if (text.len() as u64) < to - before {
                return;
            }
            let (from, last) = ((at - before) as usize, to == end);
            let piece = Piece { text: &text, from, to: text.len(), at, last, text_ends: last };
            for chunk in piece.chunks(shared.options().chunk_bytes) {
                let kernel = shared.options().kernel;
                let (summary, after) = summarize(kernel, side.language, &state, chunk);
                if let Ok(mut index) = side.index.write() {
                    index.append(&summary, after.clone());
                }
                state = after;
            }
            at = to;
        }
        place_problems(&compared);
        shared.publish();
    });
}

/// Says in which lines the first problems stand that were found before the index knew.
fn place_problems(compared: &Compared) {
    for side in compared.state().sides.iter_mut().flatten() {
        if let Some(SideMeasured { problem: Some((at, _)), problem_place, .. }) = &mut side.measured
            && problem_place.is_none()
            && let Ok((line, column)) = place(&side.opened, *at)
        {
            *problem_place = line.zip(column);
        }
    }
}
