//! Agreement with each language's own lexer and parser, over our fixtures and over real corpora.
//!
//! A reference gives what it finds in a file as [`harness::Tokens`]; the scanner's answer must be the same to the byte.
//! `WARP_TUI_CORPUS=DIR cargo test --profile corpus --test agreement -- --nocapture` runs the corpora that
//! `tests/agreement/corpus.sh` put into DIR, one folder a language.

mod crystal;
mod escapes;
mod external;
mod go;
#[allow(dead_code, reason = "the languages that use it come one by one")]
mod harness;
mod javascript;
mod python;
mod ruby;
mod rust;
