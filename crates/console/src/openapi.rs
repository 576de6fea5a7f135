//! The description of the whole API for programs (OpenAPI 3.1), made from the lists of calls that the routers are made from.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use keng_station::Operation;
use serde_json::{Map, Value, json};

use crate::calls;
use crate::guard::Who;

static TEXT: LazyLock<String> = LazyLock::new(|| description().to_string());

/// The description as JSON.
pub(crate) async fn openapi(_: Who) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}

fn description() -> Value {
    let own = calls::all().into_iter().map(|call| (call.path, call.operations));
    let stations = keng_station::calls().into_iter().map(|call| (call.path, call.operations));
    let paths: Map<String, Value> =
        stations.chain(own).map(|(path, all)| (path.to_owned(), item(path, &all))).collect();
    let problem = json!({
        "type": "object",
        "required": ["error"],
        "properties": { "error": { "type": "string" }, "detail": { "type": "string" } },
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Keng receiver",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": "keng" },
            },
            "schemas": { "Problem": problem },
        },
    })
}

fn item(path: &str, operations: &[Operation]) -> Value {
    operations.iter().map(|one| (one.method.to_owned(), operation(path, one))).collect::<Map<_, _>>().into()
}

fn operation(path: &str, said: &Operation) -> Value {
    let mut parameters: Vec<Value> = placeholders(path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    parameters.extend(
        said.parameters.iter().map(|(place, name, of)| json!({ "name": name, "in": place, "schema": { "type": of } })),
    );
    let mut one = json!({
        "operationId": format!("{}{}", said.method, path.replace(['/', '{', '}', '.'], "_")),
        "summary": said.summary,
        "parameters": parameters,
        "responses": responses(said),
        "security": if said.is_open { json!([]) } else { json!([{ "session": [] }, { "token": [] }]) },
    });
    if let (Some((kind, schema)), Some(one)) = (&said.takes, one.as_object_mut()) {
        one.insert("requestBody".to_owned(), json!({ "required": true, "content": { *kind: { "schema": schema } } }));
    }
    one
}

fn responses(said: &Operation) -> Value {
    let media = said.gives;
    let good = json!({ "description": "done", "content": { media: {} } });
    let problem = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
    let other = |status: &u16| match status {
        202 => (status.to_string(), json!({ "description": "taken, not stored yet" })),
        _ => (status.to_string(), json!({ "description": "not done: see error and detail", "content": problem })),
    };
    let all = core::iter::once(("200".to_owned(), good)).chain(said.others.iter().map(other));
    all.collect::<Map<_, _>>().into()
}

fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_of_both_lists_is_described_with_its_parameters_and_body() {
        let all = description();
        let paths = all["paths"].as_object().unwrap();
        assert_eq!(paths.len(), calls::all().len() + keng_station::calls().len(), "no path is in both lists");
        let answer = &paths["/api/v1/incidents/{id}/answers"]["post"];
        assert_eq!(answer["parameters"][0]["name"], "id");
        let schema = &answer["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!((&schema["required"][0], &schema["additionalProperties"]), (&json!("act"), &json!(false)));
        assert_eq!(paths["/livez"]["get"]["security"], json!([]));
        assert_ne!(paths["/api/v1/incidents"]["get"]["security"], json!([]));
    }
}
