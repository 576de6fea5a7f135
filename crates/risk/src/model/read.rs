//! From the file to a model that can be scored with, or what is wrong with it.

use std::collections::BTreeSet;

use super::file::{self, File, Named, ShapeName};
use super::{
    Effect, Factor, Field, Kind, MAX_MEASURES, MAX_PARTS, Measure, Part, Parts, Problem, Range, Reference, Roles, Shape,
};
use crate::duration::Durations;
use crate::hours;

pub(super) fn read(toml: &str) -> Result<Parts, Problem> {
    let file: File = toml::from_str(toml).map_err(|error| Problem::Toml(error.to_string()))?;
    bounded(&file)?;
    let fields: Vec<Field> = file.field.iter().map(field).collect::<Result<_, _>>()?;
    unique("the field", fields.iter().map(|field| field.name.as_str()))?;
    let factors = file.factor.iter().map(|one| factor(one, &fields)).collect::<Result<_, _>>()?;
    unique("the measure", file.measure.iter().map(|measure| measure.name.as_str()))?;
    file.measure.iter().try_for_each(|one| measure(one, &fields))?;
    ranges(&file)?;
    let mut parts = Parts {
        roles: roles(&fields)?,
        durations: Durations::new(&file.response.duration)?,
        reference: Reference { values: fields.iter().map(|field| field.reference).collect(), ..Reference::default() },
        name: file.name,
        version: file.version,
        base: file.base,
        loss: file.loss,
        fields,
        factors,
        response: file.response,
        hours: file.hours,
        repeat: file.repeat,
        displacement: file.displacement,
        measures: file.measure,
    };
    parts.measure_reference();
    Ok(parts)
}

fn bounded(file: &File) -> Result<(), Problem> {
    let is_small =
        file.field.len() <= MAX_PARTS && file.factor.len() <= MAX_PARTS && file.measure.len() <= MAX_MEASURES;
    if is_small { Ok(()) } else { Err(wrong("the file", "at most 200 fields, 200 factors and 12 measures")) }
}

fn field(file: &file::Field) -> Result<Field, Problem> {
    let at = || format!("field \"{}\"", file.name);
    let kind = match (file.flag, file.levels.is_empty(), file.missing.as_slice()) {
        (true, true, [missing]) if (0.0..=1.0).contains(missing) => Kind::Flag { missing: *missing },
        (false, false, []) => {
            unique("the level", file.levels.iter().map(|level| level.name.as_str()))?;
            let all: f64 = file.levels.iter().map(|level| level.missing).sum();
            if !(all > 0.0 && file.levels.iter().all(|level| level.missing >= 0.0)) {
                return Err(wrong(at(), "weights of missing levels are not negative, and not all 0"));
            }
            Kind::Level(file.levels.clone())
        }
        (false, true, [low, likely, high]) => number(file, [*low, *likely, *high])?,
        _ => {
            return Err(wrong(
                at(),
                "a number has missing = [low, likely, high], a flag missing = [probability], levels none",
            ));
        }
    };
    let mut made = Field {
        name: file.name.clone(),
        vi: file.vi.clone(),
        en: file.en.clone(),
        unit: file.unit.clone(),
        kind,
        reference: 0.0,
        derived: file.derived,
        source: file.source.clone(),
    };
    made.reference = value(&made, &file.reference)?;
    Ok(made)
}

fn number(file: &file::Field, missing: [f64; 3]) -> Result<Kind, Problem> {
    let at = || format!("field \"{}\"", file.name);
    let (Some(min), Some(max)) = (file.min, file.max) else { return Err(wrong(at(), "a number needs min and max")) };
    let [low, likely, high] = missing;
    if min <= low && low <= likely && likely <= high && high <= max {
        Ok(Kind::Number { min, max, missing })
    } else {
        Err(wrong(at(), "min, low, likely, high, max must be in ascending order"))
    }
}

/// A value of a field as the file writes it.
pub(crate) fn value(field: &Field, named: &Named) -> Result<f64, Problem> {
    let checked = match named {
        Named::Number(number) if !matches!(field.kind, Kind::Level(_)) => field.checked(*number).ok(),
        Named::Flag(flag) if matches!(field.kind, Kind::Flag { .. }) => Some(f64::from(u8::from(*flag))),
        Named::Level(level) => {
            return field
                .level(level)
                .ok_or_else(|| Problem::NoLevel { field: field.name.clone(), level: level.clone() });
        }
        _ => None,
    };
    checked.ok_or_else(|| wrong(format!("field \"{}\"", field.name), "a value that it cannot have"))
}

fn factor(file: &file::Factor, fields: &[Field]) -> Result<Factor, Problem> {
    let at = format!("factor {}.{}", file.part.name(), file.field);
    let number = find(fields, &file.field, &at)?;
    let Some(field) = fields.get(number) else { return Err(no_field(&at, &file.field)) };
    if file.part == Part::Response {
        return Err(wrong(at, "the part is frequency or consequence; the response is computed"));
    }
    let shape = match (&field.kind, file.shape) {
        (Kind::Level(levels), None) => Shape::Levels(by_level(&at, field, levels, &file.levels)?),
        (Kind::Number { .. } | Kind::Flag { .. }, Some(ShapeName::Linear)) => {
            let per = positive(&at, file.per)?;
            Shape::Linear {
                per,
                cap: file.cap.unwrap_or(f64::INFINITY),
                effect: effect(&at, file.times, file.low, file.high)?,
            }
        }
        (Kind::Number { min, .. }, Some(ShapeName::Doublings)) => {
            let scale = file.scale.filter(|scale| min + scale > 0.0);
            let scale = scale.ok_or_else(|| wrong(at.clone(), "the field's min plus scale must be above 0"))?;
            Shape::Doublings { scale, effect: effect(&at, file.times, file.low, file.high)? }
        }
        _ => {
            return Err(wrong(
                at,
                "shape is \"linear\" or \"doublings\" for a number, \"linear\" for a flag, none for levels",
            ));
        }
    };
    Ok(Factor { part: file.part, field: number, shape, source: file.source.clone() })
}

fn by_level(
    at: &str,
    field: &Field,
    levels: &[file::Level],
    effects: &[file::LevelEffect],
) -> Result<Vec<(f64, Effect)>, Problem> {
    unique("the level", effects.iter().map(|effect| effect.name.as_str()))?;
    if let Some(unknown) = effects.iter().find(|effect| field.level(&effect.name).is_none()) {
        return Err(Problem::NoLevel { field: field.name.clone(), level: unknown.name.clone() });
    }
    let made = levels.iter().map(|level| {
        let given = effects.iter().find(|effect| effect.name == level.name);
        let made =
            given.map_or(Ok(Effect::NONE), |given| effect(at, Some(given.times), Some(given.low), Some(given.high)));
        made.map(|made| (level.missing, made))
    });
    made.collect()
}

fn effect(at: &str, times: Option<f64>, low: Option<f64>, high: Option<f64>) -> Result<Effect, Problem> {
    match (times, low, high) {
        (Some(times), Some(low), Some(high)) if 0.0 < low && low <= times && times <= high && high.is_finite() => {
            Ok(Effect { times, low, high })
        }
        _ => Err(wrong(at, "an effect has 0 < low <= times <= high")),
    }
}

fn measure(measure: &Measure, fields: &[Field]) -> Result<(), Problem> {
    let at = format!("measure \"{}\"", measure.name);
    for (name, named) in &measure.set {
        let field = fields.iter().find(|field| field.name == *name).ok_or_else(|| no_field(&at, name))?;
        value(field, named)?;
    }
    measure.add.keys().chain(measure.scale.keys()).try_for_each(|name| find(fields, name, &at).map(drop))?;
    if measure.cost_mvnd >= 0.0 && measure.cost_mvnd.is_finite() {
        Ok(())
    } else {
        Err(wrong(at, "a cost is not negative"))
    }
}

fn ranges(file: &File) -> Result<(), Problem> {
    let (response, hours) = (&file.response, &file.hours);
    let shares = [
        ("response.common_cause", &response.common_cause),
        ("response.post_available", &response.post_available),
        ("response.saved", &response.saved),
    ];
    let positive = [
        ("loss", &file.loss),
        ("response.travel_error", &response.travel_error),
        ("response.duration_scale", &response.duration_scale),
        ("hours.first_hour", &hours.first_hour),
        ("hours.lunch", &hours.lunch),
        ("hours.last_hour", &hours.last_hour),
        ("hours.cash_day", &hours.cash_day),
        ("hours.lone_guard", &hours.lone_guard),
    ];
    let seconds = [
        ("response.handling_s", &response.handling_s),
        ("response.turnout_s", &response.turnout_s),
        ("response.without_alarm_s", &response.without_alarm_s),
    ];
    let is_up = |range: &Range| range.low <= range.likely && range.likely <= range.high && range.high.is_finite();
    let bad = |all: &[(&str, &Range)], fits: fn(&Range) -> bool| {
        all.iter().find(|(_, range)| !(is_up(range) && fits(range))).map(|(at, _)| (*at).to_owned())
    };
    if let Some(at) = bad(&shares, |range| range.low >= 0.0 && range.high < 1.0) {
        return Err(wrong(at, "0 <= low <= likely <= high < 1"));
    }
    if let Some(at) = bad(&positive, |range| range.low > 0.0).or_else(|| bad(&seconds, |range| range.low >= 0.0)) {
        return Err(wrong(at, "low <= likely <= high, and above 0"));
    }
    let is_day = hours.days.len() == hours::DAYS && hours.days.iter().all(|day| *day > 0.0);
    if !is_day || hours.lunch_from_h >= hours.lunch_to_h || usize::from(hours.lunch_to_h) > hours::HOURS {
        return Err(wrong("hours", "seven days above 0, and lunch within the day"));
    }
    let amounts = [
        file.base.incidents,
        file.base.site_years,
        file.repeat.half_distance_m,
        file.repeat.half_days,
        file.displacement.within_m,
    ];
    let is_right = file.repeat.most >= 1.0 && amounts.iter().all(|number| *number > 0.0);
    if is_right {
        Ok(())
    } else {
        Err(wrong("base, repeat, displacement", "numbers above 0, and repeat.most at least 1"))
    }
}

fn roles(fields: &[Field]) -> Result<Roles, Problem> {
    let at = |name| find(fields, name, "the scoring itself");
    Ok(Roles {
        press: at("drill_alarm_s")?,
        paths: at("alarm_paths")?,
        availability: at("alarm_availability")?,
        travel: [at("travel_1_s")?, at("travel_2_s")?, at("travel_3_s")?],
        open_from: at("open_from_h")?,
        open_to: at("open_to_h")?,
        open_days: at("open_days")?,
        closed_at_lunch: at("closed_at_lunch")?,
        lone_guard: leveled(fields, "lone_guard", &hours::LONE)?,
        cash_day: leveled(fields, "cash_day", &hours::CASH_DAYS)?,
    })
}

/// A field whose levels the hours are computed from: they must be these, in this order.
fn leveled(fields: &[Field], name: &str, names: &[&str]) -> Result<usize, Problem> {
    let number = find(fields, name, "the scoring itself")?;
    let Some(Kind::Level(levels)) = fields.get(number).map(|field| &field.kind) else {
        return Err(wrong(format!("field \"{name}\""), "its levels are fixed: see MODEL.md"));
    };
    if levels.iter().map(|level| level.name.as_str()).eq(names.iter().copied()) {
        Ok(number)
    } else {
        Err(wrong(format!("field \"{name}\""), "its levels are fixed: see MODEL.md"))
    }
}

fn find(fields: &[Field], name: &str, by: &str) -> Result<usize, Problem> {
    fields.iter().position(|field| field.name == name).ok_or_else(|| no_field(by, name))
}

fn positive(at: &str, number: Option<f64>) -> Result<f64, Problem> {
    number.filter(|number| *number > 0.0).ok_or_else(|| wrong(at, "per must be above 0"))
}

fn unique<'a>(what: &'static str, names: impl Iterator<Item = &'a str>) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Problem::Twice { what, name: name.to_owned() });
        }
    }
    Ok(())
}

fn no_field(by: &str, field: &str) -> Problem {
    Problem::NoField { by: by.to_owned(), field: field.to_owned() }
}

fn wrong(at: impl Into<String>, rule: &'static str) -> Problem {
    Problem::Number { at: at.into(), rule }
}
