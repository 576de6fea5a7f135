//! The map of a portfolio: boundaries, sites by their rank, police posts, a scale.

use std::fmt::Write as _;

use keng_geo::Position;
use serde_json::Value;

use super::svg::{INK, LINE, POST, SOFT, escape, float, heat, line, open, short, text};
use super::view::View;
use crate::load::Loaded;
use crate::words::Word;

const WIDTH: f64 = 760.0;
const MAX_HEIGHT: f64 = 620.0;
const MARGIN: f64 = 24.0;
/// More sites are drawn as dots without a number.
const NUMBERED: usize = 60;
/// The most sites of a map: the worst.
const MAX_SITES: usize = 3000;

/// An area: its name, and its rings of longitude and latitude.
pub(crate) struct Outline {
    name: String,
    rings: Vec<Vec<[f64; 2]>>,
}

/// The outlines of a GeoJSON file of Polygons and MultiPolygons with the property `name`.
pub(crate) fn outlines(geojson: &[u8]) -> Result<Vec<Outline>, serde_json::Error> {
    let value: Value = serde_json::from_slice(geojson)?;
    let features = value.get("features").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut outlines = Vec::new();
    for feature in features {
        let name = feature.pointer("/properties/name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(coordinates) = feature.pointer("/geometry/coordinates") else { continue };
        let is_polygon = feature.pointer("/geometry/type").and_then(Value::as_str) == Some("Polygon");
        let polygons: Vec<Vec<Vec<[f64; 2]>>> = if is_polygon {
            vec![serde_json::from_value(coordinates.clone())?]
        } else {
            serde_json::from_value(coordinates.clone())?
        };
        outlines.push(Outline { name, rings: polygons.into_iter().flatten().collect() });
    }
    Ok(outlines)
}

/// From degrees to the paper, true to scale in the middle.
struct Plane {
    west: f64,
    north: f64,
    per_lon: f64,
    per_lat: f64,
    height: f64,
}

impl Plane {
    fn over(points: &[[f64; 2]]) -> Option<Self> {
        let fold = |axis: fn(&[f64; 2]) -> f64, pick: fn(f64, f64) -> f64| points.iter().map(axis).reduce(pick);
        let (west, east) = (fold(|at| at[0], f64::min)?, fold(|at| at[0], f64::max)?);
        let (south, north) = (fold(|at| at[1], f64::min)?, fold(|at| at[1], f64::max)?);
        let shrink = ((south + north) / 2.0).to_radians().cos();
        let (wide, high) = (((east - west) * shrink).max(1e-3), (north - south).max(1e-3));
        let per_lat = ((WIDTH - 2.0 * MARGIN) / wide).min((MAX_HEIGHT - 2.0 * MARGIN) / high);
        let per_lon = per_lat * shrink;
        let aside = (WIDTH - (east - west) * per_lon) / 2.0;
        let height = high * per_lat + 2.0 * MARGIN + 26.0;
        Some(Self { west: west - aside / per_lon, north: north + MARGIN / per_lat, per_lon, per_lat, height })
    }

    fn at(&self, [lon, lat]: [f64; 2]) -> (f64, f64) {
        ((lon - self.west) * self.per_lon, (self.north - lat) * self.per_lat)
    }
}

fn degrees(at: Position) -> [f64; 2] {
    [at.lon_deg(), at.lat_deg()]
}

/// The map; nothing where no site has a place.
pub(super) fn draw(loaded: &Loaded, view: &View, outlines: &[Outline]) -> Option<String> {
    let sites = &loaded.sites;
    let placed =
        view.order.iter().filter_map(|site| Some((*site, degrees(sites.positions.get(*site).copied().flatten()?))));
    let placed: Vec<(usize, [f64; 2])> = placed.take(MAX_SITES).collect();
    let posts: Vec<[f64; 2]> = loaded.posts.positions.iter().flatten().map(|at| degrees(*at)).collect();
    let rings = outlines.iter().flat_map(|outline| outline.rings.iter().flatten().copied());
    let all: Vec<[f64; 2]> = placed.iter().map(|(_, at)| *at).chain(rings).collect();
    let plane = Plane::over(&all).filter(|_| !placed.is_empty())?;
    let mut out = String::new();
    open(&mut out, WIDTH, plane.height, loaded.lang.say(Word::Map));
    outlines.iter().for_each(|outline| area(&mut out, &plane, outline));
    outlines.iter().for_each(|outline| label(&mut out, &plane, outline));
    for (post, name) in posts.iter().zip(&loaded.posts.names) {
        let (x, y) = plane.at(*post);
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"11\" height=\"11\" fill=\"{POST}\" stroke=\"#fff\" stroke-width=\"1.5\"><title>{}</title></rect>",
            x - 5.5,
            y - 5.5,
            escape(name)
        );
    }
    let (most, least) = (*view.totals.iter().max()?, *view.totals.iter().min()?);
    for (site, at) in placed.iter().rev() {
        let points = view.totals.get(*site).copied().unwrap_or(0);
        let share = f64::from(points - least) / f64::from((most - least).max(1));
        mark(&mut out, plane.at(*at), share, view.rank(*site), sites.name(*site), placed.len() <= NUMBERED);
    }
    legend(&mut out, loaded, &plane, !posts.is_empty());
    out += "</svg>";
    Some(out)
}

fn area(out: &mut String, plane: &Plane, outline: &Outline) {
    let mut path = String::new();
    for ring in &outline.rings {
        for (number, at) in ring.iter().enumerate() {
            let (x, y) = plane.at(*at);
            let _ = write!(path, "{}{x:.1} {y:.1}", if number == 0 { 'M' } else { 'L' });
        }
        path.push('Z');
    }
    let _ = write!(
        out,
        "<path d=\"{path}\" fill=\"#f3f5ee\" stroke=\"#b9c2b0\" stroke-width=\"1.2\" stroke-linejoin=\"round\"/>"
    );
}

fn label(out: &mut String, plane: &Plane, outline: &Outline) {
    let Some(ring) = outline.rings.iter().max_by_key(|ring| ring.len()) else { return };
    let (mut x, mut y) = (0.0, 0.0);
    for at in ring {
        let on_paper = plane.at(*at);
        x += on_paper.0 / float(ring.len());
        y += on_paper.1 / float(ring.len());
    }
    let style = "font-size=\"12\" fill=\"#7d8872\" font-style=\"italic\" paint-order=\"stroke\" stroke=\"#f3f5ee\" stroke-width=\"3\"";
    text(out, (x, y), "middle", style, &short(&outline.name, 24));
}

fn mark(out: &mut String, (x, y): (f64, f64), share: f64, rank: usize, name: &str, is_numbered: bool) {
    let radius = if is_numbered { 10.0 } else { 3.0 + 3.0 * share };
    let ink = if share > 0.45 { "#fff" } else { INK };
    let _ = write!(
        out,
        "<g><title>{rank}: {}</title><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{}\" stroke=\"{INK}\" stroke-width=\"{}\"/>",
        escape(name),
        heat(share),
        if is_numbered { 1.2 } else { 0.6 }
    );
    if is_numbered {
        text(
            out,
            (x, y + 4.0),
            "middle",
            &format!("font-size=\"11\" font-weight=\"700\" fill=\"{ink}\""),
            &rank.to_string(),
        );
    }
    *out += "</g>";
}

fn legend(out: &mut String, loaded: &Loaded, plane: &Plane, has_posts: bool) {
    let y = plane.height - 12.0;
    let metres_each = std::f64::consts::PI * keng_geo::MEAN_RADIUS_M / 180.0 / plane.per_lat;
    let wanted = 140.0 * metres_each;
    let power = 10_f64.powf(wanted.log10().floor());
    let length =
        [5.0, 2.0, 1.0].map(|times| times * power).into_iter().find(|length| *length <= wanted).unwrap_or(power);
    let width = length / metres_each;
    line(out, (MARGIN, y), (MARGIN + width, y), &format!("stroke=\"{INK}\" stroke-width=\"2\""));
    let label = if length >= 1000.0 { format!("{} km", length / 1000.0) } else { format!("{length} m") };
    text(out, (MARGIN + width + 6.0, y + 4.0), "start", &format!("font-size=\"12\" fill=\"{INK}\""), &label);
    let lang = loaded.lang;
    let soft = format!("font-size=\"12\" fill=\"{SOFT}\"");
    let mut x = WIDTH - 20.0;
    if has_posts {
        text(out, (x, y + 4.0), "end", &soft, lang.say(Word::Post));
        x -= 92.0;
        let _ =
            write!(out, "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"11\" height=\"11\" fill=\"{POST}\"/>", x - 8.0, y - 6.0);
        x -= 26.0;
    }
    text(out, (x, y + 4.0), "end", &soft, lang.say(Word::High));
    for step in 0..5_u8 {
        let at = x - 36.0 - 14.0 * f64::from(4 - step);
        let _ = write!(
            out,
            "<circle cx=\"{at:.1}\" cy=\"{y:.1}\" r=\"6\" fill=\"{}\" stroke=\"{LINE}\"/>",
            heat(f64::from(step) / 4.0)
        );
    }
    text(out, (x - 36.0 - 56.0 - 12.0, y + 4.0), "end", &soft, lang.say(Word::Low));
}
