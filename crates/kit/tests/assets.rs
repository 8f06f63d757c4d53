//! The files of `/assets`: their budgets, their origin, and that only one of them names colours.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_under(&path)) } else { files.push(path) }
    }
    files
}

/// Texts that look like `#` and three, four, six or eight hexadecimal digits.
fn colours(text: &str) -> Vec<String> {
    text.split('#')
        .skip(1)
        .map(|rest| {
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect::<String>()
        })
        .filter(|word| matches!(word.len(), 3 | 4 | 6 | 8) && word.bytes().all(|b| b.is_ascii_hexdigit()))
        .collect()
}

#[test]
fn colours_are_named_in_tokens_only() {
    assert_eq!(colours("a { color: #fff; border: 1px #AABBCC } #main #header"), ["fff", "AABBCC"]);
    let mut files = files_under(&root().join("assets/style"));
    files.retain(|f| !f.ends_with("tokens.css"));
    files.extend(files_under(&root().join("templates")));
    for file in files {
        assert_eq!(colours(&read(&file)), Vec::<String>::new(), "{}", file.display());
    }
}

#[test]
fn no_style_uses_what_old_web_views_lack() {
    let style = kit::assets::style();
    for modern in [":has(", "@container", "@layer", "&:", "popover", "dialog", "color-mix", "@scope"] {
        assert!(!style.contains(modern), "{modern}");
    }
    assert_eq!(style.matches('{').count(), style.matches('}').count());
}

#[test]
fn templates_have_no_inline_script_or_style() {
    for file in files_under(&root().join("templates")) {
        let text = read(&file);
        for inline in ["<style", " style=", "<script>", "onclick=", "onchange=", "javascript:", "user-scalable=no"] {
            assert!(!text.contains(inline), "{} has {inline}", file.display());
        }
    }
}

#[test]
fn what_travels_stays_within_its_budget() {
    let travelling = |name| kit::assets::travelling_bytes(name).unwrap();
    assert!(travelling("style.css") <= 12 * 1024, "{}", travelling("style.css"));
    assert!(travelling("icons/sprite.svg") <= 8 * 1024, "{}", travelling("icons/sprite.svg"));
    let script = std::fs::metadata(root().join("assets/script/helin.js")).unwrap().len();
    assert!(script <= 15 * 1024, "{script}");
    // The desk has all of these on one page; a resident's page has at most one of the others beside.
    let scripts = ["script/helin.js", "script/outbox.js", "script/narrowing.js", "script/desk.js"].map(travelling);
    let scripts: usize = scripts.iter().sum();
    assert!(scripts <= 15 * 1024, "{scripts}");
}

#[test]
fn every_icon_that_a_template_names_is_in_the_sprite() {
    let sprite = read(&root().join("assets/icons/sprite.svg"));
    for file in files_under(&root().join("templates")) {
        for rest in read(&file).split("page.icon(\"").skip(1) {
            let name = rest.split('"').next().unwrap();
            assert!(sprite.contains(&format!("id=\"{name}\"")), "{} names the icon {name}", file.display());
        }
    }
}

#[test]
fn who_writes_a_kind_reads_which_icons_there_are() {
    let guide = read(&root().join("docs/kinds.md"));
    let icons = kit::assets::icons();
    assert!(icons.len() > 50, "{icons:?}");
    let listed = guide.lines().find(|line| line.starts_with("**Icons**")).expect("a line that lists them");
    let listed: Vec<&str> = listed.rsplit('`').nth(1).expect("their names").split(' ').collect();
    assert_eq!(listed, icons);
}

#[test]
fn files_of_others_are_what_the_manifest_says() {
    let assets = root().join("assets");
    let manifest: toml::Table = read(&assets.join("vendor/MANIFEST.toml")).parse().unwrap();
    let mut listed = Vec::new();
    for package in manifest["package"].as_array().unwrap() {
        for key in ["name", "version", "source", "licence", "licence_text"] {
            assert!(package[key].as_str().is_some_and(|v| !v.is_empty()), "{key} of {package:?}");
        }
        assert!(assets.join(package["licence_text"].as_str().unwrap()).exists());
        for file in package["files"].as_array().unwrap() {
            let path = file["path"].as_str().unwrap();
            let sum = HEXLOWER.encode(&Sha256::digest(std::fs::read(assets.join(path)).unwrap()));
            assert_eq!(file["sha256"].as_str().unwrap(), sum, "{path} was changed");
            listed.push(assets.join(path));
        }
    }
    for file in files_under(&assets.join("vendor")).into_iter().chain(files_under(&assets.join("icons"))) {
        assert!(file.ends_with("MANIFEST.toml") || listed.contains(&file), "{} is not listed", file.display());
    }
}
