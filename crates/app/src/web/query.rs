//! What an address asks for after its `?`, read with errors that name the parameter.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use kit::{Failure, Form};
use rules::shared::characters;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{Schema, SchemaType, Type};

use crate::Stop;

/// What an address asks for after its `?`. A parameter that is not documented is refused: one that is misspelt would
/// answer with everything.
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned + IntoParams, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<ApiQuery<T>, Failure> {
        let asked = Form::from_urlencoded(parts.uri.query().unwrap_or_default().as_bytes());
        let names: Vec<&str> = asked.pairs().map(|(name, _)| name).collect();
        let known = T::into_params(|| None);
        check_names(&names, &known)?;
        check_texts(parts)?;
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(ApiQuery(asked)),
            Err(error) => Err(unreadable(&names, &known, &error.body_text())),
        }
    }
}

/// # Errors
/// 400 `query-unknown`, with those that there are, and `query-twice`.
fn check_names(names: &[&str], known: &[Parameter]) -> Result<(), Failure> {
    if let Some(name) = names.iter().find(|name| !known.iter().any(|known| known.name == **name)) {
        let known: Vec<&str> = known.iter().map(|parameter| parameter.name.as_str()).collect();
        let failure = Failure::bad_request("query-unknown").with("name", *name).with("known", known.join(", "));
        return Err(failure.at_field(*name));
    }
    let twice = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    match twice {
        Some((_, name)) => Err(Failure::bad_request("query-twice").with("name", *name).at_field(*name)),
        None => Ok(()),
    }
}

/// # Errors
/// 400 `text-control`: a value holds what no text may, and one engine cannot even be asked for.
fn check_texts(parts: &Parts) -> Result<(), Failure> {
    let Ok(Query(sent)) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri) else { return Ok(()) };
    for (name, value) in sent {
        characters::all_may_stand(&name, &value).map_err(Stop::Asked)?;
    }
    Ok(())
}

/// What is wrong, by the message of the reader: `missing field `x``, or the parameter before what is wrong with its value.
fn unreadable(names: &[&str], known: &[Parameter], error: &str) -> Failure {
    let missing = error.split("missing field `").nth(1).and_then(|rest| rest.split('`').next());
    if let Some(name) = missing {
        return Failure::bad_request("query-missing").with("name", name).at_field(name);
    }
    let Some(name) = names.iter().find(|name| error.contains(&format!(": {name}: "))) else {
        return Failure::bad_request("");
    };
    let takes = known.iter().find(|parameter| parameter.name == **name).map_or("", takes);
    not_taken(name, takes)
}

/// A parameter of the query whose value is none that it takes.
pub fn not_taken(name: &str, takes: &str) -> Failure {
    Failure::bad_request("query-unreadable").with("name", name).with("takes", takes).at_field(name)
}

/// What a parameter takes, for programs in any language.
fn takes(parameter: &Parameter) -> &'static str {
    let Some(RefOr::T(Schema::Object(object))) = &parameter.schema else { return "string" };
    let is = |type_: Type| match &object.schema_type {
        SchemaType::Type(only) => *only == type_,
        SchemaType::Array(types) => types.contains(&type_),
        SchemaType::AnyValue => false,
    };
    match () {
        () if is(Type::Boolean) => "true, false",
        () if is(Type::Integer) => "0, 1, 2 …",
        () => "string",
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, IntoParams)]
    struct Asked {
        intake: String,
        mine: Option<bool>,
        most: Option<u32>,
    }

    async fn read(query: &str) -> Result<Asked, Failure> {
        let request = Request::builder().uri(format!("/x?{query}")).body(()).expect("a request");
        let (mut parts, ()) = request.into_parts();
        ApiQuery::<Asked>::from_request_parts(&mut parts, &()).await.map(|ApiQuery(asked)| asked)
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_query_is_said_of_the_parameter_at_fault() {
        for (query, code, field) in [
            ("mine=true", "query-missing", "intake"),
            ("", "query-missing", "intake"),
            ("intake=people&intake=teams", "query-twice", "intake"),
            ("intake=people&mine=maybe", "query-unreadable", "mine"),
            ("intake=people&most=-1", "query-unreadable", "most"),
            ("intake=people&moist=1", "query-unknown", "moist"),
            ("intake=peo%00ple", "text-control", "intake"),
            ("intake=peo%E2%80%AEple", "text-control", "intake"),
        ] {
            let failure = read(query).await.expect_err(query);
            assert_eq!((failure.code.as_str(), failure.field.as_deref()), (code, Some(field)), "{query}");
        }
        let asked = read("intake=people&mine=true&most=3").await.expect("all is well");
        assert_eq!((asked.intake.as_str(), asked.mine, asked.most), ("people", Some(true), Some(3)));
    }

    #[tokio::test]
    async fn a_value_that_cannot_be_read_is_answered_with_what_it_takes() {
        for (query, expected) in [("intake=people&mine=maybe", "true, false"), ("intake=people&most=x", "0, 1, 2 …")]
        {
            let failure = read(query).await.expect_err(query);
            let takes = failure.args.iter().find(|(name, _)| name == "takes").map(|(_, value)| value.clone());
            assert_eq!(takes, Some(kit::Value::Text(expected.into())), "{query}");
        }
    }
}
