"""Whoever guesses from many processes at once has no more tries than whoever guesses one by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from equipoise.server.recruit.actions.share_notes import share_notes
from equipoise.server.recruit.models import SharedNotes
from equipoise.server.recruit.shared_notes import TRIES, Sealed

PROCESSES, ROUNDS = 12, 5


def test_many_processes_together_have_five_tries(database: str) -> None:
    sealed = Sealed(b"s" * 16, b"i" * 12, b"c" * 1040, b"p" * 32, b"r" * 32, 7)
    link, _ = share_notes(sealed, now=lambda: "2026-09-01T08:00:00.000000Z")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("guessers.py")), link, str(PROCESSES)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "equipoise.server.settings", "EQUIPOISE_DATABASE": database},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    met = Counter(json.loads(done.stdout))
    assert met == {"looked at": TRIES, "refused": PROCESSES * ROUNDS - TRIES}
    assert SharedNotes.objects.get().failed == TRIES
