//! The literal text of macros. It has no tokens, but it ends somewhere: at the `end` that its keywords, told as Crystal's
//! lexer tells them here, leave over; and strings, comments and heredocs in it hide keywords. Tags may stand anywhere.

use serde::{Deserialize, Serialize};

use super::code::{self, is_word};
use super::macro_place::{OPERATOR, Place, is_blank};
use super::{Control, FrameKind, LOOK_AHEAD, Mode, State, WAKE, WATCH, WORD, gap, word};
use crate::lang::SpanKind;
use crate::lang::code::{Cursor, Sink};
use crate::units::ByteOffset;

/// Bytes that are looked at ahead: `abstract struct` and what follows.
const AHEAD_BYTES: u64 = 24;

/// A macro's text: where it is, and where it was at its beginning, for each branch starts from there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Text {
    base: Place,
    now: Place,
}

/// What the tag that began at `start` means for the texts.
pub(super) fn after_control(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    control: Control,
    start: ByteOffset,
) {
    match control {
        Control::Opens => {
            let in_text = state.top().is_some_and(FrameKind::holds_text);
            let outer = state.texts.last().filter(|_| in_text).map(|text| text.now.clone());
            let mut base = outer.unwrap_or_default();
            base.in_block = true;
            state.texts.push(Text { now: base.clone(), base });
            state.push(cursor, start, FrameKind::MacroBlock);
        }
        Control::GoesOn => {
            if let Some(text) = state.texts.last_mut() {
                text.now = text.base.clone();
            }
        }
        Control::Ends => {
            if state.frames.pop_if(|frame| frame.kind == FrameKind::MacroBlock).is_some() {
                state.texts.pop();
            }
        }
        Control::Condition | Control::Plain => {}
    }
}

/// The text of a macro begins or goes on at `at`, behind a tag: with a backslash and white space there, behind those.
pub(super) fn begin(state: &mut State, cursor: &mut Cursor<'_>, at: ByteOffset) {
    state.mode = Mode::MacroText(at);
    if cursor.byte(at) == b'\\' && is_blank(cursor.byte(at + 1)) {
        cursor.at = at + 1;
        state.mode = Mode::MacroBlank;
    }
}

/// Goes over white space that is not part of the text that follows.
pub(super) fn blank(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    while cursor.at < cursor.end() && is_blank(cursor.byte(cursor.at)) {
        cursor.at += 1;
    }
    if cursor.at < cursor.end() {
        state.mode = Mode::MacroText(cursor.at);
    }
    true
}

/// Goes on in the text of a macro, a piece of which begins at `piece`. False if it cannot decide yet.
pub(super) fn text<S: Sink>(
    state: &mut State,
    piece: ByteOffset,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    let Some(text) = state.texts.last_mut() else {
        state.mode = Mode::Code;
        return true;
    };
    let place = &mut text.now;
    while cursor.at < cursor.end() {
        let at = cursor.at;
        if cursor.is_unknown(at + AHEAD_BYTES) {
            return false;
        }
        let byte = cursor.byte(at);
        if place.in_comment && !matches!(byte, b'{' | b'\\' | b'\n') {
            cursor.at = cursor.next_in_either::<WAKE, WATCH>(at + 1);
            continue;
        }
        if byte == b' ' {
            // No delimiter.
            place.after_blank = true;
            cursor.at = cursor.past_spaces(at);
            continue;
        }
        if is_word(byte) && place.means_nothing(byte) {
            // Or the rest of a word whose beginning was looked at.
            place.after_blank = false;
            place.line_start = false;
            cursor.at = cursor.next_out::<WORD>(at + 1);
            continue;
        }
        if place.quoted.is_none() && OPERATOR[usize::from(byte)] {
            place.after_blank = false;
            place.line_start = false;
            cursor.at = at + 1;
            continue;
        }
        let is_tag = byte == b'{' && matches!(cursor.byte(at + 1), b'{' | b'%');
        let ends = byte == b'e' && place.ends_at(cursor, at);
        if !is_tag && !ends {
            match place.step(cursor, at) {
                Some(next) => cursor.at = next.min(cursor.end()),
                None => return false,
            }
            continue;
        }
        place.line_start = false;
        if is_tag && cursor.is_unknown(at + LOOK_AHEAD + AHEAD_BYTES) && blank_tag(cursor, at) {
            return false;
        }
        if piece < at {
            sink.span(piece, at, SpanKind::MacroText);
        }
        state.mode = Mode::Code;
        if is_tag {
            return code::tag(state, cursor, sink);
        }
        state.texts.pop();
        word::close(state, cursor, sink);
        if state.top().is_some_and(FrameKind::holds_text) {
            state.mode = Mode::MacroText(cursor.at);
        }
        return true;
    }
    true
}

/// Whether too little of the tag at `at` is at hand to tell its first word.
fn blank_tag(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    gap::end(cursor, at + 2).is_none_or(|from| cursor.is_unknown(from + AHEAD_BYTES))
}
