//! What differs between two buffers, as bytes for a terminal: the shortest moves, and of styles only what changes.
//!
//! Contract: the terminal shows `old`, its style is plain and its output is raw (a line feed goes straight down). After the
//! bytes it shows `new`; its cursor and style are anywhere. A character that is not one cell wide leaves the cursor where
//! terminals disagree about it, so that the next move is absolute.

use std::io::Write;

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::{Color, Modifier};

/// Cells that are written again rather than jumped over: a jump takes three bytes or more.
const REWRITTEN_CELLS_MAX: u16 = 3;

/// Rows that are gone down by line feeds: beyond, an absolute move is shorter.
const FED_ROWS_MAX: u16 = 4;

/// Modifiers that can be seen on a blank. The rest of its style, but for the background, is nothing.
const SEEN_ON_BLANK: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK);

/// Each modifier with the numbers that switch it on and off. Bold and dim share the latter.
const SWITCHES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Appends to `out` what turns `old` into `new`. Both are of one size.
pub(super) fn write_changes(old: &Buffer, new: &Buffer, out: &mut Vec<u8>) {
    let width = usize::from(new.area.width);
    if width == 0 {
        return;
    }
    let mut writer = Writer { out, at: None, pen: Pen::PLAIN };
    let rows = old.content.chunks(width).zip(new.content.chunks(width));
    for (y, (old, new)) in (0..new.area.height).zip(rows) {
        if old != new {
            writer.row(y, &shown(old), &shown(new));
        }
    }
}

/// A column as the terminal shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shown<'a> {
    /// A character and how many columns it takes.
    Lead(&'a str, u16, Pen),
    /// Covered by the wide character before it.
    Covered,
}

/// The columns of a row. What has no width, or more than there is room for, is a blank.
fn shown(cells: &[Cell]) -> Vec<Shown<'_>> {
    let mut columns = Vec::with_capacity(cells.len());
    for (x, cell) in cells.iter().enumerate() {
        if columns.len() > x {
            continue;
        }
        let width = cell.symbol().cell_width();
        let fits = (1..=cells.len() - x).contains(&usize::from(width));
        let (symbol, width) = if fits { (cell.symbol(), width) } else { (" ", 1) };
        columns.push(Shown::Lead(symbol, width, Pen::of(cell, symbol)));
        columns.resize(x + usize::from(width), Shown::Covered);
    }
    columns
}

/// A style as far as it can be seen. `fg` is `None` where any will do.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pen {
    fg: Option<Color>,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    const PLAIN: Pen =
        Pen { fg: Some(Color::Reset), bg: Color::Reset, modifier: Modifier::empty() };

    fn of(cell: &Cell, symbol: &str) -> Pen {
        if symbol == " " && !cell.modifier.intersects(SEEN_ON_BLANK) {
            return Pen { fg: None, bg: cell.bg, modifier: Modifier::empty() };
        }
        Pen { fg: Some(cell.fg), bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether what this pen wants is what `held` does.
    fn suits(&self, held: &Pen) -> bool {
        let modifier =
            if self.fg.is_none() { held.modifier & SEEN_ON_BLANK } else { held.modifier };
        self.fg.is_none_or(|fg| Some(fg) == held.fg)
            && self.bg == held.bg
            && self.modifier == modifier
    }
}

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// Where the cursor is (column, row), if that is sure.
    at: Option<(u16, u16)>,
    pen: Pen,
}

impl Writer<'_> {
    fn row(&mut self, y: u16, old: &[Shown<'_>], new: &[Shown<'_>]) {
        let n_columns = new.len() as u16;
        for (x, column) in (0..n_columns).zip(new) {
            let Shown::Lead(symbol, width, pen) = column else { continue };
            let (from, to) = (usize::from(x), usize::from(x + width));
            if old[from..to] == new[from..to] {
                continue;
            }
            self.go_to(x, y, new);
            self.set_pen(pen);
            self.out.extend_from_slice(symbol.as_bytes());
            let is_sure = *width == 1 && symbol.chars().nth(1).is_none() && x + 1 < n_columns;
            self.at = is_sure.then_some((x + 1, y));
        }
    }

    /// Moves the cursor, in as few bytes as will do. `row` is what will stand in row `y`.
    fn go_to(&mut self, x: u16, y: u16, row: &[Shown<'_>]) {
        if self.at == Some((x, y)) || self.rewrite(x, y, row) {
            return;
        }
        let mut best = absolute(x, y);
        if let Some((from_x, from_y)) = self.at {
            let moves = if from_y == y { along(from_x, x) } else { down(from_x, from_y, x, y) };
            best = moves.filter(|moves| moves.len() < best.len()).unwrap_or(best);
        }
        self.out.extend_from_slice(&best);
        self.at = Some((x, y));
    }

    /// Writes what stands between the cursor and `x` again, if that is short and in the style of now.
    fn rewrite(&mut self, x: u16, y: u16, row: &[Shown<'_>]) -> bool {
        let Some((from, _)) = self.at.filter(|(from, at_y)| *at_y == y && *from < x) else {
            return false;
        };
        let between = &row[usize::from(from)..usize::from(x)];
        let is_plain = |column: &Shown<'_>| match column {
            Shown::Lead(symbol, _, pen) => symbol.len() == 1 && pen.suits(&self.pen),
            Shown::Covered => false,
        };
        if between.len() > usize::from(REWRITTEN_CELLS_MAX) || !between.iter().all(is_plain) {
            return false;
        }
        for column in between {
            if let Shown::Lead(symbol, ..) = column {
                self.out.extend_from_slice(symbol.as_bytes());
            }
        }
        true
    }

    fn set_pen(&mut self, wanted: &Pen) {
        if wanted.suits(&self.pen) {
            return;
        }
        let target = Pen { fg: Some(wanted.fg.or(self.pen.fg).unwrap_or(Color::Reset)), ..*wanted };
        let step = parameters(&self.pen, &target);
        let anew = parameters(&Pen::PLAIN, &target);
        // `0` in front of a list makes all plain first.
        let (mark, list) = if anew.len() + 1 < step.len() || step.is_empty() {
            (if anew.is_empty() { "" } else { "0;" }, anew)
        } else {
            ("", step)
        };
        self.out.extend_from_slice(b"\x1b[");
        self.out.extend_from_slice(mark.as_bytes());
        self.out.extend_from_slice(list.as_bytes());
        self.out.push(b'm');
        self.pen = target;
    }
}

fn absolute(x: u16, y: u16) -> Vec<u8> {
    match (x, y) {
        (0, 0) => b"\x1b[H".to_vec(),
        (0, _) => format!("\x1b[{}H", y + 1).into_bytes(),
        _ => format!("\x1b[{};{}H", y + 1, x + 1).into_bytes(),
    }
}

/// A move within a row.
fn along(from: u16, to: u16) -> Option<Vec<u8>> {
    Some(match (to, to.checked_sub(from)) {
        (0, _) => b"\r".to_vec(),
        (_, Some(0)) => Vec::new(),
        (_, Some(1)) => b"\x1b[C".to_vec(),
        (_, Some(n)) => format!("\x1b[{n}C").into_bytes(),
        (_, None) => format!("\x1b[{}G", to + 1).into_bytes(),
    })
}

/// A move to a row not far below.
fn down(from_x: u16, from_y: u16, x: u16, y: u16) -> Option<Vec<u8>> {
    let n_rows = y.checked_sub(from_y).filter(|n| *n <= FED_ROWS_MAX)?;
    let mut moves = vec![b'\n'; usize::from(n_rows)];
    moves.extend(along(from_x, x)?);
    Some(moves)
}

/// The numbers, `;` between them, that lead from one style to another.
fn parameters(from: &Pen, to: &Pen) -> String {
    let mut list = Vec::new();
    let mut held = from.modifier;
    for (modifier, _, off) in SWITCHES {
        if held.contains(modifier) && !to.modifier.contains(modifier) {
            write_number(&mut list, off);
            for (other, _, also_off) in SWITCHES {
                if also_off == off {
                    held.remove(other);
                }
            }
        }
    }
    for (modifier, on, _) in SWITCHES {
        if to.modifier.contains(modifier) && !held.contains(modifier) {
            write_number(&mut list, on);
        }
    }
    if from.fg != to.fg {
        write_colour(&mut list, to.fg.unwrap_or(Color::Reset), 30);
    }
    if from.bg != to.bg {
        write_colour(&mut list, to.bg, 40);
    }
    String::from_utf8(list).unwrap_or_default()
}

fn write_number(list: &mut Vec<u8>, number: u8) {
    let gap = if list.is_empty() { "" } else { ";" };
    // Writing to memory does not fail.
    let _ = write!(list, "{gap}{number}");
}

/// `first` is 30 for the foreground and 40 for the background.
fn write_colour(list: &mut Vec<u8>, colour: Color, first: u8) {
    const DARK: [Color; 8] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
    ];
    const BRIGHT: [Color; 8] = [
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    let place = |table: [Color; 8]| (0..8_u8).zip(table).find(|(_, c)| *c == colour);
    match colour {
        Color::Reset => write_number(list, first + 9),
        Color::Indexed(n) => {
            for number in [first + 8, 5, n] {
                write_number(list, number);
            }
        }
        Color::Rgb(r, g, b) => {
            for number in [first + 8, 2, r, g, b] {
                write_number(list, number);
            }
        }
        _ => {
            if let Some((i, _)) = place(DARK) {
                write_number(list, first + i);
            } else if let Some((i, _)) = place(BRIGHT) {
                write_number(list, first + 60 + i);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use proptest::prelude::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    const WIDTH: u16 = 14;
    const HEIGHT: u16 = 7;

    /// Pieces of text: where they stand, what they say, how they look.
    type Piece = (u16, u16, &'static str, Style);

    fn colours() -> impl Strategy<Value = Color> {
        prop_oneof![
            Just(Color::Reset),
            Just(Color::Red),
            Just(Color::Gray),
            Just(Color::DarkGray),
            Just(Color::White),
            Just(Color::Indexed(3)),
            Just(Color::Indexed(200)),
            Just(Color::Rgb(1, 2, 3)),
            Just(Color::Rgb(250, 2, 3)),
        ]
    }

    fn styles() -> impl Strategy<Value = Style> {
        let modifiers = prop_oneof![
            3 => Just(Modifier::empty()),
            1 => Just(Modifier::BOLD),
            1 => Just(Modifier::DIM),
            1 => Just(Modifier::BOLD | Modifier::UNDERLINED),
            1 => Just(Modifier::REVERSED | Modifier::ITALIC),
        ];
        (colours(), colours(), modifiers)
            // A piece's modifiers are its own: the model of a terminal knows no bold and dim at once.
            .prop_map(|(fg, bg, modifier)| {
                let style = Style::new().fg(fg).bg(bg).add_modifier(modifier);
                style.remove_modifier(Modifier::all() - modifier)
            })
    }

    fn pieces() -> impl Strategy<Value = Vec<Piece>> {
        let texts = prop_oneof![
            Just("a"),
            Just("{\"key\": 1}"),
            Just("   "),
            Just("é│·"),
            Just("漢字"),
            Just("x漢"),
            Just("e\u{301}z"),
        ];
        prop::collection::vec((0..WIDTH, 0..HEIGHT, texts, styles()), 0..24)
    }

    fn painted(pieces: &[Piece]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
        for (x, y, text, style) in pieces {
            buffer.set_string(*x, *y, text, *style);
        }
        buffer
    }

    fn colour_of(colour: Color) -> vt100::Color {
        match colour {
            Color::Red => vt100::Color::Idx(1),
            Color::Gray => vt100::Color::Idx(7),
            Color::DarkGray => vt100::Color::Idx(8),
            Color::White => vt100::Color::Idx(15),
            Color::Indexed(n) => vt100::Color::Idx(n),
            Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
            _ => vt100::Color::Default,
        }
    }

    fn terminal() -> vt100::Parser {
        let some = |n| NonZeroU16::new(n).expect("it is not zero");
        vt100::Parser::new(some(HEIGHT), some(WIDTH), 0)
    }

    /// The terminal shows the buffer, as far as an eye can tell.
    fn assert_shows(screen: &vt100::Screen, buffer: &Buffer) {
        for y in 0..HEIGHT {
            let row = usize::from(y * WIDTH)..usize::from((y + 1) * WIDTH);
            for (x, column) in (0..WIDTH).zip(shown(&buffer.content[row])) {
                let cell = screen.cell(y, x).expect("it is within the screen");
                let Shown::Lead(symbol, width, _) = column else {
                    assert!(cell.is_wide_continuation(), "{x},{y}");
                    continue;
                };
                let found = if cell.has_contents() { cell.contents() } else { " " };
                assert_eq!((found, cell.is_wide()), (symbol, width == 2), "{x},{y}");
                let wanted = &buffer[(x, y)];
                assert_eq!(cell.bgcolor(), colour_of(wanted.bg), "{x},{y}");
                let modifier = wanted.modifier;
                assert_eq!(cell.underline(), modifier.contains(Modifier::UNDERLINED), "{x},{y}");
                assert_eq!(cell.inverse(), modifier.contains(Modifier::REVERSED), "{x},{y}");
                if symbol != " " || modifier.intersects(SEEN_ON_BLANK) {
                    assert_eq!(cell.fgcolor(), colour_of(wanted.fg), "{x},{y}");
                }
                if symbol != " " {
                    assert_eq!(cell.bold(), modifier.contains(Modifier::BOLD), "{x},{y}");
                    assert_eq!(cell.dim(), modifier.contains(Modifier::DIM), "{x},{y}");
                    assert_eq!(cell.italic(), modifier.contains(Modifier::ITALIC), "{x},{y}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_terminal_shows_each_frame_that_follows_another(
            frames in prop::collection::vec(pieces(), 1..5),
        ) {
            let mut terminal = terminal();
            let mut shown = painted(&[]);
            for frame in frames {
                let next = painted(&frame);
                let mut bytes = Vec::new();
                write_changes(&shown, &next, &mut bytes);
                terminal.process(&bytes);
                terminal.process(b"\x1b[m");
                assert_shows(terminal.screen(), &next);
                shown = next;
            }
        }
    }

    fn bytes(before: &[Piece], after: &[Piece]) -> String {
        let mut bytes = Vec::new();
        write_changes(&painted(before), &painted(after), &mut bytes);
        String::from_utf8(bytes).expect("the texts are UTF-8")
    }

    #[test]
    fn a_colour_is_said_once_and_blanks_have_none() {
        let red = Style::new().fg(Color::Red);
        let green = Style::new().fg(Color::Green);
        let text = bytes(&[], &[(0, 0, "ab", red), (2, 0, " ", green), (3, 0, "c", red)]);
        assert_eq!(text, "\x1b[H\x1b[31mab c");
    }

    #[test]
    fn a_blank_in_another_colour_is_no_change() {
        let (plain, red) = (Style::new(), Style::new().fg(Color::Red));
        assert_eq!(bytes(&[(0, 0, "   ", plain)], &[(0, 0, "   ", red)]), "");
    }

    #[test]
    fn the_cursor_takes_the_shortest_way() {
        let plain = Style::new();
        let text = bytes(&[], &[(0, 2, "a", plain), (9, 2, "b", plain), (10, 4, "c", plain)]);
        assert_eq!(text, "\x1b[3Ha\x1b[8Cb\n\nc");
    }

    #[test]
    fn what_a_style_loses_is_switched_off_or_all_is() {
        let bold = Style::new().add_modifier(Modifier::BOLD).fg(Color::Red);
        let red = Style::new().fg(Color::Red);
        assert_eq!(
            bytes(&[], &[(0, 0, "a", bold), (1, 0, "b", red)]),
            "\x1b[H\x1b[1;31ma\x1b[22mb"
        );
        let plain = Style::new();
        assert_eq!(
            bytes(&[], &[(0, 0, "a", bold), (1, 0, "b", plain)]),
            "\x1b[H\x1b[1;31ma\x1b[mb"
        );
    }
}
