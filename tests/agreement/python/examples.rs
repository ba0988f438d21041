//! The contract's examples, held against the reference: where it is wrong, all that is measured with it is.

use std::path::Path;

use super::reference;
use crate::harness::marked;

fn check(kind: &str, text: &str) {
    let (text, expected) = marked(kind, text);
    let found = reference(Path::new("a.py"), text.as_bytes());
    let found = found.unwrap_or_else(|| panic!("the reference rejects {text:?}"));
    let found: Vec<_> = found.patterns.into_iter().filter(|pattern| pattern.2 == kind).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn decorators() {
    check("decorator", "⟦@a.b(c)⟧⟨a.b⟩\ndef f(): pass\n");
    check("decorator", "⟦@(x)⟧ # c\nclass A:\n  ⟦@type⟧⟨type⟩\n  def f(): x = a @ b\n");
    check("decorator", "⟦@a(\n b)(c)⟧\n⟦@a.b⟧⟨a.b⟩\n⟦@a[0]⟧\nasync def f(): pass\nx = (a\n@ b)\n");
}

#[test]
fn fstrings() {
    check("fstring", "x = ⟦f\"a{⟦f'{b}'⟧}\"⟧ \"c\"\n");
    check("fstring", "\"{}\".format(1) + ⟦Rf'''\n{a!r:>{w}}'''⟧ ⟦f''⟧\n");
}

#[test]
fn type_annotations() {
    check("type_annotation", "def f(a⟦: int⟧ = 1, *b⟦: T⟧) ⟦-> None⟧: pass\n");
    check("type_annotation", "x⟦: ((int))⟧ = a[1:2]\n(y)⟦:(a).b⟧\nz = {1: 2, 3: lambda q: 4}\n");
    check(
        "type_annotation",
        "def f[T: int](*a⟦: *T⟧, **k⟦: (int, str)⟧) ⟦-> (\n A | B # c\n)⟧: pass\n",
    );
    check("type_annotation", "class A:\n  x⟦: 'int'⟧; y⟦: int⟧ = (1)\n");
}

#[test]
fn docstrings() {
    check("docstring", "# c\n⟦\"\"\"x\"\"\"⟧\n'later'\ndef f(): ⟦'a' \"b\"⟧\n");
    check(
        "docstring",
        "class A:\n  # c\n  (⟦'a'\n  'b'⟧)\n  def f(self): b'x'\n  def g(self): f'x'\n",
    );
    check("docstring", "'a' + 'b'\ndef f():\n  'a'.b\n");
}

#[test]
fn comprehensions() {
    check("comprehension", "sum⟦(i for i in x)⟧\nz = ⟦{k: v async for k, v in y}⟧\n");
    check("comprehension", "⟦[⟦(i for i in (1, 2))⟧ for (a) in ⟦[j for j in k]⟧ if f(x)]⟧\n");
    check("comprehension", "for i in (x): pass\nf'{⟦[i for i in x]⟧}'\n⟦{b for b in c}⟧\n");
    check("comprehension", "f(⟦(i for i in x)⟧, 1)\nf⟦(g(1) for i in x)⟧\n");
}

#[test]
fn definitions() {
    check(
        "class",
        "⟦class A(B): pass⟧⟨A⟩\n@x\n⟦class B:\n  ⟦class C:\n    x = 1⟧⟨C⟩⟧⟨B⟩; # c\n  # d\n",
    );
    check("def", "⟦def f(): return (1)⟧⟨f⟩;\nasync def g():\n  ⟦def h():\n    pass⟧⟨h⟩\n");
    check("async_def", "⟦async def f(): return 1⟧⟨f⟩\nx = lambda: 1\n");
}

#[test]
fn levels_are_brackets_and_blocks() {
    let text = b"if a:\n  # c\n  b(c)\n  if d:\n    e # c\n# c\nf\n";
    let found = reference(Path::new("a.py"), text).unwrap_or_default();
    assert_eq!(found.levels, [(14, 36), (15, 17), (31, 36)].map(|(a, b): (u64, u64)| (a, b)));
    let crlf = b"if a:\r\n\tb\r\n\r\n";
    let found = reference(Path::new("a.py"), crlf).unwrap_or_default();
    assert_eq!(found.levels, [(8, 9)]);
    let found = reference(Path::new("a.py"), b"if a:\n  b  # c").unwrap_or_default();
    assert_eq!(found.levels, [(8, 14)]);
}

#[test]
fn fstrings_are_split_into_their_pieces() {
    let text = b"f'a{x!r:>{w}}b{ {1: 2} }{y:}'";
    let found = reference(Path::new("a.py"), text).unwrap_or_default();
    let spans: Vec<&[u8]> =
        found.spans.iter().map(|(start, end, _)| &text[*start as usize..*end as usize]).collect();
    assert_eq!(spans, [&b"f'a{"[..], b":>{", b"}}b{", b"}{", b":}'"]);
    assert_eq!(found.structural, [16, 18, 21]);
}

#[test]
fn one_byte_encodings_keep_their_offsets() {
    let text = b"# -*- coding: latin-1 -*-\nx = '\xE9\xE8' # \xE9\n";
    let found = reference(Path::new("a.py"), text).unwrap_or_default();
    let spans: Vec<_> = found.spans.iter().map(|span| (span.0, span.1)).collect();
    assert_eq!(spans, [(0, 25), (30, 34), (35, 38)]);
    assert!(reference(Path::new("a.py"), b"x = '\xE9'\n").is_none());
}
