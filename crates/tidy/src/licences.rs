//! What deny.toml allows, held without cargo-deny (which takes minutes to build; the file is in its format, so that
//! whoever has it can run it as well).

use toml::{Table, Value};

use crate::cargo::Package;
use crate::tree::Finding;

/// The parts of deny.toml that are held here.
#[derive(Debug)]
pub struct Policy {
    allowed: Vec<String>,
    /// Crates with licences of their own: name and licences.
    exceptions: Vec<(String, Vec<String>)>,
    banned: Vec<(String, String)>,
    registries: Vec<String>,
}

impl Policy {
    /// Reads deny.toml.
    ///
    /// # Errors
    /// When it is not TOML.
    pub fn parse(text: &str) -> Result<Policy, toml::de::Error> {
        let table: Table = toml::from_str(text)?;
        let section = |name: &str| table.get(name).and_then(Value::as_table).cloned().unwrap_or_default();
        let (licences, bans) = (section("licenses"), section("bans"));
        Ok(Policy {
            allowed: strings(licences.get("allow")),
            exceptions: tables(licences.get("exceptions"))
                .map(|t| (string(t, "crate"), strings(t.get("allow"))))
                .collect(),
            banned: tables(bans.get("deny")).map(|t| (string(t, "crate"), string(t, "reason"))).collect(),
            registries: strings(section("sources").get("allow-registry")),
        })
    }

    /// Packages with a licence that is not allowed, that are banned, or that come from elsewhere.
    pub fn check(&self, packages: &[Package]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for package in packages {
            let mut find = |what: String| {
                findings.push(Finding::of_path(&format!("{} {}", package.name, package.version), what));
            };
            match &package.licence {
                None => find("states no licence; find it and add an exception to deny.toml".to_owned()),
                Some(licence) if !self.allows(&package.name, licence) => {
                    find(format!("licence {licence} is not allowed by deny.toml"));
                }
                Some(_) => {}
            }
            if let Some((_, reason)) = self.banned.iter().find(|(name, _)| *name == package.name) {
                find(format!("is banned by deny.toml: {reason}"));
            }
            if let Some(source) = &package.source
                && !self.registries.iter().any(|known| source.trim_start_matches("registry+") == known)
            {
                find(format!("comes from {source}, which deny.toml does not name"));
            }
        }
        findings
    }

    fn allows(&self, name: &str, expression: &str) -> bool {
        let own = self.exceptions.iter().filter(|(crate_name, _)| crate_name == name).flat_map(|(_, list)| list);
        let allowed: Vec<&str> = self.allowed.iter().chain(own).map(String::as_str).collect();
        satisfied(expression, &allowed)
    }
}

fn string(table: &Table, key: &str) -> String {
    table.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn tables(value: Option<&Value>) -> impl Iterator<Item = &Table> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
}

/// Whether an SPDX expression can be met with the allowed licences. `/` is the old way to write OR.
fn satisfied(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, at: 0, allowed };
    let met = reader.either();
    met && reader.at == words.len()
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
    allowed: &'a [&'a str],
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at) == Some(&word);
        self.at += usize::from(found);
        found
    }

    fn either(&mut self) -> bool {
        let mut met = self.both();
        while self.take("OR") {
            met |= self.both();
        }
        met
    }

    fn both(&mut self) -> bool {
        let mut met = self.one();
        while self.take("AND") {
            met &= self.one();
        }
        met
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            let met = self.either();
            return self.take(")") && met;
        }
        let Some(name) = self.words.get(self.at) else { return false };
        self.at += 1;
        let mut licence = (*name).to_owned();
        if self.take("WITH") {
            licence = format!("{licence} WITH {}", self.words.get(self.at).unwrap_or(&""));
            self.at += 1;
        }
        self.allowed.contains(&licence.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
        exceptions = [{ crate = "glyphs", allow = ["OFL-1.1"] }]
        [bans]
        deny = [{ crate = "openssl-sys", reason = "needs a system library" }]
        [sources]
        allow-registry = ["https://example.org/index"]
    "#;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"];
        let cases = [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT OR GPL-3.0", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND Apache-2.0", true),
            ("GPL-3.0 OR MIT AND Zlib", false),
            ("MIT/GPL-3.0", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("MIT WITH odd-exception", false),
            ("(MIT", false),
            ("", false),
        ];
        for (expression, expected) in cases {
            assert_eq!(satisfied(expression, &allowed), expected, "{expression}");
        }
    }

    #[test]
    fn packages_outside_the_policy_are_found() {
        let policy = Policy::parse(POLICY).unwrap();
        let package = |name: &str, licence: Option<&str>, source: &str| Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
            source: Some(source.to_owned()),
        };
        let home = "registry+https://example.org/index";
        let cases = [
            (package("good", Some("MIT"), home), 0),
            (package("copyleft", Some("GPL-3.0"), home), 1),
            (package("silent", None, home), 1),
            (package("glyphs", Some("OFL-1.1"), home), 0),
            (package("other", Some("OFL-1.1"), home), 1),
            (package("openssl-sys", Some("MIT"), home), 1),
            (package("stray", Some("MIT"), "git+https://example.org/stray"), 1),
        ];
        for (package, expected) in cases {
            assert_eq!(policy.check(std::slice::from_ref(&package)).len(), expected, "{package:?}");
        }
    }
}
