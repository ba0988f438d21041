//! Where a statement begins: whether an item may begin there, told from its first two bytes.

/// What items begin with.
const WORDS: &[&str] = &[
    "asy", "aut", "con", "def", "enu", "ext", "fn", "gen", "imp", "mac", "mod", "pub", "saf",
    "sta", "str", "tra", "typ", "uns", "uni",
];

/// Bytes that do not tell what begins there.
const UNKNOWN: &[u8] = b"/\0 \t\n\r\x0b\x0c";

/// By the first byte of what may begin a statement: the second letters of items that begin with it, as bits by their low
/// five bits. All bits where the second byte does not tell, and bit 0 where it may be missing.
static SECONDS: [u32; 256] = {
    let mut seconds = [0; 256];
    let mut i = 0;
    while i < WORDS.len() {
        let word = WORDS[i].as_bytes();
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

/// By the first byte of what may begin a statement: the third letters of items that begin with it, as in [`SECONDS`].
static THIRDS: [u32; 256] = {
    let mut thirds = [!0; 256];
    let mut i = 0;
    while i < WORDS.len() {
        let word = WORDS[i].as_bytes();
        if word.len() > 2 {
            thirds[word[0] as usize] = 1;
        }
        i += 1;
    }
    i = 0;
    while i < WORDS.len() {
        let word = WORDS[i].as_bytes();
        if word.len() > 2 {
            thirds[word[0] as usize] |= 1 << (word[2] & 31);
        }
        i += 1;
    }
    thirds
};

/// As [`looks_like_item`], by one byte more, of which the first two look like one.
#[inline]
pub(super) fn still_looks_like_item([first, _, third]: [u8; 3]) -> bool {
    THIRDS[usize::from(first)] >> (third & 31) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_letters_tell_items_from_most_others() {
        let looks =
            |text: &[u8; 3]| looks_like_item([text[0], text[1]]) && still_looks_like_item(*text);
        for word in
            [b"pub", b"fn ", b"fn\n", b"str", b"sta", b"mod", b"mac", b"uni", b"//!", b"\n\n\n"]
        {
            assert!(looks(word), "{word:?}");
        }
        for word in [b"mat", b"let", b"std", b"ass", b"unr", b"deb", b"if ", b"Ok("] {
            assert!(!looks(word), "{word:?}");
        }
    }
}
