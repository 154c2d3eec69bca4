"""Processes that guess the passcode of the same shared notes at the same instant (`python guessers.py LINK MANY`)."""

from __future__ import annotations

import json
import multiprocessing
import sys

FORKING = multiprocessing.get_context("fork")
ROUNDS = 5


def guess(link: str, processes: int) -> list[str]:
    """Let every process guess at the same instant, round by round; return what each guess met."""
    from django.db import connections

    from equipoise.server.recruit.actions.hand_out_notes import Refused, hand_out_notes

    connections.close_all()
    barrier, results = FORKING.Barrier(processes), FORKING.SimpleQueue()

    def one(place: int) -> None:
        met = []
        for number in range(ROUNDS):
            barrier.wait(60)
            answer = hand_out_notes(link, bytes([place, number]) * 16, now=lambda: "2026-09-01T08:00:00.000000Z")
            assert isinstance(answer, Refused)
            met.append("looked at" if answer.looked_at else "refused")
        results.put(met)

    children = [FORKING.Process(target=one, args=(place,)) for place in range(processes)]
    for child in children:
        child.start()
    found = [each for _ in children for each in results.get()]
    for child in children:
        child.join()
    return found


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(guess(sys.argv[1], int(sys.argv[2]))))
