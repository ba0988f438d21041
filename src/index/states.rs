//! The table of states that chunks begin in: those that a scan put there, and before them those that came from disk.
//!
//! What came from disk stays in bytes until it is asked for. States of code hold several stacks each, so making a hundred
//! thousand of them takes a tenth of a second and a hundred bytes each; a screen asks for a few, and each takes a microsecond.

use std::sync::Arc;

use crate::lang::LanguageId;
use crate::lang::code::{Segments, reading};
use crate::scan::{Mode, State};

/// States by their places.
#[derive(Clone, Debug, Default)]
pub(super) struct States {
    stored: Option<Arc<Stored>>,
    scanned: Vec<State>,
}

/// States in bytes.
#[derive(Debug)]
pub(super) struct Stored {
    language: LanguageId,
    bytes: Vec<u8>,
    /// Where each one ends.
    ends: Vec<u32>,
    segments: Arc<Segments>,
}

/// States that are looked at for one that is known already. JSON has a handful in all; those of code are nearly all
/// different, and looking at every one for each chunk would cost more than the scan.
const STATES_LOOKED_AT: usize = 16;

impl States {
    /// Those that came from disk.
    pub(super) fn of(stored: Stored) -> States {
        States { stored: Some(Arc::new(stored)), scanned: Vec::new() }
    }

    fn n_stored(&self) -> usize {
        self.stored.as_ref().map_or(0, |stored| stored.ends.len())
    }

    /// The state at a place.
    pub(super) fn get(&self, place: u32) -> Option<State> {
        let place = place as usize;
        match place.checked_sub(self.n_stored()) {
            Some(place) => self.scanned.get(place).cloned(),
            None => self.stored.as_ref()?.get(place),
        }
    }

    /// The place of a state, where it is put if it is not among the newest.
    pub(super) fn place_of(&mut self, state: &State) -> u32 {
        let newest = self.scanned.len().saturating_sub(STATES_LOOKED_AT);
        let known = self.scanned[newest..].iter().position(|known| known == state);
        let place = known.map_or(self.scanned.len(), |place| newest + place);
        if place == self.scanned.len() {
            self.scanned.push(state.clone());
        }
        u32::try_from(self.n_stored() + place).unwrap_or(u32::MAX)
    }

    /// Keeps of what was scanned the states at these places, which become their new places.
    pub(super) fn keep<'p>(&mut self, places: impl Iterator<Item = &'p mut u32>) {
        let mut kept = States { stored: self.stored.clone(), scanned: Vec::new() };
        for place in places {
            // What came from disk is kept as a whole: it is shared, and it is bounded.
            let scanned = (*place as usize).checked_sub(self.n_stored());
            if let Some(state) = scanned.and_then(|place| self.scanned.get(place)) {
                *place = kept.place_of(state);
            }
        }
        *self = kept;
    }

    /// Bytes that the states from disk take.
    pub(super) fn stored_bytes(&self) -> usize {
        let of = |it: &Arc<Stored>| it.bytes.capacity() + it.ends.capacity() * size_of::<u32>();
        self.stored.as_ref().map_or(0, of)
    }
}

impl Stored {
    /// The states in `bytes`, as [`put`] wrote them, `n` of them and no more. `None` if they are not there.
    pub(super) fn new(
        language: LanguageId,
        bytes: Vec<u8>,
        n: u32,
        segments: Segments,
    ) -> Option<Stored> {
        // Each takes a byte at least, so there are no more than that.
        let mut ends = Vec::with_capacity(bytes.len().min(n as usize));
        let mut at = 0;
        for _ in 0..n {
            let (state_bytes, rest) = postcard::take_from_bytes::<u32>(bytes.get(at..)?).ok()?;
            let end = bytes.len() - rest.len() + state_bytes as usize;
            at = (end <= bytes.len()).then_some(end)?;
            ends.push(u32::try_from(at).ok()?);
        }
        let segments = Arc::new(segments);
        (at == bytes.len()).then_some(Stored { language, bytes, ends, segments })
    }

    fn get(&self, place: usize) -> Option<State> {
        let start =
            place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        let bytes = self.bytes.get(start as usize..*self.ends.get(place)? as usize)?;
        let (_, bytes) = postcard::take_from_bytes::<u32>(bytes).ok()?;
        reading(&self.segments, || take(bytes, self.language))
    }
}

/// Appends a state: its length, its mode, and a code language's own with a 1 in front, or a 0.
pub(super) fn put(state: &State, bytes: &mut Vec<u8>) -> Option<()> {
    let mut own = postcard::to_allocvec(&state.mode).ok()?;
    own.push(u8::from(state.code.is_some()));
    if let Some(code) = &state.code {
        own.extend(code.write()?);
    }
    bytes.extend(postcard::to_allocvec(&u32::try_from(own.len()).ok()?).ok()?);
    bytes.extend(own);
    Some(())
}

/// The state that `bytes` are.
fn take(bytes: &[u8], language: LanguageId) -> Option<State> {
    let (mode, rest) = postcard::take_from_bytes::<Mode>(bytes).ok()?;
    let (code, rest) = match rest.split_first()? {
        (0, rest) => (None, rest),
        (1, rest) => {
            let (code, rest) = language.info().scanner?.read_state(rest)?;
            (Some(code), rest)
        }
        _ => return None,
    };
    rest.is_empty().then_some(State { mode, code })
}
