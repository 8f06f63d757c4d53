//! The skills that have words, for programs that send and show them.

use axum::Json;
use kit::Failure;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::people::skills;
use crate::web::Who;

/// A skill, a certificate or the label of a team.
#[derive(Serialize, ToSchema)]
pub struct SkillJson {
    /// What tasks, people and imports keep.
    #[schema(example = "first_aid")]
    pub key: &'static str,
    /// In the language asked for.
    #[schema(example = "急救")]
    pub name: &'static str,
    /// What else means it where somebody types a skill, in either language.
    #[schema(example = json!(["First aid", "急救员"]))]
    pub synonyms: Vec<&'static str>,
}

#[derive(Serialize, ToSchema)]
pub struct SkillList {
    pub items: Vec<SkillJson>,
}

/// Lists the skills that have words, by their keys. Others may be typed and are kept as they stand.
#[utoipa::path(get, path = "/api/v1/skills", tag = "people", responses((status = 200, body = SkillList)))]
pub async fn index(who: Who) -> Result<Json<SkillList>, Failure> {
    let one = |known: skills::Known| SkillJson { key: known.key, name: known.name, synonyms: known.synonyms };
    Ok(Json(SkillList { items: skills::known(&who.page()).map(one).collect() }))
}

#[derive(OpenApi)]
#[openapi(paths(index), components(schemas(SkillJson, SkillList)))]
pub struct Api;
