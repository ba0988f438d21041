//! Go: what its own go/scanner and go/parser find, asked of `tests/reference/go.go`.

use std::path::Path;
use std::process::Command;

use crate::external::{self, External};
use crate::harness;

/// The reference, run by the Go that is installed.
pub(crate) fn start() -> External {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/go.go");
    External::start(Command::new("go").arg("run").arg(program))
}

#[test]
fn fixtures_agree() {
    let tally = external::compare_fixtures("go", &["go"], start);
    // Those that are empty or broken on purpose.
    assert_eq!(tally.rejected, 9, "{}", tally.report("go"));
    assert!(tally.differences.is_empty(), "{}", tally.report("go"));
}

/// Nothing is asked of Go where no corpus is at hand.
#[test]
fn corpus_agrees() {
    let paths = harness::corpus("go", &["go"]);
    if paths.is_empty() {
        return;
    }
    let tally = external::compare(&paths, start());
    println!("{}", tally.report("go"));
    assert_eq!(tally.equal, tally.accepted, "structurals and spans");
    assert_eq!(tally.levels_equal, tally.accepted, "levels");
    assert_eq!(tally.unproblematic, tally.accepted, "problems");
}
