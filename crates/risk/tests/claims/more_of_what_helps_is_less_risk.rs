use keng_risk::change::changes;
use keng_risk::hours::week;
use keng_risk::score::Scorer;
use keng_risk::{Model, Score};
use proptest::prelude::*;

use crate::support::{any_site, site};

fn score(changes: &[(&str, &str)]) -> Score {
    Score::of(&Model::default(), &site(changes).values)
}

#[test]
fn each_part_moves_with_what_it_depends_on() {
    assert!(score(&[("guards", "0")]).frequency > 0);
    assert!(score(&[("robberies_3y", "1")]).frequency == 1585, "three times, to the thousandth of a doubling");
    assert!(score(&[("cash_mvnd", "5000")]).consequence > 1000);
    assert!(score(&[("travel_1_s", "1200"), ("travel_2_s", "1500"), ("travel_3_s", "1800")]).response > 0);
    assert!(score(&[("alarm_paths", "0")]).response > 0);
    assert!(score(&[("travel_1_s", "30")]).response < 0);
}

#[test]
fn a_longer_way_never_helps() {
    let mut last = -1.0;
    for seconds in (0..3600).step_by(30) {
        let failed = 1.0
            - score(&[("travel_1_s", &seconds.to_string()), ("travel_2_s", "3600"), ("travel_3_s", "3600")])
                .intercepted;
        assert!(failed >= last - 1e-12, "{seconds}: {failed} after {last}");
        last = failed;
    }
    assert!(last > 0.999, "nobody arrives before robbers have left when everybody needs an hour");
}

/// With the press at 0, one path that never fails, and a post that is there at once after the handling: what is left is known by hand.
#[test]
fn interception_is_the_share_that_lasts_longer_than_the_response() {
    let model = Model::default();
    let response = &model.response;
    let site = [
        ("drill_alarm_s", "0"),
        ("alarm_availability", "1"),
        ("travel_1_s", "15"),
        ("travel_2_s", "21600"),
        ("travel_3_s", "21600"),
    ];
    // 60 + 45 + 15 s: two minutes, after which 74 % still last; the nearest post has somebody in 80 %.
    assert_eq!(response.handling_s.likely + response.turnout_s.likely, 105.0);
    let expected = response.post_available.likely * (1.0 - 0.26);
    assert!((score(&site).intercepted - expected).abs() < 1e-12);
}

#[test]
fn the_hours_of_a_week_sum_to_one_and_closed_hours_have_none() {
    let model = Model::default();
    let shares = week(&model, &site(&[("lone_guard", "both"), ("cash_day", "friday")]).values);
    let all: f64 = shares.iter().flatten().sum();
    assert!((all - 1.0).abs() < 1e-9);
    assert_eq!(shares[0][3] + shares[0][12] + shares[6][10], 0.0, "night, lunch break, Sunday");
    assert!(shares[0][16] > 2.0 * shares[0][14], "the last hour, with one guard");
    assert!(shares[4][10] > shares[3][10], "the cash day");
}

proptest! {
    #[test]
    fn every_change_that_is_offered_lowers_the_score(site in any_site()) {
        let model = Model::default();
        let scorer = Scorer::new(&model);
        let now = scorer.score(&site.values).total();
        let changes = changes(&scorer, &site);
        for change in &changes {
            let after = scorer.score(&site.after(&model, &model.measures[change.measure]).values);
            prop_assert_eq!(&after, &change.after);
            prop_assert_eq!(now - after.total(), change.lowers);
            prop_assert!(change.lowers > 0);
        }
        prop_assert!(changes.windows(2).all(|pair| pair[0].lowers >= pair[1].lowers));
    }
}
