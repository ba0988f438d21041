//! What the tokens alone say: spans, structurals, levels, and the patterns that are shaped by tokens.

use ruff_python_ast::token::{Token, TokenKind};

use super::{end, speaks, start};
use crate::harness::Tokens;

/// What is open, outermost first.
enum Open {
    /// A bracket, and its offset.
    Bracket(u64),
    /// An f-string: where it began, and where its present piece began.
    Fstring { start: u64, piece: u64 },
    /// The expression of an interpolation.
    Interpolation,
    /// A format spec, and where its present piece began.
    Spec { piece: u64 },
}

struct Reader<'t> {
    tokens: &'t [Token],
    open: Vec<Open>,
    found: Tokens,
    /// First bytes of the indented blocks that are open.
    blocks: Vec<u64>,
    /// The last line break that ended a logical line.
    line_break: u64,
}

/// Reads the tokens of a file. Patterns are not sorted.
pub(super) fn read(text: &[u8], tokens: &[Token]) -> Tokens {
    let (open, blocks) = (Vec::new(), Vec::new());
    let mut reader = Reader { tokens, open, found: Tokens::default(), blocks, line_break: 0 };
    for (i, token) in tokens.iter().enumerate() {
        reader.token(i, token, text);
    }
    let Reader { mut found, blocks, line_break, .. } = reader;
    found.levels.extend(blocks.into_iter().map(|open| (open, line_break)));
    found.structural = structural(text, &found.spans);
    found
}

impl Reader<'_> {
    fn token(&mut self, i: usize, token: &Token, text: &[u8]) {
        let (start, end) = (start(token), end(token));
        match token.kind() {
            TokenKind::String => {
                let quote = text[start as usize..].iter().position(|b| matches!(b, b'"' | b'\''));
                let prefix = &text[start as usize..start as usize + quote.unwrap_or(0)];
                let is_bytes = prefix.iter().any(|byte| matches!(byte, b'b' | b'B'));
                self.span(start, end, if is_bytes { "bytes" } else { "string" });
            }
            TokenKind::Comment => self.span(start, end, "comment"),
            TokenKind::FStringStart | TokenKind::TStringStart => {
                self.open.push(Open::Fstring { start, piece: start });
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                let Some(Open::Fstring { start, piece }) = self.open.pop() else { return };
                self.span(piece, end, "fstring");
                self.found.patterns.push((start, end, "fstring".to_owned(), None));
            }
            TokenKind::Lbrace | TokenKind::Lpar | TokenKind::Lsqb => self.opener(start, end),
            TokenKind::Rbrace | TokenKind::Rpar | TokenKind::Rsqb => self.closer(start),
            TokenKind::Colon if matches!(self.open.last(), Some(Open::Interpolation)) => {
                self.open.push(Open::Spec { piece: start });
            }
            TokenKind::Newline => self.line_break = start,
            TokenKind::Indent => {
                let first = self.tokens[i..].iter().find(|token| speaks(token.kind()));
                self.blocks.extend(first.map(super::start));
            }
            TokenKind::Dedent => {
                let block = self.blocks.pop();
                self.found.levels.extend(block.map(|open| (open, self.line_break)));
            }
            TokenKind::At if self.begins_line(i) => self.decorator(i, text),
            _ => {}
        }
    }

    fn span(&mut self, start: u64, end: u64, kind: &str) {
        self.found.spans.push((start, end, kind.to_owned()));
    }

    fn opener(&mut self, start: u64, end: u64) {
        // In the text of an f-string or a format spec only a brace that begins an interpolation is a token.
        if let Some(Open::Fstring { piece, .. } | Open::Spec { piece }) = self.open.last() {
            self.span(*piece, end, "fstring");
            self.open.push(Open::Interpolation);
        } else {
            self.open.push(Open::Bracket(start));
        }
    }

    fn closer(&mut self, at: u64) {
        match self.open.pop() {
            Some(Open::Bracket(open)) => self.found.levels.push((open, at)),
            // The spec's last piece goes on with the text behind the brace.
            Some(Open::Spec { piece: spec }) => {
                self.open.pop();
                if let Some(Open::Fstring { piece, .. } | Open::Spec { piece }) =
                    self.open.last_mut()
                {
                    *piece = spec;
                }
            }
            Some(Open::Interpolation) => {
                if let Some(Open::Fstring { piece, .. } | Open::Spec { piece }) =
                    self.open.last_mut()
                {
                    *piece = at;
                }
            }
            Some(other) => self.open.push(other),
            None => {}
        }
    }

    fn begins_line(&self, i: usize) -> bool {
        let before = self.tokens[..i].iter().rev();
        let mut before = before.map(Token::kind).filter(|kind| {
            !matches!(
                kind,
                TokenKind::Comment
                    | TokenKind::NonLogicalNewline
                    | TokenKind::Indent
                    | TokenKind::Dedent
            )
        });
        before.next().is_none_or(|kind| kind == TokenKind::Newline)
    }

    fn decorator(&mut self, at: usize, text: &[u8]) {
        let line = &self.tokens[at..];
        let line = line.split(|token| token.kind() == TokenKind::Newline).next().unwrap_or(line);
        let line: Vec<&Token> = line.iter().filter(|token| speaks(token.kind())).collect();
        let (Some(first), Some(last)) = (line.first(), line.last()) else { return };
        let name = decorator_name(&line[1..]).map(|(start, end)| {
            String::from_utf8_lossy(&text[start as usize..end as usize]).into_owned()
        });
        self.found.patterns.push((start(first), end(last), "decorator".to_owned(), name));
    }
}

/// Where the dotted name stands that is all of these tokens, but for one call behind it.
fn decorator_name(tokens: &[&Token]) -> Option<(u64, u64)> {
    let is_word = |token: &Token| token.kind() == TokenKind::Name || token.kind().is_soft_keyword();
    let mut words = 0;
    while tokens.get(2 * words).is_some_and(|token| is_word(token)) {
        words += 1;
        if tokens.get(2 * words - 1).is_none_or(|token| token.kind() != TokenKind::Dot) {
            break;
        }
    }
    let name = &tokens[..(2 * words).checked_sub(1)?];
    let rest = &tokens[name.len()..];
    let mut depth = 0;
    let closes = rest.iter().position(|token| {
        depth += match token.kind() {
            TokenKind::Lpar => 1,
            TokenKind::Rpar => -1,
            _ => 0,
        };
        depth == 0
    });
    let is_call = rest.first().is_some_and(|token| token.kind() == TokenKind::Lpar)
        && closes == Some(rest.len() - 1);
    (rest.is_empty() || is_call).then(|| (start(name[0]), end(name[name.len() - 1])))
}

/// The bytes of the structural set that lie in no span.
fn structural(text: &[u8], spans: &[(u64, u64, String)]) -> Vec<u64> {
    let mut found = Vec::new();
    let mut spans = spans.iter().peekable();
    for (at, byte) in (0..).zip(text) {
        while spans.next_if(|span| span.1 <= at).is_some() {}
        let is_inside = spans.peek().is_some_and(|span| span.0 <= at);
        if !is_inside && b"{}[]():".contains(byte) {
            found.push(at);
        }
    }
    found
}
