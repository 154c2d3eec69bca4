"""One participant: the course, the curve as it was measured, what hides it, what is to be done, and who may see what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from equipoise.conduct import commands as c
from equipoise.core.words import text
from equipoise.server.records.models import Access, Item, Participant, Query

LANGUAGES = ("en", "zh-hans")
STATES = (
    "referred",
    "registered",
    "consented",
    "cannot_tell_yet",
    "needs_judgement",
    "not_eligible",
    "eligible",
    "allocated",
    "treatment_stopped",
    "completed",
    "stopped",
    "withdrawn",
)


def address(stage: Any, number: str, language: str = "en", part: str = "") -> str:
    """Return where a participant's page, or a part of it, is."""
    return f"/{language}/studies/{stage.study.id}/participants/{number}/{part}"


def read(client: Any, stage: Any, number: str, language: str = "en", *, part: str = "", status: int = 200) -> str:
    """Return a page as a text."""
    response = client.get(address(stage, number, language, part))
    assert response.status_code == status, response
    return response.content.decode()


def main(page: str) -> str:
    """Return what a page holds besides its frame."""
    return page.partition("<main")[2].partition("</main>")[0]


def stated(state: str, language: str) -> str:
    """Return a state in words, as its tag says it."""
    words = text("conduct", f"states.participant.{state}", language)
    return f">{words}<"


# --- every state, every part, both languages --------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_a_participant_in_every_state_is_shown_in_both_languages(
    stage: Any, visitor: Callable[..., Any], unsafe: Callable[[str], list[str]], state: str
) -> None:
    number = stage.in_state(state)
    for role in ("coordinator", "statistician_blinded"):
        client = visitor(stage.account(role))
        for language in LANGUAGES:
            for part in ("", "eligibility/", "history/"):
                page = read(client, stage, number, language, part=part)
                assert number in page
                assert unsafe(page) == [], part
    english, chinese = (read(client, stage, number, language) for language in LANGUAGES)
    assert stated(state, "en") in main(english)
    assert stated(state, "zh-hans") in main(chinese)


def test_the_course_says_done_missed_late_due_and_ahead(stage: Any, visitor: Callable[..., Any], dosed, today) -> None:
    number = dosed("baseline", "week 4")
    stage.must(c.MissVisit(participant=number, visit="week 12", reason="travelled"))
    stage.must(c.RecordVisit(participant=number, visit="unscheduled-1", on="2026-05-20"))
    client = visitor(stage.account("coordinator"))
    today(2026, 7, 27)  # the last day of week 20, a month after the window of week 16
    english = read(client, stage, number)
    steps = re.findall(r'<li class="([a-z ]+)"[^>]*><b>([^<]+)</b> ([^<]*)</li>', english)
    assert ("done", "Week 8", "28 Apr") in steps
    assert ("done extra", "Unscheduled visit 1", "20 May") in steps
    assert ("missed", "Week 12", "missed") in steps
    assert ("late", "Week 16", "late by 28 days") in steps
    assert ("due", "Week 20", "due until 27 Jul") in steps
    assert ("ahead", "Week 48", "1 Feb 2027") in steps
    names = [name for _, name, _ in steps]
    assert names.index("Week 8") < names.index("Unscheduled visit 1") < names.index("Week 12")
    chinese = read(client, stage, number, "zh-hans")
    for words in ("逾期 28 天", "7月27日前应完成", "未访视", "计划外访视 1"):
        assert words in chinese


def test_after_leaving_nothing_is_due(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.in_state("stopped")  # on 1 June; the window of week 8 had closed before
    page = read(visitor(stage.account("coordinator")), stage, number)
    steps = dict(re.findall(r"<b>([^<]+)</b> ([^<]*)</li>", page))
    assert steps["Week 8"].startswith("late")
    assert steps["Week 24"] == steps["Week 72"] == "no longer planned"
    assert 'class="due"' not in page.split('class="beside"')[0]


# --- the curve ----------------------------------------------------------------------------------------------------


def marks(page: str) -> dict[str, int]:
    """Return how often each mark is drawn."""
    return {mark: page.count(f'href="#{mark}"') for mark in ("below", "number", "above", "given", "withheld")}


def test_values_keep_their_comparators_in_the_picture_and_in_the_table(
    stage: Any, visitor: Callable[..., Any], dosed
) -> None:
    page = read(visitor(stage.account("coordinator")), stage, dosed())
    # HBsAg: three times "<0.05" (screening too), once 0.2. Anti-HBs: 120, 130, >1000, 12.
    assert marks(page) == {"below": 3, "number": 4, "above": 1, "given": 0, "withheld": 0}
    table = page.split("<details>")[1].split("</details>")[0]
    for value in ("&lt;0.05 IU/mL", "&gt;1000 mIU/mL", "0.2 IU/mL", "12 mIU/mL"):
        assert f"<td>{value}</td>" in table
    assert "0.05: assay limit, and decides" in page
    assert "100 decides" in page
    assert "assay limit 2" in page
    assert "HBsAg, quantitative: 4 values, the last one 0.2 IU/mL on 28 Apr 2026." in page


def test_the_curve_draws_what_the_study_declares_and_nothing_else(
    stage: Any, blinded: Any, visitor: Callable[..., Any]
) -> None:
    page = read(visitor(blinded.account("coordinator")), blinded, blinded.decided())
    assert re.findall(r'<text class="name"[^>]*>([^<]+)<', page) == ["ALT"]
    assert "HBsAg" not in page


def test_a_mask_is_drawn_and_said_for_doses_given_and_for_no_others(
    stage: Any, visitor: Callable[..., Any], dosed, today
) -> None:
    client = visitor(stage.account("coordinator"))
    planned_only = read(client, stage, dosed())
    assert 'fill="url(#hatch)"' not in planned_only
    assert "do not decide" not in planned_only
    number = dosed("baseline", "week 4")
    today(2026, 7, 1)
    page = read(client, stage, number)
    assert page.count('fill="url(#hatch)"') == 2  # one window in each panel: the two doses hide together
    assert marks(page)["given"] == 2
    # The last dose on 30 March hides for 125 days.
    assert "HBIG still in the blood, until 2 Aug 2026: results of HBsAg, quantitative and Anti-HBs" in page
    # The blood of baseline was taken before the dose; what came later is hidden.
    assert len(re.findall(r'class="(?:below|number|above) hidden"', page)) == 4
    assert "血液中仍有 HBIG，至2026年8月2日" in read(client, stage, number, "zh-hans")
    assert 'fill="url(#hatch)"' not in read(client, stage, dosed(arm="control"))
    today(2026, 8, 3)
    assert "did not decide" in read(client, stage, number)


def test_the_hatching_agrees_with_the_calendar_after_the_doses_given(stage: Any, day_of) -> None:
    from equipoise.plan.calendar import GivenDose, calendar_after, maskings_on
    from equipoise.server.web.participants.course import windows

    allocated, product, days = date(2026, 3, 2), "hbig", stage.study.schedule.masking[0].days
    schedule = stage.study.schedule.doses[0]
    given = [
        GivenDose(product, name, date.fromisoformat(day_of(at))) for name, at in (("baseline", 0), ("week 24", 170))
    ]
    withheld = [name for name in schedule.visits if name not in ("baseline", "week 24")]
    hatched = windows([(dose.product, dose.on) for dose in given], product, days)
    assert len(hatched) == 2
    for visit in calendar_after(stage.study, allocated, "hbig", given, withheld=withheld):
        own = [dose for dose in given if dose.visit != visit.visit]
        spans = windows([(dose.product, dose.on) for dose in own], product, days)
        window = [date.fromordinal(day) for day in range(visit.opens.toordinal(), visit.closes.toordinal() + 1)]
        hidden = [any(first <= day <= last for first, last in spans) for day in window]
        masked = [one for one in visit.days.masked if one.variable == "hbsag"]
        if "hbsag" in {item.variable for form in visit.days.forms for item in stage.study.forms[form].items}:
            assert bool(masked) is any(hidden), visit.visit
            assert all(one.whole is all(hidden) for one in masked), visit.visit
        for day, is_hidden in zip(window, hidden, strict=True):
            assert bool(maskings_on(stage.study, "hbsag", day, given, visit=visit.visit)) is is_hidden


def test_a_withheld_dose_is_crossed_and_gives_its_reason(stage: Any, visitor: Callable[..., Any], dosed) -> None:
    number = dosed("baseline")
    stage.must(
        c.WithholdDose(
            participant=number, visit="week 4", schedule="hbig_every_4_weeks", on="2026-03-30", reason="fever"
        )
    )
    page = read(visitor(stage.account("coordinator")), stage, number)
    assert marks(page)["withheld"] == 1
    assert "fever" in page
    tasks = page.split('class="tasks"')[1].split("</ul>")[0]
    assert "Human hepatitis B immunoglobulin (HBIG), Week 8" in tasks  # nobody has said anything of it
    assert "(HBIG), Week 4" not in tasks


def test_hostile_values_are_shown_as_text(stage: Any, visitor: Callable[..., Any], dosed, unsafe) -> None:
    number = dosed("baseline")
    hostile = '"><script>alert(1)</script><b onclick="x">'
    stage.must(c.OpenQuery(participant=number, query="Q9", visit="week 4", item="hbsag", words=hostile))
    Item.objects.filter(participant=number, item="hbsag", visit="week 8").update(value=hostile, unit=hostile)
    Item.objects.filter(participant=number, item="anti_hbs", visit="week 8").update(limit=hostile)
    page = read(visitor(stage.account("coordinator")), stage, number)
    assert "<script>alert" not in page
    assert "<b onclick" not in page
    # The query; the value in the table, and with its unit in the words of the picture; the limit.
    assert page.count("&lt;script&gt;alert(1)") == 5
    history = read(visitor(stage.account("monitor")), stage, number, part="history/")
    assert "<script>alert" not in history
    assert "&lt;script&gt;alert(1)" in history


# --- what is to be done, what was decided, what happened -------------------------------------------------------------


def test_an_eligible_person_can_be_allocated_by_who_may(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.decided()
    for role, may in (("coordinator", True), ("investigator", True), ("pharmacist", False), ("monitor", False)):
        page = read(visitor(stage.account(role)), stage, number)
        assert (f"{number}/allocate/" in page) is may, role
        assert "unblind/" not in page
        assert "eligible, and not allocated yet" in page
    assert "allocate/" not in read(visitor(stage.account("coordinator", name="other")), stage, stage.allocated())


def test_a_factor_that_cannot_be_decided_is_named_before_anybody_tries(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.decided(anti_hbs="")
    client = visitor(stage.account("coordinator"))
    for part in ("", "eligibility/"):
        page = read(client, stage, number, part=part)
        assert "Anti-HBs at entry" in page
        assert "eligible, and not allocated yet" not in page


def test_the_age_that_decides_is_shown_and_no_birth_date_that_nobody_wrote(stage, visitor):
    number = stage.in_state("eligible")  # born on 17 May 1980, aged 45 at consent
    page = visitor(stage.account("investigator")).get(
        f"/en/studies/{stage.study.id}/participants/{number}/eligibility/"
    )
    text = page.content.decode()
    assert "Age in completed years on the day of consent: 45" in text
    assert "Date of birth: 19" not in text


def test_eligibility_stands_there_as_it_was_decided(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.decided(hbv_dna="<20")
    client = visitor(stage.account("coordinator"))
    page = read(client, stage, number, part="eligibility/")
    assert "Decided on 2 March 2026: cannot tell yet." in page
    row = next(row for row in page.split("<tr>") if 'class="why">I4<' in row)
    assert "HBV DNA: &lt;20 IU/mL" in row
    assert "Screening, 2 Mar 2026" in row
    assert "cannot tell yet" in row
    assert "10 IU/mL" in row  # what would settle it
    entry = c.Entry(item="hbv_dna", value="<10")
    stage.must(
        c.CorrectItem(
            participant=number, visit="screening", form="laboratory", on="2026-03-02", entry=entry, reason="repeated"
        )
    )
    assert "HBV DNA: &lt;20 IU/mL" in read(client, stage, number, part="eligibility/")
    undecided = read(client, stage, stage.screened(weight="120"), "zh-hans", part="eligibility/")
    assert "尚未判定" in undecided
    assert undecided.index('class="fail"') < undecided.index('class="pass"')


def test_the_history_is_newest_first_and_goes_on_page_by_page(stage: Any, visitor: Callable[..., Any], dosed) -> None:
    number = dosed("baseline", "week 4")
    client = visitor(stage.account("coordinator"))
    found: list[int] = []
    part = "history/"
    while part:
        page = read(client, stage, number, part=part)
        numbers = [int(seq) for seq in re.findall(r'<td class="num">(\d+)</td>', page)]
        assert 0 < len(numbers) <= 50
        found += numbers
        more = re.search(r'href="[^"]*(history/\?before=\d+)"', page)
        part = more[1] if more else ""
    from equipoise.server.records.models import Event

    events = list(Event.objects.filter(stream=number).order_by("-seq").values_list("seq", "hash"))
    assert found == [seq for seq, _ in events]
    first = read(client, stage, number, part="history/")
    assert events[0][1][:12] in first
    assert events[0][1] not in first
    assert client.get(address(stage, number, part="history/?before=x")).status_code == 400
    part_of_page = client.get(address(stage, number, part="history/"), headers={"HX-Request": "true"})
    assert "<html" not in part_of_page.content.decode()


def test_whoever_sees_no_queries_reads_none(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.in_state("allocated")
    for role, sees in (("coordinator", True), ("monitor", True), ("pharmacist", False)):
        client = visitor(stage.account(role))
        page = main(read(client, stage, number) + read(client, stage, number, part="history/"))
        assert ("Please check against the source." in page) is sees, role
        assert ("open quer" in page) is sees, role


def test_a_withdrawal_without_further_use_shows_that_and_no_data(
    stage: Any, visitor: Callable[..., Any], dosed
) -> None:
    number, kept = dosed("baseline"), dosed("baseline")
    for person, use in ((number, "no_further_use"), (kept, "keep")):
        stage.must(c.WithdrawConsent(participant=person, on="2026-06-01", data_use=use))
    client = visitor(stage.account("coordinator"))
    page = main(read(client, stage, number))
    assert "On 1 June 2026 this person took back consent" in page
    for trace in ("svg", "Week 4", "HBIG", "0.05", "allocated"):
        assert trace not in page
    for part in ("eligibility/", "history/"):
        read(client, stage, number, part=part, status=404)
    row = next(
        row
        for row in client.get(f"/en/studies/{stage.study.id}/participants/").content.decode().split("<tr>")
        if f">{number}<" in row
    )
    assert "data not to be used further" in row
    assert "HBIG" not in row
    assert "2026" not in row
    assert "<svg" in main(read(client, stage, kept))


# --- who may see it, and at what cost -------------------------------------------------------------------------------


def test_another_centres_people_and_other_roles_find_nothing(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.in_state("allocated")
    for client in (visitor(stage.account("investigator", "02")), visitor(stage.account("sponsor"))):
        for part in ("", "eligibility/", "history/"):
            read(client, stage, number, part=part, status=404)
    monitor = visitor(stage.account("monitor"))
    for nobody in ("01-9999", "01-0001x", "%3Cb%3E"):
        read(monitor, stage, nobody, status=404)


def test_a_look_at_somebody_is_logged_before_it_is_shown(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.in_state("eligible")
    client = visitor(stage.account("monitor"))
    for part in ("", "eligibility/", "history/"):
        read(client, stage, number, part=part)
    lines = list(Access.objects.order_by("number").values_list("by", "act", "what"))
    assert lines == [("monitor-all", "read", f"{number}{what}") for what in ("", " eligibility", " history")]


def test_a_page_asks_the_database_a_fixed_number_of_times(stage: Any, visitor: Callable[..., Any], dosed) -> None:
    client = visitor(stage.account("coordinator"))
    counts = set()
    for number in (dosed(), dosed("baseline", "week 4")):
        read(client, stage, number)
        with CaptureQueriesContext(connection) as asked:
            read(client, stage, number)
        counts.add(sum(query["sql"].startswith("SELECT") for query in asked.captured_queries))
    assert len(counts) == 1
    assert counts.pop() <= 10  # nine for the page, one for the log of reads


# --- a sealed arm ---------------------------------------------------------------------------------------------------


def test_nothing_on_a_page_tells_a_sealed_arm(telling: Any, visitor: Callable[..., Any]) -> None:
    """Two people of different arms with the same data; what only one arm has stands in the records of one alone."""
    study = telling
    people = {arm: _treated(study, arm) for arm in ("active", "placebo")}
    _rows_that_tell(study, people["active"])
    for role in ("coordinator", "investigator", "pharmacist", "monitor", "data_manager", "statistician_blinded"):
        client = visitor(study.account(role))
        for language in LANGUAGES:
            seen = {}
            for arm, number in people.items():
                page = main(read(client, study, number, language))
                page = re.sub(r'value="[A-Za-z0-9]{64}"', "", page)
                seen[arm] = page.replace(number, "NUMBER")
            assert seen["active"] == seen["placebo"], role
        listed = client.get(f"/en/studies/{study.study.id}/participants/").content.decode()
        lines = re.findall(r"<tr>\n<th scope=\"row\">.*?</tr>", listed, re.DOTALL)
        rows = {
            arm: next(line for line in lines if f">{number}<" in line).replace(number, "NUMBER")
            for arm, number in people.items()
        }
        assert rows["active"] == rows["placebo"], role
        history = read(client, study, people["active"], part="history/")
        assert "Week 3" not in history
        assert "secret of the arm" not in history
    page = read(visitor(study.account("statistician_unblinded")), study, people["active"])
    assert "Week 3" in page
    assert "arm sealed" not in page


def _treated(study: Any, wanted: str) -> str:
    """Bring somebody of an arm to week 6, with a kit's doses and the same data."""
    from equipoise.server.records.reading import reading_of
    from equipoise.server.records.writing import Asker
    from equipoise.server.web.participants.sight import arm_of

    while True:
        number = study.allocated()
        reading = reading_of(study.study.id, Asker(by="s", role="statistician_unblinded"))
        if arm_of(reading, Participant.objects.get(participant=number)).id == wanted:
            break
    study.must(c.RecordVisit(participant=number, visit="baseline", on="2026-03-02"))
    study.must(c.RecordVisit(participant=number, visit="week 6", on="2026-04-13"))
    study.enter(number, "week 6", "diary", "2026-04-13", migraine_days="3")
    return number


def _rows_that_tell(study: Any, number: str) -> None:
    """Write what only one arm has, as a history would that an unblinded person has added to."""
    from equipoise.server.records.models import Dose, Event, Study, Visit

    name = study.study.id
    Visit.objects.create(study=name, participant=number, visit="week 3", state="recorded", on="2026-03-23", seq=1)
    Dose.objects.create(
        study=name, participant=number, schedule="extra", visit="week 6", given=True, product="study_tablets",
        on="2026-04-13", amount="1", unit="tablet", batch="B", reason="", seq=1,
    )  # fmt: skip
    Item.objects.create(
        study=name, participant=number, item="alt", visit="week 6", form="tablets", on="2026-04-13", value="300",
        unit="U/L", limit="", seq=1,
    )  # fmt: skip
    Query.objects.create(
        study=name, participant=number, query="Q", state="open", visit="week 6", item="alt",
        words="secret of the arm", opened_at="2026-04-13T08:00:00.000000Z", seq=1,
    )  # fmt: skip
    Participant.objects.filter(participant=number).update(open_queries=1)
    row = Study.objects.get(study=name)
    Event.objects.create(
        study=name, seq=row.seq + 1, stream=number, version=row.version, type="visit_recorded",
        at="2026-09-01T08:00:00.000000Z", by="somebody", role="investigator", key="told",
        data='{"on":"2026-03-23","visit":"week 3"}', previous=row.head, hash="f" * 64,
    )  # fmt: skip


def test_whoever_has_unblinded_somebody_sees_that_arm_alone(blinded: Any, visitor: Callable[..., Any]) -> None:
    first, second = blinded.allocated(), blinded.allocated()
    investigator = visitor(blinded.account("investigator", name="investigator@01"))
    assert f"{first}/unblind/" in read(investigator, blinded, first)
    blinded.must(c.Unblind(participant=first, reason="an emergency"), by="investigator@01")
    page = read(investigator, blinded, first)
    assert "unblind/" not in page
    assert re.search(r"<li>(Active|Placebo)", page) is not None
    assert "arm sealed" in read(investigator, blinded, second)
    assert "arm sealed" in read(visitor(blinded.account("coordinator")), blinded, first)
    assert "unblind/" not in read(visitor(blinded.account("coordinator", name="c2")), blinded, first)
