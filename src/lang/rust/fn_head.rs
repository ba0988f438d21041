//! Heads of functions that are written as most are, in one go instead of token by token: `fn name(`, and behind the
//! parameters `{` or `-> Type {`. Whatever else stands there is left to `head.rs`, which finds the same.

use super::plain_items::{self, Before};
use super::plain_types::PlainType;
use super::token::Word;
use super::{Defined, Frame, Last, NAME, Question, Role, Stage, State, WAKE, bracket, items};
use crate::lang::code::{Cursor, Sink};
use crate::lang::{Class, PatternKind};
use crate::units::ByteOffset;

/// Takes the function whose `fn` is at `start`, to the beginning of its body or into its parameters. False: it is not plain.
#[inline]
pub(super) fn take<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    before: Before,
    start: ByteOffset,
) -> bool {
    let Some(name) = name(cursor, start + 2) else { return false };
    before.take(state, sink);
    let defined = Defined { start, kind: PatternKind::Fn, name };
    items::define(sink, defined);
    let open = name.1;
    let close = cursor.next_in::<WAKE>(open + 1);
    if cursor.byte(close) != b')' {
        items::push_head(state, defined, Stage::Signature, open);
        bracket::open(state, cursor, sink, open, b'(');
        return true;
    }
    sink.open_bracket(open, Class::ParenOpen);
    sink.close_bracket(close, Class::ParenClose);
    if !body(state, cursor, sink, defined, close + 1) {
        items::push_head(state, defined, Stage::Signature, close + 1);
        state.last = Last::Close;
        state.gap.forget();
        state.literal_end = 0;
        cursor.at = close + 1;
    }
    true
}

/// The name behind `fn` at `at`, if one space stands before it and a `(` behind it.
#[inline]
pub(super) fn name(cursor: &mut Cursor<'_>, at: ByteOffset) -> Option<(ByteOffset, ByteOffset)> {
    if cursor.byte(at) != b' ' {
        return None;
    }
    let end = plain_word(cursor, at + 1)?;
    (cursor.byte(end) == b'(').then_some((at + 1, end))
}

/// The end of the name at `start`, if it is neither a keyword nor beyond ASCII.
#[inline]
pub(super) fn plain_word(cursor: &mut Cursor<'_>, start: ByteOffset) -> Option<ByteOffset> {
    let end = cursor.next_out::<NAME>(start);
    let is_name = matches!(Word::between(cursor, start, end), Word::Name);
    (is_name & (start < end) && cursor.byte(end) < 0x80).then_some(end)
}

/// Behind the `)` of parameters, at the cursor: takes what is up to the body, and its `{`.
#[inline]
pub(super) fn behind_parameters<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let Some(Frame::Head { defined, stage: Stage::Signature, .. }) = state.frame() else { return };
    if defined.kind != PatternKind::Fn {
        return;
    }
    let defined = *defined;
    let at = cursor.at;
    if let Some(end) = result(cursor, sink, at) {
        match cursor.near(end) {
            [b' ', b'{'] => {
                state.pop_frame();
                plain_items::body(state, cursor, sink, defined, end + 1);
            }
            _ if end > at => {
                cursor.at = end;
                state.note_end(end);
                let is_list = cursor.byte(end - 1) == b'>';
                state.last = if is_list { Last::Close } else { Last::Word };
            }
            _ => {}
        }
    }
}

/// The body of `defined`, whose parameters end before `at`, if it begins with a plain result or without one; or its `;`.
#[inline]
fn body<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    defined: Defined,
    at: ByteOffset,
) -> bool {
    let typed = if cursor.eight(at) as u32 == ARROW {
        let Some(typed) = PlainType::read(cursor, at + 4) else { return false };
        Some(typed)
    } else {
        None
    };
    let end = typed.as_ref().map_or(at, |typed| typed.end);
    let near = cursor.near(end);
    if near != *b" {" && near[0] != b';' {
        return false;
    }
    if let Some(typed) = typed {
        typed.report(sink);
    }
    if near[0] == b';' {
        plain_items::semicolon(state, cursor, sink, defined, end);
    } else {
        plain_items::body(state, cursor, sink, defined, end + 1);
    }
    true
}

/// ` -> `
const ARROW: u32 = u32::from_le_bytes(*b" -> ");

/// The end of the plain result at `at`, reported already; `at` if there is none.
#[inline]
fn result<S: Sink>(cursor: &mut Cursor<'_>, sink: &mut S, at: ByteOffset) -> Option<ByteOffset> {
    if cursor.eight(at) as u32 != ARROW {
        return Some(at);
    }
    let typed = PlainType::read(cursor, at + 4)?;
    typed.report(sink);
    Some(typed.end)
}
