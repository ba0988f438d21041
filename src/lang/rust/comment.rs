//! Comments: of a line, of a block, which nest, and of documentation.

use super::look_back::Gap;
use super::{COMMENT_MARK, LINE_END, Mode, State};
use crate::lang::SpanKind;
use crate::lang::code::{Cursor, Sink};
use crate::units::ByteOffset;

/// A `/`: whether it begins a comment; `None` while that is not known.
pub(super) fn slash(state: &mut State, cursor: &mut Cursor<'_>) -> Option<bool> {
    let at = cursor.at;
    if cursor.is_unknown(at + 1) {
        return None;
    }
    let second = cursor.byte(at + 1);
    if second != b'/' && second != b'*' {
        return Some(false);
    }
    if cursor.is_unknown(at + 3) {
        return None;
    }
    let (third, fourth) = (cursor.byte(at + 2), cursor.byte(at + 3));
    Gap::begin(state, cursor, at);
    state.mode = if second == b'/' {
        let is_doc = third == b'!' || (third == b'/' && fourth != b'/');
        let kind = if is_doc { SpanKind::DocComment } else { SpanKind::LineComment };
        Mode::LineComment { start: at, kind }
    } else {
        let is_doc = third == b'!' || (third == b'*' && !matches!(fourth, b'*' | b'/'));
        let kind = if is_doc { SpanKind::DocComment } else { SpanKind::BlockComment };
        Mode::BlockComment { start: at, kind, depth: 1 }
    };
    cursor.at = at + 2;
    Some(true)
}

pub(super) fn line_comment<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
    kind: SpanKind,
) -> bool {
    let at = cursor.next_in::<LINE_END>(cursor.at);
    cursor.at = at;
    if at < cursor.end() {
        let end = at - u64::from(cursor.byte(at.wrapping_sub(1)) == b'\r');
        sink.span(start, end, kind);
        state.gap.end(end);
        state.mode = Mode::Code;
    }
    true
}

pub(super) fn block_comment<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (start, kind): (ByteOffset, SpanKind),
    mut depth: u32,
) -> bool {
    loop {
        let at = cursor.next_in::<COMMENT_MARK>(cursor.at);
        cursor.at = at;
        state.mode = Mode::BlockComment { start, kind, depth };
        if at >= cursor.end() {
            return true;
        }
        if cursor.is_unknown(at + 1) {
            return false;
        }
        cursor.at = (at + 2).min(cursor.end());
        match (cursor.byte(at), cursor.byte(at + 1)) {
            (b'/', b'*') => depth += 1,
            (b'*', b'/') if depth > 1 => depth -= 1,
            (b'*', b'/') => {
                sink.span(start, at + 2, kind);
                state.gap.end(at + 2);
                state.mode = Mode::Code;
                return true;
            }
            _ => cursor.at = at + 1,
        }
    }
}
