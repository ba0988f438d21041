//! Any cut against the whole: equal sums, lines and first problem, scanned piece by piece from the true state and, by
//! surveys, from each piece alone.

#![no_main]

use libfuzzer_sys::fuzz_target;
use warp_tui::lang::LanguageId::Json;
use warp_tui::scan::{Accountant, Checker, ScanJob, Scanned, State, Surveyed};
use warp_tui::simd::best;

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let job = ScanJob {
        language: Json,
        kernel: best(),
        threads: 1,
        chunk_bytes: 64,
        bytes_total: bytes.len() as u64,
        give_way: None,
    };
    let account = |piece_bytes: usize| {
        let (mut state, mut accountant) = (State::default(), Accountant::new(&job));
        for piece in bytes.chunks(piece_bytes) {
            let (scanned, end) = Surveyed::scan(job.kernel, Json, &state, piece);
            state = end;
            let taken = accountant.take(&scanned, &state, || Ok::<_, ()>(piece));
            assert_eq!(taken, Ok(()));
        }
        let account = accountant.finish();
        (account.summary, account.lines, account.problem)
    };
    let whole = account(bytes.len().max(1));
    assert_eq!(account(usize::from(*first).max(1)), whole);
    let mut looking = Checker::new(job.kernel, Json);
    looking.look(bytes);
    assert_eq!(looking.finish(), whole.2);
});
