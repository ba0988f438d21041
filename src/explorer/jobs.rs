//! The background passes over an opened document: the scan, then the check.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, bounded};

use super::gather::gather;
use super::opened::Opened;
use super::shared::Shared;
use super::tune::Tuning;
use super::{Phase, Problem, recall};
use crate::error::Error;
use crate::lang::code::Piece;
use crate::lang::{LanguageId, ProblemKind};
use crate::limits::{INLINE_BYTES_MAX, INLINE_CHECK_BYTES_MAX, THREADS_MAX, WRONG_GUESSES_MAX};
use crate::scan::{Checker, Driver, ScanEvent, ScanJob, State, summarize};
use crate::units::ByteOffset;

/// How long the scan of a small document is waited for: they mostly take less, and then the first frame shows all of it.
const SMALL_PATIENCE: Duration = Duration::from_millis(8);

/// Begins to scan what is opened, unless its index is on disk and `may_recall`. A small document is mostly done when this returns.
pub(super) fn begin(shared: &Arc<Shared>, may_recall: bool) -> Result<(), Error> {
    shared.begin();
    let opened = shared.opened.load_full();
    if opened.bytes() <= INLINE_BYTES_MAX {
        return scan_at_once(shared, &opened);
    }
    if may_recall && recall::begin(shared, &opened) {
        return Ok(());
    }
    scan(shared, &opened, (0, State::default()))
}

/// Begins to scan in the background, from the start of a chunk and the state before it. Of what is no longer wanted, nothing.
pub(super) fn scan(
    shared: &Arc<Shared>,
    opened: &Arc<Opened>,
    from: (ByteOffset, State),
) -> Result<(), Error> {
    let job = ScanJob {
        language: opened.language,
        kernel: shared.options().kernel,
        threads: shared.threads(),
        chunk_bytes: shared.options().chunk_bytes,
        bytes_total: opened.bytes(),
        give_way: Some(Arc::clone(&shared.give_way)),
    };
    let source = Arc::clone(&opened.source);
    let sink = sink(Arc::clone(shared), Arc::clone(opened), job.batch_bytes());
    let driver = Driver::go_on(source, job, from, sink)?;
    let mut current = shared.driver();
    // Whoever ends an era takes its driver away afterwards.
    if shared.wanted(opened.era) {
        *current = Some(driver);
    }
    Ok(())
}

/// Scans a small document, which takes less than a pool takes to start. It is not the caller who does it: there is text that the
/// scanners are slow at, and a screen waits for nobody.
fn scan_at_once(shared: &Arc<Shared>, opened: &Arc<Opened>) -> Result<(), Error> {
    let (send, scanned) = bounded(1);
    let (shared, opened) = (Arc::clone(shared), Arc::clone(opened));
    let thread = std::thread::Builder::new().name("warp-small".to_owned()).spawn(move || {
        let result = scan_small(&shared, &opened);
        if let Err(error) = &result
            && shared.wanted(opened.era)
        {
            shared.end(Phase::Failed(error.to_string()));
        }
        // Nobody waits any more for a scan that took long.
        let _ = send.try_send(result);
    });
    thread.map_err(|error| Error::Pool { threads: 1, reason: error.to_string() })?;
    match scanned.recv_timeout(SMALL_PATIENCE) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => Ok(()),
        Err(RecvTimeoutError::Disconnected) => {
            let message = "the scan of a small document".to_owned();
            Err(Error::WorkerPanic { at: 0, message })
        }
    }
}

fn scan_small(shared: &Arc<Shared>, opened: &Arc<Opened>) -> Result<(), Error> {
    let bytes = opened.reader.bytes(0..opened.bytes())?;
    let mut state = State::default();
    for chunk in Piece::whole(&bytes).chunks(shared.options().chunk_bytes) {
        if !shared.wanted(opened.era) {
            return Ok(());
        }
        let kernel = shared.options().kernel;
        let (summary, end) = summarize(kernel, opened.language, &state, chunk);
        if let Ok(mut index) = opened.index.write() {
            index.append(&summary, end.clone());
        }
        state = end;
    }
    if !shared.wanted(opened.era) {
        return Ok(());
    }
    if (bytes.len() as u64) < opened.bytes() {
        let (at, expected) = (bytes.len() as u64, opened.bytes());
        shared.end(Phase::Failed(Error::Truncated { at, expected }.to_string()));
        return Ok(());
    }
    if opened.bytes() <= INLINE_CHECK_BYTES_MAX {
        gather(shared, opened);
        check(shared, opened);
        if shared.wanted(opened.era) {
            shared.end(Phase::Done);
        }
    } else {
        scanned(shared, opened);
    }
    Ok(())
}

/// The whole document is indexed: gathering what is in it and the check follow.
fn scanned(shared: &Arc<Shared>, opened: &Arc<Opened>) {
    shared.set_checked(true, 0, 0);
    shared.end(Phase::Done);
    let (shared, opened) = (Arc::clone(shared), Arc::clone(opened));
    let _ = std::thread::Builder::new().name("warp-check".to_owned()).spawn(move || {
        // Of code the outline waits for what is gathered; of JSON it does not, and looking for patterns takes longer than the check.
        let is_json = opened.language == LanguageId::Json;
        let (is_checked, is_gathered) = if is_json {
            let is_checked = check(&shared, &opened);
            (is_checked, gather(&shared, &opened))
        } else {
            let is_gathered = gather(&shared, &opened);
            (check(&shared, &opened), is_gathered)
        };
        if is_checked && is_gathered {
            recall::remember(&shared, &opened);
        }
    });
}

fn sink(
    shared: Arc<Shared>,
    opened: Arc<Opened>,
    batch_bytes: u64,
) -> Box<dyn FnMut(ScanEvent) + Send> {
    Box::new(move |event| {
        if !shared.wanted(opened.era) {
            return;
        }
        match event {
            ScanEvent::Chunks { first, chunks, rescanned_bytes, .. } => {
                note_guess(&opened, batch_bytes, first, rescanned_bytes);
                if let Ok(mut index) = opened.index.write() {
                    for (summary, end) in chunks {
                        index.append(&summary, end);
                    }
                }
            }
            ScanEvent::Done => scanned(&shared, &opened),
            ScanEvent::Failed(error) => shared.end(Phase::Failed(error.to_string())),
        }
    })
}

/// Remembers how the guess of the state at `first` went.
fn note_guess(opened: &Opened, batch_bytes: u64, first: ByteOffset, rescanned_bytes: u64) {
    let Ok(mut guesses) = opened.guesses.lock() else { return };
    guesses.batch_bytes = batch_bytes;
    if rescanned_bytes > 0 && guesses.wrong.len() < WRONG_GUESSES_MAX {
        guesses.wrong.push((first, rescanned_bytes));
    }
}

/// Bytes that the check takes at a time.
const CHECK_BYTES: u64 = 256 << 10;

/// Follows the scan with the check for the first problem; whether it came to its end.
fn check(shared: &Shared, opened: &Opened) -> bool {
    let mut checker = Checker::new(shared.options().kernel, opened.language);
    let mut at = 0;
    while at < opened.bytes() && shared.wanted(opened.era) {
        shared.give_way.look_and_pass();
        let Ok(bytes) = opened.reader.bytes(at..(at + CHECK_BYTES).min(opened.bytes())) else {
            break;
        };
        if bytes.is_empty() || !checker.chunk(&bytes) {
            break;
        }
        opened.source.done_with(at, bytes.len() as u64);
        at += bytes.len() as u64;
        shared.set_checked(true, at, checker.depth_max());
    }
    let is_whole = at == opened.bytes() || checker.found().is_some();
    let is_wanted = shared.wanted(opened.era);
    if is_wanted {
        shared.set_checked(false, at, checker.depth_max());
        if is_whole {
            note_problem(shared, opened, checker.finish());
        }
        shared.publish();
    }
    is_wanted && is_whole
}

/// Tells of the first problem of the document, and where it stands: what the check has `found`, or what the scanner of a code
/// language has told before that.
pub(super) fn note_problem(
    shared: &Shared,
    opened: &Opened,
    found: Option<(ByteOffset, ProblemKind)>,
) {
    let told = opened.index.read().ok().and_then(|index| index.totals().problem);
    let first = [found, told].into_iter().flatten().min_by_key(|(at, _)| *at);
    let problem = first.map(|(at, kind)| {
        let line = super::query::with_navigator(opened, |navigator| navigator.line_of(at));
        let is_utf16 = at == 0 && kind == ProblemKind::InvalidUtf8 && begins_as_utf16(opened);
        let kind = if is_utf16 { ProblemKind::Utf16 } else { kind };
        Problem { at, line: line.ok().flatten(), kind }
    });
    match &problem {
        Some(Problem { at, kind, .. }) => tracing::info!(at, ?kind, "checked: the first problem"),
        None => tracing::info!("checked: no problem"),
    }
    shared.set_problem(problem);
}

/// Whether the mark of UTF-16 stands in front. That of UTF-32 begins alike.
fn begins_as_utf16(opened: &Opened) -> bool {
    let head = opened.reader.bytes(0..opened.bytes().min(4));
    head.is_ok_and(|head| match &head[..] {
        [0xFF, 0xFE, rest @ ..] => rest != [0, 0],
        [0xFE, 0xFF, ..] => true,
        _ => false,
    })
}

/// Takes another setting, and scans again where it needs another kernel or other chunks.
pub(super) fn apply(shared: &Arc<Shared>, tuning: Tuning) -> Result<(), Error> {
    tracing::info!(?tuning, "another setting");
    shared.set_threads(tuning.threads.clamp(1, THREADS_MAX));
    match shared.set_scanner(tuning.kernel, tuning.chunk_bytes) {
        true => rescan(shared, None),
        false => Ok(()),
    }
}

/// Opens the file again, as it is now, and scans it, as the same language or another.
pub(super) fn rescan(shared: &Arc<Shared>, language: Option<LanguageId>) -> Result<(), Error> {
    if let Some(live) = shared.live.get() {
        return live.rescan(shared, language);
    }
    // What cannot be opened again changes nothing.
    let old = shared.opened.load_full();
    let language = language.unwrap_or(old.language);
    let era = shared.era.load(Ordering::Relaxed) + 1;
    let opened = super::handle::open(&shared.path, Some(language), shared, era)?;
    shared.era.store(era, Ordering::Relaxed);
    if let Some(driver) = shared.driver().take() {
        driver.cancel();
    }
    shared.opened.store(Arc::new(opened));
    // Whoever asks for a scan of what is scanned already wants one.
    begin(shared, language != old.language)
}
