//! Writers: a report as text for people, or as JSON, JSON Lines, CSV for programs.

use std::io::{self, Write};

use super::escape;
use super::scan::{SummaryReport, Timing, TokensReport};

/// A summary as a few lines of text.
///
/// # Errors
/// If `out` cannot be written.
pub fn summary_text(out: &mut dyn Write, report: &SummaryReport) -> io::Result<()> {
    let name = match (&report.path, report.files) {
        (Some(path), _) => escape(path),
        (None, files) => format!("total of {} files", files.unwrap_or(0)),
    };
    let lines = report.lines;
    writeln!(out, "{name}: {}, {} bytes", report.language, report.bytes)?;
    writeln!(
        out,
        "  lines       {} ({} code, {} comment, {} blank)",
        lines.total, lines.code, lines.comment, lines.blank
    )?;
    let classes: Vec<_> = report.structural.iter().map(|(c, n)| format!("{c} {n}")).collect();
    writeln!(out, "  structural  {}", classes.join("   "))?;
    let spans: Vec<_> = report.spans.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    writeln!(out, "  spans       {}", spans.join("   "))?;
    writeln!(out, "  max depth   {}", report.max_depth)?;
    writeln!(out, "  unclosed    {}", report.unclosed)?;
    for (at, kind) in &report.errors {
        writeln!(out, "  error       {kind} at byte {at}")?;
    }
    report.timing.map_or(Ok(()), |timing| timing_text(out, &timing))
}

fn timing_text(out: &mut dyn Write, timing: &Timing) -> io::Result<()> {
    writeln!(
        out,
        "  time        {:.6} s, {:.3} GB/s, {} threads, kernel {}, cache {} hits {} misses",
        timing.seconds,
        timing.bytes_per_second / 1e9,
        timing.threads,
        timing.kernel,
        timing.cache.hits,
        timing.cache.misses
    )
}

/// The names of the columns of [`summary_csv`].
pub const SUMMARY_COLUMNS: &str = "path,language,bytes,lines,code,comment,blank,\
    brace_open,brace_close,bracket_open,bracket_close,comma,colon,\
    string,line_comment,block_comment,max_depth,unclosed,first_error_at,first_error";

/// The further columns with `--timing`.
pub const TIMING_COLUMNS: &str = "seconds,bytes_per_second,threads,kernel,cache_hits,cache_misses";

/// A summary as a line of CSV.
///
/// # Errors
/// If `out` cannot be written.
pub fn summary_csv(out: &mut dyn Write, report: &SummaryReport) -> io::Result<()> {
    let lines = report.lines;
    let path = csv_field(report.path.as_deref().unwrap_or_default());
    write!(out, "{path},{},{},{}", report.language, report.bytes, lines.total)?;
    write!(out, ",{},{},{}", lines.code, lines.comment, lines.blank)?;
    for class in ["{", "}", "[", "]", ",", ":"] {
        write!(out, ",{}", report.structural.get(class).copied().unwrap_or(0))?;
    }
    for kind in ["string", "line_comment", "block_comment"] {
        write!(out, ",{}", report.spans.get(kind).copied().unwrap_or(0))?;
    }
    write!(out, ",{},{}", report.max_depth, report.unclosed)?;
    match report.errors.first() {
        Some((at, kind)) => write!(out, ",{at},{kind}")?,
        None => write!(out, ",,")?,
    }
    if let Some(timing) = report.timing {
        let Timing { seconds, bytes_per_second, threads, kernel, cache } = timing;
        write!(out, ",{seconds},{bytes_per_second},{threads},{kernel}")?;
        write!(out, ",{},{}", cache.hits, cache.misses)?;
    }
    writeln!(out)
}

/// The names of the columns of [`tokens_csv`].
pub const TOKEN_COLUMNS: &str = "path,section,start,end,kind";

/// Positions as CSV, a line each.
///
/// # Errors
/// If `out` cannot be written.
pub fn tokens_csv(out: &mut dyn Write, report: &TokensReport) -> io::Result<()> {
    let path = csv_field(&report.path);
    each_token(report, |section, start, end, kind| {
        writeln!(out, "{path},{section},{start},{end},{kind}")
    })
}

/// Positions as text, a line each.
///
/// # Errors
/// If `out` cannot be written.
pub fn tokens_text(out: &mut dyn Write, report: &TokensReport) -> io::Result<()> {
    let state = if report.ok { "ok" } else { "not ok" };
    writeln!(
        out,
        "{}: {}, {} bytes, {state}",
        escape(&report.path),
        report.language,
        report.bytes
    )?;
    each_token(report, |section, start, end, kind| {
        let line = format!("  {section:<10}  {start:>12}  {end:>12}  {kind}");
        writeln!(out, "{}", line.trim_end())
    })?;
    report.timing.map_or(Ok(()), |timing| timing_text(out, &timing))
}

fn each_token(
    report: &TokensReport,
    mut row: impl FnMut(&str, u64, u64, &str) -> io::Result<()>,
) -> io::Result<()> {
    for at in &report.structural {
        row("structural", *at, at + 1, "")?;
    }
    for (start, end, kind) in &report.spans {
        row("span", *start, *end, kind)?;
    }
    for (start, end, kind, _) in &report.patterns {
        row("pattern", *start, *end, kind)?;
    }
    for (open, close) in &report.levels {
        row("level", *open, *close, "")?;
    }
    for (at, kind) in &report.problems {
        row("problem", *at, *at, kind)?;
    }
    Ok(())
}

/// A field of CSV, quoted where it must be.
fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::csv_field;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(csv_field("a b"), "a b");
        assert_eq!(csv_field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
    }
}
