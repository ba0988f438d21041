//! Declarations written as most are, taken in one go: the head of a function on a line of its own, and the constants and
//! variables of a group, one on a line. What is written otherwise is left to `declaration.rs`, token by token; what is told
//! to the sink is the same.

use super::lexer::{is_word, last_token};
use super::{Attention, COMMA, LINE_END, LastToken, Role, State, WAKE, WORD};
use crate::lang::code::{Cursor, Definition, Pattern, Sink};
use crate::lang::{Class, PatternKind};
use crate::units::ByteOffset;

/// The word `func` with a space behind it in memory, and which bytes these are.
const FUNC: u64 = u64::from_le_bytes(*b"func \0\0\0");
const FUNC_MASK: u64 = (1 << 40) - 1;

/// Brackets and commas of a head that is taken in one go.
const MARKS_MAX: usize = 32;

/// The marks of a function's head, in order.
struct Head {
    marks: [(ByteOffset, u8); MARKS_MAX],
    n_marks: usize,
}

/// The declaration that begins with this word, where every token counts. Nothing has happened if the answer is no.
#[inline]
pub(super) fn declaration<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    word: (ByteOffset, ByteOffset),
) -> bool {
    if state.is_in_declaration() {
        return false;
    }
    match state.role() {
        None => cursor.eight(word.0) & FUNC_MASK == FUNC && function(state, cursor, sink, word.0),
        Some(Role::Group(kind @ (PatternKind::Const | PatternKind::Var))) => {
            spec(state, cursor, sink, word, kind)
        }
        _ => false,
    }
}

/// The head of the function whose `func` begins at `start`, up to and with the brace of its body, if it stands on one line
/// that ends with the brace.
fn function<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
) -> bool {
    let line_end = cursor.next_in::<LINE_END>(start);
    let brace = line_end.wrapping_sub(1);
    let [blank, last] = cursor.near(brace.wrapping_sub(1));
    if line_end == cursor.end() || last != b'{' || blank != b' ' || !state.frames.is_empty() {
        return false;
    }
    let mut name_start = start + b"func ".len() as u64;
    let mut kind = PatternKind::Func;
    if cursor.byte(name_start) == b'(' {
        let close = cursor.next_in_either::<WAKE, COMMA>(name_start + 1);
        if cursor.byte(close) != b')' || cursor.byte(close + 1) != b' ' {
            return false;
        }
        kind = PatternKind::Method;
        name_start = close + 2;
    }
    let name_end = cursor.next_out::<WORD>(name_start);
    let code_end = brace - 1;
    if name_end == name_start || cursor.byte(name_end) != b'(' || !ends_type(cursor, code_end) {
        return false;
    }
    let Some(head) = Head::read(cursor, name_end, brace) else { return false };

    if kind == PatternKind::Method {
        sink.open_bracket(start + b"func ".len() as u64, Class::ParenOpen);
        sink.close_bracket(name_start - 2, Class::ParenClose);
    }
    let name = (name_start, name_end);
    sink.define(Definition { start, kind, name });
    for (at, byte) in &head.marks[..head.n_marks] {
        let (class, change) = mark(*byte);
        sink.punctuation(*at, class, change);
    }
    let signature = PatternKind::FunctionSignature;
    sink.pattern(Pattern { start, end: code_end, kind: signature, name: Some(name) });
    sink.open_bracket(brace, Class::BraceOpen);
    state.begin_body(kind, start, name);
    state.push_frame(brace, Role::Body);
    state.attention = Attention::Sparse;
    cursor.at = brace + 1;
    true
}

/// Whether code that ends at `end` ends with the type of a result that is no literal of one, or with parameters.
fn ends_type(cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    match cursor.byte(end - 1) {
        b')' | b']' => true,
        b't' => !cursor.stands(end.saturating_sub(6), b"struct"),
        b'e' => !cursor.stands(end.saturating_sub(9), b"interface"),
        byte => is_word(byte),
    }
}

/// What a byte is, and what it does to depth.
#[inline(always)]
fn mark(byte: u8) -> (Class, i64) {
    match byte {
        b'(' => (Class::ParenOpen, 1),
        b'[' => (Class::BracketOpen, 1),
        b')' => (Class::ParenClose, -1),
        b']' => (Class::BracketClose, -1),
        _ => (Class::Comma, 0),
    }
}

impl Head {
    /// The marks from the parenthesis at `from` to `brace`, if there is nothing among them but commas and brackets that
    /// match.
    #[inline]
    fn read(cursor: &mut Cursor<'_>, from: ByteOffset, brace: ByteOffset) -> Option<Head> {
        let mut head = Head { marks: [(0, 0); MARKS_MAX], n_marks: 0 };
        // Open brackets, two bits for each, and how many.
        let (mut open, mut depth) = (0_u64, 0_u32);
        let mut at = from;
        loop {
            at = cursor.next_in_either::<WAKE, COMMA>(at);
            if at >= brace {
                return (depth == 0).then_some(head);
            }
            let byte = cursor.byte(at);
            let bracket = match byte {
                b'(' | b')' => 1,
                b'[' | b']' => 2,
                b',' => 0,
                b't' if !cursor.stands(at, b"type") => {
                    at += 1;
                    continue;
                }
                _ => return None,
            };
            match byte {
                b'(' | b'[' => {
                    open = open << 2 | bracket;
                    depth += 1;
                }
                b')' | b']' if open & 3 == bracket => {
                    open >>= 2;
                    depth -= 1;
                }
                b',' => {}
                _ => return None,
            }
            if depth > MARKS_MAX as u32 / 2 {
                return None;
            }
            *head.marks.get_mut(head.n_marks)? = (at, byte);
            head.n_marks += 1;
            at += 1;
        }
    }
}

/// The spec at `start` in a group of constants or variables, up to its line's end or the comment there, if nothing stands
/// on that line that could be more than names, operators and numbers.
fn spec<S: Sink>(
    state: &State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (start, name_end): (ByteOffset, ByteOffset),
    kind: PatternKind,
) -> bool {
    let stop = cursor.next_in_any(name_end, [WAKE, COMMA, LINE_END]);
    if !matches!(cursor.near(stop), [b'\n', _] | [b'/', b'/']) {
        return false;
    }
    let mut end = stop;
    while matches!(cursor.byte(end - 1), b' ' | b'\t' | b'\r') {
        end -= 1;
    }
    let line_end = cursor.next_in::<LINE_END>(stop);
    if line_end == cursor.end() || last_token(state, cursor, end) != LastToken::MayEnd {
        return false;
    }
    let name = (start, name_end);
    sink.define(Definition { start, kind, name });
    sink.pattern(Pattern { start, end, kind, name: Some(name) });
    cursor.at = stop;
    true
}
