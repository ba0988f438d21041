//! The parameters of a method in one go, as far as they are plain: names, perhaps with a type and a simple value.
//!
//! What is told of them is what `code.rs` would tell token by token: each name is a variable. Whatever is not so plain is
//! left to that, from its beginning on.

use super::locals::{assigned, declare, declare_at, parameter_before, typed};
use super::{LOOK_AHEAD, State, WORD, word};
use crate::lang::code::Cursor;
use crate::units::ByteOffset;

/// How far the plain parameters reach.
pub(super) enum Reach {
    /// To their closing bracket.
    Closed(ByteOffset),
    /// To a parameter that is not plain, or not at hand.
    Open(ByteOffset),
}

/// Declares the parameters that begin at `at`, behind the opening bracket.
pub(super) fn plain(state: &mut State, cursor: &mut Cursor<'_>, mut at: ByteOffset) -> Reach {
    let limit = (at + LOOK_AHEAD).min(cursor.end());
    while at < limit {
        match parameter(state, cursor, at) {
            Some(end) if cursor.byte(end) == b')' => return Reach::Closed(end),
            Some(end) => at = end + 1,
            None => break,
        }
    }
    Reach::Open(at)
}

/// Declares the parameters behind the bracket at `at`, in which nothing wakes the scanner but what tells of them, and round
/// and square brackets.
pub(super) fn declare_all(state: &mut State, cursor: &mut Cursor<'_>, at: ByteOffset) {
    let Reach::Open(mut at) = plain(state, cursor, at + 1) else { return };
    let mut depth = 0_u32;
    while at < cursor.end() {
        let [byte, next] = cursor.near(at);
        let is_operator = byte == b'=' && matches!(next, b'=' | b'~' | b'>');
        match byte {
            b'=' if !is_operator => assigned(state, cursor, at),
            b':' => typed(state, cursor, at, depth == 0),
            _ => {}
        }
        if depth == 0 && matches!(byte, b'=' | b',' | b')') {
            parameter_before(state, cursor, at);
        }
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' if depth > 0 => depth -= 1,
            b')' => return,
            _ => {}
        }
        at += 1 + u64::from(is_operator);
    }
}

/// Declares the parameter at `at` if it is plain, and tells where the comma or bracket stands behind it.
#[inline(always)]
fn parameter(state: &mut State, cursor: &mut Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    let begin = cursor.past_spaces(at);
    let mut start = begin;
    while matches!(cursor.byte(start), b'*' | b'&') {
        start += 1;
    }
    let is_field = cursor.byte(start) == b'@';
    start += u64::from(is_field);
    let name_end = cursor.next_out::<WORD>(start);
    let first = cursor.byte(start);
    // Behind a `*` or `&` a word that is spelt as a keyword is one.
    if first.is_ascii_digit() || start > begin && word::look_up(cursor, start).is_some() {
        return None;
    }
    if start == name_end {
        let is_plain = !is_field && matches!(first, b',' | b')');
        return is_plain.then_some(start);
    }
    let mut end = name_end;
    let is_typed = cursor.near(end) == *b" :" && cursor.byte(end + 2) == b' ';
    if is_typed {
        // These are no names.
        if matches!(cursor.slice(start, name_end), b"nil" | b"true" | b"false" | b"self") {
            return None;
        }
        end = type_end(cursor, end + 3)?;
    }
    let value = if cursor.near(end) == *b" =" && cursor.byte(end + 2) == b' ' {
        let start = end + 3;
        end = value_end(cursor, start)?;
        Some((start, end))
    } else {
        None
    };
    if !matches!(cursor.byte(end), b',' | b')') {
        return None;
    }
    if !(is_typed && is_field) {
        declare_at(state, cursor, start, name_end);
    }
    // As the last token before a comma or a bracket.
    if let Some((start, end)) = value {
        declare(state, cursor.slice(start, end));
    }
    Some(end)
}

/// The end of the plain type at `at`: paths of names, joined by `|`, perhaps with a `?` behind them.
#[inline(always)]
fn type_end(cursor: &mut Cursor<'_>, mut at: ByteOffset) -> Option<ByteOffset> {
    for _ in 0..TYPE_NAMES_MAX {
        if !cursor.byte(at).is_ascii_uppercase() {
            return None;
        }
        at = cursor.next_out::<WORD>(at);
        match cursor.near(at) {
            [b':', b':'] => at += 2,
            [b' ', b'|'] if cursor.byte(at + 2) == b' ' => at += 3,
            [b'?', _] => return Some(at + 1),
            _ => return Some(at),
        }
    }
    None
}

/// Names in a plain type.
const TYPE_NAMES_MAX: usize = 8;

/// The end of the plain value at `at`: a number, or a word that is a value.
#[inline(always)]
fn value_end(cursor: &mut Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    let end = cursor.next_out::<WORD>(at);
    let is_value = match cursor.slice(at, end) {
        b"nil" | b"true" | b"false" => true,
        [first, ..] => first.is_ascii_digit(),
        [] => false,
    };
    is_value.then_some(end)
}
