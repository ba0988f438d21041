//! Tokens in order, a few bits each: which may follow which, 64 at a time, and the brackets among them.
//!
//! Only neighbours are looked at. A string is a key if a colon comes next; a comma is an object's if a key comes next; a value that
//! follows a value begins a document of its own. Whether all this stands where it may is then for the brackets to say.

use std::hint::black_box;

use super::pairs::{Marks, pair_off, rise};
use super::syntax::Token;
use crate::scan::Survey;
use crate::simd::{BLOCK_BYTES, GROUP_BLOCKS_MAX, Kernel, Lanes};

/// Blocks of a row.
const BLOCKS: usize = 1024;

/// Words that their tokens may take, and two that have no token yet or were left from before.
const FULL_MAX: usize = BLOCKS * BLOCK_BYTES / 64 + 2;

/// Tokens as three bits: whether it is a bracket; then, whether it opens and whether it is a brace. Of the others: a word is 00, a
/// string 01, a comma 10, a colon 11. The middle bit is thus set where no value ends.
#[derive(Clone, Copy, Debug, Default)]
struct Kinds {
    bracket: u64,
    open: u64,
    brace: u64,
}

impl Kinds {
    #[inline(always)]
    fn strings(self) -> u64 {
        !self.bracket & !self.open & self.brace
    }

    #[inline(always)]
    fn colons(self) -> u64 {
        !self.bracket & self.open & self.brace
    }

    /// The token `i`.
    #[inline(always)]
    fn token(self, i: u32) -> Token {
        match (self.bracket >> i & 1, self.open >> i & 1, self.brace >> i & 1) {
            (1, 1, 1) => Token::OpenBrace,
            (1, 1, _) => Token::OpenBracket,
            (1, _, _) => Token::Close,
            (_, 1, 1) => Token::Colon,
            (_, 1, _) => Token::Comma,
            (_, _, 1) => Token::String,
            _ => Token::Word,
        }
    }
}

/// For each block of a group: its tokens, and their three bits. Aligned, or the processor is slow to read what it has just written.
#[repr(align(64))]
struct Words([[u64; GROUP_BLOCKS_MAX]; 4]);

/// Tokens that were met and not gone over yet.
pub(super) struct Row {
    /// Where the row begins in the stretch.
    at: u32,
    /// Where those stand that are left from the row before.
    left: Vec<u32>,
    /// The tokens of each block: where one stands is worked out for those few whose place is asked for.
    blocks: Vec<u64>,
    /// 64 tokens each.
    full: Vec<Kinds>,
    /// The rest. Behind the last there are no bits.
    last: Kinds,
    /// How many there are in `last`: less than 64.
    n_last: u32,
    /// The token before the first one, if there is one.
    before: Option<Kinds>,
    /// Depth before the row less depth before the stretch, and the highest so far.
    depth: i64,
    highest: i64,
}

impl Row {
    pub(super) fn new() -> Self {
        Row {
            at: 0,
            left: Vec::new(),
            blocks: Vec::with_capacity(BLOCKS),
            full: Vec::with_capacity(FULL_MAX),
            last: Kinds::default(),
            n_last: 0,
            before: None,
            depth: 0,
            highest: 0,
        }
    }

    /// Adds the tokens of the next group, with their three bits.
    #[inline(always)]
    pub(super) fn add<K: Kernel>(&mut self, kernel: K, tokens: K::Lanes, kinds: [K::Lanes; 3]) {
        let mut tail = (self.last, self.n_last);
        if K::Lanes::COUNT == 1 {
            let [bracket, open, brace] = kinds;
            let (bracket, open, brace) = (bracket.last(), open.last(), brace.last());
            self.block(kernel, tokens.last(), Kinds { bracket, open, brace }, &mut tail);
        } else {
            let mut words = Words([[0; GROUP_BLOCKS_MAX]; 4]);
            let Words(words) = &mut words;
            tokens.store(&mut words[0]);
            for (lanes, words) in kinds.into_iter().zip(&mut words[1..]) {
                lanes.store(words);
            }
            // Through memory: the compiler would take them out of registers one by one, at two instructions each.
            black_box(&mut *words);
            let [tokens, brackets, opens, braces] = &*words;
            let kinds = brackets.iter().zip(opens).zip(braces);
            for (tokens, ((bracket, open), brace)) in tokens.iter().zip(kinds) {
                let kinds = Kinds { bracket: *bracket, open: *open, brace: *brace };
                self.block(kernel, *tokens, kinds, &mut tail);
            }
        }
        (self.last, self.n_last) = tail;
    }

    /// Adds the tokens of a block to those of `tail`, less than 64.
    #[inline(always)]
    fn block<K: Kernel>(
        &mut self,
        kernel: K,
        tokens: u64,
        kinds: Kinds,
        (last, n): &mut (Kinds, u32),
    ) {
        self.blocks.push(tokens);
        let bracket = kernel.squeeze(kinds.bracket, tokens);
        let open = kernel.squeeze(kinds.open, tokens);
        let brace = kernel.squeeze(kinds.brace, tokens);
        last.bracket |= bracket << *n;
        last.open |= open << *n;
        last.brace |= brace << *n;
        let room = 63 - *n;
        *n += tokens.count_ones();
        if *n >= 64 {
            self.full.push(*last);
            // One and what there was room for, since a shift by 64 is none.
            *last = Kinds {
                bracket: bracket >> 1 >> room,
                open: open >> 1 >> room,
                brace: brace >> 1 >> room,
            };
            *n -= 64;
        }
    }

    /// Whether no batch more may be added.
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.blocks.len() + super::classify::BATCH_BYTES_MAX / BLOCK_BYTES > BLOCKS
    }

    /// Goes over all tokens but those of which the next ones must be known, over these too if the stretch ends here (`is_end`).
    /// Tells `survey` what is left. The next row begins behind this one.
    #[inline(always)]
    pub(super) fn empty_into<K: Kernel>(&mut self, kernel: K, survey: &mut Survey, is_end: bool) {
        let n = 64 * self.full.len() as u32 + self.n_last;
        // Of each token the next two matter.
        let n_words = if is_end { n.div_ceil(64) } else { n.saturating_sub(2) / 64 } as usize;
        self.full.push(self.last);
        for i in 0..n_words {
            let next = self.full.get(i + 1).copied().unwrap_or_default();
            let number = 64 * i as u32;
            self.word(kernel, self.full[i], next, (number, n - number), survey);
        }
        if let Some(last) = n_words.checked_sub(1) {
            let before = last.checked_sub(1).map(|i| self.full[i]);
            Self::end(survey, before, self.full[last], (n - 64 * last as u32).min(64));
        }
        survey.brackets.depth_max = self.highest;
        self.place(kernel, n, survey);
        let n_done = if is_end { n } else { 64 * n_words as u32 };
        self.leave(kernel, n_done, n);
        self.at += (self.blocks.len() * BLOCK_BYTES) as u32;
        self.blocks.clear();
        self.full.pop();
        self.full.drain(..n_words.min(self.full.len()));
    }

    /// Goes over a word of tokens, of which the first is number `number` of the row and the last one of the row the `n`th; `next` are
    /// those behind it.
    #[inline(always)]
    fn word<K: Kernel>(
        &mut self,
        kernel: K,
        kinds: Kinds,
        next: Kinds,
        (number, n): (u32, u32),
        survey: &mut Survey,
    ) {
        let here = ones(n);
        let Kinds { bracket, open, brace } = kinds;
        let (strings, colons) = (kinds.strings() & here, kinds.colons());
        // Whether the next one is known, and the one after that.
        let (known, known_too) = (ones(n - 1), ones(n.saturating_sub(2)));
        let next_colons = colons >> 1 | next.colons() << 63;
        let keys = strings & next_colons & known;
        let next_strings = strings >> 1 | next.strings() << 63;
        let next_keys = keys >> 1 | (next.strings() & next.colons() >> 1) << 63;
        let unknown = strings & !known;
        let values = here & !(bracket ^ open) & !keys & !unknown;
        let commas = !bracket & open & !brace & here;
        let closes = bracket & !open;
        // The tokens before them. Of the first of all nothing is said here.
        let (first, before) = match self.before {
            Some(before) => (0, before),
            None => (1, Kinds::default()),
        };
        let was = Kinds {
            bracket: bracket << 1 | before.bracket,
            open: open << 1 | before.open,
            brace: brace << 1 | before.brace,
        };
        let after_brace = was.bracket & was.open & was.brace;
        let after_comma = !was.bracket & was.open & !was.brace;
        let after_sign = !was.bracket & was.open;
        let wrong = commas & was.open
            | closes & after_sign
            | colons & !was.strings() & here
            | values & after_brace
            | keys & !(after_brace | after_comma);
        survey.syntax.suspect |= wrong & !first != 0;
        if self.before.is_none() {
            survey.syntax.begin(kinds.token(0), (n > 1).then_some(keys & 1 == 1));
        }
        // Of a word that is not full nothing comes behind.
        self.before = Some(Kinds { bracket: bracket >> 63, open: open >> 63, brace: brace >> 63 });
        let mut tops = values & !was.open & !first;
        while tops != 0 {
            let before = (tops & tops.wrapping_neg()) - 1;
            tops &= tops - 1;
            let opened = i64::from((bracket & open & before).count_ones());
            let closed = i64::from((closes & before).count_ones());
            survey.brackets.top(self.depth + opened - closed);
        }
        let brackets_here = kernel.squeeze(open, bracket);
        let n_brackets = bracket.count_ones();
        self.highest = self.highest.max(self.depth + rise(brackets_here, n_brackets));
        self.depth += 2 * i64::from(brackets_here.count_ones()) - i64::from(n_brackets);
        // A comma says what it stands in, if the next token is known to be a key or none.
        let says = known & (known_too | !next_strings);
        let marks = bracket | commas & says;
        let braces = bracket & brace | commas & next_keys;
        let brackets = &mut survey.brackets;
        let here = kernel.squeeze(marks, marks);
        let brackets_here = kernel.squeeze(bracket, marks);
        let opens = kernel.squeeze(open & bracket, marks);
        let braces = kernel.squeeze(braces, marks);
        let all = Marks { here, brackets: brackets_here, opens, braces };
        let mut left = pair_off(kernel, all, &mut brackets.mismatch);
        while left != 0 {
            let i = left.trailing_zeros();
            left &= left - 1;
            let brace = braces >> i & 1 == 1;
            if brackets_here >> i & 1 == 1 {
                let place = kernel.spread(1 << i, marks).trailing_zeros();
                brackets.take(number + place, opens >> i & 1 == 1, brace);
            } else {
                brackets.comma(brace);
            }
        }
    }

    /// Tells `survey` of the last two tokens, of which the last is number `n - 1` of a word; `before` is the word before it.
    fn end(survey: &mut Survey, before: Option<Kinds>, word: Kinds, n: u32) {
        let syntax = &mut survey.syntax;
        let last_but_one = match (n, before) {
            (1, Some(before)) => Some(before.token(63)),
            (1, None) => syntax.last_token(),
            _ => Some(word.token(n - 2)),
        };
        syntax.end(last_but_one, word.token(n - 1));
    }

    /// Says where the openers stand that are left and were told by their number, from the last to the first of the row's `n` tokens.
    #[inline(always)]
    fn place<K: Kernel>(&self, kernel: K, n: u32, survey: &mut Survey) {
        let mut places = Places { row: self, block: self.blocks.len(), before: n };
        survey.brackets.place(|number| places.of(kernel, number));
    }

    /// Notes where the tokens from number `from` to `n` stand.
    #[inline(always)]
    fn leave<K: Kernel>(&mut self, kernel: K, from: u32, n: u32) {
        let mut places = Places { row: self, block: self.blocks.len(), before: n };
        let mut left: Vec<u32> = (from..n).rev().map(|number| places.of(kernel, number)).collect();
        left.reverse();
        self.left = left;
    }
}

/// Finds the places of tokens by their numbers, which fall.
struct Places<'a> {
    row: &'a Row,
    /// A block, and how many tokens of the row stand before it.
    block: usize,
    before: u32,
}

impl Places<'_> {
    #[inline(always)]
    fn of<K: Kernel>(&mut self, kernel: K, number: u32) -> u32 {
        if let Some(place) = self.row.left.get(number as usize) {
            return *place;
        }
        while self.before > number {
            self.block -= 1;
            self.before -= self.row.blocks[self.block].count_ones();
        }
        let token = kernel.spread(1 << (number - self.before), self.row.blocks[self.block]);
        self.row.at + (self.block * BLOCK_BYTES) as u32 + token.trailing_zeros()
    }
}

/// The lowest `n` bits, or all.
#[inline(always)]
fn ones(n: u32) -> u64 {
    if n >= 64 { !0 } else { (1 << n) - 1 }
}
