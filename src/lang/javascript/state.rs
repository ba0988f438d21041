//! What the scanner carries: the mode, what is open, and what the last tokens mean for the next.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use super::words::Word;
use crate::lang::code::Stack;
use crate::lang::{PatternKind, SpanKind};

/// From byte, to byte.
pub(super) type Range = (u64, u64);

/// A literal or comment that goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Mode {
    #[default]
    Code,
    /// Began at; the quote.
    String(u64, u8),
    /// The piece began at.
    Template(u64),
    /// Began at; inside of brackets.
    Regex(u64, bool),
    /// Began at.
    RegexFlags(u64),
    Line(u64),
    Shebang(u64),
    /// Began at; what it is.
    Block(u64, Comment),
    /// Text between tags began at.
    JsxText(u64),
}

impl Mode {
    /// Where the literal or comment began.
    fn start_mut(&mut self) -> Option<&mut u64> {
        match self {
            Mode::Code => None,
            Mode::String(start, _)
            | Mode::Template(start)
            | Mode::Regex(start, _)
            | Mode::RegexFlags(start)
            | Mode::Line(start)
            | Mode::Shebang(start)
            | Mode::Block(start, _)
            | Mode::JsxText(start) => Some(start),
        }
    }
}

/// A comment between markers, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Comment {
    Plain,
    /// `/**` and nothing but stars so far.
    Stars,
    /// `/**` and something else.
    Doc,
}

impl Comment {
    /// The kind of its span.
    pub(super) fn kind(self) -> SpanKind {
        match self {
            Comment::Plain | Comment::Stars => SpanKind::BlockComment,
            Comment::Doc => SpanKind::DocComment,
        }
    }
}

/// What the last token means for the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Last {
    /// A statement (in a class: a member) begins.
    #[default]
    Start,
    /// An operator or opening bracket: an operand is to follow.
    Op(u8),
    Word(Word),
    /// A string or number; [`State::word`] says where.
    Literal,
    /// A bracket that ends an operand, a regex, a template.
    Close,
    /// The `)` of an expression in parentheses, or of an arrow function's parameters: [`State::group`].
    Group,
    /// The `]` of a computed name.
    Computed,
    /// The `)` of parameters: a body, a type or an arrow is to follow.
    Params,
    /// `=>`
    Arrow,
    /// `.` or `?.`
    Dot,
}

impl Last {
    /// Whether an operand ends here.
    pub(super) fn is_operand(self) -> bool {
        match self {
            Last::Word(word) => !word.wants_operand() && !word.begins_statement(),
            Last::Literal | Last::Close | Last::Group | Last::Computed => true,
            _ => false,
        }
    }
}

/// What an open bracket is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Kind {
    /// Statements: the document, blocks, bodies.
    #[default]
    Block,
    Class,
    Object,
    Enum,
    /// `(` of a statement: `if`, `while`, ...
    Control,
    /// `(` of `for`.
    For,
    /// `(` of a function's or method's parameters.
    Params,
    /// `(` of a call.
    Call,
    /// `(` of an expression, or of an arrow function's parameters.
    Paren,
    /// `(` of a decorator's call.
    Decorator,
    Bracket,
    /// `${` in a template.
    Template,
    /// `<` to `>` of a tag.
    JsxTag,
    /// `</` to `>`.
    JsxClosing,
    /// Between tags.
    JsxChildren,
    /// `{` in JSX.
    JsxBraces,
    /// `:` and a type.
    Annotation,
    /// `type A =` and a type.
    Alias,
    /// A type after `as` or `satisfies`.
    As,
    /// `<` to `>` of types.
    Angle,
    TypeParen,
    TypeBracket,
    /// Members of a type literal or interface.
    Members,
    /// `${` in a template in a type.
    TypeTemplate,
}

impl Kind {
    /// Whether types stand directly in it.
    pub(super) fn is_type(self) -> bool {
        self as u8 >= Kind::Annotation as u8
    }

    pub(super) fn is_jsx_tag(self) -> bool {
        matches!(self, Kind::JsxTag | Kind::JsxClosing)
    }
}

/// A definition whose head has begun and whose body has not, in a frame. It is the last of [`State::defs`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Pending {
    #[default]
    None,
    /// `function`, or a method's name: parameters are to come.
    Function,
    /// As `Function`, behind the type parameters.
    Generic,
    /// The parameters have ended.
    Params,
    /// `class`, `interface`, `enum`, `namespace`: a `{` is to come.
    Body,
    /// `type`: a `=` is to come.
    Alias,
}

/// Something open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Frame {
    pub(super) kind: Kind,
    pub(super) pending: Pending,
    /// What its end means for the token after it.
    pub(super) after: Last,
    /// A definition ends with it.
    pub(super) defines: bool,
    /// Class: the present member's value has begun. Types: an operand is to come.
    pub(super) value: bool,
    /// A bracket that may be a pattern of declared variables. Annotation: a result's type. Angle: a pattern of its own.
    pub(super) special: bool,
    /// The byte that ends it, if that does nothing but what `after` says; else 0.
    pub(super) closer: u8,
    /// Ternaries that wait for their `:`.
    pub(super) ternaries: u32,
    /// Conditional types that wait for their `?`.
    pub(super) conditions: u32,
    /// Its first byte; of parameters the `async` before them.
    pub(super) start: u64,
    /// The name of an arrow function that may begin here, of a tag, of a decorator; empty if there is none.
    pub(super) name: Range,
}

/// The frames that are open. As a value it is the innermost one; the document's own is always there.
///
/// Frames stay where they are written: a copy of the innermost one beside the others would be read in other widths than
/// it was written in, and the processor would wait each time for the writes to reach its cache.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Stack<Frame>")]
pub(super) struct Frames(Stack<Frame>);

impl From<Stack<Frame>> for Frames {
    fn from(mut frames: Stack<Frame>) -> Self {
        if frames.is_empty() {
            frames.push(Frame::default());
        }
        Frames(frames)
    }
}

impl Default for Frames {
    fn default() -> Self {
        Frames::from(Stack::new())
    }
}

impl Deref for Frames {
    type Target = Frame;

    #[inline(always)]
    fn deref(&self) -> &Frame {
        self.0.last().expect(OUTERMOST)
    }
}

impl DerefMut for Frames {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Frame {
        self.0.last_mut().expect(OUTERMOST)
    }
}

const OUTERMOST: &str = "the document's own frame is never closed";

impl Frames {
    #[inline(always)]
    pub(super) fn push(&mut self, frame: Frame) {
        self.0.push(frame);
    }

    /// Takes the innermost frame away, and says whether there was one. The document's own stays.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> bool {
        let is_open = self.is_any_open();
        if is_open {
            self.0.pop();
        }
        is_open
    }

    /// Takes the innermost frame away, which is not the document's own.
    #[inline(always)]
    pub(super) fn pop_open(&mut self) {
        self.pop_if(1);
    }

    /// As [`Frames::pop_open`] `n` times, which is once or not at all, without a branch on that.
    #[inline(always)]
    pub(super) fn pop_if(&mut self, n: usize) {
        self.cut(self.0.n_at_hand() - n);
    }

    /// Takes away what lies above `top`, counted among those at hand.
    #[inline(always)]
    pub(super) fn cut(&mut self, top: usize) {
        let innermost = self.0.innermost_mut();
        innermost.truncate(top);
        if innermost.is_empty() {
            self.0.settle();
        }
    }

    /// Takes off those around the innermost `n`, if those are at hand. Nothing may be done to these until what was taken off
    /// is put around them again.
    pub(super) fn take_outer(&mut self, n: usize) -> Option<Stack<Frame>> {
        self.0.take_outer(n)
    }

    /// Puts `inner` in place of the innermost frame.
    pub(super) fn replace_last(&mut self, inner: Frames) {
        self.0.pop();
        self.0.push_all(&inner.0);
    }

    /// How many of the innermost ones are at hand.
    pub(super) fn n_at_hand(&self) -> usize {
        self.0.n_at_hand()
    }

    /// All of them, the innermost first.
    pub(super) fn levels(&self) -> impl Iterator<Item = &Frame> {
        self.0.iter()
    }

    /// Some of the innermost ones, outermost first.
    pub(super) fn innermost_mut(&mut self) -> &mut [Frame] {
        self.0.innermost_mut()
    }

    /// How many are open, the document's own aside.
    pub(super) fn n_open(&self) -> usize {
        self.0.len() - 1
    }

    /// Whether something is open in the document.
    #[inline(always)]
    pub(super) fn is_any_open(&self) -> bool {
        self.0.len() > 1
    }

    /// The outermost frame that something opened.
    pub(super) fn outermost(&self) -> Option<&Frame> {
        self.0.iter().take(self.0.len() - 1).last()
    }
}

/// A definition that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Def {
    pub(super) kind: PatternKind,
    pub(super) start: u64,
    pub(super) name: Range,
    /// What its end means for the next token.
    pub(super) after: Last,
}

/// A template that is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Template {
    /// Its first quote.
    pub(super) start: u64,
    /// It is the argument of a tag, to which any escape may be handed over.
    pub(super) tagged: bool,
}

/// All that is carried over a cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct State {
    pub(super) mode: Mode,
    /// What is open.
    pub(super) frame: Frames,
    pub(super) defs: Stack<Def>,
    /// The templates that are open.
    pub(super) templates: Stack<Template>,
    /// From here on the tokens that woke nobody have not been looked at.
    pub(super) gap: u64,
    /// The last token, and the one before it if the last one is a word.
    pub(super) last: Last,
    pub(super) before: Last,
    /// Where the word before the last one begins.
    pub(super) before_at: u64,
    /// Where the last word or literal stands.
    pub(super) word: Range,
    /// The last word has been cut off at `gap` and may go on.
    pub(super) word_goes_on: bool,
    /// A line break stands after the last token.
    pub(super) newline: bool,
    /// A word `type` stands before, behind which a declaration's `=` may come.
    pub(super) type_wants_equals: bool,
    /// One past the last token of a type.
    pub(super) end: u64,
    /// The last bracket that was closed: where it began, and the name of the arrow function that may begin there. It means
    /// something while the last token is its closer ([`Last::Group`], [`Last::Computed`]).
    pub(super) group: Range,
    pub(super) group_name: Range,
    /// The closed bracket may be a pattern of declared variables.
    pub(super) group_special: bool,
    /// The variable, field or key that the last `=` or `:` gives a value to; empty if it has no name.
    pub(super) target: Range,
}

impl State {
    /// Hands over where what is open begins, and what came of that.
    pub(super) fn places(&mut self, visit: &mut dyn FnMut(&mut u64)) -> bool {
        let (Some(frames), Some(defs), Some(templates)) =
            (self.frame.0.all_mut(), self.defs.all_mut(), self.templates.all_mut())
        else {
            return false;
        };
        if let Some(start) = self.mode.start_mut() {
            visit(start);
        }
        let mut range = |range: &mut Range| {
            visit(&mut range.0);
            visit(&mut range.1);
        };
        [&mut self.word, &mut self.group, &mut self.group_name, &mut self.target]
            .into_iter()
            .chain(frames.iter_mut().map(|frame| &mut frame.name))
            .chain(defs.iter_mut().map(|def| &mut def.name))
            .for_each(&mut range);
        [&mut self.gap, &mut self.before_at, &mut self.end]
            .into_iter()
            .chain(frames.iter_mut().map(|frame| &mut frame.start))
            .chain(defs.iter_mut().map(|def| &mut def.start))
            .chain(templates.iter_mut().map(|template| &mut template.start))
            .for_each(visit);
        true
    }

    /// Forgets what means nothing behind the last token, so that states that go on equally are equal.
    pub(super) fn forget(&mut self) {
        let gives_value = |last| matches!(last, Last::Op(b'=' | b':'));
        let behind_word = matches!(self.last, Last::Word(_));
        // `a = async b`: the arrow that asks for the name is still to come.
        let before_word = gives_value(self.before) || self.before == Last::Word(Word::Async);
        if !(gives_value(self.last) || behind_word && before_word) {
            self.target = (0, 0);
        }
        if !behind_word {
            self.before = Last::default();
        }
        if !matches!(self.before, Last::Word(_)) {
            self.before_at = 0;
        }
        if !behind_word && self.last != Last::Literal && !self.word_goes_on {
            self.word = (0, 0);
        }
        if !self.frame.kind.is_type() && self.frame.pending != Pending::Params {
            self.end = 0;
        }
        if !matches!(self.last, Last::Group | Last::Computed) {
            self.group = (0, 0);
        }
        if self.last != Last::Group {
            self.group_name = (0, 0);
        }
    }
}
