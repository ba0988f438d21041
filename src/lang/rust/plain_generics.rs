//! Generics that are nothing but names and commas, as most are: `Result<Vec<u8>, E>`. They are read in one go instead of
//! token by token; whatever else stands in them is left to `angle.rs`, which finds the same.

use super::look_back::is_word;
use super::token::Word;
use crate::lang::PatternKind;
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::units::ByteOffset;

/// Longer ones are gone through token by token.
const BYTES_MAX: u64 = 128;

/// Lists in one.
const LISTS_MAX: usize = 6;

/// The end of the plain generics that begin at `at`, reported already; `None` if they are not plain, or not certain yet.
pub(super) fn end<S: Sink>(
    cursor: &Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    certain: bool,
) -> Option<ByteOffset> {
    let text = cursor.slice(at, at + BYTES_MAX);
    let mut lists = [(0, 0); LISTS_MAX];
    let (mut n_lists, mut open, mut n_open) = (0, [0; LISTS_MAX], 0);
    let mut i = 0;
    loop {
        match *text.get(i)? {
            b'<' if n_lists + n_open < LISTS_MAX => {
                open[n_open] = i;
                n_open += 1;
            }
            b',' => i += usize::from(*text.get(i + 1)? == b' '),
            b':' if *text.get(i + 1)? == b':' => i += 1,
            b'>' => {
                n_open -= 1;
                lists[n_lists] = (open[n_open], i + 1);
                n_lists += 1;
                i += 1;
                if n_open == 0 {
                    break;
                }
                if !matches!(*text.get(i)?, b',' | b'>') {
                    return None;
                }
                continue;
            }
            _ => return None,
        }
        i = name_end(text, i + 1)?;
    }
    if !certain && !ends_type(text.get(i..)?) {
        return None;
    }
    for (start, end) in &lists[..n_lists] {
        let (start, end) = (at + *start as u64, at + *end as u64);
        sink.pattern(Pattern { start, end, kind: PatternKind::Generic, name: None });
    }
    Some(at + i as u64)
}

/// Where the name at `start` ends; `None` if there is none, or it is a keyword.
fn name_end(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let length = rest.iter().position(|byte| !is_word(*byte))?;
    let name = &rest[..length];
    let is_plain = name.is_ascii() && Word::of(name) == Word::Name || name == b"Self";
    (length > 0 && is_plain && rest[length] != b'#').then_some(start + length)
}

/// Whether what follows can follow a type only, not the `>` of a comparison.
fn ends_type(rest: &[u8]) -> bool {
    match *rest {
        [b',' | b';' | b')' | b']' | b'}' | b'>', ..] => true,
        [b' ', next, ..] => matches!(next, b'{' | b'='),
        _ => false,
    }
}
