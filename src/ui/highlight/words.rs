//! Words of the languages that we scan ourselves: keywords by a list, numbers, what is called or defined. Strings and comments
//! are known exactly from the scanner, so that a word needs no grammar, and none of its memory (docs/decisions/0007).

use crate::lang::LanguageId;
use crate::ui::theme::Role;

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
    let is_keyword = std::str::from_utf8(word)
        .is_ok_and(|word| language.info().keywords.binary_search(&word).is_ok());
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
            assert!(info.keywords.is_sorted(), "{}", info.name);
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
