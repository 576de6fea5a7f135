//! The bytes of a stream, cut into frames.

use crate::wire::{CR, Header, LF, header, header_at};

/// The longest frame in octets, LF and CR included: the length field is `0LLL`, so at most 0xFFF octets are checked; the header is 8 more.
///
/// A frame that grows past it is reported as [`Piece::TooLong`] once and skipped up to its end; the frame behind it is read.
pub const MAX_FRAME: usize = 0xFFF + 10;

/// What came out of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A frame, from its checksum up to, not including, its CR. It may still be wrong in every other way.
    Frame(Vec<u8>),
    /// So many octets that were no part of a frame, not counting LF, CR, NUL and blanks. Count them; they need no answer.
    Garbage(usize),
    /// A frame grew past [`MAX_FRAME`]; its octets are thrown away up to its end. The standard's answer is a NAK.
    TooLong,
}

/// Cuts a stream into frames, whatever way the network cut it.
///
/// ```text
///              CR/LF of a frame -> Frame
///            .------------------------.
///            v                        |
///   ----> reading ------------------->+
///            |  MAX_FRAME passed -> TooLong
///            v
///         skipping -- CR or LF --> reading
/// ```
///
/// It takes what panels send: two frames in one read, one frame in many, no LF, NUL or blanks after the CR, lines of garbage between
/// frames, a checksum of two raw bytes even where they equal LF or CR. It holds at most [`MAX_FRAME`] octets between calls.
#[derive(Clone, Debug, Default)]
pub struct Splitter {
    held: Vec<u8>,
    skipping: bool,
}

impl Splitter {
    /// Takes the next bytes of the stream and returns what they complete, in order.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        // In slices, so that what is held stays bounded however much a caller hands over.
        for slice in bytes.chunks(MAX_FRAME) {
            self.take(slice, &mut pieces);
        }
        pieces
    }

    /// The stream has ended, or has been silent for too long: what is held is all there will be. The splitter is then as new.
    ///
    /// A panel that leaves out the final CR gets its frame read here.
    pub fn finish(&mut self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        if !core::mem::take(&mut self.skipping) {
            let rest = core::mem::take(&mut self.held);
            match header(&rest) {
                Some(header) => take_frame(&rest, header, rest.len(), &mut pieces),
                None => take_line(&rest, &mut pieces),
            }
        }
        pieces
    }

    /// The frames of one UDP datagram: one, or more.
    pub fn datagram(bytes: &[u8]) -> Vec<Piece> {
        let mut splitter = Self::default();
        let mut pieces = splitter.feed(bytes);
        pieces.extend(splitter.finish());
        pieces
    }

    fn take(&mut self, slice: &[u8], pieces: &mut Vec<Piece>) {
        let slice = if self.skipping { self.skip(slice) } else { slice };
        self.held.extend_from_slice(slice);
        let mut rest = self.held.as_slice();
        while let Some(used) = next(rest, pieces) {
            rest = rest.get(used..).unwrap_or_default();
        }
        let used = self.held.len() - rest.len();
        self.held.drain(..used);
        if self.held.len() > MAX_FRAME {
            pieces.push(Piece::TooLong);
            self.held.clear();
            self.skipping = true;
        }
    }

    /// What is left of `slice` behind the end of the frame that is being skipped.
    fn skip<'a>(&mut self, slice: &'a [u8]) -> &'a [u8] {
        let end = slice.iter().position(|&byte| byte == CR || byte == LF);
        self.skipping = end.is_none();
        end.and_then(|end| slice.get(end..)).unwrap_or_default()
    }
}

/// Takes the first complete frame or line off `bytes`; how many octets it used, or `None` when more must come first.
fn next(bytes: &[u8], pieces: &mut Vec<Piece>) -> Option<usize> {
    let mut line = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if let Some(header) = header_at(bytes, at) {
            let end = at + bytes.get(at..)?.iter().position(|&byte| byte == CR || byte == LF)?;
            take_frame(bytes, header, end, pieces);
            return Some(end + 1);
        }
        if byte != CR && byte != LF {
            continue;
        }
        if at - line > 1 {
            take_line(bytes.get(..at)?, pieces);
            return Some(at + 1);
        }
        // In the first two octets of a line this may be a raw checksum: only the quote behind it will tell.
        line = at + 1;
    }
    None
}

fn take_frame(bytes: &[u8], header: Header, end: usize, pieces: &mut Vec<Piece>) {
    take_line(bytes.get(..header.crc).unwrap_or_default(), pieces);
    pieces.push(Piece::Frame(trim(bytes.get(header.crc..end).unwrap_or_default(), false).to_vec()));
}

/// A line without a header is an attempt at a frame when it has a quote (a length that is no number, for one), and garbage otherwise.
fn take_line(bytes: &[u8], pieces: &mut Vec<Piece>) {
    let line = trim(bytes, true);
    if line.contains(&b'"') {
        pieces.push(Piece::Frame(line.to_vec()));
    } else if !line.is_empty() {
        pieces.push(Piece::Garbage(line.len()));
    }
}

/// Without the bytes that only separate frames, at the end and, if asked, at the front.
fn trim(mut bytes: &[u8], front: bool) -> &[u8] {
    const BETWEEN: [u8; 5] = [LF, CR, 0, b' ', b'\t'];
    while let Some((_, head)) = bytes.split_last().filter(|(last, _)| BETWEEN.contains(last)) {
        bytes = head;
    }
    while let Some((_, tail)) = bytes.split_first().filter(|(first, _)| front && BETWEEN.contains(first)) {
        bytes = tail;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &[u8] = b"96ED0016\"SIA-DCS\"0001L0#1234[]";

    fn framed(lf: &[u8], tail: &[u8]) -> Vec<u8> {
        [lf, GOOD, tail].concat()
    }

    fn one() -> Vec<Piece> {
        vec![Piece::Frame(GOOD.to_vec())]
    }

    #[test]
    fn a_frame_cut_at_every_place_is_one_frame() {
        let bytes = framed(b"\n", b"\r\0");
        for cut in 0..bytes.len() {
            let mut splitter = Splitter::default();
            let mut pieces = splitter.feed(&bytes[..cut]);
            pieces.extend(splitter.feed(&bytes[cut..]));
            pieces.extend(splitter.finish());
            assert_eq!(pieces, one(), "cut at {cut}");
        }
    }

    #[test]
    fn the_outside_of_a_frame_may_be_sloppy() {
        for (lf, tail) in [("\n", "\r"), ("", "\r"), ("\n", "\r\0\0"), ("\r\n", "\r\n"), ("\n\n ", "\n"), ("\0", "\r")]
        {
            assert_eq!(Splitter::default().feed(&framed(lf.as_bytes(), tail.as_bytes())), one(), "{lf:?} {tail:?}");
        }
        assert_eq!(Splitter::datagram(GOOD), one(), "a datagram may end without CR");
    }

    #[test]
    fn two_frames_in_one_read_are_two() {
        let pair = [framed(b"\n", b"\r"), framed(b"\n", b"\r")].concat();
        assert_eq!(Splitter::default().feed(&pair), [one(), one()].concat());
        let no_cr = [framed(b"\n", b""), framed(b"\n", b"\r")].concat();
        assert_eq!(Splitter::default().feed(&no_cr), [one(), one()].concat());
    }

    #[test]
    fn a_raw_checksum_may_look_like_any_delimiter() {
        for first in [b'\n', b'\r', b'"', 0, 0xff, b'A'] {
            for second in [b'\n', b'\r', b'"', 0, 0xff, b'B'] {
                let frame = [&[first, second], b"0016\"SIA-DCS\"0001L0#1234[]".as_slice()].concat();
                let bytes = [b"\n", frame.as_slice(), b"\r"].concat();
                let mut split = Splitter::default();
                let pieces: Vec<Piece> = bytes.chunks(1).flat_map(|byte| split.feed(byte)).collect();
                assert_eq!(pieces, [Piece::Frame(frame)], "{first:#x} {second:#x}");
            }
        }
    }

    #[test]
    fn garbage_is_counted_and_does_not_hide_the_frame_behind_it() {
        let bytes = [b"hello\r\nworld".as_slice(), &framed(b"\n", b"\r")].concat();
        assert_eq!(Splitter::default().feed(&bytes), [vec![Piece::Garbage(5), Piece::Garbage(5)], one()].concat());
        let bad_length = b"\n01fc003g\"ACK\"0000[]\r";
        assert!(matches!(Splitter::default().feed(bad_length).as_slice(), [Piece::Frame(_)]));
    }

    #[test]
    fn a_frame_without_end_is_reported_once_and_the_next_is_read() {
        let mut splitter = Splitter::default();
        let mut reports = 0;
        for _ in 0..100 {
            let pieces = splitter.feed(&[b'x'; 1000]);
            assert!(splitter.held.len() <= MAX_FRAME);
            reports += pieces.iter().filter(|piece| **piece == Piece::TooLong).count();
        }
        assert_eq!(reports, 1);
        assert_eq!(splitter.feed(&framed(b"\n", b"\r")), one());
    }
}
