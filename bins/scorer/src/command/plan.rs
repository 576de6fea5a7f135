//! `plan --budget`: the best use of a budget.

use keng_risk::plan::{Plan, Request, plan};
use serde_json::{Value, json};

use crate::args::PlanArgs;
use crate::failure::Failure;
use crate::load::{Loaded, load};
use crate::output;
use crate::words::Word;

pub(crate) fn run(args: &PlanArgs) -> Result<(), Failure> {
    if !(args.budget.is_finite() && args.budget >= 0.0) {
        return Err(Failure::Usage("--budget".to_owned()));
    }
    let loaded = load(&args.sites, None)?;
    loaded.progress.say(loaded.lang.say(Word::Planning));
    let request = Request {
        budget_mvnd: args.budget,
        calibration: loaded.sites.calibration(&loaded.model),
        positions: &loaded.sites.positions,
        draws: args.draws,
        seed: args.seed,
    };
    let made = plan(&loaded.model, &loaded.sites, &request);
    if args.json {
        output::json(&as_json(&loaded, args, &made))
    } else {
        output::say(&text(&loaded, args.budget, &made))
    }
}

/// The plan's choices as rows, those that save most first: site, measures, points, cost, saving, how sure.
pub(crate) fn rows(loaded: &Loaded, plan: &Plan) -> Vec<Vec<String>> {
    let lang = loaded.lang;
    let mut choices: Vec<_> = plan.choices.iter().collect();
    choices.sort_by(|a, b| b.saves_mvnd.total_cmp(&a.saves_mvnd).then(a.site.cmp(&b.site)));
    let rows = choices.into_iter().map(|choice| {
        let names = choice
            .measures
            .iter()
            .filter_map(|measure| loaded.model.measures.get(*measure))
            .map(|measure| lang.measure(measure));
        let kept: Vec<String> =
            choice.kept.iter().map(|share| format!("{} %", lang.number(share * 100.0, 0))).collect();
        vec![
            loaded.sites.name(choice.site).to_owned(),
            names.collect::<Vec<_>>().join("; "),
            format!("{} → {}", lang.signed(choice.before), lang.signed(choice.after)),
            lang.number(choice.cost_mvnd, 0),
            lang.number(choice.saves_mvnd, 3),
            kept.join("; "),
        ]
    });
    rows.collect()
}

/// What is said about a plan, in lines.
pub(crate) fn lines(loaded: &Loaded, budget: f64, plan: &Plan) -> Vec<String> {
    let lang = loaded.lang;
    let mvnd = |amount: f64| lang.number(amount, 3);
    let mut lines = vec![
        lang.fill(Word::PlanSpends, &[&lang.number(plan.cost_mvnd, 0), &lang.number(budget, 0)]),
        lang.fill(Word::PlanSaves, &[&mvnd(plan.before_mvnd), &mvnd(plan.after_mvnd)]),
    ];
    lines.push(if plan.is_proven {
        lang.say(Word::PlanProven).to_owned()
    } else {
        lang.fill(Word::PlanGap, &[&lang.number(plan.gap() * 100.0, 4)])
    });
    lines.push(lang.fill(Word::Displaced, &[&mvnd(plan.displaced.likely_mvnd), &mvnd(plan.displaced.high_mvnd)]));
    if let Some((site, more)) = plan.displaced.worst {
        lines.push(lang.fill(Word::DisplacedWorst, &[&loaded.sites.name(site), &lang.number(more, 4)]));
    }
    lines.push(lang.say(Word::HonestCost).to_owned());
    lines
}

pub(crate) fn header(loaded: &Loaded) -> [&'static str; 6] {
    [Word::Site, Word::Measures, Word::Score, Word::Cost, Word::Saves, Word::Kept].map(|word| loaded.lang.say(word))
}

fn text(loaded: &Loaded, budget: f64, plan: &Plan) -> String {
    let said = lines(loaded, budget, plan).join("\n");
    if plan.choices.is_empty() {
        return format!("{}\n{said}", loaded.lang.say(Word::PlanNothing));
    }
    format!("{}\n{said}", output::table(&header(loaded), rows(loaded, plan), &[1]))
}

fn as_json(loaded: &Loaded, args: &PlanArgs, plan: &Plan) -> Value {
    let choices: Vec<Value> = plan
        .choices
        .iter()
        .map(|choice| {
            let names: Vec<_> = choice.measures.iter().filter_map(|measure| loaded.model.measures.get(*measure)).map(|measure| &measure.name).collect();
            json!({
                "id": loaded.sites.ids.get(choice.site), "measures": names, "cost_mvnd": choice.cost_mvnd,
                "score_before": choice.before, "score_after": choice.after, "saves_mvnd": choice.saves_mvnd, "kept": choice.kept,
            })
        })
        .collect();
    let curve: Vec<Value> = plan.curve.iter().map(|step| json!([step.budget_mvnd, step.left_mvnd])).collect();
    json!({
        "budget_mvnd": args.budget, "cost_mvnd": plan.cost_mvnd, "before_mvnd": plan.before_mvnd, "after_mvnd": plan.after_mvnd,
        "proven": plan.is_proven, "gap": plan.gap(), "most_saved_mvnd": plan.most_saved_mvnd,
        "displaced": { "likely_mvnd": plan.displaced.likely_mvnd, "high_mvnd": plan.displaced.high_mvnd,
            "worst": plan.displaced.worst.map(|(site, more)| json!({ "id": loaded.sites.ids.get(site), "more_mvnd": more })) },
        "choices": choices, "curve": curve, "seed": args.seed, "draws": args.draws,
        "model_sha256": loaded.model_hash, "data_sha256": loaded.data_hash,
    })
}
