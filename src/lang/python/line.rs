//! From the end of a plain logical line to the first word of the next: over empty lines, comments, docstrings and plain
//! decorators, with the blocks that begin and end by indentation, as `lexer.rs` would go, but at once.

use super::lexer::{WORD_MAX, has_quote, is_word};
use super::statement::{Expect, Kind, opener};
use super::strings::is_plain_escape;
use super::syntax;
use super::whole::{self, Stop};
use super::{Defined, LINE_END, Mode, STRING_END, State, WORD};
use crate::lang::code::{Cursor, Definition, Pattern, Sink};
use crate::lang::{PatternKind, SpanKind};
use crate::units::ByteOffset;

/// Bytes that the first word of a statement is told by, with what follows it.
const OPENER_BYTES: u64 = 8;

/// What stands at the beginning of a statement.
pub(super) enum Begun {
    /// A name or a keyword after which no token by itself matters; go on from here.
    Plain(ByteOffset),
    /// Something else, from here on; the mode may be another.
    Other(ByteOffset),
}

/// Ends the logical line at the line break at `at` if there is nothing to do but to note where it ended. Neither brackets
/// nor f-strings are open.
#[inline(always)]
pub(super) fn ends(state: &mut State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let (end, last) = if at == state.comment.0 {
        (state.comment.1, cursor.byte(state.comment.1.wrapping_sub(1)))
    } else {
        (at, cursor.byte(at.wrapping_sub(1)))
    };
    let is_token_end = last > b' ' && last != b';' && last != b'\\';
    if !is_token_end || !state.statement.is_plain() || state.inline_definition.is_some() {
        return false;
    }
    state.statement.kind = Kind::Simple;
    state.next_block = None;
    state.doc_expected = false;
    note_end(state, at, end);
    true
}

/// Notes that a logical line ended with the line break at `at`, and its last token at `code_end`.
#[inline(always)]
pub(super) fn note_end(state: &mut State, at: ByteOffset, code_end: ByteOffset) {
    state.last_code_end = code_end;
    state.last_line_end = at;
    state.comment = (0, 0);
}

/// From the line that begins at `start`, which begins no logical line that is known of, into the next statement that is more
/// than a line to be taken whole.
#[inline(always)]
pub(super) fn begin<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
) -> Begun {
    let mut line = start;
    let (at, word) = loop {
        let at = match whole::lines(state, cursor, sink, line) {
            Stop::Inside(at) => return Begun::Plain(at),
            Stop::Start(at) => at,
            Stop::Line(at) => match first_byte(cursor, sink, at) {
                Ok((at, column)) => {
                    if state.next_block.is_some() || column != syntax::indent(state) {
                        syntax::indentation(state, at, column, sink);
                    }
                    at
                }
                Err(line) => return leave(state, line),
            },
        };
        let word = cursor.eight(at);
        let [first, second, third, ..] = word.to_le_bytes();
        if at + OPENER_BYTES <= cursor.end() && is_word(first) && !has_quote([second, third]) {
            break (at, word);
        }
        let whole = match first {
            b'@' => decorator(state, cursor, sink, at),
            _ => text(state, cursor, sink, at, [first, second, third]),
        };
        match whole {
            Some(end) => line = end + 1,
            None => return token_by_token(state, at),
        }
    };
    let (kind, decides) = opener(word);
    if decides {
        return definition(state, cursor, sink, at, word);
    }
    state.statement.kind = kind;
    state.doc_expected = false;
    Begun::Plain(at + 1)
}

/// Where the first line from `line` on begins that is neither empty nor a comment, behind how many spaces. `Err`: the line that
/// begins there is to be gone through white space by white space.
#[inline(always)]
fn first_byte<S: Sink>(
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    mut line: ByteOffset,
) -> Result<(ByteOffset, u32), ByteOffset> {
    loop {
        let at = cursor.past_spaces(line);
        match cursor.byte(at) {
            b'\n' => line = at + 1,
            b'#' => {
                let end = cursor.next_in::<LINE_END>(at);
                if cursor.byte(end) != b'\n' {
                    return Err(line);
                }
                sink.span(at, end, SpanKind::Comment);
                line = end + 1;
            }
            // Other white space, or what is not at hand.
            0..b' ' | b'\\' => return Err(line),
            _ => return Ok((at, (at - line) as u32)),
        }
    }
}

/// Takes the line that begins with an `@` at `start` if a dotted name is all that follows. Returns where its line break stands.
fn decorator<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
) -> Option<ByteOffset> {
    let mut word = start + 1;
    let end = loop {
        let end = cursor.next_out::<WORD>(word);
        let is_name = (1..WORD_MAX).contains(&(end - word));
        if !is_name || !syntax::begins_name(cursor.slice(word, end)) {
            return None;
        }
        match cursor.byte(end) {
            b'.' => word = end + 1,
            b'\n' => break end,
            _ => return None,
        }
    };
    let name = Some((start + 1, end));
    sink.pattern(Pattern { start, end, kind: PatternKind::Decorator, name });
    state.doc_expected = false;
    note_end(state, end, end);
    Some(end)
}

/// Takes a line that is a string in three quotes and nothing else, as docstrings are, if one begins at `start` with these
/// bytes. Returns where its line break stands.
fn text<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
    first: [u8; 3],
) -> Option<ByteOffset> {
    if first != *b"\"\"\"" {
        return None;
    }
    let mut at = start + 3;
    let end = loop {
        at = cursor.next_in::<STRING_END>(at);
        match cursor.byte(at) {
            b'"' if cursor.stands(at, &first) => break at + 3,
            b'"' | b'\'' => at += 1,
            b'\\' if is_plain_escape(cursor, at, false) => at += 2,
            _ => return None,
        }
    };
    if cursor.byte(end) != b'\n' {
        return None;
    }
    sink.span(start, end, SpanKind::String);
    if std::mem::take(&mut state.doc_expected) {
        sink.pattern(Pattern { start, end, kind: PatternKind::Docstring, name: None });
    }
    note_end(state, end, end);
    Some(end)
}

/// Takes `def` or `class` and the name behind it, at `at`, if they stand as they mostly do; `word` begins there.
fn definition<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    word: u64,
) -> Begun {
    let bytes = word.to_le_bytes();
    let (kind, statement, keyword) = if bytes.starts_with(b"def ") {
        (PatternKind::Def, Kind::Def, b"def ".len())
    } else if bytes.starts_with(b"class ") {
        (PatternKind::Class, Kind::Definition, b"class ".len())
    } else {
        return token_by_token(state, at);
    };
    let name_start = at + keyword as u64;
    let name_end = cursor.next_out::<WORD>(name_start);
    let is_name = (1..WORD_MAX).contains(&(name_end - name_start));
    if !is_name || !matches!(cursor.byte(name_end), b'(' | b':') {
        return token_by_token(state, at);
    }
    state.doc_expected = false;
    state.statement.kind = statement;
    let name = (name_start, name_end);
    sink.define(Definition { start: at, kind, name });
    state.statement.definition = Some(Defined { start: at, kind, name });
    Begun::Plain(name_end)
}

/// Leaves the statement that begins at `at` to the lexer.
fn token_by_token(state: &mut State, at: ByteOffset) -> Begun {
    state.statement.expect = Expect::Start { line: true };
    Begun::Other(at)
}

/// Leaves the line that begins at `line` to the lexer.
#[cold]
fn leave(state: &mut State, line: ByteOffset) -> Begun {
    state.mode = Mode::LineStart { column: 0, fixed: None };
    Begun::Other(line)
}
