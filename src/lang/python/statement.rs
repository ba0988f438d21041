//! What is known of a statement while it is read.

use serde::{Deserialize, Serialize};

use super::{Block, Defined};
use crate::lang::PatternKind;
use crate::units::ByteOffset;

/// What is known of the statement at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Statement {
    pub(super) expect: Expect,
    pub(super) kind: Kind,
    /// `lambda`s whose colon has not come yet, outside of brackets.
    pub(super) lambdas: u32,
    /// Where the annotation that is open began.
    pub(super) annotation: Option<ByteOffset>,
    /// The string that may turn out to be a docstring.
    pub(super) doc: Option<(ByteOffset, ByteOffset)>,
    pub(super) decorator: Option<Decorator>,
    pub(super) definition: Option<Defined>,
    /// The block that the colon just passed begins, unless something follows on its line.
    pub(super) header: Option<Block>,
}

/// What the next token decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Expect {
    /// Nothing: most tokens need no look.
    #[default]
    Nothing,
    /// A statement begins; `line`: and with it a logical line.
    Start { line: bool },
    /// After `async` at `start`.
    AfterAsync { start: ByteOffset },
    /// The name of what is defined.
    Name { start: ByteOffset, kind: PatternKind },
    /// `->` or the colon, after a `def`'s parameters.
    AfterParameters,
    /// Whether the colon of what may be a `match` statement ends its line.
    AfterMatchColon { colon: ByteOffset },
    /// Another string, or the end of the docstring.
    DocNext,
    /// A string, in `depth` parentheses that may hold nothing but a docstring.
    DocInParentheses { depth: u32 },
    /// The decorator's name goes on.
    Decorator,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Kind {
    #[default]
    Simple,
    /// A colon begins a block.
    Compound,
    /// `match`, keyword or name.
    Match,
    /// `class`, or `def` after its parameters.
    Definition,
    /// `def` before its parameters.
    Def,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Decorator {
    pub(super) start: ByteOffset,
    pub(super) name: (ByteOffset, ByteOffset),
    pub(super) stage: Stage,
}

/// How far a decorator has come that is a dotted name with at most one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Stage {
    Begin,
    AfterName,
    AfterDot,
    AfterCall,
    /// It is something else.
    Other,
}

/// By the first letter of a word: the second letters of the words that say what a statement is.
static SECONDS: [u32; 26] = {
    let words =
        ["as", "ca", "cl", "de", "el", "ex", "fi", "fo", "if", "la", "ma", "tr", "wh", "wi"];
    let mut seconds = [0; 26];
    let mut i = 0;
    while i < words.len() {
        let word = words[i].as_bytes();
        seconds[(word[0] - b'a') as usize] |= 1 << (word[1] & 31);
        i += 1;
    }
    seconds
};

/// Whether one of the words that say what a statement is begins like this.
#[inline]
pub(super) fn looks_like_keyword(first: u8, second: u8) -> bool {
    let seconds = SECONDS.get(usize::from(first.wrapping_sub(b'a'))).copied().unwrap_or(0);
    seconds >> (second & 31) & 1 == 1
}

impl Statement {
    #[inline]
    pub(super) fn has_decorator(&self) -> bool {
        self.decorator.is_some()
    }

    /// Whether nothing is known but what comes next, and of what kind it is.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        (self.lambdas == 0)
            & self.annotation.is_none()
            & self.doc.is_none()
            & self.decorator.is_none()
            & self.definition.is_none()
            & self.header.is_none()
    }

    /// Forgets all. Less is written than there is: most statements are plain.
    #[inline]
    pub(super) fn begin(&mut self, expect: Expect) {
        if !self.is_plain() {
            *self = Statement::default();
        }
        (self.expect, self.kind) = (expect, Kind::Simple);
    }

    /// Whether the next token matters, whatever it is.
    pub(super) fn wants_every_token(&self) -> bool {
        self.expect != Expect::Nothing
    }
}
