//! Counted equals told: what a scanner counts of a piece, with its short cuts for whoever does not ask where things stand, is what
//! it tells of one by one. Fixtures, or the corpus that `WARP_TUI_CORPUS` names, as they are and changed.

use warp_tui::lang::Class;
use warp_tui::lang::code::{CodeState, Counts, Piece, Scanner, Tokens};
use warp_tui::scan::Summary;
use warp_tui::simd::{KernelId, available};

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
