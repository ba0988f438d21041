//! Rust: nested comments, raw strings, lifetimes against chars, and the syntax that patterns need, without a parser.
//!
//! Most of a program is bodies of functions, where the scanner wakes at brackets, quotes, comments, `;`, `|`, `#`, `!`, `<`
//! and the word `unsafe` only. Each token matters where an item may begin, in the head of an item (up to its body or `;`),
//! and between `<` and `>`. Whether `<` opens generics is found out by going on: an expression sooner or later has a
//! token that no list of types can have, and then it was a comparison.
//!
//! `lexer.rs` moves between modes, of which `literals.rs`, `comment.rs` and `shebang.rs` hold those that are not code.
//! What is written as most is, is taken by loops that decide on it at once: `sparse.rs` is the loop of code, `marks.rs` what it
//! does with brackets and separators, `levels.rs` and `level_stack.rs` what is open in it; `plain_items.rs` takes items,
//! comments and attributes where items may begin, `plain_attribute.rs`, `fn_head.rs`, `quick_head.rs` and `plain_types.rs`
//! what these are made of. They leave the rest, a token in a hundred bytes or less, to those that go token by token and find
//! the same: `token.rs` knows words, `statement.rs` where items may begin, `items.rs` follows items, `head.rs` their heads,
//! `angle.rs` what stands between `<` and `>`, `bracket.rs` brackets and what they end.

mod angle;
mod bounds;
mod bracket;
mod comment;
mod escape;
mod fn_head;
mod head;
mod items;
mod level_stack;
mod levels;
mod lexer;
mod literals;
mod look_back;
mod marks;
mod places;
mod plain_attribute;
mod plain_items;
mod plain_types;
mod quick_head;
mod shebang;
mod sight;
mod sparse;
mod statement;
mod token;
pub(super) mod vocabulary;

use serde::{Deserialize, Serialize};

use crate::lang::code::{CodeLanguage, Cursor, Definition, Heads, Sink, Stack};
use crate::lang::{PatternKind, SpanKind};
use crate::simd::ByteSet;
use crate::units::ByteOffset;

use escape::Sort;
use level_stack::Levels;
use look_back::Gap;

/// Rust.
#[derive(Debug)]
pub(crate) struct Rust;

// Numbers of the byte sets.
const WAKE: usize = 0;
/// What words are made of, as far as it is ASCII.
const NAME: usize = 1;
const BLANK: usize = 2;
const STRING_END: usize = 3;
const LINE_END: usize = 4;
const U: usize = 5;
const N: usize = 6;

/// Where the lexer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Mode {
    /// At the document's first byte.
    Start,
    Code,
    /// In a word that is too long to be a keyword.
    Word {
        start: ByteOffset,
    },
    /// In the name behind a `'`: a lifetime, unless a `'` follows.
    Lifetime {
        start: ByteOffset,
    },
    Char {
        start: ByteOffset,
        sort: Sort,
    },
    Str {
        start: ByteOffset,
        sort: Sort,
    },
    RawStr {
        start: ByteOffset,
        hashes: u64,
    },
    LineComment {
        start: ByteOffset,
        kind: SpanKind,
    },
    BlockComment {
        start: ByteOffset,
        kind: SpanKind,
        depth: u32,
    },
}

/// A definition whose end is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Defined {
    start: ByteOffset,
    kind: PatternKind,
    name: (ByteOffset, ByteOffset),
}

impl Defined {
    /// It ends with the `;` at `at`, its last token at `end`. An impl that nobody gave a body has a name that nothing ended.
    fn without_body(mut self, end: ByteOffset, at: ByteOffset) -> Defined {
        match self.name {
            (ByteOffset::MAX, _) => self.name = (at, at),
            (start, ByteOffset::MAX) => self.name.1 = end.max(start),
            _ => {}
        }
        self
    }
}

/// What a bracket pair is to what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Role {
    Plain,
    /// The body of a definition, a macro's too.
    Body(Defined),
    /// The arguments of a macro call that begins at this offset.
    MacroCall(ByteOffset),
    /// The parameters of a `macro`, before its body.
    MacroParameters(Defined),
    /// Of an attribute: where its `#` stands, and its path so far.
    Attribute(ByteOffset, Option<(ByteOffset, ByteOffset)>),
    /// The block behind an `unsafe` at this offset.
    Unsafe(ByteOffset),
    /// `pub(...)`
    Visibility,
}

/// A list of bounds behind a `:`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Bounds {
    active: bool,
    /// The first bound's first byte and the last one's end; equal while there is none.
    start: ByteOffset,
    end: ByteOffset,
    /// Whether a bound is more than a lifetime.
    has_trait: bool,
}

/// How far the head of an item has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Stage {
    Signature,
    Where,
    /// Behind the `=` of a `type` or of a trait alias.
    Type,
    /// Behind the `=` of a `const` or `static`: an expression.
    Value,
}

/// What is open and more than a quick bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Frame {
    Bracket {
        open: ByteOffset,
        closer: u8,
        role: Role,
        /// Inside the delimiters of a macro or an attribute, where only tokens are looked at.
        bare: bool,
    },
    /// From `<` on.
    Angle {
        start: ByteOffset,
        /// A list of parameters or arguments; else the `<T as A>` of a path.
        generic: bool,
        /// Whether it can be nothing else.
        certain: bool,
        /// The `for<'a>` before a type.
        binder: bool,
        /// In a `const N: T` parameter.
        const_parameter: bool,
        bounds: Bounds,
    },
    /// The head of an item, from behind its name on.
    Head {
        defined: Defined,
        stage: Stage,
        bounds: Bounds,
        /// Where its last token ended.
        end: ByteOffset,
    },
}

impl Frame {
    /// The definition that ends with it, once its name is whole.
    fn definition(&self) -> Option<Definition> {
        match *self {
            Frame::Bracket { role: Role::Body(defined), .. } | Frame::Head { defined, .. } => {
                let Defined { start, kind, name } = defined;
                (name.1 != ByteOffset::MAX).then_some(Definition { start, kind, name })
            }
            _ => None,
        }
    }
}

/// What the next token decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Question {
    #[default]
    None,
    /// Whether an item begins.
    Item,
    /// Whether a `pub` has a `(`.
    Visibility,
    /// Whether an item goes on behind `extern`, or behind the name of its ABI.
    Abi,
    /// The name behind an item's keyword.
    Name { start: ByteOffset, kind: PatternKind },
    /// What a `const` is: a definition, or a qualifier.
    Const { start: ByteOffset },
    /// The name behind `static`.
    Static { start: ByteOffset },
    /// Whether a word like `default` from `from` to `to`, behind a `const` or `static`, is the name: then a colon follows.
    Named { start: ByteOffset, from: ByteOffset, to: ByteOffset },
    /// Whether an `unsafe` has a block.
    Unsafe { start: ByteOffset, end: ByteOffset, begins_item: bool },
    /// Whether a bracket follows a macro's `!`.
    MacroCall { start: ByteOffset },
    /// The name, or a bracket, behind `macro_rules !`.
    MacroName { start: ByteOffset },
    /// The name behind `macro`.
    MacroWord { start: ByteOffset },
    /// The bracket behind a macro definition's name.
    MacroBody { defined: Defined, with_parameters: bool },
    /// Whether a `[` follows a `#`, or a `#!`.
    Attribute { start: ByteOffset, inner: bool },
    /// Whether an attribute's path goes on; after a `::`, or before the first word.
    Path { start: ByteOffset, wants_word: bool },
    /// Whether a lifetime is a label: after it, or after its colon.
    Label { start: ByteOffset, end: ByteOffset, colon: bool },
    /// Whether what looked like generics was one.
    Generic { start: ByteOffset, end: ByteOffset, bounds: Bounds },
    /// As before, where a second `>` stands right behind it: of a path that began with `<`, or of a shift.
    PathOrShift { start: ByteOffset, end: ByteOffset, bounds: Bounds },
}

/// The last token where it is gone token by token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Last {
    /// An opening bracket or `<`.
    Open,
    Comma,
    Equals,
    /// A word that may be the end of a path.
    Word,
    /// `for`
    For,
    /// `::`
    Separator,
    /// `extern`: a string behind it is the name of an ABI.
    Extern,
    /// A closing bracket or `>`.
    Close,
    Literal,
    #[default]
    Other,
}

/// What is carried over a cut.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct State {
    mode: Mode,
    levels: Levels,
    /// What those levels are that are more than quick brackets, outermost first.
    frames: Stack<Frame>,
    question: Question,
    last: Last,
    /// Bounds inside of what may be generics: start, end.
    held: Vec<(ByteOffset, ByteOffset)>,
    /// The comments that end where code last ended, and what stood before them.
    gap: Gap,
    /// Where the last string or char ended: a word right behind it is its suffix.
    literal_end: ByteOffset,
}

impl Default for State {
    fn default() -> Self {
        State { mode: Mode::Start, ..State::at_item() }
    }
}

impl State {
    fn at_item() -> Self {
        State {
            mode: Mode::Code,
            levels: Levels::default(),
            frames: Stack::new(),
            question: Question::Item,
            last: Last::Other,
            held: Vec::new(),
            gap: Gap::default(),
            literal_end: 0,
        }
    }
}

impl CodeLanguage for Rust {
    type State = State;

    const SETS: &'static [ByteSet] = &[
        ByteSet::of(b"{}[]()|;\"'/#!<"),
        ByteSet::of(b"_").with(b'a', b'z').with(b'A', b'Z').with(b'0', b'9'),
        ByteSet::of(b" \t\n\r\x0b\x0c"),
        ByteSet::of(b"\"\\"),
        ByteSet::of(b"\n"),
        ByteSet::of(b"u"),
        ByteSet::of(b"n"),
    ];

    const HEADS: Option<Heads> =
        Some(Heads { first: U, second: N, word: NAME, bound: NAME, odd: None, into: WAKE });

    const LANDMARKS: &'static [&'static [u8]] = &[
        b"pub ", b"fn ", b"impl", b"struct ", b"enum ", b"use ", b"mod ", b"#[", b"const ", b"pub(",
    ];

    fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
        lexer::scan(state, cursor, sink);
    }

    fn finish<S: Sink>(state: &mut State, end: ByteOffset, sink: &mut S) {
        lexer::finish(state, end, sink);
    }

    fn open_span(state: &State) -> Option<(ByteOffset, SpanKind)> {
        match state.mode {
            Mode::Start | Mode::Code | Mode::Word { .. } | Mode::Lifetime { .. } => None,
            Mode::Char { start, .. } => Some((start, SpanKind::Char)),
            Mode::Str { start, .. } | Mode::RawStr { start, .. } => Some((start, SpanKind::String)),
            Mode::LineComment { start, kind } | Mode::BlockComment { start, kind, .. } => {
                Some((start, kind))
            }
        }
    }

    fn n_open(state: &State) -> usize {
        state.frames.len()
    }

    fn open_definitions(state: &State) -> Box<dyn Iterator<Item = Definition> + '_> {
        Box::new(state.frames.iter().filter_map(Frame::definition))
    }

    fn places(state: &mut State, visit: &mut dyn FnMut(&mut ByteOffset)) -> bool {
        state.places(visit)
    }

    fn mode_name(state: &State) -> &'static str {
        match state.mode {
            Mode::Start | Mode::Code | Mode::Word { .. } | Mode::Lifetime { .. } => "code",
            Mode::Char { .. } => "char",
            Mode::Str { .. } => "string",
            Mode::RawStr { .. } => "raw string",
            Mode::LineComment { .. } => "line comment",
            Mode::BlockComment { .. } => "block comment",
        }
    }

    fn top_level() -> State {
        State::at_item()
    }
}
