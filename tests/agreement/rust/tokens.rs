//! What rustc's lexer says: spans, structurals, levels, and the patterns that are shaped by tokens.

use ra_ap_rustc_lexer::{Cursor, FrontmatterAllowed, LiteralKind, TokenKind, strip_shebang};

use crate::harness::{Pattern, Tokens};

/// A token that is no white space, comment or literal of text.
struct Token {
    start: usize,
    end: usize,
    kind: TokenKind,
    /// The other one of a pair of brackets.
    partner: usize,
}

/// A file that the lexer accepts and whose brackets are in order.
pub(super) struct Lexed {
    /// Where the code begins: behind a BOM and a `#!` line.
    pub(super) code: usize,
    tokens: Vec<Token>,
    spans: Vec<(u64, u64, String)>,
}

/// The words that cannot be a macro's name, so that `!` behind them is an operator.
const NO_MACRO: &[&str] = &[
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Lexes `text`; `None` where the lexer finds something wrong.
pub(super) fn lex(text: &str) -> Option<Lexed> {
    let mut lexed = Lexed { code: 0, tokens: Vec::new(), spans: Vec::new() };
    lexed.code = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    if let Some(length) = strip_shebang(&text[lexed.code..]) {
        lexed.span(lexed.code, lexed.code + length, "shebang");
        lexed.code += length;
    }
    let mut at = lexed.code;
    let mut cursor = Cursor::new(&text[at..], FrontmatterAllowed::No);
    loop {
        let token = cursor.advance_token();
        let end = at + token.len as usize;
        match token.kind {
            TokenKind::Eof => break,
            // Before edition 2024 `##` and `#"` are tokens of their own.
            TokenKind::GuardedStrPrefix => {
                lexed.push(at, at + 1, TokenKind::Pound);
                at += 1;
                cursor = Cursor::new(&text[at..], FrontmatterAllowed::No);
                continue;
            }
            kind => lexed.token(text, at, end, kind)?,
        }
        at = end;
    }
    lexed.pair_brackets()?;
    Some(lexed)
}

/// The lexer steps over escapes: which there are is asked of `proc_macro2`, which reads them as rustc does.
fn has_good_escapes(literal: &str) -> bool {
    literal.starts_with(['r'])
        || literal.get(1..2) == Some("r")
        || literal.parse::<proc_macro2::Literal>().is_ok()
}

impl Lexed {
    fn span(&mut self, start: usize, end: usize, kind: &str) {
        self.spans.push((start as u64, end as u64, kind.to_owned()));
    }

    fn push(&mut self, start: usize, end: usize, kind: TokenKind) {
        self.tokens.push(Token { start, end, kind, partner: usize::MAX });
    }

    /// Takes a token; `None` if it is wrong.
    fn token(&mut self, text: &str, start: usize, end: usize, kind: TokenKind) -> Option<()> {
        match kind {
            TokenKind::Whitespace => {}
            TokenKind::LineComment { doc_style } => {
                let is_cr = text[start..end].ends_with('\r') && end < text.len();
                let kind = if doc_style.is_some() { "doc_comment" } else { "line_comment" };
                self.span(start, end - usize::from(is_cr), kind);
            }
            TokenKind::BlockComment { doc_style, terminated: true } => {
                let kind = if doc_style.is_some() { "doc_comment" } else { "block_comment" };
                self.span(start, end, kind);
            }
            TokenKind::Literal { kind: literal, suffix_start } => {
                let literal = span_of(literal)?;
                let written = &text[start..start + suffix_start as usize];
                if written.contains('\\') && !has_good_escapes(written) {
                    return None;
                }
                if let Some(kind) = literal {
                    self.span(start, start + suffix_start as usize, kind);
                }
                self.push(start, end, kind);
            }
            TokenKind::BlockComment { .. }
            | TokenKind::Unknown
            | TokenKind::InvalidIdent
            | TokenKind::Frontmatter { .. }
            | TokenKind::Lifetime { starts_with_number: true } => return None,
            kind => self.push(start, end, kind),
        }
        Some(())
    }

    fn pair_brackets(&mut self) -> Option<()> {
        let mut open = Vec::new();
        for i in 0..self.tokens.len() {
            let expected = match self.tokens[i].kind {
                TokenKind::OpenBrace | TokenKind::OpenBracket | TokenKind::OpenParen => {
                    open.push(i);
                    continue;
                }
                TokenKind::CloseBrace => TokenKind::OpenBrace,
                TokenKind::CloseBracket => TokenKind::OpenBracket,
                TokenKind::CloseParen => TokenKind::OpenParen,
                _ => continue,
            };
            let opener = open.pop()?;
            if self.tokens[opener].kind != expected {
                return None;
            }
            (self.tokens[i].partner, self.tokens[opener].partner) = (opener, i);
        }
        open.is_empty().then_some(())
    }

    /// All that the tokens alone say. Patterns are not sorted.
    pub(super) fn read(&self, text: &str) -> Tokens {
        let mut found = Tokens { spans: self.spans.clone(), ..Tokens::default() };
        for (i, token) in self.tokens.iter().enumerate() {
            let at = token.start as u64;
            if matches!(text.as_bytes()[token.start], b'{' | b'}' | b'[' | b']' | b'(' | b')')
                || matches!(token.kind, TokenKind::Or | TokenKind::Semi)
            {
                found.structural.push(at);
            }
            if token.partner != usize::MAX && token.partner > i {
                found.levels.push((at, self.tokens[token.partner].start as u64));
            }
        }
        let attributes = self.attributes(text);
        let is_in_attribute = |at: u64| attributes.iter().any(|a| (a.0..a.1).contains(&at));
        for i in 0..self.tokens.len() {
            let pattern = self
                .macro_definition(text, i)
                .or_else(|| self.macro_call(text, i))
                .or_else(|| self.lifetime(text, i))
                .or_else(|| self.unsafe_block(text, i, is_in_attribute));
            found.patterns.extend(pattern);
        }
        found.patterns.extend(attributes);
        found
    }

    /// What stands between the delimiters of macros and attributes.
    pub(super) fn delimited(&self, text: &str, patterns: &[Pattern]) -> Vec<(u64, u64)> {
        let bracket = |from: u64| {
            let found = text.as_bytes()[from as usize..].iter().position(|b| b"{[(".contains(b));
            from + found.unwrap_or_default() as u64
        };
        let of = |kind: &str| kind == "macro" || kind == "attribute";
        // A definition's parameters stand before its body: from the first bracket on all is inside.
        let delimited = patterns.iter().filter(|pattern| of(&pattern.2));
        delimited.map(|pattern| (bracket(pattern.0) + 1, pattern.1 - 1)).collect()
    }

    fn kind(&self, i: usize) -> TokenKind {
        self.tokens.get(i).map_or(TokenKind::Eof, |token| token.kind)
    }

    fn word<'t>(&self, text: &'t str, i: usize) -> &'t str {
        match self.tokens.get(i) {
            Some(token)
                if matches!(
                    token.kind,
                    TokenKind::Ident | TokenKind::RawIdent | TokenKind::UnknownPrefix
                ) =>
            {
                &text[token.start..token.end]
            }
            _ => "",
        }
    }

    /// The token that closes the bracket at `i`, if there is one.
    fn close_of(&self, i: usize) -> Option<usize> {
        let partner = self.tokens.get(i)?.partner;
        (partner != usize::MAX && partner > i).then_some(partner)
    }

    fn pattern(&self, from: usize, to: usize, kind: &str, name: Option<&str>) -> Pattern {
        let (start, end) = (self.tokens[from].start as u64, self.tokens[to].end as u64);
        (start, end, kind.to_owned(), name.map(str::to_owned))
    }

    fn macro_call(&self, text: &str, i: usize) -> Option<Pattern> {
        let word = self.word(text, i);
        let is_call =
            !word.is_empty() && !NO_MACRO.contains(&word) && self.kind(i + 1) == TokenKind::Bang;
        let close = is_call.then(|| self.close_of(i + 2)).flatten()?;
        Some(self.pattern(i, close, "macro", None))
    }

    fn macro_definition(&self, text: &str, i: usize) -> Option<Pattern> {
        let name = match self.word(text, i) {
            "macro_rules" if self.kind(i + 1) == TokenKind::Bang => i + 2,
            "macro" => i + 1,
            _ => return None,
        };
        let word = self.word(text, name);
        let first = self.close_of(name + 1).filter(|_| !word.is_empty())?;
        let is_in_two = name == i + 1 && self.kind(name + 1) == TokenKind::OpenParen;
        let last = if is_in_two {
            self.close_of(first + 1).filter(|_| self.kind(first + 1) == TokenKind::OpenBrace)?
        } else {
            first
        };
        Some(self.pattern(i, last, "macro", Some(word)))
    }

    fn lifetime(&self, text: &str, i: usize) -> Option<Pattern> {
        let is_lifetime = matches!(
            self.kind(i),
            TokenKind::Lifetime { .. } | TokenKind::RawLifetime | TokenKind::UnknownPrefixLifetime
        );
        let before = i.checked_sub(1).map_or("", |before| self.word(text, before));
        let begins_loop = self.kind(i + 1) == TokenKind::Colon
            && (matches!(self.word(text, i + 2), "loop" | "while" | "for")
                || self.kind(i + 2) == TokenKind::OpenBrace);
        if !is_lifetime || begins_loop || matches!(before, "break" | "continue") {
            return None;
        }
        let token = &self.tokens[i];
        Some(self.pattern(i, i, "lifetime", Some(&text[token.start + 1..token.end])))
    }

    fn unsafe_block(
        &self,
        text: &str,
        i: usize,
        is_in_attribute: impl Fn(u64) -> bool,
    ) -> Option<Pattern> {
        let is_unsafe = self.word(text, i) == "unsafe";
        match self.kind(i + 1) {
            _ if !is_unsafe => None,
            TokenKind::OpenBrace => Some(self.pattern(i, self.close_of(i + 1)?, "unsafe", None)),
            TokenKind::OpenParen if is_in_attribute(self.tokens[i].start as u64) => None,
            _ => Some(self.pattern(i, i, "unsafe", None)),
        }
    }

    fn attributes(&self, text: &str) -> Vec<Pattern> {
        let mut found = Vec::new();
        for i in 0..self.tokens.len() {
            let bracket = i + 1 + usize::from(self.kind(i + 1) == TokenKind::Bang);
            let is_attribute =
                self.kind(i) == TokenKind::Pound && self.kind(bracket) == TokenKind::OpenBracket;
            if let Some(close) = self.close_of(bracket).filter(|_| is_attribute) {
                let name = self.path(text, bracket + 1);
                found.push(self.pattern(i, close, "attribute", name));
            }
        }
        found
    }

    /// The path that begins with token `i`, as it is written.
    fn path<'t>(&self, text: &'t str, i: usize) -> Option<&'t str> {
        let is_separator =
            |i: usize| self.kind(i) == TokenKind::Colon && self.kind(i + 1) == TokenKind::Colon;
        let mut at = if is_separator(i) { i + 2 } else { i };
        let mut last = None;
        while !self.word(text, at).is_empty() {
            last = Some(at);
            if !is_separator(at + 1) {
                break;
            }
            at += 3;
        }
        last.map(|last| &text[self.tokens[i].start..self.tokens[last].end])
    }
}

/// The kind of a literal's span, if it has one; `None` where the literal is wrong.
fn span_of(literal: LiteralKind) -> Option<Option<&'static str>> {
    match literal {
        LiteralKind::Int { .. } | LiteralKind::Float { .. } => Some(None),
        LiteralKind::Char { terminated } | LiteralKind::Byte { terminated } => {
            terminated.then_some(Some("char"))
        }
        LiteralKind::Str { terminated }
        | LiteralKind::ByteStr { terminated }
        | LiteralKind::CStr { terminated } => terminated.then_some(Some("string")),
        LiteralKind::RawStr { n_hashes }
        | LiteralKind::RawByteStr { n_hashes }
        | LiteralKind::RawCStr { n_hashes } => n_hashes.map(|_| Some("string")),
    }
}
