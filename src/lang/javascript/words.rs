//! Words that mean something to the scanner, whatever they stand for besides.

/// What a word may be. Most are identifiers elsewhere: whoever asks knows the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Word {
    Plain,
    Abstract,
    As,
    Asserts,
    Async,
    Await,
    Case,
    Catch,
    Class,
    Const,
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
    /// The word that these bytes are.
    pub(super) fn of(bytes: &[u8]) -> Word {
        if bytes.len() > 10 || bytes.len() < 2 {
            return Word::Plain;
        }
        match bytes {
            b"abstract" => Word::Abstract,
            b"as" => Word::As,
            b"asserts" => Word::Asserts,
            b"async" => Word::Async,
            b"await" => Word::Await,
            b"case" => Word::Case,
            b"catch" => Word::Catch,
            b"class" => Word::Class,
            b"const" => Word::Const,
            b"declare" => Word::Declare,
            b"default" => Word::Default,
            b"delete" => Word::Delete,
            b"do" => Word::Do,
            b"else" => Word::Else,
            b"enum" => Word::Enum,
            b"export" => Word::Export,
            b"extends" => Word::Extends,
            b"finally" => Word::Finally,
            b"for" => Word::For,
            b"function" => Word::Function,
            b"get" => Word::Get,
            b"global" => Word::Global,
            b"if" => Word::If,
            b"implements" => Word::Implements,
            b"import" => Word::Import,
            b"in" => Word::In,
            b"infer" => Word::Infer,
            b"instanceof" => Word::Instanceof,
            b"interface" => Word::Interface,
            b"is" => Word::Is,
            b"keyof" => Word::Keyof,
            b"let" => Word::Let,
            b"module" => Word::Module,
            b"namespace" => Word::Namespace,
            b"new" => Word::New,
            b"of" => Word::Of,
            b"out" => Word::Out,
            b"readonly" => Word::Readonly,
            b"return" => Word::Return,
            b"satisfies" => Word::Satisfies,
            b"set" => Word::Set,
            b"static" => Word::Static,
            b"switch" => Word::Switch,
            b"throw" => Word::Throw,
            b"try" => Word::Try,
            b"type" => Word::Type,
            b"typeof" => Word::Typeof,
            b"unique" => Word::Unique,
            b"using" => Word::Using,
            b"var" => Word::Var,
            b"void" => Word::Void,
            b"while" => Word::While,
            b"with" => Word::With,
            b"yield" => Word::Yield,
            _ => Word::Plain,
        }
    }

    /// Whether an expression must follow: a `/` begins a regex, a `{` an object.
    pub(super) fn wants_operand(self) -> bool {
        use Word::*;
        matches!(
            self,
            Await
                | Case
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
