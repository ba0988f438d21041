//! Python: what ruff's lexer and parser find, turned into the contract's form.
//!
//! The tokens give spans, structurals, levels, f-strings and decorators; the tree gives the rest. The tree's ranges leave out
//! parentheses, colons and keywords, so each end of a pattern is looked up among the tokens again.

use std::path::Path;

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::Ranged;

use crate::harness::{self, Tally, Tokens};

mod examples;
mod tokens;
mod tree;

/// What is in `text`, or `None` where the parser rejects it.
pub(crate) fn reference(_: &Path, text: &[u8]) -> Option<Tokens> {
    let readable = readable(text)?;
    let parsed = ruff_python_parser::parse_module(&readable).ok()?;
    let code: Vec<Token> = parsed.tokens().iter().copied().collect();
    let mut found = tokens::read(readable.as_bytes(), &code);
    let shown = |start: u64, end: u64| {
        String::from_utf8_lossy(&text[start as usize..end as usize]).into_owned()
    };
    let patterns = tree::patterns(&code, parsed.suite());
    found.patterns.extend(patterns.into_iter().map(|pattern| {
        (pattern.start, pattern.end, pattern.kind, pattern.name.map(|(s, e)| shown(s, e)))
    }));
    found.sort();
    Some(found)
}

/// The text as the parser is to see it. Bytes beyond ASCII of a declared encoding of one byte a character become letters, so
/// that no offset moves.
fn readable(text: &[u8]) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(text) {
        return Some(text.to_owned());
    }
    let head: Vec<&[u8]> = text.splitn(3, |byte| *byte == b'\n').take(2).collect();
    let declared = head.iter().find_map(|line| {
        let line = String::from_utf8_lossy(line.trim_ascii_start()).to_ascii_lowercase();
        let rest = line.strip_prefix('#')?.split_once("coding")?.1;
        let rest = rest.strip_prefix([':', '='])?.trim_start().replace('_', "-");
        Some(rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()?.to_owned())
    })?;
    let one_byte = ["latin", "iso-8859-", "iso8859-", "cp125", "windows-125", "koi8-"];
    let is_one_byte = one_byte.iter().any(|name| declared.starts_with(name));
    let letter = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { 'x' };
    is_one_byte.then(|| text.iter().map(letter).collect())
}

fn start(at: impl Ranged) -> u64 {
    u64::from(u32::from(at.start()))
}

fn end(at: impl Ranged) -> u64 {
    u64::from(u32::from(at.end()))
}

/// Whether a token says something: no white space, line break, comment or block border.
fn speaks(kind: TokenKind) -> bool {
    !matches!(
        kind,
        TokenKind::Comment
            | TokenKind::Newline
            | TokenKind::NonLogicalNewline
            | TokenKind::Indent
            | TokenKind::Dedent
            | TokenKind::EndOfFile
    )
}

/// Compares these files with the reference; empty where there is no scanner yet.
fn compare(files: &[std::path::PathBuf]) -> Tally {
    let mut tally = Tally::default();
    for path in files {
        let Ok(text) = std::fs::read(path) else { continue };
        match (harness::ours(path, &text), reference(path, &text)) {
            (Some(ours), Some(reference)) => tally.add(path, &text, &ours, &reference),
            (_, None) => tally.rejected += 1,
            (None, Some(_)) => {}
        }
    }
    tally
}

#[test]
fn fixtures_agree() {
    harness::with_deep_stack(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/python");
        let files = harness::files(&folder, &["py", "pyi"]);
        let tally = compare(&files);
        assert!(tally.differences.is_empty(), "{}", tally.report("python"));
    });
}

/// A fixture that the reference rejects shows nothing, unless it is there to be broken.
#[test]
fn the_reference_accepts_the_fixtures() {
    harness::with_deep_stack(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/python");
        let mut wrong = Vec::new();
        for path in harness::files(&folder, &["py", "pyi"]) {
            let Ok(text) = std::fs::read(&path) else { continue };
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if reference(&path, &text).is_none() != name.starts_with("broken_") {
                let error = readable(&text).map(|t| ruff_python_parser::parse_module(&t).err());
                wrong.push(format!("{name}: {error:?}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

#[test]
fn corpus_agrees() {
    harness::with_deep_stack(|| {
        let tally = compare(&harness::corpus("python", &["py", "pyi"]));
        println!("{}", tally.report("python"));
        assert_eq!(tally.equal, tally.accepted, "structurals and spans");
        assert_eq!(tally.levels_equal, tally.accepted, "levels");
        assert_eq!(tally.unproblematic, tally.accepted, "problems");
    });
}
