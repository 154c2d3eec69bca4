"""Measure how many enquiries are accepted with the mail server down, and that each mail arrives once when it is up.

Four processes post the whole form (Django's own stack, with limits, checks and confirmation; the rendering included, a
web server not), paced at 200 a second, each from another address. The mail server (aiosmtpd) is down meanwhile; the
workers call it in vain. Then it is started, and two workers at once deliver all mails to it. Counted are the enquiries
that were acknowledged, those in the database, and the mails by their Message-ID.

Run it by itself (python benchmarks/enquiries.py; `--small` for two seconds instead of ten) or with all (make bench).
PostgreSQL and SQLite flush every commit to the disk.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
import time
import uuid
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from databases import connected, databases

ROOT = Path(__file__).parents[1]
FORK = multiprocessing.get_context("fork")
_POST_OFFICE = runpy.run_path(str(ROOT / "tests" / "server" / "post_office.py"))
CLIENTS, WORKERS = 4, 2
A_SECOND, SECONDS, SMALL = 200, 10, 2
PATIENCE = 90.0  # seconds without a mail until the rest is counted as lost
STUDY, NUMBER = "nct07328711", "NCT07328711"


def fill() -> None:
    """Open the study, show it, and give its first centre a coordinator."""
    from django.core.management import call_command

    from equipoise.server import clock
    from equipoise.server.accounts.models import Membership, User
    from equipoise.server.records.actions.open_study import open_study
    from equipoise.server.recruit.actions.list_study import list_study
    from equipoise.study.reader import read_study

    call_command("migrate", verbosity=0)
    open_study(read_study(ROOT / "studies" / STUDY), "administrator")
    list_study(STUDY, shown=True)
    user = User.objects.create_user("chen.jie", "chen.jie@example.org")
    Membership.objects.create(user=user, study=STUDY, role="coordinator", site="01", since=clock.now())


def post(place: int, count: int, pace: float, begin: float, told: Any) -> None:
    """Post forms, paced; tell which were acknowledged, and how long each took."""
    from django.core.signing import Signer
    from django.test import Client

    client, done = Client(), []
    for number in range(count):
        time.sleep(max(0.0, begin + number * pace - time.perf_counter()))
        key = str(uuid.uuid4())
        fields = {
            "step": "send", "site": "01", "first_name": "芳", "last_name": "王", "phone": "13900000000",
            "email": f"p{place}-{number}@example.org", "preferred": "zh-hans", "consent": "yes",
            "message": "我想了解一下这项研究。" * 20,
            # A form that was opened long enough ago.
            "started": Signer(salt="equipoise.enquiries.started").sign(f"{key} 2026-01-01T00:00:00.000000Z"),
        }  # fmt: skip
        address = f"10.{place}.{number // 250}.{number % 250 + 1}"
        began = time.perf_counter()
        answer = client.post(f"/zh-hans/studies/{NUMBER}/contact/", fields, REMOTE_ADDR=address)
        if answer.status_code == 200:
            done.append((key, time.perf_counter() - began))
    told.put((place, done, time.perf_counter()))


def deliver(ended: Any) -> None:
    """Deliver, as the worker does, until told to stop."""
    from equipoise.server.recruit.outbox import Outbox

    outbox = Outbox()
    while not ended.is_set():
        if outbox.deliver_due() == 0:
            time.sleep(0.1)


def measure(name: str, seconds: int) -> list[str]:
    """Measure one database; return what was lost or doubled."""
    from django.db import connections

    office = _POST_OFFICE["PostOffice"]()
    os.environ["EQUIPOISE_MAIL"] = office.address
    count = A_SECOND * seconds // CLIENTS
    connections.close_all()
    told, ended = FORK.Queue(), FORK.Event()
    workers = [FORK.Process(target=deliver, args=(ended,)) for _ in range(WORKERS)]
    begin = time.perf_counter() + 1.0
    clients = [
        FORK.Process(target=post, args=(place, count, CLIENTS / A_SECOND, begin, told)) for place in range(CLIENTS)
    ]
    for each in (*workers, *clients):
        each.start()
    answers = [told.get() for _ in clients]
    for each in clients:
        each.join()
    took = max(answer[2] for answer in answers) - begin
    acknowledged = {key: wait for _, done, _ in answers for key, wait in done}
    waits = sorted(acknowledged.values())
    print(
        f"{name:<11}{len(acknowledged):,} of {CLIENTS * count:,} accepted in {took:.1f} s,"
        f" {len(acknowledged) / took:,.0f} a second; median {1000 * median(waits):.0f} ms,"
        f" 95 % within {1000 * quantiles(waits, n=20)[-1]:.0f} ms",
        flush=True,
    )
    return _delivered(name, office, acknowledged, (workers, ended))


def _delivered(name: str, office: Any, acknowledged: dict[str, float], working: tuple[Any, Any]) -> list[str]:
    """Start the mail server, wait for every mail, and compare."""
    from equipoise.server.recruit.models import Enquiry, Mail

    workers, ended = working
    office.start()
    began = last = time.perf_counter()
    left = -1
    while (now := Mail.objects.exclude(state="sent").count()) and time.perf_counter() - last < PATIENCE:
        left, last = now, last if now == left else time.perf_counter()
        time.sleep(0.2)
    took = time.perf_counter() - began
    ended.set()
    for each in workers:
        each.join()
    kept, arrived = set(Enquiry.objects.values_list("key", flat=True)), office.ids()
    wrong = []
    lost = len(set(acknowledged) - kept) + Mail.objects.exclude(state="sent").count()
    lost += 2 * len(acknowledged) - len(set(arrived))
    doubled = len(arrived) - len(set(arrived))
    if lost or doubled or len(kept) != len(acknowledged):
        wrong.append(f"{name}: lost {lost}, doubled {doubled}, kept {len(kept)} of {len(acknowledged)}")
    print(
        f"{name:<11}mail server up: {len(arrived):,} mails in {took:.1f} s, {len(arrived) / took:,.0f} a second by"
        f" {WORKERS} workers; lost {lost}, doubled {doubled}",
        flush=True,
    )
    office.end()
    return wrong


def main() -> int:
    """Measure both databases; the exit code is the number of those that lost or doubled anything."""
    wrong: list[str] = []
    with databases() as given:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "equipoise.server.settings",
            "EQUIPOISE_HOME": str(given.home),
            "EQUIPOISE_KEY": "5e" * 32,
            "EQUIPOISE_HOSTS": "testserver",
            "EQUIPOISE_LOG_LEVEL": "ERROR",
        }
        import django

        django.setup()
        for name, address in given.addresses.items():
            with connected(address):
                fill()
                wrong += measure(name, SMALL if "--small" in sys.argv else SECONDS)
    print(f"aim: {A_SECOND} a second asked for; none lost, none doubled" + "".join(f"; {each}" for each in wrong))
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
