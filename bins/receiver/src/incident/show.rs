//! `incident show`: everything about one incident.

use std::io::Write;

use keng_dispatch::incident::{Cause, Facts};
use keng_dispatch::text::{self, Lang, Words};
use keng_dispatch::view::{ActView, AuthorityView, IncidentView, LevelView, TellingView};
use keng_protocol::message::Descriptors;

use super::list::headline;
use super::{Past, local, name, say};
use crate::args::ShowArgs;
use crate::failure::Failure;

pub(super) fn run(args: &ShowArgs) -> Result<(), Failure> {
    let past = Past::read(&args.journal, args.lang, |_| ())?;
    let incident = past.one(&args.id)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        let text = serde_json::to_string_pretty(&incident).map_err(Failure::because("cannot write JSON"))?;
        writeln!(out, "{text}")?;
        return Ok(());
    }
    print(&mut out, &incident, &past)
}

/// The lines of one section, each with a word in front.
type Lines = Vec<(&'static str, String)>;

fn print(out: &mut impl Write, incident: &IncidentView, past: &Past) -> Result<(), Failure> {
    let lang = past.lang;
    writeln!(out, "{}", headline(&incident.facts, lang))?;
    for (word, text) in site(incident, lang).into_iter().chain(facts(incident, lang)) {
        let width = 12_usize.saturating_sub(word.chars().count());
        writeln!(out, "  {word}{:width$}  {text}", "")?;
    }
    writeln!(out, "\n{}", say(lang, "Đã báo", "Told"))?;
    for level in &incident.levels {
        print_level(out, level, lang)?;
    }
    if !incident.acts.is_empty() {
        writeln!(out, "\n{}", say(lang, "Đã làm", "Answers"))?;
    }
    for act in &incident.acts {
        writeln!(out, "  {}", act_line(act, past))?;
    }
    if let Some(next) = &incident.next {
        let word = say(lang, "Tiếp theo", "Next");
        writeln!(
            out,
            "\n{word}\n  {}  {}  {}",
            local::time(next.at),
            past.named(&next.authority),
            next.why.words(lang)
        )?;
    }
    Ok(())
}

fn site(incident: &IncidentView, lang: Lang) -> Lines {
    let mut lines = vec![(say(lang, "mã", "id"), incident.id.to_string())];
    let word = say(lang, "điểm", "site");
    let Some(site) = &incident.site else {
        lines.push((word, text::SITE_UNKNOWN.words(lang).into_owned()));
        return lines;
    };
    lines.push((word, name(&site.names, lang).to_owned()));
    lines.push((say(lang, "địa chỉ", "address"), site.address.clone()));
    lines.extend(site.zone.clone().map(|zone| (say(lang, "vị trí", "zone"), zone)));
    lines.extend(site.contact.as_ref().map(|contact| (say(lang, "liên hệ", "contact"), contact.0.clone())));
    lines.extend(site.plan.iter().map(|step| (say(lang, "phương án", "plan"), step.clone())));
    lines
}

fn facts(incident: &IncidentView, lang: Lang) -> Lines {
    let facts = &incident.facts;
    let mut lines = vec![
        (say(lang, "lúc", "raised"), local::full(facts.raised)),
        (say(lang, "thiết bị", "device"), source(facts, lang)),
        (say(lang, "tình trạng", "stage"), incident.stage.words(lang).into_owned()),
    ];
    let mut more = |word, text: String| {
        if !text.is_empty() {
            lines.push((word, text));
        }
    };
    more(say(lang, "lưu ý", "labels"), labels(facts, lang));
    let presses = if facts.presses > 1 { facts.presses.to_string() } else { String::new() };
    more(say(lang, "số lần báo", "alarms"), presses);
    more(say(lang, "sự cố", "faults"), list(facts.faults.iter().map(|active| &active.fault), lang));
    more(say(lang, "nhận dạng", "seen"), seen(&facts.seen, lang));
    more(say(lang, "con tin", "hostages"), facts.hostages.map(|count| count.to_string()).unwrap_or_default());
    more(say(lang, "bị thương", "injured"), facts.injured.map(|count| count.to_string()).unwrap_or_default());
    more(say(lang, "đường khác", "also by"), list(incident.evidence.iter(), lang));
    more(
        say(lang, "kết quả", "ended"),
        incident.disposition.map(|end| end.words(lang).into_owned()).unwrap_or_default(),
    );
    lines
}

fn source(facts: &Facts, lang: Lang) -> String {
    let path = facts.path.map(|path| format!(", {}", path.words(lang))).unwrap_or_default();
    format!("{} ({}{path})", facts.device, facts.sure.words(lang))
}

fn labels(facts: &Facts, lang: Lang) -> String {
    let labels = &facts.labels;
    let marks = [
        (facts.silent && matches!(facts.cause, Cause::Alarm(_)), text::SILENT),
        (facts.on_test, text::ON_TEST),
        (labels.late, text::LATE),
        (labels.key_out_of_time, text::KEY_OUT_OF_TIME),
        (labels.number_reused, text::NUMBER_REUSED),
        (labels.maybe_seen, text::MAYBE_SEEN),
    ];
    let mut words: Vec<_> = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| mark.words(lang).into_owned()).collect();
    words
        .extend(labels.clock_off_ms.map(|off_ms| format!("{} ({})", text::CLOCK_OFF.words(lang), local::span(off_ms))));
    words.extend(facts.cancelled.map(|how| how.words(lang).into_owned()));
    words.join("; ")
}

fn seen(seen: &Descriptors, lang: Lang) -> String {
    let people = say(lang, "người", "offenders");
    let words = [
        seen.offenders.map(|count| format!("{count} {people}")),
        seen.weapon.map(|weapon| weapon.words(lang).into_owned()),
        seen.face.map(|face| face.words(lang).into_owned()),
        seen.vehicle.map(|vehicle| vehicle.words(lang).into_owned()),
        seen.colour.map(|colour| colour.words(lang).into_owned()),
        seen.plate.as_ref().map(|plate| format!("{} {}", say(lang, "biển số", "plate"), plate.as_str())),
        seen.plate_false.then(|| say(lang, "nghi biển giả", "plate suspected false").to_owned()),
        seen.heading.map(|heading| heading.words(lang).into_owned()),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn list<'a>(words: impl Iterator<Item = &'a (impl Words + 'a)>, lang: Lang) -> String {
    words.map(|word| word.words(lang)).collect::<Vec<_>>().join(", ")
}

fn print_level(out: &mut impl Write, level: &LevelView, lang: Lang) -> Result<(), Failure> {
    let own = || if level.level == 0 { text::CENTRE.words(lang).into_owned() } else { String::new() };
    let names = level.names.as_ref().map_or_else(own, |names| name(names, lang).to_owned());
    let answered = match level.answered {
        Some(at) => format!("{} {}", say(lang, "trả lời lúc", "answered"), local::time(at)),
        None => say(lang, "chưa ai trả lời", "nobody has answered").to_owned(),
    };
    writeln!(out, "  {} {}  {names}: {answered}", say(lang, "cấp", "level"), level.level)?;
    for authority in &level.authorities {
        print_authority(out, authority, lang)?;
    }
    Ok(())
}

fn print_authority(out: &mut impl Write, authority: &AuthorityView, lang: Lang) -> Result<(), Failure> {
    let names = authority.names.as_ref().map_or(authority.id.as_str(), |names| name(names, lang));
    let stance = authority.stance.map(|act| format!(": {}", act.words(lang))).unwrap_or_default();
    writeln!(out, "    {names}{stance}")?;
    for telling in &authority.tellings {
        writeln!(out, "      {}", telling_line(telling, lang))?;
    }
    Ok(())
}

fn telling_line(telling: &TellingView, lang: Lang) -> String {
    let delivered = match telling.delivered {
        Some(true) => say(lang, "đã đến nơi", "delivered"),
        Some(false) => say(lang, "KHÔNG đến nơi", "NOT delivered"),
        None => say(lang, "chưa rõ đã đến nơi", "not known to be delivered"),
    };
    format!("{}  {}  ({delivered})", local::time(telling.at), telling.why.words(lang))
}

fn act_line(act: &ActView, past: &Past) -> String {
    let lang = past.lang;
    let mut line = format!("{}  {}: {}", local::time(act.at), past.named(&act.authority), act.act.words(lang));
    let words = [act.reason.map(|reason| reason.words(lang)), act.disposition.map(|end| end.words(lang))];
    words.iter().flatten().for_each(|word| line += &format!(", {word}"));
    if act.proposal {
        line += say(lang, " (đề nghị, chờ người thứ hai)", " (proposed; a second person is needed)");
    }
    line += &format!("  [{}]", act.operator.0);
    act.note.iter().for_each(|note| line += &format!("  \u{201c}{}\u{201d}", note.0));
    line
}
