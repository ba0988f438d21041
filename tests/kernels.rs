//! Every kernel, every cut: the same result as the naive twin, to the bit.

use proptest::prelude::*;
use warp_tui::lang::LanguageId::Json;
use warp_tui::scan::{self, Detail, Mode, State, Summary, naive};
use warp_tui::simd::{self, KernelId, Utf8};

const MODES: [Mode; 7] = [
    Mode::Code,
    Mode::CodeAfterSlash,
    Mode::String,
    Mode::StringAfterEscape,
    Mode::LineComment,
    Mode::BlockComment,
    Mode::BlockCommentAfterStar,
];

/// Holds all kernels to the naive twin on `bytes`.
fn check(mode: Mode, bytes: &[u8]) {
    let start = State::of(mode);
    let (summary, detail) = naive::scan(&start, bytes);
    for kernel in simd::available() {
        check_one(kernel, &start, bytes, &summary, &detail);
    }
}

fn check_one(kernel: KernelId, start: &State, bytes: &[u8], summary: &Summary, detail: &Detail) {
    let shown = || format!("{} {start:?} {:?}", kernel.name(), String::from_utf8_lossy(bytes));
    let (got, end) = scan::summarize(kernel, Json, start, bytes);
    assert_eq!(&got, summary, "{}", shown());
    assert_eq!(end, detail.end, "{}", shown());
    assert_eq!(&scan::detail(kernel, Json, start, bytes), detail, "{}", shown());
    let mut positions = Vec::new();
    let end = scan::structurals(kernel, Json, start, bytes, &mut positions);
    assert_eq!(positions, detail.structurals, "{}", shown());
    assert_eq!(end, detail.end, "{}", shown());
    positions.clear();
    let (mut apart, mut together) = (Utf8::default(), Utf8::default());
    let wrong = apart.check(kernel, bytes);
    let checked =
        scan::structurals_checked(kernel, Json, start, bytes, &mut together, &mut positions);
    assert_eq!(checked, (end, wrong), "{}", shown());
    assert_eq!(positions, detail.structurals, "{}", shown());
    assert_eq!(apart, together, "{}", shown());
}

/// Bytes that mean something to a JSON scanner, or nearly do, or are neighbours of those in one bit.
const ALPHABET: &[u8] =
    b"{}[],:\"\\/*\n\r ax019{}[]\"\\\"\\,,::;z|~\x02\x22\x0b\x1b\xa2\xdb\xfb\xdc\x80\xff";

fn noise(alphabet: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(alphabet), 0..3000)
}

/// Runs of one byte, so that a block or a whole group is full of it.
fn runs() -> impl Strategy<Value = Vec<u8>> {
    let run = (prop::sample::select(ALPHABET), 1usize..200);
    prop::collection::vec(run, 0..30)
        .prop_map(|runs| runs.into_iter().flat_map(|(byte, n)| vec![byte; n]).collect())
}

/// Tens of kilobytes: many batches, with depth that goes down and up by hundreds and stretches where nothing happens.
fn long() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "[",
        "]",
        "},{",
        "{\"a\":[],",
        ",1",
        "]}",
        "                                                                    ",
        "\"text, of [no] {account} \\\" \",\n",
        "\n  /* [ */",
    ];
    let piece = (prop::sample::select(PIECES), 1usize..300);
    prop::collection::vec(piece, 1..20).prop_map(|pieces| {
        pieces.into_iter().flat_map(|(text, n)| text.repeat(n).into_bytes()).collect()
    })
}

/// Rows of values that come back to one depth again and again, deep ones and flat ones, long ones and short ones, with backslashes and
/// brackets in their strings; now and then depth falls by a level.
fn rows() -> impl Strategy<Value = Vec<u8>> {
    const ROWS: &[&str] = &[
        "1,",
        "\"a\",",
        "[1.25,-2],",
        "{\"a\":1},\n",
        "[[[1,2],3],4],",
        "[[[[1,2],3],4],5],",
        "{\"a\":[1,{\"b\":[2,[3,[4,[]]]]}],\"c\":{}}\n",
    ];
    let backslashes = |n| "\\".repeat(n);
    let row = prop_oneof![
        4 => prop::sample::select(ROWS).prop_map(str::to_owned),
        1 => "[\\[\\]{},:x ]{0,90}".prop_map(|text| format!("\"{text}\",")),
        1 => (0usize..150, "[\\]{},x]{0,9}")
            .prop_map(move |(n, text)| format!("\"{}\\\"{text}\",", backslashes(2 * n))),
        1 => (0usize..90).prop_map(|n| " ".repeat(n)),
        3 => (0usize..90).prop_map(|n| format!("{{{}}},", "\"k, \":[1,2],".repeat(n))),
    ];
    let many = (row, prop_oneof![1usize..4, 1usize..120]).prop_map(|(row, n)| row.repeat(n));
    let part = prop_oneof![20 => many, 1 => Just("]".to_owned()), 1 => Just("[".to_owned())];
    (0usize..200, prop::collection::vec(part, 1..60))
        .prop_map(move |(n, parts)| (backslashes(n) + "\"," + &parts.concat()).into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn kernels_agree_on_rows(bytes in rows(), mode in prop::sample::select(&MODES[..4])) {
        check(mode, &bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn kernels_agree_on_long_text(bytes in long(), mode in prop::sample::select(&MODES[..])) {
        check(mode, &bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn kernels_agree_on_noise(bytes in noise(ALPHABET), mode in prop::sample::select(&MODES[..])) {
        check(mode, &bytes);
    }

    #[test]
    fn kernels_agree_on_strings_and_brackets(bytes in noise(b"{}[],:\"a ")) {
        check(Mode::Code, &bytes);
    }

    #[test]
    fn kernels_agree_on_brackets_and_commas(bytes in noise(b"{}[],")) {
        check(Mode::Code, &bytes);
    }

    #[test]
    fn kernels_agree_on_escapes(bytes in noise(b"\\\\\\\"a"), mode in prop::sample::select(&MODES[..])) {
        check(mode, &bytes);
    }

    #[test]
    fn kernels_agree_on_runs(bytes in runs(), mode in prop::sample::select(&MODES[..])) {
        check(mode, &bytes);
    }

    #[test]
    fn kernels_agree_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        check(Mode::Code, &bytes);
    }

    #[test]
    fn cuts_change_nothing(bytes in noise(ALPHABET), cut in 1usize..700) {
        let (whole, detail) = naive::scan(&State::default(), &bytes);
        for kernel in simd::available() {
            let (mut state, mut sum, mut positions) = (State::default(), Summary::default(), vec![]);
            for (i, piece) in bytes.chunks(cut).enumerate() {
                let found = scan::detail(kernel, Json, &state, piece);
                positions.extend(found.structurals.iter().map(|at| at + (i * cut) as u32));
                let (summary, end) = scan::summarize(kernel, Json, &state, piece);
                prop_assert_eq!(&found.end, &end);
                sum = sum.then(&summary);
                state = end;
            }
            prop_assert_eq!(&sum, &whole);
            prop_assert_eq!(&positions, &detail.structurals);
            prop_assert_eq!(&state, &detail.end);
        }
    }
}

/// Text of characters of all lengths with structure in between, perhaps with one byte gone wrong.
fn characters() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] =
        &["{", "],", "\"a\":", "\"\u{e9}\u{20ac}", "\u{1f600}\"", "\\\u{7ff}", "    "];
    let pieces = prop::collection::vec((prop::sample::select(PIECES), 1usize..40), 0..60);
    let wrong = prop::option::of((any::<prop::sample::Index>(), any::<u8>()));
    (pieces, wrong).prop_map(|(pieces, wrong)| {
        let mut bytes: Vec<u8> =
            pieces.iter().flat_map(|(piece, n)| piece.repeat(*n).into_bytes()).collect();
        if let Some((at, byte)) = wrong.filter(|_| !bytes.is_empty()) {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Positions and UTF-8 in one pass, chunk by chunk, are what two passes say.
    #[test]
    fn characters_checked_on_the_way_are_checked_as_by_themselves(
        bytes in characters(), cut in prop_oneof![1usize..8, 1usize..5000],
    ) {
        for kernel in simd::available() {
            let (mut apart, mut together) = (Utf8::default(), Utf8::default());
            let (mut state, mut state_together) = (State::default(), State::default());
            for piece in bytes.chunks(cut) {
                let (mut positions, mut positions_together) = (Vec::new(), Vec::new());
                state = scan::structurals(kernel, Json, &state, piece, &mut positions);
                let wrong = apart.check(kernel, piece);
                let utf8 = &mut together;
                let (end, wrong_together) = scan::structurals_checked(
                    kernel, Json, &state_together, piece, utf8, &mut positions_together,
                );
                state_together = end;
                prop_assert_eq!(&positions, &positions_together);
                prop_assert_eq!(&state, &state_together);
                prop_assert_eq!(wrong, wrong_together);
                if wrong.is_some() {
                    break;
                }
                prop_assert_eq!(&apart, &together);
            }
        }
    }
}

/// More runs that touch the lowest depth, in few blocks each, than any kernel keeps in mind.
#[test]
fn kernels_agree_on_megabytes_that_come_back_to_one_depth_rarely() {
    let row = format!("{{\"a\\\\\": [{} 1, 2]}}, ", "{\"b, [\\\"\": [0]}, ".repeat(90));
    let bytes = row.repeat(900).into_bytes();
    assert!(bytes.len() > 1 << 20, "{} bytes are few", bytes.len());
    check(Mode::Code, &bytes);
}

/// A row of backslashes from before the text on, and whether the quote behind it ends the string.
#[test]
fn kernels_agree_on_an_escape_carried_over_blocks() {
    for n in 50..200 {
        let (open, deep) = ("[".repeat(3), "[1, 2], ".repeat(1000));
        let text = format!("{}\", {{}}, \", [\", {open}{deep}", "\\".repeat(n));
        for mode in [Mode::String, Mode::StringAfterEscape] {
            check(mode, text.as_bytes());
        }
    }
}

/// Every length up to 257 at every alignment: no tail, no head is treated differently.
#[test]
fn every_length_at_every_alignment_agrees() {
    let mut seed = 7u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ALPHABET[(seed >> 33) as usize % ALPHABET.len()]
    };
    let bytes: Vec<u8> = (0..64 + 257).map(|_| next()).collect();
    for align in 0..64 {
        for length in 0..=257 {
            check(Mode::Code, &bytes[align..align + length]);
        }
    }
}
