"""What a person types to write to a centre, and what is wrong with it: everything at once, in the order of the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.http import HttpRequest

from equipoise.core.languages import spoken
from equipoise.core.problem import Problem, ProblemsError
from equipoise.server import clock
from equipoise.server.languages import language
from equipoise.server.recruit.letters import check_address
from equipoise.server.recruit.said import Said
from equipoise.server.web.begun import began, begin

ROOM = "server.web.enquiries"
OTHER = "other"
LONGEST_NAME, LONGEST_MESSAGE = 100, 5000
_LONGEST_PHONE, _DIGITS = 40, 5
TEXTS = ("first_name", "last_name", "email", "phone", "preferred", "other_language", "message")
TICKS = ("no_email", "send_answers", "pass_on", "consent")
# What a page that comes in between carries on, so that nothing that was typed is lost.
KEPT = (*TEXTS, *TICKS, "started", "place")
TRAP = "website"  # a field that nobody sees: machines fill it in
_FASTEST = timedelta(seconds=3)  # in which a person fills in nothing
_PHONE = re.compile(r"[0-9+()\-./\s#*,;xXextEXT转]+")
FORM = "enquiries.started"


@dataclass(frozen=True, slots=True)
class Typed:
    """The form: what was typed, and what is wrong with it by the field's name."""

    values: Mapping[str, str]
    wrong: Mapping[str, Problem] = field(default_factory=dict)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The fields that another page carries on."""
        return [(name, self.values[name]) for name in KEPT if self.values.get(name)]

    @property
    def key(self) -> str:
        """The key of the form: sent again with it, the form is the same enquiry."""
        return began(FORM, self.values["started"])[0]

    def said(self, answers: tuple[tuple[str, str], ...], place: tuple[str, str]) -> Said:
        """Return it as an enquiry keeps it."""
        values = self.values
        return Said(
            first_name=values["first_name"],
            last_name=values["last_name"],
            email=values["email"],
            phone=values["phone"],
            preferred=values["preferred"],
            other_language=values["other_language"] if values["preferred"] == OTHER else "",
            message=values["message"],
            answers=answers if values["send_answers"] else (),
            latitude=place[0],
            longitude=place[1],
            pass_on=bool(values["pass_on"]),
        )


def typed_in(request: HttpRequest) -> Typed:
    """Return the form as it was sent, or as it begins."""
    sent = request.POST
    values = {name: _line(sent.get(name, "")) for name in TEXTS}
    values["message"] = _tidy(sent.get("message", ""))
    values |= {name: "yes" if sent.get(name) == "yes" else "" for name in TICKS}
    values["started"] = sent.get("started", "") if began(FORM, sent.get("started", ""))[0] else begin(FORM)
    values["place"] = _line(sent.get("place", ""))
    values["preferred"] = values["preferred"] or language()
    return Typed(values)


def checked(request: HttpRequest, typed: Typed) -> Typed:
    """Return the form with all that is wrong with it, in the order of the page."""
    values = typed.values
    found = {
        "first_name": _wrong_name(values["first_name"], "server.web.enquiries.first-name-missing"),
        "last_name": _wrong_name(values["last_name"], "server.web.enquiries.last-name-missing"),
        "email": _wrong_address(values["email"]) if values["email"] or not values["no_email"] else None,
        "phone": _wrong_phone(values["phone"]),
        **_wrong_language(values),
        "message": wrong_message(values["message"]),
        "consent": None if values["consent"] else Problem("server.web.enquiries.consent-missing"),
        **_wrong_machine(request, values),
    }
    return Typed(values, {name: problem for name, problem in found.items() if problem is not None})


def wrong_message(text: str) -> Problem | None:
    """Return what is wrong with a message: nothing but its length can be."""
    if len(text) <= LONGEST_MESSAGE:
        return None
    return Problem("server.web.enquiries.message-too-long", {"longest": LONGEST_MESSAGE, "length": len(text)})


def _wrong_name(text: str, missing: str) -> Problem | None:
    """A name is whatever somebody calls themselves: one character is enough."""
    if not text:
        return Problem(missing)
    return (
        Problem("server.web.enquiries.name-too-long", {"longest": LONGEST_NAME}) if len(text) > LONGEST_NAME else None
    )


def _wrong_language(values: Mapping[str, str]) -> dict[str, Problem | None]:
    if values["preferred"] not in (*spoken(), OTHER):
        return {"preferred": Problem("server.web.enquiries.language-unknown")}
    named = values["preferred"] != OTHER or 0 < len(values["other_language"]) <= LONGEST_NAME
    return {"other_language": None if named else Problem("server.web.enquiries.other-language-missing")}


def _wrong_machine(request: HttpRequest, values: Mapping[str, str]) -> dict[str, Problem | None]:
    """A machine is told so too, and nothing is thrown away: it may be a person whose browser filled in the field."""
    if request.POST.get(TRAP):
        return {TRAP: Problem("server.web.enquiries.looks-like-a-machine")}
    since = began(FORM, values["started"])[1]
    slow = since is not None and clock.now() - since >= _FASTEST
    return {"started": None if slow else Problem("server.web.enquiries.faster-than-a-person")}


def _wrong_address(text: str) -> Problem | None:
    if not text:
        return Problem("server.web.enquiries.email-missing")
    try:
        check_address(text)
    except ProblemsError as error:
        return error.problems[0]
    return None


def _wrong_phone(text: str) -> Problem | None:
    """Numbers are written in many ways; what is refused cannot be dialled."""
    if not text:
        return Problem("server.web.enquiries.phone-missing")
    plain = unicodedata.normalize("NFKC", text)
    if len(plain) > _LONGEST_PHONE or not _PHONE.fullmatch(plain) or sum(each.isdigit() for each in plain) < _DIGITS:
        return Problem("server.web.enquiries.phone-not-a-number")
    return None


def _line(text: str) -> str:
    """Return what was typed into a field of one line: no line breaks, no characters that nobody sees."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _tidy(text: str) -> str:
    kept = (each for each in text.replace("\r\n", "\n").replace("\r", "\n") if each == "\n" or each.isprintable())
    return "".join(kept).strip()
