//! `incident list`: one line each, the most urgent first, closed ones last.

use std::io::Write as _;

use keng_dispatch::incident::{Cancelled, Facts, Stage};
use keng_dispatch::text::{self, Lang, Words as _};
use keng_dispatch::view::IncidentView;

use super::{Past, local, name, say, short};
use crate::args::ListArgs;
use crate::failure::Failure;

pub(super) fn run(args: &ListArgs) -> Result<(), Failure> {
    let past = Past::read(&args.journal, args.lang, |_| ())?;
    let mut incidents = past.dispatcher.incidents();
    incidents.retain(|incident| !args.open || incident.stage != Stage::Closed);
    let mut out = std::io::stdout().lock();
    if args.json {
        let all = serde_json::to_string(&incidents).map_err(Failure::because("cannot write JSON"))?;
        writeln!(out, "{all}")?;
        return Ok(());
    }
    if incidents.is_empty() {
        writeln!(out, "{}", say(past.lang, "Không có vụ việc.", "No incidents."))?;
    }
    for incident in &incidents {
        writeln!(out, "{}", line(incident, past.lang))?;
    }
    Ok(())
}

fn line(incident: &IncidentView, lang: Lang) -> String {
    let raised = local::full(incident.facts.raised);
    let site = incident
        .site
        .as_ref()
        .map_or_else(|| unknown_site(&incident.facts, lang), |site| name(&site.names, lang).to_owned());
    let stage = incident.stage.words(lang);
    format!("{}  {raised}  {}  {}  [{stage}]", short(incident.id), headline(&incident.facts, lang), site)
}

/// What it is, with the marks that nobody may overlook first.
pub(super) fn headline(facts: &Facts, lang: Lang) -> String {
    let marks = [(facts.drill, text::DRILL), (facts.confirmed, text::CONFIRMED)];
    let marks = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| mark.words(lang));
    let duress = facts.cancelled.filter(|how| *how == Cancelled::Duress).map(|how| how.words(lang));
    let words: Vec<_> = marks.chain(duress).chain([facts.cause.words(lang)]).collect();
    words.join(" · ")
}

fn unknown_site(facts: &Facts, lang: Lang) -> String {
    facts.site.as_ref().map_or_else(|| text::SITE_UNKNOWN.words(lang).into_owned(), ToString::to_string)
}
