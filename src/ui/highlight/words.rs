//! Words of the languages that we scan ourselves: keywords by a list, numbers, what is called or defined. Strings and comments
//! are known exactly from the scanner, so that a word needs no grammar, and none of its memory (docs/decisions/0007).

use crate::lang::LanguageId;
use crate::ui::theme::Role;

/// Keywords, and literals that are words; sorted.
fn keywords(language: LanguageId) -> &'static [&'static str] {
    match language {
        LanguageId::Ruby => &[
            "BEGIN",
            "END",
            "__ENCODING__",
            "__FILE__",
            "__LINE__",
            "alias",
            "and",
            "begin",
            "break",
            "case",
            "class",
            "def",
            "defined?",
            "do",
            "else",
            "elsif",
            "end",
            "ensure",
            "extend",
            "false",
            "for",
            "if",
            "in",
            "include",
            "lambda",
            "module",
            "next",
            "nil",
            "not",
            "or",
            "private",
            "proc",
            "protected",
            "public",
            "raise",
            "redo",
            "require",
            "require_relative",
            "rescue",
            "retry",
            "return",
            "self",
            "super",
            "then",
            "true",
            "undef",
            "unless",
            "until",
            "when",
            "while",
            "yield",
        ],
        LanguageId::Crystal => &[
            "abstract",
            "alias",
            "annotation",
            "as",
            "as?",
            "asm",
            "begin",
            "break",
            "case",
            "class",
            "def",
            "do",
            "else",
            "elsif",
            "end",
            "ensure",
            "enum",
            "extend",
            "false",
            "for",
            "fun",
            "if",
            "in",
            "include",
            "instance_sizeof",
            "is_a?",
            "lib",
            "macro",
            "module",
            "next",
            "nil",
            "nil?",
            "of",
            "offsetof",
            "out",
            "pointerof",
            "private",
            "protected",
            "require",
            "rescue",
            "responds_to?",
            "return",
            "select",
            "self",
            "sizeof",
            "struct",
            "super",
            "then",
            "true",
            "type",
            "typeof",
            "uninitialized",
            "union",
            "unless",
            "until",
            "verbatim",
            "when",
            "while",
            "with",
            "yield",
        ],
        LanguageId::JavaScript | LanguageId::TypeScript | LanguageId::Tsx => &[
            "abstract",
            "any",
            "as",
            "asserts",
            "async",
            "await",
            "bigint",
            "boolean",
            "break",
            "case",
            "catch",
            "class",
            "const",
            "constructor",
            "continue",
            "debugger",
            "declare",
            "default",
            "delete",
            "do",
            "else",
            "enum",
            "export",
            "extends",
            "false",
            "finally",
            "for",
            "from",
            "function",
            "get",
            "if",
            "implements",
            "import",
            "in",
            "infer",
            "instanceof",
            "interface",
            "is",
            "keyof",
            "let",
            "namespace",
            "never",
            "new",
            "null",
            "number",
            "of",
            "override",
            "private",
            "protected",
            "public",
            "readonly",
            "return",
            "satisfies",
            "set",
            "static",
            "string",
            "super",
            "switch",
            "symbol",
            "this",
            "throw",
            "true",
            "try",
            "type",
            "typeof",
            "undefined",
            "unique",
            "unknown",
            "var",
            "void",
            "while",
            "with",
            "yield",
        ],
        LanguageId::Go => &[
            "any",
            "bool",
            "break",
            "byte",
            "case",
            "chan",
            "const",
            "continue",
            "default",
            "defer",
            "else",
            "error",
            "fallthrough",
            "false",
            "float32",
            "float64",
            "for",
            "func",
            "go",
            "goto",
            "if",
            "import",
            "int",
            "int16",
            "int32",
            "int64",
            "int8",
            "interface",
            "iota",
            "map",
            "nil",
            "package",
            "range",
            "return",
            "rune",
            "select",
            "string",
            "struct",
            "switch",
            "true",
            "type",
            "uint",
            "uint16",
            "uint32",
            "uint64",
            "uint8",
            "uintptr",
            "var",
        ],
        LanguageId::Rust => &[
            "Self", "as", "async", "await", "bool", "break", "char", "const", "continue", "crate",
            "dyn", "else", "enum", "extern", "f32", "f64", "false", "fn", "for", "i128", "i16",
            "i32", "i64", "i8", "if", "impl", "in", "isize", "let", "loop", "match", "mod", "move",
            "mut", "pub", "ref", "return", "self", "static", "str", "struct", "super", "trait",
            "true", "type", "u128", "u16", "u32", "u64", "u8", "union", "unsafe", "use", "usize",
            "where", "while",
        ],
        LanguageId::Python => &[
            "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case",
            "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from",
            "global", "if", "import", "in", "is", "lambda", "match", "nonlocal", "not", "or",
            "pass", "raise", "return", "self", "try", "while", "with", "yield",
        ],
        LanguageId::Json | LanguageId::Text => &[],
    }
}

/// Keywords in front of the name of what they define.
const DEFINE: [&[u8]; 17] = [
    b"class",
    b"def",
    b"enum",
    b"fn",
    b"fun",
    b"func",
    b"function",
    b"impl",
    b"interface",
    b"lib",
    b"macro",
    b"mod",
    b"module",
    b"namespace",
    b"struct",
    b"trait",
    b"type",
];

/// The role of the word `text[start..end]`.
#[must_use]
pub fn role_of_word(language: LanguageId, text: &[u8], start: usize, end: usize) -> Role {
    let word = &text[start..end];
    if word.first().is_some_and(u8::is_ascii_digit) {
        return Role::Number;
    }
    // What is asked of an object is a name, however it is spelt: `x.class`, `a.of`.
    let is_member = start > 0 && text[start - 1] == b'.' && !text[..start].ends_with(b"..");
    let is_keyword =
        std::str::from_utf8(word).is_ok_and(|word| keywords(language).binary_search(&word).is_ok());
    let is_key = || {
        matches!(language, LanguageId::Ruby | LanguageId::Crystal)
            && is_symbol_or_label(text, start, end)
    };
    if is_keyword && !is_member && !is_key() {
        return Role::Constant;
    }
    let is_called = match &text[end..] {
        [b'(', ..] => true,
        [b'!', b'(' | b'[' | b'{', ..] => language == LanguageId::Rust,
        _ => false,
    };
    if is_called || is_defined(&text[..start]) { Role::KeyString } else { Role::Text }
}

/// Whether the word `text[start..end]` is a symbol or a label in Ruby or Crystal: `:if`, `if: a`.
fn is_symbol_or_label(text: &[u8], start: usize, end: usize) -> bool {
    let (before, after) = (&text[..start], &text[end..]);
    let is_symbol = before.ends_with(b":") && !before.ends_with(b"::");
    is_symbol || after.starts_with(b":") && !after.starts_with(b"::")
}

/// Whether a keyword stands in front that defines what comes next.
fn is_defined(before: &[u8]) -> bool {
    let Some(line) = before.strip_suffix(b" ") else { return false };
    let word = line.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
    let word = &line[line.len() - word.count()..];
    DEFINE.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::languages;

    #[test]
    fn keywords_are_sorted() {
        for info in languages() {
            assert!(keywords(info.id).is_sorted(), "{}", info.name);
        }
    }

    #[test]
    fn a_word_is_what_it_is_where_it_stands() {
        let role = |language, text: &str, word: &str| {
            let start = text.find(word).expect("it is there");
            role_of_word(language, text.as_bytes(), start, start + word.len())
        };
        assert_eq!(role(LanguageId::Rust, "fn add(a: u8)", "fn"), Role::Constant);
        assert_eq!(role(LanguageId::Rust, "fn add(a: u8)", "add"), Role::KeyString);
        assert_eq!(role(LanguageId::Rust, "fn add(a: u8)", "a:"), Role::Text);
        assert_eq!(role(LanguageId::Rust, "println!(1)", "println"), Role::KeyString);
        assert_eq!(role(LanguageId::Ruby, "x.class", "class"), Role::Text);
        assert_eq!(role(LanguageId::Ruby, "x !:end", "end"), Role::Text);
        assert_eq!(role(LanguageId::Ruby, "x if: 1", "if"), Role::Text);
        assert_eq!(role(LanguageId::Python, "else: x", "else"), Role::Constant);
        assert_eq!(role(LanguageId::Ruby, "class Foo < Bar", "Foo"), Role::KeyString);
        assert_eq!(role(LanguageId::Python, "x = 12_000", "12_000"), Role::Number);
        assert_eq!(role(LanguageId::Go, "return nil", "nil"), Role::Constant);
    }
}
