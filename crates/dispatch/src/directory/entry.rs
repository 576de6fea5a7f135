//! What stands in the file, entry by entry, before it is believed.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::SiteKind;
use crate::policy::Reach;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Top {
    pub(super) version: Spanned<u64>,
    pub(super) valid_from: Option<Spanned<Datetime>>,
    pub(super) valid_to: Option<Spanned<Datetime>>,
    #[serde(default = "neighbours_m")]
    pub(super) neighbours_m: Spanned<f64>,
    #[serde(default)]
    pub(super) policies: PolicyRows,
}

pub(super) fn neighbours_m() -> Spanned<f64> {
    Spanned::new(0..0, 2000.0)
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PolicyRows {
    pub(super) attack: PolicyRow,
    pub(super) suspicion: PolicyRow,
    pub(super) premises: PolicyRow,
    pub(super) life: PolicyRow,
    pub(super) fault: PolicyRow,
    pub(super) together_s: Option<u64>,
    pub(super) anew_s: Option<u64>,
    pub(super) longest_test_s: Option<u64>,
    pub(super) vigilance_s: Option<u64>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PolicyRow {
    pub(super) first: Option<Reach>,
    pub(super) again_s: Option<Spanned<u64>>,
    pub(super) silent_s: Option<u64>,
    pub(super) every_s: Option<Spanned<u64>>,
    pub(super) climb_s: Option<u64>,
    pub(super) climb_to: Option<Reach>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelEntry {
    pub(super) number: Spanned<u8>,
    pub(super) vi: String,
    pub(super) en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AreaEntry {
    pub(super) code: Spanned<String>,
    pub(super) vi: String,
    pub(super) en: String,
    pub(super) parent: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum AuthorityKind {
    Police,
    Bank,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthorityEntry {
    pub(super) id: Spanned<String>,
    pub(super) kind: AuthorityKind,
    pub(super) level: Option<Spanned<u8>>,
    pub(super) vi: String,
    pub(super) en: String,
    #[serde(default)]
    pub(super) areas: Vec<String>,
    pub(super) position: Option<Spanned<(f64, f64)>>,
    pub(super) valid_from: Option<Spanned<Datetime>>,
    pub(super) valid_to: Option<Spanned<Datetime>>,
    #[serde(default)]
    pub(super) channels: Vec<Spanned<ChannelEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelEntry {
    pub(super) desk: Option<String>,
    pub(super) webhook: Option<String>,
    pub(super) key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteEntry {
    pub(super) id: Spanned<String>,
    pub(super) kind: SiteKind,
    pub(super) vi: String,
    pub(super) en: String,
    pub(super) position: Spanned<(f64, f64)>,
    pub(super) area: String,
    pub(super) address: String,
    pub(super) contact: Option<String>,
    #[serde(default)]
    pub(super) entrances: Vec<String>,
    #[serde(default)]
    pub(super) guards: Vec<String>,
    #[serde(default)]
    pub(super) authorities: Vec<String>,
    #[serde(default)]
    pub(super) devices: Vec<DeviceEntry>,
    #[serde(default)]
    pub(super) dc09: Vec<AccountEntry>,
    #[serde(default)]
    pub(super) plan: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceEntry {
    pub(super) id: Spanned<String>,
    #[serde(default)]
    pub(super) zones: BTreeMap<Spanned<String>, String>,
    pub(super) test_every_s: Option<Spanned<u64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountEntry {
    pub(super) account: Spanned<String>,
    pub(super) key: Option<String>,
    pub(super) device: Spanned<String>,
}
