//! Code: from token to token, brackets, tags of macros, comments.

use super::{BLANK, Control, Frame, FrameKind, LINE_END, Mode, Previous, State};
use super::{definition, literal, locals, macro_text, word};
use crate::lang::code::shared::literal::Literal;
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{Class, PatternKind, ProblemKind, SpanKind};
use crate::limits::LEVELS_LOOKED_AT;
use crate::units::ByteOffset;

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Goes on in code. False if it cannot decide yet.
pub(super) fn code<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    if cursor.at == 0 {
        if cursor.is_unknown(3) {
            return false;
        }
        if cursor.stands(0, b"\xEF\xBB\xBF") {
            cursor.at = 3;
        }
    }
    while state.literal.is_none() && state.mode == Mode::Code {
        // Nearly always one blank stands between tokens, or none.
        cursor.at += u64::from(cursor.byte(cursor.at) == b' ');
        if matches!(cursor.byte(cursor.at), b' ' | b'\t' | b'\r' | 0x0B | 0x0C | 0) {
            cursor.at = cursor.next_out::<BLANK>(cursor.at);
        }
        if cursor.at == cursor.end() {
            return true;
        }
        if !token(state, cursor, sink) {
            return false;
        }
    }
    true
}

/// The token at the cursor.
fn token<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    let byte = cursor.byte(at);
    if is_word(byte) {
        return word::word(state, cursor, sink);
    }
    if cursor.is_unknown(at + 3) {
        return false;
    }
    match byte {
        b'\n' if state.previous == Previous::MacroHead => {
            return definition::begin_text_at_line_break(state, cursor);
        }
        b'\n' => line_break(state, cursor, sink),
        b';' => {
            definition::end_abstract(state, sink);
            state.token(cursor, at + 1, Previous::Begin);
        }
        b'#' => {
            cursor.at += 1;
            return comment(state, at, cursor, sink);
        }
        b'(' => open(state, cursor, sink, FrameKind::Paren, Class::ParenOpen),
        b'[' => open(state, cursor, sink, FrameKind::Bracket, Class::BracketOpen),
        b'{' => return brace(state, cursor, sink),
        b')' => return close(state, cursor, sink, Class::ParenClose),
        b']' => return close(state, cursor, sink, Class::BracketClose),
        b'}' => return close(state, cursor, sink, Class::BraceClose),
        b'"' | b'`' | b'/' | b'\'' | b'%' => return literal::begin(state, cursor, sink),
        b'<' if cursor.stands(at, b"<<-") => return literal::heredoc(state, cursor, sink),
        b':' => return colon(state, cursor, sink),
        b'.' if cursor.byte(at + 1) == b'.' => {
            let dots = if cursor.byte(at + 2) == b'.' { 3 } else { 2 };
            state.token(cursor, at + dots, Previous::Begin);
        }
        b'.' => state.token(cursor, at + 1, Previous::Dot),
        b'@' if cursor.byte(at + 1) == b'[' => return definition::annotation(state, cursor, sink),
        b'@' => state.token(cursor, at + 1, Previous::Mark),
        // `a[i]?`
        b'?' if state.last_end == at && at > 0 && cursor.byte(at - 1) == b']' => {
            state.token(cursor, at + 1, Previous::Value);
        }
        b'$' if matches!(cursor.byte(at + 1), b'?' | b'~') => {
            state.token(cursor, at + 2, Previous::Value);
        }
        b'$' => state.token(cursor, at + 1, Previous::Mark),
        // The line goes on behind it.
        b'\\' if cursor.byte(at + 1) == b'\n' => cursor.at = at + 2,
        b'\\' if cursor.stands(at + 1, b"\r\n") => cursor.at = at + 3,
        b'|' if !locals::block_parameters(state, cursor) => return false,
        _ => operator(state, cursor),
    }
    true
}

/// An operator: a value follows, unless it is the name of a method.
fn operator(state: &mut State, cursor: &mut Cursor<'_>) {
    let byte = cursor.byte(cursor.at);
    match byte {
        b'=' => {
            locals::assigned(state, cursor);
            locals::parameter(state, cursor);
        }
        b',' => locals::parameter(state, cursor),
        _ => {}
    }
    let next = match state.previous {
        Previous::Dot => Previous::Name,
        // The last token of a type: `A?`, `A*`, `A ->`.
        _ if matches!(byte, b'?' | b'*' | b'>') && state.top() == Some(FrameKind::AbstractDef) => {
            Previous::Value
        }
        _ => Previous::Begin,
    };
    state.token(cursor, cursor.at + 1, next);
}

fn line_break<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    if matches!(state.previous, Previous::Value | Previous::Name) {
        definition::end_abstract(state, sink);
    }
    // The name of a `fun` may stand on the next line.
    if !matches!(state.previous, Previous::Dot | Previous::Abstract | Previous::Mark) {
        state.previous = Previous::Begin;
    }
    cursor.at += 1;
    let queue = std::mem::take(&mut state.pending);
    if let Some(body) = Literal::of_heredocs(queue, cursor.at) {
        state.outer.push(None);
        state.literal = Some(body);
    }
}

/// A comment from `start` on, to the end of the line or of what is at hand.
pub(super) fn comment<S: Sink>(
    state: &mut State,
    start: ByteOffset,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
) -> bool {
    let line_end = cursor.next_in::<LINE_END>(cursor.at);
    cursor.at = line_end;
    if line_end == cursor.end() && !cursor.is_last() {
        state.mode = Mode::Comment(start);
        return true;
    }
    let has_return = line_end < cursor.end() && cursor.byte(line_end - 1) == b'\r';
    state.mode = Mode::Code;
    sink.span(start, line_end - u64::from(has_return), SpanKind::Comment);
    true
}

fn open<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    kind: FrameKind,
    class: Class,
) {
    let at = cursor.at;
    sink.open_bracket(at, class);
    state.push(at, kind);
    state.token(cursor, at + 1, Previous::Begin);
}

/// A `{` at the cursor: a brace or a tag.
fn brace<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    match cursor.byte(cursor.at + 1) {
        b'{' | b'%' => tag(state, cursor, sink),
        _ => {
            open(state, cursor, sink, FrameKind::Brace, Class::BraceOpen);
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
        let mut from = at + 2;
        while cursor.byte(from).is_ascii_whitespace() && from - at < super::LOOK_AHEAD {
            from += 1;
        }
        if cursor.is_unknown(from + 9) {
            return false;
        }
        FrameKind::Control(control(cursor, from))
    };
    sink.open_bracket(at, Class::BraceOpen);
    if kind == FrameKind::Expression {
        sink.open_bracket(at + 1, Class::BraceOpen);
    }
    state.push(at, kind);
    state.tags += 1;
    state.token(cursor, at + 2, Previous::Begin);
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
        b"if" | b"unless" | b"for" | b"begin" | b"verbatim" => Control::Opens,
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
    state.token(cursor, end, Previous::Value);
    if let FrameKind::Control(control) = frame.kind {
        macro_text::after_control(state, control, start);
    }
    if state.top().is_some_and(FrameKind::holds_text) {
        macro_text::begin(state, cursor, end);
    }
}

/// A closing bracket at the cursor.
fn close<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, class: Class) -> bool {
    use FrameKind::*;
    let at = cursor.at;
    definition::end_abstract(state, sink);
    let Some(frame) = state.frames.last().copied() else {
        stray(state, cursor, sink, class);
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
            locals::end_scope(state, &frame);
            sink.close_bracket(at, class);
            state.token(cursor, at + 1, Previous::Value);
        }
        (Annotation, Class::BracketClose) => {
            state.frames.pop();
            sink.close_bracket(at, class);
            definition::end_pattern(frame, at + 1, sink);
            state.token(cursor, at + 1, Previous::Begin);
        }
        (MacroParameters, Class::ParenClose) => {
            return definition::end_macro_parameters(state, cursor, sink);
        }
        _ => mismatch(state, cursor, sink, class),
    }
    true
}

fn stray<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, class: Class) {
    sink.structural(cursor.at, class);
    sink.problem(cursor.at, ProblemKind::StrayCloser);
    state.token(cursor, cursor.at + 1, Previous::Value);
}

/// A closing bracket that does not fit what is open: it closes the innermost that it fits, and all in between.
fn mismatch<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, class: Class) {
    use FrameKind::*;
    let at = cursor.at;
    let fits = |frame: &Frame| match class {
        Class::ParenClose => matches!(frame.kind, Paren | Parameters),
        Class::BracketClose => frame.kind == Bracket,
        _ => frame.kind == Brace,
    };
    let inside = |frame: &&Frame| {
        !matches!(
            frame.kind,
            Interpolation | Expression | Control(_) | Macro | MacroBlock | MacroParameters
        )
    };
    let Some(depth) = state.frames.iter().take(LEVELS_LOOKED_AT).take_while(inside).position(fits)
    else {
        stray(state, cursor, sink, class);
        return;
    };
    sink.problem(at, ProblemKind::MismatchedBracket);
    for _ in 0..depth {
        if state.frames.pop().is_some_and(|frame| frame.kind != AbstractDef) {
            sink.close_level(at);
        }
    }
    state.frames.pop();
    sink.close_bracket(at, class);
    state.token(cursor, at + 1, Previous::Value);
}

/// A `:` at the cursor: of a path, a symbol, a type, a named argument.
fn colon<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    let next = cursor.byte(at + 1);
    let joined = state.last_end == at && state.previous != Previous::Begin;
    match next {
        b':' => state.token(cursor, at + 2, Previous::Dot),
        _ if joined => state.token(cursor, at + 1, Previous::Begin),
        b'"' => return literal::symbol(state, cursor),
        b'[' if cursor.byte(at + 2) == b']' => {
            sink.open_bracket(at + 1, Class::BracketOpen);
            sink.close_bracket(at + 2, Class::BracketClose);
            let more = u64::from(matches!(cursor.byte(at + 3), b'=' | b'?'));
            state.token(cursor, at + 3 + more, Previous::Value);
        }
        _ if is_word(next) && !next.is_ascii_digit() => {
            state.token(cursor, at + 1, Previous::Mark);
        }
        _ => {
            let mut end = at + 1;
            while end < at + 4 && b"+-*/=!<>&|^~%".contains(&cursor.byte(end)) {
                end += 1;
            }
            let symbol = end > at + 1;
            let previous = if symbol { Previous::Value } else { Previous::Begin };
            state.token(cursor, end, previous);
        }
    }
    true
}
