//! Which authorities are told, what they answered, and what happens when they do not: the incident machine.

pub mod answer;
pub mod directory;
mod dispatcher;
mod form;
pub mod incident;
mod name;
pub mod policy;
pub mod record;
pub mod text;
pub mod view;

pub use dispatcher::{Config, Dispatcher, External, Input, Limits, Output, Telling};
pub use name::{AreaCode, AuthorityId, Names, Private, SiteId};
