//! What is accepted, and how it is answered.

use keng_dc09::{Account, Answer, Frame, Receiver, Reply, What};
use keng_protocol::message::AlarmKind;

use crate::{NOW, clear, framed, keyed, reported};

#[test]
fn an_ack_waits_for_the_disk_and_the_dialler_accepts_it() {
    for (mut receiver, mut panel) in [clear(), keyed()] {
        let frame = panel.contact_id(NOW, "1122 01 003");
        let report = reported(receiver.handle(NOW, &frame));
        assert_eq!(report.events[0].what, What::Alarm(AlarmKind::HoldUp));
        let Answer::OnceStored(ack) = report.answer else { panic!("it does not wait") };
        assert_eq!(panel.reply(&ack), Some(Reply::Ack));
    }
}

#[test]
fn an_unknown_code_is_acknowledged_and_kept() {
    let (mut receiver, mut panel) = clear();
    for frame in [panel.sia(NOW, "Nri1/QX99"), panel.contact_id(NOW, "1999 01 003"), panel.sia(NOW, "~~~")] {
        let report = reported(receiver.handle(NOW, &frame));
        assert_eq!((report.events.len(), report.events[0].what), (1, What::Other));
        assert!(matches!(report.answer, Answer::OnceStored(_)));
    }
}

#[test]
fn the_account_of_the_header_decides() {
    let mut receiver = Receiver::new([Account::clear("ABCD".parse().unwrap()), Account::clear("000".parse().unwrap())]);
    let satel = b"D8910037\"SIA-DCS\"0097L0#ABCD[#0000|Npi0/AT]_11:26:04,03-01-2026";
    assert_eq!(reported(receiver.handle(NOW, satel)).account.as_str(), "ABCD");
    let bare = framed("\"SIA-DCS\"4738R0001L0001[#ABCD|Nri04/OP001NM]");
    assert_eq!(
        reported(receiver.handle(NOW, &bare)).account.as_str(),
        "ABCD",
        "with none in the header, that of the data"
    );
}

#[test]
fn a_raw_checksum_is_answered_with_a_raw_checksum() {
    let mut receiver = Receiver::new([Account::clear("9413".parse().unwrap())]);
    let trikdis = b"\n0n003D\"ADM-CID\"0002R1L1#9413[#9413|1602 99 999]_23:05:30,08-30-2023\r";
    let report = reported(receiver.handle(NOW, trikdis));
    assert_eq!(report.answer.octets().iter().position(|&byte| byte == b'"'), Some(7));
    assert!(Frame::parse(report.answer.octets()).unwrap().raw_crc);
}

#[test]
fn a_position_is_read_from_both_blocks() {
    let mut receiver = Receiver::new([Account::clear("78919".parse().unwrap())]);
    let frame = b"73580056\"SIA-DCS\"0002R1L232#78919[#78919|Nri1/BA012][X012W34.1][Y045N12.2]_14:12:04,09-25-2026";
    assert_eq!(reported(receiver.handle(NOW, frame)).position_e7, Some((452_033_333, -125_683_333)));
}
