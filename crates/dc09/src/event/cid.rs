//! Contact ID (SIA DC-05) inside DC-09: `1122 01 003`, that is qualifier and code, partition, zone or user.

use keng_protocol::message::AlarmKind;

use super::{Event, Text, What};

pub(super) fn events(data: &str) -> Vec<Event> {
    data.split('|').filter_map(event).collect()
}

fn event(block: &str) -> Option<Event> {
    let mut fields = block.split_ascii_whitespace();
    let head = fields.next()?;
    let mut letters = head.chars();
    let qualifier = match letters.next()? {
        '1' => 'E',
        '3' => 'R',
        '6' => 'P',
        other => other,
    };
    let digits = letters.as_str();
    if digits.len() != 3 || !head.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let code = digits.parse().ok()?;
    let (what, audible) = meaning(code, qualifier == 'R');
    let partition = fields.next().and_then(|field| field.parse().ok());
    let number = fields.next().and_then(|field| field.parse().ok());
    let (zone, user) = if is_user(code) { (None, number) } else { (number, None) };
    Some(Event { what, code: format!("{qualifier}{digits}"), audible, zone, user, partition, text: Text::default() })
}

/// Codes whose last field is a user (the U in DC-05's table), not a zone.
const fn is_user(code: u16) -> bool {
    matches!(code, 121 | 124 | 125 | 313 | 400..=422 | 424..=425 | 429..=431 | 441 | 442 | 450..=466 | 574 | 604 | 607 | 625 | 642)
}

/// Every qualifier but R says that the condition is there: 6 says so again, and one that we do not know must not hide a hold-up.
const fn meaning(code: u16, restored: bool) -> (What, Option<bool>) {
    let (what, audible) = started(code);
    let what = match what {
        What::Alarm(kind) if restored => What::Restore(kind),
        What::Opened if restored => What::Closed,
        What::Bypassed if restored => What::Unbypassed,
        What::Trouble if restored => What::TroubleOver,
        what => what,
    };
    (what, audible)
}

/// DC-05, table of event codes. A code between the known ones is taken for its class (first two digits), as the table is built.
///
/// | code | DC-05 | here | source |
/// | --- | --- | --- | --- |
/// | 120 | panic | panic | DC-05 |
/// | 121, 124, 125 | duress; access, egress granted under duress | duress | DC-05 |
/// | 122 | silent | hold-up, silent | DC-05; hold-up by its mapping to HA in receivers |
/// | 123 | audible | panic, audible | DC-05 |
/// | 126 | hold-up suspicion print; some receivers: hold-up, silent | hold-up, silent | basshome.com; taken for the worse of the two |
/// | 127 | remote silent panic | panic, silent | basshome.com |
/// | 129 | panic verifier; confirmed hold-up of BS 8243 | confirmed hold-up | vanderbilt SPC 3.8.5 |
/// | 423 | forced access; from Ajax, the duress code | duress | the worse of the two |
/// | 465 | panic alarm reset | panic restored | DC-05 |
const fn started(code: u16) -> (What, Option<bool>) {
    use AlarmKind::{ConfirmedHoldUp, Duress, Fire, HoldUp, Intrusion, LineFault, Medical, Panic, PowerFault, Tamper};
    match code {
        121 | 124 | 125 | 423 => (What::Alarm(Duress), None),
        122 | 126 => (What::Alarm(HoldUp), Some(false)),
        123 => (What::Alarm(Panic), Some(true)),
        127 => (What::Alarm(Panic), Some(false)),
        129 => (What::Alarm(ConfirmedHoldUp), None),
        120..=129 => (What::Alarm(Panic), None),
        146 => (What::Alarm(Intrusion), Some(false)),
        100..=109 => (What::Alarm(Medical), None),
        110..=119 | 151 | 158 | 162 => (What::Alarm(Fire), None),
        137 | 141 | 142 | 144 | 145 | 341 | 383 | 461 => (What::Alarm(Tamper), None),
        130..=140 | 148 | 149 => (What::Alarm(Intrusion), None),
        301 | 302 | 308 | 309 | 311 | 312 | 337 | 338 | 342 | 384 => (What::Alarm(PowerFault), None),
        344 | 350..=358 => (What::Alarm(LineFault), None),
        143 | 147 | 150..=169 | 200..=299 | 300..=307 | 310 | 320..=399 => (What::Trouble, None),
        400..=405 | 407..=409 | 441 | 442 | 450..=452 | 456 => (What::Opened, None),
        406 => (What::Cancel, None),
        453 => (What::LateToOpen, None),
        454 | 455 => (What::LateToClose, None),
        465 => (What::Restore(Panic), None),
        570..=577 | 925 => (What::Bypassed, None),
        601..=604 | 607 | 608 | 611..=615 | 914 => (What::Test, None),
        _ => (What::Other, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(data: &str) -> Event {
        let [event] = events(data).try_into().unwrap();
        event
    }

    #[test]
    fn every_code_of_the_panic_decade_is_an_attack() {
        use AlarmKind::{ConfirmedHoldUp, Duress, HoldUp, Panic};
        let kinds = [Panic, Duress, HoldUp, Panic, Duress, Duress, HoldUp, Panic, Panic, ConfirmedHoldUp];
        for (last, kind) in kinds.into_iter().enumerate() {
            for qualifier in [1, 6, 9] {
                assert_eq!(one(&format!("{qualifier}12{last} 01 003")).what, What::Alarm(kind), "12{last}");
            }
            assert_eq!(one(&format!("312{last} 01 003")).what, What::Restore(kind), "12{last}");
        }
    }

    #[test]
    fn the_fields_are_read_as_sent() {
        let event = one("1122 01 003");
        assert_eq!(
            (event.code.as_str(), event.audible, event.partition, event.zone),
            ("E122", Some(false), Some(1), Some(3))
        );
        assert_eq!((one("3401 02 017").what, one("3401 02 017").user), (What::Closed, Some(17)));
        assert_eq!(one("E130 01 001").code, "E130");
        assert_eq!(one("1603").what, What::Test);
    }

    #[test]
    fn what_is_no_event_is_none() {
        for data in ["", "x", "12345 00 000", "1 2 3", "1+22 01 001", "é122 01 001"] {
            assert_eq!(events(data), [], "{data}");
        }
    }
}
