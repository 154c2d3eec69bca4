"""The plan: everything that follows from a study, worked out once for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from equipoise.criteria.facts import Facts
from equipoise.plan.calendar import VisitDays, days_by_arm
from equipoise.plan.checks import Finding, PlannedCheck, checks_of, run
from equipoise.plan.codebook import CodebookRow, codebook_rows
from equipoise.plan.forms import PlannedForm, forms_of
from equipoise.plan.questions import Question, questions_of
from equipoise.study.cached import once_a_study
from equipoise.study.model.study import Study


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows from a study. `calendar` has the visits in days of each arm, and of no arm (None)."""

    study: Study
    forms: Mapping[str, PlannedForm]
    checks: Mapping[str, tuple[PlannedCheck, ...]]
    calendar: Mapping[str | None, tuple[VisitDays, ...]]
    codebook: tuple[CodebookRow, ...]
    questions: tuple[Question, ...]

    def forms_at(self, visit: str, arm: str | None) -> tuple[PlannedForm, ...]:
        """Return the forms of a visit for an arm, without those that hold nothing for it."""
        forms = (self.forms[form].narrowed(arm) for form in self.study.visits[visit].forms)
        return tuple(form for form in forms if form.items)


@once_a_study
def plan_of(study: Study) -> Plan:
    """Return a study's plan."""
    checks: dict[str, list[PlannedCheck]] = {form.id: [] for form in study.codebook.forms}
    for check in checks_of(study):
        checks[check.form].append(check)
    return Plan(
        study=study,
        forms=forms_of(study),
        checks=MappingProxyType({form: tuple(found) for form, found in checks.items()}),
        calendar=days_by_arm(study),
        codebook=codebook_rows(study),
        questions=questions_of(study),
    )


def run_checks(plan: Plan, form: str, facts: Facts) -> tuple[Finding, ...]:
    """Return the edit checks of a form that fire on a person's facts (the last of each series counts)."""
    return run(plan.checks[form], tuple(item.name for item in plan.forms[form].items), facts)
