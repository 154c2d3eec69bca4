"""The check: one question a screen, and what the answers come to. Only the form keeps anything between two screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from equipoise.criteria.engines.in_memory import evaluate
from equipoise.criteria.truth import Standard, Truth
from equipoise.plan.questions import questions_of
from equipoise.recruit.prescreening import FIELD, Answers, StudySheet, outcome_of, read_answers
from equipoise.recruit.prescreening.answers import DECLINED, UNKNOWN, in_words
from equipoise.recruit.prescreening.measures import OFFERED
from equipoise.server.languages import language
from equipoise.server.web.prescreening.carried import Carried, carried, kept_nowhere, page
from equipoise.server.web.prescreening.typed import Typed, answer_in, fields_of, typed_in


@require_http_methods(["GET", "HEAD", "POST"])
@kept_nowhere
def check(request: HttpRequest) -> HttpResponse:
    """Say what the check is; ask the next question; or show what the answers come to."""
    of = carried(request)
    if not of.sheet.asked:
        return page(request, "nothing", of, {"outcome": outcome_of(of.sheet, of.answers, of.today, language())})
    if request.method != "POST":
        return _start(request, of)
    return _step(request, of)


def _start(request: HttpRequest, of: Carried) -> HttpResponse:
    most = len(of.sheet.left(of.answers.facts(of.sheet, of.today)))
    return page(request, "start", of, {"most": most, "step": "start"})


def _step(request: HttpRequest, of: Carried) -> HttpResponse:
    go, _, named = request.POST.get("go", "").partition(":")
    asked = request.POST.get("asked", "")
    known = asked in of.sheet.asked
    match go:
        case "answer" if known:
            return _answered(request, of, asked)
        case "unknown" | "declined" if known:
            return _on(request, of, of.answers.saying(asked, UNKNOWN if go == "unknown" else DECLINED), asked)
        case "back" if known:
            before = of.answers.before(asked)
            return _start(request, of) if before is None else _question(request, of, before)
        case "start":
            return _start(request, of)
        case "change" if named in of.sheet.asked:
            return _question(request, of, named)
        case "again" if known:
            return _question(request, of, asked)
        case "keep":
            return _keep(request, of)
        case "result":
            return _result(request, of)
        case _:
            return _next(request, of)


def _answered(request: HttpRequest, of: Carried, asked: str) -> HttpResponse:
    fields = typed_in(request.POST)
    answer = answer_in(of.sheet, asked, fields, of.today)
    if isinstance(answer, Typed):
        return _question(request, of, asked, answer, status=400)
    return _on(request, of, of.answers.saying(asked, answer), asked)


def _on(request: HttpRequest, of: Carried, answers: Answers, changed: str) -> HttpResponse:
    """Go on with an answer more. What no longer applies after a change is taken out, and that is said."""
    gone = _no_longer_asked(of, answers, changed)
    now = Carried(of.sheet, answers.without(*gone), of.today, of.problems)
    taken = [of.sheet.label(name, language()) for name in gone]
    return _next(request, now, taken)


def _no_longer_asked(of: Carried, answers: Answers, changed: str) -> tuple[str, ...]:
    """Return the answers to questions that are not asked after an answer: no "last day" of what was never taken."""
    if not isinstance(of.sheet, StudySheet):
        return ()
    facts = answers.facts(of.sheet, of.today)
    return tuple(
        question.name
        for question in questions_of(of.sheet.study)
        if question.name in answers
        and question.name != changed
        and question.when is not None
        and changed in question.when.variables
        and evaluate(question.when, facts, standard=Standard.STATED) is Truth.FALSE
    )


def _next(request: HttpRequest, of: Carried, taken: list[str] | None = None) -> HttpResponse:
    name = of.sheet.next(of.answers.facts(of.sheet, of.today))
    return _result(request, of, taken) if name is None else _question(request, of, name, taken=taken)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a question is answered: by one of some words, a date, an age or a date, a measure, a result."""

    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    feet: bool = False


def shape_of(of: Carried, name: str, spoken: str) -> Shape:
    """Return how a question is answered."""
    variable, sheet = of.sheet.asked[name], of.sheet
    if variable.kind in ("code", "yes_no"):
        return Shape("choice", sheet.choices(name, spoken))
    if variable.kind == "date":
        return Shape("age" if name in sheet.aged else "date")
    if variable.kind == "laboratory":
        return Shape("result", unit=variable.unit)
    offered = OFFERED.get(variable.unit, ())
    units = tuple((unit, sheet.unit(unit, spoken)) for unit in offered if unit != "ft")
    # Jin are for those who count in them.
    units = units if spoken == "zh-hans" else tuple(each for each in units if each[0] != "jin")
    unit = sheet.unit(variable.unit, spoken) if variable.unit else ""
    return Shape("number", units=units if len(units) > 1 else (), unit=unit, feet="ft" in offered)


def _question(
    request: HttpRequest,
    of: Carried,
    name: str,
    typed: Typed | None = None,
    *,
    taken: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    spoken = language()
    given = of.answers.given.get(name, "")
    typed = typed or Typed(fields_of(of.sheet, name, given))
    without = of.answers.without(name)
    place = list(of.answers.given).index(name) if name in of.answers else len(of.answers.given)
    left = of.sheet.left(without.facts(of.sheet, of.today))
    shown: dict[str, Any] = {
        "name": name,
        "ask": of.sheet.ask(name, spoken),
        "why": of.sheet.why(name, spoken),
        "shape": shape_of(of, name, spoken),
        "typed": typed,
        "given": given,
        "said": in_words(of.sheet, name, given, spoken) if given in (UNKNOWN, DECLINED) else "",
        "place": place + 1,
        "more": len([each for each in left if each != name]),
        "taken": taken or [],
        "step": "again",
    }
    return page(request, "question", of, shown, status=status)


def _result(request: HttpRequest, of: Carried, taken: list[str] | None = None) -> HttpResponse:
    spoken = language()
    outcome = outcome_of(of.sheet, of.answers, of.today, spoken)
    answered = [
        (name, of.sheet.ask(name, spoken), in_words(of.sheet, name, text, spoken))
        for name, text in of.answers.given.items()
    ]
    unfinished = of.sheet.next(of.answers.facts(of.sheet, of.today)) is not None
    shown: dict[str, Any] = {"outcome": outcome, "answered": answered, "taken": taken or [], "unfinished": unfinished}
    shown["step"] = "result"
    return page(request, "result", of, shown)


def _keep(request: HttpRequest, of: Carried) -> HttpResponse:
    """Count what was confirmed of a slip as answers, and go on."""
    confirmed = [
        (f"{FIELD}{key.removeprefix('use-')}", text)
        for key in request.POST
        if key.startswith("use-")
        for text in request.POST.getlist(key)
        if text
    ]
    read, problems = read_answers(of.sheet, confirmed, of.today)
    answers = of.answers
    for name, text in read.given.items():
        answers = answers.saying(name, text)
    return _next(request, Carried(of.sheet, answers, of.today, (*of.problems, *problems)))
