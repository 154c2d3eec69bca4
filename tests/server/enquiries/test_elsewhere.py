"""A study of somebody else's registry: this site sends it nothing, and says whom to ask and with which words."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client

from equipoise.server.recruit.actions.keep_listing import keep_listing
from equipoise.server.recruit.models import Enquiry, Mail
from equipoise.study.listing import ListedCentre, ListedContact, Listing, Status

CONTACT = "/en/studies/NCT00000001/contact/"


def keep(**changed) -> None:
    near = ListedCentre(
        name="Far <b>Clinic</b>", city="Chengdu", country="China", latitude=Decimal("30.66"), longitude=Decimal("104.06"),
        status=Status.RECRUITING, contacts=(ListedContact(name="A. Li", phone="+86 28 5555", email="li@example.org"),),
    )  # fmt: skip
    far = near.model_copy(
        update={"name": "Near Clinic", "city": "Wuhan", "latitude": Decimal("30.58"), "longitude": Decimal("114.27")}
    )
    given = {
        "number": "NCT00000001", "title": "Tumour study", "status": Status.RECRUITING, "centres": (near, far),
        "contacts": (ListedContact(name="Office", email="a b@example.org?bcc=x@example.org"),),
        "url": "https://clinicaltrials.gov/study/NCT00000001",
    }  # fmt: skip
    keep_listing({"en": Listing(**(given | changed))}, shown=True)


def test_whom_to_ask_is_shown_and_a_mail_of_ones_own_names_no_disease(database):
    keep()
    page = Client().get(CONTACT).content.decode()
    assert "no agreement with its team" in page
    links = re.findall(r'href="(mailto:[^"]+)"', page)
    assert len(links) == 3
    assert all("umour" not in link for link in links)
    assert any("li@example.org?subject=Question%20about%20a%20clinical%20study" in link for link in links)
    assert "bcc=x" not in page.replace("%3Fbcc%3Dx", "").replace("?bcc=x@example.org</a>", ""), (
        "nobody else is written to"
    )
    assert "&lt;b&gt;Clinic" in page


def test_the_nearest_comes_first_and_nothing_can_be_sent(database):
    keep()
    page = Client().post(CONTACT, {"step": "place", "where": "武汉"}).content.decode()
    assert page.index("Near Clinic") < page.index("Clinic&lt;/b&gt;")
    sent = Client().post(CONTACT, {"step": "send", "first_name": "A", "consent": "yes", "email": "a@example.org"})
    assert "Send a message" not in sent.content.decode()
    assert not Enquiry.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize("changed", [{"centres": ()}, {"centres": (), "contacts": ()}, {"url": ""}, {"contacts": ()}])
def test_a_record_without_centres_or_contacts_says_so(database, changed):
    keep(**changed)
    page = Client().get(CONTACT)
    assert page.status_code == 200
    if changed == {"centres": (), "contacts": ()}:
        assert "names nobody to contact" in page.content.decode()


def test_in_chinese(database):
    keep()
    assert "您好！我在公共登记处" in Client().get(CONTACT.replace("/en/", "/zh-hans/")).content.decode()
