"""The methods that a study may declare, one a file: each takes a comparison and returns a finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from equipoise.analysis.comparison import Comparison
from equipoise.analysis.finding import Finding
from equipoise.analysis.methods.censored_normal import censored_normal
from equipoise.analysis.methods.cmh import cmh
from equipoise.analysis.methods.cox import cox
from equipoise.analysis.methods.cumulative_incidence import cumulative_incidence
from equipoise.analysis.methods.difference_in_means import difference_in_means
from equipoise.analysis.methods.fisher import fisher
from equipoise.analysis.methods.interval_cox import interval_cox
from equipoise.analysis.methods.kaplan_meier import kaplan_meier
from equipoise.analysis.methods.log_rank import log_rank
from equipoise.analysis.methods.logistic import logistic
from equipoise.analysis.methods.mantel_haenszel import mantel_haenszel
from equipoise.analysis.methods.miettinen_nurminen import miettinen_nurminen
from equipoise.analysis.methods.multiple_imputation import multiple_imputation
from equipoise.analysis.methods.newcombe import newcombe
from equipoise.analysis.methods.re_randomisation import re_randomisation
from equipoise.analysis.methods.tipping_point import tipping_point
from equipoise.analysis.methods.turnbull import turnbull
from equipoise.analysis.methods.wald import wald
from equipoise.analysis.methods.wilson import wilson

# The names are those of `study.methods`, which says what each can estimate; a test holds the two together.
REGISTRY: Mapping[str, Callable[[Comparison], Finding]] = {
    "miettinen_nurminen": miettinen_nurminen,
    "mantel_haenszel": mantel_haenszel,
    "cmh": cmh,
    "newcombe": newcombe,
    "wald": wald,
    "fisher": fisher,
    "wilson": wilson,
    "multiple_imputation": multiple_imputation,
    "tipping_point": tipping_point,
    "re_randomisation": re_randomisation,
    "logistic": logistic,
    "kaplan_meier": kaplan_meier,
    "cumulative_incidence": cumulative_incidence,
    "log_rank": log_rank,
    "cox": cox,
    "turnbull": turnbull,
    "interval_cox": interval_cox,
    "censored_normal": censored_normal,
    "difference_in_means": difference_in_means,
}
