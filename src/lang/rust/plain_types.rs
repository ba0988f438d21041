//! Types and generics that are nothing but names, lifetimes, references and commas, as most are: `Result<Vec<u8>, &'a str>`.
//! They are read in one go instead of token by token; whatever else stands in them is left to `head.rs` and `angle.rs`,
//! which find the same.

use super::look_back::is_word;
use super::token::Word;
use crate::lang::PatternKind;
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::units::ByteOffset;

/// Longer ones are gone through token by token.
const BYTES_MAX: u64 = 128;

/// Lists in one, and lifetimes in all of them.
const LISTS_MAX: usize = 6;

/// The end of the plain generics that begin at `at`, reported already; `None` if they are not plain, or not certain yet.
pub(super) fn generics_end<S: Sink>(
    cursor: &Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    certain: bool,
) -> Option<ByteOffset> {
    Some(Generics::read(cursor, at, certain)?.report(sink, at))
}

/// What was read, in bytes from its `<`.
#[derive(Clone, Copy, Default)]
struct Generics {
    lists: [(u8, u8); LISTS_MAX],
    n_lists: usize,
    lifetimes: [(u8, u8); LISTS_MAX],
    n_lifetimes: usize,
    end: u8,
}

impl Generics {
    /// The plain generics that begin at `at`; `None` if they are not plain, or not certain yet.
    fn read(cursor: &Cursor<'_>, at: ByteOffset, certain: bool) -> Option<Generics> {
        let text = cursor.slice(at, at + BYTES_MAX);
        let mut all = Generics::default();
        let (mut open, mut n_open) = ([0; LISTS_MAX], 0);
        let mut i = 0;
        loop {
            match *text.get(i)? {
                b'<' if all.n_lists + n_open < LISTS_MAX => {
                    open[n_open] = i as u8;
                    n_open += 1;
                }
                b',' => i += usize::from(*text.get(i + 1)? == b' '),
                b':' if *text.get(i + 1)? == b':' => i += 1,
                b'>' => {
                    n_open -= 1;
                    all.lists[all.n_lists] = (open[n_open], i as u8 + 1);
                    all.n_lists += 1;
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
            i += 1;
            let is_path = text[i - 1] == b':';
            i = if is_path { name_end(text, i)? } else { all.argument(text, i)? };
        }
        if !certain && !ends_type(text.get(i..)?) {
            return None;
        }
        all.end = i as u8;
        Some(all)
    }

    /// What begins at `start` behind a `<` or a comma: a lifetime, or a name with a reference before it. Returns its end.
    #[inline]
    fn argument(&mut self, text: &[u8], mut start: usize) -> Option<usize> {
        let is_reference = *text.get(start)? == b'&';
        start += usize::from(is_reference);
        if *text.get(start)? != b'\'' {
            return name_end(text, start);
        }
        let end = lifetime_end(text, start)?;
        *self.lifetimes.get_mut(self.n_lifetimes)? = (start as u8, end as u8);
        self.n_lifetimes += 1;
        match (is_reference, *text.get(end)?) {
            (true, b' ') => name_end(text, end + 1),
            (false, b',' | b'>') => Some(end),
            _ => None,
        }
    }

    /// Reports them all; they begin at `at`. Returns where they end.
    fn report<S: Sink>(&self, sink: &mut S, at: ByteOffset) -> ByteOffset {
        let place = |(start, end): (u8, u8)| (at + u64::from(start), at + u64::from(end));
        for list in &self.lists[..self.n_lists] {
            let (start, end) = place(*list);
            sink.pattern(Pattern { start, end, kind: PatternKind::Generic, name: None });
        }
        for lifetime in &self.lifetimes[..self.n_lifetimes] {
            let (start, end) = place(*lifetime);
            report_lifetime(sink, start, end);
        }
        self.end_from(at)
    }

    /// Where they end if they begin at `at`.
    fn end_from(&self, at: ByteOffset) -> ByteOffset {
        at + u64::from(self.end)
    }
}

pub(super) fn report_lifetime<S: Sink>(sink: &mut S, start: ByteOffset, end: ByteOffset) {
    let name = Some((start + 1, end));
    sink.pattern(Pattern { start, end, kind: PatternKind::Lifetime, name });
}

/// Where the name at `start` ends; `None` if there is none, or it is a keyword.
fn name_end(text: &[u8], start: usize) -> Option<usize> {
    let length = word_bytes(text.get(start..)?)?;
    let name = &text[start..start + length];
    let is_plain =
        name.is_ascii() && matches!(Word::of(name), Word::Name | Word::Operand | Word::Underscore);
    (length > 0 && is_plain && text[start + length] != b'#').then_some(start + length)
}

/// Where the lifetime ends whose quote is at `start`.
fn lifetime_end(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start + 1..)?;
    let length = word_bytes(rest)?;
    let is_plain = is_lifetime_name(&rest[..length]) && !matches!(rest[length], b'#' | b'\'');
    is_plain.then_some(start + 1 + length)
}

/// Bytes of the word that `text` begins with, if it ends in there.
#[inline]
fn word_bytes(text: &[u8]) -> Option<usize> {
    text.iter().position(|byte| !is_word(*byte))
}

fn is_lifetime_name(word: &[u8]) -> bool {
    word.first().is_some_and(|byte| !byte.is_ascii_digit()) && word.is_ascii()
}

/// Whether what follows can follow a type only, not the `>` of a comparison or shift.
fn ends_type(rest: &[u8]) -> bool {
    match *rest {
        [b',' | b';' | b')' | b']' | b'}' | b'|', ..] => true,
        [b' ', next, ..] => matches!(next, b'{' | b'='),
        _ => false,
    }
}
