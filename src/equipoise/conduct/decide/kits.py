"""Numbered kits of a blinded product: registered at a centre, assigned to a person without telling the arm."""

from __future__ import annotations

from equipoise.conduct.commands import AssignKit, RegisterKits
from equipoise.conduct.context import Context
from equipoise.conduct.decide.grounds import Decision, bad_record_day, participant_of
from equipoise.conduct.events import Draft
from equipoise.conduct.permissions import OF_A_CENTRE
from equipoise.conduct.state import State
from equipoise.conduct.visibility import Act, arm_for_kit, secret_for
from equipoise.core.ids import STUDY_STREAM, is_id
from equipoise.core.problem import Problem
from equipoise.randomise.kits import kit_list
from equipoise.study.model.study import Study


def register_kits(state: State, command: RegisterKits, context: Context) -> Decision:
    """Tell which kits have come to a centre."""
    study = state.study.protocol.study
    product = state.study.protocol.products.get(command.product)
    if context.role in OF_A_CENTRE and context.site != command.site:
        return Problem("conduct.other-centres-kits", {"site": command.site, "own": context.site or "–"})
    if command.site not in study.sites:
        return Problem("conduct.no-such-centre", {"site": command.site, "sites": ", ".join(study.sites)})
    if product is None or not product.kit:
        kits = [some.id for some in study.identity.products if some.kit]
        return Problem("conduct.no-kit-product", {"product": command.product[:40], "products": ", ".join(kits) or "–"})
    if not command.kits or not all(is_id(kit) for kit in command.kits):
        return Problem("conduct.bad-kit-number")
    known = {kit for some in state.study.consignments.values() for lot in some for kit in lot.kits}
    seen: set[str] = set()
    for kit in command.kits:
        if kit in known or kit in seen:
            return Problem("conduct.kit-number-twice", {"kit": kit})
        seen.add(kit)
    data = {"site": command.site, "product": command.product, "kits": list(command.kits)}
    return (Draft("kits_registered", STUDY_STREAM, data),)


def shares(study: Study) -> dict[str, int]:
    """Return the arms' shares, in which a consignment holds their kits."""
    return {arm.id: arm.ratio for arm in study.identity.arms}


def assign(state: State, command: AssignKit, context: Context) -> Decision:
    """Assign the centre's next kit that holds what this person is to have."""
    problem = bad_record_day(state, command.on, context)
    if problem is not None:
        return problem
    participant, protocol = participant_of(state), state.study.protocol
    planned = [
        dose.product
        for dose in protocol.study.schedule.doses
        if command.visit in dose.visits and protocol.products[dose.product].kit
    ]
    wanted = next((product for product in planned if (product, command.visit) not in participant.kit_visits), None)
    if wanted is None:
        code = "conduct.kit-assigned-already" if planned else "conduct.no-kit-at-visit"
        return Problem(code, {"visit": command.visit[:40], "participant": participant.id})
    kit = _next_kit(state, wanted, context)
    if isinstance(kit, Problem):
        return kit
    data = {"visit": command.visit, "on": command.on, "product": wanted, "kit": kit}
    return (Draft("kit_assigned", command.participant, data),)


def _next_kit(state: State, product: str, context: Context) -> str | Problem:
    secret = secret_for(Act.ASSIGN_KIT, context)
    if isinstance(secret, Problem):
        return secret
    arm = arm_for_kit(state, secret)
    study, site = state.study, participant_of(state).site
    for consignment in study.consignments.get((site, product), ()):
        contents = kit_list(secret, study.id, product, consignment.kits, shares(study.protocol.study))
        for kit in consignment.kits:
            if kit not in consignment.assigned and contents[kit] == arm:
                return kit
    return Problem("conduct.no-kit-in-stock", {"site": site, "product": product})
