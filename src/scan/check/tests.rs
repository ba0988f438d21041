//! The check against its twin, which looks at everything, and against `serde_json`.

use proptest::prelude::*;

use super::*;
use crate::scan::summarize;
use crate::scan::survey::survey_by_lanes;
use crate::simd::{available, best};

fn first(bytes: &[u8], cut: usize) -> Option<(u64, ProblemKind)> {
    first_by(best(), bytes, cut)
}

fn first_by(kernel: KernelId, bytes: &[u8], cut: usize) -> Option<(u64, ProblemKind)> {
    let mut checker = Checker::new(kernel, LanguageId::Json);
    for chunk in bytes.chunks(cut) {
        checker.chunk(chunk);
    }
    checker.finish()
}

/// A check by these surveys, and how many stretches had to be looked at.
fn checked(
    survey: impl Fn(&State, &[u8]) -> (Survey, State),
    bytes: &[u8],
    cut: usize,
) -> (Option<(u64, ProblemKind)>, usize) {
    let mut checker = Checker::new(best(), LanguageId::Json);
    let mut n = 0;
    for chunk in bytes.chunks(cut) {
        let (survey, end) = survey(&checker.state, chunk);
        if !checker.go_on(&survey, &end, chunk.len() as u64) {
            n += 1;
            checker.look(chunk);
        }
    }
    (checker.finish(), n)
}

fn first_by_lanes(bytes: &[u8], cut: usize) -> (Option<(u64, ProblemKind)>, usize) {
    checked(survey_by_lanes, bytes, cut)
}

/// How many stretches had to be looked at.
fn looked_at(kernel: KernelId, bytes: &[u8], cut: usize) -> usize {
    checked(|start, bytes| survey(kernel, LanguageId::Json, start, bytes), bytes, cut).1
}

#[test]
fn the_first_problem_is_found_at_any_cut() {
    use ProblemKind::*;
    type Case = (&'static [u8], Option<(u64, ProblemKind)>);
    let cases: [Case; 68] = [
        (b"", None),
        (b"{\"a\":[1,2,{}]}\n[]\n", None),
        (b"[1, // ]\n /* [ */ 2]", None),
        (b"[1,2}", Some((4, MismatchedBracket))),
        (b"{\"a\":1]", Some((6, MismatchedBracket))),
        (b"[]]", Some((2, StrayCloser))),
        (b"[1,[2,3]", Some((0, UnclosedBracket))),
        (b"[1,[2,3", Some((3, UnclosedBracket))),
        (b"[\"ab", Some((1, UnterminatedString))),
        (b"[\"ab\\", Some((1, UnterminatedString))),
        (b"[\"a\nb\"]", Some((1, UnterminatedString))),
        (b"[] /* *", Some((3, UnterminatedComment))),
        (b"[\"\xff\"}", Some((2, InvalidUtf8))),
        (b"[\"a\"] \xe2\x82", Some((6, InvalidUtf8))),
        (b"[] \xe2\x82\xac", Some((3, Unexpected))),
        (b"\xef\xbb\xbf[1]", None),
        (b"\xef\xbb\xbf1", None),
        (b"\xef\xbc\x81[1]", Some((0, Unexpected))),
        (b" \xef\xbb\xbf[1]", Some((1, Unexpected))),
        (b"{,}", Some((1, Unexpected))),
        (b"[,1]", Some((1, Unexpected))),
        (b"[1,]", Some((3, Unexpected))),
        (b"[1,,2]", Some((3, Unexpected))),
        (b"[1 2]", Some((3, Unexpected))),
        (b"1 2\n[3]{} null\"\"", None),
        (b"1, 2", Some((1, Unexpected))),
        (b"{} , {}", Some((3, Unexpected))),
        (b"\"a\":1", Some((3, Unexpected))),
        (b"{\"a\" 1}", Some((5, Unexpected))),
        (b"{\"a\",\"b\":1}", Some((4, Unexpected))),
        (b"{\"a\":1,2}", Some((7, Unexpected))),
        (b"{\"a\":1,\"b\"}", Some((10, Unexpected))),
        (b"{\"a\":}", Some((5, Unexpected))),
        (b"{\"a\":1:2}", Some((6, Unexpected))),
        (b"{\"a\"::2}", Some((5, Unexpected))),
        (b"{1:2}", Some((1, Unexpected))),
        (b"[\"a\":1]", Some((4, Unexpected))),
        (b"[[1],\"a\":1]", Some((8, Unexpected))),
        (b"{\"a\":{},[]}", Some((8, Unexpected))),
        (b"[tru]", Some((1, Unexpected))),
        (b"[truee]", Some((1, Unexpected))),
        (b"nul", Some((0, UnterminatedWord))),
        (b"nul ", Some((0, Unexpected))),
        (b"[true1]", Some((1, Unexpected))),
        (b"[1, null.5]", Some((4, Unexpected))),
        (b"[false-1]", Some((1, Unexpected))),
        (b"[1true]", Some((1, Unexpected))),
        (b"tru/", Some((0, Unexpected))),
        (b"[1] /", Some((4, UnterminatedComment))),
        (b"[NaN]", Some((1, Unexpected))),
        (b"[-1.5e+07, 0, -0, 0.10, 1E5]", None),
        (b"[01]", Some((1, Unexpected))),
        (b"[1, -01]", Some((4, Unexpected))),
        (b"[1.]", Some((1, Unexpected))),
        (b"[1.2.3]", Some((1, Unexpected))),
        (b"[1e2e3]", Some((1, Unexpected))),
        (b"[+1]", Some((1, Unexpected))),
        (b"-", Some((0, UnterminatedWord))),
        (b"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00aF\"", None),
        (b"[\"a\\x\"]", Some((3, BadEscape))),
        (b"[\"a\\u12\"]", Some((3, BadEscape))),
        (b"[\"\\u123g\"]", Some((2, BadEscape))),
        (b"[\"a\\x\n\"]", Some((1, UnterminatedString))),
        (b"[\"a\tb\"]", Some((3, Unexpected))),
        (b"1 / 2", Some((2, Unexpected))),
        (b"1/**/ / ", Some((6, Unexpected))),
        (b"[1,/* ] */2]// 3", None),
        (b"[1]\x0c", Some((3, Unexpected))),
    ];
    for (bytes, expected) in cases {
        for cut in 1..=bytes.len().max(1) {
            let text = String::from_utf8_lossy(bytes);
            assert_eq!(first(bytes, cut), expected, "{text} cut at {cut}");
        }
    }
}

/// The twin: every chunk is gone over character by character.
fn first_by_looking(bytes: &[u8], cut: usize) -> Option<(u64, ProblemKind)> {
    let mut checker = Checker::new(best(), LanguageId::Json);
    bytes.chunks(cut).for_each(|chunk| checker.look(chunk));
    checker.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn surveys_find_what_looking_finds_at_any_cut(
        bytes in prop::collection::vec(
            prop::sample::select(&b"[]{}\"\"\\/*\n\r ,:au1-.e0\xff\xe2\x82\xac"[..]), 0..1500),
        cut in 1usize..1600,
    ) {
        let expected = first_by_looking(&bytes, bytes.len().max(1));
        prop_assert_eq!(first_by_looking(&bytes, cut), expected);
        prop_assert_eq!(first(&bytes, cut), expected);
    }

    #[test]
    fn surveys_of_good_json_with_one_wrong_byte_find_it(
        at in any::<prop::sample::Index>(), byte: u8, cut in 1usize..3000,
    ) {
        let text = r#"{"a b":["\"c\\",{"d":"e,}{é"}],/* " */ "f":"\\\"g", "h": [-1.5e3, true]} // "
            "#;
        let mut bytes = text.repeat(60).into_bytes();
        bytes.push(b'\n');
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let expected = first_by_looking(&bytes, bytes.len());
        prop_assert_eq!(first_by_looking(&bytes, cut), expected);
        prop_assert_eq!(first(&bytes, cut), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Longer than what brackets are matched in at a time.
    #[test]
    fn surveys_of_long_stretches_find_one_wrong_byte(
        at in any::<prop::sample::Index>(), byte in prop::sample::select(&b"[]{} ,:\"0t"[..]),
        open in 0usize..3, cut in 100_000usize..400_000,
    ) {
        let text = r#"{"a":[[1,[]],[{}, 2]], "b": [[[["text, of no account"]]]]}, "#;
        let pad = " ".repeat(3000) + &"[".repeat(open) + &"[{}], ".repeat(2000);
        let ends = ["[".to_owned(), "null]".to_owned()];
        let parts = [&ends[0], &text.repeat(2000), &pad, &text.repeat(2000), &ends[1]];
        let mut bytes = parts.map(String::as_str).concat().into_bytes();
        prop_assert_eq!(open > 0, first(&bytes, cut).is_some());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let expected = first_by_looking(&bytes, bytes.len());
        prop_assert_eq!(first(&bytes, cut), expected);
        prop_assert_eq!(first(&bytes, bytes.len()), expected);
        prop_assert_eq!(first_by_lanes(&bytes, bytes.len()).0, expected);
        let (summary, _) = summarize(best(), LanguageId::Json, &State::default(), &bytes[..]);
        let (survey, _) = survey(best(), LanguageId::Json, &State::default(), &bytes);
        prop_assert_eq!(survey.brackets.depth_max, summary.depth_max);
    }
}

/// White space, often none.
fn white() -> impl Strategy<Value = &'static str> {
    prop::sample::select(
        &["", "", "", " ", "\n", "\r\n\t", "                                  "][..],
    )
}

/// What a string may hold.
fn text() -> impl Strategy<Value = String> {
    let pieces = &[
        "a",
        "tau0",
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u00eF",
        "\\u1234",
        "€",
        "{[,:]}",
        "1.5e",
        "/* */",
        "// ",
        "a long text that fills most of a block by itself, and goes on",
    ];
    prop::collection::vec(prop::sample::select(&pieces[..]), 0..4).prop_map(|text| text.concat())
}

/// A document that is as it should be.
fn value() -> impl Strategy<Value = String> {
    let words = &[
        "true",
        "false",
        "null",
        "0",
        "-0",
        "7",
        "-1.50",
        "12345678901234567890123456789012345",
        "0.1e-7",
        "1E+05",
        "-0.0e0",
    ];
    let leaf = prop_oneof![
        prop::sample::select(&words[..]).prop_map(str::to_owned),
        text().prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let item =
            (white(), inner.clone(), white()).prop_map(|(a, b, c)| [a, &b, c].concat()).boxed();
        let pair = (white(), text(), white(), item.clone())
            .prop_map(|(a, key, b, item)| format!("{a}\"{key}\"{b}:{item}"));
        prop_oneof![
            prop::collection::vec(item, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(pair, 0..6).prop_map(|pairs| format!("{{{}}}", pairs.join(","))),
        ]
    })
}

/// Documents one after the other.
fn documents() -> impl Strategy<Value = String> {
    prop::collection::vec(value(), 1..5).prop_map(|documents| documents.join("\n"))
}

/// Replaces up to two bytes by what is given.
fn damaged(text: &str, damage: &[(prop::sample::Index, &str)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, instead) in damage {
        let at = at.index(bytes.len());
        bytes.splice(at..=at, instead.bytes());
    }
    bytes
}

fn damage() -> impl Strategy<Value = Vec<(prop::sample::Index, &'static str)>> {
    let instead = &[
        "", "", "{", "}", "[", "]", ",", ":", "\"", " ", "\n", "\t", "0", "1", "-", "+", ".", "e",
        "E", "\\", "\\u", "u", "true", "t", ";", "<", "?", "\u{1}", "/", "/**/", "//\n", "é", "g",
        "[1]", "{\"\":0}", "1,", ",\"\":1",
    ];
    prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&instead[..])), 0..3)
}

/// Whether `serde_json` takes it for documents one after the other.
fn is_accepted(bytes: &[u8]) -> bool {
    let documents = serde_json::Deserializer::from_slice(bytes);
    documents.into_iter::<serde::de::IgnoredAny>().all(|document| document.is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn documents_good_and_damaged_are_judged_as_serde_judges_them_at_any_cut(
        text in documents(), damage in damage(), cut in 1usize..700,
    ) {
        let bytes = damaged(&text, &damage);
        let expected = first_by_looking(&bytes, bytes.len().max(1));
        prop_assert_eq!(first_by_looking(&bytes, cut), expected);
        for kernel in available() {
            prop_assert_eq!(first_by(kernel, &bytes, cut), expected, "{}", kernel.name());
            prop_assert_eq!(first_by(kernel, &bytes, 1 << 20), expected, "{}", kernel.name());
        }
        prop_assert_eq!(first_by_lanes(&bytes, cut).0, expected);
        prop_assert_eq!(first_by_lanes(&bytes, 1 << 20).0, expected);
        // It knows no comments, and does not mind what it does not read.
        let is_utf8 = std::str::from_utf8(&bytes).is_ok();
        if is_utf8
            && !text.contains('/') && !damage.iter().any(|(_, instead)| instead.contains('/')) {
            prop_assert_eq!(expected.is_none(), is_accepted(&bytes), "{:?}", expected);
        }
    }

    #[test]
    fn documents_that_are_good_need_no_second_look(text in documents(), cut in 40usize..3000) {
        // A number that is longer than what is kept of a cut is looked at.
        let text = format!("{text}\n").replace("1234567890", "").repeat(20);
        for kernel in available() {
            prop_assert_eq!(looked_at(kernel, text.as_bytes(), cut), 0, "{}", kernel.name());
        }
        prop_assert_eq!(first_by_lanes(text.as_bytes(), cut).1, 0);
    }
}

/// What a comma says, and what it stands in, lie more than a word of tokens apart, and often in another stretch.
#[test]
fn commas_say_what_they_stand_in_far_from_its_ends() {
    let far = ["[".repeat(40), "]".repeat(40)].concat();
    let wrong = [
        "[F,\"a\":F]",
        "{\"a\":F,F}",
        "{\"a\":F,\"b\":F,F}",
        "[F,F,\"a\":F]",
        "F,F",
        "F F,F",
        "[F F]",
        "F [F F]",
        "[F,{\"a\":F},\"b\":F]",
        "{\"a\":[F,F],F}",
        "[{\"a\":F F}]",
        "{\"a\":F F}",
        "[[F],\"a\":F]",
        "F [F] F, F",
    ];
    let right =
        ["[F,F,F]", "{\"a\":F,\"b\":F}", "F F F", "[{\"a\":F},F]", "{\"a\":[F,F],\"b\":F} F"];
    for (text, is_right) in
        wrong.map(|text| (text, false)).into_iter().chain(right.map(|text| (text, true)))
    {
        let bytes = text.replace('F', &far).into_bytes();
        let expected = first_by_looking(&bytes, bytes.len());
        assert_eq!(expected.is_none(), is_right, "{text}");
        for cut in 1..=bytes.len() {
            assert_eq!(first(&bytes, cut), expected, "{text} cut at {cut}");
        }
        assert_eq!(first_by_lanes(&bytes, bytes.len()).0, expected, "{text}");
    }
}

/// Tokens are gone over a row at a time (996 blocks by kernels of one lane, 1,024 by those of eight), 64 of them at once, and
/// of each the next two matter: here they stand in the next row.
#[test]
fn what_is_wrong_where_a_row_of_tokens_ends_is_found() {
    let mut n_tried = 0;
    for (row, zeros, spaces) in [996 * 64, 1024 * 64]
        .into_iter()
        .flat_map(|row| (0..110).step_by(2).map(move |zeros| (row, zeros)))
        .flat_map(|(row, zeros)| (0..8).map(move |spaces| (row, zeros, spaces)))
    {
        let items = "{\"a\":1,\"b\":2,\"c\":3},".repeat(row / 20 + 9);
        let good = [&" ".repeat(spaces), "[", &"0,".repeat(zeros), &items, "0]"].concat();
        let n_tokens = good.bytes().take(row).filter(|byte| !b" \"".contains(byte)).count();
        if n_tokens % 64 > 1 {
            continue;
        }
        assert_eq!(first(good.as_bytes(), good.len()), None);
        for at in row - 6..row + 3 {
            for instead in [",", ":", "  "] {
                let mut bytes = good.clone().into_bytes();
                bytes.splice(at..at + instead.len(), instead.bytes());
                let expected = first_by_looking(&bytes, bytes.len());
                assert_eq!(first(&bytes, bytes.len()), expected, "{row} {zeros} {spaces} {at}");
                let by_lanes = first_by_lanes(&bytes, bytes.len()).0;
                assert_eq!(by_lanes, expected, "{row} {zeros} {spaces} {at}");
                n_tried += 1;
            }
        }
    }
    assert!(n_tried > 100, "{n_tried}");
}

#[test]
fn a_string_that_breaks_after_bytes_that_are_not_utf8_is_the_first_problem_at_any_cut() {
    for (bytes, expected) in [
        (&b"[\"a\xff b c d\n\"]"[..], (1, ProblemKind::UnterminatedString)),
        (b"[\"a\xff b c d\", \"\n\"]", (3, ProblemKind::InvalidUtf8)),
        (b"[\"a\xff b c d", (3, ProblemKind::InvalidUtf8)),
    ] {
        for cut in 1..=bytes.len() {
            assert_eq!(first(bytes, cut), Some(expected), "cut at {cut}");
        }
    }
}

#[test]
fn what_a_cut_character_is_does_not_depend_on_what_follows_it() {
    for (bytes, expected) in [
        (&b"[[[\xdb{\x88\x88\x88"[..], (3, ProblemKind::InvalidUtf8)),
        (b"[\xd3\xbe\xbe", (1, ProblemKind::Unexpected)),
        (b"[\xe2\x82\xac\xac\xff", (1, ProblemKind::Unexpected)),
        (b"[\xe2\x82", (1, ProblemKind::InvalidUtf8)),
    ] {
        for cut in 1..=bytes.len() {
            assert_eq!(first(bytes, cut), Some(expected), "{bytes:?} cut at {cut}");
        }
    }
}

/// As many levels as a survey keeps at hand, and some more and less.
#[test]
fn the_outermost_of_many_levels_is_the_one_that_is_not_closed() {
    for n in 20..200 {
        let bytes = [" {\"\":", &"[".repeat(n), &"]".repeat(n)].concat().into_bytes();
        let (whole, _) = survey(best(), LanguageId::Json, &State::default(), &bytes);
        assert!(!whole.brackets.mismatch, "{n} levels");
        for cut in [1, 7, bytes.len()] {
            assert_eq!(first(&bytes, cut), Some((1, ProblemKind::UnclosedBracket)), "{n} {cut}");
        }
    }
}

#[test]
fn a_million_levels_are_checked() {
    let n = 1_000_000;
    let mut bytes = vec![b'['; n];
    bytes.extend(vec![b']'; n]);
    assert_eq!(first(&bytes, 65536), None);
    bytes[n + 10] = b'}';
    assert_eq!(first(&bytes, 65536), Some((n as u64 + 10, ProblemKind::MismatchedBracket)));
}
