//! All records together, as they stand after every retraction.

use std::collections::{BTreeMap, BTreeSet};

use crate::dossier::{Dossier, Held};
use crate::record::{
    Drill, Issue, Person, PersonId, Plan, Post, PostId, Record, Return, Shift, Site, SiteId, Tool, ToolId,
};

/// All records together. Of several records about one site, post or tool the newest counts; of a person too.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// By person.
    pub dossiers: BTreeMap<PersonId, Dossier>,
    /// Sites by id.
    pub sites: BTreeMap<SiteId, Site>,
    /// Posts by id.
    pub posts: BTreeMap<PostId, Post>,
    /// Shifts in the order of the ledger.
    pub shifts: Vec<Held<Shift>>,
    /// Tools by id.
    pub tools: BTreeMap<ToolId, Tool>,
    /// Hand-outs in the order of the ledger.
    pub issues: Vec<Held<Issue>>,
    /// What came back, in the order of the ledger.
    pub returns: Vec<Held<Return>>,
    /// Drills.
    pub drills: Vec<Held<Drill>>,
    /// Agreed plans.
    pub plans: Vec<Held<Plan>>,
    /// The indexes of records that were retracted.
    pub retracted: BTreeSet<u64>,
}

impl Book {
    /// Puts the records of a ledger together, in its order. Retractions are needed first, as they may stand anywhere after what they
    /// retract; `retracted` are the indexes that they name.
    #[must_use]
    pub fn new(retracted: BTreeSet<u64>) -> Self {
        Self { retracted, ..Self::default() }
    }

    /// The records with their indexes, when all of them are in memory anyway.
    #[must_use]
    pub fn of(records: Vec<(u64, Record)>) -> Self {
        let mut book = Self::new(records.iter().filter_map(|(_, record)| retracts(record)).collect());
        for (index, record) in records {
            book.add(index, record);
        }
        book
    }

    /// Adds the next record.
    pub fn add(&mut self, index: u64, record: Record) {
        if self.retracted.contains(&index) {
            return;
        }
        match record {
            Record::Site(site) => drop(self.sites.insert(site.id.clone(), site)),
            Record::Post(post) => drop(self.posts.insert(post.id.clone(), post)),
            Record::Tool(tool) => drop(self.tools.insert(tool.id.clone(), tool)),
            Record::Shift(record) => self.shifts.push(Held { index, record }),
            Record::Issue(record) => self.issues.push(Held { index, record }),
            Record::Return(record) => self.returns.push(Held { index, record }),
            Record::Drill(record) => self.drills.push(Held { index, record }),
            Record::Plan(record) => self.plans.push(Held { index, record }),
            Record::Retraction(_) => {}
            Record::Person(_) | Record::Certificate(_) | Record::Suspension(_) => self.add_to_dossier(index, record),
        }
    }

    /// The person's newest record, if there is one.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.dossiers.get(id)?.person.as_ref().map(|held| &held.record)
    }

    fn add_to_dossier(&mut self, index: u64, record: Record) {
        if let Some(subject) = record.subject() {
            self.dossiers.entry(subject.clone()).or_default().add(index, record);
        }
    }
}

impl Dossier {
    /// Adds the next record about the person; what is about something else is passed over.
    pub fn add(&mut self, index: u64, record: Record) {
        match record {
            Record::Person(record) => self.person = Some(Held { index, record }),
            Record::Certificate(record) => self.certificates.push(Held { index, record }),
            Record::Suspension(record) => self.suspensions.push(Held { index, record }),
            _ => {}
        }
    }
}

/// The index that a record retracts.
#[must_use]
pub const fn retracts(record: &Record) -> Option<u64> {
    match record {
        Record::Retraction(retraction) => Some(retraction.of),
        _ => None,
    }
}
