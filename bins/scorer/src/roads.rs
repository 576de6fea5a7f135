//! Roads and places of an OpenStreetMap extract, and how soon which post is at a site.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use keng_geo::osm::{Extract, Place, Wanted};
use keng_geo::travel::{Arrival, Travel};
use keng_geo::{Position, Vehicle, Vehicles};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::args::SitesArgs;
use crate::failure::Failure;
use crate::load::hex;

/// What is looked for in an extract: banks are sites, police are posts.
const BANK: u32 = 0;
const POLICE: u32 = 1;
/// How many posts of a site are looked for: as many as the response is computed from.
const NEAREST: usize = 3;

/// The vehicle that travels, and its roads if there are any.
pub(crate) struct Roads {
    pub(crate) vehicle: Vehicle,
    pub(crate) extract: Option<Extract>,
    /// The extract's name, for people.
    pub(crate) name: String,
    pub(crate) hash: [u8; 32],
}

impl Roads {
    /// Reads the table of vehicles, and the extract or what is kept of it from the last time.
    pub(crate) fn open(args: &SitesArgs) -> Result<Self, Failure> {
        let table = match &args.vehicles {
            Some(path) => std::fs::read_to_string(path).map_err(Failure::reading(path))?,
            None => Vehicles::SHIPPED.to_owned(),
        };
        let vehicles = Vehicles::read(&table).map_err(|error| Failure::Data(chain(&error)))?;
        let vehicle = vehicles.get(&args.vehicle).cloned().ok_or_else(|| {
            let known: Vec<&str> = vehicles.names().collect();
            Failure::Usage(format!("--vehicle {}: {}", args.vehicle, known.join(", ")))
        })?;
        let Some(path) = &args.roads else {
            return Ok(Self { vehicle, extract: None, name: String::new(), hash: [0; 32] });
        };
        let octets = std::fs::read(path).map_err(Failure::reading(path))?;
        let hash: [u8; 32] = Sha256::digest(&octets).into();
        let made_of = format!("{} {} {}", hex(&hash), hex(&Sha256::digest(table.as_bytes())), args.vehicle);
        let extract = extract(path, octets, &vehicle, &made_of)?;
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Self { vehicle, extract: Some(extract), name, hash })
    }

    pub(crate) fn banks(&self) -> impl Iterator<Item = &Place> {
        self.wanted(BANK)
    }

    pub(crate) fn police(&self) -> impl Iterator<Item = &Place> {
        self.wanted(POLICE)
    }

    fn wanted(&self, what: u32) -> impl Iterator<Item = &Place> {
        self.extract.iter().flat_map(|extract| &extract.places).filter(move |place| place.wanted == what)
    }

    /// How far a place is from the nearest road, if that is too far to be on the roads; infinitely far beyond 100 km.
    pub(crate) fn off_by_m(&self, place: Position) -> Option<f64> {
        const FAR_M: f64 = 100_000.0;
        let roads = &self.extract.as_ref()?.roads;
        let distance = roads.snap(place, FAR_M).map_or(f64::INFINITY, |snap| snap.distance_m);
        (distance > self.vehicle.snap_within_m).then_some(distance)
    }

    /// The soonest posts of each site; none for a site without a place.
    pub(crate) fn arrivals(&self, sites: &[Option<Position>], posts: &[Position]) -> Vec<Vec<Arrival>> {
        let roads = self.extract.as_ref().map(|extract| &extract.roads);
        let travel = Travel::new(&self.vehicle, roads, posts, NEAREST);
        sites.par_iter().map(|at| at.map_or_else(Vec::new, |at| travel.to(at))).collect()
    }
}

/// The extract, from the file that was kept beside it if that was made of the same, else from itself; then it is kept. Where it cannot be
/// kept, the next start reads it again.
fn extract(path: &Path, octets: Vec<u8>, vehicle: &Vehicle, made_of: &str) -> Result<Extract, Failure> {
    let kept = kept(path);
    let last = std::fs::read(&kept).ok().and_then(|file| Extract::from_octets(&file).ok());
    if let Some((extract, _)) = last.filter(|(_, was_made_of)| was_made_of == made_of) {
        return Ok(extract);
    }
    let wanted = [Wanted::new("amenity", "bank"), Wanted::new("amenity", "police")];
    let extract = Extract::read(Cursor::new(octets), vehicle, &wanted);
    let extract = extract.map_err(|error| Failure::Data(format!("{}: {}", path.display(), chain(&error))))?;
    let _ = std::fs::write(&kept, extract.to_octets(made_of));
    Ok(extract)
}

/// Where an extract is kept: beside it.
fn kept(path: &Path) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".keng-roads");
    PathBuf::from(beside)
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
