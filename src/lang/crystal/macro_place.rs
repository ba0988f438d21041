//! Where the scanner is in a macro's text, token by token: what hides keywords, and which of them wait for an `end`.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::code::is_word;
use super::{LOOK_AHEAD, word};
use crate::lang::code::Cursor;
use crate::lang::code::shared::common::Common;
use crate::lang::code::shared::literal::Delimiters;
use crate::limits::{HEREDOCS_WAITING_MAX, MACRO_STRINGS_MAX};
use crate::units::ByteOffset;

/// A string or heredoc in the text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Quoted {
    delimiters: Delimiters,
    /// The word that ends it, if it is a heredoc.
    word: Option<Common<Box<[u8]>>>,
}

/// Where in a text the scanner is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Place {
    /// Keywords that wait for their `end`.
    nest: i32,
    /// Whether it is a macro block: no `end` but that of a tag ends it.
    pub(super) in_block: bool,
    /// Whether a keyword may stand here.
    pub(super) after_blank: bool,
    /// Whether `if` and its like may open something here.
    pub(super) line_start: bool,
    pub(super) in_comment: bool,
    pub(super) quoted: Option<Quoted>,
    /// Those announced on this line. Each tag that opens holds this place twice, so these are had in common.
    heredocs: Common<VecDeque<Quoted>>,
    /// Braces open in interpolations, and the strings around these.
    curly: u32,
    outer: Common<VecDeque<Quoted>>,
}

impl Default for Place {
    fn default() -> Self {
        Place {
            nest: 0,
            in_block: false,
            after_blank: true,
            line_start: true,
            in_comment: false,
            quoted: None,
            heredocs: Common::default(),
            curly: 0,
            outer: Common::default(),
        }
    }
}

/// White space as Crystal has it.
pub(super) fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0B
}

/// By byte: whether keywords begin with it.
static FIRST: [bool; 256] = among(b"abcdefilmsuwy");

/// By byte: whether outside of strings it means nothing but that no keyword follows it.
pub(super) static OPERATOR: [bool; 256] = among(b".,)]:@$?!&|*+-/>^~`");

/// By byte: whether it is one of these.
const fn among(bytes: &[u8]) -> [bool; 256] {
    let mut is_among = [false; 256];
    let mut i = 0;
    while i < bytes.len() {
        is_among[bytes[i] as usize] = true;
        i += 1;
    }
    is_among
}

fn ends_name(byte: u8) -> bool {
    !is_word(byte) && !matches!(byte, b'?' | b'!')
}

impl Place {
    /// Whether the `end` of the macro stands at `at`.
    pub(super) fn ends_at(&self, cursor: &Cursor<'_>, at: ByteOffset) -> bool {
        self.is_keyword_place() && self.nest == 0 && !self.in_block && stands_end(cursor, at)
    }

    /// Whether a word, or the rest of one, that begins with `byte` means nothing: neither is it a keyword, nor are letters
    /// delimiters.
    #[inline]
    pub(super) fn means_nothing(&self, byte: u8) -> bool {
        match &self.quoted {
            Some(quoted) => !is_word(quoted.delimiters.open),
            None => !self.after_blank || !FIRST[usize::from(byte)],
        }
    }

    fn is_keyword_place(&self) -> bool {
        self.after_blank && self.quoted.is_none() && !self.in_comment
    }

    /// Over what stands at `at`, which ends no piece; where it goes on, none if that depends on what is not at hand.
    pub(super) fn step(&mut self, cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
        let (byte, next) = (cursor.byte(at), cursor.byte(at + 1));
        match byte {
            b'\\' if next == b'{' => return Some(self.escaped_tag(cursor, at)),
            b'\\' if next == b'%' && !self.in_comment => {
                self.line_start = false;
                return Some(at + 2);
            }
            b'{' => {
                self.curly += u32::from(self.curly > 0);
                return Some(at + 1);
            }
            b'\n' if self.quoted.is_none() && self.heredocs.is_empty() => self.begin_line(),
            b'\n' => return self.line_break(cursor, at),
            _ if self.in_comment => return Some(at + 1),
            b'#' if self.quoted.is_none() => self.in_comment = true,
            b'#' if next == b'{' => {
                self.curly += 1;
                self.enter_interpolation();
                self.after_blank = false;
                return Some(at + 2);
            }
            b'#' => self.after_blank = false,
            b'%' => return self.percent(cursor, at),
            b'e' if self.is_keyword_place() => return Some(self.letter_e(cursor, at)),
            b'\\' => {
                let close = self.quoted.as_ref().map(|quoted| quoted.delimiters.close);
                self.after_blank = false;
                let skips = close.is_some_and(|close| next == close || next == b'\\');
                return Some(at + 1 + u64::from(skips));
            }
            b'\'' | b'"' => {
                match &self.quoted {
                    Some(quoted) if quoted.delimiters.close == byte => self.quoted = None,
                    Some(_) => {}
                    None => self.quoted = Some(quoted(0, byte)),
                }
                self.after_blank = false;
            }
            b'}' => self.closing_brace(),
            b'<' if self.quoted.is_none() && self.outer.is_empty() => {
                return self.heredoc(cursor, at);
            }
            b'<' => {}
            _ => return Some(self.other(cursor, at)),
        }
        Some(at + 1)
    }

    fn enter_interpolation(&mut self) {
        let Some(quoted) = self.quoted.take() else { return };
        let outer = self.outer.to_mut();
        if outer.len() >= MACRO_STRINGS_MAX {
            outer.pop_front();
        }
        outer.push_back(quoted);
    }

    /// A `\{` at `at`: no tag, though `\{% if %}` nests.
    fn escaped_tag(&mut self, cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
        self.line_start = false;
        if cursor.byte(at + 2) != b'%' {
            return at + 2;
        }
        let mut from = at + 3;
        while from < at + 8 && cursor.byte(from).is_ascii_whitespace() {
            from += 1;
        }
        for (text, change) in
            [(&b"end"[..], -1), (&b"for"[..], 1), (&b"if"[..], 1), (&b"unless"[..], 1)]
        {
            if word::stands(cursor, from, text) {
                self.nest += change;
                return from + text.len() as u64;
            }
        }
        from
    }

    /// The line break at `at`: the bodies of heredocs begin and end with lines.
    fn line_break(&mut self, cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
        let mut next = at + 1;
        let begins = self.quoted.is_none() && !self.in_comment && !self.heredocs.is_empty();
        let heredoc = if begins { self.heredocs.front() } else { self.quoted.as_ref() };
        if let Some(end) = heredoc.and_then(|quoted| quoted.word.clone()) {
            let mut from = next;
            while from - next < LOOK_AHEAD && matches!(cursor.byte(from), b' ' | b'\t') {
                from += 1;
            }
            let to = from + end.len() as u64;
            if cursor.is_unknown(to + 1) {
                return None;
            }
            let ended = cursor.stands(from, &end)
                && (to >= cursor.end() || cursor.byte(to) == b'\n' || cursor.stands(to, b"\r\n"));
            if begins {
                self.quoted = self.heredocs.to_mut().pop_front();
            }
            if ended {
                next = to;
                self.quoted = self.heredocs.to_mut().pop_front();
            }
        }
        self.begin_line();
        Some(next)
    }

    #[inline(always)]
    fn begin_line(&mut self) {
        self.in_comment = false;
        self.after_blank = true;
        self.line_start = true;
    }

    /// A `%` at `at`: a literal, or a variable of the macro.
    fn percent(&mut self, cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
        const OPENING: &[u8] = b"([{<|";
        let (next, further) = (cursor.byte(at + 1), cursor.byte(at + 2));
        if OPENING.contains(&next) {
            self.quoted = Some(quoted(next, Delimiters::of(next).close));
            return Some(at + 2);
        }
        if self.quoted.is_none() && b"qQiwxr".contains(&next) && OPENING.contains(&further) {
            // The lexer takes the letter for what nests.
            self.quoted = Some(quoted(next, Delimiters::of(further).close));
            return Some(at + 3);
        }
        self.after_blank = false;
        if self.quoted.is_none() && is_word(next) && !next.is_ascii_digit() {
            self.line_start = false;
            let mut end = at + 2;
            while end - at < LOOK_AHEAD && is_word(cursor.byte(end)) {
                end += 1;
            }
            if cursor.is_unknown(end) {
                return None;
            }
            // `%a{{b, c}}`: the brace belongs to the variable, so what follows is no tag.
            return Some(end + u64::from(cursor.byte(end) == b'{'));
        }
        Some(at + 1)
    }

    /// An `e` at `at`, where a keyword may stand.
    fn letter_e(&mut self, cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
        self.line_start = false;
        if stands_end(cursor, at) {
            self.nest -= 1;
            self.after_blank = false;
            return at + 3;
        }
        if word::stands(cursor, at, b"enum") {
            self.nest += 1;
            return at + 4;
        }
        self.after_blank = false;
        at + 1
    }

    fn closing_brace(&mut self) {
        match &mut self.quoted {
            Some(quoted) if quoted.delimiters.close == b'}' => {
                quoted.delimiters.nested = quoted.delimiters.nested.saturating_sub(1);
                if quoted.delimiters.nested == 0 {
                    self.quoted = None;
                }
            }
            _ if self.curly > 0 => {
                if self.curly == 1 {
                    self.quoted = self.outer.to_mut().pop_back();
                }
                self.curly -= 1;
            }
            _ => {}
        }
    }

    /// A `<` at `at`, outside of strings: perhaps the announcement of a heredoc.
    fn heredoc(&mut self, cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
        if !cursor.stands(at, b"<<-") {
            return Some(at + 1);
        }
        let quotes = u64::from(cursor.byte(at + 3) == b'\'');
        let from = at + 3 + quotes;
        let mut to = from;
        while to - from < LOOK_AHEAD && is_word(cursor.byte(to)) {
            to += 1;
        }
        if cursor.is_unknown(to + 1) {
            return None;
        }
        if to == from || quotes == 1 && cursor.byte(to) != b'\'' {
            return Some(at + 1);
        }
        if self.heredocs.len() < HEREDOCS_WAITING_MAX {
            let word: Box<[u8]> = cursor.slice(from, to).into();
            let word = Some(word.into());
            self.heredocs.to_mut().push_back(Quoted { delimiters: Delimiters::default(), word });
        }
        Some(to + quotes)
    }

    /// Any other byte, at `at`: perhaps a keyword's first.
    fn other(&mut self, cursor: &Cursor<'_>, at: ByteOffset) -> ByteOffset {
        let byte = cursor.byte(at);
        if self.is_keyword_place() {
            if byte == b'y' && word::stands(cursor, at, b"yield") {
                self.line_start = false;
                return at + 5;
            }
            if FIRST[usize::from(byte)]
                && let Some((length, opens)) = opening_keyword(cursor, at, self.line_start)
            {
                self.nest += i32::from(opens);
                self.line_start = false;
                return at + length;
            }
        }
        if let Some(quoted) = &mut self.quoted {
            let delimiters = &mut quoted.delimiters;
            if byte == delimiters.open && byte != 0 {
                delimiters.nested += 1;
            } else if byte == delimiters.close && byte != 0 {
                delimiters.nested = delimiters.nested.saturating_sub(1);
                if delimiters.nested == 0 {
                    self.quoted = None;
                }
            }
        }
        if byte == b'=' && cursor.byte(at + 1).is_ascii_whitespace() {
            self.after_blank = false;
            self.line_start = true;
        } else {
            let blank = byte.is_ascii_whitespace() || matches!(byte, b';' | b'(' | b'[' | b'{');
            self.after_blank = blank;
            self.line_start &= blank;
        }
        at + 1
    }
}

fn quoted(open: u8, close: u8) -> Quoted {
    Quoted { delimiters: Delimiters { open, close, nested: 1 }, word: None }
}

fn stands_end(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    cursor.stands(at, b"end") && ends_name(cursor.byte(at + 3)) && cursor.byte(at + 3) != b':'
}

/// The length of the keyword at `at`, and whether it waits for an `end`.
fn opening_keyword(cursor: &Cursor<'_>, at: ByteOffset, line_start: bool) -> Option<(u64, bool)> {
    /// One more than the longest of them has.
    const BYTES: u64 = 11;
    let mut end = at + 1;
    while end - at < BYTES && is_word(cursor.byte(end)) {
        end += 1;
    }
    let after = cursor.byte(end);
    // The lexer takes a label for a name, except after these.
    let is_label = after == b':';
    let opens = match cursor.slice(at, end) {
        b"abstract" if after.is_ascii_whitespace() => return abstract_definition(cursor, at),
        b"annotation" | b"begin" | b"case" | b"class" | b"do" | b"def" | b"fun" | b"lib"
        | b"macro" | b"module" | b"union" => !is_label,
        b"unless" | b"until" | b"while" => line_start && !is_label,
        b"if" => line_start,
        b"select" | b"struct" => true,
        _ => false,
    };
    (opens && ends_name(after)).then_some((end - at, true))
}

/// As [`opening_keyword`], of an `abstract` at `at` that a blank follows. A method that is abstract has no `end`.
fn abstract_definition(cursor: &Cursor<'_>, at: ByteOffset) -> Option<(u64, bool)> {
    let follows = |text: &[u8]| {
        word::stands(cursor, at + 9, text) && cursor.byte(at + 9 + text.len() as u64) != b':'
    };
    match () {
        () if follows(b"def") => Some((12, false)),
        () if follows(b"class") => Some((14, true)),
        () if follows(b"struct") => Some((15, true)),
        () => None,
    }
}
