//! Python's strings: their prefixes, and where those end that are no f-strings.

use super::escape::{self, has_argument};
use super::lexer::{after_line_break, is_word};
use super::syntax::{self, Token};
use super::{Frame, Fstring, LINE_END, Mode, STRING_END, State};
use crate::lang::code::shared::escape::{behind, judge};
use crate::lang::code::{Cursor, Sink};
use crate::lang::{ProblemKind, SpanKind};
use crate::units::ByteOffset;

pub(super) fn string_kind(bytes: bool) -> SpanKind {
    if bytes { SpanKind::Bytes } else { SpanKind::String }
}

/// What a string prefix says.
#[derive(Clone, Copy, Default)]
struct Prefix {
    raw: bool,
    bytes: bool,
    format: bool,
}

/// Whether a word of these letters before a quote belongs to the string.
pub(super) fn is_prefix(letters: &[u8]) -> bool {
    prefix(letters).is_some()
}

fn prefix(letters: &[u8]) -> Option<Prefix> {
    let mut prefix = Prefix::default();
    match *letters {
        [] => return Some(prefix),
        [b'u' | b'U'] => return Some(prefix),
        [one] => prefix.take(one)?,
        [one, two] => {
            prefix.take(one)?;
            prefix.take(two)?;
            if !prefix.raw || one.eq_ignore_ascii_case(&two) {
                return None;
            }
        }
        _ => return None,
    }
    (!(prefix.bytes && prefix.format)).then_some(prefix)
}

impl Prefix {
    fn take(&mut self, letter: u8) -> Option<()> {
        match letter.to_ascii_lowercase() {
            b'r' => self.raw = true,
            b'b' => self.bytes = true,
            // Templates, from 3.14 on, are f-strings to a scanner.
            b'f' | b't' => self.format = true,
            _ => return None,
        }
        Some(())
    }
}

/// A string begins; its prefix was passed over.
pub(super) fn quote<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> bool {
    if cursor.is_unknown(at + 2) {
        return false;
    }
    let quote = cursor.byte(at);
    let triple = cursor.byte(at + 1) == quote && cursor.byte(at + 2) == quote;
    let (start, prefix) = prefix_before(cursor, at);
    let body = at + if triple { 3 } else { 1 };
    let plain = !prefix.bytes && !prefix.format;
    syntax::token(state, Token::String { plain }, start, cursor, sink);
    cursor.at = body;
    if prefix.format {
        state.frames.push(Frame::Fstring(Fstring { start, quote, triple, raw: prefix.raw }));
        state.mode = Mode::Literal { piece: start, spec: false };
    } else {
        state.mode = Mode::Str { start, quote, triple, bytes: prefix.bytes, raw: prefix.raw };
    }
    true
}

/// Where the prefix of the string whose quote stands at `at` begins, and what it says.
fn prefix_before(cursor: &Cursor<'_>, at: ByteOffset) -> (ByteOffset, Prefix) {
    for n in [2, 1] {
        let Some(start) = at.checked_sub(n).filter(|start| *start >= cursor.begin()) else {
            continue;
        };
        let free = start == cursor.begin()
            || !is_word(cursor.byte(start - 1))
            || is_behind_mark(cursor, start);
        if free && let Some(prefix) = prefix(cursor.slice(start, at)) {
            return (start, prefix);
        }
    }
    (at, Prefix::default())
}

/// Whether a byte order mark ends before `start`: its bytes are those of words.
fn is_behind_mark(cursor: &Cursor<'_>, start: ByteOffset) -> bool {
    start == 3 && cursor.begin() == 0 && cursor.stands(0, b"\xEF\xBB\xBF")
}

/// The end of a plain string, or the next escape in it.
pub(super) fn string<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let Mode::Str { start, quote, triple, bytes, raw } = state.mode else { return true };
    let at = loop {
        let from = cursor.at;
        let at = if triple {
            cursor.next_in::<STRING_END>(from)
        } else {
            cursor.next_in_either::<STRING_END, LINE_END>(from)
        };
        cursor.at = at;
        if !matches!(cursor.byte(at), b'"' | b'\'') || cursor.byte(at) == quote {
            break at;
        }
        cursor.at = at + 1;
    };
    if at == cursor.end() {
        return true;
    }
    let byte = cursor.byte(at);
    let end = match byte {
        b'\\' => {
            let Some(next) = escaped(cursor, at) else { return false };
            let is_good = |text: &[u8]| escape::is_good(text, bytes);
            let may_be_bad = !raw && has_argument(cursor.byte(at + 1));
            if may_be_bad && !judge(cursor, sink, at, is_good) {
                return false;
            }
            cursor.at = next;
            return true;
        }
        _ if byte == quote && !triple => at + 1,
        _ if byte == quote => {
            if cursor.is_unknown(at + 2) && quotes_so_far(cursor, at, quote) {
                return false;
            }
            if !cursor.stands(at, &[quote; 3]) {
                cursor.at = at + 1;
                return true;
            }
            at + 3
        }
        b'\n' | b'\r' if !triple => {
            sink.problem(start, ProblemKind::UnterminatedString);
            at
        }
        _ => {
            cursor.at = at + 1;
            return true;
        }
    };
    cursor.at = end;
    sink.span(start, end, string_kind(bytes));
    state.mode = Mode::Code;
    syntax::string_ended(state, end);
    true
}

/// Whether the bytes at hand from `at` on, fewer than three, are all quotes.
pub(super) fn quotes_so_far(cursor: &Cursor<'_>, at: ByteOffset, quote: u8) -> bool {
    cursor.slice(at, at + 3).iter().all(|byte| *byte == quote)
}

/// Whether an escape that can be stepped over at once stands at `at`, in a string of characters that is not raw, or in bytes.
#[inline(always)]
pub(super) fn is_plain_escape(cursor: &Cursor<'_>, at: ByteOffset, bytes: bool) -> bool {
    match cursor.byte(at + 1) {
        b'\r' | 0 => false,
        next if has_argument(next) => {
            behind(cursor, at).is_some_and(|text| escape::is_good(text, bytes))
        }
        _ => true,
    }
}

/// One past what a backslash escapes, a CR LF being one thing.
pub(super) fn escaped(cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    if cursor.is_unknown(at + 1) {
        return None;
    }
    match cursor.byte(at + 1) {
        b'\r' => after_line_break(cursor, at + 1),
        _ => Some((at + 2).min(cursor.end())),
    }
}
