//! From the arguments to sites that can be scored: the model, the input, the posts, the incidents, the coverage.

use std::path::Path;

use keng_geo::Position;
use keng_risk::{Model, repeat};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::args::{Common, SitesArgs};
use crate::failure::Failure;
use crate::input::{self, Outcome, Points, Problems};
use crate::progress::Progress;
use crate::sites::Sites;
use crate::words::{Lang, Word};

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
    /// What was left out, with --keep-going.
    pub(crate) problems: Problems,
    pub(crate) progress: Progress,
}

/// Where times of travel are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Travel {
    /// From the input itself.
    Input,
    /// By the roads of this extract.
    Roads(String),
    /// A straight line.
    Straight,
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
pub(crate) fn load(args: &SitesArgs, outcome: Option<&mut Outcome<'_>>) -> Result<Loaded, Failure> {
    let (mut loaded, problems) = look(args, outcome)?;
    loaded.problems = settle(problems, args.keep_going, loaded.lang)?;
    if loaded.sites.len() == 0 {
        return Err(Failure::Data(loaded.problems.text(loaded.lang)));
    }
    Ok(loaded)
}

/// Loads everything, and gives back all problems of the sites without judging them.
pub(crate) fn look(args: &SitesArgs, outcome: Option<&mut Outcome<'_>>) -> Result<(Loaded, Problems), Failure> {
    let lang = begin(&args.common)?;
    let (model, model_hash) = model(args.model.as_deref())?;
    let progress = Progress::new();
    progress.say(lang.say(Word::Reading));
    let Some(path) = &args.input else {
        return Err(Failure::Usage("--sites-from needs --roads".to_owned()));
    };
    let source = input::open(path, args.format, lang)?;
    let (sites, problems) = input::sites(source, &model, lang, outcome, &progress);
    let mut hash = Sha256::new();
    hash.update(sites.hash);
    let given = ["travel_1_s", "travel_2_s", "travel_3_s"].iter().filter_map(|name| model.field(name));
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
        problems: Problems::default(),
        progress,
    };
    loaded.add_posts(args, &mut hash)?;
    loaded.add_incidents(args, &mut hash)?;
    loaded.add_coverage(args, &mut hash)?;
    loaded.data_hash = hex(&hash.finalize());
    Ok((loaded, problems))
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

    fn add_posts(&mut self, args: &SitesArgs, hash: &mut Sha256) -> Result<(), Failure> {
        let Some(path) = &args.posts else { return Ok(()) };
        self.posts = self.points(path, &[], true, args, hash)?;
        let posts: Vec<Position> = self.posts.positions.iter().flatten().copied().collect();
        if posts.is_empty() {
            return Err(Failure::Data(format!("{}: {}", path.display(), self.lang.say(Word::Empty))));
        }
        let straight = &self.model.straight;
        let seconds_each_m = straight.detour * 3.6 / straight.speed_kmh;
        let times = self.sites.positions.par_iter().map(|at| {
            let mut times =
                at.map_or_else(Vec::new, |at| posts.iter().map(|post| at.distance_m(*post) * seconds_each_m).collect());
            times.sort_by(f64::total_cmp);
            times
        });
        let times: Vec<Vec<f64>> = times.collect();
        self.set_travel(&times);
        self.travel = Travel::Straight;
        Ok(())
    }

    /// Writes the soonest times of each site where the input has none. A site without a place keeps what it has; a post that there is not
    /// is as far as a post can be.
    fn set_travel(&mut self, times: &[Vec<f64>]) {
        for (place, name) in ["travel_1_s", "travel_2_s", "travel_3_s"].iter().enumerate() {
            let Some(number) = self.model.field(name) else { continue };
            let (Some(field), Some(column)) = (self.model.fields.get(number), self.sites.columns.get_mut(number))
            else {
                continue;
            };
            let keng_risk::model::Kind::Number { max, .. } = field.kind else { continue };
            for (value, times) in column.iter_mut().zip(times) {
                if value.is_nan() && !times.is_empty() {
                    *value = times.get(place).copied().unwrap_or(max).min(max).round();
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
        let straight = &self.model.straight;
        match &self.travel {
            Travel::Input => self.lang.say(Word::TravelInput).to_owned(),
            Travel::Roads(name) => self.lang.fill(Word::TravelRoads, &[name]),
            Travel::Straight => self.lang.fill(Word::TravelStraight, &[&straight.detour, &straight.speed_kmh]),
            Travel::None => self.lang.say(Word::TravelNone).to_owned(),
        }
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
