"""Send a letter that has been written: a task for the worker, enqueued in the transaction that wrote the letter."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django_tasks import task

from equipoise.server import clock
from equipoise.server.records.models import Letter


@task()
def send_letter(letter: int) -> None:
    """Send a letter, unless it has been sent; a mail server that refuses leaves it to be tried again."""
    kept = Letter.objects.get(pk=letter)
    if kept.sent_at:
        return
    EmailMessage(kept.subject, kept.body, to=[kept.to]).send()
    Letter.objects.filter(pk=letter).update(sent_at=clock.instant())
