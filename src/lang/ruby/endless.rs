//! Methods without an `end`, and what ends their expression: the end of the statement, a closing bracket, a modifier, and what
//! has no place in an expression but in what the method stands in.

use super::before::{self, Before, is_word};
use super::{FrameKind, LOOK_AHEAD, State, code, start};
use crate::lang::code::{Cursor, Definition, Sink};
use crate::units::ByteOffset;

/// Bytes that must be at hand behind the first one of what may end a method.
const ENDER_BYTES: u64 = 6;

/// Words that end an expression.
const ENDERS: [&[u8]; 6] = [b"and", b"or", b"then", b"else", b"elsif", b"when"];

/// Ends methods without an `end` whose expression ends before `at`.
#[inline(never)]
pub(super) fn end<S: Sink>(state: &mut State, cursor: &Cursor<'_>, sink: &mut S, at: ByteOffset) {
    while is_innermost(state) {
        state.frames.pop();
        if let Some(definition) = state.definitions.pop() {
            let end = before::token_end(state, cursor, at);
            code::end_definition(definition, end, sink);
        }
    }
}

/// Whether a method without an `end` is innermost.
#[inline]
pub(super) fn is_innermost(state: &State) -> bool {
    state.frames.last().is_some_and(|frame| frame.kind == FrameKind::Endless)
}

/// Looks from the cursor up to `to`, which is the first byte that wakes the scanner, for what ends the expression of a method.
/// Ends the method and leaves the cursor there. None if that depends on what is not at hand; else whether it came to `to`.
/// Kept out of the loop that calls it, as few methods are such.
#[inline(never)]
pub(super) fn go_on<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    to: ByteOffset,
) -> Option<bool> {
    while cursor.at <= to {
        let at = cursor.at;
        let byte = cursor.byte(at);
        let may_end = matches!(byte, b',' | b':') && before::byte_before(cursor, at, 1) != b'$'
            || matches!(byte, b'a' | b'o' | b't' | b'e' | b'w') && begins_word(cursor, at);
        if may_end {
            if cursor.is_unknown(at + ENDER_BYTES) {
                return None;
            }
            if ends(state, cursor, at) {
                end(state, cursor, sink, at);
                return Some(false);
            }
        }
        cursor.at += 1;
    }
    cursor.at = to;
    Some(true)
}

fn begins_word(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let before = before::byte_before(cursor, at, 1);
    !is_word(before) && !b".:@$".contains(&before)
}

/// Whether what stands at `at` ends the innermost method.
fn ends(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let Some(definition) = state.definitions.last() else { return false };
    // What stands before the method may no longer be at hand.
    let is_near = at - definition.start < LOOK_AHEAD;
    match cursor.byte(at) {
        b',' => is_near && ends_by_comma(state, cursor, definition, at),
        b':' => is_near && ends_branch(state, cursor, definition, at),
        _ => ENDERS.iter().any(|word| {
            let after = at + word.len() as u64;
            cursor.stands(at, word)
                && !is_word(cursor.byte(after))
                && !matches!(cursor.byte(after), b'?' | b'!' | b':')
        }),
    }
}

/// Whether the comma at `at` parts the method from what follows it in a list, rather than the arguments of a call in it.
fn ends_by_comma(
    state: &State,
    cursor: &Cursor<'_>,
    definition: &Definition,
    at: ByteOffset,
) -> bool {
    match before::before(state, cursor, definition.start) {
        (Before::Begin, end) => {
            let opened = start::opened_before(state, cursor, end);
            let further = before::byte_before(cursor, opened, 2);
            match before::byte_before(cursor, opened, 1) {
                b'[' | b',' => true,
                b'(' => is_word(further) || matches!(further, b'?' | b'!'),
                byte => {
                    let is_operator = b"=>:?&/!-+*~<%^.".contains(&byte);
                    opened == end && (is_operator || cursor.stands(end.saturating_sub(4), b"when"))
                }
            }
        }
        (Before::Name(..), _) => !is_command(expression(state, cursor, definition, at)),
        _ => true,
    }
}

/// Whether the colon at `at` belongs to the `? :` that the method is the first branch of.
fn ends_branch(
    state: &State,
    cursor: &Cursor<'_>,
    definition: &Definition,
    at: ByteOffset,
) -> bool {
    let (_, question) = before::before(state, cursor, definition.start);
    let (before, after) = (before::byte_before(cursor, at, 1), cursor.byte(at + 1));
    if before::byte_before(cursor, question, 1) != b'?' || before == b':' || after == b':' {
        return false;
    }
    // Behind a name without a blank it ends a label, or begins a symbol with one.
    let parts = match before::before(state, cursor, at).0 {
        Before::Value => true,
        Before::Name(..) => after.is_ascii_whitespace() && before.is_ascii_whitespace(),
        _ => false,
    };
    let body = expression(state, cursor, definition, at);
    let n = |mark: &[u8]| memchr::memmem::find_iter(body, mark).count();
    parts && n(b" ? ") <= n(b" : ")
}

/// What is written of the method's expression before `at`.
fn expression<'t>(
    state: &State,
    cursor: &Cursor<'t>,
    definition: &Definition,
    at: ByteOffset,
) -> &'t [u8] {
    let head_end = definition.name.1.max(state.parameters_end);
    let text = cursor.slice(head_end.min(at), at);
    let text = text.trim_ascii_start();
    text.strip_prefix(b"=").unwrap_or(text).trim_ascii_start()
}

/// Whether an expression seems to be a call with arguments but without parentheses.
fn is_command(text: &[u8]) -> bool {
    let n = text.iter().take_while(|byte| is_word(**byte) || b".?!:".contains(byte)).count();
    let (callee, rest) = text.split_at(n);
    let argument = rest.trim_ascii_start();
    let begins_value =
        argument.first().is_some_and(|byte| is_word(*byte) || b"\"'`:@$[".contains(byte));
    callee.first().is_some_and(|byte| is_word(*byte) && !byte.is_ascii_digit())
        && argument.len() < rest.len()
        && begins_value
        && !argument.starts_with(b"rescue ")
}
