"""The sender's private page: the link in the copy, what it shows, taking back, erasing, guessing."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from equipoise.server.recruit.contacts import opened
from equipoise.server.recruit.models import Enquiry, Mail
from equipoise.server.recruit.said import said_of


@pytest.fixture
def link(patient, office, deliver) -> str:
    """Write, have the copy delivered by a real server, and return the link that it holds."""
    patient.form()
    assert patient.send().status_code == 200
    assert deliver() >= 1
    copy = next(mail for mail in office.mails if mail["To"] == "wang.fang@example.org")
    for name in ("Subject", "From"):
        assert "hepatitis" not in copy[name].lower()
        assert "HBIG" not in copy[name]
    found = re.search(r"http://127\.0\.0\.1:8000(/en/enquiries/\w+/)", copy.get_content())
    assert found is not None
    assert "hepatitis" not in copy.get_content().lower().replace("hepatitis@", "")
    return found[1]


def text(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_the_link_in_the_copy_opens_the_page_and_tells_nobody_where_it_is(link):
    page = Client().get(link)
    assert page.status_code == 200
    assert "Received" in text(page)
    assert "I saw your study" in text(page)
    assert page["Cache-Control"] == "no-store"
    # Of a stricter policy the browser would make "Origin: null", and refuse our own forms.
    assert page["Referrer-Policy"] == "same-origin"
    assert "noindex" in page["X-Robots-Tag"]


def test_the_other_language_shows_the_same_page(link):
    assert "已收到" in text(Client().get(link.replace("/en/", "/zh-hans/")))


def test_what_is_added_is_there_for_the_centre_once(link):
    for _ in range(2):
        assert Client().post(link, {"do": "add", "more": "I can come on Mondays."}).status_code == 302
    assert said_of(Enquiry.objects.get()).added == ("I can come on Mondays.",)
    assert Client().post(link, {"do": "add", "more": " "}).status_code == 400
    kept = Client().post(link, {"do": "add", "more": "y" * 6000})
    assert kept.status_code == 400
    assert "y" * 6000 in kept.content.decode()
    for each in range(4):
        Client().post(link, {"do": "add", "more": f"more {each}"})
    assert Client().post(link, {"do": "add", "more": "too much"}).status_code == 400


def test_a_message_is_taken_back(link):
    assert Client().post(link, {"do": "withdraw"}).status_code == 302
    assert Enquiry.objects.get().closed_why == "withdrawn"
    assert "taken it back" in text(Client().get(link))
    assert Client().post(link, {"do": "withdraw"}).status_code == 400


def test_erasing_leaves_a_certificate_and_nothing_of_the_person(link, patient):
    assert Client().post(link, {"do": "erase"}).status_code == 400
    assert Enquiry.objects.get().content
    assert Client().post(link, {"do": "erase", "sure": "yes"}).status_code == 302
    page = Client().get(link)
    shown = text(page)
    assert "Certificate of erasure" in shown
    assert "the message of 34 characters" in shown
    assert re.search(r"[0-9A-F]{4}(-[0-9A-F]{4}){3}", shown)
    assert text(Client().get(link)) == shown, "the certificate is the same again"
    kept = Enquiry.objects.get()
    assert (kept.content, kept.of_email, kept.code_hash, kept.state, kept.closed_why) == (
        "",
        "",
        "",
        "closed",
        "erased",
    )
    for row in (*Enquiry.objects.values(), *Mail.objects.filter(purpose="enquiry-copy").values()):
        assert "fang" not in str(row).lower()
    assert Client().post(link, {"do": "add", "more": "x"}).status_code == 200
    # The form, sent again, does not bring it back.
    patient.page = None
    assert Enquiry.objects.count() == 1


def test_erasing_takes_back_mails_that_have_not_gone_out(patient, deliver):
    patient.form()
    patient.send()
    token = said_of(Enquiry.objects.get()).token
    Client().post(f"/en/enquiries/{token}/", {"do": "erase", "sure": "yes"})
    assert deliver() == 0
    assert set(Mail.objects.values_list("state", "content")) == {("stopped", "")}


@pytest.mark.parametrize("guess", ["0", "a" * 64, "0" * 64, "../" * 3, "%00", "x" * 5000])
def test_a_guessed_link_is_no_page(link, guess):
    assert Client().get(f"/en/enquiries/{guess}/").status_code == 404


def test_links_are_guessed_only_so_often(link):
    statuses = [Client(REMOTE_ADDR="203.0.113.5").get(f"/en/enquiries/{each:064x}/").status_code for each in range(125)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert Client(REMOTE_ADDR="203.0.113.6").get(link).status_code == 200


def test_codes_are_guessed_only_so_often_even_from_many_addresses(link):
    receipt = Enquiry.objects.get().receipt
    statuses = [
        Client(REMOTE_ADDR=f"203.0.113.{each}")
        .post("/en/enquiries/", {"receipt": receipt, "status_code": "A"})
        .status_code
        for each in range(12)
    ]
    assert statuses[0] == 400
    assert statuses[-1] == 429


def test_nothing_that_opens_the_page_is_kept_readable(link):
    token = link.split("/")[3]
    kept = Enquiry.objects.get()
    assert token not in str(Enquiry.objects.values().first())
    assert said_of(kept).code not in str(Enquiry.objects.values().first())
    assert token in opened(kept.content)
