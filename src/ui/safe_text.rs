//! Safe text: the only way that bytes from outside reach the terminal.
//!
//! Bytes become cells. A cell is what one or more bytes look like: itself, if a terminal only ever draws it; else a
//! picture of it, marked as hidden. The byte ranges of the cells partition the input, so that colours and the cursor find
//! their bytes. Pictures: `␛` for C0 and DEL, `<U+202E>` for what is invisible or turns text round, `<FF>` for a byte that
//! is no UTF-8. A variation selector right after a character that stands belongs to its cell and is not drawn, because
//! terminals disagree on the width it gives.

use std::borrow::Cow;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns between two tab stops.
pub const TAB_COLUMNS: u64 = 4;

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

/// A path as one safe string, its own bytes where they are no UTF-8.
#[must_use]
pub fn safe_path(path: &Path) -> String {
    safe(path.as_os_str().as_bytes())
}

/// The end of safe text that fits into `columns`, with `mark` (one column) before it where something was cut.
#[must_use]
pub fn fit_end(text: &str, columns: u16, mark: &str) -> String {
    if text.width() <= usize::from(columns) {
        return text.to_owned();
    }
    let room = usize::from(columns).saturating_sub(mark.width());
    let (mut taken, mut from) = (0, text.len());
    for (start, grapheme) in text.grapheme_indices(true).rev() {
        taken += grapheme.width();
        if taken > room {
            break;
        }
        from = start;
    }
    if columns == 0 { String::new() } else { format!("{mark}{}", &text[from..]) }
}

/// The start of safe text that fits into `columns`, with `mark` (one column) after it where something was cut.
#[must_use]
pub fn fit_start(text: &str, columns: u16, mark: &str) -> String {
    if text.width() <= usize::from(columns) {
        return text.to_owned();
    }
    let room = usize::from(columns).saturating_sub(mark.width());
    let (mut taken, mut to) = (0, 0);
    for (start, grapheme) in text.grapheme_indices(true) {
        taken += grapheme.width();
        if taken > room {
            break;
        }
        to = start + grapheme.len();
    }
    if columns == 0 { String::new() } else { format!("{}{mark}", &text[..to]) }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Cell<'a>;

    fn next(&mut self) -> Option<Cell<'a>> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (n_bytes, text, hidden) = match rest {
            [byte, next, ..] if byte.is_ascii() && (next.is_ascii() || byte.is_ascii_control()) => {
                self.ascii(rest, *byte)
            }
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
        Some(text) => (seen + selector_bytes(&grapheme[seen..]), Cow::Borrowed(text), false),
        None => {
            let first = grapheme.chars().next().unwrap_or('?');
            (first.len_utf8(), picture(first), true)
        }
    }
}

/// Bytes of the text or emoji selector at the start of `rest`; 0 if there is none.
fn selector_bytes(rest: &str) -> usize {
    if rest.starts_with(['\u{FE0E}', '\u{FE0F}']) { '\u{FE0F}'.len_utf8() } else { 0 }
}

/// Whether a terminal would do something with `c` other than draw it, or nothing that can be seen.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{13430}'..='\u{1345F}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_harmless(text: &str) -> bool {
        text.chars().all(|c| !is_hidden(c))
    }

    #[test]
    fn controls_become_pictures() {
        assert_eq!(
            safe(b"a\x1b[31mb\x00\x7f\r\n"),
            "a\u{241b}[31mb\u{2400}\u{2421}\u{240d}\u{240a}"
        );
        assert_eq!(safe("\u{9b}31m".as_bytes()), "<U+009B>31m");
    }

    #[test]
    fn all_twelve_bidi_controls_are_named() {
        let all = "\u{61C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}";
        for c in all.chars() {
            let text = format!("x{c}y");
            assert_eq!(safe(text.as_bytes()), format!("x<U+{:04X}>y", u32::from(c)));
        }
    }

    #[test]
    fn invisible_characters_and_tags_are_named() {
        for c in ['\u{200B}', '\u{2060}', '\u{FEFF}', '\u{2028}', '\u{2029}', '\u{E0041}', '\u{AD}']
        {
            let text = format!("a{c}");
            assert_eq!(safe(text.as_bytes()), format!("a<U+{:04X}>", u32::from(c)));
        }
    }

    #[test]
    fn each_byte_that_is_no_utf8_is_named() {
        assert_eq!(safe(b"a\xff\xc3(\xe2\x82"), "a<FF><C3>(<E2><82>");
    }

    #[test]
    fn a_tab_expands_to_the_next_stop_whatever_follows() {
        assert_eq!(safe("a\té\tb".as_bytes()), "a   é   b");
        assert!(cells("\té".as_bytes()).all(|cell| !cell.hidden));
    }

    #[test]
    fn marks_beyond_the_sixteenth_are_named_not_stacked() {
        let text = format!("a{}", "\u{301}".repeat(40));
        let first = cells(text.as_bytes()).next().map(|cell| cell.text.chars().count());
        assert_eq!(first, Some(CHARS_PER_CELL));
        assert!(safe(text.as_bytes()).contains("<U+0301>"));
    }

    #[test]
    fn an_emoji_selector_belongs_to_its_character() {
        let drawn: Vec<_> = cells("\u{2764}\u{FE0F}!".as_bytes()).collect();
        assert_eq!(drawn.len(), 2);
        assert_eq!((drawn[0].bytes.clone(), drawn[0].text.as_ref()), (0..6, "\u{2764}"));
    }

    #[test]
    fn text_is_cut_from_either_side_at_whole_characters() {
        assert_eq!(fit_end("$.statuses[3].user", 8, "…"), "…3].user");
        assert_eq!(fit_start("observatory", 5, "…"), "obse…");
        assert_eq!(fit_end("日本語", 4, "…"), "…語");
        assert_eq!(fit_end("abc", 0, "…"), "");
        assert_eq!(fit_start("abc", 3, "…"), "abc");
    }

    fn soup() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            any::<Vec<u8>>(),
            any::<String>().prop_map(String::into_bytes),
            "[\u{200B}-\u{206F}\u{300}-\u{36F}\u{FE00}-\u{FE0F}\u{1F1E6}-\u{1F64F}\u{E0000}-\u{E00FF}\t\r\n\u{80}-\u{9F}a-c]{0,60}"
                .prop_map(String::into_bytes),
        ];
        prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_survives(bytes in soup()) {
            prop_assert!(is_harmless(&safe(&bytes)));
        }

        #[test]
        fn cells_partition_the_bytes_and_have_a_width(bytes in soup()) {
            let mut at = 0;
            for cell in cells(&bytes) {
                prop_assert_eq!(cell.bytes.start, at);
                prop_assert!(cell.bytes.end > at);
                prop_assert!(cell.width >= 1);
                at = cell.bytes.end;
            }
            prop_assert_eq!(at, bytes.len());
        }

        #[test]
        fn what_is_cut_fits(bytes in soup(), columns in 0_u16..30) {
            let text = safe(&bytes);
            for cut in [fit_end(&text, columns, "…"), fit_start(&text, columns, "…")] {
                prop_assert!(cut.width() <= usize::from(columns));
            }
        }
    }
}
