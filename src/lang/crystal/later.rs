//! Places that may declare variables, kept instead of looked at: hardly any of them is ever asked for.
//!
//! Only a `/` behind a name asks which names are variables, and a state at a cut tells of them. All that is declared in a
//! method or a block is forgotten at its end, so the loop keeps no more than where a `=`, a `:` and the like stood, with
//! what a look back from there needs, and [`declare`] looks at those that are left when somebody asks. Wherever states
//! are compared nothing is kept.
//!
//! ```text
//! byte kept     declares
//! = :           the name before it
//! ( of a def    its parameters
//! { or do       the parameters of a block
//! def           nothing, but hides what was declared before
//! ```

use std::hash::{Hash, Hasher};

use super::{Frame, State, locals, parameters};
use crate::lang::code::Cursor;
use crate::units::ByteOffset;

/// Entries that are kept: a piece may be of any size.
const KEPT_MAX: usize = 1 << 12;

/// Entries that room is made for at first.
const ROOM: usize = 32;

/// What is kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Later {
    entries: Vec<Entry>,
    /// What a look back from them needs to know, where that has changed since.
    marks: Vec<Mark>,
    /// Whether a `def` is among the places.
    has_def: bool,
}

/// Some places.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Of 64 bytes from here on.
    from: ByteOffset,
    places: u64,
}

/// As the state had it at the entries before one.
#[derive(Clone, Copy, Debug)]
struct Mark {
    n_entries: usize,
    aside: (ByteOffset, ByteOffset),
    value_end: ByteOffset,
}

impl PartialEq for Later {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Later {}

impl Hash for Later {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Later {
    /// Whether there is nothing.
    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether no more should be kept.
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= KEPT_MAX
    }

    pub(super) fn make_room(&mut self) {
        self.entries.reserve(ROOM);
    }

    /// Forgets all places.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.marks.clear();
        self.has_def = false;
    }

    /// Forgets all places from `at` on.
    #[inline]
    pub(super) fn forget_from(&mut self, at: ByteOffset) {
        while let Some(last) = self.entries.last_mut() {
            let n = at.saturating_sub(last.from);
            if n >= u64::from(u64::BITS) {
                break;
            }
            last.places &= !(!0 << n);
            if last.places != 0 {
                break;
            }
            self.entries.pop();
        }
        let n_entries = self.entries.len();
        let mut first = None;
        while let Some(mark) = self.marks.pop_if(|mark| mark.n_entries > n_entries) {
            first = Some(Mark { n_entries, ..mark });
        }
        self.marks.extend(first);
    }

    /// The innermost method ends: its `def` has been forgotten, or looked at.
    #[inline]
    pub(super) fn end_def(&mut self) {
        self.has_def = false;
    }
}

/// Keeps `places` among the 64 bytes from `from` on, which stand behind all that are kept.
#[inline(always)]
pub(super) fn keep(state: &mut State, from: ByteOffset, places: u64) {
    let Later { entries, .. } = &mut state.later;
    entries.push(Entry { from, places });
    // Whether there are any cannot be foretold.
    entries.truncate(entries.len() - usize::from(places == 0));
}

/// What the state tells of literals, comments and heredocs is about to change.
#[inline]
pub(super) fn mark(state: &mut State) {
    let n_entries = state.later.entries.len();
    let n_marked = state.later.marks.last().map_or(0, |mark| mark.n_entries);
    if n_entries > n_marked {
        let (aside, value_end) = (state.aside, state.value_end);
        state.later.marks.push(Mark { n_entries, aside, value_end });
    }
}

/// Keeps the `def` at `at`, and other `places` of the 64 bytes from there on.
#[inline(always)]
pub(super) fn keep_def(state: &mut State, cursor: &mut Cursor<'_>, at: ByteOffset, places: u64) {
    if state.later.has_def {
        // Of methods one in another it would have to be known which of them have ended.
        declare(state, cursor);
    }
    keep(state, at, places);
    state.later.has_def = true;
}

/// Declares what is kept.
#[inline(always)]
pub(super) fn declare(state: &mut State, cursor: &mut Cursor<'_>) {
    if !state.later.is_empty() {
        declare_all(state, cursor);
    }
}

#[cold]
#[inline(never)]
fn declare_all(state: &mut State, cursor: &mut Cursor<'_>) {
    let mut later = std::mem::take(&mut state.later);
    let (aside, value_end) = (state.aside, state.value_end);
    // None of them stands directly in what is watchful.
    let mut watchful = Vec::new();
    while let Some(frame) = state.frames.pop_if(|frame| frame.kind.is_watchful()) {
        watchful.push(frame);
    }
    // Nor is any kept of what stands in a tag, but parameters of blocks, which do not ask.
    let tags = std::mem::take(&mut state.tags);
    let mut marks = later.marks.iter().peekable();
    let first = later.entries[0].from + u64::from(later.entries[0].places.trailing_zeros());
    let frames = state.frames.innermost_mut();
    let is_before = |frame: &Frame| frame.at <= first;
    let mut next = frames.iter().rposition(is_before).map_or(0, |before| before + 1);
    for (i, entry) in later.entries.iter().enumerate() {
        while marks.next_if(|mark| mark.n_entries <= i).is_some() {}
        (state.aside, state.value_end) =
            marks.peek().map_or((aside, value_end), |mark| (mark.aside, mark.value_end));
        let mut places = entry.places;
        while places != 0 {
            let at = entry.from + u64::from(places.trailing_zeros());
            places &= places - 1;
            count_locals(state, &mut next, |frame| frame.at <= at);
            declare_place(state, cursor, at);
        }
    }
    count_locals(state, &mut next, |_| true);
    state.tags = tags;
    later.clear();
    state.later = later;
    (state.aside, state.value_end) = (aside, value_end);
    watchful.into_iter().rev().for_each(|frame| state.frames.push(frame));
}

/// Tells frames how many variables were known when they opened: of those at hand from number `next` on as many as
/// `has_opened` is true of.
fn count_locals(state: &mut State, next: &mut usize, has_opened: impl Fn(&Frame) -> bool) {
    let locals = state.locals.len().try_into().unwrap_or(u32::MAX);
    while let Some(frame) = state.frames.innermost_mut().get_mut(*next)
        && has_opened(frame)
    {
        frame.locals = locals;
        *next += 1;
    }
}

/// What the place at `at` declares.
fn declare_place(state: &mut State, cursor: &mut Cursor<'_>, at: ByteOffset) {
    match cursor.near(at) {
        [b'=', b'=' | b'~' | b'>'] => {}
        [b'=', _] => locals::assigned(state, cursor, at),
        [b':', _] => locals::typed(state, cursor, at, false),
        [b'(', _] => parameters::declare_all(state, cursor, at),
        [b'd', b'e'] => locals::begin_scope(state),
        [first, _] => {
            let from = at + if first == b'd' { 2 } else { 1 };
            if let Some(parameters) = locals::block_parameters(cursor, from) {
                locals::declare_all(state, parameters);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::SpanKind;
    use crate::lang::code::tokens_cut;
    use crate::lang::crystal::Crystal;

    /// The regexes of a text, which are the same wherever it is cut: at a cut nothing is kept.
    fn regexes(text: &str) -> Vec<&str> {
        let found = |cuts: &[usize]| {
            let tokens = tokens_cut::<Crystal>(crate::simd::best(), text.as_bytes(), cuts);
            let regexes = tokens.spans.iter().filter(|(.., kind)| *kind == SpanKind::Regex);
            regexes.map(|(start, end, _)| &text[*start as usize..*end as usize]).collect()
        };
        let whole: Vec<&str> = found(&[]);
        for cut in 1..text.len() {
            assert_eq!(found(&[cut]), whole, "cut at {cut}");
        }
        whole
    }

    #[test]
    fn what_was_kept_is_known_where_it_is_asked_for_and_forgotten_with_its_scope() {
        let none: [&str; 0] = [];
        assert_eq!(regexes("a = 1\n# b\na /b/ c\n"), none);
        assert_eq!(regexes("a == 1\na /b/ c\n"), ["/b/"]);
        assert_eq!(regexes("class A\n  a : B\n  a /b/ c\nend\n"), none);
        assert_eq!(regexes("# a\na : B\na /b/ c\n"), none);
        assert_eq!(regexes("a.b do |c|\n  c /d/ e\nend\nc /f/ g\n"), ["/f/"]);
        assert_eq!(regexes("a = 1\nb { |c| d = c\nd /e/ f }\na /g/ h\nd /i/ j\n"), ["/i/"]);
        assert_eq!(regexes("a = 1\nb { a /c/ d }\nwhile e\n  f = 1\nend\nf /g/ h\n"), none);
        assert_eq!(regexes("a {{b = c}} d\nb /e/ f\n"), ["/e/"]);
    }

    #[test]
    fn a_method_sees_its_parameters_and_what_it_assigns_and_nothing_else() {
        let class = |body: &str| format!("class A\n  a = 1\n{body}\n  a /y/ z\nend\n");
        let none: [&str; 0] = [];
        assert_eq!(regexes(&class("  def b(c)\n    c /d/ e\n  end")), none);
        assert_eq!(regexes(&class("  def b(c)\n    a /d/ e\n  end")), ["/d/"]);
        assert_eq!(regexes(&class("  def b(c)\n  end\n  c /d/ e")), ["/d/"]);
        let types =
            "  def b(c : D(E), *f, g = h(1), &i : J)\n    c /1/ f /2/ g /3/ i /4/ h /5/\n  end";
        assert_eq!(regexes(&class(types)), ["/5/"]);
        let nested =
            "  def b(c)\n    d = 1\n    def e(f)\n      d /1/ f /2/\n    end\n    d /3/ c\n  end";
        assert_eq!(regexes(&class(nested)), ["/1/"]);
        let lines = "  def b(\n    c,\n    d\n  )\n    c /1/ d /2/\n  end";
        assert_eq!(regexes(&class(lines)), none);
        let twice = "  def b(c)\n  end\n  def ==(d)\n    d /1/ c /2/\n  end";
        assert_eq!(regexes(&class(twice)), ["/2/"]);
    }
}
