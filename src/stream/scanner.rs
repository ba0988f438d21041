//! Tokens and patterns of anything that can be read, one after the other, in memory that does not grow with it.

use std::collections::VecDeque;
use std::io::Read;
use std::path::Path;

use super::found::{Found, Joiner};
use super::{Block, Feed, Headed};
use crate::error::Error;
use crate::lang::code::{Pattern, Tokens};
use crate::lang::{Class, LanguageId, ProblemKind, SpanKind};
use crate::limits::BLOCK_BYTES;
use crate::simd::{self, KernelId};
use crate::units::ByteOffset;

/// How a stream is scanned.
#[derive(Clone, Debug)]
pub struct StreamOptions {
    /// The language; if not given, the first bytes tell it, and nothing is told before they have.
    pub language: Option<LanguageId>,
    /// The kernel.
    pub kernel: KernelId,
    /// Bytes of a block, 1 or more: what one read takes at most.
    pub block_bytes: usize,
}

impl Default for StreamOptions {
    fn default() -> Self {
        StreamOptions { language: None, kernel: simd::best(), block_bytes: BLOCK_BYTES }
    }
}

/// Something in a stream. Offsets count bytes from the stream's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// A structural character.
    Structural {
        /// Where it stands.
        at: ByteOffset,
        /// What it is.
        class: Class,
    },
    /// A string, a comment, ...
    Span {
        /// Its first byte.
        start: ByteOffset,
        /// One past its last byte.
        end: ByteOffset,
        /// What it is.
        kind: SpanKind,
    },
    /// Something is wrong; told by the scanners of code languages only.
    Problem {
        /// Where.
        at: ByteOffset,
        /// What.
        kind: ProblemKind,
    },
}

impl Token {
    /// Its first byte.
    #[must_use]
    pub fn start(&self) -> ByteOffset {
        match self {
            Token::Structural { at, .. } | Token::Problem { at, .. } => *at,
            Token::Span { start, .. } => *start,
        }
    }
}

/// A scanner of a stream: read block by block, with the state carried over each seam. What stands over a seam is told once
/// its end is known.
///
/// ```
/// use warp_tui::stream::{StreamOptions, StreamScanner, Token};
///
/// let scanner = StreamScanner::new(&br#"{"a": 1}"#[..], StreamOptions::default());
/// let starts: Result<Vec<u64>, _> = scanner.tokens().map(|token| Ok(token?.start())).collect();
/// assert_eq!(starts?, [0, 1, 4, 7]);
/// # Ok::<(), warp_tui::error::Error>(())
/// ```
#[derive(Debug)]
pub struct StreamScanner<R> {
    reader: Headed<R>,
    block: Block,
    options: StreamOptions,
    /// None before the first block.
    feed: Option<Feed>,
    ended: bool,
    joiner: Joiner,
}

impl<R: Read> StreamScanner<R> {
    /// A scanner that has read nothing yet.
    #[must_use]
    pub fn new(reader: R, options: StreamOptions) -> Self {
        let block = Block::new(options.block_bytes);
        StreamScanner {
            reader: Headed::new(reader),
            block,
            options,
            feed: None,
            ended: false,
            joiner: Joiner::default(),
        }
    }

    /// Structural characters, spans and problems, block by block; within one, by where they begin. Ends after an error.
    pub fn tokens(mut self) -> impl Iterator<Item = Result<Token, Error>> {
        let mut queue = VecDeque::new();
        std::iter::from_fn(move || {
            loop {
                if let Some(token) = queue.pop_front() {
                    return Some(Ok(token));
                }
                match self.next_block() {
                    Ok(found) => queue.extend(in_order(&found?)),
                    Err(error) => return Some(Err(error)),
                }
            }
        })
    }

    /// Patterns, in the order in which their ends are known. Those of JSON are not looked for here.
    pub fn patterns(mut self) -> impl Iterator<Item = Result<Pattern, Error>> {
        let mut queue = VecDeque::new();
        std::iter::from_fn(move || {
            loop {
                if let Some(pattern) = queue.pop_front() {
                    return Some(Ok(pattern));
                }
                match self.next_block() {
                    Ok(found) => queue.extend(found?.tokens.patterns),
                    Err(error) => return Some(Err(error)),
                }
            }
        })
    }

    /// What the next block holds; none after the end.
    pub(crate) fn next_block(&mut self) -> Result<Option<Found>, Error> {
        if self.ended {
            return Ok(None);
        }
        let StreamScanner { reader, feed, options, block, ended, .. } = self;
        let read = match (&feed, options.language) {
            (None, None) => reader.language(Path::new("-")).map(Some),
            (_, asked_for) => Ok(asked_for),
        };
        let read = read.and_then(|language| Ok((language, block.read(reader)?)));
        *ended = !read.as_ref().is_ok_and(|(_, n)| *n > 0);
        let at = feed.as_ref().map_or(reader.looked_at(), Feed::at);
        let (language, _) = read.map_err(|reason| Error::read(at, reason))?;
        let feed = feed
            .get_or_insert_with(|| Feed::new(options.kernel, language.unwrap_or(LanguageId::Text)));
        let mut found = Found::default();
        feed.take(block, *ended, u64::MAX, |it: Found, _, _| found = it);
        self.joiner.join(&mut found, self.ended);
        Ok(Some(found))
    }

    /// Bytes read so far.
    pub(crate) fn at(&self) -> ByteOffset {
        self.feed.as_ref().map_or(0, Feed::at)
    }

    /// Whether the stream has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }
}

/// The tokens of a block, by where they begin.
fn in_order(found: &Found) -> Vec<Token> {
    let Tokens { structural, spans, problems, .. } = &found.tokens;
    let mut told: Vec<Token> = structural
        .iter()
        .zip(&found.classes)
        .map(|(at, class)| Token::Structural { at: *at, class: *class })
        .chain(spans.iter().map(|(start, end, kind)| Token::Span {
            start: *start,
            end: *end,
            kind: *kind,
        }))
        .chain(problems.iter().map(|(at, kind)| Token::Problem { at: *at, kind: *kind }))
        .collect();
    told.sort_by_key(Token::start);
    told
}
