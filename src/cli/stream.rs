//! Streams without a screen: counted while they flow, or kept first for what goes over them several times.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use super::scan::{Task, complain};
use super::{Failure, text_of, tree};
use crate::error::Error;
use crate::explorer::EngineOptions;
use crate::lang::{LanguageId, detect};
use crate::report::escape::shown;
use crate::scan::{Account, Accountant, Surveyed};
use crate::source::ByteStream;
use crate::stream::{self, Block, Feed, SpillPlan, Spool, Verified};

/// All counts of a stream, in memory that does not grow with it.
pub(super) fn account(
    task: &Task<'_>,
    mut stream: ByteStream,
) -> Result<(Account, LanguageId), Error> {
    let mut block = Block::new(task.block_bytes());
    let mut read = |block: &mut Block, at: u64| {
        // Blocks that were asked for are as large as was asked for; else what comes is taken as it comes.
        let read = match task.streams() {
            true => block.fill(&mut stream.reader),
            false => block.read(&mut stream.reader),
        };
        read.map_err(|reason| Error::Read { at, reason })
    };
    let mut n = read(&mut block, 0)?;
    let language = task.asked_for().unwrap_or_else(|| detect(&stream.name, block.bytes()));
    let mut feed = Feed::new(task.kernel(), language);
    let mut accountant = Accountant::new(&task.job(language, 0));
    loop {
        feed.take(&mut block, n == 0, u64::MAX, |found: Surveyed, end, bytes| {
            let Ok(()) = accountant.take(&found, end, || Ok::<_, std::convert::Infallible>(bytes));
        });
        if n == 0 {
            return Ok((accountant.finish(), language));
        }
        task.advance(n as u64);
        n = read(&mut block, feed.at())?;
    }
}

/// All of a stream, kept.
pub(super) fn spooled(mut stream: ByteStream, options: &EngineOptions) -> Result<Spool, Error> {
    let (spool, trouble) = Spool::new(&options.spill);
    let mut block = Block::new(options.block_bytes);
    loop {
        let at = spool.kept().end;
        let n = block.read(&mut stream.reader).map_err(|reason| Error::Read { at, reason })?;
        if n == 0 {
            spool.complete();
            return Ok(spool);
        }
        spool.append(block.bytes());
        if spool.kept().start > 0 {
            return Err(not_kept(options, spool, trouble));
        }
    }
}

fn not_kept(options: &EngineOptions, spool: Spool, trouble: Option<String>) -> Error {
    let why =
        trouble.or(spool.spill_state().trouble).map_or(String::new(), |why| format!(": {why}"));
    let directory = match &options.spill {
        SpillPlan::In { directory, .. } => directory.clone(),
        SpillPlan::Off => "memory".into(),
    };
    let most = spool.kept().end - spool.kept().start;
    let what =
        format!("a stream of more than {most} bytes cannot be kept, and tokens need that{why}");
    Error::Spill { directory, reason: std::io::Error::other(what) }
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
    for path in files {
        let verified = task.open(&path).and_then(|(source, language)| {
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
            "{path}: {seams} seams in {bytes} bytes, {same} found alike, 0 differences"
        );
    };
    let side = |said: &Option<String>| said.clone().unwrap_or_else(|| "nothing".to_owned());
    writeln!(out, "{path}: differs at byte {} after {same} alike", it.at)?;
    writeln!(out, "  {} whole  {}", it.what, side(&it.whole))?;
    writeln!(out, "  {} cut    {}", it.what, side(&it.cut))
}
