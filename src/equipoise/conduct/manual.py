"""The reference pages on states, permissions and visibility, made from the tables that decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from equipoise.conduct.commands import EVENT_OF
from equipoise.conduct.diagrams import diagram
from equipoise.conduct.permissions import ALLOWED, Role
from equipoise.conduct.states import MACHINES, Machine
from equipoise.conduct.visibility import SIGHT, Fact
from equipoise.core.words import text

_MADE = "<!-- Made from the tables of equipoise.conduct: python docs/reference/write_conduct_pages.py -->"
_ON_STATES = """\
What can happen, and when. `decide` asks these tables before anything else, the fold moves along them, and
`equipoise verify` holds a history against them. The pictures name each state and whose turn it is; in a dashed frame
stand states that people move between freely, and an arrow of the frame is one of all of them."""
_ON_PERMISSIONS = """\
Coordinators, investigators and pharmacists act, and see, only for their own centre. The last two roles are technical:
the simulator plays a simulated trial, the importer carries over a past one, and neither has a place in a study of
another origin."""
_ON_VISIBILITY = """\
"When open" is: in an open-label study, and after the reveal in a blinded one. A sealed arm opens only for the
investigator or pharmacist of the centre who has unblinded that one person, and the event with the reason stands in the
history first."""


def pages() -> Mapping[str, str]:
    """Return the pages and pictures by file name."""
    pictures = {f"states-{name}.svg": diagram(machine) for name, machine in MACHINES.items()}
    return {"states.md": _states(), "permissions.md": _permissions(), **pictures}


def _word(key: str) -> str:
    return text("conduct", key, "en")


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _table(head: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    return "\n".join([_row(head), _row("---" for _ in head), *map(_row, rows)])


def _states() -> str:
    parts = [
        "# States",
        _MADE,
        _ON_STATES,
    ]
    for machine in MACHINES.values():
        parts += _of_machine(machine)
    return "\n\n".join(parts) + "\n"


def _of_machine(machine: Machine) -> list[str]:
    name = _word(f"machines.{machine.name}")
    rows = [
        (
            f"**{_word(f'states.{machine.name}.{state}')}**",
            _word(f"meanings.{machine.name}.{state}"),
            _word(f"roles.{declared.owner.value}"),
            "; ".join(
                _move(event) + " → " + _word(f"states.{machine.name}.{to}") for event, to in declared.moves.items()
            )
            or "–",
        )
        for state, declared in machine.states.items()
    ]
    permits = [
        f"- **{_word(f'states.{machine.name}.{state}')}**: " + ", ".join(sorted(map(_move, declared.permits)))
        for state, declared in machine.states.items()
        if declared.permits
    ]
    parts = [
        f"## {name.capitalize()}",
        f"![The states of the {name}](states-{machine.name}.svg)",
        _table(("state", "meaning", "owner", "leads to"), rows),
    ]
    return [*parts, "What may happen besides, without leading anywhere:", "\n".join(permits)] if permits else parts


def _move(event: str) -> str:
    kind, _, outcome = event.partition(":")
    if kind.startswith("casebook_"):
        return _word(f"events.{kind.removeprefix('casebook_')}") + " (one casebook)"
    return _word(f"events.{kind}") + (f" ({_word(f'outcomes.{outcome}')})" if outcome else "")


def _permissions() -> str:
    roles = [_word(f"roles.{role.value}") for role in Role]
    commands = [
        (
            f"`{kind.__name__}`: {_word(f'commands.{kind.__name__}.label')}",
            *("●" if role in ALLOWED[kind] else "" for role in Role),
        )
        for kind in EVENT_OF
    ]
    facts = [
        (_word(f"facts.{fact.value}"), *(_word(f"sights.{SIGHT[role, fact].value}") for role in Role)) for fact in Fact
    ]
    return (
        "\n\n".join(
            [
                "# Permissions",
                _MADE,
                _ON_PERMISSIONS,
                "## Who may do what",
                _table(("command", *roles), commands),
                "## Who may see what",
                _ON_VISIBILITY,
                _table(("fact", *roles), facts),
            ]
        )
        + "\n"
    )
