//! Brackets in code: what each one is by what stands before it, and what its end means for what comes.

use super::scan::Scan;
use super::state::{Frame, Kind, Last, Mode, Pending, Range};
use super::words::Word;
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind, ProblemKind};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    pub(super) fn open_paren(&mut self, at: u64) -> bool {
        if self.st.frame.kind == Kind::Class {
            self.check_member_break(at);
        }
        self.settle(at);
        if TYPES && self.begin_as(at) {
            return true;
        }
        if self.st.frame.kind == Kind::Decorator && !self.st.frame.value {
            self.st.frame.value = true;
            self.sink.open_bracket(at, Class::ParenOpen);
            self.operator_ended(Last::Op(b'('), at + 1);
            return true;
        }
        let mut frame = Frame { start: at, ..Frame::default() };
        frame.kind = self.paren_kind(&mut frame);
        if frame.kind == Kind::Params && self.st.frame.pending == Pending::None {
            let start = self.method_head().unwrap_or(at);
            self.begin_method(start);
        } else if self.st.frame.pending == Pending::Function {
            self.name_function();
        }
        self.sink.open_bracket(at, Class::ParenOpen);
        (frame.after, frame.closer) = match frame.kind {
            Kind::Control | Kind::For => (Last::Start, b')'),
            Kind::Call => (Last::Close, b')'),
            Kind::Paren => (Last::Group, b')'),
            _ => (Last::default(), 0),
        };
        self.st.frame.push(frame);
        self.operator_ended(Last::Op(b'('), at + 1);
        true
    }

    fn paren_kind(&self, frame: &mut Frame) -> Kind {
        let takes_parameters =
            matches!(self.st.frame.pending, Pending::Function | Pending::Generic);
        if takes_parameters || self.method_head().is_some() {
            return Kind::Params;
        }
        match self.st.last {
            Last::Word(Word::For) => Kind::For,
            Last::Word(Word::Await) if self.st.before == Last::Word(Word::For) => Kind::For,
            Last::Word(word) if word.is_control() => Kind::Control,
            Last::Word(Word::Async) => {
                // Where arrow functions are told of, they begin with it.
                if !TYPES {
                    frame.start = self.st.word.0;
                }
                if matches!(self.st.before, Last::Op(b'=' | b':')) {
                    frame.name = self.st.target;
                }
                Kind::Paren
            }
            Last::Op(b'=' | b':') => {
                frame.name = self.st.target;
                Kind::Paren
            }
            Last::Dot => Kind::Call,
            last if last.is_operand() => Kind::Call,
            _ => Kind::Paren,
        }
    }

    /// Gives the pending function the name that has been read.
    pub(super) fn name_function(&mut self) {
        let Last::Word(_) = self.st.last else { return };
        let word = self.st.word;
        let Some(def) = self.st.defs.last_mut() else { return };
        if def.kind == PatternKind::Function && word.0 > def.start && def.name == (0, 0) {
            def.name = word;
            let (start, kind) = (def.start, def.kind);
            self.tell_name(start, kind, word);
        }
    }

    /// The end of what stands before the white space before `at`.
    pub(super) fn skip_blank_back(&self, mut at: u64) -> u64 {
        while at > self.cur.begin() && self.cur.byte(at - 1) <= b' ' {
            at -= 1;
        }
        at
    }

    pub(super) fn close_paren(&mut self, at: u64) -> bool {
        let frame = *self.st.frame;
        if TYPES && frame.kind == Kind::Params || frame.kind == Kind::Decorator {
            // What follows decides whether something ends here.
            let Some((dot, next)) = self.next_significant(at + 1) else { return false };
            let is_dot = frame.kind == Kind::Decorator && next == b'.';
            if is_dot && self.dotted_name(dot + 1).is_none() {
                return false;
            }
        }
        if !matches!(
            frame.kind,
            Kind::Control | Kind::For | Kind::Params | Kind::Call | Kind::Paren | Kind::Decorator
        ) {
            return self.wrong_closer(at, Class::ParenClose);
        }
        self.sink.close_bracket(at, Class::ParenClose);
        let end = at + 1;
        self.st.frame.pop();
        self.st.group_special = false;
        let last = match frame.kind {
            Kind::Control | Kind::For => Last::Start,
            Kind::Params => self.end_params(end),
            Kind::Decorator => self.end_decorator(frame, end),
            Kind::Paren => {
                self.st.group = (frame.start, end);
                self.st.group_name = frame.name;
                Last::Group
            }
            _ => Last::Close,
        };
        self.operator_ended(last, end);
        true
    }

    /// The parameters of the pending function ended at `end`.
    fn end_params(&mut self, end: u64) -> Last {
        self.st.frame.pending = Pending::Params;
        self.st.end = end;
        if TYPES {
            let next = self.next_significant(end).map_or(0, |(_, byte)| byte);
            if !matches!(next, b'{' | b':' | b';') && next != 0 {
                return self.end_signature(end);
            }
        }
        Last::Params
    }

    /// A declaration without a body ends, at `end`.
    pub(super) fn end_signature(&mut self, end: u64) -> Last {
        self.st.frame.pending = Pending::None;
        self.end_definition(end);
        Last::Start
    }

    fn end_decorator(&mut self, frame: Frame, end: u64) -> Last {
        let (dot, next) = self.next_significant(end).unwrap_or((end, 0));
        if next == b'(' {
            self.st.frame.push(Frame { name: (0, 0), value: false, ..frame });
            return Last::Close;
        }
        let mut end = end;
        let mut name = (frame.name.0 < frame.name.1).then_some(frame.name);
        if next == b'.' && self.cur.byte(dot + 1) != b'.' {
            // `@a().b`, but not `@a() ...b` among parameters.
            end = self.dotted_name(dot + 1).map_or(end, |(_, end)| end);
            name = None;
        }
        self.pattern(frame.start, end, PatternKind::Decorator, name);
        Last::Start
    }

    pub(super) fn open_bracket(&mut self, at: u64) -> bool {
        if self.st.frame.kind == Kind::Class {
            self.check_member_break(at);
        }
        self.settle(at);
        if TYPES && self.begin_as(at) {
            return true;
        }
        let special = self.is_pattern_here();
        // A computed name stands where a name may.
        let is_name = match self.st.frame.kind {
            Kind::Class => !self.st.frame.value,
            Kind::Object => match self.st.last {
                Last::Op(b'{' | b',' | b'*') => true,
                // Not a variable of that name: `a: async[b](c)`.
                Last::Word(Word::Get | Word::Set | Word::Async) => {
                    matches!(self.st.before, Last::Op(b'{' | b','))
                }
                _ => false,
            },
            _ => false,
        };
        let after = if is_name { Last::Computed } else { Last::Close };
        self.sink.open_bracket(at, Class::BracketOpen);
        self.st.frame.push(Frame {
            kind: Kind::Bracket,
            start: at,
            special,
            after,
            closer: b']',
            ..Frame::default()
        });
        self.operator_ended(Last::Op(b'['), at + 1);
        true
    }

    /// Whether a bracket here may be a pattern of declared variables.
    fn is_pattern_here(&self) -> bool {
        match self.st.last {
            Last::Word(word) => word.declares(),
            Last::Op(byte) => byte == b',',
            _ => false,
        }
    }

    pub(super) fn close_bracket(&mut self, at: u64) -> bool {
        let frame = *self.st.frame;
        if frame.kind != Kind::Bracket {
            return self.wrong_closer(at, Class::BracketClose);
        }
        self.sink.close_bracket(at, Class::BracketClose);
        self.st.frame.pop();
        self.st.group = (frame.start, at + 1);
        self.st.group_special = frame.special;
        self.operator_ended(frame.after, at + 1);
        if TYPES && self.st.frame.kind.is_type() {
            // A pattern among a function type's parameters.
            self.operand_ended(Last::Close, at + 1);
        }
        true
    }

    pub(super) fn open_brace(&mut self, at: u64) -> bool {
        if at > self.st.gap + 1 && self.cur.slice(at - 2, at) == b"\\u" {
            return self.escaped_name(at);
        }
        if self.st.frame.kind == Kind::Class {
            self.check_member_break(at);
        }
        self.settle(at);
        if TYPES && self.begin_as(at) {
            return true;
        }
        let special = self.is_pattern_here();
        let (kind, after, defines) = self.brace_kind(at);
        self.sink.open_bracket(at, Class::BraceOpen);
        if defines {
            self.st.frame.pending = Pending::None;
        }
        let quick = matches!(kind, Kind::Block | Kind::Object) && !defines;
        let closer = if quick { b'}' } else { 0 };
        self.st.frame.push(Frame {
            kind,
            start: at,
            after,
            defines,
            special,
            closer,
            ..Frame::default()
        });
        let last = match kind {
            Kind::Block | Kind::Class | Kind::Members => Last::Start,
            _ => Last::Op(b'{'),
        };
        self.operator_ended(last, at + 1);
        true
    }

    /// `\u{62}` inside of a name: goes on behind it, the name still lies in the gap.
    fn escaped_name(&mut self, at: u64) -> bool {
        let mut end = at + 1;
        while self.cur.byte(end).is_ascii_hexdigit() && end < at + 8 {
            end += 1;
        }
        self.sink.open_bracket(at, Class::BraceOpen);
        if self.cur.byte(end) == b'}' {
            self.sink.close_bracket(end, Class::BraceClose);
            end += 1;
        }
        self.cur.at = end;
        true
    }

    /// What a `{` opens, what its end means, and whether the pending definition ends with it.
    fn brace_kind(&mut self, at: u64) -> (Kind, Last, bool) {
        let object = (Kind::Object, Last::Close, false);
        let block = (Kind::Block, Last::Start, false);
        let after = self.st.defs.last().map_or(Last::Start, |def| def.after);
        match (self.st.frame.pending, self.st.last) {
            (Pending::Params, Last::Params) => return (Kind::Block, after, true),
            // Not JavaScript, but Flow's: a type of the result stands before the body.
            (Pending::Params, _) if !TYPES => return (Kind::Block, after, true),
            (Pending::Body, Last::Word(Word::Extends)) => return object,
            (Pending::Body, _) => {
                let kind = self.st.defs.last().map(|def| def.kind);
                return (body_kind(kind), after, true);
            }
            _ => {}
        }
        match self.st.last {
            // No operator goes on behind an arrow function's body.
            Last::Arrow | Last::Start | Last::Params => block,
            Last::Word(_) if self.st.frame.kind == Kind::Class => block,
            Last::Word(word) if word.begins_statement() || word == Word::Catch => block,
            Last::Word(Word::Return | Word::Yield | Word::Throw) if self.st.newline => block,
            Last::Word(word) if word.wants_operand() || word.declares() => object,
            // `from "a" with { b: "c" }`, `from "a" assert { b: "c" }`: an import ends with it.
            Last::Word(word) if self.st.before == Last::Literal && self.is_for_import(word) => {
                (Kind::Object, Last::Start, false)
            }
            Last::Word(Word::Export | Word::Import | Word::With) => object,
            Last::Word(Word::Type)
                if matches!(self.st.before, Last::Word(Word::Import | Word::Export)) =>
            {
                object
            }
            Last::Word(_) | Last::Literal if TYPES => self.declaration_brace(at),
            Last::Literal | Last::Close | Last::Group | Last::Computed | Last::Word(_) => block,
            Last::Op(_) | Last::Dot => object,
        }
    }

    /// A `{` after a name or string in TypeScript: a body of a declaration, or a block.
    fn declaration_brace(&mut self, at: u64) -> (Kind, Last, bool) {
        let block = (Kind::Block, Last::Start, false);
        if self.st.frame.kind != Kind::Block {
            return block;
        }
        if self.st.last == Last::Literal {
            let name = self.st.word;
            let Some(start) = self.module_before(name.0) else { return block };
            self.begin_definition(
                PatternKind::Namespace,
                start,
                (name.0 + 1, name.1 - 1),
                Last::Start,
            );
            return (Kind::Block, Last::Start, true);
        }
        if let Some((kind, start, name)) = self.declaration_before(at) {
            self.begin_definition(kind, start, name, Last::Start);
            return (body_kind(Some(kind)), Last::Start, true);
        }
        if self.st.last != Last::Word(Word::Global) {
            return block;
        }
        let name = self.st.word;
        self.begin_definition(PatternKind::Namespace, name.0, name, Last::Start);
        (Kind::Block, Last::Start, true)
    }

    /// Whether `word`, the last one, stands before the attributes of an import if its source stands before it.
    #[cold]
    fn is_for_import(&self, word: Word) -> bool {
        let (start, end) = self.st.word;
        word == Word::With || word == Word::Plain && self.cur.slice(start, end) == b"assert"
    }

    /// The declaration without a keyword that wakes (interface, enum, namespace, type) whose head ends before `at`: its
    /// kind, where it starts, its name.
    pub(super) fn declaration_before(&self, at: u64) -> Option<(PatternKind, u64, Range)> {
        let Last::Word(_) = self.st.last else { return None };
        if self.st.frame.kind != Kind::Block {
            return None;
        }
        let direct = match self.st.before {
            Last::Word(Word::Interface) => PatternKind::Interface,
            Last::Word(Word::Enum) => PatternKind::Enum,
            Last::Word(Word::Namespace | Word::Module) => PatternKind::Namespace,
            Last::Word(Word::Type) => PatternKind::Type,
            Last::Word(Word::Extends) | Last::Op(b',') | Last::Dot => {
                return self.long_head(at);
            }
            _ => return None,
        };
        // Names that are no keywords must stand on one line with what they declare.
        let between = self.cur.slice(self.st.before_at, self.st.word.0);
        if direct != PatternKind::Enum && memchr::memchr2(b'\n', b'\r', between).is_some() {
            return None;
        }
        let before = self.cur.byte(self.st.before_at.wrapping_sub(1));
        (before != b'.').then_some((direct, self.st.before_at, self.st.word))
    }

    /// The head of a declaration has begun: its `{` or `=` is to come.
    pub(super) fn begin_head(&mut self, kind: PatternKind, start: u64, name: Range) {
        self.begin_definition(kind, start, name, Last::Start);
        self.st.type_wants_equals |= kind == PatternKind::Type;
        self.st.frame.pending =
            if kind == PatternKind::Type { Pending::Alias } else { Pending::Body };
    }

    pub(super) fn close_brace(&mut self, at: u64) -> bool {
        let frame = *self.st.frame;
        if TYPES && self.st.frame.pending == Pending::Params {
            // Behind a mistake nobody knows where the last token ended.
            let end = if self.has_open_signature() { self.st.end } else { at };
            self.end_signature(end);
        }
        match frame.kind {
            Kind::Template => {
                self.st.frame.pop();
                self.st.mode = Mode::Template(at);
                self.cur.at = at + 1;
                return true;
            }
            Kind::JsxBraces => {
                self.sink.close_bracket(at, Class::BraceClose);
                self.st.frame.pop();
                self.operator_ended(Last::Close, at + 1);
                self.go_on_in_jsx(at + 1);
                return true;
            }
            Kind::Block | Kind::Class | Kind::Object | Kind::Enum
                if self.st.frame.is_any_open() => {}
            _ => return self.wrong_closer(at, Class::BraceClose),
        }
        self.sink.close_bracket(at, Class::BraceClose);
        self.st.frame.pop();
        if frame.defines {
            self.end_definition(at + 1);
            self.go_on_in_heritage();
        }
        self.st.group_special = frame.special;
        self.operator_ended(frame.after, at + 1);
        if TYPES && self.st.frame.kind.is_type() {
            // A pattern among a function type's parameters.
            self.operand_ended(Last::Close, at + 1);
        }
        true
    }

    /// Where a definition has ended: if it stood behind the `extends` of a class, that one's body is still to come.
    #[inline]
    pub(super) fn go_on_in_heritage(&mut self) {
        let outer = self.st.defs.last();
        let waits = outer
            .is_some_and(|def| def.kind == PatternKind::Class && def.start >= self.st.frame.start);
        if waits {
            self.st.frame.pending = Pending::Body;
        }
    }

    /// A closing bracket that fits nothing: a mistake. The innermost bracket is taken to be closed by it.
    pub(super) fn wrong_closer(&mut self, at: u64, class: Class) -> bool {
        self.sink.close_bracket(at, class);
        let kind = if self.st.frame.is_any_open() {
            ProblemKind::MismatchedBracket
        } else {
            ProblemKind::StrayCloser
        };
        self.sink.problem(at, kind);
        // What opens no level is left open by a closer.
        while matches!(self.st.frame.kind, Kind::Annotation | Kind::Alias | Kind::As | Kind::Angle)
            && self.drop_frame()
        {}
        self.drop_frame();
        self.st.group_special = false;
        self.operator_ended(Last::Close, at + 1);
        true
    }

    /// Takes the innermost frame away with the definitions that would have ended with it.
    fn drop_frame(&mut self) -> bool {
        let frame = *self.st.frame;
        if !self.st.frame.pop() {
            return false;
        }
        let alias = frame.kind == Kind::Alias;
        let n = [frame.defines, alias, frame.pending != Pending::None];
        for _ in n.into_iter().filter(|ends| *ends) {
            self.st.defs.pop();
        }
        true
    }
}

pub(super) fn body_kind(kind: Option<PatternKind>) -> Kind {
    match kind {
        Some(PatternKind::Class) => Kind::Class,
        Some(PatternKind::Interface) => Kind::Members,
        Some(PatternKind::Enum) => Kind::Enum,
        _ => Kind::Block,
    }
}
