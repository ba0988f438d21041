//! The header: what is opened, how far the scan is and how fast, and what scans it. Where columns are few, the least
//! important goes first.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::App;
use super::safe_text::fit_end;
use super::theme::Role;

use super::widgets::{Gauge, Pen, format, width};
use crate::explorer::{IndexOrigin, Phase, ScanProgress, SourceChange};
use crate::lang::LanguageId;
use crate::stream::Flow;

/// Columns of the progress bar.
const BAR_COLUMNS: u16 = 16;

/// Columns that the document's name keeps while anything else is shown.
const NAME_COLUMNS_MIN: u16 = 16;

/// Draws it.
pub(super) fn render(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let (plain, strong) = (theme.style(Role::Bar), theme.style(Role::BarStrong));
    buffer.set_style(area, plain);
    if area.is_empty() {
        return;
    }
    let pieces = Pieces::of(app);
    let name = app.document_name();
    let name_columns = width(&name).clamp(1, NAME_COLUMNS_MIN);
    // What fits beside the name, by importance.
    let mut room = area.width.saturating_sub(name_columns + 2);
    let mut fits = |text: &str| {
        let columns = width(text) + 3;
        let does = !text.is_empty() && columns <= room;
        room -= if does { columns } else { 0 };
        does
    };
    let progress = fits(&pieces.progress);
    let bar = pieces.share.is_some() && fits(&" ".repeat(usize::from(BAR_COLUMNS - 2)));
    let rate = fits(&pieces.rate);
    let size = fits(&pieces.size);
    let time = fits(&pieces.time);
    let language = fits(&pieces.language);
    let engine = fits(&pieces.engine);
    let name = fit_end(&name, name_columns + room, if app.ascii { "<" } else { "…" });
    let mut pen = Pen::new(buffer, area, 0);
    pen.put(" ", plain).put(&name, strong).put(" ", plain);
    for (text, shown) in [(&pieces.language, language), (&pieces.size, size)] {
        if shown {
            pen.put("  ", plain).put(text, plain);
        }
    }
    // From the right: what scans, then how it goes.
    let right = [(&pieces.engine, engine), (&pieces.time, time), (&pieces.rate, rate)];
    let right: Vec<&str> =
        right.iter().filter(|(_, shown)| *shown).map(|(t, _)| t.as_str()).collect();
    let bar_columns = if bar { BAR_COLUMNS + 1 } else { 0 };
    let progress_columns = if progress { width(&pieces.progress) } else { 0 };
    let texts: u16 = right.iter().map(|text| width(text) + 3).sum();
    let total = texts + bar_columns + progress_columns + 1;
    let gap = pen.left().saturating_sub(total);
    pen.skip(gap);
    if let Some(share) = pieces.share.filter(|_| bar) {
        let filled = plain.patch(foreground(app, Role::Gauge));
        let empty = plain.patch(foreground(app, Role::Dim));
        let gauge = Gauge { share, filled, empty, ascii: app.ascii };
        pen.field(BAR_COLUMNS, |area, buffer| gauge.render(area, buffer)).put(" ", plain);
    }
    if progress {
        pen.put(&pieces.progress, plain.patch(foreground(app, pieces.role)));
    }
    for text in right.iter().rev() {
        pen.put("   ", plain).put(text, plain);
    }
}

/// A role's colour and weight without its background, for text on a bar.
pub(super) fn foreground(app: &App, role: Role) -> ratatui::style::Style {
    let mut style = app.theme().style(role);
    style.bg = None;
    // On a bar that is reversed, a colour would become its background.
    if app.theme().style(Role::Bar).bg.is_none() {
        style.fg = None;
    }
    style
}

/// The texts of the header, each possibly empty.
struct Pieces {
    language: String,
    size: String,
    engine: String,
    /// Share that is scanned, while a scan runs.
    share: Option<f64>,
    progress: String,
    rate: String,
    time: String,
    role: Role,
}

impl Pieces {
    fn of(app: &App) -> Pieces {
        let (document, scan) = (&app.snapshot.document, &app.snapshot.scan);
        let threads = app.threads_wanted.unwrap_or(document.threads);
        let noun = if threads == 1 { "thread" } else { "threads" };
        let total = app.snapshot.stream.as_ref().and_then(|stream| stream.bytes_total);
        let is_measured = total.is_some();
        let share = match total {
            Some(total) => (scan.bytes_done as f64 / total.max(1) as f64).min(1.0),
            None => share(scan),
        };
        let flow = app.snapshot.stream.as_ref().map(|stream| stream.flow);
        let (role, progress, rate, time) = match &scan.phase {
            Phase::Running if flow.is_some() => {
                let progress = if flow == Some(Flow::Paused) { "paused" } else { "reading" };
                let rate = format::rate(scan.bytes_per_second);
                (Role::BarStrong, progress.to_owned(), rate, String::new())
            }
            Phase::Done if app.following && app.snapshot.followed => {
                let (role, progress) = match &app.snapshot.source_change {
                    Some(SourceChange::Removed) => (Role::Warning, "removed"),
                    Some(SourceChange::Unreadable(_)) => (Role::Warning, "unreadable"),
                    _ => (Role::Good, "following"),
                };
                (role, progress.to_owned(), String::new(), String::new())
            }
            Phase::Running => (
                Role::BarStrong,
                format::percent(share),
                format::rate(scan.bytes_per_second),
                time_left(scan).map_or(String::new(), |left| format!("{} left", rough(left))),
            ),
            Phase::Done if scan.bytes_total == 0 => {
                (Role::Text, "empty".to_owned(), String::new(), String::new())
            }
            Phase::Done if let IndexOrigin::Disk { took, .. } = app.snapshot.origin => {
                let progress = format!("index from disk in {}", format::duration(took));
                (Role::Good, progress, String::new(), String::new())
            }
            Phase::Done => (
                Role::Good,
                format!("indexed in {}", format::duration(scan.elapsed)),
                format::rate(scan.bytes_per_second),
                String::new(),
            ),
            Phase::Failed(_) if flow.is_some() => {
                (Role::Error, "broken off".to_owned(), String::new(), String::new())
            }
            Phase::Failed(_) => {
                let progress = format!("stopped at {}", format::percent(share));
                (Role::Error, progress, String::new(), String::new())
            }
        };
        // Its first bytes will tell.
        let is_told = document.language != LanguageId::Text || !app.snapshot.awaits_bytes();
        Pieces {
            language: if is_told { document.language.info().title } else { "" }.to_owned(),
            size: format::bytes(document.bytes),
            engine: match &app.snapshot.stream {
                Some(stream) => format!("{}  {}", document.kernel.name(), stream.kind),
                None => format!("{}  {threads} {noun}", document.kernel.name()),
            },
            share: (scan.phase == Phase::Running)
                .then_some(share)
                .filter(|_| flow.is_none() || is_measured),
            progress,
            rate,
            time,
            role,
        }
    }
}

fn share(scan: &ScanProgress) -> f64 {
    if scan.bytes_total == 0 { 1.0 } else { scan.bytes_done as f64 / scan.bytes_total as f64 }
}

/// Time that the rest takes at the present rate, if there is a rate.
fn time_left(scan: &ScanProgress) -> Option<Duration> {
    let left = scan.bytes_total.saturating_sub(scan.bytes_done) as f64;
    let seconds = left / scan.bytes_per_second;
    Duration::try_from_secs_f64(seconds).ok().filter(|_| scan.bytes_per_second > 0.0)
}

/// A time to come: whole seconds, because more would only flicker.
fn rough(time: Duration) -> String {
    let seconds = time.as_secs_f64().ceil().min(1e12) as u64;
    format::duration(Duration::from_secs(seconds.max(1)))
}
