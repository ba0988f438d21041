//! JSON's patterns. Which keys an object had before is known only to whoever has read it from its begin, so these are gathered from the
//! document's begin on, and not around the cursor.

use std::convert::Infallible;

use super::Gatherer;
use crate::explorer::opened::Opened;
use crate::explorer::shared::Shared;
use crate::lang::json::Patterns;
use crate::limits::{CHUNK_BYTES, JSON_FLOWING_BYTES_MAX, JSON_GATHERED_BYTES_MAX};
use crate::scan::{State, detail};

/// Gathers the patterns of JSON. Whether all was read that was to be.
pub(super) fn gather(shared: &Shared, opened: &Opened) -> bool {
    // Of a window over a stream nobody knows what stood before it.
    if opened.first_byte() > 0 {
        return true;
    }
    // What flows is gathered again whenever it pauses.
    let is_complete = opened.source.is_complete();
    let bytes_max = if is_complete { JSON_GATHERED_BYTES_MAX } else { JSON_FLOWING_BYTES_MAX };
    let (mut patterns, mut state) = (Patterns::default(), State::default());
    let mut found = Vec::new();
    let mut gatherer = Gatherer::default();
    let (mut end, mut is_full) = (0, false);
    while end < opened.bytes() && !is_full {
        if !shared.wanted(opened.era) {
            return false;
        }
        shared.give_way.look_and_pass();
        // The index's chunks grow with the document, and what is laid open must not.
        let to = (end + CHUNK_BYTES as u64).min(opened.bytes());
        let Ok(bytes) = opened.reader.bytes(end..to) else { break };
        if bytes.is_empty() {
            break;
        }
        let laid_open = detail(shared.options().kernel, opened.language, &state, &bytes);
        let tell = |pattern| {
            found.push(pattern);
            Ok::<_, Infallible>(())
        };
        let Ok(()) = patterns.take(end, &bytes, &laid_open, tell);
        (state, end) = (laid_open.end, end + bytes.len() as u64);
        is_full = !gatherer.take_patterns(&mut found) || (end >= bytes_max && end < opened.bytes());
    }
    let is_at_end = end == opened.bytes();
    if is_at_end {
        let Ok(()) = patterns.finish(end, |pattern| {
            found.push(pattern);
            Ok::<_, Infallible>(())
        });
        gatherer.take_patterns(&mut found);
    }
    if shared.wanted(opened.era) {
        opened.gather(gatherer.finish(0..end, is_full, 0));
        shared.publish();
    }
    is_at_end || is_full
}
