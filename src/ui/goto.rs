//! What a person types after `:`, as a motion.

use crate::explorer::Motion;
use crate::lang::{LanguageId, language_names};
use crate::limits::CACHE_BYTES_MAX;

/// What was typed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum GoTo {
    /// A place.
    To(Motion),
    /// `q`, as in other programs.
    Quit,
    /// `lang NAME`: the document as another language.
    Language(Option<LanguageId>),
    /// `block N`: the size of the blocks whose seams are listed.
    Block(u64),
    /// `cache N`, `cache N MiB`: the most entries, or bytes, of the detail cache.
    Cache {
        /// Entries.
        entries: Option<usize>,
        /// Bytes.
        bytes: Option<usize>,
    },
}

/// What can be typed, as a hint.
pub(super) const FORMS: &str =
    "120 line  @4096 byte  50%  $.a[3].b  lang NAME  block BYTES  cache N|N MiB";

/// Bytes of a block that can be asked for.
const BLOCK_BYTES_MAX: u64 = 1 << 20;

/// Reads what was typed after `:`; the error is a sentence for the person.
pub(super) fn parse(text: &str) -> Result<GoTo, String> {
    let text = text.trim();
    if matches!(text, "q" | "q!" | "quit") {
        return Ok(GoTo::Quit);
    }
    if let Some(name) =
        text.strip_prefix("lang").filter(|rest| !rest.starts_with(char::is_alphanumeric))
    {
        return match name.trim() {
            "auto" => Ok(GoTo::Language(None)),
            name => language(name).map(|language| GoTo::Language(Some(language))),
        };
    }
    let is_word = |rest: &&str| !rest.starts_with(char::is_alphabetic);
    if let Some(size) = text.strip_prefix("block").filter(is_word) {
        let bytes = amount(size.trim(), "block 4096 makes blocks of so many bytes")?;
        let is_fit = (1..=BLOCK_BYTES_MAX).contains(&bytes);
        return if is_fit {
            Ok(GoTo::Block(bytes))
        } else {
            Err(format!("a block has 1 to {BLOCK_BYTES_MAX} bytes"))
        };
    }
    if let Some(size) = text.strip_prefix("cache").filter(is_word) {
        return cache(size.trim());
    }
    let motion = if text.starts_with('$') {
        Motion::Path(text.to_owned())
    } else if text.starts_with(['.', '[']) {
        Motion::Path(format!("${text}"))
    } else if let Some(byte) = text.strip_prefix('@') {
        Motion::Byte(number(byte).ok_or_else(|| unknown(byte))?)
    } else if let Some(percent) = text.strip_suffix('%') {
        Motion::Percent(share(percent)?)
    } else {
        Motion::Line(number(text).ok_or_else(|| unknown(text))?.saturating_sub(1))
    };
    Ok(GoTo::To(motion))
}

/// A number of entries, or with a unit of bytes.
fn cache(size: &str) -> Result<GoTo, String> {
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("K", 10), ("M", 20), ("G", 30), ("B", 0)];
    let unit = units.iter().find_map(|(unit, shift)| {
        let rest = size.strip_suffix(unit).or(size.strip_suffix(&unit.to_lowercase()))?;
        Some((rest.trim(), shift))
    });
    let (digits, shift) = unit.map_or((size, None), |(digits, shift)| (digits, Some(shift)));
    let wanted = amount(digits, "cache 200 keeps so many entries, cache 32 MiB so many bytes")?;
    let Some(shift) = shift else {
        return Ok(GoTo::Cache { entries: usize::try_from(wanted).ok(), bytes: None });
    };
    let bytes = wanted.checked_mul(1 << shift).and_then(|bytes| usize::try_from(bytes).ok());
    match bytes.filter(|bytes| *bytes <= CACHE_BYTES_MAX) {
        Some(bytes) => Ok(GoTo::Cache { entries: None, bytes: Some(bytes) }),
        None => Err(format!("a cache has {CACHE_BYTES_MAX} bytes at most")),
    }
}

fn language(name: &str) -> Result<LanguageId, String> {
    // Short, so that all names can be read on 80 columns.
    let names = || format!("lang takes auto {}", language_names().join(" "));
    LanguageId::by_name(name).ok_or_else(names)
}

/// A number behind a word; `example` is what might have been meant.
fn amount(text: &str, example: &str) -> Result<u64, String> {
    number(text).ok_or_else(|| match text {
        "" => format!("a number is missing; {example}"),
        _ => format!("`{text}` is no number; {example}"),
    })
}

fn number(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
    match digits.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}

fn share(text: &str) -> Result<f64, String> {
    let percent = text.trim().parse::<f64>().ok().filter(|percent| percent.is_finite());
    percent.map(|percent| percent.clamp(0.0, 100.0)).ok_or_else(|| unknown(text))
}

fn unknown(text: &str) -> String {
    format!("no place is called `{text}`; try {FORMS}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(text: &str) -> Motion {
        match parse(text) {
            Ok(GoTo::To(motion)) => motion,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn every_form_of_the_hint_is_read() {
        assert_eq!(to("120"), Motion::Line(119));
        assert_eq!(to("0"), Motion::Line(0));
        assert_eq!(to(" 1,000 "), Motion::Line(999));
        assert_eq!(to("@4096"), Motion::Byte(4096));
        assert_eq!(to("@0x1F"), Motion::Byte(31));
        assert_eq!(to("50%"), Motion::Percent(50.0));
        assert_eq!(to("500%"), Motion::Percent(100.0));
        assert_eq!(to("$.a[3].b"), Motion::Path("$.a[3].b".to_owned()));
        assert_eq!(to(".a"), Motion::Path("$.a".to_owned()));
        assert_eq!(parse("q"), Ok(GoTo::Quit));
        let cache = |entries, bytes| Ok(GoTo::Cache { entries, bytes });
        assert_eq!(parse("cache 200"), cache(Some(200), None));
        assert_eq!(parse("cache 32 MiB"), cache(None, Some(32 << 20)));
        assert_eq!(parse("cache 4k"), cache(None, Some(4096)));
        assert!(parse("cache 99999999 GiB").is_err());
        assert_eq!(parse("lang  Ruby"), Ok(GoTo::Language(Some(LanguageId::Ruby))));
    }

    #[test]
    fn an_unknown_language_is_answered_with_those_that_there_are() {
        for text in ["lang", "lang cobol"] {
            let told = parse(text).unwrap_err();
            let mut words = told.split([' ', ',']);
            assert!(language_names().iter().all(|name| words.any(|word| word == *name)), "{told}");
        }
    }

    #[test]
    fn a_wrong_number_is_answered_with_a_right_one() {
        let wrong = |text| parse(text).unwrap_err();
        assert_eq!(
            wrong("block 37x"),
            "`37x` is no number; block 4096 makes blocks of so many bytes"
        );
        assert!(wrong("block").starts_with("a number is missing; block 4096"));
        assert!(wrong("cache lots").starts_with("`lots` is no number; cache 200"));
        assert!(wrong("block 0").contains("1 to 1048576"));
        assert!(wrong("blockade").starts_with("no place is called `blockade`"));
    }

    #[test]
    fn what_is_no_place_is_answered_with_what_is() {
        for text in ["", "abc", "@", "@-1", "%", "nan%", "0x", "99999999999999999999999"] {
            let error = parse(text).unwrap_err();
            assert!(error.contains("try 120"), "{text}: {error}");
        }
    }
}
