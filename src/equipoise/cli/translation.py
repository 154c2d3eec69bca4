"""A language of one's own: begin its folder of words, and see what it lacks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.console import Voice
from equipoise.core.problem import Problem

if TYPE_CHECKING:
    from equipoise.core.translation import Checked

app = typer.Typer(
    help="A language of one's own: begin its folder of words, see what it lacks.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("check")
def check_language(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(show_default=False, help="The language's folder, such as languages/fr.")],
    json: Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")] = False,
) -> None:
    """List what a language lacks: missing and empty texts, broken placeholders; and what nobody asks for."""
    voice = Voice(context.obj.language, json)
    with voice.failing():
        from equipoise.core.translation import check

        checked = check(folder)
    if json:
        voice.write_json(_as_json(checked))
    else:
        _tell(voice, checked)
    if not checked.is_whole:
        raise typer.Exit(1)


@app.command("new")
def new_language(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(show_default=False, help="Where the languages are: EQUIPOISE_WORDS.")],
    code: Annotated[str, typer.Argument(show_default=False, help="The language's code: fr, pt-br, zh-hant.")],
    name: Annotated[str, typer.Option(help="What the language calls itself; otherwise its code.")] = "",
    right_to_left: Annotated[bool, typer.Option("--right-to-left", help="It is written from right to left.")] = False,
) -> None:
    """Write the files of a new language: every text empty, the English above it as a comment."""
    voice: Voice = context.obj
    with voice.failing():
        from equipoise.core.languages import BUILT_IN, FILE, is_code
        from equipoise.core.translation import skeleton
        from equipoise.core.words import rooms

        if not is_code(code) or code in BUILT_IN:
            voice.fail([Problem("cli.bad-new-language", {"code": code})])
        made = folder / code
        if made.exists() and (not made.is_dir() or any(made.iterdir())):
            voice.fail([Problem("cli.folder-in-use", {"path": str(made)})])
        made.mkdir(parents=True, exist_ok=True)
        stated = {"name": name or code, "code": code, "direction": "rtl" if right_to_left else "ltr"}
        (made / FILE).write_text(_stated(stated), encoding="utf-8")
        for room in rooms():
            (made / f"{room}.yaml").write_text(skeleton(room), encoding="utf-8")
    voice.tell("translation.new", path=made, rooms=len(rooms()))


def _stated(facts: dict[str, str]) -> str:
    from json import dumps

    return "".join(f"{key}: {dumps(value, ensure_ascii=False)}\n" for key, value in facts.items())


def _as_json(checked: Checked) -> dict[str, object]:
    from equipoise.core.translation import Fault

    lists = {
        fault.value: [
            {"room": found.room, "key": found.key, "text": found.said}
            for found in checked.faults
            if found.fault is fault
        ]
        for fault in Fault
    }
    return {"language": checked.code, "wanted": checked.wanted, "said": checked.said, **lists}


def _tell(voice: Voice, checked: Checked) -> None:
    """Say each fault in a line, room by room, and how far the language is."""
    for found in checked.faults:
        fault = voice.say(f"translation.faults.{found.fault}")
        said = " ".join(found.said.split())
        voice.out.print(f"{found.room}  {found.key}  {fault}  {said[:80]}".rstrip(), markup=False)
    counts = Counter(found.fault for found in checked.faults)
    for fault, count in counts.items():
        voice.tell("translation.count", fault=voice.say(f"translation.faults.{fault}"), count=f"{count:,}")
    share = 100 * checked.said // checked.wanted  # rounded down: 100 % is all of it
    figures = {"said": f"{checked.said:,}", "wanted": f"{checked.wanted:,}", "share": share}
    voice.tell("translation.summary", code=checked.code, **figures)
