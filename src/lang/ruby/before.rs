//! What stands before a byte of code: whether a value has just ended, or one may begin.
//!
//! This takes the place of the state that Ruby's lexer carries from token to token. It reads backwards over blanks to the
//! token before, at most [`LOOK_BACK`] bytes.

use super::local::is_local;
use super::{LOOK_AHEAD, LOOK_BACK, State};
use crate::lang::code::Cursor;
use crate::units::ByteOffset;

/// What stands before a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing that a value would have to be joined to: a value begins here.
    Begin,
    /// `return`, `break`, `next`, `rescue`: a value may begin here, or a modifier.
    Middle,
    /// A value: an operator or modifier follows.
    Value,
    /// A name at this place that may be a call: an argument may follow.
    Name(ByteOffset, ByteOffset),
    /// The keyword `class`.
    Class,
    /// A `.` or `::`: the name of a method follows.
    Dot,
    /// `def`, `alias`, `undef`: a name follows.
    Definition,
}

/// What stands before `at`, and where it ends.
pub(super) fn before(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> (Before, ByteOffset) {
    let far = at.saturating_sub(LOOK_BACK).max(cursor.begin());
    let mut end = at;
    loop {
        // Asked from the line break behind it: blanks at its end belong to it.
        if end == state.comment.1 {
            end = state.comment.0;
        }
        while end > far && matches!(cursor.byte(end - 1), b' ' | b'\t' | b'\r' | 0x0B | 0x0C) {
            end -= 1;
        }
        if end <= far {
            return (Before::Begin, end);
        }
        if end == state.comment.1 {
            continue;
        }
        if end == state.value_end {
            return (Before::Value, end);
        }
        if end == state.parameters_end {
            return (Before::Begin, end);
        }
        if cursor.byte(end - 1) != b'\n' {
            return (token(cursor, far, end), end);
        }
        match over_line_break(state, cursor, end) {
            Ok(continued) => end = continued,
            Err(before) => return (before, end),
        }
    }
}

/// What a line break that ends at `end` means: the line goes on (from where the line before it ends), or not.
fn over_line_break(
    state: &State,
    cursor: &Cursor<'_>,
    end: ByteOffset,
) -> Result<ByteOffset, Before> {
    let mut line_end = end - 1;
    if line_end > 0 && cursor.byte(line_end - 1) == b'\r' {
        line_end -= 1;
    }
    if line_end == 0 || line_end == state.comment.1 || line_end == state.value_end {
        return Err(Before::Begin);
    }
    match cursor.byte(line_end - 1) {
        b'\\' if continues(cursor, line_end) => Ok(line_end - 1),
        b'.' if line_end < 2 || !matches!(cursor.byte(line_end - 2), b'.' | b'$') => {
            Err(Before::Dot)
        }
        _ => Err(Before::Begin),
    }
}

/// Whether the last comment, which is near `at`, stands behind a dot: on its line or on the next one.
#[inline(always)]
pub(super) fn is_comment_behind_dot(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let start = state.comment.0;
    let end = start - cursor.spaces_before(start);
    let is_alone = byte_before(cursor, end, 1) == b'\n';
    let end = end - u64::from(is_alone);
    byte_before(cursor, end, 1) == b'.'
        && !matches!(byte_before(cursor, end, 2), b'.' | b'$')
        && start > at.saturating_sub(LOOK_AHEAD)
        && !(is_alone && has_comment(cursor, end))
}

/// Whether the line that ends at `end` seems to have a comment: its dot ends a sentence then.
#[inline(never)]
fn has_comment(cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    let text = cursor.slice(end.saturating_sub(LOOK_AHEAD).max(cursor.begin()), end);
    memchr::memrchr2(b'\n', b'#', text).is_some_and(|at| text[at] == b'#')
}

/// Whether a `rescue` ends at `end` that stands behind a statement: what follows is an expression.
pub(super) fn is_modifier_rescue(state: &State, cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    const RESCUE: &[u8] = b"rescue";
    let start = end.saturating_sub(RESCUE.len() as u64);
    cursor.stands(start, RESCUE)
        && matches!(before(state, cursor, start).0, Before::Value | Before::Name(..))
}

/// Where the last token before `at` ends, over blanks and the comment that ends at `at`.
pub(super) fn token_end(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    let far = at.saturating_sub(LOOK_BACK).max(cursor.begin());
    let mut end = at;
    loop {
        if end == state.comment.1 && end > state.comment.0 {
            end = state.comment.0;
        }
        if end <= far || !cursor.byte(end - 1).is_ascii_whitespace() && !continues(cursor, end) {
            return end.max(far);
        }
        end -= 1;
    }
}

/// Whether a backslash ends at `end` that continues its line, and is no part of `$\`.
pub(super) fn continues(cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    cursor.byte(end - 1) == b'\\'
        && (cursor.byte(end) == b'\n' || cursor.stands(end, b"\r\n"))
        && byte_before(cursor, end, 2) != b'$'
}

pub(super) fn byte_before(cursor: &Cursor<'_>, at: ByteOffset, n: u64) -> u8 {
    if at < n { 0 } else { cursor.byte(at - n) }
}

pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The token that ends at `end`, which is neither a blank nor a literal.
fn token(cursor: &Cursor<'_>, far: ByteOffset, end: ByteOffset) -> Before {
    let last = cursor.byte(end - 1);
    let previous = byte_before(cursor, end, 2);
    if is_word(last) {
        return word(cursor, far, end, end);
    }
    // `$?`, `$!`, `$/` and their like, but not what follows `$$`.
    if previous == b'$' && last.is_ascii_punctuation() && byte_before(cursor, end, 3) != b'$' {
        return Before::Value;
    }
    match last {
        b')' | b']' | b'}' | b'"' | b'\'' | b'`' | b'$' => Before::Value,
        b'?' | b'!' if is_word(previous) => word(cursor, far, end - 1, end),
        b'.' if previous == b'.' => Before::Begin,
        b'.' => Before::Dot,
        b':' if previous == b':' => Before::Dot,
        b':' | b',' | b'(' | b'[' | b'{' | b';' => Before::Begin,
        b'=' if is_word(previous) || previous == b']' => setter(cursor, far, end),
        _ => operator(cursor, end),
    }
}

/// An operator that ends at `end`: one that a value follows, or the name of a method in a symbol (`:+`).
fn operator(cursor: &Cursor<'_>, end: ByteOffset) -> Before {
    let mut start = end;
    while end - start < 4 && b"+-*/%<>=!~^&|@".contains(&byte_before(cursor, start, 1)) {
        start -= 1;
    }
    let is_call = byte_before(cursor, start, 1) == b'.' && byte_before(cursor, start, 2) != b'.';
    if is_call {
        return Before::Name(start, end);
    }
    if is_symbol_colon(cursor, start) { Before::Value } else { Before::Begin }
}

/// A `=` that ends at `end`, right behind a name: the end of a symbol like `:name=` or `:[]=`, of a name that is undefined, or
/// an assignment.
fn setter(cursor: &Cursor<'_>, far: ByteOffset, end: ByteOffset) -> Before {
    let mut start = end - 1;
    if cursor.byte(start - 1) == b']' {
        start = start.saturating_sub(2);
    } else {
        while start > far && is_word(cursor.byte(start - 1)) {
            start -= 1;
        }
    }
    let names = is_symbol_colon(cursor, start) || is_renamed(cursor, far, start);
    if names { Before::Value } else { Before::Begin }
}

/// Whether nothing but names stands between an `alias` or `undef` and `at`.
pub(super) fn is_renamed(cursor: &Cursor<'_>, far: ByteOffset, at: ByteOffset) -> bool {
    if byte_before(cursor, at, 1) != b' ' {
        return false;
    }
    let text = cursor.slice(far, at);
    let line = memchr::memrchr3(b'\n', b';', b'{', text).map_or(0, |end| end + 1);
    let line = text[line..].trim_ascii_start();
    let names = line.strip_prefix(b"undef ").or_else(|| line.strip_prefix(b"alias "));
    names.is_some_and(|names| names.iter().all(|b| is_word(*b) || b" ,=:?![]".contains(b)))
}

/// Whether the byte before `at` is the colon that begins a symbol, not one that ends a label or is one of two.
pub(super) fn is_symbol_colon(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let further = byte_before(cursor, at, 2);
    byte_before(cursor, at, 1) == b':'
        && !is_word(further)
        && byte_before(cursor, at, 3) != b'$'
        && !matches!(further, b':' | b'"' | b'\'' | b')' | b']' | b'}')
        && !ends_name(cursor, at - 1)
}

/// Whether the byte before `at` is a `!` that belongs to a name, or a `?`: no operator that a symbol may stand right behind.
pub(super) fn ends_name(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    match byte_before(cursor, at, 1) {
        b'!' => is_word(byte_before(cursor, at, 2)),
        byte => byte == b'?',
    }
}

/// The word that ends at `end`, with a `?` or `!` that ends at `whole_end`.
fn word(cursor: &Cursor<'_>, far: ByteOffset, end: ByteOffset, whole_end: ByteOffset) -> Before {
    let mut start = end;
    while start > far && is_word(cursor.byte(start - 1)) {
        start -= 1;
    }
    let suffixed = whole_end > end;
    let (one, two) = (byte_before(cursor, start, 1), byte_before(cursor, start, 2));
    let is_variable = one == b'@' || one == b'$' || one == b'-' && two == b'$';
    if is_variable || cursor.byte(start).is_ascii_digit() {
        // A `?` does not belong to these: it asks.
        return if suffixed { Before::Begin } else { Before::Value };
    }
    match one {
        b'.' if two != b'.' => return Before::Name(start, whole_end),
        b':' if two == b':' => return Before::Name(start, whole_end),
        b':' if is_symbol_colon(cursor, start) => return Before::Value,
        _ => {}
    }
    if suffixed {
        return Before::Name(start, whole_end);
    }
    match cursor.slice(start, end) {
        b"end" | b"self" | b"true" | b"false" | b"nil" | b"redo" | b"retry" | b"__FILE__"
        | b"__LINE__" | b"__ENCODING__" | b"BEGIN" | b"END" => Before::Value,
        b"return" | b"break" | b"next" | b"rescue" => Before::Middle,
        b"and" | b"or" | b"if" | b"unless" | b"while" | b"until" | b"case" | b"when" | b"in"
        | b"then" | b"else" | b"elsif" | b"ensure" | b"begin" | b"do" | b"for" | b"module"
        | b"not" => Before::Begin,
        b"class" => Before::Class,
        b"def" | b"alias" | b"undef" => Before::Definition,
        _ => Before::Name(start, whole_end),
    }
}

/// Whether an operand begins at `at`, where an operator could stand too. `next`: the byte after the operator.
pub(super) fn begins_value(state: &State, cursor: &Cursor<'_>, at: ByteOffset, next: u8) -> bool {
    let (before, end) = before(state, cursor, at);
    match before {
        Before::Begin | Before::Middle | Before::Class => true,
        Before::Value | Before::Dot | Before::Definition => false,
        Before::Name(start, name_end) => {
            let spaced = end < at;
            let argument = spaced && !next.is_ascii_whitespace() && next != 0;
            argument && !is_local(cursor, start, name_end)
        }
    }
}
