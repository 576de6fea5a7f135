//! The disk is full: people are told and nothing is receipted; when there is room again receipts come by themselves.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::button::Buttons;
use crate::ledger::Promised;
use crate::process::{Serve, can, until};
use crate::scene::{SITES, Scene};
use crate::world::World;

/// The whole disk.
const SIZE: &str = "size=4m";
/// So many hold-ups are pressed while there is no room.
const IN_VAIN: usize = 5;

/// A small disk at a folder, for as long as this lives.
struct Disk(PathBuf);

#[test]
fn a_full_disk_hides_no_hold_up_and_receipts_come_when_there_is_room() {
    let world = World::new("full", SITES, "");
    let Some(disk) = Disk::under(&world.folder.join("data")) else { return };
    let serve = Serve::start(&world.folder);
    let (mut scene, mut buttons) = (Scene::open(&world, &serve), Buttons::of(&world, SITES));
    let mut promised = Promised::default();

    let filler = disk.fill();
    let mut waiting = vec![scene.until_refused(&mut buttons, &mut promised)];
    waiting.extend((1..IN_VAIN).map(|_| scene.press(&mut buttons)));
    assert!(scene.api.get("/readyz").unwrap().1.contains("room"), "it says why");
    assert_eq!(scene.api.health()["journal"]["state"], "waiting");
    until("the log says so", || (serve.said("people are told, nothing is receipted") > 0).then_some(()));
    assert_eq!(scene.line.has_come(), None, "no receipt without the disk");

    std::fs::remove_file(filler).unwrap();
    for pressed in &waiting {
        promised.receipts.insert(pressed.frame, buttons.any().receipt(&mut scene.line, pressed).unwrap());
    }
    until("it is ready again", || (scene.api.get("/readyz")?.0 == 200).then_some(()));
    until("the log says so", || (serve.said("the journal takes entries again") > 0).then_some(()));
    assert_eq!(serve.said("people are told, nothing is receipted"), 1, "the log says so, once");
    serve.stop();
    let mut ledger = world.ledger();
    ledger.read_on();
    ledger.keeps(&promised);
    ledger.verify();
    eprintln!("full disk: {IN_VAIN} hold-ups told while it was full; {} receipts in all", promised.count());
}

impl Disk {
    /// Mounts it with what the folder holds; `None` where that is not allowed.
    fn under(folder: &Path) -> Option<Self> {
        let (aside, path) = (folder.with_extension("aside"), folder.to_str().unwrap());
        std::fs::rename(folder, &aside).unwrap();
        std::fs::create_dir(folder).unwrap();
        let mounts = can("a small tmpfs", Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "keng", path]));
        let disk = mounts.then(|| Self(folder.to_owned()))?;
        for file in std::fs::read_dir(&aside).unwrap().map(Result::unwrap) {
            std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
        Some(disk)
    }

    /// Takes all the room that is left.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = File::create(&path).unwrap();
        for size in [4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").args(["--lazy", self.0.to_str().unwrap()]).status());
    }
}
