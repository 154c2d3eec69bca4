"""The rows of the derived tables: what each derivation finds for the allocated participants."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.dataset.derive.derive_continuous import derive_continuous
from equipoise.dataset.derive.derive_endpoint import View, derive_endpoint, view_of
from equipoise.dataset.derive.derive_intercurrent import Occurrence, derive_intercurrent
from equipoise.dataset.derive.derive_interval import derive_interval
from equipoise.dataset.derive.derive_reversion import Reverted
from equipoise.dataset.derive.derive_strategies import NO_FURTHER_USE, Outcome, derive_strategies, strategies_of
from equipoise.dataset.derive.derive_time_to_event import derive_time_to_event
from equipoise.dataset.derive.derive_unmasked import derive_unmasked
from equipoise.dataset.derive.subject import Subject
from equipoise.dataset.rows import Rows, Table, result
from equipoise.study.cached import once_a_study
from equipoise.study.model.endpoints import Endpoint
from equipoise.study.model.study import Study

DERIVED = ("decisive", "unmasked", "reversions", "intercurrent", "endpoints")


def add_outcomes(rows: Rows, subject: Subject, endpoints: Iterable[Endpoint]) -> None:
    """Add an allocated participant's rows to those of the derived tables that are wanted, of these endpoints."""
    study, who = subject.book.study, subject.record.participant
    if "reversions" in rows:
        for name, reverted in subject.reverted.items():
            rows["reversions"].append((who, name, *_reversion_row(reverted, subject.record.seq)))
    if "unmasked" in rows:
        for name, samples in subject.samples.items():
            last = derive_unmasked(samples) if subject.book.hidden[name] else None
            if last is not None:
                rows["unmasked"].append((who, name, last.visit, last.on, last.day, *result(last), last.seq))
    declared = (derive_intercurrent(subject, each) for each in study.endpoints.intercurrent_events)
    occurrences = [each for each in declared if each is not None]
    if "intercurrent" in rows:
        rows["intercurrent"].extend((who, each.event, each.on, each.day, each.seq) for each in occurrences)
    for endpoint in endpoints:
        _add_endpoint(rows, subject, endpoint, occurrences)


def _reversion_row(reverted: Reverted, seq: int) -> tuple[object, ...]:
    episode = reverted.decisive
    if episode is None:
        return ("none", None, None, None, None, None, None, seq)
    first, left, decider = episode.first, episode.left, episode.decider
    return (
        reverted.status,
        first.on,
        left.day if left else None,
        first.day,
        left.on if left else None,
        first.on,
        decider.on if decider else None,
        (decider or first).seq,
    )


def _add_endpoint(rows: Rows, subject: Subject, endpoint: Endpoint, occurrences: list[Occurrence]) -> None:
    study, who = subject.book.study, subject.record.participant
    strategies = main_strategies(study)[endpoint.id]
    view = view_of(endpoint, subject)
    if "decisive" in rows:
        _add_decisive(rows["decisive"], view)
    if "endpoints" not in rows:
        return
    withheld = _is_withheld(subject)
    for reading, found in _measured(view):
        measured = found
        if withheld:
            measured = Outcome(found.kind, "missing", NO_FURTHER_USE, subject.record.seq, until=found.until)
        final = derive_strategies(measured, occurrences, strategies)
        rows["endpoints"].append(
            (
                who,
                endpoint.id,
                reading,
                final.status,
                final.reason,
                final.time,
                final.value,
                final.left,
                final.right,
                final.seq,
                measured.status,
                measured.reason,
                measured.seq,
                measured.day,
                measured.time,
                measured.value,
                measured.left,
                measured.right,
                measured.flagged,
                measured.until,
            )
        )


def _measured(view: View) -> list[tuple[str, Outcome]]:
    """Return the outcome in each reading, before intercurrent events."""
    match view.endpoint.kind:
        case "binary":
            return [(reading.id, derive_endpoint(view, reading)) for reading in view.endpoint.readings]
        case "time_to_event":
            return [("", derive_time_to_event(view))]
        case "interval":
            return [("", derive_interval(view))]
        case "continuous":
            return [("", derive_continuous(view))]


def _is_withheld(subject: Subject) -> bool:
    withdrawal = subject.record.withdrawal
    return withdrawal is not None and withdrawal.data.get("data_use") == NO_FURTHER_USE


@once_a_study
def main_strategies(study: Study) -> dict[str, dict[str, str]]:
    """Return for each endpoint the strategies of the first estimand about it."""
    found: dict[str, dict[str, str]] = {endpoint.id: {} for endpoint in study.endpoints.endpoints}
    for estimand in reversed(study.endpoints.estimands):
        found[estimand.endpoint] = strategies_without_reversions(study, strategies_of(estimand))
    return found


def strategies_without_reversions(study: Study, strategies: dict[str, str]) -> dict[str, str]:
    """Return the strategies without the events that are a reversion themselves.

    Such an event counts where a reading asks about the reversion, and only there: else the reading "negative at the
    visit" could not be told from the sustained one.
    """
    names = tuple(f"{each.id}." for each in study.endpoints.reversions)
    reverting = {
        each.id
        for each in study.endpoints.intercurrent_events
        if each.origin == "rule" and any(name in each.when for name in names)
    }
    return {event: strategy for event, strategy in strategies.items() if event not in reverting}


def _add_decisive(table: Table, view: View) -> None:
    standing = view.standing
    if standing is None or standing.sample is None:
        return
    sample = standing.sample
    table.append(
        (
            view.subject.record.participant,
            view.endpoint.id,
            sample.visit,
            sample.on,
            sample.day,
            *result(sample),
            sample.mask is not None,
            view.endpoint.visit if standing.for_sample is not None else "",
            sample.seq,
        )
    )
