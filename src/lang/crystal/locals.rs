//! Local variables: behind one, spaced, a `/` divides (`a /b`); behind any other name it begins a regex (`puts /b/`).
//!
//! Names are kept by hash, the innermost scope last. A definition sees none from around it; a block's own go with it.
//! In tags of macros every name is a variable.

use super::code::is_word;
use super::{Frame, FrameKind, LOOK_AHEAD, Previous, State};
use crate::lang::code::Cursor;
use crate::limits::LEVELS_LOOKED_AT;
use crate::units::ByteOffset;

/// Bytes of the longest name that is looked at.
const NAME_BYTES: u64 = 256;

/// FNV-1a. Two names of one hash would do no more harm than a `/` read wrongly.
fn hash(name: &[u8]) -> u32 {
    name.iter().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// The word that ends at `end`, and where it begins.
fn word_before<'t>(cursor: &Cursor<'t>, end: ByteOffset) -> (ByteOffset, &'t [u8]) {
    let limit = end.saturating_sub(NAME_BYTES).max(cursor.begin());
    let mut start = end;
    while start > limit && is_word(cursor.byte(start - 1)) {
        start -= 1;
    }
    (start, cursor.slice(start, end))
}

/// Whether the word that begins at `start` follows a dot, but not that of a range.
fn follows_dot(cursor: &Cursor<'_>, start: ByteOffset) -> bool {
    start > 0 && cursor.byte(start - 1) == b'.' && !(start > 1 && cursor.byte(start - 2) == b'.')
}

fn in_scope(state: &State) -> usize {
    state.locals.len().saturating_sub(state.scope as usize)
}

/// `name` is a variable from here on, if it can be one.
fn declare(state: &mut State, name: &[u8]) {
    // As many as may be declared again and again by code that assigns them in turn.
    const LAST: usize = 16;
    if !name.first().is_some_and(|first| is_word(*first) && !first.is_ascii_uppercase()) {
        return;
    }
    let hash = hash(name);
    let last = in_scope(state).min(LAST);
    if !state.locals.iter().take(last).any(|local| *local == hash) {
        state.locals.push(hash);
    }
}

/// The word from `start` to `end` has a type: a parameter, or a variable that is declared so.
pub(super) fn typed(state: &mut State, cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) {
    let before = cursor.byte(state.last_end.wrapping_sub(1));
    let is_parameter = state.top() == Some(FrameKind::Parameters);
    if state.tags == 0 && (is_parameter || state.previous == Previous::Begin && before != b'?') {
        declare(state, cursor.slice(start, end));
    }
}

/// The last token may be a parameter: a comma, `)` or `=` follows.
pub(super) fn parameter(state: &mut State, cursor: &Cursor<'_>) {
    if state.top() == Some(FrameKind::Parameters)
        && matches!(state.previous, Previous::Name | Previous::Value)
    {
        let (_, name) = word_before(cursor, state.last_end);
        declare(state, name);
    }
}

/// A `=` stands at the cursor: it assigns the name before it, and those that commas join to that.
pub(super) fn assigned(state: &mut State, cursor: &Cursor<'_>) {
    let next = cursor.byte(cursor.at + 1);
    if state.previous != Previous::Name || state.tags > 0 || matches!(next, b'=' | b'~' | b'>') {
        return;
    }
    let mut end = state.last_end;
    let limit = end.saturating_sub(LOOK_AHEAD);
    while end > limit {
        let (start, name) = word_before(cursor, end);
        if name.is_empty() || start > 0 && b".@:$".contains(&cursor.byte(start - 1)) {
            return;
        }
        declare(state, name);
        let blanks = |mut at: ByteOffset| {
            while at > limit.max(cursor.begin()) && matches!(cursor.byte(at - 1), b' ' | b'*') {
                at -= 1;
            }
            at
        };
        let comma = blanks(start);
        if comma == 0 || cursor.byte(comma - 1) != b',' {
            return;
        }
        end = blanks(comma - 1);
    }
}

/// A `|` stands at the cursor: if a block begins before it, it opens its parameters. False if they are not at hand.
pub(super) fn block_parameters(state: &mut State, cursor: &Cursor<'_>) -> bool {
    let before = cursor.slice(state.last_end.saturating_sub(2), state.last_end);
    if state.previous != Previous::Begin || !(before.ends_with(b"{") || before == b"do") {
        return true;
    }
    let from = cursor.at + 1;
    let mut end = from;
    while end - from < LOOK_AHEAD && !matches!(cursor.byte(end), b'|' | b';' | 0) {
        end += 1;
    }
    if cursor.is_unknown(end) {
        return false;
    }
    for name in cursor.slice(from, end).split(|byte| !is_word(*byte)) {
        declare(state, name);
    }
    true
}

/// `rescue` or `out` ends at `end`: the name behind it, if there is one, is a variable. False if it is not at hand.
pub(super) fn named_by_keyword(state: &mut State, cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    let mut start = end;
    while start - end < NAME_BYTES && cursor.byte(start) == b' ' {
        start += 1;
    }
    let mut to = start;
    while to - start < NAME_BYTES && is_word(cursor.byte(to)) {
        to += 1;
    }
    if cursor.is_unknown(to) {
        return false;
    }
    declare(state, cursor.slice(start, to));
    true
}

/// A definition begins: it sees no variables from around it.
pub(super) fn begin_scope(state: &mut State) {
    state.scope = state.locals.len().try_into().unwrap_or(u32::MAX);
}

/// `frame` has ended: what was declared in it is forgotten, if it has variables of its own.
pub(super) fn end_scope(state: &mut State, frame: &Frame) {
    match frame.kind {
        FrameKind::Definition | FrameKind::AbstractDef => state.scope = 0,
        FrameKind::Block | FrameKind::Brace => {}
        _ => return,
    }
    while state.locals.len() > frame.locals as usize {
        state.locals.pop();
    }
}

/// Whether a `/` that stands apart from the name before it divides.
pub(super) fn divides(state: &State, cursor: &Cursor<'_>) -> bool {
    let (start, name) = word_before(cursor, state.last_end);
    let Some(first) = name.first() else { return false };
    if follows_dot(cursor, start) {
        return false;
    }
    if first.is_ascii_uppercase() || state.tags > 0 {
        return true;
    }
    let hash = hash(name);
    let looked_at = in_scope(state).min(LEVELS_LOOKED_AT);
    state.locals.iter().take(looked_at).any(|local| *local == hash)
}
