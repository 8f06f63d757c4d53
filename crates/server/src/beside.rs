//! What a county lays beside its data: kinds of matters, and settings. Read when a command starts, and by the doctor.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use app::jobs::Messages;
use rules::dispatch::DispatchSettings;
use rules::matters::{Kinds, Problem};
use rules::people::second_step::SignInRules;
use rules::service::anomaly::AnomalyRules;
use rules::service::national::NationalColumns;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Table;

use crate::ground::Ground;
use crate::private;

/// The files that are read in the folder `settings`.
const SETTINGS: &[&str] = &["anomalies.toml", "dispatch.toml", "messages.toml", "national.toml", "sign-in.toml"];

/// What the city and its counties set.
#[derive(Debug)]
pub struct Own {
    pub dispatch: DispatchSettings,
    pub anomalies: AnomalyRules,
    pub national: NationalColumns,
    pub sign_in: SignInRules,
    pub messages: Messages,
}

impl Ground {
    /// The kinds of the program, and the files beside the data that add to them or replace them.
    pub fn kinds(&self) -> Result<Kinds> {
        let mut files = Vec::new();
        for path in entries(&self.data.join("kinds"))?.into_iter().filter(|path| is_kind(path)) {
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.push((path.display().to_string(), text));
        }
        files.sort();
        let bad = |problems: Vec<Problem>| unusable("these kinds of matters cannot be used", &problems);
        let unknown: Vec<Problem> = files.iter().flat_map(|(path, text)| unknown_icons(path, text)).collect();
        match Kinds::load(rules::matters::EMBEDDED, files) {
            Ok(kinds) if unknown.is_empty() => Ok(kinds),
            Ok(_) => Err(bad(unknown)),
            Err(problems) => Err(bad(problems.into_iter().chain(unknown).collect())),
        }
    }

    /// The path and text of a file of settings beside the data, where there is one.
    fn settings(&self, name: &str) -> Result<Option<(String, String)>> {
        let path = self.data.join("settings").join(name);
        if !path.is_file() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Some((path.display().to_string(), text)))
    }

    /// Lays a file of settings beside the data; one that is there already stays.
    pub fn set(&self, name: &str, text: &str) -> Result<()> {
        let folder = self.data.join("settings");
        let path = folder.join(name);
        if path.exists() {
            return Ok(());
        }
        let laid = private::folder(&folder).and_then(|()| std::fs::write(&path, text));
        laid.with_context(|| format!("cannot write {}", path.display()))
    }

    /// All that the files beside the data set. Without `kinds`, which cannot be used then, it is not held against them.
    ///
    /// # Errors
    /// What is wrong with every file, so that all are mended in one go.
    pub fn own(&self, kinds: Option<&Kinds>, counties: &[&str]) -> Result<Own, Vec<anyhow::Error>> {
        let mut wrong = Vec::new();
        let dispatch = self.dispatch(kinds, counties).map_err(|e| wrong.push(e)).ok();
        let anomalies = self.anomalies().map_err(|e| wrong.push(e)).ok();
        let national = self.national().map_err(|e| wrong.push(e)).ok();
        let sign_in = self.sign_in(counties).map_err(|e| wrong.push(e)).ok();
        let messages = self.messages().map_err(|e| wrong.push(e)).ok();
        match (dispatch, anomalies, national, sign_in, messages) {
            (Some(dispatch), Some(anomalies), Some(national), Some(sign_in), Some(messages)) => {
                Ok(Own { dispatch, anomalies, national, sign_in, messages })
            }
            _ => Err(wrong),
        }
    }

    /// Files beside the data that nobody reads, each with what to do: one with its name misspelt would otherwise be
    /// believed to hold.
    pub fn strays(&self) -> Result<Vec<String>> {
        let mut strays = Vec::new();
        for path in entries(&self.data.join("settings"))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !SETTINGS.contains(&name.as_str()) && !is_aside(&name) {
                let names = SETTINGS.join(", ");
                strays.push(format!("{} is read by nobody: settings are called {names}", path.display()));
            }
        }
        for path in entries(&self.data.join("kinds"))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !is_kind(&path) && !is_aside(&name) {
                strays.push(format!("{} is read by nobody: the file of a kind ends in .toml", path.display()));
            }
        }
        for path in entries(&self.data)?.into_iter().filter(|path| is_kind(path)) {
            let to = if SETTINGS.iter().any(|name| path.ends_with(name)) { "settings" } else { "kinds or settings" };
            strays.push(format!("{} is read by nobody: it belongs in the folder {to} beside it", path.display()));
        }
        Ok(strays)
    }

    /// What the city and its counties set for dispatch: the program's own numbers, and the file beside the data that
    /// changes some of them. It is held against the kinds in use, and the counties when there are any.
    fn dispatch(&self, kinds: Option<&Kinds>, counties: &[&str]) -> Result<DispatchSettings> {
        let (settings, mut problems) = match self.settings("dispatch.toml")? {
            Some((path, text)) => DispatchSettings::read(&path, &text),
            None => (DispatchSettings::default(), Vec::new()),
        };
        problems.extend(match kinds {
            Some(kinds) => settings.check(kinds, counties),
            None => settings.check_counties(counties),
        });
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(unusable("these settings of dispatch cannot be used", &problems))
        }
    }

    /// What records of service are weighed by: the program's own numbers, or a whole file beside the data.
    fn anomalies(&self) -> Result<AnomalyRules> {
        let Some((path, text)) = self.settings("anomalies.toml")? else { return Ok(AnomalyRules::default()) };
        AnomalyRules::parse(&text)
            .map_err(|first| unusable_file(&path, &instead::<AnomalyRules>(&text, AnomalyRules::OWN, &first)))
    }

    /// Tables and columns of the file for the national system: the program's own, or a whole file beside the data.
    fn national(&self) -> Result<NationalColumns> {
        let Some((path, text)) = self.settings("national.toml")? else { return Ok(NationalColumns::default()) };
        NationalColumns::parse(&text)
            .map_err(|first| unusable_file(&path, &instead::<NationalColumns>(&text, NationalColumns::OWN, &first)))
    }

    /// Whom a second step is asked of at sign-in: nobody, or what the file beside the data says. `counties`: the codes of
    /// those that there are, empty before any were brought in.
    fn sign_in(&self, counties: &[&str]) -> Result<SignInRules> {
        let Some((path, text)) = self.settings("sign-in.toml")? else { return Ok(SignInRules::default()) };
        let (rules, mut wrong) = SignInRules::read(&text);
        for code in rules.counties().filter(|code| !counties.is_empty() && !counties.contains(code)) {
            wrong.push(format!("no county here is {code:?}; use one of {}", counties.join(", ")));
        }
        if wrong.is_empty() { Ok(rules) } else { Err(unusable_file(&path, &wrong)) }
    }

    /// The words of messages: the program's own, and those that a file beside the data sets.
    fn messages(&self) -> Result<Messages> {
        let Some((path, text)) = self.settings("messages.toml")? else { return Ok(Messages::default()) };
        let (messages, wrong) = Messages::read(&text);
        if wrong.is_empty() { Ok(messages) } else { Err(unusable_file(&path, &wrong)) }
    }
}

/// One thing a line; one alone beside the file.
fn unusable_file(path: &str, wrong: &[String]) -> anyhow::Error {
    match wrong {
        [one] => anyhow::anyhow!("{path} cannot be used: {one}"),
        _ => anyhow::anyhow!("{path} cannot be used:\n  {}", wrong.join("\n  ")),
    }
}

/// What is wrong with a whole file that takes the place of the program's `own`: the `first` mistake with its line, and of every
/// other part that does not fit in its place what is wrong with it.
fn instead<T: DeserializeOwned>(text: &str, own: &str, first: &toml::de::Error) -> Vec<String> {
    let mut wrong = vec![first.to_string()];
    let (Ok(theirs), Ok(own)) = (toml::from_str::<Table>(text), toml::from_str::<Table>(own)) else { return wrong };
    let mut is_told = false;
    for (key, value) in &theirs {
        let mut table = own.clone();
        table.insert(key.clone(), value.clone());
        match table.try_into::<T>() {
            Ok(_) => {}
            Err(error) if !is_told && error.message() == first.message() => is_told = true,
            Err(error) => wrong.push(format!("{key}: {}", error.message())),
        }
    }
    let is_needed = |key: &str| {
        let mut table = own.clone();
        table.remove(key);
        table.try_into::<T>().is_err()
    };
    let lacking: Vec<&str> =
        own.keys().map(String::as_str).filter(|key| !theirs.contains_key(*key) && is_needed(key)).collect();
    if !lacking.is_empty() {
        wrong.push(format!("it takes the place of the program's own file and lacks {}", lacking.join(", ")));
    }
    wrong
}

/// One problem a line.
fn unusable(what: &str, problems: &[Problem]) -> anyhow::Error {
    let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
    anyhow::anyhow!("{what}:\n{}", lines.join("\n"))
}

/// What lies in a folder, in the order of names; nothing where there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let unreadable = || format!("cannot read {}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        found.push(entry.with_context(unreadable)?.path());
    }
    found.sort();
    Ok(found)
}

fn is_kind(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|e| e == "toml")
}

/// What editors and people lay beside files and nobody takes for one that is read: notes, hidden files, kept versions.
fn is_aside(name: &str) -> bool {
    name.starts_with('.') || name.ends_with(".md") || name.ends_with('~') || name.ends_with(".bak")
}

/// The pictures that a kind names and the program does not have: a page would show an empty square.
fn unknown_icons(path: &str, text: &str) -> Vec<Problem> {
    #[derive(Deserialize)]
    struct Named {
        icon: Option<String>,
        #[serde(default)]
        field: Vec<Asked>,
    }
    #[derive(Deserialize)]
    struct Asked {
        #[serde(default)]
        option: Vec<Optional>,
    }
    #[derive(Deserialize)]
    struct Optional {
        icon: Option<String>,
    }
    // What cannot be read is told by whoever loads the kind.
    let Ok(kind) = toml::from_str::<Named>(text) else { return Vec::new() };
    let own = kind.field.into_iter().flat_map(|field| field.option).filter_map(|option| option.icon);
    let known = kit::assets::icons();
    let unknown = kind.icon.into_iter().chain(own).filter(|icon| !icon.trim().is_empty() && !known.contains(icon));
    let problem = |icon: String| Problem {
        file: path.to_owned(),
        line: text
            .lines()
            .position(|line| line.contains("icon") && line.contains(&format!("\"{icon}\"")))
            .map(|i| i + 1),
        part: "icon".to_owned(),
        message: format!("there is no icon “{icon}”; docs/kinds.md lists those there are"),
    };
    unknown.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTY: &str = "format = 1\n[[setting]]\ncounty = \"371722\"\nvalid_from = \"2026-07-01\"\n\
                          source = \"local setting\"\nlimits = { rest = 45 }\n";

    #[test]
    fn what_a_county_lays_beside_its_data_is_read_and_held_against_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        let kinds = ground.kinds().expect("kinds");
        let read = |counties: &[&str]| ground.dispatch(Some(&kinds), counties).map_err(|e| format!("{e:#}"));
        assert_eq!(read(&["371722"]), Ok(DispatchSettings::default()), "without a file the program's own");
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("dispatch.toml");
        std::fs::write(&file, COUNTY).expect("a file");
        let settings = read(&["371722"]).expect("settings");
        assert_eq!(settings.at("3717/371722/371722003/", jiff::civil::date(2026, 7, 1)).limits.rest, 45);
        let unknown = read(&["371703"]).expect_err("another city");
        assert!(unknown.contains("no county here has this code; use one of 371703"), "{unknown}");
        std::fs::write(&file, COUNTY.replace("rest", "rset")).expect("a file");
        let misspelt = read(&["371722"]).expect_err("a misspelling");
        assert!(misspelt.contains("dispatch.toml:6: limits › rset: unknown field `rset`"), "{misspelt}");
    }

    #[test]
    fn a_city_weighs_records_by_its_own_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        assert_eq!(ground.anomalies().expect("the program's own"), AnomalyRules::default());
        let own = include_str!("../../rules/src/service/anomaly/anomalies.toml");
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("anomalies.toml");
        std::fs::write(&file, own.replace("bar = 60", "bar = 80")).expect("a file");
        assert_eq!(ground.anomalies().expect("settings").bar, 80);
        std::fs::write(&file, own.replace("bar = 60", "bra = 80")).expect("a file");
        let misspelt = format!("{:#}", ground.anomalies().expect_err("a misspelling"));
        assert!(misspelt.contains("anomalies.toml") && misspelt.contains("unknown field `bra`"), "{misspelt}");
    }

    #[test]
    fn a_city_names_the_columns_of_its_national_template() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        assert_eq!(ground.national().expect("the program's own"), NationalColumns::default());
        let own = include_str!("../../rules/src/service/national/columns.toml");
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("national.toml");
        std::fs::write(&file, own.replace("服务时间（小时）", "服务时长")).expect("a file");
        assert!(ground.national().expect("settings").records.columns.iter().any(|c| c.title.zh == "服务时长"));
        std::fs::write(&file, own.replace("\"in_charge\"", "\"incharge\"")).expect("a file");
        let misspelt = format!("{:#}", ground.national().expect_err("a misspelling"));
        assert!(misspelt.contains("national.toml") && misspelt.contains("unknown variant `incharge`"), "{misspelt}");
    }

    #[test]
    fn messages_have_the_words_of_the_file_beside_the_data() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        assert_eq!(ground.messages().expect("the program's own"), Messages::default());
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("messages.toml");
        std::fs::write(&file, "format = 1\nsign = \"单县社区\"\n").expect("a file");
        assert_ne!(ground.messages().expect("settings"), Messages::default());
        std::fs::write(&file, "format = 1\n[template.hello]\ntext = \"您好\"\n").expect("a file");
        let unknown = format!("{:#}", ground.messages().expect_err("no such message"));
        assert!(unknown.contains("messages.toml") && unknown.contains("there is no message"), "{unknown}");
    }

    #[test]
    fn a_second_step_is_asked_of_whom_the_file_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        let read = |counties: &[&str]| ground.sign_in(counties).map_err(|e| format!("{e:#}"));
        assert_eq!(read(&["371722"]), Ok(SignInRules::default()), "of nobody, where no file says so");
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("sign-in.toml");
        let part = "format = 1\n[[second_step]]\ncounty = \"371722\"\nvalid_from = \"2026-09-01\"\n\
                    source = \"local setting\"\nroles = [\"auditor\"]\n";
        std::fs::write(&file, part).expect("a file");
        assert!(read(&["371722"]).is_ok() && read(&[]).is_ok(), "before places are brought in too");
        let unknown = read(&["371703"]).expect_err("another city");
        assert!(unknown.contains("sign-in.toml") && unknown.contains("use one of 371703"), "{unknown}");
        std::fs::write(&file, part.replace("roles", "rolls")).expect("a file");
        let misspelt = read(&["371722"]).expect_err("a misspelling");
        assert!(misspelt.contains("sign-in.toml") && misspelt.contains("unknown field `rolls`"), "{misspelt}");
    }

    #[test]
    fn what_nobody_reads_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        assert_eq!(ground.strays().expect("no folders"), Vec::<String>::new());
        for name in ["settings", "kinds", "files"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let lay = |name: &str| std::fs::write(folder.path().join(name), "").expect("a file");
        let good =
            ["settings/dispatch.toml", "settings/README.md", "settings/.dispatch.toml.swp", "kinds/suggestion.toml"];
        good.into_iter().for_each(lay);
        assert_eq!(ground.strays().expect("looked at"), Vec::<String>::new());
        let stray = ["settings/message.toml", "kinds/suggestion.toml.txt", "messages.toml", "suggestion.toml"];
        stray.into_iter().for_each(lay);
        let said = ground.strays().expect("looked at").join("\n");
        for expected in [
            "message.toml is read by nobody: settings are called anomalies.toml, dispatch.toml",
            "suggestion.toml.txt is read by nobody: the file of a kind ends in .toml",
            "/messages.toml is read by nobody: it belongs in the folder settings",
            "/suggestion.toml is read by nobody: it belongs in the folder kinds or settings",
        ] {
            assert!(said.contains(expected), "{expected}\n{said}");
        }
    }

    #[test]
    fn every_file_with_a_mistake_is_named_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        let kinds = ground.kinds().expect("kinds");
        assert!(ground.own(Some(&kinds), &[]).is_ok());
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        for name in SETTINGS {
            std::fs::write(folder.path().join("settings").join(name), "format = 1\nrset = 45\n").expect("a file");
        }
        let wrong: Vec<String> =
            ground.own(Some(&kinds), &[]).expect_err("all are wrong").iter().map(|e| format!("{e:#}")).collect();
        for name in SETTINGS {
            assert!(wrong.iter().any(|line| line.contains(name)), "{name}: {wrong:?}");
        }
    }

    #[test]
    fn a_whole_file_is_told_every_part_that_does_not_fit() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("anomalies.toml");
        let own = AnomalyRules::OWN.replacen("bar = 60", "bra = 60", 1);
        let own = own.replacen("more_than_minutes = 0", "more_than_minutes = \"none\"", 1);
        std::fs::write(&file, own.replacen("repeats = 6,", "repeat = 6,", 1)).expect("a file");
        let said = format!("{:#}", ground.anomalies().expect_err("three mistakes"));
        for expected in
            ["anomalies.toml", "unknown field `bra`", "overlap: invalid type", "unknown field `repeat`", "lacks bar"]
        {
            assert_eq!(said.matches(expected).count(), 1, "{expected}\n{said}");
        }
    }

    #[test]
    fn settings_are_told_while_a_kind_is_wrong() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let lay =
            |name: &str, text: &str| std::fs::write(folder.path().join("settings").join(name), text).expect("a file");
        lay("dispatch.toml", &COUNTY.replace("rest = 45", "rest = \"thirty\", longest = 5"));
        lay("messages.toml", "format = 1\n[template.hello]\ntext = \"x\"\n[template.offer]\ntext = \"{who}\"\n");
        let wrong = ground.own(None, &["371703"]).expect_err("both are wrong");
        let said: Vec<String> = wrong.iter().map(|error| format!("{error:#}")).collect();
        let said = said.join("\n");
        for expected in ["rest: invalid type", "5 minutes", "no county here has this code", "\"hello\"", "no {who}"] {
            assert!(said.contains(expected), "{expected}\n{said}");
        }
    }

    #[test]
    fn a_picture_that_is_not_there_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        std::fs::create_dir(folder.path().join("kinds")).expect("a folder");
        let lay = |text: &str| std::fs::write(folder.path().join("kinds").join("hazard.toml"), text).expect("a file");
        let own = rules::matters::EMBEDDED.iter().find(|(name, _)| *name == "hazard.toml").expect("ours").1;
        lay(own);
        ground.kinds().expect("our own pictures are there");
        lay(&own.replace("icon = \"flame\"", "icon = \"fire\""));
        let told = format!("{:#}", ground.kinds().expect_err("no such picture"));
        assert!(told.contains("hazard.toml:55: icon: there is no icon “fire”"), "{told}");
    }
}
