//! Runs the program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

/// A folder that goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn empty() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("keng-exporter-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// With a store in it.
    pub(crate) fn with_store() -> Self {
        let folder = Self::empty();
        folder.good(["init", "--origin", "bank.example/guards"]);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keng-exporter"));
        command.current_dir(&self.0).args(arguments).args(["--lang", "en"]).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end, and wants this exit code.
    pub(crate) fn ends<'a>(&self, code: i32, arguments: impl IntoIterator<Item = &'a str>) -> Output {
        let output = self.command(arguments).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{said}");
        output
    }

    /// Runs the program, wants success, and returns what it says.
    pub(crate) fn good<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> String {
        String::from_utf8(self.ends(0, arguments).stdout).unwrap()
    }

    /// The same with `--json`.
    pub(crate) fn json<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Value {
        let said = self.good(arguments.into_iter().chain(["--json"]));
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
    }

    /// Adds records through a file.
    pub(crate) fn add(&self, records: &[Value]) {
        let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
        std::fs::write(self.path("records.jsonl"), lines).unwrap();
        self.good(["add", "records.jsonl"]);
        std::fs::remove_file(self.path("records.jsonl")).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn person(id: &str, name: &str, personal_id: &str) -> Value {
    json!({ "record": "person", "id": id, "name": name, "born": "1990-05-01", "personal_id": personal_id,
            "position": "bảo vệ", "site": "KM-01", "from": "2020-01-01" })
}

pub(crate) fn certificate(person: &str, kind: &str, number: &str, evidence: &str) -> Value {
    json!({ "record": "certificate", "person": person, "kind": kind, "number": number, "issuer": "PC06",
            "issued": "2026-05-20", "evidence": evidence, "fit": true })
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Whether some octets stand anywhere in a file.
pub(crate) fn contains(file: &Path, needle: &str) -> bool {
    String::from_utf8_lossy(&std::fs::read(file).unwrap()).contains(needle)
}
