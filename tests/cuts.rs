//! Whole equals cut: every code language's fixtures, cut at any places, by any kernel, give what they give whole; and a state at a cut knows
//! the definitions around it.

use warp_tui::lang::PatternKind;
use warp_tui::lang::code::{Definition, Pattern, Piece, Tokens};
use warp_tui::scan::speculate::Speculator;
use warp_tui::scan::{State, detail};
use warp_tui::simd::{KernelId, available};

#[path = "shared/numbers.rs"]
mod numbers;
#[path = "shared/texts.rs"]
mod texts;

use numbers::Numbers;
use texts::{change, corpus, fixtures, scanned};

/// Where two results part, in the first of their lists that differs: whole results would fill pages.
fn parting(found: &Tokens, whole: &Tokens) -> String {
    fn first<T: PartialEq + std::fmt::Debug>(what: &str, cut: &[T], whole: &[T]) -> Option<String> {
        let n = cut.iter().zip(whole).take_while(|(a, b)| a == b).count();
        let (cut, whole) = (cut.get(n), whole.get(n));
        (cut != whole).then(|| format!("{what} {n}: cut {cut:?}, whole {whole:?}"))
    }
    first("structural", &found.structural, &whole.structural)
        .or_else(|| first("span", &found.spans, &whole.spans))
        .or_else(|| first("pattern", &found.patterns, &whole.patterns))
        .or_else(|| first("definition", &found.definitions, &whole.definitions))
        .or_else(|| first("level", &found.levels, &whole.levels))
        .or_else(|| first("level change", &found.level_changes, &whole.level_changes))
        .or_else(|| first("open level", &found.open, &whole.open))
        .or_else(|| first("problem", &found.problems, &whole.problems))
        .unwrap_or_default()
}

/// What is wrong with a result by itself: places outside of the text, or in an order that no reader of them expects.
fn malformed(found: &Tokens, length: usize) -> Option<String> {
    let length = length as u64;
    let within = |start: u64, end: u64| start <= end && end <= length;
    let ascending = found.structural.windows(2).all(|pair| pair[0] < pair[1]);
    if !ascending || found.structural.last().is_some_and(|at| *at >= length) {
        return Some("structurals".to_owned());
    }
    let apart = found.spans.windows(2).all(|pair| pair[0].1 <= pair[1].0);
    if !apart || !found.spans.iter().all(|span| within(span.0, span.1)) {
        return Some("spans".to_owned());
    }
    let pattern = found.patterns.iter().find(|pattern| {
        let name = pattern.name.unwrap_or((pattern.start, pattern.start));
        !within(pattern.start, pattern.end) || !within(name.0, name.1)
    });
    let definition =
        found.definitions.iter().find(|it| !within(it.start, it.name.1.max(it.name.0)));
    let level = found.levels.iter().find(|level| level.0 > level.1 || level.1 > length);
    let problem = found.problems.iter().find(|problem| problem.0 > length);
    (pattern.map(|it| format!("{it:?}")))
        .or_else(|| definition.map(|it| format!("{it:?}")))
        .or_else(|| level.map(|it| format!("level {it:?}")))
        .or_else(|| problem.map(|it| format!("problem {it:?}")))
}

/// Files up to this size are cut at every place.
const EVERY_PLACE_BYTES_MAX: usize = 4 << 10;

#[test]
fn no_cut_and_no_kernel_changes_what_is_found() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for (info, scanner) in scanned() {
        for (path, text) in fixtures(info) {
            let whole = scanner.tokens(KernelId::Scalar, &text, &[]);
            assert_eq!(malformed(&whole, text.len()), None, "{path}");
            let check = |kernel, cuts: &[usize], what: &str| {
                let found = scanner.tokens(kernel, &text, cuts);
                assert!(found == whole, "{path}, {kernel:?}, {what}: {}", parting(&found, &whole));
            };
            for kernel in available() {
                check(kernel, &[], "whole");
                for step in [1, 2, 3, 5, 7, 13, 64, 100, 1000, 4096, 65536] {
                    let cuts: Vec<usize> = (1..text.len()).step_by(step).collect();
                    check(kernel, &cuts, &format!("every {step} bytes"));
                }
            }
            let best = available()[0];
            if text.len() <= EVERY_PLACE_BYTES_MAX {
                (0..text.len()).for_each(|cut| check(best, &[cut], &format!("cut at {cut}")));
            }
            for _ in 0..50 {
                let n = 1 + numbers.below(12);
                let mut cuts: Vec<usize> = (0..n).map(|_| numbers.below(text.len())).collect();
                cuts.sort_unstable();
                check(best, &cuts, &format!("cut at {cuts:?}"));
            }
        }
    }
}

/// Bytes that make trouble in one language or another, and pieces of fixtures, put together at random: nothing hangs,
/// nothing panics, and no cut changes what is found.
#[test]
fn mixtures_survive_any_cut() {
    let mut numbers = Numbers(0xD1B5_4A32_D192_ED03);
    for (info, scanner) in scanned() {
        let fixtures = fixtures(info);
        for round in 0..200 {
            let mut text = Vec::new();
            for _ in 0..1 + numbers.below(12) {
                let Some((_, fixture)) = fixtures.get(numbers.below(fixtures.len())) else { break };
                let start = numbers.below(fixture.len());
                let end = (start + numbers.below(120)).min(fixture.len());
                text.extend_from_slice(&fixture[start..end]);
                let nasty = b"\"'`/\\\n\r#${}()[]<>%*@:;|\0\xff=";
                text.push(nasty[numbers.below(nasty.len())]);
            }
            let whole = scanner.tokens(KernelId::Scalar, &text, &[]);
            let each: Vec<usize> = (1..text.len()).collect();
            let mut few: Vec<usize> = (0..4).map(|_| numbers.below(text.len())).collect();
            few.sort_unstable();
            for cuts in [each, few] {
                let found = scanner.tokens(available()[0], &text, &cuts);
                let shown = String::from_utf8_lossy(&text);
                let some = &cuts[..cuts.len().min(4)];
                let parting = parting(&found, &whole);
                assert!(found == whole, "{} {round}, {some:?}...: {shown:?}: {parting}", info.name);
                assert_eq!(malformed(&whole, text.len()), None, "{} {round}: {shown:?}", info.name);
            }
        }
    }
}

/// What looks back or ahead finds nothing there in the shortest texts.
#[test]
fn every_text_of_two_bytes_and_many_of_three_survive_a_cut() {
    let ascii: Vec<u8> = (0..=0x80).collect();
    let marks = b"\"'`/\\\n\r#$?!{}()[]<>%*@:;,.|&=-+~^ae0_";
    for (info, scanner) in scanned() {
        let check = |text: &[u8]| {
            let whole = scanner.tokens(available()[0], text, &[]);
            assert_eq!(malformed(&whole, text.len()), None, "{} {text:?}", info.name);
            for cut in 1..text.len() {
                let found = scanner.tokens(available()[0], text, &[cut]);
                assert!(found == whole, "{} {text:?}: {}", info.name, parting(&found, &whole));
            }
        };
        for a in &ascii {
            ascii.iter().for_each(|b| check(&[*a, *b]));
        }
        for a in marks {
            for b in marks {
                marks.iter().for_each(|c| check(&[*a, *b, *c]));
            }
        }
    }
}

/// Texts whose cut result was another one, or that had places outside of them, until a fault was mended. Most are broken code.
const ONCE_WRONG: &[(&str, &str)] = &[
    ("tsx", "&&\0{d:lastName\", head"),
    ("tsx", "||\0{serRightProps,\n @"),
    ("tsx", "({:9<ew>(nullt {l.\n/*="),
    ("tsx", "import  type w= PlaVercel;\n  \n *"),
    ("tsx", "function<y>(} f<  "),
    ("tsx", "const m:  const is{ste =*"),
    ("tsx", ">{+5<K9,9>()\n\n    {\n\n}"),
    ("tsx", "(:typeof const v]* "),
    ("tsx", "(:asserts extends{a"),
    ("tsx", "enum function<8 extends o>("),
    ("tsx", "interface 4 extends 7 {function f84()]{'"),
    ("typescript", "module/**/'1'ction returns \n"),
    ("typescript", "/import\ntype s=hellSectionPrope{"),
    ("tsx", "class{as\nh<T18>(n>\n  );\n}\n\n@"),
    ("tsx", " as &<S me=\"title\">{ch\n"),
    ("tsx", "as keyof[n-card\n */\nexpor]"),
    ("tsx", ".//\nlet w:y  = (x!)(\n  \"\\\\\""),
    ("typescript", "import{.1(le  validateComa{"),
    ("javascript", "\\u{}{e: ()=>`ount)} \\u"),
    ("javascript", "class \\u{6}\\u{64A}\\u{szef "),
    ("javascript", "={\"\"{}{}\\u{e(utils/classNmap\n]"),
    ("javascript", "break e<appewrapper inst}"),
    ("javascript", "=/** @typn`/* \u{2029}*/-->"),
    ("javascript", "function ()(function f)"),
    ("javascript", "function<()){function []}"),
    ("rust", "impl r;"),
    ("rust", "impl<>();"),
    ("rust", "\"\";const impl:(\"\");"),
    ("rust", "const union T;"),
    ("rust", "unsafe unsafe fn p("),
    ("rust", "unsafe mod b\""),
    ("rust", "pub struct r'a"),
    ("rust", "//\nconst\0 x "),
    ("typescript", "function f(): typeof is { return 1; }"),
    ("typescript", " const M: {\n    o: typeof is{PowlPo"),
    ("typescript", " function ge\n>(\n,\n):ype<}) aype< abi,\n  Block\n  >\n}\n"),
    ("typescript", "interface A<B> \ninterface C extends D<E, F> {\n  g: h;\n}\n"),
    ("typescript", "const a = async (b: C,d (\n  e: F\n"),
    ("python", ":(#\n;#"),
    ("go", "func struct\"{\ntype T struct{}\nr"),
    ("ruby", "<<''\nD\n"),
    ("ruby", "<<~''\nD\n"),
    ("ruby", "a(<<'', <<A)\n  D\n\nb\n"),
    ("ruby", "a(<<A, <<\"\")\nb\nA\n"),
    ("ruby", "<<-''\nD\n  "),
    ("ruby", "<<``\n#{<<''}\nD\n"),
    ("typescript", "function a>(\n  b): C<T, D {\n = {},\n)    e,\n  }\nf<T, G>h,\n  }\n"),
];

#[test]
fn what_was_wrong_once_stays_right() {
    for (info, scanner) in scanned() {
        for (_, text) in ONCE_WRONG.iter().filter(|(name, _)| *name == info.name) {
            let text = text.as_bytes();
            let whole = scanner.tokens(KernelId::Scalar, text, &[]);
            assert_eq!(malformed(&whole, text.len()), None, "{text:?}");
            for step in 1..text.len() {
                let cuts: Vec<usize> = (step..text.len()).step_by(step).collect();
                let found = scanner.tokens(available()[0], text, &cuts);
                assert!(found == whole, "{step}, {text:?}: {}", parting(&found, &whole));
            }
        }
    }
}

/// A guess at the state far into a document looks at the bytes before it, and at no more: walking back to the document's first
/// byte would not end here.
#[test]
fn a_guess_far_into_a_document_ends() {
    const FAR: u64 = 1 << 50;
    for (info, scanner) in scanned() {
        for (path, text) in fixtures(info) {
            let text = [text.as_slice(), b"\n"].concat().repeat(2);
            let kernel = available()[0];
            let before = Piece { at: FAR, from: text.len(), ..Piece::from(&text) };
            let state = Speculator::new(kernel, info.id).guess(before);
            let piece = Piece { at: FAR, ..Piece::from(&text) };
            let (found, _) = scanner.find(kernel, state.code.as_ref(), &piece);
            let end = FAR + text.len() as u64;
            assert!(found.structural.iter().all(|at| (FAR..end).contains(at)), "{path}");
        }
    }
}

/// Stretches of real code, of a corpus if `WARP_TUI_CORPUS` names one and of the fixtures otherwise, changed in a few places: so
/// all sorts of code stands before all sorts of mistakes, where no writer of fixtures would put them.
#[test]
fn changed_code_survives_any_cut() {
    const ROUNDS: usize = 20;
    let mut numbers = Numbers(0xA076_1D64_78BD_642F);
    for (info, scanner) in scanned() {
        let texts = corpus(info).unwrap_or_else(|| fixtures(info));
        eprintln!("{}: {} texts, each changed {ROUNDS} times", info.name, texts.len());
        for (path, text) in texts.iter().flat_map(|it| std::iter::repeat_n(it, ROUNDS)) {
            let start = numbers.below(text.len());
            let mut text = text[start..(start + 3000).min(text.len())].to_vec();
            for _ in 0..1 + numbers.below(12) {
                change(&mut text, &mut numbers);
            }
            let step = [17, 100, 1000][numbers.below(3)];
            let cuts: Vec<usize> = (step..text.len()).step_by(step).collect();
            let whole = scanner.tokens(available()[0], &text, &[]);
            let found = scanner.tokens(available()[0], &text, &cuts);
            let shown = String::from_utf8_lossy(&text);
            let parting = parting(&found, &whole);
            assert!(found == whole, "{path}, cut every {step}: {parting}: {shown:?}");
            assert_eq!(malformed(&whole, text.len()), None, "{path}: {shown:?}");
        }
    }
}

/// That a name is one may be seen only some bytes and a bracket behind it.
const NEAR: u64 = 16;

#[test]
fn a_state_knows_the_definitions_that_it_is_inside_of() {
    let mut n_open = 0;
    for (info, scanner) in scanned() {
        for (path, text) in fixtures(info) {
            let whole = scanner.tokens(KernelId::Scalar, &text, &[]);
            for step in [1, 61, 1000] {
                if step == 1 && text.len() > EVERY_PLACE_BYTES_MAX / 2 {
                    continue;
                }
                let mut state = State::default();
                let mut told = (Vec::new(), Vec::new());
                for piece in Piece::whole(&text).chunks(step) {
                    let at = piece.at + piece.bytes().len() as u64;
                    let detail = detail(available()[0], info.id, &state, piece);
                    told.0.extend(detail.patterns);
                    told.1.extend(detail.definitions);
                    state = detail.end;
                    let Some(code) = state.code.as_ref().filter(|_| !piece.last) else { continue };
                    let open = code.open_definitions();
                    let seen = at - u64::from(code.pending());
                    let what = format!("{path}, cut at {at}");
                    assert!(
                        open.windows(2).all(|it| it[0].start <= it[1].start),
                        "{what}: {open:?}"
                    );
                    let end_of = |start, kind| {
                        let of_it = |it: &&Pattern| (it.start, it.kind) == (start, kind);
                        whole.patterns.iter().find(of_it).map(|it| it.end)
                    };
                    for it in &open {
                        let is_one = whole.definitions.iter().any(|other| key(other) == key(it));
                        assert!(is_one, "{what}: {it:?} is none");
                        // That one has ended may be seen at the next token only.
                        let end = end_of(it.start, it.kind).unwrap_or(at);
                        let behind = |at: &&u64| (end..seen).contains(*at);
                        let n_behind = whole.structural.iter().filter(behind).count();
                        assert!(n_behind <= 1, "{what}: {it:?} has ended at {end}");
                    }
                    for it in &whole.definitions {
                        let end = end_of(it.start, it.kind);
                        let next = whole.structural.iter().find(|at| **at >= it.name.1 + NEAR);
                        let is_known = next.is_some_and(|next| *next < seen);
                        if is_known && end.is_some_and(|end| end > at) {
                            let is_told = open.iter().any(|other| key(other) == key(it));
                            assert!(is_told, "{what}: {it:?} is open, told {open:?}");
                            n_open += 1;
                        }
                    }
                }
                // Each is told once, by one piece or another.
                told.0.sort_by_key(|it| (it.start, std::cmp::Reverse(it.end), it.kind));
                told.1.sort_by_key(|it| it.start);
                assert_eq!(told.0, whole.patterns, "{path} by {step}");
                assert_eq!(told.1, whole.definitions, "{path} by {step}");
            }
        }
    }
    // Of one language alone, while it is being written, there may be fewer.
    let is_alone = std::env::var_os("WARP_TUI_LANGUAGE").is_some();
    assert!(is_alone || n_open > 10_000, "{n_open}");
}

/// What tells a definition from others. Where a name ends that goes on for more than a KiB is told in more than one way.
fn key(it: &Definition) -> (u64, PatternKind, u64) {
    (it.start, it.kind, it.name.0)
}
