//! `status`, `coverage`, `expiring`, `forecast`, `tools`, `drills`, `retention`: questions and their answers as tables.

use chrono::{DateTime, Days, FixedOffset, NaiveDate};
use keng_export::{Cell, Kind};
use keng_training::{Book, Cover, Dossier, PersonId, Question, Rules, SiteId, Standing};

use super::Context;
use crate::args::{CoverageArgs, ExpiringArgs, ForecastArgs, OnArgs, StatusArgs};
use crate::failure::Failure;
use crate::moment;
use crate::progress::Progress;
use crate::report::Report;
use crate::store::Store;
use crate::words::{Lang, Word, finding, reason, standing, status};

/// A store, its rules, and the moment that is asked about.
struct Asked {
    store: Store,
    rules: Rules,
    at: DateTime<FixedOffset>,
    on: NaiveDate,
}

impl Asked {
    fn new(context: &Context, at: Option<DateTime<FixedOffset>>) -> Result<Self, Failure> {
        let store = Store::open(&context.common.store)?;
        let rules = store.rules()?;
        let at = moment::or_now(at);
        let on = rules.day(at);
        Ok(Self { store, rules, at, on })
    }
}

const STATUS: &[(&str, Word, Kind)] = &[
    ("person", Word::Person, Kind::Text),
    ("skill", Word::Skill, Kind::Text),
    ("status", Word::Status, Kind::Text),
    ("reason", Word::Why, Kind::Text),
    ("last_day", Word::LastDay, Kind::Date),
    ("rule", Word::Rule, Kind::Text),
    ("source", Word::Source, Kind::Text),
    ("entry", Word::Entry, Kind::Integer),
];

/// With a person and a skill the exit code is the answer.
pub(crate) fn status_of(context: &Context, args: &StatusArgs) -> Result<(), Failure> {
    let asked = Asked::new(context, args.on.at)?;
    let title = Word::TitleStatus.say(context.lang, &[&asked.on]);
    let mut columns = STATUS.to_vec();
    if args.names {
        columns.insert(1, ("name", Word::Name, Kind::Text));
    }
    let mut report = Report::new("status", &title, context.lang, &columns)?;
    let mut refused = 0_usize;
    let progress = Progress::over(asked.store.len()?);
    asked.store.for_each_dossier(|id, dossier| {
        progress.step();
        if args.person.as_ref().is_some_and(|person| *person != id.0)
            || dossier.person.is_none() && args.person.is_none()
        {
            return Ok(());
        }
        for (skill, judged) in judged(&asked, args, dossier) {
            refused += usize::from(!judged.verdict.is_valid());
            let name = dossier.person.as_ref().map(|person| person.record.name.clone());
            let mut row = status_row(id, &skill, &judged, context.lang);
            if args.names {
                row.insert(1, Cell::from(name));
            }
            report.rows.push(row);
        }
        Ok::<_, Failure>(())
    })?;
    context.show(&report)?;
    let is_question = args.person.is_some() && args.skill.is_some();
    if is_question && (refused > 0 || report.rows.is_empty()) {
        return Err(Failure::no(Word::MissingStatus.text(context.lang)));
    }
    Ok(())
}

fn judged(asked: &Asked, args: &StatusArgs, dossier: &Dossier) -> Vec<(String, keng_training::Judgement)> {
    let skills = match &args.skill {
        Some(skill) => vec![skill.clone()],
        None => skills(&asked.rules, dossier),
    };
    let site = args.site.as_deref().map(SiteId::from);
    let site = site.as_ref().or_else(|| dossier.person.as_ref().map(|person| &person.record.site));
    let judge = |skill: String| {
        let judgement = dossier.judge(&asked.rules, Question { skill: &skill, site, on: asked.on });
        (skill, judgement)
    };
    skills.into_iter().map(judge).collect()
}

/// Every skill of the rule file; those by tool for each type that the person has a certificate about.
pub(crate) fn skills(rules: &Rules, dossier: &Dossier) -> Vec<String> {
    let mut tools: Vec<_> = dossier.certificates.iter().filter_map(|held| held.record.tool.as_deref()).collect();
    tools.sort_unstable();
    tools.dedup();
    let of = |skill: &keng_training::Skill| match skill.by_tool {
        true => tools.iter().map(|tool| format!("{}:{tool}", skill.code)).collect(),
        false => vec![skill.code.clone()],
    };
    rules.skills.iter().flat_map(of).collect()
}

fn status_row(id: &PersonId, skill: &str, judged: &keng_training::Judgement, lang: Lang) -> Vec<Cell<'static>> {
    let (rule, source) = judged.rule.clone().unzip();
    vec![
        id.0.clone().into(),
        skill.to_owned().into(),
        status(&judged.verdict, lang).into(),
        reason(&judged.verdict, lang).into(),
        judged.verdict.last_day().into(),
        rule.into(),
        source.into(),
        integer(judged.certificate),
    ]
}

const COVERAGE: &[(&str, Word, Kind)] = &[
    ("site", Word::Site, Kind::Text),
    ("post", Word::Post, Kind::Text),
    ("from", Word::From, Kind::Instant),
    ("until", Word::Until, Kind::Instant),
    ("person", Word::Person, Kind::Text),
    ("status", Word::Status, Kind::Text),
    ("missing", Word::Missing, Kind::Text),
    ("soonest", Word::Soonest, Kind::Text),
];

/// The exit code says whether every shift is covered.
pub(crate) fn coverage(context: &Context, args: &CoverageArgs) -> Result<(), Failure> {
    if args.to < args.from {
        return Err(Failure::usage("--to is before --from"));
    }
    let asked = Asked::new(context, args.on.at)?;
    let book = asked.store.book()?;
    let title = Word::TitleCoverage.say(context.lang, &[&args.from, &args.to]);
    let mut report = Report::new("coverage", &title, context.lang, COVERAGE)?;
    let until = moment::midnight(args.to.checked_add_days(Days::new(1)).unwrap_or(args.to));
    let mut blocked = 0_usize;
    for cover in book.coverage(&asked.rules, moment::midnight(args.from), until, asked.on) {
        let standing = cover.standing(asked.on);
        let elsewhere = args.site.as_ref().is_some_and(|site| *site != cover.post.site.0);
        let fine = !matches!(standing, Standing::Blocked | Standing::Warned);
        if elsewhere || args.gaps && fine {
            continue;
        }
        blocked += usize::from(standing == Standing::Blocked);
        report.rows.push(coverage_row(&cover, standing, context.lang));
    }
    context.show(&report)?;
    if blocked > 0 { Err(Failure::no(format!("{}: {blocked}", Word::Blocked.text(context.lang)))) } else { Ok(()) }
}

pub(crate) fn coverage_row(cover: &Cover<'_>, standing: Standing, lang: Lang) -> Vec<Cell<'static>> {
    let shift = &cover.shift.record;
    vec![
        cover.post.site.0.clone().into(),
        cover.post.id.0.clone().into(),
        shift.from.to_utc().into(),
        shift.until.to_utc().into(),
        shift.person.0.clone().into(),
        self::standing(standing, lang).into(),
        gaps(cover, lang).into(),
        soonest(cover, lang).into(),
    ]
}

/// What is missing, with the reason.
pub(crate) fn gaps(cover: &Cover<'_>, lang: Lang) -> String {
    let one = |gap: &keng_training::Gap| {
        let verdict = &gap.judgement.verdict;
        Word::Gap.say(lang, &[&gap.skill, &gap.on, &format!("{} ({})", status(verdict, lang), reason(verdict, lang))])
    };
    cover.gaps.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Who could stand it, soonest first.
pub(crate) fn soonest(cover: &Cover<'_>, lang: Lang) -> String {
    if cover.is_blocked() && cover.instead.is_empty() {
        return Word::Nobody.text(lang).to_owned();
    }
    let one = |candidate: &keng_training::Candidate| match candidate.missing.as_slice() {
        [] => Word::Candidate.say(lang, &[&candidate.person.0, &candidate.ready]),
        missing => Word::CandidateAfter.say(lang, &[&candidate.person.0, &candidate.ready, &missing.join(", ")]),
    };
    cover.instead.iter().map(one).collect::<Vec<_>>().join("; ")
}

pub(crate) fn expiring(context: &Context, args: &ExpiringArgs) -> Result<(), Failure> {
    const COLUMNS: &[(&str, Word, Kind)] = &[
        ("person", Word::Person, Kind::Text),
        ("kind", Word::Kind, Kind::Text),
        ("tool", Word::Tool, Kind::Text),
        ("last_day", Word::LastDay, Kind::Date),
        ("days_left", Word::DaysLeft, Kind::Integer),
        ("rule", Word::Rule, Kind::Text),
        ("entry", Word::Entry, Kind::Integer),
    ];
    let asked = Asked::new(context, args.on.at)?;
    let title = Word::TitleExpiring.say(context.lang, &[&args.within, &asked.on]);
    let mut report = Report::new("expiring", &title, context.lang, COLUMNS)?;
    asked.store.for_each_dossier(|id, dossier| {
        for ending in dossier.ending(&asked.rules, asked.on, args.within) {
            let certificate = &ending.certificate.record;
            report.rows.push(vec![
                id.0.clone().into(),
                certificate.kind.clone().into(),
                certificate.tool.clone().into(),
                ending.last_day.into(),
                ending.days_left.into(),
                ending.judgement.rule.as_ref().map(|(rule, _)| rule.clone()).into(),
                integer(Some(ending.certificate.index)),
            ]);
        }
        Ok::<_, Failure>(())
    })?;
    report.rows.sort_by_key(|row| row.get(3).map(crate::report::said));
    context.show(&report)
}

pub(crate) fn forecast(context: &Context, args: &ForecastArgs) -> Result<(), Failure> {
    const COLUMNS: &[(&str, Word, Kind)] = &[
        ("site", Word::Site, Kind::Text),
        ("post", Word::Post, Kind::Text),
        ("qualified", Word::Qualified, Kind::Integer),
        ("wanted", Word::Wanted, Kind::Integer),
        ("short_from", Word::ShortFrom, Kind::Date),
        ("for_want_of", Word::ForWantOf, Kind::Text),
    ];
    let asked = Asked::new(context, args.on.at)?;
    let book = asked.store.book()?;
    let title = Word::TitleForecast.say(context.lang, &[&asked.on]);
    let mut report = Report::new("forecast", &title, context.lang, COLUMNS)?;
    for post in book.posts.values() {
        let outlook = book.outlook(&asked.rules, post, asked.on);
        report.rows.push(vec![
            post.site.0.clone().into(),
            post.id.0.clone().into(),
            i64::from(outlook.qualified).into(),
            i64::from(outlook.wanted).into(),
            outlook.short_from.into(),
            outlook.for_want_of.into(),
        ]);
    }
    report.rows.sort_by_key(|row| row.get(4).map(|cell| (matches!(cell, Cell::Empty), crate::report::said(cell))));
    context.show(&report)
}

/// The exit code says whether every hand-out was in order.
pub(crate) fn tools(context: &Context, args: &OnArgs) -> Result<(), Failure> {
    const COLUMNS: &[(&str, Word, Kind)] = &[
        ("tool", Word::Tool, Kind::Text),
        ("person", Word::Person, Kind::Text),
        ("keeper", Word::Keeper, Kind::Text),
        ("at", Word::At, Kind::Instant),
        ("findings", Word::Findings, Kind::Text),
        ("entry", Word::Entry, Kind::Integer),
    ];
    let asked = Asked::new(context, args.at)?;
    let book = asked.store.book()?;
    let title = Word::TitleTools.say(context.lang, &[&asked.on]);
    let mut report = Report::new("tools", &title, context.lang, COLUMNS)?;
    let mut wrong = 0_usize;
    for (issue, findings) in book.hand_outs(&asked.rules, asked.at) {
        wrong += usize::from(!findings.is_empty());
        let said: Vec<_> = findings.iter().map(|found| finding(found, context.lang)).collect();
        let said = if said.is_empty() { Word::InOrder.text(context.lang).to_owned() } else { said.join("; ") };
        report.rows.push(vec![
            issue.record.tool.0.clone().into(),
            issue.record.person.0.clone().into(),
            issue.record.keeper.0.clone().into(),
            issue.record.at.to_utc().into(),
            said.into(),
            integer(Some(issue.index)),
        ]);
    }
    context.show(&report)?;
    if wrong > 0 { Err(Failure::no(format!("{}: {wrong}", Word::Findings.text(context.lang)))) } else { Ok(()) }
}

pub(crate) fn drills(context: &Context, args: &OnArgs) -> Result<(), Failure> {
    let asked = Asked::new(context, args.at)?;
    let book = asked.store.book()?;
    context.show(&drills_report(&book, asked.on, asked.at, context.lang)?)
}

fn drills_report(book: &Book, on: NaiveDate, at: DateTime<FixedOffset>, lang: Lang) -> Result<Report, Failure> {
    const COLUMNS: &[(&str, Word, Kind)] = &[
        ("site", Word::Site, Kind::Text),
        ("scenario", Word::Scenario, Kind::Text),
        ("at", Word::At, Kind::Instant),
        ("alarm_after_s", Word::AlarmAfter, Kind::Integer),
        ("answered_after_s", Word::AnsweredAfter, Kind::Integer),
        ("police_after_s", Word::PoliceAfter, Kind::Integer),
        ("outcome", Word::Outcome, Kind::Text),
        ("overdue", Word::Overdue, Kind::Text),
        ("entry", Word::Entry, Kind::Integer),
    ];
    let mut report = Report::new("drills", &Word::TitleDrills.say(lang, &[&on]), lang, COLUMNS)?;
    for drill in book.drills.iter().filter(|drill| drill.record.first().is_none_or(|first| first <= at)) {
        let seconds = |took: Option<chrono::TimeDelta>| Cell::from(took.map(|took| took.num_seconds()));
        let record = &drill.record;
        let overdue = record.overdue(on).map(|action| format!("{} ({})", action.what, action.due)).collect::<Vec<_>>();
        report.rows.push(vec![
            record.site.0.clone().into(),
            record.scenario.clone().into(),
            record.first().map(|first| first.to_utc()).into(),
            seconds(record.alarm_after()),
            seconds(record.answered_after()),
            seconds(record.police_after()),
            record.outcome.clone().into(),
            overdue.join("; ").into(),
            integer(Some(drill.index)),
        ]);
    }
    Ok(report)
}

pub(crate) fn retention(context: &Context, args: &OnArgs) -> Result<(), Failure> {
    const COLUMNS: &[(&str, Word, Kind)] = &[
        ("entry", Word::Entry, Kind::Integer),
        ("record", Word::Record, Kind::Text),
        ("person", Word::Person, Kind::Text),
        ("kept_until", Word::KeptUntil, Kind::Date),
        ("because", Word::KeptBecause, Kind::Text),
        ("source", Word::Source, Kind::Text),
    ];
    let asked = Asked::new(context, args.at)?;
    let book = asked.store.book()?;
    let title = Word::TitleRetention.say(context.lang, &[&asked.on]);
    let mut report = Report::new("retention", &title, context.lang, COLUMNS)?;
    asked.store.for_each_entry(|row| {
        if row.opened.is_none() {
            return Ok(());
        }
        let (index, record) = row.record()?;
        let Some(subject) = record.subject() else { return Ok(()) };
        let nobody = Dossier::default();
        let kept = asked.rules.kept(&record, book.dossiers.get(subject).unwrap_or(&nobody));
        if let (Some(until), Some(why)) = (kept.until, kept.why)
            && until < asked.on
        {
            report.rows.push(vec![
                integer(Some(index)),
                record.kind().into(),
                subject.0.clone().into(),
                until.into(),
                context.lang.of(&why.reason).to_owned().into(),
                why.source.clone().into(),
            ]);
        }
        Ok::<_, Failure>(())
    })?;
    context.show(&report)
}

/// An index as a cell.
pub(crate) fn integer(index: Option<u64>) -> Cell<'static> {
    index.and_then(|index| i64::try_from(index).ok()).into()
}
