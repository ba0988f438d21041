//! What the explorer says of places in code, against what the scanner tells of the whole text: in every fixture that no problem is
//! found in, cut into chunks. (The end of a block of Python that more than 4 KiB of comments follow is told where a part begins.)

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use warp_tui::explorer::{Answer, EngineOptions, Location, Motion, Request};
use warp_tui::lang::code::{LOOK_BACK_MAX, Tokens};
use warp_tui::lang::{detect, languages};
use warp_tui::simd::KernelId;

#[path = "shared/opened.rs"]
mod opened;

use opened::{Opened, PATIENCE};

/// A fixture, opened and indexed, with its text and what is in it.
struct Fixture {
    path: PathBuf,
    text: Vec<u8>,
    whole: Tokens,
    opened: Opened,
}

impl Fixture {
    fn open(path: PathBuf) -> Option<Fixture> {
        let options = EngineOptions { threads: 1, chunk_bytes: 4096, ..EngineOptions::default() };
        let text = std::fs::read(&path).expect("fixtures can be read");
        let whole = detect(&path, &text).info().scanner?.tokens(KernelId::Scalar, &text, &[]);
        if !whole.problems.is_empty() {
            return None;
        }
        let opened = Opened::new(&path, &options);
        opened.indexed();
        Some(Fixture { path, text, whole, opened })
    }

    fn all() -> impl Iterator<Item = Fixture> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut families: Vec<_> = languages().iter().map(|info| info.family).collect();
        families.sort_unstable();
        families.dedup();
        let folders = families.into_iter().map(move |family| root.join(family));
        let entries = folders.filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        entries.filter_map(|entry| Fixture::open(entry.ok()?.path()))
    }

    fn jump(&self, from: u64, motion: Motion) -> Result<u64, String> {
        self.opened.ask(Request::Jump { id: 1, from, motion }, |answer| match answer {
            Answer::Jumped { id: 1, target } => Some(target),
            _ => None,
        })
    }

    fn locate(&self, at: u64) -> Location {
        self.opened.ask(Request::Locate { at }, |answer| match answer {
            Answer::Location(location) => Some(location),
            _ => None,
        })
    }

    /// From where a block ends to the next code, if that is farther than a scan looks ahead: that it has ended is not known there.
    fn unknown_behind(&self, place: u64) -> Option<Range<u64>> {
        let mut at = place;
        loop {
            let rest = &self.text[at as usize..];
            // Joined lines too.
            let is_blank = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b'\\';
            at += rest.iter().take_while(is_blank).count() as u64;
            let i = self.whole.spans.partition_point(|(start, ..)| *start < at);
            match self.whole.spans.get(i) {
                Some((start, end, kind)) if *start == at && kind.is_comment() => at = *end,
                _ => return (at > place + LOOK_BACK_MAX as u64).then_some(place..at),
            }
        }
    }

    /// The name of the innermost definition around a place.
    fn defined_around(&self, at: u64) -> Option<&[u8]> {
        let ends_behind = |start: u64, kind| {
            let patterns = self.whole.patterns.iter();
            patterns.into_iter().any(|it| it.start == start && it.kind == kind && it.end > at)
        };
        let around = self.whole.definitions.iter().filter(|it| it.start <= at);
        let innermost =
            around.filter(|it| ends_behind(it.start, it.kind)).max_by_key(|it| it.start);
        innermost.map(|it| &self.text[it.name.0 as usize..it.name.1 as usize])
    }
}

#[test]
fn matching_goes_to_the_other_end_of_any_level() {
    let mut n_levels = 0;
    for fixture in Fixture::all() {
        let levels = &fixture.whole.levels;
        for (i, &(open, close)) in levels.iter().enumerate() {
            let at = || format!("{}: {open} to {close}", fixture.path.display());
            // Of levels that open or close at one place the first told is gone from.
            let inner = levels[i + 1..].iter().take_while(|it| it.0 < close);
            let is_known = close < fixture.text.len() as u64;
            if !is_known
                || fixture.unknown_behind(close).is_some()
                || inner.clone().any(|it| it.0 == open)
            {
                continue;
            }
            assert_eq!(fixture.jump(open, Motion::Matching), Ok(close), "{}", at());
            let innermost = inner.filter(|it| it.1 == close).last().map_or(open, |it| it.0);
            assert_eq!(fixture.jump(close, Motion::Matching), Ok(innermost), "{}", at());
            n_levels += 1;
        }
    }
    assert!(n_levels > 5000, "{n_levels}");
}

#[test]
fn line_column_depth_and_path_are_those_of_the_text() {
    let mut n_named = 0;
    for fixture in Fixture::all() {
        let begin = Instant::now();
        while fixture.opened.explorer.snapshot().gathered == 0 {
            assert!(
                begin.elapsed() < PATIENCE,
                "nothing was gathered of {}",
                fixture.path.display()
            );
            std::thread::yield_now();
        }
        let ends = fixture.whole.levels.iter().map(|it| it.1);
        let unknown: Vec<_> = ends.filter_map(|end| fixture.unknown_behind(end)).collect();
        // Each seventh place meets all sorts of them.
        for at in (0..fixture.text.len()).step_by(7) {
            let before = &fixture.text[..at];
            let line_start = memchr::memrchr(b'\n', before).map_or(0, |line_break| line_break + 1);
            let levels = fixture.whole.levels.iter();
            let depth = levels.filter(|it| (it.0..it.1).contains(&(at as u64).wrapping_sub(1)));
            let found = fixture.locate(at as u64);
            let place = || format!("{} at {at}", fixture.path.display());
            let lines = memchr::memchr_iter(b'\n', before).count() as u64;
            assert_eq!(found.line, Some(lines), "{}", place());
            assert_eq!(found.column, Some((at - line_start) as u64), "{}", place());
            if !unknown.iter().any(|it| it.contains(&(at as u64))) {
                assert_eq!(found.depth, Some(depth.count() as i64), "{}", place());
            }
            let named = found.path.last().and_then(|step| step.key.as_deref());
            // Of a long name the beginning is told.
            let is_named_so = match (named, fixture.defined_around(at as u64)) {
                (Some(told), Some(name)) => !told.is_empty() && name.starts_with(told),
                (told, name) => told == name,
            };
            assert!(is_named_so, "{}", place());
            n_named += usize::from(named.is_some());
        }
    }
    assert!(n_named > 1000, "{n_named}");
}
