"""The demonstration's site: trials that are running today, accounts to look at them with, and the site itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.cli.console import Voice
from equipoise.cli.home import home
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.words import text

if TYPE_CHECKING:
    from rich.progress import Progress

    from equipoise.conduct.events import Event
    from equipoise.server.accounts.actions.open_demonstration import Login
    from equipoise.study.model.study import Study

_CENTRE = "01"
# Blinding has pages of its own: the invented double-blind study shows them.
_BLINDED = (Path("examples/blinded"), "helps", 32)
_INVENTED = Path("examples/registry")
_REPLAYED = Path("examples/actg320")


@dataclass(frozen=True, slots=True)
class Played:
    """A trial to play up to today, and a whole one that shows when its recruitment is in full swing."""

    folder: Path
    study: Study
    truth: str
    participants: int
    seed: int
    whole: Sequence[Event]


def play_site(voice: Voice, first: Played) -> None:
    """Play trials into the embedded database, verify them, and open accounts."""
    folder = home().resolve()
    file = folder / "equipoise.sqlite3"
    if os.environ.get("EQUIPOISE_DATABASE"):
        raise ProblemsError([Problem("cli.demo-own-database", {"path": str(file)})])
    os.environ["EQUIPOISE_HOME"] = str(folder)
    # Who looks around wants the address and the passwords to stay in sight, not a line a request.
    os.environ.setdefault("EQUIPOISE_LOG_LEVEL", "WARNING")
    from equipoise.server.setup import set_up

    set_up()
    with voice.progress() as progress:
        _make_room(file)
        from equipoise.server.schema import migrate

        task = progress.add_task(voice.say("demo.site.tables"), total=1)
        migrate()
        progress.update(task, completed=1)
        played = [first, *(one for one in _others(first.seed) if one.study.id != first.study.id)]
        for one in played:
            _play(voice, progress, one)
        studies = [one.study.id for one in played]
        _verify(voice, progress, studies)
        _list(played)
    from equipoise.server.accounts.actions.open_demonstration import open_demonstration

    _tell(voice, file, open_demonstration(studies, _CENTRE))


def _make_room(file: Path) -> None:
    """Put an earlier demonstration aside; a database that holds anything else stays where it is."""
    if not file.exists():
        return
    from equipoise.server.records.demonstration import set_aside
    from equipoise.server.serving.use import refuse_in_use

    with refuse_in_use():
        set_aside(file)


def _others(seed: int) -> list[Played]:
    from equipoise.simulate.trial import simulate_trial
    from equipoise.study.reader import read_study

    folder, truth, participants = _BLINDED
    if not folder.is_dir():  # started elsewhere than in the project
        return []
    study = read_study(folder)
    return [Played(folder, study, truth, participants, seed, simulate_trial(study, truth, participants, seed).events)]


def _play(voice: Voice, progress: Progress, played: Played) -> None:
    from equipoise.server.records.actions.play_trial import play_trial
    from equipoise.simulate.recruiting import mid_recruitment
    from equipoise.simulate.world import world_of

    study = played.study
    start = date.fromisoformat(world_of(study, played.truth).scenarios.recruitment.start)
    days = mid_recruitment(played.whole, start)
    task = progress.add_task(voice.say("demo.site.play", study=study.id), total=1.0)
    for share in play_trial(study, played.truth, played.participants, played.seed, days):
        progress.update(task, completed=share)
    progress.update(task, completed=1.0)


def _list(played: Sequence[Played]) -> None:
    """Show the studies to anybody, with the drafts of their words; beside them a replayed trial and invented ones."""
    from equipoise.cli.words_drafting import drafts_of
    from equipoise.server import clock
    from equipoise.server.recruit.actions.list_replayed import list_replayed
    from equipoise.server.recruit.actions.list_study import list_study
    from equipoise.server.recruit.actions.load_words import load_words
    from equipoise.server.recruit.importing import import_files
    from equipoise.study.reader import read_study

    for one in played:
        list_study(one.study.id, shown=True)
        load_words(one.study.id, drafts_of(one.folder, one.study, clock.instant()[:10]), "demonstration")
    if _REPLAYED.is_dir():
        list_replayed(read_study(_REPLAYED))
    if _INVENTED.is_dir():
        import_files([_INVENTED], invented=True)


def _verify(voice: Voice, progress: Progress, studies: Sequence[str]) -> None:
    from equipoise.server.records.actions.note_verification import note_verification

    task = progress.add_task(voice.say("demo.site.verify"), total=len(studies))
    for study in studies:
        found = note_verification(study, "demonstration").found
        if found.problems:
            voice.fail(found.problems)
        progress.advance(task)


def _tell(voice: Voice, file: Path, logins: Sequence[Login]) -> None:
    from equipoise.cli.layout import ruled, show

    voice.out.print()
    voice.tell("demo.site.lies", path=file)
    table = ruled(
        (voice.say("demo.site.name"), False),
        (voice.say("demo.site.password"), False),
        (voice.say("demo.site.role"), False),
    )
    for login in logins:
        role = text("conduct", f"roles.{login.role}", voice.language)
        of = voice.say("demo.site.of_centre", role=role, site=login.site) if login.site else role
        table.add_row(login.name, login.password, of)
    show(voice, table)
