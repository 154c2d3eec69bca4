"""What the people of a trial share while it is played: the door, the calendar, the forms, and how many are in."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from equipoise.simulate.play.door import Days, Dice, Door
from equipoise.simulate.play.slips import Slips
from equipoise.simulate.world import World


@dataclass
class Stage:
    """The trial as it is being played. `allocated` of `wanted` are in; `numbers` counts each centre's people."""

    world: World
    door: Door
    days: Days
    dice: Dice
    slips: Slips
    secret: bytes
    wanted: int
    allocated: int = 0
    referred: int = 0
    last_day: int = 0
    numbers: dict[str, int] = field(default_factory=dict)

    @cached_property
    def specimens(self) -> dict[str, str]:
        """The optional consent that each kind of specimen needs."""
        return {kind.id: kind.consent for kind in self.world.study.schedule.specimens}

    @cached_property
    def weighty(self) -> frozenset[str]:
        """The variables on which criteria, strata, doses or endpoints rest: never written wrongly, even for a while."""
        study = self.world.study
        rules = [criterion.rule for criterion in study.eligibility]
        rules += [level.when for factor in study.identity.factors for level in factor.levels]
        rules += [dose.withhold for dose in study.schedule.doses]
        rules += [reversion.positive for reversion in study.endpoints.reversions]
        for endpoint in study.endpoints.endpoints:
            rules += [endpoint.decisive, endpoint.time, endpoint.event, endpoint.value]
            rules += [reading.success for reading in endpoint.readings]
        said = " ".join(rules)
        return frozenset(name for name in study.variables if name in said) | self._derived(said)

    def _derived(self, said: str) -> frozenset[str]:
        variables = self.world.study.variables
        inner = " ".join(variable.rule for name, variable in variables.items() if variable.rule and name in said)
        return frozenset(name for name in variables if name in inner)

    @property
    def is_full(self) -> bool:
        """Whether everybody who is wanted has been allocated."""
        return self.allocated >= self.wanted
