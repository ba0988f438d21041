//! What is found in whole documents, wherever they are cut.

use proptest::prelude::*;

use super::*;
use crate::lang::json::detail;
use crate::scan::State;
use crate::simd::best;

fn found(text: &[u8], cuts: &[usize]) -> Vec<(usize, usize, PatternKind)> {
    let (mut patterns, mut state, mut from) = (Patterns::default(), State::default(), 0);
    let mut found = Vec::new();
    let mut tell = |it: Pattern| {
        let name = (it.kind == PatternKind::DuplicateKey).then_some((it.start + 1, it.end - 1));
        assert_eq!(it.name, name);
        found.push((it.start as usize, it.end as usize, it.kind));
        Ok::<_, ()>(())
    };
    for to in cuts.iter().copied().chain([text.len()]) {
        let chunk = &text[from..to];
        let detail = detail(best(), &state, chunk);
        patterns.take(from as u64, chunk, &detail, &mut tell).unwrap();
        (state, from) = (detail.end, to);
    }
    patterns.finish(text.len() as u64, &mut tell).unwrap();
    found
}

fn shown(text: &str) -> Vec<&str> {
    found(text.as_bytes(), &[]).into_iter().map(|(start, end, _)| &text[start..end]).collect()
}

#[test]
fn keys_are_compared_in_their_own_object() {
    assert_eq!(shown(r#"{"a":1,"\u0061":2,"a":3}"#), [r#""\u0061""#, r#""a""#]);
    assert!(shown(r#"{"a":{"a":[{"a":1},{"a":2}]},"b":"a","c":["a","a"]}"#).is_empty());
    assert_eq!(shown(r#"{"a":{"a":1},"a":2}"#), [r#""a""#]);
    assert_eq!(shown("{\"a\" /* \"a\": */ : 1, // \"a\":\n \"a\": 2}"), [r#""a""#]);
    assert_eq!(shown(r#"{"":1,"":2}"#), [r#""""#]);
    let many: String = (0..100).map(|i| format!("\"k{i}\":{i},")).collect();
    assert_eq!(shown(&format!("{{{many}\"k5\":0,\"k99\":0,\"k100\":0}}")), ["\"k5\"", "\"k99\""]);
}

#[test]
fn numbers_are_found_wherever_they_stand() {
    let lossy = "9007199254740993";
    for text in [
        "[9007199254740993]",
        "9007199254740993",
        "{\"a\":9007199254740993\n}",
        "1\n9007199254740993\n2",
    ] {
        assert_eq!(shown(text), [lossy], "{text}");
    }
    assert!(shown("[\"9007199254740993\"] // 9007199254740993\n").is_empty());
    assert_eq!(shown("[1e400/* a */,-1e400]"), ["1e400", "-1e400"]);
}

#[test]
fn what_is_broken_is_survived() {
    for text in ["}{\"a\":1,\"a\"", "{\"a\":1]\"a\":2}", "{:,:}", "\"", "{\"a", "]]]1e400"] {
        found(text.as_bytes(), &[]);
    }
}

#[test]
fn a_key_that_is_too_long_is_left_out() {
    let long = "x".repeat(JSON_KEY_BYTES_MAX + 1);
    assert!(shown(&format!("{{\"{long}\":1,\"{long}\":2}}")).is_empty());
}

/// JSON with the places of keys that came before in their object, and of lossy numbers.
fn document() -> impl Strategy<Value = (String, usize)> {
    let leaf = prop::sample::select(vec![
        "1",
        "1e400",
        "0.5",
        "9007199254740993",
        "null",
        "\"a\\\"\"",
        "\"b\"",
    ])
    .prop_map(|text| {
        (text.to_owned(), usize::from(text.ends_with("400") || text.ends_with("993")))
    });
    let space =
        prop::sample::select(vec!["", " ", "\r\n\t", "/* \"a\": 1e400 */", "// 1e400 \"\n"]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let member = (
            prop::sample::select(vec![
                ("a", 'a'),
                ("\\u0061", 'a'),
                ("b", 'b'),
                ("\\n", 'n'),
                ("", '_'),
            ]),
            inner.clone(),
        );
        prop_oneof![
            (prop::collection::vec(inner, 0..6), space.clone()).prop_map(|(all, space)| {
                let n = all.iter().map(|(_, n)| n).sum();
                let texts: Vec<String> = all.into_iter().map(|(text, _)| text + space).collect();
                (format!("[{}]", texts.join(",")), n)
            }),
            (prop::collection::vec(member, 0..6), space.clone()).prop_map(|(all, space)| {
                let mut seen = Vec::new();
                let (mut n, mut texts) = (0, Vec::new());
                for ((key, name), (value, in_value)) in all {
                    n += in_value + usize::from(seen.contains(&name));
                    seen.push(name);
                    texts.push(format!("{space}\"{key}\"{space}:{space}{value}"));
                }
                (format!("{{{}}}", texts.join(",")), n)
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_cut_changes_what_is_found(
        (text, n) in document(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)
    ) {
        let whole = found(text.as_bytes(), &[]);
        prop_assert_eq!(whole.len(), n, "{}", text);
        prop_assert!(whole.is_sorted());
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len())).collect();
        cuts.sort_unstable();
        prop_assert_eq!(found(text.as_bytes(), &cuts), whole, "{} {:?}", text, cuts);
        let all: Vec<usize> = (1..text.len()).collect();
        prop_assert_eq!(found(text.as_bytes(), &all), found(text.as_bytes(), &[]), "{}", text);
    }
}
