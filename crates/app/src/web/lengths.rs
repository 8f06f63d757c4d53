//! How long the texts of a body may be, for the API's description: by schema and field, as the rules hold them.

use rules::rights::assessment;
use rules::shared::Length;
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{OpenApi, RefOr};

/// The texts of a body, each with the most characters.
type Texts = (&'static str, &'static [(&'static str, usize)]);

const TEXTS: &[Texts] = &[
    // matters
    (
        "GivenJson",
        &[
            ("reason", Length::Words.most()),
            ("result", Length::Words.most()),
            ("basis", Length::Reason.most()),
            ("owner", Length::Line.most()),
            ("head", Length::Line.most()),
            ("heard", Length::Notes.most()),
        ],
    ),
    ("WordsJson", &[("reason", Length::Words.most())]),
    ("NoteJson", &[("text", Length::Words.most())]),
    ("PartJson", &[("said", Length::Words.most()), ("basis", Length::Reason.most())]),
    ("PauseJson", &[("reason", Length::Words.most())]),
    ("WhereJson", &[("reason", Length::Words.most()), ("basis", Length::Reason.most())]),
    ("MergeJson", &[("reason", Length::Words.most())]),
    ("NewHandoverJson", &[("words", Length::Words.most())]),
    ("LeaveJson", &[("note", Length::Reason.most())]),
    ("AskJson", &[("name", Length::Name.most()), ("told", Length::Reason.most())]),
    ("ReplyWordsJson", &[("words", Length::Words.most())]),
    // dispatch
    (
        "CutJson",
        &[("title", Length::Title.most()), ("notes", Length::Notes.most()), ("place_hint", Length::Line.most())],
    ),
    (
        "ChangeJson",
        &[("title", Length::Title.most()), ("notes", Length::Notes.most()), ("place_hint", Length::Line.most())],
    ),
    ("ReasonJson", &[("reason", Length::Line.most())]),
    // service
    (
        "CheckOutJson",
        &[
            ("content", Length::Notes.most()),
            ("still_needed", Length::Notes.most()),
            ("next_visit", Length::Notes.most()),
        ],
    ),
    (
        "DescriptionJson",
        &[
            ("content", Length::Notes.most()),
            ("still_needed", Length::Notes.most()),
            ("next_visit", Length::Notes.most()),
        ],
    ),
    (
        "LateJson",
        &[("name", Length::Title.most()), ("content", Length::Notes.most()), ("reason", Length::Reason.most())],
    ),
    ("AttendedJson", &[("name", Length::Title.most()), ("content", Length::Notes.most())]),
    ("RecordCorrectionJson", &[("content", Length::Notes.most()), ("answer", Length::Reason.most())]),
    ("ObjectionWordsJson", &[("words", Length::Reason.most())]),
    ("RecordReasonJson", &[("reason", Length::Reason.most())]),
    ("RatingJson", &[("words", Length::Notes.most())]),
    ("CallBackAnswerJson", &[("heard", Length::Notes.most())]),
    ("ReviewAnswerJson", &[("words", Length::Reason.most())]),
    ("ReviewDecisionJson", &[("reason", Length::Reason.most())]),
    ("AppealJson", &[("words", Length::Reason.most())]),
    ("AppealDecisionJson", &[("reason", Length::Reason.most())]),
    ("RevocationJson", &[("note", Length::Line.most())]),
    // people
    ("RegistrationJson", &[("name", Length::Name.most()), ("address", Length::Line.most())]),
    ("EditJson", &[("name", Length::Name.most()), ("address", Length::Line.most())]),
    ("FoundingJson", &[("name", Length::Body.most()), ("labels", Length::Line.most())]),
    (
        "CredentialBody",
        &[("skill", Length::Line.most()), ("number", Length::Line.most()), ("issuer", Length::Body.most())],
    ),
    ("WantedJson", &[("name", Length::Name.most())]),
    // rights
    ("CorrectionAskedJson", &[("wanted", Length::Reason.most()), ("grounds", Length::Reason.most())]),
    (
        "AssessmentEnteredJson",
        &[
            ("title", assessment::MOST_TITLE),
            ("purpose", assessment::MOST_WORDS),
            ("effect", assessment::MOST_WORDS),
            ("measures", assessment::MOST_WORDS),
            ("approved_by", assessment::MOST_TITLE),
        ],
    ),
    (
        "DataHandlerNamedJson",
        &[("body", Length::Body.most()), ("contact", Length::Body.most()), ("address", Length::Body.most())],
    ),
];

/// Says of each text how long it may be.
pub fn describe(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    for (schema, texts) in TEXTS {
        let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(*schema) else { continue };
        for (name, length) in *texts {
            if let Some(text) = text_of(object, name) {
                text.max_length = Some(*length);
            }
        }
    }
}

fn text_of<'o>(object: &'o mut Object, name: &str) -> Option<&'o mut Object> {
    match object.properties.get_mut(name) {
        Some(RefOr::T(Schema::Object(text))) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_the_table_is_described_with_its_length() {
        let document = serde_json::to_value(crate::web::openapi::document()).expect("JSON");
        for (schema, texts) in TEXTS {
            for (name, length) in *texts {
                let text = &document["components"]["schemas"][schema]["properties"][name];
                assert_eq!(text["maxLength"], *length, "{schema}.{name}: {text}");
                let is_text = text["type"] == "string" || text["type"][0] == "string";
                assert!(is_text, "{schema}.{name}: {text}");
            }
        }
    }
}
