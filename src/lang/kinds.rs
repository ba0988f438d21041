//! The kinds of what scanners report: structural classes, spans, problems.

use serde::{Deserialize, Serialize};

/// The class of a structural character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Class {
    /// `{`
    BraceOpen,
    /// `}`
    BraceClose,
    /// `[`
    BracketOpen,
    /// `]`
    BracketClose,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `(`
    ParenOpen,
    /// `)`
    ParenClose,
    /// `;`
    Semicolon,
    /// `|`
    Bar,
}

impl Class {
    /// All classes, in the order of their numbers.
    pub const ALL: [Class; 10] = [
        Class::BraceOpen,
        Class::BraceClose,
        Class::BracketOpen,
        Class::BracketClose,
        Class::Comma,
        Class::Colon,
        Class::ParenOpen,
        Class::ParenClose,
        Class::Semicolon,
        Class::Bar,
    ];

    /// The character.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Class::BraceOpen => b'{',
            Class::BraceClose => b'}',
            Class::BracketOpen => b'[',
            Class::BracketClose => b']',
            Class::Comma => b',',
            Class::Colon => b':',
            Class::ParenOpen => b'(',
            Class::ParenClose => b')',
            Class::Semicolon => b';',
            Class::Bar => b'|',
        }
    }

    /// The class of a byte that stands in code, if it has one.
    #[must_use]
    pub fn of(byte: u8) -> Option<Class> {
        BY_BYTE[byte as usize]
    }

    /// Whether it opens a level.
    #[must_use]
    pub fn opens(self) -> bool {
        matches!(self, Class::BraceOpen | Class::BracketOpen | Class::ParenOpen)
    }

    /// Whether it closes a level.
    #[must_use]
    pub fn closes(self) -> bool {
        matches!(self, Class::BraceClose | Class::BracketClose | Class::ParenClose)
    }
}

static BY_BYTE: [Option<Class>; 256] = {
    let mut table = [None; 256];
    let mut i = 0;
    while i < Class::ALL.len() {
        table[Class::ALL[i].byte() as usize] = Some(Class::ALL[i]);
        i += 1;
    }
    table
};

/// The kind of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum SpanKind {
    /// A string, prefix and quotes included, or a literal piece of one with interpolations.
    String,
    /// A comment to the line's end, without the line break.
    LineComment,
    /// A comment between two markers, both included.
    BlockComment,
    /// A comment that documents: `///`, `//!`, `/**`, `/*!`.
    DocComment,
    /// A `#` comment (Ruby, Crystal, Python).
    Comment,
    /// `#!` on the first line.
    Shebang,
    /// A character or rune, quotes or `?` included.
    Char,
    /// A string without escapes (Go).
    RawString,
    /// A bytes literal (Python).
    Bytes,
    /// A literal piece of an f-string, format specs included (Python).
    Fstring,
    /// A literal piece of a template (JavaScript, TypeScript).
    Template,
    /// A regular expression, delimiters and flags included, or a piece of one.
    Regex,
    /// Text between JSX tags.
    JsxText,
    /// A quoted symbol (Ruby, Crystal).
    Symbol,
    /// `%w[]` (Ruby, Crystal).
    Words,
    /// `%i[]` (Ruby, Crystal).
    Symbols,
    /// A shell command in backticks or `%x` (Ruby, Crystal).
    Command,
    /// What announces a heredoc: `<<~A`.
    HeredocStart,
    /// A piece of a heredoc's body, its terminator included.
    Heredoc,
    /// What follows `__END__` (Ruby).
    Data,
    /// Literal text of a macro (Crystal).
    MacroText,
}

impl SpanKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [SpanKind; 21] = [
        SpanKind::String,
        SpanKind::LineComment,
        SpanKind::BlockComment,
        SpanKind::DocComment,
        SpanKind::Comment,
        SpanKind::Shebang,
        SpanKind::Char,
        SpanKind::RawString,
        SpanKind::Bytes,
        SpanKind::Fstring,
        SpanKind::Template,
        SpanKind::Regex,
        SpanKind::JsxText,
        SpanKind::Symbol,
        SpanKind::Words,
        SpanKind::Symbols,
        SpanKind::Command,
        SpanKind::HeredocStart,
        SpanKind::Heredoc,
        SpanKind::Data,
        SpanKind::MacroText,
    ];

    /// The name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SpanKind::String => "string",
            SpanKind::LineComment => "line_comment",
            SpanKind::BlockComment => "block_comment",
            SpanKind::DocComment => "doc_comment",
            SpanKind::Comment => "comment",
            SpanKind::Shebang => "shebang",
            SpanKind::Char => "char",
            SpanKind::RawString => "raw_string",
            SpanKind::Bytes => "bytes",
            SpanKind::Fstring => "fstring",
            SpanKind::Template => "template",
            SpanKind::Regex => "regex",
            SpanKind::JsxText => "jsx_text",
            SpanKind::Symbol => "symbol",
            SpanKind::Words => "words",
            SpanKind::Symbols => "symbols",
            SpanKind::Command => "command",
            SpanKind::HeredocStart => "heredoc_start",
            SpanKind::Heredoc => "heredoc",
            SpanKind::Data => "data",
            SpanKind::MacroText => "macro_text",
        }
    }

    /// Whether it is some sort of comment.
    #[must_use]
    pub fn is_comment(self) -> bool {
        use SpanKind::*;
        matches!(self, LineComment | BlockComment | DocComment | Comment | Shebang)
    }
}

/// What can be wrong with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProblemKind {
    /// The input ends inside a string, or (JSON) a string runs over a line break.
    UnterminatedString,
    /// The input ends inside a comment.
    UnterminatedComment,
    /// The input ends inside a word (JSON: a number, `true`, `false`, `null`).
    UnterminatedWord,
    /// A bracket is never closed; the offset is the opener's.
    UnclosedBracket,
    /// A closing bracket without an opener.
    StrayCloser,
    /// A closing bracket of the wrong sort; the offset is the closer's.
    MismatchedBracket,
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// The input ends inside a regular expression, or one runs over a line break.
    UnterminatedRegex,
    /// The input ends inside a heredoc; the offset is its opener's.
    UnterminatedHeredoc,
    /// An escape sequence that the language does not have.
    BadEscape,
    /// A keyword that opens a level and is never closed by its `end`; the offset is the keyword's.
    MissingEnd,
    /// An `end` without a keyword that it would close.
    StrayEnd,
    /// Indentation that fits no enclosing block (Python).
    BadIndentation,
    /// A byte or token that the language does not allow here, or has not (JSON: `tru`, `01`).
    Unexpected,
    /// Not UTF-8, and a mark of UTF-16 stands in front. A check finds [`ProblemKind::InvalidUtf8`]; the explorer, which has the
    /// bytes, says it so.
    Utf16,
}

impl ProblemKind {
    /// Whether more input could mend it.
    #[must_use]
    pub fn is_of_end(self) -> bool {
        matches!(
            self,
            ProblemKind::UnterminatedString
                | ProblemKind::UnterminatedComment
                | ProblemKind::UnterminatedWord
                | ProblemKind::UnterminatedRegex
                | ProblemKind::UnterminatedHeredoc
                | ProblemKind::UnclosedBracket
                | ProblemKind::MissingEnd
        )
    }

    /// The name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ProblemKind::UnterminatedString => "unterminated_string",
            ProblemKind::UnterminatedComment => "unterminated_comment",
            ProblemKind::UnterminatedWord => "unterminated_word",
            ProblemKind::UnclosedBracket => "unclosed_bracket",
            ProblemKind::StrayCloser => "stray_closer",
            ProblemKind::MismatchedBracket => "mismatched_bracket",
            ProblemKind::InvalidUtf8 => "invalid_utf8",
            ProblemKind::UnterminatedRegex => "unterminated_regex",
            ProblemKind::UnterminatedHeredoc => "unterminated_heredoc",
            ProblemKind::BadEscape => "bad_escape",
            ProblemKind::MissingEnd => "missing_end",
            ProblemKind::StrayEnd => "stray_end",
            ProblemKind::BadIndentation => "bad_indentation",
            ProblemKind::Unexpected => "unexpected",
            ProblemKind::Utf16 => "utf16",
        }
    }

    /// A sentence for a person.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            ProblemKind::UnterminatedString => "string never ends",
            ProblemKind::UnterminatedComment => "comment never ends",
            ProblemKind::UnterminatedWord => "number or name is cut at the end",
            ProblemKind::UnclosedBracket => "bracket is never closed",
            ProblemKind::StrayCloser => "closing bracket without an opening one",
            ProblemKind::MismatchedBracket => "closing bracket of the wrong sort",
            ProblemKind::InvalidUtf8 => "bytes that are not UTF-8",
            ProblemKind::UnterminatedRegex => "regular expression never ends",
            ProblemKind::UnterminatedHeredoc => "heredoc never ends",
            ProblemKind::BadEscape => "escape sequence that does not exist",
            ProblemKind::MissingEnd => "keyword without its `end`",
            ProblemKind::StrayEnd => "`end` without its keyword",
            ProblemKind::BadIndentation => "indentation that fits no block",
            ProblemKind::Unexpected => "not allowed here",
            ProblemKind::Utf16 => "UTF-16, which is not read as text; iconv makes it UTF-8",
        }
    }
}
