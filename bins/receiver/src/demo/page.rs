//! Who may log in at the page of the demo: an officer of a ward, and one of the city's command centre, with passwords made for this run.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keng_console::{Hash, Operator, Operators, Role};
use keng_protocol::DeviceId;
use zeroize::Zeroizing;

use super::words::Word;
use super::world::World;
use crate::config::Config;
use crate::failure::Failure;
use crate::{operator, secret};

/// The ward of Kinh Môn, and the city's command centre, by their desks in the demo's directory.
const SEATS: [(&str, [u8; 8], Role); 2] = [
    ("lan", [0xd0, 0, 0, 0, 0, 0x01, 0x06, 0x75], Role::Duty),
    ("hoa", [0xd0, 0, 0, 0, 0, 0, 0x01, 0x13], Role::Command),
];

/// A login.
pub(crate) struct Login {
    name: &'static str,
    password: Zeroizing<String>,
}

/// Writes the operators of the demo.
pub(crate) fn seat(config: &Config) -> Result<Vec<Login>, Failure> {
    let Some(file) = &config.operators else { return Ok(Vec::new()) };
    let (mut operators, mut logins) = (Operators::default(), Vec::new());
    for (name, desk, role) in SEATS {
        let octets = secret::random::<9>().map_err(Failure::because("no random octets"))?;
        let login = Login { name, password: Zeroizing::new(URL_SAFE_NO_PAD.encode(*octets)) };
        let password = Hash::of(&login.password).map_err(Failure::because("cannot hash a password"))?;
        let operator = Operator { name: name.to_owned(), desk: DeviceId(desk), role, password, totp: None };
        operators.put(operator).map_err(Failure::because("cannot add an operator"))?;
        logins.push(login);
    }
    operator::replace(&file.value, &operators)?;
    Ok(logins)
}

/// Where the page is, and who may log in.
pub(crate) fn invitation(world: &World, url: &str) -> String {
    let mut text = format!("{}: {url}/\n", world.say(Word::PageIs, &[]));
    for (Login { name, password }, whose) in world.logins.iter().zip([Word::WardLogin, Word::CityLogin]) {
        let _ = writeln!(text, "  {name} / {}   ({})", **password, world.say(whose, &[]));
    }
    text
}
