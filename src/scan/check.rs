//! The check: the first thing that is wrong with a document, by its place.
//!
//! The summary pass cannot know that `[}` does not match or that a string ran over a line break, and need not. The check
//! takes a [`Survey`] of each stretch, in order, and keeps the brackets on a stack of its own. Nearly all surveys say that
//! nothing is wrong; a stretch of which that is not certain is looked at bracket by bracket, and so is the last one.

use super::{Detail, Mode, Span, State, Survey, detail, survey};
use crate::lang::json::{Around, Syntax, Token};
use crate::lang::{LanguageId, ProblemKind, SpanKind};
use crate::limits::{CHECKED_LEVELS_MAX, LOCATED_LEVELS_MAX};
use crate::simd::{KernelId, Utf8};
use crate::units::{ByteOffset, Depth};

/// A problem: where, and what.
type Found = (ByteOffset, ProblemKind);

/// A check that goes on from stretch to stretch and stops at the first problem.
#[derive(Debug)]
pub struct Checker {
    kernel: KernelId,
    language: LanguageId,
    at: ByteOffset,
    state: State,
    utf8: Utf8,
    levels: Levels,
    syntax: Syntax,
    /// Where the span that is open now began.
    span_start: ByteOffset,
    found: Option<Found>,
}

/// The open brackets: for each level one bit (set: a brace), and for the outermost ones where they stand.
#[derive(Debug, Default)]
struct Levels {
    braces: Vec<u64>,
    places: Vec<ByteOffset>,
    depth: u64,
    depth_max: u64,
}

impl Levels {
    fn open(&mut self, brace: bool, at: ByteOffset) {
        let (word, bit) = ((self.depth / 64) as usize, self.depth % 64);
        if self.depth < CHECKED_LEVELS_MAX {
            if word == self.braces.len() {
                self.braces.push(0);
            }
            self.braces[word] = self.braces[word] & !(1 << bit) | u64::from(brace) << bit;
        }
        if self.depth < LOCATED_LEVELS_MAX {
            self.places.push(at);
        }
        self.depth += 1;
        self.depth_max = self.depth_max.max(self.depth);
    }

    fn close(&mut self, brace: bool) -> Option<ProblemKind> {
        let Some(depth) = self.depth.checked_sub(1) else { return Some(ProblemKind::StrayCloser) };
        self.depth = depth;
        self.places.truncate(usize::try_from(depth).unwrap_or(usize::MAX));
        let known = depth < CHECKED_LEVELS_MAX;
        let opened = known && self.braces[(depth / 64) as usize] >> (depth % 64) & 1 == 1;
        (known && opened != brace).then_some(ProblemKind::MismatchedBracket)
    }

    /// Whether the closers of a survey close what is open, and no level is too deep to be remembered.
    fn match_all(&self, survey: &Survey) -> bool {
        let brackets = &survey.brackets;
        let n = brackets.closers.len() as u64;
        let deepest = self.depth.saturating_add_signed(brackets.depth_max);
        !brackets.mismatch
            && n <= self.depth
            && deepest <= CHECKED_LEVELS_MAX
            && (1..)
                .zip(&brackets.closers)
                .all(|(up, brace)| self.is_brace(self.depth - up) == *brace)
            && brackets.top.is_none_or(|top| self.depth.checked_add_signed(top) == Some(0))
            && brackets
                .commas
                .is_none_or(|of_object| self.around(self.depth - n) == Around::of(of_object))
    }

    /// What stands around the bytes at this depth.
    fn around(&self, depth: u64) -> Around {
        match depth.checked_sub(1) {
            None => Around::Top,
            Some(level) if level >= CHECKED_LEVELS_MAX => Around::Unknown,
            Some(level) => Around::of(self.is_brace(level)),
        }
    }

    /// What stands around the end of a stretch that [`Levels::match_all`] cleared.
    fn around_after(&self, survey: &Survey) -> Around {
        let brackets = &survey.brackets;
        match brackets.openers.last() {
            Some(opener) => Around::of(opener.brace),
            None => self.around(self.depth - brackets.closers.len() as u64),
        }
    }

    fn is_brace(&self, level: u64) -> bool {
        self.braces[(level / 64) as usize] >> (level % 64) & 1 == 1
    }

    /// Goes over brackets that [`Levels::match_all`] cleared, of a stretch that begins at `at`.
    fn go_over(&mut self, survey: &Survey, at: ByteOffset) {
        let brackets = &survey.brackets;
        let deepest = self.depth.saturating_add_signed(brackets.depth_max);
        self.depth_max = self.depth_max.max(deepest);
        self.depth -= brackets.closers.len() as u64;
        self.places.truncate(usize::try_from(self.depth).unwrap_or(usize::MAX));
        for opener in &brackets.openers {
            self.open(opener.brace, at + u64::from(opener.at));
        }
    }
}

impl Checker {
    /// A check of a document from its first byte.
    #[must_use]
    pub fn new(kernel: KernelId, language: LanguageId) -> Self {
        Checker {
            kernel,
            language,
            at: 0,
            state: State::default(),
            utf8: Utf8::default(),
            levels: Levels::default(),
            syntax: Syntax::default(),
            span_start: 0,
            found: None,
        }
    }

    /// Goes on with `chunk`. False: the first problem is known, and what comes after it does not matter.
    pub fn chunk(&mut self, chunk: &[u8]) -> bool {
        if self.is_done() {
            return false;
        }
        let (survey, end) = survey(self.kernel, self.language, &self.state, chunk);
        if !self.go_on(&survey, &end, chunk.len() as u64) {
            self.look(chunk);
        }
        !self.is_done()
    }

    /// Goes on with a stretch of `bytes` bytes whose survey was made from the state that is true before it, and that ends
    /// in `end`. False: something may be wrong in it, and it must be gone over with [`Checker::look`].
    #[must_use]
    pub fn go_on(&mut self, survey: &Survey, end: &State, bytes: u64) -> bool {
        if self.is_done() {
            return true;
        }
        if self.found.is_some() || !self.levels.match_all(survey) {
            return false;
        }
        let Some(utf8) = self.utf8.then(&survey.utf8) else { return false };
        if self.language == LanguageId::Json {
            let around = (self.levels.around(self.levels.depth), self.levels.around_after(survey));
            let modes = (self.state.mode, end.mode);
            let syntax = survey.syntax.go_over(&self.syntax, self.at, modes, around);
            let Some(syntax) = syntax else { return false };
            self.syntax = syntax;
        }
        self.utf8 = utf8;
        self.levels.go_over(survey, self.at);
        self.span_start = survey.last_span_at(self.at).unwrap_or(self.span_start);
        self.state = end.clone();
        self.at += bytes;
        true
    }

    /// Goes on with `chunk`, character by character: it says where the problem is that a survey suspects.
    pub fn look(&mut self, chunk: &[u8]) {
        if self.is_done() {
            return;
        }
        if self.language != LanguageId::Json {
            // What the scanner of a code language has to tell it tells itself. Its state is not that of these bytes alone:
            // it may have held back some of those before.
            self.found = self.found.or_else(|| {
                let at = self.utf8.check(self.kernel, chunk)?;
                Some((at, ProblemKind::InvalidUtf8))
            });
            self.at += chunk.len() as u64;
            return;
        }
        let (mut invalid, mut wrong) = (None, None);
        let found = detail(self.kernel, self.language, &self.state, chunk);
        if self.found.is_none() {
            let at = self.utf8.check(self.kernel, chunk);
            invalid = at.map(|at| (at, ProblemKind::InvalidUtf8));
            wrong = self.walk(&found, chunk);
        } else if self.is_of_cut_character()
            && let Some(wrong) = self.utf8.check(self.kernel, chunk)
        {
            // If that stands behind it, the character was one, and what follows does not matter.
            let is_it = self.found.is_some_and(|(at, _)| at == wrong);
            self.found = self.found.filter(|_| !is_it).or(Some((wrong, ProblemKind::InvalidUtf8)));
            self.utf8 = Utf8::default();
        }
        let string = self.strings(&found.spans, chunk);
        self.state = found.end;
        self.at += chunk.len() as u64;
        let all = [self.found, invalid, wrong, string];
        self.found = all.into_iter().flatten().min_by_key(|(at, _)| *at);
    }

    /// The first problem of the whole document.
    #[must_use]
    pub fn finish(mut self) -> Option<Found> {
        if self.is_of_cut_character() {
            self.found = self.found.map(|(at, _)| (at, ProblemKind::InvalidUtf8));
        }
        let cut = |(at, _)| (at, ProblemKind::UnterminatedWord);
        let is_cut = self.state.mode != Mode::CodeAfterSlash;
        let word = self.syntax.end_word();
        let word = if is_cut { word.map(cut) } else { word };
        let unfinished = self.utf8.unfinished().map(|at| (at, ProblemKind::InvalidUtf8));
        let open_span = match self.state.mode {
            Mode::String | Mode::StringAfterEscape => Some(ProblemKind::UnterminatedString),
            Mode::BlockComment | Mode::BlockCommentAfterStar => {
                Some(ProblemKind::UnterminatedComment)
            }
            // Half of what begins a comment.
            Mode::CodeAfterSlash => Some(ProblemKind::UnterminatedComment),
            Mode::Code | Mode::LineComment => None,
        };
        let span_start = match self.state.mode {
            Mode::CodeAfterSlash => self.at.saturating_sub(1),
            _ => self.span_start,
        };
        let unclosed = self.levels.places.last().map(|at| (*at, ProblemKind::UnclosedBracket));
        self.found.or(word).or(unfinished).or(open_span.map(|kind| (span_start, kind))).or(unclosed)
    }

    /// The first problem, once nothing that comes later can change it.
    #[must_use]
    pub fn found(&self) -> Option<Found> {
        self.found.filter(|_| self.is_done())
    }

    /// Highest depth seen so far, in levels; true for all that was checked before the first problem.
    #[must_use]
    pub fn depth_max(&self) -> Depth {
        self.levels.depth_max.cast_signed()
    }

    /// Whether the first problem is known. One inside a string that is still open leaves a doubt: if that string runs over a line
    /// break, its start is the first place where something is wrong.
    fn is_done(&self) -> bool {
        let in_string = matches!(self.state.mode, Mode::String | Mode::StringAfterEscape);
        let is_in_it = |(at, _)| in_string && self.span_start < at;
        self.found.is_some_and(|found| !is_in_it(found)) && !self.is_of_cut_character()
    }

    /// Whether the problem is a character that is cut, in code: it may be no character at all.
    fn is_of_cut_character(&self) -> bool {
        let may_be_none = |(_, kind)| kind != ProblemKind::InvalidUtf8;
        let found = self.found.filter(|found| may_be_none(*found));
        found.is_some_and(|(at, _)| self.utf8.unfinished() == Some(at))
    }

    /// The first token or bracket that stands where it may not, or word or escape that is spelled wrong.
    fn walk(&mut self, found: &Detail, chunk: &[u8]) -> Option<Found> {
        // Of a slash at the end of what came before, and at the end of this, it is not known what it is.
        let after_slash = self.state.mode == Mode::CodeAfterSlash && !chunk.is_empty();
        if after_slash && !found.spans.first().is_some_and(|span| span.slash_before) {
            let slash = (self.at.saturating_sub(1), ProblemKind::Unexpected);
            return self.syntax.end_word().or(Some(slash));
        }
        let n = chunk.len() - usize::from(found.end.mode == Mode::CodeAfterSlash);
        let mut marks = found.structurals.iter().map(|mark| *mark as usize).peekable();
        let mut spans = found.spans.iter().peekable();
        let mut from = 0;
        loop {
            let span = spans.peek().map_or(n, |span| span.start as usize);
            let mark = marks.peek().copied().unwrap_or(n);
            let next = span.min(mark);
            let around = self.levels.around(self.levels.depth);
            let at = self.at + from as u64;
            let problem = self.syntax.between(at, &chunk[from..next], around);
            if problem.is_some() || next == n && spans.peek().is_none() {
                return problem;
            }
            let problem = if span <= mark {
                let span = spans.next()?;
                from = span.end as usize;
                self.span(span, &chunk[span.start as usize..from], around)
            } else {
                marks.next();
                from = next + 1;
                self.mark(chunk[next], self.at + next as u64, around)
            };
            if problem.is_some() {
                return problem;
            }
        }
    }

    /// A string or a comment; of a string that is cut, a part.
    fn span(&mut self, span: &Span, bytes: &[u8], around: Around) -> Option<Found> {
        let problem = self.syntax.end_word();
        if problem.is_some() || span.kind != SpanKind::String {
            return problem;
        }
        let at = self.at + u64::from(span.start);
        if !span.continues && !self.syntax.take(Token::String, around) {
            return Some((at, ProblemKind::Unexpected));
        }
        let escaped = span.continues && self.state.mode == Mode::StringAfterEscape;
        self.syntax.string(at, bytes, escaped)
    }

    /// A structural character.
    fn mark(&mut self, byte: u8, at: ByteOffset, mut around: Around) -> Option<Found> {
        let word = self.syntax.end_word();
        if word.is_some() {
            return word;
        }
        let token = match byte {
            b'{' | b'[' => {
                self.levels.open(byte == b'{', at);
                if byte == b'{' { Token::OpenBrace } else { Token::OpenBracket }
            }
            b'}' | b']' => {
                if let Some(kind) = self.levels.close(byte == b'}') {
                    return Some((at, kind));
                }
                around = self.levels.around(self.levels.depth);
                Token::Close
            }
            b',' => Token::Comma,
            _ => Token::Colon,
        };
        (!self.syntax.take(token, around)).then_some((at, ProblemKind::Unexpected))
    }

    /// The first string that runs over a line break; notes where the last span began if it goes on after the chunk.
    fn strings(&mut self, spans: &[Span], chunk: &[u8]) -> Option<Found> {
        let mut problem = None;
        for span in spans {
            self.span_start = span.begins(self.at).unwrap_or(self.span_start);
            let bytes = &chunk[span.start as usize..span.end as usize];
            if problem.is_none()
                && span.kind == SpanKind::String
                && memchr::memchr(b'\n', bytes).is_some()
            {
                problem = Some((self.span_start, ProblemKind::UnterminatedString));
            }
        }
        problem
    }
}

#[cfg(test)]
mod tests;
