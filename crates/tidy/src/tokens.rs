//! Rust sources as a flat list of tokens: no comments, macros' insides included, tests marked.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::tree::Source;

/// One token; a bracket is a token of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub text: String,
    /// From 1.
    pub line: usize,
    /// Inside an item marked `#[cfg(test)]` or `#[test]`.
    pub in_test: bool,
    /// A string literal; `text` holds it with its quotes.
    pub is_string: bool,
}

/// The tokens of a source without its doc comments.
///
/// # Panics
/// When the source is not Rust.
pub fn tokens(source: &Source) -> Vec<Token> {
    let stream = TokenStream::from_str(&source.text).unwrap_or_else(|e| panic!("{}: {e}", source.path));
    let mut flat = Vec::new();
    flatten(stream, source.is_test(), &mut flat);
    flat
}

/// Where `pattern` (token texts, separated by spaces) occurs: the index of each first token.
pub fn find(tokens: &[Token], pattern: &str) -> Vec<usize> {
    let wanted: Vec<&str> = pattern.split(' ').collect();
    tokens
        .windows(wanted.len())
        .enumerate()
        .filter(|(_, window)| window.iter().map(|t| t.text.as_str()).eq(wanted.iter().copied()))
        .map(|(index, _)| index)
        .collect()
}

/// What follows `path::` at `index` (of the token after the `::`): the name itself, or each first name of a `{…}` group.
pub fn names_after(tokens: &[Token], index: usize) -> Vec<&Token> {
    match tokens.get(index) {
        Some(t) if t.text == "{" => first_names_of_group(tokens, index),
        Some(t) => vec![t],
        None => Vec::new(),
    }
}

fn first_names_of_group(tokens: &[Token], open: usize) -> Vec<&Token> {
    let mut depth = 0;
    let mut names = Vec::new();
    for (offset, token) in tokens[open..].iter().enumerate() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ if depth == 1 && matches!(tokens[open + offset - 1].text.as_str(), "{" | ",") => names.push(token),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

/// Flattens a stream. Two colons become one token `::`, so that patterns read like paths.
fn flatten(stream: TokenStream, in_test: bool, into: &mut Vec<Token>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    // True from a test attribute to the end of the item that it marks: its `{…}`, or a `;` before one.
    let mut marked = false;
    let mut index = 0;
    while index < trees.len() {
        let test_here = in_test || marked;
        match &trees[index] {
            TokenTree::Punct(p) if p.as_char() == '#' => {
                if let Some((skip, kind)) = attribute(&trees[index..]) {
                    match kind {
                        Attribute::Doc => {
                            index += skip;
                            continue;
                        }
                        Attribute::Test => marked = true,
                        Attribute::Other => {}
                    }
                }
                push(into, "#", p.span().start().line, in_test || marked);
            }
            TokenTree::Punct(p) if p.as_char() == ':' && is_colon(trees.get(index + 1)) => {
                push(into, "::", p.span().start().line, test_here);
                index += 1;
            }
            TokenTree::Punct(p) => {
                push(into, &p.to_string(), p.span().start().line, test_here);
                marked = marked && p.as_char() != ';';
            }
            TokenTree::Group(group) => {
                flatten_group(group, test_here, into);
                marked = marked && group.delimiter() != Delimiter::Brace;
            }
            TokenTree::Ident(ident) => push(into, &ident.to_string(), ident.span().start().line, test_here),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let is_string = text.ends_with('"') || text.ends_with("\"#");
                let line = literal.span().start().line;
                into.push(Token { text, line, in_test: test_here, is_string });
            }
        }
        index += 1;
    }
}

enum Attribute {
    Doc,
    Test,
    Other,
}

/// The attribute that starts here: how many trees it takes, and its kind.
fn attribute(trees: &[TokenTree]) -> Option<(usize, Attribute)> {
    let inner = matches!(trees.get(1), Some(TokenTree::Punct(p)) if p.as_char() == '!');
    let at = if inner { 2 } else { 1 };
    let Some(TokenTree::Group(group)) = trees.get(at) else { return None };
    if group.delimiter() != Delimiter::Bracket {
        return None;
    }
    let text: String = group.stream().to_string().split_whitespace().collect();
    let kind = if text.starts_with("doc=") {
        Attribute::Doc
    } else if text.starts_with("cfg(test") || text == "test" || text.ends_with("::test") || text.contains("::test(") {
        Attribute::Test
    } else {
        Attribute::Other
    };
    Some((at + 1, kind))
}

fn is_colon(tree: Option<&TokenTree>) -> bool {
    matches!(tree, Some(TokenTree::Punct(p)) if p.as_char() == ':')
}

fn flatten_group(group: &Group, in_test: bool, into: &mut Vec<Token>) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    };
    push(into, open, group.span_open().start().line, in_test);
    flatten(group.stream(), in_test, into);
    push(into, close, group.span_close().start().line, in_test);
}

fn push(into: &mut Vec<Token>, text: &str, line: usize, in_test: bool) {
    into.push(Token { text: text.to_owned(), line, in_test, is_string: false });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(text: &str) -> Vec<Token> {
        tokens(&Source::new("crates/app/src/lib.rs", text))
    }

    #[test]
    fn comments_are_left_out_and_macros_are_not() {
        let found = flat("/// a::b\n// a::b\nmac! { a::b(1) }");
        assert_eq!(find(&found, "a :: b").len(), 1);
        assert_eq!(found[find(&found, "a :: b")[0]].line, 3);
    }

    #[test]
    fn tests_are_marked_to_the_end_of_their_item() {
        let cases = [
            ("#[cfg(test)] mod tests { fn a() { here } } fn b() {}", true),
            ("#[cfg(test)] use x::y; fn a() { here }", false),
            ("#[tokio::test] async fn a() { here }", true),
            ("#[derive(Debug)] struct S { here: u8 }", false),
            ("#[cfg(test)] mod tests { } fn a() { here }", false),
        ];
        for (text, expected) in cases {
            let found = flat(text);
            assert_eq!(found[find(&found, "here")[0]].in_test, expected, "{text}");
        }
    }

    #[test]
    fn groups_give_their_first_names() {
        let found = flat("use crate::{places::{a, b}, people, matters::c};");
        let names: Vec<&str> = names_after(&found, 3).iter().map(|t| t.text.as_str()).collect();
        assert_eq!(names, ["places", "people", "matters"]);
    }
}
