//! Go's declarations: where packages, imports, functions, types, constants and variables begin, what they are called and
//! where they end, and which brackets are type parameters, interfaces and structs.

use serde::{Deserialize, Serialize};

use super::before::{code_end, last_token};
use super::{Attention, Doubt, LastToken, Role, State};
use crate::lang::Class;
use crate::lang::PatternKind;
use crate::lang::code::{Cursor, Definition, Pattern, Sink};
use crate::units::ByteOffset;

type Range = (ByteOffset, ByteOffset);

/// A token that the lexer hands on where every token counts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'t> {
    Word(&'t [u8]),
    /// A byte of an operator, or a comma.
    Mark(u8),
    /// A string or rune begins.
    Literal,
}

/// A declaration that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Declaration {
    kind: PatternKind,
    start: ByteOffset,
    name: Option<Range>,
    stage: Stage,
    /// Brackets that were open where it began.
    depth: u32,
    /// It is a spec of a group, whose keyword stands before the group.
    in_group: bool,
}

impl Declaration {
    /// As a definition, once its name is known.
    pub(super) fn definition(&self) -> Option<Definition> {
        let (start, kind) = (self.start, self.kind);
        self.name.map(|name| Definition { start, kind, name })
    }

    /// Hands over where it begins, and its name.
    pub(super) fn places(&mut self, visit: &mut dyn FnMut(&mut ByteOffset)) {
        visit(&mut self.start);
        if let Some((start, end)) = &mut self.name {
            visit(start);
            visit(end);
        }
    }
}

/// How far a declaration has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Stage {
    /// Its name comes next; a receiver or the parenthesis of a group may.
    Name,
    /// The path of an import comes next, or what it is to be called.
    Path,
    /// Type parameters may come next.
    AfterName,
    /// A type comes next and is all the rest.
    Type { began: Option<ByteOffset> },
    /// Whatever comes, up to the end of the statement.
    Rest,
    /// Its body.
    Body,
}

impl State {
    /// The declaration that is open right here, not around the innermost bracket.
    fn here(&self) -> Option<&Declaration> {
        self.declarations.last().filter(|it| it.depth as usize == self.frames.len())
    }

    fn here_mut(&mut self) -> Option<&mut Declaration> {
        let depth = self.frames.len();
        self.declarations.last_mut().filter(|it| it.depth as usize == depth)
    }

    /// Whether a declaration is open right here.
    pub(super) fn is_in_declaration(&self) -> bool {
        self.here().is_some()
    }

    /// Whether nothing is open, neither bracket nor declaration.
    pub(super) fn is_outermost(&self) -> bool {
        self.frames.is_empty() && self.declarations.is_empty()
    }

    /// Sets how closely to look from here on.
    pub(super) fn attend(&mut self) {
        self.attention = match self.here().map(|it| it.stage) {
            Some(Stage::Rest | Stage::Type { began: Some(_) }) => Attention::Lines,
            Some(_) => Attention::Tokens,
            None => match self.role() {
                None | Some(Role::Group(_) | Role::Receiver | Role::ParametersOrLength(_)) => {
                    Attention::Tokens
                }
                _ => Attention::Sparse,
            },
        };
    }
}

impl State {
    /// The body of a function begins whose head is told.
    pub(super) fn begin_body(&mut self, kind: PatternKind, start: ByteOffset, name: Range) {
        let depth = self.frames.len() as u32;
        let (name, stage) = (Some(name), Stage::Body);
        self.declarations.push(Declaration { kind, start, name, stage, depth, in_group: false });
    }
}

/// The type of a declaration begins whose name is told.
pub(super) fn begin_type(state: &mut State, start: ByteOffset, name: Range, began: ByteOffset) {
    let (kind, stage) = (PatternKind::Type, Stage::Type { began: Some(began) });
    let depth = state.frames.len() as u32;
    let name = Some(name);
    state.declarations.push(Declaration { kind, start, name, stage, depth, in_group: false });
}

/// A declaration's keyword.
pub(super) fn begin(state: &mut State, kind: PatternKind, start: ByteOffset) {
    let stage = if kind == PatternKind::Import { Stage::Path } else { Stage::Name };
    push(state, Declaration { kind, start, name: None, stage, depth: 0, in_group: false });
}

fn push(state: &mut State, declaration: Declaration) {
    state.declarations.push(Declaration { depth: state.frames.len() as u32, ..declaration });
    state.attend();
}

/// A token where every token counts.
pub(super) fn token<S: Sink>(state: &mut State, token: Token<'_>, range: Range, sink: &mut S) {
    settle_receiver(state, matches!(token, Token::Mark(b',')), sink);
    if state.here().is_some() {
        in_head(state, token, range, sink);
        return;
    }
    if let Some(doubt) = state.doubt() {
        doubt.take(token);
        return;
    }
    match (state.role(), token) {
        (None, Token::Word(word)) => {
            let kind = match word {
                b"func" => PatternKind::Func,
                b"type" => PatternKind::Type,
                b"const" => PatternKind::Const,
                b"var" => PatternKind::Var,
                b"import" => PatternKind::Import,
                b"package" => PatternKind::Package,
                _ => return,
            };
            begin(state, kind, range.0);
        }
        (Some(Role::Group(kind)), token) => {
            begin_spec(state, kind, token, range, sink);
        }
        _ => {}
    }
}

/// The first token of a spec in a group.
fn begin_spec<S: Sink>(
    state: &mut State,
    kind: PatternKind,
    token: Token<'_>,
    range: Range,
    sink: &mut S,
) {
    if matches!(token, Token::Mark(b',')) {
        return;
    }
    let stage = if kind == PatternKind::Import { Stage::Path } else { Stage::Name };
    let spec = Declaration { kind, start: range.0, name: None, stage, depth: 0, in_group: true };
    push(state, spec);
    in_head(state, token, range, sink);
}

/// A token in the head of the declaration that is open here.
fn in_head<S: Sink>(state: &mut State, token: Token<'_>, range: Range, sink: &mut S) {
    let Some(it) = state.here_mut() else { return };
    match (it.stage, token) {
        (Stage::Name, Token::Word(_)) => {
            it.name = Some(range);
            it.stage = match it.kind {
                PatternKind::Const | PatternKind::Var => Stage::Rest,
                _ => Stage::AfterName,
            };
            let (start, kind) = (it.start, it.kind);
            if kind == PatternKind::Package {
                state.declarations.pop();
                sink.pattern(Pattern { start, end: range.1, kind, name: Some(range) });
            } else {
                sink.define(Definition { start, kind, name: range });
            }
        }
        (Stage::AfterName, Token::Mark(b'=')) => it.stage = Stage::Type { began: None },
        (Stage::AfterName | Stage::Type { began: None }, Token::Word(_)) => {
            it.stage = Stage::Type { began: Some(range.0) };
        }
        (Stage::Path, _) => {}
        _ => it.stage = Stage::Rest,
    }
    state.attend();
}

/// A string has ended where every token counts: the path of an import, if it stands in one.
pub(super) fn import_path<S: Sink>(
    state: &mut State,
    start: ByteOffset,
    end: ByteOffset,
    sink: &mut S,
) {
    let Some(it) = state.here().copied().filter(|it| it.stage == Stage::Path) else { return };
    state.declarations.pop();
    let name = Some((start + 1, end.max(start + 2) - 1));
    sink.pattern(Pattern { start: it.start, end, kind: it.kind, name });
    state.attend();
}

/// A statement ends; code ended at `code_end`.
pub(super) fn semicolon<S: Sink>(state: &mut State, code_end: ByteOffset, sink: &mut S) {
    if state.here().is_some() {
        end(state, code_end, sink);
    }
}

/// Ends the innermost declaration, whose last byte stands before `code_end`.
pub(super) fn end<S: Sink>(state: &mut State, code_end: ByteOffset, sink: &mut S) {
    let Some(it) = state.declarations.pop() else { return };
    state.attend();
    if it.name.is_none() || it.kind == PatternKind::Import {
        return;
    }
    let is_function = matches!(it.kind, PatternKind::Func | PatternKind::Method);
    if is_function && it.stage != Stage::Body {
        it.tell(PatternKind::FunctionSignature, code_end, sink);
    }
    it.tell(it.kind, code_end, sink);
}

impl Declaration {
    fn tell<S: Sink>(&self, kind: PatternKind, end: ByteOffset, sink: &mut S) {
        sink.pattern(Pattern { start: self.start, end, kind, name: self.name });
    }
}

const PAREN: Role = Role::Plain(b')');
const BRACKET: Role = Role::Plain(b']');
const BRACE: Role = Role::Plain(b'}');

/// What the bracket at the cursor is.
pub(super) fn opens<S: Sink>(
    state: &mut State,
    cursor: &Cursor<'_>,
    sink: &mut S,
    class: Class,
) -> Role {
    match class {
        Class::ParenOpen => paren(state),
        Class::BracketOpen => bracket(state, cursor),
        _ => brace(state, cursor, sink),
    }
}

fn paren(state: &mut State) -> Role {
    if let Some(doubt) = state.doubt() {
        doubt.take(Token::Mark(b'('));
    }
    let in_receiver = state.role() == Some(Role::Receiver);
    let Some(it) = state.here_mut() else {
        return if in_receiver { Role::Receiver } else { PAREN };
    };
    match (it.stage, it.kind) {
        (Stage::Name, PatternKind::Func) => {
            it.kind = PatternKind::Method;
            Role::Receiver
        }
        (Stage::Name | Stage::Path, kind) if !it.in_group && kind != PatternKind::Method => {
            state.declarations.pop();
            Role::Group(kind)
        }
        (Stage::Path, _) => PAREN,
        _ => {
            it.stage = Stage::Rest;
            PAREN
        }
    }
}

fn bracket(state: &mut State, cursor: &Cursor<'_>) -> Role {
    if let Some(doubt) = state.doubt() {
        let before = cursor.byte(cursor.at.wrapping_sub(1));
        doubt.take(Token::Mark(if matches!(before, b'*' | b'|' | b'(') { b'~' } else { b'[' }));
    }
    if state.role() == Some(Role::Receiver) {
        return Role::ReceiverParameters;
    }
    let Some(it) = state.here_mut() else { return BRACKET };
    match (it.stage, it.kind) {
        (Stage::AfterName, PatternKind::Func | PatternKind::Method) => {
            it.stage = Stage::Rest;
            Role::TypeParameters
        }
        (Stage::AfterName, PatternKind::Type) => Role::ParametersOrLength(Doubt::default()),
        _ => {
            it.stage = Stage::Rest;
            BRACKET
        }
    }
}

fn brace<S: Sink>(state: &mut State, cursor: &Cursor<'_>, sink: &mut S) -> Role {
    let before = code_end(state, cursor, cursor.at);
    match last_token(state, cursor, before) {
        LastToken::Struct => return Role::Struct,
        LastToken::Interface => {
            let keyword = before - b"interface".len() as u64;
            let whole = Stage::Type { began: Some(keyword) };
            let whole = state.here().is_some_and(|it| it.stage == whole);
            return Role::Interface { keyword, whole };
        }
        LastToken::GoesOn | LastToken::MayEnd => {}
    }
    let Some(it) = state.here_mut() else { return BRACE };
    if !matches!(it.kind, PatternKind::Func | PatternKind::Method) {
        it.stage = Stage::Rest;
        return BRACE;
    }
    it.stage = Stage::Body;
    if it.name.is_some() {
        it.tell(PatternKind::FunctionSignature, before, sink);
    }
    Role::Body
}

/// A bracket is about to close: what is open right inside it ends.
pub(super) fn closes<S: Sink>(state: &mut State, code_end: ByteOffset, sink: &mut S) {
    settle_receiver(state, true, sink);
    while !state.frames.is_empty() && state.here().is_some() {
        end(state, code_end, sink);
    }
}

/// A bracket that opened at `open` has closed; `end` is one past its closing byte.
#[inline]
pub(super) fn closed<S: Sink>(
    state: &mut State,
    (open, role): (ByteOffset, Role),
    end: ByteOffset,
    sink: &mut S,
) {
    let pattern = |kind, start, name| Pattern { start, end, kind, name };
    match role {
        Role::Plain(_) | Role::Struct | Role::Group(_) | Role::Receiver => {}
        Role::ReceiverParameters => {
            if end > open + 2 {
                state.receiver_parameters = Some((open, end));
            }
        }
        Role::TypeParameters => sink.pattern(pattern(PatternKind::Generic, open, None)),
        Role::ParametersOrLength(doubt) => {
            let generic = doubt.is_parameters();
            if let Some(it) = state.here_mut() {
                it.stage = if generic { Stage::AfterName } else { Stage::Rest };
            }
            if generic {
                sink.pattern(pattern(PatternKind::Generic, open, None));
            }
        }
        Role::Interface { keyword, whole } => {
            let name = if whole { state.here().and_then(|it| it.name) } else { None };
            sink.pattern(pattern(PatternKind::Interface, keyword, name));
        }
        Role::Body => self::end(state, end, sink),
    }
}

/// Brackets in a receiver are type parameters if what comes after them ends the receiver's type.
fn settle_receiver<S: Sink>(state: &mut State, ends: bool, sink: &mut S) {
    if let Some((start, end)) = state.receiver_parameters.take()
        && ends
    {
        sink.pattern(Pattern { start, end, kind: PatternKind::Generic, name: None });
    }
}

impl State {
    fn doubt(&mut self) -> Option<&mut Doubt> {
        match self.role_mut() {
            Some(Role::ParametersOrLength(doubt)) => Some(doubt),
            _ => None,
        }
    }
}

/// How Go's parser decides between type parameters and an array's length (`parseArrayLenOrTypeParams` in go/parser): by
/// the token after a first name; after `*` and `(` by a comma, or by a type that cannot be an expression.
impl Doubt {
    fn take(&mut self, token: Token<'_>) {
        let is_type = match token {
            Token::Word(word) => {
                matches!(word, b"interface" | b"struct" | b"func" | b"map" | b"chan")
            }
            Token::Mark(mark) => mark == b'~',
            Token::Literal => false,
        };
        match self.n_tokens {
            0 => self.word = matches!(token, Token::Word(word) if !is_type && !starts_number(word)),
            1 => {
                self.parameters = matches!(token, Token::Word(_) | Token::Mark(b'~' | b',' | b'['));
                self.open = matches!(token, Token::Mark(b'*' | b'('));
            }
            _ => self.settled |= is_type || matches!(token, Token::Mark(b',')),
        }
        self.n_tokens = (self.n_tokens + 1).min(2);
    }

    fn is_parameters(self) -> bool {
        self.word && (self.parameters || self.open && self.settled)
    }
}

fn starts_number(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_digit)
}
