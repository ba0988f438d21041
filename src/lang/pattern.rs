//! The kinds of patterns: spans with meaning, in all languages. `PATTERNS.md` of the project's plan fixes each.

use serde::{Deserialize, Serialize};

/// The kind of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum PatternKind {
    /// `lossy_number`
    LossyNumber,
    /// `duplicate_key`
    DuplicateKey,
    /// `heredoc`
    Heredoc,
    /// `regex`
    Regex,
    /// `percent_literal`
    PercentLiteral,
    /// `interpolation`
    Interpolation,
    /// `magic_comment`
    MagicComment,
    /// `class`
    Class,
    /// `module`
    Module,
    /// `singleton_class`
    SingletonClass,
    /// `method`
    Method,
    /// `macro`
    Macro,
    /// `annotation`
    Annotation,
    /// `struct`
    Struct,
    /// `enum`
    Enum,
    /// `lib`
    Lib,
    /// `def`
    Def,
    /// `type_annotation`
    TypeAnnotation,
    /// `generic`
    Generic,
    /// `decorator`
    Decorator,
    /// `template`
    Template,
    /// `function`
    Function,
    /// `interface`
    Interface,
    /// `type`
    Type,
    /// `namespace`
    Namespace,
    /// `jsx`
    Jsx,
    /// `arrow_function`
    ArrowFunction,
    /// `package`
    Package,
    /// `import`
    Import,
    /// `struct_tag`
    StructTag,
    /// `function_signature`
    FunctionSignature,
    /// `func`
    Func,
    /// `const`
    Const,
    /// `var`
    Var,
    /// `attribute`
    Attribute,
    /// `lifetime`
    Lifetime,
    /// `unsafe`
    Unsafe,
    /// `trait_bound`
    TraitBound,
    /// `fn`
    Fn,
    /// `trait`
    Trait,
    /// `mod`
    Mod,
    /// `impl`
    Impl,
    /// `fstring`
    Fstring,
    /// `docstring`
    Docstring,
    /// `comprehension`
    Comprehension,
    /// `async_def`
    AsyncDef,
}

impl PatternKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [PatternKind; 46] = [
        PatternKind::LossyNumber,
        PatternKind::DuplicateKey,
        PatternKind::Heredoc,
        PatternKind::Regex,
        PatternKind::PercentLiteral,
        PatternKind::Interpolation,
        PatternKind::MagicComment,
        PatternKind::Class,
        PatternKind::Module,
        PatternKind::SingletonClass,
        PatternKind::Method,
        PatternKind::Macro,
        PatternKind::Annotation,
        PatternKind::Struct,
        PatternKind::Enum,
        PatternKind::Lib,
        PatternKind::Def,
        PatternKind::TypeAnnotation,
        PatternKind::Generic,
        PatternKind::Decorator,
        PatternKind::Template,
        PatternKind::Function,
        PatternKind::Interface,
        PatternKind::Type,
        PatternKind::Namespace,
        PatternKind::Jsx,
        PatternKind::ArrowFunction,
        PatternKind::Package,
        PatternKind::Import,
        PatternKind::StructTag,
        PatternKind::FunctionSignature,
        PatternKind::Func,
        PatternKind::Const,
        PatternKind::Var,
        PatternKind::Attribute,
        PatternKind::Lifetime,
        PatternKind::Unsafe,
        PatternKind::TraitBound,
        PatternKind::Fn,
        PatternKind::Trait,
        PatternKind::Mod,
        PatternKind::Impl,
        PatternKind::Fstring,
        PatternKind::Docstring,
        PatternKind::Comprehension,
        PatternKind::AsyncDef,
    ];

    /// As an outline shows it: the keyword where there is one.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            PatternKind::SingletonClass => "class <<",
            PatternKind::AsyncDef => "async def",
            kind => kind.name(),
        }
    }

    /// The name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PatternKind::LossyNumber => "lossy_number",
            PatternKind::DuplicateKey => "duplicate_key",
            PatternKind::Heredoc => "heredoc",
            PatternKind::Regex => "regex",
            PatternKind::PercentLiteral => "percent_literal",
            PatternKind::Interpolation => "interpolation",
            PatternKind::MagicComment => "magic_comment",
            PatternKind::Class => "class",
            PatternKind::Module => "module",
            PatternKind::SingletonClass => "singleton_class",
            PatternKind::Method => "method",
            PatternKind::Macro => "macro",
            PatternKind::Annotation => "annotation",
            PatternKind::Struct => "struct",
            PatternKind::Enum => "enum",
            PatternKind::Lib => "lib",
            PatternKind::Def => "def",
            PatternKind::TypeAnnotation => "type_annotation",
            PatternKind::Generic => "generic",
            PatternKind::Decorator => "decorator",
            PatternKind::Template => "template",
            PatternKind::Function => "function",
            PatternKind::Interface => "interface",
            PatternKind::Type => "type",
            PatternKind::Namespace => "namespace",
            PatternKind::Jsx => "jsx",
            PatternKind::ArrowFunction => "arrow_function",
            PatternKind::Package => "package",
            PatternKind::Import => "import",
            PatternKind::StructTag => "struct_tag",
            PatternKind::FunctionSignature => "function_signature",
            PatternKind::Func => "func",
            PatternKind::Const => "const",
            PatternKind::Var => "var",
            PatternKind::Attribute => "attribute",
            PatternKind::Lifetime => "lifetime",
            PatternKind::Unsafe => "unsafe",
            PatternKind::TraitBound => "trait_bound",
            PatternKind::Fn => "fn",
            PatternKind::Trait => "trait",
            PatternKind::Mod => "mod",
            PatternKind::Impl => "impl",
            PatternKind::Fstring => "fstring",
            PatternKind::Docstring => "docstring",
            PatternKind::Comprehension => "comprehension",
            PatternKind::AsyncDef => "async_def",
        }
    }
}
