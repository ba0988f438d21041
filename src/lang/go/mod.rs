//! Go: brackets, strings, comments; declarations at the top level and types at any depth.
//!
//! Inside functions the scanner wakes at brackets, separators, quotes, comments and the word `type` only. Where a
//! declaration is open it also wakes at line breaks, which may end it, and between declarations and in their heads at
//! every token. `lexer.rs` moves between modes, and `before.rs` looks back; `declaration.rs` follows declarations, `plain.rs`
//! takes those in one go that are written as most are, and what stands between functions; `sparse.rs` is the hot loop.

mod before;
mod declaration;
mod escape;
mod lexer;
mod mark;
mod plain;
mod sparse;
pub(super) mod vocabulary;

use serde::{Deserialize, Serialize};

use crate::lang::code::{CodeLanguage, Cursor, Definition, Heads, Sink, Stack, Tails};
use crate::lang::{PatternKind, SpanKind};
use crate::simd::ByteSet;
use crate::simd::SETS_MAX;
use crate::units::ByteOffset;

use declaration::Declaration;

/// Go.
#[derive(Debug)]
pub(crate) struct Go;

// Numbers of the byte sets. Eight are all that there is room for, so some serve two ends: `TYPE_EDGE` has the first byte of
// `type` and the last ones of `struct` and `interface`, `SECOND` the second one of `type` and the brace behind the others, and
// line breaks are what is both blank and an end of quotes.
const BRACKET: usize = 0;
const ODD: usize = 1;
const TYPE_EDGE: usize = 2;
const SECOND: usize = 3;
const WORD: usize = 4;
const BLANK: usize = 5;
const QUOTED_END: usize = 6;
const COMMA: usize = 7;

/// The line breaks among a block's masks.
#[inline(always)]
fn line_ends(masks: &[u64; SETS_MAX]) -> u64 {
    masks[BLANK] & masks[QUOTED_END]
}

/// What wakes where a declaration is open: all but words and blanks.
#[inline(always)]
fn marks(masks: &[u64; SETS_MAX]) -> u64 {
    masks[BRACKET] | masks[ODD] | masks[COMMA]
}

/// An open bracket. Small and plain: most of them come and go in the hot loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Frame {
    open: ByteOffset,
    /// What closes it, if that changes nothing but depth; else 0, and `State::roles` tells what it is.
    quick: u8,
}

/// What an open bracket is to the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Role {
    /// Nothing but a level; closed by this.
    Plain(u8),
    /// The parentheses round the specs of `import (`, `const (`, ...; where the specs are no patterns, the kind is none.
    Group(PatternKind),
    /// The parentheses round a method's receiver.
    Receiver,
    /// `[` in a receiver; it holds something that could be type parameters.
    ReceiverParameters,
    /// Type parameters of a function or type.
    TypeParameters,
    /// After a type's name: type parameters or the length of an array.
    ParametersOrLength(Doubt),
    Struct,
    /// `keyword`: where `interface` begins; `whole`: it is the whole type of the declaration it stands in.
    Interface {
        keyword: ByteOffset,
        whole: bool,
    },
    /// The body of the function that is being declared.
    Body,
}

/// What is known so far of brackets after a type's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Doubt {
    /// Tokens seen, up to two.
    n_tokens: u8,
    /// The first token is a word.
    word: bool,
    /// What came second settles it: these are type parameters.
    parameters: bool,
    /// What came second leaves it open, as `[P *C]` does.
    open: bool,
    /// A comma, or something that can only be a type, settles what was left open.
    settled: bool,
}

/// How closely the scanner looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Attention {
    /// Every token: between declarations and in their heads.
    #[default]
    Tokens,
    /// A declaration that the end of a line may end.
    Lines,
    /// Neither.
    Sparse,
}

/// Where the lexer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Mode {
    #[default]
    Code,
    /// In a word that is too long to be a keyword.
    LongWord {
        start: ByteOffset,
    },
    /// In a string or rune, up to `quote`.
    Quoted {
        start: ByteOffset,
        quote: u8,
    },
    Raw {
        start: ByteOffset,
    },
    LineComment {
        start: ByteOffset,
    },
    BlockComment {
        start: ByteOffset,
        /// A line has ended in it.
        line_ended: bool,
    },
}

/// What the last token means for a line break or a brace after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum LastToken {
    /// The statement goes on.
    #[default]
    GoesOn,
    /// A line break ends the statement.
    MayEnd,
    Struct,
    Interface,
}

/// What is carried over a cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct State {
    mode: Mode,
    attention: Attention,
    frames: Stack<Frame>,
    /// What those frames are that are not quick, outermost first.
    roles: Stack<Role>,
    declarations: Stack<Declaration>,
    /// Comments that have ended in the bytes at hand; none are kept over a cut.
    comments: Vec<(ByteOffset, ByteOffset)>,
    /// Up to where the bytes before the cut are taken account of, where code ended before that, comments aside, and with
    /// what.
    seen: ByteOffset,
    code_end: ByteOffset,
    last_token: LastToken,
    /// Brackets in a receiver that are type parameters if a `)` or `,` comes next.
    receiver_parameters: Option<(ByteOffset, ByteOffset)>,
}

impl State {
    /// What the innermost open bracket is.
    fn role(&self) -> Option<Role> {
        match self.frames.last()?.quick {
            0 => self.roles.last().copied(),
            closer => Some(Role::Plain(closer)),
        }
    }

    fn role_mut(&mut self) -> Option<&mut Role> {
        match self.frames.last()?.quick {
            0 => self.roles.last_mut(),
            _ => None,
        }
    }

    fn push_frame(&mut self, open: ByteOffset, role: Role) {
        self.frames.push(Frame { open, quick: 0 });
        self.roles.push(role);
    }

    fn pop_frame(&mut self) -> Option<(ByteOffset, Role)> {
        let role = self.role()?;
        let frame = self.frames.pop()?;
        if frame.quick == 0 {
            self.roles.pop();
        }
        Some((frame.open, role))
    }
}

impl CodeLanguage for Go {
    type State = State;

    const SETS: &'static [ByteSet] = &[
        ByteSet::of(b"{}[]();"),
        ByteSet::of(b"\"'`/"),
        ByteSet::of(b"te"),
        ByteSet::of(b"y{"),
        ByteSet::word(),
        ByteSet::of(b" \t\r\n"),
        ByteSet::of(b"\"'\\\n"),
        ByteSet::of(b","),
    ];

    const HEADS: Option<Heads> = Some(Heads {
        first: TYPE_EDGE,
        second: SECOND,
        word: WORD,
        bound: WORD,
        odd: None,
        into: ODD,
    });

    const TAILS: Option<Tails> = Some(Tails {
        mark: [BRACKET, SECOND],
        ends: TYPE_EDGE,
        blank: BLANK,
        line_end: QUOTED_END,
        into: ODD,
    });

    const LANDMARKS: &'static [&'static [u8]] =
        &[b"func ", b"type ", b"var ", b"const ", b"import "];

    fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
        lexer::scan(state, cursor, sink);
    }

    fn finish<S: Sink>(state: &mut State, end: ByteOffset, sink: &mut S) {
        lexer::finish(state, end, sink);
    }

    fn open_span(state: &State) -> Option<(ByteOffset, SpanKind)> {
        match state.mode {
            Mode::Code | Mode::LongWord { .. } => None,
            Mode::Quoted { start, quote } => Some((start, lexer::quoted_kind(quote))),
            Mode::Raw { start } => Some((start, SpanKind::RawString)),
            Mode::LineComment { start } => Some((start, SpanKind::LineComment)),
            Mode::BlockComment { start, .. } => Some((start, SpanKind::BlockComment)),
        }
    }

    fn open_definitions(state: &State) -> Box<dyn Iterator<Item = Definition> + '_> {
        Box::new(state.declarations.iter().filter_map(Declaration::definition))
    }

    fn n_open(state: &State) -> usize {
        state.frames.len()
    }

    fn places(state: &mut State, visit: &mut dyn FnMut(&mut ByteOffset)) -> bool {
        let (Some(frames), Some(declarations)) =
            (state.frames.all_mut(), state.declarations.all_mut())
        else {
            return false;
        };
        frames.iter_mut().for_each(|frame| visit(&mut frame.open));
        declarations.iter_mut().for_each(|declaration| declaration.places(visit));
        true
    }

    fn mode_name(state: &State) -> &'static str {
        match state.mode {
            Mode::Code | Mode::LongWord { .. } => "code",
            Mode::Quoted { quote: b'"', .. } => "string",
            Mode::Quoted { .. } => "rune",
            Mode::Raw { .. } => "raw string",
            Mode::LineComment { .. } | Mode::BlockComment { .. } => "comment",
        }
    }
}
