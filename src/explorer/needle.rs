//! What a search looks for: bytes as they are, letters of either case, or a regular expression.
//!
//! As in vim, `\c` in front lets case pass and `\v` makes the rest a regular expression (the syntax of the `regex` crate; `^` and `$` are
//! ends of lines); both may stand there. Behind `\V` all is taken as it is written. Places where an expression matches nothing
//! are found too, as in vim: `\v^$` finds lines that are empty.

use std::ops::Range;

use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};

/// Bytes of a match of an expression at most. What is longer is found if so much of it matches.
const REACH_BYTES: usize = 4096;

/// Bytes before a place that an expression may look at: `^` and `\b` do.
const BEHIND_BYTES: usize = 16;

/// Bytes that a compiled expression takes at most.
const EXPRESSION_BYTES_MAX: usize = 1 << 20;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Needle {
    written: Vec<u8>,
    how: How,
}

#[derive(Clone, Debug)]
enum How {
    Literal(Vec<u8>),
    Expression(Regex),
}

/// One that is found nowhere.
impl Default for Needle {
    fn default() -> Self {
        Needle { written: Vec::new(), how: How::Literal(Vec::new()) }
    }
}

/// Two that are written alike are.
impl PartialEq for Needle {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Needle {
    /// What `written` stands for.
    ///
    /// # Errors
    /// If it is no regular expression though it should be one, or one that takes too much room: a sentence.
    pub fn new(written: &[u8]) -> Result<Needle, String> {
        let (mut rest, mut ignores_case, mut is_expression) = (written, false, false);
        while let [b'\\', flag @ (b'c' | b'v' | b'V'), behind @ ..] = rest {
            rest = behind;
            match flag {
                b'c' => ignores_case = true,
                b'v' => is_expression = true,
                _ => break,
            }
        }
        let how = if is_expression || ignores_case {
            let text = std::str::from_utf8(rest).map_err(|_| "it is no UTF-8".to_owned())?;
            let escaped = regex::escape(text);
            let expression = if is_expression { text } else { &escaped };
            let built = RegexBuilder::new(expression)
                .case_insensitive(ignores_case)
                .multi_line(true)
                .crlf(true)
                .size_limit(EXPRESSION_BYTES_MAX)
                .dfa_size_limit(EXPRESSION_BYTES_MAX)
                .build();
            How::Expression(built.map_err(|error| reason(&error))?)
        } else {
            How::Literal(rest.to_vec())
        };
        Ok(Needle { written: written.to_vec(), how })
    }

    /// As it was written.
    #[must_use]
    pub fn written(&self) -> &[u8] {
        &self.written
    }

    /// Whether it can be found nowhere, because nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.how {
            How::Literal(bytes) => bytes.is_empty(),
            How::Expression(expression) => expression.as_str().is_empty(),
        }
    }

    /// Bytes before where a match may begin that have to be there, and bytes behind it.
    #[must_use]
    pub fn surroundings(&self) -> (usize, usize) {
        match &self.how {
            How::Literal(bytes) => (0, bytes.len().saturating_sub(1)),
            How::Expression(_) => (BEHIND_BYTES, REACH_BYTES),
        }
    }

    /// Whether it is searched for with more than one comparison a byte: in smaller steps.
    #[must_use]
    pub fn is_expression(&self) -> bool {
        matches!(self.how, How::Expression(_))
    }

    /// Where the first match begins of those that begin in a range of `bytes`.
    #[must_use]
    pub fn first(&self, bytes: &[u8], range: Range<usize>) -> Option<usize> {
        let found = match &self.how {
            How::Literal(needle) => {
                let behind = bytes.get(range.start..)?;
                memmem::find(behind, needle).map(|at| range.start + at)
            }
            How::Expression(_) => self.matches(bytes, range.start).next().map(|it| it.start),
        };
        found.filter(|at| *at < range.end)
    }

    /// Where the last of those begins.
    #[must_use]
    pub fn last(&self, bytes: &[u8], range: Range<usize>) -> Option<usize> {
        match &self.how {
            How::Literal(needle) => {
                let end = (range.end + needle.len().saturating_sub(1)).min(bytes.len());
                let behind = bytes.get(range.start..end)?;
                memmem::rfind(behind, needle).map(|at| range.start + at)
            }
            How::Expression(_) => {
                let matches = self.matches(bytes, range.start).map(|it| it.start);
                matches.take_while(|at| *at < range.end).last()
            }
        }
    }

    /// Where the next search begins if a match at `at` is the one that was found last: behind it, or behind the byte there.
    #[must_use]
    pub fn behind(&self, bytes: &[u8], at: usize) -> usize {
        let found = self.matches(bytes, at).next().filter(|found| found.start == at);
        found.map_or(at + 1, |found| found.end.max(at + 1))
    }

    /// All that matches in `bytes`, ascending; matches that touch are one range, and those of nothing are none.
    #[must_use]
    pub fn all(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut all: Vec<Range<usize>> = Vec::new();
        if self.is_empty() {
            return all;
        }
        for found in self.matches(bytes, 0).filter(|found| !found.is_empty()) {
            match all.last_mut() {
                Some(last) if last.end >= found.start => last.end = found.end,
                _ => all.push(found),
            }
        }
        all
    }

    /// Matches from a place on, those of bytes that overlap too; a match of nothing stands where a character begins.
    fn matches<'a>(
        &'a self,
        bytes: &'a [u8],
        from: usize,
    ) -> Box<dyn Iterator<Item = Range<usize>> + 'a> {
        let mut from = from;
        match &self.how {
            How::Literal(needle) => {
                let finder = memmem::Finder::new(needle);
                Box::new(std::iter::from_fn(move || {
                    let at = from + finder.find(bytes.get(from..)?)?;
                    from = at + 1;
                    Some(at..at + needle.len())
                }))
            }
            How::Expression(expression) => Box::new(std::iter::from_fn(move || {
                loop {
                    let found =
                        expression.find_at(bytes, (from <= bytes.len()).then_some(from)?)?;
                    from = found.end() + usize::from(found.is_empty());
                    let is_inside = |byte: &u8| matches!(byte, 0x80..0xC0);
                    if !found.is_empty() || !bytes.get(found.start()).is_some_and(is_inside) {
                        return Some(found.range());
                    }
                }
            })),
        }
    }
}

/// What is wrong with an expression, on one line.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "the expression takes too much room".to_owned(),
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or("it cannot be read");
            last.trim_start_matches("error: ").to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(written: &str, text: &str) -> Vec<(usize, usize)> {
        let found = Needle::new(written.as_bytes()).unwrap().all(text.as_bytes());
        found.into_iter().map(|it| (it.start, it.end)).collect()
    }

    #[test]
    fn bytes_are_found_as_they_are() {
        assert_eq!(all("aa", "xaaaxaa"), [(1, 4), (5, 7)]);
        assert_eq!(all("b", "abab"), [(1, 2), (3, 4)]);
        assert_eq!(all("a.c", "abc a.c"), [(4, 7)]);
        assert_eq!(all("\\V\\v", "a\\v"), [(1, 3)]);
        assert_eq!(all("\\n", "a\\n"), [(1, 3)]);
        assert!(all("", "ab").is_empty());
    }

    #[test]
    fn case_passes_where_that_is_asked_for() {
        assert_eq!(all("\\cab.", "AB. aB. abc"), [(0, 3), (4, 7)]);
        assert_eq!(all("\\cÉ", "é É e"), [(0, 2), (3, 5)]);
        assert!(all("ab", "AB").is_empty());
    }

    #[test]
    fn expressions_know_lines_and_words() {
        assert_eq!(all("\\v^b+", "bb\nab\nb\r\nb"), [(0, 2), (6, 7), (9, 10)]);
        assert_eq!(all("\\v\\bid\\b", "id_ id xid"), [(4, 6)]);
        assert_eq!(all("\\v\\cA$", "a\r\na"), [(0, 1), (3, 4)]);
        assert_eq!(all("\\vx*", "axxb"), [(1, 3)], "nothing is not lit");
        assert_eq!(all("\\v(?-u)\\xff", "a"), [(0, 0); 0]);
    }

    #[test]
    fn the_first_and_the_last_are_in_their_range() {
        for written in ["ab", "\\cAB", "\\va[b]"] {
            let needle = Needle::new(written.as_bytes()).unwrap();
            let text = b"ab.ab.ab.ab";
            assert_eq!(needle.first(text, 1..9), Some(3), "{written}");
            assert_eq!(needle.last(text, 1..9), Some(6), "{written}");
            assert_eq!(needle.first(text, 4..6), None, "{written}");
            assert_eq!(needle.last(text, 4..6), None, "{written}");
        }
    }

    #[test]
    fn places_where_nothing_matches_are_gone_to() {
        let starts = |written: &str, text: &str| {
            let needle = Needle::new(written.as_bytes()).unwrap();
            let (bytes, mut from, mut starts) = (text.as_bytes(), 0, Vec::new());
            while let Some(at) = needle.first(bytes, from..bytes.len()) {
                starts.push(at);
                from = needle.behind(bytes, at);
            }
            let last = needle.last(bytes, 0..bytes.len());
            assert_eq!(last, starts.last().copied(), "{written} in {text:?}");
            starts
        };
        assert_eq!(starts("\\v^$", "a\n\nb\r\n\r\n"), [2, 6]);
        assert_eq!(starts("\\v^", "a\nb\n"), [0, 2]);
        assert_eq!(starts("\\v\\b", "ab é"), [0, 2, 3]);
        assert_eq!(starts("\\vx*", "éxxa"), [0, 2, 4]);
        assert_eq!(starts("\\v^$", ""), [0; 0]);
    }

    #[test]
    fn the_next_search_begins_behind_the_match() {
        let behind =
            |written: &str, at| Needle::new(written.as_bytes()).unwrap().behind(b"aaa b", at);
        assert_eq!(behind("\\v\\w+", 0), 3);
        assert_eq!(behind("\\v\\w+", 1), 3, "from the middle too");
        assert_eq!(behind("\\v\\w+", 3), 4);
        assert_eq!(behind("aa", 0), 2);
        assert_eq!(behind("aa", 2), 3);
        assert_eq!(behind("\\v^$", 1), 2);
    }

    #[test]
    fn what_is_no_expression_says_why() {
        let why = |written: &str| Needle::new(written.as_bytes()).unwrap_err();
        assert_eq!(why("\\v(a"), "unclosed group");
        assert_eq!(why("\\v(\\w{200}){200}"), "the expression takes too much room");
        assert_eq!(Needle::new(b"\\c\xff").unwrap_err(), "it is no UTF-8");
    }
}
