//! SIGKILL in the middle of appends, and two processes that both want to append.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdout, Stdio};

use rusqlite::Connection;

use crate::program::{Folder, person};

#[test]
fn nothing_that_was_acknowledged_is_lost_when_the_process_is_killed() {
    let folder = Folder::with_store();
    let mut acknowledged: Vec<(i64, String)> = Vec::new();
    for round in 0..8 {
        let mut child = folder.command(["add", "-", "--json"]).stdin(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let records: Vec<_> = (0..2000).map(|n| person(&format!("P-{round}-{n}"), "N", "0").to_string()).collect();
        let lines = records.clone();
        // Somebody who writes on until nobody reads any more.
        let writer = std::thread::spawn(move || lines.iter().try_for_each(|line| writeln!(input, "{line}")));
        let wanted = 3 + round * 7;
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut take = |answers: &mut std::io::Lines<BufReader<ChildStdout>>| {
            let line = answers.next()?.ok().filter(|line| line.ends_with('}'))?;
            let answer: serde_json::Value = serde_json::from_str(&line).ok()?;
            let line = usize::try_from(answer["line"].as_u64()?).ok()?;
            acknowledged.push((answer["entry"].as_i64()?, records[line - 1].clone()));
            Some(())
        };
        (0..wanted).for_each(|_| take(&mut answers).unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
        while take(&mut answers).is_some() {}
        let _ = writer.join().unwrap();
        if round % 3 == 2 {
            folder.good(["checkpoint"]);
        }
    }
    assert!(acknowledged.len() > 200);
    folder.good(["checkpoint"]);
    folder.good(["verify"]);
    let db = Connection::open(folder.path("keng-guards/store.db")).unwrap();
    for (index, record) in &acknowledged {
        let body: Vec<u8> = db.query_row("SELECT body FROM entry WHERE idx = ?1", [index], |row| row.get(0)).unwrap();
        let (stored, sent): (serde_json::Value, serde_json::Value) =
            (serde_json::from_slice(&body).unwrap(), serde_json::from_str(record).unwrap());
        assert_eq!(stored, sent, "entry {index}");
    }
}

#[test]
fn two_processes_cannot_both_append() {
    let folder = Folder::with_store();
    let mut first = folder.command(["add", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = first.stdin.take().unwrap();
    writeln!(input, "{}", person("P-1", "N", "0")).unwrap();
    let mut answer = String::new();
    let mut answers = BufReader::new(first.stdout.take().unwrap());
    answers.read_line(&mut answer).unwrap();
    assert_eq!(answer, "added 0\n");

    for command in [["checkpoint", "--quiet"], ["add", "-"], ["erase", "P-1"]] {
        let arguments = command.into_iter().filter(|argument| *argument != "--quiet");
        let refused = folder.ends(74, arguments);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains("another process writes to the store"), "{said}");
    }
    // Reading goes on meanwhile, and when the first has ended, the next may write.
    assert!(folder.good(["status", "P-1"]).contains("P-1"));
    drop(input);
    assert!(first.wait().unwrap().success());
    folder.good(["checkpoint"]);
}
