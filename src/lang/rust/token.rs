//! Tokens and words.

use serde::{Deserialize, Serialize};

use crate::lang::code::Cursor;
use crate::lang::code::shared::keyword;
use crate::units::ByteOffset;

/// What a word is to the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// The word that `bytes` are. Eight bytes at once lead to the only keyword that they can be.
    #[inline]
    pub(super) fn of(bytes: &[u8]) -> Word {
        let key = match bytes {
            [b'0'..=b'9', ..] => return Word::Number,
            // No keyword is longer.
            bytes if bytes.len() > keyword::BYTES_MAX => return Word::Name,
            bytes => keyword::load(bytes),
        };
        match TABLE[keyword::slot(key, SPREAD)] {
            (word, found) if found == key => word,
            _ => Word::Name,
        }
    }

    /// As [`Word::of`], for the word from `start` to `end`, without a branch on its length; but a number is a name.
    #[inline(always)]
    pub(super) fn between(cursor: &Cursor<'_>, start: ByteOffset, end: ByteOffset) -> Word {
        let eight = cursor.eight(start);
        let length = end - start;
        let beyond = u64::BITS - 8 * length.min(keyword::BYTES_MAX as u64) as u32;
        let key = eight.wrapping_shl(beyond).wrapping_shr(beyond);
        let (word, found) = TABLE[keyword::slot(key, SPREAD)];
        if (found == key) & (length <= keyword::BYTES_MAX as u64) { word } else { Word::Name }
    }

    /// The keyword that a space ends among these eight bytes, and its length; `None` if there is none.
    #[inline(always)]
    pub(super) fn before_space(eight: u64) -> Option<(Word, u64)> {
        const LOW: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = LOW << 7;
        // The highest bit of each byte that is a space; above the first one perhaps of others.
        let others = eight ^ (LOW * b' ' as u64);
        let spaces = others.wrapping_sub(LOW) & !others & HIGH;
        let bits = spaces.trailing_zeros() & 0x38;
        let key = eight & !(!0 << bits);
        let (word, found) = TABLE[keyword::slot(key, SPREAD)];
        // A key whose last byte is 0 is none, or that of a shorter word with a 0 behind it.
        let is_whole = key.wrapping_shr(bits.wrapping_sub(8)) != 0;
        (found == key && is_whole && spaces != 0).then_some((word, u64::from(bits / 8)))
    }

    /// Whether an item, or what qualifies one, can begin with it.
    #[inline]
    pub(super) fn may_begin_item(self) -> bool {
        use Word::*;
        matches!(
            self,
            Qualifier
                | Pub
                | Unsafe
                | Fn
                | Struct
                | Union
                | Enum
                | Trait
                | Mod
                | Impl
                | Type
                | Const
                | Static
                | Macro
        )
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

/// Keywords by what they are.
const KEYWORDS: &[(Word, &[&[u8]])] = &[
    (Word::Underscore, &[b"_"]),
    (Word::Qualifier, &[b"async", b"extern", b"default", b"safe", b"auto", b"gen"]),
    (Word::Pub, &[b"pub"]),
    (Word::Unsafe, &[b"unsafe"]),
    (Word::Fn, &[b"fn"]),
    (Word::Struct, &[b"struct"]),
    (Word::Union, &[b"union"]),
    (Word::Enum, &[b"enum"]),
    (Word::Trait, &[b"trait"]),
    (Word::Mod, &[b"mod"]),
    (Word::Impl, &[b"impl"]),
    (Word::Type, &[b"type"]),
    (Word::Const, &[b"const"]),
    (Word::Static, &[b"static"]),
    (Word::Macro, &[b"macro"]),
    (Word::Where, &[b"where"]),
    (Word::For, &[b"for"]),
    (Word::Loop, &[b"while", b"loop"]),
    (Word::As, &[b"as"]),
    (Word::Mut, &[b"mut"]),
    (Word::Jump, &[b"break", b"continue"]),
    (Word::Operand, &[b"self", b"Self", b"super", b"crate", b"true", b"false", b"await"]),
    (Word::Type_, &[b"dyn", b"use", b"ref"]),
    (
        Word::Expression,
        &[
            b"if",
            b"else",
            b"match",
            b"return",
            b"let",
            b"in",
            b"move",
            b"box",
            b"do",
            b"yield",
            b"become",
            b"abstract",
            b"final",
            b"override",
            b"priv",
            b"typeof",
            b"unsized",
            b"virtual",
        ],
    ),
];

/// By slot: a keyword and its bytes as a number.
static TABLE: keyword::Table<Word> = {
    let mut table = [(Word::Name, 0); keyword::SLOTS];
    let mut row = 0;
    while row < KEYWORDS.len() {
        let (word, spellings) = KEYWORDS[row];
        let mut i = 0;
        while i < spellings.len() {
            let key = keyword::key(spellings[i]);
            let slot = keyword::slot(key, SPREAD);
            assert!(table[slot].1 == 0, "two keywords in one slot");
            table[slot] = (word, key);
            i += 1;
        }
        row += 1;
    }
    table
};

/// A number for which no two keywords fall into one slot, found by trying.
const SPREAD: u64 = 0x91b7_584a_2265_b1f5;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_keyword_is_told_and_no_word_like_it() {
        for (word, spellings) in KEYWORDS {
            for spelling in *spellings {
                assert_eq!(Word::of(spelling), *word);
                assert_eq!(keyword::load(spelling), keyword::key(spelling));
                assert_eq!(Word::of(&[spelling, b"_".as_slice()].concat()), Word::Name);
                assert_eq!(
                    Word::of(&spelling.to_ascii_uppercase()) == Word::Name,
                    *spelling != b"_"
                );
            }
        }
    }
}
