//! Invariant 13: no `.rs` file over 500 lines and no function over 80, without a first line that says why.

use syn::spanned::Spanned;
use syn::visit::Visit;

use crate::tree::{Finding, Source};

const LONGEST_FILE: usize = 500;
const LONGEST_FUNCTION: usize = 80;
const EXCUSE: &str = "// long because ";

pub fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().flat_map(check_one).collect()
}

fn check_one(source: &Source) -> Vec<Finding> {
    let lines: Vec<&str> = source.text.lines().collect();
    let excused = |line: usize| lines.get(line).is_some_and(|l| l.trim_start().starts_with(EXCUSE));
    let mut findings = Vec::new();
    if lines.len() > LONGEST_FILE && !excused(0) {
        findings.push(Finding::new(source, 1, format!("{} lines, at most {LONGEST_FILE}", lines.len())));
    }
    let file = syn::parse_file(&source.text).unwrap_or_else(|e| panic!("{}: {e}", source.path));
    let mut functions = Functions::default();
    functions.visit_file(&file);
    for function in functions.found {
        let length = function.last - function.first + 1;
        // The first line inside the body: `body` counts from 1 and `lines` from 0.
        if length > LONGEST_FUNCTION && !excused(function.body) {
            let what = format!("{} has {length} lines, at most {LONGEST_FUNCTION}", function.name);
            findings.push(Finding::new(source, function.first, what));
        }
    }
    findings
}

struct Function {
    name: String,
    first: usize,
    /// The line with the opening brace.
    body: usize,
    last: usize,
}

#[derive(Default)]
struct Functions {
    found: Vec<Function>,
}

impl Functions {
    fn note(&mut self, signature: &syn::Signature, body: &syn::Block) {
        self.found.push(Function {
            name: signature.ident.to_string(),
            first: signature.span().start().line,
            body: body.span().start().line,
            last: body.span().end().line,
        });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.note(&function.sig, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.note(&function.sig, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(body) = &function.default {
            self.note(&function.sig, body);
        }
        syn::visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A function of `lines` lines in all.
    fn function(lines: usize, first_line: &str) -> String {
        format!("fn f() {{\n{first_line}{}}}\n", "\n".repeat(lines - 2))
    }

    #[test]
    fn long_functions_and_files_are_found() {
        let method = format!("impl S {{ {} }}", function(81, ""));
        let provided = format!("trait T {{ fn g(); {} }}", function(81, ""));
        let cases = [
            (function(80, ""), 0),
            (function(81, ""), 1),
            (function(81, "    // long because it is a table"), 0),
            (function(81, "    // long"), 1),
            (method, 1),
            (provided, 1),
            ("\n".repeat(500), 0),
            ("\n".repeat(501), 1),
            (format!("// long because it is generated{}", "\n".repeat(501)), 0),
        ];
        for (number, (text, expected)) in cases.iter().enumerate() {
            assert_eq!(check(&[Source::new("crates/app/src/a.rs", text)]).len(), *expected, "case {number}");
        }
    }
}
