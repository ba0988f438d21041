//! What a jump costs in an indexed document, by way of the engine's own request queue: the first time and the best of five.
//!
//! `cargo bench --bench jumps -- FILE...`. Budget: 10 ms, whatever the size.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use warp_tui::explorer::{EngineOptions, Explorer, Motion, Phase, Request};

const RUNS: usize = 5;

fn main() {
    let files: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if files.is_empty() {
        println!("jumps: name JSON files to measure on; without any there is nothing to do");
    }
    for file in files {
        measure(&file);
    }
}

fn measure(file: &str) {
    let (wake, woken) = bounded(1);
    let begin = Instant::now();
    let explorer = match Explorer::open(file.as_ref(), None, &EngineOptions::default(), wake) {
        Ok(explorer) => explorer,
        Err(error) => return println!("{error}"),
    };
    println!("{file}: open {:.2} ms", ms(begin.elapsed()));
    while explorer.snapshot().scan.phase == Phase::Running {
        let _ = woken.recv_timeout(Duration::from_millis(100));
    }
    let snapshot = explorer.snapshot();
    let (bytes, lines) = (snapshot.document.bytes, snapshot.totals.line_breaks);
    println!("  indexed in {:.0} ms, {bytes} bytes", ms(snapshot.scan.elapsed));
    let jump = |from, motion| Request::Jump { id: 0, from, motion };
    let middle = bytes / 2;
    let requests = [
        ("G", jump(0, Motion::End)),
        ("% over the first value", jump(0, Motion::Matching)),
        ("% back from the end", jump(bytes.saturating_sub(2), Motion::Matching)),
        (":line", jump(0, Motion::Line(lines / 3))),
        (":$[20]", jump(0, Motion::Path("$[20]".to_owned()))),
        ("parent", jump(middle, Motion::Parent)),
        ("next sibling", jump(middle, Motion::NextSibling)),
        ("previous sibling", jump(middle, Motion::PreviousSibling)),
        ("status line", Request::Locate { at: middle }),
        ("32 members", Request::Children { open: Some(0), first: 0, count: 32 }),
        ("page", Request::Page { around: middle }),
    ];
    for (name, request) in requests {
        let times: Vec<f64> = (0..RUNS).map(|_| answer(&explorer, &woken, &request)).collect();
        let best = times.iter().copied().fold(f64::MAX, f64::min);
        println!("  {name:24} first {:6.2} ms, best {best:6.2} ms", times[0]);
    }
}

fn answer(explorer: &Explorer, woken: &Receiver<()>, request: &Request) -> f64 {
    let begin = Instant::now();
    explorer.request(request.clone());
    while explorer.try_answer().is_none() {
        let _ = woken.recv_timeout(Duration::from_secs(5));
    }
    ms(begin.elapsed())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
