//! Cells (SPEC 7.3): every frame on an encrypted path has one of three sizes, so that nobody can tell a hold-up from a heartbeat by its length.
//!
//! ```text
//!  0        2                 2+n                  192, 512 or 1088
//!  +--------+------------------+----------------------+
//!  | n      | frame, n octets  | zeros                |
//!  +--------+------------------+----------------------+
//! ```
//!
//! The size is the smallest that holds the frame. On a stream cells follow each other; a datagram is one cell.
//!
//! ```
//! use keng_protocol::envelope::{CellReader, cell};
//!
//! let stream = [cell(b"a hold-up")?, cell(b"a heartbeat, which says more")?].concat();
//! assert_eq!(stream.len(), 2 * 192);
//!
//! let mut reader = CellReader::default();
//! let mut frames = Vec::new();
//! for mut octets in stream.chunks(100) {
//!     while let Some(frame) = reader.read(&mut octets)? {
//!         frames.push(frame.to_vec());
//!     }
//! }
//! assert_eq!(frames, [&b"a hold-up"[..], b"a heartbeat, which says more"]);
//! # Ok::<(), keng_protocol::envelope::CellError>(())
//! ```

use crate::frame::MAX_FRAME;

/// The sizes of a cell in octets.
pub const SIZES: [usize; 3] = [192, 512, 1088];

/// The octets of the length before the frame.
const LENGTH: usize = 2;
const LARGEST: usize = SIZES[2];

/// What is wrong with a cell. A stream that brought one is out of step and must be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum CellError {
    /// The length is 0 or more than [`MAX_FRAME`].
    #[error("a cell cannot hold a frame of {octets} octets")]
    Length {
        /// The length.
        octets: usize,
    },
    /// An octet after the frame is not zero.
    #[error("a cell's padding is not zero")]
    Padding,
    /// A datagram is not as long as the smallest cell that holds its frame.
    #[error("{octets} octets are not the size of a cell")]
    Size {
        /// How many octets came.
        octets: usize,
    },
}

/// Puts a frame into the smallest cell that holds it.
///
/// # Errors
/// [`CellError::Length`] when the frame is empty or longer than [`MAX_FRAME`].
pub fn cell(frame: &[u8]) -> Result<Vec<u8>, CellError> {
    let length = u16::try_from(frame.len()).map_err(|_| CellError::Length { octets: frame.len() })?;
    let size = size(frame.len())?;
    let mut cell = Vec::with_capacity(size);
    cell.extend_from_slice(&length.to_be_bytes());
    cell.extend_from_slice(frame);
    cell.resize(size, 0);
    Ok(cell)
}

/// Takes the frame out of a datagram that is one cell.
///
/// # Errors
/// Every [`CellError`].
pub fn open(cell: &[u8]) -> Result<&[u8], CellError> {
    let &[high, low, ref rest @ ..] = cell else { return Err(CellError::Size { octets: cell.len() }) };
    let length = usize::from(u16::from_be_bytes([high, low]));
    if size(length)? != cell.len() {
        return Err(CellError::Size { octets: cell.len() });
    }
    let (frame, padding) = rest.split_at_checked(length).ok_or(CellError::Size { octets: cell.len() })?;
    if padding.iter().any(|&octet| octet != 0) { Err(CellError::Padding) } else { Ok(frame) }
}

/// Takes cells out of a stream. Holds at most one cell, whatever comes.
#[derive(Clone)]
pub struct CellReader {
    buffer: [u8; LARGEST],
    filled: usize,
    broken: Option<CellError>,
}

impl CellReader {
    /// Takes octets from the front of `stream` until a frame is whole: `None` when it needs more.
    ///
    /// # Errors
    /// A bad length is reported as soon as it is read, before its cell is waited for; bad padding when the cell is whole. Once broken, every later call says the same.
    pub fn read(&mut self, stream: &mut &[u8]) -> Result<Option<&[u8]>, CellError> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        match self.fill(stream) {
            Ok(None) => Ok(None),
            Ok(Some(size)) => {
                self.filled = 0;
                let whole = open(self.buffer.get(..size).unwrap_or_default());
                self.broken = whole.err();
                whole.map(Some)
            }
            Err(broken) => {
                self.broken = Some(broken);
                Err(broken)
            }
        }
    }

    /// Whether it holds nothing: it stands between two cells.
    pub const fn is_empty(&self) -> bool {
        self.filled == 0 && self.broken.is_none()
    }

    /// Fills the buffer to the end of a cell and no further; its size when it is whole.
    fn fill(&mut self, stream: &mut &[u8]) -> Result<Option<usize>, CellError> {
        if !self.fill_to(LENGTH, stream) {
            return Ok(None);
        }
        let [high, low, ..] = self.buffer;
        let size = size(usize::from(u16::from_be_bytes([high, low])))?;
        Ok(self.fill_to(size, stream).then_some(size))
    }

    fn fill_to(&mut self, end: usize, stream: &mut &[u8]) -> bool {
        let wanted = end.saturating_sub(self.filled).min(stream.len());
        let (taken, rest) = stream.split_at(wanted);
        if let Some(room) = self.buffer.get_mut(self.filled..self.filled + wanted) {
            room.copy_from_slice(taken);
        }
        self.filled += wanted;
        *stream = rest;
        self.filled >= end
    }
}

impl Default for CellReader {
    /// At the start of a stream.
    fn default() -> Self {
        Self { buffer: [0; LARGEST], filled: 0, broken: None }
    }
}

impl core::fmt::Debug for CellReader {
    /// Without the octets, which may name people and cars.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CellReader").field("filled", &self.filled).field("broken", &self.broken).finish_non_exhaustive()
    }
}

fn size(frame: usize) -> Result<usize, CellError> {
    let holds = |size: &usize| frame > 0 && frame <= MAX_FRAME && frame + LENGTH <= *size;
    SIZES.into_iter().find(holds).ok_or(CellError::Length { octets: frame })
}
