//! Python: strings of all prefixes, f-strings nested as from 3.12 on, indentation as levels, and what statements define.
//!
//! Most of a program needs no look: inside a statement the scanner wakes at quotes, brackets, colons, comments, line ends
//! and the words `for` and `lambda`. Only where a statement begins with something else than a name or a plain keyword, and
//! after `async`, `@` and the like, does it go token by token. `lexer.rs` moves between modes, `sparse.rs` is the hot loop,
//! `line.rs` takes it from line to line and `annotation.rs` over annotations. Most lines do not come to it: `whole.rs` takes
//! them by their masks, with `definition_line.rs` and `line_literals.rs`. `strings.rs` and `fstring.rs` hold what is no
//! code; `syntax.rs` follows statements, `statement.rs` is what is kept of one.

mod annotation;
mod definition_line;
mod escape;
mod fstring;
mod lexer;
mod line;
mod line_literals;
mod sparse;
mod statement;
mod strings;
mod syntax;
pub(super) mod vocabulary;
mod whole;

use serde::{Deserialize, Serialize};

use crate::lang::SpanKind;
use crate::lang::code::{CodeLanguage, Cursor, Definition, Heads, Sink, Stack};
use crate::simd::ByteSet;
use crate::units::ByteOffset;

use statement::Statement;

/// Python.
#[derive(Debug)]
pub(crate) struct Python;

// Numbers of the byte sets.
const WAKE: usize = 0;
const WORD: usize = 1;
/// Brackets and the colon, which wake too, and the space, which does not.
const BRACKET_OR_SPACE: usize = 2;
const FOR_OR_LAMBDA: usize = 3;
/// The second letters of `for` and `lambda`, and what ends an annotation: where one is open, the letters do no harm.
const O_OR_A_OR_VALUE: usize = 4;
const STRING_END: usize = 5;
const LINE_END: usize = 6;
const LETTER: usize = 7;

/// What is open, outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Frame {
    Block(Block),
    Bracket(Bracket),
    Fstring(Fstring),
    /// A replacement field of the f-string below it, or of the format spec of the field below it.
    Field {
        spec: bool,
        /// The f-string that it stands in: fields of format specs lie in one another, and it would have to be looked for.
        string: Fstring,
    },
}

/// An f-string, whose prefix begins at `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Fstring {
    start: ByteOffset,
    quote: u8,
    triple: bool,
    raw: bool,
}

/// An indented block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Block {
    indent: u32,
    definition: Option<Defined>,
    is_match: bool,
}

/// A bracket pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Bracket {
    open: ByteOffset,
    closer: u8,
    /// The closer, if it does no more than to close; else 0.
    quick: u8,
    /// The parameters of a `def`: colons begin annotations.
    parameters: bool,
    /// Directly holds a `for`.
    comprehension: bool,
    /// `lambda`s whose colon has not come yet.
    lambdas: u32,
    /// Where the annotation that is open began.
    annotation: Option<ByteOffset>,
}

impl Bracket {
    /// A bracket that was opened at `open` and of which nothing else is known.
    #[inline]
    fn plain(open: ByteOffset, closer: u8) -> Self {
        Bracket {
            open,
            closer,
            quick: closer,
            parameters: false,
            comprehension: false,
            lambdas: 0,
            annotation: None,
        }
    }
}

/// A definition whose end is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Defined {
    start: ByteOffset,
    kind: crate::lang::PatternKind,
    name: (ByteOffset, ByteOffset),
}

/// Where the lexer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Mode {
    /// In the white space that a logical line begins with: the column so far, and the one that counts if a backslash has
    /// continued the line.
    LineStart {
        column: u32,
        fixed: Option<u32>,
    },
    Code,
    /// In a word that is too long to be a keyword.
    LongWord,
    Str {
        start: ByteOffset,
        quote: u8,
        triple: bool,
        bytes: bool,
        raw: bool,
    },
    /// In the literal text of the f-string on top of the stack (below its field, if `spec`), in the piece begun at `piece`.
    Literal {
        piece: ByteOffset,
        spec: bool,
    },
    /// `own_line`: no code stands before it on its logical line.
    Comment {
        start: ByteOffset,
        own_line: bool,
    },
}

/// What is carried over a cut.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct State {
    mode: Mode,
    frames: Stack<Frame>,
    statement: Statement,
    /// What the next indented line begins, if the line before ended with a colon.
    next_block: Option<Block>,
    /// Whether the next statement may be a docstring.
    doc_expected: bool,
    /// The definition whose body stands on its own line.
    inline_definition: Option<Defined>,
    /// The last comment's end and where code ended before it, semicolons aside, to find the end of code behind comments.
    comment: (ByteOffset, ByteOffset),
    /// Where the last logical line's last token ended, and its line break.
    last_code_end: ByteOffset,
    last_line_end: ByteOffset,
    /// Where code ended before the cut, for white space that begins before what can be looked back on.
    code_end: ByteOffset,
    /// Where the document's last token ends, once its end has been seen.
    last_token_end: ByteOffset,
}

impl Default for State {
    fn default() -> Self {
        State { doc_expected: true, ..State::at_top_level() }
    }
}

impl State {
    fn at_top_level() -> Self {
        State {
            mode: Mode::LineStart { column: 0, fixed: None },
            frames: Stack::new(),
            statement: Statement::default(),
            next_block: None,
            doc_expected: false,
            inline_definition: None,
            comment: (0, 0),
            last_code_end: 0,
            last_line_end: 0,
            code_end: 0,
            last_token_end: 0,
        }
    }
}

impl CodeLanguage for Python {
    type State = State;

    const SETS: &'static [ByteSet] = &[
        ByteSet::of(b"'\"()[]{}:#\n\r\\;"),
        ByteSet::word(),
        ByteSet::of(b"()[]{}: "),
        ByteSet::of(b"fl"),
        ByteSet::of(b"oa=,"),
        ByteSet::of(b"'\"\\"),
        ByteSet::of(b"\n\r"),
        ByteSet::of(b"_").with(b'a', b'z').with(b'A', b'Z').and_beyond_ascii(),
    ];

    const HEADS: Option<Heads> = Some(Heads {
        first: FOR_OR_LAMBDA,
        second: O_OR_A_OR_VALUE,
        word: LETTER,
        bound: LETTER,
        odd: None,
        into: WAKE,
    });

    const LANDMARKS: &'static [&'static [u8]] = &[b"class ", b"def ", b"@", b"import ", b"from "];

    fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
        lexer::scan(state, cursor, sink);
    }

    fn finish<S: Sink>(state: &mut State, end: ByteOffset, sink: &mut S) {
        lexer::finish(state, end, sink);
    }

    fn open_span(state: &State) -> Option<(ByteOffset, SpanKind)> {
        match state.mode {
            Mode::Str { start, bytes, .. } => Some((start, strings::string_kind(bytes))),
            Mode::Literal { piece, .. } => Some((piece, SpanKind::Fstring)),
            Mode::Comment { start, .. } => Some((start, SpanKind::Comment)),
            Mode::LineStart { .. } | Mode::Code | Mode::LongWord => None,
        }
    }

    fn n_open(state: &State) -> usize {
        state.frames.len()
    }

    fn open_definitions(state: &State) -> Box<dyn Iterator<Item = Definition> + '_> {
        let of_frame = |frame: &Frame| match frame {
            Frame::Block(block) => block.definition,
            _ => None,
        };
        let of_block = |block: &Option<Block>| block.as_ref().and_then(|block| block.definition);
        let statement = &state.statement;
        // Behind the colon of a head both have it.
        let here = of_block(&statement.header).or(statement.definition);
        let head = [state.inline_definition, here, of_block(&state.next_block)];
        let open = head.into_iter().flatten().chain(state.frames.iter().filter_map(of_frame));
        Box::new(open.map(|Defined { start, kind, name }| Definition { start, kind, name }))
    }

    fn places(state: &mut State, visit: &mut dyn FnMut(&mut ByteOffset)) -> bool {
        let Some(frames) = state.frames.all_mut() else { return false };
        for frame in frames {
            match frame {
                Frame::Block(Block { definition: Some(defined), .. }) => {
                    visit(&mut defined.start);
                    visit(&mut defined.name.0);
                    visit(&mut defined.name.1);
                }
                Frame::Bracket(bracket) => {
                    visit(&mut bracket.open);
                    bracket.annotation.iter_mut().for_each(&mut *visit);
                }
                Frame::Fstring(string) | Frame::Field { string, .. } => visit(&mut string.start),
                Frame::Block(_) => {}
            }
        }
        true
    }

    fn mode_name(state: &State) -> &'static str {
        match state.mode {
            Mode::LineStart { .. } => "line start",
            Mode::Code | Mode::LongWord => "code",
            Mode::Str { .. } => "string",
            Mode::Literal { .. } => "f-string",
            Mode::Comment { .. } => "comment",
        }
    }

    fn top_level() -> State {
        State::at_top_level()
    }
}
