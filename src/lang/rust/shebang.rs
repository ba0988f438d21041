//! The first line: a BOM, and a `#!` that begins a shebang or an attribute.

use super::{Mode, State};
use crate::lang::SpanKind;
use crate::lang::code::Cursor;
use crate::units::ByteOffset;

/// What is looked at behind `#!` for a `[`. A file with more than that before it begins with a shebang.
const SHEBANG_BYTES_MAX: u64 = 3 << 10;

/// A BOM and a `#!` line.
pub(super) fn begin(state: &mut State, cursor: &mut Cursor<'_>) -> bool {
    if cursor.is_unknown(4) {
        return false;
    }
    let start = if cursor.stands(0, b"\xEF\xBB\xBF") { 3 } else { 0 };
    state.mode = Mode::Code;
    if cursor.stands(start, b"#!") {
        match begins_with_attribute(cursor, start + 2) {
            None => {
                state.mode = Mode::Start;
                return false;
            }
            Some(true) => {}
            Some(false) => state.mode = Mode::LineComment { start, kind: SpanKind::Shebang },
        }
    }
    cursor.at = start;
    true
}

/// Whether a `[` follows at `at`, with nothing but white space and plain comments before it; `None` while that is not known.
fn begins_with_attribute(cursor: &Cursor<'_>, at: ByteOffset) -> Option<bool> {
    let limit = at + SHEBANG_BYTES_MAX;
    let mut rest = cursor.slice(at, limit);
    let is_whole = !cursor.is_unknown(limit);
    let unknown = is_whole.then_some(false);
    loop {
        rest = rest.trim_ascii_start();
        let line = [b"///".as_slice(), b"//!"].iter().any(|doc| rest.starts_with(doc))
            && !rest.starts_with(b"////");
        let block = rest.starts_with(b"/*!")
            || (rest.starts_with(b"/**")
                && !rest.starts_with(b"/***")
                && !rest.starts_with(b"/**/"));
        match rest {
            [] => return unknown,
            [b'/'] | [b'/', b'/' | b'*'] | [b'/', b'/' | b'*', _] if !is_whole => return None,
            [b'/', b'/', ..] if !line => match memchr::memchr(b'\n', rest) {
                Some(length) => rest = &rest[length..],
                None => return unknown,
            },
            [b'/', b'*', ..] if !block => match after_block_comment(rest) {
                Some(length) => rest = &rest[length..],
                None => return unknown,
            },
            _ => return Some(rest[0] == b'['),
        }
    }
}

/// The length of the nested comment that `text` begins with.
fn after_block_comment(text: &[u8]) -> Option<usize> {
    let (mut depth, mut at) = (0u32, 0);
    while let Some(pair) = text.get(at..at + 2) {
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return Some(at);
        }
    }
    None
}
