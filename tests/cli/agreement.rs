//! Agreement with `serde_json`, another reading of the same rules: what it accepts is ok for us, and the structural
//! characters, spans and levels are those that a loop over the bytes finds.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use tempfile::TempDir;
use warp_tui::lang::PatternKind;

use crate::harness::{command, file, finish, folder, run};

/// Documents in one run of the binary.
const DOCUMENTS: usize = 400;

/// What a byte loop finds in a document without comments.
#[derive(Debug, Default, PartialEq)]
struct Naive {
    structural: Vec<u64>,
    strings: Vec<(u64, u64)>,
    levels: Vec<(u64, u64)>,
}

fn read_naively(bytes: &[u8]) -> Naive {
    let (mut found, mut open, mut string, mut escaped) = (Naive::default(), vec![], None, false);
    for (at, byte) in (0u64..).zip(bytes) {
        if let Some(start) = string {
            if escaped {
                escaped = false;
            } else if *byte == b'\\' {
                escaped = true;
            } else if *byte == b'"' {
                found.strings.push((start, at + 1));
                string = None;
            }
            continue;
        }
        match byte {
            b'"' => string = Some(at),
            b'{' | b'[' => open.push(at),
            b'}' | b']' => found.levels.extend(open.pop().map(|start| (start, at))),
            _ => {}
        }
        if b"{}[],:".contains(byte) {
            found.structural.push(at);
        }
    }
    found.levels.sort_unstable();
    found
}

/// Values of every sort, with strings that look like structure.
fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[{}\\[\\],:\"\\\\/ a-z\n\u{1}é漢🚀]{0,40}".prop_map(Value::from),
        "\\PC{0,100}".prop_map(Value::from),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text,
    ];
    leaf.prop_recursive(6, 200, 12, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Value::from),
            prop::collection::vec(("[\\[{:,\"\\\\a-c]{0,8}", inner), 0..12)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn document() -> impl Strategy<Value = Vec<u8>> {
    (value(), any::<bool>()).prop_map(|(value, pretty)| {
        let text =
            if pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) };
        text.expect("a value can be written")
    })
}

/// Documents cut short, or with some bytes changed, put in or taken out.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![prop::sample::select(&b"{}[],:\"\\/*\n 0a"[..]), any::<u8>()];
    let damage = (any::<prop::sample::Index>(), 0..4, byte);
    (document(), prop::collection::vec(damage, 1..4)).prop_map(|(mut bytes, damages)| {
        for (place, how, byte) in damages {
            let at = place.index(bytes.len() + 1);
            match how {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, byte),
                _ if at == bytes.len() => {}
                2 => bytes[at] = byte,
                _ => drop(bytes.remove(at)),
            }
        }
        bytes
    })
}

/// Documents out of a strategy, the same ones in each run.
fn some(strategy: impl Strategy<Value = Vec<u8>>) -> Vec<Vec<u8>> {
    let mut runner = TestRunner::deterministic();
    (0..DOCUMENTS)
        .map(|_| strategy.new_tree(&mut runner).expect("there is a value").current())
        .collect()
}

/// Everything that the binary finds in each document, with these settings.
fn tokens(documents: &[Vec<u8>], settings: &[&str]) -> Vec<Value> {
    let folder: TempDir = folder();
    let paths = documents.iter().enumerate().map(|(i, d)| file(&folder, &format!("{i}.json"), d));
    let ran = finish(
        command(folder.path())
            .args(["scan", "--emit", "tokens", "--format", "jsonl"])
            .args(settings)
            .args(paths),
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    ran.out.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

fn naive_of(report: &Value) -> Naive {
    let pairs = |name: &str| {
        let rows = report[name].as_array().expect("it is a list");
        rows.iter()
            .map(|row| (row[0].as_u64().unwrap_or(0), row[1].as_u64().unwrap_or(0)))
            .collect()
    };
    let places = report["structural"].as_array().expect("it is a list");
    let structural = places.iter().filter_map(Value::as_u64).collect();
    Naive { structural, strings: pairs("spans"), levels: pairs("levels") }
}

#[test]
fn valid_documents_are_ok_and_read_as_a_byte_loop_reads_them() {
    let documents = some(document());
    for settings in [&[][..], &["--kernel", "scalar", "--chunk", "64"], &["--stream", "61"]] {
        let found = tokens(&documents, settings);
        assert_eq!(found.len(), documents.len());
        for (report, bytes) in found.iter().zip(&documents) {
            let shown = String::from_utf8_lossy(bytes);
            assert_eq!(report["ok"], true, "{shown}");
            assert_eq!(report["problems"], Value::Array(vec![]), "{shown}");
            assert_eq!(report["bytes"], bytes.len(), "{shown}");
            assert_eq!(naive_of(report), read_naively(bytes), "{shown}");
        }
    }
}

#[test]
fn what_serde_json_accepts_is_ok_however_it_was_damaged() {
    let documents = some(damaged());
    let accepted = |bytes: &[u8]| {
        serde_json::Deserializer::from_slice(bytes)
            .into_iter::<serde::de::IgnoredAny>()
            .all(|value| value.is_ok())
            && std::str::from_utf8(bytes).is_ok()
    };
    let n_accepted = documents.iter().filter(|bytes| accepted(bytes)).count();
    assert!((20..DOCUMENTS - 20).contains(&n_accepted), "both sorts are there: {n_accepted}");
    for (report, bytes) in tokens(&documents, &[]).iter().zip(&documents) {
        if accepted(bytes) {
            let shown = String::from_utf8_lossy(bytes);
            assert_eq!(report["ok"], true, "{shown} {}", report["problems"]);
            assert_eq!(naive_of(report), read_naively(bytes), "{shown}");
        }
    }
}

/// The examples of the contract, each at a place that other settings cut.
#[test]
fn lossy_numbers_and_keys_that_come_twice_are_patterns_of_json() {
    let text = r#"{"a":1,"\u0061":[9007199254740993,1e400,1E-999,0.12345678901234567],
"b":{"a":0.1,"c":[0.10,-0,1e23,-65.613616999999977,9007199254740992,18446744073709551616]},
"d":"9007199254740993","b" /* 1e400 */ :2}"#;
    let at = |what: &str, n: usize| {
        let start = text.match_indices(what).nth(n).expect("it is there").0;
        (start, start + what.len())
    };
    let key = |what, n, name| {
        let (start, end) = at(what, n);
        serde_json::json!([start, end, "duplicate_key", name])
    };
    let number = |what| {
        let (start, end) = at(what, 0);
        serde_json::json!([start, end, "lossy_number", null])
    };
    let expected = [
        key(r#""\u0061""#, 0, r"\u0061"),
        number("9007199254740993"),
        number("1e400"),
        number("1E-999"),
        number("0.12345678901234567"),
        key(r#""b""#, 1, "b"),
    ];
    let mut settings = vec![vec![], vec!["--threads", "1"], vec!["--kernel", "scalar"]];
    let sizes: Vec<String> = (1..40).map(|size: u32| size.to_string()).collect();
    settings.push(vec!["--chunk", "64"]);
    settings.extend(sizes.iter().map(|size| vec!["--stream", size.as_str()]));
    for settings in settings {
        let found = tokens(&[text.as_bytes().to_vec()], &settings);
        assert_eq!(found[0]["patterns"], serde_json::json!(expected), "{settings:?}");
    }
}

#[test]
fn every_kind_of_pattern_stands_in_a_fixture() {
    let told = run(["scan", "--emit", "tokens", "--format", "jsonl", "fixtures"]).out;
    let mut found = BTreeSet::new();
    for line in told.lines() {
        let report: Value = serde_json::from_str(line).expect("a line is JSON");
        let patterns = report["patterns"].as_array().expect("it is a list").clone();
        found.extend(patterns.iter().filter_map(|it| it[2].as_str().map(str::to_owned)));
    }
    let all: BTreeSet<String> =
        PatternKind::ALL.iter().map(|kind| kind.name().to_owned()).collect();
    assert_eq!(found, all);
}

#[test]
fn brackets_that_do_not_match_are_never_ok() {
    let documents = some(damaged());
    for (report, bytes) in tokens(&documents, &[]).iter().zip(&documents) {
        // Comments are ours alone: the loop knows none.
        if bytes.windows(2).any(|pair| pair == b"//" || pair == b"/*") {
            continue;
        }
        let found = read_naively(bytes);
        let n_brackets =
            found.structural.iter().filter(|at| b"{}[]".contains(&bytes[**at as usize]));
        let paired = n_brackets.count() == found.levels.len() * 2;
        let matches = |(open, close): &(u64, u64)| {
            matches!((bytes[*open as usize], bytes[*close as usize]), (b'{', b'}') | (b'[', b']'))
        };
        if !paired || !found.levels.iter().all(matches) {
            assert_eq!(report["ok"], false, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
