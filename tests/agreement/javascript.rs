//! JavaScript and TypeScript: what `oxc_parser` finds.
//!
//! Spans come from the parser's tokens and comments, structurals from what lies between spans, patterns from the tree. The
//! tree gives nodes where the contract wants bytes (a `:` before a type, the `;` after a signature), so most ends are
//! looked up among the tokens again.

use std::path::{Path, PathBuf};

use oxc_allocator::Allocator;
use oxc_ast::ast::{Comment, CommentContent, Program};
use oxc_parser::config::TokensParserConfig;
use oxc_parser::{Kind, ParseOptions, Parser, Token};
use oxc_span::SourceType;

use crate::harness::{self, Tally, Tokens};

mod examples;
mod tree;

/// What the bytes of these files are called, and their extensions.
const LANGUAGES: [(&str, &[&str]); 2] =
    [("javascript", &["js", "jsx", "mjs", "cjs"]), ("typescript", &["ts", "tsx", "mts", "cts"])];

/// Everything in a file, or `None` where the parser rejects it.
pub(crate) fn reference(path: &Path, text: &[u8]) -> Option<Tokens> {
    read(path, text).ok()
}

/// As [`reference`], with the parser's reasons where it rejects the file.
fn read(path: &Path, text: &[u8]) -> Result<Tokens, String> {
    let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
    let mut kind = SourceType::from_path(path).map_err(|error| error.to_string())?;
    if kind.is_javascript() {
        kind = kind.with_jsx(true);
    }
    // A file that is no module may be a script, where `await` and `<!--` mean other things.
    let first = parse(text, kind);
    if first.is_ok() || !kind.is_unambiguous() {
        return first;
    }
    parse(text, kind.with_script(true)).or_else(|_| parse(text, kind.with_commonjs(true))).or(first)
}

fn parse(text: &str, kind: SourceType) -> Result<Tokens, String> {
    let allocator = Allocator::default();
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    // The parser's own assertions fail on some files that it would reject.
    let parsed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let parser = Parser::new(&allocator, text, kind).with_options(options);
        parser.with_config(TokensParserConfig).parse()
    }));
    let parsed = parsed.map_err(|_| "the parser panicked".to_owned())?;
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        return Err(format!("{:?}", parsed.diagnostics));
    }
    let spans = spans(text, &parsed.program, &parsed.tokens);
    let structural = structural(text.as_bytes(), &spans);
    let levels = levels(text.as_bytes(), &structural);
    let patterns = tree::patterns(text, kind, &parsed.program, &parsed.tokens);
    let spans = spans.into_iter().map(|(start, end, kind)| (start, end, kind.to_owned())).collect();
    Ok(Tokens { structural, spans, patterns, levels, ..Tokens::default() })
}

fn spans(text: &str, program: &Program, tokens: &[Token]) -> Vec<(u64, u64, &'static str)> {
    let mut spans: Vec<_> = tokens
        .iter()
        .filter_map(|token| Some((token.start(), token.end(), span_kind(token.kind())?)))
        .chain(program.comments.iter().map(|comment| comment_span(text, comment)))
        .chain(program.hashbang.iter().map(|line| (line.span.start, line.span.end, "shebang")))
        .filter(|(start, end, _)| start < end)
        .map(|(start, end, kind)| (u64::from(start), u64::from(end), kind))
        .collect();
    spans.sort_unstable();
    spans.dedup();
    let covered = tokens.iter().map(|token| (u64::from(token.start()), u64::from(token.end())));
    check_gaps(text, covered, &spans);
    spans
}

fn span_kind(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Str => Some("string"),
        Kind::RegExp => Some("regex"),
        Kind::JSXText => Some("jsx_text"),
        Kind::NoSubstitutionTemplate
        | Kind::TemplateHead
        | Kind::TemplateMiddle
        | Kind::TemplateTail => Some("template"),
        _ => None,
    }
}

fn comment_span(text: &str, comment: &Comment) -> (u32, u32, &'static str) {
    let kind = if comment.is_line() {
        "line_comment"
    } else if matches!(comment.content, CommentContent::Jsdoc | CommentContent::JsdocLegal) {
        "doc_comment"
    } else {
        "block_comment"
    };
    let mut end = comment.span.end;
    if comment.is_line() && text[..end as usize].ends_with('\r') {
        end -= 1;
    }
    (comment.span.start, end, kind)
}

/// Tokens and comments must cover everything but white space: what the parser loses would otherwise pass for code. A `<` may
/// miss: the parser cuts `f<<T>() => U>()` anew and forgets the first.
fn check_gaps(text: &str, tokens: impl Iterator<Item = (u64, u64)>, spans: &[(u64, u64, &str)]) {
    let mut all: Vec<_> = tokens.chain(spans.iter().map(|span| (span.0, span.1))).collect();
    all.sort_unstable();
    let mut end = 0;
    for (start, next_end) in all.into_iter().chain([(text.len() as u64, text.len() as u64)]) {
        if start > end {
            let gap = &text[end as usize..start as usize];
            assert!(
                gap.chars().all(|c| c.is_whitespace() || "\u{feff}\u{180e}<".contains(c)),
                "the parser says nothing of {gap:?} at {end}"
            );
        }
        end = end.max(next_end);
    }
}

/// The bytes of the language's set that lie in no span.
fn structural(text: &[u8], spans: &[(u64, u64, &str)]) -> Vec<u64> {
    let mut found = Vec::new();
    let mut from = 0;
    let ends = [(text.len() as u64, text.len() as u64, "")];
    for (start, end, _) in spans.iter().chain(&ends) {
        found.extend((from..*start).filter(|at| b"{}[]();:".contains(&text[*at as usize])));
        from = *end;
    }
    found
}

/// Bracket pairs, sorted.
fn levels(text: &[u8], structural: &[u64]) -> Vec<(u64, u64)> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    for at in structural {
        match text[*at as usize] {
            b'(' | b'[' | b'{' => open.push(*at),
            b')' | b']' | b'}' => pairs.extend(open.pop().map(|from| (from, *at))),
            _ => {}
        }
    }
    pairs.sort_unstable();
    pairs
}

fn agree(files: &[PathBuf]) -> Tally {
    let mut tally = Tally::default();
    for path in files {
        let Ok(text) = std::fs::read(path) else { continue };
        let Some(wanted) = reference(path, &text) else {
            tally.rejected += 1;
            continue;
        };
        if let Some(ours) = harness::ours(path, &text) {
            tally.add(path, &text, &ours, &wanted);
        }
    }
    tally
}

#[test]
fn fixtures_agree() {
    harness::with_deep_stack(|| {
        let mut wrong = Vec::new();
        for (language, extensions) in LANGUAGES {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(language);
            let files = harness::files(&folder, extensions);
            assert!(files.len() >= 30, "{} fixtures of {language}", files.len());
            let tally = agree(&files);
            print!("{}", tally.report(language));
            wrong.extend(tally.differences);
            wrong.extend(rejected(&files));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

/// What the parser says of the files that it rejects, and is to take.
fn rejected(files: &[PathBuf]) -> Vec<String> {
    let say = |path: &PathBuf| {
        let is_broken = path.file_name()?.to_str()?.starts_with("broken_");
        let text = std::fs::read(path).ok().filter(|_| !is_broken)?;
        read(path, &text).err().map(|reasons| format!("{}: {reasons}", path.display()))
    };
    files.iter().filter_map(say).collect()
}

#[test]
fn corpus_agrees() {
    harness::with_deep_stack(|| {
        for (language, extensions) in LANGUAGES {
            let tally = agree(&harness::corpus(language, extensions));
            print!("{}", tally.report(language));
            // The contract asks for 99.95 % of the files.
            let enough = tally.equal.min(tally.unproblematic) * 2000 >= tally.accepted * 1999;
            assert!(enough, "{language}: too few files agree");
        }
    });
}
