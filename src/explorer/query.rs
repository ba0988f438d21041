//! The query thread: answers requests, one at a time, in the order that [`super::waiting`] gives them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crossbeam_channel::Receiver;

use super::copying;
use super::navigate::Navigator;
use super::opened::Opened;
use super::shared::Shared;
use super::waiting::Waiting;
use super::{
    Answer, Children, Kinds, Location, Motion, PathStep, Request, compare, gather, jobs, pages,
    pattern_search, sibling_search, tune,
};
use crate::cache::CacheLimits;
use crate::error::Error;
use crate::lang::{LanguageId, detect};
use crate::limits::HEAD_BYTES;
use crate::limits::{PREVIEW_BYTES, THREADS_MAX};
use crate::units::{ByteOffset, MemberIndex};

/// Serves requests until the handle is dropped.
pub(super) fn serve(shared: &Arc<Shared>, requests: &Receiver<Request>) {
    let mut waiting = Waiting::default();
    while !shared.closed.load(Ordering::Relaxed) {
        if waiting.is_empty() {
            let Ok(request) = requests.recv() else { return };
            waiting.take(std::iter::once(request).chain(requests.try_iter()));
        } else {
            waiting.take(requests.try_iter());
        }
        if let Some(request) = waiting.next() {
            answer(shared, &request);
        }
    }
}

fn answer(shared: &Arc<Shared>, request: &Request) {
    let opened = shared.opened.load_full();
    let answer = match request {
        Request::Page { around } => {
            pages::page(&opened, *around).map(|page| Answer::Page(Arc::new(page)))
        }
        Request::Locate { at } => {
            if is_code(&opened) {
                gather::look_at(shared, &opened, *at);
            }
            locate(&opened, *at).map(Answer::Location)
        }
        Request::Jump { id, from, motion } => {
            let target = jump(shared, &opened, *from, motion);
            let target = target.unwrap_or_else(|error| Err(error.to_string()));
            Ok(Answer::Jumped { id: *id, target })
        }
        Request::Children { open, first, count } if is_code(&opened) => {
            Ok(Answer::Children(definitions(&opened, *open, *first, *count)))
        }
        // Text has no members. A stream of which nothing has come is taken for text, and may be something else.
        Request::Children { open, first, .. } if opened.language == LanguageId::Text => {
            let nothing = Children::nothing(*open, *first);
            let complete = opened.source.is_complete() || has_begun(&opened);
            Ok(Answer::Children(Children { complete, ..nothing }))
        }
        Request::Children { open, first, count } => {
            with_navigator(&opened, |navigator| match navigator.container_of(*open)? {
                Some(container) => navigator.children(container, *first, *count),
                None => Ok(Children::nothing(*open, *first)),
            })
            .map(Answer::Children)
        }
        Request::Copy { at, what } => copying::copy(&opened, *at, *what).map(Answer::Copied),
        // The handle gives these to the search thread.
        Request::Search { .. } | Request::CancelSearch => return,
        Request::SetThreads(threads) => {
            tracing::info!(threads, "worker threads");
            shared.set_threads((*threads).clamp(1, THREADS_MAX));
            return;
        }
        Request::Rescan => match jobs::rescan(shared, None) {
            Ok(()) => return,
            Err(error) => Err(error),
        },
        Request::Language(asked) => {
            let language = asked.map_or_else(|| told_by_itself(shared, &opened), Ok);
            match language.and_then(|language| jobs::rescan(shared, Some(language))) {
                Ok(()) => return,
                Err(error) => Err(error),
            }
        }
        Request::Patterns { kinds, first, count, at } => {
            let Some(findings) = opened.findings.load_full() else { return };
            let text = |start, end| preview(&opened, start, end);
            Ok(Answer::Patterns(findings.patterns(*kinds, *first, *count, *at, &text)))
        }
        Request::Seams { block, filter, first, count } => {
            super::boundaries::seams(&opened, *block, *filter, *first, *count).map(Answer::Seams)
        }
        Request::Verify(block) => {
            super::boundaries::begin_verifying(shared, (*block).max(1));
            return;
        }
        Request::Compare(wanted) => {
            compare::begin(shared, wanted.clone());
            return;
        }
        Request::EndCompare => {
            compare::end(shared);
            return;
        }
        Request::Tune { around } => {
            tune::begin(shared, *around);
            return;
        }
        Request::StopTune => {
            tune::stop(shared);
            return;
        }
        Request::EndTune => {
            tune::end(shared);
            return;
        }
        Request::Apply(tuning) => match jobs::apply(shared, *tuning) {
            Ok(()) => return,
            Err(error) => Err(error),
        },
        Request::ComparePage { side, around } => {
            let Some(compared) = shared.compared.load_full() else { return };
            match compared.page(*side, *around) {
                Ok(None) => return,
                Ok(Some((number, page))) => Ok(Answer::ComparePage { number, side: *side, page }),
                Err(error) => Err(error),
            }
        }
        Request::CompareRows { first, count } => {
            let Some(compared) = shared.compared.load_full() else { return };
            match compared.rows(*first, *count) {
                Ok(None) => return,
                Ok(Some(rows)) => Ok(Answer::CompareRows(rows)),
                Err(error) => Err(error),
            }
        }
        Request::PauseStream(paused) => {
            shared.live.get().inspect(|live| live.pause(*paused));
            shared.publish();
            return;
        }
        Request::EndStream => {
            shared.live.get().inspect(|live| live.end());
            return;
        }
        Request::Follow => match super::follow::begin(shared) {
            Ok(()) => return,
            Err(error) => Err(error),
        },
        Request::CacheRows { sort, first } => {
            Ok(Answer::CacheRows(shared.cache.listing(*sort, *first, Instant::now())))
        }
        Request::ClearCache | Request::DropCached(_) | Request::ResizeCache { .. } => {
            change_cache(shared, request);
            opened.reader.forget();
            shared.publish();
            return;
        }
    };
    let answer = match answer {
        Err(error) if is_gone(&opened, &error) => {
            tracing::debug!(%error, "asked for what is gone");
            return;
        }
        answer => answer,
    };
    shared.answer(answer.unwrap_or_else(|error| {
        tracing::error!(%error, "a question could not be answered");
        Answer::Failed(error.to_string())
    }));
    // The cache's counts moved; while something else moves, the sampler shows them anyway. Who asks for the cache's entries
    // asks again when the counts have moved: that must not move them.
    if !shared.is_moving() && !matches!(request, Request::CacheRows { .. }) {
        shared.publish();
    }
}

/// Whether it failed because the window over a stream has moved on, or the file was cut.
fn is_gone(opened: &Opened, error: &Error) -> bool {
    match error {
        Error::Read { .. } => opened.source.kept_from() > 0,
        Error::Truncated { .. } => opened.end_now() < opened.bytes(),
        _ => false,
    }
}

/// What was found, or nothing if that takes bytes that are gone.
pub(super) fn if_there<T: Default>(opened: &Opened, found: Result<T, Error>) -> Result<T, Error> {
    match found {
        Err(error) if is_gone(opened, &error) => Ok(T::default()),
        found => found,
    }
}

/// Asks something of the index as far as it is.
pub(super) fn with_navigator<T>(
    opened: &Opened,
    ask: impl FnOnce(&Navigator<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let index = opened.index.read().unwrap_or_else(std::sync::PoisonError::into_inner);
    let complete = opened.source.is_complete() && index.bytes() == opened.bytes();
    ask(&Navigator { index: &index, reader: &opened.reader, complete })
}

/// The language that the document's name tells, or its first bytes.
fn told_by_itself(shared: &Shared, opened: &Opened) -> Result<LanguageId, Error> {
    let head = opened.reader.bytes(0..opened.bytes().min(HEAD_BYTES))?;
    Ok(detect(&shared.path, &head))
}

/// Whether anything has been scanned.
fn has_begun(opened: &Opened) -> bool {
    opened.index.read().unwrap_or_else(std::sync::PoisonError::into_inner).bytes() > 0
}

fn is_code(opened: &Opened) -> bool {
    opened.language.info().scanner.is_some()
}

/// The bytes from `start` to `end`, cut at [`PREVIEW_BYTES`]; what cannot be read is not shown.
fn preview(opened: &Opened, start: ByteOffset, end: ByteOffset) -> Vec<u8> {
    opened.reader.bytes(start..end.min(start + PREVIEW_BYTES as u64)).unwrap_or_default()
}

/// A window of definitions; none before they are gathered.
fn definitions(
    opened: &Opened,
    open: Option<ByteOffset>,
    first: MemberIndex,
    count: usize,
) -> Children {
    match opened.findings.load().as_deref() {
        Some(findings) => {
            let text = |start, end| preview(opened, start, end);
            let found = findings.children(open, first, count, &text);
            // Of what flows or grows there may be more the next time.
            Children { complete: found.complete && opened.source.is_complete(), ..found }
        }
        None => Children { open, first, total: 0, complete: false, items: Vec::new() },
    }
}

/// The members around a place: of code the definitions, as far as they are gathered.
fn path(
    opened: &Opened,
    navigator: &Navigator<'_>,
    at: ByteOffset,
) -> Result<Vec<PathStep>, Error> {
    if !is_code(opened) {
        return navigator.path(at);
    }
    let findings = opened.findings.load();
    Ok(findings
        .as_ref()
        .map_or_else(Vec::new, |found| found.path(at, &|start, end| preview(opened, start, end))))
}

fn change_cache(shared: &Shared, request: &Request) {
    let cache = &shared.cache;
    match request {
        Request::DropCached(id) => {
            cache.drop_entry(*id);
        }
        Request::ResizeCache { entries, bytes } => {
            let old = cache.limits();
            let (entries, bytes) = (entries.unwrap_or(old.entries), bytes.unwrap_or(old.bytes));
            cache.resize(CacheLimits { entries, bytes, ..old });
        }
        _ => cache.clear(),
    }
}

fn locate(opened: &Opened, at: ByteOffset) -> Result<Location, Error> {
    with_navigator(opened, |navigator| {
        let nothing = Location { indexed: false, ..Location::unknown(at) };
        if at >= navigator.index.bytes() && !(navigator.complete && at == opened.bytes()) {
            return Ok(nothing);
        }
        // What the index tells of bytes that were cut off is no longer so.
        if at >= opened.end_now() && at < opened.bytes() {
            return Ok(nothing);
        }
        // In a window over a stream one may be kept and the other not: the line is here, its container began long before.
        let line = if_there(opened, navigator.line_of(at))?;
        let start = line.map_or(Ok(None), |line| if_there(opened, navigator.line_start(line)))?;
        let enclosing = || {
            let container = navigator.container_at(at)?;
            let close = navigator.close_of(container)?;
            Ok(container.open.map(|open| (open, close)))
        };
        let pair = || {
            Ok(match navigator.structural_at(at)? {
                Some(found) if found.opens() => Some((at, navigator.matching(at)?)),
                Some(found) if found.closes() => {
                    navigator.matching(at)?.map(|open| (open, Some(at)))
                }
                _ => None,
            })
        };
        let beside = || {
            let text = |start, end| preview(opened, start, end);
            // A line break that is not near parts them too.
            let is_on_line = |start: ByteOffset| {
                start - at <= PREVIEW_BYTES as u64 && !text(at, start).contains(&b'\n')
            };
            let findings = opened.findings.load();
            findings.as_ref().and_then(|found| found.beside(at, &is_on_line, &text))
        };
        Ok(Location {
            line,
            column: start.map(|start| at.saturating_sub(start)),
            depth: if_there(opened, navigator.depth_before(at))?,
            path: if_there(opened, path(opened, navigator, at))?,
            beside: beside(),
            pair: if_there(opened, pair())?,
            enclosing: if_there(opened, enclosing())?,
            pattern: opened.findings.load().as_ref().and_then(|findings| findings.pattern_at(at)),
            indexed: true,
            ..nothing
        })
    })
}

type Target = Result<Result<ByteOffset, String>, Error>;

const NOT_GATHERED: &str = "definitions and patterns are still being gathered";

/// The next or previous pattern of `kinds`.
fn pattern(
    shared: &Shared,
    opened: &Opened,
    from: ByteOffset,
    kinds: Kinds,
    forward: bool,
) -> Result<ByteOffset, String> {
    if !gather::has_patterns(opened) {
        return Err(format!("{} has no patterns to go to", opened.language.info().title));
    }
    let findings = opened.findings.load_full().ok_or(NOT_GATHERED)?;
    let found = pattern_search::find(shared, opened, &findings, (from, kinds, forward));
    let which = if forward { "last" } else { "first" };
    found.ok_or_else(|| format!("this is the {which} pattern"))
}

fn jump(shared: &Shared, opened: &Opened, from: ByteOffset, motion: &Motion) -> Target {
    let bytes = opened.end_now();
    let last_byte = bytes.saturating_sub(1);
    match motion {
        Motion::Byte(at) => Ok(Ok((*at).min(last_byte))),
        Motion::Percent(percent) => {
            let share = percent.clamp(0.0, 100.0) / 100.0;
            Ok(Ok(((bytes as f64 * share) as u64).min(last_byte)))
        }
        Motion::End => last_line(opened).map(Ok),
        Motion::NextPattern(kinds) => Ok(pattern(shared, opened, from, *kinds, true)),
        Motion::PreviousPattern(kinds) => Ok(pattern(shared, opened, from, *kinds, false)),
        Motion::NextSibling | Motion::PreviousSibling if is_code(opened) => {
            let forward = *motion == Motion::NextSibling;
            let Some(findings) = opened.findings.load_full() else {
                return Ok(Err(NOT_GATHERED.into()));
            };
            let found = sibling_search::find(shared, opened, &findings, from, forward);
            let which = if forward { "last" } else { "first" };
            Ok(found.ok_or_else(|| format!("this is the {which} definition here")))
        }
        Motion::Into if is_code(opened) => {
            // On a bracket that is meant, elsewhere the definition on the line.
            let byte = opened.reader.bytes(from..(from + 1).min(opened.bytes()))?;
            let is_bracket = matches!(byte[..], [b'{' | b'[' | b'(']);
            let bracket = match is_bracket {
                true => with_navigator(opened, |navigator| into(navigator, from))?,
                false => None,
            };
            let Some(findings) = opened.findings.load_full() else {
                return Ok(bracket.ok_or_else(|| NOT_GATHERED.into()));
            };
            let found = bracket.or_else(|| sibling_search::first_inside(opened, &findings, from));
            Ok(found.ok_or_else(|| "nothing to go into here".to_owned()))
        }
        _ => with_navigator(opened, |navigator| {
            let so_far = navigator.index.bytes();
            if from >= so_far && so_far < opened.bytes() && !matches!(motion, Motion::Line(_)) {
                return Ok(Err("not scanned up to here yet".to_owned()));
            }
            indexed_jump(navigator, from, motion, &|| shared.closed.load(Ordering::Relaxed))
        }),
    }
}

fn indexed_jump(
    navigator: &Navigator<'_>,
    from: ByteOffset,
    motion: &Motion,
    cancelled: &dyn Fn() -> bool,
) -> Target {
    let or = |found: Option<ByteOffset>, why: &str| {
        let unfinished = if navigator.complete { "" } else { " (so far)" };
        Ok(found.ok_or_else(|| format!("{why}{unfinished}")))
    };
    match motion {
        Motion::Matching => match navigator.bracket_on_line(from)? {
            Some(bracket) => or(navigator.matching(bracket)?, "this bracket has no partner"),
            None => or(None, "no bracket at or after the cursor on this line"),
        },
        Motion::Parent => or(navigator.container_at(from)?.open, "at the top level"),
        Motion::Into => {
            let target = into(navigator, from)?;
            or(target, "nothing to go into here")
        }
        Motion::NextSibling | Motion::PreviousSibling => {
            let container = navigator.container_at(from)?;
            let index = navigator.member_index(container, from)?;
            if *motion == Motion::NextSibling {
                return or(navigator.nth_member(container, index + 1)?, "this is the last member");
            }
            match index.checked_sub(1) {
                Some(index) => or(navigator.nth_member(container, index)?, "no such member"),
                None => or(None, "this is the first member"),
            }
        }
        Motion::Line(line) => match navigator.line_start(*line)? {
            Some(at) if at < navigator.index.bytes() || at == 0 => Ok(Ok(at)),
            _ if navigator.complete => navigator.last_line_start().map(Ok),
            _ => or(None, "not scanned up to that line yet"),
        },
        Motion::Path(path) => navigator.resolve(path, cancelled),
        Motion::Byte(_)
        | Motion::Percent(_)
        | Motion::End
        | Motion::NextPattern(_)
        | Motion::PreviousPattern(_) => Ok(Ok(from)),
    }
}

/// The first member of the container at the cursor: of the bracket there, or of the value of the member there.
fn into(navigator: &Navigator<'_>, from: ByteOffset) -> Result<Option<ByteOffset>, Error> {
    if let Some(found) = navigator.structural_at(from)?.filter(|found| found.opens()) {
        let inner = navigator.container_of(Some(found.at))?;
        return inner.map_or(Ok(None), |inner| navigator.nth_member(inner, 0));
    }
    let container = navigator.container_at(from)?;
    let index = navigator.member_index(container, from)?;
    let Some(member) = navigator.nth_member(container, index)? else { return Ok(None) };
    let value = navigator.value_at(container, member)?;
    let inner = navigator.container_of(Some(value))?;
    inner.map_or(Ok(None), |inner| navigator.nth_member(inner, 0))
}

/// The first byte of the last line, found from the end without the index. Of a line that goes over more than a screen it is the last
/// byte: whoever goes to the end wants to see it.
fn last_line(opened: &Opened) -> Result<ByteOffset, Error> {
    const SCREEN_BYTES: u64 = 2048;
    let end = opened.end_now().saturating_sub(1);
    let from = end.saturating_sub(SCREEN_BYTES);
    let bytes = opened.reader.bytes(from..end + 1)?;
    let (last, before) = bytes.split_last().unwrap_or((&b'\n', &[]));
    Ok(match memchr::memrchr(b'\n', before) {
        Some(at) => from + at as u64 + 1,
        None if from == 0 => 0,
        None if *last == b'\n' => end.saturating_sub(1),
        None => end,
    })
}
