//! Sample data: a city with its police, a bank's centre, and the sites of one seed. All of it is invented.

use core::fmt::Write as _;

use ed25519_dalek::SigningKey;
use keng_dispatch::directory::{Directory, Problems};
use keng_dispatch::{AuthorityId, SiteId};
use keng_protocol::{DeviceId, Timestamp};

use crate::dice::Dice;

/// When every world begins.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_795_334_700_000);
pub(crate) const STATION: DeviceId = DeviceId(*b"station1");
pub(crate) const AUTHORITY: DeviceId = DeviceId(*b"ministry");

/// A city.
#[derive(Clone, Debug)]
pub(crate) struct City {
    pub(crate) sites: Vec<Premises>,
    /// The desks, and which authority each belongs to.
    pub(crate) desks: Vec<(DeviceId, AuthorityId)>,
    pub(crate) directory: Directory,
}

/// A site, as the simulation knows it without asking the directory.
#[derive(Clone, Debug)]
pub(crate) struct Premises {
    pub(crate) id: SiteId,
    pub(crate) panels: Vec<DeviceId>,
    /// Everybody who has to be told of an attack.
    pub(crate) protectors: Vec<AuthorityId>,
}

impl City {
    /// A city of so many sites, each in a ward of its own.
    pub(crate) fn build(dice: &mut Dice, sites: u64) -> Result<Self, Problems> {
        let mut text = String::from(HEAD);
        let mut built = Vec::new();
        let mut desks = vec![desk("city", 0xc1), desk("city", 0xc2), desk("bank", 0xb1)];
        for number in 0..sites {
            let (ward, is_bank) = (format!("ward-{number}"), dice.chance(600));
            let panels: Vec<DeviceId> = (0..dice.between(1, 2)).map(|panel| panel_id(number, panel)).collect();
            let hook = if dice.chance(500) { ", { webhook = \"https://ward.invalid/\" }" } else { "" };
            let (id, police) = desk(&ward, 0xa0 + number);
            desks.push((id, police.clone()));
            write_site(&mut text, number, (&id, hook), is_bank, &panels);
            let mut protectors = vec![police, AuthorityId::from("city")];
            protectors.extend(is_bank.then(|| AuthorityId::from("bank")));
            built.push(Premises { id: format!("site-{number}").into(), panels, protectors });
        }
        Ok(Self { sites: built, desks, directory: Directory::read(&text)? })
    }

    /// Where a panel is.
    pub(crate) fn site_of(&self, panel: DeviceId) -> Option<&Premises> {
        self.sites.iter().find(|site| site.panels.contains(&panel))
    }
}

/// The key of a device. Never use such keys.
pub(crate) fn key(device: DeviceId) -> SigningKey {
    let mut seed = [7; 32];
    seed.iter_mut().zip(device.0).for_each(|(octet, of)| *octet = of);
    SigningKey::from_bytes(&seed)
}

fn panel_id(site: u64, panel: u64) -> DeviceId {
    DeviceId((0x0100_0000_0000_0000 | site << 8 | panel).to_be_bytes())
}

fn desk(authority: &str, number: u64) -> (DeviceId, AuthorityId) {
    (DeviceId((0xd000_0000_0000_0000 | number).to_be_bytes()), AuthorityId::from(authority))
}

fn write_site(text: &mut String, number: u64, (desk, hook): (&DeviceId, &str), is_bank: bool, panels: &[DeviceId]) {
    let devices: Vec<String> = panels.iter().map(|id| format!("{{ id = \"{id}\" }}")).collect();
    let (kind, centre) = if is_bank { ("bank", "\"bank\"") } else { ("gold", "") };
    let written = write!(
        text,
        r#"
[[area]]
code = "{number}"
vi = "phường {number}"
en = "ward {number}"
parent = "31"
[[authority]]
id = "ward-{number}"
kind = "police"
level = 1
vi = "Công an phường {number}"
en = "police of ward {number}"
areas = ["{number}"]
channels = [{{ desk = "{desk}" }}{hook}]
[[site]]
id = "site-{number}"
kind = "{kind}"
vi = "điểm {number}"
en = "site {number}"
position = [20.98{number}, 106.55]
area = "{number}"
address = "hư cấu"
authorities = [{centre}]
devices = [{devices}]
"#,
        devices = devices.join(", "),
    );
    // Writing to a string does not fail.
    written.unwrap_or_default();
}

const HEAD: &str = r#"
version = 1
[[level]]
number = 1
vi = "Công an phường"
en = "ward police"
[[level]]
number = 2
vi = "Công an thành phố"
en = "city police"
[[area]]
code = "31"
vi = "thành phố"
en = "city"
[[authority]]
id = "city"
kind = "police"
level = 2
vi = "Trung tâm 113"
en = "command centre 113"
areas = ["31"]
channels = [{ desk = "d0000000000000c1" }, { desk = "d0000000000000c2" }, { webhook = "https://113.invalid/" }]
[[authority]]
id = "bank"
kind = "bank"
vi = "Trung tâm an ninh"
en = "security centre"
channels = [{ desk = "d0000000000000b1" }]
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_city_is_one_that_a_receiver_would_take() {
        for seed in 0..20 {
            let city = City::build(&mut Dice::new(seed), 3).unwrap();
            assert_eq!(city.directory.check(START), []);
            assert!(
                city.sites.iter().all(|site| city.site_of(site.panels[0]).is_some_and(|found| found.id == site.id))
            );
        }
    }
}
