//! The program as its users meet it: arguments in, text and exit codes out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where its own tools fail")]

mod backup;
mod configuration;
mod help;
mod incident;
mod init;
mod journal;
mod keys;
mod packaging;
mod program;
mod route;
mod serve;
mod service;
