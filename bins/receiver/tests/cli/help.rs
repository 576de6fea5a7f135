//! Help that a stranger understands.

use crate::program::{Folder, ended, refused};

const COMMANDS: &[&[&str]] = &[
    &["init"],
    &["serve"],
    &["check"],
    &["test"],
    &["keygen"],
    &["enroll"],
    &["rotate"],
    &["revoke"],
    &["sign-directory"],
    &["operator", "add"],
    &["operator", "list"],
    &["operator", "remove"],
    &["journal", "tail"],
    &["journal", "verify"],
    &["journal", "export"],
    &["incident", "list"],
    &["incident", "show"],
    &["incident", "replay"],
];

#[test]
fn every_command_explains_itself_with_an_example() {
    let folder = Folder::empty();
    for command in COMMANDS {
        let help = ended(&folder.keng(command.iter().copied().chain(["--help"])), 0);
        let example = format!("keng-receiver {}", command.join(" "));
        assert!(help.contains("Example") && help.matches(&example).count() >= 2, "{command:?}: {help}");
    }
}

#[test]
fn the_exit_codes_are_documented() {
    let help = ended(&Folder::empty().keng(["--help"]), 0);
    for line in ["0   done", "1   the job failed", "2   the arguments are wrong", "78  the configuration is refused"] {
        assert!(help.contains(line), "{help}");
    }
}

#[test]
fn wrong_arguments_are_exit_code_2() {
    let folder = Folder::empty();
    let wrong: [&[&str]; 5] = [
        &[],
        &["serv"],
        &["enroll", "--device", "00"],
        &["revoke", "--authority-key", "k", "--device", "0011223344556677"],
        &["incident", "show", "not-an-id"],
    ];
    for arguments in wrong {
        refused(&folder.keng(arguments.iter().copied()), 2);
    }
}
