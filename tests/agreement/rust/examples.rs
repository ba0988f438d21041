//! The contract's examples, held against the reference: where it is wrong, all that is measured with it is.

use super::answer;
use crate::harness::marked;

fn check(kind: &str, text: &str) {
    let (text, expected) = marked(kind, text);
    let found = answer(text.as_bytes()).unwrap_or_else(|| panic!("the lexer rejects {text:?}"));
    assert_ne!(found.free.first(), Some(&(0, text.len() as u64)), "the parser rejects {text:?}");
    let patterns = found.tokens.patterns.clone().into_iter();
    let patterns: Vec<_> = patterns.filter(|p| p.2 == kind && found.is_fixed(p)).collect();
    assert_eq!(patterns, expected, "{text}");
}

#[test]
fn macros() {
    check("macro", "fn f() { std::⟦vec![⟦f!()⟧]⟧; a != (b); if !(a) {} ⟦x ! {}⟧ return !(a) }");
    check("macro", "⟦macro_rules! m { () => { ⟦f!{}⟧ } }⟧⟨m⟩ #[a(⟦b!()⟧)] ⟦macro_rules! n ()⟧⟨n⟩;");
    check("macro", "⟦macro p($a:expr) { $a }⟧⟨p⟩ ⟦macro q { () => {} }⟧⟨q⟩");
}

#[test]
fn attributes() {
    check(
        "attribute",
        "⟦#![a]⟧⟨a⟩ ⟦#[cfg_attr(a, b)]⟧⟨cfg_attr⟩ fn f(⟦#[a::b]⟧⟨a::b⟩ x: u8) {} /// c\nfn g() {}",
    );
    check("attribute", "f! { ⟦#[$m]⟧ ⟦#[doc = $d]⟧⟨doc⟩ # # }");
}

#[test]
fn lifetimes() {
    check(
        "lifetime",
        "fn f<⟦'a⟧⟨a⟩>(x: &⟦'a⟧⟨a⟩ T, y: &⟦'static⟧⟨static⟩ T, z: R<⟦'_⟧⟨_⟩>) -> char { 'b' }",
    );
    check(
        "lifetime",
        "fn f() { 'a: loop { break 'a; } 'b: while x { continue 'b } 'c: for x in y {} 'd: {} }",
    );
}

#[test]
fn unsafes() {
    check(
        "unsafe",
        "⟦unsafe⟧ impl A for B {} fn f() { ⟦unsafe { f() }⟧ } #[unsafe(no_mangle)] ⟦unsafe⟧ fn g() {}",
    );
    check(
        "unsafe",
        "type F = ⟦unsafe⟧ fn(); ⟦unsafe⟧ extern \"C\" {} f! { ⟦unsafe {}⟧ ⟦unsafe⟧ (a) }",
    );
}

#[test]
fn trait_bounds() {
    check("trait_bound", "fn f<T: ⟦'a + Fn(A) -> B⟧, U: 'a, 'a: 'b>() where V: ⟦?Sized⟧ + {}");
    check(
        "trait_bound",
        "trait A: ⟦B + C⟧ { type D: ⟦E + 'static⟧; } fn f(x: impl X, y: &dyn Iterator<Item: ⟦Copy⟧>) {}",
    );
    check(
        "trait_bound",
        "impl<T> A for T where for<'a> &'a T: ⟦for<'b> B<'b>⟧, 'a: 'b, T: {} struct S { x: T }",
    );
}

#[test]
fn generics() {
    check(
        "generic",
        "impl⟦<'a>⟧ A⟦<'a>⟧ for Vec⟦<Vec⟦<T>⟧>⟧ { fn f() -> <T as A⟦<B>⟧>::B { f::⟦<u8>⟧(a < b) } }",
    );
    check("generic", "fn f(x: impl for⟦<'a>⟧ Fn(&'a T) -> u8) { x.collect::⟦<Vec⟦<_>⟧>⟧() }");
}

#[test]
fn definitions() {
    check(
        "fn",
        "pub unsafe extern \"C\" ⟦fn f() { ⟦fn g() {}⟧⟨g⟩ }⟧⟨f⟩ extern { ⟦fn h();⟧⟨h⟩ } type F = fn(u8);",
    );
    check(
        "struct",
        "⟦struct S<T>(T);⟧⟨S⟩ pub ⟦union U { a: u8 }⟧⟨U⟩ ⟦struct V;⟧⟨V⟩ ⟦struct W { a: u8 }⟧⟨W⟩",
    );
    check("enum", "⟦enum E { A, B(u8) }⟧⟨E⟩");
    check("trait", "unsafe auto ⟦trait T {}⟧⟨T⟩ ⟦trait U = A + B;⟧⟨U⟩");
    check("mod", "⟦mod m;⟧⟨m⟩ pub ⟦mod r#n { }⟧⟨r#n⟩");
    check(
        "impl",
        "⟦impl<T> fmt::Debug\n for S<T> where T: A {}⟧⟨fmt::Debug for S<T>⟩ unsafe ⟦impl !Send for X {}⟧⟨!Send for X⟩ fn f(a: impl X) {}",
    );
    check("type", "⟦type A = B;⟧⟨A⟩ impl T for X { ⟦type C = D;⟧⟨C⟩ } trait T { ⟦type E: F;⟧⟨E⟩ }");
    check(
        "const",
        "pub ⟦static X: u8 = 1;⟧⟨X⟩ ⟦const _: () = ();⟧⟨_⟩ const fn f<const N: usize>(a: *const T) { const {} }",
    );
}

#[test]
fn spans_are_those_of_the_lexer() {
    let text = "#!/bin/x\r\n//! a\r\n// b\r\n/* /* c */ */ r#\"\"\"#s b'x' '\\'' 'a: b\"|\"u8 | ; ##\"c\"\n";
    let found = answer(text.as_bytes()).unwrap_or_else(|| panic!("rejected"));
    let spans: Vec<_> = found
        .tokens
        .spans
        .iter()
        .map(|s| (&text[s.0 as usize..s.1 as usize], s.2.as_str()))
        .collect();
    let expected = [
        ("#!/bin/x", "shebang"),
        ("//! a", "doc_comment"),
        ("// b", "line_comment"),
        ("/* /* c */ */", "block_comment"),
        ("r#\"\"\"#", "string"),
        ("b'x'", "char"),
        ("'\\''", "char"),
        ("b\"|\"", "string"),
        ("\"c\"", "string"),
    ];
    assert_eq!(spans, expected);
    assert_eq!(found.tokens.structural.len(), 2);
}
