//! The parallel driver: any thread count, any chunk size, any guess gives what one pass gives; faults become errors.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::bounded;
use proptest::prelude::*;
use warp_tui::error::{Error, FailedAt};
use warp_tui::lang::code::Piece;
use warp_tui::lang::{LanguageId, SpanKind};
use warp_tui::scan::{
    Checker, Driver, GiveWay, LineKinds, Mode, ScanEvent, ScanJob, Scanned, State, Summary,
    account_of, naive, scan_source, summarize,
};
use warp_tui::simd::{self, KernelId};
use warp_tui::source::ReadAt;

fn job(threads: usize, chunk_bytes: usize, bytes: u64) -> ScanJob {
    let language = LanguageId::Json;
    ScanJob {
        language,
        kernel: simd::best(),
        threads,
        chunk_bytes,
        bytes_total: bytes,
        give_way: Some(Arc::new(GiveWay::default())),
    }
}

fn source(bytes: &[u8]) -> Arc<dyn ReadAt> {
    Arc::new(bytes.to_vec())
}

/// JSON with strings that look like structure, so that guesses go wrong.
fn tricky(n: usize) -> Vec<u8> {
    let line = br#"{"k,":"}{][","text":"he said: \"a\",\"b\": {\\","n":[1,2,{"x":null}], "url":"http://x/y"}"#;
    let mut all = b"[".to_vec();
    for _ in 0..n {
        all.extend_from_slice(line);
        all.extend_from_slice(b",\n");
    }
    all.extend_from_slice(b"0]\n");
    all
}

#[test]
fn threads_and_chunk_sizes_change_nothing() {
    // Enough for the pool, which small sources never see.
    let bytes = tricky(24_000);
    assert!(bytes.len() as u64 > warp_tui::limits::INLINE_BYTES_MAX);
    let (whole, detail) = naive::scan(&State::default(), &bytes);
    for threads in [1, 2, 3, 8] {
        for chunk in [64, 1024, 4096, 65536] {
            let job = job(threads, chunk, bytes.len() as u64);
            let found = scan_source(&source(&bytes), &job).expect("memory can be read");
            assert_eq!(found.summary, whole, "{threads} threads, {chunk} bytes a chunk");
            assert_eq!(found.end, detail.end);
        }
    }
}

#[test]
fn lines_and_the_first_problem_are_the_same_for_all_threads_chunks_and_kernels() {
    let good = tricky(24_000);
    let third = good.len() / 3;
    let with = |at: usize, bytes: &[u8]| {
        let mut broken = good.clone();
        broken.splice(at..at + bytes.len(), bytes.iter().copied());
        broken
    };
    // Bytes that are wrong in a string or out of one, brackets, line breaks, a comment that opens and never ends.
    let documents = [
        good.clone(),
        with(third, b"\xff"),
        with(third, b"}}}]]]"),
        with(third, b"\n\n \n\t\n\"\n"),
        with(third, b"/*"),
        with(good.len() - 6, b"[[[{"),
        [b"// a\n\n /* b\n */ ".to_vec(), good.clone()].concat(),
    ];
    for (i, bytes) in documents.iter().enumerate() {
        let job =
            |kernel, threads, chunk| ScanJob { kernel, ..job(threads, chunk, bytes.len() as u64) };
        let whole = account_of(&source(bytes), &job(simd::KernelId::Scalar, 1, 1 << 26), |_| ())
            .expect("memory can be read");
        let mut checker = Checker::new(simd::best(), LanguageId::Json);
        checker.look(bytes);
        assert_eq!(whole.problem, checker.finish(), "document {i}");
        assert_eq!(whole.lines, lines_one_by_one(bytes), "document {i}");
        for (threads, chunk) in [(1, 64), (1, 65536), (2, 1024), (3, 4096), (8, 65536)] {
            for kernel in simd::available() {
                let found = account_of(&source(bytes), &job(kernel, threads, chunk), |_| ())
                    .expect("memory can be read");
                let place = format!("document {i}, {threads} threads by {chunk}, {kernel:?}");
                assert_eq!(found.problem, whole.problem, "{place}");
                assert_eq!(found.lines, whole.lines, "{place}");
                assert_eq!(found.summary, whole.summary, "{place}");
            }
        }
    }
}

/// The twin: what is on each line, by the spans of the naive scan.
fn lines_one_by_one(bytes: &[u8]) -> LineKinds {
    let (_, detail) = naive::scan(&State::default(), bytes);
    let mut is_comment = vec![false; bytes.len()];
    for span in detail.spans.iter().filter(|span| span.kind != SpanKind::String) {
        is_comment[span.start as usize..span.end as usize].fill(true);
    }
    let (mut kinds, mut at) = (LineKinds::default(), 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let filled = |i: &usize| !bytes[*i].is_ascii_whitespace();
        let (comments, code): (Vec<usize>, Vec<usize>) =
            (at..at + line.len()).filter(filled).partition(|i| is_comment[*i]);
        match (code.is_empty(), comments.is_empty()) {
            (false, _) => kinds.code += 1,
            (true, false) => kinds.comment += 1,
            (true, true) => kinds.blank += 1,
        }
        at += line.len();
    }
    kinds
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn noise_is_scanned_alike_by_all_thread_counts(
        bytes in prop::collection::vec(prop::sample::select(&b"{}[],:\"\\/* \na"[..]), 0..20_000),
        threads in 1usize..5,
    ) {
        let (whole, _) = naive::scan(&State::default(), &bytes);
        let found = on_a_pool(&bytes, job(threads, 64, bytes.len() as u64));
        prop_assert_eq!(found, whole);
    }
}

/// The sums over what a driver tells, which does not look at the source's size.
fn on_a_pool(bytes: &[u8], job: ScanJob) -> Summary {
    let (send, receive) = bounded(1);
    let mut sum = Summary::default();
    let sink = move |event: ScanEvent| match event {
        ScanEvent::Chunks { chunks, .. } => {
            for (summary, _) in &chunks {
                sum = sum.then(summary);
            }
        }
        ScanEvent::Done => drop(send.send(sum.clone())),
        ScanEvent::Failed(error) => panic!("{error}"),
    };
    let _driver = Driver::start(source(bytes), job, Box::new(sink)).expect("threads start");
    receive.recv_timeout(Duration::from_secs(20)).expect("the scan ends")
}

#[test]
fn changing_the_thread_count_under_way_loses_nothing() {
    let bytes = tricky(40_000);
    let (whole, _) = naive::scan(&State::default(), &bytes);
    let (send, receive) = bounded(1);
    let mut sum = Summary::default();
    let mut next = 0;
    let sink = move |event: ScanEvent| match event {
        ScanEvent::Chunks { first, chunks, .. } => {
            assert_eq!(first, next, "chunks come in order");
            for (summary, _) in &chunks {
                next += summary.bytes;
                sum = sum.then(summary);
            }
        }
        ScanEvent::Done => drop(send.send(sum.clone())),
        ScanEvent::Failed(error) => panic!("{error}"),
    };
    let job = job(1, 256, bytes.len() as u64);
    let driver = Driver::start(source(&bytes), job, Box::new(sink)).expect("threads start");
    for threads in [4, 2, 7, 1, 3] {
        driver.set_threads(threads);
        std::thread::yield_now();
    }
    assert_eq!(receive.recv_timeout(Duration::from_secs(20)).expect("the scan ends"), whole);
}

/// A source that ends early, fails, panics or hangs at a place.
#[derive(Debug)]
struct Faulty {
    bytes: u64,
    at: u64,
    fault: Fault,
    released: Arc<AtomicBool>,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    Ends,
    Fails,
    Panics,
    Hangs,
}

impl ReadAt for Faulty {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(b' ');
        if offset + (buffer.len() as u64) <= self.at {
            return Ok(buffer.len());
        }
        if offset <= self.at {
            // The first read that meets the fault is the last to tell of it.
            std::thread::sleep(Duration::from_millis(20));
        }
        match self.fault {
            Fault::Ends => Ok(self.at.saturating_sub(offset) as usize),
            Fault::Fails => {
                let (at, reason) = (self.at.max(offset), io::Error::other("the disk is on fire"));
                Err(FailedAt { at, reason }.into())
            }
            Fault::Panics => panic!("a fault of ours"),
            Fault::Hangs => {
                while !self.released.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Ok(buffer.len())
            }
        }
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }
}

fn faulty(fault: Fault) -> (Arc<dyn ReadAt>, Arc<AtomicBool>) {
    let released = Arc::new(AtomicBool::new(false));
    let (bytes, at) = (8 << 20, 700_000);
    (Arc::new(Faulty { bytes, at, fault, released: Arc::clone(&released) }), released)
}

#[test]
fn a_source_that_shrinks_is_said_to_be_truncated() {
    for threads in [1, 3] {
        let error = scan_source(&faulty(Fault::Ends).0, &job(threads, 4096, 8 << 20));
        let error = error.expect_err("it ends early");
        assert!(matches!(error, Error::Truncated { at: 700_000, expected: 8_388_608 }), "{error}");
    }
}

#[test]
fn a_failing_read_is_an_error_with_its_place() {
    for threads in [1, 3] {
        let error = scan_source(&faulty(Fault::Fails).0, &job(threads, 4096, 8 << 20));
        let error = error.expect_err("it fails");
        // Not where the chunk begins that holds it, nor the batch of eight chunks.
        assert!(matches!(error, Error::Read { at: 700_000, .. }), "{error}");
        assert!(error.to_string().contains("the disk is on fire"), "{error}");
    }
}

#[test]
fn a_panicking_worker_is_an_error_of_the_job() {
    let error = scan_source(&faulty(Fault::Panics).0, &job(3, 4096, 8 << 20));
    assert!(matches!(error, Err(Error::WorkerPanic { .. })), "{error:?}");
}

/// A scan that panics from where its guess was wrong.
#[derive(Debug)]
struct PanicsAgain(Summary);

const BATCH: u64 = 8 * 4096;

impl Scanned for PanicsAgain {
    fn scan<'t>(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: impl Into<Piece<'t>>,
    ) -> (Self, State) {
        let piece = piece.into();
        assert!(piece.at < BATCH || start.mode != Mode::String, "a fault of ours");
        let (summary, end) = summarize(kernel, language, start, piece);
        (PanicsAgain(summary), end)
    }

    fn bytes(&self) -> u64 {
        self.0.bytes
    }

    fn tells_before(&self, near: u64) -> bool {
        self.0.tells_before(near)
    }
}

#[test]
fn a_panic_where_a_batch_is_scanned_again_is_an_error_of_the_job_too() {
    // One string, of which nothing says that it is one.
    let bytes = [b"[\"".as_slice(), &[b'x'; 1 << 20]].concat();
    let (send, told) = bounded(64);
    let sink = move |event: ScanEvent<PanicsAgain>| {
        send.send(event).expect("somebody listens");
    };
    let job = job(3, 4096, bytes.len() as u64);
    let driver = Driver::start(source(&bytes), job, Box::new(sink)).expect("threads start");
    let first = told.recv_timeout(Duration::from_secs(60)).expect("the first batch is told");
    assert!(matches!(first, ScanEvent::Chunks { first: 0, .. }), "{first:?}");
    let then = told.recv_timeout(Duration::from_secs(60)).expect("the job ends");
    assert!(matches!(then, ScanEvent::Failed(Error::WorkerPanic { at: BATCH, .. })), "{then:?}");
    drop(driver);
    assert!(told.recv_timeout(Duration::from_secs(60)).is_err(), "nothing comes behind it");
}

#[test]
fn dropping_a_driver_does_not_wait_for_a_read_that_hangs() {
    let (source, released) = faulty(Fault::Hangs);
    let sink = |_: ScanEvent| {};
    let driver =
        Driver::start(source, job(2, 4096, 8 << 20), Box::new(sink)).expect("threads start");
    let begin = Instant::now();
    drop(driver);
    assert!(begin.elapsed() < Duration::from_secs(5));
    released.store(true, Ordering::Relaxed);
}
