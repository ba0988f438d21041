//! Crystal: the definitions that its own parser finds, as `tests/reference/crystal.cr` prints them: start, end and kind.
//! It gives no spans, levels or tags; those are not held against a reference yet.
//!
//! Its answers for our fixtures are kept. `crystal build tests/reference/crystal.cr` makes the program; with its path in
//! `WARP_TUI_CRYSTAL` the corpus is compared too, and `WARP_TUI_UPDATE=1` writes the kept answers anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::external::External;
use crate::harness;

type Definitions = Vec<(u64, u64, String)>;

const DEFINITIONS: [&str; 7] = ["class", "module", "struct", "enum", "lib", "def", "macro"];

fn reference() -> Option<External> {
    std::env::var_os("WARP_TUI_CRYSTAL").map(|program| External::start(&mut Command::new(program)))
}

/// Our definitions; the end of those that the answer ends at 0, abstract ones, is left out.
fn ours(path: &Path, answer: &Definitions) -> Definitions {
    let text = std::fs::read(path).unwrap_or_default();
    let found = harness::ours(path, &text).expect("Crystal has a scanner");
    let is_tag = |kind: &str, name: &Option<String>| kind == "macro" && name.is_none();
    let without_end = |start: u64| answer.iter().any(|a| (a.0, a.1) == (start, 0));
    let patterns = found.patterns.into_iter();
    let mut definitions: Definitions = patterns
        .filter(|(_, _, kind, name)| DEFINITIONS.contains(&kind.as_str()) && !is_tag(kind, name))
        .map(|(start, end, kind, _)| (start, if without_end(start) { 0 } else { end }, kind))
        .collect();
    definitions.sort();
    definitions
}

/// Whether the file agrees; `None` if the parser rejects it.
fn agrees(path: &Path, answer: &str) -> Option<bool> {
    let mut answer: Definitions =
        serde_json::from_str::<Option<Definitions>>(answer).expect("a list or null")?;
    answer.sort();
    Some(ours(path, &answer) == answer)
}

#[test]
fn definitions_of_fixtures_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/crystal");
    let paths = harness::files(&folder, &["cr"]);
    let name = |path: &Path| Value::from(path.file_name().unwrap_or_default().to_string_lossy());
    let kept = folder.join("expected.jsonl");
    if std::env::var_os("WARP_TUI_UPDATE").is_some()
        && let Some(mut reference) = reference()
    {
        let mut out = String::new();
        for path in &paths {
            let _ = writeln!(out, "[{},{}]", name(path), reference.ask(path));
        }
        std::fs::write(&kept, out).expect("fixtures can be written");
    }
    let kept = std::fs::read_to_string(&kept).unwrap_or_default();
    for path in &paths {
        let head = format!("[{},", name(path));
        let line = kept.lines().find_map(|line| line.strip_prefix(&head)?.strip_suffix(']'));
        let line = line.unwrap_or_else(|| panic!("no answer is kept for {}", path.display()));
        assert_ne!(agrees(path, line), Some(false), "{}", path.display());
    }
}

/// Nothing is asked where no corpus or no reference is at hand.
#[test]
fn definitions_of_the_corpus_agree() {
    let paths = harness::corpus("crystal", &["cr"]);
    let Some(mut reference) = reference() else { return };
    let answers: Vec<(PathBuf, Option<bool>)> = paths
        .into_iter()
        .map(|path| {
            let answer = reference.ask(&path);
            let agrees = agrees(&path, &answer);
            (path, agrees)
        })
        .collect();
    let accepted = answers.iter().filter(|(_, agrees)| agrees.is_some()).count();
    let missed: Vec<_> = answers.iter().filter(|(_, agrees)| *agrees == Some(false)).collect();
    println!("crystal: {} of {accepted} files agree", accepted - missed.len());
    assert!(missed.is_empty(), "{missed:?}");
}
