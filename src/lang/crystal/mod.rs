//! Crystal: code, literals with interpolation, heredocs, comments, the text of macros, and levels from keywords to `end`.
//!
//! The scanner goes from one byte of interest to the next, and where one has two readings (`/`, `:`, `if`) looks back on
//! what stands before it ([`before`]): Crystal decides by it between a regex and a division, between a modifier and a
//! statement. Macro bodies have a mode of their own ([`macro_text`]), left by the tags in them and by the `end` that their
//! keywords leave over.
//!
//! ```text
//! may leave code        to
//! quotes, / % <<- :"    a literal, or a heredoc that waits for the line break
//! #                     a comment
//! } of a `#{`           the literal around it
//! end of a macro's head, {% if %} and its like, the end of a tag in macro text    macro text
//! ```

mod before;
mod code;
mod definition;
mod escape;
mod gap;
mod later;
mod literal;
mod locals;
mod macro_place;
mod macro_text;
mod parameters;
mod plain;
mod sparse;
pub(super) mod vocabulary;
mod word;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::lang::code::shared::literal::{Heredoc, Literal};
use crate::lang::code::{CodeLanguage, Cursor, Definition, Heads, INNERMOST_MAX, Sink, Stack};
use crate::lang::{PatternKind, ProblemKind, SpanKind};
use crate::simd::ByteSet;
use crate::units::ByteOffset;

/// Crystal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crystal;

/// How far is looked back: no token that matters is further from the byte it matters to.
const LOOK_BACK: u64 = 2 << 10;

/// How far a token may reach beyond the bytes at hand before it is taken for what it is not.
const LOOK_AHEAD: u64 = 1 << 10;

// Set numbers.
const WAKE: usize = 0;
const WATCH: usize = 1;
const WORD: usize = 2;
const SPECIAL: usize = 3;
const LINE_END: usize = 4;
const BOUND: usize = 5;
const HEAD_FIRST: usize = 6;
const HEAD_SECOND: usize = 7;

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
    /// A class, a module, a struct or an enum.
    Type,
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
    /// `{% if %}`, `{% unless %}`: it opens, unless what it begins ends in it.
    Condition,
    GoesOn,
    Ends,
    Plain,
}

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Frame {
    at: ByteOffset,
    kind: FrameKind,
    /// Local variables that were known when it opened.
    locals: u32,
}

/// What stands around an interpolation or the body of a heredoc.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Outer {
    /// The literal that goes on; code if it is none.
    literal: Option<Literal>,
    /// The end of the last token before it, if it is the body of a heredoc.
    token_end: ByteOffset,
}

/// Crystal's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct State {
    mode: Mode,
    literal: Option<Literal>,
    /// What goes on after each interpolation and heredoc body that is open, innermost last.
    outer: Stack<Outer>,
    /// Heredocs announced on this line.
    pending: VecDeque<Heredoc>,
    frames: Stack<Frame>,
    /// The annotations and definitions that are open: one for each frame of theirs.
    definitions: Stack<Definition>,
    /// The end of the last literal whose last byte does not tell it.
    value_end: ByteOffset,
    /// From the end of the last token before comments or the bodies of heredocs to the end of those.
    aside: (ByteOffset, ByteOffset),
    /// Whether the head of a macro has been read but for a comment: its text begins on the next line.
    macro_head: bool,
    /// Tags that are open: keywords in them open no level.
    tags: u32,
    /// The `end`s that keywords in the tag wait for.
    tag_ends: u32,
    /// One for each macro and macro block that is open.
    texts: Stack<macro_text::Text>,
    /// Hashes of the names of local variables.
    locals: Stack<u32>,
    /// How many of them are not seen here.
    scope: u32,
    /// Those that may be seen.
    #[serde(skip)]
    seen: locals::Seen,
    /// Places that may declare some.
    #[serde(skip)]
    later: later::Later,
}

impl CodeLanguage for Crystal {
    type State = State;

    const SETS: &'static [ByteSet] = &[
        ByteSet::of(b"{}[]()\"'`#/%<="),
        // Of code while something waits for it. What wakes anyway stands here to be told apart: brackets.
        ByteSet::of(b"\n\\;,{}[]()"),
        ByteSet::word(),
        ByteSet::of(b"\"'`/\\#"),
        ByteSet::of(b"\n"),
        ByteSet::word().with(b'.', b'.').with(b'@', b'@').with(b'$', b'$'),
        // Of keywords, and of the `:` that stands apart. What wakes anyway stands here to be told apart: `=`.
        ByteSet::of(b"cmseldiuwbafro:="),
        ByteSet::of(b"laotenifhu \t\n\r\x0C"),
    ];

    const HEADS: Option<Heads> = Some(Heads {
        first: HEAD_FIRST,
        second: HEAD_SECOND,
        word: WORD,
        bound: BOUND,
        odd: None,
        into: WAKE,
    });

    const LANDMARKS: &'static [&'static [u8]] = &[
        b"class ",
        b"module ",
        b"def ",
        b"struct ",
        b"describe ",
        b"require",
        b"abstract ",
        b"lib ",
    ];

    fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
        state.make_room();
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
        if cursor.is_last() && cursor.at == cursor.end() {
            let (token_end, aside_to) = state.aside;
            let end = if aside_to == cursor.at { token_end } else { cursor.at };
            let end = state.literal.as_ref().map_or(end, |literal| literal.start);
            definition::end_abstract(state, cursor, sink, end);
        }
        if !(cursor.is_last() && cursor.at == cursor.end()) {
            later::declare(state, cursor);
        }
        state.later = later::Later::default();
        state.forget(cursor.at);
    }

    fn finish<S: Sink>(state: &mut State, end: ByteOffset, sink: &mut S) {
        if let Some((start, kind)) = Self::open_span(state)
            && start < end
        {
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

    fn n_open(state: &State) -> usize {
        state.frames.len()
    }

    fn open_definitions(state: &State) -> Box<dyn Iterator<Item = Definition> + '_> {
        let open = state.definitions.iter().copied();
        Box::new(open.filter(|it| it.kind != PatternKind::Annotation))
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

    fn mode_name(state: &State) -> &'static str {
        match Self::open_span(state) {
            None => "code",
            Some((_, kind)) => kind.name(),
        }
    }

    fn top_level() -> State {
        State::default()
    }
}

impl FrameKind {
    fn problem(self) -> ProblemKind {
        use FrameKind::*;
        match self {
            Keyword | Type | Block | Definition | Lib | AbstractDef | Macro | MacroBlock => {
                ProblemKind::MissingEnd
            }
            _ => ProblemKind::UnclosedBracket,
        }
    }

    /// Whether an annotation or a definition is open with it.
    fn is_definition(self) -> bool {
        use FrameKind::*;
        matches!(self, Annotation | Type | Definition | Lib | AbstractDef | Macro)
    }

    /// What closes it, if it is a bracket and nothing besides; else 0.
    #[inline(always)]
    fn closer(self) -> u8 {
        match self {
            FrameKind::Paren => b')',
            FrameKind::Bracket => b']',
            FrameKind::Brace => b'}',
            _ => 0,
        }
    }

    /// Whether names of arguments stand directly in it.
    fn holds_arguments(self) -> bool {
        matches!(self, FrameKind::Parameters | FrameKind::MacroParameters)
    }

    /// Whether line breaks, `;` and commas mean something directly in it.
    #[inline(always)]
    fn is_watchful(self) -> bool {
        matches!(self, FrameKind::AbstractDef | FrameKind::Parameters)
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

    #[inline]
    fn push(&mut self, cursor: &mut Cursor<'_>, at: ByteOffset, kind: FrameKind) {
        if self.frames.innermost_mut().len() >= INNERMOST_MAX {
            // Frames that are not at hand are not told of variables any more.
            later::declare(self, cursor);
        }
        let locals = self.locals.len().try_into().unwrap_or(u32::MAX);
        self.frames.push(Frame { at, kind, locals });
    }

    /// As [`State::push`], with the pattern that ends with what opens.
    #[inline]
    fn push_named(&mut self, cursor: &mut Cursor<'_>, definition: Definition, kind: FrameKind) {
        debug_assert!(kind.is_definition());
        self.definitions.push(definition);
        self.push(cursor, definition.start, kind);
    }

    /// Whether line breaks, `;` and commas mean something here.
    #[inline]
    fn is_watchful(&self) -> bool {
        self.macro_head
            || !self.pending.is_empty()
            || self.top().is_some_and(FrameKind::is_watchful)
    }

    /// Makes room for as much as is at hand of what is open: to grow by doubling would cost more than all else does in a
    /// short document.
    fn make_room(&mut self) {
        fn reserve<T>(innermost: &mut Vec<T>) {
            innermost.reserve(INNERMOST_MAX.saturating_sub(innermost.len()));
        }
        reserve(self.frames.innermost_mut());
        reserve(self.locals.innermost_mut());
        self.later.make_room();
    }

    /// Forgets what is too far back to matter, so that states that go on equally are equal.
    fn forget(&mut self, at: ByteOffset) {
        let recent = at.saturating_sub(LOOK_BACK);
        if self.value_end < recent {
            self.value_end = 0;
        }
        if self.aside.0 < recent {
            self.aside.0 = 0;
        }
        if self.aside.1 < recent {
            self.aside.1 = 0;
        }
        if self.aside.1 == 0 && !matches!(self.mode, Mode::Comment(_)) {
            self.aside.0 = 0;
        }
    }
}
