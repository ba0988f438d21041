//! Items that begin as most do, in one go instead of token by token: `pub const N: usize = 4;`, `fn name(`, `impl A for B {`.
//! Whatever else stands there is left to `items.rs` and `head.rs`, which find the same.

use super::fn_head::{self, plain_word};
use super::items::{self, define};
use super::plain_types::PlainType;
use super::token::{Kind, Token, Word};
use super::{BLANK, Defined, Frame, Last, Question, Role, Stage, State, WAKE, WORD, bracket};
use crate::lang::code::{Cursor, Sink};
use crate::lang::{Class, PatternKind};
use crate::units::ByteOffset;

/// Takes the item that may begin at the cursor, as far as it is plain. False: nothing was taken.
#[inline]
pub(super) fn take<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    if !matches!(state.frame(), None | Some(Frame::Bracket { .. })) {
        return false;
    }
    let begin = cursor.next_out::<BLANK>(cursor.at);
    let (start, within) = behind_visibility(cursor, begin);
    let end = cursor.next_out::<WORD>(start);
    if cursor.byte(end) != b' ' {
        return false;
    }
    let before = Before { begin, within };
    match Word::of(cursor.slice(start, end)) {
        Word::Fn => function(state, cursor, sink, before, start),
        Word::Const => valued(state, cursor, sink, before, (start, end, PatternKind::Const)),
        Word::Type => valued(state, cursor, sink, before, (start, end, PatternKind::Type)),
        Word::Struct => named(state, cursor, sink, before, (start, end, PatternKind::Struct)),
        Word::Enum => named(state, cursor, sink, before, (start, end, PatternKind::Enum)),
        Word::Trait => named(state, cursor, sink, before, (start, end, PatternKind::Trait)),
        Word::Mod => named(state, cursor, sink, before, (start, end, PatternKind::Mod)),
        Word::Impl => implementation(state, cursor, sink, before, (start, end)),
        _ => false,
    }
}

/// What stands before an item.
#[derive(Clone, Copy)]
struct Before {
    begin: ByteOffset,
    /// The last byte of `pub(crate)`, or of `pub(super)`.
    within: Option<ByteOffset>,
}

impl Before {
    /// Now it is sure that the item is taken.
    #[inline]
    fn take<S: Sink>(self, state: &mut State, sink: &mut S) {
        state.question = Question::None;
        if let Some(close) = self.within {
            sink.open_bracket(self.begin + 3, Class::ParenOpen);
            sink.close_bracket(close, Class::ParenClose);
            state.gap.forget();
            state.literal_end = 0;
        }
    }
}

/// Where an item's keyword stands behind a plain visibility at `at`, or without one, and where `pub(crate)` ends.
#[inline]
fn behind_visibility(cursor: &Cursor<'_>, at: ByteOffset) -> (ByteOffset, Option<ByteOffset>) {
    if cursor.byte(at) != b'p' {
        (at, None)
    } else if cursor.stands(at, b"pub ") {
        (at + 4, None)
    } else if cursor.stands(at, b"pub(crate) ") || cursor.stands(at, b"pub(super) ") {
        (at + 11, Some(at + 9))
    } else {
        (at, None)
    }
}

/// `fn name(`
#[inline]
fn function<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    before: Before,
    start: ByteOffset,
) -> bool {
    let Some(name) = fn_head::name(cursor, start + 2) else { return false };
    before.take(state, sink);
    items::begin_head(state, sink, (start, PatternKind::Fn), name_token(name));
    bracket::open(state, cursor, sink, name.1, b'(');
    true
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
    let Some(name) = name(cursor, keyword_end + 1) else { return false };
    before.take(state, sink);
    let end = name.1;
    if cursor.stands(end, b" {") {
        let defined = Defined { start, kind, name };
        define(sink, defined);
        bracket::open_as(state, cursor, sink, (end + 1, b'{'), Role::Body(defined));
    } else {
        items::begin_head(state, sink, (start, kind), name_token(name));
        cursor.at = end;
    }
    true
}

/// `const NAME: Type = `, `type Name = Type`, up to the `;` if nothing in between matters; or as far as behind the name.
#[inline]
fn valued<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    before: Before,
    (start, keyword_end, kind): (ByteOffset, ByteOffset, PatternKind),
) -> bool {
    let Some(name) = name(cursor, keyword_end + 1) else { return false };
    before.take(state, sink);
    let defined = Defined { start, kind, name };
    let is_const = kind == PatternKind::Const;
    let between: &[u8] = if is_const { b": " } else { b" = " };
    let typed = if cursor.stands(name.1, between) {
        PlainType::read(cursor, name.1 + between.len() as u64)
    } else {
        None
    };
    let Some(typed) = typed else {
        items::begin_head(state, sink, (start, kind), name_token(name));
        cursor.at = name.1;
        return true;
    };
    let semicolon = if !is_const {
        typed.end
    } else if cursor.stands(typed.end, b" = ") {
        cursor.next_in::<WAKE>(typed.end + 3)
    } else {
        ByteOffset::MAX
    };
    if cursor.byte(semicolon) == b';' {
        define(sink, defined);
        typed.report(sink);
        sink.structural(semicolon, Class::Semicolon);
        sink.pattern(defined.pattern(semicolon + 1));
        cursor.at = semicolon + 1;
        items::semicolon(state, cursor, sink, semicolon);
        return true;
    }
    items::begin_head(state, sink, (start, kind), name_token(name));
    if is_const && semicolon != ByteOffset::MAX {
        typed.report(sink);
        cursor.at = typed.end + 3;
        state.last = Last::Equals;
        if let Some(Frame::Head { stage, end, .. }) = state.frame_mut() {
            (*stage, *end) = (Stage::Value, typed.end);
        }
    } else {
        cursor.at = name.1;
    }
    true
}

/// `impl Type {`, `impl Trait for Type {`
#[inline]
fn implementation<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    before: Before,
    (start, keyword_end): (ByteOffset, ByteOffset),
) -> bool {
    let name_start = keyword_end + 1;
    let Some(first) = PlainType::read(cursor, name_start) else { return false };
    let mut end = first.end;
    let mut second = None;
    if cursor.stands(end, b" for ") {
        let Some(implementor) = PlainType::read(cursor, end + 5) else { return false };
        end = implementor.end;
        second = Some(implementor);
    }
    if !cursor.stands(end, b" {") {
        return false;
    }
    before.take(state, sink);
    first.report(sink);
    if let Some(second) = second {
        second.report(sink);
    }
    let defined = Defined { start, kind: PatternKind::Impl, name: (name_start, end) };
    define(sink, defined);
    bracket::open_as(state, cursor, sink, (end + 1, b'{'), Role::Body(defined));
    true
}

/// The plain name at `at`, if it is sure that it ends where it does.
#[inline]
fn name(cursor: &mut Cursor<'_>, at: ByteOffset) -> Option<(ByteOffset, ByteOffset)> {
    let end = plain_word(cursor, at)?;
    (!matches!(cursor.byte(end), 0 | b'#')).then_some((at, end))
}

fn name_token((start, end): (ByteOffset, ByteOffset)) -> Token {
    Token { kind: Kind::Word(Word::Name, true), start, end }
}
