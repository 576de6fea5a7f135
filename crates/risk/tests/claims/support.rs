//! Sites for the claims.

use keng_risk::Model;
use keng_risk::model::Kind;
use keng_risk::site::Site;
use proptest::prelude::*;

/// Any site that the default model takes, with about a third of it missing.
pub(crate) fn any_site() -> impl Strategy<Value = Site> {
    let model = Model::default();
    proptest::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), model.fields.len()).prop_map(move |draws| {
        let values = model.fields.iter().zip(draws).map(|(field, (is_missing, share))| match &field.kind {
            _ if is_missing < 0.3 => f64::NAN,
            Kind::Number { min, max, .. } => min + (max - min) * share.powi(4),
            Kind::Flag { .. } => share.round(),
            Kind::Level(levels) => (share * levels.len() as f64).floor(),
        });
        Site { values: values.collect() }
    })
}

/// The reference site with some fields changed.
pub(crate) fn site(changes: &[(&str, &str)]) -> Site {
    let model = Model::default();
    let mut site = Site::reference(&model);
    for (field, text) in changes {
        site.set(&model, field, text).unwrap();
    }
    site
}
