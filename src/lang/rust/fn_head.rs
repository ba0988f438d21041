//! Heads of functions that are written as most are, in one go instead of token by token: `fn name(`, and behind the
//! parameters `{` or `-> Type {`. Whatever else stands there is left to `head.rs`, which finds the same.

use super::token::Word;
use super::{Frame, Last, Role, Stage, State, WORD, bracket, plain_generics};
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
fn plain_word(cursor: &mut Cursor<'_>, start: ByteOffset) -> Option<ByteOffset> {
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
    let mut end = cursor.at;
    if cursor.stands(end, b" -> ") {
        let Some(word_end) = plain_word(cursor, end + 4) else { return };
        end = word_end;
        if cursor.byte(end) == b'<' {
            let Some(list_end) = plain_generics::end(cursor, sink, end, true) else { return };
            end = list_end;
            // They are reported: from here on in any case.
            cursor.at = end;
            state.note_end(end);
            state.last = Last::Close;
        }
    }
    if cursor.stands(end, b" {") {
        state.pop_frame();
        bracket::open_as(state, cursor, sink, (end + 1, b'{'), Role::Body(defined));
    }
}
