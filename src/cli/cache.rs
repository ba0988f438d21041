//! `warp-tui cache`: lists the indexes that are kept on disk, and clears them.

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, anyhow};
use clap::ArgMatches;

use super::{Settings, text_of};
use crate::index::store::{Entry, Listing, Standing, Store};
use crate::limits::STORED_INDEXES_MAX;
use crate::report::escape::shown;
use crate::report::{ClearedReport, StoreReport, StoredReport};
use crate::units::counted;

/// Lists, or clears if that is asked for.
pub(super) fn run(
    matches: &ArgMatches,
    settings: &Settings,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let store = settings.index_store();
    let as_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    match matches.subcommand() {
        Some(("clear", sub)) => {
            let why = "nothing is kept on disk: --index-cache is off, or there is no home";
            let store = store.ok_or_else(|| anyhow!(why))?;
            clear(&store, sub.get_flag("stale"), as_json, out)
        }
        _ => list(store.as_ref(), as_json, out),
    }
}

fn place(store: &Store) -> String {
    store.directory.display().to_string()
}

fn clear(store: &Store, stale: bool, as_json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let (cleared, bytes) = store.clear(stale).with_context(|| place(store))?;
    if as_json {
        return print_json(&ClearedReport { cleared, bytes }, out);
    }
    let noun = noun(cleared);
    let bytes = counted(bytes, "byte");
    writeln!(out, "{cleared} {noun} cleared, {bytes}").context("standard output")
}

fn list(store: Option<&Store>, as_json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let listing = store.map(|store| store.list().with_context(|| place(store))).transpose()?;
    let report = report(store, listing);
    if as_json {
        return print_json(&report, out);
    }
    let Some(directory) = &report.directory else {
        return writeln!(out, "nothing is kept on disk").context("standard output");
    };
    for row in table(&report.list) {
        writeln!(out, "{row}").context("standard output")?;
    }
    let StoreReport { entries, bytes, bytes_max, .. } = report;
    let noun = noun(entries);
    let directory = shown(directory);
    writeln!(out, "{entries} {noun}, {bytes} of at most {bytes_max} bytes in {directory}")
        .context("standard output")
}

fn noun(n: u64) -> &'static str {
    if n == 1 { "index" } else { "indexes" }
}

fn print_json(report: &impl serde::Serialize, out: &mut dyn Write) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report).context("standard output")?;
    writeln!(out).context("standard output")
}

fn report(store: Option<&Store>, listing: Option<Listing>) -> StoreReport {
    let Listing { entries, bytes } =
        listing.unwrap_or_else(|| Listing { entries: Vec::new(), bytes: 0 });
    let list: Vec<StoredReport> = entries.iter().map(stored).collect();
    StoreReport {
        directory: store.map(place),
        entries: list.len() as u64,
        stale: list.iter().filter(|entry| entry.stale).count() as u64,
        bytes,
        bytes_max: store.map_or(0, |store| store.bytes_max),
        entries_max: STORED_INDEXES_MAX as u64,
        file_bytes_min: store.map_or(0, |store| store.file_bytes_min),
        list,
    }
}

fn stored(entry: &Entry) -> StoredReport {
    let seconds = |since: SystemTime| since.elapsed().unwrap_or_default().as_secs();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let header = entry.header.as_ref().ok();
    let (state, why) = match entry.standing {
        Standing::Fresh => ("fresh", None),
        Standing::Grown => ("grown", None),
        Standing::Changed => ("changed", None),
        Standing::Gone => ("gone", None),
        Standing::Refused(why) => ("refused", Some(why.to_string())),
    };
    StoredReport {
        path: header.map(|it| text_of(Path::new(OsStr::from_bytes(&it.path)))),
        language: header.map(|it| it.language.clone()),
        bytes: header.map(|it| it.file.bytes),
        chunk: header.map(|it| it.chunk_bytes),
        file: text_of(&entry.file),
        entry_bytes: entry.bytes,
        age_seconds: header.map(|it| now.as_secs().saturating_sub(it.stored_at)),
        unused_seconds: seconds(entry.used),
        state,
        why,
        stale: entry.standing.is_stale(),
    }
}

/// The entries in columns, the path last: it has no limit.
fn table(list: &[StoredReport]) -> Vec<String> {
    let head = ["state", "language", "bytes", "entry bytes", "age", "path"].map(String::from);
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let row = |it: &StoredReport| {
        let refused = || it.why.as_ref().map(|why| format!("{}: {why}", it.file));
        [
            it.state.to_owned(),
            shown(&or_none(it.language.clone())),
            or_none(it.bytes.map(|bytes| bytes.to_string())),
            it.entry_bytes.to_string(),
            age(it.age_seconds.unwrap_or(it.unused_seconds)),
            shown(&or_none(it.path.clone().or_else(refused))),
        ]
    };
    if list.is_empty() {
        return Vec::new();
    }
    let rows: Vec<[String; 6]> = std::iter::once(head).chain(list.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: [usize; 6] = std::array::from_fn(width);
    let line = |row: &[String; 6]| {
        let [state, language, bytes, entry, age, path] = row;
        let [a, b, c, d, e, _] = widths;
        format!("{state:a$}  {language:b$}  {bytes:>c$}  {entry:>d$}  {age:>e$}  {path}")
    };
    rows.iter().map(line).collect()
}

/// A time that is over, in its largest unit.
fn age(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
