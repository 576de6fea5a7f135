//! How the program ends when it does not end well, and the exit code that a script can rely on.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

/// Why the program ends early. Its text is for the person at the terminal; the chain of causes is in [`Error::source`].
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    what: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// What sort of failure, and so the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 1: the job was done, and its answer is no.
    No,
    /// 2: the arguments do not go together.
    Usage,
    /// 65: a file that was read is not as it must be.
    Input,
    /// 70: something inside failed that should not.
    Inside,
    /// 74: a file could not be read or written, or somebody else holds the store.
    File,
    /// 0: whoever read our output has enough.
    OutputClosed,
}

impl Failure {
    /// The answer is no.
    pub(crate) fn no(what: impl Into<String>) -> Self {
        Self { kind: Kind::No, what: what.into(), cause: None }
    }

    /// The arguments do not go together.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, what: what.into(), cause: None }
    }

    /// A file is not as it must be.
    pub(crate) fn input(what: impl Into<String>) -> Self {
        Self { kind: Kind::Input, what: what.into(), cause: None }
    }

    /// Because of another error: `.map_err(Failure::because(Kind::File, "cannot ..."))`.
    pub(crate) fn because<E: Error + Send + Sync + 'static>(
        kind: Kind,
        what: impl Into<String>,
    ) -> impl FnOnce(E) -> Self {
        move |error| Self { kind, what: what.into(), cause: Some(Box::new(error)) }
    }

    /// Nothing is said when the output was closed.
    pub(crate) const fn is_silent(&self) -> bool {
        matches!(self.kind, Kind::OutputClosed)
    }

    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::OutputClosed => 0,
            Kind::No => 1,
            Kind::Usage => 2,
            Kind::Input => 65,
            Kind::Inside => 70,
            Kind::File => 74,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}

/// Only for what is written to standard output; every other input or output error says what it was about.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let kind = if error.kind() == io::ErrorKind::BrokenPipe { Kind::OutputClosed } else { Kind::File };
        Self { kind, what: "cannot write the output".to_owned(), cause: Some(Box::new(error)) }
    }
}

impl From<crate::store::StoreError> for Failure {
    fn from(error: crate::store::StoreError) -> Self {
        Self { kind: error.kind(), what: error.to_string(), cause: error.into_cause() }
    }
}

impl From<keng_export::Error> for Failure {
    fn from(error: keng_export::Error) -> Self {
        Self { kind: Kind::Inside, what: format!("cannot write the export: {error}"), cause: None }
    }
}
