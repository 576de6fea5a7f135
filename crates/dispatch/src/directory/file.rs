//! The directory as a TOML file: one `[[level]]`, `[[area]]`, `[[authority]]`, `[[site]]` for each, and a few values at the top.
//!
//! Each entry is read by itself, so that one file shows all its problems at once, each with its line and column.

use core::time::Duration;
use std::collections::BTreeMap;

use keng_protocol::{DeviceId, Timestamp};
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};
use toml::value::Datetime;

use super::entry::{
    AccountEntry, AreaEntry, AuthorityEntry, AuthorityKind, ChannelEntry, DeviceEntry, LevelEntry, PolicyRow,
    PolicyRows, SiteEntry, Top,
};
use super::{Account, Area, Authority, CENTRE, Channel, Directory, Panel, Position, Problem, Problems, Site, Validity};
use crate::name::{Names, Private};
use crate::policy::{Policies, Policy, Reach};

impl Directory {
    /// Reads a directory file.
    ///
    /// # Errors
    /// [`Problems`] lists everything that cannot be read, each with its line and column and what to write instead. What can be read and
    /// is not good enough is told by [`Directory::check`].
    pub fn read(text: &str) -> Result<Self, Problems> {
        let lines = core::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
        let mut file = File { text, lines, directory: Self::default(), problems: Vec::new() };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            file.problem(error.span(), "the file", error.message());
        }
        if file.problems.is_empty() {
            file.table(table.into_inner());
        }
        file.problems.sort_by_key(|problem| problem.at);
        if file.problems.is_empty() { Ok(file.directory) } else { Err(Problems(file.problems)) }
    }
}

type Span = core::ops::Range<usize>;

/// A file that is being read.
struct File<'t> {
    text: &'t str,
    /// Where each line begins.
    lines: Vec<usize>,
    directory: Directory,
    problems: Vec<Problem>,
}

impl<'t> File<'t> {
    fn table(&mut self, mut table: DeTable<'t>) {
        let levels = self.entries(&mut table, "level");
        let areas = self.entries(&mut table, "area");
        let authorities = self.entries(&mut table, "authority");
        let sites = self.entries(&mut table, "site");
        if let Some(top) = self.entry(Spanned::new(0..0, DeValue::Table(table)), "the top of the file") {
            self.top(top);
        }
        levels.into_iter().for_each(|entry| self.level(entry));
        areas.into_iter().for_each(|entry| self.area(entry));
        authorities.into_iter().for_each(|entry| self.authority(entry));
        sites.into_iter().for_each(|entry| self.site(entry));
    }

    /// All entries of one kind that can be read.
    fn entries<T: DeserializeOwned>(&mut self, table: &mut DeTable<'t>, kind: &str) -> Vec<T> {
        let Some(list) = table.remove(kind) else { return Vec::new() };
        let span = list.span();
        match list.into_inner() {
            DeValue::Array(entries) => entries
                .into_iter()
                .enumerate()
                .filter_map(|(index, entry)| self.numbered(entry, kind, index + 1))
                .collect(),
            _ => {
                self.problem(Some(span), kind, &format!("not a list: write [[{kind}]] above each entry"));
                Vec::new()
            }
        }
    }

    fn numbered<T: DeserializeOwned>(&mut self, entry: Spanned<DeValue<'t>>, kind: &str, number: usize) -> Option<T> {
        let table = entry.get_ref().as_table();
        let id =
            table.and_then(|table| table.get("id").or_else(|| table.get("code"))).and_then(|id| id.get_ref().as_str());
        let name = id.map_or_else(|| format!("{kind} number {number}"), |id| format!("{kind} \"{id}\""));
        self.entry(entry, &name)
    }

    fn entry<T: DeserializeOwned>(&mut self, entry: Spanned<DeValue<'t>>, name: &str) -> Option<T> {
        let span = entry.span();
        T::deserialize(ValueDeserializer::from(entry))
            .map_err(|error| self.problem(error.span().or(Some(span)), name, error.message()))
            .ok()
    }

    fn top(&mut self, top: Top) {
        if *top.version.get_ref() == 0 {
            self.problem(
                Some(top.version.span()),
                "version",
                "0 is no version: write 1 for the first, and one more at each change",
            );
        }
        if !(0.0..=100_000.0).contains(top.neighbours_m.get_ref()) {
            self.problem(Some(top.neighbours_m.span()), "neighbours_m", "out of range: write metres from 0 to 100000");
        }
        self.directory.version = top.version.into_inner();
        self.directory.neighbours_m = top.neighbours_m.into_inner();
        self.directory.validity = self.validity("the directory", top.valid_from, top.valid_to);
        self.policies(top.policies);
    }

    fn policies(&mut self, rows: PolicyRows) {
        let known = Policies::default();
        let secs = |given: Option<u64>, known| given.map_or(known, Duration::from_secs);
        self.directory.policies = Policies {
            attack: self.policy("attack", rows.attack, known.attack),
            suspicion: self.policy("suspicion", rows.suspicion, known.suspicion),
            premises: self.policy("premises", rows.premises, known.premises),
            life: self.policy("life", rows.life, known.life),
            fault: self.policy("fault", rows.fault, known.fault),
            together: secs(rows.together_s, known.together),
            anew: secs(rows.anew_s, known.anew),
            longest_test: secs(rows.longest_test_s, known.longest_test),
            vigilance: secs(rows.vigilance_s, known.vigilance),
        };
        if self.directory.policies.attack.first != Reach::Every {
            self.problem(
                None,
                "policies.attack.first",
                "an attack is told to every level at once: leave this line out",
            );
        }
    }

    fn policy(&mut self, name: &str, row: PolicyRow, known: Policy) -> Policy {
        let again = self.pace(name, "again_s", row.again_s, known.again);
        let every = self.pace(name, "every_s", row.every_s, known.every);
        let climb = match (row.climb_s, row.climb_to) {
            (None, None) => known.climb,
            (after, to) => {
                let (known_after, known_to) = known.climb.unwrap_or((Duration::from_secs(120), Reach::Every));
                Some((after.map_or(known_after, Duration::from_secs), to.unwrap_or(known_to)))
            }
        };
        let silent = row.silent_s.map(Duration::from_secs).or(known.silent);
        Policy { first: row.first.unwrap_or(known.first), again, silent, every, climb }
    }

    fn pace(&mut self, row: &str, field: &str, given: Option<Spanned<u64>>, known: Duration) -> Duration {
        let Some(given) = given else { return known };
        if !(1..=86_400).contains(given.get_ref()) {
            self.problem(
                Some(given.span()),
                &format!("policies.{row}.{field}"),
                "out of range: write seconds from 1 to 86400",
            );
        }
        Duration::from_secs(given.into_inner())
    }

    fn level(&mut self, entry: LevelEntry) {
        let (span, number) = (entry.number.span(), entry.number.into_inner());
        let name = format!("level {number}");
        if number == CENTRE {
            self.problem(
                Some(span.clone()),
                &name,
                "0 is the bank's own centre: number the levels of police from 1, the nearest",
            );
        }
        self.mark("level", number.to_string(), span.clone());
        if self.directory.levels.insert(number, Names { vi: entry.vi, en: entry.en }).is_some() {
            self.problem(Some(span), &name, "stands twice: give each level a number of its own");
        }
    }

    fn area(&mut self, entry: AreaEntry) {
        let (span, code) = (entry.code.span(), entry.code.into_inner());
        let area = Area { names: Names { vi: entry.vi, en: entry.en }, parent: entry.parent.map(Into::into) };
        self.mark("area", code.clone(), span.clone());
        if self.directory.areas.insert(code.clone().into(), area).is_some() {
            self.problem(Some(span), &format!("area \"{code}\""), "stands twice: leave one out");
        }
    }

    fn authority(&mut self, entry: AuthorityEntry) {
        let (span, id) = (entry.id.span(), entry.id.into_inner());
        let name = format!("authority \"{id}\"");
        let level = match (entry.kind, entry.level.as_ref().map(|level| *level.get_ref())) {
            (AuthorityKind::Bank, None) => CENTRE,
            (AuthorityKind::Police, Some(level)) => level,
            (AuthorityKind::Bank, Some(_)) => {
                let span = entry.level.as_ref().map(Spanned::span);
                self.problem(span, &name, "a bank's centre has no level: leave the line out");
                CENTRE
            }
            (AuthorityKind::Police, None) => {
                self.problem(Some(span.clone()), &name, "has no level: write level = 1, or the number of its own");
                CENTRE
            }
        };
        let validity = self.validity(&name, entry.valid_from, entry.valid_to);
        let position = entry.position.and_then(|position| self.position(&name, &position));
        let channels = entry.channels.into_iter().filter_map(|channel| self.channel(&name, channel)).collect();
        let (names, areas) = (Names { vi: entry.vi, en: entry.en }, entry.areas.into_iter().map(Into::into).collect());
        self.mark("authority", id.clone(), span.clone());
        let authority = Authority { names, level, areas, position, validity, channels };
        if self.directory.authorities.insert(id.into(), authority).is_some() {
            self.problem(Some(span), &name, "stands twice: give each authority an id of its own");
        }
    }

    fn channel(&mut self, name: &str, channel: Spanned<ChannelEntry>) -> Option<Channel> {
        let span = channel.span();
        let ChannelEntry { desk, webhook, key } = channel.into_inner();
        match (desk, webhook) {
            (Some(desk), None) => self.device(name, Spanned::new(span, desk)).map(|device| Channel::Desk { device }),
            (None, Some(url)) if url.starts_with("https://") || url.starts_with("http://") => {
                Some(Channel::Webhook { url, key })
            }
            (None, Some(_)) => {
                self.problem(Some(span), name, "not an address of the web: write webhook = \"https://...\"");
                None
            }
            _ => {
                self.problem(
                    Some(span),
                    name,
                    "a channel is one thing: write { desk = \"id\" } or { webhook = \"https://...\" }",
                );
                None
            }
        }
    }

    fn site(&mut self, entry: SiteEntry) {
        let (span, id) = (entry.id.span(), entry.id.into_inner());
        let name = format!("site \"{id}\"");
        let position = self.position(&name, &entry.position).unwrap_or(Position { lat: 0.0, lon: 0.0 });
        let devices = self.devices(&name, entry.devices);
        let accounts = entry.dc09.into_iter().filter_map(|account| self.account(&name, account)).collect();
        let site = Site {
            names: Names { vi: entry.vi, en: entry.en },
            kind: entry.kind,
            position,
            area: entry.area.into(),
            address: entry.address,
            contact: entry.contact.map(Private),
            entrances: entry.entrances,
            guards: entry.guards.into_iter().map(Private).collect(),
            authorities: entry.authorities.into_iter().map(Into::into).collect(),
            devices,
            accounts,
            plan: entry.plan,
        };
        self.mark("site", id.clone(), span.clone());
        if self.directory.sites.insert(id.into(), site).is_some() {
            self.problem(Some(span), &name, "stands twice: give each site an id of its own");
        }
    }

    fn devices(&mut self, name: &str, entries: Vec<DeviceEntry>) -> BTreeMap<DeviceId, Panel> {
        let mut devices = BTreeMap::new();
        for entry in entries {
            let mut zones = BTreeMap::new();
            for (zone, words) in entry.zones {
                match zone.get_ref().parse() {
                    Ok(number) => drop(zones.insert(number, words)),
                    Err(_) => self.problem(
                        Some(zone.span()),
                        name,
                        "not a zone: write its number, 0 to 65535, as in 1 = \"quầy 1\"",
                    ),
                }
            }
            if let Some(every) = entry.test_every_s.as_ref().filter(|every| !(60..=2_678_400).contains(every.get_ref()))
            {
                self.problem(
                    Some(every.span()),
                    name,
                    "test_every_s is out of range: write seconds from 60 to 2678400",
                );
            }
            let test_every = entry.test_every_s.map(|every| Duration::from_secs(every.into_inner()));
            let span = entry.id.span();
            let Some(id) = self.device(name, entry.id) else { continue };
            self.mark("device", id.to_string(), span.clone());
            if devices.insert(id, Panel { zones, test_every }).is_some() {
                self.problem(Some(span), name, "the device stands twice: leave one out");
            }
        }
        devices
    }

    fn account(&mut self, name: &str, entry: AccountEntry) -> Option<Account> {
        let span = entry.account.span();
        let account = entry.account.into_inner();
        let digits = account.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !digits || !(3..=16).contains(&account.len()) {
            self.problem(Some(span), name, "not an account: write 3 to 16 hexadecimal digits");
            return None;
        }
        self.mark("account", account.clone(), span);
        self.device(name, entry.device).map(|device| Account { account, key: entry.key, device })
    }

    fn device(&mut self, name: &str, text: Spanned<String>) -> Option<DeviceId> {
        let parsed = text.get_ref().parse();
        parsed
            .map_err(|_| self.problem(Some(text.span()), name, "not a device's id: write its 16 hexadecimal digits"))
            .ok()
    }

    fn position(&mut self, name: &str, given: &Spanned<(f64, f64)>) -> Option<Position> {
        let &(lat, lon) = given.get_ref();
        if (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon) {
            return Some(Position { lat, lon });
        }
        let what = "not a place: write [latitude, longitude] in degrees, as in [20.98, 106.52]";
        self.problem(Some(given.span()), &format!("{name}, position"), what);
        None
    }

    fn validity(&mut self, name: &str, from: Option<Spanned<Datetime>>, to: Option<Spanned<Datetime>>) -> Validity {
        let span = to.as_ref().map(Spanned::span);
        let validity = Validity {
            from: from.and_then(|from| self.instant(name, "valid_from", &from)),
            to: to.and_then(|to| self.instant(name, "valid_to", &to)),
        };
        if validity.from.zip(validity.to).is_some_and(|(from, to)| to <= from) {
            self.problem(
                span,
                &format!("{name}, valid_to"),
                "is not after valid_from: write a later time, or leave it out",
            );
        }
        validity
    }

    fn instant(&mut self, name: &str, field: &str, given: &Spanned<Datetime>) -> Option<Timestamp> {
        let parsed = chrono::DateTime::parse_from_rfc3339(&given.get_ref().to_string()).ok();
        let millis = parsed.and_then(|when| u64::try_from(when.timestamp_millis()).ok());
        if millis.is_none() {
            let what = "not an instant after 1970 with its offset: write it as in 2025-07-01T00:00:00+07:00";
            self.problem(Some(given.span()), &format!("{name}, {field}"), what);
        }
        millis.map(Timestamp::from_millis)
    }

    fn mark(&mut self, kind: &'static str, id: String, span: Span) {
        let at = self.line_column(span.start);
        self.directory.marks.insert((kind, id), at);
    }

    fn problem(&mut self, span: Option<Span>, field: &str, what: &str) {
        let at = Some(self.line_column(span.map_or(0, |span| span.start)));
        self.problems.push(Problem { at, field: field.to_owned(), what: what.to_owned() });
    }

    /// Line and column of an octet of the file, both from 1; the column counts characters.
    fn line_column(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|index| self.lines.get(index)).copied().unwrap_or_default();
        let column = self.text.get(start..offset).unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}
