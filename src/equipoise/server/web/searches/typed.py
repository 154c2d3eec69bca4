"""What a person types to be told of other trials, and all that is wrong with it, in the page's order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from equipoise.core.problem import Problem, ProblemsError
from equipoise.recruit import places
from equipoise.recruit.places import Place
from equipoise.recruit.searches import DISTANCES, OLDEST, Often, Search, age_in, born_of, conditions_of, month_of
from equipoise.server import clock
from equipoise.server.languages import language
from equipoise.server.recruit.letters import check_address
from equipoise.server.recruit.searches import Saved
from equipoise.server.web.begun import began, begin

ROOM = "server.web.searches"
TEXTS = ("condition", "place", "place-id", "km", "age", "sex", "often", "email")
TRAP = "website"  # a field that nobody sees: machines fill it in
LONGEST = 200  # characters
USUAL = 100  # kilometres
_FASTEST, _SLOWEST = timedelta(seconds=2), timedelta(days=1)
_FORM = "searches.began"
_SEXES = ("", "female", "male")


@dataclass(slots=True)
class Typed:
    """The form: what was typed, the places that it may mean, and what is wrong with it by the field's name."""

    values: dict[str, str]
    began: str = ""
    choices: tuple[Place, ...] = ()
    wrong: dict[str, Problem] = field(default_factory=dict)
    search: Search = field(default_factory=Search)

    @property
    def place_id(self) -> str:
        """The place that was chosen."""
        return self.values.get("place-id", "")

    @property
    def choices_called(self) -> list[tuple[str, str]]:
        """The places that may be meant: their ids and names."""
        return [(place.id, place.called(language())) for place in self.choices]

    @property
    def key(self) -> str:
        """The key of the form: sent again with it, the form is the same search."""
        return began(_FORM, self.began)[0]


def begun(values: Mapping[str, str]) -> Typed:
    """Return a form as it begins, with what is known already."""
    usual = {"km": str(USUAL), "often": Often.WEEKLY.value}
    return Typed(
        usual | {name: value[:LONGEST] for name, value in values.items() if name in TEXTS and value}, begin(_FORM)
    )


def of_saved(one: Saved) -> Typed:
    """Return a form with what a search looks for."""
    search = one.search
    values = {
        "condition": search.words,
        "km": str(search.kilometres or USUAL),
        "sex": search.sex,
        "often": search.often.value,
        "age": "" if search.born is None else str((month_of(clock.now().date()) - search.born) // 12),
    }
    place = places.by_id(search.place) if search.place else None
    if place is not None:
        values |= {"place": _called_alone(place), "place-id": place.id}
    typed = Typed(values, begin(_FORM))
    typed.choices = _around(place) if place is not None else ()
    return typed


def _called_alone(place: Place) -> str:
    return place.han if place.han and language() == "zh-hans" else place.name


def _around(place: Place) -> tuple[Place, ...]:
    found = places.find(_called_alone(place))
    if found == (place,):
        return ()
    return found if place in found else (place, *found)


def read(sent: Mapping[str, str], *, with_address: bool, in_a_hurry: bool = False) -> Typed:
    """Return the form as it was sent, with all that is wrong with it; `in_a_hurry`: however quickly it was."""
    typed = Typed({name: " ".join(sent.get(name, "").split()) for name in TEXTS}, sent.get("began", ""))
    for name in ("condition", "place"):
        if len(typed.values[name]) > LONGEST:
            typed.wrong[name] = Problem("server.web.searches.too-long", {"longest": LONGEST})
            typed.values[name] = typed.values[name][:LONGEST]
    place = _place(typed)
    kilometres = _kilometres(typed)
    born = _born(typed)
    sex, often = typed.values["sex"], typed.values["often"]
    if sex not in _SEXES or often not in tuple(Often):
        typed.wrong["often"] = Problem("server.web.searches.no-such-choice")
    elif not typed.wrong and not conditions_of(typed.values["condition"]):
        typed.wrong["condition"] = Problem("server.web.searches.nothing-asked")
    if with_address:
        _check_address(typed)
        typed.values["consent"] = "yes" if sent.get("consent") == "yes" else ""
        if not typed.values["consent"]:
            typed.wrong["consent"] = Problem("server.web.searches.consent-missing")
    if not (in_a_hurry or typed.wrong):  # who has to mend something comes by here again
        _check_pace(typed)
    if not typed.wrong:
        where = {} if place is None else {"place": place.id, "latitude": place.latitude, "longitude": place.longitude}
        far = None if place is None else kilometres
        typed.search = Search(
            typed.values["condition"], kilometres=far, born=born, sex=sex, often=Often(often), **where  # type: ignore[arg-type]
        )  # fmt: skip
    return typed


def _place(typed: Typed) -> Place | None:
    text = typed.values["place"]
    if not text or "place" in typed.wrong:
        return None
    found = places.find(text)
    # A place that was chosen counts only for the name that it was chosen for.
    chosen = places.chosen(found, typed.place_id)
    typed.choices = found if len(found) > 1 else ()
    typed.values["place-id"] = chosen.id if chosen else ""
    if not found:
        typed.wrong["place"] = Problem("server.web.searches.place-unknown", {"place": text})
    elif chosen is None:
        typed.wrong["place"] = Problem("server.web.searches.place-which", {"place": text})
    return chosen


def _kilometres(typed: Typed) -> int:
    text = typed.values["km"]
    if text in map(str, DISTANCES):
        return int(text)
    if text:
        typed.wrong["km"] = Problem("server.web.searches.no-such-choice")
    typed.values["km"] = str(USUAL)
    return USUAL


def _born(typed: Typed) -> int | None:
    text = typed.values["age"]
    if not text:
        return None
    age = age_in(text)
    if age is None:
        typed.wrong["age"] = Problem("server.web.searches.no-age", {"oldest": OLDEST})
        return None
    return born_of(age, clock.now().date())


def _check_address(typed: Typed) -> None:
    if not typed.values["email"]:
        typed.wrong["email"] = Problem("server.web.searches.email-missing")
        return
    try:
        check_address(typed.values["email"])
    except ProblemsError as error:
        typed.wrong["email"] = error.problems[0]


def _check_pace(typed: Typed) -> None:
    """A form that comes back at once was filled in by a machine; one of yesterday may be a copy."""
    since = began(_FORM, typed.began)[1]
    if since is None or clock.now() - since > _SLOWEST:
        typed.wrong["began"] = Problem("server.web.searches.form-too-old")
        typed.began = begin(_FORM)
    elif clock.now() - since < _FASTEST:
        # The mark stays: pressed again, it is slow enough.
        typed.wrong["began"] = Problem("server.web.searches.faster-than-a-person")
