//! The receiver's side: frames in, verdicts out.

use std::collections::BTreeMap;

use keng_protocol::Timestamp;

use crate::account::{Account, AccountName};
use crate::body::Body;
use crate::event::Event;
use crate::frame::{Content, Frame, Token};
use crate::position;
use crate::repeats::{EventKey, Repeats};
use crate::seal::{ack, duh, nak};
use crate::verdict::{Answer, Clock, Refusal, Report, Trust, Verdict};
use crate::wire::{Header, header};

/// How late the clock of a sealed frame may be, in milliseconds (DC-09 5.5.1.9: 40 s behind the receiver).
pub const LATE_MS: i64 = 40_000;
/// How early the clock of a sealed frame may be, in milliseconds (DC-09 5.5.1.9: 20 s ahead of the receiver).
pub const EARLY_MS: i64 = 20_000;

/// The accounts, and what each has sent of late.
///
/// # What is answered
///
/// | frame | verdict | answer |
/// | --- | --- | --- |
/// | no frame, damaged, wrong length | refused | NAK |
/// | no account, unknown account, wrong key | refused | NAK |
/// | in clear on an account with a key | refused, with its claims | NAK |
/// | sealed on an account without a key, unknown token | refused | DUH |
/// | an answer | refused | none |
/// | link test | link test | ACK |
/// | events | report, then repeat | ACK once stored |
/// | sealed, clock outside the window, raises an alarm | report, [`Trust::Replayable`] | NAK at once, then ACK once stored |
/// | sealed, clock outside the window, anything else | refused, with its claims | NAK |
///
/// A code that no table knows is reported as [`What::Other`](crate::What::Other) and acknowledged: a panel must not report a failure to
/// communicate because a receiver does not know a code.
///
/// # Clocks
///
/// A sealed frame has no authentication code, and its time is the only thing that stands against a replay. So what calms (a restore, a
/// closing, a test, a link test) is taken only when its clock is within [`LATE_MS`] and [`EARLY_MS`]; the NAK carries the time, and
/// the panel sets its clock and sends again. An alarm of people or premises is told at once whatever its clock says, and labelled:
/// a replayed one costs a false alarm, a refused one may cost a life. It is still answered with a NAK the first time, because the
/// copy with the right time that follows comes as a [`Verdict::Repeat`] that is [`Trust::Fresh`] and proves the alarm. Only once: an account
/// that was asked within its repeat window and is off again gets its ACK, so that a panel whose clock cannot be set is not kept from
/// sending what stands behind this alarm.
///
/// # Durability
///
/// The receiver acknowledges nothing by itself: it hands out [`Answer::OnceStored`]. A repeat that comes before the first copy is stored has
/// the same [`EventKey`]; hold its answer back with that of the first. When storing has failed, call [`Receiver::forget`], and the next copy is a
/// report again. After a restart, hand the events of the last window back through [`Receiver::remember`]; without it they are told twice.
#[derive(Debug, Default)]
pub struct Receiver {
    lines: BTreeMap<AccountName, Line>,
}

#[derive(Debug)]
struct Line {
    account: Account,
    repeats: Repeats,
    /// When the panel was last asked, by NAK, to set its clock for an alarm.
    asked: Option<Timestamp>,
}

impl Receiver {
    /// A receiver for these accounts; of two with one name the later counts.
    pub fn new(accounts: impl IntoIterator<Item = Account>) -> Self {
        let line =
            |account: Account| (account.name.clone(), Line { account, repeats: Repeats::default(), asked: None });
        Self { lines: accounts.into_iter().map(line).collect() }
    }

    /// Judges one frame, as a [`Piece::Frame`](crate::Piece::Frame) or with its LF and CR. `now` is the receiver's own clock.
    pub fn handle(&mut self, now: Timestamp, bytes: &[u8]) -> Verdict {
        match Frame::parse(bytes) {
            Ok(frame) => self.judge(now, &frame),
            Err(error) => {
                let raw_crc = header(bytes).is_some_and(Header::has_raw_crc);
                refused(error.into(), account_hint(bytes), Vec::new(), Some(nak(now, raw_crc)))
            }
        }
    }

    /// The answer to octets that are not even a frame to refuse, such as [`Piece::TooLong`](crate::Piece::TooLong).
    pub fn nak(now: Timestamp) -> Vec<u8> {
        nak(now, false)
    }

    /// An event that was stored at `at`, before a restart: its repeats are repeats. An unknown account is passed over.
    pub fn remember(&mut self, account: &AccountName, key: EventKey, at: Timestamp) {
        if let Some(line) = self.lines.get_mut(account) {
            line.repeats.insert(key, at);
        }
    }

    /// The event could not be stored: its next copy is a report again.
    pub fn forget(&mut self, account: &AccountName, key: EventKey) {
        if let Some(line) = self.lines.get_mut(account) {
            line.repeats.remove(key);
        }
    }

    fn judge(&mut self, now: Timestamp, frame: &Frame) -> Verdict {
        if frame.token.is_answer() {
            return refused(Refusal::NotAReport, frame.account.clone(), Vec::new(), None);
        }
        let named = match &frame.content {
            Content::Clear(body) => frame.account.as_ref().or(body.account.as_ref()),
            Content::Sealed(_) => frame.account.as_ref(),
        };
        let refuse = |reason| refused(reason, named.cloned(), claims(frame), Some(nak(now, frame.raw_crc)));
        let Some(named) = named else { return refuse(Refusal::NoAccount) };
        let line = named.parse().ok().and_then(|name: AccountName| self.lines.get_mut(&name));
        let Some(line) = line else { return refuse(Refusal::UnknownAccount) };
        let opened = match (&frame.content, &line.account.key) {
            (Content::Clear(body), None) => Ok(body.clone()),
            (Content::Clear(_), Some(_)) => return refuse(Refusal::ClearOnKeyedAccount),
            (Content::Sealed(_), None) => Err(Refusal::SealedWithoutKey),
            (Content::Sealed(sealed), Some(key)) => match Body::unseal(sealed, key) {
                Ok(body) => Ok(body),
                Err(_) => return refuse(Refusal::WrongKey),
            },
        };
        match opened {
            Ok(_) if matches!(frame.token, Token::Other(_)) => no_use(frame, Refusal::Unsupported),
            Ok(body) => line.accept(now, frame, &body),
            Err(reason) => no_use(frame, reason),
        }
    }
}

impl Line {
    fn accept(&mut self, now: Timestamp, frame: &Frame, body: &Body) -> Verdict {
        let account = self.account.name.clone();
        let clock = Clock { device: body.time, off_ms: body.time.map(|time| time.offset_ms(now)) };
        let trust = trust(frame, clock);
        let ack = ack(frame, now, self.account.key.as_ref().filter(|_| frame.is_sealed()));
        if frame.token == Token::Null {
            return match stale(trust, clock) {
                Some(reason) => {
                    refused(reason, Some(account.as_str().to_owned()), Vec::new(), Some(nak(now, frame.raw_crc)))
                }
                None => Verdict::LinkTest { account, trust, clock, answer: ack },
            };
        }
        let key = event_key(&account, frame, body);
        if self.repeats.contains(key, now, self.account.repeat_window) {
            return Verdict::Repeat { account, key, trust, clock, answer: Answer::OnceStored(ack) };
        }
        let events = Event::read(&frame.token, body);
        let raises = events.iter().any(Event::raises);
        if let Some(reason) = stale(trust, clock).filter(|_| !raises) {
            return refused(reason, Some(account.as_str().to_owned()), events, Some(nak(now, frame.raw_crc)));
        }
        self.repeats.insert(key, now);
        let answer = if trust == Trust::Replayable && self.asks(now) {
            Answer::AtOnce(nak(now, frame.raw_crc))
        } else {
            Answer::OnceStored(ack)
        };
        let position_e7 = position::read(body);
        Verdict::Report(Report {
            account,
            sequence: frame.sequence.clone(),
            key,
            events,
            trust,
            clock,
            position_e7,
            answer,
        })
    }

    /// Whether the panel is to be asked for its clock now; not again within the repeat window.
    fn asks(&mut self, now: Timestamp) -> bool {
        let lately = self.asked.is_some_and(|asked| now.since(asked) <= self.account.repeat_window);
        if !lately {
            self.asked = Some(now);
        }
        !lately
    }
}

fn trust(frame: &Frame, clock: Clock) -> Trust {
    match clock.off_ms {
        _ if !frame.is_sealed() => Trust::Clear,
        Some(off_ms) if (-LATE_MS..=EARLY_MS).contains(&off_ms) => Trust::Fresh,
        _ => Trust::Replayable,
    }
}

fn stale(trust: Trust, clock: Clock) -> Option<Refusal> {
    let off = clock.off_ms.map_or(Refusal::NoTime, |off_ms| Refusal::ClockOff { off_ms });
    (trust == Trust::Replayable).then_some(off)
}

fn event_key(account: &AccountName, frame: &Frame, body: &Body) -> EventKey {
    let extended = body.extended.iter().map(|block| block.value.as_str());
    EventKey::of([account.as_str(), &frame.sequence, frame.token.as_str(), &body.data].into_iter().chain(extended))
}

/// What a frame in clear says; a sealed one says nothing to those without its key.
fn claims(frame: &Frame) -> Vec<Event> {
    match &frame.content {
        Content::Clear(body) if frame.token != Token::Null => Event::read(&frame.token, body),
        _ => Vec::new(),
    }
}

/// Sending it again would not help: DUH.
fn no_use(frame: &Frame, reason: Refusal) -> Verdict {
    refused(reason, frame.account.clone(), claims(frame), Some(duh(frame)))
}

const fn refused(reason: Refusal, account: Option<String>, claims: Vec<Event>, answer: Option<Vec<u8>>) -> Verdict {
    Verdict::Refused { reason, account, claims, answer }
}

/// The digits behind the first `#`, so that an operator can find the panel whose frames are damaged.
fn account_hint(bytes: &[u8]) -> Option<String> {
    let mark = bytes.iter().position(|&byte| byte == b'#')?;
    let digits: Vec<u8> =
        bytes.get(mark + 1..)?.iter().copied().take_while(u8::is_ascii_alphanumeric).take(16).collect();
    String::from_utf8(digits).ok().filter(|digits| !digits.is_empty())
}
