//! GeoJSON, RFC 7946, as far as it bounds areas. Its types stay in this file.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Boundary, MAX_FEATURES, MAX_OCTETS, MAX_POSITIONS, Polygon, Problem, Wrong, size};
use crate::Position;

type Object = Map<String, Value>;

pub(super) fn read(geojson: &[u8], name: &str) -> Result<Vec<Boundary>, Problem> {
    let file = |wrong| Problem { feature: None, wrong };
    if geojson.len() > MAX_OCTETS {
        return Err(file(Wrong::TooLong(geojson.len())));
    }
    let json: Value = serde_json::from_slice(geojson).map_err(|error| file(Wrong::NotJson(error)))?;
    let (object, kind) = typed(&json).map_err(file)?;
    let mut reader = Reader { name, left: MAX_POSITIONS };
    match kind {
        "FeatureCollection" => reader.collection(object),
        "Feature" => reader.feature(object).map(|area| vec![area]).map_err(file),
        _ => reader.geometry(&json).map(|area| vec![unnamed(area)]).map_err(file),
    }
}

struct Reader<'a> {
    /// The property that holds the name.
    name: &'a str,
    /// How many more positions may come.
    left: usize,
}

impl Reader<'_> {
    fn collection(&mut self, object: &Object) -> Result<Vec<Boundary>, Problem> {
        let file = |wrong| Problem { feature: None, wrong };
        let Some(Value::Array(features)) = object.get("features") else { return Err(file(Wrong::Missing("features"))) };
        if features.len() > MAX_FEATURES {
            return Err(file(Wrong::TooManyFeatures(features.len())));
        }
        let numbered = (1..).zip(features);
        numbered
            .map(|(number, feature)| {
                let area = match typed(feature) {
                    Ok((object, "Feature")) => self.feature(object),
                    Ok((_, other)) => Err(Wrong::NotAnArea(shortened(other))),
                    Err(wrong) => Err(wrong),
                };
                area.map_err(|wrong| Problem { feature: Some(number), wrong })
            })
            .collect()
    }

    fn feature(&mut self, object: &Object) -> Result<Boundary, Wrong> {
        let Some(Value::Object(properties)) = object.get("properties") else {
            return Err(Wrong::Missing("properties"));
        };
        let name = properties.get(self.name).and_then(Value::as_str).unwrap_or_default().trim();
        if name.is_empty() {
            return Err(Wrong::NoName(self.name.into()));
        }
        let geometry = object.get("geometry").filter(|geometry| geometry.is_object());
        let polygons = self.geometry(geometry.ok_or(Wrong::Missing("geometry"))?)?;
        let id = match object.get("id") {
            Some(Value::String(id)) => Some(id.clone()),
            Some(Value::Number(id)) => Some(id.to_string()),
            _ => None,
        };
        Ok(Boundary::new(id, name.to_owned(), texts(properties), polygons))
    }

    fn geometry(&mut self, geometry: &Value) -> Result<Vec<Polygon>, Wrong> {
        let (object, kind) = typed(geometry)?;
        let coordinates = || object.get("coordinates").and_then(Value::as_array).ok_or(Wrong::Missing("coordinates"));
        match kind {
            "Polygon" => Ok(vec![self.polygon(coordinates()?)?]),
            "MultiPolygon" => {
                let polygons = coordinates()?;
                if polygons.is_empty() {
                    return Err(Wrong::NoRing);
                }
                polygons.iter().map(|rings| self.polygon(rings.as_array().ok_or(Wrong::NoRing)?)).collect()
            }
            other => Err(Wrong::NotAnArea(shortened(other))),
        }
    }

    fn polygon(&mut self, rings: &[Value]) -> Result<Polygon, Wrong> {
        if rings.is_empty() {
            return Err(Wrong::NoRing);
        }
        let rings: Result<_, _> = (1..).zip(rings).map(|(number, ring)| self.ring(number, ring)).collect();
        Ok(Polygon { rings: rings? })
    }

    fn ring(&mut self, ring: usize, json: &Value) -> Result<Vec<Position>, Wrong> {
        let positions = json.as_array().ok_or(Wrong::ShortRing { ring, positions: 0 })?;
        self.left = self.left.checked_sub(positions.len()).ok_or(Wrong::TooManyPositions)?;
        if positions.len() < 4 {
            return Err(Wrong::ShortRing { ring, positions: positions.len() });
        }
        let read = (1..).zip(positions).map(|(number, json)| position(ring, number, json));
        let read = read.collect::<Result<Vec<_>, _>>()?;
        if read.first() != read.last() {
            return Err(Wrong::OpenRing { ring });
        }
        let far = read
            .windows(2)
            .position(|edge| matches!(edge, [one, other] if (one.lon_deg() - other.lon_deg()).abs() > 180.0));
        match far {
            Some(before) => Err(Wrong::AcrossTheMeridian { ring, position: before + 1 }),
            None if size(&read) > 0.0 => Ok(read),
            None => Err(Wrong::FlatRing { ring }),
        }
    }
}

fn typed(json: &Value) -> Result<(&Object, &str), Wrong> {
    let object = json.as_object().ok_or(Wrong::NoType)?;
    let kind = object.get("type").and_then(Value::as_str).ok_or(Wrong::NoType)?;
    Ok((object, kind))
}

/// Longitude first, then latitude (RFC 7946, 3.1.1); a height may follow and is not used.
fn position(ring: usize, position: usize, json: &Value) -> Result<Position, Wrong> {
    let number = |at| json.get(at).and_then(Value::as_f64).ok_or(Wrong::NotAPosition { ring, position });
    let (lon, lat) = (number(0)?, number(1)?);
    Position::new(lat, lon).map_err(|source| Wrong::OutOfRange { ring, position, source })
}

fn texts(properties: &Object) -> BTreeMap<String, String> {
    properties.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// A strange `type` in an error, without its flood.
fn shortened(kind: &str) -> Box<str> {
    kind.chars().take(32).collect::<String>().into()
}

fn unnamed(polygons: Vec<Polygon>) -> Boundary {
    Boundary::new(None, String::new(), BTreeMap::new(), polygons)
}
