//! JSON's patterns: numbers that no float holds, and keys that an object has twice.
//!
//! What a number is, and which keys came before, is not known from a chunk and the mode before it. So a document is gone
//! through in order, chunk by chunk, by whoever wants them: their place is beside the detail, not in it.

mod keys;
mod number;

use std::hash::{BuildHasher, RandomState};

use self::keys::{Keys, unescaped};
use self::number::Number;
use crate::lang::code::Pattern;
use crate::lang::{Class, PatternKind, SpanKind};
use crate::limits::{JSON_KEY_BYTES_MAX, JSON_KEYS_MAX};
use crate::scan::{Detail, Span};
use crate::units::ByteOffset;

/// Finds the patterns of a document.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    hasher: RandomState,
    open: Vec<Open>,
    /// Keys that the open objects have together.
    n_keys: usize,
    /// The word that goes on, and where it began.
    number: Number,
    word: Option<ByteOffset>,
    /// The string that goes on over the end of a chunk, if it may be a key.
    string: Option<Cut>,
    /// The string that was the last token, if it stands where a key may: start, end, what it hashes to.
    key: Option<(ByteOffset, ByteOffset, u64)>,
}

/// What is open.
#[derive(Debug)]
enum Open {
    Array,
    Object {
        keys: Keys,
        /// A colon has come since the last comma.
        in_value: bool,
    },
}

/// The part of a string that has come.
#[derive(Debug)]
struct Cut {
    start: ByteOffset,
    /// Its bytes, the opening quote aside; none if they are too many.
    raw: Option<Vec<u8>>,
}

impl Patterns {
    /// Goes through the chunk at `at`, which comes right behind the one before; `detail` is of it. What has been found is told
    /// in the order in which it stands.
    pub(crate) fn take<E>(
        &mut self,
        at: ByteOffset,
        bytes: &[u8],
        detail: &Detail,
        mut tell: impl FnMut(Pattern) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut marks = detail.structurals.iter().map(|mark| *mark as usize).peekable();
        let mut spans = detail.spans.iter().peekable();
        let mut from = 0;
        loop {
            let span = spans.peek().map_or(bytes.len(), |span| span.start as usize);
            let mark = marks.peek().copied().unwrap_or(bytes.len());
            let next = span.min(mark);
            self.between(at + from as u64, &bytes[from..next], &mut tell)?;
            if next == bytes.len() && spans.peek().is_none() {
                return Ok(());
            }
            self.end_word(at + next as u64, &mut tell)?;
            if span <= mark {
                let Some(span) = spans.next() else { return Ok(()) };
                self.span(at, bytes, span);
                from = span.end as usize;
            } else {
                marks.next();
                if let Some(class) = Class::of(bytes[next]) {
                    self.mark(class, &mut tell)?;
                }
                from = next + 1;
            }
        }
    }

    /// The document ends at `end`.
    pub(crate) fn finish<E>(
        mut self,
        end: ByteOffset,
        mut tell: impl FnMut(Pattern) -> Result<(), E>,
    ) -> Result<(), E> {
        self.end_word(end, &mut tell)
    }

    /// Words and white space.
    fn between<E>(
        &mut self,
        at: ByteOffset,
        bytes: &[u8],
        tell: &mut impl FnMut(Pattern) -> Result<(), E>,
    ) -> Result<(), E> {
        for (i, byte) in bytes.iter().enumerate() {
            // A slash before a cut may be a comment's first byte, and stands in no word.
            if matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/') {
                self.end_word(at + i as u64, tell)?;
                continue;
            }
            if self.word.is_none() {
                self.word = Some(at + i as u64);
                self.number.clear();
                self.key = None;
            }
            self.number.push(*byte);
        }
        Ok(())
    }

    fn end_word<E>(
        &mut self,
        end: ByteOffset,
        tell: &mut impl FnMut(Pattern) -> Result<(), E>,
    ) -> Result<(), E> {
        match self.word.take() {
            Some(start) if self.number.is_lossy() => {
                tell(Pattern { start, end, kind: PatternKind::LossyNumber, name: None })
            }
            _ => Ok(()),
        }
    }

    /// Whether a key may come next.
    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Object { in_value: false, .. }))
    }

    /// A span of the chunk at `at`: comments stand between tokens as white space does.
    fn span(&mut self, at: ByteOffset, bytes: &[u8], span: &Span) {
        if span.kind != SpanKind::String {
            return;
        }
        let bytes = &bytes[span.start as usize..span.end as usize];
        let cut = if span.continues {
            self.string.take()
        } else {
            self.key = None;
            let start = at + u64::from(span.start);
            self.wants_key().then(|| Cut { start, raw: Some(Vec::new()) })
        };
        let Some(Cut { start, raw }) = cut else { return };
        // The quotes.
        let bytes = if span.continues { bytes } else { bytes.get(1..).unwrap_or_default() };
        let fits = |raw: &Vec<u8>| raw.len() + bytes.len() <= JSON_KEY_BYTES_MAX;
        let raw = raw.filter(fits);
        if span.unfinished {
            let raw = raw.map(|mut raw| {
                raw.extend(bytes);
                raw
            });
            self.string = Some(Cut { start, raw });
        } else if let Some(mut raw) = raw {
            let bytes = bytes.split_last().map_or(bytes, |(_, bytes)| bytes);
            let key = if raw.is_empty() {
                self.hasher.hash_one(unescaped(bytes).as_ref())
            } else {
                raw.extend(bytes);
                self.hasher.hash_one(unescaped(&raw).as_ref())
            };
            self.key = Some((start, at + u64::from(span.end), key));
        }
    }

    fn mark<E>(
        &mut self,
        class: Class,
        tell: &mut impl FnMut(Pattern) -> Result<(), E>,
    ) -> Result<(), E> {
        let key = self.key.take();
        match class {
            Class::BraceOpen => {
                self.open.push(Open::Object { keys: Keys::default(), in_value: false });
            }
            Class::BracketOpen => self.open.push(Open::Array),
            Class::BraceClose | Class::BracketClose => {
                if let Some(Open::Object { keys, .. }) = self.open.pop() {
                    self.n_keys -= keys.len();
                }
            }
            Class::Comma => {
                if let Some(Open::Object { in_value, .. }) = self.open.last_mut() {
                    *in_value = false;
                }
            }
            Class::Colon => {
                let Some(Open::Object { keys, in_value }) = self.open.last_mut() else {
                    return Ok(());
                };
                *in_value = true;
                let Some((start, end, key)) = key else { return Ok(()) };
                if keys.has(key) {
                    let (kind, name) = (PatternKind::DuplicateKey, Some((start + 1, end - 1)));
                    return tell(Pattern { start, end, kind, name });
                }
                if self.n_keys < JSON_KEYS_MAX {
                    keys.add(key);
                    self.n_keys += 1;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
