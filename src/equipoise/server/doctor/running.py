"""What runs by itself: the worker, the verification by night, the backup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from equipoise.server import clock, environment
from equipoise.server.backup.making import LAST
from equipoise.server.doctor.finding import Finding, mend, ok
from equipoise.server.records.models import Verification
from equipoise.server.records.verification import studies
from equipoise.server.recruit.models import Mail, MailState

_WAITING = timedelta(minutes=10)
_MAIL = timedelta(hours=1)
_UNVERIFIED = timedelta(hours=48)
_NOT_BACKED_UP = timedelta(hours=48)


def worker() -> Finding:
    """That no task has been waiting for long."""
    oldest = DBTaskResult.objects.ready().order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    if oldest is not None and (age := timezone.now() - oldest) > _WAITING:
        return mend("worker", "waiting", minutes=round(age.total_seconds() / 60))
    return ok("worker")


def outbox() -> Finding:
    """That mails go out, and that none waits for a person."""
    before = clock.written(timezone.now() - _MAIL)
    for_a_person = Mail.objects.filter(state__in=(MailState.REFUSED, MailState.UNCERTAIN)).count()
    for_a_person += Mail.objects.filter(state=MailState.STOPPED, problem="server.recruit.unfilled").count()
    if for_a_person:
        return mend("outbox", "for_a_person", count=for_a_person)
    waiting = Mail.objects.filter(state=MailState.WAITING, written_at__lt=before).count()
    return mend("outbox", "waiting", count=waiting) if waiting else ok("outbox")


def verifications() -> Iterator[Finding]:
    """That each study was verified lately, and held."""
    for study in studies():
        last = Verification.objects.filter(study=study).order_by("-id").values_list("at", "problems").first()
        if last is None:
            yield mend("verification", "never", study=study)
            continue
        hours = _hours_since(last[0])
        if json.loads(last[1]):
            yield mend("verification", "failed", study=study, hours=hours)
        elif hours > _UNVERIFIED.total_seconds() / 3600:
            yield mend("verification", "long_ago", study=study, hours=hours)
        else:
            yield ok("verification", study=study, hours=hours)


def backup() -> Finding:
    """That there is a backup of late; a demonstration on loopback needs none."""
    file = environment.home() / LAST
    if not file.exists():
        return ok("backup", "none") if environment.is_loopback() else mend("backup", "never")
    last = json.loads(file.read_text(encoding="utf-8"))
    told: dict[str, str | int] = {"hours": _hours_since(last["at"]), "path": last["file"]}
    if int(told["hours"]) > _NOT_BACKED_UP.total_seconds() / 3600 and not environment.is_loopback():
        return mend("backup", "long_ago", **told)
    return ok("backup", **told)


def _hours_since(at: str) -> int:
    return int((timezone.now() - datetime.fromisoformat(at)).total_seconds() // 3600)
