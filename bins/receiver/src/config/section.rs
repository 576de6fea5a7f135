//! Reads a TOML file field by field, and goes on after a mistake, so that all of them are told at once.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, Problems};

/// A file's text, and where what is wrong with it is gathered.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// The file's path, as the user gave it.
    pub(crate) file: &'a Path,
    text: &'a str,
}

/// A value, and where it stands, for what is found out about it later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At<T> {
    /// The value.
    pub(crate) value: T,
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Its field, `section.name`.
    pub(crate) field: String,
}

/// One table of a file. Fields are taken by name; what is left when it is closed is unknown, and a problem.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    source: &'a Source<'a>,
    problems: &'a mut Problems,
    name: &'a str,
    line: usize,
    fields: Option<&'a DeTable<'a>>,
    known: Vec<&'static str>,
}

/// Reads one kind of value, or says what it is not: "not a number from 0 to 255".
pub(crate) type Read<T> = fn(&DeValue<'_>) -> Result<T, String>;

impl<T> At<T> {
    /// The problem that this value is.
    pub(crate) fn problem(&self, file: &Path, wrong: impl Into<String>, instead: impl Into<String>) -> Problem {
        Problem {
            file: file.to_owned(),
            line: Some(self.line),
            field: self.field.clone(),
            wrong: wrong.into(),
            instead: instead.into(),
        }
    }
}

impl<'a> Source<'a> {
    pub(crate) fn new(file: &'a Path, text: &'a str) -> Self {
        Self { file, text }
    }

    /// The whole file, as far as its form allows; every line that is no TOML is a problem.
    pub(crate) fn parse(&self, problems: &mut Problems) -> Spanned<DeTable<'a>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        problems.0.extend(errors.iter().map(|error| Problem {
            file: self.file.to_owned(),
            line: error.span().map(|span| self.line(span.start)),
            field: String::new(),
            wrong: format!("not TOML: {}", error.message()),
            instead: "name = value, with text in double quotes, under a [section]".to_owned(),
        }));
        table
    }

    /// The section `[name]`; one that is not there reads as empty, in the first line.
    pub(crate) fn section(
        &'a self,
        document: &'a DeTable<'a>,
        name: &'a str,
        problems: &'a mut Problems,
    ) -> Section<'a> {
        let Some(value) = document.get(name) else { return self.table(None, name, 1, problems) };
        let line = self.line(value.span().start);
        match value.get_ref() {
            DeValue::Table(fields) => self.table(Some(fields), name, line, problems),
            _ => {
                self.not_a_section(name, line, &format!("[{name}]"), problems);
                self.table(None, name, line, problems)
            }
        }
    }

    /// The sections `[[name]]`, each read by `read`.
    pub(crate) fn sections<T>(
        &self,
        document: &DeTable<'_>,
        name: &str,
        problems: &mut Problems,
        read: impl Fn(Section<'_>) -> Option<T>,
    ) -> Vec<At<T>> {
        let Some(value) = document.get(name) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.not_a_section(name, self.line(value.span().start), &format!("[[{name}]]"), problems);
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items.iter() {
            let line = self.line(item.span().start);
            match item.get_ref() {
                DeValue::Table(fields) => {
                    let value = read(self.table(Some(fields), name, line, problems));
                    found.extend(value.map(|value| At { value, line, field: name.to_owned() }));
                }
                _ => self.not_a_section(name, line, &format!("[[{name}]]"), problems),
            }
        }
        found
    }

    /// Every section whose name is none of `known` is a problem.
    pub(crate) fn refuse_others(&self, document: &DeTable<'_>, known: &[&str], problems: &mut Problems) {
        for (name, _) in document.iter().filter(|(name, _)| !known.contains(&name.get_ref().as_ref())) {
            problems.0.push(Problem {
                file: self.file.to_owned(),
                line: Some(self.line(name.span().start)),
                field: name.get_ref().to_string(),
                wrong: "there is no such section".to_owned(),
                instead: format!("one of {}", known.join(", ")),
            });
        }
    }

    fn table<'b>(
        &'b self,
        fields: Option<&'b DeTable<'b>>,
        name: &'b str,
        line: usize,
        problems: &'b mut Problems,
    ) -> Section<'b> {
        Section { source: self, problems, name, line, fields, known: Vec::new() }
    }

    fn not_a_section(&self, name: &str, line: usize, header: &str, problems: &mut Problems) {
        problems.0.push(Problem {
            file: self.file.to_owned(),
            line: Some(line),
            field: name.to_owned(),
            wrong: "not a section".to_owned(),
            instead: format!("{header} in a line of its own, and its fields below"),
        });
    }

    /// The line of an offset in octets, from 1.
    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|octet| *octet == b'\n').count() + 1
    }
}

impl Section<'_> {
    /// Whether the section stands in the file.
    pub(crate) const fn is_present(&self) -> bool {
        self.fields.is_some()
    }

    /// A field that must be there. `example` is a whole line that would be right.
    pub(crate) fn need<T>(&mut self, key: &'static str, example: &str, read: Read<T>) -> Option<At<T>> {
        if !self.fields.is_some_and(|fields| fields.contains_key(key)) {
            self.known.push(key);
            self.problem(self.line, key, "is missing", example);
            return None;
        }
        self.maybe(key, example, read)
    }

    /// A field that may be there.
    pub(crate) fn maybe<T>(&mut self, key: &'static str, example: &str, read: Read<T>) -> Option<At<T>> {
        self.known.push(key);
        let value = self.fields?.get(key)?;
        let line = self.source.line(value.span().start);
        match read(value.get_ref()) {
            Ok(value) => Some(At { value, line, field: format!("{}.{key}", self.name) }),
            Err(wrong) => {
                self.problem(line, key, &wrong, example);
                None
            }
        }
    }

    /// A field that may be there, and what it is when it is not.
    pub(crate) fn or<T>(&mut self, key: &'static str, absent: T, example: &str, read: Read<T>) -> T {
        self.maybe(key, example, read).map_or(absent, |found| found.value)
    }

    /// Something is wrong with the section as a whole.
    pub(crate) fn refuse(&mut self, wrong: &str, instead: &str) {
        self.problems.0.push(Problem {
            file: self.source.file.to_owned(),
            line: Some(self.line),
            field: self.name.to_owned(),
            wrong: wrong.to_owned(),
            instead: instead.to_owned(),
        });
    }

    /// Every field that was not asked for is a problem: most are misspelt.
    pub(crate) fn close(self) {
        for (name, _) in
            self.fields.into_iter().flatten().filter(|(name, _)| !self.known.contains(&name.get_ref().as_ref()))
        {
            self.problems.0.push(Problem {
                file: self.source.file.to_owned(),
                line: Some(self.source.line(name.span().start)),
                field: format!("{}.{}", self.name, name.get_ref()),
                wrong: "there is no such field".to_owned(),
                instead: format!("one of {}", self.known.join(", ")),
            });
        }
    }

    fn problem(&mut self, line: usize, key: &str, wrong: &str, example: &str) {
        self.problems.0.push(Problem {
            file: self.source.file.to_owned(),
            line: Some(line),
            field: format!("{}.{key}", self.name),
            wrong: wrong.to_owned(),
            instead: example.to_owned(),
        });
    }
}
