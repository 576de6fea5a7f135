//! `schema`: the JSON schema of a row, from the model that reads it.

use keng_risk::model::{Field, Kind};
use serde_json::{Map, Value, json};

use crate::args::SchemaArgs;
use crate::failure::Failure;
use crate::load::{begin, model};
use crate::output;
use crate::words::Lang;

pub(crate) fn run(args: &SchemaArgs) -> Result<(), Failure> {
    let lang = begin(&args.common)?;
    if args.model_file {
        return output::say(keng_risk::model::DEFAULT.trim_end());
    }
    let (model, hash) = model(args.model.as_deref())?;
    if args.header {
        let names = model.fields.iter().map(|field| field.name.as_str());
        return output::say(
            &["id", "name", "area", "lat", "lon"].into_iter().chain(names).collect::<Vec<_>>().join(","),
        );
    }
    let mut properties = Map::new();
    let text = |vi: &str, en: &str| json!({ "type": ["string", "null"], "description": lang.pick(vi, en) });
    let id = lang.pick("mã, không trùng lặp", "an id that no other row has");
    properties.insert("id".to_owned(), json!({ "type": "string", "minLength": 1, "description": id }));
    properties.insert("name".to_owned(), text("tên", "name"));
    properties.insert("area".to_owned(), text("phường, xã", "ward or commune"));
    let degrees =
        |most: i32| json!({ "type": ["number", "null"], "minimum": -most, "maximum": most, "description": "WGS 84" });
    properties.insert("lat".to_owned(), degrees(90));
    properties.insert("lon".to_owned(), degrees(180));
    for field in &model.fields {
        properties.insert(field.name.clone(), property(field, lang));
    }
    output::json(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("A site, for the model {} {}", model.name, model.version),
        "$comment": format!("model_sha256 {hash}"),
        "type": "object", "properties": properties, "required": ["id"], "additionalProperties": false,
        "dependentRequired": { "lat": ["lon"], "lon": ["lat"] },
    }))
}

fn property(field: &Field, lang: Lang) -> Value {
    let unit = if field.unit.is_empty() { String::new() } else { format!(" ({})", field.unit) };
    let about = format!("{}{unit}", lang.field(field));
    match &field.kind {
        Kind::Number { min, max, missing } => json!({
            "type": ["number", "null"], "minimum": min, "maximum": max,
            "description": about, "x-missing-low-likely-high": missing, "x-source": field.source,
        }),
        Kind::Flag { missing } => {
            json!({ "type": ["boolean", "null"], "description": about, "x-missing-probability": missing, "x-source": field.source })
        }
        Kind::Level(levels) => {
            let names: Vec<Value> = levels.iter().map(|level| level.name.clone().into()).chain([Value::Null]).collect();
            json!({ "enum": names, "description": about, "x-source": field.source })
        }
    }
}
