//! What a state says of the definitions around it: at any cut those that have begun and have not ended, in any language.

use warp_tui::lang::PatternKind;
use warp_tui::lang::code::{Definition, Pattern, Piece};
use warp_tui::scan::{State, summarize};
use warp_tui::simd::{KernelId, available};

#[path = "shared/numbers.rs"]
mod numbers;
#[path = "shared/texts.rs"]
mod texts;

use texts::{fixtures, scanned};

/// That a name is one may be seen only some bytes and a bracket behind it.
const NEAR: u64 = 16;

/// Texts up to this size are cut at every place.
const EVERY_PLACE_BYTES_MAX: usize = 2 << 10;

#[test]
fn a_state_knows_the_definitions_that_it_is_inside_of() {
    let mut n_open = 0;
    for (info, scanner) in scanned() {
        for (path, text) in fixtures(info) {
            let whole = scanner.tokens(KernelId::Scalar, &text, &[]);
            for step in [1, 61, 1000] {
                if step == 1 && text.len() > EVERY_PLACE_BYTES_MAX {
                    continue;
                }
                let mut state = State::default();
                for piece in Piece::whole(&text).chunks(step) {
                    let at = piece.at + piece.bytes().len() as u64;
                    state = summarize(available()[0], info.id, &state, piece).1;
                    let Some(code) = state.code.as_ref().filter(|_| !piece.last) else { continue };
                    let open = code.open_definitions();
                    let seen = at - u64::from(code.pending());
                    let what = format!("{path}, cut at {at}");
                    assert!(
                        open.windows(2).all(|it| it[0].start <= it[1].start),
                        "{what}: {open:?}"
                    );
                    let end_of = |start, kind| {
                        let of_it = |it: &&Pattern| (it.start, it.kind) == (start, kind);
                        whole.patterns.iter().find(of_it).map(|it| it.end)
                    };
                    for it in &open {
                        let is_one = whole.definitions.iter().any(|other| key(other) == key(it));
                        assert!(is_one, "{what}: {it:?} is none");
                        // That one has ended may be seen at the next token only.
                        let end = end_of(it.start, it.kind).unwrap_or(at);
                        let behind = |at: &&u64| (end..seen).contains(*at);
                        let n_behind = whole.structural.iter().filter(behind).count();
                        assert!(n_behind <= 1, "{what}: {it:?} has ended at {end}");
                    }
                    for it in &whole.definitions {
                        let end = end_of(it.start, it.kind);
                        let next = whole.structural.iter().find(|at| **at >= it.name.1 + NEAR);
                        let is_known = next.is_some_and(|next| *next < seen);
                        if is_known && end.is_some_and(|end| end > at) {
                            let is_told = open.iter().any(|other| key(other) == key(it));
                            assert!(is_told, "{what}: {it:?} is open, told {open:?}");
                            n_open += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(n_open > 10_000, "{n_open}");
}

/// What tells a definition from others. Where a name ends that goes on for more than a KiB is told in more than one way.
fn key(it: &Definition) -> (u64, PatternKind, u64) {
    (it.start, it.kind, it.name.0)
}
