//! A comparison as text: the sides beside one another, the counts by class, the first differences.

use std::io::{self, Write};

use crate::explorer::compare::{DifferenceClass, What};
use crate::lang::languages;
use crate::report::escape::shown;
use crate::report::{CompareReport, DifferenceReport, DifferencesReport, SideReport};
use crate::units::counted;

/// Ways of differing that are told; the rest is in the JSON.
const KINDS_TOLD: usize = 12;

/// Prints the report. `one`: both sides are the same file.
pub(super) fn print(report: &CompareReport, one: bool, out: &mut dyn Write) -> io::Result<()> {
    print_sides([&report.left, &report.right], one, out)?;
    writeln!(out)?;
    if report.left.bytes != report.right.bytes {
        writeln!(
            out,
            "compared in the first {}, the length of the shorter file",
            counted(report.compared_bytes, "byte")
        )?;
    }
    let DifferencesReport { total, beyond, late, .. } = &report.differences;
    if *total == 0 {
        writeln!(out, "no difference in {} found", counted(report.same, "thing"))?;
    } else {
        print_counts(report, out)?;
    }
    if *late > 0 {
        writeln!(out, "{late} of them came so late that they may be counted twice")?;
    }
    for (side, n) in [("left", beyond.left), ("right", beyond.right)] {
        if n > 0 {
            let more =
                if n == 1 { "1 thing more stands" } else { &format!("{n} things more stand") };
            writeln!(out, "{more} in the rest of the {side} file")?;
        }
    }
    print_first(report, out)
}

fn print_sides(sides: [&SideReport; 2], one: bool, out: &mut dyn Write) -> io::Result<()> {
    let sum = |counts: &mut dyn Iterator<Item = &u64>| counts.sum::<u64>().to_string();
    let mut rows: Vec<(&str, [String; 2])> = Vec::new();
    let mut row = |name, value: &dyn Fn(&SideReport) -> String| rows.push((name, sides.map(value)));
    if !one {
        row("file", &|side| shown(&side.path));
    }
    row("language", &|side| title(side.language).to_owned());
    row("kernel", &|side| side.kernel.to_owned());
    row("how", &how);
    row("bytes", &|side| side.bytes.to_string());
    row("GB/s", &|side| format!("{:.2}", side.bytes_per_second / 1e9));
    row("time", &|side| time(side.seconds));
    row("lines", &|side| side.lines.to_string());
    row("structurals", &|side| sum(&mut side.structural.values()));
    row("spans", &|side| sum(&mut side.spans.values()));
    row("patterns", &|side| sum(&mut side.patterns.values()));
    row("deepest level", &|side| side.max_depth.to_string());
    row("first error", &|side| match &side.first_error {
        Some(error) => format!("{}:{} {}", error.line, error.column, error.says),
        None => "none".to_owned(),
    });
    if one {
        writeln!(out, "{}", shown(&sides[0].path))?;
    }
    let width = rows.iter().map(|(_, values)| values[0].chars().count()).max().unwrap_or(0).max(4);
    writeln!(out, "{:15}{:width$}   right", "", "left")?;
    for (name, [left, right]) in rows {
        writeln!(out, "{name:15}{left:width$}   {right}")?;
    }
    Ok(())
}

fn title(language: &str) -> &str {
    languages().iter().find(|info| info.name == language).map_or(language, |info| info.title)
}

fn how(side: &SideReport) -> String {
    match side.block {
        Some(bytes) => format!("stream in blocks of {bytes}"),
        None if side.threads > 1 => format!("{} threads", side.threads),
        None => "whole, 1 thread".to_owned(),
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        _ if seconds < 1e-3 => format!("{:.0} us", seconds * 1e6),
        _ if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

/// A row for each sort of things that differ, then the ways in which they do.
fn print_counts(report: &CompareReport, out: &mut dyn Write) -> io::Result<()> {
    let differences = &report.differences;
    let count = |class: &DifferenceClass, what: &What| {
        let sorts = differences.by_class.get(class.name());
        sorts.and_then(|sorts| sorts.get(what.name())).copied().unwrap_or_default()
    };
    write!(out, "{:15}", "differences")?;
    for class in &DifferenceClass::ALL {
        write!(out, "{:>12}", class.describe())?;
    }
    writeln!(out, "{:>12}", "in all")?;
    let mut print = |name: &str, counts: [u64; 3]| {
        write!(out, "{name:15}")?;
        for n in counts {
            write!(out, "{n:>12}")?;
        }
        writeln!(out, "{:>12}", counts.iter().sum::<u64>())
    };
    let mut sums = [0; 3];
    for what in &What::ALL {
        let counts = DifferenceClass::ALL.map(|class| count(&class, what));
        if counts == [0; 3] {
            continue;
        }
        for (sum, n) in sums.iter_mut().zip(counts) {
            *sum += n;
        }
        print(what.name(), counts)?;
    }
    print("in all", sums)?;
    let are = if report.same == 1 { "is" } else { "are" };
    writeln!(out, "{} {are} found alike", counted(report.same, "thing"))?;
    writeln!(out)?;
    for kind in differences.by_kind.iter().take(KINDS_TOLD) {
        let said = either(kind.left.as_deref(), kind.right.as_deref());
        writeln!(out, "{:>10} x {:10} {said}", kind.count, kind.what)?;
    }
    if let Some(more) = differences.by_kind.len().checked_sub(KINDS_TOLD + 1) {
        writeln!(out, "{:>10}   other ways of differing; --format json tells them", more + 1)?;
    }
    Ok(())
}

/// What the left side says and what the right one does.
fn either(left: Option<&str>, right: Option<&str>) -> String {
    let side = |said: Option<&str>| said.unwrap_or("-").to_owned();
    format!("{} | {}", side(left), side(right))
}

fn print_first(report: &CompareReport, out: &mut dyn Write) -> io::Result<()> {
    let DifferencesReport { first, total, .. } = &report.differences;
    if first.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let rows: Vec<[String; 3]> = first.iter().map(fields).collect();
    let width = |i: usize| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
    let [places, sorts, said] = [0, 1, 2].map(width);
    for (row, it) in rows.iter().zip(first) {
        let [place, sort, says] = row;
        writeln!(out, "{place:>places$}  {sort:sorts$}  {says:said$}  {}", excerpt(it))?;
    }
    let told = first.len() as u64;
    if told < *total {
        writeln!(out, "... and {} more; --limit tells more of them", total - told)?;
    }
    Ok(())
}

fn fields(it: &DifferenceReport) -> [String; 3] {
    let said = either(it.left.as_deref(), it.right.as_deref());
    [format!("{}:{}", it.line, it.column), it.what.to_owned(), said]
}

/// What stands there, as far as its line goes.
fn excerpt(it: &DifferenceReport) -> String {
    let line = it.source.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let cut = line.len() < it.source.len() || it.end - it.start > it.source.len() as u64;
    let more = if cut && it.end > it.start { " ..." } else { "" };
    // The last character may be cut in the middle.
    let text = String::from_utf8_lossy(line);
    format!("{}{more}", shown(text.trim_end_matches(['\u{FFFD}', '\r'])))
}
