//! What is wrong with a directory, where, and what to write instead.

use core::fmt;

/// One problem of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line and column in the file, from 1; `None` for a directory that did not come from one.
    pub at: Option<(usize, usize)>,
    /// Where in the directory: `site "pgd-01", position`.
    pub field: String,
    /// What is wrong and what to write instead, in one sentence.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.at {
            write!(f, "line {line}, column {column}: ")?;
        }
        write!(f, "{}: {}", self.field, self.what)
    }
}

/// All problems of a directory, so that they can be put right in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(index, problem)| {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")
        })
    }
}

impl std::error::Error for Problems {}
