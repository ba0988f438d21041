//! The tune view: how it is opened and left, what its keys do, how it looks.

use std::sync::Arc;

use super::*;
use crate::explorer::tune::{
    Plan, ReadFrom, ReadLimit, TuneEnd, TuneProgress, TuneStatus, Tuned, Tuning,
};
use crate::explorer::{Request, TimeShares};
use crate::lang::LanguageId;
use crate::simd::KernelId;

const KERNELS: [KernelId; 3] = [KernelId::Avx512, KernelId::Avx2, KernelId::Scalar];

fn tuning(kernel: KernelId, threads: usize, chunk_bytes: usize) -> Tuning {
    Tuning { kernel, threads, chunk_bytes }
}

/// Three kernels with one, two and four threads on two cores, as a machine might have measured them.
fn tuned(rounds: usize) -> Tuned {
    let plan = Plan {
        kernels: KERNELS.to_vec(),
        threads: vec![1, 2, 4],
        chunks: vec![16 << 10, 64 << 10],
        rounds: 5,
    };
    let mut tuned = Tuned::nothing(&plan, LanguageId::Json, 64 << 20, 2);
    tuned.rounds = rounds;
    for limit in &mut tuned.limits {
        let threads = limit.threads;
        let memory = if threads == 1 { 27e9 } else { 40e9 };
        let file = if threads == 1 { 13e9 } else { 24e9 };
        *limit = ReadLimit { threads, memory, file };
    }
    for run in &mut tuned.runs {
        let place = KERNELS.iter().position(|it| *it == run.tuning.kernel).unwrap();
        let one = [9.1e9, 6.3e9, 1.2e9][place];
        let times = [1.0, 1.85, 1.8][run.tuning.threads / 2];
        let chunk = if run.tuning.chunk_bytes == 16 << 10 { 0.93 } else { 1.0 };
        let from = if run.from == ReadFrom::Memory { 2.0 } else { 1.0 };
        let median = one * times * chunk * from;
        run.rates = [1.0, 0.86, 1.05, 0.97, 1.02].map(|share| median * share)[..rounds].to_vec();
        run.misses = (run.tuning.threads - 1) as u64;
        run.times = Some(TimeShares { ordering: 0.04, ahead: 0.02, ..TimeShares::default() });
    }
    tuned
}

/// A measurement that stands so.
fn status(rounds: usize, outcome: Option<Result<TuneEnd, String>>) -> TuneStatus {
    TuneStatus {
        number: 1,
        range: 1 << 30..(1 << 30) + (64 << 20),
        progress: TuneProgress { done: 17 * (rounds + 1), total: 102, round: rounds, rounds: 5 },
        tuned: Some(Arc::new(tuned(rounds))),
        outcome,
    }
}

/// A screen that has been asked to tune, and an engine whose measurement stands so.
fn tuning_view(columns: u16, rows: u16, status: TuneStatus) -> Bench {
    let mut bench = Bench::new(columns, rows);
    bench.keys("t");
    let mut snapshot = testing::snapshot(DOCUMENT.as_bytes());
    snapshot.generation = 2;
    snapshot.tune = Some(status);
    bench.engine.snapshot.replace(Arc::new(snapshot));
    bench.settle();
    bench
}

fn whole(columns: u16, rows: u16) -> Bench {
    tuning_view(columns, rows, status(5, Some(Ok(TuneEnd::Whole))))
}

fn last_asked(bench: &Bench) -> Request {
    bench.engine.asked.borrow().last().cloned().expect("something was asked")
}

#[test]
fn it_looks_like_this_at_80_by_24() {
    insta::assert_snapshot!(whole(80, 24).picture());
}

#[test]
fn it_looks_like_this_at_140_by_40() {
    insta::assert_snapshot!(whole(140, 40).keys("left j j").picture());
}

#[test]
fn it_looks_like_this_where_there_is_little_room() {
    insta::assert_snapshot!(whole(40, 12).picture());
}

#[test]
fn the_chart_s_title_is_whole_at_any_width() {
    for columns in 24..=200 {
        let bench = whole(columns, 24);
        let picture = bench.picture();
        let edge = picture.lines().nth(1).unwrap_or_default();
        assert!(edge.contains("─ GB/s") && !edge.contains('…'), "{columns}: {edge}");
    }
    assert!(whole(80, 24).picture().contains("GB/s by threads  from the file  chunks of 64 KiB "));
}

#[test]
fn where_reading_is_far_faster_the_bars_have_the_chart_to_themselves() {
    let mut slow = tuned(5);
    slow.runs.iter_mut().flat_map(|run| &mut run.rates).for_each(|rate| *rate /= 10.0);
    let outcome = Some(Ok(TuneEnd::Whole));
    let slow = TuneStatus { tuned: Some(Arc::new(slow)), ..status(5, outcome) };
    insta::assert_snapshot!(tuning_view(140, 40, slow).picture());
}

#[test]
fn while_it_measures_it_says_how_far_it_is() {
    let warming = TuneStatus { tuned: Some(Arc::new(tuned(0))), ..status(0, None) };
    let picture = tuning_view(80, 24, warming).picture();
    assert!(picture.contains("warms up: every setting once, which does not count"), "{picture}");
    let picture = tuning_view(80, 24, status(2, None)).picture();
    assert!(picture.contains("round 2 of 5") && picture.contains("★ avx512"), "{picture}");
}

#[test]
fn ascii_marks_stand_in_for_all_glyphs() {
    let mut bench = whole(130, 40);
    bench.app.ascii = true;
    let picture = bench.picture();
    assert!(picture.is_ascii(), "{picture}");
    assert!(picture.contains("* avx512"), "{picture}");
}

#[test]
fn it_measures_at_once_around_the_cursor_and_again_when_asked() {
    let mut bench = Bench::new(80, 24);
    bench.keys("5 0 % t");
    let around = bench.app.cursor;
    assert!(around > 0);
    assert!(bench.engine.asked.borrow().contains(&Request::Tune { around }));
    let mut bench = whole(80, 24);
    bench.keys("R");
    assert_eq!(last_asked(&bench), Request::Tune { around: 0 });
    assert!(bench.picture().contains("begins") || bench.picture().contains("rounds"));
}

#[test]
fn enter_applies_the_best_run_or_the_chosen_one() {
    let mut bench = whole(80, 24);
    bench.keys("enter");
    let best = tuning(KernelId::Avx512, 2, 64 << 10);
    assert_eq!(last_asked(&bench), Request::Apply(best));
    assert_eq!(bench.message(), "in use from now on: avx512, 2 threads, chunks of 64 KiB");
    bench.keys("G enter");
    let slowest = tuning(KernelId::Scalar, 1, 16 << 10);
    assert_eq!(last_asked(&bench), Request::Apply(slowest));
    // The same setting with the other chunk size.
    bench.keys("tab enter");
    assert_eq!(last_asked(&bench), Request::Apply(tuning(KernelId::Scalar, 1, 64 << 10)));
    // From memory the choice stays what it is.
    bench.keys("left enter");
    assert_eq!(last_asked(&bench), Request::Apply(tuning(KernelId::Scalar, 1, 64 << 10)));
    assert!(bench.picture().contains("Runs from memory"), "{}", bench.picture());
}

#[test]
fn w_writes_the_chosen_setting() {
    let mut bench = whole(80, 24);
    bench.keys("w");
    let best = tuning(KernelId::Avx512, 2, 64 << 10);
    assert_eq!(bench.commands, [Command::Keep(best)]);
    let mut bench = Bench::new(80, 24);
    bench.keys("w");
    assert_eq!(bench.message(), "t measures settings; this is a key of that view");
}

#[test]
fn escape_stops_first_and_leaves_then() {
    let mut bench = tuning_view(80, 24, status(2, None));
    bench.keys("esc");
    assert_eq!(last_asked(&bench), Request::StopTune);
    assert!(bench.app.tune.is_some());
    let mut bench = tuning_view(80, 24, status(2, Some(Ok(TuneEnd::Stopped))));
    assert!(bench.picture().contains("stopped after 2 rounds"), "{}", bench.picture());
    bench.keys("ctrl-c");
    assert!(bench.app.tune.is_some());
    bench.keys("esc");
    assert!(bench.app.tune.is_none() && bench.commands.is_empty());
    assert_eq!(last_asked(&bench), Request::EndTune);
    for key in ["q", "t"] {
        let mut bench = tuning_view(80, 24, status(2, None));
        bench.keys(key);
        assert!(bench.app.tune.is_none() && bench.commands.is_empty());
        assert_eq!(last_asked(&bench), Request::EndTune);
    }
}

#[test]
fn what_cannot_be_measured_on_is_said() {
    let why = "a stream comes once; settings are measured on a file, again and again".to_owned();
    let refused = TuneStatus { tuned: None, range: 0..0, ..status(0, Some(Err(why.clone()))) };
    for (columns, rows) in [(80, 24), (80, 10)] {
        let mut bench = tuning_view(columns, rows, refused.clone());
        assert!(bench.picture().contains(&why), "{}", bench.picture());
        bench.keys("enter");
        assert_eq!(bench.message(), "nothing is measured yet");
    }
}

#[test]
fn keys_of_what_is_not_in_sight_do_nothing_unseen() {
    let mut bench = whole(80, 24);
    bench.keys("/");
    assert_eq!(bench.message(), "`search` is of no use here; q leaves");
    assert!(bench.app.overlays.is_empty());
}

#[test]
fn every_size_is_drawn() {
    for status in [status(0, None), status(5, Some(Ok(TuneEnd::Whole)))] {
        let mut bench = tuning_view(80, 24, status);
        bench.keys("G");
        for columns in (0..=40).chain([56, 80, 128, 300]) {
            for rows in (0..=16).chain([24, 30, 60]) {
                bench.app.resize(columns, rows);
                bench.frame();
            }
        }
    }
}
