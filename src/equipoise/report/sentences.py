"""The sentences that carry the answer, made by rules: nobody chooses their tone after seeing the numbers."""

from __future__ import annotations

from equipoise.analysis.results import AnalysisResult, ArmResult, PowerRow
from equipoise.report.names import Names
from equipoise.report.numbers import decimal, interval, p_value, percent, points

RATIOS = frozenset({"risk_ratio", "odds_ratio", "hazard_ratio", "geometric_mean_ratio"})


def primary_sentence(names: Names) -> tuple[str, ...]:
    """Return what the primary analysis found: what was seen, what it shows, and whether imputation says otherwise."""
    found = names.results.primary
    imputed = imputed_companion(names, found)
    said = (
        seen_sentence(names, found),
        shown_sentence(names, found, imputed),
        differing_sentence(names, found, imputed),
    )
    return tuple(filter(None, said))


def imputed_companion(names: Names, found: AnalysisResult) -> AnalysisResult | None:
    """Return the declared analysis of the same estimand and reading that imputes what is missing."""
    if not any(arm.missing for arm in found.arms):
        return None
    for each in names.results.analyses:
        same = (each.estimand.id, each.reading, each.summary) == (found.estimand.id, found.reading, found.summary)
        if same and each.missing_as == "imputed" and each is not found:
            return each
    return None


def seen_sentence(names: Names, found: AnalysisResult) -> str:
    """Return what was seen in each arm."""
    treatment, versus = found.arms
    key = "binary" if treatment.successes is not None else "events" if treatment.events is not None else "means"
    return names.say(
        f"answer.seen.{key}",
        outcome=names.endpoint(found.estimand.endpoint),
        treatment=names.arm(treatment.arm),
        versus=names.arm(versus.arm),
        seen=_seen(names, found, treatment),
        seen_versus=_seen(names, found, versus),
        missing=_missing(names, found),
    )


def shown_sentence(names: Names, found: AnalysisResult, imputed: AnalysisResult | None = None) -> str:
    """Return the estimate with its interval, beside it the one by imputation, and whether it shows anything."""
    if found.estimate is None:
        return names.say("answer.no_estimate", why=names.term("notes", found.note))
    low, high = printed_interval(found)
    estimate = estimate_clause(names, found)
    unseen = [names.quoted(names.arm(arm)) for arm in _unseen(found)]
    return names.say(
        f"answer.shown.{'unseen' if unseen else verdict_of(names, found)}",
        arms=names.listed(unseen),
        estimate=_beside(names, estimate, imputed) if imputed else estimate,
        treatment=names.arm(found.estimand.treatment),
        versus=names.arm(found.estimand.versus),
        summary=names.term("summaries", found.summary),
        low=low,
        high=high,
        unit=unit_of(names, found),
        alpha=decimal(found.alpha, 2),
    )


def estimate_clause(names: Names, found: AnalysisResult) -> str:
    """Return an estimate with its interval and its p, as a part of a sentence."""
    low, high = printed_interval(found)
    p = p_value(found.p)
    return names.say(
        "answer.estimate",
        summary=names.term("summaries", found.summary),
        estimate=printed_estimate(found),
        unit=unit_of(names, found),
        confidence=decimal(100 * found.confidence, 0),
        low=low,
        high=high,
        p=p if p.startswith("<") else f"= {p}",
    )


def _unseen(found: AnalysisResult) -> list[str]:
    """Return the arms of which no outcome is known, where a missing one counts as a failure all the same."""
    return [arm.arm for arm in found.arms if found.missing_as == "failure" and arm.n and arm.missing == arm.n]


def _beside(names: Names, estimate: str, imputed: AnalysisResult) -> str:
    """Return the estimate with the imputed one beside it, in the same sentence."""
    if imputed.estimate is None or imputed.low is None:
        return names.say("answer.imputed_without", estimate=estimate, why=names.term("notes", imputed.note))
    low, high = printed_interval(imputed)
    return names.say(
        "answer.imputed",
        estimate=estimate,
        imputed=printed_estimate(imputed),
        confidence=decimal(100 * imputed.confidence, 0),
        low=low,
        high=high,
    )


def differing_sentence(names: Names, found: AnalysisResult, imputed: AnalysisResult | None) -> str:
    """Return that imputation comes to another conclusion, or to none beside a finding; empty where it agrees."""
    if imputed is None or found.estimate is None or _unseen(found):
        return ""
    first = verdict_of(names, found)
    if imputed.p is None:
        return "" if first == "nothing" else names.say("answer.imputed_differs.unknown")
    second = verdict_of(names, imputed)
    if first == second:
        return ""
    key = "lost" if second == "nothing" else "found" if first == "nothing" else "turned"
    return names.say(f"answer.imputed_differs.{key}")


def verdict_of(names: Names, found: AnalysisResult) -> str:
    """Return `benefit`, `harm` or `nothing`: by the declared test alone, and by which direction is better."""
    return verdict_for(names, found, found.estimate, found.p)


def verdict_for(names: Names, found: AnalysisResult, estimate: float | None, p: float | None) -> str:
    """Return the verdict that an analysis would have come to with another estimate and p."""
    if p is None or estimate is None or p >= found.alpha:
        return "nothing"
    null = 1.0 if found.summary in RATIOS else 0.0
    return "benefit" if (estimate > null) == more_favours_treatment(names, found) else "harm"


def more_favours_treatment(names: Names, found: AnalysisResult) -> bool:
    """Whether a larger estimate speaks for the treatment."""
    endpoint = next(each for each in names.study.endpoints.endpoints if each.id == found.estimand.endpoint)
    return endpoint.more_is_better


def printed_estimate(found: AnalysisResult) -> str:
    """Return the estimate at the precision that its scale deserves."""
    return points(found.estimate) if found.summary == "risk_difference" else decimal(found.estimate, 2)


def printed_interval(found: AnalysisResult) -> tuple[str, str]:
    """Return the limits at the estimate's precision."""
    if found.summary == "risk_difference":
        return interval(found.low, found.high, 1, 100)
    return interval(found.low, found.high, 2)


def power_statement(names: Names) -> str | None:
    """Return what the enrolment could have shown, or None where no assumption is declared."""
    rows = names.results.power
    if not rows:
        return None
    listed = [
        names.say("power.row", assumption=power_label(names, row), power=percent(row.miettinen_nurminen, 0))
        for row in rows
    ]
    return names.say(
        "power.statement",
        enrolment=names.results.enrolment,
        rows=names.say("semicolon").join(listed),
        fisher=percent(rows[0].fisher, 0),
    )


def power_label(names: Names, row: PowerRow) -> str:
    """Return an assumption in words: 75 % against 93 %, and its drop-out if there is any."""
    key = "power.assumption_dropout" if row.dropout else "power.assumption"
    return names.say(
        key, control=percent(row.control, 0), treatment=percent(row.treatment, 0), dropout=percent(row.dropout, 0)
    )


def standing(names: Names) -> str:
    """Return what must be said on every page: that data are simulated or imported, or that it is a demonstration."""
    source = names.results.dataset
    if source.origin == "simulated":
        return names.say("standing.simulated", truth=source.truth or "?", seed=source.seed or "?")
    return names.say("standing.imported") if source.origin == "imported" else ""


def _seen(names: Names, found: AnalysisResult, arm: ArmResult) -> str:
    if arm.successes is not None:
        return names.say("answer.share", count=arm.successes, n=arm.n, share=percent(arm.proportion))
    if arm.events is not None:
        return names.say(
            "answer.share", count=arm.events, n=arm.n, share=percent(arm.events / arm.n if arm.n else None)
        )
    unit = unit_of(names, found)
    return names.say("answer.mean", mean=decimal(arm.mean), unit=unit, sd=decimal(arm.sd), n=arm.n)


def _missing(names: Names, found: AnalysisResult) -> str:
    missing = [arm.missing for arm in found.arms]
    if not any(missing):
        return names.say("answer.missing.none")
    return names.say(f"answer.missing.{found.missing_as}", treatment=missing[0], versus=missing[1])


def unit_of(names: Names, found: AnalysisResult) -> str:
    """Return the unit that follows an estimate, with its space; nothing for a ratio."""
    if found.summary == "risk_difference":
        return names.say("answer.points")
    if found.summary == "mean_difference":
        unit = names.endpoint_unit(found.estimand.endpoint)
        return f" {unit}" if unit else ""
    return ""
