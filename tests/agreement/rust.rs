//! Rust: what rustc's own lexer and `syn` find, turned into the contract's form.
//!
//! The lexer's tokens give spans, structurals, levels and the kinds that are shaped by tokens; the tree gives the others. A
//! file that only the lexer accepts is compared without the tree's kinds. What stands inside the delimiters of macros and
//! attributes, or was left as bare tokens by the parser, is free of the tree's kinds: they are taken out of our answer there.

use std::path::{Path, PathBuf};

use crate::harness::{self, Pattern, Tally, Tokens};

mod examples;
mod tokens;
mod tree;

/// Kinds that are found by their tokens, inside macros too.
const SHAPED_BY_TOKENS: [&str; 4] = ["macro", "attribute", "lifetime", "unsafe"];

/// What is in a file, and where nothing is said of the tree's kinds.
struct Answer {
    tokens: Tokens,
    free: Vec<(u64, u64)>,
}

/// What is in `text`, or `None` where the lexer rejects it.
pub(crate) fn reference(_: &Path, text: &[u8]) -> Option<Tokens> {
    answer(text).map(|answer| answer.tokens)
}

fn answer(text: &[u8]) -> Option<Answer> {
    let text = std::str::from_utf8(text).ok()?;
    let lexed = tokens::lex(text)?;
    let mut tokens = lexed.read(text);
    let mut free = lexed.delimited(text, &tokens.patterns);
    match tree::patterns(text, lexed.code) {
        Some(tree) => {
            tokens.patterns.extend(tree.patterns);
            free.extend(tree.bare);
        }
        None => free.push((0, text.len() as u64)),
    }
    tokens.sort();
    Some(Answer { tokens, free })
}

impl Answer {
    fn is_fixed(&self, pattern: &Pattern) -> bool {
        SHAPED_BY_TOKENS.contains(&pattern.2.as_str())
            || !self.free.iter().any(|(start, end)| (*start..*end).contains(&pattern.0))
    }
}

/// Compares these files with the reference; empty where there is no scanner yet.
fn compare(files: &[PathBuf]) -> Tally {
    let mut tally = Tally::default();
    for path in files {
        let Ok(text) = std::fs::read(path) else { continue };
        match (harness::ours(path, &text), answer(&text)) {
            (Some(mut ours), Some(mut answer)) => {
                ours.patterns.retain(|pattern| answer.is_fixed(pattern));
                let patterns = std::mem::take(&mut answer.tokens.patterns);
                answer.tokens.patterns =
                    patterns.into_iter().filter(|pattern| answer.is_fixed(pattern)).collect();
                tally.add(path, &text, &ours, &answer.tokens);
            }
            (_, None) => tally.rejected += 1,
            (None, Some(_)) => {}
        }
    }
    tally
}

#[test]
fn fixtures_agree() {
    harness::with_deep_stack(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rust");
        let tally = compare(&harness::files(&folder, &["rs"]));
        assert!(tally.differences.is_empty(), "{}", tally.report("rust"));
    });
}

/// A fixture that the reference rejects shows nothing, unless it is there to be broken.
#[test]
fn the_reference_accepts_the_fixtures() {
    harness::with_deep_stack(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rust");
        let mut rejected = Vec::new();
        for path in harness::files(&folder, &["rs"]) {
            let Ok(text) = std::fs::read(&path) else { continue };
            let accepted = answer(&text);
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("broken_") {
                assert!(accepted.is_none(), "{name}");
            } else if let (false, Err(error)) =
                (name.starts_with("lexer_only_"), tree::check(&text))
            {
                rejected.push(format!("{name}: {error}"));
            } else if accepted.is_none() {
                rejected.push(name);
            }
        }
        assert!(rejected.is_empty(), "{rejected:#?}");
    });
}

#[test]
fn corpus_agrees() {
    harness::with_deep_stack(|| {
        let tally = compare(&harness::corpus("rust", &["rs"]));
        println!("{}", tally.report("rust"));
        assert_eq!(tally.equal, tally.accepted, "structurals and spans");
        assert_eq!(tally.levels_equal, tally.accepted, "levels");
        assert_eq!(tally.unproblematic, tally.accepted, "problems");
    });
}
