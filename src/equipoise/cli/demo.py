"""The demonstration: a whole trial from its folder to its report, and a forger who is caught."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import demo_site
from equipoise.cli.console import Voice
from equipoise.cli.demo_site import Played
from equipoise.cli.home import home
from equipoise.cli.serve import serve_until_stopped
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.words import say

if TYPE_CHECKING:
    from rich.progress import Progress

    from equipoise.analysis.results import Results
    from equipoise.conduct.events import Event
    from equipoise.report.write import Written

STUDY = Path("studies/nct07328711")


def demo(
    context: typer.Context,
    study: Annotated[Path, typer.Option(exists=True, file_okay=False, help="The study's folder.")] = STUDY,
    truth: Annotated[str, typer.Option(help="A truth of its scenarios.yaml.")] = "half",
    participants: Annotated[int, typer.Option(min=2, help="How many are allocated.")] = 132,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 7328711,
    site: Annotated[bool, typer.Option(help="Also play trials that are running today into a site's database.")] = True,
    serve: Annotated[bool, typer.Option(help="Last, serve the site at this machine's own address.")] = True,
) -> None:
    """Play the whole reference trial, verify it, report it, catch a forger; then serve a site with running trials."""
    voice: Voice = context.obj
    folder = home() / "demo"
    with voice.failing():
        with voice.progress() as progress:
            played, written, results, why = _whole(voice, progress, (study, truth, participants, seed), folder)
        _tell(voice, results, written, folder, played.whole)
        for problem in why:
            voice.tell("demo.no_model", why=say(problem, voice.language))
        _forge(voice, played.whole, folder / "forged")
        if site:
            demo_site.play_site(voice, played)
        if site and serve:
            serve_until_stopped(voice, "127.0.0.1", None, "demo.site.answers")


def _whole(
    voice: Voice, progress: Progress, plan: tuple[Path, str, int, int], folder: Path
) -> tuple[Played, Written, Results, tuple[Problem, ...]]:
    """Go through every room, one step of the bar each; last why there is no model, where one is declared."""
    from equipoise.analysis.analyse import analyse
    from equipoise.cli.predicting import predicted
    from equipoise.conduct.verify import verify_events
    from equipoise.dataset import store
    from equipoise.dataset.build import build
    from equipoise.exchange.history import write_history
    from equipoise.report.write import write_report
    from equipoise.simulate.trial import simulate_trial
    from equipoise.study.reader import read_study

    source, truth, participants, seed = plan
    task = progress.add_task(voice.say("demo.study"), total=7)
    study = read_study(source)
    progress.update(task, advance=1, description=voice.say("demo.play", count=participants))
    ledger = simulate_trial(study, truth, participants, seed)
    progress.update(task, advance=1, description=voice.say("demo.verify", count=f"{len(ledger.events):,}"))
    verified = verify_events(ledger.events)
    if verified.problems:
        voice.fail(verified.problems)
    progress.update(task, advance=1, description=voice.say("demo.dataset"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_history(folder / "history.jsonl", ledger.events)
    dataset = build(ledger.events)
    store.write(dataset, folder / "dataset")
    progress.update(task, advance=1, description=voice.say("demo.analyse"))
    results = analyse(dataset)
    progress.update(task, advance=1, description=voice.say("demo.model"))
    prediction, why = None, tuple[Problem, ...]()
    try:
        prediction = predicted(dataset, folder / "model")
    except ProblemsError as error:  # a small trial carries none
        why = error.problems
    progress.update(task, advance=1, description=voice.say("demo.report"))
    written = write_report(results, dataset, folder / "report", prediction=prediction)
    progress.update(task, advance=1, description=voice.say("done"))
    return Played(source, study, truth, participants, seed, ledger.events), written, results, why


def _tell(voice: Voice, results: Results, written: Written, folder: Path, events: Sequence[Event]) -> None:
    voice.out.print()
    voice.out.print(written.sentence(voice.language), markup=False)
    voice.out.print()
    voice.tell("demo.verified", events=f"{len(events):,}", draws=results.flow.allocated)
    voice.tell("demo.report_lies", path=written.page)
    voice.tell("demo.rest_lies", history=folder / "history.jsonl", dataset=folder / "dataset")
    if (folder / "model").exists():
        voice.tell("demo.model_lies", path=folder / "model")


def _forge(voice: Voice, events: Sequence[Event], folder: Path) -> None:
    """Tamper with copies in two ways, write them, and show the verifier naming the guilty event."""
    from equipoise.conduct.verify import verify_events
    from equipoise.exchange.history import read_history, write_history

    folder.mkdir(parents=True)
    voice.out.print()
    forgeries = {"edited-row": edited_row(events), "slot-given-twice": slot_given_twice(events)}
    for name, forged in forgeries.items():
        path = folder / f"{name}.jsonl"
        write_history(path, forged)
        voice.tell(f"demo.forged.{name}", path=path)
        found = verify_events(read_history(path)).problems
        _show(voice, found)


def _show(voice: Voice, found: tuple[Problem, ...]) -> None:
    if not found:
        raise RuntimeError("a forged history passed the verification")
    for problem in found:
        voice.out.print("  → " + say(problem, voice.language), markup=False)


def edited_row(events: Sequence[Event]) -> list[Event]:
    """Return a copy in which one value was edited and nothing else: a "<0.05" made 0.05, else a number made tenfold."""
    entered = [index for index, event in enumerate(events) if event.type == "item_entered"]
    censored = (index for index in entered if events[index].data["value"].startswith("<"))
    target = next(censored, None) or next(index for index in entered if events[index].data["value"].isdecimal())
    event = events[target]
    value = event.data["value"]
    edited = event._replace(data={**event.data, "value": value[1:] if value.startswith("<") else value + "0"})
    return [*events[:target], edited, *events[target + 1 :]]


def slot_given_twice(events: Sequence[Event]) -> list[Event]:
    """Return a copy in which an allocation got the slot of the one before, the whole chain made anew after it."""
    first, second = [index for index, event in enumerate(events) if event.type == "allocated"][:2]
    slot = events[first].data["slot"]
    forged = list(events[:second])
    for event in events[second:]:
        data = {**event.data, "slot": slot} if event is events[second] else event.data
        made = event._replace(data=data, previous=forged[-1].hash, hash="")
        forged.append(made._replace(hash=made.computed_hash()))
    return forged
