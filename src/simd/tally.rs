//! What a kernel counts by itself, where a whole pass of its own is faster than masks asked for one by one.

use super::{Alphabet, DepthRun};

/// What JSON looks for; tallies by bit planes rely on the codes. In the codes, bit 0 is the byte's bit 5; the others are one
/// pair of codes for each class, so that a class needs no more than three planes.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Alphabet for Json {
    const CODES: [u8; 128] = {
        let mut codes = [0; 128];
        codes[b'\n' as usize] = 0b0010;
        codes[b'"' as usize] = 0b0101;
        codes[b'\\' as usize] = 0b0110;
        codes[b'/' as usize] = 0b0111;
        codes[b'[' as usize] = 0b1000;
        codes[b'{' as usize] = 0b1001;
        codes[b']' as usize] = 0b1010;
        codes[b'}' as usize] = 0b1011;
        codes[b',' as usize] = 0b1101;
        codes[b':' as usize] = 0b1111;
        codes
    };
}

/// What words of JSON are spelled with, and what stands between them.
#[derive(Clone, Copy, Debug)]
pub struct Spelled;

impl Alphabet for Spelled {
    const CODES: [u8; 128] = {
        let codes = with_code([0; 128], 0x00, 0x1F, 0b1000);
        let codes = with_code(codes, b'1', b'9', 0b0100);
        let codes = with_code(codes, b':', b';', 0b0110);
        let mut codes = with_code(codes, b'<', b'?', 0b0111);
        codes[0x0C] = 0b1001;
        codes[b'0' as usize] = 0b0101;
        codes[b'.' as usize] = 0b0001;
        codes[b'-' as usize] = 0b0010;
        codes[b'+' as usize] = 0b0011;
        codes[b'E' as usize] = 0b1110;
        codes[b'e' as usize] = 0b1110;
        codes
    };
}

/// `codes` with this code for the bytes from `first` to `last`.
const fn with_code(mut codes: [u8; 128], first: u8, last: u8, code: u8) -> [u8; 128] {
    let mut byte = first;
    while byte <= last {
        codes[byte as usize] = code;
        byte += 1;
    }
    codes
}

/// Counts over a stretch of bytes: brackets, separators and strings of JSON, and line breaks wherever they stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// LF, in strings too.
    pub line_breaks: u64,
    /// `{` and `[`.
    pub opens: u64,
    /// `{`
    pub open_braces: u64,
    /// `}`
    pub close_braces: u64,
    /// `,`
    pub commas: u64,
    /// `:`
    pub colons: u64,
    /// Strings that begin.
    pub strings: u64,
    /// Depth over the stretch.
    pub depth: DepthRun,
}

/// Where strings stand at a seam, outside comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quoted {
    /// Whether the next byte is in a string.
    pub in_string: bool,
    /// Whether a backslash in that string escapes it.
    pub escaped: bool,
}
