//! The chart: a group of bars for each thread count, a bar for each kernel, of the chosen run's source and chunk size.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::explorer::tune::{ReadFrom, Run, Spread, Tuned, Tuning};
use crate::simd::KernelId;
use crate::ui::compare::Looks;
use crate::ui::theme::Role;
use crate::ui::widgets::{Bar, BarGroup, Bars, nice_ceiling};

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
    let groups: Vec<BarGroup> = threads
        .iter()
        .map(|threads| {
            let limit = tuned.limit(*threads, from) / 1e9;
            let bars = kernels.iter().map(|kernel| Tuning {
                kernel: *kernel,
                threads: *threads,
                chunk_bytes,
            });
            BarGroup { labels: labels(*threads, limit), limit, bars: bars.map(bar).collect() }
        })
        .collect();
    let highest = groups.iter().flat_map(|group| {
        let bars = group.bars.iter().map(|bar| bar.values[2]);
        bars.chain([group.limit])
    });
    let names: Vec<&str> = kernels.iter().map(|kernel| kernel.name()).collect();
    let chart = Bars {
        groups: &groups,
        names: &names,
        top: nice_ceiling(highest.fold(0.0, f64::max)),
        axis: style(Role::Dim),
        limit: style(Role::Warning),
        ascii: looks.ascii,
    };
    chart.render(area, buffer);
}

/// What stands under a group, the longest form first.
fn labels(threads: usize, limit: f64) -> Vec<String> {
    let s = if threads == 1 { "" } else { "s" };
    vec![
        format!("{threads} thread{s}, plain reading {limit:.1}"),
        format!("{threads} thread{s}, reads {limit:.1}"),
        format!("{threads} thread{s}"),
        threads.to_string(),
    ]
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
