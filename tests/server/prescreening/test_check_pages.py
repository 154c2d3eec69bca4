"""The check as pages: what is asked, what is carried, and that nothing of it stays anywhere. Both databases."""

from __future__ import annotations

import html
import logging
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from equipoise.recruit.prescreening import Answers, StudySheet
from equipoise.server.recruit.actions.keep_listing import keep_listing
from equipoise.server.recruit.actions.list_study import list_study
from equipoise.study.listing import Listing, Status

CHECK = "/en/studies/NCT07328711/check/"
FITTING = {
    "clearance_regimen": {"value": "peginterferon"}, "birth_date": {"age": "42"},
    "decompensated_cirrhosis": {"value": "no"}, "other_liver_disease": {"value": "no"},
    "hbsag": {"value": "＜0.05"}, "hbeag": {"value": "negative"}, "hbv_dna": {"value": "not detected"},
    "anti_hav_igm": {"value": "negative"}, "anti_hcv": {"value": "negative"}, "anti_hdv": {"value": "negative"},
    "anti_hev_igm": {"value": "negative"}, "anti_hiv": {"value": "negative"}, "severe_illness": {"value": "no"},
    "malignancy": {"value": "no"}, "first_documented_positive": {"year": "2012", "about": "yes"},
    "ever_immunosuppressant": {"value": "no"}, "weight": {"value": "150", "unit": "lb"},
    "height": {"feet": "5", "inches": "7"},
}  # fmt: skip


class Page:
    """An answer of the server: its words, and what its forms carry."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status = response.status_code
        self.text = html.unescape(response.content.decode())
        found = re.search(r"<h1>(.*?)</h1>", self.text, re.DOTALL)
        self.title = re.sub(r"<[^>]*>", "", found[1]) if found else ""
        self.carried = dict(re.findall(r'name="(answer-\w+)" value="([^"]*)"', self.text))
        asked = re.search(r'name="asked" value="(\w+)"', self.text)
        self.asked = asked[1] if asked else ""


class Walk:
    """Somebody who answers one question after another."""

    def __init__(self, address: str = CHECK) -> None:
        self.client, self.address = Client(), address
        self.page = Page(self.client.get(address))

    def send(self, go: str, to: str = "", **fields: str) -> Page:
        """Press a button of the page that is shown."""
        sent = {**self.page.carried, "asked": self.page.asked, "go": go, **fields}
        self.page = Page(self.client.post(self.address + to, sent))
        return self.page

    def answer(self, answers: dict[str, dict[str, str]]) -> Page:
        """Answer what is asked until the result; what is not among the answers is not known."""
        self.send("next")
        while self.page.asked:
            fields = answers.get(self.page.asked)
            self.send("answer", **fields) if fields else self.send("unknown")
            assert self.page.status == 200, self.page.text
        return self.page


@pytest.fixture
def shown(stage: Any) -> Any:
    """Show the reference study to anybody."""
    list_study(stage.study.id, shown=True)
    return stage


def listing(**changes: Any) -> None:
    """List a study of somebody else."""
    made = Listing(number="NCT00000001", title="Of others", status=Status.RECRUITING).model_copy(update=changes)
    keep_listing({"en": made}, shown=True)


def test_who_fits_is_told_so(shown: Any) -> None:
    page = Walk().answer(FITTING)
    assert page.title == "This study may fit you"
    assert "no promise" in page.text
    assert page.carried["answer-first_documented_positive"] == "about 2012"
    assert page.carried["answer-hbsag"] == "<0.05 IU/mL"
    assert page.carried["answer-weight"] == "150 lb"
    assert page.carried["answer-height"] == "5 ft 7 in"


def test_who_does_not_fit_is_told_why_and_that_the_rest_was_not_looked_at(shown: Any) -> None:
    walk = Walk()
    walk.send("next")
    page = walk.send("answer", value="spontaneous")
    assert page.title == "This study does not fit you today"
    assert "were not looked at" in page.text
    assert "Nothing that we know of changes this" in page.text


def test_who_does_not_know_is_told_what_is_needed(shown: Any) -> None:
    page = Walk().answer({**FITTING, "hbv_dna": {"value": "<20"}})
    assert page.title == "We can't tell yet"
    assert "repeated at a laboratory whose limit is 10 IU/mL or lower" in page.text
    assert Walk().answer({}).title == "We can't tell yet"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"age": "about 60"}, "does not say how old you are for certain"),
        ({"age": "60", "year": "1966"}, "There is an age and also a date of birth"),
        ({"year": "2030"}, "is in the future"),
        ({"year": "1980", "day": "4"}, "is not a date that we can read"),
        ({"year": "1980", "month": "13"}, "is no day of the calendar"),
        ({"age": "<script>"}, "does not say how old you are"),
        ({}, "There is no answer yet"),
    ],
)
def test_a_wrong_age_is_said_and_what_was_typed_is_kept(shown: Any, fields: dict[str, str], wrong: str) -> None:
    walk = Walk()
    walk.send("next")
    walk.send("answer", value="peginterferon")
    assert walk.page.asked == "birth_date"
    page = walk.send("answer", **fields)
    assert page.status == 400
    assert wrong in page.text
    assert page.asked == "birth_date"
    assert page.carried == {"answer-clearance_regimen": "peginterferon"}
    for value in fields.values():
        assert f'value="{html.escape(value)}"' in page.response.content.decode()
    assert '<a href="#' in page.text


def test_an_unusual_number_is_asked_once_more_and_never_refused(shown: Any) -> None:
    carried = {"answer-height": "172"}
    client = Client()
    first = Page(client.post(CHECK, {**carried, "asked": "weight", "go": "answer", "value": "680", "unit": "kg"}))
    assert first.status == 400
    assert "680 kg is unusual" in first.text
    sent = {**carried, "asked": "weight", "go": "answer", "value": "680", "unit": "kg", "sure": "yes"}
    assert Page(client.post(CHECK, sent)).carried["answer-weight"] == "680 kg"


def test_back_keeps_every_answer_and_the_answer_stands_in_its_fields(shown: Any) -> None:
    walk = Walk()
    walk.send("next")
    walk.send("answer", value="peginterferon")
    walk.send("answer", age="42")
    third = walk.page.asked
    page = walk.send("back")
    assert page.asked == "birth_date"
    assert 'name="age" value="42"' in page.text
    assert page.carried == {"answer-clearance_regimen": "peginterferon", "answer-birth_date": "age 42"}
    page = walk.send("back")
    assert page.asked == "clearance_regimen"
    assert walk.send("answer", value="peginterferon").asked == third
    walk.send("back")
    walk.send("back")
    assert walk.send("back").title == "Could this study be for me?"
    assert walk.send("next").asked == third


def test_an_answer_is_changed_from_the_result(shown: Any) -> None:
    walk = Walk()
    walk.answer(FITTING)
    page = walk.send("change:weight")
    assert page.asked == "weight"
    assert 'value="150"' in page.text
    page = walk.send("answer", value="95", unit="kg")
    assert page.title == "This study does not fit you today"
    assert "Body mass index: 28 kg/m² or less would fit." in page.text
    assert len(page.carried) == len(FITTING)


def test_what_no_longer_applies_after_a_change_is_taken_out_and_that_is_said(shown: Any) -> None:
    walk = Walk()
    walk.answer({**FITTING, "ever_immunosuppressant": {"value": "yes"}, "immunosuppressant_now": {"value": "no"},
                 "last_immunosuppressant": {"year": "2015"}})  # fmt: skip
    assert "answer-last_immunosuppressant" in walk.page.carried
    walk.send("change:ever_immunosuppressant")
    page = walk.send("answer", value="no")
    assert "answer-last_immunosuppressant" not in page.carried
    assert "no longer applies after your change" in page.text
    assert page.title == "This study may fit you"


def test_the_number_of_questions_that_is_promised_is_kept(shown: Any) -> None:
    walk = Walk()
    walk.send("next")
    last = 99
    while walk.page.asked:
        found = re.search(r"at most (\d+) more", walk.page.text)
        more = int(found[1]) if found else 0
        assert more < last
        last = more
        walk.send("unknown")
    assert last == 0


def test_every_screen_offers_not_knowing_and_not_saying_and_says_why_it_asks(shown: Any) -> None:
    for language, words in (("en", ("I don't know", "I'd rather not say", "Why do we ask?")),
                            ("zh-hans", ("我不知道", "我不想说", "为什么问这个？"))):  # fmt: skip
        walk = Walk(CHECK.replace("/en/", f"/{language}/"))
        walk.send("next")
        while walk.page.asked:
            assert all(word in walk.page.text for word in words)
            walk.send("declined")


def test_forged_fields_are_refused_clearly_and_the_rest_is_kept(shown: Any) -> None:
    page = Page(Client().post(CHECK, {
        "go": "result", "answer-hbeag": "negative", "answer-consent_date": "1900", "answer-malignancy": "<b>",
        "answer-willing_and_compliant": "yes", "answer-weight": "9" * 9999,
    }))  # fmt: skip
    assert page.status == 400
    assert "Something in the form could not be read" in page.text
    assert page.carried == {"answer-hbeag": "negative"}
    assert "&lt;b&gt;" in page.response.content.decode(), "what was sent is shown as text"
    twice = Page(Client().post(CHECK, "go=result&answer-hbeag=negative&answer-hbeag=positive",
                               content_type="application/x-www-form-urlencoded"))  # fmt: skip
    assert "two different answers" in twice.text
    assert not twice.carried


@pytest.mark.parametrize("go", ["", "nonsense", "change:consent_date", "answer", "back", "keep", "unknown"])
def test_a_step_that_no_button_asks_for_is_the_next_question(shown: Any, go: str) -> None:
    page = Page(Client().post(CHECK, {"go": go, "asked": "consent_date"}))
    assert page.status == 200
    assert page.asked


def test_nothing_of_the_answers_stays_anywhere(shown: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    walk = Walk()
    page = walk.answer({**FITTING, "weight": {"value": "77.31", "unit": "kg"}})
    walk.send("result")
    walk.send("", "print/")
    assert "77.31" in walk.page.text
    for response in (page.response, walk.page.response):
        assert response["Cache-Control"] == "no-store"
        assert not any("77.31" in str(value) for value in response.headers.values())
    assert "sessionid" not in walk.client.cookies
    assert not any(
        "77.31" in morsel.value or "peginterferon" in morsel.value for morsel in walk.client.cookies.values()
    )
    told = " ".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name != "django.db.backends"
    )
    assert "77.31" not in told
    assert "peginterferon" not in told
    _not_in_the_database("77.31")


def _not_in_the_database(text: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("recruit_") or "session" in table:
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
                assert not any(text in str(value) for row in cursor.fetchall() for value in row), table


def test_a_token_is_needed_to_send(shown: Any) -> None:
    assert Client(enforce_csrf_checks=True).post(CHECK, {"go": "next"}).status_code == 403


def test_opened_without_answers_the_paper_leads_to_the_check(shown: Any) -> None:
    response = Client().get(f"{CHECK}print/")
    assert response.status_code == 302
    assert response["Location"] == CHECK


def test_the_paper_holds_the_criteria_the_answers_and_what_is_open(shown: Any) -> None:
    walk = Walk()
    walk.answer({**FITTING, "hbv_dna": {"value": "<20"}, "anti_hiv": {}})
    page = walk.send("", "print/")
    for words in ("I1", "E8", "For the team", "HBV DNA: <20 IU/mL", "Anti-HIV: I don't know", "limit is 10 IU/mL"):
        assert words in page.text, words


def test_the_language_is_changed_without_losing_an_answer(shown: Any) -> None:
    walk = Walk()
    walk.send("next")
    walk.send("answer", value="peginterferon")
    assert f'formaction="{CHECK.replace("/en/", "/zh-hans/")}"' in walk.page.text
    walk.address = CHECK.replace("/en/", "/zh-hans/")
    page = walk.send("again")
    assert page.asked == "birth_date"
    assert page.title == "您的出生日期是哪一天？"
    assert page.carried == {"answer-clearance_regimen": "peginterferon"}


@pytest.mark.parametrize(("age", "title"), [("17", "does not fit you today"), ("18", "We can't tell yet"),
                                            ("60", "We can't tell yet"), ("61", "does not fit you today")])  # fmt: skip
def test_a_study_of_others_is_checked_by_age_and_sex_alone(database: str, age: str, title: str) -> None:
    listing(youngest=Decimal(18), oldest=Decimal(60), inclusion=("Chronic hepatitis B",), exclusion=("Cirrhosis",))
    walk = Walk("/en/studies/NCT00000001/check/")
    walk.send("next")
    page = walk.send("answer", age=age)
    assert title in page.title
    assert "To go through with your doctor" in page.text
    assert "Chronic hepatitis B" in page.text


def test_a_study_that_asks_nothing_says_so(database: str) -> None:
    listing(criteria="Anybody <b>may</b> come.", status=Status.COMPLETED)
    page = Page(Client().get("/en/studies/NCT00000001/check/"))
    assert page.title == "This study asks no questions here"
    assert "takes nobody in at present" in page.text
    assert "&lt;b&gt;may" in page.response.content.decode()
    assert Page(Client().post("/en/studies/NCT00000001/check/", {"go": "next"})).title == page.title
    assert Page(Client().get("/en/studies/NCT00000001/check/slip/")).title == "No slip can be read for this study"


def test_a_blinded_study_with_questions_is_checked_like_any_other(blinded: Any) -> None:
    from equipoise.recruit.listed import number_of

    list_study(blinded.study.id, shown=True)
    walk = Walk(f"/en/studies/{number_of(blinded.study)}/check/")
    page = walk.answer({})
    assert page.title == "We can't tell yet"
    assert "The team finds this out at the first visit." in page.text
    assert not StudySheet(blinded.study).aged ^ {"birth_date"}


def test_a_study_that_is_not_shown_has_no_check(stage: Any) -> None:
    list_study(stage.study.id, shown=False)
    for address in (CHECK, f"{CHECK}slip/", f"{CHECK}print/"):
        assert Client().get(address).status_code == 404
        assert Client().post(address, {"go": "next"}).status_code == 404


def test_a_slip_is_read_confirmed_and_then_counts(shown: Any) -> None:
    walk = Walk()
    walk.send("next")
    walk.send("answer", value="peginterferon")
    slip = "乙肝表面抗原 ＜0.05 IU/mL\nHBV-DNA 未检出\nanti-HCV 0.06 S/CO\n姓名 <b>王</b>"
    page = walk.send("read", "slip/", slip=slip)
    assert page.title == "Is this right?"
    assert page.carried == {"answer-clearance_regimen": "peginterferon"}, "nothing counts before it is confirmed"
    assert "is an index of one maker's test" in page.text
    assert "&lt;b&gt;王" in page.response.content.decode(), "what was not recognised is shown, as text"
    uses = dict(re.findall(r'name="(use-\w+)" value="([^"]*)"', page.text))
    assert uses == {"use-hbsag": "<0.05 IU/mL", "use-hbv_dna": "not detected"}
    page = walk.send("keep", **uses)
    assert page.carried == {
        "answer-clearance_regimen": "peginterferon", "answer-hbsag": "<0.05 IU/mL", "answer-hbv_dna": "not detected",
    }  # fmt: skip
    assert page.asked not in ("hbsag", "hbv_dna")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_slip_without_a_usable_result_is_shown_with_the_reasons(shown: Any, language: str) -> None:
    lines = "HBsAg 0.38 COI\n谷草 22\n2026-03-01\n2026-01-01 ALT 20 U/L"
    page = Page(Client().post(f"{CHECK.replace('/en/', f'/{language}/')}slip/", {"go": "read", "slip": lines}))
    assert page.status == 200
    assert "use-" not in page.text
    assert all(line in page.text for line in lines.splitlines())


def test_of_two_results_that_contradict_each_other_a_person_chooses(shown: Any) -> None:
    page = Page(Client().post(f"{CHECK}slip/", {"go": "read", "slip": "HBsAg 0.03 IU/mL\nHBsAg 0.09 IU/mL"}))
    assert "Two results: HBsAg, quantitative" in page.text
    assert page.text.count('type="radio" name="use-hbsag"') == 3
    kept = Page(Client().post(CHECK, {"go": "keep", "use-hbsag": ""}))
    assert "answer-hbsag" not in kept.carried


@pytest.mark.parametrize("slip", ["", "   ", "x" * 30_000])
def test_a_slip_that_is_none_is_said_and_kept(shown: Any, slip: str) -> None:
    page = Page(Client().post(f"{CHECK}slip/", {"go": "read", "slip": slip}))
    assert page.status == 400
    assert "One thing to mend" in page.text


def test_answers_are_shown_by_their_sheet(shown: Any) -> None:
    sheet = StudySheet(shown.study)
    assert Answers({"hbeag": "negative"}).fields() == [("answer-hbeag", "negative")]
    assert sheet.choices("malignancy", "zh-hans") == (("yes", "是"), ("no", "否"))
