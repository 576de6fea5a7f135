//! SIA DC-03 inside DC-09: `Nri1/BA01/BA02`, `Nti19:44/HA3`, `Nri1CL0001`, `Npi0/AT`, `NHA3^counter 2^`, `NRR|Awords`.

use keng_protocol::message::AlarmKind;

use super::{Event, Text, What};

/// The events of all blocks between bars; an `A` block gives its words to the event before it.
pub(super) fn events(data: &str) -> Vec<Event> {
    let mut reader = Reader::default();
    for block in data.split('|') {
        match block.strip_prefix('A') {
            Some(words) if !reader.events.is_empty() => reader.describe(words),
            Some(_) if !is_bare_code(block) => {}
            _ => reader.block(block),
        }
    }
    reader.events
}

/// Modifiers hold for the events behind them, and fill what is still open in the event before them.
#[derive(Default)]
struct Reader {
    events: Vec<Event>,
    user: Option<u16>,
    partition: Option<u16>,
    /// A code or modifier may stand here: at the front, behind a slash or behind a modifier, never among words.
    open: bool,
}

impl Reader {
    fn block(&mut self, block: &str) {
        self.open = true;
        let mut rest = without_mark(block);
        while !rest.is_empty() {
            rest = self.item(rest);
        }
    }

    /// Takes one modifier, event or text off the front; a character that starts none of them is passed over.
    fn item<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some((name, value, tail)) = modifier(rest).filter(|_| self.open) {
            self.modify(name, value);
            return tail;
        }
        if let Some((code, tail)) = rest.split_at_checked(2).filter(|_| self.open && starts_with_code(rest)) {
            self.open = false;
            return self.event(code, tail);
        }
        for quote in ['^', '"'] {
            if let Some((words, tail)) = rest.strip_prefix(quote).and_then(|inner| inner.split_once(quote)) {
                self.describe(words);
                return tail;
            }
        }
        let mut letters = rest.chars();
        self.open |= letters.next() == Some('/');
        letters.as_str()
    }

    fn event<'a>(&mut self, code: &str, tail: &'a str) -> &'a str {
        let end = tail.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(tail.len());
        let (digits, tail) = tail.split_at(end);
        let number = digits.parse().ok();
        let what = meaning(code);
        let (zone, user) = if is_user(code, what) { (None, number.or(self.user)) } else { (number, self.user) };
        let (code, partition) = (code.to_owned(), self.partition);
        self.events.push(Event { what, code, audible: None, zone, user, partition, text: Text::default() });
        tail
    }

    fn modify(&mut self, name: &str, value: &str) {
        let number = value.parse().ok();
        match name {
            "ri" => self.partition = number,
            "id" => self.user = number,
            _ => return,
        }
        if let Some(event) = self.events.last_mut() {
            event.partition = event.partition.or(self.partition);
            event.user = event.user.or(self.user);
        }
    }

    /// Words that stand before any event name a partition or user, and are let go.
    fn describe(&mut self, words: &str) {
        if let Some(event) = self.events.last_mut().filter(|event| event.text.is_empty()) {
            event.text = Text::new(words);
        }
    }
}

/// Without the `N` (new) or `O` (old) that opens a block, told apart from a code that begins with the same letter.
fn without_mark(block: &str) -> &str {
    let Some(inner) = block.strip_prefix(['N', 'O']) else { return block };
    let opens_block =
        starts_with_code(inner) || inner.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '/');
    if opens_block { inner } else { block }
}

fn starts_with_code(text: &str) -> bool {
    matches!(text.as_bytes(), [first, second, ..] if first.is_ascii_uppercase() && second.is_ascii_uppercase())
}

/// `AT`, `AR3`: a code that was sent without its mark, not the words of a text block.
fn is_bare_code(block: &str) -> bool {
    starts_with_code(block) && block.as_bytes().get(2).is_none_or(|next| next.is_ascii_digit() || b"/^".contains(next))
}

/// Two small letters and their value: `ri1` partition, `id15` user, `pi0` peripheral, `ti19:44` and `da11-24-26` the panel's own clock.
fn modifier(rest: &str) -> Option<(&str, &str, &str)> {
    let (name, tail) = rest.split_at_checked(2)?;
    if !name.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return None;
    }
    let end =
        tail.find(|letter: char| !letter.is_ascii_digit() && letter != ':' && letter != '-').unwrap_or(tail.len());
    let (value, tail) = tail.split_at(end);
    Some((name, value, tail))
}

/// Codes whose number is a user: who opened, closed, cancelled or was forced to.
fn is_user(code: &str, what: What) -> bool {
    let by_area = matches!(code, "CA" | "CG" | "OA" | "OG" | "CS" | "OS" | "CZ" | "OZ");
    matches!(what, What::Opened | What::Closed | What::Cancel) && !by_area || code == "RX" || code == "ND"
}

/// DC-03, table of event codes, by families: first letter what, second letter how.
///
/// | code | DC-03 | here | source |
/// | --- | --- | --- | --- |
/// | HA | hold-up alarm; duress too, where a panel has no other code | hold-up | DC-03 |
/// | HV | confirmed hold-up | confirmed hold-up | vanderbilt SPC 3.8.5 |
/// | HH, HR | alarm restore, restoral | hold-up restored | DC-03 |
/// | HB, HU / HS, HT, HJ | bypass, unbypass / supervisory, trouble, trouble restored | the same | DC-03 |
/// | H and a letter that DC-03 does not have | | hold-up | house rule: never lose a hold-up |
/// | PA | panic alarm | panic | DC-03 |
/// | PH, PR / PB, PU / PS, PT, PJ | as for H | the same, of panic | DC-03 |
/// | P and another letter | photos and links of one maker | other | Ajax |
/// | ND | night mode ended under duress | duress | Ajax |
/// | DF / JA | door forced / code tamper | intrusion / tamper | DC-03 |
fn meaning(code: &str) -> What {
    use AlarmKind::{ConfirmedHoldUp, Duress, HoldUp, Intrusion, LineFault, PowerFault, Tamper};
    match code {
        "HV" => What::Alarm(ConfirmedHoldUp),
        "ND" => What::Alarm(Duress),
        "DF" | "EA" | "EZ" | "CM" => What::Alarm(Intrusion),
        "JA" | "AA" | "ES" | "XS" => What::Alarm(Tamper),
        "EJ" | "XJ" | "JC" => What::Restore(Tamper),
        "AT" | "YM" | "YP" | "YT" | "XT" => What::Alarm(PowerFault),
        "AR" | "YQ" | "YR" | "XR" => What::Restore(PowerFault),
        "YC" | "YS" | "LT" | "NT" | "XQ" => What::Alarm(LineFault),
        "YK" | "LR" | "NR" | "XH" => What::Restore(LineFault),
        "BC" | "FC" | "OC" => What::Cancel,
        "OA" | "OB" | "OG" | "OH" | "OJ" | "OK" | "OL" | "OP" | "OQ" | "OR" | "OS" | "OZ" | "NO" | "NP" => What::Opened,
        "CA" | "CB" | "CF" | "CG" | "CJ" | "CK" | "CL" | "CP" | "CQ" | "CS" | "CW" | "CZ" | "NB" | "NF" | "NL"
        | "NM" => What::Closed,
        "OI" | "CT" => What::LateToOpen,
        "CI" | "CC" | "CD" | "OT" | "NE" => What::LateToClose,
        "RP" | "RX" | "RY" | "TX" | "TS" | "TE" | "TC" | "TP" | "YY" | "BX" | "FX" | "FI" | "FK" | "GX" => What::Test,
        "BD" | "BZ" | "XL" | "YA" | "YX" | "ET" | "EM" | "IA" => What::Trouble,
        "BE" | "XC" | "YH" | "YZ" | "ER" | "EN" | "IR" => What::TroubleOver,
        _ => match family(code) {
            Some((kind, how)) => how_it_is(kind, how),
            None if code.starts_with('H') => What::Alarm(HoldUp),
            None => What::Other,
        },
    }
}

/// The families whose second letter means the same in all of them. Water and frost are no alarms of ours: trouble.
fn family(code: &str) -> Option<(Option<AlarmKind>, u8)> {
    let &[first, how] = code.as_bytes() else { return None };
    let kind = match first {
        b'H' => Some(AlarmKind::HoldUp),
        b'P' => Some(AlarmKind::Panic),
        b'B' | b'U' => Some(AlarmKind::Intrusion),
        b'T' => Some(AlarmKind::Tamper),
        b'F' | b'G' | b'K' | b'S' => Some(AlarmKind::Fire),
        b'M' | b'Q' => Some(AlarmKind::Medical),
        b'W' | b'Z' => None,
        _ => return None,
    };
    let verified = matches!(first, b'B' | b'F' | b'U') && matches!(how, b'V' | b'M' | b'G') && code != "FV";
    match how {
        _ if verified => Some((kind, b'A')),
        b'A' | b'H' | b'R' | b'B' | b'U' | b'S' | b'T' | b'J' => Some((kind, how)),
        _ => None,
    }
}

const fn how_it_is(kind: Option<AlarmKind>, how: u8) -> What {
    match (kind, how) {
        (Some(kind), b'A') => What::Alarm(kind),
        (Some(kind), b'H' | b'R') => What::Restore(kind),
        (_, b'B') => What::Bypassed,
        (_, b'U') => What::Unbypassed,
        (_, b'J') | (None, b'H' | b'R') => What::TroubleOver,
        _ => What::Trouble,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Code, zone, user and partition of each event.
    type Row = (String, Option<u16>, Option<u16>, Option<u16>);

    fn read(data: &str) -> Vec<Row> {
        events(data).into_iter().map(|event| (event.code, event.zone, event.user, event.partition)).collect()
    }

    fn row(code: &str, zone: Option<u16>, user: Option<u16>, partition: Option<u16>) -> Row {
        (code.to_owned(), zone, user, partition)
    }

    #[test]
    fn the_dialects_of_the_field_are_read() {
        assert_eq!(read("Nri1/BA01/BA02"), [row("BA", Some(1), None, Some(1)), row("BA", Some(2), None, Some(1))]);
        assert_eq!(read("Nti19:44/HA3"), [row("HA", Some(3), None, None)]);
        assert_eq!(read("Nti20:50:26RP99"), [row("RP", Some(99), None, None)]);
        assert_eq!(read("Nri1CL0001"), [row("CL", None, Some(1), Some(1))]);
        assert_eq!(read("Npi0/AT"), [row("AT", None, None, None)]);
        assert_eq!(read("Nri2/id15/OP"), [row("OP", None, Some(15), Some(2))]);
        assert_eq!(read("NCL001/id0007"), [row("CL", None, Some(1), None)]);
        assert_eq!(read("NNL2"), [row("NL", None, Some(2), None)]);
        assert_eq!(read("NL2"), [row("NL", None, Some(2), None)]);
        assert_eq!(read("Nri04/OP001NM"), [row("OP", None, Some(1), Some(4))]);
        assert_eq!(read("NFA129"), [row("FA", Some(129), None, None)]);
        assert_eq!(read("NBA4"), [row("BA", Some(4), None, None)]);
    }

    #[test]
    fn words_go_to_their_event() {
        assert_eq!(events("NHA3|Acounter 2")[0].text.as_str(), "counter 2");
        assert_eq!(events("Nri01^TOTAL^/LX901^JA-106K(R)^")[0].text.as_str(), "JA-106K(R)");
        assert_eq!(events("NBA1*\"door\"NM").len(), 1);
        assert_eq!(events("NRR|Atest").len(), 1);
        assert_eq!(events("NBA1 ALARM AT THE DOOR").len(), 1);
        assert_eq!(events("ALARM"), [], "a text block alone has no code");
        assert_eq!(format!("{:?}", events("NHA3^a name^")[0].text), "Text(6 octets)");
    }

    #[test]
    fn every_hold_up_and_panic_code_has_its_meaning() {
        use AlarmKind::{ConfirmedHoldUp, Duress, HoldUp, Panic};
        for (code, what) in [
            ("HA", What::Alarm(HoldUp)),
            ("HV", What::Alarm(ConfirmedHoldUp)),
            ("HX", What::Alarm(HoldUp)),
            ("HB", What::Bypassed),
            ("HU", What::Unbypassed),
            ("HH", What::Restore(HoldUp)),
            ("HR", What::Restore(HoldUp)),
            ("HS", What::Trouble),
            ("HT", What::Trouble),
            ("HJ", What::TroubleOver),
            ("PA", What::Alarm(Panic)),
            ("PH", What::Restore(Panic)),
            ("PR", What::Restore(Panic)),
            ("PT", What::Trouble),
            ("PJ", What::TroubleOver),
            ("PB", What::Bypassed),
            ("PU", What::Unbypassed),
            ("PS", What::Trouble),
            ("PC", What::Other),
            ("ND", What::Alarm(Duress)),
        ] {
            assert_eq!(events(&format!("Nri1/{code}7"))[0].what, what, "{code}");
        }
    }

    #[test]
    fn a_code_that_no_table_has_is_kept() {
        let [event] = events("Nri1/QX99").try_into().unwrap();
        assert_eq!((event.what, event.code.as_str(), event.zone), (What::Other, "QX", Some(99)));
    }
}
