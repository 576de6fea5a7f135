//! `diff A B`: what changed between two inputs, scored with the same model.

use std::collections::BTreeSet;

use keng_risk::score::{Score, reasons};
use serde_json::{Value, json};

use crate::args::DiffArgs;
use crate::failure::Failure;
use crate::load::{Loaded, load};
use crate::output;
use crate::words::Word;

/// A site that is not the same in both.
struct Difference {
    id: String,
    name: String,
    before: Option<Score>,
    after: Option<Score>,
}

pub(crate) fn run(args: &DiffArgs) -> Result<(), Failure> {
    let after = load(&args.sites, None)?;
    let mut sites = args.sites.clone();
    sites.input = Some(args.before.clone());
    sites.common.threads = None;
    let before = load(&sites, None)?;
    let differences = differences(&before, &after);
    if args.json {
        return output::json(&as_json(&after, &differences));
    }
    let lang = after.lang;
    if differences.is_empty() {
        return output::say(lang.say(Word::NoDifference));
    }
    let rows = differences.iter().map(|difference| {
        let total = |score: &Option<Score>, none: Word| {
            score.as_ref().map_or(lang.say(none).to_owned(), |score| lang.signed(score.total()))
        };
        let change = difference.before.as_ref().zip(difference.after.as_ref());
        let change = change.map(|(was, is)| (lang.signed(is.total() - was.total()), why(&after, was, is)));
        let (points, why) = change.unwrap_or_default();
        vec![
            difference.name.clone(),
            total(&difference.before, Word::Added),
            total(&difference.after, Word::Removed),
            points,
            why,
        ]
    });
    let header = [Word::Site, Word::Before, Word::After, Word::Change, Word::Reasons].map(|word| lang.say(word));
    output::say(&output::table(&header, rows.collect::<Vec<_>>(), &[4]).to_string())
}

fn differences(before: &Loaded, after: &Loaded) -> Vec<Difference> {
    let score = |loaded: &Loaded, id: &str| {
        loaded.sites.named(id).map(|site| Score::of(&loaded.model, &loaded.sites.site(site).values))
    };
    let ids: BTreeSet<&String> = before.sites.ids.iter().chain(&after.sites.ids).collect();
    let all = ids.into_iter().map(|id| {
        let name = after
            .sites
            .named(id)
            .map(|site| after.sites.name(site))
            .or_else(|| before.sites.named(id).map(|site| before.sites.name(site)));
        Difference {
            id: id.clone(),
            name: name.unwrap_or_default().to_owned(),
            before: score(before, id),
            after: score(after, id),
        }
    });
    let mut all: Vec<_> = all.filter(|difference| difference.before != difference.after).collect();
    all.sort_by_key(|difference| {
        let total = |score: &Option<Score>| score.as_ref().map(Score::total);
        std::cmp::Reverse(
            total(&difference.after).zip(total(&difference.before)).map(|(after, before)| (after - before).abs()),
        )
    });
    all
}

/// The reasons whose points changed, with by how much.
fn changed(loaded: &Loaded, before: &Score, after: &Score) -> Vec<(keng_risk::score::Reason, i32)> {
    let all = reasons(&loaded.model).zip(before.points.iter().zip(&after.points));
    let mut changed: Vec<_> =
        all.map(|(reason, (before, after))| (reason, after - before)).filter(|(_, points)| *points != 0).collect();
    changed.sort_by_key(|(_, points)| -points.abs());
    changed
}

fn why(loaded: &Loaded, before: &Score, after: &Score) -> String {
    let all = changed(loaded, before, after).into_iter();
    let all = all.map(|(reason, points)| {
        format!("{} {}", loaded.lang.reason(&loaded.model, reason), loaded.lang.signed(points))
    });
    all.collect::<Vec<_>>().join("; ")
}

fn as_json(loaded: &Loaded, differences: &[Difference]) -> Value {
    let all = differences.iter().map(|difference| {
        let reasons = difference.before.as_ref().zip(difference.after.as_ref()).map(|(before, after)| changed(loaded, before, after));
        let reasons: Vec<Value> = reasons.into_iter().flatten().map(|(reason, points)| json!({ "reason": reason.name(&loaded.model), "points": points })).collect();
        json!({
            "id": difference.id, "before": difference.before.as_ref().map(Score::total), "after": difference.after.as_ref().map(Score::total),
            "reasons": reasons,
        })
    });
    json!({ "changes": all.collect::<Vec<_>>(), "model_sha256": loaded.model_hash, "data_sha256": loaded.data_hash })
}
