"""Visits and items: what is written down, how it is read, how it is corrected."""

from __future__ import annotations

import pytest

from equipoise.conduct import commands as c
from equipoise.core.words import LANGUAGES, say

DAY, LATER = "2026-03-02", "2026-03-30"


def test_a_visit_is_recorded_before_its_forms_are_filled_in(scene) -> None:
    number = scene.allocated()
    assert scene.enter(number, "week 4", "laboratory", LATER, alt="20").code == "conduct.visit-not-recorded"
    scene.must(c.MissVisit(participant=number, visit="week 4", reason="travelling"))
    assert scene.enter(number, "week 4", "laboratory", LATER, alt="20").code == "conduct.visit-not-recorded"
    # It turns out that the visit took place after all.
    scene.must(c.RecordVisit(participant=number, visit="week 4", on=LATER))
    assert scene.enter(number, "week 4", "laboratory", LATER, alt="20")[0].type == "item_entered"
    assert scene.do(c.MissVisit(participant=number, visit="week 4")).code == "conduct.visit-already"


def test_visits_count_from_the_day_of_allocation(scene) -> None:
    waiting, number = scene.decided(), scene.allocated("hbig")
    week = c.RecordVisit(participant=waiting, visit="week 4", on=LATER)
    assert scene.do(week).code == "conduct.visit-needs-allocation"
    early = c.RecordVisit(participant=number, visit="week 4", on="2026-03-01")
    assert scene.do(early).code == "conduct.before-allocation"
    assert scene.do(c.RecordVisit(participant=number, visit="week 5", on=LATER)).code == "conduct.no-such-visit"
    scene.must(c.RecordVisit(participant=number, visit="unscheduled-1", on=LATER))
    other = scene.allocated("control")
    dose_only = c.RecordVisit(participant=other, visit="week 16", on="2026-06-22")
    assert scene.do(dose_only).code == "conduct.visit-of-other-arm"


def test_one_event_an_item_one_transaction_a_form(scene) -> None:
    number = scene.consented()
    events = scene.enter(number, "screening", "demography", weight="60", height="165")
    assert [(event.type, event.data["item"], event.data["value"]) for event in events] == [
        ("item_entered", "weight", "60"),
        ("item_entered", "height", "165"),
    ]
    assert events[0].data == {
        "visit": "screening", "form": "demography", "on": DAY, "item": "weight", "value": "60", "unit": "",
        "limit": "", "assay": "", "laboratory": "", "stated_by": "document",
    }  # fmt: skip
    assert len({event.key for event in events}) == 1


def test_a_laboratory_value_keeps_its_shape(scene) -> None:
    number = scene.consented()
    entry = c.Entry(
        item="hbv_dna", value="＜20", unit="IU/mL", limit="20", assay="assay A", laboratory="central laboratory"
    )
    command = c.EnterItems(participant=number, visit="screening", form="laboratory", on=DAY, entries=(entry,))
    data = scene.must(command)[0].data
    assert (data["value"], data["limit"], data["assay"]) == ("＜20", "20", "assay A")


@pytest.mark.parametrize(
    ("form", "item", "value", "code"),
    [
        ("laboratory", "hbsag", "nearly none", "conduct.bad-result"),
        ("laboratory", "weight", "60", "conduct.item-not-on-form"),
        ("demography", "weight", "sixty", "criteria.bad-number"),
        ("demography", "sex", "other", "criteria.bad-code"),
        ("demography", "birth_date", "17.05.1980", "criteria.bad-date"),
        ("demography", "weight", "", "conduct.empty-value"),
        ("demography", "weight", "9" * 5000, "conduct.value-too-long"),
        ("high_sensitivity", "hbcrag", "3", "conduct.form-not-at-visit"),
        ("no such form", "weight", "60", "conduct.form-not-at-visit"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_with_its_item(scene, form, item, value, code) -> None:
    refused = scene.enter(scene.consented(), "screening", form, **{item: value})
    assert refused.code == code
    for language in LANGUAGES:
        assert item in say(refused, language) or form in say(refused, language)


def test_all_that_cannot_be_taken_is_said_at_once_and_nothing_is_entered(scene) -> None:
    number = scene.consented()
    refused = scene.enter(number, "screening", "demography", weight="sixty", sex="f", height="165")
    assert refused.code == "conduct.bad-items"
    assert refused.params["items"] == "weight, sex"
    assert [part.params["variable"] for part in refused.parts] == ["weight", "sex"]
    assert not scene.ledger.participants[number].items


def test_a_unit_is_converted_by_the_rules_and_a_wrong_one_refused(scene) -> None:
    number = scene.consented()
    entry = c.Entry(item="hbsag", value="3", unit="ng/mL")
    command = c.EnterItems(participant=number, visit="screening", form="laboratory", on=DAY, entries=(entry,))
    assert scene.do(command).code == "conduct.bad-unit"
    entry = c.Entry(item="hbsag", value="<0.05", limit="about 0.05")
    command = c.EnterItems(participant=number, visit="screening", form="laboratory", on=DAY, entries=(entry,))
    assert scene.do(command).code == "conduct.bad-limit"


def test_not_known_and_not_answered_are_entries(scene) -> None:
    number = scene.consented()
    events = scene.enter(number, "screening", "demography", weight="unknown", height="declined")
    assert [event.data["value"] for event in events] == ["unknown", "declined"]


def test_entering_never_overwrites(scene) -> None:
    number = scene.consented()
    scene.enter(number, "screening", "demography", weight="60")
    assert scene.enter(number, "screening", "demography", weight="61").code == "conduct.already-entered"
    twice = (c.Entry(item="height", value="165"), c.Entry(item="height", value="166"))
    command = c.EnterItems(participant=number, visit="screening", form="demography", on=DAY, entries=twice)
    assert scene.do(command).code == "conduct.already-entered"
    nothing = c.EnterItems(participant=number, visit="screening", form="demography", on=DAY, entries=())
    assert scene.do(nothing).code == "conduct.nothing-entered"


def _correct(number: str, value: str, reason: str = "read again", item: str = "weight") -> c.CorrectItem:
    entry = c.Entry(item=item, value=value)
    return c.CorrectItem(participant=number, visit="screening", form="demography", on=DAY, entry=entry, reason=reason)


def test_a_correction_has_a_reason_and_keeps_what_was_there(scene) -> None:
    number = scene.consented()
    scene.enter(number, "screening", "demography", weight="60")
    assert scene.do(_correct(number, "61", reason=" ")).code == "conduct.empty-text"
    assert scene.do(_correct(number, "60")).code == "conduct.nothing-changed"
    assert scene.do(_correct(number, "170", item="height")).code == "conduct.nothing-to-correct"
    assert scene.do(_correct(number, "sixty")).code == "criteria.bad-number"
    data = scene.must(_correct(number, "61"))[0].data
    assert (data["previous"], data["value"], data["reason"]) == ("60", "61", "read again")
    # An entry that should never have been made is taken back by an empty value.
    assert scene.must(_correct(number, ""))[0].data["previous"] == "61"


def test_a_judgement_is_the_investigators_own(scene) -> None:
    number = scene.consented()
    entry = (c.Entry(item="willing_and_compliant", value="yes"),)
    command = c.EnterItems(participant=number, visit="screening", form="judgement", on=DAY, entries=entry)
    assert scene.do(command, "coordinator").code == "conduct.only-investigator-judges"
    assert scene.must(command, "investigator")[0].role == "investigator"


def test_an_item_of_an_optional_consent_needs_that_consent(scene) -> None:
    without = scene.consented(options=())
    scene.must(c.RecordVisit(participant=without, visit="baseline", on=DAY))
    assert scene.enter(without, "baseline", "biobank_markers", hbv_rna="<50").code == "conduct.option-not-given"
    assert scene.enter(without, "baseline", "biobank_markers", globulin="30")[0].type == "item_entered"


def test_an_item_of_one_arm_is_not_asked_in_the_other(scene) -> None:
    number = scene.visited(scene.allocated("control"), "week 4", LATER)
    assert (
        scene.enter(number, "week 4", "before_dose", LATER, hypersensitivity="no").code == "conduct.item-of-other-arm"
    )


def test_a_check_that_fires_opens_a_query_and_refuses_nothing(scene) -> None:
    number = scene.consented()
    events = scene.enter(number, "screening", "demography", weight="170", height="165")
    queries = {event.data["check"]: event.data for event in events if event.type == "query_opened"}
    assert set(queries) == {"weight_over_height", "bmi_implausible"}
    query = queries["weight_over_height"]
    assert (query["by"], query["item"], query["visit"]) == ("check", "weight", "screening")
    assert "exchanged" in query["words"]


def test_a_value_outside_the_plausible_range_opens_a_query(scene) -> None:
    number = scene.consented()
    events = scene.enter(number, "screening", "demography", height="300")
    assert [event.data["check"] for event in events if event.type == "query_opened"] == ["height.high"]
    assert "220" in events[-1].data["words"]
    # The end of the range is inside it, and "<1" is not known to lie below 1.
    assert len(scene.enter(number, "screening", "laboratory", alt="1", ast="<2")) == 2


def test_a_check_asks_once_until_its_query_is_closed(scene) -> None:
    number = scene.consented()
    query = scene.enter(number, "screening", "demography", height="300")[-1].data["query"]
    corrected = scene.must(_correct(number, "310", item="height"))
    assert [event.type for event in corrected] == ["item_corrected"]
    scene.must(c.AnswerQuery(participant=number, query=query, words="It is so."))
    scene.must(c.CloseQuery(participant=number, query=query))
    again = scene.must(_correct(number, "305", item="height"))
    assert again[-1].data["query"] == f"{query}#2"


def test_a_late_entry_is_checked_as_of_its_own_day(scene) -> None:
    """HBsAg of week 4 is entered after that of week 8: the check of week 4 does not see week 8."""
    number = scene.allocated("control")
    scene.visited(number, "week 8", "2026-04-27", hbsag="0.4")
    scene.visited(number, "week 4", LATER, hbsag="<0.05", hbv_dna="<10")
    queries = scene.ledger.participants[number].queries
    assert set(queries) == {"returned@week 8"}
    # HBV DNA alone comes late: the check takes the HBsAg of that day and those before it.
    scene.must(c.RecordVisit(participant=number, visit="unscheduled-1", on="2026-04-01"))
    scene.enter(number, "unscheduled-1", "laboratory", "2026-04-01", hbv_dna="30")
    assert set(queries) == {"returned@week 8", "virus_without_antigen@unscheduled-1"}
