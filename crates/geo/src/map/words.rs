use super::Mark;

/// The words of a map, in one language. Those of a caller may be longer: what does not fit is shortened, never cut.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each is named for what it says; VI and EN show it")]
pub struct Words<'a> {
    pub title: &'a str,
    pub drill: &'a str,
    pub hold_up: &'a str,
    pub confirmed: &'a str,
    pub suspicion: &'a str,
    pub fault: &'a str,
    pub site: &'a str,
    pub other_site: &'a str,
    pub post: &'a str,
    /// In the legend, for the line to the nearest post where the way by road is meant, and its course is not known.
    pub nearest: &'a str,
    /// Over the list of posts that are ordered by the time by road.
    pub nearest_by_road: &'a str,
    /// Over the list of posts that are ordered by the distance in a straight line.
    pub nearest_by_distance: &'a str,
    /// Below the list, with `{n}` for how many are not in it.
    pub more: &'a str,
    pub no_post: &'a str,
    /// In the legend, for the line to the nearest post where the distance along it is meant.
    pub straight: &'a str,
    pub route: &'a str,
    pub road: &'a str,
    pub boundary: &'a str,
    pub own_area: &'a str,
    /// The letter over the north arrow.
    pub north: &'a str,
    /// Directions, clockwise from north in steps of 45 degrees.
    pub compass: [&'a str; 8],
    pub kilometres: &'a str,
    pub metres: &'a str,
    pub minutes: &'a str,
    /// What stands before the decimals of a number.
    pub decimal: &'a str,
}

impl Words<'static> {
    /// Vietnamese.
    pub const VI: Self = Self {
        title: "Bản đồ tình hình",
        drill: "DIỄN TẬP – không phải vụ việc thật",
        hold_up: "Cướp",
        confirmed: "Cướp, đã xác nhận",
        suspicion: "Nghi vấn",
        fault: "Sự cố thiết bị",
        site: "Cơ sở",
        other_site: "Cơ sở khác",
        post: "Trụ sở công an",
        nearest: "Gần nhất",
        nearest_by_road: "Gần nhất theo đường bộ",
        nearest_by_distance: "Gần nhất theo đường chim bay",
        more: "và {n} trụ sở khác",
        no_post: "Không có trụ sở nào trên bản đồ",
        straight: "Đường chim bay",
        route: "Đường đi",
        road: "Đường bộ",
        boundary: "Ranh giới",
        own_area: "Địa bàn của cơ sở",
        north: "B",
        compass: ["bắc", "đông bắc", "đông", "đông nam", "nam", "tây nam", "tây", "tây bắc"],
        kilometres: "km",
        metres: "m",
        minutes: "phút",
        decimal: ",",
    };

    /// English.
    pub const EN: Self = Self {
        title: "Situation map",
        drill: "DRILL – this is not a real incident",
        hold_up: "Hold-up",
        confirmed: "Hold-up, confirmed",
        suspicion: "Suspicion",
        fault: "Equipment fault",
        site: "Site",
        other_site: "Other site",
        post: "Police post",
        nearest: "Nearest",
        nearest_by_road: "Nearest by road",
        nearest_by_distance: "Nearest in a straight line",
        more: "and {n} more",
        no_post: "No post on this map",
        straight: "Straight line",
        route: "Route by road",
        road: "Road",
        boundary: "Boundary",
        own_area: "The site's area",
        north: "N",
        compass: ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"],
        kilometres: "km",
        metres: "m",
        minutes: "min",
        decimal: ".",
    };
}

impl Words<'_> {
    /// A distance as people say it: tens of metres below a kilometre, then one decimal, from 20 km none.
    pub(super) fn distance(&self, metres: f64) -> String {
        let tens = (metres / 10.0).round() * 10.0;
        if tens < 1000.0 {
            return format!("{tens:.0} {}", self.metres);
        }
        let decimals = usize::from(metres < 19_950.0);
        format!("{:.decimals$} {}", metres / 1000.0, self.kilometres).replacen('.', self.decimal, decimals)
    }

    /// A whole number of metres or kilometres.
    pub(super) fn scale(&self, metres: f64) -> String {
        if metres < 1000.0 {
            return format!("{metres:.0} {}", self.metres);
        }
        format!("{:.0} {}", metres / 1000.0, self.kilometres)
    }

    /// What a mark says.
    pub(super) fn mark(&self, mark: Mark) -> &str {
        match mark {
            Mark::Fault => self.fault,
            Mark::Suspicion => self.suspicion,
            Mark::HoldUp => self.hold_up,
            Mark::Confirmed => self.confirmed,
        }
    }

    /// A travel time in whole minutes, rounded up: help that comes sooner than said harms nobody.
    pub(super) fn time(&self, seconds: u32) -> String {
        format!("{} {}", seconds.div_ceil(60).max(1), self.minutes)
    }

    /// The direction of a bearing.
    pub(super) fn direction(&self, bearing_deg: f64) -> &str {
        let upper_ends = (0..8u8).map(|step| 22.5 + 45.0 * f64::from(step));
        let step = upper_ends.zip(self.compass).find(|(end, _)| bearing_deg < *end);
        step.map_or(self.compass[0], |(_, word)| word)
    }
}
