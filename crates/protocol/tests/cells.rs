//! Quiet: on an encrypted path nobody can tell a hold-up from a heartbeat by its size.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use ed25519_dalek::SigningKey;
use keng_protocol::envelope::{CellError, CellReader, SIZES, cell, open};
use keng_protocol::message::*;
use keng_protocol::{DeviceId, FrameId, Header, IncidentId, MAX_FRAME, Message, Timestamp, seal};
use proptest::prelude::*;

fn frame(message: &Message) -> Vec<u8> {
    let (sender, time) = (DeviceId([0xff; 8]), Timestamp::MAX);
    let header = Header { kind: message.kind(), sender, key: 255, epoch: u32::MAX, sequence: u32::MAX, time };
    seal(&header, message, &SigningKey::from_bytes(&[1; 32])).unwrap()
}

#[test]
fn a_hold_up_and_a_heartbeat_and_their_answers_have_one_size() {
    let (id, incident) = (FrameId([0xff; 32]), IncidentId([0xff; 16]));
    let place = Place { mark: Some(u16::MAX), position_e7: Some((i32::MIN, i32::MIN)) };
    let alarm = Alarm { silent: true, drill: true, zone: Some(u16::MAX), place, kind: AlarmKind::Unknown(255) };
    let paths = PathStates { configured: 255, good: 255 };
    for message in [
        Message::from(alarm),
        Alarm::silent(AlarmKind::HoldUp).into(),
        Cancel { code: CancelCode::Duress, user: Some(u16::MAX) }.into(),
        Heartbeat { events: u32::MAX, last: Some([1; 8]), power: Power::Unknown(255), tamper: true, paths }.into(),
        Receipt { frame: id, position: u64::MAX, durability: Durability::on(255).unwrap() }.into(),
        Heard { frame: id }.into(),
        Progress { incident, level: 255, act: Act::Unknown(255) }.into(),
    ] {
        assert_eq!(cell(&frame(&message)).unwrap().len(), SIZES[0], "{message:?}");
    }
}

proptest! {
    #[test]
    fn every_frame_travels_in_one_of_three_sizes(frame in prop::collection::vec(any::<u8>(), 1..=MAX_FRAME)) {
        let cell = cell(&frame).unwrap();
        prop_assert!(SIZES.contains(&cell.len()));
        prop_assert_eq!(open(&cell), Ok(&frame[..]));
    }

    #[test]
    fn a_stream_cut_anywhere_yields_the_frames_in_order(
        frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..=1024), 0..8),
        cut in 1..1500usize,
    ) {
        let stream: Vec<u8> = frames.iter().flat_map(|frame| cell(frame).unwrap()).collect();
        let (mut reader, mut read) = (CellReader::default(), Vec::new());
        for mut octets in stream.chunks(cut) {
            while let Some(frame) = reader.read(&mut octets).unwrap() {
                read.push(frame.to_vec());
            }
            prop_assert!(octets.is_empty());
        }
        prop_assert_eq!(read, frames);
    }

    #[test]
    fn any_stream_and_datagram_is_read_or_refused(octets in prop::collection::vec(any::<u8>(), 0..3000)) {
        let (mut reader, mut rest) = (CellReader::default(), &octets[..]);
        while let Ok(Some(frame)) = reader.read(&mut rest) {
            prop_assert!(!frame.is_empty() && frame.len() <= 1024);
        }
        if let Ok(frame) = open(&octets) {
            prop_assert_eq!(cell(frame).unwrap(), octets);
        }
    }
}

#[test]
fn a_bad_length_is_reported_before_its_cell_is_waited_for() {
    for (octets, length) in [([0, 0], 0), ([4, 1], 1025), ([255, 255], 65_535)] {
        let mut reader = CellReader::default();
        assert_eq!(reader.read(&mut &octets[..]), Err(CellError::Length { octets: length }));
        let good = cell(b"frame").unwrap();
        assert_eq!(reader.read(&mut &good[..]), Err(CellError::Length { octets: length }), "it stays out of step");
    }
}

#[test]
fn padding_that_is_not_zero_is_refused() {
    for at in [7, 191] {
        let mut bad = cell(b"frame").unwrap();
        bad[at] = 1;
        assert_eq!(open(&bad), Err(CellError::Padding));
        let mut reader = CellReader::default();
        assert_eq!(reader.read(&mut &bad[..]), Err(CellError::Padding));
        assert_eq!(reader.read(&mut &cell(b"frame").unwrap()[..]), Err(CellError::Padding), "it stays out of step");
    }
}

#[test]
fn a_datagram_of_another_size_is_refused() {
    let good = cell(b"frame").unwrap();
    for bad in [&good[..191], &[&good[..], &[0]].concat(), &good[..1], &[]] {
        assert_eq!(open(bad), Err(CellError::Size { octets: bad.len() }));
    }
    let larger = [&good[..], &[0; 320]].concat();
    assert_eq!(open(&larger), Err(CellError::Size { octets: 512 }), "there is one cell for each frame");
}

#[test]
fn a_frame_that_no_cell_holds_is_not_packed() {
    assert_eq!(cell(&[]), Err(CellError::Length { octets: 0 }));
    assert_eq!(cell(&[0; 1025]), Err(CellError::Length { octets: 1025 }));
    assert_eq!(cell(&[0; 1024]).unwrap().len(), SIZES[2]);
    assert_eq!(cell(&[0; 70_000]), Err(CellError::Length { octets: 70_000 }));
}
