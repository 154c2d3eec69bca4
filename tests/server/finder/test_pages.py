"""The finder's pages and its interface for programs. The oracle is what a person typed and what is listed."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

ROOT = Path(__file__).parents[3]
_MADE = runpy.run_path(str(Path(__file__).with_name("listings.py")))
listing, WUHAN, LONDON = _MADE["listing"], _MADE["WUHAN"], _MADE["LONDON"]
LANGUAGES = ("en", "zh-hans")


@pytest.fixture
def examples(database: str) -> None:
    """List the invented studies."""
    from equipoise.server.recruit.importing import import_files

    import_files([ROOT / "examples" / "registry"], invented=True)


def page(address: str, status: int = 200) -> str:
    """Return a page's own part."""
    answer = Client().get(address)
    assert answer.status_code == status, answer
    return answer.content.decode().split("<main")[1].split("</main>")[0]


def found(body: str) -> list[str]:
    """Return the numbers of the studies on a page."""
    return re.findall(r'studies/(NCT\d{8})/"', body)


def test_a_search_stands_in_the_address_and_is_kept_in_the_form(examples: None) -> None:
    for language in LANGUAGES:
        body = page(f"/{language}/find/?q={quote('乙肝')}&place={quote('武汉')}&km=250&age=30&sex=female&recruiting=1")
        assert found(body) == ["NCT99000001"]
        for kept in ('value="乙肝"', 'value="武汉"', 'value="30"', '"250" selected', '"female" selected', "checked"):
            assert kept in body, kept
    assert "within 250 km of Wuhan" in body.lower() or "武汉" in body


def test_a_card_says_what_it_is_how_far_and_that_it_is_invented(examples: None) -> None:
    english = page("/en/find/?q=asthma&place=London")
    assert found(english) == ["NCT99000003"]
    for said in ("Recruiting", "18 years and older", "Demonstration", "Demonstration Hospital of London", "0 km"):
        assert said in english, said
    chinese = page("/zh-hans/find/?q=asthma&place=London")
    assert '<h3 lang="en">' in chinese
    for said in ("招募中", "演示", "最近的中心"):
        assert said in chinese


def test_an_old_status_has_its_day_and_what_it_was(examples: None) -> None:
    body = page("/en/find/?q=lung+cancer")
    assert found(body)[0] == "NCT99000007"
    assert "last confirmed April 2021" in body
    assert "before that: Recruiting" in body
    assert "2021年4月" in page("/zh-hans/find/?q=lung+cancer")


def test_no_centre_a_country_alone_and_many_are_said(examples: None) -> None:
    assert "No centre is named" in page("/en/find/?q=depression")
    assert "2 centres in Peru and Brazil" in page("/en/find/?q=jaundice")
    assert "4 centres in United States, United Kingdom, Germany and 1 more country" in page(
        "/en/find/?q=men&sex=male&condition=breast"
    )


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ("age=about+60", "age", "This is no age"),
        ("age=200", "age", "This is no age"),
        ("place=Nowherexyzzy", "place", "Nowherexyzzy"),
        ("km=0", "km", "whole number"),
        ("sex=x", "sex", "Choose one of"),
        ("q=" + "a" * 201, "q", "200 characters"),
        ("page=0", "page", "whole number"),
        ("lat=100&lon=0", "lat", "degrees"),
        ("lat=1", "lon", "degrees"),
        ("sort=best", "sort", "Choose one of"),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_typed_is_kept(
    examples: None, asked: str, field: str, said: str
) -> None:
    body = page(f"/en/find/?q=asthma&{asked}" if not asked.startswith("q=") else f"/en/find/?{asked}", 400)
    assert f'href="#{field}"' in body
    assert said in body
    assert ('value="asthma"' in body) or asked.startswith("q=")
    answer = Client().get(f"/api/studies?{asked}")
    assert answer.status_code == 400
    assert [problem["field"] for problem in answer.json()["problems"]] == [field]


def test_an_age_may_be_typed_as_people_do(examples: None) -> None:
    for typed in ("45", "45 years", "45岁", " 45 "):
        assert "NCT99000003" in found(page(f"/en/find/?q=asthma&age={quote(typed)}"))
    assert found(page(f"/en/find/?q=jaundice&age={quote('0')}")) == ["NCT99000011"]
    assert found(page(f"/en/find/?condition=hepatitis&age={quote('6个月')}")) == ["NCT99000002"]


def test_an_ambiguous_place_asks_and_the_choice_is_in_the_address(examples: None) -> None:
    body = page("/en/find/?q=diabetes&place=Springfield")
    assert "Which “Springfield” do you mean?" in body
    assert not found(body)
    choices = re.findall(r'<a href="\?([^"]*)">Springfield, Illinois', body)
    assert len(choices) == 1
    chosen = page("/en/find/?" + choices[0].replace("&amp;", "&"))
    assert found(chosen) == ["NCT99000004"]
    assert "Springfield, Illinois" in chosen
    answer = Client().get("/api/studies?place=Springfield")
    assert answer.status_code == 400
    assert len(answer.json()["places"]) > 2


def test_nothing_found_says_what_to_do_next(examples: None) -> None:
    body = page("/en/find/?q=asthma&place=Wuhan&km=25&recruiting=1")
    assert "Nothing was found" in body
    assert "km=50" in body
    assert "Show also studies that take nobody in now" in body


def test_a_site_without_any_listing_says_so(database: str) -> None:
    for language, said in zip(LANGUAGES, ("No study is listed here yet", "还没有列出任何研究"), strict=True):
        assert said in page(f"/{language}/find/")


def test_pages_follow_one_another_and_keep_the_search(database: str) -> None:
    from equipoise.server.recruit.actions.keep_listings import keep_listings

    keep_listings([{"en": listing(number)} for number in range(25)], shown=True)
    seen: list[str] = []
    address = "q=asthma"
    for place in (1, 2, 3):
        body = page(f"/en/find/?{address}")
        assert f"Page {place} of 3" in body
        seen += dict.fromkeys(found(body))
        following = re.search(r'<a href="\?([^"]+)" rel="next"', body)
        assert (following is None) == (place == 3)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 25
    assert "25 studies" in body
    assert "Previous page" in page("/en/find/?q=asthma&page=9")


def test_nothing_that_is_typed_is_taken_for_markup(examples: None) -> None:
    typed = quote('"><script>alert(1)</script>')
    for name in ("q", "condition", "place", "age", "place-id"):
        body = Client().get(f"/en/find/?{name}={typed}").content.decode()
        assert "<script>alert" not in body


def test_the_front_page_has_the_box_and_leads_to_all(examples: None) -> None:
    body = page("/en/")
    assert 'action="/en/find/#found"' in body
    assert "All studies that are listed here" in body


# --- for programs -----------------------------------------------------------------------------------------------------


def test_programs_read_what_people_read(examples: None) -> None:
    answer = Client().get("/api/studies?q=asthma&place=London&language=zh-hans").json()
    assert (answer["count"], answer["more"], answer["page"], answer["pages"]) == (1, False, 1, 1)
    (study,) = answer["studies"]
    assert study["number"] == "NCT99000003"
    assert study["nearest"]["city"] == "London"
    assert "虚构" in study["demonstration"]
    one = Client().get("/api/studies/NCT99000003?language=en").json()
    assert one["inclusion"] == ["Asthma confirmed by a doctor", "At least one attack in the last 12 months"]
    assert one["gone"] is False


def test_programs_are_told_what_is_wrong_in_their_language(examples: None) -> None:
    answer = Client().get("/api/studies?foo=1&age=x&language=zh-hans")
    assert answer.status_code == 400
    assert {problem["field"] for problem in answer.json()["problems"]} == {"foo", "age"}
    assert "这不是年龄" in answer.content.decode("unicode_escape") or "年龄" in str(answer.json())
    for address, status in (("/api/studies/none", 404), ("/api/studies?language=xx", 400), ("/api/studies/a%00b", 404)):
        answer = Client().get(address)
        assert answer.status_code == status
        assert answer.json()["problems"][0]["words"]
    assert Client().post("/api/studies").status_code == 405


def test_what_is_hidden_is_not_told_to_programs(database: str) -> None:
    from equipoise.server.recruit.actions.keep_listings import keep_listings

    keep_listings([{"en": listing(1)}], shown=False)
    assert Client().get("/api/studies").json()["count"] == 0
    assert Client().get("/api/studies/NCT99000001").status_code == 404
