//! JSON: one value, JSON Lines, concatenated values, with `//` and `/* */` comments accepted and reported.
//!
//! The fast path takes everything to be code or string: escapes by the odd-backslash trick, strings by prefix parity.
//! Whatever that cannot know (a `/` or a backslash outside of strings, a state inside a comment) sends the batch it
//! stands in through `careful`, which finds the spans one by one; the counting after it is the same.
//!
//! A string goes on over line breaks until its closing quote, as in every scanner that runs at memory speed; the
//! checking pass reports the first string that does.

mod careful;
mod classify;
mod detail;
mod opening;
mod pairs;
mod patterns;
mod summary;
mod survey;
mod syntax;
mod tokens;

pub(crate) use detail::{detail, structurals, structurals_checked};
pub(in crate::lang) use opening::begins_like_json;
pub(crate) use patterns::Patterns;
pub(crate) use summary::summarize;
#[cfg(test)]
pub(crate) use survey::survey_by_lanes;
pub(crate) use survey::{survey, survey_and_summary};
pub(crate) use syntax::{Around, Stretch, Syntax, Token};
