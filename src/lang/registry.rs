//! The one list of languages: names, extensions, and how a document's language is found.

use std::path::Path;

use super::code::{Scanner, ScannerOf};
use super::crystal::{self, Crystal};
use super::go::{self, Go};
use super::javascript::{self, JavaScript, Tsx, TypeScript};
use super::json::begins_like_json;
use super::openings::{begins_like_code, by_openings};
use super::python::{self, Python};
use super::ruby::{self, Ruby};
use super::rust::{self, Rust};
use crate::limits::HEAD_BYTES;

/// A language that documents can be scanned as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LanguageId {
    /// JSON, JSON Lines, concatenated JSON, JSON with comments.
    Json,
    /// Ruby.
    Ruby,
    /// Text without structure: lines only.
    Text,
    /// Python.
    Python,
    /// JavaScript, JSX included.
    JavaScript,
    /// TypeScript without JSX.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Rust.
    Rust,
    /// Go.
    Go,
    /// Crystal.
    Crystal,
}

// A code language is a row of `LANGUAGES` and an entry of `LanguageId`, and but for its line in `mod.rs` nothing else outside of
// its own file.

/// What is known of a language before any scanning.
#[derive(Clone, Copy, Debug)]
pub struct LanguageInfo {
    /// The language.
    pub id: LanguageId,
    /// The name for `--lang` and reports, lower case.
    pub name: &'static str,
    /// The name as people write it.
    pub title: &'static str,
    /// The name that reports give if no other was asked for; dialects of one language share it.
    pub family: &'static str,
    /// File name extensions, without the dot, lower case.
    pub extensions: &'static [&'static str],
    /// Whole file names.
    pub file_names: &'static [&'static str],
    /// Interpreters in a `#!` line, without version: `ruby`, `python`, `node`.
    pub interpreters: &'static [&'static str],
    /// Lines that texts in it begin with, as `openings.rs` reads them: they tell what has no name. With a blank in front, lines
    /// that are indented.
    pub openings: &'static [&'static str],
    /// Keywords, and literals that are words; sorted.
    pub keywords: &'static [&'static str],
    /// The structural set.
    pub structural: &'static str,
    /// What scans it, if it is a code language.
    pub scanner: Option<&'static dyn Scanner>,
}

pub(super) const LANGUAGES: &[LanguageInfo] = &[
    LanguageInfo {
        id: LanguageId::Json,
        name: "json",
        title: "JSON",
        family: "json",
        structural: "{}[],:",
        file_names: &[],
        interpreters: &[],
        openings: &[],
        keywords: &[],
        scanner: None,
        extensions: &[
            "json",
            "jsonl",
            "ndjson",
            "jsonc",
            "geojson",
            "json5",
            "har",
            "ipynb",
            "webmanifest",
            "map",
        ],
    },
    LanguageInfo {
        id: LanguageId::Ruby,
        name: "ruby",
        title: "Ruby",
        family: "ruby",
        extensions: &["rb", "rake", "gemspec", "ru", "rbw", "podspec", "jbuilder", "thor"],
        file_names: &[
            "Rakefile",
            "Gemfile",
            "Guardfile",
            "Capfile",
            "Vagrantfile",
            "Podfile",
            "Thorfile",
            "Berksfile",
            "Fastfile",
            "Brewfile",
            "Appraisals",
            ".irbrc",
            ".pryrc",
        ],
        interpreters: &["ruby", "jruby", "rake", "irb"],
        structural: "{}[]()",
        openings: ruby::vocabulary::OPENINGS,
        keywords: ruby::vocabulary::KEYWORDS,
        scanner: Some(&ScannerOf::<Ruby>::NEW),
    },
    LanguageInfo {
        id: LanguageId::Text,
        name: "text",
        title: "Text",
        family: "text",
        structural: "",
        file_names: &[],
        interpreters: &[],
        openings: &[],
        keywords: &[],
        scanner: None,
        extensions: &["txt", "log"],
    },
    LanguageInfo {
        id: LanguageId::Python,
        name: "python",
        title: "Python",
        family: "python",
        extensions: &["py", "pyi", "pyw"],
        file_names: &["SConstruct", "SConscript", "wscript"],
        interpreters: &["python", "pypy"],
        structural: "{}[]():",
        openings: python::vocabulary::OPENINGS,
        keywords: python::vocabulary::KEYWORDS,
        scanner: Some(&ScannerOf::<Python>::NEW),
    },
    LanguageInfo {
        id: LanguageId::JavaScript,
        name: "javascript",
        title: "JavaScript",
        family: "javascript",
        extensions: &["js", "jsx", "mjs", "cjs"],
        file_names: &[],
        interpreters: &["node", "nodejs"],
        structural: "{}[]();:",
        openings: javascript::vocabulary::OPENINGS,
        keywords: javascript::vocabulary::KEYWORDS,
        scanner: Some(&ScannerOf::<JavaScript>::NEW),
    },
    LanguageInfo {
        id: LanguageId::TypeScript,
        name: "typescript",
        title: "TypeScript",
        family: "typescript",
        extensions: &["ts", "mts", "cts"],
        file_names: &[],
        interpreters: &["ts-node", "tsx", "deno", "bun"],
        structural: "{}[]();:",
        openings: javascript::vocabulary::TYPESCRIPT_OPENINGS,
        keywords: javascript::vocabulary::KEYWORDS,
        scanner: Some(&ScannerOf::<TypeScript>::NEW),
    },
    LanguageInfo {
        id: LanguageId::Tsx,
        name: "tsx",
        title: "TSX",
        family: "typescript",
        extensions: &["tsx"],
        file_names: &[],
        interpreters: &[],
        structural: "{}[]();:",
        openings: javascript::vocabulary::TSX_OPENINGS,
        keywords: javascript::vocabulary::KEYWORDS,
        scanner: Some(&ScannerOf::<Tsx>::NEW),
    },
    LanguageInfo {
        id: LanguageId::Rust,
        name: "rust",
        title: "Rust",
        family: "rust",
        extensions: &["rs"],
        file_names: &[],
        interpreters: &["rust-script", "cargo"],
        structural: "{}[]()|;",
        openings: rust::vocabulary::OPENINGS,
        keywords: rust::vocabulary::KEYWORDS,
        scanner: Some(&ScannerOf::<Rust>::NEW),
    },
    LanguageInfo {
        id: LanguageId::Go,
        name: "go",
        title: "Go",
        family: "go",
        extensions: &["go"],
        file_names: &[],
        interpreters: &["gorun", "yaegi"],
        structural: "{}[](),;",
        openings: go::vocabulary::OPENINGS,
        keywords: go::vocabulary::KEYWORDS,
        scanner: Some(&ScannerOf::<Go>::NEW),
    },
    LanguageInfo {
        id: LanguageId::Crystal,
        name: "crystal",
        title: "Crystal",
        family: "crystal",
        extensions: &["cr"],
        file_names: &[],
        interpreters: &["crystal"],
        structural: "{}[]()",
        openings: crystal::vocabulary::OPENINGS,
        keywords: crystal::vocabulary::KEYWORDS,
        scanner: Some(&ScannerOf::<Crystal>::NEW),
    },
];

/// All languages.
#[must_use]
pub fn languages() -> &'static [LanguageInfo] {
    LANGUAGES
}

/// The names of all languages, in the order of the alphabet.
#[must_use]
pub fn language_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = LANGUAGES.iter().map(|info| info.name).collect();
    names.sort_unstable();
    names
}

impl LanguageId {
    /// What is known of it.
    #[must_use]
    pub fn info(self) -> &'static LanguageInfo {
        LANGUAGES.iter().find(|info| info.id == self).unwrap_or(&LANGUAGES[0])
    }

    /// The language of that name, if there is one.
    #[must_use]
    pub fn by_name(name: &str) -> Option<LanguageId> {
        LANGUAGES.iter().find(|info| info.name.eq_ignore_ascii_case(name)).map(|info| info.id)
    }
}

/// The language of a document: by its name, else by its first bytes, of which `head` has [`HEAD_BYTES`] or all.
#[must_use]
pub fn detect(path: &Path, head: &[u8]) -> LanguageId {
    told(path, head, true).unwrap_or(LanguageId::Text)
}

/// As [`detect`], of a document of which `head` has come so far; none while what comes next may tell another language.
#[must_use]
pub fn detect_early(path: &Path, head: &[u8]) -> Option<LanguageId> {
    told(path, head, head.len() as u64 >= HEAD_BYTES)
}

fn told(path: &Path, head: &[u8], is_all: bool) -> Option<LanguageId> {
    let by_name = detect_by_name(path);
    if by_name.is_some() || !is_all && is_undecided(head) {
        return by_name;
    }
    let text = head.strip_prefix(BOM).unwrap_or(head);
    if let Some(id) = text.strip_prefix(b"#!").and_then(by_interpreter) {
        return Some(id);
    }
    match begins_like_json(text) {
        None if !is_all => return None,
        // What ends with its first bracket, or with an array of one element.
        None if !text.trim_ascii().is_empty() => return Some(LanguageId::Json),
        Some(true) => return Some(LanguageId::Json),
        _ => {}
    }
    if file_name(path).and_then(extension).is_some() {
        // It is in a language of its own, though in none of ours.
        return Some(LanguageId::Text);
    }
    if !is_all && begins_like_code(text) != Some(false) {
        return None;
    }
    Some(by_openings(text).unwrap_or(LanguageId::Text))
}

/// White space, a mark of the byte order and half a `#!` line tell nothing.
fn is_undecided(head: &[u8]) -> bool {
    let text = head.strip_prefix(BOM).unwrap_or(head);
    let is_half_line = text.starts_with(b"#!") && !text.contains(&b'\n');
    BOM.starts_with(head)
        || text == b"#"
        || is_half_line
        || text.iter().all(u8::is_ascii_whitespace)
}

/// The mark of the byte order, of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The language that a document's name tells: by the whole file name, then by the extension. A name is bytes, of which some
/// may be no text.
#[must_use]
pub fn detect_by_name(path: &Path) -> Option<LanguageId> {
    let name = file_name(path)?;
    let is_whole = |info: &&LanguageInfo| info.file_names.iter().any(|it| it.as_bytes() == name);
    let extension = extension(name).unwrap_or_default();
    let has_extension = |info: &&LanguageInfo| {
        info.extensions.iter().any(|it| extension.eq_ignore_ascii_case(it.as_bytes()))
    };
    let whole = LANGUAGES.iter().find(is_whole);
    whole.or_else(|| LANGUAGES.iter().find(has_extension)).map(|info| info.id)
}

/// The last part of a path or URL; of what is packed, the name of what is in it.
fn file_name(path: &Path) -> Option<&[u8]> {
    const PACKERS: [&[u8]; 3] = [b".gz", b".zst", b".zstd"];
    let name = path.file_name()?.as_encoded_bytes();
    let is_url = path.to_str().is_some_and(|path| path.contains("://"));
    let query = name.iter().position(|byte| is_url && matches!(byte, b'?' | b'#'));
    let mut name = &name[..query.unwrap_or(name.len())];
    while let Some(inside) = PACKERS.iter().find_map(|ending| name.strip_suffix(*ending)) {
        name = inside;
    }
    Some(name)
}

/// What stands behind a name's last dot. A dot in front hides a file; it begins no extension.
fn extension(name: &[u8]) -> Option<&[u8]> {
    let dot = name.iter().rposition(|byte| *byte == b'.').filter(|at| *at > 0)?;
    Some(&name[dot + 1..])
}

/// By the interpreter of a `#!` line, `env` and its options skipped, a version at the end taken off.
fn by_interpreter(line: &[u8]) -> Option<LanguageId> {
    let line = line.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_ascii_whitespace();
    let base = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
    let mut program = base(words.next()?);
    if program == "env" {
        program = base(words.find(|word| !word.starts_with('-') && !word.contains('='))?);
    }
    let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    LANGUAGES.iter().find(|info| info.interpreters.contains(&program)).map(|info| info.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_come_so_far_tells_a_language_only_if_nothing_else_can_come() {
        let early = |head: &str| detect_early(Path::new("-"), head.as_bytes());
        for head in [
            "",
            " \n",
            "\u{feff}",
            "#",
            "#!/usr/bin/env ru",
            "[",
            "[20",
            "// a\n",
            "import { a } from 'b';\n",
        ] {
            assert_eq!(early(head), None, "{head:?}");
        }
        let code = format!("import {{ a }} from 'b';\n{}", "a();\n".repeat(1000));
        for (head, language) in [
            ("{\"a", LanguageId::Json),
            ("[20, 1", LanguageId::Json),
            ("[2026-11-30 1\n", LanguageId::Text),
            ("#!/usr/bin/ruby\n", LanguageId::Ruby),
            ("some words\n", LanguageId::Text),
            (code.as_str(), LanguageId::JavaScript),
        ] {
            assert_eq!(early(head), Some(language), "{head:?}");
        }
        assert_eq!(detect(Path::new("-"), b"import { a } from 'b';\n"), LanguageId::JavaScript);
        assert_eq!(detect(Path::new("-"), b"[1]"), LanguageId::Json);
        assert_eq!(detect_early(Path::new("a.java"), b"import a"), Some(LanguageId::Text));
        assert_eq!(detect_early(Path::new("a.go.gz"), b""), Some(LanguageId::Go));
    }
}
