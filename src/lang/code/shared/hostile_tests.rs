//! Texts of nothing but one odd thing: what they are bounded by does not depend on cuts.

use crate::lang::code::{Counts, Scanner};
use crate::lang::{LanguageInfo, PatternKind, SpanKind, languages};
use crate::limits::HEREDOCS_WAITING_MAX;
use crate::simd::best;

fn scanner(name: &str) -> &'static dyn Scanner {
    let is_it = |info: &&LanguageInfo| info.name == name;
    languages().iter().find(is_it).and_then(|info| info.scanner).expect("a language of code")
}

#[test]
fn no_more_heredocs_wait_than_are_bounded() {
    let announced = "<<-A, ".repeat(3 * HEREDOCS_WAITING_MAX);
    let text = format!("a {announced}b\n{}c\n", "d\nA\n".repeat(2 * HEREDOCS_WAITING_MAX));
    for name in ["ruby", "crystal"] {
        let whole = scanner(name).tokens(best(), text.as_bytes(), &[]);
        let of = |kind| whole.spans.iter().filter(|span| span.2 == kind).count();
        assert_eq!(of(SpanKind::HeredocStart), 3 * HEREDOCS_WAITING_MAX, "{name}");
        assert_eq!(of(SpanKind::Heredoc), HEREDOCS_WAITING_MAX, "{name}");
        for step in [1, 7, 50] {
            let cuts: Vec<usize> = (1..text.len()).step_by(step).collect();
            let cut = scanner(name).tokens(best(), text.as_bytes(), &cuts);
            assert!(cut == whole, "{name} each {step}");
        }
    }
}

/// In the text of a macro each tag that opens holds the heredocs announced so far.
#[test]
fn a_state_in_macro_text_does_not_grow_with_what_waits_in_it() {
    let written = |n: usize| {
        let text = format!("macro a\n{}", "<<-A{%begin%}".repeat(n));
        let piece = text.as_bytes().into();
        let state = scanner("crystal").count(best(), None, &piece, &mut Counts::default());
        let (bytes, _) = crate::lang::code::writing(|| state.write());
        bytes.expect("a state that can be written").len()
    };
    assert!(written(4000) < 2 * written(2 * HEREDOCS_WAITING_MAX + 32));
}

#[test]
fn a_go_declaration_ends_the_same_behind_one_blank_line_and_many() {
    let patterns = |n: usize, blank: &str| {
        let text = format!(
            "const (\n\ta = b +{}c\n\td = 1\n)\nvar e{}= 1\n",
            blank.repeat(n),
            " ".repeat(n)
        );
        let scan = |cuts: &[usize]| scanner("go").tokens(best(), text.as_bytes(), cuts);
        let whole = scan(&[]);
        let cuts: Vec<usize> = (1..text.len()).step_by(n).collect();
        assert!(scan(&cuts) == whole);
        let texts = whole.patterns.iter().map(|it| {
            let words = text[it.start as usize..it.end as usize].split_whitespace();
            (it.kind, words.filter(|word| !word.starts_with("//")).collect::<String>())
        });
        texts.collect::<Vec<_>>()
    };
    let few = patterns(1, "\n");
    assert!(few.contains(&(PatternKind::Const, "a=b+c".to_owned())));
    for blank in ["\n", " \n", "\r\n", " //\n"] {
        assert_eq!(patterns(3000, blank), few, "{blank:?}");
    }
}

/// The end of a head is not looked for far away: then it is read token by token, and is the same.
#[test]
fn a_go_function_of_a_long_head_is_one_as_any() {
    let kinds = |n: usize| {
        let parameters: String = (0..n).map(|i| format!("a{i} b, ")).collect();
        let text = format!("package a\n\nfunc c({parameters}) d {{\n\te(f, g)\n}}\n");
        let whole = scanner("go").tokens(best(), text.as_bytes(), &[]);
        let kinds: Vec<_> = whole.patterns.iter().map(|it| it.kind).collect();
        (kinds, whole.levels.len(), whole.structural.len() - n)
    };
    let short = kinds(2);
    (3..200).for_each(|n| assert_eq!(kinds(n), short, "{n}"));
}

/// Format specs hold fields that hold format specs, and the quote of the string ends all of them.
#[test]
fn a_python_format_spec_knows_its_string_however_deep_it_lies() {
    for (open, close) in [("f'", "'"), ("rf\"\"\"", "\"\"\"")] {
        let fields = "{b:".repeat(100);
        let text = format!("a = {open}{fields}{close}\nc = 'd'\n");
        let scan = |cuts: &[usize]| scanner("python").tokens(best(), text.as_bytes(), cuts);
        let whole = scan(&[]);
        assert_eq!(whole.spans.last().map(|span| span.2), Some(SpanKind::String), "{open}");
        let cuts: Vec<usize> = (1..text.len()).collect();
        assert!(scan(&cuts) == whole, "{open}");
    }
}
