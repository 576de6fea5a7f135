"""A dialler of the PyPI package dc09-spt: a panic, a hold-up, thirty events in a row and polls, over one kind of path."""
import logging
import sys
import time

from dc09_spt import dc09_spt

kind, port, account = sys.argv[1], int(sys.argv[2]), sys.argv[3]
logging.basicConfig(level=logging.WARNING, stream=sys.stdout)

# A failed exchange is answered with another attempt; nobody waits here longer than for the whole of it.
deadline = time.monotonic() + 90
dialler = dc09_spt.dc09_spt(account)
dialler.set_path("main", "primary", "127.0.0.1", port, account=account, type=kind)
dialler.start_poll(1, retry_delay=1)

dialler.send_msg("SIA-DCS", {"code": "PA", "zone": 1})
dialler.send_msg("SIA-DCS", {"code": "HA", "zone": 2})
for zone in range(30):
    dialler.send_msg("ADM-CID", {"code": 130, "q": 1, "zone": 100 + zone})

while time.monotonic() < deadline and dialler.notSent() > 0:
    time.sleep(0.05)
polled = False
while time.monotonic() < deadline and not polled:
    polled = bool(dialler.isConnected())
    time.sleep(0.05)
print(f"unsent {dialler.notSent()} connected {polled}")
dialler.stop_poll()
sys.exit(0 if dialler.notSent() == 0 and polled else 1)
