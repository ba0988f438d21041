//! Words that mean something to the scanner, whatever they stand for besides.

use serde::{Deserialize, Serialize};

use crate::lang::code::shared::keyword;

/// What a word may be. Most are identifiers elsewhere: whoever asks knows the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Word {
    Plain,
    Abstract,
    As,
    Asserts,
    Async,
    Await,
    Break,
    Case,
    Catch,
    Class,
    Const,
    Continue,
    Debugger,
    Declare,
    Default,
    Delete,
    Do,
    Else,
    Enum,
    Export,
    Extends,
    Finally,
    For,
    Function,
    Get,
    Global,
    If,
    Implements,
    Import,
    In,
    Infer,
    Instanceof,
    Interface,
    Is,
    Keyof,
    Let,
    Module,
    Namespace,
    New,
    Of,
    Out,
    Readonly,
    Return,
    Satisfies,
    Set,
    Static,
    Switch,
    Throw,
    Try,
    Type,
    Typeof,
    Unique,
    Using,
    Var,
    Void,
    While,
    With,
    Yield,
}

impl Word {
    /// The word of `n_bytes` with the eight bytes from its first one on, the first lowest; `bytes` gives all of it, which
    /// is hardly ever asked for.
    #[inline(always)]
    pub(super) fn of_eight<'b>(eight: u64, n_bytes: u64, bytes: impl FnOnce() -> &'b [u8]) -> Word {
        const MAX: u64 = keyword::BYTES_MAX as u64;
        let key = eight & !0 >> (64 - 8 * n_bytes.clamp(1, MAX));
        let (word, found) = TABLE[keyword::slot(key, SPREAD)];
        if found != key {
            Word::Plain
        } else if n_bytes > MAX || word.is_long() {
            Word::long(bytes())
        } else {
            word
        }
    }

    /// Whether a word of `n_bytes` with these eight bytes surely means nothing to the scanner.
    #[inline(always)]
    pub(super) fn is_none(eight: u64, n_bytes: u64) -> bool {
        let key = eight & !0 >> (64 - 8 * n_bytes.clamp(1, keyword::BYTES_MAX as u64));
        TABLE[keyword::slot(key, SPREAD)].1 != key
    }

    fn is_long(self) -> bool {
        use Word::*;
        matches!(self, Implements | Instanceof | Interface | Namespace | Satisfies)
    }

    /// A word that begins as a keyword does.
    #[cold]
    fn long(bytes: &[u8]) -> Word {
        LONG_KEYWORDS.iter().find(|(_, long)| *long == bytes).map_or(Word::Plain, |(word, _)| *word)
    }

    /// Whether an expression must follow: a `/` begins a regex, a `{` an object.
    pub(super) fn wants_operand(self) -> bool {
        use Word::*;
        matches!(
            self,
            Await
                | Break
                | Case
                | Continue
                | Debugger
                | Default
                | Delete
                | Extends
                | In
                | Instanceof
                | New
                | Of
                | Return
                | Throw
                | Typeof
                | Void
                | Yield
        )
    }

    /// Whether it stands between two operands, on whatever line.
    pub(super) fn is_infix(self) -> bool {
        matches!(self, Word::In | Word::Instanceof | Word::As | Word::Satisfies)
    }

    /// Whether a statement follows at once.
    pub(super) fn begins_statement(self) -> bool {
        matches!(self, Word::Do | Word::Else | Word::Try | Word::Finally)
    }

    /// Whether a parenthesis after it belongs to a statement.
    pub(super) fn is_control(self) -> bool {
        use Word::*;
        matches!(self, If | While | For | With | Switch | Catch)
    }

    /// Whether it begins a declaration of variables.
    pub(super) fn declares(self) -> bool {
        matches!(self, Word::Let | Word::Const | Word::Var | Word::Using)
    }

    /// Whether a type goes on after it as after an operator.
    pub(super) fn is_type_prefix(self) -> bool {
        use Word::*;
        matches!(
            self,
            Keyof
                | Typeof
                | Infer
                | Unique
                | Readonly
                | Asserts
                | New
                | Abstract
                | Const
                | In
                | Out
        )
    }
}

/// Words of up to eight bytes.
const KEYWORDS: &[(Word, &[u8])] = &[
    (Word::Abstract, b"abstract"),
    (Word::As, b"as"),
    (Word::Asserts, b"asserts"),
    (Word::Async, b"async"),
    (Word::Await, b"await"),
    (Word::Break, b"break"),
    (Word::Case, b"case"),
    (Word::Catch, b"catch"),
    (Word::Class, b"class"),
    (Word::Const, b"const"),
    (Word::Continue, b"continue"),
    (Word::Debugger, b"debugger"),
    (Word::Declare, b"declare"),
    (Word::Default, b"default"),
    (Word::Delete, b"delete"),
    (Word::Do, b"do"),
    (Word::Else, b"else"),
    (Word::Enum, b"enum"),
    (Word::Export, b"export"),
    (Word::Extends, b"extends"),
    (Word::Finally, b"finally"),
    (Word::For, b"for"),
    (Word::Function, b"function"),
    (Word::Get, b"get"),
    (Word::Global, b"global"),
    (Word::If, b"if"),
    (Word::Import, b"import"),
    (Word::In, b"in"),
    (Word::Infer, b"infer"),
    (Word::Is, b"is"),
    (Word::Keyof, b"keyof"),
    (Word::Let, b"let"),
    (Word::Module, b"module"),
    (Word::New, b"new"),
    (Word::Of, b"of"),
    (Word::Out, b"out"),
    (Word::Readonly, b"readonly"),
    (Word::Return, b"return"),
    (Word::Set, b"set"),
    (Word::Static, b"static"),
    (Word::Switch, b"switch"),
    (Word::Throw, b"throw"),
    (Word::Try, b"try"),
    (Word::Type, b"type"),
    (Word::Typeof, b"typeof"),
    (Word::Unique, b"unique"),
    (Word::Using, b"using"),
    (Word::Var, b"var"),
    (Word::Void, b"void"),
    (Word::While, b"while"),
    (Word::With, b"with"),
    (Word::Yield, b"yield"),
];

/// Words of more than eight bytes: found by the first eight.
const LONG_KEYWORDS: &[(Word, &[u8])] = &[
    (Word::Implements, b"implements"),
    (Word::Instanceof, b"instanceof"),
    (Word::Interface, b"interface"),
    (Word::Namespace, b"namespace"),
    (Word::Satisfies, b"satisfies"),
];

/// Found by trying.
const SPREAD: u64 = 0x5732_c799_fe3b_890b;

static TABLE: keyword::Table<Word> = {
    let mut table = [(Word::Plain, 0); keyword::SLOTS];
    let mut i = 0;
    while i < KEYWORDS.len() + LONG_KEYWORDS.len() {
        let (word, spelling) =
            if i < KEYWORDS.len() { KEYWORDS[i] } else { LONG_KEYWORDS[i - KEYWORDS.len()] };
        let (head, _) = spelling.split_at(if spelling.len() < 8 { spelling.len() } else { 8 });
        let key = keyword::key(head);
        let slot = keyword::slot(key, SPREAD);
        assert!(table[slot].1 == 0, "two keywords in one slot");
        table[slot] = (word, key);
        i += 1;
    }
    table
};

/// Whether `byte` may be part of a word: letters, digits, `_`, `$`, `\` (of an escape), all beyond ASCII.
#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    IN_WORD[byte as usize]
}

static IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 256 {
        let byte = i as u8;
        table[i] =
            byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'$' | b'\\');
        i += 1;
    }
    table
};
