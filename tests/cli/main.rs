//! The command line as a person meets it: every form, every error, every exit code of the built binary.

mod agreement;
mod cache;
mod commands;
mod compare;
mod errors;
mod harness;
mod https;
mod mended;
mod scan;
mod settings;
mod streams;
mod tree;
