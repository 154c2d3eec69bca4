"""What fills an item of a checklist: sections that are really there, and facts; else what is missing, said plainly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from equipoise.report import view
from equipoise.report.names import Names
from equipoise.report.sections.methods import amendments, enrolled

FILES = {"consort": "consort-2025.yaml", "tripod": "tripod-ai.yaml"}


@dataclass(frozen=True, slots=True)
class Asked:
    """An item as its file has it: what shows it, and whether a part is always left to the authors."""

    item: str
    needs: tuple[str, ...] = ()
    lacks: bool = False


@cache
def asked(name: str) -> tuple[Asked, ...]:
    """Return the items of a checklist, in order."""
    import yaml

    file = resources.files("equipoise.report").joinpath("checklists", FILES[name])
    rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    return tuple(Asked(row["item"], tuple(row.get("needs", ())), row.get("lacks", False)) for row in rows)


def checklist_section(names: Names, name: str, sections: Sequence[view.Section]) -> view.Section:
    """Return a checklist, filled from the sections of the report."""
    anchors = {view.TOP: names.say("checklists.top"), **view.anchors_of(sections)}
    items = tuple(_item(names, name, each, anchors) for each in asked(name))
    states = [item.state for item in items]
    head = (names.say("checklists.item"), *(names.say(f"checklists.{each}") for each in ("asks", "state", "where")))
    said = names.say(
        f"checklists.{name}.words",
        count=len(items),
        done=states.count("done"),
        part=states.count("part"),
        missing=states.count("missing"),
    )
    made = view.Checklist(names.say(f"checklists.{name}.caption"), (head[0], head[1], head[2], head[3]), items)
    title = names.say(f"checklists.{name}.title")
    return view.Section(name, title, (view.text(said), view.checklist(made)))


def _item(names: Names, name: str, found: Asked, anchors: Mapping[str, str]) -> view.Item:
    links = [need for need in found.needs if need.startswith("section.") and need.removeprefix("section.") in anchors]
    facts = {need: _FACTS[need](names) for need in found.needs if not need.startswith("section.")}
    shown = len(links) + sum(bool(said) for said in facts.values())
    state: Literal["done", "part", "missing"] = "missing"
    if shown:
        state = "done" if shown == len(found.needs) and not found.lacks else "part"
    stop = names.say("stop")
    said = [text if text.endswith(stop) else text + stop for text in facts.values() if text]
    if state != "done":
        said.append(names.say("checklists.lacks", what=names.say(f"checklists.{name}.items.{found.item}.lacks")))
    return view.Item(
        number=found.item,
        title=names.say(f"checklists.{name}.items.{found.item}.title"),
        state=state,
        said=names.say(f"checklists.{state}"),
        text=names.say("gap").join(said),
        links=tuple((anchors[each], each) for each in (link.removeprefix("section.") for link in links)),
    )


def _registry(names: Names) -> str:
    entries = names.study.identity.registry
    return names.say("comma").join(f"{entry.name} {entry.number}" for entry in entries)


def _amendments(names: Names) -> str:
    return names.say("gap").join(amendments(names))


def _concealment(names: Names) -> str:
    return "" if names.results.dataset.origin == "imported" else names.say("methods.concealed")


def _open_label(names: Names) -> str:
    is_ours = names.results.dataset.origin != "imported"
    return names.say("methods.open_label") if is_ours and names.study.identity.blinding == "open_label" else ""


def _enrolled(names: Names) -> str:
    return enrolled(names) if names.results.flow.allocated >= names.results.enrolment else ""


_FACTS: Mapping[str, Callable[[Names], str]] = {
    "fact.registry": _registry,
    "fact.amendments": _amendments,
    "fact.concealment": _concealment,
    "fact.open_label": _open_label,
    "fact.enrolled": _enrolled,
}
