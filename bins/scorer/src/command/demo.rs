//! `demo`: 21 invented places inside the real area of Kinh Môn.

use std::path::Path;

use crate::args::{DemoArgs, DrawArgs, SitesArgs};
use crate::failure::Failure;
use crate::load::load;
use crate::output;
use crate::report::{self, Extras, View, outlines};
use crate::words::{Lang, Word};

const SITES: &str = include_str!("../../data/demo-sites.csv");
const POSTS: &str = include_str!("../../data/demo-posts.csv");
const OUTLINES: &str = include_str!("../../data/kinh_mon.geojson");
/// So many are shown on the terminal.
const SHOWN: usize = 21;

pub(crate) fn run(args: &DemoArgs) -> Result<(), Failure> {
    let lang = Lang::or_environment(args.common.lang);
    let folder = &args.output;
    std::fs::create_dir_all(folder).map_err(Failure::writing(folder))?;
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        output::put(&path, text.as_bytes()).map(|()| path)
    };
    let (sites, posts) = (write("sites.csv", SITES)?, write("posts.csv", POSTS)?);
    write("kinh_mon.geojson", OUTLINES)?;
    let loaded = load(&sites_args(args, &sites, &posts), None)?;
    let view = View::of(&loaded, &DrawArgs { draws: None, seed: 1, worst: 5 })?;
    let outlines = outlines(OUTLINES.as_bytes()).map_err(|error| Failure::Inside(error.to_string()))?;
    let extras = Extras { budget_mvnd: Some(args.budget), outlines, is_invented: true };
    let report = write("report.html", &report::html(&loaded, &view, &extras))?;
    output::say(lang.say(Word::Invented))?;
    output::say(&output::scores(&loaded, &view, SHOWN).to_string())?;
    output::say(lang.say(Word::PointsMean))?;
    output::say(&loaded.about_travel())?;
    output::say(&format!("{}. {}", lang.fill(Word::Written, &[&report.display()]), lang.say(Word::OpenIt)))
}

fn sites_args(args: &DemoArgs, sites: &Path, posts: &Path) -> SitesArgs {
    SitesArgs {
        input: Some(sites.to_owned()),
        format: None,
        sites_from: None,
        posts: Some(posts.to_owned()),
        posts_from: None,
        roads: None,
        vehicle: "car".to_owned(),
        vehicles: None,
        incidents: None,
        coverage: None,
        model: None,
        keep_going: false,
        common: args.common.clone(),
    }
}
