"""Make the page of the operating characteristics from the rows beside it: `python docs/make_operating.py`.

`make check-operating` plays the trials first. The rows are committed, so that the page can be made, and any row of it
played again, without them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from equipoise.exchange.operating import PLAN, TRUTHS, read_rows
from equipoise.report.figures.operating import OperatingWords, Rate, SeenCurve, draw_rates, draw_seen
from equipoise.report.figures.style import Caption
from equipoise.simulate.operating_row import look_of
from equipoise.simulate.operating_summary import AnalysisSummary, Mean, Share, Summary, summarise
from equipoise.simulate.truth import TrueEffects
from equipoise.simulate.world import world_of
from equipoise.study.model.study import Study
from equipoise.study.reader import read_study

HERE = Path(__file__).parent
STORE, PAGE = HERE / "reference" / "operating", HERE / "reference" / "operating.md"
STUDY = HERE.parent / "studies" / "nct07328711"
CURVES = ("none", "masking", "late-dosing")
WORDS = OperatingWords(
    rates="The primary analysis rejects, % of the trials",
    expected="exact power of the unstratified test",
    seen="Return seen, % of the people",
    week="Week",
    treated="HBIG",
    others="Control",
    masked="HBIG's results are flagged",
)


def main() -> None:
    """Make the page and its figures."""
    study = read_study(STUDY)
    summaries = read(study)
    if not summaries:
        raise SystemExit(f"no rows in {STORE}: run make check-operating")
    for name, figure in figures(study, summaries).items():
        (STORE / name).write_text(figure, encoding="utf-8")
    PAGE.write_text(page(study, summaries), encoding="utf-8")
    print(PAGE)


def stated(name: str) -> dict[str, Any]:
    """Return what a JSON file of the store states."""
    found: dict[str, Any] = json.loads((STORE / name).read_text(encoding="utf-8"))
    return found


def read(study: Study) -> list[Summary]:
    """Return what the committed rows come to, in the order of the declared truths."""
    truths, found = stated(TRUTHS), []
    for truth in study.scenarios.truths if study.scenarios else ():
        path = STORE / f"{truth.id}.csv"
        if path.exists() and truth.id in truths["truths"]:
            rows = read_rows(path, look_of(world_of(study, truth.id).study))
            effects = TrueEffects(people=truths["people"], **truths["truths"][truth.id])
            found += [summarise(study, truth.id, rows, effects)] if rows else []
    return found


# --- figures ------------------------------------------------------------------------------------------------------


def figures(study: Study, summaries: Sequence[Summary]) -> dict[str, str]:
    """Return the figures by their file names."""
    rates = [
        Rate(one.truth, *(100 * value for value in (found.value, found.low, found.high, one.expected.score)))
        for one in summaries
        for found in (one.analyses[0].rejects,)
    ]
    curves = [_curve(study, one) for name in CURVES for one in summaries if one.truth == name]
    level = 100 * summaries[0].analyses[0].alpha
    shown = "Rejection rate of the primary analysis by truth, with Monte Carlo intervals and the exact power"
    seen = "Share of people with a confirmed return seen, by week and arm, with the weeks whose results are flagged"
    return {
        "rates.svg": _file(draw_rates(rates, level, WORDS, Caption("rates", shown, shown))),
    } | ({"seen.svg": _file(draw_seen(curves, WORDS, Caption("seen", seen, seen)))} if curves else {})


def _file(svg: str) -> str:
    """Return an SVG for a page as a file of its own; on a dark page it needs a ground."""
    opening, rest = svg.split(">", 1)
    space = "" if "xmlns=" in opening else ' xmlns="http://www.w3.org/2000/svg"'
    return f'{opening}{space} style="background: #ffffff">{rest}\n'


def _curve(study: Study, summary: Summary) -> SeenCurve:
    visits = world_of(study, summary.truth).study.visits
    return SeenCurve(
        title=summary.truth,
        weeks=tuple(visits[one.visit].day / 7 for one in summary.visits),
        treated=tuple(100 * one.seen[0] for one in summary.visits),
        others=tuple(100 * one.seen[1] for one in summary.visits),
        masked=tuple(one.masked[0] > 0.5 for one in summary.visits),
    )


# --- words --------------------------------------------------------------------------------------------------------


def percent(value: float) -> str:
    """Return a share in per cent."""
    return f"{100 * value:.1f} %".replace("-", "−")


def share(found: Share) -> str:
    """Return a share of trials with its interval."""
    return f"{100 * found.value:.1f} % ({100 * found.low:.1f}–{100 * found.high:.1f})" if found.of else "–"


def points(found: Mean) -> str:
    """Return a mean in percentage points with the half of its interval."""
    return f"{100 * found.value:+.2f} ± {100 * (found.high - found.value):.2f}".replace("-", "−")


def page(study: Study, summaries: Sequence[Summary]) -> str:
    """Return the page."""
    parts = (_begin(study, summaries), _rates(summaries), _power(summaries), _seen(summaries), _end())
    return "\n".join(line for part in parts for line in part)


def _begin(study: Study, summaries: Sequence[Summary]) -> Iterator[str]:
    plan, truths = stated(PLAN), stated(TRUTHS)
    counts = sorted({one.trials for one in summaries})
    trials = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"
    yield f"""# Operating characteristics of the reference study

*Made by `python docs/make_operating.py` from the rows in `docs/reference/operating/`. `make check-operating` plays
them; a test plays a row of each truth again.*

{trials} trials of each truth with {plan["participants"]} participants, seed {plan["seed"]}, version {plan["version"]}
of the study ({plan["played"][:12]}). Each trial is played through `conduct` by the rules that a real one
obeys, made into a dataset, and analysed as declared: by the code that a real trial runs. What is *true* comes from
{truths["people"]:,} people under each truth, all doses given, nobody lost. In brackets, and after ±, stand 95 % Monte
Carlo intervals (Wilson; normal).

## What each truth says
"""
    labels = {truth.id: truth.label for truth in study.scenarios.truths} if study.scenarios else {}
    yield "\n".join(f"- `{one.truth}`: {labels[one.truth]}" for one in summaries)


def _rates(summaries: Sequence[Summary]) -> Iterator[str]:
    yield """
## How often the analyses reject, how far they are off, how often the interval holds the truth

```{image} operating/rates.svg
:alt: Rejection rate of the primary analysis by truth
```

A missing outcome counts as a failure in all but the imputed analysis, so that under drop-out the difference of the
counted shares is not the true difference: that is the bias of these rows, and it is a property of the estimand's
handling of missing data, not of the arithmetic.

| truth | analysis | true difference | rejects | … in favour of HBIG | bias, points | interval covers |
|---|---|---|---|---|---|---|"""
    for one in summaries:
        for each in one.analyses:
            yield (
                f"| `{one.truth}` | {each.id}, {each.visit} | {percent(each.true)} | {share(each.rejects)} "
                f"| {share(each.in_favour)} | {points(each.bias)} | {share(each.covers)} |"
            )
    yield ""
    by_name = {one.truth: one for one in summaries}
    yield from _statements(by_name)


def _of(summary: Summary, name: str) -> AnalysisSummary:
    return next(each for each in summary.analyses if each.id == name)


def _statements(found: dict[str, Summary]) -> Iterator[str]:
    """Say what the issue at stake is under each truth, in figures."""
    if "none" in found:
        one = found["none"].analyses[0].rejects
        verdict = "within" if one.low <= 0.05 else "above"
        count = f"{one.count:,} of {one.of:,} trials, {share(one)}: {verdict} 5 %"
        yield f"Under `none` the primary analysis rejects in {count}.\n"
    for name, words in (("design", "as planned, nobody lost"), ("design-dropout", "with 8 % drop-out in both arms")):
        if name in found:
            one = found[name]
            yield (
                f"Under `{name}` ({words}) it rejects in {share(one.analyses[0].rejects)}; the unstratified test in "
                f"{share(_of(one, 'unstratified').rejects)}, where its exact power is {percent(one.expected.score)}.\n"
            )
    if "uneven-dropout" in found:
        one = found["uneven-dropout"]
        yield (
            f"Under `uneven-dropout` nothing works, and {percent(one.missing[0])} against {percent(one.missing[1])} of "
            f"the outcomes are missing: counting them as failures makes {share(one.analyses[0].rejects)} false "
            f"positives, multiple imputation {share(_of(one, 'imputed').rejects)}."
        )


def _power(summaries: Sequence[Summary]) -> Iterator[str]:
    yield """
## Beside the exact power

Pairs are of HBIG and control. The power of the unstratified tests (the score test is that of Miettinen and Nurminen)
is exact: every table of 66 against 66 people, at the true shares, with those who leave by week 48 counted as failures
(missed visits, blips and repeats that were not done are left out). The stratified test has some 10^21 tables of six
strata, whose sizes differ from trial to trial: it is measured, not enumerated.

| truth | sustained | leave by week 48 | exact, score | exact, Fisher | unstratified | primary, stratified | missing |
|---|---|---|---|---|---|---|---|"""
    for one in summaries:
        expected = one.expected
        yield (
            f"| `{one.truth}` | {percent(expected.shares[0])}, {percent(expected.shares[1])} "
            f"| {percent(expected.dropout[0])}, {percent(expected.dropout[1])} | {percent(expected.score)} "
            f"| {percent(expected.fisher)} | {share(_of(one, 'unstratified').rejects)} "
            f"| {share(one.analyses[0].rejects)} | {percent(one.missing[0])}, {percent(one.missing[1])} |"
        )


def _seen(summaries: Sequence[Summary]) -> Iterator[str]:
    yield """
## What is seen, and what is hidden

The share of people in whom a confirmed return has been seen by each visit, on average over the trials. *Apart* is
HBIG minus control; *fewer* counts the trials in which HBIG has fewer, of those in which the arms differ; *flagged* is
the share of HBIG's results at the visit that lie inside the masking window of a dose really given.

```{image} operating/seen.svg
:alt: Confirmed returns seen by week and arm
```

| truth | visit | HBIG | control | apart, points | fewer with HBIG | flagged |
|---|---|---|---|---|---|---|"""
    for one in summaries:
        for each in one.visits if one.truth in CURVES else ():
            yield (
                f"| `{one.truth}` | {each.visit} | {percent(each.seen[0])} | {percent(each.seen[1])} "
                f"| {points(each.apart)} | {share(each.fewer)} | {percent(each.masked[0])} |"
            )
    found = {one.truth: one for one in summaries}
    if "masking" in found:
        yield _masking(found["masking"])
    if "late-dosing" in found:
        yield _late(found["late-dosing"])


def _masking(one: Summary) -> str:
    hidden = [each for each in one.visits if each.masked[0] > 0.5]
    widest = min(hidden, key=lambda each: each.apart.value)
    apart = ", ".join(each.visit for each in hidden if each.apart.high < 0) or "no visit"
    least = percent(min(each.masked[0] for each in hidden))
    primary = one.analyses[0]
    return (
        f"\nUnder `masking` HBIG prevents nothing. All the same its mean curve lies below the control's at {apart}: "
        f"widest at {widest.visit}, by {points(widest.apart)} points, with fewer returns under HBIG in "
        f"{share(widest.fewer)} of the trials. At just these visits {least} or more of its results are flagged. At "
        f"{primary.visit} {percent(one.flagged[0])} of its outcomes rest on a flagged sample, and the primary analysis "
        f"finds a benefit in {share(primary.in_favour)} of the trials."
    )


def _late(one: Summary) -> str:
    first, imputed = one.analyses[0], _of(one, "imputed")
    later = next(each for each in one.analyses if each.visit != first.visit)
    seen = {each.visit: points(each.apart) for each in one.visits}
    return (
        f"\nUnder `late-dosing`, which doses to week 44, {percent(one.flagged[0])} of HBIG's outcomes at {first.visit} "
        f"rest on a flagged sample. Returns that are hidden look prevented: the returns seen are apart by "
        f"{seen[first.visit]} points at {first.visit} and by {seen[later.visit]} at {later.visit}, after the wash-out. "
        f"The primary estimate is off by {points(first.bias)} points, the imputed one by {points(imputed.bias)}, that "
        f"of {later.visit} by {points(later.bias)}. A benefit that is none is found in {share(first.in_favour)} of the "
        f"trials by the primary analysis, "
        f"in {share(imputed.in_favour)} by the imputed one, and in {share(later.in_favour)} at {later.visit}."
    )


def _end() -> Iterator[str]:
    yield """
## Playing a row again

Each row has its own child of the seed, so that any of them can be played by itself:

    from pathlib import Path
    from equipoise.simulate.operating import Plan, replayed
    from equipoise.study.reader import read_study

    study = read_study(Path("studies/nct07328711"))
    replayed(Plan(study, "masking", participants=132, seed=1, trials=2000), 17)     # the row of trial 17

`make check-operating` plays what the folder lacks: stopped at any moment, it goes on behind the last whole row, and the
file comes out the same to the byte, in one process, in two, or on a Dask cluster
(`equipoise operating … --dask tcp://scheduler:8786`).
"""


if __name__ == "__main__":
    main()
