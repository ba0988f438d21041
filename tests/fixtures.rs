//! The shipped fixtures: every kernel agrees with the naive twin, no cut changes anything, and each broken one has the
//! problem that its name promises.

use std::path::{Path, PathBuf};

use warp_tui::lang::{LanguageId, ProblemKind};
use warp_tui::scan::{Checker, Detail, Span, State, Summary, detail, naive, summarize};
use warp_tui::simd::{self, KernelId};

const JSON: LanguageId = LanguageId::Json;

/// Fixtures up to this size are cut at every byte.
const SMALL_BYTES: usize = 2048;

fn fixtures() -> Vec<(PathBuf, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = |dir: PathBuf| {
        let entries = std::fs::read_dir(&dir).expect("the fixtures are shipped");
        entries.map(|entry| entry.expect("a directory can be listed").path()).collect::<Vec<_>>()
    };
    let mut paths = files(root.clone());
    paths.extend(files(root.join("broken")));
    paths.retain(|path| path.extension().is_some_and(|e| e.to_string_lossy().starts_with("json")));
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).expect("a fixture can be read");
        (path, bytes)
    };
    paths.into_iter().map(read).collect()
}

fn scan(kernel: KernelId, start: &State, bytes: &[u8]) -> (Summary, Detail) {
    let (summary, end) = summarize(kernel, JSON, start, bytes);
    let detail = detail(kernel, JSON, start, bytes);
    assert_eq!(detail.end, end, "summary and detail end alike");
    (summary, detail)
}

/// The detail of two neighbours as one: what was cut in two is one again.
fn joined(left: &Detail, right: &Detail) -> (Vec<u32>, Vec<Span>) {
    let mut structurals = left.structurals.clone();
    structurals.extend(right.structurals.iter().map(|at| at + left.bytes));
    let mut spans = left.spans.clone();
    for span in &right.spans {
        let start = span.begins(u64::from(left.bytes)).map_or(left.bytes, |start| start as u32);
        let end = span.end + left.bytes;
        // Its slash is in one piece with it again, unless that stands before the left part too.
        let continues = span.continues && !span.slash_before;
        let moved = Span { start, end, continues, slash_before: false, ..*span };
        match spans.last_mut() {
            Some(last) if span.continues && last.unfinished && last.kind == span.kind => {
                (last.end, last.unfinished) = (moved.end, moved.unfinished);
            }
            _ => spans.push(moved),
        }
    }
    (structurals, spans)
}

fn first_problem(bytes: &[u8], chunk_bytes: usize) -> Option<(u64, ProblemKind)> {
    let mut checker = Checker::new(simd::best(), JSON);
    for chunk in bytes.chunks(chunk_bytes) {
        checker.chunk(chunk);
    }
    checker.finish()
}

#[test]
fn all_kernels_find_in_the_fixtures_what_the_naive_twin_finds() {
    assert!(fixtures().len() > 15, "the fixtures are there");
    for (path, bytes) in fixtures() {
        let wanted = naive::scan(&State::default(), &bytes);
        for kernel in simd::available() {
            let found = scan(kernel, &State::default(), &bytes);
            assert_eq!(found, wanted, "{} with {}", path.display(), kernel.name());
        }
    }
}

#[test]
fn a_cut_at_any_byte_of_a_small_fixture_changes_no_sum_and_no_structural() {
    for (path, bytes) in fixtures().into_iter().filter(|(_, bytes)| bytes.len() <= SMALL_BYTES) {
        for kernel in simd::available() {
            let (whole, whole_detail) = scan(kernel, &State::default(), &bytes);
            for cut in 0..=bytes.len() {
                let (left, left_detail) = scan(kernel, &State::default(), &bytes[..cut]);
                let (right, right_detail) = scan(kernel, &left_detail.end, &bytes[cut..]);
                let place = format!("{} cut at {cut} with {}", path.display(), kernel.name());
                assert_eq!(left.then(&right), whole, "{place}");
                assert_eq!(right_detail.end, whole_detail.end, "{place}");
                let (structurals, _) = joined(&left_detail, &right_detail);
                assert_eq!(structurals, whole_detail.structurals, "{place}");
            }
        }
    }
}

#[test]
fn a_span_cut_at_any_byte_is_one_span_again() {
    for (path, bytes) in fixtures().into_iter().filter(|(_, bytes)| bytes.len() <= SMALL_BYTES) {
        let (_, whole) = scan(simd::best(), &State::default(), &bytes);
        for cut in 0..=bytes.len() {
            // Between CR and LF the comment before cannot know yet that it has ended.
            if bytes[..cut].ends_with(b"\r") && bytes[cut..].starts_with(b"\n") {
                continue;
            }
            let (_, left) = scan(simd::best(), &State::default(), &bytes[..cut]);
            let (_, right) = scan(simd::best(), &left.end, &bytes[cut..]);
            let (_, spans) = joined(&left, &right);
            // Of a comment cut right before its line break nothing is left to say that it has ended.
            let places = |spans: &[Span]| {
                spans.iter().map(|span| (span.start, span.end, span.kind)).collect::<Vec<_>>()
            };
            assert_eq!(places(&spans), places(&whole.spans), "{} cut at {cut}", path.display());
        }
    }
}

#[test]
fn each_broken_fixture_has_the_problem_of_its_name_and_no_other_has_one() {
    use ProblemKind as P;
    let wanted = [
        ("unterminated.json", Some(P::UnterminatedString)),
        ("unclosed.json", Some(P::UnclosedBracket)),
        ("stray.json", Some(P::StrayCloser)),
        ("mismatched.json", Some(P::MismatchedBracket)),
        ("invalid_utf8.json", Some(P::InvalidUtf8)),
        ("cut_in_escape.json", Some(P::UnterminatedString)),
        ("cut_in_comment.json", Some(P::UnterminatedComment)),
        ("string_over_lines.json", Some(P::UnterminatedString)),
        ("bad_escape.json", Some(P::BadEscape)),
        ("comma.json", Some(P::Unexpected)),
        ("word.json", Some(P::Unexpected)),
        ("cut_in_word.json", Some(P::UnterminatedWord)),
        ("hostile.json", Some(P::Unexpected)),
    ];
    for (path, bytes) in fixtures() {
        let name = path.file_name().expect("files have names").to_string_lossy().into_owned();
        let kind = wanted.iter().find(|(broken, _)| *broken == name).and_then(|(_, kind)| *kind);
        let found = first_problem(&bytes, 1 << 16);
        assert_eq!(found.map(|(_, kind)| kind), kind, "{name}: {found:?}");
        for chunk_bytes in [1, 7, 64, 1000] {
            assert_eq!(first_problem(&bytes, chunk_bytes), found, "{name} by {chunk_bytes}");
        }
    }
}

#[test]
fn the_sample_is_what_a_json_parser_takes() {
    for name in ["observatories.json", "observatories.min.json", "deep.json", "escapes.json"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        let bytes = std::fs::read(path).expect("a fixture can be read");
        // The value is not built: a parser that builds it stops at 128 levels.
        serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).expect("the sample is JSON");
    }
}
