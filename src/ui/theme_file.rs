//! Theme files: TOML with a palette and a style for each role, the ones that are built in, and how one is chosen.
//!
//! A style is written `COLOUR [on COLOUR] [bold] [dim] [italic] [underline] [reverse]`, in any order, possibly empty. A
//! colour is a name of the file's `[colors]`, one of the terminal's sixteen, `default`, a number 0 to 255, or `#rrggbb`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use toml::Spanned;

use super::theme::{Role, Theme};

/// Bytes of a theme file: a real one has two thousand.
const THEME_BYTES_MAX: u64 = 256 << 10;

/// The themes that are built in, in the order in which `T` goes through them.
const BUILT_IN: [(&str, &str); 5] = [
    ("fjord", include_str!("../../themes/fjord.toml")),
    ("ember", include_str!("../../themes/ember.toml")),
    ("paper", include_str!("../../themes/paper.toml")),
    ("ansi", include_str!("../../themes/ansi.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

const COLOUR_NAMES: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

const MODIFIER_NAMES: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
];

/// What a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// None, or none are wanted.
    None,
    /// Its own sixteen.
    Sixteen,
    /// The fixed 256.
    Indexed,
    /// 24 bits.
    Rgb,
}

/// A theme that cannot be used: where and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeError {
    /// The file, or the name asked for.
    pub file: String,
    /// The line, from 1; 0 where it is not about a line.
    pub line: usize,
    /// What is wrong and what is allowed.
    pub what: String,
}

impl fmt::Display for ThemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "theme {}: {}", self.file, self.what),
            line => write!(f, "theme {}, line {line}: {}", self.file, self.what),
        }
    }
}

impl std::error::Error for ThemeError {}

/// The theme that is chosen, and those that can be chosen. Only a theme that is used is read: all of them would
/// keep the first frame for a third of a millisecond.
#[derive(Clone, Debug)]
pub struct Themes {
    current: Theme,
    /// The place of the chosen one: among the built-in ones, or after them the file's.
    chosen: usize,
    /// The one from a file, if one was named.
    from_file: Option<Theme>,
    colours: Colours,
}

impl Themes {
    /// The theme that `wanted` names: `auto`, a built-in one's name, the name of a file `NAME.toml` under `dir`, or a path.
    /// Without colours it is the one that needs none.
    ///
    /// # Errors
    /// If there is no such theme, or its file cannot be read or understood.
    pub fn load(wanted: &str, dir: Option<&Path>, colours: Colours) -> Result<Themes, ThemeError> {
        let mut from_file = None;
        let chosen = match wanted {
            "auto" => auto(colours, false),
            _ => place_of(wanted).map_or_else(
                || {
                    from_file = Some(read(wanted, dir)?);
                    Ok(BUILT_IN.len())
                },
                Ok,
            )?,
        };
        let chosen = if colours == Colours::None { auto(colours, false) } else { chosen };
        let current = theme_at(chosen, from_file.as_ref(), colours)?;
        Ok(Themes { current, chosen, from_file, colours })
    }

    /// The chosen theme.
    #[must_use]
    pub fn current(&self) -> &Theme {
        &self.current
    }

    /// Chooses the next one.
    pub fn next(&mut self) {
        let n_themes = BUILT_IN.len() + usize::from(self.from_file.is_some());
        self.choose((self.chosen + 1) % n_themes);
    }

    /// Chooses what suits a terminal whose background has become known.
    pub fn suit(&mut self, light: bool) {
        self.choose(auto(self.colours, light));
    }

    fn choose(&mut self, chosen: usize) {
        self.chosen = chosen;
        // Tests read each built-in theme: none of them fails here.
        if let Ok(theme) = theme_at(chosen, self.from_file.as_ref(), self.colours) {
            self.current = theme;
        }
    }
}

/// A theme by its place, in the colours that the terminal has.
fn theme_at(
    chosen: usize,
    from_file: Option<&Theme>,
    colours: Colours,
) -> Result<Theme, ThemeError> {
    Ok(match (BUILT_IN.get(chosen), from_file) {
        (None, Some(theme)) => fitted(theme, colours),
        (built_in, _) => {
            let (name, text) = built_in.unwrap_or(&BUILT_IN[0]);
            fitted(&parse(name, text)?, colours)
        }
    })
}

/// The place of a built-in theme.
fn place_of(wanted: &str) -> Option<usize> {
    BUILT_IN.iter().position(|(name, _)| *name == wanted)
}

/// The theme that suits a terminal.
fn auto(colours: Colours, light: bool) -> usize {
    let name = match (colours, light) {
        (Colours::None, _) => "mono",
        (Colours::Sixteen, _) => "ansi",
        (_, true) => "paper",
        (_, false) => "fjord",
    };
    place_of(name).unwrap_or(0)
}

/// Reads a theme from `dir` by its name, or from a path.
fn read(wanted: &str, dir: Option<&Path>) -> Result<Theme, ThemeError> {
    let fail = |what: String| ThemeError { file: wanted.to_owned(), line: 0, what };
    let named = dir.map(|dir| dir.join(format!("{wanted}.toml"))).filter(|path| path.is_file());
    let path = match named {
        Some(path) => path,
        None if wanted.contains('/') || wanted.ends_with(".toml") => PathBuf::from(wanted),
        None => {
            let names: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
            let names = names.join(", ");
            return Err(fail(format!(
                "there is none of that name; there are auto, {names}, or give a file's path"
            )));
        }
    };
    let size = std::fs::metadata(&path).map_err(|error| fail(error.to_string()))?.len();
    if size > THEME_BYTES_MAX {
        return Err(fail(format!(
            "{size} bytes are too many for a theme, at most {THEME_BYTES_MAX}"
        )));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
    parse(wanted, &text)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    #[serde(default)]
    light: bool,
    #[serde(default)]
    colors: BTreeMap<String, Spanned<String>>,
    roles: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// Reads a theme from the text of its file.
///
/// # Errors
/// If it is no TOML, or a role, colour or word is not known, or a role is missing.
pub fn parse(file: &str, text: &str) -> Result<Theme, ThemeError> {
    let at = |offset: usize, what: String| {
        let line = 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
        ThemeError { file: file.to_owned(), line, what }
    };
    let parsed: File = toml::from_str(text).map_err(|error| {
        at(error.span().map_or(0, |span| span.start), error.message().to_owned())
    })?;
    let mut palette = BTreeMap::new();
    for (name, value) in &parsed.colors {
        let colour = colour(value.get_ref(), &BTreeMap::new())
            .ok_or_else(|| at(value.span().start, no_such_colour(value.get_ref())))?;
        palette.insert(name.as_str(), colour);
    }
    let mut styles = [None; Role::COUNT];
    for (name, value) in &parsed.roles {
        let (role, _) = Role::NAMES
            .into_iter()
            .find(|(_, known)| known == name.get_ref())
            .ok_or_else(|| at(name.span().start, no_such_role(name.get_ref())))?;
        let style =
            style(value.get_ref(), &palette).map_err(|what| at(value.span().start, what))?;
        styles[role as usize] = Some(style);
    }
    let mut theme = [Style::default(); Role::COUNT];
    for (role, name) in Role::NAMES {
        theme[role as usize] = styles[role as usize]
            .ok_or_else(|| at(text.len(), format!("the role {name} is missing from [roles]")))?;
    }
    Ok(Theme::new(&parsed.name, parsed.light, theme))
}

fn style(text: &str, palette: &BTreeMap<&str, Color>) -> Result<Style, String> {
    let mut style = Style::default();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if let Some((_, modifier)) = MODIFIER_NAMES.iter().find(|(name, _)| *name == word) {
            style = style.add_modifier(*modifier);
        } else if word == "on" {
            let word = words.next().ok_or("a colour must follow after `on`")?;
            style = style.bg(colour(word, palette).ok_or_else(|| no_such_colour(word))?);
        } else {
            style = style.fg(colour(word, palette).ok_or_else(|| no_such_colour(word))?);
        }
    }
    Ok(style)
}

fn colour(word: &str, palette: &BTreeMap<&str, Color>) -> Option<Color> {
    if let Some(colour) = palette.get(word) {
        return Some(*colour);
    }
    if let Some((_, colour)) = COLOUR_NAMES.iter().find(|(name, _)| *name == word) {
        return Some(*colour);
    }
    if let Some(digits) = word.strip_prefix('#') {
        let rgb = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6)?;
        let [_, r, g, b] = rgb.to_be_bytes();
        return Some(Color::Rgb(r, g, b));
    }
    word.parse().ok().map(Color::Indexed)
}

fn no_such_colour(word: &str) -> String {
    let modifiers = MODIFIER_NAMES.map(|(name, _)| name).join(", ");
    format!(
        "`{word}` is no colour; allowed are the names in [colors], the terminal's (red, bright-red, ..., default), 0 to \
         255, #rrggbb, and after them {modifiers}"
    )
}

fn no_such_role(name: &str) -> String {
    let names = Role::NAMES.map(|(_, name)| name).join(", ");
    format!("`{name}` is no role; roles are {names}")
}

/// A theme in the colours that a terminal has. Where it has sixteen, a theme of finer ones keeps its modifiers and the
/// nearest of the sixteen.
fn fitted(theme: &Theme, colours: Colours) -> Theme {
    let fit = |colour: Color| match (colours, colour) {
        (Colours::None, _) => None,
        (Colours::Indexed, Color::Rgb(r, g, b)) => Some(Color::Indexed(nearest_indexed([r, g, b]))),
        (Colours::Sixteen, Color::Rgb(r, g, b)) => Some(nearest_of_sixteen([r, g, b])),
        (_, colour) => Some(colour),
    };
    let styles = Role::NAMES.map(|(role, _)| {
        let mut style = theme.style(role);
        style.fg = style.fg.and_then(fit);
        style.bg = style.bg.and_then(fit);
        style
    });
    Theme::new(&theme.name, theme.light, styles)
}

/// The nearest of the 6x6x6 cube and the grey ramp.
fn nearest_indexed(rgb: [u8; 3]) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level =
        |value: u8| (0..6_u8).min_by_key(|i| LEVELS[usize::from(*i)].abs_diff(value)).unwrap_or(0);
    let [r, g, b] = rgb.map(level);
    let cube = [r, g, b].map(|i| LEVELS[usize::from(i)]);
    let grey_step = (0..24_u8).min_by_key(|i| distance(rgb, [8 + 10 * i; 3])).unwrap_or(0);
    if distance(rgb, [8 + 10 * grey_step; 3]) < distance(rgb, cube) {
        232 + grey_step
    } else {
        16 + 36 * r + 6 * g + b
    }
}

fn nearest_of_sixteen(rgb: [u8; 3]) -> Color {
    const COLOURS: [(Color, [u8; 3]); 16] = [
        (Color::Black, [0, 0, 0]),
        (Color::Red, [170, 0, 0]),
        (Color::Green, [0, 170, 0]),
        (Color::Yellow, [170, 110, 0]),
        (Color::Blue, [0, 0, 170]),
        (Color::Magenta, [170, 0, 170]),
        (Color::Cyan, [0, 170, 170]),
        (Color::Gray, [190, 190, 190]),
        (Color::DarkGray, [95, 95, 95]),
        (Color::LightRed, [255, 100, 100]),
        (Color::LightGreen, [100, 255, 100]),
        (Color::LightYellow, [255, 235, 120]),
        (Color::LightBlue, [110, 150, 255]),
        (Color::LightMagenta, [255, 120, 255]),
        (Color::LightCyan, [120, 245, 255]),
        (Color::White, [255, 255, 255]),
    ];
    let nearest = COLOURS.iter().min_by_key(|(_, known)| distance(rgb, *known));
    nearest.map_or(Color::Reset, |(colour, _)| *colour)
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Theme> {
        BUILT_IN.iter().map(|(name, text)| parse(name, text).unwrap()).collect()
    }

    /// Contrast of two colours as WCAG 2 defines it, 1 to 21.
    fn contrast(a: Color, b: Color) -> f64 {
        let luminance = |colour| {
            let Color::Rgb(r, g, b) = colour else { return 0.0 };
            let linear = |v: u8| {
                let v = f64::from(v) / 255.0;
                if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn each_built_in_theme_is_named_as_its_file() {
        for ((name, _), theme) in BUILT_IN.iter().zip(all()) {
            assert_eq!(*name, theme.name);
        }
    }

    #[test]
    fn roles_stand_at_their_numbers() {
        for (i, (role, _)) in Role::NAMES.into_iter().enumerate() {
            assert_eq!(role as usize, i);
        }
    }

    #[test]
    fn all_text_can_be_read_on_its_background() {
        for theme in all() {
            let Some(page) = theme.style(Role::Text).bg else { continue };
            let row = theme.style(Role::CursorRow).bg;
            for (role, name) in Role::NAMES {
                let style = theme.style(role);
                let Some(fg) = style.fg else { continue };
                let least = match role {
                    Role::GaugeEmpty => 1.0,
                    Role::Border | Role::LineNumber | Role::Mark => 2.5,
                    _ => 4.5,
                };
                let found = contrast(fg, style.bg.unwrap_or(page));
                assert!(found >= least, "{}: {name} has contrast {found:.2}", theme.name);
                // The cursor's row lies over what the text has for a background.
                let on_row = contrast(fg, row.unwrap_or(page));
                let is_drawn_there = !matches!(role, Role::Cursor | Role::Match | Role::Pair);
                let is_read = !is_drawn_there || on_row >= least * 0.9;
                assert!(is_read, "{}: {name} has contrast {on_row:.2} on a row", theme.name);
            }
        }
    }

    #[test]
    fn the_chosen_row_of_a_list_is_told_from_others_with_the_focus_and_without() {
        for theme in all() {
            let (with, without) = (theme.chosen_row(true), theme.chosen_row(false));
            assert!(with != without, "{}", theme.name);
            for style in [with, without] {
                assert!(style != Style::new(), "{}: it looks like any other row", theme.name);
            }
        }
    }

    #[test]
    fn the_theme_without_colour_has_none() {
        for (colours, name) in [(Colours::None, "fjord"), (Colours::Rgb, "mono")] {
            let themes = Themes::load(name, None, colours).unwrap();
            assert_eq!(themes.current().name, "mono");
            for (role, _) in Role::NAMES {
                let style = themes.current().style(role);
                assert_eq!((style.fg, style.bg), (None, None));
            }
        }
    }

    #[test]
    fn auto_follows_what_the_terminal_can_show() {
        let name = |colours| Themes::load("auto", None, colours).unwrap().current().name.clone();
        assert_eq!(name(Colours::Rgb), "fjord");
        assert_eq!(name(Colours::Sixteen), "ansi");
        let mut themes = Themes::load("auto", None, Colours::Indexed).unwrap();
        themes.suit(true);
        assert_eq!(themes.current().name, "paper");
        let is_fine = |(role, _)| !matches!(themes.current().style(role).fg, Some(Color::Rgb(..)));
        assert!(Role::NAMES.into_iter().all(is_fine));
    }

    #[test]
    fn an_error_names_file_line_and_what_is_allowed() {
        let broken = BUILT_IN[0].1.replace("text = \"snow on deep\"", "text = \"snw on deep\"");
        let error = parse("mine.toml", &broken).unwrap_err().to_string();
        assert!(
            error.contains("mine.toml, line 23:") && error.contains("`snw` is no colour"),
            "{error}"
        );
        let broken = BUILT_IN[3].1.replace("gauge-empty", "gauge-void");
        let error = parse("mine.toml", &broken).unwrap_err().to_string();
        assert!(
            error.contains("`gauge-void` is no role") && error.contains("gauge-empty"),
            "{error}"
        );
        let error = parse("mine.toml", "name = \"x\"\n[roles]\ntext = 5\n").unwrap_err();
        assert_eq!(error.line, 3);
        let error = Themes::load("nope", None, Colours::Rgb).unwrap_err().to_string();
        assert!(error.contains("fjord") && error.contains("mono"), "{error}");
    }

    #[test]
    fn a_theme_is_found_in_the_directory_of_themes() {
        let dir = tempfile::tempdir().unwrap();
        let text = BUILT_IN[1].1.replace("name = \"ember\"", "name = \"mine\"");
        std::fs::write(dir.path().join("mine.toml"), text).unwrap();
        let mut themes = Themes::load("mine", Some(dir.path()), Colours::Rgb).unwrap();
        assert_eq!(themes.current().name, "mine");
        themes.next();
        assert_eq!(themes.current().name, "fjord");
    }

    #[test]
    fn colours_fall_to_the_nearest_that_there_are() {
        assert_eq!(nearest_indexed([255, 0, 0]), 196);
        assert_eq!(nearest_indexed([8, 8, 8]), 232);
        assert_eq!(nearest_of_sixteen([250, 105, 98]), Color::LightRed);
    }
}
