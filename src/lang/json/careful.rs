//! The careful path: strings and comments found one by one, from any mode, with byte searches for what ends each.

use std::ops::Range;

use memchr::{memchr, memchr2};

use crate::lang::SpanKind;
use crate::scan::{Mode, State};

/// A span as the careful path sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// First byte, or 0 if it began before.
    pub(super) start: usize,
    /// One past its last byte, or the input's length.
    pub(super) end: usize,
    /// What it is.
    pub(super) kind: SpanKind,
    /// Whether it began before the input.
    pub(super) continues: bool,
    /// Whether it goes on after the input.
    pub(super) unfinished: bool,
    /// Whether it was recognised in this input: a string at its first quote, a comment at its second byte.
    pub(super) recognised: bool,
}

/// Calls `found` for each span of `bytes` scanned from `start`, in order; returns the state after them.
pub(super) fn walk(start: &State, bytes: &[u8], mut found: impl FnMut(Found)) -> State {
    let mut mode = start.mode;
    let mut begin = Begin { start: 0, continues: true, recognised: false };
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        match mode {
            Mode::Code => match memchr2(b'"', b'/', rest) {
                None => break,
                Some(i) => {
                    begin = Begin { start: at + i, continues: false, recognised: true };
                    mode = if rest[i] == b'"' { Mode::String } else { Mode::CodeAfterSlash };
                    at += i + 1;
                }
            },
            Mode::CodeAfterSlash => {
                mode = match rest[0] {
                    b'/' => Mode::LineComment,
                    b'*' => Mode::BlockComment,
                    _ => Mode::Code,
                };
                if mode == Mode::Code {
                    // Looked at again: it may be a quote.
                    continue;
                }
                // A slash at the very end of what came before belongs to this comment.
                let start = at.saturating_sub(1);
                begin = Begin { start, continues: at == 0, recognised: true };
                at += 1;
            }
            Mode::StringAfterEscape => {
                mode = Mode::String;
                at += 1;
            }
            Mode::String => {
                let Some(i) = memchr2(b'"', b'\\', rest) else { break };
                at += i + 1;
                if rest[i] == b'\\' {
                    mode = Mode::StringAfterEscape;
                } else {
                    emit(&begin, at, SpanKind::String, false, &mut found);
                    mode = Mode::Code;
                }
            }
            Mode::LineComment => {
                let Some(i) = memchr(b'\n', rest) else { break };
                at += i + 1;
                let line_end = at - 1;
                // A CR before the LF belongs to the line break.
                let cr = line_end > 0 && bytes[line_end - 1] == b'\r';
                emit(&begin, line_end - usize::from(cr), SpanKind::LineComment, false, &mut found);
                mode = Mode::Code;
            }
            Mode::BlockComment => {
                let Some(i) = memchr(b'*', rest) else { break };
                at += i + 1;
                mode = Mode::BlockCommentAfterStar;
            }
            Mode::BlockCommentAfterStar => {
                at += 1;
                mode = match rest[0] {
                    b'/' => {
                        emit(&begin, at, SpanKind::BlockComment, false, &mut found);
                        Mode::Code
                    }
                    b'*' => Mode::BlockCommentAfterStar,
                    _ => Mode::BlockComment,
                };
            }
        }
    }
    let open = match mode {
        Mode::Code | Mode::CodeAfterSlash => None,
        Mode::String | Mode::StringAfterEscape => Some(SpanKind::String),
        Mode::LineComment => Some(SpanKind::LineComment),
        Mode::BlockComment | Mode::BlockCommentAfterStar => Some(SpanKind::BlockComment),
    };
    if let Some(kind) = open {
        emit(&begin, bytes.len(), kind, true, &mut found);
    }
    State::of(mode)
}

#[derive(Clone, Copy)]
struct Begin {
    start: usize,
    continues: bool,
    recognised: bool,
}

fn emit(
    begin: &Begin,
    end: usize,
    kind: SpanKind,
    unfinished: bool,
    found: &mut impl FnMut(Found),
) {
    let Begin { start, continues, recognised } = *begin;
    // Of a comment whose end was its first byte here nothing is left; it still counts if it was recognised.
    if start < end || recognised {
        found(Found { start, end: end.max(start), kind, continues, unfinished, recognised });
    }
}

/// Sets the bits of `range`; bit `i` of word `w` is `64 * w + i`.
pub(super) fn set_bits(words: &mut [u64], range: Range<usize>) {
    let Range { start, end } = range;
    if start >= end {
        return;
    }
    let (first, last) = (start / 64, (end - 1) / 64);
    let from = !0u64 << (start % 64);
    let to = !0u64 >> (63 - (end - 1) % 64);
    if first == last {
        words[first] |= from & to;
        return;
    }
    words[first] |= from;
    words[first + 1..last].fill(!0);
    words[last] |= to;
}
