//! What the tree says: trait bounds, generics, definitions.

use std::ops::Range;
use std::str::FromStr;

use proc_macro2::{Span, TokenStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::token;
use syn::visit::{self, Visit};

use crate::harness::Pattern;

/// What is found in a file.
pub(super) struct Tree {
    pub(super) patterns: Vec<Pattern>,
    /// What the parser left as bare tokens.
    pub(super) bare: Vec<(u64, u64)>,
}

struct Walker<'t> {
    text: &'t str,
    /// Where the parsed text begins in `text`.
    base: usize,
    found: Tree,
}

/// The patterns of a file whose code begins at `code`; `None` where the parser rejects it.
pub(super) fn patterns(text: &str, code: usize) -> Option<Tree> {
    proc_macro2::extra::invalidate_current_thread_spans();
    let stream = TokenStream::from_str(&text[code..]).ok()?;
    let file: syn::File = syn::parse2(stream).ok()?;
    let found = Tree { patterns: Vec::new(), bare: Vec::new() };
    let mut walker = Walker { text, base: code, found };
    walker.visit_file(&file);
    Some(walker.found)
}

/// Says where and why the parser rejects a file.
pub(super) fn check(text: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
    let says = |error: syn::Error| format!("{:?}: {error}", error.span().start());
    syn::parse_file(text).map(drop).map_err(says)
}

impl Walker<'_> {
    fn range(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        self.base + range.start..self.base + range.end
    }

    fn push(&mut self, from: Span, to: Span, kind: &str, name: Option<String>) {
        let (start, end) = (self.range(from).start as u64, self.range(to).end as u64);
        self.found.patterns.push((start, end, kind.to_owned(), name));
    }

    fn define(&mut self, keyword: impl Spanned, end: Span, kind: &str, name: &proc_macro2::Ident) {
        let name = self.text[self.range(name.span())].to_owned();
        self.push(keyword.span(), end, kind, Some(name));
    }

    fn generic(&mut self, open: impl Spanned, close: impl Spanned) {
        self.push(open.span(), close.span(), "generic", None);
    }

    fn bounds(&mut self, bounds: &Punctuated<syn::TypeParamBound, token::Plus>) {
        let (Some(first), Some(last)) = (bounds.first(), bounds.last()) else { return };
        if bounds.iter().any(|bound| matches!(bound, syn::TypeParamBound::Trait(_))) {
            self.push(first.span(), last.span(), "trait_bound", None);
        }
    }

    fn bare(&mut self, tokens: &TokenStream) {
        let range = self.range(tokens.span());
        self.found.bare.push((range.start as u64, range.end as u64));
    }

    fn function(&mut self, signature: &syn::Signature, end: Span) {
        self.define(signature.fn_token, end, "fn", &signature.ident);
    }

    /// The text from behind the generics up to `where` or the body, white space as one space.
    fn impl_name(&self, item: &syn::ItemImpl) -> String {
        let before = item.generics.gt_token.map_or(item.impl_token.span, |gt| gt.span);
        let after = item.generics.where_clause.as_ref();
        let after = after.map_or(item.brace_token.span.open(), |clause| clause.where_token.span);
        let text = &self.text[self.range(before).end..self.range(after).start];
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn close(brace: token::Brace) -> Span {
    brace.span.close()
}

impl<'a> Visit<'a> for Walker<'_> {
    fn visit_attribute(&mut self, _: &'a syn::Attribute) {}

    fn visit_token_stream(&mut self, _: &'a TokenStream) {}

    fn visit_angle_bracketed_generic_arguments(
        &mut self,
        node: &'a syn::AngleBracketedGenericArguments,
    ) {
        self.generic(node.lt_token, node.gt_token);
        visit::visit_angle_bracketed_generic_arguments(self, node);
    }

    fn visit_bound_lifetimes(&mut self, node: &'a syn::BoundLifetimes) {
        self.generic(node.lt_token, node.gt_token);
        visit::visit_bound_lifetimes(self, node);
    }

    fn visit_generics(&mut self, node: &'a syn::Generics) {
        if let (Some(open), Some(close)) = (node.lt_token, node.gt_token) {
            self.generic(open, close);
        }
        visit::visit_generics(self, node);
    }

    fn visit_type_param(&mut self, node: &'a syn::TypeParam) {
        self.bounds(&node.bounds);
        visit::visit_type_param(self, node);
    }

    fn visit_predicate_type(&mut self, node: &'a syn::PredicateType) {
        self.bounds(&node.bounds);
        visit::visit_predicate_type(self, node);
    }

    fn visit_constraint(&mut self, node: &'a syn::Constraint) {
        self.bounds(&node.bounds);
        visit::visit_constraint(self, node);
    }

    fn visit_item_trait(&mut self, node: &'a syn::ItemTrait) {
        self.define(node.trait_token, close(node.brace_token), "trait", &node.ident);
        self.bounds(&node.supertraits);
        visit::visit_item_trait(self, node);
    }

    fn visit_item_trait_alias(&mut self, node: &'a syn::ItemTraitAlias) {
        self.define(node.trait_token, node.semi_token.span(), "trait", &node.ident);
        visit::visit_item_trait_alias(self, node);
    }

    fn visit_trait_item_type(&mut self, node: &'a syn::TraitItemType) {
        self.define(node.type_token, node.semi_token.span(), "type", &node.ident);
        self.bounds(&node.bounds);
        visit::visit_trait_item_type(self, node);
    }

    fn visit_impl_item_type(&mut self, node: &'a syn::ImplItemType) {
        self.define(node.type_token, node.semi_token.span(), "type", &node.ident);
        visit::visit_impl_item_type(self, node);
    }

    fn visit_foreign_item_type(&mut self, node: &'a syn::ForeignItemType) {
        self.define(node.type_token, node.semi_token.span(), "type", &node.ident);
        visit::visit_foreign_item_type(self, node);
    }

    fn visit_item_type(&mut self, node: &'a syn::ItemType) {
        self.define(node.type_token, node.semi_token.span(), "type", &node.ident);
        visit::visit_item_type(self, node);
    }

    fn visit_item_const(&mut self, node: &'a syn::ItemConst) {
        self.define(node.const_token, node.semi_token.span(), "const", &node.ident);
        visit::visit_item_const(self, node);
    }

    fn visit_trait_item_const(&mut self, node: &'a syn::TraitItemConst) {
        self.define(node.const_token, node.semi_token.span(), "const", &node.ident);
        visit::visit_trait_item_const(self, node);
    }

    fn visit_impl_item_const(&mut self, node: &'a syn::ImplItemConst) {
        self.define(node.const_token, node.semi_token.span(), "const", &node.ident);
        visit::visit_impl_item_const(self, node);
    }

    fn visit_item_static(&mut self, node: &'a syn::ItemStatic) {
        self.define(node.static_token, node.semi_token.span(), "const", &node.ident);
        visit::visit_item_static(self, node);
    }

    fn visit_foreign_item_static(&mut self, node: &'a syn::ForeignItemStatic) {
        self.define(node.static_token, node.semi_token.span(), "const", &node.ident);
        visit::visit_foreign_item_static(self, node);
    }

    fn visit_item_fn(&mut self, node: &'a syn::ItemFn) {
        self.function(&node.sig, close(node.block.brace_token));
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'a syn::ImplItemFn) {
        self.function(&node.sig, close(node.block.brace_token));
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'a syn::TraitItemFn) {
        let body = node.default.as_ref().map(|block| close(block.brace_token));
        self.function(&node.sig, body.unwrap_or_else(|| node.semi_token.span()));
        visit::visit_trait_item_fn(self, node);
    }

    fn visit_foreign_item_fn(&mut self, node: &'a syn::ForeignItemFn) {
        self.function(&node.sig, node.semi_token.span());
        visit::visit_foreign_item_fn(self, node);
    }

    fn visit_item_struct(&mut self, node: &'a syn::ItemStruct) {
        let end = match (&node.fields, node.semi_token) {
            (_, Some(semicolon)) => semicolon.span(),
            (syn::Fields::Named(fields), None) => close(fields.brace_token),
            (fields, None) => fields.span(),
        };
        self.define(node.struct_token, end, "struct", &node.ident);
        visit::visit_item_struct(self, node);
    }

    fn visit_item_union(&mut self, node: &'a syn::ItemUnion) {
        self.define(node.union_token, close(node.fields.brace_token), "struct", &node.ident);
        visit::visit_item_union(self, node);
    }

    fn visit_item_enum(&mut self, node: &'a syn::ItemEnum) {
        self.define(node.enum_token, close(node.brace_token), "enum", &node.ident);
        visit::visit_item_enum(self, node);
    }

    fn visit_item_mod(&mut self, node: &'a syn::ItemMod) {
        let body = node.content.as_ref().map(|(brace, _)| close(*brace));
        let end = body.unwrap_or_else(|| node.semi.span());
        self.define(node.mod_token, end, "mod", &node.ident);
        visit::visit_item_mod(self, node);
    }

    fn visit_item_impl(&mut self, node: &'a syn::ItemImpl) {
        let name = self.impl_name(node);
        self.push(node.impl_token.span, close(node.brace_token), "impl", Some(name));
        visit::visit_item_impl(self, node);
    }

    fn visit_item(&mut self, node: &'a syn::Item) {
        if let syn::Item::Verbatim(tokens) = node {
            self.bare(tokens);
        }
        visit::visit_item(self, node);
    }

    fn visit_impl_item(&mut self, node: &'a syn::ImplItem) {
        if let syn::ImplItem::Verbatim(tokens) = node {
            self.bare(tokens);
        }
        visit::visit_impl_item(self, node);
    }

    fn visit_trait_item(&mut self, node: &'a syn::TraitItem) {
        if let syn::TraitItem::Verbatim(tokens) = node {
            self.bare(tokens);
        }
        visit::visit_trait_item(self, node);
    }

    fn visit_foreign_item(&mut self, node: &'a syn::ForeignItem) {
        if let syn::ForeignItem::Verbatim(tokens) = node {
            self.bare(tokens);
        }
        visit::visit_foreign_item(self, node);
    }

    fn visit_expr(&mut self, node: &'a syn::Expr) {
        if let syn::Expr::Verbatim(tokens) = node {
            self.bare(tokens);
        }
        visit::visit_expr(self, node);
    }

    fn visit_type(&mut self, node: &'a syn::Type) {
        if let syn::Type::Verbatim(tokens) = node {
            self.bare(tokens);
        }
        visit::visit_type(self, node);
    }

    fn visit_pat(&mut self, node: &'a syn::Pat) {
        if let syn::Pat::Verbatim(tokens) = node {
            self.bare(tokens);
        }
        visit::visit_pat(self, node);
    }

    fn visit_type_param_bound(&mut self, node: &'a syn::TypeParamBound) {
        if let syn::TypeParamBound::Verbatim(tokens) = node {
            self.bare(tokens);
        }
        visit::visit_type_param_bound(self, node);
    }
}
