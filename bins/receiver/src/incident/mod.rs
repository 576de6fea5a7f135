//! `incident`: what the journal alone says about incidents. The dispatcher's records are applied in order, as after a restart, and
//! nobody is told anything by it.

mod list;
mod local;
mod replay;
mod show;

use keng_dispatch::directory::{Channel, Directory};
use keng_dispatch::record::Record;
use keng_dispatch::text::Lang;
use keng_dispatch::view::IncidentView;
use keng_dispatch::{AuthorityId, Dispatcher, Limits, Names};
use keng_journal::{Position, entries};
use keng_protocol::{DeviceId, IncidentId};
use keng_station::entries::RECORD;

use crate::args::{IncidentCommand, IncidentPrefix, JournalArg};
use crate::config::{Config, Language};
use crate::failure::Failure;
use crate::journal::{Opened, unreadable};

/// Runs the command.
pub(crate) fn run(command: &IncidentCommand) -> Result<(), Failure> {
    match command {
        IncidentCommand::List(args) => list::run(args),
        IncidentCommand::Show(args) => show::run(args),
        IncidentCommand::Replay(args) => replay::run(args),
    }
}

/// All incidents of a journal.
struct Past {
    dispatcher: Dispatcher,
    directory: Directory,
    lang: Lang,
}

impl Past {
    /// Reads the journal; `each` sees every record as it is applied.
    fn read(args: &JournalArg, lang: Option<Language>, mut each: impl FnMut(Record)) -> Result<Self, Failure> {
        let opened = Opened::by(args)?;
        let directory = opened.config.as_ref().map(directory).unwrap_or_default();
        let lang = lang.or(opened.config.as_ref().map(|config| config.station.language));
        // Memory is the only bound: whoever asks for the past wants all of it.
        let limits = Limits {
            open: usize::MAX,
            closed: usize::MAX,
            tellings: usize::MAX,
            acts: usize::MAX,
            ..Limits::default()
        };
        let mut dispatcher = Dispatcher::new(keng_dispatch::Config { run: 0, limits }, directory.clone());
        for stored in entries(&opened.reader, Position::FIRST) {
            let entry = stored.map_err(unreadable)?.entry;
            if entry.kind == RECORD
                && let Ok(record) = Record::decode(&entry.payload)
            {
                dispatcher.restore(&record);
                each(record);
            }
        }
        Ok(Self { dispatcher, directory, lang: lang.map_or(Lang::default(), Lang::from) })
    }

    /// The name of an authority; its id when the directory does not know it.
    fn named(&self, id: &AuthorityId) -> String {
        let authority = self.directory.authorities.get(id);
        authority.map_or_else(|| id.to_string(), |authority| name(&authority.names, self.lang).to_owned())
    }

    /// The name of the authority that a desk belongs to; the desk's id when the directory does not know it.
    fn of_desk(&self, desk: DeviceId) -> String {
        let of = |channel: &Channel| matches!(channel, Channel::Desk { device } if *device == desk);
        let authority = self.directory.authorities.values().find(|authority| authority.channels.iter().any(of));
        authority.map_or_else(|| desk.to_string(), |authority| name(&authority.names, self.lang).to_owned())
    }

    /// The one incident whose id begins so.
    fn one(&self, prefix: &IncidentPrefix) -> Result<IncidentView, Failure> {
        let mut found = self.dispatcher.incidents().into_iter().filter(|incident| prefix.matches(incident.id));
        match (found.next(), found.next()) {
            (Some(incident), None) => Ok(incident),
            (None, _) => Err(Failure::job(format!("no incident {prefix} is in the journal"))),
            (Some(_), Some(_)) => {
                Err(Failure::Usage(format!("more than one incident begins with {prefix}: give more digits")))
            }
        }
    }
}

/// The directory as it is now, for the names; an incident is shown without names when it cannot be read.
fn directory(config: &Config) -> Directory {
    let text = std::fs::read_to_string(&config.station.directory.value).ok();
    text.and_then(|text| Directory::read(&text).ok()).unwrap_or_default()
}

/// A name in one language.
pub(crate) fn name(names: &Names, lang: Lang) -> &str {
    match lang {
        Lang::Vi => &names.vi,
        Lang::En => &names.en,
    }
}

/// Words of this program's own, in one language.
pub(crate) const fn say(lang: Lang, vi: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

/// The first digits of an id, enough for a person to tell incidents apart.
fn short(id: IncidentId) -> String {
    id.to_string().chars().take(8).collect()
}
