//! Definitions and annotations: their names, where they begin and end.

use super::before::Last;
use super::code::is_word;
use super::parameters::{self, Reach};
use super::{FrameKind, LOOK_AHEAD, State, WORD, before, gap, later, locals, macro_text};
use crate::lang::code::{Cursor, Definition, Pattern, Sink};
use crate::lang::{Class, PatternKind};
use crate::units::ByteOffset;

/// The end of a path (`A::B`) that begins at `at`; none if it is not all at hand.
fn path_end(cursor: &mut Cursor<'_>, mut at: ByteOffset) -> Option<ByteOffset> {
    let limit = at + LOOK_AHEAD / 2;
    loop {
        at = cursor.next_out::<WORD>(at).min(limit);
        if at == limit || !cursor.stands(at, b"::") {
            return Some(at);
        }
        at += 2;
        if !is_word(cursor.byte(at)) {
            let next = gap::end(cursor, at)?;
            if !cursor.byte(next).is_ascii_uppercase() {
                return Some(at);
            }
            at = next;
        }
    }
}

/// `frame`, which has been closed, ends at `end`, and the pattern that was open with it.
pub(super) fn end_pattern<S: Sink>(
    state: &mut State,
    frame: FrameKind,
    end: ByteOffset,
    sink: &mut S,
) {
    if frame.is_definition()
        && let Some(Definition { start, kind, name }) = state.definitions.pop()
    {
        sink.pattern(Pattern { start, end, kind, name: Some(name) });
    }
}

/// Ends an `abstract def` with the last token before `at`.
#[inline]
pub(super) fn end_abstract<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) {
    if state.top() == Some(FrameKind::AbstractDef)
        && let Some(frame) = state.frames.pop()
    {
        locals::end_scope(state, cursor, &frame);
        let end = before::last(state, cursor, at).end;
        end_pattern(state, frame.kind, end, sink);
    }
}

/// A definition begins outside of all others: no variable is known, so that a state here does not tell of what stands
/// before.
pub(super) fn forget_all(state: &mut State) {
    state.later.clear();
    state.locals.clear();
    state.scope = 0;
}

/// `class` or its like, of `length` bytes, at the cursor.
pub(super) fn named<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    length: u64,
    kind: PatternKind,
) -> bool {
    let start = cursor.at;
    let Some(name_start) = gap::end(cursor, start + length) else { return false };
    let Some(end) = path_end(cursor, name_start) else { return false };
    if cursor.is_unknown(end + 1) {
        return false;
    }
    let name = (name_start, end);
    gap::comments(cursor, start + length, end, sink);
    sink.define(Definition { start, kind, name });
    sink.open_level(start);
    let frame = if kind == PatternKind::Lib { FrameKind::Lib } else { FrameKind::Type };
    if state.frames.is_empty() {
        forget_all(state);
    }
    state.push_named(cursor, Definition { start, kind, name }, frame);
    cursor.at = end.min(cursor.end());
    true
}

/// `@[` that ends with the `[` at the cursor.
pub(super) fn annotation<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    let at = cursor.at;
    let Some(name_start) = gap::end(cursor, at + 1) else { return false };
    let Some(end) = path_end(cursor, name_start) else { return false };
    if cursor.is_unknown(end + 1) {
        return false;
    }
    sink.open_bracket(at, Class::BracketOpen);
    gap::comments(cursor, at + 1, end, sink);
    let (start, kind) = (at - 1, PatternKind::Annotation);
    let name = (name_start, end);
    state.push_named(cursor, Definition { start, kind, name }, FrameKind::Annotation);
    cursor.at = end.min(cursor.end());
    true
}

/// `def` or `macro` at the cursor, behind the token `last`: its name, up to its parameters.
pub(super) fn method<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    last: Last,
    kind: PatternKind,
) -> bool {
    let start = cursor.at;
    let is_macro = kind == PatternKind::Macro;
    let length = if is_macro { b"macro".len() } else { b"def".len() } as u64;
    let Some(name_start) = name_start(cursor, start + length, is_macro) else { return false };
    let Some(name_end) = name_end(cursor, name_start) else { return false };
    let Some(after) = gap::blanks_end(cursor, name_end) else { return false };
    let has_parameters = cursor.byte(after) == b'(';
    let body = if is_macro && !has_parameters {
        let Some(body) = after_break(cursor, after) else { return false };
        body
    } else {
        after
    };
    let name = (name_start, name_end);
    sink.define(Definition { start, kind, name });
    let is_abstract = follows_abstract(state, cursor, last);
    let frame = match (is_macro, is_abstract) {
        (true, _) => FrameKind::Macro,
        (false, true) => FrameKind::AbstractDef,
        (false, false) => FrameKind::Definition,
    };
    if frame != FrameKind::AbstractDef {
        sink.open_level(start);
    }
    gap::comments(cursor, start + length, name_end, sink);
    name_brackets(cursor, sink, name_end);
    if state.frames.is_empty() {
        forget_all(state);
    }
    later::declare(state, cursor);
    state.push_named(cursor, Definition { start, kind, name }, frame);
    if !is_macro {
        locals::begin_scope(state);
    }
    cursor.at = name_end.min(cursor.end());
    if is_abstract {
        // Whatever it is spelt as.
        state.value_end = name_end;
    }
    if has_parameters {
        sink.open_bracket(after, Class::ParenOpen);
        let kind = if is_macro { FrameKind::MacroParameters } else { FrameKind::Parameters };
        let reach = if is_macro {
            Reach::Open(after + 1)
        } else {
            parameters::plain(state, cursor, after + 1)
        };
        match reach {
            Reach::Closed(at) => {
                sink.close_bracket(at, Class::ParenClose);
                cursor.at = at + 1;
            }
            Reach::Open(at) => {
                state.push(cursor, after, kind);
                cursor.at = at;
            }
        }
    } else if is_macro && cursor.byte(after) == b'#' {
        state.macro_head = true;
    } else if is_macro {
        begin_text(state, cursor, body);
    }
    true
}

/// Whether the token `last` is `abstract`.
#[inline]
pub(super) fn follows_abstract(state: &State, cursor: &Cursor<'_>, last: Last) -> bool {
    const WORD: &[u8] = b"abstract";
    let end = last.end;
    let Some(start) = end.checked_sub(WORD.len() as u64) else { return false };
    let before = before::byte_before(cursor, start, 1);
    cursor.stands(start, WORD)
        && !is_word(before)
        && !b"@$:".contains(&before)
        && !before::follows_dot(state, cursor, start)
}

/// The `)` at the cursor ends the parameters of a macro.
pub(super) fn end_macro_parameters<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    let at = cursor.at;
    let Some(body) = after_parameters(cursor, at + 1) else { return false };
    state.frames.pop();
    sink.close_bracket(at, Class::ParenClose);
    if cursor.byte(at + 1) == b'#' {
        state.macro_head = true;
        cursor.at = at + 1;
    } else {
        begin_text(state, cursor, body);
    }
    true
}

fn begin_text(state: &mut State, cursor: &mut Cursor<'_>, body: ByteOffset) {
    cursor.at = body.min(cursor.end());
    state.texts.push(macro_text::Text::default());
    macro_text::begin(state, cursor, cursor.at);
}

/// The line break at the cursor ends the head of a macro, behind a comment. False if what follows is not at hand.
pub(super) fn begin_text_at_line_break(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    let Some(body) = after_break(cursor, cursor.at) else { return false };
    state.macro_head = false;
    begin_text(state, cursor, body);
    true
}

/// Where a macro's text begins whose head ends at `at` with its parameters: behind the one token that follows, blanks or
/// what [`after_break`] goes over. None if that is not at hand.
fn after_parameters(cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    let end = gap::blanks_end(cursor, at)?;
    if end > at { Some(end) } else { after_break(cursor, at) }
}

/// The end of a `;` or of the line breaks at `at`, if there is one. None if that is not at hand.
fn after_break(cursor: &Cursor<'_>, mut at: ByteOffset) -> Option<ByteOffset> {
    if cursor.byte(at) == b';' {
        return if cursor.is_unknown(at + 2) { None } else { Some(at + 1) };
    }
    let limit = at + LOOK_AHEAD / 2;
    while at < limit {
        if cursor.is_unknown(at + 1) {
            return None;
        }
        match (cursor.byte(at), cursor.byte(at + 1)) {
            (b'\n', _) => at += 1,
            (b'\r', b'\n') => at += 2,
            _ => break,
        }
    }
    Some(at)
}

/// Whether the `)` that ends at `end` is that of a method's parameters: what follows on its line is the body.
#[inline(never)]
pub(super) fn ends_parameters(state: &State, cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    if state.top() != Some(FrameKind::Definition) {
        return false;
    }
    let Some(name_end) = state.definitions.last().map(|definition| definition.name.1) else {
        return false;
    };
    let Some(start) = gap::blanks_end(cursor, name_end) else { return false };
    let is_near = end > start && end - start < LOOK_AHEAD && start > cursor.begin();
    if !is_near || cursor.byte(start) != b'(' {
        return false;
    }
    let mut depth = 0_u32;
    let closed = cursor.slice(start, end).iter().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    closed.is_some_and(|length| start + length as u64 + 1 == end)
}

/// Where a method's name begins whose keyword ends at `at`; none if it is not at hand.
fn name_start(cursor: &Cursor<'_>, at: ByteOffset, is_macro: bool) -> Option<ByteOffset> {
    let start = gap::end(cursor, at)?;
    // Crystal reads over the token behind `def` without a look, whatever it is: most often it is blank.
    let sign = if start == at && !is_macro { gap::sign_length(cursor, at) } else { 0 };
    if sign > 0 {
        let behind = gap::end(cursor, at + sign)?;
        if is_word(cursor.byte(behind)) {
            return Some(behind);
        }
    }
    Some(start)
}

/// Tells of the brackets of the operator that a name ends with.
pub(super) fn name_brackets<S: Sink>(cursor: &Cursor<'_>, sink: &mut S, name_end: ByteOffset) {
    let mut start = name_end;
    while matches!(before::byte_before(cursor, start, 1), b'[' | b']' | b'=' | b'?') {
        start -= 1;
    }
    for at in start..name_end {
        match cursor.byte(at) {
            b'[' => sink.open_bracket(at, Class::BracketOpen),
            b']' => sink.close_bracket(at, Class::BracketClose),
            _ => {}
        }
    }
}

/// The end of a method's name, receiver included, that begins at `at`; none if it is not all at hand.
fn name_end(cursor: &mut Cursor<'_>, mut at: ByteOffset) -> Option<ByteOffset> {
    let limit = at + LOOK_AHEAD / 2;
    loop {
        let end = path_end(cursor, at)?;
        if cursor.is_unknown(end + 4) {
            return None;
        }
        if end == at {
            return Some(at + operator_length(cursor, at));
        }
        let dot = if matches!(cursor.byte(end), b' ' | b'\t' | b'\\') {
            gap::blanks_end(cursor, end)?
        } else {
            end
        };
        if cursor.byte(dot) == b'.' && end < limit {
            at = gap::end(cursor, dot + 1)?;
            continue;
        }
        let is_mark = matches!(cursor.byte(end), b'?' | b'!') && cursor.byte(end + 1) != b'=';
        return Some(end + u64::from(is_mark || cursor.byte(end) == b'='));
    }
}

/// Names of methods that are operators, longest first.
const OPERATORS: [&[u8]; 35] = [
    b"&**", b"[]=", b"[]?", b"<=>", b"===", b"[]", b"&+", b"&-", b"&*", b"==", b"=~", b"!=", b"!~",
    b"**", b"//", b"<<", b">>", b"<=", b">=", b"+", b"-", b"*", b"/", b"%", b"<", b">", b"!", b"~",
    b"^", b"&", b"|", b"`", b"@", b"$", b"?",
];

pub(super) fn operator_length(cursor: &Cursor<'_>, at: ByteOffset) -> u64 {
    let operator = OPERATORS.iter().find(|operator| cursor.stands(at, operator));
    operator.map_or(0, |operator| operator.len() as u64)
}
