//! The situation map of an incident, as a picture.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use keng_dispatch::Names;
use keng_dispatch::directory::{CENTRE, Directory, Position as Place};
use keng_dispatch::policy::Matter;
use keng_dispatch::text::Lang;
use keng_dispatch::view::IncidentView;
use keng_geo::map::{Area, Mark, Post, Site, SituationMap, Words};
use keng_geo::{Boundaries, Position};
use keng_station::Scope;
use serde::Deserialize;

use crate::console::Console;
use crate::guard::{Asked, Who, problem};
use crate::incident::{not_found, visible};

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
    who: Who,
    Path(id): Path<String>,
    Asked(Wanted { lang, width }): Asked<Wanted>,
) -> Response {
    let Some(view) = visible(&console, who.scope(), &id).await else { return not_found() };
    let directory = console.0.handle.directory();
    let others = console.0.handle.views(who.scope()).await.unwrap_or_default();
    let lang = lang.and_then(|lang| lang.parse().ok()).unwrap_or_default();
    let drawing = Drawing { view: &view, others: &others, scope: who.scope(), lang, width: width.unwrap_or(WIDTH) };
    match drawing.svg(&directory, &console.0.boundaries) {
        None => problem(StatusCode::NOT_FOUND, "no_place", "the directory does not say where this is"),
        Some(svg) => {
            let kind = (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
            let policy = (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            ([kind, policy], svg).into_response()
        }
    }
}

struct Drawing<'a> {
    view: &'a IncidentView,
    others: &'a [IncidentView],
    scope: Scope,
    lang: Lang,
    width: u16,
}

impl Drawing<'_> {
    fn svg(&self, directory: &Directory, boundaries: &Boundaries) -> Option<String> {
        let site = self.view.site.as_ref()?;
        let position = place(site.position)?;
        let posts = directory
            .authorities
            .values()
            .filter(|authority| authority.level != CENTRE && authority.validity.holds(self.view.facts.raised));
        let posts = posts.filter_map(|authority| {
            let position = place(authority.position?)?;
            Some(Post { name: self.name(&authority.names), position, travel: None })
        });
        let drawn = SituationMap {
            site: Site { name: self.name(&site.names), position, mark: Some(mark(self.view)) },
            drill: self.view.facts.drill,
            posts: posts.collect(),
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
