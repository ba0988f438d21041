//! Streams without a screen: counted while they flow, or kept first for what goes over them several times.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread::current;

use anyhow::Context;
use serde_json::json;

use super::scan::{Task, complain};
use super::turns::by_turns;
use super::{Failure, text_of, tree};
use crate::error::Error;
use crate::explorer::EngineOptions;
use crate::lang::LanguageId;
use crate::limits::{BLOCK_BYTES, SECOND_THREAD_BYTES_MIN};
use crate::report::escape::shown;
use crate::scan::{Account, Accountant, WithoutCharacters};
use crate::simd::{KernelId, Utf8Part};
use crate::source::{ByteStream, ReadAt};
use crate::stream::{self, Ahead, Block, Feed, Headed, Scout, SpillPlan, Spool, Verified};
use crate::units::{ByteOffset, counted};

/// All counts of a stream, in memory that does not grow with it. While one thread scans another one reads, if there is one to spare.
pub(super) fn account(task: &Task<'_>, stream: ByteStream) -> Result<(Account, LanguageId), Error> {
    let ByteStream { name, reader, .. } = stream;
    let mut reader = Headed::new(reader);
    let language = match task.asked_for() {
        Some(language) => language,
        None => reader.language(&name).map_err(|reason| Error::read(reader.looked_at(), reason))?,
    };
    // What is to be cut is read in full; else what comes is taken as it comes.
    let fills = task.streams();
    let room = if fills { room_for(task.block_bytes(), BLOCK_BYTES) } else { task.block_bytes() };
    let mut at = 0;
    let mut read = move |block: &mut Block| {
        let read = if fills { block.fill(&mut reader) } else { block.read(&mut reader) };
        at += block.bytes().len() as u64;
        read.map_err(|reason| Error::read(at, reason))
    };
    let mut block = Block::new(room);
    read(&mut block)?;
    let ahead = task.threads() > 1;
    Ok((count(task, language, block, (read, ahead), |n| task.advance(n))?, language))
}

/// All counts of a file, cut into blocks as it was asked for.
pub(super) fn account_of_file(
    task: &Task<'_>,
    source: &dyn ReadAt,
    language: LanguageId,
) -> Result<Account, Error> {
    let expected = source.bytes();
    let mut in_order = InOrder { source, at: 0, end: expected };
    let mut read = move |block: &mut Block| {
        let at = in_order.at;
        let filled = block.fill(&mut in_order);
        match filled.map_err(|reason| Error::read(in_order.at, reason))? {
            0 if at < expected => Err(Error::Truncated { at, expected }),
            n => Ok(n),
        }
    };
    let ahead = task.threads() > 1 && expected > SECOND_THREAD_BYTES_MIN;
    let mut block = Block::new(room_for(task.block_bytes(), BLOCK_BYTES));
    read(&mut block)?;
    count(task, language, block, (read, ahead), |n| task.done(n))
}

/// Room for a read of so many bytes at least, and of whole blocks.
fn room_for(block_bytes: usize, least: usize) -> usize {
    block_bytes * least.div_ceil(block_bytes)
}

/// A source from the front to where it ended when it was opened.
struct InOrder<'a> {
    source: &'a dyn ReadAt,
    at: ByteOffset,
    end: ByteOffset,
}

impl Read for InOrder<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let most = left.min(buffer.len());
        let n = self.source.read_at(self.at, &mut buffer[..most])?;
        self.at += n as u64;
        Ok(n)
    }
}

/// Counts `block` and what `read` brings after it, until it brings nothing; `ahead`: a second thread does
/// one while the first does the other. Tells `done` of each read's bytes.
fn count(
    task: &Task<'_>,
    language: LanguageId,
    mut block: Block,
    (mut read, ahead): (impl FnMut(&mut Block) -> Result<usize, Error> + Send, bool),
    done: impl Fn(u64) + Sync,
) -> Result<Account, Error> {
    let cut = if task.streams() { task.block_bytes() as u64 } else { u64::MAX };
    let mut feed = Feed::new(task.kernel(), language);
    let mut accountant = Accountant::new(&task.job(language, 0));
    let kernel = task.kernel();
    let from = block.bytes().len() as u64;
    let scanners = Mutex::new(HashSet::from([current().id()]));
    let mut take = |block: &mut Block, Seen { characters, scanned }: Seen| {
        let last = block.bytes().is_empty();
        done(block.bytes().len() as u64);
        let mut seen = characters.into_iter();
        feed.take_scanned(block, scanned, last, cut, |found: WithoutCharacters, end, bytes| {
            let characters = seen.next().unwrap_or_else(|| Utf8Part::of(kernel, bytes));
            let found = found.with(characters);
            let Ok(()) = accountant.take(&found, end, || Ok::<_, std::convert::Infallible>(bytes));
        });
        !last
    };
    if !ahead {
        while take(&mut block, Seen::default()) {
            read(&mut block)?;
        }
    } else if take(&mut block, Seen::default()) {
        let scout = Scout::new(kernel, language);
        let look = |block: &Block, at| {
            let (bytes, at) = (block.bytes(), from + at);
            if cut < LOOKED_AT_AHEAD_MIN || bytes.is_empty() {
                return Seen::default();
            }
            let characters = characters(kernel, bytes, at, cut);
            let scanned = scout.as_ref().map(|scout| scout.scan(bytes, at, cut));
            if scanned.is_some() {
                scanners.lock().unwrap_or_else(PoisonError::into_inner).insert(current().id());
            }
            Seen { characters, scanned }
        };
        by_turns(block.room(), read, look, take)?;
    }
    let scanners = scanners.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Account { threads: scanners.len(), ..accountant.finish() })
}

/// What was seen of a block before its turn, cut as it is to be cut.
#[derive(Default)]
struct Seen {
    characters: Vec<Utf8Part>,
    /// The rest of its account, if its start state could be guessed.
    scanned: Option<Ahead<WithoutCharacters>>,
}

/// The characters of bytes from `at` on, cut at multiples of `cut`, piece by piece.
fn characters(kernel: KernelId, mut bytes: &[u8], at: ByteOffset, cut: u64) -> Vec<Utf8Part> {
    let mut pieces = Vec::new();
    let mut to_cut = cut - at % cut;
    while !bytes.is_empty() {
        let n = usize::try_from(to_cut).unwrap_or(usize::MAX).min(bytes.len());
        let (piece, rest) = bytes.split_at(n);
        pieces.push(Utf8Part::of(kernel, piece));
        (bytes, to_cut) = (rest, cut);
    }
    pieces
}

/// Bytes of the least pieces that are worth a look before their turn.
const LOOKED_AT_AHEAD_MIN: u64 = 1024;

/// All of a stream, kept.
pub(super) fn spooled(mut stream: ByteStream, options: &EngineOptions) -> Result<Spool, Error> {
    let (spool, trouble) = Spool::new(&options.spill);
    let mut block = Block::new(options.block_bytes);
    loop {
        let at = spool.kept().end;
        let n = block.read(&mut stream.reader).map_err(|reason| Error::read(at, reason))?;
        if n == 0 {
            spool.complete();
            return Ok(spool);
        }
        spool.append(block.bytes());
        if spool.kept().start > 0 {
            return Err(not_kept(options, stream.name, &spool, trouble));
        }
    }
}

/// Why not all of a stream was kept, and what to do about it.
fn not_kept(
    options: &EngineOptions,
    name: PathBuf,
    spool: &Spool,
    trouble: Option<String>,
) -> Error {
    let most = spool.kept().end - spool.kept().start;
    let what = format!("a stream of more than {most} bytes, which is read more than once,");
    let refused = |why: String| {
        let what = format!("{what} cannot be kept {why}");
        Error::NotReadable { path: name, what }
    };
    let SpillPlan::In { directory, limit } = &options.spill else {
        return refused("with --spill off: leave that out, or name a directory".to_owned());
    };
    match (trouble.or(spool.spill_state().trouble), limit) {
        (Some(why), _) => {
            let reason = std::io::Error::other(format!("{why}; {what} must be kept there"));
            Error::Spill { directory: directory.clone(), reason }
        }
        (None, Some(limit)) => {
            refused(format!("with --spill-limit {limit}: allow more, or leave that out"))
        }
        (None, None) => {
            let directory = directory.display();
            refused(format!("in {directory}: free some room, or name another one with --spill"))
        }
    }
}

/// Compares each file, cut as asked for, with the whole; 1 if one differs or cannot be read.
pub(super) fn verify(
    task: &Task<'_>,
    named: &[&PathBuf],
    format: &str,
    out: &mut dyn Write,
) -> Result<u8, Failure> {
    let (files, mut failed, _) = tree::files(task, named);
    let mut differ = false;
    for (path, found) in files {
        let verified = task.open(&path, found).and_then(|(source, language)| {
            let (kernel, block) = (task.kernel(), task.block_bytes());
            stream::verify(&*source, language, kernel, block, |_| true)
        });
        match verified {
            Ok(verified) => {
                differ |= verified.difference.is_some();
                let path = text_of(&path);
                tell_verified(&path, task.block_bytes(), &verified, format, out)
                    .context("standard output")?;
            }
            Err(error) => failed.push((path, error)),
        }
    }
    let failed = complain(failed.iter().map(|(path, error)| (path, error)));
    Ok(u8::from(failed || differ))
}

fn tell_verified(
    path: &str,
    block: usize,
    verified: &Verified,
    format: &str,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let Verified { bytes, seams, same, difference, .. } = verified;
    if format != "text" {
        let difference = difference
            .as_ref()
            .map(|it| json!({"what": it.what, "at": it.at, "whole": it.whole, "cut": it.cut}));
        let line = json!({"path": path, "block": block, "bytes": bytes, "seams": seams, "same": same,
            "ok": difference.is_none(), "difference": difference});
        return writeln!(out, "{line}");
    }
    let path = shown(path);
    let Some(it) = difference else {
        return writeln!(
            out,
            "{path}: {} in {}, {same} found alike, 0 differences",
            counted(*seams, "seam"),
            counted(*bytes, "byte")
        );
    };
    let side = |said: &Option<String>| said.clone().unwrap_or_else(|| "nothing".to_owned());
    writeln!(out, "{path}: differs at byte {} after {same} alike", it.at)?;
    writeln!(out, "  {} whole  {}", it.what, side(&it.whole))?;
    writeln!(out, "  {} cut    {}", it.what, side(&it.cut))
}
