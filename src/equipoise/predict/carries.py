"""What the data can carry: how many parameters a model may have with these people (Riley and others)."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.decimals import plain
from equipoise.core.problem import Problem, ProblemsError
from equipoise.core.words import text
from equipoise.stats.sample_size_prediction import parameters_carried, riley
from equipoise.study.model.prediction import Prediction
from equipoise.study.model.study import Study
from equipoise.study.prediction import model_parameters


@dataclass(frozen=True, slots=True)
class Carries:
    """What people carry: `parameters` the model has, `carried` they allow, `needed` people that it would need.

    `margin_reached` is the half width of the 95 % interval of the overall risk; `overall_needs` the people for the one
    that is wanted. The figures that all this rests on stand beside it as the study writes them.
    """

    people: int
    parameters: int
    carried: int
    needed: int
    overall_needs: int
    margin_reached: float
    r_squared: str
    risk: str
    shrinkage: str
    margin: str

    @property
    def is_enough(self) -> bool:
        """Whether the model has no more parameters than the people carry."""
        return self.parameters <= self.carried

    def sentence(self, language: str) -> str:
        """Return what the data can carry, naming the criteria, in one sentence or two."""
        params = {
            "people": self.people,
            "carried": self.carried,
            "parameters": self.parameters,
            "needed": f"{self.needed:,}",
            "overall": self.overall_needs,
            "reached": f"{100 * self.margin_reached:.1f}",
            "margin": f"{100 * float(self.margin):g}",
            "r_squared": self.r_squared,
            "risk": f"{100 * float(self.risk):g}",
            "shrinkage": self.shrinkage,
        }
        first = text("predict", "carries.sentence", language, **params)
        second = text("predict", f"carries.{'enough' if self.is_enough else 'more'}", language, **params)
        return first + text("predict", "gap", language) + second


def carries(study: Study, declared: Prediction, people: int) -> Carries:
    """Return what people carry under the anticipated figures of the declaration."""
    figures = declared.anticipated
    risk, r_squared = float(figures.risk), float(figures.r_squared)
    shrinkage, margin = float(figures.shrinkage), float(figures.margin)
    size = model_parameters(study, declared.base)
    found = parameters_carried(people, risk, r_squared, shrinkage=shrinkage, margin=margin)
    return Carries(
        people=people,
        parameters=size,
        carried=found.parameters,
        needed=riley(size, risk, r_squared, shrinkage=shrinkage, margin=margin).people,
        overall_needs=found.overall_risk_needs,
        margin_reached=found.margin_reached,
        r_squared=plain(figures.r_squared),
        risk=plain(figures.risk),
        shrinkage=plain(figures.shrinkage),
        margin=plain(figures.margin),
    )


def refuse_too_many(found: Carries, *, exploratory: bool) -> None:
    """Refuse a model with more parameters than the people carry, unless it is declared or asked for as exploratory."""
    if not found.is_enough and not exploratory:
        params = {"parameters": found.parameters, "people": found.people, "carried": found.carried}
        raise ProblemsError([Problem("predict.too-many", params)])
