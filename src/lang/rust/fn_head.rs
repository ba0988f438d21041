//! How functions begin that are written as most are: `fn name(`, `fn name<`.

use super::plain_items::Before;
use super::quick_head::{self, Head};
use super::sight::Place;
use super::token::Word;
use super::{Defined, Last, NAME, State, WAKE, bracket, items};
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
    let end = cursor.next_out::<NAME>(start + 3);
    let bytes = cursor.slice(start + 3, end);
    let is_name = match Word::between(cursor, start + 3, end) {
        Word::Name => bytes.first().is_some_and(|first| !first.is_ascii_digit()),
        word => word.is_name(bytes),
    };
    if !is_name || !matches!(cursor.byte(end), b'(' | b'<') {
        return false;
    }
    before.take(state, sink);
    let defined = Defined { start, kind: PatternKind::Fn, name: (start + 3, end) };
    items::define(sink, defined);
    let mut last = Last::Word;
    cursor.at = end;
    if cursor.byte(end) == b'(' {
        let close = cursor.next_in::<WAKE>(end + 1);
        if cursor.byte(close) != b')' {
            Head::new(defined, end).push(state);
            bracket::open(state, cursor, sink, end, b'(');
            return true;
        }
        sink.open_bracket(end, Class::ParenOpen);
        sink.close_bracket(close, Class::ParenClose);
        if quick_head::ends(state, cursor, sink, defined, close + 1, |_| {}) {
            return true;
        }
        state.gap.forget();
        state.literal_end = 0;
        last = Last::Close;
        cursor.at = close + 1;
    }
    quick_head::read(state, cursor, sink, &mut Head::new(defined, cursor.at), last);
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
#[inline(always)]
pub(super) fn plain_word(cursor: &mut Cursor<'_>, start: ByteOffset) -> Option<ByteOffset> {
    let end = cursor.next_out::<NAME>(start);
    is_plain(cursor, start, end).then_some(end)
}

/// As [`plain_word`], of what is seen already.
#[inline(always)]
pub(super) fn plain_word_in(
    (cursor, sight): Place<'_, '_>,
    start: ByteOffset,
) -> Option<ByteOffset> {
    let end = sight.name_end(cursor, start);
    is_plain(cursor, start, end).then_some(end)
}

#[inline(always)]
fn is_plain(cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) -> bool {
    let first = cursor.byte(start);
    // No keyword but `Self` begins with a capital.
    let is_name = first.is_ascii_uppercase() && first != b'S'
        || !first.is_ascii_digit()
            && start < end
            && matches!(Word::between(cursor, start, end), Word::Name);
    is_name && cursor.byte(end) < 0x80
}
