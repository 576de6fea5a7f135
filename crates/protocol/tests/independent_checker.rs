//! SPEC.md is enough: a checker in another language, written from it alone, agrees with every vector.
#![expect(
    clippy::disallowed_methods,
    reason = "the environment says whether python3 is required; the library does not read it"
)]

use std::process::Command;

#[test]
fn the_checker_in_another_language_agrees_with_every_vector() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/check.py");
    match Command::new("python3").arg("-B").arg(script).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{said}");
            assert!(said.contains(" 0 differ"), "{said}");
        }
        Err(error) if std::env::var("KENG_REQUIRE").is_ok_and(|require| require == "1") => {
            panic!("python3 is required: {error}")
        }
        Err(error) => println!("skipped, python3 cannot be run: {error}"),
    }
}
