//! Scanners and their states without their types, so that the engine above knows one sort of each.

use std::any::Any;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use super::likeness::Surroundings;
use super::stops::{Guessed, Stops, scan_again, scan_in_stops};
use super::{
    Carried, CodeLanguage, Counts, Definition, INNERMOST_MAX, Landmark, Likeness, Piece, Renaming,
    Tokens, advance, tokens_cut,
};
use crate::lang::SpanKind;
use crate::limits::DEFINITIONS_AROUND_MAX;
use crate::simd::KernelId;
use crate::units::ByteOffset;

/// A code language's state at a cut, whatever the language. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CodeState(Arc<dyn AnyState>);

/// What is asked of a state whose type is not known.
trait AnyState: Any + Debug + Send + Sync {
    fn same(&self, other: &dyn AnyState) -> bool;
    fn hash_into(&self, hasher: &mut dyn Hasher);
    fn mode_name(&self) -> &'static str;
    fn pending(&self) -> u32;
    fn likeness(&self, other: &dyn AnyState, near: ByteOffset) -> Option<Likeness>;
    fn carried_over(&self, likeness: &Likeness) -> Option<CodeState>;
    fn n_open(&self) -> usize;
    fn open_definitions(&self) -> Vec<Definition>;
    fn pending_heredocs(&self) -> usize;
    fn open_span(&self) -> Option<(ByteOffset, SpanKind)>;
    fn write(&self) -> Option<Vec<u8>>;
    fn as_any(&self) -> &dyn Any;
}

/// The state of language `L`, with what to ask it.
#[derive(Debug)]
struct Typed<L: CodeLanguage>(Carried<L::State>, PhantomData<fn() -> L>);

impl<L: CodeLanguage + 'static + Debug> AnyState for Typed<L> {
    fn same(&self, other: &dyn AnyState) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| other.0 == self.0)
    }

    fn hash_into(&self, mut hasher: &mut dyn Hasher) {
        self.0.hash(&mut hasher);
    }

    fn mode_name(&self) -> &'static str {
        L::mode_name(&self.0.state)
    }

    fn pending(&self) -> u32 {
        self.0.pending
    }

    fn likeness(&self, other: &dyn AnyState, near: ByteOffset) -> Option<Likeness> {
        likeness::<L>(&self.0, &other.as_any().downcast_ref::<Self>()?.0, near)
    }

    fn carried_over(&self, likeness: &Likeness) -> Option<CodeState> {
        carried_over::<L>(&self.0, likeness).map(erased::<L>)
    }

    fn n_open(&self) -> usize {
        L::n_open(&self.0.state)
    }

    fn open_definitions(&self) -> Vec<Definition> {
        let named = L::open_definitions(&self.0.state).filter(|it| it.name.0 < it.name.1);
        let mut open: Vec<Definition> = named.take(DEFINITIONS_AROUND_MAX).collect();
        open.reverse();
        open
    }

    fn pending_heredocs(&self) -> usize {
        L::pending_heredocs(&self.0.state)
    }

    fn open_span(&self) -> Option<(ByteOffset, SpanKind)> {
        L::open_span(&self.0.state)
    }

    fn write(&self) -> Option<Vec<u8>> {
        postcard::to_allocvec(&self.0).ok()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl PartialEq for CodeState {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.same(&*other.0)
    }
}

impl Eq for CodeState {}

impl Hash for CodeState {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.hash_into(hasher);
    }
}

impl CodeState {
    /// The mode, for a person.
    #[must_use]
    pub fn mode_name(&self) -> &'static str {
        self.0.mode_name()
    }

    /// Bytes before the cut that the state does not take account of yet.
    #[must_use]
    pub fn pending(&self) -> u32 {
        self.0.pending()
    }

    /// How this state, which was guessed, is like the true one, if a scan from it may tell of one from that. Places before `near`
    /// are far.
    #[must_use]
    pub fn likeness(&self, truth: &CodeState, near: ByteOffset) -> Option<Likeness> {
        self.0.likeness(&*truth.0, near)
    }

    /// Where a scan from the true state ends, if one from the guessed state ends in this one; `None` if the likeness of the two
    /// does not tell.
    #[must_use]
    pub fn carried_over(&self, likeness: &Likeness) -> Option<CodeState> {
        self.0.carried_over(likeness)
    }

    /// How many brackets, blocks and the like it is inside of.
    #[must_use]
    pub fn n_open(&self) -> usize {
        self.0.n_open()
    }

    /// The definitions that it is inside of and whose names are known, outermost first; of very many the innermost ones.
    #[must_use]
    pub fn open_definitions(&self) -> Vec<Definition> {
        self.0.open_definitions()
    }

    /// Heredocs that were announced and whose bodies have not begun.
    #[must_use]
    pub fn pending_heredocs(&self) -> usize {
        self.0.pending_heredocs()
    }

    /// The span that goes on over the cut, and where it (or its present piece) began.
    #[must_use]
    pub fn open_span(&self) -> Option<(ByteOffset, SpanKind)> {
        self.0.open_span()
    }

    /// The state in bytes, for [`Scanner::read_state`]; call it in a [`super::writing`]. `None` if it cannot be written.
    #[must_use]
    pub fn write(&self) -> Option<Vec<u8>> {
        self.0.write()
    }
}

/// A code language's scanner, whatever the language. A state of `None` is that of a document's first byte.
pub trait Scanner: Debug + Sync {
    /// Counts `piece` into `counts`, which are empty; returns the state after it. Lines and bytes are not counted.
    fn count(
        &self,
        kernel: KernelId,
        start: Option<&CodeState>,
        piece: &Piece<'_>,
        counts: &mut Counts,
    ) -> CodeState;

    /// As [`Scanner::count`] from a guessed state, with stops.
    fn count_in_stops(
        &self,
        kernel: KernelId,
        start: Option<&CodeState>,
        piece: &Piece<'_>,
        counts: &mut Counts,
    ) -> (CodeState, Stops);

    /// As [`Scanner::count`], for a piece that was counted in the same way from another state with [`Scanner::count_in_stops`]; also
    /// tells how many bytes of it were scanned for that.
    fn count_again(
        &self,
        kernel: KernelId,
        truth: Option<&CodeState>,
        piece: &Piece<'_>,
        guessed: &Guessed<'_>,
        counts: &mut Counts,
    ) -> (CodeState, u64);

    /// Everything that is recognised in `piece`, and the state after it. Not sorted.
    fn find(
        &self,
        kernel: KernelId,
        start: Option<&CodeState>,
        piece: &Piece<'_>,
    ) -> (Tokens, CodeState);

    /// [`CodeLanguage::RUN_UP_BYTES`].
    fn run_up_bytes(&self) -> usize;

    /// The line in `before` from which on the state after it is best guessed.
    fn landmark(&self, before: &[u8]) -> Option<Landmark>;

    /// The state after `piece` if `start` holds before it, or that of the top level if there is none.
    fn run_up(&self, kernel: KernelId, start: Option<&CodeState>, piece: &Piece<'_>) -> CodeState;

    /// A state of this language at the start of `bytes`, as [`CodeState::write`] wrote it, and the bytes after it; call it
    /// in a [`super::reading`]. `None` if there is none.
    fn read_state<'b>(&self, bytes: &'b [u8]) -> Option<(CodeState, &'b [u8])>;

    /// Everything in a whole document, handed over in pieces that end at `cuts` (ascending) and at its end.
    fn tokens(&self, kernel: KernelId, text: &[u8], cuts: &[usize]) -> Tokens;
}

/// The scanner of language `L`.
#[derive(Debug)]
pub struct ScannerOf<L>(PhantomData<fn() -> L>);

impl<L> ScannerOf<L> {
    /// The scanner of language `L`.
    pub const NEW: Self = ScannerOf(PhantomData);
}

pub(super) fn typed<L: CodeLanguage + 'static + Debug>(
    state: Option<&CodeState>,
) -> Carried<L::State> {
    state
        .and_then(|state| state.0.as_any().downcast_ref::<Typed<L>>())
        .map(|typed| typed.0.clone())
        .unwrap_or_default()
}

/// As [`CodeState::likeness`].
pub(super) fn likeness<L: CodeLanguage + 'static + Debug>(
    guessed: &Carried<L::State>,
    truth: &Carried<L::State>,
    near: ByteOffset,
) -> Option<Likeness> {
    let n_open = L::n_open(&guessed.state);
    if n_open == L::n_open(&truth.state)
        && let Some(renaming) = renaming::<L>(guessed, truth, near)
    {
        return Some(Likeness { renaming, surroundings: None });
    }
    let most = n_open.min(L::n_open(&truth.state)).min(INNERMOST_MAX);
    // What lies in most of what was guessed is most likely not to be closed soon.
    L::levels_alike(&guessed.state, &truth.state, most).rev().find_map(|n| {
        let (mut guessed, mut truth) = (guessed.clone(), truth.clone());
        let surroundings = Surroundings {
            guessed: surroundings::<L>(&mut guessed, n)?,
            true_ones: surroundings::<L>(&mut truth, n)?,
            n_guessed: n_open - n,
        };
        let renaming = renaming::<L>(&guessed, &truth, near)?;
        Some(Likeness { renaming, surroundings: Some(surroundings) })
    })
}

/// As [`CodeState::carried_over`].
pub(super) fn carried_over<L: CodeLanguage + 'static + Debug>(
    guessed: &Carried<L::State>,
    likeness: &Likeness,
) -> Option<Carried<L::State>> {
    let Likeness { renaming, surroundings: around } = likeness;
    let Some(around) = around else { return renamed::<L>(guessed, renaming) };
    let n = L::n_open(&guessed.state).checked_sub(around.n_guessed)?;
    let mut inner = guessed.clone();
    if surroundings::<L>(&mut inner, n)? != around.guessed {
        return None;
    }
    let mut carried = renamed::<L>(&inner, renaming)?;
    L::put_surroundings(&mut carried.state, typed::<L>(Some(&around.true_ones)).state);
    Some(carried)
}

fn renaming<L: CodeLanguage>(
    from: &Carried<L::State>,
    to: &Carried<L::State>,
    near: ByteOffset,
) -> Option<Renaming> {
    let places = |carried: &Carried<L::State>| {
        let (mut state, mut places) = (carried.state.clone(), Vec::new());
        L::places(&mut state, &mut |place| places.push(*place)).then_some(places)
    };
    let renaming = Renaming::between(near, &places(from)?, &places(to)?)?;
    (renamed::<L>(from, &renaming)? == *to).then_some(renaming)
}

fn surroundings<L: CodeLanguage + 'static + Debug>(
    carried: &mut Carried<L::State>,
    n: usize,
) -> Option<CodeState> {
    let state = L::take_surroundings(&mut carried.state, n)?;
    Some(erased::<L>(Carried { state, pending: 0 }))
}

fn renamed<L: CodeLanguage>(
    carried: &Carried<L::State>,
    renaming: &Renaming,
) -> Option<Carried<L::State>> {
    let (mut carried, mut known) = (carried.clone(), true);
    let is_all = L::places(&mut carried.state, &mut |place| known &= renaming.rename(place));
    (is_all && known).then_some(carried)
}

pub(super) fn erased<L: CodeLanguage + 'static + Debug>(carried: Carried<L::State>) -> CodeState {
    CodeState(Arc::new(Typed::<L>(carried, PhantomData)))
}

impl<L: CodeLanguage + 'static + Debug> Scanner for ScannerOf<L> {
    fn count(
        &self,
        kernel: KernelId,
        start: Option<&CodeState>,
        piece: &Piece<'_>,
        counts: &mut Counts,
    ) -> CodeState {
        let mut carried = typed::<L>(start);
        advance::<L, _>(kernel, &mut carried, piece, counts);
        erased::<L>(carried)
    }

    fn count_in_stops(
        &self,
        kernel: KernelId,
        start: Option<&CodeState>,
        piece: &Piece<'_>,
        counts: &mut Counts,
    ) -> (CodeState, Stops) {
        scan_in_stops::<L>(kernel, start, piece, counts)
    }

    fn count_again(
        &self,
        kernel: KernelId,
        truth: Option<&CodeState>,
        piece: &Piece<'_>,
        guessed: &Guessed<'_>,
        counts: &mut Counts,
    ) -> (CodeState, u64) {
        scan_again::<L>(kernel, truth, piece, guessed, counts)
    }

    fn find(
        &self,
        kernel: KernelId,
        start: Option<&CodeState>,
        piece: &Piece<'_>,
    ) -> (Tokens, CodeState) {
        let (mut carried, mut found) = (typed::<L>(start), Tokens::default());
        advance::<L, _>(kernel, &mut carried, piece, &mut found);
        (found, erased::<L>(carried))
    }

    fn run_up_bytes(&self) -> usize {
        L::RUN_UP_BYTES
    }

    fn landmark(&self, before: &[u8]) -> Option<Landmark> {
        Landmark::find(before, L::LANDMARKS)
    }

    fn run_up(&self, kernel: KernelId, start: Option<&CodeState>, piece: &Piece<'_>) -> CodeState {
        let top_level = || Carried { state: L::top_level(), pending: 0 };
        let mut carried = start.map_or_else(top_level, |start| typed::<L>(Some(start)));
        advance::<L, _>(kernel, &mut carried, piece, &mut Counts::default());
        erased::<L>(carried)
    }

    fn read_state<'b>(&self, bytes: &'b [u8]) -> Option<(CodeState, &'b [u8])> {
        let (carried, rest) = postcard::take_from_bytes(bytes).ok()?;
        Some((erased::<L>(carried), rest))
    }

    fn tokens(&self, kernel: KernelId, text: &[u8], cuts: &[usize]) -> Tokens {
        tokens_cut::<L>(kernel, text, cuts)
    }
}
