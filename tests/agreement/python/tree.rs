//! What the tree says: annotations, docstrings, comprehensions, definitions.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::visitor::source_order::{
    SourceOrderVisitor, walk_expr, walk_parameter, walk_stmt,
};
use ruff_python_ast::{Expr, Identifier, Parameter, Stmt};

use super::{end, speaks, start};

/// A pattern, with the place of its name.
pub(super) struct Pattern {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) kind: String,
    pub(super) name: Option<(u64, u64)>,
}

struct Walker<'t> {
    /// Tokens that say something, by offset.
    tokens: Vec<&'t Token>,
    /// For each of those that is a bracket, the number of the other one.
    partner: Vec<Option<usize>>,
    found: Vec<Pattern>,
}

/// The patterns of a file, in the order of the tree.
pub(super) fn patterns(tokens: &[Token], body: &[Stmt]) -> Vec<Pattern> {
    let tokens: Vec<&Token> = tokens.iter().filter(|token| speaks(token.kind())).collect();
    let mut partner = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        match token.kind() {
            TokenKind::Lbrace | TokenKind::Lpar | TokenKind::Lsqb => open.push(i),
            TokenKind::Rbrace | TokenKind::Rpar | TokenKind::Rsqb => {
                if let Some(opener) = open.pop() {
                    (partner[i], partner[opener]) = (Some(opener), Some(i));
                }
            }
            _ => {}
        }
    }
    let mut walker = Walker { tokens, partner, found: Vec::new() };
    walker.docstring(body);
    body.iter().for_each(|statement| walker.visit_stmt(statement));
    walker.found
}

impl Walker<'_> {
    /// The number of the first token at or behind `offset`.
    fn token_at(&self, offset: u64) -> usize {
        self.tokens.partition_point(|token| start(*token) < offset)
    }

    fn push(&mut self, start: u64, end: u64, kind: &str, name: Option<(u64, u64)>) {
        self.found.push(Pattern { start, end, kind: kind.to_owned(), name });
    }

    /// From the colon or arrow before the type to the type's end, the parentheses around it included.
    fn annotation(&mut self, expression: &Expr) {
        let mut first = self.token_at(start(expression));
        let mut last = self.token_at(end(expression)) - 1;
        while self.tokens[first - 1].kind() == TokenKind::Lpar {
            first -= 1;
            last = self.partner[first].unwrap_or(last);
        }
        let is_sign = matches!(self.tokens[first - 1].kind(), TokenKind::Colon | TokenKind::Rarrow);
        assert!(is_sign, "no colon or arrow before the type at {}", start(expression));
        let sign = start(self.tokens[first - 1]);
        self.push(sign, end(self.tokens[last]), "type_annotation", None);
    }

    fn docstring(&mut self, body: &[Stmt]) {
        if let Some(Stmt::Expr(first)) = body.first()
            && let Expr::StringLiteral(string) = &*first.value
        {
            self.push(start(string), end(string), "docstring", None);
        }
    }

    /// The innermost brackets around the `for` of a comprehension that begins at `at`.
    fn comprehension(&mut self, at: u64) {
        let mut i = self.token_at(at);
        loop {
            let Some(before) = i.checked_sub(1) else { return };
            let kind = self.tokens[before].kind();
            match self.partner[before] {
                Some(close) if close > before => {
                    let (open, close) = (start(self.tokens[before]), end(self.tokens[close]));
                    return self.push(open, close, "comprehension", None);
                }
                Some(open) if kind != TokenKind::Lpar => i = open,
                _ => i = before,
            }
        }
    }

    fn definition(&mut self, kind: &str, keywords: usize, name: &Identifier, body: &[Stmt]) {
        let first = self.token_at(start(name)) - keywords;
        let Some(last) = body.last() else { return };
        let mut last = self.token_at(end(last)) - 1;
        while self.tokens[last].kind() == TokenKind::Semi {
            last -= 1;
        }
        let place = (start(name), end(name));
        self.push(start(self.tokens[first]), end(self.tokens[last]), kind, Some(place));
        if kind == "class" || kind == "def" || kind == "async_def" {
            self.docstring(body);
        }
    }
}

impl<'a> SourceOrderVisitor<'a> for Walker<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::ClassDef(class) => self.definition("class", 1, &class.name, &class.body),
            Stmt::FunctionDef(def) if def.is_async => {
                self.definition("async_def", 2, &def.name, &def.body);
            }
            Stmt::FunctionDef(def) => self.definition("def", 1, &def.name, &def.body),
            Stmt::AnnAssign(assign) => self.annotation(&assign.annotation),
            _ => {}
        }
        if let Stmt::FunctionDef(def) = statement
            && let Some(returns) = &def.returns
        {
            self.annotation(returns);
        }
        walk_stmt(self, statement);
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        if let Some(annotation) = &parameter.annotation {
            self.annotation(annotation);
        }
        walk_parameter(self, parameter);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        let generators = match expression {
            Expr::ListComp(list) => &list.generators,
            Expr::SetComp(set) => &set.generators,
            Expr::DictComp(dict) => &dict.generators,
            Expr::Generator(generator) => &generator.generators,
            _ => return walk_expr(self, expression),
        };
        if let Some(first) = generators.first() {
            self.comprehension(start(first));
        }
        walk_expr(self, expression);
    }
}
