//! What may follow what: commas, colons, keys and values, and how words and escapes are spelled. RFC 8259, with comments where
//! white space may stand, and values that follow each other at the top.
//!
//! [`Syntax`] goes token by token and says where a problem is. It is slow, and asked of stretches alone that
//! [`Stretch`] does not clear: that is made of a stretch by itself, on masks, and says that nothing is wrong inside of it.

mod exact;
mod fast;
mod stretch;
mod word;

pub(crate) use exact::{Around, Syntax, Token};
pub(super) use fast::Spelling;
pub(crate) use stretch::Stretch;
pub(super) use word::Word;
