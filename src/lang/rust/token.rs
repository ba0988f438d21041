//! Tokens and words.

use crate::units::ByteOffset;

/// What a word is to the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Word {
    /// A name, raw ones and `union`, `auto`, `default` where they are names too.
    Name,
    Number,
    /// `_`
    Underscore,
    /// `async default extern safe auto gen`: an item may still follow.
    Qualifier,
    Pub,
    Unsafe,
    Fn,
    Struct,
    Union,
    Enum,
    Trait,
    Mod,
    Impl,
    Type,
    Const,
    Static,
    Macro,
    Where,
    For,
    /// `while loop`
    Loop,
    As,
    Mut,
    /// `break continue`
    Jump,
    /// `self Self super crate true false await`: what an operand can end with.
    Operand,
    /// `dyn use ref extern` and the like: no end of a path, but right in types.
    Type_,
    /// Any other keyword: of expressions and statements.
    Expression,
}

impl Word {
    /// The word that `bytes` are.
    pub(super) fn of(bytes: &[u8]) -> Word {
        match bytes {
            [b'0'..=b'9', ..] => Word::Number,
            [first, ..] if !first.is_ascii_lowercase() && bytes != b"Self" && bytes != b"_" => {
                Word::Name
            }
            b"_" => Word::Underscore,
            b"async" | b"extern" | b"default" | b"safe" | b"auto" | b"gen" => Word::Qualifier,
            b"pub" => Word::Pub,
            b"unsafe" => Word::Unsafe,
            b"fn" => Word::Fn,
            b"struct" => Word::Struct,
            b"union" => Word::Union,
            b"enum" => Word::Enum,
            b"trait" => Word::Trait,
            b"mod" => Word::Mod,
            b"impl" => Word::Impl,
            b"type" => Word::Type,
            b"const" => Word::Const,
            b"static" => Word::Static,
            b"macro" => Word::Macro,
            b"where" => Word::Where,
            b"for" => Word::For,
            b"while" | b"loop" => Word::Loop,
            b"as" => Word::As,
            b"mut" => Word::Mut,
            b"break" | b"continue" => Word::Jump,
            b"self" | b"Self" | b"super" | b"crate" | b"true" | b"false" | b"await" => {
                Word::Operand
            }
            b"dyn" | b"use" | b"ref" => Word::Type_,
            b"if" | b"else" | b"match" | b"return" | b"let" | b"in" | b"move" | b"box" | b"do"
            | b"yield" | b"become" | b"abstract" | b"final" | b"override" | b"priv" | b"typeof"
            | b"unsized" | b"virtual" => Word::Expression,
            _ => Word::Name,
        }
    }

    /// Whether it can name something: `union`, `auto`, `default`, `safe`, `gen` too, which are keywords in their place only.
    pub(super) fn is_name(self, bytes: &[u8]) -> bool {
        match self {
            Word::Name | Word::Union => true,
            Word::Qualifier => bytes != b"async" && bytes != b"extern",
            _ => false,
        }
    }
}

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, and whether it can be a name.
    Word(Word, bool),
    Lifetime,
    /// A string or char.
    Literal,
    Open(u8),
    /// `::`
    Separator,
    /// `->`
    Arrow,
    /// `=>`
    FatArrow,
    /// `== != <= ..`: operators of expressions.
    Operator,
    /// Any other character by itself.
    Punct(u8),
}

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: ByteOffset,
    pub(super) end: ByteOffset,
}
