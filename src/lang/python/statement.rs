//! What is known of a statement while it is read.

use serde::{Deserialize, Serialize};

use super::lexer::is_word;
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

/// A word that says what a statement is.
#[derive(Clone, Copy)]
struct Opener {
    /// Its bytes, the first one lowest, and which bits they take.
    word: u64,
    bits: u64,
    /// By how many bits to shift to find what follows it.
    length: u32,
    /// Whether a colon begins a block behind it.
    compound: bool,
    /// Whether more than that is to be known.
    decides: bool,
}

/// How many words may share their first two letters.
const SHARED: usize = 2;

/// Where words with these first two letters, the first one lowest, stand in [`OPENERS`].
#[inline(always)]
const fn place_of(letters: u16) -> usize {
    // Found by trying: no two pairs of letters that keywords begin with come together.
    ((letters as u32).wrapping_mul(483) >> 11 & 31) as usize
}

/// The words that say what a statement is, by [`place_of`] their first two letters.
static OPENERS: [[Opener; SHARED]; 32] = {
    let compound: [&[u8]; 9] =
        [b"if", b"elif", b"else", b"for", b"while", b"try", b"except", b"finally", b"with"];
    let deciding: [&[u8]; 6] = [b"async", b"case", b"class", b"def", b"lambda", b"match"];
    // No word of a text is 0.
    let none = Opener { word: 0, bits: !0, length: 0, compound: false, decides: false };
    let mut openers = [[none; SHARED]; 32];
    let mut i = 0;
    while i < compound.len() + deciding.len() {
        let decides = i >= compound.len();
        let letters = if decides { deciding[i - compound.len()] } else { compound[i] };
        let (mut word, mut n) = (0, letters.len());
        while n > 0 {
            n -= 1;
            word = word << 8 | letters[n] as u64;
        }
        let length = 8 * letters.len() as u32;
        let row = &mut openers[place_of(word as u16)];
        let free = if row[0].word == 0 { 0 } else { 1 };
        assert!(row[free].word == 0, "a place for each word");
        assert!(free == 0 || row[0].length == length, "words of one length");
        row[free] = Opener { word, bits: (1 << length) - 1, length, compound: !decides, decides };
        i += 1;
    }
    openers
};

/// What the word that `bytes` begin with (the first one lowest, not 0) says of the statement that it begins, and whether more is
/// to be looked at to know. Without a branch, for the words of a program cannot be foretold.
#[inline(always)]
pub(super) fn opener(bytes: u64) -> (Kind, bool) {
    let [one, two] = &OPENERS[place_of(bytes as u16)];
    let is = |opener: &Opener| bytes & opener.bits == opener.word;
    // Those that share their first letters are of one length.
    let ends = !is_word((bytes >> one.length) as u8);
    let (is_one, is_two) = (is(one) & ends, is(two) & ends);
    let compound = is_one & one.compound | is_two & two.compound;
    let decides = is_one & one.decides | is_two & two.decides;
    (if compound { Kind::Compound } else { Kind::Simple }, decides)
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
