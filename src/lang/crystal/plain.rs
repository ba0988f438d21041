//! Keywords where what stands around them says that they are no names, heads of methods that are on one line, and what
//! follows the beginning of a block: done in the loop of [`sparse`].
//!
//! What is told of them is what `word.rs` and `definition.rs` would tell, which know all other cases.

use super::before::{Last, byte_before};
use super::code::is_word;
use super::sparse::{self, Next, Window};
use super::word::{self, Word};
use super::{FrameKind, LOOK_BACK, State, WORD, definition, later, locals};
use crate::lang::code::{Cursor, Definition, Sink};
use crate::lang::{Class, PatternKind};
use crate::units::ByteOffset;

/// Bytes that a `|` behind the parameters of a block is looked for in.
const PARAMETERS_BYTES: u64 = 48;

/// Bytes of a longer name are for others to count.
const NAME_BYTES: u64 = 40;

/// A word at `at` that begins as a keyword does.
#[inline(always)]
pub(super) fn word<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    window: &mut Window<'_>,
    at: ByteOffset,
) -> Next {
    let Some((word, end)) = word::look_up_in(|at| window.byte(at), window.eight(at), at) else {
        return Next::On(at + 1);
    };
    if !word::begins(cursor, at) {
        return Next::On(at + 1);
    }
    let near = window.two(end);
    let [next, further] = near.map(|byte| AFTER[usize::from(byte)]);
    let is_plain = state.tags == 0
        && (next & MARK | next & BLANK & further) == 0
        && state.top() != Some(FrameKind::MacroParameters);
    let last = if is_plain { last_before(state, cursor, at) } else { None };
    let Some(last) = last else {
        window.settle(state, at);
        cursor.at = at;
        let went_on = word::found(state, cursor, sink, word, end);
        return behind(state, cursor, went_on);
    };
    let step = match word {
        Word::End => close(state, cursor, sink, window, (at, last)),
        Word::Def => method(state, cursor, sink, window, (at, last)),
        Word::Do => block(state, cursor, sink, window, (at, last)),
        Word::Condition if word::modifies(state, cursor, last) => Some(Next::On(end)),
        Word::Condition | Word::Level => {
            word::level(state, cursor, sink, at);
            Some(Next::On(end))
        }
        _ => None,
    };
    step.unwrap_or_else(|| {
        window.settle(state, at);
        cursor.at = at;
        let went_on = word::keyword(state, cursor, sink, (word, end), last);
        behind(state, cursor, went_on)
    })
}

/// How the loop goes on behind a keyword that others have looked at, if they have.
#[inline(always)]
fn behind(state: &State, cursor: &Cursor<'_>, went_on: bool) -> Next {
    if went_on { sparse::changed(state, cursor) } else { Next::Undecided }
}

/// By the byte behind a word spelt as a keyword, or the next one: what may make it a name.
static AFTER: [u8; 256] = {
    let mut after = [0; 256];
    after[b'?' as usize] = MARK;
    after[b'!' as usize] = MARK;
    after[b':' as usize] = MARK | BLANK;
    after[b' ' as usize] = BLANK;
    after[b'\t' as usize] = BLANK;
    after
};
const MARK: u8 = 1;
/// A blank, or the `:` of a type behind one.
const BLANK: u8 = 2;

/// By the last byte of a token: whether it is told by that alone that a word behind it is no name.
static ENDS_TOKEN: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = b'!';
    while byte < 0x7F {
        ends[byte as usize] = !matches!(byte, b'\\' | b'.' | b':' | b'@' | b'$' | b'>');
        byte += 1;
    }
    ends
};

/// The last token before `at`, if the word there is no name behind it.
#[inline(always)]
fn last_before(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> Option<Last> {
    let (token_end, aside_to) = state.aside;
    let mut end = at - cursor.spaces_before(at);
    let [further, last] = cursor.near(end.wrapping_sub(2));
    let crossed = last == b'\n';
    if crossed {
        // Perhaps behind an empty line, and comments.
        end -= 1;
        end -= u64::from(further == b'\n' && end != aside_to);
        if end == aside_to {
            end = token_end;
            if at - end >= LOOK_BACK {
                return None;
            }
        }
    }
    let last = if crossed { byte_before(cursor, end, 1) } else { last };
    ENDS_TOKEN[usize::from(last)].then_some(Last { end, crossed })
}

/// The `end` at `at`, behind the token `last`.
#[inline(always)]
fn close<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    window: &mut Window<'_>,
    (at, last): (ByteOffset, Last),
) -> Option<Next> {
    use FrameKind::*;
    if !last.crossed && matches!(byte_before(cursor, last.end, 1), b'(' | b'[' | b'{' | b',' | b'=')
    {
        return None;
    }
    let closes = |kind| matches!(kind, Keyword | Type | Block | Definition | Lib | Macro);
    let frame = state.frames.pop_if(|frame| closes(frame.kind))?;
    if matches!(frame.kind, Block | Definition) {
        window.settle(state, at);
        locals::end_scope(state, cursor, &frame);
    }
    sink.close_level(at);
    definition::end_pattern(state, frame.kind, at + 3, sink);
    Some(sparse::closed(state, cursor, window, (at, at + 3)))
}

/// The `do` at `at`, behind the token `last`, if that is the end of a value.
#[inline(always)]
fn block<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    window: &mut Window<'_>,
    (at, last): (ByteOffset, Last),
) -> Option<Next> {
    let is_behind_value = match byte_before(cursor, last.end, 1) {
        b')' | b']' | b'}' | b'"' => true,
        byte => is_word(byte),
    };
    if last.crossed || !is_behind_value {
        return None;
    }
    let has_parameters = has_block_parameters(cursor, window, at + 2)?;
    window.settle(state, at);
    sink.open_level(at);
    state.push(cursor, at, FrameKind::Block);
    later::keep(state, at, u64::from(has_parameters));
    Some(Next::On(at + 2))
}

/// Whether a block that begins before `at` has parameters; none if that is not so plain.
#[inline(always)]
pub(super) fn has_block_parameters(
    cursor: &Cursor<'_>,
    window: &Window<'_>,
    at: ByteOffset,
) -> Option<bool> {
    let from = match window.two(at) {
        [b'|', _] => at + 1,
        [b' ', b'|'] => at + 2,
        [b' ' | b'\t', b' ' | b'\t'] | [b'\t', _] => return None,
        _ => return Some(false),
    };
    let text = cursor.slice(from, from + PARAMETERS_BYTES);
    text.iter().any(|byte| matches!(byte, b'|' | b';' | 0)).then_some(true)
}

/// The method whose `def` stands at `at`, behind the token `last`: its head, if it is on one line, and no more than brackets
/// in it.
#[inline(always)]
fn method<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    window: &mut Window<'_>,
    (at, last): (ByteOffset, Last),
) -> Option<Next> {
    if window.byte(at + 3) != b' ' || definition::follows_abstract(state, cursor, last) {
        return None;
    }
    let (name, is_operator) = name(cursor, window, at + 4)?;
    let parameters_end = match window.two(name.1) {
        [b'(', _] => match parameters_end(window, name.1) {
            None if !window.begins_at(at) => return Some(Next::Again),
            end => Some(end?),
        },
        [b'\n', _] | [b' ', b':'] => None,
        _ => return None,
    };
    window.settle(state, at);
    let definition = Definition { start: at, kind: PatternKind::Def, name };
    sink.define(definition);
    sink.open_level(at);
    if is_operator {
        definition::name_brackets(cursor, sink, name.1);
    }
    if state.frames.is_empty() {
        definition::forget_all(state);
    }
    state.push_named(cursor, definition, FrameKind::Definition);
    let has_parameters = u64::from(parameters_end.is_some());
    later::keep_def(state, cursor, at, 1 | has_parameters << (name.1 - at));
    let Some(end) = parameters_end else { return Some(Next::On(name.1)) };
    sink.open_bracket(name.1, Class::ParenOpen);
    let mut inside = name.1 + 1;
    while let Some(place) = window.next(inside).filter(|place| *place < end) {
        match window.byte(place) {
            b'(' => sink.open_bracket(place, Class::ParenOpen),
            b')' => sink.close_bracket(place, Class::ParenClose),
            b'[' => sink.open_bracket(place, Class::BracketOpen),
            _ => sink.close_bracket(place, Class::BracketClose),
        }
        inside = place + 1;
    }
    sink.close_bracket(end, Class::ParenClose);
    Some(Next::On(end + 1))
}

/// Where the name of a method stands that begins at `start`, perhaps with `self` before it, and whether it is an operator.
#[inline(always)]
fn name(
    cursor: &mut Cursor<'_>,
    window: &Window<'_>,
    start: ByteOffset,
) -> Option<((ByteOffset, ByteOffset), bool)> {
    const SELF: u64 = u64::from_le_bytes(*b"self.\0\0\0");
    let of_self = cursor.eight(start) & 0xFF_FFFF_FFFF == SELF;
    let word_start = start + if of_self { 5 } else { 0 };
    let word_end = cursor.next_out::<WORD>(word_start);
    if word_end == word_start {
        let length = definition::operator_length(cursor, word_start);
        return (length > 0).then_some(((start, word_start + length), true));
    }
    if word_end > start + NAME_BYTES {
        return None;
    }
    match window.two(word_end) {
        [b'?' | b'!', b'='] => None,
        [b'?' | b'!' | b'=', _] => Some(((start, word_end + 1), false)),
        _ => Some(((start, word_end), false)),
    }
}

/// Where the parameters end that begin at `start`, if nothing else wakes the scanner in them but round and square brackets.
#[inline(always)]
fn parameters_end(window: &Window<'_>, start: ByteOffset) -> Option<ByteOffset> {
    // A bit for each bracket that is open in them, the innermost lowest: whether it is a square one.
    let (mut depth, mut squares) = (0_u32, 0_u64);
    let mut at = start + 1;
    loop {
        let place = window.next(at)?;
        match window.byte(place) {
            b')' if depth == 0 => return Some(place),
            b'(' => (depth, squares) = (depth + 1, squares << 1),
            b'[' if window.byte(place - 1) != b'@' => {
                (depth, squares) = (depth + 1, squares << 1 | 1);
            }
            closer @ (b')' | b']') if depth > 0 && squares & 1 == u64::from(closer == b']') => {
                (depth, squares) = (depth - 1, squares >> 1);
            }
            _ => return None,
        }
        at = place + 1;
    }
}
