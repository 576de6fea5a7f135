//! Help that a stranger understands.

use crate::program::{Folder, ended, refused};

const COMMANDS: [&str; 11] =
    ["score", "explain", "what-if", "plan", "fit", "validate", "near-repeat", "schema", "check", "diff", "demo"];

#[test]
fn every_command_explains_itself_with_an_example() {
    let folder = Folder::empty();
    for command in COMMANDS {
        let help = ended(&folder.keng(&format!("{command} --help")), 0);
        assert!(help.contains("Example") && help.contains(&format!("keng-scorer {command} ")), "{command}: {help}");
    }
}

#[test]
fn the_exit_codes_are_documented_and_wrong_arguments_are_2() {
    let folder = Folder::empty();
    let help = ended(&folder.keng("--help"), 0);
    for line in [
        "0   done",
        "1   done, and the answer is no",
        "2   the arguments",
        "65  an input",
        "70  a mistake",
        "74  a file",
    ] {
        assert!(help.contains(line), "{help}");
    }
    for wrong in ["", "scor", "score", "plan sites.csv", "what-if KM01 sites.csv", "score sites.txt"] {
        refused(&folder.keng(wrong), 2);
    }
    refused(&folder.keng("score missing.csv"), 74);
}
