"""The sentences that carry the answer, made by rules: nobody chooses their tone after seeing the numbers."""

from __future__ import annotations

from equipoise.analysis.results import AnalysisResult, ArmResult, PowerRow
from equipoise.report.names import Names
from equipoise.report.numbers import count, decimal, interval, p_value, percent, points

RATIOS = frozenset({"risk_ratio", "odds_ratio", "hazard_ratio"})


def primary_sentence(names: Names) -> tuple[str, ...]:
    """Return what the primary analysis found, in two sentences: what was seen, and what it shows."""
    found = names.results.primary
    return (seen_sentence(names, found), shown_sentence(names, found))


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


def shown_sentence(names: Names, found: AnalysisResult) -> str:
    """Return the estimate with its interval, and whether it shows anything."""
    if found.estimate is None:
        return names.say("answer.no_estimate", why=names.term("notes", found.note))
    low, high = printed_interval(found)
    p = p_value(found.p)
    estimate = names.say(
        "answer.estimate",
        summary=names.term("summaries", found.summary),
        estimate=printed_estimate(found),
        unit=unit_of(names, found),
        confidence=decimal(100 * found.confidence, 0),
        low=low,
        high=high,
        p=p if p.startswith("<") else f"= {p}",
    )
    return names.say(
        f"answer.shown.{verdict_of(names, found)}",
        estimate=estimate,
        treatment=names.arm(found.estimand.treatment),
        versus=names.arm(found.estimand.versus),
        summary=names.term("summaries", found.summary),
        low=low,
        high=high,
        unit=unit_of(names, found),
        alpha=decimal(found.alpha, 2),
    )


def verdict_of(names: Names, found: AnalysisResult) -> str:
    """Return `benefit`, `harm` or `nothing`: by the declared test alone, and by which direction is better."""
    if found.p is None or found.estimate is None or found.p >= found.alpha:
        return "nothing"
    null = 1.0 if found.summary in RATIOS else 0.0
    return "benefit" if (found.estimate > null) == more_favours_treatment(names, found) else "harm"


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


def masking_statement(names: Names) -> str | None:
    """Return what the masking means for this report, or None where nothing was masked."""
    rows = [row for row in names.results.masking if row.masked]
    if not rows:
        return None
    study = names.study
    found = names.results.primary
    endpoint = next(each for each in study.endpoints.endpoints if each.id == found.estimand.endpoint)
    decisive = [row for row in rows if row.visit == endpoint.visit and row.variable == endpoint.variable]
    arms = names.listed([names.quoted(names.arm(arm)) for arm in dict.fromkeys(row.arm for row in rows)])
    variables = names.listed([names.variable(name) for name in dict.fromkeys(row.variable for row in rows)])
    masked, total = sum(row.masked for row in rows), sum(row.n for row in rows)
    general = names.say("masking.general", arms=arms, variables=variables, masked=count(masked), total=count(total))
    if decisive:
        hidden = sum(row.masked for row in decisive)
        of = sum(row.n for row in decisive)
        last = names.say("masking.decisive", masked=hidden, total=of, visit=names.visit(endpoint.visit))
    else:
        last = names.say("masking.clear", visit=names.visit(endpoint.visit)) if endpoint.visit else ""
    return f"{general}{names.say('gap')}{last}"


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
