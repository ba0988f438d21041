//! Whether a name is a local variable, as far as can be seen from the text not far before it.
//!
//! The text is gone over once, from one place where the name stands to the next, and what is asked of a whole line is found out once:
//! in a text of nothing but `a ?b ` each name stands hundreds of times before each question.

use super::LOOK_BACK;
use super::before::{byte_before, is_word};
use crate::lang::code::Cursor;
use crate::units::ByteOffset;

/// Whether the name at `start..end` is a local variable.
pub(super) fn is_local(cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) -> bool {
    let name = cursor.slice(start, end);
    let first = name.first().copied().unwrap_or(0);
    if !(first.is_ascii_lowercase() || first == b'_' || first >= 0x80)
        || name.ends_with(b"?")
        || name.ends_with(b"!")
        || byte_before(cursor, start, 1) == b'.'
    {
        return false;
    }
    if matches!(name, [b'_', b'1'..=b'9']) {
        return true;
    }
    let far = start.saturating_sub(LOOK_BACK / 2);
    let text = cursor.slice(far, start);
    // What was bound before the method begins is not seen in it.
    may_bind(text, name) && last_binding(text, name).is_some_and(|at| !begins_method(&text[at..]))
}

/// Whether there may be anything in `text` by which `name` is bound.
fn may_bind(text: &[u8], name: &[u8]) -> bool {
    let is_named = |at: usize| {
        let behind = &text[at + b"for".len()..];
        behind.first().is_some_and(u8::is_ascii_whitespace)
            && behind.trim_ascii_start().starts_with(name)
    };
    memchr::memchr2(b'=', b'|', text).is_some()
        || memchr::memmem::find_iter(text, b"for").any(is_named)
        || first_method(text).is_some()
}

/// Where the first line of `text` that begins a method does so.
fn first_method(text: &[u8]) -> Option<usize> {
    let begins_line = |at: &usize| {
        let mut before = text[..*at].iter().rev();
        before
            .find(|byte| **byte == b'\n' || !byte.is_ascii_whitespace())
            .is_none_or(|byte| *byte == b'\n')
    };
    memchr::memmem::find_iter(text, b"def ").find(begins_line)
}

/// Whether a line in `text`, other than its first, begins a method.
fn begins_method(text: &[u8]) -> bool {
    let line_break = memchr::memchr(b'\n', text);
    line_break.is_some_and(|line_break| first_method(&text[line_break..]).is_some())
}

/// Where in `text` the word `name` is bound last: assigned to, or a parameter.
fn last_binding(text: &[u8], name: &[u8]) -> Option<usize> {
    let mut line: Option<Line<'_>> = None;
    // Forwards: that way a word is found sixteen bytes at a time.
    let binding = memchr::memmem::find_iter(text, name).filter(|at| {
        let (before, after) = (&text[..*at], &text[at + name.len()..]);
        if before.last().is_some_and(|byte| is_word(*byte) || b"@$.:".contains(byte))
            || after.first().is_some_and(|byte| is_word(*byte))
        {
            return false;
        }
        let same = line.take().filter(|line| *at < line.end);
        line.insert(same.unwrap_or_else(|| Line::around(text, *at))).binds(*at, name.len())
    });
    binding.last()
}

/// The line of a text that names are looked at in, from its beginning to its end.
struct Line<'t> {
    text: &'t [u8],
    start: usize,
    end: usize,
    /// Where its first byte stands that is not blank.
    first: usize,
    /// Pipes in it, and those of them that stand before `counted_to`.
    n_pipes: usize,
    n_pipes_before: usize,
    counted_to: usize,
    /// Whether the block whose parameters stand in it is closed, and where its last ` = ` stands; once they have been asked for.
    leaves_block: Option<bool>,
    last_equals: Option<Option<usize>>,
}

impl<'t> Line<'t> {
    fn around(text: &'t [u8], at: usize) -> Self {
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |line_break| line_break + 1);
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length);
        let line = &text[start..end];
        Line {
            text,
            start,
            end,
            first: end - line.trim_ascii_start().len(),
            n_pipes: memchr::memchr_iter(b'|', line).count(),
            n_pipes_before: 0,
            counted_to: start,
            leaves_block: None,
            last_equals: None,
        }
    }

    /// Whether the word of `n` bytes at `at` is bound there.
    fn binds(&mut self, at: usize, n: usize) -> bool {
        let before = self.text[self.start..at].trim_ascii_end();
        let rest = self.text[at + n..self.end].trim_ascii_start();
        let in_list = rest.first() == Some(&b',') || before.last() == Some(&b',');
        let code = before.get(self.first - self.start..).unwrap_or_default();
        assigns(rest)
            || code.starts_with(b"def ") && in_head(code)
            || before.ends_with(b"for")
            || before.ends_with(b"=>")
            || in_list && self.assigns_behind(rest.len())
            || self.n_pipes > 0 && self.is_in_pipes(at)
    }

    /// Whether a ` = ` stands in the last `n` bytes of the line.
    fn assigns_behind(&mut self, n: usize) -> bool {
        let line = &self.text[self.start..self.end];
        let last = *self.last_equals.get_or_insert_with(|| memchr::memmem::rfind(line, b" = "));
        last.is_some_and(|last| last >= line.len() - n)
    }

    /// Whether `at` is among the parameters of a block that is not closed. Each place that is asked of stands behind the last one.
    fn is_in_pipes(&mut self, at: usize) -> bool {
        self.n_pipes_before += memchr::memchr_iter(b'|', &self.text[self.counted_to..at]).count();
        self.counted_to = at;
        let text = &self.text[self.start..];
        let mut leaves = || leaves_block(text, indentation(text).unwrap_or(0));
        self.n_pipes_before % 2 == 1
            && self.n_pipes_before < self.n_pipes
            && !*self.leaves_block.get_or_insert_with(&mut leaves)
    }
}

/// Whether what follows a name assigns to it.
fn assigns(rest: &[u8]) -> bool {
    let n_signs = rest.iter().take(3).take_while(|byte| b"+-*/|&%^<>".contains(byte)).count();
    let (signs, rest) = rest.split_at(n_signs);
    // One, or one twice: `a /^=b/` begins a regex.
    let is_one = match signs {
        [] | [_] => true,
        [first, second] => first == second,
        _ => false,
    };
    is_one && rest.first() == Some(&b'=') && !matches!(rest.get(1), Some(b'=' | b'~' | b'>'))
}

/// Whether the head of a method that begins `code` is not over at its end.
fn in_head(code: &[u8]) -> bool {
    let is_name = |byte: &u8| is_word(*byte) || b".?!".contains(byte);
    let name = code[b"def ".len()..].iter().take_while(|byte| is_name(byte)).count();
    let rest = &code[b"def ".len() + name..];
    let begins_body = |text: &[u8]| match text.trim_ascii_start() {
        [b'=', second, ..] => !matches!(second, b'=' | b'~' | b'>'),
        text => text == b"=",
    };
    let is_over = match rest.first() {
        Some(b'(') => memchr::memchr_iter(b')', rest).any(|at| begins_body(&rest[at + 1..])),
        Some(b' ' | b'\t') => begins_body(rest),
        _ => false,
    };
    !is_over && memchr::memchr(b';', rest).is_none()
}

/// Bytes of blanks that a line begins with; none for an empty line.
fn indentation(line: &[u8]) -> Option<usize> {
    line.iter().position(|byte| !byte.is_ascii_whitespace())
}

/// Whether the block whose parameters stand on the first line of `text` is closed in a later one.
fn leaves_block(text: &[u8], indented: usize) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').skip(1).peekable();
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        if !is_last && indentation(line).is_some_and(|n| n <= indented) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether `name` is bound in `text`, each of its places looked at by itself.
    fn naive(text: &[u8], name: &[u8]) -> bool {
        let lines = (0..text.len()).rev().filter(|at| *at > 0 && text[at - 1] == b'\n');
        let method = lines
            .into_iter()
            .find(|at| text[*at..].trim_ascii_start_of_line().starts_with(b"def "));
        memchr::memmem::rfind_iter(text, name)
            .take_while(|at| *at >= method.unwrap_or(0))
            .any(|at| binds(text, at, name.len()))
    }

    trait OfLine {
        fn trim_ascii_start_of_line(&self) -> &[u8];
    }

    impl OfLine for [u8] {
        fn trim_ascii_start_of_line(&self) -> &[u8] {
            self.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_start()
        }
    }

    fn binds(text: &[u8], at: usize, n: usize) -> bool {
        let before = text[..at].last().copied().unwrap_or(b'\n');
        let after = &text[at + n..];
        if is_word(before)
            || b"@$.:".contains(&before)
            || after.first().is_some_and(|b| is_word(*b))
        {
            return false;
        }
        let line = memchr::memrchr(b'\n', &text[..at]).map_or(0, |line| line + 1);
        let line_before = text[line..at].trim_ascii();
        let line_after = &after[..memchr::memchr(b'\n', after).unwrap_or(after.len())];
        let rest = line_after.trim_ascii_start();
        let pipes = |text: &[u8]| memchr::memchr_iter(b'|', text).count();
        let in_block_parameters = pipes(line_before) % 2 == 1
            && pipes(line_after) > 0
            && !leaves_block(&text[line..], indentation(&text[line..]).unwrap_or(0));
        let in_list = rest.first() == Some(&b',') || line_before.last() == Some(&b',');
        assigns(rest)
            || in_block_parameters
            || line_before.starts_with(b"def ") && in_head(line_before)
            || line_before.ends_with(b"for")
            || line_before.ends_with(b"=>")
            || in_list && rest.windows(3).any(|three| three == b" = ")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn a_name_is_bound_where_any_of_its_places_binds_it(
            words in prop::collection::vec(
                prop::sample::select(vec![
                    "a", "a", "a", "b", "aa", " ", " ", "\n", "\n", "  ", "\t", "=", " = ", "==", "+=", "=>", ",", ", ",
                    "|", "|", "def ", "for ", "for", ".", "@", ":", "{ ", "do |",
                ]),
                0..40,
            ),
        ) {
            let text = words.concat();
            let (text, name) = (text.as_bytes(), &b"a"[..]);
            let found = may_bind(text, name)
                && last_binding(text, name).is_some_and(|at| !begins_method(&text[at..]));
            prop_assert_eq!(found, naive(text, name), "{:?}", words.concat());
        }
    }
}
