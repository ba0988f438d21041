//! Python's statements: what begins a block, where annotations, docstrings and decorators stand, what is defined.

use super::lexer::code_end;
use super::line;
use super::statement::{Decorator, Expect, Kind, Stage, Statement};
use super::{Block, Bracket, Defined, Frame, State};
use crate::lang::code::{Cursor, Definition, Pattern, Sink};
use crate::lang::{PatternKind, ProblemKind};
use crate::units::ByteOffset;

/// A token that the lexer hands on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'t> {
    Word(&'t [u8]),
    /// A string begins; `plain`: neither bytes nor f-string.
    String {
        plain: bool,
    },
    /// A byte of an operator or separator.
    Mark(u8),
}

/// Whether an annotation is open that a `=` or `,` would end.
#[inline]
pub(super) fn has_open_annotation(state: &State) -> bool {
    match state.frames.last() {
        Some(Frame::Bracket(bracket)) => bracket.annotation.is_some(),
        Some(Frame::Field { .. } | Frame::Fstring(_)) => false,
        Some(Frame::Block(_)) | None => state.statement.annotation.is_some(),
    }
}

/// A statement that begins a line begins with a name.
#[inline]
pub(super) fn name_begins(state: &mut State) {
    begin_statement(state);
    state.statement.expect = Expect::Nothing;
}

/// Whether the next parenthesis that opens outside of others holds the parameters of a `def`.
#[inline]
pub(super) fn are_parameters_next(statement: &Statement) -> bool {
    statement.kind == Kind::Def
}

/// Whether the colon at `at`, outside of brackets and with a line break behind it, begins a block and does nothing else; then
/// its logical line is ended.
#[inline(always)]
pub(super) fn block_begins(state: &mut State, at: ByteOffset) -> bool {
    let statement = &mut state.statement;
    let begins = matches!(statement.kind, Kind::Compound | Kind::Definition | Kind::Def)
        && statement.lambdas == 0
        && state.inline_definition.is_none();
    if begins {
        let definition = statement.definition.take();
        statement.begin(Expect::Nothing);
        state.doc_expected = definition.is_some();
        state.next_block = Some(Block { indent: 0, definition, is_match: false });
        line::note_end(state, at + 1, at + 1);
    }
    begins
}

/// A logical line begins at `at`: blocks end and begin by its indentation.
pub(super) fn begin_line<S: Sink>(state: &mut State, at: ByteOffset, column: u32, sink: &mut S) {
    state.statement.begin(Expect::Start { line: true });
    indentation(state, at, column, sink);
}

/// The blocks that begin and end with a logical line that begins at `at` in `column`.
pub(super) fn indentation<S: Sink>(state: &mut State, at: ByteOffset, column: u32, sink: &mut S) {
    let current = indent(state);
    let next = state.next_block.take();
    if column > current {
        if next.is_none() {
            sink.problem(at, ProblemKind::BadIndentation);
        }
        let plain = Block { indent: column, definition: None, is_match: false };
        let block = Block { indent: column, ..next.unwrap_or(plain) };
        state.frames.push(Frame::Block(block));
        sink.open_level(at);
        return;
    }
    if next.is_some() {
        state.doc_expected = false;
        sink.problem(at, ProblemKind::BadIndentation);
    }
    close_blocks(state, column, sink);
    if indent(state) != column {
        sink.problem(at, ProblemKind::BadIndentation);
    }
}

#[inline]
pub(super) fn indent(state: &State) -> u32 {
    match state.frames.last() {
        Some(Frame::Block(block)) => block.indent,
        _ => 0,
    }
}

/// Ends the blocks that are indented deeper than `column`.
pub(super) fn close_blocks<S: Sink>(state: &mut State, column: u32, sink: &mut S) {
    while let Some(Frame::Block(block)) = state.frames.last().copied() {
        if block.indent <= column {
            return;
        }
        state.frames.pop();
        sink.close_level(state.last_line_end);
        end_definition(block.definition, state.last_code_end, sink);
    }
}

fn end_definition<S: Sink>(definition: Option<Defined>, end: ByteOffset, sink: &mut S) {
    if let Some(Defined { start, kind, name }) = definition {
        sink.pattern(Pattern { start, end, kind, name: Some(name) });
    }
}

/// A logical line ends with the line break at `at`; its last token but semicolons ended at `code_end`.
pub(super) fn end_of_line<S: Sink>(
    state: &mut State,
    at: ByteOffset,
    code_end: ByteOffset,
    sink: &mut S,
) {
    let is_plain = state.statement.is_plain();
    let header = match state.statement.expect {
        Expect::AfterMatchColon { .. } => {
            Some(Block { indent: 0, definition: None, is_match: true })
        }
        _ => state.statement.header,
    };
    if !is_plain {
        end_of_statement_line(state, code_end, sink);
    }
    state.statement.begin(Expect::Nothing);
    state.next_block = header;
    if state.next_block.is_none() {
        state.doc_expected = false;
    }
    if state.inline_definition.is_some() {
        end_definition(state.inline_definition.take(), code_end, sink);
    }
    state.last_code_end = code_end;
    state.last_line_end = at;
    state.comment = (0, 0);
}

/// What ends with a line, where there is something to end.
fn end_of_statement_line<S: Sink>(state: &State, code_end: ByteOffset, sink: &mut S) {
    let statement = &state.statement;
    end_statement(statement, code_end, sink);
    if let Some(Decorator { start, name, stage }) = statement.decorator {
        let named = matches!(stage, Stage::AfterName | Stage::AfterCall);
        let name = named.then_some(name);
        sink.pattern(Pattern { start, end: code_end, kind: PatternKind::Decorator, name });
    }
}

/// What ends with a simple statement, at a semicolon or a line's end.
fn end_statement<S: Sink>(statement: &Statement, code_end: ByteOffset, sink: &mut S) {
    if let Some(start) = statement.annotation {
        annotation(start, code_end, sink);
    }
    // One that the document ends in is told as a problem only.
    if let Some((start, end)) = statement.doc
        && start < end
    {
        sink.pattern(Pattern { start, end, kind: PatternKind::Docstring, name: None });
    }
}

fn annotation<S: Sink>(start: ByteOffset, end: ByteOffset, sink: &mut S) {
    sink.pattern(Pattern { start, end, kind: PatternKind::TypeAnnotation, name: None });
}

/// A token other than a bracket, at `at`. Outside of dense stretches only those come that the lexer wakes at.
pub(super) fn token<S: Sink>(
    state: &mut State,
    token: Token<'_>,
    at: ByteOffset,
    cursor: &Cursor<'_>,
    sink: &mut S,
) {
    match state.frames.last() {
        Some(Frame::Bracket(_)) => in_bracket(state, token, at, cursor, sink),
        Some(Frame::Field { .. } | Frame::Fstring(_)) => {}
        Some(Frame::Block(_)) | None => in_line(state, token, at, cursor, sink),
    }
}

fn in_bracket<S: Sink>(
    state: &mut State,
    token: Token<'_>,
    at: ByteOffset,
    cursor: &Cursor<'_>,
    sink: &mut S,
) {
    if let Expect::DocInParentheses { .. } = state.statement.expect {
        match token {
            Token::String { plain: true } => {
                state.statement.doc = state.statement.doc.or(Some((at, at)));
            }
            _ => no_docstring(&mut state.statement),
        }
    }
    let end = || code_end(state, cursor, at);
    let ended = match token {
        Token::Mark(b',') => end(),
        Token::Mark(b'=') if is_assignment(cursor, at) => end(),
        _ => 0,
    };
    let Some(Frame::Bracket(bracket)) = state.frames.last_mut() else { return };
    match token {
        Token::Word(b"for") => (bracket.comprehension, bracket.quick) = (true, 0),
        Token::Word(b"lambda") => (bracket.lambdas, bracket.quick) = (bracket.lambdas + 1, 0),
        Token::Mark(b':') if cursor.byte(at + 1) == b'=' => {}
        Token::Mark(b':') if bracket.lambdas > 0 => bracket.lambdas -= 1,
        Token::Mark(b':') if bracket.parameters => bracket.annotation = Some(at),
        Token::Mark(b',' | b'=') if ended > 0 => {
            if let Some(start) = bracket.annotation.take() {
                annotation(start, ended, sink);
            }
        }
        _ => {}
    }
}

fn no_docstring(statement: &mut Statement) {
    statement.expect = Expect::Nothing;
    statement.doc = None;
}

/// Whether the `=` at `at` is not part of a comparison or of `:=`.
fn is_assignment(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let before = at.checked_sub(1).map_or(0, |before| cursor.byte(before));
    cursor.byte(at + 1) != b'=' && !matches!(before, b'=' | b'!' | b'<' | b'>' | b':')
}

fn in_line<S: Sink>(
    state: &mut State,
    token: Token<'_>,
    at: ByteOffset,
    cursor: &Cursor<'_>,
    sink: &mut S,
) {
    let expect = std::mem::take(&mut state.statement.expect);
    match (expect, token) {
        (Expect::Nothing, _) => {}
        (Expect::Start { line }, _) => {
            start(state, token, at, line);
            if !matches!(token, Token::Mark(b':' | b';')) {
                return;
            }
        }
        (Expect::AfterAsync { start }, Token::Word(b"def")) => {
            state.statement.expect = Expect::Name { start, kind: PatternKind::AsyncDef };
            state.statement.kind = Kind::Def;
            return;
        }
        (Expect::AfterAsync { .. }, _) => {
            state.statement.kind = Kind::Compound;
            return;
        }
        (Expect::Name { start, kind }, Token::Word(name)) => {
            let name = (at, at + name.len() as u64);
            sink.define(Definition { start, kind, name });
            state.statement.definition = Some(Defined { start, kind, name });
            return;
        }
        (Expect::Name { .. }, _) => {}
        (Expect::AfterParameters, Token::Mark(b'-')) => {
            state.statement.annotation = Some(at);
            return;
        }
        (Expect::AfterParameters, _) => {}
        (Expect::AfterMatchColon { colon }, _) => {
            state.statement.annotation = Some(colon);
            state.statement.kind = Kind::Simple;
        }
        (Expect::DocNext, Token::String { plain: true }) => {
            state.statement.expect = Expect::DocNext;
            return;
        }
        (Expect::DocNext, Token::Mark(b';')) => {}
        (Expect::DocNext | Expect::DocInParentheses { .. }, _) => state.statement.doc = None,
        (Expect::Decorator, _) => {
            decorator(&mut state.statement, token, at);
            return;
        }
    }
    general(state, token, at, cursor, sink);
}

/// The first token of a statement says what it is.
fn start(state: &mut State, token: Token<'_>, at: ByteOffset, line: bool) {
    let doc_expected = begin_statement(state);
    let in_match = matches!(state.frames.last(), Some(Frame::Block(block)) if block.is_match);
    let statement = &mut state.statement;
    match token {
        Token::Word(word) => match word {
            b"def" => {
                statement.kind = Kind::Def;
                statement.expect = Expect::Name { start: at, kind: PatternKind::Def };
            }
            b"class" => {
                statement.kind = Kind::Definition;
                statement.expect = Expect::Name { start: at, kind: PatternKind::Class };
            }
            b"async" => statement.expect = Expect::AfterAsync { start: at },
            b"if" | b"elif" | b"else" | b"for" | b"while" | b"try" | b"except" | b"finally"
            | b"with" => statement.kind = Kind::Compound,
            b"case" if in_match && line => statement.kind = Kind::Compound,
            b"match" => statement.kind = Kind::Match,
            b"lambda" => statement.lambdas = 1,
            _ => {}
        },
        Token::String { plain } => {
            if doc_expected && plain {
                statement.doc = Some((at, at));
                statement.expect = Expect::DocNext;
            }
        }
        Token::Mark(b'@') if line => {
            let stage = Stage::Begin;
            statement.decorator = Some(Decorator { start: at, name: (at, at), stage });
            statement.expect = Expect::Decorator;
        }
        Token::Mark(_) => {}
    }
}

/// A statement begins: if a block's colon stands before it on its line, there will be no indented block. Returns whether
/// it may be a docstring.
fn begin_statement(state: &mut State) -> bool {
    if let Some(header) = state.statement.header.take() {
        state.inline_definition = header.definition;
    }
    std::mem::take(&mut state.doc_expected)
}

fn decorator(statement: &mut Statement, token: Token<'_>, at: ByteOffset) {
    let Some(decorator) = &mut statement.decorator else { return };
    match (decorator.stage, token) {
        (Stage::Begin, Token::Word(word)) if begins_name(word) => {
            decorator.name = (at, at + word.len() as u64);
            decorator.stage = Stage::AfterName;
        }
        (Stage::AfterDot, Token::Word(word)) => {
            decorator.name.1 = at + word.len() as u64;
            decorator.stage = Stage::AfterName;
        }
        (Stage::AfterName, Token::Mark(b'.')) => decorator.stage = Stage::AfterDot,
        _ => {
            decorator.stage = Stage::Other;
            statement.lambdas += u32::from(matches!(token, Token::Word(b"lambda")));
        }
    }
    if decorator.stage != Stage::Other {
        statement.expect = Expect::Decorator;
    }
}

/// Whether the first word behind an `@` begins a dotted name: it is no number and no value that is a keyword.
pub(super) fn begins_name(word: &[u8]) -> bool {
    !word.first().is_some_and(u8::is_ascii_digit)
        && !matches!(word, b"lambda" | b"None" | b"True" | b"False")
}

fn general<S: Sink>(
    state: &mut State,
    token: Token<'_>,
    at: ByteOffset,
    cursor: &Cursor<'_>,
    sink: &mut S,
) {
    match token {
        Token::Word(b"lambda") => state.statement.lambdas += 1,
        Token::Mark(b':') if cursor.byte(at + 1) == b'=' => {}
        Token::Mark(b':') if state.statement.lambdas > 0 => state.statement.lambdas -= 1,
        Token::Mark(b':') => colon(state, at, cursor, sink),
        Token::Mark(b'=') if state.statement.annotation.is_some() && is_assignment(cursor, at) => {
            if let Some(start) = state.statement.annotation.take() {
                annotation(start, code_end(state, cursor, at), sink);
            }
            // What follows is the value: no second annotation.
            state.statement.kind = Kind::Simple;
        }
        Token::Mark(b';') => {
            let statement = std::mem::take(&mut state.statement);
            end_statement(&statement, code_end(state, cursor, at), sink);
            state.statement.expect = Expect::Start { line: false };
        }
        _ => {}
    }
}

/// A colon outside of brackets and lambdas.
fn colon<S: Sink>(state: &mut State, at: ByteOffset, cursor: &Cursor<'_>, sink: &mut S) {
    match state.statement.kind {
        Kind::Simple => state.statement.annotation = state.statement.annotation.or(Some(at)),
        Kind::Match => state.statement.expect = Expect::AfterMatchColon { colon: at },
        Kind::Compound | Kind::Def | Kind::Definition => {
            let statement = std::mem::take(&mut state.statement);
            if let Some(start) = statement.annotation {
                annotation(start, code_end(state, cursor, at), sink);
            }
            let definition = statement.definition;
            state.doc_expected = definition.is_some();
            state.statement.header = Some(Block { indent: 0, definition, is_match: false });
            state.statement.expect = Expect::Start { line: false };
        }
    }
}

/// A bracket opens. Returns whether it holds the parameters of a `def`.
pub(super) fn bracket_opens(state: &mut State, byte: u8) -> bool {
    if let Expect::DocInParentheses { depth } = &mut state.statement.expect {
        if byte == b'(' && state.statement.doc.is_none() {
            *depth += 1;
        } else {
            no_docstring(&mut state.statement);
        }
        return false;
    }
    if !matches!(state.frames.last(), Some(Frame::Block(_)) | None) {
        return false;
    }
    match std::mem::take(&mut state.statement.expect) {
        Expect::Start { .. } => {
            let begins = begin_statement(state);
            if begins && byte == b'(' {
                state.statement.expect = Expect::DocInParentheses { depth: 1 };
            }
        }
        Expect::DocNext => state.statement.doc = None,
        Expect::AfterMatchColon { colon } => {
            state.statement.annotation = Some(colon);
            state.statement.kind = Kind::Simple;
        }
        Expect::Decorator => {
            if let Some(decorator) = &mut state.statement.decorator {
                let called = byte == b'(' && decorator.stage == Stage::AfterName;
                decorator.stage = if called { Stage::AfterCall } else { Stage::Other };
            }
        }
        _ => {}
    }
    let parameters = state.statement.kind == Kind::Def && byte == b'(';
    if parameters {
        state.statement.kind = Kind::Definition;
    }
    parameters
}

/// A bracket has closed.
pub(super) fn bracket_closed(state: &mut State, bracket: &Bracket) {
    if let Expect::DocInParentheses { depth } = &mut state.statement.expect {
        *depth -= 1;
        if state.statement.doc.is_none() {
            no_docstring(&mut state.statement);
        } else if *depth == 0 {
            state.statement.expect = Expect::DocNext;
        }
    }
    if !matches!(state.frames.last(), Some(Frame::Block(_)) | None) {
        return;
    }
    let after_call =
        state.statement.decorator.is_some_and(|decorator| decorator.stage == Stage::AfterCall);
    if bracket.parameters {
        state.statement.expect = Expect::AfterParameters;
    } else if after_call {
        state.statement.expect = Expect::Decorator;
    }
}

/// A long word has gone on from `from` to `to`: a name that it is grows with it.
pub(super) fn word_went_on(state: &mut State, from: ByteOffset, to: ByteOffset) {
    let definition = state.statement.definition.as_mut().map(|definition| &mut definition.name.1);
    let decorator = state.statement.decorator.as_mut().map(|decorator| &mut decorator.name.1);
    for end in definition.into_iter().chain(decorator) {
        if *end == from {
            *end = to;
        }
    }
}

/// A string has ended at `end`.
pub(super) fn string_ended(state: &mut State, end: ByteOffset) {
    if matches!(state.statement.expect, Expect::DocNext | Expect::DocInParentheses { .. })
        && let Some(doc) = &mut state.statement.doc
    {
        doc.1 = end;
    }
}
