//! Pieces that several languages are made of.

pub(crate) mod closer;
pub(crate) mod common;
pub(crate) mod escape;
pub(crate) mod keyword;
pub(crate) mod literal;

#[cfg(test)]
mod hostile_tests;
