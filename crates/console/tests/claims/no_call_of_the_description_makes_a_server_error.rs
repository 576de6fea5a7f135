//! Schemathesis, a program that nobody here wrote, reads the description that is served and calls everything in it with what it makes up.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use keng_station::Scope;
use serde_json::Value;

use crate::world::{PANEL_1, PANEL_2, World};

/// Left out: the stream, which does not end by itself, and logout, after which every other call would be refused.
const LEFT_OUT: &[&str] = &["/api/v1/stream", "/api/v1/logout"];
/// What must hold of each answer: no server error, a status that the description names, the media type and shape that it says.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// How many calls of each operation, besides those at the bounds of its schema. The same seed makes up the same calls.
const EXAMPLES: &str = "25";
/// How long all of it may take.
const WITHIN: Duration = Duration::from_secs(240);

#[tokio::test(flavor = "multi_thread")]
async fn with_a_session_of_somebody_who_may_do_everything() {
    let Some(python) = python() else { return };
    let world = World::start_listening().await;
    let (one, _) = (world.hold_up(PANEL_1).await, world.hold_up(PANEL_2).await);
    let browser = world.log_in("hoa").await;
    let url = format!("http://{}", world.address());
    let described = world.get(&browser, "/api/v1/openapi.json").await.json();
    let operations = count(&described);
    // First with an incident that there is, so that calls get past "not found"; then with whatever is made up.
    for id in [Some(one.as_str()), None] {
        let mut run = Command::new(&python);
        run.args(["-m", "schemathesis.cli"]);
        let folder = config(id);
        // From a file: what is read from an address is not called itself.
        std::fs::write(folder.join("openapi.json"), described.to_string()).unwrap();
        run.arg("--config-file").arg(folder.join("schemathesis.toml")).args(["run", "openapi.json", "--url", &url]);
        run.args([
            "--header",
            &format!("cookie: {}", browser.cookie),
            "--header",
            &format!("keng-csrf: {}", browser.csrf),
        ]);
        run.args([
            "--checks",
            CHECKS,
            "--max-examples",
            EXAMPLES,
            "--seed",
            "4",
            "--no-color",
            "--phases",
            "coverage,fuzzing",
        ]);
        run.args(["--exclude-path-regex", &format!("^({})$", LEFT_OUT.join("|"))]);
        run.current_dir(&folder).stdout(Stdio::piped()).stderr(Stdio::piped());
        let ran = tokio::task::spawn_blocking(move || run.output().unwrap());
        let ran = tokio::time::timeout(WITHIN, ran).await.expect("it ends").unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "{said}");
        println!("{said}");
        let selected = format!("{} selected / {operations} total", operations - LEFT_OUT.len());
        assert!(said.contains(&selected), "it called {selected} operations: {said}");
    }
    assert_eq!(world.get(&browser, "/api/v1/me").await.status, 200, "the session was one all the while");
    assert!(world.station.handle().views(Scope::All).await.unwrap().len() >= 2, "and the station lives");
}

/// How many operations a description has.
fn count(described: &Value) -> usize {
    described["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum()
}

/// A folder with the program's configuration: which incident is asked for.
fn config(id: Option<&str>) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("keng-schemathesis-{}-{}", std::process::id(), id.is_some()));
    std::fs::create_dir_all(&folder).unwrap();
    let text = id.map_or_else(String::new, |id| {
        format!("[parameters]\n\"path.id\" = \"{id}\"\n\"path.name\" = \"main.js\"\n\"body.incident\" = \"{id}\"\n")
    });
    std::fs::write(folder.join("schemathesis.toml"), text).unwrap();
    folder
}

/// The Python in which `.ci/python/requirements.txt` is installed; `None`, with a word why, when there is none and nobody insists.
fn python() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/bin/python");
    let python = std::env::var_os("KENG_PEERS_PYTHON").map_or(shared, PathBuf::from);
    let probe = Command::new(&python).args(["-c", "import schemathesis"]).output();
    let is_there = probe.is_ok_and(|out| out.status.success());
    assert!(is_there || std::env::var_os("KENG_REQUIRE").is_none(), "schemathesis is missing in {}", python.display());
    if !is_there {
        println!(
            "SKIPPED, for want of schemathesis: python3 -m venv target/peers && target/peers/bin/pip install -r .ci/python/requirements.txt"
        );
    }
    is_there.then_some(python)
}
