//! The operators' web page and HTTP API over a station handle; it computes nothing.
//!
//! `README.md` beside this crate says who may do what, how sessions work, and what is stored where.
//!
//! ```
//! use keng_console::{Hash, Operator, Operators, Role};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut operators = Operators::default();
//! operators.put(Operator {
//!     name: "lan".to_owned(),
//!     desk: "d000000000010675".parse()?,
//!     role: Role::Duty,
//!     password: Hash::of("một mật khẩu dài")?,
//!     totp: None,
//! })?;
//! let file = operators.write(); // operators.toml, readable by its owner only
//! assert_eq!(Operators::read(&file)?, operators);
//! // With a station: Station::start_behind(config, |handle, api| Console::new(handle.clone(), console).router(api)).
//! # Ok(())
//! # }
//! ```

mod assets;
mod calls;
mod code;
mod condition;
mod console;
mod deed;
mod guard;
mod incident;
mod login;
mod map;
mod notice;
mod openapi;
mod operators;
mod password;
mod roads;
mod session;
mod shift;
mod signer;
mod testing;
mod throttle;
mod words;

pub use code::Codes;
pub use console::{Config, Console};
pub use operators::{MAX_NAME, Operator, Operators, OperatorsError, Role};
pub use password::{Hash, LONGEST, PasswordError, SHORTEST};
pub use roads::Roads;
pub use signer::DeskKey;
