//! Files that hold secrets: one line of hexadecimal or of text, readable by their owner only.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use zeroize::Zeroizing;

use crate::hex;

/// The longest secret file that is read, in octets: a certificate's private key in PEM is the longest there is.
const MAX_FILE: u64 = 64 * 1024;

/// Why a secret could not be read. No variant holds anything of the file's content.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    /// The file is not there, or cannot be opened or read.
    #[error("{} cannot be read: {cause}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The file's mode lets others read it.
    #[error("{} can be read by others than its owner (mode {mode:04o})", file.display())]
    Exposed {
        /// Which.
        file: PathBuf,
        /// The permission bits.
        mode: u32,
    },
    /// The file does not hold what it should.
    #[error("{} does not hold {expected}", file.display())]
    Content {
        /// Which.
        file: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
}

impl SecretError {
    /// What to do about it.
    pub(crate) fn instead(&self) -> String {
        match self {
            Self::Unreadable { .. } => "a file that is there and that this user may read".to_owned(),
            Self::Exposed { file, .. } => {
                format!("chmod 600 {0}; and if others had access to this machine, a new key", file.display())
            }
            Self::Content { expected, .. } => format!("a file with {expected}, in one line"),
        }
    }
}

/// Reads an Ed25519 seed: 64 hexadecimal digits.
pub(crate) fn read_key(file: &Path) -> Result<SigningKey, SecretError> {
    let expected = "an Ed25519 key, which is 64 hexadecimal digits";
    let text = read_text(file)?;
    let seed = hex::decode_exact::<32>(text.trim()).map(Zeroizing::new);
    let seed = seed.ok_or_else(|| SecretError::Content { file: file.to_owned(), expected })?;
    Ok(SigningKey::from_bytes(&seed))
}

/// Reads a DC-09 account's AES key.
pub(crate) fn read_aes_key(file: &Path) -> Result<keng_dc09::Key, SecretError> {
    let expected = "an AES key, which is 32, 48 or 64 hexadecimal digits";
    let text = read_text(file)?;
    keng_dc09::Key::from_hex(text.trim()).map_err(|_| SecretError::Content { file: file.to_owned(), expected })
}

/// Reads a secret file as it is, and refuses one that others can read.
pub(crate) fn read_text(file: &Path) -> Result<Zeroizing<String>, SecretError> {
    let unreadable = |cause| SecretError::Unreadable { file: file.to_owned(), cause };
    let opened = File::open(file).map_err(unreadable)?;
    let metadata = opened.metadata().map_err(unreadable)?;
    if let Some(mode) = exposed(&metadata) {
        return Err(SecretError::Exposed { file: file.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::new());
    opened.take(MAX_FILE).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// A new key, from the operating system's random source.
pub(crate) fn new_key() -> io::Result<SigningKey> {
    Ok(SigningKey::from_bytes(&*random::<32>()?))
}

/// So many octets that nobody can guess.
pub(crate) fn random<const OCTETS: usize>() -> io::Result<Zeroizing<[u8; OCTETS]>> {
    let mut octets = Zeroizing::new([0; OCTETS]);
    getrandom::fill(&mut *octets).map_err(io::Error::other)?;
    Ok(octets)
}

/// Writes a new key file.
pub(crate) fn write_key(file: &Path, key: &SigningKey) -> io::Result<()> {
    write_text(file, &format!("{}\n", *Zeroizing::new(hex::encode(key.as_bytes()))))
}

/// Writes a new file that only its owner can read; refuses to write over one that is there.
pub(crate) fn write_text(file: &Path, text: &str) -> io::Result<()> {
    let mut opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    opened.write_all(text.as_bytes())?;
    opened.sync_all()
}

/// The mode, when it lets the group or others read, write or run the file.
fn exposed(metadata: &Metadata) -> Option<u32> {
    let mode = metadata.mode() & 0o7777;
    (mode & 0o077 != 0).then_some(mode)
}
