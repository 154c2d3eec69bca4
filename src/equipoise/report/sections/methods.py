"""How the trial was done, from its study folder: what a reader must know to judge the results or to repeat it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from equipoise.dataset.model import Dataset
from equipoise.report import view
from equipoise.report.names import Names
from equipoise.report.numbers import count, decimal
from equipoise.study.words import label, say


def methods_section(names: Names, dataset: Dataset) -> view.Section:
    """Return design, places, criteria, treatment, outcomes, allocation, blinding, analysis, dates and changes."""
    parts = [
        view.text(names.say("methods.words", version=names.results.version, check=names.say("check.title"))),
        view.heading(names.say("methods.design"), "design"),
        view.facts(*_design(names)),
        view.heading(names.say("methods.setting"), "setting"),
        view.table(_sites(names, dataset)),
        *_criteria(names),
        view.heading(names.say("methods.treatment"), "treatment"),
        *_treatment(names),
        view.heading(names.say("methods.outcomes"), "outcomes"),
        view.table(_endpoints(names)),
        view.heading(names.say("methods.allocation"), "allocation"),
        *_allocation(names),
        view.heading(names.say("methods.blinding"), "blinding"),
        view.text(names.say(f"methods.{'blinding_elsewhere' if _elsewhere(names) else names.study.identity.blinding}")),
        view.heading(names.say("methods.statistics"), "statistics"),
        view.text(_statistics(names)),
        *_dates(names, dataset),
        view.heading(names.say("methods.amendments"), "amendments"),
        *(view.text(each) for each in amendments(names)),
    ]
    return view.Section("methods", names.say("methods.title"), tuple(parts))


def amendments(names: Names) -> list[str]:
    """Return what the versions of the study changed, or that none is recorded."""
    found = names.study.identity.amendments
    if not found:
        return [names.say("methods.no_amendment", version=names.results.version)]
    return [
        names.say(
            "methods.amendment",
            version=each.version,
            date=each.date,
            why=say(names.study, names.language, "amendments", each.version, "why") or each.why,
        )
        for each in found
    ]


def enrolled(names: Names) -> str:
    """Return how many of the planned people were allocated."""
    return names.say("methods.enrolled", allocated=names.results.flow.allocated, enrolment=names.results.enrolment)


def _design(names: Names) -> list[view.Fact]:
    identity = names.study.identity
    found = (
        ("design", say(names.study, names.language, "design")),
        ("condition", say(names.study, names.language, "condition")),
        ("phase", say(names.study, names.language, "phase")),
        ("enrolment", count(identity.enrolment)),
        ("ratio", _ratio(names)),
    )
    return [(names.say(f"methods.{name}"), said, False) for name, said in found if said]


def _ratio(names: Names) -> str:
    return ":".join(str(arm.ratio) for arm in names.study.identity.arms)


def _sites(names: Names, dataset: Dataset) -> view.Table:
    people = dataset.tables["participants"]
    allocated = Counter(people.filter(people["allocated_on"].is_not_null())["site"].to_list())
    rows = []
    for site in names.study.identity.sites:
        where = [say(names.study, names.language, "sites", site.id, part) for part in ("city", "country")]
        called = say(names.study, names.language, "sites", site.id, "name") or site.name
        rows.append(view.Row((called, names.say("comma").join(filter(None, where)), str(allocated[site.id]))))
    head = [names.say(f"methods.{name}") for name in ("centre", "place", "allocated")]
    return view.Table.of(names.say("methods.sites"), head, rows, words=2)


def _criteria(names: Names) -> list[view.Part]:
    criteria = names.study.eligibility
    if not criteria:
        return []
    kinds = Counter(each.kind for each in criteria)
    rows = [
        view.Row(
            (each.id, names.say(f"methods.{each.kind}"), say(names.study, names.language, "criteria", each.id, "text"))
        )
        for each in criteria
    ]
    head = [names.say(f"methods.{name}") for name in ("criterion", "kind", "rule_text")]
    summary = names.say("methods.criteria_summary", count=len(rows))
    said = names.say("methods.criteria_words", inclusion=kinds["inclusion"], exclusion=kinds["exclusion"])
    return [
        view.heading(names.say("methods.criteria"), "criteria"),
        view.text(said),
        view.folded(summary, view.table(view.Table.of(summary, head, rows, words=3))),
    ]


def _treatment(names: Names) -> list[view.Part]:
    study = names.study
    rows = [
        view.Row((names.arm(arm.id), say(study, names.language, "arms", arm.id, "description") or "–"))
        for arm in study.identity.arms
    ]
    head = [names.say(f"methods.{name}") for name in ("arm", "description")]
    products = {product.id: product for product in study.identity.products}
    doses = [
        names.say(
            "methods.dose",
            label=label(study, "products", dose.product, names.language),
            amount=_amount(dose.amount, products[dose.product].unit),
            route=say(study, names.language, "products", dose.product, "route") or products[dose.product].route,
            visits=names.listed([names.visit(visit) for visit in dose.visits]),
        )
        for dose in study.schedule.doses
    ]
    return [
        view.table(view.Table.of(names.say("methods.arms"), head, rows, words=2)),
        *(view.text(each) for each in doses),
    ]


def _amount(amount: Decimal, unit: str) -> str:
    return f"{format(amount.normalize(), 'f')} {unit}".strip()


def _endpoints(names: Names) -> view.Table:
    rows = [
        view.Row(
            (
                names.endpoint(each.id),
                names.visit(each.visit) if each.visit else "–",
                names.term("kinds", each.kind),
            )
        )
        for each in names.study.endpoints.endpoints
    ]
    head = [names.say(f"methods.{name}") for name in ("endpoint", "at", "measure")]
    return view.Table.of(names.say("methods.endpoints"), head, rows, words=3)


def _allocation(names: Names) -> list[view.Part]:
    allocation = names.study.identity.allocation
    called = [names.factor(factor) for factor in allocation.factors]
    scheme = names.say(
        f"methods.scheme.{allocation.scheme.value}",
        factors=names.listed(called) or names.say("methods.factorless"),
        probability=allocation.probability,
        blocks=names.listed([str(size) for size in allocation.block_sizes]),
        ratio=_ratio(names),
    )
    key = "methods.elsewhere" if _elsewhere(names) else "methods.concealed"
    return [view.text(scheme), view.text(names.say(key))]


def _statistics(names: Names) -> str:
    found = names.results.primary
    said = names.say(
        "methods.primary",
        analysis=names.analysis(found),
        alpha=decimal(found.alpha, 2),
        missing=names.term("missing_as", found.missing_as),
        count=len(names.results.analyses),
        estimands=names.say("estimands.title"),
    )
    if names.results.declared_before and not _elsewhere(names):
        said += names.say("gap") + names.say("methods.declared")
    return said


def _elsewhere(names: Names) -> bool:
    """Whether the trial was run elsewhere: what its data do not hold is not claimed of it."""
    return names.results.dataset.origin == "imported"


def _dates(names: Names, dataset: Dataset) -> list[view.Part]:
    allocated = dataset.tables["allocation"]["on"].drop_nulls()
    visits = dataset.tables["visits"]["on"].drop_nulls()
    found = (("first", allocated.min()), ("last", allocated.max()), ("last_visit", visits.max()))
    facts = [(names.say(f"methods.{name}"), str(day), False) for name, day in found if day is not None]
    # A public table counts days and knows no dates: all are then the same one.
    if not facts or (allocated.len() > 1 and allocated.n_unique() == 1):
        return []
    return [
        view.heading(names.say("methods.dates"), "dates"),
        view.facts(*facts),
        view.text(enrolled(names)),
    ]
