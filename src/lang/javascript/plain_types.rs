//! Types that are names, strings, lists, generics and unions of these: read in one go. Most types are.
//!
//! Nothing is told before the whole type has been seen to be so plain; what is not goes token by token (`types.rs`), with
//! the same result.

use super::plain_params::PlainParams;
use super::scan::Scan;
use super::state::{Frame, Kind, Last, Range};
use super::words::{Word, is_word};
use super::{LINE_END, PLAIN_TYPE, SPACE, STRING_END, WORD, ahead};
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind, SpanKind};

/// Bytes of a type that is read in one go, and one word more.
const PLAIN_BYTES_MAX: u64 = 256;

const _: () = assert!(PLAIN_BYTES_MAX < ahead::AHEAD_BYTES_MAX);

/// A type that has been looked at.
pub(super) struct PlainType {
    /// Where it was looked for.
    pub(super) start: u64,
    /// One past its last token.
    pub(super) end: u64,
    /// The token behind it.
    pub(super) next: u64,
    /// Whether a line break stands between.
    pub(super) newline: bool,
    /// It ends because a line does.
    pub(super) by_line: bool,
    /// Its last word or string, and its last `[]`.
    pub(super) word: Range,
    pub(super) list: Range,
    /// Lists of types (`<..>`), lists of values (`[]`) and strings in it.
    pub(super) n_angles: u32,
    pub(super) n_lists: u32,
    pub(super) n_strings: u32,
}

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Reads the type behind the `:` at `at` if it is plain. The cursor then stands behind it. As begun by
    /// [`Scan::begin_annotation`] and ended by what comes next.
    #[inline]
    pub(super) fn plain_annotation(&mut self, at: u64, result: bool) -> bool {
        if let Some(plain) = self.plain_names(at + 1, false) {
            self.annotation_ended(at, &plain, result);
            return true;
        }
        // No value is moved on the way: it is read where it was written.
        if let Some(plain) = self.plain_type(at + 1, false) {
            self.annotation_ended(at, &plain, result);
            return true;
        }
        if let Some((params, plain)) = self.plain_function_type(at + 1, false) {
            self.tell_params(&params);
            self.annotation_ended(at, &plain, result);
            return true;
        }
        false
    }

    /// Tells of the annotation that begins at `at`, the last of which is `plain`, and leaves what its end leaves.
    #[inline(always)]
    fn annotation_ended(&mut self, at: u64, plain: &PlainType, result: bool) {
        let (end, next) = (plain.end, plain.next);
        self.tell_plain(plain.start, plain);
        let st = &mut *self.st;
        st.before = Last::Op(b':');
        st.word = plain.word;
        st.group = plain.list;
        st.end = end;
        st.gap = next;
        st.newline = plain.newline;
        self.cur.at = next;
        self.pattern(at, end, PatternKind::TypeAnnotation, None);
        if self.st.frame.kind.is_type() {
            self.st.frame.value = false;
            self.st.last = Last::Close;
            return;
        }
        let frame = Frame { kind: Kind::Annotation, special: result, ..Frame::default() };
        self.st.last = self.last_after_type(frame, next, end, plain.newline);
        self.st.group_special = false;
    }

    /// The type from `from` on, if it is plain or a function's, with its parameters then.
    #[inline(always)]
    pub(super) fn plain_type_or_function(
        &mut self,
        from: u64,
        by_line: bool,
    ) -> Option<(Option<PlainParams>, PlainType)> {
        if let Some(plain) = self.plain_type(from, false) {
            return Some((None, plain));
        }
        let (params, plain) = self.plain_function_type(from, by_line)?;
        Some((Some(params), plain))
    }

    /// The type of a member from `from` on, if it is plain and a `;` or a line ends it.
    #[inline(always)]
    pub(super) fn plain_member_type(&mut self, from: u64) -> Option<PlainType> {
        match self.plain_names(from, true) {
            Some(plain) => Some(plain),
            None => self.plain_type(from, false),
        }
        .filter(|plain| self.ends_member(plain))
    }

    /// Whether a `;` or a line ends a member behind its type.
    #[inline(always)]
    pub(super) fn ends_member(&self, plain: &PlainType) -> bool {
        plain.by_line || self.cur.byte(plain.next) == b';'
    }

    /// Reads the `<` at `at` and what ends it, if all between is plain. Behind it stands what [`Scan::end_angle`] leaves.
    pub(super) fn plain_angle(&mut self, at: u64, after: Last) -> bool {
        let Some(plain) = self.plain_type(at + 1, true) else { return false };
        self.tell_plain(at, &plain);
        self.st.word = plain.word;
        self.st.group = plain.list;
        let outer = self.st.frame.kind;
        if outer.is_type() {
            self.st.frame.value = after == Last::Op(b'<') && outer != Kind::Members;
            self.type_token(after, plain.end);
            return true;
        }
        self.operator_ended(after, plain.end);
        self.st.before = Last::Op(0);
        if outer.is_jsx_tag() {
            self.st.last = Last::Close;
        }
        true
    }

    /// The end of the plain types between the `<` at `at` and its `>`.
    pub(super) fn plain_angle_end(&mut self, at: u64) -> Option<u64> {
        self.plain_type(at + 1, true).map(|plain| plain.end)
    }

    /// The type from `from` on, if it is a name, or names joined by `.`, `|` and `&`, perhaps with a `[]` behind it, on one
    /// line: seen by masks, without a look at each word. `in_members`: another member on another line ends it too.
    #[inline(always)]
    pub(super) fn plain_names(&mut self, from: u64, in_members: bool) -> Option<PlainType> {
        let sets = [PLAIN_TYPE, WORD, SPACE, LINE_END];
        let ([plain, word, space, odd], seen_end) = self.cur.places_in_each(from, sets)?;
        let length = plain.trailing_ones();
        let stop = from + u64::from(length);
        if stop >= seen_end {
            return None;
        }
        let here = !(!0 << length);
        let (word, space) = (word & here, space & here);
        // Spaces behind a word, and what stands behind them: a word there begins something else, or has one before it that
        // means more than a name.
        let behind_spaces = (word << 1 & space).wrapping_add(space) & !space;
        let last = (here & !space).checked_ilog2()?;
        let begins = here & !space & (here & !space).wrapping_neg();
        let is_plain = behind_spaces & word == 0 && word >> last & 1 != 0 && begins & word != 0;
        if !is_plain || odd & here != 0 {
            return None;
        }
        let end = from + u64::from(last) + 1;
        let before = !word & !(!0 << last);
        let start = from + before.checked_ilog2().map_or(0, |i| u64::from(i) + 1);
        let mut plain = PlainType {
            start: from,
            end,
            next: stop,
            newline: false,
            by_line: false,
            word: (start, end),
            list: self.st.group,
            n_angles: 0,
            n_lists: 0,
            n_strings: 0,
        };
        let [mut byte, after] = self.cur.near(stop);
        if byte == b'[' && after == b']' && stop == end {
            plain.list = (stop, stop + 2);
            plain.n_lists = 1;
            plain.end = stop + 2;
            plain.next = stop + 2 + u64::from(self.cur.byte(stop + 2) == b' ');
            byte = self.cur.byte(plain.next);
        }
        let ends = match byte {
            b',' | b')' | b';' | b'=' | b'}' | b']' => true,
            // Behind some words it would be part of the type.
            b'{' => plain.n_lists > 0 || !self.word_of(start, end).is_type_prefix(),
            b'\n' | b'\r' if in_members => {
                (plain.next, _) = self.past_blanks(plain.next, true);
                (plain.newline, plain.by_line) = (true, true);
                let byte = self.cur.byte(plain.next);
                let is_next = is_word(byte) && byte < 0x80 || byte == b'}';
                is_next && !self.word_of(start, end).is_type_prefix()
            }
            _ => false,
        };
        (ends && !self.is_near_unknown(plain.next)).then_some(plain)
    }

    /// The type from `from` on, if it is plain. `angle`: it stands behind a `<`, and ends with the `>` of that.
    pub(super) fn plain_type(&mut self, from: u64, angle: bool) -> Option<PlainType> {
        let limit = from + PLAIN_BYTES_MAX;
        let mut depth = u32::from(angle);
        let (mut n_angles, mut n_lists, mut n_strings) = (depth, 0, 0);
        let mut list = self.st.group;
        let mut prefixed = false;
        let mut at = from;
        loop {
            // An operand is to come.
            let byte = self.byte_behind_blanks(&mut at);
            if at >= limit {
                return None;
            }
            let mut end;
            let mut takes_types = false;
            let word;
            if is_word(byte) && byte < 0x80 {
                let mut start = at;
                end = self.cur.next_out::<WORD>(start);
                let prefix = self.word_of(start, end.min(limit));
                if prefix.is_type_prefix() {
                    if self.is_odd_behind(prefix, end) {
                        return None;
                    }
                    // What follows it is part of the operand.
                    prefixed = true;
                    at = end;
                    continue;
                }
                while self.cur.byte(end) == b'.' && !byte.is_ascii_digit() {
                    if !self.cur.byte(end + 1).is_ascii_alphabetic() {
                        return None;
                    }
                    start = end + 1;
                    end = self.cur.next_out::<WORD>(start);
                }
                word = (start, end);
                takes_types = !byte.is_ascii_digit();
            } else if matches!(byte, b'"' | b'\'') && !prefixed {
                end = self.cur.next_in::<STRING_END>(at + 1);
                if self.cur.byte(end) != byte {
                    return None;
                }
                end += 1;
                word = (at, end);
                n_strings += 1;
            } else {
                return None;
            }
            prefixed = false;
            // What goes on with it, or ends it.
            loop {
                let mut next = end;
                let mut byte = self.cur.byte(next);
                let mut newline = false;
                if byte <= b' ' {
                    next += 1;
                    newline = byte == b'\n';
                    byte = self.cur.byte(next);
                    if byte <= b' ' {
                        (next, newline) = self.past_blanks(next, newline);
                        byte = self.cur.byte(next);
                    }
                }
                match byte {
                    b'<' if takes_types && next == end => {
                        depth += 1;
                        n_angles += 1;
                        at = next + 1;
                        break;
                    }
                    b'>' if depth > 0 => {
                        depth -= 1;
                        end = next + 1;
                        takes_types = false;
                        if angle && depth == 0 {
                            let known = next < limit && !self.is_near_unknown(end);
                            return known.then_some(PlainType {
                                start: from,
                                end,
                                next: end,
                                newline: false,
                                by_line: false,
                                word,
                                list,
                                n_angles,
                                n_lists,
                                n_strings,
                            });
                        }
                    }
                    b'[' if next == end && self.cur.byte(next + 1) == b']' => {
                        n_lists += 1;
                        list = (next, next + 2);
                        end = next + 2;
                        takes_types = false;
                    }
                    b'|' | b'&' => {
                        at = next + 1;
                        break;
                    }
                    b',' if depth > 0 => {
                        at = next + 1;
                        break;
                    }
                    b'=' if depth > 0 && !matches!(self.cur.byte(next + 1), b'=' | b'>') => {
                        at = next + 1;
                        break;
                    }
                    b'e' if depth > 0 && !newline && self.is_word_at(next, b"extends") => {
                        at = next + 7;
                        break;
                    }
                    b',' | b')' | b';' | b'=' | b'}' | b'{' | b']' if depth == 0 => {
                        let known = next < limit && !self.is_near_unknown(next);
                        return known.then_some(PlainType {
                            start: from,
                            end,
                            next,
                            newline,
                            by_line: false,
                            word,
                            list,
                            n_angles,
                            n_lists,
                            n_strings,
                        });
                    }
                    _ => return None,
                }
            }
        }
    }

    /// Whether what follows the `prefix` that ends at `end` is not plainly its operand: behind `typeof` every word is a name, and none
    /// but that has `extends` for one.
    #[inline(never)]
    fn is_odd_behind(&mut self, prefix: Word, end: u64) -> bool {
        let [blank, first] = self.cur.near(end);
        if blank != b' ' || first <= b' ' {
            return true;
        }
        let next_end = self.cur.next_out::<WORD>(end + 1);
        let next = self.word_of(end + 1, next_end.min(end + 1 + PLAIN_BYTES_MAX));
        if prefix == Word::Typeof { next.is_type_prefix() } else { next == Word::Extends }
    }

    /// Moves `at` past white space, and says which byte stands there.
    #[inline(always)]
    fn byte_behind_blanks(&self, at: &mut u64) -> u8 {
        let byte = self.cur.byte(*at);
        if byte > b' ' {
            return byte;
        }
        *at += 1;
        let byte = self.cur.byte(*at);
        if byte > b' ' {
            return byte;
        }
        *at = self.past_blanks(*at, false).0;
        self.cur.byte(*at)
    }

    /// The first byte from `at` on that is no white space, and whether a line ends before it or did so already.
    pub(super) fn past_blanks(&self, mut at: u64, mut newline: bool) -> (u64, bool) {
        loop {
            at = self.cur.past_spaces(at);
            match self.cur.byte(at) {
                b'\n' | b'\r' => newline = true,
                0 if at >= self.cur.end() => return (at, newline),
                0..=b' ' => {}
                _ => return (at, newline),
            }
            at += 1;
        }
    }

    /// Tells of what stands in a plain type from `from` on.
    #[inline(always)]
    pub(super) fn tell_plain(&mut self, from: u64, plain: &PlainType) {
        if S::PLACES {
            self.tell_places(from, plain.end);
            return;
        }
        self.tell_counts(from, plain.end, (plain.n_angles, plain.n_lists, plain.n_strings));
    }

    /// Tells of so many lists of types, lists of values and strings between `from` and `end`, for sinks to which places do not
    /// matter.
    #[inline(always)]
    pub(super) fn tell_counts(&mut self, from: u64, end: u64, n: (u32, u32, u32)) {
        let (n_angles, n_lists, n_strings) = n;
        for _ in 0..n_angles {
            self.pattern(from, end, PatternKind::Generic, None);
        }
        for _ in 0..n_lists {
            self.sink.open_bracket(from, Class::BracketOpen);
            self.sink.close_bracket(from, Class::BracketClose);
        }
        for _ in 0..n_strings {
            self.sink.span(from, end, SpanKind::String);
        }
    }

    /// Tells of what stands in the plain type from `from` to `end`, and where.
    pub(super) fn tell_places(&mut self, from: u64, end: u64) {
        let mut angles = Vec::new();
        let mut at = from;
        while at < end {
            match self.cur.byte(at) {
                b'<' => angles.push(at),
                b'>' => {
                    if let Some(start) = angles.pop() {
                        self.pattern(start, at + 1, PatternKind::Generic, None);
                    }
                }
                b'[' => self.sink.open_bracket(at, Class::BracketOpen),
                b']' => self.sink.close_bracket(at, Class::BracketClose),
                quote @ (b'"' | b'\'') => {
                    let start = at;
                    at += 1;
                    while at < end && self.cur.byte(at) != quote {
                        at += 1;
                    }
                    self.sink.span(start, at + 1, SpanKind::String);
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// A name in types and what mostly follows it: a colon, a type that is plain, a semicolon.
    #[inline]
    pub(super) fn colon_at_once(&mut self, end: u64) -> bool {
        if self.is_open_type() || self.is_near_unknown(end + 2) {
            return true;
        }
        let is_member = self.st.frame.kind == Kind::Members;
        let colon = match self.cur.near(end) {
            [b':', _] => end,
            [b'?', b':'] if is_member => {
                self.st.end = end + 1;
                end + 1
            }
            _ => return true,
        };
        let went_on = self.type_colon(colon);
        let next = self.cur.at;
        if is_member && self.st.frame.kind == Kind::Members && self.cur.byte(next) == b';' {
            return self.type_semicolon(next);
        }
        went_on
    }
}
