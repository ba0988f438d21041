//! Logical lines that are taken whole, by the masks of their bytes: what most lines are, a name or a keyword and then nothing
//! that wakes but brackets that close on the line, plain strings, the colon of a block at its end and a comment.
//!
//! How many brackets a line has, and what ends it, cannot be foretold: none and one pair go one way, without a branch
//! between them, and what is rarer than that is kept out of the loop, for registers are what is short there.

use super::lexer::{has_quote, is_word};
use super::line_literals::Literals;
use super::sparse::MARKS;
use super::statement::{Kind, opener};
use super::{BRACKET_OR_SPACE, Block, LINE_END, State, WAKE, definition_line, syntax};
use crate::lang::code::{Cursor, Sink};
use crate::lang::{Class, SpanKind};
use crate::simd::BLOCK_BYTES;
use crate::units::{ByteOffset, Depth};

/// Bytes that a line is looked at with: those that masks tell of, and a word that begins at the last one of them.
const REACH: usize = BLOCK_BYTES + 8;

/// How deep brackets may nest in a line that is taken whole.
const NESTED_MAX: Depth = 8;

/// Where the first line begins that cannot be taken whole.
pub(super) enum Stop {
    /// Nothing of it was taken.
    Line(ByteOffset),
    /// Here it begins, behind its indentation, which was taken.
    Start(ByteOffset),
    /// It begins with a name or a keyword after which no token by itself matters; go on from here.
    Inside(ByteOffset),
}

/// A line, from its first byte on that is no space.
pub(super) struct Line<'t> {
    pub(super) text: &'t [u8; REACH],
    pub(super) at: ByteOffset,
    /// Where its line break stands, if it is near; else one past what masks tell of.
    pub(super) length: usize,
    /// The bytes before that.
    pub(super) before: u64,
}

/// Takes lines from `line` on, where one begins, as long as they can be taken whole.
#[inline(never)]
pub(super) fn lines<S: Sink>(
    state: &mut State,
    cursor: &Cursor<'_>,
    sink: &mut S,
    mut line: ByteOffset,
) -> Stop {
    let mut indent = syntax::indent(state);
    loop {
        let Some((view, column, places)) = Line::of(cursor, line) else { return Stop::Line(line) };
        let Line { text, at, length, .. } = view;
        line = at - u64::from(column);
        let word = text.first_chunk().map_or(0, |word| u64::from_le_bytes(*word));
        let mut keyword = 0;
        if may_decide(word) | !is_word(word as u8) {
            if text[length] != b'\n' {
                return Stop::Line(line);
            }
            if word as u8 == b'#' {
                sink.span(at, at + length as u64, SpanKind::Comment);
                line = at + length as u64 + 1;
                continue;
            }
            keyword = if word << 32 == DEF << 32 {
                "def ".len()
            } else if word << 16 == CLASS << 16 {
                "class ".len()
            } else {
                return Stop::Line(line);
            };
        }
        if state.next_block.is_some() || column != indent {
            syntax::indentation(state, at, column, sink);
            indent = syntax::indent(state);
        }
        if keyword != 0 {
            if !definition_line::take(state, cursor, sink, &view, places, keyword) {
                return Stop::Start(at);
            }
            line = at + length as u64 + 1;
            continue;
        }
        let is_block = text[length.saturating_sub(1)] == b':';
        let kind = if is_block { opener(word).0 } else { Kind::Compound };
        let Some(code_end) = view.take(cursor, sink, places, (is_block, kind)) else {
            let [_, second, third, ..] = word.to_le_bytes();
            if has_quote([second, third]) {
                return Stop::Start(at);
            }
            state.doc_expected = false;
            state.statement.kind = opener(word).0;
            return Stop::Inside(at + 1);
        };
        state.doc_expected = false;
        let plain = Block { indent: 0, definition: None, is_match: false };
        state.next_block = is_block.then_some(plain);
        let end = at + length as u64;
        (state.last_code_end, state.last_line_end) = (code_end, end);
        line = end + 1;
    }
}

/// The bytes that a definition begins with, the first one lowest.
const DEF: u64 = u64::from_le_bytes(*b"def \0\0\0\0");
const CLASS: u64 = u64::from_le_bytes(*b"class \0\0");

/// What wakes in a line, and which of that are brackets and colons.
pub(super) type Places = (u64, u64);

impl<'t> Line<'t> {
    /// The first line from `line` on that is not empty, how far it is indented and what wakes in it, if enough of it is at hand.
    #[inline(always)]
    fn of(cursor: &Cursor<'t>, line: ByteOffset) -> Option<(Self, u32, Places)> {
        const SETS: [usize; 3] = [WAKE, BRACKET_OR_SPACE, LINE_END];
        let [mut wake, mut brackets, line_ends] = cursor.near_places(SETS, line)?;
        let blanks = brackets & !wake | line_ends;
        // Where nothing else is near, the byte found is one of them, and no word.
        let start = (!blanks).trailing_zeros() as usize % BLOCK_BYTES;
        let breaks = line_ends & !(!0 << start);
        let column = start + breaks.leading_zeros() as usize - BLOCK_BYTES;
        let at = line + start as u64;
        let text = cursor.chunk(at)?;
        let mut line_ends = line_ends >> start;
        (wake, brackets) = (wake >> start, brackets >> start);
        if line_ends == 0 {
            [wake, brackets, line_ends] = cursor.near_places(SETS, at)?;
        }
        let length = line_ends.trailing_zeros() as usize;
        let before = line_ends.wrapping_sub(1) & !line_ends;
        // The first letter may be that of a word that wakes.
        let places = wake & before & !1;
        Some((Line { text, at, length, before }, column as u32, (places, brackets)))
    }

    /// Takes the rest of it, of which these `places` wake: literals, brackets that close and, if a colon ends it (`is_block`),
    /// that colon, where its first word says that it is of a `kind` to begin a block. Returns where its last token ends.
    #[inline(always)]
    pub(super) fn take<S: Sink>(
        &self,
        cursor: &Cursor<'_>,
        sink: &mut S,
        (mut places, brackets): Places,
        (is_block, kind): (bool, Kind),
    ) -> Option<ByteOffset> {
        let last = self.text[self.length.saturating_sub(1)];
        if (self.text[self.length] != b'\n') | (last <= b' ') {
            return None;
        }
        if is_block {
            if kind != Kind::Compound {
                return None;
            }
            places &= self.before >> 1;
        }
        let end = self.at + self.length as u64;
        let mut code_end = end;
        if places & !brackets == 0 {
            self.take_brackets(sink, places)?;
        } else {
            code_end = self.take_with_literals(cursor, sink, (places, brackets), is_block)?;
        }
        if is_block {
            sink.structural(end - 1, Class::Colon);
        }
        Some(code_end)
    }

    /// Takes the brackets and literals at `places`. Returns where the last token ends.
    #[inline(never)]
    fn take_with_literals<S: Sink>(
        &self,
        cursor: &Cursor<'_>,
        sink: &mut S,
        (places, brackets): Places,
        is_block: bool,
    ) -> Option<ByteOffset> {
        let found = Literals::find::<S>(self, cursor, places & !brackets)?;
        if is_block && found.comment.is_some() {
            return None;
        }
        self.take_brackets(sink, places & !found.inside)?;
        found.tell(sink, (self.at, self.at + self.length as u64));
        Some(self.at + found.code_length as u64)
    }

    /// Takes the brackets at `places`, with the colons in them. `None`: they do not all close.
    #[inline(always)]
    pub(super) fn take_brackets<S: Sink>(&self, sink: &mut S, places: u64) -> Option<()> {
        let rest = places & places.wrapping_sub(1);
        let (first, second) = (places.trailing_zeros() as usize, rest.trailing_zeros() as usize);
        let (open, close) = (self.text[first], self.text[second]);
        let (opens, closes) = (MARKS[usize::from(open & 0x7F)], MARKS[usize::from(close & 0x7F)]);
        let is_pair = (rest != 0) & (opens.closer == close);
        if rest & rest.wrapping_sub(1) != 0 {
            return self.take_nested(sink, places);
        }
        if !(is_pair | (places == 0)) {
            return None;
        }
        let (down, up) = sink.room();
        // All bits, if there is something to have room for.
        let asked = Depth::from(is_pair).wrapping_neg();
        if !S::PLACES && (down | (up - 1)) & asked >= 0 {
            sink.separators(opens.class, u32::from(is_pair));
            sink.separators(closes.class, u32::from(is_pair));
        } else if is_pair {
            sink.open_bracket(self.at + first as u64, opens.class);
            sink.close_bracket(self.at + second as u64, closes.class);
        }
        Some(())
    }

    /// Takes the brackets at `places`, which may nest, with the colons in them. `None`: they do not all close.
    #[inline(never)]
    fn take_nested<S: Sink>(&self, sink: &mut S, places: u64) -> Option<()> {
        let mut nest = Nest::default();
        let mut left = places;
        while left != 0 {
            nest.take(self.text[left.trailing_zeros() as usize]);
            left &= left - 1;
        }
        if !nest.is_closed() {
            return None;
        }
        if nest.tell(sink) {
            return Some(());
        }
        let mut left = places;
        while left != 0 {
            let place = left.trailing_zeros();
            left &= left - 1;
            let mark = MARKS[usize::from(self.text[place as usize] & 0x7F)];
            sink.punctuation(self.at + u64::from(place), mark.class, i64::from(mark.change));
        }
        Some(())
    }
}

/// Brackets that may nest, with the colons in them, one after the other.
#[derive(Default)]
pub(super) struct Nest {
    /// The closers that are waited for, the innermost one lowest.
    closers: u64,
    pub(super) depth: Depth,
    deepest: Depth,
    /// Whether one has not closed what it should, or stands where it may not.
    pub(super) is_odd: bool,
    /// How many there are of each class, eight bits for each.
    counts: u64,
}

impl Nest {
    /// The next one.
    #[inline(always)]
    pub(super) fn take(&mut self, byte: u8) {
        let mark = MARKS[usize::from(byte & 0x7F)];
        self.is_odd |= self.closers as u8 & mark.cares != mark.wants;
        self.closers = self.closers << mark.up >> mark.down | u64::from(mark.closer);
        self.depth += Depth::from(mark.change);
        self.deepest = self.deepest.max(self.depth);
        self.count(mark.class);
    }

    /// One more of a class. Python's classes have numbers below 8, and a line is too short for more than 255 of one.
    #[inline(always)]
    pub(super) fn count(&mut self, class: Class) {
        self.counts += 1 << (u8::BITS * class as u32);
    }

    /// Whether all of them have closed, and were not too deep to tell.
    #[inline(always)]
    pub(super) fn is_closed(&self) -> bool {
        !self.is_odd && self.depth == 0 && self.deepest <= NESTED_MAX
    }

    /// Tells `sink` of them, which all close, if it takes them at once. False: it must be told of each by itself.
    #[inline(always)]
    pub(super) fn tell<S: Sink>(&self, sink: &mut S) -> bool {
        let (down, up) = sink.room();
        if S::PLACES || (down < 0) | (up < self.deepest) {
            return false;
        }
        for class in [
            Class::BraceOpen,
            Class::BraceClose,
            Class::BracketOpen,
            Class::BracketClose,
            Class::Colon,
            Class::ParenOpen,
            Class::ParenClose,
        ] {
            let [n, ..] = (self.counts >> (u8::BITS * class as u32)).to_le_bytes();
            sink.separators(class, u32::from(n));
        }
        true
    }
}

/// Whether more than the first word must be looked at to know what a statement is that begins with these bytes; of some words
/// that are names it is said too.
#[inline(always)]
fn may_decide(word: u64) -> bool {
    let begins = word as u32;
    let is = |letters: &[u8; 4]| begins == u32::from_le_bytes(*letters);
    (begins & 0xFF_FF_FF == u32::from_le_bytes(*b"def\0"))
        | is(b"clas")
        | is(b"asyn")
        | is(b"case")
        | is(b"matc")
        | is(b"lamb")
}
