//! The gap: tokens that woke nobody. Looked at backwards, and only as far as someone needs to know.

use super::scan::Scan;
use super::state::{Kind, Last, Pending, Range};
use super::words::{Word, is_word};
use super::{LINE_END, WORD};
use crate::lang::code::Sink;

/// A gap longer than this is settled in between, so that nobody looks back farther.
pub(super) const GAP_BYTES_MAX: u64 = 1 << 10;

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Brings `last`, `before` and `newline` up to `at`, where a token begins.
    pub(super) fn settle(&mut self, at: u64) {
        if self.st.word_goes_on {
            self.finish_long_word(at);
        }
        if self.st.gap >= at {
            return;
        }
        if self.has_open_signature() {
            self.end_signature_before_word(at);
        }
        let (end, newline) = self.skip_back(at);
        if end == self.st.gap {
            self.st.newline |= newline;
            self.st.gap = at;
            return;
        }
        let byte = self.cur.byte(end - 1);
        if TYPES && byte == b'!' && self.is_postfix_bang(end - 1) {
            // `a!` is an operand as `a` is.
            self.settle(end - 1);
            self.st.newline = newline;
            self.st.gap = at;
            return;
        }
        if is_word(byte) || byte == b'}' {
            self.settle_word(end);
        } else {
            let last = self.operator(end);
            if last == Last::Literal {
                // A number and its dot.
                self.st.word = (self.word_start(end - 1), end);
            }
            if !TYPES && byte == b'=' {
                self.st.target = self.target_of(end - 1);
            }
            self.st.before = Last::Op(0);
            self.st.last = last;
            self.st.group_special = false;
        }
        self.st.newline = newline;
        self.st.gap = at;
    }

    /// Whether a signature may be open: too much stood behind its parameters to see its end there.
    #[inline]
    pub(super) fn has_open_signature(&self) -> bool {
        TYPES && self.st.frame.pending == Pending::Params && self.st.last == Last::Params
    }

    /// Ends a signature if a word comes next in the gap before `at`.
    #[cold]
    fn end_signature_before_word(&mut self, at: u64) {
        let (from, _) = self.past_blanks(self.st.gap, false);
        if from < at && is_word(self.cur.byte(from)) {
            self.st.last = self.end_signature(self.st.end);
        }
    }

    /// Whether the dot of a member stands before `start`, in the gap: not that of a number, nor a `...`.
    #[inline(always)]
    pub(super) fn is_behind_dot(&self, start: u64) -> bool {
        start > self.st.gap
            && self.cur.byte(start - 1) == b'.'
            && (start == self.st.gap + 1 || !matches!(self.cur.byte(start - 2), b'.' | b'0'..=b'9'))
    }

    /// The end of what stands before `at` in the gap.
    #[inline(always)]
    pub(super) fn end_before(&self, at: u64) -> u64 {
        let gap = self.st.gap;
        if at == gap || at == gap + 1 && self.cur.byte(gap) == b' ' {
            return gap;
        }
        let mut n_spaces = self.cur.spaces_before(at);
        if n_spaces >= 16 {
            // Deep in its block.
            n_spaces += self.cur.spaces_before(at - n_spaces);
        }
        let end = (at - n_spaces).max(gap);
        let end = end - u64::from(end > gap && self.cur.byte(end - 1) == b'\n');
        if end == gap || matches!(self.cur.byte(end - 1), b'!'..0x80) {
            return end;
        }
        self.skip_back(end).0
    }

    /// Where the word begins that ends at `end`, if it is short and of ASCII.
    #[inline(always)]
    pub(super) fn run_before(&self, end: u64) -> Option<u64> {
        self.cur.run_before::<WORD, LINE_END>(end)
    }

    /// The word from `start` to `end`, both at hand.
    #[inline(always)]
    pub(super) fn word_of(&self, start: u64, end: u64) -> Word {
        Word::of_eight(self.cur.eight(start), end - start, || self.cur.slice(start, end))
    }

    /// Whether the word of `n_bytes` at `start` is surely no keyword.
    #[inline(always)]
    pub(super) fn is_no_keyword(&self, start: u64, n_bytes: u64) -> bool {
        Word::is_none(self.cur.eight(start), n_bytes)
    }

    /// The end of what stands before `at` in the gap, and whether a line break stands between.
    #[inline]
    pub(super) fn skip_back(&self, at: u64) -> (u64, bool) {
        // Mostly there is no white space.
        if at > self.st.gap && matches!(self.cur.byte(at - 1), b'!'..0x80) {
            return (at, false);
        }
        self.skip_blank_or_newline(at)
    }

    fn skip_blank_or_newline(&self, at: u64) -> (u64, bool) {
        let mut at = at.saturating_sub(self.cur.spaces_before(at)).max(self.st.gap);
        let mut newline = false;
        while at > self.st.gap {
            match self.cur.byte(at - 1) {
                b'\n' | b'\r' => newline = true,
                0..=b' ' => {}
                0x80.. => match self.space_before(at) {
                    0 => break,
                    n => {
                        newline |= n == 3
                            && self.cur.byte(at - 1) & 0xFE == 0xA8
                            && self.cur.byte(at - 3) == 0xE2;
                        at -= n;
                        continue;
                    }
                },
                _ => break,
            }
            at -= 1;
        }
        (at.max(self.st.gap), newline)
    }

    /// Bytes of the white space beyond ASCII that ends at `at`; 0 if none does.
    pub(super) fn space_before(&self, at: u64) -> u64 {
        if at < 3 {
            return 0;
        }
        let bytes = [self.cur.byte(at - 3), self.cur.byte(at - 2), self.cur.byte(at - 1)];
        match bytes {
            [_, 0xC2, 0xA0] => 2,
            [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF]
            | [0xE2, 0x81, 0x9F]
            | [0xE3, 0x80, 0x80]
            | [0xE1, 0x9A, 0x80]
            | [0xEF, 0xBB, 0xBF] => 3,
            _ => 0,
        }
    }

    /// Where the word begins that ends at `end`.
    #[inline]
    pub(super) fn word_start(&self, end: u64) -> u64 {
        let start = match self.cur.run_before::<WORD, LINE_END>(end) {
            Some(start) => start.max(self.st.gap),
            None => self.long_word_start(end),
        };
        if start > self.st.gap && self.cur.byte(start - 1) == b'}' {
            return self.escaped_word_start(start);
        }
        start
    }

    /// As [`Scan::word_start`] for a word that goes on before the brace at `start - 1`: no other one than that of an escape,
    /// `\u{62}`, stands in a gap.
    #[cold]
    fn escaped_word_start(&self, mut start: u64) -> u64 {
        while start > self.st.gap && self.cur.byte(start - 1) == b'}' {
            let mut open = start - 1;
            while open > self.st.gap && self.cur.byte(open - 1).is_ascii_hexdigit() {
                open -= 1;
            }
            start = self.long_word_start(open.saturating_sub(1));
        }
        start
    }

    /// As [`Scan::word_start`], byte by byte: white space beyond ASCII ends a word too.
    #[cold]
    fn long_word_start(&self, end: u64) -> u64 {
        let mut start = end;
        while start > self.st.gap {
            let byte = self.cur.byte(start - 1);
            if !is_word(byte) || byte >= 0x80 && self.space_before(start) > 0 {
                break;
            }
            start -= 1;
        }
        start
    }

    fn settle_word(&mut self, end: u64) {
        let start = self.word_start(end);
        let private = start > self.st.gap && self.cur.byte(start - 1) == b'#';
        let is_number = self.cur.byte(start).is_ascii_digit();
        let start = if is_number { self.number_start(start) } else { start - u64::from(private) };
        let (before, before_at, newline) = self.token_before(start);
        if !TYPES && before == Last::Op(b'=') {
            let (from, _) = self.skip_back(start);
            if from > self.st.gap {
                self.st.target = self.target_of(from - 1);
            }
        }
        if !TYPES && before == Last::Word(Word::Async) {
            self.st.target = self.target_before(before_at);
        }
        self.st.last = if is_number {
            Last::Literal
        } else if private || before == Last::Dot {
            Last::Word(Word::Plain)
        } else {
            Last::Word(self.word(start, end, before))
        };
        if !newline && matches!(before, Last::Word(Word::Break | Word::Continue)) {
            // A label: what follows begins a statement.
            self.st.last = Last::Start;
        }
        self.st.word = (start, end);
        self.st.before = before;
        self.st.before_at = before_at;
    }

    /// What a `=` or `:` gives a value to that stands before the `async` at `start`: an arrow may ask that stands behind comments.
    #[cold]
    fn target_before(&self, start: u64) -> Range {
        let gap = self.st.gap;
        let before = if start < gap { self.st.before } else { self.st.last };
        match self.skip_back(start).0 {
            from if from > gap && self.cur.byte(from - 1) == b'=' => self.target_of(from - 1),
            from if from == gap && matches!(before, Last::Op(b'=' | b':')) => self.st.target,
            _ => (0, 0),
        }
    }

    /// Where the number begins of which the last digits start at `start`: with its exponent's sign, its dot and what stands before
    /// those.
    fn number_start(&self, start: u64) -> u64 {
        let goes_back =
            start > self.st.gap && matches!(self.cur.byte(start - 1), b'.' | b'+' | b'-');
        if goes_back { self.long_number_start(start) } else { start }
    }

    /// As [`Scan::number_start`], where a dot or sign stands before `start`.
    #[inline(never)]
    fn long_number_start(&self, start: u64) -> u64 {
        if start == self.st.gap + 1 {
            return start - u64::from(self.cur.byte(start - 1) == b'.');
        }
        match self.cur.near(start - 2) {
            [b'e' | b'E', b'+' | b'-'] => {
                let mantissa = self.word_start(start - 1);
                let [first, second] = self.cur.near(mantissa);
                let is_decimal = first.is_ascii_digit() && !matches!(second, b'x' | b'X');
                // `3.e-4`, but not `a.e-4`.
                let is_behind_dot = mantissa + 2 == start
                    && mantissa > self.st.gap
                    && self.cur.byte(mantissa - 1) == b'.'
                    && self.cur.byte(self.word_start(mantissa - 1)).is_ascii_digit();
                let is_number = is_decimal || is_behind_dot;
                return if is_number { self.number_start(mantissa) } else { start };
            }
            [_, b'.'] => {}
            _ => return start,
        }
        let whole = self.word_start(start - 1);
        if self.cur.byte(whole).is_ascii_digit() { whole } else { start - 1 }
    }

    /// The token before a word that starts at `start`, where it starts if it is a word, and whether a line break follows it.
    fn token_before(&self, start: u64) -> (Last, u64, bool) {
        let (end, newline) = self.skip_back(start);
        if end == self.st.gap {
            return (self.st.last, self.st.word.0, newline || self.st.newline);
        }
        let byte = self.cur.byte(end - 1);
        if TYPES && byte == b'!' && self.is_postfix_bang(end - 1) {
            return (Last::Close, 0, newline);
        }
        if is_word(byte) || byte == b'}' {
            let from = self.word_start(end);
            let word = self.keyword_of(from, end);
            let is_number = self.cur.byte(from).is_ascii_digit();
            return (if is_number { Last::Literal } else { Last::Word(word) }, from, newline);
        }
        (self.operator(end), 0, newline)
    }

    /// What the operator means that ends at `end`.
    fn operator(&self, end: u64) -> Last {
        let byte = self.cur.byte(end - 1);
        let before = if end - 1 > self.st.gap { self.cur.byte(end - 2) } else { 0 };
        match byte {
            b'.' if before == b'.' => Last::Op(b'.'),
            b'.' if before.is_ascii_digit()
                && self.cur.byte(self.word_start(end - 1)).is_ascii_digit() =>
            {
                Last::Literal
            }
            b'.' => Last::Dot,
            b'+' | b'-' if before == byte => {
                let (from, newline) = self.skip_back(end - 2);
                let operand = if from == self.st.gap {
                    self.st.last.is_operand() && !self.st.newline
                } else {
                    is_word(self.cur.byte(from - 1)) && {
                        let word = self.keyword_of(self.word_start(from), from);
                        !word.wants_operand() && !word.begins_statement()
                    }
                };
                if operand && !newline { Last::Close } else { Last::Op(byte) }
            }
            byte => Last::Op(byte),
        }
    }

    /// Whether the `!` at `at` follows an operand on its line.
    fn is_postfix_bang(&self, at: u64) -> bool {
        let (end, newline) = self.skip_back(at);
        if end == self.st.gap {
            return self.st.last.is_operand() && !newline && !self.st.newline;
        }
        let byte = self.cur.byte(end - 1);
        if byte == b'!' {
            return self.is_postfix_bang(end - 1);
        }
        if newline || !is_word(byte) {
            return false;
        }
        let start = self.word_start(end);
        let word = self.keyword_of(start, end);
        !word.wants_operand() && !word.begins_statement()
    }

    /// The keyword from `start` to `end`, where no member's name can be meant: behind a dot every word is one. An `of` is a keyword in
    /// the head of a `for` only.
    fn keyword_of(&self, start: u64, end: u64) -> Word {
        let is_member = if start > self.st.gap {
            matches!(self.cur.byte(start - 1), b'.' | b'#')
        } else {
            self.st.last == Last::Dot
        };
        match self.word_of(start, end) {
            _ if is_member => Word::Plain,
            Word::Of if self.st.frame.kind != Kind::For => Word::Plain,
            word => word,
        }
    }

    /// The word at `start`, where it may be one or another by what stands before it.
    fn word(&self, start: u64, end: u64, before: Last) -> Word {
        let word = self.word_of(start, end);
        match word {
            // `of` is an operator in the head of a `for`, after a name or pattern.
            Word::Of if self.st.frame.kind != Kind::For => Word::Plain,
            Word::Of if matches!(before, Last::Word(word) if word.declares() || word == Word::Of) => {
                Word::Plain
            }
            Word::Of if !before.is_operand() => Word::Plain,
            word => word,
        }
    }

    /// Looks at a long gap up to `end` or nearly so; what is left is short. `end` is the next token that wakes, or the
    /// end of what is at hand.
    pub(super) fn settle_long_gap(&mut self, end: u64) {
        while end > self.st.gap + 2 * GAP_BYTES_MAX {
            let at = self.st.gap + GAP_BYTES_MAX;
            let cut_word = is_word(self.cur.byte(at - 1)) && is_word(self.cur.byte(at));
            self.settle(at);
            self.st.word_goes_on = cut_word && self.st.gap == at;
        }
    }

    /// A word was cut off at `gap`; takes its rest up to `at`.
    fn finish_long_word(&mut self, at: u64) {
        let mut end = self.st.gap;
        while end < at && is_word(self.cur.byte(end)) {
            end += 1;
        }
        self.st.gap = end;
        self.st.word.1 = end;
        self.st.newline = false;
        if let Last::Word(_) = self.st.last {
            self.st.last = Last::Word(Word::Plain);
        }
        self.st.word_goes_on = end == at && is_word(self.cur.byte(at));
    }
}
