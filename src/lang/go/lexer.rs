//! Go's modes: code, strings, runes, raw strings, comments, and what moves between them.

use super::before::{code_end, last_token};
use super::declaration::{self, Token};
use super::{Attention, BLANK, LastToken, Mode, QUOTED_END, Role, State, WORD, line_ends, marks};
use super::{escape, plain, sparse};
use crate::lang::code::shared::escape::judge;
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{Class, PatternKind, ProblemKind, SpanKind};
use crate::units::ByteOffset;

/// A longer word is no keyword; it is taken in parts.
const WORD_MAX: u64 = 1 << 10;

const MARK: &[u8] = b"\xEF\xBB\xBF";

pub(super) fn quoted_kind(quote: u8) -> SpanKind {
    if quote == b'"' { SpanKind::String } else { SpanKind::Char }
}

/// Goes as far as the bytes at hand let it.
pub(super) fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    if cursor.at == 0 && state.mode == Mode::Code {
        if cursor.is_unknown(2) {
            return;
        }
        cursor.at = if cursor.stands(0, MARK) { 3 } else { 0 };
    }
    while cursor.at < cursor.end() {
        let decided = match state.mode {
            Mode::Code => code(state, cursor, sink),
            Mode::LongWord { start } => long_word(state, cursor, sink, start),
            Mode::Quoted { start, quote } => quoted(state, cursor, sink, start, quote),
            Mode::Raw { start } => raw(state, cursor, sink, start),
            Mode::LineComment { start } => line_comment(state, cursor, sink, start),
            Mode::BlockComment { start, line_ended } => {
                block_comment(state, cursor, sink, start, line_ended)
            }
        };
        if !decided {
            break;
        }
    }
    let (seen, end) = match state.mode {
        Mode::Code => (cursor.at, code_end(state, cursor, cursor.at)),
        Mode::LineComment { start } | Mode::BlockComment { start, .. } => {
            (start, code_end(state, cursor, start))
        }
        Mode::LongWord { .. } | Mode::Quoted { .. } | Mode::Raw { .. } => (cursor.at, cursor.at),
    };
    state.last_token = last_token(state, cursor, end);
    (state.seen, state.code_end) = (seen, end);
    state.comments.clear();
}

/// Ends what is open at the document's end.
pub(super) fn finish<S: Sink>(state: &mut State, end: ByteOffset, sink: &mut S) {
    let mut code_end = state.code_end;
    match state.mode {
        Mode::Code => {}
        Mode::LongWord { start } => {
            declaration::token(state, Token::Word(b""), (start, end), sink);
            code_end = end;
        }
        Mode::Quoted { start, quote } => {
            sink.span(start, end, quoted_kind(quote));
            sink.problem(start, ProblemKind::UnterminatedString);
            code_end = end;
        }
        Mode::Raw { start } => {
            sink.span(start, end, SpanKind::RawString);
            sink.problem(start, ProblemKind::UnterminatedString);
            code_end = end;
        }
        Mode::LineComment { start } => {
            sink.span(start, end, SpanKind::LineComment);
        }
        Mode::BlockComment { start, .. } => {
            sink.span(start, end, SpanKind::BlockComment);
            sink.problem(start, ProblemKind::UnterminatedComment);
        }
    }
    state.roles.clear();
    while let Some(frame) = state.frames.pop() {
        sink.problem(frame.open, ProblemKind::UnclosedBracket);
    }
    state.mode = Mode::Code;
    while !state.declarations.is_empty() {
        declaration::end(state, code_end, sink);
    }
}

/// The next thing in code that matters.
#[inline]
fn code<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = loop {
        break match state.attention {
            Attention::Sparse => {
                sparse::skim(state, cursor, sink);
                if plain::body_end(state, cursor, sink) {
                    continue;
                }
                cursor.at
            }
            Attention::Lines => {
                cursor.next_where(cursor.at, |masks| marks(masks) | line_ends(masks))
            }
            Attention::Tokens if state.is_outermost() => {
                if plain::outermost(state, cursor, sink) {
                    continue;
                }
                if state.mode != Mode::Code {
                    return true;
                }
                cursor.at
            }
            Attention::Tokens => {
                plain::imports(state, cursor, sink);
                cursor.next_out::<BLANK>(cursor.at)
            }
        };
    };
    cursor.at = at;
    if at == cursor.end() {
        return true;
    }
    match cursor.byte(at) {
        b'(' => open(state, cursor, sink, Class::ParenOpen),
        b'[' => open(state, cursor, sink, Class::BracketOpen),
        b'{' => open(state, cursor, sink, Class::BraceOpen),
        b')' => close(state, cursor, sink, Class::ParenClose),
        b']' => close(state, cursor, sink, Class::BracketClose),
        b'}' => close(state, cursor, sink, Class::BraceClose),
        b',' => {
            sink.structural(at, Class::Comma);
            mark(state, cursor, sink)
        }
        b';' => {
            sink.structural(at, Class::Semicolon);
            if state.attention != Attention::Sparse {
                let end = code_end(state, cursor, at);
                declaration::semicolon(state, end, sink);
            }
            cursor.at += 1;
            true
        }
        quote @ (b'"' | b'\'') => {
            begin_literal(state, cursor, sink);
            if let Some(end) = sparse::plain_end(cursor, at, quote) {
                sink.span(at, end, quoted_kind(quote));
                cursor.at = end;
                end_literal(state, at, end, sink);
                return true;
            }
            state.mode = Mode::Quoted { start: at, quote };
            cursor.at += 1;
            quoted(state, cursor, sink, at, quote)
        }
        b'`' => {
            begin_literal(state, cursor, sink);
            state.mode = Mode::Raw { start: at };
            cursor.at += 1;
            true
        }
        b'/' => slash(state, cursor, sink),
        b'\n' => {
            line_break(state, cursor, sink, at);
            cursor.at = at + 1;
            true
        }
        byte if is_word(byte) => word(state, cursor, sink),
        _ => mark(state, cursor, sink),
    }
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// A byte of an operator, or a comma.
#[inline]
fn mark<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    if state.attention == Attention::Tokens {
        let at = cursor.at;
        declaration::token(state, Token::Mark(cursor.byte(at)), (at, at + 1), sink);
    }
    cursor.at += 1;
    true
}

/// A string or rune begins.
#[inline]
fn begin_literal<S: Sink>(state: &mut State, cursor: &Cursor<'_>, sink: &mut S) {
    if state.attention == Attention::Tokens {
        declaration::token(state, Token::Literal, (cursor.at, cursor.at), sink);
    }
}

/// A string or rune has ended.
#[inline]
fn end_literal<S: Sink>(state: &mut State, start: ByteOffset, end: ByteOffset, sink: &mut S) {
    state.mode = Mode::Code;
    match state.role() {
        Some(Role::Struct) => {
            sink.pattern(Pattern { start, end, kind: PatternKind::StructTag, name: None });
        }
        _ if state.attention == Attention::Tokens => {
            declaration::import_path(state, start, end, sink);
        }
        _ => {}
    }
}

fn word<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    if state.attention != Attention::Tokens {
        return type_in_code(state, cursor);
    }
    let end = cursor.next_out::<WORD>(at);
    if cursor.is_unknown(end) {
        if end - at < WORD_MAX {
            return false;
        }
        state.mode = Mode::LongWord { start: at };
    } else if plain::declaration(state, cursor, sink, (at, end)) {
        return true;
    } else {
        declaration::token(state, Token::Word(cursor.slice(at, end)), (at, end), sink);
    }
    cursor.at = end;
    true
}

fn long_word<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
) -> bool {
    cursor.at = cursor.next_out::<WORD>(cursor.at);
    if !cursor.is_unknown(cursor.at) {
        state.mode = Mode::Code;
        declaration::token(state, Token::Word(b""), (start, cursor.at), sink);
    }
    true
}

/// The keyword `type` among statements, which begins a declaration unless it is the `.(type)` of a switch.
fn type_in_code(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    let at = cursor.at;
    let end = at + b"type".len() as u64;
    if cursor.byte(at) != b't' || !cursor.is_unknown(at + 1) && cursor.byte(at + 1) != b'y' {
        // Another word, whose first bytes are as those of some that matter.
        cursor.at += 1;
        return true;
    }
    if cursor.is_unknown(end) {
        return false;
    }
    if is_inside_word(cursor, at) || is_word(cursor.byte(end)) || !cursor.stands(at, b"type") {
        cursor.at += 1;
        return true;
    }
    let before = code_end(state, cursor, at);
    if before == 0 || cursor.byte(before - 1) != b'(' {
        declaration::begin(state, PatternKind::Type, at);
    }
    cursor.at = end;
    true
}

/// Whether the byte before `at` belongs to the same word.
#[inline]
pub(super) fn is_inside_word(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    at > cursor.begin() && is_word(cursor.byte(at - 1))
}

/// A comment, or a division.
fn slash<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    if cursor.is_unknown(at + 1) {
        return false;
    }
    match cursor.byte(at + 1) {
        b'/' => {
            cursor.at = at + 2;
            line_comment(state, cursor, sink, at)
        }
        b'*' => {
            cursor.at = at + 2;
            block_comment(state, cursor, sink, at, false)
        }
        _ => mark(state, cursor, sink),
    }
}

#[inline]
pub(super) fn line_comment<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
) -> bool {
    let at = cursor.next_where_in_line(cursor.at, line_ends);
    cursor.at = at;
    if at == cursor.end() {
        state.mode = Mode::LineComment { start };
        return true;
    }
    let end = at - u64::from(cursor.byte(at - 1) == b'\r');
    sink.span(start, end, SpanKind::LineComment);
    state.comments.push((start, end));
    state.mode = Mode::Code;
    true
}

fn block_comment<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
    mut line_ended: bool,
) -> bool {
    let mut at = cursor.at;
    loop {
        let star = cursor.next_byte(b'*', at);
        line_ended = line_ended || cursor.slice(at, star).contains(&b'\n');
        state.mode = Mode::BlockComment { start, line_ended };
        cursor.at = star;
        if star == cursor.end() {
            return true;
        }
        if cursor.is_unknown(star + 1) {
            return false;
        }
        at = star + 1;
        if cursor.byte(at) == b'/' {
            break;
        }
        // Bytes given twice must not be asked for line breaks from farther on.
        cursor.at = at;
    }
    cursor.at = at + 1;
    sink.span(start, at + 1, SpanKind::BlockComment);
    state.comments.push((start, at + 1));
    state.mode = Mode::Code;
    if line_ended {
        line_break(state, cursor, sink, at + 1);
    }
    true
}

/// The end of a string or rune; escapes are stepped over.
#[inline]
fn quoted<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
    quote: u8,
) -> bool {
    loop {
        let at = cursor.next_in::<QUOTED_END>(cursor.at);
        cursor.at = at;
        if at == cursor.end() {
            return true;
        }
        match cursor.byte(at) {
            byte if byte == quote => {
                cursor.at = at + 1;
                sink.span(start, at + 1, quoted_kind(quote));
                end_literal(state, start, at + 1, sink);
                return true;
            }
            b'\\' => {
                if cursor.is_unknown(at + 1) {
                    return false;
                }
                let next = cursor.byte(at + 1);
                let is_good = |text: &[u8]| escape::is_good(text, quote);
                if !escape::is_plain(next) && next != b'\n' && !judge(cursor, sink, at, is_good) {
                    return false;
                }
                cursor.at = (at + if next == b'\n' { 1 } else { 2 }).min(cursor.end());
            }
            b'\n' => {
                sink.span(start, at, quoted_kind(quote));
                sink.problem(start, ProblemKind::UnterminatedString);
                // Blanks that it ends with are not looked back over: they belong to it.
                (state.seen, state.code_end) = (at, at);
                end_literal(state, start, at, sink);
                return true;
            }
            _ => cursor.at = at + 1,
        }
    }
}

fn raw<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
) -> bool {
    let at = cursor.next_byte(b'`', cursor.at);
    cursor.at = at;
    if at == cursor.end() {
        return true;
    }
    cursor.at = at + 1;
    sink.span(start, cursor.at, SpanKind::RawString);
    end_literal(state, start, cursor.at, sink);
    true
}

#[inline]
fn open<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, class: Class) -> bool {
    let at = cursor.at;
    let role = declaration::opens(state, cursor, sink, class);
    sink.open_bracket(at, class);
    state.push_frame(at, role);
    if state.attention != Attention::Sparse {
        state.attend();
    }
    cursor.at = at + 1;
    true
}

#[inline]
fn close<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, class: Class) -> bool {
    let at = cursor.at;
    cursor.at = at + 1;
    if state.attention != Attention::Sparse {
        let end = code_end(state, cursor, at);
        declaration::closes(state, end, sink);
    }
    let Some((opened, role)) = state.pop_frame() else {
        sink.structural(at, class);
        sink.problem(at, ProblemKind::StrayCloser);
        return true;
    };
    if role.closer() != class.byte() {
        sink.problem(at, ProblemKind::MismatchedBracket);
    }
    sink.close_bracket(at, class);
    declaration::closed(state, (opened, role), at + 1, sink);
    state.attend();
    true
}

impl Role {
    /// What closes it.
    fn closer(self) -> u8 {
        match self {
            Role::Plain(closer) => closer,
            Role::Group(_) | Role::Receiver => b')',
            Role::Struct | Role::Interface { .. } | Role::Body => b'}',
            Role::ReceiverParameters | Role::TypeParameters | Role::ParametersOrLength(_) => b']',
        }
    }
}

/// A line ends at `at`: it may end a declaration.
fn line_break<S: Sink>(state: &mut State, cursor: &Cursor<'_>, sink: &mut S, at: ByteOffset) {
    if state.attention == Attention::Lines {
        let end = code_end(state, cursor, at);
        if last_token(state, cursor, end) == LastToken::MayEnd {
            declaration::semicolon(state, end, sink);
        } else {
            // The next look back ends here: of empty lines there may be any number.
            (state.seen, state.code_end) = (at, end);
        }
    }
}
