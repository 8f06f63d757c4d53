//! A form under way: what was typed so far and the photos that already lie in the store.

use kit::Form;
use rules::matters::kind::{Field, Kind};
use rules::shared::ids::{FileId, PersonId};
use serde::{Deserialize, Serialize};

use super::questions::inputs;
use crate::exchange::photos::{self, Stored};
use crate::identity::drafts;
use crate::{Stop, Tx};

/// Inputs that belong to the matter and to no field of its kind.
const OWN_INPUTS: [&str; 4] = ["place", "place_id", "place_for", "private"];

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Filled {
    pairs: Vec<(String, String)>,
    pub photos: Vec<Photo>,
}

/// A photo taken in before the form is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Photo {
    pub id: FileId,
    bytes: i64,
    width: i32,
    height: i32,
    sha256: Vec<u8>,
}

impl From<Stored> for Photo {
    fn from(stored: Stored) -> Photo {
        let Stored { id, bytes, width, height, sha256, .. } = stored;
        Photo { id, bytes, width, height, sha256 }
    }
}

impl Photo {
    pub fn stored(&self) -> Stored {
        let Photo { id, bytes, width, height, sha256 } = self.clone();
        Stored { id, media: photos::MEDIA, bytes, width, height, sha256 }
    }
}

/// The name under which the draft of a kind is kept; `of`: for whom one acts, whose drafts lie apart from one's own.
pub fn draft_name(kind: &str, of: Option<PersonId>) -> String {
    drafts::name(&format!("matters.{kind}"), of)
}

/// The kind whose draft has this name, for oneself or for whom one acts.
pub fn kind_of_draft(form: &str, of: Option<PersonId>) -> Option<&str> {
    let (form, whose) = drafts::named(form);
    form.strip_prefix("matters.").filter(|_| whose == of)
}

impl Filled {
    pub async fn load(
        tx: &mut Tx<'_>,
        person: PersonId,
        kind: &str,
        of: Option<PersonId>,
    ) -> Result<Option<Filled>, Stop> {
        match drafts::load(tx, person, &draft_name(kind, of)).await? {
            Some(draft) => Ok(Some(serde_json::from_str(&draft.content)?)),
            None => Ok(None),
        }
    }

    /// The whole form as if it had been sent at once.
    pub fn form(&self) -> Form {
        let mut form = Form::empty();
        self.pairs.iter().for_each(|(name, value)| form.add(name, value.as_str()));
        form
    }

    /// Takes over what one page sent: its fields are replaced, those of other pages stay.
    pub fn put<'k>(&mut self, kind: &Kind, fields: impl IntoIterator<Item = &'k Field>, sent: &Form, is_last: bool) {
        let mut names: Vec<String> = fields.into_iter().flat_map(inputs).collect();
        if is_last {
            names.extend(OWN_INPUTS.map(str::to_owned));
        }
        // The type is chosen by a tile before the first page and comes along as a hidden field.
        names.extend(kind.type_field.clone().filter(|key| sent.raw(key).is_some()));
        self.pairs.retain(|(name, _)| !names.contains(name));
        let ours = sent.pairs().filter(|(name, _)| names.iter().any(|n| n == name));
        self.pairs.extend(ours.map(|(name, value)| (name.to_owned(), value.to_owned())));
        self.photos.retain(|photo| !sent.has("drop", &photo.id.to_string()));
    }

    /// Nothing was said yet: what was chosen by a tile, where one lives and what is ticked before anybody touches the form
    /// are no words of anybody's.
    pub fn says_nothing(&self, kind: &Kind) -> bool {
        let is_given = |name: &str| {
            OWN_INPUTS.contains(&name) || kind.type_field.as_deref() == Some(name) || matches!(name, "self" | "subject")
        };
        self.photos.is_empty() && self.pairs.iter().all(|(name, value)| value.trim().is_empty() || is_given(name))
    }

    /// Replaces one value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.retain(|(n, _)| n != name);
        self.pairs.push((name.to_owned(), value.into()));
    }
}
