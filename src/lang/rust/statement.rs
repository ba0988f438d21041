//! Where a statement begins: whether an item may begin there, told from its first two bytes.

/// Bytes that do not tell what begins there.
const UNKNOWN: &[u8] = b"/\0 \t\n\r\x0b\x0c";

/// By the first byte of what may begin a statement: the second letters of items that begin with it, as bits by their low
/// five bits. All bits where the second byte does not tell, and bit 0 where it may be missing.
static SECONDS: [u32; 256] = {
    let words = [
        "as", "au", "co", "de", "en", "ex", "fn", "ge", "im", "ma", "mo", "pu", "sa", "st", "tr",
        "ty", "un",
    ];
    let mut seconds = [0; 256];
    let mut i = 0;
    while i < words.len() {
        let word = words[i].as_bytes();
        seconds[word[0] as usize] |= 1 << (word[1] & 31) | 1;
        i += 1;
    }
    // What follows a comment or white space is not known, nor what is not at hand; other white space lies beyond ASCII.
    let mut i = 0;
    while i < UNKNOWN.len() {
        seconds[UNKNOWN[i] as usize] = !0;
        i += 1;
    }
    let mut i = 0x80;
    while i < 0x100 {
        seconds[i] = !0;
        i += 1;
    }
    seconds
};

/// Whether an item may begin with these bytes, roughly: no item begins with others.
#[inline]
pub(super) fn looks_like_item([first, second]: [u8; 2]) -> bool {
    SECONDS[usize::from(first)] >> (second & 31) & 1 == 1
}
