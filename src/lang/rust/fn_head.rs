//! Heads of functions that are written as most are, in one go instead of token by token: `fn name(`, and behind the
//! parameters `{` or `-> Type {`. Whatever else stands there is left to `head.rs`, which finds the same.

use super::plain_types::PlainType;
use super::token::Word;
use super::{Frame, Last, Role, Stage, State, WORD, bracket};
use crate::lang::PatternKind;
use crate::lang::code::{Cursor, Sink};
use crate::units::ByteOffset;

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
    let end = cursor.next_out::<WORD>(start);
    let word = cursor.slice(start, end);
    let is_plain = !word.is_empty() && word.is_ascii() && Word::of(word) == Word::Name;
    is_plain.then_some(end)
}

/// Behind the `)` of parameters, at the cursor: takes what is up to the body, and its `{`.
#[inline]
pub(super) fn behind_parameters<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let Some(Frame::Head { defined, stage: Stage::Signature, .. }) = state.frame() else { return };
    if defined.kind != PatternKind::Fn {
        return;
    }
    let defined = *defined;
    if cursor.stands(cursor.at, b" -> ") {
        let Some(result) = PlainType::read(cursor, cursor.at + 4) else { return };
        result.report(sink);
        cursor.at = result.end;
        state.note_end(result.end);
        state.last = if result.has_generics() { Last::Close } else { Last::Word };
    }
    if cursor.stands(cursor.at, b" {") {
        let body = (cursor.at + 1, b'{');
        state.pop_frame();
        bracket::open_as(state, cursor, sink, body, Role::Body(defined));
    }
}
