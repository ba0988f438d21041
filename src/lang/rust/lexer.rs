//! Rust's modes and what moves between them; code itself, fast and token by token.

use super::look_back::{self, is_word, wide_blank};
use super::token::{Kind, Token, Word};
use super::{BLANK, Frame, Mode, NAME, Question, Stage, State};
use super::{angle, bracket, comment, items, literals, plain_items, quick_head, shebang, sparse};
use crate::lang::code::{Cursor, Sink};
use crate::lang::{ProblemKind, SpanKind};
use crate::units::ByteOffset;

/// A longer word is no keyword, and is not waited for.
const WORD_BYTES_MAX: u64 = 1 << 10;

/// Goes as far as the bytes at hand let it.
pub(super) fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    state.levels.spread();
    go(state, cursor, sink);
    state.levels.gather();
}

fn go<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    while cursor.at < cursor.end() {
        let decided = match state.mode {
            Mode::Code if state.is_slow() => {
                let is_taken = match state.question {
                    Question::Item => plain_items::take(state, cursor, sink),
                    Question::None => quick_head::resume(state, cursor, sink),
                    _ => false,
                };
                is_taken || token(state, cursor, sink)
            }
            Mode::Code => fast(state, cursor, sink),
            Mode::Start => shebang::begin(state, cursor),
            Mode::Word { start } => long_word(state, cursor, sink, start),
            Mode::Lifetime { start } => literals::lifetime(state, cursor, sink, start),
            Mode::Char { start, sort } => literals::char(state, cursor, sink, (start, sort)),
            Mode::Str { start, sort } => literals::string(state, cursor, sink, (start, sort)),
            Mode::RawStr { start, hashes } => {
                literals::raw_string(state, cursor, sink, start, hashes)
            }
            Mode::LineComment { start, kind } => {
                comment::line_comment(state, cursor, sink, start, kind)
            }
            Mode::BlockComment { start, kind, depth } => {
                comment::block_comment(state, cursor, sink, (start, kind), depth)
            }
        };
        if !decided {
            return;
        }
    }
}

/// Ends what is open at the document's end.
pub(super) fn finish<S: Sink>(state: &mut State, end: ByteOffset, sink: &mut S) {
    match state.mode {
        Mode::Start | Mode::Code => {}
        Mode::Word { start } => {
            let kind = Kind::Word(Word::Name, true);
            items::dispatch_at_end(state, sink, Token { kind, start, end });
        }
        Mode::Lifetime { start } => {
            let token = Token { kind: Kind::Lifetime, start, end };
            items::dispatch_at_end(state, sink, token);
        }
        Mode::Char { start, .. } => sink.problem(start, ProblemKind::UnterminatedString),
        Mode::Str { start, .. } | Mode::RawStr { start, .. } => {
            sink.span(start, end, SpanKind::String);
            sink.problem(start, ProblemKind::UnterminatedString);
        }
        Mode::LineComment { start, kind } => sink.span(start, end, kind),
        Mode::BlockComment { start, kind, .. } => {
            sink.span(start, end, kind);
            sink.problem(start, ProblemKind::UnterminatedComment);
        }
    }
    items::end_question(state, sink);
    state.levels.spread();
    while let Some(frame) = state.pop_frame() {
        if let Frame::Bracket { open, .. } = frame {
            sink.problem(open, ProblemKind::UnclosedBracket);
        }
    }
    *state = State { mode: Mode::Code, ..State::default() };
}

impl State {
    /// Whether this is code where only some tokens matter.
    #[inline]
    pub(super) fn is_fast(&self) -> bool {
        self.mode == Mode::Code && !self.is_slow()
    }

    /// Whether each token matters here.
    pub(super) fn is_slow(&self) -> bool {
        !matches!(self.question, Question::None)
            || match self.frame() {
                Some(Frame::Angle { .. }) => true,
                Some(Frame::Head { stage, .. }) => *stage != Stage::Value,
                _ => false,
            }
    }
}

/// Goes from one byte that matters to the next, where words do not matter.
fn fast<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    loop {
        sparse::skim(state, cursor, sink);
        let at = cursor.at;
        if at >= cursor.end() || !state.is_fast() {
            return true;
        }
        match uncommon(state, cursor, sink, cursor.byte(at)) {
            Some(true) => {}
            Some(false) => return true,
            None => return false,
        }
    }
}

/// Whether the fast loop may go on.
fn continue_fast(state: &State) -> Option<bool> {
    Some(state.is_fast())
}

/// The other bytes that wake the fast loop: `None` if what follows must be known first, else whether the loop may go on.
fn uncommon<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    byte: u8,
) -> Option<bool> {
    let at = cursor.at;
    let decided = match byte {
        b'"' => {
            literals::open_string(state, cursor);
            match state.mode {
                Mode::Str { start, sort } => literals::string(state, cursor, sink, (start, sort)),
                _ => true,
            }
        }
        b'\'' => literals::open_quote(state, cursor),
        b'/' => match comment::slash(state, cursor) {
            None => false,
            Some(false) => {
                cursor.at = at + 1;
                true
            }
            Some(true) => match state.mode {
                Mode::LineComment { start, kind } => {
                    comment::line_comment(state, cursor, sink, start, kind)
                }
                _ => true,
            },
        },
        b'#' => {
            if cursor.is_unknown(at + 1) {
                return None;
            }
            let next = cursor.byte(at + 1);
            if next >= 0x80 && cursor.is_unknown(at + 3) {
                return None;
            }
            cursor.at = at + 1;
            let is_name = is_word(next) && wide_blank_at(cursor, at + 1).is_none();
            if !matches!(next, b'"' | b'#') && !is_name {
                state.question = Question::Attribute { start: at, inner: false };
            }
            true
        }
        b'!' => {
            if cursor.is_unknown(at + 1) {
                return None;
            }
            cursor.at = at + 1;
            items::bang(state, cursor, at);
            true
        }
        b'<' => {
            if cursor.is_unknown(at + 2) {
                return None;
            }
            angle::less(state, cursor, sink, at);
            true
        }
        _ => unsafe_word(state, cursor, at),
    };
    if decided { continue_fast(state) } else { None }
}

/// A word that begins with `un`.
fn unsafe_word(state: &mut State, cursor: &mut Cursor<'_>, at: ByteOffset) -> bool {
    if cursor.byte(at + 2) != b's' && !cursor.is_unknown(at + 2) {
        cursor.at = at + 1;
        return true;
    }
    // What ends the word may be white space of three bytes.
    if cursor.is_unknown(at + 8) {
        return false;
    }
    let end = word_end(cursor, at);
    cursor.at = end;
    let is_unsafe = end == at + 6 && cursor.stands(at, b"unsafe");
    if is_unsafe && !look_back::is_raw(cursor, at) && !look_back::ends_word(cursor, at) {
        state.question = Question::Unsafe { start: at, end, begins_item: false };
    }
    true
}

/// One token, where each matters; false if it cannot be decided on yet.
fn token<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.next_out::<BLANK>(cursor.at);
    cursor.at = at;
    if at >= cursor.end() {
        return true;
    }
    let byte = cursor.byte(at);
    if is_word(byte) {
        return word(state, cursor, sink);
    }
    let kind = match byte {
        b'"' => {
            literals::open_string(state, cursor);
            return true;
        }
        b'\'' => return literals::open_quote(state, cursor),
        b'/' => match comment::slash(state, cursor) {
            None => return false,
            Some(true) => return true,
            Some(false) => Kind::Punct(b'/'),
        },
        b')' | b']' | b'}' => {
            items::end_question(state, sink);
            bracket::close(state, cursor, sink, at, byte);
            return true;
        }
        b'(' | b'[' | b'{' => Kind::Open(byte),
        b':' | b'-' | b'=' | b'!' | b'<' | b'.' => {
            // What `<` is depends on two bytes behind it.
            let last = at + if byte == b'<' { 2 } else { 1 };
            if cursor.is_unknown(last) {
                return false;
            }
            pair(byte, cursor.byte(at + 1))
        }
        _ => Kind::Punct(byte),
    };
    let length = if matches!(kind, Kind::Open(_) | Kind::Punct(_)) { 1 } else { 2 };
    cursor.at = at + length;
    items::dispatch(state, cursor, sink, Token { kind, start: at, end: at + length });
    true
}

fn pair(first: u8, second: u8) -> Kind {
    match (first, second) {
        (b':', b':') => Kind::Separator,
        (b'-', b'>') => Kind::Arrow,
        (b'=', b'>') => Kind::FatArrow,
        (b'=' | b'!' | b'<', b'=') | (b'.', b'.') => Kind::Operator,
        (first, _) => Kind::Punct(first),
    }
}

/// A word where each token matters. White space beyond ASCII is made of the same bytes and is passed over.
fn word<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let start = cursor.at;
    if cursor.byte(start) >= 0x80 && cursor.is_unknown(start + 2) {
        return false;
    }
    if let Some(length) = wide_blank_at(cursor, start) {
        cursor.at = start + length;
        return true;
    }
    let end = word_end(cursor, start);
    if cursor.is_unknown(end + 2) && end - start < WORD_BYTES_MAX {
        return false;
    }
    if cursor.is_unknown(end) {
        // Never between the bytes of a character.
        cursor.at = end - 3;
        state.mode = Mode::Word { start };
        return true;
    }
    let bytes = cursor.slice(start, end);
    if is_suffix(state, start) || is_prefix(bytes, cursor.byte(end)) {
        // The quote finds its prefix itself.
        cursor.at = end;
        return true;
    }
    if cursor.byte(end) == b'#' && matches!(bytes, b"r" | b"br" | b"cr") {
        let Some(quote) = literals::behind_hashes(cursor, end) else { return false };
        if cursor.byte(quote) == b'"' {
            cursor.at = quote;
            return true;
        }
    }
    let (mut kind, mut end) = (Word::of(bytes), end);
    let mut is_name = kind.is_name(bytes);
    if bytes == b"r" && cursor.byte(end) == b'#' && begins_name(cursor.byte(end + 1)) {
        end = word_end(cursor, end + 1);
        if cursor.is_unknown(end) && end - start < WORD_BYTES_MAX {
            return false;
        }
        (kind, is_name) = (Word::Name, true);
        if cursor.is_unknown(end) {
            cursor.at = end - 3;
            state.mode = Mode::Word { start };
            return true;
        }
    }
    cursor.at = end;
    items::dispatch(state, cursor, sink, Token { kind: Kind::Word(kind, is_name), start, end });
    true
}

/// Whether the word at `start` stands right behind a literal, and is part of it.
fn is_suffix(state: &State, start: ByteOffset) -> bool {
    state.literal_end == start && start != 0
}

/// Whether a word is the prefix of the literal that the byte behind it begins.
fn is_prefix(word: &[u8], next: u8) -> bool {
    match next {
        b'"' => matches!(word, b"b" | b"c" | b"r" | b"br" | b"cr"),
        b'\'' => word == b"b",
        _ => false,
    }
}

pub(super) fn begins_name(byte: u8) -> bool {
    is_word(byte) && !byte.is_ascii_digit()
}

#[inline]
pub(super) fn wide_blank_at(cursor: &Cursor<'_>, at: ByteOffset) -> Option<u64> {
    if cursor.byte(at) < 0x80 {
        return None;
    }
    wide_blank(cursor.slice(at, at + 2)).or_else(|| wide_blank(cursor.slice(at, at + 3)))
}

/// Where the word that `from` is in ends.
#[inline]
pub(super) fn word_end(cursor: &mut Cursor<'_>, from: ByteOffset) -> ByteOffset {
    let end = cursor.next_out::<NAME>(from);
    if cursor.byte(end) < 0x80 { end } else { wide_word_end(cursor, end) }
}

/// Where the word ends that has a byte beyond ASCII at `at`, unless that begins white space.
#[cold]
fn wide_word_end(cursor: &Cursor<'_>, mut at: ByteOffset) -> ByteOffset {
    while is_word(cursor.byte(at)) && wide_blank_at(cursor, at).is_none() {
        at += 1;
    }
    at
}

fn long_word<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    start: ByteOffset,
) -> bool {
    let end = word_end(cursor, cursor.at);
    if cursor.is_unknown(end + 2) {
        if end - cursor.at < 4 {
            return false;
        }
        cursor.at = end - 3;
        return true;
    }
    cursor.at = end;
    state.mode = Mode::Code;
    if is_suffix(state, start) {
        return true;
    }
    let kind = Kind::Word(Word::Name, true);
    items::dispatch(state, cursor, sink, Token { kind, start, end });
    true
}

#[cfg(test)]
mod tests {
    use crate::lang::{LanguageId, PatternKind};
    use crate::simd::best;

    /// Wherever the attribute stands, and wherever the text is cut.
    #[test]
    fn white_space_beyond_ascii_may_stand_inside_an_attribute() {
        let scanner = LanguageId::Rust.info().scanner.expect("Rust has one");
        for text in ["fn f() {#\u{2028}[a]}", "\"\"{\n #\u{2028}[a]", "f(#\u{2028}[a] b, c)"] {
            let whole = scanner.tokens(best(), text.as_bytes(), &[]);
            let n = whole.patterns.iter().filter(|it| it.kind == PatternKind::Attribute).count();
            assert_eq!(n, 1, "{text:?}");
            for cut in 1..text.len() {
                let cut_there = scanner.tokens(best(), text.as_bytes(), &[cut]);
                assert!(cut_there == whole, "{text:?} cut at {cut}");
            }
        }
    }
}
