//! Heads of interfaces and namespaces that have several names: `interface A extends B, C.D`, `namespace A.B`.

use super::scan::Scan;
use super::state::{Pending, Range};
use super::words::is_word;
use crate::lang::PatternKind;
use crate::lang::code::Sink;

/// How far a head may reach back.
const HEAD_BYTES_MAX: u64 = 512;

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// As [`Self::declaration_before`], for a head of several names.
    pub(super) fn long_head(&self, at: u64) -> Option<(PatternKind, u64, Range)> {
        self.plain_head(at).or_else(|| self.commented_head(at))
    }

    /// A head without comments.
    fn plain_head(&self, at: u64) -> Option<(PatternKind, u64, Range)> {
        let least = at.saturating_sub(HEAD_BYTES_MAX).max(self.cur.begin());
        let mut from = at;
        while from > least {
            let byte = self.cur.byte(from - 1);
            if !is_word(byte) && !matches!(byte, b'.' | b',' | b' ' | b'\t' | b'\n' | b'\r') {
                break;
            }
            from -= 1;
        }
        let text = self.cur.slice(from, at);
        // The last one that stands by itself: a name may end with it.
        let find = |word: &[u8]| {
            memchr::memmem::rfind_iter(text, word).find(|place| {
                let before = place.checked_sub(1).map_or(b' ', |i| text[i]);
                let after = text.get(place + word.len()).copied().unwrap_or(0);
                before.is_ascii_whitespace() && after.is_ascii_whitespace()
            })
        };
        let (kind, keyword, length) = if let Some(i) = find(b"interface") {
            (PatternKind::Interface, i, 9)
        } else if let Some(i) = find(b"namespace") {
            (PatternKind::Namespace, i, 9)
        } else {
            (PatternKind::Namespace, find(b"module")?, 6)
        };
        let skip = |i: usize| i + text[i..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let start = skip(keyword + length);
        let dots = kind == PatternKind::Namespace;
        let n = text[start..].iter().take_while(|b| is_word(**b) || dots && **b == b'.').count();
        let rest = &text[skip(start + n)..];
        let fits = if dots { rest.is_empty() } else { rest.starts_with(b"extends") };
        let name = (from + start as u64, from + (start + n) as u64);
        (n > 0 && fits).then_some((kind, from + keyword as u64, name))
    }

    /// A head with comments, which can be told only from its keyword on.
    #[cold]
    fn commented_head(&self, at: u64) -> Option<(PatternKind, u64, Range)> {
        if self.st.frame.pending != Pending::None {
            return None;
        }
        let from = at.saturating_sub(HEAD_BYTES_MAX).max(self.cur.begin());
        let text = self.cur.slice(from, at);
        let place = |(start, end): (usize, usize)| (from + start as u64, from + end as u64);
        let find = |kind, keyword: &[u8]| {
            memchr::memmem::rfind_iter(text, keyword).take(KEYWORDS_TRIED).find_map(|start| {
                let stands =
                    start.checked_sub(1).is_none_or(|i| !is_word(text[i]) && text[i] != b'.');
                let name = name_in_head(text, start + keyword.len(), kind);
                name.filter(|_| stands).map(|name| (kind, from + start as u64, place(name)))
            })
        };
        find(PatternKind::Interface, b"interface")
            .or_else(|| find(PatternKind::Namespace, b"namespace"))
            .or_else(|| find(PatternKind::Namespace, b"module"))
    }
}

/// Places of a keyword before a body that may be in comments or names instead.
const KEYWORDS_TRIED: usize = 8;

/// The name of the interface or namespace whose head goes on behind its keyword, from `at` to the end of `text`.
fn name_in_head(text: &[u8], at: usize, kind: PatternKind) -> Option<(usize, usize)> {
    let is_namespace = kind == PatternKind::Namespace;
    let start = past_gap(text, at);
    let mut end = past_word(text, start);
    let mut next = past_gap(text, end);
    while is_namespace && text.get(next) == Some(&b'.') {
        end = past_word(text, past_gap(text, next + 1));
        next = past_gap(text, end);
    }
    if start == at || start == end {
        return None;
    }
    if is_namespace {
        return (next == text.len()).then_some((start, end));
    }
    if !text[next..].starts_with(b"extends") {
        return None;
    }
    let mut at = past_word(text, next);
    loop {
        at = past_gap(text, at);
        match text.get(at) {
            None => return Some((start, end)),
            Some(b'.' | b',') => at += 1,
            Some(byte) if is_word(*byte) => at = past_word(text, at),
            Some(_) => return None,
        }
    }
}

fn past_word(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|byte| is_word(**byte)).count()
}

/// Over white space and comments from `at` on.
fn past_gap(text: &[u8], mut at: usize) -> usize {
    loop {
        at += text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let rest = &text[at..];
        let comment = if rest.starts_with(b"//") {
            memchr::memchr2(b'\n', b'\r', rest)
        } else if rest.starts_with(b"/*") {
            memchr::memmem::find(&rest[2..], b"*/").map(|n| n + 4)
        } else {
            None
        };
        let Some(n) = comment else { return at };
        at += n;
    }
}
