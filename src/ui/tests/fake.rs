//! An engine that answers at once, from a document in memory, by reading all of it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::explorer::compare::{CompareRow, CompareRows, Difference};
use crate::explorer::{
    Answer, Child, Children, Direction, Location, Motion, Needle, PathStep, Request, SearchOutcome,
    SearchProgress, Snapshot, ValueKind,
};
use crate::limits::PAGE_BYTES;
use crate::scan::{GiveWay, State, naive};
use crate::ui::engine::Engine;
use crate::ui::panes::testing;

pub(super) struct Fake {
    document: Vec<u8>,
    /// Brackets and separators in code, ascending.
    structurals: Vec<usize>,
    pub(super) snapshot: RefCell<Arc<Snapshot>>,
    pub(super) asked: RefCell<Vec<Request>>,
    answers: RefCell<VecDeque<Answer>>,
    pub(super) wake: Option<crossbeam_channel::Sender<()>>,
}

impl Engine for Fake {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.borrow())
    }

    fn request(&self, request: Request) -> bool {
        let answer = self.answer(&request);
        self.asked.borrow_mut().push(request);
        self.answers.borrow_mut().extend(answer);
        if let Some(wake) = &self.wake {
            let _ = wake.try_send(());
        }
        true
    }

    fn try_answer(&self) -> Option<Answer> {
        self.answers.borrow_mut().pop_front()
    }

    fn give_way(&self) -> Arc<GiveWay> {
        Arc::default()
    }
}

impl Fake {
    pub(super) fn new(document: &[u8], snapshot: Snapshot) -> Fake {
        let (_, detail) = naive::scan(&State::default(), document);
        Fake {
            document: document.to_vec(),
            structurals: detail.structurals.iter().map(|at| *at as usize).collect(),
            snapshot: RefCell::new(Arc::new(snapshot)),
            asked: RefCell::default(),
            answers: RefCell::default(),
            wake: None,
        }
    }

    fn answer(&self, request: &Request) -> Option<Answer> {
        Some(match request {
            Request::Page { .. } => {
                let end = self.document.len().min(PAGE_BYTES);
                Answer::Page(Arc::new(testing::page_of(&self.document, 0..end)))
            }
            Request::ComparePage { side, .. } => {
                let end = self.document.len().min(PAGE_BYTES);
                let page = Arc::new(testing::page_of(&self.document, 0..end));
                let number = self.snapshot.borrow().compare.as_ref().map_or(0, |it| it.number);
                Answer::ComparePage { number, side: *side, page }
            }
            Request::CompareRows { first, count } => {
                let status = self.snapshot.borrow().compare.clone()?;
                let wanted = status.differences.first.iter().skip(*first).take(*count);
                let row = |it: &Difference| {
                    let before = &self.document[..it.start as usize];
                    let start = memchr::memrchr(b'\n', before).map_or(0, |lf| lf + 1);
                    CompareRow {
                        difference: *it,
                        line: Some(memchr::memchr_iter(b'\n', before).count() as u64),
                        column: Some((before.len() - start) as u64),
                        text: self.document[it.start as usize..it.end as usize].to_vec(),
                    }
                };
                let items = wanted.map(row).collect();
                Answer::CompareRows(CompareRows { number: status.number, first: *first, items })
            }
            Request::Locate { at } => Answer::Location(self.locate(*at as usize)),
            Request::Jump { id, from, motion } => {
                let target = self.target(*from as usize, motion).map(|at| at as u64);
                Answer::Jumped {
                    id: *id,
                    target: target.ok_or("there is no such place".to_owned()),
                }
            }
            Request::Children { open, first, count } => {
                Answer::Children(self.children(open.map(|at| at as usize), *first, *count))
            }
            Request::Search { id, pattern, from, past, direction } => {
                let from = from + u64::from(*past && *direction == Direction::Forward);
                Answer::Searched { id: *id, outcome: self.search(pattern, from, *direction) }
            }
            Request::CancelSearch
            | Request::SetThreads(_)
            | Request::Copy { .. }
            | Request::Patterns { .. }
            | Request::Language(_)
            | Request::Rescan
            | Request::PauseStream(_)
            | Request::EndStream
            | Request::Follow
            | Request::Seams { .. }
            | Request::Verify(_)
            | Request::Compare(_)
            | Request::EndCompare
            | Request::CacheRows { .. }
            | Request::DropCached(_)
            | Request::ResizeCache { .. }
            | Request::ClearCache
            | Request::Tune { .. }
            | Request::StopTune
            | Request::EndTune
            | Request::Apply(_) => return None,
        })
    }

    /// Searches, and shows that it did.
    fn search(&self, pattern: &[u8], from: u64, direction: Direction) -> SearchOutcome {
        let all = memchr::memmem::find_iter(&self.document, pattern).map(|at| at as u64);
        let (before, after): (Vec<_>, Vec<_>) = all.partition(|at| *at < from);
        let (near, far) = match direction {
            Direction::Forward => (after.first(), before.first()),
            Direction::Backward => (before.last(), after.last()),
        };
        let found = near.or(far).copied();
        let outcome = found.map_or(SearchOutcome::NotFound, SearchOutcome::Found);
        let mut snapshot = Snapshot::clone(&self.snapshot.borrow());
        snapshot.generation += 1;
        snapshot.search = Some(SearchProgress {
            needle: Needle::new(pattern).unwrap_or_default(),
            bytes_done: 0,
            bytes_total: self.document.len() as u64,
            outcome: outcome.clone(),
            wrapped: near.is_none(),
        });
        *self.snapshot.borrow_mut() = Arc::new(snapshot);
        outcome
    }

    /// The brackets that are open at `at`, outermost first.
    fn open_at(&self, at: usize) -> Vec<usize> {
        let mut open = Vec::new();
        for structural in self.structurals.iter().copied().take_while(|s| *s < at) {
            match self.document[structural] {
                b'{' | b'[' => open.push(structural),
                b'}' | b']' => drop(open.pop()),
                _ => {}
            }
        }
        open
    }

    fn closer(&self, open: usize) -> Option<usize> {
        let mut depth = 0;
        self.structurals.iter().copied().filter(|at| *at >= open).find(|at| {
            match self.document[*at] {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            depth == 0
        })
    }

    fn locate(&self, at: usize) -> Location {
        let before = &self.document[..at.min(self.document.len())];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |lf| lf + 1);
        let open = self.open_at(at);
        let mut path = Vec::new();
        for container in &open {
            let members = self.members(Some(*container));
            let index = members.partition_point(|member| *member <= at).saturating_sub(1);
            let Some(member) = members.get(index) else { break };
            let key = self.child(index as u64, *member, Some(*container)).key;
            path.push(PathStep {
                definition: None,
                open: Some(*container as u64),
                index: index as u64,
                key,
                member: *member as u64,
            });
        }
        let partner = match self.document.get(at) {
            Some(b'{' | b'[') => Some((at as u64, self.closer(at).map(|at| at as u64))),
            _ => None,
        };
        Location {
            at: at as u64,
            line: Some(memchr::memchr_iter(b'\n', before).count() as u64),
            column: Some((at - line_start) as u64),
            depth: Some(open.len() as i64),
            path,
            beside: None,
            pair: partner.filter(|_| self.structurals.binary_search(&at).is_ok()),
            pattern: None,
            enclosing: open
                .last()
                .map(|open| (*open as u64, self.closer(*open).map(|at| at as u64))),
            indexed: true,
        }
    }

    fn target(&self, from: usize, motion: &Motion) -> Option<usize> {
        let last = self.document.len().checked_sub(1)?;
        let siblings = |step: isize| {
            let container = self.open_at(from).last().copied();
            let members = self.members(container);
            let here = members.partition_point(|member| *member <= from).checked_sub(1)?;
            members.get(here.checked_add_signed(step)?).copied()
        };
        match motion {
            Motion::Matching => self.closer(from),
            Motion::Parent => self.open_at(from).last().copied(),
            Motion::Into => {
                self.members(self.structurals.iter().copied().find(|s| *s >= from)).first().copied()
            }
            Motion::NextSibling => siblings(1),
            Motion::PreviousSibling => siblings(-1),
            Motion::Line(0) => Some(0),
            Motion::Line(n) => {
                let mut breaks = memchr::memchr_iter(b'\n', &self.document);
                breaks.nth(usize::try_from(*n).ok()? - 1).map(|lf| (lf + 1).min(last))
            }
            Motion::Byte(at) => Some((*at as usize).min(last)),
            Motion::Percent(percent) => Some((last as f64 * percent / 100.0) as usize),
            Motion::End => Some(last),
            Motion::Path(_) | Motion::NextPattern(_) | Motion::PreviousPattern(_) => None,
        }
    }

    fn skip_space(&self, at: usize) -> usize {
        at + self.document[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
    }

    /// The first byte of each member of a container, or of the top level, which here is one value.
    fn members(&self, open: Option<usize>) -> Vec<usize> {
        let Some(open) = open else { return vec![self.skip_space(0)] };
        let end = self.closer(open).unwrap_or(self.document.len());
        let mut depth = 0;
        let mut starts = vec![self.skip_space(open + 1)];
        for at in self.structurals.iter().copied().filter(|at| (open + 1..end).contains(at)) {
            match self.document[at] {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b',' if depth == 0 => starts.push(self.skip_space(at + 1)),
                _ => {}
            }
        }
        starts.retain(|start| *start < end);
        starts
    }

    fn child(&self, index: u64, at: usize, open: Option<usize>) -> Child {
        let (mut value, mut key) = (at, None);
        if open.is_some_and(|open| self.document[open] == b'{') {
            let colon = self.structurals.iter().copied().find(|s| *s >= at).unwrap_or(at);
            let text = self.document[at..colon].trim_ascii();
            key = Some(
                text.strip_prefix(b"\"")
                    .and_then(|t| t.strip_suffix(b"\""))
                    .unwrap_or(text)
                    .to_vec(),
            );
            value = self.skip_space(colon + 1);
        }
        let kind = match self.document.get(value) {
            Some(b'{') => ValueKind::Object,
            Some(b'[') => ValueKind::Array,
            Some(b'"') => ValueKind::String,
            Some(b't' | b'f') => ValueKind::Bool,
            Some(b'n') => ValueKind::Null,
            _ => ValueKind::Number,
        };
        let is_container = matches!(kind, ValueKind::Object | ValueKind::Array);
        let next =
            self.structurals.iter().copied().find(|s| *s > value).unwrap_or(self.document.len());
        let end = if is_container { self.document.len() } else { next };
        let preview = self.document[value..end.min(value + 160)].trim_ascii_end().to_vec();
        let members = is_container.then(|| self.members(Some(value)).len() as u64);
        Child { index, at: at as u64, value: value as u64, key, kind, preview, members }
    }

    fn children(&self, open: Option<usize>, first: u64, count: usize) -> Children {
        let members = self.members(open);
        let items = members.iter().enumerate().skip(first as usize).take(count);
        let items = items.map(|(i, at)| self.child(i as u64, *at, open)).collect();
        let open_at = open.map(|open| open as u64);
        Children { open: open_at, first, total: members.len() as u64, complete: true, items }
    }
}
