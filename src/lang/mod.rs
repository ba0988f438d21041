//! Languages: what is structural, which spans there are, and how a scanner moves between modes.

pub(crate) mod json;
mod registry;

pub use registry::{LanguageId, LanguageInfo, detect, languages};

/// The class of a structural character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
}

impl Class {
    /// All classes, in the order of their numbers.
    pub const ALL: [Class; 6] = [
        Class::BraceOpen,
        Class::BraceClose,
        Class::BracketOpen,
        Class::BracketClose,
        Class::Comma,
        Class::Colon,
    ];

    /// The character.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Class::BraceOpen => b'{',
            Class::BraceClose => b'}',
            Class::BracketOpen => b'[',
            Class::BracketClose => b']',
            Class::Comma => b',',
            Class::Colon => b':',
        }
    }

    /// The class of a byte that stands in code, if it has one.
    #[must_use]
    pub fn of(byte: u8) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.byte() == byte)
    }

    /// Whether it opens a level.
    #[must_use]
    pub fn opens(self) -> bool {
        matches!(self, Class::BraceOpen | Class::BracketOpen)
    }

    /// Whether it closes a level.
    #[must_use]
    pub fn closes(self) -> bool {
        matches!(self, Class::BraceClose | Class::BracketClose)
    }
}

/// The kind of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SpanKind {
    /// A string, quotes included.
    String,
    /// `// ...`, without the line break.
    LineComment,
    /// `/* ... */`.
    BlockComment,
}

impl SpanKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [SpanKind; 3] =
        [SpanKind::String, SpanKind::LineComment, SpanKind::BlockComment];

    /// The name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SpanKind::String => "string",
            SpanKind::LineComment => "line_comment",
            SpanKind::BlockComment => "block_comment",
        }
    }
}

/// What can be wrong with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The input ends inside a string, or (JSON) a string runs over a line break.
    UnterminatedString,
    /// The input ends inside a comment.
    UnterminatedComment,
    /// A bracket is never closed; the offset is the opener's.
    UnclosedBracket,
    /// A closing bracket without an opener.
    StrayCloser,
    /// A closing bracket of the wrong sort; the offset is the closer's.
    MismatchedBracket,
    /// Bytes that are not UTF-8.
    InvalidUtf8,
}

impl ProblemKind {
    /// The name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ProblemKind::UnterminatedString => "unterminated_string",
            ProblemKind::UnterminatedComment => "unterminated_comment",
            ProblemKind::UnclosedBracket => "unclosed_bracket",
            ProblemKind::StrayCloser => "stray_closer",
            ProblemKind::MismatchedBracket => "mismatched_bracket",
            ProblemKind::InvalidUtf8 => "invalid_utf8",
        }
    }

    /// A sentence for a person.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            ProblemKind::UnterminatedString => "string never ends",
            ProblemKind::UnterminatedComment => "comment never ends",
            ProblemKind::UnclosedBracket => "bracket is never closed",
            ProblemKind::StrayCloser => "closing bracket without an opening one",
            ProblemKind::MismatchedBracket => "closing bracket of the wrong sort",
            ProblemKind::InvalidUtf8 => "bytes that are not UTF-8",
        }
    }
}
