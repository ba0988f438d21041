//! The state: all that must be carried over a seam to go on as if nothing had been cut.

use serde::{Deserialize, Serialize};

use crate::lang::code::CodeState;

/// Where the lexer is at a seam. Depth is not part of it: it is counted, not needed to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// The mode, for JSON.
    pub mode: Mode,
    /// Everything, for a code language; none at a document's first byte.
    pub code: Option<CodeState>,
}

impl State {
    /// JSON's state in this mode.
    #[must_use]
    pub fn of(mode: Mode) -> Self {
        State { mode, code: None }
    }

    /// The mode, for a person.
    #[must_use]
    pub fn mode_name(&self) -> &'static str {
        self.code.as_ref().map_or_else(|| self.mode.name(), CodeState::mode_name)
    }
}

impl From<CodeState> for State {
    fn from(code: CodeState) -> Self {
        State { mode: Mode::Code, code: Some(code) }
    }
}

/// A mode of the lexer, with what a cut inside a two-byte token leaves pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// Between strings and comments.
    #[default]
    Code,
    /// In code, right after a `/` that may begin a comment.
    CodeAfterSlash,
    /// Inside a string.
    String,
    /// Inside a string, right after a backslash that escapes what comes next.
    StringAfterEscape,
    /// Inside `// ...`.
    LineComment,
    /// Inside `/* ... */`.
    BlockComment,
    /// Inside `/* ... */`, right after a `*` that may end it.
    BlockCommentAfterStar,
}

impl Mode {
    /// The name used on the screen and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mode::Code | Mode::CodeAfterSlash => "code",
            Mode::String | Mode::StringAfterEscape => "string",
            Mode::LineComment => "line comment",
            Mode::BlockComment | Mode::BlockCommentAfterStar => "block comment",
        }
    }
}
