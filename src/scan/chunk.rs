//! One chunk, one start state: its summary, or its detail. The only place that goes from a language's name to its code.

use super::{Detail, State, Summary, Surveyed, survey};
use crate::lang::{LanguageId, json};
use crate::simd::KernelId;

/// What scanning a chunk gives: the driver and the stitcher do not care which.
pub trait Scanned: Send + Sized + 'static {
    /// Scans `bytes` from `start`; also gives the state after them.
    fn scan(kernel: KernelId, language: LanguageId, start: &State, bytes: &[u8]) -> (Self, State);

    /// Bytes scanned.
    fn bytes(&self) -> u64;
}

impl Scanned for Summary {
    fn scan(kernel: KernelId, language: LanguageId, start: &State, bytes: &[u8]) -> (Self, State) {
        summarize(kernel, language, start, bytes)
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Scanned for Surveyed {
    fn scan(kernel: KernelId, language: LanguageId, start: &State, bytes: &[u8]) -> (Self, State) {
        let (summary, _) = summarize(kernel, language, start, bytes);
        let (survey, end) = survey(kernel, language, start, bytes);
        (Surveyed { summary, survey }, end)
    }

    fn bytes(&self) -> u64 {
        self.summary.bytes
    }
}

/// What `bytes` add, scanned from `start`, and the state after them.
#[must_use]
pub fn summarize(
    kernel: KernelId,
    language: LanguageId,
    start: &State,
    bytes: &[u8],
) -> (Summary, State) {
    match language {
        LanguageId::Json => json::summarize(kernel, start, bytes),
        LanguageId::Text => (text(bytes), start.clone()),
    }
}

/// Everything inside `bytes`, scanned from `start`. For up to 4 GiB of bytes.
#[must_use]
pub fn detail(kernel: KernelId, language: LanguageId, start: &State, bytes: &[u8]) -> Detail {
    debug_assert!(u32::try_from(bytes.len()).is_ok(), "positions in a detail are 32 bits wide");
    match language {
        LanguageId::Json => json::detail(kernel, start, bytes),
        LanguageId::Text => Detail {
            bytes: bytes.len() as u32,
            structurals: Vec::new(),
            spans: Vec::new(),
            end: start.clone(),
        },
    }
}

/// Appends the positions of the structural characters of `bytes` alone, scanned from `start`; returns the state after
/// them. This is the work of simdjson's stage 1.
pub fn structurals(
    kernel: KernelId,
    language: LanguageId,
    start: &State,
    bytes: &[u8],
    out: &mut Vec<u32>,
) -> State {
    match language {
        LanguageId::Json => json::structurals(kernel, start, bytes, out),
        LanguageId::Text => start.clone(),
    }
}

/// Text has lines and nothing else.
fn text(bytes: &[u8]) -> Summary {
    let line_breaks = memchr::memchr_iter(b'\n', bytes).count() as u64;
    Summary { bytes: bytes.len() as u64, line_breaks, ..Summary::default() }
}
