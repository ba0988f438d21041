//! Whether a text without a name looks like JSON: a bracket alone says too little. Sections of INI and TOML, times in front of
//! log lines, templates and shell tests begin with one too.

/// Whether `text` begins as JSON does; none if it ends before that can be told.
pub(in crate::lang) fn begins_like_json(text: &[u8]) -> Option<bool> {
    let text = text.trim_ascii_start();
    match text.split_first() {
        // An object of a language that is nearly JSON is shown as what it nearly is; `{%` and the like begin templates.
        Some((b'{', rest)) => rest.first().map(|byte| !matches!(byte, b'%' | b'{' | b'#' | b'-')),
        Some((b'[', rest)) => begins_like_elements(rest),
        Some(_) => Some(false),
        None => None,
    }
}

/// Whether what stands behind `[` may be elements.
fn begins_like_elements(text: &[u8]) -> Option<bool> {
    let is_nested = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'[';
    let nested = text.iter().take_while(|byte| is_nested(byte)).count();
    let text = &text[nested..];
    match text.first()? {
        b'"' | b'{' | b']' | b'/' => Some(true),
        b'-' | b'0'..=b'9' => {
            let is_number =
                |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
            let end = text.iter().position(|byte| !is_number(byte))?;
            let number = std::str::from_utf8(&text[..end]).ok()?;
            Some(number.parse::<f64>().is_ok() && goes_on(&text[end..])?)
        }
        _ => {
            let end = text.iter().position(|byte| !byte.is_ascii_alphanumeric())?;
            let is_word = matches!(&text[..end], b"true" | b"false" | b"null");
            Some(is_word && goes_on(&text[end..])?)
        }
    }
}

/// Whether an element goes on to another one, or its array ends and nothing stands behind it on the line that is no JSON.
fn goes_on(text: &[u8]) -> Option<bool> {
    let text = text.trim_ascii_start();
    match text.split_first()? {
        (b',', _) => Some(true),
        (b']', rest) => {
            let is_end =
                |byte: &u8| matches!(byte, b'\n' | b'\r' | b',' | b']' | b'[' | b'{' | b'}');
            rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')).map(is_end)
        }
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_json_looks_like_it() {
        for text in [
            "{\"a\": 1}",
            "{}",
            "{\n}",
            "{a: 1}",
            "{'a': 1}",
            "[]",
            "[\"a\"]",
            "[ {",
            "[[1, 2]]\n",
            "[1,2]",
            "[-1.5e3 , 2]",
            "[1]\n",
            "[1][2]\n",
            "[true, 1]",
            "[null]\n",
            "  [false]\n{}",
            "[// a",
        ] {
            assert_eq!(begins_like_json(text.as_bytes()), Some(true), "{text}");
        }
    }

    #[test]
    fn what_only_begins_with_a_bracket_does_not() {
        for text in [
            "[package]\n",
            "[2026-11-30 12:00:00] started\n",
            "[    0.000000] Linux\n",
            "[INFO] a\n",
            "[true_a]\n",
            "[a, b]\n",
            "[[ -f a ]]\n",
            "[[bin]]\n",
            "{% if a %}",
            "{{ a }}",
            "{-# A #-}",
            "[1] a\n",
            "[12:30] <a> b\n",
            "a",
            "(1)",
        ] {
            assert_eq!(begins_like_json(text.as_bytes()), Some(false), "{text}");
        }
    }

    #[test]
    fn what_is_cut_may_still_be_either() {
        for text in ["", " \n", "{", "[", "[ [", "[20", "[tru", "[1]", "[1] "] {
            assert_eq!(begins_like_json(text.as_bytes()), None, "{text}");
        }
    }
}
