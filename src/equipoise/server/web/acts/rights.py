"""Who may take what of a study: the rights of `conduct.visibility`, and in words what somebody lacks and who has it."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.conduct.context import Context
from equipoise.conduct.permissions import OF_A_CENTRE, ORIGIN_OF, Role
from equipoise.conduct.visibility import Fact, is_blinded, may_see
from equipoise.server.records.reading import Reading


@dataclass(frozen=True, slots=True)
class Right:
    """Whether somebody may take a thing: if not, the facts that they do not see, and the roles that may."""

    lacks: tuple[str, ...]
    whole: bool  # every centre's: what a centre's people see is only a part
    who: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the thing may be taken."""
        return self.whole and not self.lacks


def needed(reading: Reading, kind: str) -> tuple[Fact, ...]:
    """Return the facts that whoever takes a thing must see of the whole study."""
    if kind == "report":
        return (Fact.RESULTS_BY_ARM, Fact.CLINICAL_DATA)
    # While arms are sealed, they are sealed in what is taken; otherwise it is a list of all allocations too.
    arms = () if is_blinded(reading.state) else (Fact.ALLOCATION_LIST,)
    return (Fact.CLINICAL_DATA, Fact.HISTORY, *arms)


def right_to(reading: Reading, kind: str) -> Right:
    """Return whether who asks may take a thing."""
    wanted = needed(reading, kind)
    role = Role(reading.asker.role)
    return Right(
        lacks=tuple(fact.value for fact in wanted if not _sees(reading, role, fact)),
        whole=role not in OF_A_CENTRE,
        who=tuple(
            each.value
            for each in Role
            if each not in ORIGIN_OF and each not in OF_A_CENTRE and all(_sees(reading, each, fact) for fact in wanted)
        ),
    )


def _sees(reading: Reading, role: Role, fact: Fact) -> bool:
    site = (reading.asker.site or "01") if role in OF_A_CENTRE else None
    context = Context(by=reading.asker.by, role=role, site=site, at="", key="")
    return may_see(reading.state, context, fact)
