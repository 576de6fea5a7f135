//! A picture can be compared, cached and signed.

use keng_geo::map::Words;

use crate::support::{areas, town};

#[test]
fn two_drawings_of_one_content_are_one() {
    let (one, other) = (areas(), areas());
    assert_eq!(town(&one).svg(&Words::VI), town(&other).svg(&Words::VI));
}

#[test]
fn the_order_in_which_posts_and_sites_are_given_does_not_show() {
    let areas = areas();
    let mut turned = town(&areas);
    turned.posts.reverse();
    turned.others.reverse();
    assert_eq!(turned.svg(&Words::VI), town(&areas).svg(&Words::VI));
}

#[test]
fn another_content_is_another_picture() {
    let areas = areas();
    let mut moved = town(&areas);
    moved.others[0].position = crate::support::at(20.991, 106.535);
    assert_ne!(moved.svg(&Words::VI), town(&areas).svg(&Words::VI));
}
