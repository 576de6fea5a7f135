//! What was promised, against what the journal says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use keng_dispatch::record::{Record, What};
use keng_journal::sqlite::Reader;
use keng_journal::{Head, Stored, entries, verify};
use keng_protocol::entry::Entry;
use keng_protocol::{Frame, FrameId, Kind, Message, PublicKey};
use keng_station::entries::{Entry as StationEntry, RECORD};
use sha2::{Digest as _, Sha256};

use crate::process::run;

/// What the panels were promised.
#[derive(Clone, Default)]
pub(crate) struct Promised {
    /// The frames that were receipted, and at which place of the journal.
    pub(crate) receipts: BTreeMap<FrameId, u64>,
    /// The DC-09 frames that were acknowledged.
    pub(crate) acknowledged: BTreeSet<Vec<u8>>,
}

impl Promised {
    pub(crate) fn count(&self) -> usize {
        self.receipts.len() + self.acknowledged.len()
    }
}

/// A journal, read as far as it went.
pub(crate) struct Ledger {
    folder: PathBuf,
    station: PublicKey,
    head: Head,
    /// Where each frame stands.
    admitted: BTreeMap<FrameId, Vec<u64>>,
    /// How often each DC-09 frame stands there, by its digest.
    dc09: BTreeMap<[u8; 32], usize>,
    /// What the station vouched for, by the digest of what came.
    vouched: BTreeMap<[u8; 32], FrameId>,
    /// How often each frame was dispatched as an alarm.
    alarms: BTreeMap<FrameId, usize>,
    /// Every decision.
    pub(crate) records: Vec<Record>,
}

impl Ledger {
    pub(crate) fn of(folder: &Path, station: PublicKey) -> Self {
        let folder = folder.to_owned();
        let (admitted, dc09, vouched, alarms) = Default::default();
        Self { folder, station, head: Head::EMPTY, admitted, dc09, vouched, alarms, records: Vec::new() }
    }

    /// Reads on from where it was, while the receiver runs or does not. The chain must be whole, and begin with what was read before.
    pub(crate) fn read_on(&mut self) {
        let journal = Reader::open(self.folder.join("data/journal.db")).unwrap();
        let verified = verify(&journal, self.head, self.head, |_| ()).expect("the chain is whole");
        for stored in entries(&journal, self.head.position.next()).map(Result::unwrap) {
            if stored.position > verified.head.position {
                break;
            }
            self.take(&stored);
        }
        self.head = verified.head;
    }

    fn take(&mut self, stored: &Stored) {
        let (kind, payload) = (stored.entry.kind, &stored.entry.payload);
        if kind == RECORD {
            let record = Record::decode(payload).unwrap();
            if let (What::Raised { .. } | What::Joined { .. } | What::Limited { .. }, Some(frame)) =
                (&record.what, record.frame)
            {
                *self.alarms.entry(frame).or_default() += 1;
            }
            return self.records.push(record);
        }
        if let Some(StationEntry::Dc09 { octets, .. }) = StationEntry::read(kind, payload) {
            *self.dc09.entry(Sha256::digest(&octets).into()).or_default() += 1;
        }
        let Ok(Some(Entry::Admitted { octets, .. })) =
            u8::try_from(kind).map_or(Ok(None), |kind| Entry::read(kind, payload))
        else {
            return;
        };
        self.admitted.entry(FrameId::of(&octets)).or_default().push(stored.position.0);
        let frame = Frame::decode(&octets).unwrap();
        if frame.header().kind == Kind::Vouched {
            let vouched = frame.verify(&self.station).unwrap();
            if let Message::Vouched(said) = vouched.message() {
                self.vouched.insert(said.evidence, vouched.frame);
            }
        }
    }

    /// What was promised is there once, and so is its incident.
    pub(crate) fn keeps(&self, promised: &Promised) {
        for (frame, position) in &promised.receipts {
            assert_eq!(self.admitted.get(frame), Some(&vec![*position]), "receipted at {position}, and there once");
            self.alarmed_once(*frame);
        }
        for frame in &promised.acknowledged {
            let bare = frame.strip_prefix(b"\n").unwrap().strip_suffix(b"\r").unwrap();
            let digest: [u8; 32] = Sha256::digest(bare).into();
            assert_eq!(self.dc09.get(&digest), Some(&1), "an acknowledged frame is there once");
            self.alarmed_once(*self.vouched.get(&digest).expect("the station has vouched for it"));
        }
    }

    /// A press has raised an incident, or has joined one, or is counted: once.
    pub(crate) fn alarmed_once(&self, frame: FrameId) {
        assert_eq!(self.alarms.get(&frame), Some(&1), "one press, one incident: {frame}");
    }

    /// How many different frames are in the journal, and how many are there twice.
    pub(crate) fn frames(&self) -> (usize, usize) {
        (self.admitted.len(), self.admitted.values().filter(|places| places.len() > 1).count())
    }

    /// `journal verify`, as a stranger would run it.
    pub(crate) fn verify(&self) {
        run(&["journal", "verify", "--config", self.folder.join("keng.toml").to_str().unwrap()]);
    }
}
