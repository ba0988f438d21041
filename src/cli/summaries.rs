//! How `scan` prints the counts of files: text, JSON, a line of JSON each, CSV.

use std::collections::HashSet;
use std::io::Write;

use anyhow::Context;

use super::scan::Found;
use super::table;
use crate::lang::Class;
use crate::report::escape::shown;
use crate::report::{FileSummary, LineReport, Total};
use crate::units::counted;

/// How the report is to look.
pub(super) struct Shape<'a> {
    pub(super) format: &'a str,
    /// Totals are asked for.
    pub(super) total: bool,
    /// So is each file of a directory.
    pub(super) files: bool,
    /// A directory was named.
    pub(super) tree: bool,
    /// One file was named, and nothing else.
    pub(super) one: bool,
    /// The files that were named themselves: text tells of each, also beside a directory.
    pub(super) named: HashSet<String>,
}

/// What `--total` makes of `--format json`.
#[derive(serde::Serialize)]
struct WithTotals<'a> {
    files: &'a [&'a FileSummary],
    totals: Vec<Total>,
}

/// Prints what was found.
pub(super) fn print(
    found: &[Found<FileSummary>],
    shape: &Shape<'_>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut files: Vec<&FileSummary> = found.iter().filter_map(|file| file.as_ref().ok()).collect();
    let totals = if shape.total { Total::of(&files) } else { Vec::new() };
    match shape.format {
        "json" if shape.total => write_json(true, &[WithTotals { files: &files, totals }], out),
        "json" => write_json(shape.one, &files, out),
        "jsonl" => {
            write_json_lines(&files, out)?;
            let line = |totals: &Total| serde_json::json!({ "total": totals });
            write_json_lines(&totals.iter().map(line).collect::<Vec<_>>(), out)
        }
        "csv" => {
            let totals: Vec<FileSummary> = totals.iter().map(Total::as_file).collect();
            files.extend(&totals);
            csv(&files, out)
        }
        _ => {
            let is_told = |file: &FileSummary| shape.files || shape.named.contains(&file.path);
            files.iter().filter(|file| is_told(file)).try_for_each(|file| text(file, out))?;
            if shape.tree {
                table::print(&files, out)
            } else if shape.total || !shape.one {
                text_totals(&files, out)
            } else {
                Ok(())
            }
        }
    }
}

/// An object for one file, an array for several or a directory: by what was named, so that the shape does not depend on
/// what became of them. Nothing for one that could not be read.
fn write_json<T: serde::Serialize>(
    one: bool,
    files: &[T],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match files {
        [] if one => return Ok(()),
        [only] if one => serde_json::to_writer_pretty(&mut *out, only),
        _ => serde_json::to_writer_pretty(&mut *out, files),
    }
    .context("standard output")?;
    writeln!(out).context("standard output")
}

fn write_json_lines<T: serde::Serialize>(values: &[T], out: &mut dyn Write) -> anyhow::Result<()> {
    for value in values {
        serde_json::to_writer(&mut *out, value).context("standard output")?;
        writeln!(out).context("standard output")?;
    }
    Ok(())
}

/// A field of a table, quoted where it must be.
pub(super) fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

fn csv(files: &[&FileSummary], out: &mut dyn Write) -> anyhow::Result<()> {
    let classes: Vec<String> =
        Class::ALL.iter().map(|c| char::from(c.byte()).to_string()).collect();
    let classes: Vec<String> = classes.iter().map(|class| csv_field(class)).collect();
    writeln!(
        out,
        "path,language,ok,bytes,lines,code,comment,blank,{},strings,max_depth,unclosed,error_at,error,seconds,bytes_per_second",
        classes.join(",")
    )?;
    for file in files {
        let counts = Class::ALL.iter().map(|class| {
            file.structural.get(&char::from(class.byte())).copied().unwrap_or(0).to_string()
        });
        let mut fields = vec![
            csv_field(&file.path),
            file.language.to_owned(),
            file.ok.to_string(),
            file.bytes.to_string(),
            file.lines.total.to_string(),
            file.lines.code.to_string(),
            file.lines.comment.to_string(),
            file.lines.blank.to_string(),
        ];
        fields.extend(counts);
        let (at, error) =
            file.errors.first().map_or((String::new(), ""), |e| (e.0.to_string(), e.1));
        let seconds = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        fields.extend([
            file.spans.get("string").copied().unwrap_or(0).to_string(),
            file.max_depth.to_string(),
            file.unclosed.to_string(),
            at,
            error.to_owned(),
            seconds(file.seconds),
            seconds(file.bytes_per_second),
        ]);
        writeln!(out, "{}", fields.join(","))?;
    }
    Ok(())
}

fn text(file: &FileSummary, out: &mut dyn Write) -> anyhow::Result<()> {
    let bytes = counted(file.bytes, "byte");
    writeln!(out, "{}: {}, {bytes}", shown(&file.path), file.language)?;
    let LineReport { total, code, comment, blank } = file.lines;
    writeln!(out, "  lines       {total} ({code} code, {comment} comment, {blank} blank)")?;
    let counts = |(name, n): (&char, &u64)| format!("{name} {n}");
    let structural: Vec<String> = file.structural.iter().map(counts).collect();
    writeln!(out, "  structural  {}", structural.join("  "))?;
    let spans: Vec<String> = file.spans.iter().map(|(name, n)| format!("{name} {n}")).collect();
    writeln!(
        out,
        "  spans       {}",
        if spans.is_empty() { "none".into() } else { spans.join("  ") }
    )?;
    if !file.patterns.is_empty() {
        let patterns: Vec<String> =
            file.patterns.iter().map(|(name, n)| format!("{name} {n}")).collect();
        writeln!(out, "  patterns    {}", patterns.join("  "))?;
    }
    writeln!(out, "  depth       {} at most, {} unclosed", file.max_depth, file.unclosed)?;
    for (at, kind) in &file.errors {
        writeln!(out, "  error       {kind} at byte {at}")?;
    }
    if let (Some(seconds), Some(kernel), Some(threads)) = (file.seconds, file.kernel, file.threads)
    {
        write!(out, "  ")?;
        text_timing(file.bytes, seconds, kernel, threads, out)?;
    }
    Ok(())
}

/// How long scanning took, and how.
pub(super) fn text_timing(
    bytes: u64,
    seconds: f64,
    kernel: &str,
    threads: usize,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let (ms, rate) = (seconds * 1e3, bytes as f64 / seconds.max(1e-9) / 1e9);
    let threads = counted(threads as u64, "thread");
    writeln!(out, "time        {ms:.3} ms, {rate:.2} GB/s, {kernel}, {threads}")
        .context("standard output")
}

fn text_totals(files: &[&FileSummary], out: &mut dyn Write) -> anyhow::Result<()> {
    for Total { language, files, bytes, lines, structural, with_errors, .. } in Total::of(files) {
        let counts = [
            counted(files, "file"),
            counted(bytes, "byte"),
            counted(lines.total, "line"),
            counted(structural.values().sum(), "structural"),
        ];
        writeln!(out, "{language}: {}, {with_errors} with errors", counts.join(", "))?;
    }
    Ok(())
}
