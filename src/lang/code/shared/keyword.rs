//! Keywords as numbers: a word of up to eight bytes is loaded at once and looked up in a table in which no two keywords
//! meet, instead of being compared with one keyword after the other.

/// Slots of a table.
pub(crate) const SLOTS: usize = 1 << SLOTS_BITS;
const SLOTS_BITS: u32 = 9;

/// Bytes of the longest word that is a number.
pub(crate) const BYTES_MAX: usize = 8;

/// By slot: a keyword and its bytes as a number.
pub(crate) type Table<W> = [(W, u64); SLOTS];

/// Up to eight bytes as a number, the first one lowest.
pub(crate) const fn key(bytes: &[u8]) -> u64 {
    let mut key = 0;
    let mut i = 0;
    while i < bytes.len() {
        key |= (bytes[i] as u64) << (8 * i);
        i += 1;
    }
    key
}

/// As [`key`], by loads that overlap instead of byte by byte.
#[inline]
pub(crate) fn load(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    if let (Some(head), Some(tail)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let (head, tail) = (u32::from_le_bytes(*head), u32::from_le_bytes(*tail));
        return u64::from(head) | u64::from(tail) << (8 * (n - 4));
    }
    match *bytes {
        [] => 0,
        [a] => u64::from(a),
        [a, b] => u64::from(a) | u64::from(b) << 8,
        _ => u64::from(bytes[0]) | u64::from(bytes[1]) << 8 | u64::from(bytes[2]) << 16,
    }
}

/// Where a keyword lies. `spread`: a number for which no two keywords fall into one slot, found by trying.
#[inline]
pub(crate) const fn slot(key: u64, spread: u64) -> usize {
    (key.wrapping_mul(spread) >> (64 - SLOTS_BITS)) as usize
}
