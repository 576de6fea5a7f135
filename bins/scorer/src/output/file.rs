//! Scores as files: CSV, JSON, Parquet, GeoJSON.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int32Type, UInt8Type, UInt32Type};
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use keng_risk::share::Shared;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde_json::{Map, Value, json};

use crate::args::OutputFormat;
use crate::failure::Failure;
use crate::load::Loaded;

/// What every output names: the model, its version and hash, the data's hash, the seed.
pub(crate) struct About {
    pub(crate) seed: u64,
    pub(crate) draws: usize,
}

impl About {
    pub(crate) fn pairs(&self, loaded: &Loaded) -> [(&'static str, String); 7] {
        [
            ("program", format!("keng-scorer {}", env!("CARGO_PKG_VERSION"))),
            ("model", loaded.model.name.clone()),
            ("model_version", loaded.model.version.clone()),
            ("model_sha256", loaded.model_hash.clone()),
            ("data_sha256", loaded.data_hash.clone()),
            ("seed", self.seed.to_string()),
            ("draws", self.draws.to_string()),
        ]
    }

    fn object(&self, loaded: &Loaded) -> Value {
        self.pairs(loaded)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect::<Map<_, _>>()
            .into()
    }
}

/// The octets of a file.
pub(crate) fn write_scores(
    loaded: &Loaded,
    batch: &RecordBatch,
    format: OutputFormat,
    about: &About,
) -> Result<Vec<u8>, Failure> {
    let inside = |error: &dyn std::fmt::Display| Failure::Inside(error.to_string());
    let batch = with_places(loaded, batch).map_err(|error| inside(&error))?;
    match format {
        OutputFormat::Csv => Ok(csv(loaded, &batch, about).into_bytes()),
        OutputFormat::Json => {
            let sites: Vec<Value> = (0..batch.num_rows()).map(|row| Value::Object(object(&batch, row))).collect();
            text(&json!({ "about": about.object(loaded), "travel": loaded.about_travel(), "sites": sites }))
        }
        OutputFormat::Geojson => {
            let features: Vec<Value> = (0..batch.num_rows()).map(|row| feature(loaded, &batch, row)).collect();
            text(&json!({ "type": "FeatureCollection", "about": about.object(loaded), "features": features }))
        }
        OutputFormat::Parquet => parquet(loaded, batch, about),
        OutputFormat::Table | OutputFormat::Html => Err(Failure::Inside("no file format".to_owned())),
    }
}

/// What may be handed out.
pub(crate) fn write_shared(shared: &[Shared], format: OutputFormat) -> Result<Vec<u8>, Failure> {
    let object = |site: &Shared| json!({ "band": site.band, "lat": site.cell.map(|cell| cell.0), "lon": site.cell.map(|cell| cell.1) });
    match format {
        OutputFormat::Csv | OutputFormat::Table => {
            let mut out = "band,lat,lon\n".to_owned();
            for site in shared {
                let (lat, lon) =
                    site.cell.map_or_else(Default::default, |(lat, lon)| (lat.to_string(), lon.to_string()));
                let _ = writeln!(out, "{},{lat},{lon}", site.band);
            }
            Ok(out.into_bytes())
        }
        OutputFormat::Json => text(&Value::Array(shared.iter().map(object).collect())),
        _ => Err(Failure::Usage("--share writes a table, CSV or JSON".to_owned())),
    }
}

/// Puts the name and the place behind the id.
fn with_places(loaded: &Loaded, batch: &RecordBatch) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let sites = &loaded.sites;
    let lat: Float64Array = sites.positions.iter().map(|at| at.map(keng_geo::Position::lat_deg)).collect();
    let lon: Float64Array = sites.positions.iter().map(|at| at.map(keng_geo::Position::lon_deg)).collect();
    let names = StringArray::from_iter_values(&sites.names);
    let about: [(&str, ArrayRef); 3] = [("name", Arc::new(names)), ("lat", Arc::new(lat)), ("lon", Arc::new(lon))];
    let (mut fields, mut columns): (Vec<Field>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        fields.push(field.as_ref().clone());
        columns.push(column.clone());
        if field.name() == "id" {
            for (name, array) in &about {
                fields.push(Field::new(*name, array.data_type().clone(), true));
                columns.push(array.clone());
            }
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields).with_metadata(batch.schema().metadata().clone())), columns)
}

/// A value as CSV writes it; exact, as reading it again gives the same number.
fn cell(out: &mut String, array: &ArrayRef, row: usize) {
    if array.is_null(row) {
        return;
    }
    let _ = match array.data_type() {
        DataType::Int32 => write!(out, "{}", array.as_primitive::<Int32Type>().value(row)),
        DataType::UInt32 => write!(out, "{}", array.as_primitive::<UInt32Type>().value(row)),
        DataType::Float64 => write!(out, "{}", array.as_primitive::<Float64Type>().value(row)),
        _ => write!(out, "{}", quoted(text_of(array, row))),
    };
}

fn text_of(array: &ArrayRef, row: usize) -> &str {
    if let Some(dictionary) = array.as_dictionary_opt::<UInt8Type>() {
        let key = dictionary.keys().value(row);
        return dictionary.values().as_string::<i32>().value(usize::from(key));
    }
    array.as_string_opt::<i32>().map_or("", |texts| texts.value(row))
}

/// Quoted where CSV needs it. What a spreadsheet would take for a formula gets an apostrophe in front.
fn quoted(text: &str) -> String {
    let safe = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

fn csv(loaded: &Loaded, batch: &RecordBatch, about: &About) -> String {
    let mut out = String::new();
    let names: Vec<&str> = batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
    out += &names.join(",");
    out += ",model,model_sha256,data_sha256,seed\n";
    let tail = format!(
        ",{},{},{},{}\n",
        quoted(&format!("{} {}", loaded.model.name, loaded.model.version)),
        loaded.model_hash,
        loaded.data_hash,
        about.seed
    );
    for row in 0..batch.num_rows() {
        for (number, column) in batch.columns().iter().enumerate() {
            if number > 0 {
                out.push(',');
            }
            cell(&mut out, column, row);
        }
        out += &tail;
    }
    out
}

fn object(batch: &RecordBatch, row: usize) -> Map<String, Value> {
    let mut object = Map::new();
    let mut reasons = Map::new();
    for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        let value = match array.data_type() {
            _ if array.is_null(row) => Value::Null,
            DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
            DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).into(),
            DataType::Float64 => array.as_primitive::<Float64Type>().value(row).into(),
            _ => text_of(array, row).into(),
        };
        if field.name().contains('.') {
            reasons.insert(field.name().clone(), value);
        } else if !field.name().starts_with("reason_") {
            object.insert(field.name().clone(), value);
        }
    }
    object.insert("reasons".to_owned(), reasons.into());
    object
}

fn feature(loaded: &Loaded, batch: &RecordBatch, row: usize) -> Value {
    let at = loaded.sites.positions.get(row).copied().flatten();
    let geometry = at.map(|at| json!({ "type": "Point", "coordinates": [at.lon_deg(), at.lat_deg()] }));
    json!({ "type": "Feature", "geometry": geometry, "properties": object(batch, row) })
}

fn text(value: &Value) -> Result<Vec<u8>, Failure> {
    let mut octets = serde_json::to_vec(value).map_err(|error| Failure::Inside(error.to_string()))?;
    octets.push(b'\n');
    Ok(octets)
}

fn parquet(loaded: &Loaded, batch: RecordBatch, about: &About) -> Result<Vec<u8>, Failure> {
    let inside = |error: parquet::errors::ParquetError| Failure::Inside(error.to_string());
    let mut metadata = batch.schema_ref().metadata().clone();
    metadata.extend(about.pairs(loaded).map(|(name, value)| (format!("keng.{name}"), value)));
    let schema = Arc::new(batch.schema_ref().as_ref().clone().with_metadata(metadata));
    let batch = RecordBatch::try_new(schema.clone(), batch.columns().to_vec())
        .map_err(|error| Failure::Inside(error.to_string()))?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut octets = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut octets, schema, Some(properties)).map_err(inside)?;
    writer.write(&batch).map_err(inside)?;
    writer.close().map_err(inside)?;
    octets.flush()?;
    Ok(octets)
}
