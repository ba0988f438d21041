//! Python inside statements where no token by itself matters: brackets, strings, comments, and lines that end in brackets.
//!
//! Most of a program passes through here, so what is common is done at once, without going through the modes; whatever
//! else comes is left to `lexer.rs`, which would do the same with all of it.

use super::lexer::{code_end, is_word};
use super::{Bracket, Frame, LINE_END, STRING_END, State, WAKE, syntax};
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{Class, PatternKind, SpanKind};
use crate::units::ByteOffset;

enum Step {
    /// To the next place.
    On,
    /// From this place on.
    Past(ByteOffset),
    /// The thing at this place is not for this loop.
    Stop(ByteOffset),
}

/// Goes on to the next thing that is not for this loop, and leaves the cursor there; to the end of what is at hand if there
/// is none. No annotation is open, and no token is waited for.
#[inline]
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let mut from = cursor.at;
    'windows: while let Some((mut places, end)) = cursor.places_in::<WAKE>(from) {
        while places != 0 {
            let at = from + u64::from(places.trailing_zeros());
            places &= places - 1;
            match place(state, cursor, sink, at) {
                Step::On => {}
                Step::Past(next) => {
                    from = next;
                    continue 'windows;
                }
                Step::Stop(at) => {
                    cursor.at = at;
                    return;
                }
            }
        }
        from = end;
    }
    cursor.at = cursor.end();
}

#[inline(always)]
fn place<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Step {
    let byte = cursor.byte(at);
    match byte {
        // Which of them it is cannot be foretold.
        b'(' | b'[' | b'{' => open(state, sink, at, byte),
        b')' | b']' | b'}' => close(state, sink, at, byte),
        b'"' | b'\'' => match string_end(cursor, at, byte) {
            Some(end) => {
                sink.span(at, end, SpanKind::String);
                Step::Past(end)
            }
            None => Step::Stop(at),
        },
        b'\n' if matches!(state.frames.last(), Some(Frame::Bracket(_))) => Step::On,
        b'#' => {
            let end = cursor.next_in::<LINE_END>(at);
            if end == cursor.end() {
                return Step::Stop(at);
            }
            state.comment = (end, code_end(state, cursor, at));
            sink.span(at, end, SpanKind::Comment);
            Step::Past(end)
        }
        b':' => colon(state, cursor, sink, at),
        // Words that begin like `for` or `lambda`.
        b'f' if !matches!(cursor.byte(at + 2), b'r' | 0) => Step::On,
        b'l' if !matches!(cursor.byte(at + 2), b'm' | 0) => Step::On,
        _ => Step::Stop(at),
    }
}

#[inline(always)]
fn open<S: Sink>(state: &mut State, sink: &mut S, at: ByteOffset, byte: u8) -> Step {
    sink.open_bracket(at, Class::of(byte).unwrap_or(Class::ParenOpen));
    let closer = byte + if byte == b'(' { 1 } else { 2 };
    let parameters = closer == b')' && syntax::are_parameters(state);
    state.frames.push(Frame::Bracket(Bracket {
        open: at,
        closer,
        parameters,
        comprehension: false,
        lambdas: 0,
        annotation: None,
    }));
    Step::On
}

#[inline(always)]
fn close<S: Sink>(state: &mut State, sink: &mut S, at: ByteOffset, byte: u8) -> Step {
    let Some(Frame::Bracket(bracket)) = state.frames.last() else { return Step::Stop(at) };
    if bracket.closer != byte || bracket.annotation.is_some() || bracket.parameters {
        return Step::Stop(at);
    }
    if state.statement.has_decorator() {
        return Step::Stop(at);
    }
    sink.close_bracket(at, Class::of(byte).unwrap_or(Class::ParenClose));
    if bracket.comprehension {
        let (start, end) = (bracket.open, at + 1);
        sink.pattern(Pattern { start, end, kind: PatternKind::Comprehension, name: None });
    }
    state.frames.pop();
    if syntax::has_open_annotation(state) { Step::Stop(at + 1) } else { Step::On }
}

/// A colon in brackets; others do more.
#[inline(always)]
fn colon<S: Sink>(state: &mut State, cursor: &Cursor<'_>, sink: &mut S, at: ByteOffset) -> Step {
    let Some(Frame::Bracket(bracket)) = state.frames.last_mut() else { return Step::Stop(at) };
    if bracket.parameters || bracket.lambdas > 0 || cursor.is_unknown(at + 1) {
        return Step::Stop(at);
    }
    sink.structural(at, Class::Colon);
    Step::On
}

/// The end of the string on one line that begins at `start` without a prefix, if it is at hand.
#[inline(always)]
fn string_end(cursor: &mut Cursor<'_>, start: ByteOffset, quote: u8) -> Option<ByteOffset> {
    if is_word(cursor.byte(start.wrapping_sub(1))) {
        return None;
    }
    let mut at = start;
    loop {
        at = cursor.next_in_either::<STRING_END, LINE_END>(at + 1);
        match cursor.byte(at) {
            byte if byte == quote => break,
            b'"' | b'\'' => {}
            b'\\' if !matches!(cursor.byte(at + 1), b'\r' | 0) => at += 1,
            _ => return None,
        }
    }
    // Three quotes begin another sort of string.
    let empty = at == start + 1;
    (!empty || !cursor.is_unknown(at + 1) && cursor.byte(at + 1) != quote).then_some(at + 1)
}
