"""The list: who needs something first, found by number and by filters, the centre's people alone, at a fixed cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from equipoise.conduct import commands as c
from equipoise.server.records.models import Access, Participant, Visit

LANGUAGES = ("en", "zh-hans")


def read(client: Any, stage: Any, query: str = "", language: str = "en", **options: Any) -> str:
    """Return the list as a text."""
    response = client.get(f"/{language}/studies/{stage.study.id}/participants/{query}", **options)
    assert response.status_code == 200, response
    return response.content.decode()


def numbers(page: str) -> list[str]:
    """Return the numbers of a list in their order."""
    return re.findall(r'<th scope="row"><a href="[^"]+">(\d\d-\d{4})</a>', page)


def test_a_study_without_participants_says_so_in_both_languages(stage: Any, visitor: Callable[..., Any]) -> None:
    client = visitor(stage.account("monitor"))
    assert "No participants yet" in read(client, stage)
    assert "还没有受试者" in read(client, stage, language="zh-hans")


def test_every_state_stands_in_the_list_in_words(stage: Any, visitor: Callable[..., Any]) -> None:
    states = ("referred", "consented", "cannot_tell_yet", "not_eligible", "eligible", "completed", "withdrawn")
    brought = {stage.in_state(state) for state in states}
    client = visitor(stage.account("coordinator"))
    english, chinese = read(client, stage), read(client, stage, language="zh-hans")
    assert brought <= set(numbers(english))
    for words in ("referred", "cannot tell yet", "not eligible", "consent withdrawn", "HBIG immunisation"):
        assert words in english
    for words in ("已转介", "暂不能判定", "不符合入选条件", "已撤回知情同意", "HBIG 免疫组"):
        assert words in chinese


def test_what_needs_doing_first_stands_first(stage: Any, visitor: Callable[..., Any], dosed, today) -> None:
    waits = stage.decided()
    quiet = stage.registered()
    late = dosed("baseline")  # week 12 closed on 1 June
    number = stage.allocated("hbig")
    stage.must(c.RecordVisit(participant=number, visit="baseline", on="2026-03-02"))
    client = visitor(stage.account("coordinator"))
    today(2026, 4, 6)  # the last day of the window of week 4
    ordered = numbers(read(client, stage))
    assert ordered.index(number) < ordered.index(waits) < ordered.index(quiet)
    assert "due until 6 Apr 2026" in read(client, stage, f"?q={number}")
    today(2026, 4, 7)
    assert "late by 1 day<" in read(client, stage, f"?q={number}")
    today(2026, 6, 4)
    page = read(client, stage, f"?q={late}")
    assert "Week 12" in page
    assert "late by 3 days" in page
    assert "18 May 2026 to 1 Jun 2026" in page
    by_number = numbers(read(client, stage, "?sort=number"))
    assert by_number == sorted(by_number)


def test_today_is_the_day_at_the_centre(stage: Any, visitor: Callable[..., Any], today) -> None:
    number = stage.allocated("hbig")
    stage.must(c.RecordVisit(participant=number, visit="baseline", on="2026-03-02"))
    client = visitor(stage.account("coordinator"))
    today(2026, 4, 6, 15)  # eleven at night in Beijing
    assert "due until" in read(client, stage, f"?q={number}")
    today(2026, 4, 6, 17)  # one in the morning of the next day there
    assert "late by 1 day<" in read(client, stage, f"?q={number}")


def test_filters_and_search_stand_in_the_address(stage: Any, visitor: Callable[..., Any]) -> None:
    waits, asked = stage.decided(), stage.in_state("consented")
    client = visitor(stage.account("monitor"))
    assert numbers(read(client, stage, f"?q={waits[-3:]}")) == [waits]
    assert numbers(read(client, stage, "?show=waiting")) == [waits]
    assert numbers(read(client, stage, "?show=queries")) == [asked]
    assert numbers(read(client, stage, "?state=consented")) == [asked]
    assert numbers(read(client, stage, "?site=02")) == []
    assert "Nobody is found" in read(client, stage, "?site=02")
    assert "没有找到" in read(client, stage, "?q=99", language="zh-hans")
    nonsense = read(client, stage, "?state=%3Cb%3E&show=x&site=zz&page=-1&sort=up&q=%3Cscript%3E")
    assert "<script>" not in nonsense
    assert "&lt;script&gt;" in nonsense


def test_a_live_search_gets_the_part_and_a_form_the_whole(stage: Any, visitor: Callable[..., Any], unsafe) -> None:
    number = stage.registered()
    client = visitor(stage.account("coordinator"))
    whole = client.get(f"/en/studies/{stage.study.id}/participants/?q={number}")
    part = client.get(f"/en/studies/{stage.study.id}/participants/?q={number}", headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert numbers(part.content.decode()) == numbers(whole.content.decode()) == [number]
    assert "HX-Request" in part["Vary"]
    assert unsafe(whole.content.decode()) == []


@pytest.mark.parametrize("role", ["sponsor", "administrator"])
def test_whoever_sees_no_clinical_data_finds_no_list(stage: Any, visitor: Callable[..., Any], role: str) -> None:
    client = visitor(stage.account(role))
    assert client.get(f"/en/studies/{stage.study.id}/participants/").status_code == 404


def test_a_centre_sees_its_own_people_and_a_pharmacist_no_queries(stage: Any, visitor: Callable[..., Any]) -> None:
    number = stage.in_state("consented")
    own = read(visitor(stage.account("coordinator")), stage)
    assert numbers(own) == [number]
    assert "Open queries" in own
    assert 'name="site"' not in own
    assert numbers(read(visitor(stage.account("coordinator", "02")), stage)) == []
    assert "queries" not in read(visitor(stage.account("pharmacist")), stage).lower()
    assert 'name="site"' in read(visitor(stage.account("monitor")), stage)


def test_a_sealed_arm_is_sealed_in_the_list(blinded: Any, visitor: Callable[..., Any]) -> None:
    blinded.allocated()
    for role, seen in (("coordinator", False), ("statistician_blinded", False), ("statistician_unblinded", True)):
        page = read(visitor(blinded.account(role)), blinded)
        assert (">sealed<" in page) is not seen, role
        assert bool(re.search("Active tablets|Placebo", page, re.IGNORECASE)) is seen, role


def test_the_list_costs_the_same_for_one_and_for_many(stage: Any, visitor: Callable[..., Any]) -> None:
    one = stage.in_state("allocated")
    client = visitor(stage.account("monitor"))
    read(client, stage)
    with CaptureQueriesContext(connection) as for_few:
        read(client, stage)
    first, visits = Participant.objects.get(participant=one), list(Visit.objects.filter(participant=one))
    for count in range(120):
        number = f"01-{count + 1000}"
        first.participant, first.slot = number, count + 1000
        Participant.objects.bulk_create([first])
        for visit in visits:
            visit.participant = number
        Visit.objects.bulk_create(visits)
    with CaptureQueriesContext(connection) as for_many:
        page = read(client, stage)
    assert len(for_many) == len(for_few)
    assert len(numbers(page)) == 50
    assert "Page 1 of 3" in page
    last = numbers(read(client, stage, "?page=3"))
    assert len(last) == Participant.objects.count() - 100
    assert numbers(read(client, stage, "?page=99")) == last


def test_a_look_at_the_list_is_logged(stage: Any, visitor: Callable[..., Any]) -> None:
    read(visitor(stage.account("monitor")), stage)
    line = Access.objects.order_by("-number").values_list("by", "role", "act", "what").first()
    assert line == ("monitor-all", "monitor", "read", "participants")
