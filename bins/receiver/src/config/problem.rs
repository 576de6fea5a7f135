//! What is wrong with a configuration, said so that the reader can put it right without reading anything else.

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// In which file.
    pub(crate) file: PathBuf,
    /// In which line, from 1; `None` when it is about the whole file.
    pub(crate) line: Option<usize>,
    /// Which field, `section.name`; empty when the line cannot be read at all.
    pub(crate) field: String,
    /// What is wrong. Never the value: it may be a key that was pasted into the wrong place.
    pub(crate) wrong: String,
    /// What to write, or to do, instead; empty when `wrong` says it.
    pub(crate) instead: String,
}

/// Everything that is wrong, in the order of the file. Never empty when it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl Problem {
    /// A problem with a whole file.
    pub(crate) fn of_file(file: &Path, wrong: impl Into<String>, instead: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, field: String::new(), wrong: wrong.into(), instead: instead.into() }
    }

    /// A problem of a directory file, which says in one sentence what is wrong and what to write instead.
    pub(crate) fn of_directory(file: &Path, problem: keng_dispatch::directory::Problem) -> Self {
        let (line, field) = (problem.at.map(|(line, _)| line), problem.field);
        Self { file: file.to_owned(), line, field, wrong: problem.what, instead: String::new() }
    }

    /// For scripts.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "file": self.file, "line": self.line, "field": self.field, "wrong": self.wrong, "instead": self.instead,
        })
    }
}

impl Problems {
    /// `value` if nothing is wrong.
    pub(crate) fn or<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.sorted()),
        }
    }

    fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        self
    }
}

impl fmt::Display for Problem {
    /// `file:line: field: what is wrong`, and in the next line what to do instead.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        if !self.field.is_empty() {
            write!(f, " {}:", self.field)?;
        }
        write!(f, " {}", self.wrong)?;
        if self.instead.is_empty() { Ok(()) } else { write!(f, "\n    instead: {}", self.instead) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => writeln!(f, "the configuration is refused: 1 problem")?,
            count => writeln!(f, "the configuration is refused: {count} problems")?,
        }
        let lines: Vec<_> = self.0.iter().map(Problem::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}
