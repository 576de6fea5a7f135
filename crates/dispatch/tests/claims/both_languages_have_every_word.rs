//! Whatever an operator can be shown is said in Vietnamese and in English, and no two terms of one list read the same.

use std::collections::BTreeSet;

use keng_dispatch::answer::AnswerError;
use keng_dispatch::incident::{Fault, Stage};
use keng_dispatch::policy::Matter;
use keng_dispatch::record::Why;
use keng_dispatch::text::{Lang, Words};
use keng_protocol::Refusal;
use keng_protocol::entry::Path;
use keng_protocol::message::{Act, AlarmKind, Colour, Disposition, Face, Heading, Reason, Vehicle, Weapon};

fn complete<T: Words>(terms: impl IntoIterator<Item = T>) {
    let said: Vec<_> = terms.into_iter().map(|term| (term.words(Lang::Vi), term.words(Lang::En))).collect();
    assert!(said.iter().all(|(vi, en)| !vi.is_empty() && !en.is_empty() && !vi.contains("0x")));
    let (vi, en): (BTreeSet<_>, BTreeSet<_>) = said.iter().cloned().unzip();
    assert_eq!((vi.len(), en.len()), (said.len(), said.len()), "{said:?}");
}

#[test]
fn every_code_of_the_protocol_has_its_own_words() {
    complete(AlarmKind::ALL.iter().copied());
    complete(Act::ALL.iter().copied());
    complete(Reason::ALL.iter().copied());
    complete(Disposition::ALL.iter().copied());
    complete(Weapon::ALL.iter().copied());
    complete(Face::ALL.iter().copied());
    complete(Vehicle::ALL.iter().copied());
    complete(Colour::ALL.iter().copied());
    complete(Heading::ALL.iter().copied());
    complete(Path::ALL.iter().copied());
}

#[test]
fn every_term_of_an_incident_has_its_own_words() {
    use AnswerError as E;
    complete([Matter::Fault, Matter::Suspicion, Matter::Premises, Matter::Life, Matter::Attack]);
    complete([Stage::Raised, Stage::Answered, Stage::UnitsSent, Stage::OnScene, Stage::Closed]);
    complete([
        Fault::Line,
        Fault::Path(0),
        Fault::Path(1),
        Fault::Silence,
        Fault::Missing,
        Fault::Tamper,
        Fault::Power,
        Fault::NoTest,
        Fault::Trouble,
    ]);
    complete(Why::ALL);
    complete([E::UnknownIncident, E::NotADesk, E::NotTold, E::AlreadyClosed, E::MissingReason, E::MissingDisposition]);
    complete([E::MissingNote, E::SecondPersonNeeded]);
}

#[test]
fn every_refusal_is_one_plain_sentence() {
    let refusals = [
        Refusal::UnknownDevice,
        Refusal::UnknownKey,
        Refusal::Revoked,
        Refusal::BadSignature,
        Refusal::WrongRole,
        Refusal::Stale,
        Refusal::KeyTaken,
        Refusal::NoRoom,
    ];
    complete(refusals);
    assert!(
        refusals.iter().all(|refusal| refusal.words(Lang::Vi).ends_with('.') && refusal.words(Lang::En).ends_with('.'))
    );
}

#[test]
fn a_number_of_a_newer_version_is_said_as_its_number() {
    assert_eq!(AlarmKind::from(0x2f).words(Lang::En), "alarm kind 0x2f");
    assert_eq!(AlarmKind::from(0x2f).words(Lang::Vi), "loại báo động 0x2f");
}
