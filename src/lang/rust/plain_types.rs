//! Types and generics that are nothing but names, lifetimes, references and commas, as most are: `Result<Vec<u8>, &'a str>`.
//! They are read in one go instead of token by token; whatever else stands in them is left to `head.rs` and `angle.rs`,
//! which find the same.

use super::NAME;
use super::token::Word;
use crate::lang::PatternKind;
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::simd::BLOCK_BYTES;
use crate::units::ByteOffset;

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

/// What is looked at together, in bytes from its `<`.
struct View<'c, 't> {
    cursor: &'c Cursor<'t>,
    at: ByteOffset,
    text: &'t [u8; BLOCK_BYTES],
    /// Where nothing stands that names are made of.
    others: u64,
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
    /// The plain generics that begin at `at`; `None` if they are not plain, not certain yet, or longer than what is seen at once.
    fn read(cursor: &Cursor<'_>, at: ByteOffset, certain: bool) -> Option<Generics> {
        let view = View::new(cursor, at)?;
        let mut all = Generics::default();
        let end = all.lists(&view, 0)?;
        if !certain && !ends_type(view.text.get(end..)?) {
            return None;
        }
        all.end = end as u8;
        Some(all)
    }

    /// Reads the list at `i` and those in it: its end, if they are plain.
    #[inline]
    fn lists(&mut self, view: &View<'_, '_>, mut i: usize) -> Option<usize> {
        let (all, text) = (self, view.text);
        let (mut open, mut n_open) = ([0; LISTS_MAX], 0);
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
            i = if is_path { view.name_end(i)? } else { all.argument(view, i)? };
        }
        Some(i)
    }

    /// What begins at `start` behind a `<` or a comma: a lifetime, or a name with a reference before it. Returns its end.
    #[inline]
    fn argument(&mut self, view: &View<'_, '_>, mut start: usize) -> Option<usize> {
        let text = view.text;
        let is_reference = *text.get(start)? == b'&';
        start += usize::from(is_reference);
        if *text.get(start)? != b'\'' {
            return view.name_end(start);
        }
        let end = view.lifetime_end(start)?;
        *self.lifetimes.get_mut(self.n_lifetimes)? = (start as u8, end as u8);
        self.n_lifetimes += 1;
        match (is_reference, *text.get(end)?) {
            (true, b' ') => view.name_end(end + 1),
            (false, b',' | b'>') => Some(end),
            _ => None,
        }
    }

    /// Reports them all; they were looked at from `at` on. Returns where they end.
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

/// A plain result of a function, and what stands behind it.
pub(super) struct PlainResult {
    generics: Generics,
    /// The `{` or `;` that ends the function's head.
    pub(super) end: ByteOffset,
    pub(super) has_body: bool,
}

impl PlainResult {
    /// That behind the `)` before `at`, if it is a name, perhaps with generics and as a reference, and the head ends with it.
    #[inline]
    pub(super) fn read(cursor: &Cursor<'_>, at: ByteOffset) -> Option<PlainResult> {
        let view = View::new(cursor, at)?;
        let text = view.text;
        if !text.starts_with(b" -> ") {
            return None;
        }
        let (mut generics, mut i) = (Generics::default(), 4);
        if text[i] == b'&' {
            i += 1;
            if text[i] == b'\'' {
                let end = view.lifetime_end(i)?;
                (generics.lifetimes[0], generics.n_lifetimes) = ((i as u8, end as u8), 1);
                if text[end] != b' ' {
                    return None;
                }
                i = end + 1;
            }
            i += if text.get(i..)?.starts_with(b"mut ") { 4 } else { 0 };
        }
        i = view.name_end(i)?;
        while text.get(i..)?.starts_with(b"::") {
            i = view.name_end(i + 2)?;
        }
        if *text.get(i)? == b'<' {
            i = generics.lists(&view, i)?;
        }
        let has_body = match text.get(i..i + 2)? {
            b" {" => true,
            [b';', _] => false,
            _ => return None,
        };
        generics.end = i as u8;
        Some(PlainResult { generics, end: at + i as u64 + u64::from(has_body), has_body })
    }

    /// Reports what stands in it; it was read from `at` on.
    #[inline]
    pub(super) fn report<S: Sink>(&self, sink: &mut S, at: ByteOffset) {
        self.generics.report(sink, at);
    }
}

impl<'c, 't> View<'c, 't> {
    /// What is seen from `at` on; `None` where that is not all at hand.
    #[inline]
    fn new(cursor: &'c Cursor<'t>, at: ByteOffset) -> Option<Self> {
        let [names] = cursor.near_places([NAME], at)?;
        Some(View { cursor, at, text: cursor.chunk(at)?, others: !names })
    }

    /// Where the name at `start` ends; `None` if there is none, or it is a keyword.
    #[inline(always)]
    fn name_end(&self, start: usize) -> Option<usize> {
        let end = self.word_end(start)?;
        let first = self.text[start];
        let place = |place: usize| self.at + place as u64;
        // No keyword but `Self` begins with a capital.
        let is_plain = first.is_ascii_uppercase() && first != b'S'
            || !first.is_ascii_digit()
                && matches!(
                    Word::between(self.cursor, place(start), place(end)),
                    Word::Name | Word::Operand | Word::Underscore
                );
        (is_plain && self.text[end] != b'#').then_some(end)
    }

    /// Where the lifetime ends whose quote is at `start`.
    #[inline]
    fn lifetime_end(&self, start: usize) -> Option<usize> {
        let end = self.word_end(start + 1)?;
        let is_plain =
            !self.text[start + 1].is_ascii_digit() && !matches!(self.text[end], b'#' | b'\'');
        is_plain.then_some(end)
    }

    /// Where the word at `start` ends, if it is one of ASCII.
    #[inline(always)]
    fn word_end(&self, start: usize) -> Option<usize> {
        if start >= BLOCK_BYTES {
            return None;
        }
        let others = self.others >> start;
        let end = start + others.trailing_zeros() as usize;
        (others != 0 && end > start && self.text[end] < 0x80).then_some(end)
    }
}

/// Whether what follows can follow a type only, not the `>` of a comparison or shift.
fn ends_type(rest: &[u8]) -> bool {
    match *rest {
        [b',' | b';' | b')' | b']' | b'}' | b'|', ..] => true,
        [b' ', next, ..] => matches!(next, b'{' | b'='),
        _ => false,
    }
}
