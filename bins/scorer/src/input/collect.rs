//! From rows of cells to sites and points, with everything checked.

use std::collections::HashMap;

use keng_geo::{OutOfRange, Position};
use keng_risk::Model;
use keng_risk::model::Kind;

use super::{Cell, MAX_ROWS, Problems, Source};
use crate::progress::Progress;
use crate::sites::{One, Sites};
use crate::words::{Lang, Word};

/// Columns of a site that are no fields of the model.
pub(crate) const ABOUT: [&str; 5] = ["id", "name", "area", "lat", "lon"];

/// Places with a name and further numbers: posts, incidents, coverage.
#[derive(Debug, Default)]
pub(crate) struct Points {
    pub(crate) names: Vec<String>,
    pub(crate) positions: Vec<Option<Position>>,
    /// The numbers asked for, in the order of the asking; not a number where they are missing.
    pub(crate) numbers: Vec<Vec<f64>>,
}

/// What a column of the input is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    Id,
    Name,
    Area,
    Lat,
    Lon,
    Field(usize),
    Outcome,
    Ignored,
}

/// Reads sites.
pub(crate) fn sites(
    source: Source,
    model: &Model,
    lang: Lang,
    outcome: Option<&str>,
    progress: &Progress,
) -> (Sites, Problems) {
    let mut problems = Problems::of(&source.path);
    let mut sites = Sites::empty(model, source.hash());
    let mut roles: Vec<(Role, String)> = Vec::new();
    let mut seen = Seen::default();
    let heads = std::cell::RefCell::new(Vec::new());
    source.read(
        lang,
        &mut problems,
        &mut |header, problems| *heads.borrow_mut() = self::roles(header, model, lang, outcome, problems),
        &mut |row, cells, problems| {
            if roles.is_empty() {
                roles.clone_from(&heads.borrow());
            }
            if sites.len() >= MAX_ROWS {
                problems.fatal(None, None, lang.fill(Word::ManyRows, &[&MAX_ROWS]));
                return false;
            }
            let before = problems.count;
            let made = Row::of(row, cells, &roles, model, lang, problems);
            if problems.count == before {
                seen.check(row, &made, lang, problems);
            }
            if problems.count == before {
                sites.push(One {
                    row,
                    id: made.id,
                    name: made.name,
                    area: made.area,
                    position: made.position,
                    values: &made.values,
                    outcome: made.outcome,
                });
                progress.at(row);
            }
            true
        },
    );
    if sites.len() == 0 && problems.count == 0 {
        problems.fatal(None, None, lang.say(Word::Empty));
    }
    swapped(&mut sites, lang, &mut problems);
    (sites, problems)
}

/// One row, read.
#[derive(Debug, Default)]
struct Row {
    id: String,
    name: String,
    area: String,
    position: Option<Position>,
    values: Vec<f64>,
    outcome: f64,
}

impl Row {
    fn of(
        row: u64,
        cells: &[Cell],
        roles: &[(Role, String)],
        model: &Model,
        lang: Lang,
        problems: &mut Problems,
    ) -> Self {
        let mut made = Self { values: vec![f64::NAN; model.fields.len()], outcome: f64::NAN, ..Self::default() };
        let (mut lat, mut lon) = (f64::NAN, f64::NAN);
        for (cell, (role, column)) in cells.iter().zip(roles) {
            let mut number = || {
                let number = cell.number();
                if number.is_none() {
                    problems.add(Some(row), Some(column), shown(cell, lang.say(Word::NoNumber)));
                }
                number.unwrap_or(f64::NAN)
            };
            match role {
                Role::Id => made.id = cell.text(),
                Role::Name => made.name = cell.text(),
                Role::Area => made.area = cell.text(),
                Role::Lat => lat = number(),
                Role::Lon => lon = number(),
                Role::Outcome => made.outcome = number(),
                Role::Field(field) => {
                    match (model.fields.get(*field).map(|field| value(field, cell)), made.values.get_mut(*field)) {
                        (Some(Ok(value)), Some(place)) => *place = value,
                        (Some(Err(wrong)), _) => {
                            problems.add(Some(row), Some(column), shown(cell, &lang.wrong(&wrong)))
                        }
                        _ => (),
                    }
                }
                Role::Ignored => (),
            }
        }
        if made.id.is_empty() {
            problems.add(Some(row), Some("id"), lang.say(Word::NoId));
        }
        let hours =
            |name: &str| model.field(name).and_then(|field| made.values.get(field)).copied().unwrap_or(f64::NAN);
        if hours("open_to_h") <= hours("open_from_h") {
            problems.add(Some(row), Some("open_to_h"), lang.say(Word::Closes));
        }
        made.position = position(row, lat, lon, lang, problems);
        made
    }
}

/// The cell, as far as it is short, and what is wrong with it.
fn shown(cell: &Cell, what: &str) -> String {
    let text: String = cell.text().chars().take(40).collect();
    format!("\"{text}\" {what}")
}

fn value(field: &keng_risk::model::Field, cell: &Cell) -> Result<f64, keng_risk::site::Wrong> {
    match (cell, &field.kind) {
        (Cell::Number(number), Kind::Number { .. } | Kind::Flag { .. }) => field.checked(*number),
        (Cell::Flag(flag), Kind::Flag { .. }) => Ok(f64::from(u8::from(*flag))),
        _ => field.parse(&cell.text()),
    }
}

fn position(row: u64, lat: f64, lon: f64, lang: Lang, problems: &mut Problems) -> Option<Position> {
    if lat.is_nan() && lon.is_nan() {
        return None;
    }
    if lat.is_nan() || lon.is_nan() {
        problems.add(Some(row), Some(if lat.is_nan() { "lat" } else { "lon" }), lang.say(Word::NoCoordinate));
        return None;
    }
    match Position::new(lat, lon) {
        Ok(position) => Some(position),
        Err(_) if Position::new(lon, lat).is_ok() => {
            problems.add(
                Some(row),
                Some("lat"),
                lang.fill(Word::Swapped, &[&format!("{lat}, {lon}"), &format!("{lon}, {lat}")]),
            );
            None
        }
        Err(OutOfRange::Latitude(lat)) => {
            problems.add(Some(row), Some("lat"), lang.fill(Word::BadLat, &[&lat]));
            None
        }
        Err(OutOfRange::Longitude(lon)) => {
            problems.add(Some(row), Some("lon"), lang.fill(Word::BadLon, &[&lon]));
            None
        }
    }
}

/// Where both orders are a place on earth, the site that lies far from all others and would lie among them if swapped.
fn swapped(sites: &mut Sites, lang: Lang, problems: &mut Problems) {
    /// No country of sites is wider.
    const FAR_M: f64 = 3_000_000.0;
    let median = |pick: fn(Position) -> f64| {
        let mut all: Vec<f64> = sites.positions.iter().flatten().map(|at| pick(*at)).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied()
    };
    let (Some(lat), Some(lon)) = (median(Position::lat_deg), median(Position::lon_deg)) else { return };
    let Ok(middle) = Position::new(lat, lon) else { return };
    let mut bad = Vec::new();
    for (site, at) in sites.positions.iter().enumerate() {
        let Some(at) = at.filter(|at| at.distance_m(middle) > FAR_M) else { continue };
        let other = Position::new(at.lon_deg(), at.lat_deg())
            .ok()
            .filter(|other| other.distance_m(middle) < at.distance_m(middle) / 2.0);
        if let Some(other) = other {
            let (is, instead) =
                (format!("{}, {}", at.lat_deg(), at.lon_deg()), format!("{}, {}", other.lat_deg(), other.lon_deg()));
            problems.add(sites.rows.get(site).copied(), Some("lat"), lang.fill(Word::Swapped, &[&is, &instead]));
            bad.push(site);
        }
    }
    sites.remove(&bad);
}

/// What was there already.
#[derive(Default)]
struct Seen {
    ids: HashMap<u64, u64>,
    places: HashMap<(u64, u64, u64), u64>,
}

impl Seen {
    fn check(&mut self, row: u64, made: &Row, lang: Lang, problems: &mut Problems) {
        if let Some(first) = self.ids.insert(keng_risk::site::key(&made.id), row) {
            problems.add(Some(row), Some("id"), lang.fill(Word::TwiceId, &[&first]));
        }
        let Some(at) = made.position.filter(|_| !made.name.is_empty()) else { return };
        let place = (at.lat_deg().to_bits(), at.lon_deg().to_bits(), keng_risk::site::key(&made.name));
        if let Some(first) = self.places.insert(place, row) {
            problems.add(Some(row), Some("name"), lang.fill(Word::TwicePlace, &[&first]));
        }
    }
}

fn roles(
    header: &[String],
    model: &Model,
    lang: Lang,
    outcome: Option<&str>,
    problems: &mut Problems,
) -> Vec<(Role, String)> {
    let mut roles = Vec::new();
    for (at, name) in header.iter().enumerate() {
        let role = match name.as_str() {
            "id" => Role::Id,
            "name" => Role::Name,
            "area" => Role::Area,
            "lat" => Role::Lat,
            "lon" => Role::Lon,
            name if Some(name) == outcome => Role::Outcome,
            name => model.field(name).map_or(Role::Ignored, Role::Field),
        };
        if role == Role::Ignored {
            problems.add(None, Some(name), unknown(name, model, lang));
        }
        if header.iter().take(at).any(|before| before == name) {
            problems.fatal(None, Some(name), lang.say(Word::TwiceColumn));
        }
        roles.push((role, name.clone()));
    }
    if !roles.iter().any(|(role, _)| *role == Role::Id) {
        problems.fatal(None, Some("id"), lang.say(Word::NoIdColumn));
    }
    if let Some(outcome) = outcome
        && !roles.iter().any(|(role, _)| *role == Role::Outcome)
    {
        problems.fatal(None, Some(outcome), lang.say(Word::NoNumber));
    }
    roles
}

fn unknown(name: &str, model: &Model, lang: Lang) -> String {
    let known = ABOUT.iter().copied().chain(model.fields.iter().map(|field| field.name.as_str()));
    let near = known.map(|known| (distance(known, &name.to_lowercase()), known)).min();
    match near {
        Some((distance, known)) if distance <= 3 => lang.fill(Word::DidYouMean, &[&known]),
        _ => lang.say(Word::UnknownColumn).to_owned(),
    }
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, one) in a.chars().enumerate() {
        let mut corner = at;
        let mut left = at + 1;
        for (place, other) in row.iter_mut().skip(1).zip(&b) {
            let change = corner + usize::from(one != *other);
            corner = *place;
            left = change.min(corner + 1).min(left + 1);
            *place = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Reads places: a column `name` or `id` or `site` if there is one, `lat` and `lon`, and the columns of numbers that are asked for.
pub(crate) fn points(source: Source, numbers: &[&str], needs_place: bool, lang: Lang) -> (Points, Problems) {
    let mut problems = Problems::of(&source.path);
    let mut points = Points { numbers: vec![Vec::new(); numbers.len()], ..Points::default() };
    let header = std::cell::RefCell::new(Vec::<String>::new());
    source.read(
        lang,
        &mut problems,
        &mut |names, _| *header.borrow_mut() = names.to_vec(),
        &mut |row, cells, problems| {
            let header = header.borrow();
            let cell = |name: &str| header.iter().position(|column| column == name).and_then(|at| cells.get(at));
            let mut number = |name: &str| {
                let number = cell(name).map_or(Some(f64::NAN), Cell::number);
                if number.is_none() {
                    problems.add(Some(row), Some(name), lang.say(Word::NoNumber));
                }
                number.unwrap_or(f64::NAN)
            };
            let (lat, lon) = (number("lat"), number("lon"));
            let asked: Vec<f64> = numbers.iter().map(|name| number(name)).collect();
            let before = problems.count;
            let at = position(row, lat, lon, lang, problems);
            if at.is_none() && needs_place && problems.count == before {
                problems.add(Some(row), Some("lat"), lang.say(Word::NoPlace));
            }
            let name = ["name", "site", "id"].iter().find_map(|name| cell(name)).map(Cell::text);
            points.names.push(name.unwrap_or_default());
            points.positions.push(at);
            points.numbers.iter_mut().zip(asked).for_each(|(column, number)| column.push(number));
            true
        },
    );
    (points, problems)
}
