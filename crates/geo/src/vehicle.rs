//! What a vehicle may drive on, and how fast: a table that a file can change.

use std::collections::BTreeMap;

/// The vehicles of a table, by their names.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(transparent)]
pub struct Vehicles(BTreeMap<String, Vehicle>);

/// A vehicle. Speeds are in kilometres an hour, over a whole way.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// The keys of the tags that say who may pass, the most general first: of those that a way has, the last decides.
    pub access: Vec<String>,
    /// The values of these tags that shut a way.
    pub shut: Vec<String>,
    /// The values that open it. A key other than the first opens a way of a class without a speed, too.
    pub open: Vec<String>,
    /// The keys of the tags of direction, the most general first: of those that a way has, the last decides.
    pub oneway: Vec<String>,
    /// The values of `barrier` by which nothing passes, unless a tag of access opens them.
    pub barriers: Vec<String>,
    /// The speed on a way of a class without a speed, which a tag opens.
    pub opened_kmh: f64,
    /// The speed between a place and the roads.
    pub aside_kmh: f64,
    /// How much longer a way is than the great circle, where no roads are known: 1 or more.
    pub detour_factor: f64,
    /// The speed where no roads are known.
    pub crow_kmh: f64,
    /// A place further from the roads than this, in metres, is off the roads.
    pub snap_within_m: f64,
    /// Parts of the roads of fewer nodes, from which no way leads to the rest and back, are left out; the largest part never is.
    pub smallest_part: usize,
    /// The speed by class: the value of `highway`, or `ferry`. A class that is not here is shut.
    pub kmh: BTreeMap<String, f64>,
    /// To what a surface lowers the speed.
    pub surface_kmh: BTreeMap<String, f64>,
}

/// Why a table of vehicles is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadTable {
    /// No TOML, or an unknown or a missing field; it says in which line and column.
    #[error("not a table of vehicles")]
    Form(#[from] toml::de::Error),
    /// A speed that none has.
    #[error("{vehicle}: {field} is {kmh} km/h, not above 0 and up to 300")]
    Speed {
        /// Whose.
        vehicle: String,
        /// Which.
        field: String,
        /// The speed.
        kmh: f64,
    },
    /// A detour that is shorter than the straight line, or endless.
    #[error("{vehicle}: detour_factor is {factor}, not from 1 to 10")]
    Detour {
        /// Whose.
        vehicle: String,
        /// The factor.
        factor: f64,
    },
    /// A distance that is none.
    #[error("{vehicle}: snap_within_m is {metres}, not from 0 to 100000")]
    Snap {
        /// Whose.
        vehicle: String,
        /// The distance.
        metres: f64,
    },
}

impl Vehicles {
    /// The table that comes with this crate, as text, with its sources: `car` and `motorbike`.
    pub const SHIPPED: &str = include_str!("vehicles.toml");

    /// The vehicles of a table in TOML.
    ///
    /// # Errors
    /// No such table; a speed, a factor or a distance out of its range.
    pub fn read(text: &str) -> Result<Self, BadTable> {
        let vehicles: Self = toml::from_str(text)?;
        vehicles.0.iter().try_for_each(|(name, vehicle)| vehicle.check(name))?;
        Ok(vehicles)
    }

    /// The vehicle of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Vehicle> {
        self.0.get(name)
    }

    /// The names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Vehicle {
    fn check(&self, name: &str) -> Result<(), BadTable> {
        let vehicle = || name.to_owned();
        let single = [("opened_kmh", self.opened_kmh), ("aside_kmh", self.aside_kmh), ("crow_kmh", self.crow_kmh)];
        let tables = self.kmh.iter().chain(&self.surface_kmh).map(|(class, kmh)| (class.as_str(), *kmh));
        for (field, kmh) in tables.chain(single) {
            if !(kmh > 0.0 && kmh <= 300.0) {
                return Err(BadTable::Speed { vehicle: vehicle(), field: field.to_owned(), kmh });
            }
        }
        if !(1.0..=10.0).contains(&self.detour_factor) {
            return Err(BadTable::Detour { vehicle: vehicle(), factor: self.detour_factor });
        }
        if !(0.0..=100_000.0).contains(&self.snap_within_m) {
            return Err(BadTable::Snap { vehicle: vehicle(), metres: self.snap_within_m });
        }
        Ok(())
    }
}
