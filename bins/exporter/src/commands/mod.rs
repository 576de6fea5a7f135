//! One command a file: it opens what it needs, does its work, and says what came out.

pub(crate) mod answers;
pub(crate) mod demo;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod log;
pub(crate) mod records;
pub(crate) mod request;
pub(crate) mod scorer;
pub(crate) mod verify;

use std::io::{Write as _, stdout};

use serde_json::Value;

use crate::args::Common;
use crate::failure::Failure;
use crate::words::Lang;

/// What every command knows.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) common: Common,
    pub(crate) lang: Lang,
}

impl Context {
    pub(crate) fn new(common: Common) -> Self {
        let lang = Lang::or_system(common.lang);
        Self { common, lang }
    }

    /// Says one thing: words for people, or a JSON value for scripts.
    pub(crate) fn say(&self, words: &str, json: &Value) -> Result<(), Failure> {
        let mut out = stdout().lock();
        if self.common.json {
            writeln!(out, "{json}")?
        } else {
            writeln!(out, "{words}")?
        }
        Ok(())
    }

    /// Shows a report.
    pub(crate) fn show(&self, report: &crate::report::Report) -> Result<(), Failure> {
        report.show(self.lang, self.common.json, stdout().lock())
    }
}
