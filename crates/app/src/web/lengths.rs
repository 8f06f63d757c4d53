//! How long the texts of a body may be, for the API's description: by schema and field, as the rules hold them.

use rules::shared::Length;
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{OpenApi, RefOr};

/// The texts of a body and their kinds.
type Texts = (&'static str, &'static [(&'static str, Length)]);

const TEXTS: &[Texts] = &[
    // matters
    (
        "GivenJson",
        &[
            ("reason", Length::Words),
            ("result", Length::Words),
            ("basis", Length::Reason),
            ("owner", Length::Line),
            ("head", Length::Line),
            ("heard", Length::Notes),
        ],
    ),
    ("WordsJson", &[("reason", Length::Words)]),
    ("NoteJson", &[("text", Length::Words)]),
    ("UrgeJson", &[("text", Length::Words)]),
    ("PartJson", &[("said", Length::Words), ("basis", Length::Reason)]),
    ("PauseJson", &[("reason", Length::Words)]),
    ("WhereJson", &[("reason", Length::Words), ("basis", Length::Reason)]),
    ("MergeJson", &[("reason", Length::Words)]),
    ("PrivateJson", &[("reason", Length::Words)]),
    ("NewHandoverJson", &[("words", Length::Words)]),
    ("LeaveJson", &[("note", Length::Reason)]),
    ("AskJson", &[("name", Length::Name), ("told", Length::Reason)]),
    ("ReplyWordsJson", &[("words", Length::Words)]),
    // dispatch
    ("CutJson", &[("title", Length::Title), ("notes", Length::Notes), ("place_hint", Length::Line)]),
    ("ChangeJson", &[("title", Length::Title), ("notes", Length::Notes), ("place_hint", Length::Line)]),
    ("ReasonJson", &[("reason", Length::Line)]),
    // service
    ("CheckOutJson", &[("content", Length::Notes), ("still_needed", Length::Notes), ("next_visit", Length::Notes)]),
    ("DescriptionJson", &[("content", Length::Notes), ("still_needed", Length::Notes), ("next_visit", Length::Notes)]),
    ("LateJson", &[("name", Length::Title), ("content", Length::Notes), ("reason", Length::Reason)]),
    ("AttendedJson", &[("name", Length::Title), ("content", Length::Notes)]),
    ("RecordCorrectionJson", &[("content", Length::Notes), ("answer", Length::Reason)]),
    ("ObjectionWordsJson", &[("words", Length::Reason)]),
    ("RecordReasonJson", &[("reason", Length::Reason)]),
    ("RatingJson", &[("words", Length::Notes)]),
    ("CallBackAnswerJson", &[("heard", Length::Notes)]),
    ("ReviewAnswerJson", &[("words", Length::Reason)]),
    ("ReviewDecisionJson", &[("reason", Length::Reason)]),
    ("AppealJson", &[("words", Length::Reason)]),
    ("AppealDecisionJson", &[("reason", Length::Reason)]),
    ("RevocationJson", &[("note", Length::Line)]),
    // people
    ("RegistrationJson", &[("name", Length::Name), ("address", Length::Line)]),
    ("EditJson", &[("name", Length::Name), ("address", Length::Line)]),
    ("FoundingJson", &[("name", Length::Body), ("labels", Length::Line)]),
    ("OrganisationEditJson", &[("name", Length::Body), ("labels", Length::Line), ("head", Length::Name)]),
    ("CredentialBody", &[("skill", Length::Line), ("number", Length::Line), ("issuer", Length::Body)]),
    ("WantedJson", &[("name", Length::Name)]),
    ("MandateAskedJson", &[("delegate_name", Length::Name), ("for_name", Length::Name)]),
    // rights
    ("DecisionJson", &[("door", Length::Line)]),
    ("CorrectionAskedJson", &[("wanted", Length::Reason), ("grounds", Length::Reason)]),
    (
        "AssessmentEnteredJson",
        &[
            ("title", Length::Heading),
            ("purpose", Length::Essay),
            ("effect", Length::Essay),
            ("measures", Length::Essay),
            ("approved_by", Length::Heading),
        ],
    ),
    ("AssessmentEndJson", &[("reason", Length::Reason)]),
    ("DataHandlerNamedJson", &[("body", Length::Body), ("contact", Length::Body), ("address", Length::Body)]),
];

/// Says of each text how long it may be.
pub fn describe(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    for (schema, texts) in TEXTS {
        let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(*schema) else { continue };
        for (name, length) in *texts {
            if let Some(text) = text_of(object, name) {
                text.max_length = Some(length.most());
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
                assert_eq!(text["maxLength"], length.most(), "{schema}.{name}: {text}");
                let is_text = text["type"] == "string" || text["type"][0] == "string";
                assert!(is_text, "{schema}.{name}: {text}");
            }
        }
    }
}
