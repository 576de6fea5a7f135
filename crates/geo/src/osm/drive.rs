//! What the tags of a way say to a vehicle: whether, in which direction, and how fast.

use super::block::tag;
use crate::vehicle::Vehicle;

/// A way that can be driven.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drive {
    pub(super) kmh: f64,
    pub(super) forward: bool,
    pub(super) back: bool,
}

/// Who may pass.
#[derive(Clone, Copy, PartialEq)]
enum Access {
    Unsaid,
    Shut,
    /// Open to all, as far as the class of way allows.
    Open,
    /// Open to this kind of vehicle.
    Meant,
}

impl Vehicle {
    /// How it may drive on a way; not at all, where that is not allowed.
    pub(super) fn drive(&self, tags: &[(&str, &str)]) -> Option<Drive> {
        let class = tag(tags, "highway").or_else(|| tag(tags, "route").filter(|route| *route == "ferry"))?;
        if tag(tags, "area") == Some("yes") {
            return None;
        }
        let usual = self.kmh.get(class).copied();
        let kmh = match self.access(tags) {
            Access::Shut => return None,
            Access::Unsaid | Access::Open => usual?,
            Access::Meant => usual.unwrap_or(self.opened_kmh),
        };
        let surface = tag(tags, "surface").and_then(|surface| self.surface_kmh.get(surface).copied());
        let allowed = tag(tags, "maxspeed").and_then(maxspeed);
        let kmh = [surface, allowed].into_iter().flatten().fold(kmh, f64::min);
        let (forward, back) = self.directions(class, tags)?;
        Some(Drive { kmh, forward, back })
    }

    /// Whether nothing passes a node.
    pub(super) fn is_stopped(&self, tags: &[(&str, &str)]) -> bool {
        let barrier = tag(tags, "barrier");
        let stops = barrier.is_some_and(|barrier| self.barriers.iter().any(|known| known == barrier));
        match self.access(tags) {
            Access::Shut => barrier.is_some(),
            Access::Unsaid => stops,
            Access::Open | Access::Meant => false,
        }
    }

    fn access(&self, tags: &[(&str, &str)]) -> Access {
        let mut access = Access::Unsaid;
        for (nth, key) in self.access.iter().enumerate() {
            match tag(tags, key) {
                Some(value) if self.shut.iter().any(|shut| shut == value) => access = Access::Shut,
                Some(value) if self.open.iter().any(|open| open == value) => {
                    access = if nth == 0 { Access::Open } else { Access::Meant };
                }
                _ => {}
            }
        }
        access
    }

    /// Along the way and against it; none, where it changes with the hour.
    fn directions(&self, class: &str, tags: &[(&str, &str)]) -> Option<(bool, bool)> {
        let round = matches!(tag(tags, "junction"), Some("roundabout" | "circular"));
        let mut directions = (true, !(round || class == "motorway"));
        for key in &self.oneway {
            match tag(tags, key) {
                Some("yes" | "true" | "1") => directions = (true, false),
                Some("-1" | "reverse") => directions = (false, true),
                Some("no" | "false" | "0" | "alternating") => directions = (true, true),
                Some("reversible") => return None,
                _ => {}
            }
        }
        Some(directions)
    }
}

/// A speed as tags write it: `50`, `30 mph`, `walk`; none for what is not a number, like `VN:urban` or `none`.
fn maxspeed(value: &str) -> Option<f64> {
    if value == "walk" {
        return Some(6.0);
    }
    let (number, factor) = value.strip_suffix("mph").map_or((value, 1.0), |number| (number, 1.609_344));
    let number = number.trim_end_matches("km/h").trim();
    number.parse::<f64>().ok().map(|kmh| kmh * factor).filter(|kmh| *kmh >= 1.0 && kmh.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vehicle::Vehicles;

    #[test]
    fn a_way_is_driven_as_its_tags_say() {
        let both = |kmh| Some(Drive { kmh, forward: true, back: true });
        let one = |kmh, forward| Some(Drive { kmh, forward, back: !forward });
        assert_eq!(car(&[("highway", "residential")]), both(25.0));
        assert_eq!(car(&[("highway", "residential"), ("maxspeed", "20")]), both(20.0));
        assert_eq!(car(&[("highway", "residential"), ("maxspeed", "90")]), both(25.0));
        assert_eq!(car(&[("highway", "primary"), ("maxspeed", "20 mph")]), both(20.0 * 1.609_344));
        assert_eq!(car(&[("highway", "primary"), ("surface", "mud")]), both(6.0));
        assert_eq!(car(&[("highway", "primary"), ("oneway", "yes")]), one(50.0, true));
        assert_eq!(car(&[("highway", "primary"), ("oneway", "-1")]), one(50.0, false));
        assert_eq!(car(&[("highway", "primary"), ("junction", "roundabout")]), one(50.0, true));
        assert_eq!(car(&[("highway", "motorway")]), one(90.0, true));
        assert_eq!(car(&[("highway", "motorway"), ("oneway", "no")]), both(90.0));
        assert_eq!(car(&[("highway", "primary"), ("oneway", "reversible")]), None);
        assert_eq!(car(&[("route", "ferry")]), both(8.0));
        assert_eq!(car(&[("building", "yes")]), None);
    }

    #[test]
    fn what_is_shut_is_not_driven() {
        assert_eq!(car(&[("highway", "service"), ("access", "private")]), None);
        assert_eq!(car(&[("highway", "footway")]), None);
        assert_eq!(car(&[("highway", "footway"), ("access", "yes")]), None, "open to all is open to those on foot");
        assert_eq!(car(&[("highway", "pedestrian"), ("emergency", "yes")]).map(|drive| drive.kmh), Some(12.0));
        let later = [("highway", "service"), ("access", "no"), ("motor_vehicle", "yes")];
        assert_eq!(car(&later).map(|drive| drive.kmh), Some(15.0));
    }

    #[test]
    fn a_motorbike_goes_where_a_car_does_not() {
        let against = [("highway", "residential"), ("oneway", "yes"), ("oneway:motorcycle", "no")];
        assert_eq!(car(&against).map(|drive| drive.back), Some(false));
        assert_eq!(motorbike(&against).map(|drive| drive.back), Some(true));
        assert_eq!((car(&[("highway", "path")]), motorbike(&[("highway", "motorway")])), (None, None));
        assert!(motorbike(&[("highway", "path")]).is_some());
        let bollard = [("barrier", "bollard")];
        assert!(vehicle("car").is_stopped(&bollard) && !vehicle("motorbike").is_stopped(&bollard));
        assert!(!vehicle("car").is_stopped(&[("barrier", "bollard"), ("motor_vehicle", "yes")]));
        assert!(!vehicle("car").is_stopped(&[("barrier", "gate")]));
        assert!(vehicle("car").is_stopped(&[("barrier", "gate"), ("access", "private")]));
    }

    fn car(tags: &[(&str, &str)]) -> Option<Drive> {
        vehicle("car").drive(tags)
    }

    fn motorbike(tags: &[(&str, &str)]) -> Option<Drive> {
        vehicle("motorbike").drive(tags)
    }

    fn vehicle(name: &str) -> Vehicle {
        Vehicles::read(Vehicles::SHIPPED).unwrap().get(name).unwrap().clone()
    }
}
