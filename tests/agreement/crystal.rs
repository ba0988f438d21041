//! Crystal: what its own lexer and parser find, as `tests/reference/crystal.cr` prints it.
//!
//! Its answers for our fixtures are kept. `crystal build tests/reference/crystal.cr` makes the program; with its path in
//! `WARP_TUI_CRYSTAL` the corpus is compared too, and `WARP_TUI_UPDATE=1` writes the kept answers anew.

use std::process::Command;

use crate::external::{self, External};
use crate::harness;

/// The reference, if it has been built.
pub(crate) fn reference() -> Option<External> {
    std::env::var_os("WARP_TUI_CRYSTAL").map(|program| External::start(&mut Command::new(program)))
}

#[test]
fn fixtures_agree() {
    let start = || reference().expect("WARP_TUI_CRYSTAL is the path of the reference");
    let tally = external::compare_fixtures("crystal", &["cr"], start);
    // Those that are broken on purpose, and one with a byte order mark.
    assert_eq!(tally.rejected, 6, "{}", tally.report("crystal"));
    assert!(tally.differences.is_empty(), "{}", tally.report("crystal"));
}

/// Nothing is asked where no corpus or no reference is at hand.
#[test]
fn corpus_agrees() {
    let paths = harness::corpus("crystal", &["cr"]);
    let Some(reference) = reference() else { return };
    let tally = external::compare(&paths, reference);
    println!("{}", tally.report("crystal"));
    assert_eq!(tally.equal, tally.accepted, "structurals and spans");
    assert_eq!(tally.levels_equal, tally.accepted, "levels");
    assert_eq!(tally.unproblematic, tally.accepted, "problems");
    for (kind, [_, ours, theirs]) in &tally.patterns {
        assert_eq!((*ours, *theirs), (0, 0), "{kind}");
    }
}
