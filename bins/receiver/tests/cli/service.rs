//! What a service manager hears.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crate::program::{Folder, Running};

#[test]
fn the_service_manager_hears_of_the_start_of_beats_of_a_reload_and_of_the_end() {
    let folder = Folder::initialised();
    let socket = UnixDatagram::bind(folder.path("notify")).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let notify = folder.path("notify").display().to_string();
    let running = Running::start_with(&folder, &[("NOTIFY_SOCKET", &notify), ("WATCHDOG_USEC", "300000")]);
    let heard = |wanted: &str| {
        let mut chunk = [0; 256];
        loop {
            let count = socket.recv(&mut chunk).unwrap_or_else(|error| panic!("no {wanted}: {error}"));
            if std::str::from_utf8(&chunk[..count]).unwrap().contains(wanted) {
                return;
            }
        }
    };
    heard("READY=1");
    heard("WATCHDOG=1");
    running.signal("HUP");
    heard("RELOADING=1");
    heard("READY=1");
    heard("WATCHDOG=1");
    running.signal("TERM");
    heard("STOPPING=1");
    assert_eq!(running.code(), Some(0));
}
