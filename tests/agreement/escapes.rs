//! Escapes: a string is right for us where the language's own parser takes it, and wrong where that refuses it.
//!
//! Strings are drawn from what escapes are made of, so that most are nearly right, and put into literals of all sorts.

use std::path::Path;

use crate::external::External;
use crate::harness::{self, Tokens};
use crate::{crystal, go, javascript, python, ruby, rust};

#[path = "../shared/numbers.rs"]
mod numbers;

use numbers::Numbers;

/// What stands behind a backslash.
const BEHIND: &[&str] = &[
    "x",
    "u",
    "U",
    "N",
    "c",
    "C",
    "M",
    "C-",
    "M-",
    "0",
    "1",
    "7",
    "8",
    "n",
    "t",
    "\\",
    "'",
    "\"",
    "`",
    "#",
    "{",
    "}",
    "a",
    "q",
    "é",
    "\n",
    "\r\n",
    " ",
    "-",
    "/",
    "u{",
    "N{",
    "x4",
    "x41",
    "x7f",
    "x80",
    "xff",
    "x4g",
    "u0041",
    "u004",
    "u004g",
    "ud800",
    "U00000041",
    "U00110000",
    "U0000d800",
    "U0010ffff",
    "u{41}",
    "u{}",
    "u{110000}",
    "u{10ffff}",
    "u{d800}",
    "u{0}",
    "u{0000041}",
    "u{4_1}",
    "u{_41}",
    "u{41_}",
    "u{41 42}",
    "u{ 41}",
    "u{41 }",
    "u{41\t42}",
    "u{10ffff 41}",
    "u{1f468 200d}",
    "u{g}",
    "u{41",
    "u {41}",
    "N{SPACE}",
    "N{EM DASH}",
    "N{}",
    "N{em dash",
    "N {SPACE}",
    "000",
    "101",
    "377",
    "400",
    "777",
    "1011",
    "0377",
    "00",
    "08",
    "18",
    "cA",
    "c?",
    "c\\C-a",
    "C-a",
    "C-\\C-a",
    "C-\\M-a",
    "M-a",
    "M-\\M-a",
    "M-\\cA",
    "M-\\C-\\x41",
    "M-\\u0041",
    "cé",
    "M-é",
    "C-\\",
    "c\\x41",
    "c\\x",
    "M-\\101",
    "c ",
    "M",
    "Ca",
    "e",
    "s",
];

/// What stands between escapes.
const BETWEEN: &[&str] = &["", "", "", "a", "4", "}", " ", "g", "é", "0"];

/// A text of `n` escapes.
fn text(numbers: &mut Numbers, n: usize) -> String {
    let mut text = String::new();
    for _ in 0..n {
        text += BETWEEN[numbers.below(BETWEEN.len())];
        text.push('\\');
        text += BEHIND[numbers.below(BEHIND.len())];
    }
    text + BETWEEN[numbers.below(BETWEEN.len())]
}

/// Asks of `cases` programs that have a drawn text for the `@` of one of `literals` whether we and the reference agree, but for
/// those that `is_free`. Literals of one character get one escape alone.
fn check(
    file: &str,
    literals: &[&str],
    cases: usize,
    is_free: impl Fn(&str, &str) -> bool,
    mut reference: impl FnMut(&Path, &[u8]) -> Option<Tokens>,
) {
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    let (mut taken, mut refused, mut parted) = (0, 0, Vec::new());
    for _ in 0..cases {
        let literal = literals[numbers.below(literals.len())];
        let n = numbers.below(3) + 1;
        let text = match literal.strip_prefix("one ") {
            Some(_) => format!("\\{}", BEHIND[numbers.below(BEHIND.len())]),
            None => text(&mut numbers, n),
        };
        if is_free(literal, &text) {
            continue;
        }
        let program = literal.trim_start_matches("one ").replace('@', &text);
        let path = Path::new(file);
        let is_right = reference(path, program.as_bytes()).is_some();
        let problems = harness::ours(path, program.as_bytes()).unwrap_or_default().problems;
        *if is_right { &mut taken } else { &mut refused } += 1;
        if problems.is_empty() != is_right && parted.len() < 60 {
            parted.push(format!("{program:?}: taken {is_right}, problems {problems:?}"));
        }
    }
    assert!(parted.is_empty(), "{file}\n{}", parted.join("\n"));
    assert!(taken > cases / 10 && refused > cases / 10, "{file}: {taken} taken, {refused} refused");
}

const CASES: usize = 4_000;

#[test]
fn rust_agrees() {
    let literals = [
        "const A: &str = \"@\";\n",
        "const A: &[u8] = b\"@\";\n",
        "fn a() { b(c\"@\", 1); }\n",
        "one const A: char = '@';\n",
        "one const A: u8 = b'@';\n",
        "#[doc = \"@\"] fn a() {}\n",
        "const A: &str = r\"@\";\n",
    ];
    let is_free = |literal: &str, text: &str| {
        // Two characters, where there is room for one.
        let are_two = text.ends_with('\'') || text.starts_with("\\0") && text.len() > 2;
        let ends_raw = literal.contains("r\"") && text.contains('"');
        let is_no_byte = literal.contains("b\"") && !text.is_ascii();
        is_no_byte || ends_raw || literal.starts_with("one") && are_two
    };
    check("a.rs", &literals, CASES, is_free, rust::reference);
}

#[test]
fn python_agrees() {
    let literals = [
        "a = '@'\n",
        "a = b'@'\n",
        "a = u\"@\"\n",
        "a = r'@'\n",
        "a = Rb'@'\n",
        "def a():\n    \"\"\"@ b\"\"\"\n",
        "a = f'@'\n",
        "a = rf'@'\n",
        "a = f'{b:@}'\n",
        "print(b, ['@'], c)  # d\n",
        "if a == b'@':\n    pass\n",
    ];
    let is_free = |literal: &str, text: &str| {
        let is_bytes = literal.contains("b'");
        // Braces are not of the escape in an f-string.
        let has_braces = literal.contains("f'") && text.contains(['{', '}']);
        // Names that are none are not known to us.
        is_bytes && !text.is_ascii() || has_braces
    };
    check("a.py", &literals, CASES, is_free, python::reference);
}

#[test]
fn javascript_and_typescript_agree() {
    let literals = [
        "a = '@';\n",
        "f(\"@\", b);\n",
        "a = `@`;\n",
        "a = `b${c}@`;\n",
        "a = `${`@`}`;\n",
        "a = b`@`;\n",
        "a = b.c`d${e}@`;\n",
        "a = f(b)`@`;\n",
        "if (a) `@`;\n",
        "function f() { return `@`; }\n",
        "a = { b: `@`, '@': 1 };\n",
        "class A { b = '@'; c = `@`; ['@']() {} }\n",
        "a = [`@`, `b``@`];\n",
    ];
    let is_free = |_: &str, text: &str| text.contains("\\`");
    check("a.js", &literals, CASES, is_free, javascript::reference);
    check("a.ts", &literals, CASES, is_free, javascript::reference);
    let literals = ["let a: '@' | b;\n", "type A = `@`;\n", "enum A { 'a' = `@`, B = '@' }\n"];
    check("a.ts", &literals, CASES, is_free, javascript::reference);
    let literals = ["a = <b c='\\u' d={'@'}>\\u {`@`} \\x</b>;\n"];
    check("a.jsx", &literals, CASES, is_free, javascript::reference);
}

#[test]
fn ruby_agrees() {
    let literals = [
        "a = \"@\"\n",
        "puts \"b#{c}@\", 1\n",
        "a = '@'\n",
        "a = :\"@\"\n",
        "a = %(@)\n",
        "a = %q(@)\n",
        "a = %W(@ b)\n",
        "a = %w(@ b)\n",
        "a = %I(@ b)\n",
        "a = `@`\n",
        "a = /@/\n",
        "a = %r(@)\n",
        "a = <<~A\n  @\nA\n",
        "a = <<~'A'\n  @\nA\n",
        "one a = ?@\n",
        "a = { \"@\": 1 }\n",
        "def a = \"#{\"@\"}\"\n",
    ];
    let is_free = |literal: &str, text: &str| {
        // Whether bytes are text of the source's encoding is no question of escapes.
        let is_text = [":\"", "\"@\":", "/", "%r", "%I"].iter().any(|one| literal.contains(one));
        let has_bytes =
            ["\\x8", "\\xf", "M-", "\\3", "\\4", "\\7"].iter().any(|one| text.contains(one));
        // Two characters, where there is room for one.
        let are_two = || {
            text.ends_with("x4g")
                || text.len() > 2 && !text[1..].starts_with(['u', 'x', 'c', 'C', 'M'])
        };
        // Behind an escaped letter of several bytes Prism lets everything pass in a regex.
        let lets_pass = (literal.contains('/') || literal.contains("%r")) && text.contains("\\é");
        lets_pass || is_text && has_bytes || literal.starts_with("one") && are_two()
    };
    check("a.rb", &literals, CASES, is_free, ruby::reference);
}

/// Nothing is asked of Go where it is not at hand.
#[test]
fn go_agrees() {
    if std::env::var_os("WARP_TUI_CORPUS").is_some() {
        let literals = [
            "package a\n\nvar a = \"@\"\n",
            "package a\n\nvar a = `@`\n",
            "package a\n\nfunc a() {\n\tb(\"@\", \"c\", 'd')\n}\n",
            "one package a\n\nvar a = '@'\n",
            "one package a\n\nfunc a() {\n\tb('@', c)\n}\n",
        ];
        let mut go = go::start();
        // Two characters, where there is room for one.
        let is_free = |literal: &str, text: &str| {
            literal.starts_with("one") && ["\\1011", "\\0377"].contains(&text)
                || literal.contains("`@`") && text.contains('`')
        };
        check("a.go", &literals, CASES, is_free, |_, text| ask(&mut go, "a.go", text));
    }
}

/// Nothing is asked of Crystal where it is not at hand.
#[test]
fn crystal_agrees() {
    if let Some(mut crystal) = crystal::reference() {
        let literals = [
            "a = \"@\"\n",
            "a = b \"c#{d}@\", 1\n",
            "a = :\"@\"\n",
            "a = %(@)\n",
            "a = %q(@)\n",
            "a = %w(@ b)\n",
            "a = `@`\n",
            "a = /@/\n",
            "a = <<-A\n  @\n  A\n",
            "a = <<-'A'\n  @\n  A\n",
            "one a = '@'\n",
        ];
        let ask = |_: &Path, text: &[u8]| ask(&mut crystal, "a.cr", text);
        let is_free = |literal: &str, text: &str| {
            let are_two = literal.starts_with("one") && text.starts_with("\\0") && text.len() > 2;
            // The parser has regexes compiled, and wants the lines of heredocs to be indented.
            are_two || literal.contains('/') || literal.contains("<<-") && text.contains('\n')
        };
        check("a.cr", &literals, CASES, is_free, ask);
    }
}

/// What a program of its own says of `text`.
fn ask(reference: &mut External, name: &str, text: &[u8]) -> Option<Tokens> {
    let path = std::env::temp_dir().join(format!("warp-tui-escapes-{}-{name}", std::process::id()));
    std::fs::write(&path, text).expect("a temporary file can be written");
    let answer = reference.ask(&path);
    std::fs::remove_file(&path).expect("it is there");
    crate::external::parse(&answer)
}
