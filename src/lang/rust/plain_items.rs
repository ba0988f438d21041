//! Where an item may begin: comments, attributes and items that are written as most are, one after the other in one go
//! instead of token by token: `pub const N: usize = 4;`, `#[derive(Debug)]`, `fn name(`, `impl A for B {`. Whatever else
//! stands there is left to `items.rs` and `head.rs`, which find the same.

use super::fn_head;
use super::items::define;
use super::plain_attribute::{self, Attribute};
use super::quick_head::{self, Head};
use super::sight::{Place, Sight};
use super::token::Word;
use super::{BLANK, Defined, Last, Mode, NAME, Question, Role, State};
use super::{bracket, comment, statement};
use crate::lang::code::{Cursor, Sink};
use crate::lang::{Class, PatternKind};
use crate::units::ByteOffset;

/// Words that say what an item is: `default const async unsafe extern fn`, and some more.
const WORDS_MAX: usize = 8;

/// Takes what begins at the cursor, as far as it is plain. False: it may go on with an item that is not.
#[inline(never)]
pub(super) fn take<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    if !state.is_in_items() {
        // A block in the value of a const has ended.
        state.question = Question::None;
        return true;
    }
    while matches!((state.question, state.mode), (Question::Item, Mode::Code)) {
        if !one(state, cursor, sink) {
            return false;
        }
    }
    true
}

/// Takes one comment, attribute or item; or finds that there is none.
#[inline(always)]
fn one<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let from = cursor.at;
    let begin = cursor.next_out::<BLANK>(from);
    cursor.at = begin;
    let near = cursor.near(begin);
    if !statement::looks_like_item(near) {
        match near[0] {
            b'#' => return attribute(state, cursor, sink, begin),
            _ => state.question = Question::None,
        }
        return true;
    }
    if near[0] == b'/' {
        return comment::take_behind(state, cursor, sink, from);
    }
    let (start, within) = behind_visibility(cursor, begin);
    let before = Before { begin, within, unsafe_word: None };
    item(state, cursor, sink, before, start)
}

/// The item behind `before`, if one begins at `start`.
#[inline(always)]
fn item<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    mut before: Before,
    mut start: ByteOffset,
) -> bool {
    let (mut end, mut word) = match Word::before_space(cursor.eight(start)) {
        Some((word, length)) => (start + length, word),
        None => {
            let end = cursor.next_out::<NAME>(start);
            (end, Word::between(cursor, start, end))
        }
    };
    if !word.may_begin_item() {
        let next = cursor.byte(end);
        if next == 0 || next >= 0x80 || start == end {
            return false;
        }
        before.take(state, sink);
        cursor.at = end;
        return true;
    }
    let mut words = 0;
    loop {
        words += 1;
        if words > WORDS_MAX {
            // Looked over again from each one, they would take a time that grows with their square.
            return false;
        }
        if cursor.byte(end) != b' ' {
            let is_plain = matches!(word, Word::Impl) && cursor.byte(end) == b'<';
            return is_plain && implementation(state, cursor, sink, before, (start, end));
        }
        let near = cursor.near(end + 1);
        match word {
            Word::Const if near == *b"fn" => {}
            // Not `union`, which may be a name here.
            Word::Const if near == *b"un" && cursor.byte(end + 3) == b's' => {}
            Word::Qualifier if near[0].is_ascii_lowercase() => {}
            Word::Unsafe if near[0] == b'{' => {
                return unsafe_block(state, cursor, sink, before, (start, end));
            }
            Word::Unsafe if before.unsafe_word.is_none() => before.unsafe_word = Some((start, end)),
            _ => break,
        }
        start = end + 1;
        end = cursor.next_out::<NAME>(start);
        word = Word::between(cursor, start, end);
    }
    match word {
        Word::Const => valued(state, cursor, sink, before, (start, end, PatternKind::Const)),
        Word::Fn => fn_head::take(state, cursor, sink, before, start),
        Word::Type => valued(state, cursor, sink, before, (start, end, PatternKind::Type)),
        Word::Static => {
            let end = end + if cursor.stands(end, b" mut ") { 4 } else { 0 };
            valued(state, cursor, sink, before, (start, end, PatternKind::Const))
        }
        Word::Struct | Word::Union => {
            named(state, cursor, sink, before, (start, end, PatternKind::Struct))
        }
        Word::Enum => named(state, cursor, sink, before, (start, end, PatternKind::Enum)),
        Word::Trait => named(state, cursor, sink, before, (start, end, PatternKind::Trait)),
        Word::Mod => named(state, cursor, sink, before, (start, end, PatternKind::Mod)),
        Word::Impl => implementation(state, cursor, sink, before, (start, end)),
        _ => false,
    }
}

/// `unsafe {`
#[inline]
fn unsafe_block<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    before: Before,
    (start, end): (ByteOffset, ByteOffset),
) -> bool {
    before.take(state, sink);
    block(state, cursor, sink, Role::Unsafe(start), end + 1);
    true
}

/// The attribute at `begin`: as a whole, or as far as it is plain.
#[inline]
fn attribute<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    begin: ByteOffset,
) -> bool {
    match plain_attribute::take(state, cursor, sink, begin) {
        Attribute::Whole { end } => {
            state.last = Last::Close;
            behind(state, cursor, end - 1);
        }
        Attribute::Inside { at, .. } => {
            (state.last, state.question) = (Last::Open, Question::None);
            state.gap.forget();
            cursor.at = at;
        }
        Attribute::Unknown => return false,
    }
    true
}

/// What stands before an item.
#[derive(Clone, Copy)]
pub(super) struct Before {
    begin: ByteOffset,
    /// The last byte of `pub(crate)`, or of `pub(super)`.
    within: Option<ByteOffset>,
    /// An `unsafe`.
    unsafe_word: Option<(ByteOffset, ByteOffset)>,
}

impl Before {
    /// Now it is sure that the item is taken.
    #[inline]
    pub(super) fn take<S: Sink>(self, state: &mut State, sink: &mut S) {
        state.question = Question::None;
        if let Some(close) = self.within {
            sink.open_bracket(self.begin + 3, Class::ParenOpen);
            sink.close_bracket(close, Class::ParenClose);
            state.last = Last::Close;
            state.gap.forget();
            state.literal_end = 0;
        }
        if let Some((start, end)) = self.unsafe_word {
            sink.pattern(bracket::plain(start, end, PatternKind::Unsafe));
        }
    }
}

/// Where an item's keyword stands behind a plain visibility at `at`, or without one, and where `pub(crate)` ends.
#[inline(always)]
fn behind_visibility(cursor: &Cursor<'_>, at: ByteOffset) -> (ByteOffset, Option<ByteOffset>) {
    const PUB: u32 = u32::from_le_bytes(*b"pub ");
    const CRATE: u64 = u64::from_le_bytes(*b"pub(crat");
    const SUPER: u64 = u64::from_le_bytes(*b"pub(supe");
    let eight = cursor.eight(at);
    if eight as u32 == PUB {
        (at + 4, None)
    } else if eight == CRATE && cursor.stands(at + 8, b"e) ")
        || eight == SUPER && cursor.stands(at + 8, b"r) ")
    {
        (at + 11, Some(at + 9))
    } else {
        (at, None)
    }
}

/// `struct Name {`, `mod name;` and the like, or as far as behind the name.
#[inline]
fn named<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    before: Before,
    (start, keyword_end, kind): (ByteOffset, ByteOffset, PatternKind),
) -> bool {
    let mut sight = Sight::new(cursor, keyword_end + 1);
    let Some(name) = name((cursor, &mut sight), keyword_end + 1) else { return false };
    before.take(state, sink);
    let end = name.1;
    let defined = Defined { start, kind, name };
    match cursor.near(end) {
        [b' ', b'{'] => {
            define(sink, defined);
            body(state, cursor, sink, defined, end + 1);
        }
        [b';', _] => {
            define(sink, defined);
            semicolon(state, cursor, sink, defined, end);
        }
        _ => {
            define(sink, defined);
            cursor.at = end;
            quick_head::read(state, cursor, sink, &mut Head::new(defined, end), Last::Word);
        }
    }
    true
}

/// The body of `defined` opens at `at`.
#[inline]
pub(super) fn body<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    defined: Defined,
    at: ByteOffset,
) {
    block(state, cursor, sink, Role::Body(defined), at);
}

/// A block of statements or items opens at `at`.
#[inline]
fn block<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    role: Role,
    at: ByteOffset,
) {
    sink.open_bracket(at, Class::BraceOpen);
    state.push_bracket(at, b'}', role, false);
    state.last = Last::Open;
    behind(state, cursor, at);
}

/// `defined` ends with the `;` at `at`.
#[inline]
pub(super) fn semicolon<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    defined: Defined,
    at: ByteOffset,
) {
    sink.structural(at, Class::Semicolon);
    sink.pattern(defined.pattern(at + 1));
    state.last = Last::Other;
    state.held.clear();
    behind(state, cursor, at);
}

/// An item may begin behind `at`.
#[inline]
fn behind(state: &mut State, cursor: &mut Cursor<'_>, at: ByteOffset) {
    state.gap.forget();
    state.literal_end = 0;
    state.question = Question::Item;
    cursor.at = at + 1;
}

/// `const NAME: Type = 4;`, `type Name = Type;`, and those behind it that begin with the same words; one that is not plain as
/// far as its head is.
#[inline]
fn valued<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    mut before: Before,
    (mut start, keyword_end, kind): (ByteOffset, ByteOffset, PatternKind),
) -> bool {
    let is_const = kind == PatternKind::Const;
    let beginning = Beginning::between(cursor, before.begin, keyword_end + 1);
    let mut name_start = keyword_end + 1;
    loop {
        let mut sight = Sight::new(cursor, name_start);
        let name = match cursor.near(name_start) {
            [b'_', b':'] if is_const => Some((name_start, name_start + 1)),
            _ => name((cursor, &mut sight), name_start),
        };
        let Some(name) = name else {
            cursor.at = before.begin;
            return false;
        };
        before.take(state, sink);
        let defined = Defined { start, kind, name };
        define(sink, defined);
        let Some(semicolon_at) = plain_end((cursor, &mut sight), name.1, is_const) else {
            cursor.at = name.1;
            quick_head::read(state, cursor, sink, &mut Head::new(defined, name.1), Last::Word);
            return true;
        };
        semicolon(state, cursor, sink, defined, semicolon_at);
        let next = sight.next_dark(cursor, semicolon_at + 1);
        if !beginning.stands(cursor, next) || before.unsafe_word.is_some() {
            return true;
        }
        let further = next - before.begin;
        (start, name_start) = (start + further, name_start + further);
        before.begin = next;
        before.within = before.within.map(|close| close + further);
    }
}

/// The `;` of the const or type whose name ends before `at`, if its type is no more than a path and nothing matters in its
/// value.
#[inline(always)]
fn plain_end((cursor, sight): Place<'_, '_>, at: ByteOffset, is_const: bool) -> Option<ByteOffset> {
    let mut end = match cursor.near(at) {
        [b':', b' '] if is_const => at + 2,
        [b' ', b'='] if !is_const && cursor.byte(at + 2) == b' ' => at + 3,
        _ => return None,
    };
    loop {
        end = sight.name_end(cursor, end);
        if cursor.near(end) != *b"::" {
            break;
        }
        end += 2;
    }
    // What stands behind the type may be a list of bounds.
    if is_const && cursor.near(end) == *b" =" {
        end = sight.next_wake(cursor, end + 2);
    }
    (cursor.byte(end) == b';').then_some(end)
}

/// What an item begins with, up to its name.
struct Beginning {
    bytes: u128,
    length: u64,
}

impl Beginning {
    /// That of the item from `start` to `end`.
    #[inline]
    fn between(cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) -> Beginning {
        let bytes = cursor.chunk(start).map_or(0, |bytes| u128::from_le_bytes(*bytes));
        Beginning { bytes, length: end - start }
    }

    /// Whether an item at `at` begins with the same. Never if it is long.
    #[inline]
    fn stands(&self, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
        let Some(bytes) = cursor.chunk(at) else { return false };
        let others = u128::from_le_bytes(*bytes) ^ self.bytes;
        u64::from(others.trailing_zeros() / u8::BITS) >= self.length
    }
}

/// `impl` and what is behind it.
#[inline]
fn implementation<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    before: Before,
    (start, keyword_end): (ByteOffset, ByteOffset),
) -> bool {
    before.take(state, sink);
    let name = (ByteOffset::MAX, ByteOffset::MAX);
    let defined = Defined { start, kind: PatternKind::Impl, name };
    cursor.at = keyword_end;
    quick_head::read(state, cursor, sink, &mut Head::new(defined, keyword_end), Last::Word);
    true
}

/// The plain name at `at`, if it is sure that it ends where it does.
#[inline]
fn name((cursor, sight): Place<'_, '_>, at: ByteOffset) -> Option<(ByteOffset, ByteOffset)> {
    let end = fn_head::plain_word_in((cursor, sight), at)?;
    // Before a quote it may be a prefix.
    (!matches!(cursor.byte(end), 0 | b'"' | b'#' | b'\'')).then_some((at, end))
}

#[cfg(test)]
mod tests {
    use crate::lang::{LanguageId, PatternKind};
    use crate::simd::best;

    /// Nothing that wakes the scanner stands between the name and the `;`, and there are bounds all the same.
    #[test]
    fn bounds_behind_a_type_are_found() {
        let scanner = LanguageId::Rust.info().scanner.expect("Rust has one");
        for text in ["type A = B where C: D;", "const A: B where C: D = 1;", "type A: B = C;"] {
            let tokens = scanner.tokens(best(), text.as_bytes(), &[]);
            let bounds = tokens.patterns.iter().find(|it| it.kind == PatternKind::TraitBound);
            assert!(bounds.is_some(), "{text:?}");
        }
    }
}
