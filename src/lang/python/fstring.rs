//! The literal text of f-strings and of their format specs.

use super::escape::{self, has_argument};
use super::lexer::WORD_MAX;
use super::strings::{escaped, quotes_so_far};
use super::syntax;
use super::{Frame, Fstring, Mode, State, WAKE};
use crate::lang::code::shared::escape::judge;
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{PatternKind, ProblemKind, SpanKind};
use crate::units::ByteOffset;

/// The literal text of an f-string or of a format spec: to the next brace, escape or end.
pub(super) fn literal<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    piece: ByteOffset,
    spec: bool,
) -> bool {
    // All that means something here wakes in code too.
    let at = cursor.next_in::<WAKE>(cursor.at);
    cursor.at = at;
    if at == cursor.end() {
        return true;
    }
    let Some(string) = innermost_fstring(state) else {
        state.mode = Mode::Code;
        return true;
    };
    let Fstring { start, quote, triple, raw } = string;
    match cursor.byte(at) {
        b'\\' => {
            let Some(next) = escaped_in_fstring(cursor, at, raw) else { return false };
            let is_good = |text: &[u8]| escape::is_good(text, false);
            let may_be_bad = !raw && has_argument(cursor.byte(at + 1));
            if may_be_bad && !judge(cursor, sink, at, is_good) {
                return false;
            }
            cursor.at = next;
        }
        b'{' => {
            if cursor.is_unknown(at + 1) {
                return false;
            }
            if !spec && cursor.byte(at + 1) == b'{' {
                cursor.at = at + 2;
                return true;
            }
            cursor.at = at + 1;
            sink.span(piece, at + 1, SpanKind::Fstring);
            state.frames.push(Frame::Field { spec: false, string });
            state.mode = Mode::Code;
        }
        b'}' if spec => {
            state.frames.pop();
            cursor.at = at + 1;
            let spec = matches!(state.frames.last(), Some(Frame::Field { spec: true, .. }));
            state.mode = Mode::Literal { piece, spec };
        }
        b'}' => {
            if cursor.is_unknown(at + 1) {
                return false;
            }
            cursor.at = at + 1 + u64::from(cursor.byte(at + 1) == b'}');
        }
        b'\n' | b'\r' if !triple => {
            sink.problem(start, ProblemKind::UnterminatedString);
            fstring_ends(state, sink, start, piece, at);
        }
        byte if byte == quote && !triple => {
            cursor.at = at + 1;
            fstring_ends(state, sink, start, piece, at + 1);
        }
        byte if byte == quote => {
            if cursor.is_unknown(at + 2) && quotes_so_far(cursor, at, quote) {
                return false;
            }
            if cursor.stands(at, &[quote; 3]) {
                cursor.at = at + 3;
                fstring_ends(state, sink, start, piece, at + 3);
            } else {
                cursor.at = at + 1;
            }
        }
        _ => cursor.at = at + 1,
    }
    true
}

/// The f-string whose text, or that of a format spec in it, is innermost.
fn innermost_fstring(state: &State) -> Option<Fstring> {
    match state.frames.last()? {
        Frame::Fstring(string) | Frame::Field { string, .. } => Some(*string),
        Frame::Block(_) | Frame::Bracket(_) => None,
    }
}

/// The whole f-string ends, fields that are still open with it.
fn fstring_ends<S: Sink>(
    state: &mut State,
    sink: &mut S,
    start: ByteOffset,
    piece: ByteOffset,
    end: ByteOffset,
) {
    sink.span(piece, end, SpanKind::Fstring);
    sink.pattern(Pattern { start, end, kind: PatternKind::Fstring, name: None });
    while let Some(frame) = state.frames.pop() {
        if matches!(frame, Frame::Fstring(_)) {
            break;
        }
    }
    state.mode = Mode::Code;
    syntax::string_ended(state, end);
}

/// Whether the name of a character cannot hold this byte.
fn is_special(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'\\' | b'\n' | b'\r' | b'{' | b'}')
}

/// One past an escape. A brace after a backslash is a brace; `\N{...}` is one escape unless the string is raw.
fn escaped_in_fstring(cursor: &mut Cursor<'_>, at: ByteOffset, raw: bool) -> Option<ByteOffset> {
    if cursor.is_unknown(at + 2) {
        return None;
    }
    match cursor.byte(at + 1) {
        b'{' | b'}' => Some(at + 1),
        b'N' if !raw && cursor.byte(at + 2) == b'{' => {
            let mut close = cursor.next_in::<WAKE>(at + 3);
            while close < cursor.end() && !is_special(cursor.byte(close)) {
                close = cursor.next_in::<WAKE>(close + 1);
            }
            if cursor.is_unknown(close) && close - at < WORD_MAX {
                return None;
            }
            Some(close + u64::from(cursor.byte(close) == b'}'))
        }
        _ => escaped(cursor, at),
    }
}
