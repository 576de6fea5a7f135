//! Which column is which field: the file that `--map` names.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::failure::{Failure, Kind};

/// A mapping, as it was written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Map {
    /// The kind of record.
    pub(crate) record: RecordKind,
    /// The sheet; the only one without it.
    pub(crate) sheet: Option<String>,
    /// The row with the headings.
    #[serde(default = "first")]
    pub(crate) header: u32,
    /// Heading to field.
    pub(crate) columns: BTreeMap<String, String>,
    /// Fields that are the same in every row.
    #[serde(default)]
    pub(crate) constants: BTreeMap<String, String>,
    /// For a field: what stands there to what is meant.
    #[serde(default)]
    pub(crate) values: BTreeMap<String, BTreeMap<String, String>>,
}

/// The records that come in tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RecordKind {
    Person,
    Certificate,
    Suspension,
    Site,
    Post,
    Shift,
    Tool,
    Issue,
    Return,
}

/// How a field's cell is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Text,
    Date,
    Moment,
    Count,
    Flag,
    List,
}

/// A field: its name, how it is read, and whether a row needs it.
pub(crate) type Field = (&'static str, FieldKind, bool);

impl Map {
    /// Reads a mapping and checks that it names fields that there are.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(Failure::because(Kind::File, format!("cannot read {}", path.display())))?;
        let map: Self = toml::from_str(&text).map_err(Failure::because(Kind::Input, path.display().to_string()))?;
        let fields = map.record.fields();
        let named = map.columns.values().chain(map.constants.keys()).chain(map.values.keys());
        if let Some(unknown) = named.into_iter().find(|name| fields.iter().all(|(field, ..)| field != name)) {
            let known: Vec<_> = fields.iter().map(|(field, ..)| *field).collect();
            let what = format!("{}: there is no field \"{unknown}\"; there are {}", path.display(), known.join(", "));
            return Err(Failure::input(what));
        }
        Ok(map)
    }
}

impl RecordKind {
    /// As `record` in its JSON says it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Certificate => "certificate",
            Self::Suspension => "suspension",
            Self::Site => "site",
            Self::Post => "post",
            Self::Shift => "shift",
            Self::Tool => "tool",
            Self::Issue => "issue",
            Self::Return => "return",
        }
    }

    /// Its fields.
    pub(crate) const fn fields(self) -> &'static [Field] {
        use FieldKind::{Count, Date, Flag, List, Moment, Text};
        match self {
            Self::Person => &[
                ("id", Text, true),
                ("name", Text, true),
                ("born", Date, true),
                ("personal_id", Text, true),
                ("position", Text, true),
                ("site", Text, true),
                ("from", Date, true),
                ("until", Date, false),
                ("photo", Date, false),
            ],
            Self::Certificate => &[
                ("person", Text, true),
                ("kind", Text, true),
                ("tool", Text, false),
                ("number", Text, true),
                ("issuer", Text, true),
                ("issued", Date, true),
                ("printed_until", Date, false),
                ("course_end", Date, false),
                ("hours", Count, false),
                ("practice_in_person", Flag, false),
                ("instructor_licensed", Flag, false),
                ("facility_licensed", Flag, false),
                ("fit", Flag, false),
                ("site", Text, false),
                ("evidence", Text, false),
            ],
            Self::Suspension => &[
                ("person", Text, true),
                ("number", Text, false),
                ("from", Date, true),
                ("until", Date, false),
                ("revoked", Flag, false),
                ("by", Text, true),
            ],
            Self::Site => &[("id", Text, true), ("name", Text, true), ("ward", Text, true)],
            Self::Post => &[
                ("id", Text, true),
                ("site", Text, true),
                ("name", Text, true),
                ("needs", List, true),
                ("people", Count, false),
            ],
            Self::Shift => {
                &[("post", Text, true), ("person", Text, true), ("from", Moment, true), ("until", Moment, true)]
            }
            Self::Tool => &[("id", Text, true), ("kind", Text, true), ("site", Text, true)],
            Self::Issue => &[
                ("tool", Text, true),
                ("person", Text, true),
                ("keeper", Text, true),
                ("at", Moment, true),
                ("consent", Flag, true),
            ],
            Self::Return => &[("tool", Text, true), ("at", Moment, true), ("in_order", Flag, true)],
        }
    }
}

const fn first() -> u32 {
    1
}
