"""From a place to the nearest centre that takes people in, and to a message that is sent once."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from equipoise.server.recruit.actions.list_study import list_study
from equipoise.server.recruit.models import Enquiry, Listed, Mail
from equipoise.server.recruit.said import said_of


def close(*sites: str, number: str = "NCT07328711") -> None:
    """Let centres of the listing stop taking people in."""
    row = Listed.objects.get(number=number)
    listings = json.loads(row.content)
    for listing in listings.values():
        for centre in listing["centres"]:
            if centre["site"] in sites:
                centre["status"] = "suspended"
    row.content = json.dumps(listings, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row.save()


def order(patient) -> list[str]:
    import re

    return re.findall(r'name="site" value="(\d\d)"', patient.page.content.decode())


def test_a_place_leads_to_the_nearest_centre_and_every_other_can_be_chosen(patient):
    assert patient.open().status_code == 200
    patient.post("place", where="武汉")
    assert order(patient)[0] == "05"
    assert len(order(patient)) == 6
    assert "the nearest that takes people in" in patient.text
    assert patient.post("centre", site="03").status_code == 200
    assert "Demonstration centre 2" in patient.text


def test_status_comes_before_distance_and_the_reason_is_shown(patient):
    close("05")
    patient.open()
    patient.post("place", where="430000")
    assert order(patient)[0] != "05"
    assert "nearer, but not taking people in now" in patient.text


def test_an_ambiguous_place_asks_which(patient):
    patient.open()
    patient.post("place", where="Springfield")
    assert "Which one?" in patient.text
    import re

    choices = re.findall(r'name="which" value="([^"]+)"', patient.page.content.decode())
    assert len(choices) > 1
    assert len(order_after(patient, choices[0])) == 6


def order_after(patient, choice: str) -> list[str]:
    patient.post("place", which=choice)
    return order(patient)


def test_an_unknown_place_says_so_keeps_it_and_offers_all_centres(patient):
    patient.open()
    assert patient.post("place", where="Xyzzyqq").status_code == 400
    assert "Xyzzyqq" in patient.text
    assert "is not in our list" in patient.text
    patient.post("everywhere")
    assert len(order(patient)) == 6
    assert patient.post("place", where="").status_code == 400


def test_with_one_centre_no_place_is_asked_for(patient):
    close("02", "03", "04", "05", "06")
    patient.open()
    assert "Send a message" in patient.text
    assert "Peking University People" in patient.text


def test_a_message_is_submitted_and_the_confirmation_names_the_centre(patient):
    patient.form()
    assert patient.send().status_code == 200
    assert (
        "submitted the contact information you provided to the research team at Demonstration centre 4" in patient.text
    )
    assert "A copy of the message has been sent to your email for your records." in patient.text
    kept = Enquiry.objects.get()
    assert (kept.site, kept.state, kept.due) == ("05", "new", "2026-09-04T08:00:40.000000Z")
    said = said_of(kept)
    assert (said.first_name, said.phone, said.pass_on) == ("Fang", "+86 139 0000 0000", False)
    assert "Wang" not in kept.content
    assert "{{" not in patient.page.content.decode()


@pytest.mark.parametrize("first", ["芳", "O", "Anne-Marie José", "Đặng", "ﾊﾅｺ", "x" * 100])
def test_a_name_is_what_somebody_calls_themselves(patient, first):
    patient.form()
    assert patient.send(first_name=first, last_name="王").status_code == 200
    assert said_of(Enquiry.objects.get()).first_name == first


@pytest.mark.parametrize(
    "phone", ["13900000000", "+86 (139) 0000-0000", "１３９００００００００", "010-8832 6666 转 5", "ext. 12345"]
)
def test_phone_numbers_are_written_in_many_ways(patient, phone):
    patient.form()
    status = patient.send(phone=phone).status_code
    assert status == 200, patient.text


def test_all_that_is_wrong_is_said_at_once_and_what_was_typed_is_kept(patient):
    patient.form()
    page = patient.send(
        first_name="", last_name=" ", email="nobody", phone="call me", consent=None, message="<b>kept</b> & whole",
        preferred="other", other_language="",
    )  # fmt: skip
    assert page.status_code == 400
    html = page.content.decode()
    for name in ("first_name", "last_name", "email", "phone", "other_language", "consent"):
        assert f'href="#{name}"' in html
        assert f'id="{name}"' in html
    assert "&lt;b&gt;kept&lt;/b&gt; &amp; whole" in html
    assert 'value="call me"' in html
    assert not Enquiry.objects.exists()
    assert patient.send().status_code == 200


def test_a_form_sent_twice_is_one_enquiry_with_the_same_confirmation(patient):
    patient.form()
    before = patient.page
    first = patient.send().content
    patient.page = before
    again = patient.send(message="changed").content
    assert Enquiry.objects.count() == 1
    receipt = Enquiry.objects.get().receipt.encode()
    assert receipt in first
    assert receipt in again
    assert Mail.objects.filter(purpose="enquiry-copy").count() == 1


def test_without_e_mail_there_is_a_receipt_and_a_code_that_open_the_page(patient):
    patient.form()
    patient.send(email="", no_email="yes")
    kept = Enquiry.objects.get()
    said = said_of(kept)
    assert kept.receipt in patient.text
    assert said.code in patient.text
    assert "A copy of the message" not in patient.text
    assert not Mail.objects.filter(purpose="enquiry-copy").exists()
    sent = {"receipt": kept.receipt.lower().replace("-", ""), "status_code": f" {said.code.lower()} "}
    answer = Client().post("/en/enquiries/", sent)
    assert answer["Location"] == f"/en/enquiries/{said.token}/"
    for wrong in ({**sent, "status_code": "XXXX-XXXX-XXXX"}, {**sent, "receipt": "XXXX-XXXX"}, {}):
        assert Client().post("/en/enquiries/", wrong).status_code == 400


def test_answers_go_along_only_if_they_were_ticked_and_exactly_as_shown(patient, somebody):
    answers = {"answer-hbsag": "<0.05", "answer-hbeag": "negative"}
    for tick, count in (("yes", 2), (None, 0)):
        person = somebody()
        person.open()
        person.page = person.client.post(person.address, answers)
        person.post("place", where="Beijing")
        person.post("centre", site="01")
        shown = person.text
        assert "<0.05" in shown
        person.clock.move(seconds=10)
        person.send(send_answers=tick)
        said = said_of(Enquiry.objects.latest("id"))
        assert len(said.answers) == count
        for question, answer in said.answers:
            assert question in shown
            assert answer in shown


def test_a_field_that_only_machines_fill_in_stops_the_message_and_loses_nothing(patient):
    patient.form()
    assert patient.send(website="https://spam.example").status_code == 400
    assert "only machines find it" in patient.text
    assert "I saw your study" in patient.text
    assert patient.send().status_code == 200


def test_a_form_that_comes_back_at_once_is_asked_for_again(patient, moment):
    patient.open()
    patient.post("place", where="Beijing")
    patient.post("centre", site="01")
    assert patient.send().status_code == 400
    assert "faster than a person types" in patient.text
    moment.move(seconds=5)
    assert patient.send().status_code == 200


def test_a_mark_that_is_none_of_ours_is_made_anew(patient):
    patient.form()
    assert patient.send(started="3f2504e0-4f89-11d3-9a0c-0305e82c3301 2020-01-01T00:00:00.000000Z:x").status_code == 400
    assert not Enquiry.objects.exists()


def test_a_centre_that_closed_while_somebody_was_writing_leaves_the_text_and_offers_the_others(patient, moment):
    patient.form()
    close("05")
    assert patient.send(message="three pages of my life").status_code == 409
    assert "takes in nobody at the moment" in patient.text
    assert "05" not in order(patient)
    patient.post("centre", site="04")
    assert "three pages of my life" in patient.text
    assert 'value="Fang"' in patient.page.content.decode()
    assert patient.send(message="three pages of my life").status_code == 200
    assert Enquiry.objects.get().site == "04"


def test_a_study_withdrawn_while_somebody_was_writing_gives_the_text_back(patient, stage):
    patient.form()
    list_study(stage.study.id, shown=False)
    page = patient.send(message="three pages of my life")
    assert page.status_code == 410
    assert "three pages of my life" in patient.text
    assert "wang.fang@example.org" in patient.text
    assert "Immunomodulatory" not in patient.text
    assert patient.client.get(patient.address).status_code == 404
    assert not Enquiry.objects.exists()


def test_a_study_that_takes_in_nobody_says_so_and_gives_the_text_back(patient):
    patient.form()
    close("01", "02", "03", "04", "05", "06")
    assert patient.send(message="three pages").status_code == 409
    assert "three pages" in patient.text
    assert patient.open().status_code == 200
    assert "takes in nobody" in patient.text


@pytest.mark.parametrize("size", [5_001, 2_000_000])
def test_a_message_that_is_too_long_is_refused_and_kept(patient, size):
    patient.form()
    assert patient.send(message="x" * size).status_code == 400
    assert str(size) in patient.text
    assert "x" * 5_001 in patient.page.content.decode()


def test_ten_megabytes_are_refused_in_words(patient):
    patient.form()
    page = patient.send(message="x" * 10_000_000)
    assert page.status_code in (400, 413)
    assert b"<h1>" in page.content
    assert not Enquiry.objects.exists()


def test_html_and_header_breaks_in_fields_do_nothing(patient, deliver, tmp_path):
    patient.form()
    evil = "<script>alert(1)</script>{{ SITE_NAME }}{NAME}"
    assert patient.send(first_name="A\r\nBcc: x@example.org", message=evil).status_code == 200
    assert "<script>alert" not in patient.page.content.decode()
    assert deliver() >= 1
    mails = [file.read_text(encoding="utf-8") for file in (tmp_path / "home" / "mail").glob("*.eml")]
    copy = next(mail for mail in mails if "wang.fang@example.org" in mail.partition("\n\n")[0])
    assert "\nBcc:" not in copy
    assert evil in copy
    assert "text/plain" in copy


@pytest.mark.parametrize(
    "email", ["a@example.org\nBcc: b@example.org", "a@example.org\r\n\r\nbody", "a@b", "<a@example.org>"]
)
def test_an_address_that_would_forge_a_header_is_refused(patient, email):
    patient.form()
    assert patient.send(email=email).status_code == 400
    assert not Mail.objects.exists()


def test_too_many_messages_from_one_address_of_mail_are_refused_and_kept(patient, somebody):
    for _ in range(5):
        person = somebody()
        person.form()
        assert person.send().status_code == 200
    sixth = somebody()
    sixth.form()
    assert sixth.send(message="kept").status_code == 429
    assert "kept" in sixth.text
    assert Enquiry.objects.count() == 5
    other = somebody()
    other.form()
    assert other.send(email="another@example.org").status_code == 200


def test_two_hundred_forms_from_one_place_are_not_two_hundred_enquiries(patient, somebody):
    patient.form()
    page = patient.page
    from equipoise.server.web.begun import begin
    from equipoise.server.web.enquiries.typed import FORM

    for each in range(200):
        patient.page = page
        patient.send(email=f"a{each}@example.org", started=begin(FORM))
        patient.clock.move(seconds=0)
    assert Enquiry.objects.count() <= 30


def test_nobody_s_contact_is_in_a_log(patient, caplog, stage):
    caplog.set_level("DEBUG")
    patient.form()
    patient.send()
    patient.send(email="nonsense")
    told = " ".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name[:4] == "equi"
    )
    assert told
    for secret in ("wang.fang", "Fang", "139 0000", "I saw your study", said_of(Enquiry.objects.get()).token):
        assert secret not in told


def test_the_page_is_kept_by_nobody(patient):
    assert patient.open()["Cache-Control"] == "no-store"
    assert patient.form()["Cache-Control"] == "no-store"


def test_in_chinese_the_page_and_the_copy_are_chinese(somebody, deliver, tmp_path):
    person = somebody("zh-hans")
    person.form("武汉")
    assert "给这家中心留言" not in person.text
    assert person.send(first_name="芳", last_name="王").status_code == 200
    assert "我们已将您提供的联系信息提交给" in person.text
    deliver()
    mails = [file.read_text(encoding="utf-8") for file in (tmp_path / "home" / "mail").glob("*.eml")]
    assert any("王芳，您好" in mail for mail in mails)
