//! From the arguments to sites that can be scored: the model, the input, the posts, the incidents, the coverage.

use std::path::Path;

use keng_geo::Position;
use keng_geo::travel::Arrival;
use keng_risk::{Model, repeat};
use sha2::{Digest as _, Sha256};

use crate::args::{Common, SitesArgs};
use crate::failure::Failure;
use crate::input::{self, Points, Problems};
use crate::progress::Progress;
use crate::roads::Roads;
use crate::sites::{One, Sites};
use crate::words::{Lang, Word};

/// The fields that are filled from the posts' travel.
const TRAVEL: [&str; 3] = ["travel_1_s", "travel_2_s", "travel_3_s"];

/// Everything that a command works on.
pub(crate) struct Loaded {
    pub(crate) lang: Lang,
    pub(crate) model: Model,
    pub(crate) model_hash: String,
    pub(crate) sites: Sites,
    /// SHA-256 over all files that were read, in the order of their arguments.
    pub(crate) data_hash: String,
    pub(crate) travel: Travel,
    pub(crate) posts: Points,
    /// For each site its soonest posts; empty without posts.
    pub(crate) arrivals: Vec<Vec<Arrival>>,
    /// What was left out, with --keep-going.
    pub(crate) problems: Problems,
    pub(crate) progress: Progress,
}

/// Where times of travel are from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Travel {
    /// From the input itself.
    Input,
    /// By the roads of this extract.
    Roads(String),
    /// A straight line, so much longer, at this speed.
    Straight {
        /// The way over the straight line.
        detour: f64,
        /// Kilometres an hour.
        speed_kmh: f64,
    },
    /// Nobody knows: a range.
    None,
}

/// The language; and the threads, which are set for the whole process.
pub(crate) fn begin(common: &Common) -> Result<Lang, Failure> {
    if let Some(threads) = common.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        pool.map_err(|error| Failure::Inside(error.to_string()))?;
    }
    Ok(Lang::or_environment(common.lang))
}

/// A model file, or the default; and the SHA-256 of its text.
pub(crate) fn model(path: Option<&Path>) -> Result<(Model, String), Failure> {
    let text = match path {
        Some(path) => std::fs::read_to_string(path).map_err(Failure::reading(path))?,
        None => keng_risk::model::DEFAULT.to_owned(),
    };
    let refused = |error| {
        let name = path.map_or_else(String::new, |path| format!("{}: ", path.display()));
        Failure::Data(format!("{name}{error}"))
    };
    let model = Model::read(&text).map_err(refused)?;
    Ok((model, hex(&Sha256::digest(text.as_bytes()))))
}

/// Loads everything.
pub(crate) fn load(args: &SitesArgs, outcome: Option<&str>) -> Result<Loaded, Failure> {
    let (mut loaded, problems) = look(args, outcome)?;
    loaded.problems = settle(problems, args.keep_going, loaded.lang)?;
    if loaded.sites.len() == 0 {
        return Err(Failure::Data(loaded.problems.text(loaded.lang)));
    }
    Ok(loaded)
}

/// Loads everything, and gives back all problems of the sites without judging them.
pub(crate) fn look(args: &SitesArgs, outcome: Option<&str>) -> Result<(Loaded, Problems), Failure> {
    let lang = begin(&args.common)?;
    let (model, model_hash) = model(args.model.as_deref())?;
    let progress = Progress::new();
    progress.say(lang.say(Word::Reading));
    let roads = Roads::open(args)?;
    let (sites, mut problems) = match &args.input {
        Some(path) => input::sites(input::open(path, args.format, lang)?, &model, lang, outcome, &progress),
        None => (banks(&roads, &model), Problems::of(args.roads.as_deref().unwrap_or(Path::new("-")))),
    };
    let mut hash = Sha256::new();
    hash.update(sites.hash);
    hash.update(roads.hash);
    let given = TRAVEL.iter().filter_map(|name| model.field(name));
    let is_given = given.filter_map(|field| sites.columns.get(field)).flatten().any(|value| !value.is_nan());
    let travel = if is_given { Travel::Input } else { Travel::None };
    let mut loaded = Loaded {
        lang,
        model,
        model_hash,
        sites,
        data_hash: String::new(),
        travel,
        posts: Points::default(),
        arrivals: Vec::new(),
        problems: Problems::default(),
        progress,
    };
    loaded.off_roads(&roads, &mut problems);
    loaded.add_posts(args, &roads, &mut hash)?;
    loaded.add_incidents(args, &mut hash)?;
    loaded.add_coverage(args, &mut hash)?;
    loaded.data_hash = hex(&hash.finalize());
    Ok((loaded, problems))
}

/// The banks of an extract: of each its element, its name and its place are known, and that it is a branch of a bank.
fn banks(roads: &Roads, model: &Model) -> Sites {
    let mut sites = Sites::empty(model, roads.hash);
    let mut site = keng_risk::Site::unknown(model);
    // A model of the user's may have other kinds; then the kind is missing, too.
    let _ = site.set(model, "kind", "bank_branch");
    for (bank, row) in roads.banks().zip(1..) {
        let name = bank.tag("name").unwrap_or_default().to_owned();
        let area = bank.tag("addr:city").unwrap_or_default().to_owned();
        sites.push(One {
            row,
            id: bank.element.to_string(),
            name,
            area,
            position: Some(bank.position),
            values: &site.values,
            outcome: f64::NAN,
        });
    }
    sites
}

/// Refuses an input with problems, or says what is left out of it.
fn settle(problems: Problems, keep_going: bool, lang: Lang) -> Result<Problems, Failure> {
    if problems.count == 0 {
        return Ok(problems);
    }
    if !keep_going || problems.is_fatal {
        return Err(Failure::Data(problems.text(lang)));
    }
    warn(&problems.text(lang));
    Ok(problems)
}

/// A line on standard error. If it cannot be written, the work goes on.
pub(crate) fn warn(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
}

impl Loaded {
    fn points(
        &self,
        path: &Path,
        numbers: &[&str],
        needs_place: bool,
        args: &SitesArgs,
        hash: &mut Sha256,
    ) -> Result<Points, Failure> {
        let source = input::open(path, None, self.lang)?;
        hash.update(source.hash());
        let (points, problems) = input::points(source, numbers, needs_place, self.lang);
        settle(problems, args.keep_going, self.lang)?;
        Ok(points)
    }

    /// Finds the sites that are off the roads, and takes them out.
    fn off_roads(&mut self, roads: &Roads, problems: &mut Problems) {
        let mut bad = Vec::new();
        for (site, at) in self.sites.positions.iter().enumerate() {
            let Some((at, off)) = at.and_then(|at| Some((at, roads.off_by_m(at)?))) else { continue };
            let other = Position::new(at.lon_deg(), at.lat_deg()).ok().filter(|other| roads.off_by_m(*other).is_none());
            let what = match other {
                Some(other) => {
                    let pair = |at: Position| format!("{}, {}", at.lat_deg(), at.lon_deg());
                    self.lang.fill(Word::Swapped, &[&pair(at), &pair(other)])
                }
                None if off.is_finite() => self.lang.fill(Word::OffRoads, &[&self.lang.number(off, 0)]),
                None => self.lang.fill(Word::OffRoads, &[&"> 100 000"]),
            };
            problems.add(self.sites.rows.get(site).copied(), Some("lat"), what);
            bad.push(site);
        }
        self.sites.remove(&bad);
    }

    fn add_posts(&mut self, args: &SitesArgs, roads: &Roads, hash: &mut Sha256) -> Result<(), Failure> {
        self.posts = match &args.posts {
            Some(path) => self.points(path, &[], true, args, hash)?,
            None if args.posts_from.is_some() => Points {
                names: roads
                    .police()
                    .map(|post| post.tag("name").map_or_else(|| post.element.to_string(), str::to_owned))
                    .collect(),
                positions: roads.police().map(|post| Some(post.position)).collect(),
                numbers: Vec::new(),
            },
            None => return Ok(()),
        };
        let posts: Vec<Position> = self.posts.positions.iter().flatten().copied().collect();
        if posts.is_empty() {
            let path = args.posts.as_deref().or(args.roads.as_deref()).unwrap_or(Path::new("-"));
            return Err(Failure::Data(format!("{}: {}", path.display(), self.lang.say(Word::NoPosts))));
        }
        self.progress.say(self.lang.say(Word::Routing));
        let arrivals = roads.arrivals(&self.sites.positions, &posts);
        self.set_travel(&arrivals);
        self.travel = match &roads.extract {
            Some(_) => Travel::Roads(format!("{}, {}", roads.name, args.vehicle)),
            None => Travel::Straight { detour: roads.vehicle.detour_factor, speed_kmh: roads.vehicle.crow_kmh },
        };
        self.arrivals = arrivals;
        Ok(())
    }

    /// Writes the soonest times of each site where the input has none. A site without a place keeps what it has; a post that there is not
    /// is as far as a post can be.
    fn set_travel(&mut self, arrivals: &[Vec<Arrival>]) {
        for (place, name) in TRAVEL.iter().enumerate() {
            let Some(number) = self.model.field(name) else { continue };
            let (Some(field), Some(column)) = (self.model.fields.get(number), self.sites.columns.get_mut(number))
            else {
                continue;
            };
            let keng_risk::model::Kind::Number { max, .. } = field.kind else { continue };
            for (value, arrivals) in column.iter_mut().zip(arrivals) {
                if value.is_nan() && !arrivals.is_empty() {
                    *value = arrivals.get(place).map_or(max, |arrival| (f64::from(arrival.time_ms) / 1000.0).min(max));
                }
            }
        }
    }

    fn add_incidents(&mut self, args: &SitesArgs, hash: &mut Sha256) -> Result<(), Failure> {
        let Some(path) = &args.incidents else { return Ok(()) };
        let points = self.points(path, &["days_ago"], true, args, hash)?;
        let days = points.numbers.first().map(Vec::as_slice).unwrap_or_default();
        let incidents: Vec<(Position, f64)> = points
            .positions
            .iter()
            .zip(days)
            .filter_map(|(at, days)| at.map(|at| (at, if days.is_nan() { 0.0 } else { *days })))
            .collect();
        let Some(number) = self.model.field("near_repeat") else { return Ok(()) };
        let (Some(field), Some(column)) = (self.model.fields.get(number), self.sites.columns.get_mut(number)) else {
            return Ok(());
        };
        let keng_risk::model::Kind::Number { max, .. } = field.kind else { return Ok(()) };
        for (value, at) in column.iter_mut().zip(&self.sites.positions) {
            if let Some(at) = at {
                *value = repeat::uplift(&self.model.repeat, *at, &incidents).min(max);
            }
        }
        Ok(())
    }

    fn add_coverage(&mut self, args: &SitesArgs, hash: &mut Sha256) -> Result<(), Failure> {
        let Some(path) = &args.coverage else { return Ok(()) };
        let points = self.points(path, &["share", "guard_training_valid"], false, args, hash)?;
        let Some(column) = self.model.field("guard_training_valid").and_then(|field| self.sites.columns.get_mut(field))
        else {
            return Ok(());
        };
        for (row, name) in points.names.iter().enumerate() {
            let share = points
                .numbers
                .iter()
                .filter_map(|column| column.get(row))
                .copied()
                .find(|share| (0.0..=1.0).contains(share));
            let site = self.sites.ids.iter().position(|id| id == name);
            if let (Some(share), Some(place)) = (share, site.and_then(|site| column.get_mut(site))) {
                *place = share;
            }
        }
        Ok(())
    }

    /// What is said about the times of travel.
    pub(crate) fn about_travel(&self) -> String {
        match &self.travel {
            Travel::Input => self.lang.say(Word::TravelInput).to_owned(),
            Travel::Roads(name) => self.lang.fill(Word::TravelRoads, &[name]),
            Travel::Straight { detour, speed_kmh } => self.lang.fill(Word::TravelStraight, &[detour, speed_kmh]),
            Travel::None => self.lang.say(Word::TravelNone).to_owned(),
        }
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
