//! What a closing bracket closes that does not fit the innermost level: the nearest one that it fits, unless something lies between
//! that no closer reaches through.

use crate::lang::Class;
use crate::lang::code::Stack;
use crate::limits::LEVELS_LOOKED_AT;

/// What an open level is to a closer, as [`Stack::nearest`] takes it.
pub(crate) const WALL: u32 = 1;
pub(crate) const PAREN: u32 = 2;
pub(crate) const BRACKET: u32 = 4;
pub(crate) const BRACE: u32 = 8;
/// It is passed by.
pub(crate) const OTHER: u32 = 0;

/// How many levels are inside of the one that a closer of `class` closes; none if it closes nothing.
pub(crate) fn levels_inside<T: Clone>(
    levels: &Stack<T>,
    class: Class,
    sort_of: impl Fn(&T) -> u32,
) -> Option<usize> {
    let fits = match class {
        Class::ParenClose => PAREN,
        Class::BracketClose => BRACKET,
        _ => BRACE,
    };
    let nearest = levels.nearest(LEVELS_LOOKED_AT, fits | WALL, sort_of);
    nearest.filter(|(_, sort)| *sort == fits).map(|(n, _)| n)
}
