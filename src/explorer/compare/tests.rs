//! Comparisons against a naive one of two whole lists, and what a person would try first.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::lang::code::Piece;
use crate::scan::{State, detail};
use crate::simd::{available, best};

const WHOLE: How = How::Whole { chunk_bytes: 65536 };

fn side(text: &[u8], language: LanguageId, how: How) -> Side {
    let scanner = SideScanner { language, kernel: best(), how };
    Side { source: Arc::new(text.to_vec()), bytes: text.len() as u64, scanner }
}

fn compared(left: Side, right: Side) -> Comparison {
    let outcome = compare([left, right], |_, _| true).expect("memory can be read");
    assert!(!outcome.stopped);
    outcome
}

/// Everything in `text`, from the scanner of the whole.
fn all(text: &[u8], language: LanguageId) -> Vec<(u64, u64, ItemKind)> {
    let mut items = Vec::new();
    let mut mark = |at: u64, levels: bool| {
        let class = Class::of(text[at as usize]).expect("it is structural");
        items.push((at, at + 1, ItemKind::Structural(class)));
        if levels && (class.opens() || class.closes()) {
            items.push((at, at, ItemKind::Level(class.opens())));
        }
    };
    let Some(scanner) = language.info().scanner else {
        let found = detail(best(), language, &State::default(), Piece::whole(text));
        found.structurals.iter().for_each(|at| mark(u64::from(*at), true));
        let spans = found.spans.iter();
        items.extend(spans.map(|it| (it.start.into(), it.end.into(), ItemKind::Span(it.kind))));
        return items;
    };
    let found = scanner.tokens(best(), text, &[]);
    found.structural.iter().for_each(|at| mark(*at, false));
    items.extend(found.spans.iter().map(|it| (it.0, it.1, ItemKind::Span(it.2))));
    items.extend(found.patterns.iter().map(|it| (it.start, it.end, ItemKind::Pattern(it.kind))));
    items.extend(found.level_changes.iter().map(|it| (it.0, it.0, ItemKind::Level(it.1))));
    items.extend(found.problems.iter().map(|it| (it.0, it.0, ItemKind::Problem(it.1))));
    items
}

/// The differences of two lists, place by place, and how much is alike.
fn naive(
    left: Vec<(u64, u64, ItemKind)>,
    right: Vec<(u64, u64, ItemKind)>,
) -> (Vec<Difference>, u64) {
    let mut places: BTreeMap<(u64, u64, What), [Vec<ItemKind>; 2]> = BTreeMap::new();
    for (side, items) in [left, right].into_iter().enumerate() {
        for (start, end, kind) in items {
            places.entry((start, end, kind.what())).or_default()[side].push(kind);
        }
    }
    let (mut differences, mut same) = (Vec::new(), 0);
    for ((start, end, _), [mut left, mut right]) in places {
        left.retain(|kind| match right.iter().position(|other| other == kind) {
            Some(i) => {
                right.remove(i);
                same += 1;
                false
            }
            None => true,
        });
        left.sort();
        right.sort();
        for i in 0..left.len().max(right.len()) {
            let (left, right) = (left.get(i).copied(), right.get(i).copied());
            differences.push(Difference { start, end, left, right });
        }
    }
    differences.sort();
    (differences, same)
}

/// Problems are compared where both sides tell them.
fn told_by_both(items: Vec<(u64, u64, ItemKind)>, other: LanguageId) -> Vec<(u64, u64, ItemKind)> {
    let problems = other.info().scanner.is_some();
    items.into_iter().filter(|it| problems || it.2.what() != What::Problem).collect()
}

fn check(text: &[u8], languages: [LanguageId; 2], hows: [How; 2]) {
    let [a, b] = languages;
    let outcome = compared(side(text, a, hows[0]), side(text, b, hows[1]));
    let (expected, same) = naive(told_by_both(all(text, a), b), told_by_both(all(text, b), a));
    let found = &outcome.differences;
    assert_eq!(found.first, expected);
    assert_eq!((found.total, found.same, found.late), (expected.len() as u64, same, 0));
    for class in DifferenceClass::ALL {
        for what in What::ALL {
            let is_such = |it: &&Difference| it.class() == class && it.what() == what;
            let n = expected.iter().filter(is_such).count();
            assert_eq!(found.count(class, what), n as u64, "{class:?} {what:?}");
        }
    }
}

fn any_how() -> impl Strategy<Value = How> {
    prop_oneof![
        Just(WHOLE),
        (1usize..200).prop_map(|block_bytes| How::Stream { block_bytes }),
        (2usize..4).prop_map(|threads| How::Threads { threads, chunk_bytes: 64 }),
    ]
}

fn any_language() -> impl Strategy<Value = LanguageId> {
    prop::sample::select(crate::lang::languages().iter().map(|it| it.id).collect::<Vec<_>>())
}

const WORDS: &[&str] = &[
    "def a(b: C)",
    "end",
    "\n",
    "  ",
    "'x'",
    "\"s#{1}t\"",
    "# c",
    "// c",
    "/* c */",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "function f<T>(x: T)",
    "=>",
    "`t${1}`",
    "/re/",
    "<<~A\nbody\nA\n",
    "class K",
    ";",
    ",",
    "|",
    "\"",
    "'",
    "`",
    "interface I",
    "%w[a b]",
    "<b>text</b>",
    "fn g<'a>()",
    "r#\"raw\"#",
    ":",
    "\\",
    "é",
    "import x",
    "1.5",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_counted_is_what_a_naive_comparison_of_the_two_lists_finds(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..120),
        a in any_language(), b in any_language(), left in any_how(), right in any_how(),
    ) {
        check(words.concat().as_bytes(), [a, b], [left, right]);
    }

    #[test]
    fn two_documents_differ_in_the_shorter_one(
        a in prop::collection::vec(prop::sample::select(&b"{}[],:\"a \n"[..]), 0..300),
        b in prop::collection::vec(prop::sample::select(&b"{}[],:\"a \n"[..]), 0..300),
        left in any_how(), right in any_how(),
    ) {
        let outcome = compared(side(&a, LanguageId::Json, left), side(&b, LanguageId::Json, right));
        let n = a.len().min(b.len()) as u64;
        let differ_in_length = a.len() != b.len();
        let inside = |it: &(u64, u64, ItemKind)| it.1 <= n && (it.0 < n || !differ_in_length);
        let [left, right] = [&a, &b].map(|text| {
            all(text, LanguageId::Json).into_iter().partition::<Vec<_>, _>(inside)
        });
        let (expected, same) = naive(left.0, right.0);
        prop_assert_eq!(&outcome.differences.first, &expected);
        prop_assert_eq!(outcome.differences.same, same);
        let beyond = [left.1.len() as u64, right.1.len() as u64];
        prop_assert_eq!(outcome.differences.beyond, beyond);
        prop_assert_eq!(outcome.compared_bytes(), n);
    }
}

#[test]
fn a_character_of_crystal_is_a_string_of_ruby() {
    let text = b"a = 'b'\n";
    let outcome =
        compared(side(text, LanguageId::Ruby, WHOLE), side(text, LanguageId::Crystal, WHOLE));
    let string = ItemKind::Span(SpanKind::String);
    let character = ItemKind::Span(SpanKind::Char);
    let expected = Difference { start: 4, end: 7, left: Some(string), right: Some(character) };
    assert_eq!(outcome.differences.first, [expected]);
    assert_eq!(outcome.differences.count_of(DifferenceClass::OtherKind), 1);
    let measured = outcome.sides[0].measured.as_ref().expect("it was not stopped");
    assert_eq!(measured.account.summary.spans[SpanKind::String as usize], 1);
    assert!(measured.bytes_per_second() > 0.0);
}

#[test]
fn kernels_and_threads_differ_in_nothing() {
    let text = "class A\n  def b(c)\n    \"#{c} 'd'\" # e\n  end\nend\n".repeat(30_000);
    let text = text.as_bytes();
    for kernel in available() {
        let mut right =
            side(text, LanguageId::Ruby, How::Threads { threads: 3, chunk_bytes: 4096 });
        right.scanner.kernel = kernel;
        let outcome = compared(side(text, LanguageId::Ruby, WHOLE), right);
        assert_eq!(outcome.differences.total, 0, "{}", kernel.name());
        assert!(outcome.differences.same > 100_000);
    }
}

#[test]
fn more_differences_than_are_kept_are_all_counted_and_the_first_ones_kept() {
    let n = 2 * crate::limits::DIFFERENCES_KEPT_MAX as u64;
    let text = b"[]\n".repeat(n as usize);
    // Text has no structure: each bracket is one difference as a character and one as a level.
    let outcome =
        compared(side(&text, LanguageId::Json, WHOLE), side(&text, LanguageId::Text, WHOLE));
    assert_eq!((outcome.differences.total, outcome.differences.same), (4 * n, 0));
    let first = &outcome.differences.first;
    assert_eq!(first.len(), crate::limits::DIFFERENCES_KEPT_MAX);
    assert!(first.is_sorted());
    assert_eq!(first.last().map(|it| it.start), Some(n / 8 * 3 - 2));
}

#[test]
fn a_comparison_ends_when_it_shall() {
    let text = b"[1, 2]\n".repeat(2_000_000);
    let how = How::Stream { block_bytes: 1 << 16 };
    for ends_at in [0, 20_000_000, 30_000_000] {
        let sides = [side(&text, LanguageId::Json, how), side(&text, LanguageId::Json, WHOLE)];
        let outcome = compare(sides, |progress, differences| {
            assert!(progress.bytes_done <= progress.bytes_total);
            assert_eq!(differences().total, 0);
            progress.bytes_done < ends_at
        });
        let outcome = outcome.expect("memory can be read");
        assert!(outcome.stopped || outcome.sides[0].measured.is_some());
        assert_eq!(outcome.differences.total, 0);
    }
}

#[test]
fn what_shrinks_under_a_comparison_is_an_error() {
    let mut shrunk = side(b"[1, 2]", LanguageId::Json, WHOLE);
    shrunk.bytes += 1;
    let error = compare([shrunk, side(b"[1, 2]", LanguageId::Json, WHOLE)], |_, _| true);
    assert!(error.is_err_and(|error| error.to_string().contains("ends at byte 6")));
}
