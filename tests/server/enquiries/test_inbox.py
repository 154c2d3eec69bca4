"""The inbox of a centre: who sees what, what follows, what is recorded; deadlines and the next centre."""

from __future__ import annotations

import re

import pytest

from equipoise.core.problem import Problem
from equipoise.server.records.models import Access, Event
from equipoise.server.recruit.actions.follow_enquiry import STEPS, follow_enquiry
from equipoise.server.recruit.enquiries import figures_of, offer_overdue
from equipoise.server.recruit.models import Enquiry, EnquiryState, Mail, Offer

AGREES = {"pass_on": "yes"}  # to another centre having it


@pytest.fixture
def kept(patient, stage) -> Enquiry:
    """A message to centre 01, whose coordinator has an account, that may be passed on."""
    stage.account("coordinator", "01", name="chen.jie")
    stage.account("investigator", "05", name="wu.han")
    stage.account("sponsor", name="sponsor")
    patient.form("Beijing", "01")
    assert patient.send(**AGREES).status_code == 200
    return Enquiry.objects.get()


def of(name: str):
    from equipoise.server.accounts.models import User

    return User.objects.get(username=name)


def text(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


INBOX = "/en/studies/nct07328711/enquiries/"


def test_the_centre_s_mail_says_that_somebody_wrote_and_nothing_of_them(kept, office, deliver):
    deliver()
    word = next(mail for mail in office.mails if mail["To"] == "chen.jie@example.org")
    body = word.get_content()
    assert INBOX in body
    assert kept.receipt in word["Subject"]
    for secret in ("Fang", "Wang", "139 0000", "I saw your study", "epatitis"):
        assert secret not in f"{word['Subject']} {body}"
    assert {mail["To"] for mail in office.mails} == {"chen.jie@example.org", "wang.fang@example.org"}


def test_each_reads_in_their_own_language(patient, stage, office, deliver):
    user = stage.account("coordinator", "01", name="chen.jie")
    user.language = "zh-hans"
    user.save()
    patient.form("Beijing", "01")
    patient.send()
    deliver()
    told = {mail["To"]: mail for mail in office.mails}
    assert "有人给贵中心留言" in told["chen.jie@example.org"]["Subject"]
    assert "/zh-hans/" in told["chen.jie@example.org"].get_content()
    assert told["wang.fang@example.org"]["Content-Language"] == "en"


def test_the_centre_reads_its_own_and_opening_is_recorded(kept, visitor):
    client = visitor(of("chen.jie"))
    inbox = client.get(INBOX)
    assert kept.receipt in text(inbox)
    assert "Wang" not in text(inbox), "a list shows no name"
    page = client.get(f"{INBOX}{kept.receipt}/")
    for shown in ("Fang Wang", "wang.fang@example.org", "+86 139 0000 0000", "I saw your study"):
        assert shown in text(page)
    assert Enquiry.objects.get().state == "read"
    assert Access.objects.filter(by="chen.jie", act="read", what=f"enquiry {kept.receipt}").exists()
    assert "Wang" not in "".join(Access.objects.values_list("what", flat=True))


@pytest.mark.parametrize("who", ["wu.han", "sponsor"])
def test_nobody_else_reads_it(kept, visitor, who):
    client = visitor(of(who))
    for method in (client.get, client.post):
        assert method(f"{INBOX}{kept.receipt}/").status_code == 404
    inbox = text(client.get(INBOX))
    assert "Wang" not in inbox
    assert kept.receipt not in inbox
    assert Enquiry.objects.get().state == "new"


@pytest.mark.parametrize("role", ["sponsor", "data_manager", "monitor"])
def test_who_oversees_sees_figures_alone(kept, stage, visitor, role, moment):
    account = stage.account(role, name=f"the.{role}")
    moment.move(hours=5)
    follow_enquiry(kept, EnquiryState.READ)
    follow_enquiry(kept, EnquiryState.CONTACTED)
    page = visitor(account).get(INBOX)
    assert "5 hours" in text(page)
    assert b"<svg" in page.content
    assert "Wang" not in text(page)


def test_a_message_becomes_a_referral_by_number_alone(kept, visitor, stage):
    from equipoise.server.accounts.models import Membership

    assert Membership.objects.filter(user__username="chen.jie").exists()
    client = visitor(of("chen.jie"))
    one = f"{INBOX}{kept.receipt}/"
    client.get(one)
    for to in ("contacted", "prescreened"):
        assert client.post(one, {"to": to}).status_code == 302
    before = Event.objects.count()
    for _ in range(2):  # a double click is one referral
        assert client.post(one, {"to": "referred"}).status_code == 302
    row = Enquiry.objects.get()
    assert (row.state, row.participant[:3]) == ("referred", "01-")
    assert Event.objects.count() == before + 1
    event = Event.objects.order_by("-seq").first()
    assert (event.type, event.stream) == ("referred", row.participant)
    for secret in ("Wang", "fang", "139", row.receipt):
        assert secret not in event.data
    assert row.participant in text(client.get(one))


def test_steps_follow_the_table(kept, visitor):
    client = visitor(of("chen.jie"))
    one = f"{INBOX}{kept.receipt}/"
    assert client.post(one, {"to": "referred"}).status_code == 409
    client.get(one)
    assert client.post(one, {"to": "prescreened"}).status_code == 409
    assert client.post(one, {"to": "closed"}).status_code == 409
    assert client.post(one, {"to": "closed", "why": "not-reached"}).status_code == 302
    assert client.post(one, {"to": "contacted"}).status_code == 409
    for state in EnquiryState:
        for to in EnquiryState:
            Enquiry.objects.update(state=state.value)
            done = follow_enquiry(kept, to)
            assert isinstance(done, Problem) == (to not in STEPS[state] and to != state)


def test_a_centre_that_does_not_answer_loses_it_to_the_next_one_and_the_team_learns_of_it(
    kept, moment, visitor, office, deliver
):
    assert offer_overdue(moment) == 0
    moment.move(days=4)
    assert offer_overdue(moment) == 1
    assert offer_overdue(moment) == 0
    row = Enquiry.objects.get()
    assert row.site != "01"
    assert [offer.site for offer in Offer.objects.order_by("id")] == ["01", row.site]
    assert visitor(of("chen.jie")).get(f"{INBOX}{row.receipt}/").status_code == 404
    deliver()
    told = {mail["To"] for mail in office.mails}
    assert "sponsor@example.org" in told
    passed = [mail for mail in office.mails if mail["To"] == "wang.fang@example.org"]
    assert len(passed) == 2
    assert "Demonstration centre" in passed[-1].get_content()


def test_it_goes_from_centre_to_centre_once_each_and_ends(kept, moment):
    for _ in range(12):
        moment.move(days=7)
        offer_overdue(moment)
    assert sorted(Offer.objects.values_list("site", flat=True)) == ["01", "02", "03", "04", "05", "06"]
    assert Offer.objects.filter(overdue_at="").count() == 0


def test_without_consent_to_pass_it_on_it_stays_and_the_team_sees_it(patient, stage, moment, visitor):
    sponsor = stage.account("sponsor", name="sponsor")
    stage.account("coordinator", "01", name="chen.jie")
    patient.form("Beijing", "01")
    patient.send()
    moment.move(days=4)
    assert offer_overdue(moment) == 1
    assert Enquiry.objects.get().site == "01"
    assert figures_of("nct07328711", "2026-09-05T08:00:00.000000Z")[0].overdue == 1
    assert "Overdue" in text(visitor(sponsor).get(INBOX))


def test_an_answered_message_is_not_passed_on(kept, moment):
    follow_enquiry(kept, EnquiryState.READ)
    follow_enquiry(kept, EnquiryState.CONTACTED)
    moment.move(days=30)
    assert offer_overdue(moment) == 0


def test_where_nobody_has_an_account_whoever_oversees_learns_of_it_at_once(patient, stage):
    stage.account("sponsor", name="sponsor")
    patient.form()
    patient.send()
    assert Mail.objects.filter(purpose="enquiry-overdue").count() == 1
    assert not Mail.objects.filter(purpose="enquiry-centre").exists()


def test_a_mail_that_may_not_have_arrived_is_shown_and_sent_again_by_a_person(kept, office, deliver, visitor, moment):
    office.does["end"] = "die"
    deliver()
    moment.move(minutes=5)
    office.does.clear()
    deliver()
    assert Mail.objects.filter(state="uncertain").count() == 1
    client = visitor(of("chen.jie"))
    page = client.get(INBOX).content.decode()
    assert "may or may not have arrived" in page
    assert "wang.fang" not in page
    wanted = re.search(r'name="mail" value="(\d+)"', page)
    assert visitor(of("wu.han")).post(INBOX, {"mail": wanted[1]}).status_code == 404
    assert client.post(INBOX, {"mail": wanted[1]}).status_code == 302
    deliver()
    assert not Mail.objects.filter(state="uncertain").exists()
    assert len(set(office.ids())) == 2
    assert Access.objects.filter(act="sent again").exists()


def test_an_erased_message_shows_nobody(kept, visitor):
    from equipoise.server.recruit.actions.erase_enquiry import erase_enquiry

    erase_enquiry(kept)
    page = visitor(of("chen.jie")).get(f"{INBOX}{kept.receipt}/")
    assert page.status_code == 200
    assert "Wang" not in text(page)
    assert "erased" in text(page)


def test_the_inbox_says_when_nobody_has_written(listed, stage, visitor):
    page = visitor(stage.account("coordinator", "01")).get(INBOX)
    assert "Nobody has written to your centre yet" in text(page)
