"""A worker of its own, as a process that a test can kill: delivers what is due until it is killed or told to stop."""

from __future__ import annotations

import sys
import time

from equipoise.server.setup import set_up

if __name__ == "__main__":
    set_up(sys.argv[1])
    from equipoise.server.recruit.outbox import Outbox

    outbox = Outbox(patience=float(sys.argv[2]))
    print("ready", flush=True)
    while True:
        outbox.deliver_due()
        time.sleep(0.02)
