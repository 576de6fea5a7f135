//! The console's own calls: one list, from which the router and the description for programs are made.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use keng_station::{Call, Operation};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use crate::console::Console;
use crate::{assets, condition, incident, login, map, notice, openapi, shift, testing};

/// The statuses of calls about one incident, of those that change something, and of those about one incident that do.
const OF_ONE: &[u16] = &[401, 403, 404, 503];
const CHANGES: &[u16] = &[400, 401, 403, 413, 415, 422, 503];
const CHANGES_ONE: &[u16] = &[202, 400, 401, 403, 404, 409, 413, 415, 422, 503];

/// All of them.
pub(crate) fn all() -> Vec<Call<Console>> {
    let say = Operation::new;
    vec![
        Call::at("/").get(page, say("The page").gives("text/html; charset=utf-8").others(&[]).open()),
        Call::at("/assets/{name}").get(assets::asset, say("A file of the page").gives("*/*").others(&[404]).open()),
        Call::at("/api/v1/login").post(
            login::login,
            body::<login::Credentials>("Begins a session").others(&[400, 401, 413, 415, 422, 429, 503]).open(),
        ),
        Call::at("/api/v1/logout").post(login::logout, say("Ends the session").others(&[401, 403])),
        Call::at("/api/v1/me").get(login::me, say("Who is logged in").others(&[401, 403])),
        Call::at("/api/v1/incidents/{id}/records")
            .get(incident::records, say("Every decision about an incident, in words").others(OF_ONE)),
        Call::at("/api/v1/incidents/{id}/answers")
            .post(incident::answer, body::<incident::Said>("Signs and submits an answer").others(CHANGES_ONE)),
        Call::at("/api/v1/incidents/{id}/plan")
            .get(incident::plan, say("The steps of the site's plan, and who did which").others(OF_ONE))
            .post(incident::tick, body::<incident::Tick>("Ticks a step").others(CHANGES_ONE)),
        Call::at("/api/v1/incidents/{id}/map.svg").get(
            map::map,
            say("The situation map")
                .gives("image/svg+xml")
                .with(&[("query", "lang", "string"), ("query", "width", "integer")])
                .others(&[400, 401, 403, 404, 503]),
        ),
        Call::at("/api/v1/condition").get(condition::condition, say("What is wrong now").others(&[401, 403, 503])),
        Call::at("/api/v1/shift")
            .get(shift::shift, say("Who is on duty, and the handover notes").others(&[401, 403]))
            .post(shift::hand_over, body::<shift::Handover>("Writes a handover note").others(CHANGES)),
        Call::at("/api/v1/notices").get(notice::notices, say("The latest notices").others(&[401, 403])).post(
            notice::send,
            body::<notice::Wanted>("Sends a notice to the sites around an incident").others(CHANGES_ONE),
        ),
        Call::at("/api/v1/tests")
            .get(testing::tests, say("The sites, and which are on test").others(&[401, 403, 503]))
            .post(testing::set, body::<testing::Wanted>("Puts a site on test, or ends that").others(CHANGES_ONE)),
        Call::at("/api/v1/openapi.json").get(openapi::openapi, say("This description").others(&[401, 403])),
    ]
}

fn body<T: JsonSchema>(summary: &'static str) -> Operation {
    let schema: Value = schema_for!(T).into();
    Operation::new(summary).takes("application/json", schema)
}

async fn page() -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], assets::PAGE).into_response()
}
