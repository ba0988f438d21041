//! Drawing the outline: one tree row for each member in sight, a placeholder for each that is still being fetched.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::tree::Place;
use super::{OutlinePane, text_columns};
use crate::explorer::{Child, Phase, ValueKind};
use crate::lang::{LanguageId, PatternKind};
use crate::limits::PREVIEW_BYTES;
use crate::ui::panes::{Context, drawable};
use crate::ui::safe_text::safe;
use crate::ui::theme::Role;
use crate::ui::widgets::{Fold, Pen, TreeRow, TreeStyles, draw_thumb, format};

/// Pieces of one row's text.
type Pieces = Vec<(String, Style)>;

pub(super) fn render(pane: &OutlinePane, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    let area = area.intersection(buffer.area);
    let rows = pane.tree.rows();
    if rows == 0 {
        draw_nothing(area, buffer, context);
        return;
    }
    let text_area = Rect { width: text_columns(area.width), ..area };
    let mut place = pane.tree.place_of(pane.seen.top);
    for row in 0..area.height {
        let Some(here) = place else { break };
        draw_row(pane, here, text_area, row, buffer, context);
        place = pane.tree.next(here);
    }
    if area.width > 8 {
        let style = context.theme.style(Role::Border);
        draw_thumb(pane.seen, rows, area, buffer, context.ascii, style);
    }
}

fn draw_nothing(area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    Pen::new(buffer, area, 0).put(without_rows(context), context.theme.style(Role::Dim));
}

/// Why there are no rows.
pub(super) fn without_rows(context: &Context<'_>) -> &'static str {
    match context.snapshot.scan.phase {
        _ if context.snapshot.awaits_bytes() => "nothing yet",
        _ if context.snapshot.document.language == LanguageId::Text => "text has no members",
        Phase::Running => "scanning",
        _ if context.snapshot.document.language.info().scanner.is_some() => "no definitions",
        Phase::Done | Phase::Failed(_) => "no members",
    }
}

fn draw_row(
    pane: &OutlinePane,
    place: Place,
    area: Rect,
    row: u16,
    buffer: &mut Buffer,
    context: &Context<'_>,
) {
    let style = |role| context.theme.style(role);
    let level = pane.tree.node(place.node).map_or(0, |node| node.level);
    let unfolded = pane.tree.unfolded_at(place).is_some();
    let mut pieces = Pieces::new();
    let mut fold = if unfolded { Fold::Unfolded } else { Fold::Leaf };
    match pane.child(place) {
        Some(child) => {
            if child.kind.is_container() && child.members != Some(0) && !unfolded {
                fold = Fold::Folded;
            }
            if let ValueKind::Definition(kind) = child.kind {
                definition_pieces(child, kind, unfolded, &mut pieces, context);
            }
            let is_alone =
                place.node.is_none() && pane.tree.node(None).is_some_and(|n| n.total == 1);
            if pieces.is_empty() {
                name_pieces(child, is_alone, &mut pieces, context);
                value_pieces(child, level, unfolded, &mut pieces, context);
            }
        }
        None => pieces.push((format!("{} {}", place.member, dots(context)), style(Role::Dim))),
    }
    let is_chosen = place == pane.chosen && (context.focused || !pane.is_outside);
    let chosen = context.theme.chosen_row(context.focused);
    let row_style = if is_chosen { chosen } else { Style::new() };
    let pieces: Vec<_> =
        pieces.iter().map(|(text, style)| (drawable(text, context.ascii), *style)).collect();
    let pieces: Vec<_> = pieces.iter().map(|(text, style)| (text.as_ref(), *style)).collect();
    let styles = TreeStyles { marks: style(Role::Mark), row: row_style };
    TreeRow { level, fold, pieces: &pieces, ascii: context.ascii }
        .render(area, row, buffer, styles);
}

fn dots(context: &Context<'_>) -> &'static str {
    if context.ascii { "..." } else { "…" }
}

/// What is defined, its name, and how many definitions are folded away in it.
fn definition_pieces(
    child: &Child,
    kind: PatternKind,
    unfolded: bool,
    pieces: &mut Pieces,
    context: &Context<'_>,
) {
    let style = |role| context.theme.style(role);
    pieces.push((format!("{} ", kind.keyword()), style(Role::Constant)));
    let name = safe(&on_one_line(child.key.as_deref().unwrap_or_default()));
    pieces.push((name, style(Role::KeyString)));
    match child.members {
        Some(members) if members > 0 && !unfolded => {
            pieces.push((format!("  {}", format::count(members)), style(Role::Dim)));
        }
        _ => {}
    }
}

/// The key, or the number of an element. The only value of a document needs neither.
fn name_pieces(child: &Child, is_alone: bool, pieces: &mut Pieces, context: &Context<'_>) {
    let style = |role| context.theme.style(role);
    match &child.key {
        Some(key) if key.is_empty() => pieces.push(("\"\"".to_owned(), style(Role::KeyString))),
        Some(key) => {
            pieces.push((safe(key), style(Role::KeyString)));
            if key.len() >= PREVIEW_BYTES {
                pieces.push((dots(context).to_owned(), style(Role::Mark)));
            }
        }
        None if is_alone => return,
        None => pieces.push((child.index.to_string(), style(Role::LineNumber))),
    }
    let gap = if child.key.is_some() && !child.kind.is_container() { ": " } else { " " };
    pieces.push((gap.to_owned(), style(Role::Separator)));
}

fn value_pieces(
    child: &Child,
    level: u64,
    unfolded: bool,
    pieces: &mut Pieces,
    context: &Context<'_>,
) {
    let style = |role| context.theme.style(role);
    let role = match child.kind {
        ValueKind::Object | ValueKind::Array => {
            count_pieces(child, level, pieces, context);
            if !unfolded {
                let inside = on_one_line(child.preview.get(1..).unwrap_or_default());
                pieces.push((format!(" {}", safe(&inside)), style(Role::Dim)));
            }
            return;
        }
        ValueKind::Definition(_) => return,
        ValueKind::String => Role::String,
        ValueKind::Number => Role::Number,
        ValueKind::Bool | ValueKind::Null => Role::Constant,
        ValueKind::Other => Role::Error,
    };
    pieces.push((safe(&child.preview), style(role)));
    if child.preview.len() >= PREVIEW_BYTES {
        pieces.push((dots(context).to_owned(), style(Role::Mark)));
    }
}

/// `{12}`, `[100]`; dots where the container's end has not been scanned.
fn count_pieces(child: &Child, level: u64, pieces: &mut Pieces, context: &Context<'_>) {
    let (open, close) = if child.kind == ValueKind::Object { ("{", "}") } else { ("[", "]") };
    let bracket = context.theme.style(Role::depth(i64::try_from(level).unwrap_or(0)));
    let count = child.members.map_or_else(|| dots(context).to_owned(), format::count);
    pieces.push((open.to_owned(), bracket));
    pieces.push((count, context.theme.style(Role::Dim)));
    pieces.push((close.to_owned(), bracket));
}

/// What stands inside of a container, on one line: white space is one space, and what follows the container's end is left
/// out.
fn on_one_line(inside: &[u8]) -> Vec<u8> {
    let mut line: Vec<u8> = Vec::with_capacity(inside.len());
    let mut depth = 0;
    let mut in_string = false;
    let mut escaped = false;
    for byte in inside {
        match byte {
            b'"' if !escaped => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string && depth == 0 => break,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
        escaped = in_string && *byte == b'\\' && !escaped;
        if !byte.is_ascii_whitespace() {
            line.push(*byte);
        } else if line.last().is_some_and(|last| *last != b' ') {
            line.push(b' ');
        }
    }
    line.truncate(line.trim_ascii_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::on_one_line;

    #[test]
    fn a_preview_ends_with_its_container() {
        assert_eq!(on_one_line(b"\n  1,\n  [2]\n], 3"), b"1, [2]");
        assert_eq!(on_one_line(br#""]\"}": {}}, "x""#), br#""]\"}": {}"#);
    }
}
