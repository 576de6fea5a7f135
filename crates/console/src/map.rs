//! The situation map of an incident, as a picture.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use keng_dispatch::directory::{CENTRE, Directory, Position as Place};
use keng_dispatch::policy::Matter;
use keng_dispatch::text::Lang;
use keng_dispatch::view::IncidentView;
use keng_dispatch::{AuthorityId, Names};
use keng_geo::map::{Area, Mark, Post, Site, SituationMap, Travel, Words};
use keng_geo::{Boundaries, Position};
use keng_station::Scope;
use serde::Deserialize;

use crate::console::Console;
use crate::guard::{Asked, Sees, problem};
use crate::incident::{not_found, visible};
use crate::roads::Ways;

/// The picture's own policy: its presentation attributes, and nothing that runs or loads.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
/// How wide a picture is drawn when nobody says.
const WIDTH: u16 = 900;

/// How the picture is wanted.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    width: Option<u16>,
}

/// The map as SVG.
pub(crate) async fn map(
    State(console): State<Console>,
    Sees(scope): Sees,
    Path(id): Path<String>,
    Asked(Wanted { lang, width }): Asked<Wanted>,
) -> Response {
    let Some(view) = visible(&console, scope, &id).await else { return not_found() };
    let directory = console.0.handle.directory();
    let others = console.0.handle.views(scope).await.unwrap_or_default();
    let lang = lang.and_then(|lang| lang.parse().ok()).unwrap_or_default();
    let ways = ways(&console, &directory, &view).await;
    let drawing =
        Drawing { view: &view, others: &others, scope, ways: ways.as_deref(), lang, width: width.unwrap_or(WIDTH) };
    match drawing.svg(&directory, &console.0.boundaries) {
        None => problem(StatusCode::NOT_FOUND, "no_place", "the directory does not say where this is"),
        Some(svg) => {
            let kind = (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
            let policy = (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            ([kind, policy], svg).into_response()
        }
    }
}

/// The ways by road, when there are roads and a site.
async fn ways(console: &Console, directory: &Directory, view: &IncidentView) -> Option<Arc<Ways>> {
    let at = place(view.site.as_ref()?.position)?;
    let posts = posts(directory, view).map(|(id, _, at)| (id.clone(), at)).collect();
    console.0.searches.ways((view.facts.site.clone()?, directory.version), at, posts).await
}

/// Who could come: authorities with a post, in charge when it began.
fn posts<'d>(
    directory: &'d Directory,
    view: &IncidentView,
) -> impl Iterator<Item = (&'d AuthorityId, &'d Names, Position)> {
    let raised = view.facts.raised;
    let all = directory.authorities.iter();
    let posts = all.filter(move |(_, authority)| authority.level != CENTRE && authority.validity.holds(raised));
    posts.filter_map(|(id, authority)| Some((id, &authority.names, place(authority.position?)?)))
}

struct Drawing<'a> {
    view: &'a IncidentView,
    others: &'a [IncidentView],
    scope: Scope,
    ways: Option<&'a Ways>,
    lang: Lang,
    width: u16,
}

impl Drawing<'_> {
    fn svg(&self, directory: &Directory, boundaries: &Boundaries) -> Option<String> {
        let site = self.view.site.as_ref()?;
        let position = place(site.position)?;
        let posts = match self.ways {
            None => posts(directory, self.view)
                .map(|(_, names, position)| Post { name: self.name(names), position, travel: None })
                .collect(),
            Some(ways) => ways.posts.iter().filter_map(|post| self.post(directory, post)).collect(),
        };
        let drawn = SituationMap {
            site: Site { name: self.name(&site.names), position, mark: Some(mark(self.view)) },
            drill: self.view.facts.drill,
            posts,
            route: self.ways.map(|ways| ways.route.clone()).unwrap_or_default(),
            others: self.around(directory),
            areas: boundaries.iter().map(|boundary| Area { boundary, name: boundary.name() }).collect(),
            width: self.width,
            ..SituationMap::new(position)
        };
        Some(drawn.svg(&match self.lang {
            Lang::Vi => Words::VI,
            Lang::En => Words::EN,
        }))
    }

    fn post<'d>(
        &self,
        directory: &'d Directory,
        (id, position, travel): &(AuthorityId, Position, Option<Travel>),
    ) -> Option<Post<'d>> {
        let names = &directory.authorities.get(id)?.names;
        Some(Post { name: self.name(names), position: *position, travel: *travel })
    }

    /// The other sites: for who sees everything all of them, for a desk those of incidents that it was told of. Marked where something is
    /// going on that it may see.
    fn around<'d>(&'d self, directory: &'d Directory) -> Vec<Site<'d>> {
        let own = self.view.facts.site.as_ref();
        let open = |id| {
            let here = self.others.iter().filter(|view| view.facts.site.as_ref() == Some(id));
            (here.clone().next().is_some(), here.filter(|view| view.closed.is_none()).map(mark).max())
        };
        let sites = directory.sites.iter().filter(|(id, _)| own != Some(*id));
        let seen = sites.filter_map(|(id, site)| {
            let (is_known, mark) = open(id);
            let position = place(site.position).filter(|_| is_known || self.scope.is_all())?;
            Some(Site { name: self.name(&site.names), position, mark })
        });
        seen.collect()
    }

    fn name<'n>(&self, names: &'n Names) -> &'n str {
        match self.lang {
            Lang::Vi => &names.vi,
            Lang::En => &names.en,
        }
    }
}

fn place(position: Place) -> Option<Position> {
    Position::new(position.lat, position.lon).ok()
}

fn mark(view: &IncidentView) -> Mark {
    match view.facts.matter {
        Matter::Attack if view.facts.confirmed => Mark::Confirmed,
        Matter::Attack | Matter::Life => Mark::HoldUp,
        Matter::Suspicion | Matter::Premises => Mark::Suspicion,
        Matter::Fault => Mark::Fault,
    }
}
