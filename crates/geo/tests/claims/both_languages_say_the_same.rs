//! Every word is there in both languages, and numbers are written as people write them.

use keng_geo::map::Words;

use crate::support::{areas, texts, town, travel};

#[test]
fn no_word_is_missing_in_either_language() {
    let (vi, en) = (format!("{:?}", Words::VI), format!("{:?}", Words::EN));
    assert!(!vi.contains("\"\"") && !en.contains("\"\""));
    assert!(Words::VI.more.contains("{n}") && Words::EN.more.contains("{n}"));
    assert_eq!(texts(&picture(&Words::VI)).lines().count(), texts(&picture(&Words::EN)).lines().count());
}

#[test]
fn no_english_word_is_on_a_vietnamese_map() {
    let vietnamese = texts(&picture(&Words::VI));
    for word in ["Hold-up", "Nearest", "min", "Site", "post", "north", "area"] {
        assert!(!vietnamese.contains(word), "{word}");
    }
}

#[test]
fn decimals_stand_behind_a_comma_in_vietnamese_and_behind_a_point_in_english() {
    assert!(texts(&picture(&Words::VI)).contains("2,5 km · 4 phút"));
    assert!(texts(&picture(&Words::EN)).contains("2.5 km · 4 min"));
}

#[test]
fn a_distance_is_as_exact_as_it_is_of_use() {
    let areas = areas();
    for (metres, said) in
        [(4, "0 m"), (994, "990 m"), (996, "1.0 km"), (19_949, "19.9 km"), (19_951, "20 km"), (123_456, "123 km")]
    {
        let mut map = town(&areas);
        map.posts.truncate(1);
        map.posts[0].travel = travel(1, metres);
        let texts = texts(&map.svg(&Words::EN));
        assert!(texts.contains(&format!("{said} · 1 min")), "{said}: {texts}");
    }
}

fn picture(words: &Words<'_>) -> String {
    let areas = areas();
    let mut map = town(&areas);
    for post in &mut map.posts {
        post.travel = travel(240, 2_500);
    }
    // Names of places are in their own language on both.
    (map.areas, map.others) = (Vec::new(), Vec::new());
    map.svg(words)
}
