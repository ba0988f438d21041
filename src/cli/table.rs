//! What `scan` prints of directories as text: a row a language, and the total.

use std::io::Write;

use anyhow::Context;

use crate::lang::languages;
use crate::report::{FileSummary, Total};

const HEAD: [&str; 10] = [
    "language",
    "files",
    "lines",
    "code",
    "comment",
    "blank",
    "bytes",
    "structurals",
    "patterns",
    "with errors",
];

/// Prints the table, the language with most lines of code first.
pub(super) fn print(files: &[&FileSummary], out: &mut dyn Write) -> anyhow::Result<()> {
    let mut totals = Total::of(files);
    totals.sort_by_key(|total| (std::cmp::Reverse(total.lines.code), total.language));
    let mut rows: Vec<[String; 10]> = totals.iter().map(|total| row(title(total), total)).collect();
    rows.push(row("total", &Total::over(files)));
    let mut widths = HEAD.map(str::len);
    for row in &rows {
        for (width, field) in widths.iter_mut().zip(row) {
            *width = (*width).max(field.len());
        }
    }
    let head = HEAD.map(String::from);
    for row in std::iter::once(&head).chain(&rows) {
        // Names to the left, numbers to the right.
        let mut line = format!("{:1$}", row[0], widths[0]);
        for (field, width) in row.iter().zip(widths).skip(1) {
            line.push_str(&format!("  {field:>width$}"));
        }
        writeln!(out, "{line}").context("standard output")?;
    }
    Ok(())
}

/// The language as people write it.
fn title(total: &Total) -> &'static str {
    let info = languages().iter().find(|info| info.name == total.language);
    info.map_or(total.language, |info| info.title)
}

fn row(name: &str, total: &Total) -> [String; 10] {
    let counts = [
        total.files,
        total.lines.total,
        total.lines.code,
        total.lines.comment,
        total.lines.blank,
        total.bytes,
        total.structural.values().sum(),
        total.patterns.values().sum(),
        total.with_errors,
    ];
    let mut row = std::array::from_fn(|_| String::new());
    row[0] = name.to_owned();
    for (field, count) in row[1..].iter_mut().zip(counts) {
        *field = count.to_string();
    }
    row
}
