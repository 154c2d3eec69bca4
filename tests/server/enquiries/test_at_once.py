"""The same form from several browsers at the same moment, and a failure in the middle of writing it down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from equipoise.server.recruit.actions import submit_enquiry as submitting
from equipoise.server.recruit.actions.submit_enquiry import Submission, submit_enquiry
from equipoise.server.recruit.models import Enquiry, Mail, Offer
from equipoise.server.recruit.said import Said

SAID = Said("芳", "王", "wang.fang@example.org", "13900000000", "zh-hans")


def sent(key: str) -> Submission:
    return Submission(key, "NCT07328711", "nct07328711", "01", "zh-hans", SAID)


def test_the_same_form_eight_times_at_once_is_one_enquiry_with_one_copy(listed):
    def submit(_number: int) -> str:
        try:
            return str(submit_enquiry(sent("one")).receipt)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as crowd:
        receipts = set(crowd.map(submit, range(8)))
    assert len(receipts) == 1
    assert (Enquiry.objects.count(), Offer.objects.count(), Mail.objects.count()) == (1, 1, 1)


def test_a_failure_in_the_middle_leaves_neither_the_enquiry_nor_a_mail(listed, monkeypatch):
    def fail(_enquiry: Enquiry) -> int:
        raise OSError("the disk")

    with monkeypatch.context() as patched:
        patched.setattr(submitting, "write_to_centre", fail)
        with pytest.raises(OSError, match="the disk"):
            submit_enquiry(sent("two"))
    assert (Enquiry.objects.count(), Offer.objects.count(), Mail.objects.count()) == (0, 0, 0)
