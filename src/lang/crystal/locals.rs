//! Local variables: behind one, spaced, a `/` divides (`a /b`); behind any other name it begins a regex (`puts /b/`).
//!
//! Names are kept by hash, the innermost scope last. A definition sees none from around it; a block's own go with it.
//! In tags of macros every name is a variable.

use std::hash::{Hash, Hasher};

use super::before::{self, Before, byte_before};
use super::code::is_word;
use super::{Frame, FrameKind, LOOK_AHEAD, State, WORD, later, word};
use crate::lang::code::Cursor;
use crate::lang::code::shared::keyword::{BYTES_MAX, key, load};
use crate::limits::LEVELS_LOOKED_AT;
use crate::units::ByteOffset;

/// Bytes of the longest name that is looked at.
const NAME_BYTES: u64 = 256;

/// Eight bytes at a time. Two names of one hash would do no more harm than a `/` read wrongly.
fn hash(name: &[u8]) -> u32 {
    (name.chunks(BYTES_MAX).fold(name.len() as u64, |hash, bytes| step(hash, load(bytes))) >> 16)
        as u32
}

/// The hash of what up to eight bytes more are added to.
#[inline(always)]
fn step(hash: u64, bytes: u64) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let hash = (hash ^ bytes).wrapping_mul(SPREAD);
    hash ^ hash >> 32
}

/// The word that stands at `start..end`, not all of it beyond what is at hand, is a variable from here on, if it can be one.
#[inline(always)]
pub(super) fn declare_at(
    state: &mut State,
    cursor: &Cursor<'_>,
    start: ByteOffset,
    end: ByteOffset,
) {
    let length = end - start;
    if length > 2 * BYTES_MAX as u64 {
        return declare(state, cursor.slice(start, end));
    }
    let (head, tail) = (first(cursor, start, length.min(8)), length.saturating_sub(8));
    let short = step(length, head);
    // Whether a name is a long one cannot be foretold.
    let long = step(short, first(cursor, start + 8, tail.max(1)));
    let hash = if tail > 0 { long } else { short };
    if !(head as u8).is_ascii_uppercase() {
        declare_hash(state, (hash >> 16) as u32);
    }
}

/// The first `length` bytes from `start` on, the first one lowest: 1 to 8.
#[inline(always)]
fn first(cursor: &Cursor<'_>, start: ByteOffset, length: u64) -> u64 {
    cursor.eight(start) & !(!1 << (8 * length - 1))
}

/// The word that ends at `end`, and where it begins.
fn word_before<'t>(cursor: &Cursor<'t>, end: ByteOffset) -> (ByteOffset, &'t [u8]) {
    if let Some(start) = cursor.run_start::<WORD>(end) {
        return (start, cursor.slice(start, end));
    }
    let limit = end.saturating_sub(NAME_BYTES).max(cursor.begin());
    let mut start = end;
    while start > limit && is_word(cursor.byte(start - 1)) {
        start -= 1;
    }
    (start, cursor.slice(start, end))
}

/// Where the spaces begin that end at `at`; of many only the last ones are looked at.
#[inline(always)]
fn spaces_start(cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    let mut start = at;
    for _ in 0..4 {
        let n = cursor.spaces_before(start);
        start -= n;
        if n < 15 {
            break;
        }
    }
    start
}

/// Whether the word that begins at `start` follows a dot, but not that of a range.
fn follows_dot(cursor: &Cursor<'_>, start: ByteOffset) -> bool {
    start > 0 && cursor.byte(start - 1) == b'.' && !(start > 1 && cursor.byte(start - 2) == b'.')
}

fn in_scope(state: &State) -> usize {
    state.locals.len().saturating_sub(state.scope as usize)
}

/// `name` is a variable from here on, if it can be one.
pub(super) fn declare(state: &mut State, name: &[u8]) {
    if !name.first().is_some_and(|first| is_word(*first) && !first.is_ascii_uppercase()) {
        return;
    }
    declare_hash(state, hash(name));
}

/// As [`declare`], of the name with this hash.
#[inline(always)]
fn declare_hash(state: &mut State, hash: u32) {
    let bit = 1 << (hash % u64::BITS);
    if state.seen.0 & bit != 0 && is_recent(state, hash) {
        return;
    }
    state.seen.0 |= bit;
    state.locals.push(hash);
}

/// Whether the name with this hash is one of the last that were declared here.
fn is_recent(state: &mut State, hash: u32) -> bool {
    // As many as may be declared again and again by code that assigns them in turn.
    const LAST: usize = 16;
    let last = in_scope(state).min(LAST);
    let innermost = state.locals.innermost_mut();
    match innermost.len().checked_sub(last) {
        Some(from) => innermost[from..].contains(&hash),
        None => state.locals.iter().take(last).any(|local| *local == hash),
    }
}

/// A bit for each hash that may be that of a name in scope: a name whose bit is not set needs not be looked for. It is
/// no part of what a state is, for it follows from the rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen(u64);

impl Seen {
    const NOTHING: Self = Seen(0);
}

impl Default for Seen {
    /// Nothing is known of what is in scope.
    fn default() -> Self {
        Seen(!0)
    }
}

impl PartialEq for Seen {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Seen {}

impl Hash for Seen {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// A `:` stands at `at`: the name before it, apart from it, has a type if white space follows. It is a parameter or a
/// variable that is declared so.
pub(super) fn typed(state: &mut State, cursor: &Cursor<'_>, at: ByteOffset, in_parameters: bool) {
    if cursor.byte(at + 1) > b' ' {
        // A symbol: `name :symbol`.
        return;
    }
    let end = spaces_start(cursor, at);
    let byte = byte_before(cursor, end, 1);
    if end == at || state.tags > 0 || byte != b' ' && !is_word(byte) {
        return;
    }
    match cursor.run_start::<WORD>(end) {
        // Not behind more spaces than are counted.
        Some(start) if start < end => typed_name(state, cursor, (start, end), in_parameters),
        _ => typed_far(state, cursor, at, in_parameters),
    }
}

/// As [`typed`], byte by byte.
#[inline(never)]
fn typed_far(state: &mut State, cursor: &Cursor<'_>, at: ByteOffset, in_parameters: bool) {
    let mut end = at;
    let limit = end.saturating_sub(LOOK_AHEAD).max(cursor.begin());
    while end > limit && cursor.byte(end - 1) == b' ' {
        end -= 1;
    }
    let (start, name) = word_before(cursor, end);
    if !name.is_empty() {
        typed_name(state, cursor, (start, end), in_parameters);
    }
}

/// The name at `start..end` has a type.
fn typed_name(
    state: &mut State,
    cursor: &Cursor<'_>,
    (start, end): (ByteOffset, ByteOffset),
    in_parameters: bool,
) {
    const NIL: u64 = key(b"nil");
    const TRUE: u64 = key(b"true");
    const FALSE: u64 = key(b"false");
    const SELF: u64 = key(b"self");
    const END: u64 = key(b"end");
    let name = first(cursor, start, (end - start).min(8));
    let letter = name as u8;
    let is_none = letter.is_ascii_uppercase()
        | letter.is_ascii_digit()
        | matches!(byte_before(cursor, start, 1), b'@' | b'$' | b':')
        | matches!(name, NIL | TRUE | FALSE | SELF);
    if is_none || name == END && !word::follows_declarer(state, cursor, start) {
        return;
    }
    let last = before::last(state, cursor, start);
    let behind = DECLARES[usize::from(byte_before(cursor, last.end, 1))];
    let declares = behind & (1 << u8::from(last.crossed)) != 0
        || match before::kind(state, cursor, last) {
            Before::Dot => false,
            _ if in_parameters => true,
            // Behind an operator it would be the middle of a `? :`.
            Before::Begin => {
                let byte = byte_before(cursor, last.end, 1);
                is_word(byte) || matches!(byte, b';' | b'{' | b'|' | 0)
            }
            _ => false,
        };
    if declares {
        declare_at(state, cursor, start, end);
    }
}

/// By the last byte of the token before: whether what stands behind it, apart, and has a type is a variable, whatever that
/// token is: 1 if it does so on the same line, 2 if on the next.
static DECLARES: [u8; 256] = {
    let mut declares = [0; 256];
    let mut byte = b'!';
    while byte < 0x7F {
        declares[byte as usize] = match byte {
            b'(' | b',' => 3,
            b'.' | b':' | b'?' => 0,
            _ => 2,
        };
        byte += 1;
    }
    declares
};

/// The last token may be a parameter: a comma, `)` or `=` follows.
#[inline]
pub(super) fn parameter(state: &mut State, cursor: &mut Cursor<'_>) {
    if state.top() == Some(FrameKind::Parameters) {
        later::declare(state, cursor);
        parameter_before(state, cursor, cursor.at);
    }
}

/// The last token before `at` is a parameter, perhaps on a line of its own.
pub(super) fn parameter_before(state: &mut State, cursor: &Cursor<'_>, at: ByteOffset) {
    let end = before::last(state, cursor, at).end;
    if end > 0 {
        let (_, name) = word_before(cursor, end);
        declare(state, name);
    }
}

/// A `=` stands at `at`: it assigns the name before it, and those that commas join to that.
pub(super) fn assigned(state: &mut State, cursor: &Cursor<'_>, at: ByteOffset) {
    let end = spaces_start(cursor, at);
    let byte = byte_before(cursor, end, 1);
    if end != state.aside.1 && byte > b' ' && byte != b']' {
        let Some(start) = cursor.run_start::<WORD>(end) else {
            return assigned_far(state, cursor, at);
        };
        let before = byte_before(cursor, start, 1);
        if start == end || state.tags > 0 || b":$".contains(&before) {
            return;
        }
        // What a comma may stand before. Most stand alone.
        let comma = byte_before(cursor, start - cursor.spaces_before(start), 1);
        if !matches!(comma, b',' | b'*' | b' ' | b'.' | b'@' | 0) {
            return declare_at(state, cursor, start, end);
        }
    }
    assigned_far(state, cursor, at);
}

/// As [`assigned`], whatever stands before it.
#[inline(never)]
fn assigned_far(state: &mut State, cursor: &Cursor<'_>, at: ByteOffset) {
    let last = before::last(state, cursor, at);
    if last.crossed || state.tags > 0 {
        return;
    }
    let limit = last.end.saturating_sub(LOOK_AHEAD).max(cursor.begin());
    let blanks_start = |mut at: ByteOffset| {
        while at > limit && matches!(cursor.byte(at - 1), b' ' | b'*') {
            at -= 1;
        }
        at
    };
    let mut end = last.end;
    while let Some(Target { start, is_name }) = target(cursor, end, limit) {
        if is_name {
            declare(state, cursor.slice(start, end));
        }
        let comma = blanks_start(start);
        if comma <= limit || cursor.byte(comma - 1) != b',' {
            return;
        }
        end = blanks_start(comma - 1);
    }
}

/// What is assigned to.
struct Target {
    start: ByteOffset,
    /// Whether it is a name and no more: no `@a`, `a.b` or `a[b]`.
    is_name: bool,
}

/// That which ends at `end`, if it begins behind `limit`.
fn target(cursor: &Cursor<'_>, end: ByteOffset, limit: ByteOffset) -> Option<Target> {
    let (mut start, mut is_name) = (end, true);
    loop {
        if byte_before(cursor, start, 1) == b']' {
            start = bracket_start(cursor, start, limit)?;
            is_name = false;
            continue;
        }
        let (word_start, word) = word_before(cursor, start);
        if word.is_empty() || word_start <= limit && limit > 0 {
            return None;
        }
        start = word_start;
        match byte_before(cursor, start, 1) {
            b'.' => {
                start -= 1;
                is_name = false;
            }
            b'@' => {
                start -= 1 + u64::from(byte_before(cursor, start, 2) == b'@');
                return Some(Target { start, is_name: false });
            }
            b':' | b'$' => return None,
            _ => return Some(Target { start, is_name }),
        }
    }
}

/// Where the `[` stands that the `]` before `end` closes, if that is behind `limit` and on one line.
fn bracket_start(cursor: &Cursor<'_>, end: ByteOffset, limit: ByteOffset) -> Option<ByteOffset> {
    let (mut at, mut depth) = (end, 0_u32);
    while at > limit {
        at -= 1;
        match cursor.byte(at) {
            b']' => depth += 1,
            b'[' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The parameters of the block that begins before `at`; empty if it has none, none at all if that is not at hand.
#[inline]
pub(super) fn block_parameters<'t>(cursor: &Cursor<'t>, at: ByteOffset) -> Option<&'t [u8]> {
    let mut from = at;
    while from - at < LOOK_AHEAD && matches!(cursor.byte(from), b' ' | b'\t') {
        from += 1;
    }
    if cursor.is_unknown(from) {
        return None;
    }
    if cursor.byte(from) != b'|' {
        return Some(&[]);
    }
    let mut end = from + 1;
    while end - from < LOOK_AHEAD && !matches!(cursor.byte(end), b'|' | b';' | 0) {
        end += 1;
    }
    if cursor.is_unknown(end) { None } else { Some(cursor.slice(from + 1, end)) }
}

/// The words of `text` are variables from here on.
#[inline]
pub(super) fn declare_all(state: &mut State, text: &[u8]) {
    if text.is_empty() {
        return;
    }
    for name in text.split(|byte| !is_word(*byte)) {
        declare(state, name);
    }
}

/// `rescue` or `out` ends at `end`: the name behind it, if there is one, is a variable. False if it is not at hand.
pub(super) fn named_by_keyword(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    end: ByteOffset,
) -> bool {
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
    later::declare(state, cursor);
    declare(state, cursor.slice(start, to));
    true
}

/// A definition begins: it sees no variables from around it.
pub(super) fn begin_scope(state: &mut State) {
    state.scope = state.locals.len().try_into().unwrap_or(u32::MAX);
    state.seen = Seen::NOTHING;
}

/// `frame` has ended: what was declared in it is forgotten, if it has variables of its own.
#[inline]
pub(super) fn end_scope(state: &mut State, cursor: &mut Cursor<'_>, frame: &Frame) {
    use FrameKind::{AbstractDef, Block, Brace, Definition};
    if !matches!(frame.kind, Block | Brace | Definition | AbstractDef) {
        return;
    }
    state.later.forget_from(frame.at);
    let extra = state.locals.len().saturating_sub(frame.locals as usize);
    let innermost = state.locals.innermost_mut();
    match innermost.len().checked_sub(extra) {
        Some(kept) => {
            innermost.truncate(kept);
            state.locals.settle();
        }
        None => (0..extra).for_each(|_| _ = state.locals.pop()),
    }
    if matches!(frame.kind, Definition | AbstractDef) {
        state.later.end_def();
        if state.scope != 0 {
            // What is kept was to be seen from that scope.
            later::declare(state, cursor);
            state.scope = 0;
        }
        state.seen = if state.locals.is_empty() { Seen::NOTHING } else { Seen::default() };
    }
}

/// Whether a `/` divides that stands apart from the name before it, which ends at `end`.
pub(super) fn divides(state: &mut State, cursor: &mut Cursor<'_>, end: ByteOffset) -> bool {
    later::declare(state, cursor);
    let (start, name) = word_before(cursor, end);
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
