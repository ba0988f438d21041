//! The examples and counter-examples of `PATTERNS.md` for JavaScript and TypeScript: the reference must say what they say.

use std::path::Path;

use super::reference;

/// Extension, kind, text with `⟦ ⟧` around the patterns of the kind, and the names in the order of their starts.
type Example = (&'static str, &'static str, &'static str, &'static [Option<&'static str>]);

const NONE: Option<&str> = None;

const EXAMPLES: &[Example] = &[
    (
        "ts",
        "type_annotation",
        "const f = (a⟦: A|B⟧, x?⟦: unknown⟧)⟦: x is T⟧ => 1;",
        &[NONE, NONE, NONE],
    ),
    ("ts", "type_annotation", "let x⟦: { [k⟦: string⟧]⟦: T[]⟧ }⟧;", &[NONE; 3]),
    ("ts", "type_annotation", "type M = { [K in T]?⟦: T[K]⟧ };", &[NONE]),
    ("ts", "type_annotation", "type P = [a⟦: string⟧, b?⟦: number⟧, ...c⟦: T[]⟧];", &[NONE; 3]),
    ("ts", "type_annotation", "type F = (a⟦: { b⟦: (c⟦: D⟧) => E⟧ }⟧) => G;", &[NONE; 3]),
    ("ts", "type_annotation", "let u⟦: | A | B⟧, i⟦: & A & B⟧;", &[NONE; 2]),
    ("ts", "type_annotation", "function f(this⟦: T⟧)⟦: asserts this is U⟧ {}", &[NONE; 2]),
    ("ts", "type_annotation", "try {} catch (e⟦: unknown⟧) {}", &[NONE]),
    (
        "ts",
        "type_annotation",
        "x = a ? b : c; y = { a: b }; l: for (;;) {} switch (a) { case b: c } z = a as T satisfies U;",
        &[],
    ),
    ("ts", "type_annotation", "type C<T> = T extends U ? X : Y;", &[]),
    ("ts", "type_annotation", "x = a ? (b)⟦: c⟧ => d : e;", &[NONE]),
    ("ts", "type_annotation", "x = a ? (b) : c => d;", &[]),
    ("ts", "type_annotation", "x = a ? (b, c) : d;", &[]),
    ("ts", "type_annotation", "x = a ? async (b)⟦: Promise<c>⟧ => d : e;", &[NONE]),
    ("ts", "generic", "let m: Map⟦<K, Set⟦<V>⟧>⟧;", &[NONE; 2]),
    ("ts", "generic", "class C⟦<T>⟧ extends F⟦<T>⟧ implements G⟦<T>⟧ { m⟦<U>⟧() {} }", &[NONE; 4]),
    (
        "ts",
        "generic",
        "f⟦<T>⟧(); new F⟦<T>⟧; g⟦<T>⟧`a`; x = a < b; y = a<b>c; z = <T>w;",
        &[NONE; 3],
    ),
    ("ts", "generic", "const f = ⟦<T,>⟧(x: T) => x; const g = async ⟦<T>⟧(x) => x;", &[NONE; 2]),
    ("ts", "generic", "f(a < b, c > d);", &[]),
    ("ts", "generic", "f(a⟦<b, c>⟧(d));", &[NONE]),
    (
        "ts",
        "generic",
        "a⟦<b>⟧?.(); a?.b⟦<c>⟧(d); x = a⟦<b>⟧; y = [a⟦<b>⟧]; z = a < b > -c;",
        &[NONE; 4],
    ),
    ("tsx", "generic", "x = <A⟦<T>⟧ b={c}>d</A>; y = <div>z</div>;", &[NONE]),
    (
        "ts",
        "decorator",
        "⟦@a.Input({x: 1})⟧ class A { ⟦@b⟧ c; ⟦@(d)⟧ e; ⟦@f()()⟧ g; ⟦@h.#i⟧ j; #i; k(⟦@l()⟧ m) {} }",
        &[Some("a.Input"), Some("b"), NONE, NONE, Some("h.#i"), Some("l")],
    ),
    ("ts", "decorator", "/** @tag */ x;", &[]),
    (
        "ts",
        "regex",
        "x = ⟦/[/]x/gi⟧; y = a / b / c; if (a) ⟦/b/⟧.test(c); z = (a) / b / c;",
        &[NONE; 2],
    ),
    ("ts", "template", "x = tag⟦`a${⟦`b`⟧}`⟧; type T = ⟦`a${U}`⟧ | ⟦`b`⟧;", &[NONE; 4]),
    (
        "ts",
        "function",
        "async ⟦function* f() {}⟧ ⟦function g(a: T): U;⟧ ⟦function g(a) {}⟧ x = ⟦function () {}⟧; x.function;",
        &[Some("f"), Some("g"), Some("g"), NONE],
    ),
    (
        "ts",
        "function",
        "export declare ⟦function f(): T⟧\nexport default ⟦function () {}⟧",
        &[Some("f"), NONE],
    ),
    ("ts", "class", "export default ⟦class {}⟧", &[NONE]),
    (
        "ts",
        "class",
        "@d(⟦class {}⟧) abstract ⟦class A { x = ⟦class B {}⟧ }⟧; x.class;",
        &[NONE, Some("A"), Some("B")],
    ),
    (
        "ts",
        "method",
        "class A { static async *⟦f() {}⟧ get ⟦\"a b\"(): T;⟧ ⟦constructor();⟧ ⟦constructor(a?) {}⟧ ⟦#x() {}⟧ abstract ⟦y(): void⟧\n x = function () {}; static {} ⟦[z]() {}⟧ ⟦get() {}⟧ ⟦1() {}⟧ }",
        &[
            Some("f"),
            Some("a b"),
            Some("constructor"),
            Some("constructor"),
            Some("#x"),
            Some("y"),
            NONE,
            Some("get"),
            Some("1"),
        ],
    ),
    (
        "ts",
        "method",
        "interface I { ⟦a(): T⟧, ⟦b?(c): T;⟧ (d): T; new (e): T; f: () => T; get ⟦g(): T⟧ }",
        &[Some("a"), Some("b"), Some("g")],
    ),
    (
        "ts",
        "method",
        "x = { ⟦a() {}⟧, b: function () {}, async ⟦c() {}⟧, get ⟦d() {}⟧, e }; f();",
        &[Some("a"), Some("c"), Some("d")],
    ),
    (
        "ts",
        "interface",
        "export ⟦interface I extends J<K> { a: b }⟧ class A implements I {}",
        &[Some("I")],
    ),
    ("ts", "enum", "declare const ⟦enum E { A = 1 }⟧", &[Some("E")]),
    (
        "ts",
        "type",
        "⟦type A<T> = T[];⟧ import type { B } from 'b'; x = { type: 1 }; ⟦type C = D⟧\ny",
        &[Some("A"), Some("C")],
    ),
    (
        "ts",
        "namespace",
        "declare ⟦module \"m\" {}⟧ ⟦namespace A.B { ⟦module C {}⟧ }⟧ declare ⟦global {}⟧ declare ⟦module 'n';⟧ module.exports = 1;",
        &[Some("m"), Some("A.B"), Some("C"), Some("global"), Some("n")],
    ),
    (
        "js",
        "jsx",
        "x = ⟦<a.b x={1}>t⟦<br/>⟧</a.b>⟧; y = ⟦<>u</>⟧; z = a < b; w = ⟦<a-b:c d=⟦<e/>⟧ />⟧;",
        &[Some("a.b"), Some("br"), NONE, Some("a-b:c"), Some("e")],
    ),
    (
        "js",
        "arrow_function",
        "const f = ⟦async (a) =>⟧ { }; x.g = ⟦b =>⟧ c; o = { h: ⟦() =>⟧ 1, 'i j': ⟦() =>⟧ 2, [k]: ⟦() =>⟧ 3 }; l(⟦m =>⟧ ⟦n =>⟧ 1); class P { #q = ⟦() =>⟧ 1 }",
        &[Some("f"), Some("g"), Some("h"), Some("i j"), NONE, NONE, NONE, Some("#q")],
    ),
    (
        "js",
        "arrow_function",
        "x = a ? ⟦b =>⟧ c : ⟦d =>⟧ e; y = ⟦(z = ⟦() =>⟧ 1) =>⟧ 2;",
        &[NONE, NONE, Some("y"), Some("z")],
    ),
];

#[test]
fn the_reference_gives_the_examples_of_the_contract() {
    let wrong: Vec<_> = EXAMPLES.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the reference says instead of the example.
fn wrong((extension, kind, marked, names): &Example) -> Option<String> {
    let (text, mut wanted) = unmark(marked);
    wanted.sort_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
    let path = format!("example.{extension}");
    let Some(found) = reference(Path::new(&path), text.as_bytes()) else {
        return Some(format!("rejected: {text}"));
    };
    let of_kind: Vec<_> = found.patterns.iter().filter(|pattern| pattern.2 == *kind).collect();
    let places: Vec<_> = of_kind.iter().map(|pattern| (pattern.0, pattern.1)).collect();
    let found: Vec<_> = of_kind.iter().map(|pattern| pattern.3.as_deref()).collect();
    (places != wanted || found != *names).then(|| {
        let texts = places.iter().map(|(start, end)| &text[*start as usize..*end as usize]);
        format!("{kind} in {marked}: {:?} with names {found:?}", texts.collect::<Vec<_>>())
    })
}

/// The text without its marks, and what they stand around.
fn unmark(marked: &str) -> (String, Vec<(u64, u64)>) {
    let (mut text, mut open, mut found) = (String::new(), Vec::new(), Vec::new());
    for c in marked.chars() {
        match c {
            '⟦' => open.push(text.len() as u64),
            '⟧' => found.extend(open.pop().map(|start| (start, text.len() as u64))),
            _ => text.push(c),
        }
    }
    (text, found)
}
