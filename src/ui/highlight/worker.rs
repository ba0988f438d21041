//! The thread that colours: takes the newest job, parses from the nearest known state to the last row in sight, and hands
//! over what it has at least every 15 ms.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, Sender};
use syntect::parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet};

use super::scopes::Roles;
use super::{Job, Painted};
use crate::explorer::Page;
use crate::ui::theme::Role;
use crate::units::ByteOffset;

/// Bytes of a line above which it stays plain: grammars take time that grows faster than the line.
const LINE_BYTES_MAX: usize = 8 << 10;

/// Lines parsed before the first one in sight when no state is known nearer. What began further up is not seen.
const LINES_BEFORE_MAX: usize = 500;

/// Lines between two states that are remembered, and how many of those there may be.
const LINES_PER_STATE: usize = 50;
const STATES_MAX: usize = 256;

/// After this long, what is done is handed over and a newer job is looked for.
const SLICE: Duration = Duration::from_millis(15);

/// A grammar's state at a line's start.
#[derive(Clone, Debug)]
struct LineState {
    parse: ParseState,
    scopes: ScopeStack,
}

/// The thread's own things.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: Receiver<Job>,
    painted: Arc<ArcSwap<Vec<Painted>>>,
    wake: Sender<()>,
    epoch: u64,
    /// States by the line start they hold at.
    states: BTreeMap<ByteOffset, LineState>,
}

impl Worker {
    pub(super) fn new(
        jobs: Receiver<Job>,
        painted: Arc<ArcSwap<Vec<Painted>>>,
        wake: Sender<()>,
    ) -> Worker {
        Worker { jobs, painted, wake, epoch: 0, states: BTreeMap::new() }
    }

    /// Works until nobody is left to work for, or a grammar panics.
    pub(super) fn run(mut self) {
        if catch_unwind(AssertUnwindSafe(|| self.work())).is_err() {
            tracing::warn!("a grammar failed: text stays without colours");
            // Half-made colours would say something that nobody checks any more.
            self.hand_over(Vec::new());
        }
    }

    fn work(&mut self) {
        // Grammars are loaded once there is something to colour, on this thread.
        let Some(first) = self.next_job() else { return };
        let syntaxes = two_face::syntax::extra_newlines();
        let roles = Roles::new();
        let mut next = Some(first);
        while let Some(job) = next {
            let Some(syntax) = syntax_of(&syntaxes, &job.path) else { return };
            self.paint(&job, &syntaxes, syntax, &roles);
            next = self.next_job();
        }
    }

    /// Waits for a job. `None` once the pane is gone.
    fn next_job(&self) -> Option<Job> {
        self.jobs.recv().ok()
    }

    fn paint(&mut self, job: &Job, syntaxes: &SyntaxSet, syntax: &SyntaxReference, roles: &Roles) {
        if job.epoch != self.epoch {
            self.epoch = job.epoch;
            self.states.clear();
        }
        let (mut at, mut state) = self.start(job, syntax);
        let mut painted = Vec::new();
        let mut slice_began = Instant::now();
        let mut n_lines = 0;
        while at < job.seen.end {
            let Some(line) = line_at(&job.page, at) else { break };
            if n_lines % LINES_PER_STATE == 0 {
                self.remember(at, &state);
            }
            n_lines += 1;
            let line_end = at + line.len() as u64;
            let into = (line_end > job.seen.start).then_some(&mut painted);
            parse(at, line, &mut state, syntaxes, roles, into);
            at = line_end;
            if slice_began.elapsed() >= SLICE {
                self.remember(at, &state);
                if !self.jobs.is_empty() {
                    return;
                }
                if !painted.is_empty() {
                    self.hand_over(painted.clone());
                }
                slice_began = Instant::now();
            }
        }
        self.hand_over(painted);
    }

    /// The line to begin with, and the state there.
    fn start(&self, job: &Job, syntax: &SyntaxReference) -> (ByteOffset, LineState) {
        let page = &job.page;
        let in_page = |at: ByteOffset| at.saturating_sub(page.range.start) as usize;
        let first = line_start(page, in_page(job.seen.start));
        let mut earliest = first;
        for _ in 0..LINES_BEFORE_MAX {
            let Some(before) = earliest.checked_sub(1) else { break };
            earliest = line_start(page, before);
        }
        // What is left of a line that began before the page cannot be parsed.
        if earliest == 0 && !page.starts_line {
            let line_break = memchr::memchr(b'\n', &page.bytes);
            earliest = line_break.map_or(page.bytes.len(), |line_break| line_break + 1);
        }
        let first = first.max(earliest);
        let (first, earliest) =
            (page.range.start + first as u64, page.range.start + earliest as u64);
        match self.states.range(earliest..=first).next_back() {
            Some((at, state)) => (*at, state.clone()),
            None => {
                let state = LineState { parse: ParseState::new(syntax), scopes: ScopeStack::new() };
                (earliest, state)
            }
        }
    }

    fn remember(&mut self, at: ByteOffset, state: &LineState) {
        if self.states.len() >= STATES_MAX && !self.states.contains_key(&at) {
            // The state furthest from here is the least likely to be needed.
            let first = self.states.keys().next().copied().unwrap_or(at);
            let last = self.states.keys().next_back().copied().unwrap_or(at);
            self.states.remove(if at.abs_diff(first) > at.abs_diff(last) { &first } else { &last });
        }
        self.states.insert(at, state.clone());
    }

    fn hand_over(&self, painted: Vec<Painted>) {
        self.painted.store(Arc::new(painted));
        // A full channel means that the screen is about to be woken anyway.
        let _ = self.wake.try_send(());
    }
}

/// The grammar for a file, by its extension or, failing that, its name.
fn syntax_of<'a>(syntaxes: &'a SyntaxSet, path: &Path) -> Option<&'a SyntaxReference> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let name = path.file_name().and_then(|name| name.to_str());
    [name, extension].into_iter().flatten().find_map(|word| syntaxes.find_syntax_by_extension(word))
}

/// The start of the line around a byte of the page, or the page's.
fn line_start(page: &Page, at: usize) -> usize {
    let before = &page.bytes[..at.min(page.bytes.len())];
    memchr::memrchr(b'\n', before).map_or(0, |line_break| line_break + 1)
}

/// The line that begins at `at`, its line break included, as far as the page has it.
fn line_at(page: &Page, at: ByteOffset) -> Option<&[u8]> {
    let start = usize::try_from(at.checked_sub(page.range.start)?).ok()?;
    let rest = page.bytes.get(start..).filter(|rest| !rest.is_empty())?;
    let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |line_break| line_break + 1);
    Some(&rest[..end])
}

/// Parses a line that begins at `at`, and adds its colours to `into`. A line that is too long or not UTF-8 stays plain
/// and leaves the state alone.
fn parse(
    at: ByteOffset,
    line: &[u8],
    state: &mut LineState,
    syntaxes: &SyntaxSet,
    roles: &Roles,
    into: Option<&mut Vec<Painted>>,
) {
    let text = Some(line).filter(|line| line.len() <= LINE_BYTES_MAX);
    let Some(text) = text.and_then(|line| std::str::from_utf8(line).ok()) else { return };
    let Ok(changes) = state.parse.parse_line(text, syntaxes) else { return };
    let mut pieces = Vec::new();
    let mut start = 0;
    for (change_at, change) in changes {
        let change_at = change_at.min(text.len());
        push(&mut pieces, at, start..change_at, roles.of(state.scopes.as_slice()));
        start = start.max(change_at);
        if state.scopes.apply(&change).is_err() {
            return;
        }
    }
    push(&mut pieces, at, start..text.len(), roles.of(state.scopes.as_slice()));
    if let Some(into) = into {
        into.extend(pieces);
    }
}

/// Plain text needs no colour; neighbours of one role become one.
fn push(pieces: &mut Vec<Painted>, line: ByteOffset, range: Range<usize>, role: Role) {
    if range.is_empty() || role == Role::Text {
        return;
    }
    let range = line + range.start as u64..line + range.end as u64;
    match pieces.last_mut() {
        Some(last) if last.role == role && last.range.end == range.start => {
            last.range.end = range.end;
        }
        _ => pieces.push(Painted { range, role }),
    }
}
