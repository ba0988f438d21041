//! The disk tier: whole structural indexes in a directory, so that the second opening of a big file needs no pass.
//!
//! ```text
//! entry = magic, version, length and checksum of the header | header: whose index it is | index | states | findings
//! ```
//!
//! An index is asked for by the file (device, inode), the language and the chunk size, and believed only if the file is what
//! it was: the same size and time of writing, and the same bytes at head, tail and samples between. Of a file that has only
//! grown, the old part is believed likewise. What is damaged, of another version, of other scanners or of another file is
//! refused and costs a pass, nothing else. `format` is pure over bytes; [`Store`] does the reading and writing.

mod directory;
mod format;
mod sample;

pub use directory::{Entry, Listing, Recalled, Standing, Store, Subject};
pub use format::{Header, Refusal, decode, encode, header};
pub use sample::content_hash;

use std::borrow::Cow;
use std::fs::File;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::format::Part;
use super::StructuralIndex;
use crate::lang::code::{Definition, Pattern};
use crate::lang::{LanguageId, ProblemKind};
use crate::units::{ByteOffset, Depth, LineNumber};

/// What a file was when its index was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The device it lives on.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// Size in bytes.
    pub bytes: u64,
    /// When its content was last written: nanoseconds since 1970.
    pub modified_ns: i128,
}

impl From<crate::source::Identity> for Identity {
    fn from(it: crate::source::Identity) -> Self {
        let crate::source::Identity { device, inode, bytes, modified_ns } = it;
        Identity { device, inode, bytes, modified_ns }
    }
}

/// What an index was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The file.
    pub file: Identity,
    /// The hash of its content's samples, as [`content_hash`] makes it.
    pub content: u128,
    /// The language it was scanned as.
    pub language: LanguageId,
    /// Bytes of a chunk that the scan began with.
    pub chunk_bytes: u64,
}

/// Everything that the passes over a document teach.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The index.
    pub index: StructuralIndex,
    /// What the checking pass found.
    pub checked: Checked,
    /// Definitions and patterns of code.
    pub findings: WrittenFindings,
    /// How the guesses of the scan went.
    pub guesses: Guesses,
}

/// What the checking pass found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Bytes that it took: up to the first problem, or all.
    pub bytes: u64,
    /// Highest depth that it saw.
    pub depth_max: Depth,
    /// The first problem: where, in which line if that is known, and what.
    pub problem: Option<(ByteOffset, Option<LineNumber>, ProblemKind)>,
}

/// Definitions and patterns of code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings<'a> {
    /// Definitions by start.
    pub definitions: Cow<'a, [Definition]>,
    /// Patterns by start, then longest first.
    pub patterns: Cow<'a, [Pattern]>,
    /// The part of the document that they are of: from where to where.
    pub range: (ByteOffset, ByteOffset),
    /// The gathering ended because there were too many.
    pub is_full: bool,
    /// The place around which they were gathered.
    pub around: ByteOffset,
}

/// Definitions and patterns in bytes. There may be two hundred thousand, and the index is of use without them: so those of a
/// stored index stay on disk until somebody reads them.
#[derive(Clone, Debug)]
pub struct WrittenFindings(Place);

/// Where they are: on disk from a byte of an entry on.
#[derive(Clone, Debug)]
enum Place {
    Here(Vec<u8>),
    OnDisk(Arc<File>, u64, Part),
}

impl Default for WrittenFindings {
    fn default() -> Self {
        WrittenFindings(Place::Here(Vec::new()))
    }
}

impl Findings<'_> {
    /// In bytes; `None` if they cannot be written.
    #[must_use]
    pub fn write(&self) -> Option<WrittenFindings> {
        postcard::to_allocvec(self).ok().map(|bytes| WrittenFindings(Place::Here(bytes)))
    }
}

impl WrittenFindings {
    /// Out of the bytes; `None` if they are none, or are damaged.
    #[must_use]
    pub fn read(&self) -> Option<Findings<'static>> {
        let bytes = self.bytes()?;
        let (findings, rest) = postcard::take_from_bytes(&bytes).ok()?;
        rest.is_empty().then_some(findings)
    }

    fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        match &self.0 {
            Place::Here(bytes) => Some(Cow::Borrowed(bytes)),
            Place::OnDisk(entry, at, part) => part.read(&**entry, *at).ok().map(Cow::Owned),
        }
    }
}

/// How the guesses of a scan went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guesses {
    /// Bytes of a batch; 0 if no guesses were made.
    pub batch_bytes: u64,
    /// Where batches with a wrong guess began, ascending, and how many bytes were scanned again.
    pub wrong: Vec<(ByteOffset, u64)>,
}

#[cfg(test)]
mod tests;
