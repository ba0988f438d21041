//! What tests of panes need: pages made by the naive scanner, snapshots, buffers as text.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Context, Effect, Outcome, Pane};
use crate::cache::CacheStats;
use crate::explorer::{
    DocumentInfo, IndexOrigin, Mark, Monitor, Page, PageSpan, Phase, ScanProgress, Snapshot,
    TimeShares, WorkerStat,
};
use crate::lang::{Class, LanguageId};
use crate::scan::{State, Summary, naive};
use crate::simd::KernelId;
use crate::ui::action::Action;
use crate::ui::theme::Theme;

/// All of a document as one page.
pub(crate) fn page(bytes: &[u8]) -> Page {
    page_of(bytes, 0..bytes.len())
}

/// A part of a document as a page, with the structure that the whole document gives it.
pub(crate) fn page_of(document: &[u8], range: std::ops::Range<usize>) -> Page {
    let (_, detail) = naive::scan(&State::default(), document);
    let (mut depth, mut depth_before) = (0, 0);
    let mut marks = Vec::new();
    for at in &detail.structurals {
        let Some(class) = Class::of(document[*at as usize]) else { continue };
        depth -= i64::from(class.closes());
        let mark_depth = if class.opens() || class.closes() { depth } else { depth - 1 };
        depth += i64::from(class.opens());
        if (*at as usize) < range.start {
            depth_before = depth;
        }
        if range.contains(&(*at as usize)) {
            marks.push(Mark { at: *at - range.start as u32, class, depth: mark_depth });
        }
    }
    let is_key = |end: u32| {
        let rest = document[end as usize..].iter().find(|byte| !byte.is_ascii_whitespace());
        rest == Some(&b':')
    };
    let cut = |at: u32| (at as usize).clamp(range.start, range.end) as u32 - range.start as u32;
    let spans = detail.spans.iter().map(|span| PageSpan {
        start: cut(span.start),
        end: cut(span.end),
        kind: span.kind,
        key: is_key(span.end),
    });
    let spans = spans.filter(|span| span.start < span.end).collect();
    let before = &document[..range.start];
    Page {
        range: range.start as u64..range.end as u64,
        bytes: document[range.clone()].to_vec(),
        document_bytes: document.len() as u64,
        first_line: Some(memchr::memchr_iter(b'\n', before).count() as u64),
        starts_line: before.last().is_none_or(|byte| *byte == b'\n'),
        is_first: before.is_empty(),
        depth: depth_before,
        marks,
        spans,
        exact: true,
    }
}

/// A snapshot of a scan that is done.
pub(crate) fn snapshot(document: &[u8]) -> Snapshot {
    let n_bytes = document.len() as u64;
    let (totals, _) = naive::scan(&State::default(), document);
    Snapshot {
        stream: None,
        verify: None,
        compare: None,
        tune: None,
        origin: IndexOrigin::Scan,
        stored: None,
        followed: false,
        first_byte: 0,
        generation: 1,
        document: DocumentInfo {
            path: "sample.json".into(),
            bytes: n_bytes,
            language: LanguageId::Json,
            kernel: KernelId::Scalar,
            threads: 2,
            chunk_bytes: 65536,
            block_bytes: 65536,
        },
        scan: ScanProgress {
            number: 0,
            phase: Phase::Done,
            bytes_done: n_bytes,
            bytes_total: n_bytes,
            elapsed: Duration::from_millis(12),
            bytes_per_second: 10e9,
        },
        totals: Summary { ..totals },
        depth_max: 3,
        first_problem: None,
        checked_bytes: n_bytes,
        gathered: 0,
        gathered_part: None,
        monitor: Monitor::default(),
        cache: CacheStats::default(),
        search: None,
        source_change: None,
    }
}

/// A snapshot in the middle of a scan, with something in every field.
pub(crate) fn busy_snapshot(n_workers: usize) -> Snapshot {
    let worker = |i: usize| WorkerStat {
        busy: 0.93 - 0.05 * i as f64,
        bytes_per_second: 6.1e9 - 2e8 * i as f64,
        bytes_total: 1 << 30,
        chunk: (i != 3).then_some(12_345 + i as u64),
        history: (0..30).map(|beat| ((beat * 7 + i) % 11) as f32 / 10.0).collect(),
    };
    let wave = (0..400).map(|i| 9e9 + 3e9 * (f64::from(i) / 17.0).sin());
    let mut snapshot = snapshot(b"");
    snapshot.document.bytes = 10 << 30;
    snapshot.scan = ScanProgress {
        number: 0,
        phase: Phase::Running,
        bytes_done: 4 << 30,
        bytes_total: 10 << 30,
        elapsed: Duration::from_millis(360),
        bytes_per_second: 12.4e9,
    };
    snapshot.monitor = Monitor {
        workers: (0..n_workers).map(worker).collect(),
        queue_depth: 5,
        queue_capacity: 8,
        speculation_hits: 16_382,
        speculation_misses: 2,
        rescanned_bytes: 98_304,
        throughput: wave.collect::<Vec<_>>().into(),
        index_bytes: 4_300_000,
        buffer_bytes: 1 << 20,
        resident_bytes: 31 << 20,
        times: Some(TimeShares {
            reading: 0.21,
            scanning: 0.62,
            ordering: 0.04,
            ahead: 0.03,
            idle: 0.1,
        }),
        missed: vec![(131_072, 4096), (9_437_184, 65_536)].into(),
    };
    snapshot.cache = CacheStats {
        enabled: true,
        entries: 42,
        entries_max: 100,
        bytes: 3_200_000,
        bytes_max: 16 << 20,
        ttl_seconds: 300,
        hits: 1_234,
        misses: 87,
        evictions: 3,
        expiries: 12,
        saved_ns: 1_240_000_000,
    };
    snapshot
}

/// A context without colours.
pub(crate) fn context<'a>(snapshot: &'a Snapshot, theme: &'a Theme, ascii: bool) -> Context<'a> {
    Context {
        snapshot,
        theme,
        ascii,
        focused: true,
        layout: super::source::LayoutKind::Plain,
        wraps: true,
        block: 65536,
        lights_matches: true,
        marks_seams: false,
        token: None,
        marks: None,
    }
}

/// What a pane draws at a size, one string a row, spaces at the end taken off.
pub(crate) fn drawn(pane: &dyn Pane, context: &Context<'_>, columns: u16, rows: u16) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    pane.render(buffer.area, &mut buffer, context);
    check_cells(&buffer);
    let row = |y| {
        let mut row = String::new();
        let mut x = 0;
        while x < columns {
            let symbol = buffer[(x, y)].symbol();
            row.push_str(symbol);
            x += crate::ui::widgets::width(symbol).max(1);
        }
        row.trim_end().to_owned()
    };
    (0..rows).map(row).collect::<Vec<_>>().join("\n")
}

/// No cell may hold what a terminal would act on or hide.
pub(crate) fn check_cells(buffer: &Buffer) {
    for cell in &buffer.content {
        for c in cell.symbol().chars() {
            let is_hidden = c.is_control()
                || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
                    | '\u{2060}'..='\u{206F}' | '\u{61C}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}');
            assert!(!is_hidden, "U+{:04X} reached the screen", u32::from(c));
        }
    }
}

/// The effects of an action that the pane must know.
pub(crate) fn press(
    pane: &mut dyn Pane,
    action: Action,
    count: Option<u64>,
    context: &Context<'_>,
) -> Vec<Effect> {
    match pane.act(action, count, context) {
        Outcome::Consumed(effects) => effects,
        Outcome::Ignored => panic!("{action:?} was ignored"),
    }
}
