//! How the program ends when it does not end well, and the exit code that a script can rely on.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Why the program ends early. Its text is for the person at the terminal; the chain of causes is in [`Error::source`].
#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit code 1: the work is done, and the answer is no.
    No(String),
    /// Exit code 2, as for arguments that cannot be parsed: the arguments do not go together.
    Usage(String),
    /// Exit code 65 (`EX_DATAERR`): an input is refused.
    Data(String),
    /// Exit code 70 (`EX_SOFTWARE`): a mistake of the program's.
    Inside(String),
    /// Exit code 74 (`EX_IOERR`): a file cannot be read or written.
    File {
        /// What could not be done.
        what: String,
        /// Why.
        cause: io::Error,
    },
    /// Exit code 0: whoever read our output (`| head`) has enough.
    OutputClosed,
}

impl Failure {
    /// A file that cannot be read: `.map_err(Failure::reading(path))`.
    pub(crate) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let what = format!("cannot read {}", path.display());
        move |cause| Self::File { what, cause }
    }

    /// A file that cannot be written.
    pub(crate) fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let what = format!("cannot write {}", path.display());
        move |cause| Self::File { what, cause }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::OutputClosed => 0,
            Self::No(_) => 1,
            Self::Usage(_) => 2,
            Self::Data(_) => 65,
            Self::Inside(_) => 70,
            Self::File { .. } => 74,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::No(what) | Self::Usage(what) | Self::Data(what) | Self::Inside(what) | Self::File { what, .. } => {
                f.write_str(what)
            }
            Self::OutputClosed => f.write_str("the output was closed"),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

/// Only for what is written to standard output; every other input or output error says what it was about.
impl From<io::Error> for Failure {
    fn from(cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::File { what: "cannot write the output".to_owned(), cause },
        }
    }
}
