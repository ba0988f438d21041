//! Declarations written as most are, taken in one go: heads of functions and structs, imports of a group, and the constants and
//! variables of a group, one on a line. What is written otherwise is left to `declaration.rs`, token by token; what is told
//! to the sink is the same.

use super::before::last_token;
use super::declaration;
use super::lexer::{is_word, line_comment};
use super::mark::MARKS;
use super::sparse;
use super::{
    Attention, BLANK, BRACKET, COMMA, LastToken, Mode, ODD, Role, State, WORD, line_ends, marks,
};
use crate::lang::code::{Cursor, Definition, Pattern, Sink};
use crate::lang::{Class, PatternKind, SpanKind};
use crate::simd::SETS_MAX;
use crate::units::ByteOffset;

/// The words `func` and `type` with a space behind them in memory, and which bytes these are.
const FUNC: u64 = u64::from_le_bytes(*b"func \0\0\0");
const TYPE: u64 = u64::from_le_bytes(*b"type \0\0\0");
const WORD_MASK: u64 = (1 << 40) - 1;

/// How far the end of a function's head is looked for: one line may hold any number of words `func`.
const HEAD_BYTES_MAX: u64 = 1 << 9;

/// What stands between functions: takes comments, and heads of functions and structs. Whether a body has begun; if not, what
/// stands at the cursor is something else.
#[inline]
pub(super) fn outermost<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    loop {
        let mut at = cursor.next_out::<BLANK>(cursor.at);
        cursor.at = at;
        if cursor.near(at) != *b"//" {
            let word = cursor.eight(at) & WORD_MASK;
            return word == FUNC && function(state, cursor, sink, at)
                || word == TYPE && structure(state, cursor, sink, at);
        }
        // Mostly the next line is another one.
        while cursor.near(at) == *b"//" {
            cursor.at = at + 2;
            line_comment(state, cursor, sink, at);
            if state.mode != Mode::Code {
                return false;
            }
            at = cursor.at + 1;
        }
    }
}

/// Takes the brace at the cursor that ends a function's body or a struct, if it is one.
#[inline]
pub(super) fn body_end<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    let quick = state.frames.last().is_none_or(|frame| frame.quick != 0);
    if quick || cursor.byte(at) != b'}' {
        return false;
    }
    let role = state.roles.last().copied();
    if !matches!(role, Some(Role::Body | Role::Struct)) {
        return false;
    }
    state.frames.pop();
    state.roles.pop();
    sink.close_bracket(at, Class::BraceClose);
    if role == Some(Role::Struct) {
        state.attend();
    }
    // A line break ends what a struct stands in, if it means anything there, and nothing else then.
    let line_ends = state.attention == Attention::Lines && cursor.byte(at + 1) == b'\n';
    if role == Some(Role::Body) || line_ends {
        declaration::end(state, at + 1, sink);
    }
    cursor.at = at + 1 + u64::from(line_ends);
    true
}

/// Takes the specs of a group of imports, as far as they are paths or a name and a path.
#[inline]
pub(super) fn imports<S: Sink>(state: &State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let kind = PatternKind::Import;
    if state.is_in_declaration() || state.role() != Some(Role::Group(kind)) {
        return;
    }
    loop {
        let start = cursor.next_out::<BLANK>(cursor.at);
        let mut path = start;
        if cursor.byte(path) != b'"' {
            path = cursor.next_out::<WORD>(start) + 1;
            if path == start + 1 || cursor.near(path - 1) != *b" \"" {
                return;
            }
        }
        let Some(end) = sparse::plain_end(cursor, path, b'"') else { return };
        sink.span(path, end, SpanKind::String);
        sink.pattern(Pattern { start, end, kind, name: Some((path + 1, end - 1)) });
        cursor.at = end;
    }
}

/// The spec of a group that begins with this word, where every token counts. Nothing has happened if the answer is no.
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
    let Some(line_end) = cursor.next_near(start, HEAD_BYTES_MAX, line_ends) else { return false };
    let brace = line_end.wrapping_sub(1);
    let [blank, last] = cursor.near(brace.wrapping_sub(1));
    if last != b'{' || blank != b' ' || !state.frames.is_empty() {
        return false;
    }
    let mut name_start = start + b"func ".len() as u64;
    let mut kind = PatternKind::Func;
    if cursor.byte(name_start) == b'(' {
        let close = cursor.next_where(name_start + 1, marks);
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
    let parameters = (name_end, brace);
    if !brackets_match(cursor, parameters) {
        return false;
    }

    if kind == PatternKind::Method {
        sink.open_bracket(start + b"func ".len() as u64, Class::ParenOpen);
        sink.close_bracket(name_start - 2, Class::ParenClose);
    }
    let name = (name_start, name_end);
    sink.define(Definition { start, kind, name });
    each_window(cursor, parameters, |cursor, from, [brackets, commas, _]| {
        // Commas mean nothing here: where they need no places they are counted.
        let places = if S::PLACES { brackets | commas } else { brackets };
        for at in each_place(from, places) {
            let mark = &MARKS[usize::from(cursor.byte(at))];
            sink.punctuation(at, mark.class, i64::from(mark.change));
        }
        if !S::PLACES {
            sink.separators(Class::Comma, commas.count_ones());
        }
        true
    });
    let signature = PatternKind::FunctionSignature;
    sink.pattern(Pattern { start, end: code_end, kind: signature, name: Some(name) });
    sink.open_bracket(brace, Class::BraceOpen);
    state.begin_body(kind, start, name);
    state.push_frame(brace, Role::Body);
    state.attention = Attention::Sparse;
    cursor.at = brace + 1;
    true
}

/// The head of the struct whose `type` begins at `start`, up to and with its brace, if there is nothing odd about it.
fn structure<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
) -> bool {
    let name_start = start + b"type ".len() as u64;
    let name_end = cursor.next_out::<WORD>(name_start);
    if name_end == name_start || !cursor.stands(name_end, b" struct {") {
        return false;
    }
    let (kind, name) = (PatternKind::Type, (name_start, name_end));
    sink.define(Definition { start, kind, name });
    declaration::begin_type(state, start, name, name_end + 1);
    let brace = name_end + b" struct ".len() as u64;
    sink.open_bracket(brace, Class::BraceOpen);
    state.push_frame(brace, Role::Struct);
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

/// Whether there is nothing in `range` but words, operators, commas and parentheses and brackets that match.
#[inline]
fn brackets_match(cursor: &mut Cursor<'_>, range: (ByteOffset, ByteOffset)) -> bool {
    const BITS: u8 = u8::BITS as u8;
    // What closes the open brackets, a byte for each.
    let (mut open, mut wrong) = (0_u64, 0_u8);
    let plain = each_window(cursor, range, |cursor, from, [brackets, _, odd]| {
        for at in each_place(from, brackets) {
            let byte = cursor.byte(at);
            let mark = &MARKS[usize::from(byte)];
            let [innermost, .., outermost] = open.to_le_bytes();
            wrong |= mark.closes & (innermost ^ byte) | mark.opens & outermost | mark.stops_head;
            open = open << (mark.opens & BITS) | u64::from(mark.closer);
            open >>= mark.closes & BITS;
        }
        each_place(from, odd).all(|at| is_other_word(cursor, at))
    });
    plain && open == 0 && wrong == 0
}

/// Whether a word that is not `type` begins at `at`.
fn is_other_word(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    matches!(cursor.byte(at), b't' | b'e') && !cursor.stands(at, b"type")
}

/// Goes through `range`, 64 bytes at a time or less: hands over where they begin and which of them are brackets, commas and
/// odd, until it is told not to go on.
#[inline(always)]
fn each_window(
    cursor: &mut Cursor<'_>,
    (mut from, to): (ByteOffset, ByteOffset),
    mut visit: impl FnMut(&Cursor<'_>, ByteOffset, [u64; 3]) -> bool,
) -> bool {
    while from < to {
        let sets = |masks: &[u64; SETS_MAX]| [masks[BRACKET], masks[COMMA], masks[ODD]];
        let Some((masks, end)) = cursor.places_where(from, sets) else { break };
        let beyond = if to < end { !0 << (to - from) } else { 0 };
        if !visit(cursor, from, masks.map(|mask| mask & !beyond)) {
            return false;
        }
        from = end;
    }
    true
}

/// The places of a mask whose lowest bit is `from`.
#[inline(always)]
fn each_place(from: ByteOffset, mut places: u64) -> impl Iterator<Item = ByteOffset> {
    std::iter::from_fn(move || {
        let place = (places != 0).then(|| from + u64::from(places.trailing_zeros()));
        places &= places.wrapping_sub(1);
        place
    })
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
    let stop = cursor.next_where(name_end, |masks| marks(masks) | line_ends(masks));
    if !matches!(cursor.near(stop), [b'\n', _] | [b'/', b'/']) {
        return false;
    }
    let mut end = stop;
    while matches!(cursor.byte(end - 1), b' ' | b'\t' | b'\r') {
        end -= 1;
    }
    let line_end = cursor.next_where_in_line(stop, line_ends);
    if line_end == cursor.end() || last_token(state, cursor, end) != LastToken::MayEnd {
        return false;
    }
    let name = (start, name_end);
    sink.define(Definition { start, kind, name });
    sink.pattern(Pattern { start, end, kind, name: Some(name) });
    cursor.at = stop;
    true
}
