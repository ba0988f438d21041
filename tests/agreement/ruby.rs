//! Ruby's reference: Prism, the parser of Ruby itself. Spans, patterns and levels all come from its syntax tree.
//!
//! Literals, heredoc bodies, comments and the code inside `#{ }` are ranges that nest properly. Painting them from the
//! outermost to the innermost leaves each byte with the range it belongs to; what a literal owns without a break is one
//! piece of it.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::Path;

use ruby_prism::{Location, Node, ParseResult, Visit};

use super::harness::{self, Tally, Tokens};

/// What Prism finds in `text`; none if it rejects it.
pub(crate) fn reference(_path: &Path, text: &[u8]) -> Option<Tokens> {
    let parsed = ruby_prism::parse(text);
    if parsed.is_failure() {
        return None;
    }
    let mut finder = Finder { text, ..Finder::default() };
    finder.visit(&parsed.node());
    finder.comments(&parsed);
    Some(finder.finish())
}

/// A range and what it is: a span's kind, or none for code inside a literal.
type Layer = (usize, usize, Option<&'static str>);

#[derive(Default)]
struct Finder<'a> {
    text: &'a [u8],
    layers: Vec<Layer>,
    patterns: BTreeSet<(u64, Reverse<u64>, String, Option<String>)>,
    levels: BTreeSet<(u64, u64)>,
}

impl<'pr> Visit<'pr> for Finder<'_> {
    fn visit_branch_node_enter(&mut self, node: Node<'pr>) {
        self.branch(&node);
        self.definition(&node);
        self.level(&node);
    }

    /// Blocks of a `super` are visited without the call above.
    fn visit_block_node(&mut self, node: &ruby_prism::BlockNode<'pr>) {
        self.level(&node.as_node());
        ruby_prism::visit_block_node(self, node);
    }

    fn visit_leaf_node_enter(&mut self, node: Node<'pr>) {
        if let Some(n) = node.as_string_node() {
            if let Some(opening) = n.opening_loc() {
                self.literal(&node, &opening, n.closing_loc(), Some(n.content_loc()));
            }
        } else if let Some(n) = node.as_symbol_node() {
            if let Some(opening) = n.opening_loc() {
                self.literal(&node, &opening, n.closing_loc(), None);
            }
        } else if let Some(n) = node.as_x_string_node() {
            self.literal(&node, &n.opening_loc(), Some(n.closing_loc()), Some(n.content_loc()));
        } else if let Some(n) = node.as_regular_expression_node() {
            self.literal(&node, &n.opening_loc(), Some(n.closing_loc()), None);
        } else if let Some(n) = node.as_match_last_line_node() {
            self.literal(&node, &n.opening_loc(), Some(n.closing_loc()), None);
        }
    }
}

impl Finder<'_> {
    /// Literals with parts, and the code in them.
    fn branch(&mut self, node: &Node<'_>) {
        let first =
            |parts: ruby_prism::NodeList<'_>| parts.first().map(|part| part.location().start());
        let at = |start: Option<u32>| start.map(|start| start as usize);
        if let Some(n) = node.as_interpolated_string_node() {
            if let Some(opening) = n.opening_loc() {
                self.parts(node, &opening, n.closing_loc(), at(first(n.parts())));
            }
        } else if let Some(n) = node.as_interpolated_symbol_node() {
            if let Some(opening) = n.opening_loc() {
                self.parts(node, &opening, n.closing_loc(), at(first(n.parts())));
            }
        } else if let Some(n) = node.as_interpolated_x_string_node() {
            self.parts(node, &n.opening_loc(), Some(n.closing_loc()), at(first(n.parts())));
        } else if let Some(n) = node.as_interpolated_regular_expression_node() {
            self.parts(node, &n.opening_loc(), Some(n.closing_loc()), None);
        } else if let Some(n) = node.as_interpolated_match_last_line_node() {
            self.parts(node, &n.opening_loc(), Some(n.closing_loc()), None);
        } else if let Some(n) = node.as_array_node() {
            if let Some(opening) = n.opening_loc().filter(|o| o.as_slice().starts_with(b"%")) {
                self.parts(node, &opening, n.closing_loc(), None);
            }
        } else if let Some(n) = node.as_embedded_statements_node() {
            let (start, end) = (n.opening_loc().end() as usize, n.closing_loc().start() as usize);
            self.layers.push((start, end, None));
            self.pattern(n.opening_loc().start(), n.closing_loc().end(), "interpolation", None);
        }
    }

    fn literal(
        &mut self,
        node: &Node<'_>,
        opening: &Location<'_>,
        closing: Option<Location<'_>>,
        content: Option<Location<'_>>,
    ) {
        let content = content.map(|content| content.start() as usize);
        self.parts(node, opening, closing, content);
    }

    /// A literal from its opening to its closing. `body` is where the text of a heredoc begins or, after its indentation
    /// has been taken off, begins in its first line.
    fn parts(
        &mut self,
        node: &Node<'_>,
        opening: &Location<'_>,
        closing: Option<Location<'_>>,
        body: Option<usize>,
    ) {
        let start = opening.start() as usize;
        let open = opening.as_slice();
        if open.starts_with(b"<<") {
            let Some(closing) = closing else { return };
            return self.heredoc(opening, &closing, body);
        }
        let end = closing.as_ref().map_or(node.location().end(), Location::end) as usize;
        let kind = match open {
            [b'%', b'w' | b'W', ..] => "words",
            [b'%', b'i' | b'I', ..] => "symbols",
            [b'%', b's', ..] | [b':', ..] => {
                if open == b":" {
                    return;
                }
                "symbol"
            }
            [b'%', b'r', ..] | [b'/', ..] => "regex",
            [b'%', b'x', ..] | [b'`', ..] => "command",
            [b'?', ..] => "char",
            _ => "string",
        };
        self.layers.push((start, end, Some(kind)));
        if kind == "regex" {
            self.pattern(opening.start(), end as u32, "regex", None);
        } else if open.starts_with(b"%") {
            self.pattern(opening.start(), end as u32, "percent_literal", None);
        }
    }

    fn heredoc(&mut self, opening: &Location<'_>, closing: &Location<'_>, body: Option<usize>) {
        let (start, open_end) = (opening.start() as usize, opening.end() as usize);
        self.layers.push((start, open_end, Some("heredoc_start")));
        let closer = &self.text[closing.start() as usize..closing.end() as usize];
        let line_break =
            closer.iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let end = closing.end() as usize - line_break;
        // Taking off the indentation may have moved the first part's start; the text begins where its line does.
        let first = body.unwrap_or(closing.start() as usize).min(closing.start() as usize);
        let line =
            self.text[..first].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        self.layers.push((line, end, Some("heredoc")));
        let word = opening.as_slice()[2..].iter().copied();
        let word: Vec<u8> = word.skip_while(|byte| matches!(byte, b'-' | b'~')).collect();
        let quoted = matches!(word.first(), Some(b'"' | b'\'' | b'`'));
        let word = if quoted { &word[1..word.len() - 1] } else { &word[..] };
        self.pattern(opening.start(), end as u32, "heredoc", Some(word));
    }

    fn definition(&mut self, node: &Node<'_>) {
        if let Some(n) = node.as_class_node() {
            let name = n.constant_path().location();
            let (start, end) = (n.class_keyword_loc().start(), n.end_keyword_loc().end());
            self.pattern(start, end, "class", Some(name.as_slice()));
        } else if let Some(n) = node.as_module_node() {
            let name = n.constant_path().location();
            let (start, end) = (n.module_keyword_loc().start(), n.end_keyword_loc().end());
            self.pattern(start, end, "module", Some(name.as_slice()));
        } else if let Some(n) = node.as_singleton_class_node() {
            let name = n.expression().location();
            let (start, end) = (n.class_keyword_loc().start(), n.end_keyword_loc().end());
            self.pattern(start, end, "singleton_class", Some(name.as_slice()));
        } else if let Some(n) = node.as_def_node() {
            let receiver = n.receiver().map(|receiver| receiver.location().start());
            // The receiver's own parentheses are the definition's only if they stand before the name.
            let open = n.operator_loc().and_then(|_| n.lparen_loc()).map(|paren| paren.start());
            let open = open.filter(|open| receiver.is_some_and(|receiver| *open < receiver));
            let name_start = open.or(receiver).unwrap_or(n.name_loc().start());
            let name = &self.text[name_start as usize..n.name_loc().end() as usize];
            let end = n.end_keyword_loc().map_or(node.location().end(), |keyword| keyword.end());
            self.pattern(n.def_keyword_loc().start(), end, "method", Some(name));
        }
    }

    fn level(&mut self, node: &Node<'_>) {
        let pair = if let Some(n) = node.as_class_node() {
            Some((n.class_keyword_loc(), n.end_keyword_loc()))
        } else if let Some(n) = node.as_module_node() {
            Some((n.module_keyword_loc(), n.end_keyword_loc()))
        } else if let Some(n) = node.as_singleton_class_node() {
            Some((n.class_keyword_loc(), n.end_keyword_loc()))
        } else if let Some(n) = node.as_def_node() {
            n.end_keyword_loc().map(|end| (n.def_keyword_loc(), end))
        } else if let Some(n) = node.as_begin_node() {
            n.begin_keyword_loc().zip(n.end_keyword_loc())
        } else if let Some(n) = node.as_case_node() {
            Some((n.case_keyword_loc(), n.end_keyword_loc()))
        } else if let Some(n) = node.as_case_match_node() {
            Some((n.case_keyword_loc(), n.end_keyword_loc()))
        } else if let Some(n) = node.as_if_node() {
            n.if_keyword_loc().filter(|k| k.as_slice() == b"if").zip(n.end_keyword_loc())
        } else if let Some(n) = node.as_unless_node() {
            n.end_keyword_loc().map(|end| (n.unless_keyword_loc(), end))
        } else if let Some(n) = node.as_until_node() {
            n.end_keyword_loc().map(|end| (n.until_keyword_loc(), end))
        } else if let Some(n) = node.as_while_node() {
            n.end_keyword_loc().map(|end| (n.while_keyword_loc(), end))
        } else if let Some(n) = node.as_for_node() {
            Some((n.for_keyword_loc(), n.end_keyword_loc()))
        } else if let Some(n) = node.as_block_node() {
            Some((n.opening_loc(), n.closing_loc())).filter(|(open, _)| open.as_slice() == b"do")
        } else if let Some(n) = node.as_lambda_node() {
            Some((n.opening_loc(), n.closing_loc())).filter(|(open, _)| open.as_slice() == b"do")
        } else {
            None
        };
        if let Some((open, close)) = pair {
            self.levels.insert((open.start().into(), close.start().into()));
        }
    }

    fn pattern(&mut self, start: u32, end: u32, kind: &str, name: Option<&[u8]>) {
        let name = name.map(|name| String::from_utf8_lossy(name).into_owned());
        self.patterns.insert((start.into(), Reverse(end.into()), kind.to_owned(), name));
    }

    fn comments(&mut self, parsed: &ParseResult<'_>) {
        let first_statement = parsed
            .node()
            .as_program_node()
            .and_then(|program| program.statements().body().first())
            .map_or(self.text.len(), |first| first.location().start() as usize);
        for comment in parsed.comments() {
            let (start, mut end) =
                (comment.location().start() as usize, comment.location().end() as usize);
            while end > start && matches!(self.text[end - 1], b'\n' | b'\r') {
                // A CR without a LF behind it is part of the comment.
                if self.text[end - 1] == b'\r' && self.text.get(end) != Some(&b'\n') {
                    break;
                }
                end -= 1;
            }
            let block = self.text[start..].starts_with(b"=begin");
            self.layers.push((start, end, Some(if block { "block_comment" } else { "comment" })));
            if !block && let Some(key) = magic_key(self.text, start, end, first_statement) {
                self.pattern(start as u32, end as u32, "magic_comment", Some(&key));
            }
        }
        if let Some(data) = parsed.data_loc() {
            self.layers.push((data.start() as usize, self.text.len(), Some("data")));
        }
    }

    fn finish(mut self) -> Tokens {
        self.layers.sort_by_key(|layer| (layer.0, Reverse(layer.1)));
        // 0 is code.
        let mut owner = vec![0u32; self.text.len()];
        let mut cuts = BTreeSet::new();
        for (number, (start, end, kind)) in self.layers.iter().enumerate() {
            owner[*start..*end].fill(if kind.is_some() { number as u32 + 1 } else { 0 });
            cuts.extend([*start, *end]);
        }
        let mut tokens = Tokens::default();
        let mut at = 0;
        while at < owner.len() {
            if owner[at] == 0 {
                if b"{}[]()".contains(&self.text[at]) {
                    tokens.structural.push(at as u64);
                }
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while end < owner.len() && owner[end] == owner[at] && !cuts.contains(&end) {
                end += 1;
            }
            let kind = self.layers[owner[at] as usize - 1].2.unwrap_or_default();
            tokens.spans.push((at as u64, end as u64, kind.to_owned()));
            at = end;
        }
        let mut open = Vec::new();
        for at in &tokens.structural {
            if b"{[(".contains(&self.text[*at as usize]) {
                open.push(*at);
            } else if let Some(open) = open.pop() {
                self.levels.insert((open, *at));
            }
        }
        tokens.levels = self.levels.into_iter().collect();
        tokens.patterns = self
            .patterns
            .into_iter()
            .map(|(start, Reverse(end), kind, name)| (start, end, kind, name))
            .collect();
        tokens
    }
}

/// The key that makes the comment at `start..end` a magic one.
fn magic_key(text: &[u8], start: usize, end: usize, first_statement: usize) -> Option<Vec<u8>> {
    let line = text[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let before = &text[line..start];
    let before =
        if line == 0 { before.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(before) } else { before };
    if !before.iter().all(u8::is_ascii_whitespace) || text[start..].starts_with(b"#!") {
        return None;
    }
    let line_number = text[..start].iter().filter(|byte| **byte == b'\n').count();
    let after_shebang =
        line_number == 1 && text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text).starts_with(b"#!");
    let at_top = line_number == 0 || after_shebang;
    let comment = &text[start + 1..end];
    let keys = match between_markers(comment) {
        Some(inside) => inside.split(|byte| *byte == b';').filter_map(key_and_value).collect(),
        None => key_and_value(comment).into_iter().collect::<Vec<_>>(),
    };
    let known = keys.into_iter().find(|key| {
        let name = key.to_ascii_lowercase();
        let name: Vec<u8> = name.iter().map(|b| if *b == b'-' { b'_' } else { *b }).collect();
        match &name[..] {
            b"frozen_string_literal" | b"warn_indent" => start < first_statement,
            b"shareable_constant_value" => true,
            b"coding" | b"encoding" => at_top,
            _ => false,
        }
    });
    known.or_else(|| if at_top { coding(comment) } else { None })
}

fn between_markers(comment: &[u8]) -> Option<&[u8]> {
    let find = |text: &[u8]| text.windows(3).position(|three| three == b"-*-");
    let inside = &comment[find(comment)? + 3..];
    Some(&inside[..find(inside)?])
}

/// The key, if `text` is nothing but `key: value`.
fn key_and_value(text: &[u8]) -> Option<Vec<u8>> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let (key, value) = (text[..colon].trim_ascii(), text[colon + 1..].trim_ascii());
    let value = match value {
        [b'"', inside @ .., b'"'] => inside,
        _ if value.iter().any(|byte| byte.is_ascii_whitespace() || b"\";".contains(byte)) => {
            return None;
        }
        _ => value,
    };
    let plain = |key: &[u8]| !key.iter().any(|b| b.is_ascii_whitespace() || b"'\";".contains(b));
    (!key.is_empty() && !value.is_empty() && plain(key)).then(|| key.to_vec())
}

/// The word that ends in `coding` before a `:` or `=` and another word.
fn coding(comment: &[u8]) -> Option<Vec<u8>> {
    let lower = comment.to_ascii_lowercase();
    (0..lower.len()).filter(|at| lower[*at..].starts_with(b"coding")).find_map(|at| {
        let end = at + b"coding".len();
        let rest = comment[end..].trim_ascii_start();
        let value = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"="))?.trim_ascii_start();
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
        value.first().filter(|byte| word(byte))?;
        let start = comment[..at].iter().rposition(|b| !word(b)).map_or(0, |before| before + 1);
        Some(comment[start..end].to_vec())
    })
}

#[test]
fn fixtures_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ruby");
    let (broken, whole): (Vec<_>, Vec<_>) = harness::files(&folder, &["rb"])
        .into_iter()
        .partition(|path| path.to_string_lossy().contains("/broken_"));
    let mut rejected = 0;
    for path in &whole {
        let text = std::fs::read(path).unwrap_or_default();
        let errors: Vec<_> = ruby_prism::parse(&text)
            .errors()
            .map(|error| {
                let message = String::from_utf8_lossy(error.message()).into_owned();
                (error.location().start_line(), message)
            })
            .collect();
        if !errors.is_empty() {
            println!("{}: {errors:?}", path.display());
            rejected += 1;
        }
    }
    assert_eq!(rejected, 0, "Prism rejects what should be whole");
    let tally = compare(&whole);
    assert!(whole.len() >= 30, "{} fixtures", whole.len());
    assert!(tally.differences.is_empty(), "{}", tally.report("ruby"));
    assert_eq!(compare(&broken).accepted, 0, "what is broken is accepted");
}

#[test]
fn corpus_agrees() {
    let tally = compare(&harness::corpus("ruby", &["rb"]));
    println!("{}", tally.report("ruby"));
    assert_eq!(tally.equal, tally.accepted, "{}", tally.report("ruby"));
    assert_eq!(tally.unproblematic, tally.accepted, "{}", tally.report("ruby"));
}

fn compare(files: &[std::path::PathBuf]) -> Tally {
    let mut tally = Tally::default();
    for path in files {
        let Ok(text) = std::fs::read(path) else { continue };
        let Some(ours) = harness::ours(path, &text) else { continue };
        match reference(path, &text) {
            Some(reference) => tally.add(path, &text, &ours, &reference),
            None => tally.rejected += 1,
        }
    }
    tally
}
