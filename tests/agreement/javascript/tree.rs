//! Patterns out of the syntax tree, by the rows of `PATTERNS.md` for JavaScript and TypeScript.

use std::collections::HashMap;

use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{Kind, Token};
use oxc_span::{GetSpan, SourceType, Span};
use oxc_syntax::scope::ScopeFlags;

/// A pattern as `scan --emit tokens` writes it.
type Pattern = (u64, u64, String, Option<String>);

/// All patterns of a file, by start and then the longest first.
pub(super) fn patterns(
    text: &str,
    kind: SourceType,
    program: &Program,
    tokens: &[Token],
) -> Vec<Pattern> {
    let mut finder = Finder {
        text,
        tokens,
        typescript: kind.is_typescript(),
        arrow_names: HashMap::new(),
        found: Vec::new(),
    };
    for token in tokens.iter().filter(|token| token.kind() == Kind::RegExp) {
        finder.add(token.start(), token.end(), "regex", None);
    }
    finder.visit_program(program);
    let mut found = finder.found;
    found.sort_by(|a, b| (a.0, b.1, &a.2).cmp(&(b.0, a.1, &b.2)));
    found
}

struct Finder<'t> {
    text: &'t str,
    tokens: &'t [Token],
    typescript: bool,
    /// The name that waits for the arrow function which starts at this byte.
    arrow_names: HashMap<u32, String>,
    found: Vec<Pattern>,
}

impl Finder<'_> {
    fn add(&mut self, start: u32, end: u32, kind: &str, name: Option<String>) {
        self.found.push((u64::from(start), u64::from(end), kind.to_owned(), name));
    }

    fn slice(&self, span: Span) -> String {
        self.text[span.start as usize..span.end as usize].to_owned()
    }

    /// The tokens that start at `offset` or after it.
    fn tokens_from(&self, offset: u32) -> &[Token] {
        &self.tokens[self.tokens.partition_point(|token| token.start() < offset)..]
    }

    /// The last token that starts before `offset`.
    fn token_before(&self, offset: u32) -> Option<&Token> {
        let at = self.tokens.partition_point(|token| token.start() < offset);
        at.checked_sub(1).map(|at| &self.tokens[at])
    }

    /// The start of the first token of this kind at `offset` or after it.
    fn find(&self, kind: Kind, offset: u32) -> u32 {
        let token = self.tokens_from(offset).iter().find(|token| token.kind() == kind);
        token.map_or(offset, Token::start)
    }

    /// The end of a declaration without a body: after its `;` where one is written, never after a `,`.
    fn end_of_signature(&self, end: u32) -> u32 {
        let Some(last) = self.token_before(end) else { return end };
        match last.kind() {
            Kind::Semicolon => last.end(),
            Kind::Comma => self.token_before(last.start()).map_or(end, Token::end),
            _ => match self.tokens_from(end).first() {
                Some(next) if next.kind() == Kind::Semicolon => next.end(),
                _ => last.end(),
            },
        }
    }

    /// Reports the type as annotation if a `:` stands before it.
    fn annotation(&mut self, of: Span) {
        let mut before = self.token_before(of.start);
        if before.is_some_and(|token| matches!(token.kind(), Kind::Pipe | Kind::Amp)) {
            before = before.and_then(|token| self.token_before(token.start()));
        }
        if let Some(colon) = before.filter(|token| token.kind() == Kind::Colon) {
            self.add(colon.start(), of.end, "type_annotation", None);
        }
    }

    fn generic(&mut self, span: Span) {
        self.add(span.start, span.end, "generic", None);
    }

    /// Where a member with this key begins, and its name.
    fn key(&self, key: &PropertyKey, computed: bool) -> (u32, Option<String>) {
        let span = key.span();
        if computed {
            let bracket = self.token_before(span.start);
            return (bracket.map_or(span.start, Token::start), None);
        }
        let quotes = u32::from(matches!(key, PropertyKey::StringLiteral(_)));
        let name = self.slice(Span::new(span.start + quotes, span.end - quotes));
        (span.start, Some(name))
    }

    fn method(&mut self, key: &PropertyKey, computed: bool, end: u32) {
        let (start, name) = self.key(key, computed);
        self.add(start, end, "method", name);
    }

    /// Keeps the name for the arrow function that is the whole of `value`.
    fn name_arrow(&mut self, value: &Expression, name: Option<String>) {
        if let (Expression::ArrowFunctionExpression(arrow), Some(name)) = (value, name) {
            self.arrow_names.insert(arrow.span.start, name);
        }
    }

    fn binding_name(&self, pattern: &BindingPattern) -> Option<String> {
        match pattern {
            BindingPattern::BindingIdentifier(id) => Some(self.slice(id.span)),
            _ => None,
        }
    }

    fn target_name(&self, target: &AssignmentTarget) -> Option<String> {
        match target {
            AssignmentTarget::AssignmentTargetIdentifier(id) => Some(self.slice(id.span)),
            AssignmentTarget::StaticMemberExpression(member) => {
                Some(self.slice(member.property.span))
            }
            AssignmentTarget::PrivateFieldExpression(member) => Some(self.slice(member.field.span)),
            _ => None,
        }
    }

    /// The dotted name that is all of a decorator's expression but for one call.
    fn decorator_name(&self, expression: &Expression) -> Option<String> {
        let callee = match expression {
            Expression::CallExpression(call) => &call.callee,
            other => other,
        };
        let mut part = callee;
        loop {
            match part {
                Expression::Identifier(_)
                | Expression::ThisExpression(_)
                | Expression::Super(_) => {
                    return Some(self.slice(callee.span()));
                }
                Expression::StaticMemberExpression(member) if !member.optional => {
                    part = &member.object;
                }
                Expression::PrivateFieldExpression(member) if !member.optional => {
                    part = &member.object;
                }
                _ => return None,
            }
        }
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_template_literal(&mut self, it: &TemplateLiteral<'a>) {
        self.add(it.span.start, it.span.end, "template", None);
        walk::walk_template_literal(self, it);
    }

    fn visit_ts_template_literal_type(&mut self, it: &TSTemplateLiteralType<'a>) {
        self.add(it.span.start, it.span.end, "template", None);
        walk::walk_ts_template_literal_type(self, it);
    }

    fn visit_decorator(&mut self, it: &Decorator<'a>) {
        let name = self.decorator_name(&it.expression);
        self.add(it.span.start, it.span.end, "decorator", name);
        walk::walk_decorator(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        let keyword = self
            .tokens_from(it.span.start)
            .iter()
            .find(|token| !matches!(token.kind(), Kind::Async | Kind::Declare))
            .filter(|token| token.kind() == Kind::Function)
            .map(Token::start);
        if let Some(start) = keyword {
            let end = match &it.body {
                Some(body) => body.span.end,
                None => self.end_of_signature(it.span.end),
            };
            let name = it.id.as_ref().map(|id| self.slice(id.span));
            self.add(start, end, "function", name);
        }
        walk::walk_function(self, it, flags);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        let decorated = it.decorators.iter().map(|decorator| decorator.span.end).max();
        let start = self.find(Kind::Class, decorated.unwrap_or(0).max(it.span.start));
        let name = it.id.as_ref().map(|id| self.slice(id.span));
        self.add(start, it.body.span.end, "class", name);
        walk::walk_class(self, it);
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        let end = match &it.value.body {
            Some(body) => body.span.end,
            None => self.end_of_signature(it.span.end),
        };
        self.method(&it.key, it.computed, end);
        walk::walk_method_definition(self, it);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if it.method || it.kind != PropertyKind::Init {
            self.method(&it.key, it.computed, it.span.end);
        } else if !it.shorthand {
            let (_, name) = self.key(&it.key, it.computed);
            self.name_arrow(&it.value, name);
        }
        walk::walk_object_property(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        if let Some(value) = &it.value {
            let (_, name) = self.key(&it.key, it.computed);
            self.name_arrow(value, name);
        }
        walk::walk_property_definition(self, it);
    }

    fn visit_accessor_property(&mut self, it: &AccessorProperty<'a>) {
        if let Some(value) = &it.value {
            let (_, name) = self.key(&it.key, it.computed);
            self.name_arrow(value, name);
        }
        walk::walk_accessor_property(self, it);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let Some(value) = &it.init {
            self.name_arrow(value, self.binding_name(&it.id));
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        self.name_arrow(&it.right, self.target_name(&it.left));
        walk::walk_assignment_expression(self, it);
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        if let Some(value) = &it.initializer {
            self.name_arrow(value, self.binding_name(&it.pattern));
        }
        walk::walk_formal_parameter(self, it);
    }

    fn visit_assignment_pattern(&mut self, it: &AssignmentPattern<'a>) {
        self.name_arrow(&it.right, self.binding_name(&it.left));
        walk::walk_assignment_pattern(self, it);
    }

    fn visit_assignment_target_with_default(&mut self, it: &AssignmentTargetWithDefault<'a>) {
        self.name_arrow(&it.init, self.target_name(&it.binding));
        walk::walk_assignment_target_with_default(self, it);
    }

    fn visit_assignment_target_property_identifier(
        &mut self,
        it: &AssignmentTargetPropertyIdentifier<'a>,
    ) {
        if let Some(value) = &it.init {
            self.name_arrow(value, Some(self.slice(it.binding.span)));
        }
        walk::walk_assignment_target_property_identifier(self, it);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        if !self.typescript {
            let arrow = self.find(Kind::Arrow, it.params.span.end);
            let name = self.arrow_names.remove(&it.span.start);
            self.add(it.span.start, arrow + 2, "arrow_function", name);
        }
        walk::walk_arrow_function_expression(self, it);
    }

    fn visit_jsx_element(&mut self, it: &JSXElement<'a>) {
        if !self.typescript {
            let name = self.slice(it.opening_element.name.span());
            self.add(it.span.start, it.span.end, "jsx", Some(name));
        }
        walk::walk_jsx_element(self, it);
    }

    fn visit_jsx_fragment(&mut self, it: &JSXFragment<'a>) {
        if !self.typescript {
            self.add(it.span.start, it.span.end, "jsx", None);
        }
        walk::walk_jsx_fragment(self, it);
    }

    fn visit_ts_type_annotation(&mut self, it: &TSTypeAnnotation<'a>) {
        self.annotation(it.type_annotation.span());
        walk::walk_ts_type_annotation(self, it);
    }

    fn visit_ts_named_tuple_member(&mut self, it: &TSNamedTupleMember<'a>) {
        self.annotation(it.element_type.span());
        walk::walk_ts_named_tuple_member(self, it);
    }

    fn visit_ts_mapped_type(&mut self, it: &TSMappedType<'a>) {
        if let Some(of) = &it.type_annotation {
            self.annotation(of.span());
        }
        walk::walk_ts_mapped_type(self, it);
    }

    fn visit_ts_type_parameter_declaration(&mut self, it: &TSTypeParameterDeclaration<'a>) {
        self.generic(it.span);
        walk::walk_ts_type_parameter_declaration(self, it);
    }

    fn visit_ts_type_parameter_instantiation(&mut self, it: &TSTypeParameterInstantiation<'a>) {
        self.generic(it.span);
        walk::walk_ts_type_parameter_instantiation(self, it);
    }

    fn visit_ts_method_signature(&mut self, it: &TSMethodSignature<'a>) {
        let end = self.end_of_signature(it.span.end);
        self.method(&it.key, it.computed, end);
        walk::walk_ts_method_signature(self, it);
    }

    fn visit_ts_interface_declaration(&mut self, it: &TSInterfaceDeclaration<'a>) {
        let start = self.find(Kind::Interface, it.span.start);
        self.add(start, it.body.span.end, "interface", Some(self.slice(it.id.span)));
        walk::walk_ts_interface_declaration(self, it);
    }

    fn visit_ts_enum_declaration(&mut self, it: &TSEnumDeclaration<'a>) {
        let start = self.find(Kind::Enum, it.span.start);
        self.add(start, it.body.span.end, "enum", Some(self.slice(it.id.span)));
        walk::walk_ts_enum_declaration(self, it);
    }

    fn visit_ts_type_alias_declaration(&mut self, it: &TSTypeAliasDeclaration<'a>) {
        let start = self.find(Kind::Type, it.span.start);
        let end = self.end_of_signature(it.span.end);
        self.add(start, end, "type", Some(self.slice(it.id.span)));
        walk::walk_ts_type_alias_declaration(self, it);
    }

    fn visit_ts_external_module_declaration(&mut self, it: &TSExternalModuleDeclaration<'a>) {
        let start = self.find(Kind::Module, it.span.start);
        let end = match &it.body {
            Some(body) => body.span.end,
            None => self.end_of_signature(it.span.end),
        };
        let name = self.slice(Span::new(it.id.span.start + 1, it.id.span.end - 1));
        self.add(start, end, "namespace", Some(name));
        walk::walk_ts_external_module_declaration(self, it);
    }

    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        let keyword = match it.kind {
            TSNamespaceDeclarationKind::Module => Kind::Module,
            TSNamespaceDeclarationKind::Namespace => Kind::Namespace,
        };
        let start = self.find(keyword, it.span.start);
        let mut last = it.id.span;
        let mut inner = &it.body;
        let block = loop {
            match inner {
                TSNamespaceDeclarationBody::TSNamespaceDeclaration(next) => {
                    last = next.id.span;
                    inner = &next.body;
                }
                TSNamespaceDeclarationBody::TSModuleBlock(block) => break block,
            }
        };
        let name = self.slice(Span::new(it.id.span.start, last.end));
        self.add(start, block.span.end, "namespace", Some(name));
        self.visit_ts_module_block(block);
    }

    fn visit_ts_global_declaration(&mut self, it: &TSGlobalDeclaration<'a>) {
        let name = Some("global".to_owned());
        self.add(it.global_span.start, it.body.span.end, "namespace", name);
        walk::walk_ts_global_declaration(self, it);
    }
}
