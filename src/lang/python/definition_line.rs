//! The line of a `def` or `class` that is taken whole: its head, to the colon at its end.

use super::line_literals::Literals;
use super::whole::{Line, Nest, Places};
use super::{Block, Defined, O_OR_A_OR_VALUE, State, WORD};
use crate::lang::code::{Cursor, Definition, Pattern, Sink};
use crate::lang::{Class, PatternKind};

/// Takes `line`, which begins with `def` or `class` and a space (so long is the `keyword`), and of which these `places` wake.
/// False: it cannot be taken whole.
#[inline(never)]
pub(super) fn take<S: Sink>(
    state: &mut State,
    cursor: &Cursor<'_>,
    sink: &mut S,
    line: &Line<'_>,
    (places, brackets): Places,
    keyword: usize,
) -> bool {
    let Some([words]) = cursor.near_places([WORD], line.at) else { return false };
    let is_def = keyword == "def ".len();
    let (name, name_end) = (keyword, keyword + (!words >> keyword).trailing_zeros() as usize);
    let last = line.length - 1;
    let is_head = match line.text[name_end] {
        b'(' => true,
        _ => !is_def && name_end == last,
    };
    if name == name_end || line.text[last] != b':' || !is_head {
        return false;
    }
    let places = places & line.before >> 1 & !0 << name_end;
    let Some(found) = Literals::find::<S>(line, cursor, places & !brackets) else { return false };
    // The colon may stand in a comment.
    if found.comment.is_some() {
        return false;
    }
    let places = places & !found.inside;
    // Names in one pair of brackets, and nothing behind it.
    let inner = places & places.wrapping_sub(1);
    let is_bare = inner & inner.wrapping_sub(1) == 0 && line.text[last - 1] == b')';
    let is_taken = if is_def && !is_bare {
        parameters(cursor, sink, line, places)
    } else {
        line.take_brackets(sink, places)
    };
    if is_taken.is_none() {
        return false;
    }
    let at = |place: usize| line.at + place as u64;
    sink.structural(at(last), Class::Colon);
    found.tell(sink, (line.at, at(line.length)));
    let kind = if is_def { PatternKind::Def } else { PatternKind::Class };
    let (start, name) = (line.at, (at(name), at(name_end)));
    sink.define(Definition { start, kind, name });
    let definition = Some(Defined { start, kind, name });
    state.doc_expected = true;
    state.next_block = Some(Block { indent: 0, definition, is_match: false });
    (state.last_code_end, state.last_line_end) = (at(line.length), at(line.length));
    true
}

/// Takes the parameters and the result of a `def`, with their annotations; its brackets and colons stand at `places`. `None`:
/// they are not like most.
#[inline(never)]
fn parameters<S: Sink>(
    cursor: &Cursor<'_>,
    sink: &mut S,
    line: &Line<'_>,
    places: u64,
) -> Option<()> {
    let [values, words] = cursor.near_places([O_OR_A_OR_VALUE, WORD], line.at)?;
    let mut nest = Nest::default();
    // Where the parameters end, whether an annotation is open, and how many there are.
    let (mut end, mut is_open, mut n_annotations) = (0, false, 0);
    let commas_and_more = values & !words & line.before;
    let mut left = places | commas_and_more & places.wrapping_neg();
    while left != 0 {
        let place = left.trailing_zeros() as usize;
        let byte = line.text[place];
        left &= left - 1;
        match byte {
            b',' => is_open &= nest.depth != 1,
            // Behind the parameters it would end the annotation.
            b'=' => nest.is_odd |= nest.depth == 0,
            b':' if nest.depth == 1 && end == 0 => {
                nest.is_odd |= is_open | (line.text[place + 1] == b'=');
                is_open = true;
                n_annotations += 1;
                nest.count(Class::Colon);
            }
            _ => {
                nest.take(byte);
                if nest.depth == 0 && end == 0 {
                    end = place;
                }
            }
        }
    }
    if !nest.is_closed() || end == 0 {
        return None;
    }
    let has_result = end + 2 != line.length;
    if has_result && !line.text[end + 1..].starts_with(b" -> ") || !nest.tell(sink) {
        return None;
    }
    // Sinks that take brackets so only count annotations.
    for _ in 0..n_annotations + u32::from(has_result) {
        let (start, end, kind) = (line.at, line.at, PatternKind::TypeAnnotation);
        sink.pattern(Pattern { start, end, kind, name: None });
    }
    Some(())
}
