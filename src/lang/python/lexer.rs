//! Python's modes: line starts, code, strings, f-strings, comments, and what moves between them.

use super::fstring::literal;
use super::sparse;
use super::statement;
use super::strings;
use super::syntax::{self, Token};
use super::{Bracket, Frame, LINE_END, Mode, O_OR_A_OR_VALUE, State, WORD};
use crate::lang::code::{Cursor, LOOK_BACK_MAX, Pattern, Sink};
use crate::lang::{Class, PatternKind, ProblemKind, SpanKind};
use crate::simd::ByteSet;
use crate::units::ByteOffset;

/// A longer word is no keyword; it is taken in parts.
pub(super) const WORD_MAX: u64 = 1 << 10;

/// Digits that are looked back over.
const NUMBER_BYTES_MAX: u64 = 64;

/// Goes as far as the bytes at hand let it.
pub(super) fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    while cursor.at < cursor.end() {
        let decided = match state.mode {
            Mode::Code => code(state, cursor, sink),
            Mode::LineStart { column, fixed } => line_start(state, cursor, sink, column, fixed),
            Mode::LongWord => long_word(state, cursor),
            Mode::Str { .. } => strings::string(state, cursor, sink),
            Mode::Literal { piece, spec } => literal(state, cursor, sink, piece, spec),
            Mode::Comment { start, own_line } => comment(state, cursor, sink, start, own_line),
        };
        if !decided {
            break;
        }
    }
    forget(state, cursor);
    if cursor.is_last() {
        state.last_token_end = match state.mode {
            Mode::Comment { .. } => state.comment.1,
            _ => end_before_semicolons(state, cursor, cursor.end()),
        };
    }
}

/// Notes where code ended, and forgets what is behind that, so that states that go on equally are equal.
fn forget(state: &mut State, cursor: &Cursor<'_>) {
    state.code_end = match state.mode {
        Mode::Code => code_end(state, cursor, cursor.at),
        Mode::LineStart { .. } => state.last_code_end,
        _ => 0,
    };
    let seen = match state.mode {
        Mode::Comment { .. } => 0,
        // Semicolons may still be looked back over.
        Mode::Code => end_before_semicolons(state, cursor, cursor.at),
        _ => cursor.at.saturating_sub(LOOK_BACK_MAX as u64),
    };
    if state.comment.0 <= seen {
        state.comment = (0, 0);
    }
}

/// Ends what is open at the document's end.
pub(super) fn finish<S: Sink>(state: &mut State, end: ByteOffset, sink: &mut S) {
    match state.mode {
        Mode::Str { start, bytes, .. } => {
            sink.span(start, end, strings::string_kind(bytes));
            sink.problem(start, ProblemKind::UnterminatedString);
        }
        Mode::Literal { piece, .. } => {
            sink.span(piece, end, SpanKind::Fstring);
            sink.problem(piece, ProblemKind::UnterminatedString);
        }
        Mode::Comment { start, .. } => {
            sink.span(start, end, SpanKind::Comment);
        }
        Mode::LineStart { .. } | Mode::Code | Mode::LongWord => {}
    }
    let in_line =
        !matches!(state.mode, Mode::LineStart { .. } | Mode::Comment { own_line: true, .. });
    while let Some(frame @ (Frame::Bracket(_) | Frame::Fstring(_) | Frame::Field { .. })) =
        state.frames.last().copied()
    {
        if let Frame::Bracket(bracket) = frame {
            sink.problem(bracket.open, ProblemKind::UnclosedBracket);
        }
        state.frames.pop();
    }
    if in_line {
        let code_end = state.last_token_end;
        syntax::end_of_line(state, end, code_end, sink);
    }
    syntax::close_blocks(state, 0, sink);
    state.mode = Mode::LineStart { column: 0, fixed: None };
}

/// Whether line breaks mean nothing here.
fn in_brackets(state: &State) -> bool {
    matches!(state.frames.last(), Some(Frame::Bracket(_) | Frame::Field { .. }))
}

/// One past the line break at `at`; `None` if a CR's LF may still come.
pub(super) fn after_line_break(cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    if cursor.byte(at) == b'\n' {
        return Some(at + 1);
    }
    if cursor.is_unknown(at + 1) {
        return None;
    }
    Some(at + 1 + u64::from(cursor.byte(at + 1) == b'\n'))
}

/// White space and empty lines before a logical line.
fn line_start<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    mut column: u32,
    mut fixed: Option<u32>,
) -> bool {
    if cursor.at == 0 {
        if cursor.is_unknown(2) {
            return false;
        }
        if cursor.stands(0, b"\xEF\xBB\xBF") {
            cursor.at = 3;
        }
    }
    while cursor.at < cursor.end() {
        let at = cursor.past_spaces(cursor.at);
        column += (at - cursor.at) as u32;
        cursor.at = at;
        if at == cursor.end() {
            break;
        }
        match cursor.byte(at) {
            b'\t' => column = (column / 8 + 1) * 8,
            b'\x0c' => column = 0,
            b'#' => {
                state.mode = Mode::Comment { start: at, own_line: true };
                return true;
            }
            b'\n' | b'\r' => {
                let Some(next) = after_line_break(cursor, at) else { break };
                cursor.at = next;
                (column, fixed) = (0, None);
                continue;
            }
            b'\\' => {
                let Some(next) = continuation(cursor, at) else { break };
                if next == at + 1 {
                    return statement_at(state, cursor, sink, at, fixed.unwrap_or(column));
                }
                cursor.at = next;
                fixed = fixed.or((column > 0).then_some(column));
                column = 0;
                continue;
            }
            _ => return statement_at(state, cursor, sink, at, fixed.unwrap_or(column)),
        }
        cursor.at = at + 1;
    }
    state.mode = Mode::LineStart { column, fixed };
    cursor.at == cursor.end()
}

/// A logical line begins. If its first word is a name, no more is to be known of it; if it is like a keyword, it is taken
/// here.
#[inline]
fn statement_at<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    column: u32,
) -> bool {
    state.mode = Mode::Code;
    syntax::begin_line(state, at, column, sink);
    let [first, second, third] = [at, at + 1, at + 2].map(|at| cursor.byte(at));
    let is_quote = |byte| matches!(byte, b'"' | b'\'' | 0);
    if !is_word(first) || is_quote(second) || is_quote(third) {
        return true;
    }
    if !statement::looks_like_keyword(first, second) {
        syntax::name_begins(state);
        cursor.at = at + 1;
        return true;
    }
    let end = cursor.next_out::<WORD>(at);
    if end < cursor.end() && end - at < WORD_MAX {
        syntax::token(state, Token::Word(cursor.slice(at, end)), at, cursor, sink);
        cursor.at = end;
    }
    true
}

/// One past a backslash and the line break after it; past the backslash alone if none follows.
fn continuation(cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    if cursor.is_unknown(at + 1) {
        return None;
    }
    match cursor.byte(at + 1) {
        b'\n' | b'\r' => after_line_break(cursor, at + 1),
        _ => Some(at + 1),
    }
}

/// Code, line after line, until there is something else.
fn code<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    while cursor.at < cursor.end() && state.mode == Mode::Code {
        if !in_code(state, cursor, sink) {
            return false;
        }
    }
    true
}

/// The next thing in code that matters.
#[inline(always)]
fn in_code<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let dense = state.statement.wants_every_token();
    let at = if dense {
        let mut at = cursor.past_spaces(cursor.at);
        while matches!(cursor.byte(at), b'\t' | b'\x0c') {
            at = cursor.past_spaces(at + 1);
        }
        at
    } else if syntax::has_open_annotation(state) {
        cursor.next_in_either::<{ super::WAKE }, O_OR_A_OR_VALUE>(cursor.at)
    } else {
        if !sparse::skim(state, cursor, sink) {
            return true;
        }
        cursor.at
    };
    cursor.at = at;
    if at == cursor.end() {
        return true;
    }
    match cursor.byte(at) {
        b'\'' | b'"' => strings::quote(state, cursor, sink, at),
        b'#' => {
            let before = end_before_semicolons(state, cursor, at);
            state.comment = (at, before);
            state.mode = Mode::Comment { start: at, own_line: false };
            cursor.at = at + 1;
            true
        }
        b'\n' | b'\r' => line_break(state, cursor, sink, at),
        b'\\' => {
            let Some(next) = continuation(cursor, at) else { return false };
            cursor.at = next;
            true
        }
        byte if is_word(byte) => word(state, cursor, sink, at),
        _ => punctuation(state, cursor, sink, at),
    }
}

/// By byte: [`IN_WORD`], [`QUOTE`].
static KINDS: [u8; 256] = {
    let (word, mut kinds, mut byte) = (ByteSet::word(), [0; 256], 0);
    while byte < 256 {
        if word.has(byte as u8) {
            kinds[byte] = IN_WORD;
        }
        byte += 1;
    }
    kinds[b'"' as usize] = QUOTE;
    kinds[b'\'' as usize] = QUOTE;
    kinds
};
const IN_WORD: u8 = 1;
const QUOTE: u8 = 2;

#[inline(always)]
pub(super) fn is_word(byte: u8) -> bool {
    KINDS[usize::from(byte)] & IN_WORD != 0
}

/// Whether one of the bytes is a quote.
#[inline(always)]
pub(super) fn has_quote(bytes: [u8; 2]) -> bool {
    let [one, two] = bytes.map(|byte| KINDS[usize::from(byte)]);
    (one | two) & QUOTE != 0
}

fn line_break<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> bool {
    let Some(next) = after_line_break(cursor, at) else { return false };
    cursor.at = next;
    if !in_brackets(state) {
        let before = if at > cursor.begin() { cursor.byte(at - 1) } else { 0 };
        let is_code = before > b' ' && !matches!(before, b';' | b'\\') && at != state.comment.0;
        let code_end = if is_code { at } else { end_before_semicolons(state, cursor, at) };
        syntax::end_of_line(state, at, code_end, sink);
        return line_start(state, cursor, sink, 0, None);
    }
    true
}

fn word<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, at: ByteOffset) -> bool {
    // Where masks begin, the scanner may be woken inside a word. A keyword may follow a number at once: `[1for x in y]`.
    let inside = at > cursor.begin() && is_word(cursor.byte(at - 1)) && !after_number(cursor, at);
    let end = cursor.next_out::<WORD>(at);
    if cursor.is_unknown(end) && end - at < WORD_MAX {
        return false;
    }
    cursor.at = end;
    if end - at >= WORD_MAX {
        cursor.at = at + WORD_MAX;
        state.mode = Mode::LongWord;
    }
    let is_quote = matches!(cursor.byte(end), b'\'' | b'"');
    if is_quote && strings::is_prefix(cursor.slice(at, end)) {
        // The quote finds its prefix itself.
        return true;
    }
    if !inside || state.statement.wants_every_token() {
        let text = cursor.slice(at, cursor.at);
        syntax::token(state, Token::Word(text), at, cursor, sink);
    }
    true
}

/// Whether nothing but digits stand before `at` in its word.
fn after_number(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let lowest = at.saturating_sub(NUMBER_BYTES_MAX).max(cursor.begin());
    let mut start = at;
    while start > lowest && is_word(cursor.byte(start - 1)) {
        start -= 1;
    }
    cursor.byte(start).is_ascii_digit()
        && cursor.slice(start, at).iter().all(|byte| byte.is_ascii_digit() || *byte == b'_')
}

fn long_word(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    let from = cursor.at;
    cursor.at = cursor.next_out::<WORD>(from);
    syntax::word_went_on(state, from, cursor.at);
    if cursor.at < cursor.end() {
        state.mode = Mode::Code;
    }
    true
}

fn comment<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
    own_line: bool,
) -> bool {
    let at = cursor.next_in::<LINE_END>(cursor.at);
    cursor.at = at;
    if at == cursor.end() {
        return true;
    }
    sink.span(start, at, SpanKind::Comment);
    if own_line {
        state.mode = Mode::LineStart { column: 0, fixed: None };
    } else {
        state.comment.0 = at;
        state.mode = Mode::Code;
    }
    true
}

/// Where the code before `at` ends: white space, line breaks and comments between are looked over.
pub(super) fn code_end(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    let mut end = at;
    while end > cursor.begin() {
        if end == state.comment.0 {
            return state.comment.1;
        }
        let blank = matches!(cursor.byte(end - 1), b' ' | b'\t' | b'\x0c' | b'\n' | b'\r');
        let continued = cursor.byte(end - 1) == b'\\' && matches!(cursor.byte(end), b'\n' | b'\r');
        if !blank && !continued {
            return end;
        }
        end -= 1;
    }
    // Nothing but white space is at hand.
    state.code_end.min(end)
}

/// As [`code_end`], semicolons looked over too. Where the last logical line ended is known: lines of nothing but semicolons are
/// not gone back over again and again.
pub(super) fn end_before_semicolons(
    state: &State,
    cursor: &Cursor<'_>,
    at: ByteOffset,
) -> ByteOffset {
    let mut end = at;
    while end > cursor.begin() {
        if end == state.comment.0 {
            return state.comment.1;
        }
        if end == state.last_line_end {
            return state.last_code_end;
        }
        let before = cursor.byte(end - 1);
        let blank = matches!(before, b' ' | b'\t' | b'\x0c' | b'\n' | b'\r' | b';');
        if !(blank || before == b'\\' && matches!(cursor.byte(end), b'\n' | b'\r')) {
            return end;
        }
        end -= 1;
    }
    // Nothing but white space is at hand.
    state.code_end.min(end)
}

fn punctuation<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> bool {
    let byte = cursor.byte(at);
    let in_field = matches!(state.frames.last(), Some(Frame::Field { .. }));
    match byte {
        b'(' | b'[' | b'{' => {
            let (class, closer) = match byte {
                b'(' => (Class::ParenOpen, b')'),
                b'[' => (Class::BracketOpen, b']'),
                _ => (Class::BraceOpen, b'}'),
            };
            sink.open_bracket(at, class);
            let parameters = syntax::bracket_opens(state, byte);
            // What is opened token by token may do more when it closes.
            let bracket = Bracket { parameters, quick: 0, ..Bracket::plain(at, closer) };
            state.frames.push(Frame::Bracket(bracket));
        }
        b'}' if in_field => {
            state.frames.pop();
            let spec = matches!(state.frames.last(), Some(Frame::Field { spec: true, .. }));
            state.mode = Mode::Literal { piece: at, spec };
        }
        b':' if in_field => {
            if let Some(Frame::Field { spec, .. }) = state.frames.last_mut() {
                *spec = true;
            }
            state.mode = Mode::Literal { piece: at, spec: true };
        }
        b')' | b']' | b'}' => close_bracket(state, cursor, sink, at),
        _ => {
            if byte == b'='
                || byte == b'-'
                || byte == b':'
                || byte == b'!'
                || byte == b'<'
                || byte == b'>'
            {
                // The byte after says which operator it is.
                if cursor.is_unknown(at + 1) {
                    return false;
                }
            }
            if byte == b':' {
                sink.structural(at, Class::Colon);
            }
            cursor.at = at + 1;
            syntax::token(state, Token::Mark(byte), at, cursor, sink);
            return true;
        }
    }
    cursor.at = at + 1;
    true
}

fn close_bracket<S: Sink>(state: &mut State, cursor: &Cursor<'_>, sink: &mut S, at: ByteOffset) {
    let byte = cursor.byte(at);
    let class = Class::of(byte).unwrap_or(Class::ParenClose);
    let Some(Frame::Bracket(bracket)) = state.frames.last().copied() else {
        sink.structural(at, class);
        sink.problem(at, ProblemKind::StrayCloser);
        return;
    };
    if bracket.closer != byte {
        sink.problem(at, ProblemKind::MismatchedBracket);
    }
    if let Some(start) = bracket.annotation {
        let end = code_end(state, cursor, at);
        sink.pattern(Pattern { start, end, kind: PatternKind::TypeAnnotation, name: None });
    }
    sink.close_bracket(at, class);
    if bracket.comprehension {
        let (start, end) = (bracket.open, at + 1);
        sink.pattern(Pattern { start, end, kind: PatternKind::Comprehension, name: None });
    }
    state.frames.pop();
    syntax::bracket_closed(state, &bracket);
}
