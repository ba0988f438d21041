//! Comments: `#` to the line's end, `=begin` to `=end`, `__END__`, and the comments that tell Ruby something.

use super::{Header, LINE_END, LOOK_AHEAD, Mode, State};
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{PatternKind, SpanKind};
use crate::units::ByteOffset;

/// A `#` in code.
#[inline]
pub(super) fn begin<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let start = cursor.at;
    cursor.at += 1;
    line(state, start, cursor, sink)
}

/// To the end of the line, or of what is at hand.
#[inline]
pub(super) fn line<S: Sink>(
    state: &mut State,
    start: ByteOffset,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    let line_end = cursor.next_in::<LINE_END>(cursor.at);
    cursor.at = line_end;
    if line_end == cursor.end() && !cursor.is_last() {
        state.mode = Mode::Comment(start);
        return true;
    }
    let end = without_return(cursor, line_end);
    state.mode = Mode::Code;
    state.comment = (start, end);
    sink.span(start, end, SpanKind::Comment);
    if state.header != Header::Over || may_share(cursor.slice(start + 1, start + 5)) {
        magic(state, start, end, cursor, sink);
    }
    true
}

/// A CR before the LF at `line_end` belongs to the line break.
fn without_return(cursor: &Cursor<'_>, line_end: ByteOffset) -> ByteOffset {
    let has = line_end > 0 && line_end < cursor.end() && cursor.byte(line_end - 1) == b'\r';
    line_end - u64::from(has)
}

/// A `=` or `_` at the beginning of a line.
pub(super) fn begin_block(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    let at = cursor.at;
    if cursor.is_unknown(at + 8) {
        return false;
    }
    if cursor.stands(at, b"=begin") && ends_word(cursor, at + 6) {
        state.mode = Mode::BlockComment(at);
        cursor.at = at + 6;
        next_line(cursor);
    } else if cursor.stands(at, b"__END__") && ends_line(cursor, at + 7) {
        state.mode = Mode::Data(at);
        cursor.at = cursor.end();
    } else {
        cursor.at = at + 1;
    }
    true
}

fn ends_word(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    at >= cursor.end() || cursor.byte(at).is_ascii_whitespace() || cursor.byte(at) == 0x0B
}

fn ends_line(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    matches!(cursor.slice(at, at + 2), [] | [b'\n', ..] | b"\r\n")
}

fn next_line(cursor: &mut Cursor<'_>) {
    let line_end = cursor.next_in::<LINE_END>(cursor.at);
    cursor.at = (line_end + 1).min(cursor.end());
}

/// The lines of a block comment, up to the one that ends it.
pub(super) fn block(state: &mut State, start: ByteOffset, cursor: &mut Cursor<'_>) -> bool {
    while cursor.at < cursor.end() {
        let at = cursor.at;
        if cursor.byte(at - 1) == b'\n' {
            if cursor.is_unknown(at + 4) {
                return false;
            }
            if cursor.stands(at, b"=end") && ends_word(cursor, at + 4) {
                state.mode = Mode::BlockCommentEnd(start);
                return true;
            }
        }
        next_line(cursor);
    }
    true
}

/// The rest of the `=end` line.
pub(super) fn block_end<S: Sink>(
    state: &mut State,
    start: ByteOffset,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    let line_end = cursor.next_in::<LINE_END>(cursor.at);
    cursor.at = line_end;
    if line_end == cursor.end() && !cursor.is_last() {
        return true;
    }
    let end = without_return(cursor, line_end);
    state.mode = Mode::Code;
    state.comment = (start, end);
    sink.span(start, end, SpanKind::BlockComment);
    in_header(state, start, end, cursor);
    true
}

/// Whether nothing but comments stands before the one at `start..end`.
fn in_header(state: &mut State, start: ByteOffset, end: ByteOffset, cursor: &Cursor<'_>) -> bool {
    let Header::Until(before) = state.header else { return false };
    let between = cursor.slice(before, start);
    let between = if before == 0 {
        between.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(between)
    } else {
        between
    };
    let blank = start - before < LOOK_AHEAD && between.iter().all(u8::is_ascii_whitespace);
    state.header = if blank { Header::Until(end) } else { Header::Over };
    blank
}

/// Tells of the comment at `start..end` if it is a magic one.
#[inline(never)]
pub(super) fn magic<S: Sink>(
    state: &mut State,
    start: ByteOffset,
    end: ByteOffset,
    cursor: &Cursor<'_>,
    sink: &mut S,
) {
    let in_header = in_header(state, start, end, cursor);
    if !in_header && !may_share(cursor.slice(start + 1, start + 5)) || end - start > LOOK_AHEAD {
        return;
    }
    if !is_alone(cursor, start) || cursor.byte(start + 1) == b'!' {
        return;
    }
    let comment = cursor.slice(start + 1, end);
    let key = if in_header {
        magic_key(comment, true, is_at_top(cursor, start))
    } else {
        magic_key(comment, false, false)
    };
    if let Some((key_start, key_end)) = key {
        let name = Some((start + 1 + key_start as u64, start + 1 + key_end as u64));
        sink.pattern(Pattern { start, end, kind: PatternKind::MagicComment, name });
    }
}

/// Whether a comment that begins like this can be one that Ruby heeds anywhere: few do, and most comments need no look.
#[inline]
fn may_share(head: &[u8]) -> bool {
    match head {
        [b' ', second, ..] if *second != b' ' => matches!(second, b's' | b'S' | b'-' | b'\t'),
        _ => matches!(head.trim_ascii_start().first(), Some(b's' | b'S' | b'-')),
    }
}

/// Whether [`may_share`] may be true of a comment with text that begins with the low four bytes of `head`, told without a
/// branch.
#[inline(always)]
pub(super) fn may_be_shared(head: u64) -> bool {
    const SPACES: u32 = u32::from_le_bytes(*b"    ");
    const OTHERS: u64 = 1 << b'\t' | 1 << 0x0C | 1 << b'\r' | 1 << b'-';
    let head = head as u32;
    let spaces = (head ^ SPACES).trailing_zeros() / u8::BITS;
    let first = (u64::from(head) >> (spaces * u8::BITS)) as u8;
    (first | 0x20 == b's') | (first < 64) & (OTHERS >> (first & 63) & 1 != 0)
}

/// Whether nothing but blanks stands before `start` on its line.
fn is_alone(cursor: &Cursor<'_>, start: ByteOffset) -> bool {
    let mut at = start;
    while at > 0 && start - at < LOOK_AHEAD {
        match cursor.byte(at - 1) {
            b'\n' => return true,
            b' ' | b'\t' | b'\r' | 0x0B | 0x0C => at -= 1,
            _ => return at == 3 && cursor.stands(0, b"\xEF\xBB\xBF"),
        }
    }
    at == 0
}

/// Whether `at` is on the first line, or on the second after a `#!` line.
fn is_at_top(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    if at > LOOK_AHEAD {
        return false;
    }
    let head = cursor.slice(0, at);
    let mut line_breaks = memchr::memchr_iter(b'\n', head);
    match (line_breaks.next(), line_breaks.next()) {
        (None, _) => true,
        (Some(_), None) => head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).starts_with(b"#!"),
        _ => false,
    }
}

type Key = (usize, usize);

/// The key that makes a comment (less its `#`) a magic one: where it stands in `comment`.
fn magic_key(comment: &[u8], in_header: bool, at_top: bool) -> Option<Key> {
    let heeded = |key: &Key| {
        let name = &comment[key.0..key.1];
        let folded = |byte: &u8| if *byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
        let is = |word: &[u8]| {
            name.len() == word.len() && name.iter().zip(word).all(|(a, b)| folded(a) == *b)
        };
        in_header && (is(b"frozen_string_literal") || is(b"warn_indent"))
            || is(b"shareable_constant_value")
            || at_top && (is(b"coding") || is(b"encoding"))
    };
    // Most comments are told by their first letter, or by what is rarer than a search.
    let first = comment.trim_ascii_start().first().map(u8::to_ascii_lowercase);
    let may_be = at_top || matches!(first, Some(b'f' | b's' | b'w'));
    if !may_be && memchr::memchr(b'*', comment).is_none() {
        return None;
    }
    let found = match between_markers(comment) {
        Some((from, to)) => pairs(comment, from, to).into_iter().find(heeded),
        None => key_and_value(comment, 0, comment.len()).filter(heeded),
    };
    found.or_else(|| if at_top { coding(comment) } else { None })
}

fn between_markers(comment: &[u8]) -> Option<(usize, usize)> {
    memchr::memchr(b'*', comment)?;
    let from = memchr::memmem::find(comment, b"-*-")? + 3;
    let n = memchr::memmem::find(&comment[from..], b"-*-")?;
    Some((from, from + n))
}

/// The keys of `k: v; k: v`.
fn pairs(comment: &[u8], from: usize, to: usize) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut at = from;
    for pair in comment[from..to].split(|byte| *byte == b';') {
        keys.extend(key_and_value(comment, at, at + pair.len()));
        at += pair.len() + 1;
    }
    keys
}

/// The key of the bytes from `from` to `to`, if they are nothing but `key: value`.
fn key_and_value(comment: &[u8], from: usize, to: usize) -> Option<Key> {
    let text = &comment[from..to];
    let colon = memchr::memchr(b':', text)?;
    let value = match text[colon + 1..].trim_ascii() {
        [b'"', inside @ .., b'"'] => inside,
        value if value.iter().any(|b| b.is_ascii_whitespace() || b"\";".contains(b)) => {
            return None;
        }
        value => value,
    };
    let before = &text[..colon];
    let key = before.trim_ascii();
    let start = from + before.len() - before.trim_ascii_start().len();
    let plain = !key.iter().any(|byte| byte.is_ascii_whitespace() || b"'\";".contains(byte));
    (plain && !key.is_empty() && !value.is_empty()).then_some((start, start + key.len()))
}

/// The word that ends in `coding` before a `:` or `=` and another word.
fn coding(comment: &[u8]) -> Option<Key> {
    memchr::memchr2(b':', b'=', comment)?;
    let lower = comment.to_ascii_lowercase();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    memchr::memmem::find_iter(&lower, b"coding").find_map(|at| {
        let end = at + b"coding".len();
        let rest = comment[end..].trim_ascii_start();
        let value = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"="))?;
        value.trim_ascii_start().first().filter(|byte| is_word(byte))?;
        let before = comment[..at].iter().rposition(|byte| !is_word(byte));
        Some((before.map_or(0, |before| before + 1), end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_quick_look_at_a_comment_misses_none(
            head in prop::collection::vec(prop::sample::select(b" \t\r\x0C\n-sSx#~".to_vec()), 8),
        ) {
            let quick = may_be_shared(u64::from_le_bytes(head[..].try_into()?));
            let has_text = !head[..4].trim_ascii_start().is_empty() && !head[..4].contains(&b'\n');
            prop_assert!(quick || !has_text || !may_share(&head[..4]));
        }
    }
}
