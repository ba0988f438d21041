//! The texts that each scanner is slowest on: small units, repeated. Nothing that a person may open should look as if it hung.
//!
//! `cargo bench --bench hostile -- [LANGUAGE...]`. Scans every unit and every pair of units over and over, a chunk of 64 KiB, and
//! prints for each language how many of them go below 1 MB/s, and the ten slowest with their rate in a chunk of 512 KiB: where
//! that is lower by as much as the chunk is larger, the same bytes are gone over again and again.

use std::hint::black_box;
use std::time::Instant;

use warp_tui::lang::code::Piece;
use warp_tui::lang::{LanguageInfo, languages};
use warp_tui::scan::{State, summarize};
use warp_tui::simd;

/// What tokens, literals and levels begin and end with, in any of the languages.
const UNITS: &str = "/**/ /* */ // # \" ' ` \\ ( ) { } [ ] < > , ; : . .. ... = => -> ? ! & | * + - / % @ $ ${ #{ %w( %( <<~A <A> r#\" \
    r\" b' 'a f\" f'{ \"\"\" ''' a 1 0x _ if def end do class func fn impl type struct enum interface import from const let for \
    while in of async function case match lambda macro {{ {% ?a /a/ :: #[ é pub unsafe where static export default abstract namespace readonly \
    new yield return begin unless then";

const SMALL_BYTES: usize = 64 << 10;
const LARGE_BYTES: usize = 512 << 10;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    let is_asked =
        |info: &&LanguageInfo| asked.is_empty() || asked.iter().any(|name| name == info.name);
    for info in languages().iter().filter(is_asked) {
        measure(info);
    }
}

fn measure(info: &LanguageInfo) {
    let words: Vec<&str> = UNITS.split_ascii_whitespace().chain([" ", "\n"]).collect();
    let pairs = words.iter().flat_map(|a| words.iter().map(move |b| [*a, *b].concat()));
    let units = words.iter().map(|unit| (*unit).to_owned()).chain(pairs);
    let mut rates: Vec<(f64, String)> =
        units.map(|unit| (rate(info, &unit, SMALL_BYTES), unit)).collect();
    rates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let slow = rates.iter().filter(|(rate, _)| *rate < 1.0).count();
    println!("{}: {slow} of {} units below 1 MB/s", info.name, rates.len());
    println!("  MB/s in 64 KiB   in 512 KiB");
    for (small, unit) in &rates[..10] {
        println!("  {small:14.2} {:12.2}  {unit:?}", rate(info, unit, LARGE_BYTES));
    }
}

/// MB a second over a chunk of so many bytes.
fn rate(info: &LanguageInfo, unit: &str, bytes: usize) -> f64 {
    let text: Vec<u8> = unit.bytes().cycle().take(bytes).collect();
    let begin = Instant::now();
    black_box(summarize(simd::best(), info.id, &State::default(), Piece::whole(&text)));
    bytes as f64 / begin.elapsed().as_secs_f64() / 1e6
}
