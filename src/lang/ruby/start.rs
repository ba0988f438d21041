//! Where literals and heredocs begin, and where the bytes that could begin them are something else.

use super::before::{self, Before, begins_value, is_symbol_colon, is_word};
use super::{LOOK_AHEAD, Ruby, SPECIAL, State, local};
use crate::lang::code::shared::literal::{Delimiters, Heredoc, Literal, judge_escape, plain_end};
use crate::lang::code::{Cursor, Sink};
use crate::lang::{PatternKind, SpanKind};
use crate::limits::HEREDOCS_WAITING_MAX;
use crate::units::ByteOffset;

fn enter(state: &mut State, cursor: &mut Cursor<'_>, literal: Literal, text: ByteOffset) -> bool {
    cursor.at = text;
    state.literal = Some(literal);
    true
}

fn skip(cursor: &mut Cursor<'_>, n: u64) -> bool {
    cursor.at += n;
    true
}

/// A quote or backtick.
#[inline]
pub(super) fn quote<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    let close = cursor.byte(at);
    let previous = if at > 0 { cursor.byte(at - 1) } else { 0 };
    // `$'`, `$"`, and the operator `` ` `` as a name: `` :` ``, `` x.` ``, `` def ` ``.
    let is_variable = previous == b'$' && (at < 2 || cursor.byte(at - 2) != b'$');
    if is_variable || close == b'`' && is_backtick_name(state, cursor, at) {
        return skip(cursor, 1);
    }
    // A colon may have closed a literal: `%w:a:'b'`.
    let symbol = close != b'`'
        && previous == b':'
        && at != state.value_end
        && is_symbol_start(state, cursor, at);
    let start = at - u64::from(symbol);
    let kind = match close {
        b'`' => SpanKind::Command,
        _ if symbol => SpanKind::Symbol,
        _ => SpanKind::String,
    };
    if state.pending.is_empty()
        && let Some(end) = plain_end::<SPECIAL>(cursor, at + 1, close, close != b'\'')
        && !(cursor.byte(end) == b':' && kind == SpanKind::String)
    {
        sink.span(start, end, kind);
        state.value_end = end;
        cursor.at = end;
        return true;
    }
    let literal = Literal {
        start,
        piece: start,
        kind,
        pattern: None,
        delimiters: Delimiters { open: 0, close, nested: 0 },
        interpolates: close != b'\'',
        may_be_label: kind == SpanKind::String && may_be_label(state, cursor, at),
        body: None,
    };
    enter(state, cursor, literal, at + 1)
}

fn is_backtick_name(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let follows_word = before::byte_before(cursor, at, 1) == b':'
        && is_word(before::byte_before(cursor, at, 2))
        && follows_operator(state, cursor, at - 1);
    follows_word
        || is_named(state, cursor, at)
        || matches!(before::before(state, cursor, at).0, Before::Dot | Before::Definition)
}

/// Whether the colon before the quote at `at` begins a symbol. It ends a label where a word stands right before it, and
/// belongs to `? :` after a value.
fn is_symbol_start(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let colon = at - 1;
    let further = if colon > 0 { cursor.byte(colon - 1) } else { 0 };
    if further == b':' || before::ends_name(cursor, colon) || state.literal_ends(colon) {
        return false;
    }
    if is_word(further) {
        return follows_operator(state, cursor, colon);
    }
    is_none_of_question(state, cursor, colon)
}

/// Whether the colon stands right behind a keyword that a value follows (`when:"a"`), not behind a label or a value.
fn follows_operator(state: &State, cursor: &Cursor<'_>, colon: ByteOffset) -> bool {
    let word = cursor.slice(colon.saturating_sub(4), colon);
    let is_end = word
        .strip_suffix(b"end")
        .is_some_and(|before| !before.last().is_some_and(|byte| is_word(*byte)));
    !is_end && !may_end_label(state, cursor, colon)
}

/// Whether a colon with no word right before it is none of `? :`, which stands behind a value.
fn is_none_of_question(state: &State, cursor: &Cursor<'_>, colon: ByteOffset) -> bool {
    match before::before(state, cursor, colon) {
        // `alias :a :/`
        (Before::Value, end) => is_aliased(cursor, end),
        (Before::Dot, _) => false,
        (Before::Name(start, end), _) => !local::is_local(cursor, start, end),
        _ => true,
    }
}

/// Whether the symbol that ends at `end` is the first name of an `alias`.
fn is_aliased(cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    let line = cursor.slice(end.saturating_sub(LOOK_AHEAD).max(cursor.begin()), end);
    let Some(blank) = memchr::memrchr2(b' ', b'\t', line) else { return false };
    let is_symbol = line.get(blank + 1) == Some(&b':');
    let Some(before) = line[..blank].trim_ascii_end().strip_suffix(b"alias") else { return false };
    is_symbol && before.last().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b';')
}

/// Whether the colon behind a word may end a label, or belong to `? :`: neither at the beginning of a statement, behind an
/// operator or a dot.
pub(super) fn may_end_label(state: &State, cursor: &Cursor<'_>, colon: ByteOffset) -> bool {
    let mut start = colon;
    while start > cursor.begin() && colon - start < LOOK_AHEAD && is_word(cursor.byte(start - 1)) {
        start -= 1;
    }
    if matches!(before::byte_before(cursor, start, 1), b'@' | b'$') {
        return true;
    }
    if cursor.byte(start).is_ascii_digit() {
        return !ends_with_operator(cursor.slice(start, colon));
    }
    let (before, mut end) = before::before(state, cursor, start);
    match before {
        // Behind a value it can only be a keyword: `when:"a"`.
        Before::Dot | Before::Value => return false,
        Before::Begin => {}
        _ => return true,
    }
    end = opened_before(state, cursor, end);
    if is_announced(state, end) {
        return true;
    }
    match end.checked_sub(1).map(|at| cursor.byte(at)) {
        // A block's brace stands behind a call, a hash's does not.
        Some(b'{') => match before::before(state, cursor, end - 1) {
            (Before::Value | Before::Name(..), _) => false,
            (_, at) => !cursor.stands(at.saturating_sub(2), b"->"),
        },
        Some(b'|') => {
            let (_, at) = before::before(state, cursor, end - 1);
            cursor.byte(at.wrapping_sub(1)) == b'{' || cursor.stands(at.saturating_sub(2), b"do")
        }
        Some(b'(' | b'[' | b',' | b'?' | b':') => true,
        _ => ends_with_argument_keyword(cursor, end),
    }
}

/// Whether right behind a number stands a keyword that a value follows: `7and`.
fn ends_with_operator(word: &[u8]) -> bool {
    let keywords: [&[u8]; 6] = [b"and", b"or", b"if", b"unless", b"while", b"until"];
    keywords.iter().any(|keyword| word.ends_with(keyword))
}

/// Where the token before a beginning ends, over line breaks and comments.
pub(super) fn opened_before(state: &State, cursor: &Cursor<'_>, mut end: ByteOffset) -> ByteOffset {
    let mut n = 0;
    while end > cursor.begin() && n < LOOK_AHEAD {
        let over_comment = if end == state.comment.1 { state.comment.0 } else { end };
        let token_end = before::token_end(state, cursor, over_comment);
        if token_end == end {
            break;
        }
        n += end - token_end;
        end = token_end;
    }
    end
}

/// Whether a string that begins at `at` may be a label: after an opening bracket or a comma, or as the first argument of
/// a call. Not after the `?` of `? :`.
pub(super) fn may_be_label(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let (before, end) = before::before(state, cursor, at);
    match before {
        Before::Name(..) => true,
        Before::Begin => {
            // Over line breaks and comments, which change nothing here.
            let end = opened_before(state, cursor, end);
            end > 0 && matches!(cursor.byte(end - 1), b'(' | b'[' | b'{' | b',' | b'|')
                || is_announced(state, end)
                || ends_with_argument_keyword(cursor, end)
        }
        _ => false,
    }
}

/// Whether the bodies of heredocs end at `end` whose line ends in a list.
fn is_announced(state: &State, end: ByteOffset) -> bool {
    state.announced.1 != 0 && state.announced.1 == end
}

fn ends_with_argument_keyword(cursor: &Cursor<'_>, end: ByteOffset) -> bool {
    let word = cursor.slice(end.saturating_sub(3), end);
    word.ends_with(b"in") && !word.first().is_some_and(|byte| is_word(*byte)) || word == b"not"
}

/// A `/`: a regex, or division.
pub(super) fn slash(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    let at = cursor.at;
    if cursor.is_unknown(at + 1) {
        return false;
    }
    let next = cursor.byte(at + 1);
    let begins = match before::before(state, cursor, at) {
        (Before::Name(..), _) if next == b'=' => false,
        _ => begins_value(state, cursor, at, next),
    };
    if !begins || is_named(state, cursor, at) || cursor.byte(at.wrapping_sub(1)) == b'$' {
        return skip(cursor, 1);
    }
    let literal = Literal {
        start: at,
        piece: at,
        kind: SpanKind::Regex,
        pattern: Some(PatternKind::Regex),
        delimiters: Delimiters { open: 0, close: b'/', nested: 0 },
        interpolates: true,
        may_be_label: false,
        body: None,
    };
    enter(state, cursor, literal, at + 1)
}

/// Whether the operator at `at` is the name in a symbol.
fn is_named(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    is_symbol_colon(cursor, at) && is_none_of_question(state, cursor, at - 1)
}

/// A `%`: a literal, or the remainder.
pub(super) fn percent(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    let at = cursor.at;
    if cursor.is_unknown(at + 2) {
        return false;
    }
    let next = cursor.byte(at + 1);
    let (kind, interpolates, pattern) = match next {
        b'q' => (SpanKind::String, false, PatternKind::PercentLiteral),
        b'w' => (SpanKind::Words, false, PatternKind::PercentLiteral),
        b'W' => (SpanKind::Words, true, PatternKind::PercentLiteral),
        b'i' => (SpanKind::Symbols, false, PatternKind::PercentLiteral),
        b'I' => (SpanKind::Symbols, true, PatternKind::PercentLiteral),
        b's' => (SpanKind::Symbol, false, PatternKind::PercentLiteral),
        b'x' => (SpanKind::Command, true, PatternKind::PercentLiteral),
        b'r' => (SpanKind::Regex, true, PatternKind::Regex),
        _ => (SpanKind::String, true, PatternKind::PercentLiteral),
    };
    let delimiter_at = at + 1 + u64::from(next.is_ascii_alphabetic());
    let delimiter = cursor.byte(delimiter_at);
    let known = !next.is_ascii_alphabetic() || b"qQwWiIsxr".contains(&next);
    let is_delimiter = known
        && delimiter.is_ascii()
        && !delimiter.is_ascii_alphanumeric()
        && delimiter_at < cursor.end();
    let (before, _) = before::before(state, cursor, at);
    let begins = match before {
        Before::Name(..) if next == b'=' => false,
        Before::Definition => next == b's' && !follows_def(cursor, at),
        // A variable is hardly ever divided by a bracket's contents that way.
        Before::Name(_, end) if next.is_ascii_alphabetic() => end < at,
        _ => begins_value(state, cursor, at, next),
    };
    if !begins || !is_delimiter || is_named(state, cursor, at) {
        return skip(cursor, 1);
    }
    let literal = Literal {
        start: at,
        piece: at,
        kind,
        pattern: Some(pattern),
        delimiters: Delimiters::of(delimiter),
        interpolates,
        may_be_label: false,
        body: None,
    };
    enter(state, cursor, literal, delimiter_at + 1)
}

fn follows_def(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    cursor.slice(at.saturating_sub(4), at) == b"def "
}

/// A `<`: the announcement of a heredoc, or an operator.
pub(super) fn less<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    if cursor.is_unknown(at + 4) {
        return false;
    }
    if cursor.byte(at + 1) != b'<' {
        return skip(cursor, 1);
    }
    let mark = cursor.byte(at + 2);
    let indented = matches!(mark, b'-' | b'~');
    let word_at = at + 2 + u64::from(indented);
    let first = cursor.byte(word_at);
    let quoted = matches!(first, b'"' | b'\'' | b'`');
    if !quoted && (!is_word(first) || first.is_ascii_digit()) || is_named(state, cursor, at) {
        return skip(cursor, 2);
    }
    let begins = match before::before(state, cursor, at).0 {
        Before::Class => false,
        // Nobody shifts by a negative number and puts the blanks like that.
        Before::Name(_, end) if indented || is_shouted(cursor, word_at) => end < at,
        _ => begins_value(state, cursor, at, cursor.byte(at + 2)),
    };
    if !begins {
        return skip(cursor, 2);
    }
    let Some(heredoc) = announcement_end(cursor, at, word_at) else {
        return skip(cursor, 2);
    };
    let Some(end) = heredoc else { return false };
    let quotes = u64::from(quoted);
    let name = (word_at + quotes, end - quotes);
    sink.span(at, end, SpanKind::HeredocStart);
    state.value_end = end;
    if state.pending.len() < HEREDOCS_WAITING_MAX {
        state.pending.push_back(Heredoc {
            start: at,
            name,
            word: cursor.slice(name.0, name.1).into(),
            indented,
            interpolates: first != b'\'',
        });
    }
    cursor.at = end;
    true
}

/// Whether the word at `at` is written all in capitals, as those of heredocs are.
fn is_shouted(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let word = cursor.slice(at, at + 4);
    let shouted = |byte: &u8| !is_word(*byte) || byte.is_ascii_uppercase() || *byte == b'_';
    word.first().is_some_and(u8::is_ascii_uppercase)
        && word.get(1).is_some_and(|byte| is_word(*byte))
        && word.iter().all(shouted)
}

/// The end of a heredoc's announcement at `at`, whose word, with its quotes, begins at `word_at`; `Some(None)` if that is
/// not at hand, none if it is no announcement.
fn announcement_end(
    cursor: &Cursor<'_>,
    at: ByteOffset,
    word_at: ByteOffset,
) -> Option<Option<ByteOffset>> {
    let first = cursor.byte(word_at);
    let quoted = !is_word(first);
    let mut end = word_at + u64::from(quoted);
    while end - at < LOOK_AHEAD {
        if cursor.is_unknown(end) {
            return Some(None);
        }
        let byte = cursor.byte(end);
        if quoted && byte == first && end < cursor.end() {
            return Some(Some(end + 1));
        }
        if quoted && (byte == b'\n' || end >= cursor.end()) {
            return None;
        }
        if !quoted && !is_word(byte) {
            return Some(Some(end));
        }
        end += 1;
    }
    None
}

/// A `?`: a character, or the question of `? :`.
pub(super) fn question<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.at;
    if at > 0 && (is_word(cursor.byte(at - 1)) || cursor.byte(at - 1) == b'$') {
        return skip(cursor, 1);
    }
    if cursor.is_unknown(at + 16) {
        return false;
    }
    let next = cursor.byte(at + 1);
    if next.is_ascii_whitespace()
        || at + 1 >= cursor.end()
        || !begins_value(state, cursor, at, next)
    {
        return skip(cursor, 1);
    }
    let end =
        if next == b'\\' { escape_end(cursor, at + 1) } else { character_end(cursor, at + 1) };
    if next != b'\\' && is_word(next) && is_word(cursor.byte(end)) {
        return skip(cursor, 1);
    }
    let end = end.min(cursor.end());
    if next == b'\\' && !judge_escape::<Ruby, S>(cursor, sink, at + 1, SpanKind::Char) {
        return false;
    }
    sink.span(at, end, SpanKind::Char);
    state.value_end = end;
    cursor.at = end;
    true
}

/// The end of the character, in UTF-8, at `at`.
fn character_end(cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    let first = cursor.byte(at);
    let n = if first < 0x80 { 1 } else { first.leading_ones().clamp(1, 4) };
    let mut end = at + 1;
    while end < at + u64::from(n) && cursor.byte(end) & 0xC0 == 0x80 {
        end += 1;
    }
    end
}

/// The end of the escape whose backslash stands at `at`.
fn escape_end(cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    let digits = |from: ByteOffset, most: u64, is: fn(&u8) -> bool| {
        let mut end = from;
        while end < from + most && is(&cursor.byte(end)) {
            end += 1;
        }
        end
    };
    let mut at = at;
    loop {
        let next = cursor.byte(at + 1);
        let argument = match (next, cursor.byte(at + 2)) {
            (b'u', b'{') => {
                let end = digits(at + 3, 12, |byte| byte.is_ascii_hexdigit() || *byte == b' ');
                return end + u64::from(cursor.byte(end) == b'}');
            }
            (b'u', _) => return digits(at + 2, 4, u8::is_ascii_hexdigit),
            (b'x', _) => return digits(at + 2, 2, u8::is_ascii_hexdigit),
            (b'0'..=b'7', _) => return digits(at + 1, 3, |byte| matches!(byte, b'0'..=b'7')),
            (b'C' | b'M', b'-') => at + 3,
            (b'c', _) => at + 2,
            _ => return character_end(cursor, at + 1),
        };
        if cursor.byte(argument) != b'\\' {
            return character_end(cursor, argument);
        }
        at = argument;
    }
}
