//! The chart: a group of bars for each thread count, a bar for each kernel, of the chosen run's source and chunk size.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::explorer::tune::{ReadFrom, Run, Spread, Tuned, Tuning};
use crate::simd::KernelId;
use crate::ui::compare::Looks;
use crate::ui::theme::Role;
use crate::ui::widgets::{Bar, BarGroup, Bars, nice_ceiling};

/// Times the highest bar that plain reading may be and still be drawn: beyond, bars would be too low to tell apart.
const LIMIT_TIMES_MAX: f64 = 4.0;

/// The role of a kernel's bars.
pub(super) fn role(kernel: KernelId) -> Role {
    let place = KernelId::ALL.iter().position(|it| *it == kernel).unwrap_or(0);
    Role::depth(place as i64)
}

/// Draws the runs with the chosen one's source and chunk size. `best` is marked.
pub(super) fn render(
    tuned: &Tuned,
    chosen: &Run,
    best: Option<Tuning>,
    looks: Looks<'_>,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (from, chunk_bytes) = (chosen.from, chosen.tuning.chunk_bytes);
    let (kernels, threads) = (kernels(tuned), thread_counts(tuned));
    let style = |role| looks.theme.style(role);
    let bar = |tuning: Tuning| {
        let spread = tuned.run(tuning, from).map_or_else(Spread::default, Run::spread);
        let value_role = match () {
            () if best == Some(tuning) => Role::Good,
            () if chosen.tuning == tuning => Role::Text,
            () => Role::Dim,
        };
        let mut value_style = style(value_role);
        if chosen.tuning == tuning {
            value_style = value_style.patch(style(Role::Cursor));
        }
        let values = [spread.min, spread.median, spread.max].map(|rate| rate / 1e9);
        Bar { values, style: style(role(tuning.kernel)), value_style }
    };
    let mut groups: Vec<BarGroup> = threads
        .iter()
        .map(|threads| {
            let limit = tuned.limit(*threads, from) / 1e9;
            let bars = kernels.iter().map(|kernel| Tuning {
                kernel: *kernel,
                threads: *threads,
                chunk_bytes,
            });
            BarGroup { labels: Vec::new(), limit, bars: bars.map(bar).collect() }
        })
        .collect();
    let bars = groups.iter().flat_map(|group| &group.bars);
    let highest_bar = bars.map(|bar| bar.values[2]).fold(0.0, f64::max);
    let highest_limit = groups.iter().map(|group| group.limit).fold(0.0, f64::max);
    let is_limit_near = highest_bar == 0.0 || highest_limit <= LIMIT_TIMES_MAX * highest_bar;
    for (group, threads) in groups.iter_mut().zip(&threads) {
        group.labels = labels(*threads, group.limit, is_limit_near);
    }
    let names: Vec<&str> = kernels.iter().map(|kernel| kernel.name()).collect();
    let chart = Bars {
        groups: &groups,
        names: &names,
        top: nice_ceiling(if is_limit_near { highest_limit.max(highest_bar) } else { highest_bar }),
        axis: style(Role::Dim),
        limit: style(Role::Warning),
        ascii: looks.ascii,
    };
    chart.render(area, buffer);
}

/// What stands under a group, the longest form first. `is_near`: the limit is drawn, unless it lies above the chart.
fn labels(threads: usize, limit: f64, is_near: bool) -> Vec<String> {
    let s = if threads == 1 { "" } else { "s" };
    let far = [
        format!("{threads} thread{s}, plain reading {limit:.1}, above the chart"),
        format!("{threads} thread{s}, reads {limit:.1}, above"),
    ];
    let far = far.into_iter().filter(|_| !is_near);
    let near = [
        format!("{threads} thread{s}, plain reading {limit:.1}"),
        format!("{threads} thread{s}, reads {limit:.1}"),
        format!("{threads} thread{s}"),
        threads.to_string(),
    ];
    far.chain(near).collect()
}

/// Where the bytes come from, in words.
pub(super) fn tell_from(from: ReadFrom) -> &'static str {
    match from {
        ReadFrom::Memory => "from memory",
        ReadFrom::File => "from the file",
    }
}

/// Kernels that were tried, in the plan's order.
fn kernels(tuned: &Tuned) -> Vec<KernelId> {
    let mut kernels = Vec::new();
    for run in &tuned.runs {
        if !kernels.contains(&run.tuning.kernel) {
            kernels.push(run.tuning.kernel);
        }
    }
    kernels
}

/// Thread counts that were tried, ascending.
fn thread_counts(tuned: &Tuned) -> Vec<usize> {
    let mut counts: Vec<usize> = tuned.runs.iter().map(|run| run.tuning.threads).collect();
    counts.sort_unstable();
    counts.dedup();
    counts
}
