"""Whether a command is the retry of one that is in the history already: the same key, and the same command.

A history holds events, not commands. An event's data are its command's fields with what `decide` added, so the
command can be held against its own events, by whoever has nothing but the history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from equipoise.conduct.commands import EVENT_OF, Command, CorrectItem, EnterItems, Refer, Register
from equipoise.conduct.events import Event
from equipoise.core.ids import STUDY_STREAM


def is_retry(command: Command, events: Sequence[Event]) -> bool:
    """Whether the events under a key are what this command gave when it came first."""
    first = events[0]
    if first.type not in EVENT_OF[type(command)]:
        return False
    number = getattr(command, "participant", "")
    # An empty number asked for the centre's next one, or else for the study itself.
    own = first.stream if isinstance(command, Refer | Register) and number == "" else (number or STUDY_STREAM)
    if first.stream != own:
        return False
    if isinstance(command, EnterItems):
        entered = [event for event in events if event.type == "item_entered"]
        common = {"visit": command.visit, "form": command.form, "on": command.on}
        return len(entered) == len(command.entries) and all(
            _says({**common, **asdict(entry)}, event.data)
            for entry, event in zip(command.entries, entered, strict=True)
        )
    fields = asdict(command)
    if isinstance(command, CorrectItem):
        fields |= fields.pop("entry")
    return _says({name: value for name, value in fields.items() if name != "participant"}, first.data)


def _says(fields: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    return all(_same(name, value, data.get(name)) for name, value in fields.items())


def _same(name: str, value: object, kept: object) -> bool:
    if isinstance(value, tuple):
        return list(value) == kept
    if isinstance(value, Mapping) and isinstance(kept, Mapping):  # to the levels the event adds the centre
        return all(kept.get(key) == part for key, part in value.items())
    if name == "value" and isinstance(value, str) and isinstance(kept, str):
        # A personal date was cut to the precision that the history keeps.
        return value == kept or (bool(kept) and value.strip().startswith(kept))
    return kept is None or bool(value == kept)
