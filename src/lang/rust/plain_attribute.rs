//! Attributes that are written as most are, in one go: `#[test]`, `#[derive(Debug)]`, `#[doc(alias = "x")]`. Whatever else
//! stands there is left to `items.rs`, which finds the same.

use super::sparse::{is_prefixed, string_end};
use super::token::Word;
use super::{NAME, Role, State, WAKE, fn_head};
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{Class, PatternKind, SpanKind};
use crate::simd::BLOCK_BYTES;
use crate::units::ByteOffset;

/// How far an attribute was taken.
pub(super) enum Attribute {
    Whole {
        end: ByteOffset,
    },
    /// Its last bracket so far, and where to go on.
    Inside {
        mark: ByteOffset,
        at: ByteOffset,
    },
    /// It is not plain: nothing was taken.
    Unknown,
}

/// An attribute at `at`, if its path is plain: as a whole, or up to what is more than a string in its argument.
#[inline(never)]
pub(super) fn take<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Attribute {
    let open = at + 1 + u64::from(cursor.byte(at + 1) == b'!');
    if cursor.byte(open) != b'[' {
        return Attribute::Unknown;
    }
    if let Some(whole) = short(cursor, sink, at, open) {
        return whole;
    }
    let Some(end) = plain_path(cursor, open + 1) else { return Attribute::Unknown };
    let mut paren = None;
    match cursor.near(end) {
        [b'(', _] => paren = Some(end),
        [b']' | b'=', _] | [b' ', b'='] => {}
        _ => return Attribute::Unknown,
    }
    let name = Some((open + 1, end));
    sink.open_bracket(open, Class::BracketOpen);
    if let Some(open) = paren {
        sink.open_bracket(open, Class::ParenOpen);
    }
    let mark = paren.unwrap_or(open);
    let mut from = end + u64::from(paren.is_some());
    loop {
        let at_next = cursor.next_in::<WAKE>(from);
        match cursor.byte(at_next) {
            b')' if paren.is_some() => {
                sink.close_bracket(at_next, Class::ParenClose);
                paren = None;
            }
            b']' if paren.is_none() => {
                let end = at_next + 1;
                sink.close_bracket(at_next, Class::BracketClose);
                let kind = PatternKind::Attribute;
                sink.pattern(Pattern { start: at, end, kind, name });
                return Attribute::Whole { end };
            }
            b'"' if !is_prefixed(cursor, at_next) => {
                let Some(end) = string_end(cursor, at_next) else { break };
                sink.span(at_next, end, SpanKind::String);
                state.literal_end = end;
                from = end;
                continue;
            }
            b'u' if !matches!(cursor.byte(at_next + 2), b's' | 0) => {}
            _ => break,
        }
        from = at_next + 1;
    }
    state.push_bracket(open, b']', Role::Attribute(at, name), true);
    if let Some(open) = paren {
        state.push_bracket(open, b')', Role::Plain, true);
    }
    Attribute::Inside { mark, at: from }
}

/// An attribute at `at` that is but a name, perhaps with a list in which nothing matters, and is seen at once: `#[inline]`,
/// `#[derive(Debug)]`. Most are.
#[inline]
fn short<S: Sink>(
    cursor: &Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    open: ByteOffset,
) -> Option<Attribute> {
    let from = open + 1;
    let [names, wakes] = cursor.near_places([NAME, WAKE], from)?;
    let text: &[u8; BLOCK_BYTES + 2] = cursor.chunk(from)?;
    let path = (!names).trailing_zeros();
    if path == u64::BITS {
        return None;
    }
    // If nothing wakes as far as is seen, the byte behind that may.
    let place = (wakes & (!0 << path << 1)).trailing_zeros();
    let (end, close) = (from + u64::from(path), from + u64::from(place));
    let paren = match (text[path as usize], text[place as usize], text[place as usize + 1]) {
        (b']', ..) => None,
        (b'(', b')', b']') => Some(close),
        _ => return None,
    };
    let is_plain = path > 0
        && !text[0].is_ascii_digit()
        && matches!(Word::between(cursor, from, end), Word::Name);
    if !is_plain {
        return None;
    }
    sink.open_bracket(open, Class::BracketOpen);
    let last = match paren {
        Some(close) => {
            sink.open_bracket(end, Class::ParenOpen);
            sink.close_bracket(close, Class::ParenClose);
            close + 1
        }
        None => end,
    };
    sink.close_bracket(last, Class::BracketClose);
    let (kind, name) = (PatternKind::Attribute, Some((from, end)));
    sink.pattern(Pattern { start: at, end: last + 1, kind, name });
    Some(Attribute::Whole { end: last + 1 })
}

/// The end of the path at `start`, if it is made of plain names.
#[inline]
fn plain_path(cursor: &mut Cursor<'_>, mut start: ByteOffset) -> Option<ByteOffset> {
    loop {
        let end = fn_head::plain_word(cursor, start)?;
        if cursor.near(end) != *b"::" {
            return Some(end);
        }
        start = end + 2;
    }
}
