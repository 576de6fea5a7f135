//! How the program ends when it does not end well, and the exit code that a script can rely on.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::config::Problems;
use crate::secret::SecretError;

/// Why the program ends early. Its text is for the person at the terminal; the chain of causes is in [`Error::source`].
#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit code 1: the job could not be done, or what was checked is not as it should be.
    Job {
        /// What could not be done, and what to do about it.
        what: String,
        /// The error underneath.
        cause: Option<Box<dyn Error + Send + Sync>>,
    },
    /// Exit code 2, as for arguments that cannot be parsed: the arguments do not go together.
    Usage(String),
    /// Exit code 78 (`EX_CONFIG`): the configuration is refused.
    Config(Problems),
    /// Exit code 0: whoever read our output (`| head`) has enough.
    OutputClosed,
}

impl Failure {
    /// A job that failed for its own reasons.
    pub(crate) fn job(what: impl Into<String>) -> Self {
        Self::Job { what: what.into(), cause: None }
    }

    /// A job that failed because of another error: `.map_err(Failure::because("cannot ..."))`.
    pub(crate) fn because<E: Error + Send + Sync + 'static>(what: impl Into<String>) -> impl FnOnce(E) -> Self {
        move |error| Self::Job { what: what.into(), cause: Some(Box::new(error)) }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::OutputClosed => 0,
            Self::Job { .. } => 1,
            Self::Usage(_) => 2,
            Self::Config(_) => 78,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Job { what, .. } | Self::Usage(what) => f.write_str(what),
            Self::Config(problems) => problems.fmt(f),
            Self::OutputClosed => f.write_str("the output was closed"),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Job { cause, .. } => cause.as_deref().map(|cause| cause as &(dyn Error + 'static)),
            _ => None,
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Config(problems)
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::job(format!("{error}\n    instead: {}", error.instead()))
    }
}

/// Only for what is written to standard output; every other input or output error says what it was about.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Job { what: "cannot write the output".to_owned(), cause: Some(Box::new(error)) },
        }
    }
}
