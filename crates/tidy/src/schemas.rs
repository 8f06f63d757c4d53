//! Each type that the API's description names has a name of its own: of two with one name the description keeps one, and
//! tells of the other what is not so.

use std::collections::BTreeMap;

use crate::tree::{Finding, Source};

pub fn check(sources: &[Source]) -> Vec<Finding> {
    let mut first: BTreeMap<String, &Source> = BTreeMap::new();
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| !source.is_test()) {
        let file = syn::parse_file(&source.text).unwrap_or_else(|e| panic!("{}: {e}", source.path));
        for item in &file.items {
            let (name, attributes) = match item {
                syn::Item::Struct(item) => (&item.ident, &item.attrs),
                syn::Item::Enum(item) => (&item.ident, &item.attrs),
                _ => continue,
            };
            if !attributes.iter().any(is_described) {
                continue;
            }
            if let Some(other) = first.get(&name.to_string()) {
                let what = format!("{name} is described by the API, and so is {name} of {}", other.path);
                findings.push(Finding::new(source, name.span().start().line, what));
            } else {
                first.insert(name.to_string(), source);
            }
        }
    }
    findings
}

fn is_described(attribute: &syn::Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return false };
    list.path.is_ident("derive") && list.tokens.clone().into_iter().any(|token| token.to_string() == "ToSchema")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, derived: &str) -> Source {
        Source::new(path, &format!("#[derive({derived})]\npub struct ReasonJson {{\n    pub reason: String,\n}}\n"))
    }

    #[test]
    fn two_of_one_name_are_found_and_others_are_not() {
        let (a, b) = (source("a.rs", "Clone, ToSchema"), source("b.rs", "ToSchema"));
        let found = check(&[a.clone(), b]);
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["b.rs:2: ReasonJson is described by the API, and so is ReasonJson of a.rs"]);
        assert_eq!(check(&[a, source("c.rs", "Clone")]), []);
    }
}
