//! Who may log in: the file of operators, and what each may do.

use std::collections::BTreeMap;
use std::fmt;

use keng_protocol::DeviceId;
use keng_station::Scope;
use serde::{Deserialize, Serialize};

use crate::password::Hash;

/// The longest login: it stands in every answer, where 32 octets are the bound.
pub const MAX_NAME: usize = keng_protocol::message::Answer::MAX_OPERATOR;
/// The most operators of one file.
const MAX_OPERATORS: usize = 4096;

/// What an operator may see and do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees what its desk was told of; answers for its desk.
    Duty,
    /// Sees everything, as a province does; answers where its own authority was told.
    Command,
    /// Sees what its desk was told of; does nothing.
    Reader,
}

/// One login.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    /// The login, at most [`MAX_NAME`] octets of letters, digits, `.`, `-` and `_`.
    pub name: String,
    /// The desk that it sits at.
    pub desk: DeviceId,
    /// What it may see and do.
    pub role: Role,
    /// Its password.
    pub password: Hash,
    /// The secret of its one-time codes, in Base32, if it uses them.
    pub totp: Option<String>,
}

/// All operators by their logins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operators(BTreeMap<String, Operator>);

/// Why a file of operators is refused. Nothing of the file's content is in it but a login.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OperatorsError {
    /// It is no TOML, or has a field that nobody knows.
    #[error("line {line}: not a file of operators: {why}")]
    Syntax {
        /// Where.
        line: usize,
        /// What the reader says.
        why: String,
    },
    /// A login that cannot be one.
    #[error("operator {0} of the file: a login has 1 to 32 letters, digits, '.', '-' or '_'")]
    Name(usize),
    /// The same login twice.
    #[error("the operator \"{0}\" stands twice")]
    Twice(String),
    /// A desk that is no device's id.
    #[error("the operator \"{0}\": a desk is 16 hexadecimal digits")]
    Desk(String),
    /// A password that is no hash.
    #[error("the operator \"{0}\": the password is not an argon2id hash; keng-receiver operator add writes one")]
    Password(String),
    /// A secret that is no Base32 of 16 octets and more.
    #[error("the operator \"{0}\": the totp secret is not Base32 of at least 16 octets")]
    Totp(String),
    /// Too many.
    #[error("there are more than {MAX_OPERATORS} operators")]
    TooMany,
}

impl Role {
    /// What somebody with this role sees at a desk.
    pub const fn scope(self, desk: DeviceId) -> Scope {
        match self {
            Self::Command => Scope::Command(desk),
            Self::Duty | Self::Reader => Scope::Desk(desk),
        }
    }

    /// Whether somebody with this role may change anything.
    pub const fn may_act(self) -> bool {
        !matches!(self, Self::Reader)
    }
}

impl Operators {
    /// Reads a file.
    ///
    /// # Errors
    /// [`OperatorsError`] names the first thing that is wrong.
    pub fn read(text: &str) -> Result<Self, OperatorsError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let end = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(end).filter(|octet| *octet == b'\n').count() + 1;
            OperatorsError::Syntax { line, why: error.message().to_owned() }
        })?;
        if file.operator.len() > MAX_OPERATORS {
            return Err(OperatorsError::TooMany);
        }
        let mut operators = Self::default();
        for (index, entry) in file.operator.into_iter().enumerate() {
            let operator = entry.operator(index)?;
            let name = operator.name.clone();
            if operators.0.insert(name.clone(), operator).is_some() {
                return Err(OperatorsError::Twice(name));
            }
        }
        Ok(operators)
    }

    /// The text of a file with these operators.
    pub fn write(&self) -> String {
        let operator = self.0.values().map(|operator| Entry {
            name: operator.name.clone(),
            desk: operator.desk.to_string(),
            role: operator.role,
            password: operator.password.text().to_owned(),
            totp: operator.totp.clone(),
        });
        let body = toml::to_string(&File { operator: operator.collect() }).unwrap_or_default();
        format!("{HEAD}\n{body}")
    }

    /// The operator of a login.
    pub fn named(&self, name: &str) -> Option<&Operator> {
        self.0.get(name)
    }

    /// All of them, by login.
    pub fn iter(&self) -> impl Iterator<Item = &Operator> {
        self.0.values()
    }

    /// Adds one, or puts it in the place of the one with its login.
    ///
    /// # Errors
    /// [`OperatorsError`] when it cannot be one.
    pub fn put(&mut self, operator: Operator) -> Result<(), OperatorsError> {
        if !is_name(&operator.name) {
            return Err(OperatorsError::Name(self.0.len() + 1));
        }
        self.0.insert(operator.name.clone(), operator);
        Ok(())
    }

    /// Takes one away; says whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }
}

impl fmt::Debug for Operator {
    /// Without login, password and secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator").field("desk", &self.desk).field("role", &self.role).finish_non_exhaustive()
    }
}

/// What stands above the operators in their file.
const HEAD: &str = "# Who may log in at the duty desk. Written by `keng-receiver operator`; a running receiver reads it anew when it gets SIGHUP.
# name: the login. desk: the id of the desk. role: duty, command or reader. password: argon2id. totp: a Base32 secret, if one-time codes are used.
";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    operator: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    desk: String,
    role: Role,
    password: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    totp: Option<String>,
}

impl Entry {
    fn operator(self, index: usize) -> Result<Operator, OperatorsError> {
        let Self { name, desk, role, password, totp } = self;
        if !is_name(&name) {
            return Err(OperatorsError::Name(index + 1));
        }
        let desk = desk.parse().map_err(|_| OperatorsError::Desk(name.clone()))?;
        let password = Hash::read(&password).ok_or_else(|| OperatorsError::Password(name.clone()))?;
        if totp.as_deref().is_some_and(|secret| crate::code::Codes::of(secret).is_none()) {
            return Err(OperatorsError::Totp(name));
        }
        Ok(Operator { name, desk, role, password, totp })
    }
}

fn is_name(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
    !name.is_empty() && name.len() <= MAX_NAME && name.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$TvxIB44dwY+x4MKTrqj8cA";

    fn file(name: &str, desk: &str, hash: &str) -> String {
        format!("[[operator]]\nname = \"{name}\"\ndesk = \"{desk}\"\nrole = \"duty\"\npassword = \"{hash}\"\n")
    }

    #[test]
    fn what_is_written_reads_back() {
        let operators = Operators::read(&file("lan", "d000000000010675", HASH)).unwrap();
        assert_eq!(Operators::read(&operators.write()), Ok(operators.clone()));
        assert_eq!(operators.named("lan").map(|lan| lan.role), Some(Role::Duty));
        assert!(!format!("{operators:?}").contains("argon2id"));
    }

    #[test]
    fn each_mistake_has_its_own_refusal() {
        let read = |name: &str, desk: &str, hash: &str| Operators::read(&file(name, desk, hash)).unwrap_err();
        assert_eq!(read("two words", "d000000000010675", HASH), OperatorsError::Name(1));
        assert_eq!(read("lan", "113", HASH), OperatorsError::Desk("lan".to_owned()));
        assert_eq!(read("lan", "d000000000010675", "secret"), OperatorsError::Password("lan".to_owned()));
        let twice = file("lan", "d000000000010675", HASH).repeat(2);
        assert_eq!(Operators::read(&twice), Err(OperatorsError::Twice("lan".to_owned())));
        assert!(matches!(Operators::read("[[operator]]\nname = 1"), Err(OperatorsError::Syntax { line: 2, .. })));
    }
}
