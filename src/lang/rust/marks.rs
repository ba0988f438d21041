//! Brackets and separators: the loop that takes one after the other.
//!
//! Which sort of them comes next cannot be foretold, so they all go one way, and what a byte is stands in a table. One branch
//! asks whether there is more to it: whether it closes what is more than a bracket, is none of them, brings depth further
//! than can be put off, or is followed by what an item may begin with.

use super::level_stack::{Levels, PLACES, place};
use super::levels::{BARE, CALL, Level, VALUE};
use super::{Last, State, statement};
use crate::lang::Class;
use crate::lang::code::{INNERMOST_MAX, Sink};
use crate::simd::BLOCK_BYTES;
use crate::units::{ByteOffset, Depth};

/// What a byte does to depth, and what closes the level that it opens.
#[derive(Clone, Copy)]
#[repr(align(8))]
pub(super) struct Mark {
    pub(super) class: Class,
    pub(super) change: i8,
    pub(super) closer: u8,
    /// What is innermost where a closer closes that and no more, or where a `;` ends more than a statement.
    needs: u8,
    /// Whether what is innermost must be as in `needs`, and not must not.
    must: bool,
    /// A statement may begin behind it.
    ends: bool,
    pub(super) semicolon: bool,
    /// `None`: it is no bracket or separator.
    pub(super) last: Option<Last>,
}

/// By byte.
static MARKS: [Mark; 256] = {
    /// Is never innermost.
    const NEVER: u8 = 0x11;
    const NO_MARK: Mark = Mark {
        class: Class::Bar,
        change: 0,
        closer: 0,
        needs: NEVER,
        must: true,
        ends: false,
        semicolon: false,
        last: None,
    };
    const fn opener(class: Class, closer: u8) -> Mark {
        let (ends, last) = (closer == b'}', Some(Last::Open));
        Mark { class, change: 1, closer, must: false, ends, last, ..NO_MARK }
    }
    const fn closer(class: Class, byte: u8) -> Mark {
        let (ends, last) = (byte == b'}', Some(Last::Close));
        Mark { class, change: -1, needs: byte, ends, last, ..NO_MARK }
    }
    const SEMICOLON: Mark = Mark {
        class: Class::Semicolon,
        needs: VALUE,
        must: false,
        ends: true,
        semicolon: true,
        last: Some(Last::Other),
        ..NO_MARK
    };
    let mut marks = [NO_MARK; 256];
    marks[b'(' as usize] = opener(Class::ParenOpen, b')');
    marks[b'[' as usize] = opener(Class::BracketOpen, b']');
    marks[b'{' as usize] = opener(Class::BraceOpen, b'}');
    marks[b')' as usize] = closer(Class::ParenClose, b')');
    marks[b']' as usize] = closer(Class::BracketClose, b']');
    marks[b'}' as usize] = closer(Class::BraceClose, b'}');
    marks[b';' as usize] = SEMICOLON;
    marks[b'|' as usize] = Mark { must: false, last: Some(Last::Other), ..NO_MARK };
    marks
};

impl Mark {
    /// What `byte` is.
    #[inline(always)]
    pub(super) fn of(byte: u8) -> &'static Mark {
        &MARKS[usize::from(byte)]
    }

    /// Whether it closes more than itself, or nothing, or ends more than a statement, where this is innermost; or is no mark.
    #[inline(always)]
    pub(super) fn is_odd(&self, innermost: u8, bare: u8) -> bool {
        (innermost == self.needs | bare) != self.must
    }

    /// Whether it closes a macro call and no more.
    #[inline(always)]
    pub(super) fn closes_call(&self, innermost: u8) -> bool {
        self.change < 0 && innermost == self.needs | BARE | CALL
    }

    /// Tells the sink of it, but of its level only if places matter.
    #[inline(always)]
    fn tell<S: Sink>(&self, sink: &mut S, at: ByteOffset) {
        if S::PLACES {
            sink.punctuation(at, self.class, i64::from(self.change));
        } else {
            sink.structural(at, self.class);
        }
    }

    /// As [`Mark::may_begin_item`], as far as three bytes tell.
    #[inline(always)]
    pub(super) fn still_may_begin_item(&self, view: &View<'_>, at: u32) -> bool {
        let next = view.next(at);
        let near = [view.text[next], view.text[next + 1], view.text[next + 2]];
        self.may_begin_item(view, at) && statement::still_looks_like_item(near)
    }

    /// Whether a statement may begin behind it, with an item as far as two bytes tell.
    #[inline(always)]
    pub(super) fn may_begin_item(&self, view: &View<'_>, at: u32) -> bool {
        let next = view.next(at);
        let near = [view.text[next], view.text[next + 1]];
        self.ends & statement::looks_like_item(near)
    }
}

/// Bytes looked at together: a window, and what is looked at behind its last one.
pub(super) const REACH: usize = BLOCK_BYTES + 3;

/// The bytes of a window.
pub(super) struct View<'t> {
    pub(super) text: &'t [u8; REACH],
    /// Where no white space stands. All bits beyond the window are set.
    pub(super) dark: u64,
    pub(super) from: ByteOffset,
}

impl View<'_> {
    /// The place behind `at` where no white space stands, or the first one behind the window.
    #[inline(always)]
    fn next(&self, at: u32) -> usize {
        (self.dark & (!0 << at << 1)).trailing_zeros() as usize
    }
}

/// How far levels have come, and what is not yet told of them.
pub(super) struct Run {
    /// How many of the innermost levels are open.
    pub(super) top: usize,
    /// How many there were when the sink was told last.
    told: usize,
    /// How many there must be, and how many more there may be, while it need not be told.
    lowest: Depth,
    span: u64,
    /// What is added to the closers of brackets here.
    pub(super) bare: u8,
    /// Where the last bracket or separator ended; 0 if there was none.
    pub(super) mark_end: ByteOffset,
    /// Whether a `;` was among them, if anyone asks.
    pub(super) semicolon: bool,
    asks_for_semicolons: bool,
}

impl Run {
    /// From here on.
    #[inline(always)]
    pub(super) fn new<S: Sink>(state: &State, sink: &S) -> Self {
        let mut run = Run {
            top: 0,
            told: 0,
            lowest: 0,
            span: 0,
            bare: if state.is_bare() { BARE } else { 0 },
            mark_end: 0,
            semicolon: false,
            asks_for_semicolons: !state.held.is_empty(),
        };
        run.go_on(sink, &state.levels);
        run
    }

    /// Takes one mark. False: depth would come further than can be put off.
    #[inline(always)]
    pub(super) fn step<S: Sink>(&mut self, sink: &mut S, mark: &Mark, at: ByteOffset) -> bool {
        let next = self.top.wrapping_add_signed(isize::from(mark.change));
        if self.is_beyond(next) {
            return false;
        }
        mark.tell(sink, at);
        (self.top, self.mark_end) = (next, at + 1);
        true
    }

    #[inline(always)]
    fn is_beyond(&self, top: usize) -> bool {
        (top as Depth).wrapping_sub(self.lowest) as u64 > self.span
    }

    /// Levels have been opened or closed, and the sink was told.
    #[inline(always)]
    pub(super) fn go_on<S: Sink>(&mut self, sink: &S, levels: &Levels) {
        (self.top, self.told) = (levels.top(), levels.top());
        let top = self.top as Depth;
        let (down, up) = if S::PLACES { (Depth::MAX / 2, Depth::MAX / 2) } else { sink.room() };
        let highest = (top + up).min(INNERMOST_MAX as Depth);
        self.lowest = (top - down).max(levels.lowest() as Depth).min(highest);
        self.span = (highest - self.lowest) as u64;
    }

    /// Tells the sink of the levels so far.
    #[inline(always)]
    pub(super) fn tell<S: Sink>(&mut self, sink: &mut S) {
        sink.shift_depth(self.top as Depth - self.told as Depth);
        self.told = self.top;
    }

    /// Takes brackets and separators at `places`, as long as there is no more to them. What is left is told of by `places`.
    #[inline(always)]
    pub(super) fn take<S: Sink>(
        &mut self,
        levels: &mut [Level; PLACES],
        sink: &mut S,
        view: &View<'_>,
        places: u64,
    ) -> u64 {
        // Two loops, so that neither asks at each byte where it is.
        if self.bare == 0 {
            self.take_in::<0, S>(levels, sink, view, places)
        } else {
            self.take_in::<BARE, S>(levels, sink, view, places)
        }
    }

    /// As [`Run::take`], with what is added to closers here.
    #[inline(always)]
    fn take_in<const ADDED: u8, S: Sink>(
        &mut self,
        levels: &mut [Level; PLACES],
        sink: &mut S,
        view: &View<'_>,
        all: u64,
    ) -> u64 {
        let (mut top, mut places) = (self.top, all);
        let first_level = Level::new(view.from, ADDED);
        while places != 0 {
            let at = places.trailing_zeros();
            let mark = Mark::of(view.text[at as usize]);
            if mark.last.is_none() {
                break;
            }
            // The level is written whether the byte opens or not: beyond the top it means nothing.
            levels[place(top)] = first_level.further(at, mark.closer);
            let innermost = levels[place(top.wrapping_sub(1))].quick();
            let next = top.wrapping_add_signed(isize::from(mark.change));
            let may_begin = ADDED == 0 && mark.may_begin_item(view, at);
            if mark.is_odd(innermost, ADDED) | self.is_beyond(next) | may_begin {
                break;
            }
            places &= places - 1;
            mark.tell(sink, view.from + u64::from(at));
            top = next;
        }
        self.top = top;
        let taken = all & !places;
        if taken != 0 {
            self.mark_end = view.from + u64::from(u64::BITS - taken.leading_zeros());
        }
        if self.asks_for_semicolons {
            self.note_semicolons(view, taken);
        }
        places
    }

    #[cold]
    fn note_semicolons(&mut self, view: &View<'_>, mut taken: u64) {
        while taken != 0 {
            self.semicolon |= view.text[taken.trailing_zeros() as usize] == b';';
            taken &= taken - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::LanguageId;
    use crate::lang::code::{Counts, Piece};
    use crate::simd::best;
    use proptest::prelude::*;

    proptest! {
        /// Depth that is told of many brackets at once is what each of them by itself would make it.
        #[test]
        fn depth_is_counted_as_if_each_level_were_told(
            bits in prop::collection::vec(
                prop::sample::select(vec![
                    "(", ")", "[", "]", "{", "}", ";", "|", "m!(", "m![", "a", "\n", "#[a]", "<", "fn f() {",
                    "((((((((((((((((((((((((((((((((((((", "))))))))))))))))))))))))))))))))))))",
                ]),
                0..80,
            ),
        ) {
            let text = bits.concat();
            let scanner = LanguageId::Rust.info().scanner.expect("Rust has one");
            let mut counts = Counts::default();
            scanner.count(best(), None, &Piece::whole(text.as_bytes()), &mut counts);
            let summary = counts.summary;
            let (found, _) = scanner.find(best(), None, &Piece::whole(text.as_bytes()));
            let (mut depth, mut highest, mut lowest, mut closes) = (0, 0, 0, 0);
            for (_, opens) in found.level_changes {
                depth += if opens { 1 } else { -1 };
                highest = depth.max(highest);
                if depth < lowest {
                    (lowest, closes) = (depth, 0);
                }
                closes += u64::from(!opens && depth == lowest);
            }
            prop_assert_eq!(summary.depth_change, depth);
            prop_assert_eq!((summary.depth_max, summary.depth_min), (highest, lowest));
            prop_assert_eq!(summary.closes_at_min, closes);
        }
    }
}
