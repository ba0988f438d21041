//! Ruby: code, literals with interpolation, heredocs, comments, and levels from keywords to their `end`.
//!
//! Ruby's own lexer carries a state from token to token that says whether a value may begin. This scanner does not look
//! at most tokens: it goes from one byte of interest to the next, and where a byte has two readings (`/`, `%`, `<<`, `?`,
//! `if`) looks back on what stands before it ([`before`]). What is common and plain goes through one tight loop
//! ([`sparse`]), with its literals and definitions ([`plain`]) and keywords ([`words`]).
//!
//! ```text
//! may leave code        to
//! quotes, / % < ?       a literal, or a heredoc that waits for the line break
//! #                     a comment
//! =begin, __END__       a block comment, data, at the beginning of a line
//! } of a `#{`           the literal around it
//! ```

mod before;
mod code;
mod comment;
mod definition;
mod endless;
mod escape;
mod keyword;
mod local;
mod plain;
mod sparse;
mod start;
mod surroundings;
mod text;
pub(super) mod vocabulary;
mod words;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::lang::code::shared::literal::{Heredoc, Literal};
use crate::lang::code::{CodeLanguage, Cursor, Definition, Heads, Sink, Stack};
use crate::lang::{ProblemKind, SpanKind};
use crate::simd::ByteSet;
use crate::units::ByteOffset;

/// Ruby.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruby;

/// How far is looked back: no token that matters is further from the byte it matters to.
const LOOK_BACK: u64 = 2 << 10;

/// Bytes that must be at hand behind what is looked at in one go, so that no token in it is cut off.
const NEAR: u64 = 64;

/// How far a token may reach beyond the bytes at hand before it is taken for what it is not.
const LOOK_AHEAD: u64 = 1 << 10;

// Set numbers.
const WAKE: usize = 0;
const BRACKET: usize = 1;
const WORD: usize = 2;
const SPECIAL: usize = 3;
const LINE_END: usize = 4;
const BOUND: usize = 5;
const KEYWORD_FIRST: usize = 6;
const KEYWORD_SECOND: usize = 7;

/// Where the scanner is, when it is not in code or in a literal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Mode {
    #[default]
    Code,
    /// From here.
    Comment(ByteOffset),
    /// `=begin` from here, at the beginning of a line of it.
    BlockComment(ByteOffset),
    /// The `=end` line of a block comment from here.
    BlockCommentEnd(ByteOffset),
    /// `__END__` from here.
    Data(ByteOffset),
    /// After a byte that ends the program wherever it stands in code: nothing is read any more.
    Ended,
}

/// A bracket, keyword or interpolation that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Frame {
    at: ByteOffset,
    kind: FrameKind,
    /// Whether the end of the line or a `;` means something to it: it ends a loop's condition, the name of a singleton
    /// class, a method without an `end`.
    waits: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum FrameKind {
    Paren,
    /// The parentheses of a method definition.
    Parameters,
    /// The parentheses round what a method is defined on: `def (x).y`.
    Receiver,
    Bracket,
    Brace,
    Interpolation,
    /// `while`, `until`, `for`.
    Loop,
    /// Any other keyword that an `end` closes and that defines nothing.
    Keyword,
    Class,
    Module,
    SingletonClass,
    Method,
    /// `def x = y`: no level.
    Endless,
}

/// Ruby's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct State {
    mode: Mode,
    literal: Option<Literal>,
    /// What goes on after each interpolation and heredoc body that is open, innermost last; code where it is none.
    outer: Stack<Option<Literal>>,
    /// Heredocs announced on this line.
    pending: VecDeque<Heredoc>,
    frames: Stack<Frame>,
    definitions: Stack<Definition>,
    /// The end of the last literal.
    value_end: ByteOffset,
    /// The end of the last `)` that closes the parameters of a method: what follows begins its body.
    parameters_end: ByteOffset,
    /// What the line ends with that announced the last heredocs, if it opens or goes on with a list, and where their bodies end;
    /// 0 as long as they do not.
    announced: (u8, ByteOffset),
    /// The last comment.
    comment: (ByteOffset, ByteOffset),
    /// Where the last comment ended before which nothing but comments stands; `None` after the first statement began.
    header: Header,
}

/// Whether there may still be comments before the first statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Header {
    /// Up to here there is nothing but comments.
    Until(ByteOffset),
    Over,
}

impl Default for Header {
    fn default() -> Self {
        Header::Until(0)
    }
}

impl CodeLanguage for Ruby {
    type State = State;

    const SETS: &'static [ByteSet] = &[
        ByteSet::of(b"{}[]()\"'`#/%<?;\0\x04\x1A"),
        ByteSet::of(b"{}[]()"),
        ByteSet::word(),
        ByteSet::of(b"\"'`/\\#"),
        ByteSet::of(b"\n"),
        ByteSet::word().with(b'.', b'.').with(b'@', b'@'),
        // First and second bytes of keywords, of `=begin` and of `__END__`. Behind a `.` or `@` a word is a name.
        ByteSet::of(b"cmdbiuwfe=_"),
        ByteSet::of(b"aefhlnob_"),
    ];

    const HEADS: Option<Heads> = Some(Heads {
        first: KEYWORD_FIRST,
        second: KEYWORD_SECOND,
        word: WORD,
        bound: BOUND,
        odd: None,
        into: WAKE,
    });

    const LANDMARKS: &'static [&'static [u8]] =
        &[b"class ", b"module ", b"def ", b"describe ", b"RSpec.", b"require", b"if "];

    fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
        while cursor.at < cursor.end() {
            let went_on = match state.mode {
                Mode::Code if state.literal.is_some() => text::text(state, cursor, sink),
                Mode::Code => code::code(state, cursor, sink),
                Mode::Comment(start) => comment::line(state, start, cursor, sink),
                Mode::BlockComment(start) => comment::block(state, start, cursor),
                Mode::BlockCommentEnd(start) => comment::block_end(state, start, cursor, sink),
                Mode::Ended => code::after_the_end(state, cursor, sink),
                Mode::Data(_) => {
                    cursor.at = cursor.end();
                    true
                }
            };
            if !went_on {
                break;
            }
        }
        if cursor.is_last() && cursor.at == cursor.end() {
            code::end_of_document(state, cursor, sink);
        }
        state.forget(cursor.at);
    }

    fn finish<S: Sink>(state: &mut State, end: ByteOffset, sink: &mut S) {
        if let Some((start, kind)) = Self::open_span(state) {
            sink.span(start, end, kind);
        }
        if let Some(literal) = &state.literal {
            let kind = match literal.kind {
                SpanKind::Heredoc => ProblemKind::UnterminatedHeredoc,
                SpanKind::Regex => ProblemKind::UnterminatedRegex,
                _ => ProblemKind::UnterminatedString,
            };
            sink.problem(literal.start, kind);
        }
        if let Mode::BlockComment(start) = state.mode {
            sink.problem(start, ProblemKind::UnterminatedComment);
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
        match state.mode {
            Mode::Code => state.literal.as_ref().map(|literal| (literal.piece, literal.kind)),
            Mode::Ended => None,
            Mode::Comment(start) => Some((start, SpanKind::Comment)),
            Mode::BlockComment(start) | Mode::BlockCommentEnd(start) => {
                Some((start, SpanKind::BlockComment))
            }
            Mode::Data(start) => Some((start, SpanKind::Data)),
        }
    }

    fn pending_heredocs(state: &State) -> usize {
        state.pending.len()
    }

    fn n_open(state: &State) -> usize {
        state.frames.len()
    }

    fn open_definitions(state: &State) -> Box<dyn Iterator<Item = Definition> + '_> {
        Box::new(state.definitions.iter().copied())
    }

    fn places(state: &mut State, visit: &mut dyn FnMut(&mut ByteOffset)) -> bool {
        let (Some(frames), Some(definitions)) =
            (state.frames.all_mut(), state.definitions.all_mut())
        else {
            return false;
        };
        frames.iter_mut().for_each(|frame| visit(&mut frame.at));
        definitions.iter_mut().for_each(|definition| definition.places(visit));
        true
    }

    fn take_surroundings(state: &mut State, n: usize) -> Option<State> {
        state.take_surroundings(n)
    }

    fn put_surroundings(state: &mut State, surroundings: State) {
        state.put_surroundings(surroundings);
    }

    fn mode_name(state: &State) -> &'static str {
        match Self::open_span(state) {
            None => "code",
            Some((_, kind)) => kind.name(),
        }
    }

    fn top_level() -> State {
        State { header: Header::Over, ..State::default() }
    }
}

impl FrameKind {
    fn problem(self) -> ProblemKind {
        use FrameKind::*;
        match self {
            Paren | Parameters | Receiver | Bracket | Brace | Interpolation => {
                ProblemKind::UnclosedBracket
            }
            _ => ProblemKind::MissingEnd,
        }
    }

    fn is_keyword(self) -> bool {
        self.problem() == ProblemKind::MissingEnd
    }

    /// Whether a definition is open with it.
    fn is_definition(self) -> bool {
        use FrameKind::*;
        matches!(self, Class | Module | SingletonClass | Method | Endless)
    }
}

impl State {
    /// Whether line ends and `;` mean something.
    fn is_watchful(&self) -> bool {
        !self.pending.is_empty() || self.waits()
    }

    /// Whether line ends and `;` mean something to what is open.
    fn waits(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.waits)
    }

    /// Whether the last literal ends at `at`.
    fn literal_ends(&self, at: ByteOffset) -> bool {
        at != 0 && at == self.value_end
    }

    /// Forgets what is too far back to matter, so that states that go on equally are equal.
    fn forget(&mut self, at: ByteOffset) {
        let recent = at.saturating_sub(LOOK_BACK);
        if self.value_end < recent {
            self.value_end = 0;
        }
        if self.parameters_end < recent {
            self.parameters_end = 0;
        }
        if self.announced.1 != 0 && self.announced.1 < recent {
            self.announced = (0, 0);
        }
        if self.comment.1 < recent {
            self.comment = (0, 0);
        }
        if let Header::Until(end) = self.header
            && end < recent
        {
            self.header = Header::Over;
        }
    }
}
