//! The disk tier at work: what an earlier run learned of a big file is taken from disk instead of a pass, and what a pass
//! teaches is put there. Both happen behind the screen: opening waits for neither, and what fails is logged and costs a pass.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::findings::Findings;
use super::opened::Opened;
use super::shared::Shared;
use super::{IndexOrigin, Phase, Problem, gather, jobs};
use crate::index::store::{self, Checked, Learned, Recalled, Store, Subject};
use crate::limits::SETTLED_NS;
use crate::scan::State;
use crate::source::Change;

/// Looks for the index on disk, on a thread of its own, and scans if it is not there. False if there is nowhere to look.
pub(super) fn begin(shared: &Arc<Shared>, opened: &Arc<Opened>) -> bool {
    if store_of(shared, opened).is_none() {
        return false;
    }
    let (shared, opened) = (Arc::clone(shared), Arc::clone(opened));
    let thread = std::thread::Builder::new().name("warp-recall".to_owned());
    thread.spawn(move || recall(&shared, &opened)).is_ok()
}

/// Where the index of what is opened is kept, if it is to be: that of a file with a name, and large enough.
fn store_of(shared: &Shared, opened: &Opened) -> Option<Store> {
    let has_name = shared.path.as_os_str() != "-";
    let is_file = opened.file.as_ref().is_some_and(|file| file.identity().bytes == opened.bytes());
    let store = shared.options().index_store.clone()?;
    (has_name && is_file && opened.bytes() >= store.file_bytes_min).then_some(store)
}

/// Whose index it is.
fn subject<'o>(shared: &Shared, opened: &'o Opened) -> Option<Subject<'o>> {
    let source = opened.file.as_deref()?;
    let chunk_bytes = shared.options().chunk_bytes as u64;
    Some(Subject { source, file: source.identity().into(), language: opened.language, chunk_bytes })
}

fn recall(shared: &Arc<Shared>, opened: &Arc<Opened>) {
    let begin = Instant::now();
    let store = store_of(shared, opened);
    let found = store.and_then(|store| store.load(&subject(shared, opened)?));
    if !shared.wanted(opened.era) {
        return;
    }
    let from = match found {
        None => (0, State::default()),
        Some(Recalled { learned, grown_from: None, entry_bytes }) => {
            restore(
                shared,
                opened,
                learned,
                IndexOrigin::Disk { took: begin.elapsed(), entry_bytes },
            );
            return;
        }
        Some(Recalled { learned, grown_from: Some(bytes), entry_bytes }) => {
            let took = begin.elapsed();
            let origin = IndexOrigin::Extended { took, entry_bytes, known_bytes: bytes };
            extend(shared, opened, learned, origin)
        }
    };
    if let Err(error) = jobs::scan(shared, opened, from) {
        shared.end(Phase::Failed(error.to_string()));
    }
}

/// Puts everything where the passes would have put it.
fn restore(shared: &Arc<Shared>, opened: &Arc<Opened>, learned: Learned, origin: IndexOrigin) {
    tracing::info!(?origin, "the index came from disk");
    let Learned { index, checked, findings, guesses } = learned;
    if let Ok(mut empty) = opened.index.write() {
        *empty = index;
    }
    if let Ok(mut none) = opened.guesses.lock() {
        *none = guesses;
    }
    let Checked { bytes, depth_max, problem } = checked;
    shared.set_checked(false, bytes, depth_max);
    shared.set_problem(problem.map(|(at, line, kind)| Problem { at, line, kind }));
    shared.set_origin(origin);
    shared.end(Phase::Done);
    if !gather::has_patterns(opened) {
        return;
    }
    match findings.read() {
        Some(findings) => {
            opened.gather(Findings::from(findings));
            shared.publish();
        }
        None => gather::gather_behind(shared, opened),
    }
}

/// Puts the index of the old part where the scan goes on from; where that is, and the state there. The check and what is
/// gathered begin anew, for what comes later may change what is told of the old part.
fn extend(shared: &Shared, opened: &Opened, learned: Learned, origin: IndexOrigin) -> (u64, State) {
    tracing::info!(?origin, "the index of the old part came from disk");
    let mut index = learned.index;
    let last = index.chunks().checked_sub(1).and_then(|last| index.checkpoint(last));
    if last.is_none() {
        return (0, State::default());
    }
    let from = (index.reopen_last(), index.end().clone());
    if let Ok(mut empty) = opened.index.write() {
        *empty = index;
    }
    if let Ok(mut none) = opened.guesses.lock() {
        *none = learned.guesses;
        none.wrong.retain(|(at, _)| *at < from.0);
    }
    shared.set_origin(origin);
    shared.publish();
    from
}

/// Stores what the passes taught, if the file was what it is from before it was opened until now.
pub(super) fn remember(shared: &Shared, opened: &Opened) {
    let begin = Instant::now();
    let Some(store) = store_of(shared, opened) else { return };
    let Some(subject) = subject(shared, opened) else { return };
    if let Err(why) = is_settled(shared, opened) {
        tracing::info!(why, "the index is not stored");
        return;
    }
    let Some(learned) = learned(shared, opened) else { return };
    let path = std::path::absolute(&shared.path).unwrap_or_else(|_| shared.path.clone());
    match store.save(&subject, &path, learned) {
        Ok(Some(entry_bytes)) => {
            let took = begin.elapsed();
            tracing::info!(entry_bytes, ?took, "the index is stored");
            shared.set_stored(took, entry_bytes);
            shared.publish();
        }
        Ok(None) => tracing::info!("the index is too large to be stored"),
        Err(reason) => tracing::warn!(%reason, "the index cannot be stored"),
    }
}

/// Whether nobody wrote the file while it was scanned. A write in the same tick of the file system's clock as the one before
/// it was opened cannot be seen: a file that was written right before waits for its next opening.
fn is_settled(shared: &Shared, opened: &Opened) -> Result<(), &'static str> {
    let Some(file) = &opened.file else { return Err("it is no file") };
    let begun = SystemTime::now().checked_sub(shared.age()).unwrap_or(SystemTime::UNIX_EPOCH);
    let begun = begun.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let begun_ns = i128::try_from(begun.as_nanos()).unwrap_or(i128::MAX);
    if file.identity().modified_ns.saturating_add(SETTLED_NS) > begun_ns {
        return Err("the file was written right before it was opened");
    }
    match file.check() {
        Change::Unchanged => Ok(()),
        _ => Err("the file has changed since it was opened"),
    }
}

/// What the passes taught.
fn learned(shared: &Shared, opened: &Opened) -> Option<Learned> {
    let index = opened.index.read().ok()?.clone();
    let guesses = opened.guesses.lock().ok()?.clone();
    let findings = opened.findings.load();
    let findings = findings.as_ref().map_or_else(store::Findings::default, |it| it.to_stored());
    let findings = findings.write()?;
    let (bytes, depth_max, problem) = shared.checked();
    let problem = problem.map(|Problem { at, line, kind }| (at, line, kind));
    let checked = Checked { bytes, depth_max, problem };
    shared.wanted(opened.era).then_some(Learned { index, checked, findings, guesses })
}
