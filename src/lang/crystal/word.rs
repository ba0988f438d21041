//! Words of code: keywords that open a level, `end`, names.

use super::code::is_word;
use super::{Frame, FrameKind, LOOK_AHEAD, Previous, State, WORD, definition, locals};
use crate::lang::code::{Cursor, Sink};
use crate::lang::{PatternKind, ProblemKind};
use crate::units::ByteOffset;

/// A word at the cursor. False if it cannot be decided yet.
pub(super) fn word<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    let mut end = cursor.next_out::<WORD>(at).min(at + LOOK_AHEAD);
    if cursor.is_unknown(end + 2) {
        return false;
    }
    let first = cursor.byte(at);
    if first.is_ascii_digit() {
        state.token(cursor, end, Previous::Value);
        return true;
    }
    let (next, further) = (cursor.byte(end), cursor.byte(end + 1));
    let suffixed = matches!(next, b'?' | b'!') && further != b'=' && !first.is_ascii_uppercase();
    end += u64::from(suffixed);
    match state.previous {
        Previous::Mark => {
            let setter = next == b'=' && !matches!(further, b'=' | b'>' | b'~' | b' ');
            let symbol = at > 0 && cursor.byte(at - 1) == b':';
            if state.top() == Some(FrameKind::Lib) && !symbol {
                // `fun a = b`: `b` is a name too.
                let mut sign = end;
                while cursor.byte(sign) == b' ' && sign - end < LOOK_AHEAD {
                    sign += 1;
                }
                if cursor.is_unknown(sign) {
                    return false;
                }
                if cursor.byte(sign) == b'=' {
                    state.token(cursor, sign + 1, Previous::Mark);
                    return true;
                }
            }
            state.token(
                cursor,
                end + u64::from(symbol && setter && further != b'\n'),
                Previous::Value,
            );
            return true;
        }
        Previous::Dot => {
            state.token(cursor, end, Previous::Name);
            return true;
        }
        _ => {}
    }
    if next == b':' && further != b':' {
        state.token(cursor, end + 1, Previous::Begin);
        return true;
    }
    if first.is_ascii_uppercase() {
        state.token(cursor, end, Previous::Name);
        return true;
    }
    // What has a type is a name: `getter def : Def`.
    let mut colon = end;
    while cursor.byte(colon) == b' ' && colon - end < LOOK_AHEAD {
        colon += 1;
    }
    if cursor.is_unknown(colon + 1) {
        return false;
    }
    let typed = cursor.byte(colon) == b':' && cursor.byte(colon + 1).is_ascii_whitespace();
    let is_declared = || match cursor.slice(at, end) {
        b"nil" | b"true" | b"false" | b"self" => false,
        b"end" => follows_declarer(state, cursor),
        _ => true,
    };
    if typed && is_declared() {
        locals::typed(state, cursor, at, end);
        state.token(cursor, end, Previous::Name);
        return true;
    }
    if suffixed || is_argument_name(state, cursor, at) {
        state.token(cursor, end, Previous::Name);
        return true;
    }
    keyword(state, cursor, sink, end)
}

/// Whether the last token is one that names follow: `getter`, `property`, a comma between the fields of a `record`.
fn follows_declarer(state: &State, cursor: &Cursor<'_>) -> bool {
    let before = cursor.slice(state.last_end.saturating_sub(9), state.last_end);
    let before = before.strip_suffix(b"?").or(before.strip_suffix(b"!")).unwrap_or(before);
    let declarers: [&[u8]; 5] = [b"getter", b"setter", b"property", b",", b"("];
    declarers.iter().any(|declarer| before.ends_with(declarer))
}

/// Whether the word at `at` is the outer name of a parameter, which may be spelt as a keyword.
fn is_argument_name(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    matches!(state.top(), Some(FrameKind::Parameters | FrameKind::MacroParameters))
        && state.last_end > 0
        && state.last_end <= at
        && matches!(cursor.byte(state.last_end - 1), b'(' | b',')
}

/// What decides on levels and on what may follow.
const KEYWORDS: [&[u8]; 43] = [
    b"abstract",
    b"annotation",
    b"begin",
    b"break",
    b"case",
    b"class",
    b"def",
    b"do",
    b"else",
    b"elsif",
    b"end",
    b"ensure",
    b"enum",
    b"extend",
    b"false",
    b"fun",
    b"if",
    b"in",
    b"include",
    b"lib",
    b"macro",
    b"module",
    b"next",
    b"nil",
    b"of",
    b"out",
    b"private",
    b"protected",
    b"require",
    b"rescue",
    b"return",
    b"select",
    b"self",
    b"struct",
    b"then",
    b"true",
    b"union",
    b"unless",
    b"until",
    b"when",
    b"while",
    b"with",
    b"yield",
];

/// For each letter that a keyword may begin with, the letters that may come second.
const HEADS: [u32; 26] = {
    let mut heads = [0; 26];
    let mut i = 0;
    while i < KEYWORDS.len() {
        let keyword = KEYWORDS[i];
        heads[(keyword[0] - b'a') as usize] |= 1 << (keyword[1] - b'a');
        i += 1;
    }
    heads
};

/// Whether a word that begins with these bytes may be a keyword.
fn may_be_keyword(first: u8, second: u8) -> bool {
    let (first, second) = (first.wrapping_sub(b'a'), second.wrapping_sub(b'a'));
    second < 26 && HEADS.get(usize::from(first)).is_some_and(|heads| heads >> second & 1 == 1)
}

/// The word from the cursor to `end`, a keyword or a name.
fn keyword<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    end: ByteOffset,
) -> bool {
    let at = cursor.at;
    if !may_be_keyword(cursor.byte(at), cursor.byte(at + 1)) {
        state.token(cursor, end, Previous::Name);
        return true;
    }
    let length = end - at;
    let text = cursor.slice(at, end);
    let levels = state.tags == 0;
    let modifies = matches!(state.previous, Previous::Value | Previous::Name | Previous::Middle);
    let previous = match text {
        b"end" => {
            if levels {
                close(state, cursor, sink);
            } else {
                state.token(cursor, end, Previous::Value);
            }
            return true;
        }
        b"class" | b"module" | b"struct" | b"enum" | b"lib" if levels => {
            let kind = match text {
                b"class" => PatternKind::Class,
                b"module" => PatternKind::Module,
                b"struct" => PatternKind::Struct,
                b"enum" => PatternKind::Enum,
                _ => PatternKind::Lib,
            };
            return definition::named(state, cursor, sink, length, kind);
        }
        b"def" if levels => {
            return definition::method(state, cursor, sink, length, PatternKind::Def);
        }
        b"macro" if levels => {
            return definition::method(state, cursor, sink, length, PatternKind::Macro);
        }
        b"if" | b"unless" if levels && !modifies => level(state, sink, at),
        b"while" | b"until" | b"case" | b"begin" | b"select" | b"annotation" if levels => {
            level(state, sink, at)
        }
        b"do" if levels => {
            sink.open_level(at);
            state.push(at, FrameKind::Block);
            Previous::Begin
        }
        b"rescue" | b"out" => {
            if !locals::named_by_keyword(state, cursor, end) {
                return false;
            }
            Previous::Begin
        }
        b"union" if levels && state.top() == Some(FrameKind::Lib) => level(state, sink, at),
        b"fun" => {
            if levels && state.top() != Some(FrameKind::Lib) {
                level(state, sink, at);
            }
            Previous::Mark
        }
        b"abstract" => Previous::Abstract,
        b"return" | b"break" | b"next" | b"yield" => Previous::Middle,
        b"if" | b"unless" | b"while" | b"until" | b"case" | b"when" | b"in" | b"then" | b"else"
        | b"elsif" | b"begin" | b"do" | b"ensure" | b"select" | b"of" | b"include" | b"extend"
        | b"require" | b"with" | b"private" | b"protected" => Previous::Begin,
        b"self" | b"true" | b"false" | b"nil" => Previous::Value,
        _ => Previous::Name,
    };
    state.token(cursor, end, previous);
    true
}

fn level<S: Sink>(state: &mut State, sink: &mut S, at: ByteOffset) -> Previous {
    sink.open_level(at);
    state.push(at, FrameKind::Keyword);
    Previous::Begin
}

/// The keyword `end` at the cursor.
pub(super) fn close<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let at = cursor.at;
    definition::end_abstract(state, sink);
    state.token(cursor, at + 3, Previous::Value);
    let is_open = |frame: &Frame| {
        use FrameKind::*;
        matches!(frame.kind, Keyword | Block | Definition | Lib | Macro)
    };
    let Some(frame) = state.frames.pop_if(is_open) else {
        sink.problem(at, ProblemKind::StrayEnd);
        return;
    };
    locals::end_scope(state, &frame);
    sink.close_level(at);
    definition::end_pattern(frame, at + 3, sink);
}

/// Whether the word `text` stands at `at`, whole.
pub(super) fn stands(cursor: &Cursor<'_>, at: ByteOffset, text: &[u8]) -> bool {
    let after = cursor.byte(at + text.len() as u64);
    cursor.stands(at, text) && !is_word(after) && !matches!(after, b'?' | b'!')
}
