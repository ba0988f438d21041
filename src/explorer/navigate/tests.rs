//! Navigation against a naive stack, at every byte, over chunks so small that everything crosses them.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::super::part_reader::PartReader;
use super::{Container, Navigator};
use crate::cache::{CacheLimits, DetailCache};
use crate::index::StructuralIndex;
use crate::lang::LanguageId;
use crate::scan::{State, naive, summarize};
use crate::simd;

pub(crate) struct Document {
    pub(crate) index: StructuralIndex,
    pub(crate) reader: PartReader,
}

impl Document {
    pub(crate) fn new(bytes: &[u8], chunk_bytes: usize) -> Self {
        Self::with_parts(bytes, chunk_bytes, chunk_bytes)
    }

    /// With chunks that are laid open part by part.
    fn with_parts(bytes: &[u8], chunk_bytes: usize, part_bytes: usize) -> Self {
        let mut index = StructuralIndex::new(chunk_bytes as u64);
        let mut state = State::default();
        for chunk in bytes.chunks(chunk_bytes) {
            let (summary, end) = summarize(simd::best(), LanguageId::Json, &state, chunk);
            index.append(&summary, end.clone());
            state = end;
        }
        let limits = CacheLimits {
            enabled: true,
            entries: 10,
            bytes: 1 << 20,
            ttl: Duration::from_secs(60),
        };
        let cache = Arc::new(DetailCache::new(limits));
        let source = Arc::new(bytes.to_vec());
        let (kernel, part_bytes) = (simd::best(), part_bytes as u64);
        let reader = PartReader::with_parts(source, LanguageId::Json, kernel, cache, part_bytes);
        Document { index, reader }
    }

    pub(crate) fn navigator(&self) -> Navigator<'_> {
        Navigator { index: &self.index, reader: &self.reader, complete: true }
    }
}

/// What a plain walk over all positions knows.
struct Walk {
    /// Place, byte, depth before.
    structurals: Vec<(u64, u8, i64)>,
}

impl Walk {
    fn new(bytes: &[u8]) -> Self {
        let (_, detail) = naive::scan(&State::default(), bytes);
        let mut depth = 0;
        let mut structurals = Vec::new();
        for at in detail.structurals {
            let byte = bytes[at as usize];
            structurals.push((u64::from(at), byte, depth));
            depth += match byte {
                b'{' | b'[' => 1,
                b'}' | b']' => -1,
                _ => 0,
            };
        }
        Walk { structurals }
    }

    fn depth_before(&self, at: u64) -> i64 {
        let last = self.structurals.iter().rev().find(|(place, ..)| *place < at);
        last.map_or(0, |(_, byte, depth)| match byte {
            b'{' | b'[' => depth + 1,
            b'}' | b']' => depth - 1,
            _ => *depth,
        })
    }

    fn matching(&self, at: u64) -> Option<u64> {
        let i = self.structurals.iter().position(|(place, ..)| *place == at)?;
        let (_, byte, depth) = self.structurals[i];
        match byte {
            b'{' | b'[' => self.structurals[i + 1..]
                .iter()
                .find(|(_, byte, d)| matches!(byte, b'}' | b']') && *d == depth + 1)
                .map(|found| found.0),
            b'}' | b']' => self.structurals[..i]
                .iter()
                .rev()
                .find(|(_, byte, d)| matches!(byte, b'{' | b'[') && *d == depth - 1)
                .map(|found| found.0),
            _ => None,
        }
    }

    fn container(&self, at: u64) -> Option<u64> {
        let closes = self
            .structurals
            .iter()
            .any(|(place, byte, _)| *place == at && matches!(byte, b'}' | b']'));
        let inside = self.depth_before(at) - i64::from(closes);
        if inside <= 0 {
            return None;
        }
        self.structurals
            .iter()
            .rev()
            .find(|(place, byte, depth)| {
                *place < at && matches!(byte, b'{' | b'[') && *depth == inside - 1
            })
            .map(|found| found.0)
    }

    fn index_in(&self, open: u64, at: u64) -> u64 {
        let inside = self.depth_before(open) + 1;
        self.structurals
            .iter()
            .filter(|(place, byte, depth)| {
                *place > open && *place < at && *byte == b',' && *depth == inside
            })
            .count() as u64
    }
}

fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"[,\\\"\"",
        "1",
        " ",
        "\n",
        "// ]\n",
        "/*,*/",
        "{\"k\":1,\"l\":[2,3]}",
        "[[],[1,2],{}]",
        "                    ",
    ]);
    prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat().into_bytes())
}

/// Bytes in a chunk and in a part of it.
fn sizes() -> impl Strategy<Value = (usize, usize)> {
    prop::sample::select(vec![(64, 64), (512, 64), (256, 128), (4096, 64)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn brackets_and_containers_are_those_of_a_plain_walk(bytes in soup(), (chunk, part) in sizes()) {
        let document = Document::with_parts(&bytes, chunk, part);
        let navigator = document.navigator();
        let walk = Walk::new(&bytes);
        for at in 0..bytes.len() as u64 {
            prop_assert_eq!(navigator.depth_before(at).expect("readable"), Some(walk.depth_before(at)));
            prop_assert_eq!(navigator.matching(at).expect("readable"), walk.matching(at), "at {}", at);
            let container = navigator.container_at(at).expect("readable");
            prop_assert_eq!(container.open, walk.container(at), "around {}", at);
            if let Some(open) = container.open {
                let index = navigator.member_index(container, at).expect("readable");
                prop_assert_eq!(index, walk.index_in(open, at), "in {} at {}", open, at);
            }
        }
    }

    #[test]
    fn lines_and_places_lead_to_each_other(bytes in soup(), (chunk, part) in sizes()) {
        let document = Document::with_parts(&bytes, chunk, part);
        let navigator = document.navigator();
        let mut line = 0;
        let mut start = 0;
        for (at, byte) in bytes.iter().enumerate() {
            prop_assert_eq!(navigator.line_of(at as u64).expect("readable"), Some(line));
            prop_assert_eq!(navigator.line_start(line).expect("readable"), Some(start), "line {}", line);
            if *byte == b'\n' {
                line += 1;
                start = at as u64 + 1;
            }
        }
        prop_assert_eq!(navigator.line_start(line + 1).expect("readable"), None);
    }

    /// Also where brackets are stray, behind which nothing stands at the top any more.
    #[test]
    fn no_chunk_size_changes_where_a_member_of_the_top_is(bytes in soup(), (chunk, part) in sizes()) {
        let small = Document::with_parts(&bytes, chunk, part);
        let large = Document::new(&bytes, 1 << 20);
        let (small, large) = (small.navigator(), large.navigator());
        let (members, exact) = large.members(Container::TOP).expect("readable");
        prop_assert_eq!(small.members(Container::TOP).expect("readable"), (members, exact));
        for n in 0..=members + 1 {
            let wanted = large.nth_member(Container::TOP, n).expect("readable");
            prop_assert_eq!(small.nth_member(Container::TOP, n).expect("readable"), wanted, "member {}", n);
            let path = format!("$[{n}]");
            let wanted = large.resolve(&path, &|| false).expect("readable");
            prop_assert_eq!(small.resolve(&path, &|| false).expect("readable"), wanted, "{}", path);
        }
        for at in 0..bytes.len() as u64 {
            let wanted = large.member_index(Container::TOP, at).expect("readable");
            prop_assert_eq!(small.member_index(Container::TOP, at).expect("readable"), wanted, "at {}", at);
        }
    }

    /// In valid JSON every value is where its path says, the n-th member is the n-th, and the count is right.
    #[test]
    fn members_and_paths_are_those_of_serde(value in json_value(), pretty: bool, (chunk, part) in sizes()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let bytes = text.expect("values can be written").into_bytes();
        let document = Document::with_parts(&bytes, chunk, part);
        check_value(&document.navigator(), &bytes, &value, 0, "$");
    }
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<i32>().prop_map(serde_json::Value::from),
        "[a-z\\\\\"\\[,{}: \u{e9}]{0,40}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-z\\[,\"]{1,6}", inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn check_value(
    navigator: &Navigator<'_>,
    bytes: &[u8],
    value: &serde_json::Value,
    at: u64,
    path: &str,
) {
    let n = match value {
        serde_json::Value::Array(items) => items.len(),
        serde_json::Value::Object(map) => map.len(),
        _ => return,
    };
    let container = navigator.container_of(Some(at)).expect("readable").expect("a bracket");
    assert_eq!(navigator.members(container).expect("readable"), (n as u64, true), "{path}");
    assert_eq!(navigator.nth_member(container, n as u64).expect("readable"), None);
    let children = navigator.children(container, 0, 256).expect("readable");
    assert_eq!(children.items.len(), n);
    for (i, child) in children.items.iter().enumerate() {
        let member = navigator.nth_member(container, i as u64).expect("readable");
        assert_eq!(member, Some(child.at), "{path} member {i}");
        let (inner, step) = match value {
            serde_json::Value::Array(items) => (&items[i], format!("[{i}]")),
            serde_json::Value::Object(map) => {
                let (key, inner) = map.iter().nth(i).expect("there are so many");
                let written = serde_json::to_string(key).expect("keys can be written");
                let shown = child.key.as_deref().map(String::from_utf8_lossy);
                assert_eq!(shown.as_deref(), Some(&written[1..written.len() - 1]));
                (inner, format!("[{written}]"))
            }
            _ => return,
        };
        let inner_path = format!("{path}{step}");
        let resolved = navigator.resolve(&inner_path, &|| false).expect("readable");
        assert_eq!(resolved, Ok(child.at), "{inner_path}");
        let steps = navigator.path(child.at).expect("readable");
        let last = steps.last().expect("a member has a path");
        assert_eq!((last.open, last.index, last.member), (Some(at), i as u64, child.at));
        assert_eq!(last.key, child.key);
        let mut stream = serde_json::Deserializer::from_slice(&bytes[child.value as usize..])
            .into_iter::<serde_json::Value>();
        assert_eq!(stream.next().expect("a value").expect("valid"), *inner);
        check_value(navigator, bytes, inner, child.value, &inner_path);
    }
}

#[test]
fn several_values_at_the_top_are_its_members() {
    let bytes = b"{\"a\":1}\n{\"a\":[2,3]} [4]\n\n{\"b\":{}}\n".repeat(9);
    let document = Document::new(&bytes, 64);
    let navigator = document.navigator();
    assert_eq!(navigator.members(Container::TOP).expect("readable"), (36, true));
    let third = navigator.nth_member(Container::TOP, 2).expect("readable").expect("there");
    assert_eq!(&bytes[third as usize..third as usize + 3], b"[4]");
    let found = navigator.resolve("$[5].a[1]", &|| false).expect("readable").expect("there");
    assert_eq!(bytes[found as usize], b'3');
    let path = navigator.path(found).expect("readable");
    let indexes: Vec<u64> = path.iter().map(|step| step.index).collect();
    assert_eq!(indexes, [5, 0, 1]);
    assert_eq!(path[0].open, None);
}

#[test]
fn a_path_that_leads_nowhere_says_at_which_step() {
    let document = Document::new(br#"{"a":[1,2],"b":"c"}"#, 64);
    let why = |path: &str| {
        let found = document.navigator().resolve(path, &|| false).expect("readable");
        found.expect_err("it leads nowhere")
    };
    assert_eq!(why("$.a[7]"), "$.a has 2 members, there is no [7]");
    assert_eq!(why("$.x"), "$ has no key \"x\"");
    assert_eq!(why("$.b.c"), "$.b is a plain value, it has no members");
    assert_eq!(why("$.a.c"), "$.a is no object, it has no key \"c\"");
    assert!(why("$.a[x]").contains("neither a number nor a quoted name"));
    assert!(why("$a").contains("expected . or ["));
    let last = document.navigator().resolve("$.a[-1]", &|| false).expect("readable");
    assert_eq!(last, Ok(8));
}

#[test]
fn a_million_levels_are_walked_without_recursion() {
    let n = 1_000_000u64;
    let mut bytes = vec![b'['; n as usize];
    bytes.extend(vec![b']'; n as usize]);
    let document = Document::new(&bytes, 4096);
    let navigator = document.navigator();
    for at in [0, 1, 4095, 4096, 500_000, n - 1] {
        assert_eq!(navigator.matching(at).expect("readable"), Some(2 * n - 1 - at));
        assert_eq!(navigator.matching(2 * n - 1 - at).expect("readable"), Some(at));
    }
    let path = navigator.path(n - 1).expect("readable");
    assert_eq!(path.len(), crate::limits::PATH_STEPS_MAX);
}
