"""References: whatever names another thing names one that exists."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.problem import Problem
from equipoise.criteria.facts import meant
from equipoise.study.checks.look import Look
from equipoise.study.methods import METHODS
from equipoise.study.model.endpoints import Association

Path = tuple[str | int, ...]
Reference = tuple[str, Path, str, str]  # file, path, the name, the section that it must be in


def check(look: Look) -> Iterator[Problem]:
    """Find names of things that the study does not have."""
    sections = _sections(look)
    for file, path, name, section in _references(look):
        home, known = sections[section]
        if name in known:
            continue
        near = meant(name, known)
        params: dict[str, str | int] = {"name": name, "section": section, "home": home}
        if near is None:
            shown = ", ".join(known[:30]) or "–"
            yield look.error("unknown-reference", file, *path, known=shown, **params)
        else:
            yield look.error("unknown-reference-close", file, *path, meant=near, **params)


def _sections(look: Look) -> dict[str, tuple[str, list[str]]]:
    study = look.study
    identity, schedule, plan = study.identity, study.schedule, study.endpoints
    options = [option.id for document in identity.consent for option in document.options]
    return {
        "arms": ("study.yaml", [arm.id for arm in identity.arms]),
        "factors": ("study.yaml", [factor.id for factor in identity.factors] + ["centre"]),
        "products": ("study.yaml", [product.id for product in identity.products]),
        "options": ("study.yaml", options),
        "medication_categories": ("study.yaml", list(identity.medication_categories)),
        "variables": ("variables.yaml", [variable.name for variable in study.codebook.variables]),
        "forms": ("variables.yaml", [form.id for form in study.codebook.forms]),
        "criteria": ("eligibility.yaml", [criterion.id for criterion in study.eligibility]),
        "visits": ("schedule.yaml", [visit.id for visit in schedule.visits]),
        "doses": ("schedule.yaml", [dose.id for dose in schedule.doses]),
        "masking": ("schedule.yaml", [masking.id for masking in schedule.masking]),
        "specimens": ("schedule.yaml", [specimen.id for specimen in schedule.specimens]),
        "endpoints": ("endpoints.yaml", [endpoint.id for endpoint in plan.endpoints]),
        "reversions": ("endpoints.yaml", [reversion.id for reversion in plan.reversions]),
        "estimands": ("endpoints.yaml", [estimand.id for estimand in plan.estimands]),
        "intercurrent_events": ("endpoints.yaml", [event.id for event in plan.intercurrent_events]),
        "methods": ("docs/reference/study-folder.md", list(METHODS)),
    }


def _references(look: Look) -> Iterator[Reference]:
    yield from _of_identity(look)
    yield from _of_codebook(look)
    yield from _of_schedule(look)
    yield from _of_endpoints(look)
    yield from _of_scenarios(look)
    for index, example in enumerate(look.study.examples):
        for name in example.person:
            yield "examples.yaml", (index, "person", name), name, "variables"
        for name in example.because:
            yield "examples.yaml", (index, "because", name), name, "criteria"


def _each(file: str, path: Path, names: tuple[str, ...], section: str) -> Iterator[Reference]:
    for index, name in enumerate(names):
        yield file, (*path, index), name, section


def _of_identity(look: Look) -> Iterator[Reference]:
    file, identity = "study.yaml", look.study.identity
    for index, site in enumerate(identity.sites):
        for name in site.limits:
            yield file, ("sites", index, "limits", name), name, "variables"
    allocation = identity.allocation
    yield from _each(file, ("allocation", "factors"), allocation.factors, "factors")
    yield from _each(file, ("allocation", "judge_again"), allocation.judge_again, "criteria")
    if allocation.judge_again:
        yield file, ("allocation", "anchor"), allocation.anchor, "variables"


def _of_codebook(look: Look) -> Iterator[Reference]:
    file = "variables.yaml"
    for index, form in enumerate(look.study.codebook.forms):
        for place, item in enumerate(form.items):
            path: Path = ("forms", index, "items", place)
            yield file, (*path, "variable"), item.variable, "variables"
            yield from _each(file, (*path, "arms"), item.arms, "arms")
            if item.consent:
                yield file, (*path, "consent"), item.consent, "options"
    for index, edit in enumerate(look.study.codebook.checks):
        yield file, ("checks", index, "form"), edit.form, "forms"


def _of_schedule(look: Look) -> Iterator[Reference]:
    file, schedule = "schedule.yaml", look.study.schedule
    for index, visit in enumerate(schedule.visits):
        yield from _each(file, ("visits", index, "forms"), visit.forms, "forms")
        yield from _each(file, ("visits", index, "specimens"), visit.specimens, "specimens")
        yield from _each(file, ("visits", index, "arms"), visit.arms, "arms")
    for index, dose in enumerate(schedule.doses):
        yield file, ("doses", index, "product"), dose.product, "products"
        yield from _each(file, ("doses", index, "arms"), dose.arms, "arms")
        yield from _each(file, ("doses", index, "visits"), dose.visits, "visits")
    for index, masking in enumerate(schedule.masking):
        yield file, ("masking", index, "product"), masking.product, "products"
        yield from _each(file, ("masking", index, "hides"), masking.hides, "variables")
    for index, specimen in enumerate(schedule.specimens):
        if specimen.consent:
            yield file, ("specimens", index, "consent"), specimen.consent, "options"


def _of_endpoints(look: Look) -> Iterator[Reference]:
    file, plan = "endpoints.yaml", look.study.endpoints
    for index, reversion in enumerate(plan.reversions):
        yield file, ("reversions", index, "variable"), reversion.variable, "variables"
        if reversion.masking:
            yield file, ("reversions", index, "masking"), reversion.masking, "masking"
    for index, event in enumerate(plan.intercurrent_events):
        if event.category:
            yield file, ("intercurrent_events", index, "category"), event.category, "medication_categories"
    for index, endpoint in enumerate(plan.endpoints):
        for field, section in (("visit", "visits"), ("variable", "variables"), ("reversion", "reversions")):
            if getattr(endpoint, field):
                yield file, ("endpoints", index, field), getattr(endpoint, field), section
    for index, estimand in enumerate(plan.estimands):
        for field, section in (("treatment", "arms"), ("versus", "arms"), ("endpoint", "endpoints")):
            yield file, ("estimands", index, field), getattr(estimand, field), section
        for place, strategy in enumerate(estimand.intercurrent):
            path: Path = ("estimands", index, "intercurrent", place, "event")
            yield file, path, strategy.event, "intercurrent_events"
    for index, analysis in enumerate(plan.analyses):
        yield file, ("analyses", index, "estimand"), analysis.estimand, "estimands"
        yield file, ("analyses", index, "method"), analysis.method, "methods"
        yield from _each(file, ("analyses", index, "strata"), analysis.strata, "factors")
        yield from _each(file, ("analyses", index, "at"), analysis.at, "visits")
        if analysis.compared_from:
            yield file, ("analyses", index, "compared_from"), analysis.compared_from, "visits"
    yield from _of_associations(plan.associations)
    yield from _each(file, ("baseline",), plan.baseline, "variables")
    yield from _each(file, ("curves",), plan.curves, "variables")


def _of_associations(associations: tuple[Association, ...]) -> Iterator[Reference]:
    file = "endpoints.yaml"
    for index, each in enumerate(associations):
        yield file, ("associations", index, "variable"), each.variable, "variables"
        yield file, ("associations", index, "reversion"), each.reversion, "reversions"
        yield file, ("associations", index, "until"), each.until, "visits"
        yield from _each(file, ("associations", index, "landmarks"), each.landmarks, "visits")


def _of_scenarios(look: Look) -> Iterator[Reference]:
    """A truth may add visits of its own, and formulas have names of their own: those are left to the simulation."""
    file, scenarios = "scenarios.yaml", look.study.scenarios
    if scenarios is None:
        return
    added = {visit.id for truth in scenarios.truths for visit in truth.visits}
    for index, item in enumerate(scenarios.items):
        yield file, ("items", index, "variable"), item.variable, "variables"
        for place, name in enumerate(item.at):
            if name not in added:
                yield file, ("items", index, "at", place), name, "visits"
    for index, kinetics in enumerate(scenarios.kinetics):
        yield file, ("kinetics", index, "product"), kinetics.product, "products"
    for index, dosing in enumerate(scenarios.dosing):
        yield file, ("dosing", index, "product"), dosing.product, "products"
    for index, truth in enumerate(scenarios.truths):
        for name, visits in truth.doses.items():
            yield file, ("truths", index, "doses", name), name, "doses"
            for place, visit in enumerate(visits):
                if visit not in added:
                    yield file, ("truths", index, "doses", name, place), visit, "visits"
