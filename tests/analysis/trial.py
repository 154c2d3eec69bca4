"""Trials told by the person, for the tests of the methods: arm, weight and outcome of each."""

BASE = {"estimand": "primary", "label": "An analysis", "reading": "sustained"}


def analysis(name, method, role="companion", **more):
    """Return the declaration of an analysis."""
    return BASE | {"id": name, "method": method, "role": role} | more


def tell(story, study, people):
    """Tell a trial: (arm, weight, outcome) a person, outcome success, failure or missing."""
    told = story(study)
    told.declare()
    for number, (arm, weight, outcome) in enumerate(people, 1):
        who = told.person(f"01-{number:04d}", arm, weight=weight)
        if outcome != "missing":
            told.sample(who, 336, "<0.05" if outcome == "success" else "0.7")
    return told


def cohort(cells):
    """Return people of cells (arm, weight): (successes, failures, missing)."""
    return [
        (arm, weight, outcome)
        for (arm, weight), counts in cells.items()
        for outcome, count in zip(("success", "failure", "missing"), counts, strict=True)
        for _ in range(count)
    ]


CELLS = {
    ("active", "60"): (9, 1, 2),
    ("control", "60"): (6, 4, 1),
    ("active", "80"): (7, 2, 1),
    ("control", "80"): (5, 4, 2),
}

# Every method of a binary endpoint, as a study may declare it.
ALL_BINARY = [
    analysis("main", "miettinen_nurminen", "primary", strata=["weight_class"], pooling=["light", "heavy"]),
    analysis("plain", "miettinen_nurminen"),
    analysis("decided", "miettinen_nurminen", missing="excluded"),
    analysis("mh", "mantel_haenszel", strata=["weight_class"]),
    analysis("cmh", "cmh", "supportive", strata=["weight_class"]),
    analysis("wald", "wald"),
    analysis("newcombe", "newcombe"),
    analysis("fisher", "fisher", "companion"),
    analysis("wilson", "wilson", "companion"),
    analysis(
        "imputed", "multiple_imputation", "companion",
        strata=["weight_class"], adjust=["weight_class"], missing="imputed", draws=20, seed=5,
    ),
    analysis("tipping", "tipping_point"),
    analysis("replayed", "re_randomisation", strata=["weight_class"], draws=19, seed=3),
    analysis("logistic", "logistic", "supportive", adjust=["weight_class"]),
]  # fmt: skip
