//! Drawing the source pane: gutter, rows in colour, matches, the lit pair, the cursor.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::colours::Colours;
use super::layout::{PageText, Row};
use super::{Labels, LayoutKind, SourcePane};
use crate::explorer::SearchOutcome;
use crate::ui::panes::{Context, drawable};
use crate::ui::theme::Role;
use crate::ui::widgets::{Pen, width};
use crate::units::ByteOffset;

pub(super) fn render(pane: &SourcePane, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let Some(text) = pane.text.as_ref().filter(|text| !text.page.bytes.is_empty()) else {
        draw_nothing(pane, area, buffer, context);
        return;
    };
    let painted = pane.highlighter.painted();
    let language = context.snapshot.document.language;
    let mut drawing = Drawing {
        pane,
        text,
        context,
        colours: Colours::new(&text.page, language, &painted),
        found: found_in_sight(pane, text, context),
        found_idx: 0,
        // What runs over lines is no place but a region, and lines under whole lines hide the text.
        pattern: pane.pattern.clone().filter(|it| !text.bytes(it.clone()).contains(&b'\n')),
    };
    for (row_number, row) in (0..area.height).zip(&pane.rows) {
        drawing.draw_row(row, row_number, area, buffer);
    }
    draw_missing(pane, text, area, buffer, context);
}

/// An empty document says so, and a stream of which nothing has come; one whose first page is on its way shows dots.
fn draw_nothing(pane: &SourcePane, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    let is_empty = pane.text.as_ref().is_some_and(|text| text.page.document_bytes == 0);
    let words = match (is_empty, context.ascii) {
        (true, _) if context.snapshot.awaits_bytes() => "no bytes yet",
        (true, _) => "empty: no bytes",
        (false, true) => "...",
        (false, false) => "…",
    };
    Pen::new(buffer, area, 0).skip(pane.gutter).put(words, context.theme.style(Role::Dim));
}

/// Rows that the page does not have yet: a row of dots, and no guess of what stands there.
fn draw_missing(
    pane: &SourcePane,
    text: &PageText,
    area: Rect,
    buffer: &mut Buffer,
    context: &Context<'_>,
) {
    let n_rows = u16::try_from(pane.rows.len()).unwrap_or(u16::MAX);
    let end = pane.rows.last().map_or(text.page.range.start, |row| row.end);
    if n_rows < area.height && end < text.page.document_bytes {
        let dots = if context.ascii { "..." } else { "…" };
        let mut pen = Pen::new(buffer, area, n_rows);
        pen.skip(pane.gutter).put(dots, context.theme.style(Role::Dim));
    }
}

/// What the search is for, wherever it stands in the rows in sight or runs into them, in bytes of the page.
pub(super) fn found_in_sight(
    pane: &SourcePane,
    text: &PageText,
    context: &Context<'_>,
) -> Vec<Range<usize>> {
    let search = context.snapshot.search.as_ref().filter(|_| context.lights_matches);
    let Some(search) = search else { return Vec::new() };
    let Some(seen) = pane.bytes_in_sight() else { return Vec::new() };
    if search.outcome == SearchOutcome::Cancelled || search.needle.is_empty() {
        return Vec::new();
    }
    let (behind, reach) = search.needle.surroundings();
    let around = behind.max(reach) as u64;
    let start = seen.start.saturating_sub(around).max(text.page.range.start);
    let bytes = text.bytes(start..seen.end.saturating_add(around));
    let base = (start - text.page.range.start) as usize;
    search.needle.all(bytes).into_iter().map(|found| base + found.start..base + found.end).collect()
}

struct Drawing<'a> {
    pane: &'a SourcePane,
    text: &'a PageText,
    context: &'a Context<'a>,
    colours: Colours<'a>,
    found: Vec<Range<usize>>,
    found_idx: usize,
    /// The pattern at the cursor.
    pattern: Option<Range<ByteOffset>>,
}

/// Whether there is more of a row to the left of what is seen of it, and to the right.
#[derive(Clone, Copy)]
struct Cut {
    left: bool,
    right: bool,
    /// Whether the cursor is to the left.
    has_cursor: bool,
}

/// Makes two blanks of a character that begins there and is two columns wide, so that either half can be drawn over. What lies
/// under its second half has no style of its own until then.
fn split_wide(buffer: &mut Buffer, x: u16, y: u16) {
    let Some(cell) = buffer.cell_mut((x, y)).filter(|cell| width(cell.symbol()) > 1) else {
        return;
    };
    let style = cell.set_symbol(" ").style();
    if let Some(behind) = buffer.cell_mut((x + 1, y)) {
        behind.set_symbol(" ").set_style(style);
    }
}

impl Drawing<'_> {
    fn style(&self, role: Role) -> Style {
        self.context.theme.style(role)
    }

    fn draw_row(&mut self, row: &Row, row_number: u16, area: Rect, buffer: &mut Buffer) {
        let n_bytes = self.text.page.document_bytes;
        let at_end = self.pane.cursor >= n_bytes && row.end == n_bytes;
        let is_cursor_row = row.contains(self.pane.cursor) || at_end;
        let base = if is_cursor_row { self.style(Role::CursorRow) } else { Style::new() };
        if is_cursor_row {
            let area = Rect::new(area.x, area.y + row_number, area.width, 1);
            buffer.set_style(area, base);
        }
        self.draw_gutter(row, row_number, is_cursor_row, area, buffer);
        let mut pen = Pen::new(buffer, area, row_number);
        pen.skip(self.pane.gutter);
        let cut = self.draw_text(row, base, is_cursor_row, &mut pen);
        self.draw_cut(cut, base, row_number, area, buffer);
    }

    /// Marks the edges beyond which a row goes on. A cursor to the left of all that is seen stands on the mark.
    fn draw_cut(&self, cut: Cut, base: Style, row_number: u16, area: Rect, buffer: &mut Buffer) {
        let style = self.style(Role::Mark).patch(base);
        let (left, right) = if self.context.ascii { ("<", ">") } else { ("‹", "›") };
        let (first, y) = (area.x + self.pane.gutter, area.y + row_number);
        if cut.left {
            let style = if cut.has_cursor { style.patch(self.style(Role::Cursor)) } else { style };
            split_wide(buffer, first, y);
            Pen::new(buffer, area, row_number).skip(self.pane.gutter).put(left, style);
        }
        if cut.right {
            let column = self.pane.columns_seen() - 1;
            if let Some(before) = column.checked_sub(1) {
                split_wide(buffer, first + before, y);
            }
            Pen::new(buffer, area, row_number).skip(self.pane.gutter + column).put(right, style);
        }
    }

    fn draw_gutter(
        &self,
        row: &Row,
        row_number: u16,
        is_cursor_row: bool,
        area: Rect,
        buffer: &mut Buffer,
    ) {
        let Some(columns) = self.pane.gutter.checked_sub(2) else { return };
        let (line, starts_line) = self.text.line(self.pane.layout.as_ref(), row);
        let role = if is_cursor_row { Role::LineNumberCursor } else { Role::LineNumber };
        // A line that began above is named on the first row, so that there is always a number in sight.
        let (label, role) = match (self.pane.labels(), line, self.context.ascii) {
            (Labels::Offsets, ..) => (row.start.to_string(), role),
            (Labels::HexOffsets, ..) => (format!("{:x}", row.start), role),
            (_, None, true) if starts_line => ("?".to_owned(), Role::Dim),
            (_, None, false) if starts_line => ("·".to_owned(), Role::Dim),
            (_, Some(line), _) if starts_line => ((line + 1).to_string(), role),
            (_, Some(line), _) if row_number == 0 => ((line + 1).to_string(), Role::Mark),
            _ if self.pane.laid_out == LayoutKind::Pretty && self.text.is_anchored(row) => {
                (String::new(), role)
            }
            (_, _, true) => ("\\".to_owned(), Role::Mark),
            (_, _, false) => ("↪".to_owned(), Role::Mark),
        };
        let base = if is_cursor_row { self.style(Role::CursorRow) } else { Style::new() };
        let style = self.style(role).patch(base);
        Pen::new(buffer, area, row_number).put_right(&label, columns, style);
    }

    /// Cells of one style are written together. The row's own style lies over the roles', which may have a background.
    fn draw_text(
        &mut self,
        row: &Row,
        row_style: Style,
        is_cursor_row: bool,
        pen: &mut Pen<'_>,
    ) -> Cut {
        let text = self.text;
        let (layout, columns) = (self.pane.layout.as_ref(), self.pane.columns());
        let first = (row.start - text.page.range.start) as usize;
        self.colours.seek(first);
        let left = self.pane.left;
        let right = left.saturating_add(self.pane.columns_seen());
        let (mut column, cells) = text.cells_near(layout, columns, row, left..right);
        pen.skip(column.saturating_sub(left));
        let mut run = String::new();
        let mut run_style = row_style;
        let mut has_cursor = false;
        let (mut looked_at, found_idx) = (first, self.found_idx);
        let end = cells.last().map_or(first, |cell| cell.bytes.end);
        let is_cut_left = left > 0 && !cells.is_empty() && text.indent(layout, columns, row) < left;
        let mut seen_from = cells.first().map_or(end, |cell| cell.bytes.end);
        for cell in cells {
            let start = column;
            column = column.saturating_add(cell.width);
            if column <= left {
                seen_from = cell.bytes.end;
                continue;
            }
            if start >= right {
                continue;
            }
            if cell.at < looked_at {
                // What stands in the row already.
                self.colours.seek(cell.at);
                self.found_idx = found_idx;
            }
            looked_at = cell.at;
            let range = cell.bytes;
            let role = if range.is_empty() { Role::Text } else { self.colours.role(cell.at) };
            let is_replaced = cell.hidden || (self.context.ascii && !cell.text.is_ascii());
            let role = if is_replaced { Role::Hidden } else { role };
            let mut style = self.style(role).patch(row_style);
            if !range.is_empty() {
                style = self.lit(&range, cell.at, style);
            }
            if is_cursor_row && self.has_cursor(&range) {
                has_cursor = true;
                // A seam's mark would turn its colours round.
                style = style.remove_modifier(Modifier::REVERSED).patch(self.style(Role::Cursor));
            }
            if style != run_style {
                pen.put(&run, run_style);
                run.clear();
                run_style = style;
            }
            if start < left {
                // Of what is wider than a column the end may be in sight alone.
                run.push_str(&" ".repeat(usize::from(column - left)));
            } else {
                run.push_str(&drawable(cell.text, self.context.ascii));
            }
        }
        pen.put(&run, run_style);
        // On a line break, or at the very end, the cursor stands after the text.
        let is_behind = self.pane.cursor >= text.page.range.start + end as u64;
        if is_cursor_row && !has_cursor && is_behind && (left..right).contains(&column) {
            pen.put(" ", row_style.patch(self.style(Role::Cursor)));
        }
        let text_end = row.start + text.bytes(row.start..row.end).trim_ascii_end().len() as u64;
        let is_cut_right =
            column > right || column == right && text.page.range.start + (end as u64) < text_end;
        let is_before = self.pane.cursor < text.page.range.start + seen_from as u64;
        let has_cursor = !has_cursor && (is_before || is_behind && column <= left);
        Cut { left: is_cut_left, right: is_cut_right, has_cursor: is_cursor_row && has_cursor }
    }

    fn has_cursor(&self, range: &Range<usize>) -> bool {
        let at = self.pane.cursor.checked_sub(self.text.page.range.start);
        at.and_then(|at| usize::try_from(at).ok()).is_some_and(|at| range.contains(&at))
    }

    /// The style of a cell that a search found, that is one of the lit pair or of the pattern at the cursor. It stands for byte `at`, and
    /// for what of `bytes` is not drawn before it.
    fn lit(&mut self, bytes: &Range<usize>, at: usize, style: Style) -> Style {
        let range = at.max(bytes.start)..bytes.end;
        while self.found.get(self.found_idx).is_some_and(|found| found.end <= range.start) {
            self.found_idx += 1;
        }
        let is_found = self.found.get(self.found_idx).is_some_and(|found| found.start < range.end);
        let style = if is_found { style.patch(self.style(Role::Match)) } else { style };
        let offset = self.text.page.range.start + range.start as u64;
        let is_of_pattern = self.pattern.as_ref().is_some_and(|it| it.contains(&offset));
        let style = if is_of_pattern { style.add_modifier(Modifier::UNDERLINED) } else { style };
        let style =
            self.context.marks.map_or(style, |it| it.mark(offset, style, self.context.theme));
        let first = self.text.page.range.start + bytes.start as u64;
        let style = self.at_problem(offset..first + bytes.len() as u64, style);
        let style = self.at_seam(first, bytes.len() as u64, style);
        if self.is_of_pair(offset) { style.patch(self.style(Role::Pair)) } else { style }
    }

    /// Where the document's first problem stands is marked.
    fn at_problem(&self, bytes: Range<ByteOffset>, style: Style) -> Style {
        match &self.context.snapshot.first_problem {
            Some(problem) if bytes.contains(&problem.at) => {
                style.patch(self.style(Role::Error)).add_modifier(Modifier::UNDERLINED)
            }
            _ => style,
        }
    }

    /// The first cell behind a seam is marked, and so is the token that lies across the chosen one.
    fn at_seam(&self, offset: ByteOffset, bytes: u64, style: Style) -> Style {
        let Context { block, marks_seams, token, .. } = *self.context;
        if !marks_seams || block == 0 {
            return style;
        }
        let is_across = token.is_some_and(|(start, end)| (start..end).contains(&offset));
        let style = if is_across { style.patch(self.style(Role::Match)) } else { style };
        // A cell of several bytes may have the seam inside of it.
        let seam = offset.next_multiple_of(block);
        let is_seam = block > 1 && offset > 0 && seam < offset + bytes.max(1);
        if is_seam { style.add_modifier(Modifier::REVERSED | Modifier::BOLD) } else { style }
    }

    fn is_of_pair(&self, offset: ByteOffset) -> bool {
        self.pane.pair.is_some_and(|(open, close)| open == offset || close == Some(offset))
    }
}
