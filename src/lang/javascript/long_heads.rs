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
        // Where the last of each keyword begins that stands by itself: a name may end with it.
        let (mut interface, mut namespace, mut module) = (None, None, None);
        let mut word_end = at;
        while from > least {
            let byte = self.cur.byte(from - 1);
            if byte >= 0x80 && self.space_before(from) > 0 {
                // A byte order mark, mostly.
                break;
            }
            if !is_word(byte) {
                if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                    self.note_keyword(
                        from,
                        word_end,
                        [&mut interface, &mut namespace, &mut module],
                    );
                } else if !matches!(byte, b'.' | b',') {
                    break;
                }
                word_end = from - 1;
            }
            from -= 1;
        }
        self.note_keyword(from, word_end, [&mut interface, &mut namespace, &mut module]);
        let text = self.cur.slice(from, at);
        let (kind, keyword, length) = if let Some(start) = interface {
            (PatternKind::Interface, start, 9)
        } else if let Some(start) = namespace {
            (PatternKind::Namespace, start, 9)
        } else {
            (PatternKind::Namespace, module?, 6)
        };
        let keyword = (keyword - from) as usize;
        let skip = |i: usize| i + text[i..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let start = skip(keyword + length);
        if memchr::memchr2(b'\n', b'\r', &text[keyword..start]).is_some() {
            return None;
        }
        let dots = kind == PatternKind::Namespace;
        if dots && text[start..].windows(2).any(|two| matches!(two, [b' ', b'.'] | [b'.', b' '])) {
            // `A . B`
            let (start, end) = name_in_head(text, keyword + length, kind)?;
            return Some((kind, from + keyword as u64, (from + start as u64, from + end as u64)));
        }
        let n = text[start..].iter().take_while(|b| is_word(**b) || dots && **b == b'.').count();
        let rest = &text[skip(start + n)..];
        let fits = if dots { rest.is_empty() } else { rest.starts_with(b"extends") };
        let name = (from + start as u64, from + (start + n) as u64);
        (n > 0 && fits).then_some((kind, from + keyword as u64, name))
    }

    /// Notes the word from `start` to `end` if it is one of the keywords `interface`, `namespace` and `module` before white
    /// space, and none like it stands behind it.
    #[inline(always)]
    fn note_keyword(&self, start: u64, end: u64, found: [&mut Option<u64>; 3]) {
        let eight = self.cur.eight(start);
        let i = match end - start {
            9 if eight == u64::from_le_bytes(*b"interfac") => 0,
            9 if eight == u64::from_le_bytes(*b"namespac") => 1,
            6 if eight << 16 == u64::from_le_bytes(*b"\0\0module") => 2,
            _ => return,
        };
        let stands = self.cur.byte(end).is_ascii_whitespace();
        if stands && (i == 2 || self.cur.byte(end - 1) == b'e') {
            found[i].get_or_insert(start);
        }
    }

    /// A head with comments, which can be told only from its keyword on.
    #[cold]
    fn commented_head(&self, at: u64) -> Option<(PatternKind, u64, Range)> {
        if self.st.frame.pending != Pending::None {
            return None;
        }
        let from = at.saturating_sub(HEAD_BYTES_MAX).max(self.cur.begin());
        let text = self.cur.slice(from, at);
        // Without a comment before its names it would have been found.
        let names = text.iter().rev().take_while(|byte| is_in_head(**byte)).count();
        let before = &text[..text.len() - names];
        let line = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |i| i + 1);
        if before.last() != Some(&b'/') && !before[line..].windows(2).any(|two| two == b"//") {
            return None;
        }
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

/// Whether `byte` may stand in a head of several names without comments.
fn is_in_head(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'.' | b',' | b' ' | b'\t' | b'\n' | b'\r')
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
