"""Finding studies, on both databases. The oracle is a plain loop over all listings (`listings.found_plainly`)."""

from __future__ import annotations

import random
import runpy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from equipoise.study.listing import Status

_MADE = runpy.run_path(str(Path(__file__).with_name("listings.py")))
listing, found_plainly = _MADE["listing"], _MADE["found_plainly"]
WUHAN, LONDON, FIJI = _MADE["WUHAN"], _MADE["LONDON"], _MADE["FIJI"]


def keep(*listings: Any, **options: Any) -> None:
    """Keep listings, shown."""
    from equipoise.server.recruit.actions.keep_listings import keep_listings

    keep_listings([{"en": one} for one in listings], **({"shown": True, "source": "ctgov"} | options))


def numbers(**asked: Any) -> list[str]:
    """Return the last four digits of what is found, in its order."""
    from equipoise.server.recruit.finding import Search, find

    return [hit.row.number[-4:] for hit in find(Search(**asked), most=100).hits]


def near(place: tuple[float, float], kilometres: float) -> Any:
    """Return a place and a distance."""
    from equipoise.server.recruit.finding import Near

    return Near(*place, kilometres)


def test_the_finder_finds_what_a_plain_loop_finds(database: str) -> None:
    from equipoise.server.recruit.finding import MOST, Ages, Near, Search, Sort, find

    draw = random.Random(5)  # noqa: S311 - no secret
    titles = ("Hepatitis B", "Asthma in children", "慢性乙型肝炎", "Lung cancer", "Stroke and IL-6", "β-thalassaemia")
    made = [
        listing(
            number,
            draw.choice(titles),
            conditions=tuple(draw.sample(("Asthma", "HBV", "Stroke", "哮喘"), 1)),
            summary=draw.choice(("", "vaccine", "rehabilitation after a stroke")),
            status=draw.choice((Status.RECRUITING, Status.COMPLETED, Status.UNKNOWN)),
            sex=draw.choice(("all", "all", "female", "male")),
            youngest=draw.choice((None, Decimal("0.5"), Decimal(18), Decimal(50))),
            oldest=draw.choice((None, Decimal(5), Decimal(60), Decimal("17"))),
            at=[(draw.uniform(-89, 89), draw.uniform(-180, 180)) for _ in range(draw.choice((0, 1, 4)))]
            + draw.choice(([], [WUHAN], [LONDON], [FIJI])),
        )
        for number in range(250)
    ]
    keep(*made)
    for _ in range(150):
        years = draw.choice((None, 0, 5, 17, 60, 61, 80))
        search = Search(
            text=draw.choice(
                ("", "", "hepatitis", "乙肝", "vaccine", "stroke", "il6", "beta", "NCT99000007", "asthma 哮喘")
            ),
            condition=draw.choice(("", "", "asthma", "stroke", "乙肝")),
            near=draw.choice((None, Near(*WUHAN, 50), Near(*LONDON, 1_000), Near(*FIJI, 900), Near(-17.8, -179.9, 60))),
            ages=None if years is None else Ages(12 * years, 12 * years + 11),
            sex=draw.choice(("", "female", "male")),
            recruiting=draw.random() < 0.4,
            sort=draw.choice(tuple(Sort)),
        )
        found = find(search, most=MOST)
        assert {hit.row.number for hit in found.hits} == found_plainly(search, made), search
        assert found.count == len(found.hits)
        assert not found.more
        far = [hit.kilometres for hit in found.hits]
        if search.near and search.sort is Sort.DISTANCE:
            assert far == sorted(far)
        assert all((each is None) == (search.near is None) for each in far)


def test_what_is_called_by_the_words_comes_before_what_mentions_them_and_the_open_before_the_rest(
    database: str,
) -> None:
    keep(
        listing(1, "Stroke", status=Status.COMPLETED),
        listing(2, "Stroke"),
        listing(3, "Asthma", summary="after a stroke", updated="2026-11-01"),
        listing(4, "Stroke", updated="2026-06-01"),
        listing(5, "Stroke", updated=""),
    )
    assert numbers(text="stroke") == ["0004", "0002", "0005", "0001", "0003"]
    assert numbers(condition="stroke") == ["0004", "0002", "0005", "0001"]


def test_near_is_by_distance_and_a_closed_centre_is_not_near_for_whom_it_must_be_open(database: str) -> None:
    from equipoise.server.recruit.finding import Search, Sort, find
    from equipoise.study.listing import ListedCentre

    closed = ListedCentre(city="W", latitude=Decimal("30.58"), longitude=Decimal("114.27"), status=Status.COMPLETED)
    keep(
        listing(1, at=[(30.9, 114.27)]),
        listing(2, at=[(30.6, 114.27), LONDON]),
        listing(3).model_copy(update={"centres": (closed,)}),
        listing(4, at=[LONDON]),
        listing(5),
    )
    found = find(Search(near=near(WUHAN, 100), sort=Sort.DISTANCE))
    assert [hit.row.number[-4:] for hit in found.hits] == ["0003", "0002", "0001"]
    assert [round(hit.kilometres) for hit in found.hits] == [0, 2, 36]
    assert numbers(near=near(WUHAN, 100), recruiting=True, sort=Sort.DISTANCE) == ["0002", "0001"]


def test_an_age_counts_in_completed_years(database: str) -> None:
    from equipoise.server.recruit.finding import Ages

    keep(listing(1, youngest=Decimal(18), oldest=Decimal(60)), listing(2, youngest=Decimal("0.5"), oldest=Decimal(5)))

    def of(years: int) -> list[str]:
        return numbers(ages=Ages(12 * years, 12 * years + 11))

    assert [of(years) for years in (17, 18, 60, 61, 5, 6)] == [[], ["0001"], ["0001"], [], ["0002"], []]
    assert numbers(ages=Ages(5, 5)) == []
    assert numbers(ages=Ages(6, 6)) == ["0002"]


def test_what_is_hidden_changed_or_gone_is_not_found(database: str) -> None:
    from equipoise.server.recruit.actions.withdraw_absent import withdraw_absent

    keep(listing(1, "Asthma"), listing(2, "Asthma"))
    keep(listing(3, "Asthma"), shown=False)
    assert numbers(text="asthma") == ["0002", "0001"]
    keep(listing(2, "Stroke", at=[WUHAN]))
    assert numbers(text="asthma") == ["0001"]
    assert numbers(text="stroke", near=near(WUHAN, 5)) == ["0002"]
    assert withdraw_absent("ctgov", ["NCT99000001"]) == ["NCT99000002", "NCT99000003"]
    assert numbers(text="stroke") == []
    assert numbers(near=near(WUHAN, 5)) == []
    keep(listing(2, "Stroke", at=[WUHAN]))
    assert numbers(text="stroke") == ["0002"], "it is back"


def test_half_a_word_finds_what_begins_like_it(database: str) -> None:
    keep(listing(1, "Rehabilitation"), listing(2, "肝移植"))
    assert numbers(text="rehab") == ["0001"]
    assert numbers(text="肝") == ["0002"]
    assert numbers(text="habilit") == []


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "a:b",
        "a AND",
        "NOT",
        "*",
        "(",
        "head : x",
        "' | 'x",
        "%s",
        "\\",
        "a" * 5_000,
        "NEAR(",
        "\x00",
        "-",
        "﷽",
        "x'y",
    ],
)
def test_no_text_means_more_than_its_words(database: str, text: str) -> None:
    keep(listing(1, "Asthma"))
    assert numbers(text=text) in ([], ["0001"])
    assert numbers(condition=text) in ([], ["0001"])


def test_two_numbers_of_one_key_are_both_found(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from equipoise.server.recruit.actions import keep_listings as action

    monkeypatch.setattr(action, "key_of", lambda _listing: 77)
    keep(listing(1), listing(2))
    keep(listing(3))
    keep(listing(2, "Stroke"))
    assert sorted(numbers()) == ["0001", "0002", "0003"]
    assert numbers(text="stroke") == ["0002"]


def test_no_more_than_a_thousand_are_counted(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from equipoise.server.recruit import finding

    monkeypatch.setattr(finding, "MOST", 5)
    keep(*(listing(number) for number in range(8)))
    for asked in ({}, {"text": "asthma"}, {"condition": "asthma"}):
        found = finding.find(finding.Search(**asked), first=3, most=10)
        assert (found.count, found.more, len(found.hits)) == (5, True, 2)
    assert finding.find(finding.Search(), first=100).hits == ()


def test_a_replayed_trial_can_be_found_and_read_in_both_languages(database: str) -> None:
    from django.test import Client

    from equipoise.server.recruit.actions.list_replayed import list_replayed
    from equipoise.study.reader import read_study

    list_replayed(read_study(Path(__file__).parents[3] / "examples" / "actg320"))
    assert numbers(text="indinavir") == ["g320"]
    for language, said in (("en", "Nobody can take part"), ("zh-hans", "不能参加")):
        answer = Client().get(f"/{language}/studies/actg320/")
        assert answer.status_code == 200
        assert said in answer.content.decode()
