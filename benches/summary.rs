//! The summary and detail passes over whole files in memory, one thread, beside simdjson's stage 1 in the same run.
//!
//! `cargo bench --bench summary -- FILE...`; `STAGE1` names the peer's program (`g++ -O3 -march=native -std=c++17
//! stage1.cpp -lsimdjson`), which prints "FILE kernel best median GB/s" lines. Ours and the peer's runs alternate, so that
//! the machine's drift hits both; the ratio is best against best, since noise only ever adds time.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use warp_tui::lang::LanguageId;
use warp_tui::scan::{self, State, Summary};
use warp_tui::simd::{self, KernelId};

const ROUNDS: usize = 3;
const RUNS: usize = 5;
const CHUNK_BYTES: usize = warp_tui::limits::CHUNK_BYTES;

fn main() {
    let files: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if files.is_empty() {
        println!("summary: name JSON files to measure on; without any there is nothing to do");
        return;
    }
    for file in files {
        measure(&file);
    }
}

fn measure(file: &str) {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            println!("{file}: {error}");
            return;
        }
    };
    let kernels = simd::available();
    let mut best = vec![[f64::MAX; 3]; kernels.len()];
    let mut peer: Vec<(String, f64)> = Vec::new();
    let mut positions = Vec::with_capacity(2 * CHUNK_BYTES);
    for _ in 0..ROUNDS {
        for (kernel, best) in kernels.iter().zip(&mut best) {
            for _ in 0..RUNS {
                best[0] = best[0].min(seconds(|| summary_pass(*kernel, &bytes)));
                best[1] = best[1].min(seconds(|| position_pass(*kernel, &bytes, &mut positions)));
                best[2] = best[2].min(seconds(|| utf8_pass(*kernel, &bytes)));
            }
        }
        for (name, rate) in stage1(file) {
            match peer.iter_mut().find(|(known, _)| *known == name) {
                Some((_, best)) => *best = best.max(rate),
                None => peer.push((name, rate)),
            }
        }
    }
    println!("{file}, {} MB, {} KiB chunks", bytes.len() / 1_000_000, CHUNK_BYTES >> 10);
    for (name, rate) in &peer {
        println!("  simdjson stage 1 {name:10} {rate:6.2} GB/s");
    }
    let rate = |seconds: f64| bytes.len() as f64 / seconds / 1e9;
    for (kernel, best) in kernels.iter().zip(&best) {
        let twin = if *kernel == KernelId::Avx512 { "icelake" } else { "haswell" };
        let peer = peer.iter().find(|(name, _)| name == twin).map_or(f64::NAN, |(_, rate)| *rate);
        let [summary, positions, utf8] = best.map(rate);
        println!(
            "  {:7} summary {summary:6.2} GB/s = {:.2} x {twin}; positions + UTF-8 {positions:6.2} GB/s = {:.2} x; UTF-8 alone {utf8:6.2} GB/s",
            kernel.name(),
            summary / peer,
            positions / peer,
        );
    }
}

fn seconds(mut work: impl FnMut()) -> f64 {
    let begin = Instant::now();
    work();
    begin.elapsed().as_secs_f64()
}

fn summary_pass(kernel: KernelId, bytes: &[u8]) {
    let (mut state, mut sum) = (State::default(), Summary::default());
    for chunk in bytes.chunks(CHUNK_BYTES) {
        let (summary, end) = scan::summarize(kernel, LanguageId::Json, &state, chunk);
        sum.append(&summary);
        state = end;
    }
    assert_eq!(sum.bytes, bytes.len() as u64);
    black_box(sum);
}

fn position_pass(kernel: KernelId, bytes: &[u8], positions: &mut Vec<u32>) {
    let mut state = State::default();
    let mut utf8 = simd::Utf8::default();
    for chunk in bytes.chunks(CHUNK_BYTES) {
        positions.clear();
        let json = LanguageId::Json;
        let (end, wrong) =
            scan::structurals_checked(kernel, json, &state, chunk, &mut utf8, positions);
        assert!(wrong.is_none());
        state = end;
        black_box(&positions);
    }
}

fn utf8_pass(kernel: KernelId, bytes: &[u8]) {
    let mut utf8 = simd::Utf8::default();
    for chunk in bytes.chunks(CHUNK_BYTES) {
        assert!(utf8.check(kernel, chunk).is_none());
    }
}

fn stage1(file: &str) -> Vec<(String, f64)> {
    let Ok(program) = std::env::var("STAGE1") else { return Vec::new() };
    let Ok(output) = Command::new(program).arg(file).output() else { return Vec::new() };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .filter_map(|line| {
            let mut words = line.rsplit(' ').skip(2);
            let best = words.next()?.parse().ok()?;
            Some((words.next()?.to_owned(), best))
        })
        .collect()
}
