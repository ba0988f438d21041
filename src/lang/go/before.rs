//! What code stands before a place: where it ends, white space and comments aside, and what its last token means for what
//! comes.

use super::lexer::is_word;
use super::{BLANK, LastToken, State};
use crate::lang::code::Cursor;
use crate::units::ByteOffset;

/// Where the code before `at` ends: white space and comments between are looked over.
#[inline]
pub(super) fn code_end(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    let comment_end = state.comments.last().map_or(0, |(_, end)| *end);
    if at > state.seen.max(comment_end) && !is_blank(cursor.byte(at - 1)) {
        return at;
    }
    // Mostly nothing but white space stands between, and it begins where masks are at hand.
    match cursor.run_start::<BLANK>(at) {
        Some(start) if start > state.seen.max(comment_end) => start,
        _ => code_end_by_bytes(state, cursor, at),
    }
}

fn code_end_by_bytes(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
    let mut end = at;
    let mut comments = state.comments.iter().rev().peekable();
    while end > state.seen {
        if let Some((start, _)) = comments.next_if(|(_, comment_end)| *comment_end == end) {
            end = *start;
        } else if is_blank(cursor.byte(end - 1)) {
            end -= 1;
        } else {
            return end;
        }
    }
    state.code_end
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The token that ends at `end`, the last one of the code so far. A line may end a statement after a word that is no keyword
/// of the wrong sort, after a literal (`1.` is one), and after a closing bracket.
pub(super) fn last_token(state: &State, cursor: &Cursor<'_>, end: ByteOffset) -> LastToken {
    let Some(bytes) = word_before(cursor, end) else { return state.last_token };
    let Some((last, before)) = bytes.split_last() else { return LastToken::GoesOn };
    let last_word =
        |bytes: &'_ [u8]| bytes.iter().rposition(|byte| !is_word(*byte)).map_or(0, |at| at + 1);
    match last {
        b')' | b']' | b'}' | b'"' | b'\'' | b'`' => LastToken::MayEnd,
        b'.' if before[last_word(before)..].first().is_some_and(u8::is_ascii_digit) => {
            LastToken::MayEnd
        }
        // Keywords end with these.
        b't' | b'e' | b'c' | b'p' | b'n' | b'r' => match keyword(bytes) {
            b"struct" => LastToken::Struct,
            b"interface" => LastToken::Interface,
            b"func" | b"type" | b"map" | b"chan" | b"const" | b"var" | b"import" | b"package" => {
                LastToken::GoesOn
            }
            _ => LastToken::MayEnd,
        },
        byte if is_word(*byte) => LastToken::MayEnd,
        _ => LastToken::GoesOn,
    }
}

/// Whether the brace at `at` is neither a struct's nor an interface's.
pub(super) fn is_plain_brace(state: &State, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let end = code_end(state, cursor, at);
    // Mostly the last letter tells that it is no such word.
    word_before(cursor, end).is_some_and(|bytes| !matches!(bytes, [.., b't' | b'e']))
        || !matches!(last_token(state, cursor, end), LastToken::Struct | LastToken::Interface)
}

/// The bytes before `end`, so many that a keyword is among them with what stands before it; `None` if they are not at hand.
#[inline]
fn word_before<'t>(cursor: &Cursor<'t>, end: ByteOffset) -> Option<&'t [u8]> {
    const WORD_BYTES: u64 = 256;
    let lowest = end.saturating_sub(WORD_BYTES);
    (lowest >= cursor.begin()).then(|| cursor.slice(lowest, end))
}

/// The word that `bytes` end with, or the end of it if it is longer than all keywords.
fn keyword(bytes: &[u8]) -> &[u8] {
    const KEYWORD_BYTES_MAX: usize = b"interface".len();
    let tail = &bytes[bytes.len().saturating_sub(KEYWORD_BYTES_MAX + 1)..];
    let before = tail.iter().rposition(|byte| !is_word(*byte));
    &tail[before.map_or(0, |at| at + 1)..]
}
