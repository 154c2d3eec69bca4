"""A study that is new or has changed looks for the searches; what is due is told, once, as long as it is true."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from equipoise.core.problem import ProblemsError
from equipoise.recruit.searches import Often, Search, born_of, facts_of, matches
from equipoise.server.recruit.actions.confirm_search import change_search, confirm_search
from equipoise.server.recruit.actions.erase_searches import erase_address, erase_search
from equipoise.server.recruit.actions.save_search import save_search
from equipoise.server.recruit.actions.tell_found import ask_for_links
from equipoise.server.recruit.digests import send_due
from equipoise.server.recruit.matching import match_changed, searches_for
from equipoise.server.recruit.message import message_of
from equipoise.server.recruit.models import LinkAsked, Listed, Mail, SavedSearch, SearchFound, SearchKey
from equipoise.server.recruit.searches import MOST, by_address, by_token, saved
from equipoise.server.recruit.shown import listings_of
from equipoise.study.listing import Status

WUHAN = {"place": "1791247", "latitude": 30.583, "longitude": 114.267}


@pytest.fixture(autouse=True)
def _clock(turn: Callable[..., str]) -> None:
    """Let no test see the wall clock."""


def _saved(search: Search, address: str = "li@example.org", *, language: str = "en", confirmed: bool = True) -> int:
    count = SavedSearch.objects.count()
    save_search(search, address, language, f"form {count} {address}")
    pk = SavedSearch.objects.latest("pk").pk
    if confirmed:
        assert confirm_search(pk)
    return int(pk)


def _news() -> list[Mail]:
    return list(Mail.objects.filter(purpose="search-news").order_by("pk"))


def _text(mail: Mail) -> str:
    return message_of(mail, readable=True).data.decode()


def test_a_new_study_is_told_to_whom_it_fits_and_to_nobody_else(study: Callable[..., Any], turn: Any) -> None:
    today = date(2026, 9, 1)
    fits = [
        _saved(Search("hepatitis B", kilometres=100, born=born_of(45, today), sex="female", **WUHAN)),
        _saved(Search("diabetes, 乙肝"), "b@example.org", language="zh-hans"),
        _saved(Search("hepatitis B", kilometres=1000, place="", latitude=23.1, longitude=113.3), "c@example.org"),
    ]
    _saved(Search("diabetes"), "d@example.org")
    _saved(Search("hepatitis B", born=born_of(17, today)), "e@example.org")
    _saved(Search("hepatitis B", kilometres=500, latitude=23.1, longitude=113.3), "f@example.org")
    _saved(Search("hepatitis B"), "g@example.org", confirmed=False)
    study()
    assert match_changed() == 1
    assert set(SearchFound.objects.values_list("search_id", flat=True)) == set(fits)
    assert send_due() == 3
    english, chinese, _ = (_text(mail) for mail in _news())
    assert "Peginterferon after childbirth" in english
    assert "NCT00000001" in english
    assert "0 km" in english
    assert "的消息" in chinese
    assert match_changed() == 0
    assert send_due() == 0


def test_the_subject_the_sender_and_the_links_name_no_disease(study: Callable[..., Any]) -> None:
    one = _saved(Search("hepatitis B", kilometres=100, **WUHAN))
    study()
    match_changed()
    send_due()
    for mail in Mail.objects.all():
        head, _, body = _text(mail).partition("\r\n\r\n")
        for said in (head, *re.findall(r"https?://\S+", body)):
            assert not re.search("hepat|乙肝|interferon|Wuhan|li%40|li@example.org/", said, re.IGNORECASE), said
        assert "\r\nSubject: News from " in f"\r\n{head}"
    assert SavedSearch.objects.get(pk=one).digests == 1


def test_news_come_no_more_often_than_was_asked(study: Callable[..., Any], turn: Callable[..., str]) -> None:
    for often, address in ((Often.AT_ONCE, "a"), (Often.WEEKLY, "b"), (Often.MONTHLY, "c")):
        _saved(Search("hepatitis B", often=often), f"{address}@example.org")
    sent = []
    for number, after in enumerate(
        ({"days": 0}, {"minutes": 30}, {"minutes": 31}, {"days": 6}, {"days": 1}, {"days": 23})
    ):
        turn(**after)
        study(f"NCT0000000{number}")
        match_changed()
        sent.append(send_due())
    assert sent == [3, 0, 1, 1, 2, 3]


def test_what_was_told_is_not_told_again_until_it_has_closed_and_opened(
    study: Callable[..., Any], turn: Callable[..., str]
) -> None:
    _saved(Search("hepatitis B", often=Often.AT_ONCE))
    told = []
    for changes in (
        {}, {"title": "A better title"}, {"status": Status.SUSPENDED}, {"title": "Still"}, {"status": Status.SUSPENDED, "title": "no"},
    ):  # fmt: skip
        study(**changes)
        match_changed()
        turn(hours=2)
        told.append(send_due())
    assert told == [1, 0, 0, 1, 0]


@pytest.mark.parametrize("what", ["closed", "hidden", "withdrawn", "gone", "changed"])
def test_a_study_that_closes_between_match_and_mail_is_not_told_as_open(study: Callable[..., Any], what: str) -> None:
    _saved(Search("hepatitis B"))
    study()
    assert match_changed() == 1
    assert SearchFound.objects.count() == 1
    if what == "closed":
        study(status=Status.COMPLETED)
    elif what == "hidden":
        study(shown=False)
    elif what == "withdrawn":
        Listed.objects.update(withdrawn_at="2026-09-01T08:00:00.000000Z")
    elif what == "gone":
        Listed.objects.all().delete()
    else:
        study(title="Another matter", conditions=("Diabetes",))
    assert send_due() == 0
    assert _news() == []
    assert SearchFound.objects.count() == 0


def test_a_study_that_nobody_may_see_waits_to_be_matched_until_it_is_shown(study: Callable[..., Any]) -> None:
    _saved(Search("hepatitis B"))
    study(shown=False)
    assert match_changed() == 0
    study(shown=True)
    assert match_changed() == 1
    assert send_due() == 1


def test_a_study_that_changes_while_it_is_matched_is_matched_again(study: Callable[..., Any]) -> None:
    from equipoise.server.recruit.actions.note_found import note_found

    _saved(Search("hepatitis B"))
    study()
    note_found("NCT00000001", "the hash of before", {}, is_open=True)
    assert Listed.objects.get().to_match
    assert match_changed() == 1
    assert not Listed.objects.get().to_match


def test_many_searches_are_narrowed_by_the_database_as_they_are_decided_one_by_one(study: Callable[..., Any]) -> None:
    """The oracle is the plain way of `recruit.searches`, of each search by itself."""
    today = date(2026, 9, 1)
    for number, words in enumerate(
        ("hepatitis B", "乙肝", "cancer", "", "interferon, diabetes", "chronic", "childbirth hepatitis")
    ):
        for sex in ("", "female", "male"):
            for age in (None, 17, 60, 61):
                _saved(
                    Search(words, sex=sex, born=None if age is None else born_of(age, today)),
                    f"{number}{sex}{age}@example.org",
                )
    study(sex="female")
    facts = facts_of(listings_of(Listed.objects.get().content))
    plain = {row.pk for row in SavedSearch.objects.all() if matches(saved(row).search, facts, today) is not None}
    assert 0 < len(plain) < SavedSearch.objects.count()
    assert searches_for(facts, today).keys() == plain


def test_more_studies_than_one_mail_holds_come_with_the_next(
    study: Callable[..., Any], turn: Callable[..., str]
) -> None:
    from equipoise.server.recruit.actions import tell_found

    _saved(Search("hepatitis B", often=Often.AT_ONCE))
    for number in range(tell_found.MOST + 3):
        study(f"NCT{number:08}")
    match_changed()
    assert send_due() == 1
    turn(hours=2)
    assert send_due() == 1
    named = [set(re.findall(r"NCT\d{8}", _text(mail))) for mail in _news()]
    assert [len(each) for each in named] == [tell_found.MOST, 3]
    assert not named[0] & named[1]


def test_a_form_sent_twice_saves_once(database: str) -> None:
    for _ in range(2):
        save_search(Search("hepatitis B"), "li@example.org", "en", "one form")
    assert SavedSearch.objects.count() == 1
    assert Mail.objects.count() == 1


def test_nothing_is_matched_before_it_is_confirmed_and_confirming_twice_is_once(study: Callable[..., Any]) -> None:
    one = _saved(Search("hepatitis B"), confirmed=False)
    assert SearchKey.objects.count() == 0
    study()
    match_changed()
    assert confirm_search(one)
    keys = SearchKey.objects.count()
    assert confirm_search(one)
    assert SearchKey.objects.count() == keys > 0
    assert send_due() == 0


def test_what_is_not_confirmed_or_is_old_is_erased_and_who_is_old_is_asked_before(
    turn: Callable[..., str], database: str
) -> None:
    _saved(Search("cancer"), "a@example.org", confirmed=False)
    kept = _saved(Search("hepatitis B"), "b@example.org")
    turn(days=2)
    send_due()
    assert [row.pk for row in SavedSearch.objects.all()] == [kept]
    turn(days=348)
    send_due()
    assert not Mail.objects.filter(purpose="search-ending").exists()
    turn(days=2)
    send_due()
    send_due()
    assert Mail.objects.filter(purpose="search-ending").count() == 1
    assert change_search(kept, Search("hepatitis C"), "en")
    turn(days=15)
    send_due()
    assert SavedSearch.objects.count() == 1
    turn(days=365)
    send_due()
    assert SavedSearch.objects.count() == 0


def test_erasing_leaves_nothing_but_mails_that_have_left(study: Callable[..., Any]) -> None:
    first = _saved(Search("hepatitis B"))
    _saved(Search("interferon"), " LI@example.org ")
    other = _saved(Search("hepatitis B"), "other@example.org")
    study()
    match_changed()
    send_due()
    Mail.objects.filter(key=f"search {first} confirm").update(state="sent", content="")
    assert erase_address("Li@Example.org") == 2
    assert [row.pk for row in SavedSearch.objects.all()] == [other]
    assert set(SearchKey.objects.values_list("search_id", flat=True)) == {other}
    assert set(SearchFound.objects.values_list("search_id", flat=True)) == {other}
    assert sorted(mail.key.split()[1] for mail in Mail.objects.all()) == sorted([str(first), str(other), str(other)])
    assert erase_search(other) == 1
    assert not confirm_search(other)
    assert not change_search(other, Search("x"), "en")


def test_what_is_kept_of_a_person_is_sealed(database: str) -> None:
    one = _saved(Search("a rare disease of mine", place="1791247", kilometres=50, latitude=1.0, longitude=2.0))
    row = SavedSearch.objects.get(pk=one)
    token = saved(row).token
    for field in SavedSearch._meta.concrete_fields:
        kept = str(getattr(row, field.name))
        assert "li@example" not in kept
        assert "rare" not in kept
        assert token not in kept
    opened = by_token(token)
    assert opened is not None
    assert opened.address == "li@example.org"
    assert by_token(token[:-1]) is None
    assert by_token("") is None
    assert by_token("\ud800") is None


def test_links_are_sent_again_to_whom_they_belong_alone(database: str) -> None:
    _saved(Search("hepatitis B"))
    _saved(Search("interferon"))
    _saved(Search("cancer"), "other@example.org")
    _saved(Search("asthma"), confirmed=False)
    for address in ("li@example.org", "nobody@example.org"):
        ask_for_links(address, "en")
    before = Mail.objects.count()
    send_due()
    assert LinkAsked.objects.count() == 0
    assert Mail.objects.count() == before + 1
    said = _text(Mail.objects.latest("pk"))
    assert "To: li@example.org" in said
    tokens = re.findall(r"/notify/change/([\w-]+)/", said)
    assert [one.search.words for one in map(by_token, tokens) if one] == ["hepatitis B", "interferon"]


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b", "a@example.org\r\nBcc: all@example.org", "a b@example.org", "@", "x" * 300 + "@example.org"],
)
def test_an_address_that_is_none_is_refused(database: str, address: str) -> None:
    with pytest.raises(ProblemsError):
        save_search(Search("hepatitis B"), address, "en", "form")
    assert SavedSearch.objects.count() == Mail.objects.count() == 0


def test_an_address_has_only_so_many_searches(database: str) -> None:
    for number in range(MOST + 2):
        save_search(Search("hepatitis B"), "li@example.org", "en", str(number))
    assert by_address("LI@example.org").count() == MOST


def test_a_language_that_is_no_longer_spoken_is_told_in_english(study: Callable[..., Any]) -> None:
    one = _saved(Search("hepatitis B"))
    SavedSearch.objects.filter(pk=one).update(language="fr")
    study()
    match_changed()
    assert send_due() == 1
    assert "These studies are new" in _text(_news()[0])
