//! What a person copies: bytes as they stand in the document, up to [`COPY_BYTES_MAX`].

use std::ops::Range;

use super::navigate::Navigator;
use super::opened::Opened;
use super::query::with_navigator;
use super::request::CopyWhat;
use crate::error::Error;
use crate::lang::LanguageId;
use crate::limits::COPY_BYTES_MAX;
use crate::units::ByteOffset;

/// The bytes, or a sentence that says why there are none.
type Copied = Result<Result<Vec<u8>, String>, Error>;

/// What stands at `at`.
///
/// # Errors
/// If the document cannot be read.
pub(super) fn copy(opened: &Opened, at: ByteOffset, what: CopyWhat) -> Copied {
    match what {
        CopyWhat::Line => line(opened, at),
        CopyWhat::Value if opened.language == LanguageId::Text => {
            Ok(Err("text has no values; lines can be copied".to_owned()))
        }
        CopyWhat::Value => value(opened, at),
    }
}

fn too_long(what: &str) -> String {
    format!("{what} has more than {} KiB, which are copied at most", COPY_BYTES_MAX >> 10)
}

/// The line that `at` lies in, without its line break.
fn line(opened: &Opened, at: ByteOffset) -> Copied {
    let max = COPY_BYTES_MAX as u64;
    let kept = opened.first_byte();
    let begin = at.saturating_sub(max).max(kept);
    let before = opened.reader.bytes(begin..at)?;
    let start = match memchr::memrchr(b'\n', &before) {
        Some(line_break) => begin + line_break as u64 + 1,
        None if begin == 0 => 0,
        None if begin == kept => {
            return Ok(Err("the line began before what is kept of the stream".to_owned()));
        }
        None => return Ok(Err(too_long("the line"))),
    };
    let mut bytes = opened.reader.bytes(start..start + max + 1)?;
    match memchr::memchr(b'\n', &bytes) {
        Some(line_break) => bytes.truncate(line_break),
        None if bytes.len() as u64 > max => return Ok(Err(too_long("the line"))),
        None => {}
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    Ok(Ok(bytes))
}

/// The brackets at `at` with all between them. Where none stand: of JSON the member's value, of code the innermost level.
fn value(opened: &Opened, at: ByteOffset) -> Copied {
    with_navigator(opened, |navigator| {
        if at >= navigator.index.bytes() && !navigator.complete {
            return Ok(Err("not scanned up to here yet".to_owned()));
        }
        let range = match pair_at(navigator, at)? {
            Some(range) => Some(range),
            None if opened.language.info().scanner.is_none() => member(navigator, at)?,
            None => level_around(navigator, at)?,
        };
        let Some(range) = range else { return Ok(Err("nothing to copy here".to_owned())) };
        if range.end - range.start > COPY_BYTES_MAX as u64 {
            return Ok(Err(too_long("the value")));
        }
        opened.reader.bytes(range).map(Ok)
    })
}

/// The brackets of which one stands at `at`.
fn pair_at(navigator: &Navigator<'_>, at: ByteOffset) -> Result<Option<Range<ByteOffset>>, Error> {
    let Some(found) = navigator.structural_at(at)? else { return Ok(None) };
    let partner = navigator.matching(at)?;
    let (open, close) = if found.opens() { (Some(at), partner) } else { (partner, Some(at)) };
    open.zip(close).map(|(open, close)| levels(navigator, open, close)).transpose()
}

/// The value of JSON's member at `at`.
fn member(navigator: &Navigator<'_>, at: ByteOffset) -> Result<Option<Range<ByteOffset>>, Error> {
    let container = navigator.container_at(at)?;
    let index = navigator.member_index(container, at)?;
    let Some(start) = navigator.nth_member(container, index)? else { return Ok(None) };
    let value = navigator.value_at(container, start)?;
    let Some(inner) = navigator.container_of(Some(value))? else {
        return navigator.scalar_end(value, COPY_BYTES_MAX).map(|end| Some(value..end));
    };
    let close = navigator.close_of(inner)?;
    close.map(|close| levels(navigator, value, close)).transpose()
}

/// The innermost level of code around `at`.
fn level_around(
    navigator: &Navigator<'_>,
    at: ByteOffset,
) -> Result<Option<Range<ByteOffset>>, Error> {
    let container = navigator.container_at(at)?;
    let close = navigator.close_of(container)?;
    container.open.zip(close).map(|(open, close)| levels(navigator, open, close)).transpose()
}

/// A level with what closes it: a bracket, the word `end`; no line break.
fn levels(
    navigator: &Navigator<'_>,
    open: ByteOffset,
    close: ByteOffset,
) -> Result<Range<ByteOffset>, Error> {
    let closer = navigator.reader.bytes(close..close + b"end".len() as u64)?;
    let length = match closer.first() {
        Some(b'\n' | b'\r') => 0,
        Some(b'e') if closer == b"end" => 3,
        _ => closer.len().min(1),
    };
    Ok(open..close + length as u64)
}
