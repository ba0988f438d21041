//! What the explorer says of places in code, against what the scanner tells of the whole text: in every fixture that no problem is
//! found in, cut into chunks. (The end of a block of Python that more than 4 KiB of comments follow is told where a part begins.)

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use warp_tui::explorer::{Answer, EngineOptions, Kinds, Location, Motion, Request, SeamFilter};
use warp_tui::lang::code::{LOOK_BACK_MAX, Tokens};
use warp_tui::lang::{Class, SpanKind, detect, languages};
use warp_tui::limits::PREVIEW_BYTES;
use warp_tui::simd::KernelId;

#[path = "shared/opened.rs"]
mod opened;

use opened::{Opened, PATIENCE};

/// Bytes of a chunk: so few that many fixtures have several.
const CHUNK_BYTES: usize = 4096;

/// Whether so much was asked for that the fixtures were met; how much others have nobody knows.
fn is_enough(n: usize, least: usize) -> bool {
    n > least || std::env::var_os("WARP_TUI_PLACES").is_some()
}

/// A fixture, opened and indexed, with its text and what is in it.
struct Fixture {
    path: PathBuf,
    family: &'static str,
    text: Vec<u8>,
    whole: Tokens,
    opened: Opened,
}

impl Fixture {
    fn open(path: PathBuf) -> Option<Fixture> {
        let (threads, chunk_bytes) = (1, CHUNK_BYTES);
        let options = EngineOptions { threads, chunk_bytes, ..EngineOptions::default() };
        let text = std::fs::read(&path).expect("fixtures can be read");
        let info = detect(&path, &text).info();
        let whole = info.scanner?.tokens(KernelId::Scalar, &text, &[]);
        if !whole.problems.is_empty() {
            return None;
        }
        let opened = Opened::new(&path, &options);
        opened.indexed();
        Some(Fixture { path, family: info.family, text, whole, opened })
    }

    /// All fixtures of code, or the files of the directory that `WARP_TUI_PLACES` names.
    fn all() -> Box<dyn Iterator<Item = Fixture>> {
        if let Some(folder) = std::env::var_os("WARP_TUI_PLACES") {
            let entries = std::fs::read_dir(folder).expect("it can be read");
            return Box::new(entries.filter_map(|entry| Fixture::open(entry.ok()?.path())));
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut families: Vec<_> = languages().iter().map(|info| info.family).collect();
        families.sort_unstable();
        families.dedup();
        let folders = families.into_iter().map(move |family| root.join(family));
        let entries = folders.filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        Box::new(entries.filter_map(|entry| Fixture::open(entry.ok()?.path())))
    }

    /// Each `step`th place, and those before a part's end, where some things are decided late.
    fn places(&self, step: u64) -> impl Iterator<Item = u64> + use<> {
        const PART: u64 = CHUNK_BYTES as u64;
        let is_late = |at: u64| at % PART > PART - 40;
        (0..self.text.len() as u64).filter(move |at| at.is_multiple_of(step) || is_late(*at))
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

    /// Waits for definitions and patterns.
    fn gathered(&self) {
        let begin = Instant::now();
        while self.opened.explorer.snapshot().gathered == 0 {
            let name = self.path.display();
            assert!(begin.elapsed() < PATIENCE, "nothing was gathered of {name}");
            std::thread::yield_now();
        }
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
    assert!(is_enough(n_levels, 5000), "{n_levels}");
}

#[test]
fn matching_takes_the_next_bracket_on_the_line() {
    let mut n_found = 0;
    for fixture in Fixture::all() {
        let levels = &fixture.whole.levels;
        let mut ends: Vec<u64> = levels.iter().flat_map(|it| [it.0, it.1]).collect();
        ends.sort_unstable();
        let unknown: Vec<_> = levels.iter().filter_map(|it| fixture.unknown_behind(it.1)).collect();
        for at in fixture.places(53) {
            if unknown.iter().any(|it| it.contains(&at)) {
                continue;
            }
            let rest = &fixture.text[at as usize..];
            let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len()).max(1) as u64;
            let next =
                ends.get(ends.partition_point(|end| *end < at)).filter(|it| **it < at + line);
            let found = fixture.jump(at, Motion::Matching).ok();
            let from_there = next.and_then(|next| fixture.jump(*next, Motion::Matching).ok());
            assert_eq!(found, from_there, "{} at {at}", fixture.path.display());
            n_found += usize::from(found.is_some());
        }
    }
    assert!(is_enough(n_found, 2000), "{n_found}");
}

#[test]
fn line_column_depth_and_path_are_those_of_the_text() {
    let mut n_named = 0;
    for fixture in Fixture::all() {
        fixture.gathered();
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
    assert!(is_enough(n_named, 1000), "{n_named}");
}

#[test]
fn pages_show_what_is_in_the_text() {
    let mut n_marks = 0;
    for fixture in Fixture::all() {
        let levels = &fixture.whole.levels;
        let mut opens: Vec<u64> = levels.iter().map(|it| it.0).collect();
        let mut ends: Vec<u64> = levels.iter().map(|it| it.1).collect();
        opens.sort_unstable();
        ends.sort_unstable();
        let before = |places: &[u64], at| places.partition_point(|place| *place < at) as i64;
        let depth_before = |at| before(&opens, at) - before(&ends, at);
        let unknown: Vec<_> = ends.iter().filter_map(|end| fixture.unknown_behind(*end)).collect();
        for around in (0..fixture.text.len() as u64).step_by(5000) {
            let page = fixture.opened.ask(Request::Page { around }, |answer| match answer {
                Answer::Page(page) => Some(page),
                _ => None,
            });
            let Range { start, end } = page.range;
            let place = || format!("{} from {start} to {end}", fixture.path.display());
            assert!(page.exact, "{}", place());

            let inside = |at: &&u64| (start..end).contains(*at);
            let marks: Vec<u64> = fixture.whole.structural.iter().filter(inside).copied().collect();
            let shown: Vec<u64> = page.marks.iter().map(|it| start + u64::from(it.at)).collect();
            assert_eq!(shown, marks, "{}", place());
            for (at, mark) in marks.iter().zip(&page.marks) {
                let byte = fixture.text[*at as usize];
                assert_eq!(Class::of(byte), Some(mark.class), "{} at {at}", place());
                if !unknown.iter().any(|it| it.contains(at)) {
                    let depth = depth_before(*at) - i64::from(!mark.class.opens());
                    assert_eq!(mark.depth, depth, "{} at {at}", place());
                }
            }
            n_marks += marks.len();

            let cut = |(from, to, kind): &(u64, u64, SpanKind)| {
                let cut = |at: u64| (at.clamp(start, end) - start) as u32;
                (cut(*from), cut(*to), *kind)
            };
            let spans = fixture.whole.spans.iter().map(cut).filter(|it| it.0 < it.1);
            let shown = page.spans.iter().map(|it| (it.start, it.end, it.kind));
            assert!(shown.eq(spans), "spans in {}", place());
        }
    }
    assert!(is_enough(n_marks, 20_000), "{n_marks}");
}

#[test]
fn the_way_up_leads_to_the_innermost_level() {
    let mut n_parents = 0;
    for fixture in Fixture::all() {
        let levels = &fixture.whole.levels;
        let unknown: Vec<_> = levels.iter().filter_map(|it| fixture.unknown_behind(it.1)).collect();
        for at in fixture.places(5) {
            // Of levels that end at one place only one is left.
            let n_ended = levels.iter().filter(|it| it.1 == at).count();
            if n_ended > 1 || unknown.iter().any(|it| it.contains(&at)) {
                continue;
            }
            let around = levels.iter().filter(|it| it.0 < at && at < it.1);
            let innermost = around.map(|it| it.0).max();
            let found = fixture.jump(at, Motion::Parent).ok();
            assert_eq!(found, innermost, "{} at {at}", fixture.path.display());
            n_parents += usize::from(found.is_some());
        }
    }
    assert!(is_enough(n_parents, 20_000), "{n_parents}");
}

#[test]
fn all_patterns_are_listed() {
    let mut n_patterns = 0;
    for fixture in Fixture::all() {
        fixture.gathered();
        let mut listed = Vec::new();
        loop {
            let first = listed.len() as u64;
            let (kinds, count, at) = (Kinds::ALL, usize::MAX, 0);
            let request = Request::Patterns { kinds, first, count, at };
            let found = fixture.opened.ask(request, |answer| match answer {
                Answer::Patterns(found) => Some(found),
                _ => None,
            });
            listed.extend(found.items.iter().map(|it| (it.at, it.end, it.kind)));
            if listed.len() as u64 >= found.total || found.items.is_empty() {
                break;
            }
        }
        let whole: Vec<_> =
            fixture.whole.patterns.iter().map(|it| (it.start, it.end, it.kind)).collect();
        assert_eq!(listed.len(), whole.len(), "{}", fixture.path.display());
        assert!(listed == whole, "{}", fixture.path.display());
        n_patterns += whole.len();
    }
    assert!(is_enough(n_patterns, 5000), "{n_patterns}");
}

#[test]
fn seams_tell_what_lies_across_them() {
    const BLOCK: u64 = 61;
    let mut n_across = 0;
    for fixture in Fixture::all() {
        let levels = &fixture.whole.levels;
        let mut seams = Vec::new();
        let mut next = Some(1);
        while let Some(first) = next {
            let (filter, count) = (SeamFilter::All, 1000);
            let request = Request::Seams { block: BLOCK, filter, first, count };
            let found = fixture.opened.ask(request, |answer| match answer {
                Answer::Seams(seams) => Some(seams),
                _ => None,
            });
            next = found.next;
            seams.extend(found.items);
        }
        assert_eq!(seams.len() as u64, (fixture.text.len() as u64).saturating_sub(1) / BLOCK);
        for seam in seams {
            let at = seam.at;
            let place = || format!("{} at {at}: {seam:?}", fixture.path.display());
            let lines = memchr::memchr_iter(b'\n', &fixture.text[..at as usize]).count() as u64;
            assert_eq!(seam.line, lines, "{}", place());
            let spans = fixture.whole.spans.iter();
            let across = spans.filter(|it| it.0 < at && at < it.1).max_by_key(|it| it.0);
            let depth = levels.iter().filter(|it| it.0 < at && at <= it.1).count() as i64;
            // Keywords and indented blocks are levels once what follows them is known, which is told as it is.
            let has_late_levels =
                matches!(fixture.family, "ruby" | "crystal" | "python") || seam.pending > 0;
            assert!(has_late_levels || seam.depth == depth, "{depth} {}", place());
            let wanted = across.map(|it| (Some(it.0), Some(it.1), it.2.name()));
            let told = seam.token.map(|it| (it.start, it.end, it.kind));
            match told {
                Some((_, _, "escape")) => assert!(across.is_some(), "{}", place()),
                Some((start, _, "utf8")) => {
                    assert!(start.is_some_and(|it| it + 3 >= at), "{}", place())
                }
                Some((_, _, "word")) => assert_eq!(wanted, None, "{}", place()),
                _ => assert_eq!(told, wanted, "{}", place()),
            }
            n_across += usize::from(across.is_some());
        }
    }
    assert!(is_enough(n_across, 1000), "{n_across}");
}

/// A definition with where it ends and the place of the one around it among all.
struct Defined {
    range: Range<u64>,
    name: (u64, u64),
    parent: Option<usize>,
}

impl Fixture {
    /// All definitions, in order.
    fn defined(&self) -> Vec<Defined> {
        let mut all: Vec<Defined> = Vec::new();
        let mut definitions = self.whole.definitions.clone();
        definitions.sort_by_key(|it| it.start);
        definitions.dedup_by_key(|it| it.start);
        for it in definitions {
            let mut patterns = self.whole.patterns.iter();
            let pattern = patterns.find(|other| (other.start, other.kind) == (it.start, it.kind));
            let range = it.start..pattern.expect("each definition is a pattern").end;
            let parent = (0..all.len()).rev().find(|i| all[*i].range.contains(&it.start));
            all.push(Defined { range, name: it.name, parent });
        }
        all
    }

    fn text_between(&self, from: u64, to: u64) -> &[u8] {
        &self.text[from as usize..to as usize]
    }
}

#[test]
fn the_outline_is_the_tree_of_definitions() {
    let mut n_rows = 0;
    for fixture in Fixture::all() {
        fixture.gathered();
        let all = fixture.defined();
        for parent in std::iter::once(None).chain((0..all.len()).map(Some)) {
            let open = parent.map(|i| all[i].range.start);
            let request = Request::Children { open, first: 0, count: usize::MAX };
            let children = fixture.opened.ask(request, |answer| match answer {
                Answer::Children(children) if children.open == open => Some(children),
                _ => None,
            });
            let inside =
                |i: usize| all.iter().filter(move |it| it.parent == Some(i)).count() as u64;
            let wanted: Vec<_> = (0..all.len())
                .filter(|i| all[*i].parent == parent)
                .map(|i| {
                    let name = fixture.text_between(all[i].name.0, all[i].name.1);
                    (all[i].range.start, Some(&name[..name.len().min(PREVIEW_BYTES)]), inside(i))
                })
                .collect();
            let told = children.items.iter();
            let told: Vec<_> =
                told.map(|it| (it.at, it.key.as_deref(), it.members.unwrap_or(0))).collect();
            assert_eq!(told, wanted, "{} in {open:?}", fixture.path.display());
            assert_eq!(children.total, wanted.len() as u64);
            n_rows += wanted.len();
        }
    }
    assert!(is_enough(n_rows, 1000), "{n_rows}");
}

#[test]
fn siblings_are_the_next_and_the_last_definition_of_a_level() {
    let mut n_found = 0;
    for fixture in Fixture::all() {
        fixture.gathered();
        let all = fixture.defined();
        let is_near = |from: u64, to: u64| to - from <= PREVIEW_BYTES as u64;
        for at in fixture.places(11) {
            let around = (0..all.len()).rev().find(|i| all[*i].range.contains(&at));
            let start = around.map(|i| all[i].range.start);
            let on_head = start.is_some_and(|start| {
                is_near(start, at) && !fixture.text_between(start, at).contains(&b'\n')
            });
            let inside: Vec<usize> = (0..all.len()).filter(|i| all[*i].parent == around).collect();
            let next = inside.iter().copied().find(|i| all[*i].range.start > at);
            let leads = next.is_some_and(|next| {
                let to = all[next].range.start;
                let parts = |byte: &u8| b"\n;{}".contains(byte);
                is_near(at, to) && !fixture.text_between(at, to).iter().any(parts)
            });
            for (forward, motion) in [(true, Motion::NextSibling), (false, Motion::PreviousSibling)]
            {
                let beside = |i: usize| {
                    let siblings: Vec<usize> =
                        (0..all.len()).filter(|it| all[*it].parent == all[i].parent).collect();
                    let place = siblings.iter().position(|it| *it == i).expect("it is one of them");
                    let place = if forward { Some(place + 1) } else { place.checked_sub(1) };
                    place.and_then(|place| siblings.get(place).copied())
                };
                let near = match forward {
                    true => next,
                    false => inside.iter().copied().rev().find(|i| all[*i].range.start <= at),
                };
                let wanted = match (next, near) {
                    (Some(next), _) if leads && !on_head => beside(next),
                    (_, Some(near)) if !on_head => Some(near),
                    _ => around.and_then(beside),
                };
                let wanted = wanted.map(|i| all[i].range.start);
                let found = fixture.jump(at, motion).ok();
                assert_eq!(found, wanted, "{} from {at}, {forward}", fixture.path.display());
                n_found += usize::from(found.is_some());
            }
        }
    }
    assert!(is_enough(n_found, 5000), "{n_found}");
}
