"""The methods of analysis that a study may declare, and what each can say: the room of analysis builds each of them."""

from __future__ import annotations

from dataclasses import dataclass

_BINARY = frozenset({"risk_difference", "risk_ratio", "odds_ratio"})


@dataclass(frozen=True, slots=True)
class Method:
    """A method: the kind of endpoint it takes, the summaries it estimates or tests, and what it takes besides.

    `adjusted`: covariates; `draws`: it draws, so that it needs `draws` and a `seed`; `imputes`: `missing: imputed`;
    `curves`: a curve, which can be read `at` visits.
    """

    endpoint: str
    summaries: frozenset[str]
    stratified: bool = False
    adjusted: bool = False
    draws: bool = False
    imputes: bool = False
    curves: bool = False


METHODS: dict[str, Method] = {
    "miettinen_nurminen": Method("binary", _BINARY, stratified=True),
    "mantel_haenszel": Method("binary", _BINARY, stratified=True),
    "cmh": Method("binary", frozenset({"odds_ratio"}), stratified=True),
    "newcombe": Method("binary", frozenset({"risk_difference"})),
    "wald": Method("binary", _BINARY),
    "fisher": Method("binary", frozenset({"odds_ratio"})),
    "wilson": Method("binary", frozenset()),  # each arm's share, no comparison
    "multiple_imputation": Method(
        "binary", frozenset({"risk_difference"}), stratified=True, adjusted=True, draws=True, imputes=True
    ),
    "tipping_point": Method("binary", frozenset({"risk_difference"})),
    # The test of what the declared scheme would have allocated otherwise.
    "re_randomisation": Method("binary", _BINARY, stratified=True, draws=True),
    "logistic": Method("binary", frozenset({"risk_difference", "odds_ratio"}), adjusted=True),
    "kaplan_meier": Method("time_to_event", frozenset({"survival"}), curves=True),
    "cumulative_incidence": Method("time_to_event", frozenset({"cumulative_incidence"}), curves=True),
    # Equal hazards are what the log-rank test tests; it goes with a hazard ratio as its test.
    "log_rank": Method("time_to_event", frozenset({"hazard_ratio", "survival"}), stratified=True),
    "cox": Method("time_to_event", frozenset({"hazard_ratio"}), stratified=True),
    "turnbull": Method("interval", frozenset({"survival"}), curves=True),
    "interval_cox": Method("interval", frozenset({"hazard_ratio"}), adjusted=True),
    "censored_normal": Method("continuous", frozenset({"mean_difference", "geometric_mean_ratio"}), adjusted=True),
    "difference_in_means": Method("continuous", frozenset({"mean_difference"})),
}
