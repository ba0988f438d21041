//! Searches and jumps that the engine is asked for: what is under way, and what to make of the answers.

use std::time::{Duration, Instant};

use super::app::App;
use crate::explorer::{Direction, Motion, Request, SearchOutcome, SearchProgress};
use crate::ui::safe_text::{fit_start, safe};
use crate::units::ByteOffset;

/// Columns that a pattern takes in messages at most.
const PATTERN_COLUMNS_MAX: u16 = 30;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Finder {
    search: Option<(Vec<u8>, Direction)>,
    /// Whether matches are lit.
    pub(super) is_lit: bool,
    hunt: Option<Hunt>,
    jump: Option<Jump>,
    /// When one or the other began.
    asked: Option<Instant>,
    last_id: u64,
}

/// A search that the engine works on.
#[derive(Clone, Debug)]
struct Hunt {
    id: u64,
    direction: Direction,
    /// How many matches are still to be found, this one included.
    times: u64,
    wrapped: bool,
    /// The first match, and how many were found since: a count beyond all matches goes round no more than once.
    first: Option<(ByteOffset, u64)>,
}

impl Finder {
    /// The number of the search that the engine still works on.
    pub(super) fn searching(&self) -> Option<u64> {
        self.hunt.as_ref().map(|hunt| hunt.id)
    }
}

/// A jump that the engine works on.
#[derive(Clone, Debug)]
struct Jump {
    id: u64,
    motion: Motion,
    /// How often it is still to be made, this time included.
    times: u64,
    /// Where it began, if that is to be remembered.
    remember: bool,
}

impl App {
    /// Begins to look for `text`; for nothing: again for what was looked for last.
    pub(super) fn search(&mut self, text: &str, direction: Direction) {
        if !text.is_empty() {
            self.searches.push(text);
            self.finder.search = Some((text.as_bytes().to_vec(), direction));
        } else if let Some((_, known)) = &mut self.finder.search {
            *known = direction;
        }
        self.search_on(false, 1);
    }

    /// Looks for the next match `times` over, or with `back` for those in the other direction.
    pub(super) fn search_on(&mut self, back: bool, times: u64) {
        let Some((_, direction)) = self.finder.search else {
            return self.warn("nothing was searched for yet; / begins a search");
        };
        let forward = (direction == Direction::Forward) != back;
        let direction = if forward { Direction::Forward } else { Direction::Backward };
        (self.finder.is_lit, self.message) = (true, None);
        self.finder.asked = Some(Instant::now());
        let times = times.max(1);
        self.ask_match(self.cursor, Hunt { id: 0, direction, times, wrapped: false, first: None });
    }

    /// Asks for the match next to `at`. A counted search stays the one that it was, so that keys wait for it no longer than for
    /// any other.
    fn ask_match(&mut self, at: ByteOffset, hunt: Hunt) {
        let Some((pattern, _)) = self.finder.search.clone() else { return };
        self.finder.last_id += 1;
        let (id, direction) = (self.finder.last_id, hunt.direction);
        self.finder.hunt = Some(Hunt { id, ..hunt });
        self.ask(Request::Search { id, pattern, from: at, past: true, direction });
    }

    /// The engine has ended a search. Answers to older ones are passed over.
    pub(super) fn searched(&mut self, id: u64, outcome: &SearchOutcome) {
        if *outcome == SearchOutcome::Running {
            return;
        }
        let Some(hunt) = self.finder.hunt.take_if(|hunt| hunt.id == id) else { return };
        let pattern = self.finder.search.as_ref().map_or(String::new(), |(p, _)| safe(p));
        let pattern = fit_start(&pattern, PATTERN_COLUMNS_MAX, "…");
        match outcome {
            SearchOutcome::Running => {}
            SearchOutcome::Found(at) => self.found(*at, hunt),
            SearchOutcome::NotFound => {
                let stream = self.snapshot.stream.as_ref();
                let what = if stream.is_some_and(|stream| stream.kept.start > 0) {
                    "is nowhere in what is kept"
                } else {
                    "is nowhere in the document"
                };
                self.warn(format!("`{pattern}` {what}"));
            }
            SearchOutcome::Cancelled => self.say("search cancelled"),
            SearchOutcome::Failed(why) => {
                self.warn(format!("the search stopped: {}", safe(why.as_bytes())))
            }
        }
    }

    /// The engine has found a match. The cursor goes to the last one that is wanted, and nowhere before.
    fn found(&mut self, at: ByteOffset, mut hunt: Hunt) {
        hunt.wrapped |= self.snapshot.search.as_ref().is_some_and(|search| search.wrapped);
        hunt.times -= 1;
        hunt.first = match hunt.first {
            Some((first, n_all)) if first == at => {
                // All matches are known now, and rounds would end where they began.
                hunt.times %= n_all + 1;
                None
            }
            Some((first, n)) => Some((first, n + 1)),
            None => Some((at, 0)),
        };
        if hunt.times > 0 {
            return self.ask_match(at, hunt);
        }
        if hunt.wrapped {
            self.say("the search went over the end and on from the other side");
        }
        self.move_to(at, true);
    }

    /// Asks where a motion leads, `times` over. Jumps that leave a place behind are remembered.
    pub(super) fn jump(&mut self, motion: Motion, times: u64) {
        let is_step = matches!(motion, Motion::NextSibling | Motion::PreviousSibling);
        let jump = Jump { id: 0, motion, times: times.max(1), remember: !is_step };
        self.begin_jump(jump);
    }

    /// As [`App::jump`], without remembering where the cursor was.
    pub(super) fn jump_quietly(&mut self, motion: Motion) {
        self.begin_jump(Jump { id: 0, motion, times: 1, remember: false });
    }

    /// Whether a search or a jump is under way.
    pub(super) fn is_finding(&self) -> bool {
        self.finder.hunt.is_some() || self.finder.jump.is_some()
    }

    fn begin_jump(&mut self, jump: Jump) {
        self.finder.asked = Some(Instant::now());
        self.ask_jump(jump);
    }

    fn ask_jump(&mut self, jump: Jump) {
        self.finder.last_id += 1;
        let id = self.finder.last_id;
        self.ask(Request::Jump { id, from: self.cursor, motion: jump.motion.clone() });
        self.finder.jump = Some(Jump { id, ..jump });
    }

    /// The engine knows where a motion leads. Answers to older questions are passed over.
    pub(super) fn jumped(&mut self, id: u64, target: &Result<ByteOffset, String>) {
        let Some(jump) = self.finder.jump.take_if(|jump| jump.id == id) else { return };
        match target {
            Ok(at) => {
                let has_moved = *at != self.cursor;
                self.move_to(*at, jump.remember);
                if has_moved && jump.times > 1 {
                    self.ask_jump(Jump { times: jump.times - 1, remember: false, ..jump });
                }
            }
            Err(why) => self.warn(safe(why.as_bytes())),
        }
    }

    /// Ends what is under way. False if nothing was.
    pub(super) fn cancel_finding(&mut self) -> bool {
        if self.finder.hunt.is_some() {
            self.ask(Request::CancelSearch);
            return true;
        }
        self.drop_jump()
    }

    /// Takes the light off the matches of a search that has ended. False if there is none.
    pub(super) fn put_out_matches(&mut self) -> bool {
        let has_found = |it: &SearchProgress| matches!(it.outcome, SearchOutcome::Found(_));
        std::mem::take(&mut self.finder.is_lit)
            && self.snapshot.search.as_ref().is_some_and(has_found)
    }

    /// Forgets the jump that is under way. False if there was none.
    pub(super) fn drop_jump(&mut self) -> bool {
        self.finder.jump.take().is_some()
    }

    /// Whether a search or a jump is under way that began less than `patience` ago.
    pub(super) fn has_just_asked(&self, patience: Duration) -> bool {
        self.is_finding() && self.finder.asked.is_some_and(|asked| asked.elapsed() < patience)
    }
}
