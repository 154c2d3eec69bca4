"""The grounds on which any command is refused before its own rules are asked: role, centre, version, state, day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from equipoise.conduct import commands as c
from equipoise.conduct.context import Context
from equipoise.conduct.events import Draft
from equipoise.conduct.permissions import ALLOWED, OF_A_CENTRE, ORIGIN_OF, Role, who_may
from equipoise.conduct.state import ParticipantState, State, StudyState
from equipoise.conduct.states import CASEBOOK, PARTICIPANT, STUDY, Machine, known_to_study
from equipoise.conduct.terms import Term
from equipoise.core.problem import Problem


@dataclass(frozen=True, slots=True)
class Refusal(Problem):
    """Several problems at once, each to be said by itself; as a problem it names what they are about."""

    parts: tuple[Problem, ...] = ()


Decision = tuple[Draft, ...] | Problem


def refusal(state: State, command: c.Command, context: Context) -> Problem | None:
    """Return why a command is refused whatever it says, or None."""
    kind = type(command)
    study = state.study
    if context.role not in ALLOWED[kind] or (context.role in ORIGIN_OF and _is_foreign(study, context.role)):
        return _not_permitted(kind, study, context)
    if kind is c.PublishVersion:
        return _out_of_place(STUDY, study.state, "version_published", kind, "")
    if study.published is None:
        return Problem("conduct.not-published", {"study": study.id})
    if context.version and context.version != study.version:
        return Problem("conduct.version-changed", {"yours": context.version, "in_force": study.version})
    number = getattr(command, "participant", None)
    of_participant = number is not None and (number != "" or kind in (c.Refer, c.Register))
    event = c.EVENT_OF[kind][0]
    found = _out_of_place(STUDY, study.state, known_to_study(event, of_participant=of_participant), kind, "")
    if found is not None or not of_participant:
        return found
    return _of_participant(state.participant, command, event, context)


def _of_participant(
    participant: ParticipantState | None, command: c.Command, event: str, context: Context
) -> Problem | None:
    kind = type(command)
    site = participant.site if participant is not None else getattr(command, "site", "")
    if participant is None and not isinstance(command, c.Refer | c.Register):
        return Problem("conduct.no-participant", {"participant": getattr(command, "participant", "")})
    if context.role in OF_A_CENTRE and context.site != site:
        return Problem(
            "conduct.other-centres-participant", {"site": site, "own": context.site or "–", "who": _who(kind)}
        )
    if participant is None:
        return None
    imported = context.role == Role.IMPORTER
    return _out_of_place(PARTICIPANT, participant.state, event, kind, participant.id, imported=imported) or (
        _out_of_place(CASEBOOK, participant.casebook, event, kind, participant.id)
    )


def _who(kind: type) -> Term:
    return Term("roles", *who_may(kind))


def _is_foreign(study: StudyState, role: str) -> bool:
    return study.published is not None and study.origin != ORIGIN_OF[role]


def _not_permitted(kind: type, study: StudyState, context: Context) -> Problem:
    if context.role not in [role.value for role in Role]:
        return Problem("conduct.unknown-role", {"role": context.role})
    command = Term("commands", f"{kind.__name__}.label")
    if context.role in ALLOWED[kind]:
        params = {"role": Term("roles", context.role), "origin": Term("origins", study.origin)}
        return Problem("conduct.foreign-origin", {"command": command, **params})
    return Problem(
        "conduct.not-permitted",
        {
            "role": Term("roles", context.role),
            "command": command,
            "who": _who(kind),
            "instead": Term("commands", f"{kind.__name__}.instead"),
        },
    )


def _out_of_place(
    machine: Machine, state: str, event: str, kind: type, participant: str, *, imported: bool = False
) -> Problem | None:
    if machine.allows(state, event, imported=imported):
        return None
    return Problem(
        "conduct.not-in-this-state",
        {
            "command": Term("commands", f"{kind.__name__}.label"),
            "machine": Term("machines", machine.name),
            "participant": participant,
            "state": Term(f"states.{machine.name}", state),
            "when": Term(f"states.{machine.name}", *machine.states_for(event)),
            "who": _who(kind),
            "instead": Term("commands", f"{kind.__name__}.instead"),
        },
    )


# --- days -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def day(text: str) -> date | None:
    """Return the day that a text states as ``YYYY-MM-DD``, or None."""
    if len(text) != 10:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _today(minute: str, zone: str) -> str:
    """Return the day at a place in a minute of UTC; no zone's midnight has fallen within a minute since 1972."""
    try:
        local = datetime.fromisoformat(minute).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError):
        return minute[:10]
    return local.date().isoformat()


def bad_day(state: State, on: str, context: Context, what: str = "on") -> Problem | None:
    """Return what is wrong with the day of something that happened: no day, or one that lies ahead at the centre."""
    if day(on) is None:
        return Problem("conduct.bad-day", {"what": Term("days", what), "text": on[:40]})
    zone = state.study.protocol.zones.get(state.participant.site if state.participant else "", "UTC")
    today = _today(context.at[:16], zone)
    if on > today:
        return Problem("conduct.day-ahead", {"what": Term("days", what), "on": on, "today": today})
    return None


def bad_record_day(state: State, on: str, context: Context, what: str = "on") -> Problem | None:
    """Return what is wrong with the day of something that is recorded of a participant in the study."""
    participant = participant_of(state)
    problem = bad_day(state, on, context, what)
    if problem is not None:
        return problem
    if participant.consent is None and context.role != Role.IMPORTER:
        return Problem("conduct.no-consent", {"participant": participant.id})
    if participant.withdrawn_on and participant.data_use == "no_further_use":
        return Problem("conduct.no-further-use", {"participant": participant.id, "on": participant.withdrawn_on})
    last = participant.last_day
    if last and on > last:
        return Problem("conduct.after-the-end", {"participant": participant.id, "on": on, "last": last})
    return None


def participant_of(state: State) -> ParticipantState:
    """Return the participant that a command is about (`refusal` has seen to it that there is one)."""
    if state.participant is None:
        raise LookupError("the command is about a participant")
    return state.participant


def empty(**texts: str) -> Problem | None:
    """Return the first required text that is empty, by name."""
    for name, text in texts.items():
        if not text.strip():
            return Problem("conduct.empty-text", {"what": Term("texts", name)})
    return None


def bad_choice(what: str, value: str, allowed: tuple[str, ...]) -> Problem | None:
    """Return that a value is none of those that are declared."""
    if value in allowed:
        return None
    return Problem(
        "conduct.bad-choice", {"what": Term("texts", what), "value": value[:40], "allowed": ", ".join(allowed)}
    )
