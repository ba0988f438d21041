//! The form of a stored index, pure over bytes.
//!
//! Nothing is read before a checksum over it was found right, and no length is believed before it was held against the
//! bytes that are there: so a damaged entry is refused, not half understood. Numbers are little-endian in front of the
//! header, variable in length behind.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use xxhash_rust::xxh3::xxh3_128;

use super::{Checked, Guesses, Identity, Key, Learned, WrittenFindings};
use crate::index::{StructuralIndex, WrittenIndex};
use crate::lang::LanguageId;
use crate::limits::STORED_HEADER_BYTES_MAX;

/// What every entry begins with.
const MAGIC: [u8; 8] = *b"warpidx\n";

/// Rises when the form changes.
const VERSION: u32 = 1;

/// Bytes in front of the header: magic, version, length of the header, checksum of all that and the header.
pub(super) const FRONT_BYTES: usize = 8 + 4 + 4 + 16;

/// A hash of the sources that decide on what an index says, made when this was built. An index of other scanners is none.
fn scanners() -> u64 {
    u64::from_str_radix(env!("WARP_TUI_SCANNERS"), 16).unwrap_or_default()
}

/// Whose index an entry holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    scanners: u64,
    /// The file when it was scanned.
    pub file: Identity,
    content: u128,
    /// Name of the language.
    pub language: String,
    /// Bytes of a chunk that the scan began with.
    pub chunk_bytes: u64,
    /// The path under which it was opened, not yet made safe for a terminal.
    pub path: Vec<u8>,
    /// Seconds since 1970 when it was stored.
    pub stored_at: u64,
    payload_bytes: u64,
    payload_sum: u128,
}

impl Header {
    /// Whether this program's scanners made the index.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.scanners == scanners()
    }

    /// Bytes of the whole entry, `header_bytes` being those of this header.
    pub(super) fn entry_bytes(&self, header_bytes: usize) -> Option<u64> {
        self.payload_bytes.checked_add((FRONT_BYTES + header_bytes) as u64)
    }

    /// Why the index is not the one asked for, if it is not. `content` is the hash over as many bytes as the file had.
    pub(super) fn check(&self, key: &Key) -> Result<(), Refusal> {
        match () {
            () if !self.is_ours() => Err(Refusal::OtherScanners),
            () if self.language != key.language.info().name => Err(Refusal::OtherRequest),
            () if self.chunk_bytes != key.chunk_bytes => Err(Refusal::OtherRequest),
            () if self.file != key.file => Err(Refusal::OtherFile),
            () if self.content != key.content => Err(Refusal::OtherContent),
            () => Ok(()),
        }
    }
}

/// Why a stored index is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It does not begin as one.
    #[error("it is no stored index")]
    NotOne,
    /// Another version of this program wrote it.
    #[error("its form is of another version")]
    OtherVersion,
    /// It is shorter or longer than it says, or a checksum is wrong.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    /// Other scanners made it: another version of this program.
    #[error("other scanners made it")]
    OtherScanners,
    /// It is for another language or chunk size.
    #[error("it is for another language or chunk size")]
    OtherRequest,
    /// It is of another file, or the file was written since.
    #[error("the file is not what it was")]
    OtherFile,
    /// The file looks the same from outside, and its content is not.
    #[error("the file's content is not what it was")]
    OtherContent,
}

/// What was learned, as it is written.
#[derive(Debug, Serialize, Deserialize)]
struct Payload<'b> {
    #[serde(borrow)]
    index: WrittenIndex<'b>,
    checked: Checked,
    guesses: Guesses,
    #[serde(borrow)]
    findings: Cow<'b, [u8]>,
}

/// An entry: what was learned of what `key` says, which was opened as `path`. `None` if it cannot be written.
#[must_use]
pub fn encode(key: &Key, path: &[u8], stored_at: u64, learned: Learned) -> Option<Vec<u8>> {
    let Learned { index, checked, findings, guesses } = learned;
    let findings = Cow::Owned(findings.0);
    let payload = Payload { index: index.to_written()?, checked, guesses, findings };
    let payload = postcard::to_allocvec(&payload).ok()?;
    let header = postcard::to_allocvec(&Header {
        scanners: scanners(),
        file: key.file,
        content: key.content,
        language: key.language.info().name.to_owned(),
        chunk_bytes: key.chunk_bytes,
        path: path.to_owned(),
        stored_at,
        payload_bytes: payload.len() as u64,
        payload_sum: xxh3_128(&payload),
    })
    .ok()
    .filter(|header| header.len() <= STORED_HEADER_BYTES_MAX)?;
    let mut entry = Vec::with_capacity(FRONT_BYTES + header.len() + payload.len());
    entry.extend(MAGIC);
    entry.extend(VERSION.to_le_bytes());
    entry.extend((header.len() as u32).to_le_bytes());
    entry.extend(front_sum(&entry, &header).to_le_bytes());
    entry.extend(header);
    entry.extend(payload);
    Some(entry)
}

fn front_sum(front: &[u8], header: &[u8]) -> u128 {
    xxh3_128(&[front, header].concat())
}

/// The header at the start of `bytes`, and how many bytes it takes. What comes behind it may be missing.
///
/// # Errors
/// Why it is not believed.
pub fn header(bytes: &[u8]) -> Result<(Header, usize), Refusal> {
    let (magic, rest) = bytes.split_first_chunk::<8>().ok_or(Refusal::NotOne)?;
    if *magic != MAGIC {
        return Err(Refusal::NotOne);
    }
    let cut = Refusal::Damaged("it is cut");
    let (version, rest) = rest.split_first_chunk().ok_or(cut)?;
    if u32::from_le_bytes(*version) != VERSION {
        return Err(Refusal::OtherVersion);
    }
    let (header_bytes, rest) = rest.split_first_chunk().ok_or(cut)?;
    let (sum, rest) = rest.split_first_chunk().ok_or(cut)?;
    let header_bytes = u32::from_le_bytes(*header_bytes) as usize;
    let header = rest.get(..header_bytes).ok_or(cut)?;
    if front_sum(&bytes[..16], header) != u128::from_le_bytes(*sum) {
        return Err(Refusal::Damaged("the header's checksum is wrong"));
    }
    let header = postcard::from_bytes(header);
    header.map(|it| (it, header_bytes)).map_err(|_| Refusal::Damaged("the header says nothing"))
}

/// What was learned of what `key` says, from a whole entry.
///
/// # Errors
/// Why it is not believed.
pub fn decode(bytes: &[u8], key: &Key) -> Result<Learned, Refusal> {
    let (header, header_bytes) = header(bytes)?;
    header.check(key)?;
    if header.entry_bytes(header_bytes) != Some(bytes.len() as u64) {
        return Err(Refusal::Damaged("its length is not what it says"));
    }
    let payload = &bytes[FRONT_BYTES + header_bytes..];
    if xxh3_128(payload) != header.payload_sum {
        return Err(Refusal::Damaged("its checksum is wrong"));
    }
    understand(payload, key.language, key.chunk_bytes, key.file.bytes)
        .ok_or(Refusal::Damaged("what it says cannot be"))
}

/// What was learned, from a payload whose checksum is right.
pub(super) fn understand(
    payload: &[u8],
    language: LanguageId,
    chunk_bytes: u64,
    bytes: u64,
) -> Option<Learned> {
    let (payload, rest) = postcard::take_from_bytes::<Payload<'_>>(payload).ok()?;
    let Payload { index, checked, guesses, findings } = payload;
    let findings = WrittenFindings(findings.into_owned());
    let index = StructuralIndex::from_written(index, language, chunk_bytes, bytes)?;
    let is_true = rest.is_empty()
        && checked.bytes <= bytes
        && checked.problem.is_none_or(|(at, ..)| at <= bytes)
        && guesses.wrong.is_sorted_by(|a, b| a.0 < b.0);
    is_true.then_some(Learned { index, checked, findings, guesses })
}
