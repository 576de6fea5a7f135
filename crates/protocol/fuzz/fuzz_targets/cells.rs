//! A stream of any octets as cells: however the network cuts it, the same frames come out and the same error ends it, cell by cell what
//! a datagram would be.

#![no_main]

use keng_protocol::MAX_FRAME;
use keng_protocol::envelope::{CellError, CellReader, SIZES, cell, open};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let Some((&cut, stream)) = octets.split_first() else { return };
    let whole = read(stream, usize::MAX);
    assert_eq!(read(stream, usize::from(cut).max(1)), whole);
    assert_eq!(by_hand(stream), whole);
    for frame in &whole.0 {
        let cell = cell(frame).expect("what was in a cell fits into one");
        assert!(frame.len() <= MAX_FRAME && SIZES.contains(&cell.len()));
        assert_eq!(open(&cell), Ok(frame.as_slice()));
    }
});

type Read = (Vec<Vec<u8>>, Option<CellError>);

fn read(stream: &[u8], cut: usize) -> Read {
    let (mut reader, mut frames) = (CellReader::default(), Vec::new());
    for mut octets in stream.chunks(cut.min(stream.len()).max(1)) {
        loop {
            match reader.read(&mut octets) {
                Ok(Some(frame)) => frames.push(frame.to_vec()),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(reader.read(&mut octets), Err(error), "once broken, always broken");
                    return (frames, Some(error));
                }
            }
        }
        assert!(octets.is_empty(), "what is not needed yet is kept");
    }
    (frames, None)
}

/// The same with datagrams: the length of each cell says where the next one begins.
fn by_hand(mut stream: &[u8]) -> Read {
    let mut frames = Vec::new();
    while let [high, low, ..] = *stream {
        let octets = usize::from(u16::from_be_bytes([high, low]));
        let size = SIZES.into_iter().find(|size| octets > 0 && octets <= MAX_FRAME && octets + 2 <= *size);
        let Some(size) = size else { return (frames, Some(CellError::Length { octets })) };
        let Some((cell, rest)) = stream.split_at_checked(size) else { break };
        match open(cell) {
            Ok(frame) => frames.push(frame.to_vec()),
            Err(error) => return (frames, Some(error)),
        }
        stream = rest;
    }
    (frames, None)
}
