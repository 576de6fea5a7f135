//! What a scene does with the world: wait, see, act, say, prove.

use std::fmt::Display;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use keng_dispatch::directory::{Channel, SiteKind};
use keng_dispatch::record::{Record, What, Why};
use keng_dispatch::text::{Lang, Words as _};
use keng_dispatch::{AuthorityId, Names, SiteId};
use keng_protocol::message::{Act, Answer, Disposition};
use keng_protocol::panel::Indication;
use keng_protocol::{DeviceId, FrameId, IncidentId};

use super::desk::{Desk, Reply};
use super::proof::Claim;
use super::seen::{Observed, Refused, Telling};
use super::site::{Panel, Press};
use super::timeline::{Tone, span};
use super::words::Word;
use super::world::World;

/// The login of whoever sits at a desk.
const OPERATOR: &str = "truc-ban";

impl World {
    /// Waits until so many seconds of the story have passed.
    pub(crate) async fn until(&self, seconds: f64) {
        let at = self.timeline.start() + Duration::from_secs_f64(seconds);
        tokio::time::sleep_until(at.into()).await;
    }

    /// The time that a person needs.
    pub(crate) async fn think(&self, millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    /// Words in the story's language.
    pub(crate) fn say(&self, word: Word, with: &[&dyn Display]) -> String {
        word.say(self.lang, with)
    }

    /// A line of the timeline.
    pub(crate) fn line(&self, at: Instant, who: &str, tone: Tone, word: Word, with: &[&dyn Display]) {
        self.timeline.line(at, who, tone, &self.say(word, with));
    }

    /// A line about the receiver itself, now.
    pub(crate) fn note(&self, tone: Tone, word: Word, with: &[&dyn Display]) {
        self.line(Instant::now(), &self.say(Word::Receiver, &[]), tone, word, with);
    }

    /// The title of a scene.
    pub(crate) fn scene(&self, word: Word) {
        self.timeline.scene(Instant::now(), &self.say(word, &[]));
    }

    /// Writes down what became of a claim.
    pub(crate) fn found(&self, claim: Claim, held: bool, figure: String) {
        self.proof.lock().unwrap_or_else(PoisonError::into_inner).found(claim, held, figure);
    }

    /// Adds to what was found of a claim.
    pub(crate) fn also_found(&self, claim: Claim, held: bool, figure: &str) {
        self.proof.lock().unwrap_or_else(PoisonError::into_inner).also(claim, held, figure);
    }

    /// The name of an authority.
    pub(crate) fn who(&self, authority: &str) -> &str {
        let known = self.directory.authorities.get(&AuthorityId::from(authority));
        known.map_or("?", |known| self.name(&known.names))
    }

    /// The name of a site.
    pub(crate) fn site(&self, site: &str) -> &str {
        self.directory.sites.get(&SiteId::from(site)).map_or("?", |known| self.name(&known.names))
    }

    fn name<'a>(&self, names: &'a Names) -> &'a str {
        match self.lang {
            Lang::Vi => &names.vi,
            Lang::En => &names.en,
        }
    }

    /// The first panel of a site.
    pub(crate) fn panel(&self, site: &str) -> Option<&Panel> {
        let site = self.directory.sites.get(&SiteId::from(site))?;
        site.devices.keys().find_map(|device| self.panels.get(device))
    }

    /// The first desk of an authority.
    pub(crate) fn desk(&self, authority: &str) -> Option<&Desk> {
        let channels = &self.directory.authorities.get(&AuthorityId::from(authority))?.channels;
        channels.iter().find_map(|channel| match channel {
            Channel::Desk { device } => self.desks.get(device),
            _ => None,
        })
    }

    /// The levels that must be told of an attack at a site.
    pub(crate) fn levels_of(&self, site: &SiteId) -> Vec<u8> {
        let centre = self
            .directory
            .sites
            .get(site)
            .is_some_and(|site| site.kind != SiteKind::Gold || !site.authorities.is_empty());
        centre.then_some(0).into_iter().chain(self.directory.levels.keys().copied()).collect()
    }

    /// Waits until an authority sees an incident on its screen, or gets it by its webhook, for this reason.
    pub(crate) async fn told(&self, incident: IncidentId, authority: &str, why: Why) -> (Instant, Telling) {
        let fits =
            |telling: &Telling| telling.incident == incident && telling.authority == authority && telling.why == why;
        let find = |telling: &Telling, at| fits(telling).then(|| (at, telling.clone()));
        let told = self.seen.first(|sight| match &sight.what {
            Observed::Desk(telling) | Observed::Posted(telling, _) => find(telling, sight.at),
            _ => None,
        });
        told.await
    }

    /// Waits for everybody who must hear of an attack, and says when each did. `word` says what they see, with the time since the press.
    pub(crate) async fn all_told(&self, pressed: Instant, incident: IncidentId, authorities: &[&str], word: Word) {
        for authority in authorities {
            let (at, _) = self.told(incident, authority, Why::First).await;
            self.line(at, self.who(authority), Tone::Alarm, word, &[&span(at.saturating_duration_since(pressed))]);
        }
    }

    /// Waits for the receipt on the site's display; the line says after how long and where it stands in the journal.
    pub(crate) async fn receipt(&self, press: Press, site: &str) -> Instant {
        let (at, position) = self.stored(press).await;
        let after = span(at.saturating_duration_since(press.at));
        self.line(at, self.site(site), Tone::Good, Word::ReceiptShown, &[&after, &position]);
        at
    }

    /// The same without a line.
    pub(crate) async fn stored(&self, press: Press) -> (Instant, u64) {
        let shown = self.seen.first(|sight| match &sight.what {
            Observed::Shown(_, Indication::Received { frame, position, .. }) if *frame == press.frame => {
                Some((sight.at, *position))
            }
            _ => None,
        });
        shown.await
    }

    /// Waits until a site's display shows, discreetly, that a person has acted.
    pub(crate) async fn answer_shown(&self, press: Press, wanted: Act) -> (Instant, u8) {
        let shown = self.seen.first(|sight| match &sight.what {
            Observed::Shown(device, Indication::Answered { incident, level, act, .. }) => {
                let ours = *device == press.device && *incident == press.incident() && *act == wanted;
                ours.then_some((sight.at, *level))
            }
            _ => None,
        });
        shown.await
    }

    /// Waits for a decision of the receiver.
    pub(crate) async fn record<T>(&self, find: impl Fn(&Record) -> Option<T>) -> T {
        let found = self.seen.first(|sight| match &sight.what {
            Observed::Record(record) => find(record),
            _ => None,
        });
        found.await
    }

    /// Waits until an incident is raised at a site, by whatever came.
    pub(crate) async fn raised_at(&self, site: &str) -> IncidentId {
        let site = SiteId::from(site);
        let raised = self.record(|record| match &record.what {
            What::Raised { facts, .. } if facts.site.as_ref() == Some(&site) => record.incident,
            _ => None,
        });
        raised.await
    }

    /// Waits until the operator is shown a refusal of who claimed this, after `since`, and returns the sentence that was shown.
    pub(crate) async fn refused(&self, since: Instant, claimed: Option<String>, reason: String) -> String {
        let found = self.seen.first(|sight| match &sight.what {
            Observed::Refused(refused) if sight.at >= since => {
                let fits = refused.reason.starts_with(&reason) && (claimed.is_none() || refused.claimed == claimed);
                fits.then(|| (sight.at, refused.clone()))
            }
            _ => None,
        });
        let (at, refused) = found.await;
        let sentence = self.sentence(&refused).to_owned();
        self.line(at, &self.say(Word::Receiver, &[]), Tone::Good, Word::Refused, &[&sentence]);
        sentence
    }

    /// What the operator reads of a refusal.
    pub(crate) fn sentence<'a>(&self, refused: &'a Refused) -> &'a str {
        match self.lang {
            Lang::Vi => &refused.sentence.0,
            Lang::En => &refused.sentence.1,
        }
    }

    /// A person at an authority's desk acts; true when it was stored and done.
    pub(crate) async fn act(&self, authority: &str, incident: IncidentId, act: Act) -> bool {
        self.answer(authority, Answer::new(incident, act, OPERATOR)).await == Reply::Done
    }

    /// A person closes an incident.
    pub(crate) async fn close(&self, authority: &str, incident: IncidentId, how: Disposition, note: Word) -> Reply {
        let note = Some(self.say(note, &[]));
        let answer = Answer { disposition: Some(how), note, ..Answer::new(incident, Act::Closed, OPERATOR) };
        self.answer(authority, answer).await
    }

    async fn answer(&self, authority: &str, answer: Answer) -> Reply {
        let Some(desk) = self.desk(authority) else { return Reply::Failed };
        let note = answer.note.clone().unwrap_or_default();
        let (at, act, how) = (Instant::now(), answer.act, answer.disposition);
        let reply = desk.answer(answer).await;
        let done = act.words(self.lang);
        match (&reply, how) {
            (Reply::Done, None) => self.line(at, self.who(authority), Tone::Good, Word::Acted, &[&done]),
            (Reply::Done, Some(Disposition::Other)) => {
                self.line(at, self.who(authority), Tone::Good, Word::Closed, &[&note]);
            }
            (Reply::Done, Some(how)) => {
                self.line(at, self.who(authority), Tone::Good, Word::ClosedAs, &[&how.words(self.lang), &note]);
            }
            (Reply::Objected(_), Some(how)) => {
                self.line(at, self.who(authority), Tone::Warn, Word::Proposed, &[&how.words(self.lang)]);
            }
            _ => self.line(at, self.who(authority), Tone::Warn, Word::ActFailed, &[&done]),
        }
        reply
    }

    /// How many incidents the receiver knows at a site.
    pub(crate) async fn incidents_at(&self, site: &str) -> Option<usize> {
        let all = self.operator.get("incidents").await?;
        let here =
            |incident: &&serde_json::Value| incident.pointer("/facts/site").and_then(|id| id.as_str()) == Some(site);
        Some(all.as_array()?.iter().filter(here).count())
    }

    /// The octets that a panel signed for a press.
    pub(crate) fn octets_of(&self, frame: FrameId) -> Option<Vec<u8>> {
        let signed = self.seen.all(|sight| match &sight.what {
            Observed::Signed(octets) if FrameId::of(octets) == frame => Some(octets.clone()),
            _ => None,
        });
        signed.into_iter().next()
    }

    /// The panels of some sites that are switched on.
    pub(crate) fn panels_on(&self, sites: &[SiteId]) -> Vec<DeviceId> {
        let known = sites.iter().filter_map(|site| self.directory.sites.get(site));
        let devices = known.flat_map(|site| site.devices.keys()).filter_map(|device| self.panels.get(device));
        devices.filter(|panel| panel.is_on()).map(|panel| panel.device).collect()
    }
}
