//! Counted equals told: what a scanner counts of a piece, with its short cuts for whoever does not ask where things stand, is what
//! it tells of one by one; and lines are of the same kinds however a document is cut. Fixtures, or the corpus that
//! `WARP_TUI_CORPUS` names, as they are and changed.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use warp_tui::lang::code::{CodeState, Counts, LOOK_BACK_MAX, Piece, Scanner, Tokens};
use warp_tui::lang::{Class, LanguageId, detect};
use warp_tui::scan::{
    Account, Accountant, LineKinds, ScanJob, Scanned, State, Summary, WithoutCharacters,
};
use warp_tui::simd::{KernelId, Utf8Part, available};

#[path = "shared/numbers.rs"]
mod numbers;
#[path = "shared/texts.rs"]
mod texts;

use numbers::Numbers;
use texts::{change, corpus, fixtures, scanned};

/// What `found`, told of a piece of `text`, comes to.
fn counted(found: &Tokens, text: &[u8]) -> Summary {
    let mut sum = Summary::default();
    for at in &found.structural {
        let class = usize::try_from(*at).ok().and_then(|at| Class::of(*text.get(at)?));
        sum.classes[class.expect("a structural character") as usize] += 1;
    }
    for (_, _, kind) in &found.spans {
        sum.spans[*kind as usize] += 1;
    }
    for pattern in &found.patterns {
        sum.patterns[pattern.kind as usize] += 1;
    }
    for (_, opens) in &found.level_changes {
        sum.depth_change += if *opens { 1 } else { -1 };
        sum.depth_max = sum.depth_max.max(sum.depth_change);
        if sum.depth_change < sum.depth_min {
            (sum.depth_min, sum.closes_at_min) = (sum.depth_change, 0);
        }
        sum.closes_at_min += u64::from(!opens && sum.depth_change == sum.depth_min);
    }
    sum.problem = found.problems.iter().copied().min_by_key(|(at, _)| *at);
    sum
}

/// Counts `text` piece by piece, and tells of each piece from the state that was counted to. Returns where the two part first.
fn parting(
    scanner: &dyn Scanner,
    kernel: KernelId,
    text: &[u8],
    piece_bytes: usize,
) -> Option<String> {
    let mut state: Option<CodeState> = None;
    for piece in Piece::whole(text).chunks(piece_bytes) {
        let (found, _) = scanner.find(kernel, state.as_ref(), &piece);
        let (mut plain, mut counts) = (Counts::default(), Counts::with_comments());
        let after_plain = scanner.count(kernel, state.as_ref(), &piece, &mut plain);
        let after_counts = scanner.count(kernel, state.as_ref(), &piece, &mut counts);
        let (plain, counts, comments) = (plain.summary, counts.summary, counts.comments);
        let told = counted(&found, text);
        if plain != told || counts != told {
            return Some(format!("at {}: told {told:?}, counted {plain:?}, {counts:?}", piece.at));
        }
        let told_comments = found.spans.iter().filter(|span| span.2.is_comment());
        let told_comments = told_comments.map(|(start, end, _)| (*start, *end)).collect();
        if comments != Some(told_comments) {
            return Some(format!("at {}: comments {comments:?}", piece.at));
        }
        if after_plain != after_counts {
            return Some(format!("at {}: {after_plain:?}, {after_counts:?}", piece.at));
        }
        state = Some(after_counts);
    }
    None
}

#[test]
fn what_is_counted_of_a_document_is_what_is_told_of_it() {
    for (info, scanner) in scanned() {
        for (path, text) in corpus(info).unwrap_or_else(|| fixtures(info)) {
            for kernel in available() {
                for piece_bytes in [usize::MAX, 5000, 777, 64] {
                    let parting = parting(scanner, kernel, &text, piece_bytes);
                    assert_eq!(parting, None, "{path}, {kernel:?}, pieces of {piece_bytes}");
                }
            }
        }
    }
}

#[test]
fn what_is_counted_of_changed_code_is_what_is_told_of_it() {
    const ROUNDS: usize = 20;
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    for (info, scanner) in scanned() {
        let texts = corpus(info).unwrap_or_else(|| fixtures(info));
        for (path, text) in texts.iter().flat_map(|it| std::iter::repeat_n(it, ROUNDS)) {
            let start = numbers.below(text.len());
            let mut text = text[start..(start + 3000).min(text.len())].to_vec();
            for _ in 0..1 + numbers.below(12) {
                change(&mut text, &mut numbers);
            }
            let piece_bytes = [usize::MAX, 1000, 100, 17][numbers.below(4)];
            let parting = parting(scanner, available()[0], &text, piece_bytes);
            let shown = String::from_utf8_lossy(&text);
            assert_eq!(parting, None, "{path}, pieces of {piece_bytes}: {shown:?}");
        }
    }
}

/// What is counted of `text`, handed over in pieces that end at `cuts` and at its end.
fn account(language: LanguageId, text: &[u8], cuts: &[usize]) -> Account {
    let kernel = available()[0];
    let (chunk_bytes, bytes_total) = (text.len().max(1), text.len() as u64);
    let job = ScanJob { language, kernel, threads: 1, chunk_bytes, bytes_total, give_way: None };
    let (mut accountant, mut state, mut start) = (Accountant::new(&job), State::default(), 0);
    for end in cuts.iter().copied().filter(|cut| *cut < text.len()).chain([text.len()]) {
        // A piece of a stream: nothing to look ahead at.
        let last = end == text.len();
        let base = start - start.min(LOOK_BACK_MAX);
        let piece = Piece {
            last,
            ..Piece::of(&text[base..end], base as u64, start - base..end - base, last)
        };
        let (found, after) = WithoutCharacters::scan(kernel, language, &state, piece);
        let bytes = &text[start..end];
        let found = found.with(Utf8Part::of(kernel, bytes));
        let Ok(()) = accountant.take(&found, &after, || Ok::<_, Infallible>(bytes));
        (state, start) = (after, end);
    }
    accountant.finish()
}

/// The lines of `text`, one by one, where these spans are its comments.
fn lines(text: &[u8], comments: &[(u64, u64)]) -> LineKinds {
    let mut kinds = LineKinds::default();
    let mut start = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let is_comment = |at: usize| {
            let after = comments.partition_point(|(start, _)| *start <= at as u64);
            after > 0 && (at as u64) < comments[after - 1].1
        };
        let ink = (start..start + line.len()).filter(|at| !text[*at].is_ascii_whitespace());
        let (comment, code): (Vec<usize>, Vec<usize>) = ink.partition(|at| is_comment(*at));
        match (code.is_empty(), comment.is_empty()) {
            (false, _) => kinds.code += 1,
            (true, false) => kinds.comment += 1,
            (true, true) => kinds.blank += 1,
        }
        start += line.len();
    }
    kinds
}

/// Compares the lines of `text`, cut in many ways, with `wanted`, and the rest with what is counted of the whole.
fn check_lines(
    (language, what): (LanguageId, &str),
    text: &[u8],
    wanted: Option<LineKinds>,
    numbers: &mut Numbers,
) {
    let whole = account(language, text, &[]);
    assert_eq!(whole.lines, wanted.unwrap_or(whole.lines), "{what}");
    let steps = [1, 3, 7, 64].map(|step| (step..text.len()).step_by(step).collect());
    let random = (0..4).map(|_| {
        let n = 1 + numbers.below(12);
        let mut cuts: Vec<usize> = (0..n).map(|_| numbers.below(text.len())).collect();
        cuts.sort_unstable();
        cuts
    });
    let each: Vec<Vec<usize>> = steps.into_iter().chain(random).collect();
    for cuts in each {
        let cut = account(language, text, &cuts);
        let shown = if text.len() < 2000 { String::from_utf8_lossy(text) } else { "".into() };
        let some = &cuts[..cuts.len().min(12)];
        assert_eq!(cut.lines, whole.lines, "{what}, cut at {some:?}...: {shown:?}");
        assert_eq!(cut.problem, whole.problem, "{what}, cut at {some:?}...: {shown:?}");
        assert_eq!(cut.summary.bytes, whole.summary.bytes);
        assert_eq!(cut.summary.line_breaks, whole.summary.line_breaks);
    }
}

#[test]
fn no_cut_changes_what_is_on_a_line() {
    const WHOLE_BYTES_MAX: usize = 64 << 10;
    let mut numbers = Numbers(0x5851_F42D_4C95_7F2D);
    for (info, scanner) in scanned() {
        for (path, mut text) in corpus(info).unwrap_or_else(|| fixtures(info)) {
            text.truncate(WHOLE_BYTES_MAX);
            let found = scanner.tokens(available()[0], &text, &[]);
            let comments = found.spans.iter().filter(|span| span.2.is_comment());
            let comments: Vec<_> = comments.map(|(start, end, _)| (*start, *end)).collect();
            let wanted = Some(lines(&text, &comments));
            check_lines((info.id, &path), &text, wanted, &mut numbers);
            for _ in 0..4 {
                let start = numbers.below(text.len());
                let mut text = text[start..(start + 1000).min(text.len())].to_vec();
                for _ in 0..1 + numbers.below(12) {
                    change(&mut text, &mut numbers);
                }
                check_lines((info.id, &path), &text, None, &mut numbers);
            }
        }
    }
}

/// The same of what has no scanner of its own.
#[test]
fn no_cut_changes_what_is_on_a_line_of_data() {
    let mut numbers = Numbers(0x1405_7B7E_F767_814F);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for entry in fs::read_dir(folder).expect("fixtures can be read").flatten() {
        let Ok(text) = fs::read(entry.path()) else { continue };
        let path = entry.path().display().to_string();
        check_lines((detect(&entry.path(), &text), &path), &text, None, &mut numbers);
        check_lines((LanguageId::Text, &path), &text, None, &mut numbers);
    }
}
