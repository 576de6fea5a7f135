//! What is no model.

/// Why a model file is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// No TOML, an unknown or a missing key; the text says in which line and column.
    #[error("{0}")]
    Toml(String),
    /// A name that is there twice.
    #[error("{what} \"{name}\" is there twice")]
    Twice {
        /// What has the name.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A field that the model uses and does not have.
    #[error("{by} uses the field \"{field}\", which the file does not describe: add a [[field]] with that name")]
    NoField {
        /// What uses it.
        by: String,
        /// The field.
        field: String,
    },
    /// A level that a field does not have.
    #[error("the field \"{field}\" has no level \"{level}\"")]
    NoLevel {
        /// The field.
        field: String,
        /// The level.
        level: String,
    },
    /// A number that does not fit; `rule` says what would.
    #[error("{at}: {rule}")]
    Number {
        /// Where.
        at: String,
        /// What must hold.
        rule: &'static str,
    },
}
