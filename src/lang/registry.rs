//! The one list of languages: names, extensions, and how a document's language is found.

use std::path::Path;

/// A language that documents can be scanned as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LanguageId {
    /// JSON, JSON Lines, concatenated JSON, JSON with comments.
    Json,
    /// Text without structure: lines only.
    Text,
}

/// What is known of a language before any scanning.
#[derive(Clone, Copy, Debug)]
pub struct LanguageInfo {
    /// The language.
    pub id: LanguageId,
    /// The name for `--lang` and reports, lower case.
    pub name: &'static str,
    /// The name as people write it.
    pub title: &'static str,
    /// File name extensions, without the dot, lower case.
    pub extensions: &'static [&'static str],
}

const LANGUAGES: &[LanguageInfo] = &[
    LanguageInfo {
        id: LanguageId::Json,
        name: "json",
        title: "JSON",
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
    LanguageInfo { id: LanguageId::Text, name: "text", title: "Text", extensions: &["txt", "log"] },
];

/// All languages.
#[must_use]
pub fn languages() -> &'static [LanguageInfo] {
    LANGUAGES
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

/// The language of a document: by its name's extension, else by its first bytes.
#[must_use]
pub fn detect(path: &Path, head: &[u8]) -> LanguageId {
    let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let by_name = extension
        .and_then(|e| LANGUAGES.iter().find(|info| info.extensions.contains(&e.as_str())))
        .map(|info| info.id);
    by_name.unwrap_or_else(|| by_content(head))
}

/// JSON begins with a bracket, a quote, a digit or a sign after a BOM and white space; anything else is text.
fn by_content(head: &[u8]) -> LanguageId {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    match head.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => LanguageId::Json,
        _ => LanguageId::Text,
    }
}
