//! The strings of a line that is taken whole, and the comment at its end.

use super::STRING_END;
use super::escape::has_argument;
use super::lexer::is_word;
use super::whole::Line;
use crate::lang::SpanKind;
use crate::lang::code::{Cursor, Sink};
use crate::units::ByteOffset;

/// Bytes of the longest prefix that a string may have.
const PREFIX_BYTES_MAX: usize = 2;

/// What stands in a line that is no code.
#[derive(Default)]
pub(super) struct Literals {
    /// Its bytes.
    pub(super) inside: u64,
    pub(super) n_strings: u32,
    pub(super) n_bytes: u32,
    /// Where a comment begins.
    pub(super) comment: Option<usize>,
    /// Where the last token before it ends.
    pub(super) code_length: usize,
}

impl Literals {
    /// Finds them in `line`; `others` is what wakes there but brackets. `None`: there is something else, or a string that is
    /// not like most, or `S` is to be told of strings and what stands between them one by one.
    #[inline(always)]
    pub(super) fn find<S: Sink>(line: &Line<'_>, cursor: &Cursor<'_>, others: u64) -> Option<Self> {
        match others {
            0 => Some(Literals { code_length: line.length, ..Literals::default() }),
            _ if S::PLACES => None,
            _ => literals(line, cursor, others),
        }
    }

    /// Tells of them; they stand between `start` and `end`. For sinks to which places do not matter, but those of comments.
    #[inline(always)]
    pub(super) fn tell<S: Sink>(&self, sink: &mut S, (start, end): (ByteOffset, ByteOffset)) {
        for _ in 0..self.n_strings {
            sink.span(start, end, SpanKind::String);
        }
        for _ in 0..self.n_bytes {
            sink.span(start, end, SpanKind::Bytes);
        }
        if let Some(comment) = self.comment {
            sink.span(start + comment as u64, end, SpanKind::Comment);
        }
    }
}

/// As [`Literals::find`], where there is something.
#[inline(never)]
fn literals(line: &Line<'_>, cursor: &Cursor<'_>, mut others: u64) -> Option<Literals> {
    let text = line.text;
    let [ends] = cursor.near_places([STRING_END], line.at)?;
    let mut found = Literals { code_length: line.length, ..Literals::default() };
    while others != 0 {
        let at = others.trailing_zeros() as usize;
        match text[at] {
            b'"' | b'\'' => {}
            b'#' => {
                found.code_length = code_length(line, at)?;
                found.comment = Some(at);
                found.inside |= !0 << at;
                return Some(found);
            }
            // Words that begin like `for` or `lambda`.
            b'f' if !matches!(text[at + 2], b'r' | 0) => {
                others &= others - 1;
                continue;
            }
            b'l' if !matches!(text[at + 2], b'm' | 0) => {
                others &= others - 1;
                continue;
            }
            _ => return None,
        }
        let is_bytes = is_bytes(line, at)?;
        let close = close(line, at, ends & line.before)?;
        let string = !0 << at & !(!0 << close << 1);
        found.inside |= string;
        others &= !string;
        found.n_bytes += u32::from(is_bytes);
        found.n_strings += u32::from(!is_bytes);
    }
    Some(found)
}

/// Where code ends before the comment at `comment`.
fn code_length(line: &Line<'_>, comment: usize) -> Option<usize> {
    let code = &line.text[..comment];
    let end = code.iter().rposition(|byte| *byte != b' ')? + 1;
    (code[end - 1] > b' ').then_some(end)
}

/// Whether the string whose quote stands at `quote` is one of bytes. `None`: it has another prefix than most, or the line
/// begins with it.
#[inline(always)]
fn is_bytes(line: &Line<'_>, quote: usize) -> Option<bool> {
    if quote <= PREFIX_BYTES_MAX {
        return None;
    }
    let before = line.text[quote - 1];
    let is_bytes = matches!(before, b'b' | b'B');
    if is_word(before) {
        let is_known = is_bytes || matches!(before, b'r' | b'R' | b'u' | b'U');
        if !is_known || is_word(line.text[quote - 2]) {
            return None;
        }
    }
    Some(is_bytes)
}

/// The last quote of the string that begins with the one at `open`; `ends` are the quotes and backslashes of the line.
#[inline(always)]
fn close(line: &Line<'_>, open: usize, ends: u64) -> Option<usize> {
    let quote = line.text[open];
    let mut ends = ends & !0 << open << 1;
    let close = loop {
        if ends == 0 {
            return None;
        }
        let at = ends.trailing_zeros() as usize;
        match line.text[at] {
            byte if byte == quote => break at,
            // Whether an escape with an argument is good is asked by the lexer.
            b'\\' if has_argument(line.text[at + 1]) => return None,
            b'\\' => ends &= !0 << at << 1 << 1,
            _ => ends &= ends - 1,
        }
    };
    // Three quotes begin another sort of string.
    let is_triple = close == open + 1 && line.text[close + 1] == quote;
    (!is_triple).then_some(close)
}
