//! The monitor pane: the engine at work. Throughput over time, each worker, the queue, speculation, memory.
//!
//! The lines have an order of importance; a low pane keeps the first ones, a high one gives the rest to the graph.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cache::draw_words;
use super::{Context, Effect, Outcome, Pane};
use crate::explorer::{
    Bound, IndexOrigin, Monitor, Phase, Snapshot, StreamStatus, TimeShares, WorkerStat,
};
use crate::limits::SAMPLE_INTERVAL_MS;
use crate::ui::action::Action;
use crate::ui::safe_text::safe_path;
use crate::ui::theme::Role;
use crate::ui::widgets::{Gauge, Graph, Pen, format, nice_ceiling, width};

/// The monitor pane. All it shows stands in the snapshot: the newest, or the one that it was paused at.
#[derive(Clone, Debug, Default)]
pub struct MonitorPane {
    paused: Option<Box<Snapshot>>,
}

impl Pane for MonitorPane {
    fn title(&self, _context: &Context<'_>) -> String {
        if self.paused.is_some() { "Monitor  paused" } else { "Monitor" }.to_owned()
    }

    fn act(&mut self, action: Action, _: Option<u64>, context: &Context<'_>) -> Outcome {
        if action != Action::ToggleFold || !context.focused {
            return Outcome::Ignored;
        }
        let paused = self.paused.is_none().then(|| Box::new(context.snapshot.clone()));
        let said =
            if paused.is_some() { "the monitor stands; Space goes on" } else { "it goes on" };
        self.paused = paused;
        Outcome::Consumed(vec![Effect::Say(said.to_owned())])
    }

    fn render(&self, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
        let snapshot = self.paused.as_deref().unwrap_or(context.snapshot);
        let context = &Context { snapshot, ..*context };
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let plan = Plan::new(area.height, context.snapshot.monitor.workers.len());
        let mut row = 0;
        let mut part = |rows: u16| {
            let part = Rect { y: area.y + row, height: rows, ..area };
            row += rows;
            part
        };
        draw_throughput(part(1), buffer, context);
        draw_graph(part(plan.graph), buffer, context);
        part(plan.gap);
        draw_workers(part(plan.workers), buffer, context);
        part(plan.gap);
        draw_facts(part(plan.facts), buffer, context);
    }
}

/// How the rows are shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Plan {
    graph: u16,
    workers: u16,
    facts: u16,
    gap: u16,
}

impl Plan {
    /// First the throughput, then a worker, a graph of two rows, the other workers, the facts; what is left makes the
    /// graph higher and puts air between the parts.
    fn new(height: u16, n_workers: usize) -> Plan {
        let n_workers = u16::try_from(n_workers).unwrap_or(u16::MAX);
        let mut left = height.saturating_sub(1);
        let mut take = |wanted: u16| {
            let taken = wanted.min(left);
            left -= taken;
            taken
        };
        let mut workers = take(n_workers.min(1));
        let mut facts = take(1);
        let mut graph = if height >= 5 { take(2) } else { 0 };
        // Many workers leave a third of the pane to what else there is to say.
        workers += take((n_workers - workers).min(height / 3 + 1));
        facts += take(FACTS - facts);
        workers += take((n_workers - workers).min(height / 2));
        let taken = 1 + workers + facts + graph;
        let gap = u16::from(height >= taken + 4);
        take(gap * 2);
        graph += take(if graph > 0 { GRAPH_ROWS_MAX - graph } else { 0 });
        Plan { graph, workers, facts, gap }
    }
}

/// Lines below the workers.
const FACTS: u16 = 6;

/// Rows above which a graph says no more.
const GRAPH_ROWS_MAX: u16 = 10;

/// The average over the whole pass so far.
fn mean_rate(snapshot: &Snapshot) -> f64 {
    let seconds = snapshot.scan.elapsed.as_secs_f64();
    let known_bytes = match snapshot.origin {
        IndexOrigin::Extended { known_bytes, .. } => known_bytes,
        IndexOrigin::Scan | IndexOrigin::Disk { .. } => 0,
    };
    let scanned_bytes = snapshot.scan.bytes_done.saturating_sub(known_bytes);
    if seconds > 0.0 { scanned_bytes as f64 / seconds } else { 0.0 }
}

fn draw_throughput(area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    let scan = &context.snapshot.scan;
    let style = |role| context.theme.style(role);
    let mean = format::rate(mean_rate(context.snapshot));
    let mut pen = Pen::new(buffer, area, 0);
    match &scan.phase {
        Phase::Running => {
            pen.put(&format::rate(scan.bytes_per_second), style(Role::Good));
            pen.put(" now", style(Role::Dim));
            pen.put_at_end(&format!("{mean} mean"), style(Role::Dim));
        }
        Phase::Done if let IndexOrigin::Disk { took, entry_bytes } = context.snapshot.origin => {
            let took = format::duration(took);
            pen.put(&format!("index from disk in {took}"), style(Role::Good));
            pen.put_at_end(&format::bytes(entry_bytes), style(Role::Dim));
        }
        Phase::Done => {
            pen.put(&mean, style(Role::Good));
            pen.put(" mean", style(Role::Dim));
            let took = format::duration(scan.elapsed);
            pen.put_at_end(&format!("done in {took}"), style(Role::Dim));
        }
        Phase::Failed(_) => {
            pen.put("stopped", style(Role::Error));
            let done = format::bytes(scan.bytes_done);
            let total = format::bytes(scan.bytes_total);
            pen.put_at_end(&format!("at {done} of {total}"), style(Role::Dim));
        }
    }
}

fn draw_graph(area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    if area.is_empty() {
        return;
    }
    let values = &context.snapshot.monitor.throughput;
    let whole = context.snapshot.scan.phase != Phase::Running;
    let in_sight = if whole { values.len() } else { values.len().min(usize::from(area.width) * 2) };
    let seen = &values[values.len() - in_sight..];
    let top = nice_ceiling(seen.iter().copied().fold(0.0, f64::max));
    let style = context.theme.style(Role::Gauge);
    let ground = context.theme.style(Role::GaugeEmpty);
    let graph = Graph { values: seen, top, whole, style, ground, ascii: context.ascii };
    graph.render(area, buffer);
    if area.height < 3 || seen.is_empty() {
        return;
    }
    // The axis is said in words over the picture's corners; without them it is only a shape.
    let dim = context.theme.style(Role::Dim);
    let seconds = (seen.len() as u64 * SAMPLE_INTERVAL_MS) as f64 / 1000.0;
    let span = format!("{seconds:.1} s");
    let label = format!("{} ", format::rate(top));
    if width(&label) + width(&span) + 2 < area.width {
        Pen::new(buffer, area, 0).put(&label, dim).put_at_end(&span, dim);
    }
}

fn draw_workers(area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    let workers = &context.snapshot.monitor.workers;
    let n_rows = usize::from(area.height);
    let shown = if workers.len() > n_rows { n_rows.saturating_sub(1) } else { workers.len() };
    for (row, (i, worker)) in (0..area.height).zip(workers.iter().enumerate().take(shown)) {
        draw_worker(i, worker, area, row, buffer, context);
    }
    if shown < workers.len() && area.height > 0 {
        draw_other_workers(&workers[shown..], shown, area, area.height - 1, buffer, context);
    }
}

/// Columns of a worker's number, of its share, and of its rate.
const NUMBER_COLUMNS: u16 = 4;
const SHARE_COLUMNS: u16 = 7;
const RATE_COLUMNS: u16 = 11;

/// Columns of a gauge from which on half of them show the past.
const PAST_COLUMNS_MIN: u16 = 20;

fn draw_worker(
    i: usize,
    worker: &WorkerStat,
    area: Rect,
    row: u16,
    buffer: &mut Buffer,
    context: &Context<'_>,
) {
    let style = |role| context.theme.style(role);
    let chunk =
        worker.chunk.map_or_else(String::new, |chunk| format!("chunk {}", format::count(chunk)));
    let chunk_columns = if area.width >= 52 { 18 } else { 0 };
    let fixed = NUMBER_COLUMNS + SHARE_COLUMNS + RATE_COLUMNS + chunk_columns;
    let gauge_columns = match area.width.saturating_sub(fixed) {
        0..4 => 0,
        columns => columns.min(40),
    };
    let filled = style(if worker.busy > 0.0 { Role::Gauge } else { Role::GaugeEmpty });
    let empty = style(Role::GaugeEmpty);
    let gauge = Gauge { share: worker.busy, filled, empty, ascii: context.ascii };
    // Where there is room, how busy it was before, too.
    let past_columns = if gauge_columns >= PAST_COLUMNS_MIN { gauge_columns / 2 } else { 0 };
    let past: Vec<f64> = worker.history.iter().map(|busy| f64::from(*busy)).collect();
    let graph = Graph {
        values: &past[past.len().saturating_sub(2 * usize::from(past_columns))..],
        top: 1.0,
        whole: false,
        style: filled,
        ground: empty,
        ascii: context.ascii,
    };
    let gap = u16::from(past_columns > 0);
    let rate_role = if worker.bytes_per_second > 0.0 { Role::Text } else { Role::Dim };
    Pen::new(buffer, area, row)
        .put_left(&format!("#{}", i + 1), NUMBER_COLUMNS, style(Role::Dim))
        .field(past_columns, |field, buffer| graph.render(field, buffer))
        .skip(gap)
        .field(gauge_columns - past_columns - gap, |field, buffer| gauge.render(field, buffer))
        .put_right(&whole_percent(worker.busy), SHARE_COLUMNS, style(Role::Dim))
        .put_right(&format::rate(worker.bytes_per_second), RATE_COLUMNS, style(rate_role))
        .put_right(&chunk, chunk_columns, style(Role::Dim));
}

/// Workers there is no room for are said in sum, never left out.
fn draw_other_workers(
    others: &[WorkerStat],
    first: usize,
    area: Rect,
    row: u16,
    buffer: &mut Buffer,
    context: &Context<'_>,
) {
    let style = |role| context.theme.style(role);
    let busy = others.iter().map(|worker| worker.busy).sum::<f64>() / others.len().max(1) as f64;
    let rate = others.iter().map(|worker| worker.bytes_per_second).sum::<f64>();
    let name = format!("#{}-{} together", first + 1, first + others.len());
    let mut pen = Pen::new(buffer, area, row);
    pen.put_at_end(&format::rate(rate), style(Role::Text));
    pen.put(&name, style(Role::Dim));
    let share = format!("{} ", whole_percent(busy));
    pen.put_at_end(&share, style(Role::Dim));
}

/// A worker's share changes too fast for decimals to be read.
fn whole_percent(share: f64) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.0} %", share * 100.0)
}

/// Columns of the facts' names.
const NAME_COLUMNS: u16 = 13;

fn draw_facts(area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    let monitor = &context.snapshot.monitor;
    let style = |role| context.theme.style(role);
    let memory = memory_fact(monitor, context.snapshot.cache.bytes as u64, area.width);
    let mut facts = vec![("memory", memory)];
    match &context.snapshot.stream {
        // Nothing is guessed of a stream: its state is carried.
        Some(stream) => {
            facts.extend([("kept", kept_fact(stream)), ("queue", String::new()), waits(stream)]);
        }
        None => {
            facts.extend([
                ("speculation", speculation_fact(monitor, area.width)),
                ("queue", String::new()),
                ("rescanned", rescanned_fact(monitor, area.width)),
            ]);
        }
    }
    if let Some(times) = &monitor.times {
        let bytes = context.snapshot.scan.bytes_done;
        let bound = Bound::of(times, bytes, monitor.rescanned_bytes);
        let bound = match &context.snapshot.stream {
            Some(stream) => bound.of_stream(stream.waited_for_source, stream.held_back),
            None => bound,
        };
        let verdict = bound.sentence(times);
        let rows = in_rows(&verdict, area.width);
        facts.splice(0..0, rows.into_iter().map(|row| ("verdict", row)));
        facts.push(("time", times_fact(times, area.width)));
    }
    for (row, (name, text)) in (0..area.height).zip(facts) {
        let mut pen = Pen::new(buffer, area, row);
        let has_room = NAME_COLUMNS + width(&text) <= area.width;
        if name != "verdict" || has_room && row == 0 {
            pen.put_left(name, NAME_COLUMNS, style(Role::Dim));
        }
        if name == "verdict" {
            pen.put(&text, style(Role::Text));
        } else if name == "queue" {
            draw_queue(&mut pen, monitor, area.width, context);
        } else {
            draw_words(&mut pen, &text, style(Role::Text), style(Role::Dim));
        }
    }
}

/// A sentence on one row beside its name if it fits, else without it, on two rows if need be.
fn in_rows(sentence: &str, columns: u16) -> Vec<String> {
    let mut end = sentence.len();
    while width(&sentence[..end]) > columns {
        match sentence[..end].rfind(' ') {
            Some(space) => end = space,
            None => return vec![sentence.to_owned()],
        }
    }
    let (first, rest) = sentence.split_at(end);
    let rest = rest.trim_start();
    let rows = [first, rest].into_iter().filter(|row| !row.is_empty());
    rows.map(str::to_owned).collect()
}

/// What was scanned again, and where the guesses were wrong.
fn rescanned_fact(monitor: &Monitor, columns: u16) -> String {
    let mut text = format::bytes(monitor.rescanned_bytes);
    // An index from disk knows of misses that cost this run nothing.
    let missed = if monitor.rescanned_bytes > 0 { &monitor.missed[..] } else { &[] };
    for (at, bytes) in missed.iter().rev() {
        let miss = format!("   {} at {}", format::bytes(*bytes), format::count(*at));
        if width(&text) + width(&miss) + NAME_COLUMNS > columns {
            break;
        }
        text.push_str(&miss);
    }
    text
}

/// What the workers' time went into: as much as there is room for.
fn times_fact(times: &TimeShares, columns: u16) -> String {
    let shares = [
        ("scanning", times.scanning),
        ("reading", times.reading),
        ("order", times.ordering),
        ("ahead", times.ahead),
        ("idle", times.idle),
    ];
    let mut text = String::new();
    for (name, share) in shares {
        let gap = if text.is_empty() { "" } else { "   " };
        let part = format!("{gap}{} {name}", whole_percent(share));
        if width(&text) + width(&part) + NAME_COLUMNS > columns {
            break;
        }
        text.push_str(&part);
    }
    text
}

/// What of a stream can be gone back to, and where it is.
fn kept_fact(stream: &StreamStatus) -> String {
    let kept = format::bytes(stream.kept.end - stream.kept.start);
    match &stream.spill.directory {
        Some(_) if stream.spill.limit == 0 => format!("{kept} in memory"),
        Some(directory) => {
            let (bytes, limit) = (stream.spill.bytes, stream.spill.limit);
            let place = safe_path(directory);
            format!("{kept}   {} of {} in {place}", format::bytes(bytes), format::bytes(limit))
        }
        None => format!("{kept} in memory"),
    }
}

/// Who waited for whom.
fn waits(stream: &StreamStatus) -> (&'static str, String) {
    let (source, held) = (stream.waited_for_source, stream.held_back);
    let text =
        format!("{} for bytes   {} held back", format::duration(source), format::duration(held));
    ("waited", text)
}

fn draw_queue(pen: &mut Pen<'_>, monitor: &Monitor, columns: u16, context: &Context<'_>) {
    let style = |role| context.theme.style(role);
    let share = monitor.queue_depth as f64 / monitor.queue_capacity.max(1) as f64;
    let text = format!("{} of {}", monitor.queue_depth, monitor.queue_capacity);
    let gauge_columns = match columns.saturating_sub(NAME_COLUMNS + 14) {
        0..4 => 0,
        columns => columns.min(20),
    };
    let (filled, empty) = (style(Role::Gauge), style(Role::GaugeEmpty));
    let gauge = Gauge { share, filled, empty, ascii: context.ascii };
    pen.field(gauge_columns, |field, buffer| gauge.render(field, buffer));
    pen.skip(u16::from(gauge_columns > 0) * 2);
    draw_words(pen, &text, style(Role::Text), style(Role::Dim));
}

fn memory_fact(monitor: &Monitor, cache_bytes: u64, columns: u16) -> String {
    let mut pieces = Vec::with_capacity(4);
    if monitor.resident_bytes > 0 {
        pieces.push(format!("{} in all", format::bytes(monitor.resident_bytes)));
    }
    pieces.push(format!("{} index", format::bytes(monitor.index_bytes)));
    pieces.push(format!("{} buffers", format::bytes(monitor.buffer_bytes)));
    pieces.push(format!("{} cache", format::bytes(cache_bytes)));
    // As many as fit whole.
    let mut text = String::new();
    for piece in pieces {
        let gap = if text.is_empty() { "" } else { "   " };
        if !text.is_empty() && width(&text) + width(gap) + width(&piece) + NAME_COLUMNS > columns {
            break;
        }
        text.push_str(gap);
        text.push_str(&piece);
    }
    text
}

fn speculation_fact(monitor: &Monitor, columns: u16) -> String {
    let all = monitor.speculation_hits + monitor.speculation_misses;
    if all == 0 {
        return "none yet".to_owned();
    }
    let rate = format::percent(monitor.speculation_hits as f64 / all as f64);
    let misses = format::short_count(monitor.speculation_misses);
    let es = if monitor.speculation_misses == 1 { "" } else { "es" };
    if columns >= 44 {
        format!("{rate} hits   {misses} miss{es} of {}", format::short_count(all))
    } else {
        format!("{rate} hits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::testing;
    use crate::ui::theme::Theme;

    fn drawn(n_workers: usize, columns: u16, rows: u16, ascii: bool) -> String {
        let snapshot = testing::busy_snapshot(n_workers);
        let theme = Theme::default();
        let context = testing::context(&snapshot, &theme, ascii);
        testing::drawn(&MonitorPane::default(), &context, columns, rows)
    }

    #[test]
    fn a_small_pane_says_what_matters_most() {
        insta::assert_snapshot!(drawn(2, 30, 8, false));
    }

    #[test]
    fn a_large_pane_says_all() {
        insta::assert_snapshot!(drawn(4, 100, 20, false));
    }

    #[test]
    fn workers_without_room_are_summed_up() {
        insta::assert_snapshot!(drawn(64, 44, 14, false));
    }

    #[test]
    fn ascii_marks_stand_in_for_all_glyphs() {
        let drawn = drawn(2, 44, 12, true);
        assert!(drawn.is_ascii());
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn a_finished_scan_says_what_it_took() {
        let mut snapshot = testing::busy_snapshot(2);
        snapshot.scan.phase = Phase::Done;
        snapshot.scan.bytes_done = snapshot.scan.bytes_total;
        let theme = Theme::default();
        let context = testing::context(&snapshot, &theme, false);
        insta::assert_snapshot!(testing::drawn(&MonitorPane::default(), &context, 44, 12));
    }

    #[test]
    fn every_size_is_drawn() {
        for columns in 0..40 {
            for rows in 0..12 {
                drawn(3, columns, rows, false);
            }
        }
        drawn(0, 500, 200, false);
        drawn(256, 500, 200, true);
    }

    #[test]
    fn rows_are_shared_out_to_the_last_and_no_further() {
        for height in 1..60u16 {
            for n_workers in [0, 1, 2, 4, 64, 256] {
                let plan = Plan::new(height, n_workers);
                let used = 1 + plan.graph + plan.workers + plan.facts + 2 * plan.gap;
                assert!(used <= height.max(1), "{height} {n_workers} {plan:?}");
                assert!(height < 2 || n_workers == 0 || plan.workers > 0, "{height} {n_workers}");
            }
        }
    }
}
