//! Keywords by one look-up, where what stands around them says that they are keywords.
//!
//! What stands before most of them is the beginning of a line, or a value or word on the same one. Those are told apart
//! here by a few bytes and masks; `keyword.rs` knows all other cases.

use super::keyword::packed;
use super::sparse::{self, Step};
use super::{Frame, FrameKind, State, WORD, before, plain};
use crate::lang::PatternKind;
use crate::lang::code::{Cursor, INNERMOST_MAX, Pattern, Sink};
use crate::units::ByteOffset;

/// What a keyword is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It opens or closes a level and does no more.
    Level,
    Method,
    Class,
    Module,
    /// `while` and `until`.
    Loop,
    Other,
}

/// A keyword, its bytes in the low bytes of an integer.
#[derive(Clone, Copy)]
pub(super) struct Keyword {
    bytes: u64,
    mask: u64,
    /// Bits of the bytes before the one behind it.
    bits: u8,
    role: Role,
    /// What it does to depth.
    change: i8,
    /// Frames, by bits, one of which must be innermost.
    inside: u16,
    /// Places, by bits, where it is a keyword that opens or closes.
    places: u8,
}

const ANYWHERE: u8 = !0;
const BEGINS: u8 = 1 << Place::Line as u8;

const KEYWORDS: [(&[u8], Role, i8, u8); 12] = [
    (b"end", Role::Level, -1, ANYWHERE),
    (b"do", Role::Level, 1, ANYWHERE),
    (b"begin", Role::Level, 1, ANYWHERE),
    (b"case", Role::Level, 1, ANYWHERE),
    (b"if", Role::Level, 1, BEGINS),
    (b"unless", Role::Level, 1, BEGINS),
    (b"def", Role::Method, 0, 0),
    (b"class", Role::Class, 0, 0),
    (b"module", Role::Module, 0, 0),
    (b"until", Role::Loop, 0, 0),
    (b"while", Role::Loop, 0, 0),
    (b"for", Role::Other, 0, 0),
];

/// Frames, by bits, that an `end` closes.
const ENDED: u16 = DEFINING | 1 << FrameKind::Loop as u8 | 1 << FrameKind::Keyword as u8;
/// Those of them that define something.
const DEFINING: u16 = 1 << FrameKind::Class as u8
    | 1 << FrameKind::Module as u8
    | 1 << FrameKind::SingletonClass as u8
    | 1 << FrameKind::Method as u8;

/// By [`slot`].
static TABLE: [Keyword; SLOTS] = {
    let none =
        Keyword { bytes: 1, mask: 0, bits: 0, role: Role::Other, change: 0, inside: 0, places: 0 };
    let mut table = [none; SLOTS];
    let mut i = 0;
    while i < KEYWORDS.len() {
        let (word, role, change, places) = KEYWORDS[i];
        let inside = if change < 0 { ENDED } else { !0 };
        let (bytes, bits) = (packed(word), 8 * word.len() as u8);
        let keyword = Keyword { bytes, mask: (1 << bits) - 1, bits, role, change, inside, places };
        // What follows a word of two bytes may be anything.
        let other = if word.len() == 2 { bytes | 1 << THIRD_BIT } else { bytes };
        assert!(table[slot(bytes)].mask == 0 && table[slot(other)].mask == 0, "a slot is taken");
        table[slot(bytes)] = keyword;
        table[slot(other)] = keyword;
        i += 1;
    }
    table
};

const SLOTS: usize = 64;
/// The bit of a word that tells `unless` from `until`: it is one of its third byte.
const THIRD_BIT: u32 = 16 + 3;

/// The place in the table of the word that `eight` begins with.
const fn slot(eight: u64) -> usize {
    let (first, second, third) = (eight & 0x1F, eight >> 8 & 0x1F, eight >> THIRD_BIT & 1);
    ((first * 5 + second * 2 + third * 32) % SLOTS as u64) as usize
}

/// What a byte behind a keyword makes of it.
static AFTER: [u8; 256] = {
    let mut after = [0; 256];
    let mut i = 0;
    while i < 256 {
        let byte = i as u8;
        after[i] = if before::is_word(byte) {
            OTHER_WORD
        } else if matches!(byte, b'?' | b'!' | b':') {
            MAYBE_NAME
        } else {
            0
        };
        i += 1;
    }
    after
};
const OTHER_WORD: u8 = 1;
const MAYBE_NAME: u8 = 2;

/// The keyword that `eight` begins with, and whether it may be a name for what stands behind it.
#[inline(always)]
pub(super) fn find(eight: u64) -> Option<(Keyword, bool)> {
    let keyword = TABLE[slot(eight)];
    let after = AFTER[usize::from((eight >> keyword.bits) as u8)];
    let differs = (eight & keyword.mask ^ keyword.bytes) | u64::from(after & OTHER_WORD);
    (differs == 0).then_some((keyword, after != 0))
}

/// The keyword at `at`; `top` frames are open.
#[inline(always)]
pub(super) fn keyword<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    top: &mut usize,
    (at, keyword): (ByteOffset, Keyword),
) -> Step {
    let Some(place) = place_of(state, cursor, at) else { return Step::Stop(at) };
    if keyword.role == Role::Level {
        return level(state, sink, top, at, keyword, place);
    }
    state.frames.cut(*top);
    let step = match keyword.role {
        Role::Method => plain::method(state, cursor, sink, at),
        Role::Class => plain::class(state, cursor, sink, at, PatternKind::Class),
        Role::Module => plain::class(state, cursor, sink, at, PatternKind::Module),
        Role::Loop if place == Place::Value => Step::On,
        _ => Step::Stop(at),
    };
    *top = state.frames.innermost_mut().len();
    step
}

/// The keyword at `at`, which opens a level or closes one: which of both cannot be foretold.
#[inline(always)]
fn level<S: Sink>(
    state: &mut State,
    sink: &mut S,
    top: &mut usize,
    at: ByteOffset,
    keyword: Keyword,
    place: Place,
) -> Step {
    if *top >= INNERMOST_MAX {
        *top = state.frames.cut(*top);
    }
    let inside = 1 << sparse::innermost(state, *top) as u8;
    let is_plain = keyword.inside & inside != 0;
    if !(is_plain & (keyword.places & 1 << place as u8 != 0)) {
        return if is_plain && place == Place::Value { Step::On } else { Step::Stop(at) };
    }
    let end = at + u64::from(keyword.bits / 8);
    sink.level(at, i64::from(keyword.change));
    if (keyword.change < 0) & (DEFINING & inside != 0)
        && let Some(it) = state.definitions.pop()
    {
        sink.pattern(Pattern { start: it.start, end, kind: it.kind, name: Some(it.name) });
    }
    let frame = Frame { at, kind: FrameKind::Keyword, waits: false };
    if sparse::change(state, top, frame, keyword.change) {
        Step::Leave(end)
    } else {
        Step::Past(end)
    }
}

/// Where a keyword stands that is no name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the beginning of a line that goes on with no other.
    Line,
    /// Behind a value on its line.
    Value,
    Inside,
}

/// By the last byte of a line: whether the next one may go on with it.
static GOES_ON: [bool; 256] = {
    let mut goes_on = [false; 256];
    let mut i = 0;
    while i < 4 {
        goes_on[b".\\\r\0"[i] as usize] = true;
        i += 1;
    }
    goes_on
};

/// Where the keyword at `at` stands; none if it may be a name, or if that is not so plain.
#[inline(always)]
fn place_of(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> Option<Place> {
    let before = at - cursor.spaces_before(at);
    let [further, last] = cursor.near(before.wrapping_sub(2));
    match last {
        b'\n' => {
            let behind_comment = before - 1 == state.comment.1;
            let goes_on = GOES_ON[usize::from(further)] & !behind_comment
                | (before == state.value_end)
                || behind_comment && before::is_comment_behind_dot(state, cursor, at);
            (!goes_on).then_some(Place::Line)
        }
        b')' if before != state.parameters_end => Some(Place::Value),
        b']' | b'}' | b'"' | b'\'' => Some(Place::Value),
        b'=' if further == b' ' => Some(Place::Line),
        // Behind a comma `undef` may go on.
        b'.' | b',' | b'@' | b'$' | b':' | b' ' | b'\t' | 0 => None,
        _ if !before::is_word(last) => Some(Place::Inside),
        // Where a window of masks begins, the middle of a word may wake.
        _ if before == at => None,
        _ => behind_word(cursor, before),
    }
}

/// Words behind which a name follows or, behind `rescue`, either sort of `if`; and those behind which a statement begins.
const NAMING: [u64; 4] = packed_all([b"alias", b"undef", b"def", b"rescue"]);
const BEGINNING: [u64; 19] = packed_all([
    b"and", b"or", b"if", b"unless", b"while", b"until", b"case", b"when", b"in", b"then", b"else",
    b"elsif", b"ensure", b"begin", b"do", b"for", b"module", b"not", b"class",
]);
/// Bytes of the longest of them.
const LONGEST: u64 = 6;

const fn packed_all<const N: usize>(words: [&[u8]; N]) -> [u64; N] {
    let (mut all, mut i) = ([0; N], 0);
    while i < N {
        all[i] = packed(words[i]);
        i += 1;
    }
    all
}

/// Where a keyword stands behind the word that ends at `end`; none if it may be a name. Kept out of the loop, which is
/// faster for it.
#[inline(never)]
fn behind_word(cursor: &Cursor<'_>, end: ByteOffset) -> Option<Place> {
    const ALIAS: u64 = packed(b"alias ");
    let start = cursor.run_start::<WORD>(end)?;
    if start < 8 || cursor.eight(start - 8) >> 16 == ALIAS {
        return None;
    }
    let length = end - start;
    if length > LONGEST {
        return Some(Place::Value);
    }
    let word = cursor.eight(start) & !(!0 << (8 * length));
    if NAMING.contains(&word) {
        return None;
    }
    Some(if BEGINNING.contains(&word) { Place::Inside } else { Place::Value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_found_whatever_follows_and_other_words_are_not() {
        let eight = |text: &[u8]| {
            let mut bytes = [0; 8];
            bytes[..text.len()].copy_from_slice(text);
            u64::from_le_bytes(bytes)
        };
        for (word, ..) in KEYWORDS {
            for after in 0..=255 {
                let found = find(eight(&[word, &[after]].concat()));
                let expected = (!before::is_word(after)).then_some(b"?!:".contains(&after));
                assert_eq!(found.map(|(_, name)| name), expected, "{word:?} {after}");
                assert!(found.is_none_or(|(it, _)| it.bytes == packed(word)));
            }
        }
        for other in [&b"each"[..], b"else", b"ends", b"dog", b"in", b"undef", b"modulo", b"clas"] {
            assert!(find(eight(other)).is_none());
        }
    }

    #[test]
    fn what_an_end_closes_are_the_keywords_that_have_one() {
        use FrameKind::*;
        for kind in [
            Paren,
            Parameters,
            Receiver,
            Bracket,
            Brace,
            Interpolation,
            Loop,
            Keyword,
            Class,
            Module,
            SingletonClass,
            Method,
            Endless,
        ] {
            let bit = 1 << kind as u8;
            assert_eq!(ENDED & bit != 0, kind.is_keyword() && kind != Endless);
            assert_eq!(DEFINING & bit != 0, kind.is_definition() && kind != Endless);
        }
    }
}
