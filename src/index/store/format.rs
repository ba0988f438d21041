//! The form of a stored index, pure over bytes.
//!
//! What was learned follows the header in three parts: the index, the states that its chunks begin in, which stay the bytes
//! that they are, and what was found, which is read when it is asked for. Each part is read by itself, so that memory holds
//! none of it twice: touching fresh memory costs more than all else here.
//!
//! Nothing is understood before a checksum over it was found right, and no length is believed before it was held against the
//! bytes that are there: so a damaged entry is refused, not half understood. Numbers are little-endian in front of the
//! header, variable in length behind.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use xxhash_rust::xxh3::xxh3_128;

use super::{Checked, Guesses, Identity, Key, Learned, Place, WrittenFindings};
use crate::index::{StructuralIndex, WrittenIndex};
use crate::lang::LanguageId;
use crate::limits::STORED_HEADER_BYTES_MAX;

/// What every entry begins with.
const MAGIC: [u8; 8] = *b"warpidx\n";

/// Rises when the form changes, or what is found in the same bytes.
const VERSION: u32 = 5;

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
    /// Index, states, findings.
    parts: [Part; 3],
}

/// A part of what an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    bytes: u64,
    sum: u128,
}

/// What can be read at places: an entry on disk, or in memory.
pub(super) trait ReadExact {
    /// Fills `buffer` with what stands at `at`.
    fn read_exact(&self, at: u64, buffer: &mut [u8]) -> io::Result<()>;
}

impl ReadExact for File {
    fn read_exact(&self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.read_exact_at(buffer, at)
    }
}

impl ReadExact for [u8] {
    fn read_exact(&self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        let bytes = usize::try_from(at).ok().and_then(|at| self.get(at..)?.get(..buffer.len()));
        buffer.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

impl Part {
    fn of(bytes: &[u8]) -> Part {
        Part { bytes: bytes.len() as u64, sum: xxh3_128(bytes) }
    }

    /// The part that begins at `at` of an entry. The entry's length was held against [`Header::entry_bytes`].
    pub(super) fn read(
        &self,
        entry: &(impl ReadExact + ?Sized),
        at: u64,
    ) -> Result<Vec<u8>, Refusal> {
        let mut bytes = vec![0; self.bytes as usize];
        entry.read_exact(at, &mut bytes).map_err(|_| CUT)?;
        match xxh3_128(&bytes) == self.sum {
            true => Ok(bytes),
            false => Err(Refusal::Damaged("a checksum is wrong")),
        }
    }
}

impl Header {
    /// Whether this program's scanners made the index.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.scanners == scanners()
    }

    /// Bytes of the whole entry, `header_bytes` being those of this header.
    pub(super) fn entry_bytes(&self, header_bytes: usize) -> Option<u64> {
        let front = (FRONT_BYTES + header_bytes) as u64;
        self.parts.iter().try_fold(front, |sum, part| sum.checked_add(part.bytes))
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

/// What is read before a document counts as indexed, but for the states.
#[derive(Debug, Serialize, Deserialize)]
struct Indexed<'b> {
    #[serde(borrow)]
    index: WrittenIndex<'b>,
    checked: Checked,
    guesses: Guesses,
}

/// An entry: what was learned of what `key` says, which was opened as `path`. `None` if it cannot be written.
#[must_use]
pub fn encode(key: &Key, path: &[u8], stored_at: u64, mut learned: Learned) -> Option<Vec<u8>> {
    let findings = std::mem::take(&mut learned.findings);
    let findings = findings.bytes()?;
    let (indexed, states) = indexed(learned)?;
    let parts: [&[u8]; 3] = [&indexed, &states, &findings];
    let header = postcard::to_allocvec(&Header {
        scanners: scanners(),
        file: key.file,
        content: key.content,
        language: key.language.info().name.to_owned(),
        chunk_bytes: key.chunk_bytes,
        path: path.to_owned(),
        stored_at,
        parts: parts.map(Part::of),
    })
    .ok()
    .filter(|header| header.len() <= STORED_HEADER_BYTES_MAX)?;
    let n_bytes = FRONT_BYTES + header.len() + parts.iter().map(|part| part.len()).sum::<usize>();
    let mut entry = Vec::with_capacity(n_bytes);
    entry.extend(MAGIC);
    entry.extend(VERSION.to_le_bytes());
    entry.extend((header.len() as u32).to_le_bytes());
    entry.extend(front_sum(&entry, &header).to_le_bytes());
    entry.extend(header);
    parts.iter().for_each(|part| entry.extend_from_slice(part));
    Some(entry)
}

/// Why an entry that ends early is refused.
const CUT: Refusal = Refusal::Damaged("it is cut");

/// The first two parts of what was learned.
pub(super) fn indexed(learned: Learned) -> Option<(Vec<u8>, Vec<u8>)> {
    let Learned { index, checked, guesses, .. } = learned;
    let (index, states) = index.to_written()?;
    let indexed = postcard::to_allocvec(&Indexed { index, checked, guesses }).ok()?;
    Some((indexed, states))
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
    let (version, rest) = rest.split_first_chunk().ok_or(CUT)?;
    if u32::from_le_bytes(*version) != VERSION {
        return Err(Refusal::OtherVersion);
    }
    let (header_bytes, rest) = rest.split_first_chunk().ok_or(CUT)?;
    let (sum, rest) = rest.split_first_chunk().ok_or(CUT)?;
    let header_bytes = u32::from_le_bytes(*header_bytes) as usize;
    let header = rest.get(..header_bytes).ok_or(CUT)?;
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
pub fn decode(entry: &[u8], key: &Key) -> Result<Learned, Refusal> {
    let (header, header_bytes) = header(entry)?;
    let (learned, findings_at) = open(entry, entry.len() as u64, &header, header_bytes, key)?;
    let findings = header.parts[2].read(entry, findings_at)?;
    Ok(Learned { findings: WrittenFindings(Place::Here(findings)), ..learned })
}

/// As [`decode`], out of a file of `bytes` bytes that begins with this header, where the findings stay.
pub(super) fn decode_file(
    entry: &Arc<File>,
    bytes: u64,
    header: &Header,
    header_bytes: usize,
    key: &Key,
) -> Result<Learned, Refusal> {
    let (learned, findings_at) = open(&**entry, bytes, header, header_bytes, key)?;
    let place = Place::OnDisk(Arc::clone(entry), findings_at, header.parts[2]);
    Ok(Learned { findings: WrittenFindings(place), ..learned })
}

/// Everything but the findings, and where these begin.
fn open(
    entry: &(impl ReadExact + ?Sized),
    bytes: u64,
    header: &Header,
    header_bytes: usize,
    key: &Key,
) -> Result<(Learned, u64), Refusal> {
    header.check(key)?;
    if header.entry_bytes(header_bytes) != Some(bytes) {
        return Err(Refusal::Damaged("its length is not what it says"));
    }
    let [indexed, states, _] = header.parts;
    let at = (FRONT_BYTES + header_bytes) as u64;
    let (states_at, findings_at) = (at + indexed.bytes, at + indexed.bytes + states.bytes);
    let (indexed, states) = (indexed.read(entry, at)?, states.read(entry, states_at)?);
    let learned = understand(&indexed, states, key.language, key.chunk_bytes, key.file.bytes);
    learned.map(|it| (it, findings_at)).ok_or(Refusal::Damaged("what it says cannot be"))
}

/// What was learned, from parts whose checksums are right.
pub(super) fn understand(
    indexed: &[u8],
    states: Vec<u8>,
    language: LanguageId,
    chunk_bytes: u64,
    bytes: u64,
) -> Option<Learned> {
    let (indexed, rest) = postcard::take_from_bytes::<Indexed<'_>>(indexed).ok()?;
    let Indexed { index, checked, guesses } = indexed;
    let index = StructuralIndex::from_written(index, states, language, chunk_bytes, bytes)?;
    let is_true = rest.is_empty()
        && checked.bytes <= bytes
        && checked.problem.is_none_or(|(at, ..)| at <= bytes)
        && guesses.wrong.is_sorted_by(|a, b| a.0 < b.0);
    let findings = WrittenFindings::default();
    is_true.then_some(Learned { index, checked, findings, guesses })
}
