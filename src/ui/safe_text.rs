//! Safe text: the only way that bytes from outside reach the terminal.
//!
//! Bytes become cells. A cell is what one or more bytes look like: itself, if a terminal only ever draws it; else a
//! picture of it, marked as hidden. The byte ranges of the cells partition the input, so that colours and the cursor find
//! their bytes.

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns between two tab stops.
const TAB_COLUMNS: u64 = 4;

/// Characters of one cell: one that stands and sixteen that combine with it.
const CHARS_PER_CELL: usize = 17;

/// Bytes looked at to find the end of a cell: more than [`CHARS_PER_CELL`] characters can take.
const CELL_BYTES_MAX: usize = 128;

/// What one or more bytes look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The bytes.
    pub bytes: Range<usize>,
    /// What is drawn for them.
    pub text: Cow<'a, str>,
    /// Columns that the text takes, one or more.
    pub width: u16,
    /// Whether the text is a picture of the bytes, not the bytes themselves.
    pub hidden: bool,
}

/// The cells of some bytes, in order.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    bytes: &'a [u8],
    at: usize,
    column: u64,
}

/// The cells of `bytes`. Tab stops count from column 0 at the first byte.
#[must_use]
pub fn cells(bytes: &[u8]) -> Cells<'_> {
    Cells { bytes, at: 0, column: 0 }
}

/// Bytes as one safe string.
#[must_use]
pub fn safe(bytes: &[u8]) -> String {
    cells(bytes).map(|cell| cell.text).collect()
}

impl<'a> Iterator for Cells<'a> {
    type Item = Cell<'a>;

    fn next(&mut self) -> Option<Cell<'a>> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (n_bytes, text, hidden) = match rest {
            [byte, next, ..] if byte.is_ascii() && next.is_ascii() => self.ascii(rest, *byte),
            [byte] if byte.is_ascii() => self.ascii(rest, *byte),
            _ => cluster(rest),
        };
        let start = self.at;
        self.at += n_bytes;
        let width = u16::try_from(text.width()).unwrap_or(u16::MAX).max(1);
        self.column += u64::from(width);
        Some(Cell { bytes: start..self.at, text, width, hidden })
    }
}

impl<'a> Cells<'a> {
    fn ascii(&self, rest: &'a [u8], byte: u8) -> (usize, Cow<'a, str>, bool) {
        match byte {
            b'\t' => {
                let columns = TAB_COLUMNS - self.column % TAB_COLUMNS;
                (1, Cow::Borrowed(&"    "[..columns as usize]), false)
            }
            b' '..=b'~' => (1, std::str::from_utf8(&rest[..1]).unwrap_or("?").into(), false),
            _ => (1, picture(char::from(byte)), true),
        }
    }
}

/// The cell at the start of `rest`, where something other than plain ASCII is near.
fn cluster(rest: &[u8]) -> (usize, Cow<'_, str>, bool) {
    let window = &rest[..rest.len().min(CELL_BYTES_MAX)];
    let valid = match std::str::from_utf8(window) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&window[..error.valid_up_to()]).unwrap_or_default(),
    };
    let Some(grapheme) = valid.graphemes(true).next() else {
        return (1, Cow::Owned(format!("<{:02X}>", rest[0])), true);
    };
    let seen: usize = grapheme
        .chars()
        .take(CHARS_PER_CELL)
        .take_while(|c| !is_hidden(*c))
        .map(char::len_utf8)
        .sum();
    match grapheme.get(..seen).filter(|text| text.width() > 0) {
        Some(text) => (seen, Cow::Borrowed(text), false),
        None => {
            let first = grapheme.chars().next().unwrap_or('?');
            (first.len_utf8(), picture(first), true)
        }
    }
}

/// Whether a terminal would do something with `c` other than draw it, or nothing that can be seen.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}

fn picture(c: char) -> Cow<'static, str> {
    match u32::from(c) {
        code @ 0..0x20 => {
            char::from_u32(0x2400 + code).map_or("?".into(), |c| c.to_string().into())
        }
        0x7F => "\u{2421}".into(),
        code => format!("<U+{code:04X}>").into(),
    }
}
