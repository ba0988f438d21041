//! Findings: the definitions and patterns of a document of code, gathered behind the scan and kept.
//!
//! The index knows how much there is and how deep; this knows what. It is made by a pass of its own over the details, chunk
//! by chunk, and bounded: of a document with more than the bounds those around a place are kept, and which part that is is told.

use std::borrow::Cow;
use std::ops::Range;

use super::kinds::Kinds;
use super::request::{Child, Children, PathStep, PatternRow, Patterns, ValueKind};
use crate::index::store;
use crate::lang::PatternKind;
use crate::lang::code::{Definition, Pattern};
use crate::limits::{DEFINITIONS_MAX, PATTERNS_MAX};
use crate::scan::Detail;
use crate::units::{ByteOffset, MemberIndex};

/// Bytes of a pattern that is marked where it stands. Longer ones are whole functions and classes.
const SHORT_BYTES_MAX: u64 = 256;

/// Gathers findings chunk by chunk.
#[derive(Debug, Default)]
pub(super) struct Gatherer {
    definitions: Vec<Definition>,
    patterns: Vec<Pattern>,
}

/// The definitions and patterns of a document.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// By start, so that each stands before those inside of it.
    definitions: Vec<Definition>,
    /// Their places in the tree of them.
    nodes: Vec<Node>,
    /// Their numbers: the outermost ones, then those that are directly inside of the first, of the second, ...
    siblings: Vec<u32>,
    /// How many are outermost.
    n_outermost: u32,
    /// By start, then longest first.
    patterns: Vec<Pattern>,
    /// The part of the document that they are of; besides, the definitions that it begins inside of are here.
    range: Range<ByteOffset>,
    /// The bounds ended the gathering.
    is_full: bool,
    /// The place around which it was made.
    around: ByteOffset,
}

/// A definition's place in the tree.
#[derive(Debug)]
struct Node {
    end: ByteOffset,
    /// Number of the definition around it, or [`NONE`].
    parent: u32,
    /// Its place among its siblings.
    place: u32,
    /// Where in `siblings` those directly inside of it begin, and how many there are.
    first_child: u32,
    n_children: u32,
}

/// What stands between two places of a document, if they are near to each other.
pub(super) struct OnLine<'a>(pub(super) &'a dyn Fn(Range<ByteOffset>) -> Option<Vec<u8>>);

impl OnLine<'_> {
    /// Whether `at` is on the line on which a definition begins, at `start` or behind it.
    pub(super) fn is_head(&self, start: ByteOffset, at: ByteOffset) -> bool {
        (self.0)(start..at).is_some_and(|text| !text.contains(&b'\n'))
    }

    /// Whether nothing but white space and words like `pub` stand between `at` and the definition that begins at `start`.
    pub(super) fn leads_to(&self, at: ByteOffset, start: ByteOffset) -> bool {
        let parts = |byte: &u8| matches!(byte, b'\n' | b';' | b'{' | b'}');
        (self.0)(at..start).is_some_and(|text| !text.iter().any(parts))
    }
}

/// No definition's number: there are [`DEFINITIONS_MAX`] and what one chunk has.
const NONE: u32 = u32::MAX;

impl Gatherer {
    /// Takes the definitions around the first chunk.
    pub(super) fn begin(&mut self, around: &[Definition]) {
        self.definitions.extend(around);
    }

    /// Takes what one chunk has; false when there is no room for more.
    pub(super) fn take(&mut self, detail: &Detail) -> bool {
        self.definitions.extend(&detail.definitions);
        self.patterns.extend(&detail.patterns);
        self.definitions.len() <= DEFINITIONS_MAX && self.patterns.len() <= PATTERNS_MAX
    }

    /// Takes patterns by themselves; false when there is no room for more.
    pub(super) fn take_patterns(&mut self, found: &mut Vec<Pattern>) -> bool {
        self.patterns.append(found);
        self.patterns.len() <= PATTERNS_MAX
    }

    /// Puts the definitions into a tree. One whose end was not seen goes on to the end of the document. They are of `range`, which
    /// was chosen for a place in it.
    pub(super) fn finish(
        self,
        range: Range<ByteOffset>,
        is_full: bool,
        around: ByteOffset,
    ) -> Findings {
        let Gatherer { mut definitions, mut patterns } = self;
        patterns.sort_unstable_by_key(|p| (p.start, std::cmp::Reverse(p.end), p.kind));
        patterns.shrink_to_fit();
        definitions.sort_by_key(|it| it.start);
        // The start is what a definition is known by.
        definitions.dedup_by_key(|it| it.start);
        definitions.shrink_to_fit();
        let nothing = Findings::default();
        let mut findings = Findings { definitions, patterns, range, is_full, around, ..nothing };
        findings.grow();
        findings
    }
}

/// Where a definition ends: where its pattern does.
fn end_of(definition: &Definition, patterns: &[Pattern]) -> Option<ByteOffset> {
    let first = patterns.partition_point(|pattern| pattern.start < definition.start);
    let here = patterns[first..].iter().take_while(|pattern| pattern.start == definition.start);
    here.into_iter().find(|pattern| pattern.kind == definition.kind).map(|pattern| pattern.end)
}

impl From<store::Findings<'_>> for Findings {
    /// As they were before [`Findings::to_stored`].
    fn from(stored: store::Findings<'_>) -> Self {
        let store::Findings { definitions, patterns, range: (start, end), is_full, around } =
            stored;
        let (definitions, patterns) = (definitions.into_owned(), patterns.into_owned());
        Gatherer { definitions, patterns }.finish(start..end, is_full, around)
    }
}

impl Findings {
    /// Makes the tree of the definitions.
    fn grow(&mut self) {
        let mut open: Vec<u32> = Vec::new();
        self.nodes.reserve_exact(self.definitions.len());
        for (i, definition) in (0..).zip(&self.definitions) {
            let end = end_of(definition, &self.patterns).unwrap_or(ByteOffset::MAX);
            let nodes = &mut self.nodes;
            while open.last().is_some_and(|i| nodes[*i as usize].end <= definition.start) {
                open.pop();
            }
            let parent = open.last().copied().unwrap_or(NONE);
            let n_siblings = match nodes.get_mut(parent as usize) {
                Some(parent) => &mut parent.n_children,
                None => &mut self.n_outermost,
            };
            let place = *n_siblings;
            *n_siblings += 1;
            nodes.push(Node { end, parent, place, first_child: 0, n_children: 0 });
            open.push(i);
        }
        let mut n_before = self.n_outermost;
        for node in &mut self.nodes {
            node.first_child = n_before;
            n_before += node.n_children;
        }
        self.siblings = vec![0; self.nodes.len()];
        for (i, node) in (0..).zip(&self.nodes) {
            let first = self.nodes.get(node.parent as usize).map_or(0, |it| it.first_child);
            self.siblings[(first + node.place) as usize] = i;
        }
    }

    /// Numbers of the definitions directly inside of one, or of the outermost ones.
    fn inside(&self, i: Option<usize>) -> &[u32] {
        let (first, n) = match i.and_then(|i| self.nodes.get(i)) {
            Some(node) => (node.first_child, node.n_children),
            None => (0, self.n_outermost),
        };
        &self.siblings[first as usize..][..n as usize]
    }

    /// The number of the definition around one.
    fn around(&self, i: usize) -> Option<usize> {
        Some(self.nodes[i].parent).filter(|parent| *parent != NONE).map(|parent| parent as usize)
    }

    /// The findings for the disk.
    pub(super) fn to_stored(&self) -> store::Findings<'_> {
        let (definitions, patterns) = (Cow::from(&self.definitions), Cow::from(&self.patterns));
        let Range { start, end } = self.range;
        let (is_full, around) = (self.is_full, self.around);
        store::Findings { definitions, patterns, range: (start, end), is_full, around }
    }

    /// How many patterns of each kind there are.
    pub(super) fn counts(&self) -> [u64; PatternKind::ALL.len()] {
        let mut counts = [0; PatternKind::ALL.len()];
        self.patterns.iter().for_each(|pattern| counts[pattern.kind as usize] += 1);
        counts
    }

    /// The part of the document that they are of, if there are others.
    pub(super) fn part(&self) -> Option<Range<ByteOffset>> {
        (self.is_full || self.range.start > 0).then(|| self.range.clone())
    }

    /// Whether they tell all that is near `at` in a document of `bytes` bytes, or no others would tell more. What came behind them
    /// is no reason to gather anew, unless they were full before.
    pub(super) fn serve(&self, at: ByteOffset, bytes: u64) -> bool {
        let Range { start, end } = self.range;
        let margin = end.saturating_sub(start) / 8;
        // What was chosen for this place is the best there is.
        if at == self.around {
            return true;
        }
        let has_more_behind = self.is_full && end < bytes;
        if at < start || (at >= end && has_more_behind) {
            return false;
        }
        let is_near_edge =
            (start > 0 && at - start < margin) || (has_more_behind && end - at < margin);
        !is_near_edge || at.abs_diff(self.around) < margin
    }

    /// The number of the definition that starts at `start`.
    fn node_at(&self, start: ByteOffset) -> Option<usize> {
        self.definitions.binary_search_by_key(&start, |it| it.start).ok()
    }

    /// A window of the definitions directly inside of the one that starts at `open`, or of the outermost ones. `text` gives
    /// bytes of the document.
    pub(super) fn children(
        &self,
        open: Option<ByteOffset>,
        first: MemberIndex,
        count: usize,
        text: &dyn Fn(ByteOffset, ByteOffset) -> Vec<u8>,
    ) -> Children {
        let all = match open {
            Some(open) => self.node_at(open).map_or(&[][..], |i| self.inside(Some(i))),
            None => self.inside(None),
        };
        let start = usize::try_from(first).unwrap_or(usize::MAX).min(all.len());
        let window = all[start..].iter().take(count).zip(first..);
        let items = window
            .map(|(i, index)| {
                let definition = &self.definitions[*i as usize];
                Child {
                    index,
                    at: definition.start,
                    value: definition.start,
                    key: Some(text(definition.name.0, definition.name.1)),
                    kind: ValueKind::Definition(definition.kind),
                    preview: Vec::new(),
                    members: Some(u64::from(self.nodes[*i as usize].n_children)),
                }
            })
            .collect();
        Children { open, first, total: all.len() as u64, complete: true, items }
    }

    /// Whether a place lies in a part of the document of which nothing is known.
    fn is_elsewhere(&self, at: ByteOffset) -> bool {
        self.part().is_some_and(|part| !part.contains(&at))
    }

    /// The number of the innermost definition around `at`.
    fn innermost(&self, at: ByteOffset) -> Option<usize> {
        if self.is_elsewhere(at) {
            return None;
        }
        let after = self.definitions.partition_point(|it| it.start <= at);
        let mut i = after.checked_sub(1)?;
        while self.nodes[i].end <= at {
            i = self.around(i)?;
        }
        Some(i)
    }

    /// The definitions around `at`, outermost first.
    pub(super) fn path(
        &self,
        at: ByteOffset,
        text: &dyn Fn(ByteOffset, ByteOffset) -> Vec<u8>,
    ) -> Vec<PathStep> {
        let mut steps = Vec::new();
        let mut next = self.innermost(at);
        while let Some(i) = next {
            steps.push(self.step(i, text));
            next = self.around(i);
        }
        steps.reverse();
        steps
    }

    /// The definition that a place belongs to though it lies in front of it or behind it, directly inside of those around the
    /// place: the next one if it begins on the place's line (`pub fn`), or else, where none is around, the one before, or the
    /// first. `is_on_line` is asked of places behind `at`.
    pub(super) fn beside(
        &self,
        at: ByteOffset,
        is_on_line: &dyn Fn(ByteOffset) -> bool,
        text: &dyn Fn(ByteOffset, ByteOffset) -> Vec<u8>,
    ) -> Option<PathStep> {
        if self.is_elsewhere(at) {
            return None;
        }
        let around = self.innermost(at);
        let siblings = self.inside(around);
        let start = |i: u32| self.definitions[i as usize].start;
        let after = siblings.partition_point(|i| start(*i) <= at);
        let next = siblings.get(after).filter(|i| is_on_line(start(**i)));
        let nearest = || {
            let outermost = around.is_none().then_some(siblings)?;
            outermost.get(after.saturating_sub(1))
        };
        next.or_else(nearest).map(|i| self.step(*i as usize, text))
    }

    /// A definition as a step of a path.
    fn step(&self, i: usize, text: &dyn Fn(ByteOffset, ByteOffset) -> Vec<u8>) -> PathStep {
        let definition = &self.definitions[i];
        PathStep {
            open: self.around(i).map(|parent| self.definitions[parent].start),
            index: u64::from(self.nodes[i].place),
            key: Some(text(definition.name.0, definition.name.1)),
            member: definition.start,
            definition: Some(definition.kind),
        }
    }

    /// The definition after the one that `at` is in, or before it, among its siblings. Below the first line of a definition that is one of
    /// those directly inside of it, as long as there are such; where no definition is around it is one of the outermost.
    pub(super) fn sibling(
        &self,
        at: ByteOffset,
        forward: bool,
        line: &OnLine<'_>,
    ) -> Option<ByteOffset> {
        let start = |i: &u32| self.definitions[*i as usize].start;
        let step = |place: usize| if forward { place.checked_add(1) } else { place.checked_sub(1) };
        let around = self.innermost(at);
        if around.is_none_or(|i| !line.is_head(self.definitions[i].start, at)) {
            let inside = self.inside(around);
            let after = inside.partition_point(|i| start(i) <= at);
            if inside.get(after).is_some_and(|next| line.leads_to(at, start(next))) {
                return inside.get(step(after)?).map(start);
            }
            let near = if forward { Some(after) } else { after.checked_sub(1) };
            if let Some(near) = near.and_then(|place| inside.get(place)) {
                return Some(start(near));
            }
        }
        let i = around?;
        let place = step(self.nodes[i].place as usize)?;
        self.inside(self.around(i)).get(place).map(start)
    }

    /// The first definition directly inside of the one on whose first line `at` is.
    pub(super) fn first_inside(&self, at: ByteOffset, line: &OnLine<'_>) -> Option<ByteOffset> {
        let start = |i: &u32| self.definitions[*i as usize].start;
        let around = self.innermost(at);
        let head = around.filter(|i| line.is_head(self.definitions[*i].start, at));
        let meant = head.or_else(|| {
            let inside = self.inside(around);
            let next = inside.get(inside.partition_point(|i| start(i) < at))?;
            line.leads_to(at, start(next)).then_some(*next as usize)
        });
        self.inside(Some(meant?)).first().map(start)
    }

    /// The next pattern of `kinds` that starts after `at`, or the last one that starts before it.
    pub(super) fn next_pattern(
        &self,
        at: ByteOffset,
        kinds: Kinds,
        forward: bool,
    ) -> Option<ByteOffset> {
        if forward {
            let after = self.patterns.partition_point(|pattern| pattern.start <= at);
            let mut later = self.patterns[after..].iter();
            return later.find(|pattern| kinds.has(pattern.kind)).map(|pattern| pattern.start);
        }
        let before = self.patterns.partition_point(|pattern| pattern.start < at);
        let mut earlier = self.patterns[..before].iter().rev();
        earlier.find(|pattern| kinds.has(pattern.kind)).map(|pattern| pattern.start)
    }

    /// As [`Findings::next_pattern`], of the definitions whose ends are not here.
    pub(super) fn next_unended(
        &self,
        at: ByteOffset,
        kinds: Kinds,
        forward: bool,
    ) -> Option<ByteOffset> {
        let all = self.definitions.iter().zip(&self.nodes);
        let mut unended =
            all.filter(|(it, node)| node.end == ByteOffset::MAX && kinds.has(it.kind));
        if forward {
            return unended.find(|(it, _)| it.start > at).map(|(it, _)| it.start);
        }
        unended.take_while(|(it, _)| it.start < at).last().map(|(it, _)| it.start)
    }

    /// The innermost pattern around `at` that is short enough to be shown as a whole.
    pub(super) fn pattern_at(
        &self,
        at: ByteOffset,
    ) -> Option<(ByteOffset, ByteOffset, PatternKind)> {
        let after = self.patterns.partition_point(|pattern| pattern.start <= at);
        let near = self.patterns[..after].iter().rev().take(SHORT_BYTES_MAX as usize);
        let mut near = near.take_while(|pattern| at - pattern.start < SHORT_BYTES_MAX);
        let is_here = |p: &&Pattern| p.end > at && p.end - p.start <= SHORT_BYTES_MAX;
        near.find(is_here).map(|pattern| (pattern.start, pattern.end, pattern.kind))
    }

    /// A window of the patterns of `kinds`, and which of them is the last that starts at or before `at`.
    pub(super) fn patterns(
        &self,
        kinds: Kinds,
        first: u64,
        count: usize,
        at: ByteOffset,
        text: &dyn Fn(ByteOffset, ByteOffset) -> Vec<u8>,
    ) -> Patterns {
        let wanted = || self.patterns.iter().filter(|pattern| kinds.has(pattern.kind));
        let total = wanted().count() as u64;
        let before = self.patterns.partition_point(|pattern| pattern.start <= at);
        let here = self.patterns[..before].iter().filter(|pattern| kinds.has(pattern.kind)).count();
        let skipped = usize::try_from(first).unwrap_or(usize::MAX);
        let items = wanted()
            .skip(skipped)
            .take(count)
            .map(|pattern| {
                let (start, end) = pattern.name.unwrap_or((pattern.start, pattern.end));
                let Pattern { start: at, end: stop, kind, name } = *pattern;
                PatternRow { at, end: stop, kind, named: name.is_some(), text: text(start, end) }
            })
            .collect();
        let here = (here as u64).checked_sub(1);
        Patterns { kinds, first, total, here, items, is_part: self.part().is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::LanguageId;
    use crate::lang::code::Piece;
    use crate::scan::{State, detail};

    const TEXT: &str = "class A:\n    def b(self):\n        def c(): pass\n    def d(self): pass\n\ndef e(x: int):\n    return 1\n";

    fn found() -> Findings {
        let piece = Piece::whole(TEXT.as_bytes());
        let kernel = crate::simd::best();
        let detail = detail(kernel, LanguageId::Python, &State::default(), piece);
        let mut gatherer = Gatherer::default();
        assert!(gatherer.take(&detail));
        gatherer.finish(0..TEXT.len() as u64, false, 0)
    }

    fn text(start: ByteOffset, end: ByteOffset) -> Vec<u8> {
        TEXT.as_bytes()[start as usize..end as usize].to_vec()
    }

    fn names(findings: &Findings, open: Option<ByteOffset>) -> Vec<String> {
        let children = findings.children(open, 0, 10, &text);
        let name = |child: &Child| String::from_utf8(child.key.clone().unwrap()).unwrap();
        children.items.iter().map(name).collect()
    }

    fn at(what: &str) -> ByteOffset {
        TEXT.find(what).unwrap() as u64
    }

    #[test]
    fn definitions_stand_inside_of_one_another() {
        let findings = found();
        assert_eq!(names(&findings, None), ["A", "e"]);
        assert_eq!(names(&findings, Some(0)), ["b", "d"]);
        assert_eq!(names(&findings, Some(at("def b"))), ["c"]);
        assert_eq!(names(&findings, Some(7)), [""; 0]);
    }

    #[test]
    fn a_path_leads_through_the_definitions_around_a_place() {
        let findings = found();
        let path = |at| -> Vec<String> {
            let steps = findings.path(at, &text);
            steps.into_iter().map(|s| String::from_utf8(s.key.unwrap()).unwrap()).collect()
        };
        assert_eq!(path(at("pass")), ["A", "b", "c"]);
        assert_eq!(path(at("def d")), ["A", "d"]);
        assert_eq!(path(at("return")), ["e"]);
        assert_eq!(path(at("\ndef e")), [""; 0]);
    }

    #[test]
    fn a_place_beside_definitions_belongs_to_one() {
        let findings = found();
        let beside = |at: ByteOffset| {
            let end = TEXT[at as usize..].find('\n').unwrap() as u64 + at;
            let step = findings.beside(at, &|start| start < end, &text);
            step.map(|step| String::from_utf8(step.key.unwrap()).unwrap())
        };
        assert_eq!(beside(at("    def b")).as_deref(), Some("b"), "it begins on this line");
        assert_eq!(beside(at("return")), None, "one is around, and none inside of it");
        assert_eq!(beside(at("\ndef e")).as_deref(), Some("A"), "the one before");
        assert_eq!(beside(TEXT.len() as u64 - 1).as_deref(), Some("e"), "it lies behind the last");
    }

    #[test]
    fn one_goes_into_the_definition_on_the_line() {
        let findings = found();
        let between = |it: Range<ByteOffset>| Some(text(it.start, it.end));
        let inside = |at| findings.first_inside(at, &OnLine(&between));
        assert_eq!(inside(0), Some(at("def b")));
        assert_eq!(inside(at("A:")), Some(at("def b")));
        assert_eq!(inside(at("    def b")), Some(at("def c")), "in front of it too");
        assert_eq!(inside(at("def c")), None);
        assert_eq!(inside(at("return")), None);
    }

    #[test]
    fn siblings_and_patterns_come_one_after_the_other() {
        let findings = found();
        let between = |it: Range<ByteOffset>| Some(text(it.start, it.end));
        let sibling = |at, forward| findings.sibling(at, forward, &OnLine(&between));
        assert_eq!(sibling(at("pass"), true), None);
        assert_eq!(sibling(at("def b"), true), Some(at("def d")));
        assert_eq!(sibling(at("return"), false), Some(0));
        assert_eq!(sibling(at("A:"), true), Some(at("def e")), "the class is meant on its line");
        assert_eq!(sibling(at("    def d"), false), Some(at("def b")), "and so is d before it");
        assert_eq!(sibling(at("        def c"), true), None);
        assert_eq!(sibling(at("\ndef e"), false), Some(0));
        assert_eq!(sibling(at("\ndef e"), true), Some(at("def e")));
        let kinds = Kinds::only(PatternKind::TypeAnnotation);
        assert_eq!(findings.next_pattern(0, kinds, true), Some(at(": int")));
        assert_eq!(findings.next_pattern(at("return"), Kinds::ALL, false), Some(at(": int")));
        assert_eq!(findings.next_pattern(0, Kinds::ALL, false), None);
        let within = findings.pattern_at(at("int)")).map(|(start, _, kind)| (start, kind));
        assert_eq!(within, Some((at(": int"), PatternKind::TypeAnnotation)));
        assert_eq!(findings.pattern_at(at("\ndef e")), None);
        let all = findings.patterns(Kinds::ALL, 1, 2, at("def d"), &text);
        assert_eq!((all.total, all.here, all.items.len()), (6, Some(3), 2));
    }
}
