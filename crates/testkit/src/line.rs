//! The ways between a panel and the station, and what they do to octets.

use keng_protocol::Timestamp;
use keng_protocol::entry::Path;

use crate::climate::Climate;
use crate::dice::Dice;

/// Which way octets go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToStation,
    ToPanel,
}

/// One path of one panel.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The index of its panel.
    pub(crate) panel: usize,
    /// The panel's number of it.
    pub(crate) number: u8,
    pub(crate) kind: Path,
    /// The station's number of the link, while there is one.
    pub(crate) link: Option<u64>,
    /// Nothing gets through, this way or that.
    cut: [bool; 2],
    /// When the last octets arrive: a stream keeps its order.
    last: [Timestamp; 2],
}

impl Line {
    pub(crate) const fn new(panel: usize, number: u8, kind: Path) -> Self {
        Self { panel, number, kind, link: None, cut: [false; 2], last: [Timestamp::from_millis(0); 2] }
    }

    /// Whether it is a connection, which is made, broken and made again.
    pub(crate) const fn is_stream(&self) -> bool {
        matches!(self.kind, Path::Tls | Path::Tcp)
    }

    pub(crate) const fn cut(&mut self, to_station: bool, to_panel: bool) {
        self.cut = [to_station, to_panel];
    }

    /// When octets that are sent now arrive, and as what: not at all, once, twice, or changed.
    pub(crate) fn carry(
        &mut self,
        now: Timestamp,
        way: Way,
        octets: &[u8],
        (climate, dice): (&Climate, &mut Dice),
    ) -> Vec<(Timestamp, Vec<u8>)> {
        let side = usize::from(way == Way::ToPanel);
        if self.cut.get(side).is_none_or(|cut| *cut) {
            return Vec::new();
        }
        if self.is_stream() {
            let Some(last) = self.last.get_mut(side) else { return Vec::new() };
            *last = (*last).max(now + dice.up_to(climate.slowest_line));
            return vec![(*last, octets.to_vec())];
        }
        let copies = if dice.chance(climate.lost) { 0 } else { 1 + usize::from(dice.chance(climate.twice)) };
        let arrive = |_| {
            let mut octets = octets.to_vec();
            if dice.chance(climate.corrupt) {
                spoil(&mut octets, dice);
            }
            (now + dice.up_to(climate.slowest_line), octets)
        };
        (0..copies).map(arrive).collect()
    }
}

/// Turns one bit, or cuts the end off.
pub(crate) fn spoil(octets: &mut Vec<u8>, dice: &mut Dice) {
    let place = dice.index(octets.len());
    if dice.chance(250) {
        octets.truncate(place);
    } else if let Some(octet) = octets.get_mut(place) {
        *octet ^= 1 << dice.below(8);
    }
}
