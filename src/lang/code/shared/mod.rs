//! Pieces that several languages are made of.

pub(crate) mod literal;
