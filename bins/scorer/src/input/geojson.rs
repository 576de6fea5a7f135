//! GeoJSON: a FeatureCollection of Points, whose properties are the columns.

use std::collections::BTreeSet;

use serde_json::Value;

use super::open::Take;
use super::{Cell, MAX_COLUMNS, Problems};
use crate::words::{Lang, Word};

pub(super) fn read(
    octets: &[u8],
    lang: Lang,
    problems: &mut Problems,
    start: &mut dyn FnMut(&[String], &mut Problems),
    take: &mut Take<'_>,
) {
    let value: Value = match serde_json::from_slice(octets) {
        Ok(value) => value,
        Err(error) => return problems.fatal(None, None, lang.fill(Word::Unreadable, &[&error])),
    };
    let features = value.get("features").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let properties = features.iter().filter_map(|feature| feature.get("properties").and_then(Value::as_object));
    let mut names: BTreeSet<&str> = properties.flat_map(|properties| properties.keys().map(String::as_str)).collect();
    if features.is_empty() {
        return problems.fatal(None, None, lang.say(Word::Empty));
    }
    names.remove("lat");
    names.remove("lon");
    let has_id = names.remove("id");
    if names.len() > MAX_COLUMNS {
        return problems.fatal(None, None, lang.fill(Word::ManyColumns, &[&names.len(), &MAX_COLUMNS]));
    }
    let header: Vec<String> =
        ["id", "lat", "lon"].into_iter().chain(names.iter().copied()).map(str::to_owned).collect();
    start(&header, problems);
    for (feature, row) in features.iter().zip(1..) {
        let coordinates = feature.pointer("/geometry/coordinates").and_then(Value::as_array);
        let is_point = feature.pointer("/geometry/type").and_then(Value::as_str) == Some("Point");
        let (Some([lon, lat, ..]), true) = (coordinates.map(Vec::as_slice), is_point) else {
            problems.add(Some(row), None, lang.say(Word::NotPoint));
            continue;
        };
        let property = |name: &str| feature.get("properties").and_then(|all| all.get(name));
        let id = if has_id { property("id") } else { None }.or_else(|| feature.get("id"));
        let all = [id, Some(lat), Some(lon)].into_iter().chain(names.iter().map(|name| property(name)));
        let cells: Vec<Cell> = all.map(|value| value.map_or(Cell::Empty, cell)).collect();
        if problems.is_fatal || !take(row, &cells, problems) {
            return;
        }
    }
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Bool(flag) => Cell::Flag(*flag),
        Value::Number(number) => number.as_f64().map_or(Cell::Empty, Cell::Number),
        Value::String(text) => Cell::Text(text.clone()),
        other => Cell::Text(other.to_string()),
    }
}
