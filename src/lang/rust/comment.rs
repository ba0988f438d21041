//! Comments: of a line, of a block, which nest, and of documentation.

use super::look_back::Gap;
use super::{BLANK, LINE_END, Mode, State};
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
        Mode::LineComment { start: at, kind: line_kind(third, fourth) }
    } else {
        let is_doc = third == b'!' || (third == b'*' && !matches!(fourth, b'*' | b'/'));
        let kind = if is_doc { SpanKind::DocComment } else { SpanKind::BlockComment };
        Mode::BlockComment { start: at, kind, depth: 1 }
    };
    cursor.at = at + 2;
    Some(true)
}

/// As [`take`], where nothing but white space stands between `from` and the cursor: most often a bracket or separator ended
/// there, and no one need look back.
#[inline]
pub(super) fn take_behind<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    from: ByteOffset,
) -> bool {
    let at = cursor.at;
    let last = cursor.byte(from.wrapping_sub(1));
    let (Some([b'/', b'/', third, fourth]), b'{' | b'}' | b';' | b']') = (cursor.chunk(at), last)
    else {
        return take(state, cursor, sink);
    };
    if !state.gap.begin_behind(last) {
        return take(state, cursor, sink);
    }
    cursor.at = at + 2;
    line_comment(state, cursor, sink, at, line_kind(*third, *fourth))
}

/// A `/` at the cursor, where an item may begin: takes the comments of lines that begin with it. False: it is none of them.
pub(super) fn take<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    if slash(state, cursor) != Some(true) {
        return false;
    }
    match state.mode {
        Mode::LineComment { start, kind } => line_comment(state, cursor, sink, start, kind),
        _ => true,
    }
}

/// To the end of the line, and of the comments on the next lines if nothing stands between.
pub(super) fn line_comment<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    mut start: ByteOffset,
    mut kind: SpanKind,
) -> bool {
    loop {
        let at = cursor.next_in_line::<LINE_END>(cursor.at);
        cursor.at = at;
        if at >= cursor.end() {
            state.mode = Mode::LineComment { start, kind };
            return true;
        }
        let end = at - u64::from(cursor.byte(at.wrapping_sub(1)) == b'\r');
        sink.span(start, end, kind);
        state.gap.end(end);
        let next = cursor.next_out::<BLANK>(at);
        let Some([b'/', b'/', third, fourth]) = cursor.chunk(next) else {
            state.mode = Mode::Code;
            return true;
        };
        (start, kind) = (next, line_kind(*third, *fourth));
        cursor.at = next + 2;
    }
}

fn line_kind(third: u8, fourth: u8) -> SpanKind {
    let is_doc = third == b'!' || (third == b'/' && fourth != b'/');
    if is_doc { SpanKind::DocComment } else { SpanKind::LineComment }
}

pub(super) fn block_comment<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (start, kind): (ByteOffset, SpanKind),
    mut depth: u32,
) -> bool {
    loop {
        let at = cursor.next_of_two(b'*', b'/', cursor.at);
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
