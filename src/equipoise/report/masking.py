"""What masking means for the results, said from the flags: where curves separate falsely, and what week 48 rests on."""

from __future__ import annotations

from equipoise.analysis.results import AnalysisResult, CurvePoint, MaskingRow
from equipoise.report.names import Names
from equipoise.report.numbers import count, percent
from equipoise.report.sentences import estimate_clause, verdict_of
from equipoise.study.model.endpoints import Endpoint

# Up to this part of an arm, masked outcomes are said and do not rule how an estimate is to be read.
_FEW = 0.05


def masking_statement(names: Names) -> str | None:
    """Return what the masking means for this report, or None where nothing was masked."""
    rows = [row for row in names.results.masking if row.masked]
    if not rows:
        return None
    endpoint = _endpoint_of(names, names.results.primary)
    decisive = _decisive(names, endpoint)
    said = [_general(names, rows), separation(names)]
    if decisive:
        hidden, of = sum(row.masked for row in decisive), sum(row.n for row in decisive)
        said.append(names.say("masking.decisive", masked=hidden, total=of, visit=names.visit(endpoint.visit)))
        said.append(later_statement(names))
    elif endpoint.visit:
        said.append(names.say("masking.clear", visit=names.visit(endpoint.visit)))
    return names.say("gap").join(filter(None, said))


def masked_outcomes(names: Names, found: AnalysisResult) -> tuple[int, ...]:
    """Return how many outcomes of each arm an analysis takes as missing because a product masks them."""
    rows = [
        row.arm
        for row in names.results.endpoints
        if (row.estimand, row.reading) == (found.estimand.id, found.reading)
        and (row.reason == "masked" or (found.masked_as == "missing" and row.flagged and row.status == "success"))
    ]
    return tuple(rows.count(arm.arm) for arm in found.arms)


def is_hidden(names: Names, found: AnalysisResult) -> bool:
    """Whether so many outcomes of an arm are taken as missing that its share tells of the masking, not of an effect."""
    allocated = {arm.id: arm.allocated for arm in names.results.arms}
    counts = zip(found.arms, masked_outcomes(names, found), strict=True)
    return any(number > _FEW * allocated.get(arm.arm, 0) for arm, number in counts)


def bound_sentence(names: Names, found: AnalysisResult) -> str | None:
    """Return what an analysis is worth that takes masked successes as missing; None of any other."""
    if found.masked_as != "missing":
        return None
    treatment, versus = masked_outcomes(names, found)
    said = {"analysis": names.analysis(found), "treatment": treatment, "versus": versus}
    if not treatment + versus:
        return names.say("sensitivity.nothing_masked", **said)
    return names.say("sensitivity.bound" if found.missing_as == "failure" else "sensitivity.selected", **said)


def hidden_at(names: Names, variable: str, visit: str) -> str | None:
    """Return the arm of which many results of a variable are masked at a visit, or None."""
    for row in names.results.masking:
        if (row.variable, row.visit) == (variable, visit) and row.masked > _FEW * row.n:
            return row.arm
    return None


def separation(names: Names) -> str | None:
    """Return where the masked arm looks furthest ahead of the other, or None where it nowhere does.

    Looked at are the variable of the primary endpoint and the visits at which samples of one arm are masked.
    """
    variable = _endpoint_of(names, names.results.primary).variable
    curve = next((each for each in names.results.curves if each.variable == variable), None)
    if curve is None:
        return None
    pairs: list[tuple[float, CurvePoint, CurvePoint]] = []
    for masked in curve.points:
        for other in curve.points:
            hidden = masked.masked > 0 and not other.masked and other.n > 0
            if (masked.visit, hidden) == (other.visit, True) and masked.arm != other.arm:
                pairs.append(((masked.share_below or 0.0) - (other.share_below or 0.0), masked, other))
    if not pairs:
        return None
    ahead, masked, other = max(pairs, key=lambda pair: pair[0])
    if ahead <= 0:
        return None
    return names.say(
        "masking.separate",
        visit=names.visit(masked.visit),
        share=percent(masked.share_masked, 0),
        arm=names.arm(masked.arm),
        versus=names.arm(other.arm),
        variable=names.variable(variable),
        value=percent(masked.share_below),
        value_versus=percent(other.share_below),
    )


def later_statement(names: Names) -> str | None:
    """Return what the first later visit without masking says of a primary result that rests on masked samples."""
    found = names.results.primary
    endpoint = _endpoint_of(names, found)
    if not _decisive(names, endpoint):
        return None
    seen = "nothing" if verdict_of(names, found) == "nothing" else "difference"
    first = names.say(f"masking.later.{seen}", visit=names.visit(endpoint.visit))
    later = _unmasked_later(names, found, endpoint)
    if later is None:
        return names.say("masking.later.none", first=first)
    visit = names.visit(_endpoint_of(names, later).visit)
    if later.estimate is None:
        why = names.term("notes", later.note)
        return names.say("masking.later.then_no_estimate", first=first, later=visit, why=why)
    return names.say(
        f"masking.later.then_{verdict_of(names, later)}",
        first=first,
        later=visit,
        treatment=names.arm(later.estimand.treatment),
        estimate=estimate_clause(names, later),
    )


def _general(names: Names, rows: list[MaskingRow]) -> str:
    arms = names.listed([names.quoted(names.arm(arm)) for arm in dict.fromkeys(row.arm for row in rows)])
    variables = names.listed([names.variable(name) for name in dict.fromkeys(row.variable for row in rows)])
    masked, total = sum(row.masked for row in rows), sum(row.n for row in rows)
    visits = names.listed([names.visit(visit) for visit in dict.fromkeys(row.visit for row in rows)])
    return names.say(
        "masking.general", arms=arms, variables=variables, masked=count(masked), total=count(total), visits=visits
    )


def _endpoint_of(names: Names, found: AnalysisResult) -> Endpoint:
    return next(each for each in names.study.endpoints.endpoints if each.id == found.estimand.endpoint)


def _decisive(names: Names, endpoint: Endpoint) -> list[MaskingRow]:
    """Return the masked results that decide an endpoint, by arm."""
    return [
        row
        for row in names.results.masking
        if row.masked and (row.visit, row.variable) == (endpoint.visit, endpoint.variable)
    ]


def _unmasked_later(names: Names, found: AnalysisResult, endpoint: Endpoint) -> AnalysisResult | None:
    """Return the analysis of the same endpoint at the first later visit of which no arm's samples are masked."""
    visits = names.study.visits
    candidates: list[tuple[int, AnalysisResult]] = []
    for each in names.results.analyses:
        other = _endpoint_of(names, each)
        alike = (other.kind, other.variable, each.summary) == (endpoint.kind, endpoint.variable, found.summary)
        arms = (each.estimand.treatment, each.estimand.versus) == (found.estimand.treatment, found.estimand.versus)
        reading = each.reading == found.reading and _same_events(each, found)
        if not (alike and arms and reading and other.visit in visits) or _decisive(names, other):
            continue
        if visits[other.visit].day > visits[endpoint.visit].day:
            candidates.append((visits[other.visit].day, each))
    return min(candidates, key=lambda pair: pair[0])[1] if candidates else None


def _same_events(each: AnalysisResult, found: AnalysisResult) -> bool:
    pairs = [{(event.event, event.strategy) for event in one.estimand.intercurrent} for one in (each, found)]
    return pairs[0] == pairs[1]
