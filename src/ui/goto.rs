//! What a person types after `:`, as a motion.

use crate::explorer::Motion;
use crate::lang::{LanguageId, languages};

/// What was typed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum GoTo {
    /// A place.
    To(Motion),
    /// `q`, as in other programs.
    Quit,
    /// `lang NAME`: the document as another language.
    Language(LanguageId),
    /// `block N`: the size of the blocks whose seams are listed.
    Block(u64),
}

/// What can be typed, as a hint.
pub(super) const FORMS: &str = "120 line  @4096 byte  50%  $.a[3].b  lang NAME  block BYTES";

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
        return language(name.trim()).map(GoTo::Language);
    }
    if let Some(size) = text.strip_prefix("block") {
        let bytes = number(size.trim())?;
        let is_fit = (1..=BLOCK_BYTES_MAX).contains(&bytes);
        return if is_fit {
            Ok(GoTo::Block(bytes))
        } else {
            Err(format!("a block has 1 to {BLOCK_BYTES_MAX} bytes"))
        };
    }
    let motion = if text.starts_with('$') {
        Motion::Path(text.to_owned())
    } else if text.starts_with(['.', '[']) {
        Motion::Path(format!("${text}"))
    } else if let Some(byte) = text.strip_prefix('@') {
        Motion::Byte(number(byte)?)
    } else if let Some(percent) = text.strip_suffix('%') {
        Motion::Percent(share(percent)?)
    } else {
        Motion::Line(number(text)?.saturating_sub(1))
    };
    Ok(GoTo::To(motion))
}

fn language(name: &str) -> Result<LanguageId, String> {
    LanguageId::by_name(name).ok_or_else(|| {
        let names: Vec<&str> = languages().iter().map(|info| info.name).collect();
        format!("no language is called `{name}`; there are {}", names.join(", "))
    })
}

fn number(text: &str) -> Result<u64, String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
    let number = match digits.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    number.map_err(|_| unknown(text))
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
        assert_eq!(parse("lang  Ruby"), Ok(GoTo::Language(LanguageId::Ruby)));
    }

    #[test]
    fn an_unknown_language_is_answered_with_those_that_there_are() {
        for text in ["lang", "lang cobol"] {
            assert!(parse(text).unwrap_err().contains("json, ruby"), "{text}");
        }
    }

    #[test]
    fn what_is_no_place_is_answered_with_what_is() {
        for text in ["", "abc", "@", "@-1", "%", "nan%", "0x", "99999999999999999999999"] {
            let error = parse(text).unwrap_err();
            assert!(error.contains("try 120"), "{text}: {error}");
        }
    }
}
