//! A call of an API: where, what answers, and what a program must know of it. Router and description are made from the same list.

use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter};
use serde_json::Value;

/// What a program must know of one call.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `get` or `post`.
    pub method: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// The media type of its body, and what it must look like (JSON Schema), when it has one.
    pub takes: Option<(&'static str, Value)>,
    /// The media type of a good answer.
    pub gives: &'static str,
    /// The parameters behind `?` and in headers: where, which, and of what type.
    pub parameters: &'static [(&'static str, &'static str, &'static str)],
    /// The statuses of other answers than 200.
    pub others: &'static [u16],
    /// Whether it needs no token and no login.
    pub is_open: bool,
}

/// One path, what answers there, and what is said of it.
#[derive(Clone, Debug)]
pub struct Call<S> {
    /// The path, with `{id}` for an incident's id.
    pub path: &'static str,
    /// What answers there.
    pub route: MethodRouter<S>,
    /// What is said of it: one for each method.
    pub operations: Vec<Operation>,
}

impl<S: Clone + Send + Sync + 'static> Call<S> {
    /// A path at which nothing answers yet.
    pub fn at(path: &'static str) -> Self {
        Self { path, route: MethodRouter::new(), operations: Vec::new() }
    }

    /// The same with an answer to `GET`.
    #[must_use]
    pub fn get<T: 'static>(self, handler: impl Handler<T, S>, operation: Operation) -> Self {
        self.on(MethodFilter::GET, handler, Operation { method: "get", ..operation })
    }

    /// The same with an answer to `POST`.
    #[must_use]
    pub fn post<T: 'static>(self, handler: impl Handler<T, S>, operation: Operation) -> Self {
        self.on(MethodFilter::POST, handler, Operation { method: "post", ..operation })
    }

    fn on<T: 'static>(mut self, filter: MethodFilter, handler: impl Handler<T, S>, operation: Operation) -> Self {
        self.route = self.route.on(filter, handler);
        self.operations.push(operation);
        self
    }
}

impl Operation {
    /// One that gives JSON to whoever has a token or a login.
    pub const fn new(summary: &'static str) -> Self {
        Self {
            method: "get",
            summary,
            takes: None,
            gives: "application/json",
            parameters: &[],
            others: &[401, 503],
            is_open: false,
        }
    }

    /// The same with another media type.
    #[must_use]
    pub fn gives(self, media_type: &'static str) -> Self {
        Self { gives: media_type, ..self }
    }

    /// The same with a body.
    #[must_use]
    pub fn takes(self, media_type: &'static str, schema: Value) -> Self {
        Self { takes: Some((media_type, schema)), ..self }
    }

    /// The same with these other answers.
    #[must_use]
    pub fn others(self, others: &'static [u16]) -> Self {
        Self { others, ..self }
    }

    /// The same with parameters.
    #[must_use]
    pub fn with(self, parameters: &'static [(&'static str, &'static str, &'static str)]) -> Self {
        Self { parameters, ..self }
    }

    /// The same for everybody.
    #[must_use]
    pub fn open(self) -> Self {
        Self { is_open: true, ..self }
    }
}
