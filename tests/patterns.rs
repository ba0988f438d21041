//! What holds of every pattern, of whatever code, valid or not: it has bytes, neither white space nor a comment is at its ends, and
//! no kind starts twice at one byte.

use std::collections::BTreeMap;

use warp_tui::lang::code::{Pattern, Scanner, Tokens};
use warp_tui::lang::{LanguageInfo, PatternKind};
use warp_tui::simd::available;

#[path = "shared/numbers.rs"]
mod numbers;
#[path = "shared/texts.rs"]
mod texts;

use numbers::Numbers;
use texts::{change, corpus, fixtures, scanned};

/// What is wrong with patterns: language, kind, what; each with the shortest text that shows it.
type Faults = BTreeMap<(&'static str, &'static str, &'static str), String>;

/// Faults of broken code that are known and would cost more than they do harm.
const LEFT: &[(&str, &str, &str)] = &[
    // `abstract def # a` without a name: the comment is looked over where a name is looked for.
    ("crystal", "def", "ends with a gap"),
    // `module /* /* */ 'a' {`, the first mark of which may stand before the word: comments are looked back over by their marks.
    ("typescript", "namespace", "begins with a gap"),
    ("tsx", "namespace", "begins with a gap"),
    ("typescript", "interface", "begins with a gap"),
    ("tsx", "interface", "begins with a gap"),
];

/// Adds what is wrong with the patterns of `text`.
fn add_faults(info: &LanguageInfo, scanner: &dyn Scanner, text: &[u8], faults: &mut Faults) {
    let found = scanner.tokens(available()[0], text, &[]);
    let mut add = |it: &Pattern, what| {
        let shown = || format!("{:?}: {it:?}", String::from_utf8_lossy(text));
        let fault = faults.entry((info.name, it.kind.name(), what)).or_insert_with(shown);
        if text.len() < fault.len() {
            let shown = shown();
            if shown.len() < fault.len() {
                *fault = shown;
            }
        }
    };
    for it in &found.patterns {
        if it.start >= it.end {
            add(it, "empty");
            continue;
        }
        // A heredoc without a word has no last byte: it ends where the empty line begins.
        let has_no_word = it.kind == PatternKind::Heredoc && it.name.is_some_and(|it| it.0 == it.1);
        for (at, what) in [(it.start, "begins with a gap"), (it.end - 1, "ends with a gap")] {
            if !has_no_word && is_gap(&found, text, at, it.kind) {
                add(it, what);
            }
        }
    }
    let mut starts: Vec<_> = found.patterns.iter().map(|it| (it.start, it.kind)).collect();
    starts.sort_unstable();
    for pair in starts.windows(2).filter(|pair| pair[0] == pair[1]) {
        let twice = found.patterns.iter().find(|it| (it.start, it.kind) == pair[0]);
        twice.into_iter().for_each(|it| add(it, "starts twice"));
    }
}

/// Whether white space or a comment is at `at`. In a string's text white space is text, in a comment that is a pattern too.
fn is_gap(found: &Tokens, text: &[u8], at: u64, kind: PatternKind) -> bool {
    let after = found.spans.partition_point(|(start, ..)| *start <= at);
    let span = after.checked_sub(1).map(|i| found.spans[i]).filter(|(_, end, _)| at < *end);
    match span {
        Some((.., span)) => span.is_comment() && kind != PatternKind::MagicComment,
        None => usize::try_from(at).is_ok_and(|at| text[at].is_ascii_whitespace()),
    }
}

fn assert_none_but_left(faults: &Faults) {
    let new: Vec<_> = faults.iter().filter(|(fault, _)| !LEFT.contains(fault)).collect();
    for (fault, shown) in &new {
        eprintln!("{fault:?}: {shown}");
    }
    assert!(new.is_empty(), "{} faults", new.len());
}

/// Texts whose patterns were at fault until that was mended.
const ONCE_WRONG: &[(&str, &str)] = &[
    ("python", "'"),
    ("python", "def f():\n  \"\"\"a"),
    ("javascript", "=>=>"),
    ("javascript", "a + => 1"),
    ("javascript", "@ "),
    ("typescript", "@ // a\n"),
];

#[test]
fn what_was_wrong_once_stays_right() {
    let mut faults = Faults::default();
    for (info, scanner) in scanned() {
        for (_, text) in ONCE_WRONG.iter().filter(|(name, _)| *name == info.name) {
            add_faults(info, scanner, text.as_bytes(), &mut faults);
        }
    }
    assert_none_but_left(&faults);
}

#[test]
fn patterns_of_code_are_whole() {
    let mut faults = Faults::default();
    for (info, scanner) in scanned() {
        for (_, text) in corpus(info).unwrap_or_else(|| fixtures(info)) {
            add_faults(info, scanner, &text, &mut faults);
        }
    }
    assert_none_but_left(&faults);
}

#[test]
fn patterns_of_changed_code_are_whole() {
    const ROUNDS: usize = 40;
    let mut numbers = Numbers(0x9FB2_1C65_1E98_DF25);
    let mut faults = Faults::default();
    for (info, scanner) in scanned() {
        let texts = corpus(info).unwrap_or_else(|| fixtures(info));
        for (_, text) in texts.iter().flat_map(|it| std::iter::repeat_n(it, ROUNDS)) {
            let start = numbers.below(text.len());
            let mut text = text[start..(start + 400).min(text.len())].to_vec();
            for _ in 0..1 + numbers.below(6) {
                change(&mut text, &mut numbers);
            }
            add_faults(info, scanner, &text, &mut faults);
        }
    }
    assert_none_but_left(&faults);
}

/// Tokens that mean something in one language or another.
const SOUP: &[&str] = &[
    "a",
    "B",
    "_",
    "1",
    "é",
    "=",
    "=>",
    "==",
    "->",
    "+",
    "-",
    "--",
    "*",
    "/",
    "%",
    "!",
    "?",
    ":",
    "::",
    ";",
    ",",
    ".",
    "..",
    "...",
    "<",
    ">",
    "<<",
    "<<-A",
    "<<~''",
    "&",
    "&&",
    "|",
    "||",
    "@",
    "@[",
    "#",
    "#!",
    "#[",
    "#{",
    "${",
    "{{",
    "}}",
    "{%",
    "%}",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<a>",
    "</a>",
    "/>",
    "'",
    "\"",
    "`",
    "\"\"\"",
    "'''",
    "'a",
    "b'",
    "f'",
    "f\"",
    "r#\"",
    "//",
    "/*",
    "*/",
    "<!--",
    "-->",
    "# a",
    "// a",
    "/* a */",
    "\\",
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\r\n",
    " ",
    "  ",
    "\t",
    "as",
    "async",
    "await",
    "class",
    "const",
    "def",
    "do",
    "else",
    "end",
    "enum",
    "export",
    "extends",
    "fn",
    "for",
    "from",
    "func",
    "function",
    "get",
    "if",
    "impl",
    "import",
    "in",
    "interface",
    "lambda",
    "let",
    "lib",
    "macro",
    "match",
    "mod",
    "module",
    "namespace",
    "package",
    "private",
    "self",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "unsafe",
    "var",
    "where",
    "while",
    "with",
    "yield",
    "declare",
    "abstract",
    "extern",
    "global",
    "of",
    "is",
    "%w[",
    "%q(",
    "annotation",
    "case",
    "when",
    "map",
    "chan",
    "dyn",
    "=begin\n",
    "=end\n",
    "__END__\n",
    "A\n",
    "0x",
    "1.",
    "begin",
    "then",
    "try",
    "new",
    "typeof",
];

#[test]
fn patterns_of_token_soup_are_whole() {
    const ROUNDS: usize = 20_000;
    let mut numbers = Numbers(0xE703_7ED1_A0B4_28DB);
    let mut faults = Faults::default();
    for (info, scanner) in scanned() {
        for _ in 0..ROUNDS {
            let mut text = Vec::new();
            for _ in 0..1 + numbers.below(10) {
                text.extend_from_slice(SOUP[numbers.below(SOUP.len())].as_bytes());
                if numbers.below(3) == 0 {
                    text.push(b' ');
                }
            }
            add_faults(info, scanner, &text, &mut faults);
        }
    }
    assert_none_but_left(&faults);
}
