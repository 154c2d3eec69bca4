"""What taking part means: the groups and their chances, the calendar of visits, how long in all, costs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import gcd

from equipoise.core.decimals import plain
from equipoise.core.words import text
from equipoise.plan.calendar import PlannedDose, VisitDays, days_by_arm
from equipoise.plan.forms import forms_of
from equipoise.recruit.page.facts import ROOM
from equipoise.recruit.page.model import DoseShown, GroupShown, TakingPart, VisitShown
from equipoise.study.model.codebook import Variable
from equipoise.study.model.identity import Arm
from equipoise.study.model.schedule import Visit
from equipoise.study.model.study import Study
from equipoise.study.words import label, say

_WEEK = 7
_DAYS_A_MONTH = 365.25 / 12
_SHORT = re.compile(r"[（(]([^()（）]{2,12})[)）]$")
_WIDEST = 60  # days: a wider window is a way of recording, and nothing that a patient plans by


def taking_part(study: Study, language: str) -> TakingPart:
    """Return what taking part in a study means."""
    teller = _Teller(study, language)
    visits = tuple(teller.visit(visit) for visit in teller.visits)
    return TakingPart(
        groups=tuple(teller.group(arm) for arm in study.identity.arms),
        visits=visits,
        length=teller.length(),
        samples=teller.samples(visits),
        doses=tuple(dict.fromkeys(dose.text for visit in visits for dose in visit.doses)),
        keeps=any(visit.optional for visit in visits),
        secrecy=teller.secrecy(),
        extra=teller.extra(),
        costs=say(study, language, "information", "costs"),
        good=teller.told("benefits"),
        hard=teller.told("risks"),
        instead=(*teller.told("alternatives"), *teller.told("voluntary")),
    )


def counted(key: str, count: int, language: str, **params: object) -> str:
    """Say how many, in the singular or the plural."""
    return text(ROOM, f"{key}.{'one' if count == 1 else 'more'}", language, count=count, **params)


def paragraphs(words: str) -> tuple[str, ...]:
    """Return the paragraphs of a text: an empty line parts them."""
    return tuple(" ".join(part.split()) for part in words.split("\n\n") if part.strip())


def length_in_days(study: Study) -> int:
    """Return the days from the allocation to the last visit."""
    return max((visit.day for visit in study.schedule.visits), default=0)


def _is_test(variable: Variable) -> bool:
    """Whether a laboratory answers: with a value, or with negative or positive."""
    return variable.kind == "laboratory" or {code.value for code in variable.codes} == {"negative", "positive"}


class _Teller:
    """Tells one study in one language."""

    def __init__(self, study: Study, language: str) -> None:
        self.study = study
        self.language = language
        self.days = days_by_arm(study)
        self.forms = forms_of(study)
        come = {days.visit for arm in study.arms for days in self.days[arm]}
        planned = sorted(study.schedule.visits, key=lambda visit: visit.day)
        self.visits = tuple(visit for visit in planned if visit.id in come)

    def _say(self, key: str, **params: object) -> str:
        return text(ROOM, key, self.language, **params)

    def told(self, part: str) -> tuple[str, ...]:
        """Return the paragraphs of a part of the information for participants."""
        return paragraphs(say(self.study, self.language, "information", part))

    def _at(self, visit: str) -> dict[str, VisitDays]:
        """Return a visit as each arm that comes to it has it."""
        return {arm: days for arm in self.study.arms for days in self.days[arm] if days.visit == visit}

    def _groups(self, arms: Iterable[str]) -> tuple[str, ...]:
        """Return what the groups of some arms are called; nothing where it is all of them."""
        meant = list(arms)
        if set(meant) >= set(self.study.arms):
            return ()
        return tuple(label(self.study, "arms", arm, self.language) for arm in meant)

    # --- groups ---

    def secrecy(self) -> str:
        """Return who knows which group a person is in; nothing of a study that is over."""
        identity = self.study.identity
        return "" if identity.status == "completed" else self._say(f"secrecy.{identity.blinding}")

    def group(self, arm: Arm) -> GroupShown:
        """Return a group."""
        shares = [each.ratio for each in self.study.identity.arms]
        whole = gcd(*shares)
        share, of = arm.ratio // whole, sum(shares) // whole
        common = gcd(share, of)
        share, of = share // common, of // common
        come = [days for days in self.days[arm.id] if days.kind != "screening"]
        return GroupShown(
            label=label(self.study, "arms", arm.id, self.language),
            description=say(self.study, self.language, "arms", arm.id, "description"),
            share=share,
            of=of,
            chance=self._say("chance", share=share, of=of),
            given=self._given(come),
            visits=counted("visits", len(come), self.language),
            assumed=arm.assumed,
        )

    def _given(self, come: list[VisitDays]) -> tuple[str, ...]:
        times: dict[tuple[str, str], int] = {}
        for days in come:
            for dose in days.doses:
                key = (self._dose(dose), say(self.study, self.language, "products", dose.product, "route"))
                times[key] = times.get(key, 0) + 1
        if not times:
            return (self._say("given.nothing"),) if self.study.schedule.doses else ()
        return tuple(
            counted("given.route" if route else "given", count, self.language, what=what, route=route)
            for (what, route), count in times.items()
        )

    def _dose(self, dose: PlannedDose) -> str:
        product = label(self.study, "products", dose.product, self.language)
        if dose.unit:
            return self._say("dose", product=product, amount=plain(dose.amount), unit=dose.unit)
        return self._say("dose-counted", product=product, amount=plain(dose.amount))

    def _briefly(self, product: str) -> str:
        """Return what a product is called for short: the abbreviation at the end of its label, if there is one."""
        called = label(self.study, "products", product, self.language)
        short = _SHORT.search(called)
        return short[1] if short else called

    # --- visits ---

    def visit(self, visit: Visit) -> VisitShown:
        """Return a visit."""
        at = self._at(visit.id)
        forms = list(dict.fromkeys(form for days in at.values() for form in days.forms))
        tests = [form for form in forms if self._has(form, laboratory=True)]
        asked = [form for form in forms if form not in tests and self._has(form, laboratory=False)]
        asks = [form for form in asked if not self._is_of_one_group(form)]
        optional = [kind for kind in self.study.schedule.specimens if kind.id in visit.specimens and kind.consent]
        kept = [kind for kind in self.study.schedule.specimens if kind.id in visit.specimens and not kind.consent]
        sample = bool(tests or kept)
        done = [
            *([self._say("done.talk", what=self._names("forms", asks))] if asks else []),
            *([self._say("done.sample", what=self._names("forms", tests))] if tests else []),
            *(self._say("done.kept", what=label(self.study, "specimens", one.id, self.language)) for one in kept),
        ]
        return VisitShown(
            id=visit.id,
            label=self._called(visit),
            window=self._window(visit),
            groups=self._groups(at),
            sample=sample,
            doses=self._doses(at),
            done=tuple(done),
            optional=tuple(label(self.study, "specimens", kind.id, self.language) for kind in optional),
            assumed=visit.assumed,
        )

    def _called(self, visit: Visit) -> str:
        """Return what a visit is called: the first two as a patient would, the others as the study does."""
        if visit.kind in ("screening", "baseline"):
            return self._say(f"visit-kinds.{visit.kind}")
        return label(self.study, "visits", visit.id, self.language)

    def _names(self, section: str, names: Iterable[str]) -> str:
        joint = self._say("joint")
        return joint.join(label(self.study, section, name, self.language) for name in names)

    def _has(self, form: str, *, laboratory: bool) -> bool:
        """Whether a form asks of everybody who comes for a laboratory's value (or for something else)."""
        kinds = {
            _is_test(item.variable)
            for item in self.forms[form].items
            if not item.consent and item.variable.kind != "judgement"
        }
        return laboratory in kinds

    def _is_of_one_group(self, form: str) -> bool:
        return all(item.arms for item in self.forms[form].items)

    def _doses(self, at: dict[str, VisitDays]) -> tuple[DoseShown, ...]:
        arms: dict[tuple[str, str], list[str]] = {}
        products: dict[tuple[str, str], str] = {}
        for arm, days in at.items():
            for dose in days.doses:
                key = (self._dose(dose), say(self.study, self.language, "products", dose.product, "route"))
                arms.setdefault(key, []).append(arm)
                products[key] = self._briefly(dose.product)
        return tuple(
            DoseShown(
                self._say("given-here.route" if route else "given-here.plain", what=what, route=route),
                self._groups(meant),
                products[what, route],
            )
            for (what, route), meant in arms.items()
        )

    def _window(self, visit: Visit) -> str:
        """Return how far a visit may lie from its day."""
        if visit.kind == "screening":
            first = visit.before - visit.day
            return counted("window.screening", first, self.language) if first > 0 else ""
        if not (visit.before or visit.after) or max(visit.before, visit.after) > _WIDEST:
            return ""
        if visit.before == visit.after:
            return counted("window.around", visit.before, self.language)
        return self._say("window.between", before=visit.before, after=visit.after)

    # --- in all ---

    def length(self) -> str:
        """Return how long it takes from the allocation to the last visit."""
        days = length_in_days(self.study)
        if not days:
            return ""
        months = round(days / _DAYS_A_MONTH)
        if months < 2:
            return counted("length.weeks", max(1, round(days / _WEEK)), self.language)
        return self._say("length.months", months=months, weeks=round(days / _WEEK))

    def samples(self, visits: Iterable[VisitShown]) -> str:
        """Return at how many visits a sample is taken, in the group that has most of them."""
        taking = {visit.id for visit in visits if visit.sample}
        most = max((sum(days.visit in taking for days in self.days[arm]) for arm in self.study.arms), default=0)
        return counted("samples", most, self.language) if most else ""

    def extra(self) -> str:
        """Return whether further visits may be needed."""
        extra = [visit for visit in self.study.schedule.visits if visit.kind == "unscheduled"]
        return self._say("extra") if extra else ""
