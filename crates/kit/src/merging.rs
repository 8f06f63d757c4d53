//! Two who change one thing at once: the second form keeps what its sender changed of it, and takes for the rest what the first
//! saved.

use std::collections::BTreeSet;

use crate::forms::Form;

/// What the hidden fields are called that say what a field held when its page was drawn.
const DRAWN: &str = "drawn-";

impl Form {
    /// What a page draws of what is saved (`self`): at first that. After it was refused what was `sent`, and where that was because
    /// somebody else was first (`overtaken`), what is saved now with the changes of whoever sent it.
    #[must_use]
    pub fn redrawn(self, sent: Option<Form>, overtaken: bool) -> Form {
        match sent {
            None => self.drawn(),
            Some(sent) if overtaken => self.with_changes_of(&sent),
            // What the page had shown goes along until it is held against what is saved.
            Some(sent) => sent,
        }
    }

    /// The hidden fields of the page that say what its fields held, for its template.
    pub fn drawn_fields(&self) -> Vec<(&str, &str)> {
        self.pairs().filter(|(name, _)| name.starts_with(DRAWN)).collect()
    }

    /// With what its page sends along hidden, so that it is known later what whoever filled it in changed.
    fn drawn(self) -> Form {
        let now: Vec<(String, String)> = self
            .pairs()
            .filter(|(name, _)| !name.starts_with(DRAWN))
            .map(|(name, value)| (format!("{DRAWN}{name}"), value.to_owned()))
            .collect();
        now.into_iter().fold(self, |mut form, (name, value)| {
            form.add(&name, value);
            form
        })
    }

    /// What is saved now, with what whoever sent `sent` changed of what their page had shown them. A field that they left alone
    /// takes what is saved; of a field whose page did not say what it held, what was sent stays.
    fn with_changes_of(self, sent: &Form) -> Form {
        let plain = |name: &str| name.strip_prefix(DRAWN).unwrap_or(name).to_owned();
        let names: BTreeSet<String> = sent.pairs().map(|(name, _)| plain(name)).collect();
        let mut merged = self.drawn();
        for name in names {
            let drawn = format!("{DRAWN}{name}");
            let is_known = sent.raw(&drawn).is_some();
            if is_known && sent.all(&drawn) == sent.all(&name) {
                continue;
            }
            // A box that nobody ticks is not sent; what was ticked when the page was drawn has been changed to that.
            merged.set(&name, "");
            for (n, value) in sent.pairs().filter(|(sent, _)| *sent == name).map(|(_, value)| value).enumerate() {
                match n {
                    0 => merged.set(&name, value),
                    _ => merged.add(&name, value),
                }
            }
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use crate::forms::Form;

    fn form(fields: &[(&str, &str)]) -> Form {
        fields.iter().fold(Form::empty(), |form, (name, value)| form.with(name, *value))
    }

    #[test]
    fn the_second_to_save_keeps_what_they_changed_and_puts_nothing_back() {
        let drawn = form(&[("start", "14:00"), ("notes", "膝盖不好")]).redrawn(None, false);
        let now = || form(&[("start", "14:30"), ("notes", "膝盖不好")]);
        let cases = [
            ("nothing of it", vec![], "14:30", "膝盖不好"),
            ("another field", vec![("notes", "走得慢")], "14:30", "走得慢"),
            ("another field, emptied", vec![("notes", "")], "14:30", ""),
            ("the same field", vec![("start", "15:00")], "15:00", "膝盖不好"),
            ("the same, to the same", vec![("start", "14:30")], "14:30", "膝盖不好"),
            ("spaces around it", vec![("start", " 14:00 ")], "14:30", "膝盖不好"),
        ];
        for (name, changed, start, notes) in cases {
            let sent = changed.into_iter().fold(drawn.clone(), |form, (field, value)| form.with(field, value));
            let merged = now().redrawn(Some(sent), true);
            assert_eq!((merged.text("start"), merged.text("notes")), (start, notes), "{name}");
            // What is sent next is held against what is saved now.
            let again = form(&[("start", "16:00"), ("notes", "膝盖不好")]).redrawn(Some(merged), true);
            let expected = if start == "14:30" { "16:00" } else { start };
            assert_eq!(again.text("start"), expected, "{name}, and once more");
        }
    }

    #[test]
    fn what_a_page_did_not_say_it_held_stays_as_it_was_sent() {
        let now = form(&[("name", "张桂兰")]);
        let merged = now.redrawn(Some(form(&[("name", "张桂花"), ("phone", "13800000001")])), true);
        assert_eq!((merged.text("name"), merged.text("phone")), ("张桂花", "13800000001"));
        assert_eq!(merged.drawn_fields(), [("drawn-name", "张桂兰")]);
    }

    #[test]
    fn boxes_are_held_against_what_was_ticked() {
        let ticked = |boxes: &[&str]| {
            let empty = form(&[("level", "day")]);
            boxes.iter().fold(empty, |mut form, one| {
                form.add("risks", *one);
                form
            })
        };
        let drawn = ticked(&["woman", "two_people"]).redrawn(None, false);
        let sent = |boxes: &[&str]| {
            let (mut sent, all) = (Form::empty(), ticked(boxes));
            drawn.drawn_fields().into_iter().chain(all.pairs()).for_each(|(name, value)| sent.add(name, value));
            sent
        };
        let cases: [(&str, &[&str], &[&str]); 3] = [
            ("left alone", &["woman", "two_people"], &["woman"]),
            ("one unticked", &["two_people"], &["two_people"]),
            ("all unticked", &[], &[]),
        ];
        for (name, boxes, expected) in cases {
            let merged = ticked(&["woman"]).redrawn(Some(sent(boxes)), true);
            assert_eq!(merged.all("risks"), expected, "{name}");
        }
        let refused = ticked(&["woman"]).redrawn(Some(sent(&["two_people"])), false);
        assert_eq!(refused, sent(&["two_people"]), "refused for another reason");
    }
}
