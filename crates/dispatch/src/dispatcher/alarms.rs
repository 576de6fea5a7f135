//! What panels say: does it raise an incident, join one, or go to the log?

use keng_protocol::entry::Path;
use keng_protocol::message::{
    Alarm, AlarmClass, AlarmKind, CancelCode, Descriptors, Message, Place, Suspicion, Update,
};
use keng_protocol::receiver::Accepted;
use keng_protocol::{DeviceId, FrameId, IncidentId, Timestamp};

use super::{Dispatcher, External};
use crate::incident::{Cancelled, Cause, Facts, Fault, Incident, Labels, Sure};
use crate::name::SiteId;
use crate::policy::Matter;
use crate::record::{Class, Note, Source, What};

/// Who said something and how it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub(super) device: DeviceId,
    pub(super) frame: Option<FrameId>,
    pub(super) time: Option<Timestamp>,
    pub(super) path: Option<Path>,
    pub(super) labels: Labels,
    pub(super) sure: Sure,
}

impl Dispatcher {
    pub(super) fn accepted(&mut self, accepted: &Accepted) {
        let frame = accepted.said.frame;
        if self.state.handled(frame).is_some() {
            // One whose number is too old may come any number of times, from whoever recorded it: it leaves no more records.
            if !accepted.labels.maybe_seen {
                self.again(frame, accepted.path);
            }
            return;
        }
        self.hear(accepted);
        // A frame that changes nothing leaves a record too: after a restart, one without a record was never handled.
        if self.state.handled(frame).is_none() {
            self.log_from(None, Some(frame), None, What::Passed);
        }
    }

    fn hear(&mut self, accepted: &Accepted) {
        let (said, frame) = (Said::of(accepted), accepted.said.frame);
        match accepted.said.message() {
            Message::Alarm(alarm) => self.alarm(&said, alarm),
            Message::Vouched(vouched) => {
                let said = Said { device: vouched.device, sure: Sure::Vouched, ..said };
                self.alarm(&said, &vouched.alarm);
            }
            Message::Suspicion(suspicion) => self.suspicion(&said, suspicion),
            Message::Update(update) => self.update(&said, update),
            Message::Cancel(cancel) => self.cancel(&said, cancel.code != CancelCode::AllClear),
            Message::Answer(answer) => self.answer(accepted.said.header.sender, frame, answer),
            Message::OpenClose(word) => self.note(&said, if word.opened { Note::Opened } else { Note::Closed }),
            Message::Drill(word) => self.note(&said, if word.begins { Note::DrillBegins } else { Note::DrillEnds }),
            Message::Noted(word) => self.note(&said, Note::NoticeRead { notice: word.notice, user: word.user }),
            Message::Test(_) => {
                self.note(&said, Note::Test);
                self.tested(&said);
            }
            // A panel of a newer version says something that is no alarm: it must not be hidden, so it is told like a suspicion.
            Message::Unknown { kind: kind @ 0..=31, .. } => {
                self.seen(&said, Cause::Message(*kind), false, &Sight::default())
            }
            Message::Unknown { kind, .. } => self.note(&said, Note::Kind { number: *kind }),
            // Heartbeats are the receiver's matter; keys are journaled as frames; the station does not tell itself.
            _ => {}
        }
    }

    pub(super) fn again(&mut self, frame: FrameId, path: Path) {
        if let Some(Some(incident)) = self.state.handled(frame) {
            self.log_of(incident, What::Evidence { path });
        }
    }

    pub(super) fn external(&mut self, device: DeviceId, event: External<'_>) {
        let said = Said::unsigned(device, Sure::Vouched);
        match event {
            External::Opened => self.note(&said, Note::Opened),
            External::Closed => self.note(&said, Note::Closed),
            External::Test => {
                self.note(&said, Note::Test);
                self.tested(&said);
            }
            External::Bypassed { zone } => self.note(&said, Note::Bypassed { zone }),
            External::Unbypassed { zone } => self.note(&said, Note::Unbypassed { zone }),
            External::Code(code) => self.note(&said, Note::Code { code: code.chars().take(16).collect() }),
            External::Cancelled => self.cancel(&said, false),
            External::Trouble => self.fault(&said, Fault::Trouble, false),
            External::TroubleOver => self.fault_over(&said, Fault::Trouble),
            External::Restored { alarm, zone } => match Fault::of(alarm) {
                Some(fault) => self.fault_over(&said, fault),
                None => self.note(&said, Note::Restored { alarm, zone }),
            },
        }
    }

    fn alarm(&mut self, said: &Said, alarm: &Alarm) {
        let matter = Matter::of(alarm.kind);
        let site = self.index.site(said.device).cloned();
        if self.is_on_test(site.as_ref()) && matches!(matter, Matter::Premises | Matter::Fault) {
            return self.note(said, Note::AlarmOnTest { alarm: alarm.kind, zone: alarm.zone });
        }
        if let Some(fault) = Fault::of(alarm.kind) {
            return self.fault(said, fault, alarm.drill);
        }
        let open = self.state.open_at(site.as_ref(), said.device, alarm.drill);
        let joined = open.iter().find(|one| one.facts.matter == Matter::Attack);
        match joined.or_else(|| open.iter().find(|one| one.facts.matter == matter && matter != Matter::Attack)) {
            Some(incident) => {
                let (id, confirms) = (incident.id, confirms(incident, said.device, alarm));
                let assures = incident.facts.labels.maybe_seen && !said.labels.maybe_seen;
                let anew = matter == Matter::Attack && self.now.since(incident.heard) > self.directory.policies.anew;
                self.join(said, id, alarm, Joins { confirms, assures, anew });
            }
            None => self.raise_alarm(said, site, alarm, matter),
        }
    }

    /// A repeated press is cheap and can be limited; one that changes more than the count never is.
    fn join(&mut self, said: &Said, id: IncidentId, alarm: &Alarm, joins: Joins) {
        let class = Class::of(alarm.kind);
        let Joins { confirms, assures, anew } = joins;
        if confirms || assures || anew || self.admits(said, class, 1) {
            let (device, maybe_seen) = (said.device, said.labels.maybe_seen);
            let what = What::Joined { device, alarm: alarm.kind, zone: alarm.zone, confirms, maybe_seen, anew };
            self.log_from(Some(id), said.frame, Some(said.source(class)), what);
        }
    }

    fn raise_alarm(&mut self, said: &Said, site: Option<SiteId>, alarm: &Alarm, matter: Matter) {
        let class = Class::of(alarm.kind);
        // The first hold-up of a site is never limited.
        if matter != Matter::Attack && !self.admits(said, class, 1) {
            return;
        }
        let facts = Facts {
            silent: alarm.silent,
            drill: alarm.drill,
            zone: alarm.zone,
            place: alarm.place,
            confirmed: alarm.kind == AlarmKind::ConfirmedHoldUp,
            ..self.facts(said, site, matter, Cause::Alarm(alarm.kind))
        };
        self.raise(said, facts, class);
    }

    fn suspicion(&mut self, said: &Said, suspicion: &Suspicion) {
        let sight = Sight { mark: suspicion.mark, seen: suspicion.seen.clone(), ..Sight::default() };
        self.seen(said, Cause::Suspicion, suspicion.drill, &sight);
    }

    fn update(&mut self, said: &Said, update: &Update) {
        let sight =
            Sight { seen: update.seen.clone(), hostages: update.hostages, injured: update.injured, ..Sight::default() };
        // An update says nothing of drills: what names a drill belongs to it, what names nothing belongs to the real incident first.
        let site = self.index.site(said.device).cloned();
        let of = |drill| self.state.open_at(site.as_ref(), said.device, drill).into_iter();
        let named = of(false).chain(of(true)).find(|one| Some(one.id.short()) == update.about).map(|one| one.id);
        match named
            .or_else(|| of(false).next_back().map(|one| one.id))
            .or_else(|| of(true).next_back().map(|one| one.id))
        {
            Some(id) => self.add_sight(said, id, &sight),
            None => self.seen(said, Cause::Update, false, &sight),
        }
    }

    /// Something was seen: it belongs to the site's attack, else to its suspicion, else it is a new suspicion.
    fn seen(&mut self, said: &Said, cause: Cause, drill: bool, sight: &Sight) {
        let site = self.index.site(said.device).cloned();
        let open = self.state.open_at(site.as_ref(), said.device, drill);
        let of = |matter| open.iter().find(|one| one.facts.matter == matter).map(|one| one.id);
        if let Some(id) = of(Matter::Attack).or_else(|| of(Matter::Suspicion)) {
            return self.add_sight(said, id, sight);
        }
        if !self.admits(said, Class::Seen, 1) {
            return;
        }
        let facts = Facts {
            drill,
            silent: true,
            place: Place { mark: sight.mark, position_e7: None },
            seen: sight.seen.clone(),
            hostages: sight.hostages,
            injured: sight.injured,
            ..self.facts(said, site, Matter::Suspicion, cause)
        };
        self.raise(said, facts, Class::Seen);
    }

    fn add_sight(&mut self, said: &Said, id: IncidentId, sight: &Sight) {
        if self.admits(said, Class::Seen, 1) {
            let what = What::Updated { seen: sight.seen.clone(), hostages: sight.hostages, injured: sight.injured };
            self.log_from(Some(id), said.frame, Some(said.source(Class::Seen)), what);
        }
    }

    /// A code ended the alarm on site. All clear is told and closes nothing; the duress code raises what is open, or raises an attack.
    fn cancel(&mut self, said: &Said, duress: bool) {
        // It may be an old one, sent again in a robbery: it must calm nobody.
        let maybe_seen = said.labels.maybe_seen;
        if maybe_seen && !duress {
            return self.note(said, Note::OldAllClear);
        }
        let site = self.index.site(said.device).cloned();
        let real = self.state.open_at(site.as_ref(), said.device, false);
        let drill = self.state.open_at(site.as_ref(), said.device, true);
        let attack = real.iter().find(|one| one.facts.matter == Matter::Attack).or(real.last());
        // A cancel says nothing of drills. All clear may end one; a duress code is believed.
        let found =
            attack.or(drill.last().filter(|_| !duress)).map(|one| (one.id, one.facts.matter, one.facts.cancelled));
        let Some((id, matter, cancelled)) = found else {
            return if duress { self.raise_duress(said, site) } else { self.note(said, Note::AllClear) };
        };
        let how = if duress { Cancelled::Duress } else { Cancelled::AllClear };
        if cancelled < Some(how) || self.admits(said, Class::Attack, 1) {
            self.log_from(
                Some(id),
                said.frame,
                Some(said.source(Class::Attack)),
                What::Cancelled { duress, maybe_seen },
            );
            if duress && matter != Matter::Attack {
                self.log_of(id, What::Became { matter: Matter::Attack });
            }
        }
    }

    fn raise_duress(&mut self, said: &Said, site: Option<SiteId>) {
        let facts = self.facts(said, site, Matter::Attack, Cause::DuressCancel);
        let cancelled = Some(Cancelled::Duress);
        self.raise(said, Facts { silent: true, cancelled, ..facts }, Class::Attack);
    }

    pub(super) fn note(&mut self, said: &Said, note: Note) {
        if self.admits(said, Class::Log, 1) {
            let site = self.index.site(said.device).cloned();
            self.log_from(
                None,
                said.frame,
                Some(said.source(Class::Log)),
                What::Noted { device: said.device, site, note },
            );
        }
    }

    pub(super) fn facts(&self, said: &Said, site: Option<SiteId>, matter: Matter, cause: Cause) -> Facts {
        Facts {
            matter,
            cause,
            drill: false,
            silent: false,
            on_test: self.is_on_test(site.as_ref()),
            site,
            device: said.device,
            zone: None,
            place: Place::default(),
            sure: said.sure,
            raised: self.now,
            said: said.time,
            path: said.path,
            labels: said.labels,
            confirmed: false,
            presses: 1,
            cancelled: None,
            faults: Vec::new(),
            seen: Descriptors::default(),
            hostages: None,
            injured: None,
            directory: self.directory.version,
        }
    }

    pub(super) fn raise(&mut self, said: &Said, facts: Facts, class: Class) {
        let id = said.frame.map_or_else(|| self.own_id(said.device), |frame| frame.incident());
        if self.state.incidents.contains_key(&id) {
            return;
        }
        let suspicion = facts.matter == Matter::Suspicion && !facts.drill;
        let near = facts.site.as_ref().filter(|_| suspicion).map(|site| self.directory.neighbours(site));
        let what = What::Raised { facts: Box::new(facts), neighbours: near.unwrap_or_default() };
        self.log_from(Some(id), said.frame, Some(said.source(class)), what);
    }

    /// The id of an incident that no frame raised: the first 16 octets of the SHA-256 of `keng/1/incident`, a zero octet, the device's id,
    /// the time in milliseconds as eight octets, and as one octet how many such ids are taken; numbers big-endian.
    fn own_id(&self, device: DeviceId) -> IncidentId {
        let time = self.now.millis().to_be_bytes();
        let id =
            |taken: u8| FrameId::of(&[b"keng/1/incident\0".as_slice(), &device.0, &time, &[taken]].concat()).incident();
        // A device's flood limit is far below 255 in a millisecond.
        (0..u8::MAX).map(id).find(|id| !self.state.incidents.contains_key(id)).unwrap_or_else(|| id(u8::MAX))
    }
}

/// What an alarm changes in the incident that it joins.
#[derive(Clone, Copy, Debug)]
struct Joins {
    /// It confirms a hold-up.
    confirms: bool,
    /// It is surely new, and the first may not be.
    assures: bool,
    /// It comes so late that it is escalated like a new one.
    anew: bool,
}

/// What was seen, of a suspicion or an update.
#[derive(Clone, Debug, Default)]
struct Sight {
    mark: Option<u16>,
    seen: Descriptors,
    hostages: Option<u8>,
    injured: Option<u8>,
}

impl Said {
    fn of(accepted: &Accepted) -> Self {
        let labels = &accepted.labels;
        Self {
            device: accepted.said.header.sender,
            frame: Some(accepted.said.frame),
            time: Some(accepted.said.header.time),
            path: Some(accepted.path),
            labels: Labels {
                clock_off_ms: labels.clock_off_ms,
                late: labels.late,
                key_out_of_time: labels.key_out_of_time,
                number_reused: labels.number_reused,
                maybe_seen: labels.maybe_seen,
                newer: accepted.said.unknown_fields > 0,
            },
            sure: Sure::Signed,
        }
    }

    pub(super) fn unsigned(device: DeviceId, sure: Sure) -> Self {
        Self { device, frame: None, time: None, path: None, labels: Labels::default(), sure }
    }

    pub(super) const fn source(&self, class: Class) -> Source {
        Source { device: self.device, class }
    }
}

impl Matter {
    /// The matter of an alarm; a kind that is not known goes with its class.
    pub const fn of(kind: AlarmKind) -> Self {
        match kind.class() {
            AlarmClass::Attack => Self::Attack,
            AlarmClass::Premises if matches!(kind, AlarmKind::Tamper) => Self::Fault,
            AlarmClass::Premises => Self::Premises,
            AlarmClass::Life => Self::Life,
            AlarmClass::Technical => Self::Fault,
        }
    }
}

impl Class {
    fn of(kind: AlarmKind) -> Self {
        match kind.class() {
            AlarmClass::Attack => Self::Attack,
            AlarmClass::Premises => Self::Premises,
            AlarmClass::Life => Self::Life,
            AlarmClass::Technical => Self::Technical,
        }
    }
}

/// A second button or device, or a kind that says so by itself, confirms an attack that was not confirmed yet (BS 8243).
fn confirms(incident: &Incident, device: DeviceId, alarm: &Alarm) -> bool {
    let facts = &incident.facts;
    if facts.matter != Matter::Attack || facts.confirmed || Matter::of(alarm.kind) != Matter::Attack {
        return false;
    }
    let another = device != facts.device || (alarm.zone.is_some() && facts.zone.is_some() && alarm.zone != facts.zone);
    alarm.kind == AlarmKind::ConfirmedHoldUp || another
}
