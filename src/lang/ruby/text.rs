//! Inside literals and heredoc bodies: pieces, interpolations, and what comes after the end.

use super::{Frame, FrameKind, LINE_END, Ruby, SPECIAL, State, WORD, code};
use crate::lang::code::shared::literal::{Literal, Stop, skip_body, skip_text};
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{PatternKind, SpanKind};

/// Goes on in the literal that `state` is in. False if it cannot decide yet.
pub(super) fn text<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let Some(literal) = &mut state.literal else { return true };
    let heredocs_wait = !state.pending.is_empty();
    let stop = match &mut literal.body {
        Some(body) => skip_body::<Ruby, S, SPECIAL, LINE_END>(body, cursor, sink, heredocs_wait),
        None => skip_text::<Ruby, S, SPECIAL, WORD, LINE_END>(literal, cursor, sink, heredocs_wait),
    };
    match stop {
        Stop::End => true,
        Stop::Unknown => false,
        Stop::Closing if literal.body.is_some() => {
            end_body(state, cursor, sink);
            true
        }
        Stop::Closing => end_literal(state, cursor, sink),
        Stop::Interpolation => {
            begin_interpolation(state, cursor, sink);
            true
        }
        Stop::LineBreak => {
            // The bodies of the heredocs announced in this literal's interpolations stand in its middle.
            cursor.at += 1;
            if let Some(body) = &mut literal.body {
                body.at_line_start = true;
            }
            sink.span(literal.piece, cursor.at, literal.kind);
            let outer = state.literal.take();
            code::begin_heredocs(state, cursor.at, outer);
            true
        }
    }
}

fn begin_interpolation<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let at = cursor.at;
    cursor.at = at + 2;
    let Some(literal) = state.literal.take() else { return };
    sink.span(literal.piece, cursor.at, literal.kind);
    state.outer.push(Some(literal));
    state.frames.push(Frame { at, kind: FrameKind::Interpolation, waits: false });
}

/// The `}` at the cursor ends the interpolation `frame`.
pub(super) fn end_interpolation<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    frame: Frame,
) {
    state.frames.pop();
    let at = cursor.at;
    cursor.at = at + 1;
    let (start, end) = (frame.at, cursor.at);
    sink.pattern(Pattern { start, end, kind: PatternKind::Interpolation, name: None });
    state.literal = state.outer.pop().flatten();
    if let Some(literal) = &mut state.literal {
        literal.piece = at;
        if let Some(body) = &mut literal.body {
            body.at_line_start = false;
        }
    }
}

/// The closing delimiter at the cursor.
fn end_literal<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let Some(literal) = &state.literal else { return true };
    let mut end = cursor.at + 1;
    if literal.kind == SpanKind::Regex {
        while cursor.byte(end).is_ascii_alphabetic() && end - cursor.at < 32 {
            end += 1;
        }
        if cursor.is_unknown(end) {
            return false;
        }
    } else if literal.may_be_label {
        if cursor.is_unknown(end + 1) {
            return false;
        }
        if cursor.byte(end) == b':' && cursor.byte(end + 1) != b':' {
            end += 1;
        }
    }
    literal.end(end, sink);
    let is_label = end > cursor.at + 1 && literal.may_be_label;
    state.value_end = if is_label { 0 } else { end };
    state.literal = None;
    cursor.at = end;
    true
}

/// The terminator of a heredoc's body has ended at the cursor: the next body begins on the next line, or what stands
/// around them goes on.
fn end_body<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let Some(literal) = state.literal.take() else { return };
    literal.end(cursor.at, sink);
    let Some(body) = literal.body else { return };
    if !body.queue.is_empty() {
        let line_break = u64::from(cursor.byte(cursor.at) == b'\r') + 1;
        cursor.at = (cursor.at + line_break).min(cursor.end());
        state.literal = Literal::of_heredocs(body.queue, cursor.at);
        return;
    }
    state.literal = state.outer.pop().flatten();
    if let Some(outer) = &mut state.literal {
        outer.piece = cursor.at;
        state.announced = (0, 0);
    } else if state.announced.0 != 0 {
        state.announced.1 = cursor.at;
    }
}
