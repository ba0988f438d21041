//! Parameters that are names with plain types, and function types and methods of interfaces that have such: read in one go.
//!
//! As with plain types nothing is told before all has been seen to be so plain; what is not goes token by token (`types.rs`,
//! `quick_colons.rs`), with the same result.

use super::WORD;
use super::plain_types::PlainType;
use super::scan::Scan;
use super::words::Word;
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

/// Parameters of one list that are read in one go.
const PARAMS_MAX: usize = 8;

/// Parameters that have been looked at.
pub(super) struct PlainParams {
    /// The `(`, and one past the `)`.
    start: u64,
    pub(super) end: u64,
    /// How many have a type, and where each begins with its `:` and ends: empty for sinks to which places do not matter.
    n_types: usize,
    types: Vec<(u64, u64)>,
    /// What stands in the types.
    n_angles: u32,
    n_lists: u32,
    n_strings: u32,
}

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Looks at the parameters behind the `(` at `at`. `in_code`: words like `private` may stand before a name.
    #[inline(never)]
    pub(super) fn plain_params(&mut self, at: u64, in_code: bool) -> Option<PlainParams> {
        let types = Vec::new();
        let mut params = PlainParams {
            start: at,
            end: 0,
            n_types: 0,
            types,
            n_angles: 0,
            n_lists: 0,
            n_strings: 0,
        };
        let mut next = at + 1;
        loop {
            (next, _) = self.past_blanks(next, false);
            let mut byte = self.cur.byte(next);
            if byte == b')' {
                break;
            }
            if byte == b'.' && self.cur.stands(next, b"...") {
                next += 3;
                byte = self.cur.byte(next);
            }
            let end = loop {
                if !byte.is_ascii_alphabetic() && byte != b'_' && byte != b'$' {
                    return None;
                }
                let end = self.cur.next_out::<WORD>(next);
                let is_head = matches!(byte, b'c' | b'f')
                    && matches!(self.word_of(next, end), Word::Class | Word::Function);
                if is_head {
                    return None;
                }
                if !in_code || self.cur.byte(end) != b' ' {
                    break end;
                }
                next = end + 1;
                byte = self.cur.byte(next);
            };
            next = match self.cur.near(end) {
                [b':', _] => self.plain_param(end, &mut params)?,
                [b'?', b':'] => self.plain_param(end + 1, &mut params)?,
                [b',' | b')', _] => end,
                _ => return None,
            };
            if self.cur.byte(next) == b')' {
                break;
            }
            next += 1;
        }
        params.end = next + 1;
        (!self.is_near_unknown(params.end)).then_some(params)
    }

    /// Looks at the type of a parameter behind the `:` at `at`, and says where the token behind it stands.
    #[inline(always)]
    fn plain_param(&mut self, at: u64, params: &mut PlainParams) -> Option<u64> {
        let plain = match self.plain_names(at + 1, false) {
            Some(plain) => plain,
            None => self.plain_type(at + 1, false)?,
        };
        let ends = matches!(self.cur.byte(plain.next), b',' | b')');
        if !ends || params.n_types == PARAMS_MAX {
            return None;
        }
        if S::PLACES {
            params.types.push((at, plain.end));
        }
        params.n_types += 1;
        params.n_angles += plain.n_angles;
        params.n_lists += plain.n_lists;
        params.n_strings += plain.n_strings;
        Some(plain.next)
    }

    /// Tells of parameters and their parentheses.
    pub(super) fn tell_params(&mut self, params: &PlainParams) {
        self.sink.open_bracket(params.start, Class::ParenOpen);
        for (at, end) in &params.types {
            self.sink.structural(*at, Class::Colon);
            self.tell_places(at + 1, *end);
            self.pattern(*at, *end, PatternKind::TypeAnnotation, None);
        }
        if !S::PLACES {
            for _ in 0..params.n_types {
                self.sink.structural(params.start, Class::Colon);
                self.pattern(params.start, params.end, PatternKind::TypeAnnotation, None);
            }
            let n = (params.n_angles, params.n_lists, params.n_strings);
            self.tell_counts(params.start, params.end, n);
        }
        self.sink.close_bracket(params.end - 1, Class::ParenClose);
    }

    /// The type of a function from `from` on, if one stands there and all of it is plain: its parameters, and the result's type.
    #[inline(never)]
    pub(super) fn plain_function_type(
        &mut self,
        from: u64,
        in_members: bool,
    ) -> Option<(PlainParams, PlainType)> {
        let (start, _) = self.past_blanks(from, false);
        if self.cur.byte(start) != b'(' {
            return None;
        }
        let params = self.plain_params(start, false)?;
        let (arrow, _) = self.past_blanks(params.end, false);
        if !self.cur.stands(arrow, b"=>") {
            return None;
        }
        let plain = match self.plain_names(arrow + 2, in_members) {
            Some(plain) => plain,
            None => self.plain_type(arrow + 2, false)?,
        };
        Some((params, plain))
    }
}
