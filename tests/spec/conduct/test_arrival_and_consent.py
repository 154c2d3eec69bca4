"""Arrival and consent: how a person comes into a study, and what they agree to."""

from __future__ import annotations

import pytest

from equipoise.conduct import commands as c
from equipoise.core.problem import Problem

DAY = "2026-03-02"


def test_the_centre_gives_the_next_number(scene) -> None:
    """A referral or a registration without a number takes the centre's next one: two digits of the centre, four of
    the person."""
    assert scene.must(c.Refer(participant="", site="01", on=DAY))[0].stream == "01-0001"
    assert scene.must(c.Register(participant="", site="01", on=DAY))[0].stream == "01-0002"
    assert scene.must(c.Register(participant="", site="02", on=DAY))[0].stream == "02-0001"
    assert scene.must(c.Refer(participant="01-0400", site="01", on=DAY))[0].stream == "01-0400"
    assert scene.must(c.Refer(participant="", site="01", on=DAY))[0].stream == "01-0401"


@pytest.mark.parametrize("number", ["1-1", "02-0001", "01-00001", "Li Wei", "01-000é"])
def test_a_number_belongs_to_its_centre(scene, number: str) -> None:
    assert scene.do(c.Refer(participant=number, site="01", on=DAY)).code == "conduct.bad-number"


def test_numbers_run_out_rather_than_round(scene) -> None:
    scene.must(c.Refer(participant="01-9999", site="01", on=DAY))
    assert scene.do(c.Refer(participant="", site="01", on=DAY)).code == "conduct.bad-number"


def test_who_was_referred_to_a_centre_is_registered_there(scene) -> None:
    number = scene.referred()
    assert scene.do(c.Register(participant=number, site="02", on=DAY)).code == "conduct.referred-elsewhere"
    scene.must(c.Register(participant=number, site="01", on=DAY))
    assert scene.do(c.Register(participant="", site="77", on=DAY)).code == "conduct.no-such-centre"


@pytest.mark.parametrize("on", ["", "2026", "2026-02-30", "02.03.2026", "20260302", "2026-3-2"])
def test_a_day_is_a_whole_day_of_the_calendar(scene, on: str) -> None:
    assert scene.do(c.Refer(participant="", site="01", on=on)).code == "conduct.bad-day"


def test_nothing_is_recorded_that_lies_ahead_at_the_centre(scene) -> None:
    """The centre's own time zone counts: at 17:00 UTC it is the next day in Beijing."""
    late = "2026-03-02T17:00:00.000000Z"
    number = scene.referred()
    assert scene.do(c.Register(participant=number, site="01", on="2026-03-04"), at=late).code == "conduct.day-ahead"
    scene.must(c.Register(participant=number, site="01", on="2026-03-03"), at=late)


def test_nothing_medical_is_recorded_before_consent(scene) -> None:
    number = scene.registered()
    assert scene.enter(number, "screening", "demography", weight="60").code == "conduct.not-in-this-state"
    visit = c.RecordVisit(participant=number, visit="screening", on=DAY)
    assert scene.do(visit).code == "conduct.not-in-this-state"
    # Who left before consent stays without medical values too.
    scene.must(c.StopVisits(participant=number, on=DAY, reason="declined"))
    assert scene.do(visit).code == "conduct.no-consent"
    assert scene.do(c.MissVisit(participant=number, visit="screening")).code == "conduct.no-consent"


def _consent(number: str, **changed) -> c.GiveConsent:
    given = {"participant": number, "document": "1.0", "language": "en", "on": DAY, "age": 45, **changed}
    return c.GiveConsent(**given)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"document": "7"}, "no-such-consent"),
        ({"on": "2025-12-31"}, "consent-not-valid-then"),
        ({"language": "fr"}, "consent-not-in-language"),
        ({"options": {"photographs": True}}, "no-such-option"),
        ({"age": -1}, "bad-age"),
        ({"age": 131}, "bad-age"),
    ],
)
def test_consent_is_to_a_version_valid_then_in_a_language_it_exists_in(scene, changed, code: str) -> None:
    assert scene.do(_consent(scene.registered(), **changed)).code == f"conduct.{code}"


def test_consent_keeps_its_options_and_the_completed_age_but_no_birth_date(scene) -> None:
    event = scene.must(_consent(scene.registered(), options={"biobank": True, "genetics": False}))[0]
    assert event.data == {
        "document": "1.0",
        "language": "en",
        "on": DAY,
        "options": {"biobank": True, "genetics": False},
        "age": 45,
    }


def test_consent_is_renewed_to_another_language_or_choice_and_never_before_the_first(scene) -> None:
    number = scene.registered()
    scene.must(_consent(number, options={"biobank": True}))
    again = {"participant": number, "document": "1.0", "language": "en"}
    same = c.RenewConsent(**again, on="2026-04-01", options={"biobank": True})
    assert scene.do(same).code == "conduct.nothing-renewed"
    early = c.RenewConsent(**again, on="2026-03-01", options={})
    assert scene.do(early).code == "conduct.renewed-before-consent"
    scene.must(c.RenewConsent(**again, on="2026-04-01", options={"biobank": False}))
    consent = scene.ledger.participants[number].consent
    assert (consent["on"], consent["age"], consent["options"]) == (DAY, 45, {"biobank": False})


def test_a_birth_date_enters_the_history_at_its_declared_precision(scene) -> None:
    """The full date stays with the personal data; the completed age on the day of consent settles the criterion."""
    number = scene.consented()
    event = scene.enter(number, "screening", "demography", birth_date="1980-05-17")[0]
    assert event.data["value"] == "1980-05"
    assert b"1980-05-17" not in b"".join(str(e.data).encode() for e in scene.ledger.events)


@pytest.mark.parametrize(
    ("born", "age", "verdict"),
    [
        ("1966-03-01", 60, "eligible"),  # sixty on the first of the month of consent
        ("1965-03-02", 61, "not eligible"),  # turned sixty-one on that very day
        ("1965-03-20", 60, "eligible"),  # turns sixty-one later in the same month
        ("2008-03-02", 18, "eligible"),
        ("2008-03-20", 17, "not eligible"),
    ],
)
def test_the_age_at_consent_decides_where_the_month_of_birth_would_not(
    scene, born: str, age: int, verdict: str
) -> None:
    number = scene.decided(scene.consented(age=age), birth_date=born)
    assert scene.ledger.participants[number].verdict == verdict


def test_without_the_age_a_month_of_birth_leaves_the_boundary_open(scene) -> None:
    number = scene.decided(scene.consented(age=None), birth_date="1965-03")
    assert scene.ledger.participants[number].verdict == "cannot tell yet"


def test_a_closed_centre_takes_nobody_in(scene) -> None:
    amended = scene.amended(lambda content: content["identity"]["sites"][0].update(status="paused"))
    scene.must(c.PublishVersion(reason="centre 01 pauses"), study=amended)
    refused = scene.do(c.Refer(participant="", site="01", on=DAY))
    assert isinstance(refused, Problem)
    assert refused.code == "conduct.centre-not-recruiting"
    scene.must(c.Refer(participant="", site="02", on=DAY))
