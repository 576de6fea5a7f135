//! Other people's software, and the tables that it prints.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines of a name and numbers.
pub(crate) struct Printed(Vec<(String, Vec<f64>)>);

impl Printed {
    /// The numbers of the next line of this name, and the rest behind it.
    pub(crate) fn take(&mut self, name: &str) -> Vec<f64> {
        let at = self.0.iter().position(|line| line.0 == name).unwrap_or_else(|| panic!("no line {name}"));
        let mut rest = self.0.split_off(at);
        self.0 = rest.split_off(1);
        rest.pop().unwrap().1
    }

    /// Whether there is another line of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|line| line.0 == name)
    }
}

/// What a script of `tests/peers` prints, run by the Python that has `.ci/python/requirements.txt`; nothing where that is missing.
pub(crate) fn python(script: &str) -> Option<Printed> {
    let Some(python) = std::env::var_os("KENG_PEERS_PYTHON").map(PathBuf::from).or_else(venv) else {
        assert!(std::env::var_os("KENG_REQUIRE").is_none(), "no Python with .ci/python/requirements.txt");
        println!(
            "SKIPPED {script}: set KENG_PEERS_PYTHON to a Python with .ci/python/requirements.txt, or make the venv target/peers"
        );
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(script);
    let out = Command::new(python).arg(&script).output().unwrap();
    assert!(out.status.success(), "{}: {}", script.display(), String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        Some((name, words.map(|word| word.parse().unwrap()).collect()))
    };
    Some(Printed(text.lines().filter_map(line).collect()))
}

/// The environment that the project's own check makes: `peers` in the target folder.
fn venv() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    Some(target.join("peers/bin/python")).filter(|python| python.exists())
}
