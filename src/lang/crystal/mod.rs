//! Crystal: code, literals with interpolation, heredocs, comments, the text of macros, and levels from keywords to `end`.
//!
//! The scanner goes from token to token and keeps what the last one was: Crystal decides by it between a regex and a
//! division, between a modifier and a statement. Macro bodies have a mode of their own ([`macro_text`]), left by the tags
//! in them and by the `end` that their keywords leave over.
//!
//! ```text
//! may leave code        to
//! quotes, / % <<- :"    a literal, or a heredoc that waits for the line break
//! #                     a comment
//! } of a `#{`           the literal around it
//! end of a macro's head, {% if %} and its like, the end of a tag in macro text    macro text
//! ```

mod code;
mod definition;
mod literal;
mod locals;
mod macro_text;
mod word;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::lang::code::shared::literal::{Heredoc, Literal};
use crate::lang::code::{CodeLanguage, Cursor, Sink, Stack};
use crate::lang::{PatternKind, ProblemKind, SpanKind};
use crate::simd::ByteSet;
use crate::units::ByteOffset;

/// Crystal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crystal;

/// How far a token may reach beyond the bytes at hand before it is taken for what it is not.
const LOOK_AHEAD: u64 = 1 << 10;

// Set numbers.
const BLANK: usize = 0;
const WORD: usize = 1;
const SPECIAL: usize = 2;
const LINE_END: usize = 3;
const HEREDOC: usize = 4;

/// Where the scanner is, when it is not in a literal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Mode {
    #[default]
    Code,
    /// From here.
    Comment(ByteOffset),
    /// The text of a macro, a piece that begins here.
    MacroText(ByteOffset),
    /// Between a tag with a backslash behind it and the text of a macro: white space that is not part of that.
    MacroBlank,
}

/// What the last token was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Previous {
    /// Nothing that a value would have to be joined to: a value begins here.
    #[default]
    Begin,
    /// `return` and its like: a value or a modifier may follow.
    Middle,
    /// A value.
    Value,
    /// A name that may be a call.
    Name,
    /// `.` or `::`: the name of a method follows.
    Dot,
    /// The mark of a variable or a symbol, or `fun`: what follows is no keyword.
    Mark,
    /// `abstract`.
    Abstract,
    /// The name of a macro without parameters, and a comment: its text begins on the next line.
    MacroHead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum FrameKind {
    Paren,
    /// The parentheses of a `def`.
    Parameters,
    /// The parentheses of a `macro`: its text follows them.
    MacroParameters,
    Bracket,
    Annotation,
    Brace,
    Interpolation,
    /// `{{`
    Expression,
    /// `{%`
    Control(Control),
    /// Any keyword that an `end` closes, other than these:
    Keyword,
    /// `do`
    Block,
    /// A `def` with a body.
    Definition,
    Lib,
    /// `abstract def`: no level.
    AbstractDef,
    Macro,
    /// From `{% if %}` to `{% end %}`: no level.
    MacroBlock,
}

/// What a `{% %}` tag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Control {
    Opens,
    GoesOn,
    Ends,
    Plain,
}

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Frame {
    at: ByteOffset,
    kind: FrameKind,
    /// The pattern that ends with it, and where its name stands.
    pattern: Option<(PatternKind, (ByteOffset, ByteOffset))>,
    /// Local variables that were known when it opened.
    locals: u32,
}

/// Crystal's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct State {
    mode: Mode,
    literal: Option<Literal>,
    /// What goes on after each interpolation and heredoc body that is open, innermost last; code where it is none.
    outer: Stack<Option<Literal>>,
    /// Heredocs announced on this line.
    pending: VecDeque<Heredoc>,
    frames: Stack<Frame>,
    previous: Previous,
    /// The end of the last token, comments and line breaks aside.
    last_end: ByteOffset,
    /// Tags that are open: keywords in them open no level.
    tags: u32,
    /// One for each macro and macro block that is open.
    texts: Stack<macro_text::Text>,
    /// Hashes of the names of local variables.
    locals: Stack<u32>,
    /// How many of them are not seen here.
    scope: u32,
}

impl CodeLanguage for Crystal {
    type State = State;

    const SETS: &'static [ByteSet] = &[
        ByteSet::of(b" \t\r\x0B\x0C"),
        ByteSet::word(),
        ByteSet::of(b"\"'`/\\#"),
        ByteSet::of(b"\n"),
        ByteSet::of(b"\n\\#"),
    ];

    fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
        while cursor.at < cursor.end() {
            let went_on = match state.mode {
                _ if state.literal.is_some() => literal::text(state, cursor, sink),
                Mode::Code => code::code(state, cursor, sink),
                Mode::Comment(start) => code::comment(state, start, cursor, sink),
                Mode::MacroText(piece) => macro_text::text(state, piece, cursor, sink),
                Mode::MacroBlank => macro_text::blank(state, cursor),
            };
            if !went_on {
                break;
            }
        }
        if state.last_end + (2 << 10) < cursor.at
            && !state.frames.last().is_some_and(|frame| frame.kind == FrameKind::AbstractDef)
        {
            state.last_end = 0;
        }
    }

    fn finish<S: Sink>(state: &mut State, end: ByteOffset, sink: &mut S) {
        if let Some((start, kind)) = Self::open_span(state)
            && start < end
        {
            sink.span(start, end, kind);
        }
        definition::end_abstract(state, sink);
        if let Some(literal) = &state.literal {
            let kind = match literal.kind {
                SpanKind::Heredoc => ProblemKind::UnterminatedHeredoc,
                SpanKind::Regex => ProblemKind::UnterminatedRegex,
                _ => ProblemKind::UnterminatedString,
            };
            sink.problem(literal.start, kind);
        }
        for heredoc in &state.pending {
            sink.problem(heredoc.start, ProblemKind::UnterminatedHeredoc);
        }
        for frame in state.frames.iter() {
            sink.problem(frame.at, frame.kind.problem());
        }
        *state = State::default();
    }

    fn open_span(state: &State) -> Option<(ByteOffset, SpanKind)> {
        if let Some(literal) = &state.literal {
            return Some((literal.piece, literal.kind));
        }
        match state.mode {
            Mode::Code | Mode::MacroBlank => None,
            Mode::Comment(start) => Some((start, SpanKind::Comment)),
            Mode::MacroText(piece) => Some((piece, SpanKind::MacroText)),
        }
    }

    fn pending_heredocs(state: &State) -> usize {
        state.pending.len()
    }

    fn mode_name(state: &State) -> &'static str {
        match Self::open_span(state) {
            None => "code",
            Some((_, kind)) => kind.name(),
        }
    }

    fn top_level() -> State {
        State::default()
    }

    fn find_top_level(before: &[u8]) -> Option<usize> {
        const OPENERS: [&[u8]; 8] = [
            b"class ",
            b"module ",
            b"def ",
            b"struct ",
            b"describe ",
            b"require",
            b"abstract ",
            b"lib ",
        ];
        memchr::memrchr_iter(b'\n', before)
            .map(|line_break| line_break + 1)
            .find(|line| OPENERS.iter().any(|opener| before[*line..].starts_with(opener)))
    }
}

impl FrameKind {
    fn problem(self) -> ProblemKind {
        use FrameKind::*;
        match self {
            Keyword | Block | Definition | Lib | AbstractDef | Macro | MacroBlock => {
                ProblemKind::MissingEnd
            }
            _ => ProblemKind::UnclosedBracket,
        }
    }

    /// Whether macro text stands directly in it.
    fn holds_text(self) -> bool {
        matches!(self, FrameKind::Macro | FrameKind::MacroBlock)
    }
}

impl State {
    fn top(&self) -> Option<FrameKind> {
        self.frames.last().map(|frame| frame.kind)
    }

    fn push(&mut self, at: ByteOffset, kind: FrameKind) {
        self.push_named(at, kind, None);
    }

    /// As [`State::push`], with the pattern that ends with what opens.
    fn push_named(
        &mut self,
        at: ByteOffset,
        kind: FrameKind,
        pattern: Option<(PatternKind, (ByteOffset, ByteOffset))>,
    ) {
        let locals = self.locals.len().try_into().unwrap_or(u32::MAX);
        self.frames.push(Frame { at, kind, pattern, locals });
    }

    /// A token that is `previous` to the next one ends at `end`.
    fn token(&mut self, cursor: &mut Cursor<'_>, end: ByteOffset, previous: Previous) {
        cursor.at = end.min(cursor.end());
        self.last_end = cursor.at;
        self.previous = previous;
    }
}
