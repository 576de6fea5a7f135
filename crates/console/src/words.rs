//! The words of the page: its own catalogue, and the terms of the protocol and of incidents, which are said in one place for all.

use keng_dispatch::answer::AnswerError;
use keng_dispatch::incident::{Cancelled, Fault, Stage, Sure};
use keng_dispatch::policy::Matter;
use keng_dispatch::record::Why;
use keng_dispatch::text::{self, Lang, Words};
use keng_protocol::entry::Path;
use keng_protocol::message::{Act, AlarmKind, Colour, Disposition, Face, Heading, Reason, Vehicle, Weapon};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The page's own words: each key in Vietnamese and English.
const PAGE: &str = include_str!("../assets/words.json");

macro_rules! codes {
    ($($name:literal: $term:ty),+ $(,)?) => {
        vec![$(($name, <$term>::ALL.iter().map(|term| (term.code().to_string(), both(term))).collect())),+]
    };
}

/// All words as JSON: `{"page": {key: {vi, en}}, "terms": {kind: {code: {vi, en}}}}`.
pub(crate) fn catalogue() -> String {
    let page: Value = serde_json::from_str(PAGE).unwrap_or_default();
    let terms: Map<String, Value> = terms().into_iter().map(|(name, terms)| (name.to_owned(), terms.into())).collect();
    json!({ "page": page, "terms": terms }).to_string()
}

fn terms() -> Vec<(&'static str, Map<String, Value>)> {
    let mut terms: Vec<(&'static str, Map<String, Value>)> = codes! {
        "alarm": AlarmKind, "act": Act, "reason": Reason, "disposition": Disposition, "path": Path, "weapon": Weapon,
        "face": Face, "vehicle": Vehicle, "colour": Colour, "heading": Heading,
    };
    terms.push(("stage", named(&[Stage::Raised, Stage::Answered, Stage::UnitsSent, Stage::OnScene, Stage::Closed])));
    terms.push(("sure", named(&[Sure::Signed, Sure::Vouched, Sure::Station])));
    terms.push(("cancelled", named(&[Cancelled::AllClear, Cancelled::Duress])));
    terms.push(("matter", named(&[Matter::Fault, Matter::Suspicion, Matter::Premises, Matter::Life, Matter::Attack])));
    let faults =
        [Fault::Line, Fault::Silence, Fault::Missing, Fault::Tamper, Fault::Power, Fault::NoTest, Fault::Trouble];
    terms.push(("fault", named(&faults)));
    terms.push(("why", named(&Why::ALL)));
    terms.push(("objection", named(&OBJECTIONS)));
    let labels = [
        ("drill", text::DRILL),
        ("on_test", text::ON_TEST),
        ("site_unknown", text::SITE_UNKNOWN),
        ("confirmed", text::CONFIRMED),
        ("silent", text::SILENT),
        ("audible", text::AUDIBLE),
        ("late", text::LATE),
        ("clock_off_ms", text::CLOCK_OFF),
        ("key_out_of_time", text::KEY_OUT_OF_TIME),
        ("number_reused", text::NUMBER_REUSED),
        ("maybe_seen", text::MAYBE_SEEN),
        ("centre", text::CENTRE),
    ];
    terms.push(("label", labels.iter().map(|(name, words)| ((*name).to_owned(), both(words))).collect()));
    terms
}

const OBJECTIONS: [AnswerError; 8] = [
    AnswerError::UnknownIncident,
    AnswerError::NotADesk,
    AnswerError::NotTold,
    AnswerError::AlreadyClosed,
    AnswerError::MissingReason,
    AnswerError::MissingDisposition,
    AnswerError::MissingNote,
    AnswerError::SecondPersonNeeded,
];

/// Terms whose name in JSON is one word.
fn named<T: Words + Serialize>(terms: &[T]) -> Map<String, Value> {
    let name = |term: &T| serde_json::to_value(term).ok().and_then(|name| name.as_str().map(str::to_owned));
    terms.iter().filter_map(|term| Some((name(term)?, both(term)))).collect()
}

fn both(term: &impl Words) -> Value {
    json!({ "vi": term.words(Lang::Vi), "en": term.words(Lang::En) })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn page() -> Map<String, Value> {
        serde_json::from_str(PAGE).unwrap()
    }

    #[test]
    fn every_key_has_both_languages_and_the_same_places_for_figures() {
        for (key, words) in page() {
            let words = words.as_object().unwrap();
            assert_eq!(words.keys().collect::<Vec<_>>(), ["en", "vi"], "{key}");
            let [en, vi] = ["en", "vi"].map(|lang| words[lang].as_str().unwrap());
            assert!(!en.trim().is_empty() && !vi.trim().is_empty(), "{key}");
            let places = |text: &str| {
                text.split('{').skip(1).map(|rest| rest[..rest.find('}').unwrap()].to_owned()).collect::<BTreeSet<_>>()
            };
            assert_eq!(places(en), places(vi), "{key}");
        }
    }

    #[test]
    fn every_key_that_a_module_asks_for_is_there_and_no_other() {
        let known: BTreeSet<String> = page().keys().cloned().collect();
        let text: String = crate::assets::sources().collect();
        let asked: BTreeSet<String> = text
            .split("say(\"")
            .skip(1)
            .filter_map(|rest| rest.split_once('"'))
            .map(|(key, _)| key.to_owned())
            .collect();
        assert_eq!(asked.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "asked for, and not there");
        let used = |key: &&String| {
            text.contains(&format!("\"{key}\"")) || GATHERED.iter().any(|prefix| key.starts_with(prefix))
        };
        assert_eq!(
            known.iter().filter(|key| !used(key)).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "there, and never said"
        );
    }

    /// Keys that the page puts together from a code of the API.
    const GATHERED: &[&str] = &["fault.", "todo.", "role.", "site.", "answer."];

    #[test]
    fn every_term_is_there_and_has_both_languages() {
        let all: Value = serde_json::from_str(&catalogue()).unwrap();
        assert_eq!(all["terms"]["act"]["1"]["en"], "accepted");
        assert_eq!(all["terms"]["stage"]["units_sent"]["vi"], "đã cử lực lượng");
        assert_eq!(all["terms"]["why"].as_object().unwrap().len(), Why::ALL.len());
        assert_eq!(all["terms"]["objection"].as_object().unwrap().len(), OBJECTIONS.len());
    }
}
