//! Words of code that may be keywords: those that open a level, `end`, and those that a name follows.

use super::before::{self, Before, Last, byte_before};
use super::code::is_word;
use super::{FrameKind, LOOK_AHEAD, State, WORD, definition, gap, later, locals};
use crate::lang::code::shared::keyword::key;
use crate::lang::code::{Cursor, Sink};
use crate::lang::{PatternKind, ProblemKind};
use crate::units::ByteOffset;

/// What a word of code is to the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// None.
    Name,
    End,
    Def,
    Macro,
    /// `class` and its like.
    Type(PatternKind),
    /// `if`, `unless`: a level, unless it modifies what stands before it.
    Condition,
    /// Any other keyword that an `end` closes.
    Level,
    Do,
    /// A level in a `lib` only.
    Union,
    Fun,
    /// `rescue`, `out`: what follows is a variable.
    Names,
}

/// The keywords; of those that begin with the same two letters the first one is the most frequent.
const KEYWORDS: [(&[u8], Word); 21] = [
    (b"end", Word::End),
    (b"def", Word::Def),
    (b"macro", Word::Macro),
    (b"class", Word::Type(PatternKind::Class)),
    (b"module", Word::Type(PatternKind::Module)),
    (b"struct", Word::Type(PatternKind::Struct)),
    (b"enum", Word::Type(PatternKind::Enum)),
    (b"lib", Word::Type(PatternKind::Lib)),
    (b"if", Word::Condition),
    (b"unless", Word::Condition),
    (b"until", Word::Level),
    (b"union", Word::Union),
    (b"while", Word::Level),
    (b"case", Word::Level),
    (b"begin", Word::Level),
    (b"select", Word::Level),
    (b"annotation", Word::Level),
    (b"do", Word::Do),
    (b"fun", Word::Fun),
    (b"rescue", Word::Names),
    (b"out", Word::Names),
];

/// Bytes of the longest of them.
const KEYWORD_BYTES: u64 = 10;

/// What begins with two letters: the one keyword to compare with, or the first of several.
#[derive(Clone, Copy)]
struct Slot {
    /// Its first bytes, up to eight, and which of eight bytes those are.
    head: u64,
    mask: u64,
    length: u8,
    word: Word,
    /// Whether others begin with the same letters.
    shared: bool,
}

impl Slot {
    /// That of one keyword.
    const fn of((text, word): (&[u8], Word)) -> Self {
        let (head, _) = text.split_at(if text.len() < 8 { text.len() } else { 8 });
        let mask = if text.len() < 8 { (1 << (8 * text.len())) - 1 } else { u64::MAX };
        Slot { head: key(head), mask, length: text.len() as u8, word, shared: false }
    }
}

const SLOTS_BITS: u32 = 6;
/// A number for which no two pairs of letters fall into one slot, found by trying.
const SPREAD: u64 = 0x01F7;

const fn slot(eight: u64) -> usize {
    ((eight & 0xFFFF).wrapping_mul(SPREAD) as u16 >> (16 - SLOTS_BITS)) as usize
}

/// By the first two letters.
static SLOTS: [Slot; 1 << SLOTS_BITS] = {
    let none = Slot { head: 1, mask: 0, length: 0, word: Word::Name, shared: false };
    let mut slots = [none; 1 << SLOTS_BITS];
    let mut i = 0;
    while i < KEYWORDS.len() {
        let new = Slot::of(KEYWORDS[i]);
        let at = slot(new.head);
        if slots[at].mask == 0 {
            slots[at] = new;
        } else {
            assert!(slots[at].head as u16 == new.head as u16, "two pairs in one slot");
            slots[at].shared = true;
        }
        i += 1;
    }
    slots
};

/// The keywords that others stand before in [`SLOTS`].
static OTHERS: [Slot; 3] = {
    let mut others = [SLOTS[0]; 3];
    let (mut i, mut n) = (0, 0);
    while i < KEYWORDS.len() {
        let new = Slot::of(KEYWORDS[i]);
        if SLOTS[slot(new.head)].head != new.head {
            others[n] = new;
            n += 1;
        }
        i += 1;
    }
    assert!(n == others.len());
    others
};

/// The keyword at `at`, a whole word, and its end.
#[inline(always)]
pub(super) fn look_up(cursor: &Cursor<'_>, at: ByteOffset) -> Option<(Word, ByteOffset)> {
    look_up_in(|at| cursor.byte(at), cursor.eight(at), at)
}

/// As [`look_up`], where these eight bytes stand, by what tells a byte.
#[inline(always)]
pub(super) fn look_up_in(
    byte: impl Fn(ByteOffset) -> u8,
    eight: u64,
    at: ByteOffset,
) -> Option<(Word, ByteOffset)> {
    let slot = &SLOTS[slot(eight)];
    if eight & slot.mask == slot.head {
        let end = at + u64::from(slot.length);
        let is_whole = slot.length < 8 || (byte(at + 8), byte(at + 9)) == (b'o', b'n');
        if !is_word(byte(end)) && is_whole {
            return Some((slot.word, end));
        }
    }
    if slot.shared && eight as u16 == slot.head as u16 {
        let slot = OTHERS.iter().find(|slot| eight & slot.mask == slot.head)?;
        let end = at + u64::from(slot.length);
        (!is_word(byte(end))).then_some((slot.word, end))
    } else {
        None
    }
}

/// All bits if no keyword stands where these eight bytes do.
#[inline(always)]
pub(super) fn is_none(eight: u64) -> u64 {
    let slot = &SLOTS[slot(eight)];
    u64::from((eight & slot.mask != slot.head) & !slot.shared).wrapping_neg()
}

/// A word at the cursor that begins as a keyword does. False if it cannot be decided yet.
#[inline(always)]
pub(super) fn word<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    if cursor.is_unknown(at + KEYWORD_BYTES + 2) {
        return false;
    }
    match look_up(cursor, at) {
        Some((word, end)) if begins(cursor, at) => found(state, cursor, sink, word, end),
        _ => {
            // Whatever follows in the same word does not wake the scanner.
            cursor.at = at + 1;
            true
        }
    }
}

/// The word from the cursor to `end` is spelt as a keyword. False if it cannot be decided yet.
#[inline(never)]
pub(super) fn found<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    word: Word,
    end: ByteOffset,
) -> bool {
    let at = cursor.at;
    let last = before::last(state, cursor, at);
    // All that a name may be told by, without a branch for each.
    let [next, further] = cursor.near(end);
    let [before, token] = [byte_before(cursor, at, 1), byte_before(cursor, last.end, 1)];
    let hints = HINTS[usize::from(next)] & NAME_BEFORE
        | HINTS[usize::from(before)] & NAME_BEHIND
        | HINTS[usize::from(token)] & NAME_CALLED;
    let may_have_type = matches!(next, b' ' | b'\t') & matches!(further, b' ' | b'\t' | b':');
    let may_be_name =
        (hints != 0) | may_have_type | state.top().is_some_and(FrameKind::holds_arguments);
    if may_be_name {
        match is_name(state, cursor, at, end) {
            None => return false,
            Some(true) => {
                cursor.at = end;
                return true;
            }
            Some(false) => {}
        }
    }
    keyword(state, cursor, sink, (word, end), last)
}

/// Names stand right before these bytes,
const NAME_BEFORE: u8 = 1;
/// right behind these,
const NAME_BEHIND: u8 = 2;
/// and behind tokens that end with these.
const NAME_CALLED: u8 = 4;

/// By byte: whether a word at it may be a name although it is spelt as a keyword.
static HINTS: [u8; 256] = {
    let mut hints = [0; 256];
    hints[b'?' as usize] = NAME_BEFORE;
    hints[b'!' as usize] = NAME_BEFORE;
    hints[b':' as usize] = NAME_BEFORE | NAME_BEHIND | NAME_CALLED;
    hints[b'@' as usize] = NAME_BEHIND;
    hints[b'$' as usize] = NAME_BEHIND;
    hints[b'>' as usize] = NAME_BEHIND;
    hints[b'.' as usize] = NAME_CALLED;
    hints
};

/// Whether a word begins at `at`.
#[inline]
pub(super) fn begins(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    !is_word(byte_before(cursor, at, 1)) || at == 3 && cursor.stands(0, b"\xEF\xBB\xBF")
}

/// Whether the word at `at..end`, spelt as a keyword, is a name: of a method after a dot, of a variable, a symbol, a label,
/// of what has a type, behind a `->`, or with a `?` or `!` behind it. None if that depends on what is not at hand.
#[inline(never)]
fn is_name(state: &State, cursor: &Cursor<'_>, at: ByteOffset, end: ByteOffset) -> Option<bool> {
    match (cursor.byte(end), cursor.byte(end + 1)) {
        (b'?' | b'!', further) if further != b'=' => return Some(true),
        (b':', further) if further != b':' => return Some(true),
        (b' ' | b'\t', b' ' | b'\t' | b':') if has_type(state, cursor, at, end)? => {
            return Some(true);
        }
        _ => {}
    }
    let is_name = match byte_before(cursor, at, 1) {
        b'@' | b'$' => true,
        b':' => byte_before(cursor, at, 2) == b':' || before::is_symbol_colon(cursor, at - 1),
        // `->do` is a procedure.
        b'>' => before::follows_arrow(cursor, at) && cursor.slice(at, end) != b"do",
        _ => before::follows_dot(state, cursor, at),
    };
    Some(is_name || is_argument_name(state, cursor, at))
}

/// Whether what stands at `at..end` has a type, and so is a name: `getter def : Def`.
fn has_type(state: &State, cursor: &Cursor<'_>, at: ByteOffset, end: ByteOffset) -> Option<bool> {
    let mut colon = end;
    while matches!(cursor.byte(colon), b' ' | b'\t') && colon - end < LOOK_AHEAD {
        colon += 1;
    }
    if cursor.is_unknown(colon + 1) {
        return None;
    }
    let typed = cursor.byte(colon) == b':' && cursor.byte(colon + 1).is_ascii_whitespace();
    Some(typed && (!cursor.stands(at, b"end") || follows_declarer(state, cursor, at)))
}

/// Whether the token before `at` is one that names follow: `getter`, `property`, a comma between the fields of a `record`.
pub(super) fn follows_declarer(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let end = before::last(state, cursor, at).end;
    let before = cursor.slice(end.saturating_sub(9), end);
    let before = before.strip_suffix(b"?").or(before.strip_suffix(b"!")).unwrap_or(before);
    let declarers: [&[u8]; 5] = [b"getter", b"setter", b"property", b",", b"("];
    declarers.iter().any(|declarer| before.ends_with(declarer))
}

/// Whether the word at `at` is the outer name of a parameter, which may be spelt as a keyword, or the inner one, which may
/// be this.
#[inline]
fn is_argument_name(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    state.top().is_some_and(FrameKind::holds_arguments)
        && (cursor.stands(at, b"annotation")
            || matches!(byte_before(cursor, before::last(state, cursor, at).end, 1), b'(' | b','))
}

/// The keyword `word` from the cursor to `end`, behind the token `last`.
#[inline(never)]
pub(super) fn keyword<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (word, end): (Word, ByteOffset),
    last: Last,
) -> bool {
    let (at, length) = (cursor.at, end - cursor.at);
    if state.tags > 0 && word != Word::Names {
        in_tag(state, cursor, word, last);
        cursor.at = end;
        return true;
    }
    match word {
        Word::End if is_value(state, cursor, last) => {}
        Word::End => {
            close(state, cursor, sink);
            return true;
        }
        Word::Def => return definition::method(state, cursor, sink, last, PatternKind::Def),
        Word::Macro => return definition::method(state, cursor, sink, last, PatternKind::Macro),
        Word::Type(kind) => return definition::named(state, cursor, sink, length, kind),
        Word::Fun => return fun(state, cursor, sink, end),
        Word::Do => {
            let Some(parameters) = locals::block_parameters(cursor, end) else { return false };
            if !is_value(state, cursor, last) || begins_block(cursor, last, end) {
                sink.open_level(at);
                later::declare(state, cursor);
                state.push(cursor, at, FrameKind::Block);
                locals::declare_all(state, parameters);
            }
        }
        Word::Names => {
            if !locals::named_by_keyword(state, cursor, end) {
                return false;
            }
        }
        Word::Condition if modifies(state, cursor, last) => {}
        Word::Union if state.top() != Some(FrameKind::Lib) => {}
        _ => level(state, cursor, sink, at),
    }
    cursor.at = end;
    true
}

/// A keyword in a tag: it opens no level, but an `end` may wait for it.
#[inline(never)]
fn in_tag(state: &mut State, cursor: &Cursor<'_>, word: Word, last: Last) {
    match word {
        Word::End => state.tag_ends = state.tag_ends.saturating_sub(1),
        Word::Condition if modifies(state, cursor, last) => {}
        Word::Condition | Word::Level | Word::Do => state.tag_ends += 1,
        _ => {}
    }
}

/// Whether a condition behind the token `last` modifies what stands before it.
#[inline(always)]
pub(super) fn modifies(state: &State, cursor: &Cursor<'_>, last: Last) -> bool {
    // Most begin a line.
    !last.crossed
        && match before::kind(state, cursor, last) {
            Before::Value => {
                let is_bracket = byte_before(cursor, last.end, 1) == b')';
                !(is_bracket && definition::ends_parameters(state, cursor, last.end))
            }
            Before::Name | Before::Middle => true,
            Before::Begin | Before::Dot => false,
        }
}

/// Whether `do` or `end` behind the token `last` is a value by that name: there is nothing that it could begin or end.
#[inline(always)]
fn is_value(state: &State, cursor: &Cursor<'_>, last: Last) -> bool {
    // Most begin a line.
    !last.crossed
        && matches!(byte_before(cursor, last.end, 1), b'(' | b'[' | b'{' | b',' | b'=')
        && before::kind(state, cursor, last) == Before::Begin
}

/// Whether the `do` to `end`, behind the token `last`, begins a block although a comma stands before it: `a b, do`. What
/// follows on its line is at hand.
#[cold]
fn begins_block(cursor: &Cursor<'_>, last: Last, end: ByteOffset) -> bool {
    let next = cursor.byte(cursor.past_spaces(end));
    byte_before(cursor, last.end, 1) == b',' && !matches!(next, b')' | b']' | b'}' | b',' | b'=')
}

#[inline(always)]
pub(super) fn level<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) {
    sink.open_level(at);
    state.push(cursor, at, FrameKind::Keyword);
}

/// `fun` at the cursor, to `end`: the name behind it, perhaps on the next line, may be spelt as a keyword, and so may that
/// which a `=` gives it.
fn fun<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, end: ByteOffset) -> bool {
    let name = |cursor: &mut Cursor<'_>, at: ByteOffset| {
        let start = gap::end(cursor, at)?;
        Some((start, cursor.next_out::<WORD>(start).min(start + LOOK_AHEAD / 4)))
    };
    let Some((name_start, mut name_end)) = name(cursor, end) else { return false };
    let Some(sign) = gap::end(cursor, name_end) else { return false };
    if name_end > name_start && cursor.byte(sign) == b'=' {
        match name(cursor, sign + 1) {
            Some((start, end)) if end > start => name_end = end,
            Some(_) => {}
            None => return false,
        }
    }
    if cursor.is_unknown(name_end + 1) {
        return false;
    }
    if state.top() != Some(FrameKind::Lib) {
        level(state, cursor, sink, cursor.at);
    }
    if name_end > name_start {
        gap::comments(cursor, end, name_end, sink);
    }
    cursor.at = if name_end > name_start { name_end.min(cursor.end()) } else { end };
    true
}

/// The keyword `end` at the cursor.
#[inline]
pub(super) fn close<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let at = cursor.at;
    definition::end_abstract(state, cursor, sink, at);
    cursor.at = (at + 3).min(cursor.end());
    let closes = state.top().is_some_and(|kind| {
        use FrameKind::*;
        matches!(kind, Keyword | Type | Block | Definition | Lib | Macro)
    });
    let Some(frame) = state.frames.pop_if(|_| closes) else {
        sink.problem(at, ProblemKind::StrayEnd);
        return;
    };
    locals::end_scope(state, cursor, &frame);
    sink.close_level(at);
    definition::end_pattern(state, frame.kind, at + 3, sink);
}

/// Whether the word `text` stands at `at`, whole.
pub(super) fn stands(cursor: &Cursor<'_>, at: ByteOffset, text: &[u8]) -> bool {
    let after = cursor.byte(at + text.len() as u64);
    cursor.stands(at, text) && !is_word(after) && !matches!(after, b'?' | b'!')
}
