//! Code: from one byte of interest to the next, brackets, tags of macros, comments.

use super::before::{self, Before, byte_before};
use super::{Control, Frame, FrameKind, LINE_END, Mode, Outer, State, WAKE, WATCH};
use super::{definition, gap, later, literal, locals, macro_text, sparse, word};
use crate::lang::code::shared::closer;
use crate::lang::code::shared::literal::Literal;
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{Class, PatternKind, ProblemKind, SpanKind};
use crate::units::ByteOffset;

#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    IS_WORD[usize::from(byte)]
}

/// By byte: whether words are made of it.
static IS_WORD: [bool; 256] = {
    let mut is_word = [false; 256];
    let mut byte = 0;
    while byte < is_word.len() {
        let known = byte as u8;
        is_word[byte] = known.is_ascii_alphanumeric() || known == b'_' || known >= 0x80;
        byte += 1;
    }
    is_word
};

/// Goes on in code. False if it cannot decide yet.
pub(super) fn code<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    if cursor.at == 0 && !skip_byte_order_mark(state, cursor, sink) {
        return false;
    }
    while state.literal.is_none() && state.mode == Mode::Code {
        if !state.is_watchful() {
            if !sparse::skim(state, cursor, sink) {
                return false;
            }
            if state.literal.is_some() || state.mode != Mode::Code {
                break;
            }
        }
        let from = cursor.at;
        cursor.at = if state.is_watchful() {
            cursor.next_in_either::<WAKE, WATCH>(from)
        } else {
            cursor.next_in::<WAKE>(from)
        };
        if cursor.at == cursor.end() {
            return goes_on(cursor, from);
        }
        if cursor.is_unknown(cursor.at + 3) || !byte_of_interest(state, cursor, sink) {
            return false;
        }
    }
    true
}

/// At the end of what is at hand: false if its last byte is left, because what it is part of may begin with it (`:"`, `@[`).
fn goes_on(cursor: &mut Cursor<'_>, from: ByteOffset) -> bool {
    let leaves = cursor.at > from && matches!(byte_before(cursor, cursor.at, 1), b':' | b'@');
    if leaves && !cursor.is_last() {
        cursor.at -= 1;
        return false;
    }
    true
}

/// A byte order mark is no part of the first word.
fn skip_byte_order_mark<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    if cursor.is_unknown(3) {
        return false;
    }
    if cursor.stands(0, b"\xEF\xBB\xBF") {
        cursor.at = 3;
        if cursor.byte(3).is_ascii_lowercase() && !word::word(state, cursor, sink) {
            // Looked at again from the beginning.
            cursor.at = 0;
            return false;
        }
    }
    true
}

/// The byte at the cursor.
#[inline]
pub(super) fn byte_of_interest<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    let at = cursor.at;
    match cursor.byte(at) {
        b'(' => open(state, cursor, sink, FrameKind::Paren, Class::ParenOpen),
        b')' => return close(state, cursor, sink, Class::ParenClose),
        b'[' if byte_before(cursor, at, 1) == b'@' => {
            return definition::annotation(state, cursor, sink);
        }
        b'[' => open(state, cursor, sink, FrameKind::Bracket, Class::BracketOpen),
        b']' => return close(state, cursor, sink, Class::BracketClose),
        b'{' => return brace(state, cursor, sink),
        b'}' => return close(state, cursor, sink, Class::BraceClose),
        b'"' => return literal::quote(state, cursor, sink),
        b'#' => return begin_comment(state, cursor, sink),
        b'=' => assignment(state, cursor),
        b':' => {
            later::declare(state, cursor);
            let in_parameters = state.top() == Some(FrameKind::Parameters);
            locals::typed(state, cursor, at, in_parameters);
            cursor.at += 1;
        }
        b'\'' => return literal::character(cursor, sink),
        b'`' => return literal::backtick(state, cursor),
        b'/' => return literal::slash(state, cursor),
        b'%' => return literal::percent(state, cursor),
        b'<' if cursor.stands(at, b"<<-") => {
            return literal::symbol_operator(cursor) || literal::heredoc(state, cursor, sink);
        }
        b'<' | b'\\' => cursor.at += 1,
        b'\n' => return line_break(state, cursor, sink),
        b';' => {
            definition::end_abstract(state, cursor, sink, at);
            cursor.at += 1;
        }
        b',' => {
            locals::parameter(state, cursor);
            cursor.at += 1;
        }
        _ => return word::word(state, cursor, sink),
    }
    true
}

/// A `=` at the cursor, of an assignment or an operator.
#[inline]
fn assignment(state: &mut State, cursor: &mut Cursor<'_>) {
    later::declare(state, cursor);
    let is_operator = matches!(cursor.byte(cursor.at + 1), b'=' | b'~' | b'>');
    if !is_operator {
        locals::assigned(state, cursor, cursor.at);
    }
    locals::parameter(state, cursor);
    cursor.at += 1 + u64::from(is_operator);
}

/// A line break while something waits for it.
fn line_break<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    if state.macro_head {
        return definition::begin_text_at_line_break(state, cursor);
    }
    let at = cursor.at;
    let behind_comment = at == state.aside.1 && at > 0;
    let end = at - u64::from(byte_before(cursor, at, 1) == b'\r');
    if !behind_comment && byte_before(cursor, end, 1) == b'\\' {
        // The line goes on behind it.
        cursor.at += 1;
        return true;
    }
    // What stands before a comment is asked of the comment's beginning: it may end with white space itself.
    let asked_at = if behind_comment { state.aside.0 } else { at };
    if state.top() == Some(FrameKind::AbstractDef) {
        let last = before::last(state, cursor, asked_at);
        // A comment before the line break is on its line.
        let last = before::Last { crossed: last.crossed && !behind_comment, ..last };
        if matches!(before::kind(state, cursor, last), Before::Value | Before::Name) {
            definition::end_abstract(state, cursor, sink, asked_at);
        }
    }
    cursor.at += 1;
    if !state.pending.is_empty() {
        let token_end = before::last(state, cursor, asked_at).end;
        let queue = std::mem::take(&mut state.pending);
        if let Some(body) = Literal::of_heredocs(queue, cursor.at) {
            state.outer.push(Outer { literal: None, token_end });
            state.literal = Some(body);
        }
    }
    true
}

/// A `#` at the cursor.
#[inline]
pub(super) fn begin_comment<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    let start = cursor.at;
    later::mark(state);
    state.aside = (before::last(state, cursor, start).end, 0);
    cursor.at += 1;
    comment(state, start, cursor, sink)
}

/// A comment from `start` on, to the end of the line or of what is at hand, and those on the lines that follow.
pub(super) fn comment<S: Sink>(
    state: &mut State,
    mut start: ByteOffset,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    loop {
        let line_end = cursor.next_in_line::<LINE_END>(cursor.at);
        cursor.at = line_end;
        let is_ended = line_end < cursor.end();
        if !is_ended && !cursor.is_last() {
            state.mode = Mode::Comment(start);
            return true;
        }
        let has_return = is_ended && cursor.byte(line_end - 1) == b'\r';
        sink.span(start, line_end - u64::from(has_return), SpanKind::Comment);
        state.mode = Mode::Code;
        state.aside.1 = line_end;
        if state.is_watchful() {
            return true;
        }
        let next = cursor.past_spaces(line_end + 1);
        if cursor.byte(next) != b'#' {
            return true;
        }
        start = next;
        cursor.at = next + 1;
    }
}

#[inline]
fn open<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    kind: FrameKind,
    class: Class,
) {
    sink.open_bracket(cursor.at, class);
    state.push(cursor, cursor.at, kind);
    cursor.at += 1;
}

/// A `{` at the cursor: a brace or a tag.
pub(super) fn brace<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    match cursor.byte(cursor.at + 1) {
        b'{' | b'%' => tag(state, cursor, sink),
        _ => {
            let Some(parameters) = locals::block_parameters(cursor, cursor.at + 1) else {
                return false;
            };
            later::declare(state, cursor);
            open(state, cursor, sink, FrameKind::Brace, Class::BraceOpen);
            locals::declare_all(state, parameters);
            true
        }
    }
}

/// A tag of a macro at the cursor.
pub(super) fn tag<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    let kind = if cursor.byte(at + 1) == b'{' {
        FrameKind::Expression
    } else {
        let Some(from) = gap::end(cursor, at + 2) else { return false };
        if cursor.is_unknown(from + 9) {
            return false;
        }
        FrameKind::Control(control(cursor, from))
    };
    sink.open_bracket(at, Class::BraceOpen);
    if kind == FrameKind::Expression {
        sink.open_bracket(at + 1, Class::BraceOpen);
    }
    state.push(cursor, at, kind);
    state.tags += 1;
    state.tag_ends = 0;
    cursor.at = at + 2;
    true
}

/// What the tag does whose first word stands at `at`.
fn control(cursor: &Cursor<'_>, at: ByteOffset) -> Control {
    let mut end = at;
    while end < at + 9 && is_word(cursor.byte(end)) {
        end += 1;
    }
    if matches!(cursor.byte(end), b'?' | b'!' | b':') {
        return Control::Plain;
    }
    match cursor.slice(at, end) {
        b"if" | b"unless" => Control::Condition,
        b"for" | b"begin" | b"verbatim" => Control::Opens,
        b"else" | b"elsif" => Control::GoesOn,
        b"end" => Control::Ends,
        _ => Control::Plain,
    }
}

/// The end of the tag `frame`, whose last byte stands at `at`.
fn end_tag<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    frame: Frame,
    at: ByteOffset,
) {
    state.frames.pop();
    state.tags = state.tags.saturating_sub(1);
    let (start, end) = (frame.at, at + 1);
    sink.pattern(Pattern { start, end, kind: PatternKind::Macro, name: None });
    cursor.at = end;
    if let FrameKind::Control(mut control) = frame.kind {
        if control == Control::Condition {
            control = if state.tag_ends > 0 { Control::Opens } else { Control::Plain };
        }
        macro_text::after_control(state, cursor, control, start);
    }
    state.tag_ends = 0;
    if state.top().is_some_and(FrameKind::holds_text) {
        macro_text::begin(state, cursor, end);
    }
}

/// A closing bracket at the cursor.
#[inline]
fn close<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, class: Class) -> bool {
    use FrameKind::*;
    let at = cursor.at;
    let plain = match class {
        Class::ParenClose => Paren,
        Class::BracketClose => Bracket,
        _ => Brace,
    };
    if let Some(frame) = state.frames.pop_if(|frame| frame.kind == plain) {
        locals::end_scope(state, cursor, &frame);
        sink.close_bracket(at, class);
        cursor.at += 1;
        return true;
    }
    close_odd(state, cursor, sink, class)
}

/// As [`close`], where what is open is not simply a bracket of the same form.
#[inline(never)]
fn close_odd<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    class: Class,
) -> bool {
    use FrameKind::*;
    let at = cursor.at;
    definition::end_abstract(state, cursor, sink, at);
    let Some(frame) = state.frames.last().copied() else {
        stray(cursor, sink, class);
        return true;
    };
    match (frame.kind, class) {
        (Interpolation, Class::BraceClose) => {
            literal::end_interpolation(state, cursor, sink, frame)
        }
        (Expression, Class::BraceClose) if cursor.byte(at + 1) == b'}' => {
            sink.close_bracket(at, class);
            sink.close_bracket(at + 1, class);
            end_tag(state, cursor, sink, frame, at + 1);
        }
        (Control(_), Class::BraceClose) if at > 0 && cursor.byte(at - 1) == b'%' => {
            sink.close_bracket(at, class);
            end_tag(state, cursor, sink, frame, at);
        }
        (Paren | Parameters, Class::ParenClose)
        | (Bracket, Class::BracketClose)
        | (Brace, Class::BraceClose) => {
            if frame.kind == Parameters {
                locals::parameter(state, cursor);
            }
            state.frames.pop();
            locals::end_scope(state, cursor, &frame);
            sink.close_bracket(at, class);
            cursor.at += 1;
        }
        (Annotation, Class::BracketClose) => {
            state.frames.pop();
            sink.close_bracket(at, class);
            definition::end_pattern(state, frame.kind, at + 1, sink);
            cursor.at += 1;
        }
        (MacroParameters, Class::ParenClose) => {
            return definition::end_macro_parameters(state, cursor, sink);
        }
        _ => mismatch(state, cursor, sink, class),
    }
    true
}

fn stray<S: Sink>(cursor: &mut Cursor<'_>, sink: &mut S, class: Class) {
    sink.structural(cursor.at, class);
    sink.problem(cursor.at, ProblemKind::StrayCloser);
    cursor.at += 1;
}

/// A closing bracket that does not fit what is open: it closes the innermost that it fits, and all in between.
fn mismatch<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, class: Class) {
    use FrameKind::*;
    let at = cursor.at;
    let sort_of = |frame: &Frame| match frame.kind {
        Paren | Parameters => closer::PAREN,
        Bracket => closer::BRACKET,
        Brace => closer::BRACE,
        Interpolation | Expression | Control(_) | Macro | MacroBlock | MacroParameters => {
            closer::WALL
        }
        _ => closer::OTHER,
    };
    let Some(depth) = closer::levels_inside(&state.frames, class, sort_of) else {
        stray(cursor, sink, class);
        return;
    };
    sink.problem(at, ProblemKind::MismatchedBracket);
    later::declare(state, cursor);
    for _ in 0..depth {
        let Some(frame) = state.frames.pop() else { break };
        if frame.kind != AbstractDef {
            sink.close_level(at);
        }
        if frame.kind.is_definition() {
            state.definitions.pop();
        }
    }
    state.frames.pop();
    sink.close_bracket(at, class);
    cursor.at += 1;
}
