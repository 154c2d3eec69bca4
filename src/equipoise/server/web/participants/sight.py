"""What of a participant may be shown: a sealed arm must not show through anything that one arm alone has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.conduct.visibility import Fact
from equipoise.server.records.models import Event, Participant
from equipoise.server.records.reading import Reading
from equipoise.study.cached import once_a_study
from equipoise.study.model.study import Study

NO_FURTHER_USE = "no_further_use"


@dataclass(frozen=True, slots=True)
class ShownArm:
    """A participant's arm as it may be shown: none before allocation, and none while it is sealed."""

    id: str | None
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is not shown, because only one arm has it."""

    visits: frozenset[str] = frozenset()
    schedules: frozenset[str] = frozenset()
    items: frozenset[tuple[str, str]] = frozenset()  # form, variable
    variables: frozenset[str] = frozenset()

    def item(self, form: str, variable: str, visit: str) -> bool:
        """Whether an item of a form at a visit is hidden."""
        return visit in self.visits or (form, variable) in self.items

    def query(self, variable: str, visit: str) -> bool:
        """Whether a query is hidden; it does not name the form that the item is on."""
        return visit in self.visits or variable in self.variables


@once_a_study
def of_one_arm(study: Study) -> Hidden:
    """Return what of a study only some of its arms have."""
    every = set(study.arms)

    def some(arms: Iterable[str]) -> bool:
        named = set(arms)
        return bool(named) and not every <= named

    items = frozenset(
        (form.id, item.variable) for form in study.codebook.forms for item in form.items if some(item.arms)
    )
    return Hidden(
        frozenset(visit.id for visit in study.schedule.visits if some(visit.arms)),
        frozenset(dose.id for dose in study.schedule.doses if some(dose.arms)),
        items,
        frozenset(variable for _, variable in items),
    )


def hidden(reading: Reading, *, arm_is_sealed: bool) -> Hidden:
    """Return what is hidden from whoever reads: by the arm's seal, and by what results would tell of it."""
    one = of_one_arm(reading.declared)
    sealed = one if arm_is_sealed else Hidden()
    telling = Hidden() if reading.sees(Fact.UNBLINDING_RESULTS) else one
    return Hidden(sealed.visits, sealed.schedules, telling.items, telling.variables)


def arm_of(reading: Reading, participant: Participant) -> ShownArm:
    """Return a participant's arm as who asks may see it now."""
    arm = reading.arm_of(participant)
    return ShownArm(arm, is_sealed=bool(participant.arm) and arm is None)


def arms_of(reading: Reading, participants: Iterable[tuple[str, str, int, str]]) -> dict[str, ShownArm]:
    """Return the arms of several people, each as (number, site, slot, arm), as they stand in a list.

    Whom somebody has unblinded in an emergency is shown on that person's own page, not in a list.
    """
    sees = reading.sees(Fact.ARM)
    found = {}
    for number, site, slot, arm in participants:
        opened = reading.opened_arm(number, site, slot, arm) if arm and sees else None
        found[number] = ShownArm(opened, is_sealed=bool(arm) and opened is None)
    return found


def withheld(study: str, numbers: Iterable[str]) -> frozenset[str]:
    """Return who of some people that have withdrawn consent allows no further use of what was collected."""
    wanted = list(numbers)
    if not wanted:
        return frozenset()
    rows = Event.objects.filter(study=study, stream__in=wanted, type="consent_withdrawn")
    return frozenset(
        number for number, data in rows.values_list("stream", "data") if f'"data_use":"{NO_FURTHER_USE}"' in data
    )
